/*
 * Commands that show in a shell what a screen says, read by sqlite3(1) alone: whoever wants to
 * check a claim needs no trust in this program.
 */
#ifndef PILAB_STORE_SHOW_H
#define PILAB_STORE_SHOW_H

#include <stddef.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>
#include <pilab/store/store.h>

/* All append one line of words quoted for a shell. Ids come from the store or from a report. */

/* The rows of these items (by fingerprint) in a kept report. */
void store_show_items(struct strbuf *out, const struct store *store, const char *report_id,
                      const char *const *fingerprints, size_t count);
/* The Markdown of the newest revision of notes, by the project's id and their number. */
void store_show_note(struct strbuf *out, const struct store *store, const char *project_id,
                     int64_t number);
/* What was deployed of a module in an environment of the project, the newest first. */
void store_show_deployments(struct strbuf *out, const struct store *store, const char *project_id,
                            const char *module, const char *environment);
/* The line of an entry of the audit, piped into what computes its hash. */
void store_show_audit_hash(struct strbuf *out, const struct store *store, int64_t seq);

#endif
