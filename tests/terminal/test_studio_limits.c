#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/hostile_fixture.h"
#include "../support/patience.h"
#include "studio_world.h"

/* What the studio costs on a slow line, how fast it is there, and what it does when the terminal
 * goes or the texts are hostile. */

#define MOVES 40

static struct fixture_repository *long_history(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);
    struct strbuf name = STRBUF_INIT;

    builder_write(builder, "README.md", "# Long\n");
    builder_commit(builder, "feat: begin");
    builder_tag(builder, "v1");
    for (int i = 0; i < 120; i++) {
        strbuf_clear(&name);
        strbuf_printf(&name, "src/module-%03d/implementation.c", i);
        builder_write(builder, name.data, "int nothing;\n");
        strbuf_clear(&name);
        strbuf_printf(&name, "feat: add the part with the number %d [TEAM-%d]", i, i);
        builder_commit(builder, name.data);
    }
    builder_tag(builder, "v2");
    strbuf_release(&name);
    fixture_open(fixture);
    return fixture;
}

/* What is counted behind the screen, and the minute of the clock, may come first. */
static bool is_quiet_at_last(struct vt *vt)
{
    int quiet = 0;

    for (int i = 0; i < 12 && quiet < 3; i++) {
        size_t before = vt_bytes(vt);

        vt_listen(vt, 400);
        quiet = vt_bytes(vt) == before ? quiet + 1 : 0;
    }
    return quiet == 3;
}

static void moving_and_scrolling_in_a_report_are_cheap(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = long_history();
    size_t move, scroll;
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, "\r", "Verdict");
    assert_true(is_quiet_at_last(vt));
    move = dearest_key(vt, "j", 8);
    assert_true(vt_type(vt, "\006"));
    assert_true(vt_type(vt, "\006"));
    scroll = dearest_key(vt, "j", MOVES);
    print_message("bytes: cursor move %zu, scrolled row %zu\n", move, scroll);
    assert_in_range(move, 1, 450);
    assert_in_range(scroll, 1, 600);
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void nothing_is_written_when_nothing_happens(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    assert_true(is_quiet_at_last(vt));
    studio_leave(&vt);
}

static void the_first_screen_is_there_at_once(void **state)
{
    struct studio_world *world = *state;
    int64_t best = INT64_MAX;

    for (int i = 0; i < 5; i++) {
        int64_t start = clock_monotonic(), took;
        struct vt *vt = harness_start_silent(world->harness, 24, 80, "pilab", NULL);

        assert_true(vt_see_text(vt, "Home"));
        took = clock_monotonic() - start;
        best = took < best ? took : best;
        assert_true(vt_wait_text(vt, "Compare"));
        studio_leave(&vt);
    }
    print_message("first screen: %d ms (best of 5)\n", (int)best);
    assert_in_range(best, 0, patience(500));
}

static void a_line_that_drops_ends_it_within_a_second(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    vt_hang_up(vt);
    assert_int_equal(vt_exit(vt, 1000), 129);
    vt_free(&vt);
}

static void a_line_that_drops_ends_it_also_when_hangups_are_ignored(void **state)
{
    struct studio_world *world = *state;
    char *program = harness_program("pilab");
    struct vt *vt;

    vt = harness_start(world->harness, 24, 80, "/bin/sh", "-c", "trap '' HUP; exec \"$0\"", program,
                       NULL);
    studio_type(vt, "", "Compare");
    vt_hang_up(vt);
    assert_int_equal(vt_exit(vt, 1000), 129);
    vt_free(&vt);
    free(program);
}

static void a_request_to_end_is_heard(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    vt_signal(vt, SIGTERM);
    assert_int_equal(vt_exit(vt, 1000), 143);
    assert_false(vt_full_screen(vt));
    assert_true(vt_echoes(vt));
    vt_free(&vt);
}

static void hostile_texts_are_shown_on_every_screen(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = hostile_fixture_new();
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, ":drift v1..v2\r", "Verdict");
    assert_golden(vt, "studio-hostile-verdict");
    studio_type(vt, "gt", "[Changes");
    assert_golden(vt, "studio-hostile-changes");
    studio_type(vt, "\r", "▸ Change");
    studio_type(vt, "\033", "[Changes");
    studio_type(vt, "gtgt", "[Code");
    studio_type(vt, "/raw.bin\r", "▶");
    studio_type(vt, "p", "^[]0;PWNED^G in the patch");
    studio_type(vt, "\033", "[Code");
    studio_type(vt, "gt", "[Config");
    assert_golden(vt, "studio-hostile-config");
    studio_type(vt, "!n", "Release Notes");
    studio_type(vt, "gt", "[Markdown");
    studio_type(vt, "gtgtgt", "[JSON");
    studio_type(vt, ":drift v1..--output=x\r", "v1 → --output=x");
    assert_only_curses(vt);
    studio_leave(&vt);
    hostile_fixture_assert_quiet(fixture);
    fixture_free(&fixture);
}

/* Names of branches that git itself takes, and one that only a hand can have written. */
static void hostile_branches(struct fixture_repository *fixture)
{
    static const char *const names[] = {
        "bidi-\342\200\256gnorw", "c1-\302\2332J",        "invalid-\377\376",
        "zero\342\200\213width",  "esc-\033]0;PWNED\007",
    };
    static const char *const arguments[] = { "rev-parse", "v2", NULL };
    struct strbuf id = STRBUF_INIT;

    fixture_git(fixture, &id, arguments);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *file = memory_printf("refs/heads/%s", names[i]);

        fixture_write_git_file(fixture, file, id.data);
        free(file);
    }
    strbuf_release(&id);
}

static void hostile_names_of_branches_are_text(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = hostile_fixture_new();
    struct vt *vt;

    hostile_branches(fixture);
    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, "c", "What is there now?");
    assert_golden(vt, "studio-hostile-picker");
    studio_type(vt, "v1\r", "What would replace it?");
    studio_type(vt, "bidi\r", "[Verdict]");
    assert_int_equal(vt_find(vt, "v1..bidi-<U+202E>gnorw"), 0);
    studio_type(vt, "cv1\r", "What would replace it?");
    studio_type(vt, "c1-\r", "v1 → c1-<U+009B>2J");
    studio_type(vt,
                ":drift v1..no-\xe2\x80\xae"
                "such\r",
                "no revision no-<U+202E>such");
    assert_only_curses(vt);
    studio_leave(&vt);
    hostile_fixture_assert_quiet(fixture);
    fixture_free(&fixture);
}

/* The folder's name goes into the title line, the notes, and the title of the window. */
static void a_hostile_folder_is_text(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = release_fixture_new();
    const char *path = fixture_path(fixture);
    char *folder = memory_printf("%.*sesc\033]52;c;UFdORUQ=\007\xe2\x80\xae\xff",
                                 (int)(path_base_name(path) - path), path);
    struct vt *vt;

    assert_int_equal(rename(path, folder), 0);
    harness_enter(world->harness, folder);
    vt = studio_open(world, 24, 80);
    assert_golden(vt, "studio-hostile-folder");
    assert_string_equal(vt_clipboard(vt), "");
    studio_type(vt, "\r", "[Verdict]");
    studio_type(vt, "!n", "Release Notes");
    studio_type(vt, "gt", "[Markdown");
    studio_type(vt, "gtgtgt", "[JSON");
    assert_only_curses(vt);
    assert_string_equal(vt_clipboard(vt), "");
    studio_leave(&vt);
    fixture_free(&fixture);
    free(folder);
}

static void a_subject_of_ten_megabytes_does_not_stall(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = hostile_fixture_new();
    double middle;
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, ":drift v2..v3\r", "Verdict");
    studio_type(vt, "gt", "[Changes");
    middle = median_key(vt, "gt", 9);
    print_message("median key with a subject of 10 MB: %.0f ms\n", middle);
    assert_true(middle < (double)patience(50));
    studio_leave(&vt);
    fixture_free(&fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(moving_and_scrolling_in_a_report_are_cheap),
        CASE(nothing_is_written_when_nothing_happens),
        CASE(the_first_screen_is_there_at_once),
        CASE(a_line_that_drops_ends_it_within_a_second),
        CASE(a_line_that_drops_ends_it_also_when_hangups_are_ignored),
        CASE(a_request_to_end_is_heard),
        CASE(hostile_texts_are_shown_on_every_screen),
        CASE(hostile_names_of_branches_are_text),
        CASE(a_hostile_folder_is_text),
        CASE(a_subject_of_ten_megabytes_does_not_stall),
    };

    return cmocka_run_group_tests_name("studio limits", tests, NULL, NULL);
}
