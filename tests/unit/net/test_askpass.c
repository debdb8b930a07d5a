#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/net/askpass.h>

#include "../../support/patience.h"
#include "../../support/scratch.h"

/* The side of a question that answers it; the other one is tested with a real ssh. */

static const char *setting(const struct askpass *askpass, const char *name)
{
    size_t length = strlen(name);

    for (const char *const *at = askpass_settings(askpass); *at != NULL; at++)
        if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
            return *at + length + 1;
    fail_msg("%s is not set", name);
    return NULL;
}

static int call(const struct askpass *askpass)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const char *path = setting(askpass, "PILAB_ASKPASS");
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, path, strlen(path));
    assert_int_equal(connect(descriptor, (const struct sockaddr *)&address, sizeof address), 0);
    return descriptor;
}

static struct askpass *opened(void)
{
    struct error error = { 0 };
    struct askpass *askpass = askpass_open(&error);

    if (askpass == NULL)
        fail_msg("%s", error.message);
    return askpass;
}

static void its_folder_is_ours_alone_and_goes_with_it(void **state)
{
    struct askpass *askpass = opened();
    char *path = memory_copy_text(setting(askpass, "PILAB_ASKPASS"));
    char *folder = memory_copy_bytes(path, (size_t)(strrchr(path, '/') - path));
    struct stat status;

    (void)state;
    assert_string_equal(setting(askpass, "SSH_ASKPASS_REQUIRE"), "force");
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    askpass_close(&askpass);
    assert_false(file_exists(folder));
    free(folder);
    free(path);
}

/* Names of sockets are short, and folders for temporary files may lie deep, or be for reading. */
static void where_there_is_no_place_for_it_the_next_is_taken(void **state)
{
    char *directory = scratch_new(), *deep, *name = memory_new(121);
    const char *places[2];
    struct askpass *askpass;

    (void)state;
    memset(name, 'x', 120);
    deep = scratch_path(directory, name);
    assert_int_equal(mkdir(deep, 0700), 0);
    places[0] = deep;
    places[1] = "/nowhere";
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        setenv("XDG_RUNTIME_DIR", places[i], 1);
        setenv("TMPDIR", places[i], 1);
        askpass = opened();
        assert_int_equal(strncmp(setting(askpass, "PILAB_ASKPASS"), "/tmp/", 5), 0);
        askpass_close(&askpass);
    }
    unsetenv("XDG_RUNTIME_DIR");
    unsetenv("TMPDIR");
    free(deep);
    free(name);
    scratch_remove(&directory);
}

static bool never_ask(void *context, enum askpass_kind kind, const char *question,
                      struct strbuf *answer, struct error *error)
{
    (void)context;
    (void)kind;
    (void)answer;
    (void)error;
    fail_msg("asked: %s", question);
    return false;
}

struct own_cancel {
    atomic_bool cancel;
    int64_t due;
};

static bool cancel_when_due(void *context)
{
    struct own_cancel *own = context;

    if (clock_monotonic() >= own->due)
        atomic_store(&own->cancel, true);
    return true;
}

static void a_caller_that_says_nothing_keeps_nobody_from_cancelling(void **state)
{
    const struct asker asker = { never_ask, NULL };
    struct own_cancel own = { .due = clock_monotonic() + 300 };
    const struct progress progress = { .context = &own,
                                       .cancel = &own.cancel,
                                       .wait = cancel_when_due };
    struct askpass *askpass = opened();
    struct error error = { 0 };
    int caller = call(askpass);

    (void)state;
    assert_true(askpass_serve(askpass, &asker, &progress, &error));
    assert_in_range(clock_monotonic() - own.due, 0, patience(200));
    close(caller);
    askpass_close(&askpass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_folder_is_ours_alone_and_goes_with_it),
        cmocka_unit_test(where_there_is_no_place_for_it_the_next_is_taken),
        cmocka_unit_test(a_caller_that_says_nothing_keeps_nobody_from_cancelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
