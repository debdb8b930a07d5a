/*
 * What stands in a map or a list that came, went or changed as a whole, value by value: on the page
 * of the difference, where its JSON in one line would be read by nobody.
 */
#include "config_detail.h"

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/document/diff.h>
#include <pilab/document/document.h>
#include <pilab/drift/mask.h>

#include "detail_parts.h"

#define SHORT_VALUE 48  /* bytes of JSON that are read as they are */
#define VALUES_MOST 200 /* that are listed before "214 more" */
#define INDENT      2

/* The list, as it is written. */
struct listing {
    struct strbuf *out;
    struct strbuf path; /* of the value at hand */
    size_t count;       /* values seen, listed or not */
    size_t width;
    bool utf8;
};

/* Its JSON, read again; NULL: it is a plain value, or not there. */
static struct document *whole_of(const struct drift_item *item, const struct drift_value *value)
{
    struct error ignored = { 0 }; /* not JSON: a text that begins like it */

    if (item->type != DRIFT_CONFIG || !value->present || value->text == NULL ||
        (*value->text != '{' && *value->text != '['))
        return NULL;
    return document_read(item->path, value->text, strlen(value->text), DOCUMENT_JSON, NULL,
                         &ignored);
}

static void add_text(const struct listing *list, struct strbuf *line, enum rich_role role,
                     const struct node *node)
{
    struct strbuf text = STRBUF_INIT, ascii = STRBUF_INIT;

    if (node->text != NULL)
        strbuf_add_bytes(&text, node->text, node->length);
    else
        node_write_json(&text, node);
    if (text.length == 0)
        rich_word(line, RICH_DIM, "empty");
    else if (list->utf8)
        rich_text(line, role, text.data, true);
    else
        mask_to_ascii(&ascii, text.data);
    if (ascii.length > 0)
        rich_text(line, role, ascii.data, false);
    strbuf_release(&ascii);
    strbuf_release(&text);
}

/* "+ tls.enabled  false", "~ tls.enabled  false → true" */
static void add_line(struct listing *list, const char *sign, enum rich_role role,
                     const struct node *before, const struct node *after)
{
    struct strbuf line = STRBUF_INIT;

    if (list->count++ >= VALUES_MOST)
        return;
    rich_word(&line, role, sign);
    strbuf_add_char(&line, ' ');
    rich_text(&line, RICH_NAME, list->path.length > 0 ? list->path.data : "the whole", list->utf8);
    strbuf_add(&line, "  ");
    if (before != NULL)
        add_text(list, &line, RICH_DELETED, before);
    if (before != NULL && after != NULL)
        strbuf_add(&line, list->utf8 ? " \u2192 " : " -> ");
    if (after != NULL)
        add_text(list, &line, RICH_ADDED, after);
    rich_wrap(list->out, line.data, INDENT, list->width);
    strbuf_release(&line);
}

static void add_step(struct listing *list, const struct path_step *step)
{
    const struct tree_change change = { .steps = step, .step_count = 1 };

    if (list->path.length > 0)
        strbuf_add_char(&list->path, '.');
    tree_change_path(&list->path, &change);
}

/* All values within a node that is on one side only. Recursion ends at DOCUMENT_DEPTH_MAX. */
static void add_leaves(struct listing *list, const struct node *node, bool gone)
{
    size_t length = list->path.length;

    if (node->count == 0) {
        add_line(list, gone ? "-" : "+", gone ? RICH_DELETED : RICH_ADDED, gone ? node : NULL,
                 gone ? NULL : node);
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];
        const struct path_step step = { .kind = node->kind == NODE_MAP ? STEP_KEY : STEP_INDEX,
                                        .key = child->key,
                                        .index = i };

        add_step(list, &step);
        add_leaves(list, child, gone);
        strbuf_truncate(&list->path, length);
    }
}

static bool is_value(const struct node *node)
{
    return node != NULL && node->kind != NODE_MAP && node->kind != NODE_LIST;
}

static void add_changes(struct listing *list, const struct document *before,
                        const struct document *after)
{
    struct tree_diff *diff = tree_diff_documents(before, after, NULL);

    for (size_t i = 0; i < diff->count; i++) {
        const struct tree_change *change = &diff->changes[i];

        strbuf_clear(&list->path);
        tree_change_path(&list->path, change);
        if (is_value(change->previous) && is_value(change->current)) {
            add_line(list, "~", RICH_MODIFIED, change->previous, change->current);
            continue;
        }
        if (change->previous != NULL)
            add_leaves(list, change->previous, true);
        if (change->current != NULL)
            add_leaves(list, change->current, false);
    }
    tree_diff_free(&diff);
}

static void end_list(struct listing *list)
{
    if (list->count > VALUES_MOST) {
        rich_open(list->out, RICH_DIM);
        strbuf_printf(list->out, "  %s %zu more", list->utf8 ? "\u2026" : "...",
                      list->count - VALUES_MOST);
        rich_close(list->out);
        strbuf_add_char(list->out, '\n');
    }
    strbuf_release(&list->path);
}

bool config_detail_lists(const struct drift_item *item, const struct drift_value *value)
{
    struct document *whole;
    bool lists;

    /* in another order nothing came or went: both are to be seen side by side */
    if (item->detail == DETAIL_REORDERED || value->text == NULL ||
        strlen(value->text) <= SHORT_VALUE)
        return false;
    whole = whole_of(item, value);
    lists = whole != NULL;
    document_free(&whole);
    return lists;
}

void config_detail(struct strbuf *out, const struct drift_item *item, size_t width, bool utf8)
{
    struct listing list = { .out = out, .path = STRBUF_INIT, .width = width, .utf8 = utf8 };
    struct document *before, *after;

    if (!config_detail_lists(item, &item->previous) && !config_detail_lists(item, &item->current))
        return;
    before = whole_of(item, &item->previous);
    after = whole_of(item, &item->current);
    detail_heading(out, "Values");
    if (before != NULL && after != NULL) {
        add_changes(&list, before, after);
    } else {
        if (before != NULL)
            add_leaves(&list, before->roots[0], true);
        if (after != NULL)
            add_leaves(&list, after->roots[0], false);
    }
    end_list(&list);
    document_free(&after);
    document_free(&before);
}
