/*
 * What was found to build a project from: tables, repositories, a GitOps repository. Values only;
 * texts belong to the arena of whoever found them.
 */
#ifndef PILAB_RELEASE_INIT_FINDINGS_H
#define PILAB_RELEASE_INIT_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/drift/project_file.h>

/* A module as a source names it. What it does not say is NULL. */
struct init_found_module {
    struct module_settings settings; /* `type` NULL: not known */
    const char *refused;             /* why its repository cannot be read, or NULL */
    const char *refused_hint;
    bool looked; /* its repository was read */
};

/* What one source says runs in one cell. */
struct init_observation {
    const char *module, *environment, *version;
    const char *commit; /* full id; NULL: not known */
    const char *actor;  /* NULL: not said */
    const char *source; /* "versions.csv": for the history */
    int64_t at;         /* 0: not said */
};

struct init_key {
    const char *key; /* "MB" */
    size_t count;
    bool suspicious; /* a well-known look-alike: "UTF" of UTF-8 */
};

/* What could not be used, and why: "versions.csv:12: no module stands there". */
struct init_remark {
    const char *text;
    const char *place;     /* "versions.csv:12", "mb-auth" */
    const char *complaint; /* "no module stands there" */
};

struct init_findings {
    struct arena *arena;
    struct vector environments; /* const char *, in the order of columns, each once */
    struct vector modules;      /* struct init_found_module, each name once */
    struct vector observations; /* struct init_observation */
    struct vector keys;         /* struct init_key, the most frequent first */
    struct vector remarks;      /* struct init_remark */
    bool columns_decide;        /* a table has given the environments an order */
    struct map *by_name;        /* modules: their place among them, from 1 */
    struct map *by_cell;        /* the same for observations */
};

/* Texts that are added must live as long as `arena`. */
void init_findings_start(struct init_findings *findings, struct arena *arena);
void init_findings_release(struct init_findings *findings);

/* The module of that name, added when there is none. Names are alike whatever their case and
 * whether their words are joined by '-', '_', '.' or a blank; the first spelling stays. */
struct init_found_module *init_findings_module(struct init_findings *findings, const char *name);
/* NULL when there is none. */
struct init_found_module *init_findings_find(const struct init_findings *findings,
                                             const char *name);
/* The environment's name as it was first spelt; added when there is none. */
const char *init_findings_environment(struct init_findings *findings, const char *name);
/* Puts them in the order of their stages, unless a table has given them one; what says nothing of
 * its stage comes last. */
void init_findings_order_environments(struct init_findings *findings);
/* A later word about the same cell replaces an earlier one, unless it says an earlier time. Both
 * names must be known already. */
void init_findings_observe(struct init_findings *findings,
                           const struct init_observation *observation);
/* `line` is counted from 1; 0: the place has none. */
void init_findings_remark(struct init_findings *findings, const char *place, size_t line,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Whether two names mean the same module. */
bool init_names_alike(const char *a, const char *b);

/* A name or version that can be kept: UTF-8, at most 100 bytes, nothing that controls a terminal or
 * reads as something else. */
bool init_word_is_sound(const char *text);

#endif
