/*
 * The store: one file that holds what a team agrees on (projects, environments, what runs where,
 * reports, notes, the audit), shared by every process on one machine.
 *
 * A `struct store` is an opened file: checked, at the schema of this program, never changed after
 * store_open and free to be used by any thread. Each thread gets its own connection from it.
 *
 * It is one person's (0600 in a folder that only they write), or shared by a group of the machine
 * (store/sharing.h). Beside the file "pilab.db" may lie
 *   pilab.db-wal, pilab.db-shm   SQLite's own while it is open, with the mode of the database
 *   pilab.db.key                 the key of secrets' fingerprints, 0600 (shared: 0640)
 *   pilab.db.before-002          the store as it was before migration 002
 */
#ifndef PILAB_STORE_STORE_H
#define PILAB_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/store/connection.h>

struct store;

struct store_options {
    const char *path; /* as store_path_resolve gives it */
    bool create;      /* make it when there is none; otherwise that is ERROR_NOT_FOUND */
    /* For a store that is being made: a demo or test store, where the clock may be frozen. This is
     * recorded in it; a real store refuses a frozen clock for ever (ERROR_DENIED). */
    bool allow_frozen_clock;
    bool read_only;
    /* Keep a rollback journal instead of a write-ahead log. Chosen by itself on network file
     * systems, where processes cannot share memory. */
    bool rollback_journal;
    int64_t patience; /* milliseconds to wait for another writer; 0: 30,000 */
};

/* The path of the store: `option` (--store) when given, else PILAB_STORE, else "pilab.db" in the
 * XDG data home. The caller frees. NULL with ERROR_IO when HOME is unset. */
char *store_path_resolve(const char *option, struct error *error);
/* Whether whoever names no store, in any shell of this person's, gets the one at `path`. */
bool store_path_is_usual(const char *path);

/* Opens, makes or migrates the store. A new file is 0600 in a folder of 0700. Fails with
 *   ERROR_NOT_FOUND    there is none and `create` is false
 *   ERROR_UNTRUSTED    file, folder or key belong to somebody else or can be written by others,
 *                      but for a store that says itself that it is shared with the group that its
 *                      modes let in, and that this user is in
 *   ERROR_INVALID      the file is not a store of ours
 *   ERROR_CORRUPT      it is damaged
 *   ERROR_DENIED       a frozen clock on a real store
 *   ERROR_UNSUPPORTED  an older schema that cannot be migrated because the file is read-only
 *   ERROR_BUSY, ERROR_IO
 * A store with a newer schema, or on a read-only file, opens for reading and says so in a notice.
 * `clock` is the clock of the call; NULL is the system's. */
bool store_open(const struct store_options *options, const struct clock *clock,
                struct store **store, struct error *error);
/* All connections must be closed or given back before. */
void store_close(struct store **store);

/* A connection for one thread. `clock` and `random` are borrowed for the connection's life (NULL:
 * the system's); a frozen clock is refused as in store_open. The caller closes it or gives it back.
 * Safe to call from any thread. */
struct connection *store_connect(struct store *store, const struct clock *clock,
                                 struct random *random, struct error *error);
/* One that is asked for connection_data_version alone, on any thread of the caller's; to be closed.
 * It is there at once: it is not set up to write, and reads no table. */
struct connection *store_connect_watch(struct store *store, struct error *error);
/* For whoever connects next, with what it has prepared: opening one costs milliseconds. What was
 * begun is undone. Sets the pointer to NULL, and takes NULL. Safe to call from any thread. */
void store_return(struct store *store, struct connection **connection);

const char *store_path(const struct store *store);
/* UUID given at its making; the origin that audit checkpoints name. */
const char *store_id(const struct store *store);
bool store_is_demo(const struct store *store);
bool store_read_only(const struct store *store);
/* Whether writers keep a write-ahead log, and not a rollback journal. */
bool store_write_ahead(const struct store *store);
/* The number of its newest migration. */
int store_schema(const struct store *store);

/* What a person should know about how it was opened (read-only, network disk, migrated with a
 * backup, key renewed): sentences, in the order they came up. */
size_t store_notice_count(const struct store *store);
const char *store_notice(const struct store *store, size_t index);

/* Tells whether two secrets are the same without telling what they are: the first 8 hex digits of
 * HMAC-SHA-256 over `value` with the store's own key. The same value gives the same fingerprint in
 * every report of this store and of no other. */
#define STORE_FINGERPRINT_SIZE 9
const char *store_fingerprint(const struct store *store, const void *value, size_t length,
                              char out[STORE_FINGERPRINT_SIZE]);

#endif
