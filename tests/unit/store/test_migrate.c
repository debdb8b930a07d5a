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
        STORE(an_older_store_that_can_only_be_read_is_not_migrated),
        cmocka_unit_test(migrations_are_numbered_without_a_gap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
