/*
 * What all lists have in common: the page asked for, and the result it becomes.
 */
#ifndef PILAB_APP_LISTING_H
#define PILAB_APP_LISTING_H

#include <pilab/app/arguments.h>
#include <pilab/app/call.h>
#include <pilab/app/result.h>
#include <pilab/base/filter.h>
#include <pilab/store/page.h>

/* --limit and --after. */
bool listing_page(const struct arguments *arguments, struct store_page *page, struct error *error);
/* --filter; *filter is NULL when it is not given. The caller frees it. */
bool listing_filter(const struct call *call, const struct arguments *arguments,
                    const struct filter_fields *fields, struct filter **filter,
                    struct error *error);
/* Makes the result a list without items; `next` is the cursor of the page behind, or NULL. */
void listing_start(struct call *call, struct result *result, const char *kind,
                   const struct result_column *columns, size_t column_count, const char *next,
                   const char *empty);
/* A time option in RFC 3339; 0 when it is not given. */
bool listing_time(const struct arguments *arguments, const char *name, int64_t *at,
                  struct error *error);
/* "--output FILE": writes the text there (0600, whole or not at all) and says so in the result;
 * without it the result is the text itself. `document`: it is a JSON document. */
bool listing_export(const struct arguments *arguments, const struct strbuf *text, bool document,
                    struct result *result, struct error *error);

#endif
