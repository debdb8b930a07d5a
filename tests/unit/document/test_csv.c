#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/document/csv.h>

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int drop_arena(void **state)
{
    struct arena *arena = *state;

    arena_free(&arena);
    return 0;
}

static struct csv read_bytes(void **state, const char *text, size_t length)
{
    struct error error = { 0 };
    struct csv csv;

    if (!csv_read("file.csv", text, length, *state, &csv, &error))
        fail_msg("%s", error.message);
    return csv;
}

/* The rows with | between fields and / after each row. */
static void assert_csv(void **state, const char *text, const char *expected)
{
    struct csv csv = read_bytes(state, text, strlen(text));
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < csv.count; i++) {
        for (size_t j = 0; j < csv.rows[i].count; j++)
            strbuf_printf(&out, "%s%s", j > 0 ? "|" : "", csv.rows[i].fields[j]);
        strbuf_add_char(&out, '/');
    }
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
}

static void assert_refused(void **state, const char *text, size_t length, const char *message)
{
    struct error error = { 0 };
    struct csv csv;

    assert_false(csv_read("file.csv", text, length, *state, &csv, &error));
    assert_string_equal(error.message, message);
    assert_int_equal(csv.count, 0);
}

static void lines_become_rows_of_fields(void **state)
{
    assert_csv(state, "a,b,c\n1,2,3\n", "a|b|c/1|2|3/");
    assert_csv(state, "a,b\n1,2", "a|b/1|2/");
    assert_csv(state, "a,,c\n,\n", "a||c/|/");
    assert_csv(state, "", "");
    assert_csv(state, "\n\n  \n", "");
}

static void every_line_ending_is_one(void **state)
{
    assert_csv(state, "a,b\r\n1,2\r\n", "a|b/1|2/");
    assert_csv(state, "a,b\r1,2\r", "a|b/1|2/");
    assert_csv(state, "a,b\n\r\n1,2\r\n\n3,4", "a|b/1|2/3|4/");
}

static void quoted_fields_hold_separators_quotes_and_line_breaks(void **state)
{
    assert_csv(state, "\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\n",
               "a,b|say \"hi\"|two\nlines/");
    assert_csv(state, "\"\",\"\"\n", "|/");
    assert_csv(state, "a, \"b\" ,c\n", "a|b|c/");
    assert_csv(state, "a,5\" disk\n", "a|5\" disk/");
}

static void blanks_around_a_bare_field_are_not_part_of_it(void **state)
{
    assert_csv(state, " a ,\tb\t, c d \n", "a|b|c d/");
    assert_csv(state, "\" a \",b\n", " a |b/");
}

static void the_separator_is_what_the_first_line_has_most_of(void **state)
{
    assert_csv(state, "a;b;c\n1,5;2;3\n", "a|b|c/1,5|2|3/");
    assert_csv(state, "a\tb\n1\t\n", "a|b/1|/");
    assert_csv(state, "\"a;b;c;d\",e\n", "a;b;c;d|e/");
    assert_csv(state, "sep=;\r\na,b;c\n", "a,b|c/");
    assert_csv(state, "\n\nsep=\t\na;b\tc\n", "a;b|c/");
    assert_csv(state, "one\ntwo\n", "one/two/");
    assert_csv(state, "sep=;x,b\n", "sep=;x|b/");
}

static void byte_order_marks_and_utf_16_are_read(void **state)
{
    struct csv csv;

    assert_csv(state, "\xEF\xBB\xBF\"module\",DEV\n", "module|DEV/");
    csv = read_bytes(state,
                     "\xFF\xFE"
                     "a\0\t\0\xE9\0\n\0",
                     10);
    assert_int_equal(csv.count, 1);
    assert_string_equal(csv.rows[0].fields[0], "a");
    assert_string_equal(csv.rows[0].fields[1], "\xC3\xA9");
}

static void a_row_knows_the_line_it_begins_on(void **state)
{
    static const char text[] = "a,b\n\n\"x\ny\",1\nlast,2\n";
    struct csv csv = read_bytes(state, text, sizeof text - 1);

    assert_int_equal(csv.count, 3);
    assert_int_equal(csv.rows[0].line, 1);
    assert_int_equal(csv.rows[1].line, 3);
    assert_int_equal(csv.rows[2].line, 5);
}

static void what_is_beyond_the_last_field_is_empty(void **state)
{
    struct csv csv = read_bytes(state, "a,b\n1\n", 6);

    assert_string_equal(csv_field(&csv.rows[1], 0), "1");
    assert_string_equal(csv_field(&csv.rows[1], 1), "");
    assert_string_equal(csv_field(&csv.rows[1], SIZE_MAX), "");
}

static void what_cannot_be_read_names_its_line(void **state)
{
    assert_refused(state, "a\n\"b\nc\n", 7,
                   "file.csv:2: the quote that opens here is never closed");
    assert_refused(state, "a\n\"b\"c\n", 7, "file.csv:2: text stands behind a closing quote");
    assert_refused(state, "a\nb\0c\n", 6, "file.csv:2: a NUL byte: this is not a text");
    assert_refused(state, "a\n\xE9\n", 4, "file.csv:2:1: the byte 0xE9 is not valid UTF-8");
}

static void a_line_has_a_limit_of_fields(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct csv csv;

    strbuf_add_repeat(&text, ",", CSV_FIELDS_MAX - 1);
    csv = read_bytes(state, text.data, text.length);
    assert_int_equal(csv.rows[0].count, CSV_FIELDS_MAX);
    strbuf_add_char(&text, ',');
    assert_refused(state, text.data, text.length, "file.csv:1: the line has more than 4096 fields");
    strbuf_release(&text);
}

static void what_is_written_reads_back(void **state)
{
    static const char *const fields[] = {
        "plain",
        "",
        "a,b;c\td",
        "say \"hi\"",
        "two\nlines",
        "=cmd|'/c calc'!A1",
        "'=x",
        "''+1",
        "'quoted'",
        "-1",
        "@a",
        "\t=1",
        " blanks ",
        "'",
        "^M=1",
        "'^M=1",
        "\xEF\xBC\x9D x",
    };
    size_t count = sizeof fields / sizeof fields[0];
    struct strbuf out = STRBUF_INIT;
    struct csv csv;

    csv_add_row(&out, fields, count);
    csv_add_row(&out, fields, count);
    csv = read_bytes(state, out.data, out.length);
    assert_int_equal(csv.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(csv.rows[i].count, count);
        for (size_t j = 0; j < count; j++)
            assert_string_equal(csv.rows[i].fields[j], fields[j]);
    }
    strbuf_release(&out);
}

static void no_written_field_is_a_formula_or_acts_on_a_terminal(void **state)
{
    static const char *const fields[] = { "=cmd|'/c calc'!A1", "\x1b[2Jx", NULL };
    struct strbuf out = STRBUF_INIT;

    (void)state;
    csv_add_row(&out, fields, 3);
    assert_string_equal(out.data, "\"'=cmd|'/c calc'!A1\",\"^[[2Jx\",\"\"\r\n");
    strbuf_release(&out);
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, drop_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(lines_become_rows_of_fields),
        IN_ARENA(every_line_ending_is_one),
        IN_ARENA(quoted_fields_hold_separators_quotes_and_line_breaks),
        IN_ARENA(blanks_around_a_bare_field_are_not_part_of_it),
        IN_ARENA(the_separator_is_what_the_first_line_has_most_of),
        IN_ARENA(byte_order_marks_and_utf_16_are_read),
        IN_ARENA(a_row_knows_the_line_it_begins_on),
        IN_ARENA(what_is_beyond_the_last_field_is_empty),
        IN_ARENA(what_cannot_be_read_names_its_line),
        IN_ARENA(a_line_has_a_limit_of_fields),
        IN_ARENA(what_is_written_reads_back),
        IN_ARENA(no_written_field_is_a_formula_or_acts_on_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
