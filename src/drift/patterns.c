#include "patterns.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "ascii.h"

/* What stands between stars. */
struct piece {
    const char *text; /* in small letters */
    size_t length;
};

/* Nearly all patterns have nothing but stars: their pieces are compared directly. */
struct pattern {
    bool excludes;
    struct glob *glob; /* of the others */
    char *text;        /* what the pieces point into */
    struct piece *pieces;
    size_t count;
    size_t length; /* of all pieces together */
    bool star_first, star_last;
    char first, last; /* letters that a text must begin and end with; NUL: any */
};

struct pattern_list {
    struct vector patterns; /* struct pattern */
    bool wants;             /* at least one that does not exclude */
};

/* No text of ours holds a NUL byte, so with it as a separator a * takes everything. */
#define NO_SEPARATOR '\0'

/* Stars count characters of UTF-8 where they stand between others: only ASCII is that simple. */
static bool has_pieces_only(const char *text, size_t length)
{
    bool inner_star = false, ascii = true;

    for (size_t i = 0; i < length; i++) {
        if (strchr("?[]{}\\", text[i]))
            return false;
        inner_star |= text[i] == '*' && i > 0 && i + 1 < length;
        ascii &= (unsigned char)text[i] < 0x80;
    }
    return ascii || !inner_star;
}

static void read_pieces(struct pattern *pattern, const char *text, size_t length)
{
    char *at = pattern->text = memory_copy_bytes(text, length);
    char *end = at + length;

    pattern->pieces = memory_array(length / 2 + 1, sizeof *pattern->pieces);
    pattern->star_first = length > 0 && at[0] == '*';
    pattern->star_last = length > 0 && end[-1] == '*';
    while (at < end) {
        size_t size = strcspn(at, "*");

        if (size > 0)
            pattern->pieces[pattern->count++] = (struct piece){ at, size };
        pattern->length += size;
        for (size_t i = 0; i < size; i++)
            at[i] = ascii_lower(at[i]);
        at += size + 1;
    }
    if (pattern->count > 0 && !pattern->star_first)
        pattern->first = pattern->text[0];
    if (pattern->count > 0 && !pattern->star_last)
        pattern->last = pattern->text[length - 1];
}

static void pattern_prepare(struct pattern *pattern, const char *text, size_t length)
{
    if (length == 2 && memcmp(text, "\"\"", 2) == 0) {
        read_pieces(pattern, "", 0);
    } else if (has_pieces_only(text, length)) {
        read_pieces(pattern, text, length);
    } else {
        char *copy = memory_copy_bytes(text, length);

        pattern->glob = glob_new(copy, NO_SEPARATOR, true);
        free(copy);
    }
}

struct pattern_list *pattern_list_new(const char *text)
{
    struct pattern_list *list = memory_new(sizeof *list);

    vector_init(&list->patterns, sizeof(struct pattern));
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        struct pattern *pattern = vector_add(&list->patterns);
        bool excludes = text[0] == '!' && length > 1;

        pattern->excludes = excludes;
        pattern_prepare(pattern, text + excludes, length - excludes);
        list->wants |= !excludes;
        text += length;
    }
    return list;
}

void pattern_list_free(struct pattern_list **list)
{
    if (!*list)
        return;
    for (size_t i = 0; i < (*list)->patterns.count; i++) {
        struct pattern *pattern = vector_at(&(*list)->patterns, i);

        free(pattern->pieces);
        free(pattern->text);
        glob_free(&pattern->glob);
    }
    vector_release(&(*list)->patterns);
    free(*list);
    *list = NULL;
}

static bool piece_stands(const struct piece *piece, const char *text)
{
    for (size_t i = 0; i < piece->length; i++) {
        if (ascii_lower(text[i]) != piece->text[i])
            return false;
    }
    return true;
}

/* Behind where the piece first stands; NULL: nowhere. */
static const char *behind_piece(const struct piece *piece, const char *text, const char *end)
{
    for (; (size_t)(end - text) >= piece->length; text++) {
        if (piece_stands(piece, text))
            return text + piece->length;
    }
    return NULL;
}

/* The text is not shorter than all pieces. */
static bool pieces_match(const struct pattern *pattern, const char *text, size_t length)
{
    const struct piece *piece = pattern->pieces, *last = piece + pattern->count;
    const char *end = text + length;

    if (pattern->count == 0)
        return pattern->star_first || length == 0;
    if (!pattern->star_last) {
        last--;
        end -= last->length;
        if (!piece_stands(last, end))
            return false;
    }
    if (!pattern->star_first) {
        if (piece == last) /* it was the only one */
            return text == end;
        if (!piece_stands(piece, text))
            return false;
        text += piece->length;
        piece++;
    }
    for (; piece < last; piece++) {
        text = behind_piece(piece, text, end);
        if (!text)
            return false;
    }
    return true;
}

/* Most patterns are refused by the first or the last letter of the text. */
static bool may_match(const struct pattern *pattern, const char *text, size_t length)
{
    return length >= pattern->length &&
           (pattern->first == '\0' || pattern->first == ascii_lower(text[0])) &&
           (pattern->last == '\0' || pattern->last == ascii_lower(text[length - 1]));
}

static bool pattern_matches(const struct pattern *pattern, const char *text, size_t length)
{
    if (!may_match(pattern, text, length))
        return false;
    return pattern->glob ? glob_test(pattern->glob, text) : pieces_match(pattern, text, length);
}

bool pattern_list_matches(const struct pattern_list *list, const char *text)
{
    bool found = !list->wants;
    size_t length;

    if (list->patterns.count == 0)
        return true;
    if (!text)
        return false;
    length = strlen(text);
    for (size_t i = 0; i < list->patterns.count; i++) {
        const struct pattern *pattern = vector_at(&list->patterns, i);

        if ((pattern->excludes || !found) && pattern_matches(pattern, text, length)) {
            if (pattern->excludes)
                return false;
            found = true;
        }
    }
    return found;
}
