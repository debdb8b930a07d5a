#include "number.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

/* Exponents of more digits than this say nothing that a number could be compared by. */
#define EXPONENT_DIGITS_MAX 9

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digit_run(const char *text, const char *end)
{
    const char *cursor = text;

    while (cursor < end && is_digit(*cursor))
        cursor++;
    return (size_t)(cursor - text);
}

bool decimal_scan(const char *text, size_t length, struct decimal *decimal)
{
    const char *cursor = text;
    const char *end = text + length;

    *decimal = (struct decimal){ 0 };
    if (cursor < end && (*cursor == '+' || *cursor == '-'))
        decimal->sign = *cursor++;

    decimal->whole = cursor;
    decimal->whole_length = digit_run(cursor, end);
    cursor += decimal->whole_length;

    if (cursor < end && *cursor == '.') {
        decimal->has_point = true;
        cursor++;
    }
    decimal->fraction = cursor;
    if (decimal->has_point)
        decimal->fraction_length = digit_run(cursor, end);
    cursor += decimal->fraction_length;
    if (decimal->whole_length + decimal->fraction_length == 0)
        return false;

    if (cursor < end && (*cursor == 'e' || *cursor == 'E')) {
        decimal->exponent = ++cursor;
        if (cursor < end && (*cursor == '+' || *cursor == '-'))
            cursor++;
        size_t digits = digit_run(cursor, end);
        if (digits == 0)
            return false;
        cursor += digits;
        decimal->exponent_length = (size_t)(cursor - decimal->exponent);
    }
    return cursor == end;
}

bool decimal_is_integer(const struct decimal *decimal)
{
    return !decimal->has_point && !decimal->exponent;
}

const char *decimal_integer(struct arena *arena, const struct decimal *decimal)
{
    const char *digits = decimal->whole;
    size_t length = decimal->whole_length;

    while (length > 1 && *digits == '0') {
        digits++;
        length--;
    }
    bool zero = length == 1 && *digits == '0';
    if (decimal->sign != '-' || zero)
        return arena_bytes(arena, digits, length);

    char *value = arena_alloc(arena, length + 2);
    value[0] = '-';
    memcpy(value + 1, digits, length);
    return value;
}

/* False when the exponent has too many digits. */
static bool read_exponent(const struct decimal *decimal, long *exponent)
{
    const char *digits = decimal->exponent;
    size_t length = decimal->exponent_length;
    bool negative = false;

    *exponent = 0;
    if (!digits)
        return true;
    if (*digits == '+' || *digits == '-') {
        negative = *digits == '-';
        digits++;
        length--;
    }
    while (length > 1 && *digits == '0') {
        digits++;
        length--;
    }
    if (length > EXPONENT_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        *exponent = *exponent * 10 + (digits[i] - '0');
    if (negative)
        *exponent = -*exponent;
    return true;
}

/* `digits` has neither leading nor trailing zeros and stands for 0.DIGITS times 10^point. */
static void lay_out(struct strbuf *out, const char *digits, size_t length, long point)
{
    if (point < -3 || point > 16) {
        strbuf_add_char(out, digits[0]);
        if (length > 1) {
            strbuf_add_char(out, '.');
            strbuf_add_bytes(out, digits + 1, length - 1);
        }
        strbuf_printf(out, "e%+03ld", point - 1);
    } else if (point <= 0) {
        strbuf_add(out, "0.");
        strbuf_add_repeat(out, "0", (size_t)-point);
        strbuf_add_bytes(out, digits, length);
    } else if ((size_t)point >= length) {
        strbuf_add_bytes(out, digits, length);
        strbuf_add_repeat(out, "0", (size_t)point - length);
        strbuf_add(out, ".0");
    } else {
        strbuf_add_bytes(out, digits, (size_t)point);
        strbuf_add_char(out, '.');
        strbuf_add_bytes(out, digits + point, length - (size_t)point);
    }
}

const char *decimal_float(struct arena *arena, const struct decimal *decimal)
{
    struct strbuf digits = STRBUF_INIT;
    struct strbuf out = STRBUF_INIT;
    long exponent = 0;

    strbuf_add_bytes(&digits, decimal->whole, decimal->whole_length);
    strbuf_add_bytes(&digits, decimal->fraction, decimal->fraction_length);

    size_t zeros = 0;
    while (zeros < digits.length && digits.data[zeros] == '0')
        zeros++;
    size_t length = digits.length;
    while (length > zeros && digits.data[length - 1] == '0')
        length--;

    if (length == zeros) {
        strbuf_add(&out, "0.0");
    } else {
        if (decimal->sign == '-')
            strbuf_add_char(&out, '-');
        if (read_exponent(decimal, &exponent)) {
            long point = (long)decimal->whole_length - (long)zeros + exponent;
            lay_out(&out, digits.data + zeros, length - zeros, point);
        } else {
            strbuf_add_bytes(&out, digits.data + zeros, length - zeros);
            strbuf_add_char(&out, 'e');
            strbuf_add_bytes(&out, decimal->exponent, decimal->exponent_length);
        }
    }
    const char *value = strbuf_to_arena(&out, arena);
    strbuf_release(&digits);
    strbuf_release(&out);
    return value;
}

static unsigned digit_value(char c)
{
    if (is_digit(c))
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return UINT32_MAX;
}

const char *radix_integer(struct arena *arena, bool negative, const char *digits, size_t length,
                          unsigned base)
{
    uint64_t value = 0;

    if (length == 0)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        unsigned digit = digit_value(digits[i]);
        if (digit >= base || value > (UINT64_MAX - digit) / base)
            return NULL;
        value = value * base + digit;
    }
    return arena_printf(arena, "%s%" PRIu64, negative && value > 0 ? "-" : "", value);
}
