#include "database_statement.h"

#include <pilab/drift/builder.h>
#include <pilab/drift/mask.h>

/* Of one statement: what is more is cut. */
#define SQL_SHOWN ((size_t)8 << 10)

/* What was found holds for each operation of one text, and for those of one form. */
static void turn_to(struct database_statement *statement, const struct sql_operation *operation)
{
    if (statement->text != operation->text || statement->length != operation->length)
        *statement =
            (struct database_statement){ .text = operation->text, .length = operation->length };
    if (statement->kind != operation->kind || statement->object_kind != operation->object_kind ||
        statement->of_query != operation->of_query) {
        statement->kind = operation->kind;
        statement->object_kind = operation->object_kind;
        statement->of_query = operation->of_query;
        statement->searched = false;
        statement->shown = NULL;
    }
}

/* What is told of it is its gist: it is bound as it is written. */
void database_statement_bind(struct database_statement *statement, struct report_builder *builder,
                             struct drift_item *item, const struct sql_operation *operation)
{
    struct strbuf all = STRBUF_INIT;

    if (operation->text == NULL)
        return;
    turn_to(statement, operation);
    if (statement->substance == NULL) {
        builder_bind_text(builder, &all, NULL,
                          arena_bytes(builder->arena, operation->text, operation->length));
        builder_bind(builder, item, &all);
        statement->substance = item->substance;
    }
    item->substance = statement->substance;
    strbuf_release(&all);
}

static bool has_shape(struct database_statement *statement, const struct sql_operation *operation)
{
    if (!statement->looked)
        statement->shape = database_credential_shape(operation);
    statement->looked = true;
    return statement->shape;
}

/* Of a table each column's default is looked at for itself. */
bool database_statement_tells_password(struct database_statement *statement,
                                       enum sql_dialect dialect,
                                       const struct sql_operation *operation,
                                       const struct sql_change *change)
{
    if (operation->text == NULL)
        return false;
    turn_to(statement, operation);
    if (change != NULL && operation->object_kind == SQL_TABLE &&
        (operation->kind == SQL_CREATE || operation->kind == SQL_ALTER))
        return has_shape(statement, operation) || database_credential_default(dialect, change);
    if (!statement->searched)
        statement->credential = database_credential(dialect, operation);
    statement->searched = true;
    return statement->credential;
}

static void cut_off(struct strbuf *sql)
{
    size_t length = SQL_SHOWN;

    while (length > 0 && ((unsigned char)sql->data[length] & 0xc0) == 0x80)
        length--;
    strbuf_truncate(sql, length);
}

const char *database_statement_shown(struct database_statement *statement,
                                     struct report_builder *builder, enum sql_dialect dialect,
                                     const struct sql_operation *operation, bool *cut)
{
    struct strbuf sql = STRBUF_INIT;

    turn_to(statement, operation);
    /* What is shown of one that is staged depends on its columns. */
    if (statement->shown == NULL || operation->staged) {
        database_sql_shown(&sql, dialect, operation);
        statement->cut = sql.length > SQL_SHOWN;
        if (statement->cut)
            cut_off(&sql);
        statement->shown = strbuf_to_arena(&sql, builder->arena);
    }
    strbuf_release(&sql);
    *cut = statement->cut;
    return statement->shown;
}
