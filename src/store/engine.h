/*
 * What stands behind store/connection.h: SQLite. Private to the files of this room that open,
 * migrate and wait; the aggregates use only the public header.
 */
#ifndef PILAB_SRC_STORE_ENGINE_H
#define PILAB_SRC_STORE_ENGINE_H

#include <sqlite3.h>

#include <pilab/base/map.h>
#include <pilab/store/connection.h>

/* "PILB": SQLite's application_id of a store, and "PILC" of a cache. */
#define ENGINE_STORE_APPLICATION 0x50494c42
#define ENGINE_CACHE_APPLICATION 0x50494c43

struct engine_options {
    const char *path; /* an existing file, without symbolic links in its path */
    bool read_only;
    bool immutable; /* on a read-only medium, where not even a lock can be taken */
    int64_t patience;
};

enum engine_transaction {
    ENGINE_NO_TRANSACTION,
    ENGINE_READING,
    ENGINE_WRITING,
    ENGINE_GIVEN_UP /* SQLite rolled back in the middle: nothing may be written until the caller
                       has noticed, else half of a use case would be kept */
};

/* One wait for other processes. */
struct engine_wait {
    int64_t patience; /* milliseconds */
    int64_t started;  /* monotonic */
    bool whole;       /* the wait spans several tries of the caller: SQLite must not restart it */
    bool cancelled;
    bool told;            /* the progress says that it waits */
    struct random jitter; /* the system's, never the call's: waiting must not change ids */
};

struct connection {
    sqlite3 *database;
    char *path;
    bool read_only;
    char *read_only_reason; /* NULL, or a clause: "it was written by a newer PiLabStudio" */
    struct clock system_clock;
    struct random system_random;
    const struct clock *clock;
    struct random *random;
    struct map *statements; /* SQL text → struct statement, each owned here */
    enum engine_transaction transaction;
    const struct progress *progress; /* of the open transaction */
    struct engine_wait wait;
};

struct engine_identity {
    int64_t application;
    int64_t schema;
    bool empty; /* it holds no table at all */
};

/* Opens with every guard on; writes nothing, so that a foreign file stays as it is. */
struct connection *engine_open(const struct engine_options *options, struct error *error);
bool engine_identify(struct connection *connection, struct engine_identity *identity,
                     struct error *error);
/* Sets how it is written: WAL or a rollback journal, synced at every commit (`durable`) or only at
 * checkpoints. *wal tells whether a write-ahead log is in use. */
bool engine_configure(struct connection *connection, bool rollback_journal, bool durable, bool *wal,
                      struct error *error);
/* Runs constant SQL, one statement or many, outside the rule that writes need a transaction. */
bool engine_execute(struct connection *connection, const char *sql, struct error *error);
/* Copies the whole database, as committed, into `path`, which must not exist: complete or not
 * there, and 0600, or open to the group that the database is open to. Uses a connection of its own.
 */
bool engine_backup(struct connection *connection, const char *path, struct error *error);

/* Fills `error` for SQLite's result code: "cannot <doing> <path>: <why>", and notices when SQLite
 * gave the transaction up. Returns false. */
bool engine_failure(struct connection *connection, int code, const char *doing,
                    struct error *error);
/* Pauses before the next try; false when patience or the caller's wish ended. */
bool engine_wait_turn(struct connection *connection);
void engine_wait_begin(struct connection *connection);

/* For the next user: with clock and random source of its own, and the statements that it has
 * prepared. No transaction may be open. False when a statement is in the middle of its rows: then
 * somebody may yet use it. */
bool engine_come_to_rest(struct connection *connection);

/* Finalizes every statement; for closing. */
void engine_forget_statements(struct connection *connection);

#endif
