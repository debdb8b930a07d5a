/* A few believable lines for a commit of which only the subject matters. */
#ifndef PILAB_DEMO_SMALL_CHANGE_INTERNAL_H
#define PILAB_DEMO_SMALL_CHANGE_INTERNAL_H

#include <pilab/demo/builder.h>

/* Adds to the file (made when it is not there) what its kind of file and the subject suggest. */
void small_change(struct builder *builder, const char *path, const char *subject);

#endif
