#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/notes/merge_text.h>

#include "../../support/chance.h"

static struct merge_text text_of(const char *bytes)
{
    return (struct merge_text){ bytes, strlen(bytes) };
}

static void assert_merged(const char *base, const char *mine, const char *theirs,
                          const char *wanted, size_t conflicts)
{
    struct strbuf out = STRBUF_INIT;
    struct merge merge;

    merge_make(&merge, text_of(base), text_of(mine), text_of(theirs));
    merge_write(&merge, NULL, &out);
    assert_string_equal(out.data, wanted);
    assert_int_equal(merge.conflicts, conflicts);
    merge_release(&merge);
    strbuf_release(&out);
}

static void changes_of_different_lines_are_both_taken(void **state)
{
    (void)state;
    assert_merged("1\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n",
                  "one\n2\n3\n4\nfive\n", 0);
    assert_merged("1\n2\n3\n", "1\n3\n", "1\n2\n3\n4\n", "1\n3\n4\n", 0);
    assert_merged("1\n2\n3\n", "0\n1\n2\n3\n", "1\n2\n3\n4\n", "0\n1\n2\n3\n4\n", 0);
}

static void the_same_change_is_taken_once(void **state)
{
    (void)state;
    assert_merged("1\n2\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\n", 0);
    assert_merged("", "x\n", "x\n", "x\n", 0);
}

static void changes_of_one_line_are_a_conflict_with_both_sides(void **state)
{
    (void)state;
    assert_merged("1\n2\n3\n", "1\nmine\n3\n", "1\ntheirs\n3\n",
                  "1\n<<<<<<< mine\nmine\n=======\ntheirs\n>>>>>>> theirs\n3\n", 1);
    assert_merged("1\n2\n3\n", "1\n3\n", "1\ntwo\n3\n",
                  "1\n<<<<<<< mine\n=======\ntwo\n>>>>>>> theirs\n3\n", 1);
    /* Both wrote at the same place: nobody knows in which order. */
    assert_merged("1\n", "1\nmine\n", "1\ntheirs\n",
                  "1\n<<<<<<< mine\nmine\n=======\ntheirs\n>>>>>>> theirs\n", 1);
    assert_merged("1", "mine", "theirs", "<<<<<<< mine\nmine\n=======\ntheirs\n>>>>>>> theirs\n",
                  1);
}

static void neighbouring_changes_are_a_conflict(void **state)
{
    (void)state;
    assert_merged("1\n2\n", "one\n2\n", "1\ntwo\n",
                  "<<<<<<< mine\none\n2\n=======\n1\ntwo\n>>>>>>> theirs\n", 1);
}

static void what_both_agree_about_is_no_part_of_a_conflict(void **state)
{
    (void)state;
    assert_merged("1\n2\n3\n", "same\nmine\nend\n", "same\ntheirs\nend\n",
                  "same\n<<<<<<< mine\nmine\n=======\ntheirs\n>>>>>>> theirs\nend\n", 1);
}

static void a_choice_settles_a_conflict(void **state)
{
    static const struct {
        enum merge_choice choices[2];
        const char *wanted;
    } cases[] = {
        {{ MERGE_TAKE_MINE, MERGE_TAKE_THEIRS },  "m1\n2\n3\nt4"        },
        { { MERGE_TAKE_THEIRS, MERGE_TAKE_MINE }, "t1\n2\n3\nm4"        },
        { { MERGE_TAKE_BOTH, MERGE_TAKE_BOTH },   "m1\nt1\n2\n3\nm4\nt4"},
    };
    struct merge merge;

    (void)state;
    merge_make(&merge, text_of("1\n2\n3\n4"), text_of("m1\n2\n3\nm4"), text_of("t1\n2\n3\nt4"));
    assert_int_equal(merge.conflicts, 2);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct strbuf out = STRBUF_INIT;

        merge_write(&merge, cases[i].choices, &out);
        assert_string_equal(out.data, cases[i].wanted);
        strbuf_release(&out);
    }
    merge_release(&merge);
}

/* ---- whatever the texts ---- */

static void random_lines(struct random *random, struct strbuf *out)
{
    for (uint64_t i = chance(random, 14); i > 0; i--)
        strbuf_printf(out, "line %d%s", (int)chance(random, 8), i == 1 && i % 3 == 0 ? "" : "\n");
}

/* Another text made of one, line by line. */
static void random_change(struct random *random, const struct strbuf *from, struct strbuf *out)
{
    for (const char *at = from->data; *at != '\0';) {
        size_t size = strcspn(at, "\n");

        size += at[size] == '\n';
        if (chance(random, 6) == 0)
            strbuf_printf(out, "new %d\n", (int)chance(random, 4));
        if (chance(random, 6) != 0)
            strbuf_add_bytes(out, at, size);
        at += size;
    }
}

static void assert_clean(const struct strbuf *base, const struct strbuf *mine,
                         const struct strbuf *theirs, const struct strbuf *wanted)
{
    assert_merged(base->data, mine->data, theirs->data, wanted->data, 0);
}

static void assert_whole(const struct merge *merge, const struct strbuf *mine,
                         const struct strbuf *theirs)
{
    struct strbuf my_side = STRBUF_INIT, their_side = STRBUF_INIT;

    for (size_t i = 0; i < merge->regions.count; i++) {
        const struct merge_region *region = vector_at(&merge->regions, i);

        strbuf_add_bytes(&my_side, region->mine.bytes, region->mine.length);
        strbuf_add_bytes(&their_side, region->theirs.bytes, region->theirs.length);
    }
    assert_string_equal(my_side.data, mine->data);
    assert_string_equal(their_side.data, theirs->data);
    strbuf_release(&my_side);
    strbuf_release(&their_side);
}

static enum merge_kind mirrored(enum merge_kind kind)
{
    return kind == MERGE_MINE ? MERGE_THEIRS : kind == MERGE_THEIRS ? MERGE_MINE : kind;
}

static void assert_mirrored(const struct merge *merge, const struct merge *other)
{
    assert_int_equal(merge->conflicts, other->conflicts);
    assert_int_equal(merge->regions.count, other->regions.count);
    for (size_t i = 0; i < merge->regions.count; i++) {
        const struct merge_region *a = vector_at(&merge->regions, i);
        const struct merge_region *b = vector_at(&other->regions, i);

        assert_int_equal(a->kind, mirrored(b->kind));
        assert_ptr_equal(a->mine.bytes, b->theirs.bytes);
        assert_int_equal(a->mine.length, b->theirs.length);
        assert_ptr_equal(a->theirs.bytes, b->mine.bytes);
        assert_int_equal(a->theirs.length, b->mine.length);
    }
}

static void merges_lose_nothing_and_know_no_favourite(void **state)
{
    struct random random = random_seeded(5);

    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct strbuf base = STRBUF_INIT, mine = STRBUF_INIT, theirs = STRBUF_INIT;
        struct merge merge, other;

        random_lines(&random, &base);
        random_change(&random, &base, &mine);
        random_change(&random, &base, &theirs);
        assert_clean(&base, &base, &theirs, &theirs);
        assert_clean(&base, &mine, &base, &mine);
        assert_clean(&base, &mine, &mine, &mine);
        merge_make(&merge, text_of(base.data), text_of(mine.data), text_of(theirs.data));
        merge_make(&other, text_of(base.data), text_of(theirs.data), text_of(mine.data));
        assert_whole(&merge, &mine, &theirs);
        assert_mirrored(&merge, &other);
        merge_release(&merge);
        merge_release(&other);
        strbuf_release(&base);
        strbuf_release(&mine);
        strbuf_release(&theirs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_of_different_lines_are_both_taken),
        cmocka_unit_test(the_same_change_is_taken_once),
        cmocka_unit_test(changes_of_one_line_are_a_conflict_with_both_sides),
        cmocka_unit_test(neighbouring_changes_are_a_conflict),
        cmocka_unit_test(what_both_agree_about_is_no_part_of_a_conflict),
        cmocka_unit_test(a_choice_settles_a_conflict),
        cmocka_unit_test(merges_lose_nothing_and_know_no_favourite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
