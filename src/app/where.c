#include <pilab/app/where.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/compare_plan.h>
#include <pilab/app/project.h>
#include <pilab/app/use_cases.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/git/changes.h>
#include <pilab/store/cache.h>
#include <pilab/store/deployment.h>

#include "patch_shown.h"
#include "where_module.h"

/* One question on its way. */
struct asking {
    struct where_session session;
    const struct where_ask *ask;
    struct project_settings settings;
    struct ticket_options tickets;
    struct cache *cache;
    struct store_deployments deployments;       /* of the whole project, latest first */
    const struct store_deployment ***by_module; /* of each module, latest first */
    size_t *by_module_count;
    struct map *indexes; /* path → struct where_index *, owned here */
    struct where_module_input *inputs;
};

/* --- Repositories ----------------------------------------------------------------------------- */

/* What is known here already will do, unless it was asked to look: a question must be answered at
 * once, and where the network is down as well. */
static const char *local_repository(struct asking *asking, const char *url, struct error *error)
{
    struct call *call = asking->session.call;
    struct settings settings = *call->settings;
    struct call quiet = *call;
    const char *path;

    settings.offline = true;
    quiet.settings = &settings;
    path = asking->ask->fetch ? NULL : compare_local_repository(&quiet, url, error);
    if (path == NULL && !call->settings->offline)
        path = compare_local_repository(call, url, error);
    return path;
}

static bool shares_repository(const struct module_settings *a, const struct module_settings *b)
{
    return a->repository != NULL && b->repository != NULL &&
           strcmp(a->repository, b->repository) == 0;
}

/* An index serves all modules of its repository. */
static struct where_index *open_index(struct asking *asking, size_t module, struct error *error)
{
    const struct module_settings *settings = &asking->settings.modules[module];
    struct where_index *index;
    struct vector extra;
    const char *path;

    if (settings->repository == NULL) {
        error_set(error, ERROR_NOT_FOUND, "no repository is known");
        return NULL;
    }
    index = map_get(asking->indexes, settings->repository);
    if (index != NULL)
        return index;
    path = local_repository(asking, settings->repository, error);
    if (path == NULL)
        return NULL;
    vector_init(&extra, sizeof(struct object_id));
    for (size_t i = 0; i < asking->settings.module_count; i++) {
        if (shares_repository(settings, &asking->settings.modules[i]))
            where_module_deployed(asking->by_module[i], asking->by_module_count[i], &extra);
    }
    index = memory_new(sizeof *index);
    if (where_index_open(asking->session.call, asking->cache, path, &asking->tickets, &extra, index,
                         error)) {
        map_put(asking->indexes, settings->repository, index);
    } else {
        where_index_close(index);
        free(index);
        index = NULL;
    }
    vector_release(&extra);
    return index;
}

/* --- Modules ---------------------------------------------------------------------------------- */

/* Hands the deployments out to their modules, in their order. */
static void sort_deployments(struct asking *asking)
{
    struct arena *arena = asking->session.arena;
    size_t modules = asking->settings.module_count;
    struct map *places = map_new();
    size_t *numbers = arena_array(arena, modules + 1, sizeof *numbers);

    asking->by_module = arena_array(arena, modules + 1, sizeof *asking->by_module);
    asking->by_module_count = arena_array(arena, modules + 1, sizeof *asking->by_module_count);
    for (size_t i = 0; i < modules; i++) {
        numbers[i] = i;
        map_put(places, asking->settings.modules[i].name, &numbers[i]);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < asking->deployments.count; i++) {
            const size_t *module = map_get(places, asking->deployments.items[i].module);

            if (module == NULL)
                continue;
            if (pass == 1)
                asking->by_module[*module][asking->by_module_count[*module]] =
                    &asking->deployments.items[i];
            asking->by_module_count[*module]++;
        }
        for (size_t i = 0; pass == 0 && i < modules; i++) {
            asking->by_module[i] =
                arena_array(arena, asking->by_module_count[i] + 1, sizeof **asking->by_module);
            asking->by_module_count[i] = 0;
        }
    }
    map_free(&places);
}

static bool refuse(struct asking *asking, size_t module, const struct error *why,
                   struct error *error)
{
    if (why->code == ERROR_CANCELLED) {
        if (error != NULL)
            *error = *why;
        return false;
    }
    asking->inputs[module].refused =
        why->hint[0] != '\0'
            ? arena_printf(asking->session.arena, "%s (%s)", why->message, why->hint)
            : arena_text(asking->session.arena, why->message);
    return true;
}

static bool open_indexes(struct asking *asking, struct error *error)
{
    struct call *call = asking->session.call;

    for (size_t i = 0; i < asking->settings.module_count; i++) {
        struct where_index *index;
        struct error why = { 0 };

        progress_report(&call->progress, asking->settings.modules[i].name, i,
                        asking->settings.module_count);
        if (!progress_check(&call->progress, error))
            return false;
        asking->inputs[i].name = asking->settings.modules[i].name;
        index = open_index(asking, i, &why);
        if (index == NULL && !refuse(asking, i, &why, error))
            return false;
        if (index != NULL && asking->session.question.may_be_version &&
            where_module_has_version(&asking->session, &asking->settings.modules[i], index))
            asking->session.version_seen = true;
    }
    return true;
}

static bool read_modules(struct asking *asking, struct error *error)
{
    /* A word that is the name of a version somewhere is one. */
    if (asking->session.version_seen)
        asking->session.question.kind = WHERE_VERSION;
    for (size_t i = 0; i < asking->settings.module_count; i++) {
        const struct module_settings *module = &asking->settings.modules[i];
        struct error why = { 0 };

        if (asking->inputs[i].refused != NULL)
            continue;
        if (!where_module_read(&asking->session, module,
                               map_get(asking->indexes, module->repository), asking->by_module[i],
                               asking->by_module_count[i], &asking->inputs[i], &why) &&
            !refuse(asking, i, &why, error))
            return false;
    }
    return true;
}

/* A prefix that several commits begin with is no answer: the person must say which. */
static bool check_ambiguous(const struct asking *asking, struct error *error)
{
    const struct where_question *question = &asking->session.question;
    struct strbuf list = STRBUF_INIT;
    struct map *ids = map_new();

    for (size_t i = 0; question->kind == WHERE_COMMIT && i < asking->settings.module_count; i++) {
        const struct where_module_input *input = &asking->inputs[i];

        for (size_t k = 0; k < input->count; k++) {
            char hex[OBJECT_ID_HEX_SIZE];

            if (!input->asked[k] || map_has(ids, object_id_hex(&input->commits[k].id, hex)))
                continue;
            map_put(ids, hex, ids);
            strbuf_printf(&list, "%s%.12s in %s", list.length > 0 ? ", " : "", hex, input->name);
        }
    }
    if (map_count(ids) > 1) {
        error_set(error, ERROR_AMBIGUOUS, "several commits begin with %s: %s", question->subject,
                  list.data);
        error_hint(error, "give more of its digits");
    }
    strbuf_release(&list);
    if (map_count(ids) > 1) {
        map_free(&ids);
        return false;
    }
    map_free(&ids);
    return true;
}

/* --- The question ----------------------------------------------------------------------------- */

static struct where_environment *environments_of(const struct asking *asking)
{
    struct where_environment *environments =
        arena_array(asking->session.arena, asking->settings.environment_count + 1,
                    sizeof *environments);

    for (size_t i = 0; i < asking->settings.environment_count; i++) {
        const struct environment_settings *settings = &asking->settings.environments[i];

        environments[i] =
            (struct where_environment){ settings->name, (const char *const *)settings->from,
                                        settings->from_count };
    }
    return environments;
}

/* The full id of the one commit that was meant. */
static const char *subject_of(const struct asking *asking)
{
    const struct where_question *question = &asking->session.question;

    for (size_t i = 0; question->kind == WHERE_COMMIT && i < asking->settings.module_count; i++) {
        for (size_t k = 0; k < asking->inputs[i].count; k++) {
            char hex[OBJECT_ID_HEX_SIZE];

            if (asking->inputs[i].asked[k])
                return arena_text(asking->session.arena,
                                  object_id_hex(&asking->inputs[i].commits[k].id, hex));
        }
    }
    return question->subject;
}

static struct where_answer *make_answer(struct asking *asking)
{
    struct where_input input = { .question = asking->session.question.text,
                                 .subject = subject_of(asking),
                                 .kind = asking->session.question.kind,
                                 .forced = asking->session.question.forced,
                                 .ticket_keys = asking->tickets.keys,
                                 .ticket_key_count = asking->tickets.key_count,
                                 .environments = environments_of(asking),
                                 .environment_count = asking->settings.environment_count,
                                 .modules = asking->inputs,
                                 .module_count = asking->settings.module_count };

    return where_answer(&input);
}

static struct cache *open_cache(struct call *call)
{
    char *path = path_join(call->settings->cache_directory, "cache.db");
    struct cache *cache = NULL;

    cache_open(path, &cache, NULL, NULL);
    free(path);
    return cache;
}

static bool start(struct asking *asking, struct error *error)
{
    struct where_session *session = &asking->session;
    struct call *call = session->call;

    if (!project_load(call, &asking->settings, error))
        return false;
    asking->tickets = (struct ticket_options){ (const char *const *)asking->settings.tickets,
                                               asking->settings.ticket_count };
    session->settings = &asking->settings;
    if (!where_question_read(asking->ask->text, asking->ask->kind, &asking->tickets, session->arena,
                             &session->question, error) ||
        !store_deployment_list(call->connection, call->project->id, NULL, NULL, 0, NULL,
                               session->arena, &asking->deployments, error))
        return false;
    asking->inputs =
        arena_array(session->arena, asking->settings.module_count + 1, sizeof *asking->inputs);
    sort_deployments(asking);
    asking->cache = open_cache(call);
    return true;
}

static void end(struct asking *asking)
{
    for (size_t i = 0; i < map_count(asking->indexes); i++) {
        struct where_index *index = map_value_at(asking->indexes, i);

        where_index_close(index);
        free(index);
    }
    map_free(&asking->indexes);
    cache_close(&asking->cache);
    arena_free(&asking->session.arena);
}

bool where_ask(struct call *call, const struct where_ask *ask, struct where_answer **answer,
               struct error *error)
{
    struct well_known *names = well_known_new();
    struct asking asking = {
        .session = {.call = call, .arena = arena_new(), .names = names},
        .ask = ask,
        .indexes = map_new()
    };
    bool ok = repository_library_start(error);

    if (ok) {
        ok = start(&asking, error) && open_indexes(&asking, error) &&
             read_modules(&asking, error) && check_ambiguous(&asking, error);
        if (ok)
            *answer = make_answer(&asking);
        end(&asking);
        repository_library_stop();
    } else {
        end(&asking);
    }
    well_known_free(&names);
    return ok;
}

/* --- Patches ---------------------------------------------------------------------------------- */

static bool add_patches(struct call *call, const char *path, const char *commit, struct strbuf *out,
                        struct error *error)
{
    struct repository *repository = NULL;
    struct file_change_list files;
    struct object_id id;
    bool ok = repository_open(&repository, path, error) &&
              repository_resolve(repository, commit, &id, error) &&
              changes_of_commit(repository, &id, "", CHANGES_RENAMES, call->arena, &files, error);

    for (size_t i = 0; ok && i < files.count; i++)
        ok = progress_check(&call->progress, error) &&
             patch_shown(repository, &files.changes[i], out, error);
    repository_free(&repository);
    return ok;
}

bool where_patch(struct call *call, const char *module, const char *commit, struct strbuf *out,
                 struct error *error)
{
    const struct module_settings *found;
    struct project_settings settings;
    const char *path;
    bool ok;

    if (!project_load(call, &settings, error))
        return false;
    found = project_settings_module(&settings, module);
    if (found == NULL || found->repository == NULL)
        return error_set(error, ERROR_NOT_FOUND, "no repository of %s is known", module);
    if (!repository_library_start(error))
        return false;
    path = compare_local_repository(call, found->repository, error);
    ok = path != NULL && add_patches(call, path, commit, out, error);
    repository_library_stop();
    return ok;
}

/* --- The command ------------------------------------------------------------------------------ */

static bool check_environment(const char *name, const struct where_answer *answer,
                              struct result *result, struct error *error)
{
    size_t environment;

    if (name == NULL)
        return true;
    environment = where_environment_find(answer, name);
    if (environment != WHERE_NONE) {
        result->fail = !where_all_in(answer, environment);
        return true;
    }
    error_set(error, ERROR_NOT_FOUND, "the project has no environment %s", name);
    return error_hint(error, "`pilab env list` shows them");
}

bool app_where(struct call *call, const struct arguments *arguments, struct result *result,
               struct error *error)
{
    struct where_ask ask = { .text = arguments_at(arguments, 0),
                             .kind = arguments_option(arguments, "kind"),
                             .fetch = arguments_flag(arguments, "fetch") };

    if (!where_ask(call, &ask, &result->where, error) ||
        !check_environment(arguments_option(arguments, "fail-unless-in"), result->where, result,
                           error))
        return false;
    result->kind = RESULT_WHERE;
    result->wide = arguments_flag(arguments, "wide");
    result->now = clock_now(&call->clock);
    return true;
}
