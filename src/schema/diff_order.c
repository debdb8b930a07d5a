/* The order in which people read what differs. */
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/schema/diff.h>

struct place {
    const struct schema_change *change;
    const struct schema_object *whole; /* it, or what it is a part of */
    bool new;                          /* the whole came */
    size_t index;
};

static int by_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int by_whole(const struct place *a, const struct place *b)
{
    if (a->new != b->new)
        return a->new ? 1 : -1;
    if (a->whole->kind != b->whole->kind)
        return a->whole->kind < b->whole->kind ? -1 : 1;
    int sign = by_text(a->whole->schema, b->whole->schema);
    sign = sign ? sign : by_text(a->whole->name, b->whole->name);
    return sign ? sign : by_text(a->whole->arguments, b->whole->arguments);
}

/* The whole first, then what it has and had, then what comes to it; columns as they stand. */
static int by_part(const struct place *a, const struct place *b)
{
    const struct schema_object *left = schema_change_object(a->change);
    const struct schema_object *right = schema_change_object(b->change);
    bool left_new = a->change->kind == SCHEMA_ADDED, right_new = b->change->kind == SCHEMA_ADDED;
    if (!left->owner || !right->owner)
        return (left->owner != NULL) - (right->owner != NULL);
    if (left_new != right_new)
        return left_new ? 1 : -1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return left->kind == SCHEMA_COLUMN ? 0 : by_text(left->name, right->name);
}

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    int sign = by_whole(a, b);
    sign = sign ? sign : by_part(a, b);
    return sign ? sign : (a->index > b->index) - (a->index < b->index);
}

static const struct schema_object *whole_of(const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    return object->owner ? object->owner : object;
}

static bool is_new(const struct schema_diff *diff, const struct schema_change *change)
{
    const struct schema_object *whole = whole_of(change);
    if (change->kind != SCHEMA_ADDED)
        return false;
    return !schema_find(diff->previous, whole->kind, whole->schema, whole->name, whole->arguments);
}

const struct schema_change *const *schema_diff_in_order(struct arena *arena,
                                                        const struct schema_diff *diff)
{
    struct place *places = arena_array(arena, diff->count, sizeof(*places));
    const struct schema_change **order = arena_array(arena, diff->count, sizeof(*order));
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        places[i] = (struct place){ change, whole_of(change), is_new(diff, change), i };
    }
    if (diff->count)
        qsort(places, diff->count, sizeof(*places), compare_places);
    for (size_t i = 0; i < diff->count; i++)
        order[i] = places[i].change;
    return order;
}
