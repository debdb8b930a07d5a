#include "live_mariadb_connection.h"

#include "live_mariadb_failure.h"
#include "live_mariadb_greeting.h"

#include <errno.h>
#include <mysql.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <pilab/base/clock.h>
#include <pilab/base/library.h>
#include <pilab/base/lookup.h>
#include <pilab/base/memory.h>
#include <pilab/base/wait.h>

/* How much longer than the server's own limit we wait for it to say so. */
#define GRACE_MS    5000
#define USUAL_PORT  "3306"
#define BYTES_LIMIT ((size_t)512 << 20)
/* Steps that a call which is given up may still take to put everything away. */
#define MOST_LAST_STEPS 100
/* Much more than a greeting has before it says whether TLS is offered. */
#define GREETING_LIMIT 512
#define GREETING_PAUSE 5 /* milliseconds, where it comes in pieces */

struct calls {
    __typeof__(mysql_init) *init;
    __typeof__(mysql_optionsv) *set_option;
    __typeof__(mysql_real_connect_start) *connect_start;
    __typeof__(mysql_real_connect_cont) *connect_go_on;
    __typeof__(mysql_real_query_start) *query_start;
    __typeof__(mysql_real_query_cont) *query_go_on;
    __typeof__(mysql_store_result_start) *store_start;
    __typeof__(mysql_store_result_cont) *store_go_on;
    __typeof__(mysql_fetch_row) *fetch_row;
    __typeof__(mysql_fetch_lengths) *fetch_lengths;
    __typeof__(mysql_num_fields) *field_count;
    __typeof__(mysql_free_result) *free_result;
    __typeof__(mysql_errno) *error_number;
    __typeof__(mysql_error) *error_text;
    __typeof__(mysql_close) *close;
    __typeof__(mysql_get_socket) *socket;
    __typeof__(mysql_get_timeout_value_ms) *timeout;
    __typeof__(mysql_get_server_info) *server_info;
    __typeof__(mysql_get_ssl_cipher) *cipher;
};

/* clang-format off */
static const struct library_function functions[] = {
    LIBRARY_FUNCTION(struct calls, init, mysql_init),
    LIBRARY_FUNCTION(struct calls, set_option, mysql_optionsv),
    LIBRARY_FUNCTION(struct calls, connect_start, mysql_real_connect_start),
    LIBRARY_FUNCTION(struct calls, connect_go_on, mysql_real_connect_cont),
    LIBRARY_FUNCTION(struct calls, query_start, mysql_real_query_start),
    LIBRARY_FUNCTION(struct calls, query_go_on, mysql_real_query_cont),
    LIBRARY_FUNCTION(struct calls, store_start, mysql_store_result_start),
    LIBRARY_FUNCTION(struct calls, store_go_on, mysql_store_result_cont),
    LIBRARY_FUNCTION(struct calls, fetch_row, mysql_fetch_row),
    LIBRARY_FUNCTION(struct calls, fetch_lengths, mysql_fetch_lengths),
    LIBRARY_FUNCTION(struct calls, field_count, mysql_num_fields),
    LIBRARY_FUNCTION(struct calls, free_result, mysql_free_result),
    LIBRARY_FUNCTION(struct calls, error_number, mysql_errno),
    LIBRARY_FUNCTION(struct calls, error_text, mysql_error),
    LIBRARY_FUNCTION(struct calls, close, mysql_close),
    LIBRARY_FUNCTION(struct calls, socket, mysql_get_socket),
    LIBRARY_FUNCTION(struct calls, timeout, mysql_get_timeout_value_ms),
    LIBRARY_FUNCTION(struct calls, server_info, mysql_get_server_info),
    LIBRARY_FUNCTION(struct calls, cipher, mysql_get_ssl_cipher),
};
/* clang-format on */

static const struct library_plan library_plan = {
    .file = "libmariadb.so.3",
    .package = "libmariadb3",
    .purpose = "MariaDB and MySQL databases",
    .functions = functions,
    .count = sizeof functions / sizeof *functions,
    .stays = true, /* what it needs itself runs code when a program ends */
};

struct mariadb {
    struct library *library;
    struct calls calls;
    MYSQL *connection;
    const struct progress *progress;
    char *shown;
    int64_t patience; /* of one statement, in milliseconds */
    bool broken;
};

/* How far it is in a call, and until when. */
struct wait {
    int64_t until, milliseconds;
    int why;      /* it was given up: ECANCELED, ETIMEDOUT, WITHOUT_TLS, … */
    bool suspect; /* nobody is told who we are before TLS is offered */
    enum mariadb_silence silence;
};

#define WITHOUT_TLS EPROTO

/* --- What went wrong -------------------------------------------------------------------------- */

static bool refuse(struct mariadb *connection, const char *what, struct error *error)
{
    unsigned number = connection->calls.error_number(connection->connection);
    const char *words = connection->calls.error_text(connection->connection);
    struct mariadb_failure failure = mariadb_failure_of(number, words);

    if (failure.code == ERROR_NETWORK)
        connection->broken = true;
    error_set(error, failure.code, "%s: %s: %s (error %u)", connection->shown, what, words, number);
    if (failure.hint != NULL)
        error_hint(error, "%s", failure.hint);
    return false;
}

static bool refuse_openly(struct mariadb *connection, struct error *error)
{
    error_set(error, ERROR_NETWORK,
              "%s: the server does not speak TLS, and sslmode=require asks for it",
              connection->shown);
    return error_hint(error, "Let the server have a certificate; sslmode=prefer does without TLS "
                             "where there is none.");
}

static bool is_connected(const struct mariadb *connection)
{
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;

    return getpeername(connection->calls.socket(connection->connection), (struct sockaddr *)&peer,
                       &length) == 0;
}

static bool give_up(struct mariadb *connection, const struct wait *wait, const char *what,
                    struct error *error)
{
    connection->broken = true;
    if (wait->why == ETIMEDOUT) {
        error_set(error, ERROR_NETWORK, "%s: %s: no answer within %lld seconds", connection->shown,
                  what, (long long)(wait->milliseconds / 1000));
        return error_hint(error, "%s", mariadb_silence_hint(wait->silence));
    }
    if (wait->why == WITHOUT_TLS)
        return refuse_openly(connection, error);
    if (wait->why != ECANCELED)
        return error_errno(error, wait->why, "%s: %s", connection->shown, what);
    if (progress_wait(connection->progress, error))
        error_set(error, ERROR_CANCELLED, "Stopped before it was done.");
    return false;
}

/* --- Waiting ---------------------------------------------------------------------------------- */

/* What the server has said so far stays where the library will read it. */
static enum mariadb_greeting peek(int socket)
{
    unsigned char bytes[GREETING_LIMIT];
    ssize_t got = recv(socket, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    enum mariadb_greeting greeting;

    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? MARIADB_GREETING_CUT : MARIADB_GREETING_OTHER;
    greeting = mariadb_greeting_read(bytes, (size_t)got);
    return greeting == MARIADB_GREETING_CUT && (got == 0 || got == sizeof bytes)
               ? MARIADB_GREETING_OTHER
               : greeting;
}

/* Until it is known whether the server offers TLS. What is wrong with the connection itself is the
 * library's to say: 0 then. */
static int await_tls(const struct mariadb *connection, const struct wait *wait)
{
    int socket = connection->calls.socket(connection->connection), why = 0;
    enum mariadb_greeting greeting;

    if (!is_connected(connection))
        return 0;
    while (why == 0 && (greeting = peek(socket)) != MARIADB_GREETING_TLS) {
        int64_t left = wait->until - clock_monotonic();

        if (greeting == MARIADB_GREETING_OTHER)
            return 0;
        if (greeting == MARIADB_GREETING_OPEN)
            return WITHOUT_TLS;
        why = wait_for_descriptor(socket, POLLIN, left > 0 ? (int)left : 0, connection->progress);
        /* Only a part of it is there, which poll(2) would tell again and again. */
        if (why == 0 && peek(socket) == MARIADB_GREETING_CUT &&
            wait_for_descriptor(socket, 0, GREETING_PAUSE, connection->progress) == 0)
            return 0;
    }
    return why;
}

/* What has come of what the library waits for. Once it is given up, that is always its time limit:
 * so it puts away what it has begun, and returns. */
static int wait_for(struct mariadb *connection, struct wait *wait, int status)
{
    int64_t left = wait->until - clock_monotonic(), own = left;
    short events = (short)((status & MYSQL_WAIT_READ ? POLLIN : 0) |
                           (status & MYSQL_WAIT_WRITE ? POLLOUT : 0) |
                           (status & MYSQL_WAIT_EXCEPT ? POLLPRI : 0));
    int why;

    if (wait->why != 0)
        return MYSQL_WAIT_TIMEOUT;
    if (status & MYSQL_WAIT_TIMEOUT)
        own = connection->calls.timeout(connection->connection);
    if (own > left)
        own = left;
    why = wait_for_descriptor(connection->calls.socket(connection->connection), events,
                              own > 0 ? (int)own : 0, connection->progress);
    if (why == 0 && wait->suspect) {
        wait->suspect = false;
        why = await_tls(connection, wait);
    }
    if (why == 0)
        return status & (MYSQL_WAIT_READ | MYSQL_WAIT_WRITE | MYSQL_WAIT_EXCEPT);
    wait->why = why;
    if (wait->silence == MARIADB_SILENT_ADDRESS && is_connected(connection))
        wait->silence = MARIADB_SILENT_PORT;
    return MYSQL_WAIT_TIMEOUT;
}

static struct wait begin_wait(int64_t milliseconds, enum mariadb_silence silence)
{
    return (struct wait){ .until = clock_monotonic() + milliseconds,
                          .milliseconds = milliseconds,
                          .silence = silence };
}

/* --- Connecting ------------------------------------------------------------------------------- */

static bool is(const char *value, const char *word)
{
    return value != NULL && strcmp(value, word) == 0;
}

/* libpq's words: the same for both servers. On a network it is tried without being asked for;
 * a socket of this machine needs none. */
static bool choose_tls(struct mariadb *connection, const struct dsn *dsn, bool network,
                       struct error *error)
{
    const char *mode = dsn_parameter(dsn, "sslmode");
    my_bool yes = 1;

    if (mode == NULL)
        mode = network ? "prefer" : "disable";
    if (!is(mode, "disable") && !is(mode, "prefer") && !is(mode, "require") &&
        !is(mode, "verify-full")) {
        error_set(error, ERROR_INVALID, "%s: sslmode is none that is known here",
                  connection->shown);
        return error_hint(error, "It is disable, prefer, require or verify-full.");
    }
    if (!is(mode, "disable"))
        connection->calls.set_option(connection->connection, MYSQL_OPT_SSL_ENFORCE, &yes);
    if (is(mode, "verify-full"))
        connection->calls.set_option(connection->connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT,
                                     &yes);
    return true;
}

static void choose_files(struct mariadb *connection, const struct dsn *dsn)
{
    static const struct {
        const char *name;
        enum mysql_option option;
    } files[] = {
        {"sslrootcert",    MYSQL_OPT_SSL_CA       },
        { "sslcert",       MYSQL_OPT_SSL_CERT     },
        { "sslkey",        MYSQL_OPT_SSL_KEY      },
        { "defaults_file", MYSQL_READ_DEFAULT_FILE},
    };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *value = dsn_parameter(dsn, files[i].name);

        if (value != NULL)
            connection->calls.set_option(connection->connection, files[i].option, value);
    }
}

static bool choose_options(struct mariadb *connection, const struct dsn *dsn, bool network,
                           unsigned seconds, struct error *error)
{
    const struct calls *calls = &connection->calls;
    MYSQL *mysql = connection->connection;
    unsigned no = 0;

    calls->set_option(mysql, MYSQL_OPT_NONBLOCK, NULL);
    calls->set_option(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    calls->set_option(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    calls->set_option(mysql, MYSQL_READ_DEFAULT_GROUP, "pilab");
    calls->set_option(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "pilab");
    choose_files(connection, dsn);
    /* Whatever the files say: no statement makes us send a file of ours. */
    calls->set_option(mysql, MYSQL_OPT_LOCAL_INFILE, &no);
    return choose_tls(connection, dsn, network, error);
}

/* The library looks names up without a limit: it gets an address, unless a certificate has to be of
 * the name. Then at least it was found before. In the arena; NULL with an error. */
static const char *find_address(struct mariadb *connection, const struct dsn *dsn, const char *port,
                                unsigned seconds, struct arena *arena, struct error *error)
{
    const char *name = dsn->hosts[0].name;
    struct addrinfo *addresses =
        lookup_host(name, port, (int)seconds * 1000, connection->progress, error);
    char text[NI_MAXHOST];

    if (addresses == NULL)
        return NULL;
    if (!is(dsn_parameter(dsn, "sslmode"), "verify-full") &&
        getnameinfo(addresses->ai_addr, addresses->ai_addrlen, text, sizeof text, NULL, 0,
                    NI_NUMERICHOST) == 0)
        name = arena_text(arena, text);
    freeaddrinfo(addresses);
    return name;
}

/* Asked for TLS, the library does without it where the server offers none, unless it checks
 * certificates too; so its first wait, for the connection, lasts until the server has said what it
 * offers, and the library is not let to go on when that is no TLS. A server that greets before the
 * library can wait at all is on this machine: it is refused afterwards. */
static bool connect_to(struct mariadb *connection, const struct dsn *dsn,
                       const struct live_options *options, const char *host, const char *port,
                       unsigned seconds, struct error *error)
{
    const struct calls *calls = &connection->calls;
    const char *password = options != NULL ? options->password : NULL;
    struct wait wait = begin_wait((int64_t)seconds * 1000, MARIADB_SILENT_ADDRESS);
    bool required = is(dsn_parameter(dsn, "sslmode"), "require");
    MYSQL *answer = NULL;
    int status = calls->connect_start(&answer, connection->connection, host, dsn->user, password,
                                      dsn->database, (unsigned)strtoul(port, NULL, 10),
                                      host == NULL ? dsn_parameter(dsn, "socket") : NULL, 0);

    wait.suspect = required;
    for (int last = 0; status != 0 && last < MOST_LAST_STEPS; last += wait.why != 0)
        status = calls->connect_go_on(&answer, connection->connection,
                                      wait_for(connection, &wait, status));
    if (wait.why != 0)
        return give_up(connection, &wait, "connecting", error);
    if (answer == NULL)
        return refuse(connection, "cannot connect", error);
    if (required && calls->cipher(connection->connection) == NULL)
        return refuse_openly(connection, error);
    return true;
}

static bool start(struct mariadb *connection, const struct dsn *dsn,
                  const struct live_options *options, struct error *error)
{
    unsigned seconds = dsn->connect_seconds > 0 ? dsn->connect_seconds : LIVE_CONNECT_SECONDS;
    const struct dsn_host *named = dsn->host_count > 0 ? dsn->hosts : NULL;
    const char *port = named != NULL && named->port != NULL ? named->port : USUAL_PORT;
    /* As everywhere with these servers: "localhost" alone is its socket. */
    bool network = named != NULL && named->name != NULL &&
                   (strcmp(named->name, "localhost") != 0 || named->port != NULL);
    struct arena *arena = arena_new();
    const char *host = NULL;
    bool ok = true;

    connection->connection = connection->calls.init(NULL);
    if (connection->connection == NULL)
        memory_exhausted();
    if (network) {
        host = find_address(connection, dsn, port, seconds, arena, error);
        ok = host != NULL;
    }
    ok = ok && choose_options(connection, dsn, network, seconds, error) &&
         connect_to(connection, dsn, options, host, port, seconds, error);
    arena_free(&arena);
    return ok;
}

struct mariadb *mariadb_open(const struct dsn *dsn, const struct live_options *options,
                             const struct progress *progress, struct error *error)
{
    struct mariadb *connection = memory_new(sizeof *connection);
    unsigned seconds = options != NULL && options->statement_seconds > 0
                           ? options->statement_seconds
                           : LIVE_STATEMENT_SECONDS;

    connection->progress = progress;
    connection->shown = memory_copy_text(dsn->shown);
    connection->patience = (int64_t)seconds * 1000 + GRACE_MS;
    if (!library_open(&library_plan, &connection->library, &connection->calls, error) ||
        !start(connection, dsn, options, error))
        mariadb_close(&connection);
    return connection;
}

void mariadb_close(struct mariadb **out)
{
    struct mariadb *connection = *out;

    if (connection == NULL)
        return;
    *out = NULL;
    if (connection->connection != NULL) {
        /* It says good-bye, which must not wait for a server that is silent. */
        if (connection->broken && connection->calls.socket(connection->connection) >= 0)
            shutdown(connection->calls.socket(connection->connection), SHUT_RDWR);
        connection->calls.close(connection->connection);
    }
    library_close(&connection->library);
    free(connection->shown);
    free(connection);
}

const char *mariadb_version(const struct mariadb *connection)
{
    return connection->calls.server_info(connection->connection);
}

bool mariadb_is_mariadb(const struct mariadb *connection)
{
    return strstr(mariadb_version(connection), "MariaDB") != NULL;
}

/* --- Statements ------------------------------------------------------------------------------- */

static bool give_rows(struct mariadb *connection, const char *what, MYSQL_RES *result,
                      mariadb_row *row, void *context, struct error *error)
{
    const struct calls *calls = &connection->calls;
    unsigned count = calls->field_count(result);
    size_t bytes = 0;
    MYSQL_ROW values;

    while ((values = calls->fetch_row(result)) != NULL) {
        const unsigned long *lengths = calls->fetch_lengths(result);

        for (unsigned i = 0; i < count; i++)
            bytes += lengths[i];
        if (bytes > BYTES_LIMIT)
            return error_set(error, ERROR_LIMIT, "%s: %s: more than %zu MiB came",
                             connection->shown, what, BYTES_LIMIT >> 20);
        if (row != NULL && !row(context, (const char *const *)values, count, error))
            return false;
    }
    return true;
}

bool mariadb_run(struct mariadb *connection, const char *what, const char *sql, mariadb_row *row,
                 void *context, struct error *error)
{
    const struct calls *calls = &connection->calls;
    struct wait wait = begin_wait(connection->patience, MARIADB_SILENT_STATEMENT);
    MYSQL_RES *result = NULL;
    int failed = 0, status;
    bool ok;

    if (connection->broken)
        return error_set(error, ERROR_NETWORK, "%s: %s: the connection was lost before",
                         connection->shown, what);
    status = calls->query_start(&failed, connection->connection, sql, strlen(sql));
    for (int last = 0; status != 0 && last < MOST_LAST_STEPS; last += wait.why != 0)
        status = calls->query_go_on(&failed, connection->connection,
                                    wait_for(connection, &wait, status));
    if (failed == 0 && wait.why == 0) {
        status = calls->store_start(&result, connection->connection);
        for (int last = 0; status != 0 && last < MOST_LAST_STEPS; last += wait.why != 0)
            status = calls->store_go_on(&result, connection->connection,
                                        wait_for(connection, &wait, status));
    }
    if (wait.why != 0)
        ok = give_up(connection, &wait, what, error);
    else if (failed != 0 || (result == NULL && calls->error_number(connection->connection) != 0))
        ok = refuse(connection, what, error);
    else
        ok = result == NULL || give_rows(connection, what, result, row, context, error);
    if (result != NULL)
        calls->free_result(result);
    return ok;
}
