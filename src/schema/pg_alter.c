#include "pg_alter.h"

#include <string.h>

#include "pg_constraint.h"
#include "pg_define.h"
#include "pg_object.h"
#include "pg_rename.h"
#include "pg_table.h"

typedef void apply_command(struct pg_state *state, struct schema_object *table,
                           const struct pg_node *command);

struct command_row {
    const char *subtype;
    apply_command *apply; /* NULL: says nothing about the schema as it is compared */
};

static struct schema_object *column_of(struct pg_state *state, struct schema_object *table,
                                       const struct pg_node *command)
{
    return pg_need_column(state, table, pg_word(command, "name"), pg_flag(command, "missing_ok"));
}

static void add_column(struct pg_state *state, struct schema_object *table,
                       const struct pg_node *command)
{
    pg_add_column(state, table, pg_as(pg_member(command, "def"), "ColumnDef"),
                  pg_flag(command, "missing_ok"));
}

static void drop_from_partition(struct pg_state *state, struct schema_object *partition,
                                const struct schema_object *column)
{
    struct schema_object *own =
        schema_find_part(state->schema, partition, SCHEMA_COLUMN, column->name);
    if (own) {
        pg_each_partition(state, own, drop_from_partition);
        pg_drop_column(state, own, true);
    }
}

static void drop_column(struct pg_state *state, struct schema_object *table,
                        const struct pg_node *command)
{
    struct schema_object *column = column_of(state, table, command);
    if (!column)
        return;
    pg_each_partition(state, column, drop_from_partition);
    pg_drop_column(state, column, pg_is(command, "behavior", "DROP_CASCADE"));
}

/* What was said of a column holds for that of the partitions. */
static void follow(struct pg_state *state, struct schema_object *partition,
                   const struct schema_object *column)
{
    struct schema_object *own =
        schema_find_part(state->schema, partition, SCHEMA_COLUMN, column->name);
    if (!own)
        return;
    for (int i = SCHEMA_TYPE; i <= SCHEMA_COLLATION; i++)
        schema_set(state->schema, own, (enum schema_property)i,
                   schema_get(column, (enum schema_property)i));
    pg_each_partition(state, own, follow);
}

static void set_not_null(struct pg_state *state, struct schema_object *table,
                         const struct pg_node *command)
{
    struct schema_object *column = column_of(state, table, command);
    if (!column)
        return;
    schema_set_flag(state->schema, column, SCHEMA_NOT_NULL,
                    pg_is(command, "subtype", "AT_SetNotNull"));
    pg_each_partition(state, column, follow);
}

static void set_default(struct pg_state *state, struct schema_object *table,
                        const struct pg_node *command)
{
    struct schema_object *column = column_of(state, table, command);
    if (!column)
        return;
    pg_set_default(state, column, pg_member(command, "def"));
    pg_each_partition(state, column, follow);
}

/* The default is written for the new type; checks and indexes are written again by a server, whose
 * casts may change with it. */
static void write_again(struct pg_state *state)
{
    schema_add_gap(state->schema, "casts in expressions over columns whose type changed",
                   "they are those of the type that the column had when they were written");
}

static void set_type(struct pg_state *state, struct schema_object *table,
                     const struct pg_node *command)
{
    struct schema_object *column = column_of(state, table, command);
    const struct pg_node *definition = pg_as(pg_member(command, "def"), "ColumnDef");
    if (!column)
        return;
    struct arena *arena = state->world.arena;
    struct pg_type type = pg_type_of(&state->world, pg_member(definition, "typeName"));
    struct pg_type before = pg_type_parse(arena, schema_get(column, SCHEMA_TYPE));
    const char *value = schema_get(column, SCHEMA_DEFAULT);
    if (value && before.name && !pg_type_same(before, type)) {
        const char *cast = arena_printf(arena, "::%s", pg_cast_name(before, false));
        size_t length = strlen(value), tail = strlen(cast);
        if (*value == '\'' && length > tail && strcmp(value + length - tail, cast) == 0)
            schema_set(state->schema, column, SCHEMA_DEFAULT,
                       arena_printf(arena, "%.*s::%s", (int)(length - tail), value,
                                    pg_cast_name(type, false)));
    }
    schema_set(state->schema, column, SCHEMA_TYPE, type.full);
    const struct pg_node *collation = pg_member(definition, "collClause");
    schema_set(state->schema, column, SCHEMA_COLLATION,
               collation ? pg_collation_name(arena, pg_member(collation, "collname")) : NULL);
    if (!pg_type_same(before, type))
        write_again(state);
    pg_each_partition(state, column, follow);
}

static void drop_expression(struct pg_state *state, struct schema_object *table,
                            const struct pg_node *command)
{
    struct schema_object *column = column_of(state, table, command);
    if (!column)
        return;
    schema_set(state->schema, column, SCHEMA_GENERATED, NULL);
    schema_set(state->schema, column, SCHEMA_GENERATED_KIND, NULL);
}

static void change_identity(struct pg_state *state, struct schema_object *table,
                            const struct pg_node *command)
{
    struct schema_object *column = column_of(state, table, command);
    const char *subtype = pg_word(command, "subtype");
    const struct pg_node *constraint = pg_as(pg_member(command, "def"), "Constraint");
    if (!column)
        return;
    if (strcmp(subtype, "AT_DropIdentity") == 0) {
        schema_set(state->schema, column, SCHEMA_IDENTITY, NULL);
        for (int i = SCHEMA_START; i <= SCHEMA_CYCLE; i++)
            schema_set(state->schema, column, (enum schema_property)i, NULL);
    } else if (constraint) {
        pg_set_identity(state, column, pg_word(constraint, "generated_when"),
                        pg_member(constraint, "options"));
    } else {
        const struct pg_node *options = pg_member(command, "def");
        const struct pg_node *generated = pg_option(options, "generated");
        const char *when =
            generated ? pg_option_text(&state->world, generated) : ""; /* a character's code */
        pg_set_identity(state, column,
                        strcmp(when, "97") == 0    ? "a"
                        : strcmp(when, "100") == 0 ? "d"
                                                   : "",
                        options);
    }
}

static void add_constraint(struct pg_state *state, struct schema_object *table,
                           const struct pg_node *command)
{
    pg_add_constraint(state, table, pg_as(pg_member(command, "def"), "Constraint"), NULL);
}

static struct schema_object *constraint_of(struct pg_state *state, struct schema_object *table,
                                           const struct pg_node *command)
{
    const char *name = pg_word(command, "name");
    struct schema_object *found = schema_find_part(state->schema, table, SCHEMA_CONSTRAINT, name);
    if (!found && !pg_flag(command, "missing_ok"))
        pg_complain(state, "%s has no constraint %s", schema_object_path(state->world.arena, table),
                    name);
    return found;
}

static void drop_constraint(struct pg_state *state, struct schema_object *table,
                            const struct pg_node *command)
{
    struct schema_object *constraint = constraint_of(state, table, command);
    if (constraint)
        pg_drop_part(state, constraint, pg_is(command, "behavior", "DROP_CASCADE"));
}

static void validate_constraint(struct pg_state *state, struct schema_object *table,
                                const struct pg_node *command)
{
    struct schema_object *constraint = constraint_of(state, table, command);
    if (!constraint)
        return;
    schema_set_flag(state->schema, constraint, SCHEMA_NOT_VALID, false);
    pg_define(state->schema, state->world.arena, constraint);
}

static void set_row_security(struct pg_state *state, struct schema_object *table,
                             const struct pg_node *command)
{
    const char *subtype = pg_word(command, "subtype"),
               *now = schema_get(table, SCHEMA_ROW_SECURITY);
    bool forced = now && strncmp(now, "forced", 6) == 0;
    bool enabled = now && strcmp(now, "forced, not enabled") != 0;
    if (strcmp(subtype, "AT_EnableRowSecurity") == 0)
        enabled = true;
    else if (strcmp(subtype, "AT_DisableRowSecurity") == 0)
        enabled = false;
    else
        forced = strcmp(subtype, "AT_ForceRowSecurity") == 0;
    schema_set(state->schema, table, SCHEMA_ROW_SECURITY,
               enabled && forced ? "forced"
               : enabled         ? "enabled"
               : forced          ? "forced, not enabled"
                                 : NULL);
}

/* Whether `table` is a partition of the other, at whatever depth. */
static bool is_partition_of(struct pg_state *state, const struct schema_object *table,
                            const struct schema_object *other)
{
    const char *name = pg_object_name(state->world.arena, other);
    for (unsigned depth = 0; table && depth < PG_PARTITION_DEPTH; depth++) {
        const char *of = schema_get(table, SCHEMA_PARTITION_OF);
        if (!of || strcmp(of, name) == 0)
            return of != NULL;
        const struct schema_object *up = state->schema->first;
        while (up && (up->kind != SCHEMA_TABLE ||
                      strcmp(pg_object_name(state->world.arena, up), of) != 0))
            up = up->next;
        table = up;
    }
    return table != NULL;
}

static void attach(struct pg_state *state, struct schema_object *table,
                   const struct pg_node *command)
{
    const struct pg_node *partition = pg_as(pg_member(command, "def"), "PartitionCmd");
    struct schema_object *child = pg_need_relation(state, pg_member(partition, "name"), false);
    if (child && (child == table || is_partition_of(state, table, child)))
        pg_complain(state, "%s cannot be a partition of itself",
                    schema_object_path(state->world.arena, child));
    else if (child)
        pg_attach_partition(state, table, child, pg_member(partition, "bound"));
}

static void detach(struct pg_state *state, struct schema_object *table,
                   const struct pg_node *command)
{
    const struct pg_node *partition = pg_as(pg_member(command, "def"), "PartitionCmd");
    struct schema_object *child = pg_need_relation(state, pg_member(partition, "name"), false);
    (void)table;
    if (!child)
        return;
    schema_set(state->schema, child, SCHEMA_PARTITION_OF, NULL);
    schema_set(state->schema, child, SCHEMA_PARTITION_BOUND, NULL);
}

static void change_options(struct pg_state *state, struct schema_object *table,
                           const struct pg_node *command)
{
    const struct pg_node *list = pg_member(command, "def");
    struct arena *arena = state->world.arena;
    size_t count, kept = 0, added = pg_count(list);
    const char *const *now = schema_list(table, SCHEMA_OPTIONS, &count);
    const char **items = arena_array(arena, count + added + 1, sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(now[i], "=");
        bool named = false;
        for (size_t j = 0; j < added; j++) {
            const char *name = pg_word(pg_as(pg_at(list, j), "DefElem"), "defname");
            named = named || (strlen(name) == length && strncmp(name, now[i], length) == 0);
        }
        if (!named)
            items[kept++] = now[i];
    }
    for (size_t j = 0; j < added && pg_is(command, "subtype", "AT_SetRelOptions"); j++) {
        const struct pg_node *element = pg_as(pg_at(list, j), "DefElem");
        items[kept++] = arena_printf(arena, "%s=%s", pg_word(element, "defname"),
                                     pg_option_text(&state->world, element));
    }
    schema_set_list(state->schema, table, SCHEMA_OPTIONS, items, kept);
}

static void set_trigger(struct pg_state *state, struct schema_object *table,
                        const struct pg_node *command)
{
    const char *subtype = pg_word(command, "subtype"), *name = pg_word(command, "name");
    const char *value = strstr(subtype, "Disable")   ? "true"
                        : strstr(subtype, "Replica") ? "replica"
                        : strstr(subtype, "Always")  ? "always"
                                                     : NULL;
    for (struct schema_object *part = table->parts; part; part = part->next)
        if (part->kind == SCHEMA_TRIGGER && (!*name || strcmp(part->name, name) == 0))
            schema_set(state->schema, part, SCHEMA_DISABLED, value);
}

static void set_logged(struct pg_state *state, struct schema_object *table,
                       const struct pg_node *command)
{
    schema_set(state->schema, table, SCHEMA_PERSISTENCE,
               pg_is(command, "subtype", "AT_SetUnLogged") ? "unlogged" : NULL);
}

static void set_tablespace(struct pg_state *state, struct schema_object *table,
                           const struct pg_node *command)
{
    schema_set(state->schema, table, SCHEMA_TABLESPACE, pg_text(command, "name"));
}

static void change_parents(struct pg_state *state, struct schema_object *table,
                           const struct pg_node *command)
{
    const struct schema_object *parent =
        pg_need_relation(state, pg_as(pg_member(command, "def"), "RangeVar"), false);
    if (!parent)
        return;
    const char *name = pg_object_name(state->world.arena, parent);
    size_t count, kept = 0;
    const char *const *now = schema_list(table, SCHEMA_INHERITS, &count);
    const char **items = arena_array(state->world.arena, count + 1, sizeof(*items));
    for (size_t i = 0; i < count; i++)
        if (strcmp(now[i], name) != 0)
            items[kept++] = now[i];
    if (pg_is(command, "subtype", "AT_AddInherit"))
        items[kept++] = name;
    schema_set_list(state->schema, table, SCHEMA_INHERITS, items, kept);
    state->inherits = state->inherits || kept;
}

static void alter_constraint(struct pg_state *state, struct schema_object *table,
                             const struct pg_node *command)
{
    const struct pg_node *said = pg_as(pg_member(command, "def"), "Constraint");
    struct schema_object *constraint =
        schema_find_part(state->schema, table, SCHEMA_CONSTRAINT, pg_word(said, "conname"));
    if (!constraint) {
        pg_complain(state, "there is no constraint %s", pg_word(said, "conname"));
        return;
    }
    schema_set(state->schema, constraint, SCHEMA_DEFERRABLE,
               pg_flag(said, "initdeferred") ? "initially deferred"
               : pg_flag(said, "deferrable") ? "deferrable"
                                             : NULL);
    pg_define(state->schema, state->world.arena, constraint);
}

static const struct command_row commands[] = {
    {"AT_AddColumn",                add_column         },
    { "AT_AddConstraint",           add_constraint     },
    { "AT_AddIdentity",             change_identity    },
    { "AT_AddInherit",              change_parents     },
    { "AT_AlterColumnType",         set_type           },
    { "AT_AlterConstraint",         alter_constraint   },
    { "AT_AttachPartition",         attach             },
    { "AT_ChangeOwner",             NULL               },
    { "AT_ClusterOn",               NULL               },
    { "AT_ColumnDefault",           set_default        },
    { "AT_DetachPartition",         detach             },
    { "AT_DetachPartitionFinalize", NULL               },
    { "AT_DisableRowSecurity",      set_row_security   },
    { "AT_DisableTrig",             set_trigger        },
    { "AT_DisableTrigAll",          set_trigger        },
    { "AT_DisableTrigUser",         set_trigger        },
    { "AT_DropCluster",             NULL               },
    { "AT_DropColumn",              drop_column        },
    { "AT_DropConstraint",          drop_constraint    },
    { "AT_DropExpression",          drop_expression    },
    { "AT_DropIdentity",            change_identity    },
    { "AT_DropInherit",             change_parents     },
    { "AT_DropNotNull",             set_not_null       },
    { "AT_EnableAlwaysTrig",        set_trigger        },
    { "AT_EnableReplicaTrig",       set_trigger        },
    { "AT_EnableRowSecurity",       set_row_security   },
    { "AT_EnableTrig",              set_trigger        },
    { "AT_EnableTrigAll",           set_trigger        },
    { "AT_EnableTrigUser",          set_trigger        },
    { "AT_ForceRowSecurity",        set_row_security   },
    { "AT_NoForceRowSecurity",      set_row_security   },
    { "AT_ReplicaIdentity",         NULL               },
    { "AT_ResetOptions",            NULL               },
    { "AT_ResetRelOptions",         change_options     },
    { "AT_SetCompression",          NULL               },
    { "AT_SetIdentity",             change_identity    },
    { "AT_SetLogged",               set_logged         },
    { "AT_SetNotNull",              set_not_null       },
    { "AT_SetOptions",              NULL               },
    { "AT_SetRelOptions",           change_options     },
    { "AT_SetStatistics",           NULL               },
    { "AT_SetStorage",              NULL               },
    { "AT_SetTableSpace",           set_tablespace     },
    { "AT_SetUnLogged",             set_logged         },
    { "AT_ValidateConstraint",      validate_constraint},
};

static void apply(struct pg_state *state, struct schema_object *table,
                  const struct pg_node *command)
{
    const char *subtype = pg_word(command, "subtype");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(commands[i].subtype, subtype) != 0)
            continue;
        if (commands[i].apply)
            commands[i].apply(state, table, command);
        else
            schema_add_gap(state->schema, "owners, storage and statistics of tables",
                           "they are not read");
        return;
    }
    pg_complain(state, "a command of ALTER TABLE that is not known here: %s", subtype);
}

/* ALTER INDEX … ATTACH PARTITION says only what the server knows from the columns. */
static void alter_index(struct pg_state *state, const struct pg_node *node)
{
    struct pg_name name = pg_range_name(pg_member(node, "relation"));
    const struct pg_node *list = pg_member(node, "cmds");
    struct schema_object *index = pg_lookup_index(&state->world, name);
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *command = pg_as(pg_at(list, i), "AlterTableCmd");
        const char *subtype = pg_word(command, "subtype");
        if (index && strstr(subtype, "RelOptions")) {
            change_options(state, index, command);
            pg_define(state->schema, state->world.arena, index);
        } else if (index && strcmp(subtype, "AT_SetTableSpace") == 0) {
            set_tablespace(state, index, command);
            pg_define(state->schema, state->world.arena, index);
        }
    }
}

static void alter_composite(struct pg_state *state, struct schema_object *composite,
                            const struct pg_node *list)
{
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *command = pg_as(pg_at(list, i), "AlterTableCmd");
        const struct pg_node *definition = pg_as(pg_member(command, "def"), "ColumnDef");
        const char *subtype = pg_word(command, "subtype");
        const char *name = definition && pg_text(definition, "colname")
                               ? pg_word(definition, "colname")
                               : pg_word(command, "name");
        struct schema_object *field =
            schema_find_part(state->schema, composite, SCHEMA_COLUMN, name);
        struct schema_place place = pg_place(state, -1);
        if (!field && strcmp(subtype, "AT_AddColumn") == 0)
            field = schema_add_part(state->schema, composite, SCHEMA_COLUMN, name, &place);
        if (field && strcmp(subtype, "AT_DropColumn") == 0)
            schema_remove(state->schema, field);
        else if (field && definition)
            pg_set_field(state, field, definition);
        else if (!pg_flag(command, "missing_ok"))
            pg_complain(state, "there is no field %s", name);
    }
}

void pg_alter_table(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *list = pg_member(node, "cmds"), *range = pg_member(node, "relation");
    const char *type = pg_word(node, "objtype");
    if (strcmp(type, "OBJECT_INDEX") == 0) {
        alter_index(state, node);
        return;
    }
    if (strcmp(type, "OBJECT_TYPE") == 0) {
        struct schema_object *composite =
            pg_lookup(&state->world, SCHEMA_COMPOSITE, pg_range_name(range), NULL);
        if (composite)
            alter_composite(state, composite, list);
        else
            pg_complain(state, "there is no type %s", pg_word(range, "relname"));
        return;
    }
    bool owner_only = pg_count(list) == 1 &&
                      pg_is(pg_as(pg_at(list, 0), "AlterTableCmd"), "subtype", "AT_ChangeOwner");
    struct schema_object *table =
        pg_need_relation(state, range, owner_only || pg_flag(node, "missing_ok"));
    state->only = !pg_flag(range, "inh");
    for (size_t i = 0; table && i < pg_count(list); i++)
        apply(state, table, pg_as(pg_at(list, i), "AlterTableCmd"));
    state->only = false;
}

void pg_alter_domain(struct pg_state *state, const struct pg_node *node)
{
    struct pg_name name = pg_list_name(pg_member(node, "typeName"));
    struct schema_object *domain = pg_lookup(&state->world, SCHEMA_DOMAIN, name, NULL);
    if (!domain) {
        pg_complain(state, "there is no domain %s", name.name);
        return;
    }
    switch (*pg_word(node, "subtype")) {
    case 'T':
        pg_set_default(state, domain, pg_member(node, "def"));
        break;
    case 'N':
    case 'O':
        schema_set_flag(state->schema, domain, SCHEMA_NOT_NULL, *pg_word(node, "subtype") == 'O');
        break;
    case 'C':
        pg_add_constraint(state, domain, pg_as(pg_member(node, "def"), "Constraint"), NULL);
        break;
    case 'X':
        drop_constraint(state, domain, node);
        break;
    default:
        validate_constraint(state, domain, node);
        break;
    }
}
