#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/terraform/file.h>

static struct terraform_file *read_text(const char *text)
{
    struct error error = { 0 };
    struct terraform_file *file = terraform_file_read("state", text, strlen(text), &error);

    if (!file)
        fail_msg("%s", error.message);
    return file;
}

static struct terraform_file *read_raw(const char *serial, const char *resources)
{
    struct strbuf text = STRBUF_INIT;
    struct terraform_file *file;

    strbuf_printf(&text, "{\"version\":4,\"serial\":%s,\"lineage\":\"one\",\"resources\":[%s]}",
                  serial, resources);
    file = read_text(text.data);
    strbuf_release(&text);
    return file;
}

static void add_change(struct strbuf *out, const struct terraform_change *change)
{
    strbuf_printf(out, "%s %s", terraform_action_name(change->action), change->address);
    if (change->deposed)
        strbuf_printf(out, " deposed %s", change->deposed);
    if (change->previous_address)
        strbuf_printf(out, " from %s", change->previous_address);
    if (change->tainted)
        strbuf_add(out, " tainted");
    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];

        strbuf_printf(out, " %s%s%s", attribute->path, attribute->sensitive ? "*" : "",
                      attribute->alike ? "~" : "");
    }
    strbuf_add_char(out, '\n');
}

/* Frees both files. */
static void assert_changes(struct terraform_file *previous, struct terraform_file *current,
                           const char *expected)
{
    struct terraform_changes *changes = terraform_state_changes(previous, current);
    struct strbuf lines = STRBUF_INIT;

    for (size_t i = 0; i < changes->resource_count; i++)
        add_change(&lines, &changes->resources[i]);
    for (size_t i = 0; i < changes->output_count; i++)
        strbuf_printf(&lines, "output %s %s%s\n", terraform_action_name(changes->outputs[i].action),
                      changes->outputs[i].name, changes->outputs[i].sensitive ? "*" : "");
    for (size_t i = 0; i < changes->warning_count; i++)
        strbuf_printf(&lines, "! %s\n", changes->warnings[i]);
    assert_string_equal(lines.data, expected);
    strbuf_release(&lines);
    terraform_changes_free(&changes);
    terraform_file_free(&previous);
    terraform_file_free(&current);
}

#define INSTANCE(type, name, id, more)                                                             \
    "{\"mode\":\"managed\",\"type\":\"" type "\",\"name\":\"" name                                 \
    "\",\"provider\":\"provider[\\\"registry.terraform.io/hashicorp/aws\\\"]\",\"instances\":["    \
    "{\"attributes\":{\"id\":\"" id "\"" more "}}]}"

static void addresses_are_made_of_module_mode_and_index(void **state)
{
    struct terraform_file *file =
        read_raw("1",
                 "{\"module\":\"module.a[0]\",\"mode\":\"managed\",\"type\":\"t\",\"name\":\"n\","
                 "\"provider\":\"module.a.provider.google.west\",\"instances\":[{\"index_key\":0,"
                 "\"attributes\":{}},{\"index_key\":\"b\\\"q\",\"status\":\"tainted\","
                 "\"attributes_flat\":{\"id\":\"7\",\"tags.%\":\"0\"}}]},"
                 "{\"mode\":\"data\",\"type\":\"d\",\"name\":\"n\",\"instances\":[{}]}");

    (void)state;
    assert_int_equal(file->instance_count, 3);
    assert_string_equal(file->serial, "1");
    assert_string_equal(file->instances[0].address, "module.a[0].t.n[0]");
    assert_string_equal(file->instances[0].provider, "google");
    assert_null(file->instances[0].id);
    assert_string_equal(file->instances[1].address, "module.a[0].t.n[\"b\\\"q\"]");
    assert_true(file->instances[1].tainted);
    assert_true(file->instances[1].flat);
    assert_string_equal(file->instances[1].id, "7");
    assert_string_equal(file->instances[2].address, "data.d.n");
    assert_true(file->instances[2].data);
    assert_null(file->instances[2].values);
    terraform_file_free(&file);
}

static void what_came_went_and_changed_is_told_whatever_the_order(void **state)
{
    (void)state;
    assert_changes(read_raw("1", INSTANCE("t", "a", "1",
                                          ",\"size\":1,\"tags\":null") "," INSTANCE("t", "gone",
                                                                                    "2", "")),
                   read_raw("2",
                            INSTANCE("t", "new", "3", "") "," INSTANCE("t", "a", "1",
                                                                       ",\"size\":2,\"tags\":{}")),
                   "update t.a size tags~\ndelete t.gone id\ncreate t.new id\n");
}

static void differences_that_say_nothing_leave_the_resource_as_it_is(void **state)
{
    (void)state;
    assert_changes(read_raw("1", INSTANCE("t", "a", "1", ",\"x\":\"\"")),
                   read_raw("2", INSTANCE("t", "a", "1", ",\"x\":null,\"y\":[]")),
                   "no-op t.a x~ y~\n");
    assert_changes(read_raw("1", INSTANCE("t", "a", "1", ",\"x\":1")),
                   read_raw("1", INSTANCE("t", "a", "1", ",\"x\":1")), "");
}

static void another_id_is_another_object_and_the_same_id_elsewhere_has_moved(void **state)
{
    (void)state;
    assert_changes(read_raw("1",
                            INSTANCE("t", "a", "1", "") "," INSTANCE("t", "old", "5", ",\"k\":1")),
                   read_raw("2",
                            INSTANCE("t", "a", "2", "") "," INSTANCE("t", "new", "5", ",\"k\":2")),
                   "replace t.a id\nupdate t.new from t.old k\n");
    assert_changes(read_raw("1", INSTANCE("t", "old", "5", "")),
                   read_raw("2", INSTANCE("u", "new", "5", "")),
                   "delete t.old id\ncreate u.new id\n");
}

static void marks_of_a_raw_state_hide_what_they_lead_to(void **state)
{
    static const char form[] =
        "{\"type\":\"t\",\"name\":\"a\",\"instances\":[{\"attributes\":{\"id\":\"1\",\"secret\":"
        "\"%s\",\"box\":[{\"key\":\"%s\",\"open\":\"%s\"}]},\"sensitive_attributes\":["
        "[{\"type\":\"get_attr\",\"value\":\"secret\"}],[{\"type\":\"get_attr\",\"value\":\"box\"},"
        "{\"type\":\"index\",\"value\":{\"value\":0,\"type\":\"number\"}},"
        "{\"type\":\"get_attr\",\"value\":\"key\"}]]}]}";
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;

    (void)state;
    strbuf_printf(&before, form, "a", "b", "c");
    strbuf_printf(&after, form, "x", "y", "z");
    assert_changes(read_raw("1", before.data), read_raw("2", after.data),
                   "update t.a box.key* box.open secret*\n");
    strbuf_release(&before);
    strbuf_release(&after);
}

static void states_of_both_kinds_are_compared(void **state)
{
    (void)state;
    assert_changes(
        read_raw("1", INSTANCE("t", "a", "1", ",\"pw\":\"x\"")),
        read_text("{\"format_version\":\"1.0\",\"values\":{\"outputs\":{\"o\":{\"value\":1,"
                  "\"sensitive\":true}},\"root_module\":{\"resources\":[{\"address\":\"t.a\","
                  "\"mode\":\"managed\",\"type\":\"t\",\"name\":\"a\",\"tainted\":true,\"values\":"
                  "{\"id\":\"1\",\"pw\":\"y\"},\"sensitive_values\":{\"pw\":true}}],"
                  "\"child_modules\":[{\"address\":\"module.m\",\"resources\":[{\"address\":"
                  "\"module.m.t.b[0]\",\"type\":\"t\",\"name\":\"b\",\"deposed_key\":\"dd\","
                  "\"values\":{\"id\":\"9\"}}]}]}}}"),
        "create module.m.t.b[0] deposed dd id\nupdate t.a tainted pw*\noutput create o*\n");
}

static void states_that_do_not_belong_together_are_pointed_out(void **state)
{
    (void)state;
    assert_changes(read_raw("10", ""), read_raw("9", ""),
                   "! the previous state is the newer one (serial 10, then 9): are the two sides "
                   "swapped?\n");
    assert_changes(read_raw("9", ""),
                   read_text("{\"version\":4,\"serial\":10,\"lineage\":\"two\"}"),
                   "! the two states have different origins (lineage): they are not the same "
                   "infrastructure at two times\n");
    assert_changes(read_raw("1", "{\"type\":\"t\",\"name\":\"a\",\"instances\":[{"
                                 "\"attributes_flat\":{\"id\":\"1\",\"tags.%\":\"1\"}}]}"),
                   read_raw("2", INSTANCE("t", "a", "1", ",\"tags\":{\"a\":\"b\"}")),
                   "! 1 resource could not be compared by attributes: one side keeps them in the "
                   "form of versions before 0.12\n");
}

static void outputs_are_compared_by_their_values(void **state)
{
    (void)state;
    assert_changes(read_text("{\"version\":4,\"serial\":1,\"outputs\":{\"gone\":{\"value\":1},"
                             "\"same\":{\"value\":[1]},\"o\":{\"value\":\"a\"}}}"),
                   read_text(
                       "{\"version\":4,\"serial\":2,\"outputs\":{\"o\":{\"value\":\"b\","
                       "\"sensitive\":true},\"same\":{\"value\":[1]},\"new\":{\"value\":2}}}"),
                   "output delete gone\noutput create new\noutput update o*\noutput no-op same\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_made_of_module_mode_and_index),
        cmocka_unit_test(what_came_went_and_changed_is_told_whatever_the_order),
        cmocka_unit_test(differences_that_say_nothing_leave_the_resource_as_it_is),
        cmocka_unit_test(another_id_is_another_object_and_the_same_id_elsewhere_has_moved),
        cmocka_unit_test(marks_of_a_raw_state_hide_what_they_lead_to),
        cmocka_unit_test(states_of_both_kinds_are_compared),
        cmocka_unit_test(states_that_do_not_belong_together_are_pointed_out),
        cmocka_unit_test(outputs_are_compared_by_their_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
