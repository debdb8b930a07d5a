/* Tags and branches. */
#include "header.h"
#include "internal.h"
#include "version.h"

#include <string.h>

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
    struct object object;
    struct commit_links links;
    if (!object_read(repository, commit, GIT_OBJECT_COMMIT, &object, NULL))
        return false;
    bool ok = commit_links_parse(object.data, object.size, &links);
    *time = links.time;
    object_release(&object);
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

/* A stray tag, and what a project called its versions ten years ago, stand below its versions. */
static int compare_references(const void *left, const void *right)
{
    const struct reference *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->kind != REFERENCE_TAG)
        return strcmp(a->name, b->name);
    int rank = version_rank(a->name) - version_rank(b->name);
    return rank ? rank : version_compare(b->name, a->name);
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
