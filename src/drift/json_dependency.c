#include "dependency.h"

#include <string.h>

#include <pilab/base/json.h>

static json_t *from_file(const struct dependency_file *file)
{
    json_t *json = json_object();

    json_put_text(json, "previous", file->previous);
    json_put_text(json, "current", file->current);
    json_put_text(json, "title", file->title);
    json_put_integer(json, "previous_packages", (int64_t)file->previous_count);
    json_put_integer(json, "current_packages", (int64_t)file->current_count);
    return json;
}

static bool is_there(const struct dependency_side *side)
{
    return side->version_count > 0 || side->undecided;
}

static json_t *from_side(const struct dependency_side *side)
{
    json_t *json;

    if (!is_there(side))
        return json_null();
    json = json_object();
    json_put(json, "versions", drift_json_texts(side->versions, side->version_count));
    json_put_bool(json, "undecided", side->undecided);
    json_put_text(json, "scope", package_scope_name(side->scope));
    json_put_text(json, "relation",
                  side->relation != PACKAGE_UNTOLD ? package_relation_name(side->relation) : NULL);
    json_put_text(json, "license", side->license);
    if (side->digest != NULL)
        json_put_text(json, "digest", side->digest);
    if (side->revision != NULL)
        json_put_text(json, "revision", side->revision);
    if (side->origin != NULL)
        json_put_text(json, "origin", side->origin);
    return json;
}

static json_t *from_change(const struct dependency_change *change, const struct drift_item *item)
{
    json_t *json = json_object();

    json_put_text(json, "name", change->name);
    json_put_text(json, "ecosystem", change->ecosystem);
    json_put_text(json, "change_type", change_type_name(item->change_type));
    json_put_text(json, "previous_version", item->previous.present ? item->previous.text : NULL);
    json_put_text(json, "current_version", item->current.present ? item->current.text : NULL);
    json_put_integer(json, "file", (int64_t)change->file);
    json_put(json, "previous", from_side(&change->previous));
    json_put(json, "current", from_side(&change->current));
    json_put_text(json, "step", version_step_name(change->step.step));
    json_put_bool(json, "downgrade", change->step.downgrade);
    json_put_bool(json, "below_one", change->step.zero);
    json_put_bool(json, "calendar", change->step.calendar);
    json_put_bool(json, "commit", change->step.commit);
    json_put_bool(json, "breaking", change->step.breaking);
    json_put_bool(json, "several", change->several);
    json_put_bool(json, "license_changed", change->license_changed);
    json_put_bool(json, "content_changed", change->content_changed);
    json_put_bool(json, "revision_changed", change->revision_changed);
    json_put_bool(json, "origin_changed", change->origin_changed);
    return json;
}

static const char *environment_of(const struct drift_side *side)
{
    return side->environment ? side->environment : side->label;
}

void dependency_write(json_t *json, const struct drift_report *report,
                      const struct drift_part *part)
{
    const struct drift_dependency *content = part->content;
    json_t *files = json_array(), *changes = json_array();

    for (size_t i = 0; i < content->file_count; i++)
        json_append(files, from_file(&content->files[i]));
    for (size_t i = 0; i < content->change_count; i++)
        json_append(changes,
                    from_change(&content->changes[i], &report->items[part->first_item + i]));
    json_put_text(json, "source_env", environment_of(&report->previous));
    json_put_text(json, "target_env", environment_of(&report->current));
    json_put(json, "files", files);
    json_put(json, "dependencies", changes);
}

/* --- Reading --------------------------------------------------------------------------------- */

static void read_side(struct json_reader *reader, const json_t *change, const char *key,
                      struct dependency_side *side)
{
    const json_t *json = json_object_get(change, key);
    const char *scope, *relation;

    if (json == NULL || json_is_null(json))
        return;
    json = drift_read_object(reader, change, key);
    side->versions = drift_read_texts(reader, json, "versions", &side->version_count);
    side->undecided = drift_read_bool(reader, json, "undecided");
    scope = drift_read_some_text(reader, json, "scope");
    if (!package_scope_parse(scope, &side->scope))
        drift_read_bad_name(reader, "scope", scope);
    relation = drift_read_some_text(reader, json, "relation");
    if (!package_relation_parse(relation, &side->relation))
        drift_read_bad_name(reader, "relation", relation);
    side->license = drift_read_text(reader, json, "license");
    side->digest = drift_read_text(reader, json, "digest");
    side->revision = drift_read_text(reader, json, "revision");
    side->origin = drift_read_text(reader, json, "origin");
}

static void read_change(struct json_reader *reader, const json_t *json,
                        struct dependency_change *change)
{
    const char *step = drift_read_some_text(reader, json, "step");

    change->name = drift_read_text(reader, json, "name");
    change->ecosystem = drift_read_text(reader, json, "ecosystem");
    change->file = (size_t)drift_read_number(reader, json, "file");
    read_side(reader, json, "previous", &change->previous);
    read_side(reader, json, "current", &change->current);
    if (!version_step_parse(step, &change->step.step))
        drift_read_bad_name(reader, "step", step);
    change->step.downgrade = drift_read_bool(reader, json, "downgrade");
    change->step.zero = drift_read_bool(reader, json, "below_one");
    change->step.calendar = drift_read_bool(reader, json, "calendar");
    change->step.commit = drift_read_bool(reader, json, "commit");
    change->step.breaking = drift_read_bool(reader, json, "breaking");
    change->several = drift_read_bool(reader, json, "several");
    change->license_changed = drift_read_bool(reader, json, "license_changed");
    change->content_changed = drift_read_bool(reader, json, "content_changed");
    change->revision_changed = drift_read_bool(reader, json, "revision_changed");
    change->origin_changed = drift_read_bool(reader, json, "origin_changed");
}

const void *dependency_read(struct json_reader *reader, const json_t *json)
{
    const json_t *files = drift_read_array(reader, json, "files");
    const json_t *changes = drift_read_array(reader, json, "dependencies");
    struct drift_dependency *content = arena_alloc(reader->arena, sizeof *content);

    content->file_count = json_array_size(files);
    content->files = arena_array(reader->arena, content->file_count, sizeof *content->files);
    for (size_t i = 0; i < content->file_count; i++) {
        const json_t *file = json_array_get(files, i);

        content->files[i] = (struct dependency_file){
            .previous = drift_read_text(reader, file, "previous"),
            .current = drift_read_text(reader, file, "current"),
            .title = drift_read_some_text(reader, file, "title"),
            .previous_count = (size_t)drift_read_number(reader, file, "previous_packages"),
            .current_count = (size_t)drift_read_number(reader, file, "current_packages"),
        };
    }
    content->change_count = json_array_size(changes);
    content->changes = arena_array(reader->arena, content->change_count, sizeof *content->changes);
    for (size_t i = 0; i < content->change_count; i++)
        read_change(reader, json_array_get(changes, i), &content->changes[i]);
    return content;
}
