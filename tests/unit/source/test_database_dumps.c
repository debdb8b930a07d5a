/*
 * Schemas that a tool keeps as files, found by their names: compared where no migration tells what
 * changed in them.
 */
#include "source_support.h"

#include <string.h>

#include <pilab/drift/database.h>

#define USERS      "CREATE TABLE public.users (id bigserial PRIMARY KEY, email text);\n"
#define USERS_MORE "CREATE TABLE public.users (id bigserial PRIMARY KEY, email text, tel text);\n"

static void ask(struct work *work, const struct module_settings *settings)
{
    work->request.types[DRIFT_CODE] = work->request.types[DRIFT_CONFIG] = false;
    work->request.types[DRIFT_DATABASE] = true;
    work->modules[0].settings = settings;
}

static const struct schema_diff *diff_of(const struct drift_input *input)
{
    const struct database_input *database = input->modules[0].database;

    assert_non_null(database);
    assert_non_null(database->schema);
    return database->schema->diff;
}

static void assert_parts(const struct drift_input *input, size_t read, size_t unread)
{
    for (size_t i = 0; i < input->source_count; i++) {
        if (input->sources[i].type != DRIFT_DATABASE)
            continue;
        assert_int_equal(input->sources[i].read, read);
        assert_int_equal(input->sources[i].unread, unread);
    }
}

static void a_dump_that_a_tool_keeps_is_compared_where_no_migration_is_read(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "db/structure.sql", USERS);
    builder_write(work->build, "db/migrate/1_a.rb", "class A; end\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", USERS_MORE);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_READ,
                  "schema: db/structure.sql at v1 against db/structure.sql at v2, PostgreSQL");
}

static void beside_migrations_such_a_dump_says_nothing_twice(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "db/structure.sql", USERS);
    builder_write(work->build, "db/migrations/1_a.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", USERS_MORE);
    builder_write(work->build, "db/migrations/2_b.sql", "ALTER TABLE users ADD tel text;\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->modules[0].database->pair_count, 1);
    assert_null(input->modules[0].database->schema);
}

/* What migrations of "x" do says nothing of the database beside it. */
static void migrations_of_one_part_hide_no_dump_of_another(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "db/structure.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", USERS_MORE);
    builder_write(work->build, "x/db/migrations/001_a.up.sql", "CREATE TABLE a (i int);\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->modules[0].database->pair_count, 1);
    assert_int_equal(diff_of(input)->count, 1);
    assert_string_equal(schema_change_object(&diff_of(input)->changes[0])->name, "tel");
    assert_int_equal(input->problem_count, 0);
}

static void a_dump_is_found_wherever_it_lies_and_beside_migrations_that_did_not_change(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "billing/db/schema.sql", USERS);
    builder_write(work->build, "billing/db/migrations/1_a.sql", USERS);
    builder_write(work->build, "tests/structure.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "billing/db/schema.sql", USERS_MORE);
    builder_write(work->build, "tests/structure.sql", USERS_MORE);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_string_equal(input->modules[0].database->schema->current.place,
                        "billing/db/schema.sql at v2");
    assert_int_equal(input->problem_count, 0);
}

static void a_dump_that_changed_and_was_not_compared_is_a_problem(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "a/db/structure.sql", USERS);
    builder_write(work->build, "b/db/structure.sql", USERS);
    builder_write(work->build, "c/structure.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a/db/structure.sql", USERS_MORE);
    builder_write(work->build, "b/db/structure.sql", USERS_MORE);
    builder_remove(work->build, "c/structure.sql");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_string_equal(input->modules[0].database->schema->current.place,
                        "a/db/structure.sql at v2");
    assert_int_equal(input->problem_count, 2);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "c/structure.sql at v1",
                   "this schema went, and was compared with nothing", true);
    assert_problem(&input->problems[1], DRIFT_DATABASE, "b/db/structure.sql at v2",
                   "this schema changed and was not compared: a/db/structure.sql was", false);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED,
                  "schema: a/db/structure.sql at v1 against "
                  "a/db/structure.sql at v2, PostgreSQL");
}

static void a_dump_that_nobody_can_read_is_no_silence(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "db/structure.sql", "Not SQL at all.\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", "Nor is this.\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->problem_count, 2);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED,
                  "schema: db/structure.sql at v2 could not be read");
}

static struct live_database nowhere[] = {
    {"SIT", "service=sit"},
};

static void a_database_that_is_not_asked_hides_no_dump(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = nowhere, .live_count = 1}
    };
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, &settings);
    builder_write(work->build, "db/structure.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", USERS_MORE);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
}

/* Another module of the project says itself what became of its dump. */
static void the_dump_of_another_module_is_left_to_it(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "billing/db/structure.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "billing/db/structure.sql", USERS_MORE);
    work_commit(work, "Change", "v2");
    work->modules[1] = work->modules[0];
    work->modules[1].name = "billing";
    work->modules[1].directory = "billing";
    work->request.module_count = 2;
    input = work_read(work);

    assert_null(input->modules[0].database);
    assert_non_null(input->modules[1].database);
    assert_int_equal(input->modules[1].database->schema->diff->count, 1);
}

/* Nothing in it tells which database it is for. */
#define PLAIN "CREATE TABLE t (id int primary key, note varchar(20));\n"
#define UNTOLD                                                                                     \
    "which database its SQL is for cannot be told: nothing in the files tells one dialect from "   \
    "another"
#define PLAIN_LESS "CREATE TABLE t (id int primary key);\n"

static void of_several_dumps_one_that_can_be_read_is_compared(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "a/db/structure.sql", PLAIN);
    builder_write(work->build, "b/schema.sql", USERS);
    builder_write(work->build, "db/structure.sql", PLAIN);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a/db/structure.sql", PLAIN_LESS);
    builder_write(work->build, "b/schema.sql", USERS_MORE);
    builder_write(work->build, "db/structure.sql", PLAIN_LESS);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_string_equal(schema_change_object(&diff_of(input)->changes[0])->name, "tel");
    assert_int_equal(input->problem_count, 4);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "db/structure.sql at v1", UNTOLD, false);
    assert_problem(&input->problems[1], DRIFT_DATABASE, "db/structure.sql at v2", UNTOLD, false);
    assert_problem(&input->problems[2], DRIFT_DATABASE, "a/db/structure.sql at v1", UNTOLD, false);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED,
                  "schema: b/schema.sql at v1 against b/schema.sql at v2, PostgreSQL");
    assert_parts(input, 1, 2);
}

static void an_undecided_dialect_is_a_problem_that_says_what_can_be_done(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "db/structure.sql", PLAIN);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", PLAIN_LESS);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_null(input->modules[0].database);
    assert_int_equal(input->problem_count, 2);
    assert_problem(&input->problems[1], DRIFT_DATABASE, "db/structure.sql at v2", UNTOLD, false);
    assert_string_equal(input->problems[1].hint,
                        "Say it with `schema: {path: db/structure.sql, dialect: …}` of the module "
                        "in pilab.yaml.");
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED,
                  "schema: db/structure.sql at v2 could not be read");
}

static void a_dump_that_got_another_name_is_compared_with_what_it_was(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "db/schema.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_remove(work->build, "db/schema.sql");
    builder_write(work->build, "db/structure.sql", USERS_MORE);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_int_equal(input->problem_count, 0);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_READ,
                  "schema: db/schema.sql at v1 against db/structure.sql at v2, PostgreSQL");
}

static void a_dump_that_only_got_another_name_neither_came_nor_went(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, NULL);
    builder_write(work->build, "a/db/structure.sql", USERS_MORE);
    builder_write(work->build, "b/schema.sql", USERS);
    builder_write(work->build, "c/schema.sql", PLAIN);
    work_commit(work, "Begin", "v1");
    builder_remove(work->build, "a/db/structure.sql");
    builder_remove(work->build, "b/schema.sql");
    builder_remove(work->build, "c/schema.sql");
    builder_write(work->build, "b/structure.sql", USERS);
    builder_write(work->build, "moved/c/schema.sql", PLAIN);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_null(input->modules[0].database);
    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "a/db/structure.sql at v1",
                   "this schema went, and was compared with nothing", true);
}

static void dumps_beside_the_one_that_the_project_names_are_no_silence(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.path = "db/structure.sql", .dialect = "postgresql"}
    };
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, &settings);
    builder_write(work->build, "a/db/structure.sql", PLAIN);
    builder_write(work->build, "b/schema.sql", USERS);
    builder_write(work->build, "db/schema.sql", PLAIN); /* of the same database */
    builder_write(work->build, "db/structure.sql", PLAIN);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a/db/structure.sql", PLAIN_LESS);
    builder_write(work->build, "b/schema.sql", USERS_MORE);
    builder_write(work->build, "db/schema.sql", PLAIN_LESS);
    builder_write(work->build, "db/structure.sql", PLAIN_LESS);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_int_equal(input->problem_count, 2);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "a/db/structure.sql at v2",
                   "this schema changed and was not compared: `schema` of the module names "
                   "db/structure.sql",
                   false);
    assert_problem(&input->problems[1], DRIFT_DATABASE, "b/schema.sql at v2",
                   "this schema changed and was not compared: `schema` of the module names "
                   "db/structure.sql",
                   false);
    assert_parts(input, 1, 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_dump_that_a_tool_keeps_is_compared_where_no_migration_is_read),
        CASE(beside_migrations_such_a_dump_says_nothing_twice),
        CASE(migrations_of_one_part_hide_no_dump_of_another),
        CASE(a_dump_is_found_wherever_it_lies_and_beside_migrations_that_did_not_change),
        CASE(a_dump_that_changed_and_was_not_compared_is_a_problem),
        CASE(a_dump_that_nobody_can_read_is_no_silence),
        CASE(a_database_that_is_not_asked_hides_no_dump),
        CASE(the_dump_of_another_module_is_left_to_it),
        CASE(of_several_dumps_one_that_can_be_read_is_compared),
        CASE(an_undecided_dialect_is_a_problem_that_says_what_can_be_done),
        CASE(a_dump_that_got_another_name_is_compared_with_what_it_was),
        CASE(a_dump_that_only_got_another_name_neither_came_nor_went),
        CASE(dumps_beside_the_one_that_the_project_names_are_no_silence),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
