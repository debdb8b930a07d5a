/*
 * A real image registry on 127.0.0.1: docker-registry, on a port that the kernel has chosen, and
 * skopeo, which fills it with images that a test makes.
 */
#ifndef TESTS_SUPPORT_REGISTRY_SERVER_H
#define TESTS_SUPPORT_REGISTRY_SERVER_H

#include <stddef.h>

struct registry_server;

/* What has to be installed for it, or NULL. */
const char *registry_server_missing(void);

/* Starts it over `storage`, a folder that several may share one after the other. `settings` are
 * further lines of its configuration (who may come in); "": everybody. Waits until it listens. */
struct registry_server *registry_server_start(const char *folder, const char *storage,
                                              const char *settings);
void registry_server_stop(struct registry_server **server);
unsigned short registry_server_port(const struct registry_server *server);
/* "127.0.0.1:PORT" */
const char *registry_server_name(const struct registry_server *server);

/* Pushes `tag` of an OCI layout as "NAME/repository:tag"; `options` are words for skopeo copy
 * ("--all", "--format v2s2"), "" for none. */
void registry_server_push(const struct registry_server *server, const char *layout, const char *tag,
                          const char *repository, const char *options);

/* Runs a command line of the test's own making in a folder; it must succeed. */
void registry_shell(const char *folder, const char *script);

/* --- Images ----------------------------------------------------------------------------------- */

/* An image of one platform in the making: its layers are these bytes. */
struct layout_image {
    const char *architecture;
    const char *config; /* members of "config": "\"Env\":[\"A=1\"]" */
    const char *layers[8];
    size_t layer_count;
};

/* Adds it to an OCI layout in `folder` under a tag (NULL: under none), and returns the digest of
 * its manifest; the caller frees. */
char *layout_add(const char *folder, const char *tag, const struct layout_image *image);
/* Adds an index over manifests that were added, for these architectures ("unknown": an attestation
 * for unknown/unknown). */
char *layout_add_index(const char *folder, const char *tag, const char *const *digests,
                       const char *const *architectures, size_t count);

#endif
