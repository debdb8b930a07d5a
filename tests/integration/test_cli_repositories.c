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
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/relay.h"
#include "../support/release_world.h"
#include "../support/scratch.h"

/* Repositories as things of a project: added, removed, and reached in the way that is said. */

static void assert_done(const struct run *run)
{
    if (run->status != 0)
        fail_msg("%d: %s", run->status, run->err.data);
}

/* A project without modules. */
static struct world *enter(void **state)
{
    struct world *world = *state;
    char *file = scratch_file(sandbox_files(world->sandbox), "shop.yaml",
                              "pilab: 1\nproject: {name: Shop, code: SHOP}\n"
                              "environments: [{name: SIT, stage: SIT}]\n");

    assert_done(run_pilab(world->sandbox, "project", "import", file, NULL));
    free(file);
    return world;
}

static void assert_exported(struct world *world, const char *part)
{
    assert_says(&run_pilab(world->sandbox, "project", "export", NULL)->out, part);
}

/* What `repo add` says as a document; the caller releases it. */
static json_t *added(struct world *world, const char *address, const char *option,
                     const char *value)
{
    const struct run *run =
        run_pilab(world->sandbox, "repo", "add", address, "--json", option, value, NULL);
    json_t *object;

    assert_done(run);
    object = json_loadb(run->out.data, run->out.length, 0, NULL);
    assert_string_equal(json_member_text(object, "schema"), "pilab.repository/1");
    return object;
}

/* --- Adding ----------------------------------------------------------------------------------- */

static void a_folder_is_added_with_what_its_files_say(void **state)
{
    struct world *world = enter(state);
    json_t *object = added(world, fixture_path(world->fixture), NULL, NULL);

    assert_true(json_is_true(json_object_get(object, "changed")));
    assert_true(json_is_true(json_object_get(object, "module_created")));
    assert_true(json_is_true(json_object_get(object, "tested")));
    assert_string_equal(json_member_text(object, "module"), "repository");
    json_decref(object);
    assert_exported(world, "  - name: repository\n");
    assert_exported(world, "    tags: \"v{version}\"\n");
    assert_says(&run_pilab(world->sandbox, "audit", "list", "--json", NULL)->out, "project.update");
}

static void added_again_it_changes_nothing(void **state)
{
    struct world *world = enter(state);
    json_t *object = added(world, fixture_path(world->fixture), NULL, NULL), *again;
    const struct run *run;

    json_decref(object);
    again = added(world, fixture_path(world->fixture), NULL, NULL);
    assert_true(json_is_false(json_object_get(again, "changed")));
    assert_true(json_is_false(json_object_get(again, "tested")));
    json_decref(again);
    run =
        run_pilab(world->sandbox, "repo", "add", "ssh://nowhere.invalid/x.git", "--no-test", NULL);
    assert_done(run);
    /* Nobody is called upon for what is so already. */
    run = run_pilab(world->sandbox, "repo", "add", "ssh://nowhere.invalid/x.git", NULL);
    assert_done(run);
    assert_says(&run->out, "nothing to change");
}

static void a_module_that_lies_elsewhere_is_moved_when_somebody_says_so(void **state)
{
    struct world *world = enter(state);
    const struct run *run;

    assert_done(run_pilab(world->sandbox, "repo", "add", "https://git.example/a/shop.git",
                          "--no-test", NULL));
    run = run_pilab(world->sandbox, "repo", "add", "https://git.example/b/shop.git", "--no-test",
                    NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "the module shop lies in https://git.example/a/shop.git");
    assert_says(&run->err, "--module NAME");
    run = run_pilab(world->sandbox, "repo", "add", "https://git.example/b/shop.git", "--no-test",
                    "--module", "shop", NULL);
    assert_int_not_equal(run->status, 0);
    assert_says(&run->err, "Move it to https://git.example/b/shop.git?");
    assert_says(&run->err, "--yes");
    assert_done(run_pilab(world->sandbox, "repo", "add", "https://git.example/b/shop.git",
                          "--no-test", "--module", "shop", "--yes", NULL));
    assert_exported(world, "repository: https://git.example/b/shop.git\n");
    run = run_pilab(world->sandbox, "repo", "list", NULL);
    assert_says_not(&run->out, "git.example/a/shop.git");
}

static void what_must_not_be_is_refused_with_words(void **state)
{
    static const struct {
        const char *address, *words;
    } refusals[] = {
        {"git://git.example/a.git",              "we do not speak that protocol"    },
        { "ext::sh -c touch%20x",                "it would run a program"           },
        { "https://me:secret@git.example/a.git", "it holds credentials"             },
        { "ssh://git:secret@git.example/a.git",  "it holds credentials"             },
        { "ssh://-oProxyCommand=x/a.git",        "it names no host"                 },
        { "-oProxyCommand=x:a.git",              "it would be read as an option"    },
        { "http://git.example/a.git",            "http:// is open to everybody"     },
        { "/nonexistent/a",                      "there is no folder /nonexistent/a"},
        { "https://git.example/a\nb.git",        "a line break or another control"  },
    };
    struct world *world = enter(state);

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct run *run =
            run_pilab(world->sandbox, "repo", "add", "--no-test", "--", refusals[i].address, NULL);

        assert_int_equal(run->status, 1);
        assert_says(&run->err, refusals[i].words);
        assert_says_not(&run->err, "secret");
    }
    assert_says_not(&run_pilab(world->sandbox, "project", "export", NULL)->out, "modules");
}

static void what_cannot_be_reached_is_not_added(void **state)
{
    struct world *world = enter(state);
    const struct run *run =
        run_pilab(world->sandbox, "repo", "add", "ssh://nowhere.invalid/x.git", NULL);

    assert_int_equal(run->status, 1);
    assert_says(&run->err, "nowhere.invalid");
    assert_says(&run->err, "--no-test adds it without asking it");
    run = run_pilab(world->sandbox, "repo", "add", sandbox_files(world->sandbox), NULL);
    assert_int_equal(run->status, 1);
    assert_says_not(&run_pilab(world->sandbox, "project", "export", NULL)->out, "modules");
}

static void a_repository_of_versions_keeps_its_pattern(void **state)
{
    struct world *world = enter(state);
    char *values = scratch_file(fixture_path(world->fixture), "envs/SIT/web/values.yaml",
                                "image:\n  tag: 2.0.7\n");
    static const char *const commit[] = {
        "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "web 2.0.7", NULL
    };
    static const char *const stage[] = { "git", "add", "envs", NULL };
    json_t *object;
    const struct run *run;

    free(values);
    sandbox_enter(world->sandbox, fixture_path(world->fixture));
    assert_done(run_words(world->sandbox, stage));
    assert_done(run_words(world->sandbox, commit));
    object =
        added(world, fixture_path(world->fixture), "--gitops", "envs/{env}/{module}/values.yaml");
    assert_null(json_member_text(object, "module"));
    json_decref(object);
    assert_exported(world, "gitops: \"envs/{env}/{module}/values.yaml\"}\n");
    run = run_pilab(world->sandbox, "init", "--code", "SHOP", "--gitops",
                    fixture_path(world->fixture), "--yes", NULL);
    assert_done(run);
    assert_says(&run_pilab(world->sandbox, "manifest", "show", NULL)->out, "2.0.7");
}

/* --- Removing --------------------------------------------------------------------------------- */

static void what_depends_on_it_is_said_and_the_mirror_goes(void **state)
{
    struct world *world = enter(state);
    char *url = memory_printf("file://%s", fixture_path(world->fixture));
    char *mirrors = scratch_path(sandbox_home(world->sandbox), "pilab/mirrors");
    const struct run *run;

    assert_done(run_pilab(world->sandbox, "repo", "add", url, "--module", "web", "--fetch", NULL));
    assert_done(run_pilab(world->sandbox, "repo", "add", url, "--module", "core", NULL));
    assert_int_equal(scratch_count(mirrors), 3); /* mirror, health and lock */
    run = run_pilab(world->sandbox, "repo", "remove", url, NULL);
    assert_int_not_equal(run->status, 0);
    assert_says(&run->err, "2 modules lie in file://");
    assert_says(&run->err, "web, core. They stay");
    assert_says(&run->err, "--yes");
    run = run_pilab(world->sandbox, "repo", "remove", "web", "--yes", NULL);
    assert_done(run);
    assert_says(&run->out, "gone from the cache");
    assert_int_equal(scratch_count(mirrors), 1);
    assert_exported(world, "  - name: web\n    type:");
    assert_says_not(&run_pilab(world->sandbox, "project", "export", NULL)->out, "repository:");
    assert_says(&run_pilab(world->sandbox, "repo", "list", NULL)->out, "no repositories");
    run = run_pilab(world->sandbox, "repo", "remove", url, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "the project has no repository");
    free(mirrors);
    free(url);
}

static void modules_and_mirror_go_and_stay_as_is_said(void **state)
{
    struct world *world = enter(state);
    char *url = memory_printf("file://%s", fixture_path(world->fixture));
    char *mirrors = scratch_path(sandbox_home(world->sandbox), "pilab/mirrors");

    assert_done(run_pilab(world->sandbox, "repo", "add", url, "--module", "web", "--fetch", NULL));
    assert_done(run_pilab(world->sandbox, "repo", "remove", url, "--modules", "--keep-mirror",
                          "--yes", NULL));
    assert_int_equal(scratch_count(mirrors), 3);
    assert_says_not(&run_pilab(world->sandbox, "project", "export", NULL)->out, "web");
    free(mirrors);
    free(url);
}

/* --- The way over ssh ------------------------------------------------------------------------- */

/* "openssh" or "libssh2" for the one repository of the project. */
static void assert_way(struct world *world, const char *expected)
{
    const struct run *run = run_pilab(world->sandbox, "repo", "list", "--json", NULL);
    json_t *list = json_loadb(run->out.data, run->out.length, 0, NULL);
    const json_t *item = json_array_get(json_object_get(list, "items"), 0);

    assert_string_equal(json_member_text(item, "transport"), expected);
    json_decref(list);
}

static void the_way_is_that_of_the_run_the_repository_the_project(void **state)
{
    struct world *world = enter(state);
    const struct run *run;
    char *file;

    assert_done(
        run_pilab(world->sandbox, "repo", "add", "git@git.example:a.git", "--no-test", NULL));
    assert_way(world, "openssh");
    file = scratch_file(sandbox_files(world->sandbox), "way.yaml",
                        "pilab: 1\nproject: {name: Shop, code: SHOP, transport: libssh2}\n");
    assert_done(run_pilab(world->sandbox, "project", "import", file, NULL));
    assert_way(world, "libssh2");
    assert_done(run_pilab(world->sandbox, "repo", "add", "git@git.example:a.git", "--no-test",
                          "--transport", "openssh", NULL));
    assert_way(world, "openssh");
    sandbox_set(world->sandbox, "PILAB_SSH=libssh2");
    assert_way(world, "libssh2");
    sandbox_set(world->sandbox, "PILAB_SSH=telnet");
    run = run_pilab(world->sandbox, "repo", "test", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "there is no transport 'telnet' (PILAB_SSH)");
    sandbox_set(world->sandbox, "PILAB_SSH");
    assert_exported(world, "project: {name: Shop, code: SHOP, transport: libssh2}\n");
    assert_exported(world, "  - {url: git@git.example:a.git, transport: openssh}\n");
    run = run_pilab(world->sandbox, "repo", "add", "https://git.example/a.git", "--transport",
                    "openssh", NULL);
    assert_int_equal(run->status, 64);
    free(file);
}

static void without_an_ssh_program_the_one_built_in_is_used_and_said(void **state)
{
    struct world *world = enter(state);
    unsigned short port;
    int listener = loopback_listen(&port);
    char *url = memory_printf("ssh://127.0.0.1:%u/a.git", (unsigned)port);
    char *path = memory_printf("PATH=%s", sandbox_files(world->sandbox));
    const struct run *run;

    close(listener); /* nobody is there */
    sandbox_set(world->sandbox, path);
    run = run_pilab(world->sandbox, "repo", "test", url, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "There is no ssh program here: the one that is built in");
    assert_says(&run->err, "nobody answers at 127.0.0.1");
    assert_says(&run->err, "so the one that is built in (libssh2) was used");
    sandbox_set(world->sandbox, "PILAB_SSH=openssh");
    run = run_pilab(world->sandbox, "repo", "test", url, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "ssh cannot be started");
    free(path);
    free(url);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, release_world_setup, release_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_folder_is_added_with_what_its_files_say),
        CASE(added_again_it_changes_nothing),
        CASE(a_module_that_lies_elsewhere_is_moved_when_somebody_says_so),
        CASE(what_must_not_be_is_refused_with_words),
        CASE(what_cannot_be_reached_is_not_added),
        CASE(a_repository_of_versions_keeps_its_pattern),
        CASE(what_depends_on_it_is_said_and_the_mirror_goes),
        CASE(modules_and_mirror_go_and_stay_as_is_said),
        CASE(the_way_is_that_of_the_run_the_repository_the_project),
        CASE(without_an_ssh_program_the_one_built_in_is_used_and_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
