/* Infrastructure: plans and pairs of states against changes that another program computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/terraform/file.h>

#include "accuracy.h"

static const char *const plans[] = {
    "plan/opentofu-basic-create",
    "plan/opentofu-basic-delete",
    "plan/opentofu-basic-update",
    "plan/opentofu-conditions",
    "plan/opentofu-drift",
    "plan/opentofu-identity-update",
    "plan/opentofu-modules",
    "plan/opentofu-moved",
    "plan/opentofu-moved-drift",
    "plan/opentofu-multi-resource-update",
    "plan/opentofu-nested-modules",
    "plan/opentofu-plan-error",
    "plan/opentofu-requires-replace",
    "plan/opentofu-sensitive-values",
    "plan/opentofu-show-sensitive",
    "plan/opentofu-unknown-output",
    "synthetic/plan-all-actions",
    "synthetic/plan-all-actions.utf16",
};

static const struct {
    const char *previous, *current, *expected;
} pairs[] = {
  // clang-format off
    {"state-pairs/aws_route_table.serial72.tfstate", "state-pairs/aws_route_table.serial77.tfstate",
     "state-pairs/aws_route_table.72_77.expected.jsonl"},
    {"state-pairs/aws_route_table.serial77.tfstate", "state-pairs/aws_route_table.serial88.tfstate",
     "state-pairs/aws_route_table.77_88.expected.jsonl"},
    {"state-pairs/sns_topic.serial4.tfstate", "state-pairs/sns_topic.serial6.tfstate",
     "state-pairs/sns_topic.4_6.expected.jsonl"},
    {"synthetic/state-old.tfstate", "synthetic/state-new.tfstate",
     "synthetic/state-pair.expected.jsonl"},
  // clang-format on
};

static void read_text(const char *data, const char *name, struct strbuf *text)
{
    char *path = memory_printf("terraform/%s", name);

    accuracy_read(data, path, text);
    free(path);
}

static struct terraform_file *read_terraform(const char *data, const char *name)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct terraform_file *file;

    read_text(data, name, &text);
    file = terraform_file_read(name, text.data, text.length, &error);
    if (file == NULL)
        fail_msg("%s", error.message);
    strbuf_release(&text);
    return file;
}

static struct document *read_answer(const char *text, size_t length)
{
    struct error error = { 0 };
    struct document *document = document_read("answer", text, length, DOCUMENT_JSON, NULL, &error);

    if (document == NULL)
        fail_msg("%s", error.message);
    return document;
}

static void add_value(struct strbuf *out, const struct node *node)
{
    strbuf_add_char(out, ' ');
    if (node != NULL)
        node_write_json(out, node);
}

/* ---- plans ---- */

static const char *text_at(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);

    return node != NULL && node->kind != NODE_NULL ? node->value : "";
}

/* What happens to the resource, then each attribute. */
static void expect_resource(struct accuracy *accuracy, const char *list, const struct node *answer)
{
    const struct node *changes = node_get(answer, "changes");

    accuracy_expect(accuracy, "%s %s%s %s from '%s' because '%s'", list, text_at(answer, "address"),
                    text_at(answer, "deposed"), text_at(answer, "kind"),
                    text_at(answer, "previous_address"), text_at(answer, "action_reason"));
    for (size_t i = 0; i < changes->count; i++) {
        const struct node *change = changes->children[i];
        struct strbuf line = STRBUF_INIT;

        add_value(&line, node_get(change, "from"));
        add_value(&line, node_get(change, "to"));
        accuracy_expect(accuracy, "%s %s%s%s", list, text_at(answer, "address"),
                        text_at(change, "path"), line.data);
        strbuf_release(&line);
    }
}

static void add_side(struct strbuf *out, const struct terraform_attribute *attribute, bool after)
{
    const struct node *node = after ? attribute->after : attribute->before;

    if (after && attribute->unknown)
        strbuf_add(out, " \"(known after apply)\"");
    else if (node != NULL && attribute->sensitive)
        strbuf_add(out, " \"(sensitive)\"");
    else
        add_value(out, node);
}

static void tell_resource(struct accuracy *accuracy, const char *list,
                          const struct terraform_change *change)
{
    accuracy_tell(accuracy, "%s %s%s %s%s from '%s' because '%s'", list, change->address,
                  change->deposed != NULL ? change->deposed : "",
                  change->action == TERRAFORM_OTHER ? "?" : "",
                  change->action == TERRAFORM_OTHER ? change->actions
                                                    : terraform_action_name(change->action),
                  change->previous_address != NULL ? change->previous_address : "",
                  change->reason != NULL ? change->reason : "");
    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];
        struct strbuf line = STRBUF_INIT;

        add_side(&line, attribute, false);
        add_side(&line, attribute, true);
        accuracy_tell(accuracy, "%s %s%s%s", list, change->address, attribute->pointer, line.data);
        strbuf_release(&line);
    }
}

static void expect_plan(struct accuracy *accuracy, const struct node *answer)
{
    const struct node *resources = node_get(answer, "resources"),
                      *drift = node_get(answer, "drift");
    const struct node *outputs = node_get(answer, "outputs");

    for (size_t i = 0; i < resources->count; i++)
        expect_resource(accuracy, "plan", resources->children[i]);
    for (size_t i = 0; i < drift->count; i++)
        expect_resource(accuracy, "drift", drift->children[i]);
    for (size_t i = 0; i < outputs->count; i++)
        accuracy_expect(accuracy, "output %s %s", outputs->children[i]->key,
                        outputs->children[i]->value);
}

static void tell_plan(struct accuracy *accuracy, const struct terraform_changes *changes)
{
    for (size_t i = 0; i < changes->resource_count; i++)
        tell_resource(accuracy, "plan", &changes->resources[i]);
    for (size_t i = 0; i < changes->drift_count; i++)
        tell_resource(accuracy, "drift", &changes->drift[i]);
    for (size_t i = 0; i < changes->output_count; i++)
        accuracy_tell(accuracy, "output %s %s", changes->outputs[i].name,
                      changes->outputs[i].actions);
}

static void compare_plan(struct accuracy *accuracy, const char *data, const char *name)
{
    char *path = memory_printf("%s.json", name), *answer = memory_printf("%s.expected.json", name);
    struct terraform_file *file = read_terraform(data, path);
    struct error error = { 0 };
    struct terraform_changes *changes = terraform_plan_changes(file, &error);
    struct strbuf text = STRBUF_INIT;
    struct document *expected;

    if (changes == NULL)
        fail_msg("%s", error.message);
    read_text(data, answer, &text);
    expected = read_answer(text.data, text.length);
    expect_plan(accuracy, expected->roots[0]);
    tell_plan(accuracy, changes);
    accuracy_settle(accuracy, name);
    document_free(&expected);
    terraform_changes_free(&changes);
    terraform_file_free(&file);
    strbuf_release(&text);
    free(path);
    free(answer);
}

/* ---- states ---- */

/* Null and absent are one in these answers. */
static const struct node *unless_null(const struct node *node)
{
    return node != NULL && node->kind != NODE_NULL ? node : NULL;
}

static void expect_line(struct accuracy *accuracy, const struct node *line)
{
    struct strbuf values = STRBUF_INIT;

    if (node_get(line, "kind") == NULL) /* of the files themselves */
        return;
    if (strcmp(text_at(line, "kind"), "moved") == 0) {
        accuracy_expect(accuracy, "moved %s %s", text_at(line, "from"), text_at(line, "to"));
        return;
    }
    add_value(&values, unless_null(node_get(line, "from")));
    add_value(&values, unless_null(node_get(line, "to")));
    accuracy_expect(accuracy, "%s %s%s%s%s", text_at(line, "kind"), text_at(line, "address"),
                    text_at(line, "name"), text_at(line, "path"), values.data);
    strbuf_release(&values);
}

static void tell_change(struct accuracy *accuracy, const struct terraform_change *change)
{
    bool single = change->action == TERRAFORM_CREATE || change->action == TERRAFORM_DELETE;

    if (change->previous_address != NULL)
        accuracy_tell(accuracy, "moved %s %s", change->previous_address, change->address);
    if (single && change->deposed != NULL)
        accuracy_tell(accuracy, "%s %s (deposed %s)  ",
                      change->action == TERRAFORM_CREATE ? "added" : "removed", change->address,
                      change->deposed);
    else if (single)
        accuracy_tell(accuracy, "%s %s  ", change->action == TERRAFORM_CREATE ? "added" : "removed",
                      change->address);
    for (size_t i = 0; !single && i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];
        struct strbuf values = STRBUF_INIT;

        add_value(&values, unless_null(attribute->before));
        add_value(&values, unless_null(attribute->after));
        accuracy_tell(accuracy, "modified %s%s%s", change->address, attribute->pointer,
                      values.data);
        strbuf_release(&values);
    }
}

static void compare_states(struct accuracy *accuracy, const char *data, size_t pair)
{
    struct terraform_file *previous = read_terraform(data, pairs[pair].previous);
    struct terraform_file *current = read_terraform(data, pairs[pair].current);
    struct terraform_changes *changes = terraform_state_changes(previous, current);
    struct strbuf text = STRBUF_INIT;

    read_text(data, pairs[pair].expected, &text);
    for (const char *line = text.data; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        struct document *answer = read_answer(line, length);

        expect_line(accuracy, answer->roots[0]);
        document_free(&answer);
        line += length + (line[length] == '\n');
    }
    for (size_t i = 0; i < changes->resource_count; i++)
        tell_change(accuracy, &changes->resources[i]);
    for (size_t i = 0; i < changes->output_count; i++) {
        if (changes->outputs[i].action != TERRAFORM_NO_OP)
            accuracy_tell(accuracy, "output %s  ", changes->outputs[i].name);
    }
    accuracy_settle(accuracy, pairs[pair].expected);
    terraform_changes_free(&changes);
    terraform_file_free(&previous);
    terraform_file_free(&current);
    strbuf_release(&text);
}

void accuracy_of_infrastructure(struct accuracy *accuracy, const char *data)
{
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        compare_plan(accuracy, data, plans[i]);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        compare_states(accuracy, data, i);
}
