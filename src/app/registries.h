/*
 * The image registries of a call: who we are for them is what the project keeps a token of for
 * their host, else what docker knows. Private to this folder.
 */
#ifndef PILAB_SRC_APP_REGISTRIES_H
#define PILAB_SRC_APP_REGISTRIES_H

#include <pilab/app/call.h>
#include <pilab/connect/registry.h>
#include <pilab/drift/report.h>
#include <pilab/drift/registry_settings.h>
#include <pilab/source/request.h>

#include "registries_said.h"

struct registries;

/* What the call's project says, else the pilab.yaml of the repository one is in, if any. */
bool registries_said_here(struct call *call, struct registries_said *said, struct error *error);

/* ERROR_DENIED when the call is offline and others than folders are to be asked. The caller closes
 * it before the call ends. */
bool registries_open(const struct call *call, const struct registries_said *said,
                     enum registries_reach reach, struct registries **out, struct error *error);
void registries_close(struct registries **registries); /* NULL is fine */

/* For one thread. */
struct registry *registries_client(struct registries *registries);
/* Folders that are named from where the file lies become ones that are found from everywhere. */
void registries_settle(struct arena *arena, const char *folder,
                       struct registry_settings *registries, size_t count);
/* What the project has seen of tags so far, for the asker; a project's registries only. */
bool registries_remember(struct registries *registries, struct call *call, struct error *error);
/* Keeps what a report saw of tags for the first time. Needs a transaction. */
bool registries_record(struct call *call, const struct drift_report *report, struct error *error);
/* Whether any of them is a folder. */
bool registries_any_here(const struct registries_said *said);
/* For a comparison, whose threads take turns. */
const struct image_asker *registries_asker(struct registries *registries);

#endif
