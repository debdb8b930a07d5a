#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/postgresql.h>
#include <pilab/schema/sync.h>

static struct schema *read_sql(const char *sql)
{
    struct error error = { 0 };
    struct schema *schema = schema_read_postgresql("test.sql", sql, strlen(sql), &error);
    assert_non_null(schema);
    if (schema->problem_count)
        fail_msg("%s", schema->problems[0].message);
    return schema;
}

/* "changed column public.t.a: type; narrow-type", one a line. */
static void expect_of(const struct schema *previous, const struct schema *current,
                      const char *expected)
{
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        const struct schema_object *object = schema_change_object(change);
        if (change->within)
            continue;
        strbuf_printf(&out, "%s %s %s", schema_change_name(change->kind),
                      schema_kind_name(object->kind), schema_object_path(diff->arena, object));
        for (size_t j = 0; j < change->property_count; j++)
            if (!change->properties[j].facet)
                strbuf_printf(&out, ": %s", schema_property_name(change->properties[j].property));
        for (size_t j = 0; j < change->hazard_count; j++)
            strbuf_printf(&out, "; %s", change->hazards[j].id);
        strbuf_add_char(&out, '\n');
    }
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
    schema_diff_free(&diff);
}

static void expect(const char *before, const char *after, const char *expected)
{
    struct schema *previous = read_sql(before), *current = read_sql(after);
    expect_of(previous, current, expected);
    schema_free(&previous);
    schema_free(&current);
}

/* The second as if a server had written it. */
static void expect_live(const char *before, const char *after, const char *expected)
{
    struct schema *previous = read_sql(before), *current = read_sql(after);
    schema_set_server(current, "15.4");
    expect_of(previous, current, expected);
    schema_free(&previous);
    schema_free(&current);
}

static void types_are_narrowed_rewritten_or_neither(void **state)
{
    (void)state;
    expect("CREATE TABLE t (a varchar(10), b text, c int, d bigint, e numeric(5,2), f timestamp)",
           "CREATE TABLE t (a text, b varchar(5), c bigint, d int, e numeric(7,2), f timestamptz)",
           "changed column public.t.a: type\n"
           "changed column public.t.b: type; narrow-type\n"
           "changed column public.t.c: type; rewrite-type\n"
           "changed column public.t.d: type; narrow-type\n"
           "changed column public.t.e: type\n"
           "changed column public.t.f: type; time-zone\n");
}

#define EVENTS(more)                                                                               \
    "CREATE TABLE ev (at date, kind text) PARTITION BY RANGE (at);"                                \
    "CREATE TABLE f (kind text) PARTITION BY LIST (kind);" more
#define YEAR(from, to) "CREATE TABLE e PARTITION OF ev FOR VALUES FROM (" from ") TO (" to ");"

static void rows_may_be_outside_of_new_bounds(void **state)
{
    (void)state;
    expect(EVENTS(YEAR("'2024-01-01'", "'2025-01-01'")),
           EVENTS(YEAR("'2024-01-01'", "'2024-07-01'")),
           "changed table public.e: partition bound; narrow-partition\n");
    expect(EVENTS(YEAR("'2024-01-01'", "'2024-07-01'")),
           EVENTS(YEAR("'2023-01-01'", "'2024-07-01'")),
           "changed table public.e: partition bound; move-partition\n");
    expect(EVENTS("CREATE TABLE a PARTITION OF f FOR VALUES IN ('x', 'y');"
                  "CREATE TABLE b PARTITION OF f FOR VALUES IN ('z');"),
           EVENTS("CREATE TABLE a PARTITION OF f FOR VALUES IN ('x');"
                  "CREATE TABLE b PARTITION OF f FOR VALUES IN ('y', 'z');"),
           "changed table public.a: partition bound; narrow-partition\n"
           "changed table public.b: partition bound; move-partition\n");
    expect(EVENTS("CREATE TABLE a PARTITION OF f FOR VALUES IN ('x'); CREATE TABLE b (kind text);"),
           EVENTS("CREATE TABLE a (kind text); CREATE TABLE b PARTITION OF f FOR VALUES IN ('x');"),
           "changed table public.a: partition of: partition bound; detach-partition\n"
           "changed table public.b: partition of: partition bound; attach-partition\n");
}

static void rows_of_a_default_partition_are_in_the_way_of_others(void **state)
{
    static const char one[] = EVENTS("CREATE TABLE a PARTITION OF f FOR VALUES IN ('x');");
    static const char rest[] = EVENTS("CREATE TABLE a PARTITION OF f FOR VALUES IN ('x');"
                                      "CREATE TABLE rest PARTITION OF f DEFAULT;");
    static const char more[] = EVENTS("CREATE TABLE a PARTITION OF f FOR VALUES IN ('x', 'z');"
                                      "CREATE TABLE rest PARTITION OF f DEFAULT;"
                                      "CREATE TABLE b PARTITION OF f FOR VALUES IN ('y');");
    (void)state;
    expect(one, rest, "added table public.rest; default-partition\n");
    expect(rest, more,
           "changed table public.a: partition bound; move-partition; beside-default-partition\n"
           "added table public.b; beside-default-partition\n");
    expect("", more,
           "added table public.ev\nadded table public.f\nadded table public.a\n"
           "added table public.rest\nadded table public.b\n");
}

static const char *text_in_order(struct arena *arena, const char *before, const char *after)
{
    struct schema *previous = read_sql(before), *current = read_sql(after);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    const struct schema_change *const *order = schema_diff_in_order(arena, diff);
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < diff->count; i++)
        strbuf_printf(&out, "%s %s\n", schema_change_name(order[i]->kind),
                      schema_object_path(arena, schema_change_object(order[i])));
    const char *text = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    return text;
}

/* A server lists its objects by name, and a file as somebody wrote them. */
static void two_files_that_say_the_same_are_listed_in_one_order(void **state)
{
    static const char expected[] = "removed public.s\nchanged public.f(integer)\n"
                                   "changed public.a.z\nadded public.a.k\nadded public.a.b\n"
                                   "added public.a.ia\nadded public.a.ib\n"
                                   "removed public.t\nremoved public.t.i\n"
                                   "added public.n\nadded public.n.i\nadded public.v\n"
                                   "added public.v.i\n";
    struct arena *arena = arena_new();
    (void)state;
    assert_string_equal(
        text_in_order(arena,
                      "CREATE TABLE t (i int); CREATE TABLE a (z int); CREATE SEQUENCE s;"
                      "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
                      "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 2';"
                      "CREATE TABLE n (i int); CREATE VIEW v AS SELECT i FROM n;"
                      "CREATE TABLE a (z text, k int, b int); CREATE INDEX ib ON a (b);"
                      "CREATE INDEX ia ON a (k);"),
        expected);
    assert_string_equal(
        text_in_order(arena,
                      "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                      "CREATE SEQUENCE s; CREATE TABLE a (z int); CREATE TABLE t (i int);",
                      "CREATE TABLE a (z text, k int, b int); CREATE INDEX ia ON a (k);"
                      "CREATE INDEX ib ON a (b); CREATE TABLE n (i int);"
                      "CREATE VIEW v AS SELECT i FROM n;"
                      "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 2';"),
        expected);
    arena_free(&arena);
}

static void domains_and_fields_have_hazards_of_their_own(void **state)
{
    (void)state;
    expect("CREATE DOMAIN d AS int; CREATE TYPE p AS (a int, b int, c int)",
           "CREATE DOMAIN d AS int NOT NULL; CREATE TYPE p AS (a int, b text)",
           "changed domain public.d: not null; domain-not-null\n"
           "changed column public.p.b: type; field-type\n"
           "removed column public.p.c; drop-field\n");
}

static void columns_that_must_have_a_value_are_said(void **state)
{
    (void)state;
    expect("CREATE TABLE t (a int)",
           "CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int NOT NULL DEFAULT 1, d uuid "
           "DEFAULT gen_random_uuid(), e timestamptz DEFAULT now())",
           "changed column public.t.a: not null; set-not-null\n"
           "added column public.t.b; required-column\n"
           "added column public.t.c\n"
           "added column public.t.d; filled-column\n"
           "added column public.t.e\n");
}

static void what_goes_says_what_is_lost(void **state)
{
    (void)state;
    expect("CREATE TABLE t (a int, b int UNIQUE, CHECK (a > 0)); CREATE INDEX i ON t (a);"
           "CREATE TABLE gone (a int); CREATE SEQUENCE s;",
           "CREATE TABLE t (a int)",
           "removed column public.t.b; drop-column\n"
           "removed constraint public.t.t_b_key; drop-unique\n"
           "removed constraint public.t.t_a_check; drop-check\n"
           "removed index public.t.i; drop-index\n"
           "removed table public.gone; drop-table\n"
           "removed sequence public.s; drop-object\n");
}

static void labels_may_be_added_but_not_taken_away(void **state)
{
    (void)state;
    expect("CREATE TYPE a AS ENUM ('x','y'); CREATE TYPE b AS ENUM ('x','y')",
           "CREATE TYPE a AS ENUM ('w','x','z','y'); CREATE TYPE b AS ENUM ('y','x')",
           "changed enum public.a: labels; enum-add\n"
           "changed enum public.b: labels; enum-labels\n");
}

/* Of a table that is new nobody relies on anything yet. */
static void rows_that_go_with_others_are_told(void **state)
{
    (void)state;
#define KEY    "CONSTRAINT f FOREIGN KEY (a) REFERENCES p "
#define PARENT "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int, b int, " KEY
    expect(PARENT ")",
           PARENT "ON DELETE CASCADE, CONSTRAINT g FOREIGN KEY (b) REFERENCES p ON DELETE CASCADE);"
                  "CREATE TABLE n (a int REFERENCES p ON DELETE CASCADE)",
           "changed constraint public.t.f: definition; delete-cascade; foreign-key\n"
           "added constraint public.t.g; delete-cascade; foreign-key\n"
           "added table public.n\n");
    expect(PARENT "ON DELETE CASCADE)", PARENT "ON UPDATE CASCADE ON DELETE CASCADE)",
           "changed constraint public.t.f: definition; foreign-key\n");
}

static void the_check_option_of_a_view_is_a_change(void **state)
{
    (void)state;
    expect("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t WHERE a > 1",
           "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t WHERE a > 1 WITH CHECK OPTION",
           "changed view public.v: check\n");
}

static void a_constraint_that_was_validated_needs_no_warning(void **state)
{
    (void)state;
    const char *valid = "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0))";
    const char *not_valid =
        "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID";
    expect(valid, not_valid, "changed constraint public.t.c: definition\n");
    expect(not_valid, valid, "changed constraint public.t.c: definition; check-scan\n");
}

static void row_security_and_definers_are_about_security(void **state)
{
    (void)state;
    struct schema *previous = read_sql("CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL "
                                       "SECURITY; CREATE POLICY p ON t USING (a > 1)");
    struct schema *current = read_sql("CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int "
                                      "SECURITY DEFINER LANGUAGE sql AS 'select 1'");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    assert_int_equal(diff->count, 3);
    for (size_t i = 0; i < diff->count; i++)
        assert_true(diff->changes[i].risks & SCHEMA_RISK_SECURITY);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

/* CREATE EXTENSION takes the newest that a server has. */
static void versions_of_extensions_are_compared_where_both_are_told(void **state)
{
    (void)state;
    expect("CREATE EXTENSION hstore", "CREATE EXTENSION hstore VERSION '1.8'", "");
    expect("CREATE EXTENSION hstore VERSION '1.8'", "CREATE EXTENSION hstore", "");
    expect("CREATE EXTENSION hstore VERSION '1.7'", "CREATE EXTENSION hstore VERSION '1.8'",
           "changed extension public.hstore: version\n");
}

static void what_one_reader_cannot_read_is_not_compared(void **state)
{
    (void)state;
    struct schema *previous = read_sql("CREATE TABLE t (a int); CREATE POLICY p ON t USING (true)");
    struct schema *current = read_sql("CREATE TABLE t (a int); GRANT SELECT ON t TO PUBLIC");
    schema_leave_out(current, SCHEMA_POLICY, "a snapshot of an old version has none");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    assert_int_equal(diff->count, 0);
    assert_int_equal(diff->gap_count, 2);
    assert_string_equal(diff->gaps[0].what, "grants");
    assert_string_equal(diff->gaps[1].what, "policy");
    assert_false(diff->gaps[1].previous);
    assert_true(diff->gaps[1].current);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

static bool same(enum schema_property property, const char *a, const char *b)
{
    bool equal = schema_loosely_equal(SCHEMA_VIEW, property, a, b);
    assert_int_equal(schema_loosely_equal(SCHEMA_VIEW, property, b, a), equal);
    return equal;
}

static void texts_of_a_server_are_compared_loosely(void **state)
{
    (void)state;
    assert_true(same(SCHEMA_WHERE, "((v)::text = 'a'::text)", "(v = 'a')"));
    assert_true(same(SCHEMA_WHERE, "lower((t.v)::character varying(5))", "lower(v)"));
    assert_true(same(SCHEMA_WHERE, "nextval('s'::regclass)", "nextval('s')"));
    assert_true(
        same(SCHEMA_WHERE, "((a = 1) AND ((b = 2) AND (c = 3)))", "a = 1 AND b = 2 AND c = 3"));
    assert_true(same(SCHEMA_WHERE, "(v = ANY (ARRAY['a'::text, 'b'::text]))", "v IN ('a', 'b')"));
    assert_true(
        same(SCHEMA_WHERE, "(v <> ALL (ARRAY['a'::text, 'b'::text]))", "v NOT IN ('a', 'b')"));
    assert_true(same(SCHEMA_WHERE, "((v)::text ~~ 'a%'::text)", "v LIKE 'a%'"));
    assert_true(same(SCHEMA_WHERE, "(\"name\" = '5'::numeric)", "Name = 5"));
    assert_true(same(SCHEMA_DEFINITION, "SELECT  a.id\n FROM public.a;", "select id from a"));
    assert_true(same(SCHEMA_DEFINITION, "SELECT a AS a, sum(t.b) AS sum FROM t",
                     "SELECT t.a, sum(b) FROM t"));
    assert_false(same(SCHEMA_DEFINITION, "SELECT a AS b FROM t", "SELECT a FROM t"));
    assert_false(same(SCHEMA_WHERE, "(v = 'a')", "(v = 'A')"));
    assert_false(same(SCHEMA_WHERE, "a > 1", "a >= 1"));
    assert_false(same(SCHEMA_WHERE, "a", "a b"));
    assert_false(same(SCHEMA_WHERE, "v IN ('a', 'b')", "v IN ('a', 'c')"));
    assert_false(same(SCHEMA_DEFAULT, "-1", "-2"));
    assert_false(same(SCHEMA_DEFAULT, "-1", "0"));
    assert_false(same(SCHEMA_WHERE, "a > -1", "a > 1"));
    assert_true(same(SCHEMA_WHERE, "(a > '-1'::integer)", "a > - 1"));
    assert_true(same(SCHEMA_DEFAULT, "(-1)", "-1"));
    assert_false(same(SCHEMA_DEFAULT, "true", "false"));
    assert_false(same(SCHEMA_DEFAULT, "NULL::text", "''::text"));
    assert_false(same(SCHEMA_WHERE, "v IN ('a', 'b')", "v NOT IN ('a', 'b')"));
    struct schema *text = read_sql("CREATE TABLE t (a text, CHECK (a <> other('x')))");
    struct schema *live = read_sql("CREATE TABLE t (a text, CHECK (a <> other('x'::text)))");
    schema_set_server(live, "15.4");
    struct schema_diff *diff = schema_compare(text, live, NULL);
    assert_true(diff->loose);
    assert_int_equal(diff->count, 0);
    schema_diff_free(&diff);
    const struct schema_diff_options exact = { .exact = true };
    diff = schema_compare(text, live, &exact);
    assert_int_equal(diff->count, 1);
    schema_diff_free(&diff);
    schema_free(&text);
    schema_free(&live);
}

static void the_digest_does_not_depend_on_the_order(void **state)
{
    (void)state;
    struct schema *one = read_sql("CREATE TABLE a (x int); CREATE TABLE b (y int)");
    struct schema *two = read_sql("CREATE TABLE b (y int);\n\nCREATE TABLE a (x int)");
    struct schema *three = read_sql("CREATE TABLE b (y int);\n\nCREATE TABLE a (x bigint)");
    char first[SHA256_HEX_SIZE], second[SHA256_HEX_SIZE], third[SHA256_HEX_SIZE];
    assert_string_equal(schema_digest(one, first), schema_digest(two, second));
    assert_string_not_equal(first, schema_digest(three, third));
    schema_free(&one);
    schema_free(&two);
    schema_free(&three);
}

static void parentheses_that_change_the_meaning_are_compared(void **state)
{
    (void)state;
    assert_false(same(SCHEMA_WHERE, "(a = 1 OR b = 1) AND c = 1", "a = 1 OR b = 1 AND c = 1"));
    assert_false(same(SCHEMA_WHERE, "NOT (a OR b)", "NOT a OR b"));
    assert_false(same(SCHEMA_DEFAULT, "1 + 2 * 3", "(1 + 2) * 3"));
    assert_false(same(SCHEMA_DEFINITION, "SELECT a FROM t WHERE (a = 1 OR a = 2) AND b = 3",
                      "SELECT a FROM t WHERE a = 1 OR a = 2 AND b = 3"));
    expect_live("CREATE TABLE t (a int, b int, c int,"
                " CONSTRAINT k CHECK ((a = 1 OR b = 1) AND c = 1))",
                "CREATE TABLE t (a int, b int, c int,"
                " CONSTRAINT k CHECK (a = 1 OR b = 1 AND c = 1))",
                "changed constraint public.t.k: definition; check-scan\n");
    expect_live("CREATE TABLE t (o text, admin bool, active bool);"
                "CREATE POLICY p ON t USING ((o = current_user OR admin) AND active)",
                "CREATE TABLE t (o text, admin bool, active bool);"
                "CREATE POLICY p ON t USING (o = current_user OR admin AND active)",
                "changed policy public.t.p: definition; policy\n");
    expect_live("CREATE TABLE t (a int DEFAULT 1 + 2 * 3)",
                "CREATE TABLE t (a int DEFAULT (1 + 2) * 3)",
                "changed column public.t.a: default\n");
}

static struct schema *of_one_check(const char *expression)
{
    struct schema *schema = schema_new(SCHEMA_MYSQL, expression);
    struct schema_object *table = schema_add(schema, SCHEMA_TABLE, "", "t", NULL, NULL);
    struct schema_object *check = schema_add_part(schema, table, SCHEMA_CONSTRAINT, "k", NULL);
    schema_set(schema, check, SCHEMA_SORT, "check");
    schema_set(schema, check, SCHEMA_EXPRESSION, expression);
    return schema;
}

/* Of a text, and of a server of MySQL. */
static bool same_mysql(const char *a, const char *b)
{
    struct schema *text = of_one_check(a), *live = of_one_check(b);
    schema_set_server(live, "10.11");
    struct schema_diff *diff = schema_compare(text, live, NULL);
    bool same = diff->count == 0;
    schema_diff_free(&diff);
    schema_free(&text);
    schema_free(&live);
    return same;
}

static void parentheses_of_mysql_are_compared_by_their_meaning(void **state)
{
    static const char *const alike[][2] = {
        {"a > 0 AND b > 0",                                 "((`a` > 0) and (`b` > 0))"       },
        { "a = 1 AND (b = 2 AND c = 3)",                    "`a` = 1 and `b` = 2 and `c` = 3" },
        { "a + b * 2 > -1",                                 "((`t`.`a` + (`b` * 2)) > (-(1)))"},
        { "x NOT IN (1, 2) OR y BETWEEN 1 AND 2 AND z",
         "(x not in (1,2)) or ((y between 1 and 2) and z)"                                    },
        { "lower(v) LIKE 'A%' OR v IS NOT NULL",
         "(lower(`shop`.`v`) like _utf8mb4'A%') or (`v` is not null)"                         },
        { "CASE WHEN a = 1 AND b THEN -1 ELSE (c) END > 0",
         "(case when ((a = 1) and b) then (-1) else c end) > 0"                               },
        { "json_extract(d, '$.a') <=> 1 || NOT f",
         "((json_extract(`d`,'$.a')) <=> 1) or (not(f))"                                      },
        { "count(*) > (1)",                                 "count(*) > 1"                    },
    };
    static const char *const other[][2] = {
        {"(a = 1 OR b = 1) AND c = 1", "a = 1 OR b = 1 AND c = 1" },
        { "1 + 2 * 3 > a",             "(1 + 2) * 3 > a"          },
        { "NOT (a OR b)",              "NOT a OR b"               },
        { "a - (b - c) > 0",           "a - b - c > 0"            },
        { "v = 'a'",                   "v = 'A'"                  },
        { "a BETWEEN 1 AND 2 AND b",   "a BETWEEN 1 AND (2 AND b)"},
        { "a > 0",                     "a >= 0"                   },
        { "f(a, b)",                   "f(a) + b"                 },
        { "a IN (1, 2)",               "a NOT IN (1, 2)"          },
    };
    (void)state;
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (!same_mysql(alike[i][0], alike[i][1]) || !same_mysql(alike[i][1], alike[i][0]))
            fail_msg("%s is not %s", alike[i][0], alike[i][1]);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (same_mysql(other[i][0], other[i][1]))
            fail_msg("%s is %s", other[i][0], other[i][1]);
}

static void deep_texts_of_mysql_are_compared_by_their_words(void **state)
{
    struct strbuf text = STRBUF_INIT;
    (void)state;
    strbuf_add_repeat(&text, "(", 5000);
    strbuf_add(&text, "a");
    strbuf_add_repeat(&text, ")", 5000);
    char *first = strbuf_steal(&text);
    strbuf_add_repeat(&text, "(", 5000);
    strbuf_add(&text, "`A`");
    strbuf_add_repeat(&text, ")", 5000);
    assert_true(same_mysql(first, text.data));
    assert_false(same_mysql(first, "a"));
    strbuf_release(&text);
    strbuf_add_repeat(&text, "(", 900);

    assert_false(same_mysql(text.data, "a"));
    strbuf_release(&text);
    free(first);
}

static void names_in_quotes_and_other_schemas_are_other_names(void **state)
{
    (void)state;
    assert_false(same(SCHEMA_WHERE, "\"Name\" = 1", "name = 1"));
    assert_false(same(SCHEMA_WHERE, "a.id > 1", "b.id > 1"));
    assert_false(same(SCHEMA_DEFINITION, "SELECT id FROM public.a", "SELECT id FROM archive.a"));
    assert_false(same(SCHEMA_WHERE, "app.lower(v)", "other.lower(v)"));
    assert_true(same(SCHEMA_WHERE, "app.lower(v)", "lower(v)"));
}

/* What the grammar does not read, as of a newer server, is compared word by word. */
static void unknown_grammar_is_compared_by_its_words(void **state)
{
    (void)state;

    assert_true(same(SCHEMA_WHERE, "NEWER a + (((b))::integer)", "newer  a + b"));
    assert_true(same(SCHEMA_WHERE, "(NEWER a -> \"name\")", "NEWER public.a -> Name"));
    assert_false(same(SCHEMA_WHERE, "NEWER a -> \"Name\"", "NEWER a -> name"));
    assert_false(same(SCHEMA_WHERE, "(1 + 2) * 3 NEWER a", "1 + 2 * 3 NEWER a"));
    assert_false(same(SCHEMA_WHERE, "NEWER (a, b) c d", "NEWER a, b c d"));
    assert_false(same(SCHEMA_WHERE, "NEWER a b ((",
                      "NEWER a b (("
                      " c"));
}

/* How many objects may be the same under another name. */
static size_t count_renames(const char *before, const char *after)
{
    struct schema *previous = read_sql(before), *current = read_sql(after);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    size_t count = diff->rename_count;
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    return count;
}

static void what_differs_in_more_than_its_name_is_not_renamed(void **state)
{
    (void)state;
#define TABLES "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int, CONSTRAINT "
    const char *key = TABLES "one FOREIGN KEY (a) REFERENCES a ON DELETE CASCADE)";
    assert_int_equal(count_renames(key,
                                   TABLES "two FOREIGN KEY (a) REFERENCES a ON DELETE CASCADE)"),
                     1);
    assert_int_equal(count_renames(key, TABLES "two FOREIGN KEY (a) REFERENCES a)"), 0);
    assert_int_equal(count_renames(key, TABLES "two FOREIGN KEY (a) REFERENCES a ON DELETE CASCADE "
                                               "DEFERRABLE)"),
                     0);
    assert_int_equal(count_renames("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'select 1'",
                                   "CREATE FUNCTION two() RETURNS int LANGUAGE sql SECURITY DEFINER"
                                   " AS 'select 1'"),
                     0);
#undef TABLES
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_narrowed_rewritten_or_neither),
        cmocka_unit_test(rows_may_be_outside_of_new_bounds),
        cmocka_unit_test(rows_of_a_default_partition_are_in_the_way_of_others),
        cmocka_unit_test(two_files_that_say_the_same_are_listed_in_one_order),
        cmocka_unit_test(domains_and_fields_have_hazards_of_their_own),
        cmocka_unit_test(columns_that_must_have_a_value_are_said),
        cmocka_unit_test(what_goes_says_what_is_lost),
        cmocka_unit_test(labels_may_be_added_but_not_taken_away),
        cmocka_unit_test(rows_that_go_with_others_are_told),
        cmocka_unit_test(the_check_option_of_a_view_is_a_change),
        cmocka_unit_test(a_constraint_that_was_validated_needs_no_warning),
        cmocka_unit_test(row_security_and_definers_are_about_security),
        cmocka_unit_test(versions_of_extensions_are_compared_where_both_are_told),
        cmocka_unit_test(what_one_reader_cannot_read_is_not_compared),
        cmocka_unit_test(texts_of_a_server_are_compared_loosely),
        cmocka_unit_test(parentheses_that_change_the_meaning_are_compared),
        cmocka_unit_test(parentheses_of_mysql_are_compared_by_their_meaning),
        cmocka_unit_test(deep_texts_of_mysql_are_compared_by_their_words),
        cmocka_unit_test(names_in_quotes_and_other_schemas_are_other_names),
        cmocka_unit_test(unknown_grammar_is_compared_by_its_words),
        cmocka_unit_test(the_digest_does_not_depend_on_the_order),
        cmocka_unit_test(what_differs_in_more_than_its_name_is_not_renamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
