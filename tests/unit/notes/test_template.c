#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/notes/template.h>

/* Renders and compares; the view is JSON. */
static void expect(const char *text, const char *view_text, const char *expected)
{
    struct error error = { 0 };
    struct template *template = template_parse("t.md", text, strlen(text), &error);
    json_t *view = json_loads(view_text, 0, NULL);
    struct strbuf out = STRBUF_INIT;

    assert_non_null(view);
    if (!template)
        fail_msg("%s", error.message);
    assert_true(template_render(template, view, &out, &error));
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
    json_decref(view);
    template_free(&template);
    assert_null(template);
    template_free(&template);
}

static void values_are_escaped_for_the_place_they_stand_in(void **state)
{
    (void)state;
    expect("Hello {{name}}!", "{\"name\":\"*you*\"}", "Hello \\*you\\*!");
    expect("{{ name }}", "{\"name\":\"<b>\"}", "&lt;b&gt;");
    expect("| {{cell:a}} |", "{\"a\":\"x|y\"}", "| x\\|y |");
    expect("{{code:a}}", "{\"a\":\"a`b\"}", "``a`b``");
    expect("{{cellcode:a}}", "{\"a\":\"a|b\"}", "`a\\|b`");
    expect("{{a}} {{b}} {{c}} {{d}}", "{\"a\":3,\"b\":true,\"c\":false,\"d\":null}",
           "3 true false ");
    expect("{{a}}", "{\"a\":[\"x\",\"*\",1]}", "x, \\*, 1");
    expect("{{code:a}}", "{\"a\":[\"x\",\"y\"]}", "`x`, `y`");
    expect("{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep");
    expect("no tags } here {", "{}", "no tags } here {");
}

static void code_in_a_text_stays_code(void **state)
{
    (void)state;
    expect("{{a}}", "{\"a\":\"Add `nil` and `a*b`, *x*\"}", "Add `nil` and `a*b`, \\*x\\*");
    expect("{{a}}", "{\"a\":\"``a`b`` c\"}", "``a`b`` c");
    expect("{{a}}", "{\"a\":\"an `open one\"}", "an \\`open one");
    expect("{{a}}", "{\"a\":\"`` is nothing\"}", "\\`\\` is nothing");
    expect("{{a}}", "{\"a\":\"`<b>\\u001b`\"}", "`<b>^[`");
    expect("{{a}}", "{\"a\":\"`a\\n# b`\"}", "`a # b`");
    expect("{{a}}", "{\"a\":\"`a``b`\"}", "```a``b```");
    expect("{{cell:a}}", "{\"a\":\"`x`\"}", "\\`x\\`");
}

static void sections_repeat_choose_and_open(void **state)
{
    (void)state;
    expect("{{#a}}<{{.}}>{{/a}}", "{\"a\":[1,2,3]}", "<1><2><3>");
    expect("{{#a}}{{n}}{{m}};{{/a}}", "{\"m\":\"x\",\"a\":[{\"n\":1},{\"n\":2}]}", "1x;2x;");
    expect("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":true}", "yes");
    expect("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":[]}", "no");
    expect("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":\"\"}", "no");
    expect("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":0}", "no");
    expect("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":null}", "no");
    expect("{{#a}}({{.}}{{a}}){{/a}}", "{\"a\":\"x\"}", "(xx)");
    expect("{{#a}}{{b}}{{/a}}", "{\"b\":\"outer\",\"a\":{\"b\":\"inner\"}}", "inner");
    expect("{{^a}}{{b}}{{/a}}", "{\"b\":\"outer\",\"a\":null}", "outer");
}

static void a_tag_alone_on_its_line_takes_the_line_with_it(void **state)
{
    (void)state;
    expect("a\n{{#x}}\nb\n{{/x}}\nc\n", "{\"x\":true}", "a\nb\nc\n");
    expect("a\n  {{! says nothing }}  \nb\n", "{}", "a\nb\n");
    expect("a\r\n{{#x}}\r\nb\r\n{{/x}}", "{\"x\":true}", "a\r\nb\r\n");
    expect("{{#x}}\n- {{.}}\n{{/x}}\n", "{\"x\":[1,2]}", "- 1\n- 2\n");
    expect("a {{#x}}\nb{{/x}}\n", "{\"x\":true}", "a \nb\n");
    expect("{{x}}\nb\n", "{\"x\":1}", "1\nb\n");
    expect("line  {{!}}\nnext", "{}", "line  \nnext");
}

static void expect_refused(const char *text, const char *message)
{
    struct error error = { 0 };
    struct template *template = template_parse("t.md", text, strlen(text), &error);

    assert_null(template);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_string_equal(error.message, message);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    expect_refused("a\n\n{{{raw}}}", "t.md:3: a value as it is ({{{name}}}, {{&name}}) is refused");
    expect_refused("{{&raw}}", "t.md:1: a value as it is ({{{name}}}, {{&name}}) is refused");
    expect_refused("\n{{>other}}", "t.md:2: partials ({{>name}}) are refused");
    expect_refused("{{=<% %>=}}", "t.md:1: other delimiters ({{=…=}}) are refused");
    expect_refused("\n{{name", "t.md:2: a tag begins with {{ and never ends");
    expect_refused("{{#a}}\n{{#b}}\n{{/a}}",
                   "t.md:3: {{/a}} stands where {{/b}} is expected, which line 2 opened");
    expect_refused("\n{{/a}}", "t.md:2: {{/a}} closes nothing");
    expect_refused("\n{{#a}}\n\n", "t.md:2: the section {{#a}} is never closed");
    expect_refused("{{csv:a}}", "t.md:1: there is no such way to write a value");
    expect_refused("{{}}", "t.md:1: a tag holds something that is not a name");
    expect_refused("{{a b}}", "t.md:1: a tag holds something that is not a name");
    expect_refused("{{a..b}}", "t.md:1: a tag holds something that is not a name");
    expect_refused("{{# }}", "t.md:1: a section has no name");
}

static void expect_failure(const char *text, const char *view_text, enum error_code code,
                           const char *message)
{
    struct error error = { 0 };
    struct template *template = template_parse("t.md", text, strlen(text), &error);
    json_t *view = json_loads(view_text, 0, NULL);
    struct strbuf out = STRBUF_INIT;

    strbuf_add(&out, "before");
    assert_false(template_render(template, view, &out, &error));
    assert_int_equal(error.code, code);
    assert_string_equal(error.message, message);
    assert_string_equal(out.data, "before");
    strbuf_release(&out);
    json_decref(view);
    template_free(&template);
}

static void a_name_that_does_not_exist_is_an_error_and_not_nothing(void **state)
{
    (void)state;
    expect_failure("a\n{{nmae}}", "{\"name\":1}", ERROR_INVALID,
                   "t.md:2: there is no value called 'nmae' here");
    expect_failure("{{#nmae}}{{/nmae}}", "{}", ERROR_INVALID,
                   "t.md:1: there is no value called 'nmae' here");
    expect_failure("{{a.c}}", "{\"a\":{\"b\":1}}", ERROR_INVALID,
                   "t.md:1: there is no value called 'a.c' here");
    expect_failure("{{a}}", "{\"a\":{\"b\":1}}", ERROR_INVALID,
                   "t.md:1: 'a' is no value but a group of them: {{#a}}…{{/a}} opens it");
    expect_failure("{{#a}}{{#.}}{{x}}{{/.}}{{/a}}", "{\"a\":[{\"b\":1}]}", ERROR_INVALID,
                   "t.md:1: there is no value called 'x' here");
    expect_failure("{{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}",
                   "{}", ERROR_INVALID,
                   "t.md:1: there is no value called "
                   "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' "
                   "here");
}

static void sections_within_sections_have_an_end(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i <= TEMPLATE_DEPTH_MAX; i++)
        strbuf_add(&text, "{{#a}}");
    assert_null(template_parse("t.md", text.data, text.length, &error));
    assert_string_equal(error.message,
                        "t.md:1: sections stand more than 32 deep within each other");
    strbuf_release(&text);
}

/* Ten lists of a thousand within each other would never end. */
static void lists_within_lists_are_cut_off(void **state)
{
    struct strbuf text = STRBUF_INIT, view_text = STRBUF_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < 10; i++)
        strbuf_add(&text, "{{#a}}");
    for (i = 0; i < 10; i++)
        strbuf_add(&text, "{{/a}}");
    strbuf_add(&view_text, "{\"a\":[1");
    strbuf_add_repeat(&view_text, ",1", 999);
    strbuf_add(&view_text, "]}");
    expect_failure(text.data, view_text.data, ERROR_LIMIT,
                   "t.md:1: the template makes too much of these notes");
    strbuf_release(&text);
    strbuf_release(&view_text);
}

static void a_template_of_more_than_a_mebibyte_is_refused(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };

    (void)state;
    strbuf_add_repeat(&text, "x", TEMPLATE_SIZE_MAX + 1);
    assert_null(template_parse("t.md", text.data, text.length, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped_for_the_place_they_stand_in),
        cmocka_unit_test(code_in_a_text_stays_code),
        cmocka_unit_test(sections_repeat_choose_and_open),
        cmocka_unit_test(a_tag_alone_on_its_line_takes_the_line_with_it),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(a_name_that_does_not_exist_is_an_error_and_not_nothing),
        cmocka_unit_test(sections_within_sections_have_an_end),
        cmocka_unit_test(lists_within_lists_are_cut_off),
        cmocka_unit_test(a_template_of_more_than_a_mebibyte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
