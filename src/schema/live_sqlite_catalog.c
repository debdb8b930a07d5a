#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

#include "live_sqlite.h"
#include "live_sqlite_text.h"

struct catalog {
    sqlite3 *database;
    struct schema *schema;
    const char *name;
};

/* Names that begin so are SQLite's own (https://www.sqlite.org/fileformat2.html). */
#define NOT_OWN " name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"

static const char tables_sql[] =
    "SELECT s.name, s.sql, l.type, l.wr, l.strict FROM sqlite_schema s"
    " JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name"
    " WHERE s.type = 'table' AND s." NOT_OWN " ORDER BY s.name";

static const char columns_sql[] =
    "SELECT s.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.hidden, x.pk"
    " FROM sqlite_schema s, pragma_table_xinfo(s.name) x"
    " WHERE s.type IN ('table', 'view') AND s." NOT_OWN " AND x.hidden <> 1"
    " ORDER BY s.name, x.cid";

static const char keys_sql[] =
    "SELECT s.name, l.name, l.origin, (SELECT group_concat(c, char(31)) FROM"
    " (SELECT x.name AS c FROM pragma_index_xinfo(l.name) x WHERE x.key = 1 ORDER BY x.seqno))"
    " FROM sqlite_schema s, pragma_index_list(s.name) l"
    " WHERE s.type = 'table' AND s." NOT_OWN " AND l.origin IN ('u', 'pk')"
    " ORDER BY s.name, l.seq DESC";

static const char indexes_sql[] =
    "SELECT s.tbl_name, s.name, s.sql, l.\"unique\", l.partial FROM sqlite_schema s"
    " JOIN pragma_index_list(s.tbl_name) l ON l.name = s.name"
    " WHERE s.type = 'index' AND s.sql IS NOT NULL ORDER BY s.tbl_name, s.name";

static const char foreign_keys_sql[] =
    "SELECT s.name, f.id, f.\"table\", f.\"from\", f.\"to\", f.on_update, f.on_delete"
    " FROM sqlite_schema s, pragma_foreign_key_list(s.name) f"
    " WHERE s.type = 'table' AND s." NOT_OWN " ORDER BY s.name, f.id DESC, f.seq";

static const char others_sql[] =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger')"
    " ORDER BY type DESC, name";

static const struct schema_place live = { .file = "live" };

/* --- Running ---------------------------------------------------------------------------------- */

typedef void row_function(struct catalog *catalog, sqlite3_stmt *row);

static const char *text(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

static bool run(struct catalog *catalog, const char *sql, row_function *take, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int state = sqlite3_prepare_v2(catalog->database, sql, -1, &statement, NULL);

    while (state == SQLITE_OK || state == SQLITE_ROW) {
        state = sqlite3_step(statement);
        if (state == SQLITE_ROW)
            take(catalog, statement);
    }
    if (state != SQLITE_DONE)
        sqlite_refuse(catalog->database, catalog->name, error);
    sqlite3_finalize(statement);
    return state == SQLITE_DONE;
}

static struct schema_object *table_of(struct catalog *catalog, const char *name)
{
    return schema_find(catalog->schema, SCHEMA_TABLE, "", name, NULL);
}

/* --- Tables and columns ----------------------------------------------------------------------- */

static void take_table(struct catalog *catalog, sqlite3_stmt *row)
{
    struct schema_object *table;

    if (strcmp(text(row, 2), "table") != 0) {
        schema_add_gap(catalog->schema, "virtual tables",
                       "what they are made of is their module's business");
        return;
    }
    table = schema_add(catalog->schema, SCHEMA_TABLE, "", text(row, 0), NULL, &live);
    if (table == NULL)
        return;
    schema_set_flag(catalog->schema, table, SCHEMA_WITHOUT_ROWID, sqlite3_column_int(row, 3) != 0);
    schema_set_flag(catalog->schema, table, SCHEMA_STRICT, sqlite3_column_int(row, 4) != 0);
}

/* "INTEGER GENERATED ALWAYS" is how SQLite keeps the type of a generated column. */
static const char *type_of(struct catalog *catalog, sqlite3_stmt *row)
{
    static const char words[] = " GENERATED ALWAYS";
    const char *type = text(row, 2) != NULL ? text(row, 2) : "";
    size_t length = strlen(type), tail = strlen(words);

    if (sqlite3_column_int(row, 5) >= 2 && length >= tail &&
        strcasecmp(type + length - tail, words) == 0)
        length -= tail;
    else if (sqlite3_column_int(row, 5) >= 2 && strcasecmp(type, words + 1) == 0)
        length = 0;
    return arena_bytes(catalog->schema->arena, type, length);
}

static void take_column(struct catalog *catalog, sqlite3_stmt *row)
{
    struct schema_object *owner = schema_find_relation(catalog->schema, "", text(row, 0)), *column;

    if (owner == NULL)
        return;
    column = schema_add_part(catalog->schema, owner, SCHEMA_COLUMN, text(row, 1), &live);
    if (column == NULL)
        return;
    schema_set(catalog->schema, column, SCHEMA_TYPE, type_of(catalog, row));
    schema_set_flag(catalog->schema, column, SCHEMA_NOT_NULL, sqlite3_column_int(row, 3) != 0);
    schema_set(catalog->schema, column, SCHEMA_DEFAULT, text(row, 4));
}

/* --- Constraints ------------------------------------------------------------------------------ */

static void add_name(struct strbuf *out, const char *name)
{
    strbuf_add_char(out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            strbuf_add_char(out, '"');
        strbuf_add_char(out, *name);
    }
    strbuf_add_char(out, '"');
}

static void add_names(struct strbuf *out, const char *const *names, size_t count)
{
    strbuf_add_char(out, '(');
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, i > 0 ? ", " : "");
        add_name(out, names[i]);
    }
    strbuf_add_char(out, ')');
}

/* One without a name is known by what it says. */
static struct schema_object *add_constraint(struct catalog *catalog, struct schema_object *table,
                                            const char *name, const char *sort,
                                            const char *definition)
{
    struct schema_object *constraint = schema_add_part(catalog->schema, table, SCHEMA_CONSTRAINT,
                                                       name != NULL ? name : definition, &live);

    if (constraint == NULL)
        return NULL;
    schema_set(catalog->schema, constraint, SCHEMA_SORT, sort);
    schema_set(catalog->schema, constraint, SCHEMA_DEFINITION, definition);
    return constraint;
}

static bool same_columns(const struct sqlite_clause *clause, const char *const *columns,
                         size_t count)
{
    if (clause->column != NULL)
        return count == 1 && strcasecmp(clause->column, columns[0]) == 0;
    for (size_t i = 0; i < count && i < clause->column_count; i++) {
        if (strcasecmp(clause->columns[i], columns[i]) != 0)
            return false;
    }
    return clause->column_count == count;
}

static const char *table_text(struct catalog *catalog, const char *name)
{
    static const char sql[] = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?";
    sqlite3_stmt *statement = NULL;
    const char *found = "";

    if (sqlite3_prepare_v2(catalog->database, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && text(statement, 0) != NULL)
        found = arena_text(catalog->schema->arena, text(statement, 0));
    sqlite3_finalize(statement);
    return found;
}

/* The name that the text of the table gives a key of these columns, or NULL. */
static const char *name_in_text(struct catalog *catalog, const char *table, const char *word,
                                const char *const *columns, size_t count)
{
    size_t clauses;
    const struct sqlite_clause *clause =
        sqlite_table_clauses(catalog->schema->arena, table_text(catalog, table), &clauses);

    for (; clauses > 0; clauses--, clause++) {
        if (clause->name != NULL && strcmp(clause->word, word) == 0 &&
            same_columns(clause, columns, count))
            return clause->name;
    }
    return NULL;
}

static void add_key(struct catalog *catalog, struct schema_object *table, bool primary,
                    const char *const *columns, size_t count)
{
    struct strbuf form = STRBUF_INIT;
    struct schema_object *key;

    strbuf_add(&form, primary ? "PRIMARY KEY " : "UNIQUE ");
    add_names(&form, columns, count);
    key = add_constraint(catalog, table,
                         name_in_text(catalog, table->name, primary ? "PRIMARY" : "UNIQUE", columns,
                                      count),
                         primary ? "primary key" : "unique", form.data);
    if (key != NULL)
        schema_set_list(catalog->schema, key, SCHEMA_COLUMNS, columns, count);
    strbuf_release(&form);
}

static void take_key(struct catalog *catalog, sqlite3_stmt *row)
{
    struct schema_object *table = table_of(catalog, text(row, 0));
    bool primary = strcmp(text(row, 2), "pk") == 0;
    const char **columns;
    size_t count;

    /* Of rowid tables the primary key has no index: it comes with the columns. */
    if (table == NULL || primary || text(row, 3) == NULL)
        return;
    columns = arena_words(catalog->schema->arena, text(row, 3), "\x1f", &count);
    add_key(catalog, table, false, columns, count);
}

struct primary_key {
    struct schema_object *table;
    const char *columns[64];
    size_t count;
};

/* pk is the place in the key, from 1; 64 is more than anybody has. */
static bool read_primary_key(struct catalog *catalog, struct schema_object *table,
                             struct error *error)
{
    static const char sql[] = "SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk";
    struct primary_key key = { .table = table };
    sqlite3_stmt *statement = NULL;
    int state = sqlite3_prepare_v2(catalog->database, sql, -1, &statement, NULL);

    if (state == SQLITE_OK)
        state = sqlite3_bind_text(statement, 1, table->name, -1, SQLITE_STATIC);
    while (state == SQLITE_OK || state == SQLITE_ROW) {
        state = sqlite3_step(statement);
        if (state == SQLITE_ROW && key.count < sizeof key.columns / sizeof *key.columns)
            key.columns[key.count++] = arena_text(catalog->schema->arena, text(statement, 0));
    }
    if (state != SQLITE_DONE)
        sqlite_refuse(catalog->database, catalog->name, error);
    sqlite3_finalize(statement);
    if (key.count > 0)
        add_key(catalog, table, true, key.columns, key.count);
    return state == SQLITE_DONE;
}

/* What only the text of the table says. */
static void take_clause(struct catalog *catalog, struct schema_object *table,
                        const struct sqlite_clause *clause)
{
    struct schema *schema = catalog->schema;
    struct schema_object *column =
        clause->column != NULL ? schema_find_part(schema, table, SCHEMA_COLUMN, clause->column)
                               : NULL;
    struct schema_object *check;

    if (strcmp(clause->word, "CHECK") == 0) {
        check = add_constraint(catalog, table, clause->name, "check",
                               arena_printf(schema->arena, "CHECK (%s)", clause->expression));
        if (check != NULL)
            schema_set(schema, check, SCHEMA_EXPRESSION, clause->expression);
    } else if (column != NULL && strcmp(clause->word, "COLLATE") == 0) {
        schema_set(schema, column, SCHEMA_COLLATION, clause->expression);
    } else if (column != NULL && strcmp(clause->word, "AUTOINCREMENT") == 0) {
        schema_set(schema, column, SCHEMA_IDENTITY, "autoincrement");
    } else if (column != NULL && strcmp(clause->word, "GENERATED") == 0) {
        schema_set(schema, column, SCHEMA_GENERATED, clause->expression);
        schema_set(schema, column, SCHEMA_GENERATED_KIND,
                   clause->virtual_column ? "virtual" : "stored");
    }
}

static bool read_texts(struct catalog *catalog, struct error *error)
{
    for (struct schema_object *object = catalog->schema->first; object != NULL;
         object = object->next) {
        const struct sqlite_clause *clauses;
        size_t count;

        if (object->kind != SCHEMA_TABLE)
            continue;
        if (!read_primary_key(catalog, object, error))
            return false;
        clauses =
            sqlite_table_clauses(catalog->schema->arena, table_text(catalog, object->name), &count);
        for (size_t i = 0; i < count; i++)
            take_clause(catalog, object, &clauses[i]);
    }
    return true;
}

/* --- Foreign keys ----------------------------------------------------------------------------- */

/* A key in the making: its rows come one after the other. */
struct foreign_key {
    struct schema_object *table;
    int id;
    const char *target, *on_update, *on_delete;
    const char *from[64], *to[64];
    size_t count;
    bool to_key; /* what is referenced is its primary key, unnamed */
};

static void finish_foreign_key(struct catalog *catalog, const struct foreign_key *key)
{
    struct strbuf form = STRBUF_INIT;
    const char *name = NULL;
    struct schema_object *constraint;

    if (key->table == NULL)
        return;
    strbuf_add(&form, "FOREIGN KEY ");
    add_names(&form, key->from, key->count);
    strbuf_add(&form, " REFERENCES ");
    add_name(&form, key->target);
    if (!key->to_key) {
        strbuf_add_char(&form, ' ');
        add_names(&form, key->to, key->count);
    }
    if (strcmp(key->on_delete, "NO ACTION") != 0)
        strbuf_printf(&form, " ON DELETE %s", key->on_delete);
    if (strcmp(key->on_update, "NO ACTION") != 0)
        strbuf_printf(&form, " ON UPDATE %s", key->on_update);
    name = name_in_text(catalog, key->table->name, "FOREIGN", key->from, key->count);
    if (name == NULL)
        name = name_in_text(catalog, key->table->name, "REFERENCES", key->from, key->count);
    constraint = add_constraint(catalog, key->table, name, "foreign key", form.data);
    strbuf_release(&form);
    if (constraint == NULL)
        return;
    schema_set_list(catalog->schema, constraint, SCHEMA_COLUMNS, key->from, key->count);
    schema_set(catalog->schema, constraint, SCHEMA_REFERENCES, key->target);
    if (!key->to_key)
        schema_set_list(catalog->schema, constraint, SCHEMA_REFERENCED_COLUMNS, key->to,
                        key->count);
    if (strcmp(key->on_delete, "NO ACTION") != 0)
        schema_set(catalog->schema, constraint, SCHEMA_ON_DELETE, key->on_delete);
    if (strcmp(key->on_update, "NO ACTION") != 0)
        schema_set(catalog->schema, constraint, SCHEMA_ON_UPDATE, key->on_update);
}

static bool read_foreign_keys(struct catalog *catalog, struct error *error)
{
    struct arena *arena = catalog->schema->arena;
    struct foreign_key key = { .table = NULL };
    sqlite3_stmt *row = NULL;
    int state = sqlite3_prepare_v2(catalog->database, foreign_keys_sql, -1, &row, NULL);

    while (state == SQLITE_OK || state == SQLITE_ROW) {
        struct schema_object *table;

        state = sqlite3_step(row);
        if (state != SQLITE_ROW)
            break;
        table = table_of(catalog, text(row, 0));
        if (key.table != table || key.id != sqlite3_column_int(row, 1)) {
            finish_foreign_key(catalog, &key);
            key = (struct foreign_key){ .table = table, .id = sqlite3_column_int(row, 1) };
            key.target = arena_text(arena, text(row, 2));
            key.on_update = arena_text(arena, text(row, 5));
            key.on_delete = arena_text(arena, text(row, 6));
        }
        if (key.count == sizeof key.from / sizeof *key.from)
            continue;
        key.from[key.count] = arena_text(arena, text(row, 3));
        key.to[key.count] = arena_text(arena, text(row, 4));
        key.to_key = key.to_key || key.to[key.count] == NULL;
        key.count++;
    }
    if (state == SQLITE_DONE)
        finish_foreign_key(catalog, &key);
    else
        sqlite_refuse(catalog->database, catalog->name, error);
    sqlite3_finalize(row);
    return state == SQLITE_DONE;
}

/* --- Indexes, views, triggers ----------------------------------------------------------------- */

/* Expressions and conditions stand only in the text. */
static void take_index(struct catalog *catalog, sqlite3_stmt *row)
{
    struct schema_object *table = table_of(catalog, text(row, 0)), *index;

    if (table == NULL)
        return;
    index = schema_add_part(catalog->schema, table, SCHEMA_INDEX, text(row, 1), &live);
    if (index == NULL)
        return;
    schema_set(catalog->schema, index, SCHEMA_DEFINITION, text(row, 2));
    schema_set_flag(catalog->schema, index, SCHEMA_UNIQUE, sqlite3_column_int(row, 3) != 0);
}

static void take_other(struct catalog *catalog, sqlite3_stmt *row)
{
    bool view = strcmp(text(row, 0), "view") == 0;
    struct schema_object *owner = schema_find_relation(catalog->schema, "", text(row, 2)), *object;

    if (view)
        object = schema_add(catalog->schema, SCHEMA_VIEW, "", text(row, 1), NULL, &live);
    else
        object = owner != NULL
                     ? schema_add_part(catalog->schema, owner, SCHEMA_TRIGGER, text(row, 1), &live)
                     : NULL;
    if (object != NULL)
        schema_set(catalog->schema, object, SCHEMA_DEFINITION, text(row, 3));
}

struct schema *sqlite_catalog_read(sqlite3 *database, const char *name, struct error *error)
{
    struct catalog catalog = { database, schema_new(SCHEMA_SQLITE, name), name };

    schema_set_server(catalog.schema, sqlite3_libversion());
    schema_add_gap(catalog.schema, "ON CONFLICT, DEFERRABLE and the order of primary keys",
                   "the catalog of SQLite does not tell them");
    if (!run(&catalog, tables_sql, take_table, error) ||
        !run(&catalog, others_sql, take_other, error) ||
        !run(&catalog, columns_sql, take_column, error) || !read_texts(&catalog, error) ||
        !run(&catalog, keys_sql, take_key, error) || !read_foreign_keys(&catalog, error) ||
        !run(&catalog, indexes_sql, take_index, error))
        schema_free(&catalog.schema);
    return catalog.schema;
}
