/* What stands in Dockerfiles besides the images. Inside of the source room. */
#ifndef PILAB_SOURCE_IMAGE_REST_H
#define PILAB_SOURCE_IMAGE_REST_H

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/images/use.h>

/* Whether two Dockerfiles, which hold no NUL byte, differ in more than the images that they name
 * (struct image_use), the values of the variables that name them, comments, and where lines end. */
bool image_rest_differs(const struct strbuf *before, const struct vector *were,
                        const struct strbuf *after, const struct vector *are);

#endif
