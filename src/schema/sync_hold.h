/*
 * What a script that does not destroy holds back, in the making (sync_hold.c). Private to it and to
 * the files that it consists of.
 */
#ifndef PILAB_SRC_SCHEMA_SYNC_HOLD_H
#define PILAB_SRC_SCHEMA_SYNC_HOLD_H

#include "sync_parts.h"

/* All statements about one object. */
struct group {
    const struct schema_object *previous, *current; /* NULL: not there */
    bool loses;
    bool stays;       /* a comment drops it */
    bool left;        /* is as it should be: none of its statements is written */
    const char *held; /* why */
};

struct link {
    struct group *group;
    struct link *next;
};

struct holding {
    struct sync_writer *writer;
    struct map *groups;    /* by sync_group: struct group */
    struct map *naming;    /* by name: struct link of groups whose statements have it */
    struct map *disturbed; /* by name: struct link of groups that what has it cannot stay under */
    struct vector queue;   /* struct group *: those that stay or are held */
};

struct group *sync_hold_group(struct holding *holding, const struct schema_object *object);

/* `group` waits for `cause`, unless it destroys, waits or is as it should be. `why` follows the
 * name of the cause: "stands on it". */
void sync_hold(struct holding *holding, struct group *group, const struct group *cause,
               const char *why);

/* What takes values that the cause, a partition, keeps. */
void sync_hold_bounds(struct holding *holding, const struct group *cause);

/* Views that would go for nothing stay. */
void sync_hold_views(struct holding *holding);

#endif
