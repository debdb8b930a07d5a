#include <pilab/tui/studio_parts.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/tui/list.h>

#include "home_lines.h"

/* Where one begins: what can be compared here and now, what was compared last. */
struct home_screen {
    struct studio *studio;
    struct view *view;
    bool outdated; /* the store was changed while another place was looked at */
    struct memory_rows *rows;
    struct list *list;
    struct rectangle foot;
};

enum home_action { HOME_OPEN, HOME_PICK, HOME_DECISIONS };

static const struct key_row home_rows[] = {
    {"Enter l Right", HOME_OPEN,      "open",      "Do what the line says",                   KEYS_HINT},
    { "c",            HOME_PICK,      "compare",   "Choose two states and compare them",      KEYS_HINT},
    { "gd",           HOME_DECISIONS, "decisions", "List what was decided about differences", 0        },
};

static const struct key_table home_keys = { "Home", home_rows,
                                            sizeof home_rows / sizeof *home_rows };

#define MINUTE        60000 /* ms */
#define FOOT_ROWS     2
#define ROWS_FOR_FOOT 18

/* At most: columns with less in them are narrower. */
static const struct list_column home_columns[HOME_CELLS] = {
    {NULL,  38, 56, 0, FIT_END  },
    { NULL, 20, 0,  2, FIT_END  },
    { NULL, 14, 20, 1, FIT_RIGHT},
};

static void add_row(struct home_screen *home, const char *identity, const char *text,
                    const char *detail, const char *right)
{
    struct row row = { .identity = identity };

    row_set(&row, 0, ROLE_NORMAL, text);
    row_set(&row, 1, ROLE_DIM, detail != NULL ? detail : "");
    row_set(&row, 2, ROLE_DIM, right != NULL ? right : "");
    memory_rows_add(home->rows, &row);
}

static void add_offers(struct home_screen *home)
{
    const struct surroundings *around = home->studio->around;
    struct strbuf text = STRBUF_INIT;

    if (around->repository != NULL) {
        memory_rows_add_group(home->rows, around->repository, "the repository you are in");
        if (around->previous != NULL) {
            strbuf_printf(&text, "Compare the last two versions now: %s %s %s", around->previous,
                          home->studio->utf8 ? "→" : "->", around->current);
            add_row(home, "last", text.data, "nothing is stored", NULL);
        }
        add_row(home, "pick", "Compare other versions or branches", NULL, NULL);
    }
    strbuf_release(&text);
}

static void add_promotions(struct home_screen *home)
{
    const struct surroundings *around = home->studio->around;

    if (around->project == NULL)
        return;
    memory_rows_add_group(home->rows, around->project, "the project in the store");
    for (size_t i = around->promotion_count; i-- > 0;) {
        const struct promotion_choice *choice = &around->promotions[i];
        struct strbuf text = STRBUF_INIT, identity = STRBUF_INIT;

        strbuf_printf(&text, "What would %s get from %s?", choice->to, choice->from);
        strbuf_printf(&identity, "promote:%zu", i);
        add_row(home, identity.data, text.data, choice->production ? "production" : NULL, NULL);
        strbuf_release(&text);
        strbuf_release(&identity);
    }
    if (around->repository == NULL)
        add_row(home, "pick", "Compare other environments or versions", NULL, NULL);
}

static void add_recent(struct home_screen *home, const char *title, const char *kind,
                       const struct recent_item *items, size_t count)
{
    int64_t now = clock_now(&home->studio->call.clock);

    if (count == 0)
        return;
    memory_rows_add_group(home->rows, title, "");
    for (size_t i = 0; i < count; i++) {
        struct strbuf text = STRBUF_INIT, detail = STRBUF_INIT, identity = STRBUF_INIT;
        char when[TIMESTAMP_SIZE];

        strbuf_printf(&text, "%" PRId64 "  %s", items[i].number, items[i].title);
        strbuf_printf(&detail, "%s%s%s", items[i].detail, items[i].severity != NULL ? "  " : "",
                      items[i].severity != NULL ? items[i].severity : "");
        strbuf_printf(&identity, "%s:%" PRId64, kind, items[i].number);
        add_row(home, identity.data, text.data, detail.data,
                timestamp_relative(items[i].at, now, when));
        strbuf_release(&text);
        strbuf_release(&detail);
        strbuf_release(&identity);
    }
}

/* What begins in the shell: here it is said how. */
static const struct {
    const char *identity, *text, *detail, *how;
} beginnings[] = {
    {"clone",   "Compare two versions of a repository", "start pilab in it",
     "Leave (Q), go into a clone and start pilab there"},
    { "import", "Take a project from a pilab.yaml",     "pilab project import",
     "Leave (Q) and type: pilab project import FILE"   },
};

#define BEGINNINGS (sizeof beginnings / sizeof *beginnings)

static bool has_demo(const struct home_screen *home)
{
    const struct surroundings *around = home->studio->around;

    return around->repository == NULL && around->repository_error == NULL &&
           home->studio->store_error.code == ERROR_NONE && !home->studio->call.settings->demo &&
           around->report_count + around->note_count == 0;
}

/* For somebody who has nothing to look at yet. */
static void add_demo(struct home_screen *home)
{
    const struct surroundings *around = home->studio->around;

    if (!has_demo(home))
        return;
    memory_rows_add_group(home->rows, "To try it out first", "no git repository here");
    add_row(home, "demo", "Open the demo", "a made-up project", NULL);
    for (size_t i = 0; around->project == NULL && i < BEGINNINGS; i++)
        add_row(home, beginnings[i].identity, beginnings[i].text, beginnings[i].detail, NULL);
}

/* Where none is open yet: which one it is to be. */
static void add_projects(struct home_screen *home)
{
    const struct surroundings *around = home->studio->around;
    const struct error *error = &home->studio->store_error;

    if (around->project != NULL || around->project_count == 0)
        return;
    memory_rows_add_group(home->rows,
                          error->code == ERROR_NOT_FOUND ? error->message : "Which project?", "");
    for (size_t i = 0; i < around->project_count; i++) {
        const struct project_choice *project = &around->projects[i];
        struct strbuf identity = STRBUF_INIT;

        strbuf_printf(&identity, "project:%s", project->code);
        add_row(home, identity.data, project->name, project->code, NULL);
        strbuf_release(&identity);
    }
}

static void fill(struct home_screen *home)
{
    const struct surroundings *around = home->studio->around;
    int64_t now = clock_now(&home->studio->call.clock);

    memory_rows_clear(home->rows);
    if (around == NULL)
        return;
    add_projects(home);
    home_lines_add_duties(home->rows, &around->home, now);
    add_offers(home);
    add_promotions(home);
    home_offers_add(home->studio, home->rows);
    add_demo(home);
    home_lines_add_news(home->rows, &around->home, now, home->studio->utf8);
    add_recent(home, "Reports", "report", around->reports, around->report_count);
    add_recent(home, "Release notes", "note", around->notes, around->note_count);
}

static void show_rows(struct home_screen *home)
{
    struct list_column columns[HOME_CELLS];

    fill(home);
    memcpy(columns, home_columns, sizeof columns);
    list_columns_fit(columns, HOME_CELLS, home->rows);
    list_set_columns(home->list, columns, HOME_CELLS);
    list_reload(home->list);
}

static void home_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    (void)out;
}

static void home_layout(struct view *view, struct rectangle area)
{
    struct home_screen *home = view_state(view);

    home->foot = (struct rectangle){ 0 };
    if (area.rows >= ROWS_FOR_FOOT)
        home->foot = rectangle_cut_bottom(&area, FOOT_ROWS);
    pane_place(list_pane(home->list), area);
}

/* The selected line once more, whole: a next step is a sentence. */
static void home_draw(struct view *view, const struct surface *surface)
{
    struct home_screen *home = view_state(view);
    struct surface foot = surface_part(surface, home->foot);
    struct row row;
    int column = 1;

    if (home->foot.rows == 0)
        return;
    surface_horizontal_line(&foot, 0, ROLE_LINE);
    if (!list_selected(home->list, &row))
        return;
    for (int i = 0; i < HOME_CELLS; i++)
        if (row.cells[i].length > 0)
            column += 2 + surface_text(&foot, 1, column, surface_columns(&foot) - column,
                                       style_of(row.cells[i].role), row.cells[i].text,
                                       row.cells[i].length);
}

static void open_promotion(struct home_screen *home, size_t index)
{
    const struct promotion_choice *choice = &home->studio->around->promotions[index];
    struct strbuf previous = STRBUF_INIT, current = STRBUF_INIT;

    strbuf_printf(&previous, "env:%s", choice->to);
    strbuf_printf(&current, "env:%s", choice->from);
    home->studio->actions->compare(home->studio, previous.data, current.data);
    strbuf_release(&previous);
    strbuf_release(&current);
}

static unsigned open_row(struct home_screen *home)
{
    const char *colon;
    struct row row;

    if (!list_selected(home->list, &row) || row.identity == NULL)
        return REFRESH_NONE;
    colon = strchr(row.identity, ':');
    if (home_offers_open(home->studio, row.identity))
        return REFRESH_DRAW;
    if (strcmp(row.identity, "last") == 0)
        home->studio->actions->compare(home->studio, NULL, NULL);
    else if (strcmp(row.identity, "pick") == 0)
        home->studio->actions->pick_states(home->studio);
    else if (strcmp(row.identity, "demo") == 0)
        home->studio->actions->open_demo(home->studio);
    else if (colon != NULL && strncmp(row.identity, "promote", 7) == 0)
        open_promotion(home, (size_t)strtoull(colon + 1, NULL, 10));
    else if (colon != NULL && strncmp(row.identity, "report", 6) == 0)
        home->studio->actions->open_report(home->studio, strtoll(colon + 1, NULL, 10));
    else if (colon != NULL && strncmp(row.identity, "note", 4) == 0)
        home->studio->actions->open_note(home->studio, strtoll(colon + 1, NULL, 10));
    else if (colon != NULL && strncmp(row.identity, "release", 7) == 0)
        home->studio->actions->open_release(home->studio, colon + 1);
    else if (colon != NULL && strncmp(row.identity, "project:", 8) == 0)
        home->studio->actions->open_project(home->studio, colon + 1);
    else if (strcmp(row.identity, HOME_DECIDED) == 0)
        decisions_open(home->studio);
    else if (strcmp(row.identity, "audit") == 0)
        workspace_go(home->studio->workspace, PLACE_AUDIT);
    for (size_t i = 0; i < BEGINNINGS; i++)
        if (strcmp(row.identity, beginnings[i].identity) == 0)
            workspace_say(home->studio->workspace, MESSAGE_INFO, "%s", beginnings[i].how);
    return REFRESH_DRAW;
}

static unsigned home_act(struct view *view, int action)
{
    struct home_screen *home = view_state(view);

    switch (action) {
    case HOME_OPEN:
        return open_row(home);
    case HOME_PICK:
        home->studio->actions->pick_states(home->studio);
        return REFRESH_DRAW;
    case HOME_DECISIONS:
        decisions_open(home->studio);
        return REFRESH_DRAW;
    default:
        return REFRESH_IGNORED;
    }
}

static void set_empty_text(struct home_screen *home)
{
    const struct surroundings *around = home->studio->around;
    const struct error *store_error = &home->studio->store_error;
    struct strbuf text = STRBUF_INIT;

    if (around == NULL) {
        list_set_empty(home->list, "Looking around …");
        return;
    }
    if (around->repository_error != NULL)
        strbuf_printf(&text, "%s\n\n", around->repository_error);
    if (store_error->code != ERROR_NONE)
        strbuf_printf(&text, "%s\n%s\n\n", store_error->message, store_error->hint);
    /* Who has a project and cannot see it is not to begin another one. */
    if (store_error->code == ERROR_AMBIGUOUS || store_error->code == ERROR_NOT_FOUND) {
        strbuf_add(&text, "Q leaves.");
        list_set_empty(home->list, text.data);
        strbuf_release(&text);
        return;
    }
    strbuf_add(&text, "There is no git repository here and no project yet.\n"
                      "Go into a clone and start pilab there, or leave (Q) and try\n"
                      "    pilab demo                 a project made up for trying things out\n"
                      "    pilab init --scan FOLDER   a project of the repositories below it\n"
                      "    pilab project import FILE  a project from a pilab.yaml\n");
    list_set_empty(home->list, text.data);
    strbuf_release(&text);
}

static bool is_looked_at(const struct home_screen *home)
{
    return workspace_place(home->studio->workspace) == PLACE_HOME;
}

/* How long ago something was is another answer with each minute. */
static void wake_later(const struct home_screen *home)
{
    view_wake(home->view, clock_monotonic() + MINUTE);
}

static void renew(struct home_screen *home)
{
    home->outdated = !is_looked_at(home);
    if (!home->outdated)
        studio_look_again(home->studio);
}

static unsigned home_event(struct view *view, const struct event *event)
{
    struct home_screen *home = view_state(view);

    studio_take_events(home->studio);
    switch (event->kind) {
    case STUDIO_LOOKED:
        set_empty_text(home);
        show_rows(home);
        if (is_looked_at(home))
            studio_home_seen(home->studio);
        break;
    case STUDIO_STORE_CHANGED:
        renew(home);
        break;
    case VIEW_WOKEN:
        show_rows(home);
        wake_later(home);
        break;
    default:
        break;
    }
    return REFRESH_DRAW;
}

static unsigned home_shown(struct view *view)
{
    struct home_screen *home = view_state(view);

    studio_home_seen(home->studio);
    show_rows(home);
    if (home->outdated)
        renew(home);
    return REFRESH_DRAW;
}

static void home_close(struct view *view)
{
    struct home_screen *home = view_state(view);

    list_free(&home->list);
    memory_rows_free(&home->rows);
    free(home);
}

static const struct view_ops home_ops = {
    .name = "Home",
    .keys = &home_keys,
    .title = home_title,
    .layout = home_layout,
    .draw = home_draw,
    .act = home_act,
    .event = home_event,
    .shown = home_shown,
    .close = home_close,
};

struct view *home_view_new(struct studio *studio)
{
    struct home_screen *home = memory_new(sizeof *home);
    struct view *view;

    home->studio = studio;
    home->rows = memory_rows_new(HOME_CELLS);
    home->list = list_new(home_columns, HOME_CELLS, memory_rows_source(home->rows));
    set_empty_text(home);
    show_rows(home);
    view = home->view = view_new(studio->workspace, &home_ops, home);
    view_add_pane(view, list_pane(home->list));
    wake_later(home);
    return view;
}
