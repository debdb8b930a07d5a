/*
 * Names of container images: registry/repository:tag@digest, as Docker and Kubernetes read them
 * (the grammar of github.com/distribution/reference). A short name is one of Docker Hub:
 * "nginx" is docker.io/library/nginx.
 */
#ifndef PILAB_IMAGES_REFERENCE_H
#define PILAB_IMAGES_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

#define IMAGE_REGISTRY_HUB "docker.io"

/* All texts are in the arena that it was read into. */
struct image_reference {
    const char *registry;   /* "docker.io", "registry.example:5000" */
    const char *repository; /* "library/nginx", "mb/auth" */
    const char *tag;        /* NULL: none is written */
    const char *digest;     /* "sha256:…"; NULL: none is written */
};

/* ERROR_INVALID, which says what is wrong with it; *reference is as it was then. */
bool image_reference_parse(struct arena *arena, const char *text, struct image_reference *reference,
                           struct error *error);
/* From parts, as Helm charts have them; any of them but the repository may be NULL or "". The
 * repository may hold the registry, and a tag or digest of its own where there is none. */
bool image_reference_from_parts(struct arena *arena, const char *registry, const char *repository,
                                const char *tag, const char *digest,
                                struct image_reference *reference, struct error *error);

/* As people write it: "nginx", "mb/auth", "registry.example/mb/auth"; without tag and digest. */
const char *image_reference_name(struct arena *arena, const struct image_reference *reference);
/* The same with the tag and the digest that are written. */
const char *image_reference_text(struct arena *arena, const struct image_reference *reference);
/* The tag that is fetched: "latest" when neither tag nor digest is written; NULL with a digest
 * alone. */
const char *image_reference_tag(const struct image_reference *reference);
/* Whether both are the same repository of the same registry. */
bool image_reference_same_name(const struct image_reference *a, const struct image_reference *b);

bool image_tag_is_valid(const char *tag);
/* "sha256:" and 64 small hexadecimal digits, "sha512:" and 128. */
bool image_digest_is_valid(const char *digest);
/* Whether a tag is by its name one that is moved on purpose: latest, stable, main, dev, edge, … */
bool image_tag_moves(const char *tag);

/* Whether `digest` is that of the bytes. ERROR_CORRUPT when it is not, ERROR_UNSUPPORTED when it is
 * of a kind that is not known; `what` begins the message. */
bool image_digest_check(const char *what, const char *digest, const void *bytes, size_t length,
                        struct error *error);
/* "sha256:…" of the bytes; in the arena. */
const char *image_digest_of(struct arena *arena, const void *bytes, size_t length);

#endif
