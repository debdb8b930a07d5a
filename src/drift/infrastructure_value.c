/*
 * What may be shown of the values of infrastructure. A value that the file marks as sensitive is
 * never shown, whatever it is; the others are judged as those of configuration are, by their names
 * and their shapes.
 */
#include "infrastructure_parts.h"

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/glob.h>
#include <pilab/base/json_pointer.h>
#include <pilab/terraform/family.h>

#include "config_scan.h"
#include "secret_nodes.h"

static void show_sealed(struct report_builder *builder, struct drift_value *value,
                        const struct node *node)
{
    const struct drift_input *input = builder->input;
    struct strbuf json = STRBUF_INIT, text = STRBUF_INIT;
    char fingerprint[9];

    strbuf_add(&text, MASK_TEXT);
    if (input->fingerprint) {
        node_write_json(&json, node);
        input->fingerprint(input->fingerprint_context, json.data, json.length, fingerprint);
        strbuf_printf(&text, " (%.8s)", fingerprint);
    }
    *value = (struct drift_value){ .present = true,
                                   .masked = true,
                                   .kind = node->kind,
                                   .text = strbuf_to_arena(&text, builder->arena) };
    strbuf_release(&json);
    strbuf_release(&text);
}

/* Resources that are there to hold a secret: what they hold has an innocent name. */
static bool holds_secret(const struct terraform_change *change, const char *path, const char *key)
{
    if (strncmp(change->type, "kubernetes_secret", strlen("kubernetes_secret")) == 0 &&
        glob_match("{data,binary_data,string_data,data_wo}{,.*}", path, '/'))
        return true;
    if (strcmp(change->type, "random_string") == 0)
        return strcmp(key, "result") == 0;
    return terraform_family(change->type) == FAMILY_KEY &&
           glob_match("{value,value_wo,result,plaintext,plaintext_value,encrypted_value,data_json,"
                      "secret_string,secret_binary,secret_data,bcrypt_hash,private_key*}",
                      key, '/');
}

static bool is_anonymous(const char *key)
{
    return strcmp(key, "value") == 0 || strcmp(key, "default") == 0;
}

/* Which leaves of a resource are secrets by where they stand; kept while it is told. */
static struct secret_nodes *secrets_of(struct report_builder *builder,
                                       const struct terraform_change *change)
{
    if (builder->secrets != NULL && builder->secrets_of[0] == change->before &&
        builder->secrets_of[1] == change->after)
        return builder->secrets;
    secret_nodes_free(&builder->secrets);
    builder->secrets = secret_nodes_new();
    builder->secrets_of[0] = change->before;
    builder->secrets_of[1] = change->after;
    secret_nodes_add(builder->secrets, change->before, false);
    secret_nodes_add(builder->secrets, change->after, false);
    return builder->secrets;
}

void infrastructure_show_attribute(struct report_builder *builder, struct drift_value *value,
                                   const struct terraform_change *change,
                                   const struct terraform_attribute *attribute, bool after)
{
    const struct node *node = after ? attribute->after : attribute->before;
    struct value_place place = { .key = attribute->key, .secrets = secrets_of(builder, change) };

    *value = (struct drift_value){ 0 };
    if (after && attribute->unknown) {
        *value = (struct drift_value){ .present = true,
                                       .kind = NODE_STRING,
                                       .text = INFRASTRUCTURE_UNKNOWN };
        return;
    }
    if (!node)
        return;
    if (attribute->entry && is_anonymous(attribute->key))
        place.key = attribute->entry;
    if (attribute->sensitive || holds_secret(change, attribute->path, attribute->key))
        show_sealed(builder, value, node);
    else
        config_value_show(builder, value, node, place);
}

void infrastructure_show_value(struct report_builder *builder, struct drift_value *value,
                               const struct node *node, const char *name, bool sensitive)
{
    *value = (struct drift_value){ 0 };
    if (node && sensitive)
        show_sealed(builder, value, node);
    else if (node)
        config_value_show(builder, value, node, (struct value_place){ .key = name });
}

/* ---- whole objects ---- */

struct object {
    struct report_builder *builder;
    const struct terraform_change *change;
    const struct map *attributes; /* by pointers */
    struct strbuf pointer;
    bool after, masked;
};

static void add_shown(struct strbuf *out, const struct drift_value *value, const struct node *node)
{
    if (value->masked || strcmp(value->text, INFRASTRUCTURE_UNKNOWN) == 0)
        escape_json(out, value->text, strlen(value->text));
    else
        node_write_json(out, node);
}

static void add_leaf(struct object *object, struct strbuf *out, const struct node *node)
{
    const struct terraform_attribute *attribute = map_get(object->attributes, object->pointer.data);
    struct drift_value value;

    if (!attribute) /* the same on both sides: nothing of it is shown */
        return;
    infrastructure_show_attribute(object->builder, &value, object->change, attribute,
                                  object->after);
    if (!value.present)
        return;
    object->masked |= value.masked;
    add_shown(out, &value, node);
}

static void add_node(struct object *object, struct strbuf *out, const struct node *node);

static void add_entries(struct object *object, struct strbuf *out, const struct node *node)
{
    bool map = node->kind == NODE_MAP;
    size_t pointer = object->pointer.length, start = out->length;

    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];
        struct strbuf text = STRBUF_INIT, step = STRBUF_INIT;

        strbuf_printf(&step, "%zu", i);
        json_pointer_add(&object->pointer, map ? child->key : step.data);
        add_node(object, &text, child);
        strbuf_truncate(&object->pointer, pointer);
        if (text.length > 0) {
            strbuf_add_char(out, out->length > start ? ',' : map ? '{' : '[');
            if (map) {
                escape_json(out, child->key, strlen(child->key));
                strbuf_add_char(out, ':');
            }
            strbuf_add_bytes(out, text.data, text.length);
        }
        strbuf_release(&text);
        strbuf_release(&step);
    }
    if (out->length > start)
        strbuf_add_char(out, map ? '}' : ']');
}

/* Nothing for what says nothing. Recursion ends at DOCUMENT_DEPTH_MAX. */
static void add_node(struct object *object, struct strbuf *out, const struct node *node)
{
    if (terraform_says_nothing(node))
        return;
    if (node->kind == NODE_MAP || node->kind == NODE_LIST)
        add_entries(object, out, node);
    else
        add_leaf(object, out, node);
}

static struct map *by_pointer(const struct terraform_change *change)
{
    struct map *map = map_new();

    for (size_t i = 0; i < change->attribute_count; i++)
        map_put(map, change->attributes[i].pointer, &change->attributes[i]);
    return map;
}

void infrastructure_show_object(struct report_builder *builder, struct drift_value *value,
                                const struct terraform_change *change, bool after)
{
    const struct node *node = after ? change->after : change->before;
    struct map *attributes = by_pointer(change);
    struct object object = { .builder = builder,
                             .change = change,
                             .attributes = attributes,
                             .pointer = STRBUF_INIT,
                             .after = after };
    struct strbuf text = STRBUF_INIT;

    if (node)
        add_node(&object, &text, node);
    if (text.length == 0)
        strbuf_add(&text, "{}");
    *value = (struct drift_value){ .present = true,
                                   .masked = object.masked,
                                   .kind = NODE_MAP,
                                   .text = strbuf_to_arena(&text, builder->arena) };
    strbuf_release(&text);
    strbuf_release(&object.pointer);
    map_free(&attributes);
}

/* ---- what a replacement is for ---- */

enum wanted {
    WANTED_FORCING, /* what cannot be changed in place */
    WANTED_KNOWN,   /* what differs; what the provider makes anew, like every id, says nothing */
    WANTED_ALL
};

static bool is_wanted(const struct terraform_attribute *attribute, enum wanted wanted)
{
    return !attribute->alike && (wanted == WANTED_FORCING ? attribute->forces_replace
                                 : wanted == WANTED_KNOWN ? !attribute->unknown
                                                          : true);
}

static bool any_wanted(const struct terraform_change *change, enum wanted wanted)
{
    for (size_t i = 0; i < change->attribute_count; i++) {
        if (is_wanted(&change->attributes[i], wanted))
            return true;
    }
    return false;
}

static void show_side(struct report_builder *builder, struct drift_value *out,
                      const struct terraform_change *change, enum wanted wanted, bool after)
{
    struct strbuf text = STRBUF_INIT;
    bool masked = false;

    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];
        struct drift_value value;

        if (!is_wanted(attribute, wanted))
            continue;
        infrastructure_show_attribute(builder, &value, change, attribute, after);
        if (!value.present)
            continue;
        masked |= value.masked;
        strbuf_add_char(&text, text.length > 0 ? ',' : '{');
        escape_json(&text, attribute->path, strlen(attribute->path));
        strbuf_add_char(&text, ':');
        add_shown(&text, &value, after ? attribute->after : attribute->before);
    }
    strbuf_add(&text, text.length > 0 ? "}" : "{}");
    *out = (struct drift_value){ .present = true,
                                 .masked = masked,
                                 .kind = NODE_MAP,
                                 .text = strbuf_to_arena(&text, builder->arena) };
    strbuf_release(&text);
}

void infrastructure_show_replaced(struct report_builder *builder, struct drift_item *item,
                                  const struct terraform_change *change)
{
    enum wanted wanted = WANTED_FORCING;

    while (wanted < WANTED_ALL && !any_wanted(change, wanted))
        wanted++;
    show_side(builder, &item->previous, change, wanted, false);
    show_side(builder, &item->current, change, wanted, true);
}
