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

/* What is recorded of UAT is not its database a second time. */
static void what_an_observed_environment_has_outside_is_told_once(void **state)
{
    struct world *world = *state;
    struct fixture_repository *fixture = fixture_new();
    const struct run *run;
    json_t *report;
    char *text, *file, *seen;

    make_sqlite(world, "uat", "CREATE TABLE ledger (id INTEGER); CREATE TABLE tried (id INTEGER)");
    fixture_commit(fixture, "db/migrations/V1__a.sql", "CREATE TABLE ledger (id INTEGER);\n",
                   "Begin");
    builder_tag(fixture_builder(fixture), "v1.0.0");
    fixture_open(fixture);
    seen = scratch_file(sandbox_files(world->sandbox), "seen.json", "{\"ledger\": \"1.0.0\"}");
    text =
        memory_printf("pilab: 1\n"
                      "project: {name: Ledger, code: LED}\n"
                      "environments:\n"
                      "  - {name: UAT, stage: UAT, observe: [{type: file, path: \"%s\", modules: "
                      "{ledger: /ledger}}]}\n"
                      "modules:\n"
                      "  - name: ledger\n"
                      "    repository: %s\n"
                      "    tags: \"v{version}\"\n"
                      "    migrations: {path: db/migrations, dialect: sqlite}\n"
                      "    schema: {live: {UAT: \"sqlite:%s/uat.db\"}}\n",
                      seen, fixture_path(fixture), sandbox_files(world->sandbox));
    file = scratch_file(sandbox_files(world->sandbox), "observed.yaml", text);
    DO(world->sandbox, "project", "import", file);
    DO(world->sandbox, "manifest", "set", "ledger", "UAT", "1.0.0");
    run = run_pilab(world->sandbox, "drift", "env:UAT", "observed:UAT", "--type", "database",
                    "--json", NULL);
    report = report_of(run);
    assert_int_equal(json_array_size(json_object_get(report, "items")), 1);
    assert_string_equal(json_member_text(json_array_get(json_object_get(report, "items"), 0),
                                         "path"),
                        "tried");
    json_decref(report);
    fixture_free(&fixture);
    free(text);
    free(file);
    free(seen);
}

/* --- Two live databases in a promotion -------------------------------------------------------- */

static const char v1[] = "CREATE TABLE customers (id bigint PRIMARY KEY, name text);\n";
static const char v2[] = "ALTER TABLE customers ADD COLUMN score integer;\n";

/* SIT is at the version of both migrations, UAT at that of the first; somebody made an index in UAT
 * and a table in SIT. */
static void promote(struct world *world, struct fixture_repository *fixture,
                    const char *uat_version)
{
    struct builder *build = fixture_builder(fixture);
    char *sit = database_server_dsn(server, "sit_live"),
         *uat = database_server_dsn(server, "uat_live"), *text, *file;

    fixture_commit(fixture, "README", "A shop\n", "Begin");
    builder_tag(build, "v0.9.0");
    fixture_commit(fixture, "db/migrations/V1__customers.sql", v1, "Keep customers");
    builder_tag(build, "v1.0.0");
    fixture_commit(fixture, "db/migrations/V2__score.sql", v2, "Score customers");
    builder_tag(build, "v2.0.0");
    fixture_open(fixture); /* what was built is written */
    text = memory_printf("pilab: 1\n"
                         "project: {name: Shop, code: SHOP}\n"
                         "environments:\n"
                         "  - {name: SIT, stage: SIT}\n"
                         "  - {name: UAT, stage: UAT, from: [SIT]}\n"
                         "modules:\n"
                         "  - name: shop\n"
                         "    repository: %s\n"
                         "    tags: \"v{version}\"\n"
                         "    migrations: {path: db/migrations}\n"
                         "    schema: {live: {SIT: \"%s\", UAT: \"%s\"}}\n",
                         fixture_path(fixture), sit, uat);
    file = scratch_file(sandbox_files(world->sandbox), "promotion.yaml", text);
    DO(world->sandbox, "project", "import", file);
    DO(world->sandbox, "manifest", "set", "shop", "UAT", uat_version);
    DO(world->sandbox, "manifest", "set", "shop", "SIT", "2.0.0");
    free(sit);
    free(uat);
    free(text);
    free(file);
}

static void make_live(void)
{
    static bool made;

    if (made)
        return;
    made = true;
    database_server_create(server, "sit_live");
    database_server_create(server, "uat_live");
    database_server_sql(server, "sit_live", v1);
    database_server_sql(server, "sit_live", v2);
    database_server_sql(server, "uat_live", v1);
    database_server_sql(server, "uat_live", "CREATE INDEX hand_made ON customers (name);");
    database_server_sql(server, "sit_live", "CREATE TABLE tried (id bigint);");
    database_server_sql(server, "sit_live", "CREATE TABLE twice (id bigint);");
    database_server_sql(server, "uat_live", "CREATE TABLE twice (id bigint);");
}

static const json_t *item_of(const json_t *report, const char *path, const char *environment)
{
    size_t index;
    const json_t *item, *found = NULL;

    json_array_foreach(json_object_get(report, "items"), index, item)
    {
        const char *of = json_member_text(item, "environment");

        if (strcmp(json_member_text(item, "path"), path) != 0 ||
            (environment == NULL) != (of == NULL) || (of != NULL && strcmp(of, environment) != 0))
            continue;
        assert_null(found);
        found = item;
    }
    if (found == NULL)
        fail_msg("there is no item %s", path);
    return found;
}

static void what_a_release_brings_is_told_once_and_beside_it_what_was_made_by_hand(void **state)
{
    struct world *world = *state;
    struct fixture_repository *fixture = fixture_new();
    const struct run *run;

    need_server();
    make_live();
    promote(world, fixture, "1.0.0");
    run = run_pilab(world->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--type", "database",
                    "--wide", NULL);
    assert_says(&run->out, "customers.score");
    assert_says(&run->out, "ADD COLUMN");
    assert_says_not(&run->out, "public.customers.score");
    assert_says_not(&run->out, "no release brings");
    assert_says_not(&run->out, "as they are");
    assert_says(&run->out, "public.customers.hand_made  UAT: not known, really CREATE INDEX");
    assert_says(&run->out, "public.tried  SIT: not known, really ");
    assert_says(&run->out, "live UAT (");
    assert_says(&run->out, "live SIT (");
    run = run_pilab(world->sandbox, "notes", "--from", "SIT", "--to", "UAT", NULL);
    assert_says(&run->out, "customers (ADD COLUMN score integer)");
    assert_says_not(&run->out, "hand_made");
    assert_says_not(&run->out, "tried");
    assert_says(&run->out, "4 that were changed outside of the release are in the report");
    fixture_free(&fixture);
}

static void json_tells_where_something_was_changed_outside(void **state)
{
    struct world *world = *state;
    struct fixture_repository *fixture = fixture_new();
    const json_t *uat, *sit;
    json_t *report;
    const struct run *run;

    need_server();
    make_live();
    promote(world, fixture, "1.0.0");
    run = run_pilab(world->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--type", "database",
                    "--json", NULL);
    report = report_of(run);
    assert_int_equal(json_array_size(json_object_get(report, "items")), 5);
    assert_int_equal(json_array_size(json_object_get(report, "problems")), 0);
    assert_string_equal(json_member_text(item_of(report, "customers.score", NULL), "category"),
                        "ALTER TABLE");
    assert_string_equal(json_member_text(item_of(report, "public.customers.hand_made", "UAT"),
                                         "category"),
                        "changed_outside");
    item_of(report, "public.tried", "SIT");
    /* By hand in both: two differences, each with an id that it keeps. */
    uat = item_of(report, "public.twice", "UAT");
    sit = item_of(report, "public.twice", "SIT");
    assert_string_not_equal(json_member_text(uat, "id"), json_member_text(sit, "id"));
    json_decref(report);
    fixture_free(&fixture);
}

/* There is no migration yet at UAT's version. */
static void where_a_version_tells_nothing_it_is_not_guessed_what_a_release_brings(void **state)
{
    struct world *world = *state;
    struct fixture_repository *fixture = fixture_new();
    const struct run *run;

    need_server();
    make_live();
    promote(world, fixture, "0.9.0");
    run = run_pilab(world->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--type", "database",
                    NULL);
    assert_says(&run->out, "UAT and SIT as they are: what a release brings is not told apart");
    assert_says(&run->out, "public.customers.hand_made");
    assert_says_not(&run->out, "not known, really");
    run = run_pilab(world->sandbox, "notes", "--from", "SIT", "--to", "UAT", NULL);
    assert_says(&run->out, "score");
    assert_says_not(&run->out, "hand_made");
    assert_says_not(&run->out, "public.");
    assert_says(&run->out, "3 that the two databases have differently are in the report");
    fixture_free(&fixture);
}

static void as_they_are_two_databases_are_compared_with_each_other(void **state)
{
    struct world *world = *state;
    struct fixture_repository *fixture = fixture_new();
    const struct run *run;

    need_server();
    make_live();
    promote(world, fixture, "1.0.0");
    run = run_pilab(world->sandbox, "drift", "env:SIT", "env:UAT", "--as-is", "--type", "database",
                    NULL);
    assert_says(&run->out, "SIT and UAT as they are");
    assert_says(&run->out, "public.customers.hand_made");
    assert_says_not(&run->out, "no release brings");
    assert_says_not(&run->out, "not known, really");
    fixture_free(&fixture);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)
    static const struct CMUnitTest cases[] = {
        CASE(a_column_that_differs_between_two_environments_is_an_item),
        CASE(databases_are_compared_without_a_repository),
        CASE(what_an_observed_environment_has_outside_is_told_once),
        CASE(offline_connects_to_nothing_and_says_so),
        CASE(what_is_kept_of_it_comes_back_out),
        CASE(what_a_release_brings_is_told_once_and_beside_it_what_was_made_by_hand),
        CASE(json_tells_where_something_was_changed_outside),
        CASE(where_a_version_tells_nothing_it_is_not_guessed_what_a_release_brings),
        CASE(as_they_are_two_databases_are_compared_with_each_other),
        CASE(a_server_that_is_gone_is_a_problem_and_no_difference), /* the last: it is gone */
    };

    return cmocka_run_group_tests_name("schemas in reports", cases, start_server, stop_server);
}
