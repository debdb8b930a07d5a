/*
 * Patches whose file is known: what a line is may be said by lines far from it, as the kind of a
 * Kubernetes manifest by its first. Each side is masked as a whole, and the patch shows its lines.
 */
#include <pilab/drift/mask.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/vector.h>
#include <pilab/document/document.h>

#include "ascii.h"
#include "mask_places.h"
#include "mask_secret_file.h"
#include "mask_sql_text.h"

struct line {
    const char *text;
    size_t length;
};

struct side {
    struct strbuf shown;
    struct vector raw_lines, shown_lines; /* struct line */
};

static void split(struct vector *lines, const char *text, size_t length)
{
    vector_init(lines, sizeof(struct line));
    while (length > 0) {
        const char *newline = memchr(text, '\n', length);
        size_t size = newline != NULL ? (size_t)(newline - text) : length;

        *(struct line *)vector_add(lines) = (struct line){ .text = text, .length = size };
        size += newline != NULL;
        text += size;
        length -= size;
    }
}

static size_t count_lines(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += text[i] == '\n';
    return count;
}

/* Puts a text that was masked in the place of the one before, where it has as many lines. */
static bool replace(struct strbuf *text, struct strbuf *masked)
{
    bool fits = count_lines(text->data, text->length) == count_lines(masked->data, masked->length);

    if (fits) {
        strbuf_clear(text);
        strbuf_add_bytes(text, masked->data, masked->length);
    }
    strbuf_release(masked);
    return fits;
}

/* Whether a file that we do not read as a document is a template of one. */
static bool is_template(const char *path)
{
    static const char *const marks[] = { ".yaml", ".yml", ".json", ".tpl", ".tmpl", ".j2" };
    const char *name = strrchr(path, '/');

    name = name != NULL ? name : path;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (strstr(name, marks[i]) != NULL)
            return true;
    }
    return false;
}

/* By the document's tree; what cannot be read as one and may hold a Secret is masked with all its
 * values. */
static void mask_by_tree(struct mask *mask, struct strbuf *text, const char *path, bool sealed)
{
    struct strbuf masked = STRBUF_INIT;
    enum document_format format;
    bool known = document_format_of(path, &format);

    mask->placed = known && (format == DOCUMENT_YAML || format == DOCUMENT_JSON) &&
                   mask_places(&masked, format, sealed, text->data, text->length) &&
                   replace(text, &masked);
    strbuf_release(&masked);
    if (mask->placed)
        return;
    mask->all = (known && sealed) ||
                ((known || is_template(path)) && mask_places_unsure(text->data, text->length));
    mask->code = mask->code && !mask->all;
}

static bool mask_whole(struct strbuf *text, const char *path, bool sealed)
{
    struct strbuf masked = STRBUF_INIT;
    struct mask mask = mask_start(path, false);

    if (mask_secret_file(&masked, path, text->data, text->length) && !replace(text, &masked))
        return false;
    mask_by_tree(&mask, text, path, sealed);
    if (sql_text_path(path)) {
        sql_text_mask_rows(&masked, text->data, text->length);
        if (!replace(text, &masked))
            return false;
        mask_sql(&masked, DIALECT_UNKNOWN, NULL, text->data, text->length);
        if (!replace(text, &masked))
            return false;
        mask_sql(&masked, DIALECT_MYSQL, NULL, text->data, text->length);
        if (!replace(text, &masked))
            return false;
    }
    mask_lines(&mask, &masked, text->data, text->length);
    return replace(text, &masked);
}

/* False: not known, or its lines cannot be told apart. */
static bool open_side(struct side *side, const char *path, bool sealed, const char *text,
                      size_t length)
{
    bool masked;

    *side = (struct side){ .shown = STRBUF_INIT };
    split(&side->raw_lines, text != NULL ? text : "", text != NULL ? length : 0);
    strbuf_add_bytes(&side->shown, text != NULL ? text : "", text != NULL ? length : 0);
    masked = text != NULL && mask_whole(&side->shown, path, sealed);
    split(&side->shown_lines, side->shown.data, side->shown.length);
    return masked && side->shown_lines.count == side->raw_lines.count;
}

static void close_side(struct side *side)
{
    vector_release(&side->raw_lines);
    vector_release(&side->shown_lines);
    strbuf_release(&side->shown);
}

static bool is_same(const struct line *a, const struct line *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* How a line is shown that the patch says is this one of the side. What it is not is not shown. */
static struct line shown_line(const struct side *side, size_t number, const struct line *line)
{
    const struct line masked = { MASK_TEXT, strlen(MASK_TEXT) };

    if (number == 0 || number > side->raw_lines.count ||
        !is_same(vector_at(&side->raw_lines, number - 1), line))
        return masked;
    return *(const struct line *)vector_at(&side->shown_lines, number - 1);
}

struct walk {
    struct strbuf *out;
    const struct side *old, *new;
    size_t old_line, new_line; /* of the next line of the hunk */
    size_t old_left, new_left;
    struct {
        struct line text;
        size_t before; /* the line from which on it was looked for upward */
        size_t found;  /* the line's number; 0: none */
    } heading;         /* the last one: many hunks stand below the same */
};

/* ",12" or nothing, which is one. */
static const char *read_range(const char *at, size_t *start, size_t *count)
{
    char *end;

    *start = strtoul(at + 1, &end, 10);
    *count = 1;
    if (*end == ',')
        *count = strtoul(end + 1, &end, 10);
    return end;
}

/* The number of the line above the hunk that begins with its heading; 0: there is none. */
static size_t find_heading(struct walk *walk, const struct line *heading)
{
    bool known = walk->heading.before <= walk->old_line && is_same(&walk->heading.text, heading);
    size_t least = known ? walk->heading.before : 1, found = known ? walk->heading.found : 0;

    for (size_t number = walk->old_line; number-- > least;) {
        const struct line *raw;

        if (number > walk->old->raw_lines.count)
            continue;
        raw = vector_at(&walk->old->raw_lines, number - 1);
        if (raw->length >= heading->length &&
            memcmp(raw->text, heading->text, heading->length) == 0) {
            found = number;
            break;
        }
    }
    walk->heading.text = *heading;
    walk->heading.before = walk->old_line > 0 ? walk->old_line : 1;
    walk->heading.found = found;
    return found;
}

/* git repeats a line from above behind the second @@, or its beginning. */
static void add_heading(struct walk *walk, const char *text, size_t length)
{
    struct line heading = { text, length };
    size_t number;

    while (heading.length > 0 && ascii_is_space(heading.text[heading.length - 1]))
        heading.length--;
    if (heading.length > 0) { /* the blank behind the @@ */
        heading.text++;
        heading.length--;
    }
    if (heading.length == 0)
        return;
    strbuf_add_char(walk->out, ' ');
    number = find_heading(walk, &heading);
    if (number > 0) {
        const struct line *raw = vector_at(&walk->old->raw_lines, number - 1);
        struct line shown = shown_line(walk->old, number, raw);

        if (is_same(&shown, raw))
            shown = heading;
        strbuf_add_bytes(walk->out, shown.text, shown.length);
    } else {
        strbuf_add(walk->out, MASK_TEXT);
    }
}

/* "@@ -1,7 +1,8 @@ rest". False: it is none. */
static bool begin_hunk(struct walk *walk, const char *line, size_t length)
{
    struct strbuf head = STRBUF_INIT;
    const char *at;
    bool hunk = false;

    strbuf_add_bytes(&head, line, length);
    if (strncmp(head.data, "@@ -", 4) == 0) {
        at = read_range(head.data + 3, &walk->old_line, &walk->old_left);
        if (strncmp(at, " +", 2) == 0) {
            at = read_range(at + 1, &walk->new_line, &walk->new_left);
            hunk = strncmp(at, " @@", 3) == 0;
        }
    }
    if (hunk) {
        strbuf_add_bytes(walk->out, head.data, (size_t)(at - head.data) + 3);
        if (walk->old_line <= walk->old->raw_lines.count + 1)
            add_heading(walk, line + (at - head.data) + 3,
                        head.length - (size_t)(at - head.data) - 3);
    }
    strbuf_release(&head);
    return hunk;
}

static void add_hunk_line(struct walk *walk, char sign, const struct line *line)
{
    struct line shown = *line;

    if (sign != '+') {
        shown = shown_line(walk->old, walk->old_line++, line);
        walk->old_left -= walk->old_left > 0;
    }
    if (sign != '-') {
        struct line after = shown_line(walk->new, walk->new_line++, line);

        walk->new_left -= walk->new_left > 0;
        if (is_same(&shown, line))
            shown = after;
    }
    strbuf_add_char(walk->out, sign);
    strbuf_add_bytes(walk->out, shown.text, shown.length);
}

static void add_line(struct walk *walk, const char *text, size_t length)
{
    const struct line behind = { text + 1, length > 0 ? length - 1 : 0 };

    if ((walk->old_left > 0 || walk->new_left > 0) && length > 0 && strchr("+- ", *text))
        add_hunk_line(walk, *text, &behind);
    else if (!begin_hunk(walk, text, length))
        strbuf_add_bytes(walk->out, text, length); /* a header */
}

void mask_patch_of(struct strbuf *out, const struct mask_file *file, const char *text,
                   size_t length)
{
    struct side old, new;
    struct walk walk = { .out = out, .old = &old, .new = &new };
    bool known = open_side(&old, file->old_path, file->sealed, file->old_text, file->old_length);

    known =
        open_side(&new, file->new_path, file->sealed, file->new_text, file->new_length) && known;
    if (known) {
        struct vector lines;

        split(&lines, text, length);
        for (size_t i = 0; i < lines.count; i++) {
            const struct line *line = vector_at(&lines, i);

            add_line(&walk, line->text, line->length);
            if (line->text + line->length < text + length)
                strbuf_add_char(out, '\n');
        }
        vector_release(&lines);
    } else {
        mask_patch(out, file->new_path, text, length);
    }
    close_side(&old);
    close_side(&new);
}
