/*
 * Objects straight from a repository's own packs (gitformat-pack), for reading histories: libgit2
 * locks, looks through windows into the pack and copies for each object, which costs more than the
 * objects themselves. What is not found here or not understood is libgit2's to read and to judge:
 * loose objects, alternates, packs that came later, damage.
 *
 * One set belongs to one thread. Objects that were read lately stay, up to a limit in bytes: the
 * next delta mostly stands on one of them.
 */
#ifndef PILAB_GIT_PACK_INTERNAL_H
#define PILAB_GIT_PACK_INTERNAL_H

#include <git2.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/git/repository.h>

struct pack_set;
struct pack_block;

/* An object, held until packed_release. */
struct packed {
    git_object_t type;
    const char *data;
    size_t size;
    struct pack_block *block; /* NULL: nothing is held */
};

/* The packs in `directory` (".git/objects/pack"); those that cannot be read are left out. */
struct pack_set *pack_set_open(const char *directory);
void pack_set_free(struct pack_set **set);

/* Objects that are larger are libgit2's. */
#define PACKED_LIMIT ((size_t)512 << 20)

enum pack_answer {
    PACK_READ,
    PACK_ELSEWHERE, /* ask libgit2 */
    PACK_TOO_LARGE, /* only out->size is set */
    PACK_ENDLESS    /* it stands on deltas without end; libgit2 1.5 would follow them for ever */
};

/* Reads an object of at most `limit` bytes. How large it is, is judged before it is unpacked. */
enum pack_answer pack_set_read(struct pack_set *set, const struct object_id *id, size_t limit,
                               struct packed *out);
void packed_release(struct packed *object);

#endif
