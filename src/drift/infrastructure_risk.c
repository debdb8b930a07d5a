/*
 * What a changed attribute puts at risk: a protection that goes, a door that opens, a right that
 * grows. A row that fires where nothing is at risk makes people blind for the others, so each asks
 * whether it was not so before.
 */
#include "infrastructure_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/glob.h>
#include <pilab/terraform/family.h>

#include "infrastructure_door.h"
#include "infrastructure_guard.h"
#include "infrastructure_reading.h"

/* ---- what is stored ---- */

/* To read without being anybody. */
static bool opens_storage(const struct terraform_change *change,
                          const struct terraform_attribute *attribute)
{
    static const char *const people[] = { "allUsers", "allAuthenticatedUsers", NULL };
    static const char *const acls[] = { "public-read", "public-read-write", "authenticated-read",
                                        "publicRead",  "publicReadWrite",   NULL };
    const char *key = attribute->key, *text = risk_text(attribute->after);

    if (attribute->before && node_equal(attribute->before, attribute->after))
        return false;
    if (risk_is_any(text, people))
        return !risk_was_listed(change, attribute);
    if (glob_match("{acl,predefined_acl,default_acl}", key, '/'))
        return risk_is_any(text, acls);
    if (strcmp(key, "container_access_type") == 0)
        return risk_is_any(text, (const char *const[]){ "blob", "container", NULL });
    return glob_match("{publicly_accessible,public_network_access_enabled,public_network_access,"
                      "allow_blob_public_access,allow_nested_items_to_be_public,"
                      "endpoint_public_access,public_access_enabled,public}",
                      key, '/') &&
           risk_is_on(attribute->after) && !risk_is_on(attribute->before);
}

/* ---- rights ---- */

static bool is_star(const struct node *node)
{
    const char *text = risk_text(node);

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
    const char *effect = risk_text(node_get(statement, "Effect"));
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
    const char *text = risk_text(node);
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
    return wide || risk_is_any(text, roles) ||
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
           !is_wide(attribute->before, attribute->key) && !risk_was_listed(change, attribute);
}

/* ---- what holds data ---- */

/* The first two numbers of "16.1", "POSTGRES_16", "8.0.mysql_aurora.3.04"; false: there is none. */
static bool read_numbers(const char *text, unsigned long numbers[2])
{
    char *end;

    text += strcspn(text, "0123456789");
    if (*text == '\0')
        return false;
    numbers[0] = strtoul(text, &end, 10);
    numbers[1] = (*end == '.' || *end == '_') ? strtoul(end + 1, NULL, 10) : 0;
    return true;
}

/* Files of one major version are converted for the next, and not back. MySQL 5, MariaDB 10 and
 * PostgreSQL 9 count those by their second number. */
static bool is_of_another_format(const struct terraform_change *change,
                                 const struct terraform_attribute *attribute)
{
    unsigned long before[2], after[2];

    if (!glob_match("{engine_version,database_version,version,kafka_version,"
                    "elasticsearch_version,redis_version,mysql_version,postgres_version}",
                    attribute->key, '/') ||
        terraform_family(change->type) != FAMILY_DATA ||
        !read_numbers(risk_text(attribute->before), before) ||
        !read_numbers(risk_text(attribute->after), after))
        return false;
    return before[0] != after[0] ||
           (before[1] != after[1] && (before[0] == 5 || before[0] == 9 || before[0] == 10));
}

/* ---- what goes on running ---- */

bool infrastructure_goes_on(const struct node *map, const char *key, const struct node *after)
{
    static const char *const words[] = { "size", "capacity", "count" };
    const char *least = strstr(key, "min_");
    char name[256];
    double number;

    if (!least || !risk_number(after, &number) || number > 0)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        snprintf(name, sizeof name, "%.*sdesired_%s", (int)(least - key), key, words[i]);
        if (risk_number(node_get(map, name), &number) && number > 0)
            return true;
    }
    return false;
}

/* What the attribute stands in, as it is planned. */
static const struct node *map_around(const struct terraform_change *change,
                                     const struct terraform_attribute *attribute)
{
    const char *pointer = attribute->pointer, *last = strrchr(pointer, '/');
    const struct node *node = change->after;
    char step[256];

    for (; node && pointer < last; pointer += 1 + strcspn(pointer + 1, "/")) {
        if (!risk_step(pointer, step, sizeof step))
            return NULL;
        node = risk_child(node, step);
    }
    return node;
}

/* A group that need not run, and is to; or hours at which it is not to. */
static bool goes_on(const struct terraform_change *change,
                    const struct terraform_attribute *attribute)
{
    return glob_match("{aws_autoscaling_schedule,aws_appautoscaling_scheduled_action}",
                      change->type, '/') ||
           infrastructure_goes_on(map_around(change, attribute), attribute->key, attribute->after);
}

unsigned infrastructure_risks(const struct terraform_change *change,
                              const struct terraform_attribute *attribute)
{
    unsigned marks = 0;

    if (infrastructure_unprotects(change, attribute))
        marks |= MARK_UNPROTECTED;
    if (infrastructure_opens(change, attribute) || opens_storage(change, attribute))
        marks |= MARK_EXPOSED;
    if (widens_rights(change, attribute))
        marks |= MARK_WIDENED;
    if (infrastructure_shortens(attribute))
        marks |= MARK_SHORTENED;
    if (is_of_another_format(change, attribute))
        marks |= MARK_DATA;
    if (goes_on(change, attribute))
        marks |= MARK_RUNNING;
    return marks;
}
