#include "https_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "scratch.h"

#define LARGE ((size_t)3 << 20)

struct strbuf https_large_text(uint32_t seed)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < LARGE; i++) {
        seed = seed * 1664525u + 1013904223u;
        strbuf_add_char(&text, (char)(' ' + (seed >> 24) % 95));
    }
    return text;
}

/* The repository that the server shows as shop.git. */
static void build_source(struct https_world *world)
{
    struct strbuf large = https_large_text(1);
    char *link = scratch_path(world->repositories, "shop.git");
    struct builder *builder;

    world->fixture = fixture_new();
    builder = fixture_builder(world->fixture);
    builder_write(builder, "a", "1\n");
    builder_commit(builder, "feat: one");
    builder_annotated_tag(builder, "v1.0.0", "The first");
    builder_branch(builder, "feature");
    builder_write(builder, "a", "2\n");
    builder_write(builder, "large", large.data);
    builder_commit(builder, "feat: two");
    builder_tag(builder, "v1.1.0");
    fixture_open(world->fixture);
    unlink(link);
    assert_int_equal(symlink(fixture_git_path(world->fixture), link), 0);
    free(link);
    strbuf_release(&large);
}

int https_world_set_up(void **state)
{
    static struct https_world place;
    struct https_world *world = &place;
    static const char *const away[] = { "https_proxy",  "HTTPS_PROXY", "http_proxy",
                                        "all_proxy",    "ALL_PROXY",   "GIT_SSL_CAINFO",
                                        "SSL_CERT_FILE" };

    *state = world;
    if (https_server_missing() != NULL)
        return 0;
    for (size_t i = 0; i < sizeof away / sizeof *away; i++)
        unsetenv(away[i]);
    world->directory = scratch_new();
    world->repositories = scratch_path(world->directory, "repositories");
    assert_true(file_make_directories(world->repositories, 0700, NULL));
    world->server = https_server_start(world->directory, world->repositories);
    return 0;
}

int https_world_tear_down(void **state)
{
    struct https_world *world = *state;

    if (world->server == NULL)
        return 0;
    https_server_stop(&world->server);
    free(world->repositories);
    scratch_remove(&world->directory);
    return 0;
}

/* The library is started for each case, since it looks for authorities only then. */
static int enter_trusting(struct https_world *world, const char *authority)
{
    if (world->server == NULL)
        return 0;
    if (authority != NULL)
        setenv("GIT_SSL_CAINFO", authority, 1);
    fixture_library_start(NULL);
    build_source(world);
    world->cache = scratch_new();
    world->options = (struct mirror_options){ .cache_directory = world->cache };
    world->relay = relay_start(https_server_port(world->server, CERTIFICATE_GOOD));
    world->sandbox = sandbox_new();
    return 0;
}

int https_world_enter(void **state)
{
    struct https_world *world = *state;

    return enter_trusting(world,
                          world->server != NULL ? https_server_authority(world->server) : NULL);
}

int https_world_enter_as_stranger(void **state)
{
    return enter_trusting(*state, NULL);
}

int https_world_leave(void **state)
{
    struct https_world *world = *state;

    if (world->server == NULL)
        return 0;
    sandbox_free(&world->sandbox);
    relay_stop(&world->relay);
    scratch_remove(&world->cache);
    fixture_free(&world->fixture);
    fixture_library_stop(NULL);
    unsetenv("GIT_SSL_CAINFO");
    unsetenv("SSL_CERT_FILE");
    return 0;
}

char *https_address(unsigned short port, const char *path)
{
    return memory_printf("https://localhost:%u/%s", (unsigned)port, path);
}

char *https_good_address(const struct https_world *world, const char *path)
{
    return https_address(https_server_port(world->server, CERTIFICATE_GOOD), path);
}

char *https_relayed_address(const struct https_world *world, const char *path)
{
    return https_address(relay_port(world->relay), path);
}

struct https_world *https_world_of(void **state)
{
    struct https_world *world = *state;

    if (world->server == NULL) {
        print_message("%s is not installed\n", https_server_missing());
        skip();
    }
    return world;
}

void https_world_variable(const struct https_world *world, const char *name, const char *value)
{
    char *assignment = memory_printf("%s=%s", name, value);

    sandbox_set(world->sandbox, assignment);
    free(assignment);
}

void https_world_import(const struct https_world *world, const char *url)
{
    char *text = memory_printf("pilab: 1\nproject: {name: Shop, code: SHOP}\n"
                               "environments:\n  - {name: DEV, stage: DEV}\n"
                               "modules:\n  - {name: shop, type: BACKEND, repository: \"%s\"}\n",
                               url);
    char *file = scratch_file(sandbox_files(world->sandbox), "project.yaml", text);
    const struct run *run = run_pilab(world->sandbox, "project", "import", file, NULL);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(file);
    free(text);
}
