/* Revisions where objects are replaced: libgit2 would follow the parents that a commit had. */
#include "header.h"
#include "internal.h"
#include "replaced.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#define STEP_LIMIT 1000000

static bool to_parent(struct repository *repository, struct object_id *commit, size_t index)
{
    struct object object;
    struct commit_links links;
    if (!object_read(repository, commit, GIT_OBJECT_COMMIT, &object, NULL))
        return false;
    bool ok = commit_links_parse(object.data, object.size, &links) && index < links.parent_count &&
              commit_links_parent(&links, index, commit);
    object_release(&object);
    return ok;
}

/* "^2" is the second parent, "^0" the commit itself, "~3" three first parents up. */
static bool take_step(struct repository *repository, char mark, size_t number,
                      struct object_id *commit)
{
    if (mark == '^')
        return number == 0 || to_parent(repository, commit, number - 1);
    for (size_t i = 0; i < number; i++)
        if (!to_parent(repository, commit, 0))
            return false;
    return true;
}

bool replaced_resolve(struct repository *repository, const char *revision, struct object_id *commit,
                      bool *found)
{
    git_object *object = NULL, *peeled = NULL;
    const char *step = revision + strcspn(revision, "^~");
    if (!repository->replaced || !*step || step[strspn(step, "^~0123456789")])
        return false;
    char *base = memory_copy_bytes(revision, (size_t)(step - revision));
    bool ok = git_revparse_single(&object, repository->git, base) == 0 &&
              git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) == 0;
    if (ok)
        *commit = object_id_from_git(git_object_id(peeled));
    *found = ok;
    while (*found && *step) {
        char mark = *step++;
        char *end = (char *)step;
        unsigned long number = *step >= '0' && *step <= '9' ? strtoul(step, &end, 10) : 1;
        *found = number <= STEP_LIMIT && take_step(repository, mark, number, commit);
        step = end;
    }
    git_object_free(object);
    git_object_free(peeled);
    free(base);
    return ok;
}
