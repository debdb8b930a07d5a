/*
 * What there is to work with where the person stands: the repository around, its versions, the
 * project in the store. Reading only, and quick.
 */
#ifndef PILAB_APP_SURROUNDINGS_H
#define PILAB_APP_SURROUNDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/app/call.h>
#include <pilab/app/home.h>
#include <pilab/release/release.h>

/* Something that can be compared. */
struct state_choice {
    const char *spec;   /* what to type: "v2.0.7", "env:UAT" */
    const char *label;  /* "v2.0.7", "UAT" */
    const char *detail; /* "tag, 2025-01-20", "environment" */
};

/* Another project of the store that the person may read. */
struct project_choice {
    const char *code, *name;
};

/* A step of the promotion path: what `to` would get from `from`. */
struct promotion_choice {
    const char *from, *to;
    bool production;
};

struct recent_item {
    int64_t number;
    const char *title, *detail, *severity; /* severity may be NULL */
    int64_t at;
};

/* An open release and what is to be done with it. */
struct open_release {
    int64_t number;
    const char *name, *from, *to;
    enum release_step step;
    const char *sentence; /* "needs a drift report" */
    bool production;      /* it goes to production */
    const char *created_by;
    int64_t created_at, planned_at; /* planned_at 0: no time is planned */
};

struct surroundings {
    struct arena *arena;            /* of everything below */
    const char *repository;         /* its name; NULL: none around */
    const char *repository_error;   /* why the one around cannot be read, or NULL */
    const char *previous, *current; /* its last two versions; NULL: there are not two */
    const char *folder;             /* where it lies, or NULL */
    /* Repositories below the folder one stands in, looked for where there is neither a project nor
     * a repository around; `more` when a limit ended the search. */
    size_t repositories_below;
    bool more_below;
    const char *store_error;     /* why the store cannot be read, when there is one; or NULL */
    const char *project;         /* the call's project, or NULL */
    struct state_choice *states; /* environments first, then tags from the newest, then branches */
    size_t state_count;
    struct promotion_choice *promotions; /* in the order of the environments */
    size_t promotion_count;
    struct recent_item *reports, *notes; /* newest first, a few */
    size_t report_count, note_count;
    struct home home;              /* of the project; empty without one */
    struct open_release *releases; /* newest first */
    size_t release_count;
    const char **modules, **environments; /* of the project, in its order */
    size_t module_count, environment_count;
    struct project_choice *projects; /* but the call's own */
    size_t project_count;
    const char *next_release; /* a name that the next one could have; NULL: there is no project */
};

/* Opens an existing store in the call and chooses its only project when there is one. That there is
 * none is an answer and no error; what is wrong with one that is there is said in `why`. Quick. */
void surroundings_open_store(struct call *call, struct error *why);

/* Looks at the repository around and at the call's project. Never fails: what cannot be read is
 * said in it. May take a while in a large repository. `since` is home_read's. The caller frees it.
 */
struct surroundings *surroundings_look(struct call *call, const struct home_mark *since);
void surroundings_free(struct surroundings **surroundings);

#endif
