#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/terraform/file.h>

static struct terraform_file *read_bytes(const char *name, const char *text, size_t length)
{
    struct error error = { 0 };
    struct terraform_file *file = terraform_file_read(name, text, length, &error);

    if (!file)
        fail_msg("%s", error.message);
    return file;
}

static void assert_kind(const char *name, const char *text, enum terraform_kind kind)
{
    struct terraform_file *file = read_bytes(name, text, strlen(text));

    assert_int_equal(file->kind, kind);
    terraform_file_free(&file);
}

static void assert_refused_bytes(const char *name, const char *text, size_t length,
                                 enum error_code code, const char *message)
{
    struct error error = { 0 };
    struct terraform_file *file = terraform_file_read(name, text, length, &error);

    assert_null(file);
    assert_int_equal(error.code, code);
    assert_string_equal(error.message, message);
}

static void assert_refused(const char *text, enum error_code code, const char *message)
{
    assert_refused_bytes("f", text, strlen(text), code, message);
}

static void what_a_file_is_its_content_says(void **state)
{
    (void)state;
    assert_kind("a.json", "{\"format_version\":\"0.1\",\"resource_changes\":[]}", TERRAFORM_PLAN);
    assert_kind("a.json", "{\"format_version\":\"1.2\",\"planned_values\":{}}", TERRAFORM_PLAN);
    assert_kind("a.json", "{\"format_version\":\"1.0\",\"values\":{}}", TERRAFORM_STATE);
    assert_kind("a.json", "{\"format_version\":\"1.0\"}", TERRAFORM_STATE);
    assert_kind("plan.json", "{\"version\":4,\"serial\":1,\"lineage\":\"l\"}", TERRAFORM_RAW_STATE);
    assert_kind("a.tfvars", "a = 1\n", TERRAFORM_VARIABLES);
    assert_kind("A.TFVARS.JSON", "{\"a\": 1}", TERRAFORM_VARIABLES);
    assert_string_equal(terraform_kind_name(TERRAFORM_RAW_STATE), "raw state");
    assert_true(terraform_is_variables("env/prod.auto.tfvars"));
    assert_false(terraform_is_variables("tfvars"));
}

/* PowerShell's `>`. */
static void utf_16_is_read(void **state)
{
    static const char ascii[] = "{\"format_version\":\"1.0\",\"values\":{}}";
    struct strbuf text = STRBUF_INIT;
    struct terraform_file *file;

    (void)state;
    strbuf_add_bytes(&text, "\xFF\xFE", 2);
    for (const char *c = ascii; *c; c++)
        strbuf_add_bytes(&text, (const char[]){ *c, '\0' }, 2);
    file = read_bytes("a", text.data, text.length);
    assert_int_equal(file->kind, TERRAFORM_STATE);
    terraform_file_free(&file);
    strbuf_release(&text);
}

static void files_that_people_take_for_a_plan_are_named(void **state)
{
    static const char events[] = "{\"@level\":\"info\",\"@message\":\"Terraform 1.9.5\",\"type\":"
                                 "\"version\"}\n{\"@level\":\"info\",\"@message\":\"x\"}\n";
    struct strbuf wide = STRBUF_INIT;

    (void)state;
    assert_refused(events, ERROR_UNSUPPORTED,
                   "f: the event lines of \"plan -json\", which do not hold the plan itself");
    strbuf_add_bytes(&wide, "\xFE\xFF", 2);
    for (const char *c = events; *c; c++)
        strbuf_add_bytes(&wide, (const char[]){ '\0', *c }, 2);
    assert_refused_bytes("f", wide.data, wide.length, ERROR_UNSUPPORTED,
                         "f: the event lines of \"plan -json\", which do not hold the plan itself");
    strbuf_release(&wide);
    assert_refused("{\"@level\":\"info\",\"@message\":\"one line\"}", ERROR_UNSUPPORTED,
                   "f: the event lines of \"plan -json\", which do not hold the plan itself");
    assert_refused("PK\x03\x04\x14", ERROR_UNSUPPORTED,
                   "f: a saved plan in Terraform's own binary form");
    assert_refused("{\"meta\":{},\"encrypted_data\":\"x\",\"encryption_version\":\"v0\"}",
                   ERROR_UNSUPPORTED, "f: an encrypted state or plan");
    assert_refused("{\"serial\":1,\"lineage\":\"l\",\"version\":4,\"encrypted_data\":\"x\"}",
                   ERROR_UNSUPPORTED, "f: an encrypted state or plan");
    assert_refused("{\"format_version\":\"1.0\",\"provider_schemas\":{}}", ERROR_UNSUPPORTED,
                   "f: the schemas of providers, no plan or state");
    assert_refused("{\"name\":\"x\"}", ERROR_UNSUPPORTED,
                   "f: neither a plan nor a state of Terraform or OpenTofu");
    assert_refused("[1]", ERROR_UNSUPPORTED,
                   "f: neither a plan nor a state of Terraform or OpenTofu");
}

static void versions_that_nobody_knows_are_refused(void **state)
{
    (void)state;
    assert_refused("{\"format_version\":\"2.0\",\"planned_values\":{}}", ERROR_UNSUPPORTED,
                   "f: the format 2.0 of the plan is not known");
    assert_refused("{\"format_version\":\"next\",\"values\":{}}", ERROR_UNSUPPORTED,
                   "f: the format next of the state is not known");
    assert_refused("{\"planned_values\":{}}", ERROR_UNSUPPORTED,
                   "f: the plan has no format_version");
    assert_refused("{\"version\":3,\"serial\":1,\"modules\":[]}", ERROR_UNSUPPORTED,
                   "f: a state of version 3");
}

static void damaged_texts_are_refused_with_their_place(void **state)
{
    (void)state;
    assert_refused("{\"format_version\":\n", ERROR_INVALID,
                   "f:2:1: expected a value, but the text ends");
    assert_refused("", ERROR_INVALID, "f:1:1: expected a value, but the text ends");
    assert_refused("{\"version\":4,\"serial\":1,\n\"resources\":{}}", ERROR_INVALID,
                   "f:2: the resources of the state are no list");
    assert_refused("{\"version\":4,\"serial\":1,\n\"resources\":[{\"type\":\"t\"}]}", ERROR_INVALID,
                   "f:2: a resource has no type or no name");
    assert_refused("{\"format_version\":\"1.0\",\"values\":{\"root_module\":{\"resources\":[\n{}]}}"
                   "}",
                   ERROR_INVALID, "f:2: a resource has no address, type or name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_file_is_its_content_says),
        cmocka_unit_test(utf_16_is_read),
        cmocka_unit_test(files_that_people_take_for_a_plan_are_named),
        cmocka_unit_test(versions_that_nobody_knows_are_refused),
        cmocka_unit_test(damaged_texts_are_refused_with_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
