/* How the repositories of a call are reached: what the person has set up for ssh, and the person
 * for what only a person can answer. */
#ifndef PILAB_APP_REMOTES_H
#define PILAB_APP_REMOTES_H

#include <pilab/app/call.h>
#include <pilab/source/repository_access.h>

/* What it points to belongs to the call and is made when it is asked for first, before there are
 * other threads; copies of a call share it. */
struct repository_access call_remotes(const struct call *call);
void call_remotes_free(struct call_remotes **remotes);

#endif
