/*
 * Who may do what: one constant table of actions and roles (design: release.md, "Roles").
 *
 * Pure: it knows roles and actions and nothing of where they are kept. A check answers for the role
 * alone; what else must hold (four eyes, frozen windows, states) is asked elsewhere.
 *
 * No instance role approves by office: a SUPER_ADMIN keeps tenants, users and keys and has no right
 * in a project but by a role there; a tenant's ADMIN reads everything of the tenant and sets it up,
 * and neither drafts, reviews, approves nor deploys without a role in the project.
 */
#ifndef PILAB_ACCOUNT_PERMISSION_H
#define PILAB_ACCOUNT_PERMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>

/* The lowest right is 0, so that a zeroed actor may do nothing. */
enum instance_role { INSTANCE_USER, INSTANCE_ADMIN, INSTANCE_SUPER_ADMIN, INSTANCE_ROLE_COUNT };

/* In rising order: OWNER > ADMIN > CONTRIBUTOR > VIEWER > none. */
enum project_role {
    PROJECT_NOBODY,
    PROJECT_VIEWER,
    PROJECT_CONTRIBUTOR,
    PROJECT_ADMIN,
    PROJECT_OWNER,
    PROJECT_ROLE_COUNT
};

const char *instance_role_name(enum instance_role role); /* "SUPER_ADMIN" */
const char *project_role_name(enum project_role role);   /* "OWNER"; "none" for PROJECT_NOBODY */
/* In any case. ERROR_INVALID listing the names. "none" is not a role that can be given. */
bool instance_role_parse(const char *name, enum instance_role *role, struct error *error);
bool project_role_parse(const char *name, enum project_role *role, struct error *error);

enum permission_action {
    /* the matrix, reports, notes and the audit of the project */
    PERMISSION_READ,
    PERMISSION_RUN_DRIFT,
    PERMISSION_DRAFT_NOTE,
    PERMISSION_CREATE_CHANGE_REQUEST,
    /* cut a release and change its list, as with a change request */
    PERMISSION_CUT_RELEASE,
    /* close or cancel it, which ends what others may be approving */
    PERMISSION_END_RELEASE,
    PERMISSION_TAKE_SNAPSHOT,
    PERMISSION_REVIEW_REPORT,
    PERMISSION_REVIEW_NOTE,
    PERMISSION_APPROVE_REPORT,
    PERMISSION_APPROVE_NOTE,
    PERMISSION_APPROVE_CHANGE,
    PERMISSION_PUBLISH_NOTE,
    /* also recording by hand what was deployed */
    PERMISSION_DEPLOY,
    PERMISSION_ROLL_BACK,
    PERMISSION_DESIGNATE_BASELINE,
    PERMISSION_IGNORE_DRIFT,
    /* settings, modules, repositories, environments and their rules */
    PERMISSION_CONFIGURE_PROJECT,
    PERMISSION_SET_FREEZE_WINDOW,
    PERMISSION_SET_MEMBER,
    PERMISSION_CREATE_PROJECT,
    PERMISSION_MANAGE_USERS,
    /* the key of the store's secrets, never a secret itself */
    PERMISSION_MANAGE_SECRETS,
    /* let a group of the machine at the store's file */
    PERMISSION_SHARE_STORE,
    PERMISSION_MANAGE_TENANTS,
    PERMISSION_ACTION_COUNT
};

/* Columns of the table. */
enum permission_column {
    PERMISSION_OF_VIEWER,
    PERMISSION_OF_CONTRIBUTOR,
    PERMISSION_OF_PROJECT_ADMIN,
    PERMISSION_OF_OWNER,
    PERMISSION_OF_TENANT_ADMIN,
    PERMISSION_OF_SUPER_ADMIN,
    PERMISSION_COLUMN_COUNT
};

enum permission_grant {
    PERMISSION_NO,
    PERMISSION_YES,
    PERMISSION_IF_NAMED,              /* when an approval rule names them */
    PERMISSION_IF_ENVIRONMENT_ALLOWS, /* where the environment's rule allows */
    PERMISSION_IF_NOT_OWN_ROLE        /* but not for their own role */
};

struct permission_row {
    enum permission_action action;
    const char *name;   /* stable, for the audit and JSON: "note.approve" */
    const char *phrase; /* "approve release notes" */
    enum permission_grant grants[PERMISSION_COLUMN_COUNT];
};

/* The table's row of an action. */
const struct permission_row *permission_row(enum permission_action action);

/* Who acts. All zero may do nothing. */
struct permission_actor {
    enum instance_role instance;
    bool same_tenant; /* the object's tenant is the actor's: an ADMIN's office ends at the tenant */
    enum project_role project;
};

/* What the table's conditions ask for. */
struct permission_circumstances {
    bool named_by_rule;      /* an approval rule names the actor */
    bool environment_allows; /* the environment's rule allows a CONTRIBUTOR to do it */
    bool concerns_own_role;  /* it would change the actor's own role */
};

/* True when the actor may. Otherwise ERROR_DENIED with a sentence that names the action, the
 * actor's role and who may. `circumstances` NULL: none of them holds. */
bool permission_check(const struct permission_actor *actor, enum permission_action action,
                      const struct permission_circumstances *circumstances, struct error *error);

#endif
