/*
 * Where a project looks for what really runs in an environment: `observe` of an environment. Each
 * entry is an observer of one type, with what that type needs and nothing else.
 *
 *   gitops      repository, pattern          the files of a GitOps repository
 *   kubernetes  server or kubeconfig or in_cluster; namespace; modules or label
 *   http        url; pointer or modules      a JSON document, or a plain line
 *   ssh         host; command or path        what a command says there, or a file
 *   file        path                         a file of this machine
 *
 * Where a version stands in a JSON document is said by a JSON pointer (RFC 6901); without one the
 * first line is it. Configuration that really is in force is seen by the same observers: the files
 * of a repository (`configuration`), ConfigMaps (`config_maps`), or the whole of what a file, a
 * command or an address says (`format`). Secrets are never here: `token_file` names a file, and
 * `login` says that the token is sent which the project keeps for that very host (decision 0016).
 * Texts are borrowed from whoever made the list.
 */
#ifndef PILAB_DRIFT_OBSERVER_SETTINGS_H
#define PILAB_DRIFT_OBSERVER_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

enum observer_type {
    OBSERVER_GITOPS,
    OBSERVER_KUBERNETES,
    OBSERVER_HTTP,
    OBSERVER_SSH,
    OBSERVER_FILE,
    OBSERVER_TYPE_COUNT
};

const char *observer_type_name(enum observer_type type); /* "kubernetes" */

#define OBSERVER_TIMEOUT_MAX 600 /* seconds */

/* "mb-auth: deployment/auth", "mb-auth: /services/auth/version". */
struct observer_module {
    const char *module, *place;
};

/* NULL and 0: not said. */
struct observer_settings {
    enum observer_type type;
    const char *name;    /* what it is called where it is told of; NULL: by what it asks */
    const char *module;  /* the only one that it tells of */
    const char *pointer; /* to the version; "" is the whole document */
    const char *commit, *image, *config; /* pointers to what else stands beside it */
    struct observer_module *modules;     /* in the order given */
    size_t module_count;
    unsigned long long timeout;                     /* seconds for all of it */
    const char *repository, *pattern, *environment; /* gitops; `environment`: its name there */
    const char *server, *kubeconfig, *context, *namespace_name, *label, *container; /* kubernetes */
    bool in_cluster;
    const char *ca, *token_file; /* kubernetes, http */
    bool login;                  /* the same: with the kept token */
    const char *url;             /* http */
    const char *host;            /* ssh: [user@]host[:port], or a name of its configuration */
    const char **command;
    size_t command_count;
    const char *path;           /* ssh, file */
    const char *format;         /* ssh, file, http: of the configuration that it says, which is that
                                   of `module`; NULL: it says a version */
    const char **configuration; /* gitops: files, later ones win, with {env} and {module} */
    size_t configuration_count;
    struct observer_module
        *config_maps; /* kubernetes: "mb-auth: auth-config", "…/application.yaml" */
    size_t config_map_count;
    const char *file; /* the file of the module's `config` that this is; NULL: all of its layers */
};

/* Whether it says how a module is configured. */
bool observer_settings_configures(const struct observer_settings *observer, const char *module);

/* What is asked, without anything secret: "kubernetes https://k8s.example:6443 (mb)". Appends. */
struct strbuf;
void observer_settings_label(struct strbuf *out, const struct observer_settings *observer);

/* One as people type it in one line, "type: file, path: /srv/VERSION, module: mb-batch": what
 * stands between the braces of its entry in a project file. Appends. */
void observer_settings_write(struct strbuf *out, const struct observer_settings *observer);
/* Reads that, with braces or without, as strictly as a project file. ERROR_INVALID. */
bool observer_settings_parse(const char *text, struct arena *arena,
                             struct observer_settings *observer, struct error *error);

/* The form of a project file. New reference. */
json_t *observer_settings_to_json(const struct observer_settings *observers, size_t count);
/* Reads that, as strictly as a project file. ERROR_INVALID. */
bool observer_settings_from_json(const json_t *array, struct arena *arena,
                                 struct observer_settings **observers, size_t *count,
                                 struct error *error);

#endif
