#include <config.h> /* SOCK_NONBLOCK is a system extension */

#include <pilab/base/tcp.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/clock.h>

/* How late a cancel may be noticed. */
#define SLICE_MS 50

int tcp_wait(int descriptor, short events, int milliseconds, const struct progress *progress)
{
    int64_t until = clock_monotonic() + milliseconds;

    for (;;) {
        struct pollfd polled = { .fd = descriptor, .events = events };
        int64_t left = until - clock_monotonic();
        int ready;

        if (!progress_wait(progress, NULL))
            return ECANCELED;
        if (left <= 0)
            return ETIMEDOUT;
        ready = poll(&polled, 1, left < SLICE_MS ? (int)left : SLICE_MS);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return errno;
    }
}

/* The descriptor, or -1 and the errno of this address. */
static int connect_to(const struct addrinfo *address, int milliseconds,
                      const struct progress *progress, int *why)
{
    socklen_t length = sizeof *why;
    int descriptor = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                            address->ai_protocol);

    *why = 0;
    if (descriptor < 0) {
        *why = errno;
        return -1;
    }
    if (connect(descriptor, address->ai_addr, address->ai_addrlen) != 0)
        *why = errno;
    if (*why == EINPROGRESS || *why == EINTR)
        *why = tcp_wait(descriptor, POLLOUT, milliseconds, progress);
    if (*why == 0 && getsockopt(descriptor, SOL_SOCKET, SO_ERROR, why, &length) != 0)
        *why = errno;
    if (*why == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

/* This machine does not speak IPv6, or not that far: any other answer says more. */
static bool is_no_way(int number)
{
    return number == EADDRNOTAVAIL || number == ENETUNREACH || number == EAFNOSUPPORT;
}

/* "localhost" is this machine, whatever a name server says of it or a missing /etc/hosts does not
 * (RFC 6761 section 6.3); getaddrinfo gives its addresses for no name. */
static int look_up(const char *host, const char *port, struct addrinfo **addresses)
{
    const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC };

    return getaddrinfo(strcasecmp(host, "localhost") == 0 ? NULL : host, port, &wanted, addresses);
}

int tcp_connect(const char *host, const char *port, int milliseconds,
                const struct progress *progress, struct error *error)
{
    struct addrinfo *addresses = NULL;
    int descriptor = -1, why = EINPROGRESS, unknown = look_up(host, port, &addresses);

    if (unknown != 0) {
        error_set(error, ERROR_NETWORK, "the name %s cannot be resolved: %s", host,
                  gai_strerror(unknown));
        return -1;
    }
    for (const struct addrinfo *address = addresses;
         address != NULL && descriptor < 0 && why != ECANCELED; address = address->ai_next) {
        int latest;

        descriptor = connect_to(address, milliseconds, progress, &latest);
        if (why == EINPROGRESS || !is_no_way(latest))
            why = latest;
    }
    freeaddrinfo(addresses);
    if (descriptor >= 0)
        return descriptor;
    if (why == ECANCELED)
        error_set(error, ERROR_CANCELLED, "cancelled");
    else
        error_set(error, ERROR_NETWORK, "nobody answers at %s, port %s: %s", host, port,
                  strerror(why));
    return -1;
}
