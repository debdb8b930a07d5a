/*
 * Where files name images: Helm values, compose files, Kubernetes manifests, kustomizations and
 * Dockerfiles. Pure: documents and texts in, values in an arena out.
 *
 * Each use has a place that stays the same from one revision to the next as long as the thing that
 * runs the image has its name, so that two revisions can be laid side by side.
 */
#ifndef PILAB_IMAGES_USE_H
#define PILAB_IMAGES_USE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/vector.h>
#include <pilab/document/document.h>
#include <pilab/images/reference.h>

#define IMAGE_USES_MAX       10000             /* in one file */
#define IMAGE_DOCKERFILE_MAX ((size_t)1 << 20) /* bytes */

enum image_use_kind {
    IMAGE_USE_VALUES, /* Helm values, and other configuration that has them alike */
    IMAGE_USE_COMPOSE,
    IMAGE_USE_KUBERNETES,
    IMAGE_USE_KUSTOMIZE,
    IMAGE_USE_DOCKERFILE,
    IMAGE_USE_PROJECT, /* what a project records of a module */
    IMAGE_USE_KIND_COUNT
};

struct image_use {
    enum image_use_kind kind;
    const char *place; /* "auth.image", "services.web", "Deployment/auth/containers/app", "build" */
    const char *file;
    unsigned line;    /* of the value; 1-based */
    const char *text; /* what is written: "${REGISTRY}/auth:1", "mb/auth:v2.0.6" */
    bool known;       /* `reference` says what it is */
    /* Of what is known; of what is not, NULL texts but for a tag or digest that stands alone. */
    struct image_reference reference;
    const char *why;      /* not known: "needs the variable REGISTRY"; else NULL */
    bool open_tag;        /* the tag is left to the chart (its appVersion) */
    const char *variable; /* known through the default of a variable: its name; else NULL */
};

/* Adds what a document names (struct image_use), in its order; texts are copied into the arena.
 * False with ERROR_LIMIT when there are too many. A kustomization is one by its kind or by the name
 * of the document. */
bool image_uses_in_document(struct arena *arena, const struct document *document,
                            struct vector *uses, struct error *error);
/* The same of the text of a Dockerfile (docs.docker.com/reference/dockerfile): FROM, COPY --from
 * and RUN --mount=from, with ARG defaults; stages of the file itself are no images. ERROR_INVALID
 * for what is no text and for what begins with no image, ERROR_LIMIT. Only a part that others are
 * put together with (Dockerfile.common, whose instructions are all known) may hold no FROM. */
bool image_uses_in_dockerfile(struct arena *arena, const char *name, const char *text,
                              size_t length, struct vector *uses, struct error *error);

/* By the last component of a path: Dockerfile, Containerfile, Dockerfile.x, x.Dockerfile,
 * x.dockerfile. */
bool image_is_dockerfile(const char *path);

const char *image_use_kind_name(enum image_use_kind kind); /* "compose" */

#endif
