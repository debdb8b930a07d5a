/*
 * Scripts for MariaDB and SQLite, run by the server's own client and by SQLite: what the catalog
 * says afterwards has to be what was wanted, rows stay, and the rollback leads back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/arena.h>
#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/schema/live.h>
#include <pilab/schema/live_scratch.h>
#include <pilab/schema/sqlite.h>
#include <pilab/schema/sync.h>

#include "tests/support/scratch.h"
#include "tests/support/test_server.h"

static const struct schema_sync_options all = { .destructive = true };

static char *read_data(const char *name)
{
    char *path = memory_printf("%s/tests/data/schema/%s", getenv("PILAB_SOURCE"), name);
    char *text = scratch_read(path);

    free(path);
    return text;
}

/* Shows what differs, and fails. */
static void expect_same(const struct schema *expected, const struct schema *seen)
{
    struct schema_diff *diff = schema_compare(expected, seen, NULL);
    size_t count = diff->count;

    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];

        print_error("%s %s\n", schema_change_name(change->kind),
                    schema_object_path(diff->arena, schema_change_object(change)));
        for (size_t k = 0; k < change->property_count; k++)
            print_error("    %s: '%s', expected '%s'\n",
                        schema_property_name(change->properties[k].property),
                        change->properties[k].current, change->properties[k].previous);
    }
    schema_diff_free(&diff);
    assert_int_equal(count, 0);
}

static void expect_only_more(const struct schema *expected, const struct schema *seen)
{
    struct schema_diff *diff = schema_compare(seen, expected, NULL);

    assert_true(diff->count > 0);
    for (size_t i = 0; i < diff->count; i++)
        assert_true(diff->changes[i].kind == SCHEMA_REMOVED ||
                    (diff->changes[i].risks & SCHEMA_RISK_DATA));
    schema_diff_free(&diff);
}

static struct schema *read_dsn(const char *text)
{
    struct arena *arena = arena_new();
    struct error error = { 0 };
    struct schema *schema;
    struct dsn dsn;

    assert_true(dsn_read(text, arena, &dsn, &error));
    schema = live_read(&dsn, NULL, NULL, &error);
    if (schema == NULL)
        fail_msg("%s: %s", text, error.message);
    arena_free(&arena);
    return schema;
}

/* The script between two schemas; both stay the caller's. */
static struct schema_sync *write_script(const struct schema *previous, const struct schema *current,
                                        const struct schema_sync_options *options)
{
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, options);

    schema_diff_free(&diff);
    return sync;
}

/* ---- MariaDB ---- */

static void make_database(const char *name, const char *file)
{
    char *sql = read_data(file);
    char *make = memory_printf("CREATE DATABASE %s CHARACTER SET utf8mb4", name);

    database_server_sql(test_server, "mysql", make);
    database_server_sql(test_server, name, sql);
    free(make);
    free(sql);
}

static void expect_database(const char *name, const struct schema *expected)
{
    struct schema *seen = test_server_read(name);

    expect_same(expected, seen);
    schema_free(&seen);
}

static void a_script_changes_mariadb_can_be_run_again_and_is_taken_back(void **state)
{
    struct schema *before, *after;
    struct schema_sync *sync;

    (void)state;
    test_server_need();
    make_database("before_", "mariadb_before.sql");
    make_database("after_", "mariadb_after.sql");
    make_database("run_", "mariadb_before.sql");
    before = test_server_read("before_");
    after = test_server_read("after_");
    sync = write_script(before, after, &all);
    assert_int_equal(sync->note_count, 0);
    assert_non_null(strstr(sync->script, "-- There is no transaction around it"));
    database_server_sql(test_server, "run_", sync->script);
    expect_database("run_", after);
    database_server_sql(test_server, "run_", sync->script);
    expect_database("run_", after);
    database_server_sql(test_server, "run_", sync->rollback);
    expect_database("run_", before);
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
}

static void without_being_asked_mariadb_loses_nothing(void **state)
{
    struct schema *before, *after, *seen;
    struct schema_sync *sync;

    (void)state;
    test_server_need();
    database_server_sql(test_server, "mysql", "CREATE DATABASE kept; CREATE DATABASE wanted");
    database_server_sql(test_server, "kept",
                        "CREATE TABLE t (id int PRIMARY KEY, a int, b int); "
                        "CREATE TABLE gone (id int); INSERT INTO t VALUES (1, 2, 3)");
    database_server_sql(test_server, "wanted",
                        "CREATE TABLE t (id int PRIMARY KEY, b bigint, c int)");
    before = test_server_read("kept");
    after = test_server_read("wanted");
    sync = write_script(before, after, NULL);
    assert_int_equal(sync->destructive_count, 2);
    assert_non_null(strstr(sync->script, "\n-- ALTER TABLE `t` DROP COLUMN IF EXISTS `a`;"));
    assert_non_null(strstr(sync->script, "\n-- DROP TABLE IF EXISTS `gone`;"));
    database_server_sql(test_server, "kept", sync->script);
    database_server_expect(test_server, "kept",
                           "(SELECT COUNT(*) FROM t WHERE a = 2 AND b = 3 AND c IS NULL) = 1");
    database_server_sql(test_server, "kept", "SELECT id FROM gone");
    assert_non_null(strstr(sync->script, "\n-- 2 statements destroy, and are comments: "));
    database_server_sql(test_server, "kept", "UPDATE t SET c = 5");
    database_server_sql(test_server, "kept", sync->rollback);
    seen = test_server_read("kept");
    expect_only_more(before, seen);
    schema_free(&seen);
    database_server_expect(test_server, "kept",
                           "(SELECT COUNT(*) FROM t WHERE c = 5 AND a = 2) = 1");
    assert_int_equal(sync->rollback_destructive_count, 1); /* a bigint that is no int fails */
    assert_non_null(strstr(sync->rollback,
                           "\n-- It takes back a script that was written without "
                           "--allow-destructive.\n-- 1 statement destroys, and is"));
    assert_non_null(strstr(sync->rollback, "\n-- ALTER TABLE `t` DROP COLUMN IF EXISTS `c`;"));
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
}

static void a_table_changes_its_character_set_without_columns_of_their_own(void **state)
{
    struct schema *before, *after;
    struct schema_sync *sync;

    (void)state;
    test_server_need();
    database_server_sql(test_server, "mysql", "CREATE DATABASE wide; CREATE DATABASE narrow");
    database_server_sql(test_server, "wide",
                        "SET NAMES utf8mb4; CREATE TABLE t (id int PRIMARY KEY, a varchar(9) NOT "
                        "NULL, own varchar(9), j json, p varchar(9), FOREIGN KEY (p) REFERENCES t "
                        "(a), UNIQUE (a)) CHARACTER SET utf8mb4; INSERT INTO t (id, a, own, j) "
                        "VALUES (1, 'a', '\xc5\xbc', '[\"\xc5\xbc\"]')");
    database_server_sql(test_server, "narrow",
                        "CREATE TABLE t (id int PRIMARY KEY, a varchar(9) NOT NULL DEFAULT 'x', "
                        "own varchar(9) CHARACTER SET utf8mb4, j json, p varchar(9), FOREIGN KEY "
                        "(p) "
                        "REFERENCES t (a), UNIQUE (a)) CHARACTER SET latin1");
    before = test_server_read("wide");
    after = test_server_read("narrow");
    sync = write_script(before, after, &all);
    assert_null(strstr(sync->script, "CONVERT TO"));
    database_server_sql(test_server, "wide", sync->script);
    expect_database("wide", after);
    database_server_expect(test_server, "wide",
                           "(SELECT COUNT(*) FROM t WHERE HEX(own) = 'C5BC' AND HEX(j) LIKE "
                           "'%C5BC%') = 1");
    database_server_sql(test_server, "wide", sync->rollback);
    expect_database("wide", before);
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
}

static const char plain_texts[] =
    "CREATE TABLE keep (i int); CREATE TABLE t (id int PRIMARY KEY, e varchar(9) COMMENT 'a', "
    "KEY k (e)) COMMENT 'a';\n"
    "CREATE PROCEDURE said() COMMENT 'a' SELECT 'it''s';\n"
    "CREATE FUNCTION f() RETURNS varchar(9) DETERMINISTIC RETURN 'a';\n";
static const char sharp_texts[] =
    "CREATE TABLE keep (i int);\n"
    "CREATE TABLE t (id int PRIMARY KEY, e enum('x\\\\','it''s','l\\nf') DEFAULT 'x\\\\' "
    "COMMENT '\\\\\\'; drop table keep; -- ', KEY k (e) COMMENT '\\\\\\'; drop table keep; -- ', "
    "CHECK (e <> 'y\\\\')) COMMENT '\\\\\\'; drop table keep; -- ';\n"
    "CREATE TABLE p (a varchar(9)) PARTITION BY LIST COLUMNS (a) (PARTITION `p``, x` VALUES IN "
    "('a\\\\', 'b'', p9'), PARTITION q VALUES IN ('c'));\n"
    "CREATE PROCEDURE said() COMMENT '\\\\\\'; drop table keep; -- ' SELECT 'it''s';\n"
    "CREATE FUNCTION f() RETURNS varchar(9) DETERMINISTIC RETURN 'a\\\\';\n"
    "CREATE VIEW v AS SELECT 'x\\\\' AS c;\n"
    "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES';\nDELIMITER $$\n"
    "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.e = 'x\\'; SET NEW.id = 2; "
    "END$$\nDELIMITER ;\n";

static void no_text_of_a_mariadb_schema_becomes_a_statement(void **state)
{
    struct schema *before, *after;
    struct schema_sync *sync;

    (void)state;
    test_server_need();
    database_server_sql(test_server, "mysql",
                        "CREATE DATABASE plain; CREATE DATABASE sharp; CREATE "
                        "DATABASE target");
    database_server_sql(test_server, "plain", plain_texts);
    database_server_sql(test_server, "sharp", sharp_texts);
    database_server_sql(test_server, "target", plain_texts);
    before = test_server_read("plain");
    after = test_server_read("sharp");
    sync = write_script(before, after, &all);
    assert_int_equal(sync->note_count, 0);
    assert_non_null(strstr(sync->script, "COMMENT='\\\\''; drop table keep; -- '"));
    assert_non_null(strstr(sync->script, "\nALTER PROCEDURE `said` COMMENT '\\\\''; drop"));
    assert_non_null(strstr(sync->script, "RETURN 'a\\\\';"));
    /* It says itself how its texts are to be read. */
    database_server_sql(test_server, "mysql", "SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'");
    database_server_sql(test_server, "target", sync->script);
    expect_database("target", after);
    assert_true(database_server_try(test_server, "target", "SELECT i FROM keep"));
    database_server_sql(test_server, "target", "INSERT INTO t VALUES (1, 'it''s')");
    database_server_expect(test_server, "target",
                           "(SELECT COUNT(*) FROM t WHERE e = 'x\\' AND id = 2) = 1");
    database_server_sql(test_server, "target", sync->rollback);
    expect_database("target", before);
    database_server_sql(test_server, "mysql", "SET GLOBAL sql_mode = DEFAULT");
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
}

static void a_scratch_database_of_mariadb_is_made_and_dropped(void **state)
{
    struct arena *arena = arena_new();
    struct random random = random_system();
    struct error error = { 0 };
    struct live_scratch *scratch;
    struct schema *schema;
    struct dsn dsn;
    char *text;

    (void)state;
    test_server_need();
    text = database_server_dsn(test_server, "mysql");
    assert_true(dsn_read(text, arena, &dsn, &error));
    scratch = live_scratch_open(&dsn, NULL, &random, NULL, &error);
    if (scratch == NULL)
        fail_msg("%s", error.message);
    assert_true(live_scratch_run(scratch, "a script",
                                 "CREATE TABLE t (a int);\nDELIMITER $$\nCREATE PROCEDURE p() "
                                 "BEGIN SELECT 1; END$$\nDELIMITER ;\n",
                                 &error));
    assert_false(live_scratch_run(scratch, "a script", "\n\nCREATE TABLE t (a int);", &error));
    assert_non_null(strstr(error.message, "a script:3"));
    schema = live_scratch_read(scratch, &error);
    assert_non_null(schema);
    assert_int_equal(schema->counts[SCHEMA_TABLE], 1);
    assert_int_equal(schema->counts[SCHEMA_FUNCTION], 1);
    schema_free(&schema);
    assert_true(live_scratch_close(&scratch, &error));
    database_server_expect(test_server, "mysql",
                           "(SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME "
                           "LIKE 'pilab%') = 0");
    free(text);
    arena_free(&arena);
}

/* ---- SQLite ---- */

static struct schema *read_text(const char *file)
{
    char *sql = read_data(file);
    struct error error = { 0 };
    struct schema *schema = schema_read_sqlite(file, sql, strlen(sql), &error);

    if (schema == NULL)
        fail_msg("%s: %s", file, error.message);
    assert_int_equal(schema->problem_count, 0);
    free(sql);
    return schema;
}

static bool run_sqlite(const char *path, const char *sql)
{
    sqlite3 *database = NULL;
    bool ok;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    ok = sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(database);
    return ok;
}

static char *ask_sqlite(const char *path, const char *sql)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    char *answer;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    answer = memory_copy_text((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return answer;
}

static void expect_answer(const char *path, const char *sql, const char *expected)
{
    char *answer = ask_sqlite(path, sql);

    assert_string_equal(answer, expected);
    free(answer);
}

static void expect_file(const char *path, const struct schema *expected)
{
    char *dsn = memory_printf("sqlite:%s", path);
    struct schema *seen = read_dsn(dsn);

    expect_same(expected, seen);
    schema_free(&seen);
    free(dsn);
}

static char *make_file(const char *folder)
{
    char *path = memory_printf("%s/shop.db", folder), *sql = read_data("sqlite_before.sql");

    assert_true(run_sqlite(path, sql));
    assert_true(run_sqlite(path, "INSERT INTO customer (id, name, mail, old_note) VALUES "
                                 "(1, 'a', 'm', 'x'), (7, 'b', 'n', 'y'), (9, 'c', 'o', 'z');"
                                 "DELETE FROM customer WHERE id = 9;"
                                 "INSERT INTO orders (customer_id, total) VALUES (1, 5), (7, 6);"
                                 "INSERT INTO gone VALUES (1)"));
    free(sql);
    return path;
}

static void sqlite_is_changed_with_its_rows_and_taken_back(void **state)
{
    char *folder = scratch_new();
    char *path = make_file(folder);
    struct schema *before = read_text("sqlite_before.sql"), *after = read_text("sqlite_after.sql");
    struct schema_sync *sync = write_script(before, after, &all);

    (void)state;
    assert_int_equal(sync->note_count, 0);
    assert_int_equal(sync->destructive_count, 4);
    assert_true(run_sqlite(path, sync->script));
    expect_file(path, after);
    expect_answer(path, "SELECT group_concat(id || name || mail || upper_name) FROM customer",
                  "1amA,7bnB");
    expect_answer(path, "SELECT seq FROM sqlite_sequence WHERE name = 'customer'", "9");
    /* It is not as it was compared any more: nothing is touched. */
    assert_false(run_sqlite(path, sync->script));
    expect_file(path, after);
    assert_true(run_sqlite(path, sync->rollback));
    expect_file(path, before);
    expect_answer(path, "SELECT group_concat(id || name || mail) FROM customer", "1am,7bn");
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
    free(path);
    scratch_remove(&folder);
}

static void without_being_asked_sqlite_loses_nothing(void **state)
{
    char *folder = scratch_new();
    char *path = make_file(folder), *dsn = memory_printf("sqlite:%s", path);
    struct schema *seen;
    struct schema *before = read_text("sqlite_before.sql"), *after = read_text("sqlite_after.sql");
    struct schema_sync *sync = write_script(before, after, NULL);

    (void)state;
    assert_non_null(strstr(sync->script, "\n-- ALTER TABLE \"customer\" DROP COLUMN \"old_note\""));
    assert_non_null(strstr(sync->script, "\n-- DROP TABLE IF EXISTS \"gone\";"));
    assert_true(run_sqlite(path, sync->script));
    expect_answer(path, "SELECT group_concat(old_note || id) FROM customer", "x1,y7");
    expect_answer(path, "SELECT id FROM gone", "1");
    assert_true(run_sqlite(path, "INSERT INTO fresh (id) VALUES (3)"));
    assert_true(run_sqlite(path, sync->rollback));
    seen = read_dsn(dsn);
    expect_only_more(before, seen);
    schema_free(&seen);
    expect_answer(path, "SELECT id FROM fresh", "3");
    expect_answer(path, "SELECT group_concat(old_note || id) FROM customer", "x1,y7");
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
    free(path);
    free(dsn);
    scratch_remove(&folder);
}

static void a_row_that_cannot_follow_changes_nothing(void **state)
{
    char *folder = scratch_new();
    char *path = make_file(folder);
    struct schema *before = read_text("sqlite_before.sql"), *after = read_text("sqlite_after.sql");
    struct schema_sync *sync = write_script(before, after, &all);

    (void)state;
    assert_true(run_sqlite(path, "INSERT INTO orders (customer_id) VALUES (NULL)"));
    assert_false(run_sqlite(path, sync->script));
    expect_file(path, before);
    assert_true(run_sqlite(path, "UPDATE orders SET customer_id = 99 WHERE customer_id IS NULL"));
    assert_false(run_sqlite(path, sync->script)); /* there is no such customer */
    expect_file(path, before);
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
    free(path);
    scratch_remove(&folder);
}

/* A name that ends a line is no statement of its own, whether it is dropped or only said to be. */
static void a_name_cannot_leave_its_comment(void **state)
{
    static const char before_sql[] = "CREATE TABLE t (a, \"b\nDROP TABLE t; --\");"
                                     "CREATE TABLE \"x\r\nDROP TABLE t; --\" (a);";
    struct error error = { 0 };
    struct schema *before = schema_read_sqlite("before", before_sql, strlen(before_sql), &error);
    struct schema *after = schema_read_sqlite("after", "CREATE TABLE t (a);", 19, &error);
    char *folder = scratch_new();

    (void)state;
    assert_int_equal(before->counts[SCHEMA_TABLE], 2);
    for (int i = 0; i < 2; i++) {
        struct schema_sync *sync = write_script(before, after, i == 0 ? NULL : &all);
        char *path = scratch_path(folder, i == 0 ? "kept.db" : "dropped.db");
        const char *comment = strstr(sync->script, "-- destroys: ");

        assert_non_null(comment);
        for (; comment != NULL; comment = strstr(comment + 1, "-- destroys: "))
            assert_true(strcspn(comment, "\r") > strcspn(comment, "\n"));
        assert_true(run_sqlite(path, before_sql));
        assert_true(run_sqlite(path, sync->script));
        expect_answer(path, "SELECT count(*) FROM sqlite_schema WHERE name = 't'", "1");
        expect_answer(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'",
                      i == 0 ? "2" : "1");
        schema_sync_free(&sync);
        free(path);
    }
    scratch_remove(&folder);
    schema_free(&before);
    schema_free(&after);
}

static void a_type_cannot_be_a_clause_of_its_own(void **state)
{
    static const char after_sql[] =
        "CREATE TABLE t (a \"int); DROP TABLE keep; --\", b \"PRIMARY KEY\", c decimal(10, 2), d "
        "text COLLATE nocase);";
    static const char keep_sql[] = "CREATE TABLE keep (a);";
    char *folder = scratch_new();
    char *wanted = scratch_path(folder, "wanted.db"), *path = scratch_path(folder, "shop.db");
    char *dsn = memory_printf("sqlite:%s", wanted), *other = memory_printf("sqlite:%s", path);
    struct schema *before, *after;
    struct schema_sync *sync;

    (void)state;
    assert_true(run_sqlite(path, keep_sql) && run_sqlite(wanted, keep_sql) &&
                run_sqlite(wanted, after_sql));
    before = read_dsn(other);
    after = read_dsn(dsn);
    sync = write_script(before, after, &all);
    assert_non_null(strstr(sync->script, "\"a\" \"int); DROP TABLE keep; --\",\n    \"b\" "
                                         "\"PRIMARY KEY\",\n    \"c\" decimal(10, 2),\n"));
    assert_true(run_sqlite(path, sync->script));
    expect_file(path, after);
    expect_answer(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'keep'", "1");
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
    free(wanted);
    free(path);
    free(dsn);
    free(other);
    scratch_remove(&folder);
}

static void what_a_schema_says_cannot_reach_other_files(void **state)
{
    struct arena *arena = arena_new();
    struct random random = random_system();
    struct error error = { 0 };
    struct live_scratch *scratch;
    struct dsn dsn;

    (void)state;
    assert_true(dsn_read("sqlite::memory:", arena, &dsn, &error));
    scratch = live_scratch_open(&dsn, NULL, &random, NULL, &error);
    assert_non_null(scratch);
    assert_false(live_scratch_run(scratch, "a script", "ATTACH '/tmp/x' AS y;", &error));
    assert_non_null(strstr(error.message, "a script:1"));
    assert_true(live_scratch_close(&scratch, &error));
    assert_true(dsn_read("sqlite:/tmp/there.db", arena, &dsn, &error));
    assert_null(live_scratch_open(&dsn, NULL, &random, NULL, &error));
    assert_int_equal(error.code, ERROR_USAGE);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_changes_mariadb_can_be_run_again_and_is_taken_back),
        cmocka_unit_test(without_being_asked_mariadb_loses_nothing),
        cmocka_unit_test(a_table_changes_its_character_set_without_columns_of_their_own),
        cmocka_unit_test(no_text_of_a_mariadb_schema_becomes_a_statement),
        cmocka_unit_test(a_scratch_database_of_mariadb_is_made_and_dropped),
        cmocka_unit_test(sqlite_is_changed_with_its_rows_and_taken_back),
        cmocka_unit_test(without_being_asked_sqlite_loses_nothing),
        cmocka_unit_test(a_row_that_cannot_follow_changes_nothing),
        cmocka_unit_test(a_name_cannot_leave_its_comment),
        cmocka_unit_test(a_type_cannot_be_a_clause_of_its_own),
        cmocka_unit_test(what_a_schema_says_cannot_reach_other_files),
    };
    return cmocka_run_group_tests(tests, test_server_start_mariadb, test_server_stop);
}
