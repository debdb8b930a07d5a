#include <pilab/document/node.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#include "node_internal.h"

/* The largest power of ten that every double reader takes. */
enum { EXPONENT_MAX = 307 };

/* Maps with fewer entries are searched one by one: that is faster than hashing. */
enum { FEW_ENTRIES = 16 };

static const char *const kind_names[] = {
    [NODE_NULL] = "null",   [NODE_BOOL] = "bool",     [NODE_INTEGER] = "integer",
    [NODE_FLOAT] = "float", [NODE_STRING] = "string", [NODE_LIST] = "list",
    [NODE_MAP] = "map",
};

const char *node_kind_name(enum node_kind kind)
{
    return kind_names[kind];
}

const struct node *node_get(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->children[i]->key, key) == 0)
            return map->children[i];
    }
    return NULL;
}

/* ---- many keys ---- */

const struct node *key_index_find(struct key_index *index, const char *key, size_t hint)
{
    const struct node *map = index->map;

    if (hint < map->count && strcmp(map->children[hint]->key, key) == 0)
        return map->children[hint];
    if (map->count <= FEW_ENTRIES)
        return node_get(map, key);
    if (!index->by_key) {
        index->by_key = map_new();
        for (size_t i = 0; i < map->count; i++)
            map_put(index->by_key, map->children[i]->key, map->children[i]);
    }
    return map_get(index->by_key, key);
}

void key_index_release(struct key_index *index)
{
    map_free(&index->by_key);
}

/* ---- equality ---- */

bool node_same_tag(const struct node *a, const struct node *b)
{
    return a->tag && b->tag ? strcmp(a->tag, b->tag) == 0 : a->tag == b->tag;
}

static bool equal_lists(const struct node *a, const struct node *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (!node_equal(a->children[i], b->children[i]))
            return false;
    }
    return true;
}

static bool equal_maps(const struct node *a, const struct node *b)
{
    struct key_index index = { .map = b };
    bool equal = true;

    for (size_t i = 0; equal && i < a->count; i++)
        equal = node_equal(a->children[i], key_index_find(&index, a->children[i]->key, i));
    key_index_release(&index);
    return equal;
}

bool node_equal(const struct node *a, const struct node *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->kind != b->kind || a->count != b->count || !node_same_tag(a, b))
        return false;
    switch (a->kind) {
    case NODE_LIST:
        return equal_lists(a, b);
    case NODE_MAP:
        return equal_maps(a, b);
    case NODE_STRING:
        return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
    default:
        return strcmp(a->value, b->value) == 0;
    }
}

/* ---- fingerprint ---- */

static int compare_keys(const void *a, const void *b)
{
    const struct node *const *left = a;
    const struct node *const *right = b;

    return strcmp((*left)->key, (*right)->key);
}

static void add_counted(struct strbuf *out, const char *text, size_t length)
{
    strbuf_printf(out, "%zu:", length);
    strbuf_add_bytes(out, text, length);
}

static void fingerprint_map(struct strbuf *out, const struct node *map)
{
    const struct node **sorted = memory_array(map->count, sizeof *sorted);

    for (size_t i = 0; i < map->count; i++)
        sorted[i] = map->children[i];
    qsort(sorted, map->count, sizeof *sorted, compare_keys);
    for (size_t i = 0; i < map->count; i++) {
        add_counted(out, sorted[i]->key, strlen(sorted[i]->key));
        node_fingerprint(out, sorted[i]);
    }
    free(sorted);
}

void node_fingerprint(struct strbuf *out, const struct node *node)
{
    static const char letters[] = {
        [NODE_NULL] = 'n',   [NODE_BOOL] = 'b', [NODE_INTEGER] = 'i', [NODE_FLOAT] = 'f',
        [NODE_STRING] = 's', [NODE_LIST] = 'l', [NODE_MAP] = 'm',
    };

    if (node->tag) {
        strbuf_add_char(out, '!');
        add_counted(out, node->tag, strlen(node->tag));
    }
    strbuf_add_char(out, letters[node->kind]);
    switch (node->kind) {
    case NODE_MAP:
        strbuf_printf(out, "%zu:", node->count);
        fingerprint_map(out, node);
        break;
    case NODE_LIST:
        strbuf_printf(out, "%zu:", node->count);
        for (size_t i = 0; i < node->count; i++)
            node_fingerprint(out, node->children[i]);
        break;
    case NODE_STRING:
        add_counted(out, node->text, node->length);
        break;
    default:
        add_counted(out, node->value, strlen(node->value));
    }
}

/* ---- JSON ---- */

static bool fits_double(const char *value)
{
    const char *exponent = strchr(value, 'e');

    if (strchr(value, 'n')) /* .inf, .nan */
        return false;
    return !exponent || strtol(exponent + 1, NULL, 10) <= EXPONENT_MAX;
}

static void write_collection(struct strbuf *out, const struct node *node)
{
    bool map = node->kind == NODE_MAP;

    strbuf_add_char(out, map ? '{' : '[');
    for (size_t i = 0; i < node->count; i++) {
        if (i > 0)
            strbuf_add_char(out, ',');
        if (map) {
            escape_json(out, node->children[i]->key, strlen(node->children[i]->key));
            strbuf_add_char(out, ':');
        }
        node_write_json(out, node->children[i]);
    }
    strbuf_add_char(out, map ? '}' : ']');
}

static void write_plain(struct strbuf *out, const struct node *node)
{
    switch (node->kind) {
    case NODE_LIST:
    case NODE_MAP:
        write_collection(out, node);
        break;
    case NODE_STRING:
        escape_json(out, node->text, node->length);
        break;
    case NODE_FLOAT:
        if (!fits_double(node->value)) {
            escape_json(out, node->value, strlen(node->value));
            break;
        }
        strbuf_add(out, node->value);
        break;
    default:
        strbuf_add(out, node->value);
    }
}

void node_write_json(struct strbuf *out, const struct node *node)
{
    if (!node) {
        strbuf_add(out, "null");
        return;
    }
    if (!node->tag) {
        write_plain(out, node);
        return;
    }
    strbuf_add_char(out, '{');
    escape_json(out, node->tag, strlen(node->tag));
    strbuf_add_char(out, ':');
    write_plain(out, node);
    strbuf_add_char(out, '}');
}
