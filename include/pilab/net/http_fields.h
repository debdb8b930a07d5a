/*
 * What stands in the fields of an HTTP answer: challenges, links, when to come again. Pure; text
 * from outside, in which what cannot be understood is left out.
 */
#ifndef PILAB_NET_HTTP_FIELDS_H
#define PILAB_NET_HTTP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* How many bytes of a token (RFC 9110, 5.6.2) `text` begins with. */
size_t http_token_length(const char *text);

/* WWW-Authenticate (RFC 9110, 11.3): `Bearer realm="https://…",scope="repository:mb/auth:pull"`. */
struct http_challenge {
    const char *scheme; /* small letters: "bearer", "basic" */
    struct http_parameter {
        const char *name; /* small letters */
        const char *value;
    } * parameters;
    size_t parameter_count;
};

/* The challenges of one field, in their order; several may share it. In the arena. */
struct http_challenge *http_challenges_read(struct arena *arena, const char *field, size_t *count);
/* NULL: not said. */
const char *http_challenge_parameter(const struct http_challenge *challenge, const char *name);

/* Link (RFC 8288): the address with this relation ("next"), as it stands there; NULL: none. */
const char *http_link_find(struct arena *arena, const char *field, const char *relation);

/* Retry-After (RFC 9110, 10.2.3): seconds or a date; milliseconds from `now` (UTC milliseconds) on,
 * not negative. False: it says neither. */
bool http_retry_after_read(const char *field, int64_t now, int64_t *milliseconds);

/* "Tue, 15 Nov 1994 08:12:31 GMT" (IMF-fixdate) as UTC milliseconds. */
bool http_date_read(const char *text, int64_t *at);

/* Whether a Content-Type says JSON: "application/json; charset=utf-8", "application/x.y+json". */
bool http_type_is_json(const char *field);

#endif
