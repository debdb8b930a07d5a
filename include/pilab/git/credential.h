/*
 * Who we are for a server that asks (https), and what git's settings say of whom to ask for that.
 *
 * The mirror gets names and passwords through the seam below; it keeps neither, and sends them
 * nowhere but to the host and port of the address that was asked for, over TLS.
 */
#ifndef PILAB_GIT_CREDENTIAL_H
#define PILAB_GIT_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>

/* For one talk with a server. Whoever found it frees it when it is settled, and wipes it. */
struct remote_login {
    const char *user, *password;
    void *own; /* of whoever found it; not NULL */
};

enum remote_verdict {
    REMOTE_LOGIN_TAKEN,   /* the server has let us in */
    REMOTE_LOGIN_REFUSED, /* it has not, because of who we said we are */
    REMOTE_LOGIN_UNKNOWN  /* something else came between */
};

/* All functions are called on the thread that calls mirror_update; several may be at work at once.
 * An implementation keeps its own time limits, and ends soon after `progress` is cancelled, which
 * lasts until the login is settled. */
struct remote_credentials {
    /* `url` has passed remote_check. False, and why nobody knows. */
    bool (*find)(void *context, const char *url, const struct progress *progress,
                 struct remote_login *login, struct error *error);
    /* Ends a login that was found. Of REMOTE_LOGIN_REFUSED the error says what was refused, and
     * what to do. */
    void (*settle)(void *context, const char *url, struct remote_login *login,
                   enum remote_verdict verdict, struct error *error);
    void *context;
};

/* gitcredentials(7): what the person's and the system's settings say for an address; a repository
 * has no say. */
struct remote_credential_settings {
    char **helpers; /* in the order to be asked, as they stand there */
    size_t helper_count;
    char *user;    /* credential.username; NULL: not said */
    bool use_path; /* credential.useHttpPath: helpers are told the path */
};

/* Within the library's bracket. Released with the function below. */
struct remote_credential_settings remote_credential_settings_for(const char *url);
void remote_credential_settings_release(struct remote_credential_settings *settings);

/* Where an https address leads, as helpers are told it; all owned. */
struct remote_https {
    char *protocol; /* "https", "http" */
    char *host;     /* with the port when the address says one: "git.example:8443" */
    char *path;     /* without the slash before it, decoded */
};

/* Takes apart a URL that remote_check calls REMOTE_HTTPS. ERROR_INVALID when its path holds what no
 * helper can be told: a line break, a NUL byte. */
bool remote_https_parse(const char *url, struct remote_https *remote, struct error *error);
void remote_https_release(struct remote_https *remote);

#endif
