#include "drift_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/compare.h>
#include <pilab/app/show.h>
#include <pilab/base/arena.h>
#include <pilab/base/escape.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/drift/detail.h>

/* What can be taken of the rows: one line each. */
struct copies {
    const struct drift_report *report;
    const struct call *call;
    struct arena *arena;
    struct map *repositories; /* a module's, by its name; in the arena */
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

/* Where the module's commits can be looked at; NULL: nowhere here. */
static const char *repository_of(const struct copies *copies, const char *module)
{
    const char *known = map_get(copies->repositories, module);

    if (known == NULL) {
        known = show_repository(copies->call, compare_is_of_project(copies->call, copies->report),
                                module, copies->arena);
        known = known != NULL ? known : "";
        map_put(copies->repositories, module, (void *)known);
    }
    return *known != '\0' ? known : NULL;
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
    if (drift_detail_command(&command, repository_of(copies, item->module), copies->report, item))
        add_words(&copies->command, command.data);
    strbuf_release(&command);
}

static bool is_among(const char *const *ids, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(ids[i], id) == 0)
            return true;
    return false;
}

static bool has_commit(const struct drift_code *code, const char *id)
{
    for (size_t i = 0; i < code->commit_count; i++)
        if (strcmp(code->commits[i].id, id) == 0)
            return true;
    return false;
}

/* A line for each module that has commits of the change: they may lie in several repositories, and
 * one commit in several modules of the same. */
static void add_commits(struct copies *copies, const struct drift_change *change)
{
    const char **done = memory_array(change->commit_count, sizeof *done);
    struct strbuf command = STRBUF_INIT;
    size_t count = 0;

    for (size_t i = 0; i < copies->report->code_count; i++) {
        const struct drift_code *code = &copies->report->codes[i];
        size_t before = count;

        strbuf_clear(&command);
        drift_detail_git(&command, repository_of(copies, code->module));
        strbuf_add(&command, " show");
        for (size_t j = 0; j < change->commit_count; j++) {
            const char *id = change->commits[j];

            if (!has_commit(code, id) || is_among(done, count, id))
                continue;
            add_word(&command, id);
            done[count++] = id;
        }
        if (count > before)
            add_words(&copies->command, command.data);
    }
    strbuf_release(&command);
    free(done);
}

static void add_change(struct copies *copies, const struct drift_change *change)
{
    copy_add_line(&copies->text, change->title);
    copies->id_label = "ticket";
    if (change->ticket != NULL)
        copy_add_line(&copies->id, change->ticket);
    add_commits(copies, change);
}

static void add_commit(struct copies *copies, const struct drift_place *place)
{
    struct strbuf command = STRBUF_INIT;

    copy_add_line(&copies->text, place->commit->subject);
    copy_add_line(&copies->id, place->commit->id);
    drift_detail_git(&command, repository_of(copies, place->code->module));
    strbuf_add(&command, " show");
    add_word(&command, place->commit->id);
    add_words(&copies->command, command.data);
    strbuf_release(&command);
}

static void add_row(void *context, const struct row *row)
{
    struct copies *copies = context;
    const struct drift_report *report = copies->report;
    enum drift_row_kind kind;
    struct drift_place place;
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
        place = drift_commit_at(report, index);
        add_commit(copies, &place);
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
                             .call = &studio->call,
                             .arena = arena_new(),
                             .repositories = map_new(),
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
    map_free(&copies.repositories);
    arena_free(&copies.arena);
    strbuf_release(&copies.text);
    strbuf_release(&copies.id);
    strbuf_release(&copies.command);
}
