/* Configuration: Helm values at two versions against changes that other tools computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/document/diff.h>

#include "accuracy.h"

#define EXPECTED "expected-bykey.jsonl"

static const struct pair {
    const char *folder, *previous, *current, *expected;
} pairs[] = {
    {"config/alertmanager",    "values-1.23.0.yaml",  "values-1.40.3.yaml",
     "1.23.0_1.40.3." EXPECTED                                                                         },
    { "config/podinfo",        "values-9525259.yaml", "values-HEAD.yaml",      "9525259_HEAD." EXPECTED},
    { "config/podinfo",        "values-HEAD.yaml",    "values-prod-HEAD.yaml", "base_prod." EXPECTED   },
    { "config/prometheus",     "values-15.0.0.yaml",  "values-29.24.0.yaml",
     "15.0.0_29.24.0." EXPECTED                                                                        },
    { "config/prometheus",     "values-28.11.0.yaml", "values-29.24.0.yaml",
     "28.11.0_29.24.0." EXPECTED                                                                       },
    { "config/seed-example",   "sit-values.yaml",     "dev-values.yaml",       "sit_dev." EXPECTED     },
    { "config/synthetic-edge", "old.yaml",            "new.yaml",              EXPECTED                },
};

static struct document *read_document(const char *data, const char *folder, const char *name)
{
    char *path = memory_printf("%s/%s", folder, name);
    struct strbuf text = STRBUF_INIT;
    struct document *document;
    struct error error;

    accuracy_read(data, path, &text);
    document = document_read(name, text.data, text.length, DOCUMENT_YAML, NULL, &error);
    if (document == NULL)
        fail_msg("%s: %s", path, error.message);
    strbuf_release(&text);
    free(path);
    return document;
}

/* In one form on both sides: keys sorted, numbers as numbers; nothing for a side that has none. */
static void add_value(struct strbuf *out, const struct node *node)
{
    struct strbuf text = STRBUF_INIT;
    json_t *json;
    char *sorted;

    strbuf_add_char(out, ' ');
    if (node == NULL)
        return;
    node_write_json(&text, node);
    /* A number of more digits than jansson holds stays as it is written. */
    json = json_loadb(text.data, text.length, JSON_DECODE_ANY, NULL);
    if (json != NULL) {
        sorted = json_dumps(json, JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_COMPACT);
        strbuf_add(out, sorted);
        free(sorted);
        json_decref(json);
    } else {
        strbuf_add_bytes(out, text.data, text.length);
    }
    strbuf_release(&text);
}

static void expect_line(struct accuracy *accuracy, const char *line, size_t length)
{
    struct error error;
    struct document *document = document_read(EXPECTED, line, length, DOCUMENT_JSON, NULL, &error);
    const struct node *change = document != NULL ? document->roots[0] : NULL;
    struct strbuf values = STRBUF_INIT;

    if (change == NULL)
        fail_msg("%s", error.message);
    if (node_get(change, "summary") == NULL) {
        add_value(&values, node_get(change, "from"));
        add_value(&values, node_get(change, "to"));
        accuracy_expect(accuracy, "%s %s%s", node_get(change, "kind")->value,
                        node_get(change, "path")->value, values.data);
    }
    strbuf_release(&values);
    document_free(&document);
}

static void expect(struct accuracy *accuracy, const char *data, const struct pair *pair)
{
    char *path = memory_printf("%s/%s", pair->folder, pair->expected);
    struct strbuf text = STRBUF_INIT;

    accuracy_read(data, path, &text);
    for (const char *line = text.data; *line != '\0';) {
        size_t length = strcspn(line, "\n");

        expect_line(accuracy, line, length);
        line += length + (line[length] == '\n');
    }
    strbuf_release(&text);
    free(path);
}

static void tell(struct accuracy *accuracy, const char *data, const struct pair *pair)
{
    /* The answers follow the five steps of list matching alone. */
    static const struct tree_diff_options five_steps = { .five_steps_only = true };
    struct document *previous = read_document(data, pair->folder, pair->previous);
    struct document *current = read_document(data, pair->folder, pair->current);
    struct tree_diff *diff = tree_diff_documents(previous, current, &five_steps);

    for (size_t i = 0; i < diff->count; i++) {
        const struct tree_change *change = &diff->changes[i];
        struct strbuf pointer = STRBUF_INIT, values = STRBUF_INIT;

        tree_change_pointer(&pointer, change);
        add_value(&values, change->previous);
        add_value(&values, change->current);
        accuracy_tell(accuracy, "%s %s%s", change_kind_name(change->kind), pointer.data,
                      values.data);
        strbuf_release(&pointer);
        strbuf_release(&values);
    }
    tree_diff_free(&diff);
    document_free(&previous);
    document_free(&current);
}

void accuracy_of_config(struct accuracy *accuracy, const char *data)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        expect(accuracy, data, &pairs[i]);
        tell(accuracy, data, &pairs[i]);
        accuracy_settle(accuracy, pairs[i].expected);
    }
}
