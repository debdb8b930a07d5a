#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <config.h>

#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <pilab/cli/prompt.h>

/* A terminal that a person sits at: what is typed goes into `master`. */
struct desk {
    int master, slave, input; /* `input`: standard input as it was */
    struct output output;
    struct settings settings;
    struct call call;
    struct prompt prompt;
};

static int desk_setup(void **state)
{
    static struct desk desk;
    struct winsize size = { .ws_col = 40, .ws_row = 10 };
    struct termios quiet;

    if (openpty(&desk.master, &desk.slave, NULL, NULL, &size) != 0)
        return -1;
    tcgetattr(desk.slave, &quiet);
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(desk.slave, TCSANOW, &quiet);
    desk.input = dup(STDIN_FILENO);
    dup2(desk.slave, STDIN_FILENO);
    desk.output = output_for(desk.slave, "never", 0, false);
    call_start(&desk.call, &desk.settings);
    prompt_attach(&desk.prompt, &desk.output, &desk.call);
    *state = &desk;
    return 0;
}

static int desk_teardown(void **state)
{
    struct desk *desk = *state;

    prompt_end(&desk->prompt);
    call_end(&desk->call);
    dup2(desk->input, STDIN_FILENO);
    close(desk->input);
    close(desk->master);
    close(desk->slave);
    return 0;
}

static void type(struct desk *desk, const char *text)
{
    assert_int_equal(write(desk->master, text, strlen(text)), strlen(text));
}

/* What stands on the screen and has not been looked at yet. */
/* What was written up to now: a line that the test itself adds closes it. */
static const char *shown(struct desk *desk, char *buffer, size_t size)
{
    size_t length = 0;

    assert_int_equal(write(desk->slave, "\001", 1), 1);
    while (length < size - 1 && read(desk->master, buffer + length, 1) == 1 &&
           buffer[length] != '\001')
        length++;
    buffer[length] = '\0';
    return buffer;
}

static const char *const choices[] = { "yes", "no", NULL };
static const struct call_question trust = { .text = "trust the \033[2Jhost?",
                                            .choices = choices,
                                            .option = "--yes" };
static const struct call_question reason = { .text = "why?", .option = "--reason" };

static void a_choice_is_told_by_its_beginning(void **state)
{
    struct desk *desk = *state;
    struct error error;
    char buffer[256];
    size_t choice;

    type(desk, "perhaps\nNO\n");
    if (!call_ask(&desk->call, &trust, &choice, NULL, &error))
        fail_msg("%s", error.message);
    assert_int_equal(choice, 1);
    assert_string_equal(shown(desk, buffer, sizeof buffer),
                        "trust the ^[[2Jhost? [yes/no] trust the ^[[2Jhost? [yes/no] ");
}

static void a_free_text_is_taken_as_it_is(void **state)
{
    struct desk *desk = *state;
    struct strbuf text = STRBUF_INIT;
    struct error error;
    size_t choice;

    type(desk, "it had to be\n");
    assert_true(call_ask(&desk->call, &reason, &choice, &text, &error));
    assert_string_equal(text.data, "it had to be");
    strbuf_release(&text);
}

static void no_answer_says_what_to_give_instead(void **state)
{
    struct desk *desk = *state;
    struct error error;
    size_t choice;

    type(desk, "\n");
    assert_false(call_ask(&desk->call, &trust, &choice, NULL, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_string_equal(error.hint, "give --yes to say it beforehand");
}

static void progress_is_one_line_that_goes_away(void **state)
{
    struct desk *desk = *state;
    char buffer[256];

    progress_report(&desk->call.progress, "too early", 1, 2);
    assert_string_equal(shown(desk, buffer, sizeof buffer), "");
    desk->prompt.started -= 1000;
    progress_report(&desk->call.progress, "reading\n\033[2J", 1, 2);
    shown(desk, buffer, sizeof buffer);
    assert_int_equal(buffer[0], '\r');
    assert_non_null(strstr(buffer, "reading ^[[2J 50%"));
    assert_int_equal(strlen(buffer), 40 + strlen("\033[K"));
    progress_report(&desk->call.progress, "at once again", 2, 2);
    assert_string_equal(shown(desk, buffer, sizeof buffer), "");
    prompt_end(&desk->prompt);
    assert_string_equal(shown(desk, buffer, sizeof buffer), "\r\033[K");
    prompt_attach(&desk->prompt, &desk->output, &desk->call);
}

static void a_transfer_says_what_there_is_room_for(void **state)
{
    static const struct transfer_state seen = {
        .items = 43, .total = 100, .bytes = 13 << 20, .rate = 3 << 20, .left = 8000
    };
    struct desk *desk = *state;
    struct winsize wide = { .ws_col = 100, .ws_row = 10 };
    char buffer[256];

    desk->prompt.started -= 1000;
    progress_transfer(&desk->call.progress, "receiving objects", &seen);
    assert_non_null(
        strstr(shown(desk, buffer, sizeof buffer), "receiving objects 43%, 8 s left  "));
    assert_int_equal(ioctl(desk->slave, TIOCSWINSZ, &wide), 0); /* somebody makes it wider */
    desk->prompt.drawn_at -= 1000;
    progress_transfer(&desk->call.progress, "receiving objects", &seen);
    assert_non_null(strstr(shown(desk, buffer, sizeof buffer),
                           "receiving objects 43% (43/100), 13.0 MiB, 3.0 MiB/s, 8 s left"));
}

/* From a worker while a person reads the question. */
static void report_twice(struct desk *desk)
{
    desk->prompt.drawn_at -= 1000;
    progress_report(&desk->call.progress, "fetching", 1, 2);
}

static void a_question_has_the_line_for_itself(void **state)
{
    struct desk *desk = *state;
    struct error error;
    char buffer[256];
    size_t choice;

    desk->prompt.started -= 1000;
    report_twice(desk);
    shown(desk, buffer, sizeof buffer);
    desk->prompt.asking = true; /* as from another thread */
    report_twice(desk);
    assert_string_equal(shown(desk, buffer, sizeof buffer), "");
    desk->prompt.asking = false;
    type(desk, "y\n");
    assert_true(call_ask(&desk->call, &trust, &choice, NULL, &error));
    assert_string_equal(shown(desk, buffer, sizeof buffer),
                        "\r\033[Ktrust the ^[[2Jhost? [yes/no] ");
    report_twice(desk); /* and then it goes on */
    assert_non_null(strstr(shown(desk, buffer, sizeof buffer), "fetching 50%"));
}

static void without_a_terminal_nobody_is_asked_or_told(void **state)
{
    struct desk *desk = *state;
    struct output nowhere = { .descriptor = desk->slave };
    struct call call;
    struct prompt prompt;
    struct error error;
    size_t choice;

    call_start(&call, &desk->settings);
    prompt_attach(&prompt, &nowhere, &call);
    assert_null(call.progress.report);
    assert_false(call_ask(&call, &trust, &choice, NULL, &error));
    assert_int_equal(error.code, ERROR_USAGE);
    assert_string_equal(error.hint, "nobody can be asked here: give --yes");
    prompt_end(&prompt);
    call_end(&call);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_choice_is_told_by_its_beginning),          CASE(a_free_text_is_taken_as_it_is),
        CASE(no_answer_says_what_to_give_instead),        CASE(progress_is_one_line_that_goes_away),
        CASE(a_transfer_says_what_there_is_room_for),     CASE(a_question_has_the_line_for_itself),
        CASE(without_a_terminal_nobody_is_asked_or_told),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
