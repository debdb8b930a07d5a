#include <pilab/source/files.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>

#define FILE_LIMIT     (64u << 20)
#define MOST_FILES     20000
#define DEEPEST_FOLDER 64

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

/* The problem that was just recorded as an error: with two files it is the whole story. */
static bool broken_file(const struct module_reader *reader, struct error *error)
{
    const struct drift_problem *problem = vector_at(&reader->problems, reader->problems.count - 1);

    error_set(error, ERROR_INVALID, "%s: %s", problem->what, problem->why);
    return problem->hint != NULL ? error_hint(error, "%s", problem->hint) : false;
}

static bool compare_files(struct module_reader *reader, struct error *error)
{
    const struct comparison_request *request = reader->request;
    struct config_side previous, current;

    previous = read_file(reader, reader->module->previous, request->previous.label);
    if (previous.state != SIDE_READ)
        return broken_file(reader, error);
    current = read_file(reader, reader->module->current, request->current.label);
    if (current.state != SIDE_READ)
        return broken_file(reader, error);
    module_reader_add_config(reader, current.name, &previous, &current);
    return true;
}

/* --- Two folders ----------------------------------------------------------------------------- */

struct folder_walk {
    struct module_reader *reader;
    struct vector names; /* const char *: relative paths of what may be configuration */
};

static bool walk_folder(struct folder_walk *walk, const char *folder, const char *relative,
                        unsigned depth, struct error *error);

/* Links are not followed: a folder must not lead out of itself or round in a circle. */
static void report_link(struct folder_walk *walk, const char *path)
{
    struct error error = { 0 };

    error_set(&error, ERROR_UNSUPPORTED, "links are not followed");
    error_hint(&error, "compare what it leads to by itself");
    module_reader_problem(walk->reader, DRIFT_CONFIG, path, &error, true);
}

static bool add_name(struct folder_walk *walk, const char *name, struct error *error)
{
    if (walk->names.count == MOST_FILES) {
        error_set(error, ERROR_LIMIT, "there are more than %d configuration files", MOST_FILES);
        return error_hint(error, "compare a folder further down");
    }
    vector_push(&walk->names, &name);
    return true;
}

static bool walk_entry(struct folder_walk *walk, const char *path, const char *relative,
                       unsigned depth, struct error *error)
{
    enum document_format format;
    struct stat status;
    bool wanted = document_format_of(relative, &format);

    if (lstat(path, &status) != 0)
        return errno == ENOENT || error_errno(error, errno, "cannot look at %s", path);
    if (S_ISDIR(status.st_mode)) {
        if (path_base_name(relative)[0] == '.')
            return true;
        return walk_folder(walk, path, relative, depth + 1, error);
    }
    if (S_ISLNK(status.st_mode) && (wanted || file_is_directory(path)))
        report_link(walk, path);
    return !wanted || !S_ISREG(status.st_mode) || add_name(walk, relative, error);
}

/* Hidden files are nobody's configuration, except for .env and its relatives. */
static bool hidden(const char *name)
{
    return name[0] == '.' && strncmp(name, ".env", 4) != 0;
}

static bool walk_folder(struct folder_walk *walk, const char *folder, const char *relative,
                        unsigned depth, struct error *error)
{
    struct arena *arena = walk->reader->arena;
    struct dirent *entry;
    DIR *stream;
    bool ok = true;

    if (depth > DEEPEST_FOLDER)
        return error_set(error, ERROR_LIMIT, "folders are nested deeper than %d at %s",
                         DEEPEST_FOLDER, folder);
    if (!progress_check(walk->reader->progress, error))
        return false;
    stream = opendir(folder);
    if (stream == NULL)
        return error_errno(error, errno, "cannot list %s", folder);
    while (ok && (entry = readdir(stream)) != NULL) {
        char *path;

        if (hidden(entry->d_name))
            continue;
        path = path_join(folder, entry->d_name);
        ok = walk_entry(walk, path,
                        *relative != '\0' ? arena_printf(arena, "%s/%s", relative, entry->d_name)
                                          : arena_text(arena, entry->d_name),
                        depth, error);
        free(path);
    }
    closedir(stream);
    return ok;
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
    struct folder_walk walk;
};

static bool list_folder(struct module_reader *reader, const char *folder, const char *label,
                        struct folder_side *side, struct error *error)
{
    *side = (struct folder_side){
        .place = {.read = read_in_folder,
                  .context = (void *)(uintptr_t)folder,
                  .label = label != NULL ? label : folder },
        .walk = { .reader = reader}
    };
    vector_init(&side->walk.names, sizeof(const char *));
    if (!walk_folder(&side->walk, folder, "", 0, error))
        return false;
    vector_sort(&side->walk.names, by_name);
    return true;
}

static const char *name_at(const struct folder_side *side, size_t index)
{
    const struct vector *names = &side->walk.names;

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
    struct folder_side previous = { .walk.names = { 0 } }, current = { .walk.names = { 0 } };
    bool ok =
        list_folder(reader, reader->module->previous, request->previous.label, &previous, error) &&
        list_folder(reader, reader->module->current, request->current.label, &current, error) &&
        pair_names(reader, &previous, &current, error);

    vector_release(&previous.walk.names);
    vector_release(&current.walk.names);
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

bool files_module_read(struct module_reader *reader, struct error *error)
{
    const char *previous = reader->module->previous;

    if (!check_paths(previous, reader->module->current, error))
        return false;
    if (!(file_is_directory(previous) ? compare_folders(reader, error)
                                      : compare_files(reader, error)))
        return false;
    module_reader_config_done(reader);
    return true;
}
