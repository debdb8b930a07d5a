#include "vt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

#include "../support/patience.h"

#define IDLE_MARK   "\033]7777;idle\007"
#define IDLE_LENGTH (sizeof IDLE_MARK - 1)

struct vt {
    int line; /* our end; -1: hung up */
    pid_t process;
    int status; /* of waitpid, once `ended` */
    bool ended;
    bool closed; /* nothing comes any more */
    int rows;
    int columns;
    VTerm *term;
    VTermScreen *screen;
    bool full_screen;
    bool cursor_visible;
    struct strbuf log;
    struct strbuf osc;
    struct strbuf title;
    struct strbuf row;
    size_t matched; /* bytes of the idle mark seen so far */
    size_t idles;
    size_t idle_at; /* how long the log was at the last one */
};

static int on_property(VTermProp property, VTermValue *value, void *context)
{
    struct vt *vt = context;

    if (property == VTERM_PROP_ALTSCREEN)
        vt->full_screen = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        vt->cursor_visible = value->boolean;
    return 1;
}

/* Answers of the terminal (DA, CPR) go back, or programs that ask would hang. */
static void on_answer(const char *bytes, size_t length, void *context)
{
    vt_send_bytes(context, bytes, length);
}

static const VTermScreenCallbacks screen_callbacks = { .settermprop = on_property };

static void open_screen(struct vt *vt)
{
    vt->term = vterm_new(vt->rows, vt->columns);
    vterm_set_utf8(vt->term, 1);
    vterm_output_set_callback(vt->term, on_answer, vt);
    vt->screen = vterm_obtain_screen(vt->term);
    vterm_screen_enable_altscreen(vt->screen, 1);
    vterm_screen_set_callbacks(vt->screen, &screen_callbacks, vt);
    vterm_screen_reset(vt->screen, 1);
}

struct vt *vt_start(int rows, int columns, const char *const argv[],
                    const char *const environment[], const char *directory)
{
    struct vt *vt = memory_new(sizeof *vt);
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

    vt->rows = rows;
    vt->columns = columns;
    vt->cursor_visible = true;
    vt->log = vt->osc = vt->title = vt->row = (struct strbuf)STRBUF_INIT;
    open_screen(vt);
    vt->process = forkpty(&vt->line, NULL, NULL, &size);
    if (vt->process == 0) {
        if (directory != NULL && chdir(directory) != 0)
            _exit(126);
        execve(argv[0], (char *const *)argv, (char *const *)environment);
        _exit(127);
    }
    fcntl(vt->line, F_SETFD, FD_CLOEXEC);
    return vt;
}

/* Hands bytes to the log and, in one piece, to the screen, less the idle marks, which may come in
 * two halves. */
static void take(struct vt *vt, const char *bytes, size_t length)
{
    size_t from = vt->log.length;

    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == IDLE_MARK[vt->matched]) {
            if (++vt->matched == IDLE_LENGTH) {
                vt->matched = 0;
                vt->idles++;
                vt->idle_at = vt->log.length;
            }
            continue;
        }
        strbuf_add_bytes(&vt->log, IDLE_MARK, vt->matched);
        vt->matched = bytes[i] == IDLE_MARK[0] ? 1 : 0;
        if (vt->matched == 0)
            strbuf_add_char(&vt->log, bytes[i]);
    }
    vterm_input_write(vt->term, vt->log.data + from, vt->log.length - from);
}

/* Waits for output until `limit` (monotonic) and takes it; false when none came. */
static bool pump(struct vt *vt, int64_t limit)
{
    struct pollfd readable = { .fd = vt->line, .events = POLLIN };
    int64_t left = limit - clock_monotonic();
    char bytes[65536];
    ssize_t length;

    if (vt->closed || vt->line < 0 || poll(&readable, 1, left < 0 ? 0 : (int)left) <= 0)
        return false;
    length = read(vt->line, bytes, sizeof bytes);
    if (length <= 0) {
        vt->closed = length == 0 || errno != EINTR;
        return false;
    }
    take(vt, bytes, (size_t)length);
    return true;
}

static void reap(struct vt *vt, int flags)
{
    if (!vt->ended && waitpid(vt->process, &vt->status, flags) == vt->process)
        vt->ended = true;
}

pid_t vt_pid(const struct vt *vt)
{
    return vt->process;
}

void vt_free(struct vt **out)
{
    struct vt *vt = *out;

    if (vt == NULL)
        return;
    vt_hang_up(vt);
    if (vt_exit(vt, 2000) < 0) {
        kill(vt->process, SIGKILL);
        reap(vt, 0);
    }
    vterm_free(vt->term);
    strbuf_release(&vt->log);
    strbuf_release(&vt->osc);
    strbuf_release(&vt->title);
    strbuf_release(&vt->row);
    free(vt);
    *out = NULL;
}

void vt_send_bytes(struct vt *vt, const char *bytes, size_t length)
{
    while (length > 0 && vt->line >= 0) {
        ssize_t written = write(vt->line, bytes, length);

        if (written < 0 && errno != EINTR)
            return;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
}

void vt_send(struct vt *vt, const char *bytes)
{
    vt_send_bytes(vt, bytes, strlen(bytes));
}

void vt_key(struct vt *vt, VTermKey key)
{
    vterm_keyboard_key(vt->term, key, VTERM_MOD_NONE);
}

void vt_resize(struct vt *vt, int rows, int columns)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

    vt->rows = rows;
    vt->columns = columns;
    vterm_set_size(vt->term, rows, columns);
    ioctl(vt->line, TIOCSWINSZ, &size);
}

void vt_hang_up(struct vt *vt)
{
    if (vt->line >= 0)
        close(vt->line);
    vt->line = -1;
    vt->closed = true;
}

void vt_signal(struct vt *vt, int number)
{
    kill(vt->process, number);
}

bool vt_wait_idle(struct vt *vt)
{
    int64_t limit = clock_monotonic() + patience(VT_PATIENCE);
    size_t wanted = vt->idles + 1;

    while (vt->idles < wanted && !vt->closed && clock_monotonic() < limit)
        pump(vt, limit);
    return vt->idles >= wanted;
}

bool vt_type(struct vt *vt, const char *bytes)
{
    vt_send(vt, bytes);
    return vt_wait_idle(vt);
}

static bool wait_text(struct vt *vt, const char *text, bool shown, bool at_rest)
{
    int64_t limit = clock_monotonic() + patience(VT_PATIENCE);

    while ((at_rest && vt->log.length != vt->idle_at) || (vt_find(vt, text) >= 0) != shown) {
        if (vt->closed || clock_monotonic() >= limit)
            return false;
        pump(vt, limit);
    }
    return true;
}

bool vt_wait_text(struct vt *vt, const char *text)
{
    return wait_text(vt, text, true, true);
}

bool vt_wait_gone(struct vt *vt, const char *text)
{
    return wait_text(vt, text, false, true);
}

bool vt_see_text(struct vt *vt, const char *text)
{
    return wait_text(vt, text, true, false);
}

void vt_listen(struct vt *vt, int milliseconds)
{
    int64_t limit = clock_monotonic() + milliseconds;

    while (!vt->closed && clock_monotonic() < limit)
        pump(vt, limit);
}

static int exit_status(const struct vt *vt)
{
    if (!vt->ended)
        return -1;
    return WIFEXITED(vt->status) ? WEXITSTATUS(vt->status) : 128 + WTERMSIG(vt->status);
}

int vt_wait_end(struct vt *vt, int milliseconds)
{
    int64_t limit = clock_monotonic() + patience(milliseconds);

    reap(vt, WNOHANG);
    while (!vt->ended && clock_monotonic() < limit) {
        poll(NULL, 0, 5);
        reap(vt, WNOHANG);
    }
    return exit_status(vt);
}

int vt_exit(struct vt *vt, int milliseconds)
{
    int64_t limit = clock_monotonic() + patience(milliseconds);

    reap(vt, WNOHANG);
    while (!vt->ended && clock_monotonic() < limit) {
        int64_t slice = clock_monotonic() + 5;

        if (vt->line < 0 || vt->closed)
            poll(NULL, 0, 5);
        else
            pump(vt, slice);
        reap(vt, WNOHANG);
    }
    while (pump(vt, 0))
        continue;
    return exit_status(vt);
}

int vt_rows(const struct vt *vt)
{
    return vt->rows;
}

int vt_columns(const struct vt *vt)
{
    return vt->columns;
}

VTermScreenCell vt_cell(struct vt *vt, int row, int column)
{
    VTermScreenCell cell = { 0 };
    VTermPos position = { row, column };

    vterm_screen_get_cell(vt->screen, position, &cell);
    return cell;
}

const char *vt_row(struct vt *vt, int row)
{
    size_t end = 0;

    strbuf_clear(&vt->row);
    for (int column = 0; column < vt->columns; column++) {
        VTermScreenCell cell = vt_cell(vt, row, column);

        /* The right half of a wide character. */
        if (cell.chars[0] == UINT32_MAX)
            continue;
        if (cell.chars[0] == 0)
            strbuf_add_char(&vt->row, ' ');
        for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
            strbuf_add_codepoint(&vt->row, cell.chars[i]);
        if (cell.chars[0] != 0 && cell.chars[0] != ' ')
            end = vt->row.length;
    }
    strbuf_truncate(&vt->row, end);
    return vt->row.data;
}

void vt_screen(struct vt *vt, struct strbuf *out)
{
    for (int row = 0; row < vt->rows; row++)
        strbuf_printf(out, "%s\n", vt_row(vt, row));
}

int vt_find(struct vt *vt, const char *text)
{
    for (int row = 0; row < vt->rows; row++)
        if (strstr(vt_row(vt, row), text) != NULL)
            return row;
    return -1;
}

VTermPos vt_cursor(const struct vt *vt)
{
    VTermPos position;

    vterm_state_get_cursorpos(vterm_obtain_state(vt->term), &position);
    return position;
}

bool vt_cursor_visible(const struct vt *vt)
{
    return vt->cursor_visible;
}

bool vt_full_screen(const struct vt *vt)
{
    return vt->full_screen;
}

bool vt_echoes(const struct vt *vt)
{
    struct termios modes;

    return tcgetattr(vt->line, &modes) == 0 && (modes.c_lflag & ECHO) != 0 &&
           (modes.c_lflag & ICANON) != 0;
}

/* The last OSC that begins so, read from the log: libvterm 0.1.4 loses what arrives in two pieces.
 */
static const char *last_osc(const struct vt *vt, const char *beginning, struct strbuf *out)
{
    const char *at = vt->log.data;

    strbuf_clear(out);
    while ((at = strstr(at, "\033]")) != NULL) {
        at += 2;
        if (strncmp(at, beginning, strlen(beginning)) != 0)
            continue;
        strbuf_clear(out);
        strbuf_add_bytes(out, at, strcspn(at, "\007\033"));
    }
    return out->data;
}

const char *vt_title(struct vt *vt)
{
    const char *osc = last_osc(vt, "2;", &vt->title);

    return osc[0] == '\0' ? osc : osc + strlen("2;");
}

size_t vt_bytes(const struct vt *vt)
{
    return vt->log.length;
}

const struct strbuf *vt_log(const struct vt *vt)
{
    return &vt->log;
}

const char *vt_clipboard(struct vt *vt)
{
    return last_osc(vt, "52;", &vt->osc);
}

size_t vt_idle_count(const struct vt *vt)
{
    return vt->idles;
}

long vt_process(const struct vt *vt)
{
    return vt->process;
}
