/*
 * What a report says of two schemas: items, their rules, the JSON, the page and the detail view.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/drift/database.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/json.h>
#include <pilab/drift/text.h>
#include <pilab/schema/postgresql.h>

#include "../../support/drift_fixture.h"
#include "../../support/json_schema.h"
#include "../../support/migrations.h"

#define SECRET "hunter2-topsecret"

static const char previous_sql[] =
    "CREATE TABLE users (id bigint NOT NULL, email varchar(100), legacy text,\n"
    " db_password text DEFAULT 'x');\n"
    "COMMENT ON COLUMN users.id IS 'old words';\n"
    "CREATE TABLE gone (a int, b text);\n"
    "CREATE VIEW seen AS SELECT id FROM users;\n"
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 1;\n$$;\n";

static const char current_sql[] =
    "CREATE TABLE users (id bigint NOT NULL, email text, added int NOT NULL,\n"
    " db_password text DEFAULT '" SECRET "');\n"
    "COMMENT ON COLUMN users.id IS 'new words';\n"
    "CREATE INDEX users_email ON users (email);\n"
    "CREATE VIEW seen AS SELECT id, email FROM users;\n"
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 2;\n$$;\n";

struct world {
    struct drift_fixture fixture;
    struct schema *previous, *current;
    struct schema_diff *diff;
    struct database_schema_input schema;
    struct database_input input;
    const struct drift_report *report;
};

static struct schema *read_sql(const char *name, const char *sql)
{
    struct pg_reader *reader = pg_reader_new(name, NULL);
    struct error error = { 0 };

    if (!pg_reader_add(reader, "db/structure.sql", sql, strlen(sql), &error))
        fail_msg("%s", error.message);
    return pg_reader_finish(&reader);
}

static int start(void **state)
{
    static struct world world;

    world = (struct world){ .previous = read_sql("a", previous_sql),
                            .current = read_sql("b", current_sql) };
    schema_set_server(world.previous, "15.2");
    schema_add_gap(world.previous, "privileges", "they are another matter ('token=hunter2')");
    world.diff = schema_compare(world.previous, world.current, NULL);
    world.schema = (struct database_schema_input){
        .diff = world.diff,
        .previous = {.kind = "live", .place = "UAT (db.example/uat)", .at = 1737556200000 },
        .current = { .kind = "sql",             .place = "db/structure.sql at v2.0.7"                              },
    };
    world.input = (struct database_input){ .schema = &world.schema };
    drift_fixture_start(&world.fixture);
    drift_fixture_environments(&world.fixture, "UAT", "SIT");
    drift_fixture_module(&world.fixture, "shop");
    ((struct module_input *)vector_at(&world.fixture.modules, 0))->database = &world.input;
    world.report = drift_fixture_detect(&world.fixture);
    *state = &world;
    return 0;
}

static int end(void **state)
{
    struct world *world = *state;

    drift_fixture_end(&world->fixture);
    schema_diff_free(&world->diff);
    schema_free(&world->previous);
    schema_free(&world->current);
    return 0;
}

/* "SEVERITY attention change CATEGORY path: previous | current [rules]", one item a line. */
static char *items_told(const struct drift_report *report)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        strbuf_printf(&out, "%s %s %s %s %s: %s | %s [", severity_name(item->severity),
                      attention_name(item->attention), change_type_name(item->change_type),
                      item->category, item->path,
                      item->previous.present ? item->previous.text : "-",
                      item->current.present ? item->current.text : "-");
        for (size_t k = 0; k < item->rule_count; k++)
            strbuf_printf(&out, "%s%s", k > 0 ? " " : "",
                          item->rules[k].rule + strlen("database."));
        strbuf_add(&out, "]\n");
    }
    return strbuf_steal(&out);
}

static void each_object_is_an_item_and_what_is_lost_is_critical(void **state)
{
    const struct world *world = *state;

    assert_told(items_told(world->report),
                "INFO none modified COLUMN public.users.id: comment old words | comment new words "
                "[remark]\n"
                "HIGH review modified COLUMN public.users.email: character varying(100) | text "
                "[changes-type alters]\n"
                "CRITICAL review deleted COLUMN public.users.legacy: text | - "
                "[would-lose-data breaks would-lock alters]\n"
                "MEDIUM none modified COLUMN public.users.db_password: default '••••'::text | "
                "default '••••'::text "
                "[alters]\n"
                "HIGH review added COLUMN public.users.added: - | integer NOT NULL "
                "[needs-value breaks would-fail creates]\n"
                "MEDIUM none added INDEX public.users.users_email: - | CREATE INDEX users_email ON "
                "public.users USING btree (email) [would-lock creates]\n"
                "CRITICAL review deleted TABLE public.gone: 2 columns | - "
                "[would-lose-data breaks would-lock alters]\n"
                "MEDIUM none modified VIEW public.seen: 2 lines, 7be0167c | 3 lines, 6d38b6be "
                "[alters]\n"
                "LOW none added COLUMN public.seen.email: - | text [creates]\n"
                "MEDIUM none modified FUNCTION public.f(): 7 lines, 82ca4e77 | 7 lines, 128857a5 "
                "[alters]\n");
    assert_int_equal(world->report->summary.by_attention[ATTENTION_BLOCKER], 0);
}

static void what_is_written_is_read_back_and_holds_no_secret(void **state)
{
    const struct world *world = *state;
    json_t *json = drift_report_to_json(world->report), *again;
    struct strbuf text = STRBUF_INIT;
    struct drift_report *report;
    struct error error = { 0 };
    const struct drift_database *database;

    assert_follows_schema(json, "drift-1.json");
    json_write_canonical(&text, json);
    assert_null(strstr(text.data, SECRET));
    report = drift_report_from_json(json, &error);
    if (report == NULL)
        fail_msg("%s", error.message);
    again = drift_report_to_json(report);
    assert_true(json_equal(json, again));
    database = drift_report_part(report, DRIFT_DATABASE, "shop")->content;
    assert_string_equal(database->schema->previous.server, "15.2");
    assert_int_equal(database->schema->previous.at, 1737556200000);
    assert_int_equal(database->schema->gap_count, 1);
    assert_int_equal(database->not_compared_count, 0);
    drift_report_free(&report);
    json_decref(again);
    json_decref(json);
    strbuf_release(&text);
}

static char *detail_of(const struct world *world, const char *path)
{
    const struct drift_item *item = drift_fixture_item(&world->fixture, path);
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    assert_non_null(item);
    drift_detail_item(&rich, world->report, item, NULL, 80, true);
    rich_to_plain(&plain, rich.data, rich.length);
    strbuf_release(&rich);
    return strbuf_steal(&plain);
}

static void the_detail_view_names_both_sides_and_shows_them_beside_each_other(void **state)
{
    const struct world *world = *state;
    char *text = detail_of(world, "public.users.email");

    assert_non_null(strstr(text, "object      column\nof          public.users\n"));
    assert_non_null(strstr(text, "What differs\n"
                                 "  property  has now                 would get\n"
                                 "  type      character varying(100)  text\n"));
    assert_non_null(strstr(text, "has now     UAT (db.example/uat), live, postgresql 15.2, "
                                 "2025-01-22 14:30 UTC\n"));
    assert_non_null(strstr(text, "db/structure.sql at v2.0.7, a file of SQL, postgresql\n"));
    assert_non_null(
        strstr(text, "Not compared\n  privileges: they are another matter ('token=••••')\n"));
    free(text);
}

static void a_table_that_went_tells_what_was_in_it_and_what_is_lost(void **state)
{
    const struct world *world = *state;
    char *text = detail_of(world, "public.gone");

    assert_non_null(strstr(text, "When one is made like the other\n"
                                 "  the table goes with all its rows; what reads or writes it "
                                 "fails (drop-table)\n"));
    assert_non_null(strstr(text, "What is in it\n  column a integer\n  column b text\n"));
    assert_null(strstr(text, "does  "));
    free(text);
    text = detail_of(world, "public.f()");
    assert_non_null(strstr(text, "The definition before\n"));
    assert_non_null(strstr(text, "    SELECT 2;\n"));
    free(text);
    text = detail_of(world, "public.users.users_email");
    assert_non_null(strstr(text, "Definition\n  CREATE INDEX users_email ON public.users USING "
                                 "btree (email)\n"));
    free(text);
}

static void the_page_says_what_was_compared_with_what(void **state)
{
    const struct world *world = *state;
    const struct drift_text_options options = { .width = 80, .utf8 = true };
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    drift_report_render_text(&rich, world->report, &options);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_non_null(strstr(plain.data, "Database  10\n"));
    assert_non_null(strstr(plain.data, "public.users.email  character varying(100) → text\n"));
    assert_non_null(strstr(plain.data, "public.users.legacy  was text\n"));
    assert_non_null(strstr(plain.data, " schema of shop, 2 and 1 tables:\n"
                                       "   previous UAT (db.example/uat), live, postgresql 15.2, "
                                       "2025-01-22 14:30 UTC\n"
                                       "   current db/structure.sql at v2.0.7, a file of SQL, "
                                       "postgresql\n"
                                       "   not compared: privileges\n"));
    strbuf_release(&rich);
    strbuf_release(&plain);
}

static char *page_of(const struct world *world, bool wide)
{
    const struct drift_text_options options = { .width = 80, .wide = wide, .utf8 = true };
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    drift_report_render_text(&rich, world->report, &options);
    rich_to_plain(&plain, rich.data, rich.length);
    strbuf_release(&rich);
    return strbuf_steal(&plain);
}

/* Beside what a release brings stands what is live: both leave out the same. */
static void what_was_not_compared_is_told_once(void **state)
{
    static struct drift_schema_gap gaps[] = {
        {"events",  "none is read",      "both" },
        { "rights", "another matter",    "both" },
        { "events", "none is read",      "known"},
        { "events", "nobody may see it", "live" },
    };
    const struct world *world = *state;
    const struct drift_database *database =
        drift_report_part(world->report, DRIFT_DATABASE, "shop")->content;
    struct drift_schema *schema = (struct drift_schema *)database->schema;
    char *text;

    schema->gaps = gaps;
    schema->gap_count = sizeof gaps / sizeof *gaps;
    text = page_of(world, false);
    assert_non_null(strstr(text, "   not compared: events, rights\n"));
    free(text);
    text = page_of(world, true);
    assert_non_null(strstr(text, "   not compared: events (none is read; nobody may see it), "
                                 "rights (another"));
    free(text);
    text = detail_of(world, "public.gone");
    assert_non_null(strstr(text, "Not compared\n  events: none is read; nobody may see it\n"
                                 "  rights: another matter\n"));
    free(text);
}

/* Two databases that are both live, or both kept by environment: a release brings none of it. */
static void two_environments_own_schemas_are_told_as_they_are(void **state)
{
    struct world *world = *state;
    const struct drift_text_options options = { .width = 80, .utf8 = true };
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;
    json_t *json;
    char *text;

    world->schema.previous.environment = "UAT";
    world->schema.current.environment = "SIT";
    world->report = drift_fixture_detect(&world->fixture);
    text = detail_of(world, "public.users.email");
    assert_non_null(strstr(text, "\nUAT         character varying(100)\n"));
    assert_non_null(strstr(text, "\nSIT         text\n"));
    assert_non_null(strstr(text, "  property  UAT                     SIT\n"));
    assert_non_null(
        strstr(text, "compared    two environments as they are: what a release brings"));
    assert_null(strstr(text, "would get"));
    free(text);
    drift_report_render_text(&rich, world->report, &options);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_non_null(strstr(plain.data, " schema of shop, 2 and 1 tables:\n"
                                       "   UAT and SIT as they are: what a release brings is not "
                                       "told apart\n"));
    json = drift_report_to_json(world->report);
    assert_follows_schema(json, "drift-1.json");
    strbuf_clear(&plain);
    json_write_canonical(&plain, json);
    assert_non_null(strstr(plain.data, "\"environment\":\"UAT\""));
    assert_non_null(strstr(plain.data, "\"environment\":\"SIT\",\"kind\":\"sql\""));
    json_decref(json);
    strbuf_release(&rich);
    strbuf_release(&plain);
}

static void seal(void *context, const char *value, size_t length, char out[9])
{
    char digest[SHA256_HEX_SIZE];

    (void)context;
    sha256_hex(value, length, digest);
    memcpy(out, digest, 8);
    out[8] = '\0';
}

/* The state of the only difference between two texts, with fingerprints of secrets or without. */
static void state_between(const char *previous, const char *current, bool sealed,
                          char out[ITEM_STATE_SIZE])
{
    struct schema *before = read_sql("a", previous), *after = read_sql("b", current);
    struct schema_diff *diff = schema_compare(before, after, NULL);
    struct database_schema_input schema = {
        .diff = diff,
        .previous = {.kind = "sql",  .place = "a.sql"},
        .current = { .kind = "sql", .place = "b.sql"},
    };
    struct database_input input = { .schema = &schema };
    struct drift_fixture fixture;
    const struct drift_report *report;

    drift_fixture_start(&fixture);
    fixture.input.fingerprint = sealed ? seal : NULL;
    drift_fixture_module(&fixture, "shop");
    ((struct module_input *)vector_at(&fixture.modules, 0))->database = &input;
    report = drift_fixture_detect(&fixture);
    assert_int_equal(report->item_count, 1);
    drift_item_state(&report->items[0], out);
    drift_fixture_end(&fixture);
    schema_diff_free(&diff);
    schema_free(&before);
    schema_free(&after);
}

#define WITH_SECRET(text) "CREATE TABLE t (id int, db_password text DEFAULT '" text "');\n"

/* The same is shown of both: another column, another secret. */
static void what_is_not_shown_of_an_object_is_bound_to_it(void **state)
{
    char one[ITEM_STATE_SIZE], other[ITEM_STATE_SIZE];

    (void)state;
    state_between("", "CREATE TABLE t (id int, name text);\n", false, one);
    state_between("", "CREATE TABLE t (id int, name integer);\n", false, other);
    assert_string_not_equal(one, other);
    state_between(WITH_SECRET("K1-topsecret"), WITH_SECRET("K2-topsecret"), true, one);
    state_between(WITH_SECRET("K1-topsecret"), WITH_SECRET("K3-topsecret"), true, other);
    assert_string_not_equal(one, other);
    /* Without a key nothing is made of a secret that somebody could guess it by. */
    state_between(WITH_SECRET("K1-topsecret"), WITH_SECRET("K2-topsecret"), false, one);
    state_between(WITH_SECRET("K1-topsecret"), WITH_SECRET("K3-topsecret"), false, other);
    assert_string_equal(one, other);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_object_is_an_item_and_what_is_lost_is_critical),
        CASE(what_is_written_is_read_back_and_holds_no_secret),
        CASE(the_detail_view_names_both_sides_and_shows_them_beside_each_other),
        CASE(a_table_that_went_tells_what_was_in_it_and_what_is_lost),
        CASE(the_page_says_what_was_compared_with_what),
        CASE(what_was_not_compared_is_told_once),
        CASE(two_environments_own_schemas_are_told_as_they_are),
        CASE(what_is_not_shown_of_an_object_is_bound_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
