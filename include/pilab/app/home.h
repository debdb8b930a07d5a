/*
 * What somebody wants to know who sits down: what waits, what has changed meanwhile, what could not
 * be read, what is open. Read from the store alone, in some milliseconds.
 */
#ifndef PILAB_APP_HOME_H
#define PILAB_APP_HOME_H

#include <stddef.h>
#include <stdint.h>

#include <pilab/app/call.h>
#include <pilab/store/report.h>

/* What a line of Home leads to. */
enum home_target { HOME_TO_NOTHING, HOME_TO_REPORT, HOME_TO_NOTE, HOME_TO_RELEASE, HOME_TO_AUDIT };

struct home_line {
    enum home_target target;
    int64_t number;   /* of the report or note */
    const char *name; /* of the release */
    const char *text, *detail;
    const char *severity; /* "HIGH", or NULL */
    int64_t at;           /* 0: no time belongs to it */
};

struct home_lines {
    struct home_line *items;
    size_t count;
};

/* The open drift of one severity. */
struct home_severity {
    int64_t differences;
    size_t reports; /* that have some */
    int64_t worst;  /* the number of the report with most of them; 0: none */
    int64_t worst_count;
    const char *worst_of; /* its title */
};

/* How far somebody has looked: what was there is known. Clocks of several machines are never one,
 * and what began before a look may end after it: the audit's numbers decide, the time is told. */
struct home_mark {
    int64_t at;  /* UTC milliseconds; 0: never */
    int64_t seq; /* the newest entry of the audit; 0: it was not kept */
};

/* The decisions about differences that nobody took back. */
struct home_decisions {
    size_t ignored, accepted;
    size_t ended; /* their time is over: they count for neither */
};

struct home {
    struct home_mark since;     /* when this person looked last */
    struct home_mark shown;     /* what is here goes so far */
    struct home_lines releases; /* open ones, each with its next step */
    struct home_lines mine;     /* notes that wait for this person: all of them */
    struct home_lines others;   /* notes that wait for somebody else: the first of them */
    size_t others_more;         /* that are not listed */
    struct home_lines
        changed;              /* by others since then, newest first; the first time: the last few */
    size_t changed_more;      /* that are not listed */
    struct home_lines unread; /* reports that failed or could not read a source */
    struct home_severity drift[STORE_SEVERITY_COUNT]; /* in the order of store_severities */
    size_t drift_reports;                             /* how many of them are open */
    struct home_decisions decisions;
};

/* Of the call's project; texts live in `arena`. `since` is from when on something is new; NULL:
 * from when this person looked last. What cannot be read is left out and logged. */
void home_read(struct call *call, const struct home_mark *since, struct arena *arena,
               struct home *home);

/* This person has seen what a home goes up to (home->shown): from now on it is not new. Does
 * nothing on a store that is open for reading only. */
bool home_looked(struct call *call, const struct home_mark *shown, struct error *error);

#endif
