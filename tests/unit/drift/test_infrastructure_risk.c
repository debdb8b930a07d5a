/*
 * Doors that open through another attribute than the address, protections that get weaker, and what
 * is lost for good.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/rich.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/json.h>
#include <pilab/drift/text.h>

#include "../../../src/drift/infrastructure_reading.h"
#include "infrastructure_scene.h"

/* clang-format off */
#define UPDATE(address, type, before, after) \
    RESOURCE(address, type, "\"actions\":[\"update\"],\"before\":{" before "},\"after\":{" after "}")
#define AZURE(name, before, after, from) \
    UPDATE("azurerm_network_security_rule." name, "azurerm_network_security_rule", \
           "\"direction\":\"Inbound\",\"destination_port_range\":\"22\",\"access\":\"" before "\",\"source_address_prefix\":\"" from "\"", \
           "\"direction\":\"Inbound\",\"destination_port_range\":\"22\",\"access\":\"" after "\",\"source_address_prefix\":\"" from "\"")
#define ACL(name, before, after, network, out) \
    UPDATE("aws_network_acl_rule." name, "aws_network_acl_rule", \
           "\"rule_action\":\"" before "\",\"cidr_block\":\"" network "\",\"from_port\":22,\"to_port\":22,\"egress\":" out, \
           "\"rule_action\":\"" after "\",\"cidr_block\":\"" network "\",\"from_port\":22,\"to_port\":22,\"egress\":" out)
#define GROUP(name, before, after) \
    UPDATE("aws_security_group." name, "aws_security_group", \
           "\"ingress\":[{\"from_port\":22,\"to_port\":22,\"cidr_blocks\":[" before "]}]", \
           "\"ingress\":[{\"from_port\":22,\"to_port\":22,\"cidr_blocks\":[" after "]}]")

static const char turned[] =
    AZURE("open", "Deny", "Allow", "*") "," AZURE("close", "Allow", "Deny", "*") ","
    AZURE("inner", "Deny", "Allow", "10.0.0.0/8") ","
    ACL("open", "deny", "allow", "0.0.0.0/0", "false") ","
    ACL("out", "deny", "allow", "0.0.0.0/0", "true") ","
    GROUP("halves", "\"10.0.0.0/8\"", "\"0.0.0.0/1\",\"128.0.0.0/1\"") ","
    GROUP("six", "", "\"::0/0\"") ","
    GROUP("long", "", "\"0:0:0:0:0:0:0:0/0\"") ","
    GROUP("other", "\"0.0.0.0/0\"", "\"0.0.0.0/1\",\"128.0.0.0/1\"") ","
    GROUP("own", "", "\"10.0.0.0/8\",\"fc00::/7\"") ","
    UPDATE("google_compute_firewall.on", "google_compute_firewall",
           "\"disabled\":true,\"source_ranges\":[\"0.0.0.0/0\"],\"allow\":[{\"ports\":[\"22\"]}]",
           "\"disabled\":false,\"source_ranges\":[\"0.0.0.0/0\"],\"allow\":[{\"ports\":[\"22\"]}]") ","
    UPDATE("aws_lb.out", "aws_lb", "\"internal\":true", "\"internal\":false") ","
    UPDATE("aws_lb.in", "aws_lb", "\"internal\":false", "\"internal\":true");
/* clang-format on */

static void doors_that_open_through_another_attribute_are_critical(void **state)
{
    static const char *const open[] = {
        "azurerm_network_security_rule.open.access",
        "aws_network_acl_rule.open.rule_action",
        "aws_security_group.halves.ingress.cidr_blocks[0]",
        "aws_security_group.halves.ingress.cidr_blocks[1]",
        "aws_security_group.six.ingress.cidr_blocks[0]",
        "aws_security_group.long.ingress.cidr_blocks[0]",
        "google_compute_firewall.on.disabled",
        "aws_lb.out.internal",
    };
    static const char *const closed[] = {
        "azurerm_network_security_rule.close.access",
        "azurerm_network_security_rule.inner.access",
        "aws_network_acl_rule.out.rule_action",
        "aws_security_group.other.ingress.cidr_blocks[0]",
        "aws_security_group.other.ingress.cidr_blocks[1]",
        "aws_security_group.own.ingress.cidr_blocks[1]",
    };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, turned);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        assert_judged(infrastructure_scene_item(scene, open[i]), SEVERITY_CRITICAL,
                      "infrastructure.exposed");
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        assert_judged(infrastructure_scene_item(scene, closed[i]), SEVERITY_HIGH,
                      "infrastructure.network");
    assert_judged(infrastructure_scene_item(scene, "aws_lb.in.internal"), SEVERITY_LOW,
                  "infrastructure.changed");
}

/* clang-format off */
#define LISTENER(name, before, after) \
    UPDATE("aws_lb_listener." name, "aws_lb_listener", "\"ssl_policy\":" before, "\"ssl_policy\":" after)

static const char weakened[] =
    LISTENER("gone", "\"TLS13\"", "null") ","
    LISTENER("older", "\"ELBSecurityPolicy-TLS13-1-2-2021-06\"", "\"ELBSecurityPolicy-2016-08\"") ","
    LISTENER("newer", "\"ELBSecurityPolicy-2016-08\"", "\"ELBSecurityPolicy-TLS13-1-2-2021-06\"") ","
    LISTENER("same", "\"ELBSecurityPolicy-TLS-1-2-2017-01\"", "\"ELBSecurityPolicy-TLS13-1-2-2021-06\"") ","
    UPDATE("aws_lb_listener.plain", "aws_lb_listener", "\"protocol\":\"HTTPS\"", "\"protocol\":\"HTTP\"") ","
    UPDATE("aws_lb_target_group.t", "aws_lb_target_group", "\"health_check\":[{\"protocol\":\"HTTPS\"}]", "\"health_check\":[{\"protocol\":\"HTTP\"}]") ","
    UPDATE("azurerm_storage_account.a", "azurerm_storage_account", "\"min_tls_version\":\"TLS1_2\"", "\"min_tls_version\":\"TLS1_0\"") ","
    UPDATE("aws_lambda_function_url.u", "aws_lambda_function_url", "\"authorization_type\":\"AWS_IAM\"", "\"authorization_type\":\"NONE\"") ","
    UPDATE("aws_cloudwatch_log_group.shorter", "aws_cloudwatch_log_group", "\"retention_in_days\":365", "\"retention_in_days\":1") ","
    UPDATE("aws_cloudwatch_log_group.ever", "aws_cloudwatch_log_group", "\"retention_in_days\":0", "\"retention_in_days\":30") ","
    UPDATE("aws_cloudwatch_log_group.longer", "aws_cloudwatch_log_group", "\"retention_in_days\":30", "\"retention_in_days\":0") ","
    RESOURCE("google_sql_user.new", "google_sql_user", "\"actions\":[\"create\"],\"before\":null,\"after\":{\"name\":\"u\"}");
/* clang-format on */

static void encryption_that_gets_weaker_and_memory_that_gets_shorter_are_told(void **state)
{
    static const char *const unprotected[] = {
        "aws_lb_listener.gone.ssl_policy",
        "aws_lb_listener.older.ssl_policy",
        "aws_lb_listener.plain.protocol",
        "azurerm_storage_account.a.min_tls_version",
        "aws_lambda_function_url.u.authorization_type",
    };
    static const char *const harmless[] = {
        "aws_lb_listener.newer.ssl_policy",
        "aws_lb_listener.same.ssl_policy",
        "aws_lb_target_group.t.health_check.protocol",
        "aws_cloudwatch_log_group.longer.retention_in_days",
    };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, weakened);
    for (size_t i = 0; i < sizeof unprotected / sizeof *unprotected; i++)
        assert_judged(infrastructure_scene_item(scene, unprotected[i]), SEVERITY_CRITICAL,
                      "infrastructure.unprotected");
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        assert_judged(infrastructure_scene_item(scene, harmless[i]), SEVERITY_LOW,
                      "infrastructure.changed");
    assert_judged(infrastructure_scene_item(scene,
                                            "aws_cloudwatch_log_group.shorter.retention_in_days"),
                  SEVERITY_HIGH, "infrastructure.kept-shorter");
    assert_judged(infrastructure_scene_item(scene,
                                            "aws_cloudwatch_log_group.ever.retention_in_days"),
                  SEVERITY_HIGH, "infrastructure.kept-shorter");
    assert_judged(infrastructure_scene_item(scene, "google_sql_user.new"), SEVERITY_HIGH,
                  "infrastructure.identity");
}

/* clang-format off */
#define GONE(address, type, before) \
    RESOURCE(address, type, "\"actions\":[\"delete\"],\"before\":{" before "},\"after\":null")
#define ANEW(address, type, before, after) \
    RESOURCE(address, type, "\"actions\":[\"delete\",\"create\"],\"before\":{" before "},\"after\":{" after "}")

static const char losing[] =
    GONE("aws_db_instance.bare", "aws_db_instance", "\"id\":\"d\",\"skip_final_snapshot\":true") ","
    GONE("aws_db_instance.kept", "aws_db_instance", "\"id\":\"d\",\"skip_final_snapshot\":false") ","
    GONE("aws_db_instance.guarded", "aws_db_instance", "\"id\":\"d\",\"deletion_protection\":true") ","
    ANEW("aws_db_instance.empty", "aws_db_instance", "\"id\":\"d\"", "\"id\":\"e\"") ","
    ANEW("aws_db_instance.filled", "aws_db_instance", "\"id\":\"d\"", "\"id\":\"e\",\"snapshot_identifier\":\"s\"") ","
    GONE("aws_s3_bucket.forced", "aws_s3_bucket", "\"id\":\"b\",\"force_destroy\":true") ","
    GONE("aws_s3_bucket.refused", "aws_s3_bucket", "\"id\":\"b\",\"force_destroy\":false") ","
    GONE("aws_dynamodb_table.t", "aws_dynamodb_table", "\"id\":\"t\",\"point_in_time_recovery\":[{\"enabled\":true}]") ","
    GONE("google_compute_disk.d", "google_compute_disk", "\"id\":\"x\"") ","
    GONE("aws_kms_key.k", "aws_kms_key", "\"id\":\"k\"") ","
    GONE("aws_route53_zone.z", "aws_route53_zone", "\"id\":\"z\"") ","
    GONE("aws_elasticache_cluster.c", "aws_elasticache_cluster", "\"id\":\"c\"");
/* clang-format on */

static void what_is_lost_for_good_blocks_and_what_is_kept_or_guarded_does_not(void **state)
{
    static const char *const kept[] = {
        "aws_db_instance.kept",      "aws_db_instance.guarded", "aws_db_instance.filled",
        "aws_s3_bucket.refused",     "aws_dynamodb_table.t",    "aws_route53_zone.z",
        "aws_elasticache_cluster.c",
    };
    static const char *const lost[] = {
        "aws_db_instance.bare",
        "aws_db_instance.empty",
        "aws_s3_bucket.forced",
        "google_compute_disk.d",
    };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, losing);
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        const struct drift_item *item = infrastructure_scene_item(scene, lost[i]);

        assert_int_equal(item->attention, ATTENTION_BLOCKER);
        assert_judged(item, SEVERITY_CRITICAL, "infrastructure.data-lost");
    }
    assert_int_equal(infrastructure_scene_item(scene, "aws_kms_key.k")->attention,
                     ATTENTION_BLOCKER);
    assert_judged(infrastructure_scene_item(scene, "aws_kms_key.k"), SEVERITY_CRITICAL,
                  "infrastructure.key-lost");
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const struct drift_item *item = infrastructure_scene_item(scene, kept[i]);

        assert_int_equal(item->severity, SEVERITY_CRITICAL);
        assert_int_equal(item->attention, ATTENTION_REVIEW);
    }
}

static void between_two_states_nothing_is_about_to_be_lost(void **state)
{
    static const char there[] =
        "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"resources\":[{\"type\":"
        "\"aws_s3_bucket\",\"name\":\"b\",\"instances\":[{\"attributes\":{\"id\":\"b\"}}]}]}";
    static const char gone[] = "{\"version\":4,\"serial\":2,\"lineage\":\"l\",\"resources\":[]}";
    struct infrastructure_scene *scene = *state;
    const struct drift_item *item;

    infrastructure_scene_compare(scene, "main.tfstate", there, gone);
    item = infrastructure_scene_item(scene, "aws_s3_bucket.b");
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_judged(item, SEVERITY_CRITICAL, "infrastructure.data-destroyed");
}

static void assert_verdict(const struct drift_report *report, const char *words)
{
    struct strbuf verdict = STRBUF_INIT, plain = STRBUF_INIT;

    drift_text_verdict(&verdict, report, true);
    rich_to_plain(&plain, verdict.data, verdict.length);
    assert_non_null(strstr(plain.data, words));
    strbuf_release(&verdict);
    strbuf_release(&plain);
}

static void a_blocker_that_is_meant_or_ignored_is_still_called_one(void **state)
{
    static const struct expected_difference meant[] = {
        {.type = DRIFT_INFRASTRUCTURE, .path = "google_compute_disk.**"}
    };
    static const struct drift_decision ignored = {
        .number = 1, .kind = DECISION_IGNORE, .state = DECISION_HOLDS, .reason = "known"
    };
    struct infrastructure_scene *scene = *state;
    struct drift_report *read;
    struct error error = { 0 };
    json_t *json;

    scene->drift.input.expected = meant;
    scene->drift.input.expected_count = 1;
    infrastructure_scene_plan(scene, losing);
    assert_true(infrastructure_scene_item(scene, "google_compute_disk.d")->blocks);
    assert_verdict(scene->drift.report, "1 expected (a blocker)");
    drift_report_decide(scene->drift.report,
                        (struct drift_item *)(uintptr_t)infrastructure_scene_item(scene,
                                                                                  "aws_kms_key.k"),
                        &ignored);
    assert_verdict(scene->drift.report, "1 ignored (a blocker)");
    json = drift_report_to_json(scene->drift.report);
    read = drift_report_from_json(json, &error);
    assert_non_null(read);
    assert_int_equal(read->summary.expected_blockers, 1);
    assert_int_equal(read->summary.suppressed_blockers, 1);
    drift_report_free(&read);
    json_decref(json);
}

/* clang-format off */
static const char stopped[] =
    UPDATE("aws_ecs_service.s", "aws_ecs_service", "\"desired_count\":4", "\"desired_count\":0") ","
    UPDATE("aws_autoscaling_group.g", "aws_autoscaling_group", "\"min_size\":2,\"max_size\":4", "\"min_size\":0,\"max_size\":2") ","
    UPDATE("aws_dynamodb_table.t", "aws_dynamodb_table", "\"read_capacity\":5,\"write_capacity\":1", "\"read_capacity\":0,\"write_capacity\":2") ","
    UPDATE("kubernetes_deployment.d", "kubernetes_deployment", "\"spec\":[{\"replicas\":3}]", "\"spec\":[{\"replicas\":0}]") ","
    UPDATE("aws_autoscaling_group.h", "aws_autoscaling_group", "\"min_size\":2,\"desired_capacity\":2", "\"min_size\":0,\"desired_capacity\":2") ","
    UPDATE("aws_autoscaling_group.n", "aws_autoscaling_group", "\"min_size\":2,\"desired_capacity\":2", "\"min_size\":0,\"desired_capacity\":0") ","
    UPDATE("aws_eks_node_group.k", "aws_eks_node_group", "\"scaling_config\":[{\"min_size\":2,\"desired_size\":2}]", "\"scaling_config\":[{\"min_size\":0,\"desired_size\":1}]") ","
    UPDATE("aws_autoscaling_schedule.night", "aws_autoscaling_schedule", "\"min_size\":1,\"desired_capacity\":1", "\"min_size\":0,\"desired_capacity\":0") ","
    UPDATE("aws_appautoscaling_target.a", "aws_appautoscaling_target", "\"min_capacity\":1", "\"min_capacity\":2");
/* clang-format on */

static void what_goes_down_to_none_needs_a_person(void **state)
{
    static const char *const down[] = { "aws_ecs_service.s.desired_count",
                                        "aws_autoscaling_group.g.min_size",
                                        "aws_autoscaling_group.n.min_size",
                                        "aws_autoscaling_group.n.desired_capacity",
                                        "kubernetes_deployment.d.spec.replicas" };
    static const char *const other[] = { "aws_autoscaling_group.g.max_size",
                                         "aws_dynamodb_table.t.read_capacity",
                                         "aws_dynamodb_table.t.write_capacity",
                                         "aws_autoscaling_group.h.min_size",
                                         "aws_eks_node_group.k.scaling_config.min_size",
                                         "aws_autoscaling_schedule.night.min_size",
                                         "aws_autoscaling_schedule.night.desired_capacity",
                                         "aws_appautoscaling_target.a.min_capacity" };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, stopped);
    for (size_t i = 0; i < sizeof down / sizeof *down; i++) {
        assert_judged(infrastructure_scene_item(scene, down[i]), SEVERITY_HIGH,
                      "infrastructure.stopped");
        assert_int_equal(infrastructure_scene_item(scene, down[i])->attention, ATTENTION_REVIEW);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_judged(infrastructure_scene_item(scene, other[i]), SEVERITY_MEDIUM,
                      "infrastructure.size");
}

/* clang-format off */
static const char anew[] =
    ANEW("aws_ecs_task_definition.web", "aws_ecs_task_definition", "\"container_definitions\":\"a:1\"", "\"container_definitions\":\"a:2\"") ","
    ANEW("module.m.google_compute_instance_template.t", "google_compute_instance_template", "\"machine_type\":\"a\"", "\"machine_type\":\"b\"") ","
    GONE("aws_ecs_task_definition.old", "aws_ecs_task_definition", "\"family\":\"old\"") ","
    ANEW("aws_ecs_service.s", "aws_ecs_service", "\"name\":\"a\"", "\"name\":\"b\"");
/* clang-format on */

/* What runs keeps the revision that it has until it is moved to the new one. */
static void a_new_revision_of_a_definition_is_no_interruption(void **state)
{
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, anew);
    assert_judged(infrastructure_scene_item(scene, "aws_ecs_task_definition.web"), SEVERITY_MEDIUM,
                  "infrastructure.revised");
    assert_judged(infrastructure_scene_item(scene, "module.m.google_compute_instance_template.t"),
                  SEVERITY_MEDIUM, "infrastructure.revised");
    assert_judged(infrastructure_scene_item(scene, "aws_ecs_task_definition.old"), SEVERITY_HIGH,
                  "infrastructure.destroyed");
    assert_judged(infrastructure_scene_item(scene, "aws_ecs_service.s"), SEVERITY_HIGH,
                  "infrastructure.replaced");
}

/* clang-format off */
static const char versions[] =
    UPDATE("aws_db_instance.a", "aws_db_instance", "\"engine_version\":\"14.7\"", "\"engine_version\":\"16.1\"") ","
    UPDATE("google_sql_database_instance.b", "google_sql_database_instance", "\"database_version\":\"POSTGRES_15\"", "\"database_version\":\"POSTGRES_16\"") ","
    UPDATE("aws_rds_cluster.c", "aws_rds_cluster", "\"engine_version\":\"5.6.10a\"", "\"engine_version\":\"5.7.12\"") ","
    UPDATE("aws_db_instance.d", "aws_db_instance", "\"engine_version\":\"16.1\"", "\"engine_version\":\"16.4\"") ","
    UPDATE("aws_eks_node_group.e", "aws_eks_node_group", "\"version\":\"1.29\"", "\"version\":\"1.30\"") ","
    UPDATE("aws_lambda_function.f", "aws_lambda_function", "\"runtime\":\"python3.11\"", "\"runtime\":\"python3.12\"");
/* clang-format on */

static void another_major_version_of_what_holds_data_needs_a_person(void **state)
{
    static const char *const major[] = { "aws_db_instance.a.engine_version",
                                         "google_sql_database_instance.b.database_version",
                                         "aws_rds_cluster.c.engine_version" };
    static const char *const other[] = { "aws_db_instance.d.engine_version",
                                         "aws_eks_node_group.e.version",
                                         "aws_lambda_function.f.runtime" };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_plan(scene, versions);
    for (size_t i = 0; i < sizeof major / sizeof *major; i++) {
        assert_judged(infrastructure_scene_item(scene, major[i]), SEVERITY_HIGH,
                      "infrastructure.data-version");
        assert_int_equal(infrastructure_scene_item(scene, major[i])->attention, ATTENTION_REVIEW);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_judged(infrastructure_scene_item(scene, other[i]), SEVERITY_MEDIUM,
                      "infrastructure.version");
}

/* --- Variables -------------------------------------------------------------------------------- */

static void assert_all(const struct infrastructure_scene *scene, const char *const *paths,
                       enum severity severity, const char *rule)
{
    for (; *paths != NULL; paths++) {
        const struct drift_item *item = infrastructure_scene_item(scene, *paths);

        assert_judged(item, severity, rule);
        assert_int_equal(item->attention,
                         severity >= SEVERITY_HIGH ? ATTENTION_REVIEW : ATTENTION_NONE);
        assert_int_equal(item->security, severity >= SEVERITY_HIGH);
    }
}

static void variables_that_open_or_unprotect_are_told_by_their_names_and_values(void **state)
{
    static const char *const exposed[] = {
        "allowed_cidr.0",
        "cidr",
        "rules.0.cidrs",
        "six",
        "db_publicly_accessible",
        "bucket_acl",
        "web_ssh_cidrs",
        "webhook_cidrs",
        "web_admin_allowed_cidrs",
        "internet_db_cidrs",
        NULL,
    };
    static const char *const unprotected[] = {
        "storage_encrypted",       "deletion_protection", "db_skip_final_snapshot", "force_destroy",
        "backup_retention_period", "allow_unencrypted",   "enable_key_rotation",    NULL,
    };
    static const char *const harmless[] = {
        "office_cidr",         "egress_cidr",     "default_route",     "web.cidr",
        "block_public_access", "encrypt_at_rest", "enable_versioning", "wide",
        "web_allowed_cidrs",   "internet_cidr",   "public_web_cidrs",  NULL,
    };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_compare(
        scene, "prod.tfvars",
        "allowed_cidr = [\"10.0.0.0/8\"]\nrules = [{ cidrs = [\"10.0.0.0/8\"] }]\n"
        "six = \"fd00::/8\"\nbucket_acl = \"private\"\ndeletion_protection = true\n"
        "force_destroy = false\nbackup_retention_period = 7\nencrypt_at_rest = false\n"
        "wide = [\"0.0.0.0/0\"]\nweb = { from_port = 443, to_port = 443, cidr = \"10.0.0.0/8\" }\n",
        "allowed_cidr = [\"0.0.0.0/0\"]\nrules = [{ cidrs = [\"10.0.0.0/8\", \"0.0.0.0/0\"] }]\n"
        "six = \"::/0\"\nbucket_acl = \"public-read\"\ndeletion_protection = false\n"
        "force_destroy = true\nbackup_retention_period = 0\nencrypt_at_rest = true\n"
        "wide = [\"0.0.0.0/0\", \"0.0.0.0/1\"]\n"
        "web = { from_port = 443, to_port = 443, cidr = \"0.0.0.0/0\" }\n"
        "cidr = [\"0.0.0.0/0\"]\ndb_publicly_accessible = true\nstorage_encrypted = false\n"
        "db_skip_final_snapshot = true\nallow_unencrypted = true\nenable_key_rotation = false\n"
        "office_cidr = \"10.1.0.0/16\"\negress_cidr = \"0.0.0.0/0\"\n"
        "web_allowed_cidrs = [\"0.0.0.0/0\"]\ninternet_cidr = \"0.0.0.0/0\"\n"
        "public_web_cidrs = [\"0.0.0.0/0\"]\nweb_ssh_cidrs = [\"0.0.0.0/0\"]\n"
        "webhook_cidrs = [\"0.0.0.0/0\"]\nweb_admin_allowed_cidrs = [\"0.0.0.0/0\"]\n"
        "internet_db_cidrs = [\"0.0.0.0/0\"]\n"
        "default_route = \"0.0.0.0/0\"\nblock_public_access = true\n"
        "enable_versioning = false\n");
    assert_all(scene, exposed, SEVERITY_HIGH, "infrastructure.variable-exposed");
    assert_all(scene, unprotected, SEVERITY_HIGH, "infrastructure.variable-unprotected");
    assert_all(scene, harmless, SEVERITY_LOW, "infrastructure.changed");
}

static void variables_are_told_however_on_and_off_are_written_and_whatever_holds_them(void **state)
{
    static const char *const exposed[] = {
        "bastion_http_cidr",
        "ssh_cidr_blocks",
        "http_rules.admin",
        "dbs.two",
        "shares",
        "listed.b",
        "public_access",
        NULL,
    };
    static const char *const unprotected[] = {
        "encrypted",   "a_encrypted",   "b_encrypted", "c_encrypted",
        "d_encrypted", "force_destroy", NULL,
    };
    static const char *const harmless[] = {
        "http_cidr",   "api_http_cidrs", "https_rules.any", "dbs.three",
        "subnets.dmz", "subnets_public", "count_encrypted", NULL,
    };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_compare(
        scene, "prod.tfvars",
        "encrypted = true\na_encrypted = true\nb_encrypted = true\nc_encrypted = true\n"
        "d_encrypted = \"1\"\nforce_destroy = 0\nhttp_rules = {}\nhttps_rules = {}\n"
        "dbs = { one = { size = 1 } }\nsubnets = { own = { public = false } }\n"
        "listed = [{ name = \"a\" }]\ncount_encrypted = true\n",
        "encrypted = 0\na_encrypted = \"0\"\nb_encrypted = \"false\"\nc_encrypted = \"no\"\n"
        "d_encrypted = \"0\"\nforce_destroy = 1\n"
        "http_rules = { admin = [\"0.0.0.0/0\"] }\nhttps_rules = { any = [\"0.0.0.0/0\"] }\n"
        "dbs = { one = { size = 1 }, two = { size = 2, publicly_accessible = true },\n"
        "three = { publicly_accessible = false, block_public_access = true } }\n"
        "subnets = { own = { public = false }, dmz = { public = true } }\n"
        "listed = [{ name = \"a\" }, { name = \"b\", acl = \"public-read\" }]\n"
        "shares = { one = [{ public_network_access = \"Enabled\" }] }\n"
        "bastion_http_cidr = \"0.0.0.0/0\"\nssh_cidr_blocks = [\"0.0.0.0/0\"]\n"
        "http_cidr = \"0.0.0.0/0\"\napi_http_cidrs = [\"0.0.0.0/0\"]\nsubnets_public = 1\n"
        "public_access = 1\ncount_encrypted = 1\n");
    assert_all(scene, exposed, SEVERITY_HIGH, "infrastructure.variable-exposed");
    assert_all(scene, unprotected, SEVERITY_HIGH, "infrastructure.variable-unprotected");
    assert_all(scene, harmless, SEVERITY_LOW, "infrastructure.changed");
}

static void variables_of_a_new_file_are_told_as_new_variables_are(void **state)
{
    struct infrastructure_scene *scene = *state;
    const struct drift_item *found;

    infrastructure_scene_compare(scene, "new.tfvars", NULL,
                                 "region = \"eu\"\npublicly_accessible = true\n"
                                 "allowed_cidrs = [\"0.0.0.0/0\"]\nskip_final_snapshot = true\n");
    found = infrastructure_scene_item(scene, "new.tfvars");
    assert_judged(found, SEVERITY_HIGH, "infrastructure.variable-exposed");
    assert_judged(found, SEVERITY_HIGH, "infrastructure.variable-unprotected");
    assert_true(found->security);
    assert_int_equal(found->attention, ATTENTION_REVIEW);
    assert_string_equal(found->attention_reason,
                        "publicly_accessible: going by its name, everybody can reach or read what "
                        "it sets");
}

static void a_new_file_of_ordinary_variables_is_nothing_grave(void **state)
{
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_compare(scene, "new.tfvars", NULL,
                                 "region = \"eu\"\npublicly_accessible = false\n"
                                 "http_cidrs = [\"0.0.0.0/0\"]\nssl_policy = \"TLS10\"\n");
    assert_judged(infrastructure_scene_item(scene, "new.tfvars"), SEVERITY_LOW,
                  "infrastructure.changed");
}

static void older_tls_and_walls_that_go_are_told_of_variables(void **state)
{
    static const char *const unprotected[] = { "ssl_policy",           "lb_ssl_policy",
                                               "min_tls_version",      "enable_waf",
                                               "app_firewall_enabled", NULL };
    static const char *const harmless[] = { "db_ssl_policy", "new_ssl_policy", "enable_wafer",
                                            NULL };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_compare(
        scene, "prod.tfvars",
        "ssl_policy = \"ELBSecurityPolicy-TLS13-1-2-2021-06\"\nlb_ssl_policy = \"TLS12\"\n"
        "min_tls_version = \"1.2\"\nenable_waf = true\napp_firewall_enabled = true\n"
        "db_ssl_policy = \"TLS10\"\nenable_wafer = true\n",
        "ssl_policy = \"ELBSecurityPolicy-2016-08\"\nlb_ssl_policy = \"TLS10\"\n"
        "min_tls_version = \"1.0\"\nenable_waf = false\napp_firewall_enabled = false\n"
        "db_ssl_policy = \"TLS12\"\nnew_ssl_policy = \"TLS10\"\nenable_wafer = false\n");
    assert_all(scene, unprotected, SEVERITY_HIGH, "infrastructure.variable-unprotected");
    assert_all(scene, harmless, SEVERITY_LOW, "infrastructure.changed");
}

static void names_of_variables_are_read_by_whole_words(void **state)
{
    static const char *const exposed[] = {
        "mysql_http_cidrs",  "rdpHttpCidrs",   "mongodb_http_cidrs",    "appdb_http_cidrs",
        "admins-http-cidrs", "db1_http_cidrs", "management_http_cidrs", "webApiCidrs",
        "router_cidrs",      "webSshCidrs",    "apps.http_db",          NULL,
    };
    static const char *const harmless[] = {
        "wordpress_http_cidrs",
        "sandbox.http_cidrs",
        "feedback_http_cidrs",
        "managed_lb_http_cidrs",
        "web_rapid_cidrs",
        "web_therapist_cidrs",
        "webEgressCidrs",
        "route_cidrs",
        "webAllowedCidrs",
        "internet-sandbox",
        NULL,
    };
    struct infrastructure_scene *scene = *state;

    infrastructure_scene_compare(
        scene, "prod.tfvars", "other = 1\nsandbox = {}\napps = {}\n",
        "other = 1\nsandbox = { http_cidrs = [\"0.0.0.0/0\"] }\n"
        "apps = { http_db = { any = [\"0.0.0.0/0\"] } }\n"
        "wordpress_http_cidrs = [\"0.0.0.0/0\"]\nfeedback_http_cidrs = [\"0.0.0.0/0\"]\n"
        "managed_lb_http_cidrs = [\"0.0.0.0/0\"]\nweb_rapid_cidrs = [\"0.0.0.0/0\"]\n"
        "web_therapist_cidrs = [\"0.0.0.0/0\"]\nwebAllowedCidrs = [\"0.0.0.0/0\"]\n"
        "internet-sandbox = [\"0.0.0.0/0\"]\nmysql_http_cidrs = [\"0.0.0.0/0\"]\n"
        "rdpHttpCidrs = [\"0.0.0.0/0\"]\nmongodb_http_cidrs = [\"0.0.0.0/0\"]\n"
        "appdb_http_cidrs = [\"0.0.0.0/0\"]\nadmins-http-cidrs = [\"0.0.0.0/0\"]\n"
        "db1_http_cidrs = [\"0.0.0.0/0\"]\nmanagement_http_cidrs = [\"0.0.0.0/0\"]\n"
        "router_cidrs = [\"0.0.0.0/0\"]\nwebEgressCidrs = [\"0.0.0.0/0\"]\n"
        "route_cidrs = [\"0.0.0.0/0\"]\n"
        "webApiCidrs = [\"0.0.0.0/0\"]\nwebSshCidrs = [\"0.0.0.0/0\"]\n");
    assert_all(scene, exposed, SEVERITY_HIGH, "infrastructure.variable-exposed");
    assert_all(scene, harmless, SEVERITY_LOW, "infrastructure.changed");
}

static void numbers_of_plans_have_a_point_in_all_locales(void **state)
{
    const struct node days = { .kind = NODE_FLOAT, .value = "7.5" };
    double number = 0;

    (void)state;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        skip();
    assert_true(risk_number(&days, &number));
    assert_true(number == 7.5);
    setlocale(LC_ALL, "C");
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, infrastructure_scene_start, infrastructure_scene_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(doors_that_open_through_another_attribute_are_critical),
        CASE(encryption_that_gets_weaker_and_memory_that_gets_shorter_are_told),
        CASE(what_is_lost_for_good_blocks_and_what_is_kept_or_guarded_does_not),
        CASE(a_blocker_that_is_meant_or_ignored_is_still_called_one),
        CASE(what_goes_down_to_none_needs_a_person),
        CASE(a_new_revision_of_a_definition_is_no_interruption),
        CASE(another_major_version_of_what_holds_data_needs_a_person),
        CASE(variables_that_open_or_unprotect_are_told_by_their_names_and_values),
        CASE(variables_are_told_however_on_and_off_are_written_and_whatever_holds_them),
        CASE(variables_of_a_new_file_are_told_as_new_variables_are),
        CASE(a_new_file_of_ordinary_variables_is_nothing_grave),
        CASE(older_tls_and_walls_that_go_are_told_of_variables),
        CASE(names_of_variables_are_read_by_whole_words),
        cmocka_unit_test(numbers_of_plans_have_a_point_in_all_locales),
        CASE(between_two_states_nothing_is_about_to_be_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
