/* The form with a scheme: postgresql://, mariadb://, sqlite: */
#include <config.h> /* memrchr is a GNU extension */

#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/strbuf.h>

#include "dsn_parts.h"

/* Without percent signs; NULL when one stands for nothing, or for NUL. */
static const char *decode(const struct dsn_reading *reading, const char *text, size_t length)
{
    struct strbuf out = STRBUF_INIT;
    const char *copy = NULL;
    bool ok = true;

    for (size_t i = 0; ok && i < length; i++) {
        int high, low;

        if (text[i] != '%') {
            strbuf_add_char(&out, text[i]);
            continue;
        }
        high = length - i > 2 ? hex_value(text[i + 1]) : -1;
        low = high >= 0 ? hex_value(text[i + 2]) : -1;
        ok = low >= 0 && high + low > 0;
        if (ok)
            strbuf_add_char(&out, (char)(high * 16 + low));
        i += 2;
    }
    if (ok)
        copy = strbuf_to_arena(&out, reading->arena);
    else
        dsn_refuse(reading, "a % sign is not followed by two hexadecimal digits");
    strbuf_release(&out);
    return copy;
}

/* USER@, where a : would begin a password. Whatever stands before the last @ counts, so that a
 * password with an @ in it is seen as one. */
static bool take_user(struct dsn_reading *reading, const char *text, size_t length)
{
    if (memchr(text, ':', length) != NULL)
        return dsn_refuse_password(reading);
    if (length == 0)
        return true;
    reading->dsn->user = decode(reading, text, length);
    return reading->dsn->user != NULL;
}

static bool take_host_and_port(struct dsn_reading *reading, size_t index, const char *text,
                               size_t length)
{
    const char *end = text + length, *colon, *name;

    if (length > 0 && *text == '[') {
        const char *close = memchr(text, ']', length);

        if (close == NULL || (close + 1 < end && close[1] != ':'))
            return dsn_refuse(reading, "an IPv6 address is not closed by ]");
        name = arena_bytes(reading->arena, text + 1, (size_t)(close - text - 1));
        colon = close + 1;
    } else {
        colon = memchr(text, ':', length);
        if (colon == NULL)
            colon = end;
        name = decode(reading, text, (size_t)(colon - text));
    }
    if (name == NULL)
        return false;
    if (*name != '\0' && !dsn_take_host(reading, index, name))
        return false;
    return colon == end ||
           dsn_take_port(reading, index,
                         arena_bytes(reading->arena, colon + 1, (size_t)(end - colon - 1)));
}

static bool take_authority(struct dsn_reading *reading, const char *text, size_t length)
{
    const char *end = text + length, *at = memrchr(text, '@', length);

    if (at != NULL && !take_user(reading, text, (size_t)(at - text)))
        return false;
    text = at != NULL ? at + 1 : text;
    for (size_t index = 0; text < end; index++) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        const char *stop = comma != NULL ? comma : end;

        if (!take_host_and_port(reading, index, text, (size_t)(stop - text)))
            return false;
        text = comma != NULL ? comma + 1 : end;
    }
    return true;
}

static bool take_query(struct dsn_reading *reading, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "&"), name_length = strcspn(text, "=&");
        const char *name = decode(reading, text, name_length), *value;

        if (name == NULL)
            return false;
        if (name_length == length)
            return dsn_refuse(reading, "a parameter has no value (NAME=VALUE)");
        value = decode(reading, text + name_length + 1, length - name_length - 1);
        if (value == NULL || !dsn_take_parameter(reading, name, value))
            return false;
        text += length + (text[length] == '&');
    }
    return true;
}

/* user:secr/et@host, user:12?3@host: an @ behind what would be the host, where that goes on with
 * something else than a port and the path has no @ of its own right (it is written %40). */
static bool is_torn_password(const char *text, size_t authority)
{
    const char *colon = memchr(text, ':', authority), *rest = text + authority;
    size_t digits;

    if (colon == NULL || memchr(text, '@', authority) != NULL || strchr(rest, '@') == NULL)
        return false;
    digits = strspn(colon + 1, "0123456789");
    return colon + 1 + digits != rest || memchr(rest, '@', strcspn(rest, "?")) != NULL;
}

bool dsn_read_url(struct dsn_reading *reading, const char *text)
{
    size_t authority = strcspn(text, "/?"), path;

    if (is_torn_password(text, authority))
        return dsn_refuse_password(reading);
    if (!take_authority(reading, text, authority))
        return false;
    text += authority;
    if (*text == '/') {
        path = strcspn(++text, "?");
        if (path > 0) {
            reading->dsn->database = decode(reading, text, path);
            if (reading->dsn->database == NULL)
                return false;
        }
        text += path;
    }
    return *text == '\0' || take_query(reading, text + 1);
}

bool dsn_read_sqlite(struct dsn_reading *reading, const char *text)
{
    size_t length;

    if (strncmp(text, "///", 3) == 0)
        text += 2;
    else if (strncmp(text, "//", 2) == 0)
        return dsn_refuse(reading, "sqlite: takes the path of a file of this machine");
    length = strcspn(text, "?");
    if (text[length] == '?')
        return dsn_refuse_parameter(reading, text + length);
    if (length == 0)
        return dsn_refuse(reading, "sqlite: names no file");
    reading->dsn->path = decode(reading, text, length);
    return reading->dsn->path != NULL;
}
