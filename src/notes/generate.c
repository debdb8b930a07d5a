#include <pilab/notes/note.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/database.h>
#include <pilab/drift/lost.h>
#include <pilab/drift/mask.h>
#include <pilab/base/vector.h>

#include "reason.h"

void note_free(struct note **note)
{
    struct arena *arena;

    if (!*note)
        return;
    arena = (*note)->arena;
    arena_free(&arena);
    *note = NULL;
}

static const char **copy_texts(struct arena *arena, const char *const *texts, size_t count)
{
    const char **copies = arena_array(arena, count, sizeof *copies);
    size_t i;

    for (i = 0; i < count; i++)
        copies[i] = arena_text(arena, texts[i]);
    return copies;
}

/* --- release ------------------------------------------------------------------------------- */

static const char *side_name(const struct drift_side *side)
{
    return side->label ? side->label : side->spec ? side->spec : "";
}

static void set_release(struct note *note, const struct drift_report *report,
                        const struct note_options *options)
{
    struct arena *arena = note->arena;
    struct note_release *release = &note->release;
    const char *project = report->project;

    if (!project && report->code_count == 1)
        project = report->codes[0].module;
    release->version =
        arena_text(arena, options->version ? options->version : side_name(&report->current));
    release->previous_version =
        arena_text(arena, options->previous_version ? options->previous_version
                                                    : side_name(&report->previous));
    release->project = arena_text(arena, project);
    release->project_code = arena_text(arena, report->project_code);
    release->generated_at = options->generated_at ? options->generated_at : report->created_at;
    release->generated_by = "PiLabStudio";
    /* a promotion goes from the side that would replace to the one that would be replaced */
    if (report->current.environment && report->previous.environment) {
        release->from_env = arena_text(arena, report->current.environment);
        release->to_env = arena_text(arena, report->previous.environment);
    }
}

/* --- changes ------------------------------------------------------------------------------- */

static struct ticket *copy_tickets(struct arena *arena, const struct ticket *tickets, size_t count)
{
    struct ticket *copies = arena_array(arena, count, sizeof *copies);
    size_t i;

    for (i = 0; i < count; i++) {
        copies[i].kind = tickets[i].kind;
        copies[i].id = arena_text(arena, tickets[i].id);
    }
    return copies;
}

static void copy_change(struct arena *arena, const struct drift_change *from,
                        struct drift_change *to)
{
    *to = *from;
    to->ticket = arena_text(arena, from->ticket);
    to->tickets = copy_tickets(arena, from->tickets, from->ticket_count);
    to->title = arena_text(arena, from->title);
    to->description = arena_text(arena, from->description);
    to->commits = copy_texts(arena, from->commits, from->commit_count);
    to->services = copy_texts(arena, from->services, from->service_count);
    to->authors = copy_texts(arena, from->authors, from->author_count);
    to->breaking_note = arena_text(arena, from->breaking_note);
    to->migration_guide = arena_text(arena, from->migration_guide);
    to->maybe_shipped = arena_text(arena, from->maybe_shipped);
    to->evidence = arena_text(arena, from->evidence);
}

static void copy_changes(struct note *note, const struct drift_report *report)
{
    size_t i;

    note->change_count = report->change_count;
    note->changes = arena_array(note->arena, report->change_count, sizeof *note->changes);
    for (i = 0; i < report->change_count; i++)
        copy_change(note->arena, &report->changes[i], &note->changes[i]);
}

static int by_email(const void *a, const void *b)
{
    const struct note_person *first = a, *second = b;

    return strcmp(first->email, second->email);
}

/* The name that an author's newest commit gives. */
static void copy_people(struct note *note, const struct drift_report *report)
{
    struct map *names = map_new(), *seen = map_new();
    struct vector people;
    size_t i, k;

    for (i = 0; i < report->code_count; i++) {
        for (k = 0; k < report->codes[i].commit_count; k++) {
            const struct drift_commit *commit = &report->codes[i].commits[k];

            if (commit->author_email && commit->author_name && commit->author_name[0] != '\0' &&
                !map_has(names, commit->author_email))
                map_put(names, commit->author_email, (void *)commit->author_name);
        }
    }
    vector_init(&people, sizeof(struct note_person));
    for (i = 0; i < note->change_count; i++) {
        for (k = 0; k < note->changes[i].author_count; k++) {
            const char *email = note->changes[i].authors[k];
            const char *name = map_get(names, email);

            if (!name || map_has(seen, email))
                continue;
            map_put(seen, email, note);
            vector_push(&people, &(struct note_person){ email, arena_text(note->arena, name) });
        }
    }
    vector_sort(&people, by_email);
    note->people = vector_to_arena(&people, note->arena);
    note->person_count = people.count;
    vector_release(&people);
    map_free(&seen);
    map_free(&names);
}

const char *note_author(const struct note *note, const char *email)
{
    struct note_person key = { .email = email };
    const struct note_person *person = NULL;

    if (note->person_count > 0)
        person = bsearch(&key, note->people, note->person_count, sizeof key, by_email);
    if (person)
        return person->name;
    return strstr(email, "noreply") || strstr(email, "no-reply") || strstr(email, "[bot]") ? NULL
                                                                                           : email;
}

/* --- what is taken away -------------------------------------------------------------------- */

static void copy_taken(struct note *note, const struct drift_report *report)
{
    struct arena *scratch = arena_new();
    const struct drift_lost *list = drift_lost_list(report, scratch, &note->taken_count);
    size_t i;

    note->taken = arena_array(note->arena, note->taken_count, sizeof *note->taken);
    for (i = 0; i < note->taken_count; i++) {
        note->taken[i] = (struct note_taken){
            .id = arena_text(note->arena, list[i].commit->id),
            .subject = arena_text(note->arena, list[i].commit->subject),
            .module = arena_text(note->arena, list[i].code->module),
            .security = drift_commit_secures(list[i].commit),
        };
    }
    arena_free(&scratch);
}

size_t note_taken_security(const struct note *note)
{
    size_t count = 0, i;

    for (i = 0; i < note->taken_count; i++)
        count += note->taken[i].security;
    return count;
}

bool note_goes_back(const struct note *note)
{
    return note->taken_count > 0 && note->balance.commits == 0;
}

/* --- items --------------------------------------------------------------------------------- */

/* Notes are published: the fingerprints of what is masked stay in the report. */
static const char *value_text(struct arena *arena, const struct drift_value *value)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    if (!value->present)
        return NULL;
    if (!value->masked)
        return arena_text(arena, value->text ? value->text : "");
    mask_without_fingerprints(&text, value->text);
    copy = strbuf_to_arena(&text, arena);
    strbuf_release(&text);
    return copy;
}

/* "edited: …" alone does not say what of it matters to whoever reads the notes. */
static const char *current_text(struct arena *arena, const struct drift_item *from)
{
    static const char edited[] = "edited";
    const char *text = value_text(arena, &from->current);
    size_t length = sizeof edited - 1;

    if (text == NULL || from->type != DRIFT_DATABASE || from->category == NULL ||
        strcmp(from->category, "MIGRATION") != 0 || strncmp(text, edited, length) != 0)
        return text;
    return arena_printf(arena, "edited after its release%s", text + length);
}

static void copy_item(struct arena *arena, const struct drift_item *from, struct note_item *to)
{
    const char *file = from->current_at.file ? from->current_at.file : from->previous_at.file;

    *to = (struct note_item){
        .type = from->type,
        .category = arena_text(arena, from->category),
        .module = arena_text(arena, from->module),
        .service = arena_text(arena, from->service),
        .path = arena_text(arena, from->path),
        .key = arena_text(arena, from->key),
        .change_type = from->change_type,
        .forgotten = from->detail == DETAIL_FORGOTTEN,
        .previous = value_text(arena, &from->previous),
        .current = current_text(arena, from),
        .reason = arena_text(arena, note_item_reason(from)),
        .file = arena_text(arena, file),
        .severity = from->severity,
        .attention = from->attention,
        .breaking = from->breaking,
        .security = from->security,
        .tickets = copy_texts(arena, from->tickets, from->ticket_count),
        .ticket_count = from->ticket_count,
    };
}

/* A package that another one brings, and of which nothing needs to be said: there are hundreds of
 * them whenever a lock file is refreshed. */
static bool is_brought_along(const struct drift_item *item)
{
    return item->type == DRIFT_DEPENDENCY && item->severity == SEVERITY_INFO &&
           strcmp(item->category, "transitive") == 0;
}

static bool counts(const struct drift_item *item)
{
    return item->type != DRIFT_CODE && !item->expected && !item->suppressed;
}

/* What no release brings: each environment keeps its variables. What one lacks must be set before.
 */
static bool is_kept(const struct drift_item *item)
{
    return drift_item_is_kept(item) && item->previous.present &&
           strcmp(item->category, "variable") == 0;
}

static bool is_listed(const struct drift_report *report, const struct drift_item *item)
{
    return counts(item) && !is_brought_along(item) && !is_kept(item) &&
           !drift_item_is_outside(item) && !drift_database_is_as_is(report, item);
}

static int by_section(const void *a, const void *b)
{
    const struct note_item *first = a, *second = b;

    return (int)note_section_of(first->type) - (int)note_section_of(second->type);
}

static void copy_items(struct note *note, const struct drift_report *report)
{
    size_t i;

    note->items = arena_array(note->arena, report->item_count, sizeof *note->items);
    for (i = 0; i < report->item_count; i++) {
        if (is_listed(report, &report->items[i]))
            copy_item(note->arena, &report->items[i], &note->items[note->item_count++]);
    }
    sort_stable(note->items, note->item_count, sizeof *note->items, by_section);
}

/* --- what was looked at -------------------------------------------------------------------- */

struct coverage {
    size_t read, failed;
    const char *unread;  /* why nothing was looked at; NULL: nothing is known of it */
    struct strbuf names; /* of what failed */
    struct strbuf parts; /* of what was read in part */
};

static void cover(struct coverage *coverage, const struct drift_source *source)
{
    struct strbuf *names;

    coverage->read += source->state == SOURCE_READ;
    if (source->state == SOURCE_NOT_EXAMINED && coverage->unread == NULL)
        coverage->unread = source->detail != NULL ? source->detail : "left out";
    if (source->state == SOURCE_NOT_CONFIGURED && coverage->unread == NULL)
        coverage->unread = source->detail;
    if (source->state != SOURCE_FAILED)
        return;
    names = drift_source_partly(source) ? &coverage->parts : &coverage->names;
    coverage->failed++;
    if (names->length > 0)
        strbuf_add(names, ", ");
    strbuf_add(names, source->service ? source->service : "");
}

/* "could not be read for auth; read only in part for ledger" */
static const char *unread_for(struct arena *arena, const struct coverage *coverage)
{
    bool some = coverage->names.length > 0, parts = coverage->parts.length > 0;

    return arena_printf(arena, "%s%s%s%s%s", some ? "could not be read for " : "",
                        some ? coverage->names.data : "", some && parts ? "; " : "",
                        parts ? "read only in part for " : "", parts ? coverage->parts.data : "");
}

/* Left out, but not silently. */
static const char *brought_along(struct arena *arena, const struct drift_report *report)
{
    size_t count = 0;

    for (size_t i = 0; i < report->item_count; i++)
        count += counts(&report->items[i]) && is_brought_along(&report->items[i]);
    if (count == 0)
        return NULL;
    return arena_printf(arena, "%zu more that other packages bring %s in the report", count,
                        count == 1 ? "is" : "are");
}

/* No release did it, and none is told by it; nor by what two databases have differently of which
 * nobody knows who did it. */
static const char *changed_outside(struct arena *arena, const struct drift_report *report,
                                   enum note_section section)
{
    size_t outside = 0, as_is = 0;

    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if (!counts(item) || note_section_of(item->type) != section)
            continue;
        outside += drift_item_is_outside(item);
        as_is += drift_database_is_as_is(report, item);
    }
    if (as_is > 0)
        return arena_printf(arena, "%zu that the two databases have differently %s in the report",
                            as_is, as_is == 1 ? "is" : "are");
    if (outside == 0)
        return NULL;
    return arena_printf(arena, "%zu that %s changed outside of the release %s in the report",
                        outside, outside == 1 ? "was" : "were", outside == 1 ? "is" : "are");
}

static void set_section(struct note *note, const struct drift_report *report,
                        enum note_section section)
{
    struct note_section_status *status = &note->sections[section];
    struct coverage coverage = { .names = STRBUF_INIT, .parts = STRBUF_INIT };
    size_t first, count, i;

    for (i = 0; i < report->source_count; i++) {
        if (note_section_of(report->sources[i].type) == section)
            cover(&coverage, &report->sources[i]);
    }
    count = section == NOTE_CODE ? note->change_count + note->taken_count
                                 : note_section_items(note, section, &first);
    if (count > 0)
        status->state = NOTE_CHANGED;
    else if (coverage.failed > 0)
        status->state = NOTE_UNREAD;
    else if (coverage.read > 0)
        status->state = NOTE_NONE;
    else
        status->state = NOTE_NOT_EXAMINED;
    if (coverage.failed > 0)
        status->detail = unread_for(note->arena, &coverage);
    else if (status->state == NOTE_NOT_EXAMINED)
        status->detail =
            coverage.unread != NULL ? arena_text(note->arena, coverage.unread) : "not configured";
    else if (section == NOTE_DEPENDENCIES)
        status->detail = brought_along(note->arena, report);
    else
        status->detail = changed_outside(note->arena, report, section);
    strbuf_release(&coverage.names);
    strbuf_release(&coverage.parts);
}

static void copy_problems(struct note *note, const struct drift_report *report)
{
    size_t i;

    note->problem_count = report->problem_count;
    note->problems = arena_array(note->arena, report->problem_count, sizeof *note->problems);
    for (i = 0; i < report->problem_count; i++) {
        note->problems[i] = report->problems[i];
        note->problems[i].service = arena_text(note->arena, report->problems[i].service);
        note->problems[i].what = arena_text(note->arena, report->problems[i].what);
        note->problems[i].why = arena_text(note->arena, report->problems[i].why);
        note->problems[i].hint = arena_text(note->arena, report->problems[i].hint);
    }
}

/* --- summary ------------------------------------------------------------------------------- */

static void add_service(struct note *note, const char *service)
{
    struct note_summary *summary = &note->summary;
    size_t i;

    for (i = 0; service && i < summary->service_count; i++) {
        if (strcmp(summary->services[i], service) == 0)
            return;
    }
    if (service && service[0] != '\0')
        summary->services[summary->service_count++] = service;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The services of everything that is listed, and of modules whose code differs in any way. */
static void set_services(struct note *note, const struct drift_report *report)
{
    struct note_summary *summary = &note->summary;
    size_t room = note->item_count + report->code_count;
    size_t i, k;

    for (i = 0; i < note->change_count; i++)
        room += note->changes[i].service_count;
    summary->services = arena_array(note->arena, room, sizeof *summary->services);
    for (i = 0; i < report->code_count; i++) {
        const struct drift_code *code = &report->codes[i];

        if (code->commit_count > 0 || code->module_added || code->module_removed ||
            code->files_added_count + code->files_modified_count + code->files_deleted_count > 0)
            add_service(note, arena_text(note->arena, code->service));
    }
    for (i = 0; i < note->change_count; i++) {
        for (k = 0; k < note->changes[i].service_count; k++)
            add_service(note, note->changes[i].services[k]);
    }
    for (i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if (is_listed(report, item))
            add_service(note, arena_text(note->arena, drift_item_affects(report, item)));
    }
    sort_stable(summary->services, summary->service_count, sizeof *summary->services, by_text);
}

static void set_summary(struct note *note, const struct drift_report *report)
{
    struct note_summary *summary = &note->summary;
    size_t i;

    for (i = 0; i < note->change_count; i++) {
        const struct drift_change *change = &note->changes[i];

        summary->breaking = summary->breaking || change->breaking;
        if (change->category == CATEGORY_INTERNAL)
            continue;
        summary->security =
            summary->security || change->security || change->category == CATEGORY_SECURITY;
        summary->total_changes++;
        summary->by_type[change->type]++;
    }
    for (i = 0; i < note->item_count; i++) {
        summary->total_changes++;
        summary->by_type[note->items[i].change_type]++;
        summary->breaking = summary->breaking || note->items[i].breaking;
        summary->security = summary->security || note->items[i].security;
    }
    summary->security = summary->security || note_taken_security(note) > 0;
    summary->expected = report->summary.expected;
    summary->suppressed = report->summary.suppressed;
    set_services(note, report);
}

static void copy_validation(struct note *note, const struct note_options *options)
{
    size_t i;

    note->validation_count = options->validation_count;
    note->validation =
        arena_array(note->arena, options->validation_count, sizeof *note->validation);
    for (i = 0; i < options->validation_count; i++) {
        note->validation[i].name = arena_text(note->arena, options->validation[i].name);
        note->validation[i].value = arena_text(note->arena, options->validation[i].value);
    }
}

struct note *note_generate(const struct drift_report *report, const struct note_options *options)
{
    static const struct note_options defaults = { 0 };
    struct arena *arena = arena_new();
    struct note *note = arena_alloc(arena, sizeof *note);
    int section;

    if (!options)
        options = &defaults;
    note->arena = arena;
    set_release(note, report, options);
    copy_changes(note, report);
    copy_people(note, report);
    copy_taken(note, report);
    copy_items(note, report);
    for (section = 0; section < NOTE_SECTION_COUNT; section++)
        set_section(note, report, (enum note_section)section);
    note->balance = report->balance;
    copy_problems(note, report);
    set_summary(note, report);
    copy_validation(note, options);
    return note;
}
