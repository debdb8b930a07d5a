/* The catalog of a real PostgreSQL server, read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/schema/snapshot.h>
#include <pilab/schema/sync.h>

#include "tests/support/live_schema.h"
#include "tests/support/patience.h"
#include "tests/support/test_server.h"

static const struct schema_object *need_object(const struct schema *schema, enum schema_kind kind,
                                               const char *namespace, const char *name,
                                               const char *arguments)
{
    const struct schema_object *object = schema_find(schema, kind, namespace, name, arguments);

    if (object == NULL)
        fail_msg("there is no %s %s", schema_kind_name(kind), name);
    return object;
}

static const struct schema_object *need_part(const struct schema *schema,
                                             const struct schema_object *owner,
                                             enum schema_kind kind, const char *name)
{
    const struct schema_object *part = schema_find_part(schema, owner, kind, name);

    if (part == NULL)
        fail_msg("there is no %s %s", schema_kind_name(kind), name);
    return part;
}

/* `text` NULL: it is absent. */
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

static bool has_gap(const struct schema *schema, const char *what)
{
    for (size_t i = 0; i < schema->gap_count; i++) {
        if (strcmp(schema->gaps[i].what, what) == 0)
            return true;
    }
    return false;
}

/* --- What is read ----------------------------------------------------------------------------- */

static void columns_have_types_defaults_and_comments_in_the_normal_form(void **state)
{
    struct schema *schema;
    const struct schema_object *table;

    (void)state;
    test_server_need();
    schema =
        live_schema_make(test_server, "columns_",
                         "CREATE TYPE mood AS ENUM ('fine', 'it''s \"bad\"');\n"
                         "CREATE TABLE \"Odd name\" (id bigint GENERATED ALWAYS AS IDENTITY,\n"
                         " gone int, name varchar(100) NOT NULL DEFAULT 'x',\n"
                         " m mood DEFAULT 'fine', list text[],\n"
                         " price numeric(10,2) GENERATED ALWAYS AS (id * 2) STORED,\n"
                         " sorted text COLLATE \"C\");\n"
                         "ALTER TABLE \"Odd name\" DROP COLUMN gone;\n"
                         "COMMENT ON COLUMN \"Odd name\".name IS 'what it''s called\nhere';\n");
    assert_non_null(schema->server);
    assert_true(strtoul(schema->server, NULL, 10) >= 12);
    table = need_object(schema, SCHEMA_TABLE, "public", "Odd name", NULL);
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "id"), SCHEMA_IDENTITY, "always");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "id"), SCHEMA_NOT_NULL, "true");
    assert_null(schema_find_part(schema, table, SCHEMA_COLUMN, "gone"));
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "name"), SCHEMA_TYPE,
                    "character varying(100)");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "name"), SCHEMA_DEFAULT,
                    "'x'::character varying");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "name"), SCHEMA_COMMENT,
                    "what it's called\nhere");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "m"), SCHEMA_TYPE, "public.mood");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "m"), SCHEMA_DEFAULT,
                    "'fine'::public.mood");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "m"), SCHEMA_DEPENDS, "public.mood");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "list"), SCHEMA_TYPE, "text[]");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "price"), SCHEMA_GENERATED, "(id * 2)");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "price"), SCHEMA_GENERATED_KIND,
                    "stored");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "price"), SCHEMA_DEFAULT, NULL);
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "sorted"), SCHEMA_COLLATION, "\"C\"");
    assert_property(need_part(schema, table, SCHEMA_COLUMN, "list"), SCHEMA_COLLATION, NULL);
    assert_int_equal(schema->counts[SCHEMA_COLUMN], 6);
    assert_int_equal(schema->counts[SCHEMA_SEQUENCE], 0); /* the identity's is its own */
    schema_free(&schema);
}

static void constraints_and_indexes_tell_their_parts(void **state)
{
    const struct schema_object *table, *part;
    struct schema *schema;
    size_t count;

    (void)state;
    test_server_need();
    schema = live_schema_make(
        test_server, "constraints_",
        "CREATE TABLE a (x int, y int, PRIMARY KEY (y, x));\n"
        "CREATE TABLE b (id int UNIQUE NULLS NOT DISTINCT, x int, y int, note text,\n"
        " CONSTRAINT up FOREIGN KEY (y, x) REFERENCES a (y, x) ON DELETE CASCADE\n"
        "  ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,\n"
        " CONSTRAINT near EXCLUDE USING btree (x WITH =) WHERE (y > 0));\n"
        "ALTER TABLE b ADD CONSTRAINT later CHECK (x > 0) NO INHERIT NOT VALID;\n"
        "CREATE UNIQUE INDEX low ON b (lower(note) DESC, x DESC NULLS LAST) INCLUDE (y)\n"
        " WITH (fillfactor = 70) WHERE note <> '';\n"
        "COMMENT ON CONSTRAINT up ON b IS 'parent';\nCOMMENT ON INDEX low IS 'low';\n");
    table = need_object(schema, SCHEMA_TABLE, "public", "b", NULL);
    part = need_part(schema, table, SCHEMA_CONSTRAINT, "up");
    assert_property(part, SCHEMA_SORT, "foreign key");
    assert_property(part, SCHEMA_REFERENCES, "public.a");
    assert_string_equal(schema_list(part, SCHEMA_COLUMNS, &count)[0], "y");
    assert_int_equal(count, 2);
    assert_string_equal(schema_list(part, SCHEMA_REFERENCED_COLUMNS, &count)[1], "x");
    assert_property(part, SCHEMA_ON_DELETE, "CASCADE");
    assert_property(part, SCHEMA_ON_UPDATE, "SET NULL");
    assert_property(part, SCHEMA_DEFERRABLE, "initially deferred");
    assert_property(part, SCHEMA_COMMENT, "parent");
    part = need_part(schema, table, SCHEMA_CONSTRAINT, "later");
    assert_property(part, SCHEMA_SORT, "check");
    assert_property(part, SCHEMA_NOT_VALID, "true");
    assert_property(part, SCHEMA_NO_INHERIT, "true");
    assert_property(part, SCHEMA_EXPRESSION, "(x > 0)");
    assert_property(part, SCHEMA_DEFINITION, "CHECK ((x > 0)) NO INHERIT NOT VALID");
    assert_property(need_part(schema, table, SCHEMA_CONSTRAINT, "near"), SCHEMA_SORT, "exclusion");
    assert_property(need_part(schema, table, SCHEMA_CONSTRAINT, "b_id_key"), SCHEMA_DEFINITION,
                    "UNIQUE NULLS NOT DISTINCT (id)");
    part = need_part(schema, table, SCHEMA_INDEX, "low");
    assert_property(part, SCHEMA_UNIQUE, "true");
    assert_property(part, SCHEMA_WHERE, "(note <> ''::text)");
    assert_property(part, SCHEMA_METHOD, "btree");
    assert_property(part, SCHEMA_OPTIONS, "fillfactor=70");
    assert_string_equal(schema_list(part, SCHEMA_COLUMNS, &count)[0], "lower(note) DESC");
    assert_string_equal(schema_list(part, SCHEMA_COLUMNS, &count)[1], "x DESC NULLS LAST");
    assert_int_equal(count, 2);
    assert_string_equal(schema_list(part, SCHEMA_INCLUDE, &count)[0], "y");
    assert_int_equal(schema->counts[SCHEMA_INDEX], 1); /* those of constraints are theirs */
    schema_free(&schema);
}

/* Each has as its comment what the server says of it. */
static void indexes_are_told_as_the_server_tells_them(void **state)
{
    static const char make[] =
        "CREATE DOMAIN word AS text;\nCREATE TYPE mood AS ENUM ('a');\n"
        "CREATE TABLE \"T 1\" (id int, v varchar(9), c char(3), t text COLLATE \"C\", w word,\n"
        " m mood, a int[], n numeric, j jsonb, \"Q q\" text, d timestamptz);\n"
        "CREATE INDEX ON \"T 1\" (\"Q q\", v, c, t, n, d, id);\n"
        "CREATE INDEX ON \"T 1\" (w, m, a);\nCREATE INDEX ON \"T 1\" (t COLLATE \"POSIX\");\n"
        "CREATE INDEX ON \"T 1\" (v varchar_pattern_ops);\n"
        "CREATE INDEX ON \"T 1\" USING gin (j jsonb_path_ops);\n"
        "CREATE INDEX ON \"T 1\" USING gin (j);\nCREATE INDEX ON \"T 1\" USING brin (d);\n"
        "CREATE INDEX ON \"T 1\" USING hash (v);\n"
        "CREATE UNIQUE INDEX \"I 8\" ON \"T 1\" (\"Q q\", id) WHERE id > 3 AND v = 'a';\n"
        "CREATE INDEX ON \"T 1\" (id DESC, v NULLS FIRST) INCLUDE (c);\n"
        "CREATE UNIQUE INDEX ON \"T 1\" (n) NULLS NOT DISTINCT WHERE v IS NOT NULL;\n"
        "CREATE INDEX ON \"T 1\" (id) WITH (fillfactor = 70);\n"
        "CREATE INDEX ON \"T 1\" (id) WHERE CASE WHEN id > 1 THEN true ELSE false END;\n"
        "CREATE INDEX ON \"T 1\" (id) WHERE v = E'x\\ny';\n"
        "CREATE INDEX ON \"T 1\" ((id + 1), lower(v), v);\n"
        "CREATE TABLE p (a int, b text) PARTITION BY RANGE (a);\nCREATE INDEX ON p (b);\n"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);\n"
        "CREATE INDEX ON ONLY p (a, b);\nCREATE MATERIALIZED VIEW mv AS SELECT 1 AS a;\n"
        "CREATE UNIQUE INDEX ON mv (a);\n"
        "DO $$ DECLARE i record; BEGIN FOR i IN SELECT indexrelid::regclass::text AS name,\n"
        " pg_get_indexdef(indexrelid) AS told FROM pg_index WHERE indexrelid >= 16384 LOOP\n"
        " EXECUTE format('COMMENT ON INDEX %s IS %L', i.name, i.told); END LOOP; END $$;\n";
    struct schema *schema;
    size_t indexes = 0;

    (void)state;
    test_server_need();
    schema = live_schema_make(test_server, "indexes_", make);
    for (const struct schema_object *object = schema->first; object != NULL; object = object->next)
        for (const struct schema_object *part = object->parts; part != NULL; part = part->next) {
            if (part->kind != SCHEMA_INDEX)
                continue;
            assert_property(part, SCHEMA_DEFINITION, schema_get(part, SCHEMA_COMMENT));
            indexes++;
        }
    assert_int_equal(indexes, 19);
    schema_free(&schema);
}

static void everything_else_is_there_with_what_it_needs(void **state)
{
    const struct schema_object *object;
    struct schema *schema;
    size_t count;

    (void)state;
    test_server_need();
    schema = live_schema_make(
        test_server, "kinds_",
        "CREATE SCHEMA app;\nCOMMENT ON SCHEMA app IS 'ours';\nCREATE EXTENSION btree_gist;\n"
        "CREATE DOMAIN app.pct AS numeric(5,2) DEFAULT 1 NOT NULL CHECK (VALUE >= 0);\n"
        "CREATE TYPE app.pair AS (a int, b text);\n"
        "CREATE TYPE app.span AS RANGE (subtype = float8);\n"
        "CREATE SEQUENCE app.numbers AS smallint INCREMENT 5 MAXVALUE 100 CYCLE CACHE 3;\n"
        "CREATE TABLE app.t (id serial PRIMARY KEY, p app.pct) WITH (fillfactor = 80);\n"
        "CREATE UNLOGGED TABLE app.u (LIKE app.t);\n"
        "CREATE TABLE app.kid () INHERITS (app.t);\n"
        "CREATE TABLE app.parts (at date NOT NULL) PARTITION BY RANGE (at);\n"
        "CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM ('2024-01-01')\n"
        " TO ('2025-01-01');\n"
        "CREATE VIEW app.v WITH (security_barrier = true) AS SELECT id FROM app.t;\n"
        "CREATE MATERIALIZED VIEW app.m AS SELECT id FROM app.v;\nCREATE INDEX ON app.m (id);\n"
        "CREATE FUNCTION app.twice(n int, OUT r int) LANGUAGE sql IMMUTABLE SECURITY DEFINER\n"
        " AS 'SELECT n * 2';\n"
        "CREATE FUNCTION app.twice(n text) RETURNS text LANGUAGE sql RETURN n || n;\n"
        "CREATE PROCEDURE app.go() LANGUAGE sql AS '';\n"
        "CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');\n"
        "CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; "
        "END';\n"
        "CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF p ON app.t FOR EACH ROW\n"
        " EXECUTE FUNCTION app.touch();\nALTER TABLE app.t DISABLE TRIGGER tr;\n"
        "ALTER TABLE app.t FORCE ROW LEVEL SECURITY;\n"
        "CREATE POLICY mine ON app.t AS RESTRICTIVE FOR UPDATE TO secured USING (id > 0)\n"
        " WITH CHECK (id > 1);\n"
        "CREATE RULE nothing AS ON DELETE TO app.t DO INSTEAD NOTHING;\n"
        "CREATE STATISTICS app.st ON id, p FROM app.t;\n");
    assert_property(need_object(schema, SCHEMA_NAMESPACE, "", "app", NULL), SCHEMA_COMMENT, "ours");
    assert_property(need_object(schema, SCHEMA_NAMESPACE, "", "public", NULL), SCHEMA_COMMENT,
                    NULL);
    assert_int_equal(schema->counts[SCHEMA_EXTENSION], 1);
    object = need_object(schema, SCHEMA_DOMAIN, "app", "pct", NULL);
    assert_property(object, SCHEMA_TYPE, "numeric(5,2)");
    assert_property(object, SCHEMA_NOT_NULL, "true");
    assert_property(object, SCHEMA_DEFAULT, "1");
    assert_property(need_part(schema, object, SCHEMA_CONSTRAINT, "pct_check"), SCHEMA_DEFINITION,
                    "CHECK ((VALUE >= (0)::numeric))");
    object = need_object(schema, SCHEMA_COMPOSITE, "app", "pair", NULL);
    assert_property(need_part(schema, object, SCHEMA_COLUMN, "b"), SCHEMA_TYPE, "text");
    assert_property(need_object(schema, SCHEMA_COMPOSITE, "app", "span", NULL), SCHEMA_SORT,
                    "range");
    object = need_object(schema, SCHEMA_SEQUENCE, "app", "numbers", NULL);
    assert_property(object, SCHEMA_TYPE, "smallint");
    assert_property(object, SCHEMA_INCREMENT, "5");
    assert_property(object, SCHEMA_MINIMUM, NULL);
    assert_property(object, SCHEMA_MAXIMUM, "100");
    assert_property(object, SCHEMA_START, NULL);
    assert_property(object, SCHEMA_CACHE, "3");
    assert_property(object, SCHEMA_CYCLE, "true");
    object = need_object(schema, SCHEMA_SEQUENCE, "app", "t_id_seq", NULL);
    assert_property(object, SCHEMA_OWNED_BY, "app.t.id");
    assert_property(object, SCHEMA_MAXIMUM, NULL);
    object = need_object(schema, SCHEMA_TABLE, "app", "t", NULL);
    assert_property(object, SCHEMA_OPTIONS, "fillfactor=80");
    assert_property(object, SCHEMA_ROW_SECURITY, "forced, not enabled");
    assert_property(need_part(schema, object, SCHEMA_TRIGGER, "tr"), SCHEMA_DISABLED, "true");
    assert_property(need_part(schema, object, SCHEMA_TRIGGER, "tr"), SCHEMA_EXECUTES,
                    "app.touch()");
    assert_string_equal(schema_list(need_part(schema, object, SCHEMA_TRIGGER, "tr"), SCHEMA_EVENTS,
                                    &count)[1],
                        "UPDATE OF p");
    object = need_part(schema, object, SCHEMA_POLICY, "mine");
    assert_property(object, SCHEMA_RESTRICTIVE, "true");
    assert_property(object, SCHEMA_COMMAND, "UPDATE");
    assert_property(object, SCHEMA_ROLES, "secured");
    assert_property(object, SCHEMA_EXPRESSION, "(id > 0)");
    assert_property(object, SCHEMA_CHECK, "(id > 1)");
    assert_property(object, SCHEMA_DEFINITION,
                    "AS RESTRICTIVE FOR UPDATE TO secured USING ((id > 0)) WITH CHECK ((id > 1))");
    assert_property(need_object(schema, SCHEMA_TABLE, "app", "u", NULL), SCHEMA_PERSISTENCE,
                    "unlogged");
    assert_property(need_object(schema, SCHEMA_TABLE, "app", "kid", NULL), SCHEMA_INHERITS,
                    "app.t");
    object = need_object(schema, SCHEMA_TABLE, "app", "parts", NULL);
    assert_property(object, SCHEMA_SORT, "partitioned");
    assert_property(object, SCHEMA_PARTITION_KEY, "RANGE (at)");
    object = need_object(schema, SCHEMA_TABLE, "app", "parts_1", NULL);
    assert_property(object, SCHEMA_PARTITION_OF, "app.parts");
    assert_property(object, SCHEMA_PARTITION_BOUND,
                    "FOR VALUES FROM ('2024-01-01') TO "
                    "('2025-01-01')");
    assert_property(object, SCHEMA_INHERITS, NULL);
    object = need_object(schema, SCHEMA_VIEW, "app", "v", NULL);
    assert_property(object, SCHEMA_DEPENDS, "app.t");
    assert_property(object, SCHEMA_OPTIONS, "security_barrier=true");
    object = need_object(schema, SCHEMA_MATERIALIZED_VIEW, "app", "m", NULL);
    assert_property(object, SCHEMA_DEPENDS, "app.v");
    assert_property(need_part(schema, object, SCHEMA_INDEX, "m_id_idx"), SCHEMA_METHOD, "btree");
    object = need_object(schema, SCHEMA_FUNCTION, "app", "twice", "integer");
    assert_property(object, SCHEMA_ARGUMENTS, "n integer, OUT r integer");
    assert_property(object, SCHEMA_VOLATILITY, "immutable");
    assert_property(object, SCHEMA_SECURITY_DEFINER, "true");
    assert_property(object, SCHEMA_BODY, "SELECT n * 2");
    object = need_object(schema, SCHEMA_FUNCTION, "app", "twice", "text");
    assert_property(object, SCHEMA_BODY, "RETURN (n || n)");
    assert_property(need_object(schema, SCHEMA_FUNCTION, "app", "go", ""), SCHEMA_SORT,
                    "procedure");
    assert_property(need_object(schema, SCHEMA_FUNCTION, "app", "total", "integer"),
                    SCHEMA_DEFINITION,
                    "CREATE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, "
                    "INITCOND = '0')");
    assert_true(has_gap(schema, "rules"));
    assert_true(has_gap(schema, "extended statistics"));
    assert_true(has_gap(schema, "owners and privileges"));
    assert_false(has_gap(schema, "operators")); /* the extension's are its own */
    schema_free(&schema);
}

static void a_snapshot_of_it_loses_nothing(void **state)
{
    char *dsn, first[SHA256_HEX_SIZE], second[SHA256_HEX_SIZE];
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct schema *live, *kept;
    json_t *json;

    (void)state;
    test_server_need();
    dsn = database_server_dsn(test_server, "kinds_");
    live = live_schema_good(dsn);
    json = snapshot_json(live, 1737556200000);
    json_write_pretty(&text, json);
    kept = snapshot_read("kinds.json", text.data, text.length, NULL, &error);
    if (kept == NULL)
        fail_msg("%s", error.message);
    assert_string_equal(schema_digest(live, first), schema_digest(kept, second));
    assert_memory_equal(kept->counts, live->counts, sizeof live->counts);
    assert_int_equal(kept->gap_count, live->gap_count);
    json_decref(json);
    schema_free(&live);
    schema_free(&kept);
    strbuf_release(&text);
    free(dsn);
}

static void only_the_schemas_that_are_asked_for_are_read(void **state)
{
    struct error error = { 0 };
    struct schema *schema;
    char *dsn, *wanted;

    (void)state;
    test_server_need();
    dsn = database_server_dsn(test_server, "kinds_");
    wanted = memory_printf("%s&schema=app", dsn);
    schema = live_schema_good(wanted);
    assert_null(schema_find(schema, SCHEMA_NAMESPACE, "", "public", NULL));
    assert_non_null(schema_find(schema, SCHEMA_TABLE, "app", "t", NULL));
    assert_true(has_gap(schema, "other schemas"));
    schema_free(&schema);
    free(wanted);
    wanted = memory_printf("%s&schema=app,no\"such", dsn);
    assert_null(live_schema_read(wanted, NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "no\"such"));
    free(wanted);
    free(dsn);
}

static void a_thousand_tables_are_read_quickly(void **state)
{
    struct schema *schema;
    int64_t start;
    char *dsn;

    (void)state;
    test_server_need();
    schema = live_schema_make(
        test_server, "large_",
        "DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE t%s (id bigint "
        "PRIMARY KEY, ' || (SELECT string_agg(format('c%s text NOT NULL DEFAULT ''x''', "
        "n), ', ') FROM generate_series(1, 19) n) || ', CHECK (id > 0))', i);\n"
        "EXECUTE format('CREATE INDEX ON t%s (c1)', i); END LOOP; END $$;\n");
    assert_int_equal(schema->counts[SCHEMA_TABLE], 1000);
    assert_int_equal(schema->counts[SCHEMA_COLUMN], 20000);
    assert_int_equal(schema->counts[SCHEMA_CONSTRAINT], 2000);
    assert_int_equal(schema->counts[SCHEMA_INDEX], 1000);
    schema_free(&schema);
    dsn = database_server_dsn(test_server, "large_");
    start = clock_monotonic();
    schema = live_schema_good(dsn);
    print_message("1,000 tables in %lld ms\n", (long long)(clock_monotonic() - start));
    assert_in_range(clock_monotonic() - start, 0, patience(20000));
    schema_free(&schema);
    free(dsn);
}

int main(void)
{
    static const struct CMUnitTest cases[] = {
        cmocka_unit_test(columns_have_types_defaults_and_comments_in_the_normal_form),
        cmocka_unit_test(constraints_and_indexes_tell_their_parts),
        cmocka_unit_test(indexes_are_told_as_the_server_tells_them),
        cmocka_unit_test(everything_else_is_there_with_what_it_needs),
        cmocka_unit_test(a_snapshot_of_it_loses_nothing),
        cmocka_unit_test(only_the_schemas_that_are_asked_for_are_read),
        cmocka_unit_test(a_thousand_tables_are_read_quickly),
    };

    return cmocka_run_group_tests(cases, test_server_start_postgresql, test_server_stop);
}
