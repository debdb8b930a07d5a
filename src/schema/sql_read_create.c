#include <string.h>

#include "sql_cursor.h"

/* --- Tables ----------------------------------------------------------------------------------- */

static void add_reference(struct vector *references, const char *table)
{
    if (table != NULL)
        vector_push(references, &table);
}

/* "REFERENCES table" within a column's definition. */
static void find_reference(const struct sql_cursor *definition, struct vector *references)
{
    struct sql_cursor at = *definition;

    while (!sql_at_end(&at)) {
        if (sql_take_word(&at, "REFERENCES"))
            add_reference(references, sql_take_name(&at));
        else
            sql_skip(&at);
    }
}

static void read_definitions(struct sql_cursor *inner, struct sql_operation *operation)
{
    struct vector columns, references;
    struct sql_cursor item;

    vector_init(&columns, sizeof(struct sql_column));
    vector_init(&references, sizeof(const char *));
    while (sql_take_item(inner, &item)) {
        if (sql_at_constraint(&item)) {
            struct sql_change constraint = { 0 };

            sql_read_constraint(&item, &constraint);
            add_reference(&references, constraint.target);
        } else if (!sql_at_end(&item)) {
            struct sql_cursor whole = item;

            sql_read_column(&item, NULL, vector_add(&columns));
            find_reference(&whole, &references);
        }
    }
    operation->columns = vector_to_arena(&columns, inner->arena);
    operation->column_count = columns.count;
    operation->references = vector_to_arena(&references, inner->arena);
    operation->reference_count = references.count;
    vector_release(&columns);
    vector_release(&references);
}

static void read_table(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct sql_cursor inner;

    operation->object = sql_take_name(cursor);
    if (sql_take_words(cursor, "PARTITION OF")) {
        operation->table = sql_take_name(cursor);
    } else if (sql_at_sign(cursor, "(")) {
        sql_take_bracket(cursor, &inner);
        /* "(SELECT …)" is a query, "(LIKE other)" names the columns of another. */
        if (sql_at_one_of(&inner, "SELECT WITH VALUES"))
            operation->of_query = true;
        else
            read_definitions(&inner, operation);
    }
    if (sql_has_word(cursor, "AS SELECT") || sql_has_word(cursor, "AS WITH") ||
        sql_has_word(cursor, "AS TABLE") || sql_has_word(cursor, "AS VALUES") ||
        sql_at_word(cursor, "SELECT"))
        operation->of_query = true;
}

/* --- Others ----------------------------------------------------------------------------------- */

static void read_index(struct sql_cursor *cursor, struct sql_operation *operation)
{
    operation->concurrently = sql_take_word(cursor, "CONCURRENTLY");
    operation->if_exists = sql_take_if(cursor);
    if (!sql_at_word(cursor, "ON"))
        operation->object = sql_take_name(cursor);
    while (!sql_at_end(cursor) && !sql_take_word(cursor, "ON"))
        sql_skip(cursor);
    sql_take_word(cursor, "ONLY");
    operation->table = sql_take_name(cursor);
    /* SQL Server and newer MySQL: WITH (ONLINE = ON), ALGORITHM=INPLACE LOCK=NONE. */
    operation->online = sql_has_word(cursor, "ONLINE");
}

static void read_on_table(struct sql_cursor *cursor, struct sql_operation *operation)
{
    operation->object = sql_take_name(cursor);
    while (!sql_at_end(cursor)) {
        if (sql_take_word(cursor, "ON")) {
            operation->table = sql_take_name(cursor);
            return;
        }
        sql_skip(cursor);
    }
}

/* Words between CREATE and what it makes: "OR REPLACE", "TEMPORARY", "DEFINER = x@y", … */
static bool take_modifier(struct sql_cursor *cursor, struct sql_operation *operation)
{
    if (sql_take_words(cursor, "OR REPLACE") || sql_take_words(cursor, "OR ALTER")) {
        operation->or_replace = true;
        return true;
    }
    if (sql_at_one_of(cursor, "TEMP TEMPORARY")) {
        operation->temporary = true;
        sql_skip(cursor);
        return true;
    }
    if (sql_take_word(cursor, "UNIQUE")) {
        operation->unique = true;
        return true;
    }
    if (sql_at_end(cursor) || sql_at_sign(cursor, "("))
        return false;
    sql_skip(cursor);
    return true;
}

void sql_skip_modifiers(struct sql_cursor *cursor)
{
    for (;;) {
        if (sql_at_one_of(cursor, "IGNORE ONLINE OFFLINE"))
            sql_skip(cursor);
        else if (!sql_dialect_is_mysql(cursor->dialect))
            return;
        else if (sql_take_words(cursor, "SQL SECURITY") ||
                 (sql_at_word(cursor, "ALGORITHM") && sql_token_is_sign(sql_peek(cursor, 1), "=")))
            cursor->at += sql_at_word(cursor, "ALGORITHM") ? 3 : 1;
        else if (sql_take_word(cursor, "DEFINER") && sql_take_sign(cursor, "="))
            sql_take_account(cursor);
        else
            return;
    }
}

void sql_read_create(struct sql_cursor *cursor, struct sql_operation *operation)
{
    const char *words = NULL;
    bool known = false;

    for (size_t i = 0; i < 16 && !known; i++) {
        known = sql_take_object_kind(cursor, &operation->object_kind, &words);
        if (!known && !take_modifier(cursor, operation))
            break;
    }
    operation->words = known ? arena_printf(cursor->arena, "CREATE %s", words) : "CREATE";
    if (!known)
        return;
    if (operation->object_kind == SQL_INDEX) {
        read_index(cursor, operation);
        return;
    }
    operation->if_exists = sql_take_if(cursor);
    if (operation->object_kind == SQL_TABLE)
        read_table(cursor, operation);
    else if (operation->object_kind == SQL_TRIGGER || operation->object_kind == SQL_POLICY)
        read_on_table(cursor, operation);
    else if (operation->object_kind == SQL_SCHEMA && sql_take_word(cursor, "AUTHORIZATION"))
        operation->object = sql_take_name(cursor);
    else
        operation->object = sql_take_object(cursor, words, operation);
    if (operation->object_kind == SQL_ROLE)
        sql_read_role(cursor, operation);
}
