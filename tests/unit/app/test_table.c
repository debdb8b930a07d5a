#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/table.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#define NOW INT64_C(1737556200000) /* 2025-01-22T14:30:00Z */

/* clang-format off */
static const struct result_column columns[] = {
    { "number", "No", CELL_NUMBER, 0 },
    { "title", "Title", CELL_TEXT, 0 },
    { "run", "Run", CELL_TEXT, 2 },
    { "severity", "Severity", CELL_SEVERITY, 0 },
    { "at", "When", CELL_TIME, 1 },
    { "done", "Done", CELL_TEXT, 3 },
};
/* clang-format on */

static void add_row(json_t *items, int64_t number, const char *title, const char *severity)
{
    json_t *object = json_object();

    json_put_integer(object, "number", number);
    json_put_text(object, "title", title);
    json_put_text(object, "run", "COMPLETED");
    json_put_text(object, "severity", severity);
    json_put_time(object, "at", NOW - 5 * 60 * 1000);
    json_put_bool(object, "done", number == 7);
    json_append(items, object);
}

static int list_setup(void **state)
{
    static struct result result;

    result = (struct result){ .kind = RESULT_LIST,
                              .items = json_array(),
                              .columns = columns,
                              .column_count = sizeof columns / sizeof *columns };
    *state = &result;
    return 0;
}

static int list_teardown(void **state)
{
    struct result *result = *state;

    json_decref(result->items);
    return 0;
}

static char *render(const struct result *result, size_t width, bool utf8)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    table_render(&rich, result, width, utf8, NOW);
    rich_to_plain(&plain, rich.data, rich.length);
    strbuf_release(&rich);
    return strbuf_steal(&plain);
}

static void assert_table(const struct result *result, size_t width, const char *expected)
{
    char *text = render(result, width, true);

    assert_string_equal(text, expected);
    free(text);
}

static void columns_are_as_wide_as_they_need(void **state)
{
    struct result *result = *state;

    add_row(result->items, 7, "v1..v2", "HIGH");
    add_row(result->items, 42, "SIT..UAT", NULL);
    assert_table(result, 100,
                 "No  Title     Run        Severity  When           Done\n"
                 " 7  v1..v2    COMPLETED  HIGH      5 minutes ago  yes\n"
                 "42  SIT..UAT  COMPLETED            5 minutes ago\n");
}

static void the_least_important_go_first(void **state)
{
    struct result *result = *state;

    add_row(result->items, 7, "v1..v2", "HIGH");
    assert_table(result, 48,
                 "No  Title   Run        Severity  When\n"
                 " 7  v1..v2  COMPLETED  HIGH      5 minutes ago\n");
    assert_table(result, 40, "No  Title   Severity  When\n 7  v1..v2  HIGH      5 minutes ago\n");
    assert_table(result, 25, "No  Title   Severity\n 7  v1..v2  HIGH\n");
}

static void long_texts_give_way(void **state)
{
    struct result *result = *state;
    char *text;

    add_row(result->items, 7, "a title that goes on and on until nobody wants to read it any more",
            "LOW");
    text = render(result, 60, true);
    assert_non_null(strstr(text, "…"));
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(rich_width(line, strcspn(line, "\n")) <= 60);
    free(text);
}

/* Servers and folders are the same for all: addresses are told apart by their ends. */
static void nothing_is_cut_where_nobody_sets_a_width(void **state)
{
    struct result *result = *state;
    char *text;

    add_row(result->items, 7,
            "a title of more than sixty columns, as pipes and files get it: whole, to the end",
            "HIGH");
    text = render(result, 0, true);
    assert_non_null(strstr(text, "as pipes and files get it: whole, to the end  COMPLETED"));
    free(text);
}

static void an_address_loses_its_middle(void **state)
{
    static const struct result_column places[] = {
        {"title", "Repository", CELL_PLACE, 0},
        { "run",  "Run",        CELL_TEXT,  0},
    };
    struct result *result = *state;

    result->columns = places;
    result->column_count = sizeof places / sizeof *places;
    add_row(result->items, 1, "ssh://git@git.example/team/mb-auth.git", NULL);
    add_row(result->items, 2, "ssh://git@git.example/team/mb-web.git", NULL);
    assert_table(result, 40,
                 "Repository                     Run\n"
                 "ssh://git…le/team/mb-auth.git  COMPLETED\n"
                 "ssh://git…ple/team/mb-web.git  COMPLETED\n");
}

static void a_name_of_json_is_shown_in_words(void **state)
{
    static const struct result_column verdicts[] = {
        {"title", "Verdict", CELL_WORDS, 0},
    };
    struct result *result = *state;

    result->columns = verdicts;
    result->column_count = 1;
    add_row(result->items, 1, "could_not_ask", NULL);
    add_row(result->items, 2, "same", NULL);
    assert_table(result, 40,
                 "Verdict\n"
                 "could not ask\n"
                 "same\n");
}

/* A text that was made short for a column that had to go after all is whole again. */
static void what_a_column_leaves_behind_is_used(void **state)
{
    struct result *result = *state;

    add_row(result->items, 7, "mb-payment-service in PROD", "LOW");
    assert_table(result, 44,
                 "No  Title                       Severity\n"
                 " 7  mb-payment-service in PROD  LOW\n");
}

static void hostile_text_stays_in_its_cell(void **state)
{
    struct result *result = *state;
    char *text;

    add_row(result->items, 1,
            "\033[2Ja\nb\x01"
            "C",
            "LOW");
    text = render(result, 100, false);
    assert_non_null(strstr(text, "^[[2Ja b^AC"));
    for (const char *c = text; *c != '\0'; c++)
        assert_true((*c >= ' ' && *c < 0x7f) || *c == '\n');
    free(text);
}

static void an_empty_list_says_what_to_do(void **state)
{
    struct result *result = *state;

    assert_table(result, 80, "There is nothing.\n");
    result->empty = "There is no report yet.";
    assert_table(result, 80, "There is no report yet.\n");
}

static void the_next_page_is_named(void **state)
{
    struct result *result = *state;
    char *text;

    add_row(result->items, 7, "v1..v2", "HIGH");
    result->next = json_text("cursor");
    text = render(result, 80, true);
    assert_non_null(strstr(text, "\nmore: --after cursor\n"));
    free(text);
    json_decref(result->next);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, list_setup, list_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(columns_are_as_wide_as_they_need),
        CASE(the_least_important_go_first),
        CASE(long_texts_give_way),
        CASE(nothing_is_cut_where_nobody_sets_a_width),
        CASE(an_address_loses_its_middle),
        CASE(a_name_of_json_is_shown_in_words),
        CASE(what_a_column_leaves_behind_is_used),
        CASE(hostile_text_stays_in_its_cell),
        CASE(an_empty_list_says_what_to_do),
        CASE(the_next_page_is_named),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
