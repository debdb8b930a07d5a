#include <pilab/app/project_edit.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/account/permission.h>
#include <pilab/app/module_paths.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

static const char group_prefix[] = "group:";

static void put(json_t *fields, const char *id, const char *text)
{
    json_put_text(fields, id, text != NULL ? text : "");
}

static void put_words(json_t *fields, const char *id, const char *const *words, size_t count)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < count; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? " " : "", words[i]);
    put(fields, id, text.data);
    strbuf_release(&text);
}

static void put_paths(json_t *fields, const char *id, const char *paths)
{
    struct strbuf text = STRBUF_INIT;

    module_paths_words(&text, paths);
    put(fields, id, text.data);
    strbuf_release(&text);
}

/* What is written in a line of its own, with the number of it behind the name of the field. */
static void put_line(json_t *fields, const char *name, size_t index, const char *line)
{
    char id[32];

    snprintf(id, sizeof id, "%s%zu", name, index);
    put(fields, id, line);
}

static void put_registries(json_t *fields, const struct project_settings *settings)
{
    for (size_t i = 0; i <= settings->registry_count; i++) {
        struct strbuf line = STRBUF_INIT;

        if (i < settings->registry_count)
            registry_settings_write(&line, &settings->registries[i]);
        put_line(fields, PROJECT_REGISTRY_FIELD, i, line.data);
        strbuf_release(&line);
    }
}

json_t *project_fields(const struct project_settings *settings)
{
    json_t *fields = json_object();

    put(fields, "name", settings->name);
    put(fields, "description", settings->description);
    put(fields, "four_eyes", settings->four_eyes != NULL ? settings->four_eyes : "auto");
    put(fields, "transport", settings->transport != NULL ? settings->transport : "auto");
    put(fields, "offer_after", settings->offer_after);
    put_words(fields, "tickets", settings->tickets, settings->ticket_count);
    put_registries(fields, settings);
    return fields;
}

static void put_schema(json_t *fields, const struct schema_settings *schema)
{
    put(fields, "schema", schema->path);
    put(fields, "schema_dialect", schema->dialect);
    put(fields, "schema_scratch", schema->scratch);
    for (size_t i = 0; i < schema->live_count; i++) {
        char *id = memory_printf(MODULE_LIVE_FIELD "%s", schema->live[i].environment);

        put(fields, id, schema->live[i].address);
        free(id);
    }
}

json_t *module_fields(const struct module_settings *module)
{
    const struct infrastructure_settings *infrastructure = &module->infrastructure;
    json_t *fields = json_object();

    put(fields, "name", module->name);
    put(fields, "type", module->type);
    put(fields, "description", module->description);
    put(fields, "repository", module->repository);
    put_paths(fields, "path", module->path);
    put(fields, "tags", module->tags);
    put_words(fields, "config", module->config, module->config_count);
    put(fields, "migrations", module->migrations_path);
    put(fields, "dialect", module->migrations_dialect);
    put_paths(fields, "dependencies", module->dependencies);
    put(fields, "image", module->image);
    put_schema(fields, &module->schema);
    put(fields, "plan", infrastructure->plan);
    put_words(fields, "state", infrastructure->state, infrastructure->state_count);
    put_words(fields, "tfvars", infrastructure->tfvars, infrastructure->tfvars_count);
    return fields;
}

static void put_observers(json_t *fields, const struct environment_settings *environment)
{
    for (size_t i = 0; i <= environment->observer_count; i++) {
        struct strbuf line = STRBUF_INIT;

        if (i < environment->observer_count)
            observer_settings_write(&line, &environment->observers[i]);
        put_line(fields, ENVIRONMENT_OBSERVER_FIELD, i, line.data);
        strbuf_release(&line);
    }
}

static void put_minutes(json_t *fields, const char *id, unsigned long long minutes)
{
    char text[32] = "";

    if (minutes > 0)
        snprintf(text, sizeof text, "%llu", minutes);
    put(fields, id, text);
}

json_t *environment_fields(const struct environment_settings *environment)
{
    json_t *fields = json_object();
    struct strbuf rules = STRBUF_INIT;

    put(fields, "name", environment->name);
    put(fields, "stage", environment->stage);
    put(fields, "description", environment->description);
    put_words(fields, "from", environment->from, environment->from_count);
    put(fields, "approvals_of", environment->own_approvals ? "own" : "stage");
    approvals_write(&rules, environment->approvals, environment->approval_count);
    put(fields, "approvals", rules.data);
    strbuf_release(&rules);
    put_observers(fields, environment);
    put_minutes(fields, "observe_every", environment->observe_every);
    put_minutes(fields, "observe_stale", environment->observe_stale);
    return fields;
}

/* --- Approvals -------------------------------------------------------------------------------- */

static bool is_role(const char *word)
{
    enum project_role role;

    return project_role_parse(word, &role, NULL);
}

void approvals_write(struct strbuf *out, const struct approval_settings *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        strbuf_printf(out, "%s%zu", i > 0 ? ", " : "", rules[i].count);
        if (rules[i].group != NULL)
            strbuf_printf(out, " %s%s", is_role(rules[i].group) ? group_prefix : "",
                          rules[i].group);
        else if (rules[i].role != NULL)
            strbuf_printf(out, " %s", rules[i].role);
    }
}

static bool read_rule(char *text, struct arena *arena, struct approval_settings *rule,
                      struct error *error)
{
    enum project_role role;
    char *end, *who;
    unsigned long count = strtoul(text, &end, 10);

    if (end == text || count == 0 || count > APPROVAL_COUNT_MAX) {
        error_set(error, ERROR_INVALID, "'%s' does not begin with how many people, 1 to %d", text,
                  APPROVAL_COUNT_MAX);
        return error_hint(error, "for example: 2 security, 1 ADMIN");
    }
    who = end + strspn(end, " ");
    *rule = (struct approval_settings){ .count = count };
    if (*who == '\0')
        return true;
    if (strncmp(who, group_prefix, sizeof group_prefix - 1) == 0)
        rule->group = arena_text(arena, who + sizeof group_prefix - 1);
    else if (project_role_parse(who, &role, NULL))
        rule->role = project_role_name(role);
    else
        rule->group = arena_text(arena, who);
    if (rule->group == NULL || group_name_valid(rule->group))
        return true;
    return error_set(error, ERROR_INVALID, "'%s' is neither a group nor a role", who);
}

bool approvals_read(const char *text, struct arena *arena, struct approval_settings **rules,
                    size_t *count, struct error *error)
{
    char *copy = arena_text(arena, text), *rest = copy, *part;
    size_t most = 1;

    for (const char *at = text; *at != '\0'; at++)
        most += *at == ',';
    *count = 0;
    *rules = arena_array(arena, most, sizeof **rules);
    while ((part = strsep(&rest, ",")) != NULL) {
        size_t length;

        part += strspn(part, " ");
        length = strlen(part);
        while (length > 0 && part[length - 1] == ' ')
            part[--length] = '\0';
        if (length == 0 && rest == NULL && *count == 0)
            break;
        if (!read_rule(part, arena, &(*rules)[*count], error))
            return false;
        (*count)++;
    }
    return true;
}
