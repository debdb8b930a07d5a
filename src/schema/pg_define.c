#include "pg_define.h"

#include <string.h>

static void add_list(struct strbuf *out, const struct schema_object *object,
                     enum schema_property property)
{
    size_t count;
    const char *const *items = schema_list(object, property, &count);
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i ? ", " : "", items[i]);
}

static void add_words(struct strbuf *out, const char *before, const char *text)
{
    if (text)
        strbuf_printf(out, "%s%s", before, text);
}

static void add_include(struct strbuf *out, const struct schema_object *object)
{
    if (!schema_flag(object, SCHEMA_INCLUDE))
        return;
    strbuf_add(out, " INCLUDE (");
    add_list(out, object, SCHEMA_INCLUDE);
    strbuf_add_char(out, ')');
}

static void add_foreign_key(struct strbuf *out, const struct schema_object *key)
{
    strbuf_add(out, "FOREIGN KEY (");
    add_list(out, key, SCHEMA_COLUMNS);
    strbuf_printf(out, ") REFERENCES %s(", schema_get(key, SCHEMA_REFERENCES));
    add_list(out, key, SCHEMA_REFERENCED_COLUMNS);
    strbuf_add_char(out, ')');
    add_words(out, " MATCH ", schema_get(key, SCHEMA_METHOD));
    add_words(out, " ON UPDATE ", schema_get(key, SCHEMA_ON_UPDATE));
    add_words(out, " ON DELETE ", schema_get(key, SCHEMA_ON_DELETE));
}

static void define_constraint(struct strbuf *out, const struct schema_object *constraint)
{
    const char *sort = schema_get(constraint, SCHEMA_SORT);
    if (strcmp(sort, "foreign key") == 0) {
        add_foreign_key(out, constraint);
    } else if (strcmp(sort, "check") == 0) {
        strbuf_printf(out, "CHECK (%s)", schema_get(constraint, SCHEMA_EXPRESSION));
        strbuf_add(out, schema_flag(constraint, SCHEMA_NO_INHERIT) ? " NO INHERIT" : "");
    } else if (strcmp(sort, "exclusion") == 0) {
        strbuf_printf(out, "EXCLUDE USING %s (", schema_get(constraint, SCHEMA_METHOD));
        add_list(out, constraint, SCHEMA_COLUMNS);
        strbuf_add_char(out, ')');
        add_include(out, constraint);
        if (schema_get(constraint, SCHEMA_WHERE))
            strbuf_printf(out, " WHERE (%s)", schema_get(constraint, SCHEMA_WHERE));
    } else {
        bool primary = strcmp(sort, "primary key") == 0;
        strbuf_add(out, primary ? "PRIMARY KEY (" : "UNIQUE ");
        if (!primary)
            strbuf_add(out, schema_flag(constraint, SCHEMA_NULLS_NOT_DISTINCT)
                                ? "NULLS NOT DISTINCT ("
                                : "(");
        add_list(out, constraint, SCHEMA_COLUMNS);
        strbuf_add_char(out, ')');
        add_include(out, constraint);
    }
    const char *deferrable = schema_get(constraint, SCHEMA_DEFERRABLE);
    strbuf_add(out, deferrable ? " DEFERRABLE" : "");
    if (deferrable && strcmp(deferrable, "initially deferred") == 0)
        strbuf_add(out, " INITIALLY DEFERRED");
    strbuf_add(out, schema_flag(constraint, SCHEMA_NOT_VALID) ? " NOT VALID" : "");
}

/* fillfactor=70 is written fillfactor='70'. */
static void add_options(struct strbuf *out, const struct schema_object *object)
{
    size_t count;
    const char *const *items = schema_list(object, SCHEMA_OPTIONS, &count);
    for (size_t i = 0; i < count; i++) {
        const char *sign = strchr(items[i], '=');
        size_t length = sign ? (size_t)(sign - items[i]) : strlen(items[i]);
        strbuf_printf(out, "%s%.*s=", i ? ", " : " WITH (", (int)length, items[i]);
        if (sign && strspn(sign + 1, "abcdefghijklmnopqrstuvwxyz_") == strlen(sign + 1) &&
            strcmp(sign + 1, "on") != 0 && strcmp(sign + 1, "true") != 0 &&
            strcmp(sign + 1, "false") != 0)
            strbuf_add(out, sign + 1);
        else
            pg_add_literal(out, sign ? sign + 1 : "true");
    }
    if (count)
        strbuf_add_char(out, ')');
}

static void define_index(struct strbuf *out, struct arena *arena, const struct schema_object *index)
{
    const char *sort = schema_get(index->owner, SCHEMA_SORT);
    bool partitioned = sort && strcmp(sort, "partitioned") == 0;
    strbuf_printf(out, "CREATE %sINDEX %s ON %s%s USING %s (",
                  schema_flag(index, SCHEMA_UNIQUE) ? "UNIQUE " : "", pg_quoted(arena, index->name),
                  partitioned ? "ONLY " : "", pg_object_name(arena, index->owner),
                  schema_get(index, SCHEMA_METHOD));
    add_list(out, index, SCHEMA_COLUMNS);
    strbuf_add_char(out, ')');
    add_include(out, index);
    strbuf_add(out, schema_flag(index, SCHEMA_NULLS_NOT_DISTINCT) ? " NULLS NOT DISTINCT" : "");
    add_options(out, index);
    add_words(out, " TABLESPACE ", schema_get(index, SCHEMA_TABLESPACE));
    if (schema_get(index, SCHEMA_WHERE))
        strbuf_printf(out, " WHERE %s", schema_get(index, SCHEMA_WHERE));
}

static void define_trigger(struct strbuf *out, struct arena *arena,
                           const struct schema_object *trigger)
{
    size_t count;
    const char *const *events = schema_list(trigger, SCHEMA_EVENTS, &count);
    const char *deferrable = schema_get(trigger, SCHEMA_DEFERRABLE);
    strbuf_printf(out, "CREATE %sTRIGGER %s %s ", deferrable ? "CONSTRAINT " : "",
                  pg_quoted(arena, trigger->name), schema_get(trigger, SCHEMA_TIMING));
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i ? " OR " : "", events[i]);
    strbuf_printf(out, " ON %s ", pg_object_name(arena, trigger->owner));
    if (deferrable) {
        add_words(out, "FROM ", schema_get(trigger, SCHEMA_REFERENCES));
        strbuf_add(out, schema_get(trigger, SCHEMA_REFERENCES) ? " " : "");
        strbuf_add(out,
                   strcmp(deferrable, "not deferrable") == 0 ? "NOT DEFERRABLE " : "DEFERRABLE ");
        strbuf_add(out, strcmp(deferrable, "initially deferred") == 0 ? "INITIALLY DEFERRED "
                                                                      : "INITIALLY IMMEDIATE ");
    }
    if (schema_flag(trigger, SCHEMA_INCLUDE)) {
        strbuf_add(out, "REFERENCING ");
        const char *const *tables = schema_list(trigger, SCHEMA_INCLUDE, &count);
        for (size_t i = 0; i < count; i++)
            strbuf_printf(out, "%s ", tables[i]);
    }
    strbuf_printf(out, "FOR EACH %s ", schema_get(trigger, SCHEMA_METHOD));
    if (schema_get(trigger, SCHEMA_WHERE))
        strbuf_printf(out, "WHEN (%s) ", schema_get(trigger, SCHEMA_WHERE));
    strbuf_printf(out, "EXECUTE FUNCTION %s", schema_get(trigger, SCHEMA_EXECUTES));
}

static void define_policy(struct strbuf *out, const struct schema_object *policy)
{
    const char *command = schema_get(policy, SCHEMA_COMMAND);
    strbuf_printf(out, "%sFOR %s TO ",
                  schema_flag(policy, SCHEMA_RESTRICTIVE) ? "AS RESTRICTIVE " : "",
                  command ? command : "ALL");
    if (schema_flag(policy, SCHEMA_ROLES))
        add_list(out, policy, SCHEMA_ROLES);
    else
        strbuf_add(out, "PUBLIC");
    if (schema_get(policy, SCHEMA_EXPRESSION))
        strbuf_printf(out, " USING (%s)", schema_get(policy, SCHEMA_EXPRESSION));
    if (schema_get(policy, SCHEMA_CHECK))
        strbuf_printf(out, " WITH CHECK (%s)", schema_get(policy, SCHEMA_CHECK));
}

void pg_define(struct schema *schema, struct arena *arena, struct schema_object *object)
{
    struct strbuf out = STRBUF_INIT;
    if (object->kind == SCHEMA_CONSTRAINT)
        define_constraint(&out, object);
    else if (object->kind == SCHEMA_INDEX)
        define_index(&out, arena, object);
    else if (object->kind == SCHEMA_TRIGGER)
        define_trigger(&out, arena, object);
    else if (object->kind == SCHEMA_POLICY)
        define_policy(&out, object);
    if (out.length)
        schema_set(schema, object, SCHEMA_DEFINITION, out.data);
    strbuf_release(&out);
}
