/*
 * The real program as a shell would run it, in surroundings of its own: an empty home, a frozen
 * clock, nothing of the caller's environment but PATH, no terminal.
 *
 * Everything that cannot be done here fails the test. No call ever takes longer than RUN_PATIENCE:
 * a program that does is killed, and the test fails.
 */
#ifndef TESTS_SUPPORT_RUN_PROGRAM_H
#define TESTS_SUPPORT_RUN_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <pilab/base/strbuf.h>

#define RUN_PATIENCE 30000 /* milliseconds */

struct sandbox;

struct run {
    int status;           /* the exit status, or 128 + signal */
    int64_t milliseconds; /* from start to end */
    struct strbuf out, err;
};

struct sandbox *sandbox_new(void);
void sandbox_free(struct sandbox **sandbox);

/* "NAME=VALUE" from now on; "NAME" alone takes it away. */
void sandbox_set(struct sandbox *sandbox, const char *assignment);
/* Where programs are started from now on (the start: an empty folder of its own). */
void sandbox_enter(struct sandbox *sandbox, const char *directory);
/* HOME and all XDG folders, with nothing in it at first; and a folder for the test's files. */
const char *sandbox_home(const struct sandbox *sandbox);
const char *sandbox_files(const struct sandbox *sandbox);

/* Runs `pilab` with these words, until it ends. The result is the sandbox's, until the next run. */
const struct run *run_pilab(struct sandbox *sandbox, ...) __attribute__((sentinel));
/* Runs any program, found along PATH. */
const struct run *run_words(struct sandbox *sandbox, const char *const words[]);

/* Starts `pilab` without waiting; what it says on standard error is read from `err`. */
struct started_run {
    pid_t process;
    int err;
};
struct started_run run_start(struct sandbox *sandbox, const char *const words[]);
/* Waits for its end; 128 + signal when a signal ended it. */
int run_wait(struct started_run *started);

/* The path of a program in the build directory; the caller frees. */
char *build_path(const char *name);

/* Compares with tests/data/golden/NAME; with PILAB_UPDATE_GOLDEN=1 it is written instead. */
void assert_golden_text(const struct strbuf *text, const char *name);
/* The same, where the fingerprints of secrets, which are made with the store's own key, count as
 * zeros. */
void assert_golden_without_keys(const struct strbuf *text, const char *name);
/* Fails unless the text holds `part` (or does not), and shows it. */
void assert_says(const struct strbuf *text, const char *part);
void assert_says_not(const struct strbuf *text, const char *part);
/* Fails when one of the bytes that a terminal would obey is in the text: all controls but \n, DEL,
 * and the C1 controls in UTF-8. */
void assert_harmless(const struct strbuf *text);

#endif
