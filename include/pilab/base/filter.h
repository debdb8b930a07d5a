/*
 * The filter language: which of many things a person wants to see.
 *
 *     severity>=high type:config ticket:MB-234 path:src/x* "exact words" -internal
 *
 * Terms with a blank between must all hold; `or` (or `|`) stands between alternatives and binds
 * less; `-` or `not` turns a term round; parentheses group. A term is a word to be found in the
 * text of a thing (in either case, unless it has a capital), or `field:value`. Quotes keep blanks
 * and signs together, `\"` in them is a quote. Commas list values of which one has to hold, outside
 * of the braces and brackets of a pattern (glob.h). `field=value` wants the whole value, `!=`
 * another one;
 * `>=`, `>`, `<=` and `<` compare where the field has an order. Where the owner has no fields, all
 * terms are words.
 *
 * A filter borrows nothing but the table of fields. Parsing depends on nothing but the text, the
 * table and the time given: the same text means the same to everybody.
 */
#ifndef PILAB_BASE_FILTER_H
#define PILAB_BASE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>

enum filter_kind {
    FILTER_TEXT,   /* `:` wants the value somewhere in it, or a pattern that fits it */
    FILTER_NAME,   /* `:` wants it as a whole, in either case, or a pattern that fits it */
    FILTER_CHOICE, /* one of `values` */
    FILTER_ORDER,  /* the same; `values` go up, so that they can be compared */
    FILTER_NUMBER,
    FILTER_TIME, /* `3d` (ago; also min, h, w), `today`, `yesterday`, 2025-01-22 (all of that day,
                    in UTC), or a time with its zone. The first such field is also meant by `since:`
                    and `until:` */
    FILTER_FLAG  /* `yes` or `no` */
};

struct filter_field {
    const char *name; /* small letters, digits, '_' */
    enum filter_kind kind;
    const char *const *values; /* of a choice and an order, NULL at the end; else NULL */
    char separator;            /* of patterns (glob.h); 0: their `*` takes everything */
    const char *help;          /* what it is, in a few words */
};

/* What a kind of thing can be filtered by. `field` is an index into `fields`. */
struct filter_fields {
    const struct filter_field *fields;
    size_t count;
    /* The values of a text or name: the one at `index`, NULL past the last. Borrowed. */
    const char *(*text)(const void *thing, size_t field, size_t index);
    /* All other kinds: the index in `values`, the number, the time (UTC milliseconds), 0 or 1.
     * False when the thing has none; then no term with the field holds, and `!=` does. */
    bool (*number)(const void *thing, size_t field, int64_t *number);
};

struct filter;

/* NULL with ERROR_INVALID or ERROR_LIMIT, whose message begins with the column (from 1, in
 * characters). `fields` may be NULL. `now` is what relative times count from. */
struct filter *filter_new(const char *text, const struct filter_fields *fields, int64_t now,
                          struct error *error);
void filter_free(struct filter **filter);

/* Nothing was asked: everything passes. */
bool filter_is_empty(const struct filter *filter);
/* Whether it looks at the text of things at all. */
bool filter_has_words(const struct filter *filter);
/* `words` is the text that the thing is found by. */
bool filter_test(const struct filter *filter, const void *thing, const char *words, size_t length);

/* What may stand in place of the last, unfinished term of `text`: whole terms, or beginnings that
 * end in ':' or an operator. `values` offers what a text or name field holds here; may be NULL. */
void filter_complete(const char *text, const struct filter_fields *fields,
                     void (*values)(const void *context, size_t field,
                                    void (*offer)(void *to, const char *value), void *to),
                     const void *context, void (*offer)(void *to, const char *term), void *to);

#endif
