/*
 * The part of a repository that is a module's: `path` of its settings, one path or several, one a
 * line; NULL, "" and "." are all of it. A path is a folder or a file. The module is at home in the
 * first: paths of its configuration and migrations begin there.
 */
#ifndef PILAB_APP_MODULE_PATHS_H
#define PILAB_APP_MODULE_PATHS_H

#include <stdbool.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

/* "services/auth, lib", as a form has it, to one a line, in `arena`, and back. NULL stays NULL, and
 * gives no words. */
const char *module_paths_of_words(struct arena *arena, const char *words);
void module_paths_words(struct strbuf *out, const char *paths);

/* Each as git has it ("./a//b/" is "a/b"), one a line; "" when one of them is everything. The
 * caller frees. */
char *module_paths_clean(const char *paths);
/* Whether the file, as git names it, lies in one of them. They are clean. */
bool module_paths_hold(const char *clean, const char *file);

/* Where the module is at home: "services/auth", or "". The caller frees. */
char *module_paths_home(const char *paths);
/* "values.yaml" or "../values.yaml" from there on, "/values.yaml" from the root: as git has it.
 * What leads out of the repository ends at its root. The caller frees. */
char *module_paths_from(const char *home, const char *path);

#endif
