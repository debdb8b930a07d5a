#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/drift/text.h>

#include <cmocka.h>

#include <pilab/base/rich.h>
#include <pilab/drift/json.h>
#include <pilab/drift/text.h>

#include "infrastructure_scene.h"

/* clang-format off */
static const char updating[] =
    RESOURCE("google_container_cluster.primary", "google_container_cluster",
        "\"actions\":[\"update\"],\"before\":{\"name\":\"p\","
        "\"node_config\":[{\"machine_type\":\"e2-medium\"}],\"tags\":{\"v\":\"1\"},"
        "\"notes\":null},\"after\":{\"name\":\"p\","
        "\"node_config\":[{\"machine_type\":\"e2-standard-2\"}],\"tags\":{\"v\":\"2\"},"
        "\"notes\":\"\"}");
/* clang-format on */

static void an_update_is_an_item_for_each_attribute(void **state)
{
    struct infrastructure_scene *scene = *state;
    const struct drift_item *found;

    infrastructure_scene_plan(scene, updating);
    assert_int_equal(scene->drift.report->item_count, 2);
    found = infrastructure_scene_item(scene,
                                      "google_container_cluster.primary.node_config.machine_type");
    assert_string_equal(found->key, "machine_type");
    assert_string_equal(found->category, "data_store");
    assert_string_equal(found->previous.text, "e2-medium");
    assert_string_equal(found->current.text, "e2-standard-2");
    assert_string_equal(found->current_at.file, "tfplan.json");
    assert_int_equal(found->current_at.line, 2);
    assert_judged(found, SEVERITY_MEDIUM, "infrastructure.size");
    found = infrastructure_scene_item(scene, "google_container_cluster.primary.tags.v");
    assert_string_equal(found->category, "label");
    assert_judged(found, SEVERITY_LOW, "infrastructure.changed");
}

/* clang-format off */
static const char destroying[] =
    RESOURCE("aws_s3_bucket.logs", "aws_s3_bucket",
        "\"actions\":[\"delete\"],\"before\":{\"id\":\"logs\"},\"after\":null") ","
    RESOURCE("aws_db_instance.main", "aws_db_instance",
        "\"actions\":[\"delete\",\"create\"],\"before\":{\"id\":\"db-1\","
        "\"password\":\"old\",\"storage_encrypted\":false,\"size\":1},"
        "\"after\":{\"password\":\"new\",\"storage_encrypted\":true,\"size\":2},"
        "\"after_unknown\":{\"id\":true},\"replace_paths\":[[\"storage_encrypted\"]],"
        "\"after_sensitive\":{\"password\":true}") ","
    RESOURCE("aws_sqs_queue.q", "aws_sqs_queue",
        "\"actions\":[\"forget\"],\"before\":{\"name\":\"q\"},\"after\":null") ","
    RESOURCE("aws_instance.web", "aws_instance",
        "\"actions\":[\"delete\"],\"before\":{\"id\":\"i\"},\"after\":null") ","
    RESOURCE("null_resource.x", "null_resource",
        "\"actions\":[\"delete\",\"create\"],\"before\":{\"id\":\"1\"},\"after\":{}");
/* clang-format on */

static void what_holds_data_is_not_destroyed_in_silence(void **state)
{
    struct infrastructure_scene *scene = *state;
    const struct drift_item *found;

    infrastructure_scene_plan(scene, destroying);
    assert_int_equal(scene->drift.report->item_count, 5);
    found = infrastructure_scene_item(scene, "aws_s3_bucket.logs");
    assert_int_equal(found->change_type, CHANGE_TYPE_DELETED);
    assert_true(found->breaking);
    assert_int_equal(found->attention, ATTENTION_BLOCKER);
    assert_judged(found, SEVERITY_CRITICAL, "infrastructure.data-destroyed");
    found = infrastructure_scene_item(scene, "aws_db_instance.main");
    assert_int_equal(found->change_type, CHANGE_TYPE_MODIFIED);
    assert_string_equal(found->previous.text, "{\"storage_encrypted\":false}");
    assert_string_equal(found->current.text, "{\"storage_encrypted\":true}");
    assert_judged(found, SEVERITY_CRITICAL, "infrastructure.data-replaced");
    assert_judged(infrastructure_scene_item(scene, "aws_sqs_queue.q"), SEVERITY_CRITICAL,
                  "infrastructure.data-forgotten");
    assert_judged(infrastructure_scene_item(scene, "aws_instance.web"), SEVERITY_HIGH,
                  "infrastructure.destroyed");
    assert_judged(infrastructure_scene_item(scene, "null_resource.x"), SEVERITY_LOW,
                  "infrastructure.changed");
}

/* clang-format off */
static const char with_secrets[] =
    RESOURCE("aws_instance.a", "aws_instance",
        "\"actions\":[\"update\"],\"before\":{\"flag\":true,\"user_data\":\"hush-1\","
        "\"db_password\":\"hush-2\",\"env\":[{\"name\":\"API_TOKEN\",\"value\":\"hush-3\"},"
        "{\"name\":\"MODE\",\"value\":\"a\"}]},\"after\":{\"flag\":false,"
        "\"user_data\":\"hush-4\",\"db_password\":\"hush-5\","
        "\"env\":[{\"name\":\"API_TOKEN\",\"value\":\"hush-6\"},{\"name\":\"MODE\","
        "\"value\":\"b\"}]},\"before_sensitive\":{\"flag\":true,\"user_data\":true}") ","
    RESOURCE("aws_ssm_parameter.p", "aws_ssm_parameter",
        "\"actions\":[\"create\"],\"before\":null,\"after\":{\"name\":\"/db\","
        "\"value\":\"hush-7\",\"empty\":\"\"}");
/* clang-format on */

static void secrets_are_masked_by_mark_by_name_and_by_what_holds_them(void **state)
{
    struct infrastructure_scene *scene = *state;
    const struct drift_report *report = infrastructure_scene_plan(scene, with_secrets);
    json_t *json = drift_report_to_json(report);
    char *text = json_dumps(json, 0);
    const struct drift_item *created = infrastructure_scene_item(scene, "aws_ssm_parameter.p");

    assert_null(strstr(text, "hush"));
    assert_string_equal(infrastructure_scene_item(scene, "aws_instance.a.flag")->previous.text,
                        "\u2022\u2022\u2022\u2022");
    assert_true(infrastructure_scene_item(scene, "aws_instance.a.db_password")->current.masked);
    assert_true(infrastructure_scene_item(scene, "aws_instance.a.env[0].value")->current.masked);
    assert_string_equal(infrastructure_scene_item(scene, "aws_instance.a.env[1].value")
                            ->current.text,
                        "b");
    assert_string_equal(created->current.text,
                        "{\"name\":\"/db\",\"value\":\"\u2022\u2022\u2022\u2022\"}");
    free(text);
    json_decref(json);
}

static void fingerprint(void *context, const char *value, size_t length, char out[9])
{
    (void)context;
    (void)length;
    memcpy(out, strstr(value, "one") ? "11111111" : "22222222", 9);
}

/* clang-format off */
static const char with_hidden[] =
    RESOURCE("aws_instance.a", "aws_instance",
        "\"actions\":[\"update\"],\"before\":{\"k\":\"one\"},\"after\":{\"k\":\"two\"},"
        "\"after_sensitive\":{\"k\":true}");
/* clang-format on */

static void what_is_hidden_still_tells_same_from_different(void **state)
{
    struct infrastructure_scene *scene = *state;

    scene->drift.input.fingerprint = fingerprint;
    infrastructure_scene_plan(scene, with_hidden);
    assert_string_equal(infrastructure_scene_item(scene, "aws_instance.a.k")->previous.text,
                        "\u2022\u2022\u2022\u2022 (11111111)");
    assert_string_equal(infrastructure_scene_item(scene, "aws_instance.a.k")->current.text,
                        "\u2022\u2022\u2022\u2022 (22222222)");
    assert_judged(infrastructure_scene_item(scene, "aws_instance.a.k"), SEVERITY_MEDIUM,
                  "infrastructure.secret");
}

/* clang-format off */
static const char opening[] =
    RESOURCE("aws_security_group_rule.ssh", "aws_security_group_rule",
        "\"actions\":[\"update\"],\"before\":{\"type\":\"ingress\",\"from_port\":22,"
        "\"cidr_blocks\":[\"10.0.0.0/8\"]},\"after\":{\"type\":\"ingress\",\"from_port\":22,"
        "\"cidr_blocks\":[\"0.0.0.0/0\"]}") ","
    RESOURCE("aws_security_group_rule.out", "aws_security_group_rule",
        "\"actions\":[\"update\"],\"before\":{\"type\":\"egress\","
        "\"cidr_blocks\":[\"10.0.0.0/8\"]},\"after\":{\"type\":\"egress\","
        "\"cidr_blocks\":[\"0.0.0.0/0\"]}") ","
    RESOURCE("aws_security_group.web", "aws_security_group",
        "\"actions\":[\"update\"],\"before\":{\"ingress\":[{\"from_port\":22,\"to_port\":22,"
        "\"cidr_blocks\":[\"0.0.0.0/0\"]}]},\"after\":{\"ingress\":[{\"from_port\":1,"
        "\"to_port\":1,\"cidr_blocks\":[\"10.1.0.0/16\"]},{\"from_port\":22,\"to_port\":22,"
        "\"cidr_blocks\":[\"0.0.0.0/0\"]}]}") ","
    RESOURCE("google_compute_firewall.web", "google_compute_firewall",
        "\"actions\":[\"create\"],\"before\":null,\"after\":{\"allow\":[{\"ports\":[\"80\","
        "\"443\"]}],\"source_ranges\":[\"0.0.0.0/0\"]}") ","
    RESOURCE("google_compute_firewall.all", "google_compute_firewall",
        "\"actions\":[\"create\"],\"before\":null,"
        "\"after\":{\"allow\":[{\"ports\":[\"22\"]}],\"source_ranges\":[\"0.0.0.0/0\"]}") ","
    RESOURCE("aws_s3_bucket_acl.b", "aws_s3_bucket_acl",
        "\"actions\":[\"update\"],\"before\":{\"acl\":\"private\"},"
        "\"after\":{\"acl\":\"public-read\"}");
/* clang-format on */

static void doors_that_open_are_critical_and_those_that_were_open_are_not(void **state)
{
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, opening);
    assert_judged(infrastructure_scene_item(scene, "aws_security_group_rule.ssh.cidr_blocks[0]"),
                  SEVERITY_CRITICAL, "infrastructure.exposed");
    assert_judged(infrastructure_scene_item(scene, "aws_security_group_rule.out.cidr_blocks[0]"),
                  SEVERITY_HIGH, "infrastructure.network");
    assert_judged(infrastructure_scene_item(scene,
                                            "aws_security_group.web.ingress[1].cidr_blocks[0]"),
                  SEVERITY_HIGH, "infrastructure.network");
    assert_judged(infrastructure_scene_item(scene, "google_compute_firewall.web"), SEVERITY_HIGH,
                  "infrastructure.network");
    assert_judged(infrastructure_scene_item(scene, "google_compute_firewall.all"),
                  SEVERITY_CRITICAL, "infrastructure.exposed");
    assert_judged(infrastructure_scene_item(scene, "aws_s3_bucket_acl.b.acl"), SEVERITY_CRITICAL,
                  "infrastructure.exposed");
}

/* clang-format off */
#define RULE(from, to, networks) \
    "{\"from_port\":" from ",\"to_port\":" to ",\"protocol\":\"tcp\",\"cidr_blocks\":[\"" networks "\"]}"
#define UPDATE(address, type, before, after) \
    RESOURCE(address, type, "\"actions\":[\"update\"],\"before\":" before ",\"after\":" after)
#define GROUP(name, before, after) \
    UPDATE("aws_security_group." name, "aws_security_group", \
           "{\"ingress\":[" before "]}", "{\"ingress\":[" after "]}")
#define FIREWALL(name, before, after) \
    UPDATE("google_compute_firewall." name, "google_compute_firewall", \
           "{\"allow\":[{\"protocol\":\"tcp\"" before "}],\"source_ranges\":[\"0.0.0.0/0\"]}", \
           "{\"allow\":[{\"protocol\":\"tcp\"" after "}],\"source_ranges\":[\"0.0.0.0/0\"]}")
#define AZURE(name, before, after) \
    UPDATE("azurerm_network_security_rule." name, "azurerm_network_security_rule", \
           "{\"direction\":\"Inbound\",\"source_address_prefix\":\"*\",\"destination_port_range\":\"" before "\"}", \
           "{\"direction\":\"Inbound\",\"source_address_prefix\":\"*\",\"destination_port_range\":\"" after "\"}")

static const char more_ports[] =
    GROUP("all", RULE("443", "443", "0.0.0.0/0"), RULE("0", "65535", "0.0.0.0/0")) ","
    GROUP("less", RULE("0", "65535", "0.0.0.0/0"), RULE("22", "22", "0.0.0.0/0")) ","
    GROUP("inner", RULE("443", "443", "10.0.0.0/8"), RULE("0", "65535", "10.0.0.0/8")) ","
    GROUP("web", RULE("8080", "8080", "0.0.0.0/0"), RULE("443", "443", "0.0.0.0/0")) ","
    GROUP("order", RULE("22", "22", "0.0.0.0/0") "," RULE("443", "443", "0.0.0.0/0"),
          RULE("443", "443", "0.0.0.0/0") "," RULE("22", "22", "0.0.0.0/0")) ","
    UPDATE("aws_security_group_rule.words", "aws_security_group_rule",
           "{\"type\":\"ingress\",\"from_port\":443,\"to_port\":443,\"protocol\":\"tcp\",\"cidr_blocks\":[\"0.0.0.0/0\"]}",
           "{\"type\":\"ingress\",\"from_port\":0,\"to_port\":0,\"protocol\":\"-1\",\"cidr_blocks\":[\"0.0.0.0/0\"]}") ","
    FIREWALL("all", ",\"ports\":[\"443\"]", "") ","
    FIREWALL("more", ",\"ports\":[\"443\"]", ",\"ports\":[\"443\",\"22\"]") ","
    FIREWALL("less", ",\"ports\":[\"22\",\"8080\"]", ",\"ports\":[\"8080\"]") ","
    AZURE("all", "22", "*") "," AZURE("less", "*", "22");
/* clang-format on */

static void doors_that_get_wider_are_critical_where_everybody_was_let_in_before(void **state)
{
    static const char *const exposed[] = {
        "aws_security_group.all.ingress.from_port",
        "aws_security_group.all.ingress.to_port",
        "aws_security_group_rule.words.from_port",
        "aws_security_group_rule.words.protocol",
        "google_compute_firewall.all.allow.ports[0]",
        "google_compute_firewall.more.allow.ports[1]",
        "azurerm_network_security_rule.all.destination_port_range",
    };
    static const char *const closed[] = {
        "aws_security_group.less.ingress.from_port",
        "aws_security_group.less.ingress.to_port",
        "aws_security_group.inner.ingress.to_port",
        "aws_security_group.web.ingress.from_port",
        "aws_security_group.order.ingress[0].from_port",
        "aws_security_group.order.ingress[1].to_port",
        "google_compute_firewall.less.allow.ports[0]",
        "google_compute_firewall.less.allow.ports[1]",
        "azurerm_network_security_rule.less.destination_port_range",
    };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, more_ports);
    for (size_t i = 0; i < sizeof exposed / sizeof *exposed; i++)
        assert_judged(infrastructure_scene_item(scene, exposed[i]), SEVERITY_CRITICAL,
                      "infrastructure.exposed");
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        assert_judged(infrastructure_scene_item(scene, closed[i]), SEVERITY_HIGH,
                      "infrastructure.network");
}

/* clang-format off */
static const char unprotecting[] =
    RESOURCE("aws_db_instance.a", "aws_db_instance",
        "\"actions\":[\"update\"],\"before\":{\"deletion_protection\":true,"
        "\"storage_encrypted\":false,\"backup_retention_period\":7,"
        "\"publicly_accessible\":false,\"multi_az\":true},"
        "\"after\":{\"deletion_protection\":false,\"storage_encrypted\":true,"
        "\"backup_retention_period\":0,\"publicly_accessible\":true,\"multi_az\":false}") ","
    RESOURCE("aws_iam_role_policy.a", "aws_iam_role_policy",
        "\"actions\":[\"update\"],"
        "\"before\":{\"policy\":\"{\\\"Statement\\\":[{\\\"Action\\\":\\\"s3:Get*\\\"}]}\"},"
        "\"after\":{\"policy\":\"{\\\"Statement\\\":[{\\\"Action\\\":[\\\"*\\\"]}]}\"}") ","
    RESOURCE("aws_iam_role_policy.b", "aws_iam_role_policy",
        "\"actions\":[\"update\"],"
        "\"before\":{\"policy\":\"{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Deny\\\","
        "\\\"Action\\\":\\\"a\\\"}]}\"},"
        "\"after\":{\"policy\":\"{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Deny\\\","
        "\\\"Action\\\":\\\"*\\\"}]}\"}");
/* clang-format on */

static void protections_that_go_and_rights_that_grow_are_critical(void **state)
{
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, unprotecting);
    assert_judged(infrastructure_scene_item(scene, "aws_db_instance.a.deletion_protection"),
                  SEVERITY_CRITICAL, "infrastructure.unprotected");
    assert_judged(infrastructure_scene_item(scene, "aws_db_instance.a.backup_retention_period"),
                  SEVERITY_CRITICAL, "infrastructure.unprotected");
    assert_judged(infrastructure_scene_item(scene, "aws_db_instance.a.publicly_accessible"),
                  SEVERITY_CRITICAL, "infrastructure.exposed");
    assert_judged(infrastructure_scene_item(scene, "aws_db_instance.a.storage_encrypted"),
                  SEVERITY_LOW, "infrastructure.changed");
    assert_judged(infrastructure_scene_item(scene, "aws_db_instance.a.multi_az"), SEVERITY_LOW,
                  "infrastructure.changed");
    assert_judged(infrastructure_scene_item(scene, "aws_iam_role_policy.a.policy"),
                  SEVERITY_CRITICAL, "infrastructure.rights-widened");
    assert_judged(infrastructure_scene_item(scene, "aws_iam_role_policy.b.policy"), SEVERITY_HIGH,
                  "infrastructure.identity");
}

/* clang-format off */
static const char moving[] =
    "{\"address\":\"module.app.aws_instance.x\",\"type\":\"aws_instance\",\"name\":\"x\","
    "\"previous_address\":\"aws_instance.x\",\"change\":{\"actions\":[\"no-op\"],"
    "\"before\":{\"id\":\"i\"},\"after\":{\"id\":\"i\"}}},"
    RESOURCE("aws_route53_record.r", "aws_route53_record",
        "\"actions\":[\"no-op\"],\"before\":{},\"after\":{},\"importing\":{\"id\":\"Z1\"}") ","
    RESOURCE("aws_kms_key.k", "aws_kms_key",
        "\"actions\":[\"quarantine\"],\"before\":{\"id\":\"k\"},\"after\":{\"id\":\"k\"}");
/* clang-format on */

static void moves_imports_and_unknown_actions_are_told(void **state)
{
    struct infrastructure_scene *scene = *state;
    const struct drift_item *moved;

    infrastructure_scene_plan(scene, moving);
    assert_int_equal(scene->drift.report->item_count, 3);
    moved = infrastructure_scene_item(scene, "module.app.aws_instance.x");
    assert_int_equal(moved->detail, DETAIL_MOVED);
    assert_string_equal(moved->old_path, "aws_instance.x");
    assert_string_equal(moved->key, "aws_instance.x");
    assert_judged(moved, SEVERITY_INFO, "infrastructure.moved");
    assert_judged(infrastructure_scene_item(scene, "aws_route53_record.r"), SEVERITY_INFO,
                  "infrastructure.imported");
    assert_judged(infrastructure_scene_item(scene, "aws_kms_key.k"), SEVERITY_HIGH,
                  "infrastructure.other-action");
}

/* clang-format off */
static const char forgetting[] =
    RESOURCE("aws_sqs_queue.f", "aws_sqs_queue",
        "\"actions\":[\"forget\"],\"before\":{\"arn\":\"a\"},\"after\":null") ","
    RESOURCE("aws_sns_topic.r", "aws_sns_topic",
        "\"actions\":[\"forget\",\"create\"],\"before\":{\"arn\":\"a\"},"
        "\"after\":{\"arn\":\"b\"}") ","
    RESOURCE("aws_kms_key.k", "aws_kms_key",
        "\"actions\":[\"quarantine\"],\"before\":{\"id\":\"k\"},\"after\":{\"id\":\"k\"}");
/* clang-format on */

static void assert_told_as(const struct drift_item *item, const char *expected)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    drift_text_values(&rich, item, true);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_string_equal(plain.data, expected);
    strbuf_release(&rich);
    strbuf_release(&plain);
}

static void what_is_forgotten_is_not_destroyed(void **state)
{
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, forgetting);
    assert_told_as(infrastructure_scene_item(scene, "aws_sqs_queue.f"), "stays, no longer managed");
    assert_told_as(infrastructure_scene_item(scene, "aws_sns_topic.r"),
                   "forgotten, and a new one created");
    assert_told_as(infrastructure_scene_item(scene, "aws_kms_key.k"),
                   "action not known here: quarantine");
    assert_int_equal(infrastructure_scene_item(scene, "aws_sqs_queue.f")->detail, DETAIL_FORGOTTEN);
}

/* clang-format off */
static const char changed_outside[] =
    "{\"format_version\":\"1.2\",\"errored\":true,\"resource_changes\":[],\"resource_drift\":["
    RESOURCE("aws_security_group_rule.ssh", "aws_security_group_rule",
        "\"actions\":[\"update\"],\"before\":{\"description\":\"a\"},"
        "\"after\":{\"description\":\"by hand\"}") ","
    RESOURCE("aws_sqs_queue.gone", "aws_sqs_queue",
        "\"actions\":[\"delete\"],\"before\":{\"name\":\"g\"},\"after\":null")
    "],\"output_changes\":{"
    "\"url\":{\"actions\":[\"update\"],\"before\":\"http://a\",\"after\":\"http://b\"},"
    "\"db_pass\":{\"actions\":[\"create\"],\"before\":null,\"after\":\"s3cr3t\","
    "\"after_sensitive\":true},"
    "\"kept\":{\"actions\":[\"no-op\"],\"before\":1,\"after\":1},"
    "\"gone\":{\"actions\":[\"delete\"],\"before\":1,\"after\":null}}}";
/* clang-format on */

static void assert_told(const struct drift_item *item, const char *expected)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    drift_text_values(&rich, item, true);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_string_equal(plain.data, expected);
    assert_string_equal(drift_item_sign(item, true), "≠");
    strbuf_release(&rich);
    strbuf_release(&plain);
}

#define RESOURCE_MOVED(address, type, from, change)                                                \
    RESOURCE(address, type, change "},\"previous_address\":\"" from "\",\"action_reason\":{")

/* clang-format off */
static const char moved_and_changed_outside[] =
    "{\"format_version\":\"1.2\",\"resource_changes\":["
    RESOURCE_MOVED("aws_sqs_queue.b", "aws_sqs_queue", "aws_sqs_queue.a",
        "\"actions\":[\"update\"],\"before\":{\"delay\":2},\"after\":{\"delay\":3}")
    "],\"resource_drift\":["
    RESOURCE_MOVED("aws_sqs_queue.b", "aws_sqs_queue", "aws_sqs_queue.a",
        "\"actions\":[\"update\"],\"before\":{\"delay\":1},\"after\":{\"delay\":2}")
    "]}";
/* clang-format on */

static void a_move_that_is_told_twice_counts_once(void **state)
{
    struct infrastructure_scene *scene = *state;
    const struct drift_report *report =
        infrastructure_scene_compare(scene, "plan.json", NULL, moved_and_changed_outside);
    size_t moves = 0;

    assert_int_equal(report->item_count, 3);
    for (size_t i = 0; i < report->item_count; i++)
        moves += report->items[i].detail == DETAIL_MOVED;
    assert_int_equal(moves, 1);
}

static void what_was_changed_outside_and_outputs_are_items_and_warnings_are_problems(void **state)
{
    struct infrastructure_scene *scene = *state;
    const struct drift_report *report =
        infrastructure_scene_compare(scene, "plan.json", NULL, changed_outside);

    assert_int_equal(report->item_count, 5);
    assert_judged(infrastructure_scene_item(scene, "aws_security_group_rule.ssh.description"),
                  SEVERITY_MEDIUM, "infrastructure.changed-outside");
    assert_told(infrastructure_scene_item(scene, "aws_security_group_rule.ssh.description"),
                "known a, really by hand");
    assert_told(infrastructure_scene_item(scene, "aws_sqs_queue.gone"), "known, really gone");
    assert_judged(infrastructure_scene_item(scene, "aws_sqs_queue.gone"), SEVERITY_HIGH,
                  "infrastructure.gone-outside");
    assert_judged(infrastructure_scene_item(scene, "output.url"), SEVERITY_LOW,
                  "infrastructure.changed");
    assert_string_equal(infrastructure_scene_item(scene, "output.db_pass")->current.text,
                        "\u2022\u2022\u2022\u2022");
    assert_judged(infrastructure_scene_item(scene, "output.gone"), SEVERITY_MEDIUM,
                  "infrastructure.output-gone");
    assert_int_equal(report->problem_count, 1);
    assert_false(report->problems[0].warning); /* there is more, and nobody can tell what */
    assert_string_equal(report->problems[0].what, "plan.json");
}

static void states_are_compared_and_a_state_that_came_is_all_new(void **state)
{
    static const char text[] =
        "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"resources\":[{\"type\":\"aws_s3_bucket\","
        "\"name\":\"b\",\"instances\":[{\"attributes\":{\"id\":\"b\",\"tags\":null}}]}]}";
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_compare(scene, "main.tfstate", NULL, text);
    assert_int_equal(scene->drift.report->item_count, 1);
    assert_int_equal(infrastructure_scene_item(scene, "aws_s3_bucket.b")->change_type,
                     CHANGE_TYPE_ADDED);
    assert_string_equal(infrastructure_scene_item(scene, "aws_s3_bucket.b")->current.text,
                        "{\"id\":\"b\"}");
}

static void variables_are_compared_by_name(void **state)
{
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_compare(
        scene, "prod.tfvars",
        "region = \"eu\"\nnode_count = 3\ndb_password = \"hush-hush-1\"\nold = 1\n"
        "secrets = { mail = \"hush-hush-2\" }\npools = [{ name = \"a\", size = 1 }]\n",
        "region = \"us\"\nnode_count = 3\ndb_password = \"hush-hush-3\"\nnote = \"\"\n"
        "secrets = { mail = \"hush-hush-4\" }\npools = [{ name = \"a\", size = 2 }]\n");
    assert_string_equal(infrastructure_scene_item(scene, "region")->current.text, "us");
    assert_string_equal(infrastructure_scene_item(scene, "region")->category, "variable");
    assert_int_equal(infrastructure_scene_item(scene, "region")->current_at.line, 1);
    assert_judged(infrastructure_scene_item(scene, "db_password"), SEVERITY_HIGH,
                  "infrastructure.secret-variable");
    assert_string_equal(infrastructure_scene_item(scene, "db_password")->current.text,
                        "\u2022\u2022\u2022\u2022");
    assert_string_equal(infrastructure_scene_item(scene, "secrets.mail")->current.text,
                        "\u2022\u2022\u2022\u2022");
    assert_string_equal(infrastructure_scene_item(scene, "pools.a.size")->current.text, "2");
    assert_judged(infrastructure_scene_item(scene, "old"), SEVERITY_MEDIUM,
                  "infrastructure.variable-gone");
    assert_judged(infrastructure_scene_item(scene, "note"), SEVERITY_INFO, "infrastructure.empty");
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, infrastructure_scene_start, infrastructure_scene_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_update_is_an_item_for_each_attribute),
        CASE(what_holds_data_is_not_destroyed_in_silence),
        CASE(secrets_are_masked_by_mark_by_name_and_by_what_holds_them),
        CASE(what_is_hidden_still_tells_same_from_different),
        CASE(doors_that_open_are_critical_and_those_that_were_open_are_not),
        CASE(doors_that_get_wider_are_critical_where_everybody_was_let_in_before),
        CASE(protections_that_go_and_rights_that_grow_are_critical),
        CASE(moves_imports_and_unknown_actions_are_told),
        CASE(what_is_forgotten_is_not_destroyed),
        CASE(a_move_that_is_told_twice_counts_once),
        CASE(what_was_changed_outside_and_outputs_are_items_and_warnings_are_problems),
        CASE(states_are_compared_and_a_state_that_came_is_all_new),
        CASE(variables_are_compared_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
