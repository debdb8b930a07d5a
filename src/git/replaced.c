#include "replaced.h"
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#define NAMESPACE "refs/replace/"
/* What replaces may be replaced itself; git gives up after so many. */
#define CHAIN_LIMIT 5

struct replacement {
    struct object_id old, new;
};

struct replaced {
    struct arena *arena;
    struct map *by_old; /* the 20 bytes → struct replacement */
    size_t count;
};

/* Looking through ten thousand references for none would cost every repository; a look at two files
 * does not. */
static bool may_have_some(const struct repository *repository)
{
    struct strbuf packed = STRBUF_INIT;
    const char *common = git_repository_commondir(repository->git);
    char *folder = path_join(common, NAMESPACE);
    char *file = path_join(common, "packed-refs");
    bool some =
        access(folder, F_OK) == 0 || (file_read(file, (size_t)256 << 20, true, &packed, NULL) &&
                                      strstr(packed.data, NAMESPACE) != NULL);
    strbuf_release(&packed);
    free(folder);
    free(file);
    return some;
}

static bool is_forbidden(const struct repository *repository)
{
    git_config *config = NULL;
    int use = 1;
    if (getenv("GIT_NO_REPLACE_OBJECTS"))
        return true;
    if (git_repository_config_snapshot(&config, repository->git) < 0)
        return false;
    git_config_get_bool(&use, config, "core.usereplacerefs");
    git_config_free(config);
    return !use;
}

static void add(struct replaced *replaced, const git_reference *reference)
{
    const git_oid *target = git_reference_target(reference);
    struct replacement *replacement = arena_alloc(replaced->arena, sizeof(*replacement));
    const char *name = git_reference_name(reference) + strlen(NAMESPACE);
    if (!target || !object_id_parse(name, &replacement->old))
        return;
    replacement->new = object_id_from_git(target);
    map_put_bytes(replaced->by_old, replacement->old.bytes, OBJECT_ID_SIZE, replacement);
    replaced->count++;
}

void replaced_load(struct repository *repository)
{
    git_reference_iterator *iterator = NULL;
    git_reference *reference = NULL;
    if (!may_have_some(repository) || is_forbidden(repository) ||
        git_reference_iterator_glob_new(&iterator, repository->git, NAMESPACE "*") < 0)
        return;
    struct replaced *replaced = memory_new(sizeof(*replaced));
    replaced->arena = arena_new();
    replaced->by_old = map_new();
    while (git_reference_next(&reference, iterator) == 0) {
        add(replaced, reference);
        git_reference_free(reference);
    }
    git_reference_iterator_free(iterator);
    repository->replaced = replaced;
    if (replaced->count == 0)
        replaced_release(repository);
}

void replaced_release(struct repository *repository)
{
    struct replaced *replaced = repository->replaced;
    repository->replaced = NULL;
    if (!replaced)
        return;
    map_free(&replaced->by_old);
    arena_free(&replaced->arena);
    free(replaced);
}

size_t replaced_count(const struct repository *repository)
{
    return repository->replaced ? repository->replaced->count : 0;
}

const struct object_id *replaced_by(const struct repository *repository, const struct object_id *id)
{
    if (!repository->replaced)
        return id;
    for (int i = 0; i < CHAIN_LIMIT; i++) {
        const struct replacement *replacement =
            map_get_bytes(repository->replaced->by_old, id->bytes, OBJECT_ID_SIZE);
        if (!replacement)
            break;
        id = &replacement->new;
    }
    return id;
}
