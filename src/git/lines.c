#include "lines.h"
#include "internal.h"
#include "replaced.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

/* core.bigFileThreshold's default: git takes larger files for binary without looking. */
#define BIG_FILE    ((size_t)512 << 20)
#define BINARY_LOOK 8000

/* Above this many bytes between the common ends no table of lines is built. */
#define DISJOINT_LIMIT ((size_t)1 << 20)

bool content_load(struct repository *repository, const struct object_id *id, uint32_t mode,
                  struct content *content, struct error *error)
{
    *content = (struct content){ .data = "" };
    if (mode == 0)
        return true;
    if ((mode & MODE_KIND) == MODE_SUBMODULE) {
        char hex[OBJECT_ID_HEX_SIZE];
        content->size = (size_t)snprintf(content->submodule, sizeof(content->submodule),
                                         "Subproject commit %s\n", object_id_hex(id, hex));
        content->data = content->submodule;
        return true;
    }
    if (!object_size(repository, id, &content->size, error))
        return false;
    content->too_large = content->size > BIG_FILE;
    if (content->too_large)
        return true;
    git_oid oid = object_id_to_git(replaced_by(repository, id));
    int result = git_blob_lookup(&content->blob, repository->git, &oid);
    if (result < 0) {
        char hex[OBJECT_ID_HEX_SIZE];
        git_failed(error, result, "object %s cannot be read", object_id_hex(id, hex));
        if (error)
            error->code = ERROR_CORRUPT;
        return false;
    }
    content->data = git_blob_rawcontent(content->blob);
    content->size = (size_t)git_blob_rawsize(content->blob);
    return true;
}

void content_release(struct content *content)
{
    git_blob_free(content->blob);
    *content = (struct content){ .data = "" };
}

bool content_is_binary(const struct content *content)
{
    size_t look = content->size < BINARY_LOOK ? content->size : BINARY_LOOK;
    return content->too_large || memchr(content->data, '\0', look) != NULL;
}

/* Lines of a text between two line starts; the last may lack its newline. */
struct text {
    const char *data;
    size_t size;
};

static uint64_t count_lines(struct text text)
{
    uint64_t count = 0;
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end; count++) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        p = newline ? newline + 1 : end;
    }
    return count;
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

/* Cuts the whole lines that both begin with, then those that both end with. */
static void trim_common(struct text *a, struct text *b)
{
    size_t shorter = a->size < b->size ? a->size : b->size;
    size_t head = common_prefix(a->data, b->data, shorter);
    if (head < a->size || head < b->size)
        while (head > 0 && a->data[head - 1] != '\n')
            head--;
    *a = (struct text){ a->data + head, a->size - head };
    *b = (struct text){ b->data + head, b->size - head };

    shorter = a->size < b->size ? a->size : b->size;
    size_t tail = common_suffix(a->data + a->size, b->data + b->size, shorter);
    size_t at_a = a->size - tail, at_b = b->size - tail;
    bool starts_line =
        (at_a == 0 || a->data[at_a - 1] == '\n') && (at_b == 0 || b->data[at_b - 1] == '\n');
    if (!starts_line && tail > 0) {
        const char *newline = memchr(a->data + at_a, '\n', tail);
        tail = newline ? tail - (size_t)(newline + 1 - (a->data + at_a)) : 0;
    }
    a->size -= tail;
    b->size -= tail;
}

struct line_slot {
    const char *data; /* NULL: free */
    size_t size;
    uint64_t hash;
};

static uint64_t line_hash(const char *data, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u ^ size;
    for (; size >= 8; data += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    for (; size > 0; data++, size--)
        hash = (hash ^ (unsigned char)*data) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

/* The slot of an equal line, or the free one where it would go. */
static struct line_slot *line_slot_of(struct line_slot *slots, size_t mask, const char *data,
                                      size_t size)
{
    uint64_t hash = line_hash(data, size);
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct line_slot *slot = &slots[i];
        if (!slot->data) {
            slot->hash = hash;
            return slot;
        }
        if (slot->hash == hash && slot->size == size && memcmp(slot->data, data, size) == 0)
            return slot;
    }
}

/* Walks the lines of `text`; stops and returns true at one that is in the table. With `add` the
 * lines go into the table instead. */
static bool lines_meet(struct line_slot *slots, size_t mask, struct text text, bool add)
{
    const char *end = text.data + text.size;
    for (const char *p = text.data; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        size_t size = (size_t)((newline ? newline + 1 : end) - p);
        struct line_slot *slot = line_slot_of(slots, mask, p, size);
        if (add) {
            slot->data = p;
            slot->size = size;
        } else if (slot->data) {
            return true;
        }
        p += size;
    }
    return false;
}

static bool have_common_line(struct text a, uint64_t a_lines, struct text b)
{
    size_t room = 16;
    while (room < 2 * a_lines)
        room *= 2;
    struct line_slot *slots = memory_array(room, sizeof(*slots));
    lines_meet(slots, room - 1, a, true);
    bool common = lines_meet(slots, room - 1, b, false);
    free(slots);
    return common;
}

static int add_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *payload)
{
    struct line_counts *counts = payload;
    (void)delta;
    counts->insertions += (uint64_t)hunk->new_lines;
    counts->deletions += (uint64_t)hunk->old_lines;
    return 0;
}

/* The whole comparison. The common ends stay: xdiff's choice among repeated lines depends on how
 * often they stand in the whole file, and so do its counts. */
static bool count_by_xdiff(const struct content *old, const struct content *new,
                           struct line_counts *counts)
{
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.context_lines = 0;
    options.flags = GIT_DIFF_FORCE_TEXT;
    counts->insertions = counts->deletions = 0;
    if (old->blob && new->blob)
        return git_diff_blobs(old->blob, NULL, new->blob, NULL, &options, NULL, NULL, add_hunk,
                              NULL, counts) == 0;
    return git_diff_buffers(old->data, old->size, NULL, new->data, new->size, NULL, &options, NULL,
                            NULL, add_hunk, NULL, counts) == 0;
}

/* Most changes need no comparison: after the common ends one side is empty, or no line of what is
 * left stands on both sides; then every line of it has changed, whatever the algorithm. */
static bool count_text(const struct content *old, const struct content *new,
                       struct line_counts *counts)
{
    struct text a = { old->data, old->size }, b = { new->data, new->size };
    trim_common(&a, &b);
    counts->deletions = count_lines(a);
    counts->insertions = count_lines(b);
    if (a.size == 0 || b.size == 0)
        return true;
    if (a.size < DISJOINT_LIMIT && b.size < DISJOINT_LIMIT) {
        bool a_is_shorter = counts->deletions < counts->insertions;
        if (a_is_shorter ? !have_common_line(a, counts->deletions, b)
                         : !have_common_line(b, counts->insertions, a))
            return true;
    }
    return count_by_xdiff(old, new, counts);
}

bool lines_count(struct repository *repository, const struct object_id *old_blob, uint32_t old_mode,
                 const struct object_id *new_blob, uint32_t new_mode, struct line_counts *out,
                 struct error *error)
{
    struct content old = { .data = "" }, new = { .data = "" };
    bool same = old_mode && new_mode && object_id_equal(old_blob, new_blob);
    *out = (struct line_counts){ .binary = false };
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
