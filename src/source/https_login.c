#include <pilab/source/https_login.h>

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <pilab/base/memory.h>
#include <pilab/git/remote.h>
#include <pilab/net/credential_helper.h>

/* One login that was found, until it is settled. */
struct found {
    struct credential credential;
    struct remote_credential_settings settings; /* the helpers that hear of it; none for a token */
    bool kept;                                  /* it is a token of ours */
    const struct progress *progress;            /* of the talk, which outlives the login */
};

char *https_login_host(const char *url)
{
    static const char scheme[] = "https", usual[] = ":443";
    enum remote_kind kind;
    struct remote_https remote;
    char *host = NULL;
    size_t length;

    if (!remote_check(url, &kind, NULL) || kind != REMOTE_HTTPS ||
        !remote_https_parse(url, &remote, NULL))
        return NULL;
    length = strlen(remote.host);
    if (length > strlen(usual) && strcmp(remote.host + length - strlen(usual), usual) == 0)
        remote.host[length - strlen(usual)] = '\0';
    for (char *c = remote.host; *c != '\0'; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    if (strcmp(remote.protocol, scheme) == 0)
        host = memory_printf("%s://%s", scheme, remote.host);
    remote_https_release(&remote);
    return host;
}

static void drop(struct found *found)
{
    credential_release(&found->credential);
    remote_credential_settings_release(&found->settings);
    free(found);
}

static void wipe(struct strbuf *text)
{
    sodium_memzero(text->data, text->length);
    strbuf_release(text);
}

/* --- Finding out who we are ------------------------------------------------------------------- */

static bool take_token(const struct https_login *login, const char *host, struct found *found,
                       struct error *error)
{
    struct strbuf user = STRBUF_INIT, token = STRBUF_INIT;
    bool ok;

    if (login->token == NULL)
        return true;
    strbuf_reserve(&token, 65536); /* does not move as it grows */
    ok = login->token(login->context, host, &user, &token, &found->kept, error);
    if (ok && found->kept) {
        found->credential.user = memory_copy_text(user.data);
        found->credential.password = memory_copy_text(token.data);
    }
    strbuf_release(&user);
    wipe(&token);
    return ok;
}

static bool is_whole(const struct found *found)
{
    return found->credential.user != NULL && found->credential.password != NULL;
}

/* In their order, each told what those before it knew, until one knows the rest. The first that
 * could not be asked is told of when none knows. */
static bool ask_helpers(const struct https_login *login, struct found *found,
                        const struct progress *progress, struct error *why)
{
    struct credential *credential = &found->credential;

    for (size_t i = 0; i < found->settings.helper_count; i++) {
        struct error refused = { 0 };

        if (!credential_helper_ask(found->settings.helpers[i], credential, login->ask_limit,
                                   progress, &refused)) {
            if (why->code == ERROR_NONE || refused.code == ERROR_CANCELLED)
                *why = refused;
            if (refused.code == ERROR_CANCELLED)
                return false;
        }
        if (credential_is_expired(credential, clock_now(&login->clock))) {
            credential_forget_password(credential);
            if (why->code == ERROR_NONE)
                error_set(why, ERROR_DENIED, "the password of the credential helper has expired");
        }
        if (is_whole(found))
            return true;
        if (credential->quit)
            break;
    }
    return false;
}

static bool describe(const char *url, struct found *found, struct error *error)
{
    struct remote_https remote;

    if (!remote_https_parse(url, &remote, error))
        return false;
    found->credential.protocol = remote.protocol; /* taken over */
    found->credential.host = remote.host;
    found->credential.path = NULL;
    if (found->settings.use_path)
        found->credential.path = remote.path;
    else
        free(remote.path);
    if (found->settings.user != NULL)
        found->credential.user = memory_copy_text(found->settings.user);
    return true;
}

static bool nobody_knows(const char *host, const struct error *why, struct error *error)
{
    if (why->code == ERROR_CANCELLED) {
        if (error != NULL)
            *error = *why;
        return false;
    }
    if (why->code == ERROR_NONE) {
        error_set(error, ERROR_DENIED, "%s asks who you are, and no token is known for it", host);
        return error_hint(error, "pilab repo login keeps one for the project; a credential helper "
                                 "of git's is asked, too (git help credentials)");
    }
    error_set(error, ERROR_DENIED, "%s asks who you are: %s", host, why->message);
    return error_hint(error, "%s%spilab repo login keeps a token for the project", why->hint,
                      why->hint[0] != '\0' ? "; or " : "");
}

static bool find(void *context, const char *url, const struct progress *progress,
                 struct remote_login *out, struct error *error)
{
    struct https_login *login = context;
    struct found *found = memory_new(sizeof *found);
    char *host = https_login_host(url);
    struct error why = { 0 };
    bool ok = false;

    found->progress = progress;
    if (host == NULL) {
        error_set(error, ERROR_DENIED,
                  "%s asks who you are, and http:// is open to everybody on "
                  "the way",
                  url);
        error_hint(error, "use https://");
    } else if (take_token(login, host, found, error)) {
        if (!found->kept) {
            found->settings = remote_credential_settings_for(url);
            ok = describe(url, found, error) &&
                 (ask_helpers(login, found, progress, &why) || nobody_knows(host, &why, error));
        } else {
            ok = true;
        }
    }
    free(host);
    if (!ok) {
        drop(found);
        return false;
    }
    *out = (struct remote_login){ .user = found->credential.user,
                                  .password = found->credential.password,
                                  .own = found };
    return true;
}

/* --- How it went ------------------------------------------------------------------------------ */

static void tell_helpers(const struct found *found, const char *what)
{
    for (size_t i = 0; i < found->settings.helper_count; i++)
        credential_helper_tell(found->settings.helpers[i], what, &found->credential, 0,
                               found->progress);
}

static void refuse(const char *url, const struct found *found, struct error *error)
{
    char *host = https_login_host(url);

    if (found->kept) {
        error_set(error, ERROR_DENIED, "%s does not take the token", host);
        error_hint(error,
                   "it may have expired, or lack the right to read: make another one there, "
                   "and give it to pilab repo login %s",
                   url);
    } else {
        error_set(error, ERROR_DENIED, "%s does not take what the credential helper knows for %s",
                  host, found->credential.user);
        error_hint(error,
                   "it may have expired; the helper was told to forget it: log in there by "
                   "hand with git, or keep a token with pilab repo login %s",
                   url);
    }
    free(host);
}

static void settle(void *context, const char *url, struct remote_login *login,
                   enum remote_verdict verdict, struct error *error)
{
    struct found *found = login->own;

    (void)context;
    if (verdict == REMOTE_LOGIN_TAKEN)
        tell_helpers(found, "store");
    if (verdict == REMOTE_LOGIN_REFUSED) {
        tell_helpers(found, "erase");
        refuse(url, found, error);
    }
    drop(found);
    *login = (struct remote_login){ 0 };
}

void https_login_init(struct https_login *login)
{
    login->credentials =
        (struct remote_credentials){ .find = find, .settle = settle, .context = login };
}
