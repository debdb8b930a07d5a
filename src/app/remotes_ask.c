#include "remotes_ask.h"

#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/git/remote.h>
#include <pilab/net/host_key.h>

/* --- Questions of ssh ------------------------------------------------------------------------- */

static bool ask_person(void *context, enum askpass_kind kind, const char *words,
                       struct strbuf *answer, struct error *error)
{
    static const char *const yes_or_no[] = { "yes", "no", NULL };
    struct remotes_asker *asker = context;
    const struct call_question question = {
        .text = words,
        .choices = kind == ASKPASS_CONFIRM ? yes_or_no : NULL,
        .option = "a key that an agent holds (ssh-add)",
        .secret = kind == ASKPASS_SECRET,
    };
    size_t choice = 1;
    bool answered;

    if (kind == ASKPASS_NOTICE) {
        progress_report(&asker->progress, words, 0, 0);
        return true;
    }
    pthread_mutex_lock(&asker->asking);
    answered = asker->ask(asker->context, &question, &choice, answer, error);
    pthread_mutex_unlock(&asker->asking);
    if (answered && kind == ASKPASS_CONFIRM) {
        strbuf_clear(answer);
        strbuf_add(answer, choice == 0 ? "yes" : "");
    }
    return answered;
}

/* --- Hosts that nobody knows yet -------------------------------------------------------------- */

static bool stays_unknown(const struct ssh_host *host, struct error *error)
{
    error_set(error, ERROR_UNVERIFIED, "the key of %s was not trusted", host->host);
    return error_hint(error, "ask whoever runs the host for its fingerprint, and compare the two");
}

static bool agree_on_key(struct remotes_asker *asker, const struct ssh_host *host,
                         const struct host_key *key, const struct progress *progress,
                         struct error *error)
{
    static const char *const choices[] = { "trust", "no", NULL };
    char *text = memory_printf("The host %s is not known yet. It shows the key %s %s. Trust it, if "
                               "whoever runs the host has told you the same fingerprint?",
                               host->host, key->type, key->fingerprint);
    const struct call_question question = { .text = text,
                                            .choices = choices,
                                            .typed = host->host,
                                            .option = "the key to known_hosts, with ssh, by hand" };
    size_t choice = 1;
    bool answered = asker->ask(asker->context, &question, &choice, NULL, error);

    free(text);
    if (answered && choice == 0)
        return true;
    /* Who closes the question has said no to this host, and not to all the rest. */
    return !answered && progress_cancelled(progress) ? false : stays_unknown(host, error);
}

static bool fetch_and_agree(struct remotes_asker *asker, const struct ssh_remote *way,
                            const struct ssh_host *host, const struct progress *progress,
                            struct error *error)
{
    struct host_key key;
    bool ok = way->ssh == &ssh_builtin
                  ? host_key_fetch_builtin(host, &way->options, progress, &key, error)
                  : host_key_fetch(host, &way->options, progress, &key, error);

    if (!ok)
        return error_prefix(error, "the key of %s cannot be fetched", host->host);
    ok = agree_on_key(asker, host, &key, progress, error) && host_key_trust(&key, progress, error);
    host_key_release(&key);
    return ok;
}

bool remotes_meet(struct remotes_asker *asker, const struct ssh_remote *way, const char *address,
                  const struct progress *progress, struct error *error)
{
    static const char yes[] = "yes", no[] = "no";
    struct remote_ssh remote;
    struct ssh_host host;
    struct error refused = { 0 };
    const char *known;
    char *name;
    bool ok;

    if (!remote_ssh_parse(address, &remote, error))
        return false;
    host = (struct ssh_host){ .user = remote.user, .host = remote.host, .port = remote.port };
    name = memory_printf("%s:%d", host.host, host.port);
    pthread_mutex_lock(&asker->asking);
    known = map_get(asker->met, name);
    if (known == NULL)
        ok = fetch_and_agree(asker, way, &host, progress, &refused);
    else
        ok = known == yes || stays_unknown(&host, &refused);
    /* A host that could not be reached just now has not been asked about. */
    if (ok || refused.code == ERROR_UNVERIFIED)
        map_put(asker->met, name, (void *)(ok ? yes : no));
    if (!ok && error != NULL)
        *error = refused;
    pthread_mutex_unlock(&asker->asking);
    free(name);
    remote_ssh_release(&remote);
    return ok;
}

/* --- All of it -------------------------------------------------------------------------------- */

void remotes_asker_init(struct remotes_asker *asker, const struct call *call)
{
    *asker = (struct remotes_asker){
        .ssh = {ask_person, asker},
        .ask = call->ask,
        .context = call->ask_context,
        .progress = call->progress,
        .met = map_new(),
    };
    pthread_mutex_init(&asker->asking, NULL);
}

void remotes_asker_release(struct remotes_asker *asker)
{
    pthread_mutex_destroy(&asker->asking);
    map_free(&asker->met);
}
