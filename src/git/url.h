/* A URL in its parts (RFC 3986, section 3), without judging them. */
#ifndef PILAB_GIT_URL_H
#define PILAB_GIT_URL_H

#include <stddef.h>

/* "https://user@host:443/path" in parts; all borrowed from the URL. */
struct url_parts {
    const char *user; /* with a password behind a colon, when there is one */
    size_t user_length;
    const char *host;
    size_t host_length;
    const char *port;
    size_t port_length;
    const char *path;
};

/* What follows the "://". */
struct url_parts url_split(const char *after_scheme);
/* "user@host:path" in parts, as git-clone(1) reads it: a colon before any slash, and the host with
 * its brackets when it is an address of IPv6. `port` is NULL; `path` is NULL when it is no such
 * form. */
struct url_parts url_split_scp(const char *url);
/* Undoes %XX; NULL for a %00. The caller frees. */
char *url_decode(const char *text);

#endif
