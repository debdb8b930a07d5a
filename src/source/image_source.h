/* What reads the images that both sides name. Inside of the source room. */
#ifndef PILAB_SRC_SOURCE_IMAGE_SOURCE_H
#define PILAB_SRC_SOURCE_IMAGE_SOURCE_H

#include <pilab/drift/image.h>
#include <pilab/source/type_source.h>

extern const struct type_source image_source;

/* Asks what the registries have of the pairs that differ (image_ask.c): fills answers, images and
 * reasons, and reports what could not be asked; *unreachable counts those. False when cancelled. */
bool image_pairs_ask(struct module_reader *reader, struct image_pair_input *pairs, size_t count,
                     size_t *unreachable, struct error *error);

#endif
