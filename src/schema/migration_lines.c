#include "migration_lines.h"

#include <string.h>
#include <strings.h>

bool text_line_next(struct text_lines *lines, struct text_line *line)
{
    const char *end;

    if (lines->at >= lines->end)
        return false;
    end = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
    line->start = lines->at;
    line->end = end ? end : lines->end;
    line->next = end ? end + 1 : lines->end;
    line->number = ++lines->number;
    lines->at = line->next;
    return true;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

/* "--  +goose Up": what follows the mark, or NULL. */
const char *text_line_after(const struct text_line *line, const char *mark)
{
    const char *at = skip_blanks(line->start, line->end);
    size_t length = strlen(mark);

    if (line->end - at < 2 || at[0] != '-' || at[1] != '-')
        return NULL;
    at = skip_blanks(at + 2, line->end);
    if ((size_t)(line->end - at) < length || strncasecmp(at, mark, length) != 0)
        return NULL;
    return skip_blanks(at + length, line->end);
}

bool text_begins_with(const char *at, const char *end, const char *words)
{
    size_t length = strlen(words);

    if ((size_t)(end - at) < length || strncasecmp(at, words, length) != 0)
        return false;
    at += length;
    return at == end || *at == ' ' || *at == '\t' || *at == '\r' || *at == '\n';
}

void text_add_part(struct vector *parts, const char *start, const char *end, unsigned line,
                   bool whole)
{
    struct migration_part *part;

    if (end <= start)
        return;
    part = vector_add(parts);
    *part = (struct migration_part){
        .text = start, .length = (size_t)(end - start), .line = line, .whole = whole
    };
}

struct migration_section *text_add_section(struct vector *sections, unsigned line)
{
    struct migration_section *section = vector_add(sections);

    section->line = line;
    vector_init(&section->up, sizeof(struct migration_part));
    vector_init(&section->down, sizeof(struct migration_part));
    return section;
}
