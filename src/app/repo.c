/* The repositories of a project, and any other by its address: whether they can be reached, what is
 * in them, how they do. */
#include <pilab/app/use_cases.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/base/vector.h>
#include <pilab/git/remote.h>
#include <pilab/source/repository_health.h>
#include <pilab/store/module.h>
#include <pilab/store/repository.h>

#include "remotes.h"
#include "repo_news.h"
#include "repository_address.h"

/* --- Which ------------------------------------------------------------------------------------ */

struct repo {
    const char *address;
    json_t *modules; /* names; owned */
};

static void release(struct vector *repos)
{
    for (size_t i = 0; i < repos->count; i++)
        json_decref(((struct repo *)vector_at(repos, i))->modules);
    vector_release(repos);
}

static struct repo *find(const struct vector *repos, const char *address)
{
    for (size_t i = 0; i < repos->count; i++) {
        struct repo *repo = vector_at(repos, i);

        if (strcmp(repo->address, address) == 0)
            return repo;
    }
    return NULL;
}

static struct repo *add(struct vector *repos, const char *address)
{
    struct repo *repo = find(repos, address);

    if (repo != NULL)
        return repo;
    repo = vector_add(repos);
    repo->address = address;
    repo->modules = json_array();
    return repo;
}

/* Those of the project, in the order of its modules; then those that no module has. */
static bool of_project(struct call *call, struct vector *repos, struct error *error)
{
    struct store_modules modules;
    struct store_repositories others;

    if (!store_module_list(call->connection, call->project->id, NULL, call->arena, &modules,
                           error) ||
        !store_repository_list(call->connection, call->project->id, NULL, call->arena, &others,
                               error))
        return false;
    for (size_t i = 0; i < modules.count; i++)
        if (modules.items[i].repository != NULL && *modules.items[i].repository != '\0')
            json_append(add(repos, modules.items[i].repository)->modules,
                        json_string(modules.items[i].name));
    for (size_t i = 0; i < others.count; i++)
        add(repos, others.items[i].url);
    return true;
}

/* A module's name stands for its repository, everything else for itself. */
static const char *address_of(const struct vector *all, const char *word)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct repo *repo = vector_at(all, i);

        for (size_t k = 0; k < json_array_size(repo->modules); k++)
            if (strcasecmp(json_string_value(json_array_get(repo->modules, k)), word) == 0)
                return repo->address;
    }
    return word;
}

/* Without words it is about a project; with words a project only helps to understand them. */
static bool know_project(struct call *call, const struct arguments *arguments, struct error *error)
{
    struct error ignored = { 0 };
    bool needed = arguments_count(arguments) == 0;
    bool ok = call->project != NULL || (call_open_store(call, false, &ignored) &&
                                        call_choose_project(call, NULL, &ignored) &&
                                        call_check(call, PERMISSION_READ, &ignored));

    if (!ok)
        call->project = NULL;
    if (ok || !needed)
        return true;
    if (error != NULL)
        *error = ignored;
    return error_hint(error, "name an address, or a project: --project CODE");
}

/* Those that the words name, or all. */
static bool choose(struct call *call, const struct arguments *arguments, struct vector *repos,
                   struct error *error)
{
    struct vector all;
    bool ok;

    vector_init(&all, sizeof(struct repo));
    ok = know_project(call, arguments, error) &&
         (call->project == NULL || of_project(call, &all, error));
    if (ok && arguments_count(arguments) == 0) {
        *repos = all;
        return true;
    }
    for (size_t i = 0; ok && i < arguments_count(arguments); i++) {
        const char *address = address_of(&all, arguments_at(arguments, i));
        const struct repo *known = find(&all, address);
        struct repo *repo = add(repos, known != NULL ? address : arena_text(call->arena, address));

        if (known != NULL)
            json_array_extend(repo->modules, known->modules);
    }
    release(&all);
    return ok;
}

/* --- What is shown ---------------------------------------------------------------------------- */

static const struct result_column health_columns[] = {
    {"address",       "Repository", CELL_TEXT,   0},
    { "modules_text", "Modules",    CELL_TEXT,   2},
    { "synced_at",    "Fetched",    CELL_TIME,   1},
    { "milliseconds", "Took ms",    CELL_NUMBER, 3},
    { "size",         "Size",       CELL_TEXT,   3},
    { "state",        "State",      CELL_TEXT,   0},
};

static const struct result_column test_columns[] = {
    {"address",       "Repository", CELL_TEXT,   0},
    { "milliseconds", "Took ms",    CELL_NUMBER, 1},
    { "branch",       "Branch",     CELL_TEXT,   2},
    { "tags",         "Tags",       CELL_NUMBER, 2},
    { "last_tag",     "Last",       CELL_TEXT,   3},
    { "state",        "State",      CELL_TEXT,   0},
};

static const struct result_column reference_columns[] = {
    {"name",    "Name",   CELL_TEXT, 0},
    { "kind",   "Kind",   CELL_TEXT, 1},
    { "commit", "Commit", CELL_TEXT, 0},
};

static void start_list(struct result *result, const char *kind, const struct result_column *columns,
                       size_t count)
{
    result->kind = RESULT_LIST;
    result->list_kind = kind;
    result->items = json_array();
    result->columns = columns;
    result->column_count = count;
    result->empty = "The project has no repositories. `pilab init` finds them, `pilab project "
                    "import` takes them from a pilab.yaml.";
}

static void put_modules(json_t *item, const struct repo *repo)
{
    struct strbuf text = STRBUF_INIT;
    size_t count = json_array_size(repo->modules);

    for (size_t i = 0; i < count; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? ", " : "",
                      json_string_value(json_array_get(repo->modules, i)));
    json_object_set(item, "modules", repo->modules);
    json_put_text(item, "modules_text", text.data);
    strbuf_release(&text);
}

static void put_size(json_t *item, int64_t bytes)
{
    struct strbuf text = STRBUF_INIT;

    json_put_integer(item, "bytes", bytes);
    if (bytes > 0)
        transfer_size(&text, (uint64_t)bytes);
    json_put_text(item, "size", text.length > 0 ? text.data : "");
    strbuf_release(&text);
}

/* Tables cut what is long: what went wrong stands whole before them. */
static void say_failures(struct call *call, struct result *result)
{
    struct strbuf said = STRBUF_INIT;

    for (size_t i = 0; i < json_array_size(result->items); i++) {
        const json_t *failure = json_object_get(json_array_get(result->items, i), "error");
        const char *why = json_string_value(json_object_get(failure, "message"));
        const char *hint = json_string_value(json_object_get(failure, "hint"));

        if (why == NULL)
            continue;
        rich_text(&said, RICH_WARNING, why, true);
        strbuf_add_char(&said, '\n');
        if (hint != NULL && *hint != '\0') {
            strbuf_add(&said, "  ");
            rich_text(&said, RICH_DIM, hint, true);
            strbuf_add_char(&said, '\n');
        }
    }
    if (said.length > 0)
        result->said = strbuf_to_arena(&said, call->arena);
    strbuf_release(&said);
}

static void put_failure(json_t *item, const char *code, const char *why, const char *hint)
{
    json_t *failure = json_object();

    json_put_text(failure, "code", code);
    json_put_text(failure, "message", why);
    json_put_text(failure, "hint", hint);
    json_object_set_new(item, "error", failure);
    json_put_text(item, "state", code);
}

static json_t *health_item(struct call *call, const struct repo *repo)
{
    char *settled = repository_address(call, repo->address);
    struct repository_health health =
        repository_health_read(call->settings->cache_directory, settled, call->arena);
    enum remote_kind kind = REMOTE_HTTPS;
    json_t *item = json_object();
    bool folder = remote_check(settled, &kind, NULL) && kind == REMOTE_PATH;

    json_put_text(item, "address", repo->address);
    put_modules(item, repo);
    if (health.synced_at > 0) {
        json_put_time(item, "synced_at", health.synced_at);
        json_put_integer(item, "milliseconds", health.milliseconds);
    }
    if (health.tried_at > 0)
        json_put_time(item, "tried_at", health.tried_at);
    put_size(item, health.bytes);
    if (health.code != NULL)
        put_failure(item, health.code, health.why, health.hint);
    else
        json_put_text(item, "state",
                      folder                 ? "read where it is"
                      : health.synced_at > 0 ? "ok"
                                             : "not fetched yet");
    repo_news_put(item, &health);
    free(settled);
    return item;
}

/* --- The commands ----------------------------------------------------------------------------- */

bool app_repo_list(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    struct vector repos;
    bool ok;

    (void)arguments;
    vector_init(&repos, sizeof(struct repo));
    ok = of_project(call, &repos, error);
    if (ok)
        start_list(result, "repositories", health_columns,
                   sizeof health_columns / sizeof *health_columns);
    for (size_t i = 0; ok && i < repos.count; i++)
        json_array_append_new(result->items, health_item(call, vector_at(&repos, i)));
    if (ok)
        repo_news_say(call, result);
    release(&repos);
    return ok;
}

static bool test_one(struct call *call, const struct repository_access *access,
                     const struct repo *repo, struct result *result, struct error *error)
{
    char *settled = repository_address(call, repo->address);
    struct remote_summary summary;
    struct error refused = { 0 };
    int64_t start = clock_monotonic();
    bool ok = remote_check(settled, NULL, &refused) &&
              repository_access_summarize(access, settled, call->arena, &summary, &call->progress,
                                          &refused);
    json_t *item;

    free(settled);
    if (!ok && refused.code == ERROR_CANCELLED) {
        if (error != NULL)
            *error = refused;
        return false;
    }
    item = json_object();
    json_put_text(item, "address", repo->address);
    put_modules(item, repo);
    json_put_integer(item, "milliseconds", clock_monotonic() - start);
    if (ok) {
        json_put_text(item, "branch", summary.branch);
        json_put_integer(item, "branches", (int64_t)summary.branches);
        json_put_integer(item, "tags", (int64_t)summary.tags);
        if (summary.last_tag != NULL)
            json_put_text(item, "last_tag", summary.last_tag);
        json_put_text(item, "state", "ok");
    } else {
        put_failure(item, error_code_name(refused.code), refused.message, refused.hint);
        result->broken = true;
    }
    json_array_append_new(result->items, item);
    return true;
}

bool app_repo_test(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    const struct repository_access access = call_remotes(call);
    struct vector repos;
    bool ok;

    vector_init(&repos, sizeof(struct repo));
    ok = repository_library_start(error);
    if (!ok)
        return false;
    ok = choose(call, arguments, &repos, error);
    if (ok)
        start_list(result, "repository_tests", test_columns,
                   sizeof test_columns / sizeof *test_columns);
    for (size_t i = 0; ok && i < repos.count; i++) {
        progress_report(&call->progress, "asking repositories", i, repos.count);
        ok = test_one(call, &access, vector_at(&repos, i), result, error);
    }
    if (ok)
        say_failures(call, result);
    repository_library_stop();
    release(&repos);
    return ok;
}

bool app_repo_fetch(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    const struct repository_access access = call_remotes(call);
    struct vector repos;
    const char **addresses = NULL;
    struct error *refused = NULL;
    bool ok;

    vector_init(&repos, sizeof(struct repo));
    if (!repository_library_start(error))
        return false;
    ok = choose(call, arguments, &repos, error);
    if (ok) {
        addresses = arena_array(call->arena, repos.count, sizeof *addresses);
        refused = arena_array(call->arena, repos.count, sizeof *refused);
        for (size_t i = 0; i < repos.count; i++) {
            char *settled =
                repository_address(call, ((struct repo *)vector_at(&repos, i))->address);

            addresses[i] = arena_text(call->arena, settled);
            free(settled);
        }
        ok = repository_access_fetch(&access, addresses, repos.count, refused, &call->progress,
                                     error);
    }
    if (ok)
        start_list(result, "repositories", health_columns,
                   sizeof health_columns / sizeof *health_columns);
    for (size_t i = 0; ok && i < repos.count; i++) {
        json_t *item = health_item(call, vector_at(&repos, i));

        if (refused[i].code != ERROR_NONE) {
            put_failure(item, error_code_name(refused[i].code), refused[i].message,
                        refused[i].hint);
            result->broken = true;
        }
        json_array_append_new(result->items, item);
    }
    if (ok) {
        say_failures(call, result);
        repo_news_say(call, result);
    }
    repository_library_stop();
    release(&repos);
    return ok;
}

static void list_references(const struct reference_list *list, json_t *items)
{
    static const char *const kinds[] = { [REFERENCE_TAG] = "tag",
                                         [REFERENCE_BRANCH] = "branch",
                                         [REFERENCE_REMOTE_BRANCH] = "remote branch" };
    char hex[OBJECT_ID_HEX_SIZE];

    for (size_t i = 0; i < list->count; i++) {
        const struct reference *reference = &list->references[i];
        json_t *item = json_object();

        json_put_text(item, "name", reference->name);
        json_put_text(item, "kind", kinds[reference->kind]);
        json_put_text(item, "commit", object_id_hex(&reference->commit, hex));
        json_array_append_new(items, item);
    }
}

bool app_repo_refs(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    const struct repository_access access = call_remotes(call);
    struct repository *repository = NULL;
    struct reference_list *list = NULL;
    struct vector repos;
    bool ok;

    vector_init(&repos, sizeof(struct repo));
    if (!repository_library_start(error))
        return false;
    ok = choose(call, arguments, &repos, error);
    if (ok) {
        char *settled = repository_address(call, ((struct repo *)vector_at(&repos, 0))->address);

        ok = repository_access_open(&access, settled, REPOSITORY_ANY, &repository, &call->progress,
                                    error) &&
             (list = repository_references(repository, error)) != NULL;
        free(settled);
    }
    if (ok) {
        start_list(result, "references", reference_columns,
                   sizeof reference_columns / sizeof *reference_columns);
        result->empty = "The repository has neither tags nor branches.";
        list_references(list, result->items);
    }
    reference_list_free(&list);
    repository_free(&repository);
    repository_library_stop();
    release(&repos);
    return ok;
}
