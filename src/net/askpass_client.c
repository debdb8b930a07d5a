/* The side that ssh starts. It has one thing to do, and says nothing when it cannot: ssh takes that
 * for no answer. */
#include <pilab/net/askpass.h>

#include "askpass_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

bool askpass_is_asked(void)
{
    return getenv(ASKPASS_VARIABLE) != NULL;
}

/* readpass.c of OpenSSH: "confirm" wants yes or no, "none" wants no answer. */
static char wire_kind(void)
{
    const char *prompt = getenv("SSH_ASKPASS_PROMPT");

    if (prompt != NULL && strcmp(prompt, "confirm") == 0)
        return ASKPASS_WIRE_CONFIRM;
    return prompt != NULL && strcmp(prompt, "none") == 0 ? ASKPASS_WIRE_NOTICE
                                                         : ASKPASS_WIRE_SECRET;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int descriptor;

    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path));
    descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor >= 0 && connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(descriptor, bytes, length);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

/* To the end of the stream; the number of bytes. */
static size_t read_all(int descriptor, char *bytes, size_t room)
{
    size_t length = 0;

    while (length < room) {
        ssize_t got = read(descriptor, bytes + length, room - length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    return length;
}

int askpass_run(int argc, char **argv)
{
    const char *question = argc > 1 ? argv[1] : "";
    const char kind = wire_kind();
    char answer[ASKPASS_LIMIT + 1];
    int descriptor = connect_to(getenv(ASKPASS_VARIABLE));
    bool answered = false;

    if (descriptor < 0)
        return EXIT_FAILURE;
    if (write_all(descriptor, &kind, 1) && write_all(descriptor, question, strlen(question)) &&
        shutdown(descriptor, SHUT_WR) == 0) {
        size_t length = read_all(descriptor, answer, sizeof answer);

        answered = length > 0 && answer[0] == ASKPASS_ANSWERED &&
                   write_all(STDOUT_FILENO, answer + 1, length - 1) &&
                   write_all(STDOUT_FILENO, "\n", 1);
        sodium_memzero(answer, sizeof answer);
    }
    close(descriptor);
    return answered ? EXIT_SUCCESS : EXIT_FAILURE;
}
