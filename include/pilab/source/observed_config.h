/*
 * Configuration as it was seen where a module runs: documents that stand for files of the module's
 * own `config`, so that what is in force can be compared with what should be.
 */
#ifndef PILAB_SOURCE_OBSERVED_CONFIG_H
#define PILAB_SOURCE_OBSERVED_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/document/document.h>

struct observed_file {
    const char *name; /* where it was seen: "configmap/auth-config", "envs/uat/auth/values.yaml" */
    enum document_format format;
    const char *text; /* may hold secrets: only compared, never shown or kept as it is */
    size_t length;
    /* The file of the module's `config` that it is; NULL: all of its layers. Several that stand for
     * the same are layers themselves, of which the later wins. */
    const char *stands_for;
};

/* "yaml", "json", "dotenv", "properties": as observers call formats. False: none. */
bool observed_format_parse(const char *name, enum document_format *format);

#endif
