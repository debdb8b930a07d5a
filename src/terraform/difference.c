/*
 * Two states side by side. A state does not say what was done, so it is told from what is there:
 * another id at the same address is another object, the same id at another address has moved.
 */
#include <pilab/terraform/file.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "attributes.h"
#include "parts.h"

struct pairing {
    struct terraform_changes *changes;
    const struct terraform_file *previous, *current;
    struct map *by_key; /* of current: its instance */
    bool *taken;        /* of current: it has a partner */
    struct vector out;  /* struct terraform_change */
    size_t flat;        /* instances that could not be compared: one side is in the old form */
};

/* An instance by its address, and by its key when it waits to be destroyed. */
static void add_key(struct strbuf *out, const struct terraform_instance *instance)
{
    strbuf_clear(out);
    strbuf_add(out, instance->address);
    if (instance->deposed) {
        strbuf_add_char(out, '\0');
        strbuf_add(out, instance->deposed);
    }
}

static bool is_object(const struct terraform_instance *instance)
{
    return !instance->data && !instance->deposed && instance->id;
}

/* What an object is, wherever it stands. */
static void add_identity(struct strbuf *out, const struct terraform_instance *instance)
{
    strbuf_clear(out);
    strbuf_add(out, instance->type);
    strbuf_add_char(out, '\0');
    strbuf_add(out, instance->provider);
    strbuf_add_char(out, '\0');
    strbuf_add(out, instance->id);
}

/* ---- one change ---- */

static void mark_sensitive(struct map *marks, const struct terraform_instance *instance)
{
    for (size_t i = 0; instance && i < instance->sensitive_count; i++)
        map_put(marks, instance->sensitive_pointers[i], marks);
}

static void compare_values(struct pairing *pairing, struct terraform_change *change,
                           const struct terraform_instance *before,
                           const struct terraform_instance *after)
{
    struct map *marks = map_new();
    struct vector found;
    const struct attribute_sides sides = {
        .before = before ? before->values : NULL,
        .after = after ? after->values : NULL,
        .before_mask = before ? before->mask : NULL,
        .after_mask = after ? after->mask : NULL,
        .sensitive = marks,
    };

    mark_sensitive(marks, before);
    mark_sensitive(marks, after);
    vector_init(&found, sizeof(struct terraform_attribute));
    attributes_collect(pairing->changes->arena, &sides, &found);
    change->attribute_count = found.count;
    change->attributes = vector_to_arena(&found, pairing->changes->arena);
    vector_release(&found);
    map_free(&marks);
}

static bool says_more(const struct terraform_change *change)
{
    for (size_t i = 0; i < change->attribute_count; i++) {
        if (!change->attributes[i].alike)
            return true;
    }
    return false;
}

static struct terraform_change change_of(const struct terraform_instance *before,
                                         const struct terraform_instance *after)
{
    const struct terraform_instance *instance = after ? after : before;

    return (struct terraform_change){
        .address = instance->address,
        .module = instance->module,
        .type = instance->type,
        .name = instance->name,
        .provider = instance->provider,
        .deposed = instance->deposed,
        .data = instance->data,
        .before = before ? before->values : NULL,
        .after = after ? after->values : NULL,
        .tainted = after && after->tainted && !(before && before->tainted),
    };
}

static void settle_action(struct terraform_change *change, enum terraform_action action)
{
    change->action = action;
    change->actions = action == TERRAFORM_REPLACE ? "delete+create" : terraform_action_name(action);
}

static bool is_other_object(const struct terraform_instance *before,
                            const struct terraform_instance *after)
{
    return is_object(before) && is_object(after) && strcmp(before->id, after->id) != 0;
}

/* Instances at one address, or the same object at two. */
static void add_pair(struct pairing *pairing, const struct terraform_instance *before,
                     const struct terraform_instance *after)
{
    struct terraform_change change = change_of(before, after);

    if (strcmp(before->address, after->address) != 0)
        change.previous_address = before->address;
    if (before->flat == after->flat)
        compare_values(pairing, &change, before, after);
    else
        pairing->flat++;
    change.inferred = is_other_object(before, after);
    if (change.inferred)
        settle_action(&change, TERRAFORM_REPLACE);
    else if (!says_more(&change))
        settle_action(&change, TERRAFORM_NO_OP);
    else
        settle_action(&change, change.data ? TERRAFORM_READ : TERRAFORM_UPDATE);
    if (change.action != TERRAFORM_NO_OP || change.attribute_count > 0 || change.tainted ||
        change.previous_address)
        vector_push(&pairing->out, &change);
}

static void add_single(struct pairing *pairing, const struct terraform_instance *before,
                       const struct terraform_instance *after)
{
    struct terraform_change change = change_of(before, after);

    compare_values(pairing, &change, before, after);
    settle_action(&change, before ? TERRAFORM_DELETE : TERRAFORM_CREATE);
    vector_push(&pairing->out, &change);
}

/* ---- pairing ---- */

static size_t index_of(const struct terraform_file *file, const struct terraform_instance *instance)
{
    return (size_t)(instance - file->instances);
}

/* The added objects by what they are; of several that are the same, the first. */
static struct map *added_objects(const struct pairing *pairing)
{
    const struct terraform_file *current = pairing->current;
    struct strbuf identity = STRBUF_INIT;
    struct map *objects = map_new();

    for (size_t i = 0; i < current->instance_count; i++) {
        struct terraform_instance *instance = &current->instances[i];

        if (pairing->taken[i] || !is_object(instance))
            continue;
        add_identity(&identity, instance);
        map_keep_bytes(objects, identity.data, identity.length, instance);
    }
    strbuf_release(&identity);
    return objects;
}

static void pair_by_key(struct pairing *pairing, bool *paired)
{
    const struct terraform_file *previous = pairing->previous;
    struct strbuf key = STRBUF_INIT;

    for (size_t i = 0; i < previous->instance_count; i++) {
        const struct terraform_instance *before = &previous->instances[i], *after;

        add_key(&key, before);
        after = map_get_bytes(pairing->by_key, key.data, key.length);
        if (!after || pairing->taken[index_of(pairing->current, after)])
            continue;
        pairing->taken[index_of(pairing->current, after)] = true;
        paired[i] = true;
        add_pair(pairing, before, after);
    }
    strbuf_release(&key);
}

static void pair_by_identity(struct pairing *pairing, const bool *paired)
{
    const struct terraform_file *previous = pairing->previous;
    struct map *objects = added_objects(pairing);
    struct strbuf identity = STRBUF_INIT;

    for (size_t i = 0; i < previous->instance_count; i++) {
        const struct terraform_instance *before = &previous->instances[i], *after = NULL;

        if (paired[i])
            continue;
        if (is_object(before)) {
            add_identity(&identity, before);
            after = map_get_bytes(objects, identity.data, identity.length);
        }
        if (after && !pairing->taken[index_of(pairing->current, after)]) {
            pairing->taken[index_of(pairing->current, after)] = true;
            add_pair(pairing, before, after);
        } else {
            add_single(pairing, before, NULL);
        }
    }
    for (size_t i = 0; i < pairing->current->instance_count; i++) {
        if (!pairing->taken[i])
            add_single(pairing, NULL, &pairing->current->instances[i]);
    }
    strbuf_release(&identity);
    map_free(&objects);
}

static struct map *instances_by_key(const struct terraform_file *file)
{
    struct map *map = map_new();
    struct strbuf key = STRBUF_INIT;

    for (size_t i = 0; i < file->instance_count; i++) {
        add_key(&key, &file->instances[i]);
        map_keep_bytes(map, key.data, key.length, &file->instances[i]);
    }
    strbuf_release(&key);
    return map;
}

static int by_address(const void *a, const void *b)
{
    const struct terraform_change *left = a, *right = b;
    int order = strcmp(left->address, right->address);

    if (order != 0 || left->deposed == right->deposed)
        return order;
    return strcmp(left->deposed ? left->deposed : "", right->deposed ? right->deposed : "");
}

/* ---- outputs ---- */

static void add_output(struct vector *out, const struct node *before, const struct node *after)
{
    const struct node *old = node_get(before, "value"), *new = node_get(after, "value");
    bool same = before && after && node_equal(old, new);
    struct terraform_output *output = vector_add(out);

    output->name = (after ? after : before)->key;
    output->action = !before  ? TERRAFORM_CREATE
                     : !after ? TERRAFORM_DELETE
                     : same   ? TERRAFORM_NO_OP
                              : TERRAFORM_UPDATE;
    output->actions = terraform_action_name(output->action);
    output->before = old;
    output->after = new;
    output->sensitive = member_is_true(before, "sensitive") || member_is_true(after, "sensitive");
}

static int by_name(const void *a, const void *b)
{
    const struct terraform_output *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static struct map *entries_of(const struct node *map)
{
    struct map *entries = map_new();

    for (size_t i = 0; map && i < map->count; i++)
        map_put(entries, map->children[i]->key, map->children[i]);
    return entries;
}

static void compare_outputs(struct pairing *pairing)
{
    const struct node *previous = pairing->previous->outputs, *current = pairing->current->outputs;
    struct map *before = entries_of(previous), *after = entries_of(current);
    struct vector out;

    vector_init(&out, sizeof(struct terraform_output));
    for (size_t i = 0; previous && i < previous->count; i++)
        add_output(&out, previous->children[i], map_get(after, previous->children[i]->key));
    for (size_t i = 0; current && i < current->count; i++) {
        if (!map_has(before, current->children[i]->key))
            add_output(&out, NULL, current->children[i]);
    }
    vector_sort(&out, by_name);
    pairing->changes->output_count = out.count;
    pairing->changes->outputs = vector_to_arena(&out, pairing->changes->arena);
    vector_release(&out);
    map_free(&before);
    map_free(&after);
}

/* ---- what to know before trusting it ---- */

/* Digits of any length by their value. */
static int compare_serials(const char *left, const char *right)
{
    size_t left_length = strlen(left), right_length = strlen(right);

    if (left_length != right_length)
        return left_length < right_length ? -1 : 1;
    return strcmp(left, right);
}

static void add_warnings(const struct pairing *pairing)
{
    const struct terraform_file *previous = pairing->previous, *current = pairing->current;
    struct terraform_changes *changes = pairing->changes;
    struct vector warnings;

    vector_init(&warnings, sizeof(const char *));
    if (previous->lineage && current->lineage && strcmp(previous->lineage, current->lineage) != 0)
        changes_warn(changes, &warnings,
                     "the two states have different origins (lineage): they are not the same "
                     "infrastructure at two times");
    else if (previous->serial && current->serial &&
             compare_serials(previous->serial, current->serial) > 0)
        changes_warn(changes, &warnings,
                     "the previous state is the newer one (serial %s, then %s): are the two sides "
                     "swapped?",
                     previous->serial, current->serial);
    if (pairing->flat > 0)
        changes_warn(changes, &warnings,
                     "%zu %s not be compared by attributes: one side keeps them in the form of "
                     "versions before 0.12",
                     pairing->flat, pairing->flat == 1 ? "resource could" : "resources could");
    changes->warning_count = warnings.count;
    changes->warnings = vector_to_arena(&warnings, changes->arena);
    vector_release(&warnings);
}

struct terraform_changes *terraform_state_changes(const struct terraform_file *previous,
                                                  const struct terraform_file *current)
{
    struct pairing pairing = {
        .changes = changes_new(),
        .previous = previous,
        .current = current,
        .by_key = instances_by_key(current),
        .taken = memory_array(current->instance_count, sizeof(bool)),
    };
    bool *paired = memory_array(previous->instance_count, sizeof *paired);
    struct terraform_changes *changes = pairing.changes;

    vector_init(&pairing.out, sizeof(struct terraform_change));
    pair_by_key(&pairing, paired);
    pair_by_identity(&pairing, paired);
    vector_sort(&pairing.out, by_address);
    changes->resource_count = pairing.out.count;
    changes->resources = vector_to_arena(&pairing.out, changes->arena);
    compare_outputs(&pairing);
    add_warnings(&pairing);
    vector_release(&pairing.out);
    map_free(&pairing.by_key);
    free(pairing.taken);
    free(paired);
    return changes;
}
