#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/release/verify.h>

#define COMMIT "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"

/* Three modules of UAT, what a cluster said of all, and what a web address said of one. */
struct scene {
    struct arena *arena;
    struct manifest_entry_state entries[3];
    struct manifest_state state;
    struct observer_settings observers[2];
    struct observation seen[2][4];
    struct observer_answer answers[2];
    struct verification result;
};

static int enter(void **state)
{
    static struct scene scene;

    scene = (struct scene){
        .arena = arena_new(),
        .entries = {{ .module = "mb-auth",
                       .version = "2.0.6",
                       .commit = COMMIT,
                       .image = "reg/auth@sha256:0a" },
                    { .module = "mb-pay", .version = "1.4.0" },
                    { .module = "mb-new" } },
        .observers = { { .type = OBSERVER_KUBERNETES, .label = "app" },
                    { .type = OBSERVER_HTTP, .module = "mb-auth" }},
    };
    scene.state = (struct manifest_state){
        .label = "UAT", .environment = "UAT", .entries = scene.entries, .count = 3
    };
    scene.answers[0] = (struct observer_answer){
        .observer = &scene.observers[0], .label = "the cluster", .at = 1000, .items = scene.seen[0]
    };
    scene.answers[1] = (struct observer_answer){
        .observer = &scene.observers[1], .label = "the web", .at = 2000, .items = scene.seen[1]
    };
    *state = &scene;
    return 0;
}

static int leave(void **state)
{
    struct scene *scene = *state;

    arena_free(&scene->arena);
    return 0;
}

static struct observation *see(struct scene *scene, size_t answer, const char *module,
                               const char *version)
{
    struct observation *item = &scene->seen[answer][scene->answers[answer].count++];

    *item = (struct observation){ .module = module, .version = version, .said = version };
    return item;
}

static void fail_answer(struct scene *scene, size_t answer)
{
    scene->answers[answer].count = 0;
    error_set(&scene->answers[answer].failure, ERROR_NETWORK, "nobody is there");
}

static const struct verify_cell *verify(struct scene *scene, size_t answers)
{
    verify_build(&scene->state, scene->answers, answers, scene->arena, &scene->result);
    return scene->result.cells;
}

static void all_seen_as_expected_is_the_same(void **state)
{
    struct scene *scene = *state;
    const struct verify_cell *cells;

    see(scene, 0, "mb-auth", "v2.0.6")->commit = "9f8e7d6";
    see(scene, 0, "mb-pay", "1.4.0");
    see(scene, 1, "mb-auth", "2.0.6");
    scene->state.count = 2;
    cells = verify(scene, 2);
    assert_int_equal(scene->result.count, 2);
    assert_int_equal(cells[0].verdict, VERIFY_SAME);
    assert_string_equal(cells[0].observed->version, "2.0.6"); /* as the list spells it */
    assert_null(cells[0].why);
    assert_string_equal(cells[0].source->label, "the cluster");
    assert_int_equal(cells[1].verdict, VERIFY_SAME);
    assert_int_equal(verify_whole(&scene->result), VERIFY_SAME);
}

static void one_that_sees_another_version_outweighs_the_others(void **state)
{
    struct scene *scene = *state;
    const struct verify_cell *cells;

    see(scene, 0, "mb-auth", "2.0.6");
    see(scene, 0, "mb-pay", "1.4.0");
    see(scene, 1, "mb-auth", "2.0.5");
    cells = verify(scene, 2);
    assert_int_equal(cells[0].verdict, VERIFY_DIFFERS);
    assert_string_equal(cells[0].why, "another version");
    assert_string_equal(cells[0].source->label, "the web");
    assert_string_equal(cells[0].observed->version, "2.0.5");
    assert_int_equal(verify_whole(&scene->result), VERIFY_DIFFERS);
}

static void nothing_is_the_same_while_somebody_who_should_know_is_silent(void **state)
{
    struct scene *scene = *state;
    const struct verify_cell *cells;

    see(scene, 0, "mb-auth", "2.0.6");
    see(scene, 0, "mb-pay", "1.4.0");
    fail_answer(scene, 1);
    cells = verify(scene, 2);
    assert_int_equal(cells[0].verdict, VERIFY_UNASKED);
    assert_string_equal(cells[0].why, "nobody is there");
    assert_string_equal(cells[0].observed->version, "2.0.6");
    assert_int_equal(cells[1].verdict, VERIFY_SAME);
    assert_int_equal(verify_whole(&scene->result), VERIFY_UNASKED);
    scene->answers[1].failure.code = ERROR_NONE;
    scene->answers[1].at = 0;
    cells = verify(scene, 2);
    assert_int_equal(cells[0].verdict, VERIFY_WAITING);
    assert_int_equal(verify_whole(&scene->result), VERIFY_WAITING);
}

static void what_nobody_looks_at_is_not_observed(void **state)
{
    struct scene *scene = *state;
    const struct verify_cell *cells;

    see(scene, 1, "mb-auth", "2.0.6");
    scene->answers[0] = scene->answers[1];
    cells = verify(scene, 1);
    assert_int_equal(scene->result.count, 2);
    assert_int_equal(cells[1].verdict, VERIFY_UNOBSERVED);
    assert_null(cells[1].source);
    assert_int_equal(verify_whole(&scene->result), VERIFY_UNOBSERVED);
}

static void more_than_the_version_must_fit(void **state)
{
    struct scene *scene = *state;
    struct observation *item = see(scene, 0, "mb-auth", "2.0.6");

    item->digest = "sha256:0b";
    assert_string_equal(verify(scene, 1)[0].why, "another image under the same version");
    item->digest = "sha256:0a";
    assert_int_equal(verify(scene, 1)[0].verdict, VERIFY_SAME);
    item->commit = "1234567";
    assert_string_equal(verify(scene, 1)[0].why, "another commit under the same version");
    item->commit = NULL;
    item->unsettled = "rolling out: 1 of 3 are updated";
    assert_string_equal(verify(scene, 1)[0].why, "rolling out: 1 of 3 are updated");
    assert_int_equal(verify(scene, 1)[0].verdict, VERIFY_DIFFERS);
    item->unsettled = NULL;
    item->version = NULL;
    assert_int_equal(verify(scene, 1)[0].verdict, VERIFY_SAME); /* by its digest */
    item->digest = NULL;
    assert_int_equal(verify(scene, 1)[0].verdict, VERIFY_UNASKED);
    assert_string_equal(verify(scene, 1)[0].why, "what runs there does not say its version");
}

static void what_does_not_run_and_what_nobody_expects_differ(void **state)
{
    struct scene *scene = *state;
    const struct verify_cell *cells;

    see(scene, 0, "mb-auth", NULL)->absent = true;
    see(scene, 0, "mb-pay", NULL)->unread = "there is no /pay";
    see(scene, 0, "mb-new", "0.1.0");
    see(scene, 0, "who-is-it", "3")->foreign = true;
    cells = verify(scene, 1);
    assert_string_equal(cells[0].why, "it does not run there");
    assert_int_equal(cells[0].verdict, VERIFY_DIFFERS);
    assert_int_equal(cells[1].verdict, VERIFY_UNASKED);
    assert_string_equal(cells[1].why, "there is no /pay");
    assert_string_equal(cells[2].why, "nobody has said what should run there");
    assert_int_equal(cells[2].verdict, VERIFY_DIFFERS);
    assert_int_equal(scene->result.foreign, 1);
}

static void what_was_seen_is_a_state_with_what_is_torn(void **state)
{
    struct scene *scene = *state;
    struct manifest_state seen;
    const char *torn;

    see(scene, 0, "mb-auth", "2.0.6")->image = "reg/auth:v2.0.6";
    see(scene, 0, "mb-pay", NULL)->absent = true;
    see(scene, 0, "other", "1")->foreign = true;
    see(scene, 1, "mb-auth", "v2.0.6")->commit = "9f8e7d6";
    verify_observed_state(&scene->state, scene->answers, 2, scene->arena, &seen, &torn);
    assert_null(torn);
    assert_true(seen.partial);
    assert_string_equal(seen.label, "UAT observed");
    assert_int_equal(seen.count, 2);
    assert_string_equal(seen.entries[0].version, "2.0.6");
    assert_string_equal(seen.entries[0].commit, "9f8e7d6");
    assert_string_equal(seen.entries[0].image, "reg/auth:v2.0.6");
    assert_null(seen.entries[1].version);
    scene->seen[1][0].version = "2.0.5";
    verify_observed_state(&scene->state, scene->answers, 2, scene->arena, &seen, &torn);
    assert_string_equal(torn, "mb-auth");
}

static void the_document_has_everything_with_time_and_source(void **state)
{
    struct scene *scene = *state;
    json_t *document;
    const json_t *cell, *observer;

    see(scene, 0, "mb-auth", "2.0.5");
    see(scene, 0, "strange", "1")->foreign = true;
    fail_answer(scene, 1);
    verify(scene, 2);
    scene->result.subject = "env:UAT";
    document = verify_to_json(&scene->result);
    assert_string_equal(json_string_value(json_object_get(document, "schema")), "pilab.verify/1");
    assert_string_equal(json_string_value(json_object_get(document, "verdict")), "differs");
    cell = json_array_get(json_object_get(document, "modules"), 0);
    assert_string_equal(json_string_value(json_object_get(cell, "source")), "the cluster");
    assert_string_equal(json_string_value(json_object_get(cell, "at")), "1970-01-01T00:00:01Z");
    observer = json_array_get(json_object_get(document, "observers"), 1);
    assert_string_equal(json_string_value(json_object_get(observer, "state")), "failed");
    assert_string_equal(json_string_value(json_object_get(observer, "message")), "nobody is there");
    assert_int_equal(json_array_size(json_object_get(document, "foreign")), 1);
    json_decref(document);
}

static void the_text_says_why_and_who_failed(void **state)
{
    static const struct verify_text_options options = { .width = 100, .utf8 = true, .now = 61000 };
    struct scene *scene = *state;
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    see(scene, 0, "mb-auth", "2.0.5");
    see(scene, 0, "mb-pay", "1.4.0");
    fail_answer(scene, 1);
    verify(scene, 2);
    verify_render_text(&rich, &scene->result, &options);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_string_equal(plain.data,
                        "Verify UAT\n\n"
                        " Module   Expected  Observed  Verdict\n"
                        " mb-auth  2.0.6     2.0.5     differs        another version; the "
                        "cluster, 1 minute ago\n"
                        " mb-pay   1.4.0     1.4.0     same           the cluster, 1 minute ago\n"
                        "\n"
                        " could not ask the web: nobody is there\n"
                        " differs: 1 same, 1 differs; 1 of 2 observers answered\n");
    strbuf_release(&rich);
    strbuf_release(&plain);
}

static void the_title_names_the_environment_once(void **state)
{
    static const struct verify_text_options options = { .width = 100, .utf8 = true, .now = 61000 };
    static const struct {
        const char *label, *title;
    } titles[] = {
        {"UAT at 2020-01-01T00:00:00Z", "Verify UAT at 2020-01-01T00:00:00Z\n"},
        { "R2025.03",                   "Verify R2025.03 in UAT\n"            },
    };
    struct scene *scene = *state;

    see(scene, 0, "mb-auth", "2.0.6");
    verify(scene, 1);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

        scene->result.label = titles[i].label;
        verify_render_text(&rich, &scene->result, &options);
        rich_to_plain(&plain, rich.data, rich.length);
        assert_memory_equal(plain.data, titles[i].title, strlen(titles[i].title));
        strbuf_release(&rich);
        strbuf_release(&plain);
    }
}

static void see_configured(struct scene *scene, size_t answer, const char *module)
{
    static const struct observed_file file = { .name = "configmap/auth", .text = "{}" };
    struct observation *item = see(scene, answer, module, NULL);

    item->files = &file;
    item->file_count = 1;
}

static void what_is_configured_otherwise_differs_under_the_same_version(void **state)
{
    static const char *keys[] = { "TIMEOUT", "LEVEL", "HOST" };
    struct scene *scene = *state;
    const struct verify_cell *cells;

    see(scene, 0, "mb-auth", "2.0.6");
    see_configured(scene, 0, "mb-auth");
    cells = verify(scene, 1);
    assert_int_equal(cells[0].verdict, VERIFY_SAME);
    assert_true(cells[0].configured);
    assert_false(cells[0].compared);
    verify_configured(&scene->result,
                      &(struct verify_configuration){
                          .module = "mb-auth", .differences = 4, .keys = keys, .key_count = 3 },
                      scene->arena);
    assert_int_equal(cells[0].verdict, VERIFY_DIFFERS);
    assert_string_equal(cells[0].why,
                        "its configuration: 4 values differ (TIMEOUT, LEVEL, HOST, \u2026)");
    assert_int_equal(scene->result.counts[VERIFY_DIFFERS], 1);
    assert_int_equal(scene->result.counts[VERIFY_SAME], 0);
}

static void a_configuration_that_cannot_be_compared_is_not_green(void **state)
{
    struct scene *scene = *state;
    const struct verify_cell *cells;

    see(scene, 0, "mb-auth", "2.0.6");
    see_configured(scene, 0, "mb-auth");
    cells = verify(scene, 1);
    verify_configured(&scene->result,
                      &(struct verify_configuration){ .module = "mb-auth", .why = "no such file" },
                      scene->arena);
    assert_int_equal(cells[0].verdict, VERIFY_UNASKED);
    assert_string_equal(cells[0].why, "no such file");
}

static void the_configuration_alone_says_nothing_of_the_version(void **state)
{
    struct scene *scene = *state;
    const struct verify_cell *cells;
    struct manifest_state seen;

    see_configured(scene, 0, "mb-auth");
    cells = verify(scene, 1);
    verify_configured(&scene->result, &(struct verify_configuration){ .module = "mb-auth" },
                      scene->arena);
    assert_int_equal(cells[0].verdict, VERIFY_UNOBSERVED);
    assert_true(cells[0].compared);
    assert_string_equal(cells[0].why, "only its configuration was seen");
    verify_configured_state(&scene->state, scene->answers, 1, scene->arena, &seen);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.entries[0].version, "2.0.6");
    assert_string_equal(seen.entries[0].commit, COMMIT);
    assert_int_equal(seen.entries[0].file_count, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(all_seen_as_expected_is_the_same),
        CASE(one_that_sees_another_version_outweighs_the_others),
        CASE(nothing_is_the_same_while_somebody_who_should_know_is_silent),
        CASE(what_nobody_looks_at_is_not_observed),
        CASE(more_than_the_version_must_fit),
        CASE(what_does_not_run_and_what_nobody_expects_differ),
        CASE(what_was_seen_is_a_state_with_what_is_torn),
        CASE(the_document_has_everything_with_time_and_source),
        CASE(the_text_says_why_and_who_failed),
        CASE(the_title_names_the_environment_once),
        CASE(what_is_configured_otherwise_differs_under_the_same_version),
        CASE(a_configuration_that_cannot_be_compared_is_not_green),
        CASE(the_configuration_alone_says_nothing_of_the_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
