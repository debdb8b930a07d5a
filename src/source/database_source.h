/* The row of databases in the table of sources. Inside of the source room. */
#ifndef PILAB_SOURCE_DATABASE_SOURCE_H
#define PILAB_SOURCE_DATABASE_SOURCE_H

#include <pilab/schema/migration.h>
#include <pilab/source/type_source.h>

extern const struct type_source database_source;

/* What can be said of the databases of a module without a repository: two that are live are
 * compared, and `*compared` is set. `why` there is none says so of its migrations. False only when
 * cancelled. */
bool database_read_live(struct module_reader *reader, const char *why, bool *compared,
                        struct error *error);

/* A problem for each statement of the set that is not understood, at the version that `label`
 * names. Of a file that cannot be read at all there is one already. */
void database_report_unread(struct module_reader *reader, const struct migration_set *set,
                            const char *label);

#endif
