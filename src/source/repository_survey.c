#include <pilab/source/repository_survey.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/drift/ticket_count.h>
#include <pilab/git/history.h>

/* So many commits back along the first parents, messages are looked at for tickets. */
#define RECENT "HEAD~150"

static const char version_mark[] = "{version}";

/* One survey while it runs. */
struct surveyor {
    const struct survey_request *request;
    struct repository_survey *survey;
    const struct progress *progress;
    struct repository *repository;
    struct object_id head;
    struct path_list files;
    struct map *tags; /* name → object_id, in the survey's arena */
    const char *directory;
};

/* --- Opening ---------------------------------------------------------------------------------- */

/* That nothing is at one of several addresses says less than what is wrong with another. */
static void remember_refusal(struct repository_survey *survey, const struct error *error)
{
    if (survey->refused.code == ERROR_NONE || survey->refused.code == ERROR_NOT_FOUND)
        survey->refused = *error;
}

static bool open_any(struct surveyor *surveyor, struct error *error)
{
    const struct survey_request *request = surveyor->request;

    for (size_t i = 0; i < request->address_count; i++) {
        struct error refused = { 0 };

        if (repository_access_open(&request->access, request->addresses[i], REPOSITORY_FRESH,
                                   &surveyor->repository, surveyor->progress, &refused)) {
            surveyor->survey->address = request->addresses[i];
            error_clear(&surveyor->survey->refused);
            return true;
        }
        if (refused.code == ERROR_CANCELLED) {
            *error = refused;
            return false;
        }
        remember_refusal(surveyor->survey, &refused);
    }
    return true;
}

/* --- Looking ---------------------------------------------------------------------------------- */

static bool list_files(struct surveyor *surveyor)
{
    struct error error = { 0 };
    struct arena *arena = surveyor->survey->arena;
    struct tree_file_list *list =
        repository_list_files(surveyor->repository, &surveyor->head, "", NULL, NULL, &error);
    const char **paths;

    if (list == NULL) {
        surveyor->survey->refused = error;
        return false;
    }
    paths = arena_array(arena, list->count, sizeof *paths);
    for (size_t i = 0; i < list->count; i++)
        paths[i] = arena_text(arena, list->files[i].path);
    surveyor->files = (struct path_list){ paths, list->count };
    tree_file_list_free(&list);
    return true;
}

static void look_at_files(struct surveyor *surveyor)
{
    const struct survey_request *request = surveyor->request;
    struct repository_survey *survey = surveyor->survey;
    struct well_known *names;

    if (!list_files(surveyor))
        return;
    names = well_known_new();
    survey->type = project_guess_type(request->module, &surveyor->files, surveyor->directory);
    survey->config =
        project_guess_config(names, &surveyor->files, surveyor->directory, request->environments,
                             request->environment_count, survey->arena, &survey->config_count);
    project_guess_migrations(&surveyor->files, surveyor->directory, survey->arena,
                             &survey->migrations_path, &survey->migrations_dialect);
    if (request->parts)
        survey->parts = project_guess_parts(&surveyor->files, survey->arena, &survey->part_count);
    well_known_free(&names);
}

static void look_at_tags(struct surveyor *surveyor)
{
    struct repository_survey *survey = surveyor->survey;
    const struct survey_request *request = surveyor->request;
    struct reference_list *list = repository_references(surveyor->repository, NULL);
    const char **tags;
    size_t count = 0;

    if (list == NULL)
        return;
    tags = arena_array(survey->arena, list->count, sizeof *tags);
    for (size_t i = 0; i < list->count; i++) {
        struct object_id *commit;

        if (list->references[i].kind != REFERENCE_TAG)
            continue;
        commit = arena_alloc(survey->arena, sizeof *commit);
        *commit = list->references[i].commit;
        tags[count] = arena_text(survey->arena, list->references[i].name);
        map_put(surveyor->tags, tags[count++], commit);
    }
    survey->tags = request->tags != NULL
                       ? request->tags
                       : project_guess_tags(request->module, tags, count, request->versions,
                                            request->version_count, survey->arena);
    reference_list_free(&list);
}

static const struct object_id *tagged(const struct surveyor *surveyor, const char *pattern,
                                      const char *version)
{
    const char *mark = strstr(pattern, version_mark);
    const struct object_id *commit;
    struct strbuf tag = STRBUF_INIT;

    if (mark == NULL)
        return NULL;
    strbuf_add_bytes(&tag, pattern, (size_t)(mark - pattern));
    strbuf_add(&tag, version);
    strbuf_add(&tag, mark + sizeof version_mark - 1);
    commit = map_get(surveyor->tags, tag.data);
    strbuf_release(&tag);
    return commit;
}

/* By the module's own form, then by those that are usual; what no tag bears may be a commit or a
 * branch. A version that is written with its "v" has it already. */
static bool find_version(const struct surveyor *surveyor, const char *version,
                         struct object_id *commit)
{
    const char *module = surveyor->request->module;
    struct arena *arena = surveyor->survey->arena;
    const char *patterns[] = { surveyor->survey->tags,
                               version_mark,
                               "v{version}",
                               arena_printf(arena, "%s-{version}", module),
                               arena_printf(arena, "%s-v{version}", module),
                               arena_printf(arena, "%s/v{version}", module),
                               "release-{version}" };
    const char *bare = version[0] == 'v' || version[0] == 'V' ? version + 1 : version;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        const struct object_id *found = NULL;

        if (patterns[i] != NULL) {
            found = tagged(surveyor, patterns[i], version);
            if (found == NULL)
                found = tagged(surveyor, patterns[i], bare);
        }
        if (found != NULL) {
            *commit = *found;
            return true;
        }
    }
    return repository_resolve(surveyor->repository, version, commit, NULL);
}

static void resolve_versions(struct surveyor *surveyor)
{
    const struct survey_request *request = surveyor->request;
    struct repository_survey *survey = surveyor->survey;
    char hex[OBJECT_ID_HEX_SIZE];

    for (size_t i = 0; i < request->version_count; i++) {
        struct object_id commit;

        if (find_version(surveyor, request->versions[i], &commit))
            survey->commits[i] = arena_text(survey->arena, object_id_hex(&commit, hex));
    }
}

static int by_count(const void *a, const void *b)
{
    const struct survey_key *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->key, y->key);
}

static void keep_counts(struct repository_survey *survey, const struct map *counts)
{
    survey->key_count = map_count(counts);
    survey->keys = arena_array(survey->arena, survey->key_count, sizeof *survey->keys);
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct ticket_count *count = map_value_at(counts, i);

        survey->keys[i] = (struct survey_key){ count->key, count->count, count->suspicious };
    }
    sort_stable(survey->keys, survey->key_count, sizeof *survey->keys, by_count);
}

/* A history that cannot be read (a shallow clone) only leaves the question open. */
static void look_at_messages(struct surveyor *surveyor)
{
    struct object_id from;
    bool has_from = repository_resolve(surveyor->repository, RECENT, &from, NULL);
    struct history_options options = { .first_parent = !has_from };
    struct history *history = history_read(surveyor->repository, has_from ? &from : NULL,
                                           &surveyor->head, &options, surveyor->progress, NULL);
    struct map *counts = map_new();

    for (size_t i = 0; history != NULL && i < history->count; i++) {
        const struct commit_message *message = history->commits[i].message;
        struct strbuf text = STRBUF_INIT;

        if (message == NULL)
            continue;
        strbuf_printf(&text, "%s\n%s", message->subject, message->body);
        for (size_t j = 0; j < message->trailer_count; j++)
            strbuf_printf(&text, "\n%s", message->trailers[j].value);
        ticket_count_message(counts, surveyor->survey->arena, text.data);
        strbuf_release(&text);
    }
    keep_counts(surveyor->survey, counts);
    map_free(&counts);
    history_free(&history);
}

static void look(struct surveyor *surveyor)
{
    struct error error = { 0 };

    look_at_tags(surveyor);
    if (repository_resolve(surveyor->repository, "HEAD", &surveyor->head, &error)) {
        look_at_files(surveyor);
        look_at_messages(surveyor);
    } else {
        surveyor->survey->empty = true;
    }
    resolve_versions(surveyor);
}

bool repository_survey_run(const struct survey_request *request, struct repository_survey *survey,
                           const struct progress *progress, struct error *error)
{
    struct surveyor surveyor = {
        .request = request,
        .survey = survey,
        .progress = progress,
        .tags = map_new(),
        .directory = request->path != NULL && strcmp(request->path, ".") != 0 ? request->path : ""
    };
    bool ok;

    *survey = (struct repository_survey){ .arena = arena_new() };
    survey->commits = arena_array(survey->arena, request->version_count, sizeof *survey->commits);
    ok = open_any(&surveyor, error);
    if (ok && surveyor.repository != NULL)
        look(&surveyor);
    repository_free(&surveyor.repository);
    map_free(&surveyor.tags);
    return ok && progress_check(progress, error);
}

void repository_survey_release(struct repository_survey *survey)
{
    arena_free(&survey->arena);
}
