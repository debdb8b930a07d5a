#include <pilab/tui/studio_parts.h>

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
};

enum start_action { START_OPEN, START_PICK, START_LAST };

static const struct key_row start_rows[] = {
    {"Enter l Right", START_OPEN, "open",     "Open the line",                                   KEYS_HINT},
    { "c",            START_PICK, "compare",  "Choose two states and compare them",              KEYS_HINT},
    { "d",            START_LAST, "last two", "Compare the last two versions of the repository", KEYS_HINT},
};

static const struct key_table start_keys = { "Start", start_rows,
                                             sizeof start_rows / sizeof *start_rows };

#define START_CELLS 4

/* At most: columns with less in them are narrower. */
static const struct list_column start_columns[START_CELLS] = {
    {"No",     4,  6,  0, FIT_RIGHT},
    { "What",  16, 0,  0, FIT_END  },
    { "State", 16, 24, 1, FIT_END  },
    { "When",  14, 20, 2, FIT_RIGHT},
};

static void add_report(struct start *start, const struct store_report *report)
{
    int64_t now = clock_now(&start->studio->call.clock);
    long long total = (long long)report->counts.total;
    char number[32], when[TIMESTAMP_SIZE], state[64];
    struct row row = { .identity = number };

    snprintf(number, sizeof number, "%" PRId64, report->number);
    snprintf(state, sizeof state, "%lld difference%s%s%s", total, total == 1 ? "" : "s",
             report->severity != NULL ? "  " : "",
             report->severity != NULL ? report->severity : "");
    row_set(&row, 0, ROLE_DIM, number);
    row_set(&row, 1, ROLE_NORMAL, stored_report_words(report, start->arena));
    row_set(&row, 2, ROLE_DIM, state);
    row_set(&row, 3, ROLE_DIM, timestamp_relative(report->created_at, now, when));
    memory_rows_add(start->rows, &row);
}

/* What is around goes when we look around again, rows do not. */
static const struct store_report *copy_report(const struct store_report *report,
                                              struct arena *arena)
{
    struct store_report *copy = arena_array(arena, 1, sizeof *copy);

    *copy = *report;
    copy->project_id = arena_text(arena, report->project_id);
    copy->run = arena_text(arena, report->run);
    copy->title = arena_text(arena, report->title);
    copy->previous_spec = arena_text(arena, report->previous_spec);
    copy->previous_label = arena_text(arena, report->previous_label);
    copy->current_spec = arena_text(arena, report->current_spec);
    copy->current_label = arena_text(arena, report->current_label);
    copy->reason = arena_text(arena, report->reason);
    copy->created_by = arena_text(arena, report->created_by);
    return copy;
}

static void fill(struct start *start)
{
    const struct surroundings *around = start->studio->around;

    memory_rows_clear(start->rows);
    vector_clear(&start->things);
    arena_free(&start->arena);
    start->arena = arena_new();
    for (size_t i = 0; around != NULL && i < around->kept_count; i++) {
        const struct store_report *report = copy_report(&around->kept[i], start->arena);
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

/* --- As a view -------------------------------------------------------------------------------- */

static void show_rows(struct start *start)
{
    struct list_column columns[START_CELLS];

    fill(start);
    memcpy(columns, start_columns, sizeof columns);
    list_columns_fit(columns, START_CELLS, start->rows);
    list_set_columns(start->list, columns, START_CELLS);
    list_reload(start->list);
}

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
    default:
        return REFRESH_IGNORED;
    }
}

static unsigned start_event(struct view *view, const struct event *event)
{
    struct start *start = view_state(view);
    /* Nothing moves under the cursor; who comes to the list, though, meets the newest report. */
    bool newest = list_cursor(start->list) == 0 && workspace_view(start->studio->workspace) != view;

    studio_take_events(start->studio);
    if (event->kind == STUDIO_LOOKED) {
        show_rows(start);
        if (newest)
            list_move_to(start->list, 0);
    }
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
    show_rows(start);
    list_set_empty(start->list, "No report is kept here.\n\n"
                                "c  choose two states and compare them\n"
                                "d  compare the last two versions of the repository");
    view = view_new(studio->workspace, &start_ops, start);
    view_add_pane(view, list_pane(start->list));
    return view;
}
