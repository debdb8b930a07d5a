#include <pilab/app/kept_note.h>

#include <string.h>

#include <pilab/app/kept_run.h>
#include <pilab/base/json.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>
#include <pilab/store/release.h>

static bool note_revision(struct call *call, const struct note *note, const char *template,
                          struct store_revision *revision, struct error *error)
{
    struct strbuf content = STRBUF_INIT, markdown = STRBUF_INIT;
    json_t *json = note_to_json(note);
    bool ok = note_render_markdown(&markdown, note, template, error);

    json_write_canonical(&content, json);
    json_decref(json);
    *revision = (struct store_revision){ .content = strbuf_to_arena(&content, call->arena),
                                         .markdown = strbuf_to_arena(&markdown, call->arena),
                                         .author = call->actor.login,
                                         .reason = "generated" };
    strbuf_release(&content);
    strbuf_release(&markdown);
    return ok;
}

/* The release that the notes are about, and which list of it: the one that the report compared, or,
 * where they only bear its name, the one that it has now. */
static bool find_release(struct call *call, struct store_note *row, struct error *error)
{
    static const char prefix[] = "release:";
    struct store_report report;

    if (!store_report_get(call->connection, row->report_id, call->arena, &report, error))
        return false;
    if (strncmp(report.current_spec, prefix, sizeof prefix - 1) != 0)
        return store_release_of_note(call->connection, row, call->arena, &row->release,
                                     &row->list_digest, error);
    row->release = report.current_spec + sizeof prefix - 1;
    row->list_digest = report.list_digest;
    return true;
}

bool note_save(struct call *call, const struct drift_report *report, const struct note *note,
               const char *template, struct store_note *row, struct error *error)
{
    struct store_revision revision;
    json_t *body = json_object();
    bool ok;

    *row = (struct store_note){ .project_id = call->project->id,
                                .report_id = report->id,
                                .version = note->release.version,
                                .previous_version = note->release.previous_version,
                                .title = note->release.version,
                                .environment = note->release.to_env,
                                .status = NOTE_GENERATED,
                                .created_by = call->actor.login,
                                .generated_at = note->release.generated_at };
    ok = note_revision(call, note, template, &revision, error) &&
         call_begin(call, PERMISSION_DRAFT_NOTE, NULL, error) && find_release(call, row, error) &&
         store_note_add(call->connection, row, &revision, error);
    if (ok) {
        json_put_integer(body, "number", row->number);
        json_put_integer(body, "report", report->number);
        json_put_text(body, "version", row->version);
        json_put_text(body, "digest", revision.digest);
        if (row->release != NULL) {
            json_put_text(body, "release", row->release);
            json_put_text(body, "list_digest", row->list_digest);
        }
        ok = call_audit(call, "note.generate", arena_printf(call->arena, "note:%s", row->id), body,
                        error) &&
             store_commit(call->connection, error);
    }
    store_rollback(call->connection);
    json_decref(body);
    return ok;
}

bool note_keep(struct call *call, struct drift_report *report, const struct note *note,
               const char *template, struct store_note *row, struct error *error)
{
    return call_check(call, PERMISSION_DRAFT_NOTE, error) &&
           (report->number > 0 || compare_save(call, report, error)) &&
           note_save(call, report, note, template, row, error);
}
