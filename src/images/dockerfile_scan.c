#include <pilab/images/dockerfile.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/decode.h>

static size_t line_length(const struct dockerfile_scan *scan)
{
    const char *newline = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));

    return newline != NULL ? (size_t)(newline - scan->at) : (size_t)(scan->end - scan->at);
}

static void skip_line(struct dockerfile_scan *scan)
{
    scan->at += line_length(scan);
    if (scan->at < scan->end)
        scan->at++;
    scan->line++;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static size_t blanks(const char *text, size_t length)
{
    size_t count = 0;

    while (count < length && is_blank(text[count]))
        count++;
    return count;
}

/* --- Directives ------------------------------------------------------------------------------- */

/* "# escape=`": what stands behind "escape" and "=", or NULL. */
static const char *escape_said(const char *text, size_t length)
{
    const char *end = text + length;

    if (length < 6 || strncasecmp(text, "escape", 6) != 0)
        return NULL;
    text += 6 + blanks(text + 6, length - 6);
    if (text == end || *text != '=')
        return NULL;
    text++;
    text += blanks(text, (size_t)(end - text));
    return text < end ? text : NULL;
}

/* They only count before anything else. */
static void read_directives(struct dockerfile_scan *scan)
{
    while (scan->at < scan->end) {
        size_t length = line_length(scan), skipped = blanks(scan->at, length);
        const char *said;

        if (skipped == length || scan->at[skipped] != '#')
            return;
        skipped++;
        skipped += blanks(scan->at + skipped, length - skipped);
        if (memchr(scan->at + skipped, '=', length - skipped) == NULL)
            return;
        said = escape_said(scan->at + skipped, length - skipped);
        if (said != NULL)
            scan->escape = *said == '`' ? '`' : '\\';
        skip_line(scan);
    }
}

void dockerfile_scan_start(struct dockerfile_scan *scan, const char *text, size_t length)
{
    const char *at = text;

    text_skip_mark(&at, &length);
    *scan = (struct dockerfile_scan){ .at = at, .end = at + length, .line = 1, .escape = '\\' };
    read_directives(scan);
}

/* --- Instructions ----------------------------------------------------------------------------- */

/* A line without blanks at its end, and whether the next belongs to it. */
static bool goes_on(const struct dockerfile_scan *scan, size_t *length)
{
    while (*length > 0 && is_blank(scan->at[*length - 1]))
        --*length;
    if (*length == 0 || scan->at[*length - 1] != scan->escape)
        return false;
    --*length;
    return true;
}

bool dockerfile_scan_next(struct dockerfile_scan *scan, struct strbuf *instruction, unsigned *line)
{
    bool more = true;

    strbuf_clear(instruction);
    while (more && scan->at < scan->end) {
        size_t length = line_length(scan), skipped = blanks(scan->at, length);

        if (skipped == length || scan->at[skipped] == '#') {
            skip_line(scan);
            continue;
        }
        if (instruction->length == 0) {
            *line = scan->line;
            scan->at += skipped;
            length -= skipped;
        }
        more = goes_on(scan, &length);
        strbuf_add_bytes(instruction, scan->at, length);
        skip_line(scan);
    }
    return instruction->length > 0;
}

/* --- Here-documents --------------------------------------------------------------------------- */

static bool may_have_documents(const char *instruction)
{
    static const char *const verbs[] = { "RUN", "COPY", "ADD" };

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        size_t length = strlen(verbs[i]);

        if (strncasecmp(instruction, verbs[i], length) == 0 && is_blank(instruction[length]))
            return true;
    }
    return false;
}

/* To behind the line that holds nothing but the word. `tabs`: behind tabs, too. */
static void take_document(struct dockerfile_scan *scan, const char *word, size_t length, bool tabs,
                          struct strbuf *body)
{
    bool last = false;

    while (!last && scan->at < scan->end) {
        size_t whole = line_length(scan), from = 0;

        while (tabs && from < whole && scan->at[from] == '\t')
            from++;
        while (whole > from && scan->at[whole - 1] == '\r')
            whole--;
        last = whole - from == length && memcmp(scan->at + from, word, length) == 0;
        if (!last && body != NULL) {
            strbuf_add_bytes(body, scan->at, whole);
            strbuf_add_char(body, '\n');
        }
        skip_line(scan);
    }
}

void dockerfile_scan_here(struct dockerfile_scan *scan, const char *instruction,
                          struct strbuf *body)
{
    const char *mark = may_have_documents(instruction) ? instruction : NULL;

    while (mark != NULL && (mark = strstr(mark, "<<")) != NULL) {
        bool tabs = mark[2] == '-';
        const char *word = mark + 2 + tabs;
        char quote = *word == '"' || *word == '\'' ? *word++ : '\0';
        size_t length = quote != '\0' ? strcspn(word, "\"'") : strcspn(word, " \t<>|;&()\"'");

        mark = word + length;
        if (length > 0 && (isalpha((unsigned char)*word) || *word == '_'))
            take_document(scan, word, length, tabs, body);
    }
}
