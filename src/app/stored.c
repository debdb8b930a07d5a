#include <pilab/app/stored.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/json.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>

#include "report_pair.h"

bool stored_number(const char *text, const char *what, int64_t *number, struct error *error)
{
    const char *digits = text + (*text == '#');
    char *end;

    errno = 0;
    *number = strtoll(digits, &end, 10);
    if (*digits >= '0' && *digits <= '9' && *end == '\0' && errno == 0 && *number > 0)
        return true;
    error_set(error, ERROR_USAGE, "'%s' is neither the number nor the id of a %s", text, what);
    return error_hint(error, "`pilab %s list` shows them", what);
}

bool stored_here(const struct call *call, const char *project_id, const char *what,
                 const char *name, struct error *error)
{
    if (strcmp(project_id, call->project->id) == 0)
        return true;
    error_set(error, ERROR_NOT_FOUND, "the project %s has no %s %s", call->project->code, what,
              name);
    return error_hint(error, "`pilab %s list` shows what it has", what);
}

bool stored_report_find(struct call *call, const char *name, struct store_report *report,
                        struct error *error)
{
    int64_t number;

    if (uuid_valid(name))
        return store_report_get(call->connection, name, call->arena, report, error) &&
               stored_here(call, report->project_id, "report", name, error);
    if (!stored_number(name, "report", &number, error))
        return false;
    if (store_report_find(call->connection, call->project->id, number, call->arena, report, error))
        return true;
    return error->code == ERROR_NOT_FOUND
               ? error_hint(error, "`pilab report list` shows the reports")
               : false;
}

const char *stored_report_words(const struct store_report *report, struct arena *arena)
{
    static const char environment[] = "env:";
    size_t length = sizeof environment - 1;
    const char *module = report->module != NULL ? report->module : "";
    const char *colon = report->module != NULL ? ": " : "";

    if (strncmp(report->previous_spec, environment, length) != 0 ||
        strncmp(report->current_spec, environment, length) != 0 ||
        (report->pair != NULL && strstr(report->pair, REPORT_PAIR_AS_IS) != NULL))
        return report->title;
    return arena_printf(arena, "%s%s%s would get, from %s", module, colon,
                        report->previous_spec + length, report->current_spec + length);
}

bool stored_report_read(struct call *call, const struct store_report *report,
                        struct drift_report **out, struct error *error)
{
    const char *body;
    size_t length;
    json_t *json;

    if (!store_report_body(call->connection, report->id, call->arena, &body, &length, error))
        return false;
    json = json_read("the stored report", body, length, error);
    *out = json != NULL ? drift_report_from_json(json, error) : NULL;
    json_decref(json);
    return *out != NULL;
}

bool stored_note_find(struct call *call, const char *name, struct store_note *note,
                      struct error *error)
{
    int64_t number;

    if (uuid_valid(name))
        return store_note_get(call->connection, name, call->arena, note, error) &&
               stored_here(call, note->project_id, "note", name, error);
    if (!stored_number(name, "note", &number, error))
        return false;
    if (store_note_find(call->connection, call->project->id, number, call->arena, note, error))
        return true;
    return error->code == ERROR_NOT_FOUND ? error_hint(error, "`pilab note list` shows the notes")
                                          : false;
}

bool stored_note_text(struct call *call, const struct store_note *note, int64_t rev,
                      struct store_revision *revision, struct error *error)
{
    struct error failure = { 0 };

    if (store_note_revision(call->connection, note->id, rev, call->arena, revision, &failure))
        return true;
    if (failure.code == ERROR_NOT_FOUND) {
        error_set(&failure, ERROR_NOT_FOUND, "note %lld has no revision %lld",
                  (long long)note->number, (long long)rev);
        error_hint(&failure, "its newest is %lld", (long long)note->rev);
    }
    if (error != NULL)
        *error = failure;
    return false;
}

bool stored_note_read(struct call *call, const struct store_note *note, int64_t rev,
                      struct note **out, struct store_revision *revision, struct error *error)
{
    json_t *json;

    if (!stored_note_text(call, note, rev, revision, error))
        return false;
    json = json_read("the stored note", revision->content, strlen(revision->content), error);
    *out = json != NULL ? note_from_json(json, error) : NULL;
    json_decref(json);
    return *out != NULL;
}

bool app_open_for_saving(struct call *call, struct error *error)
{
    return call_open_store(call, false, error) &&
           (call->project != NULL || call_choose_project(call, NULL, error));
}
