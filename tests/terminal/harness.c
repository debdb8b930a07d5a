#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "../support/scratch.h"

#define ARGUMENTS_MAXIMUM 16

struct harness {
    char *home;
    char *directory;           /* where programs start; NULL: here */
    struct vector environment; /* of char * */
};

static size_t name_length(const char *assignment)
{
    return strcspn(assignment, "=");
}

void harness_set(struct harness *harness, const char *assignment)
{
    size_t length = name_length(assignment);

    for (size_t i = 0; i < harness->environment.count; i++) {
        char *old = *(char **)vector_at(&harness->environment, i);

        if (name_length(old) == length && memcmp(old, assignment, length) == 0) {
            vector_remove(&harness->environment, i);
            free(old);
            break;
        }
    }
    if (assignment[length] == '=') {
        char *copy = memory_copy_text(assignment);

        vector_push(&harness->environment, &copy);
    }
}

static void set_pair(struct harness *harness, const char *name, const char *value)
{
    char *assignment = memory_printf("%s=%s", name, value);

    harness_set(harness, assignment);
    free(assignment);
}

struct harness *harness_new(void)
{
    struct harness *harness = memory_new(sizeof *harness);
    const char *path = getenv("PATH");
    const char *sanitizer = getenv("ASAN_OPTIONS");

    harness->home = scratch_new();
    vector_init(&harness->environment, sizeof(char *));
    set_pair(harness, "HOME", harness->home);
    set_pair(harness, "XDG_CONFIG_HOME", harness->home);
    set_pair(harness, "XDG_DATA_HOME", harness->home);
    set_pair(harness, "XDG_CACHE_HOME", harness->home);
    set_pair(harness, "XDG_STATE_HOME", harness->home);
    set_pair(harness, "PATH", path == NULL ? "/usr/bin:/bin" : path);
    if (sanitizer != NULL)
        set_pair(harness, "ASAN_OPTIONS", sanitizer);
    harness_set(harness, "TERM=xterm-256color");
    harness_set(harness, "LANG=C.UTF-8");
    harness_set(harness, "TZ=UTC");
    harness_set(harness, "PILAB_IDLE_MARK=1");
    harness_set(harness, "PILAB_LOGIN=root");
    return harness;
}

void harness_free(struct harness **out)
{
    struct harness *harness = *out;

    if (harness == NULL)
        return;
    scratch_remove(&harness->home);
    free(harness->directory);
    for (size_t i = 0; i < harness->environment.count; i++)
        free(*(char **)vector_at(&harness->environment, i));
    vector_release(&harness->environment);
    free(harness);
    *out = NULL;
}

int harness_set_up(void **state)
{
    *state = harness_new();
    return 0;
}

int harness_tear_down(void **state)
{
    struct harness *harness = *state;

    harness_free(&harness);
    return 0;
}

void harness_enter(struct harness *harness, const char *directory)
{
    free(harness->directory);
    harness->directory = memory_copy_text(directory);
}

const char *harness_home(const struct harness *harness)
{
    return harness->home;
}

char *harness_program(const char *program)
{
    char *here;
    char *path;

    if (program[0] == '/')
        return memory_copy_text(program);
    here = getcwd(NULL, 0);
    path = path_join(here, program);
    free(here);
    return path;
}

static struct vt *start(const struct harness *harness, int rows, int columns, const char *program,
                        va_list arguments)
{
    const char *argv[ARGUMENTS_MAXIMUM] = { NULL };
    struct vector environment;
    char *path = harness_program(program);
    size_t count = 1;
    struct vt *vt;

    argv[0] = path;
    while (count + 1 < ARGUMENTS_MAXIMUM && (argv[count] = va_arg(arguments, const char *)) != NULL)
        count++;
    vector_init(&environment, sizeof(char *));
    for (size_t i = 0; i < harness->environment.count; i++)
        vector_push(&environment, vector_at(&harness->environment, i));
    (void)vector_add(&environment);
    vt = vt_start(rows, columns, argv, environment.items, harness->directory);
    vector_release(&environment);
    free(path);
    return vt;
}

struct vt *harness_start_silent(const struct harness *harness, int rows, int columns,
                                const char *program, ...)
{
    va_list arguments;
    struct vt *vt;

    va_start(arguments, program);
    vt = start(harness, rows, columns, program, arguments);
    va_end(arguments);
    return vt;
}

/* How often a screen that differs from its golden is looked at, and for how long in between what
 * the program sends is taken in. */
#define GOLDEN_LOOKS 100
#define GOLDEN_PAUSE 50 /* milliseconds */

static void fail_with_screen(struct vt *vt, const char *what)
{
    print_error("%s; the screen is:\n", what);
    for (int row = 0; row < vt_rows(vt); row++)
        print_error("%s\n", vt_row(vt, row));
    fail();
}

struct vt *harness_start(const struct harness *harness, int rows, int columns, const char *program,
                         ...)
{
    va_list arguments;
    struct vt *vt;

    va_start(arguments, program);
    vt = start(harness, rows, columns, program, arguments);
    va_end(arguments);
    if (!vt_wait_idle(vt))
        fail_with_screen(vt, "the program never came to rest");
    return vt;
}

size_t dearest_key(struct vt *vt, const char *key, int times)
{
    size_t most = 0;

    for (int i = 0; i < times; i++) {
        size_t before = vt_bytes(vt);

        assert_true(vt_type(vt, key));
        if (vt_bytes(vt) - before > most)
            most = vt_bytes(vt) - before;
    }
    return most;
}

static double milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare_times(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

double median_key(struct vt *vt, const char *key, int times)
{
    double *took = memory_array((size_t)times, sizeof *took);
    double middle;

    for (int i = 0; i < times; i++) {
        double start = milliseconds();

        assert_true(vt_type(vt, key));
        took[i] = milliseconds() - start;
    }
    qsort(took, (size_t)times, sizeof *took, compare_times);
    middle = took[times / 2];
    free(took);
    return middle;
}

void assert_only_curses(const struct vt *vt)
{
    const struct strbuf *log = vt_log(vt);
    const char *data = log->data;

    for (size_t i = 0; i < log->length; i++) {
        unsigned char byte = (unsigned char)data[i];

        if (byte == 0x1b) {
            /* M scrolls back, 7 and 8 keep and restore the cursor. */
            assert_non_null(strchr("[(=>]M78", data[i + 1]));
            if (data[i + 1] == ']')
                assert_memory_equal(data + i, "\033]2;PiLabStudio", 15);
        } else if (byte < 0x20) {
            /* Cursor movements, and the end of the title. */
            assert_non_null(strchr("\r\n\b\t\a", byte));
        } else {
            assert_int_not_equal(byte, 0x7f);
        }
    }
    /* A bidirectional override, a C1 control, a zero width blank, a byte that is no UTF-8. */
    assert_null(strstr(data, "\xe2\x80\xae"));
    assert_null(strstr(data, "\xc2\x9b"));
    assert_null(strstr(data, "\xe2\x80\x8b"));
    assert_null(strchr(data, '\xff'));
}

void assert_shown(struct vt *vt, const char *text)
{
    char *what;

    if (vt_find(vt, text) >= 0 || vt_wait_text(vt, text))
        return;
    what = memory_printf("\"%s\" is not shown", text);
    fail_with_screen(vt, what);
    free(what);
}

void assert_not_shown(struct vt *vt, const char *text)
{
    char *what;

    if (vt_find(vt, text) < 0 || vt_wait_gone(vt, text))
        return;
    what = memory_printf("\"%s\" is shown", text);
    fail_with_screen(vt, what);
    free(what);
}

/* `make check` gives srcdir; a test started by hand finds the sources beside its build. */
static char *golden_path(const char *name)
{
    const char *sources = getenv("srcdir");

    return memory_printf("%s/tests/terminal/golden/%s.txt", sources == NULL ? ".." : sources, name);
}

static void show_difference(const char *wanted, const char *shown)
{
    for (size_t line = 1; *wanted != '\0' || *shown != '\0'; line++) {
        size_t a = strcspn(wanted, "\n");
        size_t b = strcspn(shown, "\n");

        if (a != b || memcmp(wanted, shown, a) != 0)
            print_error("%3zu -%.*s\n    +%.*s\n", line, (int)a, wanted, (int)b, shown);
        wanted += a + (wanted[a] == '\n');
        shown += b + (shown[b] == '\n');
    }
}

static bool is_as(struct vt *vt, const struct strbuf *wanted)
{
    struct strbuf shown = STRBUF_INIT;
    bool same;

    vt_screen(vt, &shown);
    same = strcmp(shown.data, wanted->data) == 0;
    strbuf_release(&shown);
    return same;
}

/* What a worker still has to tell may come behind the first rest. */
static void wait_for(struct vt *vt, const char *path)
{
    struct strbuf wanted = STRBUF_INIT;

    if (file_read(path, 1024 * 1024, true, &wanted, NULL))
        for (int i = 0; i < GOLDEN_LOOKS && !is_as(vt, &wanted); i++)
            vt_listen(vt, GOLDEN_PAUSE);
    strbuf_release(&wanted);
}

void assert_golden(struct vt *vt, const char *name)
{
    const char *update = getenv("PILAB_UPDATE_GOLDEN");
    char *path = golden_path(name);
    struct strbuf wanted = STRBUF_INIT;
    struct strbuf shown = STRBUF_INIT;
    struct error error = { 0 };
    bool same;

    if (update == NULL || update[0] != '1')
        wait_for(vt, path);
    vt_screen(vt, &shown);
    if (update != NULL && update[0] == '1') {
        if (!file_write_atomic(path, shown.data, shown.length, 0644, &error))
            fail_msg("%s", error.message);
    } else if (!file_read(path, 1024 * 1024, true, &wanted, &error)) {
        fail_msg("%s (PILAB_UPDATE_GOLDEN=1 writes it)", error.message);
    }
    same = wanted.length == 0 || strcmp(wanted.data, shown.data) == 0;
    if (!same) {
        print_error("%s differs (- wanted, + shown):\n", path);
        show_difference(wanted.data, shown.data);
    }
    strbuf_release(&wanted);
    strbuf_release(&shown);
    free(path);
    assert_true(same);
}

bool sets_color(const char *bytes)
{
    while ((bytes = strstr(bytes, "\033[")) != NULL) {
        size_t length = strspn(bytes += 2, "0123456789;:");
        const char *end = bytes + length;

        for (const char *number = bytes; *end == 'm' && number < end;) {
            size_t digits = strcspn(number, ";:m");

            if (digits >= 2 && strchr("349", number[0]) != NULL)
                return true;
            if (digits == 3 && strncmp(number, "10", 2) == 0)
                return true;
            number += digits + 1;
        }
    }
    return false;
}
