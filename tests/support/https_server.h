/*
 * A real web server on 127.0.0.1 that serves git repositories over https: lighttpd, started with
 * sockets that the kernel has chosen the ports of, and `git http-backend` behind it.
 *
 * Below each address:
 *   /git/NAME       the repository NAME of the folder that was given
 *   /private/NAME   the same, for those who log in (nobody can, until somebody is let in)
 *   /guarded/NAME   the same, but who has logged in is sent on to another port, the trap
 *   /via/PORT/NAME  answers with /private/NAME on another port of the same host
 *   /moved/NAME     answers with the address below /git/
 *   /plain/NAME     … with one that begins with http://, on the trap
 *   /away/NAME      … with one on another host (127.0.0.1 instead of localhost), on the trap
 *   /login/NAME     answers every question with a page for people
 *   /broken/NAME    fails with status 500
 */
#ifndef TESTS_SUPPORT_HTTPS_SERVER_H
#define TESTS_SUPPORT_HTTPS_SERVER_H

#include <stdbool.h>
#include <stddef.h>

/* The server has one address for each; all are for localhost and signed by one authority if their
 * name does not say otherwise. */
enum https_certificate {
    CERTIFICATE_GOOD,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_OTHER_HOST,
    CERTIFICATE_OTHER_AUTHORITY,
    CERTIFICATE_ALL_WRONG, /* all three at once */
    CERTIFICATE_MUTUAL,    /* a good one, of a server that wants one, too: good.pem is let in */
    CERTIFICATE_COUNT
};

struct https_server;

/* What has to be installed for it, or NULL. */
const char *https_server_missing(void);

/* Certificates, settings and log go to `directory`; repositories are served from `repositories`. */
struct https_server *https_server_start(const char *directory, const char *repositories);
void https_server_stop(struct https_server **server);

unsigned short https_server_port(const struct https_server *server, enum https_certificate which);
/* The file with the authority that signed the good ones. */
const char *https_server_authority(const struct https_server *server);
/* Who may log in from now on: lines of "name:password"; "" for nobody. */
void https_server_let_in(const struct https_server *server, const char *lines);
/* What those who came to the address that redirections lead to have sent, at most so much. */
size_t https_server_trapped_bytes(const struct https_server *server, char *bytes, size_t room);
/* Whether somebody has come to the address that redirections lead to. */
bool https_server_trapped(const struct https_server *server);

#endif
