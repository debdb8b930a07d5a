/*
 * Schemas of a module's database as a source: dumps and snapshots at two revisions, and live
 * databases that somebody else reads.
 */
#include "source_support.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/database.h>
#include <pilab/schema/snapshot.h>

#define USERS      "CREATE TABLE public.users (id bigserial PRIMARY KEY, email text);\n"
#define USERS_MORE "CREATE TABLE public.users (id bigserial PRIMARY KEY, email text, tel text);\n"

/* Live databases: what is asked for, and what they say. */
struct live {
    struct schema_asker asker;
    const char *failure; /* NULL: they answer */
    struct strbuf asked;
};

static struct schema *answer(void *context, const char *address, const struct progress *progress,
                             struct error *error)
{
    struct live *live = context;
    struct schema *schema;
    struct schema_object *table;

    (void)progress;
    strbuf_printf(&live->asked, "%s\n", address);
    if (live->failure != NULL) {
        error_set(error, ERROR_NETWORK, "%s", live->failure);
        return NULL;
    }
    schema = schema_new(SCHEMA_POSTGRESQL, address);
    schema_set_server(schema, "15.2");
    schema_add(schema, SCHEMA_NAMESPACE, "", "public", NULL, NULL);
    table = schema_add(schema, SCHEMA_TABLE, "public", "users", NULL, NULL);
    schema_set(schema, schema_add_part(schema, table, SCHEMA_COLUMN, "email", NULL), SCHEMA_TYPE,
               strstr(address, "sit") != NULL ? "text" : "character varying(100)");
    return schema;
}

static void ask(struct work *work, const struct module_settings *settings)
{
    work->request.types[DRIFT_CODE] = work->request.types[DRIFT_CONFIG] = false;
    work->request.types[DRIFT_DATABASE] = true;
    work->modules[0].settings = settings;
}

static void ask_live(struct work *work, struct live *live)
{
    live->asker = (struct schema_asker){ .read = answer, .context = live };
    work->request.schemas = &live->asker;
    work->modules[0].previous_now = work->request.previous.environment = "UAT";
    work->modules[0].current_now = work->request.current.environment = "SIT";
}

static const struct schema_diff *diff_of(const struct drift_input *input)
{
    const struct database_input *database = input->modules[0].database;

    assert_non_null(database);
    assert_non_null(database->schema);
    return database->schema->diff;
}

static void write_snapshot(struct work *work, const char *path, const char *type)
{
    struct schema *schema = schema_new(SCHEMA_POSTGRESQL, "somewhere");
    struct schema_object *table = schema_add(schema, SCHEMA_TABLE, "public", "t", NULL, NULL);
    struct strbuf text = STRBUF_INIT;
    json_t *json;

    schema_set_server(schema, "15.2");
    schema_set(schema, schema_add_part(schema, table, SCHEMA_COLUMN, "c", NULL), SCHEMA_TYPE, type);
    json = snapshot_json(schema, 1700000000000);
    json_write_pretty(&text, json);
    builder_write(work->build, path, text.data);
    json_decref(json);
    strbuf_release(&text);
    schema_free(&schema);
}

/* --- Files ------------------------------------------------------------------------------------ */

static void two_dumps_are_compared_object_by_object(void **state)
{
    static const struct module_settings settings = { .name = "auth",
                                                     .schema = { .path = "db/structure.sql" } };
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, &settings);
    builder_write(work->build, "db/structure.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", USERS_MORE);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_string_equal(schema_change_object(&diff_of(input)->changes[0])->name, "tel");
    assert_string_equal(input->modules[0].database->schema->previous.kind, "sql");
    assert_string_equal(input->modules[0].database->schema->previous.place,
                        "db/structure.sql at v1");
    assert_null(input->modules[0].database->schema->previous.environment);
    assert_null(input->modules[0].database->current);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_READ,
                  "schema: db/structure.sql at v1 against db/structure.sql at v2, PostgreSQL");
    assert_int_equal(input->problem_count, 0);
}

static void snapshots_lie_by_environment_and_each_side_has_its_own(void **state)
{
    static const struct module_settings settings = { .name = "auth",
                                                     .schema = { .path = "db/{env}.json" } };
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, &settings);
    write_snapshot(work, "db/uat.json", "text");
    write_snapshot(work, "db/sit.json", "jsonb");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a", "b\n");
    work_commit(work, "Change", "v2");
    work->request.previous.environment = "UAT";
    work->request.current.environment = "SIT";
    /* As configuration is read: what would go to UAT is looked at as it would be there. */
    work->modules[0].previous_environment = work->modules[0].current_environment = "UAT";
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_string_equal(diff_of(input)->changes[0].properties[0].current, "jsonb");
    assert_string_equal(input->modules[0].database->schema->current.kind, "snapshot");
    assert_int_equal(input->modules[0].database->schema->current.at, 1700000000000);
    assert_string_equal(input->modules[0].database->schema->previous.environment, "UAT");
    assert_string_equal(input->modules[0].database->schema->current.environment, "SIT");
}

static void the_same_file_is_not_read(void **state)
{
    static const struct module_settings settings = { .name = "auth", .schema = { .path = "db" } };
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, &settings);
    builder_write(work->build, "db/a.sql", "this would be no SQL at all\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a", "b\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_null(input->modules[0].database);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_NOT_CONFIGURED,
                  "schema: db is the same on both sides");
    assert_int_equal(input->problem_count, 0);
}

static void a_file_that_is_not_there_or_no_schema_fails_loudly(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.path = "db/structure.sql", .dialect = "postgresql"}
    };
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, &settings);
    builder_write(work->build, "a", "a\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", "nothing to see here\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_null(input->modules[0].database);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED,
                  "schema: db/structure.sql at v2 could not be read");
    assert_int_equal(input->problem_count, 2);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "db/structure.sql at v1",
                   "there is no snapshot and no SQL", false);
    assert_string_equal(input->problems[0].hint,
                        "see `schema` of the module; paths start at the module's own `path`, or "
                        "with / at the repository's root");
    assert_problem(&input->problems[1], DRIFT_DATABASE, "db/structure.sql at v2",
                   "it holds no SQL and is no snapshot", false);
}

static void what_a_dump_holds_that_is_not_understood_is_a_problem(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.path = "s.sql", .dialect = "postgresql"}
    };
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, &settings);
    builder_write(work->build, "s.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "s.sql", USERS "\nCREATE TABEL oops ();\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 0);
    assert_int_equal(input->problem_count, 1);
    assert_string_equal(input->problems[0].what, "s.sql:3 at v2");
    assert_false(input->problems[0].warning);
}

static void what_is_not_understood_tells_no_secret(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.path = "s.sql", .dialect = "postgresql"}
    };
    struct work *work = *state;
    const struct drift_input *input;

    ask(work, &settings);
    builder_write(work->build, "s.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "s.sql", USERS "\nCREATE TABLE oops 'hunter2';\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->problem_count, 1);
    assert_null(strstr(input->problems[0].why, "hunter2"));
    assert_non_null(strstr(input->problems[0].why, "near \"'••••'\""));
}

/* --- Live ------------------------------------------------------------------------------------- */

static struct live_database databases[] = {
    {"SIT",  "service=sit"},
    { "UAT", "service=uat"},
};

static void both_sides_are_read_live_when_they_are_environments_now(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = databases, .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .asked = STRBUF_INIT };
    const struct drift_input *input;

    ask(work, &settings);
    ask_live(work, &live);
    builder_write(work->build, "a", "a\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a", "b\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_string_equal(live.asked.data, "service=uat\nservice=sit\n");
    assert_int_equal(diff_of(input)->count, 1);
    assert_string_equal(diff_of(input)->changes[0].properties[0].previous,
                        "character varying(100)");
    assert_string_equal(input->modules[0].database->schema->previous.kind, "live");
    assert_string_equal(input->modules[0].database->schema->previous.place, "UAT (service=uat)");
    assert_true(input->modules[0].database->schema->previous.at > 0);
    strbuf_release(&live.asked);
}

static const struct drift_problem *only_problem(const struct drift_input *input)
{
    assert_int_equal(input->problem_count, 1);
    return &input->problems[0];
}

static void live_databases_need_no_repository(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = databases, .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .asked = STRBUF_INIT };
    const struct drift_input *input;

    ask(work, &settings);
    ask_live(work, &live);
    work->request.types[DRIFT_CODE] = true;
    work->modules[0].repository = NULL;
    input = work_read(work);

    assert_string_equal(live.asked.data, "service=uat\nservice=sit\n");
    assert_int_equal(diff_of(input)->count, 1);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_READ,
                  "schema: UAT (service=uat) against SIT (service=sit), PostgreSQL; migrations are "
                  "not compared: no repository is known");
    assert_source(input, "auth", DRIFT_CODE, SOURCE_FAILED, "no repository is known");
    assert_int_equal(only_problem(input)->type, DRIFT_CODE);
    strbuf_release(&live.asked);
}

static void a_database_is_compared_though_no_version_is_known(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = databases, .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .asked = STRBUF_INIT };
    const struct drift_input *input;

    ask(work, &settings);
    ask_live(work, &live);
    work->modules[0].repository = work->modules[0].previous = work->modules[0].current = NULL;
    input = work_read(work);
    assert_true(input->modules[0].in_previous);
    assert_true(input->modules[0].in_current);
    assert_int_equal(diff_of(input)->count, 1);
    strbuf_release(&live.asked);
}

static void a_module_on_one_side_is_one_difference_whatever_is_live(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = databases, .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .asked = STRBUF_INIT };

    ask(work, &settings);
    ask_live(work, &live);
    work->modules[0].repository = work->modules[0].previous = NULL;
    assert_false(work_try(work));
    assert_string_equal(work->error.message, "no repository is known");
    assert_int_equal(live.asked.length, 0);
    strbuf_release(&live.asked);
}

static void another_time_and_a_revision_are_not_read_live(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = databases, .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .asked = STRBUF_INIT };
    const struct drift_input *input;

    ask(work, &settings);
    ask_live(work, &live);
    work->modules[0].previous_now = work->modules[0].current_now = NULL;
    builder_write(work->build, "a", "a\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a", "b\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(live.asked.length, 0);
    assert_null(input->modules[0].database);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_NOT_CONFIGURED,
                  "schema: neither side is a database that is named");
    strbuf_release(&live.asked);
}

static void a_live_side_is_compared_with_the_migrations_of_the_other(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = databases, .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .asked = STRBUF_INIT };
    const struct drift_input *input;

    ask(work, &settings);
    ask_live(work, &live);
    work->modules[0].current_now = NULL; /* a release */
    builder_write(work->build, "db/migrations/1_a.sql",
                  "CREATE TABLE users (email varchar(100));\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/migrations/2_b.sql", "ALTER TABLE users ADD tel text;\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_string_equal(live.asked.data, "service=uat\n");
    assert_int_equal(diff_of(input)->count, 1);
    assert_string_equal(schema_change_object(&diff_of(input)->changes[0])->name, "tel");
    assert_string_equal(input->modules[0].database->schema->current.kind, "migrations");
    /* What the release does leads from files to files, and its migrations tell it. */
    assert_string_equal(input->modules[0].database->schema->previous.place, "db/migrations at v1");
    assert_true(input->modules[0].database->schema->by_migrations);
    assert_string_equal(input->modules[0].database->schema->outside[0].live.place,
                        "UAT (service=uat)");
    assert_int_equal(input->modules[0].database->schema->outside[0].diff->count, 0);
    /* Nothing in them tells the dialect: it is the server's. */
    assert_true(diff_of(input)->current->dialect_assumed);
    assert_int_equal(input->modules[0].database->pair_count, 1);
    strbuf_release(&live.asked);
}

/* The live database has users.email alone, as a text of 100. */
static void what_no_version_makes_is_told_apart_from_what_a_release_does(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = databases, .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .asked = STRBUF_INIT };
    struct drift_report *report;
    size_t outside = 0, others = 0;

    ask(work, &settings);
    ask_live(work, &live);
    work->modules[0].current_now = NULL;
    builder_write(work->build, "db/migrations/1_a.sql", "CREATE TABLE users (name text);\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/migrations/2_b.sql",
                  "ALTER TABLE users DROP name;\nALTER TABLE users ADD email text;\n");
    work_commit(work, "Change", "v2");
    report = drift_detect(work_read(work));

    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        others += !drift_item_is_outside(item);
        if (!drift_item_is_outside(item))
            continue;
        outside++;
        assert_null(item->commit);
        if (item->change_type == CHANGE_TYPE_ADDED) {
            assert_string_equal(item->path, "public.users.email");
            assert_string_equal(item->current.text, "character varying(100)");
            assert_string_equal(item->attention_reason,
                                "the release brings it, and it is there already");
        } else {
            assert_string_equal(item->path, "public.users.name");
            assert_string_equal(item->attention_reason,
                                "the database lacks what its own version makes");
        }
        assert_int_equal(item->severity, SEVERITY_MEDIUM);
    }
    /* Each step once. */
    assert_int_equal(outside, 2);
    assert_int_equal(others, 2);
    drift_report_free(&report);
    strbuf_release(&live.asked);
}

static void a_database_that_does_not_answer_is_no_half_truth(void **state)
{
    static const struct module_settings settings = {
        .name = "auth", .schema = {.live = databases, .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .failure = "not read: offline", .asked = STRBUF_INIT };
    const struct drift_input *input;

    ask(work, &settings);
    ask_live(work, &live);
    builder_write(work->build, "db/migrations/1_a.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/migrations/2_b.sql", "ALTER TABLE users ADD tel text;\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_null(input->modules[0].database->schema);
    assert_int_equal(input->modules[0].database->pair_count, 1); /* migrations are told */
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED,
                  "2 migrations, PostgreSQL; schema: SIT (service=sit) could not be read");
    assert_int_equal(input->problem_count, 2);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "UAT (service=uat)", "not read: offline",
                   false);
    strbuf_release(&live.asked);
}

static void behind_a_database_that_does_not_answer_the_release_is_told(void **state)
{
    static const struct module_settings settings = {
        .name = "auth",
        .schema = {.path = "db/structure.sql",
                   .dialect = "postgresql",
                   .live = databases,
                   .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .failure = "not read: offline", .asked = STRBUF_INIT };
    const struct drift_input *input;

    ask(work, &settings);
    ask_live(work, &live);
    work->modules[0].current_now = NULL;
    builder_write(work->build, "db/structure.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", USERS_MORE);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_string_equal(schema_change_object(&diff_of(input)->changes[0])->name, "tel");
    assert_string_equal(input->modules[0].database->schema->previous.place,
                        "db/structure.sql at v1");
    assert_int_equal(input->modules[0].database->schema->outside_count, 0);
    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_DATABASE, "UAT (service=uat)", "not read: offline",
                   false);
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_FAILED,
                  "schema: db/structure.sql at v1 against db/structure.sql at v2, PostgreSQL; UAT "
                  "(service=uat) was not looked at");
    strbuf_release(&live.asked);
}

static void behind_two_databases_that_do_not_answer_it_is_as_well(void **state)
{
    static const struct module_settings settings = {
        .name = "auth",
        .schema = {.path = "db/structure.sql",
                   .dialect = "postgresql",
                   .live = databases,
                   .live_count = 2}
    };
    struct work *work = *state;
    struct live live = { .failure = "not read: offline", .asked = STRBUF_INIT };
    const struct drift_input *input;

    ask(work, &settings);
    ask_live(work, &live);
    /* What goes to UAT. */
    work->request.previous.layers = work->request.current.layers = "UAT";
    builder_write(work->build, "db/structure.sql", USERS);
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "db/structure.sql", USERS_MORE);
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(diff_of(input)->count, 1);
    assert_int_equal(input->problem_count, 2);
    strbuf_release(&live.asked);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(two_dumps_are_compared_object_by_object),
        CASE(snapshots_lie_by_environment_and_each_side_has_its_own),
        CASE(the_same_file_is_not_read),
        CASE(a_file_that_is_not_there_or_no_schema_fails_loudly),
        CASE(what_a_dump_holds_that_is_not_understood_is_a_problem),
        CASE(what_is_not_understood_tells_no_secret),
        CASE(both_sides_are_read_live_when_they_are_environments_now),
        CASE(live_databases_need_no_repository),
        CASE(a_database_is_compared_though_no_version_is_known),
        CASE(a_module_on_one_side_is_one_difference_whatever_is_live),
        CASE(another_time_and_a_revision_are_not_read_live),
        CASE(a_live_side_is_compared_with_the_migrations_of_the_other),
        CASE(what_no_version_makes_is_told_apart_from_what_a_release_does),
        CASE(a_database_that_does_not_answer_is_no_half_truth),
        CASE(behind_a_database_that_does_not_answer_the_release_is_told),
        CASE(behind_two_databases_that_do_not_answer_it_is_as_well),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
