/*
 * The manifest: what runs where, and how each place stands to the stage that fills it. Values in,
 * values out: it reads neither the store nor git.
 *
 * A cell is derived: `running` is its latest finished deployment, `later` what came after it and
 * changed nothing (yet). How it stands to the stage before is told by version and commit at once,
 * and by commits and migrations when somebody has counted them (manifest_set_distance). What nobody
 * knows is MANIFEST_UNKNOWN, never the same.
 *
 * The columns are the environments in the project's order. The stage before a column is the first
 * of those that are promoted into it, wherever that column stands, so that PERF beside UAT is
 * measured by SIT as well.
 */
#ifndef PILAB_RELEASE_MANIFEST_H
#define PILAB_RELEASE_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/store/deployment.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/observation.h>

enum manifest_standing {
    MANIFEST_FIRST,   /* there is no stage before it */
    MANIFEST_SAME,    /* as in the stage before */
    MANIFEST_BEHIND,  /* the stage before has more, and all of this */
    MANIFEST_AHEAD,   /* this has more, and all of the stage before */
    MANIFEST_DIFFERS, /* each has what the other has not, or nobody has counted yet */
    MANIFEST_UNKNOWN  /* one of both is not known */
};

const char *manifest_standing_name(enum manifest_standing standing); /* "behind" */

/* Commits and migrations in the module's part of its repository. */
struct manifest_distance {
    bool known;
    uint64_t behind, ahead; /* commits that the stage before has and this has not, and the other
                               way round */
    uint64_t migrations_behind, migrations_ahead;
};

/* What was last seen to run, against what is recorded now. */
enum manifest_sight {
    MANIFEST_UNSEEN,     /* nobody has looked */
    MANIFEST_SEEN_SAME,  /* it runs */
    MANIFEST_SEEN_OTHER, /* something else does, or it is configured otherwise */
    MANIFEST_NOT_ASKED   /* who should know could not be asked the last time */
};

struct manifest_seen {
    enum manifest_sight sight;
    const struct store_observation *latest; /* NULL: never */
    const struct store_observation *seen;   /* the last that saw something; NULL: none */
    const struct store_observation *before; /* what ran before that and was another; NULL: none */
};

struct manifest_cell {
    const struct store_deployment *running; /* NULL: nothing known */
    const struct store_deployment *later;   /* NULL: none */
    enum manifest_standing standing;
    struct manifest_distance distance; /* to the stage before */
    struct manifest_seen seen;         /* manifest_set_observations */
};

#define MANIFEST_NONE ((size_t)-1)

struct manifest_column {
    const char *id, *name;
    bool production;
    size_t before;  /* the column that fills it; MANIFEST_NONE: none */
    size_t differs; /* modules that stand behind, or differ */
    size_t ahead;
    size_t unknown;
    /* What somebody has set: whether anybody looks at what really runs, and in milliseconds how
     * often an open manifest asks them (0: it does not) and how long an answer is news. */
    bool observed;
    int64_t observe_every, observe_stale;
    size_t seen_same, seen_other, not_asked; /* modules, by manifest_sight */
};

struct manifest_row {
    const char *id, *name;
    const char *type; /* store_module_types; NULL: not known any more */
};

struct manifest {
    struct manifest_column *columns;
    size_t column_count;
    struct manifest_row *rows;
    size_t row_count;
    struct manifest_cell *cells; /* a row of columns for each module */
    int64_t at;                  /* as of then; 0: now */
};

/* Everything lives in `arena`, but for the deployments, which are the matrix's. An environment or a
 * module that the lists do not have (a baseline outlives both) has no stage before, and no type. */
struct manifest *manifest_build(const struct store_matrix *matrix,
                                const struct store_environments *environments,
                                const struct store_modules *modules, struct arena *arena);

struct manifest_cell *manifest_cell_at(const struct manifest *manifest, size_t row, size_t column);
/* MANIFEST_NONE when there is none. Environments' names are alike in either case. */
size_t manifest_find_row(const struct manifest *manifest, const char *module);
size_t manifest_find_column(const struct manifest *manifest, const char *environment);

/* What somebody has counted for a cell; the column's counts follow. */
void manifest_set_distance(struct manifest *manifest, size_t row, size_t column,
                           const struct manifest_distance *distance);
/* Whether there is something to count: both sides run a version, and not the same one. */
bool manifest_wants_distance(const struct manifest *manifest, size_t row, size_t column);

/* Whether a module is not the same everywhere: anything but first and same, or something later. */
bool manifest_row_differs(const struct manifest *manifest, size_t row);
/* Whether production lacks something that the stage before it has: behind, differs, or not there
 * at all while the stage before runs something. */
bool manifest_row_behind_production(const struct manifest *manifest, size_t row);

/* How long an observation is news where nobody has said so. */
#define MANIFEST_STALE INT64_C(3600000)

/* What was seen of the cells: the last few of each, newest first (store_observation_latest). The
 * manifest borrows the list. */
void manifest_set_observations(struct manifest *manifest, const struct store_observations *list);
/* What a look says of what is recorded now (`running`; NULL: nothing is): it told about what was
 * recorded then. */
enum manifest_sight manifest_sight(const struct store_observation *seen, const char *running);
/* Whether what was seen of a cell is older than the column's limit. */
bool manifest_is_stale(const struct manifest *manifest, size_t row, size_t column, int64_t now);
/* Appends "as recorded", "2.0.5 runs there: another version", "could not ask: …"; nothing when
 * nobody has looked. */
void manifest_seen_words(const struct manifest *manifest, size_t row, size_t column,
                         struct strbuf *out);

enum manifest_mark {
    MANIFEST_MARK_NONE,
    MANIFEST_MARK_DRIFT,   /* "DRIFT": something else was seen to run */
    MANIFEST_MARK_UNASKED, /* "ask?": who should know could not be asked */
    MANIFEST_MARK_BEHIND,  /* "12c", "2m" */
    MANIFEST_MARK_AHEAD,   /* "ahead" */
    MANIFEST_MARK_DIFFERS, /* "other", "0c": other names for the same commits */
    MANIFEST_MARK_FAILED,  /* "FAIL" */
    MANIFEST_MARK_ACTIVE,  /* "going", "back": being deployed, being taken back */
    MANIFEST_MARK_LOST     /* "lost": nobody knows how it ended */
};

/* At most MANIFEST_MARK_WIDTH characters of ASCII. What came later goes before how it stands. */
#define MANIFEST_MARK_WIDTH 5
#define MANIFEST_MARK_SIZE  16
enum manifest_mark manifest_mark(const struct manifest *manifest, size_t row, size_t column,
                                 char text[MANIFEST_MARK_SIZE]);

/* The running version; "?" when nobody knows. */
const char *manifest_version(const struct manifest *manifest, size_t row, size_t column);

/* Below zero when row `a` runs an older version than row `b`, as people count versions; what is not
 * known comes last. */
int manifest_order(const struct manifest *manifest, size_t a, size_t b, size_t column);

/* Appends "12 commits and 2 migrations behind SIT", "as in SIT", "ahead of SIT by 3 commits",
 * "differs from SIT (2.0.7)": how a cell stands, in words; nothing for the first. */
void manifest_standing_words(const struct manifest *manifest, size_t row, size_t column,
                             struct strbuf *out);

#endif
