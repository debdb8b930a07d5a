/*
 * Commits for tests, made from their messages, without any repository.
 */
#ifndef TESTS_SUPPORT_COMMIT_FIXTURE_H
#define TESTS_SUPPORT_COMMIT_FIXTURE_H

#include <pilab/base/arena.h>
#include <pilab/base/vector.h>
#include <pilab/git/history.h>

/* The id of the commit made under this number: 40 hex digits that no other has. */
#define FIXTURE_ID_SIZE OBJECT_ID_HEX_SIZE
const char *fixture_id(unsigned number, char out[FIXTURE_ID_SIZE]);
struct object_id fixture_object(unsigned number);

/* A history that grows from its oldest commit on. */
struct commit_fixture {
    struct arena *arena;
    struct vector commits;       /* struct commit, oldest first */
    struct vector patches;       /* struct object_id */
    struct commit *newest_first; /* set by commit_fixture_list */
    struct object_id *newest_first_patches;
    unsigned first; /* the number of the oldest */
    int64_t time;   /* of the next, a minute after the one before */
    const char *author;
};

/* Numbers count up from `first`, so that two histories can stand side by side. */
void commit_fixture_start(struct commit_fixture *fixture, unsigned first);
void commit_fixture_end(struct commit_fixture *fixture);

/* Adds a commit on top of the newest, or of nothing, and returns its number. */
unsigned commit_fixture_add(struct commit_fixture *fixture, const char *message);
/* The same with these parents (numbers; 0: not in this history). */
unsigned commit_fixture_merge(struct commit_fixture *fixture, const char *message, unsigned first,
                              unsigned second);
unsigned commit_fixture_on(struct commit_fixture *fixture, const char *message, unsigned parent);
/* What the newest commit touches: one more file; `old_path` NULL: it is no rename. */
void commit_fixture_file(struct commit_fixture *fixture, const char *path, const char *old_path);
/* The patch id of the newest commit; commits of the same letter make the same change. */
void commit_fixture_patch(struct commit_fixture *fixture, char letter);

/* All of them, newest first as history_read gives them; *count gets how many. */
const struct commit *commit_fixture_list(struct commit_fixture *fixture, size_t *count);
/* The place of a number in that list. */
size_t commit_fixture_place(const struct commit_fixture *fixture, unsigned number);

#endif
