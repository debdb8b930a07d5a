/* Indexes in the cache: added to, begun anew, or gone. */
#include "store_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/store/cache_index.h>

#include "../../support/scratch.h"

static const struct cache_index key = { "/srv/git/auth.git", "words of MB" };

static struct cache *open_cache(struct fixture *f)
{
    struct cache *cache;
    struct error error;

    must(cache_open(store_fixture_path(f, "cache/cache.db"), &cache, NULL, &error), &error);
    return cache;
}

static struct cache_index_word word_of(const char *text, unsigned char mark)
{
    struct cache_index_word word = { .word = text, .id_length = 20 };

    memset(word.commit, mark, word.id_length);
    return word;
}

static void take_mark(void *context, const char *word, const unsigned char *commit, size_t length)
{
    struct strbuf *found = context;

    assert_int_equal(length, 20);
    strbuf_printf(found, "%s=%d ", word, commit[19]);
}

static void assert_words(struct cache *cache, int64_t number, const char *word, bool prefix,
                         const char *expected)
{
    struct strbuf found = STRBUF_INIT;

    strbuf_add(&found, "");
    assert_true(cache_index_words(cache, number, word, prefix, take_mark, &found));
    assert_string_equal(found.length > 0 ? found.data : "", expected);
    strbuf_release(&found);
}

static bool take_part(void *context, const void *bytes, size_t length)
{
    strbuf_add_bytes(context, bytes, length);
    return true;
}

static void assert_parts(struct cache *cache, int64_t number, const char *expected)
{
    struct strbuf parts = STRBUF_INIT;

    assert_true(cache_index_parts(cache, number, take_part, &parts));
    assert_string_equal(parts.length > 0 ? parts.data : "", expected);
    strbuf_release(&parts);
}

static int64_t fill_index(struct cache *cache)
{
    struct cache_index_word words[] = { word_of("t:MB-1", 1), word_of("t:MB-12", 2),
                                        word_of("t:MB-1", 3) };
    int64_t number = cache_index_add(cache, &key, 0, NULL, "one", "abc", 3, words, 3);

    assert_int_not_equal(number, 0);
    return number;
}

static void a_word_leads_to_its_commits_and_to_no_others(void **state)
{
    struct cache *cache = open_cache(*state);
    int64_t number = fill_index(cache);

    assert_words(cache, number, "t:MB-1", false, "t:MB-1=1 t:MB-1=3 ");
    assert_words(cache, number, "t:MB-1", true, "t:MB-1=1 t:MB-1=3 t:MB-12=2 ");
    assert_words(cache, number, "t:MB-2", false, "");
    assert_words(cache, number + 1, "t:MB-1", false, "");
    cache_close(&cache);
}

static void it_is_there_for_the_next_who_opens_the_cache(void **state)
{
    struct cache *cache = open_cache(*state);
    struct strbuf found = STRBUF_INIT;
    int64_t number = fill_index(cache);

    cache_close(&cache);
    cache = open_cache(*state);
    assert_int_equal(cache_index_find(cache, &key, &found), number);
    assert_string_equal(found.data, "one");
    assert_parts(cache, number, "abc");
    assert_int_equal(cache_index_find(cache, &(struct cache_index){ key.repository, "of OPS" },
                                      &found),
                     0);
    strbuf_release(&found);
    cache_close(&cache);
}

static void what_comes_later_is_added(void **state)
{
    struct cache *cache = open_cache(*state);
    struct cache_index_word word = word_of("t:MB-1", 9);
    struct strbuf found = STRBUF_INIT;
    int64_t number = fill_index(cache);

    assert_int_equal(cache_index_add(cache, &key, number, "one", "two", "def", 3, &word, 1),
                     number);
    assert_int_equal(cache_index_find(cache, &key, &found), number);
    assert_string_equal(found.data, "two");
    assert_parts(cache, number, "abcdef");
    assert_words(cache, number, "t:MB-1", false, "t:MB-1=1 t:MB-1=3 t:MB-1=9 ");
    strbuf_release(&found);
    cache_close(&cache);
}

/* Whoever was slower writes nothing: the numbers of its part would be those of another. */
static void nothing_is_added_to_a_state_that_is_gone(void **state)
{
    struct cache *cache = open_cache(*state);
    struct cache_index_word word = word_of("t:MB-1", 9);
    int64_t number = fill_index(cache);

    assert_int_equal(cache_index_add(cache, &key, number, "older", "two", "def", 3, &word, 1), 0);
    assert_parts(cache, number, "abc");
    assert_words(cache, number, "t:MB-1", false, "t:MB-1=1 t:MB-1=3 ");
    cache_close(&cache);
}

static void begun_anew_it_has_another_number_and_nothing_old(void **state)
{
    struct cache *cache = open_cache(*state);
    struct cache_index_word word = word_of("t:MB-7", 7);
    int64_t number = fill_index(cache), again;

    again = cache_index_add(cache, &key, 0, NULL, "new", "xyz", 3, &word, 1);
    assert_true(again > number);
    assert_words(cache, number, "t:", true, "");
    assert_words(cache, again, "t:", true, "t:MB-7=7 ");
    assert_parts(cache, again, "xyz");
    cache_close(&cache);
}

static void a_damaged_cache_is_a_miss_and_never_an_error(void **state)
{
    struct cache *cache = open_cache(*state);
    struct strbuf found = STRBUF_INIT;
    char *folder = store_fixture_path(*state, "cache");

    fill_index(cache);
    cache_close(&cache);
    free(scratch_file(folder, "cache.db", "this is no database, and was never one"));
    cache = open_cache(*state);
    assert_int_equal(cache_index_find(cache, &key, &found), 0);
    assert_int_not_equal(fill_index(cache), 0);
    strbuf_release(&found);
    cache_close(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_word_leads_to_its_commits_and_to_no_others, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(it_is_there_for_the_next_who_opens_the_cache, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_comes_later_is_added, folder_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(nothing_is_added_to_a_state_that_is_gone, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(begun_anew_it_has_another_number_and_nothing_old,
                                        folder_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_damaged_cache_is_a_miss_and_never_an_error, folder_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
