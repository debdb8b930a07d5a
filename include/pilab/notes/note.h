/*
 * Release notes as a value: what a drift report comes to for the people who release, install and
 * use it. Made by note_generate or read back by note_from_json (notes/json.h).
 *
 * A note owns one arena; note_free releases it all. It never changes once made. All text is as it
 * came from outside: renderers escape it. No secret value is in a note, for none is in a report.
 *
 * What is listed adds up: summary.total_changes is the number of changes that are not internal plus
 * the items of all sections, and the balance says where every commit went.
 */
#ifndef PILAB_NOTES_NOTE_H
#define PILAB_NOTES_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/drift/report.h>

struct note_release {
    const char *version;          /* what the notes are for: "v2.0.7", "R2025.03" */
    const char *previous_version; /* what they start from */
    const char *project;      /* without a project: the repository; NULL when there are several */
    const char *project_code; /* or NULL */
    int64_t generated_at;     /* UTC milliseconds */
    const char *generated_by; /* "PiLabStudio" */
    const char *from_env, *to_env; /* of a promotion; NULL otherwise */
};

/* What the notes are told about beside the commits. */
enum note_section {
    NOTE_CODE,
    NOTE_CONFIGURATION,
    NOTE_DATABASE,
    NOTE_INFRASTRUCTURE,
    NOTE_IMAGES,
    NOTE_DEPENDENCIES,
    NOTE_SECTION_COUNT
};

enum note_section_state {
    NOTE_CHANGED,      /* there are changes; `detail` says what could not be read beside them */
    NOTE_NONE,         /* it was read, and there are none */
    NOTE_NOT_EXAMINED, /* nobody looked */
    NOTE_UNREAD,       /* it could not be read: nothing is known */
    NOTE_STATE_COUNT
};

struct note_section_status {
    enum note_section_state state;
    const char *detail; /* NULL: nothing more to say */
};

/* A difference that is not code: a configuration key, a migration, a resource, an image, … */
struct note_item {
    enum drift_type type;
    const char *category; /* as in the report: "env", "CREATE TABLE", … */
    const char *module, *service;
    const char *path; /* "env.service_auth.UPI_ENABLED" */
    const char *key;  /* "UPI_ENABLED" */
    enum change_type change_type;
    const char *previous, *current; /* NULL: absent on that side; "••••" for a secret */
    const char *reason;             /* what the gravest rule says, or NULL */
    const char *file;               /* where it is written, or NULL */
    enum severity severity;
    enum attention attention;
    bool breaking, security;
    bool forgotten; /* infrastructure: it stays, and nobody manages it any more */
    const char **tickets;
    size_t ticket_count;
};

struct note_summary {
    size_t total_changes;
    size_t by_type[CHANGE_TYPE_COUNT]; /* adds up to total_changes */
    const char **services;             /* sorted */
    size_t service_count;
    bool breaking, security;     /* security: also when a fix of a hole is taken away */
    size_t expected, suppressed; /* of the report: meant to differ, ignored by decision */
};

/* A result that was supplied from outside: {"code_coverage", "87%"}. "true" and "false" are
 * booleans in JSON. */
struct note_fact {
    const char *name, *value;
};

struct note_approval {
    const char *stage, *approver;
    int64_t at;
};

/* Somebody who wrote a change: its authors are addresses. */
struct note_person {
    const char *email, *name;
};

/* A commit that only what the notes start from has: installing this takes it away. */
struct note_taken {
    const char *id; /* 40 hex digits */
    const char *subject;
    const char *module;
    bool security; /* it mends a hole, which is open again */
};

struct note {
    struct arena *arena;
    struct note_release release;
    struct note_summary summary;
    struct drift_change *changes; /* by category, in the order of the report */
    size_t change_count;
    struct note_person *people; /* those authors whose names are known, by their addresses */
    size_t person_count;
    struct note_taken *taken; /* those of security first, internal ones last */
    size_t taken_count;
    struct note_item *items; /* all that are not code, by section */
    size_t item_count;
    struct note_section_status sections[NOTE_SECTION_COUNT];
    struct drift_balance balance;
    struct drift_problem *problems;
    size_t problem_count;
    struct note_fact *validation;
    size_t validation_count;
    struct note_approval *approvals;
    size_t approval_count;
};

struct note_options {
    const char *version;                /* NULL: what the current side is called */
    const char *previous_version;       /* NULL: what the previous side is called */
    int64_t generated_at;               /* 0: when the report was made */
    const struct note_fact *validation; /* results of others, shown only when supplied */
    size_t validation_count;
};

/* The same report and options give the same note. Items that are meant to differ or are suppressed
 * are counted, not listed. NULL options: the defaults. */
struct note *note_generate(const struct drift_report *report, const struct note_options *options);
void note_free(struct note **note);

/* "configuration", … and "changed", "none", "not_examined", "could_not_be_read": as in JSON. */
const char *note_section_name(enum note_section section);
const char *note_section_state_name(enum note_section_state state);
/* Which section differences of this type stand in. */
enum note_section note_section_of(enum drift_type type);

/* How people are told who an author is: the name, else the address when somebody reads mail there,
 * else NULL (addresses of forges and robots). */
const char *note_author(const struct note *note, const char *email);

/* How many of the commits that are taken away mend a hole. */
size_t note_taken_security(const struct note *note);
/* Whether this is only older than what it starts from: no commit is new, and some are taken away.
 */
bool note_goes_back(const struct note *note);

/* How many items a section has, and where they begin in note->items. */
size_t note_section_items(const struct note *note, enum note_section section, size_t *first);
/* How many changes a category has, and where they begin in note->changes. */
size_t note_category_changes(const struct note *note, enum change_category category, size_t *first);

#endif
