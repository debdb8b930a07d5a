/*
 * What ~/.docker/config.json says of a registry. Private to this folder.
 * https://docs.docker.com/reference/cli/docker/login/
 */
#ifndef PILAB_SRC_CONNECT_DOCKER_CONFIG_H
#define PILAB_SRC_CONNECT_DOCKER_CONFIG_H

#include <pilab/base/json.h>
#include <pilab/connect/docker_login.h>

/* Who is asked for the login, and what the registry is called there; both NULL: nobody is. */
struct docker_helper {
    const char *name; /* docker-credential-NAME: letters, digits and ._- */
    const char *server;
};

/* The helper of this registry, or that of all (credsStore). Texts are the document's, or
 * `registry`. `path` is what messages call the file. ERROR_INVALID. */
bool docker_config_helper(const char *path, const json_t *config, const char *registry,
                          struct docker_helper *helper, struct error *error);

/* Adds what stands there in clear, or as base64. ERROR_INVALID. */
bool docker_config_login(const char *path, const json_t *config, const char *registry,
                         struct registry_login *login, struct error *error);

#endif
