/* Opening the store: where it lies, what it is, what it may be. */
#include "store_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/store/tenant.h>

#include "../../../src/store/opening.h"
#include "../../../src/store/place.h"
#include "../../support/scratch.h"

/* --- Paths ------------------------------------------------------------------------------------ */

static void assert_resolves(const char *option, const char *expected)
{
    char *path = store_path_resolve(option, NULL);

    assert_string_equal(path, expected);
    free(path);
}

static void the_option_goes_before_the_variable_before_the_data_home(void **state)
{
    (void)state;
    setenv("PILAB_STORE", "/tmp/by-variable.db", 1);
    setenv("XDG_DATA_HOME", "/tmp/data", 1);
    assert_resolves("/tmp/by-option.db", "/tmp/by-option.db");
    assert_resolves("", "/tmp/by-variable.db");
    assert_resolves(NULL, "/tmp/by-variable.db");
    setenv("PILAB_STORE", "", 1);
    assert_resolves(NULL, "/tmp/data/pilab/pilab.db");
    unsetenv("PILAB_STORE");
    assert_resolves(NULL, "/tmp/data/pilab/pilab.db");
    unsetenv("XDG_DATA_HOME");
    setenv("HOME", "/home/alice", 1);
    assert_resolves(NULL, "/home/alice/.local/share/pilab/pilab.db");
}

/* --- Files ------------------------------------------------------------------------------------ */

static void a_new_store_is_for_its_owner_alone(void **state)
{
    struct fixture *f = *state;
    char *path = store_fixture_path(f, "a/b/pilab.db");
    mode_t before = umask(0);
    struct store *store;
    struct error error;
    struct connection *connection;

    must(store_open_at(path, true, NULL, &store, &error), &error);
    connection = store_connect(store, NULL, NULL, &error);
    umask(before);
    assert_int_equal(mode_of(store_fixture_path(f, "a")), 0700);
    assert_int_equal(mode_of(store_fixture_path(f, "a/b")), 0700);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(mode_of(store_fixture_path(f, "a/b/pilab.db-wal")), 0600);
    assert_int_equal(mode_of(store_fixture_path(f, "a/b/pilab.db-shm")), 0600);
    assert_int_equal(mode_of(store_fixture_path(f, "a/b/pilab.db.key")), 0600);
    assert_string_equal(store_path(store), path);
    assert_false(store_is_demo(store));
    assert_false(store_read_only(store));
    assert_int_equal(store_schema(store), embedded_migration_count);
    assert_true(uuid_valid(store_id(store)));
    assert_int_equal(store_notice_count(store), 0);
    connection_close(&connection);
    store_close(&store);
}

static void a_store_that_is_not_there_is_made_only_when_asked(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    must_fail(store_open_at(f->path, false, NULL, &store, &error), &error, ERROR_NOT_FOUND);
    assert_contains(error.message, "there is no store at");
    must_fail(store_open_at(store_fixture_path(f, "no/folder/pilab.db"), false, NULL, &store,
                            &error),
              &error, ERROR_NOT_FOUND);
    must_fail(store_open_at(store_fixture_path(f, ""), true, NULL, &store, &error), &error,
              ERROR_INVALID);
    assert_int_equal(scratch_count(f->folder), 0);
}

static void what_was_written_is_there_after_reopening(void **state)
{
    struct fixture *f = *state;
    struct store_tenant tenant;
    char id[UUID_SIZE];
    struct error error;

    store_fixture_add_tenant(f, "example");
    memcpy(id, store_id(f->store), sizeof id);
    fixture_close(f);
    store_fixture_open(f);
    assert_string_equal(store_id(f->store), id);
    must(store_tenant_find(f->connection, "example", f->arena, &tenant, &error), &error);
}

static void a_file_that_others_may_write_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    chmod(f->path, 0660);
    must_fail(store_open_at(f->path, true, &f->clock, &store, &error), &error, ERROR_UNTRUSTED);
    assert_contains(error.message, "is open to others (mode 0660)");
    assert_contains(error.hint, "chmod 600");
}

static void a_folder_that_others_may_write_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    chmod(f->folder, 0770);
    must_fail(store_open_at(f->path, true, NULL, &store, &error), &error, ERROR_UNTRUSTED);
    assert_contains(error.message, "can be written by others");
    chmod(f->folder, 01777); /* like /tmp: sticky, so that nobody can replace the file */
    must(store_open_at(f->path, true, NULL, &store, &error), &error);
    store_close(&store);
    chmod(f->folder, 0700);
}

static void a_symbolic_link_is_refused(void **state)
{
    struct fixture *f = *state;
    char *link = store_fixture_path(f, "link.db");
    struct store *store;
    struct error error;

    fixture_close(f);
    assert_int_equal(symlink(f->path, link), 0);
    must_fail(store_open_at(link, true, NULL, &store, &error), &error, ERROR_INVALID);
    assert_contains(error.hint, "symbolic link");
}

static void a_link_to_the_folder_is_followed(void **state)
{
    struct fixture *f = *state;
    char *link = store_fixture_path(f, "elsewhere");
    struct store *store;
    struct error error;

    assert_int_equal(mkdir(store_fixture_path(f, "real"), 0700), 0);
    assert_int_equal(symlink("real", link), 0);
    must(store_open_at(store_fixture_path(f, "elsewhere/pilab.db"), true, NULL, &store, &error),
         &error);
    assert_contains(store_path(store), "/real/pilab.db");
    store_close(&store);
}

/* As somebody without the rights of root; the answer comes back as an exit status. */
static int as_nobody(int (*act)(struct fixture *), struct fixture *f)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(77);
        _exit(act(f));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int open_somebody_elses(struct fixture *f)
{
    struct store *store;
    struct error error;

    if (store_open_at(f->path, true, NULL, &store, &error))
        return 1;
    return error.code == ERROR_UNTRUSTED && strstr(error.message, "belongs to another user") ? 0
                                                                                             : 2;
}

static void somebody_elses_store_is_refused(void **state)
{
    struct fixture *f = *state;

    if (geteuid() != 0)
        skip(); /* only root can give a file away */
    fixture_close(f);
    chmod(f->folder, 01777);
    assert_int_equal(as_nobody(open_somebody_elses, f), 0);
    chmod(f->folder, 0700);
}

static int make_in_closed_folder(struct fixture *f)
{
    char *folder = store_fixture_path(f, "closed");
    struct store *store;
    struct error error;

    if (mkdir(folder, 0700) != 0 || chmod(folder, 0500) != 0)
        return 1;
    if (store_open_at(store_fixture_path(f, "closed/pilab.db"), true, NULL, &store, &error))
        return 2;
    return error.code == ERROR_IO && strstr(error.message, "Permission denied") != NULL ? 0 : 3;
}

static void a_folder_that_cannot_be_written_says_so(void **state)
{
    struct fixture *f = *state;

    chmod(f->folder, 01777);
    assert_int_equal(as_nobody(make_in_closed_folder, f), 0);
    chmod(f->folder, 0700);
}

static int open_write_protected(struct fixture *f)
{
    char *path = store_fixture_path(f, "mine.db");
    struct connection *connection;
    struct store *store;
    struct error error;

    if (!store_open_at(path, true, NULL, &store, &error))
        return 1;
    store_close(&store);
    if (chmod(path, 0400) != 0 || !store_open_at(path, true, NULL, &store, &error))
        return 2;
    if (!store_read_only(store) || store_notice_count(store) != 1 ||
        strstr(store_notice(store, 0), "write-protected") == NULL)
        return 3;
    connection = store_connect(store, NULL, NULL, &error);
    if (connection == NULL || store_begin(connection, NULL, &error))
        return 4;
    if (error.code != ERROR_IO || strstr(error.message, "write-protected") == NULL)
        return 5;
    connection_close(&connection);
    store_close(&store);
    return 0;
}

static void a_write_protected_store_opens_for_reading(void **state)
{
    struct fixture *f = *state;

    chmod(f->folder, 01777);
    assert_int_equal(as_nobody(open_write_protected, f), 0);
    chmod(f->folder, 0700);
}

static void a_store_can_be_opened_for_reading_only(void **state)
{
    struct fixture *f = *state;
    struct store_options options = { .path = f->path, .read_only = true };
    struct connection *connection;
    struct store_tenant tenant;
    struct store *store;
    struct error error;

    store_fixture_add_tenant(f, "example");
    fixture_close(f);
    must(store_open(&options, NULL, &store, &error), &error);
    assert_true(store_read_only(store));
    connection = store_connect(store, NULL, NULL, &error);
    assert_true(connection_read_only(connection));
    must(store_tenant_find(connection, "example", f->arena, &tenant, &error), &error);
    must_fail(store_begin(connection, NULL, &error), &error, ERROR_IO);
    assert_contains(error.message, "it was opened for reading only");
    connection_close(&connection);
    store_close(&store);
}

static void file_systems_across_a_network_are_known(void **state)
{
    (void)state;
    assert_true(place_type_is_remote(0x6969));                         /* NFS */
    assert_true(place_type_is_remote((unsigned long)(int)0xff534d42)); /* CIFS, sign-extended */
    assert_true(place_type_is_remote(0x65735546));                     /* FUSE */
    assert_false(place_type_is_remote(0xef53));                        /* ext4 */
    assert_false(place_type_is_remote(0x01021994));                    /* tmpfs */
}

static void without_shared_memory_a_rollback_journal_serves(void **state)
{
    struct fixture *f = *state;
    struct store_options options = { .path = f->path, .create = true, .rollback_journal = true };
    struct error error;

    must(store_open(&options, NULL, &f->store, &error), &error);
    f->connection = store_connect(f->store, NULL, &f->random, &error);
    store_fixture_add_tenant(f, "example");
    assert_string_equal(raw_text(f, f->path, "PRAGMA journal_mode"), "delete");
    assert_int_equal(access(store_fixture_path(f, "pilab.db-wal"), F_OK), -1);
}

/* --- What the file is ------------------------------------------------------------------------- */

static void the_database_of_another_program_is_refused_and_left_alone(void **state)
{
    struct fixture *f = *state;
    char *before, *after;
    struct store *store;
    struct error error;

    assert_true(raw_sql(f->path, "PRAGMA application_id = 252006673; CREATE TABLE t (a)"));
    before = scratch_read(f->path);
    must_fail(store_open_at(f->path, true, NULL, &store, &error), &error, ERROR_INVALID);
    assert_contains(error.message, "is a database of another program");
    after = scratch_read(f->path);
    assert_string_equal(after, before);
    assert_string_equal(raw_text(f, f->path, "PRAGMA journal_mode"), "delete");
    free(before);
    free(after);
}

static void a_database_without_a_mark_is_refused_when_it_has_tables(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    assert_true(raw_sql(f->path, "CREATE TABLE t (a)"));
    must_fail(store_open_at(f->path, true, NULL, &store, &error), &error, ERROR_INVALID);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    free(scratch_file(f->folder, "pilab.db", "# Release notes\n\nNothing here is a database.\n"));
    must_fail(store_open_at(f->path, true, NULL, &store, &error), &error, ERROR_CORRUPT);
    assert_contains(error.message, "it is not a database");
    assert_contains(error.hint, "backup");
}

static void overwrite(const char *path, long offset, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "r+");

    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static void a_damaged_page_is_told_as_damage(void **state)
{
    static const char junk[4096] = { 'x' };
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    for (long page = 1; page < 8; page++)
        overwrite(f->path, page * 4096, junk, sizeof junk);
    must_fail(store_open_at(f->path, true, &f->clock, &store, &error), &error, ERROR_CORRUPT);
    assert_contains(error.message, "the file is damaged");
    assert_contains(error.hint, ".before-NNN");
}

static void a_store_of_a_newer_program_opens_for_reading(void **state)
{
    struct fixture *f = *state;
    struct connection *connection;
    struct store_tenant tenant;
    struct store *store;
    struct error error;

    store_fixture_add_tenant(f, "example");
    fixture_close(f);
    assert_true(raw_sql(f->path, "PRAGMA user_version = 700"));
    must(store_open_at(f->path, true, &f->clock, &store, &error), &error);
    assert_true(store_read_only(store));
    assert_int_equal(store_schema(store), 700);
    assert_int_equal(store_notice_count(store), 1);
    assert_contains(store_notice(store, 0),
                    arena_printf(f->arena, "newer PiLabStudio (schema 700, this program knows %zu)",
                                 embedded_migration_count));
    connection = store_connect(store, &f->clock, &f->random, &error);
    must(store_tenant_find(connection, "example", f->arena, &tenant, &error), &error);
    must_fail(store_begin(connection, NULL, &error), &error, ERROR_IO);
    assert_contains(error.message, "it was written by a newer PiLabStudio");
    connection_close(&connection);
    store_close(&store);
    assert_string_equal(raw_text(f, f->path, "PRAGMA user_version"), "700");
}

/* --- The clock -------------------------------------------------------------------------------- */

static void a_real_store_refuses_a_frozen_clock(void **state)
{
    struct fixture *f = *state;
    struct store_options careless = { .path = f->path, .create = true, .allow_frozen_clock = true };
    struct store *store;
    struct error error;

    must_fail(store_open_at(f->path, true, &f->clock, &store, &error), &error, ERROR_DENIED);
    assert_int_equal(scratch_count(f->folder), 0);
    must(store_open_at(f->path, true, NULL, &store, &error), &error);
    assert_null(store_connect(store, &f->clock, NULL, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    store_close(&store);
    must_fail(store_open(&careless, &f->clock, &store, &error), &error, ERROR_DENIED);
    assert_contains(error.message, "it is a real store");
}

static void a_demo_store_takes_a_frozen_clock_for_ever(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    assert_true(store_is_demo(f->store));
    fixture_close(f);
    must(store_open_at(f->path, false, &f->clock, &store, &error), &error);
    assert_true(store_is_demo(store));
    store_close(&store);
}

#define FOLDER(name) cmocka_unit_test_setup_teardown(name, folder_setup, fixture_teardown)
#define STORE(name)  cmocka_unit_test_setup_teardown(name, store_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_option_goes_before_the_variable_before_the_data_home),
        FOLDER(a_new_store_is_for_its_owner_alone),
        FOLDER(a_store_that_is_not_there_is_made_only_when_asked),
        STORE(what_was_written_is_there_after_reopening),
        STORE(a_file_that_others_may_write_is_refused),
        FOLDER(a_folder_that_others_may_write_is_refused),
        STORE(a_symbolic_link_is_refused),
        FOLDER(a_link_to_the_folder_is_followed),
        STORE(somebody_elses_store_is_refused),
        FOLDER(a_folder_that_cannot_be_written_says_so),
        FOLDER(a_write_protected_store_opens_for_reading),
        STORE(a_store_can_be_opened_for_reading_only),
        cmocka_unit_test(file_systems_across_a_network_are_known),
        FOLDER(without_shared_memory_a_rollback_journal_serves),
        FOLDER(the_database_of_another_program_is_refused_and_left_alone),
        FOLDER(a_database_without_a_mark_is_refused_when_it_has_tables),
        FOLDER(a_file_that_is_no_database_is_refused),
        STORE(a_damaged_page_is_told_as_damage),
        STORE(a_store_of_a_newer_program_opens_for_reading),
        FOLDER(a_real_store_refuses_a_frozen_clock),
        STORE(a_demo_store_takes_a_frozen_clock_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
