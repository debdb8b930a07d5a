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

/* Lengths stand before texts, so that no two schemas are written alike. */
static void add_object(struct vector *lines, struct arena *arena,
                       const struct schema_object *object)
{
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, "%s %s", schema_kind_word(object->kind), schema_object_path(arena, object));
    for (unsigned i = 0; i < object->value_count; i++) {
        const struct schema_value *value = &object->values[i];
        if (value->property == SCHEMA_DEPENDS)
            continue;
        strbuf_printf(&out, "\n%s %zu %s", schema_property_word(value->property),
                      strlen(value->text), value->text);
    }
    const char *line = strbuf_to_arena(&out, arena);
    vector_push(lines, &line);
    strbuf_release(&out);
}

const char *schema_digest(const struct schema *schema, char out[SHA256_HEX_SIZE])
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct vector lines;
    vector_init(&lines, sizeof(const char *));
    for (const struct schema_object *object = schema->first; object; object = object->next) {
        add_object(&lines, arena, object);
        for (const struct schema_object *part = object->parts; part; part = part->next)
            add_object(&lines, arena, part);
    }
    vector_sort(&lines, compare_line);
    strbuf_add(&text, schema_dialect_word(schema->dialect));
    for (size_t i = 0; i < lines.count; i++)
        strbuf_printf(&text, "\n%s", *(const char **)vector_at(&lines, i));
    sha256_hex(text.data, text.length, out);
    strbuf_release(&text);
    vector_release(&lines);
    arena_free(&arena);
    return out;
}
