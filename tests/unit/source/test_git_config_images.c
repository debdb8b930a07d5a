#include "source_support.h"

#include <pilab/drift/image.h>

/* "before -> after", a line a pair. */
static void tell_images(struct strbuf *out, const struct drift_input *input)
{
    const struct image_input *images = input->modules[0].image;

    strbuf_clear(out);
    for (size_t i = 0; images != NULL && i < images->count; i++) {
        const struct image_pair_input *pair = &images->pairs[i];

        strbuf_printf(out, "%s -> %s\n",
                      pair->previous.use != NULL ? pair->previous.use->text : "-",
                      pair->current.use != NULL ? pair->current.use->text : "-");
    }
}

static void build_images(struct work *work, const char *tag)
{
    static const struct {
        const char *path, *before, *after; /* the tag stands between them */
    } files[] = {
        {"deploy/values.yaml",      "image: {repository: mb/auth, tag: \"",             "\"}\n"  },
        { "deploy/values-uat.yaml", "sidecar: {image: \"mb/side:uat-",                  "\"}\n"  },
        { "deploy/values-prd.yaml", "sidecar: {image: \"mb/side:prd-",                  "\"}\n"  },
        { "docker-compose.yml",     "services: {cache: {image: \"redis:",               "\"}}\n" },
        { "k8s/job.yaml",           "kind: Pod\nspec: {containers: [{image: \"mb/job:", "\"}]}\n"},
    };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct strbuf text = STRBUF_INIT;

        strbuf_printf(&text, "%s%s%s", files[i].before, tag, files[i].after);
        builder_write(work->build, files[i].path, text.data);
        strbuf_release(&text);
    }
}

/* The project names its Helm values; what it does not name is read all the same, but for the
 * values of other environments. */
static void images_are_the_same_whether_configuration_is_asked_for_or_not(void **state)
{
    static const char *const config[] = { "deploy/values.yaml", "deploy/values-{env}.yaml" };
    static const char expected[] = "mb/auth:1 -> mb/auth:2\nmb/side:uat-1 -> mb/side:uat-2\n"
                                   "redis:1 -> redis:2\nmb/job:1 -> mb/job:2\n";
    struct work *work = *state;
    struct strbuf told = STRBUF_INIT;

    build_images(work, "1");
    work_commit(work, "Begin", "v1");
    build_images(work, "2");
    work_commit(work, "Change", "v2");
    work_configure(work, config, 2);
    work->modules[0].previous_environment = work->modules[0].current_environment = "uat";
    work->request.types[DRIFT_IMAGE] = true;
    tell_images(&told, work_read(work));
    assert_string_equal(told.data, expected);
    assert_int_equal(work->input->modules[0].config_count, 1);

    comparison_free(&work->comparison);
    work->request.types[DRIFT_CONFIG] = work->request.types[DRIFT_CODE] = false;
    tell_images(&told, work_read(work));
    assert_string_equal(told.data, expected);
    assert_int_equal(work->input->modules[0].config_count, 0);
    strbuf_release(&told);
}

static void a_layer_that_cannot_be_read_is_a_problem_of_its_images(void **state)
{
    static const char *const config[] = { "deploy/values.yaml" };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "deploy/values.yaml", "image: \"mb/auth:1\"\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/values.yaml", "image: [\n");
    work_commit(work, "Break", "v2");
    work_configure(work, config, 1);
    work->request.types[DRIFT_IMAGE] = true;
    work->request.types[DRIFT_CONFIG] = work->request.types[DRIFT_CODE] = false;
    input = work_read(work);
    assert_int_equal(input->problem_count, 1);
    assert_int_equal(input->problems[0].type, DRIFT_IMAGE);
    assert_string_equal(input->problems[0].what, "deploy/values.yaml:2:1 at v2");
    assert_source(input, "auth", DRIFT_IMAGE, SOURCE_FAILED,
                  "no image differs; 1 file could not be read");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(images_are_the_same_whether_configuration_is_asked_for_or_not),
        CASE(a_layer_that_cannot_be_read_is_a_problem_of_its_images),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
