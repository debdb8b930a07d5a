/*
 * A kubeconfig file (v1): how a cluster is reached, as kubectl has it. Pure: text in, values out.
 *
 * What can be used is a token, a client certificate with its key, files with either, and a server
 * whose certificate is checked. Passwords, programs that make tokens (exec, auth-provider) and
 * servers that are not to be checked are ERROR_UNSUPPORTED, named, with what to do instead.
 */
#ifndef PILAB_SOURCE_KUBECONFIG_H
#define PILAB_SOURCE_KUBECONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

struct kubeconfig {
    const char *server;
    const char *namespace_name;     /* NULL: not said */
    const char *ca_file;            /* as it stands there; NULL: none */
    const char *ca_data;            /* certificates (PEM); NULL: none */
    const char *token, *token_file; /* NULL: not said */
    /* Of the user, as files or as what is in them (PEM); both or none. */
    const char *certificate_file, *certificate_data;
    const char *key_file;
    char *key_data; /* to be wiped by whoever takes it */
};

/* `context` NULL: the current one. Everything lives in `arena`. ERROR_INVALID, ERROR_NOT_FOUND
 * listing the contexts, ERROR_UNSUPPORTED. */
bool kubeconfig_read(const char *name, const char *text, size_t length, const char *context,
                     struct arena *arena, struct kubeconfig *out, struct error *error);

#endif
