#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>

#include "../support/scratch.h"
#include "note_world.h"

/* Notes in the terminal: the list, the tabs, and what is decided. */

static void notes_stand_by_what_they_wait_for(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    DO(world, "note", "review", "2");
    note_world_login(world, "carla");
    vt = demo_world_open(world, 24, 80);
    assert_true(vt_wait_text(vt, "2 wait for you"));
    studio_type(vt, "4", "Wait for you");
    assert_golden(vt, "notes-list");
    studio_type(vt, "!", "Approve this very text");
    studio_type(vt, "\033\r", "Release Notes - R2025.03");
    studio_leave(&vt);
}

/* However they are sorted: what was made last is what one comes for. */
static void the_newest_notes_are_met_under_the_cursor(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    DO(world, "note", "reject", "2", "--reason", "not yet");
    DO(world, "note", "review", "1");
    note_world_login(world, "alice");
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "4", "▶ 2");
    studio_type(vt, "k\r", "[Read]");
    studio_type(vt, "\033", "▶ 1");
    DO(world, "note", "generate", "--from", "SIT", "--to", "UAT");
    assert_true(vt_wait_text(vt, "  3  "));
    assert_shown(vt, "▶ 1");
    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "4", "▶ 3");
    studio_leave(&vt);
}

static void each_tab_shows_its_side(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    note_world_edit(world, "carla", "Release Notes", "Notes for you");
    vt = note_world_open(world, "alice", 24, 80);
    assert_shown(vt, "Notes for you - R2025.03");
    assert_shown(vt, "rev 2 DRAFT");
    assert_golden(vt, "notes-read");
    studio_type(vt, "gt", "[Markdown]");
    assert_shown(vt, "# Notes for you - R2025.03");
    studio_type(vt, "gt", "[Table]");
    studio_type(vt, "j", "Sign in with fingerprint or face  MB-234, #118"); /* whole */
    assert_golden(vt, "notes-table");
    studio_type(vt, "gt", "[Balance]");
    assert_shown(vt, "Where every commit went");
    studio_type(vt, "gt", "[Approvals 0/1]");
    assert_golden(vt, "notes-approvals");
    studio_type(vt, "gt", "[Revisions 2]");
    assert_shown(vt, "+2 -1");
    assert_golden(vt, "notes-revisions");
    studio_type(vt, "gt", "[JSON]");
    assert_shown(vt, "\"schema\"");
    studio_leave(&vt);
}

static void a_wide_screen_shows_all_of_it(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 48, 160);

    assert_golden(vt, "notes-read-160x48");
    studio_type(vt, "gtgt", "[Table]");
    assert_golden(vt, "notes-table-160x48");
    studio_leave(&vt);
}

static void revisions_are_read_and_compared(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    note_world_edit(world, "carla", "Release Notes", "Notes for you");
    note_world_edit(world, "dan", "Notes for you", "Notes for all");
    vt = note_world_open(world, "alice", 24, 80);
    studio_type(vt, "[r", "rev 2/3 DRAFT");
    assert_shown(vt, "Notes for you");
    assert_shown(vt, "rev 3 by dan is the newest");
    studio_type(vt, "[r[r", "That is the first revision");
    studio_type(vt, "]r]r", "rev 3 DRAFT");
    studio_type(vt, "gTgT", "[Revisions 3]");
    studio_type(vt, "gg\r", "[-you-]{+all+}");
    assert_shown(vt, "Revision 3 by dan, against revision 2 by carla");
    studio_type(vt, "\033", "[Revisions 3]");
    studio_type(vt, "c", "Mark a revision");
    studio_type(vt, "G ", "1 marked");
    studio_type(vt, "ggc", "Revision 3 by dan, against revision 1 by alice");
    assert_shown(vt, "[-Release -]Notes{+ for all+}");
    studio_leave(&vt);
}

static void what_is_refused_says_why(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);

    studio_type(vt, "!", "it is GENERATED");
    assert_golden(vt, "notes-refused");
    studio_type(vt, "P", "it is GENERATED");
    studio_type(vt, "\033", "[Read]");
    studio_leave(&vt);
    vt = note_world_open(world, "vera", 24, 80);
    studio_type(vt, "i", "vera");
    assert_not_shown(vt, "[Edit]");
    studio_leave(&vt);
}

static void from_review_to_published_bytes(void **state)
{
    const struct demo_world *world = *state;
    char *folder = scratch_path(sandbox_files(world->sandbox), "out");
    char *path = scratch_path(folder, "R2025.03.md"), *text = note_world_text(world), *written;
    char *keys = memory_printf("%s\023", folder);
    struct vt *vt = note_world_open(world, "carla", 24, 80);

    studio_type(vt, "!R", "Review note 2 R2025.03");
    studio_type(vt, "y", "rev 1 REVIEWED");
    studio_type(vt, "!a", "Approve note 2 R2025.03");
    studio_type(vt, "y", "rev 1 APPROVED");
    assert_shown(vt, "approved by carla");
    studio_type(vt, "!P", "folder");
    studio_type(vt, keys, "What is published never changes");
    studio_type(vt, "y", "rev 1 PUBLISHED");
    assert_shown(vt, "4 files in");
    written = scratch_read(path);
    assert_string_equal(written, text);
    studio_type(vt, "gTgTgT", "[Approvals 1/1]");
    studio_type(vt, "G", "SENT");
    studio_type(vt, "!W", "Withdraw note 2");
    studio_type(vt, "rolled back\ry", "WITHDRAWN");
    studio_type(vt, "!C", "Correct note 2");
    studio_type(vt, "wrong ticket\ry", "note 3 corrects note 2.");
    studio_leave(&vt);
    free(written);
    free(keys);
    free(text);
    free(path);
    free(folder);
}

static void a_rejection_needs_a_reason(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "carla", 24, 80);

    studio_type(vt, "!X", "Reject note 2");
    studio_type(vt, "\r", "others will ask why");
    studio_type(vt, "no guide\r", "Revision 1, for UAT");
    studio_type(vt, "y", "rev 1 DRAFT");
    assert_shown(vt, "rejected by carla");
    studio_type(vt, "gTgTgT", "no guide");
    studio_type(vt, "!R", "carla rejected revision 1");
    studio_type(vt, "\033", "[Approvals 0/1]");
    studio_leave(&vt);
}

static void what_others_decide_is_seen_where_it_is_read(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);

    studio_type(vt, "jjjj", "4");
    note_world_login(world, "carla");
    DO(world, "note", "review", "2");
    assert_true(vt_wait_text(vt, "rev 1 REVIEWED"));
    DO(world, "note", "approve", "2");
    assert_true(vt_wait_text(vt, "Approvals 1/1"));
    note_world_edit(world, "dan", "Release Notes", "Notes for you");
    assert_true(vt_wait_text(vt, "rev 1/2 DRAFT"));
    assert_shown(vt, "rev 2 by dan is the newest: ]r goes there");
    studio_leave(&vt);
}

static void y_offers_what_shows_the_same(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);

    studio_type(vt, "y", "pilab note show 2 --approvals");
    assert_shown(vt, "sqlite3");
    studio_type(vt, "c", "copied");
    studio_leave(&vt);
}

static void a_form_is_written_to_a_file(void **state)
{
    const struct demo_world *world = *state;
    char *path = scratch_path(sandbox_files(world->sandbox), "exported.md");
    char *text = note_world_text(world), *written;
    char *keys = memory_printf("\t\025%s\023", path);
    struct vt *vt = note_world_open(world, "alice", 24, 80);

    studio_type(vt, "!x", "Write note 2 R2025.03 to a file");
    studio_type(vt, keys, "exported.md");
    written = scratch_read(path);
    assert_string_equal(written, text);
    studio_leave(&vt);
    free(written);
    free(keys);
    free(text);
    free(path);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, note_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_newest_notes_are_met_under_the_cursor),
        CASE(notes_stand_by_what_they_wait_for),
        CASE(each_tab_shows_its_side),
        CASE(a_wide_screen_shows_all_of_it),
        CASE(revisions_are_read_and_compared),
        CASE(what_is_refused_says_why),
        CASE(from_review_to_published_bytes),
        CASE(a_rejection_needs_a_reason),
        CASE(what_others_decide_is_seen_where_it_is_read),
        CASE(y_offers_what_shows_the_same),
        CASE(a_form_is_written_to_a_file),
    };

    return cmocka_run_group_tests_name("notes in the terminal", tests, NULL, NULL);
}
