#include "pack_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#define INDEX_HEADER 8 /* a magic number and the version */
#define FANOUT_SIZE  (256 * 4)
#define TRAILER_SIZE (2 * OBJECT_ID_SIZE) /* the pack's checksum and the index's own */
#define PACK_HEADER  12                   /* a magic number, the version, the count */
#define LARGE_OFFSET UINT32_C(0x80000000)
#define ENTRY_SIZE   (OBJECT_ID_SIZE + 4 + 4) /* id, CRC, offset */
#define INDEX_ENDING ".idx"
#define PACK_ENDING  ".pack"

static const unsigned char index_magic[] = { 0xff, 't', 'O', 'c', 0, 0, 0, 2 };
static const unsigned char pack_magic[] = { 'P', 'A', 'C', 'K', 0, 0, 0, 2 };

static uint32_t read_32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint64_t read_64(const unsigned char *at)
{
    return (uint64_t)read_32(at) << 32 | read_32(at + 4);
}

/* The whole of a file, which no one else holds open for long; NULL when it cannot be mapped. */
static const unsigned char *map_file(const char *path, size_t *size)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    void *mapped = MAP_FAILED;
    if (descriptor < 0)
        return NULL;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
        (uintmax_t)status.st_size <= SIZE_MAX / 2) {
        *size = (size_t)status.st_size;
        mapped = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    }
    close(descriptor);
    return mapped == MAP_FAILED ? NULL : mapped;
}

static void unmap(const unsigned char *mapped, size_t size)
{
    if (mapped)
        munmap((void *)(uintptr_t)mapped, size);
}

/* The fanout must rise, or a search would leave the table. */
static bool check_index(struct pack_file *pack)
{
    if (pack->index_size < INDEX_HEADER + FANOUT_SIZE + TRAILER_SIZE ||
        memcmp(pack->index, index_magic, sizeof(index_magic)) != 0)
        return false;
    pack->fanout = pack->index + INDEX_HEADER;
    for (size_t i = 1; i < 256; i++)
        if (read_32(pack->fanout + 4 * i) < read_32(pack->fanout + 4 * (i - 1)))
            return false;
    pack->count = read_32(pack->fanout + FANOUT_SIZE - 4);
    size_t room = pack->index_size - INDEX_HEADER - FANOUT_SIZE - TRAILER_SIZE;
    if (pack->count > room / ENTRY_SIZE)
        return false;
    pack->ids = pack->fanout + FANOUT_SIZE;
    pack->offsets = pack->ids + (size_t)pack->count * (OBJECT_ID_SIZE + 4);
    pack->large_offsets = pack->offsets + (size_t)pack->count * 4;
    pack->large_count = (room - (size_t)pack->count * ENTRY_SIZE) / 8;
    return true;
}

static bool check_pack(struct pack_file *pack)
{
    if (pack->size < PACK_HEADER + OBJECT_ID_SIZE ||
        memcmp(pack->data, pack_magic, sizeof(pack_magic)) != 0 ||
        read_32(pack->data + sizeof(pack_magic)) != pack->count)
        return false;
    pack->objects_end = pack->size - OBJECT_ID_SIZE;
    return true;
}

/* ".../pack-1234.pack" from ".../pack-1234.idx"; the caller frees. */
static char *pack_path(const char *index_path)
{
    int stem = (int)(strlen(index_path) - strlen(INDEX_ENDING));
    return memory_printf("%.*s" PACK_ENDING, stem, index_path);
}

bool pack_file_open(struct pack_file *pack, const char *index_path)
{
    char *path = pack_path(index_path);
    *pack = (struct pack_file){ .index = NULL };
    pack->index = map_file(index_path, &pack->index_size);
    if (pack->index)
        pack->data = map_file(path, &pack->size);
    free(path);
    if (pack->data && check_index(pack) && check_pack(pack))
        return true;
    pack_file_close(pack);
    return false;
}

void pack_file_close(struct pack_file *pack)
{
    unmap(pack->index, pack->index_size);
    unmap(pack->data, pack->size);
    *pack = (struct pack_file){ .index = NULL };
}

static bool offset_at(const struct pack_file *pack, size_t place, size_t *offset)
{
    uint32_t small = read_32(pack->offsets + 4 * place);
    uint64_t value = small;
    if (small & LARGE_OFFSET) {
        size_t large = small & ~LARGE_OFFSET;
        if (large >= pack->large_count)
            return false;
        value = read_64(pack->large_offsets + 8 * large);
    }
    if (value < PACK_HEADER || value >= pack->objects_end)
        return false;
    *offset = (size_t)value;
    return true;
}

/* The place of an id is sought between `low` and `high`, whose ids begin with these bytes at least
 * and at most. */
struct reach {
    size_t low, high;
    uint64_t least, most;
};

/* So many guesses come near; an index that is not as ids are is halved from then on. */
#define GUESSES 8

static const unsigned char *id_at(const struct pack_file *pack, size_t place)
{
    return pack->ids + place * OBJECT_ID_SIZE;
}

/* Ids are as good as random numbers: where one stands follows from its bytes, give or take the root
 * of how many there are. Each look into the table is a miss of the processor's caches, and after
 * two or three guesses it is found. */
static size_t guess(const struct reach *reach, uint64_t wanted)
{
    double part = (double)(wanted - reach->least) / ((double)(reach->most - reach->least) + 1);
    size_t count = reach->high - reach->low, steps = (size_t)(part * (double)count);
    return reach->low + (steps < count ? steps : count - 1);
}

static bool find_place(const struct pack_file *pack, const struct object_id *id,
                       struct reach *reach, size_t *place)
{
    uint64_t wanted = read_64(id->bytes);
    for (unsigned tries = 0; reach->low < reach->high; tries++) {
        *place =
            tries < GUESSES ? guess(reach, wanted) : reach->low + (reach->high - reach->low) / 2;
        const unsigned char *found = id_at(pack, *place);
        uint64_t begins = read_64(found);
        int order = wanted < begins   ? -1
                    : wanted > begins ? 1
                                      : memcmp(id->bytes, found, OBJECT_ID_SIZE);
        if (order == 0)
            return true;
        if (order < 0) {
            reach->high = *place;
            reach->most = begins;
        } else {
            reach->low = *place + 1;
            reach->least = begins;
        }
    }
    return false;
}

bool pack_file_find(const struct pack_file *pack, const struct object_id *id, size_t *offset)
{
    unsigned first = id->bytes[0];
    struct reach reach = { .low = first ? read_32(pack->fanout + 4 * (first - 1)) : 0,
                           .high = read_32(pack->fanout + 4 * first),
                           .least = (uint64_t)first << 56,
                           .most = (uint64_t)first << 56 | UINT64_MAX >> 8 };
    size_t place;
    return find_place(pack, id, &reach, &place) && offset_at(pack, place, offset);
}
