#include "terminal_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#define PASTE_ON      "\033[?2004h"
#define PASTE_OFF     "\033[?2004l"
#define IDLE_MARK     "\033]7777;idle\007"
#define TITLE_COLUMNS 120

static bool open_files(struct terminal *terminal, struct error *error)
{
    int input = isatty(STDIN_FILENO) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                     : open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    int output = isatty(STDOUT_FILENO) ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : -1;

    terminal->input = input < 0 ? NULL : fdopen(input, "r");
    terminal->output = output < 0 ? NULL : fdopen(output, "w");
    terminal->input_fd = input;
    terminal->output_fd = output;
    if (terminal->input != NULL && terminal->output != NULL)
        return true;
    error_set(error, ERROR_UNSUPPORTED, "%s is not a terminal: no screens there",
              terminal->output == NULL ? "the standard output" : "the standard input");
    return error_hint(error, "use the subcommands; --help lists them");
}

static void find_capabilities(struct terminal *terminal)
{
    const char *before = terminfo_text("tsl");
    const char *after = terminfo_text("fsl");
    bool xterm = terminfo_flag("XT");

    terminal->has_paste = terminfo_text("BE") != NULL;
    terminal->has_clipboard = terminfo_text("Ms") != NULL || xterm;
    /* A status line that is a row of its own (DEC terminals) is not a title. */
    if (before != NULL && after != NULL && strncmp(before, "\033]", 2) == 0) {
        terminal->title_before = before;
        terminal->title_after = after;
    } else if (xterm) {
        terminal->title_before = "\033]2;";
        terminal->title_after = "\007";
    }
}

/* Takes ^C and ^Z as signals, but neither ^S ^Q (they would freeze the screen) nor ^V ^O (keys);
 * typed keys survive a ^C. */
static void set_line_discipline(struct terminal *terminal)
{
    struct termios modes;

    cbreak();
    noecho();
    nonl();
    if (tcgetattr(terminal->input_fd, &modes) != 0)
        return;
    modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
    modes.c_lflag &= ~(tcflag_t)IEXTEN;
    modes.c_lflag |= NOFLSH;
    tcsetattr(terminal->input_fd, TCSANOW, &modes);
    def_prog_mode();
}

static void take_over(struct terminal *terminal, const struct terminal_options *options,
                      const struct termios *modes)
{
    const char *no_color = getenv("NO_COLOR");
    const char *mark = getenv("PILAB_IDLE_MARK");
    struct strbuf restore = STRBUF_INIT;

    set_line_discipline(terminal);
    find_capabilities(terminal);
    ink_start(terminal, options->no_color || (no_color != NULL && no_color[0] != '\0'));
    input_start(terminal);
    idlok(stdscr, TRUE);
    curs_set(0);
    terminal->marks_idle = mark != NULL && mark[0] != '\0';

    terminfo_add(&restore, "sgr0");
    strbuf_add(&restore, terminal->has_paste ? PASTE_OFF : "");
    terminfo_add(&restore, "rmkx");
    terminfo_add(&restore, "rmcup");
    terminfo_add(&restore, "cnorm");
    signals_start(terminal, restore.data, restore.length, modes);
    strbuf_release(&restore);

    if (terminal->has_paste)
        terminal_write(terminal, PASTE_ON, strlen(PASTE_ON));
}

static void close_files(struct terminal *terminal)
{
    if (terminal->input != NULL)
        fclose(terminal->input);
    else if (terminal->input_fd >= 0)
        close(terminal->input_fd);
    if (terminal->output != NULL)
        fclose(terminal->output);
    else if (terminal->output_fd >= 0)
        close(terminal->output_fd);
    free(terminal->notice);
    free(terminal);
}

bool terminal_start(struct terminal **out, const struct terminal_options *options,
                    struct error *error)
{
    struct terminal *terminal = memory_new(sizeof *terminal);
    struct termios modes = { 0 };
    const char *name;

    *out = NULL;
    terminal->title = terminal->paste = (struct strbuf)STRBUF_INIT;
    if (!open_files(terminal, error) || (name = terminfo_choose(terminal, error)) == NULL ||
        !signals_open(terminal, error)) {
        close_files(terminal);
        return false;
    }
    tcgetattr(terminal->input_fd, &modes);
    signals_remember();
    /* Ask the system for the size, not LINES and COLUMNS, which a shell may have exported. */
    use_env(FALSE);
    use_tioctl(TRUE);
    terminal->screen = newterm(name, terminal->output, terminal->input);
    if (terminal->screen == NULL) {
        error_set(error, ERROR_UNSUPPORTED, "ncurses cannot use this terminal (TERM=%s)", name);
        error_hint(error, "use the subcommands, or try TERM=vt100");
        signals_stop(terminal);
        close_files(terminal);
        return false;
    }
    terminal->glyphs =
        options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0 ? GLYPHS_ASCII : GLYPHS_UTF8;
    take_over(terminal, options, &modes);
    *out = terminal;
    return true;
}

/* Whether the terminal takes output at all: one that is gone or stuck must not keep us. */
static bool is_writable(const struct terminal *terminal)
{
    struct pollfd output = { .fd = terminal->output_fd, .events = POLLOUT };

    return poll(&output, 1, 100) == 1 && (output.revents & (POLLHUP | POLLERR)) == 0;
}

void terminal_end(struct terminal **out)
{
    struct terminal *terminal = *out;

    if (terminal == NULL)
        return;
    if (is_writable(terminal))
        terminal_pause(terminal);
    signals_stop(terminal);
    delwin(terminal->keyboard);
    delscreen(terminal->screen);
    vector_release(&terminal->pairs);
    strbuf_release(&terminal->title);
    strbuf_release(&terminal->paste);
    free(terminal->shown);
    free(terminal->line);
    close_files(terminal);
    *out = NULL;
}

const char *terminal_notice(const struct terminal *terminal)
{
    return terminal->notice;
}

int terminal_rows(const struct terminal *terminal)
{
    (void)terminal;
    return LINES;
}

int terminal_columns(const struct terminal *terminal)
{
    (void)terminal;
    return COLS;
}

enum glyph_set terminal_glyphs(const struct terminal *terminal)
{
    return terminal->glyphs;
}

enum color_depth terminal_depth(const struct terminal *terminal)
{
    return terminal->depth;
}

int terminal_input_fd(const struct terminal *terminal)
{
    return terminal->input_fd;
}

int terminal_signal_fd(const struct terminal *terminal)
{
    return terminal->signal_read;
}

void terminal_write(struct terminal *terminal, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(terminal->output_fd, bytes, length);

        if (written < 0 && errno == EAGAIN) {
            struct pollfd output = { .fd = terminal->output_fd, .events = POLLOUT };

            poll(&output, 1, 1000);
        } else if (written < 0 && errno != EINTR) {
            return;
        } else if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
}

bool terminal_measure(struct terminal *terminal)
{
    struct winsize size = { 0 };

    if (ioctl(terminal->output_fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    if (size.ws_row == LINES && size.ws_col == COLS)
        return false;
    resize_term(size.ws_row, size.ws_col);
    return true;
}

void terminal_repaint(struct terminal *terminal)
{
    terminal->shown_rows = 0;
    clearok(curscr, TRUE);
}

/* One row of cells as ncurses wants them; returns how many. */
static int make_line(struct terminal *terminal, const struct canvas_cell *cells, int columns)
{
    int count = 0;

    for (int column = 0; column < columns; column++) {
        const struct canvas_cell *cell = &cells[column];
        const struct ink *ink = ink_of(terminal, cell->style);
        const char *text = cell->text;
        const char *end = text + strlen(text);
        wchar_t wide[CCHARW_MAX + 1] = { 0 };

        if (cell->width == 0)
            continue;
        for (size_t i = 0; i < CCHARW_MAX && text < end; i++)
            wide[i] = (wchar_t)utf8_decode(&text, end);
        setcchar(&terminal->line[count++], wide, ink->attributes, (short)ink->pair, NULL);
    }
    return count;
}

static void remember_size(struct terminal *terminal, int rows, int columns)
{
    size_t cells = (size_t)rows * (size_t)columns;

    if (terminal->shown_rows == rows && terminal->shown_columns == columns)
        return;
    terminal->shown = memory_resize(terminal->shown, cells, sizeof *terminal->shown);
    memset(terminal->shown, 0, cells * sizeof *terminal->shown);
    terminal->line = memory_resize(terminal->line, (size_t)columns, sizeof *terminal->line);
    terminal->shown_rows = rows;
    terminal->shown_columns = columns;
    werase(stdscr);
}

void terminal_show(struct terminal *terminal, const struct canvas *canvas)
{
    int rows = canvas_rows(canvas);
    int columns = canvas_columns(canvas);
    struct canvas_cursor cursor = canvas_cursor(canvas);
    size_t row_size = (size_t)columns * sizeof *terminal->shown;

    remember_size(terminal, rows, columns);
    for (int row = 0; row < rows; row++) {
        const struct canvas_cell *cells = canvas_row(canvas, row);
        struct canvas_cell *shown = terminal->shown + (size_t)row * (size_t)columns;

        if (memcmp(cells, shown, row_size) == 0)
            continue;
        memcpy(shown, cells, row_size);
        mvadd_wchnstr(row, 0, terminal->line, make_line(terminal, cells, columns));
    }
    wmove(stdscr, cursor.row, cursor.column);
    curs_set(cursor.visible ? 1 : 0);
    wnoutrefresh(stdscr);
    doupdate();
}

void terminal_set_title(struct terminal *terminal, const char *title)
{
    struct strbuf shown = STRBUF_INIT;
    struct strbuf message = STRBUF_INIT;
    unsigned flags = ESCAPE_BLANKS | (terminal->glyphs == GLYPHS_ASCII ? ESCAPE_ASCII : 0);

    if (terminal->title_before == NULL)
        return;
    escape_terminal(&shown, title, strlen(title), flags);
    strbuf_truncate(&shown, text_fit(shown.data, shown.length, TITLE_COLUMNS, NULL));
    if (strcmp(shown.data, terminal->title.data) != 0) {
        strbuf_printf(&message, "%s%s%s", terminal->title_before, shown.data,
                      terminal->title_after);
        terminal_write(terminal, message.data, message.length);
        strbuf_clear(&terminal->title);
        strbuf_add(&terminal->title, shown.data);
    }
    strbuf_release(&message);
    strbuf_release(&shown);
}

void terminal_bell(struct terminal *terminal)
{
    (void)terminal;
    beep();
}

bool terminal_clipboard(struct terminal *terminal, const char *text, size_t length)
{
    struct strbuf sequence = STRBUF_INIT;
    size_t size = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL);
    char *encoded;

    if (!terminal->has_clipboard || length > TERMINAL_CLIPBOARD_MAXIMUM)
        return false;
    encoded = memory_new(size);
    sodium_bin2base64(encoded, size, (const unsigned char *)text, length,
                      sodium_base64_VARIANT_ORIGINAL);
    strbuf_printf(&sequence, "\033]52;c;%s\007", encoded);
    terminal_write(terminal, sequence.data, sequence.length);
    strbuf_release(&sequence);
    free(encoded);
    return true;
}

void terminal_mark_idle(struct terminal *terminal)
{
    if (terminal->marks_idle)
        terminal_write(terminal, IDLE_MARK, strlen(IDLE_MARK));
}

void terminal_pause(struct terminal *terminal)
{
    if (terminal->has_paste)
        terminal_write(terminal, PASTE_OFF, strlen(PASTE_OFF));
    endwin();
}

void terminal_resume(struct terminal *terminal)
{
    reset_prog_mode();
    if (terminal->has_paste)
        terminal_write(terminal, PASTE_ON, strlen(PASTE_ON));
    strbuf_clear(&terminal->title);
    terminal_measure(terminal);
    terminal_repaint(terminal);
}

void terminal_suspend(struct terminal *terminal)
{
    terminal_pause(terminal);
    signals_stop_process();
    terminal_resume(terminal);
}
