#include "live_mariadb_greeting.h"

#include <string.h>

#define HEADER       4 /* the length of the packet (3 bytes) and its number */
#define VERSION_10   10
#define BEFORE_FLAGS 13 /* the connection's id (4), the challenge's first part (8) and a zero */
#define FLAG_TLS     0x0800

enum mariadb_greeting mariadb_greeting_read(const unsigned char *bytes, size_t length)
{
    const unsigned char *name, *end;
    size_t flags;

    if (length <= HEADER)
        return MARIADB_GREETING_CUT;
    if (bytes[HEADER] != VERSION_10)
        return MARIADB_GREETING_OTHER;
    name = bytes + HEADER + 1;
    end = memchr(name, '\0', length - HEADER - 1);
    if (end == NULL)
        return MARIADB_GREETING_CUT;
    flags = (size_t)(end - bytes) + 1 + BEFORE_FLAGS;
    if (flags + 2 > length)
        return MARIADB_GREETING_CUT;
    return (bytes[flags] | bytes[flags + 1] << 8) & FLAG_TLS ? MARIADB_GREETING_TLS
                                                             : MARIADB_GREETING_OPEN;
}
