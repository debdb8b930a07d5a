#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/tui/list.h>

/* What an action on a list is about. */

enum { ROWS = 4 };

struct seat {
    struct memory_rows *rows;
    struct list *list;
    struct strbuf chosen;
};

static int set_up(void **state)
{
    static const struct list_column columns[] = {
        {"Name", 6, 0, 0, FIT_END}
    };
    static const char *const names[ROWS] = { "apple", "banana", "cherry", "date" };
    static struct seat seat;

    seat.rows = memory_rows_new(1);
    seat.chosen = (struct strbuf)STRBUF_INIT;
    for (int i = 0; i < ROWS; i++) {
        struct row row = { .identity = names[i] };

        row_set(&row, 0, ROLE_NORMAL, names[i]);
        memory_rows_add(seat.rows, &row);
    }
    seat.list = list_new(columns, 1, memory_rows_source(seat.rows));
    pane_place(list_pane(seat.list), (struct rectangle){ 0, 0, 6, 20 });
    *state = &seat;
    return 0;
}

static int tear_down(void **state)
{
    struct seat *seat = *state;

    list_free(&seat->list);
    memory_rows_free(&seat->rows);
    strbuf_release(&seat->chosen);
    return 0;
}

/* What the key does that a row of the pane's table begins with. */
static void press(struct seat *seat, const char *key)
{
    struct pane *pane = list_pane(seat->list);
    const struct key_table *table = pane->ops->keys;

    for (size_t i = 0; i < table->count; i++) {
        if (strncmp(table->rows[i].keys, key, strlen(key)) == 0) {
            pane->ops->act(pane, table->rows[i].action);
            return;
        }
    }
    fail_msg("the list has no key \"%s\"", key);
}

static void add_name(void *context, const struct row *row)
{
    struct seat *seat = context;

    strbuf_printf(&seat->chosen, "%s ", row->identity);
}

static void assert_chosen(struct seat *seat, size_t marked, const char *names)
{
    strbuf_clear(&seat->chosen);
    assert_int_equal(list_visit_chosen(seat->list, add_name, seat), marked);
    assert_string_equal(seat->chosen.data, names);
}

static void without_marks_it_is_the_selected_row(void **state)
{
    struct seat *seat = *state;

    press(seat, "j ");
    assert_chosen(seat, 0, "banana ");
}

static void marked_rows_come_in_the_order_of_the_list(void **state)
{
    struct seat *seat = *state;

    list_select(seat->list, "cherry");
    press(seat, "Space");
    list_select(seat->list, "apple");
    press(seat, "Space");
    assert_chosen(seat, 2, "apple cherry ");
}

static void an_open_range_counts_as_marked(void **state)
{
    struct seat *seat = *state;

    list_select(seat->list, "cherry");
    press(seat, "v");
    press(seat, "k ");
    assert_chosen(seat, 2, "banana cherry ");
}

static void what_a_filter_hides_is_left_out(void **state)
{
    struct seat *seat = *state;
    struct pane *pane = list_pane(seat->list);
    struct error error;

    press(seat, "Space");
    press(seat, "Space");
    assert_chosen(seat, 2, "apple banana ");
    assert_true(pane->ops->filter(pane, "ban", &error));
    assert_chosen(seat, 1, "banana ");
    assert_int_equal(pane->ops->marked(pane), 1);
}

static void an_empty_list_has_none(void **state)
{
    struct seat *seat = *state;

    memory_rows_clear(seat->rows);
    list_reload(seat->list);
    assert_chosen(seat, 0, "");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(without_marks_it_is_the_selected_row),
        CASE(marked_rows_come_in_the_order_of_the_list),
        CASE(an_open_range_counts_as_marked),
        CASE(what_a_filter_hides_is_left_out),
        CASE(an_empty_list_has_none),
    };

    return cmocka_run_group_tests_name("list, chosen rows", tests, NULL, NULL);
}
