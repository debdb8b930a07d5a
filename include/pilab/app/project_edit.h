/*
 * Changing one thing of a project: a module, an environment, the project itself.
 *
 * A thing is edited as an object of texts ("fields"). What was shown is given along with what it
 * became, so that only what a person changed is written, and what somebody else changed meanwhile
 * is neither undone nor overlooked. Lists are words with blanks between them.
 *
 *     project      name description four_eyes transport offer_after tickets registry0…
 *     module       name type description repository path tags config migrations dialect
 *                  dependencies image schema schema_dialect live.ENVIRONMENT plan state tfvars
 *     environment  name stage description from approvals_of approvals observer0…
 *                  observe_every observe_stale
 *
 * `approvals_of` is "stage" (what is usual for its stage) or "own"; `approvals` names the own ones:
 * "2 security, 1 ADMIN, 1". Fields with a number are a line each (registry_settings_write,
 * observer_settings_write), and an empty one behind them: what is written there is another one, and
 * what is emptied goes. live.ENVIRONMENT is the address of its live database.
 */
#ifndef PILAB_APP_PROJECT_EDIT_H
#define PILAB_APP_PROJECT_EDIT_H

#include <jansson.h>
#include <stdbool.h>

#include <pilab/app/call.h>
#include <pilab/drift/project_file.h>

enum edit_part { PART_PROJECT, PART_MODULE, PART_ENVIRONMENT, PART_REPOSITORY };

enum edit_act {
    ACT_CHANGE, /* of a repository: its address ("address"), in every module that has it */
    ACT_ADD,
    ACT_REMOVE,
    ACT_EARLIER, /* one place up in the order; at the end of it nothing happens */
    ACT_LATER
};

struct project_edit {
    enum edit_part part;
    enum edit_act act;
    const char *name;     /* of the module or environment; of a repository its address */
    const json_t *before; /* the fields that were shown; for ACT_CHANGE */
    const json_t *after;  /* for ACT_CHANGE and ACT_ADD */
};

/* Before the number of a registry and of an observer, and before the name of an environment. */
#define PROJECT_REGISTRY_FIELD     "registry"
#define ENVIRONMENT_OBSERVER_FIELD "observer"
#define MODULE_LIVE_FIELD          "live."

/* The fields of a thing, as they stand; of a module live databases that there are. New
 * references. */
json_t *project_fields(const struct project_settings *settings);
json_t *module_fields(const struct module_settings *module);
json_t *environment_fields(const struct environment_settings *environment);

/* "2 security, 1 ADMIN, 1"; appends. */
void approvals_write(struct strbuf *out, const struct approval_settings *rules, size_t count);
/* Reads that. A role's name is the role, "group:ADMIN" a group of that name; no name: whoever may
 * approve. */
bool approvals_read(const char *text, struct arena *arena, struct approval_settings **rules,
                    size_t *count, struct error *error);

/* The edit within settings, which are checked as a pilab.yaml is. Texts live in `arena`.
 * ERROR_EXISTS when there is one of that name, or somebody changed the same field to
 * something else meanwhile;
 * ERROR_NOT_FOUND, ERROR_INVALID. */
bool project_edit_apply(const struct project_edit *edit, struct arena *arena,
                        struct project_settings *settings, struct error *error);

/* In the store: one transaction, one audit entry. */
bool project_edit(struct call *call, const struct project_edit *edit, struct error *error);

#endif
