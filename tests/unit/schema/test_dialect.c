/*
 * Which dialect a set of migrations is written in, and why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/migrations.h"

static void assert_dialect(const char *sql, const char *name, const char *why)
{
    struct migration_scene *scene = migrations_of(NULL, "1_a.sql", sql, NULL);

    assert_string_equal(sql_dialect_name(scene->set.dialect.dialect), name);
    assert_string_equal(scene->set.dialect.why, why);
    migrations_free(&scene);
}

static void words_of_one_dialect_decide(void **state)
{
    (void)state;
    assert_dialect("SELECT 1;\nCREATE TABLE a (b jsonb);", "postgresql", "JSONB in 1_a.sql:2");
    assert_dialect("CREATE TABLE a (b int AUTO_INCREMENT) ENGINE=InnoDB", "mysql",
                   "AUTO_INCREMENT in 1_a.sql:1 and 1 more sign");
    assert_dialect("PRAGMA foreign_keys=OFF;", "sqlite", "PRAGMA in 1_a.sql:1");
    assert_dialect("/*!40101 SET NAMES utf8 */;", "mysql", "/*! … */ in 1_a.sql:1");
    assert_dialect("SELECT a::int", "postgresql", "::type in 1_a.sql:1");
    assert_dialect("alter table only a drop b", "postgresql", "ALTER TABLE ONLY in 1_a.sql:1");
    assert_dialect("CREATE TABLE a (b int identity(1,1))", "sqlserver",
                   "IDENTITY ( 1 , 1 ) in 1_a.sql:1");
    assert_dialect("CREATE TABLE a (b DATETIME2)", "sqlserver", "DATETIME2 in 1_a.sql:1");
}

static void not_known_is_an_answer(void **state)
{
    (void)state;
    assert_dialect("CREATE TABLE a (b int)", "unknown",
                   "nothing in the files tells one dialect from another");
    assert_dialect("-- AUTO_INCREMENT\nSELECT 'jsonb', \"PRAGMA\"", "unknown",
                   "nothing in the files tells one dialect from another");
    assert_dialect("CREATE TABLE a (b jsonb, c int AUTO_INCREMENT)", "unknown",
                   "signs of MySQL, and of others as well");
}

static void what_the_project_says_counts(void **state)
{
    struct migration_scene *scene = migrations_of("mariadb", "1_a.sql", "SELECT a::int", NULL);

    (void)state;
    assert_int_equal(scene->set.dialect.dialect, DIALECT_MARIADB);
    assert_true(scene->set.dialect.configured);
    assert_string_equal(scene->set.dialect.why, "the project says so");
    assert_int_equal(scene->set.dialect.count, 1); /* what speaks against it is kept */
    migrations_free(&scene);
    scene = migrations_of("db2", "1_a.sql", "SELECT 1", NULL);
    assert_int_equal(scene->set.dialect.dialect, DIALECT_UNKNOWN);
    assert_string_equal(scene->set.dialect.why, "the project says db2, which is not known");
    migrations_free(&scene);
}

static void files_beside_the_migrations_tell_it_without_their_values(void **state)
{
    static const char lock[] = "# x\nprovider = \"mysql\"\n";
    static const char env[] = "DATABASE_URL=postgres://me:secret@db/x\n";
    struct dialect_witness *witness = dialect_witness_new();
    struct arena *arena = arena_new();
    struct dialect_verdict verdict;

    (void)state;
    assert_true(dialect_names_database("prisma/migrations/migration_lock.toml"));
    assert_false(dialect_names_database("src/main.c"));
    dialect_witness_project(witness, "migration_lock.toml", lock, sizeof lock - 1);
    verdict = dialect_decide(witness, NULL, arena);
    assert_int_equal(verdict.dialect, DIALECT_MYSQL);
    assert_string_equal(verdict.why, "\"mysql\" in migration_lock.toml:2");
    dialect_witness_free(&witness);
    witness = dialect_witness_new();
    dialect_witness_project(witness, ".env", env, sizeof env - 1);
    verdict = dialect_decide(witness, NULL, arena);
    assert_int_equal(verdict.dialect, DIALECT_POSTGRESQL);
    assert_string_equal(verdict.why, "postgres:// in .env:1");
    dialect_witness_free(&witness);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_one_dialect_decide),
        cmocka_unit_test(not_known_is_an_answer),
        cmocka_unit_test(what_the_project_says_counts),
        cmocka_unit_test(files_beside_the_migrations_tell_it_without_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
