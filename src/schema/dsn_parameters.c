/* Parameters, whichever way they are written. */
#include <stdlib.h>
#include <string.h>

#include <pilab/base/strbuf.h>

#include "dsn_parts.h"

#define LONGEST_SHOWN 32 /* of a parameter's name that we do not know */
#define MOST_SECONDS  600

/* Those of libpq's keywords that choose how to connect; others (options, replication, fallback
 * names) would change what is read or how. */
static const char *const postgresql_parameters[] = {
    "channel_binding",
    "gssencmode",
    "gsslib",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "passfile",
    "requirepeer",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
    NULL,
};

/* In libpq's words, so that nobody has to know two sets of them. */
static const char *const mariadb_parameters[] = {
    "defaults_file", "socket", "sslcert", "sslkey", "sslmode", "sslrootcert", NULL,
};

static const char *const no_parameters[] = { NULL };

static const char *const *known_parameters(enum dsn_engine engine)
{
    switch (engine) {
    case DSN_POSTGRESQL:
        return postgresql_parameters;
    case DSN_MARIADB:
        return mariadb_parameters;
    case DSN_SQLITE:
        break;
    }
    return no_parameters;
}

/* A name that may be shown: one as parameters have. */
static bool is_plain_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_");

    return length > 0 && length <= LONGEST_SHOWN && name[length] == '\0';
}

bool dsn_refuse_parameter(const struct dsn_reading *reading, const char *name)
{
    const char *const *known = known_parameters(reading->dsn->engine);
    struct strbuf list = STRBUF_INIT;

    for (size_t i = 0; known[i] != NULL; i++)
        strbuf_printf(&list, "%s%s", i > 0 ? ", " : "", known[i]);
    error_set(reading->error, ERROR_INVALID, "the connection string has %s%s that is not used here",
              is_plain_name(name) ? "a parameter " : "a parameter",
              is_plain_name(name) ? name : "");
    if (reading->dsn->engine == DSN_SQLITE)
        error_hint(reading->error,
                   "sqlite: takes none; ? and %% in a path are written %%3F, %%25.");
    else
        error_hint(reading->error, "These are: secret, schema, connect_timeout, %s.", list.data);
    strbuf_release(&list);
    return false;
}

static bool take_schemas(struct dsn_reading *reading, const char *value)
{
    reading->dsn->schemas = arena_words(reading->arena, value, ",", &reading->dsn->schema_count);
    return reading->dsn->schema_count > 0 || dsn_refuse(reading, "schema= names none");
}

static bool take_secret(struct dsn_reading *reading, const char *value)
{
    size_t length = strcspn(value, ":");

    if (length == 0 || value[length] == '\0' || value[length + 1] == '\0')
        return dsn_refuse(reading, "secret= is not of the form ENVIRONMENT:NAME");
    reading->dsn->secret_environment = arena_bytes(reading->arena, value, length);
    reading->dsn->secret_name = arena_text(reading->arena, value + length + 1);
    return true;
}

static bool holds_password(const char *name)
{
    return strcmp(name, "password") == 0 || strcmp(name, "sslpassword") == 0 ||
           strcmp(name, "passwd") == 0 || strcmp(name, "pwd") == 0;
}

static bool take_other(struct dsn_reading *reading, const char *name, const char *value)
{
    const char *const *known = known_parameters(reading->dsn->engine);
    struct dsn_parameter *parameter;

    for (size_t i = 0; i < reading->parameters.count; i++) {
        parameter = vector_at(&reading->parameters, i);
        if (strcmp(parameter->name, name) == 0)
            return dsn_refuse(reading, "a parameter is there twice");
    }
    for (size_t i = 0; known[i] != NULL; i++) {
        if (strcmp(known[i], name) != 0)
            continue;
        parameter = vector_add(&reading->parameters);
        parameter->name = known[i];
        parameter->value = value;
        return true;
    }
    return dsn_refuse_parameter(reading, name);
}

bool dsn_take_parameter(struct dsn_reading *reading, const char *name, const char *value)
{
    struct dsn *dsn = reading->dsn;
    bool server = dsn->engine != DSN_SQLITE, postgresql = dsn->engine == DSN_POSTGRESQL;

    if (holds_password(name))
        return dsn_refuse_password(reading);
    if (server && strcmp(name, "host") == 0)
        return dsn_take_list(reading, value, dsn_take_host);
    if (server && strcmp(name, "port") == 0)
        return dsn_take_list(reading, value, dsn_take_port);
    if (server && strcmp(name, "secret") == 0)
        return take_secret(reading, value);
    if (postgresql && strcmp(name, "schema") == 0)
        return take_schemas(reading, value);
    if (postgresql && strcmp(name, "service") == 0)
        dsn->service = value;
    else if (server && strcmp(name, "user") == 0)
        dsn->user = value;
    else if (server && strcmp(name, "dbname") == 0)
        dsn->database = value;
    else if (server && strcmp(name, "connect_timeout") == 0)
        dsn->connect_seconds = dsn_is_number(value, 1, MOST_SECONDS) ? (unsigned)atoi(value) : 0;
    else
        return take_other(reading, name, value);
    if (strcmp(name, "connect_timeout") == 0 && dsn->connect_seconds == 0)
        return dsn_refuse(reading, "connect_timeout is no number of seconds (1 to 600)");
    return true;
}
