#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>

#include "../support/release_world.h"
#include "../support/scratch.h"

/* A repository as it lies there: with a pilab.yaml in it, a part of it, bare, shallow. */

#define PROJECT "pilab: 1\nproject: {name: Example Shop, code: SHOP, tickets: [SHOP]}\n"

static void describe(const struct world *world, const char *text)
{
    free(scratch_file(fixture_path(world->fixture), "pilab.yaml", text));
}

static const struct run *drift(struct world *world)
{
    return run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--json", NULL);
}

static void assert_drift_says(struct world *world, const char *part)
{
    const struct run *run = drift(world);

    assert_string_equal(run->err.data, "");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, part);
}

static void a_pilab_yaml_names_the_project_and_its_modules(void **state)
{
    struct world *world = *state;

    describe(world, PROJECT "modules:\n"
                            "  - {name: shop-api, type: BACKEND, config: [deploy/values.yaml]}\n"
                            "expected_differences:\n"
                            "  - {type: config, path: \"**.DB_PASSWORD\", reason: one each}\n");
    assert_drift_says(world, "\"project\": \"Example Shop\"");
    assert_drift_says(world, "\"module\": \"shop-api\"");
    assert_drift_says(world, "\"expected_reason\": \"one each\"");
    assert_says_not(&drift(world)->out, "\"module\": \"repository\"");
}

static void a_module_lies_here_when_its_repository_is_called_so(void **state)
{
    struct world *world = *state;

    describe(world, PROJECT
             "modules:\n"
             "  - {name: elsewhere, repository: \"https://git.example.org/x/web.git\"}\n"
             "  - {name: here, repository: \"https://git.example.org/x/repository.git\"}\n");
    assert_drift_says(world, "\"module\": \"here\"");
    assert_says_not(&drift(world)->out, "elsewhere");
}

static void where_no_module_lies_here_the_repository_is_compared_whole(void **state)
{
    struct world *world = *state;

    describe(world, PROJECT "modules:\n"
                            "  - {name: web, repository: \"https://git.example.org/x/web.git\"}\n");
    assert_drift_says(world, "\"module\": \"repository\"");
    assert_drift_says(world, "\"project\": \"Example Shop\"");
}

static void a_module_may_be_a_folder_of_the_repository(void **state)
{
    struct world *world = *state;

    describe(world, PROJECT "modules:\n  - {name: deployment, path: deploy}\n");
    assert_drift_says(world, "\"path\": \"deploy/values.yaml\"");
    assert_says_not(&drift(world)->out, "\"path\": \"src/");
}

static void a_slip_in_the_pilab_yaml_is_told_with_its_line(void **state)
{
    struct world *world = *state;
    const struct run *run;

    describe(world, PROJECT "mods: []\n");
    run = drift(world);
    assert_int_equal(run->status, 1);
    assert_string_equal(run->out.data, "");
    assert_says(&run->err, "pilab.yaml:3");
}

static void a_pilab_yaml_that_cannot_be_read_is_no_missing_one(void **state)
{
    struct world *world = *state;
    char *path = scratch_path(fixture_path(world->fixture), "pilab.yaml");
    const struct run *run;

    assert_int_equal(mkdir(path, 0700), 0);
    run = drift(world);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "a directory, not a regular file");
    free(path);
}

/* A clone of the fixture, in the folder for files; where the shell then is. */
static void enter_clone(struct world *world, const char *how, const char *more)
{
    char *path = scratch_path(sandbox_files(world->sandbox), "copy");
    char *url = memory_printf("file://%s", fixture_path(world->fixture));
    const char *const words[] = { "git", "clone", "-q", how, url, path, more, NULL };
    const struct run *run = run_words(world->sandbox, words);

    if (run->status != 0)
        fail_msg("git clone: %s", run->err.data);
    sandbox_enter(world->sandbox, path);
    free(path);
    free(url);
}

static void a_bare_repository_has_its_pilab_yaml_in_the_commit(void **state)
{
    static const char commit[] = "git add pilab.yaml && git -c user.name=A -c "
                                 "user.email=a@example.org commit -q -m 'Describe the project' && "
                                 "git tag v1.2.0";
    struct world *world = *state;
    const char *const words[] = { "sh", "-c", commit, NULL };
    const struct run *run;

    describe(world, PROJECT);
    run = run_words(world->sandbox, words);
    assert_int_equal(run->status, 0);
    enter_clone(world, "--bare", NULL);
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.2.0", "--json", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"project\": \"Example Shop\"");
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--json", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"project\": null");
}

static void a_shallow_clone_says_how_to_get_the_rest(void **state)
{
    struct world *world = *state;
    const struct run *run;

    enter_clone(world, "--depth=1", NULL);
    run = run_pilab(world->sandbox, "drift", "v1.0.0..HEAD", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "`git fetch --unshallow`");
}

static void a_folder_alone_is_compared_and_named(void **state)
{
    struct world *world = *state;
    const struct run *run;

    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--path", "deploy", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "repository/deploy  v1.0.0");
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--path", "nowhere", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "there is no file or folder nowhere in v1.0.0 or v1.1.0");
}

static void an_output_that_cannot_be_written_is_an_error(void **state)
{
    struct world *world = *state;
    char *program = build_path("pilab");
    char *line = memory_printf("exec '%s' drift v1.0.0..v1.1.0 >/dev/full", program);
    const char *const words[] = { "sh", "-c", line, NULL };
    const struct run *run = run_words(world->sandbox, words);

    assert_int_equal(run->status, 1);
    assert_says(&run->err, "cannot write the output: No space left on device");
    free(line);
    free(program);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, release_world_setup, release_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_pilab_yaml_names_the_project_and_its_modules),
        CASE(a_module_lies_here_when_its_repository_is_called_so),
        CASE(where_no_module_lies_here_the_repository_is_compared_whole),
        CASE(a_module_may_be_a_folder_of_the_repository),
        CASE(a_slip_in_the_pilab_yaml_is_told_with_its_line),
        CASE(a_pilab_yaml_that_cannot_be_read_is_no_missing_one),
        CASE(a_bare_repository_has_its_pilab_yaml_in_the_commit),
        CASE(a_shallow_clone_says_how_to_get_the_rest),
        CASE(a_folder_alone_is_compared_and_named),
        CASE(an_output_that_cannot_be_written_is_an_error),
    };

    return cmocka_run_group_tests_name("a repository as it lies there", tests, NULL, NULL);
}
