/*
 * What a registry says of an image: its manifest, or an index of manifests for several platforms
 * (OCI image-spec 1.1; Docker image manifest version 2, schema 2), and its configuration. Pure:
 * text in, values in an arena out; whose limits are those of base/json.h and the ones below.
 */
#ifndef PILAB_IMAGES_MANIFEST_H
#define PILAB_IMAGES_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

#define IMAGE_MANIFEST_LIMIT ((size_t)4 << 20) /* bytes, as registries have it */
#define IMAGE_CONFIG_LIMIT   ((size_t)8 << 20)
#define IMAGE_PARTS_MAX      4096 /* layers, or manifests of an index */

/* For Accept: with fewer of them a registry answers 404 for images that are there, or converts
 * them, and gives another digest. */
#define IMAGE_ACCEPT                                                                               \
    "application/vnd.oci.image.index.v1+json, "                                                    \
    "application/vnd.docker.distribution.manifest.list.v2+json, "                                  \
    "application/vnd.oci.image.manifest.v1+json, "                                                 \
    "application/vnd.docker.distribution.manifest.v2+json"

struct image_platform {
    const char *os, *architecture;
    const char *variant; /* "v8"; NULL: none, or any when it is asked for */
};

/* linux/amd64 */
extern const struct image_platform image_platform_usual;

struct image_descriptor {
    const char *media_type;         /* may be NULL */
    const char *digest;             /* valid */
    int64_t size;                   /* bytes, as stored (compressed) */
    struct image_platform platform; /* of an index: NULL texts when it does not say */
};

struct image_manifest {
    bool index;             /* a list of manifests, by platform */
    const char *media_type; /* as it says, or as the server said; NULL: nobody did */
    struct image_descriptor config;
    struct image_descriptor *layers; /* lowest first */
    size_t layer_count;
    struct image_descriptor *manifests; /* of an index, without attestations */
    size_t manifest_count;
    size_t attestations; /* entries for unknown/unknown: no image that runs */
    int64_t size;        /* of all layers, as stored */
};

/* "linux/arm64/v8"; ERROR_INVALID. */
bool image_platform_parse(struct arena *arena, const char *text, struct image_platform *platform,
                          struct error *error);
const char *image_platform_text(struct arena *arena, const struct image_platform *platform);

/* `name` is what messages call it, `type` what the server said (may be NULL). ERROR_INVALID,
 * ERROR_LIMIT; ERROR_UNSUPPORTED for schema 1 and for what is no image. */
struct image_manifest *image_manifest_read(struct arena *arena, const char *name, const char *type,
                                           const char *text, size_t length, struct error *error);
/* The entry of an index for a platform. Without a variant being asked for the first that fits is
 * taken. ERROR_UNSUPPORTED, naming those that there are. */
const struct image_descriptor *image_index_choose(const struct image_manifest *index,
                                                  const struct image_platform *platform,
                                                  struct error *error);

struct image_pair {
    const char *name, *value;
};

struct image_config {
    int64_t created; /* UTC milliseconds; 0: not said, or the epoch, which builders write for it */
    struct image_platform platform;
    struct image_pair *environment; /* in their order; a name twice: the last */
    size_t environment_count;
    struct image_pair *labels; /* by name */
    size_t label_count;
    const char *entrypoint, *command; /* the words, as a shell would need them; NULL: none */
    const char *user, *folder;        /* NULL or "": none */
    const char **ports;               /* "8080/tcp", sorted */
    size_t port_count;
    const char **diff_ids; /* digests of the layers, unpacked; as many as layers, or none */
    size_t diff_id_count;
    const char **steps; /* what made each layer (history without empty ones); may be fewer */
    size_t step_count;
    const char *revision, *version, *source; /* what the labels say; NULL: nothing */
};

struct image_config *image_config_read(struct arena *arena, const char *name, const char *text,
                                       size_t length, struct error *error);
/* NULL: there is no such label. */
const char *image_config_label(const struct image_config *config, const char *name);

#endif
