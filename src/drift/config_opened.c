/*
 * What is opened by leaving something out: a list of those who may is empty or gone, a policy takes
 * from everybody, a port is published on all addresses instead of the machine's own.
 */
#include "config.h"

#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/drift/rules.h>

/* Lists of those who may reach it: none given is all of them. */
#define SOURCES                                                                                    \
    "{loadBalancerSourceRanges,load_balancer_source_ranges,*/whitelist-source-range,"              \
    "*/load-balancer-source-ranges,*/inbound-cidrs}"

/* What serves over TLS where it has a map or a list of that name. */
#define SERVED "{Ingress,IngressRoute,IngressRouteTCP,Route,Gateway}"

/* Changes of one list. */
#define SIBLINGS_MAX 64

static const char *text_at(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);

    return node != NULL && node->kind == NODE_STRING ? node->text : "";
}

/* What stands there after the first `count` steps of a change; NULL: nothing, or the entries of a
 * list with names are on the way. */
static const struct node *follow(const struct node *node, const struct tree_change *change,
                                 size_t count)
{
    for (size_t i = 0; node != NULL && i < count; i++) {
        const struct path_step *step = &change->steps[i];

        if (step->kind == STEP_KEY)
            node = node_get(node, step->key);
        else if (step->kind == STEP_INDEX && node->kind == NODE_LIST && step->index < node->count)
            node = node->children[step->index];
        else
            node = NULL;
    }
    return node;
}

static bool is_nothing(const struct node *node)
{
    return node == NULL || node->kind == NODE_NULL ||
           ((node->kind == NODE_LIST || node->kind == NODE_MAP) && node->count == 0) ||
           (node->kind == NODE_STRING && node->length == 0);
}

/* How many steps lead to the key that a value stands under, or the list that its entry is of. */
static size_t depth_of(const struct tree_change *change)
{
    size_t depth = change->step_count;

    while (depth > 0 && change->steps[depth - 1].kind != STEP_KEY)
        depth--;
    return depth;
}

/* Whether what the key of a change holds was something and is nothing now, the thing around it
 * staying. */
static bool is_emptied(const struct tree_change *change)
{
    size_t depth = depth_of(change);
    const struct node *now;

    if (is_nothing(change->previous) || !is_nothing(change->current) ||
        change->step_count > depth + 1)
        return false;
    if (!change->list_item && depth == change->step_count)
        return true;
    now = follow(change->current_root, change, depth);
    return now != NULL && is_nothing(now);
}

static const char *key_at(const struct tree_change *change, size_t index)
{
    return index < change->step_count && change->steps[index].kind == STEP_KEY
               ? change->steps[index].key
               : "";
}

static bool matches(const char *pattern, const char *text)
{
    return glob_match_fold(pattern, text, '\n');
}

/* A list of sources counts only where a balancer of the cloud's serves. */
static bool opens_sources(const struct tree_change *change)
{
    size_t depth = depth_of(change);
    const struct node *around;
    const char *type;

    if (depth == 0 || !matches(SOURCES, key_at(change, depth - 1)) || !is_emptied(change))
        return false;
    around = follow(change->current_root, change, depth - 1);
    type = text_at(around, "type");
    return *type == '\0' || strcmp(type, "LoadBalancer") == 0;
}

/* An entry of a network policy that names nobody, and no ports, lets all through. */
static bool takes_all(const struct node *entry, const char *whom)
{
    return entry->kind == NODE_MAP && is_nothing(node_get(entry, whom)) &&
           is_nothing(node_get(entry, "ports"));
}

static bool any_takes_all(const struct node *node, const char *whom)
{
    if (node == NULL || node->kind != NODE_LIST)
        return node != NULL && takes_all(node, whom);
    for (size_t i = 0; i < node->count; i++) {
        if (takes_all(node->children[i], whom))
            return true;
    }
    return false;
}

static bool opens_policy(const struct tree_change *change)
{
    const char *way = key_at(change, 1), *whom = strcmp(way, "egress") == 0 ? "to" : "from";
    const struct node *previous = change->previous;

    if (strcmp(key_at(change, 0), "spec") != 0 || !matches("{policyTypes,ingress,egress}", way) ||
        strcmp(text_at(change->current_root, "kind"), "NetworkPolicy") != 0)
        return false;
    if (strcmp(way, "policyTypes") == 0)
        return change->kind == CHANGE_REMOVED && change->list_item &&
               previous->kind == NODE_STRING && matches("{Ingress,Egress}", previous->text);
    if (change->step_count == 2)
        return !any_takes_all(previous, whom) && any_takes_all(change->current, whom);
    return change->step_count == 4 && strcmp(key_at(change, 3), whom) == 0 && is_emptied(change);
}

/* A list of what is served, or a map that is no mere switch: of that others speak. */
static bool serves(const struct node *node)
{
    return node->kind == NODE_LIST || (node->kind == NODE_MAP && node_get(node, "enabled") == NULL);
}

static bool drops_tls(const struct tree_change *change)
{
    size_t depth = depth_of(change);
    const char *around;

    if (depth < 2 || strcmp(key_at(change, depth - 1), "tls") != 0 || !is_emptied(change) ||
        (change->step_count == depth && !change->list_item && !serves(change->previous)))
        return false;
    around = key_at(change, depth - 2);
    return matches("*ingress*", around) ||
           (strcmp(around, "spec") == 0 && matches(SERVED, text_at(change->current_root, "kind")));
}

/* ---- entries of Compose's lists of ports and volumes ---- */

/* "5432:5432" of "127.0.0.1:5432:5432"; NULL: it is not bound to the machine itself. */
static const char *bound_port(const char *text)
{
    static const char *const hosts[] = { "127.0.0.1:", "localhost:", "[::1]:" };

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        if (strncmp(text, hosts[i], strlen(hosts[i])) == 0)
            return text + strlen(hosts[i]);
    }
    return NULL;
}

/* Whether an entry for the port inside is published on all addresses. */
static bool is_published(const char *text, const char *bound)
{
    const char *inside = strrchr(bound, ':');

    if (strncmp(text, "0.0.0.0:", 8) == 0)
        text += 8;
    else if (strncmp(text, "[::]:", 5) == 0)
        text += 5;
    else if (strpbrk(text, ".[") != NULL || bound_port(text) != NULL)
        return false;
    text += strcspn(text, ":");
    return inside != NULL && strcmp(text, inside) == 0;
}

static bool publishes(const char *previous, const char *current)
{
    const char *bound = bound_port(previous);

    return bound != NULL && is_published(current, bound);
}

/* "/data:/data:ro" gives way to "/data:/data" or "/data:/data:rw". */
static bool unlocks(const char *previous, const char *current)
{
    size_t length = strlen(previous);

    if (length < 4 || strcmp(previous + length - 3, ":ro") != 0)
        return false;
    length -= 3;
    return strncmp(previous, current, length) == 0 &&
           (current[length] == '\0' || strcmp(current + length, ":rw") == 0);
}

static bool same_place(const struct tree_change *a, const struct tree_change *b)
{
    if (!b->list_item || a->document_index != b->document_index || a->step_count != b->step_count)
        return false;
    for (size_t i = 0; i < a->step_count; i++) {
        if (a->steps[i].kind != b->steps[i].kind ||
            (a->steps[i].kind == STEP_KEY && strcmp(a->steps[i].key, b->steps[i].key) != 0) ||
            (a->steps[i].kind == STEP_NAMED && strcmp(a->steps[i].name, b->steps[i].name) != 0))
            return false;
    }
    return true;
}

static bool is_string(const struct node *node)
{
    return node != NULL && node->kind == NODE_STRING;
}

static bool went_so(const struct tree_change *change, const struct tree_change *other,
                    bool (*to)(const char *previous, const char *current))
{
    return other->kind == CHANGE_REMOVED && is_string(other->previous) &&
           to(other->previous->text, change->current->text);
}

/* Whether the entry of a change gave way so, or one did that went from the same list: its changes
 * stand beside each other. */
static bool gave_way(const struct config_scan *scan, const struct tree_change *change,
                     bool (*to)(const char *previous, const char *current))
{
    const struct tree_change *first = scan->diff->changes, *end = first + scan->diff->count;

    if (!is_string(change->current))
        return false;
    if (is_string(change->previous))
        return to(change->previous->text, change->current->text);
    if (!change->list_item)
        return false;
    for (const struct tree_change *at = change;
         at > first && change - at < SIBLINGS_MAX && same_place(change, at - 1); at--) {
        if (went_so(change, at - 1, to))
            return true;
    }
    for (const struct tree_change *at = change + 1;
         at < end && at - change < SIBLINGS_MAX && same_place(change, at); at++) {
        if (went_so(change, at, to))
            return true;
    }
    return false;
}

unsigned config_opened(const struct config_scan *scan, const struct tree_change *change)
{
    const char *list;
    size_t depth;

    if (change == NULL || scan->diff == NULL || change->step_count == 0 ||
        change->kind == CHANGE_ORDER)
        return 0;
    depth = depth_of(change);
    list = depth > 0 ? key_at(change, depth - 1) : "";
    if (strcmp(list, "ports") == 0 && gave_way(scan, change, publishes))
        return MARK_OPENED;
    if (strcmp(list, "volumes") == 0 && gave_way(scan, change, unlocks))
        return MARK_WRITABLE;
    if (opens_sources(change) || opens_policy(change))
        return MARK_OPENED;
    return drops_tls(change) ? MARK_PLAIN : 0;
}
