#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* The main job over the sample world, and over this project's own history. */

static void over_the_sample_world(void **state)
{
    struct sandbox *sandbox = sandbox_new();
    char *folder = scratch_path(sandbox_files(sandbox), "demo");
    const struct run *run = run_pilab(sandbox, "demo", folder, "--build-only", NULL);
    char *store = memory_printf("PILAB_STORE=%s/pilab.db", folder);

    (void)state;
    print_message("demo built in %d ms\n", (int)run->milliseconds);
    assert_int_equal(run->status, 0);
    assert_in_range(run->milliseconds, 0, patience(15000));
    sandbox_set(sandbox, store);
    assert_golden_text(&run_pilab(sandbox, "manifest", "show", NULL)->out, "cli/demo-manifest.txt");
    run = run_pilab(sandbox, "drift", "--from", "SIT", "--to", "UAT", NULL);
    assert_string_equal(run->err.data, "");
    assert_int_equal(run->status, 0);
    assert_golden_without_keys(&run->out, "cli/demo-drift.txt");
    run =
        run_pilab(sandbox, "notes", "--from", "SIT", "--to", "UAT", "--release", "R2025.03", NULL);
    assert_int_equal(run->status, 0);
    assert_golden_without_keys(&run->out, "cli/demo-notes.md");
    free(store);
    free(folder);
    sandbox_free(&sandbox);
}

/* What the keys and commands about time show: two states before, compared at their time. */
static void the_sample_world_has_reports_of_before(void **state)
{
    struct sandbox *sandbox = sandbox_new();
    char *folder = scratch_path(sandbox_files(sandbox), "demo");
    char *store = memory_printf("PILAB_STORE=%s/pilab.db", folder);
    const struct run *run = run_pilab(sandbox, "demo", folder, "--build-only", NULL);

    (void)state;
    assert_int_equal(run->status, 0);
    sandbox_set(sandbox, store);
    run = run_pilab(sandbox, "report", "list", NULL);
    assert_says(&run->out, "9 days ago");
    run = run_pilab(sandbox, "report", "diff", "3", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "1 new, 0 gone, 1 changed, 94 as before");
    run = run_pilab(sandbox, "report", "diff", "2", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "63 new, 25 gone, 32 changed, 0 as before");
    run = run_pilab(sandbox, "difference", "offers", "--days", "0", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "SH_ENABLED");
    run = run_pilab(sandbox, "drift", "--from", "SIT", "--to", "UAT", NULL);
    assert_says(&run->out, "as in report 3");
    assert_says(&run->out, " + 5 shipped + ");
    free(store);
    free(folder);
    sandbox_free(&sandbox);
}

static void over_this_projects_own_history(void **state)
{
    const char *sources = getenv("srcdir");
    struct sandbox *sandbox;
    char *root = realpath(sources != NULL ? sources : "..", NULL);
    char *git = memory_printf("%s/.git", root);
    const char *const count[] = { "git", "rev-list", "--count", "--first-parent", "HEAD", NULL };
    struct stat status;
    bool there = stat(git, &status) == 0;
    const struct run *run;

    (void)state;
    free(git);
    if (!there) {
        free(root);
        skip();
    }
    sandbox = sandbox_new();
    sandbox_set(sandbox, "PILAB_CLOCK");
    sandbox_enter(sandbox, root);
    free(root);
    run = run_words(sandbox, count);
    if (run->status != 0 || atoi(run->out.data) < 10) {
        sandbox_free(&sandbox);
        skip();
    }
    run = run_pilab(sandbox, "drift", "HEAD~9..HEAD", "--first-parent", NULL);
    assert_int_equal(run->status, 0);
    assert_harmless(&run->out);
    assert_says(&run->out, "9 commits = ");
    assert_says(&run->out, "0 unexplained");
    run = run_pilab(sandbox, "notes", "HEAD~9..HEAD", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "# Release Notes");
    assert_says(&run->out, "0 unexplained");
    assert_int_equal(scratch_count(sandbox_home(sandbox)), 0);
    sandbox_free(&sandbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_the_sample_world),
        cmocka_unit_test(the_sample_world_has_reports_of_before),
        cmocka_unit_test(over_this_projects_own_history),
    };

    return cmocka_run_group_tests_name("the main job on the command line", tests, NULL, NULL);
}
