#include "source_support.h"

#include <string.h>

#include <pilab/drift/dependency.h>

static int setup(void **state)
{
    struct work *work;

    work_setup(state);
    work = *state;
    work->request.types[DRIFT_CODE] = work->request.types[DRIFT_CONFIG] = false;
    work->request.types[DRIFT_DEPENDENCY] = true;
    return 0;
}

/* "previous > current" of each pair, one a line; "-" for a side without. */
static void assert_pairs(const struct drift_input *input, const char *expected)
{
    const struct dependency_input *dependency = input->modules[0].dependency;
    struct strbuf text = STRBUF_INIT;

    assert_non_null(dependency);
    for (size_t i = 0; i < dependency->pair_count; i++) {
        const struct dependency_pair *pair = &dependency->pairs[i];

        strbuf_printf(&text, "%s > %s\n", pair->previous_file ? pair->previous_file : "-",
                      pair->current_file ? pair->current_file : "-");
    }
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

static const struct dependency_pair *pair_at(const struct drift_input *input, size_t index)
{
    return &input->modules[0].dependency->pairs[index];
}

#define LOCK(version)                                                                              \
    "{\"packages\": {\"\": {\"dependencies\": {\"a\": \"1\"}},\n"                                  \
    "\"node_modules/a\": {\"version\": \"" version "\"}}}\n"
#define MANIFEST(range) "{\"dependencies\": {\"a\": \"" range "\"}}\n"

static void a_lock_file_is_preferred_and_what_is_no_list_is_passed_over(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "package.json", MANIFEST("^1.0"));
    builder_write(work->build, "package-lock.json", LOCK("1.0.0"));
    builder_write(work->build, "go.sum", "a v1 h1:x\n");
    builder_write(work->build, "same/go.mod", "require a v1.0.0\n");
    builder_write(work->build, "node_modules/x/package.json", MANIFEST("1"));
    builder_write(work->build, "tests/package.json", MANIFEST("1"));
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "package.json", MANIFEST("^1.1"));
    builder_write(work->build, "package-lock.json", LOCK("1.1.0"));
    builder_write(work->build, "go.sum", "a v2 h1:x\n");
    builder_write(work->build, "node_modules/x/package.json", MANIFEST("2"));
    builder_write(work->build, "tests/package.json", MANIFEST("2"));
    work_commit(work, "Change", "v2");
    input = work_read(work);
    assert_pairs(input, "package-lock.json > package-lock.json\n");
    assert_string_equal(pair_at(input, 0)->prefix, "");
    assert_string_equal(pair_at(input, 0)->current->packages[0].version, "1.1.0");
    assert_source(input, "auth", DRIFT_DEPENDENCY, SOURCE_READ, "1 file");
    assert_int_equal(input->problem_count, 0);
}

static void a_sum_file_alone_is_no_difference(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "go.sum", "a v1 h1:x\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "go.sum", "a v2 h1:x\n");
    work_commit(work, "Change", "v2");
    assert_pairs(work_read(work), "");
    assert_source(work->input, "auth", DRIFT_DEPENDENCY, SOURCE_READ,
                  "no lock file or manifest differs");
}

/* Whether code was read before or not: the changed files are the same. */
static void code_that_was_read_tells_which_files_changed(void **state)
{
    struct work *work = *state;

    work->request.types[DRIFT_CODE] = true;
    builder_write(work->build, "go.mod", "require a v1.0.0\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "go.mod", "require a v1.1.0\n");
    work_commit(work, "Change", "v2");
    assert_pairs(work_read(work), "go.mod > go.mod\n");
}

static void a_manifest_that_changed_alone_looks_at_its_lock_file(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "web/package.json", MANIFEST("^1.0"));
    builder_write(work->build, "web/package-lock.json", LOCK("1.0.0"));
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "web/package.json", MANIFEST("^1.1"));
    work_commit(work, "Change", "v2");
    assert_pairs(work_read(work), "web/package-lock.json > web/package-lock.json\n");
    assert_string_equal(pair_at(work->input, 0)->prefix, "web/");
}

static void another_tool_with_another_lock_file_is_compared(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "package-lock.json", LOCK("1.0.0"));
    work_commit(work, "Begin", "v1");
    builder_remove(work->build, "package-lock.json");
    builder_write(work->build, "pnpm-lock.yaml",
                  "lockfileVersion: '6.0'\npackages:\n  /a@1.1.0: {}\n");
    work_commit(work, "Change the tool", "v2");
    assert_pairs(work_read(work), "package-lock.json > pnpm-lock.yaml\n");
}

static void where_one_side_has_no_lock_file_manifests_are_compared(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "package.json", MANIFEST("^1.0"));
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "package.json", MANIFEST("^2.0"));
    builder_write(work->build, "package-lock.json", LOCK("2.0.0"));
    work_commit(work, "Lock", "v2");
    input = work_read(work);
    assert_pairs(input, "package.json > package.json\n");
    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_DEPENDENCY, "package-lock.json at v2",
                   "only one side has a lock file: manifests are compared", true);
}

static void a_project_that_is_new_is_one_sided(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "README", "x\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "web/package.json", MANIFEST("^2.0"));
    builder_write(work->build, "web/package-lock.json", LOCK("2.0.0"));
    work_commit(work, "Add", "v2");
    assert_pairs(work_read(work), "- > web/package-lock.json\n");
}

static void a_folder_that_moved_is_compared_with_what_it_was(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "old/package.json", MANIFEST("^1.0"));
    builder_write(work->build, "old/package-lock.json", LOCK("1.0.0"));
    work_commit(work, "Begin", "v1");
    builder_move(work->build, "old/package.json", "new/package.json");
    builder_remove(work->build, "old/package-lock.json");
    builder_write(work->build, "new/package-lock.json", LOCK("2.0.0"));
    work_commit(work, "Move", "v2");
    assert_pairs(work_read(work), "old/package-lock.json > new/package-lock.json\n");
}

static void members_of_a_workspace_are_told_by_its_lock_file(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "package.json", "{\"workspaces\": [\"parts/*\"]}");
    builder_write(work->build, "package-lock.json", LOCK("1.0.0"));
    builder_write(work->build, "parts/one/package.json", MANIFEST("^1.0"));
    builder_write(work->build, "alone/deep/package.json", MANIFEST("^1.0"));
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "parts/one/package.json", MANIFEST("^1.1"));
    work_commit(work, "Change", "v2");
    assert_pairs(work_read(work), "package-lock.json > package-lock.json\n");
}

#define POM(name, inner)                                                                           \
    "<project><parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version>"     \
    "</parent><artifactId>" name "</artifactId>" inner "</project>"
#define PARENT(version)                                                                            \
    "<project><groupId>g</groupId><artifactId>parent</artifactId><version>1</version>"             \
    "<properties><v>" version "</v></properties></project>"
#define USES_V                                                                                     \
    "<dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId>"                     \
    "<version>${v}</version></dependency></dependencies>"

static void what_a_parent_decides_is_seen_in_poms_that_did_not_change(void **state)
{
    struct work *work = *state;

    builder_write(work->build, "pom.xml", PARENT("1.0"));
    builder_write(work->build, "heir/pom.xml", POM("heir", USES_V));
    builder_write(work->build, "other/pom.xml", POM("other", ""));
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "pom.xml", PARENT("2.0"));
    work_commit(work, "Change", "v2");
    assert_pairs(work_read(work), "pom.xml > pom.xml\nheir/pom.xml > heir/pom.xml\n");
    assert_true(pair_at(work->input, 1)->inherits);
    assert_string_equal(pair_at(work->input, 1)->current->packages[0].version, "2.0");
}

static void what_cannot_be_read_is_a_problem_with_its_line(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "package-lock.json", LOCK("1.0.0"));
    builder_write(work->build, "go.mod", "require a v1.0.0\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "package-lock.json", "{\"packages\": {\n");
    builder_write(work->build, "go.mod", "require a v1.1.0\nrequire b\n");
    work_commit(work, "Break", "v2");
    input = work_read(work);
    assert_pairs(input, "go.mod > go.mod\n");
    assert_int_equal(input->problem_count, 2);
    assert_problem(&input->problems[1], DRIFT_DEPENDENCY, "package-lock.json:2:1 at v2",
                   "expected a key in double quotes, but the text ends", false);
    assert_problem(&input->problems[0], DRIFT_DEPENDENCY, "go.mod at v2",
                   "line 2: a module without a version", true);
    assert_source(input, "auth", DRIFT_DEPENDENCY, SOURCE_FAILED, "1 file could not be read");
}

static void what_ends_too_early_or_is_emptied_is_told(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "go.mod", "require (\n\ta v1.0.0\n\tb v1.0.0\n)\n");
    builder_write(work->build, "requirements.txt", "a==1.0\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "go.mod", "require (\n\ta v1.0.0\n");
    builder_write(work->build, "requirements.txt", "");
    work_commit(work, "Break", "v2");
    input = work_read(work);
    assert_pairs(input, "go.mod > go.mod\nrequirements.txt > requirements.txt\n");
    assert_int_equal(input->problem_count, 2);
    assert_problem(&input->problems[0], DRIFT_DEPENDENCY, "go.mod at v2",
                   "line 2: a block has no end", false);
    assert_problem(&input->problems[1], DRIFT_DEPENDENCY, "requirements.txt at v2",
                   "it names no package, and had 1", true);
    assert_source(input, "auth", DRIFT_DEPENDENCY, SOURCE_FAILED, "1 file ends too early");
}

static void an_empty_lock_file_is_no_removal(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "go.mod", "require a v1.0.0\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "go.mod", "");
    work_commit(work, "Empty", "v2");
    input = work_read(work);
    assert_pairs(input, "");
    assert_problem(&input->problems[0], DRIFT_DEPENDENCY, "go.mod at v2", "it is empty", false);
    assert_source(input, "auth", DRIFT_DEPENDENCY, SOURCE_FAILED, "1 file could not be read");
}

static void a_project_may_list_the_files_or_switch_them_off(void **state)
{
    struct module_settings settings = { .name = "auth", .dependencies = "tests/package.json" };
    struct work *work = *state;

    work->modules[0].settings = &settings;
    builder_write(work->build, "package.json", MANIFEST("^1.0"));
    builder_write(work->build, "tests/package.json", MANIFEST("^1.0"));
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "package.json", MANIFEST("^2.0"));
    builder_write(work->build, "tests/package.json", MANIFEST("^2.0"));
    work_commit(work, "Change", "v2");
    assert_pairs(work_read(work), "tests/package.json > tests/package.json\n");
    settings.dependencies = "off";
    work_read(work);
    assert_null(work->input->modules[0].dependency);
    assert_source(work->input, "auth", DRIFT_DEPENDENCY, SOURCE_NOT_EXAMINED,
                  "switched off in the project");
    settings.dependencies = "auto";
    assert_pairs(work_read(work), "package.json > package.json\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_lock_file_is_preferred_and_what_is_no_list_is_passed_over),
        CASE(a_sum_file_alone_is_no_difference),
        CASE(code_that_was_read_tells_which_files_changed),
        CASE(a_manifest_that_changed_alone_looks_at_its_lock_file),
        CASE(another_tool_with_another_lock_file_is_compared),
        CASE(where_one_side_has_no_lock_file_manifests_are_compared),
        CASE(a_project_that_is_new_is_one_sided),
        CASE(a_folder_that_moved_is_compared_with_what_it_was),
        CASE(members_of_a_workspace_are_told_by_its_lock_file),
        CASE(what_a_parent_decides_is_seen_in_poms_that_did_not_change),
        CASE(what_cannot_be_read_is_a_problem_with_its_line),
        CASE(what_ends_too_early_or_is_emptied_is_told),
        CASE(an_empty_lock_file_is_no_removal),
        CASE(a_project_may_list_the_files_or_switch_them_off),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
