/*
 * Several processes of the real program at one store at once, and what they said.
 *
 * Whatever comes of it, nobody is told that a database was locked: that fails the test.
 */
#ifndef TESTS_SUPPORT_CROWD_H
#define TESTS_SUPPORT_CROWD_H

#include "run_program.h"

#define CROWD_MOST 8

struct crowd {
    struct sandbox *sandbox;
    struct started_run runs[CROWD_MOST];
    struct strbuf said[CROWD_MOST]; /* standard output and error, after crowd_wait */
    int status[CROWD_MOST];
    size_t count;
};

struct crowd crowd_new(struct sandbox *sandbox);
void crowd_release(struct crowd *crowd);

/* Starts `pilab` with these words, as this login (which counts where the clock is frozen; NULL: as
 * the sandbox says). */
void crowd_start(struct crowd *crowd, const char *login, ...) __attribute__((sentinel));
/* Waits until all have ended; how many ended with 0. The crowd can be started anew. */
size_t crowd_wait(struct crowd *crowd);
/* Kills one with SIGKILL after so many milliseconds, however far it came. */
void crowd_kill(struct crowd *crowd, size_t index, int milliseconds);

/* How often a race is run: few times, and a hundred times where PILAB_NIGHTLY asks for it. */
int crowd_rounds(int few);

/* What a query of one number gives, straight from the file. */
long long store_number(const char *store, const char *query);
/* Fails unless SQLite finds the file whole. */
void assert_store_whole(const char *store);

#endif
