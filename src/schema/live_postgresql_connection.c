#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/library.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/wait.h>

#include "live_postgresql_connection.h"

#define MOST_SETTINGS 48
/* How much longer than the server's own limit we wait for it to say so. */
#define GRACE_MS 5000
/* Of what one statement gives: far beyond any catalog. */
#define BYTES_LIMIT ((size_t)512 << 20)

struct calls {
    __typeof__(PQconnectStartParams) *connect_start;
    __typeof__(PQconnectPoll) *connect_poll;
    __typeof__(PQconnectionNeedsPassword) *needs_password;
    __typeof__(PQconsumeInput) *consume_input;
    __typeof__(PQclear) *clear;
    __typeof__(PQerrorMessage) *error_message;
    __typeof__(PQfinish) *finish;
    __typeof__(PQflush) *flush;
    __typeof__(PQgetisnull) *is_null;
    __typeof__(PQgetlength) *length;
    __typeof__(PQgetResult) *result;
    __typeof__(PQgetvalue) *value;
    __typeof__(PQisBusy) *is_busy;
    __typeof__(PQnfields) *fields;
    __typeof__(PQntuples) *tuples;
    __typeof__(PQresultErrorField) *error_field;
    __typeof__(PQresultStatus) *result_status;
    __typeof__(PQsendQuery) *send;
    __typeof__(PQsendQueryParams) *send_with;
    __typeof__(PQserverVersion) *server_version;
    __typeof__(PQsetNoticeReceiver) *set_notice_receiver;
    __typeof__(PQsetSingleRowMode) *set_single_row;
    __typeof__(PQsetnonblocking) *set_nonblocking;
    __typeof__(PQsocket) *socket;
    __typeof__(PQstatus) *status;
};

/* clang-format off */
static const struct library_function functions[] = {
    LIBRARY_FUNCTION(struct calls, connect_start, PQconnectStartParams),
    LIBRARY_FUNCTION(struct calls, connect_poll, PQconnectPoll),
    LIBRARY_FUNCTION(struct calls, needs_password, PQconnectionNeedsPassword),
    LIBRARY_FUNCTION(struct calls, consume_input, PQconsumeInput),
    LIBRARY_FUNCTION(struct calls, clear, PQclear),
    LIBRARY_FUNCTION(struct calls, error_message, PQerrorMessage),
    LIBRARY_FUNCTION(struct calls, finish, PQfinish),
    LIBRARY_FUNCTION(struct calls, flush, PQflush),
    LIBRARY_FUNCTION(struct calls, is_null, PQgetisnull),
    LIBRARY_FUNCTION(struct calls, length, PQgetlength),
    LIBRARY_FUNCTION(struct calls, result, PQgetResult),
    LIBRARY_FUNCTION(struct calls, value, PQgetvalue),
    LIBRARY_FUNCTION(struct calls, is_busy, PQisBusy),
    LIBRARY_FUNCTION(struct calls, fields, PQnfields),
    LIBRARY_FUNCTION(struct calls, tuples, PQntuples),
    LIBRARY_FUNCTION(struct calls, error_field, PQresultErrorField),
    LIBRARY_FUNCTION(struct calls, result_status, PQresultStatus),
    LIBRARY_FUNCTION(struct calls, send, PQsendQuery),
    LIBRARY_FUNCTION(struct calls, send_with, PQsendQueryParams),
    LIBRARY_FUNCTION(struct calls, server_version, PQserverVersion),
    LIBRARY_FUNCTION(struct calls, set_notice_receiver, PQsetNoticeReceiver),
    LIBRARY_FUNCTION(struct calls, set_single_row, PQsetSingleRowMode),
    LIBRARY_FUNCTION(struct calls, set_nonblocking, PQsetnonblocking),
    LIBRARY_FUNCTION(struct calls, socket, PQsocket),
    LIBRARY_FUNCTION(struct calls, status, PQstatus),
};
/* clang-format on */

static const struct library_plan library_plan = {
    .file = "libpq.so.5",
    .package = "libpq5",
    .purpose = "PostgreSQL databases",
    .functions = functions,
    .count = sizeof functions / sizeof *functions,
    .stays = true, /* what it needs itself runs code when a program ends */
};

struct postgresql {
    struct library *library;
    struct calls calls;
    PGconn *connection;
    const struct progress *progress;
    char *shown;      /* the connection, for messages */
    int64_t patience; /* of one statement, in milliseconds */
    size_t bytes;     /* of the statement that runs */
    bool broken;
    bool hides_data; /* in messages */
};

/* --- What went wrong -------------------------------------------------------------------------- */

/* The library's lines as one, without what it says of where it tried to connect to. */
static void add_message(struct strbuf *out, const char *message)
{
    size_t length = strlen(message);

    while (length > 0 && strchr(" \t\r\n", message[length - 1]) != NULL)
        length--;
    for (size_t i = 0; i < length; i++) {
        if (message[i] == '\n')
            strbuf_add(out, "; ");
        else if (message[i] != '\t')
            strbuf_add_char(out, message[i]);
    }
    if (length == 0)
        strbuf_add(out, "the connection was closed");
}

/* True, so that it can stand in a condition. */
static bool waited_in_vain(const struct postgresql *connection, int why, const char *what,
                           int64_t milliseconds, struct error *error)
{
    if (why == ECANCELED)
        progress_wait(connection->progress, error);
    else if (why == ETIMEDOUT)
        error_set(error, ERROR_NETWORK, "%s: %s: no answer within %lld seconds", connection->shown,
                  what, (long long)(milliseconds / 1000));
    else
        error_errno(error, why, "%s: %s", connection->shown, what);
    if (why == ECANCELED && error != NULL && error->code == ERROR_NONE)
        error_set(error, ERROR_CANCELLED, "Stopped before it was done.");
    return true;
}

/* What a connection that failed has for a message: the library tells no SQLSTATE of it. */
struct connection_sign {
    const char *first, *second; /* both stand in it; NULL: the first is enough */
    const char *hint;
};

/* clang-format off */
static const struct connection_sign connection_signs[] = {
    { "definition of service", NULL, "The service file has no entry of that name: it is ~/.pg_service.conf or what PGSERVICEFILE names, and /etc/postgresql-common/pg_service.conf." },
    { "service file", NULL, "Check the service file: ~/.pg_service.conf or what PGSERVICEFILE names." },
    { "role \"", "does not exist", "The server answers and has no such user: name another one in the address (USER@HOST, user=); without one it is the user of this machine." },
    { "role \"", "not permitted to log in", "The server answers and the role may not log in: take one that has LOGIN." },
    { "database \"", "does not exist", "The server answers and has no such database: `psql -l` lists those it has; without one its name is the user's." },
    { "database \"", "not currently accepting", "The server answers and lets nobody into that database (ALLOW_CONNECTIONS)." },
    { "permission denied for database", NULL, "The server answers; the user needs CONNECT on the database." },
    { "too many", NULL, "The server has no connection left: try again later." },
    { "connection slots", NULL, "The server has no connection left: try again later." },
    { "the database system is", NULL, "The server starts or stops just now: try again when it is up." },
    { "could not translate host name", NULL, "No such host is known: check its name." },
    { "certificate", NULL, "Check sslmode and sslrootcert, and that the certificate is for the name that the address has." },
    { "SSL", NULL, "Check sslmode: what the server offers and what is asked for do not go together." },
    { "on socket", "No such file", "No server has that socket: its file is called after the port (.s.PGSQL.PORT). Check the folder (host=) and the port; servers beside each other have a port each." },
    { "Connection refused", NULL, "The machine answers and nothing listens at that port: check the port, and that the server runs." },
    { "", NULL, "Check that the server runs, its address, and that a firewall lets you through; `psql` with the same address says the same." },
};
/* clang-format on */

static const char *connection_hint(const char *message)
{
    const struct connection_sign *sign = connection_signs;

    while (strstr(message, sign->first) == NULL ||
           (sign->second != NULL && strstr(message, sign->second) == NULL))
        sign++;
    return sign->hint;
}

static bool refuse_connection(const struct postgresql *connection, struct error *error)
{
    const struct calls *calls = &connection->calls;
    struct strbuf text = STRBUF_INIT;
    const char *hint;
    bool password = calls->needs_password(connection->connection) != 0;
    bool denied;

    add_message(&text, calls->error_message(connection->connection));
    denied = password || strstr(text.data, "authentication") != NULL ||
             strstr(text.data, "no pg_hba.conf entry") != NULL;
    error_set(error, denied ? ERROR_DENIED : ERROR_NETWORK, "%s: cannot connect: %s",
              connection->shown, text.data);
    hint = connection_hint(text.data);
    strbuf_release(&text);
    if (password)
        error_hint(error, "Put the password into ~/.pgpass (mode 600), a service file, PGPASSWORD, "
                          "or the project's secrets (secret=ENVIRONMENT:NAME).");
    else if (denied)
        error_hint(error, "Check the user, and what PostgreSQL has for it: ~/.pgpass, "
                          "the project's secret, pg_hba.conf on the server.");
    else
        error_hint(error, "%s", hint);
    return false;
}

struct state_sign {
    const char *state; /* SQLSTATE, or its beginning */
    enum error_code code;
    const char *hint; /* or NULL */
};

static const struct state_sign state_signs[] = {
    {"42501",  ERROR_DENIED,      NULL                                                       },
    { "57014", ERROR_BUSY,        "Give it more time with --timeout, or try again later."    },
    { "55P03", ERROR_BUSY,        "Somebody changes the schema just now: try again."         },
    { "57P0",  ERROR_NETWORK,     "The server was shut down: try again when it is up."       },
    { "53",    ERROR_BUSY,        "The server is short of something: try again later."       },
    { "08",    ERROR_NETWORK,     NULL                                                       },
    { "42883", ERROR_UNSUPPORTED, "PostgreSQL 12 and later have it; relatives of it may not."},
    { "",      ERROR_INVALID,     NULL                                                       },
};

/* Classes of SQLSTATEs in whose messages values stand: of data, and of what SQL raises itself. */
#define DATA_EXCEPTION "22"
#define RAISED         "P0"

/* 'invalid input syntax for type integer: "the value"', with the quotes of any language. */
static void cut_value(struct strbuf *text)
{
    static const char *const quotes[] = { ": ",     "\"",     "'",      "\u00ab",
                                          "\u00bb", "\u201e", "\u201c", "\u2018" };
    size_t length = text->length;

    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        const char *value = strstr(text->data, quotes[i]);

        if (value != NULL && (size_t)(value - text->data) < length)
            length = (size_t)(value - text->data);
    }
    if (length == text->length)
        return;
    while (length > 0 && text->data[length - 1] == ' ')
        length--;
    strbuf_truncate(text, length);
    strbuf_add(text, " …");
}

static void hide_data(struct strbuf *text, const char *state)
{
    if (strncmp(state, DATA_EXCEPTION, 2) == 0) {
        cut_value(text);
    } else if (strncmp(state, RAISED, 2) == 0) {
        strbuf_clear(text);
        strbuf_add(text, "it raises an exception of its own");
    }
}

void postgresql_hide_data(struct postgresql *connection)
{
    connection->hides_data = true;
}

static bool refuse_statement(const struct postgresql *connection, const PGresult *result,
                             const char *what, struct error *error)
{
    const char *state = connection->calls.error_field(result, PG_DIAG_SQLSTATE);
    const char *message = connection->calls.error_field(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = connection->calls.error_field(result, PG_DIAG_MESSAGE_DETAIL);
    const struct state_sign *sign = state_signs;
    struct strbuf text = STRBUF_INIT;

    if (connection->hides_data)
        detail = NULL;
    while (state != NULL && strncmp(state, sign->state, strlen(sign->state)) != 0)
        sign++;
    /* Without a state the library itself complains: the connection is gone. */
    add_message(&text, message != NULL ? message
                                       : connection->calls.error_message(connection->connection));
    if (connection->hides_data && state != NULL)
        hide_data(&text, state);
    error_set(error, state != NULL ? sign->code : ERROR_NETWORK, "%s: %s: %s%s%s%s%s",
              connection->shown, what, text.data, detail != NULL ? ": " : "",
              detail != NULL ? detail : "", state != NULL ? ", SQLSTATE " : "",
              state != NULL ? state : "");
    if (state != NULL && sign->hint != NULL)
        error_hint(error, "%s", sign->hint);
    strbuf_release(&text);
    return false;
}

static bool lose(struct postgresql *connection, const char *what, struct error *error)
{
    struct strbuf text = STRBUF_INIT;

    add_message(&text, connection->calls.error_message(connection->connection));
    connection->broken = true;
    error_set(error, ERROR_NETWORK, "%s: %s: the connection was lost: %s", connection->shown, what,
              text.data);
    strbuf_release(&text);
    return error_hint(error, "Try again; the server's log says why it ended.");
}

/* --- Connecting ------------------------------------------------------------------------------- */

struct setting_list {
    const char *names[MOST_SETTINGS], *values[MOST_SETTINGS];
    size_t count;
};

static void set(struct setting_list *list, const char *name, const char *value)
{
    if (value == NULL || list->count + 1 >= MOST_SETTINGS)
        return;
    list->names[list->count] = name;
    list->values[list->count++] = value;
}

static const char *join_hosts(const struct dsn *dsn, bool ports, struct arena *arena)
{
    struct strbuf out = STRBUF_INIT;
    const char *copy = NULL;
    bool any = false;

    for (size_t i = 0; i < dsn->host_count; i++) {
        const char *item = ports ? dsn->hosts[i].port : dsn->hosts[i].name;

        strbuf_printf(&out, "%s%s", i > 0 ? "," : "", item != NULL ? item : "");
        any = any || item != NULL;
    }
    if (any)
        copy = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return copy;
}

static void choose_settings(const struct dsn *dsn, const struct live_options *options,
                            const struct postgresql_address *address, struct arena *arena,
                            struct setting_list *list)
{
    bool own = address->host != NULL;

    set(list, "service", dsn->service);
    set(list, "host", own ? address->host : join_hosts(dsn, false, arena));
    set(list, "hostaddr", own ? address->hostaddr : NULL);
    set(list, "port", own ? address->port : join_hosts(dsn, true, arena));
    set(list, "user", dsn->user);
    set(list, "dbname", dsn->database);
    set(list, "password", options != NULL ? options->password : NULL);
    for (size_t i = 0; i < dsn->parameter_count; i++)
        set(list, dsn->parameters[i].name, dsn->parameters[i].value);
    set(list, "application_name", "pilab");
    set(list, "client_encoding", "UTF8");
}

/* What the server remarks on the way is not for our standard error. */
static void ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static bool connect_until(struct postgresql *connection, int64_t milliseconds, struct error *error)
{
    const struct calls *calls = &connection->calls;
    int64_t until = clock_monotonic() + milliseconds;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;

    while (state != PGRES_POLLING_OK) {
        int64_t left = until - clock_monotonic();
        int why;

        if (state == PGRES_POLLING_FAILED)
            return refuse_connection(connection, error);
        why = wait_for_descriptor(calls->socket(connection->connection),
                                  state == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                                  left > 0 ? (int)left : 0, connection->progress);
        if (why != 0 && waited_in_vain(connection, why, "connecting", milliseconds, error)) {
            if (why == ETIMEDOUT)
                error_hint(error, "Something takes the connection and does not speak: check the "
                                  "address and the port; connect_timeout=SECONDS waits longer.");
            return false;
        }
        state = calls->connect_poll(connection->connection);
    }
    return true;
}

static bool check_version(const struct postgresql *connection, struct error *error)
{
    unsigned version = postgresql_version(connection);

    if (version >= POSTGRESQL_LEAST_VERSION)
        return true;
    return error_set(error, ERROR_UNSUPPORTED,
                     "%s: its version is %u.%u; the catalog is read from PostgreSQL 12 on",
                     connection->shown, version / 10000, version % 10000);
}

static bool start(struct postgresql *connection, const struct dsn *dsn,
                  const struct live_options *options, struct error *error)
{
    unsigned seconds = dsn->connect_seconds > 0 ? dsn->connect_seconds : LIVE_CONNECT_SECONDS;
    struct setting_list list = { .count = 0 };
    struct postgresql_address address;
    struct arena *arena = arena_new();
    bool ok =
        postgresql_address(dsn, (int)seconds * 1000, connection->progress, arena, &address, error);

    if (ok) {
        choose_settings(dsn, options, &address, arena, &list);
        connection->connection = connection->calls.connect_start(list.names, list.values, 0);
        if (connection->connection == NULL)
            memory_exhausted();
        ok = connection->calls.status(connection->connection) != CONNECTION_BAD ||
             refuse_connection(connection, error);
    }
    if (ok) {
        connection->calls.set_notice_receiver(connection->connection, ignore_notice, NULL);
        ok = connect_until(connection, (int64_t)seconds * 1000, error);
    }
    arena_free(&arena);
    return ok && check_version(connection, error);
}

struct postgresql *postgresql_open(const struct dsn *dsn, const struct live_options *options,
                                   const struct progress *progress, struct error *error)
{
    struct postgresql *connection = memory_new(sizeof *connection);
    unsigned seconds = options != NULL && options->statement_seconds > 0
                           ? options->statement_seconds
                           : LIVE_STATEMENT_SECONDS;

    connection->progress = progress;
    connection->shown = memory_copy_text(dsn->shown);
    connection->patience = (int64_t)seconds * 1000 + GRACE_MS;
    if (!library_open(&library_plan, &connection->library, &connection->calls, error) ||
        !start(connection, dsn, options, error))
        postgresql_close(&connection);
    return connection;
}

void postgresql_close(struct postgresql **out)
{
    struct postgresql *connection = *out;

    if (connection == NULL)
        return;
    *out = NULL;
    if (connection->connection != NULL)
        connection->calls.finish(connection->connection);
    library_close(&connection->library);
    free(connection->shown);
    free(connection);
}

unsigned postgresql_version(const struct postgresql *connection)
{
    return (unsigned)connection->calls.server_version(connection->connection);
}

/* --- Statements ------------------------------------------------------------------------------- */

struct run {
    const char *what;
    postgresql_row *row;
    void *context;
    int64_t until;
};

/* Until the library has an answer, or all of what was asked is on its way. */
static bool exchange(struct postgresql *connection, const struct run *run, bool sending,
                     struct error *error)
{
    const struct calls *calls = &connection->calls;

    for (;;) {
        int unsent = calls->flush(connection->connection);
        int64_t left = run->until - clock_monotonic();
        int why;

        if (unsent < 0)
            return lose(connection, run->what, error);
        if (sending ? unsent == 0 : calls->is_busy(connection->connection) == 0)
            return true;
        why = wait_for_descriptor(calls->socket(connection->connection),
                                  (short)(unsent > 0 ? POLLIN | POLLOUT : POLLIN),
                                  left > 0 ? (int)left : 0, connection->progress);
        if (why != 0) {
            connection->broken = true;
            waited_in_vain(connection, why, run->what, connection->patience, error);
            return false;
        }
        if (calls->consume_input(connection->connection) == 0)
            return lose(connection, run->what, error);
    }
}

static bool give_row(struct postgresql *connection, const struct run *run, const PGresult *result,
                     struct error *error)
{
    const struct calls *calls = &connection->calls;
    const char *values[32];
    int fields = calls->fields(result);

    if (fields > (int)(sizeof values / sizeof *values))
        return error_set(error, ERROR_INTERNAL, "%s gives too many columns", run->what);
    for (int i = 0; i < fields; i++) {
        values[i] = calls->is_null(result, 0, i) ? NULL : calls->value(result, 0, i);
        connection->bytes += (size_t)calls->length(result, 0, i);
    }
    if (connection->bytes > BYTES_LIMIT)
        return error_set(error, ERROR_LIMIT, "%s: %s: more than %zu MiB came", connection->shown,
                         run->what, BYTES_LIMIT >> 20);
    return run->row == NULL || run->row(run->context, values, (size_t)fields, error);
}

static bool take_result(struct postgresql *connection, const struct run *run,
                        const PGresult *result, struct error *error)
{
    switch (connection->calls.result_status(result)) {
    case PGRES_SINGLE_TUPLE:
        return give_row(connection, run, result, error);
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        return true;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        connection->broken = true;
        return error_set(error, ERROR_UNSUPPORTED, "%s: %s: COPY is not run here",
                         connection->shown, run->what);
    default:
        return refuse_statement(connection, result, run->what, error);
    }
}

/* All results are taken, so that the next statement can be sent; of those after a failure nothing
 * more is told. */
static bool take_results(struct postgresql *connection, const struct run *run, struct error *error)
{
    bool ok = true;

    for (;;) {
        PGresult *result;

        if (!exchange(connection, run, false, ok ? error : NULL))
            return false;
        result = connection->calls.result(connection->connection);
        if (result == NULL)
            return ok;
        ok = take_result(connection, run, result, ok ? error : NULL) && ok;
        connection->calls.clear(result);
        if (connection->broken)
            return false;
    }
}

static bool send(struct postgresql *connection, const char *sql, const char *parameter, bool with)
{
    const char *const values[] = { parameter };

    if (!with)
        return connection->calls.send(connection->connection, sql) == 1;
    return connection->calls.send_with(connection->connection, sql, 1, NULL, values, NULL, NULL,
                                       0) == 1;
}

static bool run_statement(struct postgresql *connection, const struct run *run, const char *sql,
                          const char *parameter, bool with, struct error *error)
{
    if (connection->broken)
        return error_set(error, ERROR_NETWORK, "%s: %s: the connection was lost before",
                         connection->shown, run->what);
    connection->bytes = 0;
    if (connection->calls.set_nonblocking(connection->connection, 1) != 0 ||
        !send(connection, sql, parameter, with))
        return lose(connection, run->what, error);
    connection->calls.set_single_row(connection->connection);
    return exchange(connection, run, true, error) && take_results(connection, run, error);
}

bool postgresql_run(struct postgresql *connection, const char *what, const char *sql,
                    postgresql_row *row, void *context, struct error *error)
{
    const struct run run = { what, row, context, clock_monotonic() + connection->patience };

    return run_statement(connection, &run, sql, NULL, false, error);
}

bool postgresql_ask(struct postgresql *connection, const char *what, const char *sql,
                    const char *parameter, postgresql_row *row, void *context, struct error *error)
{
    const struct run run = { what, row, context, clock_monotonic() + connection->patience };

    return run_statement(connection, &run, sql, parameter, true, error);
}
