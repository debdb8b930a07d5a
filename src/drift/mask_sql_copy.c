/*
 * Rows behind COPY … FROM stdin, as pg_dump writes them: what stands in the columns of secrets.
 */
#include <string.h>

#include <pilab/drift/mask.h>
#include <pilab/drift/rules.h>

#include "ascii.h"
#include "mask_sql_text.h"

#define COLUMNS_MAX     64
#define NAME_MAX_LENGTH 64

/* The statement whose rows come. */
struct copy {
    uint64_t secret; /* columns */
    bool rows;       /* until a line of "\." */
    bool other_form; /* the fields are not parted by tabs: a row is masked as a whole */
};

static bool holds(const char *line, size_t length, const char *word)
{
    size_t size = strlen(word);

    for (size_t at = 0; at + size <= length; at++) {
        if (ascii_alike(line + at, word, size))
            return true;
    }
    return false;
}

/* The names between the parentheses of "COPY users (id, password)". */
static uint64_t secret_columns(const char *line, size_t length)
{
    const char *at = memchr(line, '(', length), *end = line + length;
    uint64_t secret = 0;

    for (size_t column = 0; at != NULL && column < COLUMNS_MAX; column++) {
        char name[NAME_MAX_LENGTH];
        size_t size = 0;

        for (at++; at < end && *at != ',' && *at != ')'; at++) {
            if (size + 1 < sizeof name && !ascii_is_space(*at) && *at != '"')
                name[size++] = *at;
        }
        name[size] = '\0';
        secret |= secret_key(name) ? (uint64_t)1 << column : 0;
        if (at >= end || *at == ')')
            break;
    }
    return secret;
}

/* A statement on one line, as all that write such have it. */
static void begin_copy(struct copy *copy, const char *line, size_t length)
{
    if (length < 5 || !ascii_alike(line, "COPY ", 5) || !holds(line, length, "FROM STDIN"))
        return;
    copy->secret = secret_columns(line, length);
    copy->rows = true;
    copy->other_form = holds(line, length, "CSV") || holds(line, length, "DELIMITER");
}

static void add_row(const struct copy *copy, struct strbuf *out, const char *line, size_t length)
{
    size_t column = 0;

    if (copy->other_form && length > 0) {
        strbuf_add(out, MASK_TEXT);
        return;
    }
    for (size_t start = 0; start <= length; column++) {
        const char *tab = memchr(line + start, '\t', length - start);
        size_t end = tab != NULL ? (size_t)(tab - line) : length;
        bool null = end - start == 2 && memcmp(line + start, "\\N", 2) == 0;

        if (column < COLUMNS_MAX && ((copy->secret >> column) & 1) != 0 && !null && end > start)
            strbuf_add(out, MASK_TEXT);
        else
            strbuf_add_bytes(out, line + start, end - start);
        if (tab != NULL)
            strbuf_add_char(out, '\t');
        start = end + 1;
    }
}

void sql_text_mask_rows(struct strbuf *out, const char *text, size_t length)
{
    struct copy copy = { .rows = false };

    for (size_t at = 0; at < length;) {
        const char *line = text + at, *newline = memchr(line, '\n', length - at);
        size_t size = newline != NULL ? (size_t)(newline - line) : length - at;

        if (!copy.rows)
            begin_copy(&copy, line, size);
        else if (size >= 2 && memcmp(line, "\\.", 2) == 0)
            copy = (struct copy){ .rows = false };
        else if (copy.secret != 0) {
            add_row(&copy, out, line, size);
            line += size;
        }
        strbuf_add_bytes(out, line, (size_t)(text + at + size - line));
        if (newline != NULL)
            strbuf_add_char(out, '\n');
        at += size + (newline != NULL);
    }
}
