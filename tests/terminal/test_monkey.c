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

/* The same person at the places of a release day; whatever is confirmed by accident is done to a
 * store of this test alone. */
static const char *const day_keys[] = {
    "1",    "2",      "2",      "3",      "4",      "8",      "8",       "j",      "j",
    "k",    "h",      "l",      "$",      "0",      "gg",     "G",       "\r",     "\r",
    "\x1b", "\x1b",   "\x1b",   " ",      "c",      "d",      "t",       "t3 days ago\r", "tnow\r",
    "o",    "+",      "p",      "s",      "f",      "fauth\r", "fnote.\r", "R",     "u",
    "!",    "!b",     "!v",     "!r",     "!n",     "!u",     "!uk",     "!x",     "!c",
    "!s",   "y",      "n",      "yc",     "x",      "gw",     "gc",     "gt",      "/",      "/mb\r",
    "\t",   "\x10",   "\x15",   "\x7f",   "\x06",   "\x02",   "?",       "z",      "R9",
    ":release list\r", ":release show R2025.03\r", ":where MB-234\r", ":where nothing\r",
    ":manifest set mb-web SIT 9.9\r", ":note show 1 --approvals\r", ":audit verify\r",
    ":note review 1\r", ":note approve 1\r", ":member list\r", ":variable list\r",
    "\x1b[A", "\x1b[B", "\x1b[200~pasted\ntext\x1b[201~", "\xc3\xa9", "\xff",
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
    harness_enter(monkey->harness, harness_home(monkey->harness));
    harness_set(monkey->harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    /* Monkeys find the key for it, and would not know how to leave a real one. */
    harness_set(monkey->harness, "EDITOR=true");
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

static bool nightly(void)
{
    const char *asked = getenv("PILAB_NIGHTLY");

    return asked != NULL && *asked != '\0';
}

/* On a busy machine some of what the keys began still runs: then it asks first. */
static void leave(struct vt *vt)
{
    for (int i = 0; i < 12; i++)
        (void)vt_type(vt, "\x1b");
    vt_send(vt, "Q");
    if (vt_see_text(vt, "quit, and lose"))
        vt_send(vt, "y");
    if (vt_exit(vt, VT_PATIENCE) != 0) {
        struct strbuf screen = STRBUF_INIT;

        vt_screen(vt, &screen);
        print_message("%s\n", screen.data);
        strbuf_release(&screen);
        fail_msg("it was not left");
    }
}

static void play(struct monkey *monkey, const char *const typed[], size_t count, uint64_t seed,
                 int steps)
{
    struct random random = random_seeded(seed);
    struct vt *vt = harness_start(monkey->harness, 24, 80, "pilab", "demo", monkey->folder, NULL);

    print_message("seed %llu, %d keys\n", (unsigned long long)seed, steps);
    for (int i = 0; i < steps; i++) {
        const char *key = typed[number(&random, count)];

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
    bool night = nightly();

    for (uint64_t seed = 1; seed <= (night ? 5 : 1); seed++)
        play(*state, keys, sizeof keys / sizeof *keys, seed, night ? STEPS_AT_NIGHT : STEPS);
}

/* Whatever was confirmed on the way, the chain holds afterwards. */
static void any_keys_on_a_release_day_do_no_harm(void **state)
{
    bool night = nightly();
    struct monkey *monkey = *state;
    char *store = path_join(monkey->folder, "pilab.db");
    struct vt *vt;

    for (uint64_t seed = 101; seed <= (night ? 105 : 101); seed++)
        play(monkey, day_keys, sizeof day_keys / sizeof *day_keys, seed,
             night ? STEPS_AT_NIGHT : STEPS);
    vt = harness_start_silent(monkey->harness, 24, 80, "pilab", "audit", "verify", "--store", store,
                              NULL);
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    vt_free(&vt);
    free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_keys_in_any_order_do_no_harm, build_the_demo,
                                        forget_the_demo),
        cmocka_unit_test_setup_teardown(any_keys_on_a_release_day_do_no_harm, build_the_demo,
                                        forget_the_demo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
