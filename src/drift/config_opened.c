/*
 * What is opened by leaving something out: a list of those who may is empty or gone, a policy takes
 * from everybody, a port is published on all addresses instead of the machine's own.
 */
#include "config_scan.h"

#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/drift/rules.h>

/* Lists of those who may reach it: none given is all of them. */
#define SOURCES                                                                                    \
    "{loadBalancerSourceRanges,load_balancer_source_ranges,*/whitelist-source-range,"              \
    "*/load-balancer-source-ranges,*/inbound-cidrs}"

/* What serves over TLS where it has a map or a list of that name. */
#define SERVED "{Ingress,IngressRoute,IngressRouteTCP,Route,Gateway}"

/* What stands beside a user that signs in somewhere; no service of Compose's has it. */
#define SIGNS_IN                                                                                   \
    "{host,port,*password*,passwd,database,dbname,db,schema,url,uri,dsn,sslmode,existingSecret}"

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

/* How entries are opened: what an entry that was closed, and one that is open, are about. Where
 * both are about the same, the one gave way to the other. NULL: it is not closed, or not open. */
struct opening {
    const char *(*closed)(const char *text, size_t *length);
    const char *(*open)(const char *text, size_t *length);
};

/* ":5432", the port inside, of "127.0.0.1:15432:5432". */
static const char *bound_inside(const char *text, size_t *length)
{
    const char *bound = bound_port(text), *inside = bound != NULL ? strrchr(bound, ':') : NULL;

    if (inside != NULL)
        *length = strlen(inside);
    return inside;
}

/* The same of an entry that is published on all addresses. */
static const char *published_inside(const char *text, size_t *length)
{
    if (strncmp(text, "0.0.0.0:", 8) == 0)
        text += 8;
    else if (strncmp(text, "[::]:", 5) == 0)
        text += 5;
    else if (strpbrk(text, ".[") != NULL || bound_port(text) != NULL)
        return NULL;
    text += strcspn(text, ":");
    *length = strlen(text);
    return *length > 0 ? text : NULL;
}

static bool ends_so(const char *text, size_t length, const char *end)
{
    return length > strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

/* "/data:/data" of "/data:/data:ro". */
static const char *locked(const char *text, size_t *length)
{
    *length = strlen(text);
    if (!ends_so(text, *length, ":ro"))
        return NULL;
    *length -= strlen(":ro");
    return text;
}

/* The same of "/data:/data" and "/data:/data:rw". */
static const char *unlocked(const char *text, size_t *length)
{
    *length = strlen(text);
    if (ends_so(text, *length, ":rw"))
        *length -= strlen(":rw");
    return text;
}

static const struct opening publishes = { bound_inside, published_inside };
static const struct opening unlocks = { locked, unlocked };

static bool is_string(const struct node *node)
{
    return node != NULL && node->kind == NODE_STRING;
}

/* What the closed entries that went from the list of a change are about. */
static const struct map *gone_from(const struct config_scan *scan, const struct tree_change *change,
                                   const struct opening *opening)
{
    struct config_list *list = config_list_of(scan, change);

    if (list->gone != NULL)
        return list->gone;
    list->gone = map_new();
    for (size_t i = list->from; i < list->to; i++) {
        const struct tree_change *other = &scan->diff->changes[i];
        const char *about = NULL;
        size_t length = 0;

        if (other->kind == CHANGE_REMOVED && is_string(other->previous))
            about = opening->closed(other->previous->text, &length);
        if (about != NULL)
            map_put_bytes(list->gone, about, length, list);
    }
    return list->gone;
}

/* Whether the entry of a change gave way so, or one did that went from the same list. */
static bool gave_way(const struct config_scan *scan, const struct tree_change *change,
                     const struct opening *opening)
{
    const char *open, *closed;
    size_t length = 0, closed_length = 0;

    if (!is_string(change->current))
        return false;
    open = opening->open(change->current->text, &length);
    if (open == NULL)
        return false;
    if (is_string(change->previous)) {
        closed = opening->closed(change->previous->text, &closed_length);
        return closed != NULL && closed_length == length && memcmp(closed, open, length) == 0;
    }
    return change->list_item && map_has_bytes(gone_from(scan, change, opening), open, length);
}

/* ---- users ---- */

unsigned config_account(const struct node *around, const char *key)
{
    bool account = false;

    if (around == NULL || around->kind != NODE_MAP || key == NULL || strcmp(key, "user") != 0 ||
        node_get(around, "image") != NULL || node_get(around, "build") != NULL)
        return 0;
    for (size_t i = 0; i < around->count && !account; i++)
        account = matches(SIGNS_IN, around->children[i]->key);
    return account ? MARK_ACCOUNT : 0;
}

unsigned config_account_at(const struct tree_change *change)
{
    const struct node *root;
    size_t depth;

    if (change == NULL || change->step_count == 0)
        return 0;
    root = change->current != NULL ? change->current_root : change->previous_root;
    depth = change->step_count - 1;
    return config_account(follow(root, change, depth), key_at(change, depth));
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
    if (strcmp(list, "ports") == 0 && gave_way(scan, change, &publishes))
        return MARK_OPENED;
    if (strcmp(list, "volumes") == 0 && gave_way(scan, change, &unlocks))
        return MARK_WRITABLE;
    if (opens_sources(change) || opens_policy(change))
        return MARK_OPENED;
    return drops_tls(change) ? MARK_PLAIN : 0;
}
