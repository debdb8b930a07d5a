#include <config.h> /* memrchr is a GNU extension */

#include <pilab/schema/dsn.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

#define LENGTH_LIMIT  4096
#define MOST_HOSTS    16
#define LONGEST_SHOWN 32 /* of a parameter's name that we do not know */
#define MOST_SECONDS  600

struct reading {
    struct arena *arena;
    struct dsn *dsn;
    struct vector hosts;      /* of struct dsn_host */
    struct vector parameters; /* of struct dsn_parameter */
    struct error *error;
};

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

/* Keywords of libpq that a string without a scheme may begin with. */
static const char *const first_keywords[] = {
    "dbname", "host", "hostaddr", "passfile", "password", "port", "service", "sslmode", "user",
};

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

/* --- Refusing --------------------------------------------------------------------------------- */

static bool refuse_password(const struct reading *reading)
{
    error_set(reading->error, ERROR_UNTRUSTED,
              "a password in a connection string is not taken: every user of this machine can read "
              "it, and the shell keeps it");
    if (reading->dsn->engine == DSN_POSTGRESQL)
        error_hint(reading->error,
                   "Change that password. Put the new one into ~/.pgpass, a service file "
                   "(service=NAME), PGPASSWORD, or the project's secrets "
                   "(?secret=ENVIRONMENT:NAME).");
    else
        error_hint(reading->error,
                   "Change that password. Put the new one into ~/.my.cnf ([client]), "
                   "MYSQL_PWD, or the project's secrets (?secret=ENVIRONMENT:NAME).");
    return false;
}

/* Never with a piece of the text: it may be one of a password. */
static bool refuse(const struct reading *reading, const char *what)
{
    error_set(reading->error, ERROR_INVALID, "the connection string cannot be read: %s", what);
    return error_hint(reading->error, "Write it as postgresql://USER@HOST:PORT/DATABASE, "
                                      "service=NAME, mariadb://USER@HOST/DATABASE or sqlite:PATH; "
                                      "@ : / ? and %% in a name are written as %%40 %%3A %%2F %%3F "
                                      "%%25.");
}

/* A name that may be shown: one as parameters have. */
static bool is_plain_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_");

    return length > 0 && length <= LONGEST_SHOWN && name[length] == '\0';
}

static bool refuse_parameter(const struct reading *reading, const char *name)
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

/* --- Parts ------------------------------------------------------------------------------------ */

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* Without percent signs; NULL when one stands for nothing, or for NUL. */
static const char *decode(const struct reading *reading, const char *text, size_t length)
{
    struct strbuf out = STRBUF_INIT;
    const char *copy = NULL;
    bool ok = true;

    for (size_t i = 0; ok && i < length; i++) {
        int high, low;

        if (text[i] != '%') {
            strbuf_add_char(&out, text[i]);
            continue;
        }
        high = length - i > 2 ? hex_value(text[i + 1]) : -1;
        low = high >= 0 ? hex_value(text[i + 2]) : -1;
        ok = low >= 0 && high + low > 0;
        if (ok)
            strbuf_add_char(&out, (char)(high * 16 + low));
        i += 2;
    }
    if (ok)
        copy = strbuf_to_arena(&out, reading->arena);
    else
        refuse(reading, "a % sign is not followed by two hexadecimal digits");
    strbuf_release(&out);
    return copy;
}

static bool is_number(const char *text, unsigned long least, unsigned long most)
{
    size_t length = strspn(text, "0123456789");
    unsigned long value =
        length > 0 && length < 10 && text[length] == '\0' ? strtoul(text, NULL, 10) : 0;

    return value >= least && value <= most && length > 0;
}

static struct dsn_host *host_at(struct reading *reading, size_t index)
{
    while (reading->hosts.count <= index)
        (void)vector_add(&reading->hosts);
    return vector_at(&reading->hosts, index);
}

static bool take_port(struct reading *reading, size_t index, const char *port)
{
    if (index >= MOST_HOSTS)
        return refuse(reading, "it names too many hosts");
    if (*port == '\0')
        return true;
    if (!is_number(port, 1, 65535))
        return refuse(reading, "what follows the host's : is no port (1 to 65535)");
    host_at(reading, index)->port = port;
    return true;
}

static bool take_host(struct reading *reading, size_t index, const char *name)
{
    if (index >= MOST_HOSTS)
        return refuse(reading, "it names too many hosts");
    host_at(reading, index)->name = name;
    return true;
}

/* "a,b" into one call for each. */
static bool take_list(struct reading *reading, const char *value,
                      bool (*take)(struct reading *, size_t, const char *))
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

static bool take_schemas(struct reading *reading, const char *value)
{
    reading->dsn->schemas = arena_words(reading->arena, value, ",", &reading->dsn->schema_count);
    return reading->dsn->schema_count > 0 || refuse(reading, "schema= names none");
}

static bool take_secret(struct reading *reading, const char *value)
{
    size_t length = strcspn(value, ":");

    if (length == 0 || value[length] == '\0' || value[length + 1] == '\0')
        return refuse(reading, "secret= is not of the form ENVIRONMENT:NAME");
    reading->dsn->secret_environment = arena_bytes(reading->arena, value, length);
    reading->dsn->secret_name = arena_text(reading->arena, value + length + 1);
    return true;
}

static bool holds_password(const char *name)
{
    return strcmp(name, "password") == 0 || strcmp(name, "sslpassword") == 0 ||
           strcmp(name, "passwd") == 0 || strcmp(name, "pwd") == 0;
}

static bool take_other(struct reading *reading, const char *name, const char *value)
{
    const char *const *known = known_parameters(reading->dsn->engine);
    struct dsn_parameter *parameter;

    for (size_t i = 0; i < reading->parameters.count; i++) {
        parameter = vector_at(&reading->parameters, i);
        if (strcmp(parameter->name, name) == 0)
            return refuse(reading, "a parameter is there twice");
    }
    for (size_t i = 0; known[i] != NULL; i++) {
        if (strcmp(known[i], name) != 0)
            continue;
        parameter = vector_add(&reading->parameters);
        parameter->name = known[i];
        parameter->value = value;
        return true;
    }
    return refuse_parameter(reading, name);
}

static bool take_parameter(struct reading *reading, const char *name, const char *value)
{
    struct dsn *dsn = reading->dsn;
    bool server = dsn->engine != DSN_SQLITE, postgresql = dsn->engine == DSN_POSTGRESQL;

    if (holds_password(name))
        return refuse_password(reading);
    if (server && strcmp(name, "host") == 0)
        return take_list(reading, value, take_host);
    if (server && strcmp(name, "port") == 0)
        return take_list(reading, value, take_port);
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
        dsn->connect_seconds = is_number(value, 1, MOST_SECONDS) ? (unsigned)atoi(value) : 0;
    else
        return take_other(reading, name, value);
    if (strcmp(name, "connect_timeout") == 0 && dsn->connect_seconds == 0)
        return refuse(reading, "connect_timeout is no number of seconds (1 to 600)");
    return true;
}

/* --- With a scheme ---------------------------------------------------------------------------- */

/* USER@, where a : would begin a password. Whatever stands before the last @ counts, so that a
 * password with an @ in it is seen as one. */
static bool take_user(struct reading *reading, const char *text, size_t length)
{
    if (memchr(text, ':', length) != NULL)
        return refuse_password(reading);
    if (length == 0)
        return true;
    reading->dsn->user = decode(reading, text, length);
    return reading->dsn->user != NULL;
}

static bool take_host_and_port(struct reading *reading, size_t index, const char *text,
                               size_t length)
{
    const char *end = text + length, *colon, *name;

    if (length > 0 && *text == '[') {
        const char *close = memchr(text, ']', length);

        if (close == NULL || (close + 1 < end && close[1] != ':'))
            return refuse(reading, "an IPv6 address is not closed by ]");
        name = arena_bytes(reading->arena, text + 1, (size_t)(close - text - 1));
        colon = close + 1;
    } else {
        colon = memchr(text, ':', length);
        if (colon == NULL)
            colon = end;
        name = decode(reading, text, (size_t)(colon - text));
    }
    if (name == NULL)
        return false;
    if (*name != '\0' && !take_host(reading, index, name))
        return false;
    return colon == end ||
           take_port(reading, index,
                     arena_bytes(reading->arena, colon + 1, (size_t)(end - colon - 1)));
}

static bool take_authority(struct reading *reading, const char *text, size_t length)
{
    const char *end = text + length, *at = memrchr(text, '@', length);

    if (at != NULL && !take_user(reading, text, (size_t)(at - text)))
        return false;
    text = at != NULL ? at + 1 : text;
    for (size_t index = 0; text < end; index++) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        const char *stop = comma != NULL ? comma : end;

        if (!take_host_and_port(reading, index, text, (size_t)(stop - text)))
            return false;
        text = comma != NULL ? comma + 1 : end;
    }
    return true;
}

static bool take_query(struct reading *reading, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "&"), name_length = strcspn(text, "=&");
        const char *name = decode(reading, text, name_length), *value;

        if (name == NULL)
            return false;
        if (name_length == length)
            return refuse(reading, "a parameter has no value (NAME=VALUE)");
        value = decode(reading, text + name_length + 1, length - name_length - 1);
        if (value == NULL || !take_parameter(reading, name, value))
            return false;
        text += length + (text[length] == '&');
    }
    return true;
}

/* user:secr/et@host, user:12?3@host: an @ behind what would be the host, where that goes on with
 * something else than a port and the path has no @ of its own right (it is written %40). */
static bool is_torn_password(const char *text, size_t authority)
{
    const char *colon = memchr(text, ':', authority), *rest = text + authority;
    size_t digits;

    if (colon == NULL || memchr(text, '@', authority) != NULL || strchr(rest, '@') == NULL)
        return false;
    digits = strspn(colon + 1, "0123456789");
    return colon + 1 + digits != rest || memchr(rest, '@', strcspn(rest, "?")) != NULL;
}

static bool read_url(struct reading *reading, const char *text)
{
    size_t authority = strcspn(text, "/?"), path;

    if (is_torn_password(text, authority))
        return refuse_password(reading);
    if (!take_authority(reading, text, authority))
        return false;
    text += authority;
    if (*text == '/') {
        path = strcspn(++text, "?");
        if (path > 0) {
            reading->dsn->database = decode(reading, text, path);
            if (reading->dsn->database == NULL)
                return false;
        }
        text += path;
    }
    return *text == '\0' || take_query(reading, text + 1);
}

static bool read_sqlite(struct reading *reading, const char *text)
{
    size_t length;

    if (strncmp(text, "///", 3) == 0)
        text += 2;
    else if (strncmp(text, "//", 2) == 0)
        return refuse(reading, "sqlite: takes the path of a file of this machine");
    length = strcspn(text, "?");
    if (text[length] == '?')
        return refuse_parameter(reading, text + length);
    if (length == 0)
        return refuse(reading, "sqlite: names no file");
    reading->dsn->path = decode(reading, text, length);
    return reading->dsn->path != NULL;
}

/* --- libpq's keywords ------------------------------------------------------------------------- */

/* 'a b', a\ b: quotes and backslashes as libpq has them. *text goes behind the value. */
static const char *keyword_value(const struct reading *reading, const char **text)
{
    struct strbuf out = STRBUF_INIT;
    const char *at = *text, *value = NULL;
    bool quoted = *at == '\'';

    at += quoted;
    while (*at != '\0' && (quoted ? *at != '\'' : strchr(" \t\r\n", *at) == NULL)) {
        at += *at == '\\' && at[1] != '\0';
        strbuf_add_char(&out, *at++);
    }
    if (quoted && *at != '\'')
        refuse(reading, "a quote is not closed");
    else
        value = strbuf_to_arena(&out, reading->arena);
    *text = at + (quoted && *at == '\'');
    strbuf_release(&out);
    return value;
}

static bool read_keywords(struct reading *reading, const char *text)
{
    static const char blanks[] = " \t\r\n";

    text += strspn(text, blanks);
    while (*text != '\0') {
        size_t length = strcspn(text, "= \t\r\n");
        const char *name = arena_bytes(reading->arena, text, length), *value;

        text += length;
        text += strspn(text, blanks);
        if (*text != '=' || length == 0)
            return refuse(reading, "a keyword has no value (NAME=VALUE)");
        text++;
        text += strspn(text, blanks);
        value = keyword_value(reading, &text);
        if (value == NULL || !take_parameter(reading, name, value))
            return false;
        text += strspn(text, blanks);
    }
    return true;
}

/* --- All of it -------------------------------------------------------------------------------- */

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

/* As it could be written again, as far as it says where the database is. */
static const char *shown(const struct reading *reading)
{
    static const char *const prefixes[] = {
        [DSN_POSTGRESQL] = "postgresql://",
        [DSN_MARIADB] = "mariadb://",
        [DSN_SQLITE] = "sqlite:",
    };
    const struct dsn *dsn = reading->dsn;
    const char *folder = dsn->host_count > 0 ? dsn->hosts[0].name : NULL, *copy;
    const char *socket = dsn_parameter(dsn, "socket");
    struct strbuf out = STRBUF_INIT;

    if (folder != NULL && *folder != '/')
        folder = NULL;
    if (dsn->service != NULL)
        strbuf_printf(&out, "service=%s", dsn->service);
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
        strbuf_printf(&out, "?host=%s", folder);
    if (socket != NULL)
        strbuf_printf(&out, "?socket=%s", socket);
    copy = strbuf_to_arena(&out, reading->arena);
    strbuf_release(&out);
    return copy;
}

static bool check_whole(const struct reading *reading)
{
    const struct dsn *dsn = reading->dsn;

    if (dsn->engine != DSN_MARIADB)
        return true;
    if (dsn->database == NULL)
        return refuse(reading, "it names no database");
    return dsn->host_count <= 1 || refuse(reading, "MariaDB is asked at one host only");
}

bool dsn_read(const char *text, struct arena *arena, struct dsn *out, struct error *error)
{
    const struct scheme *scheme = find_scheme(text);
    struct dsn dsn = { .engine = scheme != NULL ? scheme->engine : DSN_POSTGRESQL };
    struct reading reading = { .arena = arena, .dsn = &dsn, .error = error };
    bool ok;

    if (strlen(text) > LENGTH_LIMIT)
        return error_set(error, ERROR_LIMIT, "a connection string is longer than %d bytes",
                         LENGTH_LIMIT);
    vector_init(&reading.hosts, sizeof(struct dsn_host));
    vector_init(&reading.parameters, sizeof(struct dsn_parameter));
    if (scheme == NULL)
        ok = read_keywords(&reading, text);
    else if (scheme->engine == DSN_SQLITE)
        ok = read_sqlite(&reading, text + strlen(scheme->prefix));
    else
        ok = read_url(&reading, text + strlen(scheme->prefix));
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
