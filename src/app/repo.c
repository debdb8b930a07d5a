/* The repositories of a project, and any other by its address: whether they can be reached, what is
 * in them, how they do. */
#include <pilab/app/use_cases.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/base/vector.h>
#include <pilab/git/remote.h>
#include <pilab/source/repository_health.h>

#include "remotes.h"
#include "repo_news.h"
#include "repo_parts.h"
#include "repository_address.h"

/* --- What is shown ---------------------------------------------------------------------------- */

static const struct result_column health_columns[] = {
    {"address",       "Repository", CELL_PLACE,  0},
    { "modules_text", "Modules",    CELL_TEXT,   2},
    { "synced_at",    "Fetched",    CELL_TIME,   1},
    { "milliseconds", "Took ms",    CELL_NUMBER, 3},
    { "size",         "Size",       CELL_TEXT,   3},
    { "state",        "State",      CELL_WORDS,  0},
};

static const struct result_column test_columns[] = {
    {"address",       "Repository", CELL_PLACE,  0},
    { "modules_text", "Modules",    CELL_TEXT,   2},
    { "milliseconds", "Took ms",    CELL_NUMBER, 3},
    { "branch",       "Branch",     CELL_TEXT,   2},
    { "tags",         "Tags",       CELL_NUMBER, 2},
    { "last_tag",     "Last",       CELL_TEXT,   3},
    { "state",        "State",      CELL_WORDS,  0},
};

static const struct result_column reference_columns[] = {
    {"name",    "Name",   CELL_TEXT, 0},
    { "kind",   "Kind",   CELL_TEXT, 1},
    { "commit", "Commit", CELL_TEXT, 0},
};

static void start_list(const struct call *call, struct result *result, const char *kind,
                       const struct result_column *columns, size_t count)
{
    result->kind = RESULT_LIST;
    result->list_kind = kind;
    result->items = json_array();
    result->now = clock_now(&call->clock);
    result->columns = columns;
    result->column_count = count;
    result->empty = "The project has no repositories. `pilab repo add` adds one, `pilab init` "
                    "finds them.";
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

/* Tables cut what is long: what went wrong stands whole before them. `missing`: a repository was
 * reached without the ssh program that there usually is. */
static void say_failures(bool missing, struct result *result)
{
    struct strbuf said = STRBUF_INIT;

    if (missing) {
        rich_text(&said, RICH_DIM,
                  "There is no ssh program here: the one that is built in (libssh2) was used, "
                  "which "
                  "knows neither ~/.ssh/config nor jump hosts.",
                  true);
        strbuf_add_char(&said, '\n');
    }
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
        repo_say(result, &said);
    strbuf_release(&said);
}

/* What is reached by ssh, and which of the two that is. */
static bool put_way(json_t *item, const struct repository_access *access, const char *address)
{
    bool missing;

    json_put_text(item, "transport", call_remotes_way(access, address, &missing));
    return missing;
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

static json_t *health_item(struct call *call, const struct repository_access *access,
                           const struct repo *repo)
{
    char *settled = repository_address(call, repo->address);
    struct repository_health health =
        repository_health_read(call->settings->cache_directory, settled, call->arena);
    enum remote_kind kind = REMOTE_HTTPS;
    json_t *item = json_object();
    bool folder = remote_check(settled, &kind, NULL) && kind == REMOTE_PATH;

    json_put_text(item, "address", repo->address);
    put_modules(item, repo);
    json_put_text(item, "gitops", repo->settings != NULL ? repo->settings->gitops : NULL);
    put_way(item, access, settled);
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
    const struct repository_access access = call_remotes(call);
    struct vector repos;
    bool ok;

    (void)arguments;
    vector_init(&repos, sizeof(struct repo));
    ok = repos_of_project(call, &repos, error);
    if (ok)
        start_list(call, result, "repositories", health_columns,
                   sizeof health_columns / sizeof *health_columns);
    for (size_t i = 0; ok && i < repos.count; i++)
        json_array_append_new(result->items, health_item(call, &access, vector_at(&repos, i)));
    if (ok)
        repo_news_say(call, result);
    repos_release(&repos);
    return ok;
}

static bool test_one(struct call *call, const struct repository_access *access,
                     const struct repo *repo, bool *missing, struct result *result,
                     struct error *error)
{
    char *settled = repository_address(call, repo->address);
    struct remote_summary summary;
    struct error refused = { 0 };
    int64_t start = clock_monotonic();
    bool ok = remote_check(settled, NULL, &refused) &&
              repository_access_summarize(access, settled, call->arena, &summary, &call->progress,
                                          &refused);
    json_t *item;

    if (!ok && refused.code == ERROR_CANCELLED) {
        if (error != NULL)
            *error = refused;
        free(settled);
        return false;
    }
    item = json_object();
    json_put_text(item, "address", repo->address);
    put_modules(item, repo);
    *missing |= put_way(item, access, settled);
    free(settled);
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
    struct repository_access access;
    struct vector repos;
    bool ok, missing = false;

    vector_init(&repos, sizeof(struct repo));
    ok = repository_library_start(error);
    if (!ok)
        return false;
    ok = repos_choose(call, arguments, &repos, error);
    access = call_remotes(call); /* as the project says, which is known only now */
    if (ok)
        start_list(call, result, "repository_tests", test_columns,
                   sizeof test_columns / sizeof *test_columns);
    for (size_t i = 0; ok && i < repos.count; i++) {
        progress_report(&call->progress, "asking repositories", i, repos.count);
        ok = test_one(call, &access, vector_at(&repos, i), &missing, result, error);
    }
    if (ok)
        say_failures(missing, result);
    repository_library_stop();
    repos_release(&repos);
    return ok;
}

bool app_repo_fetch(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    struct repository_access access;
    struct vector repos;
    const char **addresses = NULL;
    struct error *refused = NULL;
    bool ok;

    vector_init(&repos, sizeof(struct repo));
    if (!repository_library_start(error))
        return false;
    ok = repos_choose(call, arguments, &repos, error);
    access = call_remotes(call);
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
        start_list(call, result, "repositories", health_columns,
                   sizeof health_columns / sizeof *health_columns);
    for (size_t i = 0; ok && i < repos.count; i++) {
        json_t *item = health_item(call, &access, vector_at(&repos, i));

        if (refused[i].code != ERROR_NONE) {
            put_failure(item, error_code_name(refused[i].code), refused[i].message,
                        refused[i].hint);
            result->broken = true;
        }
        json_array_append_new(result->items, item);
    }
    if (ok) {
        say_failures(false, result);
        repo_news_say(call, result);
    }
    repository_library_stop();
    repos_release(&repos);
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
    struct repository_access access;
    struct repository *repository = NULL;
    struct reference_list *list = NULL;
    struct vector repos;
    bool ok;

    vector_init(&repos, sizeof(struct repo));
    if (!repository_library_start(error))
        return false;
    ok = repos_choose(call, arguments, &repos, error);
    access = call_remotes(call);
    if (ok) {
        char *settled = repository_address(call, ((struct repo *)vector_at(&repos, 0))->address);

        ok = repository_access_open(&access, settled, REPOSITORY_ANY, &repository, &call->progress,
                                    error) &&
             (list = repository_references(repository, error)) != NULL;
        free(settled);
    }
    if (ok) {
        start_list(call, result, "references", reference_columns,
                   sizeof reference_columns / sizeof *reference_columns);
        result->empty = "The repository has neither tags nor branches.";
        list_references(list, result->items);
    }
    reference_list_free(&list);
    repository_free(&repository);
    repository_library_stop();
    repos_release(&repos);
    return ok;
}
