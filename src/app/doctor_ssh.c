/* ssh: the agent and its keys, the client, the files in ~/.ssh. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/escape.h>
#include <pilab/base/file.h>

#define AGENT_PATIENCE 700
#define ANSWER_LIMIT   (256u << 10) /* as OpenSSH's own */

/* draft-miller-ssh-agent, 3.5 and 5.1 */
#define REQUEST_IDENTITIES 11
#define IDENTITIES_ANSWER  12

/* --- The agent -------------------------------------------------------------------------------- */

static int connect_agent(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int descriptor;

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return -1;
    if (connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

/* Exactly `length` bytes before the deadline. */
static bool read_exactly(int descriptor, unsigned char *bytes, size_t length, int64_t deadline)
{
    while (length > 0) {
        struct pollfd polled = { .fd = descriptor, .events = POLLIN };
        int64_t left = deadline - clock_monotonic();
        ssize_t got;

        if (left <= 0 || poll(&polled, 1, (int)left) <= 0)
            return false;
        got = read(descriptor, bytes, length);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0)
            return false;
        bytes += got;
        length -= (size_t)got;
    }
    return true;
}

static uint32_t number_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* How many keys the agent has; -1 when it does not answer as an agent does. */
static long count_keys(int descriptor)
{
    static const unsigned char request[5] = { 0, 0, 0, 1, REQUEST_IDENTITIES };
    int64_t deadline = clock_monotonic() + AGENT_PATIENCE;
    unsigned char answer[9];
    uint32_t length;

    if (send(descriptor, request, sizeof request, MSG_NOSIGNAL) != (ssize_t)sizeof request ||
        !read_exactly(descriptor, answer, 5, deadline))
        return -1;
    length = number_at(answer);
    if (length < 5 || length > ANSWER_LIMIT || answer[4] != IDENTITIES_ANSWER ||
        !read_exactly(descriptor, answer + 5, 4, deadline))
        return -1;
    return (long)number_at(answer + 5);
}

static void check_agent(struct doctor *doctor)
{
    const char *path = doctor_variable("SSH_AUTH_SOCK");
    int descriptor;
    long keys;

    if (path == NULL) {
        doctor_say(doctor, DOCTOR_NOTE,
                   "Log in with ssh -A, or start one: eval $(ssh-agent) && ssh-add",
                   "no ssh agent (SSH_AUTH_SOCK is not set): repositories over ssh ask each time");
        return;
    }
    descriptor = connect_agent(path);
    if (descriptor < 0) {
        doctor_say(doctor, DOCTOR_WARNING,
                   doctor_variable("TMUX") != NULL
                       ? "It went with an older login: in a new window, or after tmux "
                         "show-environment SSH_AUTH_SOCK, it is another one."
                       : "Log in again with ssh -A, or start an agent: eval $(ssh-agent)",
                   "the ssh agent at %s cannot be reached: %s", path, strerror(errno));
        return;
    }
    keys = count_keys(descriptor);
    close(descriptor);
    if (keys < 0)
        doctor_say(doctor, DOCTOR_WARNING, "Start another one: eval $(ssh-agent) && ssh-add",
                   "the ssh agent at %s does not answer", path);
    else if (keys == 0)
        doctor_say(doctor, DOCTOR_WARNING, "ssh-add adds one; ssh-add -X unlocks a locked agent.",
                   "the ssh agent has no keys, or is locked");
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "the ssh agent has %ld key%s", keys,
                   keys == 1 ? "" : "s");
}

static void check_client(struct doctor *doctor)
{
    static const char *const words[] = { "ssh", "-V", NULL };
    struct strbuf out = STRBUF_INIT;
    bool missing;

    if (doctor_run(words, 700, &out, &missing))
        doctor_say(doctor, DOCTOR_OK, NULL, "%s", doctor_first_line(doctor, &out));
    else
        doctor_say(doctor, DOCTOR_NOTE,
                   missing ? "Install it for ~/.ssh/config, jump hosts, RSA and security keys."
                           : NULL,
                   missing ? "there is no ssh client: repositories are reached by the one that is "
                             "built in (libssh2)"
                           : "the ssh client does not say its version");
    strbuf_release(&out);
}

/* --- ~/.ssh ----------------------------------------------------------------------------------- */

static char *ssh_folder(void)
{
    const char *home = doctor_variable("HOME");

    return home != NULL ? path_join(home, ".ssh") : NULL;
}

static void say_mode(struct doctor *doctor, enum doctor_level level, const char *path, mode_t mode,
                     const char *what, const char *command)
{
    struct strbuf word = STRBUF_INIT;

    escape_shell(&word, path, strlen(path));
    doctor_say(doctor, level, arena_printf(doctor->arena, "%s %s", command, word.data),
               "%s %s (mode %04o)", path, what, (unsigned)(mode & 07777));
    strbuf_release(&word);
}

/* A private key says so in its first line. */
static bool holds_private_key(int folder, const char *name)
{
    char start[64] = "";
    int file = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, start, sizeof start - 1) : -1;

    if (file >= 0)
        close(file);
    return got > 0 && strncmp(start, "-----BEGIN ", 11) == 0 &&
           strstr(start, "PRIVATE KEY") != NULL;
}

static size_t check_key_files(struct doctor *doctor, const char *path, DIR *directory)
{
    struct dirent *entry;
    size_t keys = 0;

    while ((entry = readdir(directory)) != NULL) {
        struct stat status;
        char *file;

        if (fstatat(dirfd(directory), entry->d_name, &status, 0) != 0 || !S_ISREG(status.st_mode) ||
            !holds_private_key(dirfd(directory), entry->d_name))
            continue;
        keys++;
        if ((status.st_mode & 077) == 0)
            continue;
        file = path_join(path, entry->d_name);
        say_mode(doctor, DOCTOR_PROBLEM, file, status.st_mode,
                 "is open to others, and ssh will not use it", "chmod 600");
        free(file);
    }
    return keys;
}

static void check_keys(struct doctor *doctor)
{
    char *path = ssh_folder();
    DIR *directory = path != NULL ? opendir(path) : NULL;
    struct stat status;
    size_t keys, before;

    if (directory == NULL) {
        doctor_say(doctor, DOCTOR_NOTE, NULL, "there is no folder ~/.ssh");
        free(path);
        return;
    }
    before = doctor->findings.count;
    if (fstat(dirfd(directory), &status) == 0 && (status.st_mode & 022) != 0)
        say_mode(doctor, DOCTOR_PROBLEM, path, status.st_mode, "can be written by others",
                 "chmod 700");
    keys = check_key_files(doctor, path, directory);
    if (doctor->findings.count == before)
        doctor_say(doctor, DOCTOR_OK, NULL, "%zu private key%s in ~/.ssh, for nobody else's eyes",
                   keys, keys == 1 ? "" : "s");
    closedir(directory);
    free(path);
}

static void check_known_hosts(struct doctor *doctor)
{
    char *folder = ssh_folder(), *path = folder != NULL ? path_join(folder, "known_hosts") : NULL;
    bool own = path != NULL && file_exists(path);

    if (own || file_exists("/etc/ssh/ssh_known_hosts"))
        doctor_say(doctor, DOCTOR_OK, NULL, "hosts are known in %s",
                   own ? "~/.ssh/known_hosts" : "/etc/ssh/ssh_known_hosts");
    else
        doctor_say(doctor, DOCTOR_NOTE,
                   "Connect once with ssh and compare the fingerprint with what the host's owner "
                   "says.",
                   "no host is known yet (known_hosts): each will be asked about");
    free(path);
    free(folder);
}

/* clang-format off */
const struct doctor_check doctor_ssh_checks[] = {
    { "ssh", "agent", check_agent },
    { "ssh", "ssh", check_client },
    { "ssh", "keys", check_keys },
    { "ssh", "known_hosts", check_known_hosts },
    { NULL, NULL, NULL },
};
/* clang-format on */
