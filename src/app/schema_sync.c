/* SQL that makes one schema like another, and tries whether it does. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/drift/mask.h>
#include <pilab/schema/sync.h>

#include "schema_diff_form.h"
#include "schema_side.h"
#include "schema_verify.h"

struct syncing {
    struct schema *sides[2];
    struct schema_diff *diff;
    struct schema_sync *sync;
    json_t *verified; /* NULL: nobody asked */
};

static void release(struct syncing *work)
{
    schema_sync_free(&work->sync);
    schema_diff_free(&work->diff);
    schema_free(&work->sides[0]);
    schema_free(&work->sides[1]);
    json_decref(work->verified);
}

static bool prepare(struct call *call, const struct arguments *arguments, struct syncing *work,
                    struct error *error)
{
    const struct schema_sync_options sync = {
        .destructive = arguments_flag(arguments, "allow-destructive"),
        .at = clock_now(&call->clock),
    };
    const char *verify = arguments_option(arguments, "verify");
    struct schema_side_options options;

    if (!schema_side_options_read(arguments, &options, error) ||
        !schema_sides_read(call, arguments, &options, work->sides, error) ||
        !schema_sides_check_readable(work->sides, error))
        return false;
    work->diff = schema_compare(work->sides[0], work->sides[1], NULL);
    if (!schema_sync_check(work->diff, error))
        return false;
    work->sync = schema_sync(work->diff, &sync);
    if (work->sync == NULL)
        return false;
    if (verify == NULL)
        return true;
    work->verified = schema_verify(call, verify, &options, work->diff, sync.destructive, error);
    return work->verified != NULL;
}

static json_int_t left(const struct syncing *work, const char *member)
{
    return json_integer_value(json_object_get(work->verified, member));
}

/* Appends a text of the work as it may be shown; how many secrets are masked in it. */
static size_t mask(const struct syncing *work, struct strbuf *out, const char *text)
{
    return mask_sql(out, schema_sql_dialect(work->sides[1]->dialect), NULL, text, strlen(text));
}

static size_t count_secrets(const struct syncing *work, const char *text)
{
    struct strbuf shown = STRBUF_INIT;
    size_t count = mask(work, &shown, text);

    strbuf_release(&shown);
    return count;
}

static json_t *masked_text(const struct syncing *work, const char *text)
{
    struct strbuf shown = STRBUF_INIT;
    json_t *json;

    mask(work, &shown, text);
    json = json_text(shown.data);
    strbuf_release(&shown);
    return json;
}

/* Only the file that was asked for has the secrets: it would not work without them. */
static bool write_script(const struct syncing *work, const char *path, const char *text,
                         struct error *error)
{
    size_t secrets = count_secrets(work, text);
    struct strbuf script = STRBUF_INIT;
    bool ok;

    if (secrets > 0)
        strbuf_printf(&script,
                      "-- It holds %zu secret value%s as %s: nobody else should read it.\n",
                      secrets, secrets == 1 ? "" : "s", secrets == 1 ? "it is" : "they are");
    strbuf_add(&script, text);
    ok = file_write_atomic(path, script.data, script.length, 0600, error);
    strbuf_release(&script);
    return ok;
}

static bool check_printable(const struct syncing *work, const char *text, struct error *error)
{
    size_t secrets = count_secrets(work, text);

    if (secrets == 0)
        return true;
    error_set(error, ERROR_UNSUPPORTED, "the script holds %zu secret value%s and is not printed",
              secrets, secrets == 1 ? "" : "s");
    return error_hint(error, "--output FILE writes it to a file that only you can read");
}

/* A script that was asked to be tried, and does not do what it is for. */
static bool is_wrong(const struct syncing *work)
{
    return work->verified != NULL && left(work, "copy") + left(work, "left") +
                                             left(work, "left_after_rollback") +
                                             left(work, "left_after_rollback_as_written") >
                                         0;
}

static json_t *sync_json(const struct syncing *work)
{
    char digest[SHA256_HEX_SIZE];
    json_t *document = json_object(), *notes = json_array();

    for (size_t i = 0; i < work->sync->note_count; i++)
        json_append(notes, masked_text(work, work->sync->notes[i]));
    json_put_text(document, "schema", "pilab.schema-sync/1");
    json_put_text(document, "previous", work->sides[0]->name);
    json_put_text(document, "previous_digest", schema_digest(work->sides[0], digest));
    json_put_text(document, "current", work->sides[1]->name);
    json_put_text(document, "current_digest", schema_digest(work->sides[1], digest));
    json_put_integer(document, "differences", (int64_t)work->diff->count);
    json_put_integer(document, "statements", (int64_t)work->sync->statement_count);
    json_put_integer(document, "destructive", (int64_t)work->sync->destructive_count);
    json_put_integer(document, "rollback_statements",
                     (int64_t)work->sync->rollback_statement_count);
    json_put_integer(document, "rollback_destructive",
                     (int64_t)work->sync->rollback_destructive_count);
    json_put_integer(document, "waiting", (int64_t)work->sync->waiting_count);
    json_put(document, "notes", notes);
    json_put(document, "verified", json_incref(work->verified));
    json_put_integer(document, "secrets", (int64_t)count_secrets(work, work->sync->script));
    json_put(document, "script", masked_text(work, work->sync->script));
    json_put(document, "rollback", masked_text(work, work->sync->rollback));
    return document;
}

/* Of a copy without rows nothing fails that they would let fail. */
static void say_rows(const struct syncing *work, struct strbuf *out)
{
    for (size_t i = 0; i < work->diff->count; i++) {
        if ((work->diff->changes[i].risks & SCHEMA_RISK_FAILS) == 0)
            continue;
        rich_word(out, RICH_WARNING, "On rows it may fail:");
        strbuf_add(out, " `pilab schema diff` says where and why.\n");
        return;
    }
}

/* What was run, and that only: with comments as statements, and as it is written. */
static void say_right(const struct syncing *work, struct strbuf *out)
{
    bool both = json_object_get(work->verified, "left_as_written") != NULL;
    bool written = both && work->sync->destructive_count > 0;
    long long rest = (long long)left(work, "left_as_written");

    rich_word(out, RICH_GOOD,
              written ? "Verified on a copy without rows, with what destroys run: it leaves no "
                        "difference, and its rollback leads back."
              : both  ? "Verified on a copy without rows: it leaves no difference, and its "
                        "rollback, with what destroys run, leads back."
                      : "Verified on a copy without rows: it leaves no difference, and its "
                        "rollback leads back.");
    strbuf_add_char(out, '\n');
    say_rows(work, out);
    if (!written)
        return;
    rich_word(out, rest > 0 ? RICH_WARNING : RICH_GOOD, "As written, with that as comments:");
    strbuf_printf(out, " it leaves %lld difference%s.\n", rest, rest == 1 ? "" : "s");
}

static void say_verified(const struct syncing *work, struct strbuf *out)
{
    if (work->verified == NULL)
        return;
    if (!is_wrong(work)) {
        say_right(work, out);
        return;
    }
    rich_word(out, RICH_CRITICAL, "Not verified:");
    strbuf_printf(out,
                  " %lld differences in the copy itself, %lld left by the script, %lld by its "
                  "rollback, %lld by that of the script as it is written; --json tells them.\n",
                  (long long)left(work, "copy"), (long long)left(work, "left"),
                  (long long)left(work, "left_after_rollback"),
                  (long long)left(work, "left_after_rollback_as_written"));
}

/* The script as it is, for a pipe to psql; what was found out about it are comments of it. */
static void add_script(const struct syncing *work, const char *text, struct strbuf *out)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    strbuf_add(out, text);
    say_verified(work, &rich);
    rich_to_plain(&plain, rich.data, rich.length);
    for (const char *line = plain.data; line != NULL && *line != '\0';) {
        size_t length = strcspn(line, "\n");

        strbuf_printf(out, "-- %.*s\n", (int)length, line);
        line += length + (line[length] != '\0');
    }
    strbuf_release(&rich);
    strbuf_release(&plain);
}

/* "Written to sync.sql: 4 statements." */
static void say(const struct syncing *work, const struct arguments *arguments, const char *path,
                const char *text, struct strbuf *out)
{
    const struct schema_sync *sync = work->sync;
    bool back = arguments_flag(arguments, "rollback");
    size_t statements = back ? sync->rollback_statement_count : sync->statement_count;
    size_t destructive = back ? sync->rollback_destructive_count : sync->destructive_count;
    const char *const *notes = back ? sync->rollback_notes : sync->notes;
    size_t count = back ? sync->rollback_note_count : sync->note_count;
    size_t secrets = count_secrets(work, text);

    strbuf_add(out, "Written to ");
    rich_text(out, RICH_NAME, path, true);
    strbuf_printf(out, ": %zu statement%s.\n", statements, statements == 1 ? "" : "s");
    if (destructive > 0) {
        rich_word(out, RICH_WARNING,
                  arguments_flag(arguments, "allow-destructive")
                      ? "Some statements destroy:"
                      : "Some statements destroy and are comments:");
        strbuf_printf(out, " %zu.\n", destructive);
    }
    if (!back && sync->waiting_count > 0) {
        rich_word(out, RICH_WARNING, "Some wait for those, and are comments, too:");
        strbuf_printf(out, " %zu.\n", sync->waiting_count);
    }
    for (size_t i = 0; i < count; i++) {
        struct strbuf shown = STRBUF_INIT;

        mask(work, &shown, notes[i]);
        rich_text(out, RICH_WARNING, shown.data, true);
        strbuf_add_char(out, '\n');
        strbuf_release(&shown);
    }
    if (secrets > 0)
        strbuf_printf(out, "It holds %zu secret value%s; only you can read the file.\n", secrets,
                      secrets == 1 ? "" : "s");
    say_verified(work, out);
}

bool app_schema_sync(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    const char *path = arguments_option(arguments, "output"), *text = NULL;
    struct syncing work = { .diff = NULL };
    bool ok = prepare(call, arguments, &work, error);

    if (ok) {
        text = arguments_flag(arguments, "rollback") ? work.sync->rollback : work.sync->script;
        ok = path != NULL ? write_script(&work, path, text, error)
                          : check_printable(&work, text, error);
    }
    if (ok) {
        result->object = sync_json(&work);
        result->broken = is_wrong(&work);
        result->differences = work.diff->count > 0;
        result->kind = path != NULL ? RESULT_OBJECT : RESULT_RAW;
        if (path != NULL)
            say(&work, arguments, path, text, &result->text);
        else
            add_script(&work, text, &result->text);
    }
    release(&work);
    return ok;
}
