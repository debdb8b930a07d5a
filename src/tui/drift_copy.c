#include "drift_parts.h"

#include <string.h>

#include <pilab/app/show.h>
#include <pilab/base/escape.h>
#include <pilab/drift/detail.h>

/* What can be taken of the rows: one line each. */
struct copies {
    const struct drift_report *report;
    bool several;
    const char *id_label;
    struct strbuf text, id, command;
    struct vector items; /* of const char *: their ids */
};

/* Of words that went through escape_shell: nothing in them acts on a terminal. */
static void add_words(struct strbuf *out, const char *words)
{
    strbuf_add(out, out->length > 0 ? "\n" : "");
    strbuf_add(out, words);
}

static void add_word(struct strbuf *command, const char *word)
{
    strbuf_add_char(command, ' ');
    escape_shell(command, word, strlen(word));
}

/* As it is, or when that could act where it is pasted, as a word that still names the file. Among
 * others a line end would part it even so: there it is shown. */
static void add_path(struct copies *copies, const char *path)
{
    struct strbuf shown = STRBUF_INIT, word = STRBUF_INIT;

    escape_terminal(&shown, path, strlen(path), 0);
    if (strcmp(shown.data, path) != 0 && !(copies->several && strchr(path, '\n') != NULL))
        escape_shell(&word, path, strlen(path));
    add_words(&copies->text, word.length > 0 ? word.data : shown.data);
    strbuf_release(&shown);
    strbuf_release(&word);
}

static void add_item(struct copies *copies, const struct drift_item *item)
{
    struct strbuf command = STRBUF_INIT;

    add_path(copies, item->path);
    copy_add_line(&copies->id, item->id);
    vector_push(&copies->items, &item->id);
    if (drift_detail_command(&command, copies->report, item))
        add_words(&copies->command, command.data);
    strbuf_release(&command);
}

static void add_change(struct copies *copies, const struct drift_change *change)
{
    struct strbuf command = STRBUF_INIT;

    copy_add_line(&copies->text, change->title);
    copies->id_label = "ticket";
    if (change->ticket != NULL)
        copy_add_line(&copies->id, change->ticket);
    strbuf_add(&command, "git show");
    for (size_t i = 0; i < change->commit_count; i++)
        add_word(&command, change->commits[i]);
    add_words(&copies->command, command.data);
    strbuf_release(&command);
}

static void add_commit(struct copies *copies, const struct drift_commit *commit)
{
    struct strbuf command = STRBUF_INIT;

    copy_add_line(&copies->text, commit->subject);
    copy_add_line(&copies->id, commit->id);
    strbuf_add(&command, "git show");
    add_word(&command, commit->id);
    add_words(&copies->command, command.data);
    strbuf_release(&command);
}

static void add_row(void *context, const struct row *row)
{
    struct copies *copies = context;
    const struct drift_report *report = copies->report;
    enum drift_row_kind kind;
    size_t index;

    if (!drift_row_parse(row->identity, &kind, &index))
        return;
    switch (kind) {
    case DRIFT_ROW_ITEM:
    case DRIFT_ROW_REPEAT:
        add_item(copies, &report->items[index]);
        break;
    case DRIFT_ROW_CHANGE:
        add_change(copies, &report->changes[index]);
        break;
    case DRIFT_ROW_COMMIT:
        add_commit(copies, drift_commit_at(report, index).commit);
        break;
    case DRIFT_ROW_PROBLEM:
        copy_add_line(&copies->text, report->problems[index].why);
        break;
    case DRIFT_ROW_SOURCE:
        if (report->sources[index].detail != NULL)
            copy_add_line(&copies->text, report->sources[index].detail);
        break;
    }
}

static void count_row(void *context, const struct row *row)
{
    (void)context;
    (void)row;
}

/* What is kept can be read where it is kept. */
static void add_sql(const struct copies *copies, const struct call *call, struct copy_menu *menu)
{
    struct strbuf command = STRBUF_INIT;

    if (copies->report->number > 0 &&
        show_items(call, copies->report->id, copies->items.items, copies->items.count, &command))
        copy_menu_add(menu, 's', "sql", command.data);
    strbuf_release(&command);
}

void drift_copy_rows(const struct studio *studio, const struct drift_report *report,
                     const struct list *list, struct copy_menu *menu)
{
    struct copies copies = { .report = report,
                             .several = list_visit_chosen(list, count_row, NULL) > 1,
                             .id_label = "id",
                             .text = STRBUF_INIT,
                             .id = STRBUF_INIT,
                             .command = STRBUF_INIT };

    vector_init(&copies.items, sizeof(const char *));
    list_visit_chosen(list, add_row, &copies);
    if (copies.text.length > 0)
        copy_menu_add(menu, 't', "text", copies.text.data);
    if (copies.id.length > 0)
        copy_menu_add(menu, 'i', copies.id_label, copies.id.data);
    if (copies.command.length > 0)
        copy_menu_add(menu, 'c', "command", copies.command.data);
    add_sql(&copies, &studio->call, menu);
    vector_release(&copies.items);
    strbuf_release(&copies.text);
    strbuf_release(&copies.id);
    strbuf_release(&copies.command);
}
