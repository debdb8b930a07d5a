/*
 * The shape of a repository's history: every commit that was ever asked for, by number, with its
 * parents. Who wants to know which of many versions hold which of many commits walks it once for
 * all of them (commit_graph_stamp) instead of once for each pair.
 *
 * Invariant: no parent has a higher number than its child, and a commit keeps its number for ever:
 * what is read later is added at the end. So a graph can be kept in parts, one behind the other.
 * A parent that a shallow clone left out, or that is missing, is not there: see
 * commit_graph_extend.
 *
 * A graph is a value of its own: it borrows nothing of the repository.
 */
#ifndef PILAB_GIT_GRAPH_H
#define PILAB_GIT_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/commit.h>
#include <pilab/git/repository.h>

struct commit_graph;

#define GRAPH_NONE ((size_t)-1)

struct commit_graph *commit_graph_new(void);
void commit_graph_free(struct commit_graph **graph); /* sets *graph to NULL; NULL is fine */

size_t commit_graph_count(const struct commit_graph *graph);
const struct object_id *commit_graph_id(const struct commit_graph *graph, size_t number);
int64_t commit_graph_time(const struct commit_graph *graph, size_t number); /* the committer's */
size_t commit_graph_parent_count(const struct commit_graph *graph, size_t number);
size_t commit_graph_parent(const struct commit_graph *graph, size_t number, size_t index);
/* GRAPH_NONE when it has no such commit. */
size_t commit_graph_find(const struct commit_graph *graph, const struct object_id *id);
/* Numbers of the commits whose ids begin with these hex digits (either case), at most `most` of
 * them, into out; returns how many there are. */
size_t commit_graph_find_prefix(const struct commit_graph *graph, const char *hex, size_t *out,
                                size_t most);

/* Adds what is reachable from the tips and not there yet. `visit` (may be NULL) sees each new
 * commit once, in no certain order, before it has a number: it lives until visit returns. A tip
 * that cannot be read is left out. `*missing` (may be NULL) counts commits that others lead to and
 * that are not there: who finds some keeps nothing of the graph, for they may come. False, with
 * nothing added, only when cancelled. */
bool commit_graph_extend(struct commit_graph *graph, struct repository *repository,
                         const struct object_id *tips, size_t tip_count,
                         void (*visit)(void *context, const struct commit *commit), void *context,
                         size_t *missing, const struct progress *progress, struct error *error);

/* Appends the commits from number `from` on, as bytes for this machine only. */
void commit_graph_write(const struct commit_graph *graph, size_t from, struct strbuf *out);
/* Adds what commit_graph_write gave; false, with nothing added, when the bytes are not that, or do
 * not go on where the graph ends. */
bool commit_graph_read(struct commit_graph *graph, const void *bytes, size_t length);

/* Which commits the tips hold: `words` words for each commit, in which bit i says that tip i does.
 * A tip that is GRAPH_NONE holds none. The caller frees. */
size_t commit_graph_words(size_t tip_count);
uint64_t *commit_graph_stamp(const struct commit_graph *graph, const size_t *tips,
                             size_t tip_count);
bool commit_graph_stamped(const uint64_t *stamps, size_t tip_count, size_t number, size_t tip);

/* Puts the tips into an order in which none stands before one that its history holds; apart from
 * that they stay in the order in which they are given. `order` takes their places. One that is
 * GRAPH_NONE holds nothing. */
void commit_graph_order(const struct commit_graph *graph, const size_t *tips, size_t tip_count,
                        size_t *order);

/* For each commit the first of the tips, in their order, that holds it; UINT32_MAX for none. The
 * caller frees. */
uint32_t *commit_graph_first(const struct commit_graph *graph, const size_t *tips,
                             size_t tip_count);

#endif
