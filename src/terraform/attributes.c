#include "attributes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json_pointer.h>
#include <pilab/base/memory.h>
#include <pilab/document/document.h>

/* What is walked side by side. */
enum side { BEFORE, AFTER, UNKNOWN, BEFORE_MASK, AFTER_MASK, SIDE_COUNT };

struct walk {
    struct arena *arena;
    const struct attribute_sides *sides;
    struct vector *out;
    struct strbuf pointer, path;
    const char *key;   /* the last step that is a name */
    const char *entry; /* what the innermost map is called by itself */
};

struct place {
    const struct node *at[SIDE_COUNT];
    bool hidden;  /* it, or something above it, is sensitive */
    bool forcing; /* … forces a replacement */
    bool unknown; /* … will be known after apply only */
};

static bool is_container(const struct node *node)
{
    return node && (node->kind == NODE_LIST || node->kind == NODE_MAP);
}

static bool is_leaf(const struct node *node)
{
    return node && !(is_container(node) && node->count > 0);
}

static bool is_true(const struct node *node)
{
    return node && node->kind == NODE_BOOL && strcmp(node->value, "true") == 0;
}

bool terraform_says_nothing(const struct node *value)
{
    return !value || value->kind == NODE_NULL ||
           (value->kind == NODE_STRING && value->length == 0) ||
           (is_container(value) && value->count == 0);
}

/* ---- what is the same ---- */

/* The digits of a number without a fraction of nothing: 1.0 is 1. */
static size_t number_length(const struct node *node)
{
    size_t length = strlen(node->value);

    return length > 2 && strcmp(node->value + length - 2, ".0") == 0 ? length - 2 : length;
}

static bool is_number(const struct node *node)
{
    return node && (node->kind == NODE_INTEGER || node->kind == NODE_FLOAT);
}

static bool same_leaf(const struct node *before, const struct node *after)
{
    if (is_number(before) && is_number(after) && before->kind != after->kind) {
        size_t length = number_length(before);

        return length == number_length(after) && memcmp(before->value, after->value, length) == 0;
    }
    return node_equal(before, after);
}

/* Policies are JSON within a string, which providers lay out anew at will. */
static bool same_json(const struct node *before, const struct node *after)
{
    struct document *documents[2] = { NULL, NULL };
    const struct node *nodes[2] = { before, after };
    bool same = true;

    if (!before || !after || before->kind != NODE_STRING || after->kind != NODE_STRING)
        return false;
    for (size_t i = 0; same && i < 2; i++) {
        same = nodes[i]->length > 1 && (nodes[i]->text[0] == '{' || nodes[i]->text[0] == '[');
        if (same)
            documents[i] =
                document_read("", nodes[i]->text, nodes[i]->length, DOCUMENT_JSON, NULL, NULL);
        same = documents[i] != NULL;
    }
    same = same && node_equal(documents[0]->roots[0], documents[1]->roots[0]);
    document_free(&documents[0]);
    document_free(&documents[1]);
    return same;
}

/* ---- one leaf ---- */

static bool is_hidden(const struct walk *walk, const struct place *place)
{
    return place->hidden || is_true(place->at[BEFORE_MASK]) || is_true(place->at[AFTER_MASK]) ||
           map_has(walk->sides->sensitive, walk->pointer.data);
}

static void add_leaf(struct walk *walk, const struct place *place)
{
    const struct node *before = is_leaf(place->at[BEFORE]) ? place->at[BEFORE] : NULL;
    const struct node *after = is_leaf(place->at[AFTER]) ? place->at[AFTER] : NULL;
    bool unknown = place->unknown;
    struct terraform_attribute *attribute;

    if (!before && !after && !unknown)
        return;
    /* What it has now tells what becomes unknown, each for itself. */
    if (unknown && !before && is_container(place->at[BEFORE]))
        return;
    if (!walk->sides->all && !unknown && same_leaf(before, after))
        return;
    attribute = vector_add(walk->out);
    *attribute = (struct terraform_attribute){
        .pointer = strbuf_to_arena(&walk->pointer, walk->arena),
        .path = strbuf_to_arena(&walk->path, walk->arena),
        .key = walk->key,
        .entry = walk->entry,
        .before = before,
        .after = unknown ? NULL : after,
        .unknown = unknown,
        .sensitive = place->hidden,
        .forces_replace = place->forcing,
        .alike = !unknown && ((terraform_says_nothing(before) && terraform_says_nothing(after)) ||
                              same_json(before, after)),
    };
}

/* ---- the walk ---- */

static int by_key(const void *a, const void *b)
{
    const struct node *const *left = a, *const *right = b;

    return strcmp((*left)->key, (*right)->key);
}

/* The entries of a map by their keys; the caller frees. */
static const struct node **sorted_entries(const struct node *node)
{
    const struct node **entries = memory_array(node->count, sizeof *entries);

    for (size_t i = 0; i < node->count; i++)
        entries[i] = node->children[i];
    sort_stable(entries, node->count, sizeof *entries, by_key);
    return entries;
}

static void visit(struct walk *walk, struct place place);

enum step_kind {
    STEP_NAME,
    STEP_NUMBER,
    STEP_ONLY /* the only entry of a list of maps */
};

/* One step down; the walk's texts are as before when it comes back. */
static void visit_child(struct walk *walk, const struct place *child, const char *step,
                        enum step_kind kind)
{
    size_t pointer = walk->pointer.length, path = walk->path.length;
    const char *key = walk->key;

    json_pointer_add(&walk->pointer, step);
    if (kind == STEP_NUMBER)
        strbuf_printf(&walk->path, "[%s]", step);
    else if (kind == STEP_ONLY)
        ; /* people call a block by its name alone */
    else if (path == 0 && strpbrk(step, ".[]\" ") == NULL)
        strbuf_add(&walk->path, step);
    else if (strpbrk(step, ".[]\" ") == NULL)
        strbuf_printf(&walk->path, ".%s", step);
    else
        strbuf_printf(&walk->path, "[\"%s\"]", step);
    if (kind == STEP_NAME)
        walk->key = step; /* of the document, which outlives the result */
    visit(walk, *child);
    strbuf_truncate(&walk->pointer, pointer);
    strbuf_truncate(&walk->path, path);
    walk->key = key;
}

static const char *least_key(const struct node **entries[], const size_t *next, const size_t *count)
{
    const char *least = NULL;

    for (size_t i = 0; i <= UNKNOWN; i++) {
        if (next[i] < count[i] && (!least || strcmp(entries[i][next[i]]->key, least) < 0))
            least = entries[i][next[i]]->key;
    }
    return least;
}

/* {name: DB_PASSWORD, value: …}: the value is known by what stands beside it. */
static const char *own_name(const struct place *place)
{
    static const char *const keys[] = { "name", "key" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        for (size_t side = BEFORE; side <= AFTER; side++) {
            const struct node *name = node_get(place->at[side], keys[i]);

            if (name && name->kind == NODE_STRING && name->length > 0)
                return name->text;
        }
    }
    return NULL;
}

/* What holds of all that is within it. */
static struct place below(const struct place *place)
{
    return (struct place){ .hidden = place->hidden,
                           .forcing = place->forcing,
                           .unknown = place->unknown };
}

/* All maps side by side, as lists that are sorted are merged; a mask is never walked for itself. */
static void visit_maps(struct walk *walk, const struct place *place)
{
    const struct node **entries[SIDE_COUNT] = { 0 };
    size_t next[SIDE_COUNT] = { 0 }, count[SIDE_COUNT] = { 0 };
    const char *entry = walk->entry, *key;

    walk->entry = own_name(place);
    for (size_t i = 0; i < SIDE_COUNT; i++) {
        if (place->at[i] && place->at[i]->kind == NODE_MAP) {
            entries[i] = sorted_entries(place->at[i]);
            count[i] = place->at[i]->count;
        }
    }
    while ((key = least_key(entries, next, count)) != NULL) {
        struct place child = below(place);

        for (size_t i = 0; i < SIDE_COUNT; i++) {
            while (next[i] < count[i] && strcmp(entries[i][next[i]]->key, key) < 0)
                next[i]++;
            if (next[i] < count[i] && strcmp(entries[i][next[i]]->key, key) == 0)
                child.at[i] = entries[i][next[i]++];
        }
        visit_child(walk, &child, key, STEP_NAME);
    }
    for (size_t i = 0; i < SIDE_COUNT; i++)
        free(entries[i]);
    walk->entry = entry;
}

static bool holds_map(const struct node *list)
{
    return list && list->kind == NODE_LIST && list->count == 1 &&
           list->children[0]->kind == NODE_MAP;
}

static void visit_lists(struct walk *walk, const struct place *place)
{
    enum step_kind kind = STEP_NUMBER;
    size_t longest = 0;

    for (size_t i = 0; i <= UNKNOWN; i++) {
        if (place->at[i] && place->at[i]->kind == NODE_LIST && place->at[i]->count > longest)
            longest = place->at[i]->count;
    }
    if (longest == 1 && (holds_map(place->at[BEFORE]) || holds_map(place->at[AFTER]) ||
                         holds_map(place->at[UNKNOWN])))
        kind = STEP_ONLY;
    for (size_t index = 0; index < longest; index++) {
        struct place child = below(place);
        char step[24];

        for (size_t i = 0; i < SIDE_COUNT; i++) {
            if (place->at[i] && place->at[i]->kind == NODE_LIST && index < place->at[i]->count)
                child.at[i] = place->at[i]->children[index];
        }
        snprintf(step, sizeof step, "%zu", index);
        visit_child(walk, &child, step, kind);
    }
}

/* Recursion ends: documents are no deeper than DOCUMENT_DEPTH_MAX. */
static void visit(struct walk *walk, struct place place)
{
    place.hidden = is_hidden(walk, &place);
    place.unknown |= is_true(place.at[UNKNOWN]);
    place.forcing |= map_has(walk->sides->forcing, walk->pointer.data);
    add_leaf(walk, &place);
    visit_maps(walk, &place);
    visit_lists(walk, &place);
}

void attributes_collect(struct arena *arena, const struct attribute_sides *sides,
                        struct vector *out)
{
    struct walk walk = {
        .arena = arena,
        .sides = sides,
        .out = out,
        .pointer = STRBUF_INIT,
        .path = STRBUF_INIT,
        .key = "",
    };
    struct place root = {
        .at = {sides->before, sides->after, sides->unknown, sides->before_mask, sides->after_mask}
    };

    /* An object that is not there is no leaf: its other side tells all. */
    for (size_t i = BEFORE; i <= AFTER; i++) {
        if (root.at[i] && root.at[i]->kind == NODE_NULL)
            root.at[i] = NULL;
    }
    visit(&walk, root);
    strbuf_release(&walk.pointer);
    strbuf_release(&walk.path);
}
