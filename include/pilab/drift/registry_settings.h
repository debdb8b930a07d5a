/*
 * What a project says of an image registry: where it is asked, and who we are there. A registry
 * without an entry is asked at its own name over https, with what the project keeps for its host,
 * else what Docker knows.
 */
#ifndef PILAB_DRIFT_REGISTRY_SETTINGS_H
#define PILAB_DRIFT_REGISTRY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

/* What `login` may be beside the address of a host whose token the project keeps. */
#define REGISTRY_LOGIN_DOCKER "docker" /* what docker login knows of it, and nothing else */
#define REGISTRY_LOGIN_NOBODY "none"   /* nobody: it is open to all */

struct registry_settings {
    const char *name;   /* as images name it: "registry.example:5000", "docker.io" */
    const char *url;    /* a mirror that is asked instead: "https://mirror.example"; NULL: itself */
    bool plain;         /* it is asked over http://, where nothing is secret */
    const char *folder; /* its images are in this folder, as OCI layouts; NULL: they are not */
    const char *login;  /* "docker", "none", or "https://HOST" of a token that the project keeps;
                           NULL: the token of its own host, else what Docker knows */
};

/* The entry of that name; NULL: there is none. Borrowed. */
const struct registry_settings *registry_settings_find(const struct registry_settings *registries,
                                                       size_t count, const char *name);

/* The whole of one as it stands in pilab.yaml, in one line without the braces:
 * "name: registry.example, url: https://mirror.example, login: docker". Appends. */
void registry_settings_write(struct strbuf *out, const struct registry_settings *registry);
/* Reads that, with braces or without; as strict as a pilab.yaml. ERROR_INVALID. */
bool registry_settings_parse(const char *text, struct arena *arena,
                             struct registry_settings *registry, struct error *error);

#endif
