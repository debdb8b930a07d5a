#include "pg_table.h"

#include <string.h>

#include "pg_constraint.h"

void pg_set_default(struct pg_state *state, struct schema_object *column,
                    const struct pg_node *expression)
{
    enum schema_property property =
        schema_get(column, SCHEMA_GENERATED) ? SCHEMA_GENERATED : SCHEMA_DEFAULT;
    const struct pg_node *constant = pg_as(expression, "A_Const");
    if (!expression || pg_flag(constant, "isnull")) {
        schema_set(state->schema, column, property, NULL);
        return;
    }
    struct pg_writer writer = pg_writer_in(state, NULL);
    schema_set(state->schema, column, property,
               pg_write_as(&writer, expression,
                           pg_type_parse(state->world.arena, schema_get(column, SCHEMA_TYPE))));
    pg_wrote(state, &writer, "defaults");
}

static void set_generated(struct pg_state *state, struct schema_object *column,
                          const struct pg_node *node)
{
    struct pg_source source = pg_source_of(&state->world, column->owner, NULL);
    struct pg_scope scope = { .sources = &source, .count = 1 };
    struct pg_writer writer = pg_writer_in(state, &scope);
    schema_set(state->schema, column, SCHEMA_GENERATED,
               pg_write_as(&writer, pg_member(node, "raw_expr"),
                           pg_type_parse(state->world.arena, schema_get(column, SCHEMA_TYPE))));
    schema_set(state->schema, column, SCHEMA_GENERATED_KIND, "stored");
    pg_wrote(state, &writer, "generated columns");
}

struct sequence_row {
    const char *option;
    enum schema_property property;
    const char *ordinary;
};

static const struct sequence_row sequence_rows[] = {
    {"start",      SCHEMA_START,     "1"    },
    { "increment", SCHEMA_INCREMENT, "1"    },
    { "minvalue",  SCHEMA_MINIMUM,   "1"    },
    { "maxvalue",  SCHEMA_MAXIMUM,   NULL   },
    { "cache",     SCHEMA_CACHE,     "1"    },
    { "cycle",     SCHEMA_CYCLE,     "false"},
};

static bool is_largest(const char *type, const char *value)
{
    if (type && strcmp(type, "integer") == 0)
        return strcmp(value, "2147483647") == 0;
    if (type && strcmp(type, "smallint") == 0)
        return strcmp(value, "32767") == 0;
    return strcmp(value, "9223372036854775807") == 0;
}

static void set_sequence_options(struct pg_state *state, struct schema_object *sequence,
                                 const struct pg_node *options)
{
    const char *type = schema_get(sequence, SCHEMA_TYPE);
    for (size_t i = 0; i < sizeof(sequence_rows) / sizeof(sequence_rows[0]); i++) {
        const struct sequence_row *row = &sequence_rows[i];
        const struct pg_node *option = pg_option(options, row->option);
        if (!option)
            continue;
        const char *text = pg_option_text(&state->world, option);
        bool none = !pg_member(option, "arg") && row->property != SCHEMA_CYCLE; /* NO MINVALUE */
        bool ordinary = none || (row->ordinary && strcmp(text, row->ordinary) == 0) ||
                        (row->property == SCHEMA_MAXIMUM && is_largest(type, text));
        schema_set(state->schema, sequence, row->property, ordinary ? NULL : text);
    }
}

void pg_set_identity(struct pg_state *state, struct schema_object *column, const char *when,
                     const struct pg_node *options)
{
    if (*when)
        schema_set(state->schema, column, SCHEMA_IDENTITY,
                   strcmp(when, "a") == 0 ? "always" : "by default");
    schema_set_flag(state->schema, column, SCHEMA_NOT_NULL, true);
    set_sequence_options(state, column, options);
}

static void apply_column_constraint(struct pg_state *state, struct schema_object *column,
                                    const struct pg_node *node)
{
    const char *kind = pg_word(node, "contype");
    if (strcmp(kind, "CONSTR_NOTNULL") == 0)
        schema_set_flag(state->schema, column, SCHEMA_NOT_NULL, true);
    else if (strcmp(kind, "CONSTR_DEFAULT") == 0)
        pg_set_default(state, column, pg_member(node, "raw_expr"));
    else if (strcmp(kind, "CONSTR_IDENTITY") == 0)
        pg_set_identity(state, column, pg_word(node, "generated_when"), pg_member(node, "options"));
    else if (strcmp(kind, "CONSTR_PRIMARY") == 0)
        schema_set_flag(state->schema, column, SCHEMA_NOT_NULL, true);
}

static bool waits(const char *kind)
{
    return strcmp(kind, "CONSTR_PRIMARY") == 0 || strcmp(kind, "CONSTR_UNIQUE") == 0 ||
           strcmp(kind, "CONSTR_FOREIGN") == 0 || strcmp(kind, "CONSTR_CHECK") == 0 ||
           strcmp(kind, "CONSTR_EXCLUSION") == 0 || strcmp(kind, "CONSTR_GENERATED") == 0;
}

/* DEFERRABLE and the like stand behind the constraint that they belong to, as one of their own. */
static const struct pg_node *with_attributes(struct arena *arena, const struct pg_node *list,
                                             size_t index)
{
    const struct pg_node *whole = pg_as(pg_at(list, index), "Constraint");
    struct pg_node flag = { .kind = PG_TRUE };
    for (size_t i = index + 1; i < pg_count(list); i++) {
        const char *kind = pg_word(pg_as(pg_at(list, i), "Constraint"), "contype");
        if (strcmp(kind, "CONSTR_ATTR_DEFERRABLE") == 0)
            flag.name = "deferrable";
        else if (strcmp(kind, "CONSTR_ATTR_DEFERRED") == 0)
            flag.name = "initdeferred";
        else if (strncmp(kind, "CONSTR_ATTR", 11) != 0)
            break;
        else
            continue;
        whole = pg_tree_with(arena, whole, &flag);
    }
    return whole;
}

/* Constraints that are made when all columns are there: keys, checks, generated columns. */
static void apply_later(struct pg_state *state, struct schema_object *table,
                        const struct pg_node *node)
{
    const struct pg_node *list = pg_member(node, "constraints");
    const char *name = pg_word(node, "colname");
    struct schema_object *column = schema_find_part(state->schema, table, SCHEMA_COLUMN, name);
    for (size_t i = 0; column && i < pg_count(list); i++) {
        const char *kind = pg_word(pg_as(pg_at(list, i), "Constraint"), "contype");
        if (!waits(kind))
            continue;
        const struct pg_node *constraint = with_attributes(state->world.arena, list, i);
        if (strcmp(kind, "CONSTR_GENERATED") == 0)
            set_generated(state, column, constraint);
        else
            pg_add_constraint(state, table, constraint, name);
    }
}

static const char *serial_type(const struct pg_node *type)
{
    static const char *const rows[][2] = {
        {"serial",       "integer" },
        { "serial4",     "integer" },
        { "bigserial",   "bigint"  },
        { "serial8",     "bigint"  },
        { "smallserial", "smallint"},
        { "serial2",     "smallint"},
    };
    const struct pg_node *names = pg_member(type, "names");
    const char *name = pg_list_name(names).name;
    for (size_t i = 0; pg_count(names) == 1 && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i][0], name) == 0)
            return rows[i][1];
    return NULL;
}

static void make_serial(struct pg_state *state, struct schema_object *column, const char *type)
{
    const struct schema_object *table = column->owner;
    struct arena *arena = state->world.arena;
    const char *name =
        pg_choose(state, table->schema, table->name, column->name, "seq", pg_relation_taken);
    struct schema_object *sequence =
        schema_add(state->schema, SCHEMA_SEQUENCE, table->schema, name, NULL, &column->place);
    schema_set(state->schema, column, SCHEMA_TYPE, type);
    schema_set_flag(state->schema, column, SCHEMA_NOT_NULL, true);
    if (!sequence)
        return;
    schema_set(state->schema, sequence, SCHEMA_TYPE, type);
    schema_set(state->schema, sequence, SCHEMA_OWNED_BY,
               arena_printf(arena, "%s.%s", pg_object_name(arena, table),
                            pg_quoted(arena, column->name)));
    schema_set(state->schema, column, SCHEMA_DEFAULT,
               arena_printf(arena, "nextval(%s::regclass)",
                            pg_literal(arena, pg_object_name(arena, sequence))));
}

static struct schema_object *make_column(struct pg_state *state, struct schema_object *table,
                                         const struct pg_node *node)
{
    struct schema_place place = pg_place(state, pg_integer(node, "location"));
    const struct pg_node *type = pg_member(node, "typeName"),
                         *list = pg_member(node, "constraints");
    const struct pg_node *collation = pg_member(node, "collClause");
    struct schema_object *column =
        schema_add_part(state->schema, table, SCHEMA_COLUMN, pg_word(node, "colname"), &place);
    if (!column)
        return NULL;
    if (serial_type(type))
        make_serial(state, column, serial_type(type));
    else if (type)
        schema_set(state->schema, column, SCHEMA_TYPE, pg_type_of(&state->world, type).full);
    if (collation)
        schema_set(state->schema, column, SCHEMA_COLLATION,
                   pg_collation_name(state->world.arena, pg_member(collation, "collname")));
    for (size_t i = 0; i < pg_count(list); i++)
        apply_column_constraint(state, column, pg_as(pg_at(list, i), "Constraint"));
    return column;
}

static void copy_column(struct pg_state *state, struct schema_object *table,
                        const struct schema_object *from)
{
    struct schema_place place = pg_place(state, -1);
    struct schema_object *copy =
        schema_add_part(state->schema, table, SCHEMA_COLUMN, from->name, &place);
    if (copy)
        pg_copy_values(state->schema, from, copy);
}

static void add_to_partition(struct pg_state *state, struct schema_object *partition,
                             const struct schema_object *column)
{
    copy_column(state, partition, column);
    struct schema_object *copy =
        schema_find_part(state->schema, partition, SCHEMA_COLUMN, column->name);
    if (copy)
        pg_each_partition(state, copy, add_to_partition);
}

void pg_add_column(struct pg_state *state, struct schema_object *table, const struct pg_node *node,
                   bool if_not_exists)
{
    struct schema_object *column = make_column(state, table, node);
    if (!column) {
        if (!if_not_exists)
            pg_complain(state, "%s has a column %s already",
                        schema_object_path(state->world.arena, table), pg_word(node, "colname"));
        return;
    }
    apply_later(state, table, node);
    pg_each_partition(state, column, add_to_partition);
}

static void copy_columns(struct pg_state *state, struct schema_object *table,
                         const struct schema_object *from, bool all)
{
    for (const struct schema_object *part = from->parts; part; part = part->next) {
        if (part->kind != SCHEMA_COLUMN)
            continue;
        copy_column(state, table, part);
        struct schema_object *copy =
            schema_find_part(state->schema, table, SCHEMA_COLUMN, part->name);
        for (int i = SCHEMA_DEFAULT; !all && i <= SCHEMA_GENERATED_KIND; i++)
            schema_set(state->schema, copy, (enum schema_property)i, NULL);
        schema_set(state->schema, copy, SCHEMA_COMMENT, NULL);
    }
}

/* Bits of TableLikeOption in the server's parsenodes.h. */
enum { LIKE_CONSTRAINTS = 1 << 2, LIKE_DEFAULTS = 1 << 3, LIKE_INDEXES = 1 << 6 };

static void copy_like(struct pg_state *state, struct schema_object *table,
                      const struct pg_node *like)
{
    const struct schema_object *from = pg_need_relation(state, pg_member(like, "relation"), false);
    long options = pg_integer(like, "options");
    if (!from || from == table)
        return;
    copy_columns(state, table, from, options & LIKE_DEFAULTS);
    for (const struct schema_object *part = from->parts; part; part = part->next) {
        const char *sort = schema_get(part, SCHEMA_SORT);
        bool check = sort && strcmp(sort, "check") == 0, foreign = sort && *sort == 'f';
        if (part->kind == SCHEMA_CONSTRAINT && !foreign &&
            options & (check ? LIKE_CONSTRAINTS : LIKE_INDEXES))
            pg_clone_constraint(state, table, part);
        else if (part->kind == SCHEMA_INDEX && options & LIKE_INDEXES)
            pg_clone_index(state, table, part);
    }
}

/* A child has its parent's columns, and gives itself the values. */
static void leave_identities(struct pg_state *state, struct schema_object *table,
                             const struct schema_object *parent)
{
    for (const struct schema_object *part = parent->parts; part; part = part->next) {
        struct schema_object *copy =
            part->kind == SCHEMA_COLUMN && schema_get(part, SCHEMA_IDENTITY)
                ? schema_find_part(state->schema, table, SCHEMA_COLUMN, part->name)
                : NULL;
        if (!copy)
            continue;
        schema_set(state->schema, copy, SCHEMA_IDENTITY, NULL);
        for (int i = SCHEMA_START; i <= SCHEMA_CYCLE; i++)
            schema_set(state->schema, copy, (enum schema_property)i, NULL);
    }
}

static void inherit(struct pg_state *state, struct schema_object *table,
                    const struct pg_node *parents)
{
    size_t count = pg_count(parents), known = 0;
    const char **names = arena_array(state->world.arena, count + 1, sizeof(*names));
    for (size_t i = 0; i < count; i++) {
        const struct schema_object *parent =
            pg_need_relation(state, pg_as(pg_at(parents, i), "RangeVar"), false);
        if (!parent || parent == table)
            continue;
        names[known++] = pg_object_name(state->world.arena, parent);
        copy_columns(state, table, parent, true);
        leave_identities(state, table, parent);
        for (const struct schema_object *part = parent->parts; part; part = part->next) {
            const char *sort = schema_get(part, SCHEMA_SORT);
            if (part->kind == SCHEMA_CONSTRAINT && strcmp(sort, "check") == 0 &&
                !schema_flag(part, SCHEMA_NO_INHERIT))
                pg_clone_constraint(state, table, part);
        }
    }
    schema_set_list(state->schema, table, SCHEMA_INHERITS, names, known);
    state->inherits = state->inherits || known;
}

static void set_partition_key(struct pg_state *state, struct schema_object *table,
                              const struct pg_node *spec)
{
    const struct pg_node *list = pg_member(spec, "partParams");
    struct pg_source source = pg_source_of(&state->world, table, NULL);
    struct pg_scope scope = { .sources = &source, .count = 1 };
    struct pg_writer writer = pg_writer_in(state, &scope);
    struct strbuf out = STRBUF_INIT;
    for (const char *c = pg_word(spec, "strategy"); *c; c++)
        strbuf_add_char(&out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
    strbuf_add(&out, " (");
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *element = pg_as(pg_at(list, i), "PartitionElem");
        const struct pg_node *expression = pg_member(element, "expr");
        strbuf_add(&out, i ? ", " : "");
        if (!expression)
            pg_add_name(&out, pg_word(element, "name"));
        else if (pg_as(expression, "FuncCall"))
            strbuf_add(&out, pg_write(&writer, expression).bare);
        else
            strbuf_printf(&out, "(%s)", pg_write(&writer, expression).bare);
    }
    strbuf_add_char(&out, ')');
    schema_set(state->schema, table, SCHEMA_SORT, "partitioned");
    schema_set(state->schema, table, SCHEMA_PARTITION_KEY, out.data);
    strbuf_release(&out);
    pg_wrote(state, &writer, "partition keys");
}

/* The types of the columns of the key, for the constants of bounds. */
static struct pg_type key_type(struct pg_state *state, const struct schema_object *table,
                               size_t index)
{
    struct arena *arena = state->world.arena;
    const char *key = schema_get(table, SCHEMA_PARTITION_KEY);
    const char *open = key ? strchr(key, '(') : NULL;
    size_t count = 0;
    if (!open)
        return (struct pg_type){ NULL, NULL };
    const char **names = arena_words(arena, open + 1, ",) ", &count);
    const struct schema_object *column =
        index < count ? schema_find_part(state->schema, table, SCHEMA_COLUMN, names[index]) : NULL;
    return pg_type_parse(arena, column ? schema_get(column, SCHEMA_TYPE) : NULL);
}

static void add_datums(struct pg_state *state, const struct schema_object *table,
                       struct strbuf *out, const struct pg_node *list, bool one_column)
{
    struct pg_writer writer = pg_writer_in(state, NULL);
    for (size_t i = 0; i < pg_count(list); i++) {
        const char *word =
            pg_list_name(pg_member(pg_as(pg_at(list, i), "ColumnRef"), "fields")).name;
        strbuf_add(out, i ? ", " : "(");
        if (strcmp(word, "minvalue") == 0 || strcmp(word, "maxvalue") == 0) {
            strbuf_add(out, *(word + 1) == 'i' ? "MINVALUE" : "MAXVALUE");
            continue;
        }
        struct pg_written written = pg_write(&writer, pg_at(list, i));
        struct pg_type type = key_type(state, table, one_column ? 0 : i);
        if (written.literal && pg_type_number(type))
            strbuf_printf(out, "'%s'", written.literal);
        else if (written.literal)
            pg_add_literal(out, pg_type_value(state->world.arena, type, written.literal));
        else if (written.constant && pg_type_number(type) && pg_type_number(type) != 2)
            strbuf_printf(out, "'%s'", written.bare);
        else
            strbuf_add(out, written.bare);
    }
    strbuf_add(out, ")");
    pg_wrote(state, &writer, "partition bounds");
}

static void set_bound(struct pg_state *state, const struct schema_object *table,
                      struct schema_object *partition, const struct pg_node *bound)
{
    struct strbuf out = STRBUF_INIT;
    const char *strategy = pg_word(bound, "strategy");
    if (pg_flag(bound, "is_default")) {
        strbuf_add(&out, "DEFAULT");
    } else if (strcmp(strategy, "h") == 0) {
        strbuf_printf(&out, "FOR VALUES WITH (modulus %ld, remainder %ld)",
                      pg_integer(bound, "modulus"), pg_integer(bound, "remainder"));
    } else if (strcmp(strategy, "l") == 0) {
        strbuf_add(&out, "FOR VALUES IN ");
        add_datums(state, table, &out, pg_member(bound, "listdatums"), true);
    } else {
        strbuf_add(&out, "FOR VALUES FROM ");
        add_datums(state, table, &out, pg_member(bound, "lowerdatums"), false);
        strbuf_add(&out, " TO ");
        add_datums(state, table, &out, pg_member(bound, "upperdatums"), false);
    }
    schema_set(state->schema, partition, SCHEMA_PARTITION_OF,
               pg_object_name(state->world.arena, table));
    schema_set(state->schema, partition, SCHEMA_PARTITION_BOUND, out.data);
    strbuf_release(&out);
}

void pg_attach_partition(struct pg_state *state, const struct schema_object *table,
                         struct schema_object *partition, const struct pg_node *bound)
{
    set_bound(state, table, partition, bound);
    pg_clone_parts(state, table, partition);
}

static void add_elements(struct pg_state *state, struct schema_object *table,
                         const struct pg_node *list)
{
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *column = pg_as(pg_at(list, i), "ColumnDef");
        const struct pg_node *like = pg_as(pg_at(list, i), "TableLikeClause");
        if (like)
            copy_like(state, table, like);
        else if (column && !make_column(state, table, column)) {
            /* It has the one of its parent, to which this adds. */
            struct schema_object *has =
                schema_find_part(state->schema, table, SCHEMA_COLUMN, pg_word(column, "colname"));
            const struct pg_node *constraints = pg_member(column, "constraints");
            for (size_t j = 0; has && j < pg_count(constraints); j++)
                apply_column_constraint(state, has, pg_as(pg_at(constraints, j), "Constraint"));
        }
    }
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *column = pg_as(pg_at(list, i), "ColumnDef");
        const struct pg_node *constraint = pg_as(pg_at(list, i), "Constraint");
        if (column)
            apply_later(state, table, column);
        else if (constraint)
            pg_add_constraint(state, table, constraint, NULL);
    }
}

static struct schema_object *new_table(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *range = pg_member(node, "relation");
    struct pg_name name = pg_range_name(range);
    const char *namespace = pg_target(state, name);
    struct schema_place place = pg_place(state, -1);
    if (pg_relation_taken(state, namespace, name.name)) {
        if (!pg_flag(node, "if_not_exists"))
            pg_complain(state, "there is a relation %s.%s already", namespace, name.name);
        return NULL;
    }
    struct schema_object *table =
        schema_add(state->schema, SCHEMA_TABLE, namespace, name.name, NULL, &place);
    if (pg_is(range, "relpersistence", "u"))
        schema_set(state->schema, table, SCHEMA_PERSISTENCE, "unlogged");
    return table;
}

static void fill_table(struct pg_state *state, struct schema_object *table,
                       const struct pg_node *node)
{
    const struct pg_node *parents = pg_member(node, "inhRelations"),
                         *bound = pg_member(node, "partbound");
    const struct schema_object *parent = NULL;
    if (bound)
        parent = pg_need_relation(state, pg_as(pg_at(parents, 0), "RangeVar"), false);
    else if (pg_count(parents))
        inherit(state, table, parents);
    if (parent)
        copy_columns(state, table, parent, true);
    add_elements(state, table, pg_member(node, "tableElts"));
    if (pg_member(node, "partspec"))
        set_partition_key(state, table, pg_member(node, "partspec"));
    if (parent)
        pg_attach_partition(state, parent, table, bound);
    schema_set(state->schema, table, SCHEMA_TABLESPACE, pg_text(node, "tablespacename"));
    pg_set_options(state, table, pg_member(node, "options"));
}

void pg_create_table(struct pg_state *state, const struct pg_node *node)
{
    if (pg_is(pg_member(node, "relation"), "relpersistence", "t"))
        return; /* a temporary one is gone when the session ends */
    struct schema_object *table = new_table(state, node);
    if (!table)
        return;
    if (pg_member(node, "ofTypename"))
        pg_complain(state, "columns of a table of a type are not read");
    fill_table(state, table, node);
}

void pg_create_foreign_table(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *base = pg_member(node, "base");
    struct schema_object *table = new_table(state, base);
    if (!table)
        return;
    fill_table(state, table, base);
    schema_set(state->schema, table, SCHEMA_SORT, "foreign");
    schema_add_gap(state->schema, "options of foreign tables", "only their columns are read");
}

static void set_owned_by(struct pg_state *state, struct schema_object *sequence,
                         const struct pg_node *options)
{
    const struct pg_node *option = pg_option(options, "owned_by");
    size_t count;
    const char **names = pg_names(state, pg_member(option, "arg"), &count);
    struct arena *arena = state->world.arena;
    if (!option)
        return;
    if (count == 1) {
        schema_set(state->schema, sequence, SCHEMA_OWNED_BY, NULL);
        return;
    }
    struct pg_name name = { count > 2 ? names[count - 3] : NULL,
                            count > 1 ? names[count - 2] : "" };
    const struct schema_object *table = pg_lookup_relation(&state->world, name);
    schema_set(state->schema, sequence, SCHEMA_OWNED_BY,
               arena_printf(arena, "%s.%s",
                            table ? pg_object_name(arena, table)
                                  : pg_qualified(arena, name.namespace, name.name),
                            pg_quoted(arena, count ? names[count - 1] : "")));
}

static void set_sequence(struct pg_state *state, struct schema_object *sequence,
                         const struct pg_node *options)
{
    const struct pg_node *type = pg_member(pg_member(pg_option(options, "as"), "arg"), "TypeName");
    if (type)
        schema_set(state->schema, sequence, SCHEMA_TYPE, pg_type_of(&state->world, type).full);
    set_sequence_options(state, sequence, options);
    set_owned_by(state, sequence, options);
}

void pg_create_sequence(struct pg_state *state, const struct pg_node *node)
{
    struct pg_name name = pg_range_name(pg_member(node, "sequence"));
    const char *namespace = pg_target(state, name);
    struct schema_place place = pg_place(state, -1);
    if (pg_relation_taken(state, namespace, name.name)) {
        if (!pg_flag(node, "if_not_exists"))
            pg_complain(state, "there is a relation %s.%s already", namespace, name.name);
        return;
    }
    struct schema_object *sequence =
        schema_add(state->schema, SCHEMA_SEQUENCE, namespace, name.name, NULL, &place);
    schema_set(state->schema, sequence, SCHEMA_TYPE, "bigint");
    set_sequence(state, sequence, pg_member(node, "options"));
}

void pg_alter_sequence(struct pg_state *state, const struct pg_node *node)
{
    struct schema_object *sequence =
        pg_need_relation(state, pg_member(node, "sequence"), pg_flag(node, "missing_ok"));
    if (sequence)
        set_sequence(state, sequence, pg_member(node, "options"));
}
