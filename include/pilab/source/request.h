/*
 * What is to be compared: where each module's two sides come from, and how to look.
 */
#ifndef PILAB_SOURCE_REQUEST_H
#define PILAB_SOURCE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/input.h>
#include <pilab/drift/project_file.h>
#include <pilab/git/kept.h>
#include <pilab/images/comparison.h>
#include <pilab/schema/model.h>
#include <pilab/source/observed_config.h>

/* What was seen to run in an environment when it is not what is recorded, and so compared. */
struct seen_otherwise {
    const char *environment;
    const char *what; /* "v2.0.6 runs there, seen at …" */
};

/* Where one module's two sides come from. All texts are borrowed during comparison_read only. */
struct comparison_module {
    const char *name;
    const char *type;       /* BACKEND …, or NULL */
    const char *repository; /* path of a clone or mirror; NULL: `refused` says why there is none */
    const char *refused, *refused_hint; /* why the repository could not be had, and what to try */
    /* Its part of a monorepo; "", "." or NULL: all; several paths, files or folders: one a line, of
     * which the module is at home in the first. */
    const char *directory;
    /* Paths from its home on. Those without wildcards are layers of one document, later wins;
     * wildcards name files that stand alone. "{env}" is the side's environment in upper or lower
     * case, or as it is written; without one on either side it is any. None: well-known names. */
    const char *const *config;
    size_t config_count;
    /* What the project says of it besides: migrations, dependencies, image, …; NULL: nothing, so
     * well-known names decide. */
    const struct module_settings *settings;
    const char *previous, *current;                 /* revisions; NULL: not on that side */
    const char *previous_version, *current_version; /* as recorded, for people; may be NULL */
    /* Said as warnings: of a side whose recorded commit is not what its tag leads to; NULL: it is.
     */
    const char *previous_moved, *current_moved;
    const struct seen_otherwise *previous_seen, *current_seen; /* likewise */
    /* For "{env}"; a side without one is looked at as it would be on the other's. May be NULL. */
    const char *previous_environment, *current_environment;
    /* How a side was seen to be configured: compared instead of what its revision says, as far as
     * the other side is known. None: it was not observed. */
    const struct observed_file *previous_observed, *current_observed;
    size_t previous_observed_count, current_observed_count;
    /* The environment that a side is at this moment, and not at another time, nor only looked at
     * as: what is live there may be read. NULL: none. */
    const char *previous_now, *current_now;
};

/* A repository that the project has anyway, for submodules that come from the same place. */
struct known_repository {
    const char *url;
    const char *path; /* of a clone or mirror */
};

/* Who asks registries what they have (images/comparison.h). Several threads may call it at once. */
struct image_asker {
    /* Whether the registry of that name may be asked; NULL: all may. */
    bool (*asks)(void *context, const char *registry);
    /* `tag_digest`, when not NULL, gets what the tag of a reference with both leads to, or NULL.
     * ERROR_NOT_FOUND when the registry says that there is none. */
    bool (*ask)(void *context, const struct image_reference *reference, struct arena *arena,
                struct image *image, const char **tag_digest, const struct progress *progress,
                struct error *error);
    /* What a tag stood for when it was looked at first, and when (UTC milliseconds); NULL: it was
     * not looked at yet. The function may be NULL. The text lives as long as the asker. */
    const char *(*recorded)(void *context, const struct image_reference *reference, int64_t *at);
    void *context;
};

/* Who reads live databases (schema/live.h). Several threads may call it at once. */
struct schema_asker {
    /* By the address that the module's settings name; as live_read. */
    struct schema *(*read)(void *context, const char *address, const struct progress *progress,
                           struct error *error);
    /* What runs SQL at an address that the module's settings name for that (schema_files.h); NULL:
     * `error` says why none does. Valid as long as the asker. */
    const struct schema_runner *(*runner)(void *context, const char *address, struct error *error);
    void *context;
};

struct comparison_request {
    const char *project, *project_code;
    const char *module, *scope; /* as in a drift report; NULL: all of it */
    struct drift_side previous, current;
    const struct comparison_module *modules;
    size_t module_count;
    const struct known_repository *known;
    size_t known_count;
    bool types[DRIFT_TYPE_COUNT];        /* which types to read */
    bool not_examined[DRIFT_TYPE_COUNT]; /* declared not part of the project */
    /* The modules' settings came with the repository, and nobody here has agreed to them: no
     * database that they name is asked, and none runs its SQL. */
    bool unvouched;
    bool alone;       /* of files: a person named one, which must hold both sides */
    bool counts;      /* count the changed lines of every commit (slower on long ranges) */
    bool file_counts; /* count those of the files, when there are not too many */
    bool first_parent;
    unsigned threads; /* for everything together; 0: by the machine */
    const struct expected_difference *expected;
    size_t expected_count;
    const struct decided_difference *decided; /* borrowed until the comparison ends */
    size_t decided_count;
    const struct kept_variable *variables; /* likewise; none: they are not compared */
    size_t variable_count;
    const struct rule *rules;
    size_t rule_count;
    const char *const *ticket_keys;
    size_t ticket_key_count;
    void (*fingerprint)(void *context, const char *value, size_t length, char out[9]);
    void *fingerprint_context;
    /* Where what is read, counted and compared is kept. Several threads may call it at once; of the
     * first two only that is used. */
    struct history_options history;
    struct patch_id_options patches;
    struct line_store lines;
    struct kept_store ranges;
    const struct image_asker *images;   /* NULL: no registry is asked */
    const struct schema_asker *schemas; /* NULL: no live database is read */
    struct clock clock;
    struct random random;
};

#endif
