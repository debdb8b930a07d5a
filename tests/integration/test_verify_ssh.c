#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/json_schema.h"
#include "../support/patience.h"
#include "../support/run_program.h"
#include "../support/scratch.h"
#include "../support/ssh_world.h"

/* `pilab verify` over ssh from a real sshd: files, commands, and a GitOps repository. */

struct scene {
    struct ssh_world *world;
    struct sandbox *sandbox;
};

static int enter(void **state)
{
    struct scene *scene;
    char *setting;

    if (ssh_world_enter(state) != 0 || *state == NULL)
        return *state == NULL ? 0 : -1;
    scene = memory_new(sizeof *scene);
    *scene = (struct scene){ *state, sandbox_new() };
    ssh_world_use_key(scene->world, "ed25519", "");
    setting = memory_printf("GIT_SSH_COMMAND=%s", scene->world->program);
    sandbox_set(scene->sandbox, setting);
    free(setting);
    *state = scene;
    return 0;
}

static int leave(void **state)
{
    struct scene *scene = *state;
    void *world;

    if (scene == NULL)
        return 0;
    world = scene->world;
    sandbox_free(&scene->sandbox);
    free(scene);
    return ssh_world_leave(&world);
}

static struct scene *scene_of(void **state)
{
    if (*state == NULL)
        ssh_world_of(state);
    return *state;
}

/* Verifies a project whose DEV is looked at so; @@ stands for the host, and ## for the folder of
 * the world. */
static const struct run *verify(const struct scene *scene, const char *observers)
{
    struct strbuf text = STRBUF_INIT;
    char *file;
    const struct run *run;

    strbuf_add(&text, "pilab: 1\nproject: {name: Shop, code: SHOP}\n"
                      "environments:\n  - {name: DEV, stage: DEV, observe: [");
    for (const char *at = observers; *at != '\0'; at++) {
        if (strncmp(at, "@@", 2) == 0)
            strbuf_printf(&text, "127.0.0.1:%d", ssh_server_port(scene->world->server));
        else if (strncmp(at, "##", 2) == 0)
            strbuf_add(&text, scene->world->directory);
        else
            strbuf_add_char(&text, *at);
        at += strncmp(at, "@@", 2) == 0 || strncmp(at, "##", 2) == 0;
    }
    strbuf_add(&text, "]}\nmodules: [{name: shop}, {name: cart}]\n");
    file = scratch_file(sandbox_files(scene->sandbox), "project.yaml", text.data);
    run = run_pilab(scene->sandbox, "project", "import", file, "--yes", NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(file);
    strbuf_release(&text);
    assert_int_equal(run_pilab(scene->sandbox, "manifest", "set", "shop", "DEV", "2.0.6", NULL)
                         ->status,
                     0);
    run = run_pilab(scene->sandbox, "verify", "env:DEV", "--json", NULL);
    assert_text_follows_schema(run->out.data, "verify-1.json");
    return run;
}

static void a_file_of_another_host_is_read_whatever_it_is_called(void **state)
{
    struct scene *scene = scene_of(state);
    const struct run *run;

    free(scratch_file(scene->world->directory, "it's $(the) version", "v2.0.6\n"));
    run =
        verify(scene, "{type: ssh, host: \"@@\", path: \"##/it's $(the) version\", module: shop}");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"verdict\": \"same\"");
}

static void a_command_says_a_document_and_no_shell_makes_more_of_it(void **state)
{
    struct scene *scene = scene_of(state);
    const struct run *run;

    free(scratch_file(scene->world->directory, "info.json",
                      "{\"build\":{\"version\":\"2.0.5\",\"commit\":\"9f8e7d6\"}}"));
    run = verify(scene, "{type: ssh, host: \"@@\", command: \"cat '##/info.json'\", module: shop, "
                        "pointer: /build/version, commit: /build/commit}");
    assert_int_equal(run->status, 2);
    assert_says(&run->out, "\"version\": \"2.0.5\"");
    assert_says(&run->out, "\"commit\": \"9f8e7d6\"");
    run = verify(scene, "{type: ssh, host: \"@@\", command: [printf, \"%s\", \"2;$(id)`id`\"], "
                        "module: shop}");
    assert_int_equal(run->status, 2);
    assert_says(&run->out, "\"said\": \"2;$(id)`id`\"");
}

static void what_fails_there_is_said_and_the_others_go_on(void **state)
{
    struct scene *scene = scene_of(state);
    const struct run *run;

    free(scratch_file(scene->world->directory, "VERSION", "2.0.6\n"));
    run =
        verify(scene, "{type: ssh, host: \"@@\", path: \"##/VERSION\", module: shop}, "
                      "{type: ssh, name: the cart, host: \"@@\", path: \"##/none\", module: cart}");
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "\"source\": \"the cart\"");
    assert_says(&run->out, "\"state\": \"failed\"");
    assert_says(&run->out, "\"state\": \"answered\"");
    assert_says(&run->out, "\"verdict\": \"same\"");
}

static void a_command_that_does_not_end_is_given_up(void **state)
{
    struct scene *scene = scene_of(state);
    const struct run *run;

    run = verify(scene, "{type: ssh, host: \"@@\", command: [sleep, \"300\"], module: shop, "
                        "timeout: 2}");
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "it did not answer within 2 seconds");
    assert_true(run->milliseconds < patience(20000));
    run = verify(scene, "{type: ssh, host: \"@@\", command: [yes], module: shop}");
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "says more than 1048576 bytes");
}

static void a_host_that_nobody_knows_is_not_asked(void **state)
{
    struct scene *scene = scene_of(state);
    const struct run *run;

    assert_int_equal(truncate(scene->world->known_hosts, 0), 0);
    run = verify(scene, "{type: ssh, host: \"@@\", command: [\"true\"], module: shop}");
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "\"code\": \"unverified\"");
}

static void commit(const struct scene *scene, const char *path, const char *text)
{
    const char *tree = fixture_path(scene->world->fixture);
    const char *const add[] = { "git", "-C", tree, "add", path, NULL };
    const char *const write[] = { "git",
                                  "-C",
                                  tree,
                                  "-c",
                                  "user.name=Carl",
                                  "-c",
                                  "user.email=carl@bank.example",
                                  "commit",
                                  "-q",
                                  "-m",
                                  "deploy",
                                  NULL };

    free(scratch_file(tree, path, text));
    ssh_world_run(add);
    ssh_world_run(write);
}

static void a_gitops_repository_says_who_changed_what(void **state)
{
    struct scene *scene = scene_of(state);
    char *address, *observer;
    const struct run *run;

    commit(scene, "envs/dev/web/values.yaml", "image: {tag: v2.0.6}\n");
    commit(scene, "envs/prod/web/values.yaml", "image: {tag: v1.0.0}\n");
    address = ssh_world_here(scene->world);
    observer = memory_printf("{type: gitops, repository: \"%s\", pattern: "
                             "\"envs/{env}/{module}/values.yaml\", modules: {shop: web}}",
                             address);
    run = verify(scene, observer);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"changed_by\": \"Carl\"");
    assert_says(&run->out, "\"place\": \"envs/dev/web/values.yaml\"");
    commit(scene, "envs/dev/web/values.yaml", "replicas: 2\n");
    run = verify(scene, observer);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "no version stands in it");
    free(observer);
    free(address);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_file_of_another_host_is_read_whatever_it_is_called),
        CASE(a_command_says_a_document_and_no_shell_makes_more_of_it),
        CASE(what_fails_there_is_said_and_the_others_go_on),
        CASE(a_command_that_does_not_end_is_given_up),
        CASE(a_host_that_nobody_knows_is_not_asked),
        CASE(a_gitops_repository_says_who_changed_what),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
