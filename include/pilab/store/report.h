/*
 * Drift reports and their items, as kept. What they mean and how they are made is the drift room's;
 * here are the queryable columns, and the full report as JSON text with its digest.
 *
 * A report is added PENDING, which gives it id and number, and finished once with everything that
 * was found: from then on findings and items never change (triggers see to it). Its status goes on:
 * DETECTED → REVIEWED → APPROVED → RESOLVED, IGNORED with a reason and an end. Which person may
 * move it when is decided above; here a move is a compare-and-swap.
 *
 * Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_REPORT_H
#define PILAB_STORE_REPORT_H

#include <pilab/base/digest.h>
#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* PENDING, ANALYZING, COMPLETED, PARTIAL, FAILED; NULL-terminated. */
extern const char *const store_report_runs[];
/* INFO, LOW, MEDIUM, HIGH, CRITICAL, from harmless to grave; NULL-terminated. */
extern const char *const store_severities[];
#define STORE_SEVERITY_COUNT 5

enum report_status {
    REPORT_DETECTED,
    REPORT_REVIEWED,
    REPORT_APPROVED,
    REPORT_RESOLVED,
    REPORT_IGNORED,
    REPORT_STATUS_COUNT
};

const char *report_status_name(enum report_status status); /* "DETECTED" */
/* In any case. ERROR_INVALID listing the names. */
bool report_status_parse(const char *name, enum report_status *status, struct error *error);

/* The summary of a report, as in its JSON. */
struct store_report_counts {
    int64_t total, added, modified, deleted;
    int64_t by_severity[STORE_SEVERITY_COUNT]; /* in the order of store_severities */
    int64_t blockers, breaking, security, expected, suppressed;
    int64_t problems, unexplained;
};

struct store_report {
    char id[UUID_SIZE];
    const char *project_id;
    int64_t number;  /* within the project */
    const char *run; /* of store_report_runs */
    enum report_status status;
    const char *title; /* NULL writes "" */
    const char *previous_spec, *previous_label;
    const char *current_spec, *current_label;
    const char *severity; /* of store_severities; NULL until finished, and when nothing differs */
    struct store_report_counts counts;
    const char *reason;    /* for IGNORED, and for what a person said with a move; or NULL */
    int64_t ignored_until; /* 0: not ignored */
    const char *created_by;
    int64_t rev;
    int64_t created_at, updated_at, finished_at, resolved_at;
    char digest[SHA256_HEX_SIZE]; /* SHA-256 of the body's text; "" until finished */
    /* What it stands for: states and scope, the same for what can replace it; NULL takes the two
     * specs when the first is an environment's. */
    const char *stands_for;
    const char *module; /* the only one that it looked at; NULL: all */
    /* The two states, the same for every report of them, whatever part it looked at; NULL takes the
     * two specs. `scope` is that part, NULL: the whole. */
    const char *pair, *scope;
    const char *list_digest; /* of the frozen list that the current side was; NULL: it was none */
};

struct store_reports {
    struct store_report *items;
    size_t count;
    const char *next;
};

/* One difference: the columns that are queried. The rest is in the report's body. */
struct store_item {
    int64_t position;        /* index in the report's `items`; set by store_report_finish */
    const char *fingerprint; /* its id, the same for the same difference in every report */
    const char *type;        /* "code", "config", … */
    const char *category, *module, *service, *path; /* NULL writes "" */
    const char *change_type;                        /* "added", "modified", "deleted" */
    const char *detail;                             /* "renamed", …, or NULL */
    const char *previous, *current; /* values, masked already; NULL: absent on that side */
    const char *severity;           /* of store_severities */
    const char *attention;          /* "none", "review", "blocker" */
    bool breaking, security, expected, suppressed;
    int64_t first_seen; /* 0 writes the report's own time */
    /* What both sides were (drift/decision.h); NULL: a report of an earlier version. */
    const char *state;
    /* Since when the reports of the same two states have it without a gap, and as it is; 0 writes
     * the report's own time. */
    int64_t drifting_since, unchanged_since;
    const char *tickets; /* JSON array; NULL writes "[]" */
    const char *rules;   /* JSON array; NULL writes "[]" */
};

struct store_items {
    struct store_item *items;
    size_t count;
    const char *next;
};

/* --- Reports --------------------------------------------------------------------------------- */

/* Adds it PENDING and DETECTED: sides, title and created_by are taken, the rest is made. */
bool store_report_add(struct connection *connection, struct store_report *report,
                      struct error *error);
/* PENDING → ANALYZING. ERROR_CONFLICT when it is not PENDING any more. */
bool store_report_start(struct connection *connection, const char *id, struct error *error);
/* Finishes the run with what was found: `report->run` (COMPLETED, PARTIAL, FAILED), severity,
 * stands_for, module, pair, scope, list_digest and counts are written, the items added in order,
 * and `body` (JSON text, kept as it is) with its digest. The struct gets digest, positions and
 * times. `body` may be NULL for FAILED. ERROR_CONFLICT when it was finished already. */
bool store_report_finish(struct connection *connection, struct store_report *report,
                         const char *body, struct store_item *items, size_t item_count,
                         struct error *error);
/* status → status, when the report still has status `from` and revision `rev`; otherwise
 * ERROR_CONFLICT. `reason` may be NULL; `until` is the end of IGNORED, else 0. */
bool store_report_move(struct connection *connection, const char *id, int64_t rev,
                       enum report_status from, enum report_status to, const char *reason,
                       int64_t until, struct error *error);

bool store_report_get(struct connection *connection, const char *id, struct arena *arena,
                      struct store_report *report, struct error *error);
bool store_report_find(struct connection *connection, const char *project_id, int64_t number,
                       struct arena *arena, struct store_report *report, struct error *error);
/* The full JSON, after checking it against its digest (ERROR_CORRUPT). ERROR_NOT_FOUND when the run
 * has none (yet). */
bool store_report_body(struct connection *connection, const char *id, struct arena *arena,
                       const char **body, size_t *length, struct error *error);
/* Newest first. `run` and `status` may be NULL: any. */
bool store_report_list(struct connection *connection, const char *project_id, const char *run,
                       const enum report_status *status, const struct store_page *page,
                       struct arena *arena, struct store_reports *list, struct error *error);

/* The finished reports of the same two states with a smaller number, newest first: those that
 * looked at the whole, and those of the same part (`scope`; NULL: the whole alone). */
bool store_report_earlier(struct connection *connection, const char *project_id, const char *pair,
                          const char *scope, int64_t before, size_t limit, struct arena *arena,
                          struct store_reports *list, struct error *error);

/* The drift that is open: of all that stand for the same the newest finished report, when nobody
 * has approved, resolved or ignored it. Newest first. */
bool store_report_standing(struct connection *connection, const char *project_id, size_t limit,
                           struct arena *arena, struct store_reports *list, struct error *error);

/* Those that could not be made. Newest first, however many others there are. */
bool store_report_failed(struct connection *connection, const char *project_id, size_t limit,
                         struct arena *arena, struct store_reports *list, struct error *error);

/* --- Items ----------------------------------------------------------------------------------- */

enum store_item_order {
    STORE_ITEMS_IN_ORDER,    /* as in the report */
    STORE_ITEMS_BY_SEVERITY, /* gravest first */
    STORE_ITEMS_BY_TYPE      /* by the type's name */
};

struct store_item_filter {
    enum store_item_order order;
    const char *type;             /* NULL: any */
    const char *service;          /* NULL: any */
    const char *attention;        /* NULL: any */
    const char *minimum_severity; /* NULL: any */
    const char *text;        /* part of the path, ASCII letters alike in either case; or NULL */
    bool breaking, security; /* only those */
    bool with_expected;      /* also the expected and suppressed ones */
};

/* `filter` may be NULL: everything, in order. */
bool store_item_list(struct connection *connection, const char *report_id,
                     const struct store_item_filter *filter, const struct store_page *page,
                     struct arena *arena, struct store_items *list, struct error *error);
bool store_item_count(struct connection *connection, const char *report_id,
                      const struct store_item_filter *filter, size_t *count, struct error *error);
bool store_item_get(struct connection *connection, const char *report_id, const char *fingerprint,
                    struct arena *arena, struct store_item *item, struct error *error);
/* The modules that a report has differences in, by name. */
bool store_item_modules(struct connection *connection, const char *report_id, struct arena *arena,
                        const char *const **modules, size_t *count, struct error *error);
/* What the reports of two states have had of one difference, newest first. `pair` may be NULL: any
 * two. `before`: of reports with a smaller number. */
struct store_sighting {
    char report_id[UUID_SIZE];
    int64_t number, at; /* of the report */
    const char *pair;
    struct store_item item;
};

struct store_sightings {
    struct store_sighting *items;
    size_t count;
};

bool store_item_sightings(struct connection *connection, const char *project_id, const char *pair,
                          const char *fingerprint, int64_t before, struct arena *arena,
                          struct store_sightings *list, struct error *error);
/* The newest sighting of each difference between each two states whose fingerprint begins so. */
bool store_item_search(struct connection *connection, const char *project_id, const char *prefix,
                       struct arena *arena, struct store_sightings *list, struct error *error);

/* When a report of the project first had this difference; 0 in *at when none has had it.
 * `report_number` may be NULL. */
bool store_item_first_seen(struct connection *connection, const char *project_id,
                           const char *fingerprint, int64_t *at, int64_t *report_number,
                           struct error *error);

#endif
