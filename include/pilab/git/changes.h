/*
 * Which files differ between two trees, by an own walk that compares object ids and descends only
 * where they differ (libgit2's diff is an order of magnitude slower for names).
 */
#ifndef PILAB_GIT_CHANGES_H
#define PILAB_GIT_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/repository.h>

enum file_status {
    FILE_ADDED,
    FILE_MODIFIED,
    FILE_DELETED,
    FILE_RENAMED,
    FILE_COPIED,
    FILE_TYPE_CHANGED
};

struct file_change {
    enum file_status status;
    const char *path;                    /* in the new tree; for FILE_DELETED in the old */
    const char *old_path;                /* of a rename or copy, else NULL */
    struct object_id old_blob, new_blob; /* zero where there is none */
    uint32_t old_mode, new_mode;         /* 0 where there is none; 0160000 is a submodule */
    bool counted;                        /* insertions and deletions are known */
    bool binary;                         /* counted, and without lines */
    bool unread; /* could not be counted: the object is missing or damaged */
    uint64_t insertions, deletions;
    unsigned likeness; /* of a rename or copy: how much of it is as it was, in percent */
};

struct file_change_list {
    struct file_change *changes; /* in git's path order of `path` */
    size_t count;
    uint64_t insertions, deletions; /* over those counted */
    size_t unread;                  /* how many could not be counted */
    bool likeness_capped; /* there were too many files to compare each with each: see the limit */
};

enum changes_flags {
    CHANGES_RENAMES =
        1, /* pair added and deleted files of the same blob as renames; added files whose
              blob also stands elsewhere in the old tree's changed files as copies
              (whose lines are insertions all the same: totals are those of -M100%) */
    CHANGES_COUNTS = 2,  /* count lines as `git diff --numstat` does */
    CHANGES_LIKENESS = 4 /* beside CHANGES_RENAMES: pair what is left of them as `git diff -M50%`
                            does. Reads every file that was added or deleted. */
};

/* Of more pairs of an added and a deleted file only those of the same name are compared, and larger
 * files are like no other. (git stops at a quarter of these pairs unless diff.renameLimit says
 * more.) */
#define LIKENESS_PAIR_LIMIT 4000000u
#define LIKENESS_SIZE_LIMIT ((size_t)16 << 20)

/* Commits' trees from `previous` (NULL: the empty tree) to `current`, below `directory` (""
 * or NULL: everything; a file or a folder, or several of them, one a line; paths stay relative to
 * the root). The result lives in `arena`. A missing blob marks its file `unread`; a missing tree is
 * ERROR_CORRUPT naming it. Lines of many files are counted by so many threads; 0: as many as there
 * are processors, at most 4. */
bool changes_between(struct repository *repository, const struct object_id *previous,
                     const struct object_id *current, const char *directory, unsigned flags,
                     unsigned threads, struct arena *arena, struct file_change_list *out,
                     const struct progress *progress, struct error *error);

/* What one commit changed against its first parent. */
bool changes_of_commit(struct repository *repository, const struct object_id *commit,
                       const char *directory, unsigned flags, struct arena *arena,
                       struct file_change_list *out, struct error *error);

#define LINE_KEY_SIZE 32

struct line_numbers {
    bool binary; /* and without lines */
    uint64_t insertions, deletions;
};

/* How many lines differ between two versions of a file never changes: where that is kept. The key
 * says which versions. `load` returns true when it had it. Called from several threads at once. */
struct line_store {
    bool (*load)(void *context, const unsigned char key[LINE_KEY_SIZE],
                 struct line_numbers *numbers);
    void (*save)(void *context, const unsigned char key[LINE_KEY_SIZE],
                 const struct line_numbers *numbers);
    void *context;
};

/* Counts the lines of a list that has names only, and sums them up. `store` may be NULL. False only
 * when cancelled. */
bool changes_count(struct repository *repository, struct file_change_list *list, unsigned threads,
                   const struct line_store *store, const struct progress *progress,
                   struct error *error);

/* Appends the change as a unified diff with git's header lines and `context` lines of context;
 * "Binary files differ" for binary ones. */
bool changes_patch(struct repository *repository, const struct file_change *change,
                   unsigned context, struct strbuf *out, struct error *error);

/* The patch id of a commit against its first parent: equal for two commits that make the same
 * change, whatever the line numbers, blanks and context offsets (as `git patch-id --stable`
 * defines it; the value need not be git's own, only used against itself). Zero for an empty change
 * and for merges. `directory` limits it to a module's part. */
bool changes_patch_id(struct repository *repository, const struct object_id *commit,
                      const char *directory, struct object_id *patch_id, struct error *error);

struct commit;

struct patch_id_options {
    const char *directory; /* only a module's part ("" or NULL: all) */
    unsigned threads;      /* 0: as many as there are processors, at most 4. The result is the same
                              whatever the number. */
    /* The patch id of a commit never changes: where it is kept. Both NULL: nowhere. `load` returns
     * true when it had it. Called from worker threads, one at a time. */
    bool (*load)(void *context, const struct object_id *commit, const char *directory,
                 struct object_id *patch_id);
    void (*save)(void *context, const struct object_id *commit, const char *directory,
                 const struct object_id *patch_id);
    void *context;
    /* For changes_twins: the commits of both sides with the files that they touch below the
     * directory, where these have been read already. NULL: not yet. */
    const struct commit *left, *right;
    const struct line_store *lines; /* for changes_twins as well; may be NULL */
    bool *unread; /* set when a commit could not be looked at, and so has no twin; may be NULL */
};

/* The same for many commits at once; `options` may be NULL. patch_ids[i] belongs to commits[i]; a
 * commit that cannot be read gets the zero id, like one without a change. False only when
 * cancelled. */
bool changes_patch_ids(struct repository *repository, const struct object_id *commits, size_t count,
                       const struct patch_id_options *options, struct object_id *patch_ids,
                       const struct progress *progress, struct error *error);

#define NO_TWIN ((size_t)-1)

/* For each commit of `left` the first of `right` that makes the same change: twins[i] is its index
 * there, or NO_TWIN. Content is read only where both sides touch the same files, so this is far
 * cheaper than all patch ids of both. `options` may be NULL. False only when cancelled. */
bool changes_twins(struct repository *repository, const struct object_id *left, size_t left_count,
                   const struct object_id *right, size_t right_count,
                   const struct patch_id_options *options, size_t *twins,
                   const struct progress *progress, struct error *error);

#endif
