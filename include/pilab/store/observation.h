/*
 * Observations: what was seen to run in an environment, module by module. A row stands for as long
 * as the same was seen again and again, so that what never changes takes one row. Conventions:
 * store/page.h. Not audited one by one: whoever asks is.
 */
#ifndef PILAB_STORE_OBSERVATION_H
#define PILAB_STORE_OBSERVATION_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* same, differs, could_not_ask; NULL-terminated. */
extern const char *const store_observation_verdicts[];

struct store_observation {
    char id[UUID_SIZE];
    const char *project_id;
    int64_t number; /* within the project */
    const char *module_id, *environment_id;
    const char *module, *environment; /* names, on reading */
    const char *verdict;              /* how it stood to what was expected then */
    bool absent;                      /* it was looked for, and did not run there */
    const char *expected;             /* version; NULL: nobody had said */
    const char *version;              /* NULL: it was not seen */
    const char *commit, *image;
    const char *source, *place; /* who saw it, and where; may be NULL */
    const char *why;            /* NULL: there is nothing to say */
    int64_t first_at, last_at;  /* the first and the last time that just this was seen */
};

struct store_observations {
    struct store_observation *items;
    size_t count;
    const char *next;
};

/* Needs a transaction. Goes on with the latest of the same cell when it says the same (then that is
 * what it becomes, and *changed is false), or adds one. Times are `last_at`; one that is older than
 * what is there is left out. */
bool store_observation_keep(struct connection *connection, struct store_observation *observation,
                            bool *changed, struct error *error);

/* Newest first. `module_id` and `environment_id` may be NULL: all. */
bool store_observation_list(struct connection *connection, const char *project_id,
                            const char *module_id, const char *environment_id,
                            const struct store_page *page, struct arena *arena,
                            struct store_observations *list, struct error *error);

/* The last few of every cell, cell after cell, each newest first. */
#define STORE_OBSERVATIONS_OF_CELL 8
bool store_observation_latest(struct connection *connection, const char *project_id,
                              struct arena *arena, struct store_observations *list,
                              struct error *error);

#endif
