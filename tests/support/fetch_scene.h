/*
 * A mirror that is fetched again and again over ssh from a real sshd, whose repository changes.
 */
#ifndef TESTS_SUPPORT_FETCH_SCENE_H
#define TESTS_SUPPORT_FETCH_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>

#include "run_program.h"
#include "ssh_world.h"

struct scene {
    struct ssh_world *world;
    struct sandbox *sandbox; /* for git */
    char *url, *mirror;
    struct strbuf news; /* what was told, a line each: "moved v1.0.0 BEFORE AFTER" */
    uint64_t objects;   /* that the last fetch has received */
    bool mounted;       /* a disk of memory at the cache, which the end takes away */
};

/* cmocka's functions for each case: the state is the scene, or NULL when there is no sshd. */
int scene_enter(void **state);
int scene_leave(void **state);
/* Skips the case, and says why, when there is none. */
struct scene *scene_of(void **state);

/* `git -C directory words…`, which has to do well; its output lives until the next one. */
const char *scene_git(struct scene *scene, const char *directory, const char *const *words);
#define GIT(scene, directory, ...)                                                                 \
    scene_git(scene, directory, (const char *const[]){ __VA_ARGS__, NULL })
#define THERE(scene, ...) GIT(scene, fixture_path((scene)->world->fixture), __VA_ARGS__)
#define HERE(scene, ...)  GIT(scene, (scene)->mirror, __VA_ARGS__)
/* Its first line; the caller frees. */
char *scene_line(const char *output);

/* Updates the mirror; what was told and counted before is forgotten. */
void scene_fetch(struct scene *scene);
const char *scene_news(const struct scene *scene);
/* The mirror has the references that are there, and all that they lead to. */
void scene_assert_same(struct scene *scene);
/* The first file of its packs whose name matches, or ""; the caller frees. */
char *scene_pack(struct scene *scene, const char *pattern);

#endif
