#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/list.h>
#include <pilab/tui/rows.h>

#include "workspace_internal.h"

/* The help screen: every key that was heard where it was asked for, by table. */
struct help {
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
    {NULL,  8,  16, 0, FIT_END},
    { NULL, 10, 0,  0, FIT_END},
};

static void title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "Help");
}

static void layout(struct view *view, struct rectangle area)
{
    struct help *help = view_state(view);

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

static void add_key(struct memory_rows *rows, const struct workspace *workspace,
                    const struct key_chain *chain, size_t table, const struct key_row *key)
{
    struct row row = { 0 };
    struct strbuf keys = STRBUF_INIT;
    struct strbuf text = STRBUF_INIT;
    struct strbuf why = STRBUF_INIT;
    bool allowed = workspace_allows(workspace, chain, table, key, &why);

    keymap_free_keys(&chain->keymap, table, key, &keys);
    strbuf_add(&text, key->help);
    if (!allowed)
        strbuf_printf(&text, " (not now: %s)", why.data);
    row_set(&row, 0, allowed ? ROLE_STRONG : ROLE_DIM, keys.data);
    row_set(&row, 1, allowed ? ROLE_NORMAL : ROLE_DIM, text.data);
    if (keys.length > 0)
        memory_rows_add(rows, &row);
    strbuf_release(&keys);
    strbuf_release(&text);
    strbuf_release(&why);
}

/* A key stands once, with the meaning it has here; what the pane cannot do is left out. */
static void add_table(struct memory_rows *rows, const struct workspace *workspace,
                      const struct key_chain *chain, size_t table)
{
    const struct key_table *keys = chain->keymap.tables[table];

    memory_rows_add_group(rows, keys->name, NULL);
    for (size_t i = 0; i < keys->count; i++)
        if (workspace_key_possible(workspace, chain, table, &keys->rows[i]))
            add_key(rows, workspace, chain, table, &keys->rows[i]);
}

struct view *help_view_new(struct workspace *workspace)
{
    struct help *help = memory_new(sizeof *help);
    struct key_chain chain;
    struct view *view;

    workspace_key_chain(workspace, &chain);
    help->rows = memory_rows_new(2);
    for (size_t i = 0; i < chain.keymap.count; i++)
        add_table(help->rows, workspace, &chain, i);
    help->list = list_new(help_columns, 2, memory_rows_source(help->rows));
    list_set_empty(help->list, "No key does that.\nEsc shows all again.");
    view = view_new(workspace, &help_ops, help);
    view_add_pane(view, list_pane(help->list));
    return view;
}
