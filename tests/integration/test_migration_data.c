/*
 * Migrations of other people: kinds, ways back and lists of operations (tests/accuracy counts the
 * statements and locks that other tools found in them). The files are not part of the project:
 * PILAB_TEST_DATA names the folder that has them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/migrations.h"

/* A folder of the data; the case is skipped without it. The caller frees. */
static char *data_folder(const char *name)
{
    const char *data = getenv("PILAB_TEST_DATA");
    char *folder = memory_printf("%s/schema/migrations/%s", data != NULL ? data : "", name);

    if (data == NULL || !file_is_directory(folder)) {
        free(folder);
        skip();
    }
    return folder;
}

static void flyways_baseline_stands_for_all_up_to_it(void **state)
{
    char *folder = data_folder("flyway");
    struct migration_scene *scene = migrations_in(folder, NULL);
    const struct migration *list = scene->set.list;

    (void)state;
    assert_int_equal(scene->set.count, 5);
    assert_int_equal(list[2].kind, MIGRATION_BASELINE);
    assert_string_equal(list[2].file, "B2__baseline.sql");
    assert_string_equal(list[3].file, "V3__third_migration.sql");
    assert_int_equal(list[4].kind, MIGRATION_REPEATABLE);
    assert_true(list[0].rollback_available);
    assert_string_equal(list[0].down_file, "U1__initial.sql");
    assert_false(list[1].rollback_available);
    migrations_free(&scene);
    free(folder);
}

static void the_seed_is_read_to_the_column(void **state)
{
    char *folder = data_folder("timestamped-seed-style");
    struct migration_scene *scene = migrations_in(folder, NULL);

    (void)state;
    assert_int_equal(scene->set.dialect.dialect, DIALECT_POSTGRESQL);
    assert_told(
        operations_told(scene),
        "20250120_001_add_upi_transactions.sql:1 CREATE TABLE upi_transactions (id BIGSERIAL, "
        "user_id BIGINT not null, amount NUMERIC(12,2) not null, upi_id VARCHAR(64) not null, "
        "status VARCHAR(16) not null = 'PENDING', created_at TIMESTAMPTZ not null = now()) ref "
        "users\n"
        "20250120_002_alter_users_biometric.sql:1 ALTER TABLE users\n"
        "  ADD COLUMN biometric_hash: biometric_hash VARCHAR(256)\n");
    migrations_free(&scene);
    free(folder);
}

static void every_operation_of_pgroll_is_known(void **state)
{
    char *folder = data_folder("pgroll-json");
    struct migration_scene *scene = migrations_in(folder, NULL);
    size_t operations = 0, without_way_back = 0;

    (void)state;
    assert_int_equal(scene->set.count, 56);
    assert_int_equal(scene->set.layout, MIGRATION_PGROLL);
    assert_int_equal(scene->set.problem_count, 0);
    for (size_t i = 0; i < scene->set.count; i++) {
        const struct migration *migration = &scene->set.list[i];

        assert_true(migration->operation_count > 0);
        operations += migration->operation_count;
        without_way_back += !migration->rollback_available;
        for (size_t k = 0; k < migration->operation_count; k++)
            assert_int_equal(migration->operations[k].marks & SQL_UNREAD, 0);
    }
    assert_int_equal(operations, 61);
    assert_int_equal(without_way_back, 1); /* 40_create_enum_type: its SQL has no "down" */
    assert_int_equal(scene->set.unread, 0);
    migrations_free(&scene);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flyways_baseline_stands_for_all_up_to_it),
        cmocka_unit_test(the_seed_is_read_to_the_column),
        cmocka_unit_test(every_operation_of_pgroll_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
