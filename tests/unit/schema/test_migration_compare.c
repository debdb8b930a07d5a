/*
 * Two sets of migrations: what is new, and what happened to those that are there already.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/migrations.h"

#define A "1_a.sql", "CREATE TABLE a (a int);"
#define C "3_c.sql", "CREATE TABLE c (a int);"

static void compare(struct migration_scene *previous, struct migration_scene *current,
                    const char *expected)
{
    assert_told(differences_told(previous, current), expected);
    migrations_free(&previous);
    migrations_free(&current);
}

static void new_ones_follow_or_come_too_late(void **state)
{
    (void)state;
    compare(migrations_of(NULL, A, C, NULL),
            migrations_of(NULL, A, "2_b.sql", "SELECT 1", C, "4_d.sql", "SELECT 1", NULL),
            "out_of_order 2_b.sql: before 3, which is there already\nnew 4_d.sql\n");
    compare(migrations_of(NULL, "a/5_a.sql", "SELECT 1", NULL),
            migrations_of(NULL, "a/5_a.sql", "SELECT 1", "b/1_b.sql", "SELECT 1", NULL),
            "new b/1_b.sql\n");
}

static void an_edited_one_is_told_and_so_is_one_that_only_looks_edited(void **state)
{
    (void)state;
    compare(migrations_of(NULL, A, C, NULL),
            migrations_of(NULL, "1_a.sql", "CREATE TABLE a (a bigint);", "3_c.sql",
                          "-- why\nCREATE  TABLE c (a int);", NULL),
            "changed 1_a.sql\nchanged 3_c.sql: only comments and blanks differ; its checksum does, "
            "too\n");
    compare(migrations_of(NULL, A, NULL),
            migrations_of(NULL, "1_a.sql", "CREATE TABLE a (a int);\r\n", NULL),
            "changed 1_a.sql: only comments and blanks differ; its checksum does, too\n");
    compare(migrations_of(NULL, "1_a.sql", "SELECT 1;\nSELECT 2;\n", NULL),
            migrations_of(NULL, "1_a.sql", "SELECT 1;\r\nSELECT 2;\r\n", NULL), "");
}

static void one_that_is_gone_is_removed_or_renamed(void **state)
{
    (void)state;
    compare(migrations_of(NULL, A, C, NULL),
            migrations_of(NULL, "1_z.sql", "CREATE TABLE a (a int);", NULL),
            "removed 3_c.sql\nrenamed 1_z.sql: it was 1_a.sql\n");
}

static void a_repeatable_one_may_change(void **state)
{
    (void)state;
    compare(migrations_of(NULL, "R__v.sql", "CREATE VIEW v AS SELECT 1", NULL),
            migrations_of(NULL, "R__v.sql", "CREATE VIEW v AS SELECT 2", NULL),
            "repeated R__v.sql\n");
}

static void the_way_back_alone_may_change(void **state)
{
    (void)state;
    compare(migrations_of(NULL, "1_a.up.sql", "SELECT 1", NULL),
            migrations_of(NULL, "1_a.up.sql", "SELECT 1", "1_a.down.sql", "SELECT 2", NULL),
            "down_changed 1_a.up.sql: a way back was added\n");
    compare(migrations_of(NULL, "1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;",
                          NULL),
            migrations_of(NULL, "1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 3;",
                          NULL),
            "down_changed 1_a.sql: only its way back changed\n");
}

static void changesets_of_one_file_are_told_apart(void **state)
{
    const char *before = "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--changeset a:2\n"
                         "SELECT 2;\n";
    const char *after = "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--changeset a:3\n"
                        "SELECT 3;\n--changeset a:2\nSELECT 22;\n";

    (void)state;
    compare(migrations_of(NULL, "c.sql", before, NULL), migrations_of(NULL, "c.sql", after, NULL),
            "new c.sql\nchanged c.sql\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_ones_follow_or_come_too_late),
        cmocka_unit_test(an_edited_one_is_told_and_so_is_one_that_only_looks_edited),
        cmocka_unit_test(one_that_is_gone_is_removed_or_renamed),
        cmocka_unit_test(a_repeatable_one_may_change),
        cmocka_unit_test(the_way_back_alone_may_change),
        cmocka_unit_test(changesets_of_one_file_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
