#include "small_change.h"

#include <ctype.h>
#include <string.h>

#include <pilab/base/file.h>

/* How a kind of file grows. Put in are: @N a name in CamelCase, @n one in snake_case, @c the file's
 * own name, @p its folder's, @S the subject. */
struct growth {
    const char *ending;
    const char *begin; /* a new file */
    const char *lines; /* what is added */
    const char *close; /* what the file ends with, kept at its end; NULL: nothing */
};

/* The first that fits. */
/* clang-format off */
static const struct growth growths[] = {
    { ".test.ts", "import { test, expect } from \"@@jest/globals\";\n",
      "\ntest(\"@S\", () => {\n  expect(\"@n\").toBeTruthy();\n});\n", NULL },
    { ".test.tsx", "import { test, expect } from \"vitest\";\n",
      "\ntest(\"@S\", () => {\n  expect(\"@n\").toBeTruthy();\n});\n", NULL },
    { ".tsx", "",
      "\n// @S\nexport const @N = () => <section id=\"@n\" />;\n", NULL },
    { ".ts", "",
      "\n// @S\nexport function @N(value: unknown): boolean {\n  return value !== undefined;\n}\n",
      NULL },
    { "_test.go", "package @p\n\nimport \"testing\"\n",
      "\n// @S\nfunc Test@N(t *testing.T) {\n\tt.Log(\"@n\")\n}\n", NULL },
    { ".go", "package @p\n",
      "\n// @N: @S\nfunc @N() error {\n\treturn nil\n}\n", NULL },
    { ".java", "package org.example.mb.notify;\n\npublic final class @c {\n}\n",
      "\n    /** @S */\n    public boolean @n() {\n        return true;\n    }\n", "}\n" },
    { ".tf", "", "\n# @S\nlocals {\n  @n = true\n}\n", NULL },
    { ".css", "", "\n/* @S */\n.@n { margin: 0; }\n", NULL },
    { ".md", "# Notes\n", "\n@S.\n", NULL },
    { ".sh", "#!/bin/sh\nset -eu\n", "\n# @S\n: \"${@n:=yes}\"\n", NULL },
    { ".txt", "", "@S\n", NULL },
    { "", "", "# @S\n", NULL },
};
/* clang-format on */

static const struct growth *growth_of(const char *path)
{
    const struct growth *growth = growths;
    size_t length = strlen(path);
    for (;; growth++) {
        size_t ending = strlen(growth->ending);
        if (ending <= length && strcmp(path + length - ending, growth->ending) == 0)
            return growth;
    }
}

/* The subject without "type(scope): ", tickets in brackets and a number of a pull request. */
static const char *plain_subject(const char *subject)
{
    const char *colon = strstr(subject, ": ");
    size_t type = strcspn(subject, " ");
    if (colon && (size_t)(colon - subject) + 1 == type)
        subject = colon + 2;
    const char *bracket = *subject == '[' ? strstr(subject, "] ") : NULL;
    return bracket ? bracket + 2 : subject;
}

/* Up to four words of the subject as a name, and the ticket's number to keep it apart from others.
 */
static void add_name(struct strbuf *out, const char *subject, bool camel)
{
    const char *plain = plain_subject(subject);
    int words = 0;
    bool begins = true;
    for (const char *p = plain; *p && words < 4; p++) {
        if (!isalnum((unsigned char)*p)) {
            words += !begins;
            begins = true;
            continue;
        }
        if (begins && words > 0 && !camel)
            strbuf_add_char(out, '_');
        strbuf_add_char(out, (char)(begins && camel ? toupper((unsigned char)*p)
                                                    : tolower((unsigned char)*p)));
        begins = false;
    }
    const char *ticket = strchr(subject, '[');
    size_t digits = ticket ? strcspn(ticket, "0123456789") : 0;
    if (ticket && ticket[digits])
        strbuf_add_bytes(out, ticket + digits, strspn(ticket + digits, "0123456789"));
}

static void add_file_name(struct strbuf *out, const char *path)
{
    const char *name = path_base_name(path);
    strbuf_add_bytes(out, name, strcspn(name, "."));
}

static void add_folder_name(struct strbuf *out, const char *path)
{
    const char *end = path_base_name(path);
    const char *start = end > path ? end - 1 : path;
    while (start > path && start[-1] != '/')
        start--;
    strbuf_add_bytes(out, start, end > start ? (size_t)(end - 1 - start) : 0);
}

static void add_expanded(struct strbuf *out, const char *form, const char *path,
                         const char *subject)
{
    for (const char *p = form; *p; p++) {
        if (*p != '@') {
            strbuf_add_char(out, *p);
            continue;
        }
        p++;
        if (*p == 'N' || *p == 'n')
            add_name(out, subject, *p == 'N');
        else if (*p == 'c')
            add_file_name(out, path);
        else if (*p == 'p')
            add_folder_name(out, path);
        else if (*p == 'S')
            strbuf_add(out, plain_subject(subject));
        else
            strbuf_add_char(out, *p);
    }
}

void small_change(struct builder *builder, const char *path, const char *subject)
{
    const struct growth *growth = growth_of(path);
    struct strbuf text = STRBUF_INIT;
    if (builder_has(builder, path))
        builder_read(builder, path, &text);
    else
        add_expanded(&text, growth->begin, path, subject);
    size_t close = growth->close ? strlen(growth->close) : 0;
    if (close && text.length >= close &&
        strcmp(text.data + text.length - close, growth->close) == 0)
        strbuf_truncate(&text, text.length - close);
    add_expanded(&text, growth->lines, path, subject);
    if (close)
        strbuf_add(&text, growth->close);
    builder_write(builder, path, text.data);
    strbuf_release(&text);
}
