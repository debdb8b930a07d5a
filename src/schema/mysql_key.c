#include <string.h>
#include <strings.h>

#include "live_mariadb.h"
#include "mysql_quote.h"
#include "mysql_work.h"

/* --- Columns of a key ------------------------------------------------------------------------- */

struct key_columns {
    const char **plain; /* "a", "name(10) DESC", "(lower(x))" */
    const char **names; /* of the columns alone; NULL for an expression */
    size_t count;
};

static void read_key_column(struct mysql_work *work, struct sql_cursor *item,
                            struct key_columns *columns)
{
    struct strbuf plain = STRBUF_INIT;
    const char *name = NULL;
    size_t from = item->at;

    if (sql_at_sign(item, "(")) {
        sql_skip(item);
        strbuf_add(&plain, sql_source(item, from, item->at));
    } else {
        name = sql_take_part(item);
        name = name != NULL ? name : "";
        strbuf_add(&plain, name);
        from = item->at;
        if (sql_at_sign(item, "(")) {
            sql_skip(item);
            strbuf_add(&plain, sql_source(item, from, item->at));
        }
    }
    if (sql_take_word(item, "DESC"))
        strbuf_add(&plain, " DESC");
    columns->names[columns->count] = name;
    columns->plain[columns->count++] = strbuf_to_arena(&plain, work->arena);
    strbuf_release(&plain);
}

static struct key_columns read_key_columns(struct mysql_work *work, struct sql_cursor *cursor)
{
    struct key_columns columns = { .count = 0 };
    struct sql_cursor inner, item;
    size_t room;

    if (!sql_take_bracket(cursor, &inner))
        return columns;
    room = inner.count - inner.at + 1;
    columns.plain = arena_array(work->arena, room, sizeof *columns.plain);
    columns.names = arena_array(work->arena, room, sizeof *columns.names);
    while (sql_take_item(&inner, &item))
        read_key_column(work, &item, &columns);
    return columns;
}

/* --- Definitions ------------------------------------------------------------------------------ */

/* Where the name ends in "name(10) DESC". */
static size_t name_length(const char *item)
{
    size_t length = strlen(item), bracket;

    if (length > 5 && strcmp(item + length - 5, " DESC") == 0)
        length -= 5;
    if (length == 0 || item[length - 1] != ')')
        return length;
    for (bracket = length - 1; bracket > 0 && item[bracket - 1] >= '0' && item[bracket - 1] <= '9';)
        bracket--;
    return bracket > 0 && item[bracket - 1] == '(' ? bracket - 1 : length;
}

/* With backquotes, as a server tells them: live_mariadb_parts.c. */
static void add_columns(struct mysql_work *work, struct strbuf *out,
                        const struct schema_object *part, enum schema_property property)
{
    size_t count;
    const char *const *items = schema_list(part, property, &count);

    strbuf_add_char(out, '(');
    for (size_t i = 0; i < count; i++) {
        size_t length = *items[i] == '(' ? 0 : name_length(items[i]);

        strbuf_add(out, i > 0 ? ", " : "");
        if (length > 0)
            mariadb_add_name(out, arena_bytes(work->arena, items[i], length));
        strbuf_add(out, items[i] + length);
    }
    strbuf_add_char(out, ')');
}

static void add_index_head(struct strbuf *out, const struct schema_object *part)
{
    const char *method = schema_get(part, SCHEMA_METHOD);

    strbuf_printf(out, "CREATE %sINDEX ",
                  method != NULL && strcmp(method, "fulltext") == 0  ? "FULLTEXT "
                  : method != NULL && strcmp(method, "spatial") == 0 ? "SPATIAL "
                                                                     : "");
    mariadb_add_name(out, part->name);
    strbuf_add(out, " ON ");
    mariadb_add_name(out, part->owner->name);
    strbuf_add_char(out, ' ');
}

static void add_foreign_key(struct mysql_work *work, struct strbuf *out,
                            const struct schema_object *part)
{
    const char *on_delete = schema_get(part, SCHEMA_ON_DELETE);
    const char *on_update = schema_get(part, SCHEMA_ON_UPDATE);

    strbuf_add(out, "FOREIGN KEY ");
    add_columns(work, out, part, SCHEMA_COLUMNS);
    strbuf_add(out, " REFERENCES ");
    mariadb_add_name(out, schema_get(part, SCHEMA_REFERENCES));
    strbuf_add_char(out, ' ');
    add_columns(work, out, part, SCHEMA_REFERENCED_COLUMNS);
    if (on_delete != NULL)
        strbuf_printf(out, " ON DELETE %s", on_delete);
    if (on_update != NULL)
        strbuf_printf(out, " ON UPDATE %s", on_update);
}

static void define(struct mysql_work *work, struct schema_object *part)
{
    const char *sort = schema_get(part, SCHEMA_SORT);
    struct strbuf form = STRBUF_INIT;

    if (part->kind == SCHEMA_INDEX) {
        add_index_head(&form, part);
        add_columns(work, &form, part, SCHEMA_COLUMNS);
    } else if (strcmp(sort, "foreign key") == 0) {
        add_foreign_key(work, &form, part);
    } else if (strcmp(sort, "check") == 0) {
        strbuf_printf(&form, "CHECK (%s)", schema_get(part, SCHEMA_EXPRESSION));
    } else {
        strbuf_add(&form, strcmp(sort, "primary key") == 0 ? "PRIMARY KEY " : "UNIQUE ");
        add_columns(work, &form, part, SCHEMA_COLUMNS);
    }
    schema_set(work->schema, part, SCHEMA_DEFINITION, form.data);
    strbuf_release(&form);
}

void mysql_define_keys(struct mysql_work *work)
{
    for (struct schema_object *table = work->schema->first; table != NULL; table = table->next) {
        for (struct schema_object *part = table->parts; part != NULL; part = part->next) {
            if (part->kind == SCHEMA_INDEX || part->kind == SCHEMA_CONSTRAINT)
                define(work, part);
        }
    }
}

void mysql_follow_table(struct mysql_work *work, const char *name, const char *new_name)
{
    for (struct schema_object *table = work->schema->first; table != NULL; table = table->next) {
        for (struct schema_object *part = table->parts; part != NULL; part = part->next) {
            const char *target = schema_get(part, SCHEMA_REFERENCES);

            if (part->kind == SCHEMA_CONSTRAINT && target != NULL && strcmp(target, name) == 0)
                schema_set(work->schema, part, SCHEMA_REFERENCES, new_name);
        }
    }
}

/* --- Indexes and keys ------------------------------------------------------------------------- */

static bool is_taken(const struct mysql_work *work, const struct schema_object *table,
                     const char *name)
{
    return schema_find_part(work->schema, table, SCHEMA_CONSTRAINT, name) != NULL ||
           schema_find_part(work->schema, table, SCHEMA_INDEX, name) != NULL;
}

/* A server names an index after its first column, and counts where that is taken. */
static const char *name_for(const struct mysql_work *work, const struct schema_object *table,
                            const struct key_columns *columns)
{
    const char *first =
        columns->count > 0 && columns->names[0] != NULL ? columns->names[0] : "functional_index";
    const char *name = first;

    for (unsigned number = 2; is_taken(work, table, name); number++)
        name = arena_printf(work->arena, "%s_%u", first, number);
    return name;
}

static void require_values(struct mysql_work *work, const struct schema_object *table,
                           const struct key_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        struct schema_object *column =
            columns->names[i] != NULL
                ? schema_find_part(work->schema, table, SCHEMA_COLUMN, columns->names[i])
                : NULL;

        if (column != NULL)
            schema_set_flag(work->schema, column, SCHEMA_NOT_NULL, true);
    }
}

/* `sort`: "PRIMARY", "UNIQUE", "FULLTEXT", "SPATIAL", "". */
static struct schema_object *add_key(struct mysql_work *work, struct schema_object *table,
                                     const char *name, const char *sort,
                                     const struct key_columns *columns)
{
    bool primary = strcmp(sort, "PRIMARY") == 0;
    bool constraint = primary || strcmp(sort, "UNIQUE") == 0;
    struct schema_object *part;

    if (columns->count == 0) {
        mysql_problem(work, "a key of %s without columns", table->name);
        return NULL;
    }
    if (primary)
        name = "PRIMARY";
    else if (name == NULL)
        name = name_for(work, table, columns);
    part = schema_add_part(work->schema, table, constraint ? SCHEMA_CONSTRAINT : SCHEMA_INDEX, name,
                           &work->place);
    if (part == NULL) {
        mysql_problem(work, "%s has a key %s already", table->name, name);
        return NULL;
    }
    if (constraint)
        schema_set(work->schema, part, SCHEMA_SORT, primary ? "primary key" : "unique");
    if (primary)
        require_values(work, table, columns);
    schema_set(work->schema, part, SCHEMA_METHOD,
               strcmp(sort, "FULLTEXT") == 0  ? "fulltext"
               : strcmp(sort, "SPATIAL") == 0 ? "spatial"
                                              : "btree");
    schema_set_list(work->schema, part, SCHEMA_COLUMNS, columns->plain, columns->count);
    return part;
}

void mysql_add_index(struct mysql_work *work, struct schema_object *table, const char *name,
                     const char *sort, struct sql_cursor *cursor)
{
    struct schema_object *part;
    struct key_columns columns;

    while (!sql_at_end(cursor) && !sql_at_sign(cursor, "(")) /* USING BTREE */
        cursor->at++;
    columns = read_key_columns(work, cursor);
    part = add_key(work, table, name, sort, &columns);
    while (part != NULL && !sql_at_end(cursor)) {
        if (sql_take_word(cursor, "COMMENT"))
            schema_set(work->schema, part, SCHEMA_COMMENT, mysql_take_string(cursor));
        else
            sql_skip(cursor);
    }
}

void mysql_add_column_key(struct mysql_work *work, struct schema_object *column, bool primary)
{
    const char *names[] = { column->name };
    const struct key_columns columns = { .plain = names, .names = names, .count = 1 };

    add_key(work, column->owner, NULL, primary ? "PRIMARY" : "UNIQUE", &columns);
}

void mysql_add_check(struct mysql_work *work, struct schema_object *table, const char *name,
                     const char *expression)
{
    struct schema_object *part;

    for (unsigned number = 1; name == NULL; number++) {
        const char *wanted = work->dialect == DIALECT_MYSQL
                                 ? arena_printf(work->arena, "%s_chk_%u", table->name, number)
                                 : arena_printf(work->arena, "CONSTRAINT_%u", number);

        if (!is_taken(work, table, wanted))
            name = wanted;
    }
    part = schema_add_part(work->schema, table, SCHEMA_CONSTRAINT, name, &work->place);
    if (part == NULL) {
        mysql_problem(work, "%s has a constraint %s already", table->name, name);
        return;
    }
    schema_set(work->schema, part, SCHEMA_SORT, "check");
    schema_set(work->schema, part, SCHEMA_EXPRESSION, expression);
}

/* --- Foreign keys ----------------------------------------------------------------------------- */

static bool is_sort(const struct schema_object *part, const char *sort)
{
    const char *text = schema_get(part, SCHEMA_SORT);

    return part->kind == SCHEMA_CONSTRAINT && text != NULL && strcmp(text, sort) == 0;
}

static bool is_implied(const struct mysql_work *work, const struct schema_object *part)
{
    for (size_t i = 0; i < work->implied.count; i++) {
        if (*(const struct schema_object **)vector_at(&work->implied, i) == part)
            return true;
    }
    return false;
}

/* Whether an index of somebody begins with these columns. */
static bool has_index(const struct mysql_work *work, const struct schema_object *table,
                      const char *const *columns, size_t count, bool implied)
{
    for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
        size_t of_part, same = 0;
        const char *const *items = schema_list(part, SCHEMA_COLUMNS, &of_part);
        const char *method = schema_get(part, SCHEMA_METHOD);

        if ((part->kind != SCHEMA_INDEX && !is_sort(part, "primary key") &&
             !is_sort(part, "unique")) ||
            (method != NULL && strcmp(method, "btree") != 0) ||
            (!implied && is_implied(work, part)))
            continue;
        while (same < count && same < of_part && strcasecmp(items[same], columns[same]) == 0)
            same++;
        if (same == count)
            return true;
    }
    return false;
}

static void drop_covered(struct mysql_work *work, struct schema_object *table)
{
    struct schema_object *next;

    for (struct schema_object *part = table->parts; part != NULL; part = next) {
        size_t count;
        const char *const *columns = schema_list(part, SCHEMA_COLUMNS, &count);

        next = part->next;
        if (part->kind == SCHEMA_INDEX && is_implied(work, part) &&
            has_index(work, table, columns, count, false))
            schema_remove(work->schema, part);
    }
}

/* "orders_ibfk_1" is a server's name for the key, and not one for its index. */
static bool is_given_name(const struct schema_object *key)
{
    size_t length = strlen(key->owner->name);

    return strncmp(key->name, key->owner->name, length) == 0 &&
           strncmp(key->name + length, "_ibfk_", strlen("_ibfk_")) == 0;
}

void mysql_index_foreign_keys(struct mysql_work *work, struct schema_object *table)
{
    drop_covered(work, table);
    for (const struct schema_object *key = table->parts; key != NULL; key = key->next) {
        size_t count;
        const char *const *columns = schema_list(key, SCHEMA_COLUMNS, &count);
        const struct schema_object *index;
        const char **names;

        if (!is_sort(key, "foreign key") || has_index(work, table, columns, count, true))
            continue;
        names = arena_array(work->arena, count, sizeof *names);
        for (size_t i = 0; i < count; i++)
            names[i] = arena_text(work->arena, columns[i]);
        index = add_key(work, table, is_given_name(key) ? NULL : key->name, "",
                        &(struct key_columns){ .plain = names, .names = names, .count = count });
        if (index != NULL)
            vector_push(&work->implied, &index);
    }
}

static const char *take_action(struct sql_cursor *cursor)
{
    const char *action = NULL;

    if (sql_take_word(cursor, "CASCADE"))
        action = "CASCADE";
    else if (sql_take_words(cursor, "SET NULL"))
        action = "SET NULL";
    else if (sql_take_words(cursor, "SET DEFAULT"))
        action = "SET DEFAULT";
    else
        (void)(sql_take_words(cursor, "NO ACTION") || sql_take_word(cursor, "RESTRICT"));
    return action;
}

static void take_actions(struct mysql_work *work, struct sql_cursor *cursor,
                         struct schema_object *part)
{
    for (;;) {
        if (sql_take_words(cursor, "ON DELETE"))
            schema_set(work->schema, part, SCHEMA_ON_DELETE, take_action(cursor));
        else if (sql_take_words(cursor, "ON UPDATE"))
            schema_set(work->schema, part, SCHEMA_ON_UPDATE, take_action(cursor));
        else if (sql_take_word(cursor, "MATCH"))
            sql_skip(cursor);
        else
            return;
    }
}

void mysql_add_foreign_key(struct mysql_work *work, struct schema_object *table, const char *name,
                           const char *const *columns, size_t count, struct sql_cursor *cursor)
{
    struct key_columns referenced;
    struct schema_object *part;
    const char *target;

    sql_take_word(cursor, "REFERENCES");
    target = sql_take_name(cursor);
    referenced = read_key_columns(work, cursor);
    for (unsigned number = 1; name == NULL; number++) {
        const char *wanted = arena_printf(work->arena, "%s_ibfk_%u", table->name, number);

        if (!is_taken(work, table, wanted))
            name = wanted;
    }
    if (target == NULL || count == 0 ||
        (part = schema_add_part(work->schema, table, SCHEMA_CONSTRAINT, name, &work->place)) ==
            NULL) {
        mysql_problem(work, "the foreign key %s of %s cannot be added", name, table->name);
        return;
    }
    schema_set(work->schema, part, SCHEMA_SORT, "foreign key");
    schema_set(work->schema, part, SCHEMA_REFERENCES, target);
    schema_set_list(work->schema, part, SCHEMA_COLUMNS, columns, count);
    schema_set_list(work->schema, part, SCHEMA_REFERENCED_COLUMNS, referenced.plain,
                    referenced.count);
    take_actions(work, cursor, part);
}

/* --- As they are written ---------------------------------------------------------------------- */

static const char *take_key_name(struct sql_cursor *cursor)
{
    sql_take_if(cursor);
    return sql_at_sign(cursor, "(") || sql_at_word(cursor, "USING") ? NULL : sql_take_part(cursor);
}

static void define_foreign(struct mysql_work *work, struct sql_cursor *cursor,
                           struct schema_object *table, const char *name)
{
    const char *index = take_key_name(cursor);
    struct key_columns columns = read_key_columns(work, cursor);

    mysql_add_foreign_key(work, table, name != NULL ? name : index, columns.plain, columns.count,
                          cursor);
}

void mysql_define_key(struct mysql_work *work, struct sql_cursor *cursor,
                      struct schema_object *table)
{
    const char *name = NULL;

    if (sql_take_word(cursor, "CONSTRAINT") &&
        !sql_at_one_of(cursor, "PRIMARY FOREIGN CHECK UNIQUE"))
        name = take_key_name(cursor);
    if (sql_take_words(cursor, "PRIMARY KEY")) {
        mysql_add_index(work, table, NULL, "PRIMARY", cursor);
    } else if (sql_take_words(cursor, "FOREIGN KEY")) {
        define_foreign(work, cursor, table, name);
    } else if (sql_take_word(cursor, "CHECK")) {
        struct sql_cursor inner;

        if (sql_take_bracket(cursor, &inner))
            mysql_add_check(work, table, name, sql_source(&inner, inner.at, inner.count));
    } else {
        static const char *const sorts[] = { "UNIQUE", "FULLTEXT", "SPATIAL" };
        const char *sort = "";

        for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
            if (sql_take_word(cursor, sorts[i]))
                sort = sorts[i];
        }
        (void)(sql_take_word(cursor, "KEY") || sql_take_word(cursor, "INDEX"));
        if (!sql_at_sign(cursor, "(") && !sql_at_word(cursor, "USING"))
            name = take_key_name(cursor);
        mysql_add_index(work, table, name, sort, cursor);
    }
}

bool mysql_drop_key(struct mysql_work *work, struct schema_object *table, const char *name)
{
    struct schema_object *part =
        name != NULL ? schema_find_part(work->schema, table, SCHEMA_INDEX, name) : NULL;

    if (part == NULL && name != NULL)
        part = schema_find_part(work->schema, table, SCHEMA_CONSTRAINT, name);
    if (part == NULL)
        return false;
    schema_remove(work->schema, part);
    return true;
}

static void follow_part(struct mysql_work *work, struct schema_object *part, const char *name,
                        const char *new_name)
{
    size_t count, kept = 0;
    const char *const *items = schema_list(part, SCHEMA_COLUMNS, &count);
    const char **columns = arena_array(work->arena, count, sizeof *columns);
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        size_t length = name_length(items[i]);

        if (length != strlen(name) || strncasecmp(items[i], name, length) != 0) {
            columns[kept++] = arena_text(work->arena, items[i]);
            continue;
        }
        found = true;
        if (new_name != NULL)
            columns[kept++] = arena_printf(work->arena, "%s%s", new_name, items[i] + length);
    }
    if (found && kept == 0)
        schema_remove(work->schema, part);
    else if (found)
        schema_set_list(work->schema, part, SCHEMA_COLUMNS, columns, kept);
}

void mysql_follow_column(struct mysql_work *work, struct schema_object *table, const char *name,
                         const char *new_name)
{
    struct schema_object *next;

    for (struct schema_object *part = table->parts; part != NULL; part = next) {
        next = part->next;
        if (part->kind == SCHEMA_INDEX || part->kind == SCHEMA_CONSTRAINT)
            follow_part(work, part, name, new_name);
    }
}
