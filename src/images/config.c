#include <pilab/images/manifest.h>

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/escape.h>
#include <pilab/base/json.h>
#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/images/reference.h>

static int compare_pairs(const void *a, const void *b)
{
    return strcmp(((const struct image_pair *)a)->name, ((const struct image_pair *)b)->name);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "NAME=VALUE"; a name alone has no value. */
static void read_environment(struct arena *arena, const json_t *array, struct image_config *out)
{
    struct map *places = map_new();
    struct vector pairs;

    vector_init(&pairs, sizeof(struct image_pair));
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *text = json_string_value(json_array_get(array, i));
        size_t length = text != NULL ? strcspn(text, "=") : 0;
        struct image_pair pair, *there;
        size_t place;

        if (text == NULL)
            continue;
        pair.name = arena_bytes(arena, text, length);
        pair.value = arena_text(arena, text[length] == '=' ? text + length + 1 : "");
        place = (size_t)map_get(places, pair.name);
        there = place > 0 ? vector_at(&pairs, place - 1) : vector_add(&pairs);
        *there = pair;
        if (place == 0)
            map_put(places, pair.name, (void *)pairs.count);
    }
    out->environment_count = pairs.count;
    out->environment = vector_to_arena(&pairs, arena);
    vector_release(&pairs);
    map_free(&places);
}

static void read_labels(struct arena *arena, json_t *object, struct image_config *out)
{
    struct vector pairs;
    const char *name;
    json_t *value;

    vector_init(&pairs, sizeof(struct image_pair));
    json_object_foreach(object, name, value)
    {
        struct image_pair *pair;

        if (!json_is_string(value))
            continue;
        pair = vector_add(&pairs);
        pair->name = arena_text(arena, name);
        pair->value = arena_text(arena, json_string_value(value));
    }
    vector_sort(&pairs, compare_pairs);
    out->label_count = pairs.count;
    out->labels = vector_to_arena(&pairs, arena);
    vector_release(&pairs);
}

/* A list of words, or a line for a shell as old builders have it. */
static const char *read_words(struct arena *arena, const json_t *value)
{
    struct strbuf line = STRBUF_INIT;
    const char *text;

    if (json_is_string(value))
        return arena_text(arena, json_string_value(value));
    if (json_array_size(value) == 0)
        return NULL;
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *word = json_string_value(json_array_get(value, i));

        if (i > 0)
            strbuf_add_char(&line, ' ');
        if (word != NULL)
            escape_shell(&line, word, strlen(word));
    }
    text = strbuf_to_arena(&line, arena);
    strbuf_release(&line);
    return text;
}

static void read_ports(struct arena *arena, json_t *object, struct image_config *out)
{
    struct vector ports;
    const char *port;
    json_t *value;

    vector_init(&ports, sizeof(const char *));
    json_object_foreach(object, port, value)
    {
        const char *copy = arena_text(arena, port);

        vector_push(&ports, &copy);
    }
    vector_sort(&ports, compare_texts);
    out->port_count = ports.count;
    out->ports = vector_to_arena(&ports, arena);
    vector_release(&ports);
}

static bool read_diff_ids(struct arena *arena, const char *name, const json_t *array,
                          struct image_config *out, struct error *error)
{
    size_t count = json_array_size(array);

    if (count > IMAGE_PARTS_MAX)
        return error_set(error, ERROR_LIMIT, "%s: more than %d layers", name, IMAGE_PARTS_MAX);
    out->diff_ids = arena_array(arena, count, sizeof *out->diff_ids);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(array, i));

        if (text == NULL || !image_digest_is_valid(text))
            return error_set(error, ERROR_INVALID, "%s: a layer without a valid digest", name);
        out->diff_ids[i] = arena_text(arena, text);
    }
    out->diff_id_count = count;
    return true;
}

static void read_steps(struct arena *arena, const json_t *array, struct image_config *out)
{
    struct vector steps;

    vector_init(&steps, sizeof(const char *));
    for (size_t i = 0; i < json_array_size(array) && steps.count < out->diff_id_count; i++) {
        const json_t *step = json_array_get(array, i);
        const char *words = json_member_text(step, "created_by");
        const char *copy = arena_text(arena, words != NULL ? words : "");

        if (!json_is_true(json_object_get(step, "empty_layer")))
            vector_push(&steps, &copy);
    }
    out->step_count = steps.count;
    out->steps = vector_to_arena(&steps, arena);
    vector_release(&steps);
}

static const char *first_label(const struct image_config *config, const char *one,
                               const char *other)
{
    const char *value = image_config_label(config, one);

    return value != NULL ? value : image_config_label(config, other);
}

static void read_settings(struct arena *arena, const json_t *object, struct image_config *out)
{
    read_environment(arena, json_object_get(object, "Env"), out);
    read_labels(arena, json_object_get(object, "Labels"), out);
    read_ports(arena, json_object_get(object, "ExposedPorts"), out);
    out->entrypoint = read_words(arena, json_object_get(object, "Entrypoint"));
    out->command = read_words(arena, json_object_get(object, "Cmd"));
    out->user = arena_text(arena, json_member_text(object, "User"));
    out->folder = arena_text(arena, json_member_text(object, "WorkingDir"));
    out->revision =
        first_label(out, "org.opencontainers.image.revision", "org.label-schema.vcs-ref");
    out->version = first_label(out, "org.opencontainers.image.version", "org.label-schema.version");
    out->source = first_label(out, "org.opencontainers.image.source", "org.label-schema.vcs-url");
}

struct image_config *image_config_read(struct arena *arena, const char *name, const char *text,
                                       size_t length, struct error *error)
{
    struct image_config *config = arena_alloc(arena, sizeof *config);
    const char *created;
    json_t *object;
    bool ok;

    if (length > IMAGE_CONFIG_LIMIT) {
        error_set(error, ERROR_LIMIT, "%s: a configuration of more than %zu MiB", name,
                  IMAGE_CONFIG_LIMIT >> 20);
        return NULL;
    }
    object = json_read(name, text, length, error);
    if (object == NULL)
        return NULL;
    created = json_member_text(object, "created");
    if (created == NULL || !timestamp_parse(created, &config->created, NULL) || config->created < 0)
        config->created = 0;
    config->platform.os = arena_text(arena, json_member_text(object, "os"));
    config->platform.architecture = arena_text(arena, json_member_text(object, "architecture"));
    config->platform.variant = arena_text(arena, json_member_text(object, "variant"));
    read_settings(arena, json_object_get(object, "config"), config);
    ok = read_diff_ids(arena, name, json_object_get(json_object_get(object, "rootfs"), "diff_ids"),
                       config, error);
    if (ok)
        read_steps(arena, json_object_get(object, "history"), config);
    json_decref(object);
    return ok ? config : NULL;
}

const char *image_config_label(const struct image_config *config, const char *name)
{
    for (size_t i = 0; i < config->label_count; i++)
        if (strcmp(config->labels[i].name, name) == 0)
            return config->labels[i].value;
    return NULL;
}
