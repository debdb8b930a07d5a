/*
 * The layers of a module's configuration as they are spelt in its repository.
 */
#include "git_config_parts.h"

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/source/type_source.h>

#define MODE_KIND 0170000u
#define MODE_FILE 0100000u

static bool is_path(const char *path, void *context)
{
    return strcmp(path, context) == 0;
}

/* The file at `path`, whatever kind it has; mode 0: there is none. */
bool git_config_find(const struct git_side *side, const char *path, struct tree_file *file,
                     struct error *error)
{
    struct tree_file_list *list = repository_list_files(side->repository, side->commit, path,
                                                        is_path, (void *)(uintptr_t)path, error);

    if (list == NULL)
        return false;
    *file = list->count > 0 ? list->files[0] : (struct tree_file){ .mode = 0 };
    tree_file_list_free(&list);
    return true;
}

/* --- Layers ---------------------------------------------------------------------------------- */

/* The layer as it is spelt in the repository. What cannot be looked up is there as far as anybody
 * knows: reading it will tell why. */
static const char *layer_name(struct module_reader *reader, const struct git_side *side,
                              const char *path)
{
    const char *spellings[SPELLINGS];
    struct tree_file file;

    if (side->environment == NULL || strstr(path, ENVIRONMENT_MARK) == NULL)
        return path;
    pattern_spell(reader->arena, side->environment, spellings);
    for (size_t i = 0; i < SPELLINGS; i++) {
        const char *filled = pattern_fill(reader->arena, path, ENVIRONMENT_MARK, spellings[i]);

        if (!git_config_find(side, filled, &file, NULL) || file.mode != 0)
            return filled;
    }
    return pattern_fill(reader->arena, path, ENVIRONMENT_MARK, side->environment);
}

struct config_side git_config_fold(struct git_sides *sides, int number, const char *const *paths,
                                   size_t count)
{
    struct module_reader *reader = sides->reader;
    const struct git_side *side = &sides->sides[number];
    const char **layers = arena_array(reader->arena, count, sizeof *layers);

    for (size_t i = 0; i < count; i++)
        layers[i] = layer_name(reader, side, paths[i]);
    return module_reader_layers(reader, &side->place, layers, count);
}

void git_config_nothing(struct module_reader *reader, const char *path, bool warning)
{
    struct error error = { 0 };

    error_set(&error, ERROR_NOT_FOUND, "no such file on either side");
    error_hint(&error, "see `config` of the module; " MODULE_PATHS_START);
    module_reader_problem(reader, DRIFT_CONFIG, path, &error, warning);
    if (!warning)
        module_reader_config_broken(reader, path);
}

/* Whether a layer is on one side at least, as far as anybody can tell. */
static bool is_somewhere(const struct git_sides *sides, const char *path)
{
    struct tree_file file;

    for (int side = PREVIOUS; side <= CURRENT; side++) {
        const char *name = layer_name(sides->reader, &sides->sides[side], path);

        if (!git_config_find(&sides->sides[side], name, &file, NULL) || file.mode != 0)
            return true;
    }
    return false;
}

void git_config_check_layers(struct git_sides *sides, const char *const *paths, size_t count)
{
    bool nothing = true;

    for (size_t i = 0; i < count; i++) {
        if (is_somewhere(sides, paths[i]))
            nothing = false;
        else if (strstr(paths[i], ENVIRONMENT_MARK) == NULL)
            git_config_nothing(sides->reader, paths[i], false);
    }
    for (size_t i = 0; nothing && i < count; i++) {
        if (strstr(paths[i], ENVIRONMENT_MARK) != NULL)
            git_config_nothing(sides->reader, paths[i], false);
    }
}

void git_config_outside(struct module_reader *reader, const char *path)
{
    struct error error = { 0 };

    error_set(&error, ERROR_INVALID, "it leads out of the repository");
    error_hint(&error, MODULE_PATHS_START);
    module_reader_problem(reader, DRIFT_CONFIG, path, &error, false);
    module_reader_config_broken(reader, path);
}

/* What names a file and its like by a wildcard, so that each is read by itself. */
static const char *wildcard_of(struct arena *arena, const char *path)
{
    const char *base = path_base_name(path);
    const char *dot = strrchr(base, '.');

    return arena_printf(arena, "%.*s*%s", (int)(base - path), path, dot != NULL ? dot : "");
}

/* What changed, and would be read where nobody said what to read. */
static bool is_left_out(struct module_reader *reader, const struct file_change *change)
{
    return change->status != FILE_RENAMED && well_known_config(reader->names, change->path) &&
           !type_sources_claim(change->path) && !module_reader_config_claims(reader, change->path);
}

void git_config_left_out(struct module_reader *reader, const struct file_change_list *changed)
{
    const char *first = NULL;
    struct error error = { 0 };
    size_t count = 0;

    for (size_t i = 0; i < changed->count; i++) {
        if (!is_left_out(reader, &changed->changes[i]))
            continue;
        if (count++ == 0)
            first = changed->changes[i].path;
    }
    if (count == 0)
        return;
    error_set(&error, ERROR_INVALID,
              "%s changed and look%s like configuration, but `config` of the module does not name "
              "%s: what changed there is not compared",
              count == 1 ? "it" : arena_printf(reader->arena, "this and %zu more files", count - 1),
              count == 1 ? "s" : "", count == 1 ? "it" : "them");
    error_hint(&error, "add \"%s\" to `config`: each file that a wildcard names is read by itself",
               wildcard_of(reader->arena, first));
    module_reader_problem(reader, DRIFT_CONFIG, first, &error, true);
}
