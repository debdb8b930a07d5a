#include <pilab/net/http_url.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>

/* The longest name there can be (RFC 1035). */
#define HOST_LIMIT 253

struct parts {
    const char *scheme, *host, *port, *path;
    size_t scheme_length, host_length, port_length, path_length;
};

/* Only what RFC 3986 lets stand in an address, so that nobody reads it in another way. */
static bool is_plain(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && !strchr("-._~:/?#[]@!$&'()*+,;=%", *c))
            return false;
    return true;
}

static bool is_host(const char *host, size_t length)
{
    if (length == 0 || length > HOST_LIMIT || *host == '-')
        return false;
    if (*host == '[') {
        for (size_t i = 1; i + 1 < length; i++)
            if (!isxdigit((unsigned char)host[i]) && host[i] != ':' && host[i] != '.')
                return false;
        return length > 3 && host[length - 1] == ']';
    }
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)host[i]) && !strchr("-._", host[i]))
            return false;
    return true;
}

static bool is_port(const char *port, size_t length)
{
    unsigned long number = 0;

    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)port[i]) ||
            (number = number * 10 + (unsigned long)(port[i] - '0')) > 65535)
            return false;
    }
    return length == 0 || number > 0;
}

static bool split_authority(const char *text, size_t length, struct parts *parts)
{
    const char *colon = NULL, *from = text;

    if (length > 0 && *text == '[') {
        from = memchr(text, ']', length);
        if (from == NULL)
            return false;
    }
    colon = memchr(from, ':', length - (size_t)(from - text));
    parts->host = text;
    parts->host_length = colon != NULL ? (size_t)(colon - text) : length;
    parts->port = colon != NULL ? colon + 1 : text + length;
    parts->port_length = length - parts->host_length - (colon != NULL);
    return is_host(parts->host, parts->host_length) && is_port(parts->port, parts->port_length);
}

static bool is_loopback(const char *host)
{
    size_t digits = strspn(host, "0123456789.");

    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 && host[digits] == '\0');
}

static char *small(const char *text, size_t length)
{
    char *copy = memory_copy_bytes(text, length);

    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

static void compose(struct http_url *url, const struct parts *parts)
{
    const char *scheme = url->secure ? "https" : "http", *usual = url->secure ? "443" : "80";
    size_t path = strcspn(parts->path, "#"), shown = strcspn(parts->path, "?#");
    const char *slash = *parts->path == '/' ? "" : "/";
    char *port = memory_copy_bytes(parts->port, parts->port_length);
    bool named = *port != '\0' && strtoul(port, NULL, 10) != strtoul(usual, NULL, 10);

    url->host = small(parts->host, parts->host_length);
    url->loopback = is_loopback(url->host);
    url->origin = named ? memory_printf("%s://%s:%lu", scheme, url->host, strtoul(port, NULL, 10))
                        : memory_printf("%s://%s", scheme, url->host);
    url->whole = memory_printf("%s%s%.*s", url->origin, slash, (int)path, parts->path);
    url->shown = memory_printf("%s%s%.*s%s", url->origin, slash, (int)shown, parts->path,
                               parts->path[shown] == '?' ? "?…" : "");
    free(port);
}

/* "https:///me:password@host" has no server, and yet a password before its @. */
static bool refuse_form(const char *text, struct error *error)
{
    size_t length = strcspn(text, "?#");

    if (memchr(text, '@', length) != NULL)
        return error_set(error, ERROR_INVALID,
                         "an address cannot be read as one server and one path");
    return error_set(error, ERROR_INVALID, "'%.*s' cannot be read as one server and one path",
                     (int)length, text);
}

bool http_url_parse(const char *text, struct http_url *url, struct error *error)
{
    struct parts parts = { 0 };
    const char *authority, *colon = strchr(text, ':');
    size_t length;

    *url = (struct http_url){ 0 };
    if (strlen(text) > HTTP_URL_LIMIT)
        return error_set(error, ERROR_LIMIT, "an address is longer than %d bytes", HTTP_URL_LIMIT);
    if (colon == NULL || strncmp(colon, "://", 3) != 0) {
        /* What it is instead is not known, so it is not repeated: "me:password@host" is none, too.
         */
        error_set(error, ERROR_INVALID, "it is no address: no https:// stands before it");
        return error_hint(error, "write it as https://host/path, without a user or a password");
    }
    authority = colon + 3;
    length = strcspn(authority, "/?#");
    if (memchr(authority, '@', length) != NULL) {
        error_set(error, ERROR_INVALID, "an address with a user or a password in it is refused");
        return error_hint(error, "write it without what stands before the @, and keep the "
                                 "password where secrets are kept");
    }
    parts.scheme_length = (size_t)(colon - text);
    url->secure = parts.scheme_length == 5 && strncasecmp(text, "https", 5) == 0;
    if (!url->secure && (parts.scheme_length != 4 || strncasecmp(text, "http", 4) != 0)) {
        error_set(error, ERROR_INVALID, "'%.*s' is no kind of address that is asked",
                  (int)(parts.scheme_length < 20 ? parts.scheme_length : 20), text);
        return error_hint(error, "https:// is");
    }
    parts.path = authority + length;
    if (!is_plain(text) || !split_authority(authority, length, &parts))
        return refuse_form(text, error);
    compose(url, &parts);
    return true;
}

void http_url_release(struct http_url *url)
{
    free(url->whole);
    free(url->host);
    free(url->origin);
    free(url->shown);
    *url = (struct http_url){ 0 };
}

bool http_url_same_origin(const struct http_url *a, const struct http_url *b)
{
    return strcmp(a->origin, b->origin) == 0;
}

void http_url_escape(struct strbuf *out, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
            strchr("-._~", *c) != NULL)
            strbuf_add_char(out, (char)*c);
        else
            strbuf_printf(out, "%%%02X", *c);
    }
}

/* --- References ------------------------------------------------------------------------------- */

/* RFC 3986, 5.2.4, of the path alone; appended to `out`. */
static void add_without_dots(struct strbuf *out, const char *path, size_t length)
{
    size_t root = out->length, at = 0;

    while (at < length) {
        size_t next = at + 1, size;

        while (next < length && path[next] != '/')
            next++;
        size = next - at;
        if (size == 3 && memcmp(path + at, "/..", 3) == 0) {
            while (out->length > root && out->data[out->length - 1] != '/')
                strbuf_truncate(out, out->length - 1);
            strbuf_truncate(out, out->length > root ? out->length - 1 : root);
            if (next == length)
                strbuf_add_char(out, '/');
        } else if (size == 2 && memcmp(path + at, "/.", 2) == 0) {
            if (next == length)
                strbuf_add_char(out, '/');
        } else {
            strbuf_add_bytes(out, path + at, size);
        }
        at = next;
    }
}

static bool has_scheme(const char *text)
{
    size_t length = strcspn(text, ":/?#");

    return text[length] == ':' && length > 0 && isalpha((unsigned char)*text);
}

static void add_path(struct strbuf *out, const char *base, const char *reference)
{
    struct strbuf merged = STRBUF_INIT;
    size_t kept = strcspn(base, "?"), path = strcspn(reference, "?#");

    if (*reference != '/') {
        while (kept > 0 && base[kept - 1] != '/')
            kept--;
        strbuf_add_bytes(&merged, base, kept);
    }
    strbuf_add_bytes(&merged, reference, path);
    add_without_dots(out, merged.data, merged.length);
    strbuf_add(out, reference + path);
    strbuf_release(&merged);
}

bool http_url_resolve(const struct http_url *base, const char *reference, struct http_url *url,
                      struct error *error)
{
    const char *path = base->whole + strlen(base->origin);
    struct strbuf whole = STRBUF_INIT;
    bool ok;

    if (has_scheme(reference))
        return http_url_parse(reference, url, error);
    if (strncmp(reference, "//", 2) == 0) {
        strbuf_printf(&whole, "%s:%s", base->secure ? "https" : "http", reference);
    } else {
        strbuf_add(&whole, base->origin);
        if (*reference == '\0' || *reference == '#')
            strbuf_add(&whole, path);
        else if (*reference == '?')
            strbuf_printf(&whole, "%.*s%s", (int)strcspn(path, "?"), path, reference);
        else
            add_path(&whole, path, reference);
    }
    ok = http_url_parse(whole.data, url, error);
    strbuf_release(&whole);
    return ok;
}
