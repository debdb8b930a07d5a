/* What was decided about differences: ignored, accepted as meant to differ; by whom, until when,
 * and what has become of it. */
#include <pilab/tui/studio_parts.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/decision.h>
#include <pilab/app/show.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/list.h>

#define CELLS         7
#define FOOT_ROWS     5
#define ROWS_FOR_FOOT 14
#define TEXT_SIZE     512

enum decisions_action { DECISIONS_OPEN, DECISIONS_ALL, DECISIONS_COMPARE, DECISIONS_WITHDRAW };
enum decisions_event { DECISIONS_LISTED = 100, DECISIONS_FAILED };

/* clang-format off */
static const struct key_row decisions_rows[] = {
    { "Enter l Right", DECISIONS_OPEN, "open", "Show all that is known of the decision", KEYS_HINT },
    { "o", DECISIONS_ALL, "all or standing", "Show also what was withdrawn, or only what stands", KEYS_HINT },
    { "c", DECISIONS_COMPARE, "compare", "Compare the two states that it is between", KEYS_HINT },
    { "!w", DECISIONS_WITHDRAW, "withdraw", "Take the decision back", KEYS_HINT | KEYS_LASTING },
};

static const struct list_column decisions_columns[CELLS] = {
    {"No",       3,  4,  0, FIT_RIGHT },
    { "State",   9,  9,  0, FIT_END   },
    { "Module",  10, 20, 0, FIT_END   },
    { "Where",   16, 48, 0, FIT_MIDDLE},
    { "Until",   10, 10, 1, FIT_END   },
    { "By",      5,  16, 2, FIT_END   },
    { "Why",     16, 0,  0, FIT_END   },
};

/* What became of it, as people say it. */
static const struct {
    const char *name, *words;
    enum role role;
} standings[] = {
    { "in_force",  "in force",  ROLE_NORMAL  },
    { "ended",     "ended",     ROLE_WARNING },
    { "changed",   "changed",   ROLE_WARNING },
    { "gone",      "gone",      ROLE_DIM     },
    { "withdrawn", "withdrawn", ROLE_DIM     },
};
/* clang-format on */

static const struct key_table decisions_keys = { "Decisions", decisions_rows,
                                                 sizeof decisions_rows / sizeof *decisions_rows };

struct decisions {
    struct studio *studio;
    struct view *view;
    json_t *items; /* NULL: not read yet */
    bool all;      /* also what was withdrawn */
    struct memory_rows *rows;
    struct list *list;
    struct rectangle foot;
};

/* --- Reading ---------------------------------------------------------------------------------- */

struct list_input {
    struct workspace *workspace;
    uint64_t view, generation;
    bool all;
};

static void free_items(void *data)
{
    json_decref(data);
}

static void post(const struct list_input *input, enum decisions_event kind, json_t *items)
{
    struct event event = { .view = input->view,
                           .generation = input->generation,
                           .kind = (int)kind,
                           .data = items,
                           .release = items != NULL ? free_items : NULL };

    workspace_post(input->workspace, &event);
}

static bool run_list(struct job *job, struct call *call, void *context, void **output,
                     struct error *error)
{
    const struct list_input *input = context;
    json_t *items;

    (void)job;
    (void)output;
    if (!call_check(call, PERMISSION_READ, error))
        return false;
    items = decisions_list(call, !input->all, error);
    if (items != NULL)
        post(input, DECISIONS_LISTED, items);
    return items != NULL;
}

static void list_ended(struct studio *studio, const struct error *failure, void *input)
{
    (void)studio;
    if (failure != NULL)
        post(input, DECISIONS_FAILED, NULL);
}

static void load(struct decisions *decisions)
{
    struct list_input *input = memory_new(sizeof *input);
    const struct studio_work work = { .title = "read the decisions",
                                      .run = run_list,
                                      .ended = list_ended,
                                      .input = input,
                                      .reading = true,
                                      .urgent = true };

    input->workspace = decisions->studio->workspace;
    input->view = view_id(decisions->view);
    input->generation = view_ask(decisions->view);
    input->all = decisions->all;
    studio_start(decisions->studio, &work);
}

/* --- Rows ------------------------------------------------------------------------------------- */

static size_t standing_of(const json_t *item)
{
    const char *name = json_member_text(item, "state");
    size_t i = 0;

    while (i + 1 < sizeof standings / sizeof *standings &&
           (name == NULL || strcmp(standings[i].name, name) != 0))
        i++;
    return i;
}

static const char *text_or(const json_t *item, const char *member, const char *otherwise)
{
    const char *text = json_member_text(item, member);

    return text != NULL ? text : otherwise;
}

static void number_text(const json_t *item, char out[24])
{
    snprintf(out, 24, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(item, "number")));
}

static void add_row(struct decisions *decisions, const json_t *item)
{
    size_t standing = standing_of(item);
    char number[24];
    struct row row = { .identity = number, .unseen = json_member_text(item, "pair") };
    bool accepted = strcmp(text_or(item, "kind", ""), "accepted") == 0;

    number_text(item, number);
    row_set(&row, 0, ROLE_DIM, number);
    row_set(&row, 1, standings[standing].role,
            standing == 0 ? (accepted ? "meant" : "ignored") : standings[standing].words);
    row_set(&row, 2, ROLE_NORMAL, text_or(item, "module", ""));
    row_set(&row, 3, ROLE_NORMAL, text_or(item, "path", ""));
    row_set(&row, 4, ROLE_NORMAL, text_or(item, "through", accepted ? "" : "no end"));
    row_set(&row, 5, ROLE_DIM, text_or(item, "by", "?"));
    row_set(&row, 6, ROLE_NORMAL, text_or(item, "reason", ""));
    memory_rows_add(decisions->rows, &row);
}

static void take_items(struct decisions *decisions, json_t *items)
{
    json_t *item;
    size_t index;

    json_decref(decisions->items);
    decisions->items = json_incref(items);
    memory_rows_clear(decisions->rows);
    json_array_foreach(items, index, item) add_row(decisions, item);
    list_set_empty(decisions->list,
                   decisions->all ? "Nothing was decided about any difference.\n\n"
                                    "In a drift report !i ignores the line and !m says that it is "
                                    "meant to differ."
                                  : "No decision about a difference stands.\n\n"
                                    "In a drift report !i ignores the line and !m says that it is "
                                    "meant to differ; o shows what was withdrawn.");
    list_reload(decisions->list);
}

static const json_t *selected(const struct decisions *decisions)
{
    char number[24];
    struct row row;
    json_t *item;
    size_t index;

    if (!list_selected(decisions->list, &row) || row.identity == NULL)
        return NULL;
    json_array_foreach(decisions->items, index, item)
    {
        number_text(item, number);
        if (strcmp(number, row.identity) == 0)
            return item;
    }
    return NULL;
}

/* --- Foot and page ---------------------------------------------------------------------------- */

/* "ignored by alice 3 days ago, until 2026-12-31". */
static void add_decided(const struct decisions *decisions, const json_t *item, struct strbuf *out)
{
    const char *at = json_member_text(item, "at"), *through = json_member_text(item, "through");
    bool accepted = strcmp(text_or(item, "kind", ""), "accepted") == 0;
    char when[TIMESTAMP_SIZE];
    int64_t time;

    strbuf_printf(out, "%s by %s", accepted ? "accepted as meant to differ" : "ignored",
                  text_or(item, "by", "?"));
    if (at != NULL && timestamp_parse(at, &time, NULL))
        strbuf_printf(out, " %s",
                      timestamp_relative(time, clock_now(&decisions->studio->call.clock), when));
    if (through != NULL)
        strbuf_printf(out, ", until %s", through);
    else if (!accepted)
        strbuf_add(out, ", without end");
}

/* Why it does not count, where it does not; empty where it does. */
static void add_standing(const json_t *item, struct strbuf *out)
{
    switch (standing_of(item)) {
    case 1:
        strbuf_add(out, "its end has come: the difference counts again");
        break;
    case 2:
        strbuf_add(out, "the values are others now: the difference counts again");
        break;
    case 3:
        strbuf_add(out, "nothing differs there any more");
        break;
    case 4:
        strbuf_printf(out, "withdrawn by %s", text_or(item, "withdrawn_by", "?"));
        if (json_member_text(item, "withdrawal") != NULL)
            strbuf_printf(out, ": %s", json_member_text(item, "withdrawal"));
        break;
    default:
        break;
    }
}

static void draw_foot(const struct decisions *decisions, const struct surface *foot)
{
    const json_t *item = selected(decisions);
    struct strbuf line = STRBUF_INIT;
    int x;

    surface_horizontal_line(foot, 0, ROLE_LINE);
    if (item == NULL)
        return;
    x = 1 + surface_printf(foot, 1, 1, ROLE_STRONG, "%s  %s", text_or(item, "module", ""),
                           text_or(item, "path", ""));
    surface_printf(foot, 1, x + 2, ROLE_DIM, "%s", text_or(item, "pair", ""));
    surface_printf(foot, 2, 1, ROLE_NORMAL, "%s %s %s", text_or(item, "previous", "absent"),
                   decisions->studio->utf8 ? "→" : "->", text_or(item, "current", "absent"));
    add_decided(decisions, item, &line);
    x = 1 + surface_print(foot, 3, 1, ROLE_NORMAL, line.data);
    surface_printf(foot, 3, x, ROLE_NORMAL, ": %s", text_or(item, "reason", ""));
    strbuf_clear(&line);
    add_standing(item, &line);
    surface_print(foot, 4, 1, standings[standing_of(item)].role, line.data);
    strbuf_release(&line);
}

static void add_fact(struct strbuf *page, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    rich_cell(page, RICH_DIM, name, 12, RICH_LEFT, true);
    rich_text(page, RICH_PLAIN, value, true);
    strbuf_add_char(page, '\n');
}

static void open_page(struct decisions *decisions)
{
    const json_t *item = selected(decisions);
    struct strbuf page = STRBUF_INIT, line = STRBUF_INIT;
    char *title, number[24];

    if (item == NULL)
        return;
    number_text(item, number);
    title = memory_printf("Decision %s", number);
    rich_text(&page, RICH_TITLE, text_or(item, "path", title), true);
    strbuf_add(&page, "\n\n");
    add_fact(&page, "module", json_member_text(item, "module"));
    add_fact(&page, "between", json_member_text(item, "pair"));
    add_fact(&page, "has now", text_or(item, "previous", "absent"));
    add_fact(&page, "would get", text_or(item, "current", "absent"));
    add_decided(decisions, item, &line);
    add_fact(&page, "decided", line.data);
    add_fact(&page, "because", json_member_text(item, "reason"));
    add_fact(&page, "state", standings[standing_of(item)].words);
    strbuf_clear(&line);
    add_standing(item, &line);
    add_fact(&page, "", line.data);
    workspace_open(decisions->studio->workspace, page_view_new(decisions->studio, title, &page));
    free(title);
    strbuf_release(&line);
    strbuf_release(&page);
}

/* --- Acting ----------------------------------------------------------------------------------- */

struct withdrawing {
    struct studio *studio;
    char number[24];
};

static void reason_given(void *context, const char *text)
{
    struct withdrawing *asked = context;

    if (text != NULL) {
        const char *const words[] = { "difference", "withdraw", asked->number,
                                      "--reason",   text,       NULL };

        asked->studio->actions->run_words(asked->studio, words);
    }
    free(asked);
}

static bool check_reason(void *context, const char *text, struct error *error)
{
    (void)context;
    if (text[strspn(text, " \t")] == '\0')
        return error_set(error, ERROR_INVALID, "say why: whoever meets it later reads it");
    return strlen(text) < TEXT_SIZE || error_set(error, ERROR_LIMIT, "that is too long");
}

static void ask_withdraw(struct decisions *decisions)
{
    const json_t *item = selected(decisions);
    struct withdrawing *asked;
    char *title, *text;

    if (item == NULL)
        return;
    asked = memory_new(sizeof *asked);
    asked->studio = decisions->studio;
    number_text(item, asked->number);
    title = memory_printf("Withdraw decision %s", asked->number);
    text = memory_printf("%s counts as a difference again.", text_or(item, "path", "It"));
    dialog_ask(decisions->studio->workspace,
               &(struct question){
                   .title = title, .text = text, .label = "why", .check = check_reason },
               reason_given, asked);
    free(title);
    free(text);
}

static void compare(struct decisions *decisions)
{
    const char *pair = json_member_text(selected(decisions), "pair");
    const char *dots = pair != NULL ? strstr(pair, "..") : NULL;
    char *previous;

    if (dots == NULL)
        return;
    previous = memory_copy_bytes(pair, (size_t)(dots - pair));
    decisions->studio->actions->compare(decisions->studio, previous, dots + 2);
    free(previous);
}

static bool decisions_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct decisions *decisions = view_state(view);
    const json_t *item = selected(decisions);

    if (action == DECISIONS_ALL)
        return true;
    if (item == NULL)
        strbuf_add(why, "nothing is selected");
    else if (action == DECISIONS_WITHDRAW && json_member_text(item, "withdrawn_by") != NULL)
        strbuf_add(why, "it is withdrawn already");
    else
        return true;
    return false;
}

static unsigned decisions_act(struct view *view, int action)
{
    struct decisions *decisions = view_state(view);

    switch ((enum decisions_action)action) {
    case DECISIONS_OPEN:
        open_page(decisions);
        break;
    case DECISIONS_ALL:
        decisions->all = !decisions->all;
        load(decisions);
        break;
    case DECISIONS_COMPARE:
        compare(decisions);
        break;
    case DECISIONS_WITHDRAW:
        ask_withdraw(decisions);
        break;
    }
    return REFRESH_DRAW;
}

/* --- As a view -------------------------------------------------------------------------------- */

static void decisions_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "Decisions");
}

static void decisions_layout(struct view *view, struct rectangle area)
{
    struct decisions *decisions = view_state(view);

    decisions->foot = rectangle_cut_bottom(&area, area.rows >= ROWS_FOR_FOOT ? FOOT_ROWS : 0);
    pane_place(list_pane(decisions->list), area);
}

static void decisions_draw(struct view *view, const struct surface *surface)
{
    const struct decisions *decisions = view_state(view);
    struct surface foot;

    if (decisions->foot.rows == 0)
        return;
    foot = surface_part(surface, decisions->foot);
    draw_foot(decisions, &foot);
}

static enum role decisions_status(const struct view *view, struct strbuf *out)
{
    const struct decisions *decisions = view_state(view);

    strbuf_add(out, decisions->all ? "all" : "those that stand");
    return ROLE_DIM;
}

static void decisions_copy(const struct view *view, struct copy_menu *menu)
{
    const struct decisions *decisions = view_state(view);
    const json_t *item = selected(decisions);
    struct strbuf command = STRBUF_INIT;

    if (item != NULL)
        copy_menu_add(menu, 'w', "where", text_or(item, "path", ""));
    strbuf_printf(&command, "pilab difference list%s", decisions->all ? "" : " --standing");
    show_place(&decisions->studio->call, true, &command);
    copy_menu_add(menu, 'c', "command", command.data);
    strbuf_release(&command);
}

static unsigned decisions_event(struct view *view, const struct event *event)
{
    struct decisions *decisions = view_state(view);

    if (event->kind == DECISIONS_LISTED)
        take_items(decisions, event->data);
    else if (event->kind == DECISIONS_FAILED)
        list_set_empty(decisions->list, "They could not be read. :messages says why.");
    else
        studio_take_events(decisions->studio);
    if (event->kind == STUDIO_STORE_CHANGED)
        load(decisions);
    return REFRESH_DRAW;
}

static void decisions_close(struct view *view)
{
    struct decisions *decisions = view_state(view);

    list_free(&decisions->list);
    memory_rows_free(&decisions->rows);
    json_decref(decisions->items);
    free(decisions);
}

static const struct view_ops decisions_ops = {
    .name = "Decisions",
    .keys = &decisions_keys,
    .title = decisions_title,
    .layout = decisions_layout,
    .draw = decisions_draw,
    .act = decisions_act,
    .allows = decisions_allows,
    .event = decisions_event,
    .status = decisions_status,
    .copy = decisions_copy,
    .close = decisions_close,
};

void decisions_open(struct studio *studio)
{
    struct decisions *decisions;

    if (studio->call.project == NULL) {
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "Decisions about differences are kept in a project, and there is none.");
        return;
    }
    decisions = memory_new(sizeof *decisions);
    decisions->studio = studio;
    decisions->rows = memory_rows_new(CELLS);
    decisions->list = list_new(decisions_columns, CELLS, memory_rows_source(decisions->rows));
    list_set_empty(decisions->list, "Reading …");
    decisions->view = view_new(studio->workspace, &decisions_ops, decisions);
    view_add_pane(decisions->view, list_pane(decisions->list));
    load(decisions);
    workspace_open(studio->workspace, decisions->view);
}
