#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "../../../src/schema/live_mariadb_failure.h"

static void assert_failure(unsigned number, const char *words, enum error_code code,
                           const char *hint)
{
    struct mariadb_failure failure = mariadb_failure_of(number, words);

    assert_int_equal(failure.code, code);
    if (hint == NULL) {
        assert_null(failure.hint);
        return;
    }
    assert_non_null(failure.hint);
    if (strstr(failure.hint, hint) == NULL)
        fail_msg("%u %s: %s", number, words, failure.hint);
}

static void a_connection_that_fails_says_where_to_look(void **state)
{
    (void)state;
    assert_failure(2002, "Can't connect to server on '127.0.0.1' (111)", ERROR_NETWORK,
                   "nothing listens at that port");
    assert_failure(2002, "Can't connect to local server through socket '/run/x (111)' (2)",
                   ERROR_NETWORK, "No server has that socket");
    assert_failure(2003, "Can't connect to server on '10.0.0.1' (113)", ERROR_NETWORK,
                   "no way to that address");
    assert_failure(2002, "Can't connect to server on '10.0.0.1' (101)", ERROR_NETWORK,
                   "no way to that address");
    assert_failure(2002, "Can't connect to server on '10.0.0.1' (110)", ERROR_NETWORK,
                   "a firewall lets you through");
    assert_failure(2005, "Unknown server host 'db.never' (-2)", ERROR_NETWORK, "No such host");
    assert_failure(2012, "Error in server handshake", ERROR_NETWORK, "check the port");
    assert_failure(2013, "Lost connection to server during query", ERROR_NETWORK,
                   "ended the connection");
    assert_failure(2099, "?", ERROR_NETWORK, "Check that the server runs");
}

static void a_login_that_is_refused_says_what_the_server_wants(void **state)
{
    (void)state;
    assert_failure(1045, "Access denied for user 'a'@'b' (using password: NO)", ERROR_DENIED,
                   "Put the password into ~/.my.cnf");
    assert_failure(1045, "Access denied for user 'a'@'b' (using password: YES)", ERROR_DENIED,
                   "does not take that user with that password");
    assert_failure(1130, "Host 'x' is not allowed to connect", ERROR_DENIED,
                   "no user for this machine");
    assert_failure(1129, "Host 'x' is blocked", ERROR_DENIED, "FLUSH HOSTS");
    assert_failure(1698, "Access denied for user 'root'@'localhost'", ERROR_DENIED,
                   "take one that has a password");
    assert_failure(1862, "Your password has expired", ERROR_DENIED, "has expired");
    assert_failure(4151, "Access denied, this account is locked", ERROR_DENIED, "is locked");
    assert_failure(2059, "Authentication plugin 'x' cannot be loaded", ERROR_DENIED,
                   "how this user logs in");
    assert_failure(1044, "Access denied for user 'a'@'b' to database 'c'", ERROR_DENIED,
                   "no right to that database");
    assert_failure(1049, "Unknown database 'x'", ERROR_NOT_FOUND, "has no such database");
}

static void tls_that_is_missing_is_told_apart_from_tls_that_is_wrong(void **state)
{
    static const char insecure[] =
        "Connections using insecure transport are prohibited while --require_secure_transport=ON.";

    (void)state;
    assert_failure(3159, insecure, ERROR_DENIED, "sslmode=require");
    assert_failure(4000, insecure, ERROR_DENIED, "sslmode=require");
    assert_failure(2026, "TLS/SSL error: certificate verify failed", ERROR_NETWORK, "sslrootcert");
    assert_failure(2026, "TLS/SSL error: unsupported protocol", ERROR_NETWORK, "Check sslmode");
}

static void what_is_busy_is_to_be_tried_again(void **state)
{
    (void)state;
    assert_failure(1040, "Too many connections", ERROR_BUSY, "no connection left");
    assert_failure(1205, "Lock wait timeout exceeded", ERROR_BUSY, "try again");
    assert_failure(1969, "Query execution was interrupted", ERROR_BUSY, "--timeout");
    assert_failure(1064, "You have an error in your SQL syntax", ERROR_INVALID, NULL);
    assert_failure(1142, "SELECT command denied", ERROR_DENIED, NULL);
}

static void silence_is_told_by_how_far_it_came(void **state)
{
    (void)state;
    assert_non_null(strstr(mariadb_silence_hint(MARIADB_SILENT_ADDRESS), "firewall"));
    assert_null(strstr(mariadb_silence_hint(MARIADB_SILENT_PORT), "firewall"));
    assert_non_null(strstr(mariadb_silence_hint(MARIADB_SILENT_STATEMENT), "--timeout"));
}

int main(void)
{
    static const struct CMUnitTest cases[] = {
        cmocka_unit_test(a_connection_that_fails_says_where_to_look),
        cmocka_unit_test(a_login_that_is_refused_says_what_the_server_wants),
        cmocka_unit_test(tls_that_is_missing_is_told_apart_from_tls_that_is_wrong),
        cmocka_unit_test(what_is_busy_is_to_be_tried_again),
        cmocka_unit_test(silence_is_told_by_how_far_it_came),
    };

    return cmocka_run_group_tests(cases, NULL, NULL);
}
