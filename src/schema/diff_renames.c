#include <stdlib.h>
#include <string.h>

#include <pilab/base/vector.h>

#include "diff_parts.h"

#define SCORE_MIN 60     /* of 100, to be worth saying */
#define PAIRS_MAX 200000 /* that are looked at */
#define GRAMS_MAX 256    /* bytes of a name that are looked at */

/* How alike two names are, of 100: pairs of letters that they share (Dice's coefficient). */
static unsigned name_score(const char *a, const char *b)
{
    size_t left = strlen(a), right = strlen(b), shared = 0;
    bool used[GRAMS_MAX] = { false };
    if (left < 2 || right < 2 || right > GRAMS_MAX || left > GRAMS_MAX)
        return strcmp(a, b) == 0 ? 100 : 0;
    for (size_t i = 0; i + 1 < left; i++) {
        for (size_t j = 0; j + 1 < right; j++) {
            if (used[j] || a[i] != b[j] || a[i + 1] != b[j + 1])
                continue;
            used[j] = true;
            shared++;
            break;
        }
    }
    return (unsigned)(200 * shared / (left - 1 + right - 1));
}

static bool same(const struct schema_object *a, const struct schema_object *b,
                 enum schema_property property)
{
    const char *left = schema_get(a, property), *right = schema_get(b, property);
    return left && right ? strcmp(left, right) == 0 : left == right;
}

static size_t position(const struct schema_object *part)
{
    size_t at = 0;
    for (; part; part = part->previous)
        at += part->kind == SCHEMA_COLUMN;
    return at;
}

static unsigned score_columns(struct arena *arena, const struct schema_object *a,
                              const struct schema_object *b, const char **why)
{
    if (!same(a, b, SCHEMA_TYPE))
        return 0;
    bool near = position(a) == position(b);
    bool alike = same(a, b, SCHEMA_DEFAULT) && same(a, b, SCHEMA_NOT_NULL);
    unsigned name = name_score(a->name, b->name);
    *why = arena_printf(arena, "the same type%s%s%s", alike ? ", default and nullability" : "",
                        near ? ", the same position" : "", name >= 40 ? ", a similar name" : "");
    return 35U + (alike ? 10U : 0U) + (near ? 25U : 0U) + name * 30 / 100;
}

static unsigned score_tables(struct arena *arena, const struct schema *current,
                             const struct schema_object *a, const struct schema_object *b,
                             const char **why)
{
    unsigned before = 0, after = 0, shared = 0;
    for (const struct schema_object *part = b->parts; part; part = part->next)
        after += part->kind == SCHEMA_COLUMN;
    for (const struct schema_object *part = a->parts; part; part = part->next) {
        if (part->kind != SCHEMA_COLUMN)
            continue;
        before++;
        shared += schema_find_part(current, b, SCHEMA_COLUMN, part->name) != NULL;
    }
    if (!shared || shared * 2 < before)
        return 0;
    unsigned most = before > after ? before : after;
    *why = arena_printf(arena, "%u of %u columns have the same names", shared, most);
    return shared * 75 / most + name_score(a->name, b->name) * 25 / 100;
}

/* What definitions begin with, where they are statements, is the name. */
static bool is_of_name(const struct schema_object *object, enum schema_property property)
{
    bool named = object->kind == SCHEMA_INDEX || object->kind == SCHEMA_TRIGGER ||
                 object->kind == SCHEMA_FUNCTION;
    return property == SCHEMA_COMMENT || property == SCHEMA_DEPENDS ||
           (property == SCHEMA_DEFINITION && named);
}

static bool same_values(const struct schema_object *a, const struct schema_object *b,
                        bool *anything)
{
    for (int property = 0; property < SCHEMA_PROPERTIES; property++) {
        if (is_of_name(a, (enum schema_property)property))
            continue;
        if (!same(a, b, (enum schema_property)property))
            return false;
        *anything = *anything || schema_get(a, (enum schema_property)property);
    }
    return true;
}

static unsigned score_others(const struct schema_object *a, const struct schema_object *b,
                             const char **why)
{
    bool anything = false;
    if (!same_values(a, b, &anything) || !anything)
        return 0;
    const struct schema_object *part = a->parts, *other = b->parts;
    for (; part && other; part = part->next, other = other->next)
        if (part->kind != other->kind || !same_values(part, other, &anything))
            return 0;
    if (part || other)
        return 0;
    *why = "nothing but the name differs";
    return 70 + name_score(a->name, b->name) * 30 / 100;
}

/* Names of the same kind, at the same place: one owner, or one namespace. */
static bool may_be(const struct schema_diff *diff, const struct schema_object *a,
                   const struct schema_object *b)
{
    if (a->kind != b->kind || (a->kind == SCHEMA_FUNCTION && strcmp(a->arguments, b->arguments)))
        return false;
    if (a->kind == SCHEMA_NAMESPACE || a->kind == SCHEMA_EXTENSION)
        return false;
    if (!a->owner)
        return strcmp(a->schema, b->schema) == 0;
    return schema_find(diff->current, a->owner->kind, a->owner->schema, a->owner->name, NULL) ==
           b->owner;
}

static int by_score(const void *a, const void *b)
{
    const struct schema_rename_guess *left = a, *right = b;
    return left->score < right->score ? 1 : left->score > right->score ? -1 : 0;
}

static void guess(const struct schema_diff *diff, const struct schema_object *a,
                  const struct schema_object *b, struct vector *guesses)
{
    struct schema_rename_guess one = { a, b, 0, NULL };
    if (!may_be(diff, a, b))
        return;
    if (a->kind == SCHEMA_COLUMN)
        one.score = score_columns(diff->arena, a, b, &one.why);
    else if (a->kind == SCHEMA_TABLE)
        one.score = score_tables(diff->arena, diff->current, a, b, &one.why);
    else
        one.score = score_others(a, b, &one.why);
    if (one.score >= SCORE_MIN)
        vector_push(guesses, &one);
}

/* Each object is in one guess at most, the best. */
static void keep_best(struct vector *guesses)
{
    for (size_t i = 0; i < guesses->count; i++) {
        const struct schema_rename_guess *best = vector_at(guesses, i);
        for (size_t j = guesses->count; j-- > i + 1;) {
            const struct schema_rename_guess *other = vector_at(guesses, j);
            if (other->previous == best->previous || other->current == best->current)
                vector_remove(guesses, j);
        }
    }
}

void diff_guess_renames(struct schema_diff *diff)
{
    struct vector removed, added, guesses;
    vector_init(&removed, sizeof(const struct schema_object *));
    vector_init(&added, sizeof(const struct schema_object *));
    vector_init(&guesses, sizeof(struct schema_rename_guess));
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        if (change->kind == SCHEMA_REMOVED && !change->within)
            vector_push(&removed, &change->previous);
        else if (change->kind == SCHEMA_ADDED && !change->within)
            vector_push(&added, &change->current);
    }
    bool few = !added.count || removed.count <= PAIRS_MAX / added.count;
    for (size_t i = 0; few && i < removed.count; i++)
        for (size_t j = 0; j < added.count; j++)
            guess(diff, *(const struct schema_object **)vector_at(&removed, i),
                  *(const struct schema_object **)vector_at(&added, j), &guesses);
    vector_sort(&guesses, by_score);
    keep_best(&guesses);
    diff->renames = vector_to_arena(&guesses, diff->arena);
    diff->rename_count = guesses.count;
    vector_release(&removed);
    vector_release(&added);
    vector_release(&guesses);
}
