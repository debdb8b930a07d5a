#include <pilab/release/manifest_fields.h>

#include <string.h>

#include "environment_field.h"

enum field {
    FIELD_MODULE,
    FIELD_TYPE,
    FIELD_VERSION,
    FIELD_DIFFERS,
    FIELD_RELEASED,
    FIELD_BEHIND,
    FIELD_FAILED,
    FIELD_UNKNOWN,
    FIELD_AT,
    FIELDS
};

_Static_assert((size_t)FIELDS == MANIFEST_FIXED_FIELDS, "the header says how many there are");

/* clang-format off */
static const struct filter_field fixed[FIELDS] = {
    [FIELD_MODULE] = { "module", FILTER_TEXT, NULL, 0, "its name" },
    [FIELD_TYPE] = { "type", FILTER_CHOICE, store_module_types, 0, "what the module is" },
    [FIELD_VERSION] = { "version", FILTER_TEXT, NULL, 0, "a version that runs anywhere" },
    [FIELD_DIFFERS] = { "differs", FILTER_FLAG, NULL, 0, "it is not the same everywhere" },
    [FIELD_RELEASED] = { "released", FILTER_FLAG, NULL, 0, "production lacks nothing of it" },
    [FIELD_BEHIND] = { "behind", FILTER_NAME, NULL, 0, "where it is behind; * is anywhere" },
    [FIELD_FAILED] = { "failed", FILTER_NAME, NULL, 0, "where its last deployment failed" },
    [FIELD_UNKNOWN] = { "unknown", FILTER_NAME, NULL, 0, "where nobody knows what runs" },
    [FIELD_AT] = { "at", FILTER_TIME, NULL, 0, "when it was last deployed anywhere" },
};
/* clang-format on */

/* --- Values ----------------------------------------------------------------------------------- */

static const struct manifest_row *row_of(const struct manifest_thing *thing)
{
    return &thing->manifest->rows[thing->row];
}

/* By the name: the manifest may be another one than the fields were made for. */
static const char *version_in(const struct manifest_thing *thing, const char *environment)
{
    size_t column = manifest_find_column(thing->manifest, environment);
    const struct store_deployment *running =
        column == MANIFEST_NONE ? NULL
                                : manifest_cell_at(thing->manifest, thing->row, column)->running;

    return running != NULL ? running->version : NULL;
}

static const char *running_version(const struct manifest *manifest, size_t row, size_t column)
{
    const struct store_deployment *running = manifest_cell_at(manifest, row, column)->running;

    return running != NULL ? running->version : NULL;
}

static bool failed(const struct manifest *manifest, size_t row, size_t column)
{
    char text[MANIFEST_MARK_SIZE];

    return manifest_mark(manifest, row, column, text) == MANIFEST_MARK_FAILED;
}

static bool unknown(const struct manifest *manifest, size_t row, size_t column)
{
    char text[MANIFEST_MARK_SIZE];

    return manifest_cell_at(manifest, row, column)->running == NULL ||
           manifest_mark(manifest, row, column, text) == MANIFEST_MARK_LOST;
}

/* What a field that has a value for each environment holds of one; NULL: nothing. */
static const char *value_in(const struct manifest *manifest, size_t row, size_t column,
                            enum field field)
{
    const char *name = manifest->columns[column].name;

    switch (field) {
    case FIELD_VERSION:
        return running_version(manifest, row, column);
    case FIELD_BEHIND:
        return manifest_cell_at(manifest, row, column)->standing == MANIFEST_BEHIND ? name : NULL;
    case FIELD_FAILED:
        return failed(manifest, row, column) ? name : NULL;
    case FIELD_UNKNOWN:
        return unknown(manifest, row, column) ? name : NULL;
    default:
        return NULL;
    }
}

static const char *thing_text(const void *of, size_t field, size_t index)
{
    const struct manifest_thing *thing = of;

    if (field >= FIELDS)
        return index == 0 ? version_in(thing, thing->fields->environments[field - FIELDS]) : NULL;
    if (field == FIELD_MODULE)
        return index == 0 ? row_of(thing)->name : NULL;
    for (size_t column = 0; column < thing->manifest->column_count; column++) {
        const char *value = value_in(thing->manifest, thing->row, column, (enum field)field);

        if (value != NULL && index-- == 0)
            return value;
    }
    return NULL;
}

static bool type_number(const char *type, int64_t *number)
{
    for (size_t i = 0; type != NULL && store_module_types[i] != NULL; i++) {
        if (strcmp(store_module_types[i], type) == 0) {
            *number = (int64_t)i;
            return true;
        }
    }
    return false;
}

static bool last_deployed(const struct manifest *manifest, size_t row, int64_t *at)
{
    *at = 0;
    for (size_t column = 0; column < manifest->column_count; column++) {
        const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);

        if (cell->running != NULL && cell->running->started_at > *at)
            *at = cell->running->started_at;
        if (cell->later != NULL && cell->later->started_at > *at)
            *at = cell->later->started_at;
    }
    return *at > 0;
}

static bool thing_number(const void *of, size_t field, int64_t *number)
{
    const struct manifest_thing *thing = of;

    switch (field) {
    case FIELD_TYPE:
        return type_number(row_of(thing)->type, number);
    case FIELD_DIFFERS:
        *number = manifest_row_differs(thing->manifest, thing->row);
        return true;
    case FIELD_RELEASED:
        *number = !manifest_row_behind_production(thing->manifest, thing->row);
        return true;
    case FIELD_AT:
        return last_deployed(thing->manifest, thing->row, number);
    default:
        return false;
    }
}

/* --- Using them ------------------------------------------------------------------------------- */

const struct manifest_fields *manifest_fields_new(const struct manifest *manifest,
                                                  struct arena *arena)
{
    size_t columns = manifest != NULL ? manifest->column_count : 0;
    struct manifest_fields *fields = arena_alloc(arena, sizeof *fields);
    struct filter_field *all = arena_array(arena, FIELDS + columns, sizeof *all);
    const char **environments = arena_array(arena, columns, sizeof *environments);

    memcpy(all, fixed, sizeof fixed);
    for (size_t i = 0; i < columns; i++) {
        environments[i] = arena_text(arena, manifest->columns[i].name);
        all[FIELDS + i] = (struct filter_field){
            .name = environment_field(environments[i], fixed, FIELDS, arena),
            .kind = FILTER_TEXT,
            .help = arena_printf(arena, "the version in %s", environments[i]),
        };
    }
    *fields = (struct manifest_fields){
        .filter = {all, FIELDS + columns, thing_text, thing_number},
        .environments = environments,
    };
    return fields;
}

/* A cell a line, so that nothing is found across two of them. */
static void gather_words(const struct manifest *manifest, size_t row, struct strbuf *words)
{
    strbuf_add(words, manifest->rows[row].name);
    for (size_t column = 0; column < manifest->column_count; column++) {
        char mark[MANIFEST_MARK_SIZE];

        manifest_mark(manifest, row, column, mark);
        strbuf_printf(words, "\n%s\n%s", manifest_version(manifest, row, column), mark);
    }
}

bool manifest_row_passes(const struct manifest_fields *fields, const struct manifest *manifest,
                         size_t row, const struct filter *filter)
{
    struct manifest_thing thing = { fields, manifest, row };
    struct strbuf words = STRBUF_INIT;
    bool passes;

    if (filter_has_words(filter))
        gather_words(manifest, row, &words);
    passes = filter_test(filter, &thing, words.data, words.length);
    strbuf_release(&words);
    return passes;
}

void manifest_field_values(const struct manifest_fields *fields, const struct manifest *manifest,
                           size_t field, void (*offer)(void *to, const char *value), void *to)
{
    struct manifest_thing thing = { fields, manifest, 0 };
    const char *value;

    if (field == FIELD_BEHIND || field == FIELD_FAILED || field == FIELD_UNKNOWN) {
        for (size_t i = 0; i < manifest->column_count; i++)
            offer(to, manifest->columns[i].name);
        return;
    }
    for (thing.row = 0; thing.row < manifest->row_count; thing.row++) {
        for (size_t i = 0; (value = thing_text(&thing, field, i)) != NULL; i++)
            offer(to, value);
    }
}
