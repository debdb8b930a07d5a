/*
 * Which files are migrations, in which order they run, and what leads back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/migrations.h"

static void golang_migrate_has_two_files(void **state)
{
    struct migration_scene *scene =
        migrations_of(NULL, "db/10_c.up.sql", "SELECT 1;", "db/2_b.up.sql",
                      "CREATE TABLE b (a int);", "db/2_b.down.sql", "DROP TABLE b;",
                      "db/1_a.up.sql", "CREATE TABLE a (a int);", "db/1_a.down.sql", "-- nothing\n",
                      "db/3_d.down.sql", "DROP TABLE d;", "db/README.md", "x", NULL);

    (void)state;
    assert_told(
        migrations_told(scene),
        "golang-migrate versioned 1 'a' db/1_a.up.sql empty: nothing in db/1_a.down.sql does "
        "anything\n"
        "golang-migrate versioned 2 'b' db/2_b.up.sql file: db/2_b.down.sql\n"
        "golang-migrate versioned 10 'c' db/10_c.up.sql not_needed: it changes nothing that "
        "lasts\n"
        "! db/3_d.down.sql:0: it leads back from a migration that is not there\n");
    migrations_free(&scene);
}

static void flyway_runs_versions_then_repeatables(void **state)
{
    struct migration_scene *scene =
        migrations_of(NULL, "R__b_views.sql", "CREATE VIEW v AS SELECT 1;", "R__a.sql", "SELECT 1",
                      "V1.10__x.sql", "CREATE TABLE x (a int);", "V1_2__y.sql",
                      "CREATE TABLE y (a int);", "sub/V1.2.1__z.sql", "CREATE TABLE z (a int);",
                      "U1.2__y.sql", "DROP TABLE y;", "B1.10__base.sql", "CREATE TABLE b (a int);",
                      "V__bad.sql", "x", "v9__no.sql", "x", NULL);

    (void)state;
    assert_told(
        migrations_told(scene),
        "flyway versioned 1_2 'y' V1_2__y.sql file: U1.2__y.sql\n"
        "flyway versioned 1.2.1 'z' sub/V1.2.1__z.sql none: there is no undo migration\n"
        "flyway versioned 1.10 'x' V1.10__x.sql none: there is no undo migration\n"
        "flyway baseline B:1.10 'base' B1.10__base.sql none: there is no undo migration\n"
        "flyway repeatable R:a 'a' R__a.sql not_needed: it is run again: its earlier form leads "
        "back\n"
        "flyway repeatable R:b_views 'b_views' R__b_views.sql not_needed: it is run again: its "
        "earlier form leads back\n");
    migrations_free(&scene);
}

static void goose_and_its_like_have_sections(void **state)
{
    struct migration_scene *scene = migrations_of(
        NULL, "1_a.sql",
        "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON a (b);\n"
        "-- +goose StatementBegin\nSELECT 1; SELECT 2;\n-- +goose StatementEnd\n"
        "-- +goose Down\nDROP INDEX i;\n",
        "2_b.sql", "-- +migrate Up notransaction\nSELECT 1;\n-- +migrate Down\n", "3_c.sql",
        "-- migrate:up transaction:false\nCREATE TABLE c (a int);\n-- migrate:down\nDROP TABLE "
        "c;\n",
        "4_d.sql", "-- +goose Down\nDROP TABLE d;\n", "5_e.sql",
        "-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n", NULL);

    (void)state;
    assert_told(migrations_told(scene),
                "goose versioned 1 'a' 1_a.sql alone section: its down section\n"
                "sql-migrate versioned 2 'b' 2_b.sql alone empty: nothing in its down section does "
                "anything\n"
                "dbmate versioned 3 'c' 3_c.sql alone section: its down section\n"
                "goose versioned 4 'd' 4_d.sql section: its down section\n"
                "goose versioned 5 'e' 5_e.sql not_needed: it changes nothing that lasts\n"
                "! 4_d.sql:2: it has no section for the way there\n"
                "! 5_e.sql:3: a statement begins that nothing ends\n");
    assert_told(operations_told(scene), "1_a.sql:3 CREATE INDEX i on a !alone\n"
                                        "1_a.sql:5 SELECT\n"
                                        "2_b.sql:2 SELECT\n"
                                        "3_c.sql:2 CREATE TABLE c (a int)\n"
                                        "5_e.sql:3 SELECT\n");
    migrations_free(&scene);
}

static void liquibase_has_changesets(void **state)
{
    struct migration_scene *scene = migrations_of(
        "mysql", "db/changelog/a.sql",
        "--liquibase formatted sql\n--changeset bob:1 runOnChange:true splitStatements:false\n"
        "CREATE VIEW v AS SELECT 1; SELECT 2;\n--changeset bob:create-t dbms:mysql\n"
        "CREATE TABLE t (a int);\n--rollback DROP TABLE t;\n--rollback DROP TABLE u;\n"
        "--changeset ann:3 runInTransaction:false\n--comment x\nINSERT INTO t VALUES (1);\n"
        "--rollback not required\n--changeset ann:4\n/* liquibase rollback\nDROP TABLE x;\n*/\n"
        "CREATE TABLE x (a int);\n--changeset ann\nSELECT 1;\n",
        "db/changelog/plain.sql", "SELECT 1;", NULL);
    const struct migration *second = &scene->set.list[1];

    (void)state;
    assert_told(
        migrations_told(scene),
        "liquibase repeatable db/changelog/a.sql::1::bob '1 by bob' db/changelog/a.sql "
        "not_needed: it is run again: its earlier form leads back\n"
        "liquibase versioned db/changelog/a.sql::create-t::bob 'create-t by bob' "
        "db/changelog/a.sql section: --rollback\n"
        "liquibase versioned db/changelog/a.sql::3::ann '3 by ann' db/changelog/a.sql alone "
        "not_needed: its rollback is empty on purpose\n"
        "liquibase versioned db/changelog/a.sql::4::ann '4 by ann' db/changelog/a.sql section: "
        "--rollback\n"
        "liquibase versioned db/changelog/a.sql::::ann ' by ann' db/changelog/a.sql "
        "not_needed: it changes nothing that lasts\n"
        "! db/changelog/a.sql:17: a changeset needs an author and an id: \"--changeset "
        "author:id\"\n");
    assert_int_equal(second->down_count, 1);
    assert_string_equal(second->down[0].text, "DROP TABLE t;\nDROP TABLE u;");
    assert_told(operations_told(scene),
                "db/changelog/a.sql:3 CREATE VIEW v\ndb/changelog/a.sql:5 CREATE TABLE t (a int)\n"
                "db/changelog/a.sql:10 INSERT t !changes-data\n"
                "db/changelog/a.sql:16 CREATE TABLE x (a int)\ndb/changelog/a.sql:18 SELECT\n");
    migrations_free(&scene);
}

static void prisma_and_diesel_have_folders(void **state)
{
    struct migration_scene *scene =
        migrations_of(NULL, "prisma/migrations/20250120103000_init/migration.sql",
                      "CREATE TABLE a (b int);", "prisma/migrations/migration_lock.toml",
                      "provider = \"postgresql\"", "migrations/2025-01-20-103000_users/up.sql",
                      "CREATE TABLE u (b int);", "migrations/2025-01-20-103000_users/down.sql",
                      "DROP TABLE u;", NULL);

    (void)state;
    assert_told(
        migrations_told(scene),
        "diesel versioned 2025-01-20-103000 'users' migrations/2025-01-20-103000_users/up.sql "
        "file: migrations/2025-01-20-103000_users/down.sql\n"
        "prisma versioned 20250120103000 'init' "
        "prisma/migrations/20250120103000_init/migration.sql none: Prisma has no way back\n");
    migrations_free(&scene);
}

static void a_time_in_front_of_a_name_is_enough(void **state)
{
    struct migration_scene *scene =
        migrations_of(NULL, "20250120_002_b.sql", "CREATE TABLE b (a int);", "20250120_001_a.sql",
                      "CREATE TABLE a (a int);", "20250120_001_a.rollback.sql", "DROP TABLE a;",
                      "db/structure.sql", "CREATE TABLE s (a int);", "0003.sql",
                      "CREATE TABLE z (a int);", NULL);

    (void)state;
    assert_told(migrations_told(scene),
                "timestamped versioned 0003 '' 0003.sql none: nothing leads back\n"
                "timestamped versioned 20250120_001 'a' 20250120_001_a.sql file: "
                "20250120_001_a.rollback.sql\n"
                "timestamped versioned 20250120_002 'b' 20250120_002_b.sql none: nothing leads "
                "back\n");
    assert_int_equal(scene->set.schema_count, 1);
    assert_string_equal(scene->set.schemas[0].path, "db/structure.sql");
    migrations_free(&scene);
}

static void one_version_twice_is_a_problem(void **state)
{
    struct migration_scene *scene = migrations_of(NULL, "a/1_x.sql", "SELECT 1", "a/01_y.sql",
                                                  "SELECT 1", "b/1_x.sql", "SELECT 1", NULL);

    (void)state;
    assert_told(
        migrations_told(scene),
        "timestamped versioned 01 'y' a/01_y.sql not_needed: it changes nothing that lasts\n"
        "timestamped versioned 1 'x' a/1_x.sql not_needed: it changes nothing that lasts\n"
        "timestamped versioned 1 'x' b/1_x.sql not_needed: it changes nothing that lasts\n");
    migrations_free(&scene);
    scene = migrations_of(NULL, "a/1_x.sql", "SELECT 1", "a/1_y.sql", "SELECT 1", NULL);
    assert_int_equal(scene->set.problem_count, 1);
    assert_string_equal(scene->set.problems[0].message, "it has the same version as a/1_x.sql");
    migrations_free(&scene);
}

static void pgroll_knows_the_way_back_but_not_of_plain_sql(void **state)
{
    struct migration_scene *scene =
        migrations_of(NULL, "01_a.json",
                      "{\"operations\": [{\"drop_column\": {\"table\": \"t\", \"column\": \"c\"}},"
                      "{\"sql\": {\"up\": \"DROP TABLE x\"}}]}",
                      "02_b.yaml", "operations:\n  - drop_table: {name: t}\n  - frobnicate: {}\n",
                      "03_values.yaml", "replicas: 2\n", "04_bad.json", "{\"operations\": [", NULL);

    (void)state;
    assert_told(migrations_told(scene),
                "pgroll versioned 01 'a' 01_a.json none: the SQL in line 1 has no \"down\"\n"
                "pgroll versioned 02 'b' 02_b.yaml automatic: pgroll leads back until the "
                "migration is "
                "completed\n"
                "pgroll versioned 04 'bad' 04_bad.json none: it cannot be read\n"
                "! 04_bad.json:0: 04_bad.json:1:17: expected a value, but the text ends\n");
    assert_told(operations_told(scene), "01_a.json:1 ALTER TABLE t !loses-data\n"
                                        "  DROP COLUMN c !loses-data\n"
                                        "01_a.json:1 DROP TABLE x !loses-data !breaks\n"
                                        "02_b.yaml:2 DROP TABLE t !loses-data\n"
                                        "02_b.yaml:3 frobnicate !unread\n"
                                        "04_bad.json:1 NOT READ !unread\n");
    migrations_free(&scene);
}

static void *read_on_a_thread(void *nothing)
{
    struct migration_scene *scene =
        migrations_of("postgresql", "1_a.sql", "CREATE TABLE a (b int);", NULL);

    migrations_free(&scene);
    return nothing;
}

static void a_thread_that_has_read_may_end(void **state)
{
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, read_on_a_thread, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void versions_are_numbers(void **state)
{
    (void)state;
    assert_int_equal(migration_version_compare("1.2", "1_10"), -1);
    assert_int_equal(migration_version_compare("1", "1.0.0"), 0);
    assert_int_equal(migration_version_compare("010", "9"), 1);
    assert_int_equal(migration_version_compare("20250120103000", "20250120103000000000000000"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golang_migrate_has_two_files),
        cmocka_unit_test(flyway_runs_versions_then_repeatables),
        cmocka_unit_test(goose_and_its_like_have_sections),
        cmocka_unit_test(liquibase_has_changesets),
        cmocka_unit_test(prisma_and_diesel_have_folders),
        cmocka_unit_test(a_time_in_front_of_a_name_is_enough),
        cmocka_unit_test(one_version_twice_is_a_problem),
        cmocka_unit_test(pgroll_knows_the_way_back_but_not_of_plain_sql),
        cmocka_unit_test(a_thread_that_has_read_may_end),
        cmocka_unit_test(versions_are_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
