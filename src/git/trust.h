/*
 * Which certificate authorities https is checked against: the system's, and those of one file that
 * the user names, as for git and curl. A repository cannot name one.
 */
#ifndef PILAB_GIT_TRUST_INTERNAL_H
#define PILAB_GIT_TRUST_INTERNAL_H

#include <stdbool.h>

#include <pilab/base/error.h>

/* Hands the user's file to libgit2, which keeps authorities for the whole process and must not be
 * told while another thread talks: once, when the library starts. A file that is no good changes
 * nothing; trust_check tells of it. */
void trust_start(void);

/* Before a talk over https: false when the user names a file that cannot be used. */
bool trust_check(struct error *error);

#endif
