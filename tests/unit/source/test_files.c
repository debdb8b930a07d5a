#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/drift/dependency.h>
#include <pilab/drift/infrastructure.h>
#include <pilab/source/comparison.h>

#include "../../support/documents.h"
#include "../../support/scratch.h"

#define FROZEN_AT INT64_C(1737556200000) /* 2025-01-22T14:30:00Z */

struct work {
    char *folder;
    struct comparison_request request;
    struct comparison *comparison;
    const struct drift_input *input;
    struct progress progress;
    struct error error;
};

static int work_setup(void **state)
{
    struct work *work = memory_new(sizeof *work);

    work->folder = scratch_new();
    work->request = (struct comparison_request){ .types = { [DRIFT_CONFIG] = true },
                                                 .clock = clock_frozen(FROZEN_AT),
                                                 .random = random_seeded(1) };
    *state = work;
    return 0;
}

static int work_teardown(void **state)
{
    struct work *work = *state;

    comparison_free(&work->comparison);
    scratch_remove(&work->folder);
    free(work);
    return 0;
}

static void put(struct work *work, const char *name, const char *text)
{
    free(scratch_file(work->folder, name, text));
}

static bool try_compare(struct work *work, const char *previous, const char *current)
{
    char *before = scratch_path(work->folder, previous);
    char *after = scratch_path(work->folder, current);
    bool ok;

    work->request.previous.spec = work->request.previous.label = previous;
    work->request.current.spec = work->request.current.label = current;
    comparison_free(&work->comparison);
    ok = comparison_read_files(&work->request, before, after, &work->comparison, &work->progress,
                               &work->error);
    if (ok)
        work->input = comparison_input(work->comparison);
    free(before);
    free(after);
    return ok;
}

static const struct module_input *compare(struct work *work, const char *previous,
                                          const char *current)
{
    if (!try_compare(work, previous, current))
        fail_msg("%s", work->error.message);
    return &work->input->modules[0];
}

static void assert_no_comparison(struct work *work, const char *previous, const char *current,
                                 enum error_code code, const char *message)
{
    assert_false(try_compare(work, previous, current));
    assert_string_equal(error_code_name(work->error.code), error_code_name(code));
    if (strstr(work->error.message, message) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", work->error.message, message);
    assert_null(work->comparison);
}

static void two_files_are_one_pair(void **state)
{
    struct work *work = *state;
    const struct module_input *module;

    put(work, "values-sit.yaml", "a: 1\n");
    put(work, "values-uat.yaml", "a: 2\n");
    module = compare(work, "values-sit.yaml", "values-uat.yaml");

    assert_string_equal(module->name, "files");
    assert_int_equal(module->config_count, 1);
    assert_string_equal(module->configs[0].name, "values-uat.yaml");
    assert_string_equal(module->configs[0].previous_name, "values-sit.yaml");
    assert_string_equal(module->configs[0].typing, "YAML 1.1 (Helm)");
    assert_document(module->configs[0].previous, "{\"a\":1}");
    assert_document(module->configs[0].current, "{\"a\":2}");
    assert_null(module->code);
    assert_int_equal(work->input->source_count, DRIFT_TYPE_COUNT);
    assert_string_equal(work->input->sources[0].detail, "1 document");
    assert_int_equal(work->input->sources[0].at, FROZEN_AT);
}

static void the_first_modules_name_is_used(void **state)
{
    static const struct comparison_module named = { .name = "auth" };
    struct work *work = *state;

    put(work, "a.json", "{}");
    work->request.modules = &named;
    work->request.module_count = 1;
    assert_string_equal(compare(work, "a.json", "a.json")->name, "auth");
}

static void formats_may_differ(void **state)
{
    struct work *work = *state;
    const struct module_input *module;

    put(work, "a.json", "{\"a\":\"1\"}");
    put(work, "b.env", "a=2\n");
    module = compare(work, "a.json", "b.env");
    assert_document(module->configs[0].previous, "{\"a\":\"1\"}");
    assert_document(module->configs[0].current, "{\"a\":\"2\"}");
}

static void a_link_that_a_person_names_is_followed(void **state)
{
    struct work *work = *state;
    char *target = scratch_file(work->folder, "real.yaml", "a: 1\n");
    char *link = scratch_path(work->folder, "link.yaml");

    assert_int_equal(symlink(target, link), 0);
    assert_document(compare(work, "link.yaml", "real.yaml")->configs[0].previous, "{\"a\":1}");
    free(target);
    free(link);
}

static void what_cannot_be_understood_is_an_error(void **state)
{
    struct work *work = *state;
    char *fifo = scratch_path(work->folder, "fifo.yaml");

    put(work, "good.yaml", "a: 1\n");
    put(work, "bad.yaml", "a: [\n");
    put(work, "notes.txt", "a\n");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_no_comparison(work, "good.yaml", "bad.yaml", ERROR_INVALID, "bad.yaml:2:");
    assert_no_comparison(work, "bad.yaml", "good.yaml", ERROR_INVALID, "bad.yaml:2:");
    assert_no_comparison(work, "good.yaml", "notes.txt", ERROR_INVALID,
                         "notes.txt: the name does not say which format it has");
    assert_non_null(strstr(work->error.hint, ".yaml .yml .json .env and .properties"));
    assert_non_null(strstr(work->error.hint, "package-lock.json"));
    assert_no_comparison(work, "good.yaml", "fifo.yaml", ERROR_INVALID, "fifo.yaml");
    assert_no_comparison(work, "good.yaml", "none.yaml", ERROR_NOT_FOUND,
                         "none.yaml: No such file");
    assert_no_comparison(work, "none.yaml", "good.yaml", ERROR_NOT_FOUND,
                         "none.yaml: No such file");
    free(fifo);
}

static void a_file_and_a_folder_are_not_compared(void **state)
{
    struct work *work = *state;

    put(work, "a.yaml", "a: 1\n");
    put(work, "folder/a.yaml", "a: 1\n");
    assert_no_comparison(work, "a.yaml", "folder", ERROR_INVALID, "folder is a folder and ");
    assert_no_comparison(work, "folder", "a.yaml", ERROR_INVALID, "a.yaml is not");
    assert_string_equal(work->error.hint, "compare two files or two folders");
    assert_no_comparison(work, "folder", "none", ERROR_NOT_FOUND, "cannot read");
}

static void a_broken_file_is_named_once(void **state)
{
    struct work *work = *state;

    put(work, "x.yaml", "a: 1\n b: 2\n");
    put(work, "y.yaml", "a: 1\n");
    assert_no_comparison(work, "x.yaml", "y.yaml", ERROR_INVALID, "x.yaml:2:3: ");
    assert_null(strstr(work->error.message, "x.yaml: "));
}

static void an_emptied_file_is_told(void **state)
{
    static const char *const empty[] = { "", "# nothing\n", "{}\n", "---\n" };
    struct work *work = *state;

    put(work, "a/x.yaml", "port: 80\n");
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        put(work, "b/x.yaml", empty[i]);
        compare(work, "a", "b");
        assert_int_equal(work->input->problem_count, 1);
        assert_true(work->input->problems[0].warning);
        assert_string_equal(work->input->problems[0].what, "x.yaml");
        assert_non_null(strstr(work->input->problems[0].why, "says nothing any more"));
        compare(work, "b", "a");
        assert_int_equal(work->input->problem_count, 0);
        compare(work, "b", "b");
        assert_int_equal(work->input->problem_count, 0);
    }
}

static void folders_are_paired_by_relative_path(void **state)
{
    struct work *work = *state;
    const struct module_input *module;

    put(work, "sit/app.yaml", "a: 1\n");
    put(work, "sit/sub/b.properties", "b=1\n");
    put(work, "sit/gone.json", "{\"g\":1}");
    put(work, "sit/README.md", "not read\n");
    put(work, "sit/.hidden.yaml", "not: read\n");
    put(work, "sit/.git/config.yaml", "not: read\n");
    put(work, "sit/.env/bin/activate.yaml", "not: read\n");
    put(work, "sit/.env.uat", "E=1\n");
    put(work, "uat/app.yaml", "a: 2\n");
    put(work, "uat/sub/b.properties", "b=2\n");
    put(work, "uat/new.yaml", "n: 1\n");
    module = compare(work, "sit", "uat");

    assert_int_equal(module->config_count, 5);
    assert_string_equal(module->configs[0].name, ".env.uat");
    assert_null(module->configs[0].current);
    assert_string_equal(module->configs[1].name, "app.yaml");
    assert_document(module->configs[1].previous, "{\"a\":1}");
    assert_document(module->configs[1].current, "{\"a\":2}");
    assert_string_equal(module->configs[2].name, "gone.json");
    assert_null(module->configs[2].current);
    assert_string_equal(module->configs[3].name, "new.yaml");
    assert_null(module->configs[3].previous);
    assert_string_equal(module->configs[4].name, "sub/b.properties");
    assert_int_equal(work->input->problem_count, 0);
}

static void a_broken_file_in_a_folder_leaves_the_others(void **state)
{
    struct work *work = *state;
    const struct module_input *module;

    put(work, "sit/a.yaml", "a: 1\n");
    put(work, "sit/b.yaml", "b: 1\n");
    put(work, "uat/a.yaml", "a: {\n");
    put(work, "uat/b.yaml", "b: 2\n");
    module = compare(work, "sit", "uat");

    assert_int_equal(module->config_count, 1);
    assert_string_equal(module->configs[0].name, "b.yaml");
    assert_int_equal(work->input->problem_count, 1);
    assert_string_equal(work->input->problems[0].what, "a.yaml:2:1 at uat");
    assert_string_equal(source_state_name(work->input->sources[0].state), "failed");
    assert_string_equal(work->input->sources[0].detail, "1 of 2 documents could not be read");
}

static void links_in_folders_are_told_and_not_followed(void **state)
{
    struct work *work = *state;
    char *circle = scratch_path(work->folder, "sit/circle");
    char *link = scratch_path(work->folder, "sit/link.yaml");
    char *other = scratch_path(work->folder, "sit/other.txt");
    const struct module_input *module;

    put(work, "sit/a.yaml", "a: 1\n");
    put(work, "uat/a.yaml", "a: 1\n");
    assert_int_equal(symlink("..", circle), 0);
    assert_int_equal(symlink("/etc/hostname", link), 0);
    assert_int_equal(symlink("/etc/hostname", other), 0);
    module = compare(work, "sit", "uat");

    assert_int_equal(module->config_count, 1);
    assert_int_equal(work->input->problem_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(work->input->problems[i].why, "links are not followed");
        assert_true(work->input->problems[i].warning);
    }
    free(circle);
    free(link);
    free(other);
}

static void special_files_in_folders_are_passed_over(void **state)
{
    struct work *work = *state;
    char *fifo = scratch_path(work->folder, "sit/fifo.yaml");

    put(work, "sit/a.yaml", "a: 1\n");
    put(work, "uat/a.yaml", "a: 2\n");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(compare(work, "sit", "uat")->config_count, 1);
    free(fifo);
}

static void folders_nested_too_deep_are_refused(void **state)
{
    struct work *work = *state;
    struct strbuf name = STRBUF_INIT;

    strbuf_add(&name, "deep/");
    strbuf_add_repeat(&name, "d/", 66);
    strbuf_add(&name, "a.yaml");
    put(work, name.data, "a: 1\n");
    put(work, "flat/a.yaml", "a: 1\n");
    assert_no_comparison(work, "flat", "deep", ERROR_LIMIT, "nested deeper than 64");
    assert_no_comparison(work, "deep", "flat", ERROR_LIMIT, "nested deeper than 64");
    strbuf_release(&name);
}

static void stopping_ends_with_cancelled(void **state)
{
    struct work *work = *state;
    atomic_bool cancel = true;

    put(work, "sit/a.yaml", "a: 1\n");
    put(work, "uat/a.yaml", "a: 2\n");
    work->progress.cancel = &cancel;
    assert_no_comparison(work, "sit", "uat", ERROR_CANCELLED, "");
}

/* As "terraform show -json" writes them; it marks what is secret. */
#define SHOWN_STATE(pin)                                                                           \
    "{\"format_version\":\"1.0\",\"terraform_version\":\"1.9.5\",\"values\":{\"root_module\":{"    \
    "\"resources\":[{\"address\":\"t.n\",\"mode\":\"managed\",\"type\":\"t\",\"name\":\"n\","      \
    "\"values\":{\"id\":\"1\",\"pin\":\"" pin "\"},\"sensitive_values\":{\"pin\":true}}]}}}"
#define KEPT_STATE(serial)                                                                         \
    "{\"version\":4,\"serial\":" serial ",\"lineage\":\"l\",\"resources\":[{\"type\":\"t\","       \
    "\"name\":\"n\",\"instances\":[{\"attributes\":{\"id\":\"" serial "\"}}]}]}"
#define PLAN                                                                                       \
    "{\"format_version\":\"1.2\",\"resource_changes\":[{\"address\":\"t.n\",\"type\":\"t\","       \
    "\"name\":\"n\",\"change\":{\"actions\":[\"update\"],\"before\":{},\"after\":{}}}]}"

static void assert_states(struct work *work, const char *previous, const char *current)
{
    const struct module_input *module = compare(work, previous, current);

    assert_int_equal(module->config_count, 0);
    assert_non_null(module->infrastructure);
    assert_int_equal(module->infrastructure->pair_count, 1);
    assert_non_null(module->infrastructure->pairs[0].previous);
    assert_non_null(module->infrastructure->pairs[0].current);
}

static void what_terraform_wrote_is_known_by_its_content(void **state)
{
    struct work *work = *state;

    memset(work->request.types, true, sizeof work->request.types);
    put(work, "st1.json", SHOWN_STATE("a"));
    put(work, "st2.json", SHOWN_STATE("b"));
    put(work, "kept.json", KEPT_STATE("1"));
    put(work, "terraform.tfstate.backup", KEPT_STATE("2"));
    put(work, "marked.json", "\xEF\xBB\xBF" SHOWN_STATE("c"));
    put(work, "p1.json", PLAN);
    put(work, "p2.json", PLAN);
    put(work, "a.yaml", "a: 1\n");
    assert_states(work, "st1.json", "st2.json");
    assert_states(work, "kept.json", "terraform.tfstate.backup");
    assert_states(work, "kept.json", "st2.json");
    assert_states(work, "marked.json", "st2.json");
    assert_no_comparison(work, "p1.json", "p2.json", ERROR_UNSUPPORTED,
                         "a plan holds both sides already");
    assert_no_comparison(work, "st1.json", "p2.json", ERROR_UNSUPPORTED,
                         "a plan holds both sides already");
    assert_no_comparison(work, "a.yaml", "st2.json", ERROR_INVALID, "a.yaml");
}

static void states_are_never_compared_as_configuration(void **state)
{
    struct work *work = *state;

    put(work, "st1.json", SHOWN_STATE("a"));
    put(work, "st2.json", SHOWN_STATE("b"));
    put(work, "package-lock.json", "{\"lockfileVersion\": 3, \"packages\": {}}");
    put(work, "sit/st.json", SHOWN_STATE("a"));
    put(work, "uat/st.json", SHOWN_STATE("b"));
    memset(work->request.types, 0, sizeof work->request.types);
    work->request.types[DRIFT_CONFIG] = true;
    assert_no_comparison(work, "st1.json", "st2.json", ERROR_UNSUPPORTED, "are no configuration");
    assert_non_null(strstr(work->error.hint, "--type infrastructure"));
    assert_no_comparison(work, "package-lock.json", "package-lock.json", ERROR_UNSUPPORTED,
                         "are no configuration");
    assert_int_equal(compare(work, "sit", "uat")->config_count, 0);
    assert_int_equal(work->input->problem_count, 2);
    assert_string_equal(work->input->problems[0].why,
                        "it is a plan or a state of Terraform, and no configuration");
    assert_false(work->input->problems[0].warning);
}

/* It is a plan, and read as one: as configuration it is neither a problem nor compared. */
static void a_plan_in_a_folder_is_no_broken_configuration(void **state)
{
    struct work *work = *state;
    const struct module_input *module;

    memset(work->request.types, true, sizeof work->request.types);
    put(work, "sit/plan.json", PLAN);
    put(work, "uat/plan.json", PLAN "\n");
    put(work, "sit/a.yaml", "a: 1\n");
    put(work, "uat/a.yaml", "a: 2\n");
    module = compare(work, "sit", "uat");
    assert_int_equal(module->config_count, 1);
    assert_int_equal(work->input->problem_count, 0);
    assert_int_equal(module->infrastructure->pair_count, 1);
    put(work, "sit/plan.json", "{\"price\": 1}");
    put(work, "uat/plan.json", "{\"price\": 2}");
    assert_int_equal(compare(work, "sit", "uat")->config_count, 2);
}

/* What has a word of theirs is compared as what it is. */
static void one_word_of_theirs_makes_no_plan(void **state)
{
    static const char *const texts[][2] = {
        {"{\"format_version\":\"1.0\",\"values\":{\"a\":1},\"x\":\"1\"}",
         "{\"format_version\":\"1.0\",\"values\":{\"a\":1},\"x\":\"2\"}"},
        { "{\"serial\":1,\"version\":2,\"modules\":[1]}",
         "{\"serial\":2,\"version\":2,\"modules\":[1]}"                 },
        { "{\"devDependencies\":{\"a\":\"1\"},\"on\":1}",
         "{\"devDependencies\":{\"a\":\"1\"},\"on\":2}"                 },
    };
    struct work *work = *state;

    memset(work->request.types, true, sizeof work->request.types);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        put(work, "a.json", texts[i][0]);
        put(work, "b.json", texts[i][1]);
        assert_int_equal(compare(work, "a.json", "b.json")->config_count, 1);
        assert_int_equal(work->input->problem_count, 0);
    }
    /* Whoever asks for it has a manifest compared as the document that it is. */
    put(work, "package.json", "{\"name\":\"a\",\"version\":\"1\"}");
    put(work, "b/package.json", "{\"name\":\"a\",\"version\":\"2\"}");
    memset(work->request.types, 0, sizeof work->request.types);
    work->request.types[DRIFT_CONFIG] = true;
    assert_int_equal(compare(work, "package.json", "b/package.json")->config_count, 1);
}

static void lock_files_are_known_whatever_they_are_called(void **state)
{
    struct work *work = *state;
    const struct module_input *module;

    memset(work->request.types, true, sizeof work->request.types);
    put(work, "package-lock-v1.json",
        "{\"lockfileVersion\": 3, \"packages\": {\"node_modules/a\": {\"version\": \"1.0.0\"}}}");
    put(work, "locked",
        "{\"lockfileVersion\": 3, \"packages\": {\"node_modules/a\": {\"version\": \"2.0.0\"}}}");
    put(work, "go.mod-v1", "module example.org/a\n\ngo 1.22\n\nrequire example.org/b v1.0.0\n");
    put(work, "notes.txt", "nothing that is known\n");
    module = compare(work, "package-lock-v1.json", "locked");
    assert_int_equal(module->config_count, 0);
    assert_int_equal(module->dependency->pair_count, 1);
    assert_string_equal(module->dependency->pairs[0].title, "npm lock file");
    assert_string_equal(module->dependency->pairs[0].previous->packages[0].version, "1.0.0");
    assert_string_equal(module->dependency->pairs[0].current->packages[0].version, "2.0.0");
    assert_no_comparison(work, "go.mod-v1", "locked", ERROR_UNSUPPORTED, "they are of two kinds");
    assert_no_comparison(work, "notes.txt", "notes.txt", ERROR_INVALID,
                         "the name does not say which format it has");
    assert_non_null(strstr(work->error.hint, "go.mod"));
    memset(work->request.types, 0, sizeof work->request.types);
    work->request.types[DRIFT_DEPENDENCY] = true;
    assert_no_comparison(work, "notes.txt", "notes.txt", ERROR_UNSUPPORTED,
                         "is no lock file, manifest or bill of materials");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(two_files_are_one_pair),
        CASE(the_first_modules_name_is_used),
        CASE(formats_may_differ),
        CASE(a_link_that_a_person_names_is_followed),
        CASE(what_cannot_be_understood_is_an_error),
        CASE(a_file_and_a_folder_are_not_compared),
        CASE(a_broken_file_is_named_once),
        CASE(an_emptied_file_is_told),
        CASE(folders_are_paired_by_relative_path),
        CASE(a_broken_file_in_a_folder_leaves_the_others),
        CASE(links_in_folders_are_told_and_not_followed),
        CASE(special_files_in_folders_are_passed_over),
        CASE(folders_nested_too_deep_are_refused),
        CASE(what_terraform_wrote_is_known_by_its_content),
        CASE(states_are_never_compared_as_configuration),
        CASE(a_plan_in_a_folder_is_no_broken_configuration),
        CASE(one_word_of_theirs_makes_no_plan),
        CASE(lock_files_are_known_whatever_they_are_called),
        CASE(stopping_ends_with_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
