/*
 * Secrets that a Dockerfile writes into the image.
 */
#include <pilab/images/recipe.h>

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>

#include "recipe_parts.h"

struct baking {
    image_is_secret *is_secret;
    struct map *names; /* of variables that hold one; flags */
};

/* What another variable says, or the path of a file, is none. */
static bool is_literal(const char *value)
{
    return *value != '\0' && *value != '/' && strchr(value, '$') == NULL;
}

static void take(void *context, const char *instruction)
{
    struct baking *baking = context;
    struct strbuf name = STRBUF_INIT, value = STRBUF_INIT;
    const char *at = recipe_arguments(instruction);
    bool argument = recipe_is(instruction, "ARG"), valued;

    if (argument || recipe_is(instruction, "ENV")) {
        while (recipe_next_setting(&at, argument, &name, &value, &valued)) {
            if (valued && is_literal(value.data) &&
                baking->is_secret(name.data, value.data, value.length))
                map_put(baking->names, name.data, baking);
        }
    }
    strbuf_release(&name);
    strbuf_release(&value);
}

bool image_recipe_bakes(const char *previous, size_t previous_length, const char *current,
                        size_t current_length, image_is_secret *is_secret)
{
    struct baking was = { .is_secret = is_secret, .names = map_new() };
    struct baking is = { .is_secret = is_secret, .names = map_new() };
    bool bakes = false;

    if (previous != NULL)
        recipe_each(previous, previous_length, take, &was);
    recipe_each(current, current_length, take, &is);
    for (size_t i = 0; !bakes && i < map_count(is.names); i++)
        bakes = !map_has(was.names, map_key_at(is.names, i));
    map_free(&was.names);
    map_free(&is.names);
    return bakes;
}
