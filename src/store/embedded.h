/*
 * Text files that are part of the program, turned into C at build time by embed.sh. Private to this
 * room.
 */
#ifndef PILAB_SRC_STORE_EMBEDDED_H
#define PILAB_SRC_STORE_EMBEDDED_H

#include <stddef.h>

struct migration {
    int number;       /* 1, 2, …: SQLite's user_version once it is done */
    const char *name; /* "001_first_tables" */
    const char *sql;  /* ends by setting user_version */
};

/* In order, without a gap. */
extern const struct migration embedded_migrations[];
extern const size_t embedded_migration_count;

extern const char embedded_bundle_readme[];
extern const char embedded_bundle_verify[];

#endif
