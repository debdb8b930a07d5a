/*
 * Images on the command line, over a real docker-registry on 127.0.0.1: what it has, what differs
 * between two, and what a comparison of two commits makes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/json_schema.h"
#include "../support/registry_server.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

struct world {
    struct sandbox *sandbox;
    struct registry_server *server;
    char *older, *newer; /* references */
    char *repository;
};

static char *reference(const struct world *world, const char *tag)
{
    return memory_printf("%s/mb/auth:%s", registry_server_name(world->server), tag);
}

static void push_images(struct world *world, const char *folder)
{
    const struct layout_image older = {
        "amd64", "\"Env\":[\"APP_VERSION=v1\",\"DB_PASSWORD=hunter2\"]", {"base", "app 1"},
          2
    };
    const struct layout_image newer = {
        "amd64",
        "\"Env\":[\"APP_VERSION=v2\",\"DB_PASSWORD=hunter3\"],\"Labels\":{"
        "\"org.opencontainers.image.revision\":\"abc123\"}",
        {"base", "app 2, larger", "biometric"},
        3
    };
    char *layout = scratch_path(folder, "layout");

    free(layout_add(layout, "v1", &older));
    free(layout_add(layout, "v2", &newer));
    registry_server_push(world->server, layout, "v1", "mb/auth", "");
    registry_server_push(world->server, layout, "v2", "mb/auth", "");
    free(layout);
}

/* Tags one to four: v1, v2, one that is not in the registry, and a tag that is moved. */
static void make_repository(struct world *world)
{
    static const char *const tags[] = { "v1", "v2", "v9", "latest" };
    static const char *const names[] = { "one", "two", "three", "four" };

    world->repository = scratch_path(sandbox_files(world->sandbox), "shop");
    registry_shell(sandbox_files(world->sandbox),
                   "git init -q shop && cd shop && git config user.email a@example.org && "
                   "git config user.name A");
    for (size_t i = 0; i < 4; i++) {
        char *image = reference(world, tags[i]);
        char *values = memory_printf("auth:\n  image: %s\n", image);
        char *script = memory_printf("git add -A && git commit -qm 'feat: %s' && git tag %s",
                                     names[i], names[i]);

        free(scratch_file(world->repository, "deploy/values.yaml", values));
        registry_shell(world->repository, script);
        free(image), free(values), free(script);
    }
    sandbox_enter(world->sandbox, world->repository);
}

static int enter_world(void **state)
{
    struct world *world = memory_new(sizeof *world);
    char *storage;

    *state = world;
    if (registry_server_missing() != NULL)
        return 0;
    world->sandbox = sandbox_new();
    storage = scratch_path(sandbox_files(world->sandbox), "storage");
    world->server = registry_server_start(sandbox_files(world->sandbox), storage, "");
    free(storage);
    push_images(world, sandbox_files(world->sandbox));
    world->older = reference(world, "v1");
    world->newer = reference(world, "v2");
    make_repository(world);
    return 0;
}

static int leave_world(void **state)
{
    struct world *world = *state;

    registry_server_stop(&world->server);
    sandbox_free(&world->sandbox);
    free(world->older), free(world->newer), free(world->repository);
    free(world);
    return 0;
}

static struct world *world_of(void **state)
{
    if (registry_server_missing() != NULL) {
        print_message("skipped: %s is not installed\n", registry_server_missing());
        skip();
    }
    return *state;
}

static void must_end_well(const struct run *run)
{
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
}

static void shows_what_the_registry_has(void **state)
{
    struct world *world = world_of(state);
    const struct run *run = run_pilab(world->sandbox, "image", "inspect", world->newer, NULL);

    must_end_well(run);
    assert_says(&run->out, "platform    linux/amd64\n");
    assert_says(&run->out, "size        95 B\n");
    assert_says(&run->out, "from commit abc123\n");
    assert_says(&run->out, "APP_VERSION = v2\n");
    assert_says_not(&run->out, "hunter3");
    run = run_pilab(world->sandbox, "image", "inspect", world->newer, "--json", NULL);
    must_end_well(run);
    assert_text_follows_schema(run->out.data, "image-1.json");
    assert_says_not(&run->out, "hunter3");
}

static void tells_two_images_apart(void **state)
{
    struct world *world = world_of(state);
    const struct run *run =
        run_pilab(world->sandbox, "image", "diff", world->older, world->newer, NULL);

    must_end_well(run);
    assert_says(&run->out, "55 B → 95 B (+40 B)\n");
    assert_says(&run->out, "= shared          27 B  ");
    assert_says(&run->out, "- removed         28 B  ");
    assert_says(&run->out, "+ added           32 B  ");
    assert_says(&run->out, "APP_VERSION: v1 → v2\n");
    assert_says(&run->out, "DB_PASSWORD: another secret\n");
    assert_says_not(&run->out, "hunter");
    run = run_pilab(world->sandbox, "image", "diff", world->older, world->newer, "--json", NULL);
    must_end_well(run);
    assert_text_follows_schema(run->out.data, "image-diff-1.json");
    assert_says_not(&run->out, "hunter");
    run = run_pilab(world->sandbox, "image", "diff", world->older, NULL);
    assert_int_equal(run->status, 64);
}

static void lists_tags(void **state)
{
    struct world *world = world_of(state);
    const struct run *run = run_pilab(world->sandbox, "image", "tags", world->older, NULL);

    must_end_well(run);
    assert_string_equal(run->out.data, "Tag\nv1\nv2\n");
    run = run_pilab(world->sandbox, "image", "tags", world->older, "--json", NULL);
    assert_text_follows_schema(run->out.data, "list-1.json");
}

static void says_what_is_wrong(void **state)
{
    struct world *world = world_of(state);
    char *missing = reference(world, "v9");
    const struct run *run = run_pilab(world->sandbox, "image", "inspect", missing, NULL);

    assert_int_equal(run->status, 1);
    assert_says(&run->err, " has no mb/auth:v9\n");
    run = run_pilab(world->sandbox, "image", "inspect", "No Name", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "'No Name' is no name of an image");
    run = run_pilab(world->sandbox, "image", "inspect", world->older, "--offline", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "registries are not asked with --offline");
    run = run_pilab(world->sandbox, "image", "inspect", world->older, "--platform", "x", NULL);
    assert_says(&run->err, "'x' is no platform");
    free(missing);
}

/* --- Comparisons ------------------------------------------------------------------------------ */

static json_t *image_part(const struct run *run)
{
    struct error error;
    json_t *report, *drift, *found = NULL;
    size_t i;

    must_end_well(run);
    assert_text_follows_schema(run->out.data, "drift-1.json");
    report = json_read("report", run->out.data, run->out.length, &error);
    assert_non_null(report);
    json_array_foreach(json_object_get(report, "drifts"), i, drift)
    {
        if (strcmp(json_member_text(drift, "type"), "image") == 0)
            found = json_incref(drift);
    }
    json_decref(report);
    assert_non_null(found);
    return found;
}

static void a_comparison_stays_on_this_machine(void **state)
{
    struct world *world = world_of(state);
    json_t *part = image_part(run_pilab(world->sandbox, "drift", "one..two", "--json", NULL));
    json_t *image = json_array_get(json_object_get(part, "images"), 0);
    const struct run *run;

    assert_false(json_is_true(json_object_get(part, "asked")));
    assert_string_equal(json_member_text(image, "previous_tag"), "v1");
    assert_string_equal(json_member_text(image, "current_tag"), "v2");
    assert_string_equal(json_member_text(image, "current_answer"), "not_asked");
    assert_true(json_is_null(json_object_get(image, "size_diff")));
    json_decref(part);
    /* What is not in the registry is no blocker as long as nobody asks. */
    run = run_pilab(world->sandbox, "drift", "two..three", "--type", "image", NULL);
    must_end_well(run);
    assert_says_not(&run->out, "Blockers");
}

static void registries_are_asked_when_somebody_says_so(void **state)
{
    struct world *world = world_of(state);
    json_t *part =
        image_part(run_pilab(world->sandbox, "drift", "one..two", "--registries", "--json", NULL));
    json_t *image = json_array_get(json_object_get(part, "images"), 0);

    assert_true(json_is_true(json_object_get(part, "asked")));
    assert_string_equal(json_member_text(image, "size_diff"), "+40 B");
    assert_int_equal(json_integer_value(json_object_get(image, "layers_changed")), 3);
    assert_string_equal(json_member_text(image, "current_revision"), "abc123");
    assert_int_equal(json_array_size(json_object_get(image, "layers")), 4);
    json_decref(part);
}

static void an_image_that_is_not_there_blocks(void **state)
{
    struct world *world = world_of(state);
    const struct run *run =
        run_pilab(world->sandbox, "drift", "two..three", "--type", "image", "--registries", NULL);

    must_end_well(run);
    assert_says(&run->out, "1 blocker");
    assert_says(&run->out, " has no mb/auth:v9");
}

/* Its digest is named beside a tag that leads to another image by now. */
static void a_tag_that_was_moved_blocks(void **state)
{
    struct world *world = world_of(state);
    const struct run *run =
        run_pilab(world->sandbox, "image", "inspect", world->older, "--json", NULL);
    json_t *image;
    char *values;

    must_end_well(run);
    image = json_read("image", run->out.data, run->out.length, NULL);
    values =
        memory_printf("auth:\n  image: %s@%s\n", world->newer, json_member_text(image, "digest"));
    free(scratch_file(world->repository, "deploy/values.yaml", values));
    registry_shell(world->repository, "git add -A && git commit -qm 'feat: five' && git tag five");
    run = run_pilab(world->sandbox, "drift", "one..five", "--type", "image", "--registries", NULL);
    must_end_well(run);
    assert_says(&run->out, "1 blocker");
    assert_says(&run->out, " as v2 by now, and");
    json_decref(image);
    free(values);
}

static void a_tag_that_moves_wants_a_look(void **state)
{
    struct world *world = world_of(state);
    const struct run *run =
        run_pilab(world->sandbox, "drift", "two..four", "--type", "image", NULL);

    must_end_well(run);
    assert_says(&run->out, "a tag that is moved on purpose");
    /* The line of configuration is the same thing, and is not put to a person once more. */
    run = run_pilab(world->sandbox, "drift", "two..four", NULL);
    must_end_well(run);
    assert_says(&run->out, "1 needs a person");
    run = run_pilab(world->sandbox, "drift", "two..four", "--type", "config", NULL);
    must_end_well(run);
    assert_says(&run->out, "1 needs a person");
    run = run_pilab(world->sandbox, "drift", "two..four", "-t", "image", "-t", "config", NULL);
    must_end_well(run);
    assert_says(&run->out, "read: config 1/1 images 1/1   not examined: code");
}

/* --- What is said of registries --------------------------------------------------------------- */

static void say_registries(struct world *world, const char *entry)
{
    char *text = memory_printf("pilab: 1\nproject: {name: Shop, code: SHOP}\nregistries:\n"
                               "  - {name: registry.example, %s}\n",
                               entry);

    free(scratch_file(world->repository, "pilab.yaml", text));
    free(text);
}

static void a_mirror_is_asked_in_place_of_a_registry(void **state)
{
    struct world *world = world_of(state);
    char *entry =
        memory_printf("url: \"http://%s\", plain: true", registry_server_name(world->server));
    const struct run *run;

    say_registries(world, entry);
    run = run_pilab(world->sandbox, "image", "inspect", "registry.example/mb/auth:v2", NULL);
    must_end_well(run);
    assert_says(&run->out, "APP_VERSION = v2\n");
    /* Without the word for it nothing goes over the net unencrypted. */
    free(entry);
    entry = memory_printf("url: \"http://%s\"", registry_server_name(world->server));
    say_registries(world, entry);
    run = run_pilab(world->sandbox, "image", "inspect", "registry.example/mb/auth:v2", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "pilab.yaml:4: registry.example is asked at http://");
    registry_shell(world->repository, "rm pilab.yaml");
    free(entry);
}

static void a_folder_of_images_is_looked_at_without_being_told(void **state)
{
    struct world *world = world_of(state);
    const struct run *run;
    json_t *part, *image;

    registry_shell(sandbox_files(world->sandbox), "mkdir -p kept/mb && cp -r layout kept/mb/auth");
    for (size_t i = 0; i < 2; i++) {
        char *values = memory_printf("auth:\n  image: registry.example/mb/auth:v%zu\n", i + 1);
        char *script = memory_printf("git commit -qam 'feat: held' && git tag held%zu", i + 1);

        free(scratch_file(world->repository, "deploy/values.yaml", values));
        registry_shell(world->repository, script);
        free(values), free(script);
    }
    say_registries(world, "folder: ../kept");
    part =
        image_part(run_pilab(world->sandbox, "drift", "held1..held2", "--json", "--offline", NULL));
    image = json_array_get(json_object_get(part, "images"), 0);
    assert_true(json_is_true(json_object_get(part, "asked")));
    assert_string_equal(json_member_text(image, "size_diff"), "+40 B");
    assert_int_equal(json_array_size(json_object_get(image, "layers")), 4);
    json_decref(part);
    must_end_well(run_pilab(world->sandbox, "project", "import", "pilab.yaml", NULL));
    registry_shell(world->repository, "rm pilab.yaml");
    assert_int_not_equal(run_pilab(world->sandbox, "image", "inspect",
                                   "registry.example/mb/auth:v2", "--offline", NULL)
                             ->status,
                         0);
    run = run_pilab(world->sandbox, "image", "inspect", "registry.example/mb/auth:v2", "-p", "SHOP",
                    NULL);
    must_end_well(run);
    assert_says(&run->out, "registry.example/mb/auth:v2\ndigest      sha256:");
    assert_says(&run_pilab(world->sandbox, "image", "tags", "mb/auth", "-p", "NONE", NULL)->err,
                "there is no project NONE");
}

static void a_registry_that_is_silent_is_told(void **state)
{
    struct world *world = world_of(state);
    const struct run *run;

    registry_server_stop(&world->server);
    run = run_pilab(world->sandbox, "drift", "one..two", "--type", "image", "--registries", NULL);
    assert_says(&run->out, "PARTIAL");
    assert_says(&run->out, "nobody answers there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_the_registry_has),
        cmocka_unit_test(tells_two_images_apart),
        cmocka_unit_test(lists_tags),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(a_comparison_stays_on_this_machine),
        cmocka_unit_test(registries_are_asked_when_somebody_says_so),
        cmocka_unit_test(an_image_that_is_not_there_blocks),
        cmocka_unit_test(a_tag_that_was_moved_blocks),
        cmocka_unit_test(a_tag_that_moves_wants_a_look),
        cmocka_unit_test(a_mirror_is_asked_in_place_of_a_registry),
        cmocka_unit_test(a_folder_of_images_is_looked_at_without_being_told),
        cmocka_unit_test(a_registry_that_is_silent_is_told),
    };

    return cmocka_run_group_tests(tests, enter_world, leave_world);
}
