#include "kept_bytes.h"

#include <string.h>
#include <zlib.h>

#include <pilab/base/map.h>

#define CHECKSUM_SIZE 4

/* Of the first byte of a change: its status, and what is known of it. */
#define STATUS_BITS  0x07u
#define BIT_COUNTED  0x08u
#define BIT_BINARY   0x10u
#define BIT_OLD_PATH 0x20u
#define ALL_BITS     0x3fu

/* CRC-32 (RFC 1952), the lowest byte first: against damage, not against anybody. */
static void checksum(const void *bytes, size_t length, unsigned char out[CHECKSUM_SIZE])
{
    uLong sum = crc32_z(crc32_z(0, NULL, 0), bytes, length);
    for (size_t i = 0; i < CHECKSUM_SIZE; i++)
        out[i] = (unsigned char)(sum >> 8 * i);
}

/* --- Writing ---------------------------------------------------------------------------------- */

void kept_writer_start(struct kept_writer *writer, struct strbuf *out)
{
    *writer = (struct kept_writer){
        .out = out, .start = out->length, .paths = map_new(), .blobs = map_new()
    };
}

void kept_writer_end(struct kept_writer *writer, bool ok)
{
    struct strbuf *out = writer->out;
    unsigned char sum[CHECKSUM_SIZE];
    if (ok) {
        checksum(out->data + writer->start, out->length - writer->start, sum);
        strbuf_add_bytes(out, sum, sizeof(sum));
    } else {
        strbuf_truncate(out, writer->start);
    }
    map_free(&writer->paths);
    map_free(&writer->blobs);
}

void kept_put_number(struct kept_writer *writer, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        strbuf_add_char(writer->out, (char)(0x80 | (number & 0x7f)));
    strbuf_add_char(writer->out, (char)number);
}

void kept_put_id(struct kept_writer *writer, const struct object_id *id)
{
    strbuf_add_bytes(writer->out, id->bytes, OBJECT_ID_SIZE);
}

/* The number it has; false when it is new, and what it is must follow. */
static bool put_known(struct kept_writer *writer, struct map *known, const void *bytes,
                      size_t length)
{
    uintptr_t number = (uintptr_t)map_get_bytes(known, bytes, length);
    if (number == 0)
        map_put_bytes(known, bytes, length, (void *)((uintptr_t)map_count(known) + 1));
    kept_put_number(writer, number ? number - 1 : map_count(known) - 1);
    return number != 0;
}

static void put_path(struct kept_writer *writer, const char *path)
{
    size_t length = strlen(path);
    if (put_known(writer, writer->paths, path, length))
        return;
    kept_put_number(writer, length);
    strbuf_add_bytes(writer->out, path, length);
}

static void put_version(struct kept_writer *writer, uint32_t mode, const struct object_id *blob)
{
    kept_put_number(writer, mode);
    if (mode && !put_known(writer, writer->blobs, blob->bytes, OBJECT_ID_SIZE))
        kept_put_id(writer, blob);
}

void kept_put_change(struct kept_writer *writer, const struct file_change *change, bool lines)
{
    bool counted = lines && change->counted;
    unsigned bits = (unsigned)change->status | (counted ? BIT_COUNTED : 0) |
                    (counted && change->binary ? BIT_BINARY : 0) |
                    (change->old_path ? BIT_OLD_PATH : 0);
    kept_put_number(writer, bits);
    put_path(writer, change->path);
    if (change->old_path) {
        put_path(writer, change->old_path);
        kept_put_number(writer, change->likeness);
    }
    put_version(writer, change->old_mode, &change->old_blob);
    put_version(writer, change->new_mode, &change->new_blob);
    if (counted) {
        kept_put_number(writer, change->insertions);
        kept_put_number(writer, change->deletions);
    }
}

void kept_put_text(struct kept_writer *writer, const char *text, size_t length)
{
    strbuf_add_bytes(writer->out, text, length);
}

/* --- Reading ---------------------------------------------------------------------------------- */

void kept_reader_start(struct kept_reader *reader, const struct strbuf *bytes, struct arena *arena)
{
    const unsigned char *start = (const unsigned char *)bytes->data;
    unsigned char sum[CHECKSUM_SIZE];
    *reader = (struct kept_reader){ .at = start, .end = start, .arena = arena };
    vector_init(&reader->paths, sizeof(const char *));
    vector_init(&reader->blobs, sizeof(struct object_id));
    reader->broken = bytes->length < CHECKSUM_SIZE;
    if (reader->broken)
        return;
    reader->end = start + bytes->length - CHECKSUM_SIZE;
    checksum(start, bytes->length - CHECKSUM_SIZE, sum);
    reader->broken = memcmp(sum, reader->end, CHECKSUM_SIZE) != 0;
}

bool kept_reader_end(struct kept_reader *reader)
{
    vector_release(&reader->paths);
    vector_release(&reader->blobs);
    return !reader->broken && reader->at == reader->end;
}

static size_t left(const struct kept_reader *reader)
{
    return reader->broken ? 0 : (size_t)(reader->end - reader->at);
}

uint64_t kept_take_number(struct kept_reader *reader)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && left(reader) > 0; shift += 7) {
        unsigned char byte = *reader->at++;
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return number;
    }
    reader->broken = true;
    return 0;
}

size_t kept_take_count(struct kept_reader *reader, size_t least)
{
    uint64_t count = kept_take_number(reader);
    reader->broken = reader->broken || count > left(reader) / least;
    return reader->broken ? 0 : (size_t)count;
}

static const unsigned char *take_bytes(struct kept_reader *reader, size_t length)
{
    const unsigned char *bytes = reader->at;
    reader->broken = reader->broken || length > left(reader);
    if (reader->broken)
        return NULL;
    reader->at += length;
    return bytes;
}

void kept_take_id(struct kept_reader *reader, struct object_id *id)
{
    const unsigned char *bytes = take_bytes(reader, OBJECT_ID_SIZE);
    *id = (struct object_id){ { 0 } };
    if (bytes)
        memcpy(id->bytes, bytes, OBJECT_ID_SIZE);
}

/* A path that is new follows; neither an empty one nor one that ends within itself is any. */
static const char *take_path(struct kept_reader *reader)
{
    uint64_t number = kept_take_number(reader);
    if (number < reader->paths.count)
        return *(const char **)vector_at(&reader->paths, (size_t)number);
    size_t length = number == reader->paths.count ? kept_take_count(reader, 1) : 0;
    const unsigned char *bytes = take_bytes(reader, length);
    reader->broken = reader->broken || length == 0 || memchr(bytes, '\0', length) != NULL;
    if (reader->broken)
        return "";
    const char *path = arena_bytes(reader->arena, bytes, length);
    vector_push(&reader->paths, &path);
    return path;
}

static void take_version(struct kept_reader *reader, uint32_t *mode, struct object_id *blob)
{
    uint64_t given = kept_take_number(reader);
    *blob = (struct object_id){ { 0 } };
    *mode = (uint32_t)given;
    reader->broken = reader->broken || given > UINT32_MAX;
    if (*mode == 0 || reader->broken)
        return;
    uint64_t number = kept_take_number(reader);
    reader->broken = reader->broken || number > reader->blobs.count;
    if (!reader->broken && number < reader->blobs.count) {
        *blob = *(struct object_id *)vector_at(&reader->blobs, (size_t)number);
        return;
    }
    kept_take_id(reader, blob);
    vector_push(&reader->blobs, blob);
}

/* What is new was nowhere before, unless it comes from another place; what is gone is nowhere. */
static bool modes_fit(const struct file_change *change)
{
    bool from_elsewhere = change->status == FILE_RENAMED || change->status == FILE_COPIED;
    return from_elsewhere == (change->old_path != NULL) &&
           (change->status == FILE_ADDED) == (change->old_mode == 0) &&
           (change->status == FILE_DELETED) == (change->new_mode == 0);
}

void kept_take_change(struct kept_reader *reader, struct file_change *change)
{
    uint64_t bits = kept_take_number(reader);
    unsigned status = (unsigned)bits & STATUS_BITS;
    *change = (struct file_change){ .path = "" };
    reader->broken = reader->broken || bits > ALL_BITS || status > FILE_TYPE_CHANGED;
    if (reader->broken)
        return;
    change->status = (enum file_status)status;
    change->counted = bits & BIT_COUNTED;
    change->binary = bits & BIT_BINARY;
    change->path = take_path(reader);
    if (bits & BIT_OLD_PATH) {
        change->old_path = take_path(reader);
        change->likeness = (unsigned)kept_take_number(reader);
    }
    take_version(reader, &change->old_mode, &change->old_blob);
    take_version(reader, &change->new_mode, &change->new_blob);
    reader->broken = reader->broken || !modes_fit(change);
    if (change->counted) {
        change->insertions = kept_take_number(reader);
        change->deletions = kept_take_number(reader);
    }
}

const char *kept_take_text(struct kept_reader *reader, size_t length)
{
    return (const char *)take_bytes(reader, length);
}
