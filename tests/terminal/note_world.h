/*
 * The real program over the sample world with people in it and notes of a release, number 2, that
 * are to go to UAT: what the tests of the Notes screens have in common.
 */
#ifndef PILAB_TESTS_TERMINAL_NOTE_WORLD_H
#define PILAB_TESTS_TERMINAL_NOTE_WORLD_H

#include "demo_world.h"

/* For cmocka: a world in *state, and its end. */
int note_world_start(void **state);

/* Who is at the keyboard, and who runs commands, from now on. Members are root (OWNER), alice,
 * carla and dan (ADMIN) and vera (VIEWER). */
void note_world_login(const struct demo_world *world, const char *login);
/* Opens `pilab` and the notes in it. */
struct vt *note_world_open(const struct demo_world *world, const char *login, int rows,
                           int columns);
/* The kept text with a line put before it, or one text in place of another, as a new revision by
 * somebody with a command. */
void note_world_edit(const struct demo_world *world, const char *login, const char *from,
                     const char *to);
/* The Markdown as it is kept; the caller frees. */
char *note_world_text(const struct demo_world *world);
/* Runs `pilab` and fails the test unless it works. */
#define DO(world, ...) assert_int_equal(run_pilab((world)->sandbox, __VA_ARGS__, NULL)->status, 0)

/* What of a person's text is in the recovery table; NULL: nothing. The caller frees. */
char *note_world_draft(const struct demo_world *world, const char *login);
/* Waits until that holds a text (NULL: nothing is there) and returns the milliseconds it took;
 * fails the test when it takes too long. */
int64_t note_world_wait_draft(const struct demo_world *world, struct vt *vt, const char *login,
                              const char *text);

#endif
