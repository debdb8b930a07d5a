#include <pilab/schema/model.h>

#include <string.h>

struct kind_row {
    const char *word, *name;
    bool part;
};

static const struct kind_row kinds[SCHEMA_KINDS] = {
    [SCHEMA_NAMESPACE] = {"schema",             "schema",            false},
    [SCHEMA_EXTENSION] = { "extension",         "extension",         false},
    [SCHEMA_ENUM] = { "enum",              "enum",              false},
    [SCHEMA_DOMAIN] = { "domain",            "domain",            false},
    [SCHEMA_COMPOSITE] = { "composite_type",    "composite type",    false},
    [SCHEMA_SEQUENCE] = { "sequence",          "sequence",          false},
    [SCHEMA_FUNCTION] = { "function",          "function",          false},
    [SCHEMA_TABLE] = { "table",             "table",             false},
    [SCHEMA_VIEW] = { "view",              "view",              false},
    [SCHEMA_MATERIALIZED_VIEW] = { "materialized_view", "materialized view", false},
    [SCHEMA_COLUMN] = { "column",            "column",            true },
    [SCHEMA_CONSTRAINT] = { "constraint",        "constraint",        true },
    [SCHEMA_INDEX] = { "index",             "index",             true },
    [SCHEMA_TRIGGER] = { "trigger",           "trigger",           true },
    [SCHEMA_POLICY] = { "policy",            "policy",            true },
};

struct property_row {
    const char *word, *name;
    bool list;
    bool facet;
};

/* clang-format off */
static const struct property_row properties[SCHEMA_PROPERTIES] = {
    [SCHEMA_SORT]               = { "sort", "sort", false, false },
    [SCHEMA_TYPE]               = { "type", "type", false, false },
    [SCHEMA_NOT_NULL]           = { "not_null", "not null", false, false },
    [SCHEMA_DEFAULT]            = { "default", "default", false, false },
    [SCHEMA_IDENTITY]           = { "identity", "identity", false, false },
    [SCHEMA_GENERATED]          = { "generated", "generated", false, false },
    [SCHEMA_GENERATED_KIND]     = { "generated_kind", "kind of generated column", false, false },
    [SCHEMA_COLLATION]          = { "collation", "collation", false, false },
    [SCHEMA_CHARACTER_SET]      = { "character_set", "character set", false, false },
    [SCHEMA_ON_UPDATE_VALUE]    = { "on_update_value", "value on update", false, false },
    [SCHEMA_COMMENT]            = { "comment", "comment", false, false },
    [SCHEMA_DEFINITION]         = { "definition", "definition", false, false },
    [SCHEMA_COLUMNS]            = { "columns", "columns", true, true },
    [SCHEMA_INCLUDE]            = { "include", "included columns", true, true },
    [SCHEMA_WHERE]              = { "where", "condition", false, true },
    [SCHEMA_METHOD]             = { "method", "method", false, true },
    [SCHEMA_UNIQUE]             = { "unique", "unique", false, true },
    [SCHEMA_NULLS_NOT_DISTINCT] = { "nulls_not_distinct", "nulls not distinct", false, true },
    [SCHEMA_EXPRESSION]         = { "expression", "expression", false, true },
    [SCHEMA_CHECK]              = { "check", "check", false, true },
    [SCHEMA_REFERENCES]         = { "references", "referenced table", false, true },
    [SCHEMA_REFERENCED_COLUMNS] = { "referenced_columns", "referenced columns", true, true },
    [SCHEMA_ON_DELETE]          = { "on_delete", "on delete", false, true },
    [SCHEMA_ON_UPDATE]          = { "on_update", "on update", false, true },
    [SCHEMA_DEFERRABLE]         = { "deferrable", "deferrable", false, true },
    [SCHEMA_NOT_VALID]          = { "not_valid", "not valid", false, true },
    [SCHEMA_NO_INHERIT]         = { "no_inherit", "no inherit", false, true },
    [SCHEMA_LABELS]             = { "labels", "labels", true, false },
    [SCHEMA_PARTITION_KEY]      = { "partition_key", "partition key", false, false },
    [SCHEMA_PARTITION_OF]       = { "partition_of", "partition of", false, false },
    [SCHEMA_PARTITION_BOUND]    = { "partition_bound", "partition bound", false, false },
    [SCHEMA_INHERITS]           = { "inherits", "inherits", true, false },
    [SCHEMA_PERSISTENCE]        = { "persistence", "persistence", false, false },
    [SCHEMA_OPTIONS]            = { "options", "options", true, false },
    [SCHEMA_ENGINE]             = { "engine", "engine", false, false },
    [SCHEMA_TABLESPACE]         = { "tablespace", "tablespace", false, false },
    [SCHEMA_ROW_SECURITY]       = { "row_security", "row security", false, false },
    [SCHEMA_STRICT]             = { "strict", "strict", false, false },
    [SCHEMA_WITHOUT_ROWID]      = { "without_rowid", "without rowid", false, false },
    [SCHEMA_ARGUMENTS]          = { "arguments", "arguments", false, true },
    [SCHEMA_RETURNS]            = { "returns", "returns", false, true },
    [SCHEMA_LANGUAGE]           = { "language", "language", false, true },
    [SCHEMA_VOLATILITY]         = { "volatility", "volatility", false, true },
    [SCHEMA_SECURITY_DEFINER]   = { "security_definer", "security definer", false, true },
    [SCHEMA_BODY]               = { "body", "body", false, true },
    [SCHEMA_TIMING]             = { "timing", "timing", false, true },
    [SCHEMA_EVENTS]             = { "events", "events", true, true },
    [SCHEMA_EXECUTES]           = { "executes", "executes", false, true },
    [SCHEMA_DISABLED]           = { "disabled", "disabled", false, false },
    [SCHEMA_COMMAND]            = { "command", "command", false, true },
    [SCHEMA_RESTRICTIVE]        = { "restrictive", "restrictive", false, true },
    [SCHEMA_ROLES]              = { "roles", "roles", true, false },
    [SCHEMA_VERSION]            = { "version", "version", false, false },
    [SCHEMA_START]              = { "start", "start", false, false },
    [SCHEMA_INCREMENT]          = { "increment", "increment", false, false },
    [SCHEMA_MINIMUM]            = { "minimum", "minimum", false, false },
    [SCHEMA_MAXIMUM]            = { "maximum", "maximum", false, false },
    [SCHEMA_CACHE]              = { "cache", "cache", false, false },
    [SCHEMA_CYCLE]              = { "cycle", "cycle", false, false },
    [SCHEMA_OWNED_BY]           = { "owned_by", "owned by", false, false },
    [SCHEMA_DEPENDS]            = { "depends", "needs", true, false },
};
/* clang-format on */

static const char *const dialects[] = {
    [SCHEMA_POSTGRESQL] = "postgresql",
    [SCHEMA_SQLITE] = "sqlite",
    [SCHEMA_MYSQL] = "mysql",
};

const char *schema_kind_name(enum schema_kind kind)
{
    return kinds[kind].name;
}

const char *schema_kind_word(enum schema_kind kind)
{
    return kinds[kind].word;
}

bool schema_kind_of(const char *word, enum schema_kind *kind)
{
    for (size_t i = 0; i < SCHEMA_KINDS; i++) {
        if (strcmp(kinds[i].word, word) == 0) {
            *kind = (enum schema_kind)i;
            return true;
        }
    }
    return false;
}

bool schema_kind_is_part(enum schema_kind kind)
{
    return kinds[kind].part;
}

const char *schema_property_word(enum schema_property property)
{
    return properties[property].word;
}

const char *schema_property_name(enum schema_property property)
{
    return properties[property].name;
}

bool schema_property_of(const char *word, enum schema_property *property)
{
    for (size_t i = 0; i < SCHEMA_PROPERTIES; i++) {
        if (strcmp(properties[i].word, word) == 0) {
            *property = (enum schema_property)i;
            return true;
        }
    }
    return false;
}

bool schema_property_is_list(enum schema_property property)
{
    return properties[property].list;
}

bool schema_property_is_facet(enum schema_property property)
{
    return properties[property].facet;
}

const char *schema_dialect_word(enum schema_dialect dialect)
{
    return dialects[dialect];
}

bool schema_dialect_of(const char *word, enum schema_dialect *dialect)
{
    for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
        if (strcmp(dialects[i], word) == 0) {
            *dialect = (enum schema_dialect)i;
            return true;
        }
    }
    return false;
}
