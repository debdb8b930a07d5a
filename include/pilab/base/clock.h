/*
 * Time and chance as values that come with the call, so that tests can freeze them.
 * Times at rest are UTC milliseconds since 1970; durations are monotonic milliseconds.
 */
#ifndef PILAB_BASE_CLOCK_H
#define PILAB_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>

struct clock {
    int64_t frozen_at; /* UTC milliseconds that now() gives; 0: the system's clock */
};

struct clock clock_system(void);
struct clock clock_frozen(int64_t at); /* 0 becomes 1, since 0 stands for the system's clock */
bool clock_is_frozen(const struct clock *clock);
int64_t clock_now(const struct clock *clock);
int64_t clock_monotonic(void); /* never goes back; for durations only */

struct random {
    uint64_t state; /* of the deterministic generator; 0: the system's source */
};

struct random random_system(void);
struct random random_seeded(uint64_t seed); /* splitmix64: tests and the demo only */
/* Safe to use for secrets only with random_system. */
void random_bytes(struct random *random, void *out, size_t length);

/* "2025-01-22T14:30:00Z", with ".123" only where there are milliseconds. */
#define TIMESTAMP_SIZE 32
const char *timestamp_format(int64_t at, char out[TIMESTAMP_SIZE]);
/* RFC 3339 with any offset, or a bare date (midnight UTC). As git and issue trackers write it, the
 * offset may follow a blank and do without its colon. A leap second counts as the second after it;
 * what is finer than a millisecond is cut off. A time of day without an offset is refused, for it
 * says nothing. Sets *at only when it succeeds; else ERROR_INVALID. */
bool timestamp_parse(const char *text, int64_t *at, struct error *error);
/* "just now", "5 minutes ago", "3 days ago", "in 2 hours"; "2025-01-22" from two weeks on. */
const char *timestamp_relative(int64_t at, int64_t now, char out[TIMESTAMP_SIZE]);
/* "January 22, 2025" in UTC, English whatever the locale. */
const char *timestamp_date(int64_t at, char out[TIMESTAMP_SIZE]);

/* UUIDv7 (RFC 9562) as 36 characters and a NUL. */
#define UUID_SIZE 37
const char *uuid_new(const struct clock *clock, struct random *random, char out[UUID_SIZE]);
/* Any version, either case; NULL is none. */
bool uuid_valid(const char *text);

#endif
