/*
 * A report while it is being made: what collectors add to. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_BUILDER_H
#define PILAB_DRIFT_BUILDER_H

#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/drift/input.h>
#include <pilab/drift/report.h>
#include <pilab/drift/rules.h>

struct code_reading;
struct expected_set;
struct secret_nodes;

/* A rule that fired on a part of an item, and what the part is called. */
struct within_hit {
    const struct rule *rule;
    const char *name;
};

struct report_builder {
    const struct drift_input *input;
    struct drift_report *report;
    struct arena *arena;    /* the report's */
    struct vector items;    /* struct drift_item */
    struct vector codes;    /* struct drift_code */
    struct vector configs;  /* struct drift_config */
    struct vector parts;    /* struct drift_part */
    struct vector changes;  /* struct drift_change */
    struct vector sources;  /* struct drift_source */
    struct vector problems; /* struct drift_problem */
    /* What drift_code_collect read out of the commits, one for each module, the newest first, for
     * drift_changes_group, which releases it. NULL at the beginning. */
    struct code_reading *readings;
    struct rule_set *rules;
    struct vector fired;              /* const struct rule *: of the item at hand */
    struct vector within;             /* struct within_hit: of the item that is judged next */
    struct drift_rule_hit *rule_hits; /* of each rule that has fired, by its number in the set */
    struct expected_set *expected;
    struct map *decided;          /* item id → const struct decided_difference; NULL: none is */
    struct map *identities;       /* how often each identity was given out */
    struct secret_nodes *secrets; /* of the resource at hand, whose sides these are; or NULL */
    const struct node *secrets_of[2];
    int64_t now; /* UTC milliseconds */
};

/* An empty report for the input: its sides, sources and problems are taken over. */
void report_builder_start(struct report_builder *builder, const struct drift_input *input);
/* Counts, sums up and hands the report over; the builder is empty afterwards. */
struct drift_report *report_builder_finish(struct report_builder *builder);

/* Adds an item with its identity filled in; texts are copied. The caller fills values, provenance
 * and tickets, then calls builder_judge. The pointer is valid until the next addition. */
struct drift_item *builder_add_item(struct report_builder *builder, enum drift_type type,
                                    const char *category, const char *module, const char *service,
                                    const char *path, const char *key);
/* Gives an item another identity than that of its names alone: there is one of them by each `by`.
 */
void builder_tell_apart(struct report_builder *builder, struct drift_item *item, const char *by);
/* What an item stands for and its values do not show in full is gathered with builder_bind_text,
 * part by part, and given to the item with builder_bind before it is judged: a decision about the
 * item holds as long as all of it stays. `name` is what the text is the value of; NULL: none. Where
 * reports have no fingerprints of secrets, secrets come in masked. `text` may be NULL. */
void builder_bind_text(const struct report_builder *builder, struct strbuf *all, const char *name,
                       const char *text);
void builder_bind(struct report_builder *builder, struct drift_item *item,
                  const struct strbuf *all);
/* Runs the rules over an item and sets severity, rules, attention, breaking, security, expected.
 * What is set already is only raised. */
void builder_judge(struct report_builder *builder, struct drift_item *item);
/* The same with what the item itself does not show: what its texts speak of (a set over the rules'
 * word lists, word_lists.h; may be NULL), and marks (bit set over enum rule_mark). */
void builder_judge_marked(struct report_builder *builder, struct drift_item *item,
                          const uint64_t *said, unsigned marks);
/* Looks at one part of the item that is judged next: a value within what comes, goes or changes as
 * a whole. What a rule says of just this value, and not of its name or place alone, counts for the
 * item; its sentence then begins with `name` (copied; "": the part is all of the item). */
void builder_look_within(struct report_builder *builder, const struct rule_subject *subject,
                         const char *name);
/* A source was read, and what it holds could not be told: it failed, in part. */
void builder_source_failed(struct report_builder *builder, enum drift_type type,
                           const char *service);
void builder_add_problem(struct report_builder *builder, enum drift_type type, const char *service,
                         const char *what, const char *why, const char *hint, bool warning);

/* Raises an item's attention, with its reason (copied); to be called before it is judged. */
void builder_raise_attention(struct report_builder *builder, struct drift_item *item,
                             enum attention attention, const char *reason);

/* "Meant to differ", made ready for many items; what does not hold for these two sides is left out.
 * Borrows the input. */
struct expected_set *expected_set_new(const struct drift_input *input);
void expected_set_free(struct expected_set **set);
/* The first that matches, or NULL. */
const struct expected_difference *expected_set_find(const struct expected_set *set,
                                                    enum drift_type type, const char *module,
                                                    const char *path);

/* Counts the items, changes and services of a report whose arrays are complete. */
void report_summarize(struct drift_report *report);

/* The collectors: each looks at one module and adds items and its own object. */
void drift_code_collect(struct report_builder *builder, const struct module_input *module);
void drift_config_collect(struct report_builder *builder, const struct module_input *module);

/* After all collectors: groups the commits of all modules into changes (report->changes), gives
 * each commit its disposition, and counts the balance. */
void drift_changes_group(struct report_builder *builder);

#endif
