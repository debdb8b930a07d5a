/*
 * Drift of infrastructure: what a plan of Terraform or OpenTofu would do, or what differs between
 * two states, or between two files of variables.
 *
 * `planned` is what current has, or what the plan would make of it; `previous` is what is there.
 * Sensitive values are masked, by the marks of the file and by their names, like secrets in
 * configuration: that they differ is told.
 */
#ifndef PILAB_DRIFT_INFRASTRUCTURE_H
#define PILAB_DRIFT_INFRASTRUCTURE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/report.h>
#include <pilab/terraform/file.h>

/* What stands in place of a value that is known only when the plan has been applied. */
#define INFRASTRUCTURE_UNKNOWN "(known after apply)"

/* Files that belong together. A plan holds both sides: that of current counts, and without one that
 * of previous. Of states and variables both sides are compared; one side only: it came or went. */
struct infrastructure_pair {
    const char *name;                                /* how it is called: "infra/main.tfstate" */
    const struct terraform_file *previous, *current; /* NULL: not on that side */
};

struct infrastructure_input {
    const struct infrastructure_pair *pairs;
    size_t pair_count;
};

struct drift_attribute {
    const char *path; /* "node_config.machine_type" */
    struct drift_value previous, planned;
    bool unknown;        /* known after apply */
    bool forces_replace; /* cannot be changed in place */
};

/* One resource that something happens to. */
struct drift_resource {
    const char *address, *previous_address; /* the latter when it moved; else NULL */
    const char *type, *provider, *family;
    const char *file;    /* the plan or the state that says so */
    const char *action;  /* "create", "update", "replace", … (terraform/change.h) */
    const char *actions; /* as spelled: "create+delete" */
    const char *reason;  /* Terraform's word for it; or NULL */
    const char *replace_paths, *deposed, *import_id; /* or NULL */
    bool outside;                                    /* changed behind Terraform's back already */
    bool data, imported, inferred, tainted;
    struct drift_attribute *attributes;
    size_t attribute_count;
    size_t alike;                  /* attributes left out that only write nothing in another way */
    size_t first_item, item_count; /* within report->items */
};

struct drift_infrastructure_file {
    const char *name, *kind;                        /* "plan" */
    const char *previous_version, *current_version; /* of Terraform; may be NULL */
};

/* The content of a part (drift/part.h). */
struct drift_infrastructure {
    const char *provider; /* "google"; several: "aws, google" */
    struct drift_infrastructure_file *files;
    size_t file_count;
    struct drift_resource *resources;
    size_t resource_count;
};

/* The resource that an item of the part speaks of; NULL: a variable or an output. */
const struct drift_resource *drift_infrastructure_resource(const struct drift_report *report,
                                                           const struct drift_item *item);

#endif
