#include <pilab/drift/subject.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/span.h>

#include "ascii.h"

enum { DESCRIPTION_BYTES_MAX = 400, BODY_BYTES_MAX = 1 << 16 };

/* What a paragraph that is no prose begins with. */
static const char *const not_prose[] = {
    "* ",
    "- ",
    "+ ",
    ">",
    "|",
    "<",
    "[",
    "![",
    "---",
    "***",
    "===",
    "http://",
    "https://",
    "    ",
    "\t",
    "See merge request",
    "Approved-by:",
    "Co-authored-by:",
    "Signed-off-by:",
    "Reviewed-by:",
    "Related work items:",
    "This reverts commit",
    "Reverts ",
    "(cherry picked from",
    "Conflicts:",
    "Closes ",
    "Closes:",
    "Fixes #",
    "Refs ",
    "Refs:",
    "Merge in ",
};

static bool is_prose(struct span paragraph)
{
    size_t digits = span_digits(paragraph);
    size_t i;

    for (i = 0; i < sizeof not_prose / sizeof not_prose[0]; i++) {
        if (span_starts(paragraph, not_prose[i]))
            return false;
    }
    /* "1. first" */
    return !(digits > 0 && digits + 1 < paragraph.length &&
             (paragraph.at[digits] == '.' || paragraph.at[digits] == ')') &&
             paragraph.at[digits + 1] == ' ');
}

/* The body without code in fences, comments of a template and headings: their lines are blank. */
static struct span readable_body(struct strbuf *out, const char *body)
{
    struct span rest = span_cut(span_of(body), BODY_BYTES_MAX);
    const char *closing = NULL; /* of what is being left out */
    struct span line;

    while (span_next_line(&rest, &line)) {
        bool fence = span_starts(line, "```");
        bool comment = span_starts(line, "<!--");
        struct span behind = span_from(line, closing ? 0 : fence ? 3 : comment ? 4 : 0);

        if (!closing && (fence || comment))
            closing = fence ? "```" : "-->";
        else if (!closing && !span_starts(line, "#"))
            strbuf_add_bytes(out, line.at, line.length);
        if (closing && span_find(behind, closing) != SPAN_NONE)
            closing = NULL;
        strbuf_add_char(out, '\n');
    }
    return (struct span){ out->data, out->length };
}

/* Takes the next paragraph off `rest`: lines up to a blank one. */
static bool next_paragraph(struct span *rest, struct span *paragraph)
{
    struct span line;

    while (rest->length > 0 && (rest->at[0] == '\n' || rest->at[0] == '\r'))
        *rest = span_from(*rest, 1);
    if (rest->length == 0)
        return false;
    paragraph->at = rest->at;
    while (span_next_line(rest, &line) && span_trim(line).length > 0)
        ;
    paragraph->length = (size_t)(rest->at - paragraph->at);
    return true;
}

static const char *one_line(struct arena *arena, struct span text)
{
    struct span cut = span_cut(text, DESCRIPTION_BYTES_MAX);
    struct strbuf line = STRBUF_INIT;
    const char *result;
    size_t i;

    if (cut.length < text.length) {
        while (cut.length > DESCRIPTION_BYTES_MAX / 2 && !ascii_is_space(cut.at[cut.length - 1]))
            cut.length--;
    }
    cut = span_trim(cut);
    for (i = 0; i < cut.length; i++) {
        if (!ascii_is_space(cut.at[i]))
            strbuf_add_char(&line, cut.at[i]);
        else if (line.data[line.length - 1] != ' ')
            strbuf_add_char(&line, ' ');
    }
    if (span_trim(span_from(text, (size_t)(cut.at - text.at) + cut.length)).length > 0)
        strbuf_add(&line, "…");
    result = strbuf_to_arena(&line, arena);
    strbuf_release(&line);
    return result;
}

/* "Here is what changed:" announces a list that is not shown. */
static struct span without_announcement(struct span paragraph)
{
    size_t end = paragraph.length;

    if (!span_ends(paragraph, ":"))
        return paragraph;
    while (end > 0 && !(end < paragraph.length && paragraph.at[end - 1] == '.' &&
                        ascii_is_space(paragraph.at[end])))
        end--;
    return span_slice(paragraph, 0, end);
}

const char *message_description(struct arena *arena, const struct commit_message *message,
                                const struct subject *subject)
{
    struct strbuf body = STRBUF_INIT;
    struct span rest = readable_body(&body, message->body);
    struct span paragraph, title;
    const char *description = "";

    if (subject->title_below)
        span_next_line(&rest, &title);
    while (description[0] == '\0' && next_paragraph(&rest, &paragraph)) {
        if (is_prose(paragraph))
            description = one_line(arena, without_announcement(span_trim(paragraph)));
    }
    strbuf_release(&body);
    return description;
}

const char *message_migration(struct arena *arena, const struct commit_message *message)
{
    static const char *const keys[] = { "Migration", "Migration-Guide", "Upgrade-Note" };
    struct strbuf body = STRBUF_INIT;
    struct span rest = readable_body(&body, message->body);
    const char *guide = NULL;
    struct span paragraph;
    size_t i, k;

    for (i = 0; i < message->trailer_count; i++) {
        for (k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            if (!guide && span_equal_fold(span_of(message->trailers[i].key), keys[k]))
                guide = one_line(arena, span_trim(span_of(message->trailers[i].value)));
        }
    }
    while (!guide && next_paragraph(&rest, &paragraph)) {
        if (is_prose(paragraph) && span_find(paragraph, "instead") != SPAN_NONE)
            guide = one_line(arena, span_trim(paragraph));
    }
    strbuf_release(&body);
    return guide;
}
