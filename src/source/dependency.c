/* Reads what both sides of a module are made of: its lock files, manifests, bills of materials. */
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/packages/difference.h>
#include <pilab/source/type_source.h>

#include "dependency_files.h"
#include "dependency_source.h"
#include "named_files.h"

#define MOST_POMS 500 /* that are looked at although they did not change */

static bool claims(const char *path)
{
    return package_format_of(path) != NULL;
}

/* --- Maven: what a parent decides ------------------------------------------------------------- */

static bool is_pom(const char *path, void *context)
{
    const char *slash = strrchr(path, '/');

    (void)context;
    return strcmp(slash != NULL ? slash + 1 : path, "pom.xml") == 0;
}

static bool has_pom_pair(const struct dependency_work *work)
{
    for (size_t i = 0; i < work->pairs.count; i++) {
        const struct dependency_pair *pair = vector_at(&work->pairs, i);

        if (pair->previous_file != NULL && pair->current_file != NULL &&
            is_pom(pair->current_file, NULL))
            return true;
    }
    return false;
}

static bool pair_differs(const struct dependency_pair *pair)
{
    struct package_difference *difference = package_difference_of(pair->previous, pair->current);
    bool differs = difference->count > 0;

    package_difference_free(&difference);
    return differs;
}

/* Poms that are the same on both sides, but may have got other versions from a parent that is not.
 */
static bool read_heirs(struct dependency_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    struct place_list list;

    if (!has_pom_pair(work))
        return true;
    if (!place_list(work->places[DEPENDENCY_CURRENT], reader->directory, is_pom, NULL,
                    reader->arena, &list, reader->progress, error))
        return false;
    for (size_t i = 0; i < list.count && i < MOST_POMS; i++) {
        const char *path = list.files[i].path, *slash = strrchr(path, '/');
        const char *folder =
            slash != NULL ? arena_bytes(reader->arena, path, (size_t)(slash - path)) : "";
        size_t groups = work->groups.count, pairs = work->pairs.count, index;

        if (!progress_check(reader->progress, error))
            return false;
        index = dependency_add_group(work, &(struct dependency_group){
                                               .folders = {folder,     folder   },
                                               .names = { "pom.xml", "pom.xml"},
                                               .format = package_format_of("pom.xml"),
                                               .inherits = true
        });
        if (index < groups)
            continue; /* it changed itself */
        dependency_read_group(work, index);
        /* What says nothing new is not even named. */
        while (work->pairs.count > pairs) {
            const struct dependency_pair *last = vector_at(&work->pairs, pairs);

            if (last->previous != NULL && last->current != NULL && pair_differs(last))
                break;
            vector_remove(&work->pairs, pairs);
        }
    }
    return true;
}

/* -----------------------------------------------------------------------------------------------
 */

static int by_file(const void *a, const void *b)
{
    const struct dependency_pair *left = a, *right = b;
    const char *left_file = left->current_file != NULL ? left->current_file : left->previous_file;
    const char *right_file =
        right->current_file != NULL ? right->current_file : right->previous_file;

    /* What only inherits follows what it inherits from. */
    if (left->inherits != right->inherits)
        return left->inherits - right->inherits;
    return strcmp(left_file, right_file);
}

/* "1 file could not be read, 2 files end too early" */
static const char *incomplete(const struct dependency_work *work)
{
    struct module_reader *reader = work->reader;
    const char *unread = work->broken > 0
                             ? arena_printf(reader->arena, "%s could not be read",
                                            module_reader_count(reader, work->broken, "file"))
                             : "";

    if (work->cut == 0)
        return unread;
    return arena_printf(reader->arena, "%s%s%s too early", unread, work->broken > 0 ? ", " : "",
                        work->cut == 1 ? "1 file ends"
                                       : arena_printf(reader->arena, "%zu files end", work->cut));
}

static void hand_over(struct dependency_work *work)
{
    struct module_reader *reader = work->reader;
    struct dependency_input *input = arena_alloc(reader->arena, sizeof *input);
    size_t count = work->pairs.count;

    vector_sort(&work->pairs, by_file);
    input->pairs = vector_to_arena(&work->pairs, reader->arena);
    input->pair_count = count;
    reader->input.dependency = input;
    if (work->broken + work->cut > 0)
        module_reader_partly(reader, DRIFT_DEPENDENCY, count, work->broken + work->cut,
                             incomplete(work));
    else if (count == 0)
        module_reader_source(reader, DRIFT_DEPENDENCY, SOURCE_READ,
                             "no lock file or manifest differs");
    else
        module_reader_source(reader, DRIFT_DEPENDENCY, SOURCE_READ,
                             module_reader_count(reader, count, "file"));
}

/* Whether two files say the same of the same world: of a lock file and a manifest each package
 * would differ. Bills of materials know all worlds. */
static bool compare_alike(const struct package_format *a, const struct package_format *b)
{
    if (a->ecosystem == NULL || b->ecosystem == NULL)
        return (a->kind == PACKAGE_FILE_MANIFEST) == (b->kind == PACKAGE_FILE_MANIFEST);
    return a->kind == b->kind && strcmp(a->ecosystem, b->ecosystem) == 0;
}

/* Two files that a person named, whatever they are called. Of one that is not known the other says
 * what it should be. */
static bool read_named(struct dependency_work *work, struct error *error)
{
    const struct package_format *before = work->reader->named.formats[DEPENDENCY_PREVIOUS];
    const struct package_format *after = work->reader->named.formats[DEPENDENCY_CURRENT];

    const struct named_files *named = &work->reader->named;

    if (before == NULL && after == NULL) {
        if (module_reader_wants(work->reader, named->known ? named->type : DRIFT_CONFIG))
            return true;
        error_set(error, ERROR_UNSUPPORTED, "%s is no lock file, manifest or bill of materials",
                  work->places[DEPENDENCY_PREVIOUS]->root);
        return error_hint(error, NAMED_FILES_READ);
    }
    if (before != NULL && after != NULL && !compare_alike(before, after))
        return error_set(error, ERROR_UNSUPPORTED,
                         "%s (%s) and %s (%s) cannot be compared: they are of two kinds",
                         work->places[DEPENDENCY_PREVIOUS]->root, before->title,
                         work->places[DEPENDENCY_CURRENT]->root, after->title);
    dependency_read_named(work, before != NULL ? before : after, after != NULL ? after : before);
    return true;
}

static bool read_all(struct dependency_work *work, struct error *error)
{
    if (work->places[DEPENDENCY_CURRENT]->single)
        return read_named(work, error);
    if (!dependency_find(work, error))
        return false;
    for (size_t i = 0; i < work->groups.count; i++) {
        if (!progress_check(work->reader->progress, error))
            return false;
        dependency_read_group(work, i);
    }
    return read_heirs(work, error);
}

static bool is_off(const struct module_reader *reader)
{
    const struct module_settings *settings = reader->module->settings;

    return settings != NULL && settings->dependencies != NULL &&
           strcmp(settings->dependencies, "off") == 0;
}

static bool read_dependencies(struct module_reader *reader, const struct place *previous,
                              const struct place *current, struct error *error)
{
    struct dependency_work work = {
        .reader = reader, .places = {previous, current}
    };
    bool ok;

    if (is_off(reader)) {
        module_reader_source(reader, DRIFT_DEPENDENCY, SOURCE_NOT_EXAMINED,
                             "switched off in the project");
        return true;
    }
    work.known = map_new();
    vector_init(&work.groups, sizeof(struct dependency_group));
    vector_init(&work.pairs, sizeof(struct dependency_pair));
    ok = read_all(&work, error);
    if (ok)
        hand_over(&work);
    map_free(&work.known);
    vector_release(&work.groups);
    vector_release(&work.pairs);
    return ok;
}

const struct type_source dependency_source = {
    .type = DRIFT_DEPENDENCY,
    .what = "lock files and manifests",
    .claims = claims,
    .read = read_dependencies,
};
