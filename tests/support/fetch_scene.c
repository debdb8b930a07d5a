#include "fetch_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include <pilab/base/memory.h>

#include "scratch.h"

static void hear(void *context, const struct mirror_news *news)
{
    static const char *const names[] = { [MIRROR_TAG_MOVED] = "moved",
                                         [MIRROR_TAG_GONE] = "gone",
                                         [MIRROR_REPLACED] = "replaced",
                                         [MIRROR_REMADE] = "remade" };
    struct scene *scene = context;
    char before[OBJECT_ID_HEX_SIZE], after[OBJECT_ID_HEX_SIZE];

    strbuf_printf(&scene->news, "%s %s %s %s\n", names[news->event], news->name,
                  object_id_hex(&news->before, before), object_id_hex(&news->after, after));
}

static void count_objects(void *context, const char *what, const struct transfer_state *state)
{
    struct scene *scene = context;

    if (strcmp(what, "receiving objects") == 0 || strcmp(what, "resolving deltas") == 0)
        scene->objects = state->total > scene->objects ? state->total : scene->objects;
}

int scene_leave(void **state)
{
    struct scene *scene = *state;
    void *world;

    if (scene == NULL)
        return 0;
    world = scene->world;
    if (scene->mounted)
        umount2(scene->world->cache, MNT_DETACH);
    sandbox_free(&scene->sandbox);
    strbuf_release(&scene->news);
    free(scene->url);
    free(scene->mirror);
    free(scene);
    return ssh_world_leave(&world);
}

struct scene *scene_of(void **state)
{
    if (*state == NULL)
        ssh_world_of(state);
    return *state;
}

const char *scene_git(struct scene *scene, const char *directory, const char *const *words)
{
    const char *all[16] = { "git", "-C", directory };
    const struct run *run;
    size_t count = 3;

    while (*words != NULL)
        all[count++] = *words++;
    run = run_words(scene->sandbox, all);
    if (run->status != 0)
        fail_msg("git %s: %s", all[3], run->err.data);
    return run->out.length > 0 ? run->out.data : "";
}

int scene_enter(void **state)
{
    struct scene *scene;
    char *setting;

    if (ssh_world_enter(state) != 0 || *state == NULL)
        return *state == NULL ? 0 : -1;
    scene = memory_new(sizeof *scene);
    *scene = (struct scene){ .world = *state, .sandbox = sandbox_new(), .news = STRBUF_INIT };
    ssh_world_use_key(scene->world, "ed25519", "");
    scene->url = ssh_world_here(scene->world);
    scene->mirror = ssh_world_mirror(scene->world, scene->url);
    scene->world->mirror.tell = hear;
    scene->world->mirror.tell_context = scene;
    setting = memory_printf("GIT_SSH_COMMAND=%s", scene->world->program);
    sandbox_set(scene->sandbox, setting);
    sandbox_set(scene->sandbox, "GIT_AUTHOR_NAME=Kim");
    sandbox_set(scene->sandbox, "GIT_AUTHOR_EMAIL=kim@shop.example");
    sandbox_set(scene->sandbox, "GIT_COMMITTER_NAME=Kim");
    sandbox_set(scene->sandbox, "GIT_COMMITTER_EMAIL=kim@shop.example");
    free(setting);
    *state = scene;
    THERE(scene, "reset", "-q", "--hard"); /* the fixture has commits alone */
    return 0;
}

char *scene_line(const char *output)
{
    return memory_copy_bytes(output, strcspn(output, "\n"));
}

void scene_fetch(struct scene *scene)
{
    strbuf_clear(&scene->news);
    scene->objects = 0;
    scene->world->progress = (struct progress){ .context = scene, .transfer = count_objects };
    ssh_world_update(scene->world, scene->url);
}

const char *scene_news(const struct scene *scene)
{
    return scene->news.length > 0 ? scene->news.data : "";
}

void scene_assert_same(struct scene *scene)
{
    char *there = memory_copy_text(THERE(scene, "for-each-ref", "refs/heads", "refs/tags"));

    assert_string_equal(HERE(scene, "for-each-ref"), there);
    HERE(scene, "fsck", "--full", "--strict", "--no-dangling");
    free(there);
}

char *scene_pack(struct scene *scene, const char *suffix)
{
    char *packs = scratch_path(scene->mirror, "objects/pack");
    const char *const words[] = { "find", packs, "-name", suffix, NULL };
    char *found = scene_line(run_words(scene->sandbox, words)->out.data);

    free(packs);
    return found;
}
