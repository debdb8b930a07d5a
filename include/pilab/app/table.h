/*
 * A list result as a table in rich text (base/rich.h).
 */
#ifndef PILAB_APP_TABLE_H
#define PILAB_APP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/app/result.h>
#include <pilab/base/strbuf.h>

/* `width` columns wide, 0: as wide as it takes, with nothing left out or cut. Where room is short,
 * columns of low priority go first. `now` is what relative times are told from. */
void table_render(struct strbuf *out, const struct result *result, size_t width, bool utf8,
                  int64_t now);

#endif
