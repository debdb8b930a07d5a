#include <pilab/images/manifest.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/vector.h>
#include <pilab/images/reference.h>

const struct image_platform image_platform_usual = { "linux", "amd64", NULL };

/* --- Platforms -------------------------------------------------------------------------------- */

static bool is_word(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "._-");

    return length > 0 && length <= 64 && text[length] == '\0';
}

bool image_platform_parse(struct arena *arena, const char *text, struct image_platform *platform,
                          struct error *error)
{
    size_t count;
    const char **words = arena_words(arena, text, "/", &count);

    for (size_t i = 0; i < count; i++)
        if (!is_word(words[i]))
            count = 0;
    if (count < 2 || count > 3) {
        error_set(error, ERROR_INVALID, "'%.100s' is no platform", text);
        return error_hint(error, "linux/amd64, linux/arm64, linux/arm/v7, …");
    }
    *platform = (struct image_platform){ words[0], words[1], count == 3 ? words[2] : NULL };
    return true;
}

const char *image_platform_text(struct arena *arena, const struct image_platform *platform)
{
    const char *variant = platform->variant;

    if (platform->os == NULL && platform->architecture == NULL)
        return "unknown";
    return arena_printf(arena, "%s/%s%s%s", platform->os != NULL ? platform->os : "unknown",
                        platform->architecture != NULL ? platform->architecture : "unknown",
                        variant != NULL ? "/" : "", variant != NULL ? variant : "");
}

static struct image_platform read_platform(struct arena *arena, const json_t *object)
{
    const char *variant = json_member_text(object, "variant");

    return (struct image_platform){
        .os = arena_text(arena, json_member_text(object, "os")),
        .architecture = arena_text(arena, json_member_text(object, "architecture")),
        .variant = variant != NULL && *variant != '\0' ? arena_text(arena, variant) : NULL,
    };
}

/* --- Descriptors ------------------------------------------------------------------------------ */

static bool read_descriptor(struct arena *arena, const char *name, const json_t *object,
                            struct image_descriptor *out, struct error *error)
{
    const char *digest = json_member_text(object, "digest");
    const json_t *size = json_object_get(object, "size");

    if (digest == NULL || !image_digest_is_valid(digest))
        return error_set(error, ERROR_INVALID, "%s: an entry without a valid digest", name);
    if (!json_is_integer(size) || json_integer_value(size) < 0)
        return error_set(error, ERROR_INVALID, "%s: the size of %.19s… is none", name, digest);
    out->digest = arena_text(arena, digest);
    out->media_type = arena_text(arena, json_member_text(object, "mediaType"));
    out->size = json_integer_value(size);
    out->platform = read_platform(arena, json_object_get(object, "platform"));
    return true;
}

static bool read_descriptors(struct arena *arena, const char *name, const json_t *array,
                             struct vector *out, struct error *error)
{
    struct image_descriptor descriptor;

    if (!json_is_array(array))
        return error_set(error, ERROR_INVALID, "%s: its list of parts is none", name);
    if (json_array_size(array) > IMAGE_PARTS_MAX)
        return error_set(error, ERROR_LIMIT, "%s: more than %d parts", name, IMAGE_PARTS_MAX);
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (!read_descriptor(arena, name, json_array_get(array, i), &descriptor, error))
            return false;
        vector_push(out, &descriptor);
    }
    return true;
}

/* --- Manifests -------------------------------------------------------------------------------- */

static bool is_attestation(const struct image_descriptor *descriptor)
{
    const char *os = descriptor->platform.os, *architecture = descriptor->platform.architecture;

    return os != NULL && architecture != NULL && strcmp(os, "unknown") == 0 &&
           strcmp(architecture, "unknown") == 0;
}

static bool read_index(struct arena *arena, const char *name, const json_t *object,
                       struct image_manifest *out, struct error *error)
{
    struct vector found;
    bool ok;

    vector_init(&found, sizeof(struct image_descriptor));
    ok = read_descriptors(arena, name, json_object_get(object, "manifests"), &found, error);
    for (size_t i = found.count; ok && i-- > 0;) {
        if (is_attestation(vector_at(&found, i))) {
            vector_remove(&found, i);
            out->attestations++;
        }
    }
    out->index = true;
    out->manifest_count = found.count;
    out->manifests = vector_to_arena(&found, arena);
    vector_release(&found);
    return ok;
}

static bool read_image(struct arena *arena, const char *name, const json_t *object,
                       struct image_manifest *out, struct error *error)
{
    const struct image_descriptor *layers;
    struct vector found;
    bool ok;

    vector_init(&found, sizeof(struct image_descriptor));
    ok = read_descriptor(arena, name, json_object_get(object, "config"), &out->config, error) &&
         read_descriptors(arena, name, json_object_get(object, "layers"), &found, error);
    layers = found.items;
    for (size_t i = 0; ok && i < found.count; i++) {
        if (layers[i].size > INT64_MAX - out->size)
            ok = error_set(error, ERROR_INVALID, "%s: its layers are larger than can be", name);
        else
            out->size += layers[i].size;
    }
    out->layer_count = found.count;
    out->layers = vector_to_arena(&found, arena);
    vector_release(&found);
    return ok;
}

/* What it is, is told by its members: the type that a server says may be a general one. */
static bool read_members(struct arena *arena, const char *name, const json_t *object,
                         struct image_manifest *out, struct error *error)
{
    if (json_object_get(object, "fsLayers") != NULL ||
        json_integer_value(json_object_get(object, "schemaVersion")) == 1) {
        error_set(error, ERROR_UNSUPPORTED,
                  "%s: a manifest of schema 1, which has no digest of its "
                  "own",
                  name);
        return error_hint(error, "push the image again with a builder of this decade");
    }
    if (json_object_get(object, "manifests") != NULL)
        return read_index(arena, name, object, out, error);
    if (json_object_get(object, "layers") != NULL)
        return read_image(arena, name, object, out, error);
    return error_set(error, ERROR_UNSUPPORTED,
                     "%s: neither a manifest of an image nor a list of "
                     "them",
                     name);
}

struct image_manifest *image_manifest_read(struct arena *arena, const char *name, const char *type,
                                           const char *text, size_t length, struct error *error)
{
    struct image_manifest *manifest = arena_alloc(arena, sizeof *manifest);
    json_t *object;
    const char *said;
    bool ok;

    if (length > IMAGE_MANIFEST_LIMIT) {
        error_set(error, ERROR_LIMIT, "%s: a manifest of more than %zu MiB", name,
                  IMAGE_MANIFEST_LIMIT >> 20);
        return NULL;
    }
    object = json_read(name, text, length, error);
    if (object == NULL)
        return NULL;
    said = json_member_text(object, "mediaType");
    manifest->media_type = arena_text(arena, said != NULL ? said : type);
    ok = read_members(arena, name, object, manifest, error);
    json_decref(object);
    return ok ? manifest : NULL;
}

static bool same_text(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

const struct image_descriptor *image_index_choose(const struct image_manifest *index,
                                                  const struct image_platform *platform,
                                                  struct error *error)
{
    struct strbuf there = STRBUF_INIT;
    struct arena *arena = arena_new();

    for (size_t i = 0; i < index->manifest_count; i++) {
        const struct image_descriptor *entry = &index->manifests[i];

        if (same_text(entry->platform.os, platform->os) &&
            same_text(entry->platform.architecture, platform->architecture) &&
            (platform->variant == NULL || same_text(entry->platform.variant, platform->variant))) {
            arena_free(&arena);
            strbuf_release(&there);
            return entry;
        }
        strbuf_printf(&there, "%s%s", there.length > 0 ? ", " : "",
                      image_platform_text(arena, &entry->platform));
    }
    error_set(error, ERROR_UNSUPPORTED, "it is not made for %s, but for %.400s",
              image_platform_text(arena, platform), there.length > 0 ? there.data : "none");
    arena_free(&arena);
    strbuf_release(&there);
    return NULL;
}
