/* The pieces of the built-in ssh: a session that is waited for by us, who the host is, who we are.
 */
#ifndef PILAB_NET_BUILTIN_PARTS_H
#define PILAB_NET_BUILTIN_PARTS_H

#include <libssh2.h>
#include <stdbool.h>
#include <stdint.h>

#include <pilab/net/ssh.h>

struct builtin {
    LIBSSH2_SESSION *session;
    int socket;        /* -1: not connected */
    bool settled;      /* keys are exchanged and we are let in: it can be kept alive */
    int64_t alive;     /* monotonic: when the host was heard last */
    int64_t patient;   /* monotonic: since when the current step is waited for */
    int agent_failure; /* errno of the last wait for the agent; 0: it answers */
    char *user;        /* to log in as */
    char *folder;      /* where keys and known hosts are */
    const struct ssh_host *host;
    const struct ssh_options *options;
    const struct progress *progress;
};

static inline int builtin_limit(int limit, int usual)
{
    return limit > 0 ? limit : usual;
}

/* Waits until libssh2, which said LIBSSH2_ERROR_EAGAIN, can go on; at most so long since
 * `patient`. Keeps the connection alive meanwhile, and notices when the host is not. */
bool builtin_wait(struct builtin *builtin, int milliseconds, struct error *error);
/* What libssh2 said last, as an error. Returns false always. */
bool builtin_failed(struct builtin *builtin, const char *what, struct error *error);

/* builtin_wire.c: lets the session's agent be waited for with a limit and a way out; the session
 * has the builtin as its abstract pointer. */
void builtin_wire(struct builtin *builtin);
/* Whether SSH_AUTH_SOCK names an agent that takes calls. */
bool builtin_agent_is_there(struct builtin *builtin);

/* builtin.c: as far as the host has shown its key, and back. What was begun is ended also after a
 * failure. */
void builtin_begin(struct builtin *builtin, const struct ssh_host *host,
                   const struct ssh_options *options, const struct progress *progress);
bool builtin_connect(struct builtin *builtin, struct error *error);
void builtin_end(struct builtin *builtin);

/* builtin_host.c: how known_hosts names a host, as OpenSSH writes it: another port than the usual
 * one stands with the name (sshd(8)); the caller frees. Offers only key types that the host is
 * known by, if it is; and after the handshake, whether its key is the known one. */
char *builtin_known_name(const struct ssh_host *host);
void builtin_prefer_known(struct builtin *builtin);
bool builtin_check_host(struct builtin *builtin, struct error *error);
/* What the type of a host's key is called (LIBSSH2_HOSTKEY_TYPE_…); NULL for one without a name. */
const char *builtin_key_name(int shown);

/* builtin_login.c: by agent and key files. */
bool builtin_login(struct builtin *builtin, struct error *error);

#endif
