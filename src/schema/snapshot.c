#include <config.h> /* memmem is a GNU extension */

#include <pilab/schema/snapshot.h>

#include <limits.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/clock.h>
#include <pilab/base/json.h>
#include <pilab/base/vector.h>
#include <pilab/schema/sync.h>

#include "snapshot_object.h"

/* How much of a text is looked at to see whether it is a snapshot. */
#define LOOK_LIMIT 4096

/* --- Writing ---------------------------------------------------------------------------------- */

static int compare_objects(const void *a, const void *b)
{
    const struct schema_object *first = *(const struct schema_object *const *)a;
    const struct schema_object *second = *(const struct schema_object *const *)b;
    int order = (int)first->kind - (int)second->kind;

    if (order == 0)
        order = strcmp(first->schema, second->schema);
    if (order == 0)
        order = strcmp(first->name, second->name);
    if (order == 0 && first->arguments != NULL && second->arguments != NULL)
        order = strcmp(first->arguments, second->arguments);
    return order;
}

static json_t *objects_json(const struct schema *schema)
{
    json_t *list = json_array();
    struct vector objects;

    vector_init(&objects, sizeof(const struct schema_object *));
    for (const struct schema_object *object = schema->first; object != NULL; object = object->next)
        vector_push(&objects, &object);
    vector_sort(&objects, compare_objects);
    for (size_t i = 0; i < objects.count; i++)
        json_append(list,
                    snapshot_object_json(*(const struct schema_object **)vector_at(&objects, i)));
    vector_release(&objects);
    return list;
}

static json_t *not_read_json(const struct schema *schema)
{
    json_t *list = json_array();

    for (size_t i = 0; i < SCHEMA_KINDS; i++) {
        if (!schema->covers[i])
            json_append(list, json_text(schema_kind_word((enum schema_kind)i)));
    }
    return list;
}

static json_t *gaps_json(const struct schema *schema)
{
    json_t *list = json_array();

    for (size_t i = 0; i < schema->gap_count; i++) {
        json_t *gap = json_object();

        json_put_text(gap, "what", schema->gaps[i].what);
        json_put_text(gap, "why", schema->gaps[i].why);
        if (schema->gaps[i].refused)
            json_put_bool(gap, "refused", true);
        json_append(list, gap);
    }
    return list;
}

static json_t *problems_json(const struct schema *schema)
{
    json_t *list = json_array();

    for (size_t i = 0; i < schema->problem_count; i++) {
        const struct schema_problem *problem = &schema->problems[i];
        json_t *item = json_object();

        json_put_text(item, "message", problem->message);
        json_put_text(item, "hint", problem->hint);
        json_put_text(item, "file", problem->place.file);
        json_put(item, "line", problem->place.line > 0 ? json_integer(problem->place.line) : NULL);
        json_append(list, item);
    }
    return list;
}

json_t *snapshot_json(const struct schema *schema, int64_t taken_at)
{
    char digest[SHA256_HEX_SIZE];
    json_t *document = json_object();

    json_put_text(document, "schema", SNAPSHOT_SCHEMA);
    json_put_text(document, "dialect", schema_dialect_word(schema->dialect));
    json_put_text(document, "name", schema->name);
    json_put_text(document, "server", schema->server);
    json_put_time(document, "taken_at", taken_at);
    json_put_text(document, "digest", schema_digest(schema, digest));
    json_put(document, "not_read", not_read_json(schema));
    json_put(document, "not_compared", gaps_json(schema));
    json_put(document, "problems", problems_json(schema));
    json_put(document, "objects", objects_json(schema));
    return document;
}

/* --- Reading ---------------------------------------------------------------------------------- */

bool snapshot_recognise(const char *text, size_t length)
{
    size_t look = length < LOOK_LIMIT ? length : LOOK_LIMIT;
    const char *word = memmem(text, look, "\"pilab.schema/", strlen("\"pilab.schema/"));

    while (look > 0 && strchr("\xef\xbb\xbf \t\r\n", *text) != NULL && *text != '\0') {
        text++;
        look--;
    }
    return word != NULL && look > 0 && *text == '{';
}

static bool check_kind(const json_t *document, struct error *error)
{
    const char *schema = json_member_text(document, "schema");

    if (schema != NULL && strcmp(schema, SNAPSHOT_SCHEMA) == 0)
        return true;
    if (schema != NULL && strncmp(schema, "pilab.schema/", strlen("pilab.schema/")) == 0) {
        error_set(error, ERROR_UNSUPPORTED, "it is of a later version (%s)", schema);
        return error_hint(error,
                          "Read it with the version of pilab that wrote it, or a newer one.");
    }
    error_set(error, ERROR_INVALID,
              "it is no snapshot of a schema (\"schema\": \"" SNAPSHOT_SCHEMA "\" is missing)");
    return error_hint(error, "`pilab schema snapshot DSN -o FILE` writes one.");
}

static bool read_not_read(struct schema *schema, const json_t *list, struct error *error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        enum schema_kind kind;

        if (word == NULL || !schema_kind_of(word, &kind))
            return error_set(error, ERROR_INVALID, "\"not_read\" has a kind that is not known");
        schema->covers[kind] = false;
    }
    return true;
}

static void read_gaps(struct schema *schema, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *gap = json_array_get(list, i);
        const char *what = json_member_text(gap, "what"), *why = json_member_text(gap, "why");

        why = why != NULL ? why : "";
        if (what != NULL && json_is_true(json_object_get(gap, "refused")))
            schema_refuse_gap(schema, what, why);
        else if (what != NULL)
            schema_add_gap(schema, what, why);
    }
}

static void read_problems(struct schema *schema, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *problem = json_array_get(list, i);
        const char *message = json_member_text(problem, "message");
        json_int_t line = json_integer_value(json_object_get(problem, "line"));
        const struct schema_place place = {
            .file = json_member_text(problem, "file"),
            .line = line > 0 && line <= UINT_MAX ? (unsigned)line : 0,
        };

        if (message != NULL)
            schema_add_problem(schema, &place, message, json_member_text(problem, "hint"));
    }
}

static bool read_objects(struct schema *schema, const json_t *list, struct error *error)
{
    if (!json_is_array(list))
        return error_set(error, ERROR_INVALID, "\"objects\" is not a list");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!snapshot_object_add(schema, json_array_get(list, i), NULL, error))
            return false;
    }
    return true;
}

/* One that was edited by hand may leave its digest out; a wrong one says that somebody changed what
 * others rely on. */
static bool check_digest(const struct schema *schema, const json_t *document, struct error *error)
{
    const char *digest = json_member_text(document, "digest");
    char own[SHA256_HEX_SIZE];

    if (digest == NULL || strcmp(digest, schema_digest(schema, own)) == 0)
        return true;
    error_set(error, ERROR_CORRUPT, "its objects are not those that its digest was made of");
    return error_hint(error, "Take a new snapshot; one that was meant to be edited does without "
                             "\"digest\".");
}

static struct schema *read_document(const char *name, const json_t *document, struct error *error)
{
    const char *dialect_word = json_member_text(document, "dialect");
    const char *server = json_member_text(document, "server");
    enum schema_dialect dialect;
    struct schema *schema;

    if (!check_kind(document, error))
        return NULL;
    if (dialect_word == NULL || !schema_dialect_of(dialect_word, &dialect)) {
        error_set(error, ERROR_INVALID, "its dialect is not known");
        return NULL;
    }
    schema = schema_new(dialect, name);
    if (server != NULL)
        schema_set_server(schema, server);
    read_gaps(schema, json_object_get(document, "not_compared"));
    read_problems(schema, json_object_get(document, "problems"));
    if (!read_not_read(schema, json_object_get(document, "not_read"), error) ||
        !read_objects(schema, json_object_get(document, "objects"), error) ||
        !check_digest(schema, document, error))
        schema_free(&schema);
    return schema;
}

struct schema *snapshot_read(const char *name, const char *text, size_t length, int64_t *taken_at,
                             struct error *error)
{
    json_t *document = json_read(name, text, length, error);
    const char *when;
    struct schema *schema;

    if (document == NULL)
        return NULL;
    schema = read_document(name, document, error);
    if (schema == NULL)
        error_prefix(error, "%s", name);
    when = json_member_text(document, "taken_at");
    if (taken_at != NULL && (when == NULL || !timestamp_parse(when, taken_at, NULL)))
        *taken_at = 0;
    json_decref(document);
    return schema;
}
