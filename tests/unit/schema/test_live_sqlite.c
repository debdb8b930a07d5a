#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/schema/live.h>

#include "tests/support/scratch.h"

struct work {
    char *folder, *path;
};

static int setup(void **state)
{
    struct work *work = memory_new(sizeof *work);

    work->folder = scratch_new();
    work->path = scratch_path(work->folder, "a b%?.db");
    *state = work;
    return 0;
}

static int teardown(void **state)
{
    struct work *work = *state;

    scratch_remove(&work->folder);
    free(work->path);
    free(work);
    return 0;
}

static sqlite3 *open_database(const struct work *work)
{
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(work->path, &database), SQLITE_OK);
    return database;
}

static void run_sql(sqlite3 *database, const char *sql)
{
    char *why = NULL;

    if (sqlite3_exec(database, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

static struct schema *read_path(const char *path, const struct progress *progress,
                                struct error *error)
{
    const struct dsn dsn = { .engine = DSN_SQLITE, .path = path, .shown = "sqlite:test" };

    return live_read(&dsn, NULL, progress, error);
}

static struct schema *read_made(const struct work *work, const char *sql)
{
    sqlite3 *database = open_database(work);
    struct error error = { 0 };
    struct schema *schema;

    run_sql(database, sql);
    sqlite3_close(database);
    schema = read_path(work->path, NULL, &error);
    if (schema == NULL)
        fail_msg("%s", error.message);
    return schema;
}

static const struct schema_object *need_part(const struct schema *schema, const char *table,
                                             enum schema_kind kind, const char *name)
{
    const struct schema_object *owner = schema_find_relation(schema, "", table), *part;

    assert_non_null(owner);
    part = schema_find_part(schema, owner, kind, name);
    if (part == NULL)
        fail_msg("%s has no %s %s", table, schema_kind_name(kind), name);
    return part;
}

static void assert_property(const struct schema_object *object, enum schema_property property,
                            const char *text)
{
    const char *found = schema_get(object, property);

    if (text == NULL && found != NULL)
        fail_msg("%s has the %s %s", object->name, schema_property_name(property), found);
    if (text != NULL && (found == NULL || strcmp(found, text) != 0))
        fail_msg("%s: the %s is %s, not %s", object->name, schema_property_name(property),
                 found != NULL ? found : "absent", text);
}

static void columns_are_read_with_what_only_the_text_says(void **state)
{
    struct schema *schema = read_made(
        *state, "CREATE TABLE \"odd \"\"t\"\"\" (id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
                " name varchar(20) NOT NULL DEFAULT 'a, b)' COLLATE NOCASE, -- a ) comment, here\n"
                " g int GENERATED ALWAYS AS (length(name) * 2) STORED, v AS (id + 1),\n"
                " [check] text DEFAULT (lower('x')), /* CHECK (1) */ price decimal(10, 2));\n");

    assert_string_equal(schema->server, sqlite3_libversion());
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "id"), SCHEMA_IDENTITY,
                    "autoincrement");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "name"), SCHEMA_TYPE,
                    "varchar(20)");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "name"), SCHEMA_DEFAULT,
                    "'a, b)'");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "name"), SCHEMA_COLLATION,
                    "NOCASE");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "name"), SCHEMA_NOT_NULL, "true");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "g"), SCHEMA_TYPE, "INT");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "g"), SCHEMA_GENERATED,
                    "length(name) * 2");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "g"), SCHEMA_GENERATED_KIND,
                    "stored");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "v"), SCHEMA_GENERATED, "id + 1");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "v"), SCHEMA_GENERATED_KIND,
                    "virtual");
    assert_property(need_part(schema, "odd \"t\"", SCHEMA_COLUMN, "check"), SCHEMA_DEFAULT,
                    "lower('x')");
    assert_int_equal(schema->counts[SCHEMA_COLUMN], 6);
    assert_int_equal(schema->counts[SCHEMA_CONSTRAINT], 1);
    schema_free(&schema);
}

static void constraints_have_their_names_or_say_what_they_are(void **state)
{
    struct schema *schema =
        read_made(*state,
                  "CREATE TABLE parent (id INTEGER PRIMARY KEY, name text CONSTRAINT once UNIQUE,\n"
                  " age int CHECK (age > 0), CONSTRAINT both UNIQUE (name, age DESC));\n"
                  "CREATE TABLE child (a, b, p int REFERENCES parent, q int,\n"
                  " PRIMARY KEY (b, a), CONSTRAINT up FOREIGN KEY (q) REFERENCES parent (id)\n"
                  " ON DELETE CASCADE ON UPDATE SET NULL, CONSTRAINT differ CHECK (a <> ')'))\n"
                  " WITHOUT ROWID;\n");
    const struct schema_object *key = need_part(schema, "child", SCHEMA_CONSTRAINT, "up");
    size_t count;

    assert_property(key, SCHEMA_REFERENCES, "parent");
    assert_property(key, SCHEMA_ON_DELETE, "CASCADE");
    assert_property(key, SCHEMA_ON_UPDATE, "SET NULL");
    assert_string_equal(schema_list(key, SCHEMA_REFERENCED_COLUMNS, &count)[0], "id");
    assert_property(need_part(schema, "child", SCHEMA_CONSTRAINT,
                              "FOREIGN KEY (\"p\") REFERENCES \"parent\""),
                    SCHEMA_SORT, "foreign key");
    assert_property(need_part(schema, "child", SCHEMA_CONSTRAINT, "PRIMARY KEY (\"b\", \"a\")"),
                    SCHEMA_SORT, "primary key");
    assert_property(need_part(schema, "child", SCHEMA_CONSTRAINT, "differ"), SCHEMA_EXPRESSION,
                    "a <> ')'");
    assert_property(need_part(schema, "parent", SCHEMA_CONSTRAINT, "once"), SCHEMA_DEFINITION,
                    "UNIQUE (\"name\")");
    assert_property(need_part(schema, "parent", SCHEMA_CONSTRAINT, "both"), SCHEMA_DEFINITION,
                    "UNIQUE (\"name\", \"age\")");
    assert_property(need_part(schema, "parent", SCHEMA_CONSTRAINT, "CHECK (age > 0)"), SCHEMA_SORT,
                    "check");
    assert_true(
        schema_flag(schema_find(schema, SCHEMA_TABLE, "", "child", NULL), SCHEMA_WITHOUT_ROWID));
    assert_int_equal(schema->counts[SCHEMA_INDEX], 0);
    schema_free(&schema);
}

static void indexes_views_and_triggers_are_their_text(void **state)
{
    struct schema *schema =
        read_made(*state, "CREATE TABLE t (id INTEGER PRIMARY KEY, n text) STRICT;\n"
                          "CREATE UNIQUE INDEX low ON t (lower(n)) WHERE id > 3;\n"
                          "CREATE VIEW w AS SELECT n FROM t;\n"
                          "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;\n"
                          "CREATE TRIGGER tv INSTEAD OF DELETE ON w BEGIN SELECT 1; END;\n"
                          "CREATE VIRTUAL TABLE ft USING fts5 (x);\n");

    assert_property(need_part(schema, "t", SCHEMA_INDEX, "low"), SCHEMA_DEFINITION,
                    "CREATE UNIQUE INDEX low ON t (lower(n)) WHERE id > 3");
    assert_property(need_part(schema, "t", SCHEMA_INDEX, "low"), SCHEMA_UNIQUE, "true");
    assert_property(schema_find(schema, SCHEMA_VIEW, "", "w", NULL), SCHEMA_DEFINITION,
                    "CREATE VIEW w AS SELECT n FROM t");
    assert_property(need_part(schema, "w", SCHEMA_COLUMN, "n"), SCHEMA_TYPE, "TEXT");
    assert_property(need_part(schema, "w", SCHEMA_TRIGGER, "tv"), SCHEMA_DEFINITION,
                    "CREATE TRIGGER tv INSTEAD OF DELETE ON w BEGIN SELECT 1; END");
    assert_true(schema_flag(schema_find(schema, SCHEMA_TABLE, "", "t", NULL), SCHEMA_STRICT));
    assert_int_equal(schema->counts[SCHEMA_TABLE], 1); /* not those of the virtual one */
    assert_int_equal(schema->gap_count, 2);
    assert_string_equal(schema->gaps[0].what,
                        "ON CONFLICT, DEFERRABLE and the order of primary keys");
    assert_string_equal(schema->gaps[1].what, "virtual tables");
    schema_free(&schema);
}

static void what_others_write_meanwhile_is_waited_for_and_not_taken_in_halves(void **state)
{
    sqlite3 *writer = open_database(*state);
    struct error error = { 0 };
    struct schema *schema;

    run_sql(writer, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); BEGIN; CREATE TABLE half (b)");
    schema = read_path(((struct work *)*state)->path, NULL, &error);
    if (schema == NULL)
        fail_msg("%s", error.message);
    assert_int_equal(schema->counts[SCHEMA_TABLE], 1);
    schema_free(&schema);
    run_sql(writer, "COMMIT");
    sqlite3_close(writer);
}

static void what_is_no_database_is_said_to_be_none(void **state)
{
    struct work *work = *state;
    struct error error = { 0 };
    char *path = scratch_file(work->folder, "text.db", "this is not a database at all, is it?");

    assert_null(read_path(path, NULL, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_non_null(strstr(error.message, "sqlite:test"));
    assert_null(read_path(work->path, NULL, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_null(read_path(work->folder, NULL, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_int_equal(scratch_count(work->folder), 1); /* nothing was made */
    free(path);
}

static void a_cancel_ends_it(void **state)
{
    atomic_bool cancel = true;
    const struct progress progress = { .cancel = &cancel };
    sqlite3 *database = open_database(*state);
    struct error error = { 0 };

    run_sql(database, "BEGIN");
    for (int i = 0; i < 300; i++) {
        char *sql = memory_printf("CREATE TABLE t%d (a, b, c, d, e, f, g, h)", i);

        run_sql(database, sql);
        free(sql);
    }
    run_sql(database, "COMMIT");
    sqlite3_close(database);
    assert_null(read_path(((struct work *)*state)->path, &progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    static const struct CMUnitTest cases[] = {
        CASE(columns_are_read_with_what_only_the_text_says),
        CASE(constraints_have_their_names_or_say_what_they_are),
        CASE(indexes_views_and_triggers_are_their_text),
        CASE(what_others_write_meanwhile_is_waited_for_and_not_taken_in_halves),
        CASE(what_is_no_database_is_said_to_be_none),
        CASE(a_cancel_ends_it),
    };

    return cmocka_run_group_tests(cases, NULL, NULL);
}
