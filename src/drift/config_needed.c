/*
 * Variables that new code reads and the target lacks.
 */
#include "config_needed.h"

#include <string.h>

#include <pilab/base/map.h>

/* Whether a variable is defined where the target's configuration stands: in the documents as they
 * would be there. Where they are not those of an environment, any file counts that could define it.
 */
static bool is_defined(const struct report_builder *builder, const struct references *references,
                       const struct needed_variable *need)
{
    bool of_environment = builder->input->previous.environment != NULL;

    return references_defined(references, need->name, strlen(need->name)) ||
           (!of_environment && need->found);
}

/* Whether others that the code reads are defined there, or where it comes from keeps them: else
 * they are defined somewhere else, and nothing can be said. */
static bool is_the_place(const struct report_builder *builder, const struct module_input *module,
                         const struct references *references)
{
    for (size_t i = 0; i < module->needed_count; i++) {
        if (is_defined(builder, references, &module->needed[i]) ||
            config_variable_kept(builder->input, module->name, module->needed[i].name, true))
            return true;
    }
    return false;
}

static void add_need(struct report_builder *builder, const struct module_input *module,
                     const struct needed_variable *need, struct config_commits *commits)
{
    const char *target = builder->input->previous.environment;
    struct drift_item *item = builder_add_item(builder, DRIFT_CONFIG, "needed", module->name,
                                               module->name, need->name, need->name);
    struct arena *arena = builder->arena;

    item->change_type = CHANGE_TYPE_ADDED;
    item->current_at =
        (struct drift_provenance){ .file = arena_text(arena, need->file), .line = need->line };
    builder_raise_attention(builder, item, target != NULL ? ATTENTION_BLOCKER : ATTENTION_REVIEW,
                            target != NULL
                                ? arena_printf(arena, "%s:%u reads it, and %s lacks it", need->file,
                                               need->line, target)
                                : arena_printf(arena, "%s:%u reads it, and no file here defines it",
                                               need->file, need->line));
    config_commits_tie_line(commits, item);
    builder_judge(builder, item);
}

void config_add_needed(struct report_builder *builder, const struct module_input *module,
                       const struct references *references, struct config_commits *commits)
{
    struct map *told;

    if (!is_the_place(builder, module, references))
        return;
    told = map_new();
    for (size_t i = 0; i < module->needed_count; i++) {
        const struct needed_variable *need = &module->needed[i];

        if (!need->is_new || map_has(told, need->name) || is_defined(builder, references, need))
            continue;
        map_put(told, need->name, (void *)(uintptr_t)need);
        add_need(builder, module, need, commits);
    }
    map_free(&told);
}
