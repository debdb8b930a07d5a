/*
 * Files that SQLite makes beside a shared database have their mode from their first moment. Private
 * to this room.
 *
 * SQLite opens a file that is not there with O_CREAT and sets its mode afterwards, for open(2)
 * takes the umask off. In between, under a umask of 077, another person of the group is told that
 * they may not open it, and SQLite gives up or goes on for reading only.
 */
#ifndef PILAB_SRC_STORE_EXACT_MODE_H
#define PILAB_SRC_STORE_EXACT_MODE_H

/* For every database that is opened from now on; one that no group may write is opened as ever.
 * Safe to call often, from any thread. */
void exact_mode_install(void);

#endif
