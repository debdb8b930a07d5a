/*
 * What would be lost: the commits that only the previous side has. Whoever puts current in its
 * place takes them away, a hotfix of a release branch that nobody carried over among them.
 */
#ifndef PILAB_DRIFT_LOST_H
#define PILAB_DRIFT_LOST_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/report.h>

/* One of them, and the module that loses it. */
struct drift_lost {
    const struct drift_code *code;
    const struct drift_commit *commit;
};

/* Whether a commit of drift_code.behind would be lost: current surely has no twin of it, and it is
 * no merge that only joins what is listed by itself. (Where only first parents are followed, a
 * merge stands for its branch, and counts.) */
bool drift_commit_lost(const struct drift_commit *commit);
/* Whether it mends a hole: by a mark of its own or by its category. */
bool drift_commit_secures(const struct drift_commit *commit);

/* How many a module loses, and all modules. */
size_t drift_code_lost_count(const struct drift_code *code);
size_t drift_lost_count(const struct drift_report *report);
/* All of them, those of security first and internal ones last, otherwise by module and the newest
 * first; in `arena`. */
struct drift_lost *drift_lost_list(const struct drift_report *report, struct arena *arena,
                                   size_t *count);

/* The commit of current that probably is the same change (drift_commit.maybe_shipped), or NULL. */
const struct drift_commit *drift_lost_maybe_kept(const struct drift_lost *lost);

/* Whether current is only older: it has no commit and no module that previous lacks, and takes some
 * commits away. */
bool drift_report_goes_back(const struct drift_report *report);

#endif
