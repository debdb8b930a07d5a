/*
 * screen [-n RUNS] [-s KEYS | -w WORD]… [-k KEY [-r REPEATS]] COMMAND…
 *
 * Starts a full-screen program in a pseudo-terminal of 80x24 and watches the bytes it writes; works
 * for any program, ours and a peer's, since it needs nothing of it: a screen is settled when
 * nothing came for a while, and its time is that of the last byte. Prints one "name value" a line:
 *
 *   drawn_ms      start to the end of the first burst of bytes: what a person sees first
 *   settled_ms    start to the settled first screen, median of the runs
 *   first_bytes   bytes written until then
 *   rss_kb        the largest resident set until then
 *   key_ms        key to settled screen, median of the repeats (with -k; the last run)
 *   key_cpu_ms    what the thread of the screen runs for a key, and for what comes by itself
 *   answer_ms     key to the end of the first burst, for screens that change by themselves too
 *   key_bytes     bytes a key costs, median
 *   idle_bytes    bytes written in a second without a key
 *
 * Before the measured key, steps in the order given: -s KEYS types them one by one, -w WORD waits
 * until it is written, which a program may do long after the key.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    STEPS_LIMIT = 16,
    SEEN_LIMIT = 65536,
    SAMPLES_LIMIT = 1000,
    RUNS_DEFAULT = 5,
    REPEATS_DEFAULT = 50,
    PAUSE_MS = 3,        /* the first burst has ended when nothing came for so long */
    QUIET_MS = 150,      /* a first screen is settled when nothing came for so long */
    KEY_QUIET_MS = 40,   /* and what a key changed */
    PATIENCE_MS = 10000, /* nothing may take longer */
    AWAIT_MS = 40000     /* but what -w waits for */
};

struct step {
    const char *keys; /* to type; NULL: */
    const char *word; /* to wait for */
};

struct options {
    int runs;
    struct step steps[STEPS_LIMIT];
    int step_count;
    const char *key; /* NULL: none */
    int repeats;
    char **command;
};

struct terminal {
    pid_t pid;
    int fd;
    bool ended;
    char seen[SEEN_LIMIT]; /* the last that it wrote since the last key */
    size_t seen_size;
};

/* What came between a cause and the silence after it. */
struct burst {
    double first;        /* cause to the end of the first burst of bytes */
    double milliseconds; /* cause to last byte; 0 when nothing came */
    size_t bytes;
};

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *samples, int count)
{
    qsort(samples, (size_t)count, sizeof *samples, by_size);
    return samples[count / 2];
}

static bool terminal_open(struct terminal *terminal, char **command)
{
    struct winsize size = { .ws_row = 24, .ws_col = 80 };

    terminal->ended = false;
    terminal->seen_size = 0;
    terminal->pid = forkpty(&terminal->fd, NULL, NULL, &size);
    if (terminal->pid < 0) {
        perror("screen: forkpty");
        return false;
    }
    if (terminal->pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        execvp(command[0], command);
        _exit(127);
    }
    return true;
}

static void terminal_close(struct terminal *terminal)
{
    double end = milliseconds() + 1000;

    close(terminal->fd);
    kill(terminal->pid, SIGHUP);
    while (waitpid(terminal->pid, NULL, WNOHANG) == 0) {
        if (milliseconds() > end) {
            kill(terminal->pid, SIGKILL);
        }
        (void)poll(NULL, 0, 5);
    }
}

/* Reads until nothing came for `quiet` milliseconds. */
static void terminal_remember(struct terminal *terminal, const char *text, size_t size)
{
    size_t over =
        terminal->seen_size + size > SEEN_LIMIT ? terminal->seen_size + size - SEEN_LIMIT : 0;

    over = over < terminal->seen_size ? over : terminal->seen_size;
    memmove(terminal->seen, terminal->seen + over, terminal->seen_size - over);
    memcpy(terminal->seen + terminal->seen_size - over, text, size);
    terminal->seen_size += size - over;
}

static struct burst terminal_settle(struct terminal *terminal, double cause, int quiet)
{
    struct burst burst = { 0, 0, 0 };
    char buffer[SEEN_LIMIT];

    while (!terminal->ended && milliseconds() < cause + PATIENCE_MS) {
        struct pollfd wait = { .fd = terminal->fd, .events = POLLIN };
        int ready = poll(&wait, 1, burst.bytes == 0 && quiet > KEY_QUIET_MS ? PATIENCE_MS : quiet);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            break;
        }
        ssize_t count = read(terminal->fd, buffer, sizeof buffer);
        if (count <= 0) {
            terminal->ended = true;
            break;
        }
        double now = milliseconds() - cause;
        terminal_remember(terminal, buffer, (size_t)count);
        if (burst.bytes == 0 ||
            (now - burst.milliseconds < PAUSE_MS && burst.first >= burst.milliseconds)) {
            burst.first = now;
        }
        burst.bytes += (size_t)count;
        burst.milliseconds = now;
    }
    return burst;
}

static struct burst terminal_type(struct terminal *terminal, const char *keys, size_t length)
{
    double cause = milliseconds();

    terminal->seen_size = 0;
    if (write(terminal->fd, keys, length) != (ssize_t)length) {
        terminal->ended = true;
    }
    return terminal_settle(terminal, cause, KEY_QUIET_MS);
}

static bool holds(const char *text, size_t size, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= size; i++) {
        if (memcmp(text + i, word, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Reads until the word was written since the last key; what takes too long ends the measurement. */
static void terminal_await(struct terminal *terminal, const char *word)
{
    double limit = milliseconds() + AWAIT_MS;

    while (!terminal->ended && !holds(terminal->seen, terminal->seen_size, word)) {
        (void)terminal_settle(terminal, milliseconds(), KEY_QUIET_MS);
        if (milliseconds() > limit) {
            fprintf(stderr, "screen: \"%s\" was never written\n", word);
            terminal->ended = true;
        }
    }
}

/* The high-water mark of the program's resident set in KiB; 0 when it cannot be read. */
static long terminal_rss(const struct terminal *terminal)
{
    char path[64], line[256];
    long kilobytes = 0;

    snprintf(path, sizeof path, "/proc/%ld/status", (long)terminal->pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kilobytes = strtol(line + 6, NULL, 10);
        }
    }
    fclose(file);
    return kilobytes;
}

/* What the thread of the screen has run so far; 0 when it cannot be read. Other than its times,
 * that does not depend on what else the machine does. */
static double terminal_ran(const struct terminal *terminal)
{
    unsigned long long nanoseconds = 0;
    char path[64];

    snprintf(path, sizeof path, "/proc/%ld/task/%ld/schedstat", (long)terminal->pid,
             (long)terminal->pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    if (fscanf(file, "%llu", &nanoseconds) != 1) {
        nanoseconds = 0;
    }
    fclose(file);
    return (double)nanoseconds / 1e6;
}

static size_t idle_bytes(struct terminal *terminal)
{
    size_t bytes = 0;
    double end = milliseconds() + 1000;

    while (!terminal->ended && milliseconds() < end) {
        bytes += terminal_settle(terminal, milliseconds(), KEY_QUIET_MS).bytes;
    }
    return bytes;
}

static void measure_key(struct terminal *terminal, const struct options *options)
{
    double times[SAMPLES_LIMIT], answers[SAMPLES_LIMIT], bytes[SAMPLES_LIMIT];

    for (int i = 0; i < options->step_count; i++) {
        const struct step *step = &options->steps[i];

        for (const char *key = step->keys; key != NULL && *key != '\0'; key++) {
            (void)terminal_type(terminal, key, 1);
        }
        if (step->word != NULL) {
            terminal_await(terminal, step->word);
        }
    }
    double ran = terminal_ran(terminal);
    for (int i = 0; i < options->repeats; i++) {
        struct burst burst = terminal_type(terminal, options->key, strlen(options->key));
        times[i] = burst.milliseconds;
        answers[i] = burst.first;
        bytes[i] = (double)burst.bytes;
    }
    ran = (terminal_ran(terminal) - ran) / options->repeats;
    printf("key_cpu_ms %.3f\n", ran);
    printf("key_ms %.2f\nanswer_ms %.2f\nkey_bytes %.0f\nidle_bytes %zu\n",
           median(times, options->repeats), median(answers, options->repeats),
           median(bytes, options->repeats), idle_bytes(terminal));
}

static bool measure(const struct options *options)
{
    double drawn[SAMPLES_LIMIT], settled[SAMPLES_LIMIT];
    long rss = 0;
    size_t bytes = 0;

    for (int run = 0; run < options->runs; run++) {
        struct terminal terminal;
        double start = milliseconds();
        if (!terminal_open(&terminal, options->command)) {
            return false;
        }
        struct burst burst = terminal_settle(&terminal, start, QUIET_MS);
        bool ended = terminal.ended;
        if (!ended) {
            long used = terminal_rss(&terminal);
            rss = used > rss ? used : rss;
            bytes = burst.bytes;
            drawn[run] = burst.first;
            settled[run] = burst.milliseconds;
            if (options->key != NULL && run == options->runs - 1) {
                measure_key(&terminal, options);
            }
        }
        terminal_close(&terminal);
        if (ended) {
            fprintf(stderr, "screen: %s ended before its first screen\n", options->command[0]);
            return false;
        }
    }
    printf("drawn_ms %.2f\nsettled_ms %.2f\nfirst_bytes %zu\nrss_kb %ld\n",
           median(drawn, options->runs), median(settled, options->runs), bytes, rss);
    return true;
}

static bool count_option(const char *text, int *value)
{
    *value = atoi(text);
    return *value >= 1 && *value <= SAMPLES_LIMIT;
}

int main(int argc, char **argv)
{
    struct options options = { .runs = RUNS_DEFAULT, .repeats = REPEATS_DEFAULT };
    bool ok = true;
    int option;

    while ((option = getopt(argc, argv, "+n:r:k:s:w:")) != -1) {
        switch (option) {
        case 'n':
            ok = count_option(optarg, &options.runs) && ok;
            break;
        case 'r':
            ok = count_option(optarg, &options.repeats) && ok;
            break;
        case 'k':
            options.key = optarg;
            break;
        case 's':
        case 'w':
            ok = options.step_count < STEPS_LIMIT && ok;
            if (ok && option == 's') {
                options.steps[options.step_count++].keys = optarg;
            } else if (ok) {
                options.steps[options.step_count++].word = optarg;
            }
            break;
        default:
            ok = false;
        }
    }
    if (!ok || optind >= argc) {
        fputs("usage: screen [-n RUNS] [-s KEYS | -w WORD]… [-k KEY [-r REPEATS]] COMMAND…\n",
              stderr);
        return 64;
    }
    options.command = argv + optind;
    return measure(&options) ? 0 : 1;
}
