/*
 * Watching the store for what other processes and other threads commit into it: a thread of its
 * own with a connection of its own, which asks the store for a number twice a second and costs
 * nothing else.
 */
#ifndef PILAB_APP_STORE_WATCH_H
#define PILAB_APP_STORE_WATCH_H

#include <pilab/app/call.h>

struct store_watch;

/* `changed` is called on the watching thread, soon after a commit, once for all that came together;
 * `context` must outlive the watch. NULL with an error when there is no store in the call, or it
 * cannot be watched. The call's store must outlive it. */
struct store_watch *store_watch_start(const struct call *call, void (*changed)(void *context),
                                      void *context, struct error *error);
/* Waits until the thread has ended: at most as long as one look at the store takes. */
void store_watch_stop(struct store_watch **watch);

#endif
