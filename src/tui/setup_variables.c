#include "setup_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/release/stage.h>

/* --- The matrix ------------------------------------------------------------------------------- */

static const json_t *variables_of(const struct setup_screen *screen)
{
    return screen->data != NULL ? screen->data->variables : NULL;
}

static const char *environment_at(const struct setup_screen *screen, size_t column)
{
    return screen->data->settings.environments[column - 1].name;
}

static size_t rows(void *context)
{
    return json_array_size(variables_of(context));
}

static size_t columns(void *context)
{
    const struct setup_screen *screen = context;

    return rows(context) == 0 ? 0 : screen->data->settings.environment_count + 1;
}

/* The cell of a row in an environment, or NULL: it is not set there. */
static const json_t *cell_in(const json_t *row, const char *environment)
{
    const json_t *cells = json_object_get(row, "cells"), *cell;
    size_t i;

    json_array_foreach(cells, i, cell)
    {
        if (strcmp(json_member_text(cell, "environment"), environment) == 0)
            return cell;
    }
    return NULL;
}

static void cell(void *context, size_t row, size_t column, struct table_cell *out)
{
    const struct setup_screen *screen = context;
    const json_t *variable = json_array_get(variables_of(screen), row), *found, *same;

    if (row == TABLE_HEADING) {
        out->text = column == 0 ? "Variable" : environment_at(screen, column);
        return;
    }
    if (column == 0) {
        out->text = json_member_text(variable, "label");
        return;
    }
    found = cell_in(variable, environment_at(screen, column));
    if (found == NULL) {
        out->text = "not set";
        out->role = ROLE_DIM;
        return;
    }
    out->text = json_member_text(found, "shown");
    same = json_object_get(found, "as_before");
    if (json_is_true(same)) {
        out->mark = "=";
        out->mark_role = ROLE_DIM;
    } else if (json_is_false(same)) {
        out->mark = screen->studio->utf8 ? "≠" : "!=";
        out->mark_role = ROLE_WARNING;
    }
}

static const char *row_identity(void *context, size_t row)
{
    return json_member_text(json_array_get(variables_of(context), row), "label");
}

static const char *column_identity(void *context, size_t column)
{
    return column == 0 ? "Variable" : environment_at(context, column);
}

const struct table_source_ops setup_variable_source = {
    .rows = rows,
    .columns = columns,
    .cell = cell,
    .mark_width = 2,
    .row_identity = row_identity,
    .column_identity = column_identity,
};

bool setup_variable_here(const struct setup_screen *screen, const json_t **row, const json_t **cell,
                         const char **environment)
{
    size_t at, column;

    if (screen->data == NULL || !table_cursor(screen->table, &at, &column) || at == TABLE_HEADING)
        return false;
    *row = json_array_get(variables_of(screen), at);
    *environment = environment_at(screen, column);
    *cell = cell_in(*row, *environment);
    return *row != NULL;
}

static const char *text_of(const json_t *object, const char *id)
{
    const char *text = json_member_text(object, id);

    return text != NULL ? text : "";
}

void setup_variable_describe(const struct setup_screen *screen, struct strbuf *out)
{
    const char *environment, *state = text_of(screen->data->secrets, "state");
    const json_t *row, *cell;

    if (setup_variable_here(screen, &row, &cell, &environment)) {
        strbuf_printf(out, "%s in %s  %s%s\n", text_of(row, "label"), environment,
                      cell == NULL ? "not set" : text_of(cell, "shown"),
                      json_is_true(json_object_get(row, "secret")) ? "  secret" : "");
        if (cell != NULL)
            strbuf_printf(out, "set by %s  %s\n", text_of(cell, "author"),
                          text_of(cell, "description"));
    }
    strbuf_printf(out,
                  "= as in the environment before, %s another value   key of the secrets: %s\n",
                  screen->studio->utf8 ? "≠" : "!=",
                  strcmp(state, "none") == 0 ? "none yet (!k)" : state);
}

/* --- Setting ---------------------------------------------------------------------------------- */

#define VALUE_SIZE 8192

/* On its way to a worker, in one block that the job frees. The value is in no command line and no
 * title; it is wiped when it was used. */
struct set_input {
    bool secret;
    char value[VALUE_SIZE];
    char text[]; /* the other fields as JSON */
};

static void wipe(char *bytes, size_t length)
{
    explicit_bzero(bytes, length);
}

/* Also when it was called off before it began. */
static void free_set_input(void *data)
{
    struct set_input *input = data;

    wipe(input->value, sizeof input->value);
    free(input);
}

struct answers {
    const struct set_input *input;
    bool (*ask)(void *context, const struct call_question *question, size_t *choice,
                struct strbuf *text, struct error *error);
    void *context;
};

/* The form has asked for the value already; a passphrase is asked for as ever. */
static bool answer(void *context, const struct call_question *question, size_t *choice,
                   struct strbuf *text, struct error *error)
{
    struct answers *answers = context;

    if (question->option != NULL && strncmp(question->option, "--value-file", 12) == 0) {
        strbuf_add(text, answers->input->value);
        return true;
    }
    if (answers->ask != NULL)
        return answers->ask(answers->context, question, choice, text, error);
    return error_set(error, ERROR_CANCELLED, "nobody can answer");
}

static bool set_it(struct call *call, const struct set_input *input, const json_t *fields,
                   struct error *error)
{
    const char *words[12] = { "variable", "set", text_of(fields, "name"), "--environment",
                              text_of(fields, "environment") };
    size_t count = 5;
    json_t *set;

    if (*text_of(fields, "module") != '\0') {
        words[count++] = "--module";
        words[count++] = text_of(fields, "module");
    }
    words[count++] = "--description";
    words[count++] = text_of(fields, "description");
    if (input->secret || strcmp(text_of(fields, "kind"), "plain") == 0)
        words[count++] = input->secret ? "--secret" : "--plain";
    set = setup_query(call, words, error);
    json_decref(set);
    return set != NULL;
}

static bool run_set(struct job *job, struct call *call, void *context, void **output,
                    struct error *error)
{
    struct set_input *input = context;
    struct answers answers = { input, call->ask, call->ask_context };
    json_t *fields = json_read("a variable", input->text, strlen(input->text), error);
    bool ok = fields != NULL;

    (void)job;
    (void)output;
    call->ask = answer;
    call->ask_context = &answers;
    ok = ok && set_it(call, input, fields, error);
    call->ask = answers.ask;
    call->ask_context = answers.context;
    json_decref(fields);
    return ok;
}

static void set_done(struct studio *studio, bool ok, void *output)
{
    (void)output;
    if (ok)
        workspace_say(studio->workspace, MESSAGE_SUCCESS, "Set");
    studio->actions->look_around(studio);
}

/* What a form asked about, beside what is typed. */
struct setting {
    struct setup_screen *screen;
    bool secret;
    char *name, *environment, *module; /* NULL: asked for in the form */
};

static json_t *setting_fields(const struct setting *setting, const struct form *form)
{
    json_t *fields = form_export(form);

    if (setting->name != NULL) {
        json_put_text(fields, "name", setting->name);
        json_put_text(fields, "environment", setting->environment);
        json_put_text(fields, "module", setting->module);
    }
    if (strcmp(text_of(fields, "module"), SETUP_NONE) == 0)
        json_put_text(fields, "module", "");
    json_object_del(fields, "value");
    return fields;
}

static void set_answered(void *context, struct form *form, bool done)
{
    struct setting *setting = context;
    struct studio_work work = {
        .title = "set a variable", .run = run_set, .free_input = free_set_input, .done = set_done
    };
    struct strbuf text = STRBUF_INIT;
    struct set_input *input;
    json_t *fields;

    if (done) {
        fields = setting_fields(setting, form);
        json_write_canonical(&text, fields);
        json_decref(fields);
        input = memory_new(sizeof *input + text.length + 1);
        input->secret = setting->secret;
        snprintf(input->value, sizeof input->value, "%s", form_text(form, "value"));
        memcpy(input->text, text.data, text.length + 1);
        work.input = input;
        studio_start(setting->screen->studio, &work);
        strbuf_release(&text);
    }
    free(setting->name);
    free(setting->environment);
    free(setting->module);
    free(setting);
}

static bool fits(const void *context, const struct form *form, const char *value,
                 struct error *error)
{
    (void)context;
    (void)form;
    return strlen(value) < VALUE_SIZE ||
           error_set(error, ERROR_LIMIT, "more than %d bytes: give a file on the command line",
                     VALUE_SIZE - 1);
}

static bool is_name(const void *context, const struct form *form, const char *value,
                    struct error *error)
{
    (void)context;
    (void)form;
    return variable_name_valid(value) ||
           error_set(error, ERROR_INVALID, "a letter or '_' first, then letters, digits, _ . -");
}

/* NULL-terminated; the array is the caller's. */
static const char **names_of(const struct setup_screen *screen, bool modules)
{
    const struct project_settings *settings = &screen->data->settings;
    size_t count = modules ? settings->module_count + 1 : settings->environment_count, n = 0;
    const char **names = memory_array(count + 1, sizeof *names);

    if (modules)
        names[n++] = SETUP_NONE;
    for (size_t i = 0; n < count; i++)
        names[n++] = modules ? settings->modules[i].name : settings->environments[i].name;
    return names;
}

static const char *const kinds[] = { "unless it looks like a secret", "plain", NULL };

static void ask_value(struct setting *setting, const json_t *row, const json_t *cell)
{
    const char **environments = names_of(setting->screen, false);
    const char **modules = names_of(setting->screen, true);
    bool fresh = setting->name == NULL;
    char *heading =
        fresh ? NULL : memory_printf("%s in %s", text_of(row, "label"), setting->environment);
    struct form_field fields[8];
    size_t count = 0;
    struct form *form;

    if (fresh) {
        fields[count++] = (struct form_field){
            .id = "name", .label = "Name", .required = true, .check = is_name
        };
        fields[count++] = (struct form_field){ .id = "environment",
                                               .kind = FORM_CHOICE,
                                               .label = "Environment",
                                               .options = environments,
                                               .value = environments[0] };
        fields[count++] = (struct form_field){ .id = "module",
                                               .kind = FORM_CHOICE,
                                               .label = "Module",
                                               .options = modules,
                                               .value = SETUP_NONE,
                                               .help = "None: of the whole environment" };
    } else {
        fields[count++] = (struct form_field){ .kind = FORM_SECTION, .label = heading };
    }
    fields[count++] = (struct form_field){ .id = "value",
                                           .kind = setting->secret ? FORM_MASKED : FORM_TEXT,
                                           .label = setting->secret ? "Secret" : "Value",
                                           .required = setting->secret,
                                           .value = setting->secret ? NULL : text_of(cell, "value"),
                                           .check = fits };
    fields[count++] = (struct form_field){ .id = "description",
                                           .label = "Description",
                                           .value = text_of(cell, "description") };
    if (!setting->secret)
        fields[count++] = (struct form_field){ .id = "kind",
                                               .kind = FORM_CHOICE,
                                               .label = "Shown",
                                               .options = kinds,
                                               .value = kinds[0],
                                               .help = "plain: everybody may read it, whatever it "
                                                       "looks like" };
    form = form_new(fields, count, NULL);
    free(environments);
    free(modules);
    free(heading);
    dialog_form(setting->screen->studio->workspace,
                setting->secret ? "Set a secret" : "Set a variable", form, set_answered, setting);
}

static struct setting *setting_new(struct setup_screen *screen, bool secret)
{
    struct setting *setting = memory_new(sizeof *setting);

    setting->screen = screen;
    setting->secret = secret;
    return setting;
}

static void kind_chosen(void *context, uint64_t value)
{
    ask_value(setting_new(context, value == 1), NULL, NULL);
}

void setup_variable_new(struct setup_screen *screen)
{
    bool key = strcmp(text_of(screen->data->secrets, "state"), "none") != 0;
    struct menu *menu;

    if (screen->data->settings.environment_count == 0) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "A variable belongs to an environment, and there is none yet.");
        return;
    }
    menu = menu_new("A new variable");
    menu_add(menu,
             &(struct menu_item){ .key = 'p', .label = "plain", .detail = "all may read it" });
    menu_add(menu, &(struct menu_item){ .key = 's',
                                        .label = "secret",
                                        .detail = "sealed, and never shown",
                                        .value = 1,
                                        .refusal = key ? NULL : "there is no key yet: !k" });
    dialog_menu(screen->studio->workspace, menu, kind_chosen, screen);
}

void setup_variable_edit(struct setup_screen *screen)
{
    const json_t *row, *cell;
    const char *environment;
    struct setting *setting;

    if (!setup_variable_here(screen, &row, &cell, &environment))
        return;
    if (cell != NULL && strchr(text_of(cell, "value"), '\n') != NULL) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "The value has several lines: `pilab variable set %s --value-file FILE "
                      "--environment %s` sets it.",
                      text_of(row, "name"), environment);
        return;
    }
    setting = setting_new(screen, json_is_true(json_object_get(row, "secret")));
    setting->name = memory_copy_text(text_of(row, "name"));
    setting->environment = memory_copy_text(environment);
    setting->module = memory_copy_text(text_of(row, "module"));
    ask_value(setting, row, cell);
}

/* --- The other commands ----------------------------------------------------------------------- */

static void run_on(struct setup_screen *screen, const char *verb, const json_t *row,
                   const char *environment)
{
    const char *words[8] = { "variable", verb, text_of(row, "name"), "--environment", environment };

    if (*text_of(row, "module") != '\0') {
        words[5] = "--module";
        words[6] = text_of(row, "module");
    }
    screen->studio->actions->run_words(screen->studio, words);
}

void setup_variable_history(struct setup_screen *screen)
{
    const json_t *row, *cell;
    const char *environment;

    if (setup_variable_here(screen, &row, &cell, &environment))
        run_on(screen, "history", row, environment);
}

struct unset {
    struct setup_screen *screen;
    json_t *row;
    char *environment;
};

static void unset_agreed(void *context, bool yes)
{
    struct unset *unset = context;

    if (yes)
        run_on(unset->screen, "unset", unset->row, unset->environment);
    json_decref(unset->row);
    free(unset->environment);
    free(unset);
}

void setup_variable_unset(struct setup_screen *screen)
{
    const struct environment_settings *settings;
    const json_t *row, *cell;
    const char *environment;
    struct unset *unset;
    char *name;

    if (!setup_variable_here(screen, &row, &cell, &environment) || cell == NULL) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO, "It is not set there.");
        return;
    }
    settings = setup_environment(screen, environment);
    unset = memory_new(sizeof *unset);
    *unset = (struct unset){ screen, json_incref((json_t *)row), memory_copy_text(environment) };
    name = memory_printf("%s in %s", text_of(row, "label"), environment);
    dialog_confirm(screen->studio->workspace,
                   &(struct confirmation){ .title = "Unset the variable",
                                           .text = json_is_true(json_object_get(row, "secret"))
                                                       ? "The secret's value is gone for good then."
                                                       : "Its history stays.",
                                           .action = "unset",
                                           .name = name,
                                           .typed = settings != NULL &&
                                                    stage_is_production(settings->stage),
                                           .dangerous = true },
                   unset_agreed, unset);
    free(name);
}

/* --- The key of the secrets ------------------------------------------------------------------- */

enum key_choice { KEY_STATUS, KEY_CHECK, KEY_INIT, KEY_INIT_PASSPHRASE, KEY_REKEY, KEY_PASSPHRASE };

static void key_chosen(void *context, uint64_t value)
{
    /* clang-format off */
    static const char *const words[][5] = {
        [KEY_STATUS] = { "secrets", "status" },
        [KEY_CHECK] = { "secrets", "check" },
        [KEY_INIT] = { "secrets", "init" },
        [KEY_INIT_PASSPHRASE] = { "secrets", "init", "--kind", "passphrase" },
        [KEY_REKEY] = { "secrets", "rekey", "--kind", "file" },
        [KEY_PASSPHRASE] = { "secrets", "rekey", "--kind", "passphrase" },
    };
    /* clang-format on */
    struct setup_screen *screen = context;

    screen->studio->actions->run_words(screen->studio, words[value]);
}

static void add_choice(struct menu *menu, int32_t key, const char *label, const char *detail,
                       enum key_choice choice, const char *refusal)
{
    menu_add(menu, &(struct menu_item){ .key = key,
                                        .label = label,
                                        .detail = detail,
                                        .refusal = refusal,
                                        .value = choice });
}

void setup_secret_key(struct setup_screen *screen)
{
    bool key = strcmp(text_of(screen->data->secrets, "state"), "none") != 0;
    struct strbuf why = STRBUF_INIT;
    const char *refusal = setup_may(screen, PERMISSION_MANAGE_SECRETS, &why) ? NULL : why.data;
    const char *there = refusal != NULL ? refusal : key ? "there is a key already" : NULL;
    const char *none = refusal != NULL ? refusal : key ? NULL : "there is no key yet";
    struct menu *menu = menu_new("The key of the secrets");

    add_choice(menu, 's', "status", "how they are sealed", KEY_STATUS, NULL);
    add_choice(menu, 'c', "check", "try the key on every secret", KEY_CHECK, none);
    add_choice(menu, 'i', "init", "make a key in a file", KEY_INIT, there);
    add_choice(menu, 'p', "init", "derive it from a passphrase", KEY_INIT_PASSPHRASE, there);
    add_choice(menu, 'r', "rekey", "seal all anew, with a key in a file", KEY_REKEY, none);
    add_choice(menu, 'P', "rekey", "seal all anew, with a passphrase", KEY_PASSPHRASE, none);
    dialog_menu(screen->studio->workspace, menu, key_chosen, screen);
    strbuf_release(&why);
}
