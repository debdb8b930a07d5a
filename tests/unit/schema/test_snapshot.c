#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/snapshot.h>
#include <pilab/schema/sync.h>

#include "tests/support/json_schema.h"

#define NOON 1737547200000 /* 2025-01-22T12:00:00Z */

static struct schema *make_schema(void)
{
    static const char *const columns[] = { "lower(name) DESC", "id, \"x\"" };
    static const struct schema_place place = { .file = "db/1.sql", .line = 7 };
    struct schema *schema = schema_new(SCHEMA_POSTGRESQL, "shop");
    struct schema_object *table, *part;

    schema_set_server(schema, "15.20");
    table = schema_add(schema, SCHEMA_TABLE, "public", "t\n1", NULL, &place);
    schema_set(schema, table, SCHEMA_COMMENT, "");
    part = schema_add_part(schema, table, SCHEMA_COLUMN, "z", &place);
    schema_set(schema, part, SCHEMA_TYPE, "text");
    schema_set(schema, part, SCHEMA_DEFAULT, "true");
    part = schema_add_part(schema, table, SCHEMA_COLUMN, "a", NULL);
    schema_set_flag(schema, part, SCHEMA_NOT_NULL, true);
    part = schema_add_part(schema, table, SCHEMA_INDEX, "ix", NULL);
    schema_set_list(schema, part, SCHEMA_COLUMNS, columns, 2);
    schema_set_flag(schema, part, SCHEMA_UNIQUE, true);
    schema_add(schema, SCHEMA_FUNCTION, "public", "f", "integer", NULL);
    schema_add(schema, SCHEMA_FUNCTION, "public", "f", "", NULL);
    schema_leave_out(schema, SCHEMA_POLICY, "not permitted");
    schema_add_gap(schema, "rules", "3 here");
    schema_add_problem(schema, &place, "odd", "try");
    return schema;
}

static void write_text(const struct schema *schema, struct strbuf *text)
{
    json_t *document = snapshot_json(schema, NOON);

    json_write_pretty(text, document);
    json_decref(document);
}

static struct schema *read_text(const char *text, struct error *error)
{
    return snapshot_read("x.json", text, strlen(text), NULL, error);
}

static struct error read_bad(const char *text)
{
    struct error error = { 0 };

    assert_null(read_text(text, &error));
    assert_non_null(strstr(error.message, "x.json"));
    return error;
}

static void what_was_written_is_read_back_as_it_was(void **state)
{
    char before[SHA256_HEX_SIZE], after[SHA256_HEX_SIZE];
    struct schema *schema = make_schema(), *again;
    const struct schema_object *table, *part;
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    int64_t at = 0;
    size_t count;

    (void)state;
    write_text(schema, &text);
    assert_true(snapshot_recognise(text.data, text.length));
    again = snapshot_read("x.json", text.data, text.length, &at, &error);
    if (again == NULL)
        fail_msg("%s", error.message);
    assert_int_equal(at, NOON);
    assert_string_equal(again->server, "15.20");
    assert_string_equal(again->name, "x.json");
    assert_string_equal(schema_digest(schema, before), schema_digest(again, after));
    table = schema_find(again, SCHEMA_TABLE, "public", "t\n1", NULL);
    assert_non_null(table);
    assert_string_equal(schema_get(table, SCHEMA_COMMENT), "");
    assert_string_equal(table->place.file, "db/1.sql");
    assert_int_equal(table->place.line, 7);
    assert_string_equal(table->parts->name, "z"); /* columns keep their order */
    assert_string_equal(schema_get(table->parts, SCHEMA_DEFAULT), "true");
    assert_true(schema_flag(table->parts->next, SCHEMA_NOT_NULL));
    part = schema_find_part(again, table, SCHEMA_INDEX, "ix");
    assert_string_equal(schema_list(part, SCHEMA_COLUMNS, &count)[1], "id, \"x\"");
    assert_int_equal(count, 2);
    assert_non_null(schema_find(again, SCHEMA_FUNCTION, "public", "f", ""));
    assert_non_null(schema_find(again, SCHEMA_FUNCTION, "public", "f", "integer"));
    assert_false(again->covers[SCHEMA_POLICY]);
    assert_true(again->covers[SCHEMA_TABLE]);
    assert_int_equal(again->gap_count, schema->gap_count);
    assert_int_equal(again->problem_count, 1);
    assert_string_equal(again->problems[0].hint, "try");
    assert_int_equal(again->problems[0].place.line, 7);
    schema_free(&schema);
    schema_free(&again);
    strbuf_release(&text);
}

static void the_order_of_creation_makes_no_difference(void **state)
{
    struct schema *a = schema_new(SCHEMA_SQLITE, "same"), *b = schema_new(SCHEMA_SQLITE, "same");
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;

    (void)state;
    schema_add(a, SCHEMA_VIEW, "", "v", NULL, NULL);
    schema_add(a, SCHEMA_TABLE, "", "b", NULL, NULL);
    schema_add(a, SCHEMA_TABLE, "", "a", NULL, NULL);
    schema_add(b, SCHEMA_TABLE, "", "a", NULL, NULL);
    schema_add(b, SCHEMA_TABLE, "", "b", NULL, NULL);
    schema_add(b, SCHEMA_VIEW, "", "v", NULL, NULL);
    write_text(a, &first);
    write_text(b, &second);
    assert_string_equal(first.data, second.data);
    schema_free(&a);
    schema_free(&b);
    strbuf_release(&first);
    strbuf_release(&second);
}

static void a_snapshot_follows_its_schema(void **state)
{
    struct schema *schema = make_schema();
    struct strbuf text = STRBUF_INIT;

    (void)state;
    write_text(schema, &text);
    assert_text_follows_schema(text.data, "schema-1.json");
    schema_free(&schema);
    strbuf_release(&text);
}

static void one_that_was_changed_is_refused_unless_it_says_nothing_of_its_digest(void **state)
{
    struct schema *schema = make_schema();
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    char *at;

    (void)state;
    write_text(schema, &text);
    at = strstr(text.data, "\"text\"");
    assert_non_null(at);
    memcpy(at, "\"uuid\"", strlen("\"uuid\""));
    assert_int_equal(read_bad(text.data).code, ERROR_CORRUPT);
    at = strstr(text.data, "\"digest\": \"");
    assert_non_null(at);
    memset(at + strlen("\"digest\": "), ' ', 66);
    memcpy(at + strlen("\"digest\": "), "null", 4);
    schema_free(&schema);
    schema = read_text(text.data, &error);
    if (schema == NULL)
        fail_msg("%s", error.message);
    schema_free(&schema);
    strbuf_release(&text);
}

static void what_is_wrong_with_one_is_said_with_the_name_of_the_object(void **state)
{
    static const struct {
        const char *objects, *said;
    } wrong[] = {
        {"{\"kind\":\"table\"}",                                                     "no name"                   },
        { "{\"kind\":\"column\",\"name\":\"c\"}",                                    "\"c\" is of a kind"        },
        { "{\"kind\":\"flower\",\"name\":\"c\"}",                                    "flower"                    },
        { "{\"kind\":\"table\",\"name\":\"t\",\"colour\":\"red\"}",                  "\"colour\" is nothing"     },
        { "{\"kind\":\"table\",\"name\":\"t\",\"comment\":3}",                       "\"comment\" is not a text" },
        { "{\"kind\":\"enum\",\"name\":\"e\",\"labels\":\"a\"}",                     "\"labels\" is not a list"  },
        { "{\"kind\":\"enum\",\"name\":\"e\",\"labels\":[1]}",                       "\"labels\" is not a list"  },
        { "{\"kind\":\"table\",\"name\":\"t\",\"not_null\":\"true\"}",               "neither true nor false"    },
        { "{\"kind\":\"function\",\"name\":\"f\"}",                                  "no signature"              },
        { "{\"kind\":\"table\",\"name\":\"t\",\"signature\":\"\"}",                  "is no function"            },
        { "{\"kind\":\"table\",\"name\":\"t\"},{\"kind\":\"table\",\"name\":\"t\"}",
         "there twice"                                                                                           },
        { "{\"kind\":\"table\",\"name\":\"t\",\"parts\":[]}",                        "\"parts\" is not an object"},
        { "{\"kind\":\"table\",\"name\":\"t\",\"parts\":{\"legs\":[]}}",             "\"legs\""                  },
        { "{\"kind\":\"table\",\"name\":\"t\",\"parts\":{\"columns\":[{}]}}",
         "a column without a name"                                                                               },
        { "{\"kind\":\"table\",\"name\":\"t\",\"parts\":{\"columns\":[{\"name\":\"c\"},{\"name\":"
         "\"c\"}]}}",                                                                           "the column \"c\" twice"                                                                                             },
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct strbuf text = STRBUF_INIT;
        struct error error;

        strbuf_printf(&text,
                      "{\"schema\":\"pilab.schema/1\",\"dialect\":\"mysql\",\"objects\":[%s]}",
                      wrong[i].objects);
        error = read_bad(text.data);
        assert_int_equal(error.code, ERROR_INVALID);
        if (strstr(error.message, wrong[i].said) == NULL)
            fail_msg("%s: %s", wrong[i].objects, error.message);
        strbuf_release(&text);
    }
}

static void other_documents_are_told_from_snapshots(void **state)
{
    static const char later[] = "{\"schema\":\"pilab.schema/2\",\"dialect\":\"mysql\"}";

    (void)state;
    assert_int_equal(read_bad("{\"schema\":\"pilab.drift/1\"}").code, ERROR_INVALID);
    assert_int_equal(read_bad(later).code, ERROR_UNSUPPORTED);
    assert_int_equal(read_bad("{\"schema\":\"pilab.schema/1\",\"dialect\":\"dbase\"}").code,
                     ERROR_INVALID);
    assert_int_equal(read_bad("{\"schema\":\"pilab.schema/1\",").code, ERROR_INVALID);
    assert_true(snapshot_recognise(later, strlen(later)));
    assert_false(snapshot_recognise("CREATE TABLE t ();", 18));
    assert_false(snapshot_recognise("{\"schema\":\"pilab.drift/1\"}", 26));
    assert_false(snapshot_recognise("", 0));
}

int main(void)
{
    static const struct CMUnitTest cases[] = {
        cmocka_unit_test(what_was_written_is_read_back_as_it_was),
        cmocka_unit_test(the_order_of_creation_makes_no_difference),
        cmocka_unit_test(a_snapshot_follows_its_schema),
        cmocka_unit_test(one_that_was_changed_is_refused_unless_it_says_nothing_of_its_digest),
        cmocka_unit_test(what_is_wrong_with_one_is_said_with_the_name_of_the_object),
        cmocka_unit_test(other_documents_are_told_from_snapshots),
    };

    return cmocka_run_group_tests(cases, NULL, NULL);
}
