/* What the next commit will hold: files put into and taken out of the index. */
#include "builder_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

static void put_entry(struct builder *builder, const char *path, const git_oid *id, uint32_t mode)
{
    git_index_entry entry = { .mode = mode, .id = *id, .path = path };
    builder_step(builder, git_index_add(builder->index, &entry), "cannot stage", path);
}

void builder_write_bytes(struct builder *builder, const char *path, const void *bytes,
                         size_t length, uint32_t mode)
{
    git_oid id;
    if (builder->failed ||
        !builder_step(builder, git_blob_create_from_buffer(&id, builder->git, bytes, length),
                      "cannot write", path))
        return;
    put_entry(builder, path, &id, mode);
}

void builder_write(struct builder *builder, const char *path, const char *text)
{
    builder_write_bytes(builder, path, text, strlen(text), GIT_FILEMODE_BLOB);
}

void builder_link(struct builder *builder, const char *path, const char *target)
{
    builder_write_bytes(builder, path, target, strlen(target), GIT_FILEMODE_LINK);
}

void builder_submodule(struct builder *builder, const char *path, const struct object_id *commit)
{
    git_oid id = builder_git_id(commit);
    if (!builder->failed)
        put_entry(builder, path, &id, GIT_FILEMODE_COMMIT);
}

bool builder_has(struct builder *builder, const char *path)
{
    return !builder->failed && git_index_get_bypath(builder->index, path, 0) != NULL;
}

static const git_index_entry *entry_at(struct builder *builder, const char *path)
{
    const git_index_entry *entry =
        builder->failed ? NULL : git_index_get_bypath(builder->index, path, 0);
    if (!entry)
        builder_fail(builder, "there is no file", path);
    return entry;
}

void builder_remove(struct builder *builder, const char *path)
{
    if (entry_at(builder, path))
        builder_step(builder, git_index_remove(builder->index, path, 0), "cannot remove", path);
}

void builder_move(struct builder *builder, const char *from, const char *to)
{
    const git_index_entry *entry = entry_at(builder, from);
    if (!entry)
        return;
    git_oid id = entry->id;
    uint32_t mode = entry->mode;
    builder_remove(builder, from);
    put_entry(builder, to, &id, mode);
}

void builder_set_mode(struct builder *builder, const char *path, uint32_t mode)
{
    const git_index_entry *entry = entry_at(builder, path);
    if (!entry)
        return;
    git_oid id = entry->id;
    put_entry(builder, path, &id, mode);
}

void builder_read(struct builder *builder, const char *path, struct strbuf *out)
{
    const git_index_entry *entry = entry_at(builder, path);
    git_blob *blob = NULL;
    if (entry && builder_step(builder, git_blob_lookup(&blob, builder->git, &entry->id),
                              "cannot read", path))
        strbuf_add_bytes(out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
    git_blob_free(blob);
}

void builder_replace(struct builder *builder, const char *path, const char *old, const char *new)
{
    struct strbuf text = STRBUF_INIT, result = STRBUF_INIT;
    builder_read(builder, path, &text);
    const char *found = builder->failed ? NULL : strstr(text.data, old);
    if (found) {
        strbuf_add_bytes(&result, text.data, (size_t)(found - text.data));
        strbuf_add(&result, new);
        strbuf_add(&result, found + strlen(old));
        builder_write(builder, path, result.data);
    } else {
        builder_fail(builder, "the text to replace is not in", path);
    }
    strbuf_release(&text);
    strbuf_release(&result);
}

void builder_append(struct builder *builder, const char *path, const char *text)
{
    struct strbuf whole = STRBUF_INIT;
    builder_read(builder, path, &whole);
    strbuf_add(&whole, text);
    if (!builder->failed)
        builder_write(builder, path, whole.data);
    strbuf_release(&whole);
}
