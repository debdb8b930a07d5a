/* Images and what differs between them, as JSON objects and as rich text. Private to this folder.
 */
#ifndef PILAB_SRC_APP_IMAGE_TEXT_H
#define PILAB_SRC_APP_IMAGE_TEXT_H

#include <jansson.h>

#include <pilab/base/strbuf.h>
#include <pilab/images/comparison.h>

/* pilab.image/1 and pilab.image-diff/1; new references. */
json_t *image_json(const struct image *image);
json_t *image_diff_json(const struct image *previous, const struct image *current,
                        const struct image_comparison *comparison);

/* For result.draw: `subject` is such an object. */
void image_draw(struct strbuf *out, const void *subject, size_t width);
void image_diff_draw(struct strbuf *out, const void *subject, size_t width);

#endif
