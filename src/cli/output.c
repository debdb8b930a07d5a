#include <pilab/cli/output.h>

#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/base/utf8.h>

#define USUAL_WIDTH  80
#define WIDEST       240
#define USUAL_HEIGHT 24

extern char **environ;

static bool terminal_size(int descriptor, size_t *columns, size_t *rows)
{
    struct winsize size;

    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return false;
    *columns = size.ws_col;
    if (size.ws_row > 0)
        *rows = size.ws_row;
    return true;
}

static size_t width_of(int descriptor)
{
    const char *columns = getenv("COLUMNS");
    size_t width, rows = 0;

    if (terminal_size(descriptor, &width, &rows))
        return width < WIDEST ? width : WIDEST;
    if (columns != NULL && atoi(columns) > 0 && atoi(columns) <= WIDEST)
        return (size_t)atoi(columns);
    return USUAL_WIDTH;
}

static bool colour_wanted(const char *colour, bool terminal)
{
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");

    if (colour != NULL && strcmp(colour, "always") == 0)
        return true;
    if (colour != NULL && strcmp(colour, "never") == 0)
        return false;
    return terminal && (no_colour == NULL || *no_colour == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

struct output output_for(int descriptor, const char *colour, size_t width, bool page)
{
    bool terminal = isatty(descriptor) == 1;

    return (struct output){ .descriptor = descriptor,
                            .terminal = terminal,
                            .colour = colour_wanted(colour, terminal),
                            .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
                            .width = width > 0 ? width : width_of(descriptor),
                            .whole = !terminal && width == 0,
                            .page = page && terminal };
}

static bool write_all(int descriptor, const char *data, size_t length, struct error *error)
{
    while (length > 0) {
        ssize_t written = write(descriptor, data, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EPIPE)
            return true;
        if (written < 0) {
            error_errno(error, errno, "cannot write the output");
            return false;
        }
        data += written;
        length -= (size_t)written;
    }
    return true;
}

/* PILAB_PAGER, then PAGER, then less: one program, split at blanks, never a shell. An empty value
 * or "cat" means none. */
static char **pager_words(char *command)
{
    char **words = memory_array(strlen(command) / 2 + 2, sizeof *words);
    size_t count = 0;
    char *rest = command;

    while (*rest != '\0') {
        rest += strspn(rest, " \t");
        if (*rest == '\0')
            break;
        words[count++] = rest;
        rest += strcspn(rest, " \t");
        if (*rest != '\0')
            *rest++ = '\0';
    }
    if (count == 0 || strcmp(words[0], "cat") == 0) {
        free(words);
        return NULL;
    }
    return words;
}

static const char *pager_command(void)
{
    const char *command = getenv("PILAB_PAGER");

    if (command == NULL)
        command = getenv("PAGER");
    return command != NULL ? command : "less";
}

/* Starts the pager reading from a pipe; false when there is none to start. */
static bool start_pager(pid_t *pid, int *pipe_end)
{
    char *command = memory_copy_text(pager_command());
    char **words = pager_words(command);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual;
    int ends[2];
    bool started;

    if (words == NULL || pipe(ends) != 0) {
        free(words);
        free(command);
        return false;
    }
    /* As git does: quit when it fits, show colours, leave the text on the screen. */
    setenv("LESS", "FRX", 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    /* What we ignore, the pager must not have to. */
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    started = posix_spawnp(pid, words[0], &actions, &attributes, words, environ) == 0;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    if (started)
        *pipe_end = ends[1];
    else
        close(ends[1]);
    free(words);
    free(command);
    return started;
}

static bool page(const struct output *output, const struct strbuf *text, struct error *error)
{
    pid_t pid;
    int pipe_end, status = 0;
    struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
    bool ok;

    if (!start_pager(&pid, &pipe_end))
        return write_all(output->descriptor, text->data, text->length, error);
    /* The pager handles ^C itself; we wait for the person to leave it. */
    sigaction(SIGINT, &ignore, &before);
    ok = write_all(pipe_end, text->data, text->length, error);
    close(pipe_end);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    sigaction(SIGINT, &before, NULL);
    /* POSIX lets posix_spawn succeed for a program that cannot be run: it ends with 127. */
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return write_all(output->descriptor, text->data, text->length, error);
    return ok;
}

static bool longer_than_screen(const struct output *output, const struct strbuf *text)
{
    size_t columns, rows = USUAL_HEIGHT, lines = 0;

    terminal_size(output->descriptor, &columns, &rows);
    for (const char *c = text->data; *c != '\0'; c++)
        lines += *c == '\n';
    return lines + 1 > rows;
}

/* Signs of our own that have a form in ASCII. */
static const struct {
    uint32_t codepoint;
    const char *ascii;
} signs[] = {
    {0x00b7,  "-"  }, /* · */
    { 0x2013, "-"  }, /* – */
    { 0x2026, "..."}, /* … */
    { 0x2190, "<-" }, /* ← */
    { 0x2192, "->" }, /* → */
    { 0x2212, "-"  }, /* − */
};

static void add_in_ascii(struct strbuf *out, uint32_t codepoint)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].codepoint == codepoint) {
            strbuf_add(out, signs[i].ascii);
            return;
        }
    }
    strbuf_printf(out, "<U+%04X>", (unsigned)codepoint);
}

/* What was made without knowing that only ASCII can be shown. */
static void to_ascii(struct strbuf *out, const struct strbuf *text)
{
    const char *at = text->data, *end = text->data + text->length;

    while (at < end) {
        int32_t codepoint = utf8_decode(&at, end);

        if (codepoint >= 0 && codepoint < 0x80)
            strbuf_add_char(out, (char)codepoint);
        else
            add_in_ascii(out, codepoint < 0 ? 0xfffd : (uint32_t)codepoint);
    }
}

bool output_rich(const struct output *output, const struct strbuf *text, struct error *error)
{
    struct strbuf shown = STRBUF_INIT, ascii = STRBUF_INIT;
    bool ok;

    if (!output->utf8) {
        to_ascii(&ascii, text);
        text = &ascii;
    }
    if (output->colour)
        rich_to_ansi(&shown, text->data, text->length);
    else
        rich_to_plain(&shown, text->data, text->length);
    strbuf_release(&ascii);
    if (output->page && longer_than_screen(output, &shown))
        ok = page(output, &shown, error);
    else
        ok = write_all(output->descriptor, shown.data, shown.length, error);
    strbuf_release(&shown);
    return ok;
}

bool output_raw(const struct output *output, const char *data, size_t length, struct error *error)
{
    return write_all(output->descriptor, data, length, error);
}

bool output_content(const struct output *output, const char *data, size_t length,
                    struct error *error)
{
    struct strbuf shown = STRBUF_INIT;
    bool ok;

    if (!output->terminal)
        return output_raw(output, data, length, error);
    escape_terminal(&shown, data, length, ESCAPE_LINES);
    ok = output_raw(output, shown.data, shown.length, error);
    strbuf_release(&shown);
    return ok;
}
