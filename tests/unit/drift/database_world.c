#include "database_world.h"

#include <string.h>

const struct drift_report *world_compare(struct database_world *world,
                                         struct migration_scene *previous,
                                         struct migration_scene *current)
{
    struct migration_set *set = &current->set;
    bool *wanted = arena_array(current->arena, set->count, sizeof *wanted);

    world->previous = previous;
    world->current = current;
    world->input = (struct database_input){ .previous = &previous->set, .current = set };
    world->input.pairs =
        migration_set_compare(&previous->set, set, current->arena, &world->input.pair_count);
    for (size_t i = 0; i < world->input.pair_count; i++) {
        if (world->input.pairs[i].previous == NULL ||
            world->input.pairs[i].difference == MIGRATION_REPEATED)
            wanted[world->input.pairs[i].current - set->list] = true;
    }
    migration_read_operations(set, wanted, current->arena);
    drift_fixture_start(&world->fixture);
    drift_fixture_module(&world->fixture, "shop");
    ((struct module_input *)vector_at(&world->fixture.modules, 0))->database = &world->input;
    return drift_fixture_detect(&world->fixture);
}

void world_end(struct database_world *world)
{
    drift_fixture_end(&world->fixture);
    migrations_free(&world->previous);
    migrations_free(&world->current);
}

char *world_told(const struct drift_report *report)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        strbuf_printf(&out, "%s %s %s %s %s: %s [", severity_name(item->severity),
                      attention_name(item->attention), change_type_name(item->change_type),
                      item->category, item->path,
                      item->current.present ? item->current.text : item->previous.text);
        for (size_t k = 0; k < item->rule_count; k++)
            strbuf_printf(&out, "%s%s", k > 0 ? " " : "",
                          item->rules[k].rule + strlen("database."));
        strbuf_add(&out, "]\n");
    }
    return strbuf_steal(&out);
}
