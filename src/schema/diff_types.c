/* What a column's values are in for when its type becomes another: by what the types can hold. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>

#include "diff_parts.h"
#include "mysql_quote.h"

/* A server that cuts some values refuses others. */
#define CUTS (DIFF_TYPE_NARROWS | DIFF_TYPE_CUTS)

enum family { OTHER, INTEGER, DECIMAL, REAL, TEXT, BYTES, BOOLEAN, DATE, TIME, MOMENT, LABELS };

#define NO_LIMIT (-1L)
#define MOST     1000000000000L /* more than any type has of anything */

struct held {
    enum family family;
    int bits;           /* of an integer, or of the precise part of a real */
    bool is_unsigned;   /* an integer below zero is none */
    long digits, scale; /* of a decimal; digits NO_LIMIT: any number */
    long length;        /* of texts and bytes */
    bool fixed;         /* padded to its length */
    bool zone;          /* a moment that is kept as one for everybody */
    bool is_short;      /* from 1970 to 2038 */
    long fraction;      /* digits of seconds */
};

/* In small letters, without what stands in parentheses; longer names before what they begin with.
 * `size` is an integer's bits, a text's length where the name says it, digits of seconds. */
static const struct row {
    const char *name;
    enum family family;
    long size;
    bool fixed, zone;
} postgresql[] = {
    {"smallint",            INTEGER, 16,       false, false},
    { "integer",            INTEGER, 32,       false, false},
    { "bigint",             INTEGER, 64,       false, false},
    { "numeric",            DECIMAL, 0,        false, false},
    { "real",               REAL,    24,       false, false},
    { "double precision",   REAL,    53,       false, false},
    { "character varying",  TEXT,    NO_LIMIT, false, false},
    { "character",          TEXT,    1,        true,  false},
    { "text",               TEXT,    NO_LIMIT, false, false},
    { "bytea",              BYTES,   NO_LIMIT, false, false},
    { "boolean",            BOOLEAN, 0,        false, false},
    { "date",               DATE,    0,        false, false},
    { "timestamp",          MOMENT,  6,        false, false},
    { "time",               TIME,    6,        false, false},
}, mysql[] = {
    { "tinyint",            INTEGER, 8,        false, false},
    { "smallint",           INTEGER, 16,       false, false},
    { "mediumint",          INTEGER, 24,       false, false},
    { "int",                INTEGER, 32,       false, false},
    { "bigint",             INTEGER, 64,       false, false},
    { "decimal",            DECIMAL, 10,       false, false},
    { "float",              REAL,    24,       false, false},
    { "double",             REAL,    53,       false, false},
    { "varchar",            TEXT,    NO_LIMIT, false, false},
    { "char",               TEXT,    1,        true,  false},
    { "tinytext",           TEXT,    255,      false, false},
    { "text",               TEXT,    65535,    false, false},
    { "mediumtext",         TEXT,    16777215, false, false},
    { "longtext",           TEXT,    NO_LIMIT, false, false},
    { "varbinary",          BYTES,   NO_LIMIT, false, false},
    { "binary",             BYTES,   1,        true,  false},
    { "tinyblob",           BYTES,   255,      false, false},
    { "blob",               BYTES,   65535,    false, false},
    { "mediumblob",         BYTES,   16777215, false, false},
    { "longblob",           BYTES,   NO_LIMIT, false, false},
    { "enum",               LABELS,  0,        false, false},
    { "set",                LABELS,  0,        false, false},
    { "date",               DATE,    0,        false, false},
    { "datetime",           MOMENT,  0,        false, false},
    { "timestamp",          MOMENT,  0,        false, true },
    { "time",               TIME,    0,        false, false},
};

/* The row whose name ends where the type's does. */
static const struct row *find_row(const struct row *rows, size_t count, const char *type)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(rows[i].name);
        char behind = strncasecmp(type, rows[i].name, length) == 0 ? type[length] : 'x';
        if (behind == '\0' || behind == '(' || behind == ' ' || behind == '[')
            return &rows[i];
    }
    return NULL;
}

static long modifier(const char *type, int index, long absent)
{
    const char *at = strchr(type, '(');
    for (; at && index > 0; index--)
        at = strchr(at + 1, ',');
    long number = at ? strtol(at + 1, NULL, 10) : absent;
    return number > MOST ? MOST : number < -MOST ? -MOST : number;
}

static struct held held_by(enum schema_dialect dialect, const char *type)
{
    bool mine = dialect == SCHEMA_MYSQL;
    const struct row *row =
        mine ? find_row(mysql, sizeof(mysql) / sizeof(mysql[0]), type)
             : find_row(postgresql, sizeof(postgresql) / sizeof(postgresql[0]), type);
    struct held held = { .family = row ? row->family : OTHER };
    if (!row)
        return held;
    held.bits = (int)row->size;
    held.is_unsigned = strstr(type, " unsigned") != NULL;
    held.digits = modifier(type, 0, mine ? row->size : NO_LIMIT);
    held.scale = modifier(type, 1, 0);
    held.length = modifier(type, 0, row->size);
    held.fixed = row->fixed;
    held.zone = row->zone || strstr(type, " with time zone") != NULL;
    held.is_short = mine && held.zone;
    held.fraction = modifier(type, 0, row->size);
    return held;
}

/* How many digits the largest number has, and how many of them may all be nines. */
static int most_digits(const struct held *integer)
{
    switch (integer->bits) {
    case 8:
        return 3;
    case 16:
        return 5;
    case 24:
        return integer->is_unsigned ? 8 : 7;
    case 32:
        return 10;
    default:
        return integer->is_unsigned ? 20 : 19;
    }
}

static unsigned of_integers(const struct held *from, const struct held *to)
{
    int room = to->bits - !to->is_unsigned, need = from->bits - !from->is_unsigned;
    bool below = to->is_unsigned && !from->is_unsigned;
    if (to->bits == from->bits && to->is_unsigned == from->is_unsigned)
        return 0; /* tinyint(1) */
    return DIFF_TYPE_REWRITES | (below || need > room ? DIFF_TYPE_NARROWS : 0);
}

static unsigned of_decimals(const struct held *from, const struct held *to)
{
    if (to->digits < 0)
        return 0;
    if (from->digits < 0 || to->scale < from->scale)
        return CUTS;
    if (to->digits - to->scale < from->digits - from->scale ||
        (to->is_unsigned && !from->is_unsigned))
        return DIFF_TYPE_NARROWS;
    return to->scale != from->scale ? DIFF_TYPE_REWRITES : 0;
}

/* A decimal of so many digits is a real without loss: 6 of 24 bits, 15 of 53. */
static long real_digits(const struct held *real)
{
    return real->bits > 24 ? 15 : 6;
}

static bool number_fits(const struct held *from, const struct held *to)
{
    if (from->family == INTEGER && to->family == DECIMAL)
        return to->digits < 0 || to->digits - to->scale >= most_digits(from);
    if (from->family == INTEGER && to->family == REAL)
        return from->bits <= to->bits;
    if (from->family == DECIMAL && to->family == INTEGER)
        return from->digits >= 0 && from->scale == 0 && from->digits < most_digits(to) &&
               (from->is_unsigned || !to->is_unsigned);
    if (from->family == DECIMAL && to->family == REAL)
        return from->digits >= 0 && from->digits <= real_digits(to);
    return from->family == REAL && to->family == REAL && from->bits <= to->bits;
}

/* A number that is too large is refused, one that has too many digits is rounded. */
static unsigned of_numbers(const struct held *from, const struct held *to)
{
    bool whole = from->family == INTEGER ||
                 (from->family == DECIMAL && from->digits >= 0 && from->scale == 0);
    if (number_fits(from, to))
        return DIFF_TYPE_REWRITES;
    return DIFF_TYPE_REWRITES | (whole && to->family != REAL ? DIFF_TYPE_NARROWS : CUTS);
}

/* text and varchar are stored alike: a longer one needs no rewriting. */
static unsigned of_lengths(const struct held *from, const struct held *to)
{
    if (to->length >= 0 && (from->length < 0 || to->length < from->length))
        return DIFF_TYPE_NARROWS;
    return from->fixed || to->fixed ? DIFF_TYPE_REWRITES : 0;
}

/* The longest text of a value; NO_LIMIT: not known. */
static long text_length(const struct held *held)
{
    switch (held->family) {
    case INTEGER:
        return most_digits(held) + !held->is_unsigned;
    case DECIMAL: /* a sign, a point, and a zero before it */
        return held->digits < 0 ? NO_LIMIT : held->digits + 3;
    case BOOLEAN:
        return 5;
    default:
        return NO_LIMIT;
    }
}

/* MySQL rounds a real until it is short enough. */
static unsigned to_text(enum schema_dialect dialect, const struct held *from, const struct held *to)
{
    long length = text_length(from);
    bool rounds = dialect == SCHEMA_MYSQL && from->family == REAL;
    if (to->length < 0 || (length >= 0 && length <= to->length))
        return DIFF_TYPE_REWRITES;
    return DIFF_TYPE_REWRITES | (rounds ? CUTS : DIFF_TYPE_NARROWS);
}

static unsigned of_moments(const struct held *from, const struct held *to)
{
    unsigned effects = from->zone != to->zone ? DIFF_TYPE_ZONE : 0;
    if (to->fraction < from->fraction)
        return effects | CUTS;
    return effects | (to->is_short && !from->is_short ? DIFF_TYPE_NARROWS : 0);
}

/* Whether the second type has all labels of the first. */
static bool keeps_labels(const char *from, const char *to)
{
    struct map *labels = map_new();
    bool all = true;
    for (const char *at = strchr(to, '\''), *end; at; at = strchr(end, '\'')) {
        end = mysql_skip_quoted(at);
        map_put_bytes(labels, at, (size_t)(end - at), labels);
    }
    for (const char *at = strchr(from, '\''), *end; at && all; at = strchr(end, '\'')) {
        end = mysql_skip_quoted(at);
        all = map_has_bytes(labels, at, (size_t)(end - at));
    }
    map_free(&labels);
    return all;
}

/* Labels that are added behind the others change no row; one that moves keeps its rows, and one
 * that goes does not. */
static unsigned of_labels(const char *from, const char *to)
{
    size_t length = strlen(from) - 1; /* without the ')' */
    if (strncmp(from, to, length) == 0 && to[length] == ',')
        return 0;
    if (!keeps_labels(from, to))
        return CUTS;
    /* An ENUM may hold one label of a SET alone. */
    return tolower((unsigned char)*from) == 's' && tolower((unsigned char)*to) == 'e'
               ? CUTS
               : DIFF_TYPE_REWRITES;
}

bool diff_has_labels(enum schema_dialect dialect, const char *type)
{
    return dialect == SCHEMA_MYSQL &&
           (strncasecmp(type, "enum(", 5) == 0 || strncasecmp(type, "set(", 4) == 0);
}

static bool is_number(const struct held *held)
{
    return held->family == INTEGER || held->family == DECIMAL || held->family == REAL;
}

/* What PostgreSQL makes of a text: of what it cannot read nothing, but a date without its time of
 * day, and a number with the digits that it has room for. */
static unsigned of_read_text(const struct held *to)
{
    bool rounds = to->family == REAL || (to->family == DECIMAL && to->digits >= 0);
    bool cuts = rounds || to->family == DATE || to->family == TIME ||
                (to->family == MOMENT && to->fraction < 6);
    return cuts ? CUTS : DIFF_TYPE_NARROWS;
}

/* Families of which neither is a text that another type becomes. */
static unsigned of_others(enum schema_dialect dialect, const struct held *from,
                          const struct held *to)
{
    bool day = from->family == MOMENT && (to->family == DATE || to->family == TIME);
    if (dialect == SCHEMA_MYSQL || day || (from->family == INTEGER && to->family == BOOLEAN))
        return CUTS;
    if (from->family == OTHER || to->family == OTHER)
        return CUTS; /* a domain, or what nobody knows */
    return from->family == TEXT ? of_read_text(to) : DIFF_TYPE_NARROWS;
}

static unsigned of_families(enum schema_dialect dialect, const struct held *from,
                            const struct held *to)
{
    if (is_number(from) && is_number(to))
        return of_numbers(from, to);
    if (to->family == TEXT)
        return to_text(dialect, from, to);
    if (from->family == TEXT && to->family == BYTES)
        return DIFF_TYPE_REWRITES | of_lengths(from, to);
    if (from->family == DATE && to->family == MOMENT)
        return (to->zone ? DIFF_TYPE_ZONE : DIFF_TYPE_REWRITES) |
               (to->is_short ? DIFF_TYPE_NARROWS : 0);
    return of_others(dialect, from, to);
}

/* What is known of casts between types of PostgreSQL that have no family. */
static const struct cast {
    const char *from, *to; /* "" at the front: any text */
    unsigned effects;
} casts[] = {
    {"json",      "jsonb",    DIFF_TYPE_REWRITES},
    { "jsonb",    "json",     DIFF_TYPE_REWRITES},
    { "cidr",     "inet",     DIFF_TYPE_REWRITES},
    { "macaddr",  "macaddr8", DIFF_TYPE_REWRITES},
    { "macaddr8", "macaddr",  DIFF_TYPE_NARROWS },
    { "bit",      "bit",      DIFF_TYPE_NARROWS },
    { "",         "citext",   DIFF_TYPE_REWRITES},
    { "",         "uuid",     DIFF_TYPE_NARROWS },
    { "",         "inet",     DIFF_TYPE_NARROWS },
    { "",         "cidr",     DIFF_TYPE_NARROWS },
    { "",         "macaddr",  DIFF_TYPE_NARROWS },
    { "",         "macaddr8", DIFF_TYPE_NARROWS },
    { "",         "json",     DIFF_TYPE_NARROWS },
    { "",         "jsonb",    DIFF_TYPE_NARROWS },
    { "",         "xml",      DIFF_TYPE_NARROWS },
};

/* Whether that is the type's name, in whatever schema an extension has it. */
static bool is_called(const char *type, const char *name)
{
    const char *dot = strrchr(type, '.');
    size_t length = strlen(name);
    if (dot)
        type = dot + 1;
    return strncasecmp(type, name, length) == 0 && (!type[length] || strchr("([ ", type[length]));
}

/* NULL: nothing is known of it. */
static const struct cast *find_cast(const char *from, const char *to, const struct held *before)
{
    bool text = before->family == TEXT || is_called(from, "citext");
    for (size_t i = 0; i < sizeof(casts) / sizeof(casts[0]); i++)
        if (is_called(to, casts[i].to) && (*casts[i].from ? is_called(from, casts[i].from) : text))
            return &casts[i];
    return NULL;
}

static unsigned of_scalars(enum schema_dialect dialect, const char *from, const char *to)
{
    const struct held before = held_by(dialect, from), after = held_by(dialect, to);
    const struct cast *cast = dialect == SCHEMA_MYSQL ? NULL : find_cast(from, to, &before);
    if (cast)
        return cast->effects;
    if (before.family != after.family)
        return of_families(dialect, &before, &after);
    switch (before.family) {
    case INTEGER:
        return of_integers(&before, &after);
    case DECIMAL:
        return of_decimals(&before, &after);
    case REAL:
        return of_numbers(&before, &after);
    case TEXT:
    case BYTES:
        return of_lengths(&before, &after);
    case TIME:
    case MOMENT:
        return of_moments(&before, &after);
    case LABELS:
        return of_labels(from, to);
    case BOOLEAN:
    case DATE:
        return 0;
    default:
        return CUTS;
    }
}

static bool is_array(const char *type)
{
    size_t length = strlen(type);
    return length > 2 && strcmp(type + length - 2, "[]") == 0;
}

/* A list of what was none is read as one; a cast that is written cuts what it reads. */
static unsigned of_lists(enum schema_dialect dialect, const char *to)
{
    return is_array(to) && strchr(to, '(') ? CUTS
                                           : DIFF_TYPE_NARROWS | of_scalars(dialect, "text", to);
}

static bool holds(const char *type, const char *word)
{
    for (; *type; type++)
        if (strncasecmp(type, word, strlen(word)) == 0)
            return true;
    return false;
}

/* https://sqlite.org/datatype3.html, 3.1: all that a declared type decides. */
static enum family affinity(const char *type)
{
    if (holds(type, "INT"))
        return INTEGER;
    if (holds(type, "CHAR") || holds(type, "CLOB") || holds(type, "TEXT"))
        return TEXT;
    if (!*type || holds(type, "BLOB"))
        return BYTES;
    return holds(type, "REAL") || holds(type, "FLOA") || holds(type, "DOUB") ? REAL : DECIMAL;
}

/* The table is made anew for it. Texts that look like numbers become numbers (007), integers become
 * reals, and reals texts of fifteen digits; nothing else is changed, however long it is. A column
 * without a type, or of BLOB, has values of all kinds, and one of NUMERIC integers and reals. */
static unsigned of_sqlite(const char *from, const char *to)
{
    enum family before = affinity(from), after = affinity(to);
    bool number = after == INTEGER || after == DECIMAL || after == REAL;
    bool narrows = ((before == TEXT || before == BYTES) && number) ||
                   ((before == INTEGER || before == DECIMAL) && after == REAL) ||
                   ((before == REAL || before == DECIMAL) && after == TEXT);
    return DIFF_TYPE_REWRITES | (narrows ? CUTS : 0);
}

/* MySQL writes the table again for anything but longer texts and more labels. */
static bool is_in_place(const char *from, const char *to)
{
    const struct held before = held_by(SCHEMA_MYSQL, from), after = held_by(SCHEMA_MYSQL, to);
    bool long_text = before.length == NO_LIMIT || after.length == NO_LIMIT ||
                     strchr(from, '(') == NULL || strchr(to, '(') == NULL;
    return before.family == LABELS || (before.family == after.family && !long_text &&
                                       (before.family == TEXT || before.family == BYTES));
}

unsigned diff_type_effects(enum schema_dialect dialect, const char *from, const char *to)
{
    if (dialect == SCHEMA_SQLITE)
        return of_sqlite(from, to);
    bool array = is_array(from);
    if (array != is_array(to))
        return array ? DIFF_TYPE_NARROWS : of_lists(dialect, to);
    unsigned effects = of_scalars(dialect, from, to);
    bool rewrites = array || (dialect == SCHEMA_MYSQL && !is_in_place(from, to));
    return effects || !rewrites ? effects : DIFF_TYPE_REWRITES;
}
