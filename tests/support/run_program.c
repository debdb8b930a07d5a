#include <config.h> /* posix_spawn_file_actions_addchdir_np */

#include "run_program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "patience.h"
#include "scratch.h"

#define MOST_WORDS   32
#define GOLDEN_LIMIT (1024 * 1024)
#define READ_SIZE    65536

struct sandbox {
    char *directory, *home, *files;
    char *entered;
    struct vector environment; /* of char * */
    struct run run;
};

void sandbox_set(struct sandbox *sandbox, const char *assignment)
{
    size_t length = strcspn(assignment, "=");

    for (size_t i = 0; i < sandbox->environment.count; i++) {
        char *old = *(char **)vector_at(&sandbox->environment, i);

        if (strcspn(old, "=") == length && memcmp(old, assignment, length) == 0) {
            vector_remove(&sandbox->environment, i);
            free(old);
            break;
        }
    }
    if (assignment[length] == '=') {
        char *copy = memory_copy_text(assignment);

        vector_push(&sandbox->environment, &copy);
    }
}

static void set_pair(struct sandbox *sandbox, const char *name, const char *value)
{
    char *assignment = memory_printf("%s=%s", name, value);

    sandbox_set(sandbox, assignment);
    free(assignment);
}

static char *make_folder(const char *directory, const char *name)
{
    char *path = scratch_path(directory, name);

    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

struct sandbox *sandbox_new(void)
{
    static const char *const kept[] = { "PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS" };
    static const char *const homes[] = { "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                         "XDG_CACHE_HOME", "XDG_STATE_HOME" };
    struct sandbox *sandbox = memory_new(sizeof *sandbox);

    sandbox->directory = scratch_new();
    sandbox->home = make_folder(sandbox->directory, "home");
    sandbox->files = make_folder(sandbox->directory, "files");
    sandbox->entered = memory_copy_text(sandbox->files);
    sandbox->run = (struct run){ .out = STRBUF_INIT, .err = STRBUF_INIT };
    vector_init(&sandbox->environment, sizeof(char *));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *value = getenv(kept[i]);

        if (value != NULL)
            set_pair(sandbox, kept[i], value);
    }
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
        set_pair(sandbox, homes[i], sandbox->home);
    sandbox_set(sandbox, "LANG=C.UTF-8");
    sandbox_set(sandbox, "TZ=UTC");
    sandbox_set(sandbox, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    sandbox_set(sandbox, "PILAB_LOGIN=root");
    return sandbox;
}

void sandbox_free(struct sandbox **out)
{
    struct sandbox *sandbox = *out;

    if (sandbox == NULL)
        return;
    *out = NULL;
    scratch_remove(&sandbox->directory);
    for (size_t i = 0; i < sandbox->environment.count; i++)
        free(*(char **)vector_at(&sandbox->environment, i));
    vector_release(&sandbox->environment);
    strbuf_release(&sandbox->run.out);
    strbuf_release(&sandbox->run.err);
    free(sandbox->home);
    free(sandbox->files);
    free(sandbox->entered);
    free(sandbox);
}

void sandbox_enter(struct sandbox *sandbox, const char *directory)
{
    free(sandbox->entered);
    sandbox->entered = memory_copy_text(directory);
}

const char *sandbox_home(const struct sandbox *sandbox)
{
    return sandbox->home;
}

const char *sandbox_files(const struct sandbox *sandbox)
{
    return sandbox->files;
}

char *build_path(const char *name)
{
    char *here = getcwd(NULL, 0);
    char *path = path_join(here, name);

    free(here);
    return path;
}

/* The three descriptors of the child: `out` -1 for none that anybody reads. */
static pid_t spawn(const struct sandbox *sandbox, const char *const words[], int out, int err)
{
    posix_spawn_file_actions_t actions;
    struct vector environment;
    pid_t process;
    int failure;

    vector_init(&environment, sizeof(char *));
    for (size_t i = 0; i < sandbox->environment.count; i++)
        vector_push(&environment, vector_at(&sandbox->environment, i));
    (void)vector_add(&environment);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (out >= 0)
        posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    else
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, sandbox->entered);
    failure =
        posix_spawnp(&process, words[0], &actions, NULL, (char *const *)words, environment.items);
    posix_spawn_file_actions_destroy(&actions);
    vector_release(&environment);
    if (failure != 0)
        fail_msg("cannot start %s: %s", words[0], strerror(failure));
    return process;
}

static void make_pipe(int ends[2])
{
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
}

/* Reads both pipes to their ends; false when that took too long. */
static bool drain(int out, int err, int64_t until, struct run *run)
{
    struct pollfd polled[2] = {
        {.fd = out,  .events = POLLIN},
        { .fd = err, .events = POLLIN}
    };
    struct strbuf *texts[2] = { &run->out, &run->err };

    while (polled[0].fd >= 0 || polled[1].fd >= 0) {
        int64_t left = until - clock_monotonic();

        if (left <= 0)
            return false;
        if (poll(polled, 2, (int)left) <= 0)
            continue;
        for (int i = 0; i < 2; i++) {
            char bytes[READ_SIZE];
            ssize_t got;

            if (polled[i].revents == 0)
                continue;
            got = read(polled[i].fd, bytes, sizeof bytes);
            if (got > 0)
                strbuf_add_bytes(texts[i], bytes, (size_t)got);
            else if (got == 0 || errno != EINTR)
                polled[i].fd = -1;
        }
    }
    return true;
}

static int status_of(pid_t process)
{
    int status;

    while (waitpid(process, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

const struct run *run_words(struct sandbox *sandbox, const char *const words[])
{
    struct run *run = &sandbox->run;
    int64_t start = clock_monotonic();
    int out[2], err[2];
    pid_t process;
    bool ended;

    strbuf_clear(&run->out);
    strbuf_clear(&run->err);
    make_pipe(out);
    make_pipe(err);
    process = spawn(sandbox, words, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    ended = drain(out[0], err[0], start + patience(RUN_PATIENCE), run);
    close(out[0]);
    close(err[0]);
    if (!ended)
        kill(process, SIGKILL);
    run->status = status_of(process);
    run->milliseconds = clock_monotonic() - start;
    if (!ended)
        fail_msg("%s did not end; it said: %s", words[0], run->err.data);
    return run;
}

const struct run *run_pilab(struct sandbox *sandbox, ...)
{
    char *program = build_path("pilab");
    const char *words[MOST_WORDS] = { program };
    const struct run *run;
    size_t count = 1;
    va_list arguments;

    va_start(arguments, sandbox);
    while ((words[count] = va_arg(arguments, const char *)) != NULL) {
        count++;
        assert_true(count < MOST_WORDS);
    }
    va_end(arguments);
    run = run_words(sandbox, words);
    free(program);
    return run;
}

struct started_run run_start(struct sandbox *sandbox, const char *const words[])
{
    struct started_run started;
    int err[2];

    make_pipe(err);
    started.process = spawn(sandbox, words, -1, err[1]);
    started.err = err[0];
    close(err[1]);
    return started;
}

int run_wait(struct started_run *started)
{
    int status = status_of(started->process);

    close(started->err);
    started->err = -1;
    return status;
}

/* --- Expectations ----------------------------------------------------------------------------- */

static char *golden_path(const char *name)
{
    const char *sources = getenv("srcdir");

    return memory_printf("%s/tests/data/golden/%s", sources == NULL ? ".." : sources, name);
}

static void show_difference(const char *wanted, const char *said)
{
    for (size_t line = 1; *wanted != '\0' || *said != '\0'; line++) {
        size_t a = strcspn(wanted, "\n"), b = strcspn(said, "\n");

        if (a != b || memcmp(wanted, said, a) != 0)
            print_error("%3zu -%.*s\n    +%.*s\n", line, (int)a, wanted, (int)b, said);
        wanted += a + (wanted[a] == '\n');
        said += b + (said[b] == '\n');
    }
}

void assert_golden_text(const struct strbuf *text, const char *name)
{
    const char *update = getenv("PILAB_UPDATE_GOLDEN");
    char *path = golden_path(name);
    struct strbuf wanted = STRBUF_INIT;
    struct error error = { 0 };
    bool same;

    if (update != NULL && update[0] == '1') {
        if (!file_write_atomic(path, text->data, text->length, 0644, &error))
            fail_msg("%s", error.message);
    }
    if (!file_read(path, GOLDEN_LIMIT, true, &wanted, &error))
        fail_msg("%s (PILAB_UPDATE_GOLDEN=1 writes it)", error.message);
    same = strcmp(wanted.data, text->data) == 0;
    if (!same) {
        print_error("%s differs (- wanted, + said):\n", path);
        show_difference(wanted.data, text->data);
    }
    strbuf_release(&wanted);
    free(path);
    assert_true(same);
}

void assert_golden_without_keys(const struct strbuf *text, const char *name)
{
    static const char mask[] = "\u2022 (";
    struct strbuf same = STRBUF_INIT;
    char *at;

    strbuf_add(&same, text->data);
    for (at = same.data; (at = strstr(at, mask)) != NULL;) {
        at += sizeof mask - 1;
        memset(at, '0', strcspn(at, ")"));
    }
    assert_golden_text(&same, name);
    strbuf_release(&same);
}

void assert_says(const struct strbuf *text, const char *part)
{
    if (strstr(text->data, part) == NULL) {
        print_error("\"%s\" is not in: %s\n", part, text->data);
        fail();
    }
}

void assert_says_not(const struct strbuf *text, const char *part)
{
    if (strstr(text->data, part) != NULL) {
        print_error("\"%s\" is in: %s\n", part, text->data);
        fail();
    }
}

void assert_harmless(const struct strbuf *text)
{
    for (size_t i = 0; i < text->length; i++) {
        unsigned char byte = (unsigned char)text->data[i];
        bool c1 = byte == 0xc2 && (unsigned char)text->data[i + 1] >= 0x80 &&
                  (unsigned char)text->data[i + 1] < 0xa0;

        if ((byte < 0x20 && byte != '\n') || byte == 0x7f || c1)
            fail_msg("byte 0x%02x at %zu, after: %.*s", byte, i, i < 60 ? (int)i : 60,
                     text->data + (i < 60 ? 0 : i - 60));
    }
}
