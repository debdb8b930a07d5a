#include <string.h>

#include "sql_cursor.h"

/* One change while it is read. */
struct reading {
    struct sql_cursor *cursor;
    struct sql_operation *operation;
    struct vector *changes; /* struct sql_change */
};

static struct sql_change *add_change(const struct reading *reading, enum sql_action action,
                                     const char *words)
{
    struct sql_change *change = vector_add(reading->changes);
    const struct sql_cursor *cursor = reading->cursor;

    change->action = action;
    change->words = words;
    change->line = sql_peek(cursor, 0)->line;
    if (sql_at_end(cursor) && cursor->at > 0) /* all of it was taken as the words */
        change->line = cursor->tokens[cursor->at - 1].line;
    return change;
}

static void take_cascade(struct sql_cursor *cursor, struct sql_change *change)
{
    while (!sql_at_end(cursor) && !sql_at_sign(cursor, ",")) {
        if (sql_take_word(cursor, "CASCADE"))
            change->cascade = true;
        else if (sql_take_word(cursor, "CONCURRENTLY"))
            change->concurrently = true;
        else
            sql_skip(cursor);
    }
}

/* --- ADD -------------------------------------------------------------------------------------- */

static void add_column(const struct reading *reading)
{
    struct sql_cursor *cursor = reading->cursor;
    struct sql_cursor inner, item;
    struct sql_change *change;
    bool if_exists;

    sql_take_word(cursor, "COLUMN");
    if_exists = sql_take_if(cursor);
    if (sql_take_bracket(cursor, &inner)) {
        while (sql_take_item(&inner, &item)) {
            if (sql_at_constraint(&item)) {
                sql_read_constraint(&item, add_change(reading, SQL_ADD_CONSTRAINT, ""));
                continue;
            }
            change = add_change(reading, SQL_ADD_COLUMN, "ADD COLUMN");
            sql_read_column(&item, NULL, &change->column);
            change->name = change->column.name;
        }
        return;
    }
    change = add_change(reading, SQL_ADD_COLUMN, "ADD COLUMN");
    sql_read_column(cursor, NULL, &change->column);
    change->name = change->column.name;
    change->if_exists = if_exists;
}

static void read_add(const struct reading *reading)
{
    struct sql_cursor *cursor = reading->cursor;

    if (sql_take_word(cursor, "PARTITION")) {
        struct sql_change *change = add_change(reading, SQL_ADD_PARTITION, "ADD PARTITION");

        sql_take_if(cursor);
        if (!sql_at_sign(cursor, "("))
            change->name = sql_take_part(cursor);
        sql_skip_to_comma(cursor);
    } else if (sql_at_constraint(cursor)) {
        sql_read_constraint(cursor, add_change(reading, SQL_ADD_CONSTRAINT, ""));
    } else {
        add_column(reading);
    }
}

/* --- DROP ------------------------------------------------------------------------------------- */

/* What may stand behind DROP, the longer words first; a column where none of them does. */
static const struct drop_word {
    const char *words, *name;
    enum sql_action action;
    enum sql_constraint_kind constraint;
} drop_words[] = {
    {"PRIMARY KEY",  "DROP PRIMARY KEY", SQL_DROP_CONSTRAINT, SQL_PRIMARY_KEY  },
    { "FOREIGN KEY", "DROP FOREIGN KEY", SQL_DROP_CONSTRAINT, SQL_FOREIGN_KEY  },
    { "CONSTRAINT",  "DROP CONSTRAINT",  SQL_DROP_CONSTRAINT, SQL_NO_CONSTRAINT},
    { "CHECK",       "DROP CHECK",       SQL_DROP_CONSTRAINT, SQL_CHECK        },
    { "INDEX",       "DROP INDEX",       SQL_DROP_INDEX,      SQL_NO_CONSTRAINT},
    { "KEY",         "DROP INDEX",       SQL_DROP_INDEX,      SQL_NO_CONSTRAINT},
    { "PARTITION",   "DROP PARTITION",   SQL_DROP_PARTITION,  SQL_NO_CONSTRAINT},
};

static void read_drop(const struct reading *reading)
{
    struct sql_cursor *cursor = reading->cursor, inner, item;
    struct sql_change *change;

    for (size_t i = 0; i < sizeof drop_words / sizeof *drop_words; i++) {
        if (sql_take_words(cursor, drop_words[i].words)) {
            change = add_change(reading, drop_words[i].action, drop_words[i].name);
            change->constraint = drop_words[i].constraint;
            change->if_exists = sql_take_if(cursor);
            change->name = sql_take_name(cursor);
            take_cascade(cursor, change);
            return;
        }
    }
    sql_take_word(cursor, "COLUMN");
    if (sql_take_bracket(cursor, &inner)) { /* Oracle: DROP (a, b) */
        while (sql_take_item(&inner, &item))
            add_change(reading, SQL_DROP_COLUMN, "DROP COLUMN")->name = sql_take_part(&item);
        sql_skip_to_comma(cursor);
        return;
    }
    change = add_change(reading, SQL_DROP_COLUMN, "DROP COLUMN");
    change->if_exists = sql_take_if(cursor);
    change->name = sql_take_part(cursor);
    take_cascade(cursor, change);
}

/* --- ALTER COLUMN ----------------------------------------------------------------------------- */

static void read_type(const struct reading *reading, struct sql_change *change, const char *name)
{
    change->action = SQL_CHANGE_TYPE;
    change->words = "ALTER TYPE";
    change->converts = sql_has_word(reading->cursor, "USING");
    sql_read_column(reading->cursor, name, &change->column);
}

static void read_alter_column(const struct reading *reading)
{
    struct sql_cursor *cursor = reading->cursor;
    struct sql_change *change = add_change(reading, SQL_SET_COLUMN, "ALTER COLUMN");

    if (sql_take_word(cursor, "CONSTRAINT") || sql_take_word(cursor, "INDEX") ||
        sql_take_word(cursor, "CHECK")) {
        change->action = SQL_CHANGE_OPTION;
        change->words = "ALTER CONSTRAINT";
        change->name = sql_take_part(cursor);
        sql_skip_to_comma(cursor);
        return;
    }
    sql_take_word(cursor, "COLUMN");
    change->name = sql_take_part(cursor);
    if (sql_take_words(cursor, "SET DATA TYPE") || sql_take_word(cursor, "TYPE")) {
        read_type(reading, change, change->name);
    } else if (sql_take_words(cursor, "SET NOT NULL")) {
        change->action = SQL_SET_NOT_NULL;
        change->words = "SET NOT NULL";
    } else if (sql_take_words(cursor, "DROP NOT NULL")) {
        change->action = SQL_DROP_NOT_NULL;
        change->words = "DROP NOT NULL";
    } else if (sql_take_words(cursor, "SET DEFAULT")) {
        size_t from = cursor->at;

        change->action = SQL_SET_DEFAULT;
        change->words = "SET DEFAULT";
        sql_skip_to_comma(cursor);
        change->column.default_text = sql_source(cursor, from, cursor->at);
    } else if (sql_take_words(cursor, "DROP DEFAULT")) {
        change->action = SQL_DROP_DEFAULT;
        change->words = "DROP DEFAULT";
    } else if (!sql_at_one_of(cursor, "SET DROP ADD RESTART RESET")) {
        read_type(reading, change, change->name); /* SQL Server: ALTER COLUMN name type */
    }
    sql_skip_to_comma(cursor);
}

/* MODIFY name definition, CHANGE old new definition; Oracle: MODIFY (name definition, …). */
static void read_redefinition(const struct reading *reading, bool changes_name)
{
    struct sql_cursor *cursor = reading->cursor, inner, item;
    struct sql_change *change;

    sql_take_word(cursor, "COLUMN");
    sql_take_if(cursor);
    if (!changes_name && sql_take_bracket(cursor, &inner)) {
        while (sql_take_item(&inner, &item)) {
            change = add_change(reading, SQL_REDEFINE_COLUMN, "MODIFY COLUMN");
            sql_read_column(&item, NULL, &change->column);
            change->name = change->column.name;
        }
        return;
    }
    change =
        add_change(reading, SQL_REDEFINE_COLUMN, changes_name ? "CHANGE COLUMN" : "MODIFY COLUMN");
    if (changes_name)
        change->name = sql_take_part(cursor);
    sql_read_column(cursor, NULL, &change->column);
    if (change->name == NULL)
        change->name = change->column.name;
    else if (strcmp(change->name, change->column.name) != 0)
        change->new_name = change->column.name;
}

/* --- The rest --------------------------------------------------------------------------------- */

static void read_rename(const struct reading *reading)
{
    struct sql_cursor *cursor = reading->cursor;
    struct sql_change *change = add_change(reading, SQL_RENAME_OBJECT, "RENAME TO");

    if (sql_take_word(cursor, "TO") || sql_take_word(cursor, "AS")) {
        change->new_name = sql_take_name(cursor);
        return;
    }
    if (sql_take_word(cursor, "CONSTRAINT")) {
        change->action = SQL_RENAME_CONSTRAINT;
        change->words = "RENAME CONSTRAINT";
    } else if (sql_at_one_of(cursor, "INDEX KEY")) {
        sql_skip(cursor);
        change->action = SQL_RENAME_INDEX;
        change->words = "RENAME INDEX";
    } else {
        const struct sql_token *second = sql_peek(cursor, 1);

        sql_take_word(cursor, "COLUMN");
        change->action = SQL_RENAME_COLUMN;
        change->words = "RENAME COLUMN";
        if (second->kind == SQL_END) { /* MySQL: RENAME name */
            change->action = SQL_RENAME_OBJECT;
            change->words = "RENAME TO";
            change->new_name = sql_take_name(cursor);
            return;
        }
    }
    change->name = sql_take_part(cursor);
    sql_take_word(cursor, "TO");
    change->new_name = sql_take_part(cursor);
}

/* Words that begin a change, and what it is. */
static const struct change_word {
    const char *words;
    enum sql_action action;
} change_words[] = {
    {"VALIDATE CONSTRAINT",          SQL_VALIDATE_CONSTRAINT},
    { "ATTACH PARTITION",            SQL_ATTACH_PARTITION   },
    { "DETACH PARTITION",            SQL_DETACH_PARTITION   },
    { "TRUNCATE PARTITION",          SQL_DROP_PARTITION     },
    { "SET SCHEMA",                  SQL_MOVE_OBJECT        },
    { "DISABLE ROW LEVEL SECURITY",  SQL_CHANGE_SECURITY    },
    { "NO FORCE ROW LEVEL SECURITY", SQL_CHANGE_SECURITY    },
    { "ENABLE ROW LEVEL SECURITY",   SQL_CHANGE_SECURITY    },
    { "FORCE ROW LEVEL SECURITY",    SQL_CHANGE_SECURITY    },
    { "OWNER TO",                    SQL_CHANGE_OWNER       },
    { "SET TABLESPACE",              SQL_CHANGE_STORAGE     },
    { "SET LOGGED",                  SQL_CHANGE_STORAGE     },
    { "SET UNLOGGED",                SQL_CHANGE_STORAGE     },
    { "SET ACCESS METHOD",           SQL_CHANGE_STORAGE     },
    { "CONVERT TO CHARACTER SET",    SQL_CHANGE_STORAGE     },
    { "CONVERT TO CHARSET",          SQL_CHANGE_STORAGE     },
    { "CONVERT TO",                  SQL_CHANGE_STORAGE     },
    { "ENGINE",                      SQL_CHANGE_STORAGE     },
    { "FORCE",                       SQL_CHANGE_OPTION      },
    { "RENAME VALUE",                SQL_RENAME_VALUE       },
};

/* How many words of an option say which it is. */
#define OPTION_WORDS 4

/* Its words as they may stand without the statement: what a string, or anything behind PASSWORD or
 * IDENTIFIED BY, says may be a secret, and nothing beside it would tell. */
static const char *option_words(const struct sql_cursor *cursor, size_t from, size_t to)
{
    size_t end = from;
    bool identified = false, password = false;

    for (; end < to && end < from + OPTION_WORDS; end++) {
        const struct sql_token *token = &cursor->tokens[end];

        if (token->kind == SQL_STRING ||
            (password && token->kind != SQL_WORD && !sql_token_is_sign(token, "=")))
            break;
        if (identified && (sql_token_is(token, "BY") || sql_token_is(token, "AS") ||
                           sql_token_is(token, "USING"))) {
            end++;
            break;
        }
        identified |= sql_token_is(token, "IDENTIFIED");
        password |= sql_token_is(token, "PASSWORD");
    }
    while (end > from && (sql_token_is_sign(&cursor->tokens[end - 1], "=") ||
                          sql_token_is_sign(&cursor->tokens[end - 1], "(")))
        end--;
    return end > from ? sql_source(cursor, from, end) : "SET";
}

/* OPTIONS (SET user 'u', password 'x') of a server or a mapping: which, and never what. */
static const char *listed_options(const struct sql_cursor *cursor, struct sql_cursor *inner)
{
    struct strbuf words = STRBUF_INIT;
    struct sql_cursor item;
    const char *result;

    strbuf_add(&words, "OPTIONS (");
    for (size_t count = 0; sql_take_item(inner, &item); count++) {
        const char *verb = sql_at_word(&item, "SET")    ? "SET "
                           : sql_at_word(&item, "ADD")  ? "ADD "
                           : sql_at_word(&item, "DROP") ? "DROP "
                                                        : "";
        const char *name;

        item.at += *verb != '\0';
        name = sql_take_part(&item);
        strbuf_printf(&words, "%s%s%s", count > 0 ? ", " : "", verb, name != NULL ? name : "?");
    }
    strbuf_add_char(&words, ')');
    result = strbuf_to_arena(&words, cursor->arena);
    strbuf_release(&words);
    return result;
}

/* Rows go from one table to the other, and back. */
static void read_exchange(struct sql_cursor *cursor, struct sql_change *change)
{
    const char *partition = sql_take_part(cursor), *table;

    while (!sql_at_end(cursor) && !sql_take_words(cursor, "WITH TABLE"))
        sql_skip(cursor);
    table = sql_take_name(cursor);
    if (partition != NULL && table != NULL)
        change->words =
            arena_printf(cursor->arena, "EXCHANGE PARTITION %s WITH TABLE %s", partition, table);
    change->seen = SQL_CHANGES_DATA;
    change->seen_why = "the rows of a partition and of a table change places";
}

/* What is more than a word and a name; false: it is none of it. */
static bool read_longer(const struct reading *reading)
{
    struct sql_cursor *cursor = reading->cursor, ahead = *cursor, inner;

    if (sql_take_words(cursor, "EXCHANGE PARTITION")) {
        read_exchange(cursor, add_change(reading, SQL_CHANGE_OPTION, "EXCHANGE PARTITION"));
        return true;
    }
    if (sql_take_word(&ahead, "OPTIONS") && sql_take_bracket(&ahead, &inner)) {
        struct sql_change *change = add_change(reading, SQL_CHANGE_OPTION, NULL);

        *cursor = ahead;
        change->words = listed_options(cursor, &inner);
        return true;
    }
    return false;
}

static void read_other(const struct reading *reading)
{
    struct sql_cursor *cursor = reading->cursor;

    if (read_longer(reading))
        return;

    for (size_t i = 0; i < sizeof change_words / sizeof *change_words; i++) {
        struct sql_change *change;

        if (!sql_take_words(cursor, change_words[i].words))
            continue;
        change = add_change(reading, change_words[i].action, change_words[i].words);
        sql_take_sign(cursor, "=");
        change->name = sql_take_name(cursor);
        take_cascade(cursor, change);
        return;
    }
    {
        struct sql_change *change = add_change(reading, SQL_CHANGE_OPTION, NULL);
        size_t from = cursor->at;

        sql_skip_to_comma(cursor);
        change->words = option_words(cursor, from, cursor->at);
        if (sql_token_is(&cursor->tokens[from], "DISABLE") && from + 1 < cursor->at &&
            sql_token_is(&cursor->tokens[from + 1], "RULE")) {
            change->seen = SQL_UNCHECKED;
            change->seen_why = "a rule does not act on what is written from then on";
        }
    }
}

/* What MySQL may do without keeping anybody waiting, if it is told to. */
static bool take_manner(struct sql_cursor *cursor, struct sql_operation *operation)
{
    bool algorithm = sql_at_word(cursor, "ALGORITHM");

    if (!algorithm && !(sql_at_word(cursor, "LOCK") && sql_token_is_sign(sql_peek(cursor, 1), "=")))
        return false;
    sql_skip(cursor);
    sql_take_sign(cursor, "=");
    if (algorithm ? sql_at_word(cursor, "INSTANT") : sql_at_word(cursor, "NONE"))
        operation->online = true;
    sql_skip_to_comma(cursor);
    return true;
}

static void read_change(const struct reading *reading)
{
    struct sql_cursor *cursor = reading->cursor;

    if (reading->operation->object_kind == SQL_ROLE && !sql_at_word(cursor, "RENAME")) {
        read_other(reading); /* a role has no columns: ADD 2 FACTOR, DROP ROLE */
    } else if (sql_take_words(cursor, "ADD VALUE")) {
        struct sql_change *change = add_change(reading, SQL_ADD_VALUE, "ADD VALUE");

        sql_take_if(cursor);
        change->name = sql_source(cursor, cursor->at, cursor->at + 1);
        sql_skip_to_comma(cursor);
    } else if (sql_take_word(cursor, "ADD")) {
        read_add(reading);
    } else if (sql_take_word(cursor, "DROP")) {
        read_drop(reading);
    } else if (sql_take_word(cursor, "ALTER")) {
        read_alter_column(reading);
    } else if (sql_take_word(cursor, "MODIFY")) {
        read_redefinition(reading, false);
    } else if (sql_take_word(cursor, "CHANGE")) {
        read_redefinition(reading, true);
    } else if (sql_at_word(cursor, "RENAME") && !sql_token_is(sql_peek(cursor, 1), "VALUE")) {
        cursor->at++;
        read_rename(reading);
    } else if (!take_manner(cursor, reading->operation)) {
        read_other(reading);
    }
}

/* Whether a role's setting stands here, whose values are what follows: [IN DATABASE d] SET x = a,
 * b.
 */
static bool at_role_setting(const struct sql_cursor *cursor, const struct sql_operation *operation)
{
    struct sql_cursor at = *cursor;

    if (operation->object_kind != SQL_ROLE)
        return false;
    if (sql_take_words(&at, "IN DATABASE"))
        sql_take_name(&at);
    return sql_at_word(&at, "SET") || sql_take_words(&at, "DEFAULT ROLE");
}

/* The next of the changes. */
static bool take_change(struct sql_cursor *cursor, const struct sql_operation *operation,
                        struct sql_cursor *item)
{
    if (!at_role_setting(cursor, operation))
        return sql_take_item(cursor, item);
    *item = *cursor;
    cursor->at = cursor->count;
    return true;
}

void sql_read_changes(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct vector changes;
    struct sql_cursor item;
    enum sql_action last = SQL_ACTION_COUNT;

    vector_init(&changes, sizeof(struct sql_change));
    while (take_change(cursor, operation, &item)) {
        struct reading reading = { .cursor = &item, .operation = operation, .changes = &changes };

        if (sql_at_end(&item))
            continue;
        /* SQL Server: ADD a int, b int, and DROP COLUMN a, b: the word stands for what follows. */
        if (last == SQL_ADD_COLUMN && operation->table == NULL &&
            (cursor->dialect == DIALECT_SQLSERVER || cursor->dialect == DIALECT_UNKNOWN) &&
            !sql_at_one_of(&item, "ADD DROP ALTER MODIFY CHANGE RENAME SET OWNER VALIDATE ATTACH "
                                  "DETACH ENABLE DISABLE ENGINE CONVERT ALGORITHM LOCK FORCE "
                                  "COMMENT INHERIT NO CLUSTER REPLICA AUTO_INCREMENT ORDER ROW "
                                  "ROW_FORMAT DEFAULT CHARACTER COLLATE RESET TRUNCATE"))
            read_add(&reading);
        else
            read_change(&reading);
        if (changes.count > 0)
            last = ((struct sql_change *)vector_at(&changes, changes.count - 1))->action;
    }
    operation->changes = vector_to_arena(&changes, cursor->arena);
    operation->change_count = changes.count;
    vector_release(&changes);
}
