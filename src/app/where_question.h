/*
 * What somebody asks for, recognised by its form. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_WHERE_QUESTION_H
#define PILAB_SRC_APP_WHERE_QUESTION_H

#include <pilab/base/arena.h>
#include <pilab/drift/ticket_keys.h>
#include <pilab/release/where.h>

struct where_question {
    const char *text; /* as it was asked */
    enum where_kind kind;
    bool forced;         /* the kind was said */
    bool may_be_version; /* a word that may be a tag: tags are looked for first */
    const char *subject; /* "MB-234", "9f8e7d6", "env.SESSION_TIMEOUT", "43", "2.0.7" */
};

/* `kind` NULL: by its form. Texts live in the arena. ERROR_USAGE for what is nothing of the kind.
 */
bool where_question_read(const char *text, const char *kind, const struct ticket_options *tickets,
                         struct arena *arena, struct where_question *question, struct error *error);

/* The number of a migration that a file name or a question begins with: "V43__upi.sql", "0043_upi",
 * "43": "43", in the arena; NULL: it has none. */
const char *where_migration_number(const char *name, struct arena *arena);

#endif
