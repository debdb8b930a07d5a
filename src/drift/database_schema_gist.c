/*
 * What an object of a schema is, in short, and texts of it as they may be shown.
 */
#include "database_schema_parts.h"

#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/drift/mask.h>

/* A value beside a name; what is longer is one line and a digest. */
#define VALUE_SHOWN 160

void database_schema_masked(const struct schema_scan *scan, struct strbuf *out,
                            const struct schema_object *object, enum schema_property property,
                            const char *text, struct secrets_met *met)
{
    if (mask_property(out, scan->input->diff->current->dialect, object, property, text) == 0)
        return;
    met->masked = true;
    strbuf_printf(&met->raw, "%s\n", text);
}

static size_t count_lines(const char *text)
{
    size_t count = 1;

    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* All of a short text; of a longer one its beginning, and a digest so that another text is another
 * value. */
void database_schema_short(const struct schema_scan *scan, struct strbuf *out,
                           const struct schema_object *object, enum schema_property property,
                           const char *text, struct secrets_met *met)
{
    struct strbuf shown = STRBUF_INIT;
    char digest[SHA256_HEX_SIZE];
    size_t line, length;

    database_schema_masked(scan, &shown, object, property, text + strspn(text, " \t\n"), met);
    line = strcspn(shown.data, "\n");
    length = line < VALUE_SHOWN ? line : VALUE_SHOWN;
    while (length > 0 && length < shown.length &&
           ((unsigned char)shown.data[length] & 0xc0) == 0x80)
        length--;
    strbuf_add_bytes(out, shown.data, length);
    if (length < shown.length) {
        sha256_hex(shown.data, shown.length, digest);
        strbuf_printf(out, " … (%zu %s, %.8s)", count_lines(shown.data),
                      line < shown.length ? "lines" : "line", digest);
    }
    strbuf_release(&shown);
}

/* "7 lines, 82ca4e77". */
void database_schema_digest(const struct schema_scan *scan, struct strbuf *out,
                            const struct schema_object *object, const char *text,
                            struct secrets_met *met)
{
    struct strbuf shown = STRBUF_INIT;
    char digest[SHA256_HEX_SIZE];

    database_schema_masked(scan, &shown, object, SCHEMA_DEFINITION, text, met);
    sha256_hex(shown.data, shown.length, digest);
    strbuf_printf(out, "%zu lines, %.8s", count_lines(shown.data), digest);
    strbuf_release(&shown);
}

static void add_column(const struct schema_scan *scan, struct strbuf *out,
                       const struct schema_object *column, struct secrets_met *met)
{
    const char *type = schema_get(column, SCHEMA_TYPE), *text;

    strbuf_add(out, type != NULL ? type : "");
    if (schema_flag(column, SCHEMA_NOT_NULL))
        strbuf_add(out, " NOT NULL");
    if ((text = schema_get(column, SCHEMA_DEFAULT)) != NULL) {
        strbuf_add(out, " DEFAULT ");
        database_schema_short(scan, out, column, SCHEMA_DEFAULT, text, met);
    }
    if ((text = schema_get(column, SCHEMA_IDENTITY)) != NULL)
        strbuf_printf(out, " IDENTITY %s", text);
    if ((text = schema_get(column, SCHEMA_GENERATED)) != NULL) {
        strbuf_add(out, " GENERATED ");
        database_schema_short(scan, out, column, SCHEMA_GENERATED, text, met);
    }
}

static void add_table(struct strbuf *out, const struct schema_object *table)
{
    const char *of = schema_get(table, SCHEMA_PARTITION_OF);
    size_t columns = 0;

    for (const struct schema_object *part = table->parts; part != NULL; part = part->next)
        columns += part->kind == SCHEMA_COLUMN;
    if (of != NULL)
        strbuf_printf(out, "partition of %s", of);
    else
        strbuf_printf(out, "%zu column%s", columns, columns == 1 ? "" : "s");
}

void database_schema_gist(const struct schema_scan *scan, struct strbuf *out,
                          const struct schema_object *object, struct secrets_met *met)
{
    static const enum schema_property telling[] = { SCHEMA_DEFINITION, SCHEMA_LABELS, SCHEMA_TYPE,
                                                    SCHEMA_VERSION };

    if (object->kind == SCHEMA_COLUMN) {
        add_column(scan, out, object, met);
        return;
    }
    if (object->kind == SCHEMA_TABLE) {
        add_table(out, object);
        return;
    }
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
        const char *text = schema_get(object, telling[i]);

        if (text == NULL)
            continue;
        database_schema_short(scan, out, object, telling[i], text, met);
        return;
    }
    strbuf_add(out, schema_kind_name(object->kind));
}
