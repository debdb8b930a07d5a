#include <pilab/cli/prompt.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/escape.h>
#include <pilab/base/rich.h>

/* Nobody wants to see a line flash: it appears when the work takes long, and changes seldom. */
#define QUIET_MILLISECONDS 400
#define TICK_MILLISECONDS  200

static void wipe(struct prompt *prompt)
{
    if (prompt->drawn)
        output_raw(prompt->output, "\r\033[K", 4, NULL);
    prompt->drawn = false;
}

static bool is_due(const struct prompt *prompt, int64_t now)
{
    return !prompt->asking && now - prompt->started >= QUIET_MILLISECONDS &&
           now - prompt->drawn_at >= TICK_MILLISECONDS;
}

/* The terminal as wide as it is now: it may have been made smaller, and a line that wraps cannot be
 * renewed. */
static size_t room(const struct prompt *prompt)
{
    return output_for(prompt->output->descriptor, NULL, 0, false).width - 1;
}

static void draw(struct prompt *prompt, const char *words, size_t columns, int64_t now)
{
    struct strbuf line = STRBUF_INIT, text = STRBUF_INIT;

    escape_terminal(&text, words, strlen(words),
                    ESCAPE_BLANKS | (prompt->output->utf8 ? 0 : ESCAPE_ASCII));
    strbuf_add(&line, "\r");
    rich_cell(&line, RICH_PLAIN, text.data, columns, RICH_LEFT, prompt->output->utf8);
    strbuf_add(&line, "\033[K"); /* a wider one may have been there */
    output_raw(prompt->output, line.data, line.length, NULL);
    prompt->drawn = true;
    prompt->drawn_at = now;
    strbuf_release(&line);
    strbuf_release(&text);
}

static void report(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct prompt *prompt = context;
    struct strbuf words = STRBUF_INIT;
    int64_t now = clock_monotonic();

    pthread_mutex_lock(&prompt->drawing);
    if (is_due(prompt, now)) {
        strbuf_add(&words, what);
        if (total > 0)
            strbuf_printf(&words, " %" PRIu64 "%%", done * 100 / total);
        else if (done > 0)
            strbuf_printf(&words, " %" PRIu64, done);
        draw(prompt, words.data, room(prompt), now);
    }
    pthread_mutex_unlock(&prompt->drawing);
    strbuf_release(&words);
}

static void transfer(void *context, const char *what, const struct transfer_state *state)
{
    struct prompt *prompt = context;
    struct strbuf words = STRBUF_INIT;
    int64_t now = clock_monotonic();

    pthread_mutex_lock(&prompt->drawing);
    if (is_due(prompt, now)) {
        transfer_words(&words, what, state, room(prompt));
        draw(prompt, words.data, room(prompt), now);
    }
    pthread_mutex_unlock(&prompt->drawing);
    strbuf_release(&words);
}

/* A question has the line for itself, from before it is shown until it is answered. */
static void set_asking(struct prompt *prompt, bool asking)
{
    pthread_mutex_lock(&prompt->drawing);
    prompt->asking = asking;
    if (asking)
        wipe(prompt);
    pthread_mutex_unlock(&prompt->drawing);
}

/* Longer than anything that is typed; a buffer that grows leaves copies of a secret behind. */
#define LINE_ROOM 4096

static bool read_line(struct strbuf *line)
{
    char c;

    strbuf_clear(line);
    strbuf_reserve(line, LINE_ROOM);
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
        strbuf_add_char(line, c);
    return line->length > 0;
}

static void show_question(struct prompt *prompt, const struct call_question *question)
{
    struct strbuf text = STRBUF_INIT;

    if (question->details != NULL)
        strbuf_printf(&text, "%s\n", question->details);
    rich_text(&text, RICH_PLAIN, question->text, prompt->output->utf8);
    for (size_t i = 0; question->choices != NULL && question->choices[i] != NULL; i++)
        strbuf_printf(&text, "%s%s", i == 0 ? " [" : "/", question->choices[i]);
    strbuf_add(&text, question->choices != NULL ? "] " : ": ");
    output_rich(prompt->output, &text, NULL);
    strbuf_release(&text);
}

/* A line that does not show on the terminal while it is typed. What was typed before the question
 * is thrown away, since it has been seen. */
static bool read_secret_line(struct prompt *prompt, const struct call_question *question,
                             struct strbuf *line)
{
    struct termios before, silent;
    bool ok;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0)
        return false;
    show_question(prompt, question); /* from here on people type */
    ok = read_line(line);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    output_raw(prompt->output, "\n", 1, NULL);
    return ok;
}

static bool read_shown_line(struct prompt *prompt, const struct call_question *question,
                            struct strbuf *line)
{
    show_question(prompt, question);
    return read_line(line);
}

static bool match_choice(const struct call_question *question, const char *typed, size_t *choice)
{
    for (size_t i = 0; question->choices[i] != NULL; i++) {
        if (strncasecmp(question->choices[i], typed, strlen(typed)) == 0) {
            *choice = i;
            return true;
        }
    }
    return false;
}

static bool ask(void *context, const struct call_question *question, size_t *choice,
                struct strbuf *text, struct error *error)
{
    struct prompt *prompt = context;
    struct strbuf line = STRBUF_INIT;
    bool answered = false;

    set_asking(prompt, true);
    do {
        if (!(question->secret ? read_secret_line(prompt, question, &line)
                               : read_shown_line(prompt, question, &line)))
            break;
        answered = question->choices == NULL || match_choice(question, line.data, choice);
    } while (!answered);
    set_asking(prompt, false);
    if (answered && text != NULL)
        strbuf_add_bytes(text, line.data, line.length);
    if (line.capacity > 0)
        explicit_bzero(line.data, line.capacity);
    strbuf_release(&line);
    if (answered)
        return true;
    error_set(error, ERROR_CANCELLED, "no answer to: %s", question->text);
    return error_hint(error, "give %s to say it beforehand", question->option);
}

void prompt_attach(struct prompt *prompt, const struct output *output, struct call *call)
{
    *prompt = (struct prompt){ .output = output };
    pthread_mutex_init(&prompt->drawing, NULL);
    prompt->started = clock_monotonic();
    if (!prompt->output->terminal)
        return;
    call->progress.report = report;
    call->progress.transfer = transfer;
    call->progress.context = prompt;
    if (isatty(STDIN_FILENO) == 1) {
        call->ask = ask;
        call->ask_context = prompt;
    }
}

void prompt_end(struct prompt *prompt)
{
    wipe(prompt);
    pthread_mutex_destroy(&prompt->drawing);
}
