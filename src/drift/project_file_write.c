#include <pilab/drift/project_file.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>

#include "project_line.h"
#include "project_registries.h"
#include "project_repositories.h"

/* --- The settings as JSON values ---------------------------------------------------------------
 * One form serves both: the store keeps it as JSON, and the YAML writer prints the same values. */

static void put_text(json_t *object, const char *key, const char *text)
{
    if (text != NULL)
        json_put_text(object, key, text);
}

static void put_number(json_t *object, const char *key, unsigned long long number)
{
    if (number > 0)
        json_put_integer(object, key, (int64_t)number);
}

static void put_texts(json_t *object, const char *key, const char *const *texts, size_t count)
{
    json_t *array;

    if (count == 0)
        return;
    array = json_array();
    for (size_t i = 0; i < count; i++)
        json_append(array, json_text(texts[i]));
    json_put(object, key, array);
}

static json_t *project_json(const struct project_settings *settings)
{
    json_t *object = json_object();

    put_text(object, "name", settings->name);
    put_text(object, "code", settings->code);
    put_text(object, "description", settings->description);
    put_texts(object, "tickets", settings->tickets, settings->ticket_count);
    put_text(object, "four_eyes", settings->four_eyes);
    put_text(object, "transport", settings->transport);
    if (settings->offer_after != NULL && strcmp(settings->offer_after, "never") != 0)
        json_put_integer(object, "offer_after", atoll(settings->offer_after));
    else
        put_text(object, "offer_after", settings->offer_after);
    return object;
}

static json_t *groups_json(const struct project_settings *settings)
{
    json_t *object = json_object();

    for (size_t i = 0; i < settings->group_count; i++) {
        const struct group_settings *group = &settings->groups[i];

        put_texts(object, group->name, group->logins, group->login_count);
    }
    return object;
}

static json_t *environment_json(const struct environment_settings *environment)
{
    json_t *object = json_object();

    put_text(object, "name", environment->name);
    put_text(object, "stage", environment->stage);
    put_text(object, "description", environment->description);
    put_texts(object, "from", environment->from, environment->from_count);
    if (environment->own_approvals)
        json_put(object, "approvals",
                 approval_settings_to_json(environment->approvals, environment->approval_count));
    if (environment->observer_count > 0)
        json_put(object, "observe",
                 observer_settings_to_json(environment->observers, environment->observer_count));
    put_number(object, "observe_every", environment->observe_every);
    put_number(object, "observe_stale", environment->observe_stale);
    return object;
}

/* One is a text, several are a list. */
static void put_paths(json_t *object, const char *key, const char *paths)
{
    json_t *list;

    if (paths == NULL || strchr(paths, '\n') == NULL) {
        put_text(object, key, paths);
        return;
    }
    list = json_array();
    for (const char *path = paths; *path != '\0'; path += *path == '\n') {
        size_t length = strcspn(path, "\n");

        json_append(list, json_text_bytes(path, length));
        path += length;
    }
    json_put(object, key, list);
}

static json_t *module_json(const struct module_settings *module)
{
    json_t *object = json_object();

    put_text(object, "name", module->name);
    put_text(object, "type", module->type);
    put_text(object, "description", module->description);
    put_text(object, "repository", module->repository);
    put_paths(object, "path", module->path);
    put_text(object, "tags", module->tags);
    put_texts(object, "config", module->config, module->config_count);
    if (module->migrations_path != NULL) {
        json_t *migrations = json_object();

        put_text(migrations, "path", module->migrations_path);
        put_text(migrations, "dialect", module->migrations_dialect);
        json_put(object, "migrations", migrations);
    }
    put_paths(object, "dependencies", module->dependencies);
    put_text(object, "image", module->image);
    if (!infrastructure_settings_empty(&module->infrastructure))
        json_put(object, "infrastructure",
                 infrastructure_settings_to_json(&module->infrastructure));
    if (!schema_settings_empty(&module->schema))
        json_put(object, "schema", schema_settings_to_json(&module->schema));
    return object;
}

static json_t *repositories_json(const struct project_settings *settings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < settings->repository_count; i++)
        json_append(list, project_repository_json(&settings->repositories[i]));
    return list;
}

static json_t *registries_json(const struct project_settings *settings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < settings->registry_count; i++)
        json_append(list, project_registry_json(&settings->registries[i]));
    return list;
}

static json_t *variable_json(const struct variable_settings *variable)
{
    json_t *object = json_object();

    put_text(object, "name", variable->name);
    put_text(object, "environment", variable->environment);
    put_text(object, "module", variable->module);
    put_text(object, "value", variable->value);
    if (variable->secret)
        json_put_bool(object, "secret", true);
    put_text(object, "description", variable->description);
    return object;
}

static json_t *expected_json(const struct expected_difference *expected)
{
    json_t *object = json_object();

    put_text(object, "type", expected->any_type ? NULL : drift_type_name(expected->type));
    put_text(object, "path", expected->path);
    put_text(object, "module", expected->module);
    put_text(object, "environment", expected->environment);
    put_text(object, "reason", expected->reason);
    return object;
}

static void put_change_types(json_t *object, unsigned change_types)
{
    const char *names[CHANGE_TYPE_COUNT];
    size_t count = 0;

    for (unsigned type = 0; type < CHANGE_TYPE_COUNT; type++) {
        if (change_types & (1u << type))
            names[count++] = change_type_name((enum change_type)type);
    }
    put_texts(object, "changes", names, count);
}

static json_t *rule_json(const struct rule *rule)
{
    json_t *object = json_object();

    put_text(object, "id", rule->id);
    if (rule->columns & COLUMN_OFF)
        json_put_bool(object, "off", rule->off);
    if (rule->columns & COLUMN_TYPE)
        put_text(object, "type", drift_type_name(rule->type));
    put_text(object, "category", rule->category);
    put_text(object, "path", rule->path);
    put_text(object, "except", rule->except);
    put_text(object, "key", rule->key);
    put_text(object, "previous", rule->previous);
    put_text(object, "current", rule->current);
    put_text(object, "words", rule->words);
    put_change_types(object, rule->change_types);
    if (rule->lines_over > 0)
        json_put_integer(object, "lines_over", (int64_t)rule->lines_over);
    put_text(object, "environment", rule->environment);
    if (rule->columns & COLUMN_SEVERITY)
        put_text(object, "severity", severity_name(rule->severity));
    if (rule->columns & COLUMN_ATTENTION)
        put_text(object, "attention", attention_name(rule->attention));
    if (rule->columns & COLUMN_BREAKING)
        json_put_bool(object, "breaking", rule->breaking);
    if (rule->columns & COLUMN_SECURITY)
        json_put_bool(object, "security", rule->security);
    put_text(object, "sentence", rule->sentence);
    return object;
}

static void put_lists(json_t *root, const struct project_settings *settings)
{
    const char *unexamined[DRIFT_TYPE_COUNT];
    size_t count = 0;
    json_t *list = json_array();

    for (size_t i = 0; i < settings->expected_count; i++)
        json_append(list, expected_json(&settings->expected[i]));
    if (settings->expected_count > 0)
        json_put(root, "expected_differences", list);
    else
        json_decref(list);
    for (int type = 0; type < DRIFT_TYPE_COUNT; type++) {
        if (settings->not_examined[type])
            unexamined[count++] = drift_type_name((enum drift_type)type);
    }
    put_texts(root, "not_examined", unexamined, count);
    if (settings->rule_count == 0)
        return;
    list = json_array();
    for (size_t i = 0; i < settings->rule_count; i++)
        json_append(list, rule_json(&settings->rules[i]));
    json_put(root, "rules", list);
}

void project_settings_write_json(struct strbuf *out, const struct project_settings *settings)
{
    json_t *root = json_object();

    json_put(root, "project", project_json(settings));
    if (settings->group_count > 0)
        json_put(root, "groups", groups_json(settings));
    if (settings->repository_count > 0)
        json_put(root, "repositories", repositories_json(settings));
    if (settings->registry_count > 0)
        json_put(root, "registries", registries_json(settings));
    put_lists(root, settings);
    json_write_canonical(out, root);
    json_decref(root);
}

/* --- YAML ------------------------------------------------------------------------------------ */

/* One entry of a list of maps: a member a line. */
static void write_entry(struct strbuf *out, json_t *entry)
{
    const char *key;
    json_t *value;
    bool first = true;

    json_object_foreach(entry, key, value)
    {
        strbuf_printf(out, "  %s %s: ", first ? "-" : " ", key);
        project_flow_write(out, value);
        strbuf_add_char(out, '\n');
        first = false;
    }
}

static void write_list(struct strbuf *out, const char *key, json_t *list, bool one_line)
{
    size_t index;
    json_t *entry;

    if (json_array_size(list) == 0)
        return;
    strbuf_printf(out, "%s:\n", key);
    json_array_foreach(list, index, entry)
    {
        if (one_line) {
            strbuf_add(out, "  - ");
            project_flow_write(out, entry);
            strbuf_add_char(out, '\n');
        } else {
            write_entry(out, entry);
        }
    }
}

/* A map of lists of texts: one a line. */
static void write_groups(struct strbuf *out, json_t *groups)
{
    const char *name;
    json_t *logins;

    if (json_object_size(groups) == 0)
        return;
    strbuf_add(out, "groups:\n");
    json_object_foreach(groups, name, logins)
    {
        strbuf_add(out, "  ");
        project_text_write(out, name);
        strbuf_add(out, ": ");
        project_flow_write(out, logins);
        strbuf_add_char(out, '\n');
    }
}

void project_file_write(struct strbuf *out, const struct project_settings *settings)
{
    json_t *environments = json_array(), *modules = json_array(), *rest = json_object();
    json_t *variables = json_array(), *repositories = repositories_json(settings);
    json_t *registries = registries_json(settings);
    json_t *project = project_json(settings), *groups = groups_json(settings), *unexamined;

    for (size_t i = 0; i < settings->environment_count; i++)
        json_append(environments, environment_json(&settings->environments[i]));
    for (size_t i = 0; i < settings->module_count; i++)
        json_append(modules, module_json(&settings->modules[i]));
    for (size_t i = 0; i < settings->variable_count; i++)
        json_append(variables, variable_json(&settings->variables[i]));
    put_lists(rest, settings);
    strbuf_add(out, "pilab: 1\nproject: ");
    project_flow_write(out, project);
    strbuf_add_char(out, '\n');
    write_groups(out, groups);
    write_list(out, "environments", environments, true);
    write_list(out, "modules", modules, false);
    write_list(out, "repositories", repositories, true);
    write_list(out, "registries", registries, true);
    write_list(out, "variables", variables, true);
    write_list(out, "expected_differences", json_object_get(rest, "expected_differences"), true);
    unexamined = json_object_get(rest, "not_examined");
    if (unexamined != NULL) {
        strbuf_add(out, "not_examined: ");
        project_flow_write(out, unexamined);
        strbuf_add_char(out, '\n');
    }
    write_list(out, "rules", json_object_get(rest, "rules"), false);
    json_decref(groups);
    json_decref(environments);
    json_decref(modules);
    json_decref(repositories);
    json_decref(registries);
    json_decref(variables);
    json_decref(rest);
    json_decref(project);
}

bool project_file_check(const struct project_settings *settings, struct arena *arena,
                        struct error *error)
{
    struct project_settings again = { 0 };
    struct strbuf text = STRBUF_INIT;
    bool ok;

    project_file_write(&text, settings);
    ok = project_file_read("as " PROJECT_FILE_NAME, text.data, text.length, arena, &again, error);
    strbuf_release(&text);
    return ok;
}
