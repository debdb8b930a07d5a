#include <pilab/app/kept_note.h>

#include <string.h>

#include <pilab/app/kept_run.h>
#include <pilab/base/json.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>

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
         call_begin(call, PERMISSION_DRAFT_NOTE, NULL, error) &&
         store_note_add(call->connection, row, &revision, error);
    if (ok) {
        json_put_integer(body, "number", row->number);
        json_put_integer(body, "report", report->number);
        json_put_text(body, "version", row->version);
        json_put_text(body, "digest", revision.digest);
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
