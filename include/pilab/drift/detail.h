/*
 * One difference, one change or one commit of a report in full, as rich text (base/rich.h).
 */
#ifndef PILAB_DRIFT_DETAIL_H
#define PILAB_DRIFT_DETAIL_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>

/* A commit of a report, and where it stands in it. */
struct drift_place {
    const struct drift_commit *commit;
    const struct drift_code *code; /* of its module */
    bool behind;                   /* current lacks it */
};

/* `repository`: the folder for the command that shows the same, as drift_detail_command has it. */
void drift_detail_item(struct strbuf *out, const struct drift_report *report,
                       const struct drift_item *item, const char *repository, size_t width,
                       bool utf8);
void drift_detail_change(struct strbuf *out, const struct drift_report *report,
                         const struct drift_change *change, size_t width, bool utf8);
void drift_detail_commit(struct strbuf *out, const struct drift_place *place,
                         const char *repository, size_t width, bool utf8);
/* Every commit with where it went and why, by disposition: the balance in full. */
void drift_detail_balance(struct strbuf *out, const struct drift_report *report, size_t width,
                          bool utf8);

/* Where a commit went, within a sentence: "in the notes". */
const char *drift_disposition_words(enum disposition disposition);

/* The plain command that shows the same as the item, for copying: "git diff A B -- path", with the
 * folder of the repository, so that it says the same wherever it is pasted; NULL: it is read, or
 * pasted, within the repository. */
bool drift_detail_command(struct strbuf *out, const char *repository,
                          const struct drift_report *report, const struct drift_item *item);
/* "git -C folder", quoted for a shell; "git" without a folder. */
void drift_detail_git(struct strbuf *out, const char *repository);

#endif
