#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>

#include "demo_world.h"

/* The manners that every screen has, over the real program: undo, `!`, jumps, copies, zoom and
 * evidence. */

static struct vt *open_drift(void **state, int rows, int columns)
{
    struct vt *vt = demo_world_open(*state, rows, columns);

    studio_type(vt, ":drift --from SIT --to UAT\r", "[Verdict]");
    return vt;
}

static void marks_and_filters_are_undone(void **state)
{
    struct vt *vt = open_drift(state, 24, 80);

    studio_type(vt, "u", "nothing to undo here");
    studio_type(vt, "  ", "2 marked");
    studio_type(vt, "ftype:config\r", "only type:config");
    studio_type(vt, "u", "undone: filtered by type:config");
    assert_shown(vt, "2 marked");
    studio_type(vt, "u", "undone: marked 1 row");
    assert_shown(vt, "1 marked");
    studio_type(vt, "\x12", "done again: marked 1 row");
    studio_type(vt, ":undo\r", "undone  filtered by type:config");
    studio_leave(&vt);
}

static void the_menu_of_acts_opens_at_once_with_reasons(void **state)
{
    struct vt *vt = open_drift(state, 24, 80);

    assert_true(vt_type(vt, "!"));
    assert_shown(vt, "Make release notes of this report");
    assert_shown(vt, "Keep the report in the project");
    studio_type(vt, "s", "Kept as report");
    studio_type(vt, "!", "it is kept already, as report");
    assert_true(vt_type(vt, "\033"));
    studio_leave(&vt);
}

static void both_keys_jump_to_anything(void **state)
{
    struct vt *vt = open_drift(state, 24, 80);

    studio_type(vt, "\x10", "Jump to");
    assert_shown(vt, "place");
    studio_type(vt, "notes\r", "▸ Notes");
    studio_type(vt, "g/", "Jump to");
    studio_type(vt, "uatsit", "UAT would get, from SIT");
    studio_type(vt, "\r", "[Verdict]");
    studio_leave(&vt);
}

static void what_is_kept_offers_the_sql_that_shows_it(void **state)
{
    struct vt *vt = open_drift(state, 24, 160);

    studio_type(vt, "y", "Copy");
    assert_not_shown(vt, "sqlite3");
    assert_true(vt_type(vt, "\033"));
    studio_type(vt, "!s", "Kept as report");
    studio_type(vt, "y", "sqlite3 -readonly -header");
    studio_type(vt, "s", "bytes copied to the terminal's clipboard (OSC 52)");
    studio_leave(&vt);
}

/* Nothing but the pane's text: what a mouse selects is what is there. */
static void zoom_leaves_no_line(void **state)
{
    struct vt *vt = open_drift(state, 24, 80);

    assert_shown(vt, "─");
    vt_send(vt, "z");
    assert_true(vt_wait_gone(vt, "1 Home"));
    assert_true(vt_wait_gone(vt, "─"));
    for (int row = 0; row < vt_rows(vt) - 1; row++) {
        assert_null(strstr(vt_row(vt, row), "─"));
        assert_null(strstr(vt_row(vt, row), "│"));
    }
    studio_type(vt, "\033", "1 Home");
    studio_leave(&vt);
}

static void evidence_is_written_once_and_through_no_link(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = open_drift(state, 24, 80);
    char *path = path_join(harness_home(world->harness), "screen.txt");
    char *link = path_join(harness_home(world->harness), "link.txt");
    struct strbuf text = STRBUF_INIT;
    struct stat status;

    studio_type(vt, ":screen ~/screen.txt\r", "screen written to ~/screen.txt");
    assert_true(file_read(path, 100000, false, &text, NULL));
    assert_non_null(strstr(text.data, "[Verdict]"));
    assert_non_null(strstr(text.data, "80x24, 2025-01-22T14:30:00Z"));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    studio_type(vt, ":screen ~/screen.txt\r", "exists already");
    assert_true(vt_type(vt, "\033"));
    assert_int_equal(symlink("elsewhere.txt", link), 0);
    studio_type(vt, ":screen! ~/link.txt\r", "symbolic link");
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_true(vt_type(vt, "\033"));
    strbuf_release(&text);
    free(path);
    free(link);
    studio_leave(&vt);
}

static void all_of_it_works_where_there_is_hardly_room(void **state)
{
    struct vt *vt = open_drift(state, 24, 80);

    vt_resize(vt, 5, 20);
    assert_true(vt_wait_idle(vt));
    assert_true(vt_type(vt, "fsevrity:x"));
    assert_shown(vt, "column 1");
    assert_true(vt_type(vt, "\033"));
    assert_true(vt_type(vt, " "));
    studio_type(vt, "u", "undone: marked");
    assert_true(vt_type(vt, "!"));
    assert_shown(vt, "ignore");
    assert_true(vt_type(vt, "\033"));
    assert_true(vt_type(vt, "\x10"));
    assert_true(vt_type(vt, "\033z"));
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_idle(vt));
    assert_true(vt_type(vt, "z"));
    assert_shown(vt, "[Verdict]");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(marks_and_filters_are_undone),
        CASE(the_menu_of_acts_opens_at_once_with_reasons),
        CASE(both_keys_jump_to_anything),
        CASE(what_is_kept_offers_the_sql_that_shows_it),
        CASE(zoom_leaves_no_line),
        CASE(evidence_is_written_once_and_through_no_link),
        CASE(all_of_it_works_where_there_is_hardly_room),
    };

    return cmocka_run_group_tests_name("studio manners", tests, NULL, NULL);
}
