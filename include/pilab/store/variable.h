/*
 * Configuration variables: a value by project, environment, name and, when it is one module's own,
 * module. A secret's value is here only sealed (account/secret.h); what tells whether two secrets
 * are the same is their fingerprint (store_fingerprint). Conventions of all aggregates:
 * store/page.h.
 */
#ifndef PILAB_STORE_VARIABLE_H
#define PILAB_STORE_VARIABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

struct store_variable {
    char id[UUID_SIZE];
    const char *project_id;
    const char *environment_id;
    const char *module_id;   /* NULL: of the whole environment */
    const char *environment; /* names, on reading */
    const char *module;      /* NULL: none */
    const char *name;
    const char *description; /* NULL writes "" */
    bool is_secret;
    const char *value;  /* NULL for a secret */
    const void *sealed; /* a secret's; NULL: it has no value yet */
    size_t sealed_length;
    const char *fingerprint; /* "" for what has no value; NULL writes "" */
    const char *author;      /* who set it last */
    int64_t rev;
    int64_t created_at, updated_at;
};

struct store_variables {
    struct store_variable *items;
    size_t count;
};

struct store_variable_revision {
    int64_t rev;
    const char *action; /* SET, UNSET */
    bool is_secret;
    const char *value; /* NULL for a secret, and for UNSET */
    const char *fingerprint;
    const char *author;
    int64_t at;
};

struct store_variable_revisions {
    struct store_variable_revision *items;
    size_t count;
};

/* Writes the variable at its place, whatever was there, as a new revision: rev 0 says that there is
 * none yet (ERROR_EXISTS when there is), another that it is still the stored one (ERROR_CONFLICT).
 * A place whose variable was removed takes it up again. */
bool store_variable_put(struct connection *connection, struct store_variable *variable,
                        struct error *error);
/* Takes the value away, as a new revision; the place is free. */
bool store_variable_remove(struct connection *connection, const struct store_variable *variable,
                           const char *author, struct error *error);
/* *found is false when there is none. `module_id` may be NULL. */
bool store_variable_find(struct connection *connection, const char *environment_id,
                         const char *module_id, const char *name, struct arena *arena,
                         struct store_variable *variable, bool *found, struct error *error);
/* By name, module (none first) and the order of the environments. `environment_id` and `module_id`
 * NULL: all. What belongs to removed environments or modules is left out. */
bool store_variable_list(struct connection *connection, const char *project_id,
                         const char *environment_id, const char *module_id, struct arena *arena,
                         struct store_variables *list, struct error *error);
/* Newest first. Also of a place whose variable was removed. */
bool store_variable_history(struct connection *connection, const char *environment_id,
                            const char *module_id, const char *name, struct arena *arena,
                            struct store_variable_revisions *list, struct error *error);

/* Every sealed value of the store, whichever its project, for a change of the key. */
bool store_variable_sealed(struct connection *connection, struct arena *arena,
                           struct store_variables *list, struct error *error);
/* The same value sealed anew; no new revision. Its fingerprint may be a new one as well. */
bool store_variable_reseal(struct connection *connection, const struct store_variable *variable,
                           struct error *error);

#endif
