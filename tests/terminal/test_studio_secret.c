#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "studio_world.h"

/* A secret that is typed into the full screen. */

#define LARGEST_MAP (64UL * 1024 * 1024)

static struct vt *open_demo(void **state)
{
    struct harness *harness = *state;
    struct vt *vt;

    harness_set(harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_enter(harness, harness_home(harness));
    vt = harness_start(harness, 24, 80, "pilab", NULL);
    studio_type(vt, ":demo\r", "What would");
    return vt;
}

static void what_is_typed_does_not_show(void **state)
{
    struct vt *vt = open_demo(state);

    studio_type(vt, ":secrets init\r", "The key lies in");
    studio_type(vt, ":variable set API_TOKEN --secret -e UAT\r", "The value of API_TOKEN in UAT");
    studio_type(vt, "Zq8", "•••");
    assert_not_shown(vt, "Zq8");
    studio_type(vt, "\r", "once more");
    studio_type(vt, "Zq8", "•••");
    studio_type(vt, "\r", "(secret): set");
    assert_not_shown(vt, "Zq8");
    studio_type(vt, ":variable list -e UAT\r", "just now");
    assert_shown(vt, "••••");
    assert_not_shown(vt, "Zq8");
    studio_leave(&vt);
}

static size_t count_in(const char *bytes, size_t length, const char *word)
{
    size_t found = 0, size = strlen(word);

    for (size_t i = 0; i + size <= length; i++)
        found += bytes[i] == word[0] && memcmp(bytes + i, word, size) == 0;
    return found;
}

/* How often a word stands in what the program can write to: its heap, its data, its stacks. */
static size_t count_in_memory(pid_t pid, const char *word)
{
    char *path = memory_printf("/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "r");
    unsigned long from, to;
    char line[512], mode[5];
    size_t found = 0;
    int memory;

    free(path);
    path = memory_printf("/proc/%d/mem", (int)pid);
    memory = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    if (maps == NULL || memory < 0)
        skip();
    while (fgets(line, sizeof line, maps) != NULL) {
        char *bytes;
        ssize_t length;

        /* What a sanitizer maps for itself is larger than any memory. */
        if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 || strncmp(mode, "rw", 2) != 0 ||
            to - from > LARGEST_MAP)
            continue;
        bytes = memory_array(to - from, 1);
        length = pread(memory, bytes, to - from, (off_t)from);
        if (length > 0)
            found += count_in(bytes, (size_t)length, word);
        free(bytes);
    }
    fclose(maps);
    close(memory);
    return found;
}

/* Neither what was typed into a masked field, nor what somebody gave in the line where it does not
 * belong: it is in no history and, once it was refused, nowhere. */
static void what_was_typed_is_forgotten(void **state)
{
    struct vt *vt = open_demo(state);

    studio_type(vt, ":secrets init\r", "The key lies in");
    assert_true(count_in_memory(vt_pid(vt), "secrets init") > 0);
    studio_type(vt, ":variable set API_TOKEN Zq8inTheLine --secret -e UAT\r",
                "cannot be given as an argument");
    studio_type(vt, "\033", "1 Home");
    studio_type(vt, ":variable set API_TOKEN --secret -e UAT\r", "The value of API_TOKEN in UAT");
    studio_type(vt, "Zq8inTheField", "•••");
    studio_type(vt, "\r", "once more");
    studio_type(vt, "Zq8inTheField\r", "(secret): set");
    studio_type(vt, ":\033[A\033[A", ":secrets init");
    studio_type(vt, "\033", "1 Home");
    assert_int_equal(count_in_memory(vt_pid(vt), "Zq8in"), 0);
    studio_leave(&vt);
}

static void two_that_are_not_the_same_set_nothing(void **state)
{
    struct vt *vt = open_demo(state);

    studio_type(vt, ":secrets init\r", "The key lies in");
    studio_type(vt, ":variable set API_TOKEN --secret -e UAT\r", "The value of API_TOKEN in UAT");
    studio_type(vt, "one\r", "once more");
    studio_type(vt, "two\r", "that was not twice the same");
    studio_type(vt, ":variable list -e UAT\r", "There are no variables");
    studio_leave(&vt);
}

static void the_doctor_has_a_page(void **state)
{
    struct vt *vt = open_demo(state);

    studio_type(vt, ":doctor\r", "TERM is xterm-256color, 256 colours");
    assert_shown(vt, "80 columns and 24 lines");
    studio_leave(&vt);
}

/* The same question on the command line. */
static void a_passphrase_is_asked_for_in_silence(void **state)
{
    struct harness *harness = *state;
    struct vt *vt = harness_start_silent(harness, 24, 80, "pilab", "secrets", "init", "--kind",
                                         "passphrase", NULL);

    assert_true(vt_see_text(vt, "The new passphrase of the secrets:"));
    assert_false(vt_echoes(vt));
    vt_send(vt, "Zq8 horse battery\r");
    assert_true(vt_see_text(vt, "once more:"));
    vt_send(vt, "Zq8 horse battery\r");
    assert_true(vt_see_text(vt, "derived from the passphrase"));
    assert_int_equal(vt_exit(vt, 10000), 0);
    assert_not_shown(vt, "Zq8");
    vt_free(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_typed_does_not_show),
        CASE(what_was_typed_is_forgotten),
        CASE(two_that_are_not_the_same_set_nothing),
        CASE(a_passphrase_is_asked_for_in_silence),
        CASE(the_doctor_has_a_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
