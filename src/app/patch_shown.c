#include "patch_shown.h"

#include <pilab/drift/mask.h>
#include <pilab/git/repository.h>
#include <pilab/source/well_known.h>

#define CONTEXT_LINES 3
/* A larger file is judged by its patch alone. */
#define FILE_MAX       ((size_t)64 << 20)
#define MODE_SUBMODULE 0160000

/* False: it cannot be read, and the patch has to do. */
static bool read_side(struct repository *repository, const struct object_id *blob, uint32_t mode,
                      struct strbuf *text)
{
    if (mode == 0)
        return true;
    return mode != MODE_SUBMODULE && repository_read_blob(repository, blob, FILE_MAX, text, NULL);
}

static void mask_change(struct repository *repository, const struct file_change *change,
                        const struct strbuf *patch, struct strbuf *out)
{
    struct strbuf old = STRBUF_INIT, new = STRBUF_INIT;
    struct well_known *names = well_known_new();
    const char *old_path = change->old_path != NULL ? change->old_path : change->path;
    bool has_old = read_side(repository, &change->old_blob,
                             change->status == FILE_ADDED ? 0 : change->old_mode, &old);
    bool has_new = read_side(repository, &change->new_blob,
                             change->status == FILE_DELETED ? 0 : change->new_mode, &new);
    const struct mask_file file = {
        .old_path = old_path,
        .new_path = change->path,
        .old_text = has_old ? old.data : NULL,
        .new_text = has_new ? new.data : NULL,
        .old_length = old.length,
        .new_length = new.length,
        .sealed = well_known_secrets(names, old_path) || well_known_secrets(names, change->path),
    };

    mask_patch_of(out, &file, patch->data, patch->length);
    well_known_free(&names);
    strbuf_release(&old);
    strbuf_release(&new);
}

bool patch_shown(struct repository *repository, const struct file_change *change,
                 struct strbuf *out, struct error *error)
{
    struct strbuf patch = STRBUF_INIT;
    bool ok = changes_patch(repository, change, CONTEXT_LINES, &patch, error);

    if (ok)
        mask_change(repository, change, &patch, out);
    strbuf_release(&patch);
    return ok;
}
