#include <string.h>

#include "sql_cursor.h"

/* One statement while it is read. */
struct statement_reading {
    struct sql_cursor cursor;
    const struct sql_statement *statement;
    struct vector *operations;
    unsigned depth; /* of statements within statements */
};

/* What is deeper is not looked at. */
#define DEPTH_MAX 8

static void read_statement(struct statement_reading *reading);
static bool begins_data(const struct sql_cursor *cursor);
static void read_within(const struct statement_reading *reading, const struct sql_cursor *part);

static struct sql_operation *add_operation(const struct statement_reading *reading,
                                           enum sql_statement_kind kind, const char *words)
{
    struct sql_operation *operation = vector_add(reading->operations);

    operation->kind = kind;
    operation->words = words;
    operation->text = reading->statement->text;
    operation->length = reading->statement->length;
    operation->line = reading->statement->line;
    return operation;
}

/* --- DROP, TRUNCATE, RENAME ------------------------------------------------------------------- */

/* What holds for all that one DROP names stands behind the last of them. */
static void read_drop(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;
    enum sql_object_kind kind = SQL_NO_OBJECT;
    const char *what = NULL;
    bool temporary, concurrently, if_exists, cascade;

    temporary = sql_take_word(cursor, "TEMPORARY");
    if (!sql_take_object_kind(cursor, &kind, &what)) {
        add_operation(reading, SQL_DROP, "DROP");
        return;
    }
    concurrently = sql_take_word(cursor, "CONCURRENTLY");
    if_exists = sql_take_if(cursor);
    cascade = sql_has_word(cursor, "CASCADE");
    do {
        struct sql_operation *operation =
            add_operation(reading, SQL_DROP, arena_printf(cursor->arena, "DROP %s", what));

        operation->object_kind = kind;
        operation->temporary = temporary;
        operation->concurrently = concurrently;
        operation->if_exists = if_exists;
        operation->cascade = cascade;
        operation->object = sql_take_object(cursor, what, operation);
        if (sql_at_sign(cursor, "(")) /* a function's arguments */
            sql_skip(cursor);
        if (sql_take_word(cursor, "ON"))
            operation->table = sql_take_name(cursor);
    } while (sql_take_sign(cursor, ","));
}

static void read_truncate(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;
    bool cascade = sql_has_word(cursor, "CASCADE");

    sql_take_word(cursor, "TABLE");
    do {
        struct sql_operation *operation;

        sql_take_word(cursor, "ONLY");
        operation = add_operation(reading, SQL_TRUNCATE, "TRUNCATE TABLE");
        operation->object_kind = SQL_TABLE;
        operation->cascade = cascade;
        operation->object = sql_take_name(cursor);
        sql_take_sign(cursor, "*");
    } while (sql_take_sign(cursor, ","));
}

/* MySQL: RENAME TABLE a TO b, c TO d; RENAME USER likewise. */
static void read_rename(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;
    bool user = sql_take_word(cursor, "USER");

    if (!user && !sql_take_word(cursor, "TABLE") && !sql_take_word(cursor, "TABLES")) {
        add_operation(reading, SQL_RENAME, "RENAME");
        return;
    }
    do {
        struct sql_operation *operation =
            add_operation(reading, SQL_RENAME, user ? "RENAME USER" : "RENAME TABLE");

        operation->object_kind = user ? SQL_ROLE : SQL_TABLE;
        sql_take_if(cursor);
        operation->object = user ? sql_take_account(cursor) : sql_take_name(cursor);
        while (!sql_at_end(cursor) && !sql_at_sign(cursor, ",") && !sql_take_word(cursor, "TO"))
            sql_skip(cursor);
        operation->new_name = user ? sql_take_account(cursor) : sql_take_name(cursor);
    } while (sql_take_sign(cursor, ","));
}

/* --- ALTER ------------------------------------------------------------------------------------ */

/* Behind the name of the first account: one operation each, so that each is told by its name. */
static void read_accounts(struct statement_reading *reading, const struct sql_operation *first)
{
    struct sql_cursor *cursor = &reading->cursor, one;
    struct sql_operation shared = *first;
    size_t index = reading->operations->count - 1;
    bool more;

    do {
        struct sql_operation *operation = vector_at(reading->operations, index);

        more = sql_bound_account(cursor, &one);
        cursor->at = one.count;
        if (shared.kind == SQL_ALTER)
            sql_read_changes(&one, operation);
        if (more) {
            cursor->at++;
            operation = add_operation(reading, shared.kind, shared.words);
            operation->object_kind = shared.object_kind;
            operation->if_exists = shared.if_exists;
            operation->or_replace = shared.or_replace;
            operation->object = sql_take_account(cursor);
            index++;
        }
    } while (more);
}

/* What an event does by and by: from behind its name on. */
static void read_event(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;

    while (!sql_at_end(cursor) && !sql_take_word(cursor, "DO"))
        sql_skip(cursor);
    if (!sql_at_end(cursor))
        read_within(reading, cursor);
}

/* ALTER EVENT changes when it is done, what is done, or both. */
static void read_event_changes(struct statement_reading *reading, struct sql_operation *operation)
{
    struct sql_cursor *cursor = &reading->cursor, before = *cursor;

    while (!sql_at_end(cursor) && !sql_at_word(cursor, "DO"))
        sql_skip(cursor);
    before.count = cursor->at;
    sql_read_changes(&before, operation);
    read_event(reading);
}

static void read_create(struct statement_reading *reading)
{
    const struct sql_cursor whole = reading->cursor;
    struct sql_operation *operation = add_operation(reading, SQL_CREATE, "CREATE");

    sql_read_create(&reading->cursor, operation);
    sql_see_words(&whole, operation);
    if (operation->object_kind == SQL_ROLE && operation->object != NULL)
        read_accounts(reading, operation);
    else if (operation->object_kind == SQL_EVENT)
        read_event(reading);
}

static void read_alter(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;
    struct sql_operation *operation = add_operation(reading, SQL_ALTER, "ALTER");
    const struct sql_cursor whole = *cursor;
    size_t index = reading->operations->count - 1;
    const char *what;

    if (sql_take_word(cursor, "SYSTEM")) {
        sql_read_system(cursor, operation);
        return;
    }
    sql_skip_modifiers(cursor);
    if (!sql_take_object_kind(cursor, &operation->object_kind, &what))
        return;
    operation->words = arena_printf(cursor->arena, "ALTER %s", what);
    if (strcmp(what, "DEFAULT PRIVILEGES") == 0) {
        sql_read_default_rights(cursor, operation);
        return;
    }
    operation->if_exists = sql_take_if(cursor);
    sql_take_word(cursor, "ONLY");
    operation->object = sql_take_object(cursor, what, operation);
    if (operation->object_kind == SQL_ROLE)
        sql_read_role(cursor, operation);
    if (sql_at_sign(cursor, "(") || sql_at_sign(cursor, "*"))
        sql_skip(cursor);
    if (operation->object_kind != SQL_EVENT && sql_take_word(cursor, "ON"))
        operation->table = sql_take_name(cursor);
    if (sql_at_one_of(cursor, "WAIT NOWAIT")) /* MariaDB */
        sql_skip(cursor);
    if (operation->object_kind == SQL_ROLE)
        read_accounts(reading, operation);
    else if (operation->object_kind == SQL_EVENT)
        read_event_changes(reading, operation);
    else
        sql_read_changes(cursor, operation);
    operation = vector_at(reading->operations, index); /* others may stand behind it */
    sql_see_words(&whole, operation);
    for (size_t i = 0; i < operation->change_count; i++) {
        const struct sql_change *change = &operation->changes[i];

        if (change->action == SQL_RENAME_OBJECT && operation->change_count == 1)
            operation->new_name = change->new_name;
    }
}

/* --- Data ------------------------------------------------------------------------------------- */

/* One that writes several tables, or one that others choose from. */
static bool read_targets(struct statement_reading *reading, enum sql_statement_kind kind,
                         const char *words)
{
    struct vector targets;
    bool any;

    vector_init(&targets, sizeof(struct sql_target));
    any = (kind == SQL_DELETE && sql_read_deleted(&reading->cursor, &targets)) ||
          (kind == SQL_UPDATE && sql_read_updated(&reading->cursor, &targets));
    for (size_t i = 0; i < targets.count; i++) {
        const struct sql_target *target = vector_at(&targets, i);
        struct sql_operation *operation = add_operation(reading, kind, words);

        operation->object_kind = SQL_TABLE;
        operation->object = target->table;
        operation->whole = target->whole;
        operation->refused = target->too_deep ? "its brackets are too deep in each other" : NULL;
    }
    vector_release(&targets);
    return any;
}

static void read_into(struct statement_reading *reading, enum sql_statement_kind kind,
                      const char *words, const char *before)
{
    struct sql_cursor *cursor = &reading->cursor;
    struct sql_operation *operation;

    while (!sql_at_end(cursor) && sql_at_one_of(cursor, before))
        cursor->at++;
    if (read_targets(reading, kind, words))
        return;
    if (kind == SQL_DELETE)
        while (sql_at_one_of(cursor, "FROM ONLY"))
            cursor->at++;
    operation = add_operation(reading, kind, words);
    operation->object_kind = SQL_TABLE;
    operation->object = sql_take_name(cursor);
    if (kind == SQL_UPDATE || kind == SQL_DELETE)
        operation->whole = sql_takes_all_rows(cursor);
}

/* Whether what stands here may change rows where a query is looked for. */
static bool begins_data(const struct sql_cursor *cursor)
{
    return sql_at_one_of(cursor, "INSERT UPDATE DELETE MERGE REPLACE WITH");
}

/* A statement that is a part of another. */
static void read_within(const struct statement_reading *reading, const struct sql_cursor *part)
{
    struct statement_reading inner = *reading;

    inner.cursor = *part;
    inner.depth++;
    if (inner.depth <= DEPTH_MAX)
        read_statement(&inner);
    else
        add_operation(reading, SQL_BLOCK, "WITH");
}

/* One within a query: of one that only reads nothing is told. */
static void read_part(const struct statement_reading *reading, const struct sql_cursor *part)
{
    const struct sql_operation *last;
    size_t count = reading->operations->count;

    if (!begins_data(part) && !sql_at_one_of(part, "SELECT VALUES TABLE") &&
        !sql_at_sign(part, "("))
        return;
    read_within(reading, part);
    last = vector_at(reading->operations, reading->operations->count - 1);
    if (reading->operations->count == count + 1 && last->kind == SQL_SELECT && last->seen == 0)
        reading->operations->count = count;
}

/* "WITH name AS (…), … INSERT …": each that changes rows does so, whatever follows the queries. */
static void read_queries(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor, inner;

    while (!sql_at_end(cursor) &&
           !sql_at_one_of(cursor, "INSERT UPDATE DELETE MERGE SELECT VALUES TABLE REPLACE")) {
        if (!sql_take_word(cursor, "AS")) {
            sql_skip(cursor);
            continue;
        }
        sql_take_word(cursor, "NOT");
        sql_take_word(cursor, "MATERIALIZED");
        if (!sql_take_bracket(cursor, &inner))
            continue;
        read_part(reading, &inner);
        if (sql_at_sign(cursor, "("))
            return; /* "WITH a AS (…) (SELECT …)" */
    }
}

/* COPY reads or writes a table, or writes what a statement gives. */
static void read_copy(struct statement_reading *reading)
{
    const struct sql_cursor whole = reading->cursor;
    struct sql_cursor from = whole, inner;

    read_into(reading, SQL_COPY, "COPY", "BINARY");
    sql_see_words(&whole, vector_at(reading->operations, reading->operations->count - 1));
    if (sql_take_bracket(&from, &inner))
        read_part(reading, &inner);
}

static void read_comment(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;
    struct sql_operation *operation = add_operation(reading, SQL_COMMENT_ON, "COMMENT");
    const char *what;

    sql_take_word(cursor, "ON");
    if (!sql_take_object_kind(cursor, &operation->object_kind, &what))
        return;
    operation->words = arena_printf(cursor->arena, "COMMENT ON %s", what);
    operation->object = sql_take_name(cursor);
    if (operation->object_kind != SQL_COLUMN && sql_take_word(cursor, "ON"))
        operation->table = sql_take_name(cursor);
}

static void read_refresh(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;
    struct sql_operation *operation =
        add_operation(reading, SQL_REFRESH, "REFRESH MATERIALIZED VIEW");

    sql_take_words(cursor, "MATERIALIZED VIEW");
    operation->object_kind = SQL_MATERIALIZED_VIEW;
    operation->concurrently = sql_take_word(cursor, "CONCURRENTLY");
    operation->object = sql_take_name(cursor);
}

static void read_maintenance(struct statement_reading *reading, const char *words)
{
    struct sql_cursor *cursor = &reading->cursor;
    struct sql_operation *operation = add_operation(reading, SQL_MAINTAIN, words);
    bool full = sql_has_word(cursor, "FULL");

    operation->concurrently = sql_has_word(cursor, "CONCURRENTLY");
    operation->object_kind = SQL_TABLE;
    while (sql_at_sign(cursor, "(") ||
           sql_at_one_of(cursor, "FULL FREEZE VERBOSE ANALYZE TABLE TABLES INDEX DATABASE SCHEMA "
                                 "SYSTEM CONCURRENTLY NO_WRITE_TO_BINLOG LOCAL"))
        sql_skip(cursor);
    operation->object = sql_take_name(cursor);
    if (full)
        operation->words = "VACUUM FULL";
}

static void read_call(struct statement_reading *reading, const char *words)
{
    struct sql_operation *operation = add_operation(reading, SQL_CALL, words);

    operation->object_kind = SQL_PROCEDURE;
    operation->object = sql_take_name(&reading->cursor);
}

/* --- All of them ------------------------------------------------------------------------------ */

/* What needs no more than its first word. */
static const struct first_word {
    const char *word;
    enum sql_statement_kind kind;
} first_words[] = {
    {"DO",         SQL_BLOCK      },
    { "CASE",      SQL_BLOCK      },
    { "DECLARE",   SQL_BLOCK      },
    { "FOR",       SQL_BLOCK      },
    { "IF",        SQL_BLOCK      },
    { "LOOP",      SQL_BLOCK      },
    { "REPEAT",    SQL_BLOCK      },
    { "WHILE",     SQL_BLOCK      },
    { "SELECT",    SQL_SELECT     },
    { "VALUES",    SQL_SELECT     },
    { "TABLE",     SQL_SELECT     },
    { "EXPLAIN",   SQL_SELECT     },
    { "SHOW",      SQL_SELECT     },
    { "BEGIN",     SQL_TRANSACTION},
    { "START",     SQL_TRANSACTION},
    { "COMMIT",    SQL_TRANSACTION},
    { "ROLLBACK",  SQL_TRANSACTION},
    { "ABORT",     SQL_TRANSACTION},
    { "END",       SQL_TRANSACTION},
    { "SAVEPOINT", SQL_TRANSACTION},
    { "RELEASE",   SQL_TRANSACTION},
    { "SET",       SQL_SETTING    },
    { "RESET",     SQL_SETTING    },
    { "PRAGMA",    SQL_SETTING    },
    { "USE",       SQL_SETTING    },
    { "DISCARD",   SQL_SETTING    },
    { "LOCK",      SQL_LOCK       },
    { "UNLOCK",    SQL_SETTING    },
};

/* "BEGIN" of something else than a transaction: what stands in it is not looked at. */
static bool begins_block(const struct statement_reading *reading)
{
    const struct sql_cursor *cursor = &reading->cursor;

    return sql_token_is(&reading->statement->tokens[0], "BEGIN") && !sql_at_end(cursor) &&
           (!sql_at_one_of(cursor, "WORK TRAN TRANSACTION DEFERRED IMMEDIATE EXCLUSIVE CONCURRENT "
                                   "ISOLATION READ DEFERRABLE NOT DISTRIBUTED") ||
            sql_token_is(sql_peek(cursor, 1), "ATOMIC"));
}

/* EXPLAIN ANALYZE runs what it explains. */
static bool runs_explained(struct sql_cursor *cursor)
{
    struct sql_cursor inner;
    bool runs = false;

    if (sql_take_bracket(cursor, &inner)) {
        runs = sql_has_word(&inner, "ANALYZE") && !sql_has_word(&inner, "ANALYZE FALSE") &&
               !sql_has_word(&inner, "ANALYZE OFF");
    } else {
        runs = sql_take_word(cursor, "ANALYZE") || sql_take_word(cursor, "ANALYSE");
        sql_take_word(cursor, "VERBOSE");
    }
    return runs;
}

static void read_query(struct statement_reading *reading, struct sql_operation *operation)
{
    struct sql_cursor *cursor = &reading->cursor;

    if (strcmp(operation->words, "SHOW") == 0)
        return;
    if (strcmp(operation->words, "EXPLAIN") != 0)
        sql_read_query(cursor, operation);
    else if (runs_explained(cursor))
        read_within(reading, cursor);
}

static bool read_first_word(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;

    for (size_t i = 0; i < sizeof first_words / sizeof *first_words; i++) {
        if (sql_take_word(cursor, first_words[i].word)) {
            struct sql_operation *operation =
                add_operation(reading, first_words[i].kind, first_words[i].word);

            if (begins_block(reading))
                operation->kind = SQL_BLOCK;
            if (sql_token_is(&reading->statement->tokens[0], "SET"))
                sql_read_set(cursor, operation);
            if (operation->kind == SQL_LOCK) {
                (void)(sql_take_word(cursor, "TABLE") || sql_take_word(cursor, "TABLES"));
                operation->object_kind = SQL_TABLE;
                operation->object = sql_take_name(cursor);
            }
            if (operation->kind == SQL_SELECT)
                read_query(reading, operation);
            return true;
        }
    }
    return false;
}

static const char *const maintain_words[] = { "VACUUM",  "ANALYZE",  "ANALYSE", "REINDEX",
                                              "CLUSTER", "OPTIMIZE", "REPAIR",  "CHECKPOINT" };

static bool read_maintenance_word(struct statement_reading *reading)
{
    for (size_t i = 0; i < sizeof maintain_words / sizeof *maintain_words; i++) {
        if (sql_take_word(&reading->cursor, maintain_words[i])) {
            /* MariaDB: ANALYZE runs what it looks at */
            if (i == 1 && begins_data(&reading->cursor)) {
                read_within(reading, &reading->cursor);
                return true;
            }
            read_maintenance(reading, maintain_words[i]);
            return true;
        }
    }
    return false;
}

static bool read_data(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;

    if (sql_take_word(cursor, "INSERT"))
        read_into(reading, SQL_INSERT, "INSERT",
                  "LOW_PRIORITY DELAYED HIGH_PRIORITY IGNORE OR REPLACE ABORT INTO");
    else if (sql_take_word(cursor, "REPLACE"))
        read_into(reading, SQL_MERGE, "REPLACE", "LOW_PRIORITY DELAYED INTO");
    else if (sql_take_word(cursor, "UPDATE"))
        read_into(reading, SQL_UPDATE, "UPDATE",
                  "LOW_PRIORITY IGNORE OR REPLACE ROLLBACK ABORT FAIL ONLY");
    else if (sql_take_word(cursor, "DELETE"))
        read_into(reading, SQL_DELETE, "DELETE", "LOW_PRIORITY QUICK IGNORE");
    else if (sql_take_word(cursor, "MERGE"))
        read_into(reading, SQL_MERGE, "MERGE", "INTO ONLY");
    else if (sql_take_words(cursor, "LOAD DATA") || sql_take_words(cursor, "LOAD XML")) {
        while (!sql_at_end(cursor) && !sql_take_words(cursor, "INTO TABLE"))
            sql_skip(cursor);
        read_into(reading, SQL_COPY, "LOAD DATA", "");
    } else {
        return false;
    }
    return true;
}

static bool read_server(struct statement_reading *reading)
{
    struct sql_operation operation = { 0 };

    if (!sql_read_server(&reading->cursor, &operation))
        return false;
    operation.text = reading->statement->text;
    operation.length = reading->statement->length;
    operation.line = reading->statement->line;
    vector_push(reading->operations, &operation);
    return true;
}

static void read_statement(struct statement_reading *reading)
{
    struct sql_cursor *cursor = &reading->cursor;

    sql_take_prepare(cursor);
    if (sql_take_word(cursor, "WITH"))
        read_queries(reading);
    if (read_server(reading))
        return;
    if (sql_at_sign(cursor, "("))
        sql_read_query(cursor, add_operation(reading, SQL_SELECT, "SELECT"));
    else if (sql_take_word(cursor, "CREATE"))
        read_create(reading);
    else if (sql_take_word(cursor, "ALTER"))
        read_alter(reading);
    else if (sql_take_word(cursor, "DROP"))
        read_drop(reading);
    else if (sql_take_word(cursor, "TRUNCATE"))
        read_truncate(reading);
    else if (sql_take_word(cursor, "RENAME"))
        read_rename(reading);
    else if (sql_take_word(cursor, "COPY"))
        read_copy(reading);
    else if (sql_take_word(cursor, "COMMENT"))
        read_comment(reading);
    else if (sql_take_word(cursor, "REFRESH"))
        read_refresh(reading);
    else if (sql_take_word(cursor, "GRANT"))
        sql_read_rights(cursor, add_operation(reading, SQL_GRANT, "GRANT"));
    else if (sql_take_word(cursor, "REVOKE"))
        sql_read_rights(cursor, add_operation(reading, SQL_REVOKE, "REVOKE"));
    else if (sql_take_word(cursor, "CALL"))
        read_call(reading, "CALL");
    else if (sql_take_word(cursor, "EXEC") || sql_take_word(cursor, "EXECUTE"))
        read_call(reading, "EXECUTE");
    else if (!read_data(reading) && !read_maintenance_word(reading) && !read_first_word(reading))
        add_operation(reading, SQL_OTHER,
                      sql_peek(cursor, 0)->kind != SQL_STRING
                          ? sql_source(cursor, cursor->at, cursor->at + 1)
                          : "STATEMENT");
}

void sql_read_operations(enum sql_dialect dialect, const struct sql_statement *statement,
                         struct arena *arena, struct vector *operations)
{
    struct statement_reading reading = {
        .cursor = {.dialect = dialect,
                   .tokens = statement->tokens,
                   .count = statement->count,
                   .arena = arena},
        .statement = statement,
        .operations = operations,
    };

    read_statement(&reading);
}
