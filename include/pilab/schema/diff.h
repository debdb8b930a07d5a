/*
 * What differs between two schemas, object by object and property by property, with what is
 * dangerous about it.
 *
 * `previous` is what is there, `current` what is wanted: added is what only `current` has. Objects
 * are the same when kind, namespace and name are (of functions their types, too); a rename is
 * therefore one removed and one added, and at most a suggestion with a score. Parts of what came or
 * went as a whole are listed, too, and say so (`within`).
 *
 * What a tool of migrations keeps for itself in the database (flyway_schema_history, …) is no part
 * of the schema: it is left out, and stands in `gaps`.
 *
 * Kinds that the reader of either side does not read are left out of the comparison and stand in
 * `gaps`, as does everything else that either reader said it could not read. What one side does not
 * have, and whose reader could not have seen, is no difference.
 *
 * A diff borrows the objects of both schemas: it must not outlive them.
 */
#ifndef PILAB_SCHEMA_DIFF_H
#define PILAB_SCHEMA_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/schema/model.h>

enum schema_change_kind { SCHEMA_ADDED, SCHEMA_REMOVED, SCHEMA_CHANGED };

struct schema_property_change {
    enum schema_property property;
    const char *previous, *current; /* NULL: absent */
    bool facet;                     /* the definition, which changed as well, says it, too */
};

/* What a hazard puts at risk; several at once. */
enum {
    SCHEMA_RISK_BREAKING = 1, /* programs that use it fail */
    SCHEMA_RISK_DATA = 2,     /* data is lost */
    SCHEMA_RISK_LOCK = 4,     /* others wait while it is done */
    SCHEMA_RISK_FAILS = 8,    /* it may fail on the data that is there */
    SCHEMA_RISK_SECURITY = 16 /* who may see or do what changes */
};

struct schema_hazard {
    const char *id; /* "drop-column"; schema_hazards lists them */
    unsigned risks;
    const char *reason; /* a sentence */
};

struct schema_change {
    enum schema_change_kind kind;
    const struct schema_object *previous, *current;  /* NULL where there is none */
    bool within;                                     /* its owner was added or removed as a whole */
    const struct schema_property_change *properties; /* of what changed, by ascending property */
    size_t property_count;
    const struct schema_hazard *hazards;
    size_t hazard_count;
    unsigned risks; /* of all hazards */
};

/* One that was removed may be the one that was added, under another name. */
struct schema_rename_guess {
    const struct schema_object *previous, *current;
    unsigned score;  /* of 100 */
    const char *why; /* "5 of 6 columns are the same" */
};

/* What was not compared. */
struct schema_diff_gap {
    const char *what, *why;
    bool previous, current; /* whose reader says so */
    bool refused;           /* one of them may not see it */
};

struct schema_diff {
    struct arena *arena;
    const struct schema *previous, *current;
    const struct schema_change *changes; /* in the order of `previous`, additions behind them in
                                            that of `current`; parts behind their owner */
    size_t count;
    const struct schema_rename_guess *renames; /* by descending score */
    size_t rename_count;
    const struct schema_diff_gap *gaps;
    size_t gap_count;
    unsigned risks; /* of all changes */
    bool loose;     /* texts were compared by what they mean: schema_loosely_equal */
};

struct schema_diff_options {
    bool ignore_comments;
    /* Compare texts as they are even if one side was written by a server and the other by us.
     * Ordinarily what schema_loosely_equal allows is the same then. */
    bool exact;
    bool with_history;             /* what tools of migrations keep for themselves, too */
    const char *const *namespaces; /* only these; NULL: all */
    size_t namespace_count;
};

/* NULL options: the defaults. Never fails. */
struct schema_diff *schema_compare(const struct schema *previous, const struct schema *current,
                                   const struct schema_diff_options *options);
void schema_diff_free(struct schema_diff **diff); /* *diff may be NULL */

/* All changes in an order that does not depend on where the schemas were read: by kind, namespace
 * and name, additions behind the rest; parts behind their owner, columns as they stand there. Of
 * the arena; as many as the diff has. */
const struct schema_change *const *schema_diff_in_order(struct arena *arena,
                                                        const struct schema_diff *diff);

/* The object that a change is about: the current one, or what was removed. */
const struct schema_object *schema_change_object(const struct schema_change *change);
/* "added", "removed", "changed". */
const char *schema_change_name(enum schema_change_kind kind);
/* The change of that property; NULL: none. */
const struct schema_property_change *schema_change_of(const struct schema_change *change,
                                                      enum schema_property property);
/* Whether data is lost or an object that others use goes away; a key or an index, of which nothing
 * is lost, is neither. */
bool schema_change_is_destructive(const struct schema_change *change);

/* All that there are, for documentation and rules. */
const struct schema_hazard *schema_hazards(size_t *count);

/* Whether two texts of PostgreSQL, of that property of an object of that kind, differ in no more
 * than casts, blanks, parentheses that change nothing, and qualifiers that one of them leaves out.
 */
bool schema_loosely_equal(enum schema_kind kind, enum schema_property property, const char *a,
                          const char *b);

#endif
