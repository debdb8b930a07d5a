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

static void migrations_of_two_revisions_are_compared(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *build = fixture_builder(fixture);
    const struct run *run;

    fixture_commit(fixture, "db/migrations/1_init.up.sql",
                   "CREATE TABLE t (id serial PRIMARY KEY, at timestamptz DEFAULT now());\n",
                   "Begin");
    fixture_commit(fixture, "db/migrations/1_init.down.sql", "DROP TABLE t;\n", "A way back");
    builder_tag(build, "v1.0.0");
    fixture_commit(fixture, "db/migrations/2_more.up.sql", "ALTER TABLE t ADD COLUMN note text;\n",
                   "More");
    builder_tag(build, "v1.1.0");
    fixture_open(fixture);
    sandbox_enter(*state, fixture_path(fixture));
    run = run_pilab(*state, "schema", "diff", "v1.0.0:db/migrations", "v1.1.0:./db/migrations/",
                    NULL);
    assert_status(run, 0);
    assert_says(&run->out, "+ column note: text");
    assert_says(&run->out, "1 added, 0 removed, 0 changed");
    run = run_pilab(*state, "schema", "diff", "v1.0.0:db/migrations", "HEAD:db/migrations",
                    "--exit-code", NULL);
    assert_status(run, 2);
    run = run_pilab(*state, "schema", "diff", "v9:db/migrations", "HEAD:db/migrations", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "v9");
    run = run_pilab(*state, "schema", "snapshot", "v1.0.0:nowhere", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "there is no snapshot and no SQL");
    fixture_free(&fixture);
}

/* What is listed is counted; what came and went with it is counted apart. */
static void the_sums_are_those_of_the_list(void **state)
{
    const struct run *run;

    write_file(*state, "few.sql",
               "CREATE TABLE a (id int PRIMARY KEY, n text); CREATE TABLE c (id int);\n");
    write_file(*state, "more.sql",
               "CREATE TABLE b (x int, y jsonb, z int); CREATE TABLE c (id int);\n");
    run =
        run_pilab(*state, "schema", "diff", "few.sql", "more.sql", "--dialect", "postgresql", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "1 added, 1 removed, 0 changed; 1 of them destroys something; 6 parts "
                           "came or went with them.");
    run = run_pilab(*state, "schema", "diff", "few.sql", "more.sql", "--dialect", "postgresql",
                    "--wide", NULL);
    assert_says(&run->out, "4 added, 4 removed, 0 changed; ");
    write_file(*state, "half.sql", "CREATE TABLE c (id int); DO $$ BEGIN NULL; END $$;\n");
    run = run_pilab(*state, "schema", "diff", "half.sql", "more.sql", "--dialect", "postgresql",
                    NULL);
    assert_status(run, 1);
    assert_says(&run->out, "Could not be read");
}

static void what_cannot_be_compared_is_said(void **state)
{
    const struct run *run;

    write_file(*state, "my.sql", "CREATE TABLE t (id int AUTO_INCREMENT) ENGINE=InnoDB;\n");
    write_file(*state, "pg.sql", "CREATE TABLE t (id bigserial PRIMARY KEY, j jsonb);\n");
    write_file(*state, "text.txt", "hello\n");
    write_file(*state, "ora.sql", "CREATE TABLE t (id VARCHAR2(9), n NVARCHAR2(9));\n");
    run = run_pilab(*state, "schema", "snapshot", "ora.sql", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "SQL for Oracle is not read as a schema");
    run = run_pilab(*state, "schema", "check", "my.sql", "pg.sql", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "my.sql is mysql and pg.sql is postgresql: they cannot be compared");
    run = run_pilab(*state, "schema", "snapshot", "nothere", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "nothere");
    run = run_pilab(*state, "schema", "snapshot", "pg.sql", "--timeout", "0", NULL);
    assert_status(run, 64);
    run = run_pilab(*state, "schema", "snapshot", "text.txt", NULL);
    assert_status(run, 1);
}

/* 0 none, 2 some, 3 one that destroys, and what was left out is said each time. */
static void every_dialect_has_the_same_exit_codes(void **state)
{
    static const struct {
        const char *dialect, *left_out;
    } rows[] = {
        {"sqlite",   "ON CONFLICT"         },
        { "mysql",   "users and privileges"},
        { "mariadb", "users and privileges"},
    };
    const struct run *run;

    write_file(*state, "one.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY);\n");
    write_file(*state, "two.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, note VARCHAR(9));\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        run = run_pilab(*state, "schema", "check", "one.sql", "one.sql", "--dialect",
                        rows[i].dialect, NULL);
        assert_status(run, 0);
        assert_says(&run->out, rows[i].left_out);
        run = run_pilab(*state, "schema", "check", "one.sql", "two.sql", "--dialect",
                        rows[i].dialect, NULL);
        assert_status(run, 2);
        assert_says(&run->out, rows[i].left_out);
        run = run_pilab(*state, "schema", "check", "two.sql", "one.sql", "--dialect",
                        rows[i].dialect, NULL);
        assert_status(run, 3);
        assert_says(&run->out, rows[i].left_out);
        run = run_pilab(*state, "schema", "check", "two.sql", "nothere.sql", "--dialect",
                        rows[i].dialect, NULL);
        assert_status(run, 1);
    }
}

static void a_side_that_does_not_tell_its_dialect_has_that_of_the_other(void **state)
{
    const struct run *run;

    write_file(*state, "dumb.sql", "CREATE TABLE t (id int);\n");
    write_file(*state, "pg.sql", "CREATE TABLE t (id int, j jsonb);\n");
    run = run_pilab(*state, "schema", "diff", "dumb.sql", "pg.sql", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "dumb.sql (postgresql like the other, ");
    assert_says(&run->out, "+ column j: jsonb");
    run = run_pilab(*state, "schema", "check", "pg.sql", "dumb.sql", NULL);
    assert_status(run, 3);
    assert_says(&run->out, "- column j: jsonb");
    run = run_pilab(*state, "schema", "sync", "dumb.sql", "pg.sql", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "does not say which database its SQL is for");
    run = run_pilab(*state, "schema", "diff", "dumb.sql", "pg.sql", "--json", NULL);
    assert_says(&run->out, "\"dialect_assumed\": true");
    /* Neither tells. */
    run = run_pilab(*state, "schema", "diff", "dumb.sql", "dumb.sql", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "--dialect");
    /* What is not there at all is the better story. */
    run = run_pilab(*state, "schema", "diff", "dumb.sql", "missing.sql", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "missing.sql is no file");
}

static void what_is_no_sql_is_no_schema_without_anything_in_it(void **state)
{
    struct sandbox *sandbox = *state;
    char *path = path_join(sandbox_files(sandbox), "noise");
    const struct run *run;

    write_file(sandbox, "pg.sql", "CREATE TABLE t (id int, j jsonb);\n");
    write_file(sandbox, "prose.txt", "Nothing to see here; really.\n");
    write_file(sandbox, "marked.sql",
               "\xef\xbb\xbf-- a comment\n\\connect shop\nCREATE TABLE t (id int, j jsonb);\n");
    assert_true(file_write_atomic(path,
                                  "\x7f"
                                  "ELF\0\1;CREATE \xff\xfe",
                                  20, 0600, NULL));
    run = run_pilab(sandbox, "schema", "diff", "--dialect", "postgresql", "pg.sql", "noise", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "noise holds no SQL and is no snapshot");
    assert_int_equal(run->out.length, 0);
    run = run_pilab(sandbox, "schema", "check", "pg.sql", "prose.txt", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "prose.txt holds no SQL and is no snapshot");
    run = run_pilab(sandbox, "schema", "diff", "pg.sql", "marked.sql", "--exit-code", NULL);
    assert_status(run, 0);
    free(path);
}

static void sqlite_is_compared_as_a_file_and_as_text(void **state)
{
    const struct run *run;

    write_file(*state, "before.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);\n");
    write_file(*state, "after.sql",
               "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
               " note text CHECK (note <> ''));\n");
    run =
        run_pilab(*state, "schema", "diff", "before.sql", "after.sql", "--dialect", "sqlite", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "+ column note: TEXT");
    assert_says(&run->out, "CHECK (note <> '')");
    run =
        run_pilab(*state, "schema", "sync", "before.sql", "after.sql", "--dialect", "sqlite", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "the first error has to end it: sqlite3 -bail");
    run = run_pilab(*state, "schema", "sync", "before.sql", "after.sql", "--dialect", "sqlite",
                    "--verify", "sqlite::memory:", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "Verified on a copy");
    /* What stands in comments was run in that, and is not run by the script. */
    run = run_pilab(*state, "schema", "sync", "after.sql", "before.sql", "--dialect", "sqlite",
                    "--verify", "sqlite::memory:", NULL);
    assert_status(run, 0);
    assert_says(&run->out,
                "-- Verified on a copy, with what destroys run: it leaves no difference");
    assert_says(&run->out, "-- As written, with that as comments: it leaves 1 difference.");
    run = run_pilab(*state, "schema", "sync", "before.sql", "after.sql", "--dialect", "sqlite",
                    "--rollback", "-o", "back.sql", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "Some statements destroy and are comments: 1.");
    run = run_pilab(*state, "schema", "sync", "before.sql", "after.sql", "--dialect", "sqlite",
                    "--verify", "sqlite:copy.db", NULL);
    assert_status(run, 64);
    assert_says(&run->err, "a script for SQLite is tried in memory");
}

static void a_broken_file_is_kept_with_its_problem_and_status_one(void **state)
{
    const struct run *run;

    write_file(*state, "odd.sql", "CREATE TABLE a (id int);\n\nCREATE TABEL b ();\n");
    run = run_pilab(*state, "schema", "snapshot", "odd.sql", "--dialect", "postgresql", NULL);
    assert_status(run, 1);
    assert_says(&run->out, "\"line\": 3");
    assert_says(&run->out, "TABEL");
}

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
    free(after);
    free(text);
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
    why = strstr(text, "they are not read from SQL");
    assert_non_null(why);
    memcpy(why, said, sizeof said - 1);
    write_file(*state, "m.json", text);
    run = run_pilab(*state, "schema", "diff", "m.json", "m.json", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "'token=••••'ad from SQL");
    assert_null(strstr(run->out.data, "hunter2"));
    free(text);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_sandbox, free_sandbox)
    static const struct CMUnitTest cases[] = {
        CASE(a_mariadb_is_called_by_its_name),
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
        CASE(migrations_of_two_revisions_are_compared),
        CASE(the_sums_are_those_of_the_list),
        CASE(what_cannot_be_compared_is_said),
        CASE(every_dialect_has_the_same_exit_codes),
        CASE(a_side_that_does_not_tell_its_dialect_has_that_of_the_other),
        CASE(what_is_no_sql_is_no_schema_without_anything_in_it),
        CASE(sqlite_is_compared_as_a_file_and_as_text),
        CASE(a_broken_file_is_kept_with_its_problem_and_status_one),
    };

    return cmocka_run_group_tests(cases, start_server, stop_server);
}
