#include "schema_verify.h"

#include <string.h>

#include <pilab/account/secret.h>
#include <pilab/base/json.h>
#include <pilab/schema/live_scratch.h>
#include <pilab/schema/sync.h>

#include "schema_diff_form.h"

struct verification {
    struct call *call;
    const struct schema_diff *diff;
    struct live_scratch *scratch;
    json_t *told;
};

static struct schema_sync *write_script(const struct schema *from, const struct schema *to)
{
    static const struct schema_sync_options all = { .destructive = true };
    static const struct schema_diff_options whole = { .with_history =
                                                          true }; /* views may name it */
    struct schema_diff *diff = schema_compare(from, to, &whole);
    struct schema_sync *sync = schema_sync(diff, &all);

    schema_diff_free(&diff);
    return sync;
}

/* The first that there are; NULL: none of these. */
static void put_differences(struct verification *work, const struct schema_diff *diff)
{
    json_t *document;

    if (diff == NULL || diff->count == 0 || json_object_get(work->told, "differences") != NULL)
        return;
    document = schema_diff_json(diff);
    json_put(work->told, "differences", json_incref(json_object_get(document, "changes")));
    json_decref(document);
}

/* How many differences there are between what is in the scratch database and `wanted`; false when
 * it could not be read. */
static bool count_rest(struct verification *work, const struct schema *wanted, const char *member,
                       struct error *error)
{
    struct schema *found = live_scratch_read(work->scratch, error);
    struct schema_diff *diff;

    if (found == NULL)
        return false;
    diff = schema_compare(found, wanted, NULL);
    json_put_integer(work->told, member, (int64_t)diff->count);
    put_differences(work, strcmp(member, "left_as_written") != 0 ? diff : NULL);
    schema_diff_free(&diff);
    schema_free(&found);
    return true;
}

static bool make_copy(struct verification *work, struct error *error)
{
    struct schema *empty = live_scratch_read(work->scratch, error);
    struct schema_sync *sync;
    bool ok;

    if (empty == NULL)
        return false;
    sync = write_script(empty, work->diff->previous);
    ok = live_scratch_run(work->scratch, "the copy of what there is", sync->script, error) &&
         count_rest(work, work->diff->previous, "copy", error);
    schema_sync_free(&sync);
    schema_free(&empty);
    return ok;
}

static bool cuts(const struct schema_diff *diff)
{
    for (size_t i = 0; i < diff->count; i++) {
        if (diff->changes[i].kind == SCHEMA_CHANGED &&
            (diff->changes[i].risks & SCHEMA_RISK_DATA) != 0)
            return true;
    }
    return false;
}

/* A column of a view is what that of its table is: it differs where that may stay. */
static bool is_lost(const struct schema_diff *diff, const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    bool shown = object->kind == SCHEMA_COLUMN && object->owner->kind == SCHEMA_VIEW;

    if (change->kind == SCHEMA_REMOVED || (change->risks & SCHEMA_RISK_DATA) != 0)
        return false;
    return change->kind != SCHEMA_CHANGED || !shown || !cuts(diff);
}

/* How many differences the rollback as it is written leaves that it is no comment about: what it
 * would drop, and values that it would cut, may stay. Where something waits for those, too, that
 * is not known. */
static bool count_lost(struct verification *work, const struct schema_sync *sync,
                       struct error *error)
{
    struct schema *found = live_scratch_read(work->scratch, error);
    struct schema_diff *diff;
    size_t count = 0;

    if (found == NULL)
        return false;
    diff = schema_compare(found, work->diff->previous, NULL);
    for (size_t i = 0; i < diff->count && sync->rollback_waiting_count == 0; i++)
        count += is_lost(diff, &diff->changes[i]);
    json_put_integer(work->told, "left_after_rollback_as_written", (int64_t)count);
    put_differences(work, count > 0 ? diff : NULL);
    schema_diff_free(&diff);
    schema_free(&found);
    return true;
}

/* What destroys is a comment of the script as it is written: what it leaves then is another thing.
 * On the copy that the rollback has led back to what there was. */
static bool try_as_written(struct verification *work, struct error *error)
{
    struct schema_sync *sync = schema_sync(work->diff, NULL);
    bool ok =
        live_scratch_run(work->scratch, "the script as it is written", sync->script, error) &&
        count_rest(work, work->diff->current, "left_as_written", error) &&
        live_scratch_run(work->scratch, "the rollback as it is written", sync->rollback, error) &&
        count_lost(work, sync, error);

    schema_sync_free(&sync);
    return ok;
}

static bool is_led_back(const struct verification *work)
{
    return json_integer_value(json_object_get(work->told, "copy")) == 0 &&
           json_integer_value(json_object_get(work->told, "left_after_rollback")) == 0;
}

static bool try_scripts(struct verification *work, bool destructive, struct error *error)
{
    static const struct schema_sync_options all = { .destructive = true };
    struct schema_sync *sync = schema_sync(work->diff, &all);
    bool ok = make_copy(work, error) &&
              live_scratch_run(work->scratch, "the script", sync->script, error) &&
              count_rest(work, work->diff->current, "left", error) &&
              live_scratch_run(work->scratch, "the rollback", sync->rollback, error) &&
              count_rest(work, work->diff->previous, "left_after_rollback", error);
    bool other = sync->destructive_count + sync->rollback_destructive_count > 0;

    if (ok && !destructive && other && is_led_back(work))
        ok = try_as_written(work, error);
    schema_sync_free(&sync);
    return ok;
}

static bool is_of_dialect(const struct dsn *dsn, const struct schema_diff *diff,
                          struct error *error)
{
    return live_scratch_dialect(dsn) == diff->current->dialect ||
           error_set(error, ERROR_INVALID, "--verify: %s is %s, and the script is for %s",
                     dsn->shown, dsn_engine_name(dsn->engine), schema_server_word(diff->current));
}

json_t *schema_verify(struct call *call, const char *spec,
                      const struct schema_side_options *options, const struct schema_diff *diff,
                      bool destructive, struct error *error)
{
    struct strbuf password = STRBUF_INIT;
    struct live_options live = { .statement_seconds = options->seconds };
    struct verification work = { .call = call, .diff = diff, .told = json_object() };
    struct dsn dsn;
    bool ok = false;

    if (!dsn_recognise(spec)) {
        error_set(error, ERROR_USAGE,
                  "--verify takes the connection string of a server to try it "
                  "on: postgresql://…, service=NAME, mariadb://… or sqlite::memory:");
    } else if (dsn_read(spec, call->arena, &dsn, error) && is_of_dialect(&dsn, diff, error) &&
               schema_side_password(call, &dsn, &password, error)) {
        live.password = password.length > 0 ? password.data : NULL;
        work.scratch = live_scratch_open(&dsn, &live, &call->random, &call->progress, error);
        ok = work.scratch != NULL && try_scripts(&work, destructive, error);
        json_put_text(work.told, "server", dsn.shown);
        /* That it is still there is to be known, but not instead of why all of it failed. */
        if (!live_scratch_close(&work.scratch, ok ? error : NULL))
            ok = false;
    }
    secret_wipe(&password);
    if (ok)
        return work.told;
    json_decref(work.told);
    return NULL;
}
