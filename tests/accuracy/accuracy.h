/*
 * How often what we find is what there is: for each type of drift, differences found, missed and
 * falsely told, against answers that were made without us. The data are not part of the project:
 * PILAB_TEST_DATA names their folder, otherwise ../shared/data beside the source tree; without it
 * the cases skip.
 *
 * Both sides say their differences as lines of text, in any order: kind, place and values in one
 * form. A line of theirs that we have is found, one that we lack is missed, one of ours that they
 * lack is false.
 */
#ifndef TESTS_ACCURACY_ACCURACY_H
#define TESTS_ACCURACY_ACCURACY_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

struct accuracy;

/* A difference as the answers have it, and one as we tell it. */
void accuracy_expect(struct accuracy *accuracy, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void accuracy_tell(struct accuracy *accuracy, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Compares what was said since the last time. `where` names the pair of files in the output. */
void accuracy_settle(struct accuracy *accuracy, const char *where);
/* Where an answer is another than ours on purpose: lines that are equal to this one are printed
 * with the reason and count as explained. To be said before the settling. */
void accuracy_explain(struct accuracy *accuracy, const char *line, const char *why);

/* A file below the data's folder; fails the case when it cannot be read. The caller releases. */
void accuracy_read(const char *data, const char *path, struct strbuf *text);

/* One function for each type (accuracy_<type>.c); `data` is the folder. */
void accuracy_of_config(struct accuracy *accuracy, const char *data);
void accuracy_of_dependency(struct accuracy *accuracy, const char *data);
void accuracy_of_image(struct accuracy *accuracy, const char *data);
void accuracy_of_infrastructure(struct accuracy *accuracy, const char *data);
void accuracy_of_migration(struct accuracy *accuracy, const char *data);
void accuracy_of_schema(struct accuracy *accuracy, const char *data);

#endif
