#include "talk.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "internal.h"
#include "trust.h"
#include "url.h"

/* So many times the limit of silence a server may send signs of life and nothing else, once it has
 * begun to send. */
#define STUCK_LIMITS 2

static int on_transfer(const git_indexer_progress *stats, void *payload)
{
    struct talk *talk = payload;
    if (progress_cancelled(talk->progress))
        return GIT_EUSER;
    talk_progress_received(&talk->told, stats);
    return 0;
}

static int on_sideband(const char *text, int length, void *payload)
{
    struct talk *talk = payload;
    talk_progress_heard(&talk->told, text, (size_t)length);
    return progress_cancelled(talk->progress) ? GIT_EUSER : 0;
}

static int on_tip(const char *name, const git_oid *before, const git_oid *after, void *payload)
{
    const struct talk *talk = payload;
    if (talk->on_reference)
        talk->on_reference(talk->reference_context, name, before, after);
    return progress_cancelled(talk->progress) ? GIT_EUSER : 0;
}

/* Over ssh, a positive answer makes libgit2 1.5 accept an invalid key; so it is 0, or "as you
 * think", which keeps libgit2's words on what is wrong with a certificate. */
static int on_certificate(git_cert *certificate, int valid, const char *host, void *payload)
{
    (void)certificate;
    (void)host;
    (void)payload;
    return valid ? 0 : GIT_PASSTHROUGH;
}

/* libgit2 hands one payload to every callback; the transport needs its own. */
static int on_transport(git_transport **out, git_remote *owner, void *payload)
{
    struct talk *talk = payload;
    return transport_make(out, owner, &talk->call);
}

static int login_failed(const struct talk *talk)
{
    git_error_set_str(GIT_ERROR_HTTP, talk->login_error.message);
    return GIT_EUSER;
}

/* libgit2 asks when the server does, and again when the server has refused what it was told. */
static int on_credentials(git_credential **out, const char *url, const char *user, unsigned allowed,
                          void *payload)
{
    struct talk *talk = payload;
    const struct remote_credentials *credentials = talk->options->credentials;
    struct error *error = &talk->login_error;
    (void)url; /* the address as it was, also where the server has sent us on */
    (void)user;
    if (talk->login.own) {
        credentials->settle(credentials->context, talk->url, &talk->login, REMOTE_LOGIN_REFUSED,
                            error);
        return login_failed(talk);
    }
    if (!(allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT)) {
        error_set(error, ERROR_UNSUPPORTED,
                  "the server wants to know who you are in another way "
                  "than by name and token (Basic)");
        error_hint(error, "ask who runs it whether tokens are taken, or use ssh");
        return login_failed(talk);
    }
    if (talk->watch.elsewhere) {
        error_set(error, ERROR_UNTRUSTED,
                  "the server sends us on to another place, which is not told who you are");
        error_hint(error, "use the address it moved to");
        return login_failed(talk);
    }
    if (!credentials->find(credentials->context, talk->url, talk->progress, &talk->login, error))
        return login_failed(talk);
    talk->watch.guarded = true;
    return git_credential_userpass_plaintext_new(out, talk->login.user, talk->login.password);
}

static void set_callbacks(struct talk *talk, git_remote_callbacks *callbacks)
{
    callbacks->transfer_progress = on_transfer;
    callbacks->sideband_progress = on_sideband;
    callbacks->update_tips = on_tip;
    callbacks->certificate_check = on_certificate;
    callbacks->payload = talk;
    if (talk->kind == REMOTE_SSH)
        callbacks->transport = on_transport;
    if (talk->kind == REMOTE_HTTPS && talk->options->credentials)
        callbacks->credentials = on_credentials;
}

struct talk_failure {
    const char *words; /* of libgit2 or the TLS library below it */
    const char *hint;
};

static const char not_git[] =
    "what answers there does not speak git's protocol: another program, or a greeting that "
    "comes before git (on that host, what a shell reads at its start)";

/* The first row that fits decides. ("proxy requires authentication that we do not support", "proxy
 * returned unexpected status".) */
static const struct talk_failure talk_failures[] = {
    {"packet",                            not_git                                                             },
    { "pkt",                              not_git                                                             },
    { "invalid response",                 not_git                                                             },
    { "malformed URL",
     "the address of the proxy is none: https_proxy, or http.proxy in git's settings"                         },
    { "proxy auth",
     "the proxy wants to know who you are: https_proxy, or http.proxy in git's settings, is "
      "http://name:password@host:port"                                                                        },
    { "proxy re",
     "the proxy wants to know who you are, or does not reach the host: https_proxy, or "
      "http.proxy in git's settings, is http://name:password@host:port"                                       },
    { "authentication",                   "the server asks who you are: pilab repo login keeps a token for it"},
    { "unexpected http status code: 404", "check the address; a private repository looks absent"              },
    { "unexpected http status code: 403", "the server knows the address and does not let you in"              },
    { "unexpected http status code: 5",   "the server has a problem of its own; try again later"              },
    { "redirect",                         "the server sends us elsewhere: use the address it moved to"        },
    { "content-type",                     "what answers there is no git server: check the address, and whether a login "
                      "page is in front"                                                 },
    { "expired",                          "the server needs a new certificate; check your clock"              },
    { "does not match",                   "use the name of the host that the certificate is for"              },
    { "certificate",
     "if your company signs its own, name its file: git config --global http.sslCAInfo FILE"                  },
    { "resolve",                          "check the name of the host, and whether the network is there"      },
    { "looked up",                        "check the name server of this machine (/etc/resolv.conf), and whether the "
                   "network is there"                                                       },
    { "nobody answers",                   "check the host and the port, and whether the network is there"     },
    { "broke:",                           "try again; something on the way may limit time or size"            },
    { "has sent nothing",                 "the server or the way to it hangs; try again later"                },
};

static bool hint_for(const char *words, struct error *error)
{
    for (size_t i = 0; i < sizeof(talk_failures) / sizeof(*talk_failures); i++)
        if (words && strstr(words, talk_failures[i].words))
            return !error_hint(error, "%s", talk_failures[i].hint);
    return false;
}

/* What one of the layers below has said itself; its own hint is the better one. */
static bool take_failure(const struct error *failure, struct error *error)
{
    if (error)
        *error = *failure;
    if (!failure->hint[0])
        hint_for(failure->message, error);
    return false;
}

/* What libgit2 says that nobody below it has said. Only files are the system's for it: the network
 * has classes of its own. */
static bool git_says(struct talk *talk, int result, struct error *error)
{
    const git_error *last = git_error_last();
    bool here = last && (last->klass == GIT_ERROR_OS || last->klass == GIT_ERROR_FILESYSTEM);
    char words[256] = "";
    if (last && last->message)
        strncat(words, last->message, sizeof(words) - 1);
    git_failed(error, result, "%s cannot be fetched", talk->url);
    if (here)
        return false;
    if (last && last->klass == GIT_ERROR_REFERENCE && error && error->code == ERROR_IO) {
        error->code = ERROR_CORRUPT; /* ours: those of the remote have been read by then */
        return false;
    }
    if (error && talk->kind > REMOTE_FILE && error->code == ERROR_IO)
        error->code = ERROR_NETWORK;
    talk->by_remote = error && error->code == ERROR_NETWORK;
    bool ended = talk->watch.ended || (talk->kind == REMOTE_SSH && strstr(words, "early EOF"));
    if (hint_for(words, error) || !ended)
        return false;
    talk->by_remote = true;
    error_set(error, ERROR_NETWORK, "%s cannot be fetched: the server ended the connection early",
              talk->url);
    return error_hint(error, "try again; something on the way may limit time or size");
}

/* Before anything else is done: a goodbye that fails would take the place of the reason. */
static int limit_of(const struct talk *talk)
{
    int limit = talk->options->silence_limit;
    return limit > 0 ? limit : MIRROR_SILENCE_LIMIT;
}

static bool talk_failed(struct talk *talk, int result, struct error *error)
{
    talk->by_remote = true;
    if (talk->login_error.code != ERROR_NONE && talk->login_error.code != ERROR_CANCELLED) {
        take_failure(&talk->login_error, error);
        return error_prefix(error, "%s", talk->url);
    }
    if (result == GIT_EUSER || progress_cancelled(talk->progress))
        return error_set(error, ERROR_CANCELLED, "fetching %s was cancelled", talk->url);
    if (talk->told.stuck) {
        error_set(error, ERROR_NETWORK,
                  "%s: the server lives, but has sent nothing of use for %d s", talk->url,
                  STUCK_LIMITS * limit_of(talk) / 1000);
        return error_hint(error, "try again; if it stays so, whoever runs the server must look");
    }
    if (talk->call.error.code != ERROR_NONE) {
        take_failure(&talk->call.error, error);
        return error_prefix(error, "%s", talk->url);
    }
    if (talk->watch.error.code != ERROR_NONE) {
        take_failure(&talk->watch.error, error);
        return error_prefix(error, "%s cannot be fetched", talk->url);
    }
    talk->by_remote = false;
    return git_says(talk, result, error);
}

/* --- From the address to the end ------------------------------------------------------------ */

static void know_ssh_place(struct talk *talk)
{
    struct remote_ssh remote;
    if (!remote_ssh_parse(talk->url, &remote, NULL))
        return; /* the transport says so */
    talk->host = remote.host;
    remote.host = NULL;
    remote_ssh_release(&remote);
}

static void know_place(struct talk *talk)
{
    const char *rest = strstr(talk->url, "://") + 3;
    struct url_parts parts = url_split(rest);
    bool brackets = parts.host[0] == '[';
    talk->host = memory_copy_bytes(parts.host + brackets, parts.host_length - 2 * (size_t)brackets);
    talk->port = parts.port ? memory_copy_bytes(parts.port, parts.port_length)
                            : memory_copy_text(rest - talk->url == 7 ? "80" : "443");
}

bool talk_init(struct talk *talk, const char *url, const struct mirror_options *options,
               const struct progress *progress, struct error *error)
{
    *talk = (struct talk){ .url = url, .options = options, .progress = progress };
    bool ok = remote_check(url, &talk->kind, error);
    talk->address =
        talk->kind <= REMOTE_FILE ? remote_local_path(url, talk->kind) : memory_copy_text(url);
    if (ok && talk->kind == REMOTE_HTTPS)
        know_place(talk);
    else if (ok && talk->kind == REMOTE_SSH)
        know_ssh_place(talk);
    return ok;
}

void talk_release(struct talk *talk)
{
    free(talk->address);
    free(talk->host);
    free(talk->port);
}

static bool check_source(const struct talk *talk, struct error *error)
{
    struct repository *source = NULL;
    if (talk->kind == REMOTE_SSH && !talk->options->ssh) {
        error_set(error, ERROR_UNSUPPORTED, "%s needs ssh, which is not set up here", talk->url);
        return error_hint(error, "clone it yourself with `git clone --mirror` and give the path");
    }
    if (talk->kind > REMOTE_FILE)
        return true;
    bool ok = repository_open(&source, talk->address, error);
    repository_free(&source);
    return ok;
}

bool talk_check(const struct talk *talk, struct error *error)
{
    return check_source(talk, error) && (talk->kind != REMOTE_HTTPS || trust_check(error));
}

/* The remote is made without a name and without the user's url.*.insteadOf: what was checked is
 * what is spoken to. */
static int make_remote(const struct talk *talk, git_repository *git, git_remote **remote)
{
    git_remote_create_options options;
    git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION);
    options.repository = git;
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
    return git_remote_create_with_opts(remote, talk->address, &options);
}

static void settle(struct talk *talk, enum remote_verdict verdict)
{
    const struct remote_credentials *credentials = talk->options->credentials;
    credentials->settle(credentials->context, talk->url, &talk->login, verdict, NULL);
}

bool talk_run(struct talk *talk, git_repository *git,
              int (*say)(git_remote *remote, const git_remote_connect_options *connect,
                         void *context),
              void *context, struct error *error)
{
    git_remote *remote = NULL;
    git_remote_connect_options connect;
    int limit = limit_of(talk);
    bool ok;
    talk_progress_start(&talk->told, talk->host, (int64_t)STUCK_LIMITS * limit, talk->progress);
    talk->call =
        (struct transport_call){ .transport = talk->options->ssh, .progress = &talk->told.waiting };
    talk->watch = (struct socket_watch){ .host = talk->host,
                                         .port = talk->port,
                                         .progress = &talk->told.waiting,
                                         .silence_limit = limit };
    if (talk->kind == REMOTE_HTTPS)
        trust_tell();
    git_remote_connect_options_init(&connect, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
    set_callbacks(talk, &connect.callbacks);
    connect.follow_redirects = GIT_REMOTE_REDIRECT_NONE; /* none to another host */
    connect.proxy_opts.type = GIT_PROXY_AUTO;
    socket_set_watch(&talk->watch);
    int result = make_remote(talk, git, &remote);
    if (result == 0)
        result = git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &connect);
    bool let_in = result == 0;
    if (let_in) {
        talk_progress_connected(&talk->told);
        result = say(remote, &connect, context);
    }
    ok = result >= 0 || talk_failed(talk, result, error);
    if (talk->login.own)
        settle(talk, let_in ? REMOTE_LOGIN_TAKEN : REMOTE_LOGIN_UNKNOWN);
    if (remote)
        git_remote_disconnect(remote);
    git_remote_free(remote);
    socket_set_watch(NULL);
    return ok;
}
