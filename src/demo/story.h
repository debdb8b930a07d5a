/*
 * Histories as text: what the sample world's repositories are made from.
 *
 * A story is read line by line. A line is a command with its words; lines that begin with "|" after
 * it are its text (the "|" and one blank taken off), lines that begin with "-" and "+" what
 * `replace` takes away and puts in its place. "#" begins a comment.
 *
 *   day -12                     nine o'clock, twelve days before the end (a weekend moves on to
 *                               Monday, but for the last days)
 *   by mira                     who commits from here on: one of the people of the world
 *   write PATH | append PATH    a whole file; more lines at its end
 *   replace PATH                the first place where the lines stand
 *   bump OLD NEW PATH…          every OLD in the files becomes NEW
 *   remove PATH | move FROM TO
 *   commit [LABEL]              with the text as message; a label names it for pick and revert
 *   ~ PATH | SUBJECT            a small change of that file, made up from the subject, and its
 *                               commit
 *   branch NAME | switch NAME
 *   merge NAME | squash NAME    with the text as message; the branch is gone afterwards
 *   pick LABEL [trailer] | revert LABEL
 *   tag NAME                    with the text as message
 *
 * "{day -12}" anywhere becomes that day as 20250110. Each commit comes some minutes after the one
 * before, within working hours.
 */
#ifndef PILAB_DEMO_STORY_INTERNAL_H
#define PILAB_DEMO_STORY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/demo/builder.h>
#include <pilab/git/repository.h>

struct story_tag {
    const char *name;
    struct object_id commit;
    int64_t at;
};

struct story_outcome {
    size_t commits;
    struct story_tag *tags; /* in the order they were set */
    size_t tag_count;
};

/* Tells the story to the builder. `name` is what messages call it; `end` the end of the world, UTC
 * milliseconds. The outcome lives in `arena`. ERROR_INVALID with name and line. */
bool story_run(const char *name, const char *text, int64_t end, struct builder *builder,
               struct arena *arena, struct story_outcome *outcome, struct error *error);

/* Midnight `day` days after the end's (before it: negative), UTC milliseconds. */
int64_t story_day(int64_t end, int day);

#endif
