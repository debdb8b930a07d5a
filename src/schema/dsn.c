#include <pilab/schema/dsn.h>

#include <string.h>

#include <pilab/base/strbuf.h>

#include "dsn_parts.h"

#define LENGTH_LIMIT 4096

struct scheme {
    const char *prefix;
    enum dsn_engine engine;
};

static const struct scheme schemes[] = {
    {"postgresql://", DSN_POSTGRESQL},
    { "postgres://",  DSN_POSTGRESQL},
    { "mariadb://",   DSN_MARIADB   },
    { "mysql://",     DSN_MARIADB   },
    { "sqlite:",      DSN_SQLITE    },
};

/* Keywords of libpq that a string without a scheme may begin with. */
static const char *const first_keywords[] = {
    "dbname", "host", "hostaddr", "passfile", "password", "port", "service", "sslmode", "user",
};

const char *dsn_engine_name(enum dsn_engine engine)
{
    static const char *const names[] = {
        [DSN_POSTGRESQL] = "PostgreSQL",
        [DSN_MARIADB] = "MariaDB",
        [DSN_SQLITE] = "SQLite",
    };

    return names[engine];
}

static const struct scheme *find_scheme(const char *text)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (strncmp(text, schemes[i].prefix, strlen(schemes[i].prefix)) == 0)
            return &schemes[i];
    }
    return NULL;
}

static bool begins_with_keyword(const char *text)
{
    size_t length = strcspn(text, "= ");

    if (text[length] != '=')
        return false;
    for (size_t i = 0; i < sizeof first_keywords / sizeof *first_keywords; i++) {
        if (strlen(first_keywords[i]) == length && strncmp(text, first_keywords[i], length) == 0)
            return true;
    }
    return false;
}

bool dsn_recognise(const char *text)
{
    return find_scheme(text) != NULL || begins_with_keyword(text);
}

static void show_hosts(struct strbuf *out, const struct dsn *dsn)
{
    for (size_t i = 0; i < dsn->host_count; i++) {
        const struct dsn_host *host = &dsn->hosts[i];
        bool ipv6 = host->name != NULL && strchr(host->name, ':') != NULL;

        strbuf_printf(out, "%s%s%s%s", i > 0 ? "," : "", ipv6 ? "[" : "",
                      host->name != NULL ? host->name : "", ipv6 ? "]" : "");
        if (host->port != NULL)
            strbuf_printf(out, ":%s", host->port);
    }
}

static const char *port_of(const struct dsn *dsn)
{
    const char *port = dsn->host_count > 0 ? dsn->hosts[0].port : NULL;

    return port != NULL && strcmp(port, "5432") == 0 ? NULL : port;
}

/* A socket's file is called after the port: two servers may share the folder. */
static void show_folder(struct strbuf *out, const struct dsn *dsn, const char *folder)
{
    strbuf_printf(out, "?host=%s", folder);
    if (port_of(dsn) != NULL)
        strbuf_printf(out, "&port=%s", port_of(dsn));
}

/* What the service's entry does not say, or says otherwise. */
static void show_service(struct strbuf *out, const struct dsn *dsn)
{
    const char *host = dsn->host_count > 0 ? dsn->hosts[0].name : NULL;

    strbuf_printf(out, "service=%s", dsn->service);
    if (host != NULL)
        strbuf_printf(out, " host=%s", host);
    if (dsn->host_count > 0 && dsn->hosts[0].port != NULL)
        strbuf_printf(out, " port=%s", dsn->hosts[0].port);
    if (dsn->user != NULL)
        strbuf_printf(out, " user=%s", dsn->user);
}

/* As it could be written again, as far as it says where the database is. */
static const char *shown(const struct dsn_reading *reading)
{
    static const char *const prefixes[] = {
        [DSN_POSTGRESQL] = "postgresql://",
        [DSN_MARIADB] = "mariadb://",
        [DSN_SQLITE] = "sqlite:",
    };
    const struct dsn *dsn = reading->dsn;
    const char *folder = dsn->host_count > 0 ? dsn->hosts[0].name : NULL, *copy;
    const char *socket = dsn_parameter(dsn, "socket");
    const char *address = dsn_parameter(dsn, "hostaddr");
    struct strbuf out = STRBUF_INIT;

    if (folder != NULL && *folder != '/')
        folder = NULL;
    if (dsn->service != NULL)
        show_service(&out, dsn);
    else
        strbuf_add(&out, prefixes[dsn->engine]);
    if (dsn->path != NULL)
        strbuf_add(&out, dsn->path);
    if (dsn->service == NULL && dsn->user != NULL)
        strbuf_printf(&out, "%s@", dsn->user);
    if (dsn->service == NULL && folder == NULL)
        show_hosts(&out, dsn);
    if (dsn->database != NULL)
        strbuf_printf(&out, "%s%s", dsn->service != NULL ? " dbname=" : "/", dsn->database);
    if (dsn->service == NULL && folder != NULL)
        show_folder(&out, dsn, folder);
    else if (dsn->service == NULL && address != NULL)
        strbuf_printf(&out, "?hostaddr=%s", address);
    if (socket != NULL)
        strbuf_printf(&out, "?socket=%s", socket);
    copy = strbuf_to_arena(&out, reading->arena);
    strbuf_release(&out);
    return copy;
}

static bool check_whole(const struct dsn_reading *reading)
{
    const struct dsn *dsn = reading->dsn;

    if (dsn->engine != DSN_MARIADB)
        return true;
    if (dsn->database == NULL)
        return dsn_refuse(reading, "it names no database");
    return dsn->host_count <= 1 || dsn_refuse(reading, "MariaDB is asked at one host only");
}

bool dsn_read(const char *text, struct arena *arena, struct dsn *out, struct error *error)
{
    const struct scheme *scheme = find_scheme(text);
    struct dsn dsn = { .engine = scheme != NULL ? scheme->engine : DSN_POSTGRESQL };
    struct dsn_reading reading = { .arena = arena, .dsn = &dsn, .error = error };
    bool ok;

    if (strlen(text) > LENGTH_LIMIT)
        return error_set(error, ERROR_LIMIT, "a connection string is longer than %d bytes",
                         LENGTH_LIMIT);
    vector_init(&reading.hosts, sizeof(struct dsn_host));
    vector_init(&reading.parameters, sizeof(struct dsn_parameter));
    if (scheme == NULL)
        ok = dsn_read_keywords(&reading, text);
    else if (scheme->engine == DSN_SQLITE)
        ok = dsn_read_sqlite(&reading, text + strlen(scheme->prefix));
    else
        ok = dsn_read_url(&reading, text + strlen(scheme->prefix));
    if (ok) {
        dsn.host_count = reading.hosts.count;
        dsn.hosts = vector_to_arena(&reading.hosts, arena);
        dsn.parameter_count = reading.parameters.count;
        dsn.parameters = vector_to_arena(&reading.parameters, arena);
        ok = check_whole(&reading);
    }
    if (ok) {
        dsn.shown = shown(&reading);
        *out = dsn;
    }
    vector_release(&reading.hosts);
    vector_release(&reading.parameters);
    return ok;
}

const char *dsn_parameter(const struct dsn *dsn, const char *name)
{
    for (size_t i = 0; i < dsn->parameter_count; i++) {
        if (strcmp(dsn->parameters[i].name, name) == 0)
            return dsn->parameters[i].value;
    }
    return NULL;
}
