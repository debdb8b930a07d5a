#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "terminal_internal.h"

/* What the program gets as it came to us; we ignore the first two while it runs, and stop with it.
 */
static const int shared_signals[] = { SIGINT, SIGQUIT, SIGTSTP };

#define SHARED (sizeof shared_signals / sizeof shared_signals[0])

static bool start(const char *const argv[], pid_t *pid, struct error *error)
{
    extern char **environ;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    int failure;

    sigemptyset(&defaults);
    for (size_t i = 0; i < SHARED; i++)
        sigaddset(&defaults, shared_signals[i]);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    failure = posix_spawnp(pid, argv[0], NULL, &attributes, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attributes);
    if (failure != 0)
        return error_errno(error, failure, "cannot start %s", argv[0]);
    return true;
}

bool terminal_run_program(struct terminal *terminal, const char *const argv[], int *status,
                          struct error *error)
{
    struct sigaction before[SHARED];
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction plain = { .sa_handler = SIG_DFL };
    bool started;
    pid_t pid;

    terminal_pause(terminal);
    for (size_t i = 0; i < SHARED; i++)
        sigaction(shared_signals[i], shared_signals[i] == SIGTSTP ? &plain : &ignore, &before[i]);
    started = start(argv, &pid, error);
    while (started && waitpid(pid, status, 0) < 0 && errno == EINTR)
        continue;
    for (size_t i = 0; i < SHARED; i++)
        sigaction(shared_signals[i], &before[i], NULL);
    terminal_resume(terminal);
    return started;
}
