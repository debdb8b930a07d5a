/*
 * chain ENTRIES STORE BUNDLE
 *
 * Makes a store with that many audit entries, and the bundle of its audit, without bodies: what
 * verification is measured on.
 */
#include <stdio.h>
#include <stdlib.h>

#include <pilab/base/json.h>
#include <pilab/store/audit.h>
#include <pilab/store/store.h>

enum { BATCH = 1000 };

static bool add_entry(struct connection *connection, long number, struct error *error)
{
    struct audit_entry entry = { .actor = "olga", .action = "note.draft", .object = "note:1" };
    json_t *body = json_object();
    bool ok;

    json_put_integer(body, "number", number);
    ok = audit_append(connection, &entry, body, error);
    json_decref(body);
    return ok;
}

/* A transaction for every entry would wait for the disk as often. */
static bool add_entries(struct connection *connection, long count, struct error *error)
{
    bool ok = true;

    for (long i = 0; ok && i < count; i++) {
        if (i % BATCH == 0)
            ok = store_begin(connection, NULL, error);
        ok = ok && add_entry(connection, i + 1, error);
        if (ok && ((i + 1) % BATCH == 0 || i + 1 == count))
            ok = store_commit(connection, error);
    }
    store_rollback(connection);
    return ok;
}

int main(int argc, char **argv)
{
    struct store_options options = { .create = true };
    struct audit_export export = { .bodies = AUDIT_BODIES_NONE };
    struct connection *connection = NULL;
    struct store *store = NULL;
    struct error error = { 0 };
    bool ok;

    if (argc != 4) {
        fputs("usage: chain ENTRIES STORE BUNDLE\n", stderr);
        return 64;
    }
    options.path = argv[2];
    export.directory = argv[3];
    ok = store_open(&options, NULL, &store, &error) &&
         (connection = store_connect(store, NULL, NULL, &error)) != NULL &&
         add_entries(connection, strtol(argv[1], NULL, 10), &error) &&
         audit_export(connection, &export, NULL, NULL, &error);
    if (!ok)
        fprintf(stderr, "chain: %s\n", error.message);
    connection_close(&connection);
    store_close(&store);
    return ok ? 0 : 1;
}
