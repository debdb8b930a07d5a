#include "json_parts.h"

#include <string.h>

#include <pilab/base/json.h>

json_t *drift_json_submodule(const struct drift_submodule *submodule)
{
    json_t *json = json_object(), *commits = json_array();

    json_put_text(json, "move", submodule_move_name(submodule->move));
    json_put_integer(json, "ahead", (int64_t)submodule->ahead);
    json_put_integer(json, "behind", (int64_t)submodule->behind);
    json_put_integer(json, "ahead_listed", (int64_t)submodule->ahead_listed);
    json_put_text(json, "previous_url", submodule->previous_url);
    json_put_text(json, "current_url", submodule->current_url);
    if (submodule->why)
        json_put_text(json, "why", submodule->why);
    for (size_t i = 0; i < submodule->commit_count; i++) {
        json_t *one = json_object();

        json_put_text(one, "hash", submodule->commits[i].id);
        json_put_text(one, "message", submodule->commits[i].subject);
        json_put_text(one, "author_name", submodule->commits[i].author_name);
        json_append(commits, one);
    }
    json_put(json, "commits", commits);
    return json;
}

const struct drift_submodule *drift_read_submodule(struct json_reader *reader, const json_t *item,
                                                   const char *path)
{
    const json_t *json = drift_read_object(reader, item, "submodule");
    const json_t *commits = drift_read_array(reader, json, "commits");
    const char *move = drift_read_some_text(reader, json, "move");
    struct drift_submodule *submodule = arena_alloc(reader->arena, sizeof *submodule);

    if (!submodule_move_parse(move, &submodule->move))
        drift_read_bad_name(reader, "submodule.move", move);
    submodule->path = path;
    submodule->ahead = (size_t)drift_read_number(reader, json, "ahead");
    submodule->behind = (size_t)drift_read_number(reader, json, "behind");
    submodule->previous_url = drift_read_text(reader, json, "previous_url");
    submodule->current_url = drift_read_text(reader, json, "current_url");
    submodule->why = drift_read_text(reader, json, "why");
    submodule->commit_count = json_array_size(commits);
    submodule->ahead_listed = (size_t)drift_read_number(reader, json, "ahead_listed");
    if (submodule->ahead_listed > submodule->commit_count)
        submodule->ahead_listed = submodule->commit_count;
    submodule->commits =
        arena_array(reader->arena, submodule->commit_count, sizeof *submodule->commits);
    for (size_t i = 0; i < submodule->commit_count && !reader->failed; i++) {
        const json_t *one = json_array_get(commits, i);

        submodule->commits[i].id = drift_read_some_text(reader, one, "hash");
        submodule->commits[i].subject = drift_read_some_text(reader, one, "message");
        submodule->commits[i].author_name = drift_read_text(reader, one, "author_name");
    }
    return submodule;
}
