/*
 * What is lost for good when a plan is carried out: what holds data, or the key to them, goes, and
 * nothing in the plan guards it or keeps a copy.
 */
#include "infrastructure_parts.h"

#include <string.h>

#include <pilab/base/glob.h>

#include "infrastructure_reading.h"

/* Of all that holds state only what people fill: databases, buckets, disks, tables. Names, queues,
 * caches, clusters and copies can be made again from elsewhere. */
static const char kept[] =
    "{aws_{db_instance,rds_cluster,rds_global_cluster,rds_custom*,dynamodb_table,"
    "dynamodb_global_table,docdb_cluster,docdb_global_cluster,docdbelastic_cluster,"
    "neptune_cluster,neptunegraph_graph,redshift_cluster,redshiftserverless_namespace,"
    "timestreamwrite_{database,table},qldb_ledger,keyspaces_{keyspace,table},opensearch_domain,"
    "opensearchserverless_collection,elasticsearch_domain,s3_bucket,s3_directory_bucket,"
    "s3tables_table*,glacier_vault,ebs_volume,efs_file_system,fsx_*_{file_system,volume},"
    "backup_vault,cognito_user_pool,lightsail_{database,disk,bucket}},"
    "google_{sql_database,sql_database_instance,spanner_{instance,database},"
    "bigtable_{instance,table},bigquery_{dataset,table},firestore_database,"
    "firebase_database_instance,alloydb_{cluster,instance},filestore_instance,storage_bucket,"
    "compute_{disk,region_disk}},"
    "azurerm_{mssql_{database,managed_database,managed_instance,server},"
    "sql_{database,server,managed_instance},"
    "postgresql_{server,database,flexible_server,flexible_server_database},"
    "mysql_{server,database,flexible_server,flexible_database},mariadb_{server,database},"
    "cosmosdb_{account,*_database,*_container,*_collection,*_table,table},"
    "storage_{account,container,share,table,data_lake_gen2_filesystem},managed_disk,"
    "netapp_volume,kusto_{cluster,database},synapse_sql_pool,recovery_services_vault},"
    "kubernetes_{persistent_volume,persistent_volume_claim}{,_v1},"
    "{postgresql,mysql}_{database,schema},"
    "oci_{database_*,objectstorage_bucket,core_volume,core_boot_volume,file_storage_file_system,"
    "mysql_mysql_db_system},"
    "digitalocean_{database_cluster,volume,spaces_bucket},{hcloud,linode}_volume,"
    "scaleway_{rdb_instance,object_bucket,block_volume},"
    "openstack_{blockstorage_volume*,objectstorage_container*},"
    "mongodbatlas_{cluster,advanced_cluster},minio_s3_bucket,cloudflare_{r2_bucket,d1_database},"
    "libvirt_volume,docker_volume,vsphere_virtual_disk}";

static const char keys[] =
    "{aws_kms_{key,external_key},google_kms_crypto_key*,azurerm_key_vault{,_key},oci_kms_key,"
    "vault_transit_secret_backend_key}";

/* While one of these is on, the provider refuses to destroy it, or what is in it can be had back.
 */
static const char guards[] =
    "{deletion_protection,deletion_protection_enabled,*delete_protection*,termination_protection*,"
    "purge_protection_enabled,final_snapshot,create_snapshot_before_destroy}";
/* While one of these is off. */
static const char dangers[] = "{force_destroy,force_delete,skip_final_snapshot,"
                              "delete_automated_backups,delete_contents_on_destroy}";
/* What the new one is filled from. */
static const char copies[] =
    "{snapshot_identifier,snapshot_id,snapshot_name,snapshot,source_snapshot*,"
    "restore_to_point_in_time,restore_backup_context,clone,s3_import,source_resource_id,"
    "source_backup*,backup_id,restore_date_time,restore_source_*}";

static bool is_copied_at_the_end(const struct node *object)
{
    return glob_match("{ABANDON,Retain,RETAIN}", risk_text(node_get(object, "deletion_policy")),
                      '/');
}

/* Whether an attribute, or one within it, keeps from losing: a guard that is on, a danger that is
 * said to be off. */
static bool is_guarded(const struct node *node)
{
    for (size_t i = 0; node && i < node->count; i++) {
        const struct node *child = node->children[i];
        const char *key = node->kind == NODE_MAP ? child->key : "";

        if (glob_match(guards, key, '/') && risk_is_on(child))
            return true;
        if (glob_match(dangers, key, '/') && strcmp(risk_text(child), "false") == 0)
            return true;
        if (strcmp(key, "point_in_time_recovery") == 0 && child->count > 0 &&
            risk_is_on(node_get(child->children[0], "enabled")))
            return true;
        if ((child->kind == NODE_MAP || child->kind == NODE_LIST) && is_guarded(child))
            return true;
    }
    return false;
}

static bool is_filled_again(const struct node *after)
{
    for (size_t i = 0; after && after->kind == NODE_MAP && i < after->count; i++) {
        if (glob_match(copies, after->children[i]->key, '/') &&
            !terraform_says_nothing(after->children[i]))
            return true;
    }
    return false;
}

unsigned infrastructure_lost(const struct terraform_change *change)
{
    bool replaced = change->action == TERRAFORM_REPLACE;

    if (change->data || change->deposed || (change->action != TERRAFORM_DELETE && !replaced) ||
        is_guarded(change->before) || is_copied_at_the_end(change->before) ||
        (replaced && is_filled_again(change->after)))
        return 0;
    return glob_match(kept, change->type, '/') || glob_match(keys, change->type, '/') ? MARK_LOST
                                                                                      : 0;
}
