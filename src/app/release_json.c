#include <pilab/app/release.h>

#include <string.h>

#include <pilab/base/json.h>

static json_t *cell_json(const struct release_cell *cell, const char *state)
{
    json_t *object = json_object();

    json_put_text(object, "state", state);
    json_put_text(object, "version", cell->version);
    json_put_text(object, "commit", cell->commit);
    json_put_text(object, "image", cell->image);
    json_put_text(object, "later", cell->later);
    json_put_text(object, "later_version", cell->later_version);
    return object;
}

static json_t *line_json(const struct release_line *line)
{
    const struct store_release_entry *entry = line->entry;
    json_t *object = json_object();

    json_put_text(object, "module", entry->module);
    json_put_text(object, "version", entry->version);
    json_put_text(object, "commit", entry->commit);
    json_put_text(object, "image", entry->image);
    json_put_text(object, "config_revision", entry->config_revision);
    json_put(object, "migrations",
             entry->migrations != NULL ? json_loads(entry->migrations, 0, NULL) : NULL);
    json_put_text(object, "kept_version", entry->kept_version);
    json_put_text(object, "kept_commit", entry->kept_commit);
    json_put(object, "source", cell_json(&line->source_has, release_source_name(line->source)));
    json_put(object, "target", cell_json(&line->target_has, release_target_name(line->target)));
    return object;
}

static json_t *lines_json(const struct release_detail *detail)
{
    json_t *list = json_array();

    for (size_t i = 0; i < detail->line_count; i++)
        json_append(list, line_json(&detail->lines[i]));
    return list;
}

static json_t *others_json(const struct release_detail *detail)
{
    json_t *list = json_array();

    for (size_t i = 0; i < detail->other_count; i++)
        json_append(list, json_text(detail->others[i]));
    return list;
}

static json_t *revisions_json(const struct release_detail *detail)
{
    json_t *list = json_array();

    for (size_t i = 0; i < detail->revisions.count; i++) {
        const struct store_release_revision *revision = &detail->revisions.items[i];
        json_t *object = json_object();

        json_put_integer(object, "rev", revision->rev);
        json_put_text(object, "author", revision->author);
        json_put_text(object, "reason", revision->reason);
        json_put_time(object, "at", revision->at);
        json_put_integer(object, "modules", (int64_t)revision->modules);
        json_put_text(object, "digest", revision->digest);
        json_append(list, object);
    }
    return list;
}

static json_t *reports_json(const struct release_detail *detail)
{
    json_t *list = json_array();

    for (size_t i = 0; i < detail->reports.count; i++) {
        const struct store_report *report = &detail->reports.items[i];
        json_t *object = json_object();

        json_put_integer(object, "number", report->number);
        json_put_text(object, "run", report->run);
        json_put_integer(object, "total_changes", report->counts.total);
        json_put_integer(object, "blockers", report->counts.blockers);
        json_put_text(object, "severity", report->severity);
        json_put_time(object, "created_at", report->created_at);
        json_put_bool(object, "outdated", !release_has_current_report(detail, report));
        json_append(list, object);
    }
    return list;
}

static json_t *notes_json(const struct release_detail *detail)
{
    json_t *list = json_array();

    for (size_t i = 0; i < detail->notes.count; i++) {
        const struct store_note *note = &detail->notes.items[i];
        json_t *object = json_object();

        json_put_integer(object, "number", note->number);
        json_put_text(object, "version", note->version);
        json_put_text(object, "status", note_status_name(note->status));
        json_put_integer(object, "rev", note->rev);
        json_put_time(object, "created_at", note->created_at);
        json_put_bool(object, "outdated", !release_has_current_notes(detail, note));
        json_append(list, object);
    }
    return list;
}

static json_t *deployments_json(const struct release_detail *detail)
{
    json_t *list = json_array();

    for (size_t i = 0; i < detail->deployments.count; i++) {
        const struct store_deployment *deployment = &detail->deployments.items[i];
        json_t *object = json_object();

        json_put_integer(object, "number", deployment->number);
        json_put_text(object, "module", deployment->module);
        json_put_text(object, "environment", deployment->environment);
        json_put_text(object, "version", deployment->version);
        json_put_text(object, "status", deployment_status_name(deployment->status));
        json_put_text(object, "deployed_by", deployment->actor);
        json_put_time(object, "deployed_at", deployment->started_at);
        json_append(list, object);
    }
    return list;
}

static json_t *step_json(const struct release_detail *detail)
{
    json_t *object = json_object();

    json_put_text(object, "step", release_step_name(detail->step));
    json_put_text(object, "sentence", detail->sentence);
    return object;
}

json_t *release_detail_json(const struct release_detail *detail)
{
    const struct store_release *row = &detail->row;
    json_t *object = json_object();

    json_put_text(object, "schema", "pilab.release/1");
    json_put_text(object, "id", row->id);
    json_put_integer(object, "number", row->number);
    json_put_text(object, "name", row->name);
    json_put_text(object, "from", row->source);
    json_put_text(object, "to", row->target);
    json_put_text(object, "status", release_status_name(row->status));
    json_put_integer(object, "rev", row->rev);
    json_put_text(object, "digest", row->digest);
    json_put_text(object, "description", row->description);
    json_put_time(object, "planned_at", row->planned_at);
    json_put_text(object, "created_by", row->created_by);
    json_put_time(object, "created_at", row->created_at);
    json_put_time(object, "updated_at", row->updated_at);
    json_put(object, "next", step_json(detail));
    json_put(object, "modules", lines_json(detail));
    json_put(object, "not_in_release", others_json(detail));
    json_put(object, "reports", reports_json(detail));
    json_put(object, "notes", notes_json(detail));
    json_put(object, "deployments", deployments_json(detail));
    json_put(object, "revisions", revisions_json(detail));
    json_put_text(object, "ended_by", row->ended_by);
    json_put_time(object, "ended_at", row->ended_at);
    json_put(object, "outcome", row->outcome != NULL ? json_loads(row->outcome, 0, NULL) : NULL);
    return object;
}

/* --- The outcome ------------------------------------------------------------------------------ */

static bool lists_text(const json_t *list, const char *text)
{
    size_t index;
    json_t *item;

    json_array_foreach(list, index,
                       item) if (strcmp(json_string_value(item), text) == 0) return true;
    return false;
}

const char *release_outcome(struct call *call, const struct release_detail *detail,
                            const char *text, const char *forced)
{
    json_t *object = json_object(), *missing = json_array(), *by = json_array();
    int64_t first = 0, last = 0, taken_back = 0;
    struct strbuf out = STRBUF_INIT;
    const char *copy;

    for (size_t i = 0; i < detail->line_count; i++)
        if (detail->lines[i].target != RELEASE_TARGET_SAME)
            json_append(missing, json_text(detail->lines[i].entry->module));
    for (size_t i = 0; i < detail->deployments.count; i++) {
        const struct store_deployment *event = &detail->deployments.items[i];

        if (strcmp(event->environment_id, detail->row.target_id) != 0)
            continue;
        taken_back += event->status == DEPLOYMENT_ROLLED_BACK;
        if (!lists_text(by, event->actor))
            json_append(by, json_text(event->actor));
        if (first == 0 || event->started_at < first)
            first = event->started_at;
        if (event->finished_at > last)
            last = event->finished_at;
    }
    json_put_integer(object, "modules", (int64_t)detail->line_count);
    json_put_integer(object, "deployed", (int64_t)detail->by_target[RELEASE_TARGET_SAME]);
    json_put_integer(object, "rolled_back", taken_back);
    json_put(object, "missing", missing);
    json_put(object, "by", by);
    json_put_time(object, "first_at", first);
    json_put_time(object, "last_at", last);
    json_put_text(object, "text", text);
    json_put_text(object, "forced", forced);
    json_write_canonical(&out, object);
    copy = strbuf_to_arena(&out, call->arena);
    strbuf_release(&out);
    json_decref(object);
    return copy;
}
