#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pilab/terraform/family.h>

static void assert_family(enum terraform_family family, const char *const *types)
{
    for (; *types; types++) {
        if (terraform_family(*types) != family)
            fail_msg("%s is %s, not %s", *types, terraform_family_name(terraform_family(*types)),
                     terraform_family_name(family));
    }
}

static void what_holds_data_is_known(void **state)
{
    static const char *const types[] = {
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_s3_bucket",
        "aws_ebs_volume",
        "aws_dynamodb_table",
        "aws_elasticache_replication_group",
        "aws_sqs_queue",
        "aws_sns_topic",
        "aws_eks_cluster",
        "aws_route53_zone",
        "google_sql_database_instance",
        "google_container_cluster",
        "google_storage_bucket",
        "google_compute_disk",
        "google_dns_managed_zone",
        "azurerm_mssql_database",
        "azurerm_postgresql_flexible_server",
        "azurerm_storage_account",
        "azurerm_managed_disk",
        "azurerm_kubernetes_cluster",
        "kubernetes_persistent_volume_claim_v1",
        "kubernetes_stateful_set",
        "digitalocean_database_cluster",
        "digitalocean_volume",
        "hcloud_volume",
        "mongodbatlas_cluster",
        "confluent_kafka_topic",
        "snowflake_database",
        "postgresql_database",
        "oci_database_db_system",
        NULL,
    };

    (void)state;
    assert_family(FAMILY_DATA, types);
}

static void what_stands_beside_data_holds_none(void **state)
{
    static const char *const types[] = {
        "aws_instance",
        "aws_launch_template",
        "aws_db_subnet_group",
        "aws_rds_cluster_parameter_group",
        "aws_s3_bucket_versioning",
        "aws_s3_bucket_analytics_configuration",
        "aws_sns_topic_subscription",
        "aws_efs_mount_target",
        "aws_volume_attachment",
        "aws_eks_node_group",
        "google_container_node_pool",
        "google_compute_instance",
        "google_pubsub_subscription",
        "azurerm_virtual_machine_data_disk_attachment",
        "azurerm_kubernetes_cluster_node_pool",
        "azurerm_linux_web_app",
        "kubernetes_deployment",
        "helm_release",
        "nobody_listed_this",
        "",
        NULL,
    };

    (void)state;
    assert_family(FAMILY_OTHER, types);
}

static void keys_identities_networks_and_helpers_are_told_apart(void **state)
{
    static const char *const keys[] = {
        "aws_kms_key",           "aws_secretsmanager_secret_version",
        "aws_acm_certificate",   "google_kms_crypto_key",
        "azurerm_key_vault_key", "kubernetes_secret_v1",
        "tls_private_key",       "random_password",
        "vault_generic_secret",  NULL,
    };
    static const char *const identities[] = {
        "aws_iam_role_policy",
        "aws_iam_policy_attachment",
        "aws_lambda_permission",
        "google_project_iam_member",
        "google_service_account",
        "google_pubsub_topic_iam_binding",
        "azurerm_role_assignment",
        "azurerm_key_vault_access_policy",
        "kubernetes_cluster_role_binding_v1",
        NULL,
    };
    static const char *const networks[] = {
        "aws_security_group",
        "aws_security_group_rule",
        "aws_vpc_security_group_ingress_rule",
        "aws_network_acl_rule",
        "aws_route_table",
        "google_compute_firewall",
        "azurerm_network_security_rule",
        "azurerm_postgresql_firewall_rule",
        "kubernetes_network_policy",
        "hcloud_firewall",
        NULL,
    };
    static const char *const access[] = {
        "aws_s3_bucket_acl",
        "aws_s3_bucket_policy",
        "aws_s3_bucket_public_access_block",
        "google_storage_bucket_iam_member",
        NULL,
    };
    static const char *const helpers[] = {
        "null_resource", "random_id", "time_sleep", "local_file", "terraform_data", NULL,
    };

    (void)state;
    assert_family(FAMILY_KEY, keys);
    assert_family(FAMILY_IDENTITY, identities);
    assert_family(FAMILY_NETWORK, networks);
    assert_family(FAMILY_STORAGE_ACCESS, access);
    assert_family(FAMILY_HELPER, helpers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_data_is_known),
        cmocka_unit_test(what_stands_beside_data_holds_none),
        cmocka_unit_test(keys_identities_networks_and_helpers_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
