/*
 * The published JSON Schemas: each can be read, says which document it is for, and names the same
 * words as the program's own tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include <pilab/base/error.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "../../support/json_schema.h"
#include "../../support/scratch.h"

static json_t *at(json_t *value, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        value = json_object_get(value, *keys);
        assert_non_null(value);
    }
    return value;
}

/* The files of doc/schema: "note-1.json" is for pilab.note/1. */
static glob_t schema_files(void)
{
    char *pattern = memory_printf("%s/doc/schema/*.json", getenv("PILAB_SOURCE"));
    glob_t found;

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    free(pattern);
    return found;
}

static const char *base_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

static void every_schema_is_for_the_document_it_names(void **state)
{
    static const char *const constant[] = { "properties", "schema", "const", NULL };
    glob_t files = schema_files();

    (void)state;
    assert_true(files.gl_pathc >= 4);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *file = base_name(files.gl_pathv[i]);
        const char *dash = strrchr(file, '-');
        char *document = memory_printf("pilab.%.*s/%.*s", (int)(dash - file), file,
                                       (int)strcspn(dash + 1, "."), dash + 1);
        json_t *schema = schema_read(file);

        assert_string_equal(json_member_text(schema, "$schema"),
                            "https://json-schema.org/draft/2020-12/schema");
        assert_string_equal(json_member_text(schema, "title"), document);
        assert_string_equal(json_string_value(at(schema, constant)), document);
        json_decref(schema);
        free(document);
    }
    globfree(&files);
}

static void every_required_member_is_described(void **state)
{
    glob_t files = schema_files();

    (void)state;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        json_t *schema = schema_read(base_name(files.gl_pathv[i]));
        json_t *members = json_object_get(schema, "properties");
        json_t *name;
        size_t index;
        json_array_foreach(json_object_get(schema, "required"), index, name)
        {
            if (json_object_get(members, json_string_value(name)) == NULL) {
                fail_msg("%s: \"%s\" is required and not described", base_name(files.gl_pathv[i]),
                         json_string_value(name));
            }
        }
        json_decref(schema);
    }
    globfree(&files);
}

static void the_error_codes_are_those_of_the_program(void **state)
{
    static const char *const enumeration[] = { "properties", "code", "enum", NULL };
    json_t *schema = schema_read("error-1.json");
    json_t *names = at(schema, enumeration);

    (void)state;
    assert_int_equal(json_array_size(names), ERROR_INTERNAL);
    for (enum error_code code = ERROR_INVALID; code <= ERROR_INTERNAL; code++) {
        assert_string_equal(json_string_value(json_array_get(names, code - ERROR_INVALID)),
                            error_code_name(code));
    }
    json_decref(schema);
}

static char *source_text(const char *name)
{
    const char *source = getenv("PILAB_SOURCE");
    char *path = memory_printf("%s/%s", source != NULL ? source : "..", name);
    char *text = scratch_read(path);

    free(path);
    return text;
}

/* Whether a member of this name is described anywhere below. */
static bool is_described(const json_t *schema, const char *name)
{
    const char *key;
    json_t *below;
    size_t index;

    if (json_object_get(json_object_get(schema, "properties"), name) != NULL)
        return true;
    json_object_foreach((json_t *)(uintptr_t)schema, key, below)
    {
        if (is_described(below, name))
            return true;
    }
    json_array_foreach(schema, index, below)
    {
        if (is_described(below, name))
            return true;
    }
    return false;
}

/* Every json_put…(…, "name", …) in the text. */
static void assert_names_described(const char *file, const json_t *schema)
{
    char *text = source_text(file);
    size_t found = 0;

    for (const char *at = strstr(text, "json_put"); at != NULL; at = strstr(at + 1, "json_put")) {
        const char *argument = strchr(at, ','), *end;
        char *name;

        if (argument == NULL || argument[2] != '"')
            continue; /* the name is a variable: the documents below are held against it */
        end = strchr(argument + 3, '"');
        assert_non_null(end);
        name = memory_copy_bytes(argument + 3, (size_t)(end - argument - 3));
        if (!is_described(schema, name))
            fail_msg("%s writes \"%s\", which its schema does not describe", file, name);
        free(name);
        found++;
    }
    assert_true(found > 0);
    free(text);
}

static void whatever_is_written_is_described(void **state)
{
    static const struct {
        const char *file, *schema;
    } writers[] = {
        {"src/drift/json.c",         "drift-1.json"},
        { "src/drift/json_code.c",   "drift-1.json"},
        { "src/drift/json_config.c", "drift-1.json"},
        { "src/drift/json_item.c",   "drift-1.json"},
        { "src/notes/json.c",        "notes-1.json"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        json_t *schema = schema_read(writers[i].schema);

        assert_names_described(writers[i].file, schema);
        json_decref(schema);
    }
}

static void what_is_printed_follows_to_the_last_member(void **state)
{
    static const struct {
        const char *file, *schema;
    } printed[] = {
        {"tests/data/golden/cli/drift.json",  "drift-1.json"},
        { "tests/data/golden/cli/notes.json", "notes-1.json"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
        char *text = source_text(printed[i].file);

        assert_text_follows_schema(text, printed[i].schema);
        free(text);
    }
}

/* They are our own: a schema that lets everything in would say nothing about what is printed. */
static void a_member_that_is_only_allowed_is_not_described(void **state)
{
    static const struct {
        const char *schema, *why;
    } cases[] = {
        {"{\"properties\": {\"a\": {}, \"b\": {}}}",                                          ""                                },
        { "{\"properties\": {\"a\": {}}}",                                                    "it: has the undescribed member b"},
        { "{\"properties\": {\"a\": {}}, \"additionalProperties\": {\"type\": \"integer\"}}", ""                                },
        { "{\"properties\": {\"a\": {}}, \"additionalProperties\": true}",
         "it: has the undescribed member b"                                                                                     },
        { "{\"properties\": {\"a\": {}}, \"additionalProperties\": false}",
         "it: has the undescribed member b"                                                                                     },
        { "{\"additionalProperties\": true}",                                                 "it: has the undescribed member a"},
    };
    json_t *document = json_pack("{s:i, s:i}", "a", 1, "b", 2);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *schema = json_loads(cases[i].schema, 0, NULL);
        struct strbuf why = STRBUF_INIT;

        assert_non_null(schema);
        assert_int_equal(follows_schema(document, schema, "it", &why), cases[i].why[0] == '\0');
        assert_string_equal(why.data, cases[i].why);
        strbuf_release(&why);
        json_decref(schema);
    }
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_schema_is_for_the_document_it_names),
        cmocka_unit_test(every_required_member_is_described),
        cmocka_unit_test(whatever_is_written_is_described),
        cmocka_unit_test(what_is_printed_follows_to_the_last_member),
        cmocka_unit_test(a_member_that_is_only_allowed_is_not_described),
        cmocka_unit_test(the_error_codes_are_those_of_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
