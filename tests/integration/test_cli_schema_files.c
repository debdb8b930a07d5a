/* `pilab schema` as a release manager types it: live databases, files, revisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <stdio.h>
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

static void assert_status(const struct run *run, int status)
{
    if (run->status != status)
        fail_msg("status %d: %s%s", run->status, run->err.data, run->out.data);
}

static void write_file(struct sandbox *sandbox, const char *name, const char *content)
{
    free(scratch_file(sandbox_files(sandbox), name, content));
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

/* 3 is for what is lost: not for what fails on a row that does not fit, or writes the table again.
 */
static void a_type_that_only_fails_has_no_status_of_its_own(void **state)
{
    static const struct {
        const char *from, *to;
        int status;
    } rows[] = {
        {"json",           "jsonb",         2},
        { "varchar(50)",   "varchar(40)",   2},
        { "numeric(12,4)", "numeric(12,2)", 3},
        { "timestamp",     "date",          3},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char from[64], to[64];

        snprintf(from, sizeof from, "CREATE TABLE t (c %s);\n", rows[i].from);
        snprintf(to, sizeof to, "CREATE TABLE t (c %s);\n", rows[i].to);
        write_file(*state, "from.sql", from);
        write_file(*state, "to.sql", to);
        assert_status(run_pilab(*state, "schema", "check", "from.sql", "to.sql", "--dialect",
                                "postgresql", NULL),
                      rows[i].status);
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
    assert_says(&run->err, "noise holds no SQL and is no snapshot: it holds NUL bytes");
    assert_int_equal(run->out.length, 0);
    run = run_pilab(sandbox, "schema", "check", "pg.sql", "prose.txt", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "prose.txt holds no SQL and is no snapshot");
    run = run_pilab(sandbox, "schema", "diff", "pg.sql", "marked.sql", "--exit-code", NULL);
    assert_status(run, 0);
    free(path);
}

/* Where nothing is, everything that is there would seem to be gone. */
static void an_empty_file_is_refused_like_one_without_sql(void **state)
{
    static const char *const names[] = { "empty.sql", "empty.db", "line.sql", "mark.sql" };
    static const char *const texts[] = { "", "", "\n", "\xef\xbb\xbf" };

    write_file(*state, "there.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);\n");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *told = memory_printf("%s holds no SQL and is no snapshot", names[i]);
        const struct run *run;

        write_file(*state, names[i], texts[i]);
        run = run_pilab(*state, "schema", "diff", "there.sql", names[i], NULL);
        assert_status(run, 1);
        assert_says(&run->err, told);
        assert_int_equal(run->out.length, 0);
        run = run_pilab(*state, "schema", "check", names[i], "there.sql", NULL);
        assert_status(run, 1);
        assert_says(&run->err, told);
        run = run_pilab(*state, "schema", "sync", "there.sql", names[i], NULL);
        assert_status(run, 1);
        assert_says(&run->err, told);
        run = run_pilab(*state, "schema", "snapshot", names[i], NULL);
        assert_status(run, 1);
        assert_says(&run->err, told);
        free(told);
    }
    /* SQLite itself makes such a file where nothing is in a database yet: that is said with its
     * name. */
    assert_status(run_pilab(*state, "schema", "check", "sqlite:empty.db", "sqlite:empty.db", NULL),
                  0);
}

static void how_a_file_was_saved_is_of_no_account(void **state)
{
    static const char *const dialects[] = { "sqlite", "mysql", "mariadb", "postgresql" };
    static const char little[] = "\xFF\xFE"
                                 "C\0R\0E\0A\0T\0E\0 \0T\0A\0B\0L\0E\0 \0t\0 \0(\0i\0d\0"
                                 " \0i\0n\0t\0)\0;\0";
    struct sandbox *sandbox = *state;
    char *path = path_join(sandbox_files(sandbox), "wide.sql");

    write_file(sandbox, "plain.sql", "CREATE TABLE t (id int);\n");
    write_file(sandbox, "marked.sql",
               "\xef\xbb\xbf"
               "CREATE TABLE t (id int);\n");
    assert_true(file_write_atomic(path, little, sizeof little - 1, 0600, NULL));
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
        assert_status(run_pilab(sandbox, "schema", "diff", "--exit-code", "--dialect", dialects[i],
                                "plain.sql", "marked.sql", NULL),
                      0);
        assert_status(run_pilab(sandbox, "schema", "check", "--dialect", dialects[i], "wide.sql",
                                "plain.sql", NULL),
                      0);
    }
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
    assert_says(&run->out, "-- Verified on a copy without rows: it leaves no difference, and its "
                           "rollback, with what destroys run, leads back.");
    /* Nothing of it is a comment. */
    assert_null(strstr(run->out.data, "As written"));
    /* What stands in comments was run in that, and is not run by the script. */
    run = run_pilab(*state, "schema", "sync", "after.sql", "before.sql", "--dialect", "sqlite",
                    "--verify", "sqlite::memory:", NULL);
    assert_status(run, 0);
    assert_says(&run->out,
                "-- Verified on a copy without rows, with what destroys run: it leaves no "
                "difference");
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

/* The type that the rollback leaves as it is shows in the view, too, and is no other difference. */
static void a_view_of_a_column_that_stays_is_led_back(void **state)
{
    const struct run *run;

    write_file(*state, "read.sql",
               "CREATE TABLE t (n INTEGER);\nCREATE VIEW v AS SELECT n FROM t;\n");
    write_file(*state, "written.sql",
               "CREATE TABLE t (n TEXT);\nCREATE VIEW v AS SELECT n FROM t;\n");
    run = run_pilab(*state, "schema", "sync", "--dialect", "sqlite", "read.sql", "written.sql",
                    "--verify", "sqlite::memory:", "--json", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "\"left_after_rollback_as_written\": 0");
}

/* The order of a key, or that values differ, is nothing that is lost. */
static void a_key_that_goes_destroys_nothing_in_either(void **state)
{
    static const char *const dialects[] = { "sqlite", "mysql", "mariadb", "postgresql" };
    const struct run *run;

    write_file(*state, "ab.sql",
               "CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b));\n"
               "CREATE UNIQUE INDEX i ON t (b);\n");
    write_file(*state, "ba.sql",
               "CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (b, a));\n");
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
        run = run_pilab(*state, "schema", "diff", "--dialect", dialects[i], "ab.sql", "ba.sql",
                        "--json", NULL);
        assert_status(run, 0);
        assert_says(&run->out, "\"destructive\": 0");
        run = run_pilab(*state, "schema", "sync", "--dialect", dialects[i], "ab.sql", "ba.sql",
                        "--json", NULL);
        assert_status(run, 0);
        assert_says(&run->out, "\"destructive\": 0");
    }
    run = run_pilab(*state, "schema", "sync", "--dialect", "sqlite", "ab.sql", "ba.sql", "--verify",
                    "sqlite::memory:", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "-- Verified on a copy without rows: it leaves no difference, and its "
                           "rollback leads back.\n-- On rows it may fail:");
}

/* Of Turkish "I" is not the capital of "i"; a German number has a comma. */
static void what_is_compared_is_the_same_in_all_locales(void **state)
{
    static const char *const locales[] = { "LC_ALL=C.UTF-8", "LC_ALL=tr_TR.UTF-8",
                                           "LC_ALL=tr_TR.ISO-8859-9", "LC_ALL=de_DE.UTF-8" };

    write_file(*state, "before.sql", "create table t (a int, d double default 1.5);\n");
    write_file(*state, "after.sql",
               "create table t (a int, d double default 1.7);\n"
               "create unique index i on t (a);\n");
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        const struct run *run;

        sandbox_set(*state, locales[i]);
        run = run_pilab(*state, "schema", "diff", "before.sql", "after.sql", "--dialect", "mysql",
                        NULL);
        assert_status(run, 0);
        assert_says(&run->out, "1 added, 0 removed, 1 changed");
        assert_says(&run->out, "default: 1.5 ");
    }
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

/* MySQL changes no column under a foreign key: whoever saw none of them has no script for it. */
static void a_side_that_hides_keys_of_a_column_that_changes_gives_no_script(void **state)
{
    const struct run *run;

    write_file(*state, "hides.json",
               "{\"schema\": \"pilab.schema/1\", \"dialect\": \"mysql\", \"name\": \"h\", "
               "\"not_compared\": [{\"what\": \"foreign key\", \"why\": \"no right to them\", "
               "\"refused\": true}], \"objects\": [{\"kind\": \"table\", \"schema\": \"\", "
               "\"name\": \"c\", \"parts\": {\"columns\": [{\"name\": \"id\", \"type\": \"int\", "
               "\"not_null\": true}]}}]}\n");
    write_file(*state, "wide.sql", "CREATE TABLE c (id bigint NOT NULL);\n");
    write_file(*state, "more.sql", "CREATE TABLE c (id int NOT NULL, n int);\n");
    run = run_pilab(*state, "schema", "sync", "hides.json", "wide.sql", "--dialect", "mysql", "-o",
                    "sync.sql", NULL);
    assert_status(run, 1);
    assert_says(&run->err, "there is no script: column c.id changes");
    assert_says(&run->err, "(foreign key: no right to them)");
    run = run_pilab(*state, "schema", "sync", "hides.json", "more.sql", "--dialect", "mysql", NULL);
    assert_status(run, 0);
    assert_says(&run->out, "ADD COLUMN `n` int");
    assert_says(&run->out, "-- not compared: foreign key (refused: no right to them)");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_sandbox, free_sandbox)
    static const struct CMUnitTest cases[] = {
        CASE(migrations_of_two_revisions_are_compared),
        CASE(the_sums_are_those_of_the_list),
        CASE(what_cannot_be_compared_is_said),
        CASE(every_dialect_has_the_same_exit_codes),
        CASE(a_type_that_only_fails_has_no_status_of_its_own),
        CASE(a_side_that_does_not_tell_its_dialect_has_that_of_the_other),
        CASE(what_is_no_sql_is_no_schema_without_anything_in_it),
        CASE(an_empty_file_is_refused_like_one_without_sql),
        CASE(how_a_file_was_saved_is_of_no_account),
        CASE(sqlite_is_compared_as_a_file_and_as_text),
        CASE(a_view_of_a_column_that_stays_is_led_back),
        CASE(a_key_that_goes_destroys_nothing_in_either),
        CASE(a_side_that_hides_keys_of_a_column_that_changes_gives_no_script),
        CASE(what_is_compared_is_the_same_in_all_locales),
        CASE(a_broken_file_is_kept_with_its_problem_and_status_one),
    };

    return cmocka_run_group_tests(cases, fixture_library_start, fixture_library_stop);
}
