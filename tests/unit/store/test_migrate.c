/* Bringing an older store to the form of this program. */
#include "store_support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>

#include "../../../src/store/opening.h"
#include "../../support/scratch.h"

/* The schema of this program, and the one that a migration of tomorrow would bring. */
#define THIS ((int)embedded_migration_count)
#define NEXT (THIS + 1)

/* Opens with one more migration than there are: `name` without its number, `sql` without the
 * schema's. */
static bool open_with(struct fixture *f, const char *name, const char *sql, bool read_only,
                      struct store **store, struct error *error)
{
    struct migration *all = arena_array(f->arena, embedded_migration_count + 1, sizeof *all);
    struct migration_list list = { all, embedded_migration_count + 1 };
    struct store_options options = {
        .path = f->path, .create = true, .read_only = read_only, .allow_frozen_clock = true
    };

    memcpy(all, embedded_migrations, embedded_migration_count * sizeof *all);
    all[THIS] =
        (struct migration){ NEXT, arena_printf(f->arena, "%03d_%s", NEXT, name),
                            arena_printf(f->arena, "%sPRAGMA user_version = %d;", sql, NEXT) };
    return store_open_with(&options, &f->clock, &list, store, error);
}

static char *backup_path(struct fixture *f, const char *suffix)
{
    return store_fixture_path(f, arena_printf(f->arena, "pilab.db.before-%03d%s", NEXT, suffix));
}

static const char *number_text(struct fixture *f, int number)
{
    return arena_printf(f->arena, "%d", number);
}

#define COLOURS "ALTER TABLE tenants ADD COLUMN colour TEXT;"

static void an_older_store_is_migrated_and_kept_as_it_was(void **state)
{
    struct fixture *f = *state;
    char *backup = backup_path(f, "");
    struct store *store;
    struct error error;

    store_fixture_add_tenant(f, "example");
    fixture_close(f);
    must(open_with(f, "colours", COLOURS, false, &store, &error), &error);
    assert_int_equal(store_schema(store), NEXT);
    assert_int_equal(store_notice_count(store), 1);
    assert_contains(store_notice(store, 0),
                    arena_printf(f->arena, "brought from schema %d to %d", THIS, NEXT));
    assert_contains(store_notice(store, 0), strrchr(backup, '/') + 1);
    store_close(&store);
    assert_int_equal(mode_of(backup), 0600);
    assert_string_equal(raw_text(f, backup, "PRAGMA user_version"), number_text(f, THIS));
    assert_string_equal(raw_text(f, backup, "SELECT slug FROM tenants"), "example");
    assert_string_equal(raw_text(f, backup, "PRAGMA integrity_check"), "ok");
    assert_string_equal(raw_text(f, f->path, "SELECT slug FROM tenants WHERE colour IS NULL"),
                        "example");
    must(open_with(f, "colours", COLOURS, false, &store, &error), &error);
    assert_int_equal(store_notice_count(store), 0);
    store_close(&store);
}

#define ZEROS   "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0"
#define LIST(n) "printf('%064d', " #n ")"

/* A release R1 whose list was changed at 20, reports about it of 15 and 25, and notes. */
static const char old_releases[] =
    "INSERT INTO tenants VALUES ('t', 'x', 'x', '{}', 1, 1, 1);"
    "INSERT INTO projects VALUES ('p', 't', 'MB', 'MB', '', 'ACTIVE', '{}', 1, 1, 1);"
    "INSERT INTO environments VALUES ('s', 'p', 'SIT', 'SIT', 0, '', 0, '{}', 1, 1, 1, 0),"
    "                                ('u', 'p', 'UAT', 'UAT', 1, '', 0, '{}', 1, 1, 1, 0);"
    "INSERT INTO releases VALUES ('r', 'p', 1, 'R1', 's', 'u', 'OPEN', 2, '', 0, 'olga', 10, 20,"
    "                             NULL, 0, NULL);"
    "INSERT INTO release_revisions VALUES ('r', 1, 1, 'olga', NULL, 10, " LIST(
        1) "),"
           "                                     ('r', 2, 1, 'olga', NULL, 20, " LIST(
               2) ");"
                  "INSERT INTO drift_reports VALUES"
                  " ('d1', 'p', 1, 'COMPLETED', 'DETECTED', '', 'env:UAT', 'UAT', 'release:r1', "
                  "'R1', NULL,"
                  "  " ZEROS ", NULL, 0, 'olga', 1, 15, 15, 15, 0, 'x', '{}'),"
                  " ('d2', 'p', 2, 'COMPLETED', 'DETECTED', '', 'env:UAT', 'UAT', 'release:R1', "
                  "'R1', NULL,"
                  "  " ZEROS ", NULL, 0, 'olga', 1, 25, 25, 25, 0, 'x', '{}'),"
                  " ('d3', 'p', 3, 'COMPLETED', 'DETECTED', '', 'v1', 'v1', 'v2', 'v2', NULL,"
                  "  " ZEROS ", NULL, 0, 'olga', 1, 25, 25, 25, 0, 'x', '{}');"
                  "INSERT INTO notes VALUES"
                  " ('n1', 'p', 1, 'd1', NULL, 'any', '', '', 'APPROVED', 1, 'olga', 22, 22, 22, "
                  "0, NULL, NULL),"
                  " ('n2', 'p', 2, NULL, NULL, 'r1', '', '', 'DRAFT', 1, 'olga', 30, 30, 30, 0, "
                  "NULL, NULL),"
                  " ('n3', 'p', 3, NULL, NULL, 'v9', '', '', 'DRAFT', 1, 'olga', 30, 30, 30, 0, "
                  "NULL, NULL);";

/* The note of 22 was made of the report of 15, so that it is of the first list. */
static void what_was_said_of_a_release_is_of_the_list_that_it_had(void **state)
{
    struct fixture *f = *state;
    struct migration_list before = { embedded_migrations, 6 };
    struct store_options options = { .path = f->path, .create = true, .allow_frozen_clock = true };
    struct store *store;
    struct error error;

    must(store_open_with(&options, &f->clock, &before, &store, &error), &error);
    store_close(&store);
    assert_true(raw_sql(f->path, old_releases));
    must(store_open(&options, &f->clock, &store, &error), &error);
    store_close(&store);
    assert_string_equal(raw_text(f, f->path,
                                 "SELECT group_concat(id || '=' ||"
                                 "       COALESCE(CAST(list_digest AS INTEGER), '-') || ' ' ||"
                                 "       COALESCE(stands_for, '-'), '; ')"
                                 " FROM (SELECT * FROM drift_reports ORDER BY id)"),
                        "d1=1 env:UAT..release:r1; d2=2 env:UAT..release:R1; d3=- -");
    assert_string_equal(raw_text(f, f->path,
                                 "SELECT group_concat(id || '=' ||"
                                 "       COALESCE(CAST(list_digest AS INTEGER), '-') || ' ' ||"
                                 "       COALESCE(release, '-'), '; ')"
                                 " FROM (SELECT * FROM notes ORDER BY id)"),
                        "n1=1 R1; n2=2 R1; n3=- -");
    assert_string_equal(raw_text(f, f->path,
                                 "SELECT group_concat(id || '=' || pair || ' ' ||"
                                 "       COALESCE(scope, '-'), '; ')"
                                 " FROM (SELECT * FROM drift_reports ORDER BY id)"),
                        "d1=env:UAT..release:r1 -; d2=env:UAT..release:R1 -; d3=v1..v2 -");
    assert_string_equal(raw_text(f, f->path,
                                 "SELECT group_concat(report_id || '=' || body, '; ')"
                                 " FROM (SELECT * FROM drift_report_bodies ORDER BY report_id)"),
                        "d1={}; d2={}; d3={}");
    assert_false(raw_sql(f->path, "UPDATE drift_reports SET total = 1"));
    assert_false(raw_sql(f->path, "UPDATE drift_reports SET scope = 'auth'"));
    assert_false(raw_sql(f->path, "UPDATE drift_reports SET list_digest = NULL"));
    assert_false(raw_sql(f->path, "UPDATE notes SET list_digest = NULL WHERE id = 'n1'"));
    assert_false(raw_sql(f->path, "UPDATE notes SET release = 'R2' WHERE id = 'n1'"));
}

static void a_new_store_needs_no_backup(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    must(open_with(f, "colours", COLOURS, false, &store, &error), &error);
    assert_int_equal(store_notice_count(store), 0);
    store_close(&store);
    assert_int_equal(access(backup_path(f, ""), F_OK), -1);
}

static void a_migration_that_fails_leaves_the_store_as_it_was(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    store_fixture_add_tenant(f, "example");
    fixture_close(f);
    assert_false(open_with(f, "broken", "DELETE FROM tenants;CREATE TABLE tenants (a);", false,
                           &store, &error));
    assert_contains(error.message, arena_printf(f->arena, "migration %03d_broken", NEXT));
    assert_contains(error.message, "already exists");
    assert_string_equal(raw_text(f, f->path, "PRAGMA user_version"), number_text(f, THIS));
    assert_string_equal(raw_text(f, f->path, "SELECT slug FROM tenants"), "example");
    store_fixture_open(f);
    assert_false(store_read_only(f->store));
}

static void without_its_backup_a_store_is_not_migrated(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    assert_int_equal(mkdir(backup_path(f, ".part"), 0700), 0);
    must_fail(open_with(f, "nothing", "", false, &store, &error), &error, ERROR_IO);
    assert_contains(error.message, "cannot make the backup");
    assert_string_equal(raw_text(f, f->path, "PRAGMA user_version"), number_text(f, THIS));
    assert_false(file_exists(backup_path(f, "")));
}

static void a_migration_may_not_leave_a_reference_to_nothing(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    must_fail(open_with(f, "careless", "DELETE FROM tenants;", false, &store, &error), &error,
              ERROR_CORRUPT);
    assert_contains(error.message, "would refer to nothing");
    assert_string_equal(raw_text(f, f->path, "SELECT COUNT(*) FROM tenants"), "1");
}

static void an_older_store_that_can_only_be_read_is_not_migrated(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    must_fail(open_with(f, "nothing", "", true, &store, &error), &error, ERROR_UNSUPPORTED);
    assert_contains(error.message,
                    arena_printf(f->arena, "has schema %d and this program needs %d", THIS, NEXT));
}

static void migrations_are_numbered_without_a_gap(void **state)
{
    (void)state;
    assert_true(embedded_migration_count >= 1);
    for (size_t i = 0; i < embedded_migration_count; i++)
        assert_int_equal(embedded_migrations[i].number, i + 1);
    assert_string_equal(embedded_migrations[0].name, "001_first_tables");
}

#define FOLDER(name)  cmocka_unit_test_setup_teardown(name, folder_setup, fixture_teardown)
#define STORE(name)   cmocka_unit_test_setup_teardown(name, store_setup, fixture_teardown)
#define PROJECT(name) cmocka_unit_test_setup_teardown(name, project_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE(an_older_store_is_migrated_and_kept_as_it_was),
        FOLDER(a_new_store_needs_no_backup),
        STORE(a_migration_that_fails_leaves_the_store_as_it_was),
        STORE(without_its_backup_a_store_is_not_migrated),
        PROJECT(a_migration_may_not_leave_a_reference_to_nothing),
        FOLDER(what_was_said_of_a_release_is_of_the_list_that_it_had),
        STORE(an_older_store_that_can_only_be_read_is_not_migrated),
        cmocka_unit_test(migrations_are_numbered_without_a_gap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
