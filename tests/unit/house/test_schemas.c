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

#include <pilab/base/error.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

enum { SCHEMA_LIMIT = 1 << 20 };

/* A new reference; the test fails when the file is not there or is no JSON. */
static json_t *read_schema(const char *name)
{
    const char *source = getenv("PILAB_SOURCE");
    char *path = memory_printf("%s/doc/schema/%s", source != NULL ? source : ".", name);
    struct strbuf text = STRBUF_INIT;
    struct error error;
    json_t *schema = NULL;

    error_clear(&error);
    if (file_read(path, SCHEMA_LIMIT, true, &text, &error)) {
        schema = json_read(path, text.data, text.length, &error);
    }
    strbuf_release(&text);
    free(path);
    if (schema == NULL) {
        fail_msg("%s", error.message);
    }
    return schema;
}

static json_t *at(json_t *value, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        value = json_object_get(value, *keys);
        assert_non_null(value);
    }
    return value;
}

static void every_schema_is_for_the_document_it_names(void **state)
{
    static const struct {
        const char *file, *document;
    } schemas[] = {
        {"drift-1.json",  "pilab.drift/1"},
        { "error-1.json", "pilab.error/1"},
        { "list-1.json",  "pilab.list/1" },
        { "notes-1.json", "pilab.notes/1"},
    };
    static const char *const constant[] = { "properties", "schema", "const", NULL };

    (void)state;
    for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
        json_t *schema = read_schema(schemas[i].file);
        assert_string_equal(json_member_text(schema, "$schema"),
                            "https://json-schema.org/draft/2020-12/schema");
        assert_string_equal(json_member_text(schema, "title"), schemas[i].document);
        assert_string_equal(json_string_value(at(schema, constant)), schemas[i].document);
        json_decref(schema);
    }
}

static void every_required_member_is_described(void **state)
{
    static const char *const files[] = { "drift-1.json", "error-1.json", "list-1.json",
                                         "notes-1.json" };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        json_t *schema = read_schema(files[i]);
        json_t *members = json_object_get(schema, "properties");
        json_t *name;
        size_t index;
        json_array_foreach(json_object_get(schema, "required"), index, name)
        {
            if (json_object_get(members, json_string_value(name)) == NULL) {
                fail_msg("%s: \"%s\" is required and not described", files[i],
                         json_string_value(name));
            }
        }
        json_decref(schema);
    }
}

static void the_error_codes_are_those_of_the_program(void **state)
{
    static const char *const enumeration[] = { "properties", "code", "enum", NULL };
    json_t *schema = read_schema("error-1.json");
    json_t *names = at(schema, enumeration);

    (void)state;
    assert_int_equal(json_array_size(names), ERROR_INTERNAL);
    for (enum error_code code = ERROR_INVALID; code <= ERROR_INTERNAL; code++) {
        assert_string_equal(json_string_value(json_array_get(names, code - ERROR_INVALID)),
                            error_code_name(code));
    }
    json_decref(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_schema_is_for_the_document_it_names),
        cmocka_unit_test(every_required_member_is_described),
        cmocka_unit_test(the_error_codes_are_those_of_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
