#include <pilab/images/comparison.h>

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/vector.h>

struct comparer {
    struct arena *arena;
    const struct image *previous, *current;
    bool (*secret)(const char *name, const char *value);
    struct image_comparison *out;
    struct vector layers, settings;
};

/* --- Layers ----------------------------------------------------------------------------------- */

/* What the files of a layer are, however they are packed; NULL: not known. */
static const char *content_of(const struct image *image, size_t layer)
{
    const struct image_config *config = image->config;

    return config != NULL && config->diff_id_count == image->manifest->layer_count
               ? config->diff_ids[layer]
               : NULL;
}

static const char *step_of(const struct image *image, size_t layer)
{
    return image->config != NULL && layer < image->config->step_count ? image->config->steps[layer]
                                                                      : NULL;
}

static bool same_layer(const struct comparer *comparer, size_t previous, size_t current,
                       bool *repacked)
{
    const char *before = content_of(comparer->previous, previous);
    const char *after = content_of(comparer->current, current);

    *repacked = strcmp(comparer->previous->manifest->layers[previous].digest,
                       comparer->current->manifest->layers[current].digest) != 0;
    return !*repacked || (before != NULL && after != NULL && strcmp(before, after) == 0);
}

static void add_layer(struct comparer *comparer, enum image_layer_state state, size_t previous,
                      size_t current)
{
    struct image_layer *layer = vector_add(&comparer->layers);

    layer->state = state;
    if (state != IMAGE_LAYER_ADDED) {
        layer->previous_digest = comparer->previous->manifest->layers[previous].digest;
        layer->previous_size = comparer->previous->manifest->layers[previous].size;
        layer->step = step_of(comparer->previous, previous);
    }
    if (state != IMAGE_LAYER_REMOVED) {
        layer->current_digest = comparer->current->manifest->layers[current].digest;
        layer->current_size = comparer->current->manifest->layers[current].size;
        layer->step = step_of(comparer->current, current);
    }
    comparer->out->shared += state == IMAGE_LAYER_SHARED;
    comparer->out->repacked += state == IMAGE_LAYER_REPACKED;
    comparer->out->removed += state == IMAGE_LAYER_REMOVED;
    comparer->out->added += state == IMAGE_LAYER_ADDED;
}

/* The previous layer that the current one is; each is taken once, so that the empty layer, which
 * many images have several times, counts as often as it is there. SIZE_MAX: none. */
static size_t find_layer(const struct comparer *comparer, const bool *taken, size_t current,
                         bool *repacked)
{
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < comparer->previous->manifest->layer_count; i++) {
            if (!taken[i] && same_layer(comparer, i, current, repacked) && *repacked == (pass == 1))
                return i;
        }
    }
    return SIZE_MAX;
}

static void compare_layers(struct comparer *comparer)
{
    size_t before = comparer->previous->manifest->layer_count;
    size_t after = comparer->current->manifest->layer_count, told = 0;
    bool *taken = arena_array(comparer->arena, before, sizeof *taken);
    size_t *twin = arena_array(comparer->arena, after, sizeof *twin);
    bool *repacked = arena_array(comparer->arena, after, sizeof *repacked);
    bool common = true;

    for (size_t i = 0; i < after; i++) {
        twin[i] = find_layer(comparer, taken, i, &repacked[i]);
        if (twin[i] != SIZE_MAX)
            taken[twin[i]] = true;
        common = common && twin[i] == i;
        comparer->out->base += common;
    }
    for (size_t i = 0; i < after; i++) {
        /* Those that went stand before what came in their place. */
        for (; told < before && !taken[told]; told++)
            add_layer(comparer, IMAGE_LAYER_REMOVED, told, 0);
        if (twin[i] == SIZE_MAX) {
            add_layer(comparer, IMAGE_LAYER_ADDED, 0, i);
            continue;
        }
        add_layer(comparer, repacked[i] ? IMAGE_LAYER_REPACKED : IMAGE_LAYER_SHARED, twin[i], i);
        told += told < before;
    }
    for (; told < before; told++)
        if (!taken[told])
            add_layer(comparer, IMAGE_LAYER_REMOVED, told, 0);
}

/* --- Settings --------------------------------------------------------------------------------- */

static bool is_secret(const struct comparer *comparer, const char *name, const char *value)
{
    return comparer->secret != NULL && value != NULL && comparer->secret(name, value);
}

static void add_setting(struct comparer *comparer, enum image_setting kind, const char *name,
                        const char *previous, const char *current)
{
    bool secret = is_secret(comparer, name, previous) || is_secret(comparer, name, current);
    struct image_setting_change *change;

    if ((previous == NULL && current == NULL) ||
        (previous != NULL && current != NULL && strcmp(previous, current) == 0))
        return;
    change = vector_add(&comparer->settings);
    *change = (struct image_setting_change){ .kind = kind,
                                             .name = name,
                                             .previous = secret ? NULL : previous,
                                             .current = secret ? NULL : current,
                                             .was = previous != NULL,
                                             .is = current != NULL,
                                             .secret = secret };
}

static struct map *pairs_by_name(const struct image_pair *pairs, size_t count)
{
    struct map *map = map_new();

    for (size_t i = 0; i < count; i++)
        map_put(map, pairs[i].name, (void *)&pairs[i]);
    return map;
}

static void compare_pairs(struct comparer *comparer, enum image_setting kind,
                          const struct image_pair *before, size_t before_count,
                          const struct image_pair *after, size_t after_count)
{
    struct map *were = pairs_by_name(before, before_count);
    struct map *are = pairs_by_name(after, after_count);

    for (size_t i = 0; i < before_count; i++) {
        const struct image_pair *now = map_get(are, before[i].name);

        add_setting(comparer, kind, before[i].name, before[i].value,
                    now != NULL ? now->value : NULL);
    }
    for (size_t i = 0; i < after_count; i++)
        if (!map_has(were, after[i].name))
            add_setting(comparer, kind, after[i].name, NULL, after[i].value);
    map_free(&were);
    map_free(&are);
}

static const char *or_nothing(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

static void compare_ports(struct comparer *comparer, const struct image_config *before,
                          const struct image_config *after)
{
    size_t i = 0, j = 0;

    while (i < before->port_count || j < after->port_count) {
        int order = i == before->port_count  ? 1
                    : j == after->port_count ? -1
                                             : strcmp(before->ports[i], after->ports[j]);

        if (order < 0)
            add_setting(comparer, IMAGE_PORT, before->ports[i], "", NULL);
        if (order > 0)
            add_setting(comparer, IMAGE_PORT, after->ports[j], NULL, "");
        i += order <= 0;
        j += order >= 0;
    }
}

static void compare_settings(struct comparer *comparer)
{
    const struct image_config *before = comparer->previous->config;
    const struct image_config *after = comparer->current->config;

    if (before == NULL || after == NULL)
        return;
    compare_pairs(comparer, IMAGE_ENVIRONMENT, before->environment, before->environment_count,
                  after->environment, after->environment_count);
    compare_pairs(comparer, IMAGE_LABEL, before->labels, before->label_count, after->labels,
                  after->label_count);
    add_setting(comparer, IMAGE_ENTRYPOINT, "", before->entrypoint, after->entrypoint);
    add_setting(comparer, IMAGE_COMMAND, "", before->command, after->command);
    add_setting(comparer, IMAGE_USER, "", or_nothing(before->user), or_nothing(after->user));
    add_setting(comparer, IMAGE_FOLDER, "", or_nothing(before->folder), or_nothing(after->folder));
    compare_ports(comparer, before, after);
}

/* --- All of it -------------------------------------------------------------------------------- */

static bool same_tag(const struct image_reference *a, const struct image_reference *b)
{
    const char *before = image_reference_tag(a), *after = image_reference_tag(b);

    return image_reference_same_name(a, b) && before != NULL && after != NULL &&
           strcmp(before, after) == 0;
}

static bool same_platform(const struct image_platform *a, const struct image_platform *b)
{
    struct arena *arena = arena_new();
    bool same = strcmp(image_platform_text(arena, a), image_platform_text(arena, b)) == 0;

    arena_free(&arena);
    return same;
}

struct image_comparison *image_compare(struct arena *arena, const struct image *previous,
                                       const struct image *current,
                                       bool (*secret)(const char *name, const char *value))
{
    struct image_comparison *out = arena_alloc(arena, sizeof *out);
    struct comparer comparer = {
        .arena = arena, .previous = previous, .current = current, .secret = secret, .out = out
    };

    vector_init(&comparer.layers, sizeof(struct image_layer));
    vector_init(&comparer.settings, sizeof(struct image_setting_change));
    out->previous_size = previous->manifest->size;
    out->current_size = current->manifest->size;
    out->same_digest = strcmp(previous->digest, current->digest) == 0;
    out->same_manifest = strcmp(previous->manifest_digest, current->manifest_digest) == 0;
    out->tag_moved = !out->same_digest && same_tag(&previous->reference, &current->reference);
    out->platform_differs = !same_platform(&previous->platform, &current->platform);
    compare_layers(&comparer);
    compare_settings(&comparer);
    out->layer_count = comparer.layers.count;
    out->layers = vector_to_arena(&comparer.layers, arena);
    out->setting_count = comparer.settings.count;
    out->settings = vector_to_arena(&comparer.settings, arena);
    vector_release(&comparer.layers);
    vector_release(&comparer.settings);
    return out;
}

const char *image_layer_state_name(enum image_layer_state state)
{
    static const char *const names[] = { "shared", "repacked", "removed", "added" };

    return names[state];
}

const char *image_setting_name(enum image_setting kind)
{
    static const char *const names[IMAGE_SETTING_COUNT] = {
        [IMAGE_ENVIRONMENT] = "environment",
        [IMAGE_LABEL] = "label",
        [IMAGE_ENTRYPOINT] = "entrypoint",
        [IMAGE_COMMAND] = "command",
        [IMAGE_USER] = "user",
        [IMAGE_FOLDER] = "folder",
        [IMAGE_PORT] = "port",
    };

    return names[kind];
}

const char *image_size_text(struct arena *arena, int64_t size)
{
    static const char *const units[] = { "kB", "MB", "GB", "TB" };
    uint64_t bytes = size < 0 ? -(uint64_t)size : (uint64_t)size, tenths;
    const char *sign = size < 0 ? "-" : "";
    size_t unit = 0;

    if (bytes < 1000)
        return arena_printf(arena, "%s%llu B", sign, (unsigned long long)bytes);
    for (tenths = (bytes + 50) / 100; tenths >= 10000 && unit + 1 < 4; unit++)
        tenths = (tenths + 500) / 1000;
    return arena_printf(arena, "%s%llu.%llu %s", sign, (unsigned long long)(tenths / 10),
                        (unsigned long long)(tenths % 10), units[unit]);
}

const char *image_size_difference(struct arena *arena, int64_t difference)
{
    return difference > 0 ? arena_printf(arena, "+%s", image_size_text(arena, difference))
                          : image_size_text(arena, difference);
}
