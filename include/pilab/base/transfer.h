/*
 * How fast something comes over the network, and how long it will take: pure computing over the
 * times that one is told, and the words for it.
 *
 * A number that would be nonsense is not given: no rate before there is a second to measure it
 * over, no time left before a part of the work has shown how it goes, and neither when nothing
 * comes.
 */
#ifndef PILAB_BASE_TRANSFER_H
#define PILAB_BASE_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>

/* Milliseconds: what a rate is measured over at most, and what it takes at least; when time left is
 * told of at the earliest; when silence is called one. */
#define TRANSFER_WINDOW  5000
#define TRANSFER_LEAST   1000
#define TRANSFER_KNOWN   3000
#define TRANSFER_SILENCE 3000

#define TRANSFER_SAMPLES      20
#define TRANSFER_SUBJECT_SIZE 64

struct transfer_sample {
    int64_t at; /* monotonic milliseconds */
    uint64_t items, bytes;
};

struct transfer_meter {
    struct transfer_sample first, last;
    struct transfer_sample samples[TRANSFER_SAMPLES]; /* a ring, oldest overwritten */
    size_t next, count;
    uint64_t total;
    int64_t moved_at; /* when something came last */
};

/* One moment of it. */
struct transfer_state {
    uint64_t items, total; /* objects; total 0: not known */
    uint64_t bytes;        /* that came; 0: none, or nothing comes from outside */
    int64_t rate;          /* bytes a second over the last seconds; -1: not known yet */
    int64_t left;          /* milliseconds; -1: not known */
    int64_t silent;        /* milliseconds for which nothing has come; 0: things come */
    bool unanswered;       /* nothing can have come yet: whoever is asked has not answered */
    /* Of several, which one this is and how many are done; "" and 0 when there is just one. */
    char subject[TRANSFER_SUBJECT_SIZE];
    uint64_t done, count;
};

void transfer_meter_start(struct transfer_meter *meter, int64_t now);
/* Numbers since the start; they never go down. */
void transfer_meter_add(struct transfer_meter *meter, int64_t now, uint64_t items, uint64_t total,
                        uint64_t bytes);
struct transfer_state transfer_meter_read(const struct transfer_meter *meter, int64_t now);

/* 0 to 100; 100 only when all is there. */
unsigned transfer_percent(const struct transfer_state *state);
/* "2 of 5 done, auth: receiving objects 43% (1203/2800), 12.4 MiB, 3.1 MiB/s, 8 s left" in at most
 * `columns` columns: what matters least is left out first. `what` is escaped by whoever shows it,
 * and may still be too long then. */
void transfer_words(struct strbuf *out, const char *what, const struct transfer_state *state,
                    size_t columns);
/* The least that helps: "43%, 8 s left", "stalled for 12 s", "no answer for 12 s"; nothing when
 * nothing is known. */
void transfer_brief(struct strbuf *out, const struct transfer_state *state);
/* "12.4 MiB" */
void transfer_size(struct strbuf *out, uint64_t bytes);

#endif
