/*
 * Which variables changed code reads that it did not read before, and whether a file of the
 * repository could define them.
 */
#include <pilab/source/reader.h>

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/drift/env_reads.h>

/* Of more changed sources none is read: somebody waits, and a part would look like the whole. */
#define MOST_SOURCES 2000
#define MOST_FILES   10000
#define MOST_TEXT    ((size_t)128 << 20)
#define SOURCE_LIMIT (8u << 20)

/* What is never shipped reads what it likes. */
static const char not_shipped[] =
    "{**/{test,tests,spec,specs,__tests__,testdata,fixtures,e2e,examples,example,docs,doc,scripts,"
    "node_modules,vendor,third_party,dist,bench,benchmarks}/**,"
    "**/*{.test,.spec,_test,_spec}.*,**/test_*.*,**/*.config.*}";

/* Where deployments say what a program gets. */
static const char definitions[] =
    "**/"
    "{*.yaml,*.yml,*.json,*.env,.env*,*.properties,*.toml,*.tf,*.tfvars,*.tpl,*.hcl,*.ini,*.conf,"
    "*.cfg,*.xml,*.sh,Dockerfile*,*.Dockerfile,Procfile,Makefile,Jenkinsfile,*.gotmpl,*.libsonnet}";

/* What every process has, or what tools set. */
static const char *const always_there[] = {
    "HOME",
    "PATH",
    "PWD",
    "USER",
    "SHELL",
    "LANG",
    "TZ",
    "TMPDIR",
    "TMP",
    "TEMP",
    "HOSTNAME",
    "NODE_ENV",
    "TERM",
    "CI",
    "NO_COLOR",
    "COLUMNS",
    "LOGNAME",
    "EDITOR",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
    "PROD",
    "DEV",
    "MODE",
    "BASE_URL",
};

struct need_work {
    struct module_reader *reader;
    struct repository *repository;
    struct vector needed; /* struct needed_variable */
    struct map *names;    /* of them → the work, when a file has it; else NULL */
    struct map *before;   /* names that changed files read in previous */
    struct map *unread;   /* changed files whose previous version could not be read */
    size_t text;          /* that may still be read */
    size_t fresh;         /* how many are new */
    size_t skipped;       /* versions of changed files that could not be read */
};

static bool is_always_there(const char *name)
{
    for (size_t i = 0; i < sizeof always_there / sizeof *always_there; i++) {
        if (strcmp(always_there[i], name) == 0)
            return true;
    }
    return false;
}

/* What one version of a file reads; false when it cannot be read, or is too much. */
static bool reads_of(struct need_work *work, const struct object_id *blob, const char *path,
                     struct vector *reads)
{
    struct strbuf text = STRBUF_INIT;
    bool ok = repository_read_blob(work->repository, blob, SOURCE_LIMIT, &text, NULL) &&
              text.length <= work->text;

    if (ok) {
        work->text -= text.length;
        env_reads_find(path, text.data != NULL ? text.data : "", text.length, work->reader->arena,
                       reads);
    }
    strbuf_release(&text);
    return ok;
}

static void look_at_current(struct need_work *work, const struct file_change *change)
{
    struct vector now;

    vector_init(&now, sizeof(struct env_read));
    work->skipped += !reads_of(work, &change->new_blob, change->path, &now);
    for (size_t i = 0; i < now.count; i++) {
        const struct env_read *read = vector_at(&now, i);
        const struct needed_variable need = { .name = read->name,
                                              .file = change->path,
                                              .line = read->line };

        if (read->optional || is_always_there(read->name))
            continue;
        vector_push(&work->needed, &need);
        if (!map_has(work->names, need.name))
            map_put(work->names, need.name, NULL);
    }
    vector_release(&now);
}

static void look_at_previous(struct need_work *work, const struct file_change *change)
{
    const char *path = change->old_path != NULL ? change->old_path : change->path;
    struct vector reads;

    vector_init(&reads, sizeof(struct env_read));
    if (!reads_of(work, &change->old_blob, path, &reads)) {
        map_put(work->unread, change->path, work);
        work->skipped++;
    }
    for (size_t i = 0; i < reads.count; i++)
        map_put(work->before, ((const struct env_read *)vector_at(&reads, i))->name, work);
    vector_release(&reads);
}

static bool is_shipped_code(const char *path, const struct glob *excluded)
{
    return path != NULL && env_reads_knows(path) && !glob_test(excluded, path);
}

static bool has_current(const struct file_change *change, const struct glob *excluded)
{
    return (change->status == FILE_ADDED || change->status == FILE_MODIFIED ||
            change->status == FILE_RENAMED) &&
           is_shipped_code(change->path, excluded);
}

static bool has_previous(const struct file_change *change, const struct glob *excluded)
{
    return (change->status == FILE_DELETED || change->status == FILE_MODIFIED ||
            change->status == FILE_RENAMED) &&
           is_shipped_code(change->old_path != NULL ? change->old_path : change->path, excluded);
}

/* A line that only moved to another file is not new: what all of them read before counts, also
 * what was deleted. Of a file whose previous version cannot be read nobody knows what is new. */
static void mark_new(struct need_work *work)
{
    for (size_t i = 0; i < work->needed.count; i++) {
        struct needed_variable *need = vector_at(&work->needed, i);

        need->is_new = !map_has(work->before, need->name) && !map_has(work->unread, need->file);
        work->fresh += need->is_new;
    }
}

/* False when there is too much of it. */
static bool look_at_code(struct need_work *work, const struct file_change_list *changed)
{
    struct glob *excluded = glob_new(not_shipped, '/', true);
    size_t sources = 0;

    for (size_t i = 0; i < changed->count; i++)
        sources += has_current(&changed->changes[i], excluded);
    for (size_t i = 0; i < changed->count && sources <= MOST_SOURCES; i++) {
        if (has_current(&changed->changes[i], excluded))
            look_at_current(work, &changed->changes[i]);
    }
    for (size_t i = 0; i < changed->count && work->needed.count > 0; i++) {
        if (has_previous(&changed->changes[i], excluded))
            look_at_previous(work, &changed->changes[i]);
    }
    mark_new(work);
    glob_free(&excluded);
    return sources <= MOST_SOURCES;
}

static bool is_word(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static void find_names(struct need_work *work, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t size = 0;

        while (i + size < length && is_word(text[i + size]))
            size++;
        if (size > 0 && map_has_bytes(work->names, text + i, size))
            map_put_bytes(work->names, text + i, size, work);
        i += size + 1;
    }
}

static bool could_define(const char *path, void *glob)
{
    return glob_test(glob, path);
}

/* False when there is too much of it: then nothing is known. */
static bool look_at_definitions(struct need_work *work, const struct object_id *current)
{
    struct glob *glob = glob_new(definitions, '/', true);
    struct tree_file_list *list =
        repository_list_files(work->repository, current, "", could_define, glob, NULL);
    bool all = list != NULL && list->count <= MOST_FILES;

    for (size_t i = 0; all && i < list->count; i++) {
        struct strbuf text = STRBUF_INIT;

        if (repository_read_blob(work->repository, &list->files[i].blob, SOURCE_LIMIT, &text,
                                 NULL)) {
            all = text.length <= work->text;
            work->text -= all ? text.length : 0;
            find_names(work, text.data, all ? text.length : 0);
        }
        strbuf_release(&text);
    }
    tree_file_list_free(&list);
    glob_free(&glob);
    return all;
}

static void hand_over(struct need_work *work)
{
    for (size_t i = 0; i < work->needed.count; i++) {
        struct needed_variable *need = vector_at(&work->needed, i);

        need->found = map_get(work->names, need->name) != NULL;
    }
    work->reader->input.needed = vector_to_arena(&work->needed, work->reader->arena);
    work->reader->input.needed_count = work->needed.count;
}

static void look(struct need_work *work, const struct object_id *current,
                 const struct file_change_list *changed, struct error *error)
{
    if (!look_at_code(work, changed))
        error_set(error, ERROR_LIMIT, "more than %d changed files of code: none was looked at",
                  MOST_SOURCES);
    else if (work->fresh > 0 && !look_at_definitions(work, current))
        error_set(error, ERROR_LIMIT, "too many files could define them: none was looked at");
    else if (work->skipped > 0)
        error_set(error, ERROR_LIMIT, "%s could not be read, or is too large",
                  module_reader_count(work->reader, work->skipped, "file of code"));
    if (error->code == ERROR_NONE || work->skipped > 0)
        hand_over(work);
}

void git_module_read_needed(struct module_reader *reader, struct repository *repository,
                            const struct object_id *current, const struct file_change_list *changed)
{
    struct need_work work = { .reader = reader, .repository = repository, .text = MOST_TEXT };
    struct error error = { 0 };

    work.names = map_new();
    work.before = map_new();
    work.unread = map_new();
    vector_init(&work.needed, sizeof(struct needed_variable));
    if (changed != NULL)
        look(&work, current, changed, &error);
    else
        error_set(&error, ERROR_CORRUPT, "the changed files are not known");
    if (error.code != ERROR_NONE) {
        error_hint(&error, "compare two versions that are closer to each other");
        module_reader_problem(reader, DRIFT_CONFIG, "variables that the code reads", &error, false);
        reader->unasked++;
    }
    vector_release(&work.needed);
    map_free(&work.names);
    map_free(&work.before);
    map_free(&work.unread);
}
