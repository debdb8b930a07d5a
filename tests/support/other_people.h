/*
 * Real people: processes under user ids that nobody has, which only root can start. Where the test
 * does not run as root, or they cannot reach its folder, the case is skipped and says so.
 *
 * Nobody but ADA and BOB is in their group; EVE is in none that matters.
 */
#ifndef TESTS_SUPPORT_OTHER_PEOPLE_H
#define TESTS_SUPPORT_OTHER_PEOPLE_H

#include <sys/types.h>

#define ADA  ((uid_t)1879048001)
#define BOB  ((uid_t)1879048002)
#define EVE  ((uid_t)1879048003)
#define TEAM ((gid_t)1879048500)

/* Skips the case when people cannot be had; lets them pass the folder, which nothing else may. */
void people_need(const char *folder);

/* Makes this process, a child of the test's, the person's, with a umask of 077. Ends it with 99
 * when that fails. */
void person_become(uid_t who);

/* Runs it as this person in a process of its own; its exit status, or 128 + signal. */
int person_does(uid_t who, int (*act)(void *context), void *context);
/* Starts it without waiting. */
pid_t person_starts(uid_t who, int (*act)(void *context), void *context);
int person_ended(pid_t process);

#endif
