/* Objects that stand in for others (git-replace): whoever reads the one gets the other. */
#ifndef PILAB_GIT_REPLACED_INTERNAL_H
#define PILAB_GIT_REPLACED_INTERNAL_H

#include <stddef.h>

#include <pilab/git/repository.h>

/* Reads refs/replace/ when there is any and neither core.useReplaceRefs nor
 * GIT_NO_REPLACE_OBJECTS forbids it. */
void replaced_load(struct repository *repository);
void replaced_release(struct repository *repository);
size_t replaced_count(const struct repository *repository);

/* What to read for `id`: itself, or what replaces it. Borrowed from the repository or the caller.
 */
const struct object_id *replaced_by(const struct repository *repository,
                                    const struct object_id *id);

/* "v2~1^2" in a repository where objects are replaced: the commit that the steps lead to, as git
 * takes them. False when the revision is not of that form, or what it begins with leads to no
 * commit: others resolve that. *found is false when a step leads nowhere. */
bool replaced_resolve(struct repository *repository, const char *revision, struct object_id *commit,
                      bool *found);

#endif
