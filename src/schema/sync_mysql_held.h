/*
 * What a script for MySQL and MariaDB leaves as it is because it would destroy something, and what
 * cannot be done before that is.
 */
#ifndef PILAB_SRC_SCHEMA_SYNC_MYSQL_HELD_H
#define PILAB_SRC_SCHEMA_SYNC_MYSQL_HELD_H

#include "sync_script.h"

/* Whether the column, or the character set of the table, is left as it is; or was by the script
 * that this one takes back, and is as it should be. */
bool sync_mysql_stays(const struct sync_script *script, const struct schema_change *change);
/* Only the latter. */
bool sync_mysql_has_stayed(const struct sync_script *script, const struct schema_change *change);

/* Whether a list of the object has that name. */
bool sync_mysql_names(const struct schema_object *object, enum schema_property property,
                      const char *name);
/* A statement, without its ';', as a comment that says that it waits for a column. */
void sync_mysql_wait(struct sync_script *script, const char *text);

/* All keys of one side that go before, or come after, tables change. */
void sync_mysql_foreign_keys(struct sync_script *script, const struct schema *schema, bool drop);

#endif
