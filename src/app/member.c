/* The people of a project and their roles. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/store/access.h>
#include <pilab/store/user.h>

/* --- Who it is about -------------------------------------------------------------------------- */

struct membership {
    struct store_user user;
    bool known;       /* the store has the user */
    const char *role; /* in the project; NULL: none */
    bool owner;       /* the role is OWNER */
};

static bool find_membership(struct call *call, const char *login, struct membership *member,
                            struct error *error)
{
    struct error missing = { 0 };

    *member = (struct membership){ 0 };
    member->known = store_user_find(call->connection, call->tenant_id, login, call->arena,
                                    &member->user, &missing);
    if (!member->known && missing.code != ERROR_NOT_FOUND) {
        *error = missing;
        return false;
    }
    if (member->known && !store_access_role(call->connection, call->project->id, member->user.id,
                                            call->arena, &member->role, error))
        return false;
    member->owner =
        member->role != NULL && strcmp(member->role, project_role_name(PROJECT_OWNER)) == 0;
    return true;
}

static bool demand_member(struct call *call, const char *login, struct membership *member,
                          struct error *error)
{
    if (!find_membership(call, login, member, error))
        return false;
    if (member->role != NULL)
        return true;
    error_set(error, ERROR_NOT_FOUND, "%s is no member of %s", login, call->project->name);
    return error_hint(error, "`pilab member list` shows who is; `pilab member add` adds somebody");
}

/* --- Who may ---------------------------------------------------------------------------------- */

static bool tenant_admin(const struct call *call)
{
    return call->actor.rights.instance == INSTANCE_ADMIN && call->actor.rights.same_tenant;
}

/* An ADMIN who could make an OWNER could become one through somebody else. */
static bool check_owner(struct call *call, const struct membership *member, const char *new_role,
                        struct error *error)
{
    bool concerns = member->owner || (new_role != NULL && strcmp(new_role, "OWNER") == 0);
    struct error refusal = { 0 };

    if (!concerns || call->actor.rights.project == PROJECT_OWNER || tenant_admin(call))
        return true;
    error_set(&refusal, ERROR_DENIED,
              "you may not make, change or remove an OWNER: you are %s of the project; it takes "
              "OWNER or ADMIN of the tenant",
              project_role_name(call->actor.rights.project));
    error_hint(&refusal, "Ask one of them to do it.");
    return call_refuse(call, permission_row(PERMISSION_SET_MEMBER)->name, &refusal, error);
}

static bool may_change(struct call *call, const struct membership *member, const char *new_role,
                       struct error *error)
{
    struct permission_circumstances facts = {
        .concerns_own_role = member->known && strcmp(member->user.id, call->actor.id) == 0
    };

    return call_check_in(call, PERMISSION_SET_MEMBER, &facts, error) &&
           check_owner(call, member, new_role, error);
}

/* A project without an OWNER could not be given one again by anybody in it. */
static bool check_last_owner(struct call *call, const struct membership *member,
                             const char *new_role, struct error *error)
{
    struct store_accesses list;
    size_t owners = 0;

    if (!member->owner || (new_role != NULL && strcmp(new_role, "OWNER") == 0))
        return true;
    if (!store_access_list(call->connection, call->project->id, NULL, call->arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++)
        owners += strcmp(list.items[i].role, "OWNER") == 0;
    if (owners > 1)
        return true;
    error_set(error, ERROR_CONFLICT, "%s is the only OWNER of %s", member->user.login,
              call->project->name);
    return error_hint(error, "Make somebody else OWNER first: pilab member role LOGIN OWNER");
}

/* --- Writing ---------------------------------------------------------------------------------- */

static bool audit_member(struct call *call, const char *action, const struct membership *member,
                         const char *role, struct error *error)
{
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "login", member->user.login);
    if (role != NULL)
        json_put_text(body, "role", role);
    if (member->role != NULL)
        json_put_text(body, "previous", member->role);
    ok = call_audit(call, action, arena_printf(call->arena, "user:%s", member->user.id), body,
                    error);
    json_decref(body);
    return ok;
}

static void say(struct call *call, const struct membership *member, const char *role, bool changed,
                struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.member/1");
    json_put_text(result->object, "login", member->user.login);
    json_put_text(result->object, "role", role);
    json_put_text(result->object, "previous", member->role);
    json_put_bool(result->object, "changed", changed);
    rich_text(&result->text, RICH_NAME, member->user.login, true);
    if (role == NULL)
        strbuf_add(&result->text, " is no member of ");
    else
        strbuf_printf(&result->text, " is %s%s of ", changed ? "now " : "", role);
    rich_text(&result->text, RICH_PLAIN, call->project->name, true);
    strbuf_add(&result->text, role == NULL ? " any more\n" : "\n");
}

/* Gives (role), changes (role) or takes away (NULL) within one transaction that looks again. */
static bool write_role(struct call *call, const char *action, struct membership *member,
                       const char *role, struct error *error)
{
    char *login = arena_text(call->arena, member->user.login);
    bool ok = call_begin(call, PERMISSION_SET_MEMBER, NULL, error) &&
              find_membership(call, login, member, error) &&
              may_change(call, member, role, error) && check_last_owner(call, member, role, error);

    if (ok && role != NULL)
        ok = store_access_set(call->connection, call->project->id, member->user.id, role, error);
    else if (ok)
        ok = store_access_remove(call->connection, call->project->id, member->user.id, error);
    ok = ok && audit_member(call, action, member, role, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

/* --- add -------------------------------------------------------------------------------------- */

static bool role_option(const char *name, const char **role, struct error *error)
{
    enum project_role parsed;

    if (!project_role_parse(name, &parsed, error)) {
        arguments_refuse(NULL, error);
        return error_hint(error, "they may, from the least: VIEWER look, CONTRIBUTOR draft, ADMIN "
                                 "approve and set up, OWNER all of it");
    }
    *role = project_role_name(parsed);
    return true;
}

static bool check_person(const char *login, const char *email, struct error *error)
{
    const char *at = email != NULL ? strchr(email, '@') : NULL;

    if (!group_login_valid(login)) {
        error_set(error, ERROR_USAGE, "'%s' cannot be a login", login);
        return error_hint(error, "1 to 64 characters without blanks and commas");
    }
    if (email == NULL || (at != NULL && at != email && at[1] != '\0' &&
                          strpbrk(email, " \t\r\n<>,;") == NULL && strrchr(email, '@') == at))
        return true;
    return error_set(error, ERROR_USAGE, "'%s' is not an e-mail address", email);
}

/* "Carla de Witt": the last word is the last name. */
static void split_name(struct call *call, const char *name, struct store_user *user)
{
    const char *blank = name != NULL ? strrchr(name, ' ') : NULL;

    if (name == NULL)
        return;
    user->first_name =
        blank != NULL ? arena_bytes(call->arena, name, (size_t)(blank - name)) : name;
    user->last_name = blank != NULL ? arena_text(call->arena, blank + 1) : "";
}

static bool add_user(struct call *call, const struct arguments *arguments, const char *login,
                     struct error *error)
{
    struct store_user user = { .tenant_id = call->tenant_id,
                               .login = login,
                               .email = arguments_option(arguments, "email"),
                               .role = instance_role_name(INSTANCE_USER),
                               .is_active = true };

    split_name(call, arguments_option(arguments, "name"), &user);
    return store_user_add(call->connection, &user, error);
}

static bool write_addition(struct call *call, const struct arguments *arguments, const char *login,
                           const char *role, struct membership *member, struct error *error)
{
    bool ok = call_begin(call, PERMISSION_SET_MEMBER, NULL, error) &&
              find_membership(call, login, member, error) && may_change(call, member, role, error);

    if (ok && member->role != NULL) {
        error_set(error, ERROR_EXISTS, "%s is a member of %s already, as %s", login,
                  call->project->name, member->role);
        ok = error_hint(error, "`pilab member role %s %s` changes that", login, role);
    }
    if (ok && !member->known)
        ok = add_user(call, arguments, login, error) && find_membership(call, login, member, error);
    ok = ok &&
         store_access_set(call->connection, call->project->id, member->user.id, role, error) &&
         audit_member(call, "member.add", member, role, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

bool app_member_add(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    const char *login = arguments_at(arguments, 0);
    const char *wanted = arguments_option(arguments, "role"), *role;
    struct membership member;

    if (!role_option(wanted != NULL ? wanted : "CONTRIBUTOR", &role, error) ||
        !check_person(login, arguments_option(arguments, "email"), error) ||
        !find_membership(call, login, &member, error) || !may_change(call, &member, role, error))
        return false;
    if (member.role != NULL && strcmp(member.role, role) == 0) {
        say(call, &member, role, false, result);
        return true;
    }
    if (!write_addition(call, arguments, login, role, &member, error))
        return false;
    say(call, &member, role, true, result);
    return true;
}

/* --- role and remove -------------------------------------------------------------------------- */

bool app_member_role(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct membership member;
    const char *role;

    if (!role_option(arguments_at(arguments, 1), &role, error) ||
        !demand_member(call, arguments_at(arguments, 0), &member, error) ||
        !may_change(call, &member, role, error))
        return false;
    if (strcmp(member.role, role) == 0) {
        say(call, &member, role, false, result);
        return true;
    }
    if (!write_role(call, "member.role", &member, role, error))
        return false;
    say(call, &member, role, true, result);
    return true;
}

bool app_member_remove(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    struct membership member;

    if (!demand_member(call, arguments_at(arguments, 0), &member, error) ||
        !may_change(call, &member, NULL, error) ||
        !write_role(call, "member.remove", &member, NULL, error))
        return false;
    say(call, &member, NULL, true, result);
    return true;
}

/* --- list ------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct result_column member_columns[] = {
    { "login", "Login", CELL_TEXT, 0 },
    { "role", "Role", CELL_TEXT, 0 },
    { "groups", "Groups", CELL_TEXT, 1 },
    { "name", "Name", CELL_TEXT, 2 },
    { "email", "E-mail", CELL_TEXT, 4 },
    { "since", "Since", CELL_TIME, 3 },
};
/* clang-format on */

static json_t *member_json(const struct store_access *access, const struct store_user *user,
                           const struct project_settings *settings)
{
    json_t *object = json_object();
    struct strbuf text = STRBUF_INIT;

    json_put_text(object, "login", access->login);
    json_put_text(object, "role", access->role);
    strbuf_printf(&text, "%s%s%s", user->first_name,
                  *user->first_name != '\0' && *user->last_name != '\0' ? " " : "",
                  user->last_name);
    json_put_text(object, "name", text.data);
    json_put_text(object, "email", user->email);
    json_put_bool(object, "active", user->is_active);
    strbuf_clear(&text);
    for (size_t i = 0; i < settings->group_count; i++) {
        if (group_settings_has(&settings->groups[i], access->login))
            strbuf_printf(&text, "%s%s", text.length > 0 ? ", " : "", settings->groups[i].name);
    }
    json_put_text(object, "groups", text.data);
    json_put_time(object, "since", access->created_at);
    strbuf_release(&text);
    return object;
}

bool app_member_list(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct project_settings settings;
    struct store_accesses list;
    struct store_page page;

    if (!listing_page(arguments, &page, error) || !project_load(call, &settings, error) ||
        !store_access_list(call->connection, call->project->id, &page, call->arena, &list, error))
        return false;
    listing_start(call, result, "members", member_columns,
                  sizeof member_columns / sizeof *member_columns, list.next,
                  "The project has no members.");
    for (size_t i = 0; i < list.count; i++) {
        struct store_user user;

        if (!store_user_get(call->connection, list.items[i].user_id, call->arena, &user, error))
            return false;
        json_append(result->items, member_json(&list.items[i], &user, &settings));
    }
    return true;
}
