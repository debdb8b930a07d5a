/*
 * What happens in the middle of a clone over ssh, whichever ssh it is.
 */
#ifndef TESTS_SUPPORT_SSH_FAULT_H
#define TESTS_SUPPORT_SSH_FAULT_H

#include "ssh_world.h"

/* Each clones with a key that is let in, and looks at what is said, when, and what is left. */
void ssh_fault_killed(struct ssh_world *world);
void ssh_fault_stopped(struct ssh_world *world);

/* A cancel at each of many places where the line falls silent, from a connection that is never
 * taken to the last objects: it is heard within a fifth of a second, and nothing is left. */
void ssh_fault_cancelled_everywhere(struct ssh_world *world);

/* A cancel while the objects still come, from a server that does not notice: nobody waits for its
 * goodbye. */
void ssh_fault_cancelled_at_work(struct ssh_world *world);

/* A server that says nothing to the point, and that without end: it is given up, and a cancel is
 * heard. */
void ssh_fault_flooded(struct ssh_world *world);

/* What is no ssh, and what is no git behind an ssh that lets us in: each is said within the limits,
 * and a mirror that is there stays as it is. */
void ssh_fault_garbage(struct ssh_world *world);

#endif
