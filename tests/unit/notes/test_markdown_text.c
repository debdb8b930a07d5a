#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/notes/markdown_text.h>

/* The Markdown that people write, as it is read on a terminal. */

static void assert_read(const char *markdown, size_t width, const char *expected)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    note_markdown_text(&rich, markdown, width, true);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_string_equal(plain.data, expected);
    strbuf_release(&plain);
    strbuf_release(&rich);
}

static void marks_are_not_read_but_what_they_mean_is(void **state)
{
    (void)state;
    assert_read("# Notes\n\n**Project:** the `bank` &amp; \\*more\\*\n", 60,
                "Notes\n\nProject: the bank & *more*\n");
    assert_read("see [the guide](https://bank.example/g)\n", 60,
                "see the guide (https://bank.example/g)\n");
    assert_read("> quoted\n", 60, "│ quoted\n");
}

/* As generated notes look: no line between sections, changes below their heading, each with its
 * ticket before it. */
static void what_was_edited_looks_as_what_is_generated(void **state)
{
    (void)state;
    assert_read(
        "# Notes\n\n---\n\n## New Features\n\n### [MB-234] Sign in with a **finger** or face\n"
        "- Services: web\n\n### Without a ticket\nIt is new.\n\n---\n\n## Rest\n- one\n",
        44,
        "Notes\n\nNew Features\n\n  MB-234  Sign in with a finger or face\n"
        "          • Services: web\n\n  Without a ticket\n    It is new.\n\nRest\n  • one\n");
}

static void a_line_within_a_section_and_a_link_are_what_they_are(void **state)
{
    (void)state;
    assert_read("## A\n\n***\ntext\n", 60,
                "A\n\n────────────────────────────────────────\n  text\n");
    assert_read("### [MB-1](https://bank.example/1) done\n", 60,
                "  MB-1 (https://bank.example/1) done\n");
    assert_read("## Narrow\n- one\n### [MB-1] two\n", 20, "Narrow\n• one\n[MB-1] two\n");
}

static void lists_keep_their_indent_when_they_are_wrapped(void **state)
{
    (void)state;
    assert_read("- one two three four\n  1. five\n", 12, "• one two\n  three four\n  1. five\n");
}

static void tables_stand_in_columns(void **state)
{
    (void)state;
    assert_read("| Key | Value |\n|---|---|\n| A\\|B | long value |\n| C | d |\n", 60,
                "Key  Value\nA|B  long value\nC    d\n");
}

static void a_table_without_room_is_wrapped_and_loses_nothing(void **state)
{
    (void)state;
    assert_read("| abcdefgh ijklmnop | qrstuvwx |\n", 20, "abcdefgh    qrstuvwx\nijklmnop    \n");
}

static void code_is_left_as_it_is(void **state)
{
    (void)state;
    assert_read("```\n# no **heading**\n```\nafter\n", 60, "    # no **heading**\nafter\n");
}

static void what_is_not_known_stays_as_it_was_written(void **state)
{
    (void)state;
    assert_read("a * b ** c ` d [e] #f\n#no heading\nunclosed **strong\n", 60,
                "a * b ** c ` d [e] #f\n#no heading\nunclosed **strong\n");
    assert_read("", 60, "");
    assert_read("no newline", 60, "no newline\n");
}

static void nothing_reaches_the_terminal_raw(void **state)
{
    struct strbuf rich = STRBUF_INIT;

    (void)state;
    note_markdown_text(&rich,
                       "# a\033]0;x\a\n- b\x01"
                       "Z\n| c\x02 | \x1b[2J |\n`\x9b`\n",
                       40, true);
    assert_null(memchr(rich.data, '\033', rich.length));
    assert_null(memchr(rich.data, '\a', rich.length));
    assert_null(strstr(rich.data, "\x01Z"));
    strbuf_release(&rich);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_not_read_but_what_they_mean_is),
        cmocka_unit_test(what_was_edited_looks_as_what_is_generated),
        cmocka_unit_test(a_line_within_a_section_and_a_link_are_what_they_are),
        cmocka_unit_test(lists_keep_their_indent_when_they_are_wrapped),
        cmocka_unit_test(tables_stand_in_columns),
        cmocka_unit_test(a_table_without_room_is_wrapped_and_loses_nothing),
        cmocka_unit_test(code_is_left_as_it_is),
        cmocka_unit_test(what_is_not_known_stays_as_it_was_written),
        cmocka_unit_test(nothing_reaches_the_terminal_raw),
    };

    return cmocka_run_group_tests_name("Markdown to read", tests, NULL, NULL);
}
