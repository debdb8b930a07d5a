/* Web services for observers: one client, with the token of the observer. Private to this folder.
 */
#ifndef PILAB_SRC_SOURCE_OBSERVE_WEB_H
#define PILAB_SRC_SOURCE_OBSERVE_WEB_H

#include <pilab/net/http.h>

#include "observe_parts.h"

struct observe_web {
    struct observing *observing;
    struct http_client *client;
    char *authorization; /* NULL: none */
    int64_t until;       /* monotonic; set by the first request */
};

/* Who is asked, and as whom: files and a text, each of which may be NULL. */
struct observe_identity {
    const char *authority;         /* certificates to trust */
    const char *certificate, *key; /* of the client */
    const char *token;
};

/* Closed in either case. */
bool observe_web_open(struct observe_web *web, const struct observe_identity *identity,
                      struct error *error);
void observe_web_close(struct observe_web *web);

/* Any status is an answer. */
bool observe_web_get(struct observe_web *web, const char *url, struct http_response **response,
                     struct error *error);
/* Fills the error with what a status other than 200 means. Returns false always. */
bool observe_web_refused(const struct observe_web *web, const struct http_response *response,
                         struct error *error);

/* observe_config_map.c: the ConfigMaps of the observer, from an API server. */
bool observe_config_maps(struct observe_web *web, const char *server, const char *namespace_name,
                         struct error *error);

#endif
