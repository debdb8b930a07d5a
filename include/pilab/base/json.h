/*
 * JSON over jansson: reading that trusts nobody, writing whose bytes never vary.
 *
 * Reading refuses duplicate keys, more than 64 MiB, more than 128 levels, a cut document, and says
 * name:line:column. A byte order mark is skipped, UTF-16 is named.
 */
#ifndef PILAB_BASE_JSON_H
#define PILAB_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

/* New reference to an object or array, or NULL. `name` is what the message calls the text (a file's
 * path); of the text it repeats nothing but a key that is there twice. ERROR_INVALID, ERROR_LIMIT.
 */
json_t *json_read(const char *name, const char *text, size_t length, struct error *error);

/* Keys sorted by byte, no blanks, UTF-8 as it is, numbers with the fewest digits that read back:
 * the form that is hashed and signed. */
void json_write_canonical(struct strbuf *out, const json_t *value);
/* Two blanks an indent, keys in order of insertion, a newline at the end: the form people read.
 * Controls and deceptive characters are \u escapes, so that it can go to a terminal. */
void json_write_pretty(struct strbuf *out, const json_t *value);

/* A string whose invalid UTF-8 is replaced; JSON null for NULL. New reference. */
json_t *json_text(const char *text);
json_t *json_text_bytes(const char *text, size_t length);
/* Adds a member, or replaces it; takes over `value`, where NULL is JSON null. Invalid UTF-8 in a
 * key is replaced as in a text. */
void json_put(json_t *object, const char *key, json_t *value);
void json_put_text(json_t *object, const char *key, const char *text); /* null when NULL */
void json_put_integer(json_t *object, const char *key, int64_t value);
void json_put_bool(json_t *object, const char *key, bool value);
void json_put_time(json_t *object, const char *key, int64_t at); /* RFC 3339; null when 0 */
void json_append(json_t *array, json_t *value);                  /* takes over `value` */

/* A borrowed string member, or NULL. */
const char *json_member_text(const json_t *object, const char *key);

#endif
