#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/scratch.h"
#include "demo_world.h"

/* The main job in the terminal over the sample world: a project with its store. */

static void look_at_what_differs(struct vt *vt)
{
    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    assert_golden(vt, "demo-verdict");
    studio_type(vt, "gt", "[Changes");
    assert_golden(vt, "demo-changes");
    studio_type(vt, "\r", "▸ Change");
    assert_golden(vt, "demo-change");
    studio_type(vt, "\033", "[Changes");
    studio_type(vt, "gtgt", "[Code");
    studio_type(vt, "/legacy-login\r", "legacy-login.ts ");
    studio_type(vt, "p", "diff --git");
    assert_golden(vt, "demo-patch");
    studio_type(vt, "\033", "[Code");
    studio_type(vt, "\r", "▸ Difference");
    studio_type(vt, "p", "diff --git");
    studio_type(vt, "\033", "▸ Difference");
    studio_type(vt, "\033", "[Code");
    studio_type(vt, "gt", "[Config");
    assert_golden(vt, "demo-config");
    studio_type(vt, "b", "▸ Balance");
    assert_golden(vt, "demo-balance");
    studio_type(vt, "\033", "[Config");
}

/* The file that the screen writes is what the shell prints. */
static void keep_and_export(const struct demo_world *demo, struct vt *vt)
{
    char *path = scratch_path(sandbox_files(demo->sandbox), "report.json");
    char *command = memory_printf(":report export 4 -o '%s'\r", path);
    char *text;

    studio_type(vt, "!s", "Kept as report 4");
    studio_type(vt, command, "report.json");
    text = scratch_read(path);
    assert_string_equal(run_pilab(demo->sandbox, "report", "export", "4", NULL)->out.data, text);
    assert_non_null(strstr(text, "\"schema\": \"pilab.drift/1\""));
    assert_non_null(strstr(text, "\"total_changes\": 96"));
    free(text);
    free(command);
    free(path);
}

static void make_and_read_notes(struct vt *vt)
{
    studio_type(vt, "!n", "Release Notes");
    assert_golden(vt, "demo-notes");
    studio_type(vt, "gt", "[Markdown]");
    assert_golden(vt, "demo-markdown");
    studio_type(vt, "gtgtgt", "[JSON]");
    assert_golden(vt, "demo-json");
    studio_type(vt, "ym", "copied to the terminal's clipboard");
    /* "# Release", in base64. */
    assert_memory_equal(vt_clipboard(vt), "52;c;IyBSZWxlYXNl", 17);
}

static void from_the_first_screen_to_what_goes_out(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = demo_world_open(demo, 24, 80);

    assert_golden(vt, "demo-home");
    look_at_what_differs(vt);
    keep_and_export(demo, vt);
    make_and_read_notes(vt);
    studio_leave(&vt);
}

static void notes_that_are_kept_are_in_the_list(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":notes --from SIT --to UAT --release R2025.03 --save\r", "Release Notes");
    studio_type(vt, "\033", "Note 2 R2025.03");
    studio_type(vt, "4", "  R2025.03 ");
    studio_type(vt, "gg\r", "Release Notes - R2025.03");
    studio_type(vt, "gt", "# Release Notes - R2025.03");
    studio_leave(&vt);
}

static void notes_are_kept_from_where_they_are_read(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = demo_world_open(demo, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "!n", "Release Notes");
    studio_type(vt, "!", "Keep the notes in the project");
    studio_type(vt, "s", "Kept as note 2, with their report.");
    assert_shown(vt, "Notes ▸ 2 SIT");
    assert_non_null(strstr(run_pilab(demo->sandbox, "note", "list", NULL)->out.data, "SIT"));
    assert_non_null(
        strstr(run_pilab(demo->sandbox, "audit", "list", NULL)->out.data, "note.generate"));
    studio_type(vt, "!s", "they are kept already, as note 2");
    studio_type(vt, "\033\033", "[Verdict]");
    studio_type(vt, "4", " Status ");
    assert_true(vt_wait_text(vt, "2 wait for you"));
    assert_true(vt_wait_text(vt, " 2  SIT "));
    assert_golden(vt, "demo-notes-kept");
    /* The report knows it too, wherever it is shown. */
    studio_type(vt, "3", "Drift ▸ 4");
    studio_type(vt, "!s", "it is kept already, as report 4");
    studio_type(vt, "\033", "[Verdict]");
    studio_leave(&vt);
}

static void notes_of_a_kept_report_do_not_keep_it_again(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = demo_world_open(demo, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "!s", "Kept as report 4.");
    studio_type(vt, "!n", "Release Notes");
    studio_type(vt, "!s", "Kept as note 2.");
    assert_int_not_equal(run_pilab(demo->sandbox, "report", "show", "5", NULL)->status, 0);
    studio_leave(&vt);
}

static void a_kept_report_is_in_the_lists_at_once(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "!s", "Kept as report");
    studio_type(vt, "\033", "What would");
    studio_type(vt, "3", " 4  UAT would get, from SIT");
    assert_golden(vt, "demo-reports");
    studio_type(vt, "1", " 4 UAT would get, from SIT");
    studio_leave(&vt);
}

static void production_marks_the_frame(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    assert_not_shown(vt, "PRODUCTION");
    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    assert_not_shown(vt, "PRODUCTION");
    studio_type(vt, ":drift --from UAT --to PROD\r", "PRODUCTION");
    assert_int_equal(vt_find(vt, "PRODUCTION"), 0);
    studio_leave(&vt);
}

static void a_wide_screen_shows_modules_and_values(void **state)
{
    struct vt *vt = demo_world_open(*state, 48, 160);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    assert_golden(vt, "demo-verdict-160x48");
    studio_leave(&vt);
}

static char *read_source(const char *name)
{
    char *path = memory_printf("%s/%s", getenv("PILAB_SOURCE"), name);
    char *text = scratch_read(path);

    free(path);
    return text;
}

/* What README and the guide show is what the demo shows, but for who is there. */
static void the_documents_show_what_the_demo_has(void **state)
{
    char *picture = read_source("tests/terminal/golden/demo-verdict.txt");
    char *readme = read_source("README"), *guide = read_source("doc/guide/drift.md");
    char *below = strchr(picture, '\n') + 1, *verdict = strstr(below, " UAT has now");
    char *end = strchr(strchr(strchr(verdict, '\n') + 1, '\n') + 1, '\n');

    (void)state;
    assert_non_null(strstr(readme, below));
    end[1] = '\0'; /* the verdict's two lines, and the tabs */
    assert_non_null(strstr(guide, verdict));
    free(guide);
    free(readme);
    free(picture);
}

/* A report on a part says so first of all, at every width and wherever it is listed. */
static void what_could_not_be_read_is_said_where_there_is_little_room(void **state)
{
    const struct demo_world *demo = *state;
    char *there = scratch_path(sandbox_files(demo->sandbox), "demo/mb-web.git");
    char *gone = scratch_path(sandbox_files(demo->sandbox), "demo/gone.git");
    struct vt *vt;

    assert_int_equal(rename(there, gone), 0);
    vt = demo_world_open(demo, 24, 80);
    studio_type(vt, ":drift --from SIT --to UAT --save\r", "[Verdict]");
    assert_golden(vt, "demo-partial");
    studio_type(vt, "#n", "[Not read");
    studio_type(vt, "\033", "[Verdict]");
    studio_type(vt, "gT", "[Problems");
    studio_type(vt, "gt", "[Verdict]");
    studio_type(vt, "\033", "4 UAT would get, from SIT");
    assert_shown(vt, "85 differences PARTIAL");
    studio_type(vt, "3", "85 differences PARTIAL CRITICAL");
    studio_leave(&vt);
    vt = demo_world_open(demo, 24, 46);
    studio_type(vt, ":report show 4\r", "[Verdict]");
    assert_shown(vt, "… PARTIAL");
    studio_leave(&vt);
    free(there);
    free(gone);
}

/* What commands do beside the screen stands on Home by itself, below a cursor that stays. */
static void home_shows_what_others_do_meanwhile(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = demo_world_open(demo, 40, 80);

    studio_type(vt, "/UAT get from\r", "▶What would UAT get from SIT?");
    assert_not_shown(vt, "4 PROD would get, from UAT");
    assert_int_equal(run_pilab(demo->sandbox, "drift", "env:PROD", "env:UAT", "--save", NULL)
                         ->status,
                     0);
    studio_type(vt, "", "4 PROD would get, from UAT");
    assert_shown(vt, "▶What would UAT get from SIT?");
    studio_type(vt, "2", "Manifest");
    assert_int_equal(run_pilab(demo->sandbox, "drift", "env:SIT", "env:DEV", "--save", NULL)
                         ->status,
                     0);
    studio_type(vt, "1", "5 SIT would get, from DEV");
    assert_shown(vt, "▶What would UAT get from SIT?");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(from_the_first_screen_to_what_goes_out),
        CASE(notes_that_are_kept_are_in_the_list),
        CASE(notes_are_kept_from_where_they_are_read),
        CASE(notes_of_a_kept_report_do_not_keep_it_again),
        CASE(a_kept_report_is_in_the_lists_at_once),
        CASE(production_marks_the_frame),
        CASE(a_wide_screen_shows_modules_and_values),
        cmocka_unit_test(the_documents_show_what_the_demo_has),
        CASE(what_could_not_be_read_is_said_where_there_is_little_room),
        CASE(home_shows_what_others_do_meanwhile),
    };

    return cmocka_run_group_tests_name("studio over the demo", tests, NULL, NULL);
}
