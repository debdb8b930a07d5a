/*
 * Waiting for a descriptor, with a limit and a way out.
 */
#ifndef PILAB_BASE_WAIT_H
#define PILAB_BASE_WAIT_H

#include <pilab/base/progress.h>

/* Until it can be read or written (POLLIN, POLLOUT), at most so many milliseconds: 0, ECANCELED,
 * ETIMEDOUT, or what poll(2) says. A cancel is noticed within 50 ms. */
int wait_for_descriptor(int descriptor, short events, int milliseconds,
                        const struct progress *progress);

#endif
