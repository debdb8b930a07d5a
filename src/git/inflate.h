/* Unpacking a zlib stream (RFC 1950) whose size is known, many times in a row. For one thread. */
#ifndef PILAB_GIT_INFLATE_INTERNAL_H
#define PILAB_GIT_INFLATE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

struct inflater;

struct inflater *inflater_new(void);
void inflater_free(struct inflater **inflater);

/* Whether the stream at `in`, which ends before `in_size`, unpacks to exactly `out_size` bytes, and
 * its checksum holds. `out` has room for one byte at least. */
bool inflater_run(struct inflater *inflater, const unsigned char *in, size_t in_size,
                  unsigned char *out, size_t out_size);

/* The first `out_size` bytes of such a stream, whatever follows. Dearer than inflater_run for what
 * is small. */
bool inflate_head(const unsigned char *in, size_t in_size, unsigned char *out, size_t out_size);

#endif
