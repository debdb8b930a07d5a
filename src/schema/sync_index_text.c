/* What an index is on, as CREATE INDEX says it. */
#include <string.h>

#include "sync_parts.h"

const char *sync_behind_index_name(const char *definition)
{
    bool quoted = false;
    for (; *definition; definition++) {
        if (*definition == '"')
            quoted = !quoted;
        else if (!quoted && strncmp(definition, " ON ", 4) == 0)
            return definition + 4;
    }
    return NULL;
}

/* The condition behind what a definition says of its columns and options; the end: there is none.
 */
static const char *where_of(const char *definition)
{
    char quote = '\0';
    int depth = 0;
    for (; *definition; definition++) {
        if (quote)
            quote = *definition == quote ? '\0' : quote;
        else if (*definition == '"' || *definition == '\'')
            quote = *definition;
        else if (!depth && strncmp(definition, " WHERE ", 7) == 0)
            break;
        else
            depth += (*definition == '(') - (*definition == ')');
    }
    return definition;
}

/* A server's definition does not say where the index lies; that of a text does. */
static const char *in_tablespace(struct sync_writer *writer, const struct schema_object *index,
                                 const char *on)
{
    const char *name = schema_get(index, SCHEMA_TABLESPACE), *where = where_of(on);
    const char *said = name ? arena_printf(writer->arena, " TABLESPACE %s", name) : "";
    const char *head = arena_bytes(writer->arena, on, (size_t)(where - on));
    size_t length = strlen(head), tail = strlen(said);
    if (!name || (length > tail && strcmp(head + length - tail, said) == 0))
        return on;
    return arena_printf(writer->arena, "%s TABLESPACE %s%s", head, sync_word(writer, name), where);
}

const char *sync_index_on(struct sync_writer *writer, const struct schema_object *index)
{
    const char *on = sync_behind_index_name(sync_text(index, SCHEMA_DEFINITION));
    if (!on)
        sync_note(writer, "the index %s has to be made by hand: its definition is not known",
                  sync_word(writer, index->name));
    if (!on)
        return NULL;
    return in_tablespace(writer, index, strncmp(on, "ONLY ", 5) == 0 ? on + 5 : on);
}
