#include "project_schema.h"

#include <string.h>

#define AT(member) offsetof(struct schema_settings, member)

static bool read_text(struct project_reader *reader, const struct node *node, const char *key,
                      const char **out)
{
    const char **texts;
    size_t count;

    if (node->kind == NODE_LIST)
        return project_refuse(reader, node, "%s is one text, not a list", key);
    if (!project_texts_read(reader, node, key, &texts, &count))
        return false;
    *out = texts[0];
    return **out != '\0' || project_refuse(reader, node, "%s is empty", key);
}

static bool read_database(struct project_reader *reader, const struct node *node,
                          struct schema_settings *schema)
{
    struct live_database *database = &schema->live[schema->live_count];
    struct error wrong = { 0 };

    if (schema_settings_live(schema, node->key) != NULL)
        return project_refuse(reader, node, "live names %s twice", node->key);
    if (!read_text(reader, node, node->key, &database->address))
        return false;
    if (!schema_settings_check_address(database->address, &wrong)) {
        project_refuse(reader, node, "the database of %s: %s", node->key, wrong.message);
        return error_hint(reader->error, "%s", wrong.hint);
    }
    database->environment = arena_text(reader->arena, node->key);
    schema->live_count++;
    return true;
}

static bool check_scratch(struct project_reader *reader, const struct node *node,
                          const char *address)
{
    struct error wrong = { 0 };

    if (address == NULL || schema_settings_check_scratch(address, &wrong))
        return true;
    project_refuse(reader, node, "scratch: %s", wrong.message);
    return error_hint(reader->error, "%s", wrong.hint);
}

static bool read_live(struct project_reader *reader, const struct node *map,
                      struct schema_settings *schema)
{
    if (map->kind != NODE_MAP) {
        project_refuse(reader, map, "live must be a map");
        return error_hint(reader->error, "by environment: {UAT: \"service=uat\"}");
    }
    schema->live = arena_array(reader->arena, map->count, sizeof *schema->live);
    for (size_t i = 0; i < map->count; i++) {
        if (!read_database(reader, map->children[i], schema))
            return false;
    }
    schema_settings_sort(schema);
    return true;
}

bool project_schema_read(struct project_reader *reader, const struct node *node,
                         const char *dialects, struct schema_settings *schema)
{
    const struct field fields[] = {
        {.key = "path",      .kind = FIELD_TEXT,  .at = AT(path) },
        { .key = "dialect",                 .kind = FIELD_TEXT,                    .at = AT(dialect), .choices = dialects },
        { .key = "scratch", .kind = FIELD_TEXT,.at = AT(scratch) },
        { .key = "live",  .kind = FIELD_PART  },
    };
    const struct node *live;

    if (node->kind != NODE_MAP)
        return read_text(reader, node, "schema", &schema->path);
    live = node_get(node, "live");
    if (!project_map_read(reader, node, fields, sizeof fields / sizeof *fields, schema, "schema",
                          NULL) ||
        !check_scratch(reader, node_get(node, "scratch"), schema->scratch) ||
        (live != NULL && !read_live(reader, live, schema)))
        return false;
    if (!schema_settings_empty(schema))
        return true;
    project_refuse(reader, node, "schema says neither where it lies nor which database is live");
    return error_hint(reader->error, "schema: db/structure.sql, or {path: …, live: {UAT: …}}");
}
