/* The key behind the fingerprints of secrets. */
#include "store_support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>

#include "../../support/scratch.h"

static void a_fingerprint_tells_same_from_different(void **state)
{
    struct fixture *f = *state;
    char first[STORE_FINGERPRINT_SIZE], second[STORE_FINGERPRINT_SIZE];

    store_fingerprint(f->store, "hunter2", 7, first);
    assert_int_equal(strlen(first), 8);
    assert_int_equal(strspn(first, "0123456789abcdef"), 8);
    assert_string_not_equal(store_fingerprint(f->store, "hunter3", 7, second), first);
    fixture_close(f);
    store_fixture_open(f);
    assert_string_equal(store_fingerprint(f->store, "hunter2", 7, second), first);
}

static void another_store_gives_another_fingerprint(void **state)
{
    struct fixture *f = *state;
    char here[STORE_FINGERPRINT_SIZE], there[STORE_FINGERPRINT_SIZE];
    struct store *other;
    struct error error;

    must(store_open_at(store_fixture_path(f, "other.db"), true, NULL, &other, &error), &error);
    assert_string_not_equal(store_fingerprint(f->store, "hunter2", 7, here),
                            store_fingerprint(other, "hunter2", 7, there));
    store_close(&other);
}

static void a_lost_key_is_made_anew_and_told(void **state)
{
    struct fixture *f = *state;
    char before[STORE_FINGERPRINT_SIZE], after[STORE_FINGERPRINT_SIZE];

    store_fingerprint(f->store, "hunter2", 7, before);
    fixture_close(f);
    assert_int_equal(unlink(store_fixture_path(f, "pilab.db.key")), 0);
    store_fixture_open(f);
    assert_int_equal(store_notice_count(f->store), 1);
    assert_contains(store_notice(f->store, 0), "was missing and has been made anew");
    assert_string_not_equal(store_fingerprint(f->store, "hunter2", 7, after), before);
    fixture_close(f);
    store_fixture_open(f);
    assert_int_equal(store_notice_count(f->store), 0);
}

static void a_key_that_others_may_read_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    chmod(store_fixture_path(f, "pilab.db.key"), 0644);
    must_fail(store_open_at(f->path, false, &f->clock, &store, &error), &error, ERROR_UNTRUSTED);
    assert_contains(error.hint, "chmod 600");
}

static void a_damaged_key_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *store;
    struct error error;

    fixture_close(f);
    free(scratch_file(f->folder, "pilab.db.key", "not a key\n"));
    chmod(store_fixture_path(f, "pilab.db.key"), 0600);
    must_fail(store_open_at(f->path, false, &f->clock, &store, &error), &error, ERROR_CORRUPT);
    assert_contains(error.message, "does not hold a key");
}

#define STORE(name) cmocka_unit_test_setup_teardown(name, store_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE(a_fingerprint_tells_same_from_different),
        STORE(another_store_gives_another_fingerprint),
        STORE(a_lost_key_is_made_anew_and_told),
        STORE(a_key_that_others_may_read_is_refused),
        STORE(a_damaged_key_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
