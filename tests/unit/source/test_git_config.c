#include "source_support.h"

#include <string.h>

static void well_known_files_are_compared_when_nobody_said_which(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "deploy/values.yaml", "a: 1\n");
    builder_write(work->build, "deploy/same.yaml", "s: 1\n");
    builder_write(work->build, "deploy/gone.yaml", "g: 1\n");
    builder_write(work->build, ".env", "A=1\n");
    builder_write(work->build, "src/model.json", "{\"m\":1}\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/values.yaml", "a: 2\n");
    builder_remove(work->build, "deploy/gone.yaml");
    builder_write(work->build, "deploy/new.yaml", "n: on\n");
    builder_write(work->build, ".env", "A=2\n");
    builder_write(work->build, "src/model.json", "{\"m\":2}\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 4);
    assert_config(input, "deploy/values.yaml", "{\"a\":1}", "{\"a\":2}");
    assert_config(input, "deploy/gone.yaml", "{\"g\":1}", "absent");
    assert_config(input, "deploy/new.yaml", "absent", "{\"n\":\"on\"}");
    assert_config(input, ".env", "{\"A\":\"1\"}", "{\"A\":\"2\"}");
    assert_string_equal(config_of(&input->modules[0], ".env")->typing, "dotenv");
    assert_string_equal(config_of(&input->modules[0], "deploy/new.yaml")->typing, "YAML 1.2");
    assert_null(config_of(&input->modules[0], "deploy/new.yaml")->previous_name);
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_READ, "4 documents");
}

static void a_renamed_file_is_compared_with_what_it_was(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "deploy/a.yaml", "a: 1\n");
    builder_write(work->build, "deploy/kept.yaml", "k: 1\n");
    work_commit(work, "Begin", "v1");
    builder_move(work->build, "deploy/a.yaml", "deploy/b.yaml");
    builder_write(work->build, "deploy/copy.yaml", "k: 1\n");
    builder_write(work->build, "deploy/kept.yaml", "k: 2\n");
    work_commit(work, "Move and copy", "v2");
    input = work_read(work);

    /* The same content under another name is no difference; a copy is a new file. */
    assert_int_equal(input->modules[0].config_count, 2);
    assert_config(input, "deploy/kept.yaml", "{\"k\":1}", "{\"k\":2}");
    assert_config(input, "deploy/copy.yaml", "absent", "{\"k\":1}");
}

static void helm_values_are_typed_as_helm_does_and_may_repeat_a_key(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "chart/values.yaml", "on: yes\nmode: 0755\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "chart/values.yaml", "a: 1\na: 2\nmode: 0o17\nat: 1:30\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_config(input, "chart/values.yaml", "{\"on\":true,\"mode\":493}",
                  "{\"a\":2,\"mode\":15,\"at\":\"1:30\"}");
    assert_string_equal(config_of(&input->modules[0], "chart/values.yaml")->typing,
                        "YAML 1.1 (Helm)");
    assert_int_equal(input->problem_count, 1);
    assert_string_equal(input->problems[0].what, "chart/values.yaml at v2");
    assert_true(input->problems[0].warning);
    assert_non_null(strstr(input->problems[0].why, "line 2"));
}

static void files_for_secrets_are_marked(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "deploy/secrets.yaml", "a: 1\n");
    builder_write(work->build, "deploy/app.properties", "a=1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/secrets.yaml", "a: 2\n");
    builder_write(work->build, "deploy/app.properties", "a=2\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_true(config_of(&input->modules[0], "deploy/secrets.yaml")->secrets);
    assert_false(config_of(&input->modules[0], "deploy/app.properties")->secrets);
    assert_string_equal(config_of(&input->modules[0], "deploy/app.properties")->typing,
                        "properties");
}

static void layers_fold_into_one_document(void **state)
{
    static const char *const config[] = { "deploy/values.yaml", "deploy/values-{env}.yaml" };
    struct work *work = *state;
    const struct drift_input *input;
    const struct config_input *folded;

    builder_write(work->build, "deploy/values.yaml", "a: 1\nb: 1\n");
    builder_write(work->build, "deploy/values-uat.yaml", "b: 2\n");
    builder_write(work->build, "deploy/values-SIT.yaml", "b: 3\n");
    builder_write(work->build, "deploy/values-prod.yaml", "b: 9\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/values.yaml", "a: 2\nb: 1\n");
    work_commit(work, "Change", "v2");
    work_configure(work, config, 2);
    work->modules[0].previous_environment = "UAT";
    work->modules[0].current_environment = "sit";
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 1);
    folded = &input->modules[0].configs[0];
    assert_side(folded->previous, "{\"a\":1,\"b\":2}");
    assert_side(folded->current, "{\"a\":2,\"b\":3}");
    assert_string_equal(folded->previous_name, "deploy/values.yaml + deploy/values-uat.yaml");
    assert_string_equal(folded->current_name, "deploy/values.yaml + deploy/values-SIT.yaml");
    assert_string_equal(folded->typing, "YAML 1.1 (Helm)");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_READ, "1 document");
}

static void a_version_is_looked_at_as_it_would_be_on_the_other_sides_environment(void **state)
{
    static const char *const config[] = { "values.yaml", "values-{env}.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "values.yaml", "a: 1\n");
    builder_write(work->build, "values-uat.yaml", "b: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "values-uat.yaml", "b: 2\n");
    work_commit(work, "Change", "v2");
    work_configure(work, config, 2);
    work->modules[0].previous_environment = "UAT";
    input = work_read(work);

    assert_config(input, "values.yaml", "{\"a\":1,\"b\":1}", "{\"a\":1,\"b\":2}");
}

static void without_an_environment_every_layer_stands_alone(void **state)
{
    static const char *const config[] = { "values.yaml", "values-{env}.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "values.yaml", "a: 1\n");
    builder_write(work->build, "values-sit.yaml", "b: 1\n");
    builder_write(work->build, "values-uat.yaml", "b: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "values-sit.yaml", "b: 2\n");
    builder_write(work->build, "values.yaml", "a: 2\n");
    work_commit(work, "Change", "v2");
    work_configure(work, config, 2);
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 2);
    assert_config(input, "values-sit.yaml", "{\"b\":1}", "{\"b\":2}");
    assert_config(input, "values.yaml", "{\"a\":1}", "{\"a\":2}");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_READ, "3 documents");
}

static void a_broken_layer_keeps_its_side_from_being_compared(void **state)
{
    static const char *const config[] = { "values.yaml", "values-{env}.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "values.yaml", "a: 1\n");
    builder_write(work->build, "values-uat.yaml", "b: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "values-uat.yaml", "b: {\n");
    work_commit(work, "Break", "v2");
    work_configure(work, config, 2);
    work->modules[0].previous_environment = work->modules[0].current_environment = "uat";
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 0);
    assert_int_equal(input->problem_count, 1);
    assert_string_equal(input->problems[0].what, "values-uat.yaml:2:1 at v2");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_FAILED, "1 of 1 document could not be read");
}

static void layers_that_cannot_be_folded_are_a_problem(void **state)
{
    static const char *const config[] = { "values.yaml", "more.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "values.yaml", "a: 1\n");
    builder_write(work->build, "more.yaml", "b: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "more.yaml", "b: 1\n---\nb: 2\n");
    work_commit(work, "Break", "v2");
    work_configure(work, config, 2);
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 0);
    assert_string_equal(input->problems[0].what, "values.yaml + more.yaml at v2");
    assert_non_null(strstr(input->problems[0].why, "holds 2 documents"));
    assert_non_null(strstr(input->problems[0].hint, "with a wildcard in `config`"));
}

static void a_map_that_gives_way_to_something_else_is_a_warning(void **state)
{
    static const char *const config[] = { "values.yaml", "values-{env}.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "values.yaml", "a: {b: 1}\n");
    builder_write(work->build, "values-uat.yaml", "c: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "values-uat.yaml", "a: none\n");
    work_commit(work, "Change", "v2");
    work_configure(work, config, 2);
    work->modules[0].previous_environment = work->modules[0].current_environment = "uat";
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 1);
    assert_int_equal(input->problem_count, 1);
    assert_string_equal(input->problems[0].what, "values.yaml + values-uat.yaml at v2");
    assert_true(input->problems[0].warning);
}

static void wildcards_name_files_that_stand_alone(void **state)
{
    static const char *const config[] = { "deploy/**/*.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "deploy/a.yaml", "a: 1\n");
    builder_write(work->build, "deploy/x/b.yaml", "b: 1\n");
    builder_write(work->build, "deploy/x/gone.yaml", "g: 1\n");
    builder_write(work->build, "k8s/c.yaml", "c: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/x/b.yaml", "b: 2\n");
    builder_remove(work->build, "deploy/x/gone.yaml");
    builder_write(work->build, "deploy/new.yaml", "n: 1\n");
    builder_write(work->build, "k8s/c.yaml", "c: 2\n");
    work_commit(work, "Change", "v2");
    work_configure(work, config, 1);
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 3);
    assert_config(input, "deploy/x/b.yaml", "{\"b\":1}", "{\"b\":2}");
    assert_config(input, "deploy/new.yaml", "absent", "{\"n\":1}");
    assert_config(input, "deploy/x/gone.yaml", "{\"g\":1}", "absent");
    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_CONFIG, "k8s/c.yaml",
                   "it changed and looks like configuration, but `config` of the module does not "
                   "name it: what changed there is not compared",
                   true);
    assert_string_equal(input->problems[0].hint, "add \"k8s/*.yaml\" to `config`: each file that a "
                                                 "wildcard names is read by itself");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_READ, "4 documents");
}

static void files_of_two_environments_are_paired_by_their_place(void **state)
{
    static const char *const config[] = { "overlays/{env}/*.yaml" };
    struct work *work = *state;
    const struct drift_input *input;
    const struct config_input *pair;

    builder_write(work->build, "overlays/uat/uat.yaml", "r: 1\n");
    builder_write(work->build, "overlays/uat/only.yaml", "o: 1\n");
    builder_write(work->build, "overlays/uat/same.yaml", "s: 1\n");
    builder_write(work->build, "overlays/SIT/uat.yaml", "r: 2\n");
    builder_write(work->build, "overlays/SIT/same.yaml", "s: 1\n");
    builder_write(work->build, "overlays/prod/uat.yaml", "r: 9\n");
    work_commit(work, "Begin", "v1");
    builder_tag(work->build, "v2");
    work_configure(work, config, 1);
    work->modules[0].previous_environment = "UAT";
    work->modules[0].current_environment = "SIT";
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 2);
    pair = config_of(&input->modules[0], "overlays/SIT/uat.yaml");
    assert_side(pair->previous, "{\"r\":1}");
    assert_side(pair->current, "{\"r\":2}");
    assert_string_equal(pair->previous_name, "overlays/uat/uat.yaml");
    assert_config(input, "overlays/uat/only.yaml", "{\"o\":1}", "absent");
}

static void two_spellings_of_an_environment_both_show(void **state)
{
    static const char *const config[] = { "{env}/*.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "UAT/a.yaml", "a: 1\n");
    builder_write(work->build, "uat/a.yaml", "a: 2\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "UAT/a.yaml", "a: 3\n");
    builder_write(work->build, "uat/a.yaml", "a: 4\n");
    work_commit(work, "Change", "v2");
    work_configure(work, config, 1);
    work->modules[0].previous_environment = work->modules[0].current_environment = "UAT";
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 2);
    assert_config(input, "UAT/a.yaml", "{\"a\":1}", "{\"a\":3}");
    assert_config(input, "uat/a.yaml", "{\"a\":2}", "{\"a\":4}");
}

static void paths_start_at_the_modules_folder_or_at_the_root(void **state)
{
    static const char *const config[] = { "/shared/*.yaml", "../common.yaml", "./own.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "shared/s.yaml", "s: 1\n");
    builder_write(work->build, "services/common.yaml", "c: 1\n");
    builder_write(work->build, "services/auth/own.yaml", "o: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "shared/s.yaml", "s: 2\n");
    builder_write(work->build, "services/auth/own.yaml", "o: 2\n");
    work_commit(work, "Change", "v2");
    work->modules[0].directory = "services/auth";
    work_configure(work, config, 3);
    input = work_read(work);

    assert_config(input, "shared/s.yaml", "{\"s\":1}", "{\"s\":2}");
    assert_config(input, "services/common.yaml", "{\"c\":1,\"o\":1}", "{\"c\":1,\"o\":2}");
    assert_int_equal(input->problem_count, 0);
}

static void what_was_configured_and_is_nowhere_is_said(void **state)
{
    static const char *const config[] = { "../outside.yaml", "typo.yaml", "no/*.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "a.yaml", "a: 1\n");
    work_commit(work, "Begin", "v1");
    builder_tag(work->build, "v2");
    work_configure(work, config, 3);
    input = work_read(work);

    assert_int_equal(input->problem_count, 3);
    assert_problem(&input->problems[0], DRIFT_CONFIG, "../outside.yaml",
                   "it leads out of the repository", false);
    assert_problem(&input->problems[1], DRIFT_CONFIG, "no/*.yaml", "no such file on either side",
                   false);
    assert_problem(&input->problems[2], DRIFT_CONFIG, "typo.yaml", "no such file on either side",
                   false);
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_FAILED, "3 of 3 documents could not be read");
}

static void a_main_layer_that_is_nowhere_is_not_read(void **state)
{
    static const char *const config[] = { "deploy/valuez.yaml", "deploy/values-{env}.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "deploy/values.yaml", "a: 1\n");
    builder_write(work->build, "deploy/values-uat.yaml", "u: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/values-uat.yaml", "u: 2\n");
    work_commit(work, "Change", "v2");
    work->modules[0].previous_environment = work->modules[0].current_environment = "UAT";
    work_configure(work, config, 2);
    input = work_read(work);

    /* what was read is told all the same */
    assert_int_equal(input->modules[0].config_count, 1);
    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_CONFIG, "deploy/valuez.yaml",
                   "no such file on either side", false);
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_FAILED, "1 of 2 documents could not be read");
}

static void a_layer_that_an_environment_has_not_is_no_problem(void **state)
{
    static const char *const config[] = { "deploy/values.yaml", "deploy/values-{env}.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "README", "1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/values.yaml", "a: 1\n");
    work_commit(work, "Add", "v2");
    work->modules[0].previous_environment = work->modules[0].current_environment = "UAT";
    work_configure(work, config, 2);
    input = work_read(work);

    assert_int_equal(input->problem_count, 0);
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_READ, "1 document");
    assert_int_equal(input->modules[0].config_count, 1);
    assert_null(input->modules[0].configs[0].previous);
    assert_non_null(input->modules[0].configs[0].current);
}

static void nothing_at_all_is_a_problem_though_each_layer_may_be_absent(void **state)
{
    static const char *const config[] = { "deploy/valuez-{env}.yaml", "overlays/{env}/*.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "deploy/values-uat.yaml", "u: 1\n");
    work_commit(work, "Begin", "v1");
    builder_tag(work->build, "v2");
    work_configure(work, config, 2);
    input = work_read(work);

    assert_int_equal(input->problem_count, 2);
    assert_false(input->problems[0].warning);
    assert_false(input->problems[1].warning);
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_FAILED, "2 of 2 documents could not be read");
}

static void links_and_unknown_formats_are_refused(void **state)
{
    static const char *const config[] = { "link.yaml", "app.conf" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_link(work->build, "link.yaml", "/etc/passwd");
    builder_write(work->build, "app.conf", "a = 1\n");
    builder_write(work->build, "dir/a.c", "a\n");
    work_commit(work, "Begin", "v1");
    builder_tag(work->build, "v2");
    work_configure(work, config, 1);
    input = work_read(work);
    assert_problem(&input->problems[0], DRIFT_CONFIG, "link.yaml at v1", "it is a symbolic link",
                   false);
    assert_string_equal(input->problems[0].hint, "name the file that it leads to");

    work_configure(work, config + 1, 1);
    input = work_read(work);
    assert_problem(&input->problems[0], DRIFT_CONFIG, "app.conf at v1",
                   "the name does not say which format it has", false);
}

static void a_broken_document_is_a_problem_and_no_difference(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "deploy/a.yaml", "a: 1\n");
    builder_write(work->build, "deploy/b.yaml", "b: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/a.yaml", "a: [1\n");
    builder_write(work->build, "deploy/b.yaml", "b: 2\n");
    work_commit(work, "Break", "v2");
    work_add_module(work, "pay");
    input = work_read(work);

    assert_int_equal(input->modules[0].config_count, 1);
    assert_string_equal(input->modules[0].configs[0].name, "deploy/b.yaml");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_FAILED, "1 of 2 documents could not be read");
    assert_int_equal(strncmp(input->problems[0].what, "deploy/a.yaml:2:", 16), 0);
    assert_non_null(strstr(input->problems[0].what, " at v2"));
    assert_null(strstr(input->problems[0].why, "deploy/a.yaml"));
    assert_false(input->problems[0].warning);
    assert_source(input, "pay", DRIFT_CODE, SOURCE_READ, "1 commit, 2 files");
}

/* --- What was seen in force ------------------------------------------------------------------- */

static struct observed_file seen_file(const char *name, enum document_format format,
                                      const char *text, const char *stands_for)
{
    return (struct observed_file){ .name = name,
                                   .format = format,
                                   .text = text,
                                   .length = strlen(text),
                                   .stands_for = stands_for };
}

static const char *const seen_layers[] = { "deploy/values.yaml", "deploy/values-{env}.yaml" };

static void build_layers(struct work *work)
{
    builder_write(work->build, "deploy/values.yaml", "timeout: 30\nlevel: info\n");
    builder_write(work->build, "deploy/values-uat.yaml", "level: debug\nfast: true\n");
    builder_write(work->build, "deploy/app.properties", "pool=10\n");
    work_commit(work, "Begin", "v1");
    work_commit(work, "Go on", "v2");
    work->modules[0].current = "v1";
    work->modules[0].previous_environment = work->modules[0].current_environment = "UAT";
    work_configure(work, seen_layers, 2);
}

static void what_was_seen_is_compared_with_the_folded_layers(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;
    struct observed_file files[] = {
        seen_file("base.yaml", DOCUMENT_YAML, "timeout: 60\nlevel: debug\n", NULL),
        seen_file("uat.yaml", DOCUMENT_YAML, "fast: true\n", NULL),
    };

    build_layers(work);
    work->modules[0].current_observed = files;
    work->modules[0].current_observed_count = 2;
    input = work_read(work);
    assert_int_equal(input->modules[0].config_count, 1);
    assert_config(input, "deploy/values.yaml", "{\"timeout\":30,\"level\":\"debug\",\"fast\":true}",
                  "{\"timeout\":60,\"level\":\"debug\",\"fast\":true}");
    assert_string_equal(config_of(&input->modules[0], "deploy/values.yaml")->current_name,
                        "base.yaml + uat.yaml");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_READ, "1 document");
}

static void texts_are_read_with_the_types_that_are_expected(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;
    struct observed_file file =
        seen_file("configmap/auth", DOCUMENT_JSON,
                  "{\"timeout\":\"60\",\"level\":\"debug\",\"fast\":\"true\",\"new\":\"1\"}", NULL);

    build_layers(work);
    work->modules[0].current_observed = &file;
    work->modules[0].current_observed_count = 1;
    input = work_read(work);
    assert_config(input, "deploy/values.yaml", "{\"timeout\":30,\"level\":\"debug\",\"fast\":true}",
                  "{\"timeout\":60,\"level\":\"debug\",\"fast\":true,\"new\":\"1\"}");
}

static void one_file_of_the_module_may_be_what_was_seen(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;
    struct observed_file file =
        seen_file("/etc/mb/auth.conf", DOCUMENT_PROPERTIES, "pool=20\n", "deploy/app.properties");

    build_layers(work);
    work->modules[0].current_observed = &file;
    work->modules[0].current_observed_count = 1;
    input = work_read(work);
    assert_int_equal(input->modules[0].config_count, 1);
    assert_config(input, "deploy/app.properties", "{\"pool\":\"10\"}", "{\"pool\":\"20\"}");
}

static void what_was_seen_and_stands_for_nothing_is_a_problem(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;
    struct observed_file files[] = {
        seen_file("gone.conf", DOCUMENT_PROPERTIES, "a=1\n", "deploy/gone.properties"),
        seen_file("broken.yaml", DOCUMENT_YAML, "a: [\n", "deploy/values.yaml"),
    };

    build_layers(work);
    work->modules[0].current_observed = files;
    work->modules[0].current_observed_count = 2;
    input = work_read(work);
    assert_int_equal(input->modules[0].config_count, 0);
    assert_int_equal(input->problem_count, 2);
    assert_string_equal(input->problems[0].what, "gone.conf");
    assert_string_equal(input->problems[0].why,
                        "there is no deploy/gone.properties to compare it with");
    assert_string_equal(input->problems[1].what, "broken.yaml as observed");
    assert_source(input, "auth", DRIFT_CONFIG, SOURCE_FAILED, "2 of 2 documents could not be read");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_broken_document_is_a_problem_and_no_difference),
        CASE(well_known_files_are_compared_when_nobody_said_which),
        CASE(a_renamed_file_is_compared_with_what_it_was),
        CASE(helm_values_are_typed_as_helm_does_and_may_repeat_a_key),
        CASE(files_for_secrets_are_marked),
        CASE(layers_fold_into_one_document),
        CASE(a_version_is_looked_at_as_it_would_be_on_the_other_sides_environment),
        CASE(without_an_environment_every_layer_stands_alone),
        CASE(a_broken_layer_keeps_its_side_from_being_compared),
        CASE(layers_that_cannot_be_folded_are_a_problem),
        CASE(a_map_that_gives_way_to_something_else_is_a_warning),
        CASE(wildcards_name_files_that_stand_alone),
        CASE(files_of_two_environments_are_paired_by_their_place),
        CASE(two_spellings_of_an_environment_both_show),
        CASE(paths_start_at_the_modules_folder_or_at_the_root),
        CASE(what_was_configured_and_is_nowhere_is_said),
        CASE(a_main_layer_that_is_nowhere_is_not_read),
        CASE(a_layer_that_an_environment_has_not_is_no_problem),
        CASE(nothing_at_all_is_a_problem_though_each_layer_may_be_absent),
        CASE(links_and_unknown_formats_are_refused),
        CASE(what_was_seen_is_compared_with_the_folded_layers),
        CASE(texts_are_read_with_the_types_that_are_expected),
        CASE(one_file_of_the_module_may_be_what_was_seen),
        CASE(what_was_seen_and_stands_for_nothing_is_a_problem),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
