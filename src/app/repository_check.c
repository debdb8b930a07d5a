#include <pilab/app/repository_check.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/module_paths.h>
#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/git/remote.h>
#include <pilab/git/repository.h>
#include <pilab/source/project_guess.h>
#include <pilab/source/repository_health.h>
#include <pilab/source/repository_survey.h>

#include "remotes.h"
#include "repository_address.h"

static const char version_mark[] = "{version}";
static const char environment_mark[] = "{env}";

/* With the library bracket around it. */
static bool open_at(struct call *call, const char *address, enum repository_freshness freshness,
                    struct repository **repository, struct error *error)
{
    const struct repository_access access = call_remotes(call);
    char *settled = repository_address(call, address);
    bool ok =
        repository_access_open(&access, settled, freshness, repository, &call->progress, error);

    free(settled);
    return ok;
}

/* --- A repository ----------------------------------------------------------------------------- */

/* Several branches may stand on the commit of HEAD: those that are usual come first. */
static bool is_better(const char *name, const char *than)
{
    static const char *const usual[] = { "main", "master", "trunk", "develop" };

    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (strcmp(name, usual[i]) == 0)
            return true;
        if (than != NULL && strcmp(than, usual[i]) == 0)
            return false;
    }
    return than == NULL;
}

static bool look_at_references(struct repository *repository, struct arena *arena,
                               struct repository_checked *checked, struct error *error)
{
    struct reference_list *list = repository_references(repository, error);
    struct object_id head;
    bool has_head;

    if (list == NULL)
        return false;
    has_head = repository_resolve(repository, "HEAD", &head, NULL);
    for (size_t i = 0; i < list->count; i++) {
        const struct reference *reference = &list->references[i];

        if (reference->kind == REFERENCE_TAG) {
            if (checked->tags++ == 0)
                checked->last_tag = arena_text(arena, reference->name);
            continue;
        }
        checked->branches += reference->kind == REFERENCE_BRANCH;
        if (reference->kind == REFERENCE_BRANCH && has_head &&
            object_id_equal(&reference->commit, &head) &&
            is_better(reference->name, checked->branch))
            checked->branch = arena_text(arena, reference->name);
    }
    if (has_head && checked->branch == NULL)
        checked->branch = "no branch";
    reference_list_free(&list);
    return true;
}

static bool read_folder(struct call *call, const char *address, struct arena *arena,
                        struct repository_checked *checked, struct error *error)
{
    struct repository *repository = NULL;
    bool ok = open_at(call, address, REPOSITORY_ANY, &repository, error) &&
              look_at_references(repository, arena, checked, error);

    repository_free(&repository);
    return ok;
}

static bool ask_remote(struct call *call, const char *address, struct arena *arena,
                       struct repository_checked *checked, struct error *error)
{
    const struct repository_access access = call_remotes(call);
    struct remote_summary summary;

    if (!repository_access_summarize(&access, address, arena, &summary, &call->progress, error))
        return false;
    checked->branch = summary.branch;
    checked->branches = summary.branches;
    checked->tags = summary.tags;
    checked->last_tag = summary.last_tag;
    return true;
}

bool repository_check(struct call *call, const char *address, struct arena *arena,
                      struct repository_checked *checked, struct error *error)
{
    char *settled = repository_address(call, address);
    int64_t start = clock_monotonic();
    enum remote_kind kind;
    bool ok;

    *checked = (struct repository_checked){ 0 };
    ok = repository_library_start(error);
    if (ok) {
        ok = remote_check(settled, &kind, error) &&
             (kind == REMOTE_PATH ? read_folder : ask_remote)(call, settled, arena, checked, error);
        repository_library_stop();
    }
    checked->milliseconds = clock_monotonic() - start;
    free(settled);
    return ok;
}

void repository_stands(struct call *call, const char *address, struct arena *arena,
                       struct repository_standing *standing)
{
    char *settled = repository_address(call, address);
    struct repository_health health =
        repository_health_read(call->settings->cache_directory, settled, arena);
    enum remote_kind kind = REMOTE_HTTPS;

    remote_check(settled, &kind, NULL);
    *standing = (struct repository_standing){ .folder = kind == REMOTE_PATH,
                                              .synced_at = health.synced_at,
                                              .tried_at = health.tried_at,
                                              .milliseconds = health.milliseconds,
                                              .bytes = health.bytes,
                                              .why = health.why,
                                              .news_count = health.news_count };
    standing->news = arena_array(arena, health.news_count, sizeof *standing->news);
    for (size_t i = 0; i < health.news_count; i++) {
        struct strbuf words = STRBUF_INIT;

        repository_novelty_words(&words, &health.news[i]);
        standing->news[i] = strbuf_to_arena(&words, arena);
        strbuf_release(&words);
    }
    free(settled);
}

/* --- A module --------------------------------------------------------------------------------- */

/* Whether a tag has the form "v{version}", whose version begins with a digit. Without a form of its
 * own, whatever ends in a version counts. */
static bool has_form(const char *tag, const char *form)
{
    const char *mark = form != NULL ? strstr(form, version_mark) : NULL, *rest;
    size_t before, after, length = strlen(tag);

    if (form != NULL && mark == NULL)
        return strcmp(tag, form) == 0;
    if (form == NULL)
        return strpbrk(tag, "0123456789") != NULL;
    before = (size_t)(mark - form);
    rest = mark + sizeof version_mark - 1;
    after = strlen(rest);
    return length > before + after && strncmp(tag, form, before) == 0 &&
           strcmp(tag + length - after, rest) == 0 && tag[before] >= '0' && tag[before] <= '9';
}

static bool count_tags(struct repository *repository, const char *form, struct arena *arena,
                       struct module_checked *checked, struct error *error)
{
    struct reference_list *list = repository_references(repository, error);

    if (list == NULL)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        if (list->references[i].kind != REFERENCE_TAG || !has_form(list->references[i].name, form))
            continue;
        if (checked->tags++ == 0)
            checked->last_tag = arena_text(arena, list->references[i].name);
    }
    reference_list_free(&list);
    return true;
}

/* "{env}" stands for any environment; the layer is named from the module's part. */
static char *layer_pattern(const char *home, const char *layer)
{
    struct strbuf pattern = STRBUF_INIT;
    const char *mark;
    char *path;

    while ((mark = strstr(layer, environment_mark)) != NULL) {
        strbuf_add_bytes(&pattern, layer, (size_t)(mark - layer));
        strbuf_add_char(&pattern, '*');
        layer = mark + sizeof environment_mark - 1;
    }
    strbuf_add(&pattern, layer);
    path = module_paths_from(home, pattern.data);
    strbuf_release(&pattern);
    return path;
}

static size_t count_matching(const struct tree_file_list *files, const char *pattern)
{
    struct glob *glob = glob_new(pattern, '/', false);
    size_t count = 0;

    for (size_t i = 0; i < files->count; i++)
        count += glob_test(glob, files->files[i].path);
    glob_free(&glob);
    return count;
}

/* The folder, or file, is clean. */
static size_t count_within(const struct tree_file_list *files, const char *folder)
{
    size_t count = 0;

    for (size_t i = 0; i < files->count; i++)
        count += module_paths_hold(folder, files->files[i].path);
    return count;
}

static size_t count_migrations(const struct tree_file_list *files, const char *home,
                               const char *folder)
{
    char *path = module_paths_from(home, folder);
    size_t count = count_within(files, path);

    free(path);
    return count;
}

/* The first of the module's paths that no file lies in, as it is written; NULL: there is none. */
static const char *find_lost_path(const struct tree_file_list *files, const char *paths,
                                  struct arena *arena)
{
    const char *lost = NULL;

    while (paths != NULL && *paths != '\0' && lost == NULL) {
        size_t length = strcspn(paths, "\n");
        const char *path = arena_bytes(arena, paths, length);
        char *clean = module_paths_clean(path);

        if (count_within(files, clean) == 0)
            lost = path;
        free(clean);
        paths += length + (paths[length] == '\n');
    }
    return lost;
}

static bool count_files(struct repository *repository, const struct module_settings *module,
                        struct arena *arena, struct module_checked *checked, struct error *error)
{
    struct tree_file_list *files;
    struct object_id head;
    char *home;

    checked->layer_count = module->config_count;
    checked->layer_files = arena_array(arena, module->config_count, sizeof(size_t));
    checked->path_lost = find_lost_path(&(struct tree_file_list){ 0 }, module->path, arena);
    /* Without a commit there are no files, and that is what is said. */
    if (!repository_resolve(repository, "HEAD", &head, NULL))
        return true;
    files = repository_list_files(repository, &head, "", NULL, NULL, error);
    if (files == NULL)
        return false;
    home = module_paths_home(module->path);
    checked->path_lost = find_lost_path(files, module->path, arena);
    for (size_t i = 0; i < module->config_count; i++) {
        char *pattern = layer_pattern(home, module->config[i]);

        checked->layer_files[i] = count_matching(files, pattern);
        free(pattern);
    }
    if (module->migrations_path != NULL)
        checked->migrations = count_migrations(files, home, module->migrations_path);
    tree_file_list_free(&files);
    free(home);
    return true;
}

static void keep_survey(const struct repository_survey *survey, struct arena *arena,
                        struct module_checked *checked)
{
    checked->type = arena_text(arena, survey->type);
    checked->tags_guess = arena_text(arena, survey->tags);
    checked->migrations_guess = arena_text(arena, survey->migrations_path);
    checked->config_guess_count = survey->config_count;
    checked->config_guess = arena_array(arena, survey->config_count, sizeof(char *));
    for (size_t i = 0; i < survey->config_count; i++)
        checked->config_guess[i] = arena_text(arena, survey->config[i]);
}

/* What the files say, whatever the settings do. */
static bool survey_module(struct call *call, const struct module_settings *module,
                          const char *const *environments, size_t environment_count,
                          struct arena *arena, struct module_checked *checked, struct error *error)
{
    char *address = repository_address(call, module->repository);
    char *home = module_paths_home(module->path);
    const char *const addresses[] = { address };
    struct survey_request request = {
        .module = module->name,
        .addresses = addresses,
        .address_count = 1,
        .path = home,
        .access = call_remotes(call),
        .environments = environments,
        .environment_count = environment_count,
    };
    struct repository_survey survey;
    bool ok;

    request.access.offline = true;
    ok = repository_survey_run(&request, &survey, &call->progress, error);
    if (ok)
        keep_survey(&survey, arena, checked);
    repository_survey_release(&survey);
    free(address);
    free(home);
    return ok;
}

bool module_check(struct call *call, const struct module_settings *module,
                  const char *const *environments, size_t environment_count, struct arena *arena,
                  struct module_checked *checked, struct error *error)
{
    struct repository *repository = NULL;
    bool ok;

    *checked = (struct module_checked){ 0 };
    if (module->repository == NULL || *module->repository == '\0')
        return error_set(error, ERROR_NOT_FOUND, "the module has no repository");
    if (!repository_library_start(error))
        return false;
    ok = open_at(call, module->repository, REPOSITORY_ANY, &repository, error) &&
         count_tags(repository, module->tags, arena, checked, error) &&
         count_files(repository, module, arena, checked, error) &&
         survey_module(call, module, environments, environment_count, arena, checked, error);
    repository_free(&repository);
    repository_library_stop();
    return ok;
}

const char *module_name_of(const char *address, struct arena *arena)
{
    return project_name_of(address, arena);
}

/* --- Tickets ---------------------------------------------------------------------------------- */

static int by_count(const void *left, const void *right)
{
    const struct ticket_seen *a = left, *b = right;

    if (a->suspicious != b->suspicious)
        return a->suspicious ? 1 : -1;
    return a->count != b->count ? (a->count > b->count ? -1 : 1) : strcmp(a->key, b->key);
}

static void add_keys(struct vector *seen, const struct repository_survey *survey,
                     struct arena *arena)
{
    for (size_t i = 0; i < survey->key_count; i++) {
        struct ticket_seen *found = NULL;

        for (size_t j = 0; j < seen->count && found == NULL; j++) {
            struct ticket_seen *there = vector_at(seen, j);

            found = strcmp(there->key, survey->keys[i].key) == 0 ? there : NULL;
        }
        if (found == NULL) {
            found = vector_add(seen);
            found->key = arena_text(arena, survey->keys[i].key);
            found->suspicious = survey->keys[i].suspicious;
        }
        found->count += survey->keys[i].count;
    }
}

/* One request for each repository, however many modules lie in it. */
static size_t make_requests(struct call *call, const struct project_settings *settings,
                            struct survey_request *requests)
{
    struct map *known = map_new();
    size_t count = 0;

    for (size_t i = 0; i < settings->module_count; i++) {
        const struct module_settings *module = &settings->modules[i];
        const char **address;
        char *settled;

        if (module->repository == NULL ||
            map_put(known, module->repository, (void *)module) != NULL)
            continue;
        settled = repository_address(call, module->repository);
        address = arena_array(call->arena, 1, sizeof *address);
        *address = arena_text(call->arena, settled);
        free(settled);
        requests[count++] = (struct survey_request){ .module = module->name,
                                                     .addresses = address,
                                                     .address_count = 1,
                                                     .access = call_remotes(call) };
    }
    map_free(&known);
    return count;
}

bool tickets_seen(struct call *call, const struct project_settings *settings, struct arena *arena,
                  struct ticket_seen **seen, size_t *count, size_t *unread, struct error *error)
{
    struct survey_request *requests =
        arena_array(call->arena, settings->module_count, sizeof *requests);
    struct repository_survey *surveys =
        arena_array(call->arena, settings->module_count, sizeof *surveys);
    struct vector keys;
    size_t repositories;
    bool ok;

    *unread = 0;
    if (!repository_library_start(error))
        return false;
    vector_init(&keys, sizeof **seen);
    repositories = make_requests(call, settings, requests);
    ok = repository_survey_run_all(requests, surveys, repositories, &call->progress, error);
    for (size_t i = 0; i < repositories; i++) {
        *unread += ok && surveys[i].address == NULL;
        if (ok)
            add_keys(&keys, &surveys[i], arena);
        repository_survey_release(&surveys[i]);
    }
    repository_library_stop();
    vector_sort(&keys, by_count);
    *count = keys.count;
    *seen = vector_to_arena(&keys, arena);
    vector_release(&keys);
    return ok;
}
