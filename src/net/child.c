#include <config.h> /* pipe2 and POSIX_SPAWN_SETSID are system extensions */

#include <pilab/net/child.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* Between being told to end and being made to. */
#define GRACE_MS 100
/* How often a child is looked at where the kernel has no descriptors for processes. */
#define LOOK_MS 5

extern char **environ;

static void close_end(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

/* --- Its start -------------------------------------------------------------------------------- */

static bool names_the_same(const char *assignment, const char *other)
{
    size_t length = strcspn(assignment, "=");

    return strncmp(assignment, other, length) == 0 && other[length] == '=';
}

/* Ours and the settings; NULL-terminated, the texts are borrowed. */
static char **surroundings_with(const char *const settings[])
{
    struct vector all;

    vector_init(&all, sizeof(char *));
    for (char **ours = environ; *ours != NULL; ours++) {
        bool replaced = false;

        for (size_t i = 0; settings != NULL && settings[i] != NULL; i++)
            replaced |= names_the_same(settings[i], *ours);
        if (!replaced)
            vector_push(&all, ours);
    }
    for (size_t i = 0; settings != NULL && settings[i] != NULL; i++)
        vector_push(&all, &settings[i]);
    vector_add(&all);
    return all.items;
}

/* None of our ends is inherited by anything else that is started. What we write into is a socket:
 * unlike a pipe it can be written to without a signal when the other side has gone. */
struct pipes {
    int input[2], output[2], errors[2];
};

static void close_pipes(struct pipes *pipes)
{
    for (int i = 0; i < 2; i++) {
        close_end(&pipes->input[i]);
        close_end(&pipes->output[i]);
        close_end(&pipes->errors[i]);
    }
}

static bool open_pipes(struct pipes *pipes, struct error *error)
{
    *pipes = (struct pipes){
        {-1,  -1},
        { -1, -1},
        { -1, -1}
    };
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipes->input) == 0 &&
        pipe2(pipes->output, O_CLOEXEC) == 0 && pipe2(pipes->errors, O_CLOEXEC) == 0 &&
        fcntl(pipes->input[1], F_SETFL, O_NONBLOCK) == 0 &&
        fcntl(pipes->output[0], F_SETFL, O_NONBLOCK) == 0 &&
        fcntl(pipes->errors[0], F_SETFL, O_NONBLOCK) == 0)
        return true;
    error_errno(error, errno, "no pipe can be made");
    close_pipes(pipes);
    return false;
}

/* In a session of its own, with every signal as it is for a program that a shell starts. */
static int spawn(pid_t *process, const char *const words[], char **surroundings,
                 const struct pipes *pipes)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    int failure;

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipes->input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes->output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes->errors[1], STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    failure =
        posix_spawnp(process, words[0], &actions, &attributes, (char *const *)words, surroundings);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

bool child_start(struct child *child, const char *const words[], const char *const settings[],
                 struct error *error)
{
    struct pipes pipes;
    char **surroundings;
    int failure;

    *child = (struct child)CHILD_NONE;
    if (!open_pipes(&pipes, error))
        return false;
    surroundings = surroundings_with(settings);
    failure = spawn(&child->process, words, surroundings, &pipes);
    free(surroundings);
    if (failure != 0) {
        child->process = 0;
        close_pipes(&pipes);
        return error_errno(error, failure, "%s cannot be started", words[0]);
    }
    child->input = pipes.input[1];
    child->output = pipes.output[0];
    child->errors = pipes.errors[0];
    pipes.input[1] = pipes.output[0] = pipes.errors[0] = -1;
    close_pipes(&pipes);
    return true;
}

/* --- Its end ---------------------------------------------------------------------------------- */

/* Looks without taking it from the table of processes: as long as it stands there, its number and
 * that of its group mean nobody else. */
static bool has_ended(struct child *child)
{
    siginfo_t what = { .si_pid = 0 };

    if (waitid(P_PID, (id_t)child->process, &what, WEXITED | WNOHANG | WNOWAIT) != 0)
        return errno == ECHILD; /* somebody else has waited for it */
    if (what.si_pid == 0)
        return false;
    child->status = what.si_code == CLD_EXITED ? what.si_status : 128 + what.si_status;
    return true;
}

bool child_wait(struct child *child, int milliseconds)
{
    int64_t until = clock_monotonic() + milliseconds;
    int descriptor;
    bool ended;

    if (child->process == 0)
        return true;
    descriptor = pidfd_open(child->process, 0);
    while (!(ended = has_ended(child))) {
        struct pollfd polled = { .fd = descriptor, .events = POLLIN };
        int64_t left = until - clock_monotonic();

        if (left <= 0)
            break;
        poll(&polled, 1, descriptor >= 0 || left < LOOK_MS ? (int)left : LOOK_MS);
    }
    close_end(&descriptor);
    return ended;
}

void child_close(struct child *child)
{
    close_end(&child->input);
    close_end(&child->output);
    close_end(&child->errors);
}

static void take_leave(struct child *child)
{
    while (waitpid(child->process, NULL, 0) < 0 && errno == EINTR)
        ;
    child->process = 0;
}

void child_leave(struct child *child)
{
    if (!child_wait(child, 0)) {
        child_end(child, 0);
        return;
    }
    child_close(child);
    if (child->process != 0)
        take_leave(child);
}

void child_end(struct child *child, int patience)
{
    child_close(child);
    if (child->process == 0)
        return;
    if (!child_wait(child, patience)) {
        kill(-child->process, SIGTERM);
        child_wait(child, GRACE_MS);
    }
    /* What it has started may outlive it, and a stopped process hears nothing but this. */
    kill(-child->process, SIGKILL);
    while (!child_wait(child, GRACE_MS))
        ;
    take_leave(child);
}
