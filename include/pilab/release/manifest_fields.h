/*
 * What the modules of a manifest can be filtered by (base/filter.h). Each environment is a field
 * too, by its name in small letters with '_' for all other signs, whose value is the version that
 * runs there; "env_" goes before a name that could not be told from another field, or begins with
 * no letter.
 */
#ifndef PILAB_RELEASE_MANIFEST_FIELDS_H
#define PILAB_RELEASE_MANIFEST_FIELDS_H

#include <pilab/base/filter.h>
#include <pilab/release/manifest.h>

/* Things are const struct manifest_thing *. */
struct manifest_fields {
    struct filter_fields filter;
    const char *const *environments; /* those of the fields behind the fixed ones */
};

/* How many fields every manifest has: the first ones. */
#define MANIFEST_FIXED_FIELDS 9

struct manifest_thing {
    const struct manifest_fields *fields;
    const struct manifest *manifest;
    size_t row;
};

/* For the environments of a manifest (NULL: none). Lives in `arena`, without the manifest: what was
 * filtered by can be asked of the next one. */
const struct manifest_fields *manifest_fields_new(const struct manifest *manifest,
                                                  struct arena *arena);

/* Whether a module passes: by its fields, its name, its versions and their marks. */
bool manifest_row_passes(const struct manifest_fields *fields, const struct manifest *manifest,
                         size_t row, const struct filter *filter);

/* Offers what a text or name field holds in a manifest; a value may come more than once. */
void manifest_field_values(const struct manifest_fields *fields, const struct manifest *manifest,
                           size_t field, void (*offer)(void *to, const char *value), void *to);

#endif
