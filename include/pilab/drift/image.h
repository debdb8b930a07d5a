/*
 * Drift of images: what modules name on both sides, and what a registry has under those names when
 * it was asked.
 */
#ifndef PILAB_DRIFT_IMAGE_H
#define PILAB_DRIFT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/drift/part.h>
#include <pilab/images/comparison.h>
#include <pilab/images/use.h>

struct drift_item;
struct drift_report;

enum image_answer {
    IMAGE_NOT_ASKED,
    IMAGE_FOUND,
    IMAGE_MISSING,    /* the registry says that it has none */
    IMAGE_UNREACHABLE /* it could not be asked, or did not let us see it: nothing is known */
};

/* One side of a place that names an image. */
struct image_side_input {
    const struct image_use *use; /* NULL: the place names none on that side */
    enum image_answer answer;
    const struct image *image; /* IMAGE_FOUND */
    const char *tag_digest; /* of a use with both: what the tag leads to by now; NULL: not known */
    const char *said;       /* why it is missing or unreachable */
    const char *recorded;   /* what the tag led to when it was looked at first; NULL: it was not */
    int64_t recorded_at;    /* UTC milliseconds */
};

struct image_pair_input {
    struct image_side_input previous, current;
};

/* Places in the order of files and lines; those that name the same on both sides are among them. */
struct image_input {
    const struct image_pair_input *pairs;
    size_t count;
    bool asked; /* registries were */
};

/* Whether it becomes an item: what stays as it is matters only when it can no longer be had. */
bool drift_image_differs(const struct image_pair_input *pair);

/* --- What a report holds ---------------------------------------------------------------------- */

struct drift_image_side {
    const char *tag;    /* NULL: none is written */
    const char *digest; /* as it is written, else as the registry says; NULL: not known */
    enum image_answer answer;
    int64_t size;    /* bytes as stored; of an image that was found */
    int64_t created; /* UTC milliseconds; 0: not known */
    const char
        *revision; /* the commit that it was built from, as its labels say; NULL: not known */
};

/* One image that differs: the content of one item, which has the same path. */
struct drift_image {
    const char *path;
    const char *name;     /* of the current side where there is one: "mb/auth" */
    const char *registry; /* "docker.io"; NULL: not known */
    struct drift_image_side previous, current;
    const char **places; /* "deploy/values.yaml:5 auth.image" */
    size_t place_count;
    bool compared;        /* both were found: what follows is known */
    const char *platform; /* "linux/amd64" */
    bool same_manifest;   /* what runs is the same under both digests */
    struct image_layer *layers;
    size_t layer_count;
    struct image_setting_change *settings;
    size_t setting_count;
};

/* What a tag stood for when it was looked up, also where nothing differs. */
struct drift_image_seen {
    const char *name; /* "registry.example/mb/auth" */
    const char *tag, *digest;
};

struct drift_images {
    const char *registry; /* of all of them; NULL: of several */
    bool asked;
    struct drift_image *images;
    size_t count;
    /* Tags that are not moved on purpose, by which something was found; only of a comparison that
     * was just made. */
    const struct drift_image_seen *seen;
    size_t seen_count;
};

/* Layers that came or went; what is only packed in another way is none. */
size_t drift_image_layers_changed(const struct drift_image *image);
/* What a report holds of an item; NULL: nothing. */
const struct drift_image *drift_image_of(const struct drift_report *report,
                                         const struct drift_item *item);

/* Whether the value of a variable or label is a secret; a setting without a name is a command, of
 * which only parts can be. */
bool image_value_is_secret(const char *name, const char *value);
/* A step of a build, an entrypoint or a command as it may be shown; NULL stays NULL. */
const char *image_command_shown(struct arena *arena, const char *text);
/* Masks what of a comparison by image_value_is_secret is still to be masked: steps and commands. */
void image_comparison_mask(struct arena *arena, struct image_comparison *comparison);

const char *image_answer_name(enum image_answer answer); /* "not_asked" */

#endif
