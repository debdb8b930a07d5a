#include <config.h> /* memmem is a system extension */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/json_schema.h"
#include "../support/patience.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

/* A secret goes in, and comes out nowhere. */

static const char password[] = "Xq7-correct-horse-battery";

static void assert_file_without(const char *path, const char *secret)
{
    struct strbuf content = STRBUF_INIT;
    struct error error;

    if (!file_read(path, 64u << 20, false, &content, &error))
        fail_msg("%s", error.message);
    if (memmem(content.data, content.length, secret, strlen(secret)) != NULL)
        fail_msg("%s holds the secret", path);
    strbuf_release(&content);
}

/* Every file below the folder; returns how many there were. */
static size_t assert_folder_without(const char *folder, const char *secret)
{
    DIR *directory = opendir(folder);
    struct dirent *entry;
    size_t count = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        char *path = path_join(folder, entry->d_name);
        struct stat status;

        if (entry->d_name[0] != '.' && lstat(path, &status) == 0) {
            if (S_ISDIR(status.st_mode))
                count += assert_folder_without(path, secret);
            else if (S_ISREG(status.st_mode)) {
                assert_file_without(path, secret);
                count++;
            }
        }
        free(path);
    }
    closedir(directory);
    return count;
}

static char *private_file(struct world *world, const char *name, const char *text)
{
    char *path = scratch_file(sandbox_files(world->sandbox), name, text);

    assert_int_equal(chmod(path, 0600), 0);
    return path;
}

static void a_secret_is_in_no_file_and_in_no_output(void **state)
{
    static const char *const lines[][4] = {
        {"variable",  "list",    NULL,    NULL               },
        { "variable", "compare", "UAT",   "DEV"              },
        { "project",  "export",  NULL,    NULL               },
        { "audit",    "list",    NULL,    NULL               },
        { "secrets",  "status",  NULL,    NULL               },
        { "secrets",  "check",   NULL,    NULL               },
        { "variable", "history", "TOKEN", "--environment=UAT"},
        { "variable", "show",    "TOKEN", "--environment=UAT"},
    };
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    char *file = private_file(world, "value", password), *bundle, *log;
    char *store =
        memory_copy_bytes(world->store, (size_t)(strrchr(world->store, '/') - world->store));
    char *assignment;

    log = scratch_path(sandbox_home(sandbox), "pilab.log");
    assignment = memory_printf("PILAB_LOG=%s", log);
    sandbox_set(sandbox, assignment);
    import(world);
    DO(sandbox, "secrets", "init");
    DO(sandbox, "variable", "set", "TOKEN", "--secret", "-e", "UAT", "--value-file", file);
    DO(sandbox, "variable", "set", "TOKEN", "--secret", "-e", "DEV", "--value-file", file);
    DO(sandbox, "secrets", "rekey");
    bundle = scratch_path(sandbox_home(sandbox), "bundle");
    DO(sandbox, "audit", "export", bundle);
    assert_int_equal(unlink(file), 0);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct run *run =
            run_pilab(sandbox, lines[i][0], lines[i][1], lines[i][2], lines[i][3], NULL);

        if (run->status != 0)
            fail_msg("%s %s: %s", lines[i][0], lines[i][1], run->err.data);
        assert_says_not(&run->out, password);
        assert_says_not(&run->err, password);
        run =
            run_pilab(sandbox, lines[i][0], lines[i][1], "--json", lines[i][2], lines[i][3], NULL);
        assert_says_not(&run->out, password);
    }
    assert_true(file_exists(log));
    assert_true(assert_folder_without(store, password) >= 3);
    assert_true(assert_folder_without(sandbox_home(sandbox), password) >= 1);
    free(assignment);
    free(log);
    free(bundle);
    free(store);
    free(file);
}

static void what_is_refused_does_not_repeat_the_value(void **state)
{
    struct world *world = *state;
    const struct run *run;

    import(world);
    DO(world->sandbox, "secrets", "init");
    run = run_pilab(world->sandbox, "variable", "set", "TOKEN", password, "--secret", "-e", "UAT",
                    NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "cannot be given as an argument");
    assert_says_not(&run->err, password);
    run = run_pilab(world->sandbox, "variable", "set", "DB_PASSWORD", password, "-e", "UAT", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "looks like a secret");
    assert_says_not(&run->err, password);
    run = run_pilab(world->sandbox, "variable", "set", "TOKEN", "--value", password, NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "--value");
    assert_says_not(&run->err, password);
}

static void an_empty_file_is_no_secret(void **state)
{
    struct world *world = *state;
    char *file = private_file(world, "empty", "\n");
    const struct run *run;

    import(world);
    DO(world->sandbox, "secrets", "init");
    run = run_pilab(world->sandbox, "variable", "set", "TOKEN", "--secret", "-e", "UAT",
                    "--value-file", file, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "the value of the secret TOKEN would be empty");
    free(file);
}

/* Appends what /proc tells of a process; nothing where it may not be read. */
static void add_proc(struct strbuf *text, pid_t process, const char *name)
{
    char *path = memory_printf("/proc/%d/%s", (int)process, name);
    FILE *file = fopen(path, "r");
    char chunk[4096];
    size_t got;

    while (file != NULL && (got = fread(chunk, 1, sizeof chunk, file)) > 0)
        strbuf_add_bytes(text, chunk, got);
    if (file != NULL)
        fclose(file);
    free(path);
}

/* Until the program has read all that is in the pipe. */
static void wait_until_drained(int pipe)
{
    int64_t end = clock_monotonic() + patience(10000);
    int left = 1;

    while (left > 0) {
        assert_int_equal(ioctl(pipe, FIONREAD, &left), 0);
        assert_true(clock_monotonic() < end);
        sched_yield();
    }
}

/* A pipe keeps the program waiting for the rest of its value: what another user of the machine sees
 * of it meanwhile. */
static void the_process_does_not_show_it(void **state)
{
    struct world *world = *state;
    char *file = scratch_path(sandbox_files(world->sandbox), "pipe");
    char *program = build_path("pilab");
    const char *const words[] = { program, "variable", "set",          "TOKEN", "--secret",
                                  "-e",    "UAT",      "--value-file", file,    NULL };
    struct strbuf seen = STRBUF_INIT;
    struct started_run started;
    int pipe;

    import(world);
    DO(world->sandbox, "secrets", "init");
    assert_int_equal(mkfifo(file, 0600), 0);
    pipe = open(file, O_RDWR | O_CLOEXEC);
    assert_true(pipe >= 0);
    started = run_start(world->sandbox, words);
    assert_int_equal(write(pipe, password, 10), 10);
    wait_until_drained(pipe);
    add_proc(&seen, started.process, "cmdline");
    assert_true(memmem(seen.data, seen.length, "--value-file", 12) != NULL);
    add_proc(&seen, started.process, "environ");
    assert_null(memmem(seen.data, seen.length, password, 10));
    assert_int_equal(write(pipe, password + 10, sizeof password - 11), sizeof password - 11);
    close(pipe);
    assert_int_equal(run_wait(&started), 0);
    strbuf_release(&seen);
    free(file);
    free(program);
    assert_says(&run_pilab(world->sandbox, "variable", "list", "-e", "UAT", NULL)->out, "TOKEN");
}

static void names_every_secret(const struct run *run, size_t count)
{
    char *sentence = memory_printf("opens all %zu secrets", count);

    assert_says(&run->out, sentence);
    free(sentence);
}

/* Some set secrets while others change the key: who comes too late is told so, and whatever was
 * kept opens with the key that the store names. */
static void a_new_key_and_new_values_do_not_lose_each_other(void **state)
{
    enum { ROUNDS = 4, SETTERS = 4 };
    struct world *world = *state;
    char *program = build_path("pilab"), *file = private_file(world, "value", password);
    const char *const rekey[] = { program, "secrets", "rekey", NULL };
    const struct run *run;
    size_t kept = 0;

    import(world);
    DO(world->sandbox, "secrets", "init");
    for (int round = 0; round < ROUNDS; round++) {
        struct started_run started[SETTERS + 1];
        char *names[SETTERS];

        for (int i = 0; i < SETTERS; i++) {
            names[i] = memory_printf("TOKEN_%d_%d", round, i);
            started[i] =
                run_start(world->sandbox,
                          (const char *const[]){ program, "variable", "set", names[i], "--secret",
                                                 "-e", "UAT", "--value-file", file, NULL });
        }
        started[SETTERS] = run_start(world->sandbox, rekey);
        for (int i = 0; i <= SETTERS; i++) {
            int status = run_wait(&started[i]);

            assert_true(status == 0 || status == 1);
            kept += i < SETTERS && status == 0;
        }
        for (int i = 0; i < SETTERS; i++)
            free(names[i]);
    }
    assert_true(kept > 0);
    run = run_pilab(world->sandbox, "secrets", "check", NULL);
    assert_int_equal(run->status, 0);
    names_every_secret(run, kept);
    free(file);
    free(program);
}

static void a_file_that_others_can_read_is_refused(void **state)
{
    struct world *world = *state;
    char *file = private_file(world, "value", password);
    const struct run *run;

    import(world);
    DO(world->sandbox, "secrets", "init");
    assert_int_equal(chmod(file, 0644), 0);
    run = run_pilab(world->sandbox, "variable", "set", "TOKEN", "--secret", "-e", "UAT",
                    "--value-file", file, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "open to others (mode 0644)");
    assert_says(&run->err, "chmod 600");
    free(file);
}

static void lists_follow_their_schema(void **state)
{
    static const char *const lists[][3] = {
        {"list",     NULL,                NULL               },
        { "list",    "--environment=UAT", NULL               },
        { "compare", "DEV",               "UAT"              },
        { "history", "LOG_LEVEL",         "--environment=UAT"},
    };
    struct world *world = *state;
    char *file = private_file(world, "value", password);

    import(world);
    DO(world->sandbox, "secrets", "init");
    DO(world->sandbox, "variable", "set", "LOG_LEVEL", "info", "-e", "UAT");
    DO(world->sandbox, "variable", "set", "TOKEN", "--secret", "-e", "UAT", "--value-file", file);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        assert_text_follows_schema(run_pilab(world->sandbox, "variable", lists[i][0], "--json",
                                             lists[i][1], lists[i][2], NULL)
                                       ->out.data,
                                   "list-1.json");
    assert_int_equal(run_pilab(world->sandbox, "variable", "compare", "DEV", "UAT", "--exit-code",
                               NULL)
                         ->status,
                     2);
    free(file);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_secret_is_in_no_file_and_in_no_output),
        CASE(what_is_refused_does_not_repeat_the_value),
        CASE(an_empty_file_is_no_secret),
        CASE(the_process_does_not_show_it),
        CASE(a_new_key_and_new_values_do_not_lose_each_other),
        CASE(a_file_that_others_can_read_is_refused),
        CASE(lists_follow_their_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
