/*
 * What was seen as texts gets the types of what is compared with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/source/reader.h>

/* Of a text that is compared with the number 1.5. */
static enum node_kind kind_beside_a_number(const char *text)
{
    struct module_reader reader = { .arena = arena_new() };
    struct node number = { .kind = NODE_FLOAT, .key = "a", .text = "1.5", .value = "1.5" };
    struct node word = {
        .kind = NODE_STRING, .key = "a", .text = text, .value = text, .length = strlen(text)
    };
    struct node *of_number[] = { &number }, *of_word[] = { &word };
    struct node maps[] = {
        {.kind = NODE_MAP,  .children = of_number, .count = 1},
        { .kind = NODE_MAP, .children = of_word,   .count = 1}
    };
    struct node *roots[] = { &maps[0], &maps[1] };
    struct document documents[] = {
        {.roots = &roots[0],  .count = 1},
        { .roots = &roots[1], .count = 1}
    };
    struct config_side expected = { .state = SIDE_READ, .document = &documents[0] },
                       observed = { .state = SIDE_READ, .document = &documents[1] };
    enum node_kind kind;

    observed_config_type(&reader, &expected, &observed);
    kind = observed.document->roots[0]->children[0]->kind;
    arena_free(&reader.arena);
    return kind;
}

static void numbers_are_told_from_texts(void **state)
{
    (void)state;
    assert_int_equal(kind_beside_a_number("1.5"), NODE_FLOAT);
    assert_int_equal(kind_beside_a_number("2.5"), NODE_FLOAT);
    assert_int_equal(kind_beside_a_number("1,5"), NODE_STRING);
    assert_int_equal(kind_beside_a_number("much"), NODE_STRING);
}

static void numbers_are_told_from_texts_in_all_locales(void **state)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        skip();
    numbers_are_told_from_texts(state);
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_told_from_texts),
        cmocka_unit_test(numbers_are_told_from_texts_in_all_locales),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
