#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/list.h>
#include <pilab/tui/rows.h>
#include <pilab/tui/text_layout.h>

#include "workspace_internal.h"

/* The help screen: every key that was heard where it was asked for, by table. */

#define KEYS_COLUMNS 16
#define AROUND       5  /* columns beside both: the cursor's, the gap, the margin */
#define NARROWEST    20 /* columns; less room than this shows no more by breaking lines */

/* A key as it was when help was asked for; texts are owned. */
struct help_entry {
    char *keys; /* NULL: a table's name, in `text` */
    char *text;
    bool allowed;
};

struct help {
    struct vector entries; /* struct help_entry */
    int columns;           /* that the rows were made for */
    struct memory_rows *rows;
    struct list *list;
};

enum help_action { HELP_FILTER };

static const struct key_row help_rows[] = {
    {"/ f", HELP_FILTER, "filter", "Show only the keys whose help holds all these words",
     KEYS_HINT},
};

static const struct key_table help_keys = { "help", help_rows,
                                            sizeof help_rows / sizeof help_rows[0] };

static const struct list_column help_columns[] = {
    {NULL,  8,  KEYS_COLUMNS, 0, FIT_END},
    { NULL, 10, 0,            0, FIT_END},
};

static void title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "Help");
}

/* The rest of an entry's text, below it. All of its rows are found by the whole of it. */
static void add_row(struct help *help, const struct help_entry *entry, const char *text,
                    size_t length, bool first)
{
    char *line = memory_copy_bytes(text, length);
    struct row row = { .unseen = entry->text };

    row_set(&row, 0, entry->allowed ? ROLE_STRONG : ROLE_DIM, first ? entry->keys : NULL);
    row_set(&row, 1, entry->allowed ? ROLE_NORMAL : ROLE_DIM, line);
    memory_rows_add(help->rows, &row);
    free(line);
}

static void add_rows(struct help *help, const struct help_entry *entry)
{
    int columns = help->columns - KEYS_COLUMNS - AROUND;
    struct text_layout layout;

    if (entry->keys == NULL) {
        memory_rows_add_group(help->rows, entry->text, NULL);
        return;
    }
    text_layout_init(&layout);
    text_layout_compose(&layout, entry->text, strlen(entry->text), 0, NULL, 0, ROLE_NORMAL, false);
    text_layout_break(&layout, columns < NARROWEST ? 0 : columns);
    for (size_t i = 0; i < layout.rows.count; i++) {
        const struct text_row *row = vector_at(&layout.rows, i);

        add_row(help, entry, layout.escaped.data + row->start, row->end - row->start, i == 0);
    }
    text_layout_release(&layout);
}

/* Lines are broken where the screen ends: why a key does nothing now is read to its end. */
static void layout(struct view *view, struct rectangle area)
{
    struct help *help = view_state(view);

    if (area.columns != help->columns) {
        help->columns = area.columns;
        memory_rows_clear(help->rows);
        for (size_t i = 0; i < help->entries.count; i++)
            add_rows(help, vector_at(&help->entries, i));
        list_reload(help->list);
    }
    pane_place(list_pane(help->list), area);
}

static unsigned act(struct view *view, int action)
{
    if (action == HELP_FILTER)
        workspace_filter(view_workspace(view));
    return REFRESH_DRAW;
}

static void close_help(struct view *view)
{
    struct help *help = view_state(view);

    for (size_t i = 0; i < help->entries.count; i++) {
        struct help_entry *entry = vector_at(&help->entries, i);

        free(entry->keys);
        free(entry->text);
    }
    vector_release(&help->entries);
    list_free(&help->list);
    memory_rows_free(&help->rows);
    free(help);
}

static const struct view_ops help_ops = {
    .name = "help",
    .keys = &help_keys,
    .title = title,
    .layout = layout,
    .act = act,
    .close = close_help,
};

static void add_entry(struct help *help, const char *keys, const char *text, bool allowed)
{
    struct help_entry *entry = vector_add(&help->entries);

    entry->keys = keys != NULL ? memory_copy_text(keys) : NULL;
    entry->text = memory_copy_text(text);
    entry->allowed = allowed;
}

static void add_key(struct help *help, const struct workspace *workspace,
                    const struct key_chain *chain, size_t table, const struct key_row *key)
{
    struct strbuf keys = STRBUF_INIT;
    struct strbuf text = STRBUF_INIT;
    struct strbuf why = STRBUF_INIT;
    bool allowed = workspace_allows(workspace, chain, table, key, &why);

    keymap_free_keys(&chain->keymap, table, key, &keys);
    strbuf_add(&text, key->help);
    if (!allowed)
        strbuf_printf(&text, " (not now: %s)", why.data);
    if (keys.length > 0)
        add_entry(help, keys.data, text.data, allowed);
    strbuf_release(&keys);
    strbuf_release(&text);
    strbuf_release(&why);
}

/* A key stands once, with the meaning it has here; what the pane cannot do is left out. */
static void add_table(struct help *help, const struct workspace *workspace,
                      const struct key_chain *chain, size_t table)
{
    const struct key_table *keys = chain->keymap.tables[table];

    add_entry(help, NULL, keys->name, true);
    for (size_t i = 0; i < keys->count; i++)
        if (workspace_key_possible(workspace, chain, table, &keys->rows[i]))
            add_key(help, workspace, chain, table, &keys->rows[i]);
}

struct view *help_view_new(struct workspace *workspace)
{
    struct help *help = memory_new(sizeof *help);
    struct key_chain chain;
    struct view *view;

    workspace_key_chain(workspace, &chain);
    vector_init(&help->entries, sizeof(struct help_entry));
    for (size_t i = 0; i < chain.keymap.count; i++)
        add_table(help, workspace, &chain, i);
    help->rows = memory_rows_new(2);
    help->list = list_new(help_columns, 2, memory_rows_source(help->rows));
    list_set_empty(help->list, "No key does that.\nEsc shows all again.");
    view = view_new(workspace, &help_ops, help);
    view_add_pane(view, list_pane(help->list));
    return view;
}
