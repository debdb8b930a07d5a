/*
 * Protections that go or get weaker: what guards against loss, what encrypts, how long something is
 * kept.
 */
#include "infrastructure_guard.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/glob.h>

#include "infrastructure_reading.h"

/* On is safe. */
static const char guards[] =
    "{*deletion_protection*,*delete_protection*,*termination_protection*,disable_api_termination,"
    "disable_api_stop,prevent_destroy*,*encrypt*,*_only_enabled,https_only,*https_traffic_only*,"
    "*require_ssl,*ssl_enforce*,*tls_enforce*,*purge_protection*,*soft_delete*,enable_key_rotation,"
    "block_public_*,ignore_public_acls,restrict_public_buckets,*bucket_level_access*,"
    "public_access_prevention,mfa_delete,*rbac*enabled,role_based_access_control_enabled,"
    "*log_file_validation*,*point_in_time_recovery*,enable_private_nodes,enable_private_endpoint,"
    "private_cluster_enabled,local_account_disabled,*shielded*,*secure_boot*,*vtpm*,"
    "*integrity_monitoring*,iam_database_authentication_enabled,drop_invalid_header_fields}";
/* `enabled` below one of these. */
static const char guarded_blocks[] =
    "{,*.}{versioning,*encryption*,point_in_time_recovery,*backup*,*protection*,*logging*}{,.*}."
    "{enabled,status}";
/* Off is safe. */
static const char dangers[] =
    "{force_destroy,force_delete,skip_final_snapshot,delete_automated_backups,*insecure*,"
    "*skip_tls*,*skip_ssl*,*disable_tls*,*disable_ssl*,privileged,allow_privilege_escalation,"
    "host_network,host_pid,host_ipc}";
static const char keys_of_encryption[] =
    "{kms_key_id,kms_key_arn,kms_key_name,kms_master_key_id,kms_key_self_link,"
    "disk_encryption_set_id,default_kms_key_name,encryption_key*,customer_managed_key*}";

static bool is_nought(const struct node *node)
{
    return terraform_says_nothing(node) || strcmp(risk_text(node), "0") == 0;
}

/* ---- encryption on the way ---- */

static const char versions_of_tls[] =
    "{ssl_policy,security_policy,minimum_protocol_version,*min*tls*,*tls_version*,"
    "*tls_security_policy,*ssl_version*}";

/* The lowest "1.2", "1_2", "1-2" or "12" that stands in the name of a policy as a number of its
 * own, as 0 to 3; 0 too for one that names TLS or SSL and no number; -1: it is no such name. */
static int tls_level(const char *text)
{
    bool named = glob_match_fold("*{tls,ssl,elbsecuritypolicy}*", text, '\n');
    int level = -1;

    for (const char *at = text; *at; at++) {
        const char *next = at + 1;

        if (*at != '1' || (at > text && strchr("0123456789", at[-1])))
            continue;
        next += *next && strchr("._-", *next) ? 1 : 0;
        if (*next >= '0' && *next <= '3' && (!next[1] || !strchr("0123456789", next[1])) &&
            (level < 0 || *next - '0' < level))
            level = *next - '0';
    }
    return level < 0 && named ? 0 : level;
}

static bool weakens_tls(const struct terraform_attribute *attribute)
{
    const struct node *before = attribute->before, *after = attribute->after;

    if (!glob_match(versions_of_tls, attribute->key, '/') || terraform_says_nothing(before))
        return false;
    return terraform_says_nothing(after) ||
           (tls_level(risk_text(after)) >= 0 &&
            tls_level(risk_text(after)) < tls_level(risk_text(before)));
}

/* A door that was asked for an encrypted way, and takes one that is not; how the health of what is
 * behind it is asked for is another thing. */
static bool unencrypts(const struct terraform_attribute *attribute)
{
    static const char *const secure[] = { "https", "tls",        "ssl",
                                          "h2",    "https-only", "redirect-to-https",
                                          NULL };
    static const char *const plain[] = { "http", "tcp", "allow-all", "http-only", NULL };

    return glob_match("{protocol,*_protocol,*protocol_policy}", attribute->key, '/') &&
           !glob_match("*health*", attribute->path, '\n') &&
           risk_is_any(risk_text(attribute->before), secure) &&
           risk_is_any(risk_text(attribute->after), plain);
}

/* Who had to say who they are need not any more. */
static bool asks_nobody(const struct terraform_attribute *attribute)
{
    return glob_match("{authorization,authorization_type,auth_type,authentication_type}",
                      attribute->key, '/') &&
           !risk_is_off(attribute->before) && strcasecmp(risk_text(attribute->after), "none") == 0;
}

bool infrastructure_unprotects(const struct terraform_change *change,
                               const struct terraform_attribute *attribute)
{
    const struct node *before = attribute->before, *after = attribute->after;

    (void)change;
    if (attribute->unknown || !before)
        return false;
    if (weakens_tls(attribute) || unencrypts(attribute) || asks_nobody(attribute))
        return true;
    if (glob_match(guards, attribute->key, '/') || glob_match(guarded_blocks, attribute->path, '/'))
        return (risk_is_on(before) || strcasecmp(risk_text(before), "enforced") == 0) &&
               risk_is_off(after);
    if (glob_match(dangers, attribute->key, '/'))
        return risk_is_off(before) && risk_is_on(after);
    if (glob_match("{*backup_retention*,*retained_backups*}", attribute->key, '/'))
        return !is_nought(before) && is_nought(after);
    return glob_match(keys_of_encryption, attribute->key, '/') && !terraform_says_nothing(before) &&
           terraform_says_nothing(after);
}

/* ---- variables ---- */

/* They have the names of what they set, often behind another: "db_skip_final_snapshot". */
static bool named(const char *patterns, const char *key)
{
    for (const char *at = key; at != NULL; at = strchr(at, '_')) {
        at += at > key;
        if (glob_match(patterns, at, '/'))
            return true;
    }
    return false;
}

static bool says_off(const struct node *node)
{
    return !terraform_says_nothing(node) && risk_is_off(node);
}

/* Left out it is the default, which nobody knows here. */
static bool weakens_tls_of(const char *key, const struct node *before, const struct node *after)
{
    return named(versions_of_tls, key) && before != NULL && !terraform_says_nothing(after) &&
           tls_level(risk_text(after)) >= 0 &&
           tls_level(risk_text(after)) < tls_level(risk_text(before));
}

/* Also where nothing was said before: whatever the default is, this is said against it. */
bool infrastructure_variable_unprotects(const char *key, const struct node *before,
                                        const struct node *after)
{
    static const char walls[] = "{{*_,}{waf,wafv2,firewall,guardduty,guard_duty,macie,inspector,"
                                "security_hub,cloudtrail,network_policy,network_policies}_enabled,"
                                "enable_{waf,wafv2,firewall,guardduty,guard_duty,macie,inspector,"
                                "security_hub,cloudtrail,network_policy,network_policies}}";
    static const char turned[] = "*{unencrypt,disable_encrypt,skip_encrypt,no_encrypt}*";
    static const char switches[] =
        "{{*_,}{versioning,backup,backups,audit_log,audit_logs,access_logs,flow_logs}_enabled,"
        "enable_{versioning,backup,backups,audit_log,audit_logs,access_logs,flow_logs}}";
    double days;

    if (glob_match(turned, key, '/') || named(dangers, key))
        return (!before || risk_is_off(before)) && risk_is_on(after);
    if (named(guards, key))
        return (!before || risk_is_on(before)) && says_off(after);
    if (weakens_tls_of(key, before, after))
        return true;
    if (glob_match(switches, key, '/') || glob_match(walls, key, '/'))
        return risk_is_on(before) && says_off(after);
    return glob_match("{*backup_retention*,*retained_backups*}", key, '/') &&
           risk_number(after, &days) && is_nought(after) && (!before || !is_nought(before));
}

/* One value; of whole entries that come, "public" alone says what they are (subnets), and a number
 * how many there are. */
static bool publishes(const char *key, const struct node *before, const struct node *after,
                      bool within)
{
    static const char *const acls[] = { "public-read", "public-read-write", "authenticated-read",
                                        "publicRead",  "publicReadWrite",   NULL };
    static const char closing[] =
        "*{block,restrict,deny,disable,ignore,prevent,no,non,not}_public*";

    if (named("{acl,predefined_acl,default_acl}", key))
        return risk_is_any(risk_text(after), acls) && !risk_is_any(risk_text(before), acls);
    if (glob_match(closing, key, '/') || !risk_is_on(after) || risk_is_on(before))
        return false;
    return named("{publicly_accessible,public_network_access*,public_access,public_access_enabled,"
                 "allow_blob_public_access,allow_nested_items_to_be_public,endpoint_public_access,"
                 "is_public}",
                 key) ||
           (!within && after->kind != NODE_INTEGER && named("public", key));
}

/* Recursion ends at DOCUMENT_DEPTH_MAX. */
static bool publishes_within(const char *key, const struct node *node)
{
    bool map = node->kind == NODE_MAP;

    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];

        if (publishes_within(map ? child->key : key, child))
            return true;
    }
    return node->count == 0 && publishes(key, NULL, node, true);
}

bool infrastructure_variable_publishes(const char *key, const struct node *before,
                                       const struct node *after)
{
    if (after == NULL || (after->kind != NODE_MAP && after->kind != NODE_LIST))
        return after != NULL && publishes(key, before, after, false);
    return publishes_within(key, after) && (before == NULL || !publishes_within(key, before));
}

/* ---- how long something is kept ---- */

/* Rules that delete what is older than so many days. */
static const char lifetimes[] =
    "{,*.}{lifecycle_rule,lifecycle,expiration,rule}{,.*}.{age,days,num_newer_versions}";

bool infrastructure_shortens(const struct terraform_attribute *attribute)
{
    bool lives = glob_match(lifetimes, attribute->path, '/');
    double before, after;

    if (attribute->unknown || !attribute->before || !attribute->after)
        return false;
    if (glob_match("{,*.}ttl.enabled", attribute->path, '/'))
        return risk_is_off(attribute->before) && risk_is_on(attribute->after);
    if (!lives && !glob_match("*retention*", attribute->key, '/'))
        return false;
    if (!risk_number(attribute->before, &before) || !risk_number(attribute->after, &after))
        return false;
    /* 0 is for ever; of what is kept for some days only (backups) it switches them off, which is
     * told as that */
    return after > 0 && (before == 0 || after < before) &&
           (before > 0 || glob_match("retention_in_days", attribute->key, '/'));
}
