/*
 * What a store says of itself: names and values in its table "meta". Private to this room.
 */
#ifndef PILAB_SRC_STORE_META_H
#define PILAB_SRC_STORE_META_H

#include <pilab/base/strbuf.h>
#include <pilab/store/connection.h>

/* Replaces `value` by what is kept under the name; "" when nothing is. */
bool meta_get(struct connection *connection, const char *name, struct strbuf *value,
              struct error *error);
/* Within a transaction. Without `replace` what is there stays. */
bool meta_put(struct connection *connection, const char *name, const char *value, bool replace,
              struct error *error);
bool meta_remove(struct connection *connection, const char *name, struct error *error);

#endif
