#include <pilab/release/where_fields.h>

#include <string.h>

#include "environment_field.h"

enum field { FIELD_MODULE, FIELD_COMMIT, FIELD_AUTHOR, FIELD_SUBJECT, FIELD_AT, FIELDS };

_Static_assert((size_t)FIELDS == WHERE_FIXED_FIELDS, "the header says how many there are");

/* clang-format off */
static const struct filter_field fixed[FIELDS] = {
    [FIELD_MODULE] = { "module", FILTER_TEXT, NULL, 0, "its name" },
    [FIELD_COMMIT] = { "commit", FILTER_TEXT, NULL, 0, "a part of a commit's id" },
    [FIELD_AUTHOR] = { "author", FILTER_TEXT, NULL, 0, "who made a commit" },
    [FIELD_SUBJECT] = { "subject", FILTER_TEXT, NULL, 0, "the first line of a message" },
    [FIELD_AT] = { "at", FILTER_TIME, NULL, 0, "when the newest commit was made" },
};
/* clang-format on */

static const char *module_text(const void *thing, size_t field, size_t index)
{
    const struct where_module *module = thing;
    const struct where_commit *commit =
        index < module->commit_count ? &module->commits[index] : NULL;

    if (field == FIELD_MODULE)
        return index == 0 ? module->name : NULL;
    if (commit == NULL)
        return NULL;
    switch ((enum field)field) {
    case FIELD_COMMIT:
        return commit->id;
    case FIELD_AUTHOR:
        return commit->author;
    case FIELD_SUBJECT:
        return commit->subject;
    default:
        return NULL;
    }
}

static bool module_number(const void *thing, size_t field, int64_t *number)
{
    const struct where_module *module = thing;

    if (field >= FIELDS) {
        *number = module->cells[field - FIELDS].state;
        return true;
    }
    if (field != FIELD_AT || module->commit_count == 0)
        return false;
    *number = module->commits[0].at;
    return true;
}

static const char *const *state_names(struct arena *arena)
{
    const char **names = arena_array(arena, WHERE_STATE_COUNT + 1, sizeof *names);

    for (int i = 0; i < WHERE_STATE_COUNT; i++)
        names[i] = where_state_name((enum where_state)i);
    return names;
}

const struct filter_fields *where_fields_new(struct where_answer *answer)
{
    struct arena *arena = answer->arena;
    size_t count = FIELDS + answer->environment_count;
    struct filter_fields *fields = arena_alloc(arena, sizeof *fields);
    struct filter_field *all = arena_array(arena, count, sizeof *all);
    const char *const *states = state_names(arena);

    memcpy(all, fixed, sizeof fixed);
    for (size_t i = 0; i < answer->environment_count; i++) {
        const char *name = answer->environments[i];

        all[FIELDS + i] = (struct filter_field){
            .name = environment_field(name, fixed, FIELDS, arena),
            .kind = FILTER_ORDER, /* up to being in */
            .values = states,
            .help = arena_printf(arena, "how it stands in %s", name),
        };
    }
    *fields = (struct filter_fields){ all, count, module_text, module_number };
    return fields;
}

void where_field_values(const struct where_answer *answer, size_t field,
                        void (*offer)(void *to, const char *value), void *to)
{
    const char *value;

    for (size_t i = 0; i < answer->module_count; i++) {
        for (size_t j = 0; (value = module_text(&answer->modules[i], field, j)) != NULL; j++)
            offer(to, value);
    }
}
