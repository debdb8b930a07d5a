#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "note_world.h"

/* What ended sessions left, and what others of the same person are at. The list of what is offered
 * is read anew all the time: with the sanitizers these find whoever holds on to an old one. */

static struct vt *type_line(const struct demo_world *world, const char *line)
{
    struct vt *vt = note_world_open(world, "alice", 24, 80);
    char *keys = memory_printf("o%s", line);

    studio_type(vt, "i", "[Edit]");
    studio_type(vt, keys, line);
    note_world_wait_draft(world, vt, "alice", line);
    free(keys);
    return vt;
}

static void kill_it(struct vt **vt)
{
    vt_signal(*vt, SIGKILL);
    assert_int_equal(vt_exit(*vt, VT_PATIENCE), 128 + SIGKILL);
    vt_free(vt);
}

static struct vt *open_offer(const struct demo_world *world)
{
    struct vt *vt = harness_start(world->harness, 24, 80, "pilab", NULL);

    if (!vt_wait_text(vt, "Your text of note 2, rev 1"))
        assert_shown(vt, "Your text of note 2, rev 1");
    return vt;
}

/* The place of the notes is opened by it, and reads what is offered. */
static void what_is_taken_up_at_the_start_outlives_the_list(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "typed before");

    kill_it(&vt);
    vt = open_offer(world);
    studio_type(vt, "t", "Your text is here again");
    assert_shown(vt, "typed before");
    studio_type(vt, "\033", "is not kept: i goes on");
    studio_type(vt, "\033", "Waits for you");
    studio_type(vt, "4", "No  Version");
    assert_not_shown(vt, "Typed and not kept");
    studio_type(vt, ":note show 2\r", "[Read]");
    assert_shown(vt, "is not kept: i goes on");
    studio_type(vt, "!w", "Keep revision 2");
    studio_type(vt, "\r", "rev 2 DRAFT");
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_leave(&vt);
}

/* Somebody else writes while the question stands there: the list below it is another then. */
static void the_list_may_change_below_the_question(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "asked about");

    kill_it(&vt);
    vt = open_offer(world);
    studio_type(vt, "\033", "What would");
    studio_type(vt, "4", "Typed and not kept");
    vt_resize(vt, 24, 160); /* what the question hides of the list is little then */
    studio_type(vt, "gg\r", "take it up");
    note_world_edit(world, "carla", "# Release Notes", "# The notes");
    note_world_login(world, "alice");
    studio_type(vt, "", "DRAFT");
    studio_type(vt, "t", "Your text is here again");
    assert_shown(vt, "asked about");
    studio_type(vt, "!w", "carla made revision 2 meanwhile");
    studio_type(vt, "\033", "[Edit]");
    studio_type(vt, "!d", "Throw away what you typed");
    studio_type(vt, "y", "thrown away");
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_leave(&vt);
}

static void what_is_thrown_away_is_not_taken_up(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "of no use");

    kill_it(&vt);
    vt = open_offer(world);
    studio_type(vt, "\033", "What would");
    studio_type(vt, "4", "Typed and not kept");
    studio_type(vt, "gg\rl", "{+of no use+}");
    studio_type(vt, "\033", "Typed and not kept");
    studio_type(vt, "gg\rd", "It is nowhere else");
    vt_send(vt, "y");
    assert_true(vt_wait_gone(vt, "Typed and not kept"));
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_leave(&vt);
}

/* The first session is alive: its text is nothing to be taken from it. */
static void what_another_session_is_at_is_said_and_not_offered(void **state)
{
    const struct demo_world *world = *state;
    struct vt *first = type_line(world, "in the first window"), *second;

    second = harness_start(world->harness, 24, 80, "pilab", NULL);
    if (!vt_wait_text(second, "You are typing into note 2 in another session"))
        assert_shown(second, "You are typing into note 2 in another session");
    assert_not_shown(second, "take it up");
    studio_type(second, "4", "being typed");
    studio_type(second, "gg\r", "You are typing into note 2 in another session");
    assert_not_shown(second, "take it up");
    studio_type(second, ":note show 2\r", "[Read]");
    studio_type(second, "i", "You are typing into these notes in another session, too");
    studio_type(second, "\033", "[Read]");
    studio_type(second, "\033", "being typed");
    kill_it(&first);
    /* What is said of it speaks of taking it up, too, and goes with the next key. */
    if (!vt_see_text(second, "That session has ended"))
        assert_shown(second, "That session has ended");
    studio_type(second, "gg\r", "take it up");
    studio_type(second, "t", "Your text is here again");
    assert_shown(second, "in the first window");
    studio_type(second, "!d", "Throw away what you typed");
    studio_type(second, "y", "thrown away");
    studio_leave(&second);
}

/* As after a terminal that was closed a moment ago: the old session still stands when the new one
 * begins. */
static void a_session_that_was_about_to_end_is_told_of(void **state)
{
    const struct demo_world *world = *state;
    struct vt *first = type_line(world, "in a closed window"), *second;

    second = harness_start(world->harness, 24, 80, "pilab", NULL);
    if (!vt_wait_text(second, "You are typing into note 2 in another session"))
        assert_shown(second, "You are typing into note 2 in another session");
    kill_it(&first);
    if (!vt_see_text(second, "That session has ended"))
        assert_shown(second, "That session has ended");
    studio_type(second, "4", "Typed and not kept");
    studio_type(second, "gg\r", "take it up");
    studio_type(second, "t", "Your text is here again");
    assert_shown(second, "in a closed window");
    studio_type(second, "!d", "Throw away what you typed");
    studio_type(second, "y", "thrown away");
    studio_leave(&second);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, note_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_taken_up_at_the_start_outlives_the_list),
        CASE(the_list_may_change_below_the_question),
        CASE(what_is_thrown_away_is_not_taken_up),
        CASE(what_another_session_is_at_is_said_and_not_offered),
        CASE(a_session_that_was_about_to_end_is_told_of),
    };

    return cmocka_run_group_tests_name("texts that sessions left", tests, NULL, NULL);
}
