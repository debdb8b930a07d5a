#include <pilab/source/files.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/source/type_source.h>

#include "folder_walk.h"
#include "named_files.h"

#define FILE_LIMIT (64u << 20)
#define MOST_FILES 20000

/* --- Two files ------------------------------------------------------------------------------- */

/* Whatever it is called: a person named this file, so a link is followed, and that it is not there
 * (any more) is a failure and no answer. */
static bool read_named(void *context, const char *name, struct strbuf *out, struct error *error)
{
    (void)name;
    if (file_read(context, FILE_LIMIT, true, out, error))
        return true;
    if (error->code == ERROR_NOT_FOUND)
        error->code = ERROR_IO;
    return false;
}

static struct config_side read_file(struct module_reader *reader, const char *path,
                                    const char *label)
{
    struct document_place place = { .read = read_named, .context = (void *)(uintptr_t)path };

    return module_reader_document(reader, &place, label != NULL ? label : path);
}

static bool compare_files(struct module_reader *reader, struct error *error)
{
    const struct comparison_request *request = reader->request;
    struct config_side previous, current;

    previous = read_file(reader, reader->module->previous, request->previous.label);
    if (previous.state != SIDE_READ)
        return module_reader_fail(reader, error);
    current = read_file(reader, reader->module->current, request->current.label);
    if (current.state != SIDE_READ)
        return module_reader_fail(reader, error);
    module_reader_add_config(reader, current.name, &previous, &current);
    return true;
}

/* --- Two folders ----------------------------------------------------------------------------- */

struct folder_names {
    struct module_reader *reader;
    struct vector names; /* const char *: relative paths of what may be configuration */
};

static void report_link(const char *path, void *context)
{
    struct folder_names *found = context;
    struct error error = { 0 };

    error_set(&error, ERROR_UNSUPPORTED, "links are not followed");
    error_hint(&error, "compare what it leads to by itself");
    module_reader_problem(found->reader, DRIFT_CONFIG, path, &error, true);
}

static bool is_document(const char *relative, void *context)
{
    enum document_format format;

    (void)context;
    return document_format_of(relative, &format) && !type_sources_claim(relative);
}

static bool add_name(const char *name, void *context, struct error *error)
{
    struct folder_names *found = context;

    if (found->names.count == MOST_FILES) {
        error_set(error, ERROR_LIMIT, "there are more than %d configuration files", MOST_FILES);
        return error_hint(error, "compare a folder further down");
    }
    vector_push(&found->names, &name);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool read_in_folder(void *context, const char *name, struct strbuf *out, struct error *error)
{
    char *path = path_join(context, name);
    bool ok = file_read(path, FILE_LIMIT, false, out, error);

    free(path);
    return ok;
}

/* A folder, and what is in it. */
struct folder_side {
    struct document_place place;
    struct folder_names found;
};

static bool list_folder(struct module_reader *reader, const char *folder, const char *label,
                        struct folder_side *side, struct error *error)
{
    *side = (struct folder_side){
        .place = {.read = read_in_folder,
                  .context = (void *)(uintptr_t)folder,
                  .label = label != NULL ? label : folder },
        .found = { .reader = reader}
    };
    struct folder_visitor visitor = { is_document, add_name, report_link, &side->found };

    vector_init(&side->found.names, sizeof(const char *));
    if (!folder_walk(folder, &visitor, reader->arena, reader->progress, error))
        return false;
    vector_sort(&side->found.names, by_name);
    return true;
}

static const char *name_at(const struct folder_side *side, size_t index)
{
    const struct vector *names = &side->found.names;

    return index < names->count ? *(const char **)vector_at(names, index) : NULL;
}

static void compare_names(struct module_reader *reader, const struct folder_side *previous,
                          const char *previous_name, const struct folder_side *current,
                          const char *current_name)
{
    struct config_side before = { .state = SIDE_ABSENT }, after = { .state = SIDE_ABSENT };

    if (previous_name != NULL)
        before = module_reader_document(reader, &previous->place, previous_name);
    if (current_name != NULL)
        after = module_reader_document(reader, &current->place, current_name);
    module_reader_add_config(reader, current_name != NULL ? current_name : previous_name, &before,
                             &after);
}

/* Both lists are sorted: one pass pairs them. */
static bool pair_names(struct module_reader *reader, const struct folder_side *previous,
                       const struct folder_side *current, struct error *error)
{
    size_t i = 0, j = 0;
    const char *a, *b;

    while ((a = name_at(previous, i), b = name_at(current, j), a != NULL || b != NULL)) {
        int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a, b);

        if (!progress_check(reader->progress, error))
            return false;
        compare_names(reader, previous, order <= 0 ? a : NULL, current, order >= 0 ? b : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    return true;
}

static bool compare_folders(struct module_reader *reader, struct error *error)
{
    const struct comparison_request *request = reader->request;
    struct folder_side previous = { .found.names = { 0 } }, current = { .found.names = { 0 } };
    bool ok =
        list_folder(reader, reader->module->previous, request->previous.label, &previous, error) &&
        list_folder(reader, reader->module->current, request->current.label, &current, error) &&
        pair_names(reader, &previous, &current, error);

    vector_release(&previous.found.names);
    vector_release(&current.found.names);
    return ok;
}

/* --------------------------------------------------------------------------------------------- */

static bool check_paths(const char *previous, const char *current, struct error *error)
{
    const char *paths[] = { previous, current };
    bool folder;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (access(paths[i], R_OK) != 0)
            return error_errno(error, errno, "cannot read %s", paths[i]);
    }
    folder = file_is_directory(previous);
    if (folder == file_is_directory(current))
        return true;
    error_set(error, ERROR_INVALID, "%s is a folder and %s is not", folder ? previous : current,
              folder ? current : previous);
    return error_hint(error, "compare two files or two folders");
}

static bool read_config(struct module_reader *reader, struct error *error)
{
    if (reader->named.known) {
        module_reader_source(reader, DRIFT_CONFIG, SOURCE_NOT_EXAMINED,
                             "these files are no configuration");
        return true;
    }
    if (!(file_is_directory(reader->module->previous) ? compare_folders(reader, error)
                                                      : compare_files(reader, error)))
        return false;
    module_reader_config_done(reader);
    return true;
}

/* With files that a person named, why they could not be read is the whole story: other types say
 * that nothing of theirs is in them, which nobody asked. */
static bool files_read(const struct module_reader *reader, struct error *error)
{
    bool concerned =
        reader->named.known || reader->request->alone || !module_reader_wants(reader, DRIFT_CONFIG);

    if (file_is_directory(reader->module->previous) || !concerned ||
        reader->failure.code == ERROR_NONE)
        return true;
    *error = reader->failure;
    return false;
}

bool files_module_read(struct module_reader *reader, struct error *error)
{
    const struct comparison_request *request = reader->request;
    const struct comparison_module *module = reader->module;
    struct place previous, current;

    if (!check_paths(module->previous, module->current, error))
        return false;
    named_files_recognise(reader);
    if (!named_files_check(reader, error))
        return false;
    if ((module_reader_wants(reader, DRIFT_CONFIG) && !read_config(reader, error)))
        return false;
    previous =
        place_on_disk(module->previous, request->previous.label, module->previous_environment);
    current = place_on_disk(module->current, request->current.label, module->current_environment);
    return type_sources_read(reader, &previous, &current, error) && files_read(reader, error);
}
