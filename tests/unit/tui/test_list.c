#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/list.h>

#include "drawing.h"

static void add(struct memory_rows *rows, const char *identity, const char *name, const char *count)
{
    struct row row = { .identity = identity };

    row_set(&row, 0, ROLE_NORMAL, name);
    row_set(&row, 1, ROLE_DIM, count);
    memory_rows_add(rows, &row);
}

static const struct list_column two_columns[] = {
    {"Name",   6, 0, 0, FIT_END  },
    { "Count", 5, 5, 1, FIT_RIGHT},
};

static struct memory_rows *fruits(void)
{
    struct memory_rows *rows = memory_rows_new(2);

    add(rows, "a", "apple", "10");
    add(rows, "b", "banana", "9");
    add(rows, "c", "cherry", "100");
    add(rows, "d", "date", "1");
    return rows;
}

static const char *selected(const struct list *list)
{
    struct row row;

    return list_selected(list, &row) ? row.identity : "none";
}

static void columns_stand_under_their_titles(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));

    (void)state;
    assert_pane(list_pane(list), 6, 20,
                " Name         Count\n"
                "▶apple           10\n"
                " banana           9\n"
                " cherry         100\n"
                " date             1\n");
    list_free(&list);
    memory_rows_free(&rows);
}

static void columns_are_dropped_and_shrunk_when_it_is_narrow(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));

    (void)state;
    assert_pane(list_pane(list), 4, 12, " Name\n▶apple\n banana\n cherry\n");
    assert_pane(list_pane(list), 4, 6, " Name\n▶app…\n ban…\n che…\n");
    assert_pane(list_pane(list), 4, 1, "\n▶\n");
    list_free(&list);
    memory_rows_free(&rows);
}

static void preferred_widths_come_before_the_rest(void **state)
{
    static const struct list_column columns[] = {
        {NULL,  2, 6, 0, FIT_END},
        { NULL, 2, 0, 0, FIT_END},
        { NULL, 2, 2, 0, FIT_END}
    };
    struct memory_rows *rows = memory_rows_new(3);
    struct list *list = list_new(columns, 3, memory_rows_source(rows));
    struct row row = { .identity = "x" };

    (void)state;
    for (size_t i = 0; i < 3; i++)
        row_set(&row, i, ROLE_NORMAL, "0123456789abcdefghij");
    memory_rows_add(rows, &row);
    list_reload(list);
    assert_pane(list_pane(list), 2, 24, "▶01234…  012345678…  0…\n");
    list_free(&list);
    memory_rows_free(&rows);
}

static void a_long_name_goes_on_where_there_is_no_value(void **state)
{
    static const struct list_column columns[] = {
        {NULL,  2, 10, 0, FIT_SPILL},
        { NULL, 2, 0,  1, FIT_END  },
        { NULL, 2, 2,  2, FIT_RIGHT}
    };
    struct memory_rows *rows = memory_rows_new(3);
    struct list *list = list_new(columns, 3, memory_rows_source(rows));
    struct row row = { .identity = "x" };

    (void)state;
    row_set(&row, 0, ROLE_NORMAL, "src/one/two/three.c");
    row_set(&row, 1, ROLE_NORMAL, "old value");
    row_set(&row, 2, ROLE_NORMAL, "1");
    memory_rows_add(rows, &row);
    row.identity = "y";
    row_set(&row, 1, ROLE_NORMAL, "");
    memory_rows_add(rows, &row);
    list_reload(list);
    assert_pane(list_pane(list), 3, 30,
                "▶src…hree.c  old value      1\n"
                " src/one/two/three.c        1\n");
    list_free(&list);
    memory_rows_free(&rows);
}

static void the_cursor_passes_over_headings(void **state)
{
    struct memory_rows *rows = memory_rows_new(2);
    struct list *list;

    (void)state;
    memory_rows_add_group(rows, "red", "2");
    add(rows, "a", "apple", "10");
    add(rows, "c", "cherry", "100");
    memory_rows_add_group(rows, "yellow", "1");
    add(rows, "b", "banana", "9");
    memory_rows_add_group(rows, "blue", NULL);
    list = list_new(two_columns, 2, memory_rows_source(rows));
    assert_pane(list_pane(list), 7, 20,
                " Name         Count\n"
                " red ──────────── 2\n"
                "▶apple           10\n"
                " cherry         100\n"
                " yellow ───────── 1\n"
                " banana           9\n"
                " blue ─────────────\n");
    press_key(list_pane(list), "j");
    press_key(list_pane(list), "j");
    assert_string_equal(selected(list), "b");
    press_key(list_pane(list), "j");
    assert_string_equal(selected(list), "b");
    press_key(list_pane(list), "k");
    assert_string_equal(selected(list), "c");
    press_key(list_pane(list), "gg");
    assert_string_equal(selected(list), "a");
    press_key(list_pane(list), "G");
    assert_string_equal(selected(list), "b");
    list_free(&list);
    memory_rows_free(&rows);
}

static void the_first_heading_is_seen_again(void **state)
{
    struct memory_rows *rows = memory_rows_new(2);
    struct list *list;

    (void)state;
    memory_rows_add_group(rows, "red", NULL);
    add(rows, "a", "apple", "10");
    add(rows, "c", "cherry", "100");
    add(rows, "d", "date", "1");
    list = list_new(two_columns, 2, memory_rows_source(rows));
    assert_pane(list_pane(list), 3, 20,
                " red ──────────────\n▶apple           10\n cherry         100\n");
    assert_true(list_shows_heading_first(list));
    press_key(list_pane(list), "G");
    assert_false(list_shows_heading_first(list));
    assert_pane(list_pane(list), 3, 20,
                " apple           10\n cherry         100\n▶date             1\n");
    press_key(list_pane(list), "k");
    press_key(list_pane(list), "k");
    assert_pane(list_pane(list), 3, 20,
                " red ──────────────\n▶apple           10\n cherry         100\n");
    list_free(&list);
    memory_rows_free(&rows);
}

static void the_cursor_holds_on_to_its_row(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));

    (void)state;
    pane_place(list_pane(list), (struct rectangle){ 0, 0, 4, 20 });
    press_key(list_pane(list), "j");
    press_key(list_pane(list), "j");
    assert_string_equal(selected(list), "c");
    memory_rows_clear(rows);
    add(rows, "x", "fig", "7");
    add(rows, "y", "grape", "7");
    add(rows, "c", "cherry", "101");
    list_reload(list);
    assert_string_equal(selected(list), "c");
    /* When it is gone, the cursor stays where it was. */
    memory_rows_clear(rows);
    add(rows, "x", "fig", "7");
    list_reload(list);
    assert_string_equal(selected(list), "x");
    memory_rows_clear(rows);
    list_reload(list);
    assert_string_equal(selected(list), "none");
    list_free(&list);
    memory_rows_free(&rows);
}

static void new_rows_wait(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));
    struct strbuf position = STRBUF_INIT;

    (void)state;
    memory_rows_hold(rows);
    add(rows, "e", "elder", "5");
    add(rows, "f", "fig", "6");
    list_pane(list)->ops->position(list_pane(list), &position);
    assert_string_equal(position.data, "2 new, 1/4");
    press_key(list_pane(list), "R");
    strbuf_clear(&position);
    list_pane(list)->ops->position(list_pane(list), &position);
    assert_string_equal(position.data, "1/6");
    strbuf_release(&position);
    list_free(&list);
    memory_rows_free(&rows);
}

static void marks_are_kept_by_identity(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));
    struct vector marked;

    (void)state;
    pane_place(list_pane(list), (struct rectangle){ 0, 0, 6, 20 });
    press_key(list_pane(list), "Space");
    press_key(list_pane(list), "j");
    press_key(list_pane(list), "v");
    press_key(list_pane(list), "j");
    press_key(list_pane(list), "v");
    assert_int_equal(list_marked_count(list), 3);
    list_select(list, "a");
    press_key(list_pane(list), "Space");
    assert_int_equal(list_marked_count(list), 2);
    vector_init(&marked, sizeof(const char *));
    list_marked(list, &marked);
    assert_int_equal(marked.count, 2);
    assert_string_equal(*(const char **)vector_at(&marked, 0), "c");
    assert_string_equal(*(const char **)vector_at(&marked, 1), "d");
    vector_release(&marked);
    assert_pane(list_pane(list), 6, 20,
                " Name         Count\n"
                " apple           10\n"
                "▶banana           9\n"
                "●cherry         100\n"
                "●date             1\n");
    list_free(&list);
    memory_rows_free(&rows);
}

static void a_filter_needs_all_words_and_keeps_headings(void **state)
{
    struct memory_rows *rows = memory_rows_new(2);
    struct list *list;
    struct pane *pane;

    (void)state;
    memory_rows_add_group(rows, "red", NULL);
    add(rows, "a", "apple", "10");
    memory_rows_add_group(rows, "yellow", NULL);
    add(rows, "b", "banana cut", "9");
    add(rows, "m", "banana", "8");
    list = list_new(two_columns, 2, memory_rows_source(rows));
    pane = list_pane(list);
    assert_true(pane->ops->can_filter(pane));
    assert_true(pane->ops->filter(pane, "cut ban", NULL));
    assert_pane(list_pane(list), 4, 20,
                " Name         Count\n yellow ───────────\n▶banana cut       9\n");
    pane->ops->filter_settled(pane);
    assert_int_equal(pane->ops->back(pane), REFRESH_DRAW);
    assert_int_equal(pane->ops->back(pane), REFRESH_IGNORED);
    assert_string_equal(selected(list), "b");
    /* What is only tried leads back. */
    assert_true(pane->ops->filter(pane, "apple", NULL));
    assert_string_equal(selected(list), "a");
    assert_true(pane->ops->filter(pane, "nothing", NULL));
    assert_true(pane->ops->filter(pane, "", NULL));
    assert_string_equal(selected(list), "b");
    list_free(&list);
    memory_rows_free(&rows);
}

static void only_a_list_without_a_filter_is_empty(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));
    struct pane *pane = list_pane(list);

    (void)state;
    list_set_empty(list, "Nothing.\nPress c.");
    assert_true(pane->ops->filter(pane, "nothing like it", NULL));
    assert_pane(pane, 7, 38,
                " Name                           Count\n\n\n"
                "   Nothing matches nothing like it\n\n"
                "  Esc shows all rows, f filters anew\n");
    assert_int_equal(pane->ops->back(pane), REFRESH_DRAW);
    memory_rows_clear(rows);
    list_reload(list);
    assert_pane(pane, 6, 20, " Name         Count\n\n      Nothing.\n      Press c.\n");
    list_free(&list);
    memory_rows_free(&rows);
}

static void what_no_cell_shows_is_found_and_passes_the_filter(void **state)
{
    struct memory_rows *rows = memory_rows_new(2);
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));
    struct pane *pane = list_pane(list);

    (void)state;
    memory_rows_find_also(rows, "there is no row yet");
    add(rows, "a", "apple", "10");
    add(rows, "b", "banana", "9");
    memory_rows_find_also(rows, "MB-7\nMB-8\n");
    assert_int_equal(pane->ops->find(pane, "MB-8", false), FIND_HERE);
    assert_string_equal(selected(list), "b");
    assert_true(pane->ops->filter(pane, "mb-7 ban", NULL));
    assert_pane(pane, 4, 20, " Name         Count\n▶banana           9\n");
    /* Rows that come while the filter is on pass it for the same reasons. */
    add(rows, "c", "cherry ban", "8");
    memory_rows_find_also(rows, "MB-7");
    assert_pane(pane, 4, 20, " Name         Count\n▶banana           9\n cherry ban       8\n");
    list_free(&list);
    memory_rows_free(&rows);
}

static void numbers_sort_as_numbers(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));
    struct pane *pane = list_pane(list);

    (void)state;
    assert_string_equal(pane->ops->sort_name(pane, 1), "Count");
    assert_null(pane->ops->sort_name(pane, 2));
    assert_true(pane->ops->sort(pane, 1, NULL));
    assert_pane(list_pane(list), 5, 20,
                " Name         Count\n"
                " date             1\n"
                " banana           9\n"
                "▶apple           10\n"
                " cherry         100\n");
    assert_true(pane->ops->sort(pane, 1, NULL));
    assert_string_equal(selected(list), "a");
    press_key(list_pane(list), "gg");
    assert_string_equal(selected(list), "c");
    /* What comes later takes its place. */
    add(rows, "e", "elder", "50");
    list_reload(list);
    press_key(list_pane(list), "j");
    assert_string_equal(selected(list), "e");
    list_free(&list);
    memory_rows_free(&rows);
}

static void versions_sort_as_versions(void **state)
{
    struct memory_rows *rows = memory_rows_new(2);
    struct list *list;
    struct pane *pane;

    (void)state;
    add(rows, "1", "v1.10.0", "");
    add(rows, "2", "v1.9.0", "");
    add(rows, "3", "V1.09.1", "");
    list = list_new(two_columns, 2, memory_rows_source(rows));
    pane = list_pane(list);
    assert_true(pane->ops->sort(pane, 0, NULL));
    assert_pane(list_pane(list), 4, 20, " Name         Count\n v1.9.0\n V1.09.1\n▶v1.10.0\n");
    list_free(&list);
    memory_rows_free(&rows);
}

/* A source that is not loaded, and does not know how much there is. */
struct slow {
    uint64_t loaded;
    uint64_t first; /* what was looked at last */
    uint64_t count;
};

static uint64_t slow_count(void *context, bool *exact)
{
    (void)context;
    *exact = false;
    return 1000000000;
}

static bool slow_row(void *context, uint64_t index, struct row *row)
{
    const struct slow *slow = context;

    if (index >= slow->loaded)
        return false;
    row_set(row, 0, ROLE_NORMAL, "loaded");
    return true;
}

static void slow_look(void *context, uint64_t first, uint64_t count)
{
    struct slow *slow = context;

    slow->first = first;
    slow->count = count;
}

static void rows_that_are_not_loaded_are_waited_for(void **state)
{
    static const struct row_source_ops ops = { .count = slow_count,
                                               .row = slow_row,
                                               .look = slow_look };
    struct slow slow = { .loaded = 2 };
    struct row_source source = { &ops, &slow };
    struct list *list = list_new(two_columns, 2, source);
    struct strbuf position = STRBUF_INIT;

    (void)state;
    assert_pane(list_pane(list), 4, 20, " Name         Count\n▶loaded\n loaded\n …\n");
    assert_int_equal(slow.first, 0);
    assert_int_equal(slow.count, 3);
    press_key(list_pane(list), "G");
    assert_pane(list_pane(list), 4, 20, " Name         Count\n …\n …\n …\n");
    assert_int_equal(slow.first, 999999997);
    list_pane(list)->ops->position(list_pane(list), &position);
    assert_string_equal(position.data, "1000000000/1000000000+");
    assert_false(list_pane(list)->ops->can_filter(list_pane(list)));
    assert_null(list_pane(list)->ops->sort_name(list_pane(list), 0));
    strbuf_release(&position);
    list_free(&list);
}

static void find_moves_and_wraps(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));
    struct pane *pane = list_pane(list);

    (void)state;
    assert_int_equal(pane->ops->find(pane, "e", false), FIND_HERE);
    assert_string_equal(selected(list), "c");
    assert_int_equal(pane->ops->find(pane, "e", false), FIND_HERE);
    assert_string_equal(selected(list), "d");
    assert_int_equal(pane->ops->find(pane, "e", false), FIND_WRAPPED);
    assert_string_equal(selected(list), "a");
    assert_int_equal(pane->ops->find(pane, "e", true), FIND_WRAPPED);
    assert_string_equal(selected(list), "d");
    assert_int_equal(pane->ops->find(pane, "zebra", false), FIND_NOTHING);
    assert_string_equal(selected(list), "d");
    list_free(&list);
    memory_rows_free(&rows);
}

static void the_text_of_a_row_can_be_taken(void **state)
{
    struct memory_rows *rows = fruits();
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));
    struct strbuf text = STRBUF_INIT;

    (void)state;
    assert_true(list_pane(list)->ops->text(list_pane(list), &text));
    assert_string_equal(text.data, "apple  10");
    strbuf_release(&text);
    list_free(&list);
    memory_rows_free(&rows);
}

static void what_acts_in_a_cell_is_shown_in_the_text_that_is_taken(void **state)
{
    struct memory_rows *rows = memory_rows_new(2);
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));
    struct strbuf text = STRBUF_INIT;

    (void)state;
    add(rows, "a", "ok\033[201~\rtouch", "two\nlines \xe2\x80\xae");
    list_reload(list);
    assert_true(list_pane(list)->ops->text(list_pane(list), &text));
    assert_string_equal(text.data, "ok^[[201~^Mtouch  two^Jlines <U+202E>");
    strbuf_release(&text);
    list_free(&list);
    memory_rows_free(&rows);
}

static void a_new_source_starts_at_its_top(void **state)
{
    struct memory_rows *rows = fruits();
    struct memory_rows *others = memory_rows_new(2);
    struct list *list = list_new(two_columns, 2, memory_rows_source(rows));

    (void)state;
    add(others, "x", "fig", "7");
    press_key(list_pane(list), "G");
    press_key(list_pane(list), "Space");
    list_set_source(list, memory_rows_source(others));
    assert_string_equal(selected(list), "x");
    assert_int_equal(list_marked_count(list), 0);
    assert_false(list_select(list, "a"));
    assert_string_equal(selected(list), "x");
    list_free(&list);
    memory_rows_free(&others);
    memory_rows_free(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_stand_under_their_titles),
        cmocka_unit_test(columns_are_dropped_and_shrunk_when_it_is_narrow),
        cmocka_unit_test(preferred_widths_come_before_the_rest),
        cmocka_unit_test(a_long_name_goes_on_where_there_is_no_value),
        cmocka_unit_test(the_cursor_passes_over_headings),
        cmocka_unit_test(the_first_heading_is_seen_again),
        cmocka_unit_test(the_cursor_holds_on_to_its_row),
        cmocka_unit_test(new_rows_wait),
        cmocka_unit_test(marks_are_kept_by_identity),
        cmocka_unit_test(a_filter_needs_all_words_and_keeps_headings),
        cmocka_unit_test(only_a_list_without_a_filter_is_empty),
        cmocka_unit_test(what_no_cell_shows_is_found_and_passes_the_filter),
        cmocka_unit_test(numbers_sort_as_numbers),
        cmocka_unit_test(versions_sort_as_versions),
        cmocka_unit_test(rows_that_are_not_loaded_are_waited_for),
        cmocka_unit_test(find_moves_and_wraps),
        cmocka_unit_test(the_text_of_a_row_can_be_taken),
        cmocka_unit_test(what_acts_in_a_cell_is_shown_in_the_text_that_is_taken),
        cmocka_unit_test(a_new_source_starts_at_its_top),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
