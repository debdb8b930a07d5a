#include "live_mariadb_failure.h"

#include <mysqld_error.h>
#include <stddef.h>
#include <string.h>

/* The library's own (errmsg.h), and what only MySQL's header has. */
#define CR_FIRST            2000
#define CR_SOCKET           2002
#define CR_HOST             2003
#define CR_UNKNOWN_HOST     2005
#define CR_GONE             2006
#define CR_VERSION          2007
#define CR_HANDSHAKE        2012
#define CR_LOST             2013
#define CR_TLS              2026
#define CR_MALFORMED        2027
#define CR_LOAD_PLUGIN      2059
#define CR_PLUGIN           2061
#define CR_LAST             2999
#define MYSQL_QUERY_TIMEOUT 3024
#define MYSQL_NEEDS_TLS     3159

struct sign {
    unsigned first, last;
    const char *words; /* that stand in its text; NULL: whatever it says */
    enum error_code code;
    const char *hint;
};

#define PASSWORD_HINT                                                                              \
    "Put the password into ~/.my.cnf ([client], mode 600), MYSQL_PWD, or the project's secrets "   \
    "(secret=ENVIRONMENT:NAME), and check the user."
#define TIME_HINT "Give it more time with --timeout, or try again later."
#define TLS_HINT                                                                                   \
    "The server answers and lets nobody in without TLS: ask for it with sslmode=require, or "      \
    "sslmode=verify-full and sslrootcert=FILE."
#define ENDED_HINT                                                                                 \
    "The server ended the connection: it may be stopping, have no room left, or not let this "     \
    "machine in; its log says why."

/* The first that fits. In parentheses are the system's numbers, as the library writes them: 2
 * ENOENT, 13 EACCES, 101 ENETUNREACH, 110 ETIMEDOUT, 111 ECONNREFUSED, 113 EHOSTUNREACH. */
/* clang-format off */
static const struct sign signs[] = {
    { CR_SOCKET, CR_HOST, "socket '", ERROR_NETWORK, "No server has that socket: check that it runs, and socket=FILE; mariadb://USER@127.0.0.1 goes over the network instead." },
    { CR_SOCKET, CR_HOST, "(111)", ERROR_NETWORK, "The machine answers and nothing listens at that port: check the port, that the server runs, and its bind-address." },
    { CR_SOCKET, CR_HOST, "(101)", ERROR_NETWORK, "There is no way to that address from here: check the address, the network and the VPN." },
    { CR_SOCKET, CR_HOST, "(113)", ERROR_NETWORK, "There is no way to that address from here: check the address, the network and the VPN." },
    { CR_SOCKET, CR_HOST, NULL, ERROR_NETWORK, "Nothing answers there: check the address and the port, and that a firewall lets you through." },
    { CR_UNKNOWN_HOST, CR_UNKNOWN_HOST, NULL, ERROR_NETWORK, "No such host is known: check its name." },
    { CR_VERSION, CR_VERSION, NULL, ERROR_NETWORK, "What answers there is no MariaDB or MySQL: check the port." },
    { CR_HANDSHAKE, CR_HANDSHAKE, NULL, ERROR_NETWORK, "What answers there does not begin as MariaDB or MySQL do: check the port." },
    { CR_MALFORMED, CR_MALFORMED, NULL, ERROR_NETWORK, "What answers there is no MariaDB or MySQL: check the port." },
    { CR_TLS, CR_TLS, "certificate", ERROR_NETWORK, "Check sslrootcert, and that the certificate is for the name that the address has; sslmode=require does not look at it." },
    { CR_TLS, CR_TLS, NULL, ERROR_NETWORK, "Check sslmode: what the server offers and what is asked for do not go together." },
    { CR_LOAD_PLUGIN, CR_PLUGIN, NULL, ERROR_DENIED, "The client library does not know how this user logs in: give the user a password by mysql_native_password or ed25519, or take another user." },
    { CR_GONE, CR_GONE, NULL, ERROR_NETWORK, ENDED_HINT },
    { CR_LOST, CR_LOST, NULL, ERROR_NETWORK, ENDED_HINT },
    { CR_FIRST, CR_LAST, NULL, ERROR_NETWORK, "Check that the server runs, and its address." },
    { ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, "using password: NO", ERROR_DENIED, PASSWORD_HINT },
    { ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, NULL, ERROR_DENIED, "The server answers and does not take that user with that password from this machine: check both (~/.my.cnf, MYSQL_PWD, the project's secret); a user with REQUIRE SSL needs sslmode=require." },
    { ER_ACCESS_DENIED_NO_PASSWORD_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR, NULL, ERROR_DENIED, "That user logs in only as the user of that name on the server's machine: take one that has a password." },
    { ER_DBACCESS_DENIED_ERROR, ER_DBACCESS_DENIED_ERROR, NULL, ERROR_DENIED, "The server answers; the user has no right to that database, if there is one of that name: check it, or GRANT the user SELECT on it." },
    { ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR, NULL, ERROR_DENIED, NULL },
    { ER_SPECIFIC_ACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR, NULL, ERROR_DENIED, NULL },
    { ER_HOST_NOT_PRIVILEGED, ER_HOST_NOT_PRIVILEGED, NULL, ERROR_DENIED, "The server answers and has no user for this machine: it needs one whose host is this machine's, or %." },
    { ER_HOST_IS_BLOCKED, ER_HOST_IS_BLOCKED, NULL, ERROR_DENIED, "The server has shut this machine out after too many failures: FLUSH HOSTS on the server lets it in again." },
    { ER_MUST_CHANGE_PASSWORD, ER_MUST_CHANGE_PASSWORD, NULL, ERROR_DENIED, "The password has expired: set a new one, and put it where this one is kept." },
    { ER_MUST_CHANGE_PASSWORD_LOGIN, ER_MUST_CHANGE_PASSWORD_LOGIN, NULL, ERROR_DENIED, "The password has expired: set a new one, and put it where this one is kept." },
    { ER_ACCOUNT_HAS_BEEN_LOCKED, ER_ACCOUNT_HAS_BEEN_LOCKED, NULL, ERROR_DENIED, "The user is locked on the server: take another one, or ALTER USER ... ACCOUNT UNLOCK." },
    { MYSQL_NEEDS_TLS, MYSQL_NEEDS_TLS, NULL, ERROR_DENIED, TLS_HINT },
    { ER_BAD_DB_ERROR, ER_BAD_DB_ERROR, NULL, ERROR_NOT_FOUND, "The server answers and has no such database: SHOW DATABASES lists those that the user may see." },
    { ER_LOCK_WAIT_TIMEOUT, ER_LOCK_WAIT_TIMEOUT, NULL, ERROR_BUSY, "Somebody changes the schema just now: try again." },
    { ER_CON_COUNT_ERROR, ER_CON_COUNT_ERROR, NULL, ERROR_BUSY, "The server has no connection left: try again later." },
    { ER_TOO_MANY_USER_CONNECTIONS, ER_TOO_MANY_USER_CONNECTIONS, NULL, ERROR_BUSY, "The user has as many connections as it may: try again later." },
    { ER_USER_LIMIT_REACHED, ER_USER_LIMIT_REACHED, NULL, ERROR_BUSY, "The user has used up what it may: try again later." },
    { ER_STATEMENT_TIMEOUT, ER_STATEMENT_TIMEOUT, NULL, ERROR_BUSY, TIME_HINT },
    { MYSQL_QUERY_TIMEOUT, MYSQL_QUERY_TIMEOUT, NULL, ERROR_BUSY, TIME_HINT },
    { ER_SERVER_SHUTDOWN, ER_SERVER_SHUTDOWN, NULL, ERROR_NETWORK, "The server was shut down: try again when it is up." },
    { ER_CONNECTION_KILLED, ER_CONNECTION_KILLED, NULL, ERROR_NETWORK, "Somebody ended the connection on the server: try again." },
    /* MariaDB has no number of its own for it. */
    { 0, ~0u, "insecure transport", ERROR_DENIED, TLS_HINT },
    { 0, ~0u, NULL, ERROR_INVALID, NULL },
};
/* clang-format on */

struct mariadb_failure mariadb_failure_of(unsigned number, const char *words)
{
    const struct sign *sign = signs;

    while (number < sign->first || number > sign->last ||
           (sign->words != NULL && strstr(words, sign->words) == NULL))
        sign++;
    return (struct mariadb_failure){ sign->code, sign->hint };
}

const char *mariadb_silence_hint(enum mariadb_silence silence)
{
    switch (silence) {
    case MARIADB_SILENT_ADDRESS:
        return "Nobody answers at that address: check it, and that the network, the VPN and a "
               "firewall let you through; connect_timeout=SECONDS waits longer.";
    case MARIADB_SILENT_PORT:
        return "Something takes the connection and does not speak: check the address and the "
               "port; connect_timeout=SECONDS waits longer.";
    case MARIADB_SILENT_STATEMENT:
        return TIME_HINT;
    }
    return NULL;
}
