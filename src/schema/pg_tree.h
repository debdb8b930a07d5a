/*
 * The trees of libpg_query, read from the JSON that it writes: a node is {"Kind": {members}}; a
 * member that is zero, empty or false is not there.
 *
 * A tree is read once, forwards, and forgotten with its statement, tens of thousands of times a
 * dump. So it is read where its text stands: texts are not copied, members stand one behind another
 * as they were written and are found by looking at each, which is quicker than a table for the
 * handful that there are.
 */
#ifndef PILAB_SRC_SCHEMA_PG_TREE_H
#define PILAB_SRC_SCHEMA_PG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct arena;

enum pg_node_kind { PG_NOTHING, PG_TRUE, PG_NUMBER, PG_TEXT, PG_OBJECT, PG_LIST };

struct pg_node {
    const char *name; /* of a member; "" otherwise */
    enum pg_node_kind kind;
    unsigned count; /* of an object's members or a list's items */
    union {
        const char *text; /* of a text; of a number its digits, up to what is none */
        const struct pg_node *nodes;
    };
};

/* The tree of a JSON text, which is changed and must outlive it. NULL: `wrong` says why,
 * as a sentence. */
const struct pg_node *pg_tree_read(char *text, struct arena *arena, const char **wrong);

/* The object with the member, in place of one of that name if there is one; the rest is shared.
 * `object` may be NULL. */
const struct pg_node *pg_tree_with(struct arena *arena, const struct pg_node *object,
                                   const struct pg_node *member);

/* NULL when it is not there, or `object` is none. */
static inline const struct pg_node *pg_member(const struct pg_node *object, const char *name)
{
    if (!object || object->kind != PG_OBJECT)
        return NULL;
    for (unsigned i = 0; i < object->count; i++)
        if (strcmp(object->nodes[i].name, name) == 0)
            return &object->nodes[i];
    return NULL;
}

/* How many nodes are right within it: `node->nodes`. */
static inline size_t pg_inner_count(const struct pg_node *node)
{
    return node && node->kind >= PG_OBJECT ? node->count : 0;
}

/* What the node's kind holds, and the kind; NULL and "" for NULL. */
static inline const struct pg_node *pg_open(const struct pg_node *node, const char **kind)
{
    bool has = node && node->kind == PG_OBJECT && node->count;
    *kind = has ? node->nodes[0].name : "";
    return has ? &node->nodes[0] : NULL;
}

/* The same when it is of this kind, else NULL. */
static inline const struct pg_node *pg_as(const struct pg_node *node, const char *kind)
{
    return pg_member(node, kind);
}

/* NULL when it is not there. */
static inline const char *pg_text(const struct pg_node *object, const char *name)
{
    const struct pg_node *member = pg_member(object, name);
    return member && member->kind == PG_TEXT ? member->text : NULL;
}

/* "" when it is not there. */
static inline const char *pg_word(const struct pg_node *object, const char *name)
{
    const char *text = pg_text(object, name);
    return text ? text : "";
}

static inline bool pg_is(const struct pg_node *object, const char *name, const char *value)
{
    return strcmp(pg_word(object, name), value) == 0;
}

static inline long pg_integer(const struct pg_node *object, const char *name)
{
    const struct pg_node *member = pg_member(object, name);
    return member && member->kind == PG_NUMBER ? strtol(member->text, NULL, 10) : 0;
}

static inline bool pg_flag(const struct pg_node *object, const char *name)
{
    const struct pg_node *member = pg_member(object, name);
    return member && member->kind == PG_TRUE;
}

/* The items of {"List": {"items": […]}} or of an array. */
static inline const struct pg_node *pg_items(const struct pg_node *list)
{
    return list && list->kind == PG_LIST ? list : pg_member(pg_member(list, "List"), "items");
}

static inline size_t pg_count(const struct pg_node *list)
{
    const struct pg_node *items = pg_items(list);
    return items && items->kind == PG_LIST ? items->count : 0;
}

static inline const struct pg_node *pg_at(const struct pg_node *list, size_t index)
{
    return index < pg_count(list) ? &pg_items(list)->nodes[index] : NULL;
}

/* {"String": {"sval": …}}; NULL when it is none. */
static inline const char *pg_string(const struct pg_node *node)
{
    const struct pg_node *string = pg_as(node, "String");
    return string ? pg_word(string, "sval") : NULL;
}

#endif
