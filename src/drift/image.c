#include "image.h"

#include <string.h>

#include <pilab/base/clock.h>

/* Places that change from the same to the same: one item. */
struct image_group {
    const struct image_pair_input *first;
    struct vector places; /* const char * */
};

struct image_collector {
    struct report_builder *builder;
    const struct module_input *module;
    struct vector groups; /* struct image_group */
    struct map *by_change;
    struct map *paths;
    struct vector images; /* struct drift_image */
};

/* --- What differs ----------------------------------------------------------------------------- */

static const char *text_of(struct arena *arena, const struct image_side_input *side)
{
    if (side->use == NULL)
        return NULL;
    return side->use->known ? image_reference_text(arena, &side->use->reference) : side->use->text;
}

/* The tag leads to something else than what is written beside it. */
static bool is_moved_since(const struct image_side_input *side)
{
    const char *digest = side->use != NULL && side->use->known ? side->use->reference.digest : NULL;

    return digest != NULL && side->tag_digest != NULL && strcmp(digest, side->tag_digest) != 0;
}

/* The tag leads to something else than when it was looked at first. What is only built upon gets
 * its patches that way. */
static bool is_moved_since_seen(const struct image_side_input *side)
{
    return side->recorded != NULL && side->image != NULL &&
           side->use->kind != IMAGE_USE_DOCKERFILE &&
           strcmp(side->recorded, side->image->digest) != 0;
}

/* "15", "7.2", "3.19-alpine": a series, whose tag its makers move to each new patch. A longer
 * number is that of a build. */
static bool is_series(const char *tag)
{
    const char *at = tag + (*tag == 'v');
    size_t digits = strspn(at, "0123456789"), more;

    if (digits == 0 || digits > 2)
        return false;
    at += digits;
    more = *at == '.' ? strspn(at + 1, "0123456789") : 0;
    if (more > 2)
        return false;
    at += more > 0 ? more + 1 : 0;
    return *at == '\0' || *at == '-';
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The same name and tag with another digest on each side. */
static bool is_moved_between(const struct image_pair_input *pair)
{
    const struct image_use *before = pair->previous.use, *after = pair->current.use;

    return before != NULL && after != NULL && before->known && after->known &&
           image_reference_same_name(&before->reference, &after->reference) &&
           before->reference.tag != NULL &&
           same_text(before->reference.tag, after->reference.tag) &&
           before->reference.digest != NULL && after->reference.digest != NULL &&
           strcmp(before->reference.digest, after->reference.digest) != 0;
}

bool drift_image_differs(const struct image_pair_input *pair)
{
    struct arena *arena = arena_new();
    bool differs = !same_text(text_of(arena, &pair->previous), text_of(arena, &pair->current)) ||
                   pair->current.answer == IMAGE_MISSING || is_moved_since(&pair->current) ||
                   is_moved_since_seen(&pair->current);

    arena_free(&arena);
    return differs;
}

static const char *place_text(struct arena *arena, const struct image_use *use)
{
    if (use->line == 0)
        return arena_printf(arena, "%s %s", use->file, use->place);
    return arena_printf(arena, "%s:%u %s", use->file, use->line, use->place);
}

static void group_pair(struct image_collector *collector, const struct image_pair_input *pair)
{
    struct arena *arena = collector->builder->arena;
    const char *before = text_of(arena, &pair->previous), *after = text_of(arena, &pair->current);
    const struct image_use *use =
        pair->current.use != NULL ? pair->current.use : pair->previous.use;
    const char *place = place_text(arena, use);
    const char *key =
        arena_printf(arena, "%s\n%s", before != NULL ? before : "", after != NULL ? after : "");
    struct image_group *group;
    size_t number = (size_t)map_get(collector->by_change, key);

    if (number == 0) {
        group = vector_add(&collector->groups);
        group->first = pair;
        vector_init(&group->places, sizeof(const char *));
        number = collector->groups.count;
        map_put(collector->by_change, key, (void *)number);
    }
    group = vector_at(&collector->groups, number - 1);
    vector_push(&group->places, &place);
}

/* --- What it is called ------------------------------------------------------------------------ */

static bool is_mutable(const struct image_use *use)
{
    const struct image_reference *reference = &use->reference;

    if (!use->known || use->open_tag || reference->digest != NULL)
        return false;
    return reference->tag == NULL || image_tag_moves(reference->tag);
}

/* What changed in a place that both sides have. */
static const char *change_of(const struct image_pair_input *pair)
{
    const struct image_reference *was = &pair->previous.use->reference;
    const struct image_reference *is = &pair->current.use->reference;

    if (was->digest != NULL && is->digest == NULL && is->repository != NULL)
        return "unpinned";
    if (!same_text(was->tag, is->tag))
        return "tag";
    if (was->digest == NULL && is->digest != NULL)
        return "pinned";
    return same_text(was->digest, is->digest) ? "image" : "digest";
}

/* The gravest of what holds: the state of what would run, or else what changed. */
static const char *category_of(const struct image_pair_input *pair)
{
    const struct image_use *before = pair->previous.use, *after = pair->current.use;

    if (after == NULL)
        return "image";
    if (pair->current.answer == IMAGE_MISSING)
        return "missing";
    if (is_moved_since(&pair->current) || is_moved_since_seen(&pair->current) ||
        is_moved_between(pair))
        return "moved";
    if (before != NULL && before->known && after->known &&
        !image_reference_same_name(&before->reference, &after->reference))
        return "repository";
    if (is_mutable(after))
        return "mutable";
    return before == NULL || before->known != after->known ? "image" : change_of(pair);
}

/* What people call it: "auth" of "registry.example/mb/auth". */
static const char *key_of(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : name;
}

static const char *name_of(struct arena *arena, const struct image_pair_input *pair)
{
    const struct image_use *use =
        pair->current.use != NULL ? pair->current.use : pair->previous.use;

    if (pair->current.use != NULL && !pair->current.use->known && pair->previous.use != NULL &&
        pair->previous.use->known)
        use = pair->previous.use;
    return use->known ? image_reference_name(arena, &use->reference) : use->place;
}

/* The same image may change in two ways within a module: the place tells them apart then. */
static const char *path_of(struct image_collector *collector, const struct image_pair_input *pair,
                           const char *name)
{
    const struct image_use *use =
        pair->current.use != NULL ? pair->current.use : pair->previous.use;
    struct arena *arena = collector->builder->arena;
    const char *path = name;

    if (map_has(collector->paths, path))
        path = arena_printf(arena, "%s (%s)", name, use->place);
    for (unsigned i = 2; map_has(collector->paths, path); i++)
        path = arena_printf(arena, "%s (%s %u)", name, use->place, i);
    map_put(collector->paths, path, collector);
    return path;
}

/* --- Items ------------------------------------------------------------------------------------ */

/* Where the name stays, what changes is what follows it: "v2.0.6", "v2.0.6@sha256:…". */
static const char *shown_text(struct arena *arena, const struct image_pair_input *pair,
                              const struct image_side_input *side)
{
    const struct image_use *before = pair->previous.use, *after = pair->current.use;
    const struct image_reference *reference;

    if (before == NULL || after == NULL || !before->known || !after->known ||
        !image_reference_same_name(&before->reference, &after->reference))
        return text_of(arena, side);
    reference = &side->use->reference;
    if (reference->tag == NULL && reference->digest == NULL)
        return side->use->open_tag ? "as the chart says" : "latest";
    if (reference->tag == NULL || reference->digest == NULL)
        return reference->tag != NULL ? reference->tag : reference->digest;
    return arena_printf(arena, "%s@%s", reference->tag, reference->digest);
}

static struct drift_value value_of(struct arena *arena, const struct image_pair_input *pair,
                                   const struct image_side_input *side)
{
    const char *text = shown_text(arena, pair, side);

    return (struct drift_value){ .present = text != NULL,
                                 .kind = NODE_STRING,
                                 .text = arena_text(arena, text) };
}

static struct drift_provenance provenance_of(struct arena *arena,
                                             const struct image_side_input *side)
{
    if (side->use == NULL)
        return (struct drift_provenance){ 0 };
    return (struct drift_provenance){ arena_text(arena, side->use->file), side->use->line };
}

/* A tag that nobody moves on purpose: what was tested under it is not what it stands for. */
static const char *moved_reason(struct arena *arena, const struct image_side_input *side)
{
    return arena_printf(arena, "the registry has %.19s as %s by now, and %.19s is what is named",
                        side->tag_digest, side->use->reference.tag, side->use->reference.digest);
}

/* A tag that is moved on purpose is not recorded. */
static void say_moved(struct report_builder *builder, struct drift_item *item,
                      const struct image_side_input *side)
{
    char seen[TIMESTAMP_SIZE];

    if (!is_moved_since_seen(side))
        return;
    timestamp_format(side->recorded_at, seen);
    builder_raise_attention(builder, item,
                            is_series(image_reference_tag(&side->use->reference))
                                ? ATTENTION_REVIEW
                                : ATTENTION_BLOCKER,
                            arena_printf(builder->arena,
                                         "%s was %.19s when it was looked at first on %.10s, and "
                                         "is %.19s now",
                                         image_reference_tag(&side->use->reference), side->recorded,
                                         seen, side->image->digest));
}

static void bind_digest(struct strbuf *all, const char *digest)
{
    strbuf_printf(all, "%s\n", digest != NULL ? digest : "-");
}

/* Where a tag leads, when that is what is said of it: it may be moved again. */
static void bind_moved(struct report_builder *builder, struct drift_item *item,
                       const struct image_side_input *side)
{
    struct strbuf all = STRBUF_INIT;

    if (!is_moved_since(side) && !is_moved_since_seen(side))
        return;
    bind_digest(&all, side->tag_digest);
    bind_digest(&all, side->recorded);
    bind_digest(&all, side->image != NULL ? side->image->digest : NULL);
    builder_bind(builder, item, &all);
    strbuf_release(&all);
}

/* Where the name stays, the tags are steps of the same thing. */
static unsigned marks_of_step(const struct image_pair_input *pair)
{
    const struct image_use *before = pair->previous.use, *after = pair->current.use;

    if (before == NULL || after == NULL || !before->known || !after->known ||
        !image_reference_same_name(&before->reference, &after->reference))
        return 0;
    return image_step_marks(after->reference.repository, before->reference.tag,
                            after->reference.tag);
}

static void add_item(struct image_collector *collector, const struct image_pair_input *pair,
                     const char *name, const char *path)
{
    struct report_builder *builder = collector->builder;
    const char *module = collector->module->name;
    struct drift_item *item;

    item = builder_add_item(builder, DRIFT_IMAGE, category_of(pair), module, module, path,
                            key_of(name));
    item->change_type = pair->previous.use == NULL  ? CHANGE_TYPE_ADDED
                        : pair->current.use == NULL ? CHANGE_TYPE_DELETED
                                                    : CHANGE_TYPE_MODIFIED;
    say_moved(builder, item, &pair->current);
    bind_moved(builder, item, &pair->current);
    item->previous = value_of(builder->arena, pair, &pair->previous);
    item->current = value_of(builder->arena, pair, &pair->current);
    item->previous_at = provenance_of(builder->arena, &pair->previous);
    item->current_at = provenance_of(builder->arena, &pair->current);
    if (pair->current.answer == IMAGE_MISSING)
        builder_raise_attention(builder, item, ATTENTION_BLOCKER, pair->current.said);
    else if (is_moved_since(&pair->current) && !image_tag_moves(pair->current.use->reference.tag))
        builder_raise_attention(builder, item, ATTENTION_BLOCKER,
                                moved_reason(builder->arena, &pair->current));
    builder_judge_marked(builder, item, NULL, marks_of_step(pair));
}

/* --- What is known of the images -------------------------------------------------------------- */

static struct drift_image_side side_of(struct arena *arena, const struct image_side_input *input)
{
    struct drift_image_side side = { .answer = input->answer };
    const struct image *image = input->image;

    if (input->use != NULL) {
        side.tag = arena_text(arena, input->use->reference.tag);
        side.digest = arena_text(arena, input->use->reference.digest);
    }
    if (image != NULL) {
        if (side.digest == NULL)
            side.digest = arena_text(arena, image->digest);
        side.size = image->manifest->size;
        side.created = image->config != NULL ? image->config->created : 0;
        side.revision = image->config != NULL ? arena_text(arena, image->config->revision) : NULL;
    }
    return side;
}

/* The report outlives what was read: texts are copied. */
static void copy_comparison(struct arena *arena, struct image_comparison *from,
                            struct drift_image *out)
{
    image_comparison_mask(arena, from);
    out->compared = true;
    out->same_manifest = from->same_manifest;
    out->layers = from->layers;
    out->layer_count = from->layer_count;
    for (size_t i = 0; i < from->layer_count; i++) {
        struct image_layer *layer = &from->layers[i];

        layer->previous_digest = arena_text(arena, layer->previous_digest);
        layer->current_digest = arena_text(arena, layer->current_digest);
        layer->step = arena_text(arena, layer->step);
    }
    out->settings = from->settings;
    out->setting_count = from->setting_count;
    for (size_t i = 0; i < from->setting_count; i++) {
        struct image_setting_change *setting = &from->settings[i];

        setting->name = arena_text(arena, setting->name);
        setting->previous = arena_text(arena, setting->previous);
        setting->current = arena_text(arena, setting->current);
    }
}

static void add_image(struct image_collector *collector, const struct image_group *group,
                      const char *name, const char *path)
{
    struct arena *arena = collector->builder->arena;
    const struct image_pair_input *pair = group->first;
    const struct image_use *use =
        pair->current.use != NULL ? pair->current.use : pair->previous.use;
    struct drift_image *image = vector_add(&collector->images);

    image->path = arena_text(arena, path);
    image->name = arena_text(arena, name);
    image->registry = use->known ? arena_text(arena, use->reference.registry) : NULL;
    image->previous = side_of(arena, &pair->previous);
    image->current = side_of(arena, &pair->current);
    image->place_count = group->places.count;
    image->places = vector_to_arena(&group->places, arena);
    if (pair->previous.image != NULL && pair->current.image != NULL)
        copy_comparison(arena,
                        image_compare(arena, pair->previous.image, pair->current.image,
                                      image_value_is_secret),
                        image);
    if (pair->current.image != NULL)
        image->platform = image_platform_text(arena, &pair->current.image->platform);
}

static const char *common_registry(const struct vector *images)
{
    const char *registry = NULL;

    for (size_t i = 0; i < images->count; i++) {
        const struct drift_image *image = vector_at(images, i);

        if (image->registry == NULL || (registry != NULL && strcmp(registry, image->registry) != 0))
            return NULL;
        registry = image->registry;
    }
    return registry;
}

static void see_side(struct arena *arena, struct vector *seen, const struct image_side_input *side)
{
    struct drift_image_seen *one;

    if (side->answer != IMAGE_FOUND || side->use->kind == IMAGE_USE_DOCKERFILE ||
        side->use->reference.digest != NULL || side->use->reference.tag == NULL ||
        image_tag_moves(side->use->reference.tag))
        return;
    one = vector_add(seen);
    one->name = arena_text(arena, image_reference_name(arena, &side->use->reference));
    one->tag = arena_text(arena, side->use->reference.tag);
    one->digest = arena_text(arena, side->image->digest);
}

static void see_tags(struct arena *arena, const struct image_input *input,
                     struct drift_images *content)
{
    struct vector seen;

    vector_init(&seen, sizeof(struct drift_image_seen));
    for (size_t i = 0; i < input->count; i++) {
        see_side(arena, &seen, &input->pairs[i].previous);
        see_side(arena, &seen, &input->pairs[i].current);
    }
    content->seen_count = seen.count;
    content->seen = vector_to_arena(&seen, arena);
    vector_release(&seen);
}

/* --- All of it -------------------------------------------------------------------------------- */

static void collect_groups(struct image_collector *collector)
{
    for (size_t i = 0; i < collector->groups.count; i++) {
        struct image_group *group = vector_at(&collector->groups, i);
        const char *name = name_of(collector->builder->arena, group->first);
        const char *path = path_of(collector, group->first, name);

        add_item(collector, group->first, name, path);
        add_image(collector, group, name, path);
        vector_release(&group->places);
    }
}

const void *drift_image_collect(struct report_builder *builder, const struct module_input *module)
{
    const struct image_input *input = module->image;
    struct image_collector collector = { .builder = builder, .module = module };
    struct drift_images *content;

    if (input == NULL)
        return NULL;
    collector.by_change = map_new();
    collector.paths = map_new();
    vector_init(&collector.groups, sizeof(struct image_group));
    vector_init(&collector.images, sizeof(struct drift_image));
    for (size_t i = 0; i < input->count; i++)
        if (drift_image_differs(&input->pairs[i]))
            group_pair(&collector, &input->pairs[i]);
    collect_groups(&collector);
    content = arena_alloc(builder->arena, sizeof *content);
    content->asked = input->asked;
    content->registry = common_registry(&collector.images);
    see_tags(builder->arena, input, content);
    content->count = collector.images.count;
    content->images = vector_to_arena(&collector.images, builder->arena);
    vector_release(&collector.groups);
    vector_release(&collector.images);
    map_free(&collector.by_change);
    map_free(&collector.paths);
    return content;
}

const struct drift_kind drift_image_kind = { .collect = drift_image_collect,
                                             .write = drift_image_write,
                                             .read = drift_image_read,
                                             .detail = drift_image_detail,
                                             .things = "image differences" };
