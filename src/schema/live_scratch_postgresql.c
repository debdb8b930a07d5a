/* A database of template0 beside the one that is named. */
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/schema/pg_statements.h>

#include "live_postgresql.h"
#include "live_postgresql_connection.h"
#include "live_scratch_engine.h"
#include "pg_tree.h"

struct scratch {
    const struct live_options *options;
    const struct progress *progress;
    struct arena *arena;
    struct dsn dsn;           /* of the database that was made */
    const char *name;         /* its name: letters, digits and _ */
    struct postgresql *maker; /* to where it is made and dropped */
    struct postgresql *own;   /* to itself; NULL: not connected */
    struct pg_parser *parser;
    bool made;
    bool files; /* what is run is from files */
};

static unsigned limit_of(const struct live_options *options)
{
    return options != NULL && options->statement_seconds != 0 ? options->statement_seconds
                                                              : LIVE_STATEMENT_SECONDS;
}

/* Nothing that was said about the limits of a reading holds for a script: an index takes its time,
 * and the server's own settings are those that it will run with. */
static bool begin(struct scratch *scratch, struct error *error)
{
    if (scratch->own != NULL)
        return true;
    scratch->own = postgresql_open(&scratch->dsn, scratch->options, scratch->progress, error);
    if (scratch->own == NULL || !scratch->files)
        return scratch->own != NULL;
    postgresql_hide_data(scratch->own);
    /* What is read and dropped again need not be on the disk after each statement. */
    return postgresql_run(scratch->own, "preparing it for SQL of files",
                          arena_printf(scratch->arena,
                                       "SET synchronous_commit = off; SET statement_timeout = "
                                       "'%us'",
                                       limit_of(scratch->options)),
                          NULL, NULL, error);
}

/* The statement that makes it goes on without whoever asked: it is ended, and has undone itself
 * once it is not to be seen any more. */
static bool end_making(struct scratch *scratch, struct postgresql *connection, struct error *error)
{
    const char *sql =
        arena_printf(scratch->arena,
                     "DO $$ BEGIN FOR i IN 1..100 LOOP PERFORM pg_stat_clear_snapshot();"
                     " PERFORM pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE query LIKE 'CREATE DATABASE %s %%' AND pid <> pg_backend_pid();"
                     " EXIT WHEN NOT FOUND; PERFORM pg_sleep(0.05); END LOOP; END $$",
                     scratch->name);

    return postgresql_run(connection, "ending the making of a database", sql, NULL, NULL, error);
}

static bool drop_over(struct scratch *scratch, struct postgresql *connection, struct error *error)
{
    const char *force = postgresql_version(connection) >= 130000 ? " WITH (FORCE)" : "";

    /* What was run may have made a template of it, which cannot be dropped. */
    if (scratch->files)
        postgresql_run(connection, "making no template of it",
                       arena_printf(scratch->arena, "ALTER DATABASE %s IS_TEMPLATE false",
                                    scratch->name),
                       NULL, NULL, NULL);
    return postgresql_run(connection, "dropping the database that it was tried in",
                          arena_printf(scratch->arena, "DROP DATABASE IF EXISTS %s%s",
                                       scratch->name, force),
                          NULL, NULL, error);
}

/* On a connection that no cancel holds up: what was made has to go. */
static bool drop_database(struct scratch *scratch, struct error *error)
{
    struct dsn dsn = scratch->dsn;
    struct postgresql *connection;
    bool ok;

    dsn.database = "postgres";
    connection = postgresql_open(&dsn, scratch->options, NULL, error);
    ok = connection != NULL && (scratch->made || end_making(scratch, connection, error)) &&
         drop_over(scratch, connection, error);
    postgresql_close(&connection);
    /* What was run may have changed how one logs in. */
    if (!ok && scratch->files && scratch->made && scratch->maker != NULL)
        ok = drop_over(scratch, scratch->maker, error);
    if (!ok)
        error_hint(error, "DROP DATABASE %s does it by hand.", scratch->name);
    return ok;
}

/* The answer did not come: the server may have made it all the same, or be about to. */
static void drop_unseen(struct scratch *scratch, struct error *error)
{
    if (!drop_database(scratch, NULL))
        error_hint(error,
                   "Whether %s was made is not known, and it could not be dropped: "
                   "DROP DATABASE IF EXISTS %s does it by hand.",
                   scratch->name, scratch->name);
}

static bool make_database(struct scratch *scratch, struct error *error)
{
    struct error why = { 0 };
    const char *sql =
        arena_printf(scratch->arena, "CREATE DATABASE %s TEMPLATE template0", scratch->name);

    scratch->made =
        postgresql_run(scratch->maker, "making a database to try it in", sql, NULL, NULL, &why);
    if (scratch->made)
        return true;
    if (why.code == ERROR_DENIED)
        error_hint(&why, "It needs a user who may make databases (ALTER ROLE … CREATEDB) on "
                         "a server of the same version; what it makes it drops again.");
    else if (why.code == ERROR_NETWORK || why.code == ERROR_CANCELLED)
        drop_unseen(scratch, &why);
    if (error != NULL)
        *error = why;
    return false;
}

static bool close_database(void *own, struct error *error)
{
    struct scratch *scratch = own;
    bool ok = true;

    postgresql_close(&scratch->own);
    if (scratch->made)
        ok = drop_database(scratch, error);
    postgresql_close(&scratch->maker);
    pg_parser_close(&scratch->parser);
    arena_free(&scratch->arena);
    free(scratch);
    return ok;
}

static void *open_database(const struct scratch_place *place, struct error *error)
{
    struct scratch *scratch = memory_new(sizeof *scratch);

    scratch->options = place->options;
    scratch->progress = place->progress;
    scratch->arena = arena_new();
    scratch->name = place->name;
    scratch->dsn = *place->dsn;
    scratch->dsn.database = scratch->name;
    scratch->dsn.schemas = NULL;
    scratch->dsn.schema_count = 0;
    scratch->dsn.shown =
        arena_printf(scratch->arena, "%s (as %s)", place->dsn->shown, scratch->name);
    scratch->parser = pg_parser_open(error);
    if (scratch->parser != NULL)
        scratch->maker = postgresql_open(place->dsn, place->options, place->progress, error);
    if (scratch->maker == NULL || !make_database(scratch, error)) {
        close_database(scratch, NULL);
        return NULL;
    }
    return scratch;
}

/* --- Using it --------------------------------------------------------------------------------- */

static bool changes_owner(const struct pg_statement *statement)
{
    const struct pg_node *list = pg_member(statement->node, "cmds");

    return pg_inner_count(list) == 1 &&
           pg_is(pg_as(pg_at(list, 0), "AlterTableCmd"), "subtype", "AT_ChangeOwner");
}

/* A comment on what only its owner may comment on, who is another one here. */
static bool is_of_server(const struct pg_statement *statement)
{
    static const char *const kinds[] = { "OBJECT_DATABASE", "OBJECT_ROLE", "OBJECT_TABLESPACE",
                                         "OBJECT_EXTENSION" };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (pg_is(statement->node, "objtype", kinds[i]))
            return true;
    }
    return false;
}

/* Data was lifted out, and users and databases are not compared: a dump names some that this server
 * need not have, and they are not for files to change. */
static bool is_left_out(const struct pg_statement *statement)
{
    static const char *const kinds[] = {
        "CopyStmt",       "AlterOwnerStmt",   "GrantStmt",         "AlterDefaultPrivilegesStmt",
        "CreateRoleStmt", "AlterRoleStmt",    "AlterRoleSetStmt",  "DropRoleStmt",
        "GrantRoleStmt",  "CreatedbStmt",     "AlterDatabaseStmt", "AlterDatabaseSetStmt",
        "DropdbStmt",     "ReassignOwnedStmt"
    };

    if (statement->kind == NULL)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(statement->kind, kinds[i]) == 0)
            return true;
    }
    return (strcmp(statement->kind, "AlterTableStmt") == 0 && changes_owner(statement)) ||
           (strcmp(statement->kind, "CommentStmt") == 0 && is_of_server(statement));
}

static bool run_statement(void *data, const struct pg_statement *statement, struct error *error)
{
    struct scratch *scratch = data;
    char *what, *text;
    bool ok;

    if (statement->length == 0 || (scratch->files && is_left_out(statement)))
        return true;
    what = memory_printf("%s:%u", statement->file, statement->line);
    text = memory_copy_bytes(statement->text, statement->length);
    ok = postgresql_run(scratch->own, what, text, NULL, NULL, error);
    if (!ok && scratch->files)
        scratch_hide_literals(error, DIALECT_POSTGRESQL, text, statement->length);
    free(text);
    free(what);
    return ok;
}

static bool run_script(void *own, const char *name, const char *script, struct error *error)
{
    struct scratch *scratch = own;

    return begin(scratch, error) &&
           pg_statements_visit(scratch->parser, name, script, strlen(script), run_statement,
                               scratch, error);
}

/* --- What else it could reach ----------------------------------------------------------------- */

/* A connection stays in its database; what leads out of it are other users whom one may be (of
 * whom some run programs of the server and read its files), rights over users and copies, and
 * dropping a database that one owns. */
static bool expect_files(void *own, struct error *error)
{
    static const char sql[] =
        "SELECT 'the rights of ' || rolname FROM pg_roles WHERE rolname <> current_user"
        " AND rolname <> 'pg_database_owner' AND pg_has_role(oid, 'MEMBER')"
        " UNION ALL SELECT 'more rights than to make databases' FROM pg_roles"
        " WHERE rolname = current_user AND (rolcreaterole OR rolreplication OR rolbypassrls)"
        " UNION ALL SELECT 'the database ' || datname FROM pg_database"
        " WHERE datname NOT LIKE 'pilab\\_verify\\_%' AND pg_has_role(datdba, 'MEMBER')";
    struct scratch *scratch = own;
    struct scratch_first reach = { .text = NULL };

    scratch->files = true;
    return postgresql_run(scratch->maker, "asking what the user may reach", sql, scratch_first_row,
                          &reach, error) &&
           scratch_reach_is_nothing(&reach, scratch->dsn.shown,
                                    "CREATE ROLE … LOGIN CREATEDB, and no superuser", error);
}

static bool keep_answer(void *context, const char *const *values, size_t count, struct error *error)
{
    (void)count;
    (void)error;
    *(bool *)context = values[0] != NULL;
    return true;
}

static bool end_file(void *own, const char *name, struct error *error)
{
    struct scratch *scratch = own;
    bool open = false;

    if (scratch->own != NULL &&
        !postgresql_run(scratch->own, name, "SELECT pg_catalog.txid_current_if_assigned()",
                        keep_answer, &open, error))
        return false;
    postgresql_close(&scratch->own);
    return !open || error_set(error, ERROR_INVALID,
                              "%s leaves a transaction open: what it made would be lost", name);
}

static struct schema *read_database(void *own, struct error *error)
{
    struct scratch *scratch = own;

    /* What a script has set, or left in a transaction, is not what it has made. */
    postgresql_close(&scratch->own);
    return live_postgresql_read(&scratch->dsn, scratch->options, scratch->progress, error);
}

const struct scratch_engine scratch_postgresql = { open_database, close_database, run_script,
                                                   expect_files,  end_file,       read_database };
