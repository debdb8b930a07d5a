#include <pilab/source/gitops.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/document/document.h>
#include <pilab/git/history.h>
#include <pilab/git/mailmap.h>
#include <pilab/git/repository.h>
#include <pilab/source/gitops_document.h>

#include "pattern_marks.h"

#define FILE_LIMIT (4u << 20)

static const char environment_mark[] = ENVIRONMENT_MARK, module_mark[] = MODULE_MARK;

/* One reading while it runs. */
struct gitops_reader {
    const struct gitops_request *request;
    const char *path, *key; /* the two parts of the pattern; key NULL: where it usually is */
    struct arena *arena;
    const struct progress *progress;
    struct repository *repository;
    struct object_id head;
    struct vector cells, problems;
    struct map *files; /* path → the first of its cells, index + 1 */
};

/* --- The pattern ------------------------------------------------------------------------------ */

/* What a mark stands for in one component, while both are walked along. */
struct match {
    const char *environment, *module;
    size_t environment_length, module_length;
};

static bool take_mark(const char **name, size_t *known, const char *at, size_t length)
{
    if (*name != NULL && (*known != length || memcmp(*name, at, length) != 0))
        return false;
    *name = at;
    *known = length;
    return length > 0;
}

static bool match_rest(const char *pattern, const char *path, struct match *match);

/* The mark takes as much of the component as leaves the rest a match, the longest first. */
static bool match_mark(const char *pattern, const char *path, struct match *match, bool module)
{
    for (size_t length = strcspn(path, "/"); length > 0; length--) {
        struct match trial = *match;
        bool taken = module
                         ? take_mark(&trial.module, &trial.module_length, path, length)
                         : take_mark(&trial.environment, &trial.environment_length, path, length);

        if (taken && match_rest(pattern, path + length, &trial)) {
            *match = trial;
            return true;
        }
    }
    return false;
}

static bool match_rest(const char *pattern, const char *path, struct match *match)
{
    while (*pattern != '\0') {
        if (strncmp(pattern, environment_mark, sizeof environment_mark - 1) == 0)
            return match_mark(pattern + sizeof environment_mark - 1, path, match, false);
        if (strncmp(pattern, module_mark, sizeof module_mark - 1) == 0)
            return match_mark(pattern + sizeof module_mark - 1, path, match, true);
        if (*pattern == '*') {
            for (size_t length = strcspn(path, "/") + 1; length-- > 0;) {
                struct match trial = *match;

                if (match_rest(pattern + 1, path + length, &trial)) {
                    *match = trial;
                    return true;
                }
            }
            return false;
        }
        if (*pattern++ != *path++)
            return false;
    }
    return *path == '\0';
}

bool gitops_match(const char *pattern, const char *path, struct arena *arena,
                  const char **environment, const char **module)
{
    struct match match = { 0 };

    if (!match_rest(pattern, path, &match) || match.environment == NULL)
        return false;
    *environment = arena_bytes(arena, match.environment, match.environment_length);
    *module = match.module != NULL ? arena_bytes(arena, match.module, match.module_length) : NULL;
    return true;
}

const char *gitops_path(const char *pattern, struct arena *arena)
{
    const char *colon = strrchr(pattern, ':');

    while (*pattern == '/' || strncmp(pattern, "./", 2) == 0)
        pattern += *pattern == '/' ? 1 : 2;
    return colon != NULL && colon > pattern ? arena_bytes(arena, pattern, (size_t)(colon - pattern))
                                            : pattern;
}

static bool cut_pattern(struct gitops_reader *reader, struct error *error)
{
    const char *colon = strrchr(reader->request->pattern, ':');

    reader->path = gitops_path(reader->request->pattern, reader->arena);
    reader->key = colon != NULL && colon[1] != '\0' ? colon + 1 : NULL;
    if (strstr(reader->path, environment_mark) != NULL &&
        (strstr(reader->path, module_mark) != NULL ||
         (reader->key != NULL && strstr(reader->key, module_mark) != NULL)))
        return true;
    error_set(error, ERROR_USAGE, "the pattern '%s' does not say where {env} and {module} stand",
              reader->request->pattern);
    return error_hint(error, "for example envs/{env}/{module}/values.yaml, or "
                             "{env}/{module}.yaml:image.tag");
}

/* --- Files ------------------------------------------------------------------------------------ */

static void problem(struct gitops_reader *reader, const char *path, const char *why)
{
    struct gitops_problem *problem = vector_add(&reader->problems);

    problem->path = path;
    problem->why = why;
}

static void add_cell(struct gitops_reader *reader, const char *path, const char *environment,
                     const char *module, const char *version)
{
    struct gitops_cell *cell = vector_add(&reader->cells);

    cell->module = module;
    cell->environment = environment;
    cell->version = version;
    cell->path = path;
    if (!map_has(reader->files, path))
        map_put(reader->files, path, (void *)(uintptr_t)reader->cells.count);
}

static void take_text(struct gitops_reader *reader, const char *path, const char *environment,
                      const char *module, const struct strbuf *text)
{
    struct error error = { 0 };
    size_t before = reader->cells.count;

    if (module == NULL) {
        struct gitops_entry *entries;
        size_t count;

        if (gitops_document_modules(path, text->data, text->length, reader->key, reader->arena,
                                    &entries, &count, &error)) {
            for (size_t i = 0; i < count; i++)
                add_cell(reader, path, environment, entries[i].module, entries[i].version);
        }
    } else {
        const char *version = gitops_version(path, text->data, text->length, reader->key, module,
                                             reader->arena, &error);

        if (version != NULL)
            add_cell(reader, path, environment, module, version);
    }
    if (error.code != ERROR_NONE)
        problem(reader, path, arena_text(reader->arena, error.message));
    else if (reader->cells.count == before)
        problem(reader, path, "no version stands in it");
}

static void read_file(struct gitops_reader *reader, const struct tree_file *file)
{
    const char *environment, *module, *path;
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };

    if (!gitops_match(reader->path, file->path, reader->arena, &environment, &module))
        return;
    path = arena_text(reader->arena, file->path);
    if (repository_read_blob(reader->repository, &file->blob, FILE_LIMIT, &text, &error))
        take_text(reader, path, environment, module, &text);
    else
        problem(reader, path, arena_text(reader->arena, error.message));
    strbuf_release(&text);
}

/* Somebody who mistyped the pattern sees what is there. */
static void hint_files(const struct tree_file_list *list, struct error *error)
{
    struct strbuf names = STRBUF_INIT;
    size_t shown = 0;

    for (size_t i = 0; i < list->count && shown < 3; i++) {
        enum document_format format;

        if (!document_format_of(list->files[i].path, &format))
            continue;
        strbuf_printf(&names, "%s%s", shown++ > 0 ? ", " : "", list->files[i].path);
    }
    if (shown > 0)
        error_hint(error, "there are files such as %s", names.data);
    else
        error_hint(error, "the repository has no YAML or JSON file");
    strbuf_release(&names);
}

static bool read_files(struct gitops_reader *reader, struct error *error)
{
    struct tree_file_list *list =
        repository_list_files(reader->repository, &reader->head, "", NULL, NULL, error);
    bool ok = list != NULL;

    for (size_t i = 0; ok && i < list->count; i++) {
        ok = progress_check(reader->progress, error);
        if (ok)
            read_file(reader, &list->files[i]);
    }
    if (ok && reader->cells.count == 0 && reader->problems.count == 0) {
        ok = error_set(error, ERROR_NOT_FOUND, "no file of %s is called like %s",
                       repository_name(reader->repository), reader->path);
        hint_files(list, error);
    }
    tree_file_list_free(&list);
    return ok;
}

/* --- Who changed them last -------------------------------------------------------------------- */

static void credit(struct gitops_reader *reader, const struct commit *commit, const char *path)
{
    size_t first = (size_t)(uintptr_t)map_get(reader->files, path);

    for (size_t i = first; i > 0 && i <= reader->cells.count; i++) {
        struct gitops_cell *cell = vector_at(&reader->cells, i - 1);

        if (strcmp(cell->path, path) != 0)
            break;
        if (cell->at != 0)
            continue;
        cell->at = commit->committer_time;
        cell->author = arena_text(reader->arena, commit->author_name);
    }
}

static void credit_commits(struct gitops_reader *reader, const struct history *history, bool merges)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct commit *commit = &history->commits[i];

        if (!commit->files_known || (commit->parent_count > 1) != merges)
            continue;
        for (size_t j = 0; j < commit->files.count; j++)
            credit(reader, commit, commit->files.changes[j].path);
    }
}

/* A .mailmap that cannot be read names nobody otherwise. */
static void name_people(struct gitops_reader *reader, struct history *history)
{
    struct mailmap *people = NULL;

    mailmap_read(reader->repository, &reader->head, &people, NULL);
    for (size_t i = 0; people != NULL && i < history->count; i++)
        mailmap_name_people(people, history->arena, &history->commits[i]);
    mailmap_free(&people);
}

/* A merge only passes on what others wrote; it counts where nobody else is known (a shallow clone,
 * a conflict solved in it). */
static bool find_authors(struct gitops_reader *reader, struct error *error)
{
    struct history_options options = { .files = true };
    struct error unread = { 0 };
    struct history *history;

    progress_report(reader->progress, "reading who changed it last", 0, 0);
    history =
        history_read(reader->repository, NULL, &reader->head, &options, reader->progress, &unread);
    if (history != NULL) {
        name_people(reader, history);
        credit_commits(reader, history, false);
        credit_commits(reader, history, true);
    } else if (unread.code == ERROR_CANCELLED) {
        *error = unread;
        return false;
    }
    history_free(&history);
    return true;
}

/* --- All of it -------------------------------------------------------------------------------- */

bool gitops_read(const struct gitops_request *request, struct arena *arena,
                 struct gitops_reading *reading, const struct progress *progress,
                 struct error *error)
{
    struct gitops_reader reader = {
        .request = request, .arena = arena, .progress = progress, .files = map_new()
    };
    char hex[OBJECT_ID_HEX_SIZE];
    bool ok;

    vector_init(&reader.cells, sizeof(struct gitops_cell));
    vector_init(&reader.problems, sizeof(struct gitops_problem));
    ok = cut_pattern(&reader, error) &&
         repository_access_open(&request->access, request->address, REPOSITORY_FRESH,
                                &reader.repository, progress, error) &&
         repository_resolve(reader.repository, "HEAD", &reader.head, error) &&
         read_files(&reader, error) && find_authors(&reader, error);
    if (ok)
        *reading = (struct gitops_reading){
            .commit = arena_text(arena, object_id_hex(&reader.head, hex)),
            .cells = vector_to_arena(&reader.cells, arena),
            .count = reader.cells.count,
            .problems = vector_to_arena(&reader.problems, arena),
            .problem_count = reader.problems.count,
        };
    vector_release(&reader.cells);
    vector_release(&reader.problems);
    repository_free(&reader.repository);
    map_free(&reader.files);
    return ok;
}
