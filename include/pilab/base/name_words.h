/*
 * The words that a name is made of: "trg_users_audit", "trgUsersAudit" and "TRG-USERS.AUDIT" have
 * three each.
 */
#ifndef PILAB_BASE_NAME_WORDS_H
#define PILAB_BASE_NAME_WORDS_H

#include <stddef.h>

/* Steps to the next word, letters of ASCII alone; its length, 0: there is none. The caller steps
 * over it. */
size_t name_word(const char **name);

#endif
