/*
 * Baselines: designations of a state of the matrix, to measure others by. Each says who designated
 * it, when and why, and holds the state itself, frozen. Append-only: a name that is designated
 * again gets a further row, and the latest one is what the name means; what it meant before stays.
 *
 * Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_BASELINE_H
#define PILAB_STORE_BASELINE_H

#include <pilab/base/digest.h>
#include <pilab/store/connection.h>
#include <pilab/store/page.h>

struct store_baseline {
    char id[UUID_SIZE];
    const char *project_id;
    int64_t number; /* within the project */
    const char *name;
    const char *environment_id; /* NULL: the whole matrix */
    const char *environment;    /* its name, on reading */
    const char *reason;
    int64_t as_of; /* the moment that the state is of */
    /* Of `content`, both on reading and after writing. */
    char digest[SHA256_HEX_SIZE];
    /* Canonical JSON; what is in it is the manifest's (release/manifest_state.h). Not read in
     * lists: NULL there. */
    const char *content;
    const char *created_by;
    int64_t created_at;
};

struct store_baselines {
    struct store_baseline *items;
    size_t count;
    const char *next;
};

/* The digest is made here. */
bool store_baseline_add(struct connection *connection, struct store_baseline *baseline,
                        struct error *error);
/* The one that the name means: the latest. The error lists names that there are. A content that is
 * not what its digest says is ERROR_CORRUPT. */
bool store_baseline_find(struct connection *connection, const char *project_id, const char *name,
                         struct arena *arena, struct store_baseline *baseline, struct error *error);
/* Latest first. */
bool store_baseline_list(struct connection *connection, const char *project_id,
                         const struct store_page *page, struct arena *arena,
                         struct store_baselines *list, struct error *error);

#endif
