#include "app_support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/app/compare.h>
#include <pilab/base/memory.h>

#include "../../support/fixture_repository.h"
#include "../../support/scratch.h"

/* A project of one module, and what its version 2 changed. */
struct patched {
    struct app_work *work;
    struct fixture_repository *fixture;
};

static const char long_text[] = "one\ntwo\nthree\nfour\n";

static int patched_setup(void **state)
{
    struct patched *patched = memory_new(sizeof *patched);
    struct builder *builder;
    void *work;

    if (app_setup(&work) != 0)
        return -1;
    patched->work = work;
    patched->fixture = fixture_new();
    builder = fixture_builder(patched->fixture);
    builder_write(builder, "gone.txt", "was here\n");
    builder_write(builder, "old name.txt", long_text);
    builder_write(builder, "app.env", "DB_PASSWORD=unreal-one\nMODE=fast\n");
    builder_commit(builder, "Begin");
    builder_tag(builder, "v1");
    builder_remove(builder, "gone.txt");
    builder_move(builder, "old name.txt", "new name.txt");
    builder_write(builder, "app.env", "DB_PASSWORD=unreal-two\nMODE=slow\n");
    builder_commit(builder, "Change");
    builder_tag(builder, "v2");
    fixture_open(patched->fixture);
    *state = patched;
    return 0;
}

static int patched_teardown(void **state)
{
    struct patched *patched = *state;
    void *work = patched->work;

    fixture_free(&patched->fixture);
    free(patched);
    return app_teardown(&work);
}

static void import(struct patched *patched, const char *repository)
{
    struct app_work *work = patched->work;

    app_file(work, "in.yaml",
             arena_printf(work->call.arena,
                          "pilab: 1\nproject: {name: P, code: P}\nmodules: [{name: app, "
                          "repository: \"%s\", tags: \"v{version}\"}]\n",
                          repository));
    app_must(work, arena_printf(work->call.arena, "project import %s/in.yaml", work->folder));
}

static const struct drift_item *code_item(const struct app_work *work, const char *path)
{
    const struct drift_report *report = work->result.report;

    for (size_t i = 0; i < report->item_count; i++) {
        if (report->items[i].type == DRIFT_CODE && strcmp(report->items[i].path, path) == 0)
            return &report->items[i];
    }
    fail_msg("no file %s in the report", path);
    return NULL;
}

/* The patch has the one text in it and not the other. */
static void assert_patch(struct patched *patched, const char *path, const char *in, const char *out)
{
    struct app_work *work = patched->work;
    struct strbuf patch = STRBUF_INIT;

    if (!compare_patch(&work->call, compare_is_of_project(&work->call, work->result.report),
                       code_item(work, path), &patch, &work->error))
        fail_msg("%s", work->error.message);
    if (strstr(patch.data, in) == NULL || (out != NULL && strstr(patch.data, out) != NULL))
        fail_msg("the patch of %s is\n%s", path, patch.data);
    strbuf_release(&patch);
}

static void the_patch_of_a_projects_file_comes_from_its_module(void **state)
{
    struct patched *patched = *state;

    import(patched, fixture_path(patched->fixture));
    app_must(patched->work, "drift 1..2");
    assert_patch(patched, "gone.txt", "+++ /dev/null\n@@ -1 +0,0 @@\n-was here\n", NULL);
    assert_patch(patched, "new name.txt", "rename from old name.txt\nrename to new name.txt\n",
                 "-one");
    assert_patch(patched, "app.env",
                 "-MODE=fast\n+DB_PASSWORD=\u2022\u2022\u2022\u2022\n+MODE=slow\n", "unreal");
}

static void a_module_whose_repository_is_gone_says_so(void **state)
{
    struct patched *patched = *state;
    struct app_work *work = patched->work;
    struct strbuf patch = STRBUF_INIT;
    char *moved = memory_printf("%s-moved", fixture_path(patched->fixture));

    import(patched, fixture_path(patched->fixture));
    app_must(work, "drift 1..2");
    assert_int_equal(rename(fixture_path(patched->fixture), moved), 0);
    assert_false(
        compare_patch(&work->call, true, code_item(work, "gone.txt"), &patch, &work->error));
    assert_int_equal(work->error.code, ERROR_NOT_FOUND);
    assert_int_equal(patch.length, 0);
    assert_int_equal(rename(moved, fixture_path(patched->fixture)), 0);
    strbuf_release(&patch);
    free(moved);
}

/* The project's repository has no such file: a patch that comes has come from where we are. */
static void a_report_of_the_repository_we_are_in_keeps_to_it(void **state)
{
    struct patched *patched = *state;
    struct app_work *work = patched->work;
    struct fixture_repository *other = fixture_new();
    struct builder *builder = fixture_builder(other);
    const char *here = fixture_path(patched->fixture);
    char *working = work->settings.working_directory, *inside = memory_copy_text(here);

    builder_write(builder, "other.txt", "another\n");
    builder_commit(builder, "Begin");
    fixture_open(other);
    app_file(work, "in.yaml",
             arena_printf(work->call.arena,
                          "pilab: 1\nproject: {name: P, code: P}\nmodules: [{name: %s, "
                          "repository: \"%s\"}]\n",
                          strrchr(here, '/') + 1, fixture_path(other)));
    app_must(work, arena_printf(work->call.arena, "project import %s/in.yaml", work->folder));
    work->settings.working_directory = inside;
    app_must(work, "drift v1..v2");
    assert_true(call_open_store(&work->call, false, &work->error));
    assert_true(call_choose_project(&work->call, "P", &work->error));
    assert_false(compare_is_of_project(&work->call, work->result.report));
    assert_patch(patched, "gone.txt", "-was here\n", NULL);
    work->settings.working_directory = working;
    free(inside);
    fixture_free(&other);
}

static void a_patch_comes_from_the_mirror_while_the_server_is_away(void **state)
{
    struct patched *patched = *state;
    struct app_work *work = patched->work;
    char *moved = memory_printf("%s-moved", fixture_path(patched->fixture));

    import(patched, arena_printf(work->call.arena, "file://%s", fixture_path(patched->fixture)));
    app_must(work, "drift 1..2");
    assert_true(compare_is_of_project(&work->call, work->result.report));
    assert_int_equal(rename(fixture_path(patched->fixture), moved), 0);
    assert_int_equal(mkdir(fixture_path(patched->fixture), 0700), 0); /* no repository any more */
    assert_patch(patched, "gone.txt", "-was here\n", NULL);
    assert_int_equal(rmdir(fixture_path(patched->fixture)), 0);
    assert_int_equal(rename(moved, fixture_path(patched->fixture)), 0);
    free(moved);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, patched_setup, patched_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_patch_of_a_projects_file_comes_from_its_module),
        CASE(a_module_whose_repository_is_gone_says_so),
        CASE(a_report_of_the_repository_we_are_in_keeps_to_it),
        CASE(a_patch_comes_from_the_mirror_while_the_server_is_away),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
