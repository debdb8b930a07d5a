/* The reader of libpg_query's trees: what it accepts is a tree that can be walked, and is what
 * jansson makes of the same bytes. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>

#include "../../src/schema/pg_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct pg_node *node, const json_t *value)
{
    size_t index = 0;
    const char *key;
    json_t *member;

    switch (node->kind) {
    case PG_TEXT:
        if (!json_is_string(value) || strcmp(node->text, json_string_value(value)) != 0)
            abort();
        break;
    case PG_OBJECT: /* of two members of one name the first is found here, the last there */
        json_object_foreach((json_t *)(size_t)value, key, member)
        {
            if (pg_member(node, key) == NULL)
                abort();
        }
        break;
    case PG_LIST:
        if (!json_is_array(value) || json_array_size(value) != node->count)
            abort();
        for (; index < node->count; index++)
            compare(&node->nodes[index], json_array_get(value, index));
        break;
    case PG_TRUE:
        if (!json_is_true(value))
            abort();
        break;
    case PG_NUMBER:
        if (!json_is_number(value))
            abort();
        break;
    case PG_NOTHING:
        if (!json_is_null(value) && !json_is_false(value))
            abort();
        break;
    }
}

/* What jansson cannot read is not compared: a number that is too large, a tail behind the end. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = memory_copy_bytes(data, size);
    struct arena *arena = arena_new();
    const char *wrong = NULL;
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    const struct pg_node *tree = pg_tree_read(text, arena, &wrong);

    if ((tree == NULL) != (wrong != NULL))
        abort();
    if (tree != NULL && value != NULL)
        compare(tree, value);
    json_decref(value);
    arena_free(&arena);
    free(text);
    return 0;
}
