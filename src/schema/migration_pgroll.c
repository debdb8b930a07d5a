#include "migration_pgroll.h"

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/strbuf.h>

bool migration_pgroll_test(const struct migration_file *file)
{
    static const char key[] = "operations";
    const char *at = file->text, *end = file->text + file->length;

    /* The key at the beginning of a line of YAML, or anywhere in quotes. */
    while ((at = memchr(at, 'o', (size_t)(end - at))) != NULL) {
        if ((size_t)(end - at) > sizeof key && memcmp(at, key, sizeof key - 1) == 0) {
            const char *after = at + sizeof key - 1;
            bool line = at == file->text || at[-1] == '\n';
            bool quoted = at > file->text && at[-1] == '"' && *after == '"';

            if (quoted || (line && (*after == ':' || *after == ' ')))
                return true;
        }
        at++;
    }
    return false;
}

const struct migration_node *migration_node_get(const struct migration_node *map, const char *key)
{
    if (map == NULL || map->kind != MIGRATION_NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (map->children[i].key != NULL && strcmp(map->children[i].key, key) == 0)
            return &map->children[i];
    }
    return NULL;
}

/* NULL: there is none. */
static const struct migration_node *operations_of(const struct migration_node *tree)
{
    const struct migration_node *list = migration_node_get(tree, "operations");

    return list != NULL && list->kind == MIGRATION_NODE_LIST ? list : NULL;
}

/* An operation as it may be read: JSON on one line. */
static void write_node(struct strbuf *out, const struct migration_node *node)
{
    bool map = node->kind == MIGRATION_NODE_MAP;

    if (node->kind == MIGRATION_NODE_NULL) {
        strbuf_add(out, "null");
    } else if (node->kind == MIGRATION_NODE_SCALAR) {
        escape_json(out, node->text, strlen(node->text));
    } else {
        strbuf_add_char(out, map ? '{' : '[');
        for (size_t i = 0; i < node->count; i++) {
            strbuf_add(out, i > 0 ? ", " : "");
            if (map) {
                escape_json(out, node->children[i].key, strlen(node->children[i].key));
                strbuf_add(out, ": ");
            }
            write_node(out, &node->children[i]);
        }
        strbuf_add_char(out, map ? '}' : ']');
    }
}

/* --- Values of an operation ------------------------------------------------------------------- */

/* One operation while it is read. */
struct reading {
    const struct migration_node *body;
    unsigned line;
    struct arena *arena;
    struct vector *operations;
    struct vector changes;
    migration_read_sql *read;
    void *context;
};

static const char *text_of(const struct reading *reading, const struct migration_node *map,
                           const char *key)
{
    const struct migration_node *node = migration_node_get(map, key);

    return node != NULL && node->text != NULL && node->kind == MIGRATION_NODE_SCALAR
               ? arena_text(reading->arena, node->text)
               : NULL;
}

static bool is_true(const struct migration_node *map, const char *key)
{
    const struct migration_node *node = migration_node_get(map, key);

    return node != NULL && node->text != NULL && strcmp(node->text, "true") == 0;
}

static struct sql_operation *add(const struct reading *reading, enum sql_statement_kind kind,
                                 enum sql_object_kind object_kind, const char *words,
                                 const char *object)
{
    struct sql_operation *operation = vector_add(reading->operations);
    struct strbuf json = STRBUF_INIT;

    write_node(&json, reading->body);
    operation->kind = kind;
    operation->object_kind = object_kind;
    operation->words = words;
    operation->object = object;
    operation->line = reading->line;
    operation->text = strbuf_to_arena(&json, reading->arena);
    operation->length = json.length;
    operation->staged = true;
    strbuf_release(&json);
    return operation;
}

static void read_column(const struct reading *reading, const struct migration_node *node,
                        struct sql_column *column)
{
    const char *type = text_of(reading, node, "type");

    *column = (struct sql_column){
        .name = text_of(reading, node, "name"),
        .type = type != NULL ? type : "",
        .default_text = text_of(reading, node, "default"),
        .not_null = !is_true(node, "nullable"),
        .primary = is_true(node, "pk"),
        .unique = is_true(node, "unique"),
        .checked = migration_node_get(node, "check") != NULL,
        .references = migration_node_get(node, "references") != NULL,
        .generated = migration_node_get(node, "generated") != NULL,
        .numbered = strstr(type != NULL ? type : "", "serial") != NULL,
        .line = node->line,
    };
    if (column->name == NULL)
        column->name = "";
}

static struct sql_change *add_change(struct reading *reading, enum sql_action action,
                                     const char *words, const char *name)
{
    struct sql_change *change = vector_add(&reading->changes);

    change->action = action;
    change->words = words;
    change->name = name;
    change->line = reading->line;
    return change;
}

static void end_changes(struct reading *reading, struct sql_operation *operation)
{
    operation->changes = vector_to_arena(&reading->changes, reading->arena);
    operation->change_count = reading->changes.count;
}

static struct sql_operation *alter_table(const struct reading *reading)
{
    return add(reading, SQL_ALTER, SQL_TABLE, "ALTER TABLE",
               text_of(reading, reading->body, "table"));
}

/* --- Operations ------------------------------------------------------------------------------- */

static void read_create_table(struct reading *reading)
{
    const struct migration_node *columns = migration_node_get(reading->body, "columns");
    struct sql_operation *operation = add(reading, SQL_CREATE, SQL_TABLE, "CREATE TABLE",
                                          text_of(reading, reading->body, "name"));
    size_t count = columns != NULL && columns->kind == MIGRATION_NODE_LIST ? columns->count : 0;
    struct sql_column *list = arena_array(reading->arena, count, sizeof *list);

    for (size_t i = 0; i < count; i++)
        read_column(reading, &columns->children[i], &list[i]);
    operation->columns = list;
    operation->column_count = count;
}

static void read_drop_table(struct reading *reading)
{
    add(reading, SQL_DROP, SQL_TABLE, "DROP TABLE", text_of(reading, reading->body, "name"));
}

static void read_rename_table(struct reading *reading)
{
    struct sql_operation *operation =
        add(reading, SQL_ALTER, SQL_TABLE, "ALTER TABLE", text_of(reading, reading->body, "from"));

    operation->new_name = text_of(reading, reading->body, "to");
    add_change(reading, SQL_RENAME_OBJECT, "RENAME TO", NULL)->new_name = operation->new_name;
    end_changes(reading, operation);
}

static void read_add_column(struct reading *reading)
{
    const struct migration_node *column = migration_node_get(reading->body, "column");
    struct sql_operation *operation = alter_table(reading);
    struct sql_change *change = add_change(reading, SQL_ADD_COLUMN, "ADD COLUMN", NULL);

    if (column != NULL)
        read_column(reading, column, &change->column);
    change->name = change->column.name;
    end_changes(reading, operation);
}

static void read_drop_column(struct reading *reading)
{
    struct sql_operation *operation = alter_table(reading);

    add_change(reading, SQL_DROP_COLUMN, "DROP COLUMN", text_of(reading, reading->body, "column"));
    end_changes(reading, operation);
}

static void read_rename(struct reading *reading, enum sql_action action, const char *words)
{
    struct sql_operation *operation = alter_table(reading);

    add_change(reading, action, words, text_of(reading, reading->body, "from"))->new_name =
        text_of(reading, reading->body, "to");
    end_changes(reading, operation);
}

static void read_rename_column(struct reading *reading)
{
    read_rename(reading, SQL_RENAME_COLUMN, "RENAME COLUMN");
}

static void read_rename_constraint(struct reading *reading)
{
    read_rename(reading, SQL_RENAME_CONSTRAINT, "RENAME CONSTRAINT");
}

static void add_constraint(struct reading *reading, const char *key, enum sql_constraint_kind kind)
{
    const struct migration_node *node = migration_node_get(reading->body, key);
    struct sql_change *change;

    if (node == NULL)
        return;
    change =
        add_change(reading, SQL_ADD_CONSTRAINT, "ADD CONSTRAINT", text_of(reading, node, "name"));
    change->constraint = kind;
    change->target = text_of(reading, node, "table");
}

/* Each property of an alter_column is a change of its own. */
static void read_alter_column(struct reading *reading)
{
    struct sql_operation *operation = alter_table(reading);
    const char *name = text_of(reading, reading->body, "column");
    const char *new_name = text_of(reading, reading->body, "name");
    const char *type = text_of(reading, reading->body, "type");
    const struct migration_node *value = migration_node_get(reading->body, "default");

    if (type != NULL) {
        struct sql_change *change = add_change(reading, SQL_CHANGE_TYPE, "ALTER TYPE", name);

        change->column = (struct sql_column){ .name = name, .type = type };
    }
    if (migration_node_get(reading->body, "nullable") != NULL) {
        bool nullable = is_true(reading->body, "nullable");

        add_change(reading, nullable ? SQL_DROP_NOT_NULL : SQL_SET_NOT_NULL,
                   nullable ? "DROP NOT NULL" : "SET NOT NULL", name);
    }
    if (value != NULL)
        add_change(reading, value->kind == MIGRATION_NODE_NULL ? SQL_DROP_DEFAULT : SQL_SET_DEFAULT,
                   value->kind == MIGRATION_NODE_NULL ? "DROP DEFAULT" : "SET DEFAULT", name)
            ->column.default_text = text_of(reading, reading->body, "default");
    if (migration_node_get(reading->body, "comment") != NULL)
        add_change(reading, SQL_CHANGE_OPTION, "COMMENT", name);
    add_constraint(reading, "unique", SQL_UNIQUE);
    add_constraint(reading, "check", SQL_CHECK);
    add_constraint(reading, "references", SQL_FOREIGN_KEY);
    if (new_name != NULL)
        add_change(reading, SQL_RENAME_COLUMN, "RENAME COLUMN", name)->new_name = new_name;
    end_changes(reading, operation);
}

static void read_create_index(struct reading *reading)
{
    struct sql_operation *operation = add(reading, SQL_CREATE, SQL_INDEX, "CREATE INDEX",
                                          text_of(reading, reading->body, "name"));

    operation->table = text_of(reading, reading->body, "table");
    operation->unique = is_true(reading->body, "unique");
    operation->concurrently = true; /* pgroll always builds them so */
}

static void read_drop_index(struct reading *reading)
{
    add(reading, SQL_DROP, SQL_INDEX, "DROP INDEX", text_of(reading, reading->body, "name"))
        ->concurrently = true;
}

static void read_create_constraint(struct reading *reading)
{
    static const struct {
        const char *type;
        enum sql_constraint_kind kind;
    } kinds[] = {
        {"unique",       SQL_UNIQUE     },
        { "check",       SQL_CHECK      },
        { "foreign_key", SQL_FOREIGN_KEY},
        { "primary_key", SQL_PRIMARY_KEY},
        { "exclude",     SQL_EXCLUDE    },
    };
    struct sql_operation *operation = alter_table(reading);
    const char *type = text_of(reading, reading->body, "type");
    struct sql_change *change = add_change(reading, SQL_ADD_CONSTRAINT, "ADD CONSTRAINT",
                                           text_of(reading, reading->body, "name"));

    for (size_t i = 0; type != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].type, type) == 0)
            change->constraint = kinds[i].kind;
    }
    change->target = text_of(reading, migration_node_get(reading->body, "references"), "table");
    end_changes(reading, operation);
}

static void read_drop_constraint(struct reading *reading)
{
    struct sql_operation *operation = alter_table(reading);

    add_change(reading, SQL_DROP_CONSTRAINT, "DROP CONSTRAINT",
               text_of(reading, reading->body, "name"));
    end_changes(reading, operation);
}

static void read_replica_identity(struct reading *reading)
{
    struct sql_operation *operation = alter_table(reading);

    add_change(reading, SQL_CHANGE_OPTION, "REPLICA IDENTITY", NULL);
    end_changes(reading, operation);
}

static void read_sql(struct reading *reading)
{
    const char *up = text_of(reading, reading->body, "up");

    if (up != NULL)
        reading->read(reading->context, up, migration_node_get(reading->body, "up")->line);
}

static const struct pgroll_operation {
    const char *name;
    void (*read)(struct reading *reading);
} pgroll_operations[] = {
    {"create_table",                 read_create_table     },
    { "drop_table",                  read_drop_table       },
    { "rename_table",                read_rename_table     },
    { "add_column",                  read_add_column       },
    { "drop_column",                 read_drop_column      },
    { "rename_column",               read_rename_column    },
    { "alter_column",                read_alter_column     },
    { "create_index",                read_create_index     },
    { "drop_index",                  read_drop_index       },
    { "create_constraint",           read_create_constraint},
    { "drop_constraint",             read_drop_constraint  },
    { "drop_multicolumn_constraint", read_drop_constraint  },
    { "rename_constraint",           read_rename_constraint},
    { "set_replica_identity",        read_replica_identity },
    { "sql",                         read_sql              },
};

static void read_operation(struct reading *reading, const char *name)
{
    for (size_t i = 0; i < sizeof pgroll_operations / sizeof *pgroll_operations; i++) {
        if (strcmp(pgroll_operations[i].name, name) == 0) {
            vector_init(&reading->changes, sizeof(struct sql_change));
            pgroll_operations[i].read(reading);
            vector_release(&reading->changes);
            return;
        }
    }
    add(reading, SQL_OTHER, SQL_NO_OBJECT, arena_text(reading->arena, name), NULL)->refused =
        "pgroll has no such operation that we know";
}

void migration_pgroll_operations(const struct migration *migration, struct arena *arena,
                                 struct vector *operations, migration_read_sql *read, void *context)
{
    const struct migration_node *list = operations_of(migration->tree);

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        for (size_t k = 0; k < list->children[i].count; k++) {
            const struct migration_node *body = &list->children[i].children[k];
            struct reading reading = { .body = body,
                                       .line = body->line,
                                       .arena = arena,
                                       .operations = operations,
                                       .read = read,
                                       .context = context };

            if (body->key != NULL)
                read_operation(&reading, body->key);
        }
    }
}

/* The first "sql" that has no way back of its own. */
static const struct migration_node *sql_without_down(const struct migration_node *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct migration_node *sql = migration_node_get(&list->children[i], "sql");

        if (sql != NULL && migration_node_get(sql, "down") == NULL && !is_true(sql, "onComplete"))
            return sql;
    }
    return NULL;
}

const char *migration_pgroll_read(struct migration *migration, const struct migration_file *file,
                                  struct arena *arena)
{
    const struct migration_node *list = operations_of(file->tree), *bare;

    migration->way_back = WAY_BACK_NONE;
    migration->rollback_why = "it cannot be read";
    if (file->unread != NULL)
        return file->unread;
    if (list == NULL)
        return "it has no list of operations";
    migration->tree = file->tree;
    bare = sql_without_down(list);
    migration->rollback_available = bare == NULL;
    migration->rollback_why =
        bare != NULL ? arena_printf(arena, "the SQL in line %u has no \"down\"", bare->line)
                     : "pgroll leads back until the migration is completed";
    if (bare == NULL)
        migration->way_back = WAY_BACK_AUTOMATIC;
    return NULL;
}
