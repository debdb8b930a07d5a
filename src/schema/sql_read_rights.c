/* Who may do what: GRANT, REVOKE, roles and their names. */
#include <string.h>
#include <strings.h>

#include "sql_cursor.h"

/* "'app'@'%'" of MySQL is app@%, a role elsewhere a name. */
static bool take_account_part(struct sql_cursor *cursor, struct strbuf *out)
{
    const struct sql_token *token = sql_peek(cursor, 0);
    struct sql_token name = *token;

    if (token->kind == SQL_STRING && token->length > 1 && *token->start == '\'') {
        strbuf_add_bytes(out, token->start + 1, token->length - 2);
    } else if (token->kind == SQL_WORD || token->kind == SQL_QUOTED || token->kind == SQL_STRING) {
        name.kind = token->kind == SQL_STRING ? SQL_QUOTED : token->kind;
        sql_token_name(out, &name, cursor->dialect);
    } else {
        return false;
    }
    cursor->at++;
    return true;
}

const char *sql_take_account(struct sql_cursor *cursor)
{
    struct strbuf account = STRBUF_INIT;
    const char *result = NULL;

    if (take_account_part(cursor, &account)) {
        if (sql_at_sign(cursor, "@")) {
            cursor->at++;
            strbuf_add_char(&account, '@');
            take_account_part(cursor, &account);
        } else if (sql_peek(cursor, 0)->kind == SQL_PARAMETER &&
                   *sql_peek(cursor, 0)->start == '@') {
            const struct sql_token *host = sql_peek(cursor, 0);

            for (size_t i = 0; i < host->length; i++) {
                if (!strchr("'\"`", host->start[i]))
                    strbuf_add_char(&account, host->start[i]);
            }
            cursor->at++;
        }
        result = strbuf_to_arena(&account, cursor->arena);
    }
    strbuf_release(&account);
    return result;
}

/* --- GRANT, REVOKE ---------------------------------------------------------------------------- */

/* "users", "shop.*", "*.*"; of all in a schema, the schema. */
static void read_target(struct sql_cursor *cursor, struct sql_operation *operation)
{
    size_t from;

    if (sql_take_word(cursor, "ALL")) {
        operation->object_kind = SQL_SCHEMA;
        while (!sql_at_end(cursor) && !sql_at_one_of(cursor, "TO FROM") &&
               !sql_take_words(cursor, "IN SCHEMA"))
            sql_skip(cursor);
        if (!sql_at_one_of(cursor, "TO FROM"))
            operation->object = sql_take_name(cursor);
        return;
    }
    if (!sql_take_object_kind(cursor, &operation->object_kind, NULL))
        operation->object_kind = SQL_TABLE;
    from = cursor->at;
    operation->object = sql_take_name(cursor);
    if (operation->object != NULL && sql_at_sign(cursor, ".") &&
        sql_token_is_sign(sql_peek(cursor, 1), "*")) {
        operation->object = arena_printf(cursor->arena, "%s.*", operation->object);
        operation->object_kind = SQL_DATABASE;
    } else if (operation->object == NULL && sql_at_sign(cursor, "*")) {
        while (sql_take_sign(cursor, "*") || sql_take_sign(cursor, "."))
            continue;
        operation->object = sql_source(cursor, from, cursor->at);
        operation->object_kind = SQL_DATABASE;
    }
    if (operation->object == NULL && operation->object_kind == SQL_TABLE)
        operation->object_kind = SQL_ROLE;
}

static void read_grantees(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct strbuf told = STRBUF_INIT;
    const char *account;

    do {
        bool all;

        while (sql_at_one_of(cursor, "GROUP ROLE USER") && sql_peek(cursor, 1)->kind == SQL_WORD)
            cursor->at++;
        all = sql_at_word(cursor, "PUBLIC");
        operation->to_public |= all;
        account = sql_take_account(cursor);
        if (account != NULL)
            strbuf_printf(&told, "%s%s", told.length > 0 ? ", " : "", all ? "PUBLIC" : account);
        if (operation->object == NULL)
            operation->object = account;
    } while (account != NULL && sql_take_sign(cursor, ","));
    operation->grantees = told.length > 0 ? strbuf_to_arena(&told, cursor->arena) : NULL;
    strbuf_release(&told);
}

/* Roles that each service of databases knows, whose members may do nearly all. */
static const char strong_roles[] =
    "pg_write_all_data pg_read_all_data pg_read_server_files pg_write_server_files "
    "pg_execute_server_program rds_superuser cloudsqlsuperuser azure_pg_admin DBA db_owner "
    "sysadmin";

/* Rights of a whole server of MySQL that lead to all others. */
static const char strong_rights[] = "SUPER FILE ALL GRANT";

static bool is_strong(const struct sql_cursor *rights, const struct sql_operation *operation,
                      bool of_role)
{
    struct sql_cursor at = *rights;
    bool all = sql_at_word(&at, "ALL");
    bool server = operation->object != NULL && strncmp(operation->object, "*", 1) == 0;

    if (all && (operation->to_public || operation->grantable))
        return true;
    for (; !sql_at_end(&at); at.at++) {
        if (of_role ? sql_at_one_of(&at, strong_roles)
                    : server && sql_at_one_of(&at, strong_rights))
            return true;
    }
    return false;
}

/* What PostgreSQL gives to everybody by itself: the use of the schema public, and functions, but
 * for those of its own that reach files and other servers. */
static bool is_given_anyway(const struct sql_cursor *cursor, const struct sql_operation *operation)
{
    const char *name = operation->object, *dot = name != NULL ? strrchr(name, '.') : NULL;

    if (cursor->dialect != DIALECT_POSTGRESQL || name == NULL || operation->rights == NULL)
        return false;
    if (operation->object_kind == SQL_SCHEMA)
        return strcasecmp(operation->rights, "USAGE") == 0 && strcmp(name, "public") == 0;
    name = dot != NULL ? dot + 1 : name;
    return operation->object_kind == SQL_FUNCTION &&
           strcasecmp(operation->rights, "EXECUTE") == 0 && strncasecmp(name, "pg_", 3) != 0 &&
           strncasecmp(name, "lo_", 3) != 0 && strncasecmp(name, "dblink", 6) != 0;
}

/* GRANT … ON [TABLE] name TO …; GRANT role TO …. What it is about, when it is one thing. */
void sql_read_rights(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct sql_cursor rights = *cursor;
    bool of_role, several;

    operation->object_kind = SQL_ROLE;
    while (!sql_at_end(cursor) && !sql_at_one_of(cursor, "ON TO FROM"))
        sql_skip(cursor);
    rights.count = cursor->at;
    operation->rights = sql_source(&rights, rights.at, rights.count);
    of_role = !sql_take_word(cursor, "ON");
    several = sql_at_word(cursor, "ALL");
    if (!of_role)
        read_target(cursor, operation);
    for (; !sql_at_end(cursor) && !sql_at_one_of(cursor, "TO FROM"); sql_skip(cursor))
        several |= sql_at_sign(cursor, ",");
    operation->given_anyway = !several && is_given_anyway(cursor, operation);
    if (!sql_at_end(cursor)) {
        cursor->at++;
        read_grantees(cursor, operation);
    }
    operation->grantable = sql_has_word(cursor, "GRANT OPTION") ||
                           sql_has_word(cursor, "ADMIN OPTION") ||
                           sql_has_word(cursor, "ADMIN TRUE");
    operation->powerful = is_strong(&rights, operation, of_role);
}

/* What PostgreSQL gives to everybody anyway: to call functions, to use types. */
static bool is_default_anyway(const struct sql_cursor *rights)
{
    return sql_has_word(rights, "EXECUTE ON FUNCTIONS") ||
           sql_has_word(rights, "EXECUTE ON ROUTINES") || sql_has_word(rights, "USAGE ON TYPES");
}

/* [FOR ROLE a] [IN SCHEMA b] GRANT SELECT ON TABLES TO c: of all that is made from then on. */
void sql_read_default_rights(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct sql_cursor rights;
    bool taken;

    while (!sql_at_end(cursor) && !sql_at_one_of(cursor, "GRANT REVOKE"))
        sql_skip(cursor);
    if (sql_at_end(cursor))
        return;
    taken = sql_at_word(cursor, "REVOKE");
    cursor->at++;
    rights = *cursor;
    while (!sql_at_end(cursor) && !sql_at_one_of(cursor, "TO FROM"))
        sql_skip(cursor);
    rights.count = cursor->at;
    operation->kind = taken ? SQL_REVOKE : SQL_GRANT;
    operation->words = taken ? "ALTER DEFAULT PRIVILEGES REVOKE" : "ALTER DEFAULT PRIVILEGES GRANT";
    operation->rights = sql_source(&rights, rights.at, rights.count);
    operation->given_anyway = is_default_anyway(&rights);
    if (!sql_at_end(cursor)) {
        cursor->at++;
        read_grantees(cursor, operation);
    }
    operation->grantable = sql_has_word(cursor, "GRANT OPTION");
    operation->powerful = sql_at_word(&rights, "ALL") && operation->to_public;
}

/* --- Roles and their settings ----------------------------------------------------------------- */

/* Behind the name of a role that is made or altered. */
void sql_read_role(const struct sql_cursor *cursor, struct sql_operation *operation)
{
    operation->powerful = sql_has_word(cursor, "SUPERUSER") || sql_has_word(cursor, "CREATEROLE") ||
                          sql_has_word(cursor, "BYPASSRLS") || sql_has_word(cursor, "REPLICATION");
}

/* "USER MAPPING FOR app SERVER s" is about both; DEFAULT PRIVILEGES about nothing that has a name.
 */
const char *sql_take_object(struct sql_cursor *cursor, const char *what,
                            struct sql_operation *operation)
{
    const char *name;

    if (strcmp(what, "DEFAULT PRIVILEGES") == 0)
        return NULL;
    if (strcmp(what, "USER MAPPING") == 0) {
        sql_take_word(cursor, "FOR");
        name = sql_take_name(cursor);
        if (sql_take_word(cursor, "SERVER"))
            operation->table = sql_take_name(cursor);
        return name;
    }
    return operation->object_kind == SQL_ROLE ? sql_take_account(cursor) : sql_take_name(cursor);
}

/* Whether what follows a comma is another account, and no role of a list of those. */
static bool begins_account(const struct sql_cursor *cursor)
{
    struct sql_cursor at = *cursor;

    return sql_take_account(&at) != NULL && (sql_at_end(&at) || sql_at_sign(&at, ",") ||
                                             sql_at_one_of(&at, "IDENTIFIED DISCARD REQUIRE WITH "
                                                                "PASSWORD ACCOUNT COMMENT"));
}

/* What a list of roles or values may follow, none of which is an account that the statement is
 * about: DEFAULT ROLE a, b; IN ROLE a, b; ADMIN a, b; SET search_path = a, b. */
static const char lists[] = "DEFAULT IN ROLE ADMIN USER SET";

/* "CREATE USER a IDENTIFIED BY '…', b IDENTIFIED BY '…'" of MySQL: where the next begins. */
bool sql_bound_account(const struct sql_cursor *cursor, struct sql_cursor *one)
{
    struct sql_cursor at = *cursor;

    *one = *cursor;
    if (!sql_dialect_is_mysql(cursor->dialect) && cursor->dialect != DIALECT_UNKNOWN)
        return false;
    while (!sql_at_end(&at) && !sql_at_one_of(&at, lists)) {
        if (sql_at_sign(&at, ",")) {
            one->count = at.at;
            at.at++;
            if (begins_account(&at))
                return true;
            one->count = cursor->count;
        } else {
            sql_skip(&at);
        }
    }
    return false;
}
