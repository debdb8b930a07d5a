/*
 * Parts of CREATE TABLE and ALTER TABLE of MySQL and MariaDB.
 */
#ifndef PILAB_SRC_SCHEMA_SYNC_MYSQL_TABLE_H
#define PILAB_SRC_SCHEMA_SYNC_MYSQL_TABLE_H

#include "sync_script.h"

/* Whether the database that is changed is known to be MariaDB: it knows IF [NOT] EXISTS nearly
 * everywhere, and the check of a column belongs to the column. */
bool sync_mysql_is_mariadb(const struct sync_script *script);

bool sync_mysql_is_sort(const struct schema_object *part, const char *sort);
/* Whether the constraint is a check that a column of its table carries. */
bool sync_mysql_is_column_check(const struct sync_script *script, const struct schema_object *part);
/* `name` in quotes. */
const char *sync_mysql_name(const struct sync_script *script, const char *name);
/* `text` as a literal (NULL: an empty one), and as a word that is bare where it can be. */
const char *sync_mysql_literal(const struct sync_script *script, const char *text);
const char *sync_mysql_word(const struct sync_script *script, const char *text);

/* `name` type … as CREATE TABLE, ADD COLUMN and MODIFY COLUMN have it. */
const char *sync_mysql_column(const struct sync_script *script, const struct schema_object *column);
/* The same with the character set that it has of its table. */
const char *sync_mysql_converted(const struct sync_script *script,
                                 const struct schema_object *column);
/* "UNIQUE INDEX `name` (…)", "PRIMARY KEY (…)", "CONSTRAINT `name` CHECK (…)", "FULLTEXT INDEX …",
 * "CONSTRAINT `name` FOREIGN KEY …"; with IF NOT EXISTS where `again` and the server knows it. */
const char *sync_mysql_key(const struct sync_script *script, const struct schema_object *part,
                           bool again);
/* ENGINE=… and what else stands behind the parentheses. */
const char *sync_mysql_options(const struct sync_script *script, const struct schema_object *table);

/* CREATE TABLE without foreign keys. */
void sync_mysql_create_table(struct sync_script *script, const struct schema_object *table);
/* All that changes of a table in as few statements as can be; nothing when nothing does. */
void sync_mysql_alter_table(struct sync_script *script, const struct schema_object *previous,
                            const struct schema_object *current);

#endif
