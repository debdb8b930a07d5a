#include "image_text.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/drift/image.h>
#include <pilab/drift/mask.h>

#define LABEL_COLUMN 12
#define SHOWN_DIGEST 19

/* --- As JSON ---------------------------------------------------------------------------------- */

static void put_masked(json_t *array, const struct image_pair *pair)
{
    struct strbuf masked = STRBUF_INIT;
    json_t *json = json_object();

    mask_value(&masked, pair->name, pair->value, strlen(pair->value));
    json_put_text(json, "name", pair->name);
    json_put_text(json, "value", masked.data);
    json_append(array, json);
    strbuf_release(&masked);
}

static json_t *pairs_json(const struct image_pair *pairs, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        put_masked(array, &pairs[i]);
    return array;
}

static json_t *layers_json(struct arena *arena, const struct image *image)
{
    const struct image_config *config = image->config;
    json_t *array = json_array();

    for (size_t i = 0; i < image->manifest->layer_count; i++) {
        const struct image_descriptor *layer = &image->manifest->layers[i];
        json_t *json = json_object();

        json_put_text(json, "digest", layer->digest);
        json_put_integer(json, "size", layer->size);
        json_put_text(json, "step",
                      config != NULL && i < config->step_count
                          ? image_command_shown(arena, config->steps[i])
                          : NULL);
        json_append(array, json);
    }
    return array;
}

static json_t *platforms_json(struct arena *arena, const struct image *image)
{
    json_t *array = json_array();

    for (size_t i = 0; i < image->platform_count; i++)
        json_append(array, json_text(image_platform_text(arena, &image->platforms[i])));
    return array;
}

json_t *image_json(const struct image *image)
{
    static const struct image_config nothing = { 0 };
    const struct image_config *config = image->config != NULL ? image->config : &nothing;
    struct arena *arena = arena_new();
    json_t *json = json_object(), *ports = json_array();

    json_put_text(json, "schema", "pilab.image/1");
    json_put_text(json, "reference", image_reference_text(arena, &image->reference));
    json_put_text(json, "registry", image->reference.registry);
    json_put_text(json, "repository", image->reference.repository);
    json_put_text(json, "tag", image->reference.tag);
    json_put_text(json, "digest", image->digest);
    json_put_text(json, "manifest_digest", image->manifest_digest);
    json_put_text(json, "media_type", image->manifest->media_type);
    json_put_text(json, "platform", image_platform_text(arena, &image->platform));
    json_put(json, "platforms", platforms_json(arena, image));
    json_put_integer(json, "size", image->manifest->size);
    json_put_time(json, "created", config->created);
    json_put_text(json, "revision", image_command_shown(arena, config->revision));
    json_put_text(json, "version", image_command_shown(arena, config->version));
    json_put_text(json, "source", image_command_shown(arena, config->source));
    json_put_text(json, "user", image_command_shown(arena, config->user));
    json_put_text(json, "folder", image_command_shown(arena, config->folder));
    json_put_text(json, "entrypoint", image_command_shown(arena, config->entrypoint));
    json_put_text(json, "command", image_command_shown(arena, config->command));
    for (size_t i = 0; i < config->port_count; i++)
        json_append(ports, json_text(config->ports[i]));
    json_put(json, "ports", ports);
    json_put(json, "environment", pairs_json(config->environment, config->environment_count));
    json_put(json, "labels", pairs_json(config->labels, config->label_count));
    json_put(json, "layers", layers_json(arena, image));
    arena_free(&arena);
    return json;
}

static json_t *changed_layers_json(const struct image_comparison *comparison)
{
    json_t *array = json_array();

    for (size_t i = 0; i < comparison->layer_count; i++) {
        const struct image_layer *layer = &comparison->layers[i];
        json_t *json = json_object();

        json_put_text(json, "state", image_layer_state_name(layer->state));
        json_put_text(json, "previous_digest", layer->previous_digest);
        json_put_text(json, "current_digest", layer->current_digest);
        json_put_integer(json, "previous_size", layer->previous_size);
        json_put_integer(json, "current_size", layer->current_size);
        json_put_text(json, "step", layer->step);
        json_append(array, json);
    }
    return array;
}

static json_t *settings_json(const struct image_comparison *comparison)
{
    json_t *array = json_array();

    for (size_t i = 0; i < comparison->setting_count; i++) {
        const struct image_setting_change *setting = &comparison->settings[i];
        json_t *json = json_object();

        json_put_text(json, "kind", image_setting_name(setting->kind));
        json_put_text(json, "name", setting->name);
        json_put_text(json, "previous", setting->previous);
        json_put_text(json, "current", setting->current);
        json_put_bool(json, "in_previous", setting->was);
        json_put_bool(json, "in_current", setting->is);
        json_put_bool(json, "secret", setting->secret);
        json_append(array, json);
    }
    return array;
}

json_t *image_diff_json(const struct image *previous, const struct image *current,
                        const struct image_comparison *comparison)
{
    struct arena *arena = arena_new();
    json_t *json = json_object();

    json_put_text(json, "schema", "pilab.image-diff/1");
    json_put(json, "previous", image_json(previous));
    json_put(json, "current", image_json(current));
    json_put_bool(json, "same_digest", comparison->same_digest);
    json_put_bool(json, "same_manifest", comparison->same_manifest);
    json_put_bool(json, "tag_moved", comparison->tag_moved);
    json_put_bool(json, "platform_differs", comparison->platform_differs);
    json_put_text(json, "size_diff",
                  image_size_difference(arena,
                                        comparison->current_size - comparison->previous_size));
    json_put_integer(json, "size_diff_bytes", comparison->current_size - comparison->previous_size);
    json_put_integer(json, "layers_shared", (int64_t)comparison->shared);
    json_put_integer(json, "layers_repacked", (int64_t)comparison->repacked);
    json_put_integer(json, "layers_removed", (int64_t)comparison->removed);
    json_put_integer(json, "layers_added", (int64_t)comparison->added);
    json_put(json, "layers", changed_layers_json(comparison));
    json_put(json, "settings", settings_json(comparison));
    arena_free(&arena);
    return json;
}

/* --- As text ---------------------------------------------------------------------------------- */

struct page {
    struct strbuf *out;
    struct arena *arena;
    size_t width;
};

static void heading(const struct page *page, const char *title)
{
    strbuf_add_char(page->out, '\n');
    rich_word(page->out, RICH_HEADING, title);
    strbuf_add_char(page->out, '\n');
}

/* "label       text", wrapped beside the label; nothing when there is no text. */
static void fact(const struct page *page, enum rich_role role, const char *label, const char *text)
{
    struct strbuf words = STRBUF_INIT, wrapped = STRBUF_INIT;

    if (text == NULL || *text == '\0')
        return;
    rich_text(&words, role, text, true);
    rich_wrap(&wrapped, words.data, LABEL_COLUMN, page->width);
    rich_cell(page->out, RICH_DIM, label, LABEL_COLUMN, RICH_LEFT, true);
    strbuf_add(page->out, wrapped.length > LABEL_COLUMN ? wrapped.data + LABEL_COLUMN : "\n");
    strbuf_release(&words);
    strbuf_release(&wrapped);
}

static const char *joined(const struct page *page, const json_t *array)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    for (size_t i = 0; i < json_array_size(array); i++)
        strbuf_printf(&text, "%s%s", i > 0 ? ", " : "",
                      json_string_value(json_array_get(array, i)));
    copy = strbuf_to_arena(&text, page->arena);
    strbuf_release(&text);
    return copy;
}

static const char *size_text(const struct page *page, const json_t *object, const char *member)
{
    return image_size_text(page->arena, json_integer_value(json_object_get(object, member)));
}

static void draw_pairs(const struct page *page, const char *title, const json_t *array)
{
    if (json_array_size(array) == 0)
        return;
    heading(page, title);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *pair = json_array_get(array, i);

        rich_text(page->out, RICH_NAME, json_member_text(pair, "name"), true);
        strbuf_add(page->out, " = ");
        rich_text(page->out, RICH_PLAIN, json_member_text(pair, "value"), true);
        strbuf_add_char(page->out, '\n');
    }
}

/* "  1.2 MB  3f2a9c81b2d4  COPY app /app" */
static void draw_layer(const struct page *page, const char *digest, const char *size,
                       const char *step, size_t before)
{
    const size_t columns = before + 10 + 2 + 12 + 2;

    rich_cell(page->out, RICH_PLAIN, size, 10, RICH_RIGHT, true);
    strbuf_add(page->out, "  ");
    rich_text(page->out, RICH_NAME, arena_printf(page->arena, "%.12s", digest + 7), true);
    if (step != NULL && *step != '\0' && page->width > columns + 8) {
        strbuf_add(page->out, "  ");
        rich_middle(page->out, RICH_DIM, step, page->width - columns, true);
    }
    strbuf_add_char(page->out, '\n');
}

static void draw_settings_of(const struct page *page, const json_t *object)
{
    fact(page, RICH_PLAIN, "user", json_member_text(object, "user"));
    fact(page, RICH_PLAIN, "folder", json_member_text(object, "folder"));
    fact(page, RICH_PLAIN, "entrypoint", json_member_text(object, "entrypoint"));
    fact(page, RICH_PLAIN, "command", json_member_text(object, "command"));
    fact(page, RICH_PLAIN, "ports", joined(page, json_object_get(object, "ports")));
}

void image_draw(struct strbuf *out, const void *subject, size_t width)
{
    const json_t *object = subject, *layers = json_object_get(object, "layers");
    struct page page = { out, arena_new(), width };

    rich_text(out, RICH_TITLE, json_member_text(object, "reference"), true);
    strbuf_add_char(out, '\n');
    fact(&page, RICH_NAME, "digest", json_member_text(object, "digest"));
    fact(&page, RICH_PLAIN, "platform", json_member_text(object, "platform"));
    fact(&page, RICH_DIM, "of", joined(&page, json_object_get(object, "platforms")));
    fact(&page, RICH_PLAIN, "size", size_text(&page, object, "size"));
    fact(&page, RICH_PLAIN, "built", json_member_text(object, "created"));
    fact(&page, RICH_NAME, "from commit", json_member_text(object, "revision"));
    fact(&page, RICH_PLAIN, "version", json_member_text(object, "version"));
    fact(&page, RICH_PLAIN, "source", json_member_text(object, "source"));
    draw_settings_of(&page, object);
    heading(&page, "Layers, lowest first");
    for (size_t i = 0; i < json_array_size(layers); i++) {
        const json_t *layer = json_array_get(layers, i);

        draw_layer(&page, json_member_text(layer, "digest"), size_text(&page, layer, "size"),
                   json_member_text(layer, "step"), 0);
    }
    draw_pairs(&page, "Environment", json_object_get(object, "environment"));
    draw_pairs(&page, "Labels", json_object_get(object, "labels"));
    arena_free(&page.arena);
}

/* --- Differences ------------------------------------------------------------------------------ */

static const char *between(const struct page *page, const char *before, const char *after)
{
    if (before == NULL || after == NULL || strcmp(before, after) == 0)
        return after != NULL ? after : before;
    return arena_printf(page->arena, "%s → %s", before, after);
}

static const char *short_digest(const struct page *page, const json_t *object)
{
    return arena_printf(page->arena, "%.*s", SHOWN_DIGEST, json_member_text(object, "digest"));
}

static const char *verdict(const json_t *object, enum rich_role *role)
{
    *role = RICH_GOOD;
    if (json_is_true(json_object_get(object, "same_digest")))
        return "the same image";
    if (json_is_true(json_object_get(object, "same_manifest")))
        return "what runs on this platform is the same; only the list around it differs";
    *role = RICH_WARNING;
    if (json_is_true(json_object_get(object, "tag_moved")))
        return "the same tag stands for another image";
    return json_is_true(json_object_get(object, "platform_differs"))
               ? "made for different platforms"
               : NULL;
}

static void draw_changed_layer(const struct page *page, const json_t *layer)
{
    static const struct {
        const char *state, *sign;
        enum rich_role role;
    } rows[] = {
        {"shared",    "= ", RICH_DIM     },
        { "repacked", "~ ", RICH_MODIFIED},
        { "removed",  "- ", RICH_DELETED },
        { "added",    "+ ", RICH_ADDED   }
    };
    const char *state = json_member_text(layer, "state");
    const char *digest = json_member_text(layer, "current_digest");
    bool gone = digest == NULL;
    size_t row = 0;

    while (row + 1 < sizeof rows / sizeof *rows && strcmp(rows[row].state, state) != 0)
        row++;
    rich_cell(page->out, rows[row].role,
              arena_printf(page->arena, "%s%s", rows[row].sign, rows[row].state), 12, RICH_LEFT,
              true);
    draw_layer(page, gone ? json_member_text(layer, "previous_digest") : digest,
               size_text(page, layer, gone ? "previous_size" : "current_size"),
               json_member_text(layer, "step"), 12);
}

static void draw_setting(const struct page *page, const json_t *setting)
{
    bool was = json_is_true(json_object_get(setting, "in_previous"));
    bool is = json_is_true(json_object_get(setting, "in_current"));
    bool secret = json_is_true(json_object_get(setting, "secret"));
    const char *name = json_member_text(setting, "name");
    const char *before = secret ? MASK_TEXT : json_member_text(setting, "previous");
    const char *after = secret ? MASK_TEXT : json_member_text(setting, "current"), *text;

    if (was && is)
        text = secret ? "another secret" : arena_printf(page->arena, "%s → %s", before, after);
    else
        text = arena_printf(page->arena, "%s%s%s", is ? "new" : "gone",
                            *(is ? after : before) != '\0' ? ": " : "", is ? after : before);
    if (*name != '\0')
        text = arena_printf(page->arena, "%s: %s", name, text);
    fact(page,
         !was  ? RICH_ADDED
         : !is ? RICH_DELETED
               : RICH_MODIFIED,
         json_member_text(setting, "kind"), text);
}

void image_diff_draw(struct strbuf *out, const void *subject, size_t width)
{
    const json_t *object = subject, *layers = json_object_get(object, "layers");
    const json_t *settings = json_object_get(object, "settings");
    const json_t *before = json_object_get(object, "previous");
    const json_t *after = json_object_get(object, "current");
    struct page page = { out, arena_new(), width };
    enum rich_role role;
    const char *words = verdict(object, &role);

    rich_text(out, RICH_TITLE,
              between(&page, json_member_text(before, "reference"),
                      json_member_text(after, "reference")),
              true);
    strbuf_add_char(out, '\n');
    fact(&page, role, "verdict", words);
    fact(&page, RICH_PLAIN, "digest",
         between(&page, short_digest(&page, before), short_digest(&page, after)));
    fact(&page, RICH_PLAIN, "platform",
         between(&page, json_member_text(before, "platform"), json_member_text(after, "platform")));
    fact(&page, RICH_PLAIN, "size",
         arena_printf(page.arena, "%s → %s (%s)", size_text(&page, before, "size"),
                      size_text(&page, after, "size"), json_member_text(object, "size_diff")));
    fact(&page, RICH_PLAIN, "built",
         between(&page, json_member_text(before, "created"), json_member_text(after, "created")));
    fact(&page, RICH_PLAIN, "from commit",
         between(&page, json_member_text(before, "revision"), json_member_text(after, "revision")));
    heading(&page, "Layers, lowest first");
    for (size_t i = 0; i < json_array_size(layers); i++)
        draw_changed_layer(&page, json_array_get(layers, i));
    if (json_array_size(settings) > 0)
        heading(&page, "Settings");
    for (size_t i = 0; i < json_array_size(settings); i++)
        draw_setting(&page, json_array_get(settings, i));
    arena_free(&page.arena);
}
