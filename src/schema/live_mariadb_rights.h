/*
 * What the user of a live MariaDB or MySQL database may see, from what SHOW GRANTS says: servers
 * leave out what one may not see and say nothing of it. Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_MARIADB_RIGHTS_H
#define PILAB_SRC_SCHEMA_LIVE_MARIADB_RIGHTS_H

#include <stdbool.h>

#include <pilab/base/vector.h>

struct arena;

enum mariadb_right {
    MARIADB_SEES_COLUMNS = 1, /* tables with all of their columns */
    MARIADB_SEES_TRIGGERS = 2,
    MARIADB_SEES_ROUTINES = 4, /* that they are there */
    MARIADB_SEES_EVENTS = 8,
    MARIADB_SEES_ALL = 15
};

struct mariadb_rights {
    const char *database; /* the caller's */
    unsigned everywhere;  /* enum mariadb_right, within the whole database */
    unsigned revoked;     /* MySQL: taken away again for this database */
    struct vector tables; /* those that one sees whole: const char *, in the arena */
    struct arena *arena;  /* the caller's */
};

void mariadb_rights_init(struct mariadb_rights *rights, struct arena *arena, const char *database);
void mariadb_rights_release(struct mariadb_rights *rights);

/* One line of SHOW GRANTS. What is not known there gives nothing. */
void mariadb_rights_take(struct mariadb_rights *rights, const char *line);

bool mariadb_rights_have(const struct mariadb_rights *rights, enum mariadb_right right);
/* Whether all columns of the table can be seen. */
bool mariadb_rights_see_table(const struct mariadb_rights *rights, const char *table);

#endif
