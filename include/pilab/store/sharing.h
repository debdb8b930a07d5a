/*
 * A store that several people on one machine use, each under their own account: file and folder
 * belong to a group of the machine, the store says so itself (its table "meta"), and everybody else
 * is kept out. Sharing is an act of the file's owner; nothing here asks for a right of the program.
 *
 * What this protects against, and what not, is told in doc/guide/sharing.md.
 */
#ifndef PILAB_STORE_SHARING_H
#define PILAB_STORE_SHARING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/store/connection.h>

/* --- What the store says ---------------------------------------------------------------------- */

/* `group` is set when *shared. ERROR_CORRUPT when what is kept is no group. */
bool store_sharing_get(struct connection *connection, bool *shared, gid_t *group,
                       struct error *error);
/* Within a transaction. */
bool store_sharing_set(struct connection *connection, gid_t group, struct error *error);
bool store_sharing_end(struct connection *connection, struct error *error);

/* --- Groups and people of the machine --------------------------------------------------------- */

#define STORE_GROUP_SIZE 64

/* The group's name, or its number when it has none. Safe to call from any thread. */
const char *store_group_name(gid_t group, char out[STORE_GROUP_SIZE]);
/* The login, or "uid-1000" when the number has none, as the program names its own user. */
#define STORE_LOGIN_SIZE 64
const char *store_owner_name(uid_t user, char out[STORE_LOGIN_SIZE]);
/* By name or number. ERROR_NOT_FOUND when the machine has no such name. */
bool store_group_find(const char *name, gid_t *group, struct error *error);
/* Whether this process is in the group, or root's. */
bool store_group_joined(gid_t group);
/* Whether a login is in the group, as the machine's lists say; false for an unknown login. */
bool store_group_has(gid_t group, const char *login);

/* --- Its files -------------------------------------------------------------------------------- */

enum store_file_kind {
    STORE_FILE_DATABASE,
    STORE_FILE_JOURNAL, /* SQLite's -wal, -shm and -journal */
    STORE_FILE_KEY,     /* of fingerprints, and of secrets */
    STORE_FILE_BACKUP,  /* before a migration */
    STORE_FILE_DRAFT,   /* left by a program that was ended while it wrote one of these */
    STORE_FILE_OTHER    /* not the store's */
};

struct store_file {
    const char *name; /* in the folder; bytes of the file system, to be escaped where shown */
    enum store_file_kind kind;
    bool regular;
    uid_t owner;
    gid_t group;
    mode_t mode; /* the last twelve bits */
    int64_t size;
};

struct store_files {
    const char *folder; /* absolute, without symbolic links */
    uid_t owner;
    gid_t group;
    mode_t mode;
    struct store_file *items; /* all that is in the folder, by name */
    size_t count;
    size_t other_count; /* of STORE_FILE_OTHER */
};

/* What lies in the folder of the store. ERROR_NOT_FOUND, ERROR_IO. */
bool store_files_list(const char *path, struct arena *arena, struct store_files *files,
                      struct error *error);
/* Whether mode and group are those of a store shared with the group. What is not the store's, and
 * drafts, are nobody's concern. */
bool store_folder_fits(const struct store_files *files, gid_t group);
bool store_file_fits(const struct store_file *file, gid_t group);
/* The first folder on the way that people of the group cannot pass, as modes tell; NULL: none. */
const char *store_files_barrier(const struct store_files *files, gid_t group, struct arena *arena);

/* Gives them to the group (2770, 0660, keys 0640). What others of the group own must fit already.
 * A failure leaves some of them done: store_files_close takes that back. ERROR_UNTRUSTED,
 * ERROR_IO. */
bool store_files_share(const struct store_files *files, gid_t group, struct error *error);
/* Closes folder and files to everybody but their owner, who is the caller or root. Keys that others
 * of the group made become the caller's. */
bool store_files_close(const struct store_files *files, struct error *error);

#endif
