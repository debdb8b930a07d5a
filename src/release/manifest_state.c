#include <pilab/release/manifest_state.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/json.h>

static const char schema[] = "pilab.manifest/1";

/* --- States ----------------------------------------------------------------------------------- */

void manifest_state_of_column(const struct manifest *manifest, size_t column, struct arena *arena,
                              struct manifest_state *state)
{
    *state = (struct manifest_state){ .label = manifest->columns[column].name,
                                      .environment = manifest->columns[column].name,
                                      .entries = arena_array(arena, manifest->row_count,
                                                             sizeof *state->entries),
                                      .count = manifest->row_count };
    for (size_t row = 0; row < manifest->row_count; row++) {
        const struct store_deployment *running = manifest_cell_at(manifest, row, column)->running;

        state->entries[row].module = manifest->rows[row].name;
        if (running == NULL)
            continue;
        state->entries[row].version = running->version;
        state->entries[row].commit = running->commit;
        state->entries[row].image = running->image;
        state->entries[row].config_revision = running->config_revision;
        state->entries[row].since = running->finished_at;
    }
}

const struct manifest_entry_state *manifest_state_find(const struct manifest_state *state,
                                                       const char *module)
{
    for (size_t i = 0; i < state->count; i++) {
        if (strcmp(state->entries[i].module, module) == 0)
            return &state->entries[i];
    }
    return NULL;
}

/* --- Differences ------------------------------------------------------------------------------ */

const char *manifest_change_name(enum manifest_change change)
{
    static const char *const names[] = { [MANIFEST_CHANGED] = "changed",
                                         [MANIFEST_ADDED] = "added",
                                         [MANIFEST_REMOVED] = "removed",
                                         [MANIFEST_UNREAD] = "not known" };

    return names[change];
}

static bool known(const struct manifest_entry_state *entry)
{
    return entry != NULL && entry->version != NULL;
}

static bool unread(const struct manifest_entry_state *entry)
{
    return entry != NULL && entry->unread != NULL;
}

static bool both_differ(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) != 0;
}

static bool differs(const struct manifest_entry_state *a, const struct manifest_entry_state *b)
{
    return strcmp(a->version, b->version) != 0 || both_differ(a->commit, b->commit) ||
           both_differ(a->image, b->image) || both_differ(a->config_revision, b->config_revision);
}

static void compare_entry(const struct manifest_entry_state *previous,
                          const struct manifest_entry_state *current,
                          struct manifest_differences *out)
{
    struct manifest_difference *item;

    if (!known(previous) && !known(current) && !unread(previous) && !unread(current)) {
        out->unknown++;
        return;
    }
    if (known(previous) && known(current) && !differs(previous, current)) {
        out->same++;
        return;
    }
    item = &out->items[out->count++];
    item->module = current != NULL ? current->module : previous->module;
    item->previous = previous;
    item->current = current;
    item->change = unread(previous) || unread(current) ? MANIFEST_UNREAD
                   : !known(previous)                  ? MANIFEST_ADDED
                   : !known(current)                   ? MANIFEST_REMOVED
                                                       : MANIFEST_CHANGED;
}

void manifest_compare(const struct manifest_state *previous, const struct manifest_state *current,
                      struct arena *arena, struct manifest_differences *out)
{
    *out =
        (struct manifest_differences){ .items = arena_array(arena, previous->count + current->count,
                                                            sizeof *out->items) };
    for (size_t i = 0; i < current->count; i++) {
        const struct manifest_entry_state *before =
            manifest_state_find(previous, current->entries[i].module);

        if (before != NULL || !previous->partial)
            compare_entry(before, &current->entries[i], out);
    }
    for (size_t i = 0; i < previous->count && !current->partial; i++) {
        if (manifest_state_find(current, previous->entries[i].module) == NULL)
            compare_entry(&previous->entries[i], NULL, out);
    }
}

/* --- Freezing --------------------------------------------------------------------------------- */

static json_t *freeze_cell(const struct manifest *manifest, size_t row, size_t column)
{
    const struct store_deployment *running = manifest_cell_at(manifest, row, column)->running;
    json_t *object = json_object();

    json_put_text(object, "module", manifest->rows[row].name);
    json_put_text(object, "environment", manifest->columns[column].name);
    json_put_text(object, "version", running != NULL ? running->version : NULL);
    if (running == NULL)
        return object;
    json_put_text(object, "commit", running->commit);
    json_put_text(object, "image", running->image);
    json_put_text(object, "config_revision", running->config_revision);
    json_put_text(object, "release", running->release);
    json_put_text(object, "deployed_by", running->actor);
    json_put_time(object, "deployed_at", running->started_at);
    return object;
}

json_t *manifest_freeze(const struct manifest *manifest, size_t column, int64_t at)
{
    json_t *object = json_object(), *modules = json_array(), *environments = json_array();
    json_t *cells = json_array();

    for (size_t i = 0; i < manifest->column_count; i++) {
        if (column == MANIFEST_NONE || column == i)
            json_append(environments, json_text(manifest->columns[i].name));
    }
    for (size_t row = 0; row < manifest->row_count; row++) {
        json_append(modules, json_text(manifest->rows[row].name));
        for (size_t i = 0; i < manifest->column_count; i++) {
            if (column == MANIFEST_NONE || column == i)
                json_append(cells, freeze_cell(manifest, row, i));
        }
    }
    json_put_text(object, "schema", schema);
    json_put_time(object, "at", at);
    json_put(object, "modules", modules);
    json_put(object, "environments", environments);
    json_put(object, "cells", cells);
    return object;
}

/* --- Thawing ---------------------------------------------------------------------------------- */

/* The frozen names, each once; NULL with an error for what is no list of names. */
static const char **thaw_names(const char *name, const json_t *frozen, const char *member,
                               struct arena *arena, size_t *count, struct error *error)
{
    const json_t *list = json_object_get(frozen, member);
    const char **names;

    if (!json_is_array(list)) {
        error_set(error, ERROR_INVALID, "%s: \"%s\" is no list", name, member);
        return NULL;
    }
    *count = json_array_size(list);
    names = arena_array(arena, *count, sizeof *names);
    for (size_t i = 0; i < *count; i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (text == NULL || *text == '\0') {
            error_set(error, ERROR_INVALID, "%s: \"%s\", entry %zu, is no name", name, member,
                      i + 1);
            return NULL;
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(names[k], text) == 0) {
                error_set(error, ERROR_INVALID, "%s: \"%s\" has %s twice", name, member, text);
                return NULL;
            }
        }
        names[i] = arena_text(arena, text);
    }
    return names;
}

static size_t index_of(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return MANIFEST_NONE;
}

static bool thaw_running(const char *name, const json_t *frozen, const char *version,
                         struct arena *arena, struct store_cell *cell, struct error *error)
{
    struct store_deployment *running = arena_alloc(arena, sizeof *running);
    const char *at = json_member_text(frozen, "deployed_at");

    *running = (struct store_deployment){
        .module = cell->module,
        .environment = cell->environment,
        .version = arena_text(arena, version),
        .commit = arena_text(arena, json_member_text(frozen, "commit")),
        .image = arena_text(arena, json_member_text(frozen, "image")),
        .config_revision = arena_text(arena, json_member_text(frozen, "config_revision")),
        .release = arena_text(arena, json_member_text(frozen, "release")),
        .actor = arena_text(arena, json_member_text(frozen, "deployed_by")),
        .status = DEPLOYMENT_DEPLOYED,
    };
    if (at != NULL && !timestamp_parse(at, &running->started_at, error))
        return error_prefix(error, "%s: %s in %s", name, cell->module, cell->environment);
    running->finished_at = running->started_at;
    cell->running = running;
    return true;
}

static bool thaw_cell(const char *name, const json_t *frozen, const char *const *modules,
                      const char *const *environments, struct arena *arena,
                      struct store_matrix *matrix, struct error *error)
{
    const char *module = json_member_text(frozen, "module");
    const char *environment = json_member_text(frozen, "environment");
    const char *version = json_member_text(frozen, "version");
    size_t row, column;
    struct store_cell *cell;

    if (module == NULL || environment == NULL)
        return error_set(error, ERROR_INVALID,
                         "%s: a cell does not say which module in which environment it is", name);
    row = index_of(modules, matrix->module_count, module);
    column = index_of(environments, matrix->environment_count, environment);
    if (row == MANIFEST_NONE || column == MANIFEST_NONE)
        return error_set(error, ERROR_INVALID,
                         "%s: the cell %s in %s is of no module or environment that it lists", name,
                         module, environment);
    cell = &matrix->cells[row * matrix->environment_count + column];
    if (cell->running != NULL)
        return error_set(error, ERROR_INVALID, "%s: %s in %s stands there twice", name, module,
                         environment);
    if (version == NULL)
        return true;
    if (*version == '\0')
        return error_set(error, ERROR_INVALID, "%s: %s in %s has an empty version", name, module,
                         environment);
    return thaw_running(name, frozen, version, arena, cell, error);
}

bool manifest_thaw(const char *name, const json_t *frozen, struct arena *arena,
                   struct store_matrix *matrix, struct error *error)
{
    const char *found = json_member_text(frozen, "schema");
    const char **modules, **environments;
    const json_t *cells = json_object_get(frozen, "cells");

    *matrix = (struct store_matrix){ 0 };
    if (found == NULL || strcmp(found, schema) != 0)
        return error_set(error, ERROR_UNSUPPORTED, "%s: its schema is %s, not %s", name,
                         found != NULL ? found : "not said", schema);
    modules = thaw_names(name, frozen, "modules", arena, &matrix->module_count, error);
    if (modules == NULL)
        return false;
    environments =
        thaw_names(name, frozen, "environments", arena, &matrix->environment_count, error);
    if (environments == NULL)
        return false;
    if (!json_is_array(cells))
        return error_set(error, ERROR_INVALID, "%s: \"cells\" is no list", name);
    matrix->cells =
        arena_array(arena, matrix->module_count * matrix->environment_count, sizeof *matrix->cells);
    for (size_t i = 0; i < matrix->module_count * matrix->environment_count; i++) {
        matrix->cells[i].module = modules[i / matrix->environment_count];
        matrix->cells[i].environment = environments[i % matrix->environment_count];
        matrix->cells[i].module_id = matrix->cells[i].environment_id = "";
    }
    for (size_t i = 0; i < json_array_size(cells); i++) {
        if (!thaw_cell(name, json_array_get(cells, i), modules, environments, arena, matrix, error))
            return false;
    }
    return true;
}
