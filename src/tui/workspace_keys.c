#include <string.h>

#include <pilab/base/memory.h>

#include "workspace_internal.h"

/* How long a started sequence waits before its menu opens by itself. */
#define MENU_PAUSE 500 /* ms */

static unsigned call_owner(struct workspace *workspace, const struct key_chain *chain, size_t table,
                           int action, int32_t key)
{
    struct view *view = workspace_view(workspace);
    struct pane *pane = workspace_pane(workspace);
    const struct action_host *host = &workspace->options.actions;
    size_t extra = chain->extra[table];

    switch (chain->owners[table]) {
    case OWNER_VIEW:
        return view->ops->act == NULL ? REFRESH_IGNORED : view->ops->act(view, action);
    case OWNER_PANE:
        return pane->ops->act == NULL ? REFRESH_IGNORED : pane->ops->act(pane, action);
    case OWNER_EXTRA:
        return view->extra[extra].act(view->extra[extra].context, action);
    case OWNER_HOST:
        return host->act(host->context, workspace, action);
    default:
        workspace_act(workspace, action, key);
        return REFRESH_DRAW;
    }
}

/* Does what a row says, unless it may not; false when its owner passes the key on. */
static bool perform(struct workspace *workspace, const struct key_chain *chain, size_t table,
                    const struct key_row *row, int32_t key)
{
    struct strbuf why = STRBUF_INIT;
    unsigned refresh;

    if (!workspace_allows(workspace, chain, table, row, &why)) {
        workspace_say(workspace, MESSAGE_WARNING, "%s: %s", row->label,
                      why.length > 0 ? why.data : "not possible here");
        strbuf_release(&why);
        return true;
    }
    strbuf_release(&why);
    refresh = call_owner(workspace, chain, table, row->action, key);
    workspace_refresh(workspace, refresh);
    return (refresh & REFRESH_IGNORED) == 0;
}

struct prefix_menu {
    struct menu *menu;
    const struct workspace *workspace;
    const struct key_chain *chain;
};

/* The value of a menu entry names its row. */
static uint64_t row_value(const struct key_chain *chain, size_t table, const struct key_row *row)
{
    return (uint64_t)table << 32 | (uint64_t)(row - chain->keymap.tables[table]->rows);
}

static void add_entry(void *context, size_t table, const struct key_row *row, int32_t next)
{
    struct prefix_menu *prefix = context;
    struct strbuf why = STRBUF_INIT;
    bool allowed = workspace_allows(prefix->workspace, prefix->chain, table, row, &why);
    struct menu_item item = {
        .key = next,
        .label = row->label,
        .detail = row->help,
        .refusal = allowed          ? NULL
                   : why.length > 0 ? why.data
                                    : "not possible here",
        .flags = row->flags,
        .value = row_value(prefix->chain, table, row),
    };

    menu_add(prefix->menu, &item);
    strbuf_release(&why);
}

static void entry_chosen(void *context, uint64_t value)
{
    struct workspace *workspace = context;
    size_t table = (size_t)(value >> 32);
    size_t index = (size_t)(value & 0xffffffff);
    struct key_chain chain;

    /* Another pane may have the focus now than when the menu was opened. */
    workspace_key_chain(workspace, &chain);
    if (table < chain.keymap.count && index < chain.keymap.tables[table]->count)
        perform(workspace, &chain, table, &chain.keymap.tables[table]->rows[index], 0);
}

void workspace_open_prefix_menu(struct workspace *workspace)
{
    struct key_chain chain;
    struct key_match match;
    struct prefix_menu prefix = { NULL, workspace, &chain };
    struct key_sequence typed = workspace->typed;

    workspace->typed.count = 0;
    workspace->menu_at = -1;
    workspace_key_chain(workspace, &chain);
    if (typed.count == 0 || keymap_match(&chain.keymap, &typed, &match) != KEY_RESULT_MORE)
        return;
    prefix.menu = menu_new(match.row == NULL ? "" : match.row->help);
    keymap_continue(&chain.keymap, &typed, add_entry, &prefix);
    if (menu_count(prefix.menu) > 0) {
        dialog_menu(workspace, prefix.menu, entry_chosen, workspace);
        return;
    }
    menu_free(&prefix.menu);
    workspace_say(workspace, MESSAGE_INFO,
                  "There is nothing to do here that lasts; ? shows the keys");
}

/* What was said about the key before goes: only the last one is of interest. */
static void say_unknown(struct workspace *workspace, const struct key_sequence *typed)
{
    struct strbuf keys = STRBUF_INIT;
    char name[KEY_NAME_SIZE];

    for (size_t i = 0; i < typed->count; i++)
        strbuf_add(&keys, key_format(typed->keys[i], name));
    message_log_leave(workspace->messages, workspace_now(workspace));
    if (keys.length > 0)
        workspace_say(workspace, MESSAGE_INFO, "%s does nothing here; ? shows the keys", keys.data);
    strbuf_release(&keys);
}

/* Tries the tables one after the other until somebody wants what was typed. */
static void feed(struct workspace *workspace, int32_t key)
{
    struct key_chain chain;
    struct key_sequence typed = workspace->typed;
    struct keymap rest;
    struct key_match match;
    size_t skipped = 0;

    workspace_key_chain(workspace, &chain);
    rest = chain.keymap;
    for (;;) {
        enum key_result result = keymap_match(&rest, &typed, &match);

        if (result == KEY_RESULT_MORE) {
            bool at_once = match.row != NULL && (match.row->flags & KEYS_AT_ONCE) != 0;

            workspace->menu_at = workspace_now(workspace) + MENU_PAUSE;
            if (at_once)
                workspace_open_prefix_menu(workspace);
            return;
        }
        workspace->typed.count = 0;
        workspace->menu_at = -1;
        if (result == KEY_RESULT_NONE) {
            say_unknown(workspace, &typed);
            return;
        }
        if (perform(workspace, &chain, skipped + match.table, match.row, key))
            return;
        skipped += match.table + 1;
        rest.count = chain.keymap.count - skipped;
        memmove(rest.tables, chain.keymap.tables + skipped, rest.count * sizeof rest.tables[0]);
    }
}

static void key_to_overlay(struct workspace *workspace, int32_t key)
{
    size_t top = workspace->overlays.count - 1;
    struct overlay *overlay = *(struct overlay **)vector_at(&workspace->overlays, top);

    workspace_refresh(workspace, REFRESH_DRAW);
    if (overlay->ops->key(overlay, key) == OVERLAY_STAYS)
        return;
    vector_remove(&workspace->overlays, top);
    overlay->ops->finish(overlay);
    overlay->ops->free(overlay);
}

/* A pane that takes text hears a key before any table, unless it goes on with a sequence. */
static bool key_to_pane(struct workspace *workspace, struct pane *pane, int32_t key)
{
    unsigned refresh;

    if (pane == NULL || pane->ops->key == NULL || workspace->typed.count > 0)
        return false;
    refresh = pane->ops->key(pane, key);
    workspace_refresh(workspace, refresh);
    return (refresh & REFRESH_IGNORED) == 0;
}

void workspace_key(struct workspace *workspace, int32_t key)
{
    struct pane *pane = workspace_pane(workspace);

    if (workspace->overlays.count > 0) {
        key_to_overlay(workspace, key);
        return;
    }
    if (message_log_pass(workspace->messages, workspace_now(workspace)))
        workspace_refresh(workspace, REFRESH_DRAW);
    /* Any key stops a search that is still going on. */
    if (pane != NULL && pane->ops->busy != NULL && pane->ops->busy(pane)) {
        pane->ops->stop(pane);
        workspace_refresh(workspace, REFRESH_DRAW);
    }
    if (key_to_pane(workspace, pane, key))
        return;
    if (key == KEYCODE_ESCAPE && workspace->typed.count > 0) {
        workspace->typed.count = 0;
        workspace->menu_at = -1;
        return;
    }
    if (workspace->typed.count == KEY_SEQUENCE_MAXIMUM)
        workspace->typed.count = 0;
    workspace->typed.keys[workspace->typed.count++] = key;
    feed(workspace, key);
}
