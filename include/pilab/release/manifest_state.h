/*
 * States of the manifest: one column as it was at some moment, wherever that is known from (an
 * environment, a time gone by, a baseline), the difference of two, and their frozen form.
 *
 * The frozen form is JSON, schema "pilab.manifest/1": what a baseline keeps and an export writes.
 */
#ifndef PILAB_RELEASE_MANIFEST_STATE_H
#define PILAB_RELEASE_MANIFEST_STATE_H

#include <jansson.h>

#include <pilab/release/manifest.h>
#include <pilab/source/observed_config.h>

struct manifest_entry_state {
    const char *module;
    const char *version;                          /* NULL: not known */
    const char *commit, *image, *config_revision; /* NULL: not known */
    int64_t since; /* when it was there, UTC milliseconds; 0: not known */
    /* How it was seen to be configured; none: nobody looked. */
    const struct observed_file *files;
    size_t file_count;
    const char
        *unread; /* why whoever looks there could not say; NULL: they could, or nobody does */
};

struct manifest_state {
    const char *label;       /* "UAT", "UAT at 2025-01-22T14:30:00Z", "gold (UAT)" */
    const char *environment; /* whose it is; NULL: of none */
    bool partial;            /* it leaves the modules that it has not as they are, as a release */
    struct manifest_entry_state *entries;
    size_t count;
};

/* Everything of both lives in `arena` or in the manifest. */
void manifest_state_of_column(const struct manifest *manifest, size_t column, struct arena *arena,
                              struct manifest_state *state);
/* NULL when the module is not part of the state. */
const struct manifest_entry_state *manifest_state_find(const struct manifest_state *state,
                                                       const char *module);

enum manifest_change {
    MANIFEST_CHANGED, /* both run a version, and not the same */
    MANIFEST_ADDED,   /* previous does not run it, as far as is known; current does */
    MANIFEST_REMOVED, /* the other way round */
    MANIFEST_UNREAD   /* one of them could not be asked */
};

const char *manifest_change_name(enum manifest_change change); /* "changed" */

struct manifest_difference {
    const char *module;
    enum manifest_change change;
    const struct manifest_entry_state *previous, *current; /* NULL: not part of that state */
};

struct manifest_differences {
    struct manifest_difference *items;
    size_t count;
    size_t same;    /* modules that are the same in both */
    size_t unknown; /* modules of which neither is known */
};

/* One item a module, only what differs, in the order of `current`, then what only `previous` has.
 * Of a module that a partial state has not nothing is said. The items borrow from both states. */
void manifest_compare(const struct manifest_state *previous, const struct manifest_state *current,
                      struct arena *arena, struct manifest_differences *out);

/* The whole manifest, or one column of it (MANIFEST_NONE: all), as of `at`. New reference. */
json_t *manifest_freeze(const struct manifest *manifest, size_t column, int64_t at);
/* A frozen manifest as the matrix that it was. `name` is what messages call it. ERROR_INVALID
 * naming the cell, ERROR_UNSUPPORTED for another schema. */
bool manifest_thaw(const char *name, const json_t *frozen, struct arena *arena,
                   struct store_matrix *matrix, struct error *error);

#endif
