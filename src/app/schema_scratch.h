/*
 * A server on which SQL is run where it would be read as text: its address, and the password, which
 * is looked up by the thread that has the store. Private to this folder.
 */
#ifndef PILAB_SRC_APP_SCHEMA_SCRATCH_H
#define PILAB_SRC_APP_SCHEMA_SCRATCH_H

#include <pilab/schema/dsn.h>
#include <pilab/source/schema_files.h>

struct schema_scratch {
    struct dsn dsn;
    struct strbuf password;
    unsigned seconds; /* of one statement; 0: the usual */
    struct schema_runner runner;
};

/* Reads the address; ERROR_USAGE when it is none of a server (SQLite's SQL is run in memory
 * anyway). Connects to nothing. The runner's name lives in `arena`. */
bool schema_scratch_read(struct schema_scratch *scratch, const char *address, struct arena *arena,
                         struct error *error);
/* Wipes the password; a zeroed one is fine. */
void schema_scratch_close(struct schema_scratch *scratch);

#endif
