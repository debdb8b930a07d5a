#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/rich.h>

/* Marks, as they stand in the expectations: "<A" opens the first role, ">" closes it. */
static const char *shown(struct strbuf *text)
{
    static const char open = '<', close = '>';

    for (size_t i = 0; i < text->length; i++) {
        if (text->data[i] == RICH_OPEN)
            text->data[i] = open;
        else if (text->data[i] == RICH_CLOSE)
            text->data[i] = close;
    }
    return text->data;
}

static void assert_rich(struct strbuf *text, const char *expected)
{
    assert_string_equal(shown(text), expected);
    strbuf_release(text);
}

static void text_from_outside_is_escaped_into_one_line(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    rich_text(&out, RICH_NAME,
              "a\x01"
              "B\x02\033[2J\nb\tc",
              true);
    assert_rich(&out, "<Ea^AB^B^[[2J b c>");
    rich_text(&out, RICH_PLAIN, "Z\xc3\xbcrich", false);
    assert_rich(&out, "Z<U+00FC>rich");
    rich_word(&out, RICH_GOOD, "fine");
    rich_word(&out, RICH_PLAIN, "!");
    assert_rich(&out, "<Ofine>!");
}

static void width_leaves_the_roles_out(void **state)
{
    static const char text[] = "a\x01"
                               "Bbc\x02 \xe6\x97\xa5\x01";

    (void)state;
    assert_int_equal(rich_width(text, strlen(text)), 6);
    assert_int_equal(rich_width("", 0), 0);
}

static void a_cell_has_its_width_whatever_is_in_it(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    rich_cell(&out, RICH_PLAIN, "ab", 4, RICH_LEFT, true);
    assert_rich(&out, "ab  ");
    rich_cell(&out, RICH_NAME, "ab", 4, RICH_RIGHT, true);
    assert_rich(&out, "  <Eab>");
    rich_cell(&out, RICH_PLAIN, "abcdef", 4, RICH_LEFT, true);
    assert_rich(&out, "abc\xe2\x80\xa6");
    rich_cell(&out, RICH_PLAIN, "abcdef", 4, RICH_LEFT, false);
    assert_rich(&out, "abc~");
    rich_cell(&out, RICH_PLAIN, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, RICH_LEFT, true);
    assert_rich(&out, "\xe6\x97\xa5\xe2\x80\xa6 ");
    rich_cell(&out, RICH_PLAIN, "abc", 1, RICH_LEFT, true);
    assert_rich(&out, "\xe2\x80\xa6");
    rich_cell(&out, RICH_PLAIN, "abc", 0, RICH_LEFT, true);
    assert_rich(&out, "");
}

static void the_left_part_of_a_line_gives_way(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    rich_line(&out, "left", "right", 20, true);
    assert_rich(&out, "left           right\n");
    rich_line(&out,
              "\x01"
              "Ba long left part\x02",
              "right", 16, true);
    assert_rich(&out, "<Ba long l>\xe2\x80\xa6  right\n");
    rich_line(&out, "a long left part", NULL, 8, false);
    assert_rich(&out, "a long ~\n");
    rich_line(&out, "left part", "a right part", 20, true);
    assert_rich(&out, "left part\n");
    rich_line(&out, "", "", 5, true);
    assert_rich(&out, "\n");
}

static void words_are_broken_at_blanks(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    rich_wrap(&out, "one two three four", 2, 12);
    assert_rich(&out, "  one two\n  three four\n");
    rich_wrap(&out, "  a   b\nc  ", 0, 40);
    assert_rich(&out, "a   b c\n");
    rich_wrap(&out, "", 4, 20);
    assert_rich(&out, "");
    rich_wrap(&out, " \n ", 4, 20);
    assert_rich(&out, "");
}

static void what_is_longer_than_a_line_is_broken_between_characters(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    rich_wrap(&out, "a 0123456789abcdef z", 0, 10);
    assert_rich(&out, "a\n0123456789\nabcdef z\n");
    rich_wrap(&out, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac", 0, 9);
    assert_rich(&out, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\n\xe6\x9c\xac\n");
    rich_wrap(&out, "0123456789", 30, 10);
    assert_rich(&out, "                              01234567\n"
                      "                              89\n");
}

static void a_role_ends_with_its_line_and_goes_on_in_the_next(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    rich_wrap(&out,
              "a \x01"
              "Bone two three\x02 b",
              1, 11);
    assert_rich(&out, " a <Bone two>\n <Bthree> b\n");
    rich_wrap(&out,
              "\x01"
              "B0123456789abcdef\x02",
              0, 8);
    assert_rich(&out, "<B01234567>\n<B89abcdef>\n");
    rich_wrap(&out,
              "\x01"
              "B01234567\x02 x",
              0, 8);
    assert_rich(&out, "<B01234567>\nx\n");
}

static void roles_become_colours_or_nothing(void **state)
{
    static const char text[] = "a \x01"
                               "Ared\x02 \x01"
                               "Gdel\x02 \x01zodd\x02\x01";
    struct strbuf out = STRBUF_INIT;

    (void)state;
    rich_to_plain(&out, text, strlen(text));
    assert_string_equal(out.data, "a red del odd");
    strbuf_clear(&out);
    rich_to_ansi(&out, text, strlen(text));
    assert_string_equal(out.data, "a red\033[0m \033[31mdel\033[0m odd\033[0m");
    strbuf_release(&out);
}

/* No width and no text make a line too wide, lose text or leave a role open over its end. */
static void any_text_wraps_within_its_width(void **state)
{
    static const char *const words[] = { "a",     "word", " ",
                                         "  ",    "\n",   "\xe6\x97\xa5\xe6\x9c\xac",
                                         "\001C", "\x02", "averylongwordindeed" };
    struct random random = random_seeded(11);

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct strbuf text = STRBUF_INIT, out = STRBUF_INIT, in = STRBUF_INIT;
        unsigned char dice[32];
        size_t indent, columns;

        random_bytes(&random, dice, sizeof dice);
        indent = dice[0] % 12;
        columns = indent + 8 + dice[1] % 40;
        for (size_t i = 2; i < sizeof dice; i++)
            strbuf_add(&text, words[dice[i] % (sizeof words / sizeof *words)]);
        rich_wrap(&out, text.data, indent, columns);
        for (const char *line = out.data; *line != '\0';) {
            size_t length = strcspn(line, "\n");
            bool open = false;

            assert_true(rich_width(line, length) <= columns);
            for (size_t i = 0; i < length; i++)
                open = line[i] == RICH_OPEN || (open && line[i] != RICH_CLOSE);
            assert_false(open);
            line += length + 1;
        }
        rich_to_plain(&in, text.data, text.length);
        strbuf_clear(&text);
        rich_to_plain(&text, out.data, out.length);
        for (const char *a = in.data, *b = text.data; *a != '\0' || *b != '\0'; a++, b++) {
            a += strspn(a, " \n");
            b += strspn(b, " \n");
            assert_int_equal(*a, *b);
            if (*a == '\0')
                break;
        }
        strbuf_release(&text);
        strbuf_release(&out);
        strbuf_release(&in);
    }
}

static void what_is_told_apart_by_its_ends_loses_its_middle(void **state)
{
    static const struct {
        const char *text;
        size_t columns;
        bool utf8;
        const char *expected;
    } rows[] = {
        {"spec.containers.image",  21, true,  "spec.containers.image"},
        { "spec.containers.image", 13, true,  "spec…rs.image"      },
        { "spec.containers.image", 13, false, "spec~rs.image"        },
        { "spec.containers.image", 1,  true,  "…"                  },
        { "spec.containers.image", 0,  true,  ""                     },
        { "a\nb\x1b"
          "c",            9,  true,  "a b^[c"               },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

        rich_middle(&rich, RICH_NAME, rows[i].text, rows[i].columns, rows[i].utf8);
        rich_to_plain(&plain, rich.data, rich.length);
        assert_string_equal(plain.data, rows[i].expected);
        strbuf_release(&rich);
        strbuf_release(&plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_apart_by_its_ends_loses_its_middle),
        cmocka_unit_test(text_from_outside_is_escaped_into_one_line),
        cmocka_unit_test(width_leaves_the_roles_out),
        cmocka_unit_test(a_cell_has_its_width_whatever_is_in_it),
        cmocka_unit_test(the_left_part_of_a_line_gives_way),
        cmocka_unit_test(words_are_broken_at_blanks),
        cmocka_unit_test(what_is_longer_than_a_line_is_broken_between_characters),
        cmocka_unit_test(a_role_ends_with_its_line_and_goes_on_in_the_next),
        cmocka_unit_test(roles_become_colours_or_nothing),
        cmocka_unit_test(any_text_wraps_within_its_width),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
