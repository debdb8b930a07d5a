/* Taking a project from a pilab.yaml: what it would change is found out and shown first. */
#include <pilab/app/project.h>
#include <pilab/app/use_cases.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/base/vector.h>

#include "project_difference.h"
#include "project_names.h"
#include "variable_file.h"

#define MOST_TRIES 64 /* each one that fails is somebody else's that came first */
#define MOST_NAMED 6

/* --- What it would do ------------------------------------------------------------------------- */

struct import {
    struct project_settings settings; /* of the file, completed */
    struct project_differences differences;
    const char *yaml_now, *yaml_then;
    bool created;
};

/* The project that the file is about, as it stands; *found is false when there is none. */
static bool load_now(struct call *call, const char *code, struct project_settings *settings,
                     bool *found, struct error *error)
{
    struct error missing = { 0 };

    *found = false;
    if (call->store == NULL && !call_open_store(call, false, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return true;
        *error = missing;
        return false;
    }
    call->project = NULL;
    if (!call_choose_project(call, code, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return true;
        *error = missing;
        return false;
    }
    /* One that only bears the code as its name is another project. */
    if (strcasecmp(call->project->code, code) != 0)
        return true;
    *found = true;
    return call_check(call, PERMISSION_READ, error) && project_load(call, settings, error) &&
           variables_load(call, settings, error);
}

/* What an import leaves as it is, though the file does not say it: variables of a file without any,
 * and secrets, whose values nothing could bring back. */
static void keep_variables(struct call *call, const struct project_settings *now,
                           struct project_settings *then)
{
    struct vector kept;

    vector_init(&kept, sizeof *then->variables);
    for (size_t i = 0; then->variables_given && i < then->variable_count; i++)
        vector_push(&kept, &then->variables[i]);
    for (size_t i = 0; i < now->variable_count; i++) {
        if (!then->variables_given ||
            (now->variables[i].secret && variables_find(then, &now->variables[i]) == NULL))
            vector_push(&kept, &now->variables[i]);
    }
    then->variable_count = kept.count;
    then->variables = vector_to_arena(&kept, call->arena);
    then->variables_given = kept.count > 0;
    vector_release(&kept);
}

/* What the file does not say at all stays as it is. */
static void keep_parts(const struct project_settings *now, struct project_settings *then)
{
    if (then->description == NULL)
        then->description = now->description;
    if (then->four_eyes == NULL)
        then->four_eyes = now->four_eyes;
    if (then->transport == NULL)
        then->transport = now->transport;
    if (then->offer_after == NULL)
        then->offer_after = now->offer_after;
    if ((then->given & PROJECT_PART_TICKETS) == 0) {
        then->tickets = now->tickets;
        then->ticket_count = now->ticket_count;
    }
    if ((then->given & PROJECT_PART_GROUPS) == 0) {
        then->groups = now->groups;
        then->group_count = now->group_count;
    }
    if ((then->given & PROJECT_PART_ENVIRONMENTS) == 0) {
        then->environments = now->environments;
        then->environment_count = now->environment_count;
    }
    if ((then->given & PROJECT_PART_MODULES) == 0) {
        then->modules = now->modules;
        then->module_count = now->module_count;
    }
    if ((then->given & PROJECT_PART_REPOSITORIES) == 0) {
        then->repositories = now->repositories;
        then->repository_count = now->repository_count;
    }
    if ((then->given & PROJECT_PART_REGISTRIES) == 0) {
        then->registries = now->registries;
        then->registry_count = now->registry_count;
    }
    if ((then->given & PROJECT_PART_EXPECTED) == 0) {
        then->expected = now->expected;
        then->expected_count = now->expected_count;
    }
    if ((then->given & PROJECT_PART_NOT_EXAMINED) == 0)
        memcpy(then->not_examined, now->not_examined, sizeof then->not_examined);
    if ((then->given & PROJECT_PART_RULES) == 0) {
        then->rules = now->rules;
        then->rule_count = now->rule_count;
    }
}

static void keep_of_environment(const struct environment_settings *there,
                                struct environment_settings *environment)
{
    if (!environment->own_approvals) {
        environment->own_approvals = there->own_approvals;
        environment->approvals = there->approvals;
        environment->approval_count = there->approval_count;
    }
    if (!environment->own_observers) {
        environment->own_observers = there->own_observers;
        environment->observers = there->observers;
        environment->observer_count = there->observer_count;
        environment->observe_every = there->observe_every;
        environment->observe_stale = there->observe_stale;
    }
}

/* Who has to approve is not taken back by silence, nor where is looked for what really runs. */
static void keep_environments(const struct project_settings *now, struct project_settings *then)
{
    for (size_t i = 0; i < then->environment_count; i++) {
        for (size_t j = 0; j < now->environment_count; j++) {
            if (strcasecmp(now->environments[j].name, then->environments[i].name) == 0)
                keep_of_environment(&now->environments[j], &then->environments[i]);
        }
    }
}

static bool has_environment(const struct project_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->environment_count; i++) {
        if (strcasecmp(settings->environments[i].name, name) == 0)
            return true;
    }
    return false;
}

/* What stays, and names what the file takes away, goes with it. */
static void forget_gone(const struct project_settings *now, struct project_settings *then)
{
    for (size_t i = 0; i < now->environment_count; i++) {
        if (!has_environment(then, now->environments[i].name))
            project_forget_environment(then, now->environments[i].name);
    }
    for (size_t i = 0; i < now->module_count; i++) {
        if (project_settings_module(then, now->modules[i].name) == NULL)
            project_forget_module(then, now->modules[i].name);
    }
}

/* Completes what the file says; `now` stays as it is. */
static bool complete(struct call *call, const struct project_settings *now,
                     struct project_settings *then, struct error *error)
{
    struct project_settings kept;

    if (!project_load(call, &kept, error))
        return false;
    keep_parts(&kept, then);
    keep_environments(&kept, then);
    forget_gone(now, then);
    return true;
}

/* File and project may fit together by themselves and not with each other: an environment that
 * stays may ask for a group that goes. */
static bool check_whole(const struct import *import, struct arena *arena, struct error *error)
{
    struct project_settings again = { 0 };

    return project_file_read("with what the file leaves as it is, " PROJECT_FILE_NAME,
                             import->yaml_then, strlen(import->yaml_then), arena, &again, error);
}

/* Reads the file, and what is there; writes nothing. */
static bool look(struct call *call, const char *path, struct arena *arena, struct import *import,
                 struct error *error)
{
    struct project_settings now = { 0 }, shown;
    bool found;

    *import = (struct import){ .yaml_now = "" };
    if (!project_read_file(call, path, &import->settings, error) ||
        !load_now(call, import->settings.code, &now, &found, error))
        return false;
    import->created = !found;
    if (found && (!variables_check(&now, &import->settings, error) ||
                  !complete(call, &now, &import->settings, error)))
        return false;
    /* Variables that stay are not written again: somebody may set one meanwhile. */
    shown = import->settings;
    keep_variables(call, &now, &shown);
    import->yaml_then = project_text(&shown, arena);
    if (!found)
        return true;
    /* Codes are the same in either case of letters, and the one that is there stays. */
    import->settings.code = shown.code = now.code;
    import->yaml_now = project_text(&now, arena);
    import->yaml_then = project_text(&shown, arena);
    return check_whole(import, call->arena, error) &&
           project_differences_find(&now, &shown, arena, &import->differences, error);
}

static void digest_import(const struct import *import, char digest[SHA256_HEX_SIZE])
{
    struct strbuf text = STRBUF_INIT;

    /* With its end, so that the two cannot run into each other. */
    strbuf_add_bytes(&text, import->yaml_now, strlen(import->yaml_now) + 1);
    strbuf_add(&text, import->yaml_then);
    sha256_hex(text.data, text.length, digest);
    strbuf_release(&text);
}

bool project_preview(struct call *call, const char *path, struct arena *arena,
                     struct project_preview *preview, struct error *error)
{
    struct import import;

    *preview = (struct project_preview){ .yaml_now = "" };
    if (!look(call, path, arena, &import, error))
        return false;
    preview->name = arena_text(arena, import.settings.name);
    preview->code = arena_text(arena, import.settings.code);
    preview->created = import.created;
    preview->yaml_now = import.yaml_now;
    preview->yaml_then = import.yaml_then;
    preview->stays = !import.created && import.differences.count == 0;
    preview->lines = arena_array(arena, import.differences.count, sizeof *preview->lines);
    for (size_t i = 0; i < import.differences.count; i++)
        preview->lines[preview->count++] = import.differences.items[i].line;
    preview->removed = import.differences.removed;
    digest_import(&import, preview->digest);
    return true;
}

/* --- Doing it --------------------------------------------------------------------------------- */

static bool write_import(struct call *call, const struct import *import, bool *created,
                         struct error *error)
{
    const struct project_addition as_shown = { .now = import->yaml_now };

    return project_save_with(call, &import->settings, &as_shown, created, error);
}

bool project_import_agreed(struct call *call, const char *path, const char *digest, bool *created,
                           struct error *error)
{
    char now[SHA256_HEX_SIZE];
    struct import import;

    if (!look(call, path, call->arena, &import, error))
        return false;
    digest_import(&import, now);
    if (strcmp(now, digest) != 0) {
        error_set(error, ERROR_CONFLICT,
                  "%s or the project has been changed since it was shown: nothing was written",
                  path);
        return error_hint(error, "import it again, and look at what it would change now");
    }
    return call_open_store(call, true, error) && call_check_writable(call, error) &&
           write_import(call, &import, created, error);
}

/* --- The command ------------------------------------------------------------------------------ */

/* "groups.security, modules.pay and 3 more". */
static void name_removed(const struct project_differences *differences, struct strbuf *out)
{
    size_t named = 0;

    for (size_t i = 0; i < differences->count && named < MOST_NAMED; i++) {
        const struct project_difference *difference = &differences->items[i];

        if (!difference->removed)
            continue;
        strbuf_printf(out, "%s%s", named > 0 ? ", " : "", difference->line + strlen("- "));
        named++;
    }
    if (differences->removed > named)
        strbuf_printf(out, " and %zu more", differences->removed - named);
}

static const char *details_text(struct call *call, const struct project_differences *differences)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    for (size_t i = 0; i < differences->count; i++) {
        const char *line = differences->items[i].line;

        rich_text(&text,
                  *line == '+'   ? RICH_ADDED
                  : *line == '-' ? RICH_DELETED
                                 : RICH_MODIFIED,
                  line, true);
        strbuf_add_char(&text, '\n');
    }
    copy = strbuf_to_arena(&text, call->arena);
    strbuf_release(&text);
    return copy;
}

/* Only what takes something away is asked about: the rest is in the file for everybody to see. */
static bool ask_removal(struct call *call, const char *path, const struct import *import,
                        struct error *error)
{
    static const char *const choices[] = { "import", "stop", NULL };
    const struct project_differences *differences = &import->differences;
    struct call_question question = { .choices = choices, .option = "--yes" };
    struct strbuf names = STRBUF_INIT;
    size_t choice = 1;
    bool ok;

    name_removed(differences, &names);
    question.text =
        arena_printf(call->arena, "%s takes %zu thing%s out of %s: %s.", path, differences->removed,
                     differences->removed == 1 ? "" : "s", import->settings.code, names.data);
    question.details = details_text(call, differences);
    strbuf_release(&names);
    ok = call_ask(call, &question, &choice, NULL, error);
    return ok && (choice == 0 || error_set(error, ERROR_CANCELLED, "nothing was written"));
}

/* It may be made yet, and it may be a slip of the pen: images would not be found there. */
static json_t *warn_of_folders(const struct project_settings *settings, struct strbuf *out)
{
    json_t *warnings = json_array();
    struct strbuf words = STRBUF_INIT;

    for (size_t i = 0; i < settings->registry_count; i++) {
        const struct registry_settings *registry = &settings->registries[i];

        if (registry->folder == NULL || file_is_directory(registry->folder))
            continue;
        rich_word(out, RICH_WARNING, "warning:");
        strbuf_add(out, " the registry ");
        rich_text(out, RICH_NAME, registry->name, true);
        strbuf_add(out, " is to be read from ");
        rich_text(out, RICH_PLAIN, registry->folder, true);
        strbuf_add(out, ", and there is no such folder\n");
        strbuf_printf(&words, "the registry %s is to be read from %s, and there is no such folder",
                      registry->name, registry->folder);
        json_append(warnings, json_text(words.data));
        strbuf_clear(&words);
    }
    strbuf_release(&words);
    return warnings;
}

static void tell(struct call *call, const struct import *import, struct result *result)
{
    const struct project_settings *settings = &import->settings;
    bool changed = import->created || import->differences.count > 0;

    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.project/1");
    json_put_text(result->object, "id", call->project->id);
    json_put_text(result->object, "code", settings->code);
    json_put_bool(result->object, "created", import->created);
    json_put_bool(result->object, "changed", changed);
    json_put_integer(result->object, "removed", (int64_t)import->differences.removed);
    json_put_integer(result->object, "modules", (int64_t)settings->module_count);
    json_put_integer(result->object, "environments", (int64_t)settings->environment_count);
    rich_text(&result->text, RICH_NAME, settings->code, true);
    strbuf_printf(&result->text, " %s: %zu module%s, %zu environment%s\n",
                  import->created ? "made"
                  : changed       ? "brought up to date"
                                  : "is as the file says already",
                  settings->module_count, settings->module_count == 1 ? "" : "s",
                  settings->environment_count, settings->environment_count == 1 ? "" : "s");
    json_put(result->object, "warnings", warn_of_folders(settings, &result->text));
}

/* `*asked`: somebody agreed to what was shown, and to nothing else. */
static bool import_once(struct call *call, const struct arguments *arguments, const char *path,
                        struct import *import, bool *asked, struct error *error)
{
    bool created;

    *asked = false;
    if (!look(call, path, call->arena, import, error))
        return false;
    if (import->differences.removed > 0 && !arguments_flag(arguments, "yes")) {
        *asked = true;
        if (!ask_removal(call, path, import, error))
            return false;
    }
    return write_import(call, import, &created, error);
}

bool app_project_import(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    const char *path = arguments_at(arguments, 0);
    struct project_settings settings;
    struct import import;
    bool there, asked;

    if (path == NULL)
        path = PROJECT_FILE_NAME;
    /* Whoever may not is told before they are asked. */
    if (!project_read_file(call, path, &settings, error) || !call_open_store(call, true, error) ||
        !call_check_writable(call, error) || !project_may_save(call, settings.code, &there, error))
        return false;
    for (int tries = 1;; tries++) {
        struct error failure = { 0 };

        if (import_once(call, arguments, path, &import, &asked, &failure))
            break;
        if (failure.code != ERROR_CONFLICT || asked || tries == MOST_TRIES) {
            if (error != NULL)
                *error = failure;
            return false;
        }
    }
    tell(call, &import, result);
    return true;
}
