#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>

#include "editor_desk.h"

/* What each key of the editor does with a text. */

static void somebody_who_knows_no_vi_can_write(void **state)
{
    (void)state;
    assert_keys("", "ihello<Esc>", "hell|o");
    assert_keys("", "ione<Enter>two<Left><Left><Left>x<Up>y<Esc>", "o|yne\nxtwo");
    assert_keys("hello", "<Right><Right><Del>", "he|lo");
    assert_keys("hello", "<Right><Right><Backspace>", "h|llo");
    assert_keys("hello", "<End>ix<Esc>", "hell|xo");
    assert_keys("hello", "i<End>x<Home>y<Esc>", "|yhellox");
    assert_keys("one\ntwo", "i<Down><Backspace><Backspace><Esc>", "o|ntwo");
}

static void arrows_and_letters_move_alike(void **state)
{
    (void)state;
    assert_keys("one two\nthree", "l", "o|ne two\nthree");
    assert_keys("one two\nthree", "<Right>", "o|ne two\nthree");
    assert_keys("one two\nthree", "j", "one two\n|three");
    assert_keys("one two\nthree", "jk$", "one tw|o\nthree");
    assert_keys("one two\nthree", "$l", "one two\n|three");
    assert_keys("one two\nthree", "G", "one two\n|three");
    assert_keys("one two\nthree", "Ggg", "|one two\nthree");
    assert_keys("  one", "$^", "  |one");
    assert_keys("  one", "$0", "|  one");
    assert_keys("one\n\nthree", "jj", "one\n\n|three");
}

static void words_are_runs_of_letters_or_signs(void **state)
{
    (void)state;
    assert_keys("one two-three", "w", "one |two-three");
    assert_keys("one two-three", "ww", "one two|-three");
    assert_keys("one two-three", "e", "on|e two-three");
    assert_keys("one two-three", "ee", "one tw|o-three");
    assert_keys("one two-three", "$b", "one two-|three");
    assert_keys("one two-three", "$bbb", "one |two-three");
    assert_keys("one\n\n  two", "w", "one\n|\n  two");
    assert_keys("one\n\n  two", "ww", "one\n\n  |two");
    assert_keys("one\n\n  two", "Gbb", "|one\n\n  two");
    assert_keys("gr\xc3\xbc\xc3\x9f dich", "w", "gr\xc3\xbc\xc3\x9f |dich");
}

static void paragraphs_and_brackets_and_characters_are_found(void **state)
{
    (void)state;
    assert_keys("a\nb\n\nc\n", "}", "a\nb\n|\nc\n");
    assert_keys("a\nb\n\nc", "G{", "a\nb\n|\nc");
    assert_keys("f(a, [b])", "%", "f(a, [b]|)");
    assert_keys("f(a, [b])", "%%", "f|(a, [b])");
    assert_keys("a.b.c", "f.", "a|.b.c");
    assert_keys("a.b.c", "f.;", "a.b|.c");
    assert_keys("a.b.c", "f.;,", "a|.b.c");
    assert_keys("a.b.c", "t.", "|a.b.c");
    assert_keys("axb.c", "t.", "ax|b.c");
    assert_keys("axb.cd.e", "t.;", "axb.c|d.e");
    assert_keys("a.b.c", "$F.", "a.b|.c");
    assert_keys("a.b.cd", "$T.", "a.b.|cd");
}

static void operators_take_motions(void **state)
{
    (void)state;
    assert_keys("one two three", "dw", "|two three");
    assert_keys("one two three", "wdw", "one |three");
    assert_keys("one two\nthree", "wdw", "one| \nthree");
    assert_keys("one two three", "wD", "one| ");
    assert_keys("one two three", "de", "| two three");
    assert_keys("one two three", "$db", "one two |e");
    assert_keys("one two three", "wd0", "|two three");
    assert_keys("one two three", "d$", "|");
    assert_keys("a(b)c", "ldf)", "a|c");
    assert_keys("a(b)c", "dt)", "|)c");
    assert_keys("a(b)c", "ld%", "a|c");
    assert_keys("a\nb\nc", "dj", "|c");
    assert_keys("a\nb\nc", "jdG", "|a");
    assert_keys("a\nb\nc\n", "Gdgg", "|");
    assert_keys("a\nb\n\nc", "d}", "|\nc");
    assert_keys("one two", "x", "|ne two");
    assert_keys("one two", "lX", "|ne two");
}

static void doubled_operators_take_the_line(void **state)
{
    (void)state;
    assert_keys("one\ntwo\nthree", "jdd", "one\n|three");
    assert_keys("one\ntwo", "jdd", "|one");
    assert_keys("one\ntwo\n", "jdd", "|one\n");
    assert_keys("one", "dd", "|");
    assert_keys("  one\ntwo", "ccnew<Esc>", "  ne|w\ntwo");
    assert_keys("one\ntwo", "yyjp", "one\ntwo\n|one");
    assert_keys("one\ntwo", "yyP", "|one\none\ntwo");
    assert_keys("one\r\ntwo", "jddP", "|two\r\none");
    assert_keys("one\ntwo\n", "ddp", "two\n|one\n");
    assert_keys("one two", "dyw", "one |two");
}

static void text_objects_are_words_and_paragraphs(void **state)
{
    (void)state;
    assert_keys("one two three", "wldiw", "one | three");
    assert_keys("one two three", "wdaw", "one |three");
    assert_keys("one two", "wdaw", "on|e");
    assert_keys("one two", "ciwnew<Esc>", "ne|w two");
    assert_keys("a\nb\n\nc\n", "dip", "|\nc\n");
    assert_keys("a\nb\n\nc\n", "dap", "|c\n");
}

static void typing_begins_where_its_key_says(void **state)
{
    (void)state;
    assert_keys("  one", "Ix<Esc>", "  |xone");
    assert_keys("one", "Ax<Esc>", "one|x");
    assert_keys("one", "ax<Esc>", "o|xne");
    assert_keys("  one\ntwo", "ox<Esc>", "  one\n  |x\ntwo");
    assert_keys("  one\ntwo", "Ox<Esc>", "  |x\n  one\ntwo");
    assert_keys("one two", "wCx<Esc>", "one |x");
    assert_keys("one two", "sx<Esc>", "|xne two");
    assert_keys("one two", "cwnew<Esc>", "ne|w two");
    assert_keys("a two", "cwnew<Esc>", "ne|w two");
}

static void smaller_changes_have_a_key_each(void **state)
{
    (void)state;
    assert_keys("one", "rx", "|xne");
    assert_keys("one two", "lllr<Enter>", "one\n|two");
    assert_keys("oNe", "~~~", "On|E");
    assert_keys("\xc3\xa9t", "~", "\xc3\x89|t");
    assert_keys("one\n  two", "J", "one| two");
    assert_keys("one\n\ntwo", "J", "on|e\ntwo");
    assert_keys("one two", "wywP", "one tw|otwo");
    assert_keys("ab", "xp", "b|a");
    assert_keys("one", "dfz", "|one");
    assert_keys("one", "d<Esc>x", "|ne");
}

static void changes_are_done_again_with_a_dot(void **state)
{
    (void)state;
    assert_keys("one two three", "dw.", "|three");
    assert_keys("aaaa", "x..", "|a");
    assert_keys("one two", "cwX<Esc>w.", "X |X");
    assert_keys("a\nb", "Ax<Esc>j.", "ax\nb|x");
    assert_keys("a\nb", "ox<Esc>.", "a\nx\n|x\nb");
    assert_keys("a b", "rxw.", "x |x");
    assert_keys("", ".", "|");
}

static void selections_are_marked_and_changed(void **state)
{
    (void)state;
    assert_keys("one two", "vld", "|e two");
    assert_keys("one two", "vecx<Esc>", "|x two");
    assert_keys("one two", "wvhhod", "on|wo");
    assert_keys("a\nb\nc", "Vjd", "|c");
    assert_keys("a\nb\nc", "Vjcx<Esc>", "|x\nc");
    assert_keys("a\nb\nc", "VjJ", "a| b\nc");
    assert_keys("abc", "v$~", "|ABC");
    assert_keys("abc", "vlrx", "|xxc");
    assert_keys("one two", "viwd", "| two");
    assert_keys("one two", "vawd", "|two");
    assert_keys("a\nb\n\nc", "vipd", "|\nc");
    assert_keys("one two", "yiwwviwp", "one |one");
    assert_keys("abc", "vl<Del>", "|c");
    assert_keys("abc", "vl<Esc>x", "a|c");
    assert_keys("abc", "vvx", "|bc");
    assert_keys("abc", "xvlu", "|abc");
    assert_keys("one\ntwo\n", "Vyjp", "one\ntwo\n|one\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(somebody_who_knows_no_vi_can_write),
        cmocka_unit_test(arrows_and_letters_move_alike),
        cmocka_unit_test(words_are_runs_of_letters_or_signs),
        cmocka_unit_test(paragraphs_and_brackets_and_characters_are_found),
        cmocka_unit_test(operators_take_motions),
        cmocka_unit_test(doubled_operators_take_the_line),
        cmocka_unit_test(text_objects_are_words_and_paragraphs),
        cmocka_unit_test(typing_begins_where_its_key_says),
        cmocka_unit_test(smaller_changes_have_a_key_each),
        cmocka_unit_test(changes_are_done_again_with_a_dot),
        cmocka_unit_test(selections_are_marked_and_changed),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
