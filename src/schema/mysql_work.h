/*
 * A schema of MySQL while statements are applied to it. Inside of the schema room.
 */
#ifndef PILAB_SCHEMA_MYSQL_WORK_H
#define PILAB_SCHEMA_MYSQL_WORK_H

#include <pilab/schema/model.h>

#include <pilab/base/vector.h>

#include "sql_cursor.h"

struct mysql_work {
    struct schema *schema;
    enum sql_dialect dialect;
    struct schema_place place; /* of the statement at hand */
    struct arena *arena;       /* of what is read */
    struct vector implied;     /* const struct schema_object *: indexes that nobody has asked for */
};

/* Records that something of the statement could not be applied. */
void mysql_problem(struct mysql_work *work, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A column's definition behind its name, to the end of the item or the words FIRST and AFTER. Keys
 * that it declares are added to its table. `column` is new, or is defined anew. */
void mysql_define_column(struct mysql_work *work, struct sql_cursor *cursor,
                         struct schema_object *column);
/* Appends a type as a server tells it: "int unsigned", "varchar(20)", "enum('a','b')". */
void mysql_type_form(struct strbuf *out, struct sql_cursor *type);
/* Gives the column a default, in the form in which a server tells it: 0, 'x', current_timestamp().
 */
void mysql_set_default(struct mysql_work *work, struct schema_object *column, const char *text);
/* The name of a character set or of a collation; NULL stays NULL. */
const char *mysql_small_letters(struct mysql_work *work, const char *name);

/* A constraint or an index of a table, from its first word on ("CONSTRAINT", "PRIMARY", "KEY", …).
 */
void mysql_define_key(struct mysql_work *work, struct sql_cursor *cursor,
                      struct schema_object *table);
/* One that a column declares: "PRIMARY", "UNIQUE", or an index. */
void mysql_add_column_key(struct mysql_work *work, struct schema_object *column, bool primary);
void mysql_add_check(struct mysql_work *work, struct schema_object *table, const char *name,
                     const char *expression);
/* "REFERENCES t (a) ON DELETE …", at its first word. `name` NULL: as a server names it. */
void mysql_add_foreign_key(struct mysql_work *work, struct schema_object *table, const char *name,
                           const char *const *columns, size_t count, struct sql_cursor *cursor);
/* When a table's statement is read: a server makes an index for each foreign key that none covers,
 * and takes it away when one does. */
void mysql_index_foreign_keys(struct mysql_work *work, struct schema_object *table);
/* CREATE INDEX: from behind its name, which may be NULL, at the bracket. */
void mysql_add_index(struct mysql_work *work, struct schema_object *table, const char *name,
                     const char *sort, struct sql_cursor *cursor);
/* Drops a key, an index or a constraint by its name; false: there is none. */
bool mysql_drop_key(struct mysql_work *work, struct schema_object *table, const char *name);
/* A column has another name: keys that have it follow. NULL: it is gone, and so is its part in
 * keys. */
void mysql_follow_column(struct mysql_work *work, struct schema_object *table, const char *name,
                         const char *new_name);

/* A table has another name: foreign keys that lead to it follow. */
void mysql_follow_table(struct mysql_work *work, const char *name, const char *new_name);
/* When all is read: the definitions of keys, indexes and checks, under their last names. */
void mysql_define_keys(struct mysql_work *work);

/* Gives a table another name. */
void mysql_rename_table(struct mysql_work *work, struct schema_object *table, const char *name);
/* What follows "CREATE TABLE" and the name. */
void mysql_create_table(struct mysql_work *work, struct sql_cursor *cursor,
                        struct schema_object *table);
/* What follows "ALTER TABLE" and the name. */
void mysql_alter_table(struct mysql_work *work, struct sql_cursor *cursor,
                       struct schema_object *table);

#endif
