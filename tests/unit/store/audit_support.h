/*
 * Entries of the audit, for tests of it.
 */
#ifndef TESTS_UNIT_STORE_AUDIT_SUPPORT_H
#define TESTS_UNIT_STORE_AUDIT_SUPPORT_H

#include "store_support.h"

#include <pilab/store/audit.h>

/* Appends within the open transaction. */
void audit_add(struct fixture *f, const char *actor, const char *action, const char *object);
/* Eight entries, a second apart. */
void audit_day(struct fixture *f);
/* What checking finds, `expected` may be NULL. */
struct audit_verdict audit_check_chain(struct fixture *f, const struct audit_checkpoint *expected);

#endif
