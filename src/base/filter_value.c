#include "filter_internal.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/clock.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define NAME_LONGEST 32 /* of names that are compared letter by letter */

/* --- Names ----------------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters have to be put in, left out or replaced to make one of the other. */
static size_t letters_apart(const char *a, const char *b)
{
    size_t lengths[2] = { strlen(a), strlen(b) };
    size_t row[NAME_LONGEST + 1];

    if (lengths[0] > NAME_LONGEST || lengths[1] > NAME_LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= lengths[1]; j++)
        row[j] = j;
    for (size_t i = 1; i <= lengths[0]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= lengths[1]; j++) {
            bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            size_t above = row[j];

            row[j] = least(diagonal + !same, least(row[j - 1], above) + 1);
            diagonal = above;
        }
    }
    return row[lengths[1]];
}

const char *filter_nearest(const char *name, const char *(*name_at)(const void *of, size_t index),
                           const void *of)
{
    size_t best = strlen(name) / 3 + 1;
    const char *nearest = NULL;
    const char *candidate;

    for (size_t i = 0; (candidate = name_at(of, i)) != NULL; i++) {
        size_t apart = letters_apart(name, candidate);

        /* What was typed so far of a longer name is as near as can be. */
        if (name[0] != '\0' && strncasecmp(name, candidate, strlen(name)) == 0)
            apart = 0;
        if (apart < best || (apart == best && nearest == NULL)) {
            best = apart;
            nearest = candidate;
        }
    }
    return nearest;
}

/* --- Values ---------------------------------------------------------------------------------- */

static const char *value_name(const void *of, size_t index)
{
    return ((const char *const *)of)[index];
}

static bool read_choice(const struct filter_field *field, const char *text,
                        struct filter_value *value, struct error *error)
{
    const char *nearest;

    for (size_t i = 0; field->values[i] != NULL; i++)
        if (strcasecmp(field->values[i], text) == 0) {
            value->first = value->last = (int64_t)i;
            return true;
        }
    error_set(error, ERROR_INVALID, "%s is never \"%s\"", field->name, text);
    nearest = filter_nearest(text, value_name, field->values);
    return error_hint(error, "%s:%s; Tab shows the others", field->name,
                      nearest != NULL ? nearest : field->values[0]);
}

static bool read_flag(const struct filter_field *field, const char *text,
                      struct filter_value *value, struct error *error)
{
    static const char *const words[][2] = {
        {"yes",   "no"   },
        { "true", "false"},
        { "y",    "n"    },
        { "1",    "0"    }
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (int no = 0; no < 2; no++)
            if (strcasecmp(words[i][no], text) == 0) {
                value->first = value->last = !no;
                return true;
            }
    error_set(error, ERROR_INVALID, "%s is yes or no, not \"%s\"", field->name, text);
    return error_hint(error, "%s:yes", field->name);
}

static bool read_number(const struct filter_field *field, const char *text,
                        struct filter_value *value, struct error *error)
{
    char *end;
    long long number;

    errno = 0;
    number = strtoll(text, &end, 10);
    if (text[0] == '\0' || isspace((unsigned char)text[0]) || *end != '\0' || errno != 0)
        return error_set(error, ERROR_INVALID, "%s is a whole number, not \"%s\"", field->name,
                         text);
    value->first = value->last = number;
    return true;
}

/* "3d": how long ago, in milliseconds; false when it is none. */
static bool read_ago(const char *text, int64_t *ago)
{
    static const struct {
        const char *unit;
        int64_t length;
    } units[] = {
        {"min", MINUTE },
        { "h",  HOUR   },
        { "d",  DAY    },
        { "w",  7 * DAY}
    };
    size_t digits = strspn(text, "0123456789");

    /* Seven digits of weeks are longer than there have been people. */
    if (digits == 0 || digits > 7)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(text + digits, units[i].unit) == 0) {
            *ago = strtoll(text, NULL, 10) * units[i].length;
            return true;
        }
    return false;
}

static int64_t day_of(int64_t at)
{
    return at - (at % DAY + DAY) % DAY;
}

static bool read_time(const struct filter_term *term, const char *text, struct filter_value *value,
                      struct error *error)
{
    int64_t ago;

    if (read_ago(text, &ago)) {
        value->first = value->last = term->now - ago;
        /* "at:3d" on its own would mean one millisecond. */
        if (term->operator== FILTER_HOLDS || term->operator== FILTER_IS)
            value->last = term->now;
        return true;
    }
    if (strcasecmp(text, "today") == 0 || strcasecmp(text, "yesterday") == 0) {
        value->first = day_of(term->now) - (tolower((unsigned char)text[0]) == 'y' ? DAY : 0);
        value->last = value->first + DAY - 1;
        return true;
    }
    if (!timestamp_parse(text, &value->first, NULL)) {
        error_set(error, ERROR_INVALID, "%s is a time, not \"%s\"", term->field->name, text);
        return error_hint(error, "%s>=3d, %s:today, %s>=2025-01-22", term->field->name,
                          term->field->name, term->field->name);
    }
    /* A bare date is the whole day. */
    value->last = strlen(text) == strlen("2025-01-22") ? value->first + DAY - 1 : value->first;
    return true;
}

static bool read_text(struct filter *filter, const struct filter_term *term, const char *text,
                      const char *pattern, struct filter_value *value)
{
    bool wild = false;

    for (const char *at = pattern; *at != '\0' && !wild; at++) {
        wild = strchr("*?[{", *at) != NULL;
        at += *at == '\\' && at[1] != '\0';
    }
    value->search = search_for(text);
    if (wild) {
        bool fold = !search_for(text).exact || term->field->kind == FILTER_NAME;
        /* A separator that no text has lets `*` run over everything. */
        char separator = term->field->separator != '\0' ? term->field->separator : '\1';

        value->glob = glob_new(pattern, separator, fold);
        vector_push(&filter->globs, &value->glob);
    }
    return true;
}

bool filter_read_value(struct filter *filter, const struct filter_term *term, const char *text,
                       const char *pattern, struct filter_value *value, struct error *error)
{
    value->text = text;
    switch (term->field->kind) {
    case FILTER_CHOICE:
    case FILTER_ORDER:
        return read_choice(term->field, text, value, error);
    case FILTER_FLAG:
        return read_flag(term->field, text, value, error);
    case FILTER_NUMBER:
        return read_number(term->field, text, value, error);
    case FILTER_TIME:
        return read_time(term, text, value, error);
    default:
        return read_text(filter, term, text, pattern, value);
    }
}

/* --- Reading a term --------------------------------------------------------------------------- */

size_t filter_operator_at(const char *text, enum filter_operator *operator)
{
    static const struct {
        const char *sign;
        enum filter_operator operator;
    } signs[] = {
        {">=",  FILTER_AT_LEAST},
        { "<=", FILTER_AT_MOST },
        { "!=", FILTER_IS_NOT  },
        { ">",  FILTER_MORE    },
        { "<",  FILTER_LESS    },
        { "=",  FILTER_IS      },
        { ":",  FILTER_HOLDS   }
    };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(text, signs[i].sign, strlen(signs[i].sign)) == 0) {
            *operator= signs[i].operator;
            return strlen(signs[i].sign);
        }
    return 0;
}

size_t filter_name_at(const char *text)
{
    enum filter_operator operator;
    size_t length = 0;

    if (!isalpha((unsigned char)text[0]))
        return 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return filter_operator_at(text + length, &operator) > 0 ? length : 0;
}

size_t filter_find_field(const struct filter_fields *fields, const char *name, size_t length)
{
    size_t index = 0;

    while (index < fields->count && (strlen(fields->fields[index].name) != length ||
                                     strncasecmp(fields->fields[index].name, name, length) != 0))
        index++;
    return index;
}
