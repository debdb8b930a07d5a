/*
 * A name server that does not answer: in a program that calls these, getaddrinfo(3) does not come
 * back for names that end in ".never" until they are released, and is the system's for all others.
 */
#ifndef TESTS_SUPPORT_SLOW_NAMES_H
#define TESTS_SUPPORT_SLOW_NAMES_H

/* From now on they are not answered. */
void slow_names_hold(void);
/* Whoever has asked is told that there is no such name; returns when all have been. */
void slow_names_release(void);
/* How many ask now. */
int slow_names_asking(void);

#endif
