#include <pilab/schema/postgresql.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "pg_aggregate.h"
#include "pg_alter.h"
#include "pg_apply.h"
#include "pg_constraint.h"
#include "pg_object.h"
#include "pg_rename.h"
#include "pg_routine.h"
#include "pg_table.h"

struct pg_reader {
    struct pg_parser *parser;
    struct pg_state state;
};

struct kind_row {
    const char *kind;
    pg_apply *apply;       /* NULL: not of the schema */
    const char *gap, *why; /* what of the schema is not read then; NULL: nothing */
};

#define NOT_READ    "it is not read"
#define BLOCK_SHOWN 60 /* bytes of a block's first line */

/* In order of the kinds. */
static const struct kind_row rows[] = {
    {"AlterDefaultPrivilegesStmt", NULL,                    "grants",                         NOT_READ},
    { "AlterDomainStmt",           pg_alter_domain,         NULL,                             NULL    },
    { "AlterEnumStmt",             pg_alter_enum,           NULL,                             NULL    },
    { "AlterEventTrigStmt",        NULL,                    "event triggers",                 NOT_READ},
    { "AlterExtensionStmt",        pg_alter_extension,      NULL,                             NULL    },
    { "AlterFunctionStmt",         pg_alter_function,       NULL,                             NULL    },
    { "AlterObjectSchemaStmt",     pg_apply_set_schema,     NULL,                             NULL    },
    { "AlterOwnerStmt",            NULL,                    "owners",                         NOT_READ},
    { "AlterPolicyStmt",           pg_alter_policy,         NULL,                             NULL    },
    { "AlterPublicationStmt",      NULL,                    "publications and subscriptions", NOT_READ},
    { "AlterSeqStmt",              pg_alter_sequence,       NULL,                             NULL    },
    { "AlterTableStmt",            pg_alter_table,          NULL,                             NULL    },
    { "CommentStmt",               pg_comment,              NULL,                             NULL    },
    { "CompositeTypeStmt",         pg_create_composite,     NULL,                             NULL    },
    { "CreateCastStmt",            NULL,                    "casts",                          NOT_READ},
    { "CreateDomainStmt",          pg_create_domain,        NULL,                             NULL    },
    { "CreateEnumStmt",            pg_create_enum,          NULL,                             NULL    },
    { "CreateEventTrigStmt",       NULL,                    "event triggers",                 NOT_READ},
    { "CreateExtensionStmt",       pg_create_extension,     NULL,                             NULL    },
    { "CreateFdwStmt",             NULL,                    "foreign servers",                NOT_READ},
    { "CreateForeignServerStmt",   NULL,                    "foreign servers",                NOT_READ},
    { "CreateForeignTableStmt",    pg_create_foreign_table, NULL,                             NULL    },
    { "CreateFunctionStmt",        pg_create_function,      NULL,                             NULL    },
    { "CreateOpClassStmt",         NULL,                    "operator classes",               NOT_READ},
    { "CreateOpFamilyStmt",        NULL,                    "operator classes",               NOT_READ},
    { "CreatePLangStmt",           NULL,                    "languages",                      NOT_READ},
    { "CreatePolicyStmt",          pg_create_policy,        NULL,                             NULL    },
    { "CreatePublicationStmt",     NULL,                    "publications and subscriptions", NOT_READ},
    { "CreateRangeStmt",           pg_create_range,         NULL,                             NULL    },
    { "CreateSchemaStmt",          pg_create_schema,        NULL,                             NULL    },
    { "CreateSeqStmt",             pg_create_sequence,      NULL,                             NULL    },
    { "CreateStatsStmt",           NULL,                    "extended statistics",            NOT_READ},
    { "CreateStmt",                pg_create_table,         NULL,                             NULL    },
    { "CreateSubscriptionStmt",    NULL,                    "publications and subscriptions", NOT_READ},
    { "CreateTableAsStmt",         pg_create_as,            NULL,                             NULL    },
    { "CreateTrigStmt",            pg_create_trigger,       NULL,                             NULL    },
    { "CreateUserMappingStmt",     NULL,                    "foreign servers",                NOT_READ},
    { "DefineStmt",                pg_apply_define,         NULL,                             NULL    },
    { "DropStmt",                  pg_apply_drop,           NULL,                             NULL    },
    { "GrantRoleStmt",             NULL,                    "grants",                         NOT_READ},
    { "GrantStmt",                 NULL,                    "grants",                         NOT_READ},
    { "IndexStmt",                 pg_create_index,         NULL,                             NULL    },
    { "RenameStmt",                pg_apply_rename,         NULL,                             NULL    },
    { "RuleStmt",                  NULL,                    "rules",                          NOT_READ},
    { "SecLabelStmt",              NULL,                    "security labels",                NOT_READ},
    { "SelectStmt",                pg_select,               NULL,                             NULL    },
    { "VariableSetStmt",           pg_set_variable,         NULL,                             NULL    },
    { "ViewStmt",                  pg_create_view,          NULL,                             NULL    },
};

/* Statements on data, sessions and roles. */
static const char *const others[] = {
    "AlterDatabaseSetStmt",
    "AlterDatabaseStmt",
    "AlterRoleSetStmt",
    "AlterRoleStmt",
    "AlterSystemStmt",
    "CallStmt",
    "CheckPointStmt",
    "ClusterStmt",
    "ConstraintsSetStmt",
    "CopyStmt",
    "CreateRoleStmt",
    "CreateTableSpaceStmt",
    "CreatedbStmt",
    "DeleteStmt",
    "DropOwnedStmt",
    "DropRoleStmt",
    "DropdbStmt",
    "ExplainStmt",
    "InsertStmt",
    "ListenStmt",
    "LockStmt",
    "MergeStmt",
    "NotifyStmt",
    "PrepareStmt",
    "ReassignOwnedStmt",
    "RefreshMatViewStmt",
    "ReindexStmt",
    "TransactionStmt",
    "TruncateStmt",
    "UnlistenStmt",
    "UpdateStmt",
    "VacuumStmt",
    "VariableShowStmt",
    "ExecuteStmt",
    "DeallocateStmt",
    "DiscardStmt",
};

struct pg_reader *pg_reader_new(const char *name, struct error *error)
{
    struct pg_parser *parser = pg_parser_open(error);
    if (!parser)
        return NULL;
    struct pg_reader *reader = memory_new(sizeof(*reader));
    reader->parser = reader->state.world.parser = parser;
    struct schema *schema = schema_new(SCHEMA_POSTGRESQL, name);
    reader->state.schema = reader->state.world.schema = schema;
    reader->state.world.search[0] = "public";
    reader->state.world.search_count = 1;
    reader->state.constraints = map_new();
    schema_add(schema, SCHEMA_NAMESPACE, "", "public", NULL, NULL);
    return reader;
}

void pg_reader_free(struct pg_reader **reader)
{
    if (!*reader)
        return;
    map_free(&(*reader)->state.constraints);
    schema_free(&(*reader)->state.schema);
    pg_parser_close(&(*reader)->parser);
    free(*reader);
    *reader = NULL;
}

static int compare_kind(const void *kind, const void *row)
{
    return strcmp(kind, ((const struct kind_row *)row)->kind);
}

static bool is_other(const char *kind)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(others[i], kind) == 0)
            return true;
    return false;
}

/* Its code is a program, and decides by what a server has: it is named, so that somebody can look.
 */
static void complain_of_block(struct pg_state *state)
{
    const char *text = state->statement->text, *body = strchr(text, '$');
    body = body && strchr(body + 1, '$') ? strchr(body + 1, '$') + 1 : text;
    body += strspn(body, " \t\r\n");
    size_t length = strcspn(body, "\r\n");
    struct strbuf line = STRBUF_INIT;
    struct schema_place place = pg_place(state, -1);
    strbuf_add(&line,
               "a DO block was not executed, and what it makes or changes is missing here: ");
    size_t before = line.length;
    strbuf_add_bytes(&line, body, length < BLOCK_SHOWN ? length : BLOCK_SHOWN);
    while (length > BLOCK_SHOWN && line.length > before && !utf8_valid(line.data, line.length))
        strbuf_truncate(&line, line.length - 1);
    if (body[length] || length > BLOCK_SHOWN)
        strbuf_add(&line, " …");
    schema_add_problem(state->schema, &place, line.data,
                       "--scratch runs it, on a server of its own");
    strbuf_release(&line);
}

static void apply(struct pg_state *state, const struct pg_statement *statement)
{
    const struct kind_row *row = bsearch(statement->kind, rows, sizeof(rows) / sizeof(rows[0]),
                                         sizeof(rows[0]), compare_kind);
    if (row && row->apply)
        row->apply(state, statement->node);
    else if (row)
        schema_add_gap(state->schema, row->gap, row->why);
    else if (strcmp(statement->kind, "DoStmt") == 0)
        complain_of_block(state);
    else if (!is_other(statement->kind))
        pg_complain(state, "a statement of a kind that is not known here: %s", statement->kind);
}

void pg_reader_apply(struct pg_reader *reader, const struct pg_statement *statement)
{
    struct pg_state *state = &reader->state;
    if (statement->problem) {
        struct schema_place place = { statement->file, statement->problem_line };
        schema_add_problem(state->schema, &place, statement->problem, NULL);
        return;
    }
    state->statement = statement;
    state->world.arena = arena_new();
    state->world.work = 0;
    state->world.text = statement->text;
    state->world.length = statement->length;
    apply(state, statement);
    arena_free(&state->world.arena);
    state->statement = NULL;
}

static bool visit(void *data, const struct pg_statement *statement, struct error *error)
{
    (void)error;
    pg_reader_apply(data, statement);
    return true;
}

bool pg_reader_add(struct pg_reader *reader, const char *file, const char *text, size_t length,
                   struct error *error)
{
    return pg_statements_visit(reader->parser, file, text, length, visit, reader, error);
}

struct schema *pg_reader_finish(struct pg_reader **reader)
{
    struct schema *schema = (*reader)->state.schema;
    (*reader)->state.schema = NULL;
    pg_reader_free(reader);
    return schema;
}

struct schema *schema_read_postgresql(const char *name, const char *text, size_t length,
                                      struct error *error)
{
    struct pg_reader *reader = pg_reader_new(name, error);
    if (!reader)
        return NULL;
    if (!pg_reader_add(reader, name, text, length, error)) {
        pg_reader_free(&reader);
        return NULL;
    }
    return pg_reader_finish(&reader);
}
