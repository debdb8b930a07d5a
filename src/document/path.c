/*
 * Paths of changes as text.
 */
#include <pilab/base/strbuf.h>

#include "differ.h"

/* ---- RFC 6901 ---- */

static void add_pointer_text(struct strbuf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '~')
            strbuf_add(out, "~0");
        else if (*text == '/')
            strbuf_add(out, "~1");
        else
            strbuf_add_char(out, *text);
    }
}

/* The first of several entries has the path of an only one. */
static void add_ordinal(struct strbuf *out, const struct path_step *step)
{
    if (step->ordinal > 1)
        strbuf_printf(out, "#%zu", step->ordinal);
}

void tree_change_pointer(struct strbuf *out, const struct tree_change *change)
{
    for (size_t i = 0; i < change->step_count; i++) {
        const struct path_step *step = &change->steps[i];
        strbuf_add_char(out, '/');
        switch (step->kind) {
        case STEP_KEY:
            add_pointer_text(out, step->key);
            break;
        case STEP_NAMED:
            add_pointer_text(out, step->key);
            strbuf_add_char(out, '=');
            add_pointer_text(out, step->name);
            add_ordinal(out, step);
            break;
        case STEP_INDEX:
            strbuf_printf(out, "%zu", step->index);
            break;
        }
    }
}

/* ---- for people ---- */

static bool needs_quotes(const char *text)
{
    if (!*text)
        return true;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c <= ' ' || c == 0x7F || c == '.' || c == '"' || c == '\\')
            return true;
    }
    return false;
}

static void add_path_text(struct strbuf *out, const char *text)
{
    if (!needs_quotes(text)) {
        strbuf_add(out, text);
        return;
    }
    strbuf_add_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, *text);
    }
    strbuf_add_char(out, '"');
}

void path_write(struct strbuf *out, const struct path_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(out, '.');
        switch (steps[i].kind) {
        case STEP_KEY:
            add_path_text(out, steps[i].key);
            break;
        case STEP_NAMED:
            add_path_text(out, steps[i].name);
            add_ordinal(out, &steps[i]);
            break;
        case STEP_INDEX:
            strbuf_printf(out, "%zu", steps[i].index);
            break;
        }
    }
}

void tree_change_path(struct strbuf *out, const struct tree_change *change)
{
    path_write(out, change->steps, change->step_count);
}
