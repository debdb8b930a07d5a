#include <pilab/account/permission.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/strbuf.h>

static const char *const instance_roles[INSTANCE_ROLE_COUNT] = {
    [INSTANCE_USER] = "USER",
    [INSTANCE_ADMIN] = "ADMIN",
    [INSTANCE_SUPER_ADMIN] = "SUPER_ADMIN",
};

static const char *const project_roles[PROJECT_ROLE_COUNT] = {
    [PROJECT_NOBODY] = "none", [PROJECT_VIEWER] = "VIEWER", [PROJECT_CONTRIBUTOR] = "CONTRIBUTOR",
    [PROJECT_ADMIN] = "ADMIN", [PROJECT_OWNER] = "OWNER",
};

#define NO  PERMISSION_NO
#define YES PERMISSION_YES
#define IFN PERMISSION_IF_NAMED
#define IFE PERMISSION_IF_ENVIRONMENT_ALLOWS
#define OWN PERMISSION_IF_NOT_OWN_ROLE

/* Columns: VIEWER, CONTRIBUTOR, ADMIN, OWNER, the tenant's ADMIN, SUPER_ADMIN. */
/* clang-format off */
static const struct permission_row rows[PERMISSION_ACTION_COUNT] = {
    [PERMISSION_READ] = { PERMISSION_READ, "project.read",
        "read the matrix, reports, notes and audit of the project",
        { YES, YES, YES, YES, YES,  NO } },
    [PERMISSION_RUN_DRIFT] = { PERMISSION_RUN_DRIFT, "drift.run",
        "run drift detection",
        {  NO, YES, YES, YES,  NO,  NO } },
    [PERMISSION_DRAFT_NOTE] = { PERMISSION_DRAFT_NOTE, "note.draft",
        "draft release notes",
        {  NO, YES, YES, YES,  NO,  NO } },
    [PERMISSION_CREATE_CHANGE_REQUEST] = { PERMISSION_CREATE_CHANGE_REQUEST, "change.create",
        "create change requests",
        {  NO, YES, YES, YES,  NO,  NO } },
    [PERMISSION_CUT_RELEASE] = { PERMISSION_CUT_RELEASE, "release.cut",
        "cut releases and change their lists",
        {  NO, YES, YES, YES,  NO,  NO } },
    [PERMISSION_END_RELEASE] = { PERMISSION_END_RELEASE, "release.end",
        "close or cancel releases",
        {  NO,  NO, YES, YES,  NO,  NO } },
    [PERMISSION_TAKE_SNAPSHOT] = { PERMISSION_TAKE_SNAPSHOT, "snapshot.take",
        "take snapshots",
        {  NO, YES, YES, YES,  NO,  NO } },
    [PERMISSION_REVIEW_REPORT] = { PERMISSION_REVIEW_REPORT, "report.review",
        "review drift reports",
        {  NO, YES, YES, YES,  NO,  NO } },
    [PERMISSION_REVIEW_NOTE] = { PERMISSION_REVIEW_NOTE, "note.review",
        "review release notes",
        {  NO, YES, YES, YES,  NO,  NO } },
    [PERMISSION_APPROVE_REPORT] = { PERMISSION_APPROVE_REPORT, "report.approve",
        "approve drift reports",
        {  NO, IFN, YES, YES,  NO,  NO } },
    [PERMISSION_APPROVE_NOTE] = { PERMISSION_APPROVE_NOTE, "note.approve",
        "approve release notes",
        {  NO, IFN, YES, YES,  NO,  NO } },
    [PERMISSION_APPROVE_CHANGE] = { PERMISSION_APPROVE_CHANGE, "change.approve",
        "approve change requests",
        {  NO, IFN, YES, YES,  NO,  NO } },
    [PERMISSION_PUBLISH_NOTE] = { PERMISSION_PUBLISH_NOTE, "note.publish",
        "publish release notes",
        {  NO, IFE, YES, YES,  NO,  NO } },
    [PERMISSION_DEPLOY] = { PERMISSION_DEPLOY, "deployment.deploy",
        "deploy to this environment",
        {  NO, IFE, YES, YES,  NO,  NO } },
    [PERMISSION_ROLL_BACK] = { PERMISSION_ROLL_BACK, "deployment.roll_back",
        "roll back in this environment",
        {  NO, IFE, YES, YES,  NO,  NO } },
    [PERMISSION_DESIGNATE_BASELINE] = { PERMISSION_DESIGNATE_BASELINE, "baseline.designate",
        "designate a baseline",
        {  NO,  NO, YES, YES,  NO,  NO } },
    [PERMISSION_IGNORE_DRIFT] = { PERMISSION_IGNORE_DRIFT, "drift.ignore",
        "ignore drift",
        {  NO,  NO, YES, YES,  NO,  NO } },
    [PERMISSION_CONFIGURE_PROJECT] = { PERMISSION_CONFIGURE_PROJECT, "project.configure",
        "change the project's settings, modules and environments",
        {  NO,  NO, YES, YES, YES,  NO } },
    [PERMISSION_SET_FREEZE_WINDOW] = { PERMISSION_SET_FREEZE_WINDOW, "freeze.set",
        "set freeze windows",
        {  NO,  NO, YES, YES, YES,  NO } },
    [PERMISSION_SET_MEMBER] = { PERMISSION_SET_MEMBER, "member.set",
        "change members and their roles",
        {  NO,  NO, OWN, YES, YES,  NO } },
    [PERMISSION_CREATE_PROJECT] = { PERMISSION_CREATE_PROJECT, "project.create",
        "create projects",
        {  NO,  NO,  NO,  NO, YES,  NO } },
    [PERMISSION_MANAGE_USERS] = { PERMISSION_MANAGE_USERS, "user.manage",
        "manage users",
        {  NO,  NO,  NO,  NO, YES, YES } },
    [PERMISSION_MANAGE_SECRETS] = { PERMISSION_MANAGE_SECRETS, "secrets.manage",
        "set up or change the key of the store's secrets",
        {  NO,  NO,  NO,  NO, YES, YES } },
    [PERMISSION_SHARE_STORE] = { PERMISSION_SHARE_STORE, "store.share",
        "say which group of this machine shares the store",
        {  NO,  NO,  NO,  NO, YES, YES } },
    [PERMISSION_MANAGE_TENANTS] = { PERMISSION_MANAGE_TENANTS, "tenant.manage",
        "manage tenants and keys",
        {  NO,  NO,  NO,  NO,  NO, YES } },
};
/* clang-format on */

#undef NO
#undef YES
#undef IFN
#undef IFE
#undef OWN

static const char *const column_names[PERMISSION_COLUMN_COUNT] = {
    [PERMISSION_OF_VIEWER] = "VIEWER",
    [PERMISSION_OF_CONTRIBUTOR] = "CONTRIBUTOR",
    [PERMISSION_OF_PROJECT_ADMIN] = "ADMIN",
    [PERMISSION_OF_OWNER] = "OWNER",
    [PERMISSION_OF_TENANT_ADMIN] = "ADMIN of the tenant",
    [PERMISSION_OF_SUPER_ADMIN] = "SUPER_ADMIN",
};

static const char *const grant_conditions[] = {
    [PERMISSION_NO] = "",
    [PERMISSION_YES] = "",
    [PERMISSION_IF_NAMED] = " (when an approval rule names them)",
    [PERMISSION_IF_ENVIRONMENT_ALLOWS] = " (where the environment's rule allows)",
    [PERMISSION_IF_NOT_OWN_ROLE] = " (not their own role)",
};

/* --- Names ------------------------------------------------------------------------------------ */

const char *instance_role_name(enum instance_role role)
{
    return instance_roles[role];
}

const char *project_role_name(enum project_role role)
{
    return project_roles[role];
}

static bool same_name(const char *a, const char *b)
{
    while (*a != '\0' && toupper((unsigned char)*a) == toupper((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static bool refuse_name(const char *name, const char *const *names, size_t first, size_t count,
                        struct error *error)
{
    struct strbuf list = STRBUF_INIT;

    for (size_t i = first; i < count; i++)
        strbuf_printf(&list, "%s%s", i > first ? ", " : "", names[i]);
    error_set(error, ERROR_INVALID, "the role \"%s\" is not one of %s", name, list.data);
    strbuf_release(&list);
    return false;
}

static bool parse_role(const char *name, const char *const *names, size_t first, size_t count,
                       size_t *role, struct error *error)
{
    for (*role = first; *role < count; (*role)++) {
        if (same_name(name, names[*role]))
            return true;
    }
    return refuse_name(name, names, first, count, error);
}

bool instance_role_parse(const char *name, enum instance_role *role, struct error *error)
{
    size_t found;

    if (!parse_role(name, instance_roles, 0, INSTANCE_ROLE_COUNT, &found, error))
        return false;
    *role = (enum instance_role)found;
    return true;
}

bool project_role_parse(const char *name, enum project_role *role, struct error *error)
{
    size_t found;

    if (!parse_role(name, project_roles, PROJECT_VIEWER, PROJECT_ROLE_COUNT, &found, error))
        return false;
    *role = (enum project_role)found;
    return true;
}

/* --- Checking --------------------------------------------------------------------------------- */

const struct permission_row *permission_row(enum permission_action action)
{
    return &rows[action];
}

static bool granted(enum permission_grant grant, const struct permission_circumstances *facts)
{
    const bool holds[] = {
        [PERMISSION_NO] = false,
        [PERMISSION_YES] = true,
        [PERMISSION_IF_NAMED] = facts->named_by_rule,
        [PERMISSION_IF_ENVIRONMENT_ALLOWS] = facts->environment_allows,
        [PERMISSION_IF_NOT_OWN_ROLE] = !facts->concerns_own_role,
    };

    return holds[grant];
}

/* "OWNER, ADMIN or CONTRIBUTOR (when an approval rule names them)": the highest first. */
static void list_who_may(const struct permission_row *row, struct strbuf *out)
{
    static const enum permission_column order[] = {
        PERMISSION_OF_OWNER,  PERMISSION_OF_PROJECT_ADMIN, PERMISSION_OF_CONTRIBUTOR,
        PERMISSION_OF_VIEWER, PERMISSION_OF_TENANT_ADMIN,  PERMISSION_OF_SUPER_ADMIN,
    };
    size_t count = 0, listed = 0;

    for (size_t i = 0; i < PERMISSION_COLUMN_COUNT; i++)
        count += row->grants[i] != PERMISSION_NO;
    for (size_t i = 0; i < PERMISSION_COLUMN_COUNT; i++) {
        enum permission_grant grant = row->grants[order[i]];

        if (grant == PERMISSION_NO)
            continue;
        if (listed > 0)
            strbuf_add(out, listed + 1 == count ? " or " : ", ");
        strbuf_printf(out, "%s%s", column_names[order[i]], grant_conditions[grant]);
        listed++;
    }
}

/* Whether any role of a project may do it; otherwise it is the business of offices alone. */
static bool concerns_project(const struct permission_row *row)
{
    for (size_t i = PERMISSION_OF_VIEWER; i <= PERMISSION_OF_OWNER; i++) {
        if (row->grants[i] != PERMISSION_NO)
            return true;
    }
    return false;
}

static void describe_actor(const struct permission_row *row, const struct permission_actor *actor,
                           struct strbuf *out)
{
    if (!concerns_project(row))
        strbuf_printf(out, "you are %s", instance_role_name(actor->instance));
    else if (actor->project != PROJECT_NOBODY)
        strbuf_printf(out, "you are %s of the project", project_role_name(actor->project));
    else
        strbuf_add(out, "you have no role in the project");
    if (actor->instance == INSTANCE_ADMIN)
        strbuf_add(out, actor->same_tenant ? ", ADMIN of its tenant" : ", ADMIN of another tenant");
}

static bool refuse(const struct permission_row *row, const struct permission_actor *actor,
                   struct error *error)
{
    struct strbuf who = STRBUF_INIT, may = STRBUF_INIT;

    describe_actor(row, actor, &who);
    list_who_may(row, &may);
    error_set(error, ERROR_DENIED, "you may not %s: %s; it takes %s", row->phrase, who.data,
              may.data);
    error_hint(error, "Ask one of them to do it, or to give you the role.");
    strbuf_release(&who);
    strbuf_release(&may);
    return false;
}

bool permission_check(const struct permission_actor *actor, enum permission_action action,
                      const struct permission_circumstances *circumstances, struct error *error)
{
    static const enum permission_column columns[PROJECT_ROLE_COUNT] = {
        [PROJECT_VIEWER] = PERMISSION_OF_VIEWER,
        [PROJECT_CONTRIBUTOR] = PERMISSION_OF_CONTRIBUTOR,
        [PROJECT_ADMIN] = PERMISSION_OF_PROJECT_ADMIN,
        [PROJECT_OWNER] = PERMISSION_OF_OWNER,
    };
    static const struct permission_circumstances none = { 0 };
    const struct permission_circumstances *facts = circumstances != NULL ? circumstances : &none;
    const struct permission_row *row = permission_row(action);
    bool may = false;

    if (actor->project != PROJECT_NOBODY)
        may = granted(row->grants[columns[actor->project]], facts);
    if (actor->instance == INSTANCE_ADMIN && actor->same_tenant)
        may = may || granted(row->grants[PERMISSION_OF_TENANT_ADMIN], facts);
    if (actor->instance == INSTANCE_SUPER_ADMIN)
        may = may || granted(row->grants[PERMISSION_OF_SUPER_ADMIN], facts);
    return may || refuse(row, actor, error);
}
