#include "crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#define MOST_WORDS 24
#define NIGHTLY    100

struct crowd crowd_new(struct sandbox *sandbox)
{
    struct crowd crowd = { .sandbox = sandbox };

    for (size_t i = 0; i < CROWD_MOST; i++)
        crowd.said[i] = (struct strbuf)STRBUF_INIT;
    return crowd;
}

void crowd_release(struct crowd *crowd)
{
    for (size_t i = 0; i < CROWD_MOST; i++)
        strbuf_release(&crowd->said[i]);
}

void crowd_start(struct crowd *crowd, const char *login, ...)
{
    char *program = build_path("pilab");
    /* What is said on standard output is read where errors are. */
    const char *words[MOST_WORDS] = { "sh", "-c", "exec \"$0\" \"$@\" >&2", program };
    size_t count = 4;
    va_list arguments;

    assert_true(crowd->count < CROWD_MOST);
    va_start(arguments, login);
    while ((words[count] = va_arg(arguments, const char *)) != NULL) {
        count++;
        assert_true(count < MOST_WORDS);
    }
    va_end(arguments);
    if (login != NULL) {
        char *assignment = memory_printf("PILAB_LOGIN=%s", login);

        sandbox_set(crowd->sandbox, assignment);
        free(assignment);
    }
    crowd->runs[crowd->count++] = run_start(crowd->sandbox, words);
    free(program);
}

void crowd_kill(struct crowd *crowd, size_t index, int milliseconds)
{
    poll(NULL, 0, milliseconds);
    kill(crowd->runs[index].process, SIGKILL);
}

static void read_all(int descriptor, struct strbuf *out)
{
    char bytes[4096];
    ssize_t got;

    strbuf_clear(out);
    while ((got = read(descriptor, bytes, sizeof bytes)) > 0)
        strbuf_add_bytes(out, bytes, (size_t)got);
}

static void assert_no_lock_is_spoken_of(const struct strbuf *said)
{
    static const char *const words[] = { "locked", "SQLITE_", "is busy", "schema has changed" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_says_not(said, words[i]);
}

size_t crowd_wait(struct crowd *crowd)
{
    size_t succeeded = 0;

    for (size_t i = 0; i < crowd->count; i++) {
        read_all(crowd->runs[i].err, &crowd->said[i]);
        crowd->status[i] = run_wait(&crowd->runs[i]);
        succeeded += crowd->status[i] == 0;
    }
    for (size_t i = 0; i < crowd->count; i++)
        assert_no_lock_is_spoken_of(&crowd->said[i]);
    crowd->count = 0;
    return succeeded;
}

int crowd_rounds(int few)
{
    const char *nightly = getenv("PILAB_NIGHTLY");

    return nightly != NULL && *nightly != '\0' ? NIGHTLY : few;
}

static sqlite3_stmt *ask(sqlite3 *database, const char *query)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(database, query, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        fail_msg("%s: %s", query, sqlite3_errmsg(database));
    return statement;
}

static sqlite3 *open_store(const char *store)
{
    sqlite3 *database;

    assert_int_equal(sqlite3_open_v2(store, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(database, RUN_PATIENCE);
    return database;
}

long long store_number(const char *store, const char *query)
{
    sqlite3 *database = open_store(store);
    sqlite3_stmt *statement = ask(database, query);
    long long number = sqlite3_column_int64(statement, 0);

    sqlite3_finalize(statement);
    sqlite3_close(database);
    return number;
}

void assert_store_whole(const char *store)
{
    sqlite3 *database = open_store(store);
    sqlite3_stmt *statement = ask(database, "PRAGMA integrity_check");

    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    statement = ask(database, "SELECT count(*) FROM pragma_foreign_key_check");
    assert_int_equal(sqlite3_column_int64(statement, 0), 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
}
