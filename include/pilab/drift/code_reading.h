/*
 * What is read out of a module's commits before anything is judged: wording, tickets, evidence, and
 * the shape of the history. Inside of the drift room.
 *
 * A commit is called by its number, its place in the list it came in: 0 is the newest, and no
 * parent has a smaller number than its child.
 */
#ifndef PILAB_DRIFT_CODE_READING_H
#define PILAB_DRIFT_CODE_READING_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/drift/category.h>
#include <pilab/drift/subject.h>
#include <pilab/drift/tickets.h>
#include <pilab/git/history.h>

#define NO_COMMIT ((size_t)-1)

/* So many are read by one thread at once; a range of fewer is read by one. */
#define COMMITS_AT_ONCE 256

/* One side's commits. */
struct commit_reading {
    const struct commit *commits; /* borrowed */
    size_t count;
    struct subject *subjects;
    struct ticket_set *tickets;
    bool *merges;      /* it only joins what stands in the list by itself */
    size_t *merged_by; /* the innermost merge that brought it, or NO_COMMIT */
    struct map *by_id; /* the 20 bytes → an item of numbers */
    size_t *numbers;   /* numbers[i] is i: what by_id points to */
};

/* `first_parent`: the list follows only first parents, so that a merge stands for its branch.
 * `threads`: so many read; 0: as many as there are processors. */
void commit_reading_start(struct commit_reading *reading, struct arena *arena,
                          const struct commit *commits, size_t count, bool first_parent,
                          const struct ticket_options *tickets, unsigned threads);
void commit_reading_end(struct commit_reading *reading);

/* The number of a commit, or NO_COMMIT. The second takes what a message says: 7 to 40 hex digits,
 * and gives NO_COMMIT when several begin so. */
size_t commit_number(const struct commit_reading *reading, const struct object_id *id);
size_t commit_number_of_hex(const struct commit_reading *reading, const char *hex);
/* The commit that says it was picked from `hex`, the oldest of several; or NO_COMMIT. */
size_t commit_picked_from(const struct commit_reading *reading, const char *hex);
/* Whether both are beginnings of the same id: 7 or more hex digits each. */
bool hex_same_commit(const char *a, const char *b);

/* Whether `merge` brought `commit`, directly or through other merges. */
bool commit_came_by(const struct commit_reading *reading, size_t commit, size_t merge);

/* Fills merged_by: from the oldest merge of the main line to the newest, each takes what no older
 * one brought, and within its branch the same again. Linear in the number of commits. */
void branches_find(const struct commit_reading *reading, size_t *merged_by);

struct code_input;
struct drift_code;

/* A module's commits on the way from drift_code_collect to drift_changes_group. */
struct code_reading {
    struct code_reading *next;
    struct arena *arena;
    const struct code_input *input;
    size_t code; /* index into the builder's codes */
    struct commit_reading ahead;
    struct category_judgement *judgements; /* of ahead */
    bool *reverts_released;                /* it takes back what previous has */
};

void code_reading_free(struct code_reading **reading);

#endif
