#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include <pilab/tui/fuzzy.h>
#include <pilab/base/search.h>

static long next(const char *pattern, const char *text, size_t from)
{
    struct search search = search_for(pattern);
    size_t offset;

    return search_next(&search, text, strlen(text), from, &offset) ? (long)offset : -1;
}

static long previous(const char *pattern, const char *text, size_t before)
{
    struct search search = search_for(pattern);
    size_t offset;

    return search_previous(&search, text, strlen(text), before, &offset) ? (long)offset : -1;
}

static void small_letters_match_either_case(void **state)
{
    (void)state;
    assert_int_equal(next("auth", "the AUTH service", 0), 4);
    assert_int_equal(next("AUTH", "the auth service", 0), -1);
    assert_int_equal(next("AUTH", "the AUTH service", 0), 4);
    assert_int_equal(next("\xc3\xa9tat", "l'\xc3\x89TAT", 0), 2);
}

static void search_goes_on_from_where_it_is(void **state)
{
    const char *text = "one two one two";

    (void)state;
    assert_int_equal(next("one", text, 0), 0);
    assert_int_equal(next("one", text, 1), 8);
    assert_int_equal(next("one", text, 9), -1);
    assert_int_equal(previous("two", text, strlen(text)), 12);
    assert_int_equal(previous("two", text, 12), 4);
    assert_int_equal(previous("two", text, 4), -1);
    assert_int_equal(previous("two", text, 1000), 12);
}

static void an_empty_pattern_is_nowhere(void **state)
{
    (void)state;
    assert_int_equal(next("", "text", 0), -1);
    assert_int_equal(previous("", "text", 4), -1);
    assert_int_equal(next("long", "lon", 0), -1);
}

static void invalid_bytes_match_themselves_only(void **state)
{
    (void)state;
    assert_int_equal(next("\xff", "a\xfe\xff", 0), 2);
    assert_int_equal(next("\xff", "a\xc3\xbf", 0), -1);
}

static void fuzzy_letters_come_in_order(void **state)
{
    (void)state;
    assert_int_equal(fuzzy_score("", "anything"), 0);
    assert_int_equal(fuzzy_score("xyz", "zyx"), -1);
    assert_true(fuzzy_score("mbas", "mb-auth-service") > 0);
    assert_int_equal(fuzzy_score("MB", "mb-auth"), -1);
    assert_true(fuzzy_score("MB", "MB-234") > 0);
}

static void fuzzy_prefers_what_people_mean(void **state)
{
    (void)state;
    /* The beginning of words, letters side by side, the short. */
    assert_true(fuzzy_score("as", "auth-service") > fuzzy_score("as", "cassandra"));
    assert_true(fuzzy_score("main", "main") > fuzzy_score("main", "maintenance"));
    assert_true(fuzzy_score("207", "v2.0.7") < fuzzy_score("207", "v207"));
    assert_true(fuzzy_score("pay", "mb-payment") > fuzzy_score("pay", "mb-prod-anyway"));
    /* The best place counts, not the first. */
    assert_true(fuzzy_score("web", "wide-ebb-web") > fuzzy_score("web", "wide-ebb-wab"));
}

static void fuzzy_puts_first_what_was_typed_in_full(void **state)
{
    (void)state;
    assert_true(fuzzy_score("42.0.0", "v42.0.0") > fuzzy_score("42.0.0", "v1.42.0.0"));
    assert_true(fuzzy_score("42.0", "v42.0.0") > fuzzy_score("42.0", "v1.42.0"));
    assert_true(fuzzy_score("v1.4", "v1.4") > fuzzy_score("v1.4", "v1.4.2"));
    assert_true(fuzzy_score("uat", "UAT") > fuzzy_score("uat", "uat/ua-t"));
}

static void fuzzy_words_match_in_any_order(void **state)
{
    (void)state;
    assert_true(fuzzy_score("uat ledger", "ledger in UAT") > 0);
    assert_int_equal(fuzzy_score("uat web", "ledger in UAT"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_letters_match_either_case),
        cmocka_unit_test(search_goes_on_from_where_it_is),
        cmocka_unit_test(an_empty_pattern_is_nowhere),
        cmocka_unit_test(invalid_bytes_match_themselves_only),
        cmocka_unit_test(fuzzy_letters_come_in_order),
        cmocka_unit_test(fuzzy_prefers_what_people_mean),
        cmocka_unit_test(fuzzy_puts_first_what_was_typed_in_full),
        cmocka_unit_test(fuzzy_words_match_in_any_order),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
