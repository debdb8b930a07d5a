/*
 * Any bytes as a pack and its index: four bytes that say how long the index is, the index, the
 * pack. Whatever is found in it is whole: each byte can be read, and a NUL follows the last one.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/git/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LENGTH_SIZE  4
#define INDEX_TABLE  (8 + 256 * 4) /* where the ids begin in an index */
#define MOST_OBJECTS 256

static char folder[] = "/tmp/pilab-fuzz-pack-XXXXXX";
static char index_path[sizeof folder + 8], pack_path[sizeof folder + 8];

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void clean_up(void)
{
    unlink(index_path);
    unlink(pack_path);
    rmdir(folder);
}

static void make_folder(void)
{
    must(mkdtemp(folder) != NULL);
    snprintf(index_path, sizeof index_path, "%s/p.idx", folder);
    snprintf(pack_path, sizeof pack_path, "%s/p.pack", folder);
    atexit(clean_up);
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    must(descriptor >= 0);
    must(write(descriptor, data, size) == (ssize_t)size);
    must(close(descriptor) == 0);
}

static void read_object(struct pack_set *set, const struct object_id *id)
{
    struct packed object;
    unsigned sum = 0;

    if (pack_set_read(set, id, PACKED_LIMIT, &object) != PACK_READ)
        return;
    for (size_t i = 0; i < object.size; i++)
        sum += (unsigned char)object.data[i];
    must(sum <= object.size * 255);
    must(object.data[object.size] == '\0');
    packed_release(&object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pack_set *set;
    size_t index_size;

    if (size < LENGTH_SIZE)
        return 0;
    index_size = (size_t)data[0] << 24 | (size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3];
    data += LENGTH_SIZE;
    size -= LENGTH_SIZE;
    if (index_size > size)
        return 0;
    if (index_path[0] == '\0')
        make_folder();
    write_file(index_path, data, index_size);
    write_file(pack_path, data + index_size, size - index_size);
    set = pack_set_open(folder);
    for (size_t i = 0; i < MOST_OBJECTS && INDEX_TABLE + (i + 1) * OBJECT_ID_SIZE <= index_size;
         i++) {
        struct object_id id;

        memcpy(id.bytes, data + INDEX_TABLE + i * OBJECT_ID_SIZE, OBJECT_ID_SIZE);
        read_object(set, &id);
    }
    pack_set_free(&set);
    return 0;
}
