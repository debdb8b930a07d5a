/*
 * Well-known file names: what a repository's files are, judged by where they stand and what they
 * are called. Used where nobody has said what to compare.
 */
#ifndef PILAB_SOURCE_WELL_KNOWN_H
#define PILAB_SOURCE_WELL_KNOWN_H

#include <stdbool.h>

/* The patterns, translated once. Never changes; threads may share it. */
struct well_known;

struct well_known *well_known_new(void);
/* Sets *names to NULL; NULL and names that are none are fine. */
void well_known_free(struct well_known **names);

/* Whether the file holds configuration that a deployment reads, in a format we read. Charts'
 * templates, CI files, lock files, translations, test data and examples are not. */
bool well_known_config(const struct well_known *names, const char *path);

/* Whether the file holds Helm values, which are typed as Helm does and may repeat a key. */
bool well_known_helm_values(const struct well_known *names, const char *path);

/* Whether the file is there for secrets, so that every value in it is one. */
bool well_known_secrets(const struct well_known *names, const char *path);

#endif
