/*
 * What a changed attribute puts at risk: a protection that goes, a door that opens, a right that
 * grows. A row that fires where nothing is at risk makes people blind for the others, so each asks
 * whether it was not so before.
 */
#include "infrastructure_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/glob.h>
#include <pilab/terraform/family.h>

static const char *text_of(const struct node *node)
{
    bool scalar =
        node && node->kind != NODE_LIST && node->kind != NODE_MAP && node->kind != NODE_NULL;

    return scalar ? node->value : "";
}

static bool is_any(const char *text, const char *const *words)
{
    for (; *words; words++) {
        if (strcasecmp(text, *words) == 0)
            return true;
    }
    return false;
}

static bool is_on(const struct node *node)
{
    static const char *const words[] = { "true", "yes", "on", "enabled", "required", NULL };

    return is_any(text_of(node), words);
}

static bool is_off(const struct node *node)
{
    static const char *const words[] = {
        "false", "no", "off", "disabled", "optional", "none", NULL
    };

    return terraform_says_nothing(node) || is_any(text_of(node), words);
}

/* ---- protections ---- */

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
    return terraform_says_nothing(node) || strcmp(text_of(node), "0") == 0;
}

static bool loses_protection(const struct terraform_attribute *attribute)
{
    const struct node *before = attribute->before, *after = attribute->after;

    if (attribute->unknown || !before)
        return false;
    if (glob_match(guards, attribute->key, '/') || glob_match(guarded_blocks, attribute->path, '/'))
        return (is_on(before) || strcasecmp(text_of(before), "enforced") == 0) && is_off(after);
    if (glob_match(dangers, attribute->key, '/'))
        return is_off(before) && is_on(after);
    if (glob_match("{*backup_retention*,*retained_backups*}", attribute->key, '/'))
        return !is_nought(before) && is_nought(after);
    return glob_match(keys_of_encryption, attribute->key, '/') && !terraform_says_nothing(before) &&
           terraform_says_nothing(after);
}

/* ---- doors ---- */

/* The maps that an attribute stands in, from the object on; the list each stands in on the other
 * side is followed as far as it goes. */
struct trail {
    const struct node *maps[16];
    const struct node *was[16];   /* what stands in their places in previous; or NULL */
    const struct node *twins[16]; /* lists of previous that hold such maps; or NULL */
    size_t count;
};

static const struct node *child_of(const struct node *node, const char *step)
{
    if (node && node->kind == NODE_LIST) {
        size_t index = strtoul(step, NULL, 10);

        return index < node->count ? node->children[index] : NULL;
    }
    return node_get(node, step);
}

static void unescape(char *step)
{
    char *out = step;

    for (; *step; step++) {
        if (*step == '~' && (step[1] == '0' || step[1] == '1'))
            *out++ = *++step == '0' ? '~' : '/';
        else
            *out++ = *step;
    }
    *out = '\0';
}

static struct trail trail_of(const struct terraform_change *change, const char *pointer)
{
    struct trail trail = { 0 };
    const struct node *after = change->after, *before = change->before, *list = NULL;
    char step[256];

    while (after && *pointer == '/' && trail.count < sizeof trail.maps / sizeof *trail.maps) {
        size_t length = strcspn(pointer + 1, "/");

        if (after->kind == NODE_MAP) {
            trail.twins[trail.count] = list;
            trail.was[trail.count] = before;
            trail.maps[trail.count++] = after;
        }
        if (length >= sizeof step)
            break;
        memcpy(step, pointer + 1, length);
        step[length] = '\0';
        unescape(step);
        list = before && before->kind == NODE_LIST ? before : NULL;
        after = child_of(after, step);
        before = child_of(before, step);
        pointer += 1 + length;
    }
    return trail;
}

/* A block that stood elsewhere in the same list before: sets change their order when one comes. */
static bool stood_before(const struct trail *trail)
{
    for (size_t i = 0; i < trail->count; i++) {
        for (size_t k = 0; trail->twins[i] && k < trail->twins[i]->count; k++) {
            if (node_equal(trail->twins[i]->children[k], trail->maps[i]))
                return true;
        }
    }
    return false;
}

static bool says(const struct trail *trail, const char *key, const char *const *words)
{
    for (size_t i = 0; i < trail->count; i++) {
        if (is_any(text_of(node_get(trail->maps[i], key)), words))
            return true;
    }
    return false;
}

/* Rules for what goes out, and those that forbid. */
static bool lets_nobody_in(const struct terraform_change *change, const char *path,
                           const struct trail *trail)
{
    static const char *const out[] = { "egress", "outbound", "out", NULL };
    static const char *const deny[] = { "deny", "drop", "block", "reject", NULL };
    static const char *const yes[] = { "true", NULL };

    return glob_match("*{egress,outbound,route}*", change->type, '/') ||
           glob_match("{,*.}{egress,outbound,deny,route,routes}*", path, '/') ||
           says(trail, "type", out) || says(trail, "direction", out) ||
           says(trail, "egress", yes) || says(trail, "rule_action", deny) ||
           says(trail, "access", deny) || says(trail, "action", deny) ||
           (trail->count > 0 && node_get(trail->maps[0], "deny") &&
            node_get(trail->maps[0], "deny")->count > 0);
}

static bool is_web_port(const struct node *node)
{
    static const char *const ports[] = { "80", "443", "80-80", "443-443", NULL };

    return is_any(text_of(node), ports);
}

static bool are_web_ports(const struct node *list)
{
    for (size_t i = 0; list && i < list->count; i++) {
        if (!is_web_port(list->children[i]))
            return false;
    }
    return list && list->kind == NODE_LIST && list->count > 0;
}

/* {allow: [{ports: ["80", "443"]}]} of Google, all of them. */
static bool allows_web(const struct node *map)
{
    const struct node *allow = node_get(map, "allow");

    for (size_t i = 0; allow && i < allow->count; i++) {
        if (!are_web_ports(node_get(allow->children[i], "ports")))
            return false;
    }
    return allow && allow->kind == NODE_LIST && allow->count > 0;
}

/* What everybody is meant to reach. */
static bool is_web(const struct trail *trail)
{
    for (size_t i = 0; i < trail->count; i++) {
        const struct node *map = trail->maps[i];
        const struct node *from = node_get(map, "from_port"), *to = node_get(map, "to_port");

        if ((is_web_port(from) && is_web_port(to) && strcmp(from->value, to->value) == 0) ||
            is_web_port(node_get(map, "destination_port_range")) ||
            is_web_port(node_get(map, "port")) || allows_web(map) ||
            are_web_ports(node_get(map, "destination_port_ranges")))
            return true;
    }
    return false;
}

static bool is_everybody(const char *key, const struct node *value)
{
    static const char *const networks[] = { "0.0.0.0/0", "::/0", "0.0.0.0-255.255.255.255", NULL };
    static const char *const words[] = { "*", "internet", "any", "0.0.0.0", NULL };
    const char *text = text_of(value);

    if (glob_match("{destination*,dest_*,remote_network*,next_hop*}", key, '/'))
        return false;
    return is_any(text, networks) ||
           (glob_match("{source_address_prefix*,source_addresses,start_ip_address}", key, '/') &&
            is_any(text, words));
}

/* Whether the list that the value stands in had it before, at another place. */
static bool was_listed(const struct terraform_change *change,
                       const struct terraform_attribute *attribute)
{
    const struct node *list = change->before;
    const char *pointer = attribute->pointer, *last = strrchr(pointer, '/');
    char step[256];

    while (list && pointer < last) {
        size_t length = strcspn(pointer + 1, "/");

        if (length >= sizeof step)
            return false;
        memcpy(step, pointer + 1, length);
        step[length] = '\0';
        unescape(step);
        list = child_of(list, step);
        pointer += 1 + length;
    }
    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->count; i++) {
        if (node_equal(list->children[i], attribute->after))
            return true;
    }
    return false;
}

static bool opens_network(const struct terraform_change *change,
                          const struct terraform_attribute *attribute)
{
    struct trail trail;

    if (!attribute->after || !is_everybody(attribute->key, attribute->after) ||
        was_listed(change, attribute))
        return false;
    trail = trail_of(change, attribute->pointer);
    return !lets_nobody_in(change, attribute->path, &trail) && !is_web(&trail) &&
           !stood_before(&trail);
}

/* ---- doors that are open, and get wider ---- */

static const char ports[] = "{from_port,to_port,port,ports,port_range*,destination_port_range*,"
                            "destination_ports}";

static bool lets_everybody(const struct node *map)
{
    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i++) {
        const struct node *value = map->children[i];

        if (is_everybody(value->key, value))
            return true;
        for (size_t k = 0; value->kind == NODE_LIST && k < value->count; k++) {
            if (is_everybody(value->key, value->children[k]))
                return true;
        }
    }
    return false;
}

static bool is_all_protocols(const struct node *node)
{
    return is_any(text_of(node), (const char *const[]){ "-1", "all", "any", "*", NULL });
}

/* "443", "8000-8100", "*"; false: it is none. */
static bool read_ports(const struct node *node, unsigned long *from, unsigned long *to)
{
    const char *text = text_of(node);
    char *end;

    *from = 0;
    *to = 65535;
    if (is_any(text, (const char *const[]){ "*", "any", "all", NULL }))
        return true;
    *from = *to = strtoul(text, &end, 10);
    if (*end == '-' && end > text)
        *to = strtoul(end + 1, &end, 10);
    return end > text && *end == '\0';
}

/* Whether it lets in through ports that were closed. `was` and `is` are the rule: where all
 * protocols are let in, ports say nothing. */
static bool widens(const struct node *was, const struct node *is,
                   const struct terraform_attribute *attribute)
{
    unsigned long from, to, from_before, to_before;

    if (is_all_protocols(node_get(was, "protocol")) ||
        is_all_protocols(node_get(was, "ip_protocol")))
        return false;
    if (glob_match("{protocol,ip_protocol}", attribute->key, '/'))
        return is_all_protocols(attribute->after);
    if (!attribute->after) /* of Google's, all are let in when none is named */
        return strcmp(attribute->key, "ports") == 0 &&
               terraform_says_nothing(node_get(is, "ports"));
    if (!read_ports(attribute->after, &from, &to))
        return false;
    if (!read_ports(attribute->before, &from_before, &to_before))
        return true;
    if (strcmp(attribute->key, "from_port") == 0)
        return from < from_before;
    if (strcmp(attribute->key, "to_port") == 0)
        return to > to_before;
    return from < from_before || to > to_before;
}

/* Everybody was let in before, and is now through more. */
static bool opens_ports(const struct terraform_change *change,
                        const struct terraform_attribute *attribute)
{
    struct trail trail;

    if (attribute->unknown || was_listed(change, attribute) ||
        !(glob_match(ports, attribute->key, '/') ||
          glob_match("{protocol,ip_protocol}", attribute->key, '/')))
        return false;
    trail = trail_of(change, attribute->pointer);
    if (trail.count == 0 || is_web(&trail) || stood_before(&trail) ||
        lets_nobody_in(change, attribute->path, &trail) ||
        !widens(trail.was[trail.count - 1], trail.maps[trail.count - 1], attribute))
        return false;
    for (size_t i = 0; i < trail.count; i++) {
        if (lets_everybody(trail.maps[i]) && lets_everybody(trail.was[i]))
            return true;
    }
    return false;
}

/* To read without being anybody. */
static bool opens_storage(const struct terraform_change *change,
                          const struct terraform_attribute *attribute)
{
    static const char *const people[] = { "allUsers", "allAuthenticatedUsers", NULL };
    static const char *const acls[] = { "public-read", "public-read-write", "authenticated-read",
                                        "publicRead",  "publicReadWrite",   NULL };
    const char *key = attribute->key, *text = text_of(attribute->after);

    if (attribute->before && node_equal(attribute->before, attribute->after))
        return false;
    if (is_any(text, people))
        return !was_listed(change, attribute);
    if (glob_match("{acl,predefined_acl,default_acl}", key, '/'))
        return is_any(text, acls);
    if (strcmp(key, "container_access_type") == 0)
        return is_any(text, (const char *const[]){ "blob", "container", NULL });
    return glob_match("{publicly_accessible,public_network_access_enabled,public_network_access,"
                      "allow_blob_public_access,allow_nested_items_to_be_public,"
                      "endpoint_public_access,public_access_enabled,public}",
                      key, '/') &&
           is_on(attribute->after) && !is_on(attribute->before);
}

/* ---- rights ---- */

static bool is_star(const struct node *node)
{
    const char *text = text_of(node);

    if (node && node->kind == NODE_LIST) {
        for (size_t i = 0; i < node->count; i++) {
            if (is_star(node->children[i]))
                return true;
        }
        return false;
    }
    return strcmp(text, "*") == 0 || strcmp(text, "*:*") == 0;
}

/* A statement that gives everything, or gives to everybody. */
static bool is_wide_statement(const struct node *statement)
{
    const char *effect = text_of(node_get(statement, "Effect"));
    const struct node *principal = node_get(statement, "Principal");

    if (strcasecmp(effect, "Deny") == 0)
        return false;
    return is_star(node_get(statement, "Action")) || node_get(statement, "NotAction") ||
           is_star(principal) || is_star(node_get(principal, "AWS"));
}

static bool is_wide_policy(const struct node *root)
{
    const struct node *statements = node_get(root, "Statement");

    if (!statements)
        return is_wide_statement(root);
    if (statements->kind == NODE_MAP)
        return is_wide_statement(statements);
    for (size_t i = 0; i < statements->count; i++) {
        if (is_wide_statement(statements->children[i]))
            return true;
    }
    return false;
}

/* JSON within a string, as policies are; or a word that means everything. */
static bool is_wide(const struct node *node, const char *key)
{
    static const char *const roles[] = {
        "roles/owner", "roles/editor",  "Owner",
        "Contributor", "cluster-admin", "User Access Administrator",
        NULL
    };
    const char *text = text_of(node);
    bool wide = false;

    if (*text == '{') {
        struct document *document =
            document_read("", node->text, node->length, DOCUMENT_JSON, NULL, NULL);

        wide = document && is_wide_policy(document->roots[0]);
        document_free(&document);
        return wide;
    }
    if (glob_match("{actions,verbs,resources,api_groups,principal,identifiers,role*}", key, '/'))
        wide = strcmp(text, "*") == 0;
    return wide || is_any(text, roles) ||
           glob_match("*:policy{/,/job-function/,/service-role/"
                      "}{AdministratorAccess,PowerUserAccess,"
                      "IAMFullAccess,SystemAdministrator}",
                      text, '\n');
}

static bool widens_rights(const struct terraform_change *change,
                          const struct terraform_attribute *attribute)
{
    enum terraform_family family = terraform_family(change->type);

    if (family != FAMILY_IDENTITY && family != FAMILY_STORAGE_ACCESS &&
        !glob_match("*{policy,policies,iam*}*", attribute->key, '/'))
        return false;
    return attribute->after && is_wide(attribute->after, attribute->key) &&
           !is_wide(attribute->before, attribute->key) && !was_listed(change, attribute);
}

unsigned infrastructure_risks(const struct terraform_change *change,
                              const struct terraform_attribute *attribute)
{
    unsigned marks = 0;

    if (loses_protection(attribute))
        marks |= MARK_UNPROTECTED;
    if (opens_network(change, attribute) || opens_ports(change, attribute) ||
        opens_storage(change, attribute))
        marks |= MARK_EXPOSED;
    if (widens_rights(change, attribute))
        marks |= MARK_WIDENED;
    return marks;
}
