#include <pilab/net/http_fields.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

size_t http_token_length(const char *text)
{
    size_t length = 0;

    while (isalnum((unsigned char)text[length]) ||
           (text[length] != '\0' && strchr("!#$%&'*+-.^_`|~", text[length]) != NULL))
        length++;
    return length;
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

static char *small_text(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_bytes(arena, text, length);

    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* A quoted text that begins at *text; moves behind it. NULL: it does not end. */
static char *read_quoted(struct arena *arena, const char **text)
{
    struct strbuf value = STRBUF_INIT;
    const char *c = *text + 1;
    char *copy = NULL;

    for (; *c != '\0' && *c != '"'; c++) {
        if (*c == '\\' && c[1] != '\0')
            c++;
        strbuf_add_char(&value, *c);
    }
    if (*c == '"') {
        copy = strbuf_to_arena(&value, arena);
        *text = c + 1;
    }
    strbuf_release(&value);
    return copy;
}

/* --- Challenges ------------------------------------------------------------------------------- */

/* `name = value` at *text; false, and nothing moves, when it is none. */
static bool read_parameter(struct arena *arena, const char **text, struct http_parameter *out)
{
    size_t length = http_token_length(*text);
    const char *after = skip_blanks(*text + length);

    if (length == 0 || *after != '=')
        return false;
    out->name = small_text(arena, *text, length);
    after = skip_blanks(after + 1);
    if (*after == '"') {
        out->value = read_quoted(arena, &after);
    } else {
        length = strcspn(after, ",; \t");
        out->value = arena_bytes(arena, after, length);
        after += length;
    }
    if (out->value == NULL)
        return false;
    *text = after;
    return true;
}

/* "Basic", "Bearer a=1, b=2", "Negotiate dG9rZW4=": the last has a token instead of parameters. */
static const char *read_challenge(struct arena *arena, const char *text, struct http_challenge *out)
{
    struct vector parameters;
    struct http_parameter parameter;
    size_t length = http_token_length(text);

    vector_init(&parameters, sizeof parameter);
    out->scheme = small_text(arena, text, length);
    text = skip_blanks(text + length);
    while (*text != '\0') {
        const char *before = text;

        text += strspn(text, ", \t");
        if (!read_parameter(arena, &text, &parameter)) {
            /* A word that is no parameter begins the next challenge, unless it is a token of this
             * one, which has no comma before it. */
            if (memchr(before, ',', (size_t)(text - before)) == NULL)
                text += strcspn(text, ",");
            break;
        }
        vector_push(&parameters, &parameter);
        text = skip_blanks(text);
    }
    out->parameter_count = parameters.count;
    out->parameters = vector_to_arena(&parameters, arena);
    vector_release(&parameters);
    return text;
}

struct http_challenge *http_challenges_read(struct arena *arena, const char *field, size_t *count)
{
    struct http_challenge *items, challenge;
    struct vector found;

    vector_init(&found, sizeof challenge);
    for (;;) {
        field += strspn(field, ", \t");
        if (http_token_length(field) == 0)
            break;
        field = read_challenge(arena, field, &challenge);
        vector_push(&found, &challenge);
    }
    *count = found.count;
    items = vector_to_arena(&found, arena);
    vector_release(&found);
    return items;
}

const char *http_challenge_parameter(const struct http_challenge *challenge, const char *name)
{
    for (size_t i = 0; i < challenge->parameter_count; i++)
        if (strcmp(challenge->parameters[i].name, name) == 0)
            return challenge->parameters[i].value;
    return NULL;
}

/* --- Links ------------------------------------------------------------------------------------ */

static bool has_relation(const char *relations, const char *relation)
{
    size_t length = strlen(relation);

    for (const char *c = relations + strspn(relations, " "); *c != '\0'; c += strspn(c, " ")) {
        size_t word = strcspn(c, " ");

        if (word == length && strncasecmp(c, relation, length) == 0)
            return true;
        c += word;
    }
    return false;
}

const char *http_link_find(struct arena *arena, const char *field, const char *relation)
{
    while (*(field += strspn(field, ", \t")) == '<') {
        const char *target = field + 1, *end = strchr(target, '>');
        struct http_parameter parameter;
        bool matches = false;

        if (end == NULL)
            return NULL;
        field = skip_blanks(end + 1);
        while (*field == ';') {
            field = skip_blanks(field + 1);
            if (read_parameter(arena, &field, &parameter)) {
                matches = matches || (strcmp(parameter.name, "rel") == 0 &&
                                      has_relation(parameter.value, relation));
            } else {
                field += strcspn(field, ";,");
            }
            field = skip_blanks(field);
        }
        if (matches)
            return arena_bytes(arena, target, (size_t)(end - target));
        field += strcspn(field, ",");
    }
    return NULL;
}

/* --- Times ------------------------------------------------------------------------------------ */

/* Days since 1970 of a date in the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t era, of_era, of_year;

    year -= month <= 2;
    era = year / 400;
    of_era = year - era * 400;
    of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool http_date_read(const char *text, int64_t *at)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4] = "", zone[4] = "";
    int day, year, hour, minute, second, end = 0;
    const char *found;

    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %3[A-Z]%n", &day, month, &year,
               &hour, &minute, &second, zone, &end) != 7 ||
        text[end] != '\0' || strcmp(zone, "GMT") != 0 || strlen(month) != 3)
        return false;
    found = strstr(months, month);
    if (found == NULL || (found - months) % 3 != 0 || year < 1970 || day < 1 || day > 31 ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    *at = ((days_of(year, (found - months) / 3 + 1, day) * 24 + hour) * 60 + minute) * 60000 +
          second * INT64_C(1000);
    return true;
}

bool http_retry_after_read(const char *field, int64_t now, int64_t *milliseconds)
{
    size_t digits = strspn(field, "0123456789");
    int64_t at;

    if (digits > 0 && field[digits] == '\0') {
        *milliseconds = digits > 9 ? INT64_C(1000000000000) : strtoll(field, NULL, 10) * 1000;
        return true;
    }
    if (!http_date_read(field, &at))
        return false;
    *milliseconds = at > now ? at - now : 0;
    return true;
}

bool http_type_is_json(const char *field)
{
    size_t length;

    if (field == NULL)
        return false;
    length = strcspn(field, "; \t");
    return (length == 16 && strncasecmp(field, "application/json", 16) == 0) ||
           (length > 5 && strncasecmp(field + length - 5, "+json", 5) == 0);
}
