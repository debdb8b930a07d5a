/*
 * Numbers as text: scanned and brought to one canonical form without passing through a double or a
 * 64-bit integer, so that no digit is lost and no locale is asked.
 */
#ifndef PILAB_DOCUMENT_NUMBER_H
#define PILAB_DOCUMENT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* The parts of [sign] whole [. fraction] [e exponent], pointing into the scanned text. */
struct decimal {
    char sign; /* '+', '-', or 0 when there is none */
    const char *whole, *fraction;
    size_t whole_length, fraction_length;
    bool has_point;
    const char *exponent; /* its sign included; NULL: none */
    size_t exponent_length;
};

/* Whether the whole text is such a number with a digit before or after the point. */
bool decimal_scan(const char *text, size_t length, struct decimal *decimal);
bool decimal_is_integer(const struct decimal *decimal);

/* Canonical forms; the result lives in the arena. Integers: no plus, no leading zeros, no "-0". */
const char *decimal_integer(struct arena *arena, const struct decimal *decimal);
/* Floats: the digits that matter, as Python's repr and JavaScript lay them out: "1.1", "1.0",
 * "1e+16", "2.5e-07". All digits that were written count. */
const char *decimal_float(struct arena *arena, const struct decimal *decimal);

/* Digits of a base up to 16 as a decimal integer; NULL when one is not a digit of that base, when
 * there is none, or when the value needs more than 64 bits. */
const char *radix_integer(struct arena *arena, bool negative, const char *digits, size_t length,
                          unsigned base);

#endif
