/*
 * Any bytes as a value, as lines of a file, as a patch and as part of a tree: what is known to be
 * secret never comes out, whatever stands beside it; what comes out is text when what went in was;
 * and what is shown of a tree is a tree again.
 */
#include <config.h> /* memmem is a system extension */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/document/document.h>

#include "../../src/drift/mask_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char planted[] = "hunter2correcthorse";

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static bool holds(const char *text, size_t length)
{
    return memmem(text, length, planted, sizeof planted - 1) != NULL;
}

static bool is_text(const struct strbuf *out, const char *text, size_t length)
{
    return !utf8_valid(text, length) || utf8_valid(out->data, out->length);
}

static void check_value(const char *key, const char *text, size_t length)
{
    struct strbuf out = STRBUF_INIT;
    enum secret_kind kind = mask_value(&out, key, text, length);

    must(is_text(&out, text, length));
    must(kind != SECRET_NONE || (out.length == length && memcmp(out.data, text, length) == 0));
    strbuf_release(&out);
}

/* Lines stay lines: a page of them says of each where it stood. */
static void check_lines(const char *path, bool patch, const char *text, size_t length)
{
    struct strbuf out = STRBUF_INIT;
    size_t before = 0, after = 0;

    mask_text(&out, path, patch, text, length);
    must(is_text(&out, text, length));
    for (size_t i = 0; i < length; i++)
        before += text[i] == '\n';
    for (size_t i = 0; i < out.length; i++)
        after += out.data[i] == '\n';
    must(patch || path == NULL || before >= after);
    strbuf_release(&out);
}

static void check_planted_lines(const char *text, size_t length)
{
    struct strbuf lines = STRBUF_INIT, out = STRBUF_INIT;

    strbuf_printf(&lines, "password: %s\nurl: postgres://app:%s@db/x\n", planted, planted);
    strbuf_add_bytes(&lines, text, length);
    mask_text(&out, "a.yaml", false, lines.data, lines.length);
    must(!holds(out.data, out.length));
    strbuf_release(&lines);
    strbuf_release(&out);
}

/* The data of a Secret, in a patch that does not show what says so, before any other documents. */
static void check_planted_patch(const char *text, size_t length)
{
    static const char patch[] = "@@ -6 +0,0 @@\n-  a: hunter2correcthorse\n";
    struct mask_file file = { .old_path = "a.yaml", .new_path = "a.yaml", .new_text = "" };
    struct strbuf old = STRBUF_INIT, out = STRBUF_INIT;

    strbuf_printf(&old, "kind: Secret\nmetadata:\n  name: x\n\ndata:\n  a: %s\n---\n", planted);
    strbuf_add_bytes(&old, text, length);
    file.old_text = old.data;
    file.old_length = old.length;
    mask_patch_of(&out, &file, patch, sizeof patch - 1);
    must(!holds(out.data, out.length));
    strbuf_release(&old);
    strbuf_release(&out);
}

static struct document *read_json(const char *text, size_t length)
{
    const struct document_options options = { .schema = YAML_1_2, .allow_duplicate_keys = true };

    return document_read("fuzz", text, length, DOCUMENT_JSON, &options, NULL);
}

static bool show(struct strbuf *out, const char *text, size_t length)
{
    struct mask_tree tree = { 0 };
    struct document *document = read_json(text, length);
    bool masked;

    if (document == NULL)
        return false;
    mask_tree_show(&tree, out, document->roots[0], (struct value_place){ 0 });
    masked = tree.found != SECRET_NONE;
    must(utf8_valid(out->data, out->length));
    document_free(&document);
    return masked;
}

/* The bytes as JSON within a tree that has secrets of its own around them. */
static void check_tree(const char *text, size_t length)
{
    struct strbuf json = STRBUF_INIT, shown = STRBUF_INIT;

    strbuf_printf(&json, "[{\"password\":\"%s\",\"note\":", planted);
    strbuf_add_bytes(&json, text, length);
    strbuf_printf(&json,
                  "},{\"name\":\"API_KEY\",\"value\":\"%s\"},"
                  "{\"url\":\"https://a:%s@b/\",\"last\":{\"clientSecret\":\"%s\"}},"
                  "{\"kind\":\"Secret\",\"data\":{\"a\":\"%s\"}}]",
                  planted, planted, planted, planted);
    if (show(&shown, json.data, json.length)) {
        struct document *again = read_json(shown.data, shown.length);

        must(!holds(shown.data, shown.length));
        must(again != NULL && again->count == 1);
        document_free(&again);
    }
    strbuf_release(&json);
    strbuf_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;

    check_value(NULL, text, size);
    check_value("password", text, size);
    check_lines("a.yaml", false, text, size);
    check_lines("a.c", false, text, size);
    check_lines("a.yaml", true, text, size);
    if (holds(text, size))
        return 0;
    check_planted_lines(text, size);
    check_planted_patch(text, size);
    check_tree(text, size);
    return 0;
}
