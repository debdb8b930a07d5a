/*
 * Where a database file lies, and whether that place can be trusted. Private to this room.
 */
#ifndef PILAB_SRC_STORE_PLACE_H
#define PILAB_SRC_STORE_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include <pilab/base/error.h>

struct place {
    char *path;  /* absolute, its folder without symbolic links */
    bool made;   /* the file was made just now, empty */
    bool remote; /* on a network file system */
    bool frozen; /* on a read-only mount */
};

/* Finds the file, or makes it 0600 in a folder of 0700 when `create`. ERROR_NOT_FOUND,
 * ERROR_UNTRUSTED when file or folder belong to somebody else or can be written by others,
 * ERROR_INVALID when it is no regular file, ERROR_IO. Release the place in either case. */
bool place_prepare(const char *path, bool create, struct place *place, struct error *error);
void place_release(struct place *place);

/* That an existing file is regular, ours, and gives none of the permissions in `forbidden` (077,
 * 022) to others. Never opens it: closing any descriptor of a database file would drop the locks
 * that SQLite holds on it in this process (https://www.sqlite.org/howtocorrupt.html, 2.2). */
bool place_check_file(const char *path, mode_t forbidden, struct error *error);

/* Whether statfs(2)'s f_type is a file system where processes on several machines, or a user-space
 * driver, stand behind the file: shared memory for a write-ahead log cannot be relied on. */
bool place_type_is_remote(unsigned long type);

#endif
