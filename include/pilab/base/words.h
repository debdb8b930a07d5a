/*
 * A command line in words, as a shell would read it, without a shell: for settings that hold a
 * program and its options (VISUAL, GIT_SSH_COMMAND). Blanks separate; '…', "…" and \ quote as in
 * sh(1). Nothing is expanded: $, `, *, ~, ; and > are what they are, unless a caller asks for more.
 */
#ifndef PILAB_BASE_WORDS_H
#define PILAB_BASE_WORDS_H

#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/vector.h>

/* Adds the words to a vector of char *; the caller frees them with words_release. False when a
 * quote does not end: ERROR_INVALID, naming the text. */
bool words_split(const char *text, struct vector *words, struct error *error);
/* Whether a shell would do more with it than split it: put in a variable, set one, run something
 * else besides, read or write a file. (What it would do with *, ? and ~ is not looked at.) */
bool words_need_shell(const char *text);
/* A word that begins with "~/", from `first` on, begins with the home folder then, as HOME says. */
void words_expand_home(struct vector *words, size_t first);
void words_release(struct vector *words);

#endif
