/*
 * The commits that matter to a question, besides those that are asked for: what may be the same
 * change in another branch, what takes it back, and what takes that back again. What they mean is
 * judged elsewhere (release/where.h); here they are only found. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_WHERE_RELATIVES_H
#define PILAB_SRC_APP_WHERE_RELATIVES_H

#include "where_index.h"

struct relative {
    size_t number; /* in the graph */
    struct commit commit;
    bool asked;
    bool branch;  /* only brought by a merge that was reverted */
    size_t patch; /* equal for equal patches; SIZE_MAX: not known */
};

struct relatives {
    struct call *call;
    struct where_index *index;
    const struct commit_graph *graph;
    const char *directory; /* the module's part of the repository; "" for all */
    struct arena *arena;
    struct vector list; /* struct relative */
    struct map *known;  /* id → the list has it */
};

void relatives_start(struct relatives *relatives, struct call *call, struct where_index *index,
                     const char *directory, struct arena *arena);
void relatives_end(struct relatives *relatives);

/* Adds a commit that is asked for. What is not in the history, or does not touch the directory, is
 * left out. False when it is there and cannot be read. */
bool relatives_ask(struct relatives *relatives, const struct object_id *id, struct error *error);

/* A commit with its people as the project names them; into the arena. */
bool relatives_read(struct relatives *relatives, const struct object_id *id, struct commit *commit,
                    struct error *error);
/* Adds any commit of the history; *added is NULL, without an error, when the list has it already or
 * the history does not. It may move when another one is added. */
bool relatives_add(struct relatives *relatives, const struct object_id *id, struct relative **added,
                   struct error *error);
struct relative *relatives_at(const struct relatives *relatives, size_t index);

/* Newest first: no parent before its child. */
void relatives_sort(struct relatives *relatives);

#endif
