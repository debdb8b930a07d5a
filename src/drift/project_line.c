#include "project_line.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/utf8.h>
#include <pilab/document/document.h>

/* --- Writing ---------------------------------------------------------------------------------- */

/* Plain where nobody could read it as anything else than this text, in double quotes otherwise. */
static bool plain_text(const char *text)
{
    static const char *const words[] = {
        "true", "false", "null", "yes", "no", "on", "off", "y", "n"
    };
    const char *c = text;

    if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '/'))
        return false;
    for (; *c != '\0'; c++) {
        bool letter =
            (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');

        if (!letter && strchr("._-/@+", *c) == NULL && !(*c == ' ' && c[1] != '\0') &&
            !(*c == ':' && c[1] != '\0' && c[1] != ' '))
            return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(words[i], text) == 0)
            return false;
    }
    return true;
}

/* What libyaml does not read as it is, and what nobody can see. */
static bool must_be_spelt(int32_t codepoint)
{
    return codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0) || codepoint == 0xfffe ||
           codepoint == 0xffff || codepoint_deceptive((uint32_t)codepoint);
}

/* In double quotes (YAML 1.2.2, section 5.7). Not as in JSON, whose \u escapes know nothing beyond
 * U+FFFF but pairs of surrogates. */
static void write_quoted(struct strbuf *out, const char *text)
{
    const char *end = text + strlen(text);

    strbuf_add_char(out, '"');
    while (text < end) {
        const char *start = text;
        int32_t codepoint = utf8_decode(&text, end);

        if (codepoint < 0)
            strbuf_add_codepoint(out, 0xfffd);
        else if (codepoint == '"' || codepoint == '\\')
            strbuf_printf(out, "\\%c", (char)codepoint);
        else if (codepoint == '\n')
            strbuf_add(out, "\\n");
        else if (!must_be_spelt(codepoint))
            strbuf_add_bytes(out, start, (size_t)(text - start));
        else if (codepoint > 0xffff)
            strbuf_printf(out, "\\U%08X", (unsigned)codepoint);
        else
            strbuf_printf(out, "\\u%04X", (unsigned)codepoint);
    }
    strbuf_add_char(out, '"');
}

void project_text_write(struct strbuf *out, const char *text)
{
    if (plain_text(text))
        strbuf_add(out, text);
    else
        write_quoted(out, text);
}

static void write_scalar(struct strbuf *out, const json_t *value)
{
    if (json_is_string(value)) {
        project_text_write(out, json_string_value(value));
    } else if (json_is_integer(value)) {
        strbuf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else {
        strbuf_add(out, json_is_true(value) ? "true" : "false");
    }
}

void project_flow_write(struct strbuf *out, const json_t *value)
{
    size_t index;
    const char *key;
    json_t *part;
    bool first = true;

    if (json_is_array(value)) {
        strbuf_add_char(out, '[');
        json_array_foreach(value, index, part)
        {
            strbuf_add(out, index > 0 ? ", " : "");
            project_flow_write(out, part);
        }
        strbuf_add_char(out, ']');
    } else if (json_is_object(value)) {
        strbuf_add_char(out, '{');
        json_object_foreach((json_t *)(uintptr_t)value, key, part)
        {
            strbuf_add(out, first ? "" : ", ");
            project_text_write(out, key);
            strbuf_add(out, ": ");
            project_flow_write(out, part);
            first = false;
        }
        strbuf_add_char(out, '}');
    } else {
        write_scalar(out, value);
    }
}

void project_line_write(struct strbuf *out, const json_t *object)
{
    struct strbuf flow = STRBUF_INIT;

    project_flow_write(&flow, object);
    strbuf_add_bytes(out, flow.data + 1, flow.length - 2);
    strbuf_release(&flow);
}

/* --- Reading ---------------------------------------------------------------------------------- */

static const char name[] = "the line";

/* What is said of a line in a field is about that field: which line it is says nothing. */
static void drop_place(struct error *error)
{
    size_t length = strlen(name);
    const char *rest = strncmp(error->message, name, length) == 0 ? error->message + length : NULL;

    rest = rest != NULL ? strstr(rest, ": ") : NULL;
    if (rest != NULL)
        memmove(error->message, rest + 2, strlen(rest + 2) + 1);
}

bool project_line_read(const struct project_line *line, const char *text, struct arena *arena,
                       project_line_reader *read, void *base, struct error *error)
{
    const struct document_options options = { .schema = YAML_1_2 };
    struct error why = { 0 };
    struct project_reader reader = { .arena = arena, .error = &why };
    struct strbuf flow = STRBUF_INIT;
    struct document *document;
    bool ok;

    strbuf_printf(&flow, text[strspn(text, " ")] == '{' ? "%s" : "{%s}", text);
    document = document_read(name, flow.data, flow.length, DOCUMENT_YAML, &options, &why);
    ok = document != NULL && document->count == 1 && document->roots[0]->kind == NODE_MAP &&
         read(&reader, document->roots[0], base);
    if (!ok && why.code == ERROR_NONE)
        error_set(&why, ERROR_INVALID, "%s is one line: %s", line->what, line->example);
    if (!ok)
        drop_place(&why);
    document_free(&document);
    strbuf_release(&flow);
    if (!ok && error != NULL)
        *error = why;
    return ok;
}
