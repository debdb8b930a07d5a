/*
 * Looking at a repository to set up a module: what lies in it, which commits its versions are, what
 * tickets its messages speak of.
 *
 * Each survey is independent, so that several may run on threads at once. Nothing is written but
 * the mirror in the cache.
 */
#ifndef PILAB_SOURCE_REPOSITORY_SURVEY_H
#define PILAB_SOURCE_REPOSITORY_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/source/project_guess.h>
#include <pilab/source/repository_access.h>

struct survey_request {
    const char *module; /* its name, for tags */
    /* Where it may be, tried in order: paths and URLs. */
    const char *const *addresses;
    size_t address_count;
    const char *path; /* its part of the repository; NULL: all */
    const char *tags; /* "v{version}" when it is known already */
    struct repository_access access;
    const char *const *environments;
    size_t environment_count;
    const char *const *versions; /* to be resolved to commits */
    size_t version_count;
    bool parts; /* look for the parts of a monorepo */
};

struct survey_key {
    const char *key;
    size_t count;
    bool suspicious;
};

struct repository_survey {
    struct arena *arena;
    const char *address;  /* the one that could be read; NULL: none could */
    struct error refused; /* why not, when there is none: of the last address, or the first that
                             says more than that nothing is there */
    bool empty;           /* it has no commit yet */
    const char *type;
    const char **config;
    size_t config_count;
    const char *migrations_path, *migrations_dialect;
    const char *tags;
    const char **commits; /* one for each version, NULL: it was not found */
    struct project_part *parts;
    size_t part_count;
    struct survey_key *keys; /* the most frequent first */
    size_t key_count;
};

/* False only when it was cancelled. The library bracket (repository_library_start) is the
 * caller's. The caller releases the survey in both cases. */
bool repository_survey_run(const struct survey_request *request, struct repository_survey *survey,
                           const struct progress *progress, struct error *error);
void repository_survey_release(struct repository_survey *survey);

/* Runs all of them, several at a time, with progress in surveys. False when it was cancelled. */
bool repository_survey_run_all(const struct survey_request *requests,
                               struct repository_survey *surveys, size_t count,
                               const struct progress *progress, struct error *error);

#endif
