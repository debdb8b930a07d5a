#include <pilab/git/hunks.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

#include "internal.h"
#include "text_diff.h"

static int take_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *payload)
{
    (void)delta;
    vector_push(payload, &(struct line_hunk){ .old_start = (size_t)hunk->old_start,
                                              .old_count = (size_t)hunk->old_lines,
                                              .new_start = (size_t)hunk->new_start,
                                              .new_count = (size_t)hunk->new_lines });
    return 0;
}

static bool compare(const struct object_id *old_blob, const struct strbuf *old_text,
                    const struct object_id *new_blob, const struct strbuf *new_text,
                    struct vector *hunks, struct error *error)
{
    git_diff_options options;
    struct diff_text old = { *old_blob, old_text->data, old_text->length };
    struct diff_text new = { *new_blob, new_text->data, new_text->length };

    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags |= GIT_DIFF_FORCE_TEXT;
    options.context_lines = 0;
    options.interhunk_lines = 0;
    if (text_diff(old, new, &options, take_hunk, NULL, hunks) == 0)
        return true;
    return error_set(error, ERROR_INTERNAL, "two versions of a file cannot be compared");
}

bool hunks_between(struct repository *repository, const struct object_id *old_blob,
                   const struct object_id *new_blob, size_t limit, struct arena *arena,
                   struct line_hunks *out, struct error *error)
{
    struct strbuf old_text = STRBUF_INIT, new_text = STRBUF_INIT;
    struct vector hunks;
    bool ok;

    *out = (struct line_hunks){ .count = 0 };
    if (object_id_equal(old_blob, new_blob))
        return true;
    vector_init(&hunks, sizeof(struct line_hunk));
    ok = repository_read_blob(repository, old_blob, limit, &old_text, error) &&
         repository_read_blob(repository, new_blob, limit, &new_text, error) &&
         compare(old_blob, &old_text, new_blob, &new_text, &hunks, error);
    if (ok) {
        out->hunks = vector_to_arena(&hunks, arena);
        out->count = hunks.count;
        out->bytes = new_text.length;
    }
    vector_release(&hunks);
    strbuf_release(&old_text);
    strbuf_release(&new_text);
    return ok;
}

/* Lines [first, end) of one version. */
struct lines {
    size_t first, end;
};

static struct lines lines_of(size_t start, size_t count)
{
    size_t first = start + (count == 0);

    return (struct lines){ first, first + count };
}

/* `from_new`: `line` is one of the new version, and that of the old one is looked for. */
static size_t other_line(const struct line_hunks *hunks, size_t line, bool from_new)
{
    size_t low = 0, high = hunks->count;
    struct lines before = { 1, 1 }, after = { 1, 1 };

    /* The last hunk that begins at the line or before it. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct line_hunk *hunk = &hunks->hunks[middle];
        struct lines old = lines_of(hunk->old_start, hunk->old_count);
        struct lines new = lines_of(hunk->new_start, hunk->new_count);

        if ((from_new ? new : old).first > line) {
            high = middle;
            continue;
        }
        before = from_new ? new : old;
        after = from_new ? old : new;
        low = middle + 1;
    }
    return line < before.end && low > 0 ? 0 : line - before.end + after.end;
}

size_t hunks_old_line(const struct line_hunks *hunks, size_t line)
{
    return other_line(hunks, line, true);
}

size_t hunks_new_line(const struct line_hunks *hunks, size_t line)
{
    return other_line(hunks, line, false);
}
