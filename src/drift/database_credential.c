/*
 * Credentials in the clear in statements: a password of a role, a server, a connection; what is
 * written into a column for passwords and is no hash, or is that column's default; and what a
 * comment says.
 */
#include "database.h"

#include <string.h>

#include <pilab/drift/mask.h>

#include "secrets.h"

/* "password=X" within a string. A name and a colon before it may be prose: "password: at least 8".
 */
static bool says_secret(enum sql_dialect dialect, const struct sql_operation *operation)
{
    struct strbuf shown = STRBUF_INIT;
    bool says;

    mask_sql(&shown, dialect, NULL, operation->text, operation->length);
    says = strstr(shown.data, "=" MASK_TEXT) != NULL || strstr(shown.data, "= " MASK_TEXT) != NULL;
    strbuf_release(&shown);
    return says;
}

/* "password=X" of a connection, and "password": "X" in a document that a string is. What is stored
 * as a hash is none. */
static bool says_in_string(enum sql_dialect dialect, const struct sql_operation *operation)
{
    static const char *const marks[] = { "=" MASK_TEXT, "\":\"" MASK_TEXT, "\": \"" MASK_TEXT };
    static const char *const hashes[] = { "\"$2",       "\"$argon2", "\"$pbkdf2", "\"pbkdf2",
                                          "\"{bcrypt}", "\"$6$",     "\"$5$" };
    struct strbuf shown = STRBUF_INIT;
    bool says = false, hashed = false;

    mask_sql(&shown, dialect, NULL, operation->text, operation->length);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        says = says || strstr(shown.data, marks[i]) != NULL;
    strbuf_clear(&shown);
    strbuf_add_bytes(&shown, operation->text, operation->length);
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        hashed = hashed || strstr(shown.data, hashes[i]) != NULL;
    strbuf_release(&shown);
    return says && !hashed;
}

bool database_credential_shape(const struct sql_operation *operation)
{
    struct strbuf shown = STRBUF_INIT;
    bool found = mask_shapes(&shown, operation->text, operation->length);

    strbuf_release(&shown);
    return found;
}

static bool is_masked(enum sql_dialect dialect, const struct sql_operation *operation)
{
    struct strbuf shown = STRBUF_INIT;
    bool masked = mask_sql(&shown, dialect, NULL, operation->text, operation->length) > 0;

    strbuf_release(&shown);
    return masked;
}

static bool is_default(enum sql_dialect dialect, const char *name, const char *text)
{
    return name != NULL && text != NULL && secret_password(name) &&
           secret_written(dialect, name, text, strlen(text));
}

bool database_credential_default(enum sql_dialect dialect, const struct sql_change *change)
{
    return is_default(dialect, change->column.name != NULL ? change->column.name : change->name,
                      change->column.default_text);
}

static bool has_default(enum sql_dialect dialect, const struct sql_operation *operation)
{
    for (size_t i = 0; i < operation->column_count; i++) {
        if (is_default(dialect, operation->columns[i].name, operation->columns[i].default_text))
            return true;
    }
    for (size_t i = 0; i < operation->change_count; i++) {
        if (database_credential_default(dialect, &operation->changes[i]))
            return true;
    }
    return false;
}

static bool of_structure(enum sql_dialect dialect, const struct sql_operation *operation)
{
    switch (operation->object_kind) {
    case SQL_ROLE:
    case SQL_OTHER_OBJECT:
    case SQL_NO_OBJECT:
    case SQL_DATABASE:
        return is_masked(dialect, operation);
    case SQL_TABLE:
        return database_credential_shape(operation) || has_default(dialect, operation) ||
               says_secret(dialect, operation);
    default:
        return database_credential_shape(operation);
    }
}

bool database_credential(enum sql_dialect dialect, const struct sql_operation *operation)
{
    if (operation->text == NULL)
        return false;
    switch (operation->kind) {
    case SQL_CREATE:
    case SQL_ALTER:
    case SQL_GRANT:
    case SQL_SETTING:
    case SQL_OTHER:
        return of_structure(dialect, operation);
    case SQL_COMMENT_ON:
        return database_credential_shape(operation) || says_secret(dialect, operation);
    case SQL_INSERT:
    case SQL_UPDATE:
    case SQL_MERGE:
        return secret_written(dialect, NULL, operation->text, operation->length) ||
               says_in_string(dialect, operation) || database_credential_shape(operation);
    default:
        return says_in_string(dialect, operation) || database_credential_shape(operation);
    }
}
