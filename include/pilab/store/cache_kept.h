/*
 * What the cache keeps as bytes that it does not look into, by a key that says what they are: those
 * used last, up to 128 MiB together, and none of more than 32 MiB. Written at once.
 */
#ifndef PILAB_STORE_CACHE_KEPT_H
#define PILAB_STORE_CACHE_KEPT_H

#include <pilab/base/strbuf.h>
#include <pilab/store/cache.h>

#define CACHE_KEPT_KEY 32

/* Appends to `out`. False, and nothing, when it is not there. */
bool cache_get_kept(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY],
                    struct strbuf *out);
void cache_put_kept(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY],
                    const struct strbuf *bytes);

#endif
