#include <config.h> /* memmem is a system extension */

#include "mask_places.h"

#include <stdint.h>
#include <string.h>

#include <pilab/base/vector.h>
#include <pilab/drift/mask.h>

#include "ascii.h"
#include "mask_manifest.h"
#include "mask_tree.h"
#include "secret_nodes.h"

/* Longer ones are read line by line. */
#define TEXT_MAX ((size_t)4 << 20)
/* Documents within documents; what is deeper and holds a secret is masked as a whole. */
#define DEPTH_MAX 4
/* Characters that are stepped over to find columns; aliases may lead back again and again. */
#define STEPS_MAX ((size_t)64 << 20)

struct span {
    size_t start, end;
};

struct hidden {
    size_t start;  /* of its entry: the key, or the item of a list */
    bool value;    /* KEY=value: only what is behind the sign */
    bool document; /* a text that is a document itself: the lines of it that hold a secret */
};

struct text_line {
    size_t start;
    bool ascii; /* columns are bytes */
};

struct places {
    const char *text;
    size_t length;
    struct vector lines;  /* struct text_line */
    struct vector starts; /* size_t: of every node */
    struct vector hidden; /* struct hidden */
    struct vector spans;  /* struct span, in order */
    struct {
        unsigned line, column;
        size_t at;
    } last; /* the place that was found last: most stand behind it */
    size_t steps;
    unsigned depth; /* of documents around this one */
    bool unsure;
};

/* ---- where nodes stand ---- */

static void find_lines(struct places *places)
{
    const char *end = places->text + places->length;

    for (const char *at = places->text; at != NULL && at <= end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline != NULL ? newline : end;
        struct text_line line = { .start = (size_t)(at - places->text), .ascii = true };

        for (; at < stop && line.ascii; at++)
            line.ascii = (unsigned char)*at < 0x80;
        vector_push(&places->lines, &line);
        at = newline != NULL ? newline + 1 : NULL;
    }
}

/* What ends a line for YAML and for nobody else: then its lines are not ours. */
static bool has_other_breaks(const char *text, size_t length)
{
    const char *end = text + length;

    for (const char *at = text; (at = memchr(at, '\r', (size_t)(end - at))) != NULL; at++) {
        if (at + 1 == end || at[1] != '\n')
            return true;
    }
    return memmem(text, length, "\xc2\x85", 2) != NULL ||
           memmem(text, length, "\xe2\x80\xa8", 3) != NULL ||
           memmem(text, length, "\xe2\x80\xa9", 3) != NULL;
}

/* Goes on from the place that was found last, or from the line's start. False: the line ends before
 * the column, or it took too long. */
static bool step_to(struct places *places, const struct text_line *line, const struct node *node)
{
    if (places->last.line != node->line || places->last.column > node->column) {
        places->last.line = node->line;
        places->last.column = 1;
        places->last.at = line->start;
    }
    for (; places->last.column < node->column; places->last.column++) {
        size_t *at = &places->last.at;

        if (*at >= places->length || places->text[*at] == '\n' || places->steps++ > STEPS_MAX)
            return false;
        do
            (*at)++;
        while (*at < places->length && ((unsigned char)places->text[*at] & 0xc0) == 0x80);
    }
    return true;
}

/* SIZE_MAX: the text has no such place. */
static size_t offset_of(struct places *places, const struct node *node)
{
    const struct text_line *line;
    size_t at;

    if (node->line == 0 || node->column == 0 || node->line > places->lines.count)
        return SIZE_MAX;
    line = vector_at(&places->lines, node->line - 1);
    if (line->ascii) {
        at = line->start + node->column - 1;
        if (node->line < places->lines.count && at >= line[1].start)
            return SIZE_MAX;
    } else if (step_to(places, line, node)) {
        at = places->last.at;
    } else {
        return SIZE_MAX;
    }
    return at < places->length ? at : SIZE_MAX;
}

static int by_offset(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;

    return left < right ? -1 : left > right;
}

static int by_start(const void *a, const void *b)
{
    const struct hidden *left = a, *right = b;

    return left->start < right->start ? -1 : left->start > right->start;
}

/* Where the node behind this one starts, or the text ends. */
static size_t next_start(const struct places *places, size_t start)
{
    size_t low = 0, high = places->starts.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (*(const size_t *)vector_at(&places->starts, middle) <= start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < places->starts.count ? *(const size_t *)vector_at(&places->starts, low)
                                      : places->length;
}

/* ---- where a value stands ---- */

/* Where the line ends, or `end` before that. */
static size_t line_end(const struct places *places, size_t at, size_t end)
{
    const char *newline = at < end ? memchr(places->text + at, '\n', end - at) : NULL;

    return newline != NULL ? (size_t)(newline - places->text) : end;
}

static size_t skip_spaces(const struct places *places, size_t at, size_t end)
{
    while (at < end && ascii_is_space(places->text[at]))
        at++;
    return at;
}

/* Behind the quoted text that starts at `at`. */
static size_t behind_quoted(const struct places *places, size_t at, size_t end)
{
    char quote = places->text[at++];

    for (; at < end; at++) {
        if (places->text[at] == '\\' && quote == '"')
            at++;
        else if (places->text[at] == quote && quote == '\'' && at + 1 < end &&
                 places->text[at + 1] == quote)
            at++;
        else if (places->text[at] == quote)
            return at + 1;
    }
    return end;
}

/* Behind the key of an entry and its colon; `start` when it has none: an item of a list. */
static size_t behind_key(const struct places *places, size_t start, size_t end)
{
    const char *text = places->text;
    size_t at = start, stop = line_end(places, start, end);

    if (strchr("\"'", text[start])) {
        at = skip_spaces(places, behind_quoted(places, start, end), end);
        return at < end && text[at] == ':' ? at + 1 : start;
    }
    for (; at < stop; at++) {
        if (text[at] == ':' && (at + 1 >= stop || strchr(" \t\r", text[at + 1])))
            return at + 1;
    }
    return start;
}

/* Over blanks, comments, tags and anchors to the value itself. */
static size_t value_start(const struct places *places, size_t at, size_t end)
{
    const char *text = places->text;

    for (;;) {
        at = skip_spaces(places, at, end);
        if (at >= end)
            return end;
        if (text[at] == '#') {
            at = line_end(places, at, end);
        } else if (text[at] == '!' || text[at] == '&') {
            while (at < end && !ascii_is_space(text[at]) && !strchr(",}]", text[at]))
                at++;
        } else {
            return at;
        }
    }
}

/* Before a line of "---" or "...", which end a document. */
static size_t document_end(const struct places *places, size_t at, size_t end)
{
    for (size_t line = line_end(places, at, end); line < end;
         line = line_end(places, line + 1, end)) {
        const char *text = places->text + line + 1;

        if (end - line > 3 && (memcmp(text, "---", 3) == 0 || memcmp(text, "...", 3) == 0))
            return line;
    }
    return end;
}

/* What lies within the lines from `start` to `end`, line by line. */
static void add_lines(struct places *places, size_t start, size_t end)
{
    while (start < end) {
        size_t stop = line_end(places, start, end), from = start;

        start = stop + 1;
        while (stop > from && ascii_is_space(places->text[stop - 1]))
            stop--;
        while (from < stop && ascii_is_blank(places->text[from]))
            from++;
        if (from < stop)
            *(struct span *)vector_add(&places->spans) = (struct span){ from, stop };
    }
}

/* A value without quotes: the brackets, commas and dashes behind it are not its own. */
static void add_plain(struct places *places, size_t start, size_t end)
{
    while (end > start + 1 && strchr(" \t\r\n,}]-", places->text[end - 1]))
        end--;
    add_lines(places, start, end);
}

/* "|", ">-2": what follows is the value. */
static bool is_block(const struct places *places, size_t at, size_t end)
{
    if (!strchr("|>", places->text[at]))
        return false;
    for (at++; at < end && strchr("+-0123456789", places->text[at]); at++)
        continue;
    while (at < end && ascii_is_blank(places->text[at]))
        at++;
    return at >= end || strchr("\r\n#", places->text[at]);
}

/* Behind the sign in KEY=value; `at` when there is none. */
static size_t behind_sign(const struct places *places, size_t at, size_t end)
{
    size_t stop = line_end(places, at, end);
    const char *sign = memchr(places->text + at, '=', stop - at);

    return sign != NULL ? (size_t)(sign - places->text) + 1 : at;
}

/* How far the lines of a block are indented, empty ones aside. */
static size_t block_indent(const struct places *places, size_t start, size_t end)
{
    size_t least = SIZE_MAX;

    for (size_t at = start; at < end; at = line_end(places, at, end) + 1) {
        size_t from = at;

        while (from < end && places->text[from] == ' ')
            from++;
        if (from < end && !ascii_is_space(places->text[from]) && from - at < least)
            least = from - at;
    }
    return least;
}

static void read_block(const struct places *places, size_t start, size_t end, struct strbuf *block)
{
    size_t indent = block_indent(places, start, end);

    for (size_t at = start; at < end; at = line_end(places, at, end) + 1) {
        size_t stop = line_end(places, at, end);
        size_t from = stop - at > indent ? at + indent : stop;

        strbuf_add_bytes(block, places->text + from, stop - from);
        strbuf_add_char(block, '\n');
    }
}

static bool mask_places_at(struct strbuf *out, enum document_format format, bool sealed,
                           const char *text, size_t length, unsigned depth);

/* A document within one: each of its lines that holds a secret is masked as a whole. */
static void add_document(struct places *places, size_t start, size_t end)
{
    struct strbuf block = STRBUF_INIT, masked = STRBUF_INIT;
    const char *raw, *shown;

    read_block(places, start, end, &block);
    if (!mask_places_at(&masked, DOCUMENT_YAML, false, block.data, block.length,
                        places->depth + 1)) {
        struct mask mask = mask_start(NULL, false);

        mask.all = mask_places_unsure(block.data, block.length);
        mask_lines(&mask, &masked, block.data, block.length);
    }
    raw = block.data;
    shown = masked.data;
    for (size_t at = start; at < end; at = line_end(places, at, end) + 1) {
        size_t raw_size = strcspn(raw, "\n"), shown_size = strcspn(shown, "\n");

        if (raw_size != shown_size || memcmp(raw, shown, raw_size) != 0)
            add_lines(places, at, line_end(places, at, end));
        raw += raw_size + (raw[raw_size] == '\n');
        shown += shown_size + (shown[shown_size] == '\n');
    }
    strbuf_release(&block);
    strbuf_release(&masked);
}

static void add_value(struct places *places, const struct hidden *hidden)
{
    size_t next = next_start(places, hidden->start);
    size_t end = document_end(places, hidden->start, next);
    size_t at = value_start(places, behind_key(places, hidden->start, end), end);
    size_t stop;

    if (at >= end)
        return;
    if (end == next && next < places->length && line_end(places, at, next) < next) {
        while (places->text[end - 1] != '\n')
            end--; /* the next one stands on a line of its own */
    }
    if (strchr("\"'", places->text[at])) {
        stop = behind_quoted(places, at, end);
        at++;
        if (hidden->value)
            at = behind_sign(places, at, stop);
        add_lines(places, at, stop > at ? stop - 1 : at);
    } else if (is_block(places, at, end)) {
        at = line_end(places, at, end) + 1;
        at = at < end ? at : end;
        if (hidden->document)
            add_document(places, at, end);
        else
            add_lines(places, at, end);
    } else {
        add_plain(places, hidden->value ? behind_sign(places, at, end) : at, end);
    }
}

/* ---- the text ---- */

static void write_masked(const struct places *places, struct strbuf *out)
{
    size_t copied = 0;

    for (size_t i = 0; i < places->spans.count; i++) {
        const struct span *span = vector_at(&places->spans, i);

        if (span->start < copied)
            continue;
        strbuf_add_bytes(out, places->text + copied, span->start - copied);
        strbuf_add(out, MASK_TEXT);
        copied = span->end;
    }
    strbuf_add_bytes(out, places->text + copied, places->length - copied);
}

/* Whether the value of an entry stands in double quotes, in which its own are escaped. */
static bool is_escaped(const struct places *places, size_t start)
{
    size_t at = value_start(places, behind_key(places, start, places->length), places->length);

    return at < places->length && places->text[at] == '"';
}

static bool looks_like_flow(const struct node *node)
{
    size_t at = 0;

    while (at < node->length && ascii_is_space(node->text[at]))
        at++;
    return at < node->length && strchr("{[", node->text[at]) != NULL;
}

/* Whether a text is a document that holds what the lines around it do not tell. */
static bool holds_secret(const struct places *places, const struct node *node, size_t start)
{
    if (node->kind != NODE_STRING ||
        !(memchr(node->text, '\n', node->length) != NULL || looks_like_flow(node)))
        return false;
    return manifest_is_secret(node->text, node->length, false) ||
           mask_places_unsure(node->text, node->length) ||
           mask_tree_knows_more(node, is_escaped(places, start));
}

static void note_node(void *context, const struct node *node, enum secret_extent extent)
{
    struct places *places = context;
    size_t start = offset_of(places, node);

    if (start == SIZE_MAX) {
        /* A value that is left out stands at the end of the text. */
        places->unsure = places->unsure || extent != EXTENT_NONE;
        return;
    }
    vector_push(&places->starts, &start);
    if (extent != EXTENT_NONE || holds_secret(places, node, start))
        *(struct hidden *)vector_add(&places->hidden) =
            (struct hidden){ .start = start,
                             .value = extent == EXTENT_VALUE,
                             .document = extent == EXTENT_NONE && places->depth < DEPTH_MAX };
}

static void visit_roots(struct places *places, const struct document *document, bool sealed)
{
    struct secret_nodes *secrets = secret_nodes_new();

    for (size_t i = 0; i < document->count; i++)
        secret_nodes_add(secrets, document->roots[i], false);
    for (size_t i = 0; i < document->count; i++)
        mask_tree_visit(document->roots[i],
                        (struct value_place){ .place = sealed ? PLACE_SEALED : PLACE_OPEN,
                                              .secrets = secrets },
                        note_node, places);
    secret_nodes_free(&secrets);
}

static bool mask_document(struct places *places, struct strbuf *out,
                          const struct document *document, bool sealed)
{
    if (document->warning_count > 0)
        return false; /* of two entries with one name the tree has one */
    find_lines(places);
    visit_roots(places, document, sealed);
    if (places->unsure)
        return false;
    vector_sort(&places->starts, by_offset);
    vector_sort(&places->hidden, by_start);
    for (size_t i = 0; i < places->hidden.count; i++)
        add_value(places, vector_at(&places->hidden, i));
    write_masked(places, out);
    return true;
}

static bool mask_places_at(struct strbuf *out, enum document_format format, bool sealed,
                           const char *text, size_t length, unsigned depth)
{
    const struct document_options options = { .schema = YAML_1_2, .allow_duplicate_keys = true };
    struct places places = { .text = text, .length = length, .depth = depth };
    struct document *document;
    bool masked;

    if (length > TEXT_MAX || has_other_breaks(text, length) ||
        (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0))
        return false;
    document = document_read("", text, length, format, &options, NULL);
    if (document == NULL)
        return false;
    vector_init(&places.lines, sizeof(struct text_line));
    vector_init(&places.starts, sizeof(size_t));
    vector_init(&places.hidden, sizeof(struct hidden));
    vector_init(&places.spans, sizeof(struct span));
    masked = mask_document(&places, out, document, sealed);
    vector_release(&places.lines);
    vector_release(&places.starts);
    vector_release(&places.hidden);
    vector_release(&places.spans);
    document_free(&document);
    return masked;
}

bool mask_places(struct strbuf *out, enum document_format format, bool sealed, const char *text,
                 size_t length)
{
    return mask_places_at(out, format, sealed, text, length, 0);
}

/* ---- what cannot be read ---- */

/* Whether the word "kind" stands before, with a colon between, in quotes or without. */
static bool is_kind(const char *text, size_t at)
{
    while (at > 0 && strchr(" \t\"'\\", text[at - 1]))
        at--;
    if (at == 0 || text[at - 1] != ':')
        return false;
    at--;
    while (at > 0 && strchr(" \t\"'\\", text[at - 1]))
        at--;
    return at >= 4 && memcmp(text + at - 4, "kind", 4) == 0;
}

static bool is_plain_line(const char *text, size_t length, size_t at)
{
    static const char kind[] = "kind: ";
    const size_t size = sizeof kind - 1;
    size_t end = at + strlen("Secret");

    return at >= size && memcmp(text + at - size, kind, size) == 0 &&
           (at == size || text[at - size - 1] == '\n') &&
           (end == length || strchr("\r\n \t", text[end]));
}

bool mask_places_unsure(const char *text, size_t length)
{
    static const char word[] = "Secret";
    const size_t size = sizeof word - 1;
    const char *end = text + length, *at = text;

    if (memmem(text, length, "secretGenerator", strlen("secretGenerator")) != NULL)
        return true;
    while ((at = memmem(at, (size_t)(end - at), word, size)) != NULL) {
        size_t offset = (size_t)(at - text);
        bool whole = at + size == end || !ascii_is_alnum(at[size]);

        if (whole && is_kind(text, offset) && !is_plain_line(text, length, offset))
            return true;
        at += size;
    }
    return false;
}
