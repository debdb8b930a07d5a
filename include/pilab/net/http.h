/*
 * Requests to web services (HTTP/1.1 and 2 over libcurl): one request in, one whole answer out.
 *
 * What holds for every request:
 *   - https:// with a verified certificate; http:// only to this machine (localhost, 127.0.0.0/8,
 *     ::1), or when `plain` says that a person has configured it so.
 *   - Redirections are followed for GET and HEAD alone, never from https to http, and never into
 *     this machine from outside. On another origin than the first, nothing is sent but what every
 *     server may know (Accept, Accept-Language, Range, User-Agent).
 *   - Connecting, silence and the whole have limits of time; head and body of size, as decoded.
 *   - A cancel is noticed within 100 ms, whatever is being waited for.
 *   - 429, 502, 503 and 504, and servers that cannot be connected to, are tried again where that
 *     does no harm, when the server says or after a growing while.
 *   - The proxy is what https_proxy, http_proxy, all_proxy and no_proxy say; never to this machine.
 *   - Header values, bodies and what follows a ? in an address are in no error.
 *
 * Any status is an answer; errors are what kept one from coming. A client keeps connections for
 * requests to come, and belongs to one thread at a time.
 */
#ifndef PILAB_NET_HTTP_H
#define PILAB_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>

struct http_client;

struct http_options {
    const char *agent;          /* of User-Agent; NULL: "pilab" */
    const char *authority_file; /* certificates to trust beside the system's (PEM); NULL: what
                                   SSL_CERT_FILE says, if anything */
    /* Who we are, where a server asks for a certificate: PEM files, both or none. They are shown to
     * the origin of a request alone. */
    const char *certificate_file, *key_file;
    struct clock clock; /* for dates in Retry-After */
    int retry_unit;     /* milliseconds: the first back-off; 0: 500 */
};

/* ERROR_UNSUPPORTED when libcurl is not there, ERROR_NOT_FOUND when the file is not. */
struct http_client *http_client_new(const struct http_options *options, struct error *error);
void http_client_free(struct http_client **client); /* NULL is fine */

struct http_header {
    const char *name, *value; /* without line breaks or other controls */
};

/* Zero stands for what is in brackets. Milliseconds, bytes. */
struct http_limits {
    int connect;      /* name, connection and TLS [10,000] */
    int silence;      /* nothing comes and nothing goes [30,000] */
    int whole;        /* all tries and redirections together [300,000] */
    size_t body;      /* [16 MiB] */
    size_t head;      /* [256 KiB] */
    unsigned tries;   /* [3] */
    int longest_wait; /* a Retry-After beyond it is not waited for: the answer is given [60,000] */
    unsigned redirects; /* [5] */
};

/* All texts are borrowed during the call. */
struct http_request {
    const char *method; /* NULL: GET */
    const char *url;
    const struct http_header *headers;
    size_t header_count;
    /* The whole value of Authorization ("Bearer …"); sent to the origin of `url` alone. */
    const char *authorization;
    const void *body; /* NULL: none */
    size_t body_length;
    bool plain;      /* http:// was configured for this server */
    bool repeatable; /* sending it twice does no harm, though it is neither GET nor HEAD */
    bool stay;       /* redirections are given as they are */
    struct http_limits limits;
};

/* Owns what it points to, through its arena. All text is from outside. */
struct http_response {
    struct arena *arena;
    int status;                  /* 200 */
    const char *url;             /* that answered, after redirections */
    struct http_header *headers; /* in their order; names as they came */
    size_t header_count;
    const char *body; /* NUL-terminated beyond its length */
    size_t length;
    unsigned tries;     /* how often it was sent in all: 1 when all went well */
    unsigned redirects; /* how many were followed */
};

/* False: ERROR_INVALID (the request is none), ERROR_NETWORK, ERROR_UNTRUSTED (certificates),
 * ERROR_LIMIT (too large, too many redirections), ERROR_CANCELLED, ERROR_INTERNAL (libcurl itself
 * fails). Then *response is NULL. */
bool http_send(struct http_client *client, const struct http_request *request,
               struct http_response **response, const struct progress *progress,
               struct error *error);
void http_response_free(struct http_response **response);

/* The first field of this name, letters in either case; NULL: there is none. */
const char *http_response_field(const struct http_response *response, const char *name);
/* The field of this name with this number, from 0 on, for those that may be there several times. */
const char *http_response_field_at(const struct http_response *response, const char *name,
                                   size_t index);

/* "Basic " and what RFC 7617 makes of both; memory_wipe takes it. */
char *http_basic_authorization(const char *user, const char *password);

#endif
