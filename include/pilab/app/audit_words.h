/*
 * Audit entries in the words of the people who read them: "report:3" where the entry has the id of
 * a row. What is said comes out of the entry itself, so that it says what things were called then.
 */
#ifndef PILAB_APP_AUDIT_WORDS_H
#define PILAB_APP_AUDIT_WORDS_H

#include <pilab/app/call.h>
#include <pilab/base/arena.h>
#include <pilab/store/audit.h>

struct audit_words {
    const char *object; /* "report:3", "project:MB", "mb-web in UAT"; NULL: done to nothing */
    const char *what;   /* "env:UAT to env:SIT, 63 different"; "" when there is nothing to add */
};

/* Lives in `arena` and in the entry. An action that is not known is told by its body's members; an
 * object that the body does not name keeps its id. */
struct audit_words audit_words(const struct audit_entry *entry, struct arena *arena);

/* What stands in the entries for "report:3", "note:1" (of the call's project, or the only one) and
 * "project:MB"; all else is taken as it is. ERROR_NOT_FOUND when there is none. */
bool audit_object_id(struct call *call, const char *name, const char **id, struct error *error);

#endif
