#include "setup_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/show.h>
#include <pilab/base/escape.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/release/stage.h>
#include <pilab/tui/clipboard.h>

#define FOOT_ROWS 4
/* A repository has more to say: how it answered, when it was fetched, what was found out. */
#define FOOT_ROWS_MANY 8
#define ROWS_FOR_MANY  32
#define ROWS_FOR_FOOT  12
#define ROWS_FOR_LINE  6 /* with less there is no line below the tabs */

/* clang-format off */
static const char *const tab_labels[SETUP_TAB_COUNT] = {
    "Project", "Modules", "Repositories", "Environments", "Variables", "People", "Tickets",
    "Doctor",
};

static const struct key_row setup_key_rows[] = {
    { "Enter", SETUP_OPEN, "open", "Look at it; of a variable, its history", KEYS_HINT },
    { "!n", SETUP_NEW, "new", "Make a new one", KEYS_LASTING },
    { "!e", SETUP_EDIT, "edit", "Change it", KEYS_LASTING },
    { "!d", SETUP_REMOVE, "remove", "Take it away", KEYS_LASTING | KEYS_DANGEROUS },
    { "!u", SETUP_UNSET, "unset", "Unset the variable", KEYS_LASTING | KEYS_DANGEROUS },
    { "!o", SETUP_EARLIER, "earlier", "Put it one place earlier in the order", KEYS_LASTING },
    { "!l", SETUP_LATER, "later", "Put it one place later in the order", KEYS_LASTING },
    { "!t", SETUP_TEST, "test", "Ask the repository, or the environment's observers, now; of tickets, count them anew",
      KEYS_LASTING },
    { "!k", SETUP_KEY, "key", "The key that secrets are sealed with", KEYS_LASTING },
    { "!i", SETUP_IMPORT, "import", "Import a pilab.yaml; what changes is shown first",
      KEYS_LASTING },
    { "!x", SETUP_EXPORT, "export", "Export the project as a pilab.yaml", KEYS_LASTING },
    { "!w", SETUP_WIZARD, "wizard", "Set a new project up, step by step", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table setup_keys = { "Setup", setup_key_rows,
                                             sizeof setup_key_rows / sizeof *setup_key_rows };

static enum setup_tab tab_of(const struct setup_screen *screen)
{
    return (enum setup_tab)screen->strip.current;
}

static void setup_title(const struct view *view, struct strbuf *out)
{
    const struct setup_screen *screen = view_state(view);

    strbuf_add(out, tab_labels[tab_of(screen)]);
}

/* --- What is seen ----------------------------------------------------------------------------- */

/* A module has a line more, for its schema and infrastructure. */
static int foot_rows(enum setup_tab tab, int rows)
{
    if (tab == SETUP_REPOSITORIES && rows >= ROWS_FOR_MANY)
        return FOOT_ROWS_MANY;
    return tab == SETUP_MODULES ? FOOT_ROWS + 1 : FOOT_ROWS;
}

static void setup_layout(struct view *view, struct rectangle area)
{
    struct setup_screen *screen = view_state(view);
    bool variables = tab_of(screen) == SETUP_VARIABLES && screen->data != NULL;

    screen->foot = (struct rectangle){ 0 };
    rectangle_cut_top(&area, area.rows >= ROWS_FOR_LINE ? 2 : area.rows > 1 ? 1 : 0);
    if (area.rows >= ROWS_FOR_FOOT && screen->data != NULL && tab_of(screen) != SETUP_PROJECT &&
        tab_of(screen) != SETUP_PEOPLE)
        screen->foot = rectangle_cut_bottom(&area, foot_rows(tab_of(screen), area.rows));
    if (variables) {
        pane_hide(list_pane(screen->list));
        pane_place(table_pane(screen->table), area);
        view_set_focus(view, table_pane(screen->table));
    } else {
        pane_hide(table_pane(screen->table));
        pane_place(list_pane(screen->list), area);
        view_set_focus(view, list_pane(screen->list));
    }
}

static void draw_foot(const struct setup_screen *screen, const struct surface *surface)
{
    struct strbuf text = STRBUF_INIT;
    char *rest, *line;

    surface_horizontal_line(surface, 0, ROLE_LINE);
    setup_describe(screen, &text);
    rest = text.data;
    for (int row = 1; row < surface_rows(surface) && (line = strsep(&rest, "\n")) != NULL; row++)
        surface_print(surface, row, 1, row == 1 ? ROLE_NORMAL : ROLE_DIM, line);
    strbuf_release(&text);
}

static void setup_draw(struct view *view, const struct surface *surface)
{
    struct setup_screen *screen = view_state(view);

    tab_strip_draw(&screen->strip, surface, 0);
    if (surface_rows(surface) >= ROWS_FOR_LINE)
        surface_horizontal_line(surface, 1, ROLE_LINE);
    if (screen->foot.rows > 0) {
        struct surface foot = surface_part(surface, screen->foot);

        draw_foot(screen, &foot);
    }
}

static enum role setup_status(const struct view *view, struct strbuf *out)
{
    const struct setup_screen *screen = view_state(view);
    struct strbuf why = STRBUF_INIT;

    if (screen->data != NULL && !setup_may(screen, PERMISSION_CONFIGURE_PROJECT, &why))
        strbuf_add(out, "read only");
    strbuf_release(&why);
    return ROLE_WARNING;
}

/* The frame says it when the cursor is on what is production. */
static void show_production(struct setup_screen *screen)
{
    const struct environment_settings *environment = NULL;
    const json_t *row, *cell;
    const char *name;
    bool production;

    if (tab_of(screen) == SETUP_ENVIRONMENTS && screen->data != NULL)
        environment = setup_environment(screen, setup_selected(screen));
    else if (tab_of(screen) == SETUP_VARIABLES && setup_variable_here(screen, &row, &cell, &name))
        environment = setup_environment(screen, name);
    production = environment != NULL && stage_is_production(environment->stage);
    if (view_is_production(screen->view) != production)
        view_set_production(screen->view, production);
}

static void cursor_moved(void *context)
{
    struct setup_screen *screen = context;

    if (screen->view != NULL)
        show_production(screen);
}

static unsigned tab_act(void *context, int action)
{
    struct setup_screen *screen = context;

    if (!tab_strip_act(&screen->strip, action))
        return REFRESH_NONE;
    setup_show_rows(screen);
    list_move_to(screen->list, 0);
    if (tab_of(screen) == SETUP_TICKETS && screen->seen_arena == NULL)
        setup_count_tickets(screen);
    if (tab_of(screen) == SETUP_DOCTOR && screen->findings == NULL)
        setup_examine(screen);
    show_production(screen);
    return REFRESH_LAYOUT;
}

/* --- What may be done ------------------------------------------------------------------------- */

/* Whether the tab has such a thing at all; NULL, or why not. */
static const char *lacks(enum setup_tab tab, enum setup_action action)
{
    static const unsigned new = 1u << SETUP_MODULES | 1u << SETUP_REPOSITORIES |
                                1u << SETUP_ENVIRONMENTS | 1u << SETUP_VARIABLES |
                                1u << SETUP_PEOPLE;
    static const unsigned fixed = 1u << SETUP_DOCTOR;
    static const unsigned ordered = 1u << SETUP_MODULES | 1u << SETUP_ENVIRONMENTS;
    static const unsigned tested = 1u << SETUP_REPOSITORIES | 1u << SETUP_TICKETS |
                                   1u << SETUP_DOCTOR | 1u << SETUP_MODULES |
                                   1u << SETUP_ENVIRONMENTS;
    unsigned here = 1u << tab;

    if ((action == SETUP_NEW || action == SETUP_REMOVE) && (new &here) == 0)
        return "it is for modules, repositories, environments, variables and people";
    if (action == SETUP_UNSET && tab != SETUP_VARIABLES)
        return "variables are unset, in their tab";
    if (action == SETUP_EDIT && (fixed & here) != 0)
        return "what the doctor found is changed outside";
    if ((action == SETUP_EARLIER || action == SETUP_LATER) && (ordered & here) == 0)
        return "modules and environments have an order";
    if (action == SETUP_TEST && (tested & here) == 0)
        return "repositories are tested, in their tab";
    return NULL;
}

static bool needs_row(enum setup_tab tab, enum setup_action action)
{
    if (tab == SETUP_PROJECT || tab == SETUP_TICKETS || tab == SETUP_DOCTOR)
        return false;
    return action == SETUP_EDIT || action == SETUP_REMOVE || action == SETUP_UNSET ||
           action == SETUP_EARLIER || action == SETUP_LATER || action == SETUP_TEST;
}

static bool has_row(const struct setup_screen *screen)
{
    const json_t *row, *cell;
    const char *environment;

    return tab_of(screen) == SETUP_VARIABLES
               ? setup_variable_here(screen, &row, &cell, &environment)
               : setup_selected(screen) != NULL;
}

static bool setup_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct setup_screen *screen = view_state(view);
    const char *lack;

    if (action == SETUP_OPEN || action == SETUP_WIZARD || action == SETUP_IMPORT)
        return true;
    if (action == SETUP_EXPORT && screen->studio->call.project != NULL)
        return true;
    if (screen->data == NULL)
        return setup_may(screen, PERMISSION_READ, why);
    lack = lacks(tab_of(screen), (enum setup_action)action);
    if (lack != NULL) {
        strbuf_add(why, lack);
        return false;
    }
    if (needs_row(tab_of(screen), (enum setup_action)action) && !has_row(screen)) {
        strbuf_add(why, "nothing is selected");
        return false;
    }
    if (action == SETUP_TEST || action == SETUP_KEY)
        return true;
    if (tab_of(screen) == SETUP_PEOPLE && action != SETUP_NEW)
        return setup_people_allows(screen, setup_selected(screen), action == SETUP_REMOVE, why);
    return setup_may(screen,
                     tab_of(screen) == SETUP_PEOPLE ? PERMISSION_SET_MEMBER
                                                    : PERMISSION_CONFIGURE_PROJECT,
                     why);
}

/* --- Acting ----------------------------------------------------------------------------------- */

static void make_new(struct setup_screen *screen)
{
    if (tab_of(screen) == SETUP_MODULES)
        setup_edit_module(screen, NULL);
    else if (tab_of(screen) == SETUP_REPOSITORIES)
        setup_new_repository(screen);
    else if (tab_of(screen) == SETUP_ENVIRONMENTS)
        setup_edit_environment(screen, NULL);
    else if (tab_of(screen) == SETUP_VARIABLES)
        setup_variable_new(screen);
    else if (tab_of(screen) == SETUP_PEOPLE)
        setup_people_new(screen);
}

static void edit(struct setup_screen *screen)
{
    const char *selected = setup_selected(screen);

    if (tab_of(screen) == SETUP_PROJECT)
        setup_edit_project(screen);
    else if (tab_of(screen) == SETUP_TICKETS)
        setup_edit_tickets(screen);
    else if (tab_of(screen) == SETUP_VARIABLES)
        setup_variable_edit(screen);
    else if (selected == NULL)
        return;
    else if (tab_of(screen) == SETUP_MODULES)
        setup_edit_module(screen, selected);
    else if (tab_of(screen) == SETUP_REPOSITORIES)
        setup_edit_repository(screen, selected);
    else if (tab_of(screen) == SETUP_ENVIRONMENTS)
        setup_edit_environment(screen, selected);
    else if (tab_of(screen) == SETUP_PEOPLE)
        setup_people_edit(screen, selected);
}

static void remove_it(struct setup_screen *screen)
{
    const char *selected = setup_selected(screen);

    if (tab_of(screen) == SETUP_VARIABLES)
        setup_variable_unset(screen);
    else if (selected == NULL)
        return;
    else if (tab_of(screen) == SETUP_MODULES)
        setup_remove_module(screen, selected);
    else if (tab_of(screen) == SETUP_REPOSITORIES)
        setup_remove_repository(screen, selected);
    else if (tab_of(screen) == SETUP_ENVIRONMENTS)
        setup_remove_environment(screen, selected);
    else if (tab_of(screen) == SETUP_PEOPLE)
        setup_people_remove(screen, selected);
}

/* What they see beside what should run; who did not answer is among them, with why. */
static void test_observers(struct setup_screen *screen)
{
    const struct environment_settings *environment =
        setup_environment(screen, setup_selected(screen));
    char *subject;

    if (environment == NULL)
        return;
    if (environment->observer_count == 0) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "Nobody looks at what really runs in %s: Enter, New observer.",
                      environment->name);
        return;
    }
    subject = memory_printf("env:%s", environment->name);
    workspace_open(screen->studio->workspace,
                   verify_view_new(screen->studio, subject, NULL,
                                   stage_is_production(environment->stage)));
    free(subject);
}

static void test(struct setup_screen *screen)
{
    const struct module_settings *module;

    if (tab_of(screen) == SETUP_TICKETS) {
        setup_count_tickets(screen);
    } else if (tab_of(screen) == SETUP_DOCTOR) {
        setup_examine(screen);
    } else if (tab_of(screen) == SETUP_REPOSITORIES) {
        setup_test_repository(screen, setup_selected(screen));
    } else if (tab_of(screen) == SETUP_ENVIRONMENTS) {
        test_observers(screen);
    } else {
        module = setup_module(screen, setup_selected(screen));
        if (module == NULL || module->repository == NULL)
            return;
        screen->strip.current = SETUP_REPOSITORIES;
        setup_test_repository(screen, module->repository);
        list_select(screen->list, module->repository);
        view_refresh(screen->view, REFRESH_LAYOUT);
    }
}

/* All that stands in the strip below and more, as a page. */
static void open_page(struct setup_screen *screen)
{
    struct strbuf text = STRBUF_INIT, rich = STRBUF_INIT;
    char *rest, *line;

    setup_describe(screen, &text);
    rest = text.data;
    while ((line = strsep(&rest, "\n")) != NULL) {
        rich_text(&rich, RICH_PLAIN, line, screen->studio->utf8);
        strbuf_add_char(&rich, '\n');
    }
    if (text.length > 0)
        workspace_open(screen->studio->workspace,
                       page_view_new(screen->studio, tab_labels[tab_of(screen)], &rich));
    strbuf_release(&rich);
    strbuf_release(&text);
}

/* Looking needs no right: whoever may change it gets the form, others the page. */
static void open_row(struct setup_screen *screen)
{
    struct strbuf why = STRBUF_INIT;

    if (screen->data == NULL)
        setup_open_wizard(screen->studio);
    else if (tab_of(screen) == SETUP_VARIABLES)
        setup_variable_history(screen);
    else if (setup_allows(screen->view, SETUP_EDIT, &why))
        edit(screen);
    else if (tab_of(screen) == SETUP_PROJECT || tab_of(screen) == SETUP_PEOPLE)
        workspace_say(screen->studio->workspace, MESSAGE_INFO, "Read only: %s", why.data);
    else
        open_page(screen);
    strbuf_release(&why);
}

static unsigned setup_act(struct view *view, int action)
{
    struct setup_screen *screen = view_state(view);

    switch ((enum setup_action)action) {
    case SETUP_OPEN:
        open_row(screen);
        break;
    case SETUP_NEW:
        make_new(screen);
        break;
    case SETUP_EDIT:
        edit(screen);
        break;
    case SETUP_REMOVE:
    case SETUP_UNSET:
        remove_it(screen);
        break;
    case SETUP_IMPORT:
        setup_ask_import(screen);
        break;
    case SETUP_EXPORT:
        setup_ask_export(screen);
        break;
    case SETUP_TEST:
        test(screen);
        break;
    case SETUP_WIZARD:
        setup_open_wizard(screen->studio);
        break;
    case SETUP_EARLIER:
    case SETUP_LATER:
        setup_move(screen, action == SETUP_EARLIER);
        break;
    case SETUP_KEY:
        setup_secret_key(screen);
        break;
    }
    return REFRESH_DRAW;
}

/* --- As a view -------------------------------------------------------------------------------- */

static void take_check(struct setup_screen *screen, const struct setup_checked *checked)
{
    screen->checker.running = false;
    if (screen->form != NULL)
        setup_check_show(screen->form, "", checked);
    if (screen->checker.again)
        setup_module_changed(screen);
}

static unsigned setup_event(struct view *view, const struct event *event)
{
    struct setup_screen *screen = view_state(view);

    if (event->view != 0 && event->kind == SETUP_CHECKED) {
        take_check(screen, event->data);
    } else if (event->view == 0 || !setup_take_event(screen, event)) {
        studio_take_events(screen->studio);
        /* What nobody sees is read when it is seen. */
        if (event->kind == STUDIO_LOOKED && workspace_view(screen->studio->workspace) == view)
            setup_load(screen);
    }
    show_production(screen);
    return REFRESH_LAYOUT;
}

/* What lay over it may have changed something. */
static unsigned setup_shown(struct view *view)
{
    setup_load(view_state(view));
    return REFRESH_NONE;
}

static void setup_copy(const struct view *view, struct copy_menu *menu)
{
    static const char *const commands[SETUP_TAB_COUNT] = {
        [SETUP_PROJECT] = "pilab project export",  [SETUP_MODULES] = "pilab project export",
        [SETUP_REPOSITORIES] = "git ls-remote",    [SETUP_ENVIRONMENTS] = "pilab env list",
        [SETUP_VARIABLES] = "pilab variable list", [SETUP_PEOPLE] = "pilab member list",
        [SETUP_TICKETS] = "pilab project export",  [SETUP_DOCTOR] = "pilab doctor",
    };
    const struct setup_screen *screen = view_state(view);
    const char *selected = setup_selected(screen);
    struct strbuf command = STRBUF_INIT;

    strbuf_add(&command, commands[tab_of(screen)]);
    if (tab_of(screen) == SETUP_REPOSITORIES && selected != NULL) {
        strbuf_add(&command, " -- ");
        escape_shell(&command, selected, strlen(selected));
    }
    if (tab_of(screen) != SETUP_REPOSITORIES)
        show_place(&screen->studio->call, true, &command);
    copy_menu_add(menu, 'c', "command", command.data);
    strbuf_release(&command);
}

static void free_tests(struct setup_screen *screen)
{
    for (size_t i = 0; i < map_count(screen->tests); i++) {
        struct setup_test *one = map_value_at(screen->tests, i);

        arena_free(&one->arena);
        free(one);
    }
    map_free(&screen->tests);
}

static void setup_close(struct view *view)
{
    struct setup_screen *screen = view_state(view);

    screen->view = NULL;
    list_free(&screen->list);
    table_free(&screen->table);
    memory_rows_free(&screen->rows);
    setup_data_free(screen->data);
    free_tests(screen);
    arena_free(&screen->seen_arena);
    json_decref(screen->findings);
    free(screen);
}

static const struct view_ops setup_ops = {
    .name = "Setup",
    .keys = &setup_keys,
    .title = setup_title,
    .layout = setup_layout,
    .draw = setup_draw,
    .act = setup_act,
    .allows = setup_allows,
    .event = setup_event,
    .shown = setup_shown,
    .status = setup_status,
    .copy = setup_copy,
    .close = setup_close,
};

struct view *setup_view_new(struct studio *studio)
{
    static const struct list_column first[] = {
        {NULL, 10, 0, 0, FIT_END}
    };
    struct setup_screen *screen = memory_new(sizeof *screen);

    screen->studio = studio;
    screen->tests = map_new();
    for (size_t i = 0; i < SETUP_TAB_COUNT; i++)
        screen->tabs[i] = (struct tab){ .label = tab_labels[i], .count = TAB_COUNT_NONE };
    screen->strip = (struct tab_strip){ screen->tabs, SETUP_TAB_COUNT, SETUP_PROJECT };
    screen->rows = memory_rows_new(SETUP_CELLS);
    screen->list = list_new(first, 1, memory_rows_source(screen->rows));
    screen->table = table_new((struct table_source){ &setup_variable_source, screen });
    table_on_move(screen->table, cursor_moved, screen);
    table_set_empty(screen->table, "No variable is set.\n\n!n sets the first one");
    screen->view = view_new(studio->workspace, &setup_ops, screen);
    screen->checker = (struct setup_checker){ .studio = studio, .view = view_id(screen->view) };
    view_add_pane(screen->view, list_pane(screen->list));
    view_add_pane(screen->view, table_pane(screen->table));
    view_add_keys(screen->view, &tab_strip_keys, tab_act, screen);
    list_set_empty(screen->list, studio->call.project != NULL
                                     ? "Reading …"
                                     : "There is no project yet.\n\n"
                                       "!w or Enter sets one up, step by step\n"
                                       "!i imports a pilab.yaml\n"
                                       "`pilab init` makes one from what there is");
    setup_load(screen);
    return screen->view;
}
