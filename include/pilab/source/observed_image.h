/*
 * The name of an image as a cluster gives it: "registry.example:5000/mb/auth:v2.0.6@sha256:…".
 */
#ifndef PILAB_SOURCE_OBSERVED_IMAGE_H
#define PILAB_SOURCE_OBSERVED_IMAGE_H

#include <stdbool.h>

#include <pilab/base/arena.h>

struct observed_image {
    const char *name;   /* "registry.example:5000/mb/auth" */
    const char *tag;    /* "v2.0.6"; NULL: it has none */
    const char *digest; /* "sha256:…"; NULL: it has none */
};

/* Texts live in `arena`. False for what cannot be the name of an image: it is empty, has blanks or
 * controls, or a part of it is empty. */
bool observed_image_parse(const char *text, struct arena *arena, struct observed_image *image);

/* A tag as a version: what "v{version}" has in the place of its mark, NULL when it is no tag of
 * that form. `pattern` NULL: the tag, without the "v" before a digit. Lives in `arena`. */
const char *observed_tag_version(const char *pattern, const char *tag, struct arena *arena);

#endif
