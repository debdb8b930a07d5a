/*
 * Where is it? For a ticket, a commit, an advisory, a configuration key, a migration or a version:
 * in which environments of which modules it is, since when and by which deployment, and where it
 * would go next.
 *
 * Pure: whoever asks reads the commits and the deployments first (struct where_input) and gets a
 * value back. What the change is made of is found here: commits that bring the same patch, or were
 * picked from each other, are one; a revert takes it away and a revert of that brings it back; a
 * merge speaks for the change only where nothing else does.
 *
 * An answer owns one arena and everything reachable from it. Text is as it came from outside:
 * renderers escape it.
 */
#ifndef PILAB_RELEASE_WHERE_H
#define PILAB_RELEASE_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/commit.h>

enum where_kind {
    WHERE_TICKET,
    WHERE_COMMIT,
    WHERE_ADVISORY,
    WHERE_KEY,
    WHERE_MIGRATION,
    WHERE_VERSION,
    WHERE_KIND_COUNT
};

const char *where_kind_name(enum where_kind kind); /* "ticket" */
bool where_kind_parse(const char *name, enum where_kind *kind, struct error *error);

/* In the order of how much of it is there. */
enum where_state {
    WHERE_UNKNOWN,    /* nobody knows what runs there, or its repository cannot be read */
    WHERE_NOT_IN,     /* nothing of it */
    WHERE_REVERTED,   /* it is in the history, and taken back there */
    WHERE_PARTLY,     /* some of its changes */
    WHERE_PROBABLY,   /* a commit that says the same, with another patch: somebody must look */
    WHERE_AS_ANOTHER, /* by the same patch or a verified cherry-pick */
    WHERE_IN,
    WHERE_STATE_COUNT
};

const char *where_state_name(enum where_state state); /* "as_another" */

/* --- What is asked of ------------------------------------------------------------------------- */

#define WHERE_NONE ((size_t)-1)

struct where_deployment {
    int64_t number;
    const char *version;
    const char *release; /* or NULL */
    const char *actor;
    int64_t at;
    bool rollback;  /* it took another one back */
    size_t reached; /* which of the module's versions it brought; WHERE_NONE: no commit is known */
};

struct where_cell_input {
    const struct where_deployment *deployments; /* those that came to an end well, oldest first */
    size_t count;
    const struct where_deployment *coming; /* one under way; NULL: none */
};

struct where_environment {
    const char *name;
    const char *const *from; /* the environments that are promoted into it */
    size_t from_count;
};

struct where_module_input {
    const char *name;
    const char *refused; /* why it could not be looked into; NULL: it could */
    /* Its commits that matter: those that are asked for, what may be the same change, what reverts
     * any of them, and what reverted merges brought. Newest first: no parent before its child. */
    const struct commit *commits;
    size_t count;
    const bool *asked;           /* of commits */
    const size_t *patches;       /* equal for equal patches; WHERE_NONE: not known; NULL: none is */
    const char *const *tags;     /* the first tag that holds the commit, or NULL; NULL: none */
    const char *const *branches; /* the same with branches */
    size_t version_count;        /* distinct commits that were ever deployed */
    const struct object_id *version_tips; /* their ids; NULL: not known */
    const uint64_t *held;  /* (version_count + 63) / 64 words for each commit: bit v says that
                              version v holds it */
    const uint64_t *above; /* (count + 63) / 64 words for each commit: bit j says that commit j
                              holds it; NULL: nothing is known */
    const struct where_cell_input *cells; /* one for each environment */
};

struct where_input {
    const char *question; /* as it was asked */
    const char *subject;  /* what it was taken for: "MB-234", a full id */
    enum where_kind kind;
    bool forced; /* the kind was said, not recognised */
    const char *const *ticket_keys;
    size_t ticket_key_count;
    const struct where_environment *environments;
    size_t environment_count;
    const struct where_module_input *modules; /* also those without any such commit */
    size_t module_count;
};

/* --- The answer ------------------------------------------------------------------------------- */

struct where_event {
    int64_t number;
    const char *version, *release, *actor;
    int64_t at;
    bool rollback;
};

struct where_cell {
    enum where_state state;
    const char *why;        /* of WHERE_UNKNOWN */
    size_t there, total;    /* how many of its changes */
    const char *as, *basis; /* the commit that stands for it: "same patch"; NULL: itself */
    const struct where_event *running; /* what runs there; NULL: nobody knows */
    const struct where_event *since;  /* it is in (or partly) since this; NULL: it is not, or nobody
                                         knows */
    const struct where_event *taken;  /* it was in, until this; NULL: it never was */
    const struct where_event *coming; /* under way, and would bring it; NULL: nothing does */
    bool next;                        /* an environment that is promoted into this one has it */
    bool exact;                       /* of a version: it is this one that runs there */
};

enum where_role {
    WHERE_CHANGE, /* one of the changes asked for */
    WHERE_TWIN,   /* the same change as another commit */
    WHERE_ALIKE,  /* says the same, with another patch */
    WHERE_MERGE,  /* only joins what stands here by itself */
    WHERE_REVERT, /* takes one of these back, or brings it back again */
    WHERE_ROLE_COUNT
};

const char *where_role_name(enum where_role role);

struct where_commit {
    char id[OBJECT_ID_HEX_SIZE];
    const char *subject, *author;
    int64_t at; /* committed */
    enum where_role role;
    const char *of;           /* the id of the change that a twin is the same as; or NULL */
    const char *tag, *branch; /* the first that hold it; or NULL */
};

struct where_module {
    const char *name;
    const char *refused;          /* why it could not be looked into; NULL: it could */
    struct where_cell *cells;     /* one for each environment */
    struct where_commit *commits; /* newest first */
    size_t commit_count;
    size_t changes; /* how many changes it is made of here */
};

struct where_answer {
    struct arena *arena;
    const char *question, *subject;
    enum where_kind kind;
    bool forced;
    const char **environments;
    size_t environment_count;
    struct where_module *modules; /* those that have such commits, or could not be looked into */
    size_t module_count;
    size_t found;  /* how many of these have such commits */
    size_t looked; /* into so many modules */
};

struct where_answer *where_answer(const struct where_input *input);
void where_answer_free(struct where_answer **answer); /* sets *answer to NULL; NULL is fine */

/* Whether all of it is in the environment: in every module that has it, itself or by a proven twin,
 * and no module is unknown. False too when nothing was found. */
bool where_all_in(const struct where_answer *answer, size_t environment);
/* The index of an environment by its name, in any case; WHERE_NONE: there is none. */
size_t where_environment_find(const struct where_answer *answer, const char *name);

/* --- Shown ------------------------------------------------------------------------------------ */

struct where_text_options {
    size_t width;
    bool utf8;
    bool wide; /* everything about every cell */
    int64_t now;
};

/* Rich text (base/rich.h). */
void where_render_text(struct strbuf *out, const struct where_answer *answer,
                       const struct where_text_options *options);
/* "in", "2 of 3", "not in": a word or two for a matrix. */
void where_cell_word(struct strbuf *out, const struct where_cell *cell);
/* One cell in a sentence of rich text, without its end: since when, by whom, what is next. */
void where_cell_sentence(struct strbuf *out, const struct where_cell *cell, int64_t now, bool utf8);
/* pilab.where/1; new reference. */
json_t *where_to_json(const struct where_answer *answer);

#endif
