#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/schema/sync.h>

static int compare_line(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_number(struct strbuf *out, size_t number)
{
    char digits[24], *first = digits + sizeof(digits);
    do
        *--first = (char)('0' + number % 10);
    while (number /= 10);
    strbuf_add_bytes(out, first, (size_t)(digits + sizeof(digits) - first));
}

/* Lengths stand before texts, so that no two schemas are written alike. `out` is cleared first:
 * there are as many objects as a schema has columns. */
static void add_object(struct vector *lines, struct arena *arena, struct strbuf *out,
                       const struct schema_object *object)
{
    strbuf_clear(out);
    strbuf_add(out, schema_kind_word(object->kind));
    strbuf_add_char(out, ' ');
    strbuf_add(out, schema_object_path(arena, object));
    for (unsigned i = 0; i < object->value_count; i++) {
        const struct schema_value *value = &object->values[i];
        size_t length = strlen(value->text);
        if (value->property == SCHEMA_DEPENDS)
            continue;
        strbuf_add_char(out, '\n');
        strbuf_add(out, schema_property_word(value->property));
        strbuf_add_char(out, ' ');
        add_number(out, length);
        strbuf_add_char(out, ' ');
        strbuf_add_bytes(out, value->text, length);
    }
    const char *line = arena_bytes(arena, out->data, out->length);
    vector_push(lines, &line);
}

const char *schema_digest(const struct schema *schema, char out[SHA256_HEX_SIZE])
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct vector lines;
    vector_init(&lines, sizeof(const char *));
    for (const struct schema_object *object = schema->first; object; object = object->next) {
        add_object(&lines, arena, &text, object);
        for (const struct schema_object *part = object->parts; part; part = part->next)
            add_object(&lines, arena, &text, part);
    }
    vector_sort(&lines, compare_line);
    strbuf_clear(&text);
    strbuf_add(&text, schema_dialect_word(schema->dialect));
    for (size_t i = 0; i < lines.count; i++) {
        strbuf_add_char(&text, '\n');
        strbuf_add(&text, *(const char **)vector_at(&lines, i));
    }
    sha256_hex(text.data, text.length, out);
    strbuf_release(&text);
    vector_release(&lines);
    arena_free(&arena);
    return out;
}
