#include <pilab/notes/json.h>

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/json.h>
#include <pilab/base/vector.h>

/* Reads member after member; the first that is not what it should be ends it. */
struct reader {
    struct arena *arena;
    struct error *error;
    bool failed;
    const char *where; /* of the object being read: "changes.features[2]." */
};

static void fail(struct reader *reader, const char *member, const char *expected)
{
    if (!reader->failed)
        error_set(reader->error, ERROR_INVALID, "the release notes are damaged: %s%s is not %s",
                  reader->where, member, expected);
    reader->failed = true;
}

/* The member when it is there and not null. */
static const json_t *member_of(struct reader *reader, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_object(object))
        fail(reader, "", "an object");
    return json_is_null(value) ? NULL : value;
}

static const char *read_text(struct reader *reader, const json_t *object, const char *name)
{
    const json_t *value = member_of(reader, object, name);

    if (value && !json_is_string(value)) {
        fail(reader, name, "a text");
        return NULL;
    }
    return value ? arena_text(reader->arena, json_string_value(value)) : NULL;
}

static bool read_bool(struct reader *reader, const json_t *object, const char *name)
{
    const json_t *value = member_of(reader, object, name);

    if (value && !json_is_boolean(value))
        fail(reader, name, "true or false");
    return json_is_true(value);
}

static size_t read_count(struct reader *reader, const json_t *object, const char *name)
{
    const json_t *value = member_of(reader, object, name);

    if (value && (!json_is_integer(value) || json_integer_value(value) < 0)) {
        fail(reader, name, "a count");
        return 0;
    }
    return value ? (size_t)json_integer_value(value) : 0;
}

static int64_t read_time(struct reader *reader, const json_t *object, const char *name)
{
    const char *text = read_text(reader, object, name);
    int64_t at = 0;

    if (text && !timestamp_parse(text, &at, NULL))
        fail(reader, name, "a time");
    return at;
}

/* An empty array when it is missing. */
static const json_t *read_array(struct reader *reader, const json_t *object, const char *name)
{
    const json_t *value = member_of(reader, object, name);

    if (value && !json_is_array(value))
        fail(reader, name, "a list");
    return value;
}

/* Goes into `name`, or into its item `index` when that is not SIZE_MAX; returns where it was. */
static const char *enter(struct reader *reader, const char *name, size_t index)
{
    const char *before = reader->where;

    reader->where = index == SIZE_MAX
                        ? arena_printf(reader->arena, "%s%s.", before, name)
                        : arena_printf(reader->arena, "%s%s[%zu].", before, name, index);
    return before;
}

static const char **read_texts(struct reader *reader, const json_t *object, const char *name,
                               size_t *count)
{
    const json_t *array = read_array(reader, object, name);
    const char **texts = arena_array(reader->arena, json_array_size(array), sizeof *texts);
    size_t i;

    *count = json_array_size(array);
    for (i = 0; i < *count; i++) {
        const char *text = json_string_value(json_array_get(array, i));

        if (!text)
            fail(reader, name, "a list of texts");
        texts[i] = arena_text(reader->arena, text ? text : "");
    }
    return texts;
}

/* --- enumerations -------------------------------------------------------------------------- */

/* The place of a name among `count` names. */
static int read_name(struct reader *reader, const json_t *object, const char *member,
                     const char *(*name_of)(int), int count)
{
    const char *text = read_text(reader, object, member);
    int i;

    for (i = 0; text && i < count; i++) {
        if (strcmp(name_of(i), text) == 0)
            return i;
    }
    if (text)
        fail(reader, member, "a known name");
    return 0;
}

static const char *change_type_at(int i)
{
    return change_type_name((enum change_type)i);
}

static const char *severity_at(int i)
{
    return severity_name((enum severity)i);
}

static const char *attention_at(int i)
{
    return attention_name((enum attention)i);
}

static const char *drift_type_at(int i)
{
    return drift_type_name((enum drift_type)i);
}

static const char *section_state_at(int i)
{
    return note_section_state_name((enum note_section_state)i);
}

static const char *ticket_kind_at(int i)
{
    static const char *const kinds[] = { "key", "number", "advisory" };

    return kinds[i];
}

static enum change_type read_change_type(struct reader *reader, const json_t *object,
                                         const char *member)
{
    return (enum change_type)read_name(reader, object, member, change_type_at, CHANGE_TYPE_COUNT);
}

/* --- parts --------------------------------------------------------------------------------- */

static void read_release(struct reader *reader, const json_t *root, struct note_release *release)
{
    const json_t *object = member_of(reader, root, "release");
    const char *before = enter(reader, "release", SIZE_MAX);
    const json_t *promotion = object ? member_of(reader, object, "promotion") : NULL;

    if (object) {
        release->version = read_text(reader, object, "version");
        release->previous_version = read_text(reader, object, "previous_version");
        release->project = read_text(reader, object, "project");
        release->project_code = read_text(reader, object, "project_code");
        release->generated_at = read_time(reader, object, "generated_at");
        release->generated_by = read_text(reader, object, "generated_by");
    }
    if (promotion) {
        release->from_env = read_text(reader, promotion, "from_env");
        release->to_env = read_text(reader, promotion, "to_env");
    }
    if (!release->version)
        release->version = "";
    if (!release->previous_version)
        release->previous_version = "";
    if (!release->generated_by)
        release->generated_by = "";
    reader->where = before;
}

static void read_summary(struct reader *reader, const json_t *root, struct note_summary *summary)
{
    const json_t *object = member_of(reader, root, "summary");
    const char *before = enter(reader, "summary", SIZE_MAX);
    const json_t *by_type;
    int type;

    if (object) {
        by_type = member_of(reader, object, "by_type");
        summary->total_changes = read_count(reader, object, "total_changes");
        for (type = 0; by_type && type < CHANGE_TYPE_COUNT; type++)
            summary->by_type[type] = read_count(reader, by_type, change_type_at(type));
        summary->services =
            read_texts(reader, object, "services_affected", &summary->service_count);
        summary->breaking = read_bool(reader, object, "breaking_changes");
        summary->security = read_bool(reader, object, "security_changes");
        summary->expected = read_count(reader, object, "expected");
        summary->suppressed = read_count(reader, object, "suppressed");
    }
    reader->where = before;
}

static struct ticket *read_tickets(struct reader *reader, const json_t *object, size_t *count)
{
    const json_t *array = read_array(reader, object, "tickets");
    struct ticket *tickets = arena_array(reader->arena, json_array_size(array), sizeof *tickets);
    const char *before = reader->where;
    size_t i;

    *count = json_array_size(array);
    for (i = 0; i < *count; i++) {
        const json_t *item = json_array_get(array, i);

        enter(reader, "tickets", i);
        tickets[i].kind = (enum ticket_kind)read_name(reader, item, "kind", ticket_kind_at, 3);
        tickets[i].id = read_text(reader, item, "id");
        if (!tickets[i].id)
            tickets[i].id = "";
        reader->where = before;
    }
    return tickets;
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static void read_change(struct reader *reader, const json_t *object, enum change_category category,
                        struct drift_change *change)
{
    change->category = category;
    change->ticket = read_text(reader, object, "ticket_id");
    change->title = text_or_empty(read_text(reader, object, "title"));
    change->description = text_or_empty(read_text(reader, object, "description"));
    change->type = read_change_type(reader, object, "type");
    change->commits = read_texts(reader, object, "commits", &change->commit_count);
    change->services = read_texts(reader, object, "services", &change->service_count);
    change->authors = read_texts(reader, object, "authors", &change->author_count);
    change->tickets = read_tickets(reader, object, &change->ticket_count);
    change->breaking = read_bool(reader, object, "breaking");
    change->breaking_note = read_text(reader, object, "breaking_note");
    change->security = read_bool(reader, object, "security");
    change->migration_guide = read_text(reader, object, "migration_guide");
    change->maybe_shipped = read_text(reader, object, "maybe_shipped");
    change->reverts_released = read_bool(reader, object, "reverts_released");
    change->evidence = text_or_empty(read_text(reader, object, "evidence"));
}

static void read_changes(struct reader *reader, const json_t *root, struct note *note)
{
    const json_t *object = member_of(reader, root, "changes");
    const char *before = enter(reader, "changes", SIZE_MAX);
    struct vector changes;
    int category;
    size_t i;

    vector_init(&changes, sizeof(struct drift_change));
    for (category = 0; object && category < CATEGORY_COUNT; category++) {
        const char *name = change_category_name((enum change_category)category);
        const json_t *array = read_array(reader, object, name);

        for (i = 0; i < json_array_size(array); i++) {
            const char *outer = enter(reader, name, i);

            read_change(reader, json_array_get(array, i), (enum change_category)category,
                        vector_add(&changes));
            reader->where = outer;
        }
    }
    note->changes = vector_to_arena(&changes, reader->arena);
    note->change_count = changes.count;
    vector_release(&changes);
    reader->where = before;
}

static void read_item(struct reader *reader, const json_t *object, enum drift_type type,
                      struct note_item *item)
{
    item->type = type;
    item->category = read_text(reader, object, "category");
    item->module = read_text(reader, object, "module");
    item->service = read_text(reader, object, "service");
    item->path = read_text(reader, object, "path");
    item->key = read_text(reader, object, "key");
    item->change_type = read_change_type(reader, object, "change_type");
    item->previous = read_text(reader, object, "previous");
    item->current = read_text(reader, object, "current");
    item->reason = read_text(reader, object, "reason");
    item->file = read_text(reader, object, "file");
    item->severity =
        (enum severity)read_name(reader, object, "severity", severity_at, SEVERITY_COUNT);
    item->attention =
        (enum attention)read_name(reader, object, "attention", attention_at, ATTENTION_COUNT);
    item->breaking = read_bool(reader, object, "breaking");
    item->security = read_bool(reader, object, "security");
    item->forgotten = json_is_true(json_object_get(object, "forgotten"));
    item->tickets = read_texts(reader, object, "tickets", &item->ticket_count);
}

static void read_items(struct reader *reader, const json_t *root, struct note *note)
{
    static const struct {
        const char *member;
        enum drift_type type;
    } lists[] = {
        {"configuration_changes",   DRIFT_CONFIG        },
        { "database_changes",       DRIFT_DATABASE      },
        { "infrastructure_changes", DRIFT_INFRASTRUCTURE},
        { "docker_images",          DRIFT_IMAGE         },
        { "dependency_changes",     DRIFT_DEPENDENCY    },
    };
    struct vector items;
    size_t i, k;

    vector_init(&items, sizeof(struct note_item));
    for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const json_t *array = read_array(reader, root, lists[i].member);

        for (k = 0; k < json_array_size(array); k++) {
            const char *before = enter(reader, lists[i].member, k);

            read_item(reader, json_array_get(array, k), lists[i].type, vector_add(&items));
            reader->where = before;
        }
    }
    note->items = vector_to_arena(&items, reader->arena);
    note->item_count = items.count;
    vector_release(&items);
}

static void read_sections(struct reader *reader, const json_t *root, struct note *note)
{
    const json_t *object = member_of(reader, root, "sections");
    const char *before = enter(reader, "sections", SIZE_MAX);
    int section;

    for (section = 0; section < NOTE_SECTION_COUNT; section++) {
        const char *name = note_section_name((enum note_section)section);
        const json_t *member = object ? member_of(reader, object, name) : NULL;
        struct note_section_status *status = &note->sections[section];
        const char *outer = enter(reader, name, SIZE_MAX);

        status->state = NOTE_NOT_EXAMINED;
        if (member) {
            status->state = (enum note_section_state)read_name(reader, member, "state",
                                                               section_state_at, NOTE_STATE_COUNT);
            status->detail = read_text(reader, member, "detail");
        }
        reader->where = outer;
    }
    reader->where = before;
}

static void read_balance(struct reader *reader, const json_t *root, struct drift_balance *balance)
{
    static const struct {
        const char *name;
        enum disposition disposition;
    } members[] = {
        {"in_notes",         DISPOSITION_IN_NOTES       },
        { "already_shipped", DISPOSITION_ALREADY_SHIPPED},
        { "internal",        DISPOSITION_INTERNAL       },
        { "merges",          DISPOSITION_MERGE          },
        { "reverted",        DISPOSITION_REVERTED       },
        { "unexplained",     DISPOSITION_UNEXPLAINED    },
    };
    const json_t *object = member_of(reader, root, "balance");
    const char *before = enter(reader, "balance", SIZE_MAX);
    size_t i;

    if (object) {
        balance->commits = read_count(reader, object, "commits");
        for (i = 0; i < sizeof members / sizeof members[0]; i++)
            balance->by_disposition[members[i].disposition] =
                read_count(reader, object, members[i].name);
    }
    reader->where = before;
}

static void read_problems(struct reader *reader, const json_t *root, struct note *note)
{
    const json_t *array = read_array(reader, root, "problems");
    size_t i;

    note->problem_count = json_array_size(array);
    note->problems = arena_array(reader->arena, note->problem_count, sizeof *note->problems);
    for (i = 0; i < note->problem_count; i++) {
        const json_t *object = json_array_get(array, i);
        const char *before = enter(reader, "problems", i);
        struct drift_problem *problem = &note->problems[i];

        problem->type =
            (enum drift_type)read_name(reader, object, "type", drift_type_at, DRIFT_TYPE_COUNT);
        problem->service = text_or_empty(read_text(reader, object, "service"));
        problem->what = text_or_empty(read_text(reader, object, "what"));
        problem->why = text_or_empty(read_text(reader, object, "why"));
        problem->hint = read_text(reader, object, "hint");
        problem->warning = read_bool(reader, object, "warning");
        reader->where = before;
    }
}

static void read_validation(struct reader *reader, const json_t *root, struct note *note)
{
    json_t *object = json_object_get(root, "validation");
    const char *name;
    json_t *value;

    if (!object)
        return;
    if (!json_is_object(object))
        fail(reader, "validation", "an object");
    note->validation =
        arena_array(reader->arena, json_object_size(object), sizeof *note->validation);
    json_object_foreach(object, name, value)
    {
        struct note_fact *fact = &note->validation[note->validation_count++];

        fact->name = arena_text(reader->arena, name);
        fact->value = json_is_boolean(value) ? (json_is_true(value) ? "true" : "false")
                                             : arena_text(reader->arena, json_string_value(value));
        if (!fact->value)
            fail(reader, "validation", "an object of texts and booleans");
    }
}

static int by_email(const void *a, const void *b)
{
    const struct note_person *first = a, *second = b;

    return strcmp(first->email, second->email);
}

/* Notes of before they had names have none. */
static void read_people(struct reader *reader, const json_t *root, struct note *note)
{
    const json_t *array =
        json_object_get(root, "people") ? read_array(reader, root, "people") : NULL;
    size_t i;

    note->person_count = json_array_size(array);
    note->people = arena_array(reader->arena, note->person_count, sizeof *note->people);
    for (i = 0; i < note->person_count; i++) {
        const json_t *object = json_array_get(array, i);
        const char *before = enter(reader, "people", i);

        note->people[i].email = text_or_empty(read_text(reader, object, "email"));
        note->people[i].name = text_or_empty(read_text(reader, object, "name"));
        reader->where = before;
    }
    sort_stable(note->people, note->person_count, sizeof *note->people, by_email);
}

/* Most notes have none. */
static void read_taken(struct reader *reader, const json_t *root, struct note *note)
{
    const json_t *array = read_array(reader, root, "taken_away");
    size_t i;

    note->taken_count = json_array_size(array);
    note->taken = arena_array(reader->arena, note->taken_count, sizeof *note->taken);
    for (i = 0; i < note->taken_count; i++) {
        const json_t *object = json_array_get(array, i);
        const char *before = enter(reader, "taken_away", i);

        note->taken[i].id = text_or_empty(read_text(reader, object, "id"));
        note->taken[i].subject = text_or_empty(read_text(reader, object, "subject"));
        note->taken[i].module = text_or_empty(read_text(reader, object, "module"));
        note->taken[i].security = read_bool(reader, object, "security");
        reader->where = before;
    }
}

static void read_approvals(struct reader *reader, const json_t *root, struct note *note)
{
    const json_t *array = read_array(reader, root, "approvals");
    size_t i;

    note->approval_count = json_array_size(array);
    note->approvals = arena_array(reader->arena, note->approval_count, sizeof *note->approvals);
    for (i = 0; i < note->approval_count; i++) {
        const json_t *object = json_array_get(array, i);
        const char *before = enter(reader, "approvals", i);

        note->approvals[i].stage = text_or_empty(read_text(reader, object, "stage"));
        note->approvals[i].approver = text_or_empty(read_text(reader, object, "approver"));
        note->approvals[i].at = read_time(reader, object, "date");
        reader->where = before;
    }
}

struct note *note_from_json(const json_t *value, struct error *error)
{
    const char *schema = json_member_text(value, "schema");
    struct arena *arena;
    struct note *note;
    struct reader reader;

    if (!schema || strcmp(schema, "pilab.notes/1") != 0) {
        error_set(error, ERROR_UNSUPPORTED,
                  "these are no release notes that this program can read: "
                  "the schema is '%s', not 'pilab.notes/1'",
                  schema ? schema : "");
        return NULL;
    }
    arena = arena_new();
    note = arena_alloc(arena, sizeof *note);
    note->arena = arena;
    reader = (struct reader){ .arena = arena, .error = error, .where = "" };
    read_release(&reader, value, &note->release);
    read_summary(&reader, value, &note->summary);
    read_changes(&reader, value, note);
    read_people(&reader, value, note);
    read_taken(&reader, value, note);
    read_items(&reader, value, note);
    read_sections(&reader, value, note);
    read_balance(&reader, value, &note->balance);
    read_problems(&reader, value, note);
    read_validation(&reader, value, note);
    read_approvals(&reader, value, note);
    if (reader.failed)
        note_free(&note);
    return note;
}
