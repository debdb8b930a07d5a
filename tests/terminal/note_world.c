#include "note_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/store/draft.h>
#include <pilab/store/project.h>
#include <pilab/store/store.h>
#include <pilab/store/tenant.h>

#include "../support/patience.h"
#include "../support/scratch.h"

void note_world_login(const struct demo_world *world, const char *login)
{
    char *assignment = memory_printf("PILAB_LOGIN=%s", login);

    harness_set(world->harness, assignment);
    sandbox_set(world->sandbox, assignment);
    free(assignment);
}

int note_world_start(void **state)
{
    const struct demo_world *world;

    demo_world_start(state);
    world = *state;
    note_world_login(world, "root");
    DO(world, "member", "add", "alice", "--role", "ADMIN");
    DO(world, "member", "add", "carla", "--role", "ADMIN");
    DO(world, "member", "add", "dan", "--role", "ADMIN");
    DO(world, "member", "add", "vera", "--role", "VIEWER");
    note_world_login(world, "alice");
    DO(world, "note", "generate", "--from", "SIT", "--to", "UAT", "--release", "R2025.03");
    return 0;
}

struct vt *note_world_open(const struct demo_world *world, const char *login, int rows, int columns)
{
    struct vt *vt;

    note_world_login(world, login);
    vt = demo_world_open(world, rows, columns);
    studio_type(vt, "4", "R2025.03");
    studio_type(vt, ":note show 2\r", "[Read]");
    return vt;
}

char *note_world_text(const struct demo_world *world)
{
    const struct run *run =
        run_pilab(world->sandbox, "note", "show", "2", "--format", "markdown", NULL);

    assert_int_equal(run->status, 0);
    return memory_copy_text(run->out.data);
}

void note_world_edit(const struct demo_world *world, const char *login, const char *from,
                     const char *to)
{
    char *text = note_world_text(world), *at = strstr(text, from), *path;
    struct strbuf edited = STRBUF_INIT;

    assert_non_null(at);
    strbuf_add_bytes(&edited, text, (size_t)(at - text));
    strbuf_add(&edited, to);
    strbuf_add(&edited, at + strlen(from));
    path = scratch_file(sandbox_files(world->sandbox), "edited.md", edited.data);
    note_world_login(world, login);
    DO(world, "note", "edit", "2", "--file", path, "--message", "by command");
    strbuf_release(&edited);
    free(path);
    free(text);
}

/* --- The recovery table ----------------------------------------------------------------------- */

char *note_world_draft(const struct demo_world *world, const char *login)
{
    char *path = scratch_path(sandbox_files(world->sandbox), "demo/pilab.db"), *text = NULL;
    struct store_options options = { .path = path, .allow_frozen_clock = true };
    struct clock clock = clock_system();
    struct random random = random_system();
    struct arena *arena = arena_new();
    struct connection *connection;
    struct store_projects projects;
    struct store_tenants tenants;
    struct store_drafts drafts;
    struct error error = { 0 };
    struct store *store;

    if (!store_open(&options, &clock, &store, &error))
        fail_msg("%s", error.message);
    connection = store_connect(store, &clock, &random, &error);
    assert_non_null(connection);
    assert_true(store_tenant_list(connection, NULL, arena, &tenants, &error));
    assert_true(
        store_project_list(connection, tenants.items[0].id, NULL, NULL, arena, &projects, &error));
    assert_true(
        store_draft_list(connection, projects.items[0].id, login, NULL, arena, &drafts, &error));
    if (drafts.count > 0)
        text = memory_copy_text(drafts.items[0].text);
    connection_close(&connection);
    store_close(&store);
    arena_free(&arena);
    free(path);
    return text;
}

int64_t note_world_wait_draft(const struct demo_world *world, struct vt *vt, const char *login,
                              const char *text)
{
    int64_t began = clock_monotonic(), took = 0;

    while (took < patience(VT_PATIENCE)) {
        char *draft = note_world_draft(world, login);
        bool there = text == NULL ? draft == NULL : draft != NULL && strstr(draft, text) != NULL;

        took = clock_monotonic() - began;
        free(draft);
        if (there)
            return took;
        vt_listen(vt, 10);
    }
    fail_msg("the recovery table never held \"%s\"", text != NULL ? text : "nothing");
    return took;
}
