/*
 * What people decided about differences: to ignore one, or that it is meant to be. One row a
 * decision; it never changes, but it can be withdrawn, once. What it means for a report is the
 * drift room's (drift/decision.h).
 *
 * Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_DECISION_H
#define PILAB_STORE_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* "ignored", "accepted"; NULL-terminated. */
extern const char *const store_decision_kinds[];

struct store_decision {
    char id[UUID_SIZE];
    const char *project_id;
    int64_t number;                   /* within the project */
    const char *kind;                 /* of store_decision_kinds */
    const char *pair;                 /* the two states that it is between, as a report's */
    const char *fingerprint;          /* of the difference */
    const char *state;                /* what both sides were */
    const char *type, *module, *path; /* where it is */
    const char *previous, *current;   /* as the report showed them, masked; NULL: absent */
    const char *reason;
    int64_t until; /* UTC milliseconds; 0: without end */
    const char *created_by;
    int64_t created_at;
    const char *withdrawn_by; /* NULL: it stands */
    int64_t withdrawn_at;     /* 0: it stands */
    const char *withdrawal;   /* why; may be NULL */
};

struct store_decisions {
    struct store_decision *items;
    size_t count;
    const char *next;
};

struct store_decision_filter {
    const char *pair; /* NULL: any two states */
    const char *kind; /* NULL: any */
    bool standing;    /* only those that are not withdrawn */
};

/* ERROR_EXISTS when one stands for the same difference between the same states. */
bool store_decision_add(struct connection *connection, struct store_decision *decision,
                        struct error *error);
/* `why` may be NULL. ERROR_CONFLICT when it is withdrawn already. */
bool store_decision_withdraw(struct connection *connection, const struct store_decision *decision,
                             const char *by, const char *why, struct error *error);
bool store_decision_find(struct connection *connection, const char *project_id, int64_t number,
                         struct arena *arena, struct store_decision *decision, struct error *error);
/* The one that stands; *found is false when there is none. */
bool store_decision_standing(struct connection *connection, const char *project_id,
                             const char *pair, const char *fingerprint, struct arena *arena,
                             struct store_decision *decision, bool *found, struct error *error);
/* Newest first. `filter` may be NULL: all. */
bool store_decision_list(struct connection *connection, const char *project_id,
                         const struct store_decision_filter *filter, const struct store_page *page,
                         struct arena *arena, struct store_decisions *list, struct error *error);

#endif
