/* One variable: set, unset, shown, its history. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/drift/mask.h>
#include <pilab/drift/variable_settings.h>

#include "secret_input.h"
#include "variable_parts.h"
#include "vault.h"

/* --- set -------------------------------------------------------------------------------------- */

/* What is to be set, as far as it is known before the transaction. */
struct setting {
    struct variable_place place;
    struct store_variable old; /* rev 0: there is none */
    bool secret;
    const char *description;
    struct strbuf value;
    struct store_vault vault;
    struct secret_key *key; /* of a secret */
};

static bool check_name(const char *name, struct error *error)
{
    if (variable_name_valid(name))
        return true;
    error_set(error, ERROR_INVALID, "a variable cannot be called '%s'", name);
    return error_hint(error, "a letter or '_' first, then letters, digits, '_', '.' and '-'");
}

/* Before anything else, so that nobody gets used to it: other users see the arguments of a process,
 * and the shell keeps them in its history. */
static bool refuse_argument(const struct setting *setting, struct error *error)
{
    error_set(error, ERROR_USAGE, "the value of the secret %s cannot be given as an argument",
              setting->place.name);
    return error_hint(error, "It can be seen by others and stays in the shell's history: take this "
                             "value for known. Give --value-file FILE, or - and write it to "
                             "standard input.");
}

static bool looks_secret(const char *name, const char *value, size_t length)
{
    struct strbuf shown = STRBUF_INIT;
    bool secret = mask_value(&shown, name, value, length) != SECRET_NONE;

    strbuf_release(&shown);
    return secret;
}

static bool refuse_plain(const struct setting *setting, struct error *error)
{
    error_set(error, ERROR_INVALID, "%s looks like a secret, by its name or its value",
              setting->place.name);
    return error_hint(error, "Give --secret with --value-file FILE; or --plain when everybody may "
                             "read it.");
}

static bool read_value(struct call *call, const struct arguments *arguments,
                       struct setting *setting, struct error *error)
{
    const char *argument = arguments_at(arguments, 1);
    struct secret_source source = { .file = arguments_option(arguments, "value-file"),
                                    .option = "--value-file",
                                    .limit = SECRET_VALUE_LIMIT,
                                    .again = setting->secret,
                                    .open_to_all = !setting->secret };

    if (argument != NULL && strcmp(argument, "-") != 0) {
        if (setting->secret)
            return refuse_argument(setting, error);
        strbuf_add(&setting->value, argument);
    } else {
        source.file = argument != NULL ? argument : source.file;
        source.question = arena_printf(call->arena, "The value of %s",
                                       variable_place_text(call, &setting->place));
        if (!secret_input(call, &source, &setting->value, error))
            return false;
    }
    if (setting->secret && setting->value.length == 0)
        return error_set(error, ERROR_INVALID, "the value of the secret %s would be empty",
                         setting->place.name);
    if (!setting->secret && !arguments_flag(arguments, "plain") &&
        looks_secret(setting->place.name, setting->value.data, setting->value.length))
        return refuse_plain(setting, error);
    return true;
}

static bool check_words(const struct arguments *arguments, struct error *error)
{
    const char *value = arguments_at(arguments, 1);
    const char *file = arguments_option(arguments, "value-file");
    const char *passphrase = arguments_option(arguments, "passphrase-file");
    bool standard =
        (file != NULL && strcmp(file, "-") == 0) || (value != NULL && strcmp(value, "-") == 0);

    if (value != NULL && file != NULL)
        return error_set(error, ERROR_USAGE,
                         "the value is given twice: as an argument and with "
                         "--value-file");
    if (standard && passphrase != NULL && strcmp(passphrase, "-") == 0)
        return error_set(error, ERROR_USAGE,
                         "value and passphrase cannot both come from standard "
                         "input");
    if (arguments_flag(arguments, "secret") && arguments_flag(arguments, "plain"))
        return error_set(error, ERROR_USAGE, "--secret and --plain exclude each other");
    return true;
}

/* Once a secret, always a secret: what was sealed does not get into the clear by a slip. */
static bool settle_kind(const struct arguments *arguments, struct setting *setting,
                        struct error *error)
{
    bool was_secret = setting->old.rev > 0 && setting->old.is_secret;

    setting->secret = arguments_flag(arguments, "secret") || was_secret;
    if (!was_secret || !arguments_flag(arguments, "plain"))
        return true;
    error_set(error, ERROR_INVALID, "%s is a secret here", setting->place.name);
    return error_hint(error, "Unset it first, when everybody may read its next value.");
}

static bool find_old(struct call *call, struct setting *setting, struct error *error)
{
    bool found;

    if (!store_variable_find(call->connection, setting->place.environment.id,
                             setting->place.module_id, setting->place.name, call->arena,
                             &setting->old, &found, error))
        return false;
    if (!found)
        setting->old = (struct store_variable){ 0 };
    return true;
}

static bool prepare(struct call *call, const struct arguments *arguments, struct setting *setting,
                    struct error *error)
{
    const char *name = arguments_at(arguments, 0);

    if (!check_name(name, error) || !check_words(arguments, error) ||
        !variable_place_read(call, arguments, name, &setting->place, error) ||
        !find_old(call, setting, error) || !settle_kind(arguments, setting, error))
        return false;
    setting->description = arguments_option(arguments, "description");
    if (setting->description == NULL)
        setting->description = setting->old.description;
    if (!setting->secret)
        return read_value(call, arguments, setting, error);
    if (arguments_at(arguments, 1) != NULL && strcmp(arguments_at(arguments, 1), "-") != 0)
        return refuse_argument(setting, error);
    setting->key =
        vault_open(call, arguments_option(arguments, "passphrase-file"), &setting->vault, error);
    return setting->key != NULL && read_value(call, arguments, setting, error);
}

/* Whether the store says all of it already, so that a pipeline may repeat itself. */
static bool set_already(struct call *call, const struct setting *setting)
{
    const struct store_variable *old = &setting->old;
    struct strbuf value = STRBUF_INIT;
    struct secret_place place;
    bool same;

    if (old->rev == 0 || old->is_secret != setting->secret ||
        strcmp(old->description, setting->description != NULL ? setting->description : "") != 0)
        return false;
    if (!setting->secret)
        return strcmp(old->value, setting->value.data) == 0;
    if (old->sealed == NULL)
        return false;
    place = vault_place(call, old);
    same = secret_open(setting->key, &place, old->sealed, old->sealed_length, &value, NULL) &&
           strcmp(value.data, setting->value.data) == 0;
    secret_wipe(&value);
    return same;
}

static bool audit_set(struct call *call, const struct setting *setting,
                      const struct store_variable *variable, struct error *error)
{
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "name", variable->name);
    json_put_text(body, "environment", setting->place.environment.name);
    if (setting->place.module_id != NULL)
        json_put_text(body, "module", setting->place.module.name);
    json_put_bool(body, "secret", variable->is_secret);
    json_put_text(body, "value", variable_shown(variable));
    if (setting->old.rev > 0)
        json_put_text(body, "previous", variable_shown(&setting->old));
    ok = call_audit(call, "variable.set", arena_printf(call->arena, "variable:%s", variable->id),
                    body, error);
    json_decref(body);
    return ok;
}

static bool write_setting(struct call *call, const struct setting *setting,
                          struct store_variable *variable, struct error *error)
{
    bool ok;

    *variable = (struct store_variable){ .project_id = call->project->id,
                                         .environment_id = setting->place.environment.id,
                                         .environment = setting->place.environment.name,
                                         .module_id = setting->place.module_id,
                                         .module = setting->place.module_id != NULL
                                                       ? setting->place.module.name
                                                       : NULL,
                                         .name = setting->place.name,
                                         .description = setting->description,
                                         .is_secret = setting->secret,
                                         .author = call->actor.login,
                                         .rev = setting->old.rev,
                                         .created_at = setting->old.created_at };
    memcpy(variable->id, setting->old.id, sizeof variable->id);
    if (setting->secret)
        vault_seal(call, setting->key, setting->value.data, setting->value.length, variable);
    else
        variable->value = setting->value.data;
    ok = call_begin(call, PERMISSION_CONFIGURE_PROJECT, NULL, error) &&
         (!setting->secret || vault_still(call, &setting->vault, error)) &&
         store_variable_put(call->connection, variable, error) &&
         audit_set(call, setting, variable, error) && store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

static void say_set(struct call *call, const struct setting *setting, bool changed,
                    struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.variable/1");
    json_put_text(result->object, "name", setting->place.name);
    json_put_text(result->object, "environment", setting->place.environment.name);
    json_put_text(result->object, "module",
                  setting->place.module_id != NULL ? setting->place.module.name : NULL);
    json_put_bool(result->object, "secret", setting->secret);
    json_put_bool(result->object, "changed", changed);
    rich_text(&result->text, RICH_NAME, variable_place_text(call, &setting->place), true);
    strbuf_printf(&result->text, "%s%s\n", setting->secret ? " (secret)" : "",
                  !changed                ? ": nothing to change"
                  : setting->old.rev == 0 ? ": set"
                                          : ": changed");
}

bool app_variable_set(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    struct setting setting = { .value = STRBUF_INIT };
    struct store_variable variable;
    bool ok = prepare(call, arguments, &setting, error), changed = false;

    if (ok && !set_already(call, &setting)) {
        changed = true;
        ok = write_setting(call, &setting, &variable, error);
    }
    secret_wipe(&setting.value);
    secret_key_free(&setting.key);
    if (ok)
        say_set(call, &setting, changed, result);
    return ok;
}

/* --- unset ------------------------------------------------------------------------------------ */

static bool audit_unset(struct call *call, const struct variable_place *place,
                        const struct store_variable *variable, struct error *error)
{
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "name", variable->name);
    json_put_text(body, "environment", place->environment.name);
    if (place->module_id != NULL)
        json_put_text(body, "module", place->module.name);
    json_put_bool(body, "secret", variable->is_secret);
    json_put_text(body, "previous", variable_shown(variable));
    ok = call_audit(call, "variable.unset", arena_printf(call->arena, "variable:%s", variable->id),
                    body, error);
    json_decref(body);
    return ok;
}

static bool find_variable(struct call *call, const struct arguments *arguments,
                          struct variable_place *place, struct store_variable *variable,
                          struct error *error)
{
    bool found;

    if (!variable_place_read(call, arguments, arguments_at(arguments, 0), place, error) ||
        !store_variable_find(call->connection, place->environment.id, place->module_id, place->name,
                             call->arena, variable, &found, error))
        return false;
    if (found)
        return true;
    error_set(error, ERROR_NOT_FOUND, "there is no variable %s", variable_place_text(call, place));
    return error_hint(error, "`pilab variable list` shows which there are");
}

bool app_variable_unset(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    struct variable_place place;
    struct store_variable variable;
    bool ok = call_begin(call, PERMISSION_CONFIGURE_PROJECT, NULL, error) &&
              find_variable(call, arguments, &place, &variable, error) &&
              store_variable_remove(call->connection, &variable, call->actor.login, error) &&
              audit_unset(call, &place, &variable, error) && store_commit(call->connection, error);

    store_rollback(call->connection);
    if (!ok)
        return false;
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.variable/1");
    json_put_text(result->object, "name", place.name);
    json_put_text(result->object, "environment", place.environment.name);
    json_put_text(result->object, "module", place.module_id != NULL ? place.module.name : NULL);
    json_put_bool(result->object, "secret", variable.is_secret);
    json_put_bool(result->object, "changed", true);
    rich_text(&result->text, RICH_NAME, variable_place_text(call, &place), true);
    strbuf_add(&result->text, ": unset\n");
    return true;
}

/* --- show and history ------------------------------------------------------------------------- */

static void add_line(struct strbuf *out, const char *title, const char *text)
{
    if (text == NULL || *text == '\0')
        return;
    rich_cell(out, RICH_DIM, title, 13, RICH_LEFT, true);
    rich_text(out, RICH_PLAIN, text, true);
    strbuf_add_char(out, '\n');
}

bool app_variable_show(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    struct variable_place place;
    struct store_variable variable;
    char when[TIMESTAMP_SIZE];

    if (!find_variable(call, arguments, &place, &variable, error))
        return false;
    result->kind = RESULT_OBJECT;
    result->object = variable_json(&variable);
    json_put_text(result->object, "schema", "pilab.variable/1");
    rich_text(&result->text, RICH_TITLE, variable_place_text(call, &place), true);
    strbuf_add_char(&result->text, '\n');
    add_line(&result->text, variable.is_secret ? "Secret" : "Value", variable_shown(&variable));
    add_line(&result->text, "Description", variable.description);
    add_line(&result->text, "Set by", variable.author);
    timestamp_relative(variable.updated_at, clock_now(&call->clock), when);
    add_line(&result->text, "Changed", when);
    return true;
}

static const struct result_column history_columns[] = {
    {"rev",     "Rev",   CELL_NUMBER, 1},
    { "at",     "When",  CELL_TIME,   0},
    { "author", "Who",   CELL_TEXT,   0},
    { "action", "What",  CELL_TEXT,   0},
    { "shown",  "Value", CELL_TEXT,   0},
};

static json_t *revision_json(const struct store_variable_revision *revision,
                             const struct store_variable_revision *before)
{
    bool set = strcmp(revision->action, "SET") == 0;
    bool other = before == NULL || strcmp(before->fingerprint, revision->fingerprint) != 0;
    bool has_value = !revision->is_secret || revision->fingerprint[0] != '\0';
    json_t *object = json_object();

    json_put_integer(object, "rev", revision->rev);
    json_put_time(object, "at", revision->at);
    json_put_text(object, "author", revision->author);
    json_put_text(object, "action", set ? "set" : "unset");
    json_put_bool(object, "secret", revision->is_secret);
    json_put_text(object, "value", revision->value);
    json_put_text(object, "shown",
                  !set                   ? ""
                  : !revision->is_secret ? revision->value
                  : !has_value           ? "(not set)"
                                         : MASK_TEXT);
    json_put_bool(object, "another_value",
                  set && (revision->is_secret ? other
                                              : before == NULL || before->value == NULL ||
                                                    strcmp(before->value, revision->value) != 0));
    return object;
}

bool app_variable_history(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error)
{
    struct store_variable_revisions list;
    struct variable_place place;

    if (!variable_place_read(call, arguments, arguments_at(arguments, 0), &place, error) ||
        !store_variable_history(call->connection, place.environment.id, place.module_id, place.name,
                                call->arena, &list, error))
        return false;
    listing_start(call, result, "variable_revisions", history_columns,
                  sizeof history_columns / sizeof *history_columns, NULL,
                  "There has never been such a variable.");
    for (size_t i = 0; i < list.count; i++)
        json_append(result->items,
                    revision_json(&list.items[i], i + 1 < list.count ? &list.items[i + 1] : NULL));
    return true;
}
