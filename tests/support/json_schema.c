#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "json_schema.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/error.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#define SCHEMA_LIMIT (1u << 20)

/* What is held against what, and the first thing that is wrong. */
struct check {
    const json_t *root;
    struct strbuf why;
};

static bool check_place(struct check *check, const json_t *schema, const json_t *value,
                        const char *path);
static bool check_schema(struct check *check, const json_t *schema, const json_t *value,
                         const char *path);

static bool wrong(struct check *check, const char *path, const char *what, const char *name)
{
    if (check->why.length == 0)
        strbuf_printf(&check->why, "%s: %s %s", path, what, name);
    return false;
}

static const json_t *referred(const struct check *check, const json_t *schema)
{
    const char *reference = json_string_value(json_object_get(schema, "$ref"));
    const json_t *found;

    if (reference == NULL)
        return NULL;
    assert_int_equal(strncmp(reference, "#/$defs/", 8), 0);
    found = json_object_get(json_object_get(check->root, "$defs"), reference + 8);
    if (found == NULL)
        fail_msg("the schema has no %s", reference);
    return found;
}

static bool holds(const struct check *check, const json_t *schema, const json_t *value)
{
    struct check trial = { .root = check->root };
    bool ok = check_schema(&trial, schema, value, "");

    strbuf_release(&trial.why);
    return ok;
}

static bool is_of_type(const json_t *value, const char *type)
{
    return (strcmp(type, "object") == 0 && json_is_object(value)) ||
           (strcmp(type, "array") == 0 && json_is_array(value)) ||
           (strcmp(type, "string") == 0 && json_is_string(value)) ||
           (strcmp(type, "boolean") == 0 && json_is_boolean(value)) ||
           (strcmp(type, "null") == 0 && json_is_null(value)) ||
           (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
           (strcmp(type, "number") == 0 && json_is_number(value));
}

static bool check_type(struct check *check, const json_t *type, const json_t *value,
                       const char *path)
{
    bool ok = json_is_string(type) && is_of_type(value, json_string_value(type));
    const json_t *one;
    size_t index;

    json_array_foreach(type, index, one) ok = ok || is_of_type(value, json_string_value(one));
    return ok || wrong(check, path, "is of another", "type");
}

static bool check_enum(struct check *check, const json_t *names, const json_t *value,
                       const char *path)
{
    const json_t *one;
    size_t index;

    json_array_foreach(names, index, one)
    {
        if (json_equal(one, value))
            return true;
    }
    return wrong(check, path, "is none of the values allowed:",
                 json_is_string(value) ? json_string_value(value) : "(no text)");
}

static bool check_pattern(struct check *check, const char *pattern, const json_t *value,
                          const char *path)
{
    regex_t expression;
    bool ok;

    if (!json_is_string(value))
        return true;
    assert_int_equal(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB), 0);
    ok = regexec(&expression, json_string_value(value), 0, NULL, 0) == 0;
    regfree(&expression);
    return ok || wrong(check, path, "has another form than", pattern);
}

static bool check_members(struct check *check, const json_t *schema, const json_t *value,
                          const char *path)
{
    const json_t *properties = json_object_get(schema, "properties");
    const json_t *others = json_object_get(schema, "additionalProperties");
    const json_t *names = json_object_get(schema, "propertyNames"), *member;
    const char *key;
    size_t index;
    bool ok = true;

    json_array_foreach(json_object_get(schema, "required"), index, member)
    {
        if (json_object_get(value, json_string_value(member)) == NULL)
            return wrong(check, path, "lacks", json_string_value(member));
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        const json_t *below = json_object_get(properties, key);
        char *place = memory_printf("%s.%s", path, key);

        if (names != NULL) {
            json_t *name = json_text(key);

            ok = ok && check_schema(check, names, name, place);
            json_decref(name);
        }
        if (below == NULL)
            below = others;
        ok = ok && (below == NULL || check_place(check, below, member, place));
        free(place);
    }
    return ok;
}

static bool check_items(struct check *check, const json_t *items, const json_t *value,
                        const char *path)
{
    const json_t *one;
    size_t index;
    bool ok = true;

    json_array_foreach(value, index, one)
    {
        char *place = memory_printf("%s[%zu]", path, index);

        ok = ok && check_place(check, items, one, place);
        free(place);
    }
    return ok;
}

static bool check_one_of(struct check *check, const json_t *schemas, const json_t *value,
                         const char *path)
{
    const json_t *one, *found = NULL;
    size_t index, count = 0;

    json_array_foreach(schemas, index, one)
    {
        if (holds(check, one, value)) {
            found = one;
            count++;
        }
    }
    return count == 1 ? check_schema(check, found, value, path)
                      : wrong(check, path, "is not exactly one of", "oneOf");
}

/* One keyword; what this does not know must not be in a schema. */
static bool check_keyword(struct check *check, const char *keyword, const json_t *rule,
                          const json_t *schema, const json_t *value, const char *path)
{
    static const char *const elsewhere[] = { "$schema",      "$id",        "$defs",
                                             "title",        "then",       "description",
                                             "required",     "properties", "additionalProperties",
                                             "propertyNames" };
    const json_t *one;
    size_t index;
    bool ok = true;

    if (strcmp(keyword, "$ref") == 0)
        return check_schema(check, referred(check, schema), value, path);
    if (strcmp(keyword, "type") == 0)
        return check_type(check, rule, value, path);
    if (strcmp(keyword, "const") == 0)
        return json_equal(rule, value) || wrong(check, path, "is not the", keyword);
    if (strcmp(keyword, "enum") == 0)
        return check_enum(check, rule, value, path);
    if (strcmp(keyword, "pattern") == 0)
        return check_pattern(check, json_string_value(rule), value, path);
    if (strcmp(keyword, "minimum") == 0)
        return !json_is_number(value) || json_number_value(value) >= json_number_value(rule) ||
               wrong(check, path, "is below the", keyword);
    if (strcmp(keyword, "minLength") == 0)
        return !json_is_string(value) ||
               (json_int_t)json_string_length(value) >= json_integer_value(rule) ||
               wrong(check, path, "is below the", keyword);
    if (strcmp(keyword, "items") == 0)
        return check_items(check, rule, value, path);
    if (strcmp(keyword, "oneOf") == 0)
        return check_one_of(check, rule, value, path);
    if (strcmp(keyword, "if") == 0)
        return !holds(check, rule, value) ||
               check_schema(check, json_object_get(schema, "then"), value, path);
    if (strcmp(keyword, "allOf") == 0) {
        json_array_foreach(rule, index, one) ok = ok && check_schema(check, one, value, path);
        return ok;
    }
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        if (strcmp(keyword, elsewhere[i]) == 0)
            return true;
    }
    fail_msg("this test does not know the keyword %s", keyword);
    return false;
}

/* What a validator checks. */
static bool check_schema(struct check *check, const json_t *schema, const json_t *value,
                         const char *path)
{
    const char *keyword;
    json_t *rule;
    bool ok = true;

    json_object_foreach((json_t *)(uintptr_t)schema, keyword, rule) ok =
        ok && check_keyword(check, keyword, rule, schema, value, path);
    return ok && (!json_is_object(value) || check_members(check, schema, value, path));
}

/* Whether the schema, or one that applies beside it, says anything about a member: to allow all
 * others, or none, describes nothing. `open` when it speaks of no members at all. */
static bool describes(const struct check *check, const json_t *schema, const json_t *value,
                      const char *key, bool *open)
{
    const json_t *properties = json_object_get(schema, "properties"), *one;
    const json_t *condition = json_object_get(schema, "if"), *target = referred(check, schema);
    const json_t *others = json_object_get(schema, "additionalProperties");
    bool found = json_object_get(properties, key) != NULL || json_is_object(others);
    size_t index;

    *open = *open && properties == NULL && others == NULL;
    if (target != NULL)
        found = describes(check, target, value, key, open) || found;
    if (condition != NULL && holds(check, condition, value))
        found = describes(check, json_object_get(schema, "then"), value, key, open) || found;
    json_array_foreach(json_object_get(schema, "allOf"), index, one) found =
        describes(check, one, value, key, open) || found;
    json_array_foreach(json_object_get(schema, "oneOf"), index, one)
    {
        if (holds(check, one, value))
            found = describes(check, one, value, key, open) || found;
    }
    return found;
}

/* The same, and that everything there is has been described. */
static bool check_place(struct check *check, const json_t *schema, const json_t *value,
                        const char *path)
{
    const char *key;
    json_t *member;

    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        bool open = true;

        if (!describes(check, schema, value, key, &open) && !open)
            return wrong(check, path, "has the undescribed member", key);
    }
    return check_schema(check, schema, value, path);
}

json_t *schema_read(const char *name)
{
    const char *source = getenv("PILAB_SOURCE");
    char *path = memory_printf("%s/doc/schema/%s", source != NULL ? source : "..", name);
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    json_t *schema = NULL;

    if (file_read(path, SCHEMA_LIMIT, true, &text, &error))
        schema = json_read(path, text.data, text.length, &error);
    strbuf_release(&text);
    free(path);
    if (schema == NULL)
        fail_msg("%s", error.message);
    return schema;
}

bool follows_schema(const json_t *document, const json_t *schema, const char *name,
                    struct strbuf *why)
{
    struct check check = { .root = schema };
    bool ok = check_place(&check, schema, document, name);

    strbuf_add_bytes(why, check.why.data, check.why.length);
    strbuf_release(&check.why);
    return ok;
}

void assert_follows_schema(const json_t *document, const char *schema_name)
{
    json_t *schema = schema_read(schema_name);
    struct strbuf why = STRBUF_INIT;

    if (!follows_schema(document, schema, schema_name, &why))
        fail_msg("%s", why.data);
    strbuf_release(&why);
    json_decref(schema);
}

void assert_text_follows_schema(const char *text, const char *schema_name)
{
    struct error error = { 0 };
    json_t *document = json_read(schema_name, text, strlen(text), &error);

    if (document == NULL)
        fail_msg("%s", error.message);
    assert_follows_schema(document, schema_name);
    json_decref(document);
}
