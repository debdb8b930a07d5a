/*
 * The form of what is kept (kept.h): numbers of seven bits a byte, the lowest first; paths and
 * blobs once, where they are met first, and as a number from then on; a checksum at the end.
 */
#ifndef PILAB_GIT_KEPT_BYTES_INTERNAL_H
#define PILAB_GIT_KEPT_BYTES_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/git/changes.h>

struct map;

struct kept_writer {
    struct strbuf *out;
    size_t start;              /* in out */
    struct map *paths, *blobs; /* → the number, and one */
};

void kept_writer_start(struct kept_writer *writer, struct strbuf *out);
/* Adds the checksum, or takes back all that was written. */
void kept_writer_end(struct kept_writer *writer, bool ok);
void kept_put_number(struct kept_writer *writer, uint64_t number);
void kept_put_id(struct kept_writer *writer, const struct object_id *id);
/* `lines`: with the numbers of lines, where they are known. */
void kept_put_change(struct kept_writer *writer, const struct file_change *change, bool lines);
/* As it is. */
void kept_put_text(struct kept_writer *writer, const char *text, size_t length);

/* Once something was not as it is written, `broken` is set and all that follows is zero. */
struct kept_reader {
    const unsigned char *at, *end;
    struct arena *arena; /* for paths */
    struct vector paths; /* const char * */
    struct vector blobs; /* struct object_id */
    bool broken;
};

/* The bytes must outlive the reader. */
void kept_reader_start(struct kept_reader *reader, const struct strbuf *bytes, struct arena *arena);
/* Whether all was read, and as it is written. */
bool kept_reader_end(struct kept_reader *reader);
uint64_t kept_take_number(struct kept_reader *reader);
/* How many of something follow that takes so many bytes each, at least. */
size_t kept_take_count(struct kept_reader *reader, size_t least);
void kept_take_id(struct kept_reader *reader, struct object_id *id);
void kept_take_change(struct kept_reader *reader, struct file_change *change);
/* Within the bytes that are read; NULL when there are not so many. */
const char *kept_take_text(struct kept_reader *reader, size_t length);

struct kept_sides;

/* kept_sides_read without looking into the texts of the commits: those have their ids, files and
 * raw texts only. False for bytes that are not understood; the histories are the caller's all the
 * same. */
bool kept_sides_decode(const struct strbuf *bytes, struct arena *arena, struct kept_sides *out);

#endif
