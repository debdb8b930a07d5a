#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/scratch.h"
#include "../support/ssh_world.h"

/* Keys that want to be touched and may have a PIN (sk-*): with a real ssh and sshd, and a program
 * in the place of the hardware (tests/double/sk_provider.c). */

struct answers {
    const char *pin; /* NULL: nobody answers */
    int touch;       /* written to when a touch is wanted; 0: it is touched at once */
    int notices, questions;
    char told[256], asked[256];
};

static bool answer(void *context, enum askpass_kind kind, const char *question, struct strbuf *out,
                   struct error *error)
{
    struct answers *answers = context;

    if (kind == ASKPASS_NOTICE) {
        answers->notices++;
        snprintf(answers->told, sizeof answers->told, "%s", question);
        if (answers->touch > 0)
            assert_int_equal(write(answers->touch, "!", 1), 1);
        return true;
    }
    assert_int_equal(kind, ASKPASS_SECRET);
    answers->questions++;
    snprintf(answers->asked, sizeof answers->asked, "%s", question);
    if (answers->pin == NULL)
        return error_set(error, ERROR_DENIED, "nobody answers");
    strbuf_add(out, answers->pin);
    return true;
}

/* The case is skipped where no compiler is at hand, or no ssh that knows such keys. */
static char *build_provider(const struct ssh_world *world)
{
    const char *compiler = getenv("PILAB_TEST_CC"), *source = getenv("PILAB_SOURCE");
    char *path = scratch_path(world->directory, "sk.so");
    char *command = memory_printf("%s -shared -fPIC -DTOUCHED='\"%s/touched\"' -o '%s' "
                                  "'%s/tests/double/sk_provider.c' -lsodium >/dev/null 2>&1",
                                  compiler != NULL ? compiler : "cc", world->directory, path,
                                  source != NULL ? source : ".");
    const char *const words[] = { "sh", "-c", command, NULL };

    if (!file_exists("/usr/lib/openssh/ssh-sk-helper")) {
        print_message("SKIP: ssh-sk-helper is missing\n");
        skip();
    }
    ssh_world_run(words);
    free(command);
    return path;
}

/* A key of the double, let in by the server and used by ssh; `option` of ssh-keygen, or NULL. */
static struct ssh_world *world_with_key(void **state, const char *option)
{
    struct ssh_world *world = ssh_world_of(state);
    char *provider = build_provider(world), *key = scratch_path(world->directory, "token");
    char *public_half = memory_printf("%s.pub", key);
    char *lines = memory_printf("SecurityKeyProvider %s\nIdentityFile %s\n", provider, key);
    const char *const words[] = { "ssh-keygen", "-q",
                                  "-t",         "ed25519-sk",
                                  "-w",         provider,
                                  "-N",         "",
                                  "-f",         key,
                                  "-C",         "token",
                                  "-O",         option != NULL ? option : "application=ssh:test",
                                  NULL };

    ssh_world_run(words);
    free(scratch_file(world->directory, "touched", ""));
    ssh_server_allow(world->server, public_half);
    ssh_world_configure(world, lines);
    free(lines);
    free(public_half);
    free(key);
    free(provider);
    return world;
}

static void a_key_that_wants_to_be_touched_says_so_and_opens_the_door(void **state)
{
    struct ssh_world *world = world_with_key(state, NULL);
    char *touch = scratch_path(world->directory, "touched");
    struct answers answers = { .pin = NULL };
    const struct asker asker = { answer, &answers };

    assert_int_equal(unlink(touch), 0);
    assert_int_equal(mkfifo(touch, 0600), 0);
    answers.touch = open(touch, O_RDWR | O_CLOEXEC);
    assert_true(answers.touch > 0);
    world->options.asker = &asker;
    ssh_world_mirrored(world);
    close(answers.touch);
    free(touch);
    assert_int_equal(answers.questions, 0);
    assert_int_equal(answers.notices, 1);
    assert_non_null(strstr(answers.told, "Confirm user presence for key ED25519-SK"));
}

static void without_anybody_to_tell_it_opens_the_door_too(void **state)
{
    ssh_world_mirrored(world_with_key(state, NULL));
}

static void a_pin_is_asked_for(void **state)
{
    struct ssh_world *world = world_with_key(state, "verify-required");
    struct answers answers = { .pin = "4711" };
    const struct asker asker = { answer, &answers };
    char *public_half = scratch_path(world->directory, "token.pub");

    /* The server insists on it, too. */
    ssh_world_serve(world, "ed25519", "PubkeyAuthOptions verify-required\n");
    ssh_server_allow(world->server, public_half);
    free(public_half);
    world->options.asker = &asker;
    ssh_world_mirrored(world);
    assert_int_equal(answers.questions, 1);
    assert_non_null(strstr(answers.asked, "PIN for ED25519-SK key"));
}

static void a_wrong_pin_opens_nothing(void **state)
{
    struct ssh_world *world = world_with_key(state, "verify-required");
    struct answers answers = { .pin = "1234" };
    const struct asker asker = { answer, &answers };

    world->options.asker = &asker;
    ssh_world_refused_here(world, ERROR_DENIED, "Permission denied (publickey)", "ssh-add");
    assert_int_equal(answers.questions, 1);
    assert_null(strstr(world->error.message, "1234"));
    answers.pin = NULL;
    ssh_world_refused_here(world, ERROR_DENIED, "nobody answers", "");
}

static void without_anybody_to_ask_for_a_pin_it_fails_at_once(void **state)
{
    struct ssh_world *world = world_with_key(state, "verify-required");
    int64_t start = clock_monotonic();

    ssh_world_refused_here(world, ERROR_DENIED, "Permission denied (publickey)", "");
    assert_in_range(clock_monotonic() - start, 0, patience(5000));
}

/* ssh asks through the program that started it: through this one. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, ssh_world_enter, ssh_world_leave)
        CASE(a_key_that_wants_to_be_touched_says_so_and_opens_the_door),
        CASE(without_anybody_to_tell_it_opens_the_door_too),
        CASE(a_pin_is_asked_for),
        CASE(a_wrong_pin_opens_nothing),
        CASE(without_anybody_to_ask_for_a_pin_it_fails_at_once),
#undef CASE
    };

    if (askpass_is_asked())
        return askpass_run(argc, argv);
    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
