/*
 * The audit as a screen reads it: numbers first, so that 100,000 entries cost little, and each
 * entry in words when it is looked at. Whoever runs the tenant reads all of it, others their
 * project's.
 */
#ifndef PILAB_APP_AUDIT_LOG_H
#define PILAB_APP_AUDIT_LOG_H

#include <pilab/app/call.h>
#include <pilab/base/filter.h>
#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/store/audit.h>

struct audit_log_entry {
    struct audit_entry entry;
    const char *project; /* its code; the id of a project that is gone; NULL: of none */
    const char *object;  /* "report:3", "mb-web in UAT"; NULL: done to nothing */
    const char *what;    /* "" when there is nothing to add */
};

/* Checks that the actor may read, and fills tenant and project accordingly; the rest stays. */
bool audit_log_scope(struct call *call, struct audit_filter *filter, struct error *error);

/* Numbers (int64_t), newest first, of the entries after `above` that `matches` (NULL: all). May
 * take a second over a long audit when every entry must be looked at: then it belongs into a job.
 */
bool audit_log_numbers(struct call *call, int64_t above,
                       bool (*matches)(void *context, const struct audit_log_entry *entry),
                       void *context, struct vector *numbers, struct error *error);

/* How many entries the whole store has, whoever asks: the chain goes over all of them, so that
 * their numbers have gaps for who sees only some. */
bool audit_log_count(struct call *call, int64_t *count, struct error *error);

/* One entry in words; it lives in `arena`. `codes` remembers the codes of projects between calls,
 * which live in the call's arena; it may be NULL. */
bool audit_log_read(struct call *call, int64_t seq, struct map *codes, struct arena *arena,
                    struct audit_log_entry *out, struct error *error);

/* The same for an entry that is there already. */
void audit_log_words(struct call *call, const struct audit_entry *entry, struct map *codes,
                     struct arena *arena, struct audit_log_entry *out);

/* What entries can be filtered by (base/filter.h); things are const struct audit_log_entry *. */
extern const struct filter_fields audit_log_fields;
/* Whether an entry passes, also by words that a list has no room for. */
bool audit_log_passes(const struct audit_log_entry *entry, const struct filter *filter);
/* Offers what the newest entries of the scope hold in a field: who acted, and what was done.
 * Nothing when the audit cannot be read. */
void audit_log_field_values(struct call *call, size_t field,
                            void (*offer)(void *to, const char *value), void *to);

#endif
