/*
 * Secrets in patches of SQL. A statement reaches over several lines, of which each side of a patch
 * has its own: each is read as it is there, and each line by itself too, since a hunk may begin
 * within a string.
 */
#include <pilab/drift/mask.h>

#include <string.h>

#include <pilab/base/vector.h>

#include "mask_sql_text.h"

struct patch_line {
    const char *text; /* behind its sign */
    size_t length;
    char sign;
};

struct hunk {
    struct vector lines; /* struct patch_line */
    struct strbuf *out;
};

static size_t count_lines(const struct strbuf *text)
{
    size_t count = 0;

    for (size_t i = 0; i < text->length; i++)
        count += text->data[i] == '\n';
    return count;
}

/* One side of the hunk, masked as a whole. What is masked over several lines (a private key) leaves
 * fewer of them: then none can be told from another, and none is shown. */
static void mask_side(const struct hunk *hunk, char sign, struct strbuf *shown)
{
    struct strbuf side = STRBUF_INIT;
    size_t lines;

    for (size_t i = 0; i < hunk->lines.count; i++) {
        const struct patch_line *line = vector_at(&hunk->lines, i);

        if (line->sign == sign || line->sign == ' ') {
            strbuf_add_bytes(&side, line->text, line->length);
            strbuf_add_char(&side, '\n');
        }
    }
    mask_sql(shown, DIALECT_UNKNOWN, NULL, side.data, side.length);
    lines = count_lines(&side);
    if (count_lines(shown) != lines) {
        strbuf_clear(shown);
        strbuf_add_repeat(shown, MASK_TEXT "\n", lines);
    }
    strbuf_release(&side);
}

/* The next line of a side's text, or the line as it is where the text has come to its end. */
static struct patch_line next_line(const char **at, const char *end, const struct patch_line *line)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    struct patch_line next = *line;

    if (newline == NULL)
        return next;
    next.text = *at;
    next.length = (size_t)(newline - *at);
    *at = newline + 1;
    return next;
}

static bool is_same(const struct patch_line *a, const struct patch_line *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* A line by itself, its double quotes once those of a name and once those of a string. */
static void add_line(const struct hunk *hunk, const struct patch_line *line)
{
    struct strbuf shown = STRBUF_INIT;

    mask_sql(&shown, DIALECT_UNKNOWN, NULL, line->text, line->length);
    strbuf_add_char(hunk->out, line->sign);
    mask_sql(hunk->out, DIALECT_MYSQL, NULL, shown.data, shown.length);
    strbuf_add_char(hunk->out, '\n');
    strbuf_release(&shown);
}

static void end_hunk(struct hunk *hunk)
{
    struct strbuf old = STRBUF_INIT, new = STRBUF_INIT;
    const char *old_at, *new_at;

    mask_side(hunk, '-', &old);
    mask_side(hunk, '+', &new);
    old_at = old.data;
    new_at = new.data;
    for (size_t i = 0; i < hunk->lines.count; i++) {
        const struct patch_line *line = vector_at(&hunk->lines, i);
        struct patch_line before = *line, after = *line;

        if (line->sign != '+' && line->sign != '\\')
            before = next_line(&old_at, old.data + old.length, line);
        if (line->sign != '-' && line->sign != '\\')
            after = next_line(&new_at, new.data + new.length, line);
        add_line(hunk, is_same(&before, line) ? &after : &before);
    }
    vector_clear(&hunk->lines);
    strbuf_release(&old);
    strbuf_release(&new);
}

/* "@@ -1,7 +1,8 @@ rest": git repeats a line of the file behind the second @@. */
static void add_head(struct hunk *hunk, const char *text, size_t length)
{
    size_t head = 2;

    while (head + 1 < length && memcmp(text + head, "@@", 2) != 0)
        head++;
    head = head + 2 < length ? head + 2 : length;
    strbuf_add_bytes(hunk->out, text, head);
    mask_sql(hunk->out, DIALECT_UNKNOWN, NULL, text + head, length - head);
    strbuf_add_char(hunk->out, '\n');
}

/* Each line ends with a newline. */
static void mask_statements(struct strbuf *out, const char *text, size_t length)
{
    struct hunk hunk = { .out = out };
    bool within = false;

    vector_init(&hunk.lines, sizeof(struct patch_line));
    while (length > 0) {
        const char *newline = memchr(text, '\n', length);
        size_t size = newline != NULL ? (size_t)(newline - text) : length;

        if (size > 1 && memcmp(text, "@@", 2) == 0) {
            end_hunk(&hunk);
            add_head(&hunk, text, size);
            within = true;
        } else if (within && size > 0 && strchr("+- \\", *text)) {
            *(struct patch_line *)vector_add(&hunk.lines) =
                (struct patch_line){ .text = text + 1, .length = size - 1, .sign = *text };
        } else {
            end_hunk(&hunk);
            strbuf_add_bytes(out, text, size);
            strbuf_add_char(out, '\n');
            within = false;
        }
        size += newline != NULL;
        text += size;
        length -= size;
    }
    end_hunk(&hunk);
    vector_release(&hunk.lines);
}

void mask_patch(struct strbuf *out, const char *path, const char *text, size_t length)
{
    struct strbuf sql = STRBUF_INIT;

    if (sql_text_path(path)) {
        mask_statements(&sql, text, length);
        mask_text(out, path, true, sql.data, sql.length);
    } else {
        mask_text(out, path, true, text, length);
    }
    strbuf_release(&sql);
}
