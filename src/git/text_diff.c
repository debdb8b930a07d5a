#include "text_diff.h"
#include "internal.h"

#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <string.h>

struct two_texts {
    git_odb_backend backend; /* first: it is what libgit2 hands back */
    const struct diff_text *old, *new;
};

static const struct diff_text *text_of(git_odb_backend *backend, const git_oid *id)
{
    const struct two_texts *texts = (const struct two_texts *)backend;
    return memcmp(id->id, texts->old->id.bytes, OBJECT_ID_SIZE) == 0   ? texts->old
           : memcmp(id->id, texts->new->id.bytes, OBJECT_ID_SIZE) == 0 ? texts->new
                                                                       : NULL;
}

static int read_text(void **bytes, size_t *length, git_object_t *type, git_odb_backend *backend,
                     const git_oid *id)
{
    const struct diff_text *text = text_of(backend, id);
    if (!text)
        return GIT_ENOTFOUND;
    *bytes = git_odb_backend_data_alloc(backend, text->size + 1);
    if (!*bytes)
        return GIT_ERROR;
    memcpy(*bytes, text->data, text->size);
    *length = text->size;
    *type = GIT_OBJECT_BLOB;
    return 0;
}

static int has_text(git_odb_backend *backend, const git_oid *id)
{
    return text_of(backend, id) != NULL;
}

/* It stands in the caller's frame, which outlives the store. */
static void leave(git_odb_backend *backend)
{
    (void)backend;
}

static int open_store(struct two_texts *texts, git_repository **out)
{
    git_odb *objects = NULL;
    int result = git_odb_init_backend(&texts->backend, GIT_ODB_BACKEND_VERSION);
    texts->backend.read = read_text;
    texts->backend.exists = has_text;
    texts->backend.free = leave;
    if (result == 0)
        result = git_odb_new(&objects);
    if (result == 0)
        result = git_odb_add_backend(objects, &texts->backend, 1);
    if (result == 0)
        result = git_repository_wrap_odb(out, objects);
    git_odb_free(objects);
    return result;
}

/* An absent side has no blob. */
static int look_up(git_repository *store, const struct diff_text *text, git_blob **out)
{
    git_oid id = object_id_to_git(&text->id);
    return text->size == 0 ? 0 : git_blob_lookup(out, store, &id);
}

int text_diff(struct diff_text old, struct diff_text new, const git_diff_options *options,
              git_diff_hunk_cb hunk, git_diff_line_cb line, void *payload)
{
    struct two_texts texts = { .old = &old, .new = &new };
    git_repository *store = NULL;
    git_blob *a = NULL, *b = NULL;
    int result = open_store(&texts, &store);
    if (result == 0)
        result = look_up(store, &old, &a);
    if (result == 0)
        result = look_up(store, &new, &b);
    if (result == 0)
        result = git_diff_blobs(a, NULL, b, NULL, options, NULL, NULL, hunk, line, payload);
    git_blob_free(a);
    git_blob_free(b);
    git_repository_free(store);
    return result;
}
