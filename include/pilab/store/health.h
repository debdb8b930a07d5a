/*
 * Looking at a store without opening it for work: nothing is made, migrated, locked for others or
 * written, and a store that could not be opened is looked at all the same. For `pilab doctor`.
 */
#ifndef PILAB_STORE_HEALTH_H
#define PILAB_STORE_HEALTH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <pilab/base/arena.h>
#include <pilab/base/digest.h>
#include <pilab/base/error.h>
#include <pilab/store/lease.h>
#include <pilab/store/vault.h>

struct store_place_health {
    bool there;
    bool remote;            /* on a network file system */
    bool frozen;            /* on a read-only mount */
    uint64_t free_bytes;    /* for this user, where the file lies or would lie */
    int64_t size, log_size; /* bytes; -1: there is no such file */
    bool shared;            /* it belongs to a group, as its modes say */
    gid_t group;            /* when it is shared */
    struct error trust;     /* code 0: it belongs to this user alone, or to a group of theirs */
};

/* False, with an error, only when nothing at all can be said about the path's folder. */
bool store_look_at_place(const char *path, struct store_place_health *health, struct error *error);

struct store_health {
    int64_t schema; /* of the file */
    int known;      /* newest that this program knows */
    char id[37];
    bool demo;
    bool checked;             /* the check of its structure came to an end in time */
    const char *damage;       /* what it found first; NULL: nothing */
    int64_t audit_count;      /* entries; -1: could not be read */
    bool audit_head;          /* the last entry is the one that its hash says */
    struct store_leases lost; /* of processes that are gone */
    bool shared;              /* as the store says */
    gid_t group;              /* when it is shared */
    bool has_vault;
    struct store_vault vault;
    int64_t secrets, empty_secrets;
};

/* Reads an existing store; `milliseconds` bound the check of its structure. ERROR_INVALID when it
 * is not a store of ours, ERROR_CORRUPT, ERROR_BUSY, ERROR_IO. Texts live in `arena`. */
bool store_look_at(const char *path, int64_t milliseconds, struct arena *arena,
                   struct store_health *health, struct error *error);

#endif
