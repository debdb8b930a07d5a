#include "secret_nodes.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/drift/rules.h>

#include "secrets.h"

struct leaf {
    const struct node *node;
    enum secret_extent extent;
};

struct secret_nodes {
    struct vector leaves; /* struct leaf */
    bool sorted;
    struct vector aliased; /* const char *: the texts of anchors for which secrets stand */
};

/* What the lists and maps around a node say of it. */
struct around {
    const char *key, *above; /* of what it is in, and of what that is in; NULL: none */
    bool sealed;
    const char *program; /* the command whose arguments a list holds; NULL: not known */
    const struct around *outer;
};

/* How far into a list its program is looked for: behind "sudo", "docker", "exec". */
#define PROGRAM_ENTRIES 8

struct secret_nodes *secret_nodes_new(void)
{
    struct secret_nodes *nodes = memory_new(sizeof *nodes);

    *nodes = (struct secret_nodes){ .sorted = false };
    vector_init(&nodes->leaves, sizeof(struct leaf));
    vector_init(&nodes->aliased, sizeof(const char *));
    return nodes;
}

void secret_nodes_free(struct secret_nodes **nodes)
{
    if (*nodes == NULL)
        return;
    vector_release(&(*nodes)->leaves);
    vector_release(&(*nodes)->aliased);
    free(*nodes);
    *nodes = NULL;
}

static bool is_text(const char *text, const char *other)
{
    return text != NULL && strcmp(text, other) == 0;
}

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strcmp(text, words[i]) == 0)
            return true;
    }
    return false;
}

#define IS_ONE_OF(text, words) is_one_of(text, words, sizeof(words) / sizeof *(words))

/* As Kubernetes spells them, and as Terraform does. */
static bool is_secret_data(const char *key)
{
    static const char *const names[] = { "data",        "stringData",  "binaryData",
                                         "string_data", "binary_data", "data_wo" };

    return IS_ONE_OF(key, names);
}

static bool is_anonymous(const char *key)
{
    static const char *const names[] = { "value", "default", "Value", "Default" };

    return IS_ONE_OF(key, names);
}

static const char *text_at(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);

    return node != NULL && node->kind == NODE_STRING ? node->text : NULL;
}

static bool is_text_at(const struct node *map, const char *key, const char *text)
{
    const char *found = text_at(map, key);

    return found != NULL && strcmp(found, text) == 0;
}

/* By which name the entries called "value" of a map are judged. */
static const char *entry_name(const struct node *map)
{
    static const char *const names[] = { "name", "key", "Name", "Key" };
    const char *name = NULL;

    for (size_t i = 0; name == NULL && i < sizeof names / sizeof *names; i++)
        name = text_at(map, names[i]);
    return name;
}

/* ---- the set ---- */

static void add_text(struct secret_nodes *nodes, const struct node *leaf)
{
    if (leaf->text != NULL)
        vector_push(&nodes->aliased, &leaf->text);
}

static void add(struct secret_nodes *nodes, const struct node *node, enum secret_extent extent)
{
    *(struct leaf *)vector_add(&nodes->leaves) = (struct leaf){ .node = node, .extent = extent };
    nodes->sorted = false;
    if (node->alias)
        add_text(nodes, node);
}

static bool is_collection(const struct node *node)
{
    return node->kind == NODE_LIST || node->kind == NODE_MAP;
}

/* Every leaf. Recursion ends at DOCUMENT_DEPTH_MAX, here and below. */
static void seal(struct secret_nodes *nodes, const struct node *node, enum secret_extent extent)
{
    if (!is_collection(node))
        add(nodes, node, extent);
    for (size_t i = 0; i < node->count; i++)
        seal(nodes, node->children[i], extent);
}

/* The same of what an alias stands for: what has that text at its anchor, too. */
static void seal_aliased(struct secret_nodes *nodes, const struct node *node)
{
    if (!is_collection(node) && !secret_innocent(node->key)) {
        add(nodes, node, EXTENT_ALL);
        add_text(nodes, node);
    }
    for (size_t i = 0; i < node->count; i++)
        seal_aliased(nodes, node->children[i]);
}

static void seal_worthy(struct secret_nodes *nodes, const struct node *node, const char *name)
{
    if (is_collection(node))
        return;
    if (secret_name(name) && secret_worthy(name, node->text, node->length))
        add(nodes, node, EXTENT_ALL);
}

static bool is_in_container(const struct around *around)
{
    for (; around != NULL; around = around->outer)
        if (secret_container(around->key))
            return true;
    return false;
}

/* What stands elsewhere too, under a name that says nothing: `secret: *anchor`. A list called
 * "secrets" only names them. */
static void add_alias(struct secret_nodes *nodes, const struct node *alias,
                      const struct around *around)
{
    if ((alias->kind == NODE_MAP && secret_container(alias->key)) ||
        (is_in_container(around) && !secret_innocent(alias->key)))
        seal_aliased(nodes, alias);
    else if (alias->kind == NODE_STRING)
        seal_worthy(nodes, alias, alias->key);
}

static int by_text(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;

    return *left < *right ? -1 : *left > *right;
}

/* An alias has the text of its anchor: the very same bytes. */
static void add_anchors(struct secret_nodes *nodes, const struct node *node)
{
    if (!is_collection(node) && !node->alias && node->text != NULL &&
        bsearch(&node->text, vector_at(&nodes->aliased, 0), nodes->aliased.count,
                sizeof(const char *), by_text) != NULL)
        add(nodes, node, EXTENT_ALL);
    for (size_t i = 0; i < node->count; i++)
        add_anchors(nodes, node->children[i]);
}

/* ---- the walk ---- */

static void visit(struct secret_nodes *nodes, const struct node *node, struct around around);

/* {name: X, value: Y} within "set_sensitive" of a Helm release, and what an AWS parameter of this
 * type holds. */
static bool holds_sealed_value(const struct node *map, const struct around *around)
{
    static const char *const sealing[] = { "set_sensitive", "set_wo" };

    return IS_ONE_OF(around->key, sealing) || is_text_at(map, "type", "SecureString") ||
           is_text_at(map, "Type", "SecureString");
}

/* {command: [mysql], args: [-pX]} */
static const char *program_of(const struct node *command)
{
    const char *program = NULL;

    if (command == NULL)
        return NULL;
    if (command->kind == NODE_STRING)
        return secret_program(command->text) ? command->text : NULL;
    for (size_t i = 0; command->kind == NODE_LIST && i < command->count && i < PROGRAM_ENTRIES;
         i++) {
        const struct node *child = command->children[i];

        if (child->kind == NODE_STRING && secret_program(child->text))
            program = child->text;
    }
    return program;
}

static void visit_map(struct secret_nodes *nodes, const struct node *map,
                      const struct around *around)
{
    bool secret =
        is_text_at(map, "kind", "Secret") || (around->sealed && text_at(map, "kind") == NULL);
    bool sealed_value = holds_sealed_value(map, around);
    const char *name = entry_name(map);

    for (size_t i = 0; i < map->count; i++) {
        const struct node *child = map->children[i];

        if ((secret && is_secret_data(child->key)) || (sealed_value && is_anonymous(child->key)) ||
            (strcmp(child->key, "auth") == 0 && around->above != NULL &&
             strcmp(around->above, "auths") == 0)) {
            seal(nodes, child, EXTENT_ALL);
            continue;
        }
        /* What a Kustomization makes a Secret of: "name=value", whatever the name. */
        if (strcmp(child->key, "literals") == 0 && is_text(around->key, "secretGenerator")) {
            seal(nodes, child, EXTENT_VALUE);
            continue;
        }
        if (name != NULL && is_anonymous(child->key))
            seal_worthy(nodes, child, name);
        if (child->alias)
            add_alias(nodes, child, around);
        visit(nodes, child,
              (struct around){ .key = child->key,
                               .above = around->key,
                               .program = strcmp(child->key, "args") == 0
                                              ? program_of(node_get(map, "command"))
                                              : NULL,
                               .outer = around });
    }
}

static void visit_list(struct secret_nodes *nodes, const struct node *list,
                       const struct around *around)
{
    const struct node *before = NULL;
    const char *own = program_of(list), *program = own != NULL ? own : around->program;

    for (size_t i = 0; i < list->count; i++) {
        const struct node *child = list->children[i];
        bool text = child->kind == NODE_STRING;

        if (before != NULL && !is_collection(child) &&
            secret_follows(before->text, child->text, child->length))
            add(nodes, child, EXTENT_ALL);
        else if (program != NULL && text && child->text != program &&
                 secret_follows_program(program, before != NULL ? before->text : NULL, child->text))
            add(nodes, child, EXTENT_ALL);
        visit(nodes, child, *around);
        before = text ? child : NULL;
    }
}

static void visit(struct secret_nodes *nodes, const struct node *node, struct around around)
{
    if (node->kind == NODE_MAP)
        visit_map(nodes, node, &around);
    else if (node->kind == NODE_LIST)
        visit_list(nodes, node, &around);
}

void secret_nodes_add(struct secret_nodes *nodes, const struct node *root, bool sealed)
{
    if (root == NULL)
        return;
    vector_clear(&nodes->aliased);
    visit(nodes, root, (struct around){ .sealed = sealed });
    if (nodes->aliased.count == 0)
        return;
    vector_sort(&nodes->aliased, by_text);
    add_anchors(nodes, root);
}

static int by_address(const void *a, const void *b)
{
    const struct leaf *left = a, *right = b;

    return left->node < right->node ? -1 : left->node > right->node;
}

enum secret_extent secret_nodes_extent(struct secret_nodes *nodes, const struct node *leaf)
{
    const struct leaf wanted = { .node = leaf }, *found;

    if (nodes == NULL || nodes->leaves.count == 0)
        return EXTENT_NONE;
    if (!nodes->sorted)
        vector_sort(&nodes->leaves, by_address);
    nodes->sorted = true;
    found = bsearch(&wanted, vector_at(&nodes->leaves, 0), nodes->leaves.count, sizeof wanted,
                    by_address);
    return found != NULL ? found->extent : EXTENT_NONE;
}
