/*
 * What a Dockerfile does beside naming images, as far as a person should look at it.
 */
#ifndef PILAB_IMAGES_RECIPE_H
#define PILAB_IMAGES_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

/* Bits. */
enum image_recipe_risk {
    IMAGE_RECIPE_ROOT = 1,      /* what runs in the image is root */
    IMAGE_RECIPE_PIPED = 2,     /* what is fetched is run by a shell or the like, unseen */
    IMAGE_RECIPE_REMOTE = 4,    /* ADD of a file from elsewhere, without its checksum */
    IMAGE_RECIPE_UNVERIFIED = 8 /* certificates or signatures are not looked at */
};

/* What `current` does that `previous` (NULL: there was none) does not. Where another version is
 * fetched from the same host as before, that is nothing new; nor is root where it was before, or
 * where a new file says nothing. */
unsigned image_recipe_risks(const char *previous, size_t previous_length, const char *current,
                            size_t current_length);

/* Whether a variable's name or value says that it is a secret. */
typedef bool image_is_secret(const char *name, const char *value, size_t length);

/* Whether `current` writes a secret into its image that `previous` (NULL: there was none) does not:
 * with ENV or ARG, of which the image's history tells as well. */
bool image_recipe_bakes(const char *previous, size_t previous_length, const char *current,
                        size_t current_length, image_is_secret *is_secret);

#endif
