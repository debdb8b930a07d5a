/*
 * Image registries (OCI distribution-spec 1.1, Docker Registry HTTP API V2): what they have under a
 * name. Nothing is ever written there, and no layer is fetched.
 *
 * Who we are is looked up when a registry itself asks for it (its scheme, host and port), and sent
 * nowhere but there and to the token server that it names: over TLS, within this machine, or openly
 * for a registry that is said to be plain. Where a registry sends on to another server, that one is
 * asked as nobody; what it demands, and pages that it names, are refused (ERROR_UNTRUSTED). Tokens
 * are kept for each repository as long as they hold. A registry client belongs to one thread at a
 * time.
 */
#ifndef PILAB_CONNECT_REGISTRY_H
#define PILAB_CONNECT_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/connect/docker_login.h>
#include <pilab/images/comparison.h>

struct registry;

/* What is said of a registry; those of which nothing is said are asked at https://NAME, within this
 * machine at http://NAME. */
struct registry_place {
    const char *name; /* as in references: "docker.io", "registry.example:5000" */
    const char *url;  /* where it is asked: "https://mirror.example"; NULL: as above */
    bool plain;       /* it has http:// only */
    /* Its images are in this folder, as OCI layouts: FOLDER/mb/auth for NAME/mb/auth. Then nobody
     * is asked over the network. NULL: they are not. */
    const char *folder;
};

struct registry_options {
    const char *agent;          /* NULL: "pilab" */
    const char *authority_file; /* as in net/http.h; NULL: none */
    struct clock clock;
    const struct registry_place *places; /* borrowed */
    size_t place_count;
    /* Who we are for a registry; an empty login: nobody knows. False with why it cannot be told.
     * NULL: nobody. */
    bool (*login)(void *context, const char *name, struct registry_login *login,
                  const struct progress *progress, struct error *error);
    void *context;
    int retry_unit; /* as in net/http.h */
};

struct registry *registry_new(const struct registry_options *options, struct error *error);
void registry_free(struct registry **registry); /* NULL is fine */

/*
 * All of these: ERROR_NOT_FOUND (the registry says that there is no such repository, tag or digest,
 * and never anything else), ERROR_DENIED (also when it cannot be told who we are), ERROR_BUSY
 * (asked too often), ERROR_NETWORK, ERROR_UNTRUSTED, ERROR_CORRUPT (not what its digest says), and
 * what the readers of images/manifest.h give.
 */

/* The digest that a reference leads to, without what is behind it; in the arena. */
bool registry_digest(struct registry *registry, const struct image_reference *reference,
                     struct arena *arena, const char **digest, const struct progress *progress,
                     struct error *error);
/* The image of a platform (NULL: linux/amd64, or the only one there is) with its configuration,
 * where it has one. An image without an index is given whatever is asked for, and says which it is.
 * ERROR_UNSUPPORTED: it is not made for this platform. */
bool registry_image(struct registry *registry, const struct image_reference *reference,
                    const struct image_platform *platform, struct arena *arena, struct image *image,
                    const struct progress *progress, struct error *error);
/* All tags of a repository, sorted; in the arena. */
bool registry_tags(struct registry *registry, const struct image_reference *reference,
                   struct arena *arena, const char ***tags, size_t *count,
                   const struct progress *progress, struct error *error);
/* All repositories of a registry, sorted, as far as it tells them. */
bool registry_repositories(struct registry *registry, const char *name, struct arena *arena,
                           const char ***repositories, size_t *count,
                           const struct progress *progress, struct error *error);

#endif
