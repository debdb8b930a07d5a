#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/state_spec.h>
#include <pilab/base/memory.h>

#include "../../support/scratch.h"

struct work {
    char *folder;
    struct arena *arena;
    struct error error;
};

static int work_setup(void **state)
{
    struct work *work = memory_new(sizeof *work);

    work->folder = scratch_new();
    work->arena = arena_new();
    free(scratch_file(work->folder, "values.yaml", ""));
    free(scratch_file(work->folder, "main", ""));
    *state = work;
    return 0;
}

static int work_teardown(void **state)
{
    struct work *work = *state;

    scratch_remove(&work->folder);
    arena_free(&work->arena);
    free(work);
    return 0;
}

/* Knows "main" and "v1.yaml". */
static bool is_revision(void *context, const char *text)
{
    (void)context;
    return strcmp(text, "main") == 0 || strcmp(text, "v1.yaml") == 0;
}

static bool parse(struct work *work, const char *text, struct state_spec *spec)
{
    return state_spec_parse(text, work->folder, is_revision, NULL, work->arena, spec, &work->error);
}

/* `name` NULL: any. */
static void assert_spec(struct work *work, const char *text, enum state_kind kind, const char *name)
{
    struct state_spec spec;

    if (!parse(work, text, &spec))
        fail_msg("%s", work->error.message);
    assert_int_equal(spec.kind, kind);
    assert_string_equal(spec.text, text);
    if (name != NULL)
        assert_string_equal(spec.name, name);
}

static void assert_refused(struct work *work, const char *text, enum error_code code,
                           const char *message)
{
    struct state_spec spec;

    assert_false(parse(work, text, &spec));
    assert_int_equal(work->error.code, code);
    assert_string_equal(work->error.message, message);
}

static void kinds_are_told_by_their_prefix(void **state)
{
    struct work *work = *state;
    struct state_spec spec;

    assert_spec(work, "env:UAT", STATE_ENVIRONMENT, "UAT");
    assert_spec(work, "observed:UAT", STATE_OBSERVED, "UAT");
    assert_spec(work, "release:R2025.03", STATE_RELEASE, "R2025.03");
    assert_spec(work, "baseline:gold@2024", STATE_BASELINE, "gold@2024");
    assert_spec(work, "snapshot:7", STATE_SNAPSHOT, "7");
    assert_spec(work, "report:#42", STATE_REPORT, "#42");
    assert_true(parse(work, "report:#42", &spec));
    assert_int_equal(spec.number, 42);
    assert_spec(work, "v2.0.7", STATE_REVISION, "v2.0.7");
    assert_spec(work, "--output=x", STATE_REVISION, "--output=x");
    assert_spec(work, "environment", STATE_REVISION, "environment");
}

static void an_environment_may_have_a_time(void **state)
{
    struct work *work = *state;
    struct state_spec spec;

    assert_true(parse(work, "env:UAT@2025-01-22T14:30:00Z", &spec));
    assert_string_equal(spec.name, "UAT");
    assert_int_equal(spec.at, INT64_C(1737556200000));
    assert_true(parse(work, "env:a@b@2025-01-22", &spec));
    assert_string_equal(spec.name, "a@b");
    assert_true(parse(work, "env:UAT", &spec));
    assert_int_equal(spec.at, 0);
}

static void paths_are_told_by_their_beginning_or_by_being_there(void **state)
{
    struct work *work = *state;
    char *there = scratch_path(work->folder, "values.yaml");

    assert_spec(work, "values.yaml", STATE_PATH, there);
    assert_spec(work, "/etc", STATE_PATH, "/etc");
    assert_spec(work, "./nothing.yaml", STATE_PATH, NULL);
    assert_spec(work, "../x", STATE_PATH, NULL);
    assert_spec(work, ".", STATE_PATH, NULL);
    assert_spec(work, "..", STATE_PATH, NULL);
    assert_spec(work, "./main", STATE_PATH, NULL);
    assert_spec(work, "nothing.yaml", STATE_REVISION, "nothing.yaml");
    free(there);
}

static void what_is_both_is_ambiguous(void **state)
{
    struct work *work = *state;

    free(scratch_file(work->folder, "v1.yaml", ""));
    assert_refused(work, "v1.yaml", ERROR_AMBIGUOUS, "'v1.yaml' is a file here and a revision");
    assert_string_equal(work->error.hint, "./v1.yaml is the file, refs/heads/v1.yaml or "
                                          "refs/tags/v1.yaml the revision");
}

static void a_file_that_cannot_be_compared_leaves_the_revision(void **state)
{
    struct work *work = *state;

    assert_spec(work, "main", STATE_REVISION, "main");
}

static void malformed_ones_are_refused(void **state)
{
    struct work *work = *state;
    struct state_spec spec;

    assert_refused(work, "", ERROR_USAGE, "a side of the comparison is empty");
    assert_refused(work, "env:", ERROR_USAGE, "'env:' names nothing");
    assert_refused(work, "env:@2025-01-22", ERROR_USAGE, "'env:@2025-01-22' names no environment");
    assert_refused(work, "report:x", ERROR_USAGE, "'report:x' needs a number");
    assert_refused(work, "report:0", ERROR_USAGE, "'report:0' needs a number");
    assert_refused(work, "report:-1", ERROR_USAGE, "'report:-1' needs a number");
    assert_refused(work, "snapshot:1x", ERROR_USAGE, "'snapshot:1x' needs a number");
    assert_refused(work, "report:99999999999999999999", ERROR_USAGE,
                   "'report:99999999999999999999' needs a number");
    assert_string_equal(work->error.hint, "for example report:42");
    assert_false(parse(work, "env:UAT@yesterday", &spec));
    assert_int_equal(work->error.code, ERROR_USAGE);
    assert_string_equal(work->error.hint, "for example env:UAT@2025-01-22T14:30:00Z");
}

static void assert_operands(struct work *work, const char *a, const char *b, const char *previous,
                            const char *current)
{
    const char *words[] = { a, b }, *before, *after;

    if (!state_operands(words, (size_t)(a != NULL) + (b != NULL), work->arena, &before, &after,
                        &work->error))
        fail_msg("%s", work->error.message);
    if (previous == NULL) {
        assert_null(before);
        assert_null(after);
        return;
    }
    assert_string_equal(before, previous);
    assert_string_equal(after, current);
}

static void operands_are_read_as_git_does(void **state)
{
    struct work *work = *state;
    const char *words[] = { "a", "b", "c" }, *before, *after;

    assert_operands(work, NULL, NULL, NULL, NULL);
    assert_operands(work, "v1..v2", NULL, "v1", "v2");
    assert_operands(work, "v1..", NULL, "v1", "HEAD");
    assert_operands(work, "..v2", NULL, "HEAD", "v2");
    assert_operands(work, "v1", NULL, "v1", "HEAD");
    assert_operands(work, "v1", "v2", "v1", "v2");
    assert_operands(work, "env:UAT@2025-01-22T14:30:00Z..env:SIT", NULL,
                    "env:UAT@2025-01-22T14:30:00Z", "env:SIT");
    assert_operands(work, "./a..b.yaml", "../c", "./a..b.yaml", "../c");
    assert_operands(work, "./a..b", NULL, "./a..b", "HEAD");
    assert_false(
        state_operands((const char *[]){ "a...b" }, 1, work->arena, &before, &after, &work->error));
    assert_string_equal(work->error.message, "'a...b' has three dots");
    assert_false(state_operands(words, 3, work->arena, &before, &after, &work->error));
    assert_string_equal(work->error.message, "a comparison has two sides, not 3");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(kinds_are_told_by_their_prefix),
        CASE(an_environment_may_have_a_time),
        CASE(paths_are_told_by_their_beginning_or_by_being_there),
        CASE(what_is_both_is_ambiguous),
        CASE(a_file_that_cannot_be_compared_leaves_the_revision),
        CASE(malformed_ones_are_refused),
        CASE(operands_are_read_as_git_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
