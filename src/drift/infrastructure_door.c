/*
 * Doors that open: rules of networks that let in everybody, who could not come in before, or let
 * them in through more; be it that an address changes, the ports, or whether the rule allows.
 */
#include "infrastructure_door.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/json_pointer.h>
#include <pilab/base/name_words.h>

#include "infrastructure_reading.h"

/* The maps that an attribute stands in, from the object on; the list each stands in on the other
 * side is followed as far as it goes. */
struct trail {
    const struct node *maps[16];
    const struct node *was[16];   /* what stands in their places in previous; or NULL */
    const struct node *twins[16]; /* lists of previous that hold such maps; or NULL */
    size_t count;
};

static struct trail trail_of(const struct terraform_change *change, const char *pointer)
{
    struct trail trail = { 0 };
    const struct node *after = change->after, *before = change->before, *list = NULL;
    char step[256];

    while (after && *pointer == '/' && trail.count < sizeof trail.maps / sizeof *trail.maps) {
        if (after->kind == NODE_MAP) {
            trail.twins[trail.count] = list;
            trail.was[trail.count] = before;
            trail.maps[trail.count++] = after;
        }
        if (!risk_step(pointer, step, sizeof step))
            break;
        list = before && before->kind == NODE_LIST ? before : NULL;
        after = risk_child(after, step);
        before = risk_child(before, step);
        pointer += 1 + strcspn(pointer + 1, "/");
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
        if (risk_is_any(risk_text(node_get(trail->maps[i], key)), words))
            return true;
    }
    return false;
}

static const char *const out[] = { "egress", "outbound", "out", NULL };
static const char *const deny[] = { "deny", "drop", "block", "reject", NULL };

/* Rules for what goes out, and those that forbid. */
static bool lets_nobody_in(const struct terraform_change *change, const char *path,
                           const struct trail *trail)
{
    static const char *const yes[] = { "true", NULL };

    return glob_match("*{egress,outbound,route}*", change->type, '/') ||
           glob_match("{,*.}{egress*,outbound*,deny*,route{,s}{,[._-]*}}", path, '/') ||
           says(trail, "type", out) || says(trail, "direction", out) ||
           says(trail, "egress", yes) || says(trail, "rule_action", deny) ||
           says(trail, "access", deny) || says(trail, "action", deny) ||
           (trail->count > 0 && node_get(trail->maps[0], "deny") &&
            node_get(trail->maps[0], "deny")->count > 0);
}

static bool is_web_port(const struct node *node)
{
    static const char *const ports[] = { "80", "443", "80-80", "443-443", NULL };

    return risk_is_any(risk_text(node), ports);
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

enum reach { REACH_SOME, REACH_WORDS, REACH_IPV4, REACH_IPV6 };

/* A network so wide that it is no choice: "0.0.0.0/0", "::0/0", but also each of the two halves,
 * four quarters or eight eighths that say the same. What is multicast by its prefix is none. */
static enum reach network_reach(const char *text)
{
    const char *slash = strchr(text, '/');
    unsigned char address[16];
    char host[64];
    char *end;
    size_t length = slash ? (size_t)(slash - text) : sizeof host;

    if (length >= sizeof host || strtoul(slash + 1, &end, 10) > 3 || end == slash + 1 || *end)
        return REACH_SOME;
    memcpy(host, text, length);
    host[length] = '\0';
    if (inet_pton(AF_INET, host, address) == 1)
        return address[0] < 224 ? REACH_IPV4 : REACH_SOME;
    return inet_pton(AF_INET6, host, address) == 1 ? REACH_IPV6 : REACH_SOME;
}

static enum reach reach_of(const char *key, const struct node *value)
{
    static const char *const words[] = { "*", "internet", "any", "0.0.0.0", NULL };
    const char *text = risk_text(value);

    if (glob_match("{destination*,dest_*,remote_network*,next_hop*}", key, '/'))
        return REACH_SOME;
    if (strcmp(text, "0.0.0.0-255.255.255.255") == 0)
        return REACH_IPV4;
    if (glob_match("{source_address_prefix*,source_addresses,start_ip_address}", key, '/') &&
        risk_is_any(text, words))
        return REACH_WORDS;
    return network_reach(text);
}

static bool is_everybody(const char *key, const struct node *value)
{
    return reach_of(key, value) != REACH_SOME;
}

/* Whether the list that the value stands in let everybody in before, in whatever words. */
static bool was_open(const struct terraform_change *change,
                     const struct terraform_attribute *attribute)
{
    const struct node *list = risk_list_before(change, attribute);
    enum reach reach = reach_of(attribute->key, attribute->after);

    for (size_t i = 0; list && i < list->count; i++) {
        if (reach_of(attribute->key, list->children[i]) == reach)
            return true;
    }
    return attribute->before && reach_of(attribute->key, attribute->before) == reach;
}

static bool opens_network(const struct terraform_change *change,
                          const struct terraform_attribute *attribute)
{
    struct trail trail;

    if (!attribute->after || !is_everybody(attribute->key, attribute->after) ||
        was_open(change, attribute))
        return false;
    trail = trail_of(change, attribute->pointer);
    return !lets_nobody_in(change, attribute->path, &trail) && !is_web(&trail) &&
           !stood_before(&trail);
}

/* What nobody opens to all, as words of names: "mysql", but not "sandbox" nor "wordpress". */
static const char inner[] =
    "{ssh*,rdp,admin*,*db,dbs,database*,*sql,sql*,postgres*,redis*,mongo*,elastic*,bastion*,vpn*,"
    "mgmt,manage,management,private,internal,office,offices}";

static bool has_word(const char *name, const char *pattern)
{
    char word[64];
    size_t length;

    for (; (length = name_word(&name)) > 0; name += length) {
        if (length >= sizeof word)
            continue;
        memcpy(word, name, length);
        word[length] = '\0';
        if (glob_match_fold(pattern, word, '\n'))
            return true;
    }
    return false;
}

/* What speaks of the way out, and of what is kept out: "route", but not "router". */
static bool is_elsewhere(const char *pointer)
{
    return has_word(pointer, "{egress*,outbound*,route,routes,routetable*,destination*,dest,deny*,"
                             "denied}") ||
           glob_match_fold("*{next_hop,remote_network}*", pointer, '\n');
}

/* Names that say themselves that everybody is meant, by their own or (http) by those they stand
 * in. */
static bool is_for_everybody(const char *key, const char *pointer)
{
    if (glob_match_fold("*http*", pointer, '\n'))
        return !has_word(pointer, inner);
    return has_word(key, "{web,www,internet}") && !has_word(key, inner) &&
           !has_word(key, "{api,apis}");
}

/* As an attribute of one resource, which the whole file is here. */
static bool opens_by_variable(const struct terraform_change *file, const struct node *before,
                              const struct node *after, const char *key,
                              const struct strbuf *pointer)
{
    const struct terraform_attribute attribute = {
        .pointer = pointer->data, .path = key, .key = key, .before = before, .after = after
    };

    return !is_elsewhere(pointer->data) && !is_for_everybody(key, pointer->data) &&
           opens_network(file, &attribute);
}

/* Recursion ends at DOCUMENT_DEPTH_MAX. */
static bool opens_within(const struct terraform_change *file, const struct node *before,
                         const struct node *after, const char *key, struct strbuf *pointer)
{
    bool map = after->kind == NODE_MAP, opens = false;
    size_t length = pointer->length;
    char index[32];

    if (!map && after->kind != NODE_LIST)
        return is_everybody(key, after) && opens_by_variable(file, before, after, key, pointer);
    for (size_t i = 0; !opens && i < after->count; i++) {
        const struct node *child = after->children[i];

        snprintf(index, sizeof index, "%zu", i);
        json_pointer_add(pointer, map ? child->key : index);
        opens = opens_within(file, NULL, child, map ? child->key : key, pointer);
        strbuf_truncate(pointer, length);
    }
    return opens;
}

/* Where a node stands below another; false: it does not. */
static bool find_pointer(const struct node *root, const struct node *node, struct strbuf *pointer)
{
    size_t length = pointer->length;
    char index[32];

    if (root == node)
        return true;
    for (size_t i = 0; i < root->count; i++) {
        snprintf(index, sizeof index, "%zu", i);
        json_pointer_add(pointer, root->kind == NODE_MAP ? root->children[i]->key : index);
        if (find_pointer(root->children[i], node, pointer))
            return true;
        strbuf_truncate(pointer, length);
    }
    return false;
}

static bool holds_everybody(const struct node *node, const char *key)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];

        if (holds_everybody(child, node->kind == NODE_MAP ? child->key : key))
            return true;
    }
    return node->count == 0 && is_everybody(key, node);
}

bool infrastructure_variable_opens(const struct node *file_before, const struct node *file_after,
                                   const struct node *before, const struct node *after,
                                   const char *key)
{
    const struct terraform_change file = { .type = "", .before = file_before, .after = file_after };
    struct strbuf pointer = STRBUF_INIT;
    bool opens;

    /* where it stands is only looked for where it matters */
    if (!after || !holds_everybody(after, key))
        return false;
    opens = find_pointer(file_after, after, &pointer) &&
            opens_within(&file, before, after, key, &pointer);
    strbuf_release(&pointer);
    return opens;
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
    return risk_is_any(risk_text(node), (const char *const[]){ "-1", "all", "any", "*", NULL });
}

/* "443", "8000-8100", "*"; false: it is none. */
static bool read_ports(const struct node *node, unsigned long *from, unsigned long *to)
{
    const char *text = risk_text(node);
    char *end;

    *from = 0;
    *to = 65535;
    if (risk_is_any(text, (const char *const[]){ "*", "any", "all", NULL }))
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

    if (attribute->unknown || risk_was_listed(change, attribute) ||
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

/* ---- rules that are turned round ---- */

/* A rule that kept out, spoke of what goes out or was switched off, and now lets in. */
static bool turns_round(const struct terraform_attribute *attribute)
{
    const struct node *before = attribute->before, *after = attribute->after;
    const char *key = attribute->key;

    if (glob_match("{access,rule_action,action}", key, '/'))
        return risk_is_any(risk_text(before), deny) && *risk_text(after);
    if (glob_match("{type,direction}", key, '/'))
        return risk_is_any(risk_text(before), out) && *risk_text(after);
    if (glob_match("{egress,disabled}", key, '/'))
        return risk_is_on(before) && risk_is_off(after);
    return strcmp(key, "enabled") == 0 && risk_is_off(before) && risk_is_on(after);
}

static bool opens_by_turning(const struct terraform_change *change,
                             const struct terraform_attribute *attribute)
{
    struct trail trail;

    if (attribute->unknown || !attribute->before || !turns_round(attribute))
        return false;
    trail = trail_of(change, attribute->pointer);
    if (is_web(&trail) || stood_before(&trail) || lets_nobody_in(change, attribute->path, &trail))
        return false;
    for (size_t i = 0; i < trail.count; i++) {
        if (lets_everybody(trail.maps[i]))
            return true;
    }
    return false;
}

/* What stood inside and is put where everybody comes by. */
static bool moves_outside(const struct terraform_attribute *attribute)
{
    static const char *const inside[] = { "internal", "INTERNAL_MANAGED", "private", NULL };
    static const char *const outside[] = { "internet-facing", "external", "EXTERNAL_MANAGED",
                                           "public", NULL };

    if (strcmp(attribute->key, "internal") == 0)
        return risk_is_on(attribute->before) && !attribute->unknown &&
               risk_is_off(attribute->after);
    return glob_match("{scheme,load_balancing_scheme,ip_address_type}", attribute->key, '/') &&
           risk_is_any(risk_text(attribute->before), inside) &&
           risk_is_any(risk_text(attribute->after), outside);
}

bool infrastructure_opens(const struct terraform_change *change,
                          const struct terraform_attribute *attribute)
{
    return opens_network(change, attribute) || opens_ports(change, attribute) ||
           opens_by_turning(change, attribute) || moves_outside(attribute);
}
