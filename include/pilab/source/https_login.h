/*
 * Who we are for a server over https (git/credential.h): the token that is kept for its host, else
 * what git's credential helpers know. Whoever is refused is told which of the two it was.
 */
#ifndef PILAB_SOURCE_HTTPS_LOGIN_H
#define PILAB_SOURCE_HTTPS_LOGIN_H

#include <stdbool.h>

#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/credential.h>

struct https_login {
    struct remote_credentials credentials; /* for mirror_options; points back to this */
    struct clock clock;                    /* when a password ends */
    int ask_limit;                         /* milliseconds for a helper; 0: as usual */
    /* The token that is kept for "https://git.example:8443": appends the user and the token, and
     * says whether there is one. False with why it cannot be opened. May be called from several
     * threads at once. NULL: none is kept. */
    bool (*token)(void *context, const char *host, struct strbuf *user, struct strbuf *token,
                  bool *found, struct error *error);
    void *context;
};

/* Sets what mirrors go by; the login must stay where it is. */
void https_login_init(struct https_login *login);

/* "https://git.example:8443/mb/auth.git" → "https://git.example:8443": what a token is kept for.
 * The usual port is left out, letters are small. NULL for what is no https address; the caller
 * frees. */
char *https_login_host(const char *url);

#endif
