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

/* A table has one column that counts (AUTO_INCREMENT), and a key of it. Whether one that counts on
 * one side stays as it is, so that no other can, and its keys stay, too; whether that was so in the
 * script that this one takes back. */
bool sync_mysql_counter_stays(const struct sync_script *script, const char *table);
bool sync_mysql_counter_has_stayed(const struct sync_script *script, const char *table);
/* Whether the column counts, or the key has such a column, on either side. */
bool sync_mysql_is_counter(const struct sync_script *script, const struct schema_object *part);

/* Whether the key has a column of texts or bytes that is left as it is, which another part of each
 * value fits in a key of; or had one in the script that this one takes back. */
bool sync_mysql_key_stays(const struct sync_script *script, const struct schema_object *key);
bool sync_mysql_key_has_stayed(const struct sync_script *script, const struct schema_object *key);

/* Whether the key has the column: "b", "b(100)", "b DESC". */
bool sync_mysql_has_column(const struct schema_object *key, const char *name);
/* Whether a list of the object has that name. */
bool sync_mysql_names(const struct schema_object *object, enum schema_property property,
                      const char *name);
/* A statement, without its ';', as a comment that says that it waits for a column. */
void sync_mysql_wait(struct sync_script *script, const char *text);

/* All keys of one side that go before, or come after, tables change. */
void sync_mysql_foreign_keys(struct sync_script *script, const struct schema *schema, bool drop);

#endif
