/*
 * What the files of the registries share. Private to this folder.
 */
#ifndef PILAB_SRC_APP_REGISTRIES_PARTS_H
#define PILAB_SRC_APP_REGISTRIES_PARTS_H

#include <pthread.h>

#include <pilab/base/map.h>
#include <pilab/connect/registry.h>
#include <pilab/source/request.h>

#include "registries_said.h"
#include "remotes.h"

struct registries {
    struct registry *client;
    struct registries_said said;
    enum registries_reach reach;
    struct registry_place *places;
    struct image_asker asker;
    struct call_token tokens;
    struct map *seen; /* "registry.example/mb/auth:v2.0.7" → struct store_image_digest */
    char *docker;     /* the file; NULL: there is no home */
    pthread_mutex_t turn;
};

/* For an asker, whose context is the registries. */
const char *registries_recorded(void *context, const struct image_reference *reference,
                                int64_t *at);

#endif
