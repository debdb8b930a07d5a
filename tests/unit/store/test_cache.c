/* The cache: values that may be there, and a file that may be lost. */
#include "store_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/store/cache_kept.h>

#include "../../support/scratch.h"

#define REPOSITORY "https://git.example.org/mb/auth.git"

static void id_of(uint32_t number, unsigned char id[20])
{
    struct random random = random_seeded(number + 1);

    random_bytes(&random, id, 20);
}

static struct cache *open_cache(struct fixture *f, bool *renewed)
{
    struct cache *cache;
    struct error error;

    must(cache_open(store_fixture_path(f, "cache/cache.db"), &cache, renewed, &error), &error);
    return cache;
}

static void fill(struct cache *cache, uint32_t count)
{
    unsigned char id[20];

    for (uint32_t i = 0; i < count; i++) {
        struct cache_counts counts = { i, i * 2, i % 7 };

        id_of(i, id);
        cache_put_counts(cache, REPOSITORY, "", id, sizeof id, &counts);
    }
}

static uint32_t hits(struct cache *cache, uint32_t count)
{
    unsigned char id[20];
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct cache_counts counts;

        id_of(i, id);
        if (!cache_get_counts(cache, REPOSITORY, "", id, sizeof id, &counts))
            continue;
        assert_int_equal(counts.insertions, i);
        assert_int_equal(counts.deletions, i * 2);
        assert_int_equal(counts.files, i % 7);
        found++;
    }
    return found;
}

static void what_was_put_is_there_later(void **state)
{
    struct fixture *f = *state;
    bool renewed;
    struct cache *cache = open_cache(f, &renewed);

    assert_false(renewed);
    assert_int_equal(hits(cache, 10), 0);
    fill(cache, 5000);
    cache_flush(cache);
    assert_int_equal(hits(cache, 5001), 5000);
    fill(cache, 10); /* again: they are the same for ever */
    cache_close(&cache);
    assert_null(cache);
    cache = open_cache(f, &renewed);
    assert_false(renewed);
    assert_int_equal(hits(cache, 5001), 5000);
    cache_close(&cache);
}

static void repositories_and_folders_are_kept_apart(void **state)
{
    struct fixture *f = *state;
    struct cache *cache = open_cache(f, NULL);
    struct cache_counts all = { 10, 5, 3 }, part = { 4, 2, 1 }, found;
    unsigned char id[20];

    id_of(1, id);
    cache_put_counts(cache, REPOSITORY, "", id, sizeof id, &all);
    cache_put_counts(cache, REPOSITORY, "services/auth", id, sizeof id, &part);
    cache_flush(cache);
    assert_true(cache_get_counts(cache, REPOSITORY, "", id, sizeof id, &found));
    assert_int_equal(found.insertions, 10);
    assert_true(cache_get_counts(cache, REPOSITORY, "services/auth", id, sizeof id, &found));
    assert_int_equal(found.insertions, 4);
    assert_false(cache_get_counts(cache, REPOSITORY, "services", id, sizeof id, &found));
    assert_false(cache_get_counts(cache, "/srv/other.git", "", id, sizeof id, &found));
    cache_close(&cache);
}

static void a_patch_id_may_be_known_to_be_none(void **state)
{
    struct fixture *f = *state;
    struct cache *cache = open_cache(f, NULL);
    unsigned char change[20], merge[20], patch[CACHE_ID_LIMIT], found[CACHE_ID_LIMIT];
    size_t length;

    id_of(1, change);
    id_of(2, merge);
    memset(patch, 0xab, sizeof patch);
    cache_put_patch_id(cache, REPOSITORY, "", change, sizeof change, patch, 20);
    cache_put_patch_id(cache, REPOSITORY, "", merge, sizeof merge, NULL, 0);
    cache_close(&cache);
    cache = open_cache(f, NULL);
    assert_true(cache_get_patch_id(cache, REPOSITORY, "", change, sizeof change, found, &length));
    assert_int_equal(length, 20);
    assert_memory_equal(found, patch, 20);
    assert_true(cache_get_patch_id(cache, REPOSITORY, "", merge, sizeof merge, found, &length));
    assert_int_equal(length, 0);
    id_of(3, change);
    assert_false(cache_get_patch_id(cache, REPOSITORY, "", change, sizeof change, found, &length));
    cache_close(&cache);
}

static void an_id_that_is_too_long_is_not_kept(void **state)
{
    struct fixture *f = *state;
    struct cache *cache = open_cache(f, NULL);
    unsigned char id[CACHE_ID_LIMIT + 1] = { 0 };
    struct cache_counts counts = { 0 };

    cache_put_counts(cache, REPOSITORY, "", id, sizeof id, &counts);
    cache_put_patch_id(cache, REPOSITORY, "", id, 20, id, sizeof id);
    cache_flush(cache);
    assert_false(cache_get_counts(cache, REPOSITORY, "", id, sizeof id, &counts));
    cache_close(&cache);
}

static void the_file_is_for_its_owner_alone(void **state)
{
    struct fixture *f = *state;
    struct cache *cache = open_cache(f, NULL);

    assert_int_equal(mode_of(store_fixture_path(f, "cache")), 0700);
    assert_int_equal(mode_of(store_fixture_path(f, "cache/cache.db")), 0600);
    cache_close(&cache);
}

static void overwrite(const char *path, long offset, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "r+");

    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static void a_file_that_is_no_database_is_thrown_away(void **state)
{
    struct fixture *f = *state;
    char *path = store_fixture_path(f, "cache/cache.db");
    struct cache *cache = open_cache(f, NULL);
    bool renewed;

    fill(cache, 100);
    cache_close(&cache);
    overwrite(path, 0, "garbage garbage ", 16);
    cache = open_cache(f, &renewed);
    assert_true(renewed);
    assert_int_equal(hits(cache, 100), 0);
    fill(cache, 100);
    cache_flush(cache);
    assert_int_equal(hits(cache, 100), 100);
    cache_close(&cache);
}

static void damage_that_shows_later_is_a_miss_and_then_a_new_cache(void **state)
{
    static const char junk[4096] = { 'x' };
    struct fixture *f = *state;
    char *path = store_fixture_path(f, "cache/cache.db");
    struct cache *cache = open_cache(f, NULL);
    struct stat status;

    fill(cache, 2000);
    cache_close(&cache);
    assert_int_equal(stat(path, &status), 0);
    for (long offset = 4 * 4096; offset < status.st_size; offset += 4096)
        overwrite(path, offset, junk, sizeof junk);
    cache = open_cache(f, NULL);
    assert_true(hits(cache, 2000) < 2000);
    fill(cache, 10); /* goes nowhere, and harms nobody */
    cache_close(&cache);
    cache = open_cache(f, NULL);
    fill(cache, 2000);
    cache_flush(cache);
    assert_int_equal(hits(cache, 2000), 2000);
    cache_close(&cache);
}

static void a_cache_of_another_version_is_thrown_away(void **state)
{
    struct fixture *f = *state;
    struct cache *cache = open_cache(f, NULL);
    bool renewed;

    fill(cache, 10);
    cache_close(&cache);
    assert_true(raw_sql(store_fixture_path(f, "cache/cache.db"), "PRAGMA user_version = 99"));
    cache = open_cache(f, &renewed);
    assert_true(renewed);
    cache_close(&cache);
}

static void the_database_of_another_program_is_never_thrown_away(void **state)
{
    struct fixture *f = *state;
    char *path = store_fixture_path(f, "precious.db");
    struct cache *cache = NULL;
    struct error error;

    assert_true(raw_sql(path, "CREATE TABLE t (a); INSERT INTO t VALUES ('kept')"));
    must_fail(cache_open(path, &cache, NULL, &error), &error, ERROR_INVALID);
    assert_null(cache);
    assert_string_equal(raw_text(f, path, "SELECT a FROM t"), "kept");
}

static void two_may_fill_it_at_once(void **state)
{
    struct fixture *f = *state;
    struct cache *first = open_cache(f, NULL);
    struct cache *second = open_cache(f, NULL);

    fill(first, 100);
    fill(second, 200);
    cache_flush(second);
    cache_flush(first);
    assert_int_equal(hits(first, 200), 200);
    cache_close(&first);
    cache_close(&second);
}

static void the_path_is_in_the_cache_home(void **state)
{
    char *path;

    (void)state;
    setenv("XDG_CACHE_HOME", "/tmp/cache-home", 1);
    path = cache_path_resolve(NULL);
    assert_string_equal(path, "/tmp/cache-home/pilab/cache.db");
    free(path);
    unsetenv("XDG_CACHE_HOME");
}

static void distances_are_kept_by_both_commits_and_their_scope(void **state)
{
    struct fixture *f = *state;
    struct cache *cache = open_cache(f, NULL);
    const struct cache_distance distance = { 12, 1, 2, 0 };
    struct cache_distance found;
    unsigned char from[20], to[20];

    id_of(1, from);
    id_of(2, to);
    assert_false(cache_get_distance(cache, "a", from, to, sizeof from, &found));
    cache_put_distance(cache, "a", from, to, sizeof from, &distance);
    cache_close(&cache);
    cache = open_cache(f, NULL);
    assert_true(cache_get_distance(cache, "a", from, to, sizeof from, &found));
    assert_memory_equal(&found, &distance, sizeof found);
    assert_false(cache_get_distance(cache, "b", from, to, sizeof from, &found));
    assert_false(cache_get_distance(cache, "a", to, from, sizeof from, &found));
    cache_close(&cache);
}

static void key_of(unsigned number, unsigned char key[CACHE_KEPT_KEY])
{
    memset(key, 0, CACHE_KEPT_KEY);
    memcpy(key, &number, sizeof number);
}

static void keep(struct cache *cache, unsigned number, size_t size)
{
    struct strbuf bytes = STRBUF_INIT;
    unsigned char key[CACHE_KEPT_KEY];

    key_of(number, key);
    while (bytes.length < size)
        strbuf_add_char(&bytes, (char)number);
    cache_put_kept(cache, key, &bytes);
    strbuf_release(&bytes);
}

/* How many bytes are there, all of them its own. */
static size_t kept(struct cache *cache, unsigned number)
{
    struct strbuf bytes = STRBUF_INIT;
    unsigned char key[CACHE_KEPT_KEY];
    size_t length;
    bool found;

    key_of(number, key);
    strbuf_add(&bytes, "+");
    found = cache_get_kept(cache, key, &bytes);
    assert_int_equal(found, bytes.length > 1);
    length = bytes.length - 1;
    assert_int_equal(bytes.data[0], '+');
    for (size_t i = 1; i <= length; i++)
        assert_int_equal((unsigned char)bytes.data[i], number);
    strbuf_release(&bytes);
    return length;
}

static void what_is_kept_comes_back(void **state)
{
    struct cache *cache = open_cache(*state, NULL);

    assert_int_equal(kept(cache, 1), 0);
    keep(cache, 1, 100);
    keep(cache, 2, 200000);
    keep(cache, 1, 50);
    cache_close(&cache);
    cache = open_cache(*state, NULL);
    assert_int_equal(kept(cache, 1), 50);
    assert_int_equal(kept(cache, 2), 200000);
    assert_int_equal(kept(cache, 3), 0);
    cache_close(&cache);
}

/* Five of thirty MiB do not fit into 128; the one that was read lately stays. */
static void what_was_not_used_for_longest_makes_room(void **state)
{
    struct cache *cache = open_cache(*state, NULL);
    const size_t size = (size_t)30 << 20;

    for (unsigned number = 1; number <= 4; number++)
        keep(cache, number, size);
    assert_int_equal(kept(cache, 1), size);
    keep(cache, 5, size);
    assert_int_equal(kept(cache, 2), 0);
    assert_int_equal(kept(cache, 1), size);
    assert_int_equal(kept(cache, 5), size);
    keep(cache, 6, ((size_t)32 << 20) + 1);
    assert_int_equal(kept(cache, 6), 0);
    cache_close(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(distances_are_kept_by_both_commits_and_their_scope,
                                        folder_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_was_put_is_there_later, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(repositories_and_folders_are_kept_apart, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_patch_id_may_be_known_to_be_none, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_id_that_is_too_long_is_not_kept, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_file_is_for_its_owner_alone, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_thrown_away, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(damage_that_shows_later_is_a_miss_and_then_a_new_cache,
                                        folder_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_cache_of_another_version_is_thrown_away, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_database_of_another_program_is_never_thrown_away,
                                        folder_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(two_may_fill_it_at_once, folder_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_kept_comes_back, folder_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_was_not_used_for_longest_makes_room, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test(the_path_is_in_the_cache_home),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
