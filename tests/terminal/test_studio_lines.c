#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/patience.h"
#include "studio_world.h"

/* The lines of a report that come after its first answer. */

#define FILES      600 /* more than are counted at once */
#define CONTENTS   8
#define MANY_LINES 8000
#define ROWS       24
#define COLUMNS    120
#define FIRST_ROW  7 /* of the list: below the head and a heading */
#define LIST_ROWS  8

#define SLOW_LINES "+3421 −3421" /* of each slow file */
#define COUNTING   "lines counted of "

/* Every third line is another one in the second version, and others have gone elsewhere: it takes
 * milliseconds to find out how many. */
static char *slow_content(int number, int version)
{
    struct strbuf text = STRBUF_INIT;
    char *copy;

    for (int i = 0; i < MANY_LINES; i++) {
        int moved = version == 2 && i % 7 == 0 ? i * 13 : i;

        strbuf_printf(&text, "%d %d %d\n", i % 3 == 0 ? version : 0, number, moved % 97);
    }
    copy = memory_copy_text(text.data);
    strbuf_release(&text);
    return copy;
}

static char *quick_content(int number, int version)
{
    return memory_printf("%d\n%d\n%s", number, version, version == 2 ? "more\n" : "");
}

static struct fixture_repository *many_files(char *(*content)(int number, int version))
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *build = fixture_builder(fixture);

    for (int version = 1; version <= 2; version++) {
        for (int number = 0; number < CONTENTS; number++) {
            char *text = content(number, version);

            for (int file = number; file < FILES; file += CONTENTS) {
                char path[32];

                snprintf(path, sizeof path, "src/file-%03d.c", file);
                builder_write(build, path, text);
            }
            free(text);
        }
        builder_commit(build, version == 1 ? "Begin" : "SHOP-7 Change all of them");
        builder_tag(build, version == 1 ? "v1.0.0" : "v1.1.0");
    }
    return fixture;
}

/* The report of the last two versions, at its first answer. */
static struct vt *open_report(struct studio_world *world, struct fixture_repository *fixture)
{
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, ROWS, COLUMNS);
    studio_type(vt, "\r", "[Verdict]");
    return vt;
}

static char *name_in_row(struct vt *vt, int row)
{
    const char *text = strstr(vt_row(vt, row), "src/file-");

    return memory_printf("%.14s", text != NULL ? text : "none");
}

static void lines_come_by_and_by_and_no_row_moves(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(slow_content);
    struct vt *vt = open_report(world, fixture);
    char *names[LIST_ROWS];
    VTermPos cursor;

    assert_shown(vt, "600 differences");
    assert_shown(vt, COUNTING);
    studio_type(vt, "jjj", " 4/600");
    cursor = vt_cursor(vt);
    for (int i = 0; i < LIST_ROWS; i++)
        names[i] = name_in_row(vt, FIRST_ROW + i);
    /* Those that are seen are counted first. */
    studio_type(vt, "", SLOW_LINES);
    assert_shown(vt, COUNTING);
    assert_int_equal(vt_cursor(vt).row, cursor.row);
    for (int i = 0; i < LIST_ROWS; i++) {
        char *name = name_in_row(vt, FIRST_ROW + i);

        assert_string_equal(name, names[i]);
        free(name);
        free(names[i]);
    }
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void rows_that_are_looked_at_are_counted_first(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(slow_content);
    struct vt *vt = open_report(world, fixture);

    assert_shown(vt, COUNTING);
    studio_type(vt, "G", " 600/600");
    studio_type(vt, "", SLOW_LINES);
    assert_shown(vt, COUNTING);
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void a_typed_comparison_is_counted_while_it_is_shown(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(quick_content);
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, ROWS, COLUMNS);
    studio_type(vt, ":drift v1.0.0..v1.1.0\r", "600 differences");
    studio_type(vt, "", "+1,200 −600 lines");
    assert_not_shown(vt, COUNTING);
    assert_shown(vt, "+2 −1");
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void all_of_them_settle_and_say_their_sum(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(quick_content);
    struct vt *vt = open_report(world, fixture);

    studio_type(vt, "", "+1,200 −600 lines");
    assert_not_shown(vt, COUNTING);
    assert_shown(vt, "+2 −1");
    studio_type(vt, "b", "+1200 −600");
    assert_shown(vt, "1 commit = 1 in notes");
    studio_leave(&vt);
    /* The commit is kept: only the files are read again. */
    vt = open_report(world, fixture);
    studio_type(vt, "b", "+1200 −600");
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void leaving_asks_nothing_and_does_not_wait(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(slow_content);
    struct vt *vt = open_report(world, fixture);
    int64_t before;

    assert_shown(vt, COUNTING);
    before = clock_monotonic();
    vt_send(vt, "Q");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    assert_true(clock_monotonic() - before < patience(2000));
    vt_free(&vt);
    fixture_free(&fixture);
}

static void closing_the_report_ends_the_counting_silently(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(slow_content);
    struct vt *vt = open_report(world, fixture);

    assert_shown(vt, COUNTING);
    studio_type(vt, "q", "Compare the last two versions");
    assert_true(vt_wait_gone(vt, COUNTING));
    assert_not_shown(vt, "Stopped");
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void another_report_ends_the_counting_of_this_one(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(slow_content);
    struct vt *vt = open_report(world, fixture);

    assert_shown(vt, COUNTING);
    studio_type(vt, ":drift v1.1.0..v1.0.0 --type code\r", "v1.1.0 → v1.0.0");
    assert_shown(vt, COUNTING); /* of its own */
    assert_not_shown(vt, "Stopped");
    studio_type(vt, "q", "files, stopped");
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void stopping_says_how_far_it_came(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(slow_content);
    struct vt *vt = open_report(world, fixture);

    assert_shown(vt, COUNTING);
    studio_type(vt, "\003", "Stopped: count lines");
    assert_shown(vt, " of 600 files, stopped");
    assert_true(vt_wait_gone(vt, "↻"));
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void a_patch_is_read_when_it_is_looked_at_meanwhile(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(slow_content);
    struct vt *vt = open_report(world, fixture);

    assert_shown(vt, COUNTING);
    studio_type(vt, "p", "@@ -1,");
    assert_shown(vt, "src/file-000.c");
    studio_type(vt, "\033", COUNTING);
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void a_report_is_not_kept_with_half_of_its_lines(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_files(slow_content);
    struct vt *vt = open_report(world, fixture);

    assert_shown(vt, COUNTING);
    studio_type(vt, "!s", "its lines are being counted");
    studio_type(vt, "\033", "[Verdict]");
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void few_files_come_with_the_first_answer(void **state)
{
    struct studio_world *world = *state;
    struct vt *vt = studio_open(world, ROWS, COLUMNS);

    studio_type(vt, "\r", "[Verdict]");
    assert_not_shown(vt, COUNTING);
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(lines_come_by_and_by_and_no_row_moves),
        CASE(rows_that_are_looked_at_are_counted_first),
        CASE(a_typed_comparison_is_counted_while_it_is_shown),
        CASE(all_of_them_settle_and_say_their_sum),
        CASE(leaving_asks_nothing_and_does_not_wait),
        CASE(closing_the_report_ends_the_counting_silently),
        CASE(another_report_ends_the_counting_of_this_one),
        CASE(stopping_says_how_far_it_came),
        CASE(a_patch_is_read_when_it_is_looked_at_meanwhile),
        CASE(a_report_is_not_kept_with_half_of_its_lines),
        CASE(few_files_come_with_the_first_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
