#include <config.h> /* memrchr is a system extension */

#include "url.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

struct url_parts url_split(const char *after_scheme)
{
    struct url_parts parts = { .host = after_scheme };
    size_t authority = strcspn(after_scheme, "/?#");
    const char *end = after_scheme + authority;
    for (const char *p = end; p > after_scheme; p--)
        if (p[-1] == '@') {
            parts.user = after_scheme;
            parts.user_length = (size_t)(p - 1 - after_scheme);
            parts.host = p;
            break;
        }
    const char *host_end = parts.host;
    if (*host_end == '[')
        while (host_end < end && *host_end != ']')
            host_end++;
    while (host_end < end && *host_end != ':')
        host_end++;
    parts.host_length = (size_t)(host_end - parts.host);
    if (host_end < end) {
        parts.port = host_end + 1;
        parts.port_length = (size_t)(end - parts.port);
    }
    parts.path = end;
    return parts;
}

struct url_parts url_split_scp(const char *url)
{
    size_t authority = strcspn(url, "/");
    const char *bracket = memchr(url, '[', authority), *colon;
    const char *start = bracket ? memchr(bracket, ']', authority - (size_t)(bracket - url)) : url;
    struct url_parts parts = { .host = url };
    if (!start || (bracket && bracket > url && bracket[-1] != '@'))
        start = url;
    colon = memchr(start, ':', authority - (size_t)(start - url));
    if (!colon)
        return parts;
    const char *at = memrchr(url, '@', (size_t)(colon - url));
    if (at) {
        parts.user = url;
        parts.user_length = (size_t)(at - url);
        parts.host = at + 1;
    }
    parts.host_length = (size_t)(colon - parts.host);
    parts.path = colon + 1;
    return parts;
}

char *url_decode(const char *text)
{
    struct strbuf out = STRBUF_INIT;
    for (const char *p = text; *p; p++) {
        int high = *p == '%' ? hex_value(p[1]) : -1;
        int low = high < 0 ? -1 : hex_value(p[2]);
        strbuf_add_char(&out, low < 0 ? *p : (char)(high << 4 | low));
        p += low < 0 ? 0 : 2;
    }
    bool whole = strlen(out.data) == out.length;
    char *result = whole ? memory_copy_text(out.data) : NULL;
    strbuf_release(&out);
    return result;
}
