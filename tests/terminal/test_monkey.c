#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "harness.h"

/* Keys without a purpose, over the demo: whatever is typed, the program neither ends nor hangs, and
 * can be left afterwards. The same seed types the same keys; a failure names it. */

enum { STEPS = 400, STEPS_AT_NIGHT = 20000 };

/* clang-format off */
static const char *const keys[] = {
    "j",    "j",      "j",      "k",      "k",      "gg",     "G",       "gt",     "gt",
    "gT",   "\r",     "\r",     "\r",     "\x1b",   "\x1b",   "\x1b",    "1",      "3",
    "4",    "5",      " ",      "v",      "U",      "z",      "y",       "yt",     "!",
    "!n",   "!s",     "c",      "d",      "p",      "b",      "?",       "/",      "/a\r",
    "n",    "N",      "f",      "fmb\r",  "s",      "\t",     "h",       "l",      "\x04",
    "\x15", "\x06",   "\x02",   "\x0c",   "\x03",   "\x10",   "g/",      "u",      "\x12",
    "x",    "\x7f",   ":",      ":jobs\r", ":messages\r", ":manifest show\r", ":env list\r",
    ":drift --from SIT --to UAT\r", ":notes 2.0.6..2.0.7\r", ":drift nothing..here\r", ":help drift\r",
    "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "\x1b[200~pasted\ntext\x1b[201~", "\xc3\xa9", "\xff",
};
/* clang-format on */

struct monkey {
    struct harness *harness;
    char *folder;
};

static int build_the_demo(void **state)
{
    struct monkey *monkey = memory_new(sizeof *monkey);
    struct vt *vt;
    int status;

    monkey->harness = harness_new();
    harness_set(monkey->harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    monkey->folder = path_join(harness_home(monkey->harness), "demo");
    vt = harness_start_silent(monkey->harness, 24, 80, "pilab", "demo", monkey->folder,
                              "--build-only", NULL);
    status = vt_exit(vt, VT_PATIENCE);
    vt_free(&vt);
    *state = monkey;
    return status;
}

static int forget_the_demo(void **state)
{
    struct monkey *monkey = *state;

    harness_free(&monkey->harness);
    free(monkey->folder);
    free(monkey);
    return 0;
}

static uint64_t number(struct random *random, uint64_t below)
{
    uint64_t value;

    random_bytes(random, &value, sizeof value);
    return value % below;
}

static void leave(struct vt *vt)
{
    for (int i = 0; i < 12; i++)
        (void)vt_type(vt, "\x1b");
    vt_send(vt, "Q");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
}

static void play(struct monkey *monkey, uint64_t seed, int steps)
{
    struct random random = random_seeded(seed);
    struct vt *vt = harness_start(monkey->harness, 24, 80, "pilab", "demo", monkey->folder, NULL);

    print_message("seed %llu, %d keys\n", (unsigned long long)seed, steps);
    for (int i = 0; i < steps; i++) {
        const char *key = keys[number(&random, sizeof keys / sizeof *keys)];

        if (number(&random, 100) == 0)
            vt_resize(vt, 2 + (int)number(&random, 60), 5 + (int)number(&random, 200));
        vt_send(vt, key);
        if (!vt_wait_idle(vt))
            fail_msg("no answer to key %d, \"%s\"", i, key);
    }
    assert_int_equal(vt_exit(vt, 0), -1);
    vt_resize(vt, 24, 80);
    leave(vt);
    vt_free(&vt);
}

static void any_keys_in_any_order_do_no_harm(void **state)
{
    bool night = getenv("PILAB_NIGHTLY") != NULL;

    for (uint64_t seed = 1; seed <= (night ? 5 : 1); seed++)
        play(*state, seed, night ? STEPS_AT_NIGHT : STEPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_keys_in_any_order_do_no_harm, build_the_demo,
                                        forget_the_demo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
