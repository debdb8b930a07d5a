#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/tui/wizard.h>
#include <pilab/tui/workspace.h>

/* A form in a view, the same in a box (`:box`), and a wizard, for the tests to drive. */

#define FROZEN_AT 1737556260000 /* 2025-01-22T14:31:00Z */

struct fixture {
    struct workspace *workspace;
    struct form *form;
    struct wizard *wizard;
    json_t *draft; /* of the wizard, kept when its view is closed */
};

static bool code_is_free(const void *context, const struct form *form, const char *value,
                         struct error *error)
{
    (void)context;
    (void)form;
    if (strcmp(value, "MB") != 0)
        return true;
    return error_set(error, ERROR_EXISTS, "Mobile Banking has this code already");
}

static const char *const environments[] = { "DEV", "SIT", "UAT", "PROD", NULL };

static const struct form_field project_fields[] = {
    {.kind = FORM_SECTION, .label = "Project"},
    { .id = "name",
     .kind = FORM_TEXT,
     .label = "Name",
     .required = true,
     .help = "What people call it" },
    {              .id = "code",
     .kind = FORM_TEXT,
     .label = "Code",
     .required = true,
     .check = code_is_free,
     .help = "A few capitals" },
    {                           .id = "token",                                    .kind = FORM_MASKED,                        .label = "Token", .help = "Ctrl-S tests the connection" },
};

static const struct form_field stage_fields[] = {
    {.id = "first",
     .kind = FORM_CHOICE,
     .label = "First stage",
     .options = environments,
     .required = true                                                                        },
    { .id = "others",      .kind = FORM_CHOICES, .label = "Others", .options = environments},
    { .id = "days", .kind = FORM_NUMBER,      .label = "Days",      .minimum = 1,           .maximum = 30},
};

#define PROJECT_FIELDS (sizeof project_fields / sizeof *project_fields)
#define STAGE_FIELDS   (sizeof stage_fields / sizeof *stage_fields)

/* --- A form in a view ------------------------------------------------------------------------- */

static void form_done(void *context, struct form *form)
{
    struct fixture *fixture = context;

    workspace_say(fixture->workspace, MESSAGE_SUCCESS, "done: %s, %zu bytes of token",
                  form_text(form, "name"), strlen(form_text(form, "token")));
}

static void layout_form(struct view *view, struct rectangle area)
{
    struct fixture *fixture = view_state(view);

    pane_place(form_pane(fixture->form), area);
}

static void close_form(struct view *view)
{
    form_free(&((struct fixture *)view_state(view))->form);
}

static const struct view_ops form_view_ops = { .name = "form",
                                               .layout = layout_form,
                                               .close = close_form };

static struct view *open_form(void *context, struct workspace *workspace, struct error *error)
{
    struct fixture *fixture = context;
    struct form_owner owner = { fixture, NULL, form_done };
    struct view *view = view_new(workspace, &form_view_ops, fixture);

    (void)error;
    fixture->form = form_new(project_fields, PROJECT_FIELDS, &owner);
    view_add_pane(view, form_pane(fixture->form));
    return view;
}

/* --- A wizard --------------------------------------------------------------------------------- */

static void summary(void *context, const struct wizard *wizard, struct strbuf *out)
{
    (void)context;
    strbuf_printf(out, "The project %s begins in %s.\nNothing was written yet.\n",
                  form_text(wizard_form(wizard, 0), "name"),
                  form_text(wizard_form(wizard, 1), "first"));
}

static void wizard_done(void *context, struct wizard *wizard)
{
    struct fixture *fixture = context;

    workspace_say(fixture->workspace, MESSAGE_SUCCESS, "created %s",
                  form_text(wizard_form(wizard, 0), "name"));
}

static void layout_wizard(struct view *view, struct rectangle area)
{
    struct fixture *fixture = view_state(view);

    pane_place(wizard_pane(fixture->wizard), area);
}

static void close_wizard(struct view *view)
{
    struct fixture *fixture = view_state(view);

    json_decref(fixture->draft);
    fixture->draft = wizard_export(fixture->wizard);
    wizard_free(&fixture->wizard);
}

static const struct view_ops wizard_view_ops = { .name = "wizard",
                                                 .layout = layout_wizard,
                                                 .close = close_wizard };

static void open_wizard(struct fixture *fixture)
{
    struct wizard_owner owner = { .context = fixture, .summary = summary, .done = wizard_done };
    struct wizard_step steps[] = {
        {"Project", form_new(project_fields, PROJECT_FIELDS, NULL)},
        { "Stages", form_new(stage_fields,   STAGE_FIELDS,   NULL)},
    };
    struct view *view = view_new(fixture->workspace, &wizard_view_ops, fixture);

    fixture->wizard = wizard_new(steps, 2, "Summary", &owner);
    if (fixture->draft != NULL)
        wizard_import(fixture->wizard, fixture->draft);
    view_add_pane(view, wizard_pane(fixture->wizard));
    workspace_open(fixture->workspace, view);
}

/* --- A box, and the start --------------------------------------------------------------------- */

static void box_answer(void *context, struct form *form, bool done)
{
    struct fixture *fixture = context;

    workspace_say(fixture->workspace, MESSAGE_INFO, "box: %s",
                  done ? form_text(form, "first") : "declined");
}

static bool run_command(void *context, struct workspace *workspace, const char *line,
                        struct error *error)
{
    struct fixture *fixture = context;

    if (strcmp(line, "box") == 0)
        dialog_form(workspace, "Stages", form_new(stage_fields, STAGE_FIELDS, NULL), box_answer,
                    fixture);
    else if (strcmp(line, "wizard") == 0)
        open_wizard(fixture);
    else if (strcmp(line, "check") == 0)
        form_set_check(fixture->form, "token", FORM_CHECKING, NULL);
    else if (strcmp(line, "fine") == 0)
        form_set_check(fixture->form, "token", FORM_GOOD, "connected");
    else
        return error_set(error, ERROR_USAGE, "there is no command \"%s\"", line);
    return true;
}

/* A first page whose keys are heard, since those of a form are text. */
enum { START_BOX, START_WIZARD, START_FORM };

static const struct key_row start_rows[] = {
    {"b",  START_BOX,    "box",    "Open the box",    0},
    { "w", START_WIZARD, "wizard", "Open the wizard", 0},
    { "o", START_FORM,   "form",   "Open the form",   0},
};

static const struct key_table start_keys = { "start", start_rows, 3 };

static unsigned start_act(struct view *view, int action)
{
    struct fixture *fixture = view_state(view);

    if (action == START_FORM)
        workspace_open(fixture->workspace, open_form(fixture, fixture->workspace, NULL));
    else
        run_command(fixture, fixture->workspace, action == START_BOX ? "box" : "wizard", NULL);
    return REFRESH_DRAW;
}

static const struct view_ops start_ops = { .name = "start", .keys = &start_keys, .act = start_act };

static struct view *open_start(void *context, struct workspace *workspace, struct error *error)
{
    (void)error;
    return view_new(workspace, &start_ops, context);
}

int main(void)
{
    struct terminal_options options = { 0 };
    struct fixture fixture = { 0 };
    struct terminal *terminal;
    struct error error = { 0 };
    struct theme *theme;
    enum loop_end end;

    setlocale(LC_ALL, "");
    theme = theme_load(NULL, &error);
    if (theme == NULL || !terminal_start(&terminal, &options, &error)) {
        fprintf(stderr, "%s\n", error.message);
        theme_free(&theme);
        return 1;
    }
    fixture.workspace = workspace_new(&(struct workspace_options){
        .product = "PiLabStudio",
        .terminal = terminal,
        .theme = theme,
        .clock = clock_frozen(FROZEN_AT),
        .commands = {&fixture, run_command, NULL, NULL, NULL}
    });
    workspace_add_place(fixture.workspace, 1, "Start", open_start, &fixture);
    workspace_go(fixture.workspace, 1);
    end = workspace_run(fixture.workspace);
    workspace_free(&fixture.workspace);
    json_decref(fixture.draft);
    terminal_end(&terminal);
    theme_free(&theme);
    return 10 + (int)end;
}
