#include "manifest_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/tui/list.h>

#define HISTORY_LIMIT 500

/* A list that was opened from the manifest: the events of a cell, or what differs. */
struct sublist {
    struct studio *studio;
    char *title;
    struct memory_rows *rows;
    struct list *list;
    /* Of differences. */
    char *previous, *current;
    /* Of events: a page for each, in their order. */
    struct vector pages; /* char *, rich text */
};

enum sublist_action { SUBLIST_OPEN, SUBLIST_ALL };

/* clang-format off */
static const struct key_row history_key_rows[] = {
    { "Enter l Right", SUBLIST_OPEN, "open", "Show everything about the deployment", KEYS_HINT },
};
static const struct key_row differences_key_rows[] = {
    { "Enter l Right", SUBLIST_OPEN, "drift", "Compare this module", KEYS_HINT },
    { "c", SUBLIST_ALL, "compare all", "Compare all modules", KEYS_HINT },
};
/* clang-format on */

static const struct key_table history_keys = { "History", history_key_rows, 1 };
static const struct key_table differences_keys = { "Differences", differences_key_rows, 2 };

static void sublist_title(const struct view *view, struct strbuf *out)
{
    strbuf_add(out, ((struct sublist *)view_state(view))->title);
}

static void sublist_layout(struct view *view, struct rectangle area)
{
    pane_place(list_pane(((struct sublist *)view_state(view))->list), area);
}

static unsigned sublist_event(struct view *view, const struct event *event)
{
    (void)event;
    studio_take_events(((struct sublist *)view_state(view))->studio);
    return REFRESH_DRAW;
}

static void sublist_close(struct view *view)
{
    struct sublist *sublist = view_state(view);

    list_free(&sublist->list);
    memory_rows_free(&sublist->rows);
    for (size_t i = 0; i < sublist->pages.count; i++)
        free(*(char **)vector_at(&sublist->pages, i));
    vector_release(&sublist->pages);
    free(sublist->previous);
    free(sublist->current);
    free(sublist->title);
    free(sublist);
}

static struct sublist *sublist_new(struct studio *studio, const char *title, size_t cells)
{
    struct sublist *sublist = memory_new(sizeof *sublist);

    sublist->studio = studio;
    sublist->title = memory_copy_text(title);
    sublist->rows = memory_rows_new(cells);
    vector_init(&sublist->pages, sizeof(char *));
    return sublist;
}

static struct view *sublist_view(struct sublist *sublist, const struct view_ops *ops,
                                 const struct list_column *columns, size_t count, const char *empty)
{
    struct list_column fitted[ROW_CELLS];
    struct view *view;

    memcpy(fitted, columns, count * sizeof *columns);
    /* A column in which nothing stands leaves its room to the others. */
    for (size_t i = 0; i < count; i++) {
        if (memory_rows_width(sublist->rows, i) == 0)
            fitted[i].title = NULL;
    }
    list_columns_fit(fitted, count, sublist->rows);
    sublist->list = list_new(fitted, count, memory_rows_source(sublist->rows));
    list_set_empty(sublist->list, empty);
    view = view_new(sublist->studio->workspace, ops, sublist);
    view_add_pane(view, list_pane(sublist->list));
    return view;
}

/* --- History ---------------------------------------------------------------------------------- */

static const struct list_column history_columns[] = {
    {"When",     16, 20, 0, FIT_END},
    { "Version", 8,  24, 0, FIT_END},
    { "Status",  8,  12, 0, FIT_END},
    { "Who",     6,  24, 1, FIT_END},
    { "Release", 8,  16, 3, FIT_END},
    { "Why",     10, 0,  2, FIT_END},
};

#define HISTORY_CELLS (sizeof history_columns / sizeof *history_columns)

static void add_fact(struct strbuf *page, const char *name, const char *value)
{
    if (value == NULL)
        return;
    rich_cell(page, RICH_DIM, name, 12, RICH_LEFT, true);
    rich_text(page, RICH_PLAIN, value, true);
    strbuf_add_char(page, '\n');
}

static void add_time(struct strbuf *page, const char *name, int64_t at)
{
    char text[TIMESTAMP_SIZE];

    if (at != 0)
        add_fact(page, name, timestamp_format(at, text));
}

/* Everything that is recorded of one event. */
static char *event_page(const struct store_deployment *event)
{
    struct strbuf page = STRBUF_INIT;
    char number[32];

    snprintf(number, sizeof number, "%" PRId64, event->number);
    rich_text(&page, RICH_TITLE, event->module, true);
    strbuf_add(&page, " in ");
    rich_text(&page, RICH_TITLE, event->environment, true);
    strbuf_add(&page, "\n\n");
    add_fact(&page, "deployment", number);
    add_fact(&page, "version", event->version);
    add_fact(&page, "status", deployment_status_name(event->status));
    add_fact(&page, "outcome", event->outcome);
    add_fact(&page, "reason", event->reason);
    add_fact(&page, "who", event->actor);
    add_fact(&page, "release", event->release);
    add_fact(&page, "commit", event->commit);
    add_fact(&page, "image", event->image);
    add_fact(&page, "config", event->config_revision);
    add_time(&page, "started", event->started_at);
    add_time(&page, "finished", event->finished_at);
    add_time(&page, "recorded", event->created_at);
    return strbuf_steal(&page);
}

static void add_event(struct sublist *sublist, const struct store_deployment *event)
{
    int64_t now = clock_now(&sublist->studio->call.clock);
    char *page = event_page(event);
    struct row row = { .identity = event->id };
    char when[TIMESTAMP_SIZE];

    row_set(&row, 0, ROLE_DIM, timestamp_relative(event->started_at, now, when));
    row_set(&row, 1, ROLE_NORMAL, event->version);
    row_set(&row, 2,
            event->status == DEPLOYMENT_FAILED    ? ROLE_ERROR
            : event->status == DEPLOYMENT_UNKNOWN ? ROLE_UNKNOWN
                                                  : ROLE_NORMAL,
            deployment_status_name(event->status));
    row_set(&row, 3, ROLE_DIM, event->actor != NULL ? event->actor : "");
    row_set(&row, 4, ROLE_DIM, event->release != NULL ? event->release : "");
    row_set(&row, 5, ROLE_DIM,
            event->outcome != NULL  ? event->outcome
            : event->reason != NULL ? event->reason
                                    : "");
    memory_rows_add(sublist->rows, &row);
    vector_push(&sublist->pages, &page);
}

static unsigned history_act(struct view *view, int action)
{
    struct sublist *sublist = view_state(view);
    struct row row;
    struct strbuf page = STRBUF_INIT;

    if (action != SUBLIST_OPEN)
        return REFRESH_IGNORED;
    if (!list_selected(sublist->list, &row))
        return REFRESH_DRAW;
    strbuf_add(&page, *(char **)vector_at(&sublist->pages, list_cursor(sublist->list)));
    workspace_open(sublist->studio->workspace, page_view_new(sublist->studio, "Deployment", &page));
    strbuf_release(&page);
    return REFRESH_DRAW;
}

static const struct view_ops history_ops = {
    .name = "History",
    .keys = &history_keys,
    .title = sublist_title,
    .layout = sublist_layout,
    .act = history_act,
    .event = sublist_event,
    .close = sublist_close,
};

struct view *manifest_history_view_new(struct studio *studio, const char *module,
                                       const char *environment)
{
    char *title = memory_printf("%s in %s", module, environment);
    struct sublist *sublist = sublist_new(studio, title, HISTORY_CELLS);
    struct arena *arena = arena_new();
    struct store_deployments events;
    struct error error = { 0 };

    free(title);
    if (manifest_history(&studio->call, module, environment, HISTORY_LIMIT, arena, &events,
                         &error)) {
        for (size_t i = 0; i < events.count; i++)
            add_event(sublist, &events.items[i]);
    } else {
        workspace_say_error(studio->workspace, &error);
    }
    arena_free(&arena);
    return sublist_view(sublist, &history_ops, history_columns, HISTORY_CELLS,
                        "Nothing was ever deployed there, as far as is recorded.\n\n"
                        "!v on the cell records a deployment.");
}

/* --- Differences ------------------------------------------------------------------------------ */

static const struct list_column difference_columns[] = {
    {"Module",     16, 40, 0, FIT_END},
    { "Has now",   8,  24, 0, FIT_END},
    { "Would get", 8,  24, 0, FIT_END},
    { "",          10, 0,  1, FIT_END},
};

#define DIFFERENCE_CELLS (sizeof difference_columns / sizeof *difference_columns)

static const char *version_of(const struct manifest_entry_state *entry)
{
    return entry != NULL && entry->version != NULL ? entry->version : "?";
}

static const char *note_of(const struct manifest_difference *difference)
{
    if (difference->change == MANIFEST_ADDED)
        return "not there yet, as far as is known";
    if (difference->change == MANIFEST_REMOVED)
        return "not known what it would get";
    return strcmp(version_of(difference->previous), version_of(difference->current)) == 0
               ? "same version, other commit or image"
               : "";
}

static unsigned differences_act(struct view *view, int action)
{
    struct sublist *sublist = view_state(view);
    struct row row;

    if (action == SUBLIST_ALL)
        sublist->studio->actions->compare(sublist->studio, sublist->previous, sublist->current);
    else if (action != SUBLIST_OPEN)
        return REFRESH_IGNORED;
    else if (list_selected(sublist->list, &row))
        sublist->studio->actions->compare_module(sublist->studio, sublist->previous,
                                                 sublist->current, row.identity);
    return REFRESH_DRAW;
}

static const struct view_ops differences_ops = {
    .name = "Differences",
    .keys = &differences_keys,
    .title = sublist_title,
    .layout = sublist_layout,
    .act = differences_act,
    .event = sublist_event,
    .close = sublist_close,
};

struct view *manifest_differences_view_new(struct studio *studio, const char *title,
                                           const struct manifest_differences *differences,
                                           const char *previous, const char *current)
{
    struct sublist *sublist = sublist_new(studio, title, DIFFERENCE_CELLS);

    sublist->previous = memory_copy_text(previous);
    sublist->current = memory_copy_text(current);
    for (size_t i = 0; i < differences->count; i++) {
        const struct manifest_difference *difference = &differences->items[i];
        struct row row = { .identity = difference->module };

        row_set(&row, 0, ROLE_NORMAL, difference->module);
        row_set(&row, 1, difference->change == MANIFEST_ADDED ? ROLE_UNKNOWN : ROLE_NORMAL,
                version_of(difference->previous));
        row_set(&row, 2,
                difference->current == NULL || difference->current->version == NULL ? ROLE_UNKNOWN
                                                                                    : ROLE_NORMAL,
                version_of(difference->current));
        row_set(&row, 3, ROLE_DIM, note_of(difference));
        memory_rows_add(sublist->rows, &row);
    }
    return sublist_view(sublist, &differences_ops, difference_columns, DIFFERENCE_CELLS,
                        "Nothing differs: both run the same, as far as is known.");
}
