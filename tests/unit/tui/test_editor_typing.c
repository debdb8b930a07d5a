#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "editor_desk.h"

/* Typing, pasting, taking back, and what the owner hears of it. */

static void copies_go_to_the_owner_and_deletions_stay(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "one two\nthree");
    desk_press(&desk, "yw");
    assert_string_equal(desk.taken, "one ");
    desk_press(&desk, "yy");
    assert_string_equal(desk.taken, "one two\n");
    desk_press(&desk, "vly");
    assert_string_equal(desk.taken, "on");
    desk_press(&desk, "dd");
    assert_string_equal(desk.taken, "on");
    assert_desk_text(&desk, "three");
    desk_press(&desk, "p");
    assert_desk_text(&desk, "three\none two");
    desk_close(&desk);
}

static void enter_keeps_indentation_and_goes_on_with_a_list(void **state)
{
    (void)state;
    assert_keys("", "i  one<Enter>two<Esc>", "  one\n  tw|o");
    assert_keys("- one", "A<Enter>two<Esc>", "- one\n- tw|o");
    assert_keys("  * one", "A<Enter>two<Esc>", "  * one\n  * tw|o");
    assert_keys("9. one", "A<Enter>two<Esc>", "9. one\n10. tw|o");
    assert_keys("> one", "A<Enter>two<Esc>", "> one\n> tw|o");
    assert_keys("- [x] one", "A<Enter>two<Esc>", "- [x] one\n- [ ] tw|o");
    assert_keys("- one", "A<Enter><Enter>two<Esc>", "- one\ntw|o");
    assert_keys("-one", "A<Enter>two<Esc>", "-one\ntw|o");
    assert_keys("one\r\n", "A<Enter>two<Esc>", "one\r\ntw|o\r\n");
    assert_keys("", "i  one<Enter><Enter>two<Esc>", "  one\n\n  tw|o");
    assert_keys("- one two", "wwi<Enter><Esc>", "- one \n-| two");
}

static void keys_of_typing_delete_words_and_lines(void **state)
{
    (void)state;
    assert_keys("", "ione two-three<^W><Esc>", "one two|-");
    assert_keys("", "ione two <^W>x<Esc>", "one |x");
    assert_keys("", "ione two<^U>x<Esc>", "|x");
    assert_keys("one\ntwo", "ji<^W><Esc>", "on|etwo");
    assert_keys("", "i<Tab>a<Tab>b<Esc>", "    a   |b");
    assert_keys("", "i<Tab><Backspace>a<Esc>", "|a");
    assert_keys("      one", "A<S-Tab><Esc>", "  on|e");
    assert_keys("one", "i<Del><Del><Esc>", "|e");
    assert_keys("one",
                "i\xe4\xb8\xad"
                "e\xcc\x81<Backspace><Esc>",
                "|\xe4\xb8\xad"
                "one");
}

static void what_is_typed_up_to_esc_is_taken_back_at_once(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "");
    desk_press(&desk, "ione two<Enter>three<Backspace><Esc>");
    desk_press(&desk, "A and four<Esc>u");
    assert_desk_text(&desk, "one two\nthre");
    desk_press(&desk, "u");
    assert_desk_text(&desk, "");
    assert_false(editor_is_modified(desk.editor));
    desk_press(&desk, "u");
    assert_string_equal(desk.said, "nothing to take back");
    desk_press(&desk, "<^R>");
    assert_desk_text(&desk, "one two\nthre");
    desk_press(&desk, "<^R>");
    assert_desk_text(&desk, "one two\nthre and four");
    desk_close(&desk);
}

static void moving_the_cursor_while_typing_begins_another_step(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "");
    desk_press(&desk, "ione two<Left><Left>x y<Esc>u");
    assert_desk_text(&desk, "one two");
    desk_press(&desk, "u");
    assert_desk_text(&desk, "");
    desk_close(&desk);
}

static void a_command_and_what_is_typed_after_it_are_one_step(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "one two");
    desk_press(&desk, "cwnew<Esc>w.u");
    assert_desk_text(&desk, "new two");
    desk_press(&desk, "u");
    assert_desk_text(&desk, "one two");
    assert_int_equal(editor_cursor(desk.editor), 0);
    desk_close(&desk);
}

static void a_paste_is_text_and_one_step(void **state)
{
    static const char bytes[] = "dd:q!\r\nx\x1b[201~\x07y\ttab\xff\xc2\x9b";
    struct pane *pane;
    struct desk desk;

    (void)state;
    desk_open(&desk, "abc");
    pane = editor_pane(desk.editor);
    desk_press(&desk, "ione ");
    pane->ops->paste(pane, bytes, sizeof bytes - 1);
    assert_desk_text(&desk, "one dd:q!\nx[201~y\ttababc");
    assert_string_equal(desk.said, "4 control characters of what was pasted were left out");
    desk_press(&desk, "z<Esc>u");
    assert_desk_text(&desk, "one dd:q!\nx[201~y\ttababc");
    desk_press(&desk, "u");
    assert_desk_text(&desk, "one abc");
    desk_press(&desk, "0vld");
    pane->ops->paste(pane, "q", 1);
    assert_desk_text(&desk, "qe abc");
    assert_false(editor_is_typing(desk.editor));
    desk_press(&desk, "0v$");
    pane->ops->paste(pane, "over", 4);
    assert_desk_text(&desk, "over");
    desk_close(&desk);
}

static void a_paste_takes_the_line_ends_of_the_text(void **state)
{
    struct pane *pane;
    struct desk desk;

    (void)state;
    desk_open(&desk, "a\r\nb\r\n");
    pane = editor_pane(desk.editor);
    pane->ops->paste(pane, "x\ny\n", 4);
    assert_desk_text(&desk, "x\r\ny\r\na\r\nb\r\n");
    desk_close(&desk);
}

static void the_owner_hears_of_every_change_and_of_no_movement(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "one two");
    desk_press(&desk, "wlh$0");
    assert_int_equal(desk.changed, 0);
    desk_press(&desk, "x");
    assert_int_equal(desk.changed, 1);
    desk_press(&desk, "iab<Esc>");
    assert_int_equal(desk.changed, 3);
    desk_press(&desk, "uu");
    assert_int_equal(desk.changed, 5);
    assert_true(editor_revision(desk.editor) > 0);
    assert_false(editor_is_modified(desk.editor));
    desk_close(&desk);
}

static void a_read_only_text_is_not_changed_and_says_so(void **state)
{
    static const char *const keys[] = { "x", "dd", "i", "p", "J", "~", "rz", "u", "." };
    struct pane *pane;
    struct desk desk;

    (void)state;
    desk_open(&desk, "one\ntwo");
    pane = editor_pane(desk.editor);
    editor_set_read_only(desk.editor, true);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        desk.said[0] = '\0';
        desk_press(&desk, keys[i]);
        assert_true(desk.said[0] != '\0');
        assert_false(editor_is_typing(desk.editor));
    }
    pane->ops->paste(pane, "x", 1);
    assert_int_equal(editor_replace_all(desk.editor, "one", "1"), 0);
    assert_desk_text(&desk, "one\ntwo");
    desk_press(&desk, "ggyy");
    assert_string_equal(desk.taken, "one\n");
    assert_int_equal(desk.changed, 0);
    desk_close(&desk);
}

static void what_becomes_too_long_is_not_taken(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "abc");
    editor_set_limit(desk.editor, 4);
    desk_press(&desk, "ixy<Esc>");
    assert_desk_text(&desk, "xabc");
    assert_string_equal(desk.said, "the text would become too long: nothing was changed");
    desk_close(&desk);
}

static void find_goes_round_and_keeps_the_rule_of_case(void **state)
{
    struct pane *pane;
    struct desk desk;

    (void)state;
    desk_open(&desk, "one Two two\none");
    pane = editor_pane(desk.editor);
    assert_int_equal(pane->ops->find(pane, "two", false), FIND_HERE);
    assert_int_equal(editor_cursor(desk.editor), 4);
    assert_int_equal(pane->ops->find(pane, "two", false), FIND_HERE);
    assert_int_equal(editor_cursor(desk.editor), 8);
    assert_int_equal(pane->ops->find(pane, "two", false), FIND_WRAPPED);
    assert_int_equal(pane->ops->find(pane, "one", true), FIND_HERE);
    assert_int_equal(editor_cursor(desk.editor), 0);
    assert_int_equal(pane->ops->find(pane, "nowhere", false), FIND_NOTHING);
    desk_close(&desk);
}

static void words_are_replaced_at_once_or_one_by_one(void **state)
{
    struct desk desk;
    size_t at;

    (void)state;
    desk_open(&desk, "one Two two\ntwo");
    assert_int_equal(editor_count(desk.editor, "two"), 3);
    assert_int_equal(editor_count(desk.editor, "Two"), 1);
    assert_int_equal(editor_replace_all(desk.editor, "two", "2"), 3);
    assert_desk_text(&desk, "one 2 2\n2");
    desk_press(&desk, "u");
    assert_desk_text(&desk, "one Two two\ntwo");
    desk_press(&desk, "ggV");
    assert_int_equal(editor_count(desk.editor, "two"), 2);
    assert_int_equal(editor_replace_all(desk.editor, "two", "twofold"), 2);
    assert_desk_text(&desk, "one twofold twofold\ntwo");
    desk_press(&desk, "u");
    assert_true(editor_next_match(desk.editor, "two", 0));
    at = editor_replace_match(desk.editor, "two", "two two");
    assert_true(editor_next_match(desk.editor, "two", at));
    assert_int_equal(editor_cursor(desk.editor), 12);
    assert_desk_text(&desk, "one two two two\ntwo");
    assert_false(editor_next_match(desk.editor, "two", 19));
    desk_close(&desk);
}

static void another_text_takes_over_as_one_step(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "one\ntwo\nthree");
    desk_press(&desk, "G");
    assert_true(editor_take_over(desk.editor, "one\n2\nand\nthree", 15));
    assert_desk_text(&desk, "one\n2\nand\nthree");
    assert_int_equal(editor_cursor(desk.editor), 10);
    assert_false(editor_take_over(desk.editor, "one\n2\nand\nthree", 15));
    desk_press(&desk, "u");
    assert_desk_text(&desk, "one\ntwo\nthree");
    assert_false(editor_is_modified(desk.editor));
    desk_close(&desk);
}

static void the_status_names_the_mode(void **state)
{
    struct strbuf status = STRBUF_INIT;
    struct desk desk;

    (void)state;
    desk_open(&desk, "one");
    assert_int_equal(editor_status(desk.editor, &status), ROLE_DIM);
    desk_press(&desk, "i");
    assert_true(editor_is_typing(desk.editor));
    assert_int_equal(editor_status(desk.editor, &status), ROLE_ACCENT);
    desk_press(&desk, "<Esc>v");
    editor_status(desk.editor, &status);
    desk_press(&desk, "V");
    editor_status(desk.editor, &status);
    assert_string_equal(status.data, "NORMALINSERTSELECTSELECT LINES");
    strbuf_release(&status);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_go_to_the_owner_and_deletions_stay),
        cmocka_unit_test(enter_keeps_indentation_and_goes_on_with_a_list),
        cmocka_unit_test(keys_of_typing_delete_words_and_lines),
        cmocka_unit_test(what_is_typed_up_to_esc_is_taken_back_at_once),
        cmocka_unit_test(moving_the_cursor_while_typing_begins_another_step),
        cmocka_unit_test(a_command_and_what_is_typed_after_it_are_one_step),
        cmocka_unit_test(a_paste_is_text_and_one_step),
        cmocka_unit_test(a_paste_takes_the_line_ends_of_the_text),
        cmocka_unit_test(the_owner_hears_of_every_change_and_of_no_movement),
        cmocka_unit_test(a_read_only_text_is_not_changed_and_says_so),
        cmocka_unit_test(what_becomes_too_long_is_not_taken),
        cmocka_unit_test(find_goes_round_and_keeps_the_rule_of_case),
        cmocka_unit_test(words_are_replaced_at_once_or_one_by_one),
        cmocka_unit_test(another_text_takes_over_as_one_step),
        cmocka_unit_test(the_status_names_the_mode),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
