/*
 * pilab.yaml, format 1: a project as text (contracts: pilab.yaml).
 *
 * Reading is strict, so that a slip of the pen is found at once: an unknown key, a wrong type, a
 * name that is not there are errors with file and line. Writing what was read and reading it again
 * gives the same settings; writing twice gives the same bytes.
 */
#ifndef PILAB_DRIFT_PROJECT_FILE_H
#define PILAB_DRIFT_PROJECT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/approval_settings.h>
#include <pilab/drift/group_settings.h>
#include <pilab/drift/infrastructure_settings.h>
#include <pilab/drift/input.h>
#include <pilab/drift/observer_settings.h>
#include <pilab/drift/registry_settings.h>
#include <pilab/drift/repository_settings.h>
#include <pilab/drift/schema_settings.h>
#include <pilab/drift/variable_settings.h>

#define PROJECT_FILE_NAME "pilab.yaml"

struct environment_settings {
    const char *name;
    const char *stage; /* DEV SIT UAT PERF SEC PRE_PROD PROD DR */
    const char *description;
    const char **from; /* the environments that are promoted into this one */
    size_t from_count;
    bool own_approvals; /* false: what is usual for its stage (release/approval.h) */
    struct approval_settings *approvals; /* none: nobody has to approve */
    size_t approval_count;
    bool own_observers;                  /* the file says which there are, and be it none */
    struct observer_settings *observers; /* none: nobody looks at what really runs */
    size_t observer_count;
    /* Minutes; 0: not said. How often they are asked by an open manifest, and how long what they
     * said is news. */
    unsigned long long observe_every, observe_stale;
};

struct module_settings {
    const char *name;
    const char *type; /* BACKEND FRONTEND DATABASE INFRASTRUCTURE LIBRARY OTHER */
    const char *description;
    const char *repository; /* NULL: the repository the file lies in */
    const char *path;    /* its part of a monorepo; NULL: all; several paths: one a line, of which
                            it is at home in the first */
    const char *tags;    /* "v{version}"; NULL: the usual forms */
    const char **config; /* layers, later wins */
    size_t config_count;
    const char *migrations_path, *migrations_dialect; /* NULL: none */
    const char *dependencies;                         /* "auto" (and NULL): by well-known names;
                                                          "off"; or files, one a line */
    const char *image;
    struct infrastructure_settings infrastructure;
    struct schema_settings schema;
};

/* What a file says, be it that there is none; the other parts it leaves open. */
enum project_file_part {
    PROJECT_PART_TICKETS = 1u << 0,
    PROJECT_PART_GROUPS = 1u << 1,
    PROJECT_PART_ENVIRONMENTS = 1u << 2,
    PROJECT_PART_MODULES = 1u << 3,
    PROJECT_PART_EXPECTED = 1u << 4,
    PROJECT_PART_NOT_EXAMINED = 1u << 5,
    PROJECT_PART_RULES = 1u << 6,
    PROJECT_PART_REPOSITORIES = 1u << 7,
    PROJECT_PART_REGISTRIES = 1u << 8
};

struct project_settings {
    const char *name, *code;
    const char *description;
    const char **tickets; /* keys of the tracker */
    size_t ticket_count;
    const char *four_eyes; /* "auto", "on", "off"; NULL: auto */
    const char *transport; /* of REPOSITORY_TRANSPORTS; NULL: openssh, where it is */
    /* How many days a difference must have been the same to be offered as one that is meant to be;
     * "never"; NULL: OFFER_AFTER_DAYS. */
    const char *offer_after;
    struct group_settings *groups; /* by name: group_settings_sort */
    size_t group_count;
    struct environment_settings *environments; /* in column order */
    size_t environment_count;
    struct module_settings *modules;
    size_t module_count;
    struct repository_settings *repositories; /* those that something is said of */
    size_t repository_count;
    struct registry_settings *registries; /* those that something is said of */
    size_t registry_count;
    struct variable_settings *variables;
    size_t variable_count;
    bool variables_given; /* the file says which there are, and be it none */
    struct expected_difference *expected;
    size_t expected_count;
    bool not_examined[DRIFT_TYPE_COUNT];
    struct rule *rules;
    size_t rule_count;
    unsigned given; /* of enum project_file_part: what the file that they were read from says */
};

/* `name` is what messages call the file. Everything lives in `arena`. */
bool project_file_read(const char *name, const char *text, size_t length, struct arena *arena,
                       struct project_settings *settings, struct error *error);
/* The same of a file that need not say what project it is: "rules: […]" alone. */
bool project_part_read(const char *name, const char *text, size_t length, struct arena *arena,
                       struct project_settings *settings, struct error *error);
/* The same settings as canonical YAML. */
void project_file_write(struct strbuf *out, const struct project_settings *settings);
/* Whether settings keep the rules of a pilab.yaml, which are stricter than the store's. */
bool project_file_check(const struct project_settings *settings, struct arena *arena,
                        struct error *error);

/* The settings that a store keeps as JSON beside its tables: tickets, four_eyes, transport,
 * repositories, registries, groups, expected_differences, not_examined, rules. */
void project_settings_write_json(struct strbuf *out, const struct project_settings *settings);
bool project_settings_read_json(const char *text, size_t length, struct arena *arena,
                                struct project_settings *settings, struct error *error);

/* offer_after in milliseconds; 0: never. */
#define OFFER_AFTER_DAYS      180
#define OFFER_AFTER_DAYS_MOST 36500
int64_t project_settings_offer_after(const struct project_settings *settings);
/* Whether a text is one of its values. */
bool project_offer_after_check(const char *text);

/* The one of that name; NULL: there is none. Borrowed from the settings. */
const struct module_settings *project_settings_module(const struct project_settings *settings,
                                                      const char *name);
const struct environment_settings *
project_settings_environment(const struct project_settings *settings, const char *name);

#endif
