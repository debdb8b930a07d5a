#include "sync_script.h"

#include <stdarg.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/clock.h>

void sync_script_start(struct sync_script *script, struct arena *arena,
                       const struct schema_diff *diff)
{
    *script = (struct sync_script){ .arena = arena, .diff = diff, .body = STRBUF_INIT };
    vector_init(&script->notes, sizeof(const char *));
}

void sync_script_end(struct sync_script *script)
{
    strbuf_release(&script->body);
    vector_release(&script->notes);
}

void sync_script_add(struct sync_script *script, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&script->body, format, arguments);
    va_end(arguments);
    strbuf_add(&script->body, ";\n");
    script->statements++;
}

void sync_script_destroy(struct sync_script *script, const char *loses, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    strbuf_add(&text, ";");
    script->destroying++;
    strbuf_printf(&script->body, "-- destroys: %s\n", loses);
    if (script->destructive) {
        strbuf_printf(&script->body, "%s\n", text.data);
        script->statements++;
    } else {
        sync_add_commented(&script->body, text.data);
    }
    strbuf_release(&text);
}

void sync_script_note(struct sync_script *script, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    copy = strbuf_to_arena(&text, script->arena);
    vector_push(&script->notes, &copy);
    strbuf_release(&text);
}

const struct schema_change *sync_script_change(const struct sync_script *script, size_t index,
                                               enum schema_kind kind)
{
    const struct schema_change *change = &script->diff->changes[index];

    return change->within || schema_change_object(change)->kind != kind ? NULL : change;
}

/* Lines end at a carriage return, too, to servers as well as to their clients. */
void sync_add_commented(struct strbuf *out, const char *text)
{
    strbuf_add(out, "-- ");
    for (const char *c = text; *c != '\0'; c++) {
        strbuf_add_char(out, *c);
        if (*c == '\n' || *c == '\r')
            strbuf_add(out, "-- ");
    }
    strbuf_add_char(out, '\n');
}

void sync_add_comment_text(struct strbuf *out, const char *text)
{
    for (const char *c = text != NULL ? text : "?"; *c != '\0'; c++)
        strbuf_add_char(out, (unsigned char)*c < ' ' || *c == 0x7f ? ' ' : *c);
}

static void add_assumed(struct strbuf *out, const struct schema *schema)
{
    if (!schema->dialect_assumed)
        return;
    strbuf_add(out, "-- ");
    sync_add_comment_text(out, schema->name);
    strbuf_add(out, " does not say which database its SQL is for: read like the other\n");
}

void sync_add_header(struct strbuf *out, const struct schema_diff *diff, const struct vector *notes,
                     int64_t at, const char *title)
{
    char from[SHA256_HEX_SIZE], to[SHA256_HEX_SIZE], when[TIMESTAMP_SIZE];

    strbuf_printf(out, "-- %s\n-- from ", title);
    sync_add_comment_text(out, diff->previous->name);
    strbuf_printf(out, " (sha256 %s)\n-- to   ", schema_digest(diff->previous, from));
    sync_add_comment_text(out, diff->current->name);
    strbuf_printf(out, " (sha256 %s)\n", schema_digest(diff->current, to));
    if (at != 0)
        strbuf_printf(out, "-- written %s by pilab\n", timestamp_format(at, when));
    add_assumed(out, diff->previous);
    add_assumed(out, diff->current);
    for (size_t i = 0; i < diff->gap_count; i++) {
        strbuf_add(out, "-- not compared: ");
        sync_add_comment_text(out, diff->gaps[i].what);
        if (diff->gaps[i].refused) {
            strbuf_add(out, " (refused: ");
            sync_add_comment_text(out, diff->gaps[i].why);
            strbuf_add_char(out, ')');
        }
        strbuf_add_char(out, '\n');
    }
    for (size_t i = 0; i < notes->count; i++) {
        strbuf_add(out, "-- by hand: ");
        sync_add_comment_text(out, *(const char **)vector_at(notes, i));
        strbuf_add_char(out, '\n');
    }
}

void sync_add_destroying(struct strbuf *out, size_t count, bool destructive, bool back)
{
    if (back)
        strbuf_printf(out, "-- It takes back a script that was written %s --allow-destructive.\n",
                      destructive ? "with" : "without");
    if (count == 0)
        return;
    strbuf_printf(out, "-- %zu statement%s destroy%s", count, count == 1 ? "" : "s",
                  count == 1 ? "s" : "");
    if (destructive)
        strbuf_add(out, back ? ": what the script has made goes with all that was written to it "
                               "since.\n"
                             : ", and will: what they say is gone for good.\n");
    else
        strbuf_printf(out,
                      ", and %s: as it is written, what %s would destroy stays%s.\n"
                      "-- --allow-destructive writes them as statements.\n",
                      count == 1 ? "is a comment" : "are comments", count == 1 ? "it" : "they",
                      back ? ", with all that was written to it since" : "");
}

static void add_quoted(struct strbuf *out, char quote, const char *name)
{
    strbuf_add_char(out, quote);
    for (; *name != '\0'; name++) {
        if (*name == quote)
            strbuf_add_char(out, quote);
        strbuf_add_char(out, *name);
    }
    strbuf_add_char(out, quote);
}

const char *sync_quoted(struct arena *arena, char quote, const char *name)
{
    return sync_quoted_list(arena, quote, &name, 1);
}

const char *sync_quoted_list(struct arena *arena, char quote, const char *const *names,
                             size_t count)
{
    struct strbuf out = STRBUF_INIT;
    const char *text;

    for (size_t i = 0; i < count; i++) {
        strbuf_add(&out, i > 0 ? ", " : "");
        add_quoted(&out, quote, names[i]);
    }
    text = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return text;
}
