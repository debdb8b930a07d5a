#include "git_config_parts.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/source/type_source.h>

#define CONFIG_LIMIT (64u << 20)
#define MODE_KIND    0170000u
#define MODE_FILE    0100000u

/* Stands for an environment in a path while files of two environments are paired. */
static const char environment_stand_in[] = "\x01";

static bool read_from_git(void *context, const char *name, struct strbuf *out, struct error *error)
{
    const struct git_side *side = context;
    struct tree_file file;

    if (!git_config_find(side, name, &file, error))
        return false;
    if (file.mode == 0)
        return error_set(error, ERROR_NOT_FOUND, "%s is not there", name);
    if ((file.mode & MODE_KIND) != MODE_FILE) {
        error_set(error, ERROR_UNSUPPORTED, "it is a symbolic link");
        return error_hint(error, "name the file that it leads to");
    }
    return repository_read_blob(side->repository, &file.blob, CONFIG_LIMIT, out, error);
}

static struct config_side read_side(struct git_sides *sides, int side, const char *name)
{
    if (name == NULL)
        return (struct config_side){ .state = SIDE_ABSENT };
    return module_reader_document(sides->reader, &sides->sides[side].place, name);
}

/* NULL: not on that side. */
static bool compare_file(struct git_sides *sides, const char *previous_name,
                         const char *current_name, struct error *error)
{
    struct config_side previous, current;

    if (!progress_check(sides->reader->progress, error))
        return false;
    previous = read_side(sides, PREVIOUS, previous_name);
    current = read_side(sides, CURRENT, current_name);
    module_reader_add_config(sides->reader, current_name != NULL ? current_name : previous_name,
                             &previous, &current);
    return true;
}

/* Whether the document of one name went on under another. One that only became like it and has
 * another base name did not: what was SIT's is not UAT's now because they have much in common. */
static bool goes_on(const struct file_change *change)
{
    return change->status != FILE_RENAMED || change->likeness == 100 ||
           strcmp(path_base_name(change->path), path_base_name(change->old_path)) == 0;
}

/* What another type of drift reads is no configuration, wherever it stands. */
static bool is_config(const struct well_known *names, const char *path)
{
    return well_known_config(names, path) && !type_sources_claim(path);
}

/* Nobody said what to compare: the changed files whose names say that they are configuration. A
 * copy is a new file, whatever it was copied from. */
static bool compare_well_known(struct git_sides *sides, const struct file_change_list *changed,
                               struct error *error)
{
    const struct well_known *names = sides->reader->names;

    for (size_t i = 0; i < changed->count; i++) {
        const struct file_change *change = &changed->changes[i];
        bool added = change->status == FILE_ADDED || change->status == FILE_COPIED;
        const char *old_path = change->old_path != NULL ? change->old_path : change->path;

        if (!is_config(names, change->path) && (added || !is_config(names, old_path)))
            continue;
        if (!goes_on(change)) {
            if ((is_config(names, old_path) && !compare_file(sides, old_path, NULL, error)) ||
                (is_config(names, change->path) && !compare_file(sides, NULL, change->path, error)))
                return false;
            continue;
        }
        if (!added && object_id_equal(&change->old_blob, &change->new_blob))
            continue;
        if (!compare_file(sides, added ? NULL : old_path,
                          change->status == FILE_DELETED ? NULL : change->path, error))
            return false;
    }
    return true;
}

/* --- Layers ---------------------------------------------------------------------------------- */

static bool compare_layers(struct git_sides *sides, const char *const *paths, size_t count,
                           struct error *error)
{
    struct config_side previous, current;

    if (count == 0)
        return true;
    if (!progress_check(sides->reader->progress, error))
        return false;
    previous = git_config_fold(sides, PREVIOUS, paths, count);
    current = git_config_fold(sides, CURRENT, paths, count);
    git_config_check_layers(sides, paths, count);
    module_reader_add_config(sides->reader, paths[0], &previous, &current);
    return true;
}

/* --- Wildcards ------------------------------------------------------------------------------- */

static bool has_wildcards(struct arena *arena, const char *pattern)
{
    return strpbrk(pattern_fill(arena, pattern, ENVIRONMENT_MARK, ""), "*?[{") != NULL;
}

/* A pattern with wildcards while its files are listed. */
struct file_pattern {
    const char *path; /* "overlays/{env}/" and so on */
    struct glob *globs[2];
    struct glob
        *stand_in; /* with the stand-in for "{env}"; NULL: files are paired by their paths */
};

static void add_literal(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("*?[]{},!\\", *text) != NULL)
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, *text);
    }
}

/* The pattern for one side: "{env}" is its environment in any spelling, or any at all. */
static struct glob *side_glob(struct module_reader *reader, const struct git_side *side,
                              const char *path)
{
    const char *spellings[SPELLINGS];
    struct strbuf alternatives = STRBUF_INIT;
    struct glob *glob;

    if (side->environment == NULL) {
        strbuf_add(&alternatives, "*");
    } else {
        pattern_spell(reader->arena, side->environment, spellings);
        for (size_t i = 0; i < SPELLINGS; i++) {
            strbuf_add(&alternatives, i == 0 ? "{" : ",");
            add_literal(&alternatives, spellings[i]);
        }
        strbuf_add(&alternatives, "}");
    }
    glob = glob_new(pattern_fill(reader->arena, path, ENVIRONMENT_MARK, alternatives.data), '/',
                    false);
    strbuf_release(&alternatives);
    return glob;
}

static void file_pattern_start(struct file_pattern *pattern, struct git_sides *sides,
                               const char *path)
{
    struct arena *arena = sides->reader->arena;

    *pattern = (struct file_pattern){ .path = path };
    for (int i = 0; i < 2; i++)
        pattern->globs[i] = side_glob(sides->reader, &sides->sides[i], path);
    if (sides->sides[PREVIOUS].environment != NULL && strstr(path, ENVIRONMENT_MARK) != NULL)
        pattern->stand_in =
            glob_new(pattern_fill(arena, path, ENVIRONMENT_MARK, environment_stand_in), '/', false);
}

static void file_pattern_end(struct file_pattern *pattern)
{
    glob_free(&pattern->globs[PREVIOUS]);
    glob_free(&pattern->globs[CURRENT]);
    glob_free(&pattern->stand_in);
}

/* What the files of two environments are paired by: the path with "{env}" in the place of the
 * environment, which is where the pattern has it. */
static const char *pairing_key(const struct file_pattern *pattern, struct arena *arena,
                               const char *path, const char *environment)
{
    size_t length = environment != NULL ? strlen(environment) : 0;

    for (const char *c = path; pattern->stand_in != NULL && length > 0 && *c != '\0'; c++) {
        const char *key;

        if (strncasecmp(c, environment, length) != 0)
            continue;
        key = arena_printf(arena, "%.*s%s%s", (int)(c - path), path, environment_stand_in,
                           c + length);
        if (glob_test(pattern->stand_in, key))
            return key;
    }
    return path;
}

/* What comes before the first segment that is a pattern: no other folder need be looked at. */
static const char *literal_folder(struct arena *arena, const char *path)
{
    size_t length = strcspn(path, "*?[{\\");

    while (length > 0 && path[length] != '/')
        length--;
    return arena_bytes(arena, path, length);
}

static bool matches(const char *path, void *context)
{
    return glob_test(context, path);
}

static struct tree_file_list *list_side(struct git_sides *sides, const struct file_pattern *pattern,
                                        int side, struct error *error)
{
    return repository_list_files(sides->sides[side].repository, sides->sides[side].commit,
                                 literal_folder(sides->reader->arena, pattern->path), matches,
                                 pattern->globs[side], error);
}

/* Each file under its pairing key; where two have the same one, the later stands for itself. */
static struct map *files_by_key(struct git_sides *sides, const struct file_pattern *pattern,
                                int side, const struct tree_file_list *list)
{
    struct map *files = map_new();

    for (size_t i = 0; i < list->count; i++) {
        struct tree_file *file = &list->files[i];
        const char *key =
            pairing_key(pattern, sides->reader->arena, file->path, sides->sides[side].environment);

        map_put(files, map_has(files, key) ? file->path : key, file);
    }
    return files;
}

static bool compare_lists(struct git_sides *sides, const struct map *before,
                          const struct map *after, struct error *error)
{
    for (size_t i = 0; i < map_count(after); i++) {
        const struct tree_file *file = map_value_at(after, i);
        const struct tree_file *old = map_get(before, map_key_at(after, i));

        if (old != NULL && object_id_equal(&old->blob, &file->blob))
            sides->reader->compared++;
        else if (!compare_file(sides, old != NULL ? old->path : NULL, file->path, error))
            return false;
    }
    for (size_t i = 0; i < map_count(before); i++) {
        const struct tree_file *file = map_value_at(before, i);

        if (!map_has(after, map_key_at(before, i)) && !compare_file(sides, file->path, NULL, error))
            return false;
    }
    return true;
}

/* Each file that the pattern names stands alone. Those that are the same blob on both sides need no
 * reading. */
static bool compare_matching(struct git_sides *sides, const char *path, struct error *error)
{
    struct file_pattern pattern;
    struct tree_file_list *previous, *current = NULL;
    struct map *before = NULL, *after = NULL;
    bool ok = false;

    file_pattern_start(&pattern, sides, path);
    previous = list_side(sides, &pattern, PREVIOUS, error);
    if (previous != NULL)
        current = list_side(sides, &pattern, CURRENT, error);
    if (current == NULL)
        goto out;
    before = files_by_key(sides, &pattern, PREVIOUS, previous);
    after = files_by_key(sides, &pattern, CURRENT, current);
    if (map_count(before) + map_count(after) == 0)
        git_config_nothing(sides->reader, path, strstr(path, ENVIRONMENT_MARK) != NULL);
    ok = compare_lists(sides, before, after, error);
out:
    tree_file_list_free(&previous);
    tree_file_list_free(&current);
    map_free(&before);
    map_free(&after);
    file_pattern_end(&pattern);
    return ok;
}

/* --- The module ------------------------------------------------------------------------------ */

/* Where nothing at all was found, what may well be absent otherwise is what is missing. */
static void refuse_nothing(struct module_reader *reader)
{
    if (reader->compared + reader->broken > 0)
        return;
    for (size_t i = 0; i < reader->problems.count; i++) {
        struct drift_problem *problem = vector_at(&reader->problems, i);

        if (problem->type != DRIFT_CONFIG || !problem->warning)
            continue;
        problem->warning = false;
        module_reader_config_broken(reader, problem->what);
    }
}

/* The project's own patterns: plain names fold into one document, wildcards stand alone. Without an
 * environment on either side "{env}" stands for every one of them. */
static bool compare_patterns(struct git_sides *sides, const struct file_change_list *changed,
                             struct error *error)
{
    struct module_reader *reader = sides->reader;
    const struct comparison_module *module = reader->module;
    const char **layers = arena_array(reader->arena, module->config_count + 1, sizeof *layers);
    bool observed = git_config_observed(module);
    size_t layer_count = 0;

    for (size_t i = 0; i < module->config_count; i++) {
        const char *path = module_reader_path(reader, module->config[i]);

        if (path != NULL)
            module_reader_claim_config(reader, path);
        if (path == NULL)
            git_config_outside(reader, module->config[i]);
        else if (!has_wildcards(reader->arena, path) &&
                 (sides->sides[PREVIOUS].environment != NULL ||
                  strstr(path, ENVIRONMENT_MARK) == NULL))
            layers[layer_count++] = path;
        else if (!observed && !compare_matching(sides, path, error))
            return false;
    }
    if (observed)
        return git_config_compare_observed(sides, layers, layer_count, error);
    if (!compare_layers(sides, layers, layer_count, error))
        return false;
    refuse_nothing(reader);
    if (changed != NULL)
        git_config_left_out(reader, changed);
    return true;
}

static const char *label_of(const char *version, const char *revision)
{
    return version != NULL ? version : revision;
}

/* A side without an environment of its own is looked at as it would be on the other's: that is what
 * "this version on UAT" means. */
static void sides_start(struct git_sides *sides, struct module_reader *reader,
                        struct repository *repository, const struct object_id *previous,
                        const struct object_id *current)
{
    const struct comparison_module *module = reader->module;
    const char *before = module->previous_environment, *after = module->current_environment;

    *sides = (struct git_sides){
        .reader = reader,
        .sides = {[PREVIOUS] = { .repository = repository,
                                  .commit = previous,
                                  .environment = before != NULL ? before : after,
                                  .place = { read_from_git, &sides->sides[PREVIOUS],
                                             label_of(module->previous_version,
                                                      module->previous) } },
                  [CURRENT] = { .repository = repository,
                                 .commit = current,
                                 .environment = after != NULL ? after : before,
                                 .place = { read_from_git, &sides->sides[CURRENT],
                                            label_of(module->current_version,
                                                     module->current) } }},
    };
}

bool git_module_read_config(struct module_reader *reader, struct repository *repository,
                            const struct object_id *previous, const struct object_id *current,
                            const struct file_change_list *changed, struct error *error)
{
    struct file_change_list listed = { 0 };
    struct git_sides sides;

    sides_start(&sides, reader, repository, previous, current);
    if (reader->module->config_count > 0 || git_config_observed(reader->module)) {
        if (!compare_patterns(&sides, changed, error))
            return false;
    } else {
        if (changed == NULL) {
            if (!changes_between(repository, previous, current, reader->directory, CHANGES_RENAMES,
                                 reader->threads, reader->arena, &listed, reader->progress, error))
                return false;
            changed = &listed;
        }
        if (!compare_well_known(&sides, changed, error))
            return false;
    }
    return true;
}
