#include "config.h"

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/drift/rules.h>

#include "secrets.h"

struct display {
    struct report_builder *builder;
    enum secret_kind found; /* the gravest so far */
};

static bool key_is(const char *key, const char *name)
{
    return key && strcmp(key, name) == 0;
}

static bool is_kubernetes_secret(const struct node *root)
{
    const struct node *kind = node_get(root, "kind");

    return kind && kind->kind == NODE_STRING && strcmp(kind->text, "Secret") == 0;
}

static bool is_secret_data(const char *key)
{
    return key_is(key, "data") || key_is(key, "stringData");
}

/* A value called "value" or "default" is judged by what holds it. */
static bool is_anonymous(const char *key)
{
    return key_is(key, "value") || key_is(key, "default");
}

static const struct node *root_of(const struct config_scan *scan, const struct tree_change *change)
{
    const struct document *previous = scan->config->previous;

    return change->document_index < previous->count ? previous->roots[change->document_index]
                                                    : NULL;
}

struct value_place config_place_of(const struct config_scan *scan, const struct tree_change *change)
{
    struct value_place place = { .place = scan->config->secrets ? PLACE_SEALED : PLACE_OPEN };

    for (size_t i = 0; i < change->step_count; i++) {
        const struct path_step *step = &change->steps[i];

        if (step->kind == STEP_NAMED)
            place.key = step->name;
        if (step->kind != STEP_KEY)
            continue;
        if (i == 0 && is_secret_data(step->key) && is_kubernetes_secret(root_of(scan, change)))
            place.place = PLACE_SEALED;
        if (place.place == PLACE_OPEN && i + 1 < change->step_count && secret_container(step->key))
            place.place = PLACE_SECRETS;
        if (!is_anonymous(step->key) || !place.key)
            place.key = step->key;
    }
    return place;
}

static bool is_hidden(const char *text, size_t length, struct value_place place)
{
    switch (place.place) {
    case PLACE_SEALED:
        return !secret_reference(text, length);
    case PLACE_SECRETS:
        return !secret_innocent(place.key) && !secret_reference(text, length);
    case PLACE_OPEN:
        break;
    }
    return secret_key(place.key) && secret_worthy(place.key, text, length);
}

static void add_fingerprint(struct display *display, struct strbuf *out, const char *text,
                            size_t length)
{
    const struct drift_input *input = display->builder->input;
    char fingerprint[9];

    if (!input->fingerprint)
        return;
    input->fingerprint(input->fingerprint_context, text, length, fingerprint);
    strbuf_printf(out, " (%.8s)", fingerprint);
}

/* Appends what may be shown of a scalar; true when it is not the value itself. */
static bool show_scalar(struct display *display, struct strbuf *out, const struct node *node,
                        struct value_place place)
{
    const char *text = node->kind == NODE_STRING ? node->text : node->value;
    size_t length = node->kind == NODE_STRING ? node->length : strlen(text);
    enum secret_kind kind = SECRET_NONE;

    if (node->tag)
        strbuf_printf(out, "%s ", node->tag);
    if (node->kind == NODE_NULL || node->kind == NODE_BOOL) {
        strbuf_add(out, text);
    } else if (is_hidden(text, length, place)) {
        strbuf_add(out, MASK_TEXT);
        kind = SECRET_NAMED;
    } else {
        kind = mask_value(out, NULL, text, length);
    }
    if (kind != SECRET_NONE)
        add_fingerprint(display, out, text, length);
    if (kind > display->found)
        display->found = kind;
    return kind != SECRET_NONE;
}

static void show_json(struct display *display, struct strbuf *out, const struct node *node,
                      struct value_place place);

static void show_json_scalar(struct display *display, struct strbuf *out, const struct node *node,
                             struct value_place place)
{
    struct strbuf shown = STRBUF_INIT;

    if (show_scalar(display, &shown, node, place))
        escape_json(out, shown.data, shown.length);
    else
        node_write_json(out, node);
    strbuf_release(&shown);
}

static void show_json_list(struct display *display, struct strbuf *out, const struct node *list,
                           struct value_place place)
{
    /* A list called "secrets" names them (Compose, Kubernetes). */
    if (place.place == PLACE_OPEN && secret_container(place.key))
        place.key = NULL;
    strbuf_add_char(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            strbuf_add_char(out, ',');
        show_json(display, out, list->children[i], place);
    }
    strbuf_add_char(out, ']');
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

static void show_json_map(struct display *display, struct strbuf *out, const struct node *map,
                          struct value_place place)
{
    bool kubernetes = is_kubernetes_secret(map);

    if (place.place == PLACE_OPEN && secret_container(place.key))
        place.place = PLACE_SECRETS;
    strbuf_add_char(out, '{');
    for (size_t i = 0; i < map->count; i++) {
        const struct node *child = map->children[i];
        struct value_place below = { .key = child->key, .place = place.place };

        if (is_anonymous(child->key))
            below.key = entry_name(map, place.key);
        if (kubernetes && is_secret_data(child->key))
            below.place = PLACE_SEALED;
        if (i > 0)
            strbuf_add_char(out, ',');
        escape_json(out, child->key, strlen(child->key));
        strbuf_add_char(out, ':');
        show_json(display, out, child, below);
    }
    strbuf_add_char(out, '}');
}

static void show_json(struct display *display, struct strbuf *out, const struct node *node,
                      struct value_place place)
{
    bool collection = node->kind == NODE_LIST || node->kind == NODE_MAP;

    if (collection && node->tag) {
        strbuf_add_char(out, '{');
        escape_json(out, node->tag, strlen(node->tag));
        strbuf_add_char(out, ':');
    }
    if (node->kind == NODE_LIST)
        show_json_list(display, out, node, place);
    else if (node->kind == NODE_MAP)
        show_json_map(display, out, node, place);
    else
        show_json_scalar(display, out, node, place);
    if (collection && node->tag)
        strbuf_add_char(out, '}');
}

enum secret_kind config_value_show(struct report_builder *builder, struct drift_value *value,
                                   const struct node *node, struct value_place place)
{
    struct display display = { .builder = builder };
    struct strbuf out = STRBUF_INIT;

    *value = (struct drift_value){ 0 };
    if (!node)
        return SECRET_NONE;
    if (node->kind == NODE_LIST || node->kind == NODE_MAP)
        show_json(&display, &out, node, place);
    else
        show_scalar(&display, &out, node, place);
    value->present = true;
    value->kind = node->kind;
    value->masked = display.found != SECRET_NONE;
    value->text = strbuf_to_arena(&out, builder->arena);
    strbuf_release(&out);
    return display.found;
}
