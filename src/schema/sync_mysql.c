/* The way from one schema of MySQL or MariaDB to another, in the order in which it works. */
#include <string.h>

#include <pilab/base/arena.h>

#include "diff_parts.h"
#include "sync_mysql_table.h"
#include "sync_script.h"

/* Strict, so that what would be cut fails; nothing else that says how a text is read. */
#define SQL_MODE "'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"

/* ---- foreign keys ---- */

static bool has_name(const struct schema_object *key, enum schema_property property,
                     const char *name)
{
    size_t count;
    const char *const *names = schema_list(key, property, &count);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

/* Whether the table's columns get another character set or collation by their table. */
static bool is_converted(const struct sync_script *script, const char *table)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_TABLE);

        if (change != NULL && change->kind == SCHEMA_CHANGED &&
            strcmp(change->current->name, table) == 0 &&
            (schema_change_of(change, SCHEMA_CHARACTER_SET) ||
             schema_change_of(change, SCHEMA_COLLATION)))
            return true;
    }
    return false;
}

/* Whether a column at either end of the key becomes another one: a server refuses that. */
static bool is_in_the_way(const struct sync_script *script, const struct schema_object *key)
{
    const char *target = schema_get(key, SCHEMA_REFERENCES);

    if (is_converted(script, key->owner->name) || (target != NULL && is_converted(script, target)))
        return true;
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_COLUMN);
        const struct schema_object *column;

        if (change == NULL || change->kind != SCHEMA_CHANGED)
            continue;
        column = change->previous;
        if (strcmp(column->owner->name, key->owner->name) == 0 &&
            has_name(key, SCHEMA_COLUMNS, column->name))
            return true;
        if (target != NULL && strcmp(column->owner->name, target) == 0 &&
            has_name(key, SCHEMA_REFERENCED_COLUMNS, column->name))
            return true;
    }
    return false;
}

static const struct schema_change *change_of(const struct sync_script *script,
                                             const struct schema_object *object)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = &script->diff->changes[i];

        if (change->previous == object || change->current == object)
            return change;
    }
    return NULL;
}

/* An index that a server has made for a foreign key goes when the key comes again, and another
 * comes with the key's name: as one of somebody's own it stays. "": there is none that could be
 * such. */
static const char *keep_index(struct sync_script *script, const struct schema_object *key)
{
    const char *columns = schema_get(key, SCHEMA_COLUMNS);
    const struct schema_object *part = key->owner->parts;

    for (; part != NULL; part = part->next) {
        if (part->kind != SCHEMA_INDEX || strcmp(part->name, key->name) == 0 ||
            strcmp(schema_get(part, SCHEMA_COLUMNS), columns) != 0 ||
            change_of(script, part) != NULL)
            continue;
        return arena_printf(script->arena, ",\n    DROP INDEX %s%s, ADD %s",
                            sync_mysql_is_mariadb(script) ? "IF EXISTS " : "",
                            sync_mysql_name(script, part->name),
                            sync_mysql_key(script, part, false));
    }
    return "";
}

/* Whether the column's new type is left as a comment, or was by the script that this one takes
 * back.
 */
static bool keeps_type(const struct sync_script *script, const struct schema_change *change)
{
    const struct schema_property_change *type = schema_change_of(change, SCHEMA_TYPE);

    if (script->destructive || change->kind != SCHEMA_CHANGED)
        return false;
    return (change->risks & SCHEMA_RISK_DATA) ||
           (script->kept && type != NULL &&
            (diff_type_effects(SCHEMA_MYSQL, type->current, type->previous) & DIFF_TYPE_CUTS));
}

/* Whether a column at either end of the key is not of the type that the key is for. */
static bool waits_for_type(const struct sync_script *script, const struct schema_object *key)
{
    const char *target = schema_get(key, SCHEMA_REFERENCES);

    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_COLUMN);
        const struct schema_object *column = change != NULL ? change->current : NULL;

        if (column == NULL || !keeps_type(script, change))
            continue;
        if (strcmp(column->owner->name, key->owner->name) == 0 &&
            has_name(key, SCHEMA_COLUMNS, column->name))
            return true;
        if (target != NULL && strcmp(column->owner->name, target) == 0 &&
            has_name(key, SCHEMA_REFERENCED_COLUMNS, column->name))
            return true;
    }
    return false;
}

/* Whether only what is done with rows that refer to others changes: no type matters to that. */
static bool is_only_rule(const struct schema_change *change)
{
    return change != NULL && change->kind == SCHEMA_CHANGED &&
           !schema_change_of(change, SCHEMA_COLUMNS) &&
           !schema_change_of(change, SCHEMA_REFERENCES) &&
           !schema_change_of(change, SCHEMA_REFERENCED_COLUMNS);
}

static bool waits(const struct sync_script *script, const struct schema_object *key,
                  const struct schema_change *change)
{
    return change != NULL && !is_only_rule(change) && waits_for_type(script, key);
}

static void add_waiting(struct sync_script *script, const char *text)
{
    strbuf_add(&script->body, "-- waits: a column of the key is not changed before\n");
    sync_add_commented(&script->body, arena_printf(script->arena, "%s;", text));
    script->waiting++;
}

static void drop_foreign_key(struct sync_script *script, const struct schema_object *key,
                             const struct schema_change *change)
{
    const char *text = arena_printf(script->arena, "ALTER TABLE %s DROP FOREIGN KEY %s%s%s",
                                    sync_mysql_name(script, key->owner->name),
                                    sync_mysql_is_mariadb(script) ? "IF EXISTS " : "",
                                    sync_mysql_name(script, key->name),
                                    change == NULL ? keep_index(script, key) : "");

    if (!waits(script, key, change)) {
        sync_script_add(script, "%s", text);
        return;
    }
    /* What waits stays as it is, and what has waited is not there. */
    if (change->kind == SCHEMA_CHANGED)
        add_waiting(script, text);
    else if (!script->kept)
        sync_script_add(script, "%s", text);
}

static void add_foreign_key(struct sync_script *script, const struct schema_object *key,
                            const struct schema_change *change)
{
    const char *text =
        arena_printf(script->arena, "ALTER TABLE %s ADD %s",
                     sync_mysql_name(script, key->owner->name), sync_mysql_key(script, key, true));

    if (waits(script, key, change) && (!script->back || change->kind == SCHEMA_CHANGED))
        add_waiting(script, text);
    else
        sync_script_add(script, "%s", text);
}

/* Whether the other side has the key, too: one that has not, and with no change that says so, may
 * hide it. */
static bool is_on_both(const struct sync_script *script, const struct schema *schema,
                       const struct schema_object *key)
{
    const struct schema_diff *diff = script->diff;
    const struct schema *other = schema == diff->previous ? diff->current : diff->previous;
    const struct schema_object *table =
        schema_find(other, SCHEMA_TABLE, key->owner->schema, key->owner->name, NULL);

    return table != NULL && schema_find_part(other, table, SCHEMA_CONSTRAINT, key->name) != NULL;
}

/* All keys of one side that go before, or come after, tables change. */
static void walk_foreign_keys(struct sync_script *script, const struct schema *schema, bool drop)
{
    for (const struct schema_object *table = schema->first; table != NULL; table = table->next) {
        for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
            const struct schema_change *change;

            if (!sync_mysql_is_sort(part, "foreign key"))
                continue;
            change = change_of(script, part);
            if (change == NULL && !is_on_both(script, schema, part))
                continue;
            /* With its table it goes anyway, but perhaps too late for another. */
            if ((change == NULL || (drop && change->within)) && !is_in_the_way(script, part))
                continue;
            if (drop)
                drop_foreign_key(script, part, change);
            else
                add_foreign_key(script, part, change);
        }
    }
}

/* ---- programs ---- */

/* "ANSI_QUOTES" of "sql_mode=ANSI_QUOTES"; NULL: its text is read as all others. */
static const char *mode_of(const struct schema_object *program)
{
    static const char word[] = "sql_mode=";
    size_t count;
    const char *const *options = schema_list(program, SCHEMA_OPTIONS, &count);

    /* A list is one text: "sql_mode=ANSI_QUOTES,IGNORE_SPACE" has all of it. */
    return count > 0 && strncmp(options[0], word, strlen(word)) == 0 ? options[0] + strlen(word)
                                                                     : NULL;
}

/* A body may have statements of its own: the client must not end it at the first of them. */
static void add_text(struct sync_script *script, const char *text, bool apart)
{
    const char *end = "$$";

    if (!apart && strchr(text, ';') == NULL) {
        sync_script_add(script, "%s", text);
        return;
    }
    while (strstr(text, end) != NULL)
        end = arena_printf(script->arena, "$%s", end);
    strbuf_printf(&script->body, "DELIMITER %s\n%s%s\nDELIMITER ;\n", end, text, end);
    script->statements++;
}

static void add_program(struct sync_script *script, const struct schema_object *program)
{
    const char *text = schema_get(program, SCHEMA_DEFINITION), *mode = mode_of(program);

    if (text == NULL)
        return;
    if (mode != NULL)
        strbuf_printf(&script->body, "SET SESSION sql_mode = CONCAT(" SQL_MODE ", %s);\n",
                      sync_mysql_literal(script, arena_printf(script->arena, ",%s", mode)));
    add_text(script, text, mode != NULL);
    if (mode != NULL)
        strbuf_add(&script->body, "SET SESSION sql_mode = " SQL_MODE ";\n");
}

static const char *program_word(const struct schema_object *function)
{
    const char *sort = schema_get(function, SCHEMA_SORT);

    return sort != NULL && strcmp(sort, "procedure") == 0 ? "PROCEDURE" : "FUNCTION";
}

static bool is_only_comment(const struct schema_change *change)
{
    return change->kind == SCHEMA_CHANGED && change->property_count == 1 &&
           change->properties[0].property == SCHEMA_COMMENT;
}

static void change_functions(struct sync_script *script)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_FUNCTION);
        const struct schema_object *function;

        if (change == NULL)
            continue;
        function = schema_change_object(change);
        if (change->kind == SCHEMA_REMOVED) {
            sync_script_destroy(script, "what it does", "DROP %s IF EXISTS %s",
                                program_word(function), sync_mysql_name(script, function->name));
            continue;
        }
        if (!is_only_comment(change)) {
            sync_script_add(script, "DROP %s IF EXISTS %s", program_word(function),
                            sync_mysql_name(script, function->name));
            add_program(script, function);
        }
        if (schema_get(function, SCHEMA_COMMENT) != NULL || is_only_comment(change))
            sync_script_add(script, "ALTER %s %s COMMENT %s", program_word(function),
                            sync_mysql_name(script, function->name),
                            sync_mysql_literal(script, schema_get(function, SCHEMA_COMMENT)));
    }
}

/* Also those of a new table. */
static void change_triggers(struct sync_script *script, bool drop)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = &script->diff->changes[i];
        const struct schema_object *trigger = schema_change_object(change);

        if (trigger->kind != SCHEMA_TRIGGER)
            continue;
        if (drop && !(change->within && change->kind == SCHEMA_REMOVED))
            sync_script_add(script, "DROP TRIGGER IF EXISTS %s",
                            sync_mysql_name(script, trigger->name));
        else if (!drop && change->kind != SCHEMA_REMOVED)
            add_program(script, trigger);
    }
}

/* ---- views ---- */

static void create_view(struct sync_script *script, const struct schema_object *view)
{
    const char *text = schema_get(view, SCHEMA_DEFINITION);
    bool invoker = has_name(view, SCHEMA_OPTIONS, "security=invoker");

    sync_script_add(script, "CREATE OR REPLACE %sVIEW %s AS %s%s",
                    invoker ? "SQL SECURITY INVOKER " : "", sync_mysql_name(script, view->name),
                    text != NULL ? text : "",
                    has_name(view, SCHEMA_OPTIONS, "check_option=cascaded")
                        ? " WITH CASCADED CHECK OPTION"
                    : has_name(view, SCHEMA_OPTIONS, "check_option=local")
                        ? " WITH LOCAL CHECK OPTION"
                        : "");
}

/* Whether a view that still waits is named in the other: it has to come first. */
static bool needs_another(const struct sync_script *script, const struct vector *waiting,
                          const struct schema_object *view)
{
    const char *text = schema_get(view, SCHEMA_DEFINITION);

    for (size_t i = 0; text != NULL && i < waiting->count; i++) {
        const struct schema_object *other = *(const struct schema_object **)vector_at(waiting, i);

        if (other != view && strstr(text, sync_mysql_name(script, other->name)) != NULL)
            return true;
    }
    return false;
}

/* Names in quotes are how a server keeps a view; two that name each other cannot be. */
static void create_views(struct sync_script *script)
{
    struct vector waiting;
    size_t stuck = 0;

    vector_init(&waiting, sizeof(const struct schema_object *));
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_VIEW);

        if (change != NULL && change->kind != SCHEMA_REMOVED)
            vector_push(&waiting, &change->current);
    }
    while (waiting.count > 0) {
        const struct schema_object *view = *(const struct schema_object **)vector_at(&waiting, 0);
        bool waits = stuck < waiting.count && needs_another(script, &waiting, view);

        vector_remove(&waiting, 0);
        if (waits) {
            vector_push(&waiting, &view);
            stuck++;
            continue;
        }
        create_view(script, view);
        stuck = 0;
    }
    vector_release(&waiting);
}

static void drop_views(struct sync_script *script)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_VIEW);

        if (change == NULL || change->kind != SCHEMA_REMOVED)
            continue;
        if (script->back) /* it holds nothing that could be lost */
            sync_script_add(script, "DROP VIEW IF EXISTS %s",
                            sync_mysql_name(script, change->previous->name));
        else
            sync_script_destroy(script, "the view", "DROP VIEW IF EXISTS %s",
                                sync_mysql_name(script, change->previous->name));
    }
}

/* ---- sequences ---- */

/* In full, so that what was said before and is not now goes back to what it is otherwise. */
static const char *sequence_words(const struct sync_script *script,
                                  const struct schema_object *sequence)
{
    static const struct {
        enum schema_property property;
        const char *word, *otherwise;
    } rows[] = {
        {SCHEMA_INCREMENT, " INCREMENT BY ", "1"                  },
        { SCHEMA_MINIMUM,  " MINVALUE ",     "1"                  },
        { SCHEMA_MAXIMUM,  " MAXVALUE ",     "9223372036854775806"},
        { SCHEMA_CACHE,    " CACHE ",        "1000"               },
        { SCHEMA_START,    " START WITH ",   NULL                 },
    };
    const char *step = schema_get(sequence, SCHEMA_INCREMENT);
    bool down = step != NULL && *step == '-';
    struct strbuf out = STRBUF_INIT;
    const char *text;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *value = schema_get(sequence, rows[i].property);
        bool limit = rows[i].property == SCHEMA_MINIMUM || rows[i].property == SCHEMA_MAXIMUM;

        if (value == NULL && !(down && limit))
            value = rows[i].otherwise;
        if (value != NULL)
            strbuf_printf(&out, "%s%s", rows[i].word, value);
    }
    strbuf_add(&out, schema_flag(sequence, SCHEMA_CYCLE) ? " CYCLE" : " NOCYCLE");
    text = strbuf_to_arena(&out, script->arena);
    strbuf_release(&out);
    return text;
}

static void change_sequences(struct sync_script *script, bool drop)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_SEQUENCE);

        if (change == NULL || drop != (change->kind == SCHEMA_REMOVED))
            continue;
        if (drop)
            sync_script_destroy(script, "how far it has counted", "DROP SEQUENCE IF EXISTS %s",
                                sync_mysql_name(script, change->previous->name));
        else
            sync_script_add(script, "%s %s%s",
                            change->kind == SCHEMA_ADDED ? "CREATE SEQUENCE IF NOT EXISTS"
                                                         : "ALTER SEQUENCE",
                            sync_mysql_name(script, change->current->name),
                            sequence_words(script, change->current));
    }
}

/* ---- tables ---- */

static void change_tables(struct sync_script *script)
{
    const struct schema_diff *diff = script->diff;

    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_TABLE);

        if (change != NULL && change->kind == SCHEMA_ADDED)
            sync_mysql_create_table(script, change->current);
    }
    for (const struct schema_object *table = diff->current->first; table; table = table->next) {
        const struct schema_object *before =
            schema_find(diff->previous, SCHEMA_TABLE, "", table->name, NULL);

        if (table->kind == SCHEMA_TABLE && before != NULL)
            sync_mysql_alter_table(script, before, table);
    }
}

static void drop_tables(struct sync_script *script)
{
    bool first = true;

    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_TABLE);

        if (change == NULL || change->kind != SCHEMA_REMOVED)
            continue;
        if (first && script->destructive)
            strbuf_add(&script->body, "SET FOREIGN_KEY_CHECKS = 0;\n");
        first = false;
        sync_script_destroy(script, "the table and all its rows", "DROP TABLE IF EXISTS %s",
                            sync_mysql_name(script, change->previous->name));
    }
    if (!first && script->destructive)
        strbuf_add(&script->body, "SET FOREIGN_KEY_CHECKS = 1;\n");
}

void sync_mysql_write(struct sync_script *script)
{
    strbuf_add(&script->body,
               "-- There is no transaction around it: each statement commits for itself, and the "
               "first error\n-- leaves what was done before it. Take a backup; `schema diff` "
               "afterwards tells what is left.\n");
    if (sync_mysql_is_mariadb(script))
        strbuf_add(&script->body, "-- MariaDB: it can be run again.\n");
    else
        strbuf_add(&script->body, "-- MySQL knows no IF NOT EXISTS for columns and indexes: after "
                                  "an error, write it anew.\n");
    strbuf_add(&script->body, "\n-- Backslashes are escapes in its texts, whatever the session was "
                              "set to before.\n"
                              "SET NAMES utf8mb4;\nSET SESSION sql_mode = " SQL_MODE ";\n"
                              "SET SESSION lock_wait_timeout = 5;\n\n");
    change_triggers(script, true);
    walk_foreign_keys(script, script->diff->previous, true);
    change_sequences(script, false);
    change_tables(script);
    walk_foreign_keys(script, script->diff->current, false);
    drop_views(script);
    drop_tables(script);
    change_sequences(script, true);
    change_functions(script);
    create_views(script);
    change_triggers(script, false);
}
