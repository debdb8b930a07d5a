/*
 * The image registries of a call: who we are for them is what the project keeps a token of for
 * their host, else what docker knows. Private to this folder.
 */
#ifndef PILAB_SRC_APP_REGISTRIES_H
#define PILAB_SRC_APP_REGISTRIES_H

#include <pilab/app/call.h>
#include <pilab/connect/registry.h>
#include <pilab/source/request.h>

struct registries;

/* ERROR_DENIED when the call is offline. The caller closes it before the call ends. */
bool registries_open(const struct call *call, struct registries **out, struct error *error);
void registries_close(struct registries **registries); /* NULL is fine */

/* For one thread. */
struct registry *registries_client(struct registries *registries);
/* For a comparison, whose threads take turns. */
const struct image_asker *registries_asker(struct registries *registries);

#endif
