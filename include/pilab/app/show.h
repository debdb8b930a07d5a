/*
 * Commands that show in a shell what a screen says: of what is kept (pilab/store/show.h), and where
 * what git has to say can be read.
 */
#ifndef PILAB_APP_SHOW_H
#define PILAB_APP_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/app/call.h>
#include <pilab/base/strbuf.h>

/* Appends to a line of `pilab …` for a shell what makes it run in any: the call's store where that
 * is not the usual one, and its project (`in_project`) where the store has several. Behind the
 * words, which people look for first. */
void show_place(const struct call *call, bool in_project, struct strbuf *out);

/* All append a line for a shell; false when nothing is kept in this call's store. */

/* Items of a kept report, by their ids. */
bool show_items(const struct call *call, const char *report_id, const char *const *items,
                size_t count, struct strbuf *out);
/* The newest revision of kept notes of the call's project. */
bool show_note(const struct call *call, int64_t number, struct strbuf *out);
/* What was deployed in a cell of the call's project. */
bool show_deployments(const struct call *call, const char *module, const char *environment,
                      struct strbuf *out);
/* What recomputes the hash of an entry of the audit. */
bool show_audit_hash(const struct call *call, int64_t seq, struct strbuf *out);

/* Where a module's repository is read on this machine: what `git -C` takes, absolute, in `arena`.
 * Of the call's project its own folder or its mirror, as it is; else, or when the project has no
 * such module, the repository above the working directory. NULL when there is none here. Nothing is
 * fetched. */
const char *show_repository(const struct call *call, bool of_project, const char *module,
                            struct arena *arena);
/* The same for a command that is read where the call was made: NULL also when it is the working
 * directory itself, where git finds it, and a file in it, without being told. */
const char *show_other_repository(const struct call *call, bool of_project, const char *module,
                                  struct arena *arena);

#endif
