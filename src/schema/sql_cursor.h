/*
 * A place within the tokens of one statement, and the small steps that reading it is made of.
 * Inside of the schema room.
 */
#ifndef PILAB_SCHEMA_SQL_CURSOR_H
#define PILAB_SCHEMA_SQL_CURSOR_H

#include <pilab/base/strbuf.h>
#include <pilab/schema/sql_operation.h>

struct sql_cursor {
    enum sql_dialect dialect;
    const struct sql_token *tokens;
    size_t at, count;
    struct arena *arena;
};

/* The token so far ahead; one of kind SQL_END past the last. Never NULL. */
const struct sql_token *sql_peek(const struct sql_cursor *cursor, size_t ahead);
bool sql_at_end(const struct sql_cursor *cursor);
bool sql_at_word(const struct sql_cursor *cursor, const char *word);
bool sql_at_sign(const struct sql_cursor *cursor, const char *sign);
/* Whether one of the words, separated by blanks, stands here. */
bool sql_at_one_of(const struct sql_cursor *cursor, const char *words);
/* Steps over what stands here when it is that. `words` are several in a row. */
bool sql_take_word(struct sql_cursor *cursor, const char *word);
bool sql_take_words(struct sql_cursor *cursor, const char *words);
bool sql_take_sign(struct sql_cursor *cursor, const char *sign);
/* IF EXISTS, IF NOT EXISTS. */
bool sql_take_if(struct sql_cursor *cursor);
/* A name, also a keyword, and the names that a dot joins to it; NULL: none is here. */
const char *sql_take_name(struct sql_cursor *cursor);
/* One part of a name. */
const char *sql_take_part(struct sql_cursor *cursor);
/* Steps over one token, or all within the bracket that opens here. */
void sql_skip(struct sql_cursor *cursor);
/* To the comma that ends this part of a list, outside of brackets, or to the end. */
void sql_skip_to_comma(struct sql_cursor *cursor);
/* What is within the bracket that opens here, as a cursor of its own; the cursor steps over it.
 * False: no bracket opens here. */
bool sql_take_bracket(struct sql_cursor *cursor, struct sql_cursor *inner);
/* The part of a list up to a comma outside of brackets; the cursor steps over the comma. False at
 * the end. */
bool sql_take_item(struct sql_cursor *cursor, struct sql_cursor *item);
/* The source between two tokens (the second not included), blanks and comments folded to one. */
const char *sql_source(const struct sql_cursor *cursor, size_t from, size_t to);
/* Whether the word stands anywhere from here on, outside of brackets. */
bool sql_has_word(const struct sql_cursor *cursor, const char *words);

/* A column's definition; the cursor stands at its name and is at its end afterwards. `name` NULL:
 * it is read, too. */
void sql_read_column(struct sql_cursor *cursor, const char *name, struct sql_column *column);
/* Whether a definition within a table's brackets is that of a constraint or an index. */
bool sql_at_constraint(const struct sql_cursor *cursor);
/* A constraint, "CONSTRAINT name" before it or not; or an index of MySQL. */
void sql_read_constraint(struct sql_cursor *cursor, struct sql_change *change);
/* The changes of an ALTER TABLE, from behind the table's name. */
void sql_read_changes(struct sql_cursor *cursor, struct sql_operation *operation);
/* Words of MySQL between ALTER and what it alters: IGNORE, DEFINER = a@b, SQL SECURITY INVOKER. */
void sql_skip_modifiers(struct sql_cursor *cursor);
/* What follows "CREATE". */
void sql_read_create(struct sql_cursor *cursor, struct sql_operation *operation);
/* What follows GRANT and REVOKE, and ALTER DEFAULT PRIVILEGES; the name of a role in CREATE and
 * ALTER; SET. */
void sql_read_rights(struct sql_cursor *cursor, struct sql_operation *operation);
void sql_read_default_rights(struct sql_cursor *cursor, struct sql_operation *operation);
void sql_read_role(const struct sql_cursor *cursor, struct sql_operation *operation);
void sql_read_set(struct sql_cursor *cursor, struct sql_operation *operation);
/* Checks that one of the operations of a migration switches off and a later one sets back are not
 * off. */
void sql_find_set_back(struct sql_operation *operations, size_t count);
/* What follows ALTER SYSTEM. */
void sql_read_system(struct sql_cursor *cursor, struct sql_operation *operation);
/* Whether UPDATE or DELETE is about all rows: from behind the table's name on. */
bool sql_takes_all_rows(const struct sql_cursor *cursor);
/* A table of several that one UPDATE or DELETE writes. */
struct sql_target {
    const char *table; /* itself, and not its alias */
    bool whole;        /* all of its rows */
    bool too_deep;     /* brackets hide what is joined: `table` may be an alias, or NULL */
};
/* Those of them, struct sql_target, from behind the modifiers of the statement on; false: it is of
 * one table, and nothing is joined to that. */
bool sql_read_deleted(struct sql_cursor *cursor, struct vector *targets);
bool sql_read_updated(struct sql_cursor *cursor, struct vector *targets);
/* A query, from behind its first word on: what it calls, and what it writes into. */
void sql_read_query(struct sql_cursor *cursor, struct sql_operation *operation);
/* Steps over "PREPARE name (types) AS": what stands behind it is what will run. */
void sql_take_prepare(struct sql_cursor *cursor);
/* A statement about the server itself and not about a database: SHUTDOWN, RESET MASTER, …; false:
 * it is none, and the cursor stays. */
bool sql_read_server(struct sql_cursor *cursor, struct sql_operation *operation);
/* What the words of a statement tell that is read as any other: who calls a function with whose
 * rights, which language and extension reach the server. The cursor is that of the whole. */
void sql_see_words(const struct sql_cursor *whole, struct sql_operation *operation);
/* Adds marks and the sentence of them; the first sentence stays. */
void sql_see(struct sql_operation *operation, unsigned marks, const char *why);
/* A role, or an account of MySQL: "app@%"; NULL: none is here. */
const char *sql_take_account(struct sql_cursor *cursor);
/* Whether a trigger says by its name that it writes down or keeps out. */
bool sql_name_guards(const char *name);
/* What one account of several is given, from behind its name on; false: it is the last. */
bool sql_bound_account(const struct sql_cursor *cursor, struct sql_cursor *one);
/* What CREATE, ALTER and DROP are about: a role's name, or any other's. `what` is how its kind is
 * called. */
const char *sql_take_object(struct sql_cursor *cursor, const char *what,
                            struct sql_operation *operation);
/* The kind of object that a word names ("TABLE", "MATERIALIZED VIEW"); the cursor steps over it,
 * and `words`, when not NULL, is how it is called. False: no kind that we know. */
bool sql_take_object_kind(struct sql_cursor *cursor, enum sql_object_kind *kind,
                          const char **words);

#endif
