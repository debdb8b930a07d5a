#include <pilab/tui/studio_parts.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/show.h>
#include <pilab/app/where.h>
#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/release/where_fields.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/list.h>
#include <pilab/tui/rich_view.h>

#define HEAD_ROWS     2 /* what was asked, a line */
#define FOOT_ROWS     7 /* a line, three of a sentence, three commits */
#define SENTENCE_ROWS 3
#define ROWS_FOR_FOOT 14
#define SHORT_ID      7
#define MOST_COLUMNS  (ROW_CELLS - 1)

/* Where something is: modules down, environments across. */
struct where_screen {
    struct studio *studio;
    struct where_answer *answer;
    size_t environment; /* that the foot tells about */
    char *titles[MOST_COLUMNS];
    struct memory_rows *rows;
    struct list *list;
    struct rectangle foot;
};

enum where_action { WHERE_OPEN, WHERE_PREVIOUS, WHERE_NEXT, WHERE_ALL };

/* clang-format off */
static const struct key_row where_rows[] = {
    { "Enter", WHERE_OPEN, "patch", "Show the patch of a commit of the module", KEYS_HINT },
    { "l Right", WHERE_NEXT, "environment", "Tell about the next environment", KEYS_HINT },
    { "h Left", WHERE_PREVIOUS, "environment before", "Tell about the environment before", 0 },
    { "o", WHERE_ALL, "everything", "Show every environment and every commit", KEYS_HINT },
};
/* clang-format on */

static const struct key_table where_keys = { "Where", where_rows,
                                             sizeof where_rows / sizeof *where_rows };

/* --- Rows ------------------------------------------------------------------------------------- */

static enum role state_role(enum where_state state)
{
    static const enum role roles[WHERE_STATE_COUNT] = {
        [WHERE_UNKNOWN] = ROLE_UNKNOWN,  [WHERE_NOT_IN] = ROLE_DIM,
        [WHERE_REVERTED] = ROLE_REMOVED, [WHERE_PARTLY] = ROLE_WARNING,
        [WHERE_PROBABLY] = ROLE_WARNING, [WHERE_AS_ANOTHER] = ROLE_SUCCESS,
        [WHERE_IN] = ROLE_SUCCESS,
    };

    return roles[state];
}

static size_t shown_environments(const struct where_screen *screen)
{
    size_t count = screen->answer->environment_count;

    return count < MOST_COLUMNS ? count : MOST_COLUMNS;
}

static void add_row(struct where_screen *screen, size_t index)
{
    const struct where_module *module = &screen->answer->modules[index];
    struct strbuf words[MOST_COLUMNS];
    struct row row = { .identity = module->name };
    size_t count = shown_environments(screen);

    row_set(&row, 0, ROLE_NORMAL, module->name);
    for (size_t i = 0; i < count; i++) {
        words[i] = (struct strbuf)STRBUF_INIT;
        where_cell_word(&words[i], &module->cells[i]);
        row_set(&row, i + 1, state_role(module->cells[i].state), words[i].data);
    }
    memory_rows_add(screen->rows, &row);
    for (size_t i = 0; i < count; i++)
        strbuf_release(&words[i]);
}

/* The one that the foot tells about is never dropped; production is dropped after the others. */
static void set_columns(struct where_screen *screen)
{
    struct list_column columns[ROW_CELLS] = {
        {.title = "Module", .minimum = 10}
    };
    size_t count = shown_environments(screen);

    for (size_t i = 0; i < count; i++) {
        const char *name = screen->answer->environments[i];
        bool current = i == screen->environment;

        free(screen->titles[i]);
        screen->titles[i] = memory_printf(current ? "[%s]" : " %s", name);
        columns[i + 1] = (struct list_column){ .title = screen->titles[i],
                                               .minimum = 8,
                                               .preferred = 12,
                                               .priority = current ? 0 : (int)(count - i) };
    }
    list_set_columns(screen->list, columns, count + 1);
}

static const struct where_module *find_module(const struct where_screen *screen, const char *name)
{
    for (size_t i = 0; i < screen->answer->module_count; i++) {
        if (strcmp(screen->answer->modules[i].name, name) == 0)
            return &screen->answer->modules[i];
    }
    return NULL;
}

static const struct where_module *selected(const struct where_screen *screen)
{
    struct row row;

    return list_selected(screen->list, &row) ? find_module(screen, row.identity) : NULL;
}

static bool row_passes(const void *context, const struct filter *filter, const char *identity,
                       const char *words, size_t length)
{
    const struct where_module *module = find_module(context, identity);

    return module != NULL && filter_test(filter, module, words, length);
}

static void offer_values(const void *context, size_t field,
                         void (*offer)(void *to, const char *value), void *to)
{
    where_field_values(((const struct where_screen *)context)->answer, field, offer, to);
}

static void set_fields(struct where_screen *screen)
{
    memory_rows_set_fields(screen->rows,
                           &(struct row_fields){ .fields = where_fields_new(screen->answer),
                                                 .passes = row_passes,
                                                 .values = offer_values,
                                                 .context = screen,
                                                 .clock = screen->studio->call.clock });
}

/* --- Drawing ---------------------------------------------------------------------------------- */

#define COMMIT_IN_TITLE 12 /* characters of an id, of which there may be 64 */

static void where_title(const struct view *view, struct strbuf *out)
{
    const struct where_screen *screen = view_state(view);

    if (screen->answer->kind == WHERE_COMMIT)
        strbuf_printf(out, "Where is %.*s", COMMIT_IN_TITLE, screen->answer->question);
    else
        strbuf_printf(out, "Where is %s", screen->answer->subject);
}

static void where_layout(struct view *view, struct rectangle area)
{
    struct where_screen *screen = view_state(view);

    rectangle_cut_top(&area, HEAD_ROWS);
    screen->foot = rectangle_cut_bottom(&area, area.rows >= ROWS_FOR_FOOT ? FOOT_ROWS : 0);
    pane_place(list_pane(screen->list), area);
}

static int64_t now(const struct where_screen *screen)
{
    return clock_now(&screen->studio->call.clock);
}

/* As many of its lines as there is room for. */
static void draw_lines(const struct surface *surface, int row, int most, const char *text)
{
    while (*text != '\0' && most-- > 0) {
        const char *end = strchr(text, '\n');
        char *line = memory_copy_bytes(text, end != NULL ? (size_t)(end - text) : strlen(text));

        surface_rich(surface, row++, 0, line);
        free(line);
        text = end != NULL ? end + 1 : text + strlen(text);
    }
}

static void draw_cell(const struct where_screen *screen, const struct where_module *module,
                      const struct surface *foot)
{
    struct strbuf line = STRBUF_INIT, text = STRBUF_INIT;

    rich_text(&line, RICH_NAME, module->name, screen->studio->utf8);
    strbuf_add(&line, " in ");
    rich_text(&line, RICH_NAME, screen->answer->environments[screen->environment],
              screen->studio->utf8);
    strbuf_add(&line, ": ");
    where_cell_sentence(&line, &module->cells[screen->environment], now(screen),
                        screen->studio->utf8);
    rich_wrap(&text, line.data, 1, (size_t)surface_columns(foot) - 1);
    draw_lines(foot, 1, SENTENCE_ROWS, text.data);
    strbuf_release(&line);
    strbuf_release(&text);
}

static void draw_commits(const struct where_screen *screen, const struct where_module *module,
                         const struct surface *foot)
{
    int row = 1 + SENTENCE_ROWS;

    for (size_t i = 0; i < module->commit_count && row < surface_rows(foot); i++, row++) {
        struct strbuf line = STRBUF_INIT;

        if (row == surface_rows(foot) - 1 && i + 1 < module->commit_count) {
            strbuf_printf(&line, "and %zu more commits: Enter lists them",
                          module->commit_count - i);
        } else {
            strbuf_printf(&line, "%.*s ", SHORT_ID, module->commits[i].id);
            rich_text(&line, RICH_PLAIN, module->commits[i].subject, screen->studio->utf8);
        }
        surface_rich(foot, row, 1, line.data);
        strbuf_release(&line);
    }
}

static void draw_head(const struct where_screen *screen, const struct surface *surface)
{
    const struct where_answer *answer = screen->answer;

    surface_printf(surface, 0, 1, ROLE_NORMAL, "%s %s: in %zu of %zu modules%s",
                   answer->forced ? "Asked for as" : "Taken for", where_kind_name(answer->kind),
                   answer->found, answer->looked,
                   answer->module_count > answer->found ? ", others could not be looked into" : "");
    surface_horizontal_line(surface, 1, ROLE_LINE);
}

static void where_draw(struct view *view, const struct surface *surface)
{
    struct where_screen *screen = view_state(view);
    const struct where_module *module = selected(screen);
    struct surface foot;

    draw_head(screen, surface);
    if (screen->foot.rows == 0)
        return;
    foot = surface_part(surface, screen->foot);
    surface_horizontal_line(&foot, 0, ROLE_LINE);
    if (module == NULL || screen->answer->environment_count == 0)
        return;
    draw_cell(screen, module, &foot);
    draw_commits(screen, module, &foot);
}

/* --- Patches ---------------------------------------------------------------------------------- */

struct patch_asked {
    char module[256], commit[64];
};

struct patch_shown {
    struct strbuf text;
    char title[320];
};

static void free_patch(void *output)
{
    struct patch_shown *patch = output;

    strbuf_release(&patch->text);
    free(patch);
}

static bool run_patch(struct job *job, struct call *call, void *input, void **output,
                      struct error *error)
{
    const struct patch_asked *asked = input;
    struct patch_shown *patch = memory_new(sizeof *patch);

    (void)job;
    patch->text = (struct strbuf)STRBUF_INIT;
    snprintf(patch->title, sizeof patch->title, "%s %.*s", asked->module, SHORT_ID, asked->commit);
    if (!where_patch(call, asked->module, asked->commit, &patch->text, error)) {
        free_patch(patch);
        return false;
    }
    *output = patch;
    return true;
}

static void patch_done(struct studio *studio, bool ok, void *output)
{
    struct patch_shown *patch = output;

    if (!ok)
        return;
    workspace_open(studio->workspace,
                   patch_page_new(studio, patch->title,
                                  patch->text.data != NULL ? patch->text.data : "",
                                  patch->text.length, 0));
    free_patch(patch);
}

static void open_commit(struct where_screen *screen, const struct where_module *module,
                        size_t commit)
{
    struct patch_asked *asked = memory_new(sizeof *asked);
    struct studio_work work = { .title = "read the patch",
                                .reading = true,
                                .run = run_patch,
                                .input = asked,
                                .free_output = free_patch,
                                .done = patch_done };

    snprintf(asked->module, sizeof asked->module, "%s", module->name);
    snprintf(asked->commit, sizeof asked->commit, "%s", module->commits[commit].id);
    studio_start(screen->studio, &work);
}

static void commit_chosen(void *context, uint64_t value)
{
    struct where_screen *screen = context;
    const struct where_module *module = selected(screen);

    if (module != NULL && value < module->commit_count)
        open_commit(screen, module, (size_t)value);
}

/* A letter for each, as far as they go; the rest is on the page of everything. */
static void choose_commit(struct where_screen *screen, const struct where_module *module)
{
    struct menu *menu = menu_new("Patch of");

    for (size_t i = 0; i < module->commit_count && i < 26; i++) {
        const struct where_commit *commit = &module->commits[i];
        char *label = memory_printf("%.*s %s", SHORT_ID, commit->id, commit->subject);

        menu_add(menu, &(struct menu_item){
                           .key = 'a' + (int32_t)i, .label = label, .value = (uint64_t)i });
        free(label);
    }
    dialog_menu(screen->studio->workspace, menu, commit_chosen, screen);
}

static void open_module(struct where_screen *screen)
{
    const struct where_module *module = selected(screen);

    if (module == NULL)
        return;
    if (module->refused != NULL)
        workspace_say(screen->studio->workspace, MESSAGE_INFO, "%s: %s", module->name,
                      module->refused);
    else if (module->commit_count == 1)
        open_commit(screen, module, 0);
    else
        choose_commit(screen, module);
}

/* --- Acting ----------------------------------------------------------------------------------- */

static void show_all(struct where_screen *screen)
{
    struct where_text_options options = { .width = studio_page_width(screen->studio),
                                          .utf8 = screen->studio->utf8,
                                          .wide = true,
                                          .now = now(screen) };
    struct strbuf text = STRBUF_INIT;

    where_render_text(&text, screen->answer, &options);
    workspace_open(screen->studio->workspace, page_view_new(screen->studio, "Everything", &text));
    strbuf_release(&text);
}

static unsigned where_act(struct view *view, int action)
{
    struct where_screen *screen = view_state(view);
    size_t count = shown_environments(screen);

    switch (action) {
    case WHERE_OPEN:
        open_module(screen);
        break;
    case WHERE_PREVIOUS:
        screen->environment -= screen->environment > 0;
        set_columns(screen);
        break;
    case WHERE_NEXT:
        screen->environment += screen->environment + 1 < count;
        set_columns(screen);
        break;
    case WHERE_ALL:
        show_all(screen);
        break;
    default:
        return REFRESH_IGNORED;
    }
    return REFRESH_DRAW;
}

static void where_copy(const struct view *view, struct copy_menu *menu)
{
    const struct where_screen *screen = view_state(view);
    const struct where_module *module = selected(screen);
    struct strbuf text = STRBUF_INIT, ids = STRBUF_INIT, command = STRBUF_INIT;

    copy_add_line(&text, screen->answer->subject);
    copy_menu_add(menu, 't', "what was asked for", text.data);
    for (size_t i = 0; module != NULL && i < module->commit_count; i++)
        copy_add_line(&ids, module->commits[i].id);
    if (ids.length > 0)
        copy_menu_add(menu, 'i', "commits", ids.data);
    strbuf_add(&command, "pilab where ");
    escape_shell(&command, screen->answer->question, strlen(screen->answer->question));
    show_place(&screen->studio->call, true, &command);
    copy_menu_add(menu, 'c', "command", command.data);
    strbuf_release(&text);
    strbuf_release(&ids);
    strbuf_release(&command);
}

static unsigned where_event(struct view *view, const struct event *event)
{
    struct where_screen *screen = view_state(view);

    (void)event;
    studio_take_events(screen->studio);
    return REFRESH_DRAW;
}

static void where_close(struct view *view)
{
    struct where_screen *screen = view_state(view);

    list_free(&screen->list);
    for (size_t i = 0; i < MOST_COLUMNS; i++)
        free(screen->titles[i]);
    memory_rows_free(&screen->rows);
    where_answer_free(&screen->answer);
    free(screen);
}

static const struct view_ops where_ops = {
    .name = "Where",
    .keys = &where_keys,
    .title = where_title,
    .layout = where_layout,
    .draw = where_draw,
    .act = where_act,
    .event = where_event,
    .copy = where_copy,
    .close = where_close,
};

/* Where the news is: the first environment that does not have all of it. */
static size_t first_without(const struct where_answer *answer)
{
    for (size_t i = 0; i < answer->environment_count && i < MOST_COLUMNS; i++) {
        for (size_t m = 0; m < answer->module_count; m++) {
            if (answer->modules[m].cells[i].state < WHERE_PROBABLY)
                return i;
        }
    }
    return 0;
}

struct view *where_view_new(struct studio *studio, struct where_answer *answer)
{
    static const struct list_column name = { .title = "Module", .minimum = 10 };
    struct where_screen *screen = memory_new(sizeof *screen);
    struct view *view;

    screen->studio = studio;
    screen->answer = answer;
    screen->environment = first_without(answer);
    screen->rows = memory_rows_new(shown_environments(screen) + 1);
    set_fields(screen);
    for (size_t i = 0; i < answer->module_count; i++)
        add_row(screen, i);
    screen->list = list_new(&name, 1, memory_rows_source(screen->rows));
    list_set_empty(screen->list, "No module has anything of it.\nMirrors are used as they are: "
                                 ":where --fetch brings them up to date first.");
    set_columns(screen);
    view = view_new(studio->workspace, &where_ops, screen);
    view_add_pane(view, list_pane(screen->list));
    return view;
}
