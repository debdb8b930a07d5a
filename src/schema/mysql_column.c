#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>

#include "live_mariadb.h"
#include "mysql_quote.h"
#include "mysql_work.h"

/* --- Types ------------------------------------------------------------------------------------ */

/* Other words for a type, the longer ones first. */
static const struct {
    const char *words, *form;
} type_words[] = {
    {"DOUBLE PRECISION",   "double"         },
    { "CHARACTER VARYING", "varchar"        },
    { "CHAR VARYING",      "varchar"        },
    { "NATIONAL VARCHAR",  "varchar"        },
    { "LONG VARCHAR",      "mediumtext"     },
    { "INTEGER",           "int"            },
    { "BOOLEAN",           "tinyint(1)"     },
    { "BOOL",              "tinyint(1)"     },
    { "NUMERIC",           "decimal"        },
    { "DEC",               "decimal"        },
    { "FIXED",             "decimal"        },
    { "REAL",              "double"         },
    { "CHARACTER",         "char"           },
    { "NVARCHAR",          "varchar"        },
    { "NCHAR",             "char"           },
    { "SERIAL",            "bigint unsigned"},
};

/* What follows a type without brackets where a server always tells them. */
static const struct {
    const char *type, *form;
} ordinary_sizes[] = {
    {"decimal", "decimal(10,0)"},
    { "char",   "char(1)"      },
    { "binary", "binary(1)"    },
    { "bit",    "bit(1)"       },
    { "year",   "year(4)"      },
};

static void add_small(struct strbuf *out, const struct sql_token *token)
{
    for (size_t i = 0; i < token->length; i++)
        strbuf_add_char(out, (char)tolower((unsigned char)token->start[i]));
}

/* "(10, 2)" as "(10,2)", "('a', 'b')" as "('a','b')". */
static void add_size(struct strbuf *out, struct sql_cursor *type)
{
    struct sql_cursor inner;

    if (!sql_take_bracket(type, &inner))
        return;
    strbuf_add_char(out, '(');
    while (!sql_at_end(&inner)) {
        const struct sql_token *token = sql_peek(&inner, 0);
        const char *label = mysql_take_string(&inner);

        if (label != NULL) {
            mysql_add_literal(out, label);
            continue;
        }
        strbuf_add_bytes(out, token->start, token->length);
        inner.at++;
    }
    strbuf_add_char(out, ')');
}

static void add_base(struct strbuf *out, struct sql_cursor *type)
{
    for (size_t i = 0; i < COUNT(type_words); i++) {
        if (sql_take_words(type, type_words[i].words)) {
            strbuf_add(out, type_words[i].form);
            return;
        }
    }
    add_small(out, sql_peek(type, 0));
    type->at += type->at < type->count;
}

/* How wide numbers are that are filled with zeros, which are never below it. */
static void add_width(struct strbuf *form)
{
    static const struct {
        const char *type, *width;
    } widths[] = {
        {"tinyint",    "(3)" },
        { "smallint",  "(5)" },
        { "mediumint", "(8)" },
        { "int",       "(10)"},
        { "bigint",    "(20)"},
    };

    for (size_t i = 0; i < COUNT(widths); i++) {
        if (strcmp(form->data, widths[i].type) == 0) {
            strbuf_add(form, widths[i].width);
            return;
        }
    }
}

void mysql_type_form(struct strbuf *out, struct sql_cursor *type)
{
    struct strbuf form = STRBUF_INIT;
    bool is_unsigned = false, filled = false;

    add_base(&form, type);
    if (sql_at_sign(type, "(")) {
        add_size(&form, type);
    } else {
        for (size_t i = 0; i < COUNT(ordinary_sizes); i++) {
            if (strcmp(form.data, ordinary_sizes[i].type) == 0) {
                strbuf_clear(&form);
                strbuf_add(&form, ordinary_sizes[i].form);
                break;
            }
        }
    }
    while (sql_at_one_of(type, "UNSIGNED SIGNED ZEROFILL")) {
        is_unsigned = is_unsigned || !sql_at_word(type, "SIGNED");
        filled = filled || sql_at_word(type, "ZEROFILL");
        type->at++;
    }
    if (filled)
        add_width(&form);
    strbuf_add(&form, is_unsigned ? " unsigned" : "");
    strbuf_add(&form, filled ? " zerofill" : "");
    mariadb_add_type(out, form.data);
    strbuf_release(&form);
}

/* --- Defaults --------------------------------------------------------------------------------- */

static bool is_now(const char *text)
{
    static const char *const words[] = { "CURRENT_TIMESTAMP", "NOW", "LOCALTIME",
                                         "LOCALTIMESTAMP" };

    for (size_t i = 0; i < COUNT(words); i++) {
        size_t length = strlen(words[i]);

        if (strncasecmp(text, words[i], length) == 0 &&
            (text[length] == '\0' || text[length] == '('))
            return true;
    }
    return false;
}

static void add_default_form(struct strbuf *out, const char *text)
{
    if (is_now(text)) {
        const char *bracket = strchr(text, '(');

        strbuf_printf(out, "current_timestamp%s", bracket != NULL ? bracket : "()");
    } else if (strcasecmp(text, "TRUE") == 0 || strcasecmp(text, "FALSE") == 0) {
        strbuf_add(out, tolower((unsigned char)*text) == 't' ? "1" : "0");
    } else {
        strbuf_add(out, text);
    }
}

static bool is_number_type(const char *type)
{
    static const char *const types[] = { "tinyint", "smallint", "mediumint", "int",
                                         "bigint",  "decimal",  "float",     "double" };

    for (size_t i = 0; i < COUNT(types); i++) {
        if (strncmp(type, types[i], strlen(types[i])) == 0)
            return true;
    }
    return false;
}

/* A number in quotes is a number where the column is one: a server tells it so. */
void mysql_set_default(struct mysql_work *work, struct schema_object *column, const char *text)
{
    const char *type = schema_get(column, SCHEMA_TYPE);
    size_t length = strlen(text);
    struct strbuf form = STRBUF_INIT;

    if (strcasecmp(text, "NULL") == 0) {
        schema_set(work->schema, column, SCHEMA_DEFAULT, NULL);
        return;
    }
    if (*text == '\'' || *text == '"') {
        struct strbuf value = STRBUF_INIT;

        mysql_add_value(&value, text, length);
        if (value.length > 0 && type != NULL && is_number_type(type))
            strbuf_add(&form, value.data);
        else
            mysql_add_literal(&form, value.data);
        strbuf_release(&value);
    } else {
        add_default_form(&form, text);
    }
    schema_set(work->schema, column, SCHEMA_DEFAULT, form.data);
    strbuf_release(&form);
}

/* --- Clauses ---------------------------------------------------------------------------------- */

/* -1, DATE '2020-01-01', b'101', a call: as much as is one value. */
static const char *take_expression(struct sql_cursor *cursor)
{
    size_t from = cursor->at;

    while (sql_at_sign(cursor, "-") || sql_at_sign(cursor, "+"))
        cursor->at++;
    if (sql_peek(cursor, 0)->kind == SQL_WORD && sql_peek(cursor, 1)->kind == SQL_STRING &&
        !sql_at_word(cursor, "NULL"))
        cursor->at++;
    sql_skip(cursor);
    if (sql_at_sign(cursor, "(")) /* a call */
        sql_skip(cursor);
    return sql_source(cursor, from, cursor->at);
}

static const char *take_inner(struct sql_cursor *cursor)
{
    struct sql_cursor inner;

    return sql_take_bracket(cursor, &inner) ? sql_source(&inner, inner.at, inner.count) : "";
}

static void take_generated(struct mysql_work *work, struct sql_cursor *cursor,
                           struct schema_object *column)
{
    sql_take_words(cursor, "GENERATED ALWAYS");
    sql_take_word(cursor, "AS");
    schema_set(work->schema, column, SCHEMA_GENERATED, take_inner(cursor));
    schema_set(work->schema, column, SCHEMA_GENERATED_KIND,
               sql_at_one_of(cursor, "STORED PERSISTENT") ? "stored" : "virtual");
    if (sql_at_one_of(cursor, "STORED PERSISTENT VIRTUAL"))
        cursor->at++;
}

static void take_on_update(struct mysql_work *work, struct sql_cursor *cursor,
                           struct schema_object *column)
{
    struct strbuf form = STRBUF_INIT;

    add_default_form(&form, take_expression(cursor));
    schema_set(work->schema, column, SCHEMA_ON_UPDATE_VALUE, form.data);
    strbuf_release(&form);
}

static void take_reference(struct mysql_work *work, struct sql_cursor *cursor,
                           struct schema_object *column)
{
    const char *const columns[] = { column->name };

    /* MySQL reads it and forgets it; MariaDB keeps it. */
    if (work->dialect == DIALECT_MARIADB) {
        mysql_add_foreign_key(work, column->owner, NULL, columns, 1, cursor);
        return;
    }
    mysql_problem(work, "MySQL ignores REFERENCES within the definition of a column (%s)",
                  column->name);
    cursor->at++;
    sql_take_name(cursor);
    if (sql_at_sign(cursor, "("))
        sql_skip(cursor);
}

static bool is_of_type(const struct schema_object *column, const char *type)
{
    const char *own = schema_get(column, SCHEMA_TYPE);

    return own != NULL && strcmp(own, type) == 0;
}

/* MariaDB's JSON is a longtext that is checked, and dumps write it so: the type says it. */
static bool is_json(const struct mysql_work *work, const struct schema_object *column,
                    const char *check)
{
    const char *const forms[] = { arena_printf(work->arena, "json_valid(`%s`)", column->name),
                                  arena_printf(work->arena, "json_valid(%s)", column->name) };

    return work->dialect == DIALECT_MARIADB && is_of_type(column, "longtext") &&
           (strcasecmp(check, forms[0]) == 0 || strcasecmp(check, forms[1]) == 0);
}

static void take_check(struct mysql_work *work, struct sql_cursor *cursor,
                       struct schema_object *column)
{
    const char *check = take_inner(cursor);

    if (is_json(work, column, check))
        schema_set(work->schema, column, SCHEMA_TYPE, "json");
    else /* MariaDB calls the check of a column after it. */
        mysql_add_check(work, column->owner, work->dialect == DIALECT_MARIADB ? column->name : NULL,
                        check);
}

static bool take_key_clause(struct mysql_work *work, struct sql_cursor *cursor,
                            struct schema_object *column)
{
    if (sql_take_words(cursor, "PRIMARY KEY") || sql_take_word(cursor, "KEY")) {
        mysql_add_column_key(work, column, true);
    } else if (sql_take_word(cursor, "UNIQUE")) {
        sql_take_word(cursor, "KEY");
        mysql_add_column_key(work, column, false);
    } else if (sql_take_word(cursor, "CHECK")) {
        take_check(work, cursor, column);
    } else if (sql_at_word(cursor, "REFERENCES")) {
        take_reference(work, cursor, column);
    } else {
        return false;
    }
    return true;
}

const char *mysql_small_letters(struct mysql_work *work, const char *name)
{
    char *text = name != NULL ? arena_text(work->arena, name) : NULL;

    for (char *c = text; c != NULL && *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return text;
}

static const char *take_word(struct mysql_work *work, struct sql_cursor *cursor)
{
    const char *text = mysql_take_string(cursor);

    return mysql_small_letters(work, text != NULL ? text : sql_take_name(cursor));
}

static bool take_text_clause(struct mysql_work *work, struct sql_cursor *cursor,
                             struct schema_object *column)
{
    struct schema *schema = work->schema;

    if (sql_take_word(cursor, "COMMENT"))
        schema_set(schema, column, SCHEMA_COMMENT, mysql_take_string(cursor));
    else if (sql_take_words(cursor, "CHARACTER SET") || sql_take_word(cursor, "CHARSET"))
        schema_set(schema, column, SCHEMA_CHARACTER_SET, take_word(work, cursor));
    else if (sql_take_word(cursor, "COLLATE"))
        schema_set(schema, column, SCHEMA_COLLATION, take_word(work, cursor));
    else
        return false;
    return true;
}

static void take_clause(struct mysql_work *work, struct sql_cursor *cursor,
                        struct schema_object *column)
{
    struct schema *schema = work->schema;

    if (sql_take_words(cursor, "NOT NULL")) {
        schema_set_flag(schema, column, SCHEMA_NOT_NULL, true);
    } else if (sql_take_word(cursor, "NULL")) {
        schema_set_flag(schema, column, SCHEMA_NOT_NULL, false);
    } else if (sql_take_word(cursor, "DEFAULT")) {
        mysql_set_default(work, column, take_expression(cursor));
    } else if (sql_take_word(cursor, "AUTO_INCREMENT")) {
        schema_set(schema, column, SCHEMA_IDENTITY, "auto_increment");
        schema_set_flag(schema, column, SCHEMA_NOT_NULL, true);
    } else if (sql_take_words(cursor, "ON UPDATE")) {
        take_on_update(work, cursor, column);
    } else if (sql_at_word(cursor, "GENERATED") || sql_at_word(cursor, "AS")) {
        take_generated(work, cursor, column);
    } else if (!take_key_clause(work, cursor, column) && !take_text_clause(work, cursor, column)) {
        sql_skip(cursor); /* VISIBLE, COLUMN_FORMAT, … */
    }
}

/* What a definition does not say is not so any more. */
static void forget(struct mysql_work *work, struct schema_object *column)
{
    static const enum schema_property told[] = { SCHEMA_TYPE,      SCHEMA_NOT_NULL,
                                                 SCHEMA_DEFAULT,   SCHEMA_IDENTITY,
                                                 SCHEMA_GENERATED, SCHEMA_GENERATED_KIND,
                                                 SCHEMA_COLLATION, SCHEMA_CHARACTER_SET,
                                                 SCHEMA_COMMENT,   SCHEMA_ON_UPDATE_VALUE };

    for (size_t i = 0; i < COUNT(told); i++)
        schema_set(work->schema, column, told[i], NULL);
}

void mysql_define_column(struct mysql_work *work, struct sql_cursor *cursor,
                         struct schema_object *column)
{
    bool serial = sql_at_word(cursor, "SERIAL");
    struct strbuf type = STRBUF_INIT;

    forget(work, column);
    mysql_type_form(&type, cursor);
    schema_set(work->schema, column, SCHEMA_TYPE, type.data);
    strbuf_release(&type);
    if (serial) {
        schema_set(work->schema, column, SCHEMA_IDENTITY, "auto_increment");
        schema_set_flag(work->schema, column, SCHEMA_NOT_NULL, true);
        mysql_add_column_key(work, column, false);
    }
    while (!sql_at_end(cursor) && !sql_at_one_of(cursor, "FIRST AFTER"))
        take_clause(work, cursor, column);
    if (is_of_type(column, "json")) {
        schema_set(work->schema, column, SCHEMA_CHARACTER_SET, NULL);
        schema_set(work->schema, column, SCHEMA_COLLATION, NULL);
    }
}
