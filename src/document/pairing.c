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

/* The identities of all documents that are not empty; NULL when one has none. */
static const char **identify(struct arena *arena, const struct document *document,
                             bool with_version)
{
    const char **names = arena_array(arena, document->count, sizeof *names);

    for (size_t i = 0; i < document->count; i++) {
        if (document->roots[i]->kind == NODE_NULL)
            continue;
        names[i] = kubernetes_identity(arena, document->roots[i], with_version);
        if (!names[i])
            return NULL;
    }
    return names;
}

static void pair_by_names(struct partners *partners, const char *const *previous,
                          const char *const *current)
{
    struct match_key *previous_keys = match_key_texts(previous, partners->previous_count);
    struct match_key *current_keys = match_key_texts(current, partners->current_count);

    partners_match(partners, previous_keys, current_keys);
    free(previous_keys);
    free(current_keys);
}

void pairing_find(struct arena *arena, const struct document *previous,
                  const struct document *current, struct pairing *pairing)
{
    *pairing = (struct pairing){ .previous_names = identify(arena, previous, true),
                                 .current_names = identify(arena, current, true) };
    partners_init(&pairing->partners, previous->count, current->count);
    pairing->by_identity = pairing->previous_names && pairing->current_names;

    if (pairing->by_identity) {
        pair_by_names(&pairing->partners, pairing->previous_names, pairing->current_names);
        /* The same object under another version of its API. */
        pair_by_names(&pairing->partners, identify(arena, previous, false),
                      identify(arena, current, false));
        return;
    }
    for (size_t i = 0; i < previous->count && i < current->count; i++) {
        pairing->partners.to_current[i] = i;
        pairing->partners.to_previous[i] = i;
    }
}

void pairing_release(struct pairing *pairing)
{
    partners_release(&pairing->partners);
}

bool pairing_ignores(const struct pairing *pairing, const struct node *root)
{
    return pairing->by_identity && root->kind == NODE_NULL;
}
