/*
 * The users' own example of configuration drift: SIT has it, DEV would bring it. The `changes` of
 * our config object are exactly theirs. The two values files are outside data: PILAB_TEST_DATA
 * names their folder; without it the case skips.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/drift/json.h>

#include "../support/drift_fixture.h"

static const char expected[] =
    "[{\"category\":\"env\",\"service\":\"service_auth\",\"change_type\":\"modified\","
    "\"key\":\"UPI_ENABLED\",\"previous_value\":\"false\",\"current_value\":\"true\","
    "\"comment\":\"Modified\"},"
    "{\"category\":\"env\",\"service\":\"service_auth\",\"change_type\":\"added\","
    "\"key\":\"NEW_FEATURE_FLAG\",\"previous_value\":null,\"current_value\":\"true\","
    "\"comment\":\"Added\"},"
    "{\"category\":\"image\",\"service\":\"service_auth\",\"change_type\":\"modified\","
    "\"key\":\"tag\",\"previous_value\":\"v2.0.6\",\"current_value\":\"v2.0.7\","
    "\"comment\":\"Image updated\"}]";

static void read_values(const char *name, struct strbuf *out)
{
    const char *data = getenv("PILAB_TEST_DATA");
    char *path = memory_printf("%s/config/seed-example/%s", data ? data : "../shared/data", name);
    struct error error = { 0 };
    bool there = file_exists(path);

    if (there && !file_read(path, 1 << 20, true, out, &error))
        fail_msg("%s", error.message);
    free(path);
    if (!there)
        skip();
}

static void the_example_gives_exactly_its_changes(void **state)
{
    struct drift_fixture fixture;
    struct strbuf previous = STRBUF_INIT, current = STRBUF_INIT;
    struct error error = { 0 };
    json_t *json, *config, *changes;

    (void)state;
    read_values("sit-values.yaml", &previous);
    read_values("dev-values.yaml", &current);
    drift_fixture_start(&fixture);
    drift_fixture_environments(&fixture, "SIT", "DEV");
    drift_fixture_yaml(&fixture, previous.data, current.data);
    json = drift_report_to_json(fixture.report);
    changes = json_read("expected", expected, strlen(expected), &error);
    config = json_array_get(json_object_get(json, "drifts"), 0);
    assert_string_equal(json_member_text(config, "type"), "config");
    assert_string_equal(json_member_text(config, "source_env"), "SIT");
    assert_string_equal(json_member_text(config, "target_env"), "DEV");
    assert_true(json_equal(json_object_get(config, "changes"), changes));
    json_decref(changes);
    json_decref(json);
    drift_fixture_end(&fixture);
    strbuf_release(&previous);
    strbuf_release(&current);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_gives_exactly_its_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
