/* Both values of an item in one line that tells them apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>

#include <pilab/drift/text.h>

#include "text_support.h"

#define ONES  "1111111111111111111111111111111111111111111111111111111111111111"
#define TWOS  "2222222222222222222222222222222222222222222222222222222222222222"
#define ONES2 "1111111111111111111111111111111111111111111111111111111111111112"

static struct drift_item changed(enum drift_type type, const char *previous, const char *current)
{
    return (struct drift_item){
        .type = type,
        .category = "value",
        .path = "it",
        .change_type = CHANGE_TYPE_MODIFIED,
        .previous = {.present = true,  .text = previous},
        .current = { .present = true, .text = current }
    };
}

static void assert_shown(const struct drift_item *item, bool whole, const char *wanted)
{
    struct arena *arena = arena_new();
    struct strbuf rich = STRBUF_INIT;

    if (whole)
        drift_text_whole_values(&rich, item, false);
    else
        drift_text_values(&rich, item, false);
    assert_string_equal(plain_text(arena, &rich), wanted);
    arena_free(&arena);
}

static void a_checksum_is_cut_on_both_sides(void **state)
{
    struct drift_item image = changed(DRIFT_IMAGE, "1.0@sha256:" ONES, "1.0@sha256:" TWOS);
    struct drift_item value = changed(DRIFT_CONFIG, "sha256:" ONES, "latest");

    (void)state;
    assert_shown(&image, false, "1.0@sha256:111111111111 -> 1.0@sha256:222222222222");
    assert_shown(&image, true, "1.0@sha256:" ONES " -> 1.0@sha256:" TWOS);
    assert_shown(&value, false, "sha256:111111111111 -> latest");
}

static void what_differs_behind_the_cut_is_not_cut(void **state)
{
    struct drift_item item = changed(DRIFT_IMAGE, "sha256:" ONES, "sha256:" ONES2);

    (void)state;
    assert_shown(&item, false, "sha256:" ONES " -> sha256:" ONES2);
}

static void words_that_are_no_checksums_are_whole(void **state)
{
    struct drift_item item = changed(DRIFT_CONFIG, "x" ONES, "https://example.org/deadbeef");

    (void)state;
    assert_shown(&item, false, "x" ONES " -> https://example.org/deadbeef");
}

static void blanks_at_an_end_are_seen(void **state)
{
    struct drift_item item = changed(DRIFT_CONFIG, "debug", "debug ");

    (void)state;
    assert_shown(&item, false, "\"debug\" -> \"debug \"");
    assert_shown(&item, true, "\"debug\" -> \"debug \"");
}

static void what_is_named_the_same_says_what_became_of_it(void **state)
{
    struct drift_item item = changed(DRIFT_IMAGE, "2.0.6", "2.0.6");

    (void)state;
    item.category = "missing";
    assert_shown(&item, false, "2.0.6, not in the registry");
    item.category = "moved";
    assert_shown(&item, false, "2.0.6, which stands for another image by now");
    item.category = "image";
    assert_shown(&item, true, "2.0.6, named the same on both sides");
}

static void a_value_of_another_type_has_both(void **state)
{
    struct drift_item item = changed(DRIFT_CONFIG, "1", "1");

    (void)state;
    item.detail = DETAIL_TYPE_CHANGED;
    item.previous.kind = NODE_INTEGER;
    item.current.kind = NODE_STRING;
    assert_shown(&item, false, "1 -> 1 (integer -> string)");
}

static void of_many_versions_those_that_differ_come_first(void **state)
{
    struct drift_item step =
        changed(DRIFT_DEPENDENCY, "4.17.19, 4.17.20, 5.0.0 (MIT)", "4.17.19, 4.17.20, 6.0.0 (ISC)");
    struct drift_item more = changed(DRIFT_DEPENDENCY, "1.0, 2.0", "1.0, 2.0, 3.0");
    struct drift_item fewer = changed(DRIFT_DEPENDENCY, "1.0, 2.0, 3.0", "1.0, 3.0");
    struct drift_item few = changed(DRIFT_DEPENDENCY, "1.0", "1.0, 2.0");
    struct drift_item ranges = changed(DRIFT_DEPENDENCY, ">=1, <2, !=1.5", ">=1, <2, !=1.6");
    struct drift_item sums =
        changed(DRIFT_DEPENDENCY, "1.0, 2.0 (sha512-AA)", "1.0, 2.0 (sha512-BB)");

    (void)state;
    assert_shown(&step, false, "5.0.0 (MIT) -> 6.0.0 (ISC) (beside 4.17.19, 4.17.20)");
    assert_shown(&step, true, "4.17.19, 4.17.20, 5.0.0 (MIT) -> 4.17.19, 4.17.20, 6.0.0 (ISC)");
    assert_shown(&more, false, "also 3.0 (beside 1.0, 2.0)");
    assert_shown(&fewer, false, "no longer 2.0 (beside 1.0, 3.0)");
    assert_shown(&few, false, "1.0 -> 1.0, 2.0");
    assert_shown(&ranges, false, ">=1, <2, !=1.5 -> >=1, <2, !=1.6");
    assert_shown(&sums, false, "1.0, 2.0 (sha512-AA) -> 1.0, 2.0 (sha512-BB)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checksum_is_cut_on_both_sides),
        cmocka_unit_test(what_differs_behind_the_cut_is_not_cut),
        cmocka_unit_test(words_that_are_no_checksums_are_whole),
        cmocka_unit_test(blanks_at_an_end_are_seen),
        cmocka_unit_test(what_is_named_the_same_says_what_became_of_it),
        cmocka_unit_test(a_value_of_another_type_has_both),
        cmocka_unit_test(of_many_versions_those_that_differ_come_first),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
