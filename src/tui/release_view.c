#include "release_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/list.h>
#include <pilab/tui/rich_view.h>

#define HEAD_ROWS     3
#define FOOT_ROWS     4
#define ROWS_FOR_FOOT 14 /* with less there is only the list below the head */
#define CELLS         5

enum release_action {
    RELEASE_ROW,
    RELEASE_DRIFT,
    RELEASE_WHERE,
    RELEASE_VERIFY,
    RELEASE_NOTES,
    RELEASE_UPDATE,
    RELEASE_CLOSE,
    RELEASE_CANCEL
};

/* clang-format off */
static const struct key_row release_key_rows[] = {
    { "Enter l Right", RELEASE_ROW, "open", "Show what would change in the module, or what the line names",
      KEYS_HINT },
    { "d", RELEASE_DRIFT, "drift", "Show what the environment would get from the release", KEYS_HINT },
    { "gw", RELEASE_WHERE, "where is it", "Show which environments have the frozen commit", 0 },
    { "gv", RELEASE_VERIFY, "verify", "Ask what of it really runs where it goes", 0 },
    { "!n", RELEASE_NOTES, "notes", "Make release notes of it and keep them", KEYS_LASTING },
    { "!u", RELEASE_UPDATE, "update", "Keep or take what moved since it was cut", KEYS_LASTING },
    { "!x", RELEASE_CLOSE, "close", "Close it with what came of it", KEYS_LASTING },
    { "!c", RELEASE_CANCEL, "cancel", "Give it up", KEYS_LASTING | KEYS_DANGEROUS },
};
/* clang-format on */

static const struct key_table release_keys = { "Release", release_key_rows,
                                               sizeof release_key_rows / sizeof *release_key_rows };

/* One release: what was frozen, what its two environments have, what was made of it. */
struct release_screen {
    struct studio *studio;
    struct view *view;
    struct arena *arena; /* of `detail`; made anew with every reading */
    struct release_detail detail;
    struct memory_rows *rows;
    struct list *list;
    struct rectangle foot;
};

/* --- Rows ------------------------------------------------------------------------------------- */

static void target_cell(const struct release_line *line, struct strbuf *text, enum role *role)
{
    *role = ROLE_NORMAL;
    switch (line->target) {
    case RELEASE_TARGET_NONE:
        strbuf_add(text, "nothing yet");
        break;
    case RELEASE_TARGET_SAME:
        strbuf_add(text, "the same");
        *role = ROLE_DIM;
        break;
    case RELEASE_TARGET_OTHER:
        strbuf_add(text, line->target_has.version);
        break;
    default:
        strbuf_printf(text, "%s %s", line->target_has.later_version, line->target_has.later);
        *role = line->target == RELEASE_TARGET_FAILED ? ROLE_ERROR : ROLE_WARNING;
        break;
    }
}

static void source_cell(const struct release_line *line, struct strbuf *text, enum role *role)
{
    *role = line->source == RELEASE_SOURCE_KEPT ? ROLE_DIM : ROLE_WARNING;
    if (line->source == RELEASE_SOURCE_GONE)
        strbuf_add(text, "gone");
    else if (line->source != RELEASE_SOURCE_SAME)
        strbuf_printf(text, "%s %s", line->source_has.version, release_source_name(line->source));
}

static size_t migration_count(const struct store_release_entry *entry)
{
    json_t *list = entry->migrations != NULL ? json_loads(entry->migrations, 0, NULL) : NULL;
    size_t count = json_array_size(list);

    json_decref(list);
    return count;
}

static void add_line(struct release_screen *screen, const struct release_line *line)
{
    struct row row = { .identity = line->entry->module };
    struct strbuf target = STRBUF_INIT, source = STRBUF_INIT, news = STRBUF_INIT;
    size_t migrations = migration_count(line->entry);
    enum role target_role, source_role;

    target_cell(line, &target, &target_role);
    source_cell(line, &source, &source_role);
    if (migrations > 0)
        strbuf_printf(&news, "%zu migration%s", migrations, migrations == 1 ? "" : "s");
    row_set(&row, 0, ROLE_NORMAL, line->entry->module);
    row_set(&row, 1, ROLE_NORMAL, line->entry->version);
    row_set(&row, 2, target_role, target.data);
    row_set(&row, 3, source_role, source.data);
    row_set(&row, 4, ROLE_NORMAL, news.data);
    memory_rows_add(screen->rows, &row);
    strbuf_release(&target);
    strbuf_release(&source);
    strbuf_release(&news);
}

/* A kept thing that is about the release: number, status, and whether it is about the list as it is
 * now. */
static void add_kept(struct release_screen *screen, const char *kind, int64_t number,
                     const char *status, const char *detail, bool current)
{
    struct strbuf identity = STRBUF_INIT, name = STRBUF_INIT;
    struct row row = { 0 };

    strbuf_printf(&identity, "%s:%" PRId64, kind, number);
    strbuf_printf(&name, "%s %" PRId64, kind, number);
    row.identity = identity.data;
    row_set(&row, 0, ROLE_NORMAL, name.data);
    row_set(&row, 1, ROLE_NORMAL, status);
    row_set(&row, 2, ROLE_DIM, detail);
    if (!current)
        row_set(&row, 3, ROLE_WARNING, "older than the list");
    memory_rows_add(screen->rows, &row);
    strbuf_release(&identity);
    strbuf_release(&name);
}

static void add_reports(struct release_screen *screen)
{
    const struct store_reports *list = &screen->detail.reports;

    for (size_t i = 0; i < list->count; i++) {
        struct strbuf text = STRBUF_INIT;

        strbuf_printf(&text, "%" PRId64 " difference%s", list->items[i].counts.total,
                      list->items[i].counts.total == 1 ? "" : "s");
        add_kept(screen, "report", list->items[i].number, list->items[i].run, text.data,
                 release_has_current_report(&screen->detail, &list->items[i]));
        strbuf_release(&text);
    }
}

static void add_notes(struct release_screen *screen)
{
    const struct store_notes *list = &screen->detail.notes;

    for (size_t i = 0; i < list->count; i++) {
        struct strbuf text = STRBUF_INIT;

        strbuf_printf(&text, "rev %" PRId64, list->items[i].rev);
        add_kept(screen, "note", list->items[i].number, note_status_name(list->items[i].status),
                 text.data, release_has_current_notes(&screen->detail, &list->items[i]));
        strbuf_release(&text);
    }
}

static void fill(struct release_screen *screen)
{
    const struct release_detail *detail = &screen->detail;
    bool moved = detail->by_source[RELEASE_SOURCE_SAME] < detail->line_count;
    const char *target = arena_printf(screen->arena, "%s has", detail->row.target);
    const char *source = arena_printf(screen->arena, "%s moved", detail->row.source);
    struct list_column columns[CELLS] = {
        {"Module",             14, 40, 0, FIT_END},
        { "Frozen",            8,  20, 0, FIT_END},
        { target,              8,  24, 0, FIT_END},
        { moved ? source : "", 8,  24, 1, FIT_END},
        { "New there",         9,  0,  2, FIT_END},
    };

    memory_rows_clear(screen->rows);
    for (size_t i = 0; i < detail->line_count; i++)
        add_line(screen, &detail->lines[i]);
    if (detail->reports.count + detail->notes.count > 0)
        memory_rows_add_group(screen->rows, "Made of it", "");
    add_reports(screen);
    add_notes(screen);
    list_columns_fit(columns, CELLS, screen->rows);
    list_set_columns(screen->list, columns, CELLS);
    list_reload(screen->list);
}

/* Quick: the store alone is read. */
static bool read_anew(struct release_screen *screen, const struct store_release *release,
                      struct error *error)
{
    struct arena *arena = arena_new();
    struct release_detail detail;

    if (!release_detail_read(&screen->studio->call, release, NULL, arena, &detail, error)) {
        arena_free(&arena);
        return false;
    }
    /* The columns' titles lie in the arena: those that are drawn are never freed before. */
    struct arena *before = screen->arena;

    screen->arena = arena;
    screen->detail = detail;
    fill(screen);
    arena_free(&before);
    if (screen->view != NULL)
        view_set_production(screen->view, detail.production);
    return true;
}

/* --- Drawing ---------------------------------------------------------------------------------- */

static void release_title(const struct view *view, struct strbuf *out)
{
    const struct release_screen *screen = view_state(view);

    strbuf_printf(out, "Release %s", screen->detail.row.name);
}

static void release_layout(struct view *view, struct rectangle area)
{
    struct release_screen *screen = view_state(view);
    bool foot = area.rows >= ROWS_FOR_FOOT;

    rectangle_cut_top(&area, HEAD_ROWS);
    screen->foot = rectangle_cut_bottom(&area, foot ? FOOT_ROWS : 0);
    pane_place(list_pane(screen->list), area);
}

static const struct release_line *selected_line(const struct release_screen *screen)
{
    struct row row;

    if (!list_selected(screen->list, &row) || row.identity == NULL)
        return NULL;
    for (size_t i = 0; i < screen->detail.line_count; i++)
        if (strcmp(screen->detail.lines[i].entry->module, row.identity) == 0)
            return &screen->detail.lines[i];
    return NULL;
}

static void draw_head(const struct release_screen *screen, const struct surface *surface)
{
    const struct store_release *row = &screen->detail.row;
    bool utf8 = screen->studio->utf8;
    struct strbuf line = STRBUF_INIT, next = STRBUF_INIT;
    char when[TIMESTAMP_SIZE];

    rich_text(&line, RICH_TITLE, row->name, utf8);
    strbuf_add(&line, "   ");
    rich_text(&line, RICH_PLAIN, row->source, utf8);
    strbuf_add(&line, utf8 ? " → " : " -> ");
    rich_text(&line, RICH_PLAIN, row->target, utf8);
    strbuf_printf(&line, "   %s   rev %" PRId64 ", ", release_status_name(row->status), row->rev);
    strbuf_add(&line, "cut by ");
    rich_text(&line, RICH_PLAIN, row->created_by, utf8);
    strbuf_printf(&line, " %s",
                  timestamp_relative(row->created_at, clock_now(&screen->studio->call.clock),
                                     when));
    if (*row->description != '\0') {
        strbuf_add(&line, "   ");
        rich_text(&line, RICH_DIM, row->description, utf8);
    }
    surface_rich(surface, 0, 1, line.data);
    strbuf_clear(&line);
    rich_word(&line, RICH_HEADING, screen->detail.step == RELEASE_STEP_NONE ? "ended:" : "next:");
    strbuf_add_char(&line, ' ');
    /* Anew, in the glyphs of this screen. */
    release_next_step(&screen->detail.facts, utf8, &next);
    rich_text(&line, screen->detail.step == RELEASE_STEP_DECIDE ? RICH_WARNING : RICH_PLAIN,
              next.data, utf8);
    surface_rich(surface, 1, 1, line.data);
    surface_horizontal_line(surface, 2, ROLE_LINE);
    strbuf_release(&next);
    strbuf_release(&line);
}

static const char *or_unknown(const char *text)
{
    return text != NULL ? text : "not known";
}

/* What was frozen of the module under the cursor. */
static void draw_foot(const struct release_screen *screen, const struct surface *surface)
{
    const struct release_line *line = selected_line(screen);
    const struct release_detail *detail = &screen->detail;
    const char *between = screen->studio->utf8 ? " · " : ", ";

    surface_horizontal_line(surface, 0, ROLE_LINE);
    if (line != NULL) {
        surface_printf(surface, 1, 1, ROLE_NORMAL, "commit %s, image %s",
                       or_unknown(line->entry->commit), or_unknown(line->entry->image));
        surface_printf(surface, 2, 1, ROLE_DIM, "configuration at %s%s%s",
                       or_unknown(line->entry->config_revision),
                       line->entry->migrations != NULL ? ", new there " : "",
                       line->entry->migrations != NULL ? line->entry->migrations : "");
    }
    surface_printf(surface, 3, 1, ROLE_DIM,
                   "%s: %zu of %zu deployed%s%s: %zu moved, %zu kept%s%zu not in the release",
                   detail->row.target, detail->by_target[RELEASE_TARGET_SAME], detail->line_count,
                   between, detail->row.source, detail->by_source[RELEASE_SOURCE_MOVED],
                   detail->by_source[RELEASE_SOURCE_KEPT], between, detail->other_count);
}

static void release_draw(struct view *view, const struct surface *surface)
{
    const struct release_screen *screen = view_state(view);
    struct surface foot;

    draw_head(screen, surface);
    if (screen->foot.rows == 0)
        return;
    foot = surface_part(surface, screen->foot);
    draw_foot(screen, &foot);
}

static enum role release_status_words(const struct view *view, struct strbuf *out)
{
    const struct release_screen *screen = view_state(view);

    strbuf_add(out, release_status_name(screen->detail.row.status));
    return ROLE_NORMAL;
}

/* --- Acting ----------------------------------------------------------------------------------- */

static unsigned open_drift(struct release_screen *screen, const char *module)
{
    char *previous = memory_printf("env:%s", screen->detail.row.target);
    char *current = memory_printf("release:%s", screen->detail.row.name);

    screen->studio->actions->compare_module(screen->studio, previous, current, module);
    free(previous);
    free(current);
    return REFRESH_DRAW;
}

static unsigned open_row(struct release_screen *screen)
{
    struct row row;
    const char *colon;

    if (!list_selected(screen->list, &row) || row.identity == NULL)
        return REFRESH_NONE;
    if (selected_line(screen) != NULL)
        return open_drift(screen, row.identity);
    colon = strchr(row.identity, ':');
    if (colon != NULL && strncmp(row.identity, "report", 6) == 0)
        screen->studio->actions->open_report(screen->studio, strtoll(colon + 1, NULL, 10));
    else if (colon != NULL)
        screen->studio->actions->open_note(screen->studio, strtoll(colon + 1, NULL, 10));
    return REFRESH_DRAW;
}

static bool release_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct release_screen *screen = view_state(view);
    const struct release_detail *detail = &screen->detail;

    if (action == RELEASE_ROW || action == RELEASE_DRIFT || action == RELEASE_NOTES)
        return true;
    if (detail->row.status != RELEASE_OPEN)
        strbuf_printf(why, "it is %s and never changes", release_status_name(detail->row.status));
    else if (action == RELEASE_UPDATE && list_marked_count(screen->list) == 0 &&
             detail->by_source[RELEASE_SOURCE_MOVED] + detail->by_source[RELEASE_SOURCE_GONE] == 0)
        strbuf_printf(why, "%s has what was frozen", detail->row.source);
    else
        return true;
    return false;
}

static void ask_where(const struct release_screen *screen)
{
    const struct release_line *line = selected_line(screen);
    const char *commit = line != NULL ? line->entry->commit : NULL;

    screen->studio->actions->where(screen->studio, &commit, commit != NULL ? 1 : 0);
}

static void open_verify(struct release_screen *screen)
{
    char *subject = memory_printf("release:%s", screen->detail.row.name);

    workspace_open(screen->studio->workspace,
                   verify_view_new(screen->studio, subject, NULL, screen->detail.production));
    free(subject);
}

static unsigned release_act(struct view *view, int action)
{
    struct release_screen *screen = view_state(view);
    struct vector marked;

    switch (action) {
    case RELEASE_ROW:
        return open_row(screen);
    case RELEASE_DRIFT:
        return open_drift(screen, NULL);
    case RELEASE_WHERE:
        ask_where(screen);
        return REFRESH_DRAW;
    case RELEASE_VERIFY:
        open_verify(screen);
        return REFRESH_DRAW;
    case RELEASE_NOTES:
        release_make_notes(screen->studio, &screen->detail);
        return REFRESH_DRAW;
    case RELEASE_UPDATE:
        vector_init(&marked, sizeof(const char *));
        list_marked(screen->list, &marked);
        release_ask_update(screen->studio, &screen->detail, &marked);
        vector_release(&marked);
        return REFRESH_DRAW;
    case RELEASE_CLOSE:
        release_ask_close(screen->studio, &screen->detail);
        return REFRESH_DRAW;
    case RELEASE_CANCEL:
        release_ask_cancel(screen->studio, &screen->detail);
        return REFRESH_DRAW;
    default:
        return REFRESH_IGNORED;
    }
}

static void release_copy(const struct view *view, struct copy_menu *menu)
{
    const struct release_screen *screen = view_state(view);
    const struct release_line *line = selected_line(screen);
    const struct store_release *row = &screen->detail.row;
    struct strbuf command = STRBUF_INIT;

    copy_menu_add(menu, 't', "name", row->name);
    copy_menu_add(menu, 'i', "digest", row->digest);
    release_command(&command, &screen->studio->call, row,
                    line != NULL ? line->entry->module : NULL);
    copy_menu_add(menu, 'c', "command", command.data);
    strbuf_clear(&command);
    release_check_command(&command, &screen->studio->call, row);
    copy_menu_add(menu, 'p', "proof", command.data);
    if (line != NULL && line->entry->commit != NULL)
        copy_menu_add(menu, 'g', "commit", line->entry->commit);
    strbuf_release(&command);
}

/* Somebody, here or elsewhere, may have changed it. */
static void look_again(struct release_screen *screen)
{
    struct store_release row = screen->detail.row;
    struct error error = { 0 };

    if (!read_anew(screen, &row, &error))
        workspace_say_error(screen->studio->workspace, &error);
}

static unsigned release_event(struct view *view, const struct event *event)
{
    struct release_screen *screen = view_state(view);

    studio_take_events(screen->studio);
    /* What nobody sees is read when it is seen. */
    if (event->kind == STUDIO_LOOKED && workspace_view(screen->studio->workspace) == view)
        look_again(screen);
    return REFRESH_DRAW;
}

static unsigned release_shown(struct view *view)
{
    look_again(view_state(view));
    return REFRESH_DRAW;
}

static void release_close(struct view *view)
{
    struct release_screen *screen = view_state(view);

    if (screen->studio->release_view == view)
        screen->studio->release_view = NULL;
    list_free(&screen->list);
    memory_rows_free(&screen->rows);
    arena_free(&screen->arena);
    free(screen);
}

static const struct view_ops release_ops = {
    .name = "Release",
    .keys = &release_keys,
    .title = release_title,
    .layout = release_layout,
    .draw = release_draw,
    .act = release_act,
    .allows = release_allows,
    .event = release_event,
    .shown = release_shown,
    .status = release_status_words,
    .copy = release_copy,
    .close = release_close,
};

struct view *release_view_new(struct studio *studio, const struct store_release *release,
                              struct error *error)
{
    static const struct list_column first = { "Module", 1, 0, 0, FIT_END };
    struct release_screen *screen = memory_new(sizeof *screen);

    screen->studio = studio;
    screen->rows = memory_rows_new(CELLS);
    screen->list = list_new(&first, 1, memory_rows_source(screen->rows));
    if (!read_anew(screen, release, error)) {
        list_free(&screen->list);
        memory_rows_free(&screen->rows);
        free(screen);
        return NULL;
    }
    screen->view = view_new(studio->workspace, &release_ops, screen);
    view_set_production(screen->view, screen->detail.production);
    view_add_pane(screen->view, list_pane(screen->list));
    studio->release_view = screen->view;
    return screen->view;
}

bool release_view_again(struct studio *studio, const struct store_release *release)
{
    struct view *view = studio->release_view;
    struct release_screen *screen;

    if (view == NULL || workspace_view(studio->workspace) != view)
        return false;
    screen = view_state(view);
    if (strcmp(screen->detail.row.id, release->id) != 0)
        return false;
    look_again(screen);
    view_refresh(view, REFRESH_DRAW);
    return true;
}
