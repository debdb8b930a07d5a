/*
 * The words of drift as enumerations, with their names in JSON and on screen. Each name table is
 * indexed by its enumeration; `*_parse` takes the JSON name in any case.
 */
#ifndef PILAB_DRIFT_TYPES_H
#define PILAB_DRIFT_TYPES_H

#include <stdbool.h>

enum drift_type {
    DRIFT_CODE,
    DRIFT_CONFIG,
    DRIFT_DATABASE,
    DRIFT_INFRASTRUCTURE,
    DRIFT_IMAGE,
    DRIFT_DEPENDENCY,
    DRIFT_TYPE_COUNT
};

/* From harmless to grave, so that the maximum of two is the graver. */
enum severity {
    SEVERITY_INFO,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
    SEVERITY_COUNT
};

enum attention { ATTENTION_NONE, ATTENTION_REVIEW, ATTENTION_BLOCKER, ATTENTION_COUNT };

enum change_type {
    CHANGE_TYPE_ADDED,
    CHANGE_TYPE_MODIFIED,
    CHANGE_TYPE_DELETED,
    CHANGE_TYPE_COUNT
};

/* What a modification is in detail; all count as modified. */
enum change_detail {
    DETAIL_NONE,
    DETAIL_RENAMED,
    DETAIL_COPIED,
    DETAIL_MOVED,
    DETAIL_FORGOTTEN, /* infrastructure: it stays, and nobody manages it any more */
    DETAIL_TYPE_CHANGED,
    DETAIL_REORDERED,
    DETAIL_COUNT
};

/* What became of a source of information. */
enum source_state {
    SOURCE_READ,
    SOURCE_FAILED,
    SOURCE_NOT_CONFIGURED,
    SOURCE_NOT_EXAMINED, /* said so once by an ADMIN */
    SOURCE_STATE_COUNT
};

enum run_state {
    RUN_PENDING,
    RUN_ANALYZING,
    RUN_COMPLETED,
    RUN_PARTIAL, /* a source failed; the problems say which */
    RUN_FAILED,
    RUN_STATE_COUNT
};

/* Where a change stands in release notes; the names are the keys of `changes` in pilab.notes/1. */
enum change_category {
    CATEGORY_SECURITY,
    CATEGORY_FEATURES,
    CATEGORY_IMPROVEMENTS,
    CATEGORY_BUG_FIXES,
    CATEGORY_PERFORMANCE,
    CATEGORY_CHANGED, /* behaviour that users must notice */
    CATEGORY_DEPRECATED,
    CATEGORY_DOCUMENTATION,
    CATEGORY_INTERNAL,
    CATEGORY_COUNT
};

/* Where a commit went: the balance adds up over these. */
enum disposition {
    DISPOSITION_UNEXPLAINED, /* a defect of ours: shown, never hidden */
    DISPOSITION_IN_NOTES,
    DISPOSITION_ALREADY_SHIPPED,
    DISPOSITION_INTERNAL,
    DISPOSITION_MERGE,
    DISPOSITION_REVERTED,
    DISPOSITION_COUNT
};

const char *drift_type_name(enum drift_type type);               /* "code" */
const char *severity_name(enum severity severity);               /* "CRITICAL" */
const char *attention_name(enum attention attention);            /* "blocker" */
const char *change_type_name(enum change_type type);             /* "added" */
const char *change_detail_name(enum change_detail detail);       /* "type_changed"; "" for none */
const char *source_state_name(enum source_state state);          /* "not_configured" */
const char *run_state_name(enum run_state state);                /* "COMPLETED" */
const char *change_category_name(enum change_category category); /* "bug_fixes" */
const char *disposition_name(enum disposition disposition);      /* "already_shipped" */

bool drift_type_parse(const char *name, enum drift_type *type);
bool severity_parse(const char *name, enum severity *severity);
bool attention_parse(const char *name, enum attention *attention);
bool change_category_parse(const char *name, enum change_category *category);
bool change_type_parse(const char *name, enum change_type *type);
bool change_detail_parse(const char *name, enum change_detail *detail); /* "" is DETAIL_NONE */
bool source_state_parse(const char *name, enum source_state *state);
bool run_state_parse(const char *name, enum run_state *state);
bool disposition_parse(const char *name, enum disposition *disposition);

#endif
