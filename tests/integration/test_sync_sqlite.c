/*
 * Scripts for SQLite as they are written, without what destroys: the way back leaves alone what the
 * way there left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/sync.h>

#include "tests/support/live_schema.h"
#include "tests/support/scratch.h"

struct file {
    char *folder, *path;
};

static struct file make_file(const char *sql)
{
    struct file file = { .folder = scratch_new() };
    sqlite3 *database = NULL;

    file.path = scratch_path(file.folder, "a.db");
    assert_int_equal(sqlite3_open(file.path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    return file;
}

static void remove_file(struct file *file)
{
    free(file->path);
    scratch_remove(&file->folder);
}

static void run(const struct file *file, const char *sql)
{
    sqlite3 *database = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(file->path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s in:\n%s", message, sql);
    sqlite3_close(database);
}

static struct schema *read(const struct file *file)
{
    char *dsn = memory_printf("sqlite:%s", file->path);
    struct schema *schema = live_schema_good(dsn);

    free(dsn);
    return schema;
}

static void expect_answer(const struct file *file, const char *sql, const char *expected)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open(file->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
    sqlite3_finalize(statement);
    sqlite3_close(database);
}

/* A column whose values a new type would cut is left, both ways. */
static void a_column_that_was_left_is_left_by_the_way_back(void **state)
{
    static const char rows[] = "INSERT INTO t VALUES (1, 0.1234567890123456789, 'x', 'y');";
    struct file before = make_file("CREATE TABLE t (a int, b real, c text, d text);");
    struct file after = make_file("CREATE TABLE t (a int, b text, c text NOT NULL, d text);");
    struct schema *from = read(&before), *to = read(&after);
    struct schema_diff *diff = schema_compare(from, to, NULL);
    struct schema_sync *sync = schema_sync(diff, &(struct schema_sync_options){ 0 });

    (void)state;
    run(&before, rows);
    run(&before, sync->script);
    expect_answer(&before, "SELECT typeof(b) || (b = 0.1234567890123456789) FROM t", "real1");
    run(&before, sync->rollback);
    expect_answer(&before, "SELECT typeof(b) || (b = 0.1234567890123456789) FROM t", "real1");
    expect_answer(&before, "SELECT type FROM pragma_table_info('t') WHERE name = 'b'", "REAL");
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&from);
    schema_free(&to);
    remove_file(&before);
    remove_file(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_that_was_left_is_left_by_the_way_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
