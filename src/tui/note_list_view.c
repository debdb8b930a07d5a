#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/clipboard.h>

/* The place Notes: what waits for this person first, then what is on its way, then what is out. */

enum list_action { LIST_OPEN, LIST_PICK, LIST_LAST, LIST_EXPORT, LIST_DO /* and a note_act */ };

/* clang-format off */
static const struct key_row list_key_rows[] = {
    { "Enter l Right", LIST_OPEN, "open", "Open the line", KEYS_HINT },
    { "c", LIST_PICK, "compare", "Choose two states and compare them", KEYS_HINT },
    { "d", LIST_LAST, "last two", "Compare the last two versions of the repository", KEYS_HINT },
    { "!R", LIST_DO + NOTE_ACT_REVIEW, "review", "Say that you have read them", KEYS_LASTING },
    { "!a", LIST_DO + NOTE_ACT_APPROVE, "approve", "Approve this very text", KEYS_LASTING },
    { "!X", LIST_DO + NOTE_ACT_REJECT, "reject", "Say that they cannot go out like this",
      KEYS_LASTING | KEYS_DANGEROUS },
    { "!P", LIST_DO + NOTE_ACT_PUBLISH, "publish", "Write the approved files into a folder",
      KEYS_LASTING },
    { "!W", LIST_DO + NOTE_ACT_WITHDRAW, "withdraw", "Say that what is published does not hold",
      KEYS_LASTING | KEYS_DANGEROUS },
    { "!C", LIST_DO + NOTE_ACT_CORRECT, "correct", "Begin new notes that correct published ones",
      KEYS_LASTING },
    { "!x", LIST_EXPORT, "export", "Write them to a file in one form", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table list_keys = { "Notes kept", list_key_rows,
                                            sizeof list_key_rows / sizeof *list_key_rows };

enum note_cell {
    CELL_NUMBER,
    CELL_VERSION,
    CELL_TITLE,
    CELL_STATUS,
    CELL_APPROVALS,
    CELL_WHO,
    CELL_WHEN,
    CELL_TOTAL
};

/* At most: columns with less in them are narrower. */
static const struct list_column note_columns[CELL_TOTAL] = {
    {"No",         3,  6,  0, FIT_RIGHT},
    { "Version",   8,  20, 0, FIT_END  },
    { "What",      12, 0,  1, FIT_END  },
    { "Status",    9,  28, 0, FIT_END  },
    { "Approvals", 3,  9,  3, FIT_RIGHT},
    { "By",        5,  16, 4, FIT_END  },
    { "When",      8,  20, 2, FIT_RIGHT},
};

struct note_list {
    struct studio *studio;
    struct memory_rows *rows;
    struct list *list;
    struct arena *arena; /* of the note under the cursor */
    struct note_flow flow;
    char flow_of[32]; /* its number; "": none is read */
};

/* --- Rows ------------------------------------------------------------------------------------- */

static void add_note(struct note_list *list, const struct note_overview *overview)
{
    const struct store_note *note = &overview->note;
    int64_t now = clock_now(&list->studio->call.clock);
    char number[32], when[TIMESTAMP_SIZE], approvals[48] = "";
    struct row row = { .identity = number };

    snprintf(number, sizeof number, "%" PRId64, note->number);
    if (overview->needed > 0)
        snprintf(approvals, sizeof approvals, "%zu/%zu", overview->got, overview->needed);
    row_set(&row, CELL_NUMBER, ROLE_DIM, number);
    row_set(&row, CELL_VERSION, ROLE_NORMAL, note->version);
    row_set(&row, CELL_TITLE, ROLE_NORMAL, note->title);
    row_set(&row, CELL_STATUS, overview->waits_for != NULL ? ROLE_WARNING : ROLE_NORMAL,
            note_status_name(note->status));
    row_set(&row, CELL_APPROVALS, ROLE_NORMAL, approvals);
    row_set(&row, CELL_WHO, ROLE_DIM, note->created_by);
    row_set(&row, CELL_WHEN, ROLE_DIM, timestamp_relative(note->updated_at, now, when));
    memory_rows_add(list->rows, &row);
}

static void add_notes(struct note_list *list, const struct note_overviews *all)
{
    const char *group = NULL;

    for (size_t i = 0; i < all->count; i++) {
        const struct note_overview *overview = &all->items[i];
        const char *title = overview->waits_for != NULL              ? "Wait for you"
                            : overview->note.status < NOTE_PUBLISHED ? "On their way"
                                                                     : "Published";
        char right[32];

        if (group == NULL || strcmp(group, title) != 0) {
            snprintf(right, sizeof right, "%zu", all->waiting);
            memory_rows_add_group(list->rows, title, i < all->waiting ? right : "");
        }
        group = title;
        add_note(list, overview);
    }
}

/* What ended sessions left. */
static void add_offers(struct note_list *list)
{
    int64_t now = clock_now(&list->studio->call.clock);
    size_t count;
    const struct note_offer *offers = note_recovery_read(list->studio, &count);

    if (count > 0)
        memory_rows_add_group(list->rows, "Typed and not kept", "");
    for (size_t i = 0; i < count; i++) {
        char identity[64], number[32], when[TIMESTAMP_SIZE];
        struct row row = { .identity = identity };

        snprintf(identity, sizeof identity, "draft:%s", offers[i].draft.session);
        snprintf(number, sizeof number, "%" PRId64, offers[i].note.number);
        row_set(&row, CELL_NUMBER, ROLE_DIM, number);
        row_set(&row, CELL_VERSION, ROLE_NORMAL, offers[i].note.version);
        row_set(&row, CELL_TITLE, ROLE_NORMAL, "your text of a session that ended");
        row_set(&row, CELL_STATUS, ROLE_WARNING, "not kept");
        row_set(&row, CELL_WHO, ROLE_DIM, offers[i].draft.login);
        row_set(&row, CELL_WHEN, ROLE_DIM, timestamp_relative(offers[i].draft.saved_at, now, when));
        memory_rows_add(list->rows, &row);
    }
}

static void fill(struct note_list *list)
{
    struct studio *studio = list->studio;
    struct note_overviews all = { 0 };
    struct error error = { 0 };
    struct arena *arena;
    struct call call;

    memory_rows_clear(list->rows);
    if (studio->call.project == NULL)
        return;
    arena = arena_new();
    call = note_call(studio, arena);
    if (note_overview_read(&call, false, arena, &all, &error)) {
        add_offers(list);
        add_notes(list, &all);
    } else {
        workspace_say_error(studio->workspace, &error);
    }
    arena_free(&arena);
}

static void show_rows(struct note_list *list)
{
    struct list_column columns[CELL_TOTAL];

    list->flow_of[0] = '\0';
    fill(list);
    memcpy(columns, note_columns, sizeof columns);
    list_columns_fit(columns, CELL_TOTAL, list->rows);
    list_set_columns(list->list, columns, CELL_TOTAL);
    list_reload(list->list);
}

/* --- Acting ----------------------------------------------------------------------------------- */

/* The note under the cursor with all its permits; NULL: there is none. Read once, until something
 * changes. */
static const struct note_flow *selected_flow(struct note_list *list)
{
    struct row row = { 0 };
    struct error error = { 0 };
    struct arena *arena;
    struct call call;

    if (!list_selected(list->list, &row) || row.identity == NULL ||
        strncmp(row.identity, "draft:", 6) == 0)
        return NULL;
    if (strcmp(row.identity, list->flow_of) == 0)
        return &list->flow;
    arena = arena_new();
    call = note_call(list->studio, arena);
    list->flow_of[0] = '\0';
    if (!note_flow_read(&call, row.identity, false, arena, &list->flow, &error)) {
        arena_free(&arena);
        return NULL;
    }
    arena_free(&list->arena);
    list->arena = arena;
    snprintf(list->flow_of, sizeof list->flow_of, "%s", row.identity);
    return &list->flow;
}

static unsigned open_row(struct note_list *list)
{
    struct row row = { 0 };

    if (!list_selected(list->list, &row) || row.identity == NULL)
        return REFRESH_NONE;
    if (strncmp(row.identity, "draft:", 6) == 0)
        note_recovery_ask(list->studio, row.identity + 6);
    else
        list->studio->actions->open_note(list->studio, strtoll(row.identity, NULL, 10));
    return REFRESH_DRAW;
}

static bool list_allows(const struct view *view, int action, struct strbuf *why)
{
    struct note_list *list = view_state(view);
    const struct note_flow *flow = action >= LIST_EXPORT ? selected_flow(list) : NULL;

    if (action < LIST_EXPORT)
        return true;
    if (flow == NULL)
        strbuf_add(why, "no notes are under the cursor");
    return flow != NULL &&
           (action == LIST_EXPORT || note_act_allows(flow, (enum note_act)(action - LIST_DO), why));
}

static unsigned list_act(struct view *view, int action)
{
    struct note_list *list = view_state(view);
    const struct note_flow *flow;

    switch (action) {
    case LIST_OPEN:
        return open_row(list);
    case LIST_PICK:
        list->studio->actions->pick_states(list->studio);
        return REFRESH_DRAW;
    case LIST_LAST:
        list->studio->actions->compare(list->studio, NULL, NULL);
        return REFRESH_DRAW;
    default:
        break;
    }
    flow = selected_flow(list);
    if (flow == NULL)
        return REFRESH_NONE;
    if (action == LIST_EXPORT)
        note_export_ask(list->studio, flow);
    else if (action == LIST_DO + NOTE_ACT_PUBLISH)
        note_publish_ask(list->studio, flow);
    else
        note_act_ask(list->studio, flow, (enum note_act)(action - LIST_DO));
    return REFRESH_DRAW;
}

/* --- The view --------------------------------------------------------------------------------- */

static void list_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    (void)out;
}

static void list_layout(struct view *view, struct rectangle area)
{
    struct note_list *list = view_state(view);

    pane_place(list_pane(list->list), area);
}

static unsigned list_event(struct view *view, const struct event *event)
{
    struct note_list *list = view_state(view);

    studio_take_events(list->studio);
    if (event->kind == STUDIO_STORE_CHANGED || event->kind == NOTE_ACTED ||
        event->kind == NOTE_KEPT || event->kind == STUDIO_LOOKED) {
        /* What lies over it may be typed into: what nobody sees is read when it is seen. */
        if (workspace_view(list->studio->workspace) == view)
            show_rows(list);
    }
    return REFRESH_DRAW;
}

static unsigned list_shown(struct view *view)
{
    show_rows(view_state(view));
    return REFRESH_DRAW;
}

static void list_copy(const struct view *view, struct copy_menu *menu)
{
    struct note_list *list = view_state(view);
    const struct note_flow *flow = selected_flow(list);

    if (flow != NULL)
        note_copy_commands(list->studio, flow, menu);
}

static void list_close(struct view *view)
{
    struct note_list *list = view_state(view);

    list_free(&list->list);
    memory_rows_free(&list->rows);
    arena_free(&list->arena);
    free(list);
}

static const struct view_ops list_ops = {
    .name = "Notes kept",
    .keys = &list_keys,
    .title = list_title,
    .layout = list_layout,
    .act = list_act,
    .allows = list_allows,
    .event = list_event,
    .shown = list_shown,
    .copy = list_copy,
    .close = list_close,
};

struct view *notes_start_view_new(struct studio *studio)
{
    struct note_list *list = memory_new(sizeof *list);
    struct view *view;

    list->studio = studio;
    list->rows = memory_rows_new(CELL_TOTAL);
    list->list = list_new(note_columns, CELL_TOTAL, memory_rows_source(list->rows));
    show_rows(list);
    list_set_empty(list->list, "No release notes are kept here.\n\n"
                               "Compare two states (c, or d for the last two versions);\n"
                               "!n in the report then makes notes of it.");
    view = view_new(studio->workspace, &list_ops, list);
    view_add_pane(view, list_pane(list->list));
    return view;
}
