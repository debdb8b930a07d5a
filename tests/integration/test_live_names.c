/* What a real PostgreSQL server's catalog says, as the reader of SQL text says it: names that need
 * quotes, keys with what is included, row security. Scripts made of it run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/schema/postgresql.h>
#include <pilab/schema/sync.h>

#include "tests/support/test_server.h"

static struct schema *read_text(const char *sql)
{
    struct error error = { 0 };
    struct schema *schema = schema_read_postgresql("test.sql", sql, strlen(sql), &error);

    assert_non_null(schema);
    if (schema->problem_count)
        fail_msg("%s", schema->problems[0].message);
    return schema;
}

static struct schema *make_database(const char *name, const char *sql)
{
    database_server_create(test_server, name);
    database_server_sql(test_server, name, sql);
    return test_server_read(name);
}

/* To the letter: facets of what is the same are not told by the comparison, so they are looked at
 * one by one. */
static void expect_same_value(const struct schema_object *expected,
                              const struct schema_object *seen, enum schema_property property)
{
    const char *left = schema_get(expected, property), *right = schema_get(seen, property);

    if ((left == NULL) != (right == NULL) || (left != NULL && strcmp(left, right) != 0))
        fail_msg("%s: the %s is %s, not %s", expected->name, schema_property_name(property),
                 right != NULL ? right : "absent", left != NULL ? left : "absent");
}

static const enum schema_property with_names[] = {
    SCHEMA_OWNED_BY,
    SCHEMA_PARTITION_OF,
    SCHEMA_INHERITS,
    SCHEMA_REFERENCES,
    SCHEMA_REFERENCED_COLUMNS,
    SCHEMA_ROLES,
    SCHEMA_EXECUTES,
    SCHEMA_EVENTS,
    SCHEMA_INCLUDE,
    SCHEMA_NULLS_NOT_DISTINCT,
    SCHEMA_ROW_SECURITY,
    SCHEMA_DEFINITION,
    SCHEMA_COLUMNS,
};

static void expect_same_values(const struct schema_object *expected,
                               const struct schema_object *seen)
{
    for (size_t i = 0; i < sizeof with_names / sizeof *with_names; i++)
        expect_same_value(expected, seen, with_names[i]);
}

static void expect_same(const struct schema *expected, const struct schema *seen)
{
    const struct schema_diff_options exact = { .exact = true };
    struct schema_diff *diff = schema_compare(expected, seen, &exact);

    for (size_t i = 0; i < diff->count; i++)
        print_error("%s %s\n", schema_change_name(diff->changes[i].kind),
                    schema_object_path(diff->arena, schema_change_object(&diff->changes[i])));
    assert_int_equal(diff->count, 0);
    schema_diff_free(&diff);
    for (const struct schema_object *one = expected->first; one != NULL; one = one->next) {
        const struct schema_object *other =
            schema_find(seen, one->kind, one->schema, one->name, one->arguments);

        expect_same_values(one, other);
        for (const struct schema_object *part = one->parts; part != NULL; part = part->next)
            expect_same_values(part, schema_find_part(seen, other, part->kind, part->name));
    }
}

/* The database `name` becomes as `wanted` by the script that leads there. */
static void expect_led_there(const char *name, const struct schema *wanted)
{
    const struct schema_sync_options options = { .destructive = true };
    struct schema *now = test_server_read(name), *then;
    struct schema_diff *diff = schema_compare(now, wanted, NULL);
    struct schema_sync *sync = schema_sync(diff, &options);

    database_server_sql(test_server, name, sync->script);
    then = test_server_read(name);
    expect_same(wanted, then);
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&now);
    schema_free(&then);
}

static const char odd_names[] =
    "CREATE SCHEMA \"My App\";\n"
    "CREATE FUNCTION \"My App\".\"Touch\"() RETURNS trigger LANGUAGE plpgsql\n"
    " AS 'BEGIN RETURN NEW; END';\n"
    "CREATE TABLE public.\"Orders\" (\"userId\" integer NOT NULL, \"order\" integer,\n"
    " CONSTRAINT \"Orders_pkey\" PRIMARY KEY (\"userId\"),\n"
    " CONSTRAINT both_key UNIQUE (\"order\", \"userId\"));\n"
    "CREATE TABLE public.\"Pays\" (\"userId\" integer, mine integer,\n"
    " CONSTRAINT far FOREIGN KEY (\"userId\") REFERENCES public.\"Orders\" (\"userId\"));\n"
    "CREATE TABLE public.kid (own integer) INHERITS (public.\"Orders\");\n"
    "CREATE TABLE public.\"Parts\" (at date NOT NULL) PARTITION BY RANGE (at);\n"
    "CREATE TABLE public.\"Parts; DROP TABLE public.victim; --\" PARTITION OF public.\"Parts\"\n"
    " FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\n"
    "CREATE SEQUENCE public.numbers;\n"
    "ALTER SEQUENCE public.numbers OWNED BY public.\"Orders\".\"userId\";\n"
    "CREATE TRIGGER \"Tr\" BEFORE UPDATE OF \"userId\", \"order\" ON public.\"Orders\"\n"
    " FOR EACH ROW EXECUTE FUNCTION \"My App\".\"Touch\"();\n"
    "CREATE POLICY mine ON public.\"Orders\" TO \"app-rw\" USING (\"userId\" > 0);\n"
    "CREATE INDEX \"by order\" ON public.\"Orders\" USING btree (\"order\") INCLUDE "
    "(\"userId\");\n";

static void names_that_need_quotes_have_them(void **state)
{
    struct schema *text, *live;

    (void)state;
    test_server_need();
    database_server_sql(test_server, "postgres", "CREATE ROLE \"app-rw\";\n");
    text = read_text(odd_names);
    live = make_database("odd_names", odd_names);
    expect_same(text, live);
    schema_free(&text);
    schema_free(&live);
}

static void a_script_from_a_catalog_with_such_names_runs(void **state)
{
    struct schema *wanted;

    (void)state;
    test_server_need();
    database_server_try(test_server, "postgres", "CREATE ROLE \"app-rw\";\n");
    wanted = make_database("wanted", odd_names);
    database_server_create(test_server, "led");
    expect_led_there("led", wanted);
    schema_free(&wanted);
}

static const char keys_before[] = "CREATE TABLE public.t (a integer, b integer, \"C\" text);\n";
static const char keys_after[] =
    "CREATE TABLE public.t (a integer, b integer, \"C\" text);\n"
    "ALTER TABLE public.t ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b, \"C\");\n"
    "ALTER TABLE public.t ADD CONSTRAINT p PRIMARY KEY (b) INCLUDE (a);\n"
    "ALTER TABLE public.t ADD CONSTRAINT plain UNIQUE (\"C\");\n";

static void keys_keep_what_they_include_and_how_nulls_count(void **state)
{
    struct schema *text, *before, *after;
    const struct schema_object *table, *key;

    (void)state;
    test_server_need();
    before = make_database("keys", keys_before);
    after = make_database("keys_after", keys_after);
    text = read_text(keys_after);
    expect_same(text, after);
    table = schema_find(after, SCHEMA_TABLE, "public", "t", NULL);
    key = schema_find_part(after, table, SCHEMA_CONSTRAINT, "k");
    assert_string_equal(schema_get(key, SCHEMA_INCLUDE), "b,\"C\"");
    assert_string_equal(schema_get(key, SCHEMA_NULLS_NOT_DISTINCT), "true");
    key = schema_find_part(after, table, SCHEMA_CONSTRAINT, "plain");
    assert_null(schema_get(key, SCHEMA_INCLUDE));
    assert_null(schema_get(key, SCHEMA_NULLS_NOT_DISTINCT));
    expect_led_there("keys", after);
    schema_free(&text);
    schema_free(&before);
    schema_free(&after);
}

static const char security[] = "CREATE TABLE public.none (a integer);\n"
                               "CREATE TABLE public.enabled (a integer);\n"
                               "ALTER TABLE public.enabled ENABLE ROW LEVEL SECURITY;\n"
                               "CREATE TABLE public.forced (a integer);\n"
                               "ALTER TABLE public.forced ENABLE ROW LEVEL SECURITY;\n"
                               "ALTER TABLE public.forced FORCE ROW LEVEL SECURITY;\n"
                               "CREATE TABLE public.off (a integer);\n"
                               "ALTER TABLE public.off FORCE ROW LEVEL SECURITY;\n"
                               "ALTER TABLE public.off DISABLE ROW LEVEL SECURITY;\n";

static void expect_security(const struct schema *schema, const char *table, const char *expected)
{
    const struct schema_object *object = schema_find(schema, SCHEMA_TABLE, "public", table, NULL);
    const char *found = schema_get(object, SCHEMA_ROW_SECURITY);

    assert_string_equal(found != NULL ? found : "", expected);
}

static void row_security_that_is_switched_off_is_not_forced(void **state)
{
    struct schema *text, *live;

    (void)state;
    test_server_need();
    text = read_text(security);
    live = make_database("security", security);
    expect_security(live, "none", "");
    expect_security(live, "enabled", "enabled");
    expect_security(live, "forced", "forced");
    expect_security(live, "off", "forced, not enabled");
    expect_same(text, live);
    database_server_create(test_server, "secured_");
    expect_led_there("secured_", live);
    schema_free(&text);
    schema_free(&live);
}

/* A view that a server wrote against what was written by hand. */
static void logic_that_differs_from_a_server_is_a_difference(void **state)
{
    static const char written[] =
        "CREATE TABLE public.t (a integer, b integer, c integer, v character varying(20),\n"
        " CONSTRAINT k CHECK ((a = 1 OR b = 1) AND c = 1));\n"
        "CREATE VIEW public.w AS SELECT t.a, lower(t.v) AS v FROM t WHERE t.v LIKE 'x%'\n"
        " AND (t.a = 1 OR t.b = 2) AND t.v IN ('a', 'b');\n";
    static const char other[] =
        "CREATE TABLE public.t (a integer, b integer, c integer, v character varying(20),\n"
        " CONSTRAINT k CHECK (a = 1 OR b = 1 AND c = 1));\n"
        "CREATE VIEW public.w AS SELECT t.a, lower(t.v) AS v FROM t WHERE t.v LIKE 'x%'\n"
        " AND t.a = 1 OR t.b = 2 AND t.v IN ('a', 'b');\n";
    struct schema *live, *text;
    struct schema_diff *diff;

    (void)state;
    test_server_need();
    live = make_database("logic", written);
    text = read_text(written);
    diff = schema_compare(text, live, NULL);
    assert_int_equal(diff->count, 0);
    schema_diff_free(&diff);
    schema_free(&text);
    text = read_text(other);
    diff = schema_compare(text, live, NULL);
    assert_int_equal(diff->count, 2);
    schema_diff_free(&diff);
    schema_free(&text);
    schema_free(&live);
}

static const char bodies[] =
    "CREATE FUNCTION public.f(a integer) RETURNS integer LANGUAGE sql RETURN a + 1;\n"
    "CREATE FUNCTION public.begin_x(a integer) RETURNS integer LANGUAGE sql\n"
    " BEGIN ATOMIC SELECT a; SELECT a + 2; END;\n";

/* The script from the text makes the functions, and the server's own texts of them are no
 * difference. */
static void bodies_in_sql_are_made_and_recognized(void **state)
{
    struct schema *text, *empty, *live;
    struct schema_sync *sync;
    struct schema_diff *diff;

    (void)state;
    test_server_need();
    database_server_create(test_server, "bodies");
    text = read_text(bodies);
    empty = test_server_read("bodies");
    diff = schema_compare(empty, text, NULL);
    sync = schema_sync(diff, NULL);
    database_server_sql(test_server, "bodies", sync->script);
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    live = test_server_read("bodies");
    diff = schema_compare(live, text, NULL);
    for (size_t i = 0; i < diff->count; i++)
        print_error("%s\n", schema_get(diff->changes[i].previous, SCHEMA_DEFINITION));
    assert_int_equal(diff->count, 0);
    schema_diff_free(&diff);
    schema_free(&text);
    schema_free(&empty);
    schema_free(&live);
}

/* Each leaves what the server leaves. */
static const char *const drops[] = {
    "CREATE SCHEMA a; CREATE TABLE a.t (id integer PRIMARY KEY);\n"
    "CREATE TABLE public.b (id integer, t integer REFERENCES a.t);\n"
    "CREATE VIEW public.w AS SELECT id FROM a.t;\n"
    "CREATE VIEW public.x AS SELECT id FROM public.w;\n"
    "CREATE TYPE a.e AS ENUM ('x'); CREATE TABLE public.c (e a.e, n integer);\n"
    "DROP SCHEMA a CASCADE;\n",
    "CREATE TYPE public.mood AS ENUM ('a', 'b'); CREATE TYPE public.moods AS ENUM ('a');\n"
    "CREATE DOMAIN public.d AS public.mood; CREATE TYPE public.pair AS (m public.mood, n "
    "integer);\n"
    "CREATE TABLE public.t (id integer, m public.mood DEFAULT 'a', l public.mood[],\n"
    " o public.moods, e public.d, n text DEFAULT ('a'::public.mood)::text,\n"
    " CONSTRAINT k CHECK (n <> ('b'::public.mood)::text), CONSTRAINT l CHECK (id > 0));\n"
    "CREATE INDEX i ON public.t (m); CREATE INDEX j ON public.t (id);\n"
    "CREATE VIEW public.v AS SELECT m FROM public.t;\n"
    "CREATE VIEW public.w AS SELECT id FROM public.t;\n"
    "CREATE FUNCTION public.f(m public.mood) RETURNS integer LANGUAGE sql AS 'SELECT 1';\n"
    "CREATE FUNCTION public.g() RETURNS SETOF public.mood LANGUAGE sql\n"
    " AS 'SELECT NULL::public.mood';\n"
    "CREATE FUNCTION public.h() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n"
    "DROP TYPE public.mood CASCADE;\n",
    "CREATE FUNCTION public.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
    "CREATE FUNCTION public.f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';\n"
    "CREATE TABLE public.t (id integer DEFAULT public.f(1),\n"
    " g integer GENERATED ALWAYS AS (public.f(id)) STORED, CONSTRAINT k CHECK (public.f(id) > "
    "0));\n"
    "CREATE TRIGGER tr BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.tf();\n"
    "CREATE INDEX i ON public.t (public.f(id));\n"
    "CREATE POLICY p ON public.t USING (public.f(id) > 1);\n"
    "CREATE VIEW public.v AS SELECT public.f(id) AS z FROM public.t;\n"
    "CREATE VIEW public.w AS SELECT id FROM public.t;\n"
    "DROP FUNCTION public.tf() CASCADE; DROP FUNCTION public.f(integer) CASCADE;\n",
    "CREATE TABLE public.t (id integer PRIMARY KEY, a integer, b integer,\n"
    " CONSTRAINT u UNIQUE (a, b));\n"
    "CREATE TABLE public.f (t integer CONSTRAINT one REFERENCES public.t, a integer, b integer,\n"
    " CONSTRAINT two FOREIGN KEY (b, a) REFERENCES public.t (b, a));\n"
    "ALTER TABLE public.t DROP CONSTRAINT u CASCADE;\n",
    "CREATE TABLE public.t (id integer PRIMARY KEY);\n"
    "CREATE TABLE public.f (t integer CONSTRAINT one REFERENCES public.t);\n"
    "ALTER TABLE public.t DROP COLUMN id CASCADE;\n",
    "CREATE SEQUENCE public.s; CREATE TABLE public.t (id integer DEFAULT nextval('public.s'));\n"
    "DROP SEQUENCE public.s CASCADE;\n",
    "CREATE TABLE public.\"T\" (a integer); CREATE VIEW public.v AS SELECT a FROM public.\"T\";\n"
    "CREATE TABLE public.u (t public.\"T\", n integer);\n"
    "CREATE FUNCTION public.f() RETURNS SETOF public.\"T\" LANGUAGE sql\n"
    " AS 'SELECT * FROM public.\"T\"';\n"
    "DROP TABLE public.\"T\" CASCADE;\n",
    "CREATE TABLE public.a (id integer PRIMARY KEY);\n"
    "CREATE TABLE public.b (a integer REFERENCES public.a); DROP TABLE public.a, public.b;\n",
};

static void what_goes_with_cascade_is_what_a_server_takes(void **state)
{
    (void)state;
    test_server_need();
    for (size_t i = 0; i < sizeof drops / sizeof *drops; i++) {
        char *name = memory_printf("drops_%zu", i);
        struct schema *text = read_text(drops[i]), *live = make_database(name, drops[i]);

        expect_same(text, live);
        schema_free(&text);
        schema_free(&live);
        free(name);
    }
}

int main(void)
{
    static const struct CMUnitTest cases[] = {
        cmocka_unit_test(names_that_need_quotes_have_them),
        cmocka_unit_test(a_script_from_a_catalog_with_such_names_runs),
        cmocka_unit_test(keys_keep_what_they_include_and_how_nulls_count),
        cmocka_unit_test(row_security_that_is_switched_off_is_not_forced),
        cmocka_unit_test(bodies_in_sql_are_made_and_recognized),
        cmocka_unit_test(what_goes_with_cascade_is_what_a_server_takes),
        cmocka_unit_test(logic_that_differs_from_a_server_is_a_difference),
    };

    return cmocka_run_group_tests(cases, test_server_start_postgresql, test_server_stop);
}
