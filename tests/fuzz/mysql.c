/*
 * Any bytes as DDL of MySQL or MariaDB: reading always ends, what was read holds together, is no
 * other than itself, also when one of the two is said to be a server's, and has a script.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/schema/mysql.h>
#include <pilab/schema/sync.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static struct schema *read_again(enum sql_dialect dialect, const uint8_t *data, size_t size)
{
    struct mysql_reader *reader = mysql_reader_new("again", dialect);

    must(mysql_reader_add(reader, "again", 1, (const char *)data, size, NULL));
    return mysql_reader_finish(&reader);
}

static void check_scripts(const struct schema *schema)
{
    struct schema *empty = schema_new(SCHEMA_MYSQL, "empty");
    struct schema_diff *diff = schema_compare(empty, schema, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);

    must(sync->script != NULL && sync->rollback != NULL);
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&empty);
}

/* Loosely, as a text and a server are. */
static void check_same(const struct schema *schema, struct schema *again)
{
    struct schema_diff *diff;

    schema_set_server(again, "10.11.0-MariaDB");
    diff = schema_compare(schema, again, NULL);
    must(diff->loose && diff->count == 0);
    schema_diff_free(&diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum sql_dialect dialect = size > 0 && data[0] % 2 == 0 ? DIALECT_MYSQL : DIALECT_MARIADB;
    struct mysql_reader *reader = mysql_reader_new("fuzz", dialect);
    struct schema *schema, *again;

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
    again = read_again(dialect, data, size);
    check_same(schema, again);
    check_scripts(schema);
    check_scripts(again);
    schema_free(&again);
    schema_free(&schema);
    return 0;
}
