#include <pilab/notes/markdown.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/json.h>

#include "rows.h"
#include "words.h"

enum { SHORT_ID = 12, SHOWN_COMMITS = 8, ADVISORIES_MAX = 16, AUTHORS_MAX = 32 };

static json_t *texts_or_null(const char *const *texts, size_t count)
{
    json_t *array = count > 0 ? json_array() : json_null();
    size_t i;

    for (i = 0; i < count; i++)
        json_append(array, json_text(texts[i]));
    return array;
}

/* "a, b, c", or null. */
static json_t *texts_line(const char *const *texts, size_t count)
{
    struct strbuf line = STRBUF_INIT;
    json_t *value;
    size_t i;

    for (i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add(&line, ", ");
        strbuf_add(&line, texts[i]);
    }
    value = count > 0 ? json_text_bytes(line.data, line.length) : json_null();
    strbuf_release(&line);
    return value;
}

static void put_count(json_t *object, const char *key, size_t count)
{
    json_put_integer(object, key, (int64_t)count);
}

enum { VALUE_BYTES_MAX = 200 };

/* A value for a table: null when it is absent, "" in quotes, at most 200 bytes. */
static json_t *value_view(const char *text)
{
    size_t length = text ? strlen(text) : 0;
    char cut[VALUE_BYTES_MAX + sizeof "…"];

    if (text && length == 0)
        return json_text("\"\"");
    if (length <= VALUE_BYTES_MAX)
        return json_text(text);
    length = VALUE_BYTES_MAX;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    memcpy(cut, text, length);
    memcpy(cut + length, "…", sizeof "…");
    return json_text(cut);
}

/* --- changes ------------------------------------------------------------------------------- */

static json_t *tickets_view(const struct drift_change *change)
{
    json_t *array = change->ticket_count > 0 ? json_array() : json_null();
    size_t i;

    for (i = 0; i < change->ticket_count; i++)
        json_append(array, json_text(change->tickets[i].id));
    return array;
}

static json_t *short_id(const char *id)
{
    return id ? json_text_bytes(id, strnlen(id, SHORT_ID)) : json_null();
}

static json_t *commits_view(const struct drift_change *change)
{
    json_t *array = change->commit_count > 0 ? json_array() : json_null();
    size_t i;

    for (i = 0; i < change->commit_count && i < SHOWN_COMMITS; i++)
        json_append(array, short_id(change->commits[i]));
    return array;
}

/* The advisories that it names; where it names none and stands among others than those of security,
 * it is marked. */
static void put_security(json_t *object, const struct drift_change *change)
{
    const char *ids[ADVISORIES_MAX];
    size_t count = 0, i;

    for (i = 0; i < change->ticket_count && count < ADVISORIES_MAX; i++) {
        if (change->tickets[i].kind == TICKET_ADVISORY)
            ids[count++] = change->tickets[i].id;
    }
    json_put(object, "advisories", texts_or_null(ids, count));
    json_put(object, "advisories_text", texts_line(ids, count));
    json_put_bool(object, "security", change->security);
    json_put_bool(object, "security_mark",
                  change->security && change->category != CATEGORY_SECURITY && count == 0);
}

/* Who wrote it, as people are called. */
static void put_authors(json_t *object, const struct note *note, const struct drift_change *change)
{
    const char *names[AUTHORS_MAX];
    size_t count = 0, i, k;

    for (i = 0; i < change->author_count && count < AUTHORS_MAX; i++) {
        const char *name = note_author(note, change->authors[i]);

        for (k = 0; name && k < count && strcmp(names[k], name) != 0; k++)
            ;
        if (name && k == count)
            names[count++] = name;
    }
    json_put(object, "authors", texts_or_null(names, count));
    json_put(object, "authors_text", texts_line(names, count));
    json_put_text(object, "author", count > 0 ? names[0] : NULL);
}

static json_t *change_view(const struct note *note, const struct drift_change *change)
{
    json_t *object = json_object();
    bool number = change->ticket && (change->ticket[0] == '#' || change->ticket[0] == '!');

    json_put_text(object, "ticket", change->ticket);
    json_put_text(object, "key", number ? NULL : change->ticket);
    json_put_text(object, "number", number ? change->ticket : NULL);
    json_put(object, "tickets", tickets_view(change));
    put_security(object, change);
    json_put_text(object, "title", change->title);
    json_put_text(object, "description", change->description);
    json_put(object, "services", texts_or_null(change->services, change->service_count));
    json_put(object, "services_text", texts_line(change->services, change->service_count));
    put_authors(object, note, change);
    json_put_text(object, "type", change_type_name(change->type));
    json_put_bool(object, "breaking", change->breaking);
    json_put_text(object, "breaking_note", change->breaking_note);
    json_put_text(object, "migration_guide", change->migration_guide);
    json_put(object, "maybe_shipped", short_id(change->maybe_shipped));
    json_put_bool(object, "reverts_released", change->reverts_released);
    json_put(object, "commits", commits_view(change));
    put_count(object, "commit_count", change->commit_count);
    put_count(object, "more_commits",
              change->commit_count > SHOWN_COMMITS ? change->commit_count - SHOWN_COMMITS : 0);
    return object;
}

static const char *const category_titles[CATEGORY_COUNT] = {
    [CATEGORY_SECURITY] = "Security",         [CATEGORY_FEATURES] = "New Features",
    [CATEGORY_IMPROVEMENTS] = "Improvements", [CATEGORY_BUG_FIXES] = "Bug Fixes",
    [CATEGORY_PERFORMANCE] = "Performance",   [CATEGORY_CHANGED] = "Changed",
    [CATEGORY_DEPRECATED] = "Deprecated",     [CATEGORY_DOCUMENTATION] = "Documentation",
    [CATEGORY_INTERNAL] = "Internal",
};

static json_t *category_view(const struct note *note, enum change_category category)
{
    json_t *object, *changes;
    size_t first, i;
    size_t count = note_category_changes(note, category, &first);

    if (count == 0)
        return json_null();
    object = json_object();
    changes = json_array();
    for (i = first; i < first + count; i++)
        json_append(changes, change_view(note, &note->changes[i]));
    json_put_text(object, "title", category_titles[category]);
    put_count(object, "count", count);
    json_put(object, "changes", changes);
    return object;
}

static json_t *breaking_item_view(const struct note *note, const struct note_item *item)
{
    json_t *object = json_object();
    char *title = note_words_breaking(item);

    json_put_text(object, "key", item->ticket_count > 0 ? item->tickets[0] : NULL);
    json_put_text(object, "title", title);
    json_put(object, "number", json_null());
    json_put_text(object, "service", note_words_service(note, item));
    json_put_text(object, "breaking_note", item->reason);
    free(title);
    return object;
}

static json_t *breaking_view(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->change_count; i++) {
        if (note->changes[i].breaking)
            json_append(array, change_view(note, &note->changes[i]));
    }
    for (i = 0; i < note->item_count; i++) {
        if (note->items[i].breaking)
            json_append(array, breaking_item_view(note, &note->items[i]));
    }
    return array;
}

/* What is announced, in the order of the document. */
static json_t *categories_view(const struct note *note)
{
    static const enum change_category order[] = {
        CATEGORY_FEATURES,    CATEGORY_IMPROVEMENTS, CATEGORY_BUG_FIXES,  CATEGORY_SECURITY,
        CATEGORY_PERFORMANCE, CATEGORY_CHANGED,      CATEGORY_DEPRECATED, CATEGORY_DOCUMENTATION,
    };
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < sizeof order / sizeof order[0]; i++) {
        json_t *category = category_view(note, order[i]);

        if (json_is_null(category))
            json_decref(category);
        else
            json_append(array, category);
    }
    return array;
}

static void put_changes(json_t *view, const struct note *note)
{
    json_t *breaking = breaking_view(note);
    size_t first;
    int category;

    for (category = 0; category < CATEGORY_COUNT; category++) {
        const char *name = category == CATEGORY_SECURITY
                               ? "security_fixes" /* `security` says whether there are any */
                               : change_category_name((enum change_category)category);

        json_put(view, name, category_view(note, (enum change_category)category));
    }
    json_put(view, "categories", categories_view(note));
    json_put_bool(view, "has_breaking", json_array_size(breaking) > 0);
    json_put(view, "breaking_changes", breaking);
    put_count(view, "internal_count", note_category_changes(note, CATEGORY_INTERNAL, &first));
}

/* --- sections ------------------------------------------------------------------------------ */

/* The new value; of a secret that differs, its mask does not show it. */
static json_t *new_value_view(const struct note_item *item)
{
    struct strbuf text = STRBUF_INIT;
    json_t *value;

    if (!note_words_masked_alike(item))
        return value_view(item->current);
    strbuf_printf(&text, "%s (different)", item->current);
    value = value_view(text.data);
    strbuf_release(&text);
    return value;
}

static json_t *item_view(const struct note *note, const struct note_item *item)
{
    json_t *object = json_object();

    json_put_text(object, "service", note_words_service(note, item));
    json_put_text(object, "module", item->module);
    json_put_text(object, "category", item->category);
    json_put_text(object, "path", item->path);
    json_put_text(object, "key", note_words_key(item));
    json_put_text(object, "change_type", change_type_name(item->change_type));
    json_put_text(object, "previous", item->previous);
    json_put_text(object, "current", item->current);
    json_put(object, "was", value_view(item->previous));
    json_put(object, "is", note_words_repeats(item) ? json_null() : new_value_view(item));
    json_put_text(object, "whole", note_words_whole(item));
    json_put_text(object, "reason", item->reason);
    json_put_text(object, "file", item->file);
    json_put_text(object, "severity", severity_name(item->severity));
    json_put_text(object, "attention",
                  item->attention == ATTENTION_NONE ? NULL : attention_name(item->attention));
    json_put_bool(object, "breaking", item->breaking);
    json_put_bool(object, "security", item->security);
    json_put(object, "tickets", texts_or_null(item->tickets, item->ticket_count));
    return object;
}

/* What there is to say about a section beside its items: "" when they say it all. */
static json_t *state_text(const struct note_section_status *status)
{
    static const char *const texts[NOTE_STATE_COUNT] = {
        [NOTE_CHANGED] = "Not all of it",
        [NOTE_NONE] = "None",
        [NOTE_NOT_EXAMINED] = "Not examined",
        [NOTE_UNREAD] = "Not known",
    };
    struct strbuf text = STRBUF_INIT;
    json_t *value;

    if (status->state != NOTE_CHANGED || status->detail)
        strbuf_add(&text, texts[status->state]);
    if (status->detail)
        strbuf_printf(&text, ": %s", status->detail);
    if (text.length > 0)
        strbuf_add_char(&text, '.');
    value = json_text_bytes(text.data, text.length);
    strbuf_release(&text);
    return value;
}

/* The same change in several places once. */
static json_t *row_view(const struct note *note, const struct note_row *row)
{
    json_t *object = item_view(note, row->item);

    json_put_text(object, "name", row->name);
    if (row->places > 1)
        put_count(object, "places", row->places);
    else
        json_put(object, "places", json_null());
    return object;
}

static void put_rows(json_t *view, const struct note *note, enum note_section section)
{
    struct arena *arena = arena_new();
    json_t *rows = json_array(), *attentions = json_array();
    size_t count;
    const struct note_row *all = note_rows(note, section, true, arena, &count);

    for (size_t i = 0; i < count; i++) {
        json_append(rows, row_view(note, &all[i]));
        if (all[i].item->attention != ATTENTION_NONE && all[i].item->reason != NULL)
            json_append(attentions, row_view(note, &all[i]));
    }
    json_put(view, "rows", rows);
    json_put(view, "attentions", attentions);
    arena_free(&arena);
}

static json_t *section_view(const struct note *note, enum note_section section)
{
    static const char *const titles[NOTE_SECTION_COUNT] = {
        [NOTE_CODE] = "Code",
        [NOTE_CONFIGURATION] = "Configuration Changes",
        [NOTE_DATABASE] = "Database Changes",
        [NOTE_INFRASTRUCTURE] = "Infrastructure Changes",
        [NOTE_IMAGES] = "Docker Images",
        [NOTE_DEPENDENCIES] = "Dependencies",
    };
    const struct note_section_status *status = &note->sections[section];
    json_t *object = json_object();
    json_t *items = json_array();
    size_t first, i;
    size_t count = note_section_items(note, section, &first);

    for (i = first; i < first + count; i++)
        json_append(items, item_view(note, &note->items[i]));
    json_put_text(object, "title", titles[section]);
    json_put_bool(object, "changed", status->state == NOTE_CHANGED);
    json_put_bool(object, "none", status->state == NOTE_NONE);
    json_put_bool(object, "not_examined", status->state == NOTE_NOT_EXAMINED);
    json_put_bool(object, "unread", status->state == NOTE_UNREAD);
    json_put_text(object, "detail", status->detail);
    put_count(object, "count", count);
    json_put(object, "items", items);
    put_rows(object, note, section);
    json_put(object, "state_text", state_text(status));
    /* a line of its own behind a list, or it becomes part of its last entry */
    json_put_bool(object, "more",
                  status->state == NOTE_CHANGED && status->detail &&
                      (section == NOTE_DATABASE || section == NOTE_INFRASTRUCTURE ||
                       json_array_size(json_object_get(object, "attentions")) > 0));
    return object;
}

/* --- what is taken away -------------------------------------------------------------------- */

static json_t *taken_commits_view(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->taken_count; i++) {
        const struct note_taken *taken = &note->taken[i];
        json_t *object = json_object();

        json_put(object, "id", short_id(taken->id));
        json_put_text(object, "subject", taken->subject);
        json_put_text(object, "module", taken->module);
        /* where one module is all there is, its name says nothing */
        json_put_text(object, "in_module", note->summary.service_count > 1 ? taken->module : NULL);
        json_put_bool(object, "security", taken->security);
        json_append(array, object);
    }
    return array;
}

static json_t *taken_view(const struct note *note)
{
    struct strbuf sentence = STRBUF_INIT;
    json_t *object;

    if (note->taken_count == 0)
        return json_null();
    object = json_object();
    note_words_taken(&sentence, note);
    put_count(object, "count", note->taken_count);
    put_count(object, "security_count", note_taken_security(note));
    json_put(object, "text", json_text_bytes(sentence.data, sentence.length));
    json_put(object, "commits", taken_commits_view(note));
    strbuf_release(&sentence);
    return object;
}

/* --- the rest ------------------------------------------------------------------------------ */

static void put_header(json_t *view, const struct note *note)
{
    const struct note_release *release = &note->release;
    char text[TIMESTAMP_SIZE];

    json_put_text(view, "version", release->version);
    json_put_text(view, "previous_version", release->previous_version);
    json_put_text(view, "project", release->project);
    json_put_text(view, "project_code", release->project_code);
    json_put_text(view, "date", timestamp_date(release->generated_at, text));
    json_put_time(view, "generated_at", release->generated_at);
    json_put_text(view, "generated_by", release->generated_by);
    json_put_text(view, "from_env", release->from_env);
    json_put_text(view, "to_env", release->to_env);
}

static void put_summary(json_t *view, const struct note *note)
{
    const struct note_summary *summary = &note->summary;
    struct strbuf counts = STRBUF_INIT;
    int type;

    note_words_counts(&counts, note);
    json_put_text(view, "counts_text",
                  counts.length > 0 ? counts.data + strspn(counts.data, ": ") : NULL);
    strbuf_release(&counts);
    put_count(view, "total_changes", summary->total_changes);
    for (type = 0; type < CHANGE_TYPE_COUNT; type++)
        put_count(view, change_type_name((enum change_type)type), summary->by_type[type]);
    json_put(view, "services", texts_or_null(summary->services, summary->service_count));
    json_put(view, "services_text", texts_line(summary->services, summary->service_count));
    json_put_bool(view, "breaking", summary->breaking);
    json_put_bool(view, "security", summary->security);
    put_count(view, "expected", summary->expected);
    put_count(view, "suppressed", summary->suppressed);
}

static json_t *balance_view(const struct note *note)
{
    const struct drift_balance *balance = &note->balance;
    json_t *object;

    if (balance->commits == 0)
        return json_null();
    object = json_object();
    json_put_text(object, "there",
                  note->release.to_env ? note->release.to_env : note->release.previous_version);
    put_count(object, "commits", balance->commits);
    put_count(object, "in_notes", balance->by_disposition[DISPOSITION_IN_NOTES]);
    put_count(object, "already_shipped", balance->by_disposition[DISPOSITION_ALREADY_SHIPPED]);
    put_count(object, "internal", balance->by_disposition[DISPOSITION_INTERNAL]);
    put_count(object, "merges", balance->by_disposition[DISPOSITION_MERGE]);
    put_count(object, "reverted", balance->by_disposition[DISPOSITION_REVERTED]);
    put_count(object, "unexplained", balance->by_disposition[DISPOSITION_UNEXPLAINED]);
    return object;
}

static json_t *problems_view(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->problem_count; i++) {
        const struct drift_problem *problem = &note->problems[i];
        json_t *object = json_object();

        json_put_text(object, "what", problem->what);
        json_put_text(object, "why", problem->why);
        json_put_text(object, "hint", problem->hint);
        json_put_text(object, "service", problem->service);
        json_put_bool(object, "warning", problem->warning);
        json_append(array, object);
    }
    return array;
}

static json_t *validation_view(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->validation_count; i++) {
        json_t *object = json_object();

        json_put_text(object, "name", note->validation[i].name);
        json_put_text(object, "value", note->validation[i].value);
        json_append(array, object);
    }
    return array;
}

static json_t *approvals_view(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->approval_count; i++) {
        json_t *object = json_object();
        char text[TIMESTAMP_SIZE];

        json_put_text(object, "stage", note->approvals[i].stage);
        json_put_text(object, "approver", note->approvals[i].approver);
        json_put_text(object, "date", timestamp_date(note->approvals[i].at, text));
        json_append(array, object);
    }
    return array;
}

/* How many things could not be read, in words; null when none. */
static json_t *incomplete_view(const struct note *note)
{
    char text[40];
    size_t count = 0, i;

    for (i = 0; i < note->problem_count; i++)
        count += !note->problems[i].warning;
    snprintf(text, sizeof text, "%zu problem%s", count, count == 1 ? "" : "s");
    return count > 0 ? json_text(text) : json_null();
}

json_t *note_markdown_view(const struct note *note)
{
    json_t *view = json_object();
    int section;

    put_header(view, note);
    put_summary(view, note);
    put_changes(view, note);
    json_put(view, "taken_away", taken_view(note));
    json_put_bool(view, "goes_back", note_goes_back(note));
    for (section = NOTE_CONFIGURATION; section < NOTE_SECTION_COUNT; section++)
        json_put(view, note_section_name((enum note_section)section),
                 section_view(note, (enum note_section)section));
    json_put(view, "code", section_view(note, NOTE_CODE));
    json_put_bool(view, "has_validation", note->validation_count > 0);
    json_put(view, "validation", validation_view(note));
    json_put_bool(view, "has_approvals", note->approval_count > 0);
    json_put(view, "approvals", approvals_view(note));
    json_put(view, "balance", balance_view(note));
    json_put(view, "incomplete", incomplete_view(note));
    json_put_bool(view, "has_problems", note->problem_count > 0);
    json_put(view, "problems", problems_view(note));
    return view;
}
