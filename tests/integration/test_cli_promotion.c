#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* What an environment would get is told from its own layers: those of where the versions come from
 * never get there. */

struct promotion {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
};

static const char base[] = "image:\n  tag: %s\nhost: nowhere\ntimeout: %d\n";

static void write_base(struct fixture_repository *fixture, const char *version, int timeout)
{
    char *text = memory_printf(base, version, timeout);

    fixture_commit(fixture, "deploy/values.yaml", text, "Set the version");
    free(text);
}

static int setup(void **state)
{
    static struct promotion test;
    struct builder *build;

    fixture_library_start(NULL);
    test.fixture = fixture_new();
    test.sandbox = sandbox_new();
    build = fixture_builder(test.fixture);
    write_base(test.fixture, "1.0.0", 30);
    fixture_commit(test.fixture, "deploy/values-sit.yaml",
                   "host: db.sit.example.org\nreplicas: 1\n", "SIT's own");
    fixture_commit(test.fixture, "deploy/values-uat.yaml",
                   "host: db.uat.example.org\nreplicas: 3\n", "UAT's own");
    builder_tag(build, "v1.0.0");
    write_base(test.fixture, "1.1.0", 15);
    fixture_commit(test.fixture, "deploy/values-sit.yaml",
                   "host: db.sit.example.org\nreplicas: 1\nonly_sit: true\n", "More of SIT");
    *state = &test;
    return 0;
}

static int teardown(void **state)
{
    struct promotion *test = *state;

    sandbox_free(&test->sandbox);
    fixture_free(&test->fixture);
    return fixture_library_stop(NULL);
}

#define DO(...)                                                                                    \
    do {                                                                                           \
        const struct run *run_ = run_pilab(__VA_ARGS__, NULL);                                     \
        if (run_->status != 0)                                                                     \
            fail_msg("status %d: %s", run_->status, run_->err.data);                               \
    } while (0)

/* UAT's own file at the new version; then the project, with 1.0.0 in UAT and 1.1.0 in SIT. */
static void release(struct promotion *test, const char *uat)
{
    const char *folder = sandbox_files(test->sandbox);
    char *text, *file, *store, *variable;

    fixture_commit(test->fixture, "deploy/values-uat.yaml", uat, "UAT at 1.1.0");
    builder_tag(fixture_builder(test->fixture), "v1.1.0");
    fixture_open(test->fixture); /* what was built is written */
    text = memory_printf("pilab: 1\n"
                         "project: {name: Shop, code: SHOP}\n"
                         "environments:\n"
                         "  - {name: SIT, stage: SIT}\n"
                         "  - {name: UAT, stage: UAT, from: [SIT]}\n"
                         "modules:\n"
                         "  - name: shop\n"
                         "    repository: %s\n"
                         "    tags: \"v{version}\"\n"
                         "    config: [deploy/values.yaml, \"deploy/values-{env}.yaml\"]\n",
                         fixture_path(test->fixture));
    file = scratch_file(folder, "pilab.yaml", text);
    store = scratch_path(folder, "store.db");
    variable = memory_printf("PILAB_STORE=%s", store);
    sandbox_set(test->sandbox, variable);
    DO(test->sandbox, "project", "import", file);
    DO(test->sandbox, "manifest", "set", "shop", "UAT", "1.0.0");
    DO(test->sandbox, "manifest", "set", "shop", "SIT", "1.1.0");
    free(text);
    free(file);
    free(store);
    free(variable);
}

static void what_only_the_source_has_is_not_promoted(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    release(test, "host: db.uat.example.org\nreplicas: 3\n");
    run = run_pilab(test->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--wide", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "Configuration  2");
    assert_says(&run->out, "image.tag  1.0.0 → 1.1.0");
    assert_says(&run->out, "timeout  30 → 15");
    assert_says_not(&run->out, "db.sit.example.org");
    assert_says_not(&run->out, "replicas");
    assert_says_not(&run->out, "only_sit");
    run = run_pilab(test->sandbox, "drift", "env:UAT", "env:SIT", "--wide", NULL);
    assert_says(&run->out, "Configuration  2");
    run = run_pilab(test->sandbox, "notes", "--from", "SIT", "--to", "UAT", NULL);
    assert_says(&run->out, "| timeout | 30 | 15 |");
    assert_says_not(&run->out, "db.sit.example.org");
}

static void what_changed_in_the_targets_own_file_is(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    release(test, "host: db.sit.example.org\nreplicas: 5\n");
    run = run_pilab(test->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--wide", "--width",
                    "120", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "replicas  3 → 5");
    assert_says(&run->out, "Blockers  1");
    assert_says(&run->out, "UAT would get a value that names SIT");
    assert_says(&run->out, "deploy/values-uat.yaml:1");
}

static void a_fault_in_the_targets_own_file_is_a_problem(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    release(test, "oops: [\n");
    run = run_pilab(test->sandbox, "drift", "--from", "SIT", "--to", "UAT", NULL);
    assert_says(&run->out, "2 sources could not be read");
    assert_says(&run->out, "deploy/values-uat.yaml");
}

static void two_environments_are_compared_as_they_are_when_that_is_asked(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    release(test, "host: db.uat.example.org\nreplicas: 3\n");
    run = run_pilab(test->sandbox, "drift", "env:UAT", "env:SIT", "--wide", NULL);
    assert_says(&run->out, "UAT has now → UAT would get, from SIT");
    assert_says(&run->out, "configuration: the files of UAT on both sides");
    assert_null(strstr(run->out.data, "replicas"));
    run = run_pilab(test->sandbox, "drift", "env:UAT", "env:SIT", "--as-is", "--wide", "--save",
                    NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "UAT → SIT, each as it is configured");
    assert_says(&run->out, "configuration: UAT with its own files, SIT with its own");
    assert_says(&run->out, "replicas  3 → 1");
    assert_says(&run->out, "host  db.uat.example.org → db.sit.example.org");
    assert_says(&run->out, "only_sit  true");
    assert_null(strstr(run->out.data, "would get"));
    assert_null(strstr(run->out.data, "blocker"));
    run = run_pilab(test->sandbox, "report", "list", NULL);
    assert_null(strstr(run->out.data, "would get"));
    /* Nor is it taken for the last report of the promotion. */
    run = run_pilab(test->sandbox, "drift", "--from", "SIT", "--to", "UAT", NULL);
    assert_null(strstr(run->out.data, "since report"));
    assert_null(strstr(run->out.data, "as in report"));
}

static const char *layers_of(const struct run *run, const char *side)
{
    json_error_t error;
    json_t *report = json_loads(run->out.data, 0, &error);
    static char layers[64];

    assert_non_null(report);
    snprintf(layers, sizeof layers, "%s",
             json_string_value(json_object_get(json_object_get(report, side), "layers")));
    json_decref(report);
    return layers;
}

static void json_says_whose_configuration_was_read(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    release(test, "host: db.uat.example.org\nreplicas: 3\n");
    run = run_pilab(test->sandbox, "drift", "env:UAT", "env:SIT", "--json", NULL);
    assert_string_equal(layers_of(run, "previous"), "UAT");
    assert_string_equal(layers_of(run, "current"), "UAT");
    run = run_pilab(test->sandbox, "drift", "env:UAT", "env:SIT", "--as-is", "--json", NULL);
    assert_string_equal(layers_of(run, "previous"), "UAT");
    assert_string_equal(layers_of(run, "current"), "SIT");
}

/* Nothing goes anywhere: nothing is lost, goes back or misses its file. */
static void as_they_are_nothing_is_told_that_would_happen(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    fixture_commit(test->fixture, "src/app.c", "int main(void) { return 0; }\n", "Begin the app");
    fixture_commit(test->fixture, "db/migrations/V1__a.sql", "CREATE TABLE a (id int);\n",
                   "Keep a");
    fixture_commit(test->fixture, "environments/sit.tfvars", "nodes = 1\nsit_only = 5\n", "SIT");
    fixture_commit(test->fixture, "environments/uat.tfvars", "nodes = 3\n", "UAT");
    release(test, "host: db.uat.example.org\nreplicas: 3\n");
    /* SIT is newer: what is in UAT does not come there. */
    run = run_pilab(test->sandbox, "drift", "env:SIT", "env:UAT", "--as-is", "--wide", NULL);
    assert_says_not(&run->out, "would be lost");
    assert_says_not(&run->out, "Would be lost");
    assert_says_not(&run->out, "goes back");
    assert_says_not(&run->out, "takes away");
    assert_says_not(&run->out, "its file is gone");
    assert_says_not(&run->out, "Needs a person");
    assert_says(&run->out, "only SIT has 7 commits");
    assert_says(&run->out, "Only in SIT  7");
    assert_says(&run->out, "db/migrations/V1__a.sql  was in SIT alone");
    run = run_pilab(test->sandbox, "drift", "--from", "UAT", "--to", "SIT", "--wide", NULL);
    assert_says(&run->out, "goes back: takes away 7 commits");
    assert_says(&run->out, "its file is gone");
}

/* What is in uat.tfvars at SIT's version is nobody's yet. */
static void as_they_are_files_named_after_an_environment_are_its_own(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    fixture_commit(test->fixture, "environments/sit.tfvars", "nodes = 7\n", "SIT");
    fixture_commit(test->fixture, "environments/uat.tfvars", "nodes = 3\n", "UAT");
    fixture_commit(test->fixture, "tf/UAT/uat.tfvars", "disks = 5\n", "UAT");
    builder_tag(fixture_builder(test->fixture), "v1.0.5");
    fixture_commit(test->fixture, "environments/sit.tfvars", "nodes = 8\n", "SIT");
    fixture_commit(test->fixture, "environments/uat.tfvars", "nodes = 4\n", "UAT");
    fixture_commit(test->fixture, "tf/SIT/sit.tfvars", "disks = 2\n", "SIT");
    release(test, "host: db.uat.example.org\nreplicas: 3\n");
    DO(test->sandbox, "manifest", "set", "shop", "UAT", "1.0.5");
    run = run_pilab(test->sandbox, "drift", "env:SIT", "env:UAT", "--as-is", "--type",
                    "infrastructure", NULL);
    assert_says(&run->out, "2 differences ");
    assert_says(&run->out, "nodes  8 → 3");
    assert_says(&run->out, "disks  2 → 5");
    assert_says_not(&run->out, "configuration:");
}

/* The id of a content tells nobody anything. */
static void the_history_of_a_file_shows_no_ids_of_contents(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    fixture_commit(test->fixture, "src/app.c", "int main(void) { return 1; }\n", "Begin the app");
    release(test, "host: db.uat.example.org\nreplicas: 3\n");
    DO(test->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--save");
    run = run_pilab(test->sandbox, "report", "history", "src/app.c", "--report", "1", NULL);
    assert_says(&run->out, "a new file");
    assert_says_not(&run->out, "98c444a");
    run =
        run_pilab(test->sandbox, "report", "history", "src/app.c", "--report", "1", "--json", NULL);
    assert_says(&run->out, "\"current_text\": \"a new file\"");
}

static void as_they_are_are_environments_alone(void **state)
{
    struct promotion *test = *state;
    const struct run *run;

    release(test, "host: db.uat.example.org\nreplicas: 3\n");
    run = run_pilab(test->sandbox, "drift", "env:UAT", "1.1.0", "--as-is", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "--as-is compares two environments");
    run = run_pilab(test->sandbox, "drift", "env:UAT", "env:UAT", "--as-is", NULL);
    assert_int_equal(run->status, 64);
    run = run_pilab(test->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--as-is", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "env:SIT env:UAT --as-is");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_only_the_source_has_is_not_promoted),
        CASE(what_changed_in_the_targets_own_file_is),
        CASE(a_fault_in_the_targets_own_file_is_a_problem),
        CASE(two_environments_are_compared_as_they_are_when_that_is_asked),
        CASE(json_says_whose_configuration_was_read),
        CASE(as_they_are_nothing_is_told_that_would_happen),
        CASE(as_they_are_files_named_after_an_environment_are_its_own),
        CASE(the_history_of_a_file_shows_no_ids_of_contents),
        CASE(as_they_are_are_environments_alone),
    };

    return cmocka_run_group_tests_name("promotion", tests, NULL, NULL);
}
