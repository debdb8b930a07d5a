/* Groups of people within a project: what approval rules can name. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/store/access.h>

/* The project's settings as they stand in the store now, and the row that they come from. */
static bool read_settings(struct call *call, struct store_project *project,
                          struct project_settings *settings, struct error *error)
{
    return store_project_get(call->connection, call->project->id, call->arena, project, error) &&
           project_settings_read_json(project->settings, strlen(project->settings), call->arena,
                                      settings, error);
}

static bool write_settings(struct call *call, struct store_project *project,
                           const struct project_settings *settings, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    bool ok;

    project_settings_write_json(&text, settings);
    project->settings = strbuf_to_arena(&text, call->arena);
    ok = store_project_update(call->connection, project, error);
    strbuf_release(&text);
    return ok;
}

/* "carla, dan"; in the call's arena. */
static const char *people_text(struct call *call, const struct group_settings *group)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    for (size_t i = 0; i < group->login_count; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? ", " : "", group->logins[i]);
    copy = strbuf_to_arena(&text, call->arena);
    strbuf_release(&text);
    return copy;
}

/* Those who are no members of the project: a slip of the pen, or somebody who comes tomorrow. */
static bool unknown_text(struct call *call, const struct group_settings *group, const char **out,
                         struct error *error)
{
    struct group_settings unknown = { .logins = arena_array(call->arena, group->login_count,
                                                            sizeof *unknown.logins) };
    struct store_accesses list;

    if (!store_access_list(call->connection, call->project->id, NULL, call->arena, &list, error))
        return false;
    for (size_t i = 0; i < group->login_count; i++) {
        bool member = false;

        for (size_t j = 0; j < list.count && !member; j++)
            member = strcmp(list.items[j].login, group->logins[i]) == 0;
        if (!member)
            unknown.logins[unknown.login_count++] = group->logins[i];
    }
    *out = people_text(call, &unknown);
    return true;
}

static bool audit_group(struct call *call, const char *action, const struct group_settings *group,
                        const char *previous, struct error *error)
{
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "group", group->name);
    json_put_text(body, "people", people_text(call, group));
    if (previous != NULL)
        json_put_text(body, "previous", previous);
    ok = call_audit(call, action, arena_printf(call->arena, "group:%s", group->name), body, error);
    json_decref(body);
    return ok;
}

static void start_object(struct result *result, const struct group_settings *group, bool changed)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.group/1");
    json_put_text(result->object, "name", group->name);
    json_put_bool(result->object, "changed", changed);
    rich_text(&result->text, RICH_NAME, group->name, true);
}

/* --- set -------------------------------------------------------------------------------------- */

static bool read_words(struct call *call, const struct arguments *arguments,
                       struct group_settings *group, struct error *error)
{
    size_t count = arguments_count(arguments);

    *group =
        (struct group_settings){ .name = arguments_at(arguments, 0),
                                 .logins = arena_array(call->arena, count, sizeof *group->logins) };
    if (!group_name_valid(group->name)) {
        error_set(error, ERROR_INVALID, "a group cannot be called '%s'", group->name);
        return error_hint(error, "a letter first, then letters, digits, '.', '-' and '_'");
    }
    for (size_t i = 1; i < count; i++) {
        const char *login = arguments_at(arguments, i);

        if (!group_login_valid(login)) {
            error_set(error, ERROR_INVALID, "'%s' cannot be a login", login);
            return error_hint(error, "1 to 64 characters without blanks and commas");
        }
        if (!group_settings_has(group, login))
            group->logins[group->login_count++] = login;
    }
    return true;
}

static bool same_people(const struct group_settings *a, const struct group_settings *b)
{
    bool same = a->login_count == b->login_count;

    for (size_t i = 0; i < a->login_count && same; i++)
        same = group_settings_has(b, a->logins[i]);
    return same;
}

/* A name in other letters is the same group, which keeps its name. */
static void put_group(struct call *call, struct project_settings *settings,
                      struct group_settings *group, const char **previous, bool *changed)
{
    struct group_settings *old =
        group_settings_find(settings->groups, settings->group_count, group->name);
    struct group_settings *groups;

    *changed = old == NULL || !same_people(old, group);
    *previous = old != NULL ? people_text(call, old) : NULL;
    if (old != NULL) {
        group->name = old->name;
        *old = *group;
        return;
    }
    groups = arena_array(call->arena, settings->group_count + 1, sizeof *groups);
    if (settings->group_count > 0)
        memcpy(groups, settings->groups, settings->group_count * sizeof *groups);
    groups[settings->group_count++] = *group;
    settings->groups = groups;
    group_settings_sort(settings->groups, settings->group_count);
}

bool app_group_set(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    struct project_settings settings;
    struct store_project project;
    struct group_settings group;
    const char *previous, *unknown;
    bool changed = false, ok;

    if (!read_words(call, arguments, &group, error) ||
        !call_begin(call, PERMISSION_CONFIGURE_PROJECT, NULL, error))
        return false;
    ok = read_settings(call, &project, &settings, error);
    if (ok)
        put_group(call, &settings, &group, &previous, &changed);
    if (ok && changed)
        ok = write_settings(call, &project, &settings, error) &&
             audit_group(call, "group.set", &group, previous, error) &&
             store_commit(call->connection, error);
    store_rollback(call->connection);
    if (!ok || !unknown_text(call, &group, &unknown, error))
        return false;
    start_object(result, &group, changed);
    json_put_text(result->object, "people", people_text(call, &group));
    json_put_text(result->object, "unknown", unknown);
    strbuf_add(&result->text, ": ");
    rich_text(&result->text, RICH_PLAIN, people_text(call, &group), true);
    strbuf_add_char(&result->text, '\n');
    if (*unknown != '\0') {
        rich_word(&result->text, RICH_WARNING, "No members of the project: ");
        rich_text(&result->text, RICH_PLAIN, unknown, true);
        strbuf_add(&result->text, " (`pilab member add` adds them)\n");
    }
    return true;
}

/* --- remove ----------------------------------------------------------------------------------- */

static bool take_group(struct project_settings *settings, const char *name,
                       struct group_settings *group, struct error *error)
{
    struct group_settings *found =
        group_settings_find(settings->groups, settings->group_count, name);
    size_t behind;

    if (found == NULL) {
        error_set(error, ERROR_NOT_FOUND, "there is no group %s", name);
        return error_hint(error, "`pilab group list` shows which there are");
    }
    *group = *found;
    behind = settings->group_count - (size_t)(found - settings->groups) - 1;
    memmove(found, found + 1, behind * sizeof *found);
    settings->group_count--;
    return true;
}

bool app_group_remove(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    struct project_settings settings;
    struct store_project project;
    struct group_settings group;
    bool ok = call_begin(call, PERMISSION_CONFIGURE_PROJECT, NULL, error) &&
              read_settings(call, &project, &settings, error) &&
              take_group(&settings, arguments_at(arguments, 0), &group, error) &&
              write_settings(call, &project, &settings, error) &&
              audit_group(call, "group.remove", &group, NULL, error) &&
              store_commit(call->connection, error);

    store_rollback(call->connection);
    if (!ok)
        return false;
    start_object(result, &group, true);
    strbuf_add(&result->text, ": removed\n");
    return true;
}

/* --- list ------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct result_column group_columns[] = {
    { "name", "Group", CELL_TEXT, 0 },
    { "people", "People", CELL_TEXT, 0 },
    { "unknown", "No members", CELL_TEXT, 1 },
};
/* clang-format on */

static bool add_group(struct call *call, const struct group_settings *group, json_t *items,
                      struct error *error)
{
    json_t *object, *logins;
    const char *unknown;

    if (!unknown_text(call, group, &unknown, error))
        return false;
    object = json_object();
    logins = json_array();
    for (size_t i = 0; i < group->login_count; i++)
        json_append(logins, json_text(group->logins[i]));
    json_put_text(object, "name", group->name);
    json_put(object, "logins", logins);
    json_put_text(object, "people", people_text(call, group));
    json_put_text(object, "unknown", unknown);
    json_append(items, object);
    return true;
}

bool app_group_list(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    struct project_settings settings;
    struct store_project project;

    (void)arguments;
    if (!read_settings(call, &project, &settings, error))
        return false;
    listing_start(call, result, "groups", group_columns,
                  sizeof group_columns / sizeof *group_columns, NULL,
                  "The project has no groups. `pilab group set NAME LOGIN…` names people who are "
                  "asked together.");
    for (size_t i = 0; i < settings.group_count; i++) {
        if (!add_group(call, &settings.groups[i], result->items, error))
            return false;
    }
    return true;
}
