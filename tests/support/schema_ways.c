#include "schema_ways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/schema/postgresql.h>
#include <pilab/schema/sync.h>

#include "scratch.h"
#include "test_server.h"

char *schema_ways_file(const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/tests/data/schema/%s", getenv("PILAB_SOURCE"), name);
    return scratch_read(path);
}

struct schema *schema_ways_text(const char *name, const char *text)
{
    struct error error = { 0 };
    struct schema *schema = schema_read_postgresql(name, text, strlen(text), &error);
    assert_non_null(schema);
    for (size_t i = 0; i < schema->problem_count; i++)
        fail_msg("%s:%u: %s", name, schema->problems[i].place.line, schema->problems[i].message);
    return schema;
}

void schema_ways_make(const char *name, const char *sql)
{
    database_server_create(test_server, name);
    database_server_sql(test_server, name, sql);
}

/* Shows what differs, and fails. */
void schema_ways_same(const struct schema *expected, const struct schema *seen)
{
    const struct schema_diff_options exact = { .exact = true };
    struct schema_diff *diff = schema_compare(expected, seen, &exact);
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        const struct schema_object *object = schema_change_object(change);
        print_error("%s %s %s\n", schema_change_name(change->kind), schema_kind_name(object->kind),
                    schema_object_path(diff->arena, object));
        for (size_t j = 0; j < change->property_count; j++)
            print_error("    %s: '%s', expected '%s'\n",
                        schema_property_name(change->properties[j].property),
                        change->properties[j].current, change->properties[j].previous);
    }
    size_t count = diff->count;
    schema_diff_free(&diff);
    assert_int_equal(count, 0);
}

static void expect_databases_same(const char *expected, const char *seen)
{
    struct schema *left = test_server_read(expected), *right = test_server_read(seen);
    schema_ways_same(left, right);
    schema_free(&left);
    schema_free(&right);
}

/* Both ways, and twice: `run`, which is as `before`, becomes as `after`, and as `before` again. */
static void go_and_return(const struct schema *previous, const struct schema *current)
{
    const struct schema_sync_options options = { .destructive = true };
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, &options);
    assert_non_null(sync);
    for (size_t i = 0; i < sync->note_count; i++)
        fail_msg("by hand: %s", sync->notes[i]);
    database_server_sql(test_server, "run", sync->script);
    expect_databases_same("after", "run");
    database_server_sql(test_server, "run", sync->script);
    expect_databases_same("after", "run");
    database_server_sql(test_server, "run", sync->rollback);
    expect_databases_same("before", "run");
    schema_sync_free(&sync);
    schema_diff_free(&diff);
}

/* From wherever the database is now. */
static void lead_back(const char *name)
{
    const struct schema_sync_options options = { .destructive = true };
    struct schema *now = test_server_read(name), *before = test_server_read("before");
    struct schema_diff *diff = schema_compare(now, before, NULL);
    struct schema_sync *sync = schema_sync(diff, &options);
    database_server_sql(test_server, name, sync->script);
    expect_databases_same("before", name);
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&now);
    schema_free(&before);
}

/* What destroys nothing can be run, too, twice, and so can its rollback, which leaves what it would
 * have to drop, and what that carries. */
static void go_gently(const struct schema *previous, const struct schema *current)
{
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    database_server_sql(test_server, "gentle", sync->script);
    database_server_sql(test_server, "gentle", sync->script);
    database_server_sql(test_server, "gentle", sync->rollback);
    database_server_sql(test_server, "gentle", sync->rollback);
    lead_back("gentle");
    schema_sync_free(&sync);
    schema_diff_free(&diff);
}

void schema_ways_drop(void)
{
    static const char *const names[] = { "before", "after", "run", "gentle" };
    char sql[64];
    for (size_t i = 0; i < 4; i++) {
        snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s", names[i]);
        database_server_sql(test_server, "postgres", sql);
    }
}

static void go_between_catalogs(void)
{
    struct schema *previous = test_server_read("before"), *current = test_server_read("after");
    go_and_return(previous, current);
    go_gently(previous, current);
    schema_free(&previous);
    schema_free(&current);
}

/* As files say it, and as the catalog does. */
void schema_ways_there(const char *before, const char *after)
{
    schema_ways_drop();
    schema_ways_make("before", before);
    schema_ways_make("after", after);
    schema_ways_make("run", before);
    schema_ways_make("gentle", before);
    struct schema *previous = schema_ways_text("before", before),
                  *current = schema_ways_text("after", after);
    go_and_return(previous, current);
    schema_free(&previous);
    schema_free(&current);
    go_between_catalogs();
}

/* For what is not read from text. */
void schema_ways_catalogs(const char *one, const char *other)
{
    for (int back = 0; back < 2; back++) {
        schema_ways_drop();
        schema_ways_make("before", back ? other : one);
        schema_ways_make("after", back ? one : other);
        schema_ways_make("run", back ? other : one);
        schema_ways_make("gentle", back ? other : one);
        go_between_catalogs();
    }
}

void schema_ways_both(const char *one, const char *other)
{
    schema_ways_there(one, other);
    schema_ways_there(other, one);
}
