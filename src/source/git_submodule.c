/* Which commits lie between the two that a submodule is pinned at. */
#include <pilab/source/reader.h>

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/git/mailmap.h>
#include <pilab/git/submodules.h>

#define MODE_SUBMODULE 0160000u
#define MODE_KIND      0170000u

struct pins {
    struct module_reader *reader;
    struct repository *repository; /* that pins them */
    struct submodule_list previous, current;
    struct vector found; /* struct drift_submodule */
    struct map *told;    /* their paths */
};

static bool is_submodule(uint32_t mode)
{
    return (mode & MODE_KIND) == MODE_SUBMODULE;
}

/* One of the project's own, by where it comes from. */
static const char *known_repository(const struct pins *pins, const char *url)
{
    const struct comparison_request *request = pins->reader->request;

    for (size_t i = 0; i < request->known_count; i++) {
        if (submodule_same_url(request->known[i].url, url))
            return request->known[i].path;
    }
    return NULL;
}

static bool has_both(struct repository *repository, const struct object_id *a,
                     const struct object_id *b)
{
    struct arena *arena = arena_new();
    struct commit commit;
    bool both = history_read_commit(repository, a, arena, &commit, NULL) &&
                history_read_commit(repository, b, arena, &commit, NULL);

    arena_free(&arena);
    return both;
}

/* The first place that has both commits; NULL, with why, when none has. */
static struct repository *open_submodule(struct pins *pins, const struct submodule *submodule,
                                         const struct file_change *change, const char **why)
{
    struct arena *arena = pins->reader->arena;
    const char *url =
        submodule->url != NULL ? submodule_url(pins->repository, submodule->url, arena) : NULL;
    const char *places[2] = { url != NULL ? known_repository(pins, url) : NULL,
                              submodule_directory(pins->repository, submodule, arena) };
    struct repository *repository = NULL;

    *why = "its repository is neither one of the project's modules nor checked out here";
    for (size_t i = 0; i < 2; i++) {
        /* The folder below .git/modules names a work tree that may be gone: as bare first. */
        if (places[i] == NULL || (!repository_open_bare(&repository, places[i], NULL) &&
                                  !repository_open(&repository, places[i], NULL)))
            continue;
        if (has_both(repository, &change->old_blob, &change->new_blob)) {
            *why = NULL;
            return repository;
        }
        repository_free(&repository);
        *why = "its repository has not both commits: fetch it again";
    }
    return NULL;
}

/* By the .mailmap of the newer pin; one that cannot be read names nobody otherwise. */
static void list_commits(struct arena *arena, const struct history *history,
                         const struct mailmap *people, struct drift_submodule *out)
{
    for (size_t i = 0; i < history->count && i < SUBMODULE_LISTED; i++) {
        struct commit *commit = &history->commits[i];
        char hex[OBJECT_ID_HEX_SIZE];

        mailmap_name_people(people, arena, commit);
        out->commits[out->commit_count++] = (struct submodule_commit){
            .id = arena_text(arena, object_id_hex(&commit->id, hex)),
            .subject = arena_text(arena, commit->message->subject),
            .author_name = arena_text(arena, commit->author_name),
        };
    }
}

static bool read_between(struct pins *pins, struct repository *repository,
                         const struct file_change *change, struct drift_submodule *out,
                         struct error *error)
{
    struct arena *arena = pins->reader->arena;
    const struct progress *progress = pins->reader->progress;
    struct history_options options = { .first_parent = false };
    struct history *ahead = NULL, *behind = NULL;
    struct mailmap *people = NULL;
    bool ok;

    ahead =
        history_read(repository, &change->old_blob, &change->new_blob, &options, progress, error);
    behind = ahead != NULL ? history_read(repository, &change->new_blob, &change->old_blob,
                                          &options, progress, error)
                           : NULL;
    ok = behind != NULL;
    if (ok) {
        out->ahead = ahead->count;
        out->behind = behind->count;
        out->move = behind->count == 0  ? SUBMODULE_FORWARD
                    : ahead->count == 0 ? SUBMODULE_BACK
                                        : SUBMODULE_ASIDE;
        out->commits = arena_array(arena, (size_t)2 * SUBMODULE_LISTED, sizeof *out->commits);
        mailmap_read(repository, &change->new_blob, &people, NULL);
        list_commits(arena, ahead, people, out);
        out->ahead_listed = out->commit_count;
        list_commits(arena, behind, people, out);
        /* What is not here may be on either side: no number is better than a wrong one. */
        if (ahead->ends > 0 || behind->ends > 0) {
            out->move = SUBMODULE_UNKNOWN;
            out->why = "the clone of its repository is shallow, or damaged";
        }
    }
    mailmap_free(&people);
    history_free(&ahead);
    history_free(&behind);
    return ok;
}

/* False only when cancelled. */
static bool read_pin(struct pins *pins, const struct file_change *change, struct error *error)
{
    static const struct submodule unnamed = { .name = "" };
    const struct submodule *before = submodules_at(&pins->previous, change->path);
    const struct submodule *after = submodules_at(&pins->current, change->path);
    const struct submodule *any = after != NULL ? after : before != NULL ? before : &unnamed;
    struct drift_submodule *out = vector_add(&pins->found);
    struct repository *repository;

    out->path = change->path;
    map_put(pins->told, change->path, pins);
    out->previous_url = before != NULL ? before->url : NULL;
    out->current_url = after != NULL ? after->url : NULL;
    if (!is_submodule(change->old_mode) || !is_submodule(change->new_mode)) {
        out->move = is_submodule(change->new_mode) ? SUBMODULE_ADDED : SUBMODULE_REMOVED;
        return true;
    }
    out->move = SUBMODULE_UNKNOWN;
    repository = open_submodule(pins, any, change, &out->why);
    if (repository != NULL && !read_between(pins, repository, change, out, error))
        out->why = arena_text(pins->reader->arena, error->message);
    repository_free(&repository);
    if (error->code == ERROR_CANCELLED)
        return false;
    error_clear(error);
    return true;
}

/* A module's part of a monorepo: one path, or several, one a line. */
static bool is_within(const char *path, const char *paths)
{
    for (const char *line = paths; *paths != '\0' && *line != '\0';) {
        size_t length = strcspn(line, "\n");

        bool all = length == 1 && *line == '.'; /* among several, see clean_paths */

        if (all ||
            (strncmp(path, line, length) == 0 && (path[length] == '/' || path[length] == '\0')))
            return true;
        line += length + (line[length] == '\n');
    }
    return *paths == '\0';
}

/* Those that stay where they are pinned and come from another place. */
static void add_moved_urls(struct pins *pins)
{
    for (size_t i = 0; i < pins->current.count; i++) {
        const struct submodule *after = &pins->current.items[i];
        const struct submodule *before =
            after->path != NULL ? submodules_at(&pins->previous, after->path) : NULL;
        struct drift_submodule *out;

        if (before == NULL || before->url == NULL || after->url == NULL ||
            strcmp(before->url, after->url) == 0 || map_has(pins->told, after->path) ||
            !is_within(after->path, pins->reader->directory))
            continue;
        map_put(pins->told, after->path, pins);
        out = vector_add(&pins->found);
        *out = (struct drift_submodule){ .path = after->path,
                                         .move = SUBMODULE_STAYS,
                                         .previous_url = before->url,
                                         .current_url = after->url };
    }
}

static bool may_have_any(const struct file_change_list *files, const char *directory)
{
    for (size_t i = 0; i < files->count; i++) {
        const struct file_change *change = &files->changes[i];

        if (is_submodule(change->old_mode) || is_submodule(change->new_mode) ||
            strcmp(change->path, ".gitmodules") == 0)
            return true;
    }
    /* .gitmodules lies outside of a module's part */
    return *directory != '\0';
}

bool git_module_read_submodules(struct module_reader *reader, struct repository *repository,
                                const struct object_id *previous, const struct object_id *current,
                                struct error *error)
{
    const struct file_change_list *files = &reader->code.files;
    struct pins pins = { .reader = reader, .repository = repository };
    bool going_on = true;

    if (reader->files_unknown || !may_have_any(files, reader->directory))
        return true;
    pins.told = map_new();
    vector_init(&pins.found, sizeof(struct drift_submodule));
    if (!submodules_read(repository, previous, reader->arena, &pins.previous, error) ||
        !submodules_read(repository, current, reader->arena, &pins.current, error)) {
        module_reader_problem(reader, DRIFT_CODE, ".gitmodules", error, true);
        error_clear(error);
    }
    for (size_t i = 0; i < files->count && going_on; i++) {
        const struct file_change *change = &files->changes[i];

        if (is_submodule(change->old_mode) || is_submodule(change->new_mode))
            going_on = read_pin(&pins, change, error);
    }
    add_moved_urls(&pins);
    reader->code.submodules = vector_to_arena(&pins.found, reader->arena);
    reader->code.submodule_count = pins.found.count;
    vector_release(&pins.found);
    map_free(&pins.told);
    return going_on;
}
