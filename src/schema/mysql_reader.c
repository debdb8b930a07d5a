#include <pilab/schema/mysql.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>

#include "mysql_work.h"

struct mysql_reader {
    struct mysql_work work;
    struct arena *arena;
};

struct mysql_reader *mysql_reader_new(const char *name, enum sql_dialect dialect)
{
    struct mysql_reader *reader = memory_new(sizeof *reader);

    reader->arena = arena_new();
    reader->work = (struct mysql_work){ .schema = schema_new(SCHEMA_MYSQL, name),
                                        .dialect = dialect,
                                        .arena = reader->arena };
    vector_init(&reader->work.implied, sizeof(const struct schema_object *));
    schema_add_gap(reader->work.schema, "users and privileges", "they are not read from SQL");
    schema_add_gap(reader->work.schema, "events", "they are not read from SQL");
    schema_add_gap(reader->work.schema, "partitions of tables", "only what they are by is read");
    schema_leave_out(reader->work.schema, SCHEMA_SEQUENCE, "none is read from SQL");
    schema_add_gap(reader->work.schema, "expressions, views and routines as a server writes them",
                   "they are compared as they stand in the SQL, and with a server only in that "
                   "they are there");
    return reader;
}

void mysql_reader_free(struct mysql_reader **reader)
{
    if (*reader == NULL)
        return;
    schema_free(&(*reader)->work.schema);
    vector_release(&(*reader)->work.implied);
    arena_free(&(*reader)->arena);
    free(*reader);
    *reader = NULL;
}

/* "shop.orders" is a table of this database all the same: dumps name theirs. */
static const char *take_own_name(struct sql_cursor *cursor)
{
    const char *name = sql_take_part(cursor);

    while (name != NULL && sql_take_sign(cursor, "."))
        name = sql_take_part(cursor);
    return name;
}

/* --- Tables ----------------------------------------------------------------------------------- */

static void create_table(struct mysql_work *work, struct sql_cursor *cursor, bool replace)
{
    bool if_exists = sql_take_if(cursor);
    const char *name = take_own_name(cursor);
    struct schema_object *table =
        name != NULL ? schema_find(work->schema, SCHEMA_TABLE, "", name, NULL) : NULL;

    if (table != NULL && replace) {
        schema_remove(work->schema, table);
        table = NULL;
    }
    if (table != NULL) {
        if (!if_exists)
            mysql_problem(work, "there is a table %s already", name);
        return;
    }
    table =
        name != NULL ? schema_add(work->schema, SCHEMA_TABLE, "", name, NULL, &work->place) : NULL;
    if (table == NULL)
        mysql_problem(work, "the table cannot be made");
    else
        mysql_create_table(work, cursor, table);
}

static struct schema_object *find_table(struct mysql_work *work, const char *name)
{
    struct schema_object *table =
        name != NULL ? schema_find(work->schema, SCHEMA_TABLE, "", name, NULL) : NULL;

    if (table == NULL)
        mysql_problem(work, "there is no table %s", name != NULL ? name : "");
    return table;
}

static void alter_table(struct mysql_work *work, struct sql_cursor *cursor)
{
    bool if_exists = sql_take_if(cursor);
    const char *name = take_own_name(cursor);
    struct schema_object *table = if_exists && name != NULL
                                      ? schema_find(work->schema, SCHEMA_TABLE, "", name, NULL)
                                  : if_exists ? NULL
                                              : find_table(work, name);

    if (table != NULL)
        mysql_alter_table(work, cursor, table);
}

static void rename_tables(struct mysql_work *work, struct sql_cursor *cursor)
{
    struct sql_cursor item;

    if (!sql_take_word(cursor, "TABLE") && !sql_take_word(cursor, "TABLES"))
        return; /* RENAME USER */
    while (sql_take_item(cursor, &item)) {
        struct schema_object *table = find_table(work, take_own_name(&item));

        sql_take_word(&item, "TO");
        if (table != NULL)
            mysql_rename_table(work, table, take_own_name(&item));
    }
}

static void create_index(struct mysql_work *work, struct sql_cursor *cursor, const char *sort)
{
    const char *name;
    struct schema_object *table;

    sql_take_if(cursor);
    name = sql_take_part(cursor);
    while (!sql_at_end(cursor) && !sql_take_word(cursor, "ON"))
        cursor->at++;
    table = find_table(work, take_own_name(cursor));
    if (table == NULL)
        return;
    mysql_add_index(work, table, name, sort, cursor);
    mysql_index_foreign_keys(work, table);
}

/* --- What is kept as it is written ------------------------------------------------------------ */

/* From a word on, "TRIGGER …": who made it, and the comments that dumps put around that, are not
 * kept. */
static const char *written(struct mysql_work *work, const struct sql_cursor *cursor, size_t from)
{
    const struct sql_token *first = &cursor->tokens[from],
                           *last = &cursor->tokens[cursor->count - 1];

    return arena_printf(work->arena, "CREATE %.*s",
                        (int)(last->start + last->length - first->start), first->start);
}

static void create_view(struct mysql_work *work, struct sql_cursor *cursor)
{
    const char *name;
    struct schema_object *view;

    sql_take_if(cursor);
    name = take_own_name(cursor);
    view = name != NULL ? schema_find(work->schema, SCHEMA_VIEW, "", name, NULL) : NULL;
    if (view == NULL && name != NULL)
        view = schema_add(work->schema, SCHEMA_VIEW, "", name, NULL, &work->place);
    if (view == NULL) {
        mysql_problem(work, "the view cannot be made");
        return;
    }
    while (!sql_at_end(cursor) && !sql_take_word(cursor, "AS"))
        sql_skip(cursor);
    schema_set(work->schema, view, SCHEMA_DEFINITION,
               sql_source(cursor, cursor->at, cursor->count));
}

static void create_routine(struct mysql_work *work, struct sql_cursor *cursor, size_t from,
                           bool procedure)
{
    const char *name;
    struct schema_object *function;
    struct sql_cursor arguments;

    sql_take_if(cursor);
    name = take_own_name(cursor);
    if (name == NULL) {
        mysql_problem(work, "the routine cannot be made");
        return;
    }
    function = schema_find(work->schema, SCHEMA_FUNCTION, "", name, procedure ? "procedure" : "");
    if (function == NULL)
        function = schema_add(work->schema, SCHEMA_FUNCTION, "", name, procedure ? "procedure" : "",
                              &work->place);
    if (function == NULL)
        return;
    if (procedure)
        schema_set(work->schema, function, SCHEMA_SORT, "procedure");
    if (sql_take_bracket(cursor, &arguments))
        schema_set(work->schema, function, SCHEMA_ARGUMENTS,
                   sql_source(&arguments, arguments.at, arguments.count));
    schema_set(work->schema, function, SCHEMA_DEFINITION, written(work, cursor, from));
}

static void create_trigger(struct mysql_work *work, struct sql_cursor *cursor, size_t from)
{
    const char *name, *events[1];
    struct schema_object *table, *trigger;
    bool before;

    sql_take_if(cursor);
    name = take_own_name(cursor);
    before = sql_take_word(cursor, "BEFORE");
    sql_take_word(cursor, "AFTER");
    events[0] = sql_at_word(cursor, "INSERT")   ? "INSERT"
                : sql_at_word(cursor, "UPDATE") ? "UPDATE"
                                                : "DELETE";
    while (!sql_at_end(cursor) && !sql_take_word(cursor, "ON"))
        cursor->at++;
    table = find_table(work, take_own_name(cursor));
    trigger = table != NULL && name != NULL
                  ? schema_add_part(work->schema, table, SCHEMA_TRIGGER, name, &work->place)
                  : NULL;
    if (trigger == NULL) {
        mysql_problem(work, "the trigger %s cannot be made", name != NULL ? name : "");
        return;
    }
    schema_set(work->schema, trigger, SCHEMA_TIMING, before ? "BEFORE" : "AFTER");
    schema_set_list(work->schema, trigger, SCHEMA_EVENTS, events, 1);
    schema_set(work->schema, trigger, SCHEMA_DEFINITION, written(work, cursor, from));
}

/* --- CREATE and DROP -------------------------------------------------------------------------- */

static void create(struct mysql_work *work, struct sql_cursor *cursor)
{
    bool replace = sql_take_words(cursor, "OR REPLACE");
    const char *sort = "";

    if (sql_at_word(cursor, "TEMPORARY"))
        return;
    for (size_t i = 0; i < 20 && !sql_at_end(cursor); i++) {
        if (sql_at_one_of(cursor, "UNIQUE FULLTEXT SPATIAL")) {
            sort = sql_at_word(cursor, "UNIQUE")     ? "UNIQUE"
                   : sql_at_word(cursor, "FULLTEXT") ? "FULLTEXT"
                                                     : "SPATIAL";
            cursor->at++;
        } else if (sql_take_word(cursor, "TABLE")) {
            create_table(work, cursor, replace);
            return;
        } else if (sql_take_word(cursor, "INDEX")) {
            create_index(work, cursor, sort);
            return;
        } else if (sql_take_word(cursor, "VIEW")) {
            create_view(work, cursor);
            return;
        } else if (sql_at_one_of(cursor, "FUNCTION PROCEDURE")) {
            bool procedure = sql_at_word(cursor, "PROCEDURE");
            bool aggregate =
                cursor->at > 0 && sql_token_is(&cursor->tokens[cursor->at - 1], "AGGREGATE");
            size_t from = cursor->at++ - aggregate;

            create_routine(work, cursor, from, procedure);
            return;
        } else if (sql_take_word(cursor, "TRIGGER")) {
            create_trigger(work, cursor, cursor->at - 1);
            return;
        } else if (sql_at_one_of(cursor, "DATABASE SCHEMA USER ROLE EVENT SERVER SEQUENCE")) {
            return;
        } else {
            sql_skip(cursor); /* DEFINER = x, ALGORITHM = y, … */
        }
    }
}

static void drop_trigger(struct mysql_work *work, const char *name, bool if_exists)
{
    for (struct schema_object *table = work->schema->first; table != NULL; table = table->next) {
        struct schema_object *trigger =
            name != NULL ? schema_find_part(work->schema, table, SCHEMA_TRIGGER, name) : NULL;

        if (trigger != NULL) {
            schema_remove(work->schema, trigger);
            return;
        }
    }
    if (!if_exists)
        mysql_problem(work, "there is no trigger %s", name != NULL ? name : "");
}

static void drop_index(struct mysql_work *work, struct sql_cursor *cursor)
{
    bool if_exists = sql_take_if(cursor);
    const char *name = sql_take_part(cursor);
    struct schema_object *table;

    sql_take_word(cursor, "ON");
    table = find_table(work, take_own_name(cursor));
    if (table != NULL && !mysql_drop_key(work, table, name) && !if_exists)
        mysql_problem(work, "%s has no key %s", table->name, name != NULL ? name : "");
}

static void drop(struct mysql_work *work, struct sql_cursor *cursor)
{
    static const struct {
        const char *word;
        enum schema_kind kind;
        const char *arguments;
    } kinds[] = {
        {"TABLE",      SCHEMA_TABLE,    NULL       },
        { "VIEW",      SCHEMA_VIEW,     NULL       },
        { "FUNCTION",  SCHEMA_FUNCTION, ""         },
        { "PROCEDURE", SCHEMA_FUNCTION, "procedure"},
    };

    if (sql_take_word(cursor, "TEMPORARY"))
        return;
    if (sql_take_word(cursor, "INDEX")) {
        drop_index(work, cursor);
        return;
    }
    if (sql_take_word(cursor, "TRIGGER")) {
        bool if_exists = sql_take_if(cursor);

        drop_trigger(work, take_own_name(cursor), if_exists);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool if_exists;

        if (!sql_take_word(cursor, kinds[i].word))
            continue;
        if_exists = sql_take_if(cursor);
        do {
            const char *name = take_own_name(cursor);
            struct schema_object *object = name != NULL ? schema_find(work->schema, kinds[i].kind,
                                                                      "", name, kinds[i].arguments)
                                                        : NULL;

            if (object != NULL)
                schema_remove(work->schema, object);
            else if (!if_exists)
                mysql_problem(work, "there is no %s %s", schema_kind_name(kinds[i].kind),
                              name != NULL ? name : "");
        } while (sql_take_sign(cursor, ","));
        return;
    }
}

/* --- Statements ------------------------------------------------------------------------------- */

/* It runs what a variable or a routine holds. */
static void complain_of_code(struct mysql_work *work, const char *what)
{
    schema_add_problem(work->schema, &work->place,
                       arena_printf(work->arena,
                                    "%s is a program, which is not run: what it makes is missing",
                                    what),
                       "--scratch runs it, on a server of its own");
}

static void apply(struct mysql_work *work, const struct sql_statement *statement)
{
    struct sql_cursor cursor = { .dialect = work->dialect,
                                 .tokens = statement->tokens,
                                 .count = statement->count,
                                 .arena = work->arena };

    work->place.line = statement->line;
    if (sql_take_word(&cursor, "CREATE")) {
        create(work, &cursor);
    } else if (sql_take_word(&cursor, "ALTER")) {
        while (sql_at_one_of(&cursor, "ONLINE OFFLINE IGNORE"))
            cursor.at++;
        if (sql_take_word(&cursor, "TABLE"))
            alter_table(work, &cursor);
    } else if (sql_take_word(&cursor, "DROP")) {
        drop(work, &cursor);
    } else if (sql_take_word(&cursor, "RENAME")) {
        rename_tables(work, &cursor);
    } else if (sql_at_word(&cursor, "EXECUTE")) {
        complain_of_code(work, "EXECUTE");
    } else if (sql_at_word(&cursor, "CALL")) {
        complain_of_code(work, "CALL");
    }
}

bool mysql_reader_add(struct mysql_reader *reader, const char *file, unsigned line,
                      const char *text, size_t length, struct error *error)
{
    struct sql_statements statements;

    reader->work.place.file = arena_text(reader->work.schema->arena, file);
    if (!sql_statements_read(reader->work.dialect,
                             &(struct sql_text){ .text = text, .length = length, .line = line },
                             reader->arena, &statements, error))
        return error_prefix(error, "%s", file);
    for (size_t i = 0; i < statements.count; i++)
        apply(&reader->work, &statements.list[i]);
    return true;
}

struct schema *mysql_reader_finish(struct mysql_reader **reader)
{
    struct schema *schema = (*reader)->work.schema;

    mysql_define_keys(&(*reader)->work);
    (*reader)->work.schema = NULL;
    mysql_reader_free(reader);
    return schema;
}

struct schema *schema_read_mysql(const char *name, const char *text, size_t length,
                                 struct error *error)
{
    struct mysql_reader *reader = mysql_reader_new(name, DIALECT_MYSQL);

    if (mysql_reader_add(reader, name, 1, text, length, error))
        return mysql_reader_finish(&reader);
    mysql_reader_free(&reader);
    return NULL;
}
