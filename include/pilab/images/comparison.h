/*
 * Two images side by side: what was pulled from a registry of each, without their contents. Pure.
 */
#ifndef PILAB_IMAGES_COMPARISON_H
#define PILAB_IMAGES_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/images/manifest.h>
#include <pilab/images/reference.h>

/* What a registry has under a reference. */
struct image {
    struct image_reference reference;
    const char *digest;             /* of what the reference leads to: a manifest, or an index */
    const char *manifest_digest;    /* of the platform's manifest; the same when it is no index */
    bool indexed;                   /* the reference leads to an index */
    struct image_platform platform; /* that was taken */
    const struct image_platform *platforms; /* of an index: all that there are */
    size_t platform_count;
    const struct image_manifest *manifest; /* of the platform */
    const struct image_config *config;     /* NULL: it was not asked for, or is of no known kind */
};

enum image_layer_state {
    IMAGE_LAYER_SHARED,
    IMAGE_LAYER_REPACKED, /* the same files, packed in another way: another digest */
    IMAGE_LAYER_REMOVED,
    IMAGE_LAYER_ADDED
};

struct image_layer {
    enum image_layer_state state;
    const char *previous_digest, *current_digest; /* NULL: not on that side */
    int64_t previous_size, current_size;          /* bytes as stored; 0 where there is none */
    const char *step;                             /* what made it; NULL: not known */
};

enum image_setting {
    IMAGE_ENVIRONMENT,
    IMAGE_LABEL,
    IMAGE_ENTRYPOINT,
    IMAGE_COMMAND,
    IMAGE_USER,
    IMAGE_FOLDER,
    IMAGE_PORT,
    IMAGE_SETTING_COUNT
};

struct image_setting_change {
    enum image_setting kind;
    const char *name;               /* of a variable, label or port; else "" */
    const char *previous, *current; /* NULL: not on that side, or a secret */
    bool was, is;                   /* there on the sides */
    bool secret;                    /* the values are not told, only that they differ */
};

struct image_comparison {
    int64_t previous_size, current_size; /* of the layers as stored */
    bool same_digest;                    /* nothing differs at all */
    bool same_manifest; /* the platform's image is the same, whatever the index says */
    bool tag_moved;     /* the same name and tag, and another digest */
    bool platform_differs;
    struct image_layer *layers; /* in the order of the current image; removed ones first where they
                                   stood */
    size_t layer_count;
    size_t shared, repacked, removed, added;
    size_t base; /* how many layers from the lowest on are shared or repacked without a gap */
    struct image_setting_change *settings;
    size_t setting_count;
};

/* `secret` says of a variable or label whether its value is one; NULL: none is. In the arena, which
 * may hold borrowed texts of both images. */
struct image_comparison *image_compare(struct arena *arena, const struct image *previous,
                                       const struct image *current,
                                       bool (*secret)(const char *name, const char *value));

const char *image_layer_state_name(enum image_layer_state state); /* "shared" */
const char *image_setting_name(enum image_setting kind);          /* "environment" */

/* "+2.3 MB", "-275 B", "0 B": in powers of ten, as registries and builders say sizes. */
const char *image_size_difference(struct arena *arena, int64_t difference);
const char *image_size_text(struct arena *arena, int64_t size);

#endif
