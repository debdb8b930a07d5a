/*
 * What a comparison starts from: both states, read already. Sources fill it; collectors only look.
 * Everything is borrowed and must outlive drift_detect, which copies what it keeps.
 */
#ifndef PILAB_DRIFT_INPUT_H
#define PILAB_DRIFT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/clock.h>
#include <pilab/document/document.h>
#include <pilab/drift/report.h>
#include <pilab/drift/rules.h>
#include <pilab/drift/submodule.h>
#include <pilab/git/history.h>
#include <pilab/git/hunks.h>

/* What one commit changed in a file that differs. */
struct file_step {
    struct object_id commit;
    bool behind; /* only previous has it */
    const char *file;
    bool unread; /* it is not known what; other commits changed the file as well, and older ones
                    are not known either */
    /* What it changed: as two documents, or as lines. Neither: no other commit changed the file. */
    const struct document *before, *after;
    const struct line_hunks *lines;
    /* Where lines are told, and the versions of each side do not lead without a gap from the one
     * that is compared back to one that both sides have in common, as after merges: what differs
     * between previous and what the commit started from, and between what it made and what its
     * side has in the end. Else both NULL. */
    const struct line_hunks *from_previous, *to_end;
};

/* A variable that the code of current reads from its environment. */
struct needed_variable {
    const char *name;
    const char *file;
    unsigned line;
    bool is_new; /* no changed file read it before; else a witness of where such are defined */
    bool found;  /* in the files of current that could define it */
};

struct database_input;
struct infrastructure_input;
struct image_input;
struct dependency_input;

/* What a file that differs does that is new, as marks for rules (drift/rules.h). */
struct file_marks {
    const char *path; /* in current */
    unsigned marks;
};

/* The code of one module: the relation of its two revisions. */
struct code_input {
    const struct commit *ahead; /* current has, previous lacks; newest first */
    size_t ahead_count;
    const struct commit *behind; /* previous has, current lacks; newest first */
    size_t behind_count;
    /* Patch ids of the above, index by index; zero: none. NULL when they were not needed (one side
     * has nothing that the other lacks). */
    const struct object_id *ahead_patches, *behind_patches;
    /* For each commit of `ahead`: whether a commit named in its "cherry picked from" trailers is
     * reachable from previous (verified in the repository). NULL: none is. */
    const bool *ahead_picked_from_previous;
    /* The other side's history ends within what it has alone (a shallow clone, a missing commit):
     * it may have some of these commits all the same. */
    bool behind_unsure;
    struct file_change_list files;       /* net difference of the two trees */
    const struct file_marks *file_marks; /* of some of them, in their order */
    size_t file_mark_count;
    const struct drift_submodule *submodules; /* those that moved or come from another place */
    size_t submodule_count;
    bool counts;       /* line counts were asked for */
    bool first_parent; /* the lists follow only first parents: a merge stands for what
                          it brought and is a change itself */
};

/* One configuration: all its layers folded into one document, on both sides. */
struct config_input {
    const char *name;                          /* how it is called: "deploy/values.yaml" */
    const char *previous_name, *current_name;  /* the layers of each side; NULL: as `name` */
    const struct document *previous, *current; /* NULL: not on that side */
    const char *typing;                        /* see drift_config */
    bool secrets; /* every value in it is a secret (a file that is for secrets) */
};

struct module_input {
    const char *name;
    const char *type;             /* BACKEND … or NULL */
    bool in_previous, in_current; /* one only: the module itself was added or removed */
    const char *previous_version, *current_version;
    const char *previous_commit, *current_commit; /* 40 hex digits or NULL */
    const struct code_input *code;                /* NULL: not read */
    const struct config_input *configs;
    size_t config_count;
    /* Of a file those of current first, each side's newest first, and all of them or none. */
    const struct file_step *config_steps; /* in configuration */
    size_t config_step_count;
    const struct file_step *file_steps; /* in what other types read; as lines, not documents */
    size_t file_step_count;
    /* Without those that have a default. */
    const struct needed_variable *needed;
    size_t needed_count;
    /* Each as the header of its type says (drift/database.h, …); NULL: not read. */
    const struct database_input *database;
    const struct infrastructure_input *infrastructure;
    const struct image_input *image;
    const struct dependency_input *dependency;
};

/* "Meant to differ": a pattern over config paths or file paths. */
struct expected_difference {
    bool any_type;
    enum drift_type type;
    const char *path;        /* glob over the whole path; separator '.' for config, '/' otherwise */
    const char *module;      /* glob over modules; NULL: all */
    const char *environment; /* only when one side is this environment (glob); NULL: always */
    const char *reason;
};

/* A difference between these two states that a person decided about; of one item at most one. */
struct decided_difference {
    const char *id;                 /* of the item */
    const char *state;              /* what it was then (drift_item_state); NULL: whatever it is */
    struct drift_decision decision; /* its state is found out */
};

/* What one environment has of a variable that the project keeps (pilab variable). */
struct kept_variable_side {
    bool present;
    bool secret;
    const char *value;       /* NULL: a secret's is not known here */
    const char *fingerprint; /* of a secret; "": it has no value so far */
};

/* A variable of one of the two environments that are compared, or of both. */
struct kept_variable {
    const char *name;
    const char *module; /* NULL: of the whole environment */
    struct kept_variable_side previous, current;
    bool same; /* both have it, with one value */
};

struct drift_input {
    const char *project, *project_code; /* NULL: ad hoc */
    const char *module, *scope;         /* as in the report; NULL: all of it */
    struct drift_side previous, current;
    const struct module_input *modules;
    size_t module_count;
    const struct drift_source *sources;
    size_t source_count;
    const struct drift_problem *problems;
    size_t problem_count;
    const struct expected_difference *expected;
    size_t expected_count;
    const struct rule *rules; /* the project's, after the built-in ones */
    size_t rule_count;
    const char *const *ticket_keys; /* of the project's tracker: "MB"; none: see tickets.h */
    size_t ticket_key_count;
    /* Fingerprint of a secret, 8 hex digits, into out: stored reports have one. NULL: ad hoc, where
     * only same or different is told. */
    void (*fingerprint)(void *context, const char *value, size_t length, char out[9]);
    void *fingerprint_context;
    const struct decided_difference *decided;
    size_t decided_count;
    const struct kept_variable *variables; /* by name, then module */
    size_t variable_count;
    struct clock clock;
    struct random random;
    unsigned threads; /* that read commits; 0: as many as there are processors, at most 4 */
};

/* Compares, judges, groups and counts. Always gives a report (what could not be read is in its
 * problems). Pure: the same input gives the same report,
 * however many threads there are. The caller frees it. */
struct drift_report *drift_detect(const struct drift_input *input);

#endif
