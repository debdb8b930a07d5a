/*
 * Lists of workloads as a Kubernetes API gives them (apps/v1: Deployment, StatefulSet, DaemonSet),
 * a page at a time. Pure: text in, values in one arena out.
 *
 * What is read is what is wanted (spec) and whether the cluster has got there (status): a rollout
 * that is under way, or stands still, runs two versions at once and is told as such.
 */
#ifndef PILAB_SOURCE_KUBERNETES_LIST_H
#define PILAB_SOURCE_KUBERNETES_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

enum kubernetes_kind {
    KUBERNETES_DEPLOYMENT,
    KUBERNETES_STATEFULSET,
    KUBERNETES_DAEMONSET,
    KUBERNETES_KIND_COUNT
};

const char *kubernetes_kind_name(enum kubernetes_kind kind);     /* "deployment" */
const char *kubernetes_kind_resource(enum kubernetes_kind kind); /* "deployments" */
/* "deployment", "Deployments", "deploy", "sts", "ds": as kubectl takes them. */
bool kubernetes_kind_parse(const char *text, size_t length, enum kubernetes_kind *kind);

struct kubernetes_container {
    const char *name, *image;
};

struct kubernetes_label {
    const char *key, *value;
};

struct kubernetes_workload {
    enum kubernetes_kind kind;
    const char *namespace_name, *name;
    struct kubernetes_container *containers; /* without those that only prepare */
    size_t container_count;
    struct kubernetes_label *labels; /* of the workload; then of its pods, what it has not */
    size_t label_count;
    const char *unsettled; /* why it does not run (alone) yet; NULL: it does */
};

struct kubernetes_page {
    struct kubernetes_workload *items;
    size_t count;
    const char *next; /* what `continue` asks for the next page with; NULL: this is the last */
};

/* `name` is what messages call the text. ERROR_INVALID for what is no such list, ERROR_UNSUPPORTED
 * for another kind of list. Everything lives in `arena`. */
bool kubernetes_list_read(const char *name, const char *text, size_t length,
                          enum kubernetes_kind kind, struct arena *arena,
                          struct kubernetes_page *page, struct error *error);

/* NULL: it has no such label. */
const char *kubernetes_label(const struct kubernetes_workload *workload, const char *key);

/* What a refusal (kind: Status) says, in `arena`; NULL when the text is none. */
const char *kubernetes_status_message(const char *text, size_t length, struct arena *arena);

#endif
