/*
 * What is told of a statement as a whole: what tells it from every other, whether a password stands
 * in it, and its text as it may be shown. A statement may be about a thousand columns or accounts,
 * an item each: it is looked through once, and not for each of them. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_DATABASE_STATEMENT_H
#define PILAB_DRIFT_DATABASE_STATEMENT_H

#include "database.h"

struct report_builder;

/* The statement that was asked for last. Begin with zeroes; the texts that are given must stay, and
 * what comes back is the builder's. */
struct database_statement {
    const char *text; /* whose all of the rest is */
    size_t length;
    const char *substance;        /* NULL: not asked for yet */
    enum sql_statement_kind kind; /* of the operation that the next two are of */
    enum sql_object_kind object_kind;
    bool of_query;
    bool searched, credential; /* of all of it */
    bool looked, shape;        /* whether something in it has the form of a credential */
    bool cut;
    const char *shown; /* NULL: not asked for yet */
};

/* Makes the statement what an item stands for. */
void database_statement_bind(struct database_statement *statement, struct report_builder *builder,
                             struct drift_item *item, const struct sql_operation *operation);
/* Whether a credential stands in an operation in the clear (database_credential), or in one change
 * of it (NULL: the operation itself). */
bool database_statement_tells_password(struct database_statement *statement,
                                       enum sql_dialect dialect,
                                       const struct sql_operation *operation,
                                       const struct sql_change *change);
/* As it may be shown; `cut`: its beginning. */
const char *database_statement_shown(struct database_statement *statement,
                                     struct report_builder *builder, enum sql_dialect dialect,
                                     const struct sql_operation *operation, bool *cut);

#endif
