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
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/tui/editor.h>

#include "drawing.h"
#include "../../support/patience.h"

/* An editor, and what it told its owner. */
struct desk {
    struct editor *editor;
    int changed;
    char said[200];
    char taken[200];
    int64_t now;
};

static void on_changed(void *context)
{
    ((struct desk *)context)->changed++;
}

static void on_say(void *context, const char *text)
{
    struct desk *desk = context;

    snprintf(desk->said, sizeof desk->said, "%s", text);
}

static void on_taken(void *context, const char *text, size_t length)
{
    struct desk *desk = context;

    snprintf(desk->taken, sizeof desk->taken, "%.*s", (int)length, text);
}

static int64_t on_now(void *context)
{
    return ((struct desk *)context)->now;
}

static void desk_open(struct desk *desk, const char *text)
{
    const struct editor_events events = {
        .context = desk, .changed = on_changed, .say = on_say, .taken = on_taken, .now = on_now
    };

    memset(desk, 0, sizeof *desk);
    desk->editor = editor_new(&events);
    editor_set_text(desk->editor, text, strlen(text));
    pane_place(editor_pane(desk->editor), (struct rectangle){ 0, 0, 10, 40 });
}

static void desk_close(struct desk *desk)
{
    editor_free(&desk->editor);
    assert_null(desk->editor);
}

/* A key as the workspace hands it over: to the pane, then through its tables. */
static void hear(struct pane *pane, struct key_sequence *typed, int32_t key)
{
    struct keymap keymap = { 0 };
    struct key_match match;

    if (typed->count == 0 && (pane->ops->key(pane, key) & REFRESH_IGNORED) == 0)
        return;
    typed->keys[typed->count++] = key;
    keymap_add(&keymap, pane->ops->keys);
    keymap_add(&keymap, pane->ops->base_keys);
    switch (keymap_match(&keymap, typed, &match)) {
    case KEY_RESULT_MORE:
        return;
    case KEY_RESULT_MATCH:
        pane->ops->act(pane, match.row->action);
        break;
    default:
        if (key != KEYCODE_ESCAPE)
            fail_msg("the editor has no key %d here", (int)key);
    }
    typed->count = 0;
}

/* Types keys: characters, and names in angle brackets: "ihello<Esc>". */
static void press(struct desk *desk, const char *keys)
{
    struct pane *pane = editor_pane(desk->editor);
    struct key_sequence typed = { 0 };
    const char *end = keys + strlen(keys);

    while (keys < end) {
        const char *close = keys[0] == '<' ? strchr(keys, '>') : NULL;

        if (close != NULL) {
            hear(pane, &typed, key_parse(keys + 1, (size_t)(close - keys) - 1));
            keys = close + 1;
        } else {
            hear(pane, &typed, utf8_decode(&keys, end));
        }
    }
}

static void assert_text(const struct desk *desk, const char *wanted)
{
    struct strbuf text = STRBUF_INIT;

    editor_get_text(desk->editor, &text);
    assert_string_equal(text.data, wanted);
    strbuf_release(&text);
}

/* From a text and keys to a text with the cursor marked by "|". */
static void check(const char *text, const char *keys, const char *wanted)
{
    struct strbuf got = STRBUF_INIT, marked = STRBUF_INIT;
    struct desk desk;
    size_t cursor;

    desk_open(&desk, text);
    press(&desk, keys);
    editor_get_text(desk.editor, &got);
    cursor = editor_cursor(desk.editor);
    strbuf_add_bytes(&marked, got.data, cursor);
    strbuf_add(&marked, "|");
    strbuf_add(&marked, got.data + cursor);
    if (strcmp(marked.data, wanted) != 0)
        fail_msg("\"%s\" typed on \"%s\" gave \"%s\", not \"%s\"", keys, text, marked.data, wanted);
    strbuf_release(&got);
    strbuf_release(&marked);
    desk_close(&desk);
}

static void somebody_who_knows_no_vi_can_write(void **state)
{
    (void)state;
    check("", "ihello<Esc>", "hell|o");
    check("", "ione<Enter>two<Left><Left><Left>x<Up>y<Esc>", "o|yne\nxtwo");
    check("hello", "<Right><Right><Del>", "he|lo");
    check("hello", "<Right><Right><Backspace>", "h|llo");
    check("hello", "<End>ix<Esc>", "hell|xo");
    check("hello", "i<End>x<Home>y<Esc>", "|yhellox");
    check("one\ntwo", "i<Down><Backspace><Backspace><Esc>", "o|ntwo");
}

static void arrows_and_letters_move_alike(void **state)
{
    (void)state;
    check("one two\nthree", "l", "o|ne two\nthree");
    check("one two\nthree", "<Right>", "o|ne two\nthree");
    check("one two\nthree", "j", "one two\n|three");
    check("one two\nthree", "jk$", "one tw|o\nthree");
    check("one two\nthree", "$l", "one two\n|three");
    check("one two\nthree", "G", "one two\n|three");
    check("one two\nthree", "Ggg", "|one two\nthree");
    check("  one", "$^", "  |one");
    check("  one", "$0", "|  one");
    check("one\n\nthree", "jj", "one\n\n|three");
}

static void words_are_runs_of_letters_or_signs(void **state)
{
    (void)state;
    check("one two-three", "w", "one |two-three");
    check("one two-three", "ww", "one two|-three");
    check("one two-three", "e", "on|e two-three");
    check("one two-three", "ee", "one tw|o-three");
    check("one two-three", "$b", "one two-|three");
    check("one two-three", "$bbb", "one |two-three");
    check("one\n\n  two", "w", "one\n|\n  two");
    check("one\n\n  two", "ww", "one\n\n  |two");
    check("one\n\n  two", "Gbb", "|one\n\n  two");
    check("gr\xc3\xbc\xc3\x9f dich", "w", "gr\xc3\xbc\xc3\x9f |dich");
}

static void paragraphs_and_brackets_and_characters_are_found(void **state)
{
    (void)state;
    check("a\nb\n\nc\n", "}", "a\nb\n|\nc\n");
    check("a\nb\n\nc", "G{", "a\nb\n|\nc");
    check("f(a, [b])", "%", "f(a, [b]|)");
    check("f(a, [b])", "%%", "f|(a, [b])");
    check("a.b.c", "f.", "a|.b.c");
    check("a.b.c", "f.;", "a.b|.c");
    check("a.b.c", "f.;,", "a|.b.c");
    check("a.b.c", "t.", "|a.b.c");
    check("axb.c", "t.", "ax|b.c");
    check("axb.cd.e", "t.;", "axb.c|d.e");
    check("a.b.c", "$F.", "a.b|.c");
    check("a.b.cd", "$T.", "a.b.|cd");
}

static void operators_take_motions(void **state)
{
    (void)state;
    check("one two three", "dw", "|two three");
    check("one two three", "wdw", "one |three");
    check("one two\nthree", "wdw", "one| \nthree");
    check("one two three", "wD", "one| ");
    check("one two three", "de", "| two three");
    check("one two three", "$db", "one two |e");
    check("one two three", "wd0", "|two three");
    check("one two three", "d$", "|");
    check("a(b)c", "ldf)", "a|c");
    check("a(b)c", "dt)", "|)c");
    check("a(b)c", "ld%", "a|c");
    check("a\nb\nc", "dj", "|c");
    check("a\nb\nc", "jdG", "|a");
    check("a\nb\nc\n", "Gdgg", "|");
    check("a\nb\n\nc", "d}", "|\nc");
    check("one two", "x", "|ne two");
    check("one two", "lX", "|ne two");
}

static void doubled_operators_take_the_line(void **state)
{
    (void)state;
    check("one\ntwo\nthree", "jdd", "one\n|three");
    check("one\ntwo", "jdd", "|one");
    check("one\ntwo\n", "jdd", "|one\n");
    check("one", "dd", "|");
    check("  one\ntwo", "ccnew<Esc>", "  ne|w\ntwo");
    check("one\ntwo", "yyjp", "one\ntwo\n|one");
    check("one\ntwo", "yyP", "|one\none\ntwo");
    check("one\r\ntwo", "jddP", "|two\r\none");
    check("one\ntwo\n", "ddp", "two\n|one\n");
    check("one two", "dyw", "one |two");
}

static void text_objects_are_words_and_paragraphs(void **state)
{
    (void)state;
    check("one two three", "wldiw", "one | three");
    check("one two three", "wdaw", "one |three");
    check("one two", "wdaw", "on|e");
    check("one two", "ciwnew<Esc>", "ne|w two");
    check("a\nb\n\nc\n", "dip", "|\nc\n");
    check("a\nb\n\nc\n", "dap", "|c\n");
}

static void typing_begins_where_its_key_says(void **state)
{
    (void)state;
    check("  one", "Ix<Esc>", "  |xone");
    check("one", "Ax<Esc>", "one|x");
    check("one", "ax<Esc>", "o|xne");
    check("  one\ntwo", "ox<Esc>", "  one\n  |x\ntwo");
    check("  one\ntwo", "Ox<Esc>", "  |x\n  one\ntwo");
    check("one two", "wCx<Esc>", "one |x");
    check("one two", "sx<Esc>", "|xne two");
    check("one two", "cwnew<Esc>", "ne|w two");
    check("a two", "cwnew<Esc>", "ne|w two");
}

static void smaller_changes_have_a_key_each(void **state)
{
    (void)state;
    check("one", "rx", "|xne");
    check("one two", "lllr<Enter>", "one\n|two");
    check("oNe", "~~~", "On|E");
    check("\xc3\xa9t", "~", "\xc3\x89|t");
    check("one\n  two", "J", "one| two");
    check("one\n\ntwo", "J", "on|e\ntwo");
    check("one two", "wywP", "one tw|otwo");
    check("ab", "xp", "b|a");
    check("one", "dfz", "|one");
    check("one", "d<Esc>x", "|ne");
}

static void changes_are_done_again_with_a_dot(void **state)
{
    (void)state;
    check("one two three", "dw.", "|three");
    check("aaaa", "x..", "|a");
    check("one two", "cwX<Esc>w.", "X |X");
    check("a\nb", "Ax<Esc>j.", "ax\nb|x");
    check("a\nb", "ox<Esc>.", "a\nx\n|x\nb");
    check("a b", "rxw.", "x |x");
    check("", ".", "|");
}

static void selections_are_marked_and_changed(void **state)
{
    (void)state;
    check("one two", "vld", "|e two");
    check("one two", "vecx<Esc>", "|x two");
    check("one two", "wvhhod", "on|wo");
    check("a\nb\nc", "Vjd", "|c");
    check("a\nb\nc", "Vjcx<Esc>", "|x\nc");
    check("a\nb\nc", "VjJ", "a| b\nc");
    check("abc", "v$~", "|ABC");
    check("abc", "vlrx", "|xxc");
    check("one two", "viwd", "| two");
    check("one two", "vawd", "|two");
    check("a\nb\n\nc", "vipd", "|\nc");
    check("one two", "yiwwviwp", "one |one");
    check("abc", "vl<Del>", "|c");
    check("abc", "vl<Esc>x", "a|c");
    check("abc", "vvx", "|bc");
}

static void copies_go_to_the_owner_and_deletions_stay(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "one two\nthree");
    press(&desk, "yw");
    assert_string_equal(desk.taken, "one ");
    press(&desk, "yy");
    assert_string_equal(desk.taken, "one two\n");
    press(&desk, "vly");
    assert_string_equal(desk.taken, "on");
    press(&desk, "dd");
    assert_string_equal(desk.taken, "on");
    assert_text(&desk, "three");
    press(&desk, "p");
    assert_text(&desk, "three\none two");
    desk_close(&desk);
}

static void enter_keeps_indentation_and_goes_on_with_a_list(void **state)
{
    (void)state;
    check("", "i  one<Enter>two<Esc>", "  one\n  tw|o");
    check("- one", "A<Enter>two<Esc>", "- one\n- tw|o");
    check("  * one", "A<Enter>two<Esc>", "  * one\n  * tw|o");
    check("9. one", "A<Enter>two<Esc>", "9. one\n10. tw|o");
    check("> one", "A<Enter>two<Esc>", "> one\n> tw|o");
    check("- [x] one", "A<Enter>two<Esc>", "- [x] one\n- [ ] tw|o");
    check("- one", "A<Enter><Enter>two<Esc>", "- one\ntw|o");
    check("-one", "A<Enter>two<Esc>", "-one\ntw|o");
    check("one\r\n", "A<Enter>two<Esc>", "one\r\ntw|o\r\n");
    check("", "i  one<Enter><Enter>two<Esc>", "  one\n\n  tw|o");
    check("- one two", "wwi<Enter><Esc>", "- one \n-| two");
}

static void keys_of_typing_delete_words_and_lines(void **state)
{
    (void)state;
    check("", "ione two-three<^W><Esc>", "one two|-");
    check("", "ione two <^W>x<Esc>", "one |x");
    check("", "ione two<^U>x<Esc>", "|x");
    check("one\ntwo", "ji<^W><Esc>", "on|etwo");
    check("", "i<Tab>a<Tab>b<Esc>", "    a   |b");
    check("", "i<Tab><Backspace>a<Esc>", "|a");
    check("      one", "A<S-Tab><Esc>", "  on|e");
    check("one", "i<Del><Del><Esc>", "|e");
    check("one",
          "i\xe4\xb8\xad"
          "e\xcc\x81<Backspace><Esc>",
          "|\xe4\xb8\xad"
          "one");
}

static void what_is_typed_is_taken_back_word_by_word(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "");
    press(&desk, "ione two three<Esc>u");
    assert_text(&desk, "one two ");
    press(&desk, "u");
    assert_text(&desk, "one ");
    press(&desk, "u");
    assert_text(&desk, "");
    assert_false(editor_is_modified(desk.editor));
    press(&desk, "u");
    assert_string_equal(desk.said, "nothing to take back");
    press(&desk, "<^R><^R><^R>");
    assert_text(&desk, "one two three");
    desk_close(&desk);
}

static void a_pause_and_an_arrow_end_a_step(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "");
    press(&desk, "ion");
    desk.now += 5000;
    press(&desk, "e<Left>xy<Esc>u");
    assert_text(&desk, "one");
    press(&desk, "u");
    assert_text(&desk, "on");
    press(&desk, "u");
    assert_text(&desk, "");
    desk_close(&desk);
}

static void a_command_and_what_is_typed_after_it_are_one_step(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "one two");
    press(&desk, "cwnew<Esc>w.u");
    assert_text(&desk, "new two");
    press(&desk, "u");
    assert_text(&desk, "one two");
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
    press(&desk, "ione ");
    pane->ops->paste(pane, bytes, sizeof bytes - 1);
    assert_text(&desk, "one dd:q!\nx[201~y\ttababc");
    assert_string_equal(desk.said, "4 control characters of what was pasted were left out");
    press(&desk, "z<Esc>u");
    assert_text(&desk, "one dd:q!\nx[201~y\ttababc");
    press(&desk, "u");
    assert_text(&desk, "one abc");
    press(&desk, "0vld");
    pane->ops->paste(pane, "q", 1);
    assert_text(&desk, "qe abc");
    assert_false(editor_is_typing(desk.editor));
    press(&desk, "0v$");
    pane->ops->paste(pane, "over", 4);
    assert_text(&desk, "over");
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
    assert_text(&desk, "x\r\ny\r\na\r\nb\r\n");
    desk_close(&desk);
}

static void the_owner_hears_of_every_change_and_of_no_movement(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "one two");
    press(&desk, "wlh$0");
    assert_int_equal(desk.changed, 0);
    press(&desk, "x");
    assert_int_equal(desk.changed, 1);
    press(&desk, "iab<Esc>");
    assert_int_equal(desk.changed, 3);
    press(&desk, "uu");
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
        press(&desk, keys[i]);
        assert_true(desk.said[0] != '\0');
        assert_false(editor_is_typing(desk.editor));
    }
    pane->ops->paste(pane, "x", 1);
    assert_int_equal(editor_replace_all(desk.editor, "one", "1"), 0);
    assert_text(&desk, "one\ntwo");
    press(&desk, "ggyy");
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
    press(&desk, "ixy<Esc>");
    assert_text(&desk, "xabc");
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
    assert_text(&desk, "one 2 2\n2");
    press(&desk, "u");
    assert_text(&desk, "one Two two\ntwo");
    press(&desk, "ggV");
    assert_int_equal(editor_count(desk.editor, "two"), 2);
    assert_int_equal(editor_replace_all(desk.editor, "two", "twofold"), 2);
    assert_text(&desk, "one twofold twofold\ntwo");
    press(&desk, "u");
    assert_true(editor_next_match(desk.editor, "two", 0));
    at = editor_replace_match(desk.editor, "two", "two two");
    assert_true(editor_next_match(desk.editor, "two", at));
    assert_int_equal(editor_cursor(desk.editor), 12);
    assert_text(&desk, "one two two two\ntwo");
    assert_false(editor_next_match(desk.editor, "two", 19));
    desk_close(&desk);
}

static void another_text_takes_over_as_one_step(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "one\ntwo\nthree");
    press(&desk, "G");
    assert_true(editor_take_over(desk.editor, "one\n2\nand\nthree", 15));
    assert_text(&desk, "one\n2\nand\nthree");
    assert_int_equal(editor_cursor(desk.editor), 10);
    assert_false(editor_take_over(desk.editor, "one\n2\nand\nthree", 15));
    press(&desk, "u");
    assert_text(&desk, "one\ntwo\nthree");
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
    press(&desk, "i");
    assert_true(editor_is_typing(desk.editor));
    assert_int_equal(editor_status(desk.editor, &status), ROLE_ACCENT);
    press(&desk, "<Esc>v");
    editor_status(desk.editor, &status);
    press(&desk, "V");
    editor_status(desk.editor, &status);
    assert_string_equal(status.data, "NORMALINSERTSELECTSELECT LINES");
    strbuf_release(&status);
    desk_close(&desk);
}

/* ---- on the screen ---- */

static void long_lines_wrap_between_words_under_their_text(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk,
              "- the quick brown fox jumps over the lazy dog\n  and another one that is long");
    assert_pane(editor_pane(desk.editor), 6, 24,
                "- the quick brown fox\n  jumps over the lazy\n  dog\n  and another one that\n"
                "  is long\n");
    desk_close(&desk);
}

static void bytes_that_are_no_text_are_shown_and_kept(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "a\x1b[31m\xff\tb\xcc\x81\xe2\x80\xae\r\nx\ry");
    assert_pane(editor_pane(desk.editor), 3, 40, "a^[[31m\\xFF     b\xcc\x81<U+202E>\nx^My\n");
    press(&desk, "$xu");
    assert_text(&desk, "a\x1b[31m\xff\tb\xcc\x81\xe2\x80\xae\r\nx\ry");
    desk_close(&desk);
}

static void assert_cursor(struct desk *desk, int rows, int columns, int row, int column)
{
    struct canvas *canvas = draw_pane(editor_pane(desk->editor), rows, columns);
    struct canvas_cursor cursor = canvas_cursor(canvas);

    assert_true(cursor.visible);
    assert_int_equal(cursor.row, row);
    assert_int_equal(cursor.column, column);
    canvas_free(&canvas);
}

static void the_cursor_stands_on_its_character(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "\xe4\xb8\xad"
                     "e\xcc\x81x\nthe quick brown fox\n");
    assert_cursor(&desk, 5, 12, 0, 0);
    press(&desk, "l");
    assert_cursor(&desk, 5, 12, 0, 2);
    press(&desk, "l");
    assert_cursor(&desk, 5, 12, 0, 3);
    press(&desk, "j$");
    assert_cursor(&desk, 5, 12, 2, 8);
    press(&desk, "a ");
    assert_cursor(&desk, 5, 12, 2, 10);
    desk_close(&desk);
}

static void up_and_down_move_by_rows_and_keep_their_column(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "the quick brown fox\n\nthe lazy dog");
    assert_cursor(&desk, 6, 12, 0, 0);
    press(&desk, "llllllj");
    assert_cursor(&desk, 6, 12, 1, 6);
    press(&desk, "j");
    assert_cursor(&desk, 6, 12, 2, 0);
    press(&desk, "j");
    assert_cursor(&desk, 6, 12, 3, 6);
    press(&desk, "kkk");
    assert_cursor(&desk, 6, 12, 0, 6);
    desk_close(&desk);
}

static void some_rows_are_kept_around_the_cursor(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14");
    assert_cursor(&desk, 10, 20, 0, 0);
    press(&desk, "jjjjjjj");
    assert_cursor(&desk, 10, 20, 6, 0);
    press(&desk, "G");
    assert_cursor(&desk, 10, 20, 9, 0);
    press(&desk, "kkkkkkk");
    assert_cursor(&desk, 10, 20, 3, 0);
    press(&desk, "gg");
    assert_cursor(&desk, 10, 20, 0, 0);
    desk_close(&desk);
}

static void a_selection_is_seen_on_the_screen(void **state)
{
    struct canvas *canvas;
    struct desk desk;

    (void)state;
    desk_open(&desk, "one two\nthree");
    press(&desk, "wvj");
    canvas = draw_pane(editor_pane(desk.editor), 4, 20);
    assert_int_equal(canvas_row(canvas, 0)[3].style.overlay, ROLE_NORMAL);
    assert_int_equal(canvas_row(canvas, 0)[4].style.overlay, ROLE_MARKED);
    assert_int_equal(canvas_row(canvas, 0)[7].style.overlay, ROLE_MARKED);
    assert_int_equal(canvas_row(canvas, 1)[4].style.overlay, ROLE_MARKED);
    assert_int_equal(canvas_row(canvas, 1)[5].style.overlay, ROLE_NORMAL);
    canvas_free(&canvas);
    desk_close(&desk);
}

static void every_mode_has_sound_keys(void **state)
{
    static const char *const ways[] = { "", "i", "<Esc>v", "<Esc>d", "<Esc>f" };
    struct desk desk;

    (void)state;
    desk_open(&desk, "one");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const struct pane *pane = editor_pane(desk.editor);
        struct keymap keymap = { 0 };
        struct error error = { 0 };

        press(&desk, ways[i]);
        keymap_add(&keymap, pane->ops->keys);
        keymap_add(&keymap, pane->ops->base_keys);
        if (!keymap_check(&keymap, &error))
            fail_msg("%s", error.message);
    }
    desk_close(&desk);
}

/* ---- whatever is typed ---- */

static void ten_thousand_random_keys_keep_the_cursor_between_characters(void **state)
{
    static const char *const keys[] = {
        "i",       "a",
        "o",       "O",
        "<Esc>",   "x",
        "X",       "dd",
        "dw",      "db",
        "cw",      "cc",
        "p",       "P",
        "yy",      "J",
        "~",       "u",
        "<^R>",    ".",
        "w",       "b",
        "e",       "0",
        "$",       "^",
        "j",       "k",
        "h",       "l",
        "gg",      "G",
        "{",       "}",
        "f ",      "t,",
        ";",       ",",
        "v",       "V",
        "d",       "c",
        "y",       "iw",
        "ap",      "<Enter>",
        "<Tab>",   "<Backspace>",
        "<Del>",   "<^W>",
        "<^U>",    "<Left>",
        "<Right>", "<Up>",
        "<Down>",  "<Home>",
        "<End>",   "<PgDn>",
        "<PgUp>",  "<^D>",
        "%",       "rx",
        "D",       "C",
        "- ",      "\xe4\xb8\xad",
        "e",       "\xcc\x81",
        " ",       "\xe2\x80\x8d",
    };
    struct random random = random_seeded(3);
    struct strbuf text = STRBUF_INIT, end = STRBUF_INIT;
    struct desk desk;

    (void)state;
    desk_open(&desk, "- one\r\n- two (three)\n\n\xff\xfe bytes\ne\xcc\x81t\xc3\xa9\n");
    for (int i = 0; i < 10000; i++) {
        struct pane *pane = editor_pane(desk.editor);
        struct keymap keymap = { 0 };
        struct key_sequence typed = { 0 };
        uint64_t choice;
        const char *key, *stop;
        size_t cursor;

        random_bytes(&random, &choice, sizeof choice);
        key = keys[choice % (sizeof keys / sizeof keys[0])];
        stop = key + strlen(key);
        while (key < stop) {
            const char *close = key[0] == '<' ? strchr(key, '>') : NULL;
            struct key_match match;

            keymap = (struct keymap){ 0 };
            typed.keys[typed.count] = close != NULL ? key_parse(key + 1, (size_t)(close - key) - 1)
                                                    : utf8_decode(&key, stop);
            key = close != NULL ? close + 1 : key;
            if (typed.count == 0 && (pane->ops->key(pane, typed.keys[0]) & REFRESH_IGNORED) == 0)
                continue;
            typed.count++;
            keymap_add(&keymap, pane->ops->keys);
            keymap_add(&keymap, pane->ops->base_keys);
            if (keymap_match(&keymap, &typed, &match) == KEY_RESULT_MATCH) {
                pane->ops->act(pane, match.row->action);
                typed.count = 0;
            } else if (match.row != NULL) {
                typed.count = 0;
            }
        }
        cursor = editor_cursor(desk.editor);
        assert_true(cursor <= editor_length(desk.editor));
        if (i % 50 == 0) {
            struct canvas *canvas = draw_pane(pane, 5 + (int)(choice % 9), 5 + (int)(choice % 31));

            assert_true(canvas_cursor(canvas).visible);
            canvas_free(&canvas);
        }
        editor_set_limit(desk.editor, 20000);
    }
    press(&desk, "<Esc><Esc>");
    editor_get_text(desk.editor, &end);
    while (editor_is_modified(desk.editor)) {
        desk.said[0] = '\0';
        press(&desk, "u");
        assert_string_equal(desk.said, "");
    }
    assert_text(&desk, "- one\r\n- two (three)\n\n\xff\xfe bytes\ne\xcc\x81t\xc3\xa9\n");
    while (desk.said[0] == '\0')
        press(&desk, "<^R>");
    editor_get_text(desk.editor, &text);
    assert_true(text.length > 0);
    strbuf_release(&text);
    strbuf_release(&end);
    desk_close(&desk);
}

static void keys_in_a_huge_line_and_a_huge_text_take_no_time(void **state)
{
    size_t size = 10 * 1000 * 1000;
    char *bytes = memory_array(size + 1, 1);
    struct canvas *canvas = canvas_new(60, 200, GLYPHS_UTF8);
    struct surface surface = surface_whole(canvas);

    (void)state;
    for (int lines = 0; lines < 2; lines++) {
        struct desk desk;
        struct pane *pane;
        int64_t start;

        memset(bytes, 'x', size);
        for (size_t i = 9; i < size; i += 10)
            bytes[i] = lines == 1 && i % 100 == 99 ? '\n' : ' ';
        desk_open(&desk, "");
        editor_set_text(desk.editor, bytes, size);
        pane = editor_pane(desk.editor);
        pane_place(pane, (struct rectangle){ 0, 0, 60, 200 });
        editor_set_cursor(desk.editor, size / 2);
        start = clock_monotonic();
        press(&desk, "i");
        for (int i = 0; i < 100; i++) {
            press(&desk, i % 3 == 0 ? "y" : i % 3 == 1 ? "<Down>" : "<Backspace>");
            canvas_clear(canvas);
            pane->ops->draw(pane, &surface, true);
        }
        print_message("# %s: %d us a key, drawing included\n", lines == 1 ? "10 MB" : "10 MB line",
                      (int)(clock_monotonic() - start) * 10);
        /* Ten times what is wanted: whoever goes through the whole text takes seconds. */
        assert_true(clock_monotonic() - start < patience(2000));
        desk_close(&desk);
    }
    canvas_free(&canvas);
    free(bytes);
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
        cmocka_unit_test(copies_go_to_the_owner_and_deletions_stay),
        cmocka_unit_test(enter_keeps_indentation_and_goes_on_with_a_list),
        cmocka_unit_test(keys_of_typing_delete_words_and_lines),
        cmocka_unit_test(what_is_typed_is_taken_back_word_by_word),
        cmocka_unit_test(a_pause_and_an_arrow_end_a_step),
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
        cmocka_unit_test(long_lines_wrap_between_words_under_their_text),
        cmocka_unit_test(bytes_that_are_no_text_are_shown_and_kept),
        cmocka_unit_test(the_cursor_stands_on_its_character),
        cmocka_unit_test(up_and_down_move_by_rows_and_keep_their_column),
        cmocka_unit_test(some_rows_are_kept_around_the_cursor),
        cmocka_unit_test(a_selection_is_seen_on_the_screen),
        cmocka_unit_test(every_mode_has_sound_keys),
        cmocka_unit_test(ten_thousand_random_keys_keep_the_cursor_between_characters),
        cmocka_unit_test(keys_in_a_huge_line_and_a_huge_text_take_no_time),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
