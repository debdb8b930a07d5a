/*
 * What is known of a repository's commits without reading them: the shape of its history, and words
 * that lead to commits. Kept in the cache; what came since is added when it is opened.
 *
 * Words, all in UTF-8:
 *   t:MB-234       the message refers to this ticket, request or advisory
 *   s:<hash>       the subject says this (subject_same)
 *   p:<7 digits>   it says that it was picked from a commit that begins so
 *   r:<7 digits>   it says that it reverts a commit that begins so
 *   r:#12          it says that it reverts this request
 *   q:<hash>       it says that it reverts a commit of this subject
 */
#ifndef PILAB_SRC_APP_WHERE_INDEX_H
#define PILAB_SRC_APP_WHERE_INDEX_H

#include <pilab/app/call.h>
#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/drift/ticket_keys.h>
#include <pilab/git/graph.h>
#include <pilab/git/mailmap.h>
#include <pilab/git/repository.h>
#include <pilab/store/cache_index.h>

struct where_index {
    const char *path; /* of the repository */
    struct repository *repository;
    struct reference_list *references;
    struct arena *arena;
    struct ticket_options tickets;
    struct mailmap *people; /* as its HEAD names them; NULL: as they named themselves */
    struct cache *cache;    /* borrowed; NULL: there is none */
    char *subject;          /* of the index in the cache */
    int64_t number;         /* there; 0: it is only here, in `words` */
    struct vector words;    /* struct cache_index_word */
    struct commit_graph *graph;
    bool graph_read; /* it is read from the cache only when somebody asks */
    size_t missing;  /* commits that others lead to and that are not there */
};

/* Opens the repository at `path` and brings its index up to date. `extra` are further commits that
 * must be known, whether or not a branch or a tag leads to them. Texts and keys are borrowed.
 * False with an error when it cannot be read at all, or was cancelled; where_index_close frees
 * either way. */
bool where_index_open(struct call *call, struct cache *cache, const char *path,
                      const struct ticket_options *tickets, const struct vector *extra,
                      struct where_index *index, struct error *error);
void where_index_close(struct where_index *index);

/* The whole history. */
const struct commit_graph *where_index_graph(struct where_index *index);

/* Adds the commits (struct object_id) that a word leads to, each once. */
void where_index_find(struct where_index *index, const char *word, struct vector *commits);
/* Every word that begins so, with its commit. */
void where_index_visit(struct where_index *index, const char *prefix,
                       void (*visit)(void *context, const char *word,
                                     const struct object_id *commit),
                       void *context);

/* The words above. */
#define WHERE_WORD_SIZE 24
const char *where_word_subject(const char *same, bool reverted, char out[WHERE_WORD_SIZE]);
/* NULL when the digits are fewer than seven. */
const char *where_word_commit(char kind, const char *hex, char out[WHERE_WORD_SIZE]);

/* A word for a commit, into a vector of struct cache_index_word; the text is copied. */
void where_word_add(struct vector *words, struct arena *arena, const char *word,
                    const struct object_id *commit);

#endif
