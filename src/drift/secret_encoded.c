/*
 * Base64 (RFC 4648) that holds a secret: the start of a machine (user_data, cloud-init), a file
 * within a value. It hides nothing from whoever reads it, so what it holds is judged as text.
 */
#include "secrets.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>
#include <pilab/drift/mask.h>

#include "ascii.h"

/* Fewer characters hold no name with a secret. */
#define LEAST 20
/* Where lines are broken, they are long: 64 (PEM), 76 (MIME). */
#define LINE_LEAST 60
#define SAMPLE     32 /* characters; whole groups of four */
#define DEPTH_MAX  3  /* of base64 within base64 */
#define GLUED_MAX  16 /* places where one may begin within a run */

static bool is_letter(char c)
{
    return ascii_is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

static bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

/* How long the run is, without the signs that fill it up. */
static size_t run_length(const char *text, size_t length)
{
    size_t at = 0, line = 0;

    while (at < length) {
        size_t next = at;

        while (next < length && is_letter(text[next]))
            next++;
        line = next - at;
        at = next;
        while (line >= LINE_LEAST && next < length && is_line_end(text[next]))
            next++;
        if (next == at || next >= length || !is_letter(text[next]))
            break;
        at = next;
    }
    return at;
}

/* What a run says, NUL-terminated; NULL: it is no base64. The caller frees it. */
static char *decode(const char *text, size_t length, size_t *size)
{
    bool url_safe = memchr(text, '-', length) != NULL || memchr(text, '_', length) != NULL;
    int variant = url_safe ? sodium_base64_VARIANT_URLSAFE_NO_PADDING
                           : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    char *bytes = memory_new(length + 1);
    const char *end = NULL;

    if (sodium_base642bin((unsigned char *)bytes, length, text, length, "\r\n", size, &end,
                          variant) != 0 ||
        end != text + length) {
        free(bytes);
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}

static bool is_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c < 0x20 && !memchr("\t\r\n", c, 3)) || c == 0x7f)
            return false;
    }
    return true;
}

/* Most runs are names and numbers: their beginning tells that they are no text. */
static bool begins_as_text(const char *text, size_t length)
{
    size_t size, sample = length < SAMPLE ? length : SAMPLE;
    char *bytes = decode(text, sample, &size);
    bool is = bytes != NULL && is_text(bytes, size);

    free(bytes);
    return is;
}

/* What stands deeper than anybody wraps it is not unwrapped: it is taken for a secret. */
static bool is_judged(const char *text, size_t length, secret_judge *judge, unsigned depth)
{
    size_t size;
    char *bytes;
    bool secret;

    if (length < LEAST || !begins_as_text(text, length))
        return false;
    if (depth >= DEPTH_MAX)
        return true;
    bytes = decode(text, length, &size);
    secret = bytes != NULL && is_text(bytes, size) && utf8_valid(bytes, size) &&
             judge(bytes, size, depth + 1);
    free(bytes);
    return secret;
}

/* ---- on several lines ---- */

struct piece {
    size_t start, size;
};

/* The lines of one side of a patch, or those of a text, that may be one base64 together. */
struct pieces {
    struct strbuf joined;
    struct vector list; /* of struct piece */
    struct vector *hits;
    secret_judge *judge;
    unsigned depth;
};

static void close_pieces(struct pieces *pieces)
{
    size_t count = pieces->list.count, length = pieces->joined.length;
    bool secret = count > 1 && is_judged(pieces->joined.data, length, pieces->judge, pieces->depth);

    if (!secret && count > 2) { /* the last line may be a word that only stands behind */
        const struct piece *last = vector_at(&pieces->list, count - 1);

        count -= last->size < LINE_LEAST;
        secret = count < pieces->list.count &&
                 is_judged(pieces->joined.data, length - last->size, pieces->judge, pieces->depth);
    }
    for (size_t i = 0; i < count && secret; i++)
        vector_push(pieces->hits, vector_at(&pieces->list, i));
    vector_clear(&pieces->list);
    strbuf_clear(&pieces->joined);
}

static void add_piece(struct pieces *pieces, const char *text, struct piece piece)
{
    vector_push(&pieces->list, &piece);
    strbuf_add_bytes(&pieces->joined, text + piece.start, piece.size);
}

/* What a line begins with behind its indentation, less the signs that fill it up. */
static struct piece head_of(const char *text, size_t start, size_t end)
{
    size_t from = start, to;

    while (from < end && ascii_is_blank(text[from]))
        from++;
    for (to = from; to < end && is_letter(text[to]);)
        to++;
    return (struct piece){ from, to - from };
}

/* What a line ends with. */
static struct piece tail_of(const char *text, size_t start, size_t end)
{
    size_t from = end;

    while (from > start && is_letter(text[from - 1]))
        from--;
    return (struct piece){ from, end - from };
}

/* Whether a line goes on with what the ones before it began. Groups of four that say no text do
 * not. */
static bool goes_on(const struct pieces *pieces, const char *text, struct piece head, size_t end)
{
    size_t behind = head.start + head.size;

    if (pieces->list.count == 0 || head.size == 0 ||
        (behind < end && !strchr("=\"'", text[behind])))
        return false;
    return pieces->joined.length % 4 != 0 || head.size < 4 ||
           begins_as_text(text + head.start, head.size - head.size % 4);
}

static void add_line(struct pieces *pieces, const char *text, size_t start, size_t end)
{
    struct piece head, tail;

    while (end > start && ascii_is_space(text[end - 1]))
        end--;
    head = head_of(text, start, end);
    tail = tail_of(text, start, end);
    if (goes_on(pieces, text, head, end)) {
        add_piece(pieces, text, head);
        if (head.size >= LINE_LEAST && head.start + head.size == end)
            return;
        close_pieces(pieces);
        if (tail.start == head.start)
            return;
    }
    close_pieces(pieces);
    if (tail.size >= LINE_LEAST && begins_as_text(text + tail.start, tail.size))
        add_piece(pieces, text, tail);
}

/* The first sign of a patch's line says to which of its two sides it belongs. */
static void add_patch_line(struct pieces sides[2], const char *text, size_t start, size_t end)
{
    char sign = start < end ? text[start] : '\0';

    for (int side = 0; side < 2; side++) {
        if (sign == ' ' || sign == "-+"[side])
            add_line(&sides[side], text, start + 1, end);
        else if (sign != '-' && sign != '+' && sign != '\\')
            close_pieces(&sides[side]);
    }
}

static int compare_pieces(const void *a, const void *b)
{
    const struct piece *left = a, *right = b;

    return (left->start > right->start) - (left->start < right->start);
}

/* A line of both sides may be there twice. */
static void mask_pieces(struct strbuf *out, const char *text, size_t length, struct vector *hits)
{
    size_t copied = 0;

    vector_sort(hits, compare_pieces);
    for (size_t i = 0; i < hits->count; i++) {
        const struct piece *piece = vector_at(hits, i);

        if (piece->start < copied)
            continue;
        strbuf_add_bytes(out, text + copied, piece->start - copied);
        strbuf_add(out, MASK_TEXT);
        copied = piece->start + piece->size;
        while (copied < length && text[copied] == '=')
            copied++;
    }
    strbuf_add_bytes(out, text + copied, length - copied);
}

bool secret_mask_encoded_lines(struct strbuf *out, const char *text, size_t length, bool patch,
                               secret_judge *judge, unsigned depth)
{
    struct vector hits;
    struct pieces sides[2];
    bool found;

    vector_init(&hits, sizeof(struct piece));
    for (int i = 0; i < 2; i++) {
        sides[i] = (struct pieces){ STRBUF_INIT, .hits = &hits, .judge = judge, .depth = depth };
        vector_init(&sides[i].list, sizeof(struct piece));
    }
    for (size_t at = 0, end; at < length; at = end + 1) {
        const char *newline = memchr(text + at, '\n', length - at);

        end = newline ? (size_t)(newline - text) : length;
        if (patch)
            add_patch_line(sides, text, at, end);
        else
            add_line(&sides[0], text, at, end);
    }
    for (int i = 0; i < 2; i++) {
        close_pieces(&sides[i]);
        vector_release(&sides[i].list);
        strbuf_release(&sides[i].joined);
    }
    found = hits.count > 0;
    if (found)
        mask_pieces(out, text, length, &hits);
    vector_release(&hits);
    return found;
}

/* Where in a run base64 begins that holds a secret: at its start, or behind the path or the name
 * that it is glued to. The run's length: nowhere. */
static size_t judged_from(const char *run, size_t length, secret_judge *judge, unsigned depth)
{
    unsigned tried = 0;

    if (is_judged(run, length, judge, depth))
        return 0;
    for (size_t at = 0; at < length && tried < GLUED_MAX; at++) {
        if (!memchr("/-_", run[at], 3))
            continue;
        tried++;
        if (is_judged(run + at + 1, length - at - 1, judge, depth))
            return at + 1;
    }
    return length;
}

bool secret_encoded(const char *text, size_t length, size_t from, secret_judge *judge,
                    unsigned depth, size_t *start, size_t *size)
{
    for (size_t at = from; at < length; at++) {
        size_t end = at, found;

        if (is_letter(text[at]))
            end = at + run_length(text + at, length - at);
        found = at + judged_from(text + at, end - at, judge, depth);
        if (found < end) {
            while (end < length && text[end] == '=')
                end++; /* what fills it up */
            *start = found;
            *size = end - found;
            return true;
        }
        if (end > at)
            at = end - 1;
    }
    return false;
}
