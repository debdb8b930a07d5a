/* A difference that was accepted is the one that was seen: with any other value it counts again. */
#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/decision.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/drift/text.h>

#include "../../support/fixture_repository.h"

#define SAS "https://a.blob.core.windows.net/c?sp=r&sig="

static const char *const paths[] = { "timeout", "API_KEY", "download", "database", "start" };

#define PATHS (sizeof paths / sizeof *paths)

struct scene {
    struct app_work *work;
    struct fixture_repository *fixture;
};

static void write_version(struct builder *builder, const char *tag, int timeout, const char *key,
                          const char *start)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "timeout: %d\nAPI_KEY: %s\ndownload: %s%s0123456789abcdef\n", timeout, key,
                  SAS, key);
    strbuf_printf(&text, "database: postgres://app:%s@db/shop\nstart: %s\n", key, start);
    builder_write(builder, "values.yaml", text.data);
    builder_commit(builder, tag);
    builder_tag(builder, tag);
    strbuf_release(&text);
}

/* K1, K2 and K3; `start` is base64 of "export API_KEY=…". */
static struct fixture_repository *make_repository(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);

    write_version(builder, "v1", 30, "alpha", "ZXhwb3J0IEFQSV9LRVk9YWxwaGEK");
    write_version(builder, "v2", 15, "bravo", "ZXhwb3J0IEFQSV9LRVk9YnJhdm8K");
    write_version(builder, "v3", 10, "cobra", "ZXhwb3J0IEFQSV9LRVk9Y29icmEK");
    fixture_open(fixture);
    return fixture;
}

static int scene_setup(void **state)
{
    struct scene *scene = memory_new(sizeof *scene);
    struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
    void *work;

    if (app_setup(&work) != 0)
        return -1;
    scene->work = work;
    scene->fixture = make_repository();
    strbuf_printf(&text,
                  "pilab: 1\nproject: {name: Shop, code: MB}\n"
                  "environments: [{name: SIT, stage: SIT}, {name: UAT, stage: UAT, from: [SIT]}]\n"
                  "modules: [{name: auth, repository: \"%s\", tags: \"v{version}\",\n"
                  "           config: [values.yaml]}]\n",
                  fixture_path(scene->fixture));
    app_file(scene->work, "in.yaml", text.data);
    strbuf_printf(&line, "project import %s/in.yaml", scene->work->folder);
    app_must(scene->work, line.data);
    app_must(scene->work, "manifest set auth UAT 1");
    app_must(scene->work, "manifest set auth SIT 2");
    strbuf_release(&text);
    strbuf_release(&line);
    *state = scene;
    return 0;
}

static int scene_teardown(void **state)
{
    struct scene *scene = *state;
    void *work = scene->work;

    fixture_free(&scene->fixture);
    free(scene);
    return app_teardown(&work);
}

static const struct drift_report *compare(struct scene *scene)
{
    app_must(scene->work, "drift --from SIT --to UAT --save");
    return scene->work->result.report;
}

static const struct drift_item *item_of(const struct drift_report *report, const char *path)
{
    for (size_t i = 0; i < report->item_count; i++)
        if (report->items[i].type == DRIFT_CONFIG && strcmp(report->items[i].path, path) == 0)
            return &report->items[i];
    fail_msg("there is no difference %s", path);
    return NULL;
}

static void assert_decided(struct scene *scene, enum decision_state state)
{
    const struct drift_report *report = compare(scene);
    bool holds = state == DECISION_HOLDS;

    for (size_t i = 0; i < PATHS; i++) {
        const struct drift_item *item = item_of(report, paths[i]);

        if (item->decision == NULL || item->decision->state != state || item->expected != holds)
            fail_msg("the decision about %s is taken for another", paths[i]);
        assert_int_equal(item->current.masked, i > 0);
    }
    assert_int_equal(report->summary.expected, holds ? PATHS : 0);
}

static void accept_all(struct scene *scene)
{
    compare(scene);
    app_must(scene->work,
             "difference accept timeout API_KEY download database start -r 1 -m meant");
    assert_decided(scene, DECISION_HOLDS);
}

static void what_was_accepted_counts_again_with_another_value(void **state)
{
    struct scene *scene = *state;

    accept_all(scene);
    app_must(scene->work, "manifest set auth SIT 3");
    assert_decided(scene, DECISION_CHANGED);
    app_must(scene->work, "manifest set auth SIT 2");
    assert_decided(scene, DECISION_HOLDS);
}

static void what_was_accepted_counts_again_over_another_value(void **state)
{
    struct scene *scene = *state;

    accept_all(scene);
    app_must(scene->work, "manifest set auth UAT 3");
    assert_decided(scene, DECISION_CHANGED);
}

/* --- Kept reports ----------------------------------------------------------------------------- */

static char *shown(struct scene *scene)
{
    const struct drift_text_options options = { .width = 100, .utf8 = true };
    struct strbuf text = STRBUF_INIT, plain = STRBUF_INIT;

    app_must(scene->work, "report show 1");
    drift_report_render_text(&text, scene->work->result.report, &options);
    rich_to_plain(&plain, text.data, text.length);
    strbuf_release(&text);
    return strbuf_steal(&plain);
}

static void assert_shown(struct scene *scene, const char *text, bool there)
{
    char *all = shown(scene);

    if ((strstr(all, text) != NULL) != there)
        fail_msg("%s '%s' in\n%s", there ? "no" : "there is", text, all);
    free(all);
}

static void a_kept_report_says_what_was_decided_since_each_time_it_is_opened(void **state)
{
    struct scene *scene = *state;
    size_t all = compare(scene)->summary.total_changes;

    assert_shown(scene, "decided since", false);
    app_must(scene->work, "difference accept timeout -r 1 -m slower");
    assert_shown(scene, "(1 decided since)", true);
    assert_shown(scene, "since: accepted by olga", true);
    assert_shown(scene, ": slower", true);
    assert_int_equal(scene->work->result.report->summary.total_changes, all);
    assert_int_equal(scene->work->result.report->summary.expected, 0);
    app_must(scene->work, "difference withdraw 1");
    assert_shown(scene, "since", false);
}

/* It is about the values that were seen, also where an older report had others. */
static void a_kept_report_of_other_values_is_not_marked(void **state)
{
    struct scene *scene = *state;

    compare(scene);
    app_must(scene->work, "manifest set auth SIT 3");
    compare(scene);
    app_must(scene->work, "difference accept timeout -r 2 -m slower");
    assert_shown(scene, "since", false);
    app_must(scene->work, "report show 2");
    assert_non_null(item_of(scene->work->result.report, "timeout")->decision);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_accepted_counts_again_with_another_value,
                                        scene_setup, scene_teardown),
        cmocka_unit_test_setup_teardown(what_was_accepted_counts_again_over_another_value,
                                        scene_setup, scene_teardown),
        cmocka_unit_test_setup_teardown(
            a_kept_report_says_what_was_decided_since_each_time_it_is_opened, scene_setup,
            scene_teardown),
        cmocka_unit_test_setup_teardown(a_kept_report_of_other_values_is_not_marked, scene_setup,
                                        scene_teardown),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
