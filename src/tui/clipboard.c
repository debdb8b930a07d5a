#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/terminal.h>

#define TMUX_PATIENCE 1000 /* ms */

struct copy_menu {
    struct vector entries; /* of struct copy_entry; texts are owned */
};

void copy_add_line(struct strbuf *out, const char *line)
{
    strbuf_add(out, out->length > 0 ? "\n" : "");
    escape_terminal(out, line, strlen(line), 0);
}

/* Line by line and tab by tab: escape_terminal would make blanks of the tabs of a patch. */
void copy_add_text(struct strbuf *out, const char *text, size_t length)
{
    const char *end = text + length;

    while (text < end) {
        const char *at = text;

        while (at < end && *at != '\n' && *at != '\t')
            at++;
        escape_terminal(out, text, (size_t)(at - text), 0);
        if (at < end)
            strbuf_add_char(out, *at++);
        text = at;
    }
}

struct copy_menu *copy_menu_new(void)
{
    struct copy_menu *menu = memory_new(sizeof *menu);

    vector_init(&menu->entries, sizeof(struct copy_entry));
    return menu;
}

void copy_menu_free(struct copy_menu **menu)
{
    if (*menu == NULL)
        return;
    for (size_t i = 0; i < (*menu)->entries.count; i++) {
        struct copy_entry *entry = vector_at(&(*menu)->entries, i);

        free((char *)entry->label);
        free((char *)entry->text);
    }
    vector_release(&(*menu)->entries);
    free(*menu);
    *menu = NULL;
}

void copy_menu_add(struct copy_menu *menu, int32_t key, const char *label, const char *text)
{
    struct copy_entry *entry = vector_add(&menu->entries);

    *entry = (struct copy_entry){ key, memory_copy_text(label), memory_copy_text(text) };
}

size_t copy_menu_count(const struct copy_menu *menu)
{
    return menu->entries.count;
}

const struct copy_entry *copy_menu_at(const struct copy_menu *menu, size_t index)
{
    return vector_at(&menu->entries, index);
}

/* With one end of a socket as its standard input: a socket, because writing to one whose reader is
 * gone can be told not to raise SIGPIPE. */
static bool start_tmux(const char *const arguments[], int input, pid_t *pid, struct error *error)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    int failure;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    failure =
        posix_spawnp(pid, arguments[0], &actions, &attributes, (char *const *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0)
        return error_errno(error, failure, "cannot start tmux");
    return true;
}

static void send_all(int output, const char *text, size_t length, int64_t limit)
{
    struct pollfd writable = { .fd = output, .events = POLLOUT };

    while (length > 0 && clock_monotonic() < limit) {
        ssize_t sent = send(output, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent > 0) {
            text += sent;
            length -= (size_t)sent;
        } else if (errno != EAGAIN && errno != EINTR) {
            return;
        } else {
            poll(&writable, 1, 50);
        }
    }
}

/* Waits until the limit, then ends it. */
static bool succeeds(pid_t pid, int64_t limit)
{
    struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
    int status = 0;
    pid_t ended;

    while ((ended = waitpid(pid, &status, WNOHANG)) == 0 && clock_monotonic() < limit)
        nanosleep(&pause, NULL);
    if (ended == 0) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    }
    return ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool load_buffer(const char *const arguments[], const char *text, size_t length,
                        struct error *error)
{
    int64_t limit = clock_monotonic() + TMUX_PATIENCE;
    int ends[2];
    pid_t pid;
    bool started;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return error_errno(error, errno, "cannot reach tmux");
    started = start_tmux(arguments, ends[1], &pid, error);
    close(ends[1]);
    if (started)
        send_all(ends[0], text, length, limit);
    close(ends[0]);
    if (!started)
        return false;
    if (succeeds(pid, limit))
        return true;
    return error_set(error, ERROR_IO, "tmux did not take %zu bytes into its buffer", length);
}

/* With -w (tmux 3.2) the buffer also goes on to the outer terminal's clipboard. */
static bool copy_to_tmux(const char *text, size_t length, struct error *error)
{
    static const char *const outward[] = { "tmux", "load-buffer", "-w", "-", NULL };
    static const char *const inward[] = { "tmux", "load-buffer", "-", NULL };

    return load_buffer(outward, text, length, error) || load_buffer(inward, text, length, error);
}

const char *clipboard_copy(struct terminal *terminal, const char *text, size_t length,
                           struct error *error)
{
    const char *tmux = getenv("TMUX");

    if (tmux != NULL && tmux[0] != '\0') {
        if (copy_to_tmux(text, length, error))
            return "the tmux buffer (prefix ] pastes it)";
        return NULL;
    }
    if (terminal_clipboard(terminal, text, length))
        return "the terminal's clipboard (OSC 52)";
    if (length > TERMINAL_CLIPBOARD_MAXIMUM)
        error_set(error, ERROR_LIMIT, "%zu bytes are too much for the terminal's clipboard",
                  length);
    else
        error_set(error, ERROR_UNSUPPORTED, "this terminal is not known to have a clipboard");
    error_hint(error, "zoom with z and select with the mouse, or write with :screen FILE");
    return NULL;
}
