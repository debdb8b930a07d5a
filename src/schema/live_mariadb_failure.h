/*
 * What a refusal of MariaDB, MySQL or their client library means. Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_MARIADB_FAILURE_H
#define PILAB_SRC_SCHEMA_LIVE_MARIADB_FAILURE_H

#include <pilab/base/error.h>

struct mariadb_failure {
    enum error_code code;
    const char *hint; /* NULL: the words say it all */
};

/* By its number and, where one number stands for several things, its words. */
struct mariadb_failure mariadb_failure_of(unsigned number, const char *words);
/* Who did not answer in time. */
enum mariadb_silence {
    MARIADB_SILENT_ADDRESS,  /* there is no connection so far */
    MARIADB_SILENT_PORT,     /* there is one, and nobody says what it is */
    MARIADB_SILENT_STATEMENT /* a server, asked for something */
};

const char *mariadb_silence_hint(enum mariadb_silence silence);

#endif
