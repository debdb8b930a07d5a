/*
 * Scripts for MariaDB on a real server: columns that get another type, and foreign keys on them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/sync.h>

#include "tests/support/live_schema.h"
#include "tests/support/test_server.h"

static struct schema_sync *write_script(const struct schema *previous, const struct schema *current,
                                        bool destructive)
{
    const struct schema_sync_options options = { .destructive = destructive };
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, &options);

    schema_diff_free(&diff);
    return sync;
}

static size_t count_differences(const char *name, const struct schema *expected)
{
    struct schema *seen = test_server_read(name);
    struct schema_diff *diff = schema_compare(expected, seen, NULL);
    size_t count = diff->count;

    schema_diff_free(&diff);
    schema_free(&seen);
    return count;
}

/* Else no case here would tell a script that fails from one that works. */
static void an_error_in_the_middle_of_a_script_is_seen(void **state)
{
    (void)state;
    test_server_need();
    assert_false(database_server_try(test_server, "mysql", "SELECT 1 FROM nope;\nSELECT 2;"));
    assert_true(database_server_try(test_server, "mysql", "SELECT 1;\nSELECT 2;"));
}

/* Digits and times of day go without an error also where the session is strict. */
static void a_type_that_holds_less_waits_until_it_is_asked_for(void **state)
{
    static const char before_sql[] =
        "CREATE TABLE up (id decimal(10,2) PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY,"
        " price decimal(12,4), at datetime(6), rate double, kind enum('a','b'), name varchar(80),"
        " up_id decimal(10,0)) CHARACTER SET latin1;"
        "INSERT INTO t VALUES (1, 1.2345, '2025-01-02 03:04:05.5', 2.7, 'b', 'x', 1)";
    static const char after_sql[] =
        "CREATE TABLE up (id decimal(10,0) PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY,"
        " price decimal(12,2), at date, rate int, kind enum('a'), name varchar(8),"
        " up_id decimal(10,0), more int, CONSTRAINT up FOREIGN KEY (up_id) REFERENCES up (id))"
        " CHARACTER SET utf8mb4;";
    static const char kept[] =
        "(SELECT COUNT(*) FROM t WHERE price = 1.2345 AND rate = 2.7 AND kind = 'b' AND "
        "at = '2025-01-02 03:04:05.5') = 1";
    struct schema *before, *after;
    struct schema_sync *sync;

    (void)state;
    test_server_need();
    database_server_sql(test_server, "mysql", "CREATE DATABASE digits; CREATE DATABASE fewer");
    database_server_sql(test_server, "digits", before_sql);
    database_server_sql(test_server, "fewer", after_sql);
    before = test_server_read("digits");
    after = test_server_read("fewer");
    sync = write_script(before, after, false);
    assert_int_equal(sync->destructive_count, 5);
    assert_int_equal(sync->waiting_count, 1);
    assert_non_null(strstr(sync->script, "\n-- destroys: what of the column's values the new type "
                                         "cannot hold\n-- ALTER TABLE `t`\n--     MODIFY COLUMN "
                                         "`price` decimal(12,2) NULL;\n"));
    assert_non_null(strstr(sync->script, "\n-- waits: a column of the key is not changed before\n"
                                         "-- ALTER TABLE `t` ADD CONSTRAINT"));
    /* The session of the script is strict: a text that is too long would make it fail. */
    if (!strstr(sync->script, "`name` varchar(8)") ||
        strstr(sync->script, "--     MODIFY COLUMN `name`"))
        fail_msg("%s", sync->script);
    for (int i = 0; i < 2; i++)
        database_server_sql(test_server, "digits", sync->script);
    database_server_sql(test_server, "digits", "SELECT more FROM t");
    database_server_expect(test_server, "digits", kept);
    database_server_sql(test_server, "digits", sync->rollback);
    database_server_expect(test_server, "digits", kept);
    schema_sync_free(&sync);
    database_server_sql(test_server, "digits",
                        "UPDATE t SET kind = 'a', up_id = NULL; "
                        "ALTER TABLE t DROP COLUMN more");
    sync = write_script(before, after, true);
    assert_int_equal(sync->destructive_count, 5);
    database_server_sql(test_server, "digits", sync->script);
    assert_int_equal(count_differences("digits", after), 0);
    database_server_sql(test_server, "digits", sync->rollback);
    assert_int_equal(count_differences("digits", before), 0);
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
}

static const char narrow_keys[] =
    "CREATE TABLE c (id decimal(10,0) PRIMARY KEY, n int CHECK (n > 0)); CREATE TABLE o (id int "
    "PRIMARY KEY, c_id decimal(10,0), CONSTRAINT fk1 FOREIGN KEY (c_id) REFERENCES c (id))";
static const char wide_keys[] =
    "CREATE TABLE c (id decimal(12,2) PRIMARY KEY, n int CHECK (n > 0)); CREATE TABLE o (id int "
    "PRIMARY KEY, c_id decimal(12,2), CONSTRAINT fk1 FOREIGN KEY (c_id) REFERENCES c (id) ON "
    "DELETE CASCADE)";

/* As a user sees it that is no administrator. */
static struct schema *read_as(const char *user, const char *name)
{
    const struct live_options options = { .password = "right" };
    char *dsn = memory_printf("mariadb://%s@/%s?socket=%s/socket", user, name,
                              database_server_folder(test_server));
    struct error error = { 0 };
    struct schema *schema = live_schema_read(dsn, &options, NULL, &error);

    if (schema == NULL)
        fail_msg("%s", error.message);
    free(dsn);
    return schema;
}

static void assert_refused(const struct schema *previous, const struct schema *current,
                           const char *const *words)
{
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct error error = { 0 };

    assert_false(schema_sync_check(diff, &error));
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
    for (; *words != NULL; words++) {
        if (strstr(error.message, *words) == NULL)
            fail_msg("'%s' is not in: %s", *words, error.message);
    }
    assert_non_null(strstr(error.hint, "a user who may see that"));
    schema_diff_free(&diff);
}

static void assert_checked(const struct schema *previous, const struct schema *current)
{
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct error error = { 0 };

    if (!schema_sync_check(diff, &error))
        fail_msg("%s", error.message);
    schema_diff_free(&diff);
}

/* One side sees the key, the other does not: it is neither dropped nor added for that. */
static void assert_no_key(const struct schema *previous, const struct schema *current)
{
    struct schema_sync *sync = write_script(previous, current, true);

    assert_null(strstr(sync->script, "FOREIGN KEY"));
    assert_null(strstr(sync->rollback, "FOREIGN KEY"));
    schema_sync_free(&sync);
}

static void no_script_guesses_at_what_stands_on_a_column(void **state)
{
    static const char *const keys[] = { "column ", "id changes", "foreign key: ", "REFERENCES",
                                        NULL };
    static const char *const gone[] = { "column c.m goes", "foreign key: ", NULL };
    static const char *const checks[] = { "column c.id changes", "check: ", NULL };
    struct schema *narrow, *wide, *more, *hidden, *parts;

    (void)state;
    test_server_need();
    database_server_sql(test_server, "mysql",
                        "CREATE DATABASE keyed; CREATE DATABASE cascading; CREATE DATABASE more;"
                        "CREATE USER watcher@localhost IDENTIFIED BY 'right';"
                        "CREATE USER partial@localhost IDENTIFIED BY 'right';"
                        "GRANT SELECT ON keyed.* TO watcher@localhost");
    database_server_sql(test_server, "keyed", narrow_keys);
    database_server_sql(test_server, "cascading", wide_keys);
    database_server_sql(test_server, "more", narrow_keys);
    database_server_sql(test_server, "more",
                        "ALTER TABLE c ADD COLUMN m int; ALTER TABLE o ALTER c_id SET DEFAULT 3;"
                        "GRANT SELECT, REFERENCES ON keyed.c TO partial@localhost;"
                        "GRANT SELECT, REFERENCES ON keyed.o TO partial@localhost");
    narrow = test_server_read("keyed");
    wide = test_server_read("cascading");
    more = test_server_read("more");
    hidden = read_as("watcher", "keyed");
    parts = read_as("partial", "keyed");
    assert_refused(hidden, wide, keys);
    assert_refused(wide, hidden, keys);
    assert_refused(parts, wide, checks);
    assert_no_key(hidden, wide);
    assert_no_key(wide, hidden);
    assert_checked(narrow, wide);
    assert_checked(hidden, more);
    assert_refused(more, hidden, gone);
    schema_free(&narrow);
    schema_free(&wide);
    schema_free(&more);
    schema_free(&hidden);
    schema_free(&parts);
}

/* The rule of a key is that of the side that is led to, also where its columns keep their type. */
static void a_rule_of_a_key_is_taken_back_where_its_columns_stay_wide(void **state)
{
    struct schema *before, *after;
    struct schema_sync *sync;

    (void)state;
    test_server_need();
    database_server_sql(test_server, "mysql", "CREATE DATABASE ruled; CREATE DATABASE ruling");
    database_server_sql(test_server, "ruled", narrow_keys);
    database_server_sql(test_server, "ruling", wide_keys);
    before = test_server_read("ruled");
    after = test_server_read("ruling");
    sync = write_script(before, after, false);
    for (int i = 0; i < 2; i++)
        database_server_sql(test_server, "ruled", sync->script);
    assert_int_equal(count_differences("ruled", before), 3);
    assert_int_equal(count_differences("ruled", after), 0);
    for (int i = 0; i < 2; i++)
        database_server_sql(test_server, "ruled", sync->rollback);
    assert_int_equal(count_differences("ruled", before), 2); /* the types, and not the rule */
    schema_sync_free(&sync);
    schema_free(&before);
    schema_free(&after);
}

struct pair {
    struct schema *before, *after;
    struct schema_sync *sync;
};

/* A script from one to the other; the database `from` is there for it. */
static void open_pair(struct pair *pair, const char *from, const char *before, const char *to,
                      const char *after, bool destructive)
{
    pair->before = live_schema_make(test_server, from, before);
    pair->after = live_schema_make(test_server, to, after);
    pair->sync = write_script(pair->before, pair->after, destructive);
}

static void close_pair(struct pair *pair)
{
    schema_sync_free(&pair->sync);
    schema_free(&pair->before);
    schema_free(&pair->after);
}

static void run_twice(const char *name, const char *script)
{
    for (int i = 0; i < 2; i++)
        database_server_sql(test_server, name, script);
}

static void a_key_whose_columns_stay_as_they_are_is_left_alone(void **state)
{
    static const char table[] = "CREATE TABLE c (id varchar(9) PRIMARY KEY, n decimal(%s) UNIQUE) "
                                "CHARACTER SET %s; CREATE TABLE o (c_id varchar(9), n decimal(%s), "
                                "CONSTRAINT fk1 FOREIGN KEY (c_id) REFERENCES c (id), CONSTRAINT "
                                "fk2 FOREIGN KEY (n) REFERENCES c (n)) CHARACTER SET %s";
    char *before = memory_printf(table, "12,2", "utf8mb4", "12,2", "utf8mb4");
    char *after = memory_printf(table, "10,0", "latin1", "10,0", "latin1");
    struct pair pair;

    (void)state;
    test_server_need();
    open_pair(&pair, "held", before, "holding", after, false);
    assert_int_equal(pair.sync->destructive_count, 4);
    assert_int_equal(pair.sync->waiting_count, 0);
    assert_null(strstr(pair.sync->script, "FOREIGN KEY"));
    assert_null(strstr(pair.sync->rollback, "FOREIGN KEY"));
    run_twice("held", pair.sync->script);
    assert_int_equal(count_differences("held", pair.before), 0);
    run_twice("held", pair.sync->rollback);
    assert_int_equal(count_differences("held", pair.before), 0);
    close_pair(&pair);
    free(before);
    free(after);
}

static const char unkeyed[] = "CREATE TABLE c (d decimal(10,0) PRIMARY KEY); CREATE TABLE t (c "
                              "decimal(10,0)); INSERT INTO c VALUES (1); INSERT INTO t VALUES (1)";
static const char keyed[] = "CREATE TABLE c (d decimal(12,2) PRIMARY KEY); CREATE TABLE t (c "
                            "decimal(12,2), CONSTRAINT fk1 FOREIGN KEY (c) REFERENCES c (d))";

/* Its index cannot go before it, and what stands behind that in the rollback was not run. */
static void a_key_that_was_added_on_columns_which_stay_wide_is_taken_back(void **state)
{
    struct pair pair;

    (void)state;
    test_server_need();
    open_pair(&pair, "unkeyed", unkeyed, "wide_keyed", keyed, false);
    run_twice("unkeyed", pair.sync->script);
    assert_int_equal(count_differences("unkeyed", pair.after), 0);
    run_twice("unkeyed", pair.sync->rollback);
    assert_int_equal(count_differences("unkeyed", pair.before), 2); /* the types */
    close_pair(&pair);
}

static void a_key_comes_back_where_what_stays_wide_lets_it(void **state)
{
    static const char before[] = "CREATE TABLE c (d decimal(10,0) PRIMARY KEY, e decimal(10,0) "
                                 "UNIQUE); CREATE TABLE t (c decimal(10,0), CONSTRAINT one FOREIGN "
                                 "KEY (c) REFERENCES c (d), CONSTRAINT two FOREIGN KEY (c) "
                                 "REFERENCES c (e))";
    static const char after[] = "CREATE TABLE c (d decimal(12,2) PRIMARY KEY, e decimal(10,0) "
                                "UNIQUE); CREATE TABLE t (c decimal(12,2), KEY one (c))";
    struct pair pair;

    (void)state;
    test_server_need();
    open_pair(&pair, "two_keys", before, "no_keys", after, false);
    run_twice("two_keys", pair.sync->script);
    assert_int_equal(count_differences("two_keys", pair.after), 0);
    assert_int_equal(pair.sync->rollback_waiting_count, 1);
    assert_non_null(strstr(pair.sync->rollback, "\n-- ALTER TABLE `t` ADD CONSTRAINT `two`"));
    run_twice("two_keys", pair.sync->rollback);
    assert_int_equal(count_differences("two_keys", pair.before), 3);
    close_pair(&pair);
}

#define TEXTS(set, other)                                                                          \
    "CREATE TABLE t (id varchar(20) PRIMARY KEY) CHARACTER SET " set ";"                           \
    "CREATE TABLE c (tid varchar(20)%s) CHARACTER SET " other ";"
#define TEXT_KEY ", CONSTRAINT f FOREIGN KEY (tid) REFERENCES t (id)"

/* The table says it for the column. */
static void a_new_key_waits_for_a_table_that_keeps_its_character_set(void **state)
{
    char *before = memory_printf(TEXTS("utf8mb4", "latin1"), "");
    char *after = memory_printf(TEXTS("latin1", "latin1"), TEXT_KEY);
    struct pair pair;

    (void)state;
    test_server_need();
    open_pair(&pair, "wide_end", before, "narrow_end", after, false);
    assert_int_equal(pair.sync->waiting_count, 1);
    assert_int_equal(pair.sync->rollback_waiting_count, 0);
    assert_non_null(strstr(pair.sync->script, "\n-- waits: a column of the key is not changed "
                                              "before\n-- ALTER TABLE `c` ADD CONSTRAINT `f`"));
    run_twice("wide_end", pair.sync->script);
    run_twice("wide_end", pair.sync->rollback);
    assert_int_equal(count_differences("wide_end", pair.before), 0);
    close_pair(&pair);
    free(before);
    free(after);
}

/* `differences` are left when the way back has been gone, with that many keys that wait. */
static void come_back(const char *before, const char *after, size_t waiting, size_t differences)
{
    struct pair pair;

    database_server_sql(test_server, "mysql",
                        "DROP DATABASE IF EXISTS there; DROP DATABASE IF EXISTS back");
    open_pair(&pair, "there", before, "back", after, false);
    assert_int_equal(pair.sync->rollback_waiting_count, waiting);
    run_twice("there", pair.sync->script);
    assert_int_equal(count_differences("there", pair.after), 0);
    run_twice("there", pair.sync->rollback);
    assert_int_equal(count_differences("there", pair.before), differences);
    close_pair(&pair);
}

static void a_key_of_texts_comes_back_where_both_ends_are_of_one_kind(void **state)
{
    char *before = memory_printf(TEXTS("latin1", "latin1"), TEXT_KEY);
    char *both = memory_printf(TEXTS("utf8mb4", "utf8mb4"), ", KEY f (tid)");
    char *one = memory_printf(TEXTS("utf8mb4", "latin1"), ", KEY f (tid)");

    (void)state;
    test_server_need();
    come_back(before, both, 0, 2);
    come_back(before, one, 1, 2);
    come_back(before,
              "CREATE TABLE t (id varchar(20) CHARACTER SET utf8mb4 PRIMARY KEY) CHARACTER SET "
              "latin1; CREATE TABLE c (tid varchar(20), KEY f (tid)) CHARACTER SET latin1;",
              1, 2);
    free(before);
    free(both);
    free(one);
}

static void a_script_that_drops_a_table_with_a_key_can_be_run_again(void **state)
{
    struct pair pair;

    (void)state;
    test_server_need();
    open_pair(&pair, "gone_key", keyed, "gone_table",
              "CREATE TABLE c (d decimal(14,2) PRIMARY KEY)", true);
    run_twice("gone_key", pair.sync->script);
    assert_int_equal(count_differences("gone_key", pair.after), 0);
    close_pair(&pair);
}

static void a_column_that_counts_waits_with_its_keys(void **state)
{
    static const char *const tables[][2] = {
        {"id decimal(12,2) NOT NULL, n int",                     "id int AUTO_INCREMENT PRIMARY KEY, n int"},
        { "old int AUTO_INCREMENT PRIMARY KEY, id int NOT NULL",
         "id int AUTO_INCREMENT PRIMARY KEY"                                                               },
        { "old int AUTO_INCREMENT PRIMARY KEY, n int",           "id int AUTO_INCREMENT PRIMARY KEY, n int"},
        { "id double AUTO_INCREMENT PRIMARY KEY, n int",         "id int NOT NULL, n int PRIMARY KEY"      },
    };

    (void)state;
    test_server_need();
    for (int i = 0; i < 8; i++) {
        char *from = memory_printf("counts%d", i), *to = memory_printf("counted%d", i);
        char *before = memory_printf("CREATE TABLE t (%s)", tables[i / 2][i % 2]);
        char *after = memory_printf("CREATE TABLE t (%s)", tables[i / 2][1 - i % 2]);
        struct pair pair;

        open_pair(&pair, from, before, to, after, false);
        assert_int_equal(pair.sync->waiting_count + pair.sync->rollback_waiting_count > 0, true);
        run_twice(from, pair.sync->script);
        assert_int_equal(count_differences(from, pair.after) > 0, pair.sync->destructive_count > 0);
        run_twice(from, pair.sync->rollback);
        if (pair.sync->rollback_waiting_count == 0)
            assert_int_equal(count_differences(from, pair.before), 0);
        close_pair(&pair);
        free(from);
        free(to);
        free(before);
        free(after);
    }
}

/* 800 characters are more than an index has room for where each may take four bytes. */
static void a_key_of_a_text_that_keeps_its_character_set_waits(void **state)
{
    static const char wide[] = "CREATE TABLE t (b varchar(800), own varchar(9), KEY k (b(100))) "
                               "CHARACTER SET utf8mb4; INSERT INTO t VALUES ('\xc5\xbc', 'a')";
    static const char narrow[] = "CREATE TABLE t (b varchar(800), own varchar(9) CHARACTER SET "
                                 "utf8mb4, KEY k (b)) CHARACTER SET latin1";
    struct pair pair;

    (void)state;
    test_server_need();
    open_pair(&pair, "wide_text", wide, "narrow_text", narrow, false);
    assert_int_equal(pair.sync->waiting_count, 1);
    assert_int_equal(pair.sync->rollback_destructive_count, 0);
    assert_int_equal(pair.sync->rollback_waiting_count, 0);
    assert_non_null(strstr(pair.sync->script, "\n-- waits: a column of the key is not changed "
                                              "before\n-- ALTER TABLE `t`\n--     DROP INDEX IF "
                                              "EXISTS `k`,\n--     ADD INDEX `k` (`b`);"));
    run_twice("wide_text", pair.sync->script);
    run_twice("wide_text", pair.sync->rollback);
    assert_int_equal(count_differences("wide_text", pair.before), 0);
    database_server_expect(test_server, "wide_text", "(SELECT HEX(b) FROM t) = 'C5BC'");
    close_pair(&pair);
}

/* What it loses is said, and the way back loses nothing. */
static void a_column_that_gets_a_narrower_character_set_is_held_back(void **state)
{
    struct pair pair;

    (void)state;
    test_server_need();
    open_pair(&pair, "all_signs",
              "CREATE TABLE t (a varchar(9) CHARACTER SET utf8mb4) CHARACTER SET utf8mb3",
              "few_signs",
              "CREATE TABLE t (a varchar(9) CHARACTER SET latin1) CHARACTER SET utf8mb3", false);
    assert_int_equal(pair.sync->destructive_count, 1);
    assert_non_null(strstr(pair.sync->script,
                           "\n-- destroys: characters that the new character set does not have\n"
                           "-- ALTER TABLE `t`\n--     MODIFY COLUMN `a` varchar(9) CHARACTER "
                           "SET latin1"));
    assert_int_equal(pair.sync->rollback_destructive_count, 0);
    close_pair(&pair);
}

/* A server drops no such column alone. */
static void a_column_goes_with_what_its_keys_become(void **state)
{
    static const char before[] =
        "CREATE TABLE p (id int, a int, b int, PRIMARY KEY (id, a)); INSERT INTO p VALUES (1, 2, "
        "3); CREATE TABLE u (a int, b int, UNIQUE k (b, a), KEY own (a));"
        "CREATE TABLE n (id int AUTO_INCREMENT, a int, PRIMARY KEY (id, a))";
    static const char after[] =
        "CREATE TABLE p (id int PRIMARY KEY, b int); CREATE TABLE u (b int UNIQUE KEY);"
        "CREATE TABLE n (a int PRIMARY KEY)";
    struct pair pair;

    (void)state;
    test_server_need();
    open_pair(&pair, "more_columns", before, "less_columns", after, true);
    assert_int_equal(pair.sync->destructive_count, 3);
    if (!strstr(pair.sync->script, "\n-- destroys: the column's values\nALTER TABLE `p`\n    DROP "
                                   "COLUMN IF EXISTS `a`,\n    DROP INDEX IF EXISTS `PRIMARY`,"))
        fail_msg("%s", pair.sync->script);
    run_twice("more_columns", pair.sync->script);
    assert_int_equal(count_differences("more_columns", pair.after), 0);
    database_server_expect(test_server, "more_columns",
                           "(SELECT COUNT(*) FROM p WHERE id = 1 AND b = 3) = 1");
    close_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_in_the_middle_of_a_script_is_seen),
        cmocka_unit_test(a_type_that_holds_less_waits_until_it_is_asked_for),
        cmocka_unit_test(no_script_guesses_at_what_stands_on_a_column),
        cmocka_unit_test(a_rule_of_a_key_is_taken_back_where_its_columns_stay_wide),
        cmocka_unit_test(a_key_whose_columns_stay_as_they_are_is_left_alone),
        cmocka_unit_test(a_key_that_was_added_on_columns_which_stay_wide_is_taken_back),
        cmocka_unit_test(a_key_comes_back_where_what_stays_wide_lets_it),
        cmocka_unit_test(a_new_key_waits_for_a_table_that_keeps_its_character_set),
        cmocka_unit_test(a_key_of_texts_comes_back_where_both_ends_are_of_one_kind),
        cmocka_unit_test(a_script_that_drops_a_table_with_a_key_can_be_run_again),
        cmocka_unit_test(a_column_that_counts_waits_with_its_keys),
        cmocka_unit_test(a_key_of_a_text_that_keeps_its_character_set_waits),
        cmocka_unit_test(a_column_that_gets_a_narrower_character_set_is_held_back),
        cmocka_unit_test(a_column_goes_with_what_its_keys_become),
    };

    return cmocka_run_group_tests_name("types and foreign keys of MariaDB", tests,
                                       test_server_start_mariadb, test_server_stop);
}
