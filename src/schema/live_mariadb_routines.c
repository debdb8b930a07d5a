/* Functions and procedures. */
#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

#include "live_mariadb.h"
#include "mysql_quote.h"

static const struct schema_place live = { .file = "live" };

/* Without their bodies: information_schema tells those with every escape undone ('a\\' as 'a\'), so
 * that they mean something else. */
static const char functions_sql[] =
    "SELECT r.ROUTINE_NAME, r.ROUTINE_TYPE, r.DTD_IDENTIFIER, r.ROUTINE_DEFINITION IS NULL,"
    " r.IS_DETERMINISTIC, r.SQL_DATA_ACCESS, r.SECURITY_TYPE, r.ROUTINE_COMMENT,"
    " (SELECT GROUP_CONCAT(CONCAT(IF(r.ROUTINE_TYPE = 'PROCEDURE', CONCAT(p.PARAMETER_MODE, ' '),"
    "   ''), '`', REPLACE(p.PARAMETER_NAME, '`', '``'), '` ', p.DTD_IDENTIFIER)"
    "   ORDER BY p.ORDINAL_POSITION SEPARATOR ', ') FROM information_schema.PARAMETERS p"
    "  WHERE p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME"
    "   AND p.ROUTINE_TYPE = r.ROUTINE_TYPE AND p.ORDINAL_POSITION > 0)"
    " FROM information_schema.ROUTINES r WHERE r.ROUTINE_SCHEMA = DATABASE()"
    "  AND r.ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE') ORDER BY r.ROUTINE_NAME, r.ROUTINE_TYPE";

/* Modes that say how a text is read; without them all texts are read alike. */
static const char *const reading_modes[] = { "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES",
                                             "PIPES_AS_CONCAT",      "HIGH_NOT_PRECEDENCE",
                                             "IGNORE_SPACE",         "ORACLE" };

static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = list; (at = strstr(at, word)) != NULL; at += length) {
        if ((at == list || at[-1] == ',') && (at[length] == '\0' || at[length] == ','))
            return true;
    }
    return false;
}

void mariadb_set_mode(struct mariadb_reading *reading, struct schema_object *program,
                      const char *mode)
{
    struct strbuf kept = STRBUF_INIT;
    const char *option;

    for (size_t i = 0; i < sizeof reading_modes / sizeof *reading_modes; i++) {
        if (has_word(mode != NULL ? mode : "", reading_modes[i]))
            strbuf_printf(&kept, "%s%s", kept.length > 0 ? "," : "sql_mode=", reading_modes[i]);
    }
    option = kept.data;
    if (kept.length > 0)
        schema_set_list(reading->schema, program, SCHEMA_OPTIONS, &option, 1);
    strbuf_release(&kept);
}

/* ---- bodies ---- */

/* Behind the parenthesis that closes what the first one opens. */
static const char *behind_arguments(const char *text)
{
    size_t depth = 0;

    while (*text != '\0') {
        if (strchr("'\"`", *text) != NULL) {
            text = mysql_skip_quoted(text);
            continue;
        }
        depth += *text == '(';
        if (*text++ == ')' && --depth == 0)
            break;
    }
    return text;
}

/* SHOW CREATE has the body behind one line for what it returns and one, indented, for each of its
 * characteristics; line feeds in their texts are escaped. */
static const char *body_of(const char *create)
{
    const char *text = behind_arguments(create);

    do {
        text += strcspn(text, "\n");
        text += *text == '\n';
    } while (strncmp(text, "    ", 4) == 0);
    return text;
}

static bool take_body(void *context, const char *const *values, size_t count, struct error *error)
{
    struct mariadb_reading *reading = context;
    struct schema_object *function = reading->object;
    struct strbuf form = STRBUF_INIT;
    const char *head = schema_get(function, SCHEMA_DEFINITION);

    (void)error;
    if (count < 3 || values[2] == NULL) {
        schema_set(reading->schema, function, SCHEMA_DEFINITION, NULL);
        reading->hidden_functions = true;
        return true;
    }
    mariadb_add_expression(&form, body_of(values[2]), reading->database);
    schema_set(reading->schema, function, SCHEMA_BODY, form.data);
    strbuf_clear(&form);
    strbuf_printf(&form, "%s %s", head, schema_get(function, SCHEMA_BODY));
    schema_set(reading->schema, function, SCHEMA_DEFINITION, form.data);
    mariadb_set_mode(reading, function, values[1]);
    strbuf_release(&form);
    return true;
}

static bool read_bodies(struct mariadb_reading *reading, struct error *error)
{
    struct strbuf sql = STRBUF_INIT;
    bool ok = true;

    for (struct schema_object *object = reading->schema->first; ok && object != NULL;
         object = object->next) {
        if (object->kind != SCHEMA_FUNCTION || schema_get(object, SCHEMA_DEFINITION) == NULL)
            continue;
        reading->object = object;
        strbuf_clear(&sql);
        strbuf_printf(&sql, "SHOW CREATE %s ",
                      schema_get(object, SCHEMA_SORT) != NULL ? "PROCEDURE" : "FUNCTION");
        mariadb_add_name(&sql, object->name);
        ok = mariadb_run(reading->connection, "reading a function", sql.data, take_body, reading,
                         error);
    }
    strbuf_release(&sql);
    return ok;
}

/* ---- what they are called with ---- */

static void add_function_words(struct strbuf *out, const char *const *values)
{
    if (values[2] != NULL && *values[2] != '\0')
        strbuf_printf(out, " RETURNS %s", values[2]);
    if (strcmp(values[4], "YES") == 0)
        strbuf_add(out, " DETERMINISTIC");
    if (strcmp(values[5], "CONTAINS SQL") != 0)
        strbuf_printf(out, " %s", values[5]);
    if (strcmp(values[6], "INVOKER") == 0)
        strbuf_add(out, " SQL SECURITY INVOKER");
}

/* There is one of each name, so that nothing else identifies it. */
static bool take_function(void *context, const char *const *values, size_t count,
                          struct error *error)
{
    struct mariadb_reading *reading = context;
    struct schema *schema = reading->schema;
    bool procedure = strcmp(values[1], "PROCEDURE") == 0;
    /* A procedure may have the name of a function. */
    struct schema_object *function =
        schema_add(schema, SCHEMA_FUNCTION, "", values[0], procedure ? "procedure" : "", &live);
    struct strbuf form = STRBUF_INIT;

    (void)count;
    (void)error;
    if (function == NULL)
        return true;
    if (procedure)
        schema_set(schema, function, SCHEMA_SORT, "procedure");
    schema_set(schema, function, SCHEMA_ARGUMENTS, values[8]);
    if (!procedure)
        schema_set(schema, function, SCHEMA_RETURNS, values[2]);
    schema_set_flag(schema, function, SCHEMA_SECURITY_DEFINER, strcmp(values[6], "DEFINER") == 0);
    if (values[7] != NULL && *values[7] != '\0')
        schema_set(schema, function, SCHEMA_COMMENT, values[7]);
    if (strcmp(values[3], "1") == 0) {
        reading->hidden_functions = true;
        return true;
    }
    strbuf_printf(&form, "CREATE %s ", values[1]);
    mariadb_add_name(&form, values[0]);
    strbuf_printf(&form, "(%s)", values[8] != NULL ? values[8] : "");
    add_function_words(&form, values);
    schema_set(schema, function, SCHEMA_DEFINITION, form.data); /* its body follows */
    strbuf_release(&form);
    return true;
}

bool mariadb_read_routines(struct mariadb_reading *reading, struct error *error)
{
    return mariadb_run(reading->connection, "reading functions",
                       "SET SESSION group_concat_max_len = 1048576", NULL, NULL, error) &&
           mariadb_run(reading->connection, "reading functions", functions_sql, take_function,
                       reading, error) &&
           read_bodies(reading, error);
}
