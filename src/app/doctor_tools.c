#include <config.h> /* pipe2 is a system extension */

#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/clock.h>

#define OUTPUT_LIMIT 8192

extern char **environ;

void doctor_say(struct doctor *doctor, enum doctor_level level, const char *advice,
                const char *format, ...)
{
    struct doctor_finding *finding = vector_add(&doctor->findings);
    struct strbuf text = STRBUF_INIT;
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    *finding = (struct doctor_finding){ .level = level,
                                        .found = strbuf_to_arena(&text, doctor->arena),
                                        .advice = arena_text(doctor->arena, advice) };
    strbuf_release(&text);
}

const char *doctor_variable(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

const char *doctor_first_line(struct doctor *doctor, const struct strbuf *text)
{
    return arena_bytes(doctor->arena, text->data, strcspn(text->data, "\r\n"));
}

const char *doctor_size(struct doctor *doctor, uint64_t bytes)
{
    static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
    double size = (double)bytes;
    size_t unit = 0;

    while (size >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        size /= 1024;
        unit++;
    }
    return arena_printf(doctor->arena, unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
}

/* --- Programs --------------------------------------------------------------------------------- */

static bool start(const char *const words[], int output, pid_t *process, bool *missing)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    int failure;

    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    failure = posix_spawnp(process, words[0], &actions, &attributes, (char *const *)words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    *missing = failure == ENOENT;
    return failure == 0;
}

/* Until its end, its limit or the deadline; false at the deadline. */
static bool drain(int pipe, int64_t deadline, struct strbuf *out)
{
    struct pollfd polled = { .fd = pipe, .events = POLLIN };
    char chunk[1024];

    for (;;) {
        int64_t left = deadline - clock_monotonic();
        ssize_t got;

        if (left <= 0 || poll(&polled, 1, (int)left) == 0)
            return false;
        got = read(pipe, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || out->length > OUTPUT_LIMIT)
            return true;
        strbuf_add_bytes(out, chunk, (size_t)got);
    }
}

bool doctor_run(const char *const words[], int milliseconds, struct strbuf *out, bool *missing)
{
    int64_t deadline = clock_monotonic() + milliseconds;
    int ends[2], status = 0;
    pid_t process;
    bool ok;

    *missing = false;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    ok = start(words, ends[1], &process, missing);
    close(ends[1]);
    if (ok) {
        ok = drain(ends[0], deadline, out);
        if (!ok)
            kill(process, SIGKILL);
        while (waitpid(process, &status, 0) < 0 && errno == EINTR)
            continue;
        ok = ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    close(ends[0]);
    return ok;
}
