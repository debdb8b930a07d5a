/* Hosts and their ports. */
#include <stdlib.h>
#include <string.h>

#include "dsn_parts.h"

#define MOST_HOSTS 16

bool dsn_is_number(const char *text, unsigned long least, unsigned long most)
{
    size_t length = strspn(text, "0123456789");
    unsigned long value =
        length > 0 && length < 10 && text[length] == '\0' ? strtoul(text, NULL, 10) : 0;

    return value >= least && value <= most && length > 0;
}

static struct dsn_host *host_at(struct dsn_reading *reading, size_t index)
{
    while (reading->hosts.count <= index)
        (void)vector_add(&reading->hosts);
    return vector_at(&reading->hosts, index);
}

bool dsn_take_port(struct dsn_reading *reading, size_t index, const char *port)
{
    if (index >= MOST_HOSTS)
        return dsn_refuse(reading, "it names too many hosts");
    if (*port == '\0')
        return true;
    if (!dsn_is_number(port, 1, 65535))
        return dsn_refuse(reading, "what follows the host's : is no port (1 to 65535)");
    host_at(reading, index)->port = port;
    return true;
}

bool dsn_take_host(struct dsn_reading *reading, size_t index, const char *name)
{
    if (index >= MOST_HOSTS)
        return dsn_refuse(reading, "it names too many hosts");
    host_at(reading, index)->name = name;
    return true;
}

bool dsn_take_list(struct dsn_reading *reading, const char *value,
                   bool (*take)(struct dsn_reading *, size_t, const char *))
{
    for (size_t index = 0;; index++) {
        size_t length = strcspn(value, ",");

        if (!take(reading, index, arena_bytes(reading->arena, value, length)))
            return false;
        if (value[length] == '\0')
            return true;
        value += length + 1;
    }
}
