#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <pilab/tui/table.h>

#include "drawing.h"

/* So many rows and columns, named by their numbers; a mark in every cell of column 2. */
struct numbers {
    size_t rows, columns;
    char text[64], identity[64];
};

static size_t rows(void *context)
{
    return ((struct numbers *)context)->rows;
}

static size_t columns(void *context)
{
    return ((struct numbers *)context)->columns;
}

static void cell(void *context, size_t row, size_t column, struct table_cell *out)
{
    struct numbers *numbers = context;

    if (row == TABLE_HEADING)
        snprintf(numbers->text, sizeof numbers->text, column == 0 ? "Name" : "E%zu", column);
    else
        snprintf(numbers->text, sizeof numbers->text, column == 0 ? "row-%zu" : "%zu.%zu", row,
                 column);
    out->text = numbers->text;
    if (row != TABLE_HEADING && column == 2)
        out->mark = "12c";
}

static const char *row_identity(void *context, size_t row)
{
    struct numbers *numbers = context;

    snprintf(numbers->identity, sizeof numbers->identity, "r%zu", row);
    return numbers->identity;
}

static const char *column_identity(void *context, size_t column)
{
    struct numbers *numbers = context;

    snprintf(numbers->identity, sizeof numbers->identity, "c%zu", column);
    return numbers->identity;
}

static const struct table_source_ops ops = {
    .rows = rows,
    .columns = columns,
    .cell = cell,
    .row_identity = row_identity,
    .column_identity = column_identity,
};

static struct table *new_table(struct numbers *numbers)
{
    return table_new((struct table_source){ &ops, numbers });
}

static void assert_at(const struct table *table, size_t row, size_t column)
{
    size_t here, there;

    assert_true(table_cursor(table, &here, &there));
    assert_int_equal(here, row);
    assert_int_equal(there, column);
}

static void headings_and_names_stay_while_the_rest_moves(void **state)
{
    struct numbers numbers = { .rows = 20, .columns = 9 };
    struct table *table = new_table(&numbers);

    (void)state;
    assert_pane(table_pane(table), 6, 30,
                " Name    E1    E2        E3  >\n"
                "──────────────────────────────\n"
                "▶row-0   0.1   0.2  12c  0.3\n"
                " row-1   1.1   1.2  12c  1.3\n"
                " row-2   2.1   2.2  12c  2.3\n"
                " row-3   3.1   3.2  12c  3.3\n");
    press_key(table_pane(table), "G");
    press_key(table_pane(table), "$");
    assert_at(table, 19, 8);
    assert_pane(table_pane(table), 6, 30,
                " Name  < E6    E7    E8\n"
                "──────────────────────────────\n"
                " row-16  16.6  16.7  16.8\n"
                " row-17  17.6  17.7  17.8\n"
                " row-18  18.6  18.7  18.8\n"
                "▶row-19  19.6  19.7  19.8\n");
    table_free(&table);
}

static void above_the_first_row_are_the_headings(void **state)
{
    struct numbers numbers = { .rows = 3, .columns = 3 };
    struct table *table = new_table(&numbers);

    (void)state;
    pane_place(table_pane(table), (struct rectangle){ 0, 0, 6, 40 });
    press_key(table_pane(table), "k");
    assert_at(table, TABLE_HEADING, 1);
    press_key(table_pane(table), "k");
    assert_at(table, TABLE_HEADING, 1);
    press_key(table_pane(table), "j");
    assert_at(table, 0, 1);
    press_key(table_pane(table), "h");
    assert_at(table, 0, 1);
    press_key(table_pane(table), "PgDn");
    assert_at(table, 2, 1);
    table_free(&table);
}

static void the_cursor_holds_on_to_what_it_is_on(void **state)
{
    struct numbers numbers = { .rows = 9, .columns = 5 };
    struct table *table = new_table(&numbers);

    (void)state;
    pane_place(table_pane(table), (struct rectangle){ 0, 0, 6, 40 });
    assert_true(table_select(table, "r5", "c3"));
    table_reload(table);
    assert_at(table, 5, 3);
    numbers.rows = 2;
    numbers.columns = 3;
    table_reload(table);
    assert_at(table, 1, 2);
    numbers.rows = numbers.columns = 0;
    table_reload(table);
    assert_false(table_select(table, "r0", "c1"));
    table_free(&table);
}

static void cells_and_headings_are_marked(void **state)
{
    struct numbers numbers = { .rows = 3, .columns = 3 };
    struct table *table = new_table(&numbers);

    (void)state;
    pane_place(table_pane(table), (struct rectangle){ 0, 0, 6, 40 });
    press_key(table_pane(table), "Space");
    press_key(table_pane(table), "k");
    press_key(table_pane(table), "l");
    press_key(table_pane(table), "Space");
    assert_int_equal(table_mark_count(table), 2);
    assert_string_equal(table_mark_at(table, 0).row, "r0");
    assert_string_equal(table_mark_at(table, 0).column, "c1");
    assert_string_equal(table_mark_at(table, 1).row, "");
    assert_string_equal(table_mark_at(table, 1).column, "c2");
    press_key(table_pane(table), "Space");
    assert_int_equal(table_mark_count(table), 1);
    press_key(table_pane(table), "U");
    assert_int_equal(table_mark_count(table), 0);
    table_free(&table);
}

/* Names of which those with the text in them are shown. */
struct names {
    const char *filter;
};

static const char *const all_names[] = { "mb-auth", "mb-pay", "mb-web", "mb-ledger", "pay-web" };

static const char *shown_name(const struct names *names, size_t row)
{
    for (size_t i = 0; i < sizeof all_names / sizeof *all_names; i++)
        if (strstr(all_names[i], names->filter) != NULL && row-- == 0)
            return all_names[i];
    return NULL;
}

static size_t name_rows(void *context)
{
    size_t count = 0;

    while (shown_name(context, count) != NULL)
        count++;
    return count;
}

static size_t two_columns(void *context)
{
    (void)context;
    return 2;
}

static void name_cell(void *context, size_t row, size_t column, struct table_cell *out)
{
    (void)column;
    out->text = row == TABLE_HEADING ? "Name" : shown_name(context, row);
}

static const char *name_identity(void *context, size_t row)
{
    return shown_name(context, row);
}

static const char *name_column(void *context, size_t column)
{
    (void)context;
    return column == 0 ? "c0" : "c1";
}

static bool filter_names(void *context, const char *text, struct error *error)
{
    if (strchr(text, ':') != NULL)
        return error_set(error, ERROR_INVALID, "column 1: no field");
    ((struct names *)context)->filter = text;
    return true;
}

static const struct table_source_ops name_ops = {
    .rows = name_rows,
    .columns = two_columns,
    .cell = name_cell,
    .row_identity = name_identity,
    .column_identity = name_column,
    .filter = filter_names,
};

static void assert_filtered(struct table *table, struct names *names, const char *text,
                            const char *name)
{
    size_t row, column;

    assert_true(table_pane(table)->ops->filter(table_pane(table), text, NULL));
    assert_true(table_cursor(table, &row, &column));
    if (name == NULL)
        assert_true(row == TABLE_HEADING);
    else
        assert_string_equal(shown_name(names, row), name);
}

static void filtering_keeps_the_cursor_on_its_row_or_near_it(void **state)
{
    struct names names = { .filter = "" };
    struct table *table = table_new((struct table_source){ &name_ops, &names });

    (void)state;
    pane_place(table_pane(table), (struct rectangle){ 0, 0, 9, 40 });
    assert_true(table_select(table, "mb-web", "c1"));
    assert_filtered(table, &names, "", "mb-web");
    assert_filtered(table, &names, "web", "mb-web");
    assert_filtered(table, &names, "pay", "mb-pay");
    assert_filtered(table, &names, "nothing", NULL);
    assert_filtered(table, &names, "mb", "mb-web");
    assert_false(table_pane(table)->ops->filter(table_pane(table), "x:", NULL));
    assert_filtered(table, &names, "led", "mb-ledger");
    assert_filtered(table, &names, "", "mb-web");
    assert_filtered(table, &names, "led", "mb-ledger");
    table_pane(table)->ops->filter_settled(table_pane(table));
    assert_filtered(table, &names, "", "mb-ledger");
    table_free(&table);
}

static void who_moves_in_what_is_filtered_stays_there(void **state)
{
    struct names names = { .filter = "" };
    struct table *table = table_new((struct table_source){ &name_ops, &names });

    (void)state;
    pane_place(table_pane(table), (struct rectangle){ 0, 0, 9, 40 });
    assert_filtered(table, &names, "web", "mb-web");
    press_key(table_pane(table), "j");
    assert_filtered(table, &names, "", "pay-web");
    table_free(&table);
}

static void every_size_draws(void **state)
{
    struct numbers numbers = { .rows = 60, .columns = 13 };
    struct table *table = new_table(&numbers);

    (void)state;
    for (int height = 1; height < 12; height++) {
        for (int width = 1; width < 40; width++) {
            struct canvas *canvas = draw_pane(table_pane(table), height, width);

            press_key(table_pane(table), width % 2 == 0 ? "l" : "j");
            canvas_free(&canvas);
        }
    }
    assert_at(table, 59, 12);
    table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_and_names_stay_while_the_rest_moves),
        cmocka_unit_test(above_the_first_row_are_the_headings),
        cmocka_unit_test(the_cursor_holds_on_to_what_it_is_on),
        cmocka_unit_test(cells_and_headings_are_marked),
        cmocka_unit_test(filtering_keeps_the_cursor_on_its_row_or_near_it),
        cmocka_unit_test(who_moves_in_what_is_filtered_stays_there),
        cmocka_unit_test(every_size_draws),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
