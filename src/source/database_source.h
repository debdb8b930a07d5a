/* The row of databases in the table of sources. Inside of the source room. */
#ifndef PILAB_SOURCE_DATABASE_SOURCE_H
#define PILAB_SOURCE_DATABASE_SOURCE_H

#include <pilab/source/type_source.h>

extern const struct type_source database_source;

/* What can be said of the databases of a module without a repository: two that are live are
 * compared, and `*compared` is set. `why` there is none says so of its migrations. False only when
 * cancelled. */
bool database_read_live(struct module_reader *reader, const char *why, bool *compared,
                        struct error *error);

#endif
