#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/tui/list.h>
#include <pilab/tui/undo.h>

/* A number that goes up with what is done and down with what is undone. */
struct counter {
    int value;
    int released;
    bool fails;
};

static bool take_one(void *context, struct error *error)
{
    struct counter *counter = context;

    if (counter->fails)
        return error_set(error, ERROR_CONFLICT, "somebody else counted");
    counter->value--;
    return true;
}

static bool add_one(void *context, struct error *error)
{
    (void)error;
    ((struct counter *)context)->value++;
    return true;
}

static void release(void *context)
{
    ((struct counter *)context)->released++;
}

static void count_up(struct undo_list *list, struct counter *counter, const char *title,
                     const void *owner)
{
    counter->value++;
    undo_list_add(list, &(struct undo_entry){ title, owner, counter, take_one, add_one, release });
}

static enum undo_result step(struct undo_list *list, bool again, const void *only, char title[64])
{
    struct strbuf out = STRBUF_INIT;
    enum undo_result result = undo_list_step(list, again, NULL, only, &out, NULL);

    strncpy(title, out.data, 63);
    strbuf_release(&out);
    return result;
}

static void the_newest_is_undone_first_and_done_again_last(void **state)
{
    struct undo_list *list = undo_list_new(10);
    struct counter counter = { 0 };
    char title[64] = "";

    (void)state;
    count_up(list, &counter, "one", NULL);
    count_up(list, &counter, "two", NULL);
    assert_int_equal(step(list, false, NULL, title), UNDO_DONE);
    assert_string_equal(title, "two");
    assert_int_equal(step(list, false, NULL, title), UNDO_DONE);
    assert_string_equal(title, "one");
    assert_int_equal(counter.value, 0);
    assert_int_equal(step(list, false, NULL, title), UNDO_NOTHING);
    assert_int_equal(step(list, true, NULL, title), UNDO_DONE);
    assert_string_equal(title, "one");
    assert_false(undo_list_is_undone(list, 0));
    assert_true(undo_list_is_undone(list, 1));
    undo_list_free(&list);
    assert_int_equal(counter.released, 2);
}

static void a_new_act_ends_what_could_be_done_again(void **state)
{
    struct undo_list *list = undo_list_new(10);
    struct counter counter = { 0 };
    char title[64] = "";

    (void)state;
    count_up(list, &counter, "one", NULL);
    assert_int_equal(step(list, false, NULL, title), UNDO_DONE);
    count_up(list, &counter, "two", NULL);
    assert_int_equal(counter.released, 1);
    assert_int_equal(step(list, true, NULL, title), UNDO_NOTHING);
    assert_int_equal(undo_list_count(list), 1);
    undo_list_free(&list);
}

static void what_fails_stays_to_be_undone(void **state)
{
    struct undo_list *list = undo_list_new(10);
    struct counter counter = { .fails = true };
    struct strbuf title = STRBUF_INIT;
    struct error error = { 0 };

    (void)state;
    count_up(list, &counter, "one", NULL);
    assert_int_equal(undo_list_step(list, false, NULL, NULL, &title, &error), UNDO_FAILED);
    assert_string_equal(error.message, "somebody else counted");
    assert_false(undo_list_is_undone(list, 0));
    strbuf_release(&title);
    undo_list_free(&list);
}

static bool is_it(const void *context, const void *owner)
{
    return context == owner;
}

static void owners_are_undone_apart_and_forgotten_together(void **state)
{
    struct undo_list *list = undo_list_new(10);
    struct counter a = { 0 }, b = { 0 };
    struct strbuf title = STRBUF_INIT;

    (void)state;
    count_up(list, &a, "of a", &a);
    count_up(list, &b, "of b", &b);
    assert_int_equal(undo_list_step(list, false, is_it, &a, &title, NULL), UNDO_DONE);
    assert_string_equal(title.data, "of a");
    assert_int_equal(b.value, 1);
    undo_list_forget(list, &b);
    assert_int_equal(b.released, 1);
    assert_int_equal(undo_list_count(list), 1);
    assert_string_equal(undo_list_title(list, 0), "of a");
    strbuf_release(&title);
    undo_list_free(&list);
}

static void only_the_newest_are_kept(void **state)
{
    struct undo_list *list = undo_list_new(3);
    struct counter counter = { 0 };

    (void)state;
    for (int i = 0; i < 5; i++)
        count_up(list, &counter, i == 2 ? "third" : "other", NULL);
    assert_int_equal(undo_list_count(list), 3);
    assert_string_equal(undo_list_title(list, 0), "third");
    assert_int_equal(counter.released, 2);
    undo_list_free(&list);
    undo_list_add(NULL, &(struct undo_entry){ "x", NULL, &counter, NULL, NULL, release });
    assert_int_equal(counter.released, 6);
}

/* --- A list that tells what it changes -------------------------------------------------------- */

static void press(struct list *list, const char *key)
{
    struct pane *pane = list_pane(list);

    for (size_t i = 0; i < pane->ops->keys->count; i++)
        if (strncmp(pane->ops->keys->rows[i].keys, key, strlen(key)) == 0) {
            pane->ops->act(pane, pane->ops->keys->rows[i].action);
            return;
        }
    fail_msg("no key %s", key);
}

static const char *at(const struct list *list, uint64_t index)
{
    static struct row row;

    list_move_to((struct list *)list, index);
    return list_selected(list, &row) ? row.identity : "";
}

static void marks_filters_and_the_order_of_a_list_are_undone(void **state)
{
    static const struct list_column columns[] = {
        {"Name", 6, 0, 0, FIT_END}
    };
    static const char *const names[] = { "cherry", "apple", "banana" };
    struct memory_rows *rows = memory_rows_new(1);
    struct undo_list *undo = undo_list_new(10);
    char title[64] = "";
    struct list *list;
    struct pane *pane;

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct row row = { .identity = names[i] };

        row_set(&row, 0, ROLE_NORMAL, names[i]);
        memory_rows_add(rows, &row);
    }
    list = list_new(columns, 1, memory_rows_source(rows));
    pane = list_pane(list);
    pane->undo = undo;
    pane_place(pane, (struct rectangle){ 0, 0, 6, 20 });

    press(list, "v");
    list_move_to(list, 2);
    press(list, "v");
    assert_int_equal(list_marked_count(list), 3);
    press(list, "U");
    assert_int_equal(list_marked_count(list), 0);
    step(undo, false, NULL, title);
    assert_string_equal(title, "unmarked 3 rows");
    assert_int_equal(list_marked_count(list), 3);
    step(undo, false, NULL, title);
    assert_string_equal(title, "marked 3 rows");
    assert_int_equal(list_marked_count(list), 0);
    step(undo, true, NULL, title);
    assert_int_equal(list_marked_count(list), 3);

    assert_true(pane->ops->sort(pane, 0, NULL));
    assert_string_equal(at(list, 0), "apple");
    step(undo, false, NULL, title);
    assert_string_equal(title, "sorted by Name");
    assert_string_equal(at(list, 0), "cherry");

    assert_true(pane->ops->filter(pane, "banana", NULL));
    pane_filter_changed(pane, "");
    step(undo, false, NULL, title);
    assert_string_equal(title, "filtered by banana");
    assert_string_equal(pane_filter_text(pane), "");
    step(undo, true, NULL, title);
    assert_string_equal(pane_filter_text(pane), "banana");
    assert_int_equal(pane->ops->back(pane), REFRESH_DRAW);
    step(undo, false, NULL, title);
    assert_string_equal(title, "took the filter banana away");
    assert_string_equal(pane_filter_text(pane), "banana");

    /* Other rows: what was done to the old ones is gone. */
    list_set_source(list, memory_rows_source(rows));
    assert_int_equal(undo_list_count(undo), 0);
    list_free(&list);
    memory_rows_free(&rows);
    undo_list_free(&undo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_is_undone_first_and_done_again_last),
        cmocka_unit_test(a_new_act_ends_what_could_be_done_again),
        cmocka_unit_test(what_fails_stays_to_be_undone),
        cmocka_unit_test(owners_are_undone_apart_and_forgotten_together),
        cmocka_unit_test(only_the_newest_are_kept),
        cmocka_unit_test(marks_filters_and_the_order_of_a_list_are_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
