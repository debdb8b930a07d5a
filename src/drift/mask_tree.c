/*
 * Values as they may be shown: scalars, lists and maps, and texts that are documents themselves (a
 * Helm release's values, the last applied configuration, the definition of a container), which are
 * looked into as what they are.
 */
#include <config.h> /* memmem is a system extension */

#include "mask_tree.h"

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/document/document.h>
#include <pilab/drift/rules.h>

#include "ascii.h"
#include "secret_directives.h"
#include "secrets.h"

/* Documents within documents; what is deeper is read as lines. And what is longer. */
#define DEPTH_MAX    6
#define DOCUMENT_MAX ((size_t)4 << 20)

static const char last_applied[] = "last-applied-configuration";

static bool ends_with(const char *text, const char *end)
{
    size_t length = text ? strlen(text) : 0, size = strlen(end);

    return length >= size && strcmp(text + length - size, end) == 0;
}

/* ---- texts that are documents ---- */

static size_t skip_space(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && ascii_is_space(text[at]))
        at++;
    return at;
}

static bool is_json(const char *text, size_t length)
{
    size_t at = skip_space(text, length);

    return at < length && (text[at] == '{' || text[at] == '[');
}

/* Whether a text has the look of a map or list in YAML. */
static bool is_yaml(const char *text, size_t length)
{
    return memmem(text, length, ": ", 2) || memmem(text, length, ":\n", 2) ||
           (length > 2 && memcmp(text, "- ", 2) == 0);
}

static struct document *read_document(const char *text, size_t length)
{
    const struct document_options options = { .schema = YAML_1_2, .allow_duplicate_keys = true };
    bool json = is_json(text, length);

    if (length > DOCUMENT_MAX || (!json && !is_yaml(text, length)))
        return NULL;
    return document_read("", text, length, json ? DOCUMENT_JSON : DOCUMENT_YAML, &options, NULL);
}

/* All its roots as JSON, one a line. False when nothing in it is masked or it is no document. */
static bool show_document(struct strbuf *out, const struct document *document, bool sealed,
                          unsigned depth)
{
    struct mask_tree tree = { .depth = depth + 1 };
    struct secret_nodes *secrets = secret_nodes_new();

    for (size_t i = 0; i < document->count; i++) {
        const struct node *root = document->roots[i];

        if (root->kind != NODE_LIST && root->kind != NODE_MAP)
            continue;
        secret_nodes_add(secrets, root, sealed);
        if (out->length > 0)
            strbuf_add_char(out, '\n');
        mask_tree_show(&tree, out, root, (struct value_place){ .secrets = secrets });
    }
    secret_nodes_free(&secrets);
    return tree.found != SECRET_NONE;
}

static bool mask_document(struct strbuf *out, const char *text, size_t length, bool sealed,
                          unsigned depth)
{
    struct document *document = depth < DEPTH_MAX ? read_document(text, length) : NULL;
    struct strbuf shown = STRBUF_INIT;
    bool masked = document && show_document(&shown, document, sealed, depth);

    if (masked)
        strbuf_add_bytes(out, shown.data, shown.length);
    strbuf_release(&shown);
    document_free(&document);
    return masked;
}

static bool has_directive(const char *text, size_t length)
{
    struct vector secrets;
    bool has;

    vector_init(&secrets, sizeof(struct secret_place_in_line));
    has = secret_directives(text, length, true, &secrets) > 0;
    vector_release(&secrets);
    return has;
}

/* Whether a string may be more than one plain value: lines, JSON, KEY=VALUE in any form, a command
 * line, an entry of YAML. */
static bool is_composed(const char *text, size_t length)
{
    return has_directive(text, length) || memchr(text, '\n', length) || memchr(text, '=', length) ||
           is_json(text, length) || memmem(text, length, ": ", 2) ||
           memmem(text, length, " -", 2) || (length > 0 && text[0] == '-');
}

/* Lines keep their layout; where a document says more than they do, it stands in their place. */
static void mask_composed(struct strbuf *out, const char *text, size_t length, bool sealed,
                          unsigned depth)
{
    struct strbuf lines = STRBUF_INIT;

    if (is_json(text, length) && mask_document(out, text, length, sealed, depth))
        return;
    mask_text(&lines, NULL, false, text, length);
    if (!mask_document(out, lines.data, lines.length, sealed, depth))
        strbuf_add_bytes(out, lines.data, lines.length);
    strbuf_release(&lines);
}

bool mask_tree_knows_more(const struct node *node, bool escaped)
{
    struct strbuf lines = STRBUF_INIT, shown = STRBUF_INIT;
    bool more;

    if (node->kind != NODE_STRING ||
        !(is_json(node->text, node->length) || memchr(node->text, '\n', node->length)))
        return false;
    mask_text(&lines, NULL, false, node->text, node->length);
    more = (escaped &&
            (lines.length != node->length || memcmp(lines.data, node->text, node->length) != 0)) ||
           mask_document(&shown, lines.data, lines.length, ends_with(node->key, last_applied), 0);
    strbuf_release(&lines);
    strbuf_release(&shown);
    return more;
}

static enum secret_kind mask_scalar(struct strbuf *out, const char *key, const char *value,
                                    size_t length, unsigned depth)
{
    struct strbuf shown = STRBUF_INIT;
    size_t start = out->length;
    bool shaped;

    if (secret_name(key) && secret_worthy(key, value, length)) {
        strbuf_add(out, MASK_TEXT);
        return SECRET_NAMED;
    }
    shaped = mask_shapes(&shown, value, length);
    if (is_composed(value, length))
        mask_composed(out, shown.data, shown.length, ends_with(key, last_applied), depth);
    else
        strbuf_add_bytes(out, shown.data, shown.length);
    strbuf_release(&shown);
    if (shaped)
        return SECRET_SHAPED;
    return out->length - start == length && memcmp(out->data + start, value, length) == 0
               ? SECRET_NONE
               : SECRET_NAMED;
}

enum secret_kind mask_value(struct strbuf *out, const char *key, const char *value, size_t length)
{
    return mask_scalar(out, key, value, length, 0);
}

/* ---- trees ---- */

static bool key_is(const char *key, const char *name)
{
    return key && strcmp(key, name) == 0;
}

/* A value called "value" or "default" is judged by what holds it. */
static bool is_anonymous(const char *key)
{
    return key_is(key, "value") || key_is(key, "default");
}

/* Of "name=value" what is behind the sign; all, when there is none. */
static size_t behind_sign(const char *text, size_t length)
{
    const char *sign = memchr(text, '=', length);

    return sign ? (size_t)(sign - text) + 1 : 0;
}

static const char *scalar_text(const struct node *node, size_t *length)
{
    *length = node->kind == NODE_STRING ? node->length : strlen(node->value);
    return node->kind == NODE_STRING ? node->text : node->value;
}

/* How much of a scalar is hidden. */
static enum secret_extent hidden_extent(const struct node *node, struct value_place place)
{
    enum secret_extent extent = secret_nodes_extent(place.secrets, node);
    size_t length, behind;
    const char *text = scalar_text(node, &length);
    bool hidden = false;

    if (node->kind == NODE_NULL || node->kind == NODE_BOOL)
        return EXTENT_NONE;
    if (extent == EXTENT_VALUE) {
        behind = behind_sign(text, length);
        return secret_reference(text + behind, length - behind) ? EXTENT_NONE : EXTENT_VALUE;
    }
    if (extent == EXTENT_ALL || place.place == PLACE_SEALED)
        hidden = !secret_reference(text, length);
    else if (place.place == PLACE_SECRETS)
        hidden = !secret_innocent(place.key) && !secret_reference(text, length);
    else
        hidden = secret_name(place.key) && secret_worthy(place.key, text, length);
    return hidden ? EXTENT_ALL : EXTENT_NONE;
}

/* Appends what may be shown of a scalar; true when it is not the value itself. */
static bool show_scalar(struct mask_tree *tree, struct strbuf *out, const struct node *node,
                        struct value_place place)
{
    const char *applied = ends_with(place.key, last_applied) ? place.key : NULL;
    enum secret_extent extent = hidden_extent(node, place);
    enum secret_kind kind = SECRET_NONE;
    size_t length;
    const char *text = scalar_text(node, &length);

    if (node->tag)
        strbuf_printf(out, "%s ", node->tag);
    if (node->kind == NODE_NULL || node->kind == NODE_BOOL) {
        strbuf_add(out, text);
    } else if (extent != EXTENT_NONE) {
        if (extent == EXTENT_VALUE)
            strbuf_add_bytes(out, text, behind_sign(text, length));
        strbuf_add(out, MASK_TEXT);
        kind = SECRET_NAMED;
    } else {
        kind = mask_scalar(out, applied, text, length, tree->depth);
    }
    if (kind != SECRET_NONE && tree->fingerprint)
        tree->fingerprint(tree->context, out, text, length);
    if (kind > tree->found)
        tree->found = kind;
    return kind != SECRET_NONE;
}

static struct value_place place_within(const struct node *node, struct value_place place)
{
    if (place.place != PLACE_OPEN || !secret_container(place.key))
        return place;
    if (node->kind == NODE_LIST)
        place.key = NULL; /* a list called "secrets" names them (Compose, Kubernetes) */
    else
        place.place = PLACE_SECRETS;
    return place;
}

/* By which name the entries called "value" of a map are judged. */
static const char *entry_name(const struct node *map, const char *key)
{
    static const char *const names[] = { "name", "key" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct node *name = node_get(map, names[i]);

        if (name && name->kind == NODE_STRING)
            return name->text;
    }
    return key;
}

/* Where an entry of a list or a map stands that is itself in `place`. */
static struct value_place place_of_child(const struct node *node, const struct node *child,
                                         struct value_place place)
{
    struct value_place below = place_within(node, place);

    if (node->kind == NODE_MAP)
        below.key = is_anonymous(child->key) ? entry_name(node, place.key) : child->key;
    return below;
}

void mask_tree_visit(const struct node *node, struct value_place place, mask_tree_visitor *visitor,
                     void *context)
{
    bool collection = node->kind == NODE_LIST || node->kind == NODE_MAP;

    visitor(context, node, collection ? EXTENT_NONE : hidden_extent(node, place));
    for (size_t i = 0; i < node->count; i++)
        mask_tree_visit(node->children[i], place_of_child(node, node->children[i], place), visitor,
                        context);
}

static void show_json(struct mask_tree *tree, struct strbuf *out, const struct node *node,
                      struct value_place place);

static void show_json_scalar(struct mask_tree *tree, struct strbuf *out, const struct node *node,
                             struct value_place place)
{
    struct strbuf shown = STRBUF_INIT;

    if (show_scalar(tree, &shown, node, place))
        escape_json(out, shown.data, shown.length);
    else
        node_write_json(out, node);
    strbuf_release(&shown);
}

static void show_json_list(struct mask_tree *tree, struct strbuf *out, const struct node *list,
                           struct value_place place)
{
    strbuf_add_char(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            strbuf_add_char(out, ',');
        show_json(tree, out, list->children[i], place_of_child(list, list->children[i], place));
    }
    strbuf_add_char(out, ']');
}

static void show_json_map(struct mask_tree *tree, struct strbuf *out, const struct node *map,
                          struct value_place place)
{
    strbuf_add_char(out, '{');
    for (size_t i = 0; i < map->count; i++) {
        const struct node *child = map->children[i];

        if (i > 0)
            strbuf_add_char(out, ',');
        escape_json(out, child->key, strlen(child->key));
        strbuf_add_char(out, ':');
        show_json(tree, out, child, place_of_child(map, child, place));
    }
    strbuf_add_char(out, '}');
}

static void show_json(struct mask_tree *tree, struct strbuf *out, const struct node *node,
                      struct value_place place)
{
    bool collection = node->kind == NODE_LIST || node->kind == NODE_MAP;

    if (collection && node->tag) {
        strbuf_add_char(out, '{');
        escape_json(out, node->tag, strlen(node->tag));
        strbuf_add_char(out, ':');
    }
    if (node->kind == NODE_LIST)
        show_json_list(tree, out, node, place);
    else if (node->kind == NODE_MAP)
        show_json_map(tree, out, node, place);
    else
        show_json_scalar(tree, out, node, place);
    if (collection && node->tag)
        strbuf_add_char(out, '}');
}

void mask_tree_show(struct mask_tree *tree, struct strbuf *out, const struct node *node,
                    struct value_place place)
{
    struct secret_nodes *own = NULL;

    if (place.secrets == NULL && (node->kind == NODE_LIST || node->kind == NODE_MAP)) {
        own = secret_nodes_new();
        secret_nodes_add(own, node, false);
        place.secrets = own;
    }
    if (node->kind == NODE_LIST || node->kind == NODE_MAP)
        show_json(tree, out, node, place);
    else
        show_scalar(tree, out, node, place);
    secret_nodes_free(&own);
}
