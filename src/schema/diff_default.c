/*
 * Whether two defaults of columns of MySQL and MariaDB are one value: a server keeps what the
 * column would hold, and not what was written. DECIMAL(10,2) DEFAULT 0 is 0.00 there, TIME DEFAULT
 * '10:00' '10:00:00', BIT(4) DEFAULT 5 b'101'.
 */
#include <config.h> /* strsep is a system extension */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>
#include <pilab/base/real.h>
#include <pilab/base/strbuf.h>

#include "diff_parts.h"
#include "mysql_quote.h"

/* More digits than any number type has, behind a point and before it. */
enum { MOST_DIGITS = 100, MOST_PARTS = 7 };

#define DIGITS "0123456789"

/* A value as it is written: what stands between quotes, or a bare word. */
struct written {
    const char *text;
    bool quoted;
};

/* --- Numbers ---------------------------------------------------------------------------------- */

struct number {
    bool negative;
    char digits[2 * MOST_DIGITS + 1]; /* without leading zeros */
    long count, point;                /* digits before the point, where it is */
};

static bool read_number(const char *text, struct number *number)
{
    bool behind = false, any = false;

    *number = (struct number){ .negative = *text == '-' };
    text += *text == '-' || *text == '+';
    for (; isdigit((unsigned char)*text) || (*text == '.' && !behind); text++) {
        if (*text == '.') {
            behind = true;
            continue;
        }
        any = true;
        if (number->count == 0 && *text == '0') {
            number->point -= behind;
            continue;
        }
        if (number->count == MOST_DIGITS)
            return false;
        number->digits[number->count++] = *text;
        number->point += !behind;
    }
    if (any && (*text == 'e' || *text == 'E')) {
        char *end;
        long exponent = strtol(text + 1, &end, 10);

        if (end == text + 1 || exponent > MOST_DIGITS || exponent < -MOST_DIGITS)
            return false;
        number->point += exponent;
        text = end;
    }
    return any && *text == '\0';
}

/* To so many digits behind the point, a half away from zero. */
static void round_number(struct number *number, long scale)
{
    long keep = number->point + scale, i;
    bool up = keep >= 0 && keep < number->count && number->digits[keep] >= '5';

    if (keep >= number->count)
        return;
    number->count = keep > 0 ? keep : 0;
    if (!up)
        return;
    for (i = number->count - 1; i >= 0 && number->digits[i] == '9'; i--)
        number->digits[i] = '0';
    if (i >= 0) {
        number->digits[i]++;
        return;
    }
    memmove(number->digits + 1, number->digits, (size_t)number->count);
    number->digits[0] = '1';
    number->count++;
    number->point++;
}

static void add_number(struct strbuf *out, struct number *number)
{
    while (number->count > 0 && number->digits[number->count - 1] == '0')
        number->count--;
    if (number->count == 0) {
        strbuf_add_char(out, '0');
        return;
    }
    strbuf_printf(out, "%s%.*se%ld", number->negative ? "-" : "", (int)number->count,
                  number->digits, number->point);
}

/* "(10,2)": the second of them; 0 where there is none. No server has one beyond our bound. */
static long scale_of(const char *type)
{
    const char *comma = strchr(type, ',');
    long scale = comma != NULL ? strtol(comma + 1, NULL, 10) : 0;

    if (scale < 0)
        return 0;
    return scale < MOST_DIGITS ? scale : MOST_DIGITS;
}

static bool add_exact(struct strbuf *out, const char *text, long scale)
{
    struct number number;

    if (!read_number(text, &number))
        return false;
    round_number(&number, scale);
    add_number(out, &number);
    return true;
}

static bool add_real(struct strbuf *out, const char *type, const char *text)
{
    struct number number;
    double value;

    if (!read_number(text, &number))
        return false;
    if (strchr(type, ',') != NULL)
        return add_exact(out, text, scale_of(type));
    value = real_read(text, NULL);
    if (strncmp(type, "float", strlen("float")) == 0)
        strbuf_printf(out, "%a", (double)(float)value + 0.0);
    else
        strbuf_printf(out, "%a", value + 0.0);
    return true;
}

/* b'0101', x'0f' and 0x0f are numbers where a number stands. */
static bool add_bits(struct strbuf *out, const char *text)
{
    bool hex = strncasecmp(text, "x'", 2) == 0 || strncasecmp(text, "0x", 2) == 0;
    const char *digits = hex ? DIGITS "abcdefABCDEF" : "01";
    size_t length;

    if (!hex && strncasecmp(text, "b'", 2) != 0 && strncasecmp(text, "0b", 2) != 0)
        return false;
    length = strspn(text + 2, digits);
    if (length == 0 || length > (hex ? 15 : 63) ||
        (text[2 + length] != '\0' && strcmp(text + 2 + length, "'") != 0))
        return false;
    strbuf_printf(out, "%llu", strtoull(text + 2, NULL, hex ? 16 : 2));
    return true;
}

static bool add_year(struct strbuf *out, const struct written *written)
{
    char *end;
    long year = strtol(written->text, &end, 10);

    if (end == written->text || *end != '\0')
        return false;
    if (year >= 70 && year <= 99)
        year += 1900;
    else if ((year >= 1 && year <= 69) || (year == 0 && written->quoted && end < written->text + 3))
        year += 2000;
    strbuf_printf(out, "%ld", year);
    return true;
}

/* --- Moments ---------------------------------------------------------------------------------- */

/* How many digits of a second the type has. */
static long fraction_of(const char *type)
{
    const char *paren = strchr(type, '(');

    return paren != NULL ? strtol(paren + 1, NULL, 10) : 0;
}

/* The numbers of a text, and the digits behind the second. */
static size_t take_parts(const char *text, long parts[MOST_PARTS], const char **fraction)
{
    size_t count = 0;

    *fraction = "";
    for (; count < MOST_PARTS; count++) {
        size_t length = strspn(text, DIGITS);

        if (length == 0 || length > 9)
            return 0;
        parts[count] = strtol(text, NULL, 10);
        text += length;
        if (*text == '\0')
            return count + 1;
        if (*text == '.') {
            *fraction = text + 1;
            return text[1 + strspn(text + 1, DIGITS)] == '\0' ? count + 1 : 0;
        }
        if (strchr("-:/ T", *text) == NULL)
            return 0;
        text++;
    }
    return 0;
}

/* 20200102, 20200102030405, 30405: as the words with their signs. */
static bool take_packed(const char *text, bool has_date, long parts[MOST_PARTS], size_t *count)
{
    size_t length = strlen(text);
    long long value = strtoll(text, NULL, 10), day = value, clock = value;

    if (text[strspn(text, DIGITS)] != '\0' || length == 0)
        return false;
    if (has_date && value != 0 && length != 8 && length != 14)
        return false;
    if (!has_date && length > 7)
        return false;
    if (has_date) {
        day = length == 14 ? value / 1000000 : value;
        clock = length == 14 ? value % 1000000 : 0;
        *parts++ = (long)(day / 10000);
        *parts++ = (long)(day / 100 % 100);
        *parts++ = (long)(day % 100);
    }
    *parts++ = (long)(clock / 10000);
    *parts++ = (long)(clock / 100 % 100);
    *parts = (long)(clock % 100);
    *count = has_date ? 6 : 3;
    return true;
}

/* Year, month, day, hour, minute, second, as far as the type has them. */
static bool add_moment(struct strbuf *out, const char *type, const char *text)
{
    bool of_date = strcmp(type, "date") == 0,
         has_date = strncmp(type, "time", 4) != 0 || strncmp(type, "timestamp", 9) == 0;
    long parts[MOST_PARTS] = { 0 }, room = fraction_of(type);
    const char *fraction = "";
    bool negative = *text == '-' && !has_date;
    size_t count = 0, most = of_date ? 3 : has_date ? 6 : 3, length;

    text += negative;
    if (!take_packed(text, has_date, parts, &count))
        count = take_parts(text, parts, &fraction);
    if (count == 0 || (has_date && count < 3) || (!has_date && count < 2) || count > 6)
        return false;
    strbuf_add(out, negative ? "-" : "");
    for (size_t i = 0; i < most; i++)
        strbuf_printf(out, "%ld ", parts[i]);
    length = strlen(fraction) < (size_t)room ? strlen(fraction) : (size_t)room;
    while (length > 0 && fraction[length - 1] == '0')
        length--;
    if (!of_date)
        strbuf_add_bytes(out, fraction, length);
    return true;
}

/* --- Values ----------------------------------------------------------------------------------- */

static bool is_type(const char *type, const char *name)
{
    size_t length = strlen(name);

    return strncmp(type, name, length) == 0 && !isalnum((unsigned char)type[length]);
}

static bool is_one_of(const char *type, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (is_type(type, *names))
            return true;
    }
    return false;
}

/* x'4142' and 0x4142 where a text stands; a NUL is written as \0. */
static bool add_hex(struct strbuf *out, const char *text)
{
    bool quoted = strncasecmp(text, "x'", 2) == 0;
    size_t length =
        quoted || strncasecmp(text, "0x", 2) == 0 ? strspn(text + 2, DIGITS "abcdefABCDEF") : 0;

    if (length == 0 || length % 2 != 0 || strcmp(text + 2 + length, quoted ? "'" : "") != 0)
        return false;
    for (size_t i = 2; i < length + 2; i += 2) {
        char digits[] = { text[i], text[i + 1], '\0' };
        char byte = (char)strtol(digits, NULL, 16);

        if (byte == '\0')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, byte == '\0' ? '0' : byte);
    }
    return true;
}

/* A label stands in any case, but where the type has another that differs in nothing else: its
 * collation tells the two apart. */
static void lower_label(const char *type, char *text)
{
    struct strbuf label = STRBUF_INIT;
    size_t alike = 0;

    for (const char *at = strchr(type, '\''), *end; at != NULL && alike < 2;
         at = strchr(end, '\'')) {
        end = mysql_skip_quoted(at);
        strbuf_clear(&label);
        mysql_add_value(&label, at, (size_t)(end - at));
        alike += strcasecmp(label.data, text) == 0;
    }
    strbuf_release(&label);
    for (; alike < 2 && *text != '\0'; text++)
        *text = (char)tolower((unsigned char)*text);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The members of a set have an order of their own. */
static bool add_set(struct strbuf *out, const char *type, const char *text)
{
    enum { MOST_MEMBERS = 64 };
    const char *members[MOST_MEMBERS];
    char *copy = memory_copy_text(text), *rest = copy;
    size_t count = 0;

    for (char *one; count < MOST_MEMBERS && (one = strsep(&rest, ",")) != NULL;) {
        lower_label(type, one);
        members[count++] = one;
    }
    qsort(members, count, sizeof *members, compare_words);
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s,", members[i]);
    free(copy);
    return rest == NULL;
}

/* What has no label of its own (uuid) stands in any case, too. */
static void add_label(struct strbuf *out, const char *type, const char *text)
{
    char *copy = memory_copy_text(text);

    lower_label(type, copy);
    strbuf_add(out, copy);
    free(copy);
}

static bool add_text(struct strbuf *out, const char *type, const struct written *written)
{
    size_t length = strlen(written->text);
    struct number number;

    if (!written->quoted && add_hex(out, written->text))
        return true;
    if (!written->quoted && !read_number(written->text, &number))
        return false;
    if (is_type(type, "set"))
        return add_set(out, type, written->text);
    while (is_type(type, "binary") && length > 1 &&
           strncmp(written->text + length - 2, "\\0", 2) == 0)
        length -= 2;
    while (is_type(type, "char") && length > 0 && written->text[length - 1] == ' ')
        length--;
    if (is_type(type, "enum") || is_type(type, "uuid"))
        add_label(out, type, written->text);
    else
        strbuf_add_bytes(out, written->text, length);
    return true;
}

/* How the column would hold it, behind the family of its type. False: it is an expression, or of a
 * type of which we do not know. */
static bool add_held(struct strbuf *out, const char *type, const struct written *written)
{
    static const char *const integers[] = { "tinyint", "smallint", "mediumint",
                                            "int",     "bigint",   NULL };
    static const char *const reals[] = { "float", "double", NULL };
    static const char *const moments[] = { "date", "time", "datetime", "timestamp", NULL };
    static const char *const texts[] = { "char",       "varchar",  "tinytext",  "text",
                                         "mediumtext", "longtext", "enum",      "uuid",
                                         "set",        "binary",   "varbinary", NULL };

    if (is_one_of(type, moments)) {
        strbuf_printf(out, "moment ");
        return add_moment(out, type, written->text);
    }
    if (is_one_of(type, texts)) {
        strbuf_add(out, "text ");
        return add_text(out, type, written);
    }
    if (is_type(type, "year")) {
        strbuf_add(out, "year ");
        return add_year(out, written);
    }
    strbuf_add(out, "number ");
    if (is_one_of(type, integers) || is_type(type, "bit")) {
        struct strbuf bits = STRBUF_INIT;
        bool is_bits = !written->quoted && add_bits(&bits, written->text);
        bool ok = add_exact(out, is_bits ? bits.data : written->text, 0);

        strbuf_release(&bits);
        return ok;
    }
    if (is_type(type, "decimal"))
        return add_exact(out, written->text, scale_of(type));
    return is_one_of(type, reals) && add_real(out, type, written->text);
}

static bool add_default(struct strbuf *out, const struct schema_object *column)
{
    const char *type = schema_get(column, SCHEMA_TYPE), *text = schema_get(column, SCHEMA_DEFAULT);
    static const char *const prefixes[] = { "date", "timestamp", "time" };
    struct strbuf value = STRBUF_INIT;
    struct written written;
    bool ok;

    if (type == NULL || text == NULL)
        return false;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t length = strlen(prefixes[i]);

        if (strncasecmp(text, prefixes[i], length) == 0) {
            const char *quote = text + length + strspn(text + length, " ");

            text = *quote == '\'' ? quote : text;
        }
    }
    written = (struct written){ .text = text, .quoted = *text == '\'' || *text == '"' };
    if (written.quoted) {
        if (*mysql_skip_quoted(text) != '\0')
            return false;
        mysql_add_value(&value, text, strlen(text));
        written.text = value.data;
    }
    ok = add_held(out, type, &written);
    strbuf_release(&value);
    return ok;
}

bool diff_same_default(const struct schema_object *previous, const struct schema_object *current)
{
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
    bool same = add_default(&before, previous) && add_default(&after, current) &&
                strcmp(before.data, after.data) == 0;

    strbuf_release(&before);
    strbuf_release(&after);
    return same;
}
