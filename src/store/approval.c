#include <pilab/store/approval.h>

#include "rows.h"

static const char *const decisions[DECISION_COUNT + 1] = {
    [DECISION_REVIEW] = "REVIEW",
    [DECISION_APPROVE] = "APPROVE",
    [DECISION_REJECT] = "REJECT",
};

#define APPROVAL_COLUMNS                                                                           \
    "id, project_id, kind, object_id, rev, digest, markdown_digest, decision, user_id, person,"    \
    " role, self_approved, reason, at, lapsed_at, lapsed_why"

static const char approval_insert[] = "INSERT INTO approvals (" APPROVAL_COLUMNS ")"
                                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL)";

static const char approvals_lapse[] = "UPDATE approvals"
                                      " SET lapsed_at = ?,"
                                      "     lapsed_why = ?"
                                      " WHERE kind = ?"
                                      "   AND object_id = ?"
                                      "   AND rev <= ?"
                                      "   AND lapsed_at = 0"
                                      "   AND (? = 0 OR decision <> 'REJECT')";

/* Within a millisecond in the order of insertion, which ids do not keep. */
static const char approvals_of[] = "SELECT " APPROVAL_COLUMNS " FROM approvals"
                                   " WHERE kind = ?"
                                   "   AND object_id = ?"
                                   " ORDER BY at, rowid";

const char *decision_name(enum decision decision)
{
    return decisions[decision];
}

static void read_approval(struct statement *statement, struct arena *arena, void *item)
{
    struct store_approval *approval = item;
    int decision;

    id_take(statement, approval->id);
    approval->project_id = statement_take_text(statement, arena);
    approval->kind = statement_take_text(statement, arena);
    approval->object_id = statement_take_text(statement, arena);
    approval->rev = statement_take_integer(statement);
    digest_take(statement, approval->digest);
    digest_take(statement, approval->markdown_digest);
    decision = word_index(decisions, statement_view_text(statement, NULL));
    /* What cannot be read must not count as a yes. */
    approval->decision = decision < 0 ? DECISION_REJECT : (enum decision)decision;
    approval->user_id = statement_take_text(statement, arena);
    approval->person = statement_take_text(statement, arena);
    approval->role = statement_take_text(statement, arena);
    approval->self_approved = statement_take_bool(statement);
    approval->reason = statement_take_text(statement, arena);
    approval->at = statement_take_integer(statement);
    approval->lapsed_at = statement_take_integer(statement);
    approval->lapsed_why = statement_take_text(statement, arena);
}

bool store_approval_add(struct connection *connection, struct store_approval *approval,
                        struct error *error)
{
    struct error failure = { 0 };
    struct statement *statement;

    if (!id_settle(connection, approval->id, error))
        return false;
    approval->at = connection_now(connection);
    approval->lapsed_at = 0;
    approval->lapsed_why = NULL;
    statement = statement_open(connection, approval_insert, &failure);
    statement_put_text(statement, approval->id);
    statement_put_text(statement, approval->project_id);
    statement_put_text(statement, approval->kind);
    statement_put_text(statement, approval->object_id);
    statement_put_integer(statement, approval->rev);
    statement_put_text(statement, approval->digest);
    statement_put_text(statement, approval->markdown_digest);
    statement_put_text(statement, decision_name(approval->decision));
    statement_put_text(statement, approval->user_id);
    statement_put_text(statement, approval->person);
    statement_put_text(statement, approval->role);
    statement_put_integer(statement, approval->self_approved);
    statement_put_text(statement, approval->reason);
    statement_put_integer(statement, approval->at);
    if (row_add(&statement, "decision", approval->person, &failure))
        return true;
    if (failure.code == ERROR_EXISTS)
        return error_set(error, ERROR_CONFLICT, "%s has %s revision %lld already", approval->person,
                         approval->decision == DECISION_REVIEW ? "reviewed" : "decided on",
                         (long long)approval->rev);
    if (error != NULL)
        *error = failure;
    return false;
}

bool store_approval_lapse(struct connection *connection, const char *kind, const char *object_id,
                          int64_t rev, bool keep_rejections, const char *why, size_t *count,
                          struct error *error)
{
    struct statement *statement = statement_open(connection, approvals_lapse, error);
    bool ok;

    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, why);
    statement_put_text(statement, kind);
    statement_put_text(statement, object_id);
    statement_put_integer(statement, rev);
    statement_put_integer(statement, keep_rejections);
    ok = statement_run(statement, count, error);
    statement_close(&statement);
    return ok;
}

bool store_approval_list(struct connection *connection, const char *kind, const char *object_id,
                         struct arena *arena, struct store_approvals *list, struct error *error)
{
    struct statement *statement = statement_open(connection, approvals_of, error);
    struct rows rows;

    statement_put_text(statement, kind);
    statement_put_text(statement, object_id);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_approval, arena, &rows, error))
        return false;
    *list = (struct store_approvals){ .items = rows.items, .count = rows.count };
    return true;
}
