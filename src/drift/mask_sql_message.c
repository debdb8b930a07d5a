/*
 * Secrets in what is said of SQL: the properties of objects of a schema, and messages that repeat a
 * part of a statement.
 */
#include <pilab/drift/mask.h>

#include <string.h>

#include "secrets.h"

enum sql_dialect schema_sql_dialect(enum schema_dialect dialect)
{
    static const enum sql_dialect dialects[] = { [SCHEMA_POSTGRESQL] = DIALECT_POSTGRESQL,
                                                 [SCHEMA_SQLITE] = DIALECT_SQLITE,
                                                 [SCHEMA_MYSQL] = DIALECT_MYSQL };

    return dialects[dialect];
}

size_t mask_property(struct strbuf *out, enum schema_dialect dialect,
                     const struct schema_object *object, enum schema_property property,
                     const char *text)
{
    bool value = property == SCHEMA_DEFAULT || property == SCHEMA_GENERATED ||
                 property == SCHEMA_ON_UPDATE_VALUE;

    if (property == SCHEMA_COMMENT || property == SCHEMA_OPTIONS)
        return mask_value(out, NULL, text, strlen(text)) != SECRET_NONE;
    return mask_sql(out, schema_sql_dialect(dialect), value ? object->name : NULL, text,
                    strlen(text));
}

/* What a message has in double quotes is a part of the SQL: "near "'K1'"" tells no name that the
 * string belongs to, so it may be any. */
static void mask_quoted(struct strbuf *out, enum sql_dialect dialect, const char *text)
{
    bool quoted = false;

    for (;;) {
        size_t length = strcspn(text, "\"");

        if (quoted && memchr(text, '\'', length) != NULL)
            mask_sql(out, dialect, "secret", text, length);
        else
            strbuf_add_bytes(out, text, length);
        if (text[length] == '\0')
            return;
        strbuf_add_char(out, '"');
        text += length + 1;
        quoted = !quoted;
    }
}

const char *mask_sql_message(struct arena *arena, enum sql_dialect dialect, const char *text)
{
    struct strbuf whole = STRBUF_INIT, shown = STRBUF_INIT;
    const char *message;

    if (text == NULL)
        return NULL;
    mask_sql(&whole, dialect, NULL, text, strlen(text));
    mask_quoted(&shown, dialect, whole.data);
    message = strbuf_to_arena(&shown, arena);
    strbuf_release(&whole);
    strbuf_release(&shown);
    return message;
}

const char *mask_message(struct arena *arena, enum schema_dialect dialect, const char *text)
{
    return mask_sql_message(arena, schema_sql_dialect(dialect), text);
}
