/*
 * Any bytes, under a checksum that holds, as what was kept of a range: what is taken from them is
 * whole, and says the same when it is written and read again.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <pilab/git/kept.h>

#include "../../src/git/kept_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void compare_lists(const struct file_change_list *a, const struct file_change_list *b)
{
    must(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct file_change *x = &a->changes[i], *y = &b->changes[i];
        must(*x->path != '\0' && same_text(x->path, y->path) &&
             same_text(x->old_path, y->old_path));
        must(x->status == y->status && x->old_mode == y->old_mode && x->new_mode == y->new_mode);
        must(object_id_equal(&x->old_blob, &y->old_blob));
        must(object_id_equal(&x->new_blob, &y->new_blob));
    }
}

static void read_files(const struct strbuf *bytes, struct arena *arena)
{
    struct file_change_list files, again;
    struct strbuf written = STRBUF_INIT;
    if (!kept_files_read(bytes, arena, &files, NULL))
        return;
    must(kept_files_write(&files, &written));
    must(kept_files_read(&written, arena, &again, NULL));
    compare_lists(&files, &again);
    must(again.insertions == files.insertions && again.deletions == files.deletions);
    strbuf_release(&written);
}

/* Every byte of every text is there to be read. */
static size_t look_at_side(const struct history *side)
{
    size_t lines = 0;
    for (size_t i = 0; i < side->count; i++) {
        const struct commit *commit = &side->commits[i];
        for (size_t k = 0; k < commit->raw_length; k++)
            lines += commit->raw[k] == '\n';
        compare_lists(&commit->files, &commit->files);
    }
    return lines;
}

static void read_sides(const struct strbuf *bytes, struct arena *arena)
{
    struct kept_sides sides = { .ahead = NULL };
    if (kept_sides_decode(bytes, arena, &sides)) {
        volatile size_t lines = look_at_side(sides.ahead) + look_at_side(sides.behind);
        (void)lines;
        for (size_t i = 0; sides.twins && i < sides.ahead->count; i++)
            must(sides.twins[i] == NO_TWIN || sides.twins[i] < sides.behind->count);
    }
    history_free(&sides.ahead);
    history_free(&sides.behind);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct strbuf bytes = STRBUF_INIT;
    uLong sum = crc32(0, data, (uInt)size);
    strbuf_add_bytes(&bytes, data, size);
    for (unsigned shift = 0; shift < 32; shift += 8)
        strbuf_add_char(&bytes, (char)(sum >> shift));
    read_files(&bytes, arena);
    read_sides(&bytes, arena);
    strbuf_release(&bytes);
    arena_free(&arena);
    return 0;
}
