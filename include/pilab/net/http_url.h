/*
 * Addresses of http and https (RFC 3986), taken apart and put together without asking anybody.
 *
 * What is accepted is what one server and one path can be read from in one way only: no user part
 * (a password does not belong into an address), no blanks, controls or backslashes, no bytes
 * outside of ASCII. A fragment is left out. An address that is refused is not repeated where it may
 * hold a password, and what follows a ? never is.
 */
#ifndef PILAB_NET_HTTP_URL_H
#define PILAB_NET_HTTP_URL_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

#define HTTP_URL_LIMIT 8192 /* bytes */

/* All texts are owned. */
struct http_url {
    char *whole;   /* "https://registry.example:8443/v2/?n=1", normal: small scheme and host */
    char *host;    /* "registry.example", "[::1]" */
    char *origin;  /* "https://registry.example:8443": the usual port is left out */
    char *shown;   /* for messages: without the query, where secrets may be */
    bool secure;   /* https */
    bool loopback; /* localhost, 127.0.0.0/8 or ::1 */
};

/* ERROR_INVALID. `url` is set in either case, and is to be released. */
bool http_url_parse(const char *text, struct http_url *url, struct error *error);
/* What `reference` means in an answer that came from `base` (RFC 3986, section 5): an address, or
 * "//host/path", "/path", "path", "?query". */
bool http_url_resolve(const struct http_url *base, const char *reference, struct http_url *url,
                      struct error *error);
void http_url_release(struct http_url *url);

/* Appends a part of an address as RFC 3986, section 2.3, has it: all but letters, digits and -._~
 * is escaped. */
void http_url_escape(struct strbuf *out, const char *text);

/* Whether both lead to the same scheme, host and port. */
bool http_url_same_origin(const struct http_url *a, const struct http_url *b);

#endif
