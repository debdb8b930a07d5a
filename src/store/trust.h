/*
 * Whether a file and its folder can be trusted by who opens it: the rules alone, without looking at
 * any file. Private to this room.
 *
 * A store is one person's, or one group's. Nothing in between is taken: what is neither is refused.
 */
#ifndef PILAB_SRC_STORE_TRUST_H
#define PILAB_SRC_STORE_TRUST_H

#include <stdbool.h>
#include <sys/types.h>

/* Of a shared store. Every file that SQLite makes beside the database takes over its mode, and its
 * group from the folder, which is therefore set-group-ID. Keys are replaced, never rewritten. */
#define TRUST_SHARED_FOLDER 02770
#define TRUST_SHARED_FILE   0660
#define TRUST_SHARED_KEY    0640

struct trust_facts {
    uid_t user;
    bool member; /* the user is in the folder's group, or root */
    uid_t folder_owner;
    gid_t folder_group;
    mode_t folder_mode; /* with the bits for set-group-ID and sticky */
    uid_t file_owner;
    gid_t file_group;
    mode_t file_mode;
};

enum trust_verdict {
    TRUST_OWN,            /* the user's alone */
    TRUST_SHARED,         /* of the folder's group, and of nobody else */
    TRUST_NO_MEMBER,      /* of a group that the user is not in */
    TRUST_FOREIGN_FOLDER, /* belongs to another user */
    TRUST_OPEN_FOLDER,    /* others can put another file in its place */
    TRUST_FOREIGN_FILE,
    TRUST_OPEN_FILE, /* others can write it */
    TRUST_VERDICT_COUNT
};

enum trust_verdict trust_judge(const struct trust_facts *facts);

/* The folder alone, as for a file that is to be made: TRUST_OWN or what is wrong with it. */
enum trust_verdict trust_judge_folder(const struct trust_facts *facts);

/* Open to its group as a shared store's folder is, and closed to everybody else. */
bool trust_folder_is_shared(mode_t mode);

/* A key's file beside a store of the group. */
bool trust_key_is_shared(gid_t group, gid_t file_group, mode_t mode);

#endif
