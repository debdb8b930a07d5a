#include <pilab/drift/approval_settings.h>

#include <pilab/base/json.h>

json_t *approval_settings_to_json(const struct approval_settings *rules, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *rule = json_object();

        if (rules[i].group != NULL)
            json_put_text(rule, "group", rules[i].group);
        if (rules[i].role != NULL)
            json_put_text(rule, "role", rules[i].role);
        json_put_integer(rule, "count", (int64_t)rules[i].count);
        json_append(array, rule);
    }
    return array;
}

bool approval_settings_from_json(const json_t *array, struct arena *arena,
                                 struct approval_settings **rules, size_t *count,
                                 struct error *error)
{
    json_t *entry;
    size_t index;

    if (!json_is_array(array))
        return error_set(error, ERROR_INVALID, "the approvals are no list");
    *count = json_array_size(array);
    *rules = arena_array(arena, *count, sizeof **rules);
    json_array_foreach(array, index, entry)
    {
        json_int_t needed = json_integer_value(json_object_get(entry, "count"));

        if (needed < 1 || needed > APPROVAL_COUNT_MAX)
            return error_set(error, ERROR_INVALID, "an approval needs a count between 1 and %d",
                             APPROVAL_COUNT_MAX);
        (*rules)[index] = (struct approval_settings){
            .group = arena_text(arena, json_member_text(entry, "group")),
            .role = arena_text(arena, json_member_text(entry, "role")),
            .count = (size_t)needed,
        };
    }
    return true;
}
