#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <config.h>

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <pilab/base/rich.h>
#include <pilab/cli/output.h>

#include "../../support/patience.h"
#include "../../support/scratch.h"

static const char rich[] = "plain \x01"
                           "Gred\x02 \xe2\x86\x92\n";

/* A terminal of this size; what is written to `slave` is read from `master`. */
static void open_terminal(int *master, int *slave, unsigned short columns, unsigned short rows)
{
    struct winsize size = { .ws_col = columns, .ws_row = rows };

    assert_int_equal(openpty(master, slave, NULL, NULL, &size), 0);
}

static int clean_setup(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    unsetenv("COLUMNS");
    unsetenv("PILAB_PAGER");
    unsetenv("PAGER");
    setenv("TERM", "xterm", 1);
    return 0;
}

static void a_terminal_is_coloured_unless_somebody_minds(void **state)
{
    int master, slave;

    (void)state;
    open_terminal(&master, &slave, 100, 30);
    assert_true(output_for(slave, NULL, 0, true).colour);
    assert_true(output_for(slave, "auto", 0, true).colour);
    assert_false(output_for(slave, "never", 0, true).colour);
    setenv("NO_COLOR", "", 1);
    assert_true(output_for(slave, NULL, 0, true).colour);
    setenv("NO_COLOR", "1", 1);
    assert_false(output_for(slave, NULL, 0, true).colour);
    assert_true(output_for(slave, "always", 0, true).colour);
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    assert_false(output_for(slave, NULL, 0, true).colour);
    unsetenv("TERM");
    assert_false(output_for(slave, NULL, 0, true).colour);
    close(master);
    close(slave);
}

static void a_pipe_is_plain_unless_colours_are_asked_for(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_false(output_for(ends[1], NULL, 0, true).colour);
    assert_false(output_for(ends[1], NULL, 0, true).terminal);
    assert_false(output_for(ends[1], NULL, 0, true).page);
    assert_true(output_for(ends[1], "always", 0, true).colour);
    assert_true(output_for(ends[1], NULL, 0, true).whole);
    assert_false(output_for(ends[1], NULL, 60, true).whole);
    close(ends[0]);
    close(ends[1]);
}

static void the_width_is_the_terminals_or_what_is_said(void **state)
{
    int master, slave, ends[2];

    (void)state;
    open_terminal(&master, &slave, 100, 30);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(output_for(slave, NULL, 0, true).width, 100);
    assert_false(output_for(slave, NULL, 0, true).whole);
    assert_int_equal(output_for(slave, NULL, 60, true).width, 60);
    assert_int_equal(output_for(ends[1], NULL, 0, true).width, 80);
    setenv("COLUMNS", "120", 1);
    assert_int_equal(output_for(ends[1], NULL, 0, true).width, 120);
    assert_int_equal(output_for(slave, NULL, 0, true).width, 100);
    setenv("COLUMNS", "-5", 1);
    assert_int_equal(output_for(ends[1], NULL, 0, true).width, 80);
    setenv("COLUMNS", "wide", 1);
    assert_int_equal(output_for(ends[1], NULL, 0, true).width, 80);
    close(master);
    close(slave);
    close(ends[0]);
    close(ends[1]);
}

/* What comes out at the other end of a pipe. */
static void assert_written(struct output output, const char *text, const char *expected)
{
    struct strbuf in = STRBUF_INIT;
    char buffer[4096];
    struct error error;
    ssize_t count;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    output.descriptor = ends[1];
    strbuf_add(&in, text);
    if (!output_rich(&output, &in, &error))
        fail_msg("%s", error.message);
    close(ends[1]);
    count = read(ends[0], buffer, sizeof buffer - 1);
    assert_true(count >= 0);
    buffer[count] = '\0';
    assert_string_equal(buffer, expected);
    close(ends[0]);
    strbuf_release(&in);
}

static void roles_become_colours_only_where_they_are_wanted(void **state)
{
    (void)state;
    assert_written((struct output){ .colour = true, .utf8 = true, .width = 80 }, rich,
                   "plain \033[31mred\033[0m \xe2\x86\x92\n");
    assert_written((struct output){ .utf8 = true, .width = 80 }, rich, "plain red \xe2\x86\x92\n");
}

static void our_own_signs_are_spelt_where_only_ascii_is_shown(void **state)
{
    (void)state;
    assert_written((struct output){ .width = 80 }, rich, "plain red ->\n");
    assert_written((struct output){ .width = 80 },
                   "a\xe2\x80\xa6 \xc2\xb7 \xe2\x88\x92 Z\xc3\xbcrich\n",
                   "a... - - Z<U+00FC>rich\n");
    assert_written((struct output){ .colour = true, .width = 80 },
                   "\x01"
                   "G\xe2\x86\x92\x02\n",
                   "\033[31m->\033[0m\n");
}

static void a_reader_that_has_gone_is_no_error(void **state)
{
    struct output output = { .width = 80 };
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    int ends[2];

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    output.descriptor = ends[1];
    strbuf_add(&text, rich);
    assert_true(output_rich(&output, &text, &error));
    assert_true(output_raw(&output, "raw", 3, &error));
    close(ends[1]);
    strbuf_release(&text);
}

static void a_full_disk_is_one(void **state)
{
    struct output output = { .width = 80 };
    struct error error = { 0 };

    (void)state;
    output.descriptor = open("/dev/full", O_WRONLY);
    if (output.descriptor < 0)
        skip();
    assert_false(output_raw(&output, "raw", 3, &error));
    assert_int_equal(error.code, ERROR_IO);
    assert_non_null(strstr(error.message, "cannot write the output"));
    close(output.descriptor);
}

/* --- The pager ---------------------------------------------------------------------------------
 */

struct paging {
    char *folder, *seen, *script;
    int master, slave;
    struct output output;
};

/* A pager that keeps its words and what it was given. */
static int paging_setup(void **state)
{
    static struct paging paging;
    struct strbuf script = STRBUF_INIT;

    clean_setup(state);
    paging.folder = scratch_new();
    paging.seen = scratch_path(paging.folder, "seen");
    strbuf_printf(&script, "printf '%%s|' \"$@\" >'%s'; cat >>'%s'\n", paging.seen, paging.seen);
    paging.script = scratch_file(paging.folder, "pager.sh", script.data);
    strbuf_release(&script);
    open_terminal(&paging.master, &paging.slave, 80, 5);
    paging.output = output_for(paging.slave, "never", 0, true);
    *state = &paging;
    return 0;
}

static int paging_teardown(void **state)
{
    struct paging *paging = *state;

    close(paging->master);
    close(paging->slave);
    free(paging->seen);
    free(paging->script);
    scratch_remove(&paging->folder);
    return 0;
}

static void page_lines(struct paging *paging, size_t lines)
{
    struct strbuf text = STRBUF_INIT;
    struct error error;

    strbuf_add_repeat(&text, "line\n", lines);
    if (!output_rich(&paging->output, &text, &error))
        fail_msg("%s", error.message);
    strbuf_release(&text);
}

/* What comes out of the terminal: so many lines, in as many pieces as it likes. */
static void assert_shown(struct paging *paging, size_t lines)
{
    size_t left = strlen("line\r\n") * lines;
    char buffer[256];

    while (left > 0) {
        struct pollfd ready = { .fd = paging->master, .events = POLLIN };
        ssize_t got;

        assert_int_equal(poll(&ready, 1, (int)patience(10000)), 1);
        got = read(paging->master, buffer, left < sizeof buffer ? left : sizeof buffer);
        assert_true(got > 0);
        left -= (size_t)got;
    }
}

static void assert_paged(struct paging *paging, const char *variable, const char *format,
                         const char *expected)
{
    struct strbuf command = STRBUF_INIT;
    char *seen;

    strbuf_printf(&command, "%s %s %s", "sh", paging->script, format);
    setenv(variable, command.data, 1);
    page_lines(paging, 6);
    seen = scratch_read(paging->seen);
    assert_string_equal(seen, expected);
    free(seen);
    unlink(paging->seen);
    unsetenv(variable);
    strbuf_release(&command);
}

static void a_long_text_goes_through_the_pager(void **state)
{
    struct paging *paging = *state;

    assert_paged(paging, "PAGER", "", "|line\nline\nline\nline\nline\nline\n");
    assert_paged(paging, "PILAB_PAGER", "-R   -x;y $(touch z)",
                 "-R|-x;y|$(touch|z)|line\nline\nline\nline\nline\nline\n");
}

static void our_own_variable_comes_first(void **state)
{
    struct paging *paging = *state;

    setenv("PAGER", "false", 1);
    assert_paged(paging, "PILAB_PAGER", "mine", "mine|line\nline\nline\nline\nline\nline\n");
}

static void a_short_text_and_no_pager_go_straight_to_the_screen(void **state)
{
    static const char *const none[] = { "", "  ", "cat", "/nonexistent/pager" };
    struct paging *paging = *state;

    setenv("PILAB_PAGER", paging->script, 1);
    page_lines(paging, 3);
    assert_shown(paging, 3);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        setenv("PILAB_PAGER", none[i], 1);
        page_lines(paging, 9);
        assert_shown(paging, 9);
    }
    paging->output.page = false;
    setenv("PILAB_PAGER", paging->script, 1);
    page_lines(paging, 9);
    assert_shown(paging, 9);
}

static void content_is_exact_in_a_pipe_and_tame_on_a_terminal(void **state)
{
    static const char content[] = "a\x1b]0;x\x07\rb\n";
    struct output output = { .width = 80, .utf8 = true };
    struct error error = { 0 };
    char buffer[64];
    int ends[2], master, slave;
    ssize_t got;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    output.descriptor = ends[1];
    assert_true(output_content(&output, content, strlen(content), &error));
    got = read(ends[0], buffer, sizeof buffer);
    assert_int_equal(got, strlen(content));
    assert_memory_equal(buffer, content, (size_t)got);
    close(ends[0]);
    close(ends[1]);

    open_terminal(&master, &slave, 80, 24);
    output.descriptor = slave;
    output.terminal = true;
    assert_true(output_content(&output, content, strlen(content), &error));
    got = read(master, buffer, sizeof buffer);
    assert_true(got > 0);
    assert_null(memchr(buffer, '\x1b', (size_t)got));
    assert_null(memchr(buffer, '\x07', (size_t)got));
    assert_memory_equal(buffer, "a^[]0;x^G^Mb", strlen("a^[]0;x^G^Mb"));
    close(master);
    close(slave);
}

#define CASE(name)   cmocka_unit_test_setup(name, clean_setup)
#define PAGING(name) cmocka_unit_test_setup_teardown(name, paging_setup, paging_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_terminal_is_coloured_unless_somebody_minds),
        CASE(a_pipe_is_plain_unless_colours_are_asked_for),
        CASE(the_width_is_the_terminals_or_what_is_said),
        CASE(roles_become_colours_only_where_they_are_wanted),
        CASE(our_own_signs_are_spelt_where_only_ascii_is_shown),
        CASE(a_reader_that_has_gone_is_no_error),
        CASE(a_full_disk_is_one),
        CASE(content_is_exact_in_a_pipe_and_tame_on_a_terminal),
        PAGING(a_long_text_goes_through_the_pager),
        PAGING(our_own_variable_comes_first),
        PAGING(a_short_text_and_no_pager_go_straight_to_the_screen),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
