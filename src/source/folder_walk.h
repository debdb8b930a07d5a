/* Every file below a folder on disk. Inside of the source room. */
#ifndef PILAB_SOURCE_FOLDER_WALK_H
#define PILAB_SOURCE_FOLDER_WALK_H

#include <stdbool.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>

struct folder_visitor {
    /* By the path from the folder on. */
    bool (*wanted)(const char *relative, void *context);
    /* A regular file that is wanted; false ends the walk with the error. `relative` stays: it is
     * in the arena of the walk. */
    bool (*file)(const char *relative, void *context, struct error *error);
    /* A link that is wanted, or that leads to a folder: links are not followed, for a folder must
     * not lead out of itself or round in a circle. May be NULL. */
    void (*link)(const char *path, void *context);
    void *context;
};

/* In no order. Hidden files and folders are left out, .env and its relatives are not. What vanishes
 * meanwhile was not there. */
bool folder_walk(const char *folder, const struct folder_visitor *visitor, struct arena *arena,
                 const struct progress *progress, struct error *error);

#endif
