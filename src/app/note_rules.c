#include "note_rules.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/project_file.h>
#include <pilab/store/access.h>
#include <pilab/store/environment.h>

/* What one environment asks for. */
struct environment_rules {
    struct environment_rules *next;
    const char *name;  /* as notes call it */
    const char *stage; /* NULL: it is no longer there */
    const struct approval_settings *rules;
    size_t rule_count;
    bool own_rules;
};

/* Read anew, since the call's project may have been changed meanwhile. */
static bool read_policy(struct call *call, struct note_rules *rules, struct error *error)
{
    struct project_settings settings;
    struct store_project project;

    if (!store_project_get(call->connection, call->project->id, rules->arena, &project, error) ||
        !project_settings_read_json(project.settings, strlen(project.settings), rules->arena,
                                    &settings, error))
        return false;
    rules->four_eyes = settings.four_eyes;
    rules->groups = settings.groups;
    rules->group_count = settings.group_count;
    return true;
}

/* Whoever may not get in any more can neither approve nor be waited for. */
static bool read_members(struct call *call, struct note_rules *rules, struct error *error)
{
    struct store_accesses list;
    struct approval_member *members;

    if (!store_access_list(call->connection, call->project->id, NULL, rules->arena, &list, error))
        return false;
    members = arena_array(rules->arena, list.count, sizeof *members);
    for (size_t i = 0; i < list.count; i++) {
        struct approval_member *member = &members[rules->member_count];

        if (!list.items[i].is_active)
            continue;
        member->login = list.items[i].login;
        if (!project_role_parse(list.items[i].role, &member->role, error))
            return false;
        rules->member_count++;
    }
    rules->members = members;
    return true;
}

bool note_rules_read(struct call *call, struct arena *arena, struct note_rules *rules,
                     struct error *error)
{
    *rules = (struct note_rules){ .arena = arena };
    return read_policy(call, rules, error) && read_members(call, rules, error) &&
           call_rights_in(call, call->project->id, &call->actor.rights, error);
}

/* --- Of an environment ------------------------------------------------------------------------ */

static bool read_settings(const struct note_rules *rules, const char *text,
                          struct environment_rules *own, struct error *error)
{
    json_t *settings = json_read("the environment's settings", text, strlen(text), error);
    struct approval_settings *list = NULL;
    const json_t *approvals;
    bool ok = true;

    if (settings == NULL)
        return false;
    approvals = json_object_get(settings, "approvals");
    own->own_rules = approvals != NULL;
    if (approvals != NULL)
        ok = approval_settings_from_json(approvals, rules->arena, &list, &own->rule_count, error);
    own->rules = list;
    json_decref(settings);
    return ok;
}

static bool read_environment(struct call *call, const struct note_rules *rules,
                             struct environment_rules *own, struct error *error)
{
    struct store_environment environment;
    struct error missing = { 0 };

    if (!store_environment_find(call->connection, call->project->id, own->name, rules->arena,
                                &environment, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return true; /* no stage: approval_judge asks for as much as any environment would */
        if (error != NULL)
            *error = missing;
        return false;
    }
    own->stage = environment.stage;
    return read_settings(rules, environment.settings, own, error);
}

static bool find_environment(struct call *call, struct note_rules *rules, const char *name,
                             const struct environment_rules **found, struct error *error)
{
    struct environment_rules *own;

    for (own = rules->environments; own != NULL; own = own->next) {
        if (strcmp(own->name, name) == 0) {
            *found = own;
            return true;
        }
    }
    own = arena_alloc(rules->arena, sizeof *own);
    *own = (struct environment_rules){ .next = rules->environments, .name = name };
    if (!read_environment(call, rules, own, error))
        return false;
    *found = rules->environments = own;
    return true;
}

bool note_rules_apply(struct call *call, struct note_rules *rules,
                      struct approval_question *question, struct error *error)
{
    const struct environment_rules *own;

    question->four_eyes = rules->four_eyes;
    question->groups = rules->groups;
    question->group_count = rules->group_count;
    question->members = rules->members;
    question->member_count = rules->member_count;
    if (question->environment == NULL)
        return true;
    if (!find_environment(call, rules, question->environment, &own, error))
        return false;
    question->stage = own->stage;
    question->rules = own->rules;
    question->rule_count = own->rule_count;
    question->own_rules = own->own_rules;
    return true;
}
