#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "mysql_quote.h"
#include "mysql_work.h"

/* --- Options ---------------------------------------------------------------------------------- */

static const char *take_value(struct sql_cursor *cursor)
{
    const struct sql_token *token;

    sql_take_sign(cursor, "=");
    token = sql_peek(cursor, 0);
    if (token->kind == SQL_STRING)
        return mysql_take_string(cursor);
    if (token->kind == SQL_WORD || token->kind == SQL_QUOTED)
        return sql_take_part(cursor);
    sql_skip(cursor);
    return arena_bytes(cursor->arena, token->start, token->length);
}

static void set_collation(struct mysql_work *work, struct schema_object *table,
                          const char *collation)
{
    schema_set(work->schema, table, SCHEMA_COLLATION, collation);
    schema_set(work->schema, table, SCHEMA_CHARACTER_SET,
               arena_bytes(work->arena, collation, strcspn(collation, "_")));
}

/* As a server writes the names of those that are known. */
static const char *engine_form(const char *name)
{
    static const struct {
        const char *name, *form;
    } engines[] = {
        {"innodb",      "InnoDB"    },
        { "myisam",     "MyISAM"    },
        { "memory",     "MEMORY"    },
        { "heap",       "MEMORY"    },
        { "aria",       "Aria"      },
        { "archive",    "ARCHIVE"   },
        { "csv",        "CSV"       },
        { "blackhole",  "BLACKHOLE" },
        { "merge",      "MRG_MyISAM"},
        { "mrg_myisam", "MRG_MyISAM"},
        { "federated",  "FEDERATED" },
        { "ndb",        "ndbcluster"},
        { "ndbcluster", "ndbcluster"},
        { "rocksdb",    "ROCKSDB"   },
    };

    for (size_t i = 0; name != NULL && i < sizeof engines / sizeof *engines; i++) {
        if (strcasecmp(name, engines[i].name) == 0)
            return engines[i].form;
    }
    return name;
}

/* One option of a table; false: it is none that is kept. */
static bool take_option(struct mysql_work *work, struct sql_cursor *cursor,
                        struct schema_object *table)
{
    struct schema *schema = work->schema;

    sql_take_word(cursor, "DEFAULT");
    if (sql_take_word(cursor, "ENGINE"))
        schema_set(schema, table, SCHEMA_ENGINE, engine_form(take_value(cursor)));
    else if (sql_take_word(cursor, "COMMENT"))
        schema_set(schema, table, SCHEMA_COMMENT, take_value(cursor));
    else if (sql_take_words(cursor, "CHARACTER SET") || sql_take_word(cursor, "CHARSET"))
        schema_set(schema, table, SCHEMA_CHARACTER_SET,
                   mysql_small_letters(work, take_value(cursor)));
    else if (sql_take_word(cursor, "COLLATE"))
        set_collation(work, table, mysql_small_letters(work, take_value(cursor)));
    else
        return false;
    return true;
}

static void take_options(struct mysql_work *work, struct sql_cursor *cursor,
                         struct schema_object *table)
{
    while (!sql_at_end(cursor)) {
        if (sql_take_words(cursor, "PARTITION BY")) {
            size_t from = cursor->at;

            while (!sql_at_end(cursor) && !sql_at_sign(cursor, "("))
                cursor->at++;
            sql_skip(cursor);
            schema_set(work->schema, table, SCHEMA_SORT, "partitioned");
            schema_set(work->schema, table, SCHEMA_PARTITION_KEY,
                       sql_source(cursor, from, cursor->at));
            return;
        }
        if (!take_option(work, cursor, table))
            sql_skip(cursor);
    }
}

/* --- CREATE TABLE ----------------------------------------------------------------------------- */

static struct schema_object *add_column(struct mysql_work *work, struct sql_cursor *cursor,
                                        struct schema_object *table)
{
    const char *name = sql_take_part(cursor);
    struct schema_object *column;

    if (name == NULL) {
        mysql_problem(work, "%s: a definition that is none of a column", table->name);
        return NULL;
    }
    column = schema_add_part(work->schema, table, SCHEMA_COLUMN, name, &work->place);
    if (column == NULL)
        mysql_problem(work, "%s has a column %s already", table->name, name);
    else
        mysql_define_column(work, cursor, column);
    return column;
}

/* Keys after all columns: they make columns NOT NULL. */
static void create_parts(struct mysql_work *work, const struct sql_cursor *inner,
                         struct schema_object *table)
{
    for (int pass = 0; pass < 2; pass++) {
        struct sql_cursor list = *inner, item;

        while (sql_take_item(&list, &item)) {
            if (sql_at_end(&item) || sql_at_constraint(&item) != (pass == 1))
                continue;
            if (pass == 0)
                add_column(work, &item, table);
            else
                mysql_define_key(work, &item, table);
        }
    }
}

void mysql_create_table(struct mysql_work *work, struct sql_cursor *cursor,
                        struct schema_object *table)
{
    struct sql_cursor inner;

    if (sql_at_word(cursor, "LIKE") || sql_at_word(cursor, "AS") || sql_at_word(cursor, "SELECT")) {
        mysql_problem(work, "%s is made of another: its columns are not known", table->name);
        return;
    }
    if (!sql_take_bracket(cursor, &inner)) {
        mysql_problem(work, "%s has no columns", table->name);
        return;
    }
    if (sql_at_one_of(&inner, "LIKE SELECT"))
        mysql_problem(work, "%s is made of another: its columns are not known", table->name);
    else
        create_parts(work, &inner, table);
    mysql_index_foreign_keys(work, table);
    take_options(work, cursor, table);
}

/* --- ALTER TABLE ------------------------------------------------------------------------------ */

static struct schema_object *find_column(struct mysql_work *work, struct schema_object *table,
                                         const char *name, bool if_exists)
{
    struct schema_object *column =
        name != NULL ? schema_find_part(work->schema, table, SCHEMA_COLUMN, name) : NULL;

    if (column == NULL && !if_exists)
        mysql_problem(work, "%s has no column %s", table->name, name != NULL ? name : "");
    return column;
}

static void take_place(struct mysql_work *work, struct sql_cursor *cursor,
                       struct schema_object *column)
{
    if (sql_take_word(cursor, "FIRST")) {
        schema_move_part(column, NULL);
    } else if (sql_take_word(cursor, "AFTER")) {
        struct schema_object *before =
            find_column(work, column->owner, sql_take_part(cursor), false);

        if (before != NULL && before != column)
            schema_move_part(column, before);
    }
}

static void alter_add_column(struct mysql_work *work, struct sql_cursor *item,
                             struct schema_object *table)
{
    struct schema_object *column = add_column(work, item, table);

    if (column != NULL)
        take_place(work, item, column);
}

static void alter_add(struct mysql_work *work, struct sql_cursor *item, struct schema_object *table)
{
    struct sql_cursor inner, part;
    bool if_exists;

    if (sql_take_word(item, "PARTITION"))
        return;
    if (sql_at_constraint(item)) {
        mysql_define_key(work, item, table);
        return;
    }
    sql_take_word(item, "COLUMN");
    if_exists = sql_take_if(item);
    if (sql_take_bracket(item, &inner)) {
        while (sql_take_item(&inner, &part)) {
            if (sql_at_constraint(&part))
                mysql_define_key(work, &part, table);
            else
                alter_add_column(work, &part, table);
        }
        return;
    }
    if (if_exists) {
        struct sql_cursor ahead = *item;
        const char *name = sql_take_part(&ahead);

        if (name != NULL && schema_find_part(work->schema, table, SCHEMA_COLUMN, name) != NULL)
            return;
    }
    alter_add_column(work, item, table);
}

static void drop_named_key(struct mysql_work *work, struct sql_cursor *item,
                           struct schema_object *table)
{
    bool if_exists = sql_take_if(item);
    const char *name = sql_take_part(item);

    if (!mysql_drop_key(work, table, name) && !if_exists)
        mysql_problem(work, "%s has no key %s", table->name, name != NULL ? name : "");
}

static void alter_drop(struct mysql_work *work, struct sql_cursor *item,
                       struct schema_object *table)
{
    struct schema_object *column;
    bool if_exists;

    if (sql_take_words(item, "PRIMARY KEY")) {
        if (!mysql_drop_key(work, table, "PRIMARY"))
            mysql_problem(work, "%s has no primary key", table->name);
    } else if (sql_take_words(item, "FOREIGN KEY") || sql_take_word(item, "CONSTRAINT") ||
               sql_take_word(item, "CHECK") || sql_take_word(item, "INDEX") ||
               sql_take_word(item, "KEY")) {
        drop_named_key(work, item, table);
    } else if (!sql_take_word(item, "PARTITION")) {
        sql_take_word(item, "COLUMN");
        if_exists = sql_take_if(item);
        column = find_column(work, table, sql_take_part(item), if_exists);
        if (column != NULL) {
            mysql_follow_column(work, table, column->name, NULL);
            schema_remove(work->schema, column);
        }
    }
}

static void rename_column(struct mysql_work *work, struct schema_object *table,
                          struct schema_object *column, const char *new_name)
{
    const char *old = arena_text(work->arena, column->name);

    if (new_name == NULL || strcmp(old, new_name) == 0)
        return;
    if (schema_rename(work->schema, column, NULL, new_name, NULL))
        mysql_follow_column(work, table, old, new_name);
    else
        mysql_problem(work, "%s has a column %s already", table->name, new_name);
}

static void alter_redefine(struct mysql_work *work, struct sql_cursor *item,
                           struct schema_object *table, bool changes_name)
{
    struct schema_object *column;
    bool if_exists;

    sql_take_word(item, "COLUMN");
    if_exists = sql_take_if(item);
    column = find_column(work, table, sql_take_part(item), if_exists);
    if (column == NULL)
        return;
    if (changes_name)
        rename_column(work, table, column, sql_take_part(item));
    mysql_define_column(work, item, column);
    take_place(work, item, column);
}

static void alter_column(struct mysql_work *work, struct sql_cursor *item,
                         struct schema_object *table)
{
    struct schema_object *column;

    if (sql_at_one_of(item, "INDEX CHECK CONSTRAINT")) /* visible, enforced: not kept */
        return;
    sql_take_word(item, "COLUMN");
    column = find_column(work, table, sql_take_part(item), false);
    if (column == NULL)
        return;
    if (sql_take_words(item, "DROP DEFAULT")) {
        schema_set(work->schema, column, SCHEMA_DEFAULT, NULL);
    } else if (sql_take_words(item, "SET DEFAULT")) {
        mysql_set_default(work, column, sql_source(item, item->at, item->count));
    }
}

static void alter_rename(struct mysql_work *work, struct sql_cursor *item,
                         struct schema_object *table)
{
    const char *name, *new_name;

    if (sql_take_word(item, "COLUMN")) {
        struct schema_object *column = find_column(work, table, sql_take_part(item), false);

        sql_take_word(item, "TO");
        if (column != NULL)
            rename_column(work, table, column, sql_take_part(item));
        return;
    }
    if (sql_at_one_of(item, "INDEX KEY")) {
        struct schema_object *index;

        item->at++;
        name = sql_take_part(item);
        sql_take_word(item, "TO");
        new_name = sql_take_part(item);
        index = name != NULL ? schema_find_part(work->schema, table, SCHEMA_INDEX, name) : NULL;
        if (index == NULL && name != NULL)
            index = schema_find_part(work->schema, table, SCHEMA_CONSTRAINT, name);
        if (index == NULL || new_name == NULL ||
            !schema_rename(work->schema, index, NULL, new_name, NULL))
            mysql_problem(work, "%s: the index cannot be renamed", table->name);
        return;
    }
    (void)(sql_take_word(item, "TO") || sql_take_word(item, "AS"));
    mysql_rename_table(work, table, sql_take_name(item));
}

void mysql_rename_table(struct mysql_work *work, struct schema_object *table, const char *name)
{
    const char *old = arena_text(work->arena, table->name);

    if (name != NULL && schema_rename(work->schema, table, NULL, name, NULL))
        mysql_follow_table(work, old, name);
    else
        mysql_problem(work, "%s cannot be renamed", old);
}

static void alter_item(struct mysql_work *work, struct sql_cursor *item,
                       struct schema_object *table)
{
    if (sql_take_word(item, "ADD"))
        alter_add(work, item, table);
    else if (sql_take_word(item, "DROP"))
        alter_drop(work, item, table);
    else if (sql_take_word(item, "MODIFY"))
        alter_redefine(work, item, table, false);
    else if (sql_take_word(item, "CHANGE"))
        alter_redefine(work, item, table, true);
    else if (sql_take_word(item, "ALTER"))
        alter_column(work, item, table);
    else if (sql_take_word(item, "RENAME"))
        alter_rename(work, item, table);
    else if (!sql_take_words(item, "CONVERT TO"))
        take_options(work, item, table);
    else
        take_option(work, item, table);
}

void mysql_alter_table(struct mysql_work *work, struct sql_cursor *cursor,
                       struct schema_object *table)
{
    struct sql_cursor item;

    while (sql_take_item(cursor, &item))
        alter_item(work, &item, table);
    mysql_index_foreign_keys(work, table);
}
