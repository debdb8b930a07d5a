/*
 * What the target would break on, as far as the two states tell it truthfully.
 */
#include "config_scan.h"

#include <string.h>

#include "config_needed.h"
#include "references.h"

static const char *string_of(const struct node *node)
{
    return node && node->kind == NODE_STRING ? node->text : "";
}

/* A value that belongs to the environment it comes from. */
static void judge_environment(const struct config_scan *scan, struct drift_item *item,
                              const char *previous, const char *current)
{
    const struct drift_input *input = scan->builder->input;
    const char *named = config_foreign_environment(input, previous, current);

    if (named && strcmp(item->category, "image") != 0)
        builder_raise_attention(scan->builder, item, ATTENTION_BLOCKER,
                                arena_printf(scan->builder->arena,
                                             "%s would get a value that names %s",
                                             input->previous.environment, named));
}

/* A variable goes away that a value still needs. */
static void judge_removed(const struct config_scan *scan, struct drift_item *item)
{
    const char *user = references_user(scan->references, item->key);

    if (!user || references_defined(scan->references, item->key, strlen(item->key)))
        return;
    builder_raise_attention(scan->builder, item, ATTENTION_BLOCKER,
                            arena_printf(scan->builder->arena, "%s still refers to %s",
                                         *user ? user : "a value", item->key));
}

static bool refers_to(const char *text, const char *name, size_t length)
{
    size_t size;
    const char *found;

    while ((found = reference_next(&text, &size))) {
        if (size == length && memcmp(found, name, length) == 0)
            return true;
    }
    return false;
}

/* It may come from elsewhere, so a person looks; but where it comes from keeps it as a variable,
 * and the target does not. */
static void raise_undefined(const struct config_scan *scan, struct drift_item *item,
                            const char *name)
{
    struct report_builder *builder = scan->builder;
    const struct drift_input *input = builder->input;

    if (config_variable_kept(input, scan->module->name, name, true))
        builder_raise_attention(builder, item, ATTENTION_BLOCKER,
                                arena_printf(builder->arena,
                                             "refers to %s, which %s keeps and %s lacks", name,
                                             input->current.environment,
                                             input->previous.environment));
    else
        builder_raise_attention(builder, item, ATTENTION_REVIEW,
                                arena_printf(builder->arena,
                                             "refers to %s, which none of the documents read "
                                             "defines",
                                             name));
}

/* A new reference to something that is not there. */
static void judge_reference(const struct config_scan *scan, struct drift_item *item,
                            const char *previous, const char *current)
{
    const char *name;
    size_t length;

    if (strchr(current, '\n'))
        return; /* a script has variables of its own */
    while ((name = reference_next(&current, &length))) {
        if (references_defined(scan->references, name, length) || refers_to(previous, name, length))
            continue;
        raise_undefined(scan, item, arena_bytes(scan->builder->arena, name, length));
        return;
    }
}

void config_raise_attention(const struct config_scan *scan, struct drift_item *item,
                            const struct config_name *name, const struct node *previous,
                            const struct node *current)
{
    bool variable = name->flat || strcmp(name->category, "env") == 0;

    if (item->change_type == CHANGE_TYPE_DELETED) {
        if (variable)
            judge_removed(scan, item);
        return;
    }
    if (!current || current->kind != NODE_STRING)
        return;
    judge_environment(scan, item, string_of(previous), current->text);
    if (variable)
        judge_reference(scan, item, string_of(previous), current->text);
}
