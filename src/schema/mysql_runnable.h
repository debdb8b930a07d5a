/*
 * SQL of MySQL and MariaDB, as dumps hold it, for a server that is given one statement at a time by
 * a user who may do nothing for others. Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_MYSQL_RUNNABLE_H
#define PILAB_SRC_SCHEMA_MYSQL_RUNNABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/schema/sql_statements.h>

struct mysql_server {
    unsigned version; /* 101119: 10.11.19 */
    bool mariadb;
};

/* Of "10.11.19-MariaDB". */
struct mysql_server mysql_server_of(const char *version);

/* Each "DEFINER = user@host" of a CREATE or ALTER becomes blanks, and so do the frames of comments
 * that this server runs (one may begin in front of a statement's first word) and all of those that
 * it does not. Positions and lines stay. */
void mysql_runnable(char *text, size_t length, const struct mysql_server *server);

/* Whether it is about users, other databases or the server itself: nothing of a schema, and nothing
 * for files to change. */
bool mysql_is_left_out(const struct sql_statement *statement);

/* Takes out of what a server says of a statement the values of rows ("Duplicate entry '…' for
 * key"), the text that it repeats ("near '…' at line 1") and, as `what` stands before it, what the
 * SQL says itself (SIGNAL). */
void mysql_hide_data(struct error *error, const char *what);

#endif
