#include "image.h"

#include <stdio.h>
#include <string.h>

#include <pilab/base/json.h>

#define KEY_SIZE 32

/* "previous_digest" */
static const char *side_key(char key[KEY_SIZE], const char *side, const char *name)
{
    snprintf(key, KEY_SIZE, "%s_%s", side, name);
    return key;
}

/* --- Writing ---------------------------------------------------------------------------------- */

static void put_side(json_t *json, const char *side, const struct drift_image_side *image)
{
    char key[KEY_SIZE];
    const bool found = image->answer == IMAGE_FOUND;

    json_put_text(json, side_key(key, side, "tag"), image->tag);
    json_put_text(json, side_key(key, side, "digest"), image->digest);
    json_put_text(json, side_key(key, side, "answer"), image_answer_name(image->answer));
    json_put(json, side_key(key, side, "size"), found ? json_integer(image->size) : NULL);
    json_put_time(json, side_key(key, side, "created"), image->created);
    json_put_text(json, side_key(key, side, "revision"), image->revision);
}

static json_t *from_layer(const struct image_layer *layer)
{
    json_t *json = json_object();

    json_put_text(json, "state", image_layer_state_name(layer->state));
    json_put_text(json, "previous_digest", layer->previous_digest);
    json_put_text(json, "current_digest", layer->current_digest);
    json_put_integer(json, "previous_size", layer->previous_size);
    json_put_integer(json, "current_size", layer->current_size);
    json_put_text(json, "step", layer->step);
    return json;
}

static json_t *from_setting(const struct image_setting_change *setting)
{
    json_t *json = json_object();

    json_put_text(json, "kind", image_setting_name(setting->kind));
    json_put_text(json, "name", setting->name);
    json_put_text(json, "previous", setting->previous);
    json_put_text(json, "current", setting->current);
    json_put_bool(json, "in_previous", setting->was);
    json_put_bool(json, "in_current", setting->is);
    json_put_bool(json, "secret", setting->secret);
    return json;
}

static void put_comparison(json_t *json, const struct drift_image *image)
{
    struct arena *arena = arena_new();
    json_t *layers = json_array(), *settings = json_array();
    int64_t difference = image->current.size - image->previous.size;

    json_put_text(json, "size_diff",
                  image->compared ? image_size_difference(arena, difference) : NULL);
    json_put(json, "size_diff_bytes", image->compared ? json_integer(difference) : NULL);
    json_put(json, "layers_changed",
             image->compared ? json_integer((json_int_t)drift_image_layers_changed(image)) : NULL);
    json_put_bool(json, "compared", image->compared);
    json_put_bool(json, "same_manifest", image->same_manifest);
    json_put_text(json, "platform", image->platform);
    for (size_t i = 0; i < image->layer_count; i++)
        json_append(layers, from_layer(&image->layers[i]));
    for (size_t i = 0; i < image->setting_count; i++)
        json_append(settings, from_setting(&image->settings[i]));
    json_put(json, "layers", layers);
    json_put(json, "settings", settings);
    arena_free(&arena);
}

static json_t *from_image(const struct drift_image *image)
{
    json_t *json = json_object();

    json_put_text(json, "name", image->name);
    json_put_text(json, "path", image->path);
    json_put_text(json, "registry", image->registry);
    put_side(json, "previous", &image->previous);
    put_side(json, "current", &image->current);
    put_comparison(json, image);
    json_put(json, "places", drift_json_texts(image->places, image->place_count));
    return json;
}

void drift_image_write(json_t *json, const struct drift_report *report,
                       const struct drift_part *part)
{
    const struct drift_images *content = part->content;
    json_t *images = json_array();

    (void)report;
    json_put_text(json, "registry", content->registry);
    json_put_bool(json, "asked", content->asked);
    for (size_t i = 0; i < content->count; i++)
        json_append(images, from_image(&content->images[i]));
    json_put(json, "images", images);
}

/* --- Reading ---------------------------------------------------------------------------------- */

static void read_side(struct json_reader *reader, const json_t *json, const char *side,
                      struct drift_image_side *out)
{
    char key[KEY_SIZE];
    const char *answer;
    bool known = false;

    out->tag = drift_read_text(reader, json, side_key(key, side, "tag"));
    out->digest = drift_read_text(reader, json, side_key(key, side, "digest"));
    out->size = (int64_t)drift_read_number(reader, json, side_key(key, side, "size"));
    out->created = drift_read_time(reader, json, side_key(key, side, "created"));
    out->revision = drift_read_text(reader, json, side_key(key, side, "revision"));
    answer = drift_read_some_text(reader, json, side_key(key, side, "answer"));
    for (int i = IMAGE_NOT_ASKED; i <= IMAGE_UNREACHABLE && !known; i++) {
        known = strcmp(answer, image_answer_name((enum image_answer)i)) == 0;
        out->answer = (enum image_answer)i;
    }
    if (!known)
        drift_read_bad_name(reader, "answer", answer);
}

static void read_layer(struct json_reader *reader, const json_t *json, struct image_layer *out)
{
    const char *state = drift_read_some_text(reader, json, "state");
    bool known = false;

    for (int i = IMAGE_LAYER_SHARED; i <= IMAGE_LAYER_ADDED && !known; i++) {
        known = strcmp(state, image_layer_state_name((enum image_layer_state)i)) == 0;
        out->state = (enum image_layer_state)i;
    }
    if (!known)
        drift_read_bad_name(reader, "state", state);
    out->previous_digest = drift_read_text(reader, json, "previous_digest");
    out->current_digest = drift_read_text(reader, json, "current_digest");
    out->previous_size = (int64_t)drift_read_number(reader, json, "previous_size");
    out->current_size = (int64_t)drift_read_number(reader, json, "current_size");
    out->step = drift_read_text(reader, json, "step");
}

static void read_setting(struct json_reader *reader, const json_t *json,
                         struct image_setting_change *out)
{
    const char *kind = drift_read_some_text(reader, json, "kind");
    bool known = false;

    for (int i = 0; i < IMAGE_SETTING_COUNT && !known; i++) {
        known = strcmp(kind, image_setting_name((enum image_setting)i)) == 0;
        out->kind = (enum image_setting)i;
    }
    if (!known)
        drift_read_bad_name(reader, "kind", kind);
    out->name = drift_read_some_text(reader, json, "name");
    out->previous = drift_read_text(reader, json, "previous");
    out->current = drift_read_text(reader, json, "current");
    out->was = drift_read_bool(reader, json, "in_previous");
    out->is = drift_read_bool(reader, json, "in_current");
    out->secret = drift_read_bool(reader, json, "secret");
}

static void read_image(struct json_reader *reader, const json_t *json, struct drift_image *out)
{
    const json_t *layers = drift_read_array(reader, json, "layers");
    const json_t *settings = drift_read_array(reader, json, "settings");

    out->name = drift_read_some_text(reader, json, "name");
    out->path = drift_read_some_text(reader, json, "path");
    out->registry = drift_read_text(reader, json, "registry");
    read_side(reader, json, "previous", &out->previous);
    read_side(reader, json, "current", &out->current);
    out->compared = drift_read_bool(reader, json, "compared");
    out->same_manifest = drift_read_bool(reader, json, "same_manifest");
    out->platform = drift_read_text(reader, json, "platform");
    out->places = drift_read_texts(reader, json, "places", &out->place_count);
    out->layer_count = json_array_size(layers);
    out->layers = arena_array(reader->arena, out->layer_count, sizeof *out->layers);
    for (size_t i = 0; i < out->layer_count; i++)
        read_layer(reader, json_array_get(layers, i), &out->layers[i]);
    out->setting_count = json_array_size(settings);
    out->settings = arena_array(reader->arena, out->setting_count, sizeof *out->settings);
    for (size_t i = 0; i < out->setting_count; i++)
        read_setting(reader, json_array_get(settings, i), &out->settings[i]);
}

const void *drift_image_read(struct json_reader *reader, const json_t *json)
{
    struct drift_images *content = arena_alloc(reader->arena, sizeof *content);
    const json_t *images = drift_read_array(reader, json, "images");

    content->registry = drift_read_text(reader, json, "registry");
    content->asked = drift_read_bool(reader, json, "asked");
    content->count = json_array_size(images);
    content->images = arena_array(reader->arena, content->count, sizeof *content->images);
    for (size_t i = 0; i < content->count; i++)
        read_image(reader, json_array_get(images, i), &content->images[i]);
    return content;
}
