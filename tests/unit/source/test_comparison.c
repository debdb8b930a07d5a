#include "source_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/drift/json.h>

/* --- Code ------------------------------------------------------------------------------------ */

static void commits_and_files_of_the_range_are_read(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;
    const struct code_input *code;
    char hex[OBJECT_ID_HEX_SIZE];
    struct object_id last;

    builder_write(work->build, "a.c", "one\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a.c", "two\n");
    work_commit(work, "Change a", NULL);
    builder_write(work->build, "b.c", "new\n");
    last = work_commit(work, "Add b", "v2");
    input = work_read(work);

    assert_int_equal(input->module_count, 1);
    code = input->modules[0].code;
    assert_int_equal(code->ahead_count, 2);
    assert_string_equal(code->ahead[0].message->subject, "Add b");
    assert_string_equal(code->ahead[1].message->subject, "Change a");
    assert_int_equal(code->behind_count, 0);
    assert_null(code->ahead_patches);
    assert_int_equal(code->files.count, 2);
    assert_string_equal(code->files.changes[0].path, "a.c");
    assert_int_equal(code->files.changes[0].status, FILE_MODIFIED);
    assert_int_equal(code->files.changes[1].status, FILE_ADDED);
    assert_string_equal(input->modules[0].current_commit, object_id_hex(&last, hex));
    assert_string_equal(input->current.resolved, hex);
    assert_source(input, "auth", DRIFT_CODE, SOURCE_READ, "2 commits, 2 files");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_READ, "0 documents");
    assert_source(input, "auth", DRIFT_DATABASE, SOURCE_NOT_EXAMINED, "migrations are not read");
    assert_int_equal(input->problem_count, 0);
}

static void lines_are_counted_when_asked_for(void **state)
{
    struct work *work = *state;
    const struct code_input *code;

    builder_write(work->build, "a.c", "one\ntwo\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a.c", "one\n2\n3\n");
    work_commit(work, "Change", "v2");
    work->request.counts = true;
    code = work_read(work)->modules[0].code;

    assert_true(code->counts);
    assert_int_equal(code->files.insertions, 2);
    assert_int_equal(code->files.deletions, 1);
    assert_true(code->ahead[0].files.changes[0].counted);
}

static bool keeps_nothing(void *context, const struct object_id *commit, const char *directory,
                          uint64_t *insertions, uint64_t *deletions, uint64_t *files)
{
    (void)context, (void)commit, (void)directory, (void)insertions, (void)deletions, (void)files;
    return false;
}

static void count_kept(void *context, const struct object_id *commit, const char *directory,
                       uint64_t insertions, uint64_t deletions, uint64_t files)
{
    (void)commit, (void)directory, (void)insertions, (void)deletions, (void)files;
    ++*(int *)context;
}

/* Elsewhere the commit has other lines. */
static void counts_of_replaced_commits_are_not_kept(void **state)
{
    struct work *work = *state;
    const char *const replace[] = { "replace", "v2", "v2~1", NULL };
    struct strbuf out = STRBUF_INIT;
    int kept = 0;

    builder_write(work->build, "a.c", "1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a.c", "2\n");
    work_commit(work, "Change", NULL);
    builder_write(work->build, "a.c", "3\n");
    work_commit(work, "Again", "v2");
    work->request.counts = true;
    work->request.history.load_counts = keeps_nothing;
    work->request.history.save_counts = count_kept;
    work->request.history.counts_context = &kept;
    work_read(work);
    assert_int_equal(kept, 2);
    fixture_git(work->fixture, &out, replace);
    assert_int_equal(work_read(work)->modules[0].code->ahead_count, 1);
    assert_int_equal(kept, 2);
    strbuf_release(&out);
}

/* Its repository is here because a module comes from the same place. */
static void a_submodule_is_looked_up_among_the_projects_modules(void **state)
{
    struct work *work = *state;
    struct object_id first, second;
    struct known_repository known = { "https://git.example.org/lib.git",
                                      fixture_path(work->fixture) };
    const struct drift_submodule *submodule;

    builder_write(work->build, "a.c", "1\n");
    first = work_commit(work, "Of the library, one", NULL);
    builder_write(work->build, "a.c", "2\n");
    second = work_commit(work, "Of the library, two", NULL);
    builder_write(work->build, ".gitmodules",
                  "[submodule \"lib\"]\n\tpath = lib\n\turl = https://git.example.org/lib\n");
    builder_submodule(work->build, "lib", &first);
    work_commit(work, "Pin one", "v1");
    builder_submodule(work->build, "lib", &second);
    work_commit(work, "Pin two", "v2");
    submodule = work_read(work)->modules[0].code->submodules;
    assert_int_equal(submodule->move, SUBMODULE_UNKNOWN);
    assert_non_null(strstr(submodule->why, "neither"));

    work->request.known = &known;
    work->request.known_count = 1;
    submodule = work_read(work)->modules[0].code->submodules;
    assert_int_equal(work->input->modules[0].code->submodule_count, 1);
    assert_int_equal(submodule->move, SUBMODULE_FORWARD);
    assert_int_equal(submodule->ahead, 1);
    assert_null(submodule->why);
    assert_string_equal(submodule->commits[0].subject, "Of the library, two");
}

static void files_can_be_counted_without_the_commits(void **state)
{
    struct work *work = *state;
    const struct code_input *code;

    builder_write(work->build, "a.c", "one\ntwo\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a.c", "one\n2\n3\n");
    work_commit(work, "Change", "v2");
    work->request.file_counts = true;
    code = work_read(work)->modules[0].code;

    assert_false(code->counts);
    assert_int_equal(code->files.insertions, 2);
    assert_false(code->ahead[0].files.changes[0].counted);
}

static void diverged_branches_find_the_same_change_on_both(void **state)
{
    struct work *work = *state;
    const struct code_input *code;
    struct object_id fix;

    builder_write(work->build, "a.c", "one\n");
    builder_write(work->build, "b.c", "b\n");
    work_commit(work, "Begin", NULL);
    builder_branch(work->build, "release");
    builder_switch(work->build, "main");
    builder_write(work->build, "a.c", "fixed\n");
    fix = work_commit(work, "Fix a", NULL);
    builder_write(work->build, "b.c", "feature\n");
    work_commit(work, "Add a feature", "v2");
    builder_switch(work->build, "release");
    builder_write(work->build, "c.c", "only here\n");
    work_commit(work, "Only on the release", NULL);
    builder_pick(work->build, &fix, false);
    builder_tag(work->build, "v1");
    code = work_read(work)->modules[0].code;

    assert_int_equal(code->ahead_count, 2);
    assert_int_equal(code->behind_count, 2);
    assert_string_equal(code->ahead[1].message->subject, "Fix a");
    assert_string_equal(code->behind[0].message->subject, "Fix a");
    assert_true(object_id_is_zero(&code->ahead_patches[0]));
    assert_false(object_id_is_zero(&code->ahead_patches[1]));
    assert_true(object_id_equal(&code->ahead_patches[1], &code->behind_patches[0]));
    assert_true(object_id_is_zero(&code->behind_patches[1]));
    assert_true(code->behind[1].files_known);
    assert_string_equal(code->behind[1].files.changes[0].path, "c.c");
}

static void a_trailer_counts_only_when_its_commit_is_there(void **state)
{
    struct work *work = *state;
    const struct code_input *code;
    struct object_id base, foreign;
    char hex[OBJECT_ID_HEX_SIZE], *message;

    builder_write(work->build, "a.c", "one\n");
    base = work_commit(work, "Begin", "v1");
    builder_branch(work->build, "side");
    builder_write(work->build, "x.c", "x\n");
    foreign = work_commit(work, "Elsewhere", NULL);
    builder_switch(work->build, "main");
    builder_write(work->build, "a.c", "two\n");
    message = memory_printf("Bring it back\n\n(cherry picked from commit %s)\n",
                            object_id_hex(&base, hex));
    work_commit(work, message, NULL);
    free(message);
    builder_write(work->build, "b.c", "three\n");
    message = memory_printf("From a side\n\n(cherry picked from commit %s)\n",
                            object_id_hex(&foreign, hex));
    work_commit(work, message, NULL);
    free(message);
    builder_write(work->build, "c.c", "four\n");
    work_commit(work,
                "From nowhere\n\n"
                "(cherry picked from commit 0123456789012345678901234567890123456789)\n",
                "v2");
    code = work_read(work)->modules[0].code;

    assert_int_equal(code->ahead_count, 3);
    assert_false(code->ahead_picked_from_previous[0]);
    assert_false(code->ahead_picked_from_previous[1]);
    assert_true(code->ahead_picked_from_previous[2]);
}

static void a_part_of_a_monorepo_has_only_its_own(void **state)
{
    static const char *const spellings[] = { "services/auth", "./services/auth/",
                                             "services//auth" };
    struct work *work = *state;

    builder_write(work->build, "services/auth/main.c", "1\n");
    builder_write(work->build, "services/auth/deploy/values.yaml", "a: 1\n");
    builder_write(work->build, "services/authority/deploy/values.yaml", "a: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "services/auth/main.c", "2\n");
    builder_write(work->build, "services/auth/deploy/values.yaml", "a: 2\n");
    work_commit(work, "Change auth", NULL);
    builder_write(work->build, "services/authority/deploy/values.yaml", "a: 2\n");
    work_commit(work, "Change authority", "v2");
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        const struct drift_input *input;

        work->modules[0].directory = spellings[i];
        input = work_read(work);
        assert_int_equal(input->modules[0].code->ahead_count, 1);
        assert_int_equal(input->modules[0].code->files.count, 2);
        assert_int_equal(input->modules[0].config_count, 1);
        assert_config(input, "services/auth/deploy/values.yaml", "{\"a\":1}", "{\"a\":2}");
    }
    work->modules[0].directory = ".";
    assert_int_equal(work_read(work)->modules[0].config_count, 2);
}

static void a_module_on_one_side_only_is_not_looked_into(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "values.yaml", "a: 1\n");
    work_commit(work, "Begin", "v2");
    work->modules[0].previous = NULL;
    input = work_read(work);

    assert_false(input->modules[0].in_previous);
    assert_true(input->modules[0].in_current);
    assert_null(input->modules[0].code);
    assert_int_equal(input->modules[0].config_count, 0);
    assert_non_null(input->modules[0].current_commit);
    assert_source(input, "auth", DRIFT_CODE, SOURCE_READ, "on one side only");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_READ, "on one side only");
}

static void only_what_was_asked_for_is_read(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "values.yaml", "a: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "values.yaml", "a: 2\n");
    work_commit(work, "Change", "v2");
    work->request.types[DRIFT_CODE] = false;
    input = work_read(work);
    assert_null(input->modules[0].code);
    assert_source(input, "auth", DRIFT_CODE, SOURCE_NOT_EXAMINED, "not asked for");
    assert_config(input, "values.yaml", "{\"a\":1}", "{\"a\":2}");

    work->request.types[DRIFT_CODE] = true;
    work->request.not_examined[DRIFT_CONFIG] = true;
    input = work_read(work);
    assert_int_equal(input->modules[0].code->ahead_count, 1);
    assert_int_equal(input->modules[0].config_count, 0);
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_NOT_EXAMINED, "not part of the project");
}

/* --- What cannot be read --------------------------------------------------------------------- */

static void a_module_that_cannot_be_read_leaves_the_others(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "a.c", "1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a.c", "2\n");
    work_commit(work, "Change", "v2");
    work_add_module(work, "no-revision");
    work->modules[1].current = "v9";
    work_add_module(work, "no-folder");
    work->modules[2].repository = "/nonexistent/repository";
    work_add_module(work, "refused");
    work->modules[3].repository = NULL;
    work->modules[3].refused = "the remote is away";
    work->modules[3].refused_hint = "try again later";
    input = work_read(work);

    assert_int_equal(input->modules[0].code->ahead_count, 1);
    assert_source(input, "no-revision", DRIFT_CODE, SOURCE_FAILED, "repository has no revision v9");
    assert_source(input, "no-revision", DRIFT_CONFIG, SOURCE_FAILED,
                  "repository has no revision v9");
    assert_int_equal(input->problem_count, 3);
    assert_problem(&input->problems[0], DRIFT_CODE, "v9", "repository has no revision v9", false);
    assert_string_equal(input->problems[0].hint, "did you mean v2, v1?");
    assert_problem(&input->problems[1], DRIFT_CODE, "repository",
                   "there is no /nonexistent/repository", false);
    assert_problem(&input->problems[2], DRIFT_CODE, "repository", "the remote is away", false);
    assert_string_equal(input->problems[2].hint, "try again later");
    assert_null(input->modules[1].code);
}

static void nothing_at_all_is_an_error(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "a.c", "1\n");
    work_commit(work, "Begin", "v1");
    assert_false(work_try(work));
    assert_int_equal(work->error.code, ERROR_NOT_FOUND);
    assert_string_equal(work->error.message, "repository has no revision v2");
    assert_null(work->comparison);

    work_add_module(work, "pay");
    assert_false(work_try(work));
    assert_string_equal(work->error.message,
                        "none of 2 modules could be read; auth: repository has no revision v2");
    assert_string_equal(work->error.hint, "did you mean v1?");
}

static void a_repository_that_nobody_knows_says_so(void **state)
{
    struct work *work = *state;

    work->modules[0].repository = NULL;
    assert_false(work_try(work));
    assert_string_equal(work->error.message, "no repository is known");
    assert_string_equal(work->error.hint, "");
}

static void a_folder_outside_of_the_repository_is_refused(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "a.c", "1\n");
    work_commit(work, "Begin", "v1");
    builder_tag(work->build, "v2");
    work->modules[0].directory = "a/../../b";
    assert_false(work_try(work));
    assert_string_equal(work->error.message, "a/../../b leads out of the repository");
}

static void a_missing_object_is_a_problem_that_names_it(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;
    struct object_id lost;
    char hex[OBJECT_ID_HEX_SIZE], *what;

    builder_write(work->build, "a.c", "1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a.c", "2\n");
    lost = work_commit(work, "Lost", NULL);
    builder_write(work->build, "a.c", "3\n");
    work_commit(work, "Kept", "v2");
    fixture_open(work->fixture);
    fixture_lose_object(work->fixture, &lost);
    input = work_read(work);

    what = memory_printf("object %s", object_id_hex(&lost, hex));
    /* the commit, what the next one changed, and that v1 may be in there */
    assert_int_equal(input->problem_count, 3);
    assert_non_null(strstr(input->problems[2].why, "ends too early to tell"));
    assert_true(input->modules[0].code->behind_unsure);
    assert_string_equal(input->problems[0].what, what);
    assert_non_null(strstr(input->problems[0].why, "history before it is not known"));
    assert_non_null(strstr(input->problems[0].hint, "git fsck"));
    assert_int_equal(input->modules[0].code->ahead_count, 1);
    free(what);
}

static void a_missing_blob_leaves_its_count_out(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;
    struct object_id blob;

    builder_write(work->build, "a.c", "1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a.c", "2\n");
    work_commit(work, "Change", "v2");
    work->request.counts = true;
    blob = work_read(work)->modules[0].code->files.changes[0].new_blob;
    fixture_lose_object(work->fixture, &blob);
    input = work_read(work);

    assert_int_equal(input->modules[0].code->files.unread, 1);
    /* the commit, the whole, and what the code needs */
    assert_int_equal(input->problem_count, 3);
    assert_problem(&input->problems[2], DRIFT_CONFIG, "variables that the code reads",
                   "1 file of code could not be read, or is too large", false);
    assert_problem(&input->problems[1], DRIFT_CODE, "changed lines",
                   "1 file could not be counted: objects are missing or damaged", true);
}

static void stopping_ends_with_cancelled(void **state)
{
    struct work *work = *state;
    atomic_bool cancel = true;

    builder_write(work->build, "a.c", "1\n");
    work_commit(work, "Begin", "v1");
    work->progress.cancel = &cancel;
    assert_false(work_try(work));
    assert_int_equal(work->error.code, ERROR_CANCELLED);
    assert_null(work->comparison);
}

/* Stops when the first module is being read. */
static void stop_now(void *context, const char *what, uint64_t done, uint64_t total)
{
    atomic_bool *cancel = context;

    (void)what, (void)done, (void)total;
    atomic_store(cancel, true);
}

static void stopping_in_the_middle_leaves_nothing(void **state)
{
    struct work *work = *state;
    atomic_bool cancel = false;

    builder_write(work->build, "deploy/a.yaml", "a: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/a.yaml", "a: 2\n");
    work_commit(work, "Change", "v2");
    work->progress = (struct progress){ .report = stop_now, .context = &cancel, .cancel = &cancel };
    assert_false(work_try(work));
    assert_int_equal(work->error.code, ERROR_CANCELLED);

    /* Also where no history is read before. */
    atomic_store(&cancel, false);
    work->request.types[DRIFT_CODE] = false;
    assert_false(work_try(work));
    assert_int_equal(work->error.code, ERROR_CANCELLED);
}

/* --- Determinism ----------------------------------------------------------------------------- */

static void build_many_modules(struct work *work)
{
    for (int version = 1; version <= 2; version++) {
        for (int module = 0; module < MOST_MODULES; module++) {
            char path[64], text[64];

            snprintf(path, sizeof path, "m%d/values.yaml", module);
            snprintf(text, sizeof text, "a: %d\nb: [%d, x]\n", version, module);
            builder_write(work->build, path, text);
            snprintf(path, sizeof path, "m%d/main.c", module);
            builder_write(work->build, path, text);
            snprintf(text, sizeof text, "MB-%d change module %d", version * 10 + module, module);
            work_commit(work, text, NULL);
        }
        builder_tag(work->build, version == 1 ? "v1" : "v2");
    }
}

/* The report that becomes of it, as JSON. */
static char *report_json(const struct drift_input *input)
{
    struct drift_report *report = drift_detect(input);
    json_t *json = drift_report_to_json(report);
    struct strbuf out = STRBUF_INIT;

    json_write_canonical(&out, json);
    json_decref(json);
    drift_report_free(&report);
    return strbuf_steal(&out);
}

static void the_number_of_threads_leaves_no_trace(void **state)
{
    static const char *const names[MOST_MODULES] = { "m0", "m1", "m2", "m3" };
    struct work *work = *state;
    char *first;

    build_many_modules(work);
    for (size_t i = 0; i < MOST_MODULES; i++) {
        work->modules[i] = work->modules[0];
        work->modules[i].name = work->modules[i].directory = names[i];
    }
    work->request.module_count = MOST_MODULES;
    work->request.counts = true;
    first = report_json(work_read(work));
    assert_non_null(strstr(first, "m3/values.yaml"));
    assert_non_null(strstr(first, "MB-23"));
    for (unsigned threads = 0; threads <= 6; threads++) {
        char *again;

        work->request.threads = threads;
        again = report_json(work_read(work));
        assert_string_equal(again, first);
        free(again);
    }
    free(first);
}

static void no_modules_are_an_empty_comparison(void **state)
{
    struct work *work = *state;

    work->request.module_count = 0;
    assert_int_equal(work_read(work)->module_count, 0);
    assert_int_equal(work->input->source_count, 0);
}

static void what_the_request_says_reaches_the_comparison(void **state)
{
    static const char *const keys[] = { "MB", "OPS" };
    static const struct expected_difference expected = { .any_type = true, .path = "**.replicas" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "a.c", "1\n");
    work_commit(work, "Begin", "v1");
    builder_tag(work->build, "v2");
    work->modules[0].type = "BACKEND";
    work->modules[0].previous_version = "1.0";
    work->modules[0].current_version = "2.0";
    work->request.project = "Mobile Banking";
    work->request.project_code = "MB";
    work->request.ticket_keys = keys;
    work->request.ticket_key_count = 2;
    work->request.expected = &expected;
    work->request.expected_count = 1;
    work->request.previous.environment = "UAT";
    input = work_read(work);

    assert_string_equal(input->project, "Mobile Banking");
    assert_string_equal(input->project_code, "MB");
    assert_string_equal(input->ticket_keys[1], "OPS");
    assert_ptr_equal(input->expected, &expected);
    assert_string_equal(input->previous.environment, "UAT");
    assert_string_equal(input->modules[0].type, "BACKEND");
    assert_string_equal(input->modules[0].previous_version, "1.0");
    assert_string_equal(input->modules[0].current_version, "2.0");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(commits_and_files_of_the_range_are_read),
        CASE(lines_are_counted_when_asked_for),
        CASE(files_can_be_counted_without_the_commits),
        CASE(a_submodule_is_looked_up_among_the_projects_modules),
        CASE(counts_of_replaced_commits_are_not_kept),
        CASE(diverged_branches_find_the_same_change_on_both),
        CASE(a_trailer_counts_only_when_its_commit_is_there),
        CASE(a_part_of_a_monorepo_has_only_its_own),
        CASE(a_module_on_one_side_only_is_not_looked_into),
        CASE(only_what_was_asked_for_is_read),
        CASE(a_module_that_cannot_be_read_leaves_the_others),
        CASE(nothing_at_all_is_an_error),
        CASE(a_repository_that_nobody_knows_says_so),
        CASE(a_folder_outside_of_the_repository_is_refused),
        CASE(a_missing_object_is_a_problem_that_names_it),
        CASE(a_missing_blob_leaves_its_count_out),
        CASE(stopping_ends_with_cancelled),
        CASE(stopping_in_the_middle_leaves_nothing),
        CASE(the_number_of_threads_leaves_no_trace),
        CASE(no_modules_are_an_empty_comparison),
        CASE(what_the_request_says_reaches_the_comparison),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
