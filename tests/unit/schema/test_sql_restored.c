/*
 * Triggers and checks that a migration switches off, and what of it is on again behind it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/migrations.h"

static void a_trigger_says_in_whole_words_that_it_guards(void **state)
{
    static const char *const guards[] = { "users_audit",  "trgUsersAudit", "log_users", "SQLLog",
                                          "useraudit",    "AUDIT_IT",      "histor1",   "t_logged2",
                                          "orderhistory", "prevent_loss",  "usersLOG" };
    static const char *const others[] = { "blog_search", "catalog_it", "login_at", "dialog",
                                          "vanguard_it", "bitmask",    "logistics" };
    char sql[128], told[128];

    (void)state;
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        snprintf(sql, sizeof sql, "ALTER TABLE t DISABLE TRIGGER %s", guards[i]);
        snprintf(told, sizeof told,
                 "ALTER TABLE t !unchecked !unguarded\n"
                 "  DISABLE TRIGGER %s !unchecked !unguarded\n",
                 guards[i]);
        assert_told(statement_told("postgresql", sql), told);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(sql, sizeof sql, "ALTER TABLE t DISABLE TRIGGER %s", others[i]);
        snprintf(told, sizeof told, "ALTER TABLE t !unchecked\n  DISABLE TRIGGER %s !unchecked\n",
                 others[i]);
        assert_told(statement_told("postgresql", sql), told);
    }
}

static void triggers_are_on_again_by_whatever_switches_them_on(void **state)
{
    static const struct {
        const char *off, *on;
        bool is_on;
    } rows[] = {
        {"public.t DISABLE TRIGGER ALL",       "t ENABLE TRIGGER ALL",              true },
        { "t DISABLE TRIGGER ALL",             "public.t ENABLE TRIGGER ALL",       true },
        { "t DISABLE TRIGGER audit_it",        "t ENABLE TRIGGER USER",             true },
        { "t DISABLE TRIGGER audit_it",        "t ENABLE TRIGGER ALL",              true },
        { "t DISABLE TRIGGER audit_it",        "t ENABLE ALWAYS TRIGGER audit_it",  true },
        { "t DISABLE TRIGGER \"audit_it\"",    "t ENABLE TRIGGER audit_it",         true },
        { "t DISABLE TRIGGER USER",            "t ENABLE TRIGGER ALL",              true },
        { "t DISABLE TRIGGER ALL",             "t ENABLE TRIGGER USER",             false},
        { "t DISABLE TRIGGER audit_it",        "t ENABLE REPLICA TRIGGER audit_it", false},
        { "t ENABLE REPLICA TRIGGER audit_it", "t ENABLE TRIGGER other",            false},
        { "t ENABLE REPLICA TRIGGER audit_it", "t ENABLE TRIGGER audit_it",         true },
        { "a.t DISABLE TRIGGER ALL",           "b.t ENABLE TRIGGER ALL",            false},
    };
    char sql[256];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *told, *second;

        snprintf(sql, sizeof sql, "ALTER TABLE %s; ALTER TABLE %s", rows[i].off, rows[i].on);
        told = statement_told("postgresql", sql);
        second = strstr(told + 1, "ALTER TABLE ");
        assert_non_null(second);
        *second = '\0';
        assert_non_null(strstr(told, "!unchecked"));
        assert_int_equal(strstr(told, "!unguarded") == NULL, rows[i].is_on);
        free(told);
    }
}

/* What mysqldump writes round each routine, and people round what they change. */
static void what_is_set_back_in_statements_of_its_own_is_told_only_where_it_stays(void **state)
{
    (void)state;
    assert_told(statement_told("mysql", "/*!50003 SET @saved_sql_mode = @@sql_mode */;\n"
                                        "/*!50003 SET sql_mode = 'NO_ENGINE_SUBSTITUTION' */;\n"
                                        "CREATE PROCEDURE a() SELECT 1;\n"
                                        "/*!50003 SET sql_mode = @saved_sql_mode */"),
                "SET\nSET SQL_MODE\nCREATE PROCEDURE a\nSET\n");
    assert_told(statement_told("mysql", "SET @saved = @@sql_mode; SET sql_mode = 'ANSI'; "
                                        "SET sql_mode = @saved; SET sql_mode = 'ANSI'"),
                "SET\nSET SQL_MODE\nSET\nSET SQL_MODE !lenient\n");
    assert_told(statement_told("mysql", "SET sql_mode = 'ANSI'; SET @saved = @@sql_mode; "
                                        "SET sql_mode = @saved"),
                "SET SQL_MODE !lenient\nSET\nSET\n");
    assert_told(statement_told("mysql", "SET SQL_SAFE_UPDATES=0; SET SQL_SAFE_UPDATES=1"),
                "SET SQL_SAFE_UPDATES\nSET\n");
    assert_told(statement_told("mysql", "SET SQL_SAFE_UPDATES=1; SET SQL_SAFE_UPDATES=0"),
                "SET\nSET SQL_SAFE_UPDATES !lenient\n");
    assert_told(statement_told("mysql", "SET SQL_SAFE_UPDATES=0, FOREIGN_KEY_CHECKS=0; "
                                        "SET SQL_SAFE_UPDATES=1, FOREIGN_KEY_CHECKS=1"),
                "SET FOREIGN_KEY_CHECKS !unchecked\nSET\n");
    assert_told(statement_told("mysql", "SET GLOBAL SQL_SAFE_UPDATES=0; SET SQL_SAFE_UPDATES=1"),
                "SET GLOBAL SQL_SAFE_UPDATES !lenient !server-wide\nSET\n");
}

/* What one transaction of a migration does and undoes is told, and that it is undone. */
static void what_a_rollback_takes_back_is_said(void **state)
{
    static const struct {
        const char *dialect, *text;
        bool is_back;
    } rows[] = {
        {"postgresql",  "BEGIN; DROP TABLE z; ROLLBACK;",                        true },
        { "postgresql", "START TRANSACTION; DROP TABLE z; ABORT WORK;",          true },
        { "sqlite",     "BEGIN IMMEDIATE; DROP TABLE z; ROLLBACK TRANSACTION",   false},
        { "sqlite",     "BEGIN TRANSACTION; DROP TABLE z; rollback transaction", true },
        { "postgresql", "BEGIN; DROP TABLE z; COMMIT;",                          false},
        { "postgresql", "BEGIN; SAVEPOINT s; DROP TABLE z; ROLLBACK TO s;",      false},
        { "postgresql", "DROP TABLE z; ROLLBACK;",                               false},
        { "postgresql", "BEGIN; SELECT 1; COMMIT; DROP TABLE z; ROLLBACK;",      false},
        { "mysql",      "BEGIN; DROP TABLE z; ROLLBACK;",                        false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct migration_scene *scene =
            migrations_of(rows[i].dialect, "1_a.sql", rows[i].text, NULL);
        const struct migration *migration = &scene->set.list[0];
        bool told = false;

        for (size_t k = 0; k < migration->operation_count; k++) {
            const struct sql_operation *operation = &migration->operations[k];

            if (operation->kind != SQL_DROP)
                continue;
            assert_true((operation->marks & SQL_LOSES_DATA) != 0);
            told = strstr(operation->why, "; but ROLLBACK behind it takes it back") != NULL;
        }
        if (told != rows[i].is_back)
            fail_msg("%s: %d", rows[i].text, told);
        migrations_free(&scene);
    }
}

/* Each that is off is looked for once, however many there are. */
static void many_triggers_are_read_in_time(void **state)
{
    struct strbuf sql = STRBUF_INIT;
    struct migration_scene *scene;

    (void)state;
    for (int i = 0; i < 20000; i++)
        strbuf_printf(&sql, "ALTER TABLE t DISABLE TRIGGER x%d;\n", i);
    for (int i = 0; i < 20000; i += 2)
        strbuf_printf(&sql, "ALTER TABLE t ENABLE TRIGGER x%d;\n", i);
    scene = migrations_of("mssql", "1_a.sql", sql.data, NULL);
    assert_int_equal(scene->set.list[0].operation_count, 30000);
    assert_int_equal(scene->set.list[0].operations[1998].changes[0].off, SQL_OFF_A_WHILE);
    assert_int_equal(scene->set.list[0].operations[1999].changes[0].off, SQL_OFF_FOR_GOOD);
    migrations_free(&scene);
    strbuf_release(&sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trigger_says_in_whole_words_that_it_guards),
        cmocka_unit_test(triggers_are_on_again_by_whatever_switches_them_on),
        cmocka_unit_test(what_is_set_back_in_statements_of_its_own_is_told_only_where_it_stays),
        cmocka_unit_test(what_a_rollback_takes_back_is_said),
        cmocka_unit_test(many_triggers_are_read_in_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
