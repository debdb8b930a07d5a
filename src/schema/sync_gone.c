/* What goes and comes again: types that cannot be altered, functions whose signature changes. */
#include <string.h>

#include "sync_parts.h"

struct search {
    const struct sync_writer *writer;
    bool found;
};

static void find_gone(void *data, const char *name, size_t length)
{
    struct search *search = data;
    if (map_get_bytes(search->writer->fresh, name, length) ||
        map_get_bytes(search->writer->functions, name, length))
        search->found = true;
}

bool sync_names_gone(const struct sync_writer *writer, const char *text)
{
    struct search search = { writer, false };
    if (map_count(writer->fresh) + map_count(writer->functions))
        sync_visit_names(text, find_gone, &search);
    return search.found;
}

bool sync_needs_gone(const struct sync_writer *writer, const struct schema_object *object)
{
    struct search search = { writer, false };
    if (map_count(writer->fresh))
        sync_visit_needs(object, find_gone, &search);
    return search.found;
}

const struct schema_object *sync_fresh_type(const struct sync_writer *writer,
                                            const struct schema_object *column)
{
    const char *type = sync_text(column, SCHEMA_TYPE);
    size_t length = strlen(type);
    while (length > 2 && strncmp(type + length - 2, "[]", 2) == 0)
        length -= 2;
    return map_get_bytes(writer->fresh, type, length);
}
