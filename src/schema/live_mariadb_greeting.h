/*
 * What a MySQL or MariaDB server says first, before it has been told anything: the initial
 * handshake packet, protocol version 10. Pure; text from outside. Inside of the schema room.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_MARIADB_GREETING_H
#define PILAB_SRC_SCHEMA_LIVE_MARIADB_GREETING_H

#include <stddef.h>

enum mariadb_greeting {
    MARIADB_GREETING_CUT,  /* more of it has to come before it can be told */
    MARIADB_GREETING_TLS,  /* the server offers TLS */
    MARIADB_GREETING_OPEN, /* it does not: what is told next goes as it is */
    MARIADB_GREETING_OTHER /* an error, or no greeting that is known: nobody logs in after it */
};

/* `bytes` begin with the first that came. */
enum mariadb_greeting mariadb_greeting_read(const unsigned char *bytes, size_t length);

#endif
