#include "json_parts.h"

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/json.h>

static const char *const ticket_kinds[] = {
    [TICKET_KEY] = "key",
    [TICKET_NUMBER] = "number",
    [TICKET_ADVISORY] = "advisory",
};

json_t *drift_json_texts(const char *const *texts, size_t count)
{
    json_t *json = json_array();

    for (size_t i = 0; i < count; i++)
        json_append(json, json_text(texts[i]));
    return json;
}

static json_t *from_tickets(const struct ticket *tickets, size_t count)
{
    json_t *json = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object();

        json_put_text(one, "kind", ticket_kinds[tickets[i].kind]);
        json_put_text(one, "id", tickets[i].id);
        json_append(json, one);
    }
    return json;
}

static json_t *from_trailers(const struct drift_commit *commit)
{
    json_t *json = json_array();

    for (size_t i = 0; i < commit->trailer_count; i++) {
        json_t *one = json_object();

        json_put_text(one, "key", commit->trailers[i].key);
        json_put_text(one, "value", commit->trailers[i].value);
        json_append(json, one);
    }
    return json;
}

/* A commit always has a time, also the one that says 1970. */
static void put_commit_time(json_t *json, const char *key, int64_t at)
{
    char text[TIMESTAMP_SIZE];

    json_put_text(json, key, timestamp_format(at, text));
}

static void put_lines(json_t *json, bool counted, uint64_t insertions, uint64_t deletions)
{
    json_put(json, "insertions", counted ? json_integer((json_int_t)insertions) : json_null());
    json_put(json, "deletions", counted ? json_integer((json_int_t)deletions) : json_null());
}

static void put_people(json_t *json, const struct drift_commit *commit)
{
    json_put_text(json, "author", commit->author_email ? commit->author_email : "");
    json_put_text(json, "author_name", commit->author_name);
    put_commit_time(json, "date", commit->author_time);
    json_put_text(json, "committer", commit->committer_email);
    json_put_text(json, "committer_name", commit->committer_name);
    put_commit_time(json, "committed_at", commit->committer_time);
}

static json_t *from_commit(const struct drift_commit *commit)
{
    json_t *json = json_object();

    json_put_text(json, "hash", commit->id);
    put_people(json, commit);
    json_put_text(json, "message", commit->subject ? commit->subject : "");
    json_put_text(json, "body", commit->body);
    json_put(json, "trailers", from_trailers(commit));
    json_put_text(json, "ticket_id", commit->ticket_count > 0 ? commit->tickets[0].id : NULL);
    json_put(json, "tickets", from_tickets(commit->tickets, commit->ticket_count));
    json_put_integer(json, "files_changed", (int64_t)commit->files_changed);
    put_lines(json, commit->counted, commit->insertions, commit->deletions);
    json_put_bool(json, "merge", commit->merge);
    json_put_bool(json, "revert", commit->revert);
    json_put_text(json, "disposition", disposition_name(commit->disposition));
    json_put_text(json, "basis", commit->basis);
    json_put_text(json, "twin", commit->twin);
    json_put_text(json, "maybe_shipped", commit->maybe_shipped);
    if (commit->unsure)
        json_put_bool(json, "unsure", true);
    json_put_text(json, "category", change_category_name(commit->category));
    json_put_text(json, "category_basis", commit->category_basis);
    json_put_bool(json, "breaking", commit->breaking);
    json_put_bool(json, "security", commit->security);
    json_put_text(json, "breaking_note", commit->breaking_note);
    json_put(json, "change",
             commit->change == SIZE_MAX ? json_null() : json_integer((json_int_t)commit->change));
    return json;
}

static json_t *from_commits(const struct drift_commit *commits, size_t count)
{
    json_t *json = json_array();

    for (size_t i = 0; i < count; i++)
        json_append(json, from_commit(&commits[i]));
    return json;
}

static json_t *from_files(const struct drift_code *code)
{
    json_t *json = json_object();

    json_put(json, "added", drift_json_texts(code->files_added, code->files_added_count));
    json_put(json, "modified", drift_json_texts(code->files_modified, code->files_modified_count));
    json_put(json, "deleted", drift_json_texts(code->files_deleted, code->files_deleted_count));
    return json;
}

json_t *drift_json_code(const struct drift_code *code)
{
    json_t *json = json_object();

    json_put_text(json, "type", drift_type_name(DRIFT_CODE));
    json_put_text(json, "service", code->service);
    json_put_text(json, "module", code->module);
    json_put_text(json, "source_version", code->previous_version);
    json_put_text(json, "target_version", code->current_version);
    json_put_text(json, "source_commit", code->previous_commit);
    json_put_text(json, "target_commit", code->current_commit);
    json_put_bool(json, "module_added", code->module_added);
    json_put_bool(json, "module_removed", code->module_removed);
    put_lines(json, code->counted, code->insertions, code->deletions);
    json_put(json, "commits", from_commits(code->commits, code->commit_count));
    json_put(json, "behind", from_commits(code->behind, code->behind_count));
    json_put(json, "files", from_files(code));
    return json;
}

static json_t *from_change(const struct drift_change *change)
{
    json_t *json = json_object();

    json_put_text(json, "category", change_category_name(change->category));
    json_put_text(json, "ticket_id", change->ticket);
    json_put(json, "tickets", from_tickets(change->tickets, change->ticket_count));
    json_put_text(json, "title", change->title);
    json_put_text(json, "description", change->description);
    json_put_text(json, "type", change_type_name(change->type));
    json_put(json, "commits", drift_json_texts(change->commits, change->commit_count));
    json_put(json, "services", drift_json_texts(change->services, change->service_count));
    json_put(json, "authors", drift_json_texts(change->authors, change->author_count));
    json_put_bool(json, "breaking", change->breaking);
    json_put_bool(json, "security", change->security);
    json_put_text(json, "breaking_note", change->breaking_note);
    json_put_text(json, "migration_guide", change->migration_guide);
    json_put_text(json, "maybe_shipped", change->maybe_shipped);
    json_put_bool(json, "reverts_released", change->reverts_released);
    json_put_text(json, "evidence", change->evidence);
    return json;
}

json_t *drift_json_changes(const struct drift_report *report)
{
    json_t *json = json_array();

    for (size_t i = 0; i < report->change_count; i++)
        json_append(json, from_change(&report->changes[i]));
    return json;
}

/* ---- reading ---- */

static struct ticket *read_tickets(struct json_reader *reader, const json_t *json, size_t *count)
{
    const json_t *from = drift_read_array(reader, json, "tickets");
    struct ticket *tickets;

    *count = json_array_size(from);
    tickets = arena_array(reader->arena, *count, sizeof *tickets);
    for (size_t i = 0; i < *count; i++) {
        const json_t *one = json_array_get(from, i);
        const char *kind = drift_read_some_text(reader, one, "kind");
        unsigned index = 0;

        while (index <= TICKET_ADVISORY && strcmp(ticket_kinds[index], kind) != 0)
            index++;
        if (index > TICKET_ADVISORY)
            drift_read_bad_name(reader, "tickets.kind", kind);
        else
            tickets[i].kind = (enum ticket_kind)index;
        tickets[i].id = drift_read_some_text(reader, one, "id");
    }
    return tickets;
}

static void read_trailers(struct json_reader *reader, const json_t *json,
                          struct drift_commit *commit)
{
    const json_t *from = drift_read_array(reader, json, "trailers");
    size_t count = json_array_size(from);
    struct trailer *trailers = arena_array(reader->arena, count, sizeof *trailers);

    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(from, i);

        trailers[i].key = drift_read_some_text(reader, one, "key");
        trailers[i].value = drift_read_some_text(reader, one, "value");
    }
    commit->trailers = trailers;
    commit->trailer_count = count;
}

static bool read_counted(struct json_reader *reader, const json_t *json, uint64_t *insertions,
                         uint64_t *deletions)
{
    *insertions = drift_read_number(reader, json, "insertions");
    *deletions = drift_read_number(reader, json, "deletions");
    return json_is_integer(json_object_get(json, "insertions"));
}

static void read_commit_names(struct json_reader *reader, const json_t *json,
                              struct drift_commit *commit)
{
    const char *disposition = drift_read_some_text(reader, json, "disposition");
    const char *category = drift_read_some_text(reader, json, "category");

    if (!disposition_parse(disposition, &commit->disposition))
        drift_read_bad_name(reader, "commits.disposition", disposition);
    if (!change_category_parse(category, &commit->category))
        drift_read_bad_name(reader, "commits.category", category);
}

static void read_people(struct json_reader *reader, const json_t *json, struct drift_commit *commit)
{
    commit->author_email = drift_read_some_text(reader, json, "author");
    commit->author_name = drift_read_text(reader, json, "author_name");
    commit->author_time = drift_read_time(reader, json, "date");
    commit->committer_email = drift_read_text(reader, json, "committer");
    commit->committer_name = drift_read_text(reader, json, "committer_name");
    commit->committer_time = drift_read_time(reader, json, "committed_at");
}

static void read_commit(struct json_reader *reader, const json_t *json, struct drift_commit *commit)
{
    commit->id = drift_read_some_text(reader, json, "hash");
    read_people(reader, json, commit);
    commit->subject = drift_read_some_text(reader, json, "message");
    commit->body = drift_read_text(reader, json, "body");
    read_trailers(reader, json, commit);
    commit->tickets = read_tickets(reader, json, &commit->ticket_count);
    commit->files_changed = (size_t)drift_read_number(reader, json, "files_changed");
    commit->counted = read_counted(reader, json, &commit->insertions, &commit->deletions);
    commit->merge = drift_read_bool(reader, json, "merge");
    commit->revert = drift_read_bool(reader, json, "revert");
    read_commit_names(reader, json, commit);
    commit->basis = drift_read_text(reader, json, "basis");
    commit->twin = drift_read_text(reader, json, "twin");
    commit->maybe_shipped = drift_read_text(reader, json, "maybe_shipped");
    commit->unsure = drift_read_bool(reader, json, "unsure");
    commit->category_basis = drift_read_text(reader, json, "category_basis");
    commit->breaking = drift_read_bool(reader, json, "breaking");
    commit->security = drift_read_bool(reader, json, "security");
    commit->breaking_note = drift_read_text(reader, json, "breaking_note");
    commit->change = json_is_integer(json_object_get(json, "change"))
                         ? (size_t)drift_read_number(reader, json, "change")
                         : SIZE_MAX;
}

static struct drift_commit *read_commits(struct json_reader *reader, const json_t *json,
                                         const char *key, size_t *count)
{
    const json_t *from = drift_read_array(reader, json, key);
    struct drift_commit *commits;

    *count = json_array_size(from);
    commits = arena_array(reader->arena, *count, sizeof *commits);
    for (size_t i = 0; i < *count && !reader->failed; i++)
        read_commit(reader, json_array_get(from, i), &commits[i]);
    return commits;
}

void drift_read_code(struct json_reader *reader, const json_t *json, struct drift_code *code)
{
    const json_t *files = drift_read_object(reader, json, "files");

    code->module = drift_read_some_text(reader, json, "module");
    code->service = drift_read_some_text(reader, json, "service");
    code->previous_version = drift_read_text(reader, json, "source_version");
    code->current_version = drift_read_text(reader, json, "target_version");
    code->previous_commit = drift_read_text(reader, json, "source_commit");
    code->current_commit = drift_read_text(reader, json, "target_commit");
    code->module_added = drift_read_bool(reader, json, "module_added");
    code->module_removed = drift_read_bool(reader, json, "module_removed");
    code->counted = read_counted(reader, json, &code->insertions, &code->deletions);
    code->commits = read_commits(reader, json, "commits", &code->commit_count);
    code->behind = read_commits(reader, json, "behind", &code->behind_count);
    code->files_added = drift_read_texts(reader, files, "added", &code->files_added_count);
    code->files_modified = drift_read_texts(reader, files, "modified", &code->files_modified_count);
    code->files_deleted = drift_read_texts(reader, files, "deleted", &code->files_deleted_count);
}

static void read_change(struct json_reader *reader, const json_t *json, struct drift_change *change)
{
    const char *category = drift_read_some_text(reader, json, "category");
    const char *type = drift_read_some_text(reader, json, "type");

    if (!change_category_parse(category, &change->category))
        drift_read_bad_name(reader, "changes.category", category);
    if (!change_type_parse(type, &change->type))
        drift_read_bad_name(reader, "changes.type", type);
    change->ticket = drift_read_text(reader, json, "ticket_id");
    change->tickets = read_tickets(reader, json, &change->ticket_count);
    change->title = drift_read_some_text(reader, json, "title");
    change->description = drift_read_some_text(reader, json, "description");
    change->commits = drift_read_texts(reader, json, "commits", &change->commit_count);
    change->services = drift_read_texts(reader, json, "services", &change->service_count);
    change->authors = drift_read_texts(reader, json, "authors", &change->author_count);
    change->breaking = drift_read_bool(reader, json, "breaking");
    change->security = drift_read_bool(reader, json, "security");
    change->breaking_note = drift_read_text(reader, json, "breaking_note");
    change->migration_guide = drift_read_text(reader, json, "migration_guide");
    change->maybe_shipped = drift_read_text(reader, json, "maybe_shipped");
    change->reverts_released = drift_read_bool(reader, json, "reverts_released");
    change->evidence = drift_read_text(reader, json, "evidence");
}

void drift_read_changes(struct json_reader *reader, const json_t *json, struct drift_report *report)
{
    const json_t *from = drift_read_array(reader, json, "changes");

    report->change_count = json_array_size(from);
    report->changes = arena_array(reader->arena, report->change_count, sizeof *report->changes);
    for (size_t i = 0; i < report->change_count && !reader->failed; i++)
        read_change(reader, json_array_get(from, i), &report->changes[i]);
}
