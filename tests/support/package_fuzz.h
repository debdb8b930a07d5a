/*
 * Any bytes as files that name packages, for the fuzz targets of the packages room.
 */
#ifndef PILAB_TESTS_PACKAGE_FUZZ_H
#define PILAB_TESTS_PACKAGE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The first byte chooses one of the names, which tell the format; the rest is the file, and every
 * file beside it as well. Aborts when a list is not as lists are. */
void package_fuzz(const char *const *names, size_t count, const uint8_t *data, size_t size);

#endif
