/* What the files of the cache share. Private to this room. */
#ifndef PILAB_SRC_STORE_CACHE_PARTS_H
#define PILAB_SRC_STORE_CACHE_PARTS_H

#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/store/cache.h>
#include <pilab/store/connection.h>

struct cache {
    char *path;
    struct connection *connection; /* NULL once the file turned out to be damaged */
    struct map *scopes;            /* "repository\0directory" → struct scope, owned here */
    struct vector pending;         /* struct pending */
};

/* Says `ok` again. When it is false because the file is damaged, the file is thrown away: from here
 * on everything is a miss, and the next opening begins anew. */
bool cache_check_health(struct cache *cache, bool ok, const struct error *error);

#endif
