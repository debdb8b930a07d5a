#include <string.h>
#include <strings.h>

#include <pilab/schema/sql_operation.h>

static const char *const statement_kinds[] = {
    [SQL_CREATE] = "create",     [SQL_ALTER] = "alter",
    [SQL_DROP] = "drop",         [SQL_RENAME] = "rename",
    [SQL_TRUNCATE] = "truncate", [SQL_COMMENT_ON] = "comment",
    [SQL_GRANT] = "grant",       [SQL_REVOKE] = "revoke",
    [SQL_INSERT] = "insert",     [SQL_UPDATE] = "update",
    [SQL_DELETE] = "delete",     [SQL_MERGE] = "merge",
    [SQL_COPY] = "copy",         [SQL_SELECT] = "select",
    [SQL_CALL] = "call",         [SQL_BLOCK] = "block",
    [SQL_REFRESH] = "refresh",   [SQL_MAINTAIN] = "maintain",
    [SQL_LOCK] = "lock",         [SQL_TRANSACTION] = "transaction",
    [SQL_SETTING] = "setting",   [SQL_OTHER] = "other",
};

static const char *const object_kinds[] = {
    [SQL_NO_OBJECT] = "statement",
    [SQL_TABLE] = "table",
    [SQL_INDEX] = "index",
    [SQL_VIEW] = "view",
    [SQL_MATERIALIZED_VIEW] = "materialized view",
    [SQL_SEQUENCE] = "sequence",
    [SQL_TYPE] = "type",
    [SQL_DOMAIN] = "domain",
    [SQL_FUNCTION] = "function",
    [SQL_PROCEDURE] = "procedure",
    [SQL_TRIGGER] = "trigger",
    [SQL_EVENT] = "event",
    [SQL_POLICY] = "policy",
    [SQL_RULE] = "rule",
    [SQL_EXTENSION] = "extension",
    [SQL_SCHEMA] = "schema",
    [SQL_DATABASE] = "database",
    [SQL_ROLE] = "role",
    [SQL_COLUMN] = "column",
    [SQL_CONSTRAINT] = "constraint",
    [SQL_OTHER_OBJECT] = "object",
};

static const char *const actions[] = {
    [SQL_ADD_COLUMN] = "add_column",
    [SQL_DROP_COLUMN] = "drop_column",
    [SQL_RENAME_COLUMN] = "rename_column",
    [SQL_CHANGE_TYPE] = "change_type",
    [SQL_REDEFINE_COLUMN] = "redefine_column",
    [SQL_SET_NOT_NULL] = "set_not_null",
    [SQL_DROP_NOT_NULL] = "drop_not_null",
    [SQL_SET_DEFAULT] = "set_default",
    [SQL_DROP_DEFAULT] = "drop_default",
    [SQL_SET_COLUMN] = "set_column",
    [SQL_ADD_CONSTRAINT] = "add_constraint",
    [SQL_DROP_CONSTRAINT] = "drop_constraint",
    [SQL_VALIDATE_CONSTRAINT] = "validate_constraint",
    [SQL_RENAME_CONSTRAINT] = "rename_constraint",
    [SQL_ADD_INDEX] = "add_index",
    [SQL_DROP_INDEX] = "drop_index",
    [SQL_RENAME_INDEX] = "rename_index",
    [SQL_RENAME_OBJECT] = "rename",
    [SQL_MOVE_OBJECT] = "set_schema",
    [SQL_ADD_VALUE] = "add_value",
    [SQL_RENAME_VALUE] = "rename_value",
    [SQL_ADD_PARTITION] = "add_partition",
    [SQL_ATTACH_PARTITION] = "attach_partition",
    [SQL_DETACH_PARTITION] = "detach_partition",
    [SQL_DROP_PARTITION] = "drop_partition",
    [SQL_CHANGE_OWNER] = "change_owner",
    [SQL_CHANGE_STORAGE] = "change_storage",
    [SQL_CHANGE_SECURITY] = "change_security",
    [SQL_CHANGE_OPTION] = "change_option",
};

static const char *const constraint_kinds[] = {
    [SQL_NO_CONSTRAINT] = "", [SQL_PRIMARY_KEY] = "PRIMARY KEY",
    [SQL_UNIQUE] = "UNIQUE",  [SQL_FOREIGN_KEY] = "FOREIGN KEY",
    [SQL_CHECK] = "CHECK",    [SQL_EXCLUDE] = "EXCLUDE",
};

const char *sql_statement_kind_name(enum sql_statement_kind kind)
{
    return statement_kinds[kind];
}

const char *sql_object_kind_name(enum sql_object_kind kind)
{
    return object_kinds[kind];
}

const char *sql_action_name(enum sql_action action)
{
    return actions[action];
}

const char *sql_constraint_kind_name(enum sql_constraint_kind kind)
{
    return constraint_kinds[kind];
}

/* Objects of one name that stand beside each other without being the same; NULL: of no account. */
static const char *space_of(enum sql_object_kind kind)
{
    switch (kind) {
    case SQL_FUNCTION:
    case SQL_PROCEDURE:
        return "routine";
    case SQL_TYPE:
    case SQL_DOMAIN:
        return "type";
    case SQL_NO_OBJECT:
    case SQL_TABLE:
    case SQL_INDEX:
    case SQL_VIEW:
    case SQL_MATERIALIZED_VIEW:
    case SQL_SEQUENCE:
        return "relation";
    default:
        return NULL;
    }
}

const char *sql_object_key(struct arena *arena, enum sql_object_kind kind, const char *name)
{
    static const char *const usual[] = { "public.", "dbo.", "main." };
    const char *space = space_of(kind);
    char *key;

    if (space == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        size_t length = strlen(usual[i]);

        if (strncasecmp(name, usual[i], length) == 0 && name[length] != '\0')
            name += length;
    }
    key = arena_printf(arena, "%s %s", space, name);
    for (char *at = key; *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    return key;
}
