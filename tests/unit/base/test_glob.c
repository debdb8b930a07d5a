#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/glob.h>
#include <pilab/base/memory.h>

#include "../../support/patience.h"

struct row {
    const char *pattern, *text;
    bool matches;
};

/* All patterns of the rows at once say of each text what each says alone. */
static void check_set(const struct row *rows, size_t count, char separator, bool fold)
{
    struct glob_set *set = glob_set_new(separator, fold);
    size_t *numbers = memory_array(count, sizeof *numbers);

    for (size_t i = 0; i < count; i++)
        numbers[i] = glob_set_add(set, rows[i].pattern);
    for (size_t k = 0; k < count; k++) {
        const bool *matches = glob_set_test(set, rows[k].text);

        for (size_t i = 0; i < count; i++) {
            bool alone = fold ? glob_match_fold(rows[i].pattern, rows[k].text, separator)
                              : glob_match(rows[i].pattern, rows[k].text, separator);
            if (matches[numbers[i]] != alone)
                fail_msg("\"%s\" %s \"%s\" only in a set", rows[i].pattern,
                         alone ? "does not match" : "matches", rows[k].text);
        }
    }
    free(numbers);
    glob_set_free(&set);
    assert_null(set);
}

static void check(const struct row *rows, size_t count, char separator)
{
    check_set(rows, count, separator, false);
    check_set(rows, count, separator, true);
    for (size_t i = 0; i < count; i++) {
        if (glob_match(rows[i].pattern, rows[i].text, separator) != rows[i].matches)
            fail_msg("\"%s\" %s \"%s\"", rows[i].pattern,
                     rows[i].matches ? "does not match" : "matches", rows[i].text);
    }
}

#define CHECK(rows, separator) check(rows, sizeof rows / sizeof rows[0], separator)

static void plain_text_matches_itself(void **state)
{
    static const struct row rows[] = {
        {"",              "",             true },
        { "",             "a",            false},
        { "a",            "",             false},
        { "README.md",    "README.md",    true },
        { "README.md",    "readme.md",    false},
        { "README.md",    "README.md2",   false},
        { "a/b",          "a/b",          true },
        { "\xe6\x97\xa5", "\xe6\x97\xa5", true },
        { "\xff",         "\xff",         true },
        { "\xff",         "\xfe",         false},
        { "a,b}",         "a,b}",         true },
    };

    (void)state;
    CHECK(rows, '/');
}

static void a_star_stays_within_a_segment(void **state)
{
    static const struct row rows[] = {
        {"*",                     "",                       true },
        { "*",                    "a",                      true },
        { "*",                    "a/b",                    false},
        { "*.yaml",               "values.yaml",            true },
        { "*.yaml",               ".yaml",                  true },
        { "*.yaml",               "deploy/values.yaml",     false},
        { "deploy/*.yaml",        "deploy/values.yaml",     true },
        { "deploy/*/values.yaml", "deploy/dev/values.yaml", true },
        { "deploy/*/values.yaml", "deploy/values.yaml",     false},
        { "deploy/*/values.yaml", "deploy/a/b/values.yaml", false},
        { "a*b*c",                "aXbYc",                  true },
        { "a*b*c",                "abc",                    true },
        { "a*b*c",                "acb",                    false},
        { "*a*",                  "bab",                    true },
    };

    (void)state;
    CHECK(rows, '/');
}

static void two_stars_stand_for_whole_segments(void **state)
{
    static const struct row rows[] = {
        {"**",            "",                       true },
        { "**",           "a",                      true },
        { "**",           "a/b/c",                  true },
        { "a/**/b",       "a/b",                    true },
        { "a/**/b",       "a/x/b",                  true },
        { "a/**/b",       "a/x/y/z/b",              true },
        { "a/**/b",       "a/xb",                   false},
        { "a/**/b",       "ax/b",                   false},
        { "a/**/b",       "ab",                     false},
        { "a/**/b",       "x/a/b",                  false},
        { "**/b",         "b",                      true },
        { "**/b",         "a/b",                    true },
        { "**/b",         "x/y/b",                  true },
        { "**/b",         "xb",                     false},
        { "**/b",         "x/yb",                   false},
        { "a/**",         "a",                      true },
        { "a/**",         "a/",                     true },
        { "a/**",         "a/b",                    true },
        { "a/**",         "a/b/c",                  true },
        { "a/**",         "ab",                     false},
        { "a/**",         "b/a",                    false},
        { "a/**/**",      "a",                      true },
        { "a/**/**",      "a/b",                    true },
        { "**/*.sql",     "V1.sql",                 true },
        { "**/*.sql",     "db/migrations/V1.sql",   true },
        { "**/*.sql",     "db/migrations/V1.sql/x", false},
        { "**/a/**/b/**", "a/b",                    true },
        { "**/a/**/b/**", "x/a/y/b/z",              true },
        { "**/a/**/b/**", "x/b/y/a/z",              false},
        { "***",          "a/b",                    true },
    };

    (void)state;
    CHECK(rows, '/');
}

static void two_stars_within_a_segment_are_one(void **state)
{
    static const struct row rows[] = {
        {"a**b",  "axyb",  true },
        { "a**b", "ax/yb", false},
        { "a**b", "a/b",   false},
        { "**b",  "xb",    true },
        { "**b",  "a/xb",  false},
        { "a**",  "axy",   true },
        { "a**",  "ax/y",  false},
    };

    (void)state;
    CHECK(rows, '/');
}

static void the_separator_is_the_callers(void **state)
{
    static const struct row rows[] = {
        {"**.replicas",  "replicas",       true },
        { "**.replicas", "web.replicas",   true },
        { "**.replicas", "a.b.c.replicas", true },
        { "**.replicas", "a.xreplicas",    false},
        { "**.replicas", "a.replicas.b",   false},
        { "env.*.image", "env.web.image",  true },
        { "env.*.image", "env.a.b.image",  false},
        { "env.*.image", "env.a/b.image",  true },
        { "env.**",      "env",            true },
        { "env.**",      "env.a.b",        true },
        { "*",           "a.b",            false},
        { "a/b",         "a/b",            true },
    };

    (void)state;
    CHECK(rows, '.');
}

static void a_question_mark_is_one_character(void **state)
{
    static const struct row rows[] = {
        {"?",    "a",            true },
        { "?",   "",             false},
        { "?",   "ab",           false},
        { "a?b", "a/b",          false},
        { "?",   "\xe6\x97\xa5", true },
        { "??",  "\xe6\x97\xa5", false},
        { "?",   "\xff",         true },
    };

    (void)state;
    CHECK(rows, '/');
}

static void a_class_is_one_of_its_characters(void **state)
{
    static const struct row rows[] = {
        {"[abc]",                "b",        true },
        { "[abc]",               "d",        false},
        { "[a-c]x",              "bx",       true },
        { "[a-c]x",              "dx",       false},
        { "v[0-9].*",            "v2.0",     true },
        { "[!a-c]",              "d",        true },
        { "[!a-c]",              "b",        false},
        { "[^a-c]",              "d",        true },
        { "[]]",                 "]",        true },
        { "[!]]",                "]",        false},
        { "[!]]",                "x",        true },
        { "[a-]",                "-",        true },
        { "[-a]",                "-",        true },
        { "[\\]]",               "]",        true },
        { "[\\!a]",              "!",        true },
        { "[!a]",                "/",        false},
        { "[/]",                 "/",        false},
        { "[\xc3\xa0-\xc3\xbf]", "\xc3\xa9", true },
        { "[",                   "[",        true },
        { "[abc",                "[abc",     true },
        { "[]",                  "[]",       true },
        { "a[",                  "a[",       true },
        { "a\\[0\\]",            "a[0]",     true },
        { "[[]x",                "[x",       true },
        { "[a]{b,[}]}",          "a}",       true },
    };

    (void)state;
    CHECK(rows, '/');
}

static void braces_hold_alternatives(void **state)
{
    static const struct row rows[] = {
        {"deploy/values-{dev,uat}.yaml",  "deploy/values-dev.yaml",       true },
        { "deploy/values-{dev,uat}.yaml", "deploy/values-uat.yaml",       true },
        { "deploy/values-{dev,uat}.yaml", "deploy/values-prod.yaml",      false},
        { "deploy/values-{dev,uat}.yaml", "deploy/values-{dev,uat}.yaml", false},
        { "deploy/values-{dev,uat}.yaml", "deploy/values-.yaml",          false},
        { "{a,b}{c,d}",                   "bc",                           true },
        { "{a,b}{c,d}",                   "cb",                           false},
        { "x{,y}",                        "x",                            true },
        { "x{,y}",                        "xy",                           true },
        { "x{}y",                         "xy",                           true },
        { "{a}",                          "a",                            true },
        { "{a,{b,c}d}e",                  "cde",                          true },
        { "{a,{b,c}d}e",                  "ae",                           true },
        { "{a,{b,c}d}e",                  "be",                           false},
        { "{src,lib/**}/*.c",             "src/a.c",                      true },
        { "{src,lib/**}/*.c",             "lib/x/y/a.c",                  true },
        { "{src,lib/**}/*.c",             "src/x/a.c",                    false},
        { "{**/,}*.md",                   "a/b/c.md",                     true },
        { "{**/,}*.md",                   "c.md",                         true },
        { "*.{yaml,y?l,[a-c]}",           "x.yml",                        true },
        { "*.{yaml,y?l,[a-c]}",           "x.c",                          true },
        { "{a/b,c}",                      "a/b",                          true },
        { "{a",                           "{a",                           true },
        { "{a,b",                         "{a,b",                         true },
        { "a}",                           "a}",                           true },
        { "{a,{b}",                       "{a,b",                         true },
        { "\\{a,b}",                      "{a,b}",                        true },
        { "{a\\,b,c}",                    "a,b",                          true },
        { "{a\\}b,c}",                    "a}b",                          true },
    };

    (void)state;
    CHECK(rows, '/');
}

static void a_backslash_takes_the_next_character_as_it_is(void **state)
{
    static const struct row rows[] = {
        {"\\*",    "*",   true },
        { "\\*",   "a",   false},
        { "\\?",   "?",   true },
        { "\\\\",  "\\",  true },
        { "a\\",   "a\\", true },
        { "\\a",   "a",   true },
        { "\\[a]", "[a]", true },
        { "a\\/b", "a/b", true },
    };

    (void)state;
    CHECK(rows, '/');
}

static void case_can_be_folded(void **state)
{
    (void)state;
    assert_true(glob_match_fold("Readme.*", "README.md", '/'));
    assert_true(glob_match_fold("[a-f]x", "CX", '/'));
    assert_true(glob_match_fold("[A-F]x", "cX", '/'));
    assert_false(glob_match_fold("[A-F]", "g", '/'));
    assert_false(glob_match_fold("[!a]", "A", '/'));
    assert_true(glob_match_fold("[0-9]", "5", '/'));
    assert_false(glob_match_fold("\xc3\xa9", "\xc3\x89", '/'));
}

static void a_pattern_can_be_tried_on_many_texts(void **state)
{
    struct glob *glob = glob_new("**/values-*.yaml", '/', false);

    (void)state;
    assert_true(glob_test(glob, "deploy/values-dev.yaml"));
    assert_false(glob_test(glob, "deploy/values.yaml"));
    assert_true(glob_test(glob, "values-uat.yaml"));
    glob_free(&glob);
    assert_null(glob);
    glob_free(&glob);
    glob_free(NULL);
}

static void a_long_pattern_needs_no_more_than_memory(void **state)
{
    char *pattern = memory_new(4001), *text = memory_new(4001);

    (void)state;
    memset(pattern, '?', 4000);
    memset(text, 'x', 4000);
    assert_true(glob_match(pattern, text, '/'));
    text[3999] = '\0';
    assert_false(glob_match(pattern, text, '/'));
    free(pattern);
    free(text);
}

/* `unit` over and over, `count` times, and then `end`. */
static char *repeat(const char *unit, size_t count, const char *end)
{
    size_t length = strlen(unit);
    char *text = memory_new(length * count + strlen(end) + 1);

    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, unit, length);
    memcpy(text + count * length, end, strlen(end));
    return text;
}

static void no_pattern_is_slow(void **state)
{
    static const struct {
        const char *unit;
        size_t count;
        const char *end;
    } patterns[] = {
        {"a*",         500,    "b"},
        { "*",         1000,   "b"},
        { "**/",       300,    "b"},
        { "{a,a}",     200,    "b"},
        { "{a*,**/a}", 100,    "b"},
        { "{",         100000, "" },
        { "[",         100000, "" },
        { "{a,",       50000,  "" },
        { "[a",        100000, "" },
    };
    char *text = repeat("a", 1000, "");
    int64_t start = clock_monotonic();

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        char *pattern = repeat(patterns[i].unit, patterns[i].count, patterns[i].end);
        assert_false(glob_match(pattern, text, '/'));
        free(pattern);
    }
    free(text);
    /* A backtracking matcher would need longer than the universe is old. */
    assert_true(clock_monotonic() - start < patience(10000));
}

static void a_pattern_stands_in_a_set_once(void **state)
{
    struct glob_set *set = glob_set_new('/', false);
    const bool *matches;

    (void)state;
    assert_non_null(glob_set_test(set, "nothing is asked of it yet"));
    assert_int_equal(glob_set_add(set, "**/*.c"), 0);
    assert_int_equal(glob_set_add(set, "src/**"), 1);
    assert_int_equal(glob_set_add(set, "**/*.c"), 0);
    matches = glob_set_test(set, "src/a.h");
    assert_false(matches[0]);
    assert_true(matches[1]);
    assert_int_equal(glob_set_add(set, "*/a.*"), 2);
    matches = glob_set_test(set, "src/a.c");
    assert_true(matches[0] && matches[1] && matches[2]);
    glob_set_free(&set);
    glob_set_free(&set);
    glob_set_free(NULL);
}

/* Where the a's lie among the last twelve characters is a state each: more than are kept. */
static void a_set_that_forgets_says_the_same(void **state)
{
    static const char *const patterns[] = { "**/*a????????????", "*b?*", "**/x*" };
    struct glob_set *set = glob_set_new('/', false);
    unsigned random = 1;
    char text[41];

    (void)state;
    for (size_t i = 0; i < 3; i++)
        glob_set_add(set, patterns[i]);
    for (size_t round = 0; round < 3000; round++) {
        const bool *matches;

        for (size_t i = 0; i < 40; i++) {
            random = random * 1103515245u + 12345u;
            text[i] = "abababax/ab"[random >> 16 & 7];
        }
        text[8 + round % 33] = '\0';
        matches = glob_set_test(set, text);
        for (size_t i = 0; i < 3; i++) {
            if (matches[i] != glob_match(patterns[i], text, '/'))
                fail_msg("\"%s\" and \"%s\"", patterns[i], text);
        }
    }
    glob_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_matches_itself),
        cmocka_unit_test(a_star_stays_within_a_segment),
        cmocka_unit_test(two_stars_stand_for_whole_segments),
        cmocka_unit_test(two_stars_within_a_segment_are_one),
        cmocka_unit_test(the_separator_is_the_callers),
        cmocka_unit_test(a_question_mark_is_one_character),
        cmocka_unit_test(a_class_is_one_of_its_characters),
        cmocka_unit_test(braces_hold_alternatives),
        cmocka_unit_test(a_backslash_takes_the_next_character_as_it_is),
        cmocka_unit_test(case_can_be_folded),
        cmocka_unit_test(a_pattern_can_be_tried_on_many_texts),
        cmocka_unit_test(a_long_pattern_needs_no_more_than_memory),
        cmocka_unit_test(no_pattern_is_slow),
        cmocka_unit_test(a_pattern_stands_in_a_set_once),
        cmocka_unit_test(a_set_that_forgets_says_the_same),
    };

    return cmocka_run_group_tests_name("base/glob", tests, NULL, NULL);
}
