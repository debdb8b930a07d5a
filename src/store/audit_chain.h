/*
 * The audit's chain by itself: lines, hashes, checkpoints, wherever they are read from. Private to
 * this room.
 */
#ifndef PILAB_SRC_STORE_AUDIT_CHAIN_H
#define PILAB_SRC_STORE_AUDIT_CHAIN_H

#include <pilab/store/audit.h>

/* The texts of a line that are repeated in columns, in the order of the line. */
enum audit_text {
    AUDIT_ACTION,
    AUDIT_ACTOR,
    AUDIT_OBJECT,
    AUDIT_PROJECT,
    AUDIT_TENANT,
    AUDIT_TEXT_COUNT
};

/* A JSON string as it stands in the line: between its quotes, not NUL-terminated. NULL: null. */
struct audit_literal {
    const char *bytes;
    size_t length;
};

/* What an entry's line says. */
struct audit_line {
    int64_t seq;
    int64_t at;
    struct audit_literal prev; /* 64 hex digits */
    struct audit_literal body; /* 64 hex digits, or NULL when the entry has no body */
    struct audit_literal texts[AUDIT_TEXT_COUNT];
};

/* Reads a line in exactly the form that audit_append writes (store/audit.h). */
bool audit_line_read(const char *text, size_t length, struct audit_line *line);

/* An entry as found, to be checked. */
struct audit_found {
    const char *line;
    size_t line_length;
    const char *hash; /* as kept beside the line; NULL: not kept */
    const char *body; /* NULL: not here */
    size_t body_length;
    bool has_columns;
    int64_t at;
    const char *texts[AUDIT_TEXT_COUNT];
};

/* A chain that is being checked, entry by entry from the first one. */
struct audit_chain {
    const struct audit_checkpoint *expected; /* kept elsewhere; NULL: none */
    struct audit_verdict *verdict;
};

void audit_chain_begin(struct audit_chain *chain, const struct audit_checkpoint *expected,
                       struct audit_verdict *verdict);
/* False when the entry does not hold; the verdict then says why, and nothing after it counts. */
bool audit_chain_add(struct audit_chain *chain, const struct audit_found *found);
/* False when the chain ends before the expected checkpoint. */
bool audit_chain_end(struct audit_chain *chain);
/* Notes in the verdict that entry `seq` does not hold. Returns false. */
bool audit_chain_break(struct audit_chain *chain, int64_t seq, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
