#include <pilab/tui/studio_parts.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/release.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/tui/list.h>

#define CELLS 5

enum releases_action { RELEASES_OPEN, RELEASES_CUT };

/* clang-format off */
static const struct key_row releases_rows[] = {
    { "Enter l Right", RELEASES_OPEN, "open", "Open the release", KEYS_HINT },
    { "!r", RELEASES_CUT, "cut", "Cut a new release", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table releases_keys = { "Releases", releases_rows,
                                                sizeof releases_rows / sizeof *releases_rows };

static const struct list_column releases_columns[CELLS] = {
    {"Release", 10, 18, 0, FIT_END},
    { "From",   4,  10, 2, FIT_END},
    { "To",     4,  10, 0, FIT_END},
    { "Status", 6,  10, 3, FIT_END},
    { "Next",   20, 0,  0, FIT_END},
};

/* The releases of a list, as it was asked for. */
struct releases {
    struct studio *studio;
    json_t *items;
    struct memory_rows *rows;
    struct list *list;
};

static void add_row(struct releases *releases, const json_t *item)
{
    const char *name = json_member_text(item, "name"), *step = json_member_text(item, "step");
    struct row row = { .identity = name };

    row_set(&row, 0, ROLE_NORMAL, name);
    row_set(&row, 1, ROLE_NORMAL, json_member_text(item, "from"));
    row_set(&row, 2, ROLE_NORMAL, json_member_text(item, "to"));
    row_set(&row, 3, ROLE_DIM, json_member_text(item, "status"));
    row_set(&row, 4, step != NULL && strcmp(step, "decide") == 0 ? ROLE_WARNING : ROLE_NORMAL,
            json_member_text(item, "sentence"));
    memory_rows_add(releases->rows, &row);
}

/* --- Filtering -------------------------------------------------------------------------------- */

static bool row_passes(const void *context, const struct filter *filter, const char *identity,
                       const char *words, size_t length)
{
    const struct releases *releases = context;
    size_t index;
    json_t *item;

    json_array_foreach(releases->items, index, item)
    {
        if (strcmp(json_member_text(item, "name"), identity) == 0)
            return filter_test(filter, item, words, length);
    }
    return false;
}

static void offer_values(const void *context, size_t field,
                         void (*offer)(void *to, const char *value), void *to)
{
    const struct releases *releases = context;
    const char *value;
    size_t index;
    json_t *item;

    json_array_foreach(releases->items, index, item)
    {
        value = release_list_fields.text(item, field, 0);
        if (value != NULL)
            offer(to, value);
    }
}

static void set_fields(struct releases *releases)
{
    memory_rows_set_fields(releases->rows,
                           &(struct row_fields){ .fields = &release_list_fields,
                                                 .passes = row_passes,
                                                 .values = offer_values,
                                                 .context = releases,
                                                 .clock = releases->studio->call.clock });
}

/* --- As a view -------------------------------------------------------------------------------- */

static void releases_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "Releases");
}

static void releases_layout(struct view *view, struct rectangle area)
{
    struct releases *releases = view_state(view);

    pane_place(list_pane(releases->list), area);
}

static unsigned releases_act(struct view *view, int action)
{
    struct releases *releases = view_state(view);
    struct row row;

    if (action == RELEASES_CUT)
        releases->studio->actions->cut_release(releases->studio, NULL, NULL, NULL, 0);
    else if (list_selected(releases->list, &row) && row.identity != NULL)
        releases->studio->actions->open_release(releases->studio, row.identity);
    return REFRESH_DRAW;
}

static bool releases_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct releases *releases = view_state(view);

    if (action != RELEASES_CUT || releases->studio->call.project != NULL)
        return true;
    strbuf_add(why, "there is no project");
    return false;
}

static unsigned releases_event(struct view *view, const struct event *event)
{
    (void)event;
    studio_take_events(((struct releases *)view_state(view))->studio);
    return REFRESH_DRAW;
}

static void releases_close(struct view *view)
{
    struct releases *releases = view_state(view);

    list_free(&releases->list);
    memory_rows_free(&releases->rows);
    json_decref(releases->items);
    free(releases);
}

static const struct view_ops releases_ops = {
    .name = "Releases",
    .keys = &releases_keys,
    .title = releases_title,
    .layout = releases_layout,
    .act = releases_act,
    .allows = releases_allows,
    .event = releases_event,
    .close = releases_close,
};

struct view *releases_view_new(struct studio *studio, const json_t *items)
{
    struct releases *releases = memory_new(sizeof *releases);
    struct list_column columns[CELLS];
    struct view *view;
    json_t *item;
    size_t index;

    releases->studio = studio;
    releases->items = json_deep_copy(items);
    releases->rows = memory_rows_new(CELLS);
    set_fields(releases);
    json_array_foreach(items, index, item) add_row(releases, item);
    memcpy(columns, releases_columns, sizeof columns);
    list_columns_fit(columns, CELLS, releases->rows);
    releases->list = list_new(columns, CELLS, memory_rows_source(releases->rows));
    list_set_empty(releases->list, "There is no open release.\n\n"
                                   "!r cuts one; `:release list --all` shows those that ended.");
    view = view_new(studio->workspace, &releases_ops, releases);
    view_add_pane(view, list_pane(releases->list));
    return view;
}
