#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/scratch.h"
#include "demo_world.h"

/* The place Setup over the sample world: looking, changing, refusing. */

#define DONE "\x13" /* ^S */

static struct vt *open_setup(const struct demo_world *world, int rows, int columns)
{
    struct vt *vt = demo_world_open(world, rows, columns);

    studio_type(vt, "7", "Ticket keys");
    return vt;
}

static void every_tab_shows_what_there_is(void **state)
{
    struct vt *vt = open_setup(*state, 24, 80);

    assert_shown(vt, "MB OPS");
    assert_golden(vt, "setup-project");
    studio_type(vt, "gt", "mb-ledger-db");
    studio_type(vt, "gt", "not tested: !t");
    studio_type(vt, "gt", "as usual for its stage");
    assert_golden(vt, "setup-environments");
    studio_type(vt, "G", "PRODUCTION");
    assert_shown(vt, "gets what was in UAT");
    studio_type(vt, "gt", "No variable is set.");
    studio_type(vt, "gt", "OWNER");
    studio_type(vt, "gt", "Ticket keys seen: MB");
    assert_shown(vt, "[x] ticket");
    studio_type(vt, "gt", "the locale is C.UTF-8");
    studio_leave(&vt);
}

static void a_wide_and_a_tiny_terminal_show_it_too(void **state)
{
    struct vt *vt = open_setup(*state, 48, 160);

    studio_type(vt, "gtgtgt", "as usual for its stage");
    assert_golden(vt, "setup-wide");
    studio_leave(&vt);
    vt = harness_start(((struct demo_world *)*state)->harness, 5, 20, "pilab", NULL);
    studio_type(vt, "7", "[");
    studio_type(vt, "gt", "Modules");
    studio_leave(&vt);
}

static void an_environment_is_made_moved_and_removed(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt = open_setup(world, 24, 80);

    studio_type(vt, "gtgtgt", "as usual for its stage");
    studio_type(vt, "!n", "A new environment");
    studio_type(vt, "QA\t", "What it is for");
    studio_type(vt, DONE, "1/5");
    assert_says(&run_pilab(world->sandbox, "env", "list", NULL)->out, "QA");
    studio_type(vt, "G!o", "▶QA");
    studio_type(vt, "", "4/5");
    studio_type(vt, "!d", "remove QA");
    studio_type(vt, "y", "4/4");
    assert_says_not(&run_pilab(world->sandbox, "env", "list", NULL)->out, "QA");
    studio_leave(&vt);
}

static void production_asks_for_its_name(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt = open_setup(world, 24, 80);

    studio_type(vt, "gtgtgtG!d", "Remove the environment");
    studio_type(vt, "y\r", "Remove the environment");
    studio_type(vt, "\x1b", "as usual for its stage");
    assert_says(&run_pilab(world->sandbox, "env", "list", NULL)->out, "PROD");
    studio_leave(&vt);
}

static void own_approvals_say_who_that_means(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt;

    assert_int_equal(run_pilab(world->sandbox, "member", "add", "carla", "--role", "ADMIN", NULL)
                         ->status,
                     0);
    assert_int_equal(run_pilab(world->sandbox, "group", "set", "security", "carla", NULL)->status,
                     0);
    vt = open_setup(world, 24, 80);
    studio_type(vt, "gtgtgtgg", "nothing is promoted into it");
    studio_type(vt, "!e", "Own rules");
    studio_type(vt, "\t\t\t", "stage: what is usual");
    studio_type(vt, " \t", "How many of which");
    studio_type(vt, "1 nobody", "there is no group nobody");
    studio_type(vt,
                "\x15"
                "1 security",
                "+ ok");
    studio_type(vt, DONE, "1 of security (carla)");
    assert_says(&run_pilab(world->sandbox, "project", "export", NULL)->out, "group: security");
    studio_leave(&vt);
}

static void observers_are_written_in_the_form_and_asked_at_once(void **state)
{
    const struct demo_world *world = *state;
    char *file = scratch_file(sandbox_files(world->sandbox), "VERSION", "v2.0.7\n");
    char *line = memory_printf("type: file, path: \"%s\", module: mb-auth-service" DONE, file);
    const struct run *run;
    struct vt *vt;

    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "7", "Ticket keys");
    studio_type(vt, "gtgtgtgg", "nobody looks at what really runs there");
    studio_type(vt, "!t", "Enter, New observer");
    studio_type(vt, "!e", "Own rules");
    studio_type(vt, "\t\t\t\t\t", "In one line: type: file");
    studio_type(vt, "type: telepathy", "type cannot be 'telepathy'");
    studio_type(vt, "\x15", "In one line: type: file");
    studio_type(vt, line, "looked at by file");
    run = run_pilab(world->sandbox, "project", "export", NULL);
    assert_says(&run->out, "observe: [{type: file, module: mb-auth-service, path: ");
    studio_type(vt, "!t", "1 of 1 answered");
    studio_type(vt, "gg", "same");
    studio_leave(&vt);
    free(line);
    free(file);
}

static void a_registry_and_a_database_are_written_in_their_forms(void **state)
{
    const struct demo_world *world = *state;
    const struct run *run;
    struct vt *vt = demo_world_open(world, 24, 80);

    studio_type(vt, "7", "Registries");
    studio_type(vt, "!e", "Four eyes");
    studio_type(vt, "\t\t\t\t\t\t\t", "name: registry.example, url");
    studio_type(vt, "name: registry.example, url: x", "url cannot be 'x'");
    studio_type(vt, "\x15", "name: registry.example, url");
    studio_type(vt, "name: registry.example, login: docker" DONE, "Registries            2");
    studio_type(vt, "gtgg!e", "Repository");
    studio_type(vt, "\t\t\t\t\t\t\t\t\t\t\t\t", "service=scratch); empty");
    studio_type(vt, "sqlite:a.db", "run in memory, and nowhere else");
    studio_type(vt, "\x15service=scratch", "service=scratch");
    studio_type(vt, "\t", "db; no password");
    studio_type(vt, "postgresql://app:s3cret@db/uat", "a password in a connection");
    studio_type(vt, "\x15", "db; no password");
    studio_type(vt, "service=mb" DONE, "schema run on a server, live in DEV");
    run = run_pilab(world->sandbox, "project", "export", NULL);
    assert_says(&run->out, "  - {name: registry.example, login: docker}");
    assert_says(&run->out, "schema: {scratch: \"service=scratch\", live: {DEV: \"service=mb\"}}");
    studio_leave(&vt);
}

static void repositories_are_tested_where_they_stand(void **state)
{
    struct demo_world *world = *state;
    char *plain = scratch_path(sandbox_files(world->sandbox), "plain");
    char *missing_row, *plain_row,
        *missing = scratch_path(sandbox_files(world->sandbox), "missing");
    struct vt *vt;

    missing_row = memory_printf("▶%s", missing);
    plain_row = memory_printf("▶%s", plain);
    assert_int_equal(mkdir(plain, 0700), 0);
    vt = open_setup(world, 48, 160);
    studio_type(vt, "gtgt", "not tested: !t");
    studio_type(vt, "!t", "8 tags, last v2.0.7");
    assert_shown(vt, ", main, ");
    studio_type(vt, "j!e", "Where the repository is");
    studio_type(vt, "\x15", "Address");
    studio_type(vt, missing, "missing");
    studio_type(vt, DONE, missing_row);
    studio_type(vt, "!t", "there is no folder");
    studio_type(vt, "!e\x15", "Address");
    studio_type(vt, plain, "plain");
    studio_type(vt, DONE, plain_row);
    studio_type(vt, "!t", "FAILED");
    assert_shown(vt, "plain");
    studio_leave(&vt);
    free(plain_row);
    free(missing_row);
    free(missing);
    free(plain);
}

static void who_may_not_change_looks_and_is_told_why(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt;

    assert_int_equal(run_pilab(world->sandbox, "member", "add", "vera", "-r", "VIEWER", NULL)
                         ->status,
                     0);
    harness_set(world->harness, "PILAB_LOGIN=vera");
    vt = open_setup(world, 24, 80);
    assert_shown(vt, "read only");
    studio_type(vt, "\r", "Read only: ");
    studio_type(vt, "gt!n", "VIEWER");
    assert_not_shown(vt, "A new module");
    studio_type(vt, "\x1b", "mb-web");
    studio_type(vt, "\r", "tags v{version}");
    studio_type(vt, "\x1b", "mb-web");
    studio_leave(&vt);
}

static void the_only_owner_is_kept(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt = open_setup(world, 24, 80);

    studio_type(vt, "gtgtgtgtgt", "Who");
    studio_type(vt, "!d", "is the only OWNER");
    studio_type(vt, "\x1b", "OWNER");
    studio_type(vt, "!np", "Give somebody a role");
    studio_type(vt, "dan" DONE, "dan                       CONTRIBUTOR");
    assert_says(&run_pilab(world->sandbox, "member", "list", NULL)->out, "dan");
    studio_leave(&vt);
}

/* Whether a file below the folder holds the text: everything that the program keeps. */
static bool is_kept_below(struct sandbox *sandbox, const char *folder, const char *text)
{
    return run_words(sandbox, (const char *const[]){ "grep", "-rlaF", "-e", text, folder, NULL })
               ->status == 0;
}

static void a_secret_is_nowhere_but_sealed(void **state)
{
    struct demo_world *world = *state;
    const char *files = sandbox_files(world->sandbox);
    char *log = memory_printf("PILAB_LOG=%s/pilab.log", files);
    char *screen = memory_printf(":screen %s/seen.txt\r", files);
    struct vt *vt;

    harness_set(world->harness, log);
    assert_int_equal(run_pilab(world->sandbox, "secrets", "init", NULL)->status, 0);
    vt = open_setup(world, 24, 80);
    studio_type(vt, "gtgtgtgt", "No variable is set.");
    studio_type(vt, "!ns", "Set a secret");
    studio_type(vt, "DB_PASSWORD\t\t\tZq8vertraulich", "••••");
    assert_not_shown(vt, "Zq8");
    studio_type(vt, DONE, "DB_PASSWORD");
    studio_type(vt, "", "••••");
    assert_not_shown(vt, "Zq8");
    studio_type(vt, "!e", "DB_PASSWORD in DEV");
    assert_not_shown(vt, "Zq8");
    studio_type(vt, "\x1b", "••••");
    studio_type(vt, screen, "seen.txt");
    studio_leave(&vt);
    assert_true(is_kept_below(world->sandbox, files, "DB_PASSWORD"));
    assert_false(is_kept_below(world->sandbox, files, "Zq8vertraulich"));
    assert_false(is_kept_below(world->sandbox, harness_home(world->harness), "Zq8vertraulich"));
    assert_int_equal(run_pilab(world->sandbox, "secrets", "check", NULL)->status, 0);
    free(screen);
    free(log);
}

static void values_are_marked_as_alike_or_not(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt;

    run_pilab(world->sandbox, "variable", "set", "LOG_LEVEL", "info", "-e", "DEV", NULL);
    run_pilab(world->sandbox, "variable", "set", "LOG_LEVEL", "info", "-e", "SIT", NULL);
    run_pilab(world->sandbox, "variable", "set", "LOG_LEVEL", "warn", "-e", "UAT", NULL);
    vt = open_setup(world, 24, 80);
    studio_type(vt, "gtgtgtgt", "LOG_LEVEL");
    assert_golden(vt, "setup-variables");
    studio_type(vt, "l!e", "LOG_LEVEL in SIT");
    studio_type(vt,
                "\x15"
                "debug" DONE,
                "debug  ≠");
    studio_type(vt, "", "LOG_LEVEL in SIT debug");
    studio_type(vt, "\r", "Rev");
    assert_shown(vt, "debug");
    studio_type(vt, "\x1b", "LOG_LEVEL");
    studio_type(vt, "!u", "unset LOG_LEVEL in SIT");
    studio_type(vt, "y", "LOG_LEVEL in SIT not set");
    assert_says(&run_pilab(world->sandbox, "variable", "list", "-e", "DEV", NULL)->out, "info");
    assert_says_not(&run_pilab(world->sandbox, "variable", "list", "-e", "SIT", NULL)->out,
                    "debug");
    studio_leave(&vt);
}

static char *exported(struct demo_world *world, const char *file)
{
    struct strbuf text = STRBUF_INIT;
    char *path = scratch_path(sandbox_files(world->sandbox), file);

    assert_true(file_read(path, 1u << 20, false, &text, NULL));
    free(path);
    return strbuf_steal(&text);
}

static void what_is_exported_comes_back_without_loss(void **state)
{
    struct demo_world *world = *state;
    char *empty = memory_printf("PILAB_STORE=%s/second/pilab.db", sandbox_files(world->sandbox));
    char *first, *second;
    struct vt *vt;

    run_pilab(world->sandbox, "group", "set", "security", "carla", "dan", NULL);
    run_pilab(world->sandbox, "variable", "set", "GREETING", "a: \"b\" # c", "-e", "UAT", NULL);
    run_pilab(world->sandbox, "variable", "set", "LOG_LEVEL", "info", "-e", "UAT", "-m", "mb-web",
              "--description", "how much is said", NULL);
    vt = open_setup(world, 24, 80);
    studio_type(vt, "!x", "Export the project");
    studio_type(vt,
                "\x15"
                "one.yaml" DONE,
                "bytes written to");
    studio_type(vt, "!i", "Import a project");
    studio_type(vt,
                "\x15"
                "one.yaml" DONE,
                "is as the file says already");
    studio_leave(&vt);
    harness_set(world->harness, empty);
    vt = harness_start(world->harness, 24, 80, "pilab", NULL);
    studio_type(vt, "7", "There is no project yet.");
    studio_type(vt, "!i", "Import a project");
    studio_type(vt,
                "\x15"
                "one.yaml" DONE,
                "A new project.");
    studio_type(vt, "y", "What would");
    studio_type(vt, "7", "Ticket keys");
    studio_type(vt, "!x", "Export the project");
    studio_type(vt,
                "\x15"
                "two.yaml" DONE,
                "bytes written to");
    studio_leave(&vt);
    first = exported(world, "one.yaml");
    second = exported(world, "two.yaml");
    assert_string_equal(first, second);
    assert_non_null(strstr(first, "GREETING"));
    free(second);
    free(first);
    free(empty);
}

static void an_import_shows_what_it_would_change(void **state)
{
    struct demo_world *world = *state;
    char *path = scratch_path(sandbox_files(world->sandbox), "one.yaml");
    struct strbuf text = STRBUF_INIT;
    char *found;
    struct vt *vt;

    assert_int_equal(run_pilab(world->sandbox, "project", "export", "-o", path, NULL)->status, 0);
    assert_true(file_read(path, 1u << 20, false, &text, NULL));
    found = strstr(text.data, "stage: SIT");
    assert_non_null(found);
    memcpy(found, "stage: SEC", 10);
    assert_true(file_write_atomic(path, text.data, text.length, 0600, NULL));
    vt = open_setup(world, 24, 80);
    studio_type(vt,
                "!i\x15"
                "one.yaml" DONE,
                "environments.SIT.stage: SIT -> SEC");
    studio_type(vt, "n", "What would change");
    studio_type(vt, "\x1b", "Ticket keys");
    assert_says_not(&run_pilab(world->sandbox, "env", "list", NULL)->out, "SEC");
    studio_type(vt,
                "!i\x15"
                "one.yaml" DONE,
                "SIT -> SEC");
    /* What is agreed to is what was shown. */
    memcpy(found, "stage: UAT", 10);
    assert_true(file_write_atomic(path, text.data, text.length, 0600, NULL));
    studio_type(vt, "y", "has been changed since it was shown");
    assert_says_not(&run_pilab(world->sandbox, "env", "list", NULL)->out, "SEC");
    memcpy(found, "stage: SEC", 10);
    assert_true(file_write_atomic(path, text.data, text.length, 0600, NULL));
    studio_type(vt, "\x1b", "What would change"); /* dismisses the message */
    studio_type(vt, "\x1b", "Ticket keys");
    studio_type(vt,
                "!i\x15"
                "one.yaml" DONE,
                "SIT -> SEC");
    studio_type(vt, "y", "is brought up to date");
    assert_says(&run_pilab(world->sandbox, "env", "list", NULL)->out, "SEC");
    studio_leave(&vt);
    strbuf_release(&text);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_tab_shows_what_there_is, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(a_wide_and_a_tiny_terminal_show_it_too, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(an_environment_is_made_moved_and_removed, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(production_asks_for_its_name, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(observers_are_written_in_the_form_and_asked_at_once,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(a_registry_and_a_database_are_written_in_their_forms,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(own_approvals_say_who_that_means, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(repositories_are_tested_where_they_stand, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(who_may_not_change_looks_and_is_told_why, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(the_only_owner_is_kept, demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(a_secret_is_nowhere_but_sealed, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(values_are_marked_as_alike_or_not, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(what_is_exported_comes_back_without_loss, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(an_import_shows_what_it_would_change, demo_world_start,
                                        demo_world_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
