#include <pilab/tui/studio_parts.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/init.h>
#include <pilab/app/show.h>
#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/list.h>

#include "init_rows.h"

#define HEAD_ROWS     2
#define ROWS_FOR_LINE 6 /* with less there is no line below the head */

/* What the plan was made from; `pattern` only for GitOps. One block, for the job frees it so. */
struct init_input {
    enum init_source source;
    bool scan;            /* repositories lie below this folder: the modules' may be among them */
    char *text, *pattern; /* behind the struct */
};

/* A plan that the screen shows and a job may be writing. Counted on the screen's thread only. */
struct shared_plan {
    struct init_prepared *prepared;
    unsigned holders;
};

struct init_screen {
    struct studio *studio;
    struct shared_plan *shared;
    struct init_plan *plan; /* the shared one's */
    char *command;          /* that makes the same plan in a shell, without its choices */
    struct memory_rows *rows;
    struct list *list;
};

enum init_action { INIT_READ, INIT_TICK, INIT_NAME, INIT_CODE, INIT_CREATE };

/* clang-format off */
static const struct key_row init_key_rows[] = {
    { "Space",         INIT_TICK,   "tick",     "Take a key as that of tickets, or do not", KEYS_HINT },
    { "r",             INIT_NAME,   "rename",   "Give the project another name", KEYS_HINT },
    { "R",             INIT_CODE,   "code",     "Give the project another code", 0 },
    { "Enter l Right", INIT_READ,   "read all", "Read the whole plan as a page", KEYS_HINT },
    { "!c",            INIT_CREATE, "create",   "Write the project as it is shown", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table init_keys = { "Plan", init_key_rows,
                                            sizeof init_key_rows / sizeof *init_key_rows };

static void drop_plan(struct shared_plan *shared)
{
    if (--shared->holders > 0)
        return;
    init_prepared_free(&shared->prepared);
    free(shared);
}

/* --- Screen ----------------------------------------------------------------------------------- */

static void show_rows(struct init_screen *screen)
{
    struct list_column columns[INIT_CELLS];

    memory_rows_clear(screen->rows);
    init_rows_add(screen->rows, screen->plan);
    memcpy(columns, init_columns, sizeof columns);
    list_columns_fit(columns, INIT_CELLS, screen->rows);
    list_set_columns(screen->list, columns, INIT_CELLS);
    list_reload(screen->list);
}

static void init_title(const struct view *view, struct strbuf *out)
{
    const struct init_screen *screen = view_state(view);

    strbuf_printf(out, "Plan of %s", screen->plan->code);
}

static void init_layout(struct view *view, struct rectangle area)
{
    struct init_screen *screen = view_state(view);

    rectangle_cut_top(&area, area.rows >= ROWS_FOR_LINE ? HEAD_ROWS : 1);
    pane_place(list_pane(screen->list), area);
}

static void init_draw(struct view *view, const struct surface *surface)
{
    struct init_screen *screen = view_state(view);
    struct strbuf text = STRBUF_INIT;

    init_plan_title(&text, screen->plan);
    surface_print(surface, 0, 1, ROLE_NORMAL, text.data);
    if (surface_rows(surface) >= ROWS_FOR_LINE && !list_shows_heading_first(screen->list))
        surface_horizontal_line(surface, 1, ROLE_LINE);
    strbuf_release(&text);
}

static void read_all(struct init_screen *screen)
{
    struct studio *studio = screen->studio;
    struct strbuf text = STRBUF_INIT;

    init_plan_text(&text, screen->plan, studio_page_width(studio), studio->utf8);
    workspace_open(studio->workspace, page_view_new(studio, "All of it", &text));
    strbuf_release(&text);
}

static void tick(struct init_screen *screen)
{
    struct row row;
    size_t index;

    if (!list_selected(screen->list, &row) || row.identity == NULL)
        return;
    if (!init_rows_ticket(row.identity, &index) || index >= screen->plan->ticket_count) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "Space ticks which keys are tickets, at the end of the list");
        return;
    }
    screen->plan->tickets[index].ticked = !screen->plan->tickets[index].ticked;
    show_rows(screen);
}

static bool is_name(void *context, const char *text, struct error *error)
{
    (void)context;
    return init_word_is_sound(text) ||
           error_set(error, ERROR_INVALID, "one to 100 characters, on one line");
}

static bool is_code(void *context, const char *text, struct error *error)
{
    (void)context;
    return init_plan_code_is_sound(text) ||
           error_set(error, ERROR_INVALID,
                     "capitals, digits and '-', beginning with a letter, at most 16");
}

static void name_given(void *context, const char *text)
{
    struct init_screen *screen = context;

    if (text != NULL)
        screen->plan->name = arena_text(screen->shared->prepared->arena, text);
}

static void code_given(void *context, const char *text)
{
    struct init_screen *screen = context;

    if (text != NULL)
        screen->plan->code = arena_text(screen->shared->prepared->arena, text);
}

/* The box lies over this screen, which cannot be closed below it. */
static void ask_word(struct init_screen *screen, const char *title, const char *initial,
                     bool (*check)(void *context, const char *text, struct error *error),
                     void (*answer)(void *context, const char *text))
{
    dialog_ask(screen->studio->workspace,
               &(struct question){
                   .title = title, .label = "New", .initial = initial, .check = check },
               answer, screen);
}

/* --- Writing ---------------------------------------------------------------------------------- */

struct write_input {
    struct shared_plan *shared;
};

static bool run_write(struct job *job, struct call *call, void *input, void **output,
                      struct error *error)
{
    const struct write_input *asked = input;
    size_t cells;

    (void)job;
    (void)output;
    return init_write(call, asked->shared->prepared->plan, &cells, error);
}

/* However it ended, it lets go of the plan. */
static void write_ended(struct studio *studio, const struct error *failure, void *input)
{
    const struct write_input *asked = input;

    if (failure == NULL)
        studio->actions->open_project(studio, asked->shared->prepared->plan->code);
    drop_plan(asked->shared);
}

static void write_agreed(void *context, bool yes)
{
    struct init_screen *screen = context;
    struct write_input *input;
    struct studio_work work = { .title = "write the project",
                                .run = run_write,
                                .ended = write_ended };

    if (!yes)
        return;
    input = memory_new(sizeof *input);
    input->shared = screen->shared;
    screen->shared->holders++;
    work.input = input;
    studio_start(screen->studio, &work);
}

static void ask_to_write(struct init_screen *screen)
{
    const struct init_plan *plan = screen->plan;
    struct strbuf text = STRBUF_INIT;

    init_plan_title(&text, plan);
    strbuf_printf(&text, "\n%zu cell%s will be recorded.",
                  init_plan_cells(plan, INIT_NEW) + init_plan_cells(plan, INIT_CHANGED),
                  init_plan_cells(plan, INIT_NEW) + init_plan_cells(plan, INIT_CHANGED) == 1 ? ""
                                                                                             : "s");
    dialog_confirm(screen->studio->workspace,
                   &(struct confirmation){ .title = plan->exists ? "Bring the project up to date"
                                                                 : "Write the project",
                                           .text = text.data,
                                           .action = plan->exists ? "update" : "create",
                                           .name = plan->name },
                   write_agreed, screen);
    strbuf_release(&text);
}

/* While a job writes the plan, it stays as it was agreed to. */
static bool init_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct init_screen *screen = view_state(view);

    if (action == INIT_READ)
        return true;
    if (screen->shared->holders > 1) {
        strbuf_add(why, "the project is being written");
        return false;
    }
    if (action == INIT_CODE && screen->plan->exists)
        strbuf_add(why, "the project is there already, with this code");
    else if (action == INIT_CREATE && init_plan_is_empty(screen->plan))
        strbuf_add(why, "the project is up to date: there is nothing to write");
    else
        return true;
    return false;
}

static unsigned init_act(struct view *view, int action)
{
    struct init_screen *screen = view_state(view);

    switch (action) {
    case INIT_READ:
        read_all(screen);
        return REFRESH_DRAW;
    case INIT_TICK:
        tick(screen);
        return REFRESH_DRAW;
    case INIT_NAME:
        ask_word(screen, "Rename the project", screen->plan->name, is_name, name_given);
        return REFRESH_DRAW;
    case INIT_CODE:
        ask_word(screen, "Another code", screen->plan->code, is_code, code_given);
        return REFRESH_DRAW;
    case INIT_CREATE:
        ask_to_write(screen);
        return REFRESH_DRAW;
    default:
        return REFRESH_IGNORED;
    }
}

/* The command that does the same, with what was chosen here. */
static void init_copy(const struct view *view, struct copy_menu *menu)
{
    const struct init_screen *screen = view_state(view);
    const struct init_plan *plan = screen->plan;
    struct strbuf command = STRBUF_INIT;
    size_t ticked = 0;

    strbuf_printf(&command, "%s --name ", screen->command);
    escape_shell(&command, plan->name, strlen(plan->name));
    strbuf_add(&command, " --code ");
    escape_shell(&command, plan->code, strlen(plan->code));
    strbuf_add(&command, " --tickets '");
    for (size_t i = 0; i < plan->ticket_count; i++) {
        if (plan->tickets[i].ticked)
            strbuf_printf(&command, "%s%s", ticked++ > 0 ? "," : "", plan->tickets[i].key);
    }
    strbuf_add(&command, "' --yes");
    show_place(&screen->studio->call, false, &command);
    copy_menu_add(menu, 'c', "command", command.data);
    strbuf_release(&command);
}

static unsigned init_event(struct view *view, const struct event *event)
{
    struct init_screen *screen = view_state(view);

    (void)event;
    studio_take_events(screen->studio);
    return REFRESH_DRAW;
}

static void init_close(struct view *view)
{
    struct init_screen *screen = view_state(view);

    list_free(&screen->list);
    memory_rows_free(&screen->rows);
    drop_plan(screen->shared);
    free(screen->command);
    free(screen);
}

static const struct view_ops init_ops = {
    .name = "Plan",
    .keys = &init_keys,
    .title = init_title,
    .layout = init_layout,
    .draw = init_draw,
    .act = init_act,
    .allows = init_allows,
    .event = init_event,
    .copy = init_copy,
    .close = init_close,
};

/* Takes over both. */
static struct view *init_view_new(struct studio *studio, struct init_prepared *prepared,
                                  char *command)
{
    struct init_screen *screen = memory_new(sizeof *screen);
    struct view *view;

    screen->studio = studio;
    screen->shared = memory_new(sizeof *screen->shared);
    *screen->shared = (struct shared_plan){ prepared, 1 };
    screen->plan = prepared->plan;
    screen->command = command;
    screen->rows = memory_rows_new(INIT_CELLS);
    screen->list = list_new(init_columns, INIT_CELLS, memory_rows_source(screen->rows));
    show_rows(screen);
    view = view_new(studio->workspace, &init_ops, screen);
    view_add_pane(view, list_pane(screen->list));
    return view;
}

/* --- Preparing -------------------------------------------------------------------------------- */

struct prepare_output {
    struct init_prepared *prepared;
    char *command;
};

static void free_prepare_output(void *output)
{
    struct prepare_output *out = output;

    init_prepared_free(&out->prepared);
    free(out->command);
    free(out);
}

static char *shell_command(const struct init_input *input)
{
    static const char *const options[] = {
        [INIT_FROM_FOLDER] = "--scan", [INIT_FROM_TABLE] = "--from", [INIT_FROM_GITOPS] = "--gitops"
    };
    struct strbuf command = STRBUF_INIT;

    strbuf_printf(&command, "pilab init %s ", options[input->source]);
    escape_shell(&command, input->text, strlen(input->text));
    if (input->source == INIT_FROM_GITOPS) {
        strbuf_add_char(&command, ' ');
        escape_shell(&command, input->pattern, strlen(input->pattern));
    }
    if (input->scan)
        strbuf_add(&command, " --scan .");
    return strbuf_steal(&command);
}

static bool run_prepare(struct job *job, struct call *call, void *input, void **output,
                        struct error *error)
{
    const struct init_input *asked = input;
    static const char *const here[] = { "." };
    const char *const text[] = { asked->text };
    const struct init_gitops gitops = { asked->text, asked->pattern };
    struct init_ask ask = { 0 };
    struct init_prepared *prepared = NULL;
    struct prepare_output *out;

    (void)job;
    ask.tables = text;
    ask.folders = asked->source == INIT_FROM_FOLDER ? text : here;
    ask.gitops = &gitops;
    ask.table_count = asked->source == INIT_FROM_TABLE;
    ask.folder_count = asked->source == INIT_FROM_FOLDER || asked->scan;
    ask.gitops_count = asked->source == INIT_FROM_GITOPS;
    if (!init_prepare(call, &ask, &prepared, error))
        return false;
    out = memory_new(sizeof *out);
    out->prepared = prepared;
    out->command = shell_command(asked);
    *output = out;
    return true;
}

static void prepare_done(struct studio *studio, bool ok, void *output)
{
    struct prepare_output *out = output;

    if (!ok)
        return;
    workspace_open(studio->workspace, init_view_new(studio, out->prepared, out->command));
    free(out);
}

void init_start(struct studio *studio, enum init_source source, const char *text,
                const char *pattern)
{
    size_t text_size = strlen(text) + 1, pattern_size = pattern != NULL ? strlen(pattern) + 1 : 1;
    struct init_input *input = memory_new(sizeof *input + text_size + pattern_size);
    struct studio_work work = { .title = "look what there is",
                                .reading = true,
                                .run = run_prepare,
                                .input = input,
                                .free_output = free_prepare_output,
                                .done = prepare_done };

    input->source = source;
    input->scan = source != INIT_FROM_FOLDER && studio->around != NULL &&
                  studio->around->repositories_below > 0;
    input->text = (char *)(input + 1);
    input->pattern = input->text + text_size;
    memcpy(input->text, text, text_size);
    if (pattern != NULL)
        memcpy(input->pattern, pattern, pattern_size);
    studio_start(studio, &work);
}
