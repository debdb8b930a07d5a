/* Where libpq would look names up, which it does without a limit and without a way out, they are
 * looked up here. */
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <pilab/base/file.h>
#include <pilab/base/lookup.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "live_postgresql_connection.h"

#define SERVICE_FILE_LIMIT (1u << 20)
#define USUAL_PORT         "5432"

static const char *from_environment(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

/* --- Service files ---------------------------------------------------------------------------- */

struct service {
    const char *host, *hostaddr, *port;
};

static bool line_is(const char *line, size_t length, const char *name, const char **value)
{
    size_t name_length = strlen(name);

    if (length <= name_length || strncmp(line, name, name_length) != 0 || line[name_length] != '=')
        return false;
    *value = line + name_length + 1;
    return true;
}

/* Reads what a section says; false when there is none of that name. */
static bool read_section(const char *text, const char *name, struct arena *arena,
                         struct service *out)
{
    size_t name_length = strlen(name);
    bool inside = false, found = false;

    while (*text != '\0') {
        size_t whole = strcspn(text, "\n"), length = whole;
        const char *line = text + strspn(text, " \t"), *value;

        text += whole + (text[whole] == '\n');
        length = line < text ? (size_t)(strcspn(line, "\n")) : 0;
        while (length > 0 && strchr(" \t\r", line[length - 1]) != NULL)
            length--;
        if (length > 0 && *line == '[') {
            inside = length == name_length + 2 && line[length - 1] == ']' &&
                     strncmp(line + 1, name, name_length) == 0;
            found = found || inside;
        } else if (inside && line_is(line, length, "host", &value)) {
            out->host = arena_bytes(arena, value, (size_t)(line + length - value));
        } else if (inside && line_is(line, length, "hostaddr", &value)) {
            out->hostaddr = arena_bytes(arena, value, (size_t)(line + length - value));
        } else if (inside && line_is(line, length, "port", &value)) {
            out->port = arena_bytes(arena, value, (size_t)(line + length - value));
        }
    }
    return found;
}

static bool read_service_file(const char *path, const char *name, struct arena *arena,
                              struct service *out)
{
    struct strbuf text = STRBUF_INIT;
    bool found = file_read(path, SERVICE_FILE_LIMIT, true, &text, NULL) &&
                 read_section(text.data, name, arena, out);

    strbuf_release(&text);
    return found;
}

/* As libpq looks for it: the user's file, then the machine's. What is not found is libpq's to
 * complain about. */
static void find_service(const char *name, struct arena *arena, struct service *out)
{
    const char *named = from_environment("PGSERVICEFILE");
    const char *folder = from_environment("PGSYSCONFDIR");
    char *path = named != NULL ? memory_copy_text(named) : path_from_home("~/.pg_service.conf");
    bool found = read_service_file(path, name, arena, out);

    free(path);
    if (found)
        return;
    path = path_join(folder != NULL ? folder : "/etc/postgresql-common", "pg_service.conf");
    read_service_file(path, name, arena, out);
    free(path);
}

/* --- Addresses -------------------------------------------------------------------------------- */

struct lists {
    struct strbuf host, hostaddr, port;
};

static void add_item(struct strbuf *list, const char *item)
{
    strbuf_printf(list, "%s%s", list->length > 0 ? "," : "", item);
}

static bool is_socket(const char *host)
{
    return *host == '/' || *host == '@';
}

/* Every address of a host, under its name: that is what certificates and pgpass know. */
static bool add_host(struct lists *lists, const char *host, const char *port, int milliseconds,
                     const struct progress *progress, struct error *error)
{
    struct addrinfo *addresses = lookup_host(host, port, milliseconds, progress, error);

    if (addresses == NULL)
        return false;
    for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
        char text[NI_MAXHOST];

        if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
            continue;
        add_item(&lists->host, host);
        add_item(&lists->hostaddr, text);
        add_item(&lists->port, port);
    }
    freeaddrinfo(addresses);
    return true;
}

static bool add_hosts(struct lists *lists, const struct dsn_host *hosts, size_t count,
                      int milliseconds, const struct progress *progress, struct error *error)
{
    const char *usual = from_environment("PGPORT");

    for (size_t i = 0; i < count; i++) {
        const char *port = hosts[i].port;

        /* libpq lets one port stand for all hosts. */
        if (port == NULL && hosts[0].port != NULL && (count == 1 || hosts[count - 1].port == NULL))
            port = hosts[0].port;
        if (port == NULL)
            port = usual != NULL ? usual : USUAL_PORT;
        if (!add_host(lists, hosts[i].name, port, milliseconds, progress, error))
            return false;
    }
    return true;
}

/* The hosts in words of our own, as far as somebody has said any. */
static size_t said_hosts(const struct dsn *dsn, struct arena *arena, const struct dsn_host **hosts)
{
    const char *name = dsn->service != NULL ? dsn->service : from_environment("PGSERVICE");
    struct service service = { .host = NULL };
    struct dsn_host *host = arena_alloc(arena, sizeof *host);

    *hosts = dsn->hosts;
    if (dsn->host_count > 0 && dsn->hosts[0].name != NULL)
        return dsn->host_count;
    if (name != NULL)
        find_service(name, arena, &service);
    if (service.hostaddr != NULL || from_environment("PGHOSTADDR") != NULL)
        return 0;
    host->name = service.host != NULL ? service.host : from_environment("PGHOST");
    host->port = dsn->host_count > 0 ? dsn->hosts[0].port : service.port;
    *hosts = host;
    return host->name != NULL && strchr(host->name, ',') == NULL ? 1 : 0;
}

bool postgresql_address(const struct dsn *dsn, int milliseconds, const struct progress *progress,
                        struct arena *arena, struct postgresql_address *out, struct error *error)
{
    struct lists lists = { STRBUF_INIT, STRBUF_INIT, STRBUF_INIT };
    const struct dsn_host *hosts;
    size_t count;
    bool ok;

    *out = (struct postgresql_address){ .host = NULL };
    if (dsn_parameter(dsn, "hostaddr") != NULL)
        return true;
    count = said_hosts(dsn, arena, &hosts);
    for (size_t i = 0; i < count; i++) {
        if (hosts[i].name == NULL || is_socket(hosts[i].name))
            return true;
    }
    ok = add_hosts(&lists, hosts, count, milliseconds, progress, error);
    if (ok && lists.host.length > 0) {
        out->host = strbuf_to_arena(&lists.host, arena);
        out->hostaddr = strbuf_to_arena(&lists.hostaddr, arena);
        out->port = strbuf_to_arena(&lists.port, arena);
    }
    strbuf_release(&lists.host);
    strbuf_release(&lists.hostaddr);
    strbuf_release(&lists.port);
    return ok;
}
