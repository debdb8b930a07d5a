/*
 * What stands within a text that is a document of its own, as a ConfigMap keeps files: each value
 * that differs is looked at as if it stood in a file, so that the whole is judged by it as well.
 */
#include "config_scan.h"

#include <string.h>

#include <pilab/drift/rules.h>

/* More is no configuration that anybody wrote. */
#define TEXT_MAX ((size_t)1 << 20)

struct text_look {
    const struct config_scan *scan;
    const struct drift_item *item;
    bool flat;          /* keys are paths already */
    struct strbuf path; /* of the value at hand, behind the item's */
    size_t below;       /* where the path within the text begins */
};

static struct document *read_text(const struct node *node, const char *key)
{
    static const struct document_options options = { .allow_duplicate_keys = true,
                                                     .limit = TEXT_MAX };
    enum document_format format;
    struct document *document;
    struct error error;

    if (node == NULL || node->kind != NODE_STRING || !document_format_of(key, &format))
        return NULL;
    document = document_read(key, node->text, node->length, format, &options, &error);
    if (document != NULL && (document->count == 0 || document->roots[0]->kind != NODE_MAP))
        document_free(&document);
    return document;
}

static bool is_whole(const struct node *node)
{
    return node != NULL && (node->kind == NODE_MAP || node->kind == NODE_LIST);
}

static const char *value_of(const struct node *node)
{
    return node != NULL && !is_whole(node) ? node->value : NULL;
}

static void judge_value(const struct text_look *look, const char *key, const struct node *previous,
                        const struct node *current)
{
    struct report_builder *builder = look->scan->builder;
    struct rule_subject subject = { .type = DRIFT_CONFIG,
                                    .category = look->item->category,
                                    .path = look->path.data,
                                    .key = key,
                                    .previous = value_of(previous),
                                    .current = value_of(current),
                                    .previous_environment = builder->input->previous.environment,
                                    .current_environment = builder->input->current.environment };

    if (key == NULL || secret_key(key))
        return;
    subject.change_type = previous == NULL  ? CHANGE_TYPE_ADDED
                          : current == NULL ? CHANGE_TYPE_DELETED
                                            : CHANGE_TYPE_MODIFIED;
    builder_look_within(builder, &subject, look->path.data + look->below);
}

/* A map or a list that comes or goes: its values, one after the other. The entries of a list have
 * its place. Recursion ends at DOCUMENT_DEPTH_MAX. */
static void judge_whole(struct text_look *look, const char *key, const struct node *node, bool gone)
{
    size_t length = look->path.length;

    if (!is_whole(node)) {
        judge_value(look, key, gone ? node : NULL, gone ? NULL : node);
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];

        if (node->kind == NODE_MAP) {
            const struct path_step step = { .kind = STEP_KEY, .key = child->key };
            const struct tree_change change = { .steps = &step, .step_count = 1 };

            strbuf_add_char(&look->path, '.');
            tree_change_path(&look->path, &change);
        }
        judge_whole(look, node->kind == NODE_MAP ? child->key : key, child, gone);
        strbuf_truncate(&look->path, length);
    }
}

static const char *last_key(const struct tree_change *change)
{
    for (size_t i = change->step_count; i > 0; i--) {
        if (change->steps[i - 1].kind == STEP_KEY)
            return change->steps[i - 1].key;
    }
    return NULL;
}

static void judge_change(struct text_look *look, const struct tree_change *change)
{
    const char *key = last_key(change);
    size_t length = look->path.length;

    if (change->kind == CHANGE_ORDER || change->step_count == 0 || key == NULL)
        return;
    if (look->flat)
        strbuf_add(&look->path, key);
    else
        tree_change_path(&look->path, change);
    if (!is_whole(change->previous) && !is_whole(change->current)) {
        judge_value(look, key, change->previous, change->current);
    } else {
        if (change->previous != NULL)
            judge_whole(look, key, change->previous, true);
        if (change->current != NULL)
            judge_whole(look, key, change->current, false);
    }
    strbuf_truncate(&look->path, length);
}

void config_look_into_text(const struct config_scan *scan, const struct drift_item *item,
                           const struct config_sides *sides)
{
    struct document *previous, *current;

    if (sides->place.place != PLACE_OPEN || item->key == NULL || sides->previous == NULL ||
        sides->current == NULL)
        return;
    previous = read_text(sides->previous, item->key);
    current = previous != NULL ? read_text(sides->current, item->key) : NULL;
    if (current != NULL) {
        struct tree_diff *diff = tree_diff_documents(previous, current, NULL);
        struct text_look look = { .scan = scan,
                                  .item = item,
                                  .flat = document_format_is_flat(current->format),
                                  .path = STRBUF_INIT };

        strbuf_printf(&look.path, "%s.", item->path);
        look.below = look.path.length;
        for (size_t i = 0; i < diff->count; i++)
            judge_change(&look, &diff->changes[i]);
        strbuf_release(&look.path);
        tree_diff_free(&diff);
    }
    document_free(&previous);
    document_free(&current);
}
