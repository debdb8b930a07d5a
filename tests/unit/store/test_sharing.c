/* A store of a group, used by several people under their own ids. */
#include "store_support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/store/lease.h>
#include <pilab/store/sharing.h>
#include <pilab/store/tenant.h>

#include "../../../src/store/engine.h"
#include "../../support/other_people.h"
#include "../../support/scratch.h"

#define ROUNDS 20

/* --- What people do --------------------------------------------------------------------------- */

/* Each process opens its own; what goes wrong is told, and ends it. */
struct own {
    struct store *store;
    struct connection *connection;
};

static bool told(bool ok, const struct error *error)
{
    if (!ok)
        fprintf(stderr, "# %s (%s)\n", error->message, error->hint);
    return ok;
}

static bool own_open(struct own *own, const char *path)
{
    struct store_options options = { .path = path };
    struct error error = { 0 };

    *own = (struct own){ 0 };
    if (!told(store_open(&options, NULL, &own->store, &error), &error))
        return false;
    own->connection = store_connect(own->store, NULL, NULL, &error);
    return told(own->connection != NULL, &error);
}

static void own_close(struct own *own)
{
    connection_close(&own->connection);
    store_close(&own->store);
}

static bool set_counter(struct connection *connection, int by, struct arena *arena, long *value)
{
    struct store_tenant tenant;
    struct error error = { 0 };
    char next[32];
    bool ok = store_begin(connection, NULL, &error) &&
              store_tenant_find(connection, "counter", arena, &tenant, &error);

    if (ok) {
        *value = strtol(tenant.name, NULL, 10) + by;
        snprintf(next, sizeof next, "%ld", *value);
        tenant.name = next;
        ok = store_tenant_update(connection, &tenant, &error) && store_commit(connection, &error);
    }
    store_rollback(connection);
    return told(ok, &error);
}

/* Ada makes the store with a counter in it, and shares it. */
static int make(void *context)
{
    struct fixture *f = context;
    struct store_options options = { .path = f->path, .create = true };
    struct store_tenant tenant = { .slug = "counter", .name = "0" };
    struct store_files files;
    struct error error = { 0 };
    struct own own = { 0 };
    bool ok = store_open(&options, NULL, &own.store, &error) &&
              (own.connection = store_connect(own.store, NULL, NULL, &error)) != NULL &&
              store_begin(own.connection, NULL, &error) &&
              store_tenant_add(own.connection, &tenant, &error) &&
              store_sharing_set(own.connection, TEAM, &error) &&
              store_files_list(f->path, f->arena, &files, &error) &&
              store_files_share(&files, TEAM, &error) && store_commit(own.connection, &error);

    own_close(&own);
    return told(ok, &error) ? 0 : 1;
}

static int count_once(void *context)
{
    struct fixture *f = context;
    struct own own;
    long value;
    bool ok = own_open(&own, f->path) && set_counter(own.connection, 1, f->arena, &value);

    own_close(&own);
    return ok ? 0 : 1;
}

static int count_often(void *context)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (count_once(context) != 0)
            return 1;
    }
    return 0;
}

static int read_counter(void *context)
{
    struct fixture *f = context;
    struct own own;
    long value = 255;
    bool ok = own_open(&own, f->path) && set_counter(own.connection, 0, f->arena, &value);

    own_close(&own);
    return ok ? (int)value : 255;
}

/* 0 when it is refused with a message that has this in it. */
struct refusal {
    struct fixture *fixture;
    const char *path, *says;
};

static int is_refused(void *context)
{
    const struct refusal *refusal = context;
    struct store_options options = { .path = refusal->path };
    struct store *store = NULL;
    struct error error = { 0 };

    if (store_open(&options, NULL, &store, &error)) {
        store_close(&store);
        return 1;
    }
    if (error.code == ERROR_UNTRUSTED || error.code == ERROR_INVALID)
        return strstr(error.message, refusal->says) != NULL ? 0 : told(false, &error) + 2;
    return told(false, &error) + 3;
}

static void assert_refused(struct fixture *f, uid_t who, const char *says)
{
    struct refusal refusal = { f, f->path, says };

    assert_int_equal(person_does(who, is_refused, &refusal), 0);
}

/* --- Setting up ------------------------------------------------------------------------------- */

static void share(struct fixture *f)
{
    char *folder = store_fixture_path(f, "team");

    people_need(f->folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(chown(folder, ADA, (gid_t)ADA), 0);
    free(f->path);
    f->path = scratch_path(folder, "pilab.db");
    assert_int_equal(person_does(ADA, make, f), 0);
}

static char *beside(struct fixture *f, const char *suffix)
{
    return arena_printf(f->arena, "%s%s", f->path, suffix);
}

static void assert_access(const char *path, gid_t group, mode_t mode)
{
    struct stat status;

    assert_int_equal(lstat(path, &status), 0);
    if ((status.st_mode & 07777) != mode || status.st_gid != group)
        fail_msg("%s has mode %04o and group %u", path, (unsigned)(status.st_mode & 07777),
                 (unsigned)status.st_gid);
}

/* --- The cases -------------------------------------------------------------------------------- */

static void two_people_write_in_turn_and_a_third_is_kept_out(void **state)
{
    struct fixture *f = *state;

    share(f);
    assert_access(store_fixture_path(f, "team"), TEAM, 02770);
    assert_access(f->path, TEAM, 0660);
    assert_access(beside(f, ".key"), TEAM, 0640);
    assert_int_equal(person_does(ADA, count_once, f), 0);
    assert_int_equal(person_does(BOB, count_once, f), 0);
    assert_int_equal(person_does(ADA, count_once, f), 0);
    assert_int_equal(person_does(BOB, read_counter, f), 3);
    assert_refused(f, EVE, "and you are not in it");
    assert_access(f->path, TEAM, 0660);
}

struct open_until {
    struct fixture *fixture;
    int says[2];
};

/* Writes, says that it has, and stays with the store open until it is killed. */
static int write_and_stay(void *context)
{
    struct open_until *stay = context;
    struct own own;
    long value;

    if (!own_open(&own, stay->fixture->path) ||
        !set_counter(own.connection, 5, stay->fixture->arena, &value) ||
        write(stay->says[1], "w", 1) != 1)
        return 1;
    for (;;)
        pause();
}

static void assert_recovers(struct fixture *f, uid_t first, uid_t second, int value)
{
    struct open_until stay = { .fixture = f };
    pid_t process;
    char byte;

    assert_int_equal(pipe(stay.says), 0);
    process = person_starts(first, write_and_stay, &stay);
    close(stay.says[1]);
    assert_int_equal(read(stay.says[0], &byte, 1), 1);
    close(stay.says[0]);
    assert_access(beside(f, "-wal"), TEAM, 0660);
    assert_access(beside(f, "-shm"), TEAM, 0660);
    assert_int_equal(person_does(second, count_once, f), 0); /* beside one another */
    assert_int_equal(kill(process, SIGKILL), 0);
    assert_int_equal(person_ended(process), 128 + SIGKILL);
    assert_true(file_exists(beside(f, "-wal")));
    assert_int_equal(person_does(second, read_counter, f), value);
    assert_int_equal(person_does(first, read_counter, f), value);
}

static void what_one_left_when_killed_the_other_recovers(void **state)
{
    struct fixture *f = *state;

    share(f);
    assert_recovers(f, BOB, ADA, 6);
    assert_recovers(f, ADA, BOB, 12);
}

static void two_people_count_at_once_and_lose_nothing(void **state)
{
    struct fixture *f = *state;
    pid_t ada, bob;

    share(f);
    ada = person_starts(ADA, count_often, f);
    bob = person_starts(BOB, count_often, f);
    assert_int_equal(person_ended(ada), 0);
    assert_int_equal(person_ended(bob), 0);
    assert_int_equal(person_does(ADA, read_counter, f), 2 * ROUNDS);
}

static int tell_fingerprint(void *context)
{
    struct open_until *tell = context;
    char print[STORE_FINGERPRINT_SIZE];
    struct own own;

    if (!own_open(&own, tell->fixture->path))
        return 1;
    store_fingerprint(own.store, "hunter2", 7, print);
    own_close(&own);
    return write(tell->says[1], print, sizeof print) == sizeof print ? 0 : 2;
}

static void fingerprint_of(struct fixture *f, uid_t who, char print[STORE_FINGERPRINT_SIZE])
{
    struct open_until tell = { .fixture = f };

    assert_int_equal(pipe(tell.says), 0);
    assert_int_equal(person_does(who, tell_fingerprint, &tell), 0);
    assert_int_equal(read(tell.says[0], print, STORE_FINGERPRINT_SIZE), STORE_FINGERPRINT_SIZE);
    close(tell.says[0]);
    close(tell.says[1]);
}

static void a_secret_has_one_fingerprint_whoever_makes_it(void **state)
{
    struct fixture *f = *state;
    char ada[STORE_FINGERPRINT_SIZE], bob[STORE_FINGERPRINT_SIZE];

    share(f);
    fingerprint_of(f, ADA, ada);
    fingerprint_of(f, BOB, bob);
    assert_string_equal(ada, bob);
    /* Lost, it is made by the next who comes, for all of them. */
    assert_int_equal(unlink(beside(f, ".key")), 0);
    fingerprint_of(f, BOB, bob);
    assert_access(beside(f, ".key"), TEAM, 0640);
    fingerprint_of(f, ADA, ada);
    assert_string_equal(ada, bob);
}

/* Takes a lease, says so, and stays until it is killed. */
static int work_and_stay(void *context)
{
    struct open_until *stay = context;
    struct error error = { 0 };
    struct own own;
    bool ok = own_open(&own, stay->fixture->path) &&
              told(store_begin(own.connection, NULL, &error) &&
                       store_lease_take(own.connection, "report:1", "compare", &error) &&
                       store_commit(own.connection, &error),
                   &error);

    if (!ok || write(stay->says[1], "w", 1) != 1)
        return 1;
    for (;;)
        pause();
}

static int count_lost(void *context)
{
    struct fixture *f = context;
    struct store_leases lost = { 0 };
    struct error error = { 0 };
    struct own own;
    bool ok = own_open(&own, f->path) &&
              told(store_lease_list_lost(own.connection, f->arena, &lost, &error), &error);

    own_close(&own);
    return ok ? (int)lost.count : 255;
}

static void work_of_another_is_lost_only_when_they_are_gone(void **state)
{
    struct fixture *f = *state;
    struct open_until stay = { .fixture = f };
    pid_t process;
    char byte;

    share(f);
    assert_int_equal(pipe(stay.says), 0);
    process = person_starts(ADA, work_and_stay, &stay);
    close(stay.says[1]);
    assert_int_equal(read(stay.says[0], &byte, 1), 1);
    close(stay.says[0]);
    assert_int_equal(person_does(BOB, count_lost, f), 0);
    assert_int_equal(kill(process, SIGKILL), 0);
    assert_int_equal(person_ended(process), 128 + SIGKILL);
    assert_int_equal(person_does(BOB, count_lost, f), 1);
}

static void what_the_world_can_reach_is_refused(void **state)
{
    struct fixture *f = *state;
    char *folder = store_fixture_path(f, "team");

    share(f);
    assert_int_equal(chmod(f->path, 0666), 0);
    assert_refused(f, ADA, "can be written by others");
    assert_refused(f, BOB, "belongs to another user");
    assert_int_equal(chmod(f->path, 0660), 0);
    assert_int_equal(chmod(folder, 02777), 0);
    assert_refused(f, ADA, "can be written by others (mode 2777)");
    assert_refused(f, BOB, "belongs to another user");
    assert_int_equal(chmod(folder, 02775), 0);
    assert_refused(f, ADA, "can be written by others (mode 2775)");
    assert_int_equal(chmod(folder, 02770), 0);
    assert_int_equal(chmod(beside(f, ".key"), 0644), 0);
    assert_refused(f, BOB, "by nobody else (mode 0644");
    assert_refused(f, ADA, "by nobody else (mode 0644");
    assert_int_equal(chmod(beside(f, ".key"), 0600), 0);
    assert_refused(f, BOB, "must be readable by the group");
    assert_int_equal(person_does(ADA, count_once, f), 0); /* who can set it right gets in */
}

static void modes_that_the_store_does_not_know_of_are_refused(void **state)
{
    struct fixture *f = *state;

    share(f);
    assert_true(raw_sql(f->path, "UPDATE meta SET value = '4711' WHERE name = 'shared_gid'"));
    assert_refused(f, BOB, "was not shared with it");
    assert_true(raw_sql(f->path, "DELETE FROM meta WHERE name = 'shared_gid'"));
    assert_refused(f, ADA, "was not shared with it");
    assert_true(raw_sql(f->path, "INSERT INTO meta (name, value) VALUES ('shared_gid', '12x')"));
    assert_int_equal(person_does(ADA, count_once, f), 1);
}

static void an_empty_file_of_the_group_is_no_store(void **state)
{
    struct fixture *f = *state;

    share(f);
    assert_int_equal(truncate(f->path, 0), 0);
    assert_refused(f, BOB, "was not shared with it");
}

static void a_link_to_a_shared_store_is_refused(void **state)
{
    struct fixture *f = *state;
    struct refusal refusal = { f, store_fixture_path(f, "team/link.db"), "is not a regular file" };

    share(f);
    assert_int_equal(symlink("pilab.db", refusal.path), 0);
    assert_int_equal(person_does(BOB, is_refused, &refusal), 0);
}

static int back_up(void *context)
{
    struct fixture *f = context;
    struct error error = { 0 };
    struct own own;
    bool ok = own_open(&own, f->path) &&
              told(engine_backup(own.connection, beside(f, ".before-999"), &error), &error);

    own_close(&own);
    return ok ? 0 : 1;
}

static int close_it(void *context)
{
    struct fixture *f = context;
    struct store_files files;
    struct error error = { 0 };
    struct own own;
    bool ok = own_open(&own, f->path) && store_begin(own.connection, NULL, &error) &&
              store_sharing_end(own.connection, &error) &&
              store_files_list(f->path, f->arena, &files, &error) &&
              store_files_close(&files, &error) && store_commit(own.connection, &error);

    own_close(&own);
    return told(ok, &error) ? 0 : 1;
}

static void taken_back_it_is_its_owners_alone(void **state)
{
    struct fixture *f = *state;
    char before[STORE_FINGERPRINT_SIZE], after[STORE_FINGERPRINT_SIZE];

    share(f);
    assert_int_equal(unlink(beside(f, ".key")), 0);
    fingerprint_of(f, BOB, before); /* the key's file is Bob's now */
    assert_int_equal(person_does(BOB, back_up, f), 0);
    assert_access(beside(f, ".before-999"), TEAM, 0660);
    assert_int_equal(person_does(ADA, close_it, f), 0);
    assert_access(store_fixture_path(f, "team"), (gid_t)ADA, 0700);
    assert_access(f->path, (gid_t)ADA, 0600);
    assert_access(beside(f, ".key"), (gid_t)ADA, 0600);
    assert_int_equal(person_does(BOB, count_once, f), 1);
    assert_refused(f, BOB, "");
    assert_int_equal(person_does(ADA, count_once, f), 0);
    fingerprint_of(f, ADA, after);
    assert_string_equal(before, after);
}

static void a_group_is_found_by_name_or_number(void **state)
{
    char name[STORE_GROUP_SIZE];
    struct error error = { 0 };
    gid_t group = 7;

    (void)state;
    must(store_group_find("root", &group, &error), &error);
    assert_int_equal(group, 0);
    must(store_group_find("1879048500", &group, &error), &error);
    assert_int_equal(group, TEAM);
    assert_string_equal(store_group_name(TEAM, name), "1879048500");
    assert_string_equal(store_group_name(0, name), "root");
    must_fail(store_group_find("no such group", &group, &error), &error, ERROR_NOT_FOUND);
    must_fail(store_group_find("4294967295", &group, &error), &error, ERROR_NOT_FOUND);
    must_fail(store_group_find("", &group, &error), &error, ERROR_NOT_FOUND);
    assert_true(store_group_has(0, "root"));
    assert_false(store_group_has(TEAM, "root"));
    assert_false(store_group_has(0, "nobody of this name"));
}

static void the_stores_files_are_told_from_others(void **state)
{
    static const struct {
        const char *name;
        enum store_file_kind kind;
    } files[] = {
        {"README",                     STORE_FILE_OTHER   },
        { "pilab.db",                  STORE_FILE_DATABASE},
        { "pilab.db-journal",          STORE_FILE_JOURNAL },
        { "pilab.db-shm",              STORE_FILE_JOURNAL },
        { "pilab.db-wal",              STORE_FILE_JOURNAL },
        { "pilab.db.before-002",       STORE_FILE_BACKUP  },
        { "pilab.db.before-002.part",  STORE_FILE_DRAFT   },
        { "pilab.db.key",              STORE_FILE_KEY     },
        { "pilab.db.key.0011",         STORE_FILE_DRAFT   },
        { "pilab.db.old",              STORE_FILE_OTHER   },
        { "pilab.db.secrets-0a1b2c3d", STORE_FILE_KEY     },
        { "pilab.db2",                 STORE_FILE_OTHER   },
    };
    struct fixture *f = *state;
    struct store_files found;
    struct error error = { 0 };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        free(scratch_file(f->folder, files[i].name, "x"));
    must(store_files_list(f->path, f->arena, &found, &error), &error);
    assert_int_equal(found.count, sizeof files / sizeof *files);
    assert_int_equal(found.other_count, 3);
    for (size_t i = 0; i < found.count; i++) {
        assert_string_equal(found.items[i].name, files[i].name);
        if (found.items[i].kind != files[i].kind)
            fail_msg("%s is taken for %d", files[i].name, (int)found.items[i].kind);
    }
}

static void a_folder_that_the_group_cannot_pass_is_named(void **state)
{
    struct fixture *f = *state;
    struct store_files found;
    struct error error = { 0 };
    const char *home = store_fixture_path(f, "home");

    must(file_make_directories(store_fixture_path(f, "home/share"), 0755, &error), &error);
    must(store_files_list(store_fixture_path(f, "home/share/pilab.db"), f->arena, &found, &error),
         &error);
    assert_int_equal(chmod(f->folder, 0711), 0);
    assert_int_equal(chmod(home, 0700), 0);
    assert_string_equal(store_files_barrier(&found, TEAM, f->arena), home);
    assert_int_equal(chmod(home, 0710), 0); /* another group may */
    assert_string_equal(store_files_barrier(&found, TEAM, f->arena), home);
    assert_int_equal(chmod(home, 0711), 0);
    if (store_files_barrier(&found, TEAM, f->arena) != NULL)
        assert_null(strstr(store_files_barrier(&found, TEAM, f->arena), f->folder));
}

#define FOLDER(name) cmocka_unit_test_setup_teardown(name, folder_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER(two_people_write_in_turn_and_a_third_is_kept_out),
        FOLDER(what_one_left_when_killed_the_other_recovers),
        FOLDER(two_people_count_at_once_and_lose_nothing),
        FOLDER(a_secret_has_one_fingerprint_whoever_makes_it),
        FOLDER(work_of_another_is_lost_only_when_they_are_gone),
        FOLDER(what_the_world_can_reach_is_refused),
        FOLDER(modes_that_the_store_does_not_know_of_are_refused),
        FOLDER(an_empty_file_of_the_group_is_no_store),
        FOLDER(a_link_to_a_shared_store_is_refused),
        FOLDER(taken_back_it_is_its_owners_alone),
        cmocka_unit_test(a_group_is_found_by_name_or_number),
        FOLDER(the_stores_files_are_told_from_others),
        FOLDER(a_folder_that_the_group_cannot_pass_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
