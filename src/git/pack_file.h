/* One pack and its index (gitformat-pack), mapped: where an object begins in it. */
#ifndef PILAB_GIT_PACK_FILE_INTERNAL_H
#define PILAB_GIT_PACK_FILE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/git/repository.h>

struct pack_file {
    const unsigned char *data; /* the pack: objects and, behind them, its checksum */
    size_t size;
    size_t objects_end;
    const unsigned char *index;
    size_t index_size;
    uint32_t count;
    const unsigned char *fanout, *ids, *offsets, *large_offsets; /* within index */
    size_t large_count;
};

/* `index_path` ends in ".idx", and the pack stands beside it. False when either cannot be read or
 * is none of a form that is known here: nothing is held then. */
bool pack_file_open(struct pack_file *pack, const char *index_path);
void pack_file_close(struct pack_file *pack);

/* Where the object begins; false when the pack has it not, or an index that is damaged there. */
bool pack_file_find(const struct pack_file *pack, const struct object_id *id, size_t *offset);

#endif
