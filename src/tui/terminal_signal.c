#include <config.h> /* pipe2 is a system extension */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal_internal.h"

#define RESTORE_MAXIMUM 256

/* Handled in the loop: the handler only passes the number on. */
static const int loop_signals[] = { SIGWINCH, SIGHUP, SIGTERM, SIGTSTP, SIGCONT, SIGINT };
/* End the process: the terminal is given back first. */
static const int fatal_signals[] = { SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS };

#define LOOP_SIGNALS  (sizeof loop_signals / sizeof loop_signals[0])
#define FATAL_SIGNALS (sizeof fatal_signals / sizeof fatal_signals[0])

/* A signal handler gets no argument of ours, and a process has one terminal: the only variable of
 * the house that is not on somebody's stack or heap. Written while `active` is 0. */
static struct {
    volatile sig_atomic_t active;
    bool exit_hooked;
    int pipe;
    int terminal;
    struct termios modes;
    char restore[RESTORE_MAXIMUM];
    size_t length;
    struct sigaction loop_before[LOOP_SIGNALS];
    struct sigaction fatal_before[FATAL_SIGNALS];
} rescue;

static void on_loop_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    /* A full pipe holds this signal already. */
    ssize_t written = write(rescue.pipe, &byte, 1);

    (void)written;
    errno = saved;
}

/* Async-signal-safe: write(2) and tcsetattr(3) only. */
static void give_back(void)
{
    ssize_t written;

    if (!rescue.active)
        return;
    rescue.active = 0;
    written = write(rescue.terminal, rescue.restore, rescue.length);
    (void)written;
    tcsetattr(rescue.terminal, TCSANOW, &rescue.modes);
}

static void on_fatal_signal(int number)
{
    give_back();
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        if (fatal_signals[i] == number)
            sigaction(number, &rescue.fatal_before[i], NULL);
    raise(number);
}

bool signals_open(struct terminal *terminal, struct error *error)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return error_errno(error, errno, "cannot make a pipe for signals");
    terminal->signal_read = ends[0];
    terminal->signal_write = ends[1];
    return true;
}

void signals_remember(void)
{
    for (size_t i = 0; i < LOOP_SIGNALS; i++)
        sigaction(loop_signals[i], NULL, &rescue.loop_before[i]);
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        sigaction(fatal_signals[i], NULL, &rescue.fatal_before[i]);
}

static void install(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

    /* When the loop does not come round, because the terminal takes no more output, the second such
     * signal ends the process as it would any other. */
    if (number == SIGTERM || number == SIGHUP)
        action.sa_flags |= (int)SA_RESETHAND;
    sigfillset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void signals_start(struct terminal *terminal, const char *restore, size_t length,
                   const struct termios *modes)
{
    rescue.pipe = terminal->signal_write;
    rescue.terminal = terminal->output_fd;
    rescue.modes = *modes;
    rescue.length = length < RESTORE_MAXIMUM ? length : RESTORE_MAXIMUM;
    memcpy(rescue.restore, restore, rescue.length);
    if (!rescue.exit_hooked)
        rescue.exit_hooked = atexit(give_back) == 0;

    for (size_t i = 0; i < LOOP_SIGNALS; i++) {
        /* A launcher that ignores hang-ups wants the program to live; the loop ends it anyway once
         * the terminal is gone. */
        bool ignored = loop_signals[i] == SIGHUP && rescue.loop_before[i].sa_handler == SIG_IGN;

        if (!ignored)
            install(loop_signals[i], on_loop_signal);
    }
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        install(fatal_signals[i], on_fatal_signal);
    rescue.active = 1;
}

void signals_stop(struct terminal *terminal)
{
    rescue.active = 0;
    for (size_t i = 0; i < LOOP_SIGNALS; i++)
        sigaction(loop_signals[i], &rescue.loop_before[i], NULL);
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        sigaction(fatal_signals[i], &rescue.fatal_before[i], NULL);
    close(terminal->signal_read);
    close(terminal->signal_write);
}

void signals_stop_process(void)
{
    static const int job_control[] = { SIGTSTP, SIGCONT };
    struct sigaction before[2];
    struct sigaction plain = { .sa_handler = SIG_DFL };

    for (size_t i = 0; i < 2; i++)
        sigaction(job_control[i], &plain, &before[i]);
    raise(SIGTSTP);
    for (size_t i = 0; i < 2; i++)
        sigaction(job_control[i], &before[i], NULL);
}

int terminal_next_signal(struct terminal *terminal)
{
    unsigned char number;

    return read(terminal->signal_read, &number, 1) == 1 ? number : 0;
}
