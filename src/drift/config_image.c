/* Which differences of configuration are the name of an image, which the images of the module tell
 * as a whole: the same change must not be read, and decided, twice. */
#include "config_image.h"

#include <string.h>
#include <strings.h>

#include <pilab/drift/image.h>

/* Several values may stand in one line: `image: {repository: a, tag: b, pullPolicy: Always}`. */
static bool names_image(const char *key)
{
    static const char *const words[] = { "image",    "tag",     "digest", "repository",
                                         "registry", "newName", "newTag", "name" };
    static const char *const ends[] = { "image", "imagetag", "_tag" };
    size_t length = key != NULL ? strlen(key) : 0;

    for (size_t i = 0; length > 0 && i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(key, words[i]) == 0)
            return true;
    }
    for (size_t i = 0; length > 0 && i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);

        if (length > end && strcasecmp(key + length - end, ends[i]) == 0)
            return true;
    }
    return false;
}

static bool same_place(const struct image_use *use, const struct drift_provenance *at)
{
    return use != NULL && at->file != NULL && use->line > 0 && use->line == at->line &&
           strcmp(use->file, at->file) == 0;
}

/* "auth.image.tag" is within "auth.image" of the same file. */
static bool within(const struct image_use *use, const char *file, const char *path)
{
    size_t length;

    if (use == NULL || file == NULL || strcmp(use->file, file) != 0)
        return false;
    length = strlen(use->place);
    return strncmp(path, use->place, length) == 0 && (path[length] == '\0' || path[length] == '.');
}

static bool tells(const struct image_pair_input *pair, const struct drift_item *item)
{
    const struct image_use *was = pair->previous.use, *is = pair->current.use;

    return same_place(was, &item->previous_at) || same_place(is, &item->current_at) ||
           within(was, item->previous_at.file, item->path) ||
           within(is, item->current_at.file, item->path);
}

bool config_image_tells(const struct module_input *module, const struct drift_item *item)
{
    const struct image_input *images = module->image;

    if (images == NULL || !names_image(item->key))
        return false;
    for (size_t i = 0; i < images->count; i++) {
        if (drift_image_differs(&images->pairs[i]) && tells(&images->pairs[i], item))
            return true;
    }
    return false;
}
