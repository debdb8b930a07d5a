/* `pilab schema` as a release manager types it: live databases, files, revisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/database_server.h"
#include "../support/fixture_repository.h"
#include "../support/json_schema.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

static const char previous_sql[] =
    "CREATE TYPE public.state AS ENUM ('new', 'paid');\n"
    "CREATE TABLE public.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    " email varchar(100) NOT NULL, legacy text);\n"
    "CREATE TABLE public.orders (id serial PRIMARY KEY, customer_id bigint NOT NULL\n"
    "  REFERENCES public.customers (id), status public.state NOT NULL DEFAULT 'new');\n"
    "CREATE INDEX orders_status ON public.orders (status);\n"
    "CREATE VIEW public.open_orders AS SELECT id FROM public.orders WHERE status = 'new';\n";

static const char current_sql[] =
    "CREATE TYPE public.state AS ENUM ('new', 'held', 'paid');\n"
    "CREATE TABLE public.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    " email text NOT NULL, phone text, CONSTRAINT email_ok CHECK (email <> ''));\n"
    "COMMENT ON COLUMN public.customers.phone IS 'E.164';\n"
    "CREATE TABLE public.orders (id serial PRIMARY KEY, customer_id bigint NOT NULL\n"
    "  REFERENCES public.customers (id) ON DELETE CASCADE,\n"
    "  status public.state NOT NULL DEFAULT 'held');\n"
    "CREATE INDEX orders_status ON public.orders (status, customer_id);\n"
    "CREATE VIEW public.open_orders AS SELECT id, customer_id FROM public.orders\n"
    " WHERE status = 'new';\n";

static struct database_server *server; /* one for all: making it takes two seconds */

static int start_server(void **state)
{
    if (database_server_missing(DATABASE_POSTGRESQL) == NULL) {
        server = database_server_start(DATABASE_POSTGRESQL);
        database_server_create(server, "previous_");
        database_server_create(server, "current_");
        database_server_sql(server, "previous_", previous_sql);
        database_server_sql(server, "current_", current_sql);
    }
    return fixture_library_start(state);
}

static int stop_server(void **state)
{
    database_server_stop(&server);
    return fixture_library_stop(state);
}

static int make_sandbox(void **state)
{
    struct sandbox *sandbox = sandbox_new();

    sandbox_enter(sandbox, sandbox_files(sandbox));
    *state = sandbox;
    return 0;
}

static int free_sandbox(void **state)
{
    struct sandbox *sandbox = *state;

    sandbox_free(&sandbox);
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

static void assert_status(const struct run *run, int status)
{
    if (run->status != status)
        fail_msg("status %d: %s%s", run->status, run->err.data, run->out.data);
}

static void write_file(struct sandbox *sandbox, const char *name, const char *content)
{
    free(scratch_file(sandbox_files(sandbox), name, content));
}

/* --- Live --------------------------------------------------------------------------------------
 */

static void a_kept_schema_is_compared_with_what_is_there_now(void **state)
{
    char *previous, *current, *file;
    const struct run *run;

    need_server();
    previous = database_server_dsn(server, "previous_");
    current = database_server_dsn(server, "current_");
    run = run_pilab(*state, "schema", "snapshot", previous, NULL);
    assert_status(run, 0);
    assert_text_follows_schema(run->out.data, "schema-1.json");
    run = run_pilab(*state, "schema", "snapshot", previous, "-o", "kept.json", NULL);
    assert_status(run, 0);
    file = scratch_path(sandbox_files(*state), "kept.json");
    assert_int_equal(access(file, R_OK), 0);
    run = run_pilab(*state, "schema", "check", "kept.json", previous, NULL);
    assert_status(run, 0);
    assert_says(&run->out, "No differences.");
    run = run_pilab(*state, "schema", "diff", "kept.json", current, "--exit-code", NULL);
    assert_status(run, 2);
    assert_says(&run->out, "- column legacy: text");
    assert_says(&run->out, "+ column phone: text");
    assert_says(&run->out, "labels: new,paid → new,held,paid");
    assert_says(&run->out, "owners and privileges");
    assert_harmless(&run->out);
    run = run_pilab(*state, "schema", "diff", "kept.json", current, "--json", NULL);
    assert_status(run, 0);
    assert_text_follows_schema(run->out.data, "schema-diff-1.json");
    free(file);
    free(previous);
    free(current);
}

static void a_check_ends_with_three_when_something_is_destroyed(void **state)
{
    char *previous, *current;
    const struct run *run;

    need_server();
    previous = database_server_dsn(server, "previous_");
    current = database_server_dsn(server, "current_");
    assert_status(run_pilab(*state, "schema", "check", previous, current, NULL), 3);
    write_file(*state, "more.sql", "CREATE TABLE public.a (id integer);\n");
    write_file(*state, "most.sql", "CREATE TABLE public.a (id integer, note text);\n");
    run = run_pilab(*state, "schema", "check", "more.sql", "most.sql", "--dialect", "postgresql",
                    NULL);
    assert_status(run, 2);
    write_file(*state, "broken.sql", "CREATE TABLE public.a (id integer);\nCREATE TABEL b ();\n");
    run = run_pilab(*state, "schema", "check", "more.sql", "broken.sql", "--dialect", "postgresql",
                    NULL);
    assert_status(run, 1);
    assert_says(&run->err, "broken.sql");
    assert_says(&run->err, "as a whole");
    free(previous);
    free(current);
}

static void a_script_is_tried_on_a_copy_and_then_does_what_it_says(void **state)
{
    char *previous, *current, *scratch, *file;
    const struct run *run;

    need_server();
    previous = database_server_dsn(server, "previous_");
    current = database_server_dsn(server, "current_");
    scratch = database_server_dsn(server, "postgres");
    run = run_pilab(*state, "schema", "sync", previous, current, "--verify", scratch,
                    "--allow-destructive", "-o", "sync.sql", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "Verified on a copy");
    run =
        run_pilab(*state, "schema", "sync", previous, current, "--verify", scratch, "--json", NULL);
    assert_status(run, 0);
    assert_text_follows_schema(run->out.data, "schema-sync-1.json");
    assert_says(&run->out, "\"left_after_rollback\": 0");
    assert_says(&run->out, "\"left_after_rollback_as_written\": 0");
    run = run_pilab(*state, "schema", "sync", previous, current, "--rollback", "-o", "back.sql",
                    "--allow-destructive", NULL);
    assert_status(run, 0);
    /* Nothing of the trial is left, and neither side was changed. */
    database_server_sql(server, "postgres",
                        "DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM pg_database\n"
                        " WHERE datname LIKE 'pilab%'); END $$;\n");
    assert_status(run_pilab(*state, "schema", "check", previous, current, NULL), 3);
    file = scratch_path(sandbox_files(*state), "sync.sql");
    database_server_file(server, "previous_", file);
    free(file);
    run = run_pilab(*state, "schema", "check", previous, current, NULL);
    assert_status(run, 0);
    file = scratch_path(sandbox_files(*state), "back.sql");
    database_server_file(server, "previous_", file);
    free(file);
    write_file(*state, "previous.sql", previous_sql);
    run = run_pilab(*state, "schema", "check", previous, "previous.sql", NULL);
    assert_status(run, 0);
    free(previous);
    free(current);
    free(scratch);
}

static void a_script_that_is_no_file_is_the_output_itself(void **state)
{
    const struct run *run;

    write_file(*state, "a.sql", "CREATE TABLE public.a (id integer, gone text);\n");
    write_file(*state, "b.sql", "CREATE TABLE public.a (id integer, note text);\n");
    run = run_pilab(*state, "schema", "sync", "a.sql", "b.sql", "--dialect", "postgresql", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "\nALTER TABLE public.a ADD COLUMN IF NOT EXISTS note text;");
    assert_says(&run->out, "\n-- ALTER TABLE public.a DROP COLUMN IF EXISTS gone;");
    run = run_pilab(*state, "schema", "sync", "a.sql", "b.sql", "--dialect", "postgresql",
                    "--allow-destructive", NULL);
    assert_says(&run->out, "\nALTER TABLE public.a DROP COLUMN IF EXISTS gone;");
}

/* What is counted is what was written: the way back of one column is another one's drop. */
static void a_rollback_that_is_written_is_counted_itself(void **state)
{
    const struct run *run;

    write_file(*state, "one.sql", "CREATE TABLE public.t (id int);\n");
    write_file(*state, "two.sql",
               "CREATE TABLE public.t (id int, a int);\nCOMMENT ON TABLE public.t IS 'x';\n"
               "COMMENT ON COLUMN public.t.a IS 'y';\n");
    run = run_pilab(*state, "schema", "sync", "one.sql", "two.sql", "--dialect", "postgresql", "-o",
                    "there.sql", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "Written to there.sql: 3 statements.");
    assert_null(strstr(run->out.data, "destroy"));
    run = run_pilab(*state, "schema", "sync", "one.sql", "two.sql", "--dialect", "postgresql", "-o",
                    "back.sql", "--rollback", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "Written to back.sql: 1 statement.");
    assert_says(&run->out, "Some statements destroy and are comments: 1.");
}

static void there_is_no_script_towards_what_could_not_be_read(void **state)
{
    const struct run *run;

    write_file(*state, "k1.sql", "CREATE TABLE t (a integer);\nCREATE TABLE u (a integer);\n");
    write_file(*state, "k2.sql", "CREATE TABLE t (a integer);\nCREATE TABLEE u (a integer);\n");
    run = run_pilab(*state, "schema", "sync", "k1.sql", "k2.sql", "--dialect", "postgresql",
                    "--allow-destructive", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "k2.sql could not be read as a whole");
    assert_says(&run->err, "k2.sql:2: ");
    assert_string_equal(run->out.data, "");
    run = run_pilab(*state, "schema", "sync", "k2.sql", "k1.sql", "--dialect", "postgresql", NULL);
    assert_status(run, 1);
    assert_string_equal(run->out.data, "");
}

static void a_copy_needs_a_server_where_one_may_make_databases(void **state)
{
    const struct run *run;
    char *previous, *poor;

    need_server();
    previous = database_server_dsn(server, "previous_");
    database_server_sql(server, "postgres", "CREATE ROLE poor LOGIN;\n");
    poor =
        memory_printf("postgresql:///postgres?host=%s&user=poor", database_server_folder(server));
    run = run_pilab(*state, "schema", "sync", previous, previous, "--verify", poor, NULL);
    assert_status(run, 77);
    assert_says(&run->err, "CREATEDB");
    run = run_pilab(*state, "schema", "sync", previous, previous, "--verify", "sqlite:x.db", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "is SQLite, and the script is for postgresql");
    free(previous);
    free(poor);
}

/* --- Secrets -----------------------------------------------------------------------------------
 */

static void a_password_on_the_command_line_is_refused_and_not_repeated(void **state)
{
    static const char *const dsns[] = {
        "postgresql://reader:hunter2@db.example/shop",
        "service=uat password=hunter2",
        "mysql://reader:hunter2@db.example/shop",
    };

    for (size_t i = 0; i < sizeof dsns / sizeof *dsns; i++) {
        const struct run *run = run_pilab(*state, "schema", "snapshot", dsns[i], NULL);

        assert_status(run, 1);
        assert_says(&run->err, "a password in a connection string is not taken");
        assert_says(&run->err, "secret=ENVIRONMENT:NAME");
        assert_says_not(&run->err, "hunter2");
        run = run_pilab(*state, "schema", "snapshot", dsns[i], "--json", NULL);
        assert_says_not(&run->err, "hunter2");
    }
}

static void a_password_comes_from_the_secrets_of_the_project(void **state)
{
    struct world *world = NULL;
    struct sandbox *sandbox;
    const struct run *run;
    char *file, *dsn, *other, *log;

    (void)state;
    need_server();
    assert_int_equal(project_world_setup((void **)&world), 0);
    sandbox = world->sandbox;
    log = memory_printf("PILAB_LOG=%s/pilab.log", sandbox_home(sandbox));
    sandbox_set(sandbox, log);
    import(world);
    file = scratch_file(sandbox_files(sandbox), "password", "right");
    assert_int_equal(chmod(file, 0600), 0);
    DO(sandbox, "secrets", "init");
    DO(sandbox, "variable", "set", "DB_PASSWORD", "--secret", "-e", "UAT", "--value-file", file);
    dsn = memory_printf("postgresql:///postgres?host=%s&user=secured&secret=UAT:DB_PASSWORD",
                        database_server_folder(server));
    run = run_pilab(sandbox, "schema", "snapshot", dsn, NULL);
    assert_status(run, 0);
    assert_text_follows_schema(run->out.data, "schema-1.json");
    assert_says_not(&run->out, "right\"");
    other = memory_printf("postgresql:///postgres?host=%s&user=secured&secret=UAT:OTHER",
                          database_server_folder(server));
    run = run_pilab(sandbox, "schema", "snapshot", other, NULL);
    assert_status(run, 1);
    assert_says(&run->err, "there is no secret OTHER in UAT");
    free(other);
    other = memory_printf("postgresql:///postgres?host=%s&user=secured&passfile=/nonexistent",
                          database_server_folder(server));
    run = run_pilab(sandbox, "schema", "snapshot", other, NULL);
    assert_status(run, 77);
    assert_says(&run->err, "pgpass");
    /* Somebody who may not configure the project may not send its secrets anywhere. */
    DO(sandbox, "member", "add", "vera");
    DO(sandbox, "member", "role", "vera", "VIEWER");
    sandbox_set(sandbox, "PILAB_LOGIN=vera");
    run = run_pilab(sandbox, "schema", "snapshot", dsn, NULL);
    assert_status(run, 77);
    project_world_teardown((void **)&world);
    free(log);
    free(file);
    free(dsn);
    free(other);
}

static void a_service_file_says_where_and_pgpass_with_what(void **state)
{
    const struct run *run;
    char *text, *file;

    need_server();
    text = memory_printf("[uat]\nhost=%s\ndbname=postgres\nuser=secured\n",
                         database_server_folder(server));
    file = scratch_file(sandbox_home(*state), ".pg_service.conf", text);
    free(file);
    free(text);
    text = memory_printf("%s:*:*:secured:right\n", database_server_folder(server));
    file = scratch_file(sandbox_home(*state), ".pgpass", text);
    assert_int_equal(chmod(file, 0600), 0);
    free(text);
    text = memory_printf("PGPASSFILE=%s", file);
    sandbox_set(*state, text);
    free(text);
    text = memory_printf("PGSERVICEFILE=%s/.pg_service.conf", sandbox_home(*state));
    sandbox_set(*state, text);
    run = run_pilab(*state, "schema", "snapshot", "service=uat", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "\"name\": \"service=uat\"");
    free(text);
    free(file);
}

/* --- Files and revisions -----------------------------------------------------------------------
 */

/* What it speaks is MySQL's; a snapshot keeps which server it was taken of. */
static void a_mariadb_is_called_by_its_name(void **state)
{
    char *text, *after;

    write_file(*state, "m.sql", "CREATE TABLE a (id int) ENGINE=InnoDB;\n");
    text = memory_copy_text(
        run_pilab(*state, "schema", "snapshot", "m.sql", "--dialect", "mysql", NULL)->out.data);
    after = strstr(text, "null,");
    *after = '\0';
    after = memory_printf("%s\"10.11.19-MariaDB\"%s", text, after + 4);
    write_file(*state, "m.json", after);
    assert_says(&run_pilab(*state, "schema", "diff", "m.json", "m.sql", NULL)->out,
                "m.json (mariadb 10.11.19-MariaDB, 1 table");
    write_file(*state, "p.sql", "CREATE TABLE a (id integer);\n");
    assert_says(&run_pilab(*state, "schema", "diff", "m.json", "p.sql", "--dialect", "postgresql",
                           NULL)
                     ->err,
                "m.json is mariadb and p.sql is postgresql: they cannot be compared");
    free(after);
    free(text);
}

static void what_differs_is_told_as_such(void **state)
{
    const struct run *run;

    write_file(*state, "s1.sql", "CREATE TABLE t (api_key text DEFAULT 'k9Xq2LmZ7vB4');\n");
    write_file(*state, "s2.sql", "CREATE TABLE t (api_key text DEFAULT 'pT5wR8nC3yD1');\n");
    run = run_pilab(*state, "schema", "diff", "s1.sql", "s2.sql", "--dialect", "postgresql", NULL);
    assert_says(&run->out, "(different)");
    assert_null(strstr(run->out.data, "k9Xq2LmZ7vB4"));
    write_file(*state, "c1.sql",
               "CREATE TABLE t (c varchar(5) CHARACTER SET utf8mb4) CHARACTER SET latin1;\n");
    write_file(*state, "c2.sql", "CREATE TABLE t (c varchar(5)) CHARACTER SET latin1;\n");
    run = run_pilab(*state, "schema", "diff", "c1.sql", "c2.sql", "--dialect", "mysql", NULL);
    assert_says(&run->out, "character set: utf8mb4 → latin1");
}

/* A snapshot may come from anywhere, with any words. */
static void what_is_not_compared_tells_no_secret(void **state)
{
    static const char said[] = "'token=hunter2'";
    const struct run *run;
    char *text, *why;

    write_file(*state, "m.sql", "CREATE TABLE a (id int) ENGINE=InnoDB;\n");
    text = memory_copy_text(
        run_pilab(*state, "schema", "snapshot", "m.sql", "--dialect", "mysql", NULL)->out.data);
    why = strstr(text, "none is read from SQL");
    assert_non_null(why);
    memcpy(why, said, sizeof said - 1);
    write_file(*state, "m.json", text);
    run = run_pilab(*state, "schema", "diff", "m.json", "m.json", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "'token=••••'om SQL");
    assert_null(strstr(run->out.data, "hunter2"));
    free(text);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_sandbox, free_sandbox)
    static const struct CMUnitTest cases[] = {
        CASE(a_mariadb_is_called_by_its_name),
        CASE(what_differs_is_told_as_such),
        CASE(what_is_not_compared_tells_no_secret),
        CASE(a_kept_schema_is_compared_with_what_is_there_now),
        CASE(a_check_ends_with_three_when_something_is_destroyed),
        CASE(a_script_is_tried_on_a_copy_and_then_does_what_it_says),
        CASE(a_script_that_is_no_file_is_the_output_itself),
        CASE(a_rollback_that_is_written_is_counted_itself),
        CASE(there_is_no_script_towards_what_could_not_be_read),
        CASE(a_copy_needs_a_server_where_one_may_make_databases),
        CASE(a_password_on_the_command_line_is_refused_and_not_repeated),
        CASE(a_password_comes_from_the_secrets_of_the_project),
        CASE(a_service_file_says_where_and_pgpass_with_what),
    };

    return cmocka_run_group_tests(cases, start_server, stop_server);
}
