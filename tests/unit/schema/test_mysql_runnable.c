/* SQL as dumps hold it, for a server that gets one statement at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>

#include "../../../src/schema/mysql_runnable.h"

static struct mysql_server server = { .version = 101119, .mariadb = true };

static void assert_runnable(const char *text, const char *expected)
{
    char *copy = memory_copy_text(text);

    mysql_runnable(copy, strlen(copy), &server);
    assert_string_equal(copy, expected);
    free(copy);
}

static void nobody_is_named_as_its_maker(void **state)
{
    (void)state;
    assert_runnable("CREATE DEFINER=`a`@`%` VIEW v", "CREATE                 VIEW v");
    assert_runnable("CREATE DEFINER = 'a'@localhost TRIGGER t",
                    "CREATE                         TRIGGER t");
    assert_runnable("ALTER DEFINER=CURRENT_USER() EVENT e", "ALTER                        EVENT e");
    assert_runnable("create or replace definer=a@b procedure p()",
                    "create or replace             procedure p()");
    assert_runnable("CREATE DEFINER = `a` @ `b` VIEW v", "CREATE                     VIEW v");
    assert_runnable("CREATE DEFINER = a @b VIEW v", "CREATE                VIEW v");
}

static void the_word_alone_stays(void **state)
{
    static const char *const texts[] = {
        "CREATE SQL SECURITY DEFINER VIEW v AS SELECT 1",
        "CREATE TABLE t (definer int)",
        "SELECT * FROM t WHERE definer = 'a' AND b",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET new.definer = 'x' ;",
        "INSERT INTO a VALUES ('CREATE DEFINER=a@b VIEW')",
        "CREATE INDEX i ON t (a); UPDATE t SET definer = 'x' WHERE a = 1",
        "ALTER x; UPDATE t SET definer = 'x'",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_runnable(texts[i], texts[i]);
}

static void the_frames_of_comments_that_run_are_blanks(void **state)
{
    (void)state;
    assert_runnable("/*!40101 SET a = 1 */;", "         SET a = 1   ;");
    assert_runnable("/*!50001 CREATE */ /*!50013 DEFINER=`r`@`h` SQL SECURITY DEFINER */\n"
                    "/*!50001 VIEW `v` AS SELECT 1 */;",
                    "         CREATE                             SQL SECURITY DEFINER   \n"
                    "         VIEW `v` AS SELECT 1   ;");
    assert_runnable("/*M!100616 SET a = 1 */;", "           SET a = 1   ;");
    assert_runnable("/*! SET a = 1 */;", "    SET a = 1   ;");
}

/* Each server runs what its version has, MariaDB nothing that MySQL has since 5.7. */
static void what_a_server_would_not_run_is_blank(void **state)
{
    (void)state;
    assert_runnable("a /*!999999 , b\nc */ d", "a              \n     d");
    assert_runnable("a /*!80016 b */ /*M!110000 c */ /*!50700 DEFINER=x@y */ d",
                    "a                                                       d");
    server = (struct mysql_server){ .version = 80036 };
    assert_runnable("/*!80016 b */ /*M!100100 c */", "         b                   ");
    server = (struct mysql_server){ .version = 101119, .mariadb = true };
}

static void versions_are_numbers(void **state)
{
    struct mysql_server found = mysql_server_of("10.11.19-MariaDB-0+deb12u1");

    (void)state;
    assert_int_equal(found.version, 101119);
    assert_true(found.mariadb);
    found = mysql_server_of("8.0.36");
    assert_int_equal(found.version, 80036);
    assert_false(found.mariadb);
}

static bool is_left_out(const char *sql)
{
    struct sql_text text = { .text = sql, .length = strlen(sql), .line = 1 };
    struct arena *arena = arena_new();
    struct sql_statements statements;
    bool left_out;

    assert_true(sql_statements_read(DIALECT_MARIADB, &text, arena, &statements, NULL));
    left_out = mysql_is_left_out(&statements.list[0]);
    arena_free(&arena);
    return left_out;
}

static void users_and_other_databases_are_left_out(void **state)
{
    static const char *const out[] = {
        "USE shop",
        "CREATE DATABASE a",
        "DROP SCHEMA IF EXISTS a",
        "GRANT ALL ON a TO b",
        "CREATE OR REPLACE USER a",
        "SET PASSWORD = PASSWORD('a')",
        "SET GLOBAL a = 1",
        "SET ROLE a",
        "LOAD DATA LOCAL INFILE 'a' INTO TABLE b",
        "START SLAVE",
        "SET DEFAULT ROLE a",
        "ALTER USER a ACCOUNT LOCK",
    };
    static const char *const in[] = {
        "CREATE TABLE user (a int)",
        "SET @a = 1",
        "START TRANSACTION",
        "DROP TABLE `database`",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "SET NAMES utf8mb4",
        "INSERT INTO a VALUES (1)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        if (!is_left_out(out[i]))
            fail_msg("%s", out[i]);
    }
    for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
        if (is_left_out(in[i]))
            fail_msg("%s", in[i]);
    }
}

static void what_stands_in_rows_is_not_repeated(void **state)
{
    struct error error = { 0 };

    (void)state;
    error_set(&error, ERROR_INVALID, "%s", "Duplicate entry 'it's' for b' for key 'a'");
    mysql_hide_data(&error, "a.sql:2");
    assert_string_equal(error.message, "Duplicate entry '…' for key 'a'");
    error_set(&error, ERROR_INVALID, "%s", "Incorrect integer value: 'x' for column `a` at row 1");
    mysql_hide_data(&error, "a.sql:2");
    assert_string_equal(error.message, "Incorrect integer value: '…' for column `a` at row 1");
    error_set(&error, ERROR_INVALID, "%s", "Unknown column 'x' in 'a'");
    mysql_hide_data(&error, "a.sql:2");
    assert_string_equal(error.message, "Unknown column 'x' in 'a'");
    mysql_hide_data(NULL, "a.sql:2");
}

/* What MariaDB's dumps begin with is for its client. */
static void other_comments_stay(void **state)
{
    static const char *const texts[] = { "/*M!999999\\- enable the sandbox mode */ \nSELECT 1",
                                         "/* CREATE DEFINER=a@b */ SELECT '/*!1 */'" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_runnable(texts[i], texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_named_as_its_maker),
        cmocka_unit_test(the_word_alone_stays),
        cmocka_unit_test(the_frames_of_comments_that_run_are_blanks),
        cmocka_unit_test(what_a_server_would_not_run_is_blank),
        cmocka_unit_test(other_comments_stay),
        cmocka_unit_test(versions_are_numbers),
        cmocka_unit_test(users_and_other_databases_are_left_out),
        cmocka_unit_test(what_stands_in_rows_is_not_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
