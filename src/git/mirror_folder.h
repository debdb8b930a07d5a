/* The folder of one mirror: whose it is, what interrupted work has left in it, whether it is whole.
 */
#ifndef PILAB_GIT_MIRROR_FOLDER_INTERNAL_H
#define PILAB_GIT_MIRROR_FOLDER_INTERNAL_H

#include <git2.h>
#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

/* With the lock held, so that nobody writes there: removes half clones and half packs, and git's
 * own locks, which a process that was killed cannot take back. */
void mirror_clean(const char *path);
/* That nothing else stands at the path: what a link leads to may be somebody's work. */
bool mirror_is_ours(const char *path, struct error *error);
/* Looks for what can be missed without reading every object; else says what is wrong. */
bool mirror_is_whole(git_repository *git, const char *path, struct strbuf *why);
/* `fresh` takes the place of what is at `path`, if anything is. */
bool mirror_put_in_place(const char *fresh, const char *path, struct error *error);

/* A folder with all that is in it; links in it are not followed. False, and errno, when something
 * stays. */
bool mirror_remove_tree(const char *path);

#endif
