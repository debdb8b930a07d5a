#include "remotes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/program.h>
#include <pilab/git/mirror.h>
#include <pilab/git/remote.h>
#include <pilab/net/host_key.h>
#include <pilab/source/ssh_remote.h>

struct call_remotes {
    struct repository_access access;
    struct ssh_remote ssh;
    struct remote_ssh_program program; /* what the options point to */
    struct asker asker;
    bool (*ask)(void *context, const struct call_question *question, size_t *choice,
                struct strbuf *text, struct error *error);
    void *ask_context;
    struct progress progress;
    /* Workers of one call may want to ask at once: a person answers one question at a time. */
    pthread_mutex_t asking;
    struct map *met; /* "user@host:port" that somebody has been asked about → yes or no */
};

/* --- Questions of ssh ------------------------------------------------------------------------- */

static bool ask_person(void *context, enum askpass_kind kind, const char *words,
                       struct strbuf *answer, struct error *error)
{
    static const char *const yes_or_no[] = { "yes", "no", NULL };
    struct call_remotes *remotes = context;
    const struct call_question question = {
        .text = words,
        .choices = kind == ASKPASS_CONFIRM ? yes_or_no : NULL,
        .option = "a key that an agent holds (ssh-add)",
        .secret = kind == ASKPASS_SECRET,
    };
    size_t choice = 1;
    bool answered;

    if (kind == ASKPASS_NOTICE) {
        progress_report(&remotes->progress, words, 0, 0);
        return true;
    }
    pthread_mutex_lock(&remotes->asking);
    answered = remotes->ask(remotes->ask_context, &question, &choice, answer, error);
    pthread_mutex_unlock(&remotes->asking);
    if (answered && kind == ASKPASS_CONFIRM) {
        strbuf_clear(answer);
        strbuf_add(answer, choice == 0 ? "yes" : "");
    }
    return answered;
}

/* --- Hosts that nobody knows yet -------------------------------------------------------------- */

static bool agree_on_key(struct call_remotes *remotes, const struct ssh_host *host,
                         const struct host_key *key, struct error *error)
{
    static const char *const choices[] = { "trust", "no", NULL };
    char *text = memory_printf("The host %s is not known yet. It shows the key %s %s. Trust it, if "
                               "whoever runs the host has told you the same fingerprint?",
                               host->host, key->type, key->fingerprint);
    const struct call_question question = { .text = text,
                                            .choices = choices,
                                            .option = "the key to known_hosts, with ssh, by hand" };
    size_t choice = 1;
    bool ok = remotes->ask(remotes->ask_context, &question, &choice, NULL, error);

    free(text);
    if (ok && choice != 0)
        ok = error_set(error, ERROR_CANCELLED, "the key of %s was not trusted", host->host);
    return ok;
}

static bool fetch_and_agree(struct call_remotes *remotes, const struct ssh_host *host,
                            const struct progress *progress, struct error *error)
{
    struct host_key key;
    bool ok;

    if (!host_key_fetch(host, &remotes->ssh.options, progress, &key, error))
        return error_prefix(error, "the key of %s cannot be fetched", host->host);
    ok = agree_on_key(remotes, host, &key, error) && host_key_trust(&key, error);
    host_key_release(&key);
    return ok;
}

static bool meet(void *context, const char *address, const struct progress *progress,
                 struct error *error)
{
    static const char yes[] = "yes", no[] = "no";
    struct call_remotes *remotes = context;
    struct remote_ssh remote;
    struct ssh_host host;
    const char *known;
    char *name;
    bool ok;

    if (!remote_ssh_parse(address, &remote, error))
        return false;
    host = (struct ssh_host){ .user = remote.user, .host = remote.host, .port = remote.port };
    name = memory_printf("%s:%d", host.host, host.port);
    pthread_mutex_lock(&remotes->asking);
    known = map_get(remotes->met, name);
    if (known == NULL)
        ok = fetch_and_agree(remotes, &host, progress, error);
    else
        ok = known == yes ||
             error_set(error, ERROR_CANCELLED, "the key of %s was not trusted", host.host);
    map_put(remotes->met, name, (void *)(ok ? yes : no));
    pthread_mutex_unlock(&remotes->asking);
    free(name);
    remote_ssh_release(&remote);
    return ok;
}

/* --- All of it -------------------------------------------------------------------------------- */

static enum ssh_variant variant_of(const char *name)
{
    return name != NULL && strcasecmp(name, "simple") == 0 ? SSH_VARIANT_SIMPLE : SSH_VARIANT_AUTO;
}

/* The system's, unless somebody wants the built-in one or there is none. */
static const struct ssh_transport *transport_for(const struct ssh_options *options)
{
    const char *wanted = getenv("PILAB_SSH");

    if (wanted != NULL && strcmp(wanted, ssh_builtin.name) == 0)
        return &ssh_builtin;
    return options->program != NULL || program_is_in_path("ssh") ? &ssh_openssh : &ssh_builtin;
}

static struct call_remotes *make(const struct call *call)
{
    static atomic_flag swept = ATOMIC_FLAG_INIT; /* once in a process will do */
    struct call_remotes *remotes = memory_new(sizeof *remotes);
    struct ssh_options options = { 0 };
    struct error ignored;

    if (!call->settings->offline && !atomic_flag_test_and_set(&swept))
        mirror_sweep(call->settings->cache_directory);
    remotes->ask = call->ask;
    remotes->ask_context = call->ask_context;
    remotes->progress = call->progress;
    remotes->asker = (struct asker){ ask_person, remotes };
    remotes->met = map_new();
    pthread_mutex_init(&remotes->asking, NULL);
    if (repository_library_start(&ignored)) {
        remotes->program = remote_ssh_program();
        repository_library_stop();
    }
    options.program = remotes->program.command;
    options.variant = variant_of(remotes->program.variant);
    options.asker = call->ask != NULL ? &remotes->asker : NULL;
    ssh_remote_init(&remotes->ssh, transport_for(&options), &options);
    remotes->access = (struct repository_access){
        .cache_directory = call->settings->cache_directory,
        .ssh = &remotes->ssh.transport,
        .meet = call->ask != NULL ? meet : NULL,
        .context = remotes,
    };
    return remotes;
}

struct repository_access call_remotes(const struct call *call)
{
    struct repository_access access;

    if (*call->remotes == NULL)
        *call->remotes = make(call);
    access = (*call->remotes)->access;
    access.clock = call->clock;
    access.offline = call->settings->offline; /* a copy may have settings of its own */
    return access;
}

void call_remotes_free(struct call_remotes **out)
{
    struct call_remotes *remotes = *out;

    *out = NULL;
    if (remotes == NULL)
        return;
    remote_ssh_program_release(&remotes->program);
    pthread_mutex_destroy(&remotes->asking);
    map_free(&remotes->met);
    free(remotes);
}
