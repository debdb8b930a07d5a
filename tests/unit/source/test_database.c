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

/* The operations of one migration of the current side, by what they do to what. */
static void assert_operations(const struct database_input *input, size_t index,
                              const char *expected)
{
    const struct migration *migration = &input->current->list[index];
    struct strbuf told = STRBUF_INIT;

    for (size_t i = 0; i < migration->operation_count; i++) {
        const struct sql_operation *operation = &migration->operations[i];

        strbuf_printf(&told, "%u %s %s%s\n", operation->line, operation->words,
                      operation->object != NULL ? operation->object : "-",
                      operation->refused != NULL ? " refused" : "");
    }
    assert_string_equal(told.data, expected);
    strbuf_release(&told);
}

static void how_a_migration_was_saved_is_of_no_account(void **state)
{
    static const char little[] = "\xFF\xFE"
                                 "D\0R\0O\0P\0 \0T\0A\0B\0L\0E\0 \0a\0;\0",
                      big[] = "\xFE\xFF"
                              "\0\n\0D\0R\0O\0P\0 \0T\0A\0B\0L\0E\0 \0b\0;";
    static const char *const dialects[] = { NULL, "postgresql", "mysql", "mariadb", "sqlite" };
    static struct module_settings settings = { .name = "auth" };
    struct work *work = *state;

    ask_for_database(work);
    work->modules[0].settings = &settings;
    builder_write(work->build, "db/migrations/1_a.sql", "CREATE TABLE a (b int);\n");
    builder_write(work->build, "db/migrations/2_a.sql", "\xEF\xBB\xBF-- +goose Up\nSELECT 1;\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/migrations/1_a.sql",
                  "\xEF\xBB\xBF"
                  "CREATE TABLE a (b int);\n");
    builder_write(work->build, "db/migrations/3_d.sql",
                  "\xEF\xBB\xBF"
                  "DROP TABLE a;\nDROP TABLE b;\n");
    builder_write_bytes(work->build, "db/migrations/4_d.sql", little, sizeof little - 1, 0100644);
    builder_write_bytes(work->build, "db/migrations/5_d.sql", big, sizeof big - 1, 0100644);
    work_commit(work, "Change", "v2");
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
        const struct drift_input *input;
        const struct database_input *database;

        settings.migrations_dialect = dialects[i];
        input = work_read(work);
        database = input->modules[0].database;
        assert_int_equal(input->problem_count, 0);
        assert_differences(database, "new db/migrations/3_d.sql\nnew db/migrations/4_d.sql\n"
                                     "new db/migrations/5_d.sql\n");
        assert_int_equal(database->current->list[1].layout, MIGRATION_GOOSE);
        assert_operations(database, 2, "1 DROP TABLE a\n2 DROP TABLE b\n");
        assert_operations(database, 3, "1 DROP TABLE a\n");
        assert_operations(database, 4, "2 DROP TABLE b\n");
        assert_ptr_equal(database->current->list[2].operations[0].text,
                         database->current->list[2].up[0].text);
    }
}

static void a_migration_that_is_no_text_is_never_silence(void **state)
{
    static const char bare[] = "D\0R\0O\0P\0 \0T\0A\0B\0L\0E\0 \0a\0;\0", odd[] = "\xFF\xFE"
                                                                                  "D\0R";
    struct work *work = *state;
    const struct drift_input *input;

    ask_for_database(work);
    builder_write(work->build, "db/migrations/1_a.up.sql", "CREATE TABLE a (b jsonb);\n");
    builder_write_bytes(work->build, "db/migrations/1_a.down.sql", bare, sizeof bare - 1, 0100644);
    work_commit(work, "Begin", "v1");
    builder_write_bytes(work->build, "db/migrations/2_b.up.sql", bare, sizeof bare - 1, 0100644);
    builder_write_bytes(work->build, "db/migrations/3_c.up.sql", odd, sizeof odd - 1, 0100644);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_differences(input->modules[0].database,
                       "new db/migrations/2_b.up.sql\nnew db/migrations/3_c.up.sql\n");
    assert_operations(input->modules[0].database, 1, "1 NOT READ - refused\n");
    assert_operations(input->modules[0].database, 2, "1 NOT READ - refused\n");
    assert_int_equal(input->modules[0].database->current->list[1].operations[0].marks & SQL_UNREAD,
                     SQL_UNREAD);
    assert_false(input->modules[0].database->current->list[0].rollback_available);
    assert_string_equal(input->modules[0].database->current->list[0].rollback_why,
                        "db/migrations/1_a.down.sql cannot be read");
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED, "2 files could not be read");
    assert_int_equal(input->problem_count, 3);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "db/migrations/1_a.down.sql at v2",
                   "it holds NUL bytes: it is no text, or UTF-16 without its mark", true);
    assert_problem(&input->problems[2], DRIFT_DATABASE, "db/migrations/3_c.up.sql at v2",
                   "the text is UTF-16, but damaged", true);
}

/* What passes as read must have been; what is a statement, and of a kind that we do not judge, was.
 */
static void a_statement_that_nobody_understands_is_not_read(void **state)
{
    static const struct {
        const char *dialect, *why;
        bool knows_all;
    } cases[] = {
        {"postgresql", "syntax error at or near \"TABEL\"",        true },
        { "mysql",     "what it is about is nothing that we know", true },
        { "mariadb",   "what it is about is nothing that we know", true },
        { "sqlite",    "what it is about is nothing that we know", true },
        { "oracle",    "what it is about is nothing that we know", false},
        { "mssql",     "what it is about is nothing that we know", false},
    };
    static struct module_settings settings = { .name = "auth" };
    struct work *work = *state;

    ask_for_database(work);
    work->modules[0].settings = &settings;
    builder_write(work->build, "db/migrations/1_a.sql", "DROP TABEL old;\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/migrations/2_b.sql",
                  "\\set QUIET on\nDROP TABEL a, b;\nCREATE OR REPLACE CONTEXT c;\nPROMPT on;\n");
    work_commit(work, "Change", "v2");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct drift_input *input;

        settings.migrations_dialect = cases[i].dialect;
        input = work_read(work);
        assert_int_equal(input->problem_count, 3);
        assert_problem(&input->problems[0], DRIFT_DATABASE, "db/migrations/2_b.sql:2 at v2",
                       cases[i].why, false);
        assert_string_equal(input->problems[1].what, "db/migrations/2_b.sql:3 at v2");
        assert_int_equal(input->problems[1].warning, !cases[i].knows_all);
        assert_string_equal(input->problems[2].what, "db/migrations/2_b.sql:4 at v2");
        assert_int_equal(input->problems[2].warning, !cases[i].knows_all);
    }
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
        cmocka_unit_test_setup_teardown(a_statement_that_nobody_understands_is_not_read, work_setup,
                                        work_teardown),
        cmocka_unit_test_setup_teardown(nothing_to_compare_is_said, work_setup, work_teardown),
        cmocka_unit_test_setup_teardown(programs_that_migrate_are_told_of, work_setup,
                                        work_teardown),
        cmocka_unit_test_setup_teardown(lists_of_operations_are_no_configuration, work_setup,
                                        work_teardown),
        cmocka_unit_test_setup_teardown(how_a_migration_was_saved_is_of_no_account, work_setup,
                                        work_teardown),
        cmocka_unit_test_setup_teardown(a_migration_that_is_no_text_is_never_silence, work_setup,
                                        work_teardown),
    };
    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
