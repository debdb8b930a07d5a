#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <pilab/tui/patch_view.h>

#include "drawing.h"

/* Two hunks: lines 1 to 3 of the new file, and 40 to 42. */
static const char patch[] = "diff --git a/values.yaml b/values.yaml\n"
                            "index 93de5b7..f39ede5 100644\n"
                            "--- a/values.yaml\n"
                            "+++ b/values.yaml\n"
                            "@@ -1,3 +1,3 @@\n"
                            " image:\n"
                            "-  tag: v1\n"
                            "+  tag: v2\n"
                            " env:\n"
                            "@@ -39,2 +40,3 @@ env:\n"
                            "   TIMEOUT: 30\n"
                            "+  PUSH: true\n"
                            "   LAST: 1\n";

static struct patch_view *open_patch(int rows)
{
    struct patch_view *view = patch_view_new();

    patch_view_set_patch(view, patch, strlen(patch));
    pane_place(patch_view_pane(view), (struct rectangle){ 0, 0, rows, 40 });
    return view;
}

static void assert_shows(struct patch_view *view, int rows, const char *wanted)
{
    struct canvas *canvas = draw_pane(patch_view_pane(view), rows, 40);

    assert_canvas(canvas, wanted);
    canvas_free(&canvas);
}

static void a_line_is_shown_below_what_is_above_it(void **state)
{
    struct patch_view *view = open_patch(4);

    (void)state;
    patch_view_go_to(view, 2);
    assert_shows(view, 4,
                 "@@ -1,3 +1,3 @@\n"
                 " image:\n"
                 "-  tag: v1\n"
                 "+  tag: v2\n");
    patch_view_free(&view);
}

static void a_line_of_a_later_hunk_is_counted_from_that_hunk(void **state)
{
    struct patch_view *view = open_patch(4);

    (void)state;
    patch_view_go_to(view, 41);
    assert_shows(view, 4,
                 " env:\n"
                 "@@ -39,2 +40,3 @@ env:\n"
                 "   TIMEOUT: 30\n"
                 "+  PUSH: true\n");
    patch_view_free(&view);
}

static void a_line_that_no_hunk_holds_leaves_the_patch_where_it_is(void **state)
{
    struct patch_view *view = open_patch(2);

    (void)state;
    patch_view_go_to(view, 20);
    assert_shows(view, 2,
                 "diff --git a/values.yaml b/values.yaml\n"
                 "index 93de5b7..f39ede5 100644\n");
    patch_view_go_to(view, 0);
    assert_shows(view, 2,
                 "diff --git a/values.yaml b/values.yaml\n"
                 "index 93de5b7..f39ede5 100644\n");
    patch_view_free(&view);
}

/* The old file ended without a newline: what says so is no line of the new one. */
static void a_missing_newline_is_no_line(void **state)
{
    static const char unended[] = "@@ -1,2 +1,3 @@\n"
                                  " image: a\n"
                                  "-tag: v1\n"
                                  "\\ No newline at end of file\n"
                                  "+tag: v2\n"
                                  "+env: b\n";
    struct patch_view *view = patch_view_new();

    (void)state;
    patch_view_set_patch(view, unended, strlen(unended));
    pane_place(patch_view_pane(view), (struct rectangle){ 0, 0, 4, 40 });
    patch_view_go_to(view, 2);
    assert_shows(view, 4,
                 " image: a\n"
                 "-tag: v1\n"
                 "\\ No newline at end of file\n"
                 "+tag: v2\n");
    patch_view_free(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_shown_below_what_is_above_it),
        cmocka_unit_test(a_line_of_a_later_hunk_is_counted_from_that_hunk),
        cmocka_unit_test(a_missing_newline_is_no_line),
        cmocka_unit_test(a_line_that_no_hunk_holds_leaves_the_patch_where_it_is),
    };

    return cmocka_run_group_tests_name("patch view", tests, NULL, NULL);
}
