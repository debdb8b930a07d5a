#include "json_parts.h"

#include <pilab/base/clock.h>
#include <pilab/base/json.h>

static void fail(struct json_reader *reader, const char *key, const char *expected)
{
    if (!reader->failed)
        error_set(reader->error, ERROR_CORRUPT, "the report is damaged: \"%s\" is not %s", key,
                  expected);
    reader->failed = true;
}

void drift_read_bad_name(struct json_reader *reader, const char *key, const char *name)
{
    if (!reader->failed)
        error_set(reader->error, ERROR_CORRUPT, "the report is damaged: \"%s\" is \"%s\"", key,
                  name);
    reader->failed = true;
}

const char *drift_read_text(struct json_reader *reader, const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);

    if (!member || json_is_null(member))
        return NULL;
    if (!json_is_string(member)) {
        fail(reader, key, "text");
        return NULL;
    }
    return arena_bytes(reader->arena, json_string_value(member), json_string_length(member));
}

const char *drift_read_some_text(struct json_reader *reader, const json_t *object, const char *key)
{
    const char *text = drift_read_text(reader, object, key);

    return text ? text : "";
}

bool drift_read_bool(struct json_reader *reader, const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);

    if (member && !json_is_null(member) && !json_is_boolean(member))
        fail(reader, key, "true or false");
    return json_is_true(member);
}

uint64_t drift_read_number(struct json_reader *reader, const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);

    if (!member || json_is_null(member))
        return 0;
    if (!json_is_integer(member) || json_integer_value(member) < 0) {
        fail(reader, key, "a number");
        return 0;
    }
    return (uint64_t)json_integer_value(member);
}

int64_t drift_read_time(struct json_reader *reader, const json_t *object, const char *key)
{
    const char *text = drift_read_text(reader, object, key);
    int64_t at = 0;

    if (text && !timestamp_parse(text, &at, NULL))
        fail(reader, key, "a time");
    return at;
}

static const json_t *read_member(struct json_reader *reader, const json_t *object, const char *key,
                                 json_type type, const char *expected)
{
    const json_t *member = json_object_get(object, key);

    if (!member || json_is_null(member))
        return NULL;
    if (json_typeof(member) != type) {
        fail(reader, key, expected);
        return NULL;
    }
    return member;
}

const json_t *drift_read_array(struct json_reader *reader, const json_t *object, const char *key)
{
    return read_member(reader, object, key, JSON_ARRAY, "a list");
}

const json_t *drift_read_object(struct json_reader *reader, const json_t *object, const char *key)
{
    return read_member(reader, object, key, JSON_OBJECT, "an object");
}

const char **drift_read_texts(struct json_reader *reader, const json_t *object, const char *key,
                              size_t *count)
{
    const json_t *array = drift_read_array(reader, object, key);
    const char **texts;

    *count = json_array_size(array);
    texts = arena_array(reader->arena, *count, sizeof *texts);
    for (size_t i = 0; i < *count; i++) {
        const json_t *one = json_array_get(array, i);

        if (json_is_string(one)) {
            texts[i] = arena_text(reader->arena, json_string_value(one));
        } else {
            fail(reader, key, "a list of texts");
            texts[i] = "";
        }
    }
    return texts;
}
