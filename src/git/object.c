/* Reading objects: those that are missing or damaged are named. */
#include "internal.h"
#include "replaced.h"

#include <string.h>

#include <pilab/git/shape.h>

static bool missing_hint(struct repository *repository, struct error *error)
{
    if (!error) /* finding out why costs a look at files */
        return false;
    struct arena *arena = arena_new();
    struct repository_shape shape = repository_shape(repository, arena);
    if (shape.lost_alternate)
        error_hint(error, "objects are borrowed from %s, which is gone: bring it back, or correct "
                          "objects/info/alternates",
                   shape.lost_alternate);
    else if (shape.partial)
        error_hint(error,
                   "the clone is partial (%s), and objects are never fetched while comparing: "
                   "`git fetch --refetch --no-filter` brings all",
                   shape.filter ? shape.filter : "it has a promisor");
    else if (shape.shallow)
        error_hint(error, "the clone is shallow: `git fetch --unshallow` brings the rest");
    else
        error_hint(error, "`git fsck` tells what else is missing; restore it from another clone");
    arena_free(&arena);
    return false;
}

static bool object_failed(struct repository *repository, const struct object_id *id, int result,
                          struct error *error)
{
    char hex[OBJECT_ID_HEX_SIZE];
    object_id_hex(id, hex);
    if (result == GIT_ENOTFOUND) {
        error_set(error, ERROR_CORRUPT, "object %s is missing from %s", hex, repository->directory);
        return missing_hint(repository, error);
    }
    const git_error *last = git_error_last();
    error_set(error, ERROR_CORRUPT, "object %s in %s cannot be read: %s", hex,
              repository->directory, last && last->message ? last->message : "it is damaged");
    return error_hint(error,
                      "`git fsck` tells what else is damaged; restore it from another clone");
}

bool object_read(struct repository *repository, const struct object_id *id, git_object_t type,
                 git_odb_object **out, struct error *error)
{
    git_oid oid = object_id_to_git(replaced_by(repository, id));
    *out = NULL;
    int result = git_odb_read(out, repository->objects, &oid);
    if (result < 0)
        return object_failed(repository, id, result, error);
    if (git_odb_object_type(*out) == type)
        return true;
    char hex[OBJECT_ID_HEX_SIZE];
    error_set(error, ERROR_CORRUPT, "object %s in %s is a %s where a %s should be",
              object_id_hex(id, hex), repository->directory,
              git_object_type2string(git_odb_object_type(*out)), git_object_type2string(type));
    git_odb_object_free(*out);
    *out = NULL;
    return false;
}

bool object_size(struct repository *repository, const struct object_id *id, size_t *size,
                 struct error *error)
{
    git_oid oid = object_id_to_git(replaced_by(repository, id));
    git_object_t type;
    int result = git_odb_read_header(size, &type, repository->objects, &oid);
    return result < 0 ? object_failed(repository, id, result, error) : true;
}

bool repository_read_blob(struct repository *repository, const struct object_id *blob, size_t limit,
                          struct strbuf *out, struct error *error)
{
    size_t size = 0;
    if (!object_size(repository, blob, &size, error))
        return false;
    if (size > limit) {
        char hex[OBJECT_ID_HEX_SIZE];
        return error_set(error, ERROR_LIMIT, "object %s has %zu bytes, more than the %zu we read",
                         object_id_hex(blob, hex), size, limit);
    }
    git_odb_object *object = NULL;
    if (!object_read(repository, blob, GIT_OBJECT_BLOB, &object, error))
        return false;
    strbuf_add_bytes(out, git_odb_object_data(object), git_odb_object_size(object));
    git_odb_object_free(object);
    return true;
}
