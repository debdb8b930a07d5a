#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/notes/word_diff.h>

#include "../../support/chance.h"
#include "../../support/patience.h"

static void assert_shown(const char *old_text, const char *new_text, const char *wanted)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;
    struct word_diff diff;

    word_diff_make(&diff, old_text, strlen(old_text), new_text, strlen(new_text));
    word_diff_render(&diff, old_text, new_text, 1, true, &rich);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_string_equal(plain.data, wanted);
    word_diff_release(&diff);
    strbuf_release(&rich);
    strbuf_release(&plain);
}

static void changed_words_stand_between_marks(void **state)
{
    (void)state;
    assert_shown("the quick fox\n", "the slow fox\n", "the [-quick-]{+slow+} fox\n");
    assert_shown("the fox\n", "the old fox\n", "the {+old +}fox\n");
    assert_shown("the old fox\n", "the fox\n", "the [-old -]fox\n");
    assert_shown("30 to 15\n", "30 to 20\n", "30 to [-15-]{+20+}\n");
    assert_shown("a long and quick fox\n", "a long and slow dog\n",
                 "a long and [-quick fox-]{+slow dog+}\n");
}

static void whole_lines_come_and_go(void **state)
{
    (void)state;
    assert_shown("one\ntwo\n", "one\nand\ntwo\n", "one\n{+and+}\ntwo\n");
    assert_shown("one\nand\nso on\ntwo\n", "one\ntwo\n", "one\n[-and-]\n[-so on-]\ntwo\n");
    assert_shown("", "one\n", "{+one+}\n");
    assert_shown("one", "", "[-one-]\n");
    assert_shown("one\n\ntwo\n", "one\ntwo\n", "one\n[-\xc2\xb6-]\ntwo\n");
    assert_shown("one\ntwo", "one\ntwo\n", "one\ntwo{+\xc2\xb6+}\n");
}

static void a_rewritten_passage_is_shown_as_a_whole(void **state)
{
    (void)state;
    assert_shown("Payments can be made by card, and a fee is shown\n",
                 "Nothing here was ever released: see MB-12, a ticket\n",
                 "[-Payments can be made by card, and a fee is shown-]\n"
                 "{+Nothing here was ever released: see MB-12, a ticket+}\n");
}

static void what_is_far_from_a_change_is_left_out_and_counted(void **state)
{
    (void)state;
    assert_shown("1\n2\n3\n4\n5 five\n6\n7\n8\n9\n", "1\n2\n3\n4\n5 V five\n6\n7\n8\n9\n",
                 "… 3 lines the same\n4\n5 {+V +}five\n6\n… 3 lines the same\n");
    assert_shown("1\n2\n", "1\n2\n", "");
}

static void what_would_act_on_a_terminal_is_shown(void **state)
{
    (void)state;
    assert_shown("safe text here\n", "safe \x1b[31m text here\n", "safe {+^[[31m +}text here\n");
    assert_shown("a b c\n",
                 "a \x01"
                 "A b c\n",
                 "a {+^AA +}b c\n");
}

static void random_text(struct random *random, struct strbuf *out)
{
    static const char *const words[] = { "one", " ",  "two",  "\n",   ". ",   "- ",
                                         "\n",  " ",  "ü",    "\xff", "\r\n", "\t",
                                         "*",   "a1", "MB-1", "(",    "\n\n", "same line\n" };

    for (uint64_t i = chance(random, 120); i > 0; i--)
        strbuf_add(out, words[chance(random, sizeof words / sizeof words[0])]);
}

/* Both sides are found again in the spans, whatever the texts. */
static void assert_sides(const struct strbuf *old_text, const struct strbuf *new_text)
{
    struct strbuf old_side = STRBUF_INIT, new_side = STRBUF_INIT;
    enum word_change last = WORD_SAME;
    struct word_diff diff;

    word_diff_make(&diff, old_text->data, old_text->length, new_text->data, new_text->length);
    for (size_t i = 0; i < diff.spans.count; i++) {
        const struct word_span *span = vector_at(&diff.spans, i);

        assert_true(span->length > 0);
        assert_true(i == 0 || span->change != last);
        last = span->change;
        if (span->change != WORD_ADDED)
            strbuf_add_bytes(&old_side, old_text->data + span->offset, span->length);
        if (span->change == WORD_SAME)
            strbuf_add_bytes(&new_side, old_text->data + span->offset, span->length);
        if (span->change == WORD_ADDED)
            strbuf_add_bytes(&new_side, new_text->data + span->offset, span->length);
    }
    assert_int_equal(old_side.length, old_text->length);
    assert_memory_equal(old_side.data, old_text->data, old_text->length);
    assert_int_equal(new_side.length, new_text->length);
    assert_memory_equal(new_side.data, new_text->data, new_text->length);
    word_diff_release(&diff);
    strbuf_release(&old_side);
    strbuf_release(&new_side);
}

static void a_diff_holds_both_sides_of_any_two_texts(void **state)
{
    struct random random = random_seeded(11);

    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;

        random_text(&random, &a);
        if (i % 2 == 0)
            strbuf_add(&b, a.data);
        random_text(&random, &b);
        assert_sides(&a, &b);
        assert_sides(&b, &a);
        assert_sides(&a, &a);
        strbuf_release(&a);
        strbuf_release(&b);
    }
}

static void huge_texts_with_nothing_in_common_are_bounded(void **state)
{
    struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
    int64_t start = clock_monotonic();

    (void)state;
    for (int i = 0; i < 60000; i++) {
        strbuf_printf(&a, "%d old words stand here %d\n", i, i * 7);
        strbuf_printf(&b, "%d new ones are there %d\n", i * 3 + 1, i * 11);
    }
    assert_sides(&a, &b);
    strbuf_clear(&a);
    strbuf_clear(&b);
    /* One line of a million words each. */
    for (int i = 0; i < 1000000; i++) {
        strbuf_add(&a, i % 3 == 0 ? "a " : "b ");
        strbuf_add(&b, i % 5 == 0 ? "a " : "b ");
    }
    assert_sides(&a, &b);
    assert_true(clock_monotonic() - start < patience(5000));
    strbuf_release(&a);
    strbuf_release(&b);
}

static void a_diff_that_was_not_made_by_words_says_so(void **state)
{
    struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
    struct word_diff diff;

    (void)state;
    strbuf_add_repeat(&a, "a ", 60000);
    strbuf_add_repeat(&b, "b ", 60000);
    word_diff_make(&diff, a.data, a.length, b.data, b.length);
    assert_true(diff.coarse);
    assert_int_equal(diff.removed, 60000);
    assert_int_equal(diff.added, 60000);
    word_diff_release(&diff);
    word_diff_make(&diff, "a", 1, "b", 1);
    assert_false(diff.coarse);
    assert_int_equal(diff.removed, 1);
    word_diff_release(&diff);
    strbuf_release(&a);
    strbuf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_words_stand_between_marks),
        cmocka_unit_test(whole_lines_come_and_go),
        cmocka_unit_test(a_rewritten_passage_is_shown_as_a_whole),
        cmocka_unit_test(what_is_far_from_a_change_is_left_out_and_counted),
        cmocka_unit_test(what_would_act_on_a_terminal_is_shown),
        cmocka_unit_test(a_diff_holds_both_sides_of_any_two_texts),
        cmocka_unit_test(huge_texts_with_nothing_in_common_are_bounded),
        cmocka_unit_test(a_diff_that_was_not_made_by_words_says_so),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
