/*
 * Indexes in the cache: words that lead to commits of a repository, and whatever bytes go with
 * them (the shape of its history), so that a question about sixty repositories need not read them.
 *
 * An index belongs to a repository and a subject, and says in `state` of what state of the
 * repository it tells; both are the caller's words. It is only ever added to, or begun anew, within
 * one transaction: who reads it sees one that is whole. Words lead to commit ids, which stay true
 * whatever is added meanwhile by another process.
 *
 * As everything in the cache it may be gone at any time: what cannot be read is not there.
 */
#ifndef PILAB_STORE_CACHE_INDEX_H
#define PILAB_STORE_CACHE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>
#include <pilab/store/cache.h>

struct cache_index {
    const char *repository; /* its path */
    const char *subject;    /* what the index is about: texts of a person's may be part of it */
};

/* The number of the index, which another one never has again, and its state; 0: there is none. */
int64_t cache_index_find(struct cache *cache, const struct cache_index *index,
                         struct strbuf *state);

/* Hands over its parts in the order they were added. False when one could not be read, or `part`
 * did not want it. The bytes are borrowed during the call. */
bool cache_index_parts(struct cache *cache, int64_t number,
                       bool (*part)(void *context, const void *bytes, size_t length),
                       void *context);

/* Hands over the commits of a word; with `prefix` those of every word that begins with it. */
bool cache_index_words(struct cache *cache, int64_t number, const char *word, bool prefix,
                       void (*visit)(void *context, const char *word, const unsigned char *commit,
                                     size_t id_length),
                       void *context);

struct cache_index_word {
    const char *word;
    unsigned char commit[CACHE_ID_LIMIT];
    size_t id_length;
};

/* Adds a part (length 0: none) and words to the index `number`, which must still be in the state
 * `before`; number 0 begins it anew. Returns its number, or 0: nothing was written, because the
 * cache cannot be written or another process was faster. */
int64_t cache_index_add(struct cache *cache, const struct cache_index *index, int64_t number,
                        const char *before, const char *state, const void *part, size_t length,
                        const struct cache_index_word *words, size_t count);

#endif
