/*
 * Migrations read from two revisions of a repository.
 */
#include "source_support.h"

#include <string.h>

#include <pilab/drift/database.h>

/* Differences, one a line: "new db/migrations/1_a.sql". */
static void assert_differences(const struct database_input *input, const char *expected)
{
    struct strbuf told = STRBUF_INIT;

    assert_non_null(input);
    for (size_t i = 0; i < input->pair_count; i++) {
        const struct migration_pair *pair = &input->pairs[i];

        strbuf_printf(&told, "%s %s\n", migration_difference_name(pair->difference),
                      (pair->current != NULL ? pair->current : pair->previous)->file);
    }
    assert_string_equal(told.data, expected);
    strbuf_release(&told);
}

static void ask_for_database(struct work *work)
{
    work->request.types[DRIFT_CODE] = work->request.types[DRIFT_CONFIG] = false;
    work->request.types[DRIFT_DATABASE] = true;
}

static void well_known_folders_are_looked_at(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;
    const struct database_input *database;

    ask_for_database(work);
    builder_write(work->build, "db/migrations/1_a.sql", "CREATE TABLE a (b jsonb);\n");
    builder_write(work->build, "src/query.sql", "SELECT 1;\n");
    builder_write(work->build, "tests/migrations/1_t.sql", "SELECT 1;\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/migrations/2_b.sql", "DROP TABLE a;\n");
    builder_write(work->build, "src/query.sql", "SELECT 2;\n");
    builder_write(work->build, "tests/migrations/1_t.sql", "SELECT 2;\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    database = input->modules[0].database;
    assert_differences(database, "new db/migrations/2_b.sql\n");
    assert_int_equal(database->current->dialect.dialect, DIALECT_POSTGRESQL);
    /* Only what will run is read to its operations. */
    assert_int_equal(database->current->list[0].operation_count, 0);
    assert_int_equal(database->current->list[1].operation_count, 1);
    assert_int_equal(database->current->list[1].operations[0].marks & SQL_LOSES_DATA,
                     SQL_LOSES_DATA);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_READ, "2 migrations, PostgreSQL");
    assert_int_equal(input->problem_count, 0);
}

static void files_beside_them_tell_the_dialect(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask_for_database(work);
    builder_write(work->build, "prisma/migrations/migration_lock.toml", "provider = \"mysql\"\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "prisma/migrations/20250120103000_init/migration.sql",
                  "CREATE TABLE a (b int);\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->modules[0].database->current->dialect.dialect, DIALECT_MYSQL);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_READ, "1 migration, MySQL");
}

static void the_project_says_where_and_what(void **state)
{
    static const struct module_settings settings = { .name = "auth",
                                                     .migrations_path = "sql/steps",
                                                     .migrations_dialect = "sqlite" };
    struct work *work = *state;
    const struct drift_input *input;

    ask_for_database(work);
    work->modules[0].settings = &settings;
    builder_write(work->build, "sql/steps/1_a.sql", "CREATE TABLE a (b int);\n");
    builder_write(work->build, "db/migrations/1_x.sql", "SELECT 1;\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "sql/steps/1_a.sql", "CREATE TABLE a (b bigint);\n");
    builder_write(work->build, "db/migrations/2_x.sql", "SELECT 1;\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_differences(input->modules[0].database, "changed sql/steps/1_a.sql\n");
    assert_int_equal(input->modules[0].database->current->dialect.dialect, DIALECT_SQLITE);
}

static void a_folder_that_is_not_there_is_a_problem(void **state)
{
    static const struct module_settings settings = { .name = "auth", .migrations_path = "nowhere" };
    struct work *work = *state;
    const struct drift_input *input;

    ask_for_database(work);
    work->modules[0].settings = &settings;
    builder_write(work->build, "a", "a\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a", "b\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_null(input->modules[0].database);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED, "no migration was found");
    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "nowhere",
                   "there is no migration on either side", false);
}

static void nothing_to_compare_is_said(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask_for_database(work);
    builder_write(work->build, "db/migrations/1_a.sql", "SELECT 1;\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a", "b\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_null(input->modules[0].database);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_READ, "no migration differs");
}

static void programs_that_migrate_are_told_of(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask_for_database(work);
    builder_write(work->build, "alembic/versions/a1_init.py", "x = 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "alembic/versions/b2_more.py", "x = 2\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_DATABASE,
                   "1 new or changed migration (alembic/versions/b2_more.py)",
                   "migrations that are programs or change logs in XML are not read", true);
}

static void lists_of_operations_are_no_configuration(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    work->request.types[DRIFT_DATABASE] = true;
    builder_write(work->build, "config/migrations/01_a.yaml",
                  "operations:\n  - drop_table: {name: a}\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "config/migrations/02_b.yaml",
                  "operations:\n  - drop_table: {name: b}\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 0);
    assert_differences(input->modules[0].database, "new config/migrations/02_b.yaml\n");
    assert_string_equal(input->modules[0].database->current->list[1].operations[0].words,
                        "DROP TABLE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(well_known_folders_are_looked_at, work_setup,
                                        work_teardown),
        cmocka_unit_test_setup_teardown(files_beside_them_tell_the_dialect, work_setup,
                                        work_teardown),
        cmocka_unit_test_setup_teardown(the_project_says_where_and_what, work_setup, work_teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_a_problem, work_setup,
                                        work_teardown),
        cmocka_unit_test_setup_teardown(nothing_to_compare_is_said, work_setup, work_teardown),
        cmocka_unit_test_setup_teardown(programs_that_migrate_are_told_of, work_setup,
                                        work_teardown),
        cmocka_unit_test_setup_teardown(lists_of_operations_are_no_configuration, work_setup,
                                        work_teardown),
    };
    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
