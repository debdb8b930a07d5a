/* Bringing an older store to the form of this program. */
#include "store_support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>

#include "../../../src/store/opening.h"
#include "../../support/scratch.h"

static bool open_with(struct fixture *f, const struct migration *second, bool read_only,
                      struct store **store, struct error *error)
{
    struct migration all[] = { embedded_migrations[0], *second };
    struct migration_list list = { all, 2 };
    struct store_options options = {
        .path = f->path, .create = true, .read_only = read_only, .allow_frozen_clock = true
    };

    return store_open_with(&options, &f->clock, &list, store, error);
}

static void an_older_store_is_migrated_and_kept_as_it_was(void **state)
{
    static const struct migration second = { 2, "002_colours",
                                             "ALTER TABLE tenants ADD COLUMN colour TEXT;"
                                             "PRAGMA user_version = 2;" };
    struct fixture *f = *state;
    char *backup = store_fixture_path(f, "pilab.db.before-002");
    struct store *store;
    struct error error;

    store_fixture_add_tenant(f, "example");
    fixture_close(f);
    must(open_with(f, &second, false, &store, &error), &error);
    assert_int_equal(store_schema(store), 2);
    assert_int_equal(store_notice_count(store), 1);
    assert_contains(store_notice(store, 0), "brought from schema 1 to 2");
    assert_contains(store_notice(store, 0), "pilab.db.before-002");
    store_close(&store);
    assert_int_equal(mode_of(backup), 0600);
    assert_string_equal(raw_text(f, backup, "PRAGMA user_version"), "1");
    assert_string_equal(raw_text(f, backup, "SELECT slug FROM tenants"), "example");
    assert_string_equal(raw_text(f, backup, "PRAGMA integrity_check"), "ok");
    assert_string_equal(raw_text(f, f->path, "SELECT slug FROM tenants WHERE colour IS NULL"),
                        "example");
    must(open_with(f, &second, false, &store, &error), &error);
    assert_int_equal(store_notice_count(store), 0);
    store_close(&store);
}

static void a_new_store_needs_no_backup(void **state)
{
    static const struct migration second = { 2, "002_colours",
                                             "ALTER TABLE tenants ADD COLUMN colour TEXT;"
                                             "PRAGMA user_version = 2;" };
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    must(open_with(f, &second, false, &store, &error), &error);
    assert_int_equal(store_notice_count(store), 0);
    store_close(&store);
    assert_int_equal(access(store_fixture_path(f, "pilab.db.before-001"), F_OK), -1);
}

static void a_migration_that_fails_leaves_the_store_as_it_was(void **state)
{
    static const struct migration second = { 2, "002_broken",
                                             "DELETE FROM tenants;"
                                             "CREATE TABLE tenants (a);"
                                             "PRAGMA user_version = 2;" };
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    store_fixture_add_tenant(f, "example");
    fixture_close(f);
    assert_false(open_with(f, &second, false, &store, &error));
    assert_contains(error.message, "migration 002_broken");
    assert_contains(error.message, "already exists");
    assert_string_equal(raw_text(f, f->path, "PRAGMA user_version"), "1");
    assert_string_equal(raw_text(f, f->path, "SELECT slug FROM tenants"), "example");
    store_fixture_open(f);
    assert_false(store_read_only(f->store));
}

static void without_its_backup_a_store_is_not_migrated(void **state)
{
    static const struct migration second = { 2, "002_colours", "PRAGMA user_version = 2;" };
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    assert_int_equal(mkdir(store_fixture_path(f, "pilab.db.before-002.part"), 0700), 0);
    must_fail(open_with(f, &second, false, &store, &error), &error, ERROR_IO);
    assert_contains(error.message, "cannot make the backup");
    assert_string_equal(raw_text(f, f->path, "PRAGMA user_version"), "1");
    assert_false(file_exists(store_fixture_path(f, "pilab.db.before-002")));
}

static void a_migration_may_not_leave_a_reference_to_nothing(void **state)
{
    static const struct migration second = { 2, "002_careless",
                                             "DELETE FROM tenants;"
                                             "PRAGMA user_version = 2;" };
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    must_fail(open_with(f, &second, false, &store, &error), &error, ERROR_CORRUPT);
    assert_contains(error.message, "would refer to nothing");
    assert_string_equal(raw_text(f, f->path, "SELECT COUNT(*) FROM tenants"), "1");
}

static void an_older_store_that_can_only_be_read_is_not_migrated(void **state)
{
    static const struct migration second = { 2, "002_colours", "PRAGMA user_version = 2;" };
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    must_fail(open_with(f, &second, true, &store, &error), &error, ERROR_UNSUPPORTED);
    assert_contains(error.message, "has schema 1 and this program needs 2");
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
