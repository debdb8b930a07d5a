/*
 * What becomes of the resources of Terraform or OpenTofu, be it read from a plan or found between
 * two states: one change a resource, with the attributes that differ.
 *
 * Values are nodes of the documents they were read from (document/node.h), so numbers keep every
 * digit. They are as they came, secrets included: what the file marks as sensitive carries the mark
 * `sensitive`, and whoever shows a value masks it.
 */
#ifndef PILAB_TERRAFORM_CHANGE_H
#define PILAB_TERRAFORM_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/document/node.h>

enum terraform_action {
    TERRAFORM_NO_OP,
    TERRAFORM_READ,
    TERRAFORM_CREATE,
    TERRAFORM_UPDATE,
    TERRAFORM_REPLACE,        /* destroyed and created, in either order */
    TERRAFORM_DELETE,         /* destroyed */
    TERRAFORM_FORGET,         /* no longer managed; what is there stays */
    TERRAFORM_REPLACE_FORGET, /* forgotten and created anew */
    TERRAFORM_OTHER,          /* of a later version: `actions` has its words */
    TERRAFORM_ACTION_COUNT
};

/* "no-op", "read", …, "replace", "replace-forget", "other". */
const char *terraform_action_name(enum terraform_action action);

/* One leaf that differs: a scalar, an empty list or an empty map. */
struct terraform_attribute {
    const char *pointer; /* RFC 6901: "/node_config/0/machine_type" */
    /* For people: "node_config.machine_type", "rule[1].port"; a block that is there once has no
     * number. */
    const char *path;
    const char *key;           /* the last step that is a name: "machine_type" */
    const char *entry;         /* what stands beside it as "name" or "key"; NULL: nothing */
    const struct node *before; /* NULL: not there */
    const struct node *after;  /* NULL: not there, or not known */
    bool unknown;              /* known only when it is done */
    bool sensitive;            /* the file says so, of either side */
    bool forces_replace;       /* it is among what cannot be changed in place */
    bool alike;                /* both sides say nothing (absent, null, "", [], {}), or the same
                                  JSON within a string */
};

struct terraform_change {
    const char *address;          /* module.app.aws_instance.web["blue"] */
    const char *previous_address; /* when it moved; else NULL */
    const char *module;           /* "module.app"; NULL: the root */
    const char *type, *name;
    const char *provider; /* the last part of its name: "aws"; "" unknown */
    const char *deposed;  /* the key of an object that waits to be destroyed; or NULL */
    bool data;            /* read, not managed */
    enum terraform_action action;
    const char *actions; /* as the file spells them: "delete+create" */
    bool create_first;   /* of a replacement */
    bool imported;
    const char *import_id;     /* may be NULL */
    const char *reason;        /* "replace_because_cannot_update"; or NULL */
    bool inferred;             /* a replacement told by another id at the same address */
    bool tainted;              /* marked since: the next run replaces it */
    const char *replace_paths; /* "storage_encrypted, name"; or NULL */
    const struct node *before; /* the whole object; NULL: none */
    const struct node *after;
    struct terraform_attribute *attributes; /* by path, lists by position */
    size_t attribute_count;
};

struct terraform_output {
    const char *name;
    enum terraform_action action; /* NO_OP, CREATE, UPDATE, DELETE, OTHER */
    const char *actions;
    const struct node *before, *after;
    bool sensitive, unknown;
};

/* All changes of a plan, or between two states. */
struct terraform_changes {
    struct arena *arena; /* of everything but the values */
    struct terraform_change *resources;
    size_t resource_count;
    struct terraform_change *drift; /* what was changed behind Terraform's back; of plans */
    size_t drift_count;
    struct terraform_output *outputs; /* by name; also those that stay */
    size_t output_count;
    const char **warnings; /* what a person should know before trusting it */
    size_t warning_count;
    size_t gap_count; /* the first of them: what there is more, and the plan does not hold */
};

/* *changes may be NULL. */
void terraform_changes_free(struct terraform_changes **changes);

/* What a reason says to people: "an attribute cannot be changed in place"; the reason itself when
 * it is not known. */
const char *terraform_reason_words(const char *reason);

/* Whether a value says nothing: absent, null, "", [] or {}. */
bool terraform_says_nothing(const struct node *value);

#endif
