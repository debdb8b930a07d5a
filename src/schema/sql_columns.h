/*
 * What is known of columns while migrations are read one after another: what an ALTER does to the
 * values of a column is told by the type that it had. Inside of the schema room.
 */
#ifndef PILAB_SCHEMA_SQL_COLUMNS_H
#define PILAB_SCHEMA_SQL_COLUMNS_H

#include <pilab/schema/sql_operation.h>

struct sql_columns;

struct sql_columns *sql_columns_new(void);
void sql_columns_free(struct sql_columns **columns);
/* What the operation leaves behind it; its texts are borrowed. */
void sql_columns_follow(struct sql_columns *columns, struct arena *arena,
                        const struct sql_operation *operation);
/* NULL: nothing is known of it. */
const struct sql_column *sql_columns_find(const struct sql_columns *columns, struct arena *arena,
                                          const char *table, const char *column);

/* What becomes of the values of a column; bits. */
enum sql_type_effect {
    SQL_TYPE_REWRITES = 1, /* the table is written again */
    SQL_TYPE_NARROWS = 2,  /* some that the old type holds the new one does not */
    SQL_TYPE_ZONE = 4,     /* they are converted with the session's time zone */
    SQL_TYPE_SAME = 8,     /* it is the same type */
    SQL_TYPE_CUTS = 16     /* some of those may lose a part without an error */
};
/* Types as they are written. */
unsigned sql_type_effects(enum sql_dialect dialect, struct arena *arena, const char *from,
                          const char *to);
/* Whether values of some other type lose digits or a time of day in it, without an error. */
bool sql_type_cuts(enum sql_dialect dialect, struct arena *arena, const char *type);
/* Whether a cast to the type that is written (USING) cuts what is too long, where one that is left
 * to the server fails. */
bool sql_cast_cuts(enum sql_dialect dialect, struct arena *arena, const char *type);

#endif
