#include <string.h>

#include "workspace_internal.h"

/* The keys that are heard now: whose they are, and whether they can do something. */

/* clang-format off */
static const struct key_row workspace_rows[] = {
    { "/", WORKSPACE_FIND, "find",
      "Find text; ? as the first character finds backwards", KEYS_HINT },
    { "f", WORKSPACE_FILTER, "filter", "Show only what passes: words, severity>=high, -type:code; Tab completes", KEYS_HINT },
    { "!", WORKSPACE_PREFIX, "act",
      "Do something that lasts", KEYS_HINT | KEYS_PREFIX | KEYS_AT_ONCE },
    { "z", WORKSPACE_ZOOM, "zoom", "Show the pane alone, without any line", KEYS_HINT },
    { "Esc h Left", WORKSPACE_BACK, "back", "Go back; it never cancels work nor loses text",
      KEYS_HINT },
    { "Q ZZ", WORKSPACE_QUIT, "quit", "Leave; asks when something would be lost", KEYS_HINT },
    { "? F1", WORKSPACE_HELP, "help", "Show this help; / filters it", KEYS_HINT },
    { "n", WORKSPACE_FIND_NEXT, "next", "Go to the next place found", 0 },
    { "N", WORKSPACE_FIND_PREVIOUS, "previous", "Go to the place found before", 0 },
    { "s", WORKSPACE_SORT, "sort", "Sort by a column; again to turn it round", 0 },
    { "y", WORKSPACE_COPY, "copy", "Copy something of the selected line", 0 },
    { "u", WORKSPACE_UNDO, "undo", "Take back what was done last; :undo lists what can be", 0 },
    { "^R", WORKSPACE_REDO, "redo", "Do again what was undone last", 0 },
    { ":", WORKSPACE_COMMAND, "command", "Type a command", 0 },
    { "^P g/", WORKSPACE_JUMP, "jump", "Jump to anything by some of its letters", 0 },
    { "g", WORKSPACE_PREFIX, "go", "Go somewhere", KEYS_PREFIX },
    { "]", WORKSPACE_PREFIX, "next", "Go to the next one", KEYS_PREFIX },
    { "[", WORKSPACE_PREFIX, "previous", "Go to the one before", KEYS_PREFIX },
    { "Tab", WORKSPACE_NEXT_PANE, "next pane", "Go to the next pane", 0 },
    { "S-Tab", WORKSPACE_PREVIOUS_PANE, "previous pane", "Go to the pane before", 0 },
    { "1 2 3 4 5 6 7 8", WORKSPACE_PLACE, "place", "Go to a place by its number", 0 },
    { "gt", WORKSPACE_TAB, "tab", "Go to the next tab, where there are tabs", 0 },
    { "gT", WORKSPACE_TAB, "tab", "Go to the tab before, where there are tabs", 0 },
    { "q", WORKSPACE_CLOSE, "close", "Close this view", 0 },
    { "^C", WORKSPACE_CANCEL, "cancel", "Cancel the running job; asks which, when several run", 0 },
    { "^Z", WORKSPACE_SUSPEND, "suspend", "Back to the shell; fg returns", 0 },
    { "^L", WORKSPACE_REPAINT, "repaint", "Draw everything again", 0 },
};
/* clang-format on */

const struct key_table workspace_keys = { "everywhere", workspace_rows,
                                          sizeof workspace_rows / sizeof workspace_rows[0] };

static void add(struct key_chain *chain, const struct key_table *table, enum key_owner owner,
                size_t extra)
{
    size_t at = chain->keymap.count;

    keymap_add(&chain->keymap, table);
    if (chain->keymap.count > at) {
        chain->owners[at] = owner;
        chain->extra[at] = extra;
    }
}

void workspace_key_chain(const struct workspace *workspace, struct key_chain *chain)
{
    const struct view *view = workspace_view(workspace);
    const struct pane *pane = workspace_pane(workspace);

    bool pane_first = pane != NULL && pane->ops->keys_first;

    memset(chain, 0, sizeof *chain);
    if (view != NULL && !pane_first)
        add(chain, view->ops->keys, OWNER_VIEW, 0);
    if (pane != NULL) {
        add(chain, pane->ops->keys, OWNER_PANE, 0);
        add(chain, pane->ops->base_keys, OWNER_PANE, 0);
    }
    if (view != NULL && pane_first)
        add(chain, view->ops->keys, OWNER_VIEW, 0);
    for (size_t i = 0; view != NULL && i < view->extra_count; i++)
        add(chain, view->extra[i].keys, OWNER_EXTRA, i);
    if (workspace->options.actions.act != NULL)
        add(chain, workspace->options.actions.keys, OWNER_HOST, 0);
    add(chain, &workspace_keys, OWNER_WORKSPACE, 0);
}

bool workspace_check_keys(const struct workspace *workspace, struct error *error)
{
    struct key_chain chain;

    workspace_key_chain(workspace, &chain);
    return keymap_check(&chain.keymap, error);
}

static bool any_lasting(const struct keymap *keymap)
{
    for (size_t t = 0; t < keymap->count; t++)
        for (size_t i = 0; i < keymap->tables[t]->count; i++)
            if ((keymap->tables[t]->rows[i].flags & KEYS_LASTING) != 0)
                return true;
    return false;
}

bool workspace_key_possible(const struct workspace *workspace, const struct key_chain *chain,
                            size_t table, const struct key_row *row)
{
    const struct pane *pane = workspace_pane(workspace);

    if (chain->owners[table] != OWNER_WORKSPACE)
        return true;
    switch (row->action) {
    case WORKSPACE_FIND:
    case WORKSPACE_FIND_NEXT:
    case WORKSPACE_FIND_PREVIOUS:
        return pane != NULL && pane->ops->find != NULL;
    case WORKSPACE_FILTER:
        return pane_can_filter(pane);
    case WORKSPACE_SORT:
        return pane_can_sort(pane);
    case WORKSPACE_ZOOM:
        return pane != NULL;
    case WORKSPACE_PREFIX:
        return row->keys[0] != '!' || any_lasting(&chain->keymap);
    default:
        return true;
    }
}

bool workspace_key_hinted(const struct workspace *workspace, const struct key_chain *chain,
                          size_t table, const struct key_row *row)
{
    const struct place *place = workspace_current_place(workspace);
    bool back = place != NULL && place->views.count > 1, allowed;
    struct strbuf why = STRBUF_INIT;

    if ((row->flags & KEYS_HINT) == 0 || !workspace_key_possible(workspace, chain, table, row))
        return false;
    /* What is refused now is no hint; help and `!` say why. */
    allowed = workspace_allows(workspace, chain, table, row, &why);
    strbuf_release(&why);
    if (!allowed)
        return false;
    if (chain->owners[table] != OWNER_WORKSPACE)
        return true;
    return row->action == WORKSPACE_BACK ? back : row->action == WORKSPACE_QUIT ? !back : true;
}

bool workspace_allows(const struct workspace *workspace, const struct key_chain *chain,
                      size_t table, const struct key_row *row, struct strbuf *why)
{
    const struct view *view = workspace_view(workspace);
    const struct action_host *host = &workspace->options.actions;

    if (chain->owners[table] == OWNER_VIEW && view->ops->allows != NULL)
        return view->ops->allows(view, row->action, why);
    if (chain->owners[table] == OWNER_HOST && host->allows != NULL)
        return host->allows(host->context, row->action, why);
    return true;
}
