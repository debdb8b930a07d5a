#include <pilab/store/receipt.h>

#include <string.h>

#include "rows.h"

static const char *const states[RECEIPT_STATE_COUNT + 1] = {
    [RECEIPT_PENDING] = "PENDING",
    [RECEIPT_SENT] = "SENT",
    [RECEIPT_FAILED] = "FAILED",
    [RECEIPT_UNKNOWN] = "UNKNOWN",
};

#define RECEIPT_COLUMNS                                                                            \
    "id, note_id, rev, kind, target, format, state, remote_id, digest, size, actor, at, error"

static const char receipt_insert[] = "INSERT INTO note_receipts (" RECEIPT_COLUMNS ")"
                                     " VALUES (?, ?, ?, ?, ?, ?, 'PENDING', NULL, ?, ?, ?, ?,"
                                     " NULL)";

static const char receipt_renew[] = "UPDATE note_receipts"
                                    " SET state = 'PENDING',"
                                    "     error = NULL,"
                                    "     digest = ?,"
                                    "     size = ?,"
                                    "     actor = ?,"
                                    "     at = ?"
                                    " WHERE id = ?"
                                    "   AND state <> 'SENT'";

static const char receipt_update[] = "UPDATE note_receipts"
                                     " SET state = ?,"
                                     "     remote_id = ?,"
                                     "     actor = ?,"
                                     "     at = ?,"
                                     "     error = ?"
                                     " WHERE id = ?";

static const char receipt_of_target[] = "SELECT " RECEIPT_COLUMNS " FROM note_receipts"
                                        " WHERE note_id = ?"
                                        "   AND rev = ?"
                                        "   AND kind = ?"
                                        "   AND target = ?";

static const char receipts_of_note[] = "SELECT " RECEIPT_COLUMNS " FROM note_receipts"
                                       " WHERE note_id = ?"
                                       " ORDER BY rev DESC, kind, target";

static const char receipts_by_bytes[] = "SELECT " RECEIPT_COLUMNS " FROM note_receipts"
                                        " WHERE digest = ?"
                                        "   AND target = ?"
                                        "   AND state IN ('SENT', 'UNKNOWN')"
                                        " ORDER BY at";

const char *receipt_state_name(enum receipt_state state)
{
    return states[state];
}

static void read_receipt(struct statement *statement, struct arena *arena, void *item)
{
    struct store_receipt *receipt = item;
    int state;

    id_take(statement, receipt->id);
    receipt->note_id = statement_take_text(statement, arena);
    receipt->rev = statement_take_integer(statement);
    receipt->kind = statement_take_text(statement, arena);
    receipt->target = statement_take_text(statement, arena);
    receipt->format = statement_take_text(statement, arena);
    state = word_index(states, statement_view_text(statement, NULL));
    receipt->state = state < 0 ? RECEIPT_UNKNOWN : (enum receipt_state)state;
    receipt->remote_id = statement_take_text(statement, arena);
    digest_take(statement, receipt->digest);
    receipt->size = statement_take_integer(statement);
    receipt->actor = statement_take_text(statement, arena);
    receipt->at = statement_take_integer(statement);
    receipt->error = statement_take_text(statement, arena);
}

static bool find_receipt(struct connection *connection, const struct store_receipt *wanted,
                         struct arena *arena, struct store_receipt *receipt, bool *found,
                         struct error *error)
{
    struct statement *statement = statement_open(connection, receipt_of_target, error);

    statement_put_text(statement, wanted->note_id);
    statement_put_integer(statement, wanted->rev);
    statement_put_text(statement, wanted->kind);
    statement_put_text(statement, wanted->target);
    return row_read(&statement, read_receipt, arena, receipt, found, error);
}

static bool add_receipt(struct connection *connection, struct store_receipt *receipt,
                        struct error *error)
{
    struct statement *statement;

    if (!id_settle(connection, receipt->id, error))
        return false;
    statement = statement_open(connection, receipt_insert, error);
    statement_put_text(statement, receipt->id);
    statement_put_text(statement, receipt->note_id);
    statement_put_integer(statement, receipt->rev);
    statement_put_text(statement, receipt->kind);
    statement_put_text(statement, receipt->target);
    statement_put_text(statement, receipt->format);
    statement_put_text(statement, receipt->digest);
    statement_put_integer(statement, receipt->size);
    statement_put_text(statement, receipt->actor);
    statement_put_integer(statement, receipt->at);
    return row_add(&statement, "receipt", receipt->target, error);
}

static bool renew_receipt(struct connection *connection, const struct store_receipt *receipt,
                          struct error *error)
{
    struct statement *statement = statement_open(connection, receipt_renew, error);

    statement_put_text(statement, receipt->digest);
    statement_put_integer(statement, receipt->size);
    statement_put_text(statement, receipt->actor);
    statement_put_integer(statement, receipt->at);
    statement_put_text(statement, receipt->id);
    return row_change(&statement, "receipt", receipt->target, error);
}

bool store_receipt_open(struct connection *connection, struct store_receipt *receipt,
                        struct error *error)
{
    struct arena *arena = arena_new();
    struct store_receipt there;
    bool found = false, ok = find_receipt(connection, receipt, arena, &there, &found, error);
    bool same = found && strcmp(there.digest, receipt->digest) == 0;

    receipt->error = NULL;
    if (!ok || (found && same)) {
        if (ok) {
            memcpy(receipt->id, there.id, sizeof receipt->id);
            receipt->state = there.state;
            receipt->at = there.at;
        }
    } else if (found && there.state == RECEIPT_SENT) {
        ok = error_set(error, ERROR_CONFLICT,
                       "revision %lld has been published to %s already, "
                       "with other bytes",
                       (long long)receipt->rev, receipt->target);
        error_hint(error, "Another program version or template wrote it: choose another folder.");
    } else {
        receipt->state = RECEIPT_PENDING;
        receipt->at = connection_now(connection);
        if (found)
            memcpy(receipt->id, there.id, sizeof receipt->id);
        ok = found ? renew_receipt(connection, receipt, error)
                   : add_receipt(connection, receipt, error);
    }
    arena_free(&arena);
    return ok;
}

bool store_receipt_set(struct connection *connection, struct store_receipt *receipt,
                       struct error *error)
{
    struct statement *statement = statement_open(connection, receipt_update, error);

    receipt->at = connection_now(connection);
    statement_put_text(statement, receipt_state_name(receipt->state));
    statement_put_text(statement, receipt->remote_id);
    statement_put_text(statement, receipt->actor);
    statement_put_integer(statement, receipt->at);
    statement_put_text(statement, receipt->state == RECEIPT_FAILED ? receipt->error : NULL);
    statement_put_text(statement, receipt->id);
    return row_change(&statement, "receipt", receipt->target, error);
}

static bool read_list(struct statement **statement, struct arena *arena,
                      struct store_receipts *list, struct error *error)
{
    struct rows rows;

    if (!rows_read(statement, NULL, sizeof *list->items, read_receipt, arena, &rows, error))
        return false;
    *list = (struct store_receipts){ .items = rows.items, .count = rows.count };
    return true;
}

bool store_receipt_list(struct connection *connection, const char *note_id, struct arena *arena,
                        struct store_receipts *list, struct error *error)
{
    struct statement *statement = statement_open(connection, receipts_of_note, error);

    statement_put_text(statement, note_id);
    return read_list(&statement, arena, list, error);
}

bool store_receipt_by_bytes(struct connection *connection, const char *digest, const char *target,
                            struct arena *arena, struct store_receipts *list, struct error *error)
{
    struct statement *statement = statement_open(connection, receipts_by_bytes, error);

    statement_put_text(statement, digest);
    statement_put_text(statement, target);
    return read_list(&statement, arena, list, error);
}
