/* Images in their registries: what is there, and what differs. */
#include <pilab/app/use_cases.h>

#include <pilab/app/listing.h>
#include <pilab/base/json.h>
#include <pilab/drift/image.h>

#include "image_text.h"
#include "registries.h"

#define USUAL_WIDTH 80

static bool read_reference(struct call *call, const char *text, struct image_reference *reference,
                           struct error *error)
{
    return image_reference_parse(call->arena, text, reference, error);
}

/* NULL: not said. */
static bool read_platform(struct call *call, const struct arguments *arguments,
                          struct image_platform **platform, struct error *error)
{
    const char *text = arguments_option(arguments, "platform");

    *platform = NULL;
    if (text == NULL)
        return true;
    *platform = arena_alloc(call->arena, sizeof **platform);
    return image_platform_parse(call->arena, text, *platform, error) ||
           arguments_refuse("platform", error);
}

/* The result owns the object, the text and what it is drawn from. */
static void show(struct result *result, json_t *object,
                 void (*draw)(struct strbuf *out, const void *subject, size_t width))
{
    result->kind = RESULT_OBJECT;
    result->object = object;
    result->draw = draw;
    result->subject = object;
    draw(&result->text, object, USUAL_WIDTH);
}

/* Where one is named, what it says of registries holds, wherever that is asked. */
static bool know_project(struct call *call, struct error *error)
{
    if (call->project != NULL || call->settings->project == NULL)
        return true;
    return call_open_store(call, false, error) && call_choose_project(call, NULL, error) &&
           call_check(call, PERMISSION_READ, error);
}

static bool open_registries(struct call *call, struct registries **registries, struct error *error)
{
    struct registries_said said;

    *registries = NULL;
    return know_project(call, error) && registries_said_here(call, &said, error) &&
           registries_open(call, &said, REGISTRIES_ALL, registries, error);
}

static bool get_images(struct call *call, const struct image_reference *references, size_t count,
                       const struct image_platform *platform, struct image *images,
                       struct error *error)
{
    struct registries *registries;
    bool ok = open_registries(call, &registries, error);

    for (size_t i = 0; ok && i < count; i++)
        ok = registry_image(registries_client(registries), &references[i], platform, call->arena,
                            &images[i], &call->progress, error);
    registries_close(&registries);
    return ok;
}

bool app_image_inspect(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    struct image_platform *platform;
    struct image_reference reference;
    struct image image;

    if (!read_reference(call, arguments_at(arguments, 0), &reference, error) ||
        !read_platform(call, arguments, &platform, error) ||
        !get_images(call, &reference, 1, platform, &image, error))
        return false;
    show(result, image_json(&image), image_draw);
    return true;
}

bool app_image_diff(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    struct image_platform *platform;
    struct image_reference references[2];
    struct image images[2];
    struct image_comparison *comparison;

    if (arguments_count(arguments) != 2) {
        error_set(error, ERROR_USAGE, "two images are compared, not %zu",
                  arguments_count(arguments));
        return error_hint(error, "pilab image diff PREVIOUS CURRENT");
    }
    for (size_t i = 0; i < 2; i++)
        if (!read_reference(call, arguments_at(arguments, i), &references[i], error))
            return false;
    if (!read_platform(call, arguments, &platform, error) ||
        !get_images(call, references, 2, platform, images, error))
        return false;
    comparison = image_compare(call->arena, &images[0], &images[1], image_value_is_secret);
    image_comparison_mask(call->arena, comparison);
    result->differences = !comparison->same_digest;
    show(result, image_diff_json(&images[0], &images[1], comparison), image_diff_draw);
    return true;
}

static const struct result_column tag_columns[] = {
    {"tag", "Tag", CELL_TEXT, 0},
};

bool app_image_tags(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    struct registries *registries;
    struct image_reference reference;
    const char **tags;
    size_t count;
    bool ok;

    if (!read_reference(call, arguments_at(arguments, 0), &reference, error) ||
        !open_registries(call, &registries, error))
        return false;
    ok = registry_tags(registries_client(registries), &reference, call->arena, &tags, &count,
                       &call->progress, error);
    registries_close(&registries);
    if (!ok)
        return false;
    listing_start(call, result, "image_tags", tag_columns, 1, NULL, "it has no tags");
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object();

        json_put_text(item, "tag", tags[i]);
        json_append(result->items, item);
    }
    return true;
}
