/* The row of databases in the table of sources. Inside of the source room. */
#ifndef PILAB_SOURCE_DATABASE_SOURCE_H
#define PILAB_SOURCE_DATABASE_SOURCE_H

#include <pilab/source/type_source.h>

extern const struct type_source database_source;

#endif
