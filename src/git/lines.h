/* How many lines a change adds and takes away, as git's xdiff counts them. */
#ifndef PILAB_GIT_LINES_INTERNAL_H
#define PILAB_GIT_LINES_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/git/changes.h>
#include <pilab/git/repository.h>

#include "internal.h"
#include "text_diff.h"

/* What stands on one side of a change. */
struct content {
    struct object_id id; /* zero: there is nothing */
    struct object object;
    const char *data;
    size_t size;
    bool too_large; /* not read; counts as binary */
    char submodule[64];
};

/* Ends with content_release, also after a failure. */
bool content_load(struct repository *repository, const struct object_id *id, uint32_t mode,
                  struct content *content, struct error *error);
void content_release(struct content *content);
/* As it is compared; borrowed. */
struct diff_text content_text(const struct content *content);
/* A NUL in the first 8000 bytes, as git decides, or too large to be looked at. */
bool content_is_binary(const struct content *content);

/* A mode of 0 is an absent side. ERROR_CORRUPT when an object is missing or damaged. */
bool lines_count(struct repository *repository, const struct object_id *old_blob, uint32_t old_mode,
                 const struct object_id *new_blob, uint32_t new_mode, struct line_numbers *out,
                 struct error *error);
/* The same, from the store when it has it (NULL: there is none). */
bool lines_count_kept(struct repository *repository, const struct line_store *store,
                      const struct object_id *old_blob, uint32_t old_mode,
                      const struct object_id *new_blob, uint32_t new_mode, struct line_numbers *out,
                      struct error *error);

#endif
