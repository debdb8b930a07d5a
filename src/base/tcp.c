#include <config.h> /* SOCK_NONBLOCK is a system extension */

#include <pilab/base/tcp.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/lookup.h>
#include <pilab/base/wait.h>

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
        *why = wait_for_descriptor(descriptor, POLLOUT, milliseconds, progress);
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

int tcp_connect(const char *host, const char *port, int milliseconds,
                const struct progress *progress, struct error *error)
{
    struct addrinfo *addresses = lookup_host(host, port, milliseconds, progress, error);
    int descriptor = -1, why = EINPROGRESS;

    if (addresses == NULL)
        return -1;
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
