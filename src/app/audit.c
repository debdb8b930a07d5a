#include <pilab/app/audit_log.h>
#include <pilab/app/audit_words.h>
#include <pilab/app/listing.h>
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/map.h>
#include <pilab/base/rich.h>
#include <pilab/store/audit.h>

#define CHECKPOINT_LIMIT 4096

static const struct result_column audit_columns[] = {
    {"seq",           "Seq",     CELL_NUMBER, 0},
    { "at",           "When",    CELL_TIME,   0},
    { "actor",        "Who",     CELL_TEXT,   0},
    { "project_code", "Project", CELL_TEXT,   2},
    { "action",       "Did",     CELL_TEXT,   0},
    { "object_name",  "To",      CELL_TEXT,   0},
    { "what",         "What",    CELL_TEXT,   1},
};

/* Reading the audit of everybody is for whoever runs the tenant; others see their project's. */
static bool check_reader(struct call *call, struct error *error)
{
    if (call->actor.rights.instance != INSTANCE_USER)
        return true;
    return (call->project != NULL || call_choose_project(call, NULL, error)) &&
           call_check(call, PERMISSION_READ, error);
}

static json_t *entry_json(const struct audit_log_entry *logged)
{
    const struct audit_entry *entry = &logged->entry;
    json_t *object = json_object();

    json_put_integer(object, "seq", entry->seq);
    json_put_time(object, "at", entry->at);
    json_put_text(object, "actor", entry->actor);
    json_put_text(object, "action", entry->action);
    json_put_text(object, "object", entry->object);
    json_put_text(object, "object_name", logged->object);
    json_put_text(object, "project", entry->project);
    json_put_text(object, "project_code", logged->project);
    json_put_text(object, "what", logged->what);
    json_put_text(object, "summary", entry->body);
    json_put_text(object, "hash", entry->hash);
    return object;
}

bool app_audit_list(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    struct audit_filter filter = { .tenant = call->tenant_id,
                                   .actor = arguments_option(arguments, "actor"),
                                   .action = arguments_option(arguments, "action") };
    const char *object = arguments_option(arguments, "object");
    struct audit_entries entries;
    struct store_page page;
    struct map *codes;

    if (call->settings->project != NULL && !call_choose_project(call, NULL, error))
        return false;
    if (!check_reader(call, error) || !listing_page(arguments, &page, error) ||
        !listing_time(arguments, "since", &filter.since, error) ||
        !listing_time(arguments, "until", &filter.until, error))
        return false;
    /* "drift" means all that is done with drift; no action is called so. */
    if (filter.action != NULL && strchr(filter.action, '.') == NULL)
        filter.action = arena_printf(call->arena, "%s.", filter.action);
    if (object != NULL && !audit_object_id(call, object, &filter.object, error))
        return false;
    filter.project = call->project != NULL ? call->project->id : NULL;
    if (!audit_list(call->connection, &filter, &page, call->arena, &entries, error))
        return false;
    listing_start(call, result, "audit", audit_columns,
                  sizeof audit_columns / sizeof *audit_columns, entries.next,
                  "The audit has nothing of that kind.");
    codes = map_new();
    for (size_t i = 0; i < entries.count; i++) {
        struct audit_log_entry logged;

        audit_log_words(call, &entries.items[i], codes, call->arena, &logged);
        json_append(result->items, entry_json(&logged));
    }
    map_free(&codes);
    return true;
}

static bool read_checkpoint(const char *path, struct audit_checkpoint *checkpoint,
                            struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    bool ok = file_read(path, CHECKPOINT_LIMIT, true, &text, error) &&
              audit_checkpoint_read(text.data, text.length, checkpoint, error);

    strbuf_release(&text);
    return ok;
}

/* The store's own chain; the folder of a bundle is checked without any store. */
static bool verify_store(struct call *call, const struct audit_checkpoint *expected,
                         struct audit_verdict *verdict, struct error *error)
{
    return call_open_store(call, false, error) && check_reader(call, error) &&
           audit_verify(call->connection, expected, &call->progress, verdict, error);
}

static void describe_verdict(const struct audit_verdict *verdict, bool checkpoint,
                             struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.audit-verdict/1");
    json_put_bool(result->object, "intact", verdict->intact);
    json_put_integer(result->object, "count", verdict->count);
    json_put_text(result->object, "hash", verdict->hash);
    json_put_integer(result->object, "bodies", verdict->bodies);
    json_put_integer(result->object, "bodies_absent", verdict->bodies_absent);
    rich_word(&result->text, RICH_GOOD, "The audit is intact");
    strbuf_printf(&result->text, ": %lld entries, %lld with their bodies.\n",
                  (long long)verdict->count, (long long)verdict->bodies);
    strbuf_printf(&result->text, "head %lld %s\n", (long long)verdict->count, verdict->hash);
    if (!checkpoint)
        strbuf_add(&result->text, "Whether its end was cut off shows only against a checkpoint "
                                  "kept elsewhere: --checkpoint FILE.\n");
}

bool app_audit_verify(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    const char *bundle = arguments_at(arguments, 0);
    const char *checkpoint_path = arguments_option(arguments, "checkpoint");
    struct audit_checkpoint checkpoint;
    const struct audit_checkpoint *expected = checkpoint_path != NULL ? &checkpoint : NULL;
    struct audit_verdict verdict;

    if (expected != NULL && !read_checkpoint(checkpoint_path, &checkpoint, error))
        return false;
    if (bundle != NULL ? !audit_verify_bundle(bundle, expected, &call->progress, &verdict, error)
                       : !verify_store(call, expected, &verdict, error))
        return false;
    if (!verdict.intact) {
        error_set(error, ERROR_CORRUPT, "the audit does not hold: %s", verdict.reason);
        return error_hint(error, "%lld entries before it hold; compare with a backup or an export",
                          (long long)verdict.count);
    }
    describe_verdict(&verdict, expected != NULL || bundle != NULL, result);
    return true;
}

bool app_audit_export(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    struct audit_export export = { .directory = arguments_at(arguments, 0),
                                   .bodies = arguments_flag(arguments, "bodies")
                                                 ? AUDIT_BODIES_ALL
                                                 : AUDIT_BODIES_NONE };
    struct audit_checkpoint checkpoint;

    if (!check_reader(call, error))
        return false;
    if (call->actor.rights.instance == INSTANCE_USER && export.bodies == AUDIT_BODIES_ALL) {
        export.bodies = AUDIT_BODIES_OF_PROJECT;
        export.project = call->project->id;
    }
    if (!audit_export(call->connection, &export, &call->progress, &checkpoint, error))
        return false;
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.audit-export/1");
    json_put_text(result->object, "folder", export.directory);
    json_put_integer(result->object, "count", checkpoint.count);
    json_put_text(result->object, "hash", checkpoint.hash);
    strbuf_printf(&result->text, "%lld entries written to ", (long long)checkpoint.count);
    rich_text(&result->text, RICH_NAME, export.directory, true);
    strbuf_printf(&result->text, "\nhead %s\nsh verify.sh in it checks them.\n", checkpoint.hash);
    return true;
}
