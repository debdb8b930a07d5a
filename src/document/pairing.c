#include "pairing.h"

#include <stdlib.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>

static const char *scalar_text(const struct node *node)
{
    return node && node->text ? node->value : NULL;
}

const char *kubernetes_identity(struct arena *arena, const struct node *node, bool with_version)
{
    const struct node *metadata = node_get(node, "metadata");
    const char *version = scalar_text(node_get(node, "apiVersion"));
    const char *kind = scalar_text(node_get(node, "kind"));
    const char *name = scalar_text(node_get(metadata, "name"));
    const char *namespace = scalar_text(node_get(metadata, "namespace"));

    if (!version || !kind || !name)
        return NULL;

    const char *qualified = namespace ? arena_printf(arena, "%s/%s/%s", kind, namespace, name)
                                      : arena_printf(arena, "%s/%s", kind, name);
    return with_version ? arena_printf(arena, "%s/%s", version, qualified) : qualified;
}

static void identify(struct arena *arena, const struct document *document,
                     struct pairing_side *side)
{
    size_t others = 0;

    side->names = arena_array(arena, document->count, sizeof *side->names);
    side->objects = arena_array(arena, document->count, sizeof *side->objects);
    for (size_t i = 0; i < document->count; i++) {
        const struct node *root = document->roots[i];

        side->names[i] = kubernetes_identity(arena, root, true);
        if (side->names[i] != NULL)
            side->objects[i] = kubernetes_identity(arena, root, false);
        else
            side->objects[i] = root->kind != NODE_NULL ? arena_printf(arena, "#%zu", ++others) : "";
    }
}

static void pair_by_texts(struct partners *partners, const char *const *previous,
                          const char *const *current)
{
    struct match_key *previous_keys = match_key_texts(previous, partners->previous_count);
    struct match_key *current_keys = match_key_texts(current, partners->current_count);

    partners_match(partners, previous_keys, current_keys);
    free(previous_keys);
    free(current_keys);
}

/* What lost its identity, or got one, and empty documents opposite something. */
static void pair_by_positions(struct pairing *pairing)
{
    struct partners *partners = &pairing->partners;

    for (size_t i = 0; i < partners->previous_count && i < partners->current_count; i++) {
        if (partners->to_current[i] != NO_PARTNER || partners->to_previous[i] != NO_PARTNER ||
            (pairing->previous.names[i] != NULL && pairing->current.names[i] != NULL))
            continue;
        partners->to_current[i] = i;
        partners->to_previous[i] = i;
    }
}

static bool any_of(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i] != NULL)
            return true;
    }
    return false;
}

void pairing_find(struct arena *arena, const struct document *previous,
                  const struct document *current, struct pairing *pairing)
{
    *pairing = (struct pairing){ 0 };
    identify(arena, previous, &pairing->previous);
    identify(arena, current, &pairing->current);
    partners_init(&pairing->partners, previous->count, current->count);
    pairing->any_object = any_of(pairing->previous.names, previous->count) ||
                          any_of(pairing->current.names, current->count);

    pair_by_texts(&pairing->partners, pairing->previous.names, pairing->current.names);
    /* The same object under another version of its API, and what is none. */
    pair_by_texts(&pairing->partners, pairing->previous.objects, pairing->current.objects);
    pair_by_positions(pairing);
}

void pairing_release(struct pairing *pairing)
{
    partners_release(&pairing->partners);
}

const char *pairing_name(const struct pairing *pairing, size_t previous, size_t current)
{
    if (previous == NO_PARTNER)
        return pairing->current.names[current];
    if (current != NO_PARTNER && pairing->current.names[current] == NULL)
        return NULL;
    return pairing->previous.names[previous];
}

bool pairing_ignores(const struct pairing *pairing, const struct node *root)
{
    return pairing->any_object && root->kind == NODE_NULL;
}
