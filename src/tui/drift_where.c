#include "drift_parts.h"

#include <pilab/base/vector.h>

static void add_tickets(struct vector *texts, const struct ticket *tickets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vector_push(texts, &tickets[i].id);
}

static void add_item(struct vector *texts, const struct drift_item *item)
{
    for (size_t i = 0; i < item->ticket_count; i++)
        vector_push(texts, &item->tickets[i]);
    if (texts->count == 0 && item->commit != NULL)
        vector_push(texts, &item->commit);
}

/* The tickets of what the row stands for; where it has none, its commits. */
static void add_row(const struct drift_report *report, enum drift_row_kind kind, size_t index,
                    struct vector *texts)
{
    const struct drift_commit *commit;
    const struct drift_change *change;

    switch (kind) {
    case DRIFT_ROW_ITEM:
    case DRIFT_ROW_REPEAT:
        add_item(texts, &report->items[index]);
        break;
    case DRIFT_ROW_CHANGE:
        change = &report->changes[index];
        add_tickets(texts, change->tickets, change->ticket_count);
        for (size_t i = 0; change->ticket_count == 0 && i < change->commit_count; i++)
            vector_push(texts, &change->commits[i]);
        break;
    case DRIFT_ROW_COMMIT:
        commit = drift_commit_at(report, index).commit;
        add_tickets(texts, commit->tickets, commit->ticket_count);
        if (commit->ticket_count == 0)
            vector_push(texts, &commit->id);
        break;
    default:
        break;
    }
}

void drift_where(struct studio *studio, const struct drift_report *report, const struct list *list)
{
    enum drift_row_kind kind;
    struct vector texts;
    struct row row;
    size_t index;

    vector_init(&texts, sizeof(const char *));
    if (list_selected(list, &row) && drift_row_parse(row.identity, &kind, &index))
        add_row(report, kind, index, &texts);
    studio->actions->where(studio, texts.items, texts.count);
    vector_release(&texts);
}
