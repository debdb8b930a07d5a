#include "drift_parts.h"

#include <pilab/drift/detail.h>

/* What can be taken of the rows: one line each. */
struct copies {
    const struct drift_report *report;
    bool several;
    const char *id_label;
    struct strbuf text, id, command;
};

static void add_line(struct strbuf *out, const char *line)
{
    strbuf_add(out, out->length > 0 ? "\n" : "");
    strbuf_add(out, line);
}

/* One path is taken as it is; among others its line ends would part it. */
static void add_path(struct copies *copies, const char *path)
{
    struct strbuf shown = STRBUF_INIT;

    drift_path_text(&shown, path);
    add_line(&copies->text, copies->several ? shown.data : path);
    strbuf_release(&shown);
}

static void add_item(struct copies *copies, const struct drift_item *item)
{
    struct strbuf command = STRBUF_INIT;

    add_path(copies, item->path);
    add_line(&copies->id, item->id);
    if (drift_detail_command(&command, copies->report, item))
        add_line(&copies->command, command.data);
    strbuf_release(&command);
}

static void add_change(struct copies *copies, const struct drift_change *change)
{
    struct strbuf command = STRBUF_INIT;

    add_line(&copies->text, change->title);
    copies->id_label = "ticket";
    if (change->ticket != NULL)
        add_line(&copies->id, change->ticket);
    strbuf_add(&command, "git show");
    for (size_t i = 0; i < change->commit_count; i++)
        strbuf_printf(&command, " %s", change->commits[i]);
    add_line(&copies->command, command.data);
    strbuf_release(&command);
}

static void add_commit(struct copies *copies, const struct drift_commit *commit)
{
    struct strbuf command = STRBUF_INIT;

    add_line(&copies->text, commit->subject);
    add_line(&copies->id, commit->id);
    strbuf_printf(&command, "git show %s", commit->id);
    add_line(&copies->command, command.data);
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
        add_line(&copies->text, report->problems[index].why);
        break;
    case DRIFT_ROW_SOURCE:
        if (report->sources[index].detail != NULL)
            add_line(&copies->text, report->sources[index].detail);
        break;
    }
}

void drift_copy_rows(const struct drift_report *report, const struct list *list,
                     struct copy_menu *menu)
{
    struct copies copies = { .report = report,
                             .several = list_marked_count(list) > 1,
                             .id_label = "id",
                             .text = STRBUF_INIT,
                             .id = STRBUF_INIT,
                             .command = STRBUF_INIT };

    list_visit_chosen(list, add_row, &copies);
    if (copies.text.length > 0)
        copy_menu_add(menu, 't', "text", copies.text.data);
    if (copies.id.length > 0)
        copy_menu_add(menu, 'i', copies.id_label, copies.id.data);
    if (copies.command.length > 0)
        copy_menu_add(menu, 'c', "command", copies.command.data);
    strbuf_release(&copies.text);
    strbuf_release(&copies.id);
    strbuf_release(&copies.command);
}
