/* Opening the store: checked, migrated, known for what it is. */
#include <pilab/store/store.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/digest.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/store/sharing.h>

#include "engine.h"
#include "key.h"
#include "meta.h"
#include "opening.h"
#include "place.h"

#define SPARES 4

struct store {
    struct place place;
    bool read_only;
    char *read_only_reason;
    bool immutable;
    bool rollback_journal;
    int64_t patience;
    int schema;
    bool demo;
    char id[UUID_SIZE];
    unsigned char key[KEY_SIZE];
    struct vector notices; /* char * */
    /* Those that nobody uses just now, the one that opened the store among them: a new one has to
     * read the whole schema, and closing the last one costs a checkpoint. */
    _Atomic(struct connection *) spares[SPARES];
};

char *store_path_resolve(const char *option, struct error *error)
{
    const char *variable = getenv("PILAB_STORE");
    char *home, *path;

    if (option != NULL && *option != '\0')
        return memory_copy_text(option);
    if (variable != NULL && *variable != '\0')
        return memory_copy_text(variable);
    home = path_data_home(error);
    if (home == NULL)
        return NULL;
    path = path_join(home, "pilab.db");
    free(home);
    return path;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;

    return strcmp(a, b) == 0 || (stat(a, &one) == 0 && stat(b, &other) == 0 &&
                                 one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

/* Where the variable is set here, it may not be in another shell. */
bool store_path_is_usual(const char *path)
{
    const char *variable = getenv("PILAB_STORE");
    char *usual;
    bool same;

    if (variable != NULL && *variable != '\0')
        return false;
    usual = store_path_resolve(NULL, NULL);
    same = usual != NULL && is_same_file(path, usual);
    free(usual);
    return same;
}

static void add_notice(struct store *store, char *sentence)
{
    vector_push(&store->notices, &sentence);
}

static bool refuse_frozen_clock(const char *path, struct error *error)
{
    error_set(error, ERROR_DENIED,
              "the clock is frozen, which %s does not allow: it is a real store", path);
    return error_hint(error,
                      "Use a store made for it (a demo or test store), or the system's clock.");
}

/* --- What lies there -------------------------------------------------------------------------- */

static bool check_identity(const struct store *store, const struct engine_identity *identity,
                           struct error *error)
{
    if (identity->application == ENGINE_STORE_APPLICATION ||
        (identity->application == 0 && identity->schema == 0 && identity->empty))
        return true;
    error_set(error, ERROR_INVALID,
              "%s is a database of another program, not a store of PiLabStudio", store->place.path);
    return error_hint(error, "Check the path, or name another file: --store PATH.");
}

static void become_read_only(struct store *store, const char *reason)
{
    store->read_only = true;
    free(store->read_only_reason);
    store->read_only_reason = memory_copy_text(reason);
}

static struct connection *open_connection(struct store *store, struct error *error)
{
    struct engine_options options = { .path = store->place.path,
                                      .read_only = store->read_only,
                                      .immutable = store->immutable,
                                      .patience = store->patience };
    struct connection *connection = engine_open(&options, error);

    if (connection != NULL && store->read_only) {
        connection->read_only = true;
        connection->read_only_reason = memory_copy_text(store->read_only_reason);
    }
    return connection;
}

static bool configure(struct store *store, struct connection *connection, struct error *error)
{
    bool wal;

    if (!engine_configure(connection, store->rollback_journal, true, &wal, error))
        return false;
    if (!wal && !store->rollback_journal && !connection->read_only) {
        store->rollback_journal = true;
        add_notice(store, memory_printf("%s: this disk does not let processes share memory, so "
                                        "readers and a writer wait for each other.",
                                        store->place.path));
    }
    return true;
}

/* A store of a newer program: this one may look, and must not write what it does not understand. */
static bool reopen_for_reading(struct store *store, struct connection **connection, int64_t schema,
                               size_t known, struct error *error)
{
    connection_close(connection);
    become_read_only(store, "it was written by a newer PiLabStudio");
    add_notice(store, memory_printf(
                          "%s was written by a newer PiLabStudio (schema %lld, this program knows "
                          "%zu): it is open for reading only. Install the newer version to write.",
                          store->place.path, (long long)schema, known));
    *connection = open_connection(store, error);
    return *connection != NULL;
}

static bool bring_up_to_date(struct store *store, struct connection *connection, int64_t schema,
                             const struct migration_list *migrations, struct error *error)
{
    size_t applied;

    if (connection->read_only && schema < (int64_t)migrations->count) {
        error_set(error, ERROR_UNSUPPORTED,
                  "%s has schema %lld and this program needs %zu, but it can only be read",
                  store->place.path, (long long)schema, migrations->count);
        return error_hint(error, "Make the file and its folder writable once, so that it can be "
                                 "migrated (a backup is kept beside it).");
    }
    if (connection->read_only)
        return true;
    if (!configure(store, connection, error) || !migrate(connection, migrations, &applied, error))
        return false;
    if (applied > 0 && schema > 0)
        add_notice(store,
                   memory_printf("%s was brought from schema %lld to %zu; as it was before it "
                                 "is kept in %s.before-%03d.",
                                 store->place.path, (long long)schema, migrations->count,
                                 store->place.path, (int)schema + 1));
    return true;
}

/* Who may write a store is told by its modes before it is read, and by itself after: modes that
 * somebody opened by accident, or a file that was put into a group's folder, share nothing. */
static bool check_sharing(struct store *store, struct connection *connection, bool empty,
                          struct error *error)
{
    char name[STORE_GROUP_SIZE];
    bool shared = false;
    gid_t group = 0;

    if (!empty && !store_sharing_get(connection, &shared, &group, error))
        return false;
    if (store->place.shared && (!shared || group != store->place.group)) {
        store_group_name(store->place.group, name);
        error_set(error, ERROR_UNTRUSTED,
                  "%s can be written by the group %s, and was not shared "
                  "with it",
                  store->place.path, name);
        return error_hint(error, "Whoever it belongs to runs: chmod 600 FILE, chmod 700 FOLDER, "
                                 "and to share it: pilab store share GROUP");
    }
    store->place.group_keys = shared;
    if (shared)
        store->place.group = group;
    if (shared && !store->place.shared)
        add_notice(store, memory_printf("%s is shared with the group %s, but its modes keep the "
                                        "others out: `pilab store share %s` lets them in again, "
                                        "`pilab store unshare` ends it.",
                                        store->place.path, store_group_name(group, name), name));
    return true;
}

static bool settle_schema(struct store *store, struct connection **connection,
                          const struct migration_list *migrations, struct error *error)
{
    struct engine_identity identity;

    if (!engine_identify(*connection, &identity, error) ||
        !check_identity(store, &identity, error) ||
        !check_sharing(store, *connection, identity.schema == 0, error))
        return false;
    store->schema =
        (int)(identity.schema > (int64_t)migrations->count ? identity.schema
                                                           : (int64_t)migrations->count);
    if (identity.schema > (int64_t)migrations->count)
        return reopen_for_reading(store, connection, identity.schema, migrations->count, error);
    if ((*connection)->read_only && !store->read_only) {
        become_read_only(store, "the file is write-protected");
        (*connection)->read_only_reason = memory_copy_text(store->read_only_reason);
        add_notice(store, memory_printf("%s is write-protected: it is open for reading only.",
                                        store->place.path));
    }
    return bring_up_to_date(store, *connection, identity.schema, migrations, error);
}

/* --- What it is: the meta table --------------------------------------------------------------- */

/* Of several processes that make a store at once, the first to come here says what it is. */
static bool found_store(struct connection *connection, bool demo, struct error *error)
{
    char id[UUID_SIZE], at[TIMESTAMP_SIZE];
    bool ok;

    connection_new_id(connection, id);
    timestamp_format(connection_now(connection), at);
    ok = store_begin(connection, NULL, error) && meta_put(connection, "id", id, false, error) &&
         meta_put(connection, "kind", demo ? "demo" : "real", false, error) &&
         meta_put(connection, "created_at", at, false, error) && store_commit(connection, error);
    store_rollback(connection);
    return ok;
}

static bool read_meta(struct store *store, struct connection *connection, struct error *error)
{
    struct strbuf value = STRBUF_INIT;
    bool ok = meta_get(connection, "id", &value, error);

    if (ok && uuid_valid(value.data))
        memcpy(store->id, value.data, UUID_SIZE);
    ok = ok && meta_get(connection, "kind", &value, error);
    store->demo = ok && strcmp(value.data, "demo") == 0;
    strbuf_release(&value);
    return ok;
}

static bool settle_meta(struct store *store, struct connection *connection, bool demo,
                        struct error *error)
{
    bool ok = read_meta(store, connection, error);

    if (ok && store->id[0] == '\0' && !store->read_only)
        ok = found_store(connection, demo, error) && read_meta(store, connection, error);
    if (ok && store->id[0] == '\0')
        ok = error_set(error, ERROR_CORRUPT, "%s does not say which store it is", connection->path);
    return ok;
}

static bool record_key(struct connection *connection, const char *check, struct error *error)
{
    bool ok = store_begin(connection, NULL, error) &&
              meta_put(connection, "key_check", check, true, error) &&
              store_commit(connection, error);

    store_rollback(connection);
    return ok;
}

/* The key's file may have been lost or mixed up; the store then says so and goes on. */
static bool settle_key(struct store *store, struct connection *connection, struct error *error)
{
    struct strbuf known = STRBUF_INIT;
    char check[KEY_CHECK_SIZE];
    bool found = false;
    bool ok = key_load(&store->place, !store->read_only, store->key, &found, error) &&
              meta_get(connection, "key_check", &known, error);

    key_check(store->key, check);
    if (ok && known.length > 0 && strcmp(known.data, check) != 0)
        add_notice(store,
                   memory_printf("%s.key %s: secrets in older reports cannot be compared with "
                                 "new ones.",
                                 store->place.path,
                                 found ? "is not the key that this store had"
                                       : "was missing and has been made anew"));
    if (ok && !store->read_only && strcmp(known.data, check) != 0)
        ok = record_key(connection, check, error);
    strbuf_release(&known);
    return ok;
}

/* --- Opening ---------------------------------------------------------------------------------- */

/* On a read-only mount not even a lock can be taken. Nobody writes there, so that the file can be
 * read as it is; a log beside it would hold what is not in the file yet. */
static bool place_on_frozen_mount(struct store *store, struct error *error)
{
    char *log = memory_printf("%s-wal", store->place.path);
    bool pending = file_exists(log);

    free(log);
    if (pending) {
        error_set(error, ERROR_IO, "%s lies on a read-only disk and was not closed properly",
                  store->place.path);
        return error_hint(error, "Copy it with its -wal file to a disk that can be written.");
    }
    store->immutable = true;
    become_read_only(store, "its disk is mounted read-only");
    add_notice(store, memory_printf("%s lies on a read-only disk: it is open for reading only.",
                                    store->place.path));
    return true;
}

static bool prepare(const struct store_options *options, const struct clock *clock,
                    struct store *store, struct error *error)
{
    bool frozen = clock != NULL && clock_is_frozen(clock);

    if (frozen && options->create && !options->allow_frozen_clock && !file_exists(options->path))
        return refuse_frozen_clock(options->path, error);
    if (!place_prepare(options->path, options->create && !options->read_only, &store->place, error))
        return false;
    store->rollback_journal = options->rollback_journal || store->place.remote;
    store->patience = options->patience;
    if (store->place.remote && !options->rollback_journal)
        add_notice(store,
                   memory_printf("%s lies on a network file system: readers and a writer wait "
                                 "for each other, and locking is only as good as the server's.",
                                 store->place.path));
    if (options->read_only)
        become_read_only(store, "it was opened for reading only");
    return !store->place.frozen || place_on_frozen_mount(store, error);
}

static struct connection *take_spare(struct store *store)
{
    struct connection *spare = NULL;

    for (size_t i = 0; spare == NULL && i < SPARES; i++)
        spare = atomic_exchange(&store->spares[i], NULL);
    return spare;
}

void store_return(struct store *store, struct connection **connection)
{
    struct connection *spare = *connection;

    *connection = NULL;
    if (spare == NULL)
        return;
    store_rollback(spare);
    if (!engine_come_to_rest(spare)) {
        connection_close(&spare);
        return;
    }
    for (size_t i = 0; spare != NULL && i < SPARES; i++)
        spare = atomic_exchange(&store->spares[i], spare);
    /* One more than are kept: that of whoever gave theirs back before. */
    connection_close(&spare);
}

bool store_open_with(const struct store_options *options, const struct clock *clock,
                     const struct migration_list *migrations, struct store **store,
                     struct error *error)
{
    struct store *opening = memory_new(sizeof *opening);
    struct connection *connection = NULL;
    bool ok;

    vector_init(&opening->notices, sizeof(char *));
    ok = prepare(options, clock, opening, error);
    if (ok)
        connection = open_connection(opening, error);
    ok = connection != NULL && settle_schema(opening, &connection, migrations, error);
    if (ok && clock != NULL)
        connection->clock = clock;
    ok = ok && settle_meta(opening, connection, options->allow_frozen_clock, error);
    if (ok && clock != NULL && clock_is_frozen(clock) && !opening->demo)
        ok = refuse_frozen_clock(opening->place.path, error);
    ok = ok && settle_key(opening, connection, error);
    if (ok) {
        store_return(opening, &connection);
        *store = opening;
        return true;
    }
    connection_close(&connection);
    store_close(&opening);
    return false;
}

bool store_open(const struct store_options *options, const struct clock *clock,
                struct store **store, struct error *error)
{
    struct migration_list own = { embedded_migrations, embedded_migration_count };

    return store_open_with(options, clock, &own, store, error);
}

void store_close(struct store **store)
{
    struct store *closing = *store;
    struct connection *spare;

    if (closing == NULL)
        return;
    while ((spare = take_spare(closing)) != NULL)
        connection_close(&spare);
    for (size_t i = 0; i < closing->notices.count; i++)
        free(*(char **)vector_at(&closing->notices, i));
    vector_release(&closing->notices);
    place_release(&closing->place);
    free(closing->read_only_reason);
    explicit_bzero(closing->key, sizeof closing->key);
    free(closing);
    *store = NULL;
}

struct connection *store_connect(struct store *store, const struct clock *clock,
                                 struct random *random, struct error *error)
{
    struct connection *connection;
    bool wal;

    if (clock != NULL && clock_is_frozen(clock) && !store->demo) {
        refuse_frozen_clock(store->place.path, error);
        return NULL;
    }
    connection = take_spare(store);
    if (connection == NULL) {
        connection = open_connection(store, error);
        if (connection != NULL &&
            !engine_configure(connection, store->rollback_journal, true, &wal, error))
            connection_close(&connection);
    }
    if (connection == NULL)
        return NULL;
    if (clock != NULL)
        connection->clock = clock;
    if (random != NULL)
        connection->random = random;
    return connection;
}

struct connection *store_connect_watch(struct store *store, struct error *error)
{
    return open_connection(store, error);
}

/* --- What it says about itself ---------------------------------------------------------------- */

const char *store_path(const struct store *store)
{
    return store->place.path;
}

const char *store_id(const struct store *store)
{
    return store->id;
}

bool store_is_demo(const struct store *store)
{
    return store->demo;
}

bool store_read_only(const struct store *store)
{
    return store->read_only;
}

bool store_write_ahead(const struct store *store)
{
    return !store->rollback_journal;
}

int store_schema(const struct store *store)
{
    return store->schema;
}

size_t store_notice_count(const struct store *store)
{
    return store->notices.count;
}

const char *store_notice(const struct store *store, size_t index)
{
    return *(char **)vector_at(&store->notices, index);
}

const char *store_fingerprint(const struct store *store, const void *value, size_t length,
                              char out[STORE_FINGERPRINT_SIZE])
{
    char digest[SHA256_HEX_SIZE];

    hmac_sha256_hex(store->key, value, length, digest);
    memcpy(out, digest, STORE_FINGERPRINT_SIZE - 1);
    out[STORE_FINGERPRINT_SIZE - 1] = '\0';
    return out;
}
