/* The end of a release: closed with what came of it, or given up. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#include "release_parts.h"

/* "mb-web has 1.9.1, mb-pay FAILED": why it is not whole. */
static void list_missing(const struct release_detail *detail, struct strbuf *out)
{
    for (size_t i = 0; i < detail->line_count; i++) {
        const struct release_line *line = &detail->lines[i];

        if (line->target == RELEASE_TARGET_SAME)
            continue;
        strbuf_printf(out, "%s%s ", out->length > 0 ? ", " : "", line->entry->module);
        if (line->target == RELEASE_TARGET_NONE)
            strbuf_add(out, "is not there");
        else if (line->target == RELEASE_TARGET_OTHER)
            strbuf_printf(out, "has %s", line->target_has.version);
        else
            strbuf_printf(out, "%s %s", line->target_has.later_version, line->target_has.later);
    }
}

static bool check_whole(const struct release_detail *detail, bool force, const char *reason,
                        struct error *error)
{
    struct strbuf missing = STRBUF_INIT;
    bool ok;

    list_missing(detail, &missing);
    ok = missing.length == 0 || force;
    if (!ok) {
        error_set(error, ERROR_CONFLICT, "%s is not whole in %s: %s", detail->row.name,
                  detail->row.target, missing.data);
        error_hint(error, "deploy what is missing, or close it all the same with --force --reason "
                          "TEXT");
    } else if (force && (reason == NULL || *reason == '\0')) {
        ok = error_set(error, ERROR_USAGE, "--force needs a reason");
        error_hint(error, "--reason TEXT says why it ends with modules missing");
    }
    strbuf_release(&missing);
    return ok;
}

static bool check_open(const struct store_release *row, struct error *error)
{
    if (row->status == RELEASE_OPEN)
        return true;
    error_set(error, ERROR_CONFLICT, "the release %s is %s already, by %s", row->name,
              release_status_name(row->status), row->ended_by);
    return error_hint(error, "`pilab release show %s` tells what came of it", row->name);
}

/* Within the transaction. */
static bool end_release(struct call *call, const struct release_detail *detail,
                        enum release_status status, const char *action, const char *outcome,
                        struct error *error)
{
    const struct store_release *row = &detail->row;
    json_t *body = release_audit_body(row);
    bool ok = store_release_end(call->connection, row->id, row->rev, status, call->actor.login,
                                outcome, error);

    json_put_integer(body, "modules", (int64_t)detail->line_count);
    json_put_integer(body, "deployed", (int64_t)detail->by_target[RELEASE_TARGET_SAME]);
    json_put(body, "outcome", json_loads(outcome, 0, NULL));
    ok = ok && release_audit(call, action, row, body, error) &&
         store_commit(call->connection, error);
    json_decref(body);
    return ok;
}

static bool end_result(struct call *call, const struct store_release *row, const char *done,
                       struct result *result, struct error *error)
{
    struct strbuf said = STRBUF_INIT;
    bool ok;

    rich_text(&said, RICH_NAME, row->name, true);
    strbuf_printf(&said, ": %s\n", done);
    ok = release_result(call, row, &said, result, error);
    strbuf_release(&said);
    return ok;
}

/* What came of it is found out in the transaction that writes it down. */
bool app_release_close(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    const char *reason = arguments_option(arguments, "reason");
    bool force = arguments_flag(arguments, "force"), whole;
    struct release_detail detail;
    struct store_release row;
    bool ok = call_begin(call, PERMISSION_END_RELEASE, NULL, error) &&
              release_find(call, arguments_at(arguments, 0), &row, error) &&
              check_open(&row, error) &&
              release_detail_read(call, &row, NULL, call->arena, &detail, error) &&
              check_whole(&detail, force, reason, error);

    if (ok) {
        whole = detail.by_target[RELEASE_TARGET_SAME] == detail.line_count;
        ok = end_release(call, &detail, RELEASE_CLOSED, "release.close",
                         release_outcome(call, &detail, arguments_option(arguments, "outcome"),
                                         whole ? NULL : reason),
                         error);
    }
    store_rollback(call->connection);
    return ok && end_result(call, &row, "closed", result, error);
}

bool app_release_cancel(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    const char *reason = arguments_option(arguments, "reason");
    struct release_detail detail;
    struct store_release row;
    bool ok;

    if (reason == NULL || *reason == '\0')
        return error_set(error, ERROR_USAGE, "--reason is missing: why is it given up?");
    ok = call_begin(call, PERMISSION_END_RELEASE, NULL, error) &&
         release_find(call, arguments_at(arguments, 0), &row, error) && check_open(&row, error) &&
         release_detail_read(call, &row, NULL, call->arena, &detail, error) &&
         end_release(call, &detail, RELEASE_CANCELLED, "release.cancel",
                     release_outcome(call, &detail, reason, NULL), error);
    store_rollback(call->connection);
    return ok && end_result(call, &row, "cancelled", result, error);
}
