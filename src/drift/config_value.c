#include "config_scan.h"

#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/drift/rules.h>

#include "ascii.h"
#include "secrets.h"

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
    struct value_place place = { .place = scan->config->secrets ? PLACE_SEALED : PLACE_OPEN,
                                 .secrets = scan->secrets };

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

static void add_fingerprint(void *context, struct strbuf *out, const char *text, size_t length)
{
    const struct drift_input *input = context;
    char fingerprint[9];

    input->fingerprint(input->fingerprint_context, text, length, fingerprint);
    strbuf_printf(out, " (%.8s)", fingerprint);
}

enum secret_kind config_value_show(struct report_builder *builder, struct drift_value *value,
                                   const struct node *node, struct value_place place)
{
    struct mask_tree tree = { .fingerprint = builder->input->fingerprint ? add_fingerprint : NULL,
                              .context = (void *)builder->input };
    struct strbuf out = STRBUF_INIT;

    *value = (struct drift_value){ 0 };
    if (!node)
        return SECRET_NONE;
    mask_tree_show(&tree, &out, node, place);
    value->present = true;
    value->kind = node->kind;
    value->masked = tree.found != SECRET_NONE;
    value->text = strbuf_to_arena(&out, builder->arena);
    strbuf_release(&out);
    return tree.found;
}

/* "300", "-1", "0.5", "30s", "64Mi", "10%". */
static bool is_number(const char *text)
{
    size_t length;

    text += *text == '-';
    length = strspn(text, "0123456789");
    text += length;
    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    for (size_t unit = 0; unit < 3 && (ascii_is_alnum(*text) || *text == '%'); unit++)
        text++;
    return length > 0 && *text == '\0';
}

/* "/healthz"; what begins with two slashes has a host. */
static bool is_bare_path(const char *text)
{
    return *text == '/' && text[1] != '/' && strpbrk(text, ":@ ,") == NULL;
}

static bool leads_nowhere(const struct node *node)
{
    if (!node || node->kind == NODE_NULL)
        return true;
    if (node->kind == NODE_LIST || node->kind == NODE_MAP || node->kind == NODE_BOOL)
        return false;
    return is_number(node->value) || is_bare_path(node->value);
}

bool config_value_leads_nowhere(const char *key, const struct node *previous,
                                const struct node *current)
{
    return !glob_match_fold("{*port*,*db,*db_*,*database*,*index*,*sock*}", key, '\n') &&
           leads_nowhere(previous) && leads_nowhere(current);
}
