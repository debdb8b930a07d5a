#include <pilab/notes/json.h>

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>

static json_t *texts_json(const char *const *texts, size_t count)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < count; i++)
        json_append(array, json_text(texts[i]));
    return array;
}

/* --- release and summary ------------------------------------------------------------------- */

static json_t *release_json(const struct note_release *release)
{
    json_t *object = json_object();
    json_t *promotion = json_object();

    json_put_text(object, "version", release->version);
    json_put_text(object, "previous_version", release->previous_version);
    json_put_text(object, "project", release->project);
    json_put_text(object, "project_code", release->project_code);
    json_put_time(object, "generated_at", release->generated_at);
    json_put_text(object, "generated_by", release->generated_by);
    json_put_text(promotion, "from_env", release->from_env);
    json_put_text(promotion, "to_env", release->to_env);
    json_put(object, "promotion", promotion);
    return object;
}

static json_t *summary_json(const struct note_summary *summary)
{
    json_t *object = json_object();
    json_t *by_type = json_object();
    int type;

    json_put_integer(object, "total_changes", (int64_t)summary->total_changes);
    for (type = 0; type < CHANGE_TYPE_COUNT; type++)
        json_put_integer(by_type, change_type_name((enum change_type)type),
                         (int64_t)summary->by_type[type]);
    json_put(object, "by_type", by_type);
    json_put(object, "services_affected", texts_json(summary->services, summary->service_count));
    json_put_bool(object, "breaking_changes", summary->breaking);
    json_put_bool(object, "security_changes", summary->security);
    json_put_integer(object, "expected", (int64_t)summary->expected);
    json_put_integer(object, "suppressed", (int64_t)summary->suppressed);
    return object;
}

/* --- changes ------------------------------------------------------------------------------- */

static const char *const ticket_kinds[] = {
    [TICKET_KEY] = "key",
    [TICKET_NUMBER] = "number",
    [TICKET_ADVISORY] = "advisory",
};

static json_t *tickets_json(const struct ticket *tickets, size_t count)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < count; i++) {
        json_t *object = json_object();

        json_put_text(object, "id", tickets[i].id);
        json_put_text(object, "kind", ticket_kinds[tickets[i].kind]);
        json_append(array, object);
    }
    return array;
}

static json_t *change_json(const struct drift_change *change)
{
    json_t *object = json_object();

    json_put_text(object, "ticket_id", change->ticket);
    json_put_text(object, "title", change->title);
    json_put_text(object, "description", change->description);
    json_put_text(object, "type", change_type_name(change->type));
    json_put(object, "commits", texts_json(change->commits, change->commit_count));
    json_put(object, "services", texts_json(change->services, change->service_count));
    json_put_text(object, "author", change->author_count > 0 ? change->authors[0] : NULL);
    json_put(object, "authors", texts_json(change->authors, change->author_count));
    json_put(object, "tickets", tickets_json(change->tickets, change->ticket_count));
    json_put_bool(object, "breaking", change->breaking);
    json_put_text(object, "breaking_note", change->breaking_note);
    json_put_bool(object, "security", change->security);
    json_put_text(object, "migration_guide", change->migration_guide);
    json_put_text(object, "maybe_shipped", change->maybe_shipped);
    json_put_bool(object, "reverts_released", change->reverts_released);
    json_put_text(object, "evidence", change->evidence);
    return object;
}

static json_t *changes_json(const struct note *note)
{
    static const enum change_category order[] = {
        CATEGORY_FEATURES,   CATEGORY_IMPROVEMENTS,  CATEGORY_BUG_FIXES,
        CATEGORY_SECURITY,   CATEGORY_PERFORMANCE,   CATEGORY_CHANGED,
        CATEGORY_DEPRECATED, CATEGORY_DOCUMENTATION, CATEGORY_INTERNAL,
    };
    json_t *object = json_object();
    size_t i, k;

    for (i = 0; i < sizeof order / sizeof order[0]; i++) {
        json_t *array = json_array();
        size_t first;
        size_t count = note_category_changes(note, order[i], &first);

        for (k = first; k < first + count; k++)
            json_append(array, change_json(&note->changes[k]));
        json_put(object, change_category_name(order[i]), array);
    }
    return object;
}

/* --- sections ------------------------------------------------------------------------------ */

static void put_configuration(json_t *object, const struct note_item *item)
{
    json_put_text(object, "service", item->service);
    json_put_text(object, "key", item->key);
    json_put_text(object, "previous", item->previous);
    json_put_text(object, "current", item->current);
    json_put_text(object, "reason", item->reason);
}

/* A step of a migration says what it does; an object of a schema, what it was and is. */
static void put_database(json_t *object, const struct note_item *item)
{
    struct strbuf change = STRBUF_INIT;

    if (item->previous && item->current)
        strbuf_printf(&change, "%s → %s", item->previous, item->current);
    else if (item->previous && item->change_type == CHANGE_TYPE_DELETED &&
             strcmp(item->category, "MIGRATION") != 0)
        strbuf_printf(&change, "removed (%s)", item->previous);
    else
        strbuf_add(&change, item->current ? item->current : item->previous ? item->previous : "");
    json_put_text(object, "type", item->category);
    json_put_text(object, "object", item->key ? item->key : item->path);
    json_put_text(object, "change", change.data);
    json_put_text(object, "migration_file", item->file);
    strbuf_release(&change);
}

static void put_infrastructure(json_t *object, const struct note_item *item)
{
    struct strbuf change = STRBUF_INIT;

    if (item->previous && item->current)
        strbuf_printf(&change, "%s changed from %s to %s", item->key ? item->key : item->path,
                      item->previous, item->current);
    else
        strbuf_printf(&change, "%s %s", item->key ? item->key : item->path,
                      change_type_name(item->change_type));
    json_put_text(object, "resource", item->path);
    json_put_text(object, "change", change.data);
    json_put_text(object, "reason", item->reason);
    strbuf_release(&change);
}

/* An image's path is "registry/name", its values are "tag" or "tag@digest". */
static void put_image(json_t *object, const struct note_item *item)
{
    const char *path = item->path ? item->path : "";
    const char *slash = strrchr(path, '/');
    const char *value = item->current ? item->current : item->previous ? item->previous : "";
    const char *at = strchr(value, '@');

    json_put_text(object, "image", slash ? slash + 1 : path);
    json_put(object, "tag", json_text_bytes(value, at ? (size_t)(at - value) : strlen(value)));
    json_put_text(object, "digest", at ? at + 1 : NULL);
    json_put(object, "registry",
             slash ? json_text_bytes(path, (size_t)(slash - path)) : json_null());
}

static void put_dependency(json_t *object, const struct note_item *item)
{
    json_put_text(object, "name", item->key ? item->key : item->path);
    json_put_text(object, "ecosystem", item->category);
}

static const struct {
    const char *key;
    void (*put)(json_t *object, const struct note_item *item);
} section_forms[NOTE_SECTION_COUNT] = {
    [NOTE_CONFIGURATION] = {"configuration_changes",   put_configuration },
    [NOTE_DATABASE] = { "database_changes",       put_database      },
    [NOTE_INFRASTRUCTURE] = { "infrastructure_changes", put_infrastructure},
    [NOTE_IMAGES] = { "docker_images",          put_image         },
    [NOTE_DEPENDENCIES] = { "dependency_changes",     put_dependency    },
};

/* What every item has, after what its section calls its parts; a name that is there stays. */
static void put_item(json_t *object, const struct note_item *item)
{
    json_t *common = json_object();

    json_put_text(common, "service", item->service);
    json_put_text(common, "module", item->module);
    json_put_text(common, "category", item->category);
    json_put_text(common, "path", item->path);
    json_put_text(common, "key", item->key);
    json_put_text(common, "change_type", change_type_name(item->change_type));
    json_put_text(common, "previous", item->previous);
    json_put_text(common, "current", item->current);
    json_put_text(common, "reason", item->reason);
    json_put_text(common, "file", item->file);
    json_put_text(common, "severity", severity_name(item->severity));
    json_put_text(common, "attention", attention_name(item->attention));
    json_put_bool(common, "breaking", item->breaking);
    json_put_bool(common, "security", item->security);
    if (item->forgotten)
        json_put_bool(common, "forgotten", true);
    json_put(common, "tickets", texts_json(item->tickets, item->ticket_count));
    json_object_update_missing(object, common);
    json_decref(common);
}

static json_t *section_items_json(const struct note *note, enum note_section section)
{
    json_t *array = json_array();
    size_t first, i;
    size_t count = note_section_items(note, section, &first);

    for (i = first; i < first + count; i++) {
        json_t *object = json_object();

        section_forms[section].put(object, &note->items[i]);
        put_item(object, &note->items[i]);
        json_append(array, object);
    }
    return array;
}

static json_t *sections_json(const struct note *note)
{
    json_t *object = json_object();
    int section;

    for (section = 0; section < NOTE_SECTION_COUNT; section++) {
        const struct note_section_status *status = &note->sections[section];
        json_t *member = json_object();

        json_put_text(member, "state", note_section_state_name(status->state));
        json_put_text(member, "detail", status->detail);
        json_put(object, note_section_name((enum note_section)section), member);
    }
    return object;
}

/* --- what else ----------------------------------------------------------------------------- */

static json_t *fact_json(const char *value)
{
    if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
        return json_boolean(value[0] == 't');
    return json_text(value);
}

static json_t *validation_json(const struct note *note)
{
    json_t *object = json_object();
    size_t i;

    for (i = 0; i < note->validation_count; i++)
        json_put(object, note->validation[i].name, fact_json(note->validation[i].value));
    return object;
}

static json_t *people_json(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->person_count; i++) {
        json_t *object = json_object();

        json_put_text(object, "email", note->people[i].email);
        json_put_text(object, "name", note->people[i].name);
        json_append(array, object);
    }
    return array;
}

static json_t *taken_json(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->taken_count; i++) {
        json_t *object = json_object();

        json_put_text(object, "id", note->taken[i].id);
        json_put_text(object, "subject", note->taken[i].subject);
        json_put_text(object, "module", note->taken[i].module);
        json_put_bool(object, "security", note->taken[i].security);
        json_append(array, object);
    }
    return array;
}

static json_t *approvals_json(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->approval_count; i++) {
        json_t *object = json_object();

        json_put_text(object, "stage", note->approvals[i].stage);
        json_put_text(object, "approver", note->approvals[i].approver);
        json_put_time(object, "date", note->approvals[i].at);
        json_append(array, object);
    }
    return array;
}

static json_t *balance_json(const struct drift_balance *balance)
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
    json_t *object = json_object();
    size_t i;

    json_put_integer(object, "commits", (int64_t)balance->commits);
    for (i = 0; i < sizeof members / sizeof members[0]; i++)
        json_put_integer(object, members[i].name,
                         (int64_t)balance->by_disposition[members[i].disposition]);
    return object;
}

static json_t *problems_json(const struct note *note)
{
    json_t *array = json_array();
    size_t i;

    for (i = 0; i < note->problem_count; i++) {
        const struct drift_problem *problem = &note->problems[i];
        json_t *object = json_object();

        json_put_text(object, "type", drift_type_name(problem->type));
        json_put_text(object, "service", problem->service);
        json_put_text(object, "what", problem->what);
        json_put_text(object, "why", problem->why);
        json_put_text(object, "hint", problem->hint);
        json_put_bool(object, "warning", problem->warning);
        json_append(array, object);
    }
    return array;
}

json_t *note_to_json(const struct note *note)
{
    json_t *object = json_object();
    int section;

    json_put_text(object, "schema", "pilab.notes/1");
    json_put(object, "release", release_json(&note->release));
    json_put(object, "summary", summary_json(&note->summary));
    json_put(object, "changes", changes_json(note));
    if (note->person_count > 0)
        json_put(object, "people", people_json(note));
    /* notes that were approved before there was such a list keep their digest */
    if (note->taken_count > 0)
        json_put(object, "taken_away", taken_json(note));
    for (section = NOTE_CONFIGURATION; section < NOTE_SECTION_COUNT; section++)
        json_put(object, section_forms[section].key,
                 section_items_json(note, (enum note_section)section));
    json_put(object, "sections", sections_json(note));
    json_put(object, "balance", balance_json(&note->balance));
    json_put(object, "problems", problems_json(note));
    if (note->validation_count > 0)
        json_put(object, "validation", validation_json(note));
    json_put(object, "approvals", approvals_json(note));
    return object;
}

const char *note_digest(const struct note *note, char out[SHA256_HEX_SIZE])
{
    json_t *json = note_to_json(note);
    struct strbuf canonical = STRBUF_INIT;

    json_put(json, "approvals", json_array());
    json_write_canonical(&canonical, json);
    sha256_hex(canonical.data, canonical.length, out);
    strbuf_release(&canonical);
    json_decref(json);
    return out;
}
