/*
 * Rules: what judges a difference. Data, not code: built-in rows that a project may add to, change
 * (same id) or switch off.
 *
 * Every rule that matches fires; the severity of an item is the maximum over them, all are listed.
 */
#ifndef PILAB_DRIFT_RULES_H
#define PILAB_DRIFT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/vector.h>
#include <pilab/drift/types.h>
#include <pilab/drift/word_lists.h>

/* What is known of a difference besides its texts; a rule can ask for it. */
enum rule_mark {
    MARK_TICKET = 1,     /* a ticket is named */
    MARK_BREAKING = 2,   /* its commits say that it breaks something */
    MARK_SECRET = 4,     /* the value is a secret by its name, its file or its Kubernetes kind */
    MARK_CREDENTIAL = 8, /* the value has the shape of a credential: a token, a private key, … */
    MARK_EMPTY = 16,     /* nothing but an empty value (null, "", [], {}) came, went or gave way to
                            another; only rows that ask for it match */
    MARK_ADVISORY = 32,  /* one of its commits merges a fork in which an advisory was worked on */
    MARK_TOLD = 64, /* what is in the file is told by its own type: operations of a migration */
    /* Of the built-in rows only those that ask for these match. */
    MARK_KEPT = 128,  /* a variable that the project keeps for each environment */
    MARK_IMAGE = 256, /* part of the name of an image, which is told with the images */
    /* of images */
    MARK_BACK = 512,  /* the tag is an older version */
    MARK_DATA = 1024, /* it holds data, and is of another major version */
    /* of configuration */
    MARK_NOWHERE = 2048,     /* a number or a path without a host: it leads to no other service */
    MARK_OPENED = 1 << 12,   /* it is open to everybody where it was open to some */
    MARK_PLAIN = 1 << 13,    /* what served it encrypted goes */
    MARK_WRITABLE = 1 << 14, /* what could only be read can be written */
    MARK_ACCOUNT = 1 << 15,  /* a user that signs in somewhere, not whom a process runs as */
    /* of infrastructure */
    MARK_DESTROYED = 1 << 16,   /* what is there is destroyed */
    MARK_REPLACED = 1 << 17,    /* … and created anew */
    MARK_FORGOTTEN = 1 << 18,   /* it stays, but nobody manages it any more */
    MARK_EXPOSED = 1 << 19,     /* everybody may reach or read it, who could not before */
    MARK_UNPROTECTED = 1 << 20, /* a protection or an encryption is switched off */
    MARK_WIDENED = 1 << 21,     /* a right grows to everything, or is given to everybody */
    MARK_SHORTENED = 1 << 22,   /* what is kept is kept for a shorter time */
    MARK_LOST = 1 << 23,        /* what it holds is lost, and nothing in the plan keeps it */
    MARK_RUNNING = 1 << 24,     /* the least of it is none, but more of it is to run; or only a
                                   schedule says so */
    /* of Dockerfiles: what is new in one (images/recipe.h) */
    MARK_ROOT = 1 << 25,
    MARK_PIPED = 1 << 26,
    MARK_REMOTE = 1 << 27,
    MARK_UNVERIFIED = 1 << 28,
    MARK_BAKED = 1 << 29 /* a secret that ENV or ARG writes into the image */
};

/* Columns whose zero means something: in a row that changes a built-in one, these bits say which of
 * them it sets. */
enum rule_column {
    COLUMN_TYPE = 1,
    COLUMN_SEVERITY = 2,
    COLUMN_ATTENTION = 4,
    COLUMN_BREAKING = 8,
    COLUMN_SECURITY = 16,
    COLUMN_OFF = 32
};

/* What a row looks at; all conditions that are set must hold. Patterns are globs (base/glob.h),
 * ASCII letters alike in either case; NULL: anything. A list of patterns is separated by blanks; it
 * matches when any of them does and none that starts with ! does (a list of only such matches
 * everything else); "" (two quotes) is the empty text. */
struct rule {
    const char *id; /* "config.session" */
    bool off;
    enum drift_type type;
    const char *category; /* list */
    const char *path;     /* the whole path: one glob; separator '.' for config, '/' otherwise; of
                             config the dots within a key separate as well */
    const char *except;   /* a glob over the path: not these */
    const char *key;      /* list; of the last part; of config also what follows its last dot */
    const char *previous,
        *current;          /* lists; of the values: an absent or masked one never matches */
    const char *words;     /* in the text (commit messages): as word_lists.h has them */
    unsigned marks;        /* bit set over enum rule_mark: all of them; 0: any */
    unsigned unmarked;     /* bit set over enum rule_mark: none of them */
    unsigned change_types; /* bit set over enum change_type; 0: any */
    unsigned details;      /* bit set over enum change_detail; 0: any but DETAIL_REORDERED */
    unsigned long long lines_over; /* changed lines more than this; 0: any */
    bool fallback;                 /* only where no other row matched */
    const char *environment;       /* list; only when current or previous is this environment */
    enum severity severity;
    enum attention attention;
    bool routine; /* grave, and yet nothing that a person must look at: part of every release */
    bool breaking, security;
    const char *sentence;
    unsigned columns; /* bit set over enum rule_column; only in a project's rows */
};

/* What a row is matched against. Texts may be NULL. */
struct rule_subject {
    enum drift_type type;
    const char *category, *path, *key;
    const uint64_t *said; /* which of the set's word lists its text speaks of; NULL: none */
    const char *previous, *current; /* values; NULL when absent or masked */
    unsigned marks;
    enum change_type change_type;
    enum change_detail detail;
    unsigned long long lines;
    const char *previous_environment, *current_environment;
};

/* The built-in rows, type by type; NULL past the last one. */
const struct rule *rules_builtin_at(size_t index);
/* NULL: none has this id. */
const struct rule *rules_builtin_find(const char *id);

/* The rows that hold for a comparison, made ready for many subjects: the built-in ones, of which a
 * project's row with the same id changes the columns that it sets, then the project's own. Rows
 * that are off are left out. Borrows all texts. Belongs to one thread at a time. */
struct rule_set;

struct rule_set *rule_set_new(const struct rule *own, size_t count);
void rule_set_free(struct rule_set **set);
/* The row with this id; NULL when there is none or it is off. */
const struct rule *rule_set_find(const struct rule_set *set, const char *id);
/* Adds every row that matches, in their order, to `hits` (of const struct rule *). */
void rule_set_match(struct rule_set *set, const struct rule_subject *subject, struct vector *hits);

/* What rows look for in texts: a text is read once for all of them. */
const struct word_lists *rule_set_words(const struct rule_set *set);
/* Whether a row of a set finds what it looks for in a text that speaks of `said` (word_lists_find);
 * also when it looks for nothing. */
bool rule_words_said(const struct rule *rule, const uint64_t *said);

/* The rows of a set are numbered from 0. */
size_t rule_set_count(const struct rule_set *set);
const struct rule *rule_set_at(const struct rule_set *set, size_t number);
size_t rule_set_number(const struct rule_set *set, const struct rule *rule);

/* Whether a key's name says that its value is a secret. It only judges the name: booleans, nulls
 * and references such as ${NAME} are not secrets whatever they are called (mask.h decides on
 * values). */
bool secret_key(const char *key);
/* Whether a value holds something that has the shape of a credential. */
bool secret_value(const char *value, size_t length);

#endif
