/*
 * What `pilab doctor` looks at: checks by area, each on a thread of its own with a time limit, so
 * that a disk or an agent that does not answer holds up nothing but its own line. Private to this
 * folder.
 *
 * A check never writes, and works without a store, a home or a terminal. It uses only what the
 * doctor brings it: when its time is up, it is left behind and its findings are not looked at.
 */
#ifndef PILAB_SRC_APP_DOCTOR_H
#define PILAB_SRC_APP_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

enum doctor_level { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_WARNING, DOCTOR_PROBLEM, DOCTOR_LEVEL_COUNT };

struct doctor_finding {
    enum doctor_level level;
    const char *found;  /* one line: what is there */
    const char *advice; /* what to do about it; NULL: nothing */
};

struct doctor {
    struct arena *arena;    /* of this check */
    struct vector findings; /* struct doctor_finding */
    const char *store_path; /* NULL: unknown, as without a home */
    const char *cache_path; /* NULL: unknown */
    const char *folder;     /* where the person stands */
};

struct doctor_check {
    const char *area; /* "Terminal": lines of one area stand together */
    const char *name; /* "tmux": stable, for JSON */
    void (*run)(struct doctor *doctor);
};

/* NULL-terminated by `run`. */
extern const struct doctor_check doctor_terminal_checks[];
extern const struct doctor_check doctor_ssh_checks[];
extern const struct doctor_check doctor_git_checks[];
extern const struct doctor_check doctor_store_checks[];

/* Adds a line; `advice` may be NULL. Both are copied. */
void doctor_say(struct doctor *doctor, enum doctor_level level, const char *advice,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Runs a program (found along PATH, no shell, no input) for at most `milliseconds` and appends the
 * first kilobytes of what it says on both outputs. False when it is not there, took longer (it is
 * ended then) or failed; *missing tells the first. */
bool doctor_run(const char *const words[], int milliseconds, struct strbuf *out, bool *missing);
/* The first line of a text, without its newline; in the arena. */
const char *doctor_first_line(struct doctor *doctor, const struct strbuf *text);
/* The variable, or NULL when it is unset or empty. */
const char *doctor_variable(const char *name);
/* "1.5 GiB"; in the arena. */
const char *doctor_size(struct doctor *doctor, uint64_t bytes);

#endif
