/*
 * Reading the trees of libpg_query: a node is {"Kind": {members}}; a member that is zero, empty or
 * false is not there.
 */
#ifndef PILAB_SRC_SCHEMA_PG_TREE_H
#define PILAB_SRC_SCHEMA_PG_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

/* What the node's kind holds, and the kind; NULL for NULL. */
static inline const json_t *pg_open(const json_t *node, const char **kind)
{
    void *entry = json_object_iter((json_t *)(size_t)node);
    *kind = entry ? json_object_iter_key(entry) : "";
    return entry ? json_object_iter_value(entry) : NULL;
}

/* The same when it is of this kind, else NULL. */
static inline const json_t *pg_as(const json_t *node, const char *kind)
{
    return json_object_get(node, kind);
}

static inline const json_t *pg_member(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

/* "" when it is not there. */
static inline const char *pg_word(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static inline bool pg_is(const json_t *object, const char *name, const char *value)
{
    return strcmp(pg_word(object, name), value) == 0;
}

/* NULL when it is not there. */
static inline const char *pg_text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static inline long pg_integer(const json_t *object, const char *name)
{
    return (long)json_integer_value(json_object_get(object, name));
}

static inline bool pg_flag(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

/* The items of {"List": {"items": […]}} or of an array. */
static inline const json_t *pg_items(const json_t *list)
{
    if (json_is_array(list))
        return list;
    return json_object_get(json_object_get(list, "List"), "items");
}

static inline size_t pg_count(const json_t *list)
{
    return json_array_size(pg_items(list));
}

static inline const json_t *pg_at(const json_t *list, size_t index)
{
    return json_array_get(pg_items(list), index);
}

/* {"String": {"sval": …}}; NULL when it is none. */
static inline const char *pg_string(const json_t *node)
{
    const json_t *string = pg_as(node, "String");
    return string ? pg_word(string, "sval") : NULL;
}

#endif
