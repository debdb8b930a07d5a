/*
 * Whom the user trusts, by settings of git: the certificate authorities that https is checked
 * against (the system's, and those of one more file), and the folders of other users. The settings
 * are the user's and the system's; a repository has no say.
 */
#ifndef PILAB_GIT_TRUST_INTERNAL_H
#define PILAB_GIT_TRUST_INTERNAL_H

#include <stdbool.h>

#include <pilab/base/error.h>

/* Hands the user's file to libgit2, which keeps authorities for the whole process and must not be
 * told while another thread talks: everyone calls this before a talk over https, and only the first
 * does anything. (Not when the library starts: reading hundreds of certificates takes longer than
 * most comparisons.) A file that is no good changes nothing; trust_check tells of it. */
void trust_tell(void);
/* The library has stopped, and with it what it was told. */
void trust_forget(void);

/* Whether the user trusts every folder, whoever owns it (safe.directory = *), which libgit2 1.5
 * does not know: asked for the whole process when the library starts. */
bool trust_all_folders(void);

/* Whether a safe.directory stands there without "=": git takes it as empty, libgit2 1.5 crashes
 * over it when it looks whether a folder of somebody else is trusted. */
bool trust_has_valueless_folder(void);

/* Before a talk over https: false when the user names a file that cannot be used. */
bool trust_check(struct error *error);

#endif
