/*
 * Programs of this machine.
 */
#ifndef PILAB_BASE_PROGRAM_H
#define PILAB_BASE_PROGRAM_H

#include <stdbool.h>

/* Whether a program of this name, which holds no slash, would be found along PATH. Empty parts of
 * PATH, which stand for the working directory, do not count: what lies there is not ours to start.
 */
bool program_is_in_path(const char *name);

#endif
