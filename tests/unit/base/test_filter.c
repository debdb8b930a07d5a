#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/filter.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "../../support/patience.h"

#define NOW INT64_C(1737556200000) /* 2025-01-22T14:30:00Z */
#define DAY INT64_C(86400000)

/* A thing with a field of every kind. */
struct thing {
    const char *path;
    const char *tickets[3];
    int64_t severity; /* -1: none */
    int64_t lines;
    int64_t at;
    bool breaking;
    const char *words;
};

static const char *const severities[] = { "info", "low", "high", "critical", NULL };
static const char *const types[] = { "code", "config", NULL };

enum { PATH, TICKET, SEVERITY, TYPE, LINES, AT, BREAKING };

static const struct filter_field rows[] = {
    [PATH] = {"path",      FILTER_TEXT,   NULL,       '/', "where" },
    [TICKET] = { "ticket",   FILTER_NAME,   NULL,       0,   "why"   },
    [SEVERITY] = { "severity", FILTER_ORDER,  severities, 0,   "grave" },
    [TYPE] = { "type",     FILTER_CHOICE, types,      0,   "what"  },
    [LINES] = { "lines",    FILTER_NUMBER, NULL,       0,   "many"  },
    [AT] = { "at",       FILTER_TIME,   NULL,       0,   "when"  },
    [BREAKING] = { "breaking", FILTER_FLAG,   NULL,       0,   "broken"},
};

static const char *text_of(const void *of, size_t field, size_t index)
{
    const struct thing *thing = of;

    if (field == PATH)
        return index == 0 ? thing->path : NULL;
    return index < 3 ? thing->tickets[index] : NULL;
}

static bool number_of(const void *of, size_t field, int64_t *number)
{
    const struct thing *thing = of;
    const int64_t numbers[] = { [SEVERITY] = thing->severity,
                                [TYPE] = 1,
                                [LINES] = thing->lines,
                                [AT] = thing->at,
                                [BREAKING] = thing->breaking };

    *number = numbers[field];
    return field != SEVERITY || thing->severity >= 0;
}

static const struct filter_fields fields = { rows, sizeof rows / sizeof *rows, text_of, number_of };

static const struct thing auth = {
    .path = "src/auth/login.c",
    .tickets = {"MB-234", "PAY-9"},
    .severity = 2,
    .lines = 40,
    .at = NOW - 2 * DAY,
    .breaking = true,
    .words = "SESSION_TIMEOUT\n30 -> 15\nhttps://example.org/a=b",
};
static const struct thing bare = {
    .path = "README", .severity = -1, .at = NOW - 40 * DAY, .words = "nothing to see"
};

static bool passes(const char *text, const struct thing *thing)
{
    struct error error = { 0 };
    struct filter *filter = filter_new(text, &fields, NOW, &error);
    bool passed;

    if (filter == NULL)
        fail_msg("%s: %s", text, error.message);
    passed = filter_test(filter, thing, thing->words, strlen(thing->words));
    filter_free(&filter);
    return passed;
}

static void assert_refused(const char *text, const char *message, const char *hint)
{
    struct error error = { 0 };

    assert_null(filter_new(text, &fields, NOW, &error));
    assert_string_equal(error.message, message);
    if (hint != NULL)
        assert_string_equal(error.hint, hint);
}

static void an_empty_filter_lets_all_pass(void **state)
{
    struct filter *filter = filter_new("  ", &fields, NOW, NULL);

    (void)state;
    assert_true(filter_is_empty(filter));
    assert_false(filter_has_words(filter));
    filter_free(&filter);
    assert_true(passes("", &bare));
}

static void words_are_found_in_either_case_unless_they_have_a_capital(void **state)
{
    (void)state;
    assert_true(passes("session_time", &auth));
    assert_false(passes("Session", &auth));
    assert_true(passes("session 30", &auth));
    assert_false(passes("session 31", &auth));
    assert_true(passes("\"30 -> 15\"", &auth));
    assert_false(passes("\"15 -> 30\"", &auth));
}

static void terms_are_joined_as_people_read_them(void **state)
{
    (void)state;
    assert_true(passes("nowhere or session", &auth));
    assert_true(passes("nowhere|session", &auth));
    assert_true(passes("session 15 or nowhere 15", &auth));
    assert_false(passes("session (nowhere or 99)", &auth));
    assert_true(passes("session and (nowhere or 15)", &auth));
    assert_false(passes("-session", &auth));
    assert_true(passes("not nowhere", &auth));
    assert_true(passes("-(nowhere 15)", &auth));
    assert_false(passes("not (-nowhere 15)", &auth));
    /* A word that begins like a sign between terms is a word. */
    assert_false(passes("order", &auth));
    assert_false(passes("nothing", &auth));
}

static void names_are_whole_and_texts_are_parts(void **state)
{
    (void)state;
    assert_true(passes("ticket:mb-234", &auth));
    assert_false(passes("ticket:MB-23", &auth));
    assert_true(passes("ticket:MB-23*", &auth));
    assert_true(passes("ticket:PAY-9", &auth));
    assert_true(passes("ticket:X-1,PAY-9", &auth));
    assert_true(passes("ticket!=X-1", &auth));
    assert_false(passes("ticket!=PAY-9", &auth));
    assert_true(passes("-ticket:*", &bare));
    assert_false(passes("-ticket:*", &auth));
    assert_true(passes("path:auth", &auth));
    assert_false(passes("path=auth", &auth));
    assert_true(passes("path=src/auth/login.c", &auth));
}

static void patterns_keep_to_their_segments(void **state)
{
    (void)state;
    assert_true(passes("path:src/**", &auth));
    assert_false(passes("path:src/*", &auth));
    assert_true(passes("path:src/{core,auth}/*.c", &auth));
    assert_false(passes("path:lib/**,doc/**", &auth));
    assert_true(passes("path:\"src/auth\"/*.c", &auth));
    /* What is quoted is no sign. */
    assert_false(passes("path:\"src/**\"", &auth));
}

static void what_has_an_order_is_compared(void **state)
{
    (void)state;
    assert_true(passes("severity>=high", &auth));
    assert_true(passes("severity>low", &auth));
    assert_false(passes("severity>HIGH", &auth));
    assert_true(passes("severity<=critical", &auth));
    assert_false(passes("severity<high", &auth));
    assert_true(passes("severity:low,high", &auth));
    assert_true(passes("lines>39 lines<41 lines:40", &auth));
    assert_true(passes("type:config", &auth));
    assert_true(passes("breaking:yes", &auth));
    assert_false(passes("breaking:no", &auth));
}

static void what_a_thing_has_not_got_is_never_it(void **state)
{
    (void)state;
    assert_false(passes("severity>=info", &bare));
    assert_false(passes("severity<=critical", &bare));
    assert_true(passes("severity!=high", &bare));
}

static void times_are_ago_or_days(void **state)
{
    (void)state;
    assert_true(passes("since:3d", &auth));
    assert_false(passes("since:1d", &auth));
    assert_true(passes("at>=3d", &auth));
    assert_true(passes("at:1w", &auth));
    assert_true(passes("until:1d", &auth));
    assert_true(passes("at:2025-01-20", &auth));
    assert_false(passes("at>2025-01-20", &auth));
    assert_true(passes("at<=2025-01-20", &auth));
    assert_false(passes("at:yesterday", &auth));
    assert_true(passes("at>=2025-01-20T14:30:00Z at<=2025-01-20T15:30:00+01:00", &auth));
    assert_false(passes("since:2w", &bare));
}

static void what_looks_like_a_field_in_a_text_is_text(void **state)
{
    (void)state;
    assert_true(passes("https://example.org", &auth));
    assert_true(passes("a=b", &auth));
    assert_true(passes("\"30 ->\"", &auth));
}

static void errors_name_the_column_and_what_is_near(void **state)
{
    (void)state;
    assert_refused("abc sevrity>=high", "column 5: there is no field \"sevrity\"",
                   "the nearest is severity; in quotes it is text");
    assert_refused("é sevrity:x", "column 3: there is no field \"sevrity\"", NULL);
    assert_refused("zzzz:x", "column 1: there is no field \"zzzz\"",
                   "Tab shows the fields; in quotes it is text");
    assert_refused("severity:hihg", "column 10: severity is never \"hihg\"",
                   "severity:high; Tab shows the others");
    assert_refused("type>code", "column 6: type has no order: it takes : and =", NULL);
    assert_refused("severity>=low,high", "column 11: several values stand behind : and = only",
                   NULL);
    assert_refused("lines:many", "column 7: lines is a whole number, not \"many\"", NULL);
    assert_refused("lines:99999999999999999999",
                   "column 7: lines is a whole number, not \"99999999999999999999\"", NULL);
    assert_refused("at:noon", "column 4: at is a time, not \"noon\"", NULL);
    assert_refused("breaking:maybe", "column 10: breaking is yes or no, not \"maybe\"", NULL);
    assert_refused("severity>=", "column 11: severity wants a value", NULL);
    assert_refused("a \"b", "column 3: the quote is not closed", NULL);
    assert_refused("a (b", "column 3: the parenthesis is not closed", NULL);
    assert_refused("a or", "column 5: a term is missing", NULL);
    assert_refused("(a or )", "column 7: a term is missing", NULL);
}

static void what_is_too_much_is_refused(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };

    (void)state;
    strbuf_add_repeat(&text, "(", 5000);
    assert_null(filter_new(text.data, &fields, NOW, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    strbuf_clear(&text);
    strbuf_add_repeat(&text, "a ", 5000);
    assert_null(filter_new(text.data, &fields, NOW, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    strbuf_release(&text);
}

static void without_fields_all_terms_are_words(void **state)
{
    struct filter *filter = filter_new("values.yaml:41 key:x", NULL, NOW, NULL);

    (void)state;
    assert_non_null(filter);
    assert_true(filter_test(filter, NULL, "values.yaml:41 key:x", 20));
    assert_false(filter_test(filter, NULL, "values.yaml:41 key", 18));
    filter_free(&filter);
}

static void add_offer(void *to, const char *term)
{
    strbuf_printf(to, "%s ", term);
}

static void paths(const void *context, size_t field, void (*offer)(void *to, const char *value),
                  void *to)
{
    (void)context;
    if (field != PATH)
        return;
    offer(to, "src/a.c");
    offer(to, "my docs/b");
    offer(to, "two\nlines");
}

static const char *completed(const char *text, struct strbuf *out)
{
    strbuf_clear(out);
    filter_complete(text, &fields, paths, NULL, add_offer, out);
    return out->data;
}

static void a_term_is_completed(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    assert_string_equal(completed("abc sev", &out), "severity: severity>= ");
    assert_string_equal(completed("-(ti", &out), "-(ticket: ");
    assert_string_equal(completed("severity>=H", &out), "severity>=high ");
    assert_string_equal(completed("severity:low,c", &out), "severity:low,critical ");
    assert_string_equal(completed("path:", &out), "path:src/a.c path:\"my docs/b\" ");
    assert_string_equal(completed("breaking:", &out), "breaking:yes breaking:no ");
    assert_string_equal(completed("since:3", &out), "since:30d ");
    assert_string_equal(completed("nofield:x", &out), "");
    strbuf_release(&out);
}

/* The cells of fifty thousand rows are looked through between two keys. */
static void fifty_thousand_things_are_tested_at_once(void **state)
{
    enum { THINGS = 50000 };
    struct thing *things = memory_array(THINGS, sizeof *things);
    struct filter *filter = filter_new("severity>=high path:src/** timeout", &fields, NOW, NULL);
    size_t passed = 0;
    int64_t best = INT64_MAX;

    (void)state;
    for (size_t i = 0; i < THINGS; i++) {
        things[i] = auth;
        things[i].severity = (int64_t)(i % 4);
    }
    for (int round = 0; round < 5; round++) {
        int64_t started = clock_monotonic();

        passed = 0;
        for (size_t i = 0; i < THINGS; i++)
            passed += filter_test(filter, &things[i], things[i].words, strlen(things[i].words));
        if (clock_monotonic() - started < best)
            best = clock_monotonic() - started;
    }
    assert_int_equal(passed, THINGS / 2);
    print_message("50,000 things: %lld ms\n", (long long)best);
    /* Ten times what is wanted: a test is no measurement. */
    assert_in_range(best, 0, patience(200));
    filter_free(&filter);
    free(things);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_filter_lets_all_pass),
        cmocka_unit_test(words_are_found_in_either_case_unless_they_have_a_capital),
        cmocka_unit_test(terms_are_joined_as_people_read_them),
        cmocka_unit_test(names_are_whole_and_texts_are_parts),
        cmocka_unit_test(patterns_keep_to_their_segments),
        cmocka_unit_test(what_has_an_order_is_compared),
        cmocka_unit_test(what_a_thing_has_not_got_is_never_it),
        cmocka_unit_test(times_are_ago_or_days),
        cmocka_unit_test(what_looks_like_a_field_in_a_text_is_text),
        cmocka_unit_test(errors_name_the_column_and_what_is_near),
        cmocka_unit_test(what_is_too_much_is_refused),
        cmocka_unit_test(without_fields_all_terms_are_words),
        cmocka_unit_test(a_term_is_completed),
        cmocka_unit_test(fifty_thousand_things_are_tested_at_once),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
