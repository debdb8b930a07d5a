#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guide_fields.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/strbuf.h>

/* The part of the page from the heading up to the next one. */
static void read_part(const char *heading, struct strbuf *part)
{
    const char *source = getenv("PILAB_SOURCE"), *start, *end;
    struct strbuf path = STRBUF_INIT, text = STRBUF_INIT, line = STRBUF_INIT;

    strbuf_printf(&path, "%s/doc/guide/finding-and-filtering.md", source == NULL ? "." : source);
    strbuf_printf(&line, "\n## %s\n", heading);
    assert_true(file_read(path.data, 1000000, false, &text, NULL));
    start = strstr(text.data, line.data);
    if (start == NULL)
        fail_msg("the guide has no part \"%s\"", heading);
    end = strstr(start + line.length, "\n## ");
    strbuf_add_bytes(part, start, end != NULL ? (size_t)(end - start) : strlen(start));
    strbuf_release(&path);
    strbuf_release(&text);
    strbuf_release(&line);
}

static size_t count_rows(const char *part)
{
    size_t count = 0;

    while ((part = strstr(part, "\n| `")) != NULL) {
        count++;
        part++;
    }
    return count;
}

void assert_guide_knows(const char *heading, const struct filter_field *fields, size_t count)
{
    struct strbuf part = STRBUF_INIT, word = STRBUF_INIT;

    read_part(heading, &part);
    for (size_t i = 0; i < count; i++) {
        strbuf_clear(&word);
        strbuf_printf(&word, "\n| `%s` |", fields[i].name);
        if (strstr(part.data, word.data) == NULL)
            fail_msg("the guide does not know %s", fields[i].name);
        for (size_t j = 0; fields[i].values != NULL && fields[i].values[j] != NULL; j++) {
            strbuf_clear(&word);
            strbuf_printf(&word, "`%s`", fields[i].values[j]);
            if (strstr(part.data, word.data) == NULL)
                fail_msg("the guide does not say that %s may be %s", fields[i].name,
                         fields[i].values[j]);
        }
    }
    assert_int_equal(count_rows(part.data), count);
    strbuf_release(&part);
    strbuf_release(&word);
}
