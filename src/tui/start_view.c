#include "view_reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/kept_fields.h>
#include <pilab/app/stored.h>
#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/tui/list.h>

/* The first view of the place Drift: what was kept before, and how to get more. */
struct start {
    struct studio *studio;
    struct memory_rows *rows;
    struct list *list;
    struct arena *arena;  /* of the things */
    struct vector things; /* struct kept_thing, a row each */
    struct view_reading reading;
    bool arrived; /* somebody came to the list, whose cursor stands on the first line */
};

#define MOST_KEPT 1000

static const char nothing_kept[] = "No report is kept here.\n\n"
                                   "c  choose two states and compare them\n"
                                   "d  compare the last two versions of the repository";

enum start_action { START_OPEN, START_PICK, START_LAST, START_DECISIONS };

static const struct key_row start_rows[] = {
    {"Enter l Right", START_OPEN,      "open",      "Open the line",                                   KEYS_HINT},
    { "c",            START_PICK,      "compare",   "Choose two states and compare them",              KEYS_HINT},
    { "d",            START_LAST,      "last two",  "Compare the last two versions of the repository", KEYS_HINT},
    { "gd",           START_DECISIONS, "decisions", "List what was decided about differences",         0        },
};

static const struct key_table start_keys = { "Start", start_rows,
                                             sizeof start_rows / sizeof *start_rows };

#define START_CELLS 4

/* At most: columns with less in them are narrower. */
static const struct list_column start_columns[START_CELLS] = {
    {"No",     4,  6,  0, FIT_RIGHT},
    { "What",  16, 0,  0, FIT_END  },
    { "State", 16, 34, 1, FIT_END  },
    { "When",  14, 20, 2, FIT_RIGHT},
};

static void add_report(struct start *start, const struct store_report *report)
{
    int64_t now = clock_now(&start->studio->call.clock);
    long long total = (long long)report->counts.total;
    bool partial = strcmp(report->run, "PARTIAL") == 0;
    char number[32], when[TIMESTAMP_SIZE], state[80];
    struct row row = { .identity = number };

    snprintf(number, sizeof number, "%" PRId64, report->number);
    snprintf(state, sizeof state, "%lld difference%s%s%s%s", total, total == 1 ? "" : "s",
             partial ? "  PARTIAL" : "", report->severity != NULL ? "  " : "",
             report->severity != NULL ? report->severity : "");
    row_set(&row, 0, ROLE_DIM, number);
    row_set(&row, 1, ROLE_NORMAL, stored_report_words(report, start->arena));
    row_set(&row, 2, ROLE_DIM, state);
    row_set(&row, 3, ROLE_DIM, timestamp_relative(report->created_at, now, when));
    memory_rows_add(start->rows, &row);
}

static void add_reports(struct start *start, const struct store_reports *reports)
{
    for (size_t i = 0; i < reports->count; i++) {
        const struct store_report *report = &reports->items[i];
        struct kept_thing thing = kept_report_thing(&start->studio->call, report, start->arena);

        vector_push(&start->things, &thing);
        add_report(start, report);
    }
}

/* --- Filtering -------------------------------------------------------------------------------- */

static bool row_passes(const void *context, const struct filter *filter, const char *identity,
                       const char *words, size_t length)
{
    const struct start *start = context;
    int64_t number = strtoll(identity, NULL, 10);

    for (size_t i = 0; i < start->things.count; i++) {
        const struct kept_thing *thing = vector_at(&start->things, i);

        if (thing->report->number == number)
            return filter_test(filter, thing, words, length);
    }
    return false;
}

static void offer_values(const void *context, size_t field,
                         void (*offer)(void *to, const char *value), void *to)
{
    const struct start *start = context;

    for (size_t i = 0; i < start->things.count; i++)
        kept_field_values(vector_at(&start->things, i), field, offer, to);
}

static void set_fields(struct start *start)
{
    memory_rows_set_fields(start->rows, &(struct row_fields){ .fields = &kept_report_fields,
                                                              .passes = row_passes,
                                                              .values = offer_values,
                                                              .context = start,
                                                              .clock = start->studio->call.clock });
}

/* --- Reading ---------------------------------------------------------------------------------- */

static bool read_kept(struct call *call, struct arena *arena, void *out, struct error *error)
{
    struct store_page page = { .limit = MOST_KEPT };

    return store_report_list(call->connection, call->project->id, NULL, NULL, &page, arena, out,
                             error);
}

static const struct reading_kind kept_reading = { "read the reports", sizeof(struct store_reports),
                                                  read_kept, NULL };

static void read_reports(struct start *start)
{
    if (start->studio->call.project == NULL)
        list_set_empty(start->list, nothing_kept);
    else
        view_reading_begin(&start->reading);
}

static void show_rows(struct start *start)
{
    struct list_column columns[START_CELLS];

    memcpy(columns, start_columns, sizeof columns);
    list_columns_fit(columns, START_CELLS, start->rows);
    list_set_columns(start->list, columns, START_CELLS);
    list_reload(start->list);
}

static void take_reports(struct start *start, struct reading_taken *taken)
{
    memory_rows_clear(start->rows);
    vector_clear(&start->things);
    arena_free(&start->arena);
    start->arena = taken->arena; /* what is filtered is what was read */
    taken->arena = NULL;
    add_reports(start, taken->out);
    list_set_empty(start->list, nothing_kept);
    show_rows(start);
    /* Nothing moves under the cursor; who comes to the list, though, meets the newest report. */
    if (start->arrived)
        list_move_to(start->list, 0);
    start->arrived = false;
}

/* --- As a view -------------------------------------------------------------------------------- */

static void start_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    (void)out;
}

static void start_layout(struct view *view, struct rectangle area)
{
    struct start *start = view_state(view);

    pane_place(list_pane(start->list), area);
}

static unsigned open_row(struct start *start)
{
    struct row row;

    if (!list_selected(start->list, &row) || row.identity == NULL)
        return REFRESH_NONE;
    start->studio->actions->open_report(start->studio, strtoll(row.identity, NULL, 10));
    return REFRESH_DRAW;
}

static unsigned start_act(struct view *view, int action)
{
    struct start *start = view_state(view);

    switch (action) {
    case START_OPEN:
        return open_row(start);
    case START_PICK:
        start->studio->actions->pick_states(start->studio);
        return REFRESH_DRAW;
    case START_LAST:
        start->studio->actions->compare(start->studio, NULL, NULL);
        return REFRESH_DRAW;
    case START_DECISIONS:
        decisions_open(start->studio);
        return REFRESH_DRAW;
    default:
        return REFRESH_IGNORED;
    }
}

static unsigned start_event(struct view *view, const struct event *event)
{
    struct start *start = view_state(view);

    if (view_reading_event(&start->reading, event)) {
        if (event->kind == READING_TAKE)
            take_reports(start, event->data);
        else if (event->kind == READING_FAILED)
            list_set_empty(start->list, "The reports could not be read; :messages says why.");
        return REFRESH_DRAW;
    }
    studio_take_events(start->studio);
    /* What nobody sees is read when it is seen. */
    if ((event->kind == STUDIO_STORE_CHANGED || event->kind == STUDIO_LOOKED) &&
        workspace_view(start->studio->workspace) == view)
        read_reports(start);
    return REFRESH_DRAW;
}

static unsigned start_shown(struct view *view)
{
    struct start *start = view_state(view);

    start->arrived = list_cursor(start->list) == 0;
    read_reports(start);
    return REFRESH_DRAW;
}

static void start_close(struct view *view)
{
    struct start *start = view_state(view);

    list_free(&start->list);
    memory_rows_free(&start->rows);
    vector_release(&start->things);
    arena_free(&start->arena);
    free(start);
}

static const struct view_ops start_ops = {
    .name = "Start",
    .keys = &start_keys,
    .title = start_title,
    .layout = start_layout,
    .act = start_act,
    .event = start_event,
    .shown = start_shown,
    .close = start_close,
};

struct view *drift_start_view_new(struct studio *studio)
{
    struct start *start = memory_new(sizeof *start);
    struct view *view;

    start->studio = studio;
    start->arena = arena_new();
    vector_init(&start->things, sizeof(struct kept_thing));
    start->rows = memory_rows_new(START_CELLS);
    set_fields(start);
    start->list = list_new(start_columns, START_CELLS, memory_rows_source(start->rows));
    list_set_empty(start->list, "Reading the reports …");
    show_rows(start);
    view = view_new(studio->workspace, &start_ops, start);
    start->reading = (struct view_reading){ .studio = studio, .view = view, .kind = &kept_reading };
    view_add_pane(view, list_pane(start->list));
    return view;
}
