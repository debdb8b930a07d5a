/*
 * A version taken apart: numbers, what comes before or after a release of these numbers, and what
 * makes no difference to the order of releases. Inside of the packages room.
 */
#ifndef PILAB_PACKAGES_VERSION_PARTS_H
#define PILAB_PACKAGES_VERSION_PARTS_H

#include <stdbool.h>
#include <stddef.h>

struct version_span {
    const char *text;
    size_t length;
};

enum version_scheme {
    SCHEME_SEMVER,
    SCHEME_PEP440,
    SCHEME_WORDS /* Maven, RubyGems and Composer: words with ranks, "1.0-rc1", "1.0.rc1" */
};

#define VERSION_NUMBER_MAX 16

struct version_parts {
    enum version_scheme scheme;
    struct version_span epoch;                       /* PEP 440 */
    struct version_span numbers[VERSION_NUMBER_MAX]; /* without leading zeros: 0 is "" */
    size_t number_count;                             /* without zeros at the end */
    struct version_span rest;                        /* "rc.1", ".dev3", "-SNAPSHOT" */
    struct version_span build;                       /* "20240101" of 1.0+20240101 */
};

/* False: it is none. The parts point into the text. */
bool version_parts_read(const char *ecosystem, const char *text, struct version_parts *parts);

/* *number, unless NULL, gets the index of the first number that differs (0 for the epoch). */
int version_numbers_compare(const struct version_parts *a, const struct version_parts *b,
                            size_t *number);
/* 0 where one of them is a flavour of the release ("-jre"), which is no step: no order of three. */
int version_rest_compare(const struct version_parts *a, const struct version_parts *b);
/* An order of all: flavours stand behind what has a rank. */
int version_rest_order(const struct version_parts *a, const struct version_parts *b);
int version_build_compare(const struct version_parts *a, const struct version_parts *b);

#endif
