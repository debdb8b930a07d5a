/* Tags and branches, and the last two versions among them. */
#include "header.h"
#include "internal.h"
#include "version.h"
#include "walk.h"

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/vector.h>

struct namespace
{
    const char *prefix;
    enum reference_kind kind;
};

static const struct namespace namespaces[] = {
    {"refs/tags/",     REFERENCE_TAG          },
    { "refs/heads/",   REFERENCE_BRANCH       },
    { "refs/remotes/", REFERENCE_REMOTE_BRANCH},
};

static const struct namespace *namespace_of(const char *name)
{
    for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++)
        if (strncmp(name, namespaces[i].prefix, strlen(namespaces[i].prefix)) == 0)
            return &namespaces[i];
    return NULL;
}

/* Follows annotated tags to the commit. A packed reference mostly knows where they lead. */
static bool peel(struct repository *repository, git_reference *reference, struct object_id *commit)
{
    const git_oid *peeled = git_reference_target_peel(reference);
    const git_oid *target = peeled ? peeled : git_reference_target(reference);
    if (!target)
        return false;
    git_object_t type;
    size_t size;
    if (git_odb_read_header(&size, &type, repository->objects, target) < 0)
        return false;
    if (type == GIT_OBJECT_COMMIT) {
        *commit = object_id_from_git(target);
        return true;
    }
    git_object *object = NULL;
    if (type != GIT_OBJECT_TAG || git_reference_peel(&object, reference, GIT_OBJECT_COMMIT) < 0)
        return false;
    *commit = object_id_from_git(git_object_id(object));
    git_object_free(object);
    return true;
}

static bool commit_time(struct repository *repository, const struct object_id *commit,
                        int64_t *time)
{
    git_odb_object *object = NULL;
    struct commit_links links;
    if (!object_read(repository, commit, GIT_OBJECT_COMMIT, &object, NULL))
        return false;
    bool ok = commit_links_parse(git_odb_object_data(object), git_odb_object_size(object), &links);
    *time = links.time;
    git_odb_object_free(object);
    return ok;
}

/* Symbolic references (origin/HEAD) only repeat another. */
static void add_reference(struct repository *repository, git_reference *git, struct arena *arena,
                          struct vector *references)
{
    struct reference reference;
    const struct namespace *namespace = namespace_of(git_reference_name(git));
    if (!namespace || git_reference_type(git) != GIT_REFERENCE_DIRECT ||
        !peel(repository, git, &reference.commit) ||
        !commit_time(repository, &reference.commit, &reference.time))
        return;
    reference.kind = namespace->kind;
    reference.name = arena_text(arena, git_reference_name(git) + strlen(namespace->prefix));
    vector_push(references, &reference);
}

static int compare_references(const void *left, const void *right)
{
    const struct reference *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->kind == REFERENCE_TAG ? version_compare(b->name, a->name) : strcmp(a->name, b->name);
}

struct reference_list *repository_references(struct repository *repository, struct error *error)
{
    git_reference_iterator *iterator = NULL;
    git_reference *git = NULL;
    struct vector references;
    int result = git_reference_iterator_new(&iterator, repository->git);
    if (result < 0) {
        git_failed(error, result, "the references of %s cannot be read", repository->directory);
        return NULL;
    }
    struct arena *arena = arena_new();
    struct reference_list *list = NULL;
    vector_init(&references, sizeof(struct reference));
    while ((result = git_reference_next(&git, iterator)) == 0) {
        add_reference(repository, git, arena, &references);
        git_reference_free(git);
    }
    if (result == GIT_ITEROVER) {
        vector_sort(&references, compare_references);
        list = arena_alloc(arena, sizeof(*list));
        list->arena = arena;
        list->references = vector_to_arena(&references, arena);
        list->count = references.count;
    } else {
        git_failed(error, result, "the references of %s cannot be read", repository->directory);
        arena_free(&arena);
    }
    vector_release(&references);
    git_reference_iterator_free(iterator);
    return list;
}

void reference_list_free(struct reference_list **list)
{
    if (!*list)
        return;
    struct arena *arena = (*list)->arena;
    *list = NULL;
    arena_free(&arena);
}

/* --- The last two versions ------------------------------------------------------------------ */

/* commit → the highest version's tag that leads to it */
static struct map *tags_by_commit(const struct reference_list *list)
{
    struct map *tags = map_new();
    for (size_t i = 0; i < list->count; i++) {
        const struct reference *tag = &list->references[i];
        if (tag->kind == REFERENCE_TAG && !map_get_bytes(tags, tag->commit.bytes, OBJECT_ID_SIZE))
            map_put_bytes(tags, tag->commit.bytes, OBJECT_ID_SIZE, (void *)tag);
    }
    return tags;
}

/* Walks from `start` and gives the newest tagged commit's tag; with `current`, the newest that
 * leads elsewhere: of the same series, and of a release when it is one, if there is such. */
static const struct reference *newest_tag(struct repository *repository, const struct map *tags,
                                          const struct object_id *start,
                                          const struct reference *current)
{
    struct walk *walk = walk_new(repository);
    const struct reference *any = NULL, *found = NULL;
    struct walk_commit *commit = NULL;
    if (walk_add(walk, start, false, NULL))
        commit = walk_next(walk);
    for (; commit && !found; commit = walk_next(walk)) {
        const struct reference *tag = map_get_bytes(tags, commit->id.bytes, OBJECT_ID_SIZE);
        if (!tag || (current && object_id_equal(&tag->commit, &current->commit)))
            continue;
        any = any ? any : tag;
        if (!current ||
            (version_same_series(tag->name, current->name) &&
             (version_is_prerelease(current->name) || !version_is_prerelease(tag->name))))
            found = tag;
    }
    walk_free(&walk);
    return found ? found : any;
}

static bool too_few_versions(const struct repository *repository, const struct reference *current,
                             struct error *error)
{
    if (!current) {
        error_set(error, ERROR_NOT_FOUND, "no tag leads to the history of %s", repository->name);
        return error_hint(error, "name both sides: `pilab drift HEAD~20..HEAD`, or tag a version");
    }
    error_set(error, ERROR_NOT_FOUND, "%s has only one version: no tag is older than %s",
              repository->name, current->name);
    return error_hint(error, "name both sides: `pilab drift %s..HEAD`", current->name);
}

bool repository_last_two_versions(struct repository *repository, struct arena *arena,
                                  const char **previous, const char **current, struct error *error)
{
    struct object_id head;
    struct reference_list *list = NULL;
    struct map *tags = NULL;
    bool ok = false;
    if (!repository_resolve(repository, "HEAD", &head, error))
        return false;
    list = repository_references(repository, error);
    if (!list)
        goto out;
    tags = tags_by_commit(list);
    const struct reference *newest = NULL, *older = NULL;
    if (map_count(tags) > 0)
        newest = newest_tag(repository, tags, &head, NULL);
    if (newest)
        older = newest_tag(repository, tags, &newest->commit, newest);
    ok = older != NULL;
    if (ok) {
        *current = arena_text(arena, newest->name);
        *previous = arena_text(arena, older->name);
    } else {
        too_few_versions(repository, newest, error);
    }
out:
    map_free(&tags);
    reference_list_free(&list);
    return ok;
}
