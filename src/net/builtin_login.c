#include <config.h> /* memmem is a system extension */

#include "builtin_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

/* What an RSA key cannot do here; said when nothing else let us in. */
static const char rsa_words[] = "RSA keys need rsa-sha2, which libssh2 %s lacks: use OpenSSH, or "
                                "an ed25519 key";

/* What else is known to OpenSSH alone. */
static const char other_words[] =
    "security keys and certificates are known to OpenSSH alone, not to "
    "libssh2 %s: use OpenSSH, or an ed25519 key";

struct login {
    struct builtin *builtin;
    bool saw_rsa, saw_other;
    bool saw_locked; /* a key file with a passphrase, and nobody to ask for it */
    bool saw_wrong;  /* … and what somebody said was not it */
    bool saw_silent; /* an agent that does not answer */
};

static int limit_of(const struct builtin *builtin)
{
    return builtin_limit(builtin->options->connect_limit, SSH_CONNECT_LIMIT);
}

/* --- Keys of the agent ------------------------------------------------------------------------ */

static bool is_rsa(const struct libssh2_agent_publickey *key)
{
    static const unsigned char name[] = "\0\0\0\7ssh-rsa";

    return key->blob_len >= sizeof name - 1 && memcmp(key->blob, name, sizeof name - 1) == 0;
}

/* "sk-ssh-ed25519@openssh.com", "ssh-ed25519-cert-v01@openssh.com" (PROTOCOL.u2f, .certkeys). */
static bool is_other(const struct libssh2_agent_publickey *key)
{
    size_t length = key->blob_len > 4 ? key->blob[3] : 0;

    return length > 0 && length <= key->blob_len - 4 &&
           (memcmp(key->blob + 4, "sk-", 3) == 0 ||
            memmem(key->blob + 4, length, "-cert-", 6) != NULL);
}

/* It is not waited for again: 0, or -1 when somebody has cancelled. */
static int agent_failed(struct login *login, struct error *error)
{
    login->saw_silent |= login->builtin->agent_failure == ETIMEDOUT;
    return progress_check(login->builtin->progress, error) ? 0 : -1;
}

/* 1: let in, 0: not by any of its keys, -1: an error. */
static int by_key_of_agent(struct login *login, LIBSSH2_AGENT *agent,
                           struct libssh2_agent_publickey *key, struct error *error)
{
    int result;

    login->builtin->patient = clock_monotonic();
    while ((result = libssh2_agent_userauth(agent, login->builtin->user, key)) ==
           LIBSSH2_ERROR_EAGAIN)
        if (!builtin_wait(login->builtin, limit_of(login->builtin), error))
            return -1;
    if (result != 0 && login->builtin->agent_failure != 0)
        return agent_failed(login, error);
    if (result == LIBSSH2_ERROR_SOCKET_DISCONNECT || result == LIBSSH2_ERROR_SOCKET_RECV)
        return builtin_failed(login->builtin, "logging in", error) ? 0 : -1;
    return result == 0;
}

static int by_keys_of_agent(struct login *login, LIBSSH2_AGENT *agent, struct error *error)
{
    struct libssh2_agent_publickey *key = NULL;
    int in = 0;

    if (libssh2_agent_connect(agent) != 0 || libssh2_agent_list_identities(agent) != 0)
        return login->builtin->agent_failure != 0 ? agent_failed(login, error) : 0;
    while (in == 0 && login->builtin->agent_failure == 0 &&
           libssh2_agent_get_identity(agent, &key, key) == 0) {
        login->saw_rsa |= is_rsa(key);
        login->saw_other |= is_other(key);
        in = by_key_of_agent(login, agent, key, error);
    }
    return in;
}

static int by_agent(struct login *login, struct error *error)
{
    LIBSSH2_AGENT *agent;
    int in;

    if (!builtin_agent_is_there(login->builtin)) {
        login->saw_silent = login->builtin->agent_failure != 0;
        return 0;
    }
    agent = libssh2_agent_init(login->builtin->session);
    if (agent == NULL)
        return 0;
    in = by_keys_of_agent(login, agent, error);
    libssh2_agent_disconnect(agent);
    libssh2_agent_free(agent);
    return in;
}

/* --- Key files -------------------------------------------------------------------------------- */

static int try_file(struct login *login, const char *path, const char *passphrase,
                    struct error *error)
{
    struct builtin *builtin = login->builtin;
    int result;

    builtin->patient = clock_monotonic();
    while ((result = libssh2_userauth_publickey_fromfile_ex(builtin->session, login->builtin->user,
                                                            (unsigned)strlen(login->builtin->user),
                                                            NULL, path, passphrase)) ==
           LIBSSH2_ERROR_EAGAIN)
        if (!builtin_wait(builtin, limit_of(builtin), error))
            return LIBSSH2_ERROR_TIMEOUT;
    return result;
}

/* The new format of OpenSSH says whether a key is encrypted only inside; the old ones in words. */
static bool is_encrypted(const char *path)
{
    struct strbuf text = STRBUF_INIT;
    bool encrypted = false;

    if (file_read(path, 65536, true, &text, NULL)) {
        /* openssh-key-v1\0 and the cipher's name (PROTOCOL.key): "none" when it is open. */
        static const char open_key[] = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";

        encrypted = strstr(text.data, "ENCRYPTED") != NULL ||
                    (strstr(text.data, "BEGIN OPENSSH PRIVATE KEY") != NULL &&
                     strstr(text.data, open_key) == NULL);
        sodium_memzero(text.data, text.length);
    }
    strbuf_release(&text);
    return encrypted;
}

static int with_passphrase(struct login *login, const char *path, struct error *error)
{
    const struct asker *asker = login->builtin->options->asker;
    char *question = memory_printf("Enter passphrase for key '%s': ", path);
    struct strbuf passphrase = STRBUF_INIT;
    int result = LIBSSH2_ERROR_FILE;
    bool answered;

    strbuf_reserve(&passphrase, 8192); /* does not move as it grows */
    answered = asker->ask(asker->context, ASKPASS_SECRET, question, &passphrase, error);
    if (answered)
        result = try_file(login, path, passphrase.data, error);
    /* The file was read and could not be made sense of. */
    login->saw_wrong |= answered && result == LIBSSH2_ERROR_FILE;
    sodium_memzero(passphrase.data, passphrase.length);
    strbuf_release(&passphrase);
    free(question);
    return answered ? result : LIBSSH2_ERROR_TIMEOUT;
}

static int by_file(struct login *login, const char *name, struct error *error)
{
    char *path = path_join(login->builtin->folder, name);
    int result = LIBSSH2_ERROR_FILE;

    if (access(path, R_OK) == 0) {
        login->saw_rsa |= strcmp(name, "id_rsa") == 0;
        if (!is_encrypted(path))
            result = try_file(login, path, NULL, error);
        else if (login->builtin->options->asker != NULL)
            result = with_passphrase(login, path, error);
        else
            login->saw_locked = true;
    }
    free(path);
    return result == LIBSSH2_ERROR_TIMEOUT ? -1 : result == 0;
}

static int by_files(struct login *login, struct error *error)
{
    static const char *const names[] = { "id_ed25519", "id_ecdsa", "id_rsa" };
    static const char *const others[] = { "id_ed25519_sk", "id_ecdsa_sk", "id_ed25519-cert.pub",
                                          "id_ecdsa-cert.pub", "id_rsa-cert.pub" };
    int in = 0;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char *path = path_join(login->builtin->folder, others[i]);

        login->saw_other |= access(path, R_OK) == 0;
        free(path);
    }

    for (size_t i = 0; in == 0 && i < sizeof names / sizeof *names; i++)
        in = by_file(login, names[i], error);
    return in;
}

/* --- All of it -------------------------------------------------------------------------------- */

/* What the server would take, "publickey,password"; "" when it let us in without anything; NULL
 * with an error. */
static const char *methods(struct login *login, struct error *error)
{
    struct builtin *builtin = login->builtin;
    const char *list;

    builtin->patient = clock_monotonic();
    while ((list = libssh2_userauth_list(builtin->session, login->builtin->user,
                                         (unsigned)strlen(login->builtin->user))) == NULL) {
        if (libssh2_userauth_authenticated(builtin->session))
            return "";
        if (libssh2_session_last_errno(builtin->session) != LIBSSH2_ERROR_EAGAIN) {
            builtin_failed(builtin, "logging in", error);
            return NULL;
        }
        if (!builtin_wait(builtin, limit_of(builtin), error))
            return NULL;
    }
    return list;
}

static bool refused(const struct login *login, const char *list, struct error *error)
{
    error_set(error, ERROR_DENIED, "%s@%s: permission denied (%s)", login->builtin->user,
              login->builtin->host->host, list);
    if (login->saw_locked)
        return error_hint(error, "a key in ~/.ssh has a passphrase, and nobody can be asked for it "
                                 "here: let an agent hold it (ssh-add)");
    if (login->saw_wrong)
        return error_hint(error, "the passphrase did not open the key in ~/.ssh: try again");
    if (login->saw_silent)
        return error_hint(error,
                          "the agent at SSH_AUTH_SOCK does not answer: log in again with ssh "
                          "-A, or start another one");
    if (login->saw_other)
        return error_hint(error, other_words, LIBSSH2_VERSION);
    if (login->saw_rsa)
        return error_hint(error, rsa_words, LIBSSH2_VERSION);
    return error_hint(error, "the server took none of your keys: those of the agent, id_ed25519 "
                             "and id_ecdsa in ~/.ssh");
}

bool builtin_login(struct builtin *builtin, struct error *error)
{
    struct login login = { .builtin = builtin };
    const char *list = methods(&login, error);
    char *kept;
    int in = 0;

    if (list == NULL)
        return false;
    if (*list == '\0')
        return true;
    kept = memory_copy_text(list); /* the session's own goes with the next try */
    if (strstr(kept, "publickey") != NULL)
        in = by_agent(&login, error);
    if (in == 0 && strstr(kept, "publickey") != NULL)
        in = by_files(&login, error);
    if (in == 0)
        refused(&login, kept, error);
    free(kept);
    return in > 0;
}
