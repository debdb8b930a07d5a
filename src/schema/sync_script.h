/*
 * A sync script in the making, for the dialects whose statements are written in the order in which
 * they run; and the header that all dialects' scripts have.
 */
#ifndef PILAB_SRC_SCHEMA_SYNC_SCRIPT_H
#define PILAB_SRC_SCHEMA_SYNC_SCRIPT_H

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/schema/sync.h>

/* What is lost when a column's type becomes one that holds less: of one statement. */
#define SYNC_LOSES_BY_TYPE "what of the column's values the new type cannot hold"

struct sync_script {
    struct arena *arena;
    const struct schema_diff *diff;
    bool destructive; /* drops are statements and no comments */
    bool back;        /* what it drops, a script before this one has made */
    /* A script before this one left as comments what would have made it like diff->previous: what
     * that lacks and diff->current has may still be there. */
    bool kept;
    const struct schema_diff *taken_back; /* of that script; NULL: it left nothing */
    struct strbuf body;
    struct vector notes; /* const char * */
    size_t statements, destroying, waiting;
};

void sync_script_start(struct sync_script *script, struct arena *arena,
                       const struct schema_diff *diff);
void sync_script_end(struct sync_script *script);

/* One statement, without its ';'. */
void sync_script_add(struct sync_script *script, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* One that destroys something: `loses` says what. */
void sync_script_destroy(struct sync_script *script, const char *loses, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sync_script_note(struct sync_script *script, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The i-th change that is about an object of that kind and stands for itself, not for what came or
 * went with its owner; NULL: it is none. */
const struct schema_change *sync_script_change(const struct sync_script *script, size_t index,
                                               enum schema_kind kind);

/* Where it is from, where it leads, when; what was not compared, and the notes. */
void sync_add_header(struct strbuf *out, const struct schema_diff *diff, const struct vector *notes,
                     int64_t at, const char *title);
/* Behind the header: how many statements destroy, and what is with them. `back`: of a rollback. */
void sync_add_destroying(struct strbuf *out, size_t count, bool destructive, bool back);
/* A text from outside within the line of a comment, which it must not end. */
void sync_add_comment_text(struct strbuf *out, const char *text);
/* As comment lines. */
void sync_add_commented(struct strbuf *out, const char *text);
/* Names in quotes of the dialect's kind, with ", " between them. */
const char *sync_quoted(struct arena *arena, char quote, const char *name);
const char *sync_quoted_list(struct arena *arena, char quote, const char *const *names,
                             size_t count);

/* Fill the body. */
void sync_sqlite_write(struct sync_script *script);
void sync_mysql_write(struct sync_script *script);

#endif
