/*
 * Plans and states of Terraform and OpenTofu against answers that a program of another kind
 * computed. The data are not part of the project: PILAB_TEST_DATA names their folder, otherwise
 * ../shared/data beside the source tree is used; without it the cases skip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/terraform/file.h>

enum { FILE_LIMIT = 1 << 20 };

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

static char *need_folder(void)
{
    const char *data = getenv("PILAB_TEST_DATA");
    const char *source = getenv("PILAB_SOURCE");
    char *folder = data && *data
                       ? memory_printf("%s/terraform", data)
                       : memory_printf("%s/../shared/data/terraform", source ? source : ".");

    if (!file_is_directory(folder)) {
        free(folder);
        skip();
    }
    return folder;
}

static void read_text(const char *folder, const char *name, struct strbuf *text)
{
    char *path = memory_printf("%s/%s", folder, name);
    struct error error = { 0 };

    if (!file_read(path, FILE_LIMIT, true, text, &error))
        fail_msg("%s", error.message);
    free(path);
}

static struct terraform_file *read_terraform(const char *folder, const char *name)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct terraform_file *file;

    read_text(folder, name, &text);
    file = terraform_file_read(name, text.data, text.length, &error);
    if (!file)
        fail_msg("%s", error.message);
    strbuf_release(&text);
    return file;
}

static struct document *read_json(const char *text, size_t length)
{
    struct error error = { 0 };
    struct document *document =
        document_read("expected", text, length, DOCUMENT_JSON, NULL, &error);

    if (!document)
        fail_msg("%s", error.message);
    return document;
}

/* ---- plans ---- */

static void assert_text(const char *where, const struct node *expected, const char *ours)
{
    if (!expected || expected->kind == NODE_NULL) {
        if (ours)
            fail_msg("%s: %s where nothing is expected", where, ours);
    } else if (!ours || strcmp(expected->value, ours) != 0) {
        fail_msg("%s: %s, not %s", where, ours ? ours : "nothing", expected->value);
    }
}

static void assert_bool(const char *where, const struct node *expected, bool ours)
{
    bool wanted = expected && strcmp(expected->value, "true") == 0;

    if (wanted != ours)
        fail_msg("%s: %s is %s", where, expected ? expected->key : "a mark",
                 ours ? "true" : "false");
}

/* As the answers show a side of an attribute: a value, or a word in its place. */
static void assert_side(const char *where, const struct node *expected,
                        const struct terraform_attribute *attribute, bool after)
{
    const struct node *ours = after ? attribute->after : attribute->before;

    if (after && attribute->unknown)
        assert_text(where, expected, "(known after apply)");
    else if (ours && attribute->sensitive)
        assert_text(where, expected, "(sensitive)");
    else if (!node_equal(expected, ours))
        fail_msg("%s: another value %s", where, after ? "after" : "before");
}

static int by_pointer(const void *a, const void *b)
{
    const struct terraform_attribute *left = a, *right = b;

    return strcmp(left->pointer, right->pointer);
}

static void assert_attributes(const char *address, const struct node *expected,
                              const struct terraform_change *change)
{
    sort_stable(change->attributes, change->attribute_count, sizeof *change->attributes,
                by_pointer);
    if (expected->count != change->attribute_count)
        fail_msg("%s: %zu attributes, not %zu", address, change->attribute_count, expected->count);
    for (size_t i = 0; i < expected->count; i++) {
        const struct node *entry = expected->children[i];
        const struct terraform_attribute *attribute = &change->attributes[i];

        assert_text(address, node_get(entry, "path"), attribute->pointer);
        assert_side(attribute->pointer, node_get(entry, "from"), attribute, false);
        assert_side(attribute->pointer, node_get(entry, "to"), attribute, true);
        assert_bool(attribute->pointer, node_get(entry, "sensitive"), attribute->sensitive);
    }
}

static const char *answers_kind(const struct terraform_change *change, struct strbuf *scratch)
{
    if (change->action != TERRAFORM_OTHER)
        return terraform_action_name(change->action);
    strbuf_clear(scratch);
    strbuf_printf(scratch, "?%s", change->actions);
    return scratch->data;
}

static void assert_actions(const struct node *expected, const struct terraform_change *change)
{
    struct strbuf joined = STRBUF_INIT;

    for (size_t i = 0; i < expected->count; i++)
        strbuf_printf(&joined, i > 0 ? "+%s" : "%s", expected->children[i]->text);
    assert_string_equal(joined.data, change->actions);
    strbuf_release(&joined);
}

/* [["node_config", 0, "machine_type"]] as "node_config[0].machine_type". */
static void assert_replace_paths(const struct node *expected, const struct terraform_change *change)
{
    struct strbuf words = STRBUF_INIT;

    for (size_t i = 0; expected && i < expected->count; i++) {
        const struct node *path = expected->children[i];

        if (words.length > 0)
            strbuf_add(&words, ", ");
        for (size_t k = 0; k < path->count; k++) {
            const struct node *step = path->children[k];
            strbuf_printf(&words,
                          step->kind == NODE_INTEGER ? "[%s]"
                          : k > 0                    ? ".%s"
                                                     : "%s",
                          step->value);
        }
    }
    assert_string_equal(words.data, change->replace_paths ? change->replace_paths : "");
    strbuf_release(&words);
}

static void assert_resource(const struct node *expected, const struct terraform_change *change)
{
    struct strbuf scratch = STRBUF_INIT;

    assert_text("address", node_get(expected, "address"), change->address);
    assert_text("previous_address", node_get(expected, "previous_address"),
                change->previous_address);
    assert_text("mode", node_get(expected, "mode"), change->data ? "data" : "managed");
    assert_text("type", node_get(expected, "type"), change->type);
    assert_text("deposed", node_get(expected, "deposed"), change->deposed);
    assert_text("kind", node_get(expected, "kind"), answers_kind(change, &scratch));
    assert_text("reason", node_get(expected, "action_reason"), change->reason);
    assert_bool("moved", node_get(expected, "moved"), change->previous_address != NULL);
    assert_bool("import", node_get(expected, "import"), change->imported);
    assert_actions(node_get(expected, "actions"), change);
    assert_replace_paths(node_get(expected, "replace_paths"), change);
    assert_attributes(change->address, node_get(expected, "changes"), change);
    strbuf_release(&scratch);
}

static void assert_resources(const struct node *expected, const struct terraform_change *changes,
                             size_t count)
{
    assert_int_equal(expected->count, count);
    for (size_t i = 0; i < count; i++)
        assert_resource(expected->children[i], &changes[i]);
}

static void assert_counts(const struct node *expected, const struct terraform_changes *changes)
{
    struct strbuf scratch = STRBUF_INIT;

    for (size_t i = 0; i < expected->count; i++) {
        const struct node *wanted = expected->children[i];
        size_t found = 0;

        for (size_t k = 0; k < changes->resource_count; k++) {
            const struct terraform_change *change = &changes->resources[k];

            found += strcmp(wanted->key, "moved") == 0
                         ? change->previous_address != NULL
                         : strcmp(wanted->key, answers_kind(change, &scratch)) == 0;
        }
        assert_int_equal(strtoul(wanted->value, NULL, 10), found);
    }
    strbuf_release(&scratch);
}

static void assert_outputs(const struct node *expected, const struct terraform_changes *changes)
{
    assert_int_equal(expected->count, changes->output_count);
    for (size_t i = 0; i < changes->output_count; i++)
        assert_text(changes->outputs[i].name, node_get(expected, changes->outputs[i].name),
                    changes->outputs[i].actions);
}

static void assert_plan(const char *folder, const char *name)
{
    char *path = memory_printf("%s.json", name), *answer = memory_printf("%s.expected.json", name);
    struct terraform_file *file = read_terraform(folder, path);
    struct terraform_changes *changes;
    struct strbuf text = STRBUF_INIT;
    struct document *expected;
    struct error error = { 0 };

    read_text(folder, answer, &text);
    expected = read_json(text.data, text.length);
    assert_int_equal(file->kind, TERRAFORM_PLAN);
    assert_text(name, node_get(expected->roots[0], "format_version"), file->format_version);
    assert_text(name, node_get(expected->roots[0], "terraform_version"), file->terraform_version);
    assert_bool(name, node_get(expected->roots[0], "errored"), file->errored);
    changes = terraform_plan_changes(file, &error);
    if (!changes)
        fail_msg("%s", error.message);
    assert_resources(node_get(expected->roots[0], "resources"), changes->resources,
                     changes->resource_count);
    assert_resources(node_get(expected->roots[0], "drift"), changes->drift, changes->drift_count);
    assert_counts(node_get(expected->roots[0], "counts"), changes);
    assert_outputs(node_get(expected->roots[0], "outputs"), changes);
    terraform_changes_free(&changes);
    document_free(&expected);
    terraform_file_free(&file);
    strbuf_release(&text);
    free(path);
    free(answer);
}

static void plans_are_read_as_the_answers_say(void **state)
{
    char *folder = need_folder();

    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        assert_plan(folder, plans[i]);
    free(folder);
}

/* ---- states ---- */

static const struct terraform_change *find_change(const struct terraform_changes *changes,
                                                  const char *address)
{
    struct strbuf name = STRBUF_INIT;
    const struct terraform_change *found = NULL;

    for (size_t i = 0; !found && i < changes->resource_count; i++) {
        const struct terraform_change *change = &changes->resources[i];

        strbuf_clear(&name);
        strbuf_add(&name, change->address);
        if (change->deposed)
            strbuf_printf(&name, " (deposed %s)", change->deposed);
        if (strcmp(name.data, address) == 0)
            found = change;
    }
    strbuf_release(&name);
    if (!found)
        fail_msg("%s: no change", address);
    return found;
}

static bool is_pair(const struct terraform_change *change)
{
    return !change->previous_address && change->action != TERRAFORM_CREATE &&
           change->action != TERRAFORM_DELETE;
}

/* The answers write null for a value that is not there. */
static void assert_value(const char *where, const struct node *expected, const struct node *ours)
{
    if (expected->kind == NODE_NULL ? ours && ours->kind != NODE_NULL : !node_equal(expected, ours))
        fail_msg("%s: another value", where);
}

static void assert_modified(const struct node *line, const struct terraform_changes *changes)
{
    const struct terraform_change *change = find_change(changes, node_get(line, "address")->text);
    const char *path = node_get(line, "path")->text;

    assert_true(is_pair(change));
    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];

        if (strcmp(attribute->pointer, path) == 0) {
            assert_value(path, node_get(line, "from"), attribute->before);
            assert_value(path, node_get(line, "to"), attribute->after);
            return;
        }
    }
    fail_msg("%s: %s is not among what differs", change->address, path);
}

struct tally {
    size_t modified, added, removed, moved, outputs;
};

static void assert_line(const struct node *line, const struct terraform_changes *changes,
                        struct tally *tally)
{
    const char *kind = node_get(line, "kind")->text;
    const struct node *address = node_get(line, "address");

    if (strcmp(kind, "modified") == 0) {
        assert_modified(line, changes);
        tally->modified++;
    } else if (strcmp(kind, "added") == 0) {
        assert_int_equal(find_change(changes, address->text)->action, TERRAFORM_CREATE);
        tally->added++;
    } else if (strcmp(kind, "removed") == 0) {
        assert_int_equal(find_change(changes, address->text)->action, TERRAFORM_DELETE);
        tally->removed++;
    } else if (strcmp(kind, "moved") == 0) {
        assert_string_equal(find_change(changes, node_get(line, "to")->text)->previous_address,
                            node_get(line, "from")->text);
        tally->moved++;
    } else {
        assert_string_equal(kind, "output");
        tally->outputs++;
    }
}

static struct tally tally_of(const struct terraform_changes *changes)
{
    struct tally tally = { 0 };

    for (size_t i = 0; i < changes->resource_count; i++) {
        const struct terraform_change *change = &changes->resources[i];

        tally.moved += change->previous_address != NULL;
        tally.added += change->action == TERRAFORM_CREATE;
        tally.removed += change->action == TERRAFORM_DELETE;
        if (is_pair(change))
            tally.modified += change->attribute_count;
    }
    for (size_t i = 0; i < changes->output_count; i++)
        tally.outputs += changes->outputs[i].action != TERRAFORM_NO_OP;
    return tally;
}

static void assert_states(const char *folder, size_t pair)
{
    struct terraform_file *previous = read_terraform(folder, pairs[pair].previous);
    struct terraform_file *current = read_terraform(folder, pairs[pair].current);
    struct terraform_changes *changes = terraform_state_changes(previous, current);
    struct strbuf text = STRBUF_INIT;
    struct tally expected = { 0 }, ours = tally_of(changes);
    char *rest;

    read_text(folder, pairs[pair].expected, &text);
    rest = strchr(text.data, '\n') + 1; /* the first line is of the files themselves */
    while (*rest) {
        char *end = strchr(rest, '\n');
        struct document *line = read_json(rest, (size_t)(end - rest));

        assert_line(line->roots[0], changes, &expected);
        document_free(&line);
        rest = end + 1;
    }
    assert_memory_equal(&expected, &ours, sizeof ours); /* and nothing besides */
    assert_string_equal(previous->lineage, current->lineage);
    assert_int_equal(changes->warning_count, 0);
    terraform_changes_free(&changes);
    terraform_file_free(&previous);
    terraform_file_free(&current);
    strbuf_release(&text);
}

static void states_differ_as_the_answers_say(void **state)
{
    char *folder = need_folder();

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_states(folder, i);
    free(folder);
}

static void another_id_at_the_same_address_is_a_replacement(void **state)
{
    char *folder = need_folder();
    struct terraform_file *previous = read_terraform(folder, pairs[1].previous);
    struct terraform_file *current = read_terraform(folder, pairs[1].current);
    struct terraform_changes *changes = terraform_state_changes(previous, current);
    const struct terraform_change *table = find_change(changes, "aws_route_table.rr");

    (void)state;
    assert_int_equal(table->action, TERRAFORM_REPLACE);
    assert_true(table->inferred);
    terraform_changes_free(&changes);
    terraform_file_free(&previous);
    terraform_file_free(&current);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_are_read_as_the_answers_say),
        cmocka_unit_test(states_differ_as_the_answers_say),
        cmocka_unit_test(another_id_at_the_same_address_is_a_replacement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
