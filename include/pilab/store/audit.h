/*
 * The audit: who did what, when, to what, in a chain that shows every change made to it afterwards.
 *
 * An entry is one line of canonical JSON (keys sorted, no blanks):
 *
 *   {"action":…,"actor":…,"at":…,"body":…,"object":…,"prev":…,"project":…,"seq":…,"tenant":…}
 *
 * `seq` counts from 1 without a gap; `at` is UTC milliseconds; `prev` is the hash of the line
 * before (64 zeros for the first); `body` is the SHA-256 of the entry's body, or null. The hash of
 * an entry is the SHA-256 of its line, without a newline. The body itself, canonical JSON too,
 * stands beside the line: an export can leave bodies out and the chain still verifies.
 *
 * Triggers refuse every change and every insertion that does not continue the chain. Whoever owns
 * the file can drop triggers: then audit_verify finds the first entry that does not fit. What the
 * chain alone cannot show is a tail that was cut off: for that, compare with a checkpoint that was
 * kept elsewhere.
 */
#ifndef PILAB_STORE_AUDIT_H
#define PILAB_STORE_AUDIT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include <pilab/base/digest.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/store/connection.h>
#include <pilab/store/page.h>

struct audit_entry {
    int64_t seq;         /* made by audit_append */
    int64_t at;          /* 0 writes now */
    const char *tenant;  /* tenant id, or NULL */
    const char *project; /* project id, or NULL */
    const char *actor;  /* login or e-mail address: lines are read years later, without the store */
    const char *action; /* "note.approve" */
    const char *object; /* "note:<id>", or NULL */
    const char *body;   /* on reading: canonical JSON, or NULL when there is none (here) */
    const char *hash;   /* on reading: of the line */
    const char *line;   /* on reading */
};

struct audit_entries {
    struct audit_entry *items;
    size_t count;
    const char *next;
};

/* The hash that the first entry continues. */
#define AUDIT_START_HASH "0000000000000000000000000000000000000000000000000000000000000000"

/* How far the audit had come: what is kept elsewhere to prove the tail. */
struct audit_checkpoint {
    char origin[80];            /* "pilab/<store id>" */
    int64_t count;              /* entries */
    char hash[SHA256_HEX_SIZE]; /* of the last line; AUDIT_START_HASH for none */
};

/* Appends within the caller's transaction, so that the act and its entry are kept or lost together.
 * `body` may be NULL; no secret may be in it. Invalid UTF-8 is replaced (U+FFFD). Sets entry->seq
 * and entry->at. ERROR_INVALID without an actor or an action. */
bool audit_append(struct connection *connection, struct audit_entry *entry, const json_t *body,
                  struct error *error);

/* NULL or 0: any. Text is compared as a whole; an action that ends with '.' stands for all actions
 * that begin with it ("note."). */
struct audit_filter {
    const char *tenant, *project, *actor, *action, *object;
    int64_t since; /* inclusive */
    int64_t until; /* exclusive */
};

/* Newest first. `filter` may be NULL. */
bool audit_list(struct connection *connection, const struct audit_filter *filter,
                const struct store_page *page, struct arena *arena, struct audit_entries *list,
                struct error *error);

/* The numbers (int64_t, added to `numbers`) of the entries that audit_list would give, newest
 * first, of those after the entry `above` (0: all): what a screen over a long audit holds on to. */
bool audit_numbers(struct connection *connection, const struct audit_filter *filter, int64_t above,
                   struct vector *numbers, struct error *error);
enum audit_word { AUDIT_WORD_ACTOR, AUDIT_WORD_ACTION };

struct audit_word_list {
    const char **items;
    size_t count;
};

/* What stands there in the entries that audit_numbers would give: each once, in the order of their
 * letters, at most `limit`. */
bool audit_words_there(struct connection *connection, const struct audit_filter *filter,
                       int64_t above, enum audit_word word, size_t limit, struct arena *arena,
                       struct audit_word_list *list, struct error *error);
/* One entry by its number. */
bool audit_get(struct connection *connection, int64_t seq, struct arena *arena,
               struct audit_entry *entry, struct error *error);

/* The newest entries of a project that somebody else than `actor` made, at most `limit`: those
 * after the entry `above`, or with 0 those from the time `since` on. Newest first. list->next says
 * only that there are more. */
bool audit_by_others(struct connection *connection, const char *project, const char *actor,
                     int64_t above, int64_t since, size_t limit, struct arena *arena,
                     struct audit_entries *list, struct error *error);

bool audit_checkpoint_now(struct connection *connection, struct audit_checkpoint *checkpoint,
                          struct error *error);
/* Three lines: origin, count, hash (the form of C2SP tlog-checkpoint). */
void audit_checkpoint_write(const struct audit_checkpoint *checkpoint, struct strbuf *out);
bool audit_checkpoint_read(const char *text, size_t length, struct audit_checkpoint *checkpoint,
                           struct error *error);

struct audit_verdict {
    bool intact;
    int64_t count;              /* entries that hold, from the first one on */
    char hash[SHA256_HEX_SIZE]; /* of the last of them */
    int64_t bodies;             /* bodies that match their digest */
    int64_t bodies_absent;      /* entries whose body is not here */
    int64_t broken_seq;         /* where the first entry that does not hold should be; 0: none */
    char reason[256];           /* a sentence about it: "entry 7 has been changed: …" */
};

/* Checks the whole chain, one entry at a time, and against `expected` when that is not NULL. True
 * when the check could be made, whatever it found: the verdict says. */
bool audit_verify(struct connection *connection, const struct audit_checkpoint *expected,
                  const struct progress *progress, struct audit_verdict *verdict,
                  struct error *error);

/* --- Bundles --------------------------------------------------------------------------------- */

enum audit_bodies {
    AUDIT_BODIES_NONE,
    AUDIT_BODIES_ALL,
    AUDIT_BODIES_OF_PROJECT /* only those of one project */
};

struct audit_export {
    const char *directory; /* made, 0700; an existing one must be empty (else ERROR_EXISTS) */
    enum audit_bodies bodies;
    const char *project; /* for AUDIT_BODIES_OF_PROJECT */
};

/* Writes a bundle that anybody can check without this program: audit.jsonl, checkpoint, README,
 * verify.sh and, when asked for, bodies.jsonl ({"body":"…","seq":…}). It is there whole or not at
 * all. `checkpoint`, when not NULL, gets its checkpoint. */
bool audit_export(struct connection *connection, const struct audit_export *export,
                  const struct progress *progress, struct audit_checkpoint *checkpoint,
                  struct error *error);

/* Checks a bundle: the chain, its checkpoint, the bodies that it has, and `expected` when not NULL.
 * True when the check could be made. */
bool audit_verify_bundle(const char *directory, const struct audit_checkpoint *expected,
                         const struct progress *progress, struct audit_verdict *verdict,
                         struct error *error);

#endif
