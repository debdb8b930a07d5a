/*
 * What the terminal tests have in common: a frozen environment, the programs, and goldens.
 *
 * A golden is what the screen should look like, as text, in tests/terminal/golden/NAME.txt. With
 * PILAB_UPDATE_GOLDEN=1 it is written instead of compared.
 */
#ifndef PILAB_TESTS_TERMINAL_HARNESS_H
#define PILAB_TESTS_TERMINAL_HARNESS_H

#include <stdbool.h>

#include "vt.h"

/* A home of its own with nothing in it, TERM=xterm-256color, LANG=C.UTF-8, TZ=UTC, and nothing of
 * the caller's environment but PATH. */
struct harness;

struct harness *harness_new(void);
void harness_free(struct harness **harness);
/* For cmocka: a harness in *state, and its end. */
int harness_set_up(void **state);
int harness_tear_down(void **state);
/* "NAME=VALUE" for programs started from now on; "NAME" alone takes it away. */
void harness_set(struct harness *harness, const char *assignment);
/* Where programs started from now on begin. */
void harness_enter(struct harness *harness, const char *directory);
const char *harness_home(const struct harness *harness);

/* Starts a program and waits until it is idle. The path is relative to the build directory. */
struct vt *harness_start(const struct harness *harness, int rows, int columns, const char *program,
                         ...) __attribute__((sentinel));
/* The same without waiting, for programs that show nothing. */
struct vt *harness_start_silent(const struct harness *harness, int rows, int columns,
                                const char *program, ...) __attribute__((sentinel));

/* Where programs stand: the absolute path of `program` in the build directory. The caller frees. */
char *harness_program(const char *program);

/* True when the bytes hold an SGR sequence that sets a colour. */
bool sets_color(const char *bytes);

/* Types a key several times; the bytes of the dearest. */
size_t dearest_key(struct vt *vt, const char *key, int times);
/* The same for the milliseconds until the answer, of the middle one: what a busy machine adds to
 * one or the other does not count. */
double median_key(struct vt *vt, const char *key, int times);

/* Fails the test when the program sent anything but what curses sends: text, CSI, and the sequences
 * of our own start, end and title. */
void assert_only_curses(const struct vt *vt);
/* Fails the test when the screen does not become what the golden says; shows where. */
void assert_golden(struct vt *vt, const char *name);
/* Fails the test when the text is on no row of the screen, and shows the screen. A rest may
 * have come of a worker and not of the last key: there is patience for what is still to come. */
void assert_shown(struct vt *vt, const char *text);
void assert_not_shown(struct vt *vt, const char *text);

#endif
