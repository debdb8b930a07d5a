/*
 * Versions in a GitOps file: Helm values, Kustomize, Argo CD applications, plain lists. Inside of
 * the source room.
 */
#ifndef PILAB_SOURCE_GITOPS_DOCUMENT_H
#define PILAB_SOURCE_GITOPS_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

/* The version in a document of this name: at `key` ("image.tag"; NULL: where it usually stands).
 * In a Kustomize file it is that of the image called like the module. NULL: there is none. Lives in
 * `arena`. ERROR_INVALID when the document cannot be read. */
const char *gitops_version(const char *name, const char *text, size_t length, const char *key,
                           const char *module, struct arena *arena, struct error *error);

struct gitops_entry {
    const char *module, *version;
};

/* All modules of one file: `key` has {module} for the name ("services.{module}.tag"). */
bool gitops_document_modules(const char *name, const char *text, size_t length, const char *key,
                             struct arena *arena, struct gitops_entry **entries, size_t *count,
                             struct error *error);

#endif
