#include <stdbool.h>
#include <string.h>

#include <pilab/tui/markdown_roles.h>

#define INDENT_LARGEST  3 /* CommonMark: with more blanks it is another thing */
#define HEADING_LARGEST 6
#define FENCE_LEAST     3
#define MERGE_MARK      7

static size_t run_of(const char *line, size_t length, char sign)
{
    size_t run = 0;

    while (run < length && line[run] == sign)
        run++;
    return run;
}

static bool ends_or_blank(const char *line, size_t length, size_t at)
{
    return at == length || line[at] == ' ' || line[at] == '\t';
}

/* Not the one between the sides: that underlines a heading, too. */
static bool is_merge_mark(const char *line, size_t length)
{
    size_t run =
        length > 0 && line[0] == '<' ? run_of(line, length, '<') : run_of(line, length, '>');

    return run == MERGE_MARK && run < length && line[run] == ' ';
}

enum role markdown_line_role(void *context, const char *line, size_t length)
{
    size_t indent = run_of(line, length, ' ');
    size_t run;

    (void)context;
    if (is_merge_mark(line, length))
        return ROLE_WARNING;
    if (indent > INDENT_LARGEST || indent == length)
        return ROLE_NORMAL;
    line += indent;
    length -= indent;
    run = run_of(line, length, '#');
    if (run > 0 && run <= HEADING_LARGEST && ends_or_blank(line, length, run))
        return ROLE_HEADING;
    if (line[0] == '>')
        return ROLE_DIM;
    if (run_of(line, length, '`') >= FENCE_LEAST || run_of(line, length, '~') >= FENCE_LEAST)
        return ROLE_CODE;
    return ROLE_NORMAL;
}
