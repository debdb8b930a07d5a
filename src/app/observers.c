#include "observers.h"

#include <pthread.h>

#include <pilab/app/project.h>
#include <pilab/base/crew.h>
#include <pilab/net/http_url.h>
#include <pilab/store/environment.h>
#include <pilab/store/token.h>

#include "remotes.h"
#include "token.h"
#include "vault.h"

/* One observer of many; the token is wiped at the end. */
struct asked {
    struct observe_request request;
    struct strbuf token;
    struct error refused; /* why it cannot be asked at all; ERROR_NONE: it can */
};

struct asking {
    struct asked *items;
    struct observer_answer *answers;
    size_t count, done;
    const struct observers_listener *listener;
    const struct progress *progress; /* of the call: told of whole answers only */
    struct progress quiet;           /* of each observer: it can be cancelled */
    pthread_mutex_t telling;
    struct error cancelled; /* ERROR_NONE: it was not */
};

bool observers_find(struct call *call, const char *name, struct project_settings *settings,
                    const struct environment_settings **environment, struct error *error)
{
    struct store_environment row;

    if (!store_environment_find(call->connection, call->project->id, name, call->arena, &row,
                                error) ||
        !project_load(call, settings, error))
        return false;
    *environment = project_settings_environment(settings, row.name);
    if (*environment != NULL && (*environment)->observer_count > 0)
        return true;
    error_set(error, ERROR_NOT_FOUND,
              "no observer is set up for %s: nobody looks at what really runs there", row.name);
    return error_hint(error,
                      "set one up: in Setup, Environments, %s, or as `observe` of it in "
                      "pilab.yaml (`pilab project import`)",
                      row.name);
}

/* --- Secrets ---------------------------------------------------------------------------------- */

/* A token is kept for one host and can be opened for no other, so that nobody who may change an
 * address has it sent elsewhere. */
static bool open_token(struct call *call, const char *address, struct secret_key **key,
                       struct strbuf *token, struct error *error)
{
    struct http_url url;
    struct secret_place place;
    struct store_vault vault;
    struct store_token kept;
    bool found = false, ok;

    ok = http_url_parse(address, &url, error) &&
         (url.secure ||
          error_set(error, ERROR_INVALID, "it is not reached by https, and gets no token"));
    ok = ok && store_token_find(call->connection, call->project->id, url.origin, call->arena, &kept,
                                &found, error);
    if (ok && !found) {
        ok = error_set(error, ERROR_NOT_FOUND, "the project keeps no token for %s", url.origin);
        error_hint(error, "`pilab repo login %s/apis --no-test` keeps one", url.origin);
    }
    if (ok && *key == NULL)
        *key = vault_open(call, NULL, &vault, error);
    ok = ok && *key != NULL;
    if (ok) {
        place = token_place(store_id(call->store), &kept);
        ok = secret_open(*key, &place, kept.sealed, kept.sealed_length, token, error);
    }
    http_url_release(&url);
    return ok;
}

static void open_tokens(struct call *call, const struct environment_settings *environment,
                        struct asking *asking)
{
    struct secret_key *key = NULL;

    for (size_t i = 0; i < asking->count; i++) {
        const struct observer_settings *observer = &environment->observers[i];
        const char *address = observer->url != NULL ? observer->url : observer->server;
        struct asked *asked = &asking->items[i];

        if (observer->login && address != NULL &&
            open_token(call, address, &key, &asked->token, &asked->refused))
            asked->request.token = asked->token.data;
    }
    secret_key_free(&key);
}

/* --- Asking ----------------------------------------------------------------------------------- */

static void answer_refusal(const struct asked *asked, struct arena *arena,
                           struct observer_answer *answer)
{
    struct strbuf label = STRBUF_INIT;

    observer_settings_label(&label, asked->request.observer);
    *answer = (struct observer_answer){ .observer = asked->request.observer,
                                        .label = strbuf_to_arena(&label, arena),
                                        .at = clock_now(&asked->request.clock),
                                        .failure = asked->refused };
    strbuf_release(&label);
}

static void ask_one(void *context, struct arena *arena, size_t index)
{
    struct asking *asking = context;
    const struct asked *asked = &asking->items[index];
    struct observer_answer answer;
    struct error error = { 0 };
    bool ok = true;

    if (asked->refused.code != ERROR_NONE)
        answer_refusal(asked, arena, &answer);
    else
        ok = observe(&asked->request, arena, &answer, &asking->quiet, &error);
    pthread_mutex_lock(&asking->telling);
    if (ok) {
        asking->answers[index] = answer;
        progress_report(asking->progress, answer.label, ++asking->done, asking->count);
        if (asking->listener != NULL)
            asking->listener->answered(asking->listener->context, asking->answers, asking->count);
    } else {
        asking->cancelled = error;
    }
    pthread_mutex_unlock(&asking->telling);
}

static struct observed_module *modules_of(const struct project_settings *settings,
                                          struct arena *arena)
{
    struct observed_module *modules =
        arena_array(arena, settings->module_count + 1, sizeof *modules);

    for (size_t i = 0; i < settings->module_count; i++)
        modules[i] =
            (struct observed_module){ settings->modules[i].name, settings->modules[i].tags };
    return modules;
}

static void prepare(struct call *call, const struct project_settings *settings,
                    const struct environment_settings *environment,
                    const struct repository_access *access, const struct ssh_transport *ssh,
                    const struct ssh_options *options, struct asking *asking, struct arena *arena)
{
    const struct observed_module *modules = modules_of(settings, arena);

    for (size_t i = 0; i < asking->count; i++) {
        const struct observer_settings *observer = &environment->observers[i];
        struct strbuf label = STRBUF_INIT;

        observer_settings_label(&label, observer);
        asking->answers[i] = (struct observer_answer){ .observer = observer,
                                                       .label = strbuf_to_arena(&label, arena) };
        strbuf_release(&label);
        asking->items[i] = (struct asked){
            .request = {.observer = observer,
                        .environment = environment->name,
                        .modules = modules,
                        .module_count = settings->module_count,
                        .folder = call->settings->working_directory,
                        .offline = call->settings->offline,
                        .access = access,
                        .ssh = ssh,
                        .ssh_options = options,
                        .clock = call->clock},
            .token = STRBUF_INIT
        };
    }
}

bool observers_ask(struct call *call, const struct project_settings *settings,
                   const struct environment_settings *environment,
                   const struct observers_listener *listener, struct arena *arena,
                   struct observer_answer **answers, struct error *error)
{
    const struct repository_access access = call_remotes(call);
    const struct ssh_transport *ssh;
    const struct ssh_options *options = call_remotes_ssh(call, &ssh);
    size_t count = environment->observer_count;
    struct asking asking = { .items = arena_array(arena, count, sizeof *asking.items),
                             .answers = arena_array(arena, count, sizeof *asking.answers),
                             .count = count,
                             .listener = listener,
                             .progress = &call->progress,
                             .quiet = { .cancel = call->progress.cancel },
                             .telling = PTHREAD_MUTEX_INITIALIZER };
    const struct crew_work work = {
        .count = count, .chunk = 1, .threads = CREW_LIMIT, .item = ask_one, .context = &asking
    };

    prepare(call, settings, environment, &access, ssh, options, &asking, arena);
    if (listener != NULL)
        listener->answered(listener->context, asking.answers, count);
    open_tokens(call, environment, &asking);
    crew_run(&work, arena);
    for (size_t i = 0; i < count; i++)
        secret_wipe(&asking.items[i].token);
    *answers = asking.answers;
    if (asking.cancelled.code == ERROR_NONE)
        return true;
    if (error != NULL)
        *error = asking.cancelled;
    return false;
}
