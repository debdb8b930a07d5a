#include "lines.h"
#include "edit.h"
#include "internal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* core.bigFileThreshold's default: git takes larger files for binary without looking. */
#define BIG_FILE    ((size_t)512 << 20)
#define BINARY_LOOK 8000

bool content_load(struct repository *repository, const struct object_id *id, uint32_t mode,
                  struct content *content, struct error *error)
{
    *content = (struct content){ .data = "" };
    if (mode == 0)
        return true;
    content->id = *id;
    if ((mode & MODE_KIND) == MODE_SUBMODULE) {
        char hex[OBJECT_ID_HEX_SIZE];
        content->size = (size_t)snprintf(content->submodule, sizeof(content->submodule),
                                         "Subproject commit %s\n", object_id_hex(id, hex));
        content->data = content->submodule;
        return true;
    }
    if (!blob_read(repository, id, BIG_FILE, &content->object, error))
        return false;
    content->size = content->object.size;
    content->too_large = content->size > BIG_FILE;
    if (!content->too_large)
        content->data = content->object.data;
    return true;
}

void content_release(struct content *content)
{
    object_release(&content->object);
    *content = (struct content){ .data = "" };
}

struct diff_text content_text(const struct content *content)
{
    return (struct diff_text){ content->id, content->data, content->size };
}

bool content_is_binary(const struct content *content)
{
    size_t look = content->size < BINARY_LOOK ? content->size : BINARY_LOOK;
    return content->too_large || memchr(content->data, '\0', look) != NULL;
}

static size_t common_prefix(const char *a, const char *b, size_t limit)
{
    size_t i = 0;
    while (i + 256 <= limit && memcmp(a + i, b + i, 256) == 0)
        i += 256;
    while (i < limit && a[i] == b[i])
        i++;
    return i;
}

static size_t common_suffix(const char *a_end, const char *b_end, size_t limit)
{
    size_t i = 0;
    while (i + 256 <= limit && memcmp(a_end - i - 256, b_end - i - 256, 256) == 0)
        i += 256;
    while (i < limit && a_end[-(ptrdiff_t)i - 1] == b_end[-(ptrdiff_t)i - 1])
        i++;
    return i;
}

/* Leaves out the whole lines that both begin with, then those that both end with. */
static void leave_out_common(struct edit_text *a, struct edit_text *b)
{
    size_t shorter = a->size < b->size ? a->size : b->size;
    size_t head = common_prefix(a->data, b->data, shorter);
    if (head < a->size || head < b->size)
        while (head > 0 && a->data[head - 1] != '\n')
            head--;
    a->begin = b->begin = head;
    size_t tail = common_suffix(a->data + a->size, b->data + b->size, shorter - head);
    const char *at_a = a->data + a->size - tail, *at_b = b->data + b->size - tail;
    bool starts_line = (at_a == a->data + head || at_a[-1] == '\n') &&
                       (at_b == b->data + head || at_b[-1] == '\n');
    if (!starts_line && tail > 0) {
        const char *newline = memchr(at_a, '\n', tail);
        tail = newline ? tail - (size_t)(newline + 1 - at_a) : 0;
    }
    a->end = a->size - tail;
    b->end = b->size - tail;
}

static int add_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *payload)
{
    struct line_numbers *counts = payload;
    (void)delta;
    counts->insertions += (uint64_t)hunk->new_lines;
    counts->deletions += (uint64_t)hunk->old_lines;
    return 0;
}

/* The whole comparison. The common ends stay: xdiff's choice among repeated lines depends on how
 * often they stand in the whole file, and so do its counts. */
static bool count_by_xdiff(const struct content *old, const struct content *new,
                           struct line_numbers *counts)
{
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.context_lines = 0;
    options.flags = GIT_DIFF_FORCE_TEXT;
    counts->insertions = counts->deletions = 0;
    return text_diff(content_text(old), content_text(new), &options, add_hunk, NULL, counts) == 0;
}

static bool count_text(const struct content *old, const struct content *new,
                       struct line_numbers *counts)
{
    struct edit_text a = { .data = old->data, .size = old->size };
    struct edit_text b = { .data = new->data, .size = new->size };
    leave_out_common(&a, &b);
    return edit_count(&a, &b, &counts->insertions, &counts->deletions) ||
           count_by_xdiff(old, new, counts);
}

bool lines_count(struct repository *repository, const struct object_id *old_blob, uint32_t old_mode,
                 const struct object_id *new_blob, uint32_t new_mode, struct line_numbers *out,
                 struct error *error)
{
    struct content old = { .data = "" }, new = { .data = "" };
    bool same = old_mode && new_mode && object_id_equal(old_blob, new_blob);
    *out = (struct line_numbers){ .binary = false };
    bool ok = content_load(repository, old_blob, old_mode, &old, error) &&
              (same || content_load(repository, new_blob, new_mode, &new, error));
    if (ok) {
        out->binary = content_is_binary(&old) || content_is_binary(&new);
        ok = same || out->binary || count_text(&old, &new, out) ||
             error_set(error, ERROR_IO, "two versions of a file cannot be compared");
    }
    content_release(&old);
    content_release(&new);
    return ok;
}

/* What is on a side: a mode tells more than matters to its lines. */
static unsigned char side_kind(uint32_t mode)
{
    return mode == 0 ? '-' : (mode & MODE_KIND) == MODE_SUBMODULE ? 's' : 'b';
}

static void line_key(const struct object_id *old_blob, uint32_t old_mode,
                     const struct object_id *new_blob, uint32_t new_mode,
                     unsigned char key[LINE_KEY_SIZE])
{
    static const struct object_id none = { { 0 } };
    unsigned char text[2 + 2 * OBJECT_ID_SIZE];
    _Static_assert(LINE_KEY_SIZE == crypto_hash_sha256_BYTES, "the key is a SHA-256");
    text[0] = side_kind(old_mode);
    text[1] = side_kind(new_mode);
    memcpy(text + 2, old_mode ? old_blob->bytes : none.bytes, OBJECT_ID_SIZE);
    memcpy(text + 2 + OBJECT_ID_SIZE, new_mode ? new_blob->bytes : none.bytes, OBJECT_ID_SIZE);
    crypto_hash_sha256(key, text, sizeof(text));
}

bool lines_count_kept(struct repository *repository, const struct line_store *store,
                      const struct object_id *old_blob, uint32_t old_mode,
                      const struct object_id *new_blob, uint32_t new_mode, struct line_numbers *out,
                      struct error *error)
{
    unsigned char key[LINE_KEY_SIZE];
    if (!store || !store->load)
        return lines_count(repository, old_blob, old_mode, new_blob, new_mode, out, error);
    line_key(old_blob, old_mode, new_blob, new_mode, key);
    if (store->load(store->context, key, out))
        return true;
    if (!lines_count(repository, old_blob, old_mode, new_blob, new_mode, out, error))
        return false;
    store->save(store->context, key, out);
    return true;
}
