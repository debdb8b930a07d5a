#include "sync_mysql_table.h"

#include <string.h>

#include <pilab/base/arena.h>

#include "mysql_quote.h"

bool sync_mysql_is_mariadb(const struct sync_script *script)
{
    const struct schema *there = script->diff->previous, *wanted = script->diff->current;

    return schema_is_of_mariadb(there->server != NULL ? there : wanted);
}

bool sync_mysql_is_sort(const struct schema_object *part, const char *sort)
{
    const char *text = schema_get(part, SCHEMA_SORT);

    return part->kind == SCHEMA_CONSTRAINT && text != NULL && strcmp(text, sort) == 0;
}

bool sync_mysql_is_column_check(const struct sync_script *script, const struct schema_object *part)
{
    const struct schema_object *column = part->owner->parts;

    if (!sync_mysql_is_mariadb(script) || !sync_mysql_is_sort(part, "check"))
        return false;
    for (; column != NULL; column = column->next) {
        if (column->kind == SCHEMA_COLUMN && strcmp(column->name, part->name) == 0)
            return true;
    }
    return false;
}

static const char *finish(const struct sync_script *script, struct strbuf *out)
{
    const char *text = strbuf_to_arena(out, script->arena);

    strbuf_release(out);
    return text;
}

const char *sync_mysql_literal(const struct sync_script *script, const char *text)
{
    struct strbuf out = STRBUF_INIT;

    mysql_add_literal(&out, text != NULL ? text : "");
    return finish(script, &out);
}

const char *sync_mysql_word(const struct sync_script *script, const char *text)
{
    struct strbuf out = STRBUF_INIT;

    mysql_add_word(&out, text);
    return finish(script, &out);
}

const char *sync_mysql_name(const struct sync_script *script, const char *name)
{
    return sync_quoted(script->arena, '`', name);
}

static void add_comment(struct strbuf *out, const struct schema_object *object, const char *word)
{
    const char *comment = schema_get(object, SCHEMA_COMMENT);

    strbuf_add(out, word);
    mysql_add_literal(out, comment != NULL ? comment : "");
}

/* A character set, a collation, an engine. */
static void add_word(struct strbuf *out, const char *words, const char *text)
{
    if (text == NULL)
        return;
    strbuf_add(out, words);
    mysql_add_word(out, text);
}

static void add_if(struct strbuf *out, const char *word, const char *text)
{
    if (text != NULL)
        strbuf_printf(out, "%s%s", word, text);
}

/* ---- columns ---- */

static void add_column_check(struct strbuf *out, const struct sync_script *script,
                             const struct schema_object *column)
{
    const struct schema_object *part = column->owner->parts;

    for (; part != NULL; part = part->next) {
        if (part->kind == SCHEMA_CONSTRAINT && strcmp(part->name, column->name) == 0 &&
            sync_mysql_is_column_check(script, part))
            strbuf_printf(out, " CHECK (%s)", schema_get(part, SCHEMA_EXPRESSION));
    }
}

static const char *column_text(const struct sync_script *script, const struct schema_object *column,
                               const char *set, const char *collation)
{
    const char *generated = schema_get(column, SCHEMA_GENERATED);
    const char *kind = schema_get(column, SCHEMA_GENERATED_KIND);
    const char *type = schema_get(column, SCHEMA_TYPE);
    struct strbuf out = STRBUF_INIT;

    strbuf_printf(&out, "%s %s", sync_mysql_name(script, column->name), type != NULL ? type : "");
    add_word(&out, " CHARACTER SET ", set);
    add_word(&out, " COLLATE ", collation);
    if (generated != NULL) {
        strbuf_printf(&out, " GENERATED ALWAYS AS (%s) %s", generated,
                      kind != NULL && strcmp(kind, "stored") == 0 ? "STORED" : "VIRTUAL");
    } else {
        /* Said in any case: a timestamp alone may be NOT NULL. */
        strbuf_add(&out, schema_flag(column, SCHEMA_NOT_NULL) ? " NOT NULL" : " NULL");
        add_if(&out, " DEFAULT ", schema_get(column, SCHEMA_DEFAULT));
        add_if(&out, " ON UPDATE ", schema_get(column, SCHEMA_ON_UPDATE_VALUE));
        strbuf_add(&out, schema_get(column, SCHEMA_IDENTITY) != NULL ? " AUTO_INCREMENT" : "");
    }
    if (schema_get(column, SCHEMA_COMMENT) != NULL)
        add_comment(&out, column, " COMMENT ");
    add_column_check(&out, script, column);
    return finish(script, &out);
}

const char *sync_mysql_column(const struct sync_script *script, const struct schema_object *column)
{
    return column_text(script, column, schema_get(column, SCHEMA_CHARACTER_SET),
                       schema_get(column, SCHEMA_COLLATION));
}

const char *sync_mysql_converted(const struct sync_script *script,
                                 const struct schema_object *column)
{
    const char *set = schema_get(column, SCHEMA_CHARACTER_SET);
    const char *collation = schema_get(column, SCHEMA_COLLATION);

    if (collation == NULL && set == NULL)
        collation = schema_get(column->owner, SCHEMA_COLLATION);
    if (set == NULL)
        set = schema_get(column->owner, SCHEMA_CHARACTER_SET);
    return column_text(script, column, set, collation);
}

/* ---- keys and indexes ---- */

/* "(`a`, `b` DESC)" of "CREATE INDEX `ix` ON `t` (`a`, `b` DESC)" and of "UNIQUE (`a`)". */
static const char *columns_of(const struct sync_script *script, const struct schema_object *part)
{
    const char *definition = schema_get(part, SCHEMA_DEFINITION), *found;
    const char *on =
        arena_printf(script->arena, " ON %s (", sync_mysql_name(script, part->owner->name));

    if (definition == NULL)
        return "()";
    found = part->kind == SCHEMA_INDEX ? strstr(definition, on) : strchr(definition, '(');
    if (found == NULL)
        return "()";
    return part->kind == SCHEMA_INDEX ? found + strlen(on) - 1 : found;
}

static const char *index_words(const struct schema_object *part)
{
    const char *definition = schema_get(part, SCHEMA_DEFINITION);

    if (part->kind == SCHEMA_CONSTRAINT)
        return "UNIQUE INDEX";
    return definition == NULL                                 ? "INDEX"
           : strncmp(definition, "CREATE FULLTEXT ", 16) == 0 ? "FULLTEXT INDEX"
           : strncmp(definition, "CREATE SPATIAL ", 15) == 0  ? "SPATIAL INDEX"
                                                              : "INDEX";
}

static void add_index(struct strbuf *out, const struct sync_script *script,
                      const struct schema_object *part, const char *again)
{
    const char *method = schema_get(part, SCHEMA_METHOD);

    strbuf_printf(out, "%s %s%s %s", index_words(part), again, sync_mysql_name(script, part->name),
                  columns_of(script, part));
    strbuf_add(out, method != NULL && strcmp(method, "hash") == 0 ? " USING HASH" : "");
    if (schema_get(part, SCHEMA_COMMENT) != NULL)
        add_comment(out, part, " COMMENT ");
}

const char *sync_mysql_key(const struct sync_script *script, const struct schema_object *part,
                           bool again)
{
    const char *definition = schema_get(part, SCHEMA_DEFINITION);
    const char *there = again && sync_mysql_is_mariadb(script) ? "IF NOT EXISTS " : "";
    struct strbuf out = STRBUF_INIT;

    if (sync_mysql_is_sort(part, "primary key"))
        strbuf_printf(&out, "PRIMARY KEY %s%s", there, columns_of(script, part));
    else if (sync_mysql_is_sort(part, "check"))
        strbuf_printf(&out, "CONSTRAINT %s%s CHECK (%s)", there,
                      sync_mysql_name(script, part->name), schema_get(part, SCHEMA_EXPRESSION));
    else if (sync_mysql_is_sort(part, "foreign key"))
        strbuf_printf(&out, "CONSTRAINT %s FOREIGN KEY %s%s", sync_mysql_name(script, part->name),
                      there, definition != NULL ? definition + strcspn(definition, "(") : "()");
    else
        add_index(&out, script, part, there);
    return finish(script, &out);
}

/* ---- tables ---- */

/* "p0 VALUES LESS THAN (2020), p1 …" with the word PARTITION before each. */
static void add_partitions(struct strbuf *out, const char *bound)
{
    size_t depth = 0;

    strbuf_add(out, " (PARTITION ");
    while (*bound != '\0') {
        const char *end = strchr("'\"`", *bound) != NULL ? mysql_skip_quoted(bound) : bound + 1;

        depth += *bound == '(';
        depth -= *bound == ')' && depth > 0;
        strbuf_add_bytes(out, bound, (size_t)(end - bound));
        if (depth == 0 && strncmp(bound, ", ", 2) == 0) {
            strbuf_add(out, " PARTITION ");
            end = bound + 2;
        }
        bound = end;
    }
    strbuf_add_char(out, ')');
}

static void add_settings(struct strbuf *out, const struct schema_object *table)
{
    size_t count;
    const char *const *options = schema_list(table, SCHEMA_OPTIONS, &count);

    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, " %s", options[i]);
}

const char *sync_mysql_options(const struct sync_script *script, const struct schema_object *table)
{
    const char *bound = schema_get(table, SCHEMA_PARTITION_BOUND);
    const char *key = schema_get(table, SCHEMA_PARTITION_KEY);
    struct strbuf out = STRBUF_INIT;

    add_word(&out, " ENGINE=", schema_get(table, SCHEMA_ENGINE));
    add_word(&out, " DEFAULT CHARACTER SET=", schema_get(table, SCHEMA_CHARACTER_SET));
    add_word(&out, " COLLATE=", schema_get(table, SCHEMA_COLLATION));
    add_settings(&out, table);
    if (schema_get(table, SCHEMA_COMMENT) != NULL)
        add_comment(&out, table, " COMMENT=");
    add_if(&out, "\nPARTITION BY ", key);
    if (key != NULL && bound != NULL)
        add_partitions(&out, bound);
    return finish(script, &out);
}

void sync_mysql_create_table(struct sync_script *script, const struct schema_object *table)
{
    struct strbuf out = STRBUF_INIT;
    size_t lines = 0;

    for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
        bool column = part->kind == SCHEMA_COLUMN;

        if (part->kind == SCHEMA_TRIGGER || sync_mysql_is_sort(part, "foreign key") ||
            (!column && sync_mysql_is_column_check(script, part)))
            continue;
        strbuf_printf(&out, "%s\n    %s", lines++ > 0 ? "," : "",
                      column ? sync_mysql_column(script, part)
                             : sync_mysql_key(script, part, false));
    }
    sync_script_add(script, "CREATE TABLE IF NOT EXISTS %s (%s\n)%s",
                    sync_mysql_name(script, table->name), out.data,
                    sync_mysql_options(script, table));
    strbuf_release(&out);
}
