#include <pilab/drift/project_file.h>

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>
#include <pilab/document/document.h>
#include <pilab/drift/dependency.h>

#include "project_approvals.h"
#include "project_groups.h"
#include "project_map.h"
#include "project_names.h"
#include "project_observers.h"
#include "project_registries.h"
#include "project_repositories.h"
#include "project_rules.h"
#include "project_schema.h"
#include "project_variables.h"

#define FILE_LIMIT (4u << 20)

static const char stages[] = "DEV SIT UAT PERF SEC PRE_PROD PROD DR";
static const char module_types[] = "BACKEND FRONTEND DATABASE INFRASTRUCTURE LIBRARY OTHER";
static const char dialects[] = "postgresql mysql mariadb sqlite";

/* clang-format off */
#define AT(member) offsetof(struct project_settings, member)
static const struct field project_fields[] = {
    { .key = "name", .kind = FIELD_TEXT, .at = AT(name), .required = true },
    { .key = "code", .kind = FIELD_TEXT, .at = AT(code), .required = true },
    { .key = "description", .kind = FIELD_TEXT, .at = AT(description) },
    { .key = "tickets", .kind = FIELD_TEXTS, .at = AT(tickets), .count_at = AT(ticket_count) },
    { .key = "four_eyes", .kind = FIELD_TEXT, .at = AT(four_eyes), .choices = "auto on off" },
    { .key = "transport", .kind = FIELD_TEXT, .at = AT(transport),
      .choices = REPOSITORY_TRANSPORTS },
    { .key = "offer_after", .kind = FIELD_TEXT, .at = AT(offer_after) },
};
#undef AT

#define AT(member) offsetof(struct environment_settings, member)
static const struct field environment_fields[] = {
    { .key = "name", .kind = FIELD_TEXT, .at = AT(name), .required = true },
    { .key = "stage", .kind = FIELD_TEXT, .at = AT(stage), .required = true, .choices = stages },
    { .key = "description", .kind = FIELD_TEXT, .at = AT(description) },
    { .key = "from", .kind = FIELD_TEXTS, .at = AT(from), .count_at = AT(from_count) },
    { .key = "approvals", .kind = FIELD_PART },
    { .key = "observe", .kind = FIELD_PART },
    { .key = "observe_every", .kind = FIELD_NUMBER, .at = AT(observe_every) },
    { .key = "observe_stale", .kind = FIELD_NUMBER, .at = AT(observe_stale) },
};
#undef AT

#define AT(member) offsetof(struct module_settings, member)
static const struct field module_fields[] = {
    { .key = "name", .kind = FIELD_TEXT, .at = AT(name), .required = true },
    { .key = "type", .kind = FIELD_TEXT, .at = AT(type), .choices = module_types },
    { .key = "description", .kind = FIELD_TEXT, .at = AT(description) },
    { .key = "repository", .kind = FIELD_TEXT, .at = AT(repository) },
    { .key = "path", .kind = FIELD_FOLDERS, .at = AT(path) },
    { .key = "tags", .kind = FIELD_TEXT, .at = AT(tags) },
    { .key = "config", .kind = FIELD_TEXTS, .at = AT(config), .count_at = AT(config_count) },
    { .key = "migrations", .kind = FIELD_PART },
    { .key = "dependencies", .kind = FIELD_FOLDERS, .at = AT(dependencies) },
    { .key = "image", .kind = FIELD_TEXT, .at = AT(image) },
    { .key = "infrastructure", .kind = FIELD_PART },
    { .key = "schema", .kind = FIELD_PART },
};

static const struct field migration_fields[] = {
    { .key = "path", .kind = FIELD_FOLDER, .at = AT(migrations_path), .required = true },
    { .key = "dialect", .kind = FIELD_TEXT, .at = AT(migrations_dialect), .choices = dialects },
};
#undef AT

#define AT(member) offsetof(struct infrastructure_settings, member)
static const struct field infrastructure_fields[] = {
    { .key = "plan", .kind = FIELD_TEXT, .at = AT(plan) },
    { .key = "state", .kind = FIELD_TEXTS, .at = AT(state), .count_at = AT(state_count) },
    { .key = "tfvars", .kind = FIELD_TEXTS, .at = AT(tfvars), .count_at = AT(tfvars_count) },
};
#undef AT

#define AT(member) offsetof(struct expected_difference, member)
static const struct field expected_fields[] = {
    { .key = "type", .kind = FIELD_TYPE, .at = AT(type) },
    { .key = "path", .kind = FIELD_TEXT, .at = AT(path), .required = true },
    { .key = "module", .kind = FIELD_TEXT, .at = AT(module) },
    { .key = "environment", .kind = FIELD_TEXT, .at = AT(environment) },
    { .key = "reason", .kind = FIELD_TEXT, .at = AT(reason) },
};
#undef AT

#define AT(member) offsetof(struct rule, member)
static const struct field rule_fields[] = {
    { .key = "id", .kind = FIELD_TEXT, .at = AT(id), .required = true },
    { .key = "off", .kind = FIELD_FLAG, .at = AT(off), .column = COLUMN_OFF },
    { .key = "type", .kind = FIELD_TYPE, .at = AT(type), .column = COLUMN_TYPE },
    { .key = "category", .kind = FIELD_TEXT, .at = AT(category) },
    { .key = "path", .kind = FIELD_TEXT, .at = AT(path) },
    { .key = "except", .kind = FIELD_TEXT, .at = AT(except) },
    { .key = "key", .kind = FIELD_TEXT, .at = AT(key) },
    { .key = "previous", .kind = FIELD_TEXT, .at = AT(previous) },
    { .key = "current", .kind = FIELD_TEXT, .at = AT(current) },
    { .key = "words", .kind = FIELD_TEXT, .at = AT(words) },
    { .key = "changes", .kind = FIELD_CHANGE_TYPES, .at = AT(change_types) },
    { .key = "lines_over", .kind = FIELD_NUMBER, .at = AT(lines_over) },
    { .key = "environment", .kind = FIELD_TEXT, .at = AT(environment) },
    { .key = "severity", .kind = FIELD_SEVERITY, .at = AT(severity), .column = COLUMN_SEVERITY },
    { .key = "attention", .kind = FIELD_ATTENTION, .at = AT(attention),
      .column = COLUMN_ATTENTION },
    { .key = "breaking", .kind = FIELD_FLAG, .at = AT(breaking), .column = COLUMN_BREAKING },
    { .key = "security", .kind = FIELD_FLAG, .at = AT(security), .column = COLUMN_SECURITY },
    { .key = "sentence", .kind = FIELD_TEXT, .at = AT(sentence) },
};
#undef AT
/* clang-format on */

#define FIELDS(table) table, sizeof(table) / sizeof *(table)

/* Letters of environments' names are alike in either case, as they are in the store. */
static const char *lower_case(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);

    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* Each name once; `kind` is what the message calls it. */
static bool check_once(struct project_reader *reader, struct map *names, const struct node *node,
                       const char *kind, const char *name)
{
    if (map_put(names, name, (void *)(uintptr_t)name) == NULL)
        return true;
    return project_refuse(reader, node, "the %s %s is there twice", kind, name);
}

static bool read_project(struct project_reader *reader, const struct node *node)
{
    if (!project_map_read(reader, node, FIELDS(project_fields), reader->settings, "project", NULL))
        return false;
    if (reader->settings->offer_after != NULL &&
        !project_offer_after_check(reader->settings->offer_after)) {
        project_refuse(reader, node, "offer_after cannot be '%s'", reader->settings->offer_after);
        return error_hint(reader->error, "it is a number of days, 1 to %d, or never",
                          OFFER_AFTER_DAYS_MOST);
    }
    if (node_get(node, "tickets") != NULL)
        reader->settings->given |= PROJECT_PART_TICKETS;
    return true;
}

static bool read_groups(struct project_reader *reader, const struct node *map)
{
    return project_groups_read(reader, map, &reader->settings->groups,
                               &reader->settings->group_count);
}

/* --- Environments ---------------------------------------------------------------------------- */

static bool read_environment(struct project_reader *reader, const struct node *node,
                             struct map *names, struct environment_settings *environment)
{
    const struct node *approvals, *observers;

    if (!project_map_read(reader, node, FIELDS(environment_fields), environment, "an environment",
                          NULL))
        return false;
    approvals = node_get(node, "approvals");
    environment->own_approvals = approvals != NULL;
    if (approvals != NULL && !project_approvals_read(reader, approvals, &environment->approvals,
                                                     &environment->approval_count))
        return false;
    observers = node_get(node, "observe");
    environment->own_observers = observers != NULL;
    if (observers != NULL && !project_observers_read(reader, observers, &environment->observers,
                                                     &environment->observer_count))
        return false;
    if (map_put(names, lower_case(reader->arena, environment->name), environment) == NULL)
        return true;
    return project_refuse(reader, node, "the environment %s is there twice", environment->name);
}

/* Whoever is named in `from` must be there, and be another one. */
static bool check_sources(struct project_reader *reader, const struct node *node,
                          const struct map *names, const struct environment_settings *environment)
{
    for (size_t i = 0; i < environment->from_count; i++) {
        const char *from = environment->from[i];

        if (strcasecmp(from, environment->name) == 0)
            return project_refuse(reader, node, "%s cannot be promoted from itself",
                                  environment->name);
        if (!map_has(names, lower_case(reader->arena, from))) {
            project_refuse(reader, node, "%s is promoted from %s, which is not there",
                           environment->name, from);
            return error_hint(reader->error, "`from` names other environments of this file");
        }
    }
    return true;
}

static bool read_environments(struct project_reader *reader, const struct node *list)
{
    struct project_settings *settings = reader->settings;
    struct map *names;
    bool ok = true;

    if (!project_list_check(reader, list, "environments"))
        return false;
    names = map_new();
    settings->environment_count = list->count;
    settings->environments =
        arena_array(reader->arena, list->count, sizeof *settings->environments);
    for (size_t i = 0; i < list->count && ok; i++)
        ok = read_environment(reader, list->children[i], names, &settings->environments[i]);
    for (size_t i = 0; i < list->count && ok; i++)
        ok = check_sources(reader, list->children[i], names, &settings->environments[i]);
    map_free(&names);
    return ok;
}

/* --- Modules --------------------------------------------------------------------------------- */

static bool read_module(struct project_reader *reader, const struct node *node, struct map *names,
                        struct module_settings *module)
{
    struct error wrong = { 0 };
    const struct node *migrations, *infrastructure, *schema;

    if (!project_map_read(reader, node, FIELDS(module_fields), module, "a module", NULL))
        return false;
    if (!dependency_settings_check(module->dependencies, &wrong)) {
        project_refuse(reader, node_get(node, "dependencies"), "%s", wrong.message);
        return error_hint(reader->error, "%s", wrong.hint);
    }
    migrations = node_get(node, "migrations");
    infrastructure = node_get(node, "infrastructure");
    schema = node_get(node, "schema");
    if (schema != NULL && !project_schema_read(reader, schema, dialects, &module->schema))
        return false;
    if (infrastructure != NULL &&
        !project_map_read(reader, infrastructure, FIELDS(infrastructure_fields),
                          &module->infrastructure, "infrastructure", NULL))
        return false;
    return (migrations == NULL || project_map_read(reader, migrations, FIELDS(migration_fields),
                                                   module, "migrations", NULL)) &&
           check_once(reader, names, node, "module", module->name);
}

static bool read_modules(struct project_reader *reader, const struct node *list)
{
    struct project_settings *settings = reader->settings;
    struct map *names;
    bool ok = true;

    if (!project_list_check(reader, list, "modules"))
        return false;
    names = map_new();
    settings->module_count = list->count;
    settings->modules = arena_array(reader->arena, list->count, sizeof *settings->modules);
    for (size_t i = 0; i < list->count && ok; i++)
        ok = read_module(reader, list->children[i], names, &settings->modules[i]);
    map_free(&names);
    return ok;
}

static bool read_repositories(struct project_reader *reader, const struct node *list)
{
    return project_repositories_read(reader, list, &reader->settings->repositories,
                                     &reader->settings->repository_count);
}

static bool read_registries(struct project_reader *reader, const struct node *list)
{
    return project_registries_read(reader, list, &reader->settings->registries,
                                   &reader->settings->registry_count);
}

/* --- Variables ------------------------------------------------------------------------------- */

static bool names_environment(const struct project_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->environment_count; i++) {
        if (strcasecmp(settings->environments[i].name, name) == 0)
            return true;
    }
    return false;
}

static bool names_module(const struct project_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->module_count; i++) {
        if (strcmp(settings->modules[i].name, name) == 0)
            return true;
    }
    return false;
}

static bool read_variables(struct project_reader *reader, const struct node *list)
{
    struct project_settings *settings = reader->settings;

    if (!project_variables_read(reader, list, &settings->variables, &settings->variable_count))
        return false;
    settings->variables_given = true;
    for (size_t i = 0; i < settings->variable_count; i++) {
        const struct variable_settings *variable = &settings->variables[i];

        if (!names_environment(settings, variable->environment))
            return project_refuse(reader, list->children[i], "%s is of %s, which is not there",
                                  variable->name, variable->environment);
        if (variable->module != NULL && !names_module(settings, variable->module))
            return project_refuse(reader, list->children[i], "%s is of %s, which is not there",
                                  variable->name, variable->module);
    }
    return true;
}

/* --- What is judged how ---------------------------------------------------------------------- */

static bool read_expected(struct project_reader *reader, const struct node *list)
{
    struct project_settings *settings = reader->settings;

    if (!project_list_check(reader, list, "expected_differences"))
        return false;
    settings->expected_count = list->count;
    settings->expected = arena_array(reader->arena, list->count, sizeof *settings->expected);
    for (size_t i = 0; i < list->count; i++) {
        struct expected_difference *expected = &settings->expected[i];

        if (!project_map_read(reader, list->children[i], FIELDS(expected_fields), expected,
                              "an expected difference", NULL) ||
            !project_glob_check(reader, list->children[i], "path", expected->path) ||
            !project_glob_check(reader, list->children[i], "module", expected->module) ||
            !project_glob_check(reader, list->children[i], "environment", expected->environment))
            return false;
        expected->any_type = node_get(list->children[i], "type") == NULL;
    }
    return true;
}

static bool read_not_examined(struct project_reader *reader, const struct node *node)
{
    const char **names;
    size_t count;

    if (!project_texts_read(reader, node, "not_examined", &names, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        enum drift_type type;

        if (!drift_type_parse(names[i], &type)) {
            project_refuse(reader, node, "not_examined cannot be '%s'", names[i]);
            return error_hint(reader->error,
                              "they are: code config database infrastructure image dependency");
        }
        reader->settings->not_examined[type] = true;
    }
    return true;
}

/* A row that changes a built-in one says only what it changes; another must say what it looks at.
 */
static bool read_rule(struct project_reader *reader, const struct node *node, struct map *names,
                      struct rule *rule)
{
    if (!project_map_read(reader, node, FIELDS(rule_fields), rule, "a rule", &rule->columns) ||
        !check_once(reader, names, node, "rule", rule->id) ||
        !project_rule_check(reader, node, rule))
        return false;
    if ((rule->columns & COLUMN_TYPE) != 0 || !reader->whole ||
        rules_builtin_find(rule->id) != NULL)
        return true;
    project_refuse(reader, node, "the rule %s needs the key 'type'", rule->id);
    return error_hint(reader->error, "or it is meant to change a built-in rule: none has this id");
}

static bool read_rules(struct project_reader *reader, const struct node *list)
{
    struct project_settings *settings = reader->settings;
    struct map *names;
    bool ok = true;

    if (!project_list_check(reader, list, "rules"))
        return false;
    names = map_new();
    settings->rule_count = list->count;
    settings->rules = arena_array(reader->arena, list->count, sizeof *settings->rules);
    for (size_t i = 0; i < list->count && ok; i++)
        ok = read_rule(reader, list->children[i], names, &settings->rules[i]);
    map_free(&names);
    return ok;
}

/* --- The file -------------------------------------------------------------------------------- */

static bool read_format(struct project_reader *reader, const struct node *node)
{
    if (node->kind == NODE_INTEGER && strcmp(node->value, "1") == 0)
        return true;
    if (node->value != NULL)
        project_refuse(reader, node, "this is format %s, and we know format 1", node->value);
    else
        project_refuse(reader, node, "the format must be a number, not of type %s",
                       node_kind_name(node->kind));
    return error_hint(reader->error, "it begins with `pilab: 1`; a newer pilab may know more");
}

/* The parts of the file, in the order they are read: the format first, since another one may have
 * other parts. */
/* clang-format off */
static const struct file_part {
    const char *key;
    bool required;
    bool (*read)(struct project_reader *reader, const struct node *node);
    unsigned part; /* of enum project_file_part; 0: it sees to that itself */
} file_parts[] = {
    { "pilab",                true,  read_format,       0 },
    { "project",              true,  read_project,      0 },
    { "groups",               false, read_groups,       PROJECT_PART_GROUPS },
    { "environments",         false, read_environments, PROJECT_PART_ENVIRONMENTS },
    { "modules",              false, read_modules,      PROJECT_PART_MODULES },
    { "repositories",         false, read_repositories, PROJECT_PART_REPOSITORIES },
    { "registries",           false, read_registries,   PROJECT_PART_REGISTRIES },
    { "variables",            false, read_variables,    0 },
    { "expected_differences", false, read_expected,     PROJECT_PART_EXPECTED },
    { "not_examined",         false, read_not_examined, PROJECT_PART_NOT_EXAMINED },
    { "rules",                false, read_rules,        PROJECT_PART_RULES },
};
/* clang-format on */

#define PART_COUNT (sizeof file_parts / sizeof *file_parts)

static bool check_parts(struct project_reader *reader, const struct node *root)
{
    for (size_t i = 0; i < root->count; i++) {
        bool known = false;

        for (size_t j = 0; j < PART_COUNT; j++)
            known = known || strcmp(file_parts[j].key, root->children[i]->key) == 0;
        if (known)
            continue;
        project_refuse(reader, root->children[i], "there is no key '%s'", root->children[i]->key);
        return error_hint(reader->error, "there are: pilab project groups environments modules "
                                         "repositories registries variables expected_differences "
                                         "not_examined rules");
    }
    return true;
}

/* A part that is left empty ("rules:") is as good as one that is not there. */
static bool read_part(struct project_reader *reader, const struct node *root,
                      const struct file_part *part)
{
    const struct node *node = node_get(root, part->key);
    bool empty = node == NULL || node->kind == NODE_NULL;

    if (empty && part->required && reader->whole && !reader->part)
        return project_refuse(reader, node != NULL ? node : root, "the key '%s' is %s", part->key,
                              node != NULL ? "empty" : "missing");
    if (!empty)
        reader->settings->given |= part->part;
    return empty || part->read(reader, node);
}

static bool read_root(struct project_reader *reader, const struct document *document)
{
    const struct node *root = document->count > 0 ? document->roots[0] : NULL;

    if (root == NULL || root->kind != NODE_MAP)
        return error_set(reader->error, ERROR_INVALID, "%s:1: it must begin with `pilab: 1`",
                         document->name);
    if (document->count > 1)
        return project_refuse(reader, document->roots[1], "one file describes one project");
    if (!read_part(reader, root, &file_parts[0]) || !check_parts(reader, root))
        return false;
    for (size_t i = 1; i < PART_COUNT; i++) {
        if (!read_part(reader, root, &file_parts[i]))
            return false;
    }
    return !reader->whole || reader->part || project_names_check(reader, root);
}

static bool read_settings(const char *name, const char *text, size_t length,
                          enum document_format format, bool whole, bool part, struct arena *arena,
                          struct project_settings *settings, struct error *error)
{
    struct document_options options = { .schema = YAML_1_2, .limit = FILE_LIMIT };
    struct project_settings read = { 0 };
    struct project_reader reader = {
        .arena = arena, .settings = &read, .whole = whole, .part = part, .error = error
    };
    struct document *document = document_read(name, text, length, format, &options, error);
    bool ok = document != NULL && read_root(&reader, document);

    document_free(&document);
    if (ok)
        *settings = read;
    return ok;
}

bool project_file_read(const char *name, const char *text, size_t length, struct arena *arena,
                       struct project_settings *settings, struct error *error)
{
    return read_settings(name, text, length, DOCUMENT_YAML, true, false, arena, settings, error);
}

bool project_part_read(const char *name, const char *text, size_t length, struct arena *arena,
                       struct project_settings *settings, struct error *error)
{
    return read_settings(name, text, length, DOCUMENT_YAML, true, true, arena, settings, error);
}

bool project_settings_read_json(const char *text, size_t length, struct arena *arena,
                                struct project_settings *settings, struct error *error)
{
    return read_settings("the project's settings", text, length, DOCUMENT_JSON, false, false, arena,
                         settings, error);
}

/* --- What stands in settings ------------------------------------------------------------------ */

const struct module_settings *project_settings_module(const struct project_settings *settings,
                                                      const char *name)
{
    for (size_t i = 0; i < settings->module_count; i++) {
        if (strcmp(settings->modules[i].name, name) == 0)
            return &settings->modules[i];
    }
    return NULL;
}

const struct environment_settings *
project_settings_environment(const struct project_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->environment_count; i++) {
        if (strcmp(settings->environments[i].name, name) == 0)
            return &settings->environments[i];
    }
    return NULL;
}
