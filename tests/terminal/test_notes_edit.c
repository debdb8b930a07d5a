#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/scratch.h"
#include "note_world.h"

/* Notes that are written in the terminal: nothing that was typed is lost, whatever happens. */

#define A_SECOND 1000
#define TRIES    5

/* The editor, with a line typed below the heading. */
static struct vt *type_line(const struct demo_world *world, const char *login, const char *line)
{
    struct vt *vt = note_world_open(world, login, 24, 80);
    char *keys = memory_printf("o%s", line);

    studio_type(vt, "i", "[Edit]");
    studio_type(vt, keys, line);
    free(keys);
    return vt;
}

static void assert_kept(const struct demo_world *world, const char *text, bool kept)
{
    char *now = note_world_text(world);

    if ((strstr(now, text) != NULL) != kept)
        fail_msg("the notes %s \"%s\"", kept ? "lack" : "have", text);
    free(now);
}

static void what_is_typed_is_kept_as_a_revision(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "alice", "How to migrate");

    assert_shown(vt, "INSERT");
    assert_golden(vt, "notes-typing");
    studio_type(vt, "\033!w", "Keep revision 2 of note 2 R2025.03");
    assert_shown(vt, "Against revision 1 by alice: words added 3, removed 0.");
    studio_type(vt, "say how\r", "rev 2 DRAFT");
    assert_shown(vt, "Kept as revision 2.");
    assert_shown(vt, "How to migrate");
    assert_kept(world, "How to migrate", true);
    assert_non_null(
        strstr(run_pilab(world->sandbox, "note", "revisions", "2", NULL)->out.data, "say how"));
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_leave(&vt);
}

static void undo_goes_back_to_what_is_kept(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "alice", "slip");

    studio_type(vt, "\033u", "nothing changed");
    studio_type(vt, "!w", "nothing was changed");
    studio_type(vt, "\033", "nothing changed");
    studio_type(vt, "\033", "[Read]");
    assert_not_shown(vt, "is not kept");
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_leave(&vt);
}

static void esc_leaves_to_reading_and_loses_nothing(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "alice", "half a thought");

    studio_type(vt, "\033\033", "[Read]");
    assert_shown(vt, "is not kept: i goes on");
    assert_golden(vt, "notes-not-kept");
    studio_type(vt, "i", "half a thought");
    studio_type(vt, "\033", "[Read]");
    studio_type(vt, "!d", "Throw away what you typed");
    studio_type(vt, "y", "thrown away");
    assert_not_shown(vt, "is not kept");
    note_world_wait_draft(world, vt, "alice", NULL);
    assert_kept(world, "half a thought", false);
    studio_leave(&vt);
}

static void the_command_line_keeps_as_vi_does(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "alice", "by the line");

    studio_type(vt, "\033:w\r", "Keep revision 2");
    studio_type(vt, "\r", "Kept as revision 2.");
    assert_shown(vt, "[Edit]");
    assert_shown(vt, "from rev 2");
    assert_kept(world, "by the line", true);
    studio_type(vt, "\033", "rev 2 DRAFT");
    studio_leave(&vt);
}

static void the_command_line_leaves_the_text_and_not_the_program(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "alice", "left by the line");

    studio_type(vt, "\033:q\r", "[Read]");
    assert_shown(vt, "is not kept: i goes on");
    studio_type(vt, "i", "left by the line");
    studio_type(vt, ":q!\r", "throw away");
    studio_type(vt, "y", "thrown away");
    assert_shown(vt, "[Read]");
    studio_type(vt, "i", "nothing changed");
    studio_type(vt, ":q!\r", "[Read]");
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_leave(&vt);
}

static void before_approvals_lapse_it_says_whose(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    note_world_login(world, "carla");
    DO(world, "note", "review", "2");
    DO(world, "note", "approve", "2");
    vt = note_world_open(world, "alice", 24, 80);
    studio_type(vt, "i", "the approval of carla");
    assert_golden(vt, "notes-lapse");
    studio_type(vt, "\033", "rev 1 APPROVED");
    studio_type(vt, "iy", "[Edit]");
    studio_type(vt, "onew\033!w", "It makes lapse: the approval of carla, the review of");
    studio_type(vt, "\r", "rev 2 DRAFT");
    assert_shown(vt, "lapsed: the approval of carla");
    studio_type(vt, "gTgTgT", "[Approvals 0/1]");
    assert_shown(vt, "lapsed:");
    studio_leave(&vt);
}

static void an_editor_of_ones_own_is_a_key_away(void **state)
{
    const struct demo_world *world = *state;
    char *script = scratch_file(sandbox_files(world->sandbox), "editor",
                                "#!/bin/sh\nprintf 'written elsewhere\\n' >> \"$1\"\n");
    char *editor = memory_printf("EDITOR=%s", script);
    struct vt *vt;

    assert_int_equal(chmod(script, 0700), 0);
    harness_set(world->harness, editor);
    vt = note_world_open(world, "alice", 24, 80);
    studio_type(vt, "e", "The text is here, and not kept yet");
    assert_shown(vt, "[Edit]");
    studio_type(vt, "E", "The text is here");
    studio_type(vt, "!w", "words added 4, removed 0");
    studio_type(vt, "\r", "rev 2 DRAFT");
    assert_kept(world, "written elsewhere\nwritten elsewhere\n", true);
    studio_leave(&vt);
    harness_set(world->harness, "PILAB_RESTRICTED=1");
    vt = note_world_open(world, "alice", 24, 80);
    studio_type(vt, "e", "$EDITOR: ");
    assert_not_shown(vt, "[Edit]");
    studio_leave(&vt);
    free(editor);
    free(script);
}

/* The cursor stands on the last line of the screen, where messages are. */
static void messages_cover_nothing_that_is_typed(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);
    int row;

    studio_type(vt, "iGo", "INSERT");
    studio_type(vt, "the last line", "the last line");
    studio_type(vt, "\033:edits\r", "Esc dismisses");
    row = vt_find(vt, "the last line");
    assert_true(row > 0);
    assert_int_equal(vt_cursor(vt).row, row);
    assert_true(vt_find(vt, "Esc dismisses") > row);
    studio_type(vt, "A goes on", "the last line goes on");
    assert_shown(vt, "Esc dismisses");
    assert_true(vt_cursor(vt).row < vt_find(vt, "Esc dismisses"));
    studio_type(vt, "\033", "NORMAL");
    vt_send(vt, "\033");
    assert_true(vt_wait_gone(vt, "Esc dismisses"));
    assert_shown(vt, "[Edit]");
    studio_type(vt, "\033", "[Read]");
    studio_leave(&vt);
}

/* --- Recovery --------------------------------------------------------------------------------- */

/* What a busy machine adds to one of them says nothing of the program. */
static void what_is_typed_is_safe_within_a_second(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "alice", "begin");
    int64_t quickest = INT64_MAX;

    for (int i = 0; i < TRIES; i++) {
        char *word = memory_printf(" word%d", i);
        int64_t took;

        studio_type(vt, word, word);
        took = note_world_wait_draft(world, vt, "alice", word);
        quickest = took < quickest ? took : quickest;
        free(word);
    }
    assert_true(quickest < patience(A_SECOND));
    studio_type(vt, "\033", "NORMAL");
    studio_leave(&vt);
}

static void end_by(const struct demo_world *world, int number)
{
    struct vt *vt = type_line(world, "alice", "not to be lost");

    if (number == SIGKILL)
        note_world_wait_draft(world, vt, "alice", "not to be lost");
    if (number == SIGHUP)
        vt_hang_up(vt);
    else
        vt_signal(vt, number);
    assert_true(vt_exit(vt, VT_PATIENCE) > 0);
    vt_free(&vt);
}

static void assert_offered(const struct demo_world *world)
{
    struct vt *vt = harness_start(world->harness, 24, 80, "pilab", NULL);

    assert_true(vt_wait_text(vt, "Your text of note 2, rev 1, 14:30, was not kept"));
    studio_type(vt, "l", "{+not to be lost+}");
    studio_type(vt,
                "\033"
                "4",
                "Typed and not kept");
    studio_type(vt, "gg\rt", "Your text is here again");
    assert_shown(vt, "not to be lost");
    studio_type(vt, "!w", "Keep revision 2");
    studio_type(vt, "\r", "rev 2 DRAFT");
    assert_kept(world, "not to be lost", true);
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_leave(&vt);
}

static void a_killed_session_is_offered_back(void **state)
{
    end_by(*state, SIGKILL);
    assert_offered(*state);
}

static void a_line_that_dropped_is_offered_back(void **state)
{
    end_by(*state, SIGHUP);
    assert_offered(*state);
}

static void a_terminated_session_is_offered_back(void **state)
{
    end_by(*state, SIGTERM);
    assert_offered(*state);
}

static void what_is_offered_can_be_thrown_away_or_left(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    end_by(world, SIGTERM);
    vt = harness_start(world->harness, 24, 80, "pilab", NULL);
    assert_true(vt_wait_text(vt, "was not kept"));
    assert_true(vt_wait_text(vt, "Open drift"));
    assert_golden(vt, "notes-offer");
    studio_type(vt, "\033", "What would");
    studio_leave(&vt);
    vt = harness_start(world->harness, 24, 80, "pilab", NULL);
    assert_true(vt_wait_text(vt, "was not kept"));
    studio_type(vt, "d", "It is nowhere else");
    studio_type(vt, "y", "The text is thrown away.");
    studio_leave(&vt);
    vt = demo_world_open(world, 24, 80);
    assert_not_shown(vt, "was not kept");
    studio_leave(&vt);
}

/* --- Two people ------------------------------------------------------------------------------- */

static void two_people_who_changed_different_lines_get_both(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);

    studio_type(vt, "iGo", "[Edit]");
    studio_type(vt, "the end by alice\033", "the end by alice");
    note_world_edit(world, "carla", "# Release Notes", "# The notes");
    assert_true(vt_wait_text(vt, "from rev 1, rev 2 is there: !w shows it"));
    studio_type(vt, "!w", "carla made revision 2 meanwhile");
    assert_shown(vt, "Both fit together");
    assert_shown(vt, "[-Release Notes-]{+The notes+}");
    assert_golden(vt, "notes-merge");
    studio_type(vt, "!w", "Keep revision 3");
    studio_type(vt, "\r", "rev 3 DRAFT");
    assert_kept(world, "the end by alice", true);
    assert_kept(world, "# The notes", true);
    studio_leave(&vt);
}

static void a_conflict_is_chosen_region_by_region(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);

    studio_type(vt, "iA", "INSERT");
    studio_type(vt, " by alice\033", "by alice");
    note_world_edit(world, "carla", "# Release Notes", "# The notes");
    studio_type(vt, "!w", "1 place that both changed, 1 to choose");
    assert_golden(vt, "notes-conflict");
    studio_type(vt, "!w", "1 to choose first");
    studio_type(vt, "\033t", "0 to choose");
    studio_type(vt, "m", "mine");
    studio_type(vt, "\033", "[Edit]");
    assert_shown(vt, "by alice");
    studio_type(vt, "!w", "1 to choose");
    studio_type(vt, "b", "both");
    studio_type(vt, "\r", "Both are in one text");
    assert_shown(vt, "# The notes");
    assert_shown(vt, "by alice");
    studio_type(vt, "!w", "Keep revision 3");
    studio_type(vt, "\r", "rev 3 DRAFT");
    assert_kept(world, "# The notes", true);
    assert_kept(world, "by alice", true);
    studio_leave(&vt);
}

static void a_conflict_settled_by_hand_leaves_no_marks(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);

    studio_type(vt, "iA by alice\033", "by alice");
    note_world_edit(world, "carla", "# Release Notes", "# The notes");
    studio_type(vt, "!w", "1 to choose");
    studio_type(vt, "e\r", "<<<<<<<");
    studio_type(vt, "!w", "Line 1 still has both texts");
    assert_kept(world, "<<<<<<<", false);
    studio_type(vt, "\033ggdd", "=======");
    studio_leave(&vt);
}

/* The screen of the merge is still there, and the text is not. */
static void a_merge_outlives_the_text_it_is_of(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);

    studio_type(vt, "i", "[Edit]");
    studio_type(vt, "oone\033\033", "is not kept: i goes on");
    note_world_edit(world, "carla", "## Summary", "## All in all");
    studio_type(vt, "!w", "carla made revision 2 meanwhile");
    studio_type(vt, ":note show 2\r", "is not kept: i goes on");
    studio_type(vt, "!d", "Throw away what you typed");
    studio_type(vt, "y", "is thrown away");
    studio_type(vt, "\033", "carla made revision 2 meanwhile");
    studio_type(vt, "!w", "Your text is not the one that was merged here");
    assert_shown(vt, "[Read]");
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, note_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_typed_is_kept_as_a_revision),
        CASE(undo_goes_back_to_what_is_kept),
        CASE(esc_leaves_to_reading_and_loses_nothing),
        CASE(the_command_line_keeps_as_vi_does),
        CASE(the_command_line_leaves_the_text_and_not_the_program),
        CASE(before_approvals_lapse_it_says_whose),
        CASE(an_editor_of_ones_own_is_a_key_away),
        CASE(messages_cover_nothing_that_is_typed),
        CASE(what_is_typed_is_safe_within_a_second),
        CASE(a_killed_session_is_offered_back),
        CASE(a_line_that_dropped_is_offered_back),
        CASE(a_terminated_session_is_offered_back),
        CASE(what_is_offered_can_be_thrown_away_or_left),
        CASE(two_people_who_changed_different_lines_get_both),
        CASE(a_conflict_is_chosen_region_by_region),
        CASE(a_conflict_settled_by_hand_leaves_no_marks),
        CASE(a_merge_outlives_the_text_it_is_of),
    };

    return cmocka_run_group_tests_name("notes that are written", tests, NULL, NULL);
}
