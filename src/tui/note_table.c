#include "note_parts.h"

#include <stdio.h>
#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/drift/text.h>

/* The table of what changes: a row for each change that is announced and each difference that is
 * not code, as in the CSV (notes/change_table.h). */

enum table_cell {
    CELL_TICKET,
    CELL_TITLE,
    CELL_CATEGORY,
    CELL_MODULE,
    CELL_CHANGE,
    CELL_BREAKS,
    CELL_TOTAL
};

static const struct list_column table_columns[CELL_TOTAL] = {
    {"Ticket",    8,  13, 1, FIT_END},
    { "What",     24, 0,  0, FIT_END},
    { "Category", 12, 18, 2, FIT_END},
    { "Module",   14, 24, 3, FIT_END},
    { "Change",   8,  32, 4, FIT_END},
    { "",         8,  8,  0, FIT_END},
};

static void join(struct strbuf *out, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i > 0 ? ", " : "", texts[i] != NULL ? texts[i] : "");
}

static void add_change(struct memory_rows *rows, const struct drift_change *change, size_t index)
{
    struct strbuf tickets = STRBUF_INIT, services = STRBUF_INIT;
    char identity[32];
    struct row row = { .identity = identity, .unseen = change->description };

    snprintf(identity, sizeof identity, "change:%zu", index);
    for (size_t i = 0; i < change->ticket_count; i++)
        strbuf_printf(&tickets, "%s%s", i > 0 ? ", " : "", change->tickets[i].id);
    join(&services, change->services, change->service_count);
    row_set(&row, CELL_TICKET, ROLE_TICKET, tickets.data);
    row_set(&row, CELL_TITLE, ROLE_NORMAL, change->title);
    row_set(&row, CELL_CATEGORY, ROLE_NORMAL, change_category_title(change->category));
    row_set(&row, CELL_MODULE, ROLE_NORMAL, services.data);
    row_set(&row, CELL_CHANGE, ROLE_DIM, change_type_name(change->type));
    row_set(&row, CELL_BREAKS, change->breaking ? ROLE_SEVERITY_CRITICAL : ROLE_SEVERITY_HIGH,
            change->breaking   ? "BREAKING"
            : change->security ? "SECURITY"
                               : "");
    memory_rows_add(rows, &row);
    strbuf_release(&tickets);
    strbuf_release(&services);
}

static void add_item(struct memory_rows *rows, const struct note_item *item, bool utf8,
                     size_t index)
{
    struct strbuf tickets = STRBUF_INIT, change = STRBUF_INIT;
    char identity[32];
    struct row row = { .identity = identity, .unseen = item->path };

    snprintf(identity, sizeof identity, "item:%zu", index);
    join(&tickets, item->tickets, item->ticket_count);
    strbuf_printf(&change, "%s %s %s", item->previous != NULL ? item->previous : "(none)",
                  utf8 ? "→" : "->", item->current != NULL ? item->current : "(none)");
    row_set(&row, CELL_TICKET, ROLE_TICKET, tickets.data);
    row_set(&row, CELL_TITLE, ROLE_NORMAL, item->key);
    row_set(&row, CELL_CATEGORY, ROLE_NORMAL, drift_type_title(item->type));
    row_set(&row, CELL_MODULE, ROLE_NORMAL, item->module != NULL ? item->module : item->service);
    row_set(&row, CELL_CHANGE, ROLE_DIM, change.data);
    row_set(&row, CELL_BREAKS, item->breaking ? ROLE_SEVERITY_CRITICAL : ROLE_SEVERITY_HIGH,
            item->breaking   ? "BREAKING"
            : item->security ? "SECURITY"
                             : "");
    memory_rows_add(rows, &row);
    strbuf_release(&tickets);
    strbuf_release(&change);
}

void note_table_fill(struct note_screen *screen)
{
    const struct note *note = screen->note;
    struct list_column columns[CELL_TOTAL];

    memory_rows_clear(screen->table_rows);
    for (size_t i = 0; i < note->change_count; i++) {
        if (note->changes[i].category != CATEGORY_INTERNAL)
            add_change(screen->table_rows, &note->changes[i], i);
    }
    for (size_t i = 0; i < note->item_count; i++)
        add_item(screen->table_rows, &note->items[i], screen->studio->utf8, i);
    memcpy(columns, table_columns, sizeof columns);
    list_columns_fit(columns, CELL_TOTAL, screen->table_rows);
    list_set_columns(screen->table, columns, CELL_TOTAL);
    list_reload(screen->table);
}

void note_table_draw_selected(const struct note_screen *screen, const struct surface *surface,
                              int row)
{
    static const enum table_cell cells[] = { CELL_TITLE, CELL_TICKET, CELL_MODULE, CELL_CHANGE };
    struct row selected = { 0 };
    int column = 1;

    if (!list_selected(screen->table, &selected))
        return;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        if (selected.cells[cells[i]].length > 0)
            column +=
                2 + surface_text(surface, row, column, surface_columns(surface) - column,
                                 style_of(selected.cells[cells[i]].role),
                                 selected.cells[cells[i]].text, selected.cells[cells[i]].length);
}

void note_table_where(const struct note_screen *screen)
{
    struct vector texts;
    struct row row = { 0 };
    size_t index;

    vector_init(&texts, sizeof(const char *));
    if (list_selected(screen->table, &row) && row.identity != NULL &&
        sscanf(row.identity, "change:%zu", &index) == 1) {
        for (size_t i = 0; i < screen->note->changes[index].ticket_count; i++)
            vector_push(&texts, &screen->note->changes[index].tickets[i].id);
    } else if (row.identity != NULL && sscanf(row.identity, "item:%zu", &index) == 1) {
        for (size_t i = 0; i < screen->note->items[index].ticket_count; i++)
            vector_push(&texts, &screen->note->items[index].tickets[i]);
    }
    screen->studio->actions->where(screen->studio, texts.items, texts.count);
    vector_release(&texts);
}
