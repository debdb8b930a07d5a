/*
 * State specs: what a person types to name one side of a comparison (contracts: state specs).
 *
 *   env:NAME[@TIME]  observed:NAME  release:NAME  baseline:NAME  snapshot:N  report:N
 *   a path           when it starts with / ./ ../ or names an existing file
 *   a git revision   otherwise; in a project a version, found through each module's tag pattern
 */
#ifndef PILAB_APP_STATE_SPEC_H
#define PILAB_APP_STATE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

enum state_kind {
    STATE_ENVIRONMENT,
    STATE_OBSERVED, /* what really runs in an environment, asked now */
    STATE_RELEASE,
    STATE_BASELINE,
    STATE_SNAPSHOT,
    STATE_REPORT,
    STATE_PATH,
    STATE_REVISION
};

struct state_spec {
    enum state_kind kind;
    const char *text; /* as typed */
    const char *name; /* without the kind's prefix and the time */
    int64_t at;       /* environments: the moment asked for; 0: now */
    int64_t number;   /* snapshots and reports */
};

/* `directory` is where relative paths start. Texts are copied into `arena`. ERROR_USAGE for a
 * malformed number or time, ERROR_AMBIGUOUS (with both readings) for a word that names a file here
 * and that `is_revision` (may be NULL) knows as well. */
bool state_spec_parse(const char *text, const char *directory,
                      bool (*is_revision)(void *context, const char *text), void *context,
                      struct arena *arena, struct state_spec *out, struct error *error);

/* The operands of a comparison: "A..B", "A..", "..B", "A B", "A" (until HEAD), or none (`*previous`
 * and `*current` are NULL: the last two versions). A path is never split at its dots.
 * ERROR_USAGE for "A...B" and for more than two. */
bool state_operands(const char *const *words, size_t count, struct arena *arena,
                    const char **previous, const char **current, struct error *error);

#endif
