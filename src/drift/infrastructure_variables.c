/*
 * Two files of variables: compared like configuration, but what they set is infrastructure.
 */
#include <string.h>

#include <pilab/document/diff.h>

#include "config_scan.h"
#include "infrastructure_door.h"
#include "infrastructure_guard.h"
#include "infrastructure_parts.h"
#include "secret_nodes.h"

struct variables {
    struct report_builder *builder;
    const struct module_input *module;
    const struct infrastructure_pair *pair;
    struct secret_nodes *secrets;
};

static const enum change_type change_types[] = {
    [CHANGE_ADDED] = CHANGE_TYPE_ADDED,       [CHANGE_REMOVED] = CHANGE_TYPE_DELETED,
    [CHANGE_MODIFIED] = CHANGE_TYPE_MODIFIED, [CHANGE_TYPE] = CHANGE_TYPE_MODIFIED,
    [CHANGE_ORDER] = CHANGE_TYPE_MODIFIED,
};

/* The last step that is a name, the variable's own at least; a map called "secrets" seals what is
 * in it. */
static const char *last_name(const struct tree_change *change)
{
    const char *name = "";

    for (size_t i = 0; i < change->step_count; i++) {
        const struct path_step *step = &change->steps[i];

        if (step->kind == STEP_NAMED)
            name = step->name;
        else if (step->kind == STEP_KEY &&
                 (!*name || (strcmp(step->key, "value") != 0 && strcmp(step->key, "default") != 0)))
            name = step->key;
    }
    return name;
}

static bool is_sealed(const struct tree_change *change)
{
    for (size_t i = 0; i + 1 < change->step_count; i++) {
        if (change->steps[i].kind == STEP_KEY && secret_key(change->steps[i].key))
            return true;
    }
    return false;
}

static struct drift_item *add_item(const struct variables *variables, const char *path,
                                   const char *key)
{
    return builder_add_item(variables->builder, DRIFT_INFRASTRUCTURE, "variable",
                            variables->module->name, variables->module->name, path, key);
}

/* What one variable puts at risk, by its name and value. A whole entry that comes is of a thing
 * that comes, which was not protected before either. */
static unsigned risks(const struct variables *variables, const struct drift_item *item,
                      const struct tree_change *change)
{
    const struct node *before = change->previous, *after = change->current;
    const struct terraform_attribute attribute = {
        .path = item->path, .key = item->key, .before = before, .after = after
    };
    unsigned marks = 0;

    if (!after || change->kind == CHANGE_ORDER)
        return 0;
    if (infrastructure_variable_opens(variables->pair->previous->document->roots[0],
                                      variables->pair->current->document->roots[0], before, after,
                                      item->key) ||
        infrastructure_variable_publishes(item->key, before, after))
        marks |= MARK_EXPOSED;
    if (infrastructure_variable_unprotects(item->key, before, after))
        marks |= MARK_UNPROTECTED;
    if (infrastructure_shortens(&attribute))
        marks |= MARK_SHORTENED;
    if (change->step_count == 1 &&
        infrastructure_goes_on(variables->pair->current->document->roots[0], item->key, after))
        marks |= MARK_RUNNING;
    return marks;
}

static void fill(const struct variables *variables, struct drift_item *item,
                 const struct node *previous, const struct node *current, struct value_place place,
                 unsigned marks)
{
    struct report_builder *builder = variables->builder;
    enum secret_kind before = config_value_show(builder, &item->previous, previous, place);
    enum secret_kind after = config_value_show(builder, &item->current, current, place);

    if (after == SECRET_SHAPED)
        marks |= MARK_CREDENTIAL;
    if (after == SECRET_NAMED || before != SECRET_NONE)
        marks |= MARK_SECRET;
    if (terraform_says_nothing(previous) && terraform_says_nothing(current))
        marks |= MARK_EMPTY;
    item->previous_at = infrastructure_place(builder->arena, previous);
    item->current_at = infrastructure_place(builder->arena, current);
    builder_judge_marked(builder, item, NULL, marks);
}

static void add_change(const struct variables *variables, const struct tree_change *change)
{
    struct strbuf path = STRBUF_INIT;
    const char *key = last_name(change);
    struct drift_item *item;

    tree_change_path(&path, change);
    item = add_item(variables, path.data, key);
    strbuf_release(&path);
    item->change_type = change_types[change->kind];
    if (change->kind == CHANGE_TYPE)
        item->detail = DETAIL_TYPE_CHANGED;
    if (change->kind == CHANGE_ORDER)
        item->detail = DETAIL_REORDERED;
    fill(variables, item, change->previous, change->current,
         (struct value_place){ .key = key,
                               .place = is_sealed(change) ? PLACE_SEALED : PLACE_OPEN,
                               .secrets = variables->secrets },
         risks(variables, item, change));
}

/* What each variable of a file that came sets, as if the file had been there and it not. */
static void look_within(const struct variables *variables, const struct drift_item *item,
                        const struct node *root)
{
    static const struct node nothing = { .kind = NODE_MAP };

    for (size_t i = 0; root->kind == NODE_MAP && i < root->count; i++) {
        const struct node *node = root->children[i];
        const struct rule_subject subject = {
            .type = DRIFT_INFRASTRUCTURE,
            .category = item->category,
            .path = node->key,
            .key = node->key,
            .current = node->value != NULL && !secret_key(node->key) ? node->value : NULL,
            .marks =
                (infrastructure_variable_opens(&nothing, root, NULL, node, node->key) ||
                         infrastructure_variable_publishes(node->key, NULL, node)
                     ? MARK_EXPOSED
                     : 0) |
                (infrastructure_variable_unprotects(node->key, NULL, node) ? MARK_UNPROTECTED : 0),
            .change_type = CHANGE_TYPE_ADDED,
            .previous_environment = variables->builder->input->previous.environment,
            .current_environment = variables->builder->input->current.environment,
        };

        builder_look_within(variables->builder, &subject, node->key);
    }
}

/* A file that came or went, as a whole. */
static void add_file(const struct variables *variables, const struct terraform_file *file,
                     bool added)
{
    const struct node *root = file->document->roots[0];
    struct drift_item *item = add_item(variables, variables->pair->name, variables->pair->name);

    item->change_type = added ? CHANGE_TYPE_ADDED : CHANGE_TYPE_DELETED;
    if (added)
        look_within(variables, item, root);
    fill(variables, item, added ? NULL : root, added ? root : NULL, (struct value_place){ 0 }, 0);
}

void infrastructure_collect_variables(struct report_builder *builder,
                                      const struct module_input *module,
                                      const struct infrastructure_pair *pair)
{
    struct variables variables = { .builder = builder, .module = module, .pair = pair };
    struct tree_diff *diff;

    if (!pair->previous || !pair->current) {
        add_file(&variables, pair->current ? pair->current : pair->previous, pair->current != NULL);
        return;
    }
    diff = tree_diff_documents(pair->previous->document, pair->current->document, NULL);
    variables.secrets = secret_nodes_new();
    secret_nodes_add(variables.secrets, pair->previous->document->roots[0], false);
    secret_nodes_add(variables.secrets, pair->current->document->roots[0], false);
    for (size_t i = 0; i < diff->count; i++)
        add_change(&variables, &diff->changes[i]);
    tree_diff_free(&diff);
    secret_nodes_free(&variables.secrets);
}
