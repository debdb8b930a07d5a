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
#include <pilab/tui/edit_character.h>

#include "../../support/chance.h"
#include "../../support/patience.h"

static struct edit_text *text_of(const char *bytes)
{
    struct edit_text *text = edit_text_new();

    edit_text_set(text, bytes, strlen(bytes));
    return text;
}

static void assert_text(const struct edit_text *text, const char *bytes, size_t length)
{
    struct strbuf whole = STRBUF_INIT;

    edit_text_copy(text, 0, edit_text_length(text), &whole);
    assert_int_equal(whole.length, length);
    assert_memory_equal(whole.data, bytes, length);
    strbuf_release(&whole);
}

static void lines_end_with_or_without_a_return(void **state)
{
    struct edit_text *text = text_of("one\r\ntwo\n\nfour");

    (void)state;
    assert_int_equal(edit_text_lines(text), 4);
    assert_int_equal(edit_text_line_end(text, 0), 3);
    assert_int_equal(edit_text_line_next(text, 0), 5);
    assert_int_equal(edit_text_line_end(text, 1), 8);
    assert_int_equal(edit_text_line_start(text, 2), 9);
    assert_int_equal(edit_text_line_end(text, 2), 9);
    assert_int_equal(edit_text_line_end(text, 3), 14);
    assert_int_equal(edit_text_line_of(text, 8), 1);
    assert_int_equal(edit_text_line_of(text, 14), 3);
    edit_text_free(&text);
    assert_null(text);
}

static void any_bytes_are_kept(void **state)
{
    static const char bytes[] = "a\0\xff\xc3\r\r\n\x1b[31m\xe2\x82";
    struct edit_text *text = edit_text_new();

    (void)state;
    assert_int_equal(edit_text_lines(text), 1);
    edit_text_set(text, bytes, sizeof bytes - 1);
    edit_text_replace(text, 3, 3, "xyz", 3);
    edit_text_replace(text, 3, 6, "", 0);
    assert_text(text, bytes, sizeof bytes - 1);
    assert_int_equal(edit_text_lines(text), 2);
    edit_text_free(&text);
}

static void a_step_is_taken_back_at_once_with_its_cursor(void **state)
{
    struct edit_text *text = text_of("one two");
    size_t cursor = 5;

    (void)state;
    edit_text_begin(text, cursor);
    edit_text_replace(text, 0, 3, "1", 1);
    edit_text_replace(text, 2, 5, "2", 1);
    edit_text_end(text, 3);
    assert_text(text, "1 2", 3);
    assert_true(edit_text_undo(text, &cursor));
    assert_text(text, "one two", 7);
    assert_int_equal(cursor, 5);
    assert_false(edit_text_undo(text, &cursor));
    assert_true(edit_text_redo(text, &cursor));
    assert_text(text, "1 2", 3);
    assert_int_equal(cursor, 3);
    assert_false(edit_text_redo(text, &cursor));
    edit_text_free(&text);
}

static void undo_finds_back_to_what_was_saved(void **state)
{
    struct edit_text *text = text_of("saved");
    size_t cursor = 0;

    (void)state;
    assert_false(edit_text_is_modified(text));
    edit_text_replace(text, 0, 0, "un", 2);
    assert_true(edit_text_is_modified(text));
    assert_true(edit_text_undo(text, &cursor));
    assert_false(edit_text_is_modified(text));
    assert_true(edit_text_redo(text, &cursor));
    edit_text_mark_saved(text);
    assert_false(edit_text_is_modified(text));
    assert_true(edit_text_undo(text, &cursor));
    assert_true(edit_text_is_modified(text));
    /* Another way on: what was saved can't be reached any more. */
    edit_text_replace(text, 0, 0, "x", 1);
    assert_true(edit_text_undo(text, &cursor));
    assert_true(edit_text_is_modified(text));
    edit_text_free(&text);
}

static void saving_ends_the_step_that_is_typed(void **state)
{
    struct edit_text *text = text_of("");
    size_t cursor = 0;

    (void)state;
    edit_text_begin(text, 0);
    edit_text_replace(text, 0, 0, "a", 1);
    edit_text_mark_saved(text);
    edit_text_begin(text, 1);
    edit_text_replace(text, 1, 1, "b", 1);
    edit_text_end(text, 2);
    assert_true(edit_text_is_modified(text));
    assert_true(edit_text_undo(text, &cursor));
    assert_text(text, "a", 1);
    assert_false(edit_text_is_modified(text));
    edit_text_free(&text);
}

static void the_oldest_steps_are_forgotten_when_they_hold_too_much(void **state)
{
    struct edit_text *text = text_of("");
    size_t size = EDIT_HISTORY_MAXIMUM / 4;
    char *much = memory_array(size, 1);
    size_t cursor = 0, steps = 0;

    (void)state;
    for (int i = 0; i < 4; i++) {
        edit_text_replace(text, 0, edit_text_length(text), much, size);
        edit_text_replace(text, 0, size, "x", 1);
    }
    while (edit_text_undo(text, &cursor))
        steps++;
    assert_in_range(steps, 1, 7);
    assert_true(edit_text_is_modified(text));
    free(much);
    edit_text_free(&text);
}

/* ---- against a model of plain bytes ---- */

#define STEPS 10000

struct model {
    struct strbuf bytes;
};

static void model_replace(struct model *model, size_t from, size_t to, const char *bytes,
                          size_t length)
{
    struct strbuf next = STRBUF_INIT;

    strbuf_add_bytes(&next, model->bytes.data, from);
    strbuf_add_bytes(&next, bytes, length);
    strbuf_add_bytes(&next, model->bytes.data + to, model->bytes.length - to);
    strbuf_release(&model->bytes);
    model->bytes = next;
}

static void assert_lines(const struct edit_text *text, const struct model *model)
{
    const char *bytes = model->bytes.data;
    size_t line = 0, start = 0;

    for (size_t i = 0; i <= model->bytes.length; i++) {
        if (i < model->bytes.length && bytes[i] != '\n')
            continue;
        assert_int_equal(edit_text_line_start(text, line), start);
        assert_int_equal(edit_text_line_end(text, line),
                         i > start && i < model->bytes.length && bytes[i - 1] == '\r' ? i - 1 : i);
        assert_int_equal(edit_text_line_of(text, i), line);
        line++;
        start = i + 1;
    }
    assert_int_equal(edit_text_lines(text), line);
}

static size_t random_piece(struct random *random, char *out)
{
    static const char *const pieces[] = { "a",    "\n",   "\r\n",         "\r",           "word ",
                                          "\xff", "\xcc", "e\xcc\x81",    "\xe4\xb8\xad", "\t",
                                          "",     "\n\n", "\xe2\x80\x8d", "\xcc\x81",     "long" };
    size_t count = (size_t)chance(random, 6), length = 0;

    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[chance(random, sizeof pieces / sizeof pieces[0])];

        memcpy(out + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return length;
}

static void random_replace(struct edit_text *text, struct model *model, struct random *random)
{
    size_t length = edit_text_length(text);
    size_t from = (size_t)chance(random, length + 1);
    size_t to = from + (size_t)chance(random, 12);
    char piece[64];
    size_t size = random_piece(random, piece);

    to = to > length ? length : to;
    edit_text_replace(text, from, to, piece, size);
    model_replace(model, from, to, piece, size);
}

static void ten_thousand_random_changes_agree_with_plain_bytes(void **state)
{
    struct random random = random_seeded(20250122);
    struct model model = { STRBUF_INIT };
    struct edit_text *text = text_of("first line\nsecond\r\n");
    size_t cursor = 0;

    (void)state;
    strbuf_add(&model.bytes, "first line\nsecond\r\n");
    for (int i = 0; i < STEPS; i++) {
        if (chance(&random, 8) == 0)
            edit_text_begin(text, 0);
        random_replace(text, &model, &random);
        if (chance(&random, 8) == 0)
            edit_text_end(text, 0);
        if (i % 20 == 0) {
            assert_lines(text, &model);
            assert_text(text, model.bytes.data, model.bytes.length);
        }
    }
    assert_text(text, model.bytes.data, model.bytes.length);
    while (edit_text_undo(text, &cursor))
        continue;
    assert_text(text, "first line\nsecond\r\n", 19);
    assert_false(edit_text_is_modified(text));
    while (edit_text_redo(text, &cursor))
        continue;
    assert_text(text, model.bytes.data, model.bytes.length);
    assert_lines(text, &model);
    strbuf_release(&model.bytes);
    edit_text_free(&text);
}

static void changes_between_undo_and_redo_leave_nothing_out_of_order(void **state)
{
    struct random random = random_seeded(7);
    struct model model = { STRBUF_INIT };
    struct edit_text *text = text_of("");
    size_t cursor = 0;

    (void)state;
    for (int i = 0; i < STEPS / 10; i++) {
        struct strbuf before = STRBUF_INIT;
        uint64_t revision = edit_text_revision(text);

        random_replace(text, &model, &random);
        /* A change of nothing is none, and leaves what can be done again. */
        if (edit_text_revision(text) == revision)
            continue;
        edit_text_copy(text, 0, edit_text_length(text), &before);
        for (int undone = (int)chance(&random, 4); undone > 0; undone--)
            if (!edit_text_undo(text, &cursor))
                break;
        if (chance(&random, 2) == 0) {
            while (edit_text_redo(text, &cursor))
                continue;
            assert_text(text, before.data, before.length);
        }
        strbuf_clear(&model.bytes);
        edit_text_copy(text, 0, edit_text_length(text), &model.bytes);
        assert_lines(text, &model);
        strbuf_release(&before);
    }
    while (edit_text_undo(text, &cursor))
        continue;
    assert_int_equal(edit_text_length(text), 0);
    strbuf_release(&model.bytes);
    edit_text_free(&text);
}

/* ---- characters ---- */

static void assert_characters(const char *bytes, const char *sizes)
{
    struct edit_text *text = text_of(bytes);
    size_t at = 0;

    for (const char *size = sizes; *size != '\0'; size++) {
        size_t next = character_next(text, at);

        assert_int_equal(next - at, *size - '0');
        assert_int_equal(character_previous(text, next), at);
        for (size_t inside = at; inside < next; inside++)
            assert_int_equal(character_align(text, inside), at);
        at = next;
    }
    assert_int_equal(at, edit_text_length(text));
    edit_text_free(&text);
}

static void a_character_is_what_is_shown_as_one(void **state)
{
    (void)state;
    assert_characters("a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80", "1234");
    assert_characters("e\xcc\x81x", "31");
    assert_characters("a\r\nb\rc\n", "121111");
    /* A mark without a base, a fifth one, a joiner: each is shown by itself. */
    assert_characters("\xcc\x81", "2");
    assert_characters("\n\xcc\x81\xcc\x81", "122");
    assert_characters("e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", "92");
    assert_characters("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "434");
    /* What is no UTF-8 goes byte by byte. */
    assert_characters("\xff\xc3\x80\x80\xe2\x82", "12111");
    assert_characters("\xc3\xa9\xa9", "21");
}

static void steps_by_characters_lead_there_and_back(void **state)
{
    struct random random = random_seeded(99);

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct edit_text *text = edit_text_new();
        struct model model = { STRBUF_INIT };

        for (int i = 0; i < 10; i++)
            random_replace(text, &model, &random);
        for (size_t at = 0, next; at < edit_text_length(text); at = next) {
            next = character_next(text, at);
            assert_true(next > at);
            assert_int_equal(character_previous(text, next), at);
            assert_int_equal(character_align(text, next - 1), at);
        }
        strbuf_release(&model.bytes);
        edit_text_free(&text);
    }
}

static void a_key_in_five_megabytes_takes_no_time(void **state)
{
    size_t size = 5 * 1000 * 1000;
    char *bytes = memory_array(size, 1);
    struct edit_text *text = edit_text_new();
    int64_t start;

    (void)state;
    memset(bytes, 'x', size);
    for (size_t i = 60; i < size; i += 61)
        bytes[i] = '\n';
    edit_text_set(text, bytes, size);
    start = clock_monotonic();
    /* From one end to the other with every key: the dearest there is. */
    for (int i = 0; i < 100; i++)
        edit_text_replace(text, i % 2 == 0 ? 0 : size, i % 2 == 0 ? 0 : size, "\n", 1);
    assert_true(clock_monotonic() - start < patience(1000));
    free(bytes);
    edit_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_with_or_without_a_return),
        cmocka_unit_test(any_bytes_are_kept),
        cmocka_unit_test(a_step_is_taken_back_at_once_with_its_cursor),
        cmocka_unit_test(undo_finds_back_to_what_was_saved),
        cmocka_unit_test(saving_ends_the_step_that_is_typed),
        cmocka_unit_test(the_oldest_steps_are_forgotten_when_they_hold_too_much),
        cmocka_unit_test(ten_thousand_random_changes_agree_with_plain_bytes),
        cmocka_unit_test(changes_between_undo_and_redo_leave_nothing_out_of_order),
        cmocka_unit_test(a_character_is_what_is_shown_as_one),
        cmocka_unit_test(steps_by_characters_lead_there_and_back),
        cmocka_unit_test(a_key_in_five_megabytes_takes_no_time),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
