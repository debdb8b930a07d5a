#include "recipe_parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>
#include <pilab/images/dockerfile.h>

bool recipe_is(const char *instruction, const char *name)
{
    size_t length = strlen(name);

    return strncasecmp(instruction, name, length) == 0 && instruction[length] != '\0' &&
           strchr(" \t", instruction[length]) != NULL;
}

const char *recipe_arguments(const char *text)
{
    text += strcspn(text, " \t");
    return text + strspn(text, " \t");
}

/* What a shell runs of a here-document, as one line of commands. */
static void take_documents(struct dockerfile_scan *scan, const char *instruction,
                           void (*take)(void *context, const char *instruction), void *context)
{
    struct strbuf body = STRBUF_INIT;

    strbuf_add(&body, "RUN ");
    dockerfile_scan_here(scan, instruction, &body);
    for (size_t i = 4; i < body.length; i++) {
        if (body.data[i] == '\\' && body.data[i + 1] == '\n')
            body.data[i] = body.data[i + 1] = ' ';
        else if (body.data[i] == '\n')
            body.data[i] = ';';
    }
    if (body.length > 4 && recipe_is(instruction, "RUN"))
        take(context, body.data);
    strbuf_release(&body);
}

void recipe_each(const char *text, size_t length,
                 void (*take)(void *context, const char *instruction), void *context)
{
    struct strbuf instruction = STRBUF_INIT;
    struct dockerfile_scan scan;
    unsigned line = 0;

    dockerfile_scan_start(&scan, text, length);
    while (dockerfile_scan_next(&scan, &instruction, &line)) {
        strbuf_add_char(&instruction, ' '); /* behind every word, the last one, too */
        take(context, instruction.data);
        take_documents(&scan, instruction.data, take, context);
    }
    strbuf_release(&instruction);
}

/* A word with its quotes taken away; returns what is behind it. */
static const char *read_word(const char *text, const char *ends, struct strbuf *out)
{
    char quote = '\0';

    for (; *text != '\0' && (quote != '\0' || strchr(ends, *text) == NULL); text++) {
        if (quote == '\0' && (*text == '"' || *text == '\''))
            quote = *text;
        else if (*text == quote)
            quote = '\0';
        else
            strbuf_add_char(out, *text);
    }
    return text;
}

bool recipe_next_setting(const char **arguments, bool several, struct strbuf *name,
                         struct strbuf *value, bool *valued)
{
    const char *text = *arguments + strspn(*arguments, " \t");

    strbuf_clear(name);
    strbuf_clear(value);
    text = read_word(text, " \t=", name);
    if (name->length == 0)
        return false;
    *valued = *text == '=';
    if (*valued) {
        text = read_word(text + 1, " \t", value);
    } else if (!several) { /* "ENV NAME VALUE" is one */
        text = read_word(text + strspn(text, " \t"), "", value);
        while (value->length > 0 && isspace((unsigned char)value->data[value->length - 1]))
            strbuf_truncate(value, value->length - 1);
        *valued = value->length > 0;
    }
    *arguments = text;
    return true;
}
