/*
 * Pages of lists, by key and never by offset: a page starts behind the last row of the page before,
 * so that rows that come or go meanwhile neither repeat nor hide others, and the thousandth page
 * costs what the first one does.
 */
#ifndef PILAB_STORE_PAGE_H
#define PILAB_STORE_PAGE_H

#include <stddef.h>

struct store_page {
    const char *after; /* `next` of the page before; NULL or "": from the start */
    size_t limit;      /* rows at most; 0: all that are left */
};

/*
 * Every list function has the form
 *
 *     bool store_things_list(struct connection *, …filter…, const struct store_page *page,
 *                            struct arena *arena, struct store_things *list, struct error *error);
 *
 * `page` may be NULL: all rows. The rows and their text live in `arena`. `list->next` is NULL on
 * the last page. A cursor that did not come from the same list is ERROR_INVALID.
 *
 * Every function that reads one row fills a struct whose text lives in the given arena, and fails
 * with ERROR_NOT_FOUND, naming what was looked for.
 *
 * Every function that writes needs a transaction (store_begin). Those named `…_add` take a struct
 * of values, make id and times and put them, with number and rev, into the struct; an id that is
 * set already is kept (imports). Those named `…_update` write the struct back if its `rev` is still
 * the stored one, else ERROR_CONFLICT, and count `rev` up.
 */

#endif
