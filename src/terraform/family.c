#include <pilab/terraform/family.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/glob.h>

static const char *const family_names[] = {
    [FAMILY_OTHER] = "resource",  [FAMILY_DATA] = "data_store",
    [FAMILY_KEY] = "key",         [FAMILY_IDENTITY] = "identity",
    [FAMILY_NETWORK] = "network", [FAMILY_STORAGE_ACCESS] = "storage_access",
    [FAMILY_HELPER] = "helper",
};

_Static_assert(sizeof family_names / sizeof *family_names == FAMILY_COUNT,
               "a family without a name");

/* From the special to the general. What only attaches, observes or configures a data store
 * (policies, backups' schedules, subnet groups, alarms) holds no data and stands before it. */
static const struct {
    enum terraform_family family;
    const char *pattern;
} rows[] = {
  // clang-format off
    /* in the state only */
    {FAMILY_KEY,            "random_password"},
    {FAMILY_HELPER,         "{null,random,time,local,template,external,archive,http}_*"},
    {FAMILY_HELPER,         "terraform_data"},

    /* who reads a bucket */
    {FAMILY_STORAGE_ACCESS, "aws_s3_{bucket,account}_{acl,policy,public_access_block,ownership_controls}"},
    {FAMILY_STORAGE_ACCESS, "aws_s3_account_public_access_block"},
    {FAMILY_STORAGE_ACCESS, "aws_s3_access_point*"},
    {FAMILY_STORAGE_ACCESS, "aws_{sqs_queue,sns_topic,ecr_repository,glacier_vault,efs_file_system,secretsmanager_secret,kms_key}_policy"},
    {FAMILY_STORAGE_ACCESS, "google_storage_{default_object_acl,default_object_access_control,bucket_acl,bucket_access_control,object_acl,object_access_control}"},
    {FAMILY_STORAGE_ACCESS, "google_storage_*_iam_*"},
    {FAMILY_STORAGE_ACCESS, "azurerm_storage_account_network_rules"},

    /* who may do what */
    {FAMILY_IDENTITY,       "aws_iam_*"},
    {FAMILY_IDENTITY,       "aws_{ssoadmin,identitystore,organizations_policy,lakeformation_permissions,cognito_identity_pool}*"},
    {FAMILY_IDENTITY,       "aws_{lambda_permission,eks_access_entry,eks_access_policy_association,ram_*,kms_grant,rolesanywhere_*}"},
    {FAMILY_IDENTITY,       "google_*_iam_{binding,member,policy,custom_role,audit_config}"},
    {FAMILY_IDENTITY,       "google_{service_account,service_account_iam*,iam_*,organization_policy,org_policy_*,access_context_manager_*}"},
    {FAMILY_IDENTITY,       "google_project_{iam*,organization_policy}"},
    {FAMILY_IDENTITY,       "azurerm_{role_assignment,role_definition,user_assigned_identity,federated_identity_credential,policy_*,*_policy_assignment,*_policy_exemption,key_vault_access_policy,management_lock,pim_*}"},
    {FAMILY_IDENTITY,       "azuread_*"},
    {FAMILY_IDENTITY,       "kubernetes_{role,cluster_role,role_binding,cluster_role_binding,service_account}*"},
    {FAMILY_IDENTITY,       "{okta,auth0,keycloak}_*"},
    {FAMILY_IDENTITY,       "vault_{policy,*_role,*_auth_backend*,identity_*,token*}"},
    {FAMILY_IDENTITY,       "{github,gitlab}_{branch_protection*,repository_collaborator*,team_*,membership,*_membership,branch_default,user_*,project_membership,group_membership,actions_*_permissions}"},
    {FAMILY_IDENTITY,       "{postgresql,mysql}_{grant*,role,user,default_privileges}"},
    {FAMILY_IDENTITY,       "google_{sql_user,alloydb_user}"},
    {FAMILY_IDENTITY,       "aws_{elasticache_user*,memorydb_{user,acl},redshift_user*,transfer_user,mq_user}"},
    {FAMILY_IDENTITY,       "azurerm_{*_active_directory_administrator,cosmosdb_sql_role_*}"},
    {FAMILY_IDENTITY,       "{digitalocean,scaleway,linode,vultr,upcloud,ovh,exoscale,mongodbatlas,aiven,confluent,clickhouse,snowflake,rediscloud,cockroach}_{*_user,user,*_privilege,*_role_binding,service_account,*grant*,*_role,role}"},

    /* keys and secrets */
    {FAMILY_KEY,            "aws_{kms_key,kms_external_key,kms_replica_key,kms_alias,kms_ciphertext,key_pair,cloudhsm*,acm_certificate,acmpca_*,secretsmanager_*,ssm_parameter,signer_*}"},
    {FAMILY_KEY,            "google_{kms_*,secret_manager_*,service_account_key,privateca_*,compute_ssl_certificate,compute_managed_ssl_certificate,certificate_manager_*,apikeys_*,storage_hmac_key}"},
    {FAMILY_KEY,            "azurerm_{key_vault,key_vault_key,key_vault_secret,key_vault_certificate*,key_vault_managed*,disk_encryption_set,dedicated_hsm*,app_service_certificate*}"},
    {FAMILY_KEY,            "kubernetes_secret*"},
    {FAMILY_KEY,            "vault_{*secret*,mount,pki_*,transit_*}"},
    {FAMILY_KEY,            "{tls,acme}_*"},
    {FAMILY_KEY,            "{github,gitlab}_{*secret*,*deploy_key*,*access_token*,*variable*}"},
    {FAMILY_KEY,            "{digitalocean,hcloud,scaleway,openstack,linode,vultr}_{*ssh_key*,*keypair*,*certificate*,*secret*}"},

    /* who reaches what */
    {FAMILY_NETWORK,        "aws_{security_group*,vpc_security_group_*,default_security_group,network_acl*,default_network_acl,networkfirewall_*,waf*,shield_*,route,route_table*,main_route_table_association,default_route_table,vpc_peering_connection*,vpc_endpoint*,internet_gateway*,nat_gateway,egress_only_internet_gateway,ec2_transit_gateway*,vpn_*,customer_gateway,dx_*,ec2_managed_prefix_list*,verifiedaccess_*}"},
    {FAMILY_NETWORK,        "google_compute_{firewall*,security_policy*,organization_security_policy*,network_firewall_policy*,region_network_firewall_policy*,region_security_policy*,route*,network_peering*,vpn_*,ha_vpn_gateway,external_vpn_gateway,interconnect*,shared_vpc_*}"},
    {FAMILY_NETWORK,        "google_{vpc_access_connector,service_networking_connection,network_security_*,network_connectivity_*}"},
    {FAMILY_NETWORK,        "azurerm_{network_security_*,application_security_group*,firewall*,*_firewall_rule,*_network_rule*,*_virtual_network_rule,web_application_firewall_policy,route,route_table*,subnet_network_security_group_association,subnet_route_table_association,virtual_network_peering,virtual_network_gateway*,local_network_gateway,private_endpoint*,private_link_*,express_route_*,nat_gateway*,frontdoor_firewall_policy,cdn_frontdoor_firewall_policy,network_ddos_protection_plan}"},
    {FAMILY_NETWORK,        "kubernetes_network_policy*"},
    {FAMILY_NETWORK,        "cloudflare_{firewall_*,access_*,zero_trust_*,ruleset,filter,rate_limit,tunnel*,waf_*,ip_list,list*}"},
    {FAMILY_NETWORK,        "{digitalocean,hcloud,scaleway,linode,vultr,openstack}_{*firewall*,*security_group*,*secgroup*,*acl*,*vpc_peering*}"},
    {FAMILY_NETWORK,        "tailscale_acl"},

    /* beside data, but not data */
    {FAMILY_OTHER,          "aws_{db,rds,elasticache,docdb,neptune,redshift,dms,dax,memorydb}_{subnet_group,parameter_group,cluster_parameter_group,option_group,event_subscription,*_subscription,proxy*,*_parameter_group,*_subnet_group,cluster_endpoint,cluster_role_association,instance_role_association}"},
    {FAMILY_OTHER,          "aws_s3_{bucket_*,object_copy,directory_bucket_*}"},
    {FAMILY_OTHER,          "aws_{dynamodb_{table_item,contributor_insights,*_destination,tag,resource_policy},backup_{plan,selection,vault_policy,vault_notifications,region_settings,framework,report_plan},sqs_queue_redrive*,sns_topic_subscription,sns_topic_data_protection_policy,kinesis_stream_consumer,efs_{mount_target,access_point,backup_policy,replication*},ebs_{encryption_by_default,default_kms_key,snapshot_block_public_access},volume_attachment,route53_{health_check,query_log,*_association,vpc_*,resolver_*},ecr_{lifecycle_policy,pull_through*,registry_*,replication*,repository_creation_template},opensearch_{vpc_endpoint,inbound*,outbound*,domain_policy,domain_saml*},elasticsearch_{domain_policy,domain_saml*},msk_{configuration,scram*},cloudwatch_log_{metric_filter,subscription_filter,resource_policy,destination*}}"},
    {FAMILY_OTHER,          "aws_eks_{addon,identity_provider_config,pod_identity_association,node_group,fargate_profile}"},
    {FAMILY_OTHER,          "google_{container_node_pool,sql_source_representation_instance,bigtable_{app_profile,gc_policy},spanner_backup_schedule,pubsub_{lite_subscription,subscription},storage_{notification,insights*,transfer*},compute_{disk_resource_policy_attachment,region_disk_resource_policy_attachment,attached_disk},dns_{policy,response*},redis_cluster_user*}"},
    {FAMILY_OTHER,          "azurerm_{virtual_machine_data_disk_attachment,kubernetes_cluster_{node_pool,extension,trusted*,flux*},storage_{management_policy,account_static*,account_queue_properties,sync*},*_diagnostic_setting,mssql_{*_auditing_policy,*_alert_policy,*_vulnerability*,job*},*sql_*configuration,*_active_directory_administrator,backup_{policy_*,protected_*},redis_linked_server,cosmosdb_sql_{role*,trigger,function,stored*}}"},

    /* what holds data or state */
    {FAMILY_DATA,           "aws_{db_instance,db_cluster_snapshot,db_snapshot*,rds_cluster,rds_cluster_instance,rds_global_cluster,rds_custom*,dynamodb_table,dynamodb_global_table,dynamodb_table_replica,elasticache_cluster,elasticache_replication_group,elasticache_global*,elasticache_serverless_cache,memorydb_cluster,memorydb_snapshot,dax_cluster,docdb_cluster*,docdb_global_cluster,docdbelastic_cluster,neptune_cluster*,neptunegraph_graph,redshift_cluster*,redshiftserverless_{namespace,workgroup},timestreamwrite_{database,table},timestreaminfluxdb*,qldb_ledger,keyspaces_*,opensearch_domain,opensearchserverless_collection,elasticsearch_domain,msk_cluster,msk_serverless_cluster,mq_broker}"},
    {FAMILY_DATA,           "aws_{s3_bucket,s3_object,s3_bucket_object,s3_directory_bucket,s3tables_table*,glacier_vault,ebs_volume,ebs_snapshot*,efs_file_system,fsx_*,backup_vault*,sqs_queue,sns_topic,kinesis_stream,kinesis_video_stream,kinesis_firehose_delivery_stream,ecr_repository,ecrpublic_repository,codecommit_repository,codeartifact_{domain,repository},cognito_user_pool,cognito_user_pool_client,cloudwatch_log_group,route53_zone,route53domains_*,service_discovery_*_namespace,ecs_cluster,eks_cluster,emr_cluster,glue_catalog_database,glue_catalog_table,athena_database,lightsail_{database,disk,bucket},workspaces_workspace,directory_service_directory,ami,ami_copy,imagebuilder_image,datasync_location*,storagegateway_*,transfer_server,dms_replication_instance}"},
    {FAMILY_DATA,           "google_{sql_database,sql_database_instance,spanner_{instance,database,backup},bigtable_{instance,table,backup},bigquery_{dataset,table},firestore_{database,document,backup*},firebase_database*,alloydb_{cluster,instance,backup},datastore_*,redis_instance,redis_cluster,memcache_instance,memorystore_instance,filestore_{instance,snapshot,backup},storage_bucket,storage_bucket_object,storage_managed_folder,compute_{disk,region_disk,image,snapshot,instant_snapshot,machine_image},pubsub_{topic,schema,lite_topic},container_cluster,container_registry,artifact_registry_repository,dns_managed_zone,dns_record_set,logging_*_bucket_config,healthcare_*,sourcerepo_repository,composer_environment,dataproc_cluster,dataproc_metastore*,netapp_*,lustre_instance,parallelstore_instance,backup_dr_*,looker_instance}"},
    {FAMILY_DATA,           "azurerm_{mssql_{database,managed_database,managed_instance,server,elasticpool},sql_{database,server,managed_instance},postgresql_{server,database,flexible_server,flexible_server_database},mysql_{server,database,flexible_server,flexible_database},mariadb_{server,database},cosmosdb_*,redis_cache,redis_enterprise_*,managed_redis,storage_{account,container,blob,share,share_file,share_directory,queue,table,table_entity,data_lake_gen2_filesystem},managed_disk,disk_*,image,snapshot,shared_image*,netapp_{volume,pool,account,snapshot},servicebus_{namespace,queue,topic,subscription},eventhub,eventhub_namespace,eventhub_cluster,container_registry,kubernetes_cluster,dns_zone,private_dns_zone,log_analytics_workspace,recovery_services_vault,data_protection_backup_vault,data_factory,data_lake_store*,kusto_{cluster,database},synapse_{workspace,sql_pool,spark_pool},databricks_workspace,search_service,hdinsight_*,app_configuration,iothub,machine_learning_workspace,elastic_san*}"},
    {FAMILY_DATA,           "kubernetes_{persistent_volume,persistent_volume_v1,persistent_volume_claim,persistent_volume_claim_v1,stateful_set,stateful_set_v1,namespace,namespace_v1,storage_class,storage_class_v1}"},
    {FAMILY_DATA,           "{digitalocean,hcloud,scaleway,linode,vultr,openstack,ovh,exoscale,upcloud}_{*database*,*volume,*volume_v?,*bucket*,*spaces*,*kubernetes_cluster,*lke_cluster,*rdb_*,*registry*,*domain,*dns_zone*,*zone,*snapshot*,*storage*,*redis_cluster,*objectstorage_container*,*kube}"},
    {FAMILY_DATA,           "{mongodbatlas,confluent,aiven,cockroach,elasticstack,ec,snowflake,databricks,neon,planetscale,supabase,upstash,influxdb,rediscloud,astra,clickhouse,couchbase-capella,heroku_addon}_{*cluster*,*database*,*topic*,*deployment*,*project,*table,*schema,*warehouse,*kafka,*pg,*mysql,*redis*,*opensearch,*m3db,*clickhouse,*cassandra*,*stage,*volume,*catalog,*index*,*service}"},
    {FAMILY_DATA,           "{postgresql,mysql}_{database,schema,extension}"},
    {FAMILY_DATA,           "oci_{database_*,objectstorage_bucket,objectstorage_object,core_volume,core_boot_volume,file_storage_*,nosql_*,mysql_*,dns_zone,streaming_*,containerengine_cluster,artifacts_*,queue_queue,psql_*}"},
    {FAMILY_KEY,            "oci_{kms_*,vault_*}"},
    {FAMILY_IDENTITY,       "oci_identity_*"},
    {FAMILY_NETWORK,        "oci_{core_security_list,core_network_security_group*,core_default_security_list,network_firewall_*,waf_*,core_route_table*,core_drg*}"},
    {FAMILY_DATA,           "{github,gitlab,bitbucket}_{repository,project,group}"},
    {FAMILY_DATA,           "cloudflare_{zone,r2_bucket,d1_database,workers_kv*,queue,record,dns_record}"},
    {FAMILY_DATA,           "{vsphere_virtual_disk,vsphere_datastore*,proxmox_*disk*,libvirt_volume,docker_volume,nomad_*volume*,consul_keys,minio_s3_bucket,minio_s3_object}"},
  // clang-format on
};

/* Translated once, and kept as long as the program: a plan asks for each of its attributes. */
static struct glob *globs[sizeof rows / sizeof *rows];

static void translate(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        globs[i] = glob_new(rows[i].pattern, '/', false);
}

enum terraform_family terraform_family(const char *type)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, translate);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (glob_test(globs[i], type))
            return rows[i].family;
    }
    return FAMILY_OTHER;
}

const char *terraform_family_name(enum terraform_family family)
{
    return family_names[family];
}
