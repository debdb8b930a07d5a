/* Live databases in a report: `pilab drift` of a project whose environments name theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/database_server.h"
#include "../support/json_schema.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

static struct database_server *server;

/* One column of UAT is another than DEV's. */
static int start_server(void **state)
{
    (void)state;
    if (database_server_missing(DATABASE_POSTGRESQL) != NULL)
        return 0;
    server = database_server_start(DATABASE_POSTGRESQL);
    database_server_create(server, "uat_");
    database_server_create(server, "dev_");
    database_server_sql(server, "uat_", "CREATE TABLE users (id bigint, email varchar(100));");
    database_server_sql(server, "dev_", "CREATE TABLE users (id bigint, email text);");
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    database_server_stop(&server);
    return 0;
}

static void need_server(void)
{
    if (server != NULL)
        return;
    print_message("the package %s is not installed\n",
                  database_server_missing(DATABASE_POSTGRESQL));
    skip();
}

/* The project with both databases; DEV's is reached with a password of the project's secrets. */
static void import_live(struct world *world)
{
    struct strbuf text = STRBUF_INIT;
    char *uat = database_server_dsn(server, "uat_"), *file;

    assert_true(file_read(world->file, 1 << 20, true, &text, NULL));
    strbuf_printf(&text,
                  "    schema:\n      live:\n        UAT: \"%s\"\n"
                  "        DEV: \"postgresql:///dev_?host=%s&user=secured&secret=DEV:DB\"\n",
                  uat, database_server_folder(server));
    assert_true(file_write_atomic(world->file, text.data, text.length, 0600, NULL));
    deploy(world);
    file = scratch_file(sandbox_files(world->sandbox), "password", "right");
    assert_int_equal(chmod(file, 0600), 0);
    DO(world->sandbox, "secrets", "init");
    DO(world->sandbox, "variable", "set", "DB", "--secret", "-e", "DEV", "--value-file", file);
    strbuf_release(&text);
    free(uat);
    free(file);
}

static json_t *report_of(const struct run *run)
{
    json_t *json = json_read("the report", run->out.data, run->out.length, NULL);

    if (json == NULL)
        fail_msg("status %d: %s%s", run->status, run->out.data, run->err.data);
    assert_follows_schema(json, "drift-1.json");
    return json;
}

static const json_t *database_source(const json_t *report)
{
    size_t index;
    json_t *source;

    json_array_foreach(json_object_get(report, "sources"), index, source)
    {
        if (strcmp(json_member_text(source, "type"), "database") == 0)
            return source;
    }
    fail_msg("there is no source of that type");
    return NULL;
}

static void a_column_that_differs_between_two_environments_is_an_item(void **state)
{
    struct world *world = *state;
    const json_t *item;
    json_t *report;
    const struct run *run;

    need_server();
    import_live(world);
    run = run_pilab(world->sandbox, "drift", "--from", "DEV", "--to", "UAT", "--type", "database",
                    "--json", NULL);
    report = report_of(run);
    assert_int_equal(json_array_size(json_object_get(report, "items")), 1);
    item = json_array_get(json_object_get(report, "items"), 0);
    assert_string_equal(json_member_text(item, "category"), "COLUMN");
    assert_string_equal(json_member_text(item, "path"), "public.users.email");
    assert_string_equal(json_member_text(item, "severity"), "HIGH");
    assert_string_equal(json_member_text(database_source(report), "state"), "read");
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 0);
    assert_null(strstr(run->out.data, "right"));
    json_decref(report);
    run = run_pilab(world->sandbox, "drift", "--from", "DEV", "--to", "UAT", "--type", "database",
                    NULL);
    assert_says(&run->out, "public.users.email  character varying(100) → text");
    assert_says(&run->out, "not compared: ");
}

static void offline_connects_to_nothing_and_says_so(void **state)
{
    struct world *world = *state;
    const struct run *run;
    json_t *report;

    need_server();
    import_live(world);
    run = run_pilab(world->sandbox, "drift", "--from", "DEV", "--to", "UAT", "--type", "database",
                    "--json", "--offline", NULL);
    report = report_of(run);
    assert_int_equal(json_array_size(json_object_get(report, "items")), 0);
    assert_string_equal(json_member_text(database_source(report), "state"), "failed");
    assert_string_equal(json_member_text(report, "run"), "PARTIAL");
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 2);
    assert_says(&run->out, "not read: offline");
    json_decref(report);
}

static void a_server_that_is_gone_is_a_problem_and_no_difference(void **state)
{
    struct world *world = *state;
    const struct run *run;
    json_t *report;

    need_server();
    import_live(world);
    database_server_kill(server);
    run = run_pilab(world->sandbox, "drift", "--from", "DEV", "--to", "UAT", "--type", "database",
                    "--json", NULL);
    report = report_of(run);
    assert_int_equal(json_array_size(json_object_get(report, "items")), 0);
    assert_string_equal(json_member_text(database_source(report), "state"), "failed");
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 2);
    json_decref(report);
}

static void what_is_kept_of_it_comes_back_out(void **state)
{
    struct world *world = *state;
    const struct run *run;

    need_server();
    import_live(world);
    run = run_pilab(world->sandbox, "project", "export", NULL);
    assert_says(&run->out, "schema: {live: {DEV: \"postgresql:///dev_?host=");
    assert_says(&run->out, "secret=DEV:DB");
}

static void make_sqlite(struct world *world, const char *name, const char *sql)
{
    char *path = memory_printf("%s/%s.db", sandbox_files(world->sandbox), name);
    sqlite3 *database;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    free(path);
}

/* Nor has it a version anywhere: its databases are there all the same. */
static void databases_are_compared_without_a_repository(void **state)
{
    struct world *world = *state;
    struct strbuf text = STRBUF_INIT;
    const json_t *source;
    json_t *report;
    const struct run *run;

    make_sqlite(world, "dev", "CREATE TABLE ledger (id INTEGER, note TEXT)");
    make_sqlite(world, "uat", "CREATE TABLE ledger (id INTEGER)");
    assert_true(file_read(world->file, 1 << 20, true, &text, NULL));
    strbuf_printf(&text,
                  "  - name: ledger\n    type: DATABASE\n    schema: {live: {DEV: "
                  "\"sqlite:%s/dev.db\","
                  " UAT: \"sqlite:%s/uat.db\"}}\n",
                  sandbox_files(world->sandbox), sandbox_files(world->sandbox));
    assert_true(file_write_atomic(world->file, text.data, text.length, 0600, NULL));
    deploy(world);
    run = run_pilab(world->sandbox, "drift", "--from", "DEV", "--to", "UAT", "--module", "ledger",
                    "--json", NULL);
    report = report_of(run);
    assert_int_equal(json_array_size(json_object_get(report, "items")), 1);
    assert_string_equal(json_member_text(json_array_get(json_object_get(report, "items"), 0),
                                         "path"),
                        "ledger.note");
    source = database_source(report);
    assert_string_equal(json_member_text(source, "state"), "read");
    assert_non_null(strstr(json_member_text(source, "detail"),
                           "migrations are not compared: no repository is known"));
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 1);
    json_decref(report);
    strbuf_release(&text);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)
    static const struct CMUnitTest cases[] = {
        CASE(a_column_that_differs_between_two_environments_is_an_item),
        CASE(databases_are_compared_without_a_repository),
        CASE(offline_connects_to_nothing_and_says_so),
        CASE(what_is_kept_of_it_comes_back_out),
        CASE(a_server_that_is_gone_is_a_problem_and_no_difference), /* the last: it is gone */
    };

    return cmocka_run_group_tests_name("schemas in reports", cases, start_server, stop_server);
}
