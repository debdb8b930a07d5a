/* Checking the chain in the store. */
#include <string.h>

#include "audit_chain.h"

static const char audit_in_order[] = "SELECT line, hash, body, at, action, actor, object, project,"
                                     "       tenant"
                                     " FROM audit"
                                     " ORDER BY seq";

/* How many entries are checked between two looks at the cancel flag. */
#define STRIDE 1024

static bool check_origin(struct connection *connection, const struct audit_checkpoint *expected,
                         struct error *error)
{
    struct audit_checkpoint now;

    if (!audit_checkpoint_now(connection, &now, error))
        return false;
    if (expected == NULL || strcmp(expected->origin, now.origin) == 0)
        return true;
    error_set(error, ERROR_INVALID, "the checkpoint is of another audit: it is of %s, this is %s",
              expected->origin, now.origin);
    return error_hint(error, "Give the checkpoint that was taken of this store.");
}

static void read_found(struct statement *statement, struct audit_found *found)
{
    found->line = statement_view_text(statement, &found->line_length);
    found->hash = statement_view_text(statement, NULL);
    found->body = statement_view_text(statement, &found->body_length);
    found->has_columns = true;
    found->at = statement_take_integer(statement);
    for (size_t i = 0; i < AUDIT_TEXT_COUNT; i++)
        found->texts[i] = statement_view_text(statement, NULL);
}

bool audit_verify(struct connection *connection, const struct audit_checkpoint *expected,
                  const struct progress *progress, struct audit_verdict *verdict,
                  struct error *error)
{
    struct audit_verdict found_verdict;
    struct statement *statement;
    struct audit_found found;
    struct audit_chain chain;
    bool row = false;
    bool ok;

    if (!check_origin(connection, expected, error))
        return false;
    audit_chain_begin(&chain, expected, &found_verdict);
    statement = statement_open(connection, audit_in_order, error);
    while ((ok = statement_step(statement, &row, error)) && row) {
        if (found_verdict.count % STRIDE == 0) {
            progress_report(progress, "checking the audit", (uint64_t)found_verdict.count, 0);
            if (!(ok = progress_check(progress, error)))
                break;
        }
        read_found(statement, &found);
        if (!audit_chain_add(&chain, &found))
            break;
    }
    statement_close(&statement);
    if (ok && found_verdict.intact)
        audit_chain_end(&chain);
    if (ok)
        *verdict = found_verdict;
    return ok;
}
