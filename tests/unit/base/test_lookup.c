#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/lookup.h>

#include "../../support/patience.h"
#include "../../support/slow_names.h"

static int hold(void **state)
{
    (void)state;
    slow_names_hold();
    return 0;
}

static int release(void **state)
{
    (void)state;
    slow_names_release();
    return 0;
}

static void assert_leads_to(const char *host, const char *expected)
{
    struct error error = { 0 };
    struct addrinfo *addresses = lookup_host(host, "22", 1000, NULL, &error), *address;
    char text[INET6_ADDRSTRLEN] = "";
    bool found = false;

    if (addresses == NULL)
        fail_msg("%s: %s", host, error.message);
    for (address = addresses; address != NULL && !found; address = address->ai_next) {
        const void *bytes =
            address->ai_family == AF_INET
                ? (const void *)&((const struct sockaddr_in *)(void *)address->ai_addr)->sin_addr
                : &((const struct sockaddr_in6 *)(void *)address->ai_addr)->sin6_addr;

        assert_int_equal(address->ai_socktype, SOCK_STREAM);
        found = strcmp(inet_ntop(address->ai_family, bytes, text, sizeof text), expected) == 0;
    }
    assert_true(found);
    freeaddrinfo(addresses);
}

static void addresses_and_this_machine_are_known_without_asking(void **state)
{
    (void)state;
    assert_leads_to("127.0.0.1", "127.0.0.1");
    assert_leads_to("::1", "::1");
    assert_leads_to("localhost", "127.0.0.1");
    assert_leads_to("LocalHost", "127.0.0.1");
}

static void a_name_that_there_is_not_is_said(void **state)
{
    struct error error = { 0 };

    (void)state;
    slow_names_release(); /* it is answered at once */
    assert_null(lookup_host("host.never", "22", (int)patience(10000), NULL, &error));
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_non_null(strstr(error.message, "the name host.never cannot be resolved: "));
    assert_non_null(strstr(error.hint, "how the name is spelt"));
}

static void a_name_server_that_does_not_answer_is_given_up(void **state)
{
    struct error error = { 0 };
    int64_t start = clock_monotonic();

    (void)state;
    assert_null(lookup_host("host.never", "22", 1000, NULL, &error));
    assert_in_range(clock_monotonic() - start, 900, patience(3000));
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_string_equal(error.message, "the name host.never was not looked up within 1 s: no name "
                                       "server answers");
    assert_non_null(strstr(error.hint, "/etc/resolv.conf"));
    assert_int_equal(slow_names_asking(), 1); /* it is left behind */
}

/* Looked at while somebody waits: a cancel by somebody else. */
struct canceller {
    atomic_bool cancel;
    int64_t when;
};

static bool cancel_when_asked(void *context)
{
    struct canceller *canceller = context;

    if (canceller->when == 0 && slow_names_asking() > 0) {
        canceller->when = clock_monotonic();
        atomic_store(&canceller->cancel, true);
    }
    return true;
}

static void a_cancel_is_heard_though_nobody_answers(void **state)
{
    struct canceller canceller = { .when = 0 };
    const struct progress progress = { .context = &canceller,
                                       .cancel = &canceller.cancel,
                                       .wait = cancel_when_asked };
    struct error error = { 0 };

    (void)state;
    assert_null(lookup_host("host.never", "22", 30000, &progress, &error));
    assert_true(canceller.when != 0);
    assert_in_range(clock_monotonic() - canceller.when, 0, patience(200));
    assert_int_equal(error.code, ERROR_CANCELLED);
}

/* Each look-up that is left behind is a thread. */
static void not_too_many_are_left_behind(void **state)
{
    struct error error = { 0 };
    size_t asked = 0;

    (void)state;
    while (asked < 100) {
        error_clear(&error);
        assert_null(lookup_host("host.never", "22", 1, NULL, &error));
        assert_int_equal(error.code, ERROR_NETWORK);
        if (strstr(error.message, "nobody answers for") != NULL)
            break;
        asked++;
    }
    assert_in_range(asked, 16, 64);
    assert_true(slow_names_asking() <= 64);
    /* Those that are answered make room. */
    slow_names_release();
    slow_names_hold();
    while (lookup_host("host.never", "22", 1, NULL, &error) == NULL &&
           strstr(error.message, "nobody answers for") != NULL)
        error_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, hold, release)
        CASE(addresses_and_this_machine_are_known_without_asking),
        CASE(a_name_that_there_is_not_is_said),
        CASE(a_name_server_that_does_not_answer_is_given_up),
        CASE(a_cancel_is_heard_though_nobody_answers),
        CASE(not_too_many_are_left_behind),
#undef CASE
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
