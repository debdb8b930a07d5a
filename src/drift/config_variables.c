/*
 * Variables that the project keeps for each environment (pilab variable), of the two that are
 * compared. A promotion brings none of them: what matters is what the target lacks, and what must
 * differ and does not.
 */
#include "config_needed.h"

#include <string.h>

#include <pilab/drift/mask.h>

#include "config_scan.h"

/* What the project's patterns for them begin with; others speak of files. */
#define VARIABLES "variables."

struct variables {
    struct report_builder *builder;
    const char *target, *source; /* what the environments are called */
};

bool config_variable_kept(const struct drift_input *input, const char *module, const char *name,
                          bool by_source)
{
    for (size_t i = 0; i < input->variable_count; i++) {
        const struct kept_variable *variable = &input->variables[i];
        const struct kept_variable_side *side =
            by_source ? &variable->current : &variable->previous;

        if (side->present && strcmp(variable->name, name) == 0 &&
            (variable->module == NULL || strcmp(variable->module, module) == 0))
            return true;
    }
    return false;
}

/* A fingerprint stands only where others would. */
static struct drift_value masked_value(const struct variables *variables, const char *fingerprint)
{
    struct arena *arena = variables->builder->arena;
    bool shown = variables->builder->input->fingerprint != NULL && *fingerprint != '\0';

    return (struct drift_value){
        .present = true,
        .masked = true,
        .kind = NODE_STRING,
        .text = shown ? arena_printf(arena, "%s (%s)", MASK_TEXT, fingerprint) : MASK_TEXT,
    };
}

/* What is a secret in one environment is none to be shown in the other. */
static void set_value(const struct variables *variables, struct drift_value *value,
                      const struct kept_variable *variable, const struct kept_variable_side *side)
{
    bool secret = variable->previous.secret || variable->current.secret;
    struct node node = { .kind = NODE_STRING, .text = side->value, .value = side->value };

    if (!side->present)
        return;
    if (side->secret) {
        *value =
            *side->fingerprint != '\0'
                ? masked_value(variables, side->fingerprint)
                : (struct drift_value){ .present = true, .kind = NODE_STRING, .text = "(not set)" };
        return;
    }
    node.length = strlen(side->value);
    config_value_show(variables->builder, value, &node,
                      (struct value_place){ .key = variable->name,
                                            .place = secret ? PLACE_SEALED : PLACE_OPEN });
}

static const struct expected_difference *must_differ(const struct variables *variables,
                                                     const char *module, const char *path)
{
    const struct expected_difference *expected =
        expected_set_find(variables->builder->expected, DRIFT_CONFIG, module, path);

    return expected != NULL && strncmp(expected->path, VARIABLES, strlen(VARIABLES)) == 0 ? expected
                                                                                          : NULL;
}

/* The other environment that the target's own value names, or NULL. */
static const char *names_other(const struct variables *variables,
                               const struct kept_variable *variable)
{
    const struct kept_variable_side *own = &variable->previous;

    if (!own->present || own->secret || own->value == NULL)
        return NULL;
    return config_foreign_environment(variables->builder->input, "", own->value);
}

static void raise(const struct variables *variables, struct drift_item *item,
                  const struct kept_variable *variable)
{
    struct arena *arena = variables->builder->arena;
    const char *other = names_other(variables, variable);

    if (other != NULL)
        builder_raise_attention(variables->builder, item, ATTENTION_BLOCKER,
                                arena_printf(arena, "%s keeps a value that names %s",
                                             variables->target, other));
    else if (variable->same)
        builder_raise_attention(variables->builder, item, ATTENTION_BLOCKER,
                                arena_printf(arena,
                                             "%s has the same value as %s, and must have its own",
                                             variables->target, variables->source));
    else if (!variable->previous.present)
        builder_raise_attention(variables->builder, item, ATTENTION_REVIEW,
                                arena_printf(arena, "%s has it, and %s lacks it", variables->source,
                                             variables->target));
}

static void add_item(const struct variables *variables, const struct kept_variable *variable,
                     const char *module, const char *path)
{
    struct report_builder *builder = variables->builder;
    struct drift_item *item =
        builder_add_item(builder, DRIFT_CONFIG, variable->same ? "variable-equal" : "variable",
                         module, module, path, variable->name);

    /* What the target alone keeps stays there: nothing is deleted. */
    item->change_type = variable->previous.present ? CHANGE_TYPE_MODIFIED : CHANGE_TYPE_ADDED;
    set_value(variables, &item->previous, variable, &variable->previous);
    set_value(variables, &item->current, variable, &variable->current);
    raise(variables, item, variable);
    builder_judge_marked(builder, item, NULL, MARK_KEPT);
    if (!variable->same || item->suppressed)
        return;
    /* The pattern says that it differs: that it does not is what nobody expects. */
    item->expected = false;
    item->expected_by = item->expected_reason = NULL;
    raise(variables, item, variable);
}

static void collect_variable(const struct variables *variables,
                             const struct kept_variable *variable)
{
    struct report_builder *builder = variables->builder;
    const char *module = variable->module != NULL ? variable->module : builder->input->project;
    const char *path = arena_printf(builder->arena, VARIABLES "%s", variable->name);

    if (!variable->same || must_differ(variables, module, path) != NULL ||
        names_other(variables, variable) != NULL)
        add_item(variables, variable, module, path);
}

void config_collect_variables(struct report_builder *builder)
{
    const struct drift_input *input = builder->input;
    struct variables variables = { builder, input->previous.environment,
                                   input->current.environment };

    for (size_t i = 0; i < input->variable_count; i++)
        collect_variable(&variables, &input->variables[i]);
}
