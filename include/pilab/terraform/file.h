/*
 * The files that Terraform and OpenTofu write: a plan (`show -json PLAN`), a state (`show -json`),
 * the state as it is kept (version 4), and files of variables.
 *
 * What a file is, its content says, not its name. UTF-16 and byte order marks are read, since
 * PowerShell writes them. Other files that people take for one of these are named in the error: the
 * event lines of `plan -json`, the binary plan of `plan -out`, encrypted and older states.
 */
#ifndef PILAB_TERRAFORM_FILE_H
#define PILAB_TERRAFORM_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/document/document.h>
#include <pilab/terraform/change.h>

enum terraform_kind {
    TERRAFORM_PLAN,      /* https://developer.hashicorp.com/terraform/internals/json-format */
    TERRAFORM_STATE,     /* the same page */
    TERRAFORM_RAW_STATE, /* version 4 */
    TERRAFORM_VARIABLES, /* .tfvars, .tfvars.json */
    TERRAFORM_KIND_COUNT
};

/* One instance of a resource in a state. */
struct terraform_instance {
    const char *address;
    const char *module; /* NULL: the root */
    const char *type, *name;
    const char *provider; /* the last part of its name: "aws" */
    const char *deposed;  /* or NULL */
    bool data, tainted;
    bool flat;                       /* attributes as versions before 0.12 kept them */
    const char *id;                  /* attribute "id"; NULL: none */
    const struct node *values;       /* NULL: none */
    const struct node *mask;         /* sensitive_values; or NULL */
    const char **sensitive_pointers; /* sensitive_attributes, as RFC 6901 */
    size_t sensitive_count;
};

struct terraform_file {
    struct arena *arena;
    struct document *document;
    enum terraform_kind kind;
    const char *format_version;           /* of plan and state; NULL: none */
    const char *terraform_version;        /* NULL: it does not say */
    const char *lineage;                  /* of a raw state */
    const char *serial;                   /* its digits */
    bool errored;                         /* of a plan: making it failed half-way */
    bool incomplete;                      /* of a plan: something is left for a later one */
    struct terraform_instance *instances; /* of states, in the order of the file */
    size_t instance_count;
    const struct node *outputs; /* of states: name to {value, sensitive}; or NULL */
};

/* "plan", "state", "raw state", "variables". */
const char *terraform_kind_name(enum terraform_kind kind);

/* `name` is what messages call the file; names ending in .tfvars or .tfvars.json are read as
 * variables. NULL with ERROR_INVALID, ERROR_LIMIT, or ERROR_UNSUPPORTED: well-formed, but none of
 * these files; the hint says what to do. The caller frees. */
struct terraform_file *terraform_file_read(const char *name, const char *text, size_t length,
                                           struct error *error);
void terraform_file_free(struct terraform_file **file); /* *file may be NULL */
/* Hands the file over to an arena, with which it is freed from now on. */
void terraform_file_adopt(struct arena *arena, struct terraform_file *file);

/* What a file is called when it holds variables: *.tfvars, *.tfvars.json, letters in either case.
 */
bool terraform_is_variables(const char *name);

/* Whether a document is a plan or a state of either form, be it of a version that is not read. */
bool terraform_is_document(const struct node *root);
/* Whether a file is one by its content, or one of those that people take for them: the error of
 * terraform_file_read says which. Files of variables say nothing by themselves. */
bool terraform_recognise(const char *text, size_t length);

/* The changes of a plan, which must outlive them. The caller frees. NULL with ERROR_INVALID when an
 * entry is not as it should be. */
struct terraform_changes *terraform_plan_changes(const struct terraform_file *plan,
                                                 struct error *error);

/* What differs between two states, either kind on either side; both must outlive it. Never fails:
 * states that have nothing to do with each other are a warning. Removed and added resources of one
 * type and id are one that moved. */
struct terraform_changes *terraform_state_changes(const struct terraform_file *previous,
                                                  const struct terraform_file *current);

#endif
