#include <pilab/schema/diff.h>

#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/vector.h>

#include "diff_parts.h"

struct comparison {
    const struct schema_diff_options *options;
    struct schema_diff *diff;
    struct vector changes;    /* struct schema_change */
    struct vector properties; /* struct schema_property_change, of the object at hand */
    struct pg_parser *parser; /* NULL: not there, or not needed so far */
    bool asked;               /* for the parser */
};

static bool is_compared(const struct comparison *comparison, const struct schema *schema,
                        const struct schema_object *object)
{
    const struct schema_diff_options *options = comparison->options;
    const char *namespace = object->kind == SCHEMA_NAMESPACE ? object->name : object->schema;
    if (!comparison->diff->previous->covers[object->kind] ||
        !comparison->diff->current->covers[object->kind])
        return false;
    if (!options->with_history && diff_history_tool(schema, object))
        return false;
    if (object->owner && !diff_knows_parts(comparison->diff, object->owner))
        return false;
    if (!options->namespaces)
        return true;
    for (size_t i = 0; i < options->namespace_count; i++)
        if (strcmp(options->namespaces[i], namespace) == 0)
            return true;
    return false;
}

static bool is_expression(enum schema_property property)
{
    switch (property) {
    case SCHEMA_DEFAULT:
    case SCHEMA_GENERATED:
    case SCHEMA_DEFINITION:
    case SCHEMA_EXPRESSION:
    case SCHEMA_CHECK:
    case SCHEMA_WHERE:
    case SCHEMA_COLUMNS:
    case SCHEMA_PARTITION_KEY:
    case SCHEMA_PARTITION_BOUND:
    case SCHEMA_EXECUTES:
        return true;
    default:
        return false;
    }
}

/* The grammar is opened for the first text that differs; without it words are compared. */
static struct pg_parser *need_parser(struct comparison *comparison)
{
    if (!comparison->asked)
        comparison->parser = pg_parser_open(NULL);
    comparison->asked = true;
    return comparison->parser;
}

/* A server of MySQL keeps no other form of a default than the one that the column holds. */
static bool same_default(const struct comparison *comparison, const struct schema_object *previous,
                         const struct schema_object *current, enum schema_property property)
{
    return property == SCHEMA_DEFAULT && previous->kind == SCHEMA_COLUMN &&
           !comparison->options->exact && comparison->diff->previous->dialect == SCHEMA_MYSQL &&
           comparison->diff->current->dialect == SCHEMA_MYSQL &&
           diff_same_default(previous, current);
}

static bool same_text(struct comparison *comparison, const struct schema_object *object,
                      enum schema_property property, const char *a, const char *b)
{
    if (strcmp(a, b) == 0)
        return true;
    if (!comparison->diff->loose || !is_expression(property))
        return false;
    if (comparison->diff->previous->dialect == SCHEMA_MYSQL)
        return diff_same_mysql(a, b);
    return diff_same_postgresql(need_parser(comparison), object->kind, property, a, b);
}

/* Types of a view's columns are not always known from text. */
static bool is_open(const struct schema_object *object, enum schema_property property)
{
    return property == SCHEMA_TYPE && object->kind == SCHEMA_COLUMN && object->owner &&
           (object->owner->kind == SCHEMA_VIEW || object->owner->kind == SCHEMA_MATERIALIZED_VIEW);
}

static void compare_property(struct comparison *comparison, const struct schema_object *previous,
                             const struct schema_object *current, const struct schema_value *before,
                             const struct schema_value *after)
{
    enum schema_property property = before ? before->property : after->property;
    const struct schema_diff *diff = comparison->diff;
    bool of_identity =
        previous->kind == SCHEMA_COLUMN && property >= SCHEMA_START && property <= SCHEMA_CYCLE;
    if (property == SCHEMA_DEPENDS)
        return;
    if (of_identity && diff_is_half_live(diff))
        return; /* a catalog is not asked for the sequences of identity columns */
    if (property == SCHEMA_COMMENT && comparison->options->ignore_comments)
        return;
    if ((!before || !after) && is_open(previous, property))
        return;
    if (!diff_is_told(diff, previous, property, before ? before->text : NULL,
                      after ? after->text : NULL))
        return;
    if (before && after &&
        (same_text(comparison, previous, property, before->text, after->text) ||
         same_default(comparison, previous, current, property)))
        return;
    struct schema_property_change *change = vector_add(&comparison->properties);
    change->property = property;
    change->previous = before ? before->text : NULL;
    change->current = after ? after->text : NULL;
}

/* What the definition says as well is a facet of its change; and none when it did not change: then
 * only one reader told it. */
static void sort_facets(struct comparison *comparison, const struct schema_object *previous,
                        const struct schema_object *current)
{
    struct vector *properties = &comparison->properties;
    bool defined =
        schema_get(previous, SCHEMA_DEFINITION) && schema_get(current, SCHEMA_DEFINITION);
    bool changed = false;
    for (size_t i = 0; i < properties->count; i++) {
        const struct schema_property_change *change = vector_at(properties, i);
        changed = changed || change->property == SCHEMA_DEFINITION;
    }
    for (size_t i = properties->count; defined && i-- > 0;) {
        struct schema_property_change *change = vector_at(properties, i);
        bool of_view = previous->kind == SCHEMA_VIEW; /* its text does not have its options */
        bool of_build = previous->kind == SCHEMA_INDEX && change->property == SCHEMA_NOT_VALID;
        if (!schema_property_is_facet(change->property) || of_view || of_build)
            continue;
        change->facet = true;
        if (!changed)
            vector_remove(properties, i);
    }
}

static struct schema_change *add_change(struct comparison *comparison, enum schema_change_kind kind,
                                        const struct schema_object *previous,
                                        const struct schema_object *current, bool within)
{
    struct schema_change *change = vector_add(&comparison->changes);
    change->kind = kind;
    change->previous = previous;
    change->current = current;
    change->within = within;
    return change;
}

static void finish_change(struct comparison *comparison, struct schema_change *change)
{
    struct schema_diff *diff = comparison->diff;
    diff_find_hazards(diff, change);
    diff->risks |= change->risks;
}

static void compare_values(struct comparison *comparison, const struct schema_object *previous,
                           const struct schema_object *current)
{
    unsigned i = 0, j = 0;
    vector_clear(&comparison->properties);
    while (i < previous->value_count || j < current->value_count) {
        const struct schema_value *before = i < previous->value_count ? &previous->values[i] : NULL;
        const struct schema_value *after = j < current->value_count ? &current->values[j] : NULL;
        if (before && after && before->property != after->property) {
            if (before->property < after->property)
                after = NULL;
            else
                before = NULL;
        }
        compare_property(comparison, previous, current, before, after);
        i += before != NULL;
        j += after != NULL;
    }
    sort_facets(comparison, previous, current);
    if (!comparison->properties.count)
        return;
    struct schema_change *change = add_change(comparison, SCHEMA_CHANGED, previous, current, false);
    change->properties = vector_to_arena(&comparison->properties, comparison->diff->arena);
    change->property_count = comparison->properties.count;
    finish_change(comparison, change);
}

static void add_one(struct comparison *comparison, enum schema_change_kind kind,
                    const struct schema_object *object, bool within)
{
    bool added = kind == SCHEMA_ADDED;
    const struct schema_diff *diff = comparison->diff;
    if (!is_compared(comparison, added ? diff->current : diff->previous, object))
        return;
    finish_change(comparison, add_change(comparison, kind, added ? NULL : object,
                                         added ? object : NULL, within));
}

static void add_whole(struct comparison *comparison, enum schema_change_kind kind,
                      const struct schema_object *object)
{
    add_one(comparison, kind, object, false);
    for (const struct schema_object *part = object->parts; part; part = part->next)
        add_one(comparison, kind, part, true);
}

static void compare_parts(struct comparison *comparison, const struct schema_object *previous,
                          const struct schema_object *current)
{
    const struct schema *left = comparison->diff->previous, *right = comparison->diff->current;
    for (const struct schema_object *part = previous->parts; part; part = part->next) {
        const struct schema_object *other =
            schema_find_part(right, current, part->kind, part->name);
        if (!is_compared(comparison, left, part))
            continue;
        if (other)
            compare_values(comparison, part, other);
        else if (!diff_may_hide(right, part))
            add_one(comparison, SCHEMA_REMOVED, part, false);
    }
    for (const struct schema_object *part = current->parts; part; part = part->next)
        if (is_compared(comparison, right, part) &&
            !schema_find_part(left, previous, part->kind, part->name) && !diff_may_hide(left, part))
            add_one(comparison, SCHEMA_ADDED, part, false);
}

static void compare_all(struct comparison *comparison)
{
    const struct schema *left = comparison->diff->previous, *right = comparison->diff->current;
    for (const struct schema_object *object = left->first; object; object = object->next) {
        const struct schema_object *other =
            schema_find(right, object->kind, object->schema, object->name, object->arguments);
        if (!is_compared(comparison, left, object))
            continue;
        if (!other && diff_may_hide(right, object))
            continue;
        if (!other) {
            add_whole(comparison, SCHEMA_REMOVED, object);
            continue;
        }
        compare_values(comparison, object, other);
        compare_parts(comparison, object, other);
    }
    for (const struct schema_object *object = right->first; object; object = object->next)
        if (is_compared(comparison, right, object) &&
            !schema_find(left, object->kind, object->schema, object->name, object->arguments) &&
            !diff_may_hide(left, object))
            add_whole(comparison, SCHEMA_ADDED, object);
}

static void add_gap(struct schema_diff *diff, struct vector *gaps, const struct schema_gap *said,
                    size_t side)
{
    struct schema_diff_gap *gap = NULL;
    for (size_t i = 0; i < gaps->count && !gap; i++) {
        struct schema_diff_gap *one = vector_at(gaps, i);
        gap = strcmp(one->what, said->what) == 0 ? one : NULL;
    }
    if (!gap) {
        gap = vector_add(gaps);
        gap->what = arena_text(diff->arena, said->what);
        gap->why = arena_text(diff->arena, said->why);
    }
    gap->previous = gap->previous || side == 0;
    gap->current = gap->current || side == 1;
    gap->refused = gap->refused || said->refused;
}

/* Tables, or the namespace that they are in. */
static void add_histories(struct schema_diff *diff, struct vector *gaps, size_t side)
{
    const struct schema *schema = side ? diff->current : diff->previous;
    for (const struct schema_object *object = schema->first; object; object = object->next) {
        bool whole = object->kind == SCHEMA_TABLE || object->kind == SCHEMA_NAMESPACE;
        const char *tool = whole ? diff_history_tool(schema, object) : NULL;
        if (!tool)
            continue;
        const struct schema_gap gap = {
            .what = arena_printf(diff->arena, "%s %s", schema_kind_name(object->kind),
                                 schema_object_path(diff->arena, object)),
            .why = arena_printf(diff->arena, "a tool keeps there what it has run (%s)", tool),
        };
        add_gap(diff, gaps, &gap, side);
    }
}

static void collect_gaps(struct schema_diff *diff, const struct schema_diff_options *options)
{
    struct vector gaps;
    vector_init(&gaps, sizeof(struct schema_diff_gap));
    const struct schema *sides[] = { diff->previous, diff->current };
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < sides[side]->gap_count; i++)
            add_gap(diff, &gaps, &sides[side]->gaps[i], side);
    for (size_t side = 0; side < 2 && !options->with_history; side++)
        add_histories(diff, &gaps, side);
    diff->gaps = vector_to_arena(&gaps, diff->arena);
    diff->gap_count = gaps.count;
    vector_release(&gaps);
}

struct schema_diff *schema_compare(const struct schema *previous, const struct schema *current,
                                   const struct schema_diff_options *options)
{
    static const struct schema_diff_options defaults = { 0 };
    struct arena *arena = arena_new();
    struct schema_diff *diff = arena_alloc(arena, sizeof(*diff));
    struct comparison comparison = { .options = options ? options : &defaults, .diff = diff };
    diff->arena = arena;
    diff->previous = previous;
    diff->current = current;
    diff->loose = !comparison.options->exact && previous->dialect == current->dialect &&
                  previous->dialect != SCHEMA_SQLITE && diff_is_half_live(diff);
    vector_init(&comparison.changes, sizeof(struct schema_change));
    vector_init(&comparison.properties, sizeof(struct schema_property_change));
    compare_all(&comparison);
    diff->changes = vector_to_arena(&comparison.changes, arena);
    diff->count = comparison.changes.count;
    vector_release(&comparison.changes);
    vector_release(&comparison.properties);
    pg_parser_close(&comparison.parser);
    diff_guess_renames(diff);
    collect_gaps(diff, comparison.options);
    return diff;
}

void schema_diff_free(struct schema_diff **diff)
{
    if (!*diff)
        return;
    struct arena *arena = (*diff)->arena;
    *diff = NULL;
    arena_free(&arena);
}

const struct schema_object *schema_change_object(const struct schema_change *change)
{
    return change->current ? change->current : change->previous;
}

const char *schema_change_name(enum schema_change_kind kind)
{
    static const char *const names[] = { "added", "removed", "changed" };
    return names[kind];
}

bool schema_change_is_destructive(const struct schema_change *change)
{
    enum schema_kind kind = schema_change_object(change)->kind;
    /* It can be made again of the rows. */
    bool kept = kind == SCHEMA_CONSTRAINT || kind == SCHEMA_INDEX;

    return (change->risks & SCHEMA_RISK_DATA) ||
           (change->kind == SCHEMA_REMOVED && !kept && (change->risks & SCHEMA_RISK_BREAKING));
}
