#include "note_parts.h"
#include "view_reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/kept_fields.h>
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

#define DRAFT "draft:" /* what the identity of such a row begins with */

static const char nothing_kept[] = "No release notes are kept here.\n\n"
                                   "Compare two states (c, or d for the last two versions);\n"
                                   "!n in the report then makes notes of it.";

struct note_list {
    struct studio *studio;
    struct view *view;
    struct view_reading reading;
    struct memory_rows *rows;
    struct list *list;
    struct arena *things_arena;
    struct vector things; /* struct kept_thing: what rows are filtered by */
    struct arena *arena;  /* of the note under the cursor */
    struct note_flow flow;
    char flow_of[32]; /* its number; "": none is read */
    bool arrived;     /* somebody came to the list, and not back from one of its lines */
    bool left_by_row; /* a line was opened: whoever comes back is where they were */
    int64_t newest;   /* the highest number that the cursor was put on; 0: none */
};

/* --- Rows ------------------------------------------------------------------------------------- */

/* Before its row: a filter that holds asks for it. */
static void add_thing(struct note_list *list, const struct store_note *note)
{
    struct kept_thing thing = kept_note_thing(&list->studio->call, note, list->things_arena);

    vector_push(&list->things, &thing);
}

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
    add_thing(list, note);
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

static void add_draft(struct note_list *list, const struct note_offer *offer, const char *title,
                      const char *status)
{
    int64_t now = clock_now(&list->studio->call.clock);
    char identity[64], number[32], when[TIMESTAMP_SIZE];
    struct row row = { .identity = identity };

    snprintf(identity, sizeof identity, "%s%s", DRAFT, offer->draft.session);
    snprintf(number, sizeof number, "%" PRId64, offer->note.number);
    row_set(&row, CELL_NUMBER, ROLE_DIM, number);
    row_set(&row, CELL_VERSION, ROLE_NORMAL, offer->note.version);
    row_set(&row, CELL_TITLE, ROLE_NORMAL, title);
    row_set(&row, CELL_STATUS, ROLE_WARNING, status);
    row_set(&row, CELL_WHO, ROLE_DIM, offer->draft.login);
    row_set(&row, CELL_WHEN, ROLE_DIM, timestamp_relative(offer->draft.saved_at, now, when));
    memory_rows_add(list->rows, &row);
}

/* What ended sessions left, and what others are at. */
static void add_drafts(struct note_list *list, const struct note_offers *offers)
{
    const struct note_offer *offer;

    if (note_offer_at(offers, 0) != NULL || note_elsewhere_at(offers, 0) != NULL)
        memory_rows_add_group(list->rows, "Typed and not kept", "");
    for (size_t i = 0; (offer = note_offer_at(offers, i)) != NULL; i++)
        add_draft(list, offer, "your text of a session that ended", "not kept");
    for (size_t i = 0; (offer = note_elsewhere_at(offers, i)) != NULL; i++)
        add_draft(list, offer, "your text, in another session", "being typed");
}

/* --- Filtering -------------------------------------------------------------------------------- */

/* What is typed and not kept is found by its words, as long as nothing is asked of its fields. */
static bool row_passes(const void *context, const struct filter *filter, const char *identity,
                       const char *words, size_t length)
{
    static const struct store_note none;
    const struct note_list *list = context;
    struct kept_thing unkept;
    int64_t number = strtoll(identity, NULL, 10);

    for (size_t i = 0; i < list->things.count; i++) {
        const struct kept_thing *thing = vector_at(&list->things, i);

        if (thing->note->number == number)
            return filter_test(filter, thing, words, length);
    }
    unkept = kept_note_thing(&list->studio->call, &none, list->things_arena);
    return filter_test(filter, &unkept, words, length);
}

static void offer_values(const void *context, size_t field,
                         void (*offer)(void *to, const char *value), void *to)
{
    const struct note_list *list = context;

    for (size_t i = 0; i < list->things.count; i++)
        kept_field_values(vector_at(&list->things, i), field, offer, to);
}

static void set_fields(struct note_list *list)
{
    memory_rows_set_fields(list->rows, &(struct row_fields){ .fields = &kept_note_fields,
                                                             .passes = row_passes,
                                                             .values = offer_values,
                                                             .context = list,
                                                             .clock = list->studio->call.clock });
}

static void show_rows(struct note_list *list)
{
    struct list_column columns[CELL_TOTAL];

    memcpy(columns, note_columns, sizeof columns);
    list_columns_fit(columns, CELL_TOTAL, list->rows);
    list_set_columns(list->list, columns, CELL_TOTAL);
    list_reload(list->list);
}

/* --- Reading ---------------------------------------------------------------------------------- */

struct listed {
    struct note_overviews all;
    struct note_offers *offers;
};

static bool read_listed(struct call *call, struct arena *arena, void *out, struct error *error)
{
    struct listed *listed = out;

    return note_overview_read(call, false, arena, &listed->all, error) &&
           (listed->offers = note_offers_read(call, error)) != NULL;
}

static void release_listed(void *out)
{
    struct listed *listed = out;

    note_offers_free(&listed->offers);
}

static const struct reading_kind list_reading = {
    "read the notes",
    sizeof(struct listed),
    read_listed,
    release_listed,
};

/* When it is shown, and when something changes. */
static void read_list(struct note_list *list)
{
    if (list->studio->call.project == NULL)
        list_set_empty(list->list, nothing_kept);
    else
        view_reading_begin(&list->reading);
}

/* Whoever comes to the place meets what is new: the notes just made, wherever they stand. After
 * that nothing moves under the cursor. */
static void meet_newest(struct note_list *list, const struct note_overviews *all)
{
    int64_t newest = 0;
    char number[32];

    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].note.number > newest)
            newest = all->items[i].note.number;
    if (list->arrived && newest > list->newest) {
        snprintf(number, sizeof number, "%" PRId64, newest);
        list_select(list->list, number);
        list->newest = newest;
    }
    list->arrived = false;
}

static void take_list(struct note_list *list, struct reading_taken *taken)
{
    struct listed *listed = taken->out;

    list->flow_of[0] = '\0';
    note_offers_take(list->studio, listed->offers);
    listed->offers = NULL;
    memory_rows_clear(list->rows);
    vector_clear(&list->things);
    arena_free(&list->things_arena);
    list->things_arena = taken->arena; /* what is filtered is what was read */
    taken->arena = NULL;
    add_drafts(list, list->studio->offers);
    add_notes(list, &listed->all);
    list_set_empty(list->list, nothing_kept);
    show_rows(list);
    meet_newest(list, &listed->all);
}

static bool take_event(struct note_list *list, const struct event *event)
{
    if (!view_reading_event(&list->reading, event))
        return false;
    if (event->kind == READING_TAKE)
        take_list(list, event->data);
    else if (event->kind == READING_FAILED)
        list_set_empty(list->list, "The notes could not be read; :messages says why.");
    return true;
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
        strncmp(row.identity, DRAFT, strlen(DRAFT)) == 0)
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
    list->left_by_row = true;
    if (strncmp(row.identity, DRAFT, strlen(DRAFT)) == 0)
        note_recovery_ask(list->studio, row.identity + strlen(DRAFT));
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

    if (take_event(list, event))
        return REFRESH_DRAW;
    studio_take_events(list->studio);
    /* What lies over it may be typed into: what nobody sees is read when it is seen. */
    if ((event->kind == STUDIO_STORE_CHANGED || event->kind == NOTE_ACTED ||
         event->kind == NOTE_KEPT || event->kind == STUDIO_LOOKED) &&
        workspace_view(list->studio->workspace) == view)
        read_list(list);
    return REFRESH_DRAW;
}

static unsigned list_shown(struct view *view)
{
    struct note_list *list = view_state(view);

    list->arrived = !list->left_by_row;
    list->left_by_row = false;
    read_list(list);
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
    vector_release(&list->things);
    arena_free(&list->things_arena);
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

    list->studio = studio;
    list->things_arena = arena_new();
    vector_init(&list->things, sizeof(struct kept_thing));
    list->rows = memory_rows_new(CELL_TOTAL);
    set_fields(list);
    list->list = list_new(note_columns, CELL_TOTAL, memory_rows_source(list->rows));
    list_set_empty(list->list, "Reading the notes …");
    show_rows(list);
    list->view = view_new(studio->workspace, &list_ops, list);
    list->reading =
        (struct view_reading){ .studio = studio, .view = list->view, .kind = &list_reading };
    view_add_pane(list->view, list_pane(list->list));
    return list->view;
}
