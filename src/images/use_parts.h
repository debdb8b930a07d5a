/*
 * What readers of different files do alike with the names of images. Inside of the images room.
 */
#ifndef PILAB_SRC_IMAGES_USE_PARTS_H
#define PILAB_SRC_IMAGES_USE_PARTS_H

#include <pilab/images/use.h>

/* What a variable stands for: its value, or NULL when it has none. */
typedef const char *(*image_variable)(void *context, const char *name);

/* Puts in $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:+other} and "$$". In the arena.
 * *missing is the first variable without a value, or NULL; *used the first with one, or NULL. */
const char *image_text_expand(struct arena *arena, const char *text, image_variable look_up,
                              void *context, const char **missing, const char **used);

/* Reads `text` as a reference and adds the use; `use` says all but reference, known and why. */
bool image_use_add(struct arena *arena, struct vector *uses, const struct image_use *use,
                   struct error *error);

#endif
