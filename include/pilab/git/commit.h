/*
 * One commit, in values.
 */
#ifndef PILAB_GIT_COMMIT_H
#define PILAB_GIT_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/git/changes.h>
#include <pilab/git/message.h>
#include <pilab/git/repository.h>

struct commit {
    struct object_id id;
    struct object_id *parents;
    size_t parent_count;
    const char *author_name, *author_email;
    const char *committer_name, *committer_email;
    int64_t author_time, committer_time; /* UTC milliseconds */
    struct commit_message *message;
    /* Which files it touches below the asked directory, against its first parent (for a merge, what
     * the merge brings to its first parent). Names only, unless counts were asked. */
    struct file_change_list files;
    bool files_known; /* false when they could not be read: see the problems */
    const char *raw;  /* as it stands in the repository; NULL unless it was asked for */
    size_t raw_length;
};

/* Fills everything but the files from a commit's raw text (gitformat-commit: header lines, a blank
 * line, the message), into `arena`. Text in another encoding that the header names becomes UTF-8.
 * False when the text is not a commit's. */
bool commit_parse(const char *text, size_t length, const struct object_id *id, struct arena *arena,
                  struct commit *out);

#endif
