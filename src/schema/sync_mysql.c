/* The way from one schema of MySQL or MariaDB to another, in the order in which it works. */
#include <string.h>

#include <pilab/base/arena.h>

#include "sync_mysql_held.h"
#include "sync_mysql_table.h"
#include "sync_script.h"

/* Strict, so that what would be cut fails; nothing else that says how a text is read. */
#define SQL_MODE "'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"

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
    bool invoker = sync_mysql_names(view, SCHEMA_OPTIONS, "security=invoker");

    sync_script_add(script, "CREATE OR REPLACE %sVIEW %s AS %s%s",
                    invoker ? "SQL SECURITY INVOKER " : "", sync_mysql_name(script, view->name),
                    text != NULL ? text : "",
                    sync_mysql_names(view, SCHEMA_OPTIONS, "check_option=cascaded")
                        ? " WITH CASCADED CHECK OPTION"
                    : sync_mysql_names(view, SCHEMA_OPTIONS, "check_option=local")
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
    sync_mysql_foreign_keys(script, script->diff->previous, true);
    change_sequences(script, false);
    change_tables(script);
    sync_mysql_foreign_keys(script, script->diff->current, false);
    drop_views(script);
    drop_tables(script);
    change_sequences(script, true);
    change_functions(script);
    create_views(script);
    change_triggers(script, false);
}
