/*
 * Any bytes as DDL of MySQL or MariaDB: reading always ends, and what was read holds together.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/schema/mysql.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum sql_dialect dialect = size > 0 && data[0] % 2 == 0 ? DIALECT_MYSQL : DIALECT_MARIADB;
    struct mysql_reader *reader = mysql_reader_new("fuzz", dialect);
    struct schema *schema;

    must(mysql_reader_add(reader, "fuzz", 1, (const char *)data, size, NULL));
    schema = mysql_reader_finish(&reader);
    for (const struct schema_object *table = schema->first; table != NULL; table = table->next) {
        for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
            must(part->owner == table);
            if (part->kind == SCHEMA_COLUMN && table->kind == SCHEMA_TABLE)
                must(schema_get(part, SCHEMA_TYPE) != NULL);
            if (part->kind == SCHEMA_CONSTRAINT || part->kind == SCHEMA_INDEX)
                must(schema_get(part, SCHEMA_DEFINITION) != NULL);
        }
    }
    schema_free(&schema);
    return 0;
}
