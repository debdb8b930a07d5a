#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/release_fixture.h"
#include "../support/repository_world.h"
#include "../support/scratch.h"

/* Whom the program trusts: repositories of other users, addresses that would run something, links
 * that lead elsewhere. */

#define SOMEBODY "4242:4242"

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
    const char *files;
};

static struct world world;

static int set_up(void **state)
{
    fixture_library_start(state);
    world.fixture = release_fixture_new();
    world.sandbox = repository_world_enter(world.fixture);
    world.files = sandbox_files(world.sandbox);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return repository_world_end(&world.fixture, &world.sandbox);
}

static const struct run *compare(void)
{
    const struct run *run = run_pilab(world.sandbox, "drift", "v1.0.0..v1.1.0", NULL);

    assert_harmless(&run->out);
    assert_harmless(&run->err);
    return run;
}

static void assert_compares(void)
{
    const struct run *run = compare();

    if (run->status != 0)
        fail_msg("%s", run->err.data);
    assert_says(&run->out, "show a banner");
}

/* --- Repositories of other users -------------------------------------------------------------- */

static void give_away(const char *path)
{
    const char *const words[] = { "chown", "-R", SOMEBODY, path, NULL };

    if (geteuid() != 0) {
        print_message("only root can give a folder away\n");
        skip();
    }
    assert_int_equal(run_words(world.sandbox, words)->status, 0);
}

static void assert_belongs_to_somebody(const struct run *run)
{
    char *owner =
        memory_printf("repository %s belongs to UID 4242, not to you", fixture_path(world.fixture));
    char *command =
        memory_printf("git config --global --add safe.directory %s", fixture_path(world.fixture));

    assert_int_equal(run->status, 1);
    assert_int_equal(run->out.length, 0);
    assert_says(&run->err, owner);
    assert_says(&run->err, command);
    free(owner);
    free(command);
}

static void a_repository_of_another_user_is_named_with_its_owner(void **state)
{
    const struct run *run;

    (void)state;
    give_away(fixture_path(world.fixture));
    assert_belongs_to_somebody(compare());
    assert_belongs_to_somebody(run_pilab(world.sandbox, "notes", "v1.0.0..v1.1.0", NULL));
    run = run_pilab(world.sandbox, "drift", "v1.0.0..v1.1.0", "--json", NULL);
    assert_belongs_to_somebody(run);
    assert_says(&run->err, "\"code\": \"untrusted\"");
}

static void the_command_it_shows_is_the_way_out(void **state)
{
    const char *const words[] = { "git",   "config",         "--global",
                                  "--add", "safe.directory", fixture_path(world.fixture),
                                  NULL };

    (void)state;
    give_away(fixture_path(world.fixture));
    assert_int_equal(run_words(world.sandbox, words)->status, 0);
    assert_compares();
}

/* One's own folder may lie within a repository of somebody else. */
static void from_a_folder_within_it_is_the_repository_that_is_named(void **state)
{
    char *within = memory_printf("%s/src/deep", fixture_path(world.fixture));

    (void)state;
    give_away(fixture_path(world.fixture));
    assert_true(file_make_directories(within, 0700, NULL));
    sandbox_enter(world.sandbox, within);
    assert_belongs_to_somebody(compare());
    free(within);
}

static void who_trusts_all_folders_is_believed(void **state)
{
    char *settings;

    (void)state;
    give_away(fixture_path(world.fixture));
    settings = scratch_file(sandbox_home(world.sandbox), ".gitconfig",
                            "[safe]\n\tdirectory = /elsewhere\n\tdirectory = *\n");
    assert_compares();
    free(settings);
    settings = scratch_file(sandbox_home(world.sandbox), ".gitconfig",
                            "[safe]\n\tdirectory = *\n\tdirectory =\n");
    assert_belongs_to_somebody(compare());
    free(settings);
}

/* git takes a name without "=" for an empty value. */
static void a_setting_without_a_value_is_empty(void **state)
{
    const struct run *run;
    char *settings;

    (void)state;
    settings = scratch_file(sandbox_home(world.sandbox), ".gitconfig",
                            "[safe]\n\tdirectory = *\n\tdirectory\n[http]\n\tsslcainfo\n");
    assert_compares();
    give_away(fixture_path(world.fixture));
    run = compare();
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "belongs to UID");
    assert_says(&run->err, "safe.directory stands without a value");
    free(settings);
}

static void a_repository_cannot_trust_itself(void **state)
{
    (void)state;
    fixture_write_git_file(world.fixture, "config",
                           "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
                           "[safe]\n\tdirectory = *\n");
    give_away(fixture_path(world.fixture));
    assert_belongs_to_somebody(compare());
}

static void import(const char *text, int status)
{
    char *file = scratch_file(world.files, "project.yaml", text);
    const struct run *run = run_pilab(world.sandbox, "project", "import", file, NULL);

    if (run->status != status)
        fail_msg("status %d: %s", run->status, run->err.data);
    free(file);
}

static char *project_with(const char *repository)
{
    return memory_printf("pilab: 1\nproject: {name: Shop, code: SHOP}\n"
                         "environments:\n  - {name: DEV, stage: DEV}\n"
                         "modules:\n"
                         "  - {name: own, type: BACKEND, repository: \"%s\", tags: "
                         "\"v{version}\"}\n"
                         "  - {name: other, type: BACKEND, repository: \"%s\"}\n",
                         fixture_path(world.fixture), repository);
}

static void the_other_modules_of_a_project_are_compared(void **state)
{
    struct fixture_repository *other = release_fixture_new();
    const struct run *run;
    char *project, *owner;

    (void)state;
    project = project_with(fixture_path(other));
    import(project, 0);
    give_away(fixture_path(other));
    run = run_pilab(world.sandbox, "drift", "-p", "SHOP", "1.0.0..1.1.0", "--width", "400", NULL);
    assert_int_equal(run->status, 0);
    owner = memory_printf("repository %s belongs to UID 4242", fixture_path(other));
    assert_says(&run->out, "show a banner");
    assert_says(&run->out, owner);
    assert_says(&run->out, "safe.directory");
    free(owner);
    free(project);
    fixture_free(&other);
}

/* --- Addresses that are refused --------------------------------------------------------------- */

struct refused_address {
    const char *address, *why;
};

static const struct refused_address refused_addresses[] = {
    {"ext::sh -c touch% PWNED",                    "it would run a program"       },
    { "fd::17/repository",                         "it would run a program"       },
    { "-oProxyCommand=touch PWNED",                "it would be read as an option"},
    { "--upload-pack=touch PWNED",                 "it would be read as an option"},
    { "ssh://-oProxyCommand=touch%20PWNED/x",      "it names no host"             },
    { "git@-oProxyCommand=touch:x",                "it names no host"             },
    { "file:///dev/zero",                          "it is not a folder"           },
    { "file:///etc/passwd",                        "it is not a folder"           },
    { "file://elsewhere.example.org/share",        "file:// and an absolute path" },
    { "/etc/passwd",                               "it is not a folder"           },
    { "git://git.example.org/shop.git",            "we do not speak that protocol"},
    { "http://git.example.org/shop.git",           "open to everybody"            },
    { "https://ada:hunter2@git.example.org/a.git", "it holds credentials"         },
};

static void assert_nothing_ran(void)
{
    const char *const places[] = { world.files, fixture_path(world.fixture),
                                   sandbox_home(world.sandbox) };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *trace = scratch_path(places[i], "PWNED");

        assert_false(file_exists(trace));
        free(trace);
    }
}

static void bad_addresses_do_not_get_into_a_project(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_addresses / sizeof *refused_addresses; i++) {
        char *project = project_with(refused_addresses[i].address);
        char *file = scratch_file(world.files, "project.yaml", project);
        const struct run *run = run_pilab(world.sandbox, "project", "import", file, NULL);

        assert_int_equal(run->status, 1);
        assert_says(&run->err, "module other: ");
        assert_says(&run->err, refused_addresses[i].why);
        assert_says_not(&run->err, "hunter2");
        assert_harmless(&run->err);
        free(file);
        free(project);
    }
    assert_says_not(&run_pilab(world.sandbox, "project", "list", NULL)->out, "SHOP");
    assert_nothing_ran();
}

static void put_into_store(const char *address)
{
    char *path = memory_printf("%s/pilab/pilab.db", sandbox_home(world.sandbox));
    sqlite3 *database;
    sqlite3_stmt *statement;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database,
                                        "UPDATE repositories SET url = ? WHERE url LIKE '%/other%'",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, address, -1, SQLITE_TRANSIENT);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    assert_int_equal(sqlite3_changes(database), 1);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    free(path);
}

/* Whoever put it there: another version, another hand. */
static void bad_addresses_in_the_store_are_not_used(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_addresses / sizeof *refused_addresses; i++) {
        char *project = project_with("/nowhere/other"), *path;
        const struct run *run;

        import(project, 0);
        put_into_store(refused_addresses[i].address);
        run =
            run_pilab(world.sandbox, "drift", "-p", "SHOP", "1.0.0..1.1.0", "--width", "400", NULL);
        assert_int_equal(run->status, 0);
        assert_in_range(run->milliseconds, 0, patience(3000));
        assert_harmless(&run->out);
        assert_says(&run->out, "show a banner");
        assert_says(&run->out, refused_addresses[i].why);
        assert_says_not(&run->out, "hunter2");
        path = memory_printf("%s/pilab/pilab.db", sandbox_home(world.sandbox));
        assert_int_equal(unlink(path), 0);
        free(path);
        free(project);
    }
    assert_nothing_ran();
}

static void a_repository_that_names_bad_addresses_is_only_read(void **state)
{
    const struct run *run;

    (void)state;
    fixture_write_work_file(
        world.fixture, "pilab.yaml",
        "pilab: 1\nproject: {name: Evil, code: EVIL}\n"
        "environments:\n  - {name: DEV, stage: DEV}\n"
        "modules:\n"
        "  - {name: a, type: BACKEND, repository: \"ext::sh -c touch% PWNED\"}\n"
        "  - {name: b, type: BACKEND, repository: \"--upload-pack=touch PWNED\"}\n");
    assert_compares();
    run = run_pilab(world.sandbox, "drift", "ext::sh -c touch% PWNED", "v1.1.0", NULL);
    assert_int_equal(run->status, 1);
    assert_harmless(&run->err);
    assert_nothing_ran();
}

/* --- Links ------------------------------------------------------------------------------------ */

static void settings_of_a_repository_are_not_read_through_a_link(void **state)
{
    char *secret = scratch_file(world.files, "secret", "hunter2: very secret\n");
    char *link = scratch_path(fixture_path(world.fixture), "pilab.yaml");
    const struct run *run;

    (void)state;
    assert_int_equal(symlink(secret, link), 0);
    run = compare();
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "pilab.yaml: a symbolic link, not a regular file");
    assert_says(&run->err, "not read through a link");
    assert_says_not(&run->err, "hunter2");
    free(secret);
    free(link);
}

static void links_in_a_history_are_not_followed(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);
    char *secret = scratch_file(world.files, "secret.yaml", "hunter2: very secret\n");
    const struct run *run;

    (void)state;
    builder_write(builder, "deploy/values.yaml", "a: 1\n");
    builder_commit(builder, "feat: begin");
    builder_tag(builder, "v1");
    builder_remove(builder, "deploy/values.yaml");
    builder_link(builder, "deploy/values.yaml", secret);
    builder_commit(builder, "feat: link");
    builder_tag(builder, "v2");
    fixture_open(fixture);
    sandbox_enter(world.sandbox, fixture_path(fixture));
    run = run_pilab(world.sandbox, "drift", "v1..v2", "--wide", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "deploy/values.yaml");
    assert_says(&run->out, "symbolic link");
    assert_says_not(&run->out, "hunter2");
    free(secret);
    fixture_free(&fixture);
}

/* What a name leads to changes all the time: a file, an endless device, a pipe that nobody writes.
 */
struct swapper {
    char *name, *beside;
    const char *targets[3];
    atomic_bool stop;
    atomic_uint rounds;
};

static void *swap_targets(void *argument)
{
    struct swapper *swapper = argument;

    while (!atomic_load(&swapper->stop)) {
        unsigned round = atomic_fetch_add(&swapper->rounds, 1);

        unlink(swapper->beside);
        if (symlink(swapper->targets[round % 3], swapper->beside) != 0 ||
            rename(swapper->beside, swapper->name) != 0)
            return argument;
    }
    return NULL;
}

static void a_link_that_changes_meanwhile_is_read_as_a_file_or_refused(void **state)
{
    char *file = scratch_file(world.files, "b.yaml", "a: 2\n");
    char *pipe = scratch_path(world.files, "pipe");
    struct swapper swapper = {
        .name = scratch_path(world.files, "swap.yaml"),
        .beside = scratch_path(world.files, "swap.new"),
        .targets = {file, "/dev/zero", pipe}
    };
    pthread_t thread;
    void *failed;
    int read = 0, refused = 0;

    (void)state;
    free(scratch_file(world.files, "a.yaml", "a: 1\n"));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(symlink(file, swapper.name), 0);
    sandbox_enter(world.sandbox, world.files);
    assert_int_equal(pthread_create(&thread, NULL, swap_targets, &swapper), 0);
    for (int i = 0; i < 60; i++) {
        const struct run *run = run_pilab(world.sandbox, "drift", "./a.yaml", "./swap.yaml", NULL);

        assert_in_range(run->milliseconds, 0, patience(2000));
        if (run->status == 0) {
            assert_says(&run->out, "a  1 → 2");
            read++;
        } else {
            assert_int_equal(run->status, 1);
            assert_says(&run->err, "not a regular file");
            refused++;
        }
    }
    atomic_store(&swapper.stop, true);
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_true(swapper.rounds > 60);
    print_message("%d times read, %d times refused, %u swaps\n", read, refused, swapper.rounds);
    free(swapper.name);
    free(swapper.beside);
    free(pipe);
    free(file);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_repository_of_another_user_is_named_with_its_owner),
        CASE(the_command_it_shows_is_the_way_out),
        CASE(from_a_folder_within_it_is_the_repository_that_is_named),
        CASE(who_trusts_all_folders_is_believed),
        CASE(a_setting_without_a_value_is_empty),
        CASE(a_repository_cannot_trust_itself),
        CASE(the_other_modules_of_a_project_are_compared),
        CASE(bad_addresses_do_not_get_into_a_project),
        CASE(bad_addresses_in_the_store_are_not_used),
        CASE(a_repository_that_names_bad_addresses_is_only_read),
        CASE(settings_of_a_repository_are_not_read_through_a_link),
        CASE(links_in_a_history_are_not_followed),
        CASE(a_link_that_changes_meanwhile_is_read_as_a_file_or_refused),
    };

    return cmocka_run_group_tests_name("trust on the command line", tests, NULL, NULL);
}
