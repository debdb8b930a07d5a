/*
 * What may be shown of an image's settings and of the steps that made it: what was given to a build
 * as an argument stands in its history.
 */
#include <pilab/drift/image.h>

#include <string.h>

#include <pilab/drift/mask.h>

bool image_value_is_secret(const char *name, const char *value)
{
    struct strbuf masked = STRBUF_INIT;
    bool secret = *name != '\0' && mask_value(&masked, name, value, strlen(value)) != SECRET_NONE;

    strbuf_release(&masked);
    return secret;
}

const char *image_command_shown(struct arena *arena, const char *text)
{
    struct strbuf shown = STRBUF_INIT;
    const char *result;

    if (text == NULL)
        return NULL;
    mask_command(&shown, text, strlen(text));
    result = strbuf_to_arena(&shown, arena);
    strbuf_release(&shown);
    return result;
}

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

void image_comparison_mask(struct arena *arena, struct image_comparison *comparison)
{
    for (size_t i = 0; i < comparison->layer_count; i++)
        comparison->layers[i].step = image_command_shown(arena, comparison->layers[i].step);
    for (size_t i = 0; i < comparison->setting_count; i++) {
        struct image_setting_change *setting = &comparison->settings[i];

        if (*setting->name != '\0')
            continue;
        setting->previous = image_command_shown(arena, setting->previous);
        setting->current = image_command_shown(arena, setting->current);
        if (same(setting->previous, setting->current)) {
            setting->secret = true; /* it is what differs */
            setting->previous = setting->current = NULL;
        }
    }
}
