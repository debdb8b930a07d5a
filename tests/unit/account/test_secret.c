#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/account/secret.h>

#include "../../support/scratch.h"

static const char password[] = "correct horse battery staple";

static const struct secret_place place = {
    .store = "s", .project = "p", .environment = "e", .module = "m", .name = "DB_PASSWORD"
};

static int setup(void **state)
{
    *state = scratch_new();
    return 0;
}

static int teardown(void **state)
{
    char *folder = *state;

    scratch_remove(&folder);
    return 0;
}

static struct strbuf sealed_by(const struct secret_key *key, const char *value)
{
    struct strbuf sealed = STRBUF_INIT;

    secret_seal(key, &place, value, strlen(value), &sealed);
    return sealed;
}

static void what_is_sealed_opens_again(void **state)
{
    static const char *const values[] = { "", "x", password, "0123456789012345678901234567890" };
    struct secret_key *key = secret_key_random();

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct strbuf sealed = sealed_by(key, values[i]), value = STRBUF_INIT;
        struct error error = { 0 };

        assert_true(secret_open(key, &place, sealed.data, sealed.length, &value, &error));
        assert_string_equal(value.data, values[i]);
        secret_wipe(&value);
        assert_int_equal(value.length, 0);
        strbuf_release(&sealed);
    }
    secret_key_free(&key);
    assert_null(key);
}

static void neither_the_value_nor_its_length_shows(void **state)
{
    struct secret_key *key = secret_key_random();
    struct strbuf one = sealed_by(key, "a"), other = sealed_by(key, password);

    (void)state;
    assert_int_equal(one.length, other.length);
    assert_null(memmem(other.data, other.length, password, 8));
    strbuf_release(&other);
    other = sealed_by(key, "a");
    assert_memory_not_equal(one.data, other.data, one.length);
    strbuf_release(&one);
    strbuf_release(&other);
    secret_key_free(&key);
}

static void a_sealed_value_opens_at_its_place_alone(void **state)
{
    struct secret_key *key = secret_key_random();
    struct strbuf sealed = sealed_by(key, password), value = STRBUF_INIT;
    struct secret_place others[] = { place, place, place, place, place, place };
    struct error error;

    (void)state;
    others[0].store = "x";
    others[1].project = "x";
    others[2].environment = "x";
    others[3].module = NULL;
    others[4].name = "DB_PASSWORD2";
    others[5].environment = "em"; /* the same letters, cut elsewhere */
    others[5].module = "";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_false(secret_open(key, &others[i], sealed.data, sealed.length, &value, &error));
        assert_int_equal(error.code, ERROR_CORRUPT);
        assert_non_null(strstr(error.message, "was sealed for another place"));
        assert_int_equal(value.length, 0);
    }
    strbuf_release(&sealed);
    secret_key_free(&key);
}

static void every_changed_byte_is_noticed(void **state)
{
    struct secret_key *key = secret_key_random();
    struct strbuf sealed = sealed_by(key, password), value = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < sealed.length; i++) {
        sealed.data[i] ^= 1;
        assert_false(secret_open(key, &place, sealed.data, sealed.length, &value, NULL));
        sealed.data[i] ^= 1;
        assert_false(secret_open(key, &place, sealed.data, i, &value, NULL));
    }
    assert_true(secret_open(key, &place, sealed.data, sealed.length, &value, NULL));
    secret_wipe(&value);
    strbuf_release(&sealed);
    secret_key_free(&key);
}

static void another_key_does_not_open_it(void **state)
{
    struct secret_key *key = secret_key_random(), *other = secret_key_random();
    struct strbuf sealed = sealed_by(key, password), value = STRBUF_INIT;
    char check[SECRET_CHECK_SIZE], other_check[SECRET_CHECK_SIZE];
    struct error error;

    (void)state;
    assert_false(secret_open(other, &place, sealed.data, sealed.length, &value, &error));
    assert_string_equal(error.message, "the secret DB_PASSWORD cannot be opened: it is damaged, or "
                                       "was sealed with another key");
    assert_string_not_equal(secret_key_check(key, check), secret_key_check(other, other_check));
    strbuf_release(&sealed);
    secret_key_free(&key);
    secret_key_free(&other);
}

static void a_passphrase_gives_the_same_key_by_the_same_salt(void **state)
{
    struct secret_costs costs = { .operations = 1, .memory = 8192 }, other = costs;
    char checks[3][SECRET_CHECK_SIZE];
    struct secret_key *keys[3];

    (void)state;
    other.salt[0] = 1;
    keys[0] = secret_key_derive(password, sizeof password - 1, &costs, NULL);
    keys[1] = secret_key_derive(password, sizeof password - 1, &costs, NULL);
    keys[2] = secret_key_derive(password, sizeof password - 1, &other, NULL);
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(keys[i]);
        secret_key_check(keys[i], checks[i]);
        secret_key_free(&keys[i]);
    }
    assert_string_equal(checks[0], checks[1]);
    assert_string_not_equal(checks[0], checks[2]);
}

static void costs_from_elsewhere_are_bounded(void **state)
{
    static const uint64_t wrong[][2] = {
        {0,                  8192             },
        { UINT64_C(1) << 40, 8192             },
        { 1,                 16               },
        { 1,                 UINT64_C(1) << 50}
    };
    struct secret_costs costs;
    struct error error;

    (void)state;
    secret_costs_choose(&costs);
    assert_int_equal(costs.operations, 3);
    assert_int_equal(costs.memory, 256 << 20);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        costs.operations = wrong[i][0];
        costs.memory = wrong[i][1];
        assert_null(secret_key_derive(password, sizeof password - 1, &costs, &error));
        assert_int_equal(error.code, ERROR_LIMIT);
    }
}

static void a_key_file_is_made_once_and_private(void **state)
{
    char *path = scratch_path(*state, "key");
    struct secret_key *key = secret_key_random(), *read;
    char check[SECRET_CHECK_SIZE], again[SECRET_CHECK_SIZE];
    struct stat status;
    struct error error;

    umask(0);
    assert_true(secret_key_write(key, path, SECRET_NO_GROUP, &error));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, 65);
    read = secret_key_read(path, SECRET_NO_GROUP, &error);
    assert_non_null(read);
    assert_string_equal(secret_key_check(read, again), secret_key_check(key, check));
    assert_false(secret_key_write(key, path, SECRET_NO_GROUP, &error));
    assert_int_equal(error.code, ERROR_EXISTS);
    secret_key_free(&read);
    secret_key_free(&key);
    free(path);
}

static void a_file_open_to_others_is_refused(void **state)
{
    static const mode_t open_modes[] = { 0640, 0604, 0644, 0660, 0610 };
    char *path = scratch_file(*state, "it's", "x"), *link = scratch_path(*state, "link");
    struct strbuf text = STRBUF_INIT;
    struct error error;

    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        assert_int_equal(chmod(path, open_modes[i]), 0);
        assert_false(secret_file_read(path, 10, true, &text, &error));
        assert_int_equal(error.code, ERROR_UNTRUSTED);
        assert_non_null(strstr(error.hint, "chmod 600 '"));
    }
    assert_int_equal(chmod(path, 0600), 0);
    assert_true(secret_file_read(path, 10, true, &text, &error));
    assert_string_equal(text.data, "x");
    assert_int_equal(symlink(path, link), 0);
    assert_false(secret_file_read(link, 10, false, &text, &error));
    assert_int_equal(error.code, ERROR_UNTRUSTED);
    assert_true(secret_file_read(link, 10, true, &text, &error));
    secret_wipe(&text);
    free(link);
    free(path);
}

static void a_key_of_a_group_is_read_by_it_and_by_nobody_else(void **state)
{
    static const mode_t refused[] = { 0644, 0642, 0641, 0740, 02640, 0604 };
    static const mode_t taken[] = { 0640, 0660, 0440, 0600 };
    char *path = scratch_path(*state, "key"), *link = scratch_path(*state, "link");
    struct secret_key *key = secret_key_random(), *read;
    struct stat status;
    struct error error;

    umask(077);
    assert_true(secret_key_write(key, path, getegid(), &error));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_int_equal(status.st_gid, getegid());
    assert_null(secret_key_read(path, SECRET_NO_GROUP, &error));
    assert_int_equal(error.code, ERROR_UNTRUSTED);
    assert_null(secret_key_read(path, getegid() + 1, &error));
    assert_int_equal(error.code, ERROR_UNTRUSTED);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(chmod(path, refused[i]), 0);
        assert_null(secret_key_read(path, getegid(), &error));
        assert_int_equal(error.code, ERROR_UNTRUSTED);
        assert_non_null(strstr(error.hint, "chmod 640 "));
    }
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        assert_int_equal(chmod(path, taken[i]), 0);
        read = secret_key_read(path, getegid(), &error);
        assert_non_null(read);
        secret_key_free(&read);
    }
    assert_int_equal(symlink(path, link), 0);
    assert_null(secret_key_read(link, getegid(), &error));
    assert_int_equal(error.code, ERROR_UNTRUSTED);
    secret_key_free(&key);
    free(link);
    free(path);
}

static void odd_files_are_refused_at_once(void **state)
{
    char *pipe = scratch_path(*state, "pipe"),
         *large = scratch_file(*state, "large", "12345678901");
    struct strbuf text = STRBUF_INIT;
    struct error error;

    assert_int_equal(chmod(large, 0600), 0);
    assert_false(secret_file_read(large, 10, true, &text, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_false(secret_file_read(*state, 10, true, &text, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_false(secret_file_read("/dev/zero", 10, true, &text, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_true(secret_file_read(pipe, 10, true, &text, &error)); /* nobody writes: empty */
    assert_int_equal(text.length, 0);
    secret_wipe(&text);
    free(large);
    free(pipe);
}

static void a_damaged_key_file_is_told(void **state)
{
    char *path = scratch_file(*state, "key", "0123\n");
    struct error error;

    assert_int_equal(chmod(path, 0600), 0);
    assert_null(secret_key_read(path, SECRET_NO_GROUP, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_int_equal(unlink(path), 0);
    assert_null(secret_key_read(path, SECRET_NO_GROUP, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    free(path);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_sealed_opens_again),
        CASE(neither_the_value_nor_its_length_shows),
        CASE(a_sealed_value_opens_at_its_place_alone),
        CASE(every_changed_byte_is_noticed),
        CASE(another_key_does_not_open_it),
        CASE(a_passphrase_gives_the_same_key_by_the_same_salt),
        CASE(costs_from_elsewhere_are_bounded),
        CASE(a_key_file_is_made_once_and_private),
        CASE(a_file_open_to_others_is_refused),
        CASE(a_key_of_a_group_is_read_by_it_and_by_nobody_else),
        CASE(odd_files_are_refused_at_once),
        CASE(a_damaged_key_file_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
