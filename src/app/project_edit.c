#include <pilab/app/project_edit.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/app/module_paths.h>
#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/base/vector.h>
#include <pilab/drift/dependency.h>
#include <pilab/drift/project_file.h>

#include "project_names.h"

#define BLANKS " \t\n,"

/* What an edit is done with. */
struct edit_work {
    const struct project_edit *edit;
    struct arena *arena;
    struct project_settings *settings;
    struct error *error;
};

static const char *field(const json_t *fields, const char *id)
{
    const char *text = json_member_text(fields, id);

    return text != NULL ? text : "";
}

/* NULL for an empty text. */
static const char *keep(const struct edit_work *work, const char *text)
{
    return *text == '\0' ? NULL : arena_text(work->arena, text);
}

static const char **keep_words(const struct edit_work *work, const char *text, size_t *count)
{
    const char **words = arena_array(work->arena, strlen(text) / 2 + 1, sizeof *words);

    *count = 0;
    while (*(text += strspn(text, BLANKS)) != '\0') {
        size_t length = strcspn(text, BLANKS);

        words[(*count)++] = arena_bytes(work->arena, text, length);
        text += length;
    }
    return words;
}

/* A zeroed item more at the end; returns the new array. */
static void *grow(struct arena *arena, const void *items, size_t count, size_t size)
{
    char *grown = arena_array(arena, count + 1, size);

    if (count > 0)
        memcpy(grown, items, count * size);
    return grown;
}

/* --- One field -------------------------------------------------------------------------------- */

static bool is_empty(const char *text)
{
    return text[strspn(text, BLANKS)] == '\0';
}

/* Where a line of that number goes: what is not there yet stands behind the others. */
static void *line_at(struct edit_work *work, void *items, size_t *count, size_t size, size_t *index)
{
    if (*index < *count)
        return items;
    *index = (*count)++;
    return grow(work->arena, items, *index, size);
}

/* One without a name is one that goes, when all fields are read: the others keep their numbers. */
static bool set_registry(struct edit_work *work, struct project_settings *settings, size_t index,
                         const char *text)
{
    struct registry_settings read = { 0 };

    if (!is_empty(text) && !registry_settings_parse(text, work->arena, &read, work->error))
        return error_prefix(work->error, "registry %zu", index + 1);
    settings->registries =
        line_at(work, settings->registries, &settings->registry_count, sizeof read, &index);
    settings->registries[index] = read;
    return true;
}

static void drop_registries(struct project_settings *settings)
{
    size_t kept = 0;

    for (size_t i = 0; i < settings->registry_count; i++) {
        if (settings->registries[i].name != NULL)
            settings->registries[kept++] = settings->registries[i];
    }
    settings->registry_count = kept;
}

/* The number behind a name, or SIZE_MAX when the field is another one. */
static size_t number_of(const char *id, const char *name)
{
    size_t length = strlen(name);

    if (strncmp(id, name, length) != 0 || id[length] < '0' || id[length] > '9')
        return SIZE_MAX;
    return strtoul(id + length, NULL, 10);
}

static bool set_project_field(struct edit_work *work, void *thing, const char *id, const char *text)
{
    struct project_settings *settings = thing;
    size_t registry = number_of(id, PROJECT_REGISTRY_FIELD);

    if (registry != SIZE_MAX)
        return set_registry(work, settings, registry, text);
    if (strcmp(id, "name") == 0)
        settings->name = arena_text(work->arena, text);
    else if (strcmp(id, "description") == 0)
        settings->description = keep(work, text);
    else if (strcmp(id, "four_eyes") == 0)
        settings->four_eyes = keep(work, text);
    else if (strcmp(id, "transport") == 0)
        settings->transport = strcmp(text, "auto") != 0 ? keep(work, text) : NULL;
    else if (strcmp(id, "offer_after") == 0)
        settings->offer_after = keep(work, text);
    else if (strcmp(id, "tickets") == 0)
        settings->tickets = keep_words(work, text, &settings->ticket_count);
    return true;
}

/* An empty address is none. */
static void set_live(struct edit_work *work, struct schema_settings *schema,
                     const char *environment, const char *text)
{
    size_t kept = 0;

    for (size_t i = 0; i < schema->live_count; i++) {
        if (strcasecmp(schema->live[i].environment, environment) != 0)
            schema->live[kept++] = schema->live[i];
    }
    schema->live_count = kept;
    if (is_empty(text))
        return;
    schema->live = grow(work->arena, schema->live, kept, sizeof *schema->live);
    schema->live[kept] = (struct live_database){ arena_text(work->arena, environment),
                                                 arena_text(work->arena, text) };
    schema->live_count++;
    schema_settings_sort(schema);
}

static bool set_data_field(struct edit_work *work, struct module_settings *module, const char *id,
                           const char *text)
{
    struct infrastructure_settings *infrastructure = &module->infrastructure;

    if (strcmp(id, "schema") == 0)
        module->schema.path = keep(work, text);
    else if (strcmp(id, "schema_dialect") == 0)
        module->schema.dialect = keep(work, text);
    else if (strcmp(id, "schema_scratch") == 0)
        module->schema.scratch = keep(work, text);
    else if (strncmp(id, MODULE_LIVE_FIELD, sizeof MODULE_LIVE_FIELD - 1) == 0)
        set_live(work, &module->schema, id + sizeof MODULE_LIVE_FIELD - 1, text);
    else if (strcmp(id, "plan") == 0)
        infrastructure->plan = keep(work, text);
    else if (strcmp(id, "state") == 0)
        infrastructure->state = keep_words(work, text, &infrastructure->state_count);
    else if (strcmp(id, "tfvars") == 0)
        infrastructure->tfvars = keep_words(work, text, &infrastructure->tfvars_count);
    else
        return false;
    return true;
}

static bool set_module_field(struct edit_work *work, void *thing, const char *id, const char *text)
{
    struct module_settings *module = thing;

    if (set_data_field(work, module, id, text))
        return true;
    if (strcmp(id, "name") == 0) {
        const char *name = arena_text(work->arena, text);

        if (module->name != NULL)
            project_rename_module(work->settings, module->name, name);
        module->name = name;
    } else if (strcmp(id, "type") == 0)
        module->type = arena_text(work->arena, text);
    else if (strcmp(id, "description") == 0)
        module->description = keep(work, text);
    else if (strcmp(id, "repository") == 0)
        module->repository = keep(work, text);
    else if (strcmp(id, "path") == 0)
        module->path = module_paths_of_words(work->arena, keep(work, text));
    else if (strcmp(id, "tags") == 0)
        module->tags = keep(work, text);
    else if (strcmp(id, "config") == 0)
        module->config = keep_words(work, text, &module->config_count);
    else if (strcmp(id, "migrations") == 0)
        module->migrations_path = keep(work, text);
    else if (strcmp(id, "dialect") == 0)
        module->migrations_dialect = keep(work, text);
    else if (strcmp(id, "dependencies") == 0)
        module->dependencies = module_paths_of_words(work->arena, keep(work, text));
    else if (strcmp(id, "image") == 0)
        module->image = keep(work, text);
    return dependency_settings_check(module->dependencies, work->error);
}

#define MINUTES_MAX 100000

static bool read_minutes(struct edit_work *work, const char *text, unsigned long long *minutes)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*text != '\0' && (*text < '0' || *text > '9' || *end != '\0' || value > MINUTES_MAX)) {
        error_set(work->error, ERROR_INVALID, "'%s' is no number of minutes", text);
        return error_hint(work->error, "1 to %d; empty is none", MINUTES_MAX);
    }
    *minutes = value;
    return true;
}

/* Stands for one that goes, until all fields are read: the others keep their numbers. */
#define OBSERVER_GONE OBSERVER_TYPE_COUNT

static bool set_observer(struct edit_work *work, struct environment_settings *environment,
                         size_t index, const char *text)
{
    struct observer_settings read = { .type = OBSERVER_GONE };

    if (!is_empty(text) && !observer_settings_parse(text, work->arena, &read, work->error))
        return error_prefix(work->error, "observer %zu", index + 1);
    environment->observers =
        line_at(work, environment->observers, &environment->observer_count, sizeof read, &index);
    environment->observers[index] = read;
    environment->own_observers = true;
    return true;
}

static void drop_observers(struct environment_settings *environment)
{
    size_t kept = 0;

    for (size_t i = 0; i < environment->observer_count; i++) {
        if (environment->observers[i].type != OBSERVER_GONE)
            environment->observers[kept++] = environment->observers[i];
    }
    environment->observer_count = kept;
}

static bool set_environment_field(struct edit_work *work, void *thing, const char *id,
                                  const char *text)
{
    struct environment_settings *environment = thing;
    size_t observer = number_of(id, ENVIRONMENT_OBSERVER_FIELD);

    if (observer != SIZE_MAX)
        return set_observer(work, environment, observer, text);
    if (strcmp(id, "name") == 0) {
        const char *name = arena_text(work->arena, text);

        if (environment->name != NULL)
            project_rename_environment(work->settings, environment->name, name);
        environment->name = name;
    }
    if (strcmp(id, "stage") == 0)
        environment->stage = arena_text(work->arena, text);
    else if (strcmp(id, "description") == 0)
        environment->description = keep(work, text);
    else if (strcmp(id, "from") == 0)
        environment->from = keep_words(work, text, &environment->from_count);
    else if (strcmp(id, "approvals_of") == 0)
        environment->own_approvals = strcmp(text, "own") == 0;
    else if (strcmp(id, "approvals") == 0)
        return approvals_read(text, work->arena, &environment->approvals,
                              &environment->approval_count, work->error);
    else if (strcmp(id, "observe_every") == 0)
        return read_minutes(work, text, &environment->observe_every);
    else if (strcmp(id, "observe_stale") == 0)
        return read_minutes(work, text, &environment->observe_stale);
    return true;
}

/* Only what a person changed, and not over what somebody else did. `now` is taken over. */
static bool set_fields(struct edit_work *work, void *thing, json_t *now,
                       bool (*set)(struct edit_work *work, void *thing, const char *id,
                                   const char *text))
{
    const char *id;
    json_t *value;
    bool ok = true;

    json_object_foreach((json_t *)work->edit->after, id, value)
    {
        const char *wanted = field(work->edit->after, id);
        const char *shown = field(work->edit->before, id), *there = field(now, id);

        if (!ok || strcmp(wanted, shown) == 0 || strcmp(wanted, there) == 0)
            continue;
        if (strcmp(shown, there) != 0) {
            error_set(work->error, ERROR_EXISTS,
                      "somebody else changed %s meanwhile, from '%s' to '%s'", id, shown, there);
            error_hint(work->error, "Look at it again, and change it then.");
            ok = false;
        } else {
            ok = set(work, thing, id, wanted);
        }
    }
    json_decref(now);
    return ok;
}

/* --- Modules and environments ----------------------------------------------------------------- */

static size_t find_module(const struct project_settings *settings, const char *name)
{
    size_t i = 0;

    while (i < settings->module_count && strcmp(settings->modules[i].name, name) != 0)
        i++;
    return i;
}

static size_t find_environment(const struct project_settings *settings, const char *name)
{
    size_t i = 0;

    while (i < settings->environment_count && strcmp(settings->environments[i].name, name) != 0)
        i++;
    return i;
}

static void move(void *items, size_t count, size_t size, size_t index, bool earlier)
{
    char *bytes = items, *kept = bytes + index * size;
    char other[sizeof(struct module_settings) + sizeof(struct environment_settings)];
    size_t with = earlier ? index - 1 : index + 1;

    if (earlier ? index == 0 : with >= count)
        return;
    memcpy(other, kept, size);
    memcpy(kept, bytes + with * size, size);
    memcpy(bytes + with * size, other, size);
}

static void cut(void *items, size_t *count, size_t size, size_t index)
{
    char *bytes = items;

    memmove(bytes + index * size, bytes + (index + 1) * size, (*count - index - 1) * size);
    (*count)--;
}

static bool missing(struct edit_work *work, const char *kind)
{
    error_set(work->error, ERROR_NOT_FOUND, "there is no %s %s any more", kind, work->edit->name);
    return error_hint(work->error, "Somebody else took it away meanwhile.");
}

static bool is_there(struct edit_work *work, const char *kind)
{
    return error_set(work->error, ERROR_EXISTS, "there is a %s %s already", kind,
                     field(work->edit->after, "name"));
}

static bool check_schema(struct edit_work *work, const struct schema_settings *schema)
{
    if (schema->dialect == NULL || !schema_settings_empty(schema))
        return true;
    error_set(work->error, ERROR_INVALID, "a dialect of the schema, and no schema");
    return error_hint(work->error, "Say where the schema lies or which database is live, or empty "
                                   "the dialect.");
}

static bool edit_module(struct edit_work *work)
{
    struct project_settings *settings = work->settings;
    bool add = work->edit->act == ACT_ADD;
    size_t index = find_module(settings, add ? field(work->edit->after, "name") : work->edit->name);
    struct module_settings *module;

    if (add && index < settings->module_count)
        return is_there(work, "module");
    if (!add && index == settings->module_count)
        return missing(work, "module");
    if (add) {
        settings->modules =
            grow(work->arena, settings->modules, settings->module_count, sizeof *module);
        settings->module_count++;
    }
    module = &settings->modules[index];
    if (work->edit->act == ACT_REMOVE) {
        cut(settings->modules, &settings->module_count, sizeof *module, index);
        project_forget_module(settings, work->edit->name);
    } else if (work->edit->act == ACT_EARLIER || work->edit->act == ACT_LATER) {
        move(settings->modules, settings->module_count, sizeof *module, index,
             work->edit->act == ACT_EARLIER);
    } else {
        return set_fields(work, module, add ? json_object() : module_fields(module),
                          set_module_field) &&
               check_schema(work, &module->schema);
    }
    return true;
}

static bool edit_environment(struct edit_work *work)
{
    struct project_settings *settings = work->settings;
    bool add = work->edit->act == ACT_ADD;
    size_t index =
        find_environment(settings, add ? field(work->edit->after, "name") : work->edit->name);
    struct environment_settings *environment;

    if (add && index < settings->environment_count)
        return is_there(work, "environment");
    if (!add && index == settings->environment_count)
        return missing(work, "environment");
    if (add) {
        settings->environments = grow(work->arena, settings->environments,
                                      settings->environment_count, sizeof *environment);
        settings->environment_count++;
    }
    environment = &settings->environments[index];
    if (work->edit->act == ACT_REMOVE) {
        cut(settings->environments, &settings->environment_count, sizeof *environment, index);
        project_forget_environment(settings, work->edit->name);
    } else if (work->edit->act == ACT_EARLIER || work->edit->act == ACT_LATER) {
        move(settings->environments, settings->environment_count, sizeof *environment, index,
             work->edit->act == ACT_EARLIER);
    } else {
        if (!set_fields(work, environment, add ? json_object() : environment_fields(environment),
                        set_environment_field))
            return false;
        drop_observers(environment);
    }
    return true;
}

/* What is said of the repository, which is nothing yet when nobody said anything. */
static struct repository_settings *said_of(struct edit_work *work, const char *address)
{
    struct project_settings *settings = work->settings;
    struct repository_settings *said =
        (struct repository_settings *)repository_settings_find(settings->repositories,
                                                               settings->repository_count, address);

    if (said != NULL)
        return said;
    settings->repositories =
        grow(work->arena, settings->repositories, settings->repository_count, sizeof *said);
    said = &settings->repositories[settings->repository_count++];
    said->url = address;
    return said;
}

/* Any other word ("as the project") is nothing that is said of the repository itself. */
static void edit_transport(struct edit_work *work, const char *address)
{
    const char *wanted = json_member_text(work->edit->after, "transport");
    const char *shown = json_member_text(work->edit->before, "transport");

    if (wanted == NULL || (shown != NULL && strcmp(wanted, shown) == 0))
        return;
    said_of(work, address)->transport =
        strcmp(wanted, "openssh") == 0 || strcmp(wanted, "libssh2") == 0 ? keep(work, wanted)
                                                                         : NULL;
}

static bool edit_repository(struct edit_work *work)
{
    const char *address = keep(work, field(work->edit->after, "address"));
    size_t changed = 0;

    if (address == NULL)
        address = work->edit->name;

    for (size_t i = 0; i < work->settings->module_count; i++) {
        struct module_settings *module = &work->settings->modules[i];

        if (module->repository == NULL || strcmp(module->repository, work->edit->name) != 0)
            continue;
        module->repository = address;
        changed++;
    }
    for (size_t i = 0; i < work->settings->repository_count; i++) {
        struct repository_settings *repository = &work->settings->repositories[i];

        if (strcmp(repository->url, work->edit->name) != 0)
            continue;
        repository->url = address;
        changed++;
    }
    if (changed == 0)
        return missing(work, "repository");
    edit_transport(work, address);
    return true;
}

/* --- The whole -------------------------------------------------------------------------------- */

bool project_edit_apply(const struct project_edit *edit, struct arena *arena,
                        struct project_settings *settings, struct error *error)
{
    struct edit_work work = { edit, arena, settings, error };
    bool ok = false;

    switch (edit->part) {
    case PART_PROJECT:
        ok = set_fields(&work, settings, project_fields(settings), set_project_field);
        drop_registries(settings);
        break;
    case PART_MODULE:
        ok = edit_module(&work);
        break;
    case PART_ENVIRONMENT:
        ok = edit_environment(&work);
        break;
    case PART_REPOSITORY:
        ok = edit_repository(&work);
        break;
    }
    return ok && project_file_check(settings, arena, error);
}

static bool apply_edit(void *context, struct call *call, struct project_settings *settings,
                       struct error *error)
{
    return project_edit_apply(context, call->arena, settings, error);
}

bool project_edit(struct call *call, const struct project_edit *edit, struct error *error)
{
    return call_check_writable(call, error) &&
           call_check(call, PERMISSION_CONFIGURE_PROJECT, error) &&
           project_change(call, apply_edit, (void *)edit, error);
}
