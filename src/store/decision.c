#include <pilab/store/decision.h>

#include <inttypes.h>
#include <stdio.h>

#include "rows.h"

const char *const store_decision_kinds[] = { "ignored", "accepted", NULL };

#define DECISION_SELECT                                                                            \
    "SELECT id, project_id, number, kind, pair, fingerprint, state, type, module, path, previous," \
    "       current, reason, until, created_by, created_at, withdrawn_by, withdrawn_at,"           \
    "       withdrawal"                                                                            \
    " FROM difference_decisions"

static const char decision_insert[] =
    "INSERT INTO difference_decisions"
    " (id, project_id, number, kind, pair, fingerprint, state, type, module, path, previous,"
    "  current, reason, until, created_by, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char decision_next_number[] = "SELECT COALESCE(MAX(number), 0) + 1"
                                           " FROM difference_decisions"
                                           " WHERE project_id = ?";

static const char decision_withdraw[] = "UPDATE difference_decisions"
                                        " SET withdrawn_by = ?,"
                                        "     withdrawn_at = ?,"
                                        "     withdrawal = ?"
                                        " WHERE id = ?"
                                        "   AND withdrawn_at = 0";

static const char decision_by_number[] = DECISION_SELECT " WHERE project_id = ?"
                                                         "   AND number = ?";

static const char decision_that_stands[] = DECISION_SELECT " WHERE project_id = ?"
                                                           "   AND pair = ? COLLATE NOCASE"
                                                           "   AND fingerprint = ?"
                                                           "   AND withdrawn_at = 0";

static const char decisions_by_number[] =
    DECISION_SELECT " WHERE project_id = ?1"
                    "   AND number < ?2"
                    "   AND (?3 IS NULL OR pair = ?3 COLLATE NOCASE)"
                    "   AND (?4 IS NULL OR kind = ?4)"
                    "   AND (?5 = 0 OR withdrawn_at = 0)"
                    " ORDER BY number DESC"
                    " LIMIT ?6";

static void read_decision(struct statement *statement, struct arena *arena, void *item)
{
    struct store_decision *decision = item;

    id_take(statement, decision->id);
    decision->project_id = statement_take_text(statement, arena);
    decision->number = statement_take_integer(statement);
    decision->kind = statement_take_text(statement, arena);
    decision->pair = statement_take_text(statement, arena);
    decision->fingerprint = statement_take_text(statement, arena);
    decision->state = statement_take_text(statement, arena);
    decision->type = statement_take_text(statement, arena);
    decision->module = statement_take_text(statement, arena);
    decision->path = statement_take_text(statement, arena);
    decision->previous = statement_take_text(statement, arena);
    decision->current = statement_take_text(statement, arena);
    decision->reason = statement_take_text(statement, arena);
    decision->until = statement_take_integer(statement);
    decision->created_by = statement_take_text(statement, arena);
    decision->created_at = statement_take_integer(statement);
    decision->withdrawn_by = statement_take_text(statement, arena);
    decision->withdrawn_at = statement_take_integer(statement);
    decision->withdrawal = statement_take_text(statement, arena);
}

static void put_decision(struct statement *statement, const struct store_decision *decision)
{
    statement_put_text(statement, decision->id);
    statement_put_text(statement, decision->project_id);
    statement_put_integer(statement, decision->number);
    statement_put_text(statement, decision->kind);
    statement_put_text(statement, decision->pair);
    statement_put_text(statement, decision->fingerprint);
    statement_put_text(statement, decision->state);
    statement_put_text(statement, decision->type);
    statement_put_text(statement, text_or(decision->module, ""));
    statement_put_text(statement, text_or(decision->path, ""));
    statement_put_text(statement, decision->previous);
    statement_put_text(statement, decision->current);
    statement_put_text(statement, decision->reason);
    statement_put_integer(statement, decision->until);
    statement_put_text(statement, decision->created_by);
    statement_put_integer(statement, decision->created_at);
}

bool store_decision_add(struct connection *connection, struct store_decision *decision,
                        struct error *error)
{
    struct statement *statement;

    if (!word_check("decision", decision->kind, store_decision_kinds, error) ||
        !id_settle(connection, decision->id, error))
        return false;
    statement = statement_open(connection, decision_next_number, error);
    statement_put_text(statement, decision->project_id);
    if (!row_integer(&statement, &decision->number, error))
        return false;
    decision->created_at = connection_now(connection);
    decision->withdrawn_by = decision->withdrawal = NULL;
    decision->withdrawn_at = 0;
    statement = statement_open(connection, decision_insert, error);
    put_decision(statement, decision);
    return row_add(&statement, "decision about", decision->path, error);
}

static const char *number_text(int64_t number, char out[24])
{
    snprintf(out, 24, "%" PRId64, number);
    return out;
}

bool store_decision_withdraw(struct connection *connection, const struct store_decision *decision,
                             const char *by, const char *why, struct error *error)
{
    struct statement *statement = statement_open(connection, decision_withdraw, error);
    char number[24];

    statement_put_text(statement, by);
    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, why);
    statement_put_text(statement, decision->id);
    return row_change(&statement, "decision", number_text(decision->number, number), error);
}

bool store_decision_find(struct connection *connection, const char *project_id, int64_t number,
                         struct arena *arena, struct store_decision *decision, struct error *error)
{
    struct statement *statement = statement_open(connection, decision_by_number, error);
    char name[24];

    statement_put_text(statement, project_id);
    statement_put_integer(statement, number);
    return row_demand(&statement, read_decision, arena, decision, "decision",
                      number_text(number, name), error);
}

bool store_decision_standing(struct connection *connection, const char *project_id,
                             const char *pair, const char *fingerprint, struct arena *arena,
                             struct store_decision *decision, bool *found, struct error *error)
{
    struct statement *statement = statement_open(connection, decision_that_stands, error);

    statement_put_text(statement, project_id);
    statement_put_text(statement, pair);
    statement_put_text(statement, fingerprint);
    return row_read(&statement, read_decision, arena, decision, found, error);
}

bool store_decision_list(struct connection *connection, const char *project_id,
                         const struct store_decision_filter *filter, const struct store_page *page,
                         struct arena *arena, struct store_decisions *list, struct error *error)
{
    static const struct store_decision_filter any = { 0 };
    struct cursor cursor = { .list = "decision", .major = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    filter = filter != NULL ? filter : &any;
    if ((filter->kind != NULL &&
         !word_check("decision", filter->kind, store_decision_kinds, error)) ||
        !cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, decisions_by_number, error);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, cursor.major);
    statement_put_text(statement, filter->pair);
    statement_put_text(statement, filter->kind);
    statement_put_integer(statement, filter->standing);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_decision, arena, &rows, error))
        return false;
    *list = (struct store_decisions){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].number;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
