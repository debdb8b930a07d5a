/* Reading objects: those that are missing or damaged are named. */
#include "internal.h"
#include "replaced.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/git/shape.h>

static bool missing_hint(struct repository *repository, struct error *error)
{
    if (!error) /* finding out why costs a look at files */
        return false;
    struct arena *arena = arena_new();
    struct repository_shape shape = repository_shape(repository, arena);
    if (shape.lost_alternate)
        error_hint(error,
                   "objects are borrowed from %s, which is gone: bring it back, or correct "
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

static struct pack_set *packs_of(struct repository *repository)
{
    if (!repository->packs) {
        char *path = path_join(git_repository_commondir(repository->git), "objects/pack");
        repository->packs = pack_set_open(path);
        free(path);
    }
    return repository->packs;
}

static bool wrong_type(const struct repository *repository, const struct object_id *id,
                       git_object_t type, git_object_t wanted, struct error *error)
{
    char hex[OBJECT_ID_HEX_SIZE];
    return error_set(error, ERROR_CORRUPT, "object %s in %s is a %s where a %s should be",
                     object_id_hex(id, hex), repository->directory, git_object_type2string(type),
                     git_object_type2string(wanted));
}

static bool read_loose(struct repository *repository, const struct object_id *id,
                       struct object *out, git_object_t *type, struct error *error)
{
    git_oid oid = object_id_to_git(id);
    int result = git_odb_read(&out->loose, repository->objects, &oid);
    if (result < 0)
        return object_failed(repository, id, result, error);
    out->data = git_odb_object_data(out->loose);
    out->size = git_odb_object_size(out->loose);
    *type = git_odb_object_type(out->loose);
    return true;
}

static bool endless(const struct repository *repository, const struct object_id *id,
                    struct error *error)
{
    char hex[OBJECT_ID_HEX_SIZE];
    error_set(error, ERROR_CORRUPT,
              "object %s in %s cannot be read: it stands on deltas that never end",
              object_id_hex(id, hex), repository->directory);
    return error_hint(error, "no git makes such a pack; take a clone from a place that you trust");
}

static bool read_any(struct repository *repository, const struct object_id *id, struct object *out,
                     git_object_t *type, struct error *error)
{
    out->loose = NULL;
    switch (pack_set_read(packs_of(repository), id, PACKED_LIMIT, &out->packed)) {
    case PACK_READ:
        out->data = out->packed.data;
        out->size = out->packed.size;
        *type = out->packed.type;
        return true;
    case PACK_ENDLESS:
        return endless(repository, id, error);
    default:
        return read_loose(repository, id, out, type, error);
    }
}

bool object_read(struct repository *repository, const struct object_id *id, git_object_t type,
                 struct object *out, struct error *error)
{
    git_object_t found = GIT_OBJECT_INVALID;
    id = replaced_by(repository, id);
    if (!read_any(repository, id, out, &found, error))
        return false;
    if (found == type)
        return true;
    object_release(out);
    return wrong_type(repository, id, found, type, error);
}

void object_release(struct object *object)
{
    packed_release(&object->packed);
    git_odb_object_free(object->loose);
    object->loose = NULL;
}

static bool read_size(struct repository *repository, const struct object_id *id, size_t *size,
                      struct error *error)
{
    git_oid oid = object_id_to_git(id);
    git_object_t type;
    int result = git_odb_read_header(size, &type, repository->objects, &oid);
    return result < 0 ? object_failed(repository, id, result, error) : true;
}

/* A loose one's size is asked for first, for libgit2 reads whatever there is. */
bool blob_read(struct repository *repository, const struct object_id *id, size_t limit,
               struct object *out, struct error *error)
{
    *out = (struct object){ .data = NULL };
    id = replaced_by(repository, id);
    switch (pack_set_read(packs_of(repository), id, limit, &out->packed)) {
    case PACK_READ:
        out->data = out->packed.data;
        out->size = out->packed.size;
        if (out->packed.type == GIT_OBJECT_BLOB)
            return true;
        object_release(out);
        return wrong_type(repository, id, out->packed.type, GIT_OBJECT_BLOB, error);
    case PACK_TOO_LARGE:
        out->size = out->packed.size;
        return true;
    case PACK_ENDLESS:
        return endless(repository, id, error);
    default:
        return read_size(repository, id, &out->size, error) &&
               (out->size > limit || object_read(repository, id, GIT_OBJECT_BLOB, out, error));
    }
}

bool repository_read_blob(struct repository *repository, const struct object_id *blob, size_t limit,
                          struct strbuf *out, struct error *error)
{
    struct object object;
    if (!blob_read(repository, blob, limit, &object, error))
        return false;
    if (object.size > limit) {
        char hex[OBJECT_ID_HEX_SIZE];
        return error_set(error, ERROR_LIMIT, "object %s has %zu bytes, more than the %zu we read",
                         object_id_hex(blob, hex), object.size, limit);
    }
    strbuf_add_bytes(out, object.data, object.size);
    object_release(&object);
    return true;
}
