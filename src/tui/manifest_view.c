#include "manifest_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

enum manifest_action {
    MANIFEST_HISTORY,
    MANIFEST_COMPARE,
    MANIFEST_WOULD_GET,
    MANIFEST_WHERE,
    MANIFEST_VERIFY,
    MANIFEST_OBSERVE,
    MANIFEST_TRAVEL,
    MANIFEST_DETAILS,
    MANIFEST_ONLY,
    MANIFEST_BASELINE,
    MANIFEST_RECORD,
    MANIFEST_RELEASE
};

/* clang-format off */
static const struct key_row manifest_key_rows[] = {
    { "Enter", MANIFEST_HISTORY, "history", "Show what was deployed in the cell", KEYS_HINT },
    { "c", MANIFEST_COMPARE, "compare", "Compare what is marked, or a state by its name, with this", KEYS_HINT },
    { "d", MANIFEST_WOULD_GET, "would get",
      "Show what the environment would get from the stage before", KEYS_HINT },
    { "gw", MANIFEST_WHERE, "where is it", "Show which environments have what runs in the cell", 0 },
    { "gv", MANIFEST_VERIFY, "verify", "Ask what really runs in the environment", KEYS_HINT },
    { "r", MANIFEST_OBSERVE, "observe", "Ask what really runs, wherever somebody looks", 0 },
    { "t", MANIFEST_TRAVEL, "time", "Show the manifest as of a time, a baseline or a release", KEYS_HINT },
    { "+", MANIFEST_DETAILS, "details", "Show more about the cell, or less", 0 },
    { "o", MANIFEST_ONLY, "only", "Choose which modules are shown", 0 },
    { "!b", MANIFEST_BASELINE, "baseline", "Designate what runs now as a baseline",
      KEYS_LASTING },
    { "!r", MANIFEST_RELEASE, "release", "Cut a release of what it would get", KEYS_LASTING },
    { "!v", MANIFEST_RECORD, "version", "Record by hand what was deployed", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table manifest_keys = {
    "Manifest", manifest_key_rows, sizeof manifest_key_rows / sizeof *manifest_key_rows
};

static void manifest_title(const struct view *view, struct strbuf *out)
{
    const struct manifest_screen *screen = view_state(view);
    char at[TIMESTAMP_SIZE];

    if (screen->frozen[0] != '\0')
        strbuf_printf(out, "as of %s", strchr(screen->frozen, ':') + 1);
    else if (screen->at != 0)
        strbuf_printf(out, "as of %.10s %.5s", timestamp_format(screen->at, at), at + 11);
}

static void manifest_layout(struct view *view, struct rectangle area)
{
    struct manifest_screen *screen = view_state(view);

    screen->foot = rectangle_cut_bottom(&area, manifest_foot_rows(screen, area.rows));
    pane_place(table_pane(screen->table), area);
}

static void manifest_draw(struct view *view, const struct surface *surface)
{
    struct manifest_screen *screen = view_state(view);
    struct surface foot;

    if (screen->foot.rows == 0)
        return;
    foot = surface_part(surface, screen->foot);
    manifest_draw_foot(screen, &foot);
}

static void cursor_moved(void *context)
{
    struct manifest_screen *screen = context;
    size_t row, column;
    bool production =
        manifest_here(screen, &row, &column) && screen->manifest->columns[column].production;

    if (screen->view != NULL && view_is_production(screen->view) != production)
        view_set_production(screen->view, production);
}

static bool manifest_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct manifest_screen *screen = view_state(view);

    if (action != MANIFEST_BASELINE && action != MANIFEST_RECORD && action != MANIFEST_RELEASE)
        return true;
    if (screen->at != 0 || screen->frozen[0] != '\0')
        strbuf_add(why, "this is not now: t and then \"now\" goes back");
    else if (screen->manifest == NULL || screen->manifest->row_count == 0)
        strbuf_add(why, "there is no manifest yet");
    else
        return true;
    return false;
}

static unsigned manifest_act(struct view *view, int action)
{
    struct manifest_screen *screen = view_state(view);

    switch ((enum manifest_action)action) {
    case MANIFEST_HISTORY:
        manifest_open_history(screen);
        break;
    case MANIFEST_COMPARE:
        manifest_compare_marked(screen);
        break;
    case MANIFEST_WOULD_GET:
        manifest_open_would_get(screen);
        break;
    case MANIFEST_WHERE:
        manifest_ask_where(screen);
        break;
    case MANIFEST_VERIFY:
        manifest_open_verify(screen);
        break;
    case MANIFEST_OBSERVE:
        manifest_observe(screen);
        break;
    case MANIFEST_TRAVEL:
        manifest_travel(screen);
        break;
    case MANIFEST_DETAILS:
        screen->details = !screen->details;
        return REFRESH_LAYOUT;
    case MANIFEST_ONLY:
        manifest_choose_only(screen);
        break;
    case MANIFEST_BASELINE:
        manifest_ask_baseline(screen);
        break;
    case MANIFEST_RECORD:
        manifest_ask_version(screen);
        break;
    case MANIFEST_RELEASE:
        manifest_cut_release(screen);
        break;
    }
    return REFRESH_DRAW;
}

/* In the row, or the column, that the cursor is in already. */
static bool go_to(struct manifest_screen *screen, const char *name, bool environment)
{
    const struct manifest *manifest = screen->manifest;
    size_t row, column;
    bool here = manifest_here(screen, &row, &column);

    if (environment)
        return table_select(screen->table,
                            here && row != MANIFEST_NONE ? manifest->rows[row].name : NULL, name);
    return manifest->column_count > 0 &&
           table_select(screen->table, name, manifest->columns[here ? column : 0].name);
}

static void show_sought(struct manifest_screen *screen)
{
    if (screen->sought == NULL || screen->manifest == NULL)
        return;
    if (!go_to(screen, screen->sought, screen->sought_environment))
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "%s is not among what is shown here: o and f choose what is.",
                      screen->sought);
    free(screen->sought);
    screen->sought = NULL;
}

static void take_sought(struct manifest_screen *screen, const struct event *event)
{
    if (event->kind == STUDIO_SEEK_MODULE || event->kind == STUDIO_SEEK_ENVIRONMENT) {
        free(screen->sought);
        screen->sought = memory_copy_text(event->data);
        screen->sought_environment = event->kind == STUDIO_SEEK_ENVIRONMENT;
    }
    if (screen->sought != NULL)
        show_sought(screen);
}

static unsigned manifest_event(struct view *view, const struct event *event)
{
    struct manifest_screen *screen = view_state(view);

    if (!manifest_observe_event(screen, event) && !manifest_take_event(screen, event))
        studio_take_events(screen->studio);
    take_sought(screen, event);
    return event->kind == MANIFEST_LOADED ? REFRESH_LAYOUT : REFRESH_DRAW;
}

static enum role manifest_status(const struct view *view, struct strbuf *out)
{
    static const char *const words[] = { [ONLY_ALL] = "",
                                         [ONLY_DIFFERING] = "only what differs",
                                         [ONLY_BEHIND_PRODUCTION] = "only behind production" };
    const struct manifest_screen *screen = view_state(view);

    strbuf_add(out, screen->observing != 0 ? "observing" : words[screen->only]);
    return ROLE_ACCENT;
}

static void manifest_copy_menu(const struct view *view, struct copy_menu *menu)
{
    manifest_copy(view_state(view), menu);
}

static void manifest_close(struct view *view)
{
    struct manifest_screen *screen = view_state(view);

    store_watch_stop(&screen->watch);
    manifest_observe_stop(screen);
    screen->view = NULL;
    table_free(&screen->table);
    vector_release(&screen->shown);
    arena_free(&screen->arena);
    filter_free(&screen->filter);
    arena_free(&screen->filter_arena);
    free(screen->sought);
    free(screen);
}

static const struct view_ops manifest_ops = {
    .name = "Manifest",
    .keys = &manifest_keys,
    .title = manifest_title,
    .layout = manifest_layout,
    .draw = manifest_draw,
    .act = manifest_act,
    .allows = manifest_allows,
    .event = manifest_event,
    .status = manifest_status,
    .copy = manifest_copy_menu,
    .close = manifest_close,
};

/* On the watching thread. */
static void store_changed(void *context)
{
    const struct manifest_screen *screen = context;
    struct event event = { .view = view_id(screen->view), .kind = MANIFEST_STORE_CHANGED };

    workspace_post(screen->studio->workspace, &event);
}

static void start_watching(struct manifest_screen *screen)
{
    struct error error = { 0 };

    screen->watch = store_watch_start(&screen->studio->call, store_changed, screen, &error);
    if (screen->watch == NULL)
        workspace_say_error(screen->studio->workspace, &error);
}

struct view *manifest_view_new(struct studio *studio)
{
    struct manifest_screen *screen = memory_new(sizeof *screen);

    screen->studio = studio;
    vector_init(&screen->shown, sizeof(size_t));
    screen->table = table_new((struct table_source){ &manifest_source_ops, screen });
    table_on_move(screen->table, cursor_moved, screen);
    screen->view = view_new(studio->workspace, &manifest_ops, screen);
    view_add_pane(screen->view, table_pane(screen->table));
    if (studio->call.project == NULL) {
        table_set_empty(screen->table,
                        "There is no project whose manifest could be shown.\n\n"
                        "`pilab init` sets one up,\n`pilab project import FILE` takes one from a "
                        "pilab.yaml,\n`pilab demo` makes one up.");
        return screen->view;
    }
    table_set_empty(screen->table, "Reading …");
    start_watching(screen);
    manifest_start_loading(screen);
    return screen->view;
}
