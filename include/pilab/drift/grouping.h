/*
 * Which commits are one change. Inside of the drift room.
 *
 * A commit belongs by its ticket, over all modules; else by its pull request, else by the issue it
 * closes, both within its module (numbers mean something else in every repository). A commit that
 * names none takes them from the merge that brought it, unless that one merged a branch that many
 * work on; and a request whose commits name one ticket lends it to the others. Twins (same patch,
 * cherry-picked, the same commit in two modules) belong together, and so do commits of the same
 * subject where nothing says otherwise. Commits with different tickets are never one change.
 */
#ifndef PILAB_DRIFT_GROUPING_H
#define PILAB_DRIFT_GROUPING_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/code_reading.h>

#define NO_MEMBER ((size_t)-1)

/* A commit that is a change or a part of one. */
struct change_member {
    const struct code_reading *reading;
    const char *module;
    size_t number;       /* in reading->ahead */
    size_t merge;        /* the merge its request comes from, in reading->ahead, or NO_COMMIT */
    const char *ticket;  /* what it is grouped by: its own or its merge's; or NULL */
    const char *request; /* "#12" */
    const char *issue;   /* "#45" */
    /* Filled in by members_group: */
    size_t twin;  /* the member it is a twin of, or NO_MEMBER */
    size_t group; /* the first member of its group, itself if it is the first */
    size_t next;  /* the next member of its group, or NO_MEMBER */
};

/* Fills ticket, request, issue and merge of a member whose reading, module and number are set. */
void member_read(struct change_member *member);

/* Groups members that stand in order: module after module, each oldest first. */
void members_group(struct change_member *members, size_t count);

#endif
