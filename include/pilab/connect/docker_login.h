/*
 * Who we are for a registry, as docker, podman and others keep it: ~/.docker/config.json with its
 * credential helpers (docker-credential-NAME), which are run without a shell, without a terminal,
 * and not for ever.
 */
#ifndef PILAB_CONNECT_DOCKER_LOGIN_H
#define PILAB_CONNECT_DOCKER_LOGIN_H

#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>

/* All texts are owned; NULL: not known. registry_login_release wipes them. */
struct registry_login {
    char *user, *password;
    char *identity; /* a token that others are asked for with (OAuth 2), in place of both */
};

void registry_login_release(struct registry_login *login);
bool registry_login_is_known(const struct registry_login *login);

/* The file: $DOCKER_CONFIG/config.json, else in the home folder. The caller frees; NULL: there is
 * no home. */
char *docker_login_path(void);

/* What the file knows for a registry ("docker.io", "registry.example:5000"). True also when it
 * knows nothing, or is not there: then the login is empty. False: the file is none, or the helper
 * that it names could not be asked. */
bool docker_login_find(const char *path, const char *registry, struct registry_login *login,
                       const struct progress *progress, struct error *error);

#endif
