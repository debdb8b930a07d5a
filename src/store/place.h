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
    bool shared; /* of a group, as its modes say; what the store says of it is checked later */
    gid_t group; /* the folder's */
    /* Set by who has read the store: it says that it is shared with `group`, so that its keys may
     * be the group's even where somebody closed the database. */
    bool group_keys;
    bool remote; /* on a network file system */
    bool frozen; /* on a read-only mount */
};

/* Finds the file, or makes it 0600 in a folder of 0700 when `create`. ERROR_NOT_FOUND,
 * ERROR_UNTRUSTED when file or folder are neither this user's alone nor those of one group that the
 * user is in (trust.h), ERROR_INVALID when it is no regular file, ERROR_IO. Release the place in
 * either case. The file is never opened: closing any descriptor of a database file would drop the
 * locks that SQLite holds on it in this process
 * (https://www.sqlite.org/howtocorrupt.html, 2.2). */
bool place_prepare(const char *path, bool create, struct place *place, struct error *error);
/* The same for what is never shared, as a cache. */
bool place_prepare_own(const char *path, bool create, struct place *place, struct error *error);
void place_release(struct place *place);

/* That the file of a key beside the store is regular and readable by nobody but the user, or the
 * group that the store says it is shared with. */
bool place_check_key(const struct place *place, const char *path, struct error *error);

/* Whether statfs(2)'s f_type is a file system where processes on several machines, or a user-space
 * driver, stand behind the file: shared memory for a write-ahead log cannot be relied on. */
bool place_type_is_remote(unsigned long type);

#endif
