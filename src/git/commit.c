#include <pilab/git/commit.h>

#include "header.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>

/* Text in `encoding` as UTF-8, into the arena. Text that the name does not fit stays as it is. */
static char *to_utf8(struct arena *arena, const char *text, size_t length, const char *encoding,
                     size_t *out_length)
{
    *out_length = length;
    if (!*encoding || strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "utf8") == 0)
        return arena_bytes(arena, text, length);
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1)
        return arena_bytes(arena, text, length);
    size_t room = length * 4 + 16;
    char *converted = memory_new(room);
    char *input = memory_copy_bytes(text, length), *in = input, *out = converted;
    size_t left = length;
    bool ok = iconv(converter, &in, &left, &out, &room) != (size_t)-1 && left == 0;
    if (ok)
        *out_length = (size_t)(out - converted);
    char *result = arena_bytes(arena, ok ? converted : text, *out_length);
    iconv_close(converter);
    free(converted);
    free(input);
    return result;
}

static const char *text_part(struct arena *arena, const char *text, size_t length,
                             const char *encoding)
{
    size_t ignored;
    return to_utf8(arena, text, length, encoding, &ignored);
}

#define ENCODING_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:"

struct commit_lines {
    struct signature author, committer;
    char encoding[40];
    const char *message;
};

static void read_header_line(struct commit_lines *lines, const char *line, const char *end)
{
    if (header_is(line, end, "author ")) {
        lines->author = signature_parse(line + 7, end);
    } else if (header_is(line, end, "committer ")) {
        lines->committer = signature_parse(line + 10, end);
    } else if (header_is(line, end, "encoding ")) {
        /* Only what names of encodings are made of reaches iconv_open. */
        size_t length = (size_t)(end - line) - 9;
        if (length >= sizeof(lines->encoding))
            return;
        memcpy(lines->encoding, line + 9, length);
        if (strspn(lines->encoding, ENCODING_CHARACTERS) != length)
            lines->encoding[0] = '\0';
    }
}

static void read_headers(struct commit_lines *lines, const char *text, const char *end)
{
    const struct signature nobody = { .name = "", .email = "" };
    *lines = (struct commit_lines){ .author = nobody, .committer = nobody, .message = end };
    for (const char *line = text; line < end; line = header_next(line, end)) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (stop == line) {
            lines->message = line + 1;
            return;
        }
        read_header_line(lines, line, stop ? stop : end);
    }
}

bool commit_parse(const char *text, size_t length, const struct object_id *id, struct arena *arena,
                  struct commit *out)
{
    struct commit_links links;
    if (!commit_links_parse(text, length, &links))
        return false;
    struct commit_lines lines;
    const char *end = text + length;
    read_headers(&lines, text, end);
    *out = (struct commit){ .id = *id, .parent_count = links.parent_count };
    out->parents = arena_array(arena, links.parent_count, sizeof(*out->parents));
    for (size_t i = 0; i < links.parent_count; i++)
        if (!commit_links_parent(&links, i, &out->parents[i]))
            return false;
    const struct signature *author = &lines.author, *committer = &lines.committer;
    out->author_name = text_part(arena, author->name, author->name_length, lines.encoding);
    out->author_email = text_part(arena, author->email, author->email_length, lines.encoding);
    out->author_time = author->time;
    out->committer_name = text_part(arena, committer->name, committer->name_length, lines.encoding);
    out->committer_email =
        text_part(arena, committer->email, committer->email_length, lines.encoding);
    out->committer_time = committer->time;
    size_t message_length = (size_t)(end - lines.message);
    if (lines.encoding[0]) {
        const char *message =
            to_utf8(arena, lines.message, message_length, lines.encoding, &message_length);
        out->message = commit_message_parse(arena, message, message_length);
    } else {
        out->message = commit_message_parse(arena, lines.message, message_length);
    }
    return true;
}
