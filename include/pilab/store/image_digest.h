/*
 * What tags of images stood for when a project looked at them first. It never changes: a tag that
 * stands for something else later was moved.
 */
#ifndef PILAB_STORE_IMAGE_DIGEST_H
#define PILAB_STORE_IMAGE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/store/connection.h>

struct store_image_digest {
    const char *name;   /* without tag: "registry.example/mb/auth" */
    const char *tag;    /* "v2.0.7" */
    const char *digest; /* "sha256:…" */
    int64_t seen_at;    /* UTC milliseconds */
};

/* Needs a transaction. One that is there already stays as it is. */
bool store_image_digest_add(struct connection *connection, const char *project_id,
                            const struct store_image_digest *row, struct error *error);
/* Those of a project, by name and tag. In the arena. */
bool store_image_digest_list(struct connection *connection, const char *project_id,
                             struct arena *arena, struct store_image_digest **rows, size_t *count,
                             struct error *error);

#endif
