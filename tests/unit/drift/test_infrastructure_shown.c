#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/json.h>

#include "../../support/json_schema.h"
#include "infrastructure_scene.h"

/* clang-format off */
static const char mixed[] =
    RESOURCE("google_container_cluster.primary", "google_container_cluster",
        "\"actions\":[\"update\"],"
        "\"before\":{\"node_config\":[{\"machine_type\":\"e2-medium\"}]},"
        "\"after\":{\"node_config\":[{\"machine_type\":\"e2-standard-2\"}]}") ","
    RESOURCE("google_compute_firewall.allow_health_check", "google_compute_firewall",
        "\"actions\":[\"create\"],\"before\":null,\"after\":{\"name\":\"allow-health-check\","
        "\"network\":\"default\",\"allow\":[{\"protocol\":\"tcp\",\"ports\":[\"80\","
        "\"443\"]}]},\"after_unknown\":{\"id\":true}") ","
    RESOURCE("aws_db_instance.main", "aws_db_instance",
        "\"actions\":[\"create\",\"delete\"],\"before\":{\"id\":\"db\",\"enc\":false,"
        "\"pw\":\"a\"},\"after\":{\"enc\":true,\"pw\":\"b\"},\"after_unknown\":{\"id\":true},"
        "\"replace_paths\":[[\"enc\"]],\"before_sensitive\":{\"pw\":true}");
/* clang-format on */

static void the_object_has_the_shape_of_the_seed(void **state)
{
    struct infrastructure_scene *scene = *state;
    json_t *json = drift_report_to_json(infrastructure_scene_plan(scene, mixed)), *drift = NULL,
           *change;

    for (size_t i = 0; i < json_array_size(json_object_get(json, "drifts")); i++)
        drift = json_array_get(json_object_get(json, "drifts"), i);
    assert_string_equal(json_member_text(drift, "type"), "infrastructure");
    assert_string_equal(json_member_text(drift, "provider"), "aws");
    change = json_array_get(json_object_get(drift, "changes"), 0);
    assert_string_equal(json_member_text(change, "resource"), "google_container_cluster.primary");
    assert_string_equal(json_member_text(change, "action"), "update");
    assert_string_equal(json_member_text(change, "attribute"), "node_config.machine_type");
    assert_string_equal(json_member_text(change, "previous"), "e2-medium");
    assert_string_equal(json_member_text(change, "planned"), "e2-standard-2");
    change = json_array_get(json_object_get(drift, "changes"), 1);
    assert_string_equal(json_member_text(change, "action"), "create");
    assert_string_equal(json_member_text(json_object_get(change, "attributes"), "network"),
                        "default");
    assert_int_equal(json_array_size(json_object_get(
                         json_array_get(json_object_get(json_object_get(change, "attributes"),
                                                        "allow"),
                                        0),
                         "ports")),
                     2);
    assert_follows_schema(json, "drift-1.json");
    json_decref(json);
}

static void what_was_written_reads_back_to_the_last_byte(void **state)
{
    struct infrastructure_scene *scene = *state;
    json_t *json = drift_report_to_json(infrastructure_scene_plan(scene, mixed)), *again;
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct error error = { 0 };
    struct drift_report *report = drift_report_from_json(json, &error);

    if (!report)
        fail_msg("%s", error.message);
    again = drift_report_to_json(report);
    json_write_pretty(&first, json);
    json_write_pretty(&second, again);
    assert_string_equal(second.data, first.data);
    drift_report_free(&report);
    json_decref(json);
    json_decref(again);
    strbuf_release(&first);
    strbuf_release(&second);
}

static void a_damaged_object_is_refused_or_read_without_harm(void **state)
{
    struct infrastructure_scene *scene = *state;
    json_t *json = drift_report_to_json(infrastructure_scene_plan(scene, mixed)), *again;
    json_t *drift = json_array_get(json_object_get(json, "drifts"), 0);
    json_t *resource = json_array_get(json_object_get(drift, "resources"), 0);
    json_t *attribute = json_array_get(json_object_get(resource, "attributes"), 0);
    struct error error = { 0 };
    struct drift_report *report;

    json_put_integer(resource, "first_item", INT64_MAX);
    json_put_integer(resource, "item_count", INT64_MAX);
    report = drift_report_from_json(json, &error);
    assert_non_null(report);
    again = drift_report_to_json(report);
    json_decref(again);
    drift_report_free(&report);
    json_put_text(attribute, "planned_kind", "sphere");
    assert_null(drift_report_from_json(json, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_string_equal(error.message, "the report is damaged: \"planned_kind\" is \"sphere\"");
    json_decref(json);
}

static void assert_detail(const struct infrastructure_scene *scene, const char *path, size_t width,
                          const char *expected)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;
    const char *start;

    drift_detail_item(&rich, scene->drift.report, infrastructure_scene_item(scene, path), NULL,
                      width, true);
    rich_to_plain(&plain, rich.data, rich.length);
    start = strstr(plain.data, "resource ");
    assert_non_null(start);
    if (strncmp(start, expected, strlen(expected)) != 0)
        assert_string_equal(start, expected);
    strbuf_release(&rich);
    strbuf_release(&plain);
}

static void the_detail_shows_attributes_side_by_side_and_why_it_is_replaced(void **state)
{
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, mixed);
    assert_detail(scene, "aws_db_instance.main", 72,
                  "resource    aws_db_instance.main\n"
                  "action      created anew, then the old one is destroyed\n"
                  "forced by   enc\n"
                  "provider    aws\n"
                  "from        tfplan.json\n"
                  "\n"
                  "Attributes\n"
                  "  attribute  before   after              \n"
                  "! enc        false    true               \n"
                  "  id         db       (known after apply)\n"
                  "  pw         \u2022\u2022\u2022\u2022     \u2022\u2022\u2022\u2022              "
                  " \n");
}

/* clang-format off */
static const char with_long_values[] =
    RESOURCE("aws_instance.a", "aws_instance",
        "\"actions\":[\"update\"],\"before\":{\"n\":1,"
        "\"text\":\"a long text that has no room in one column\"},\"after\":{\"n\":2,"
        "\"text\":\"another long text that has none either\"}");
/* clang-format on */

static void values_without_room_beside_each_other_stand_below(void **state)
{
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, with_long_values);
    assert_detail(scene, "aws_instance.a.n", 40,
                  "resource    aws_instance.a\n"
                  "action      changed in place\n"
                  "provider    aws\n"
                  "from        tfplan.json\n"
                  "\n"
                  "Attributes\n"
                  "  attribute  before        after       \n"
                  "  n          1             2           \n"
                  "  text\n"
                  "      a long text that has no room in\n"
                  "      one column\n"
                  "      another long text that has none\n"
                  "      either\n");
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, infrastructure_scene_start, infrastructure_scene_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_object_has_the_shape_of_the_seed),
        CASE(what_was_written_reads_back_to_the_last_byte),
        CASE(a_damaged_object_is_refused_or_read_without_harm),
        CASE(the_detail_shows_attributes_side_by_side_and_why_it_is_replaced),
        CASE(values_without_room_beside_each_other_stand_below),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
