/*
 * One question to a registry with all that it takes to be answered: address, login, tokens, and
 * what it means when it is refused. Inside of the connect room.
 */
#ifndef PILAB_SRC_CONNECT_REGISTRY_TALK_H
#define PILAB_SRC_CONNECT_REGISTRY_TALK_H

#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/connect/registry.h>
#include <pilab/net/http.h>

/* What a registry lets us in with, for one repository. */
struct registry_pass {
    char *authorization; /* the whole header; wiped at the end */
    int64_t until;       /* monotonic; when it ends */
};

struct registry {
    struct registry_options options;
    struct http_client *http;
    struct map *passes; /* "docker.io repository:library/nginx:pull" → struct registry_pass */
};

enum registry_thing { REGISTRY_MANIFEST, REGISTRY_BLOB, REGISTRY_TAGS, REGISTRY_REPOSITORIES };

struct registry_question {
    const char *name; /* the registry */
    enum registry_thing kind;
    const char *repository; /* "mb/auth"; NULL for REGISTRY_REPOSITORIES */
    const char *by;         /* the tag or digest of a manifest or blob */
    const char *path;       /* "/v2/mb/auth/manifests/v2", or a whole address there, from a page */
    const char *scope;      /* "repository:mb/auth:pull" */
    const char *what;       /* "mb/auth:v2.0.7": for messages */
    const char *method;     /* NULL: GET */
    const char *accept;     /* NULL: anything */
    size_t limit;           /* bytes of the answer; 0: as usual */
};

/* Whether an address has the origin at which the registry is asked: nobody else is told who we are.
 */
bool registry_is_at(const struct registry *registry, const char *name, const char *url);

/* An answer with status 200; anything else is an error in words. The caller frees it. */
bool registry_ask(struct registry *registry, const struct registry_question *question,
                  struct http_response **response, const struct progress *progress,
                  struct error *error);
void registry_forget_passes(struct registry *registry);
/* The same of a registry that is a folder (registry_layout.c), with status 200. */
bool registry_layout_ask(const struct registry_place *place,
                         const struct registry_question *question, struct http_response **response,
                         struct error *error);

/* The words for an answer that is none of ours (registry_words.c). Returns false. */
bool registry_refused(const struct registry_question *question,
                      const struct http_response *response, bool known, struct error *error);
/* A pass out of a challenge (registry_token.c): `login` says who we are, and may be empty. */
bool registry_get_pass(struct registry *registry, const struct registry_question *question,
                       const struct http_response *challenge, const struct registry_login *login,
                       struct registry_pass *pass, const struct progress *progress,
                       struct error *error);
/* What was said of the registry of that name; NULL: nothing. */
const struct registry_place *registry_place_of(const struct registry *registry, const char *name);
/* Whether the registry is said to have http:// only. */
bool registry_is_plain(const struct registry *registry, const char *name);

#endif
