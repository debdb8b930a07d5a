#include <string.h>
#include <strings.h>

#include "sql_cursor.h"

/* What may follow a column's type. */
static const char after_type[] =
    "NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES GENERATED AS COLLATE CONSTRAINT COMMENT "
    "AUTO_INCREMENT AUTOINCREMENT CHARSET ON VIRTUAL STORED PERSISTENT INVISIBLE VISIBLE FIRST "
    "AFTER IDENTITY USING STORAGE COMPRESSION KEY DEFERRABLE INITIALLY ENABLE DISABLE EXCLUDE "
    "UPDATE RESTRICT CASCADE";

/* Types that begin a column called "key" or "index", where those may also begin an index. */
static const char common_types[] =
    "BIGINT BIGSERIAL BINARY BIT BLOB BOOL BOOLEAN BYTEA CHAR CHARACTER DATE DATETIME DECIMAL "
    "DOUBLE ENUM FLOAT INT INTEGER JSON JSONB LONGTEXT MEDIUMTEXT NUMERIC NVARCHAR REAL SERIAL "
    "SMALLINT TEXT TIME TIMESTAMP TIMESTAMPTZ TINYINT UUID VARBINARY VARCHAR VARCHAR2";

/* CHARACTER SET is no type, CHARACTER VARYING is one; "UNIQUE KEY" and "PRIMARY KEY" are met at
 * their first words. */
static bool at_type_end(const struct sql_cursor *cursor)
{
    if (sql_at_word(cursor, "CHARACTER") && sql_token_is(sql_peek(cursor, 1), "SET"))
        return true;
    return sql_at_one_of(cursor, after_type);
}

/* "SERIAL", "bigserial": the database gives the value. */
static bool is_serial(const char *type)
{
    static const char *const names[] = { "serial",  "bigserial", "smallserial",
                                         "serial2", "serial4",   "serial8" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(type, names[i]) == 0)
            return true;
    }
    return false;
}

static const char *take_type(struct sql_cursor *cursor)
{
    size_t from = cursor->at;

    while (!sql_at_end(cursor) && !at_type_end(cursor) && !sql_at_sign(cursor, ","))
        sql_skip(cursor);
    return sql_source(cursor, from, cursor->at);
}

/* A default's expression: to what follows it in a definition. */
static const char *take_expression(struct sql_cursor *cursor)
{
    size_t from = cursor->at;

    sql_skip(cursor);
    while (!sql_at_end(cursor) && !sql_at_sign(cursor, ",") && !at_type_end(cursor))
        sql_skip(cursor);
    return sql_source(cursor, from, cursor->at);
}

static void read_generated(struct sql_cursor *cursor, struct sql_column *column)
{
    (void)(sql_take_word(cursor, "ALWAYS") || sql_take_words(cursor, "BY DEFAULT"));
    sql_take_words(cursor, "ON NULL");
    sql_take_word(cursor, "AS");
    if (sql_take_word(cursor, "IDENTITY"))
        column->numbered = true;
    else if (sql_at_sign(cursor, "("))
        column->generated = true;
    if (sql_at_sign(cursor, "("))
        sql_skip(cursor);
    /* Computed when it is read: nothing is written. */
    if (sql_take_word(cursor, "VIRTUAL"))
        column->generated = false;
}

static void read_references(struct sql_cursor *cursor, struct sql_column *column)
{
    column->references = true;
    sql_take_name(cursor);
    if (sql_at_sign(cursor, "("))
        sql_skip(cursor);
}

/* One clause behind the type. */
static void read_clause(struct sql_cursor *cursor, struct sql_column *column)
{
    if (sql_take_words(cursor, "NOT NULL")) {
        column->not_null = true;
    } else if (sql_take_word(cursor, "NULL")) {
        column->not_null = false;
    } else if (sql_take_word(cursor, "DEFAULT")) {
        column->default_text = take_expression(cursor);
        if (strcasecmp(column->default_text, "NULL") == 0)
            column->default_text = NULL;
    } else if (sql_take_words(cursor, "PRIMARY KEY")) {
        column->primary = true;
    } else if (sql_take_word(cursor, "UNIQUE")) {
        column->unique = true;
    } else if (sql_take_word(cursor, "CHECK")) {
        column->checked = true;
        sql_skip(cursor);
    } else if (sql_take_word(cursor, "REFERENCES")) {
        read_references(cursor, column);
    } else if (sql_take_word(cursor, "GENERATED") || sql_at_word(cursor, "AS")) {
        read_generated(cursor, column);
    } else if (sql_at_one_of(cursor, "AUTO_INCREMENT AUTOINCREMENT IDENTITY")) {
        column->numbered = true;
        sql_skip(cursor);
    } else if (sql_take_words(cursor, "ON DELETE CASCADE")) {
        column->deletes_with = true;
    } else if (sql_take_words(cursor, "ON UPDATE") || sql_take_words(cursor, "ON DELETE")) {
        if (!sql_take_words(cursor, "SET NULL") && !sql_take_words(cursor, "SET DEFAULT") &&
            !sql_take_words(cursor, "NO ACTION"))
            sql_skip(cursor);
    } else {
        sql_skip(cursor);
    }
}

void sql_read_column(struct sql_cursor *cursor, const char *name, struct sql_column *column)
{
    *column = (struct sql_column){ .line = sql_peek(cursor, 0)->line };
    column->name = name != NULL ? name : sql_take_part(cursor);
    if (column->name == NULL) {
        column->name = sql_peek(cursor, 0)->kind == SQL_STRING
                           ? "" /* no name, and nobody knows what it says */
                           : sql_source(cursor, cursor->at, cursor->at + 1);
        sql_skip(cursor);
    }
    column->type = take_type(cursor);
    column->numbered = is_serial(column->type);
    while (!sql_at_end(cursor) && !sql_at_sign(cursor, ","))
        read_clause(cursor, column);
}

/* --- Constraints ------------------------------------------------------------------------------ */

/* "KEY name (…)" is an index of MySQL; elsewhere it is a column that is called so. */
static bool at_index(const struct sql_cursor *cursor)
{
    struct sql_cursor next = *cursor;

    if (!sql_at_one_of(cursor, "KEY INDEX"))
        return false;
    if (sql_dialect_is_mysql(cursor->dialect))
        return true;
    next.at++;
    return cursor->dialect == DIALECT_UNKNOWN && !sql_at_one_of(&next, common_types) &&
           (sql_at_sign(&next, "(") || sql_token_is_sign(sql_peek(&next, 1), "("));
}

bool sql_at_constraint(const struct sql_cursor *cursor)
{
    const struct sql_token *next = sql_peek(cursor, 1);

    if (sql_at_word(cursor, "CONSTRAINT") || at_index(cursor))
        return true;
    if (sql_at_word(cursor, "PRIMARY") || sql_at_word(cursor, "FOREIGN"))
        return sql_token_is(next, "KEY");
    if (sql_at_one_of(cursor, "UNIQUE CHECK"))
        return sql_token_is_sign(next, "(") || next->kind != SQL_END;
    if (sql_at_word(cursor, "EXCLUDE"))
        return sql_token_is(next, "USING") || sql_token_is_sign(next, "(");
    if (sql_at_word(cursor, "LIKE"))
        return true;
    return sql_at_one_of(cursor, "FULLTEXT SPATIAL") ||
           (sql_at_word(cursor, "PERIOD") && sql_token_is(next, "FOR"));
}

/* The columns of a key as they are written: "a, b". */
static const char *take_columns(struct sql_cursor *cursor)
{
    size_t from = cursor->at + 1;

    while (!sql_at_end(cursor) && !sql_at_sign(cursor, "(") && !sql_at_sign(cursor, ","))
        cursor->at++;
    from = cursor->at + 1;
    if (!sql_at_sign(cursor, "("))
        return NULL;
    sql_skip(cursor);
    return sql_source(cursor, from, cursor->at - 1);
}

static void read_kind(struct sql_cursor *cursor, struct sql_change *change)
{
    if (sql_take_words(cursor, "PRIMARY KEY")) {
        change->constraint = SQL_PRIMARY_KEY;
    } else if (sql_take_words(cursor, "FOREIGN KEY")) {
        change->constraint = SQL_FOREIGN_KEY;
    } else if (sql_take_word(cursor, "CHECK")) {
        change->constraint = SQL_CHECK;
    } else if (sql_take_word(cursor, "EXCLUDE")) {
        change->constraint = SQL_EXCLUDE;
    } else if (sql_take_word(cursor, "UNIQUE")) {
        change->constraint = SQL_UNIQUE;
        (void)(sql_take_word(cursor, "KEY") || sql_take_word(cursor, "INDEX"));
    } else if (sql_at_one_of(cursor, "KEY INDEX FULLTEXT SPATIAL")) {
        change->action = SQL_ADD_INDEX;
        change->words = "ADD INDEX";
        sql_skip(cursor);
        (void)(sql_take_word(cursor, "KEY") || sql_take_word(cursor, "INDEX"));
    }
}

void sql_read_constraint(struct sql_cursor *cursor, struct sql_change *change)
{
    change->action = SQL_ADD_CONSTRAINT;
    change->words = "ADD CONSTRAINT";
    change->line = sql_peek(cursor, 0)->line;
    if (sql_take_word(cursor, "CONSTRAINT")) {
        sql_take_if(cursor);
        if (!sql_at_one_of(cursor, "PRIMARY FOREIGN CHECK UNIQUE EXCLUDE NOT"))
            change->name = sql_take_part(cursor);
    }
    read_kind(cursor, change);
    sql_take_if(cursor);
    if (change->name == NULL && !sql_at_one_of(cursor, "USING") && !sql_at_sign(cursor, "("))
        change->name = sql_take_part(cursor);
    if (sql_take_words(cursor, "USING INDEX"))
        change->using_index = true;
    else if (change->constraint != SQL_CHECK)
        change->column.name = take_columns(cursor);
    while (!sql_at_end(cursor) && !sql_at_sign(cursor, ",")) {
        if (sql_take_words(cursor, "NOT VALID"))
            change->not_valid = true;
        else if (change->target == NULL && sql_take_word(cursor, "REFERENCES"))
            change->target = sql_take_name(cursor);
        else if (sql_take_words(cursor, "ON DELETE CASCADE"))
            change->column.deletes_with = true;
        else
            sql_skip(cursor);
    }
}
