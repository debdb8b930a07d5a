#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/rich.h>
#include <pilab/notes/word_diff.h>

#include "sequence.h"

#define WORDS_LARGEST 50000 /* pieces of a changed passage that are compared by words */
#define ALIKE_LEAST   4     /* a fourth of a passage must be the same to be shown word by word */

static const char *text_of(const struct word_span *span, const char *old_text, const char *new_text)
{
    return (span->change == WORD_ADDED ? new_text : old_text) + span->offset;
}

static void add_span(struct word_diff *diff, enum word_change change, size_t offset, size_t length)
{
    struct word_span *last;

    if (length == 0)
        return;
    if (diff->spans.count > 0) {
        last = vector_at(&diff->spans, diff->spans.count - 1);
        if (last->change == change && last->offset + last->length == offset) {
            last->length += length;
            return;
        }
    }
    last = vector_add(&diff->spans);
    *last = (struct word_span){ change, offset, length };
}

/* ---- words of a passage ---- */

struct passage {
    struct sequence old_words;
    struct sequence new_words;
    struct vector differences;
};

static bool is_space(const struct sequence *sequence, size_t index)
{
    const struct piece *piece = sequence_at(sequence, index);
    char c = sequence->text[piece->offset];

    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t count_words(const struct sequence *sequence, size_t from, size_t to)
{
    size_t words = 0;

    for (size_t i = from; i < to; i++)
        words += !is_space(sequence, i);
    return words;
}

/* Blanks between two changed words are no reason to tell these apart. */
static bool only_blanks_between(const struct passage *passage, const struct difference *a,
                                const struct difference *b)
{
    const struct sequence *words = &passage->old_words;

    for (size_t i = a->a_to; i < b->a_from; i++)
        if (!is_space(words, i) || words->text[sequence_at(words, i)->offset] == '\n')
            return false;
    return a->a_to > a->a_from && a->b_to > a->b_from && b->a_to > b->a_from && b->b_to > b->b_from;
}

static void join_neighbours(struct passage *passage)
{
    struct difference *kept = passage->differences.items;
    size_t count = 0;

    for (size_t i = 0; i < passage->differences.count; i++) {
        const struct difference *next = vector_at(&passage->differences, i);

        if (count > 0 && only_blanks_between(passage, &kept[count - 1], next)) {
            kept[count - 1].a_to = next->a_to;
            kept[count - 1].b_to = next->b_to;
        } else {
            kept[count++] = *next;
        }
    }
    passage->differences.count = count;
}

/* Words that two passages share by chance make a diff that nobody can read. */
static bool is_rewritten(const struct passage *passage)
{
    size_t words = count_words(&passage->old_words, 0, passage->old_words.pieces.count);
    size_t gone = 0;

    for (size_t i = 0; i < passage->differences.count; i++) {
        const struct difference *difference = vector_at(&passage->differences, i);

        gone += count_words(&passage->old_words, difference->a_from, difference->a_to);
    }
    return (words - gone) * ALIKE_LEAST < words;
}

static void add_passage(struct word_diff *diff, const struct passage *passage)
{
    const struct sequence *old_words = &passage->old_words, *new_words = &passage->new_words;
    size_t at = 0;

    for (size_t i = 0; i <= passage->differences.count; i++) {
        struct difference end = { old_words->pieces.count, old_words->pieces.count, 0, 0 };
        const struct difference *next = &end;
        size_t from = sequence_offset(old_words, at);

        if (i < passage->differences.count)
            next = vector_at(&passage->differences, i);
        add_span(diff, WORD_SAME, from, sequence_offset(old_words, next->a_from) - from);
        if (next == &end)
            return;
        from = sequence_offset(old_words, next->a_from);
        add_span(diff, WORD_REMOVED, from, sequence_offset(old_words, next->a_to) - from);
        from = sequence_offset(new_words, next->b_from);
        add_span(diff, WORD_ADDED, from, sequence_offset(new_words, next->b_to) - from);
        diff->removed += count_words(old_words, next->a_from, next->a_to);
        diff->added += count_words(new_words, next->b_from, next->b_to);
        at = next->a_to;
    }
}

static void compare_passage(struct word_diff *diff, const char *old_text, size_t old_from,
                            size_t old_to, const char *new_text, size_t new_from, size_t new_to)
{
    struct passage passage;
    struct sequence *const both[] = { &passage.old_words, &passage.new_words };
    size_t old_count, new_count;
    bool large;

    sequence_init(&passage.old_words, old_text);
    sequence_init(&passage.new_words, new_text);
    vector_init(&passage.differences, sizeof(struct difference));
    sequence_add_words(&passage.old_words, old_from, old_to);
    sequence_add_words(&passage.new_words, new_from, new_to);
    old_count = passage.old_words.pieces.count;
    new_count = passage.new_words.pieces.count;
    large = old_count > WORDS_LARGEST || new_count > WORDS_LARGEST;
    if (old_count > 0 && new_count > 0 && !large) {
        sequences_number(both, 2);
        sequence_compare(&passage.old_words, &passage.new_words, &passage.differences);
        join_neighbours(&passage);
    }
    diff->coarse |= large && old_count > 0 && new_count > 0;
    if (passage.differences.count == 0 || is_rewritten(&passage)) {
        vector_clear(&passage.differences);
        vector_push(&passage.differences, &(struct difference){ 0, old_count, 0, new_count });
    }
    add_passage(diff, &passage);
    sequence_release(&passage.old_words);
    sequence_release(&passage.new_words);
    vector_release(&passage.differences);
}

/* ---- the whole ---- */

void word_diff_make(struct word_diff *diff, const char *old_text, size_t old_length,
                    const char *new_text, size_t new_length)
{
    struct sequence old_lines, new_lines;
    struct sequence *const both[] = { &old_lines, &new_lines };
    struct vector differences;
    size_t at = 0;

    *diff = (struct word_diff){ 0 };
    vector_init(&diff->spans, sizeof(struct word_span));
    vector_init(&differences, sizeof(struct difference));
    sequence_init(&old_lines, old_text);
    sequence_init(&new_lines, new_text);
    sequence_add_lines(&old_lines, 0, old_length);
    sequence_add_lines(&new_lines, 0, new_length);
    sequences_number(both, 2);
    sequence_compare(&old_lines, &new_lines, &differences);
    for (size_t i = 0; i < differences.count; i++) {
        const struct difference *difference = vector_at(&differences, i);
        size_t from = sequence_offset(&old_lines, difference->a_from);

        add_span(diff, WORD_SAME, at, from - at);
        at = sequence_offset(&old_lines, difference->a_to);
        compare_passage(diff, old_text, from, at, new_text,
                        sequence_offset(&new_lines, difference->b_from),
                        sequence_offset(&new_lines, difference->b_to));
    }
    add_span(diff, WORD_SAME, at, old_length - at);
    sequence_release(&old_lines);
    sequence_release(&new_lines);
    vector_release(&differences);
}

void word_diff_release(struct word_diff *diff)
{
    vector_release(&diff->spans);
}

/* ---- showing ---- */

struct rendering {
    struct strbuf *out;
    bool utf8;
    bool in_line; /* the line that is written has something on it */
};

static void put_text(struct rendering *rendering, const char *text, size_t length)
{
    escape_terminal(rendering->out, text, length,
                    ESCAPE_LINES | (rendering->utf8 ? 0 : ESCAPE_ASCII));
    rendering->in_line = true;
}

static void put_line_end(struct rendering *rendering)
{
    strbuf_add_char(rendering->out, '\n');
    rendering->in_line = false;
}

/* Bytes of a line before its end, and whether it has one. */
static size_t line_length(const char *text, size_t length, size_t *whole)
{
    const char *newline = memchr(text, '\n', length);
    size_t size = newline == NULL ? length : (size_t)(newline - text);

    *whole = newline == NULL ? size : size + 1;
    return newline != NULL && size > 0 && text[size - 1] == '\r' ? size - 1 : size;
}

static void put_changed(struct rendering *rendering, enum word_change change, const char *text,
                        size_t length)
{
    bool removed = change == WORD_REMOVED;

    while (length > 0) {
        size_t whole, size = line_length(text, length, &whole);

        rich_open(rendering->out, removed ? RICH_DELETED : RICH_ADDED);
        strbuf_add(rendering->out, removed ? "[-" : "{+");
        put_text(rendering, text, size);
        /* Nothing but the end of a line changed: it is shown by a sign. */
        if (size == 0)
            strbuf_add(rendering->out, rendering->utf8 ? "\xc2\xb6" : "\\n");
        strbuf_add(rendering->out, removed ? "-]" : "+}");
        rich_close(rendering->out);
        if (whole > size)
            put_line_end(rendering);
        text += whole;
        length -= whole;
    }
}

static void put_same(struct rendering *rendering, const char *text, size_t length)
{
    while (length > 0) {
        size_t whole, size = line_length(text, length, &whole);

        put_text(rendering, text, size);
        if (whole > size)
            put_line_end(rendering);
        text += whole;
        length -= whole;
    }
}

static size_t count_lines(const char *text, size_t length)
{
    size_t lines = 0;

    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    return lines;
}

/* Where a number of line ends are passed, from the start or from the end. */
static size_t after_lines(const char *text, size_t length, size_t lines)
{
    size_t at = 0;

    while (at < length && lines > 0)
        lines -= text[at++] == '\n';
    return at;
}

static size_t before_lines(const char *text, size_t length, size_t lines)
{
    size_t at = length;

    /* The line that is not whole stands before what changed on it. */
    while (at > 0 && (text[at - 1] != '\n' || lines-- > 0))
        at--;
    return at;
}

static void put_context(struct rendering *rendering, const char *text, size_t length, bool first,
                        bool last, size_t context)
{
    size_t lines = count_lines(text, length);
    size_t head, tail, hidden;

    if (context == SIZE_MAX || lines <= context * 2 + 1) {
        put_same(rendering, text, length);
        return;
    }
    head = first ? 0 : after_lines(text, length, context + (rendering->in_line ? 1 : 0));
    tail = last ? length : before_lines(text, length, context);
    if (tail <= head) {
        put_same(rendering, text, length);
        return;
    }
    hidden = count_lines(text + head, tail - head);
    put_same(rendering, text, head);
    if (rendering->in_line)
        put_line_end(rendering);
    rich_open(rendering->out, RICH_DIM);
    strbuf_printf(rendering->out, "%s %zu line%s the same",
                  rendering->utf8 ? "\xe2\x80\xa6" : "...", hidden, hidden == 1 ? "" : "s");
    rich_close(rendering->out);
    put_line_end(rendering);
    put_same(rendering, text + tail, length - tail);
}

void word_diff_render(const struct word_diff *diff, const char *old_text, const char *new_text,
                      size_t context, bool utf8, struct strbuf *out)
{
    struct rendering rendering = { out, utf8, false };
    size_t count = diff->spans.count;

    if (count == 0 || (count == 1 && diff->removed + diff->added == 0 &&
                       ((struct word_span *)vector_at(&diff->spans, 0))->change == WORD_SAME))
        return;
    for (size_t i = 0; i < count; i++) {
        const struct word_span *span = vector_at(&diff->spans, i);
        const char *text = text_of(span, old_text, new_text);

        if (span->change == WORD_SAME)
            put_context(&rendering, text, span->length, i == 0, i + 1 == count, context);
        else
            put_changed(&rendering, span->change, text, span->length);
    }
    if (rendering.in_line)
        put_line_end(&rendering);
}
