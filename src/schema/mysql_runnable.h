/*
 * SQL of MySQL and MariaDB, as dumps hold it, for a server that is given one statement at a time by
 * a user who may do nothing for others. Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_MYSQL_RUNNABLE_H
#define PILAB_SRC_SCHEMA_MYSQL_RUNNABLE_H

#include <stddef.h>

/* Each "DEFINER = user@host" of a CREATE or ALTER becomes blanks, and so do the frames of comments
 * that servers run: one may begin in front of a statement's first word. Positions stay. */
void mysql_runnable(char *text, size_t length);

#endif
