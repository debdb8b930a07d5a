#include <pilab/drift/infrastructure_settings.h>

#include <pilab/base/json.h>

bool infrastructure_settings_empty(const struct infrastructure_settings *settings)
{
    return settings->plan == NULL && settings->state_count == 0 && settings->tfvars_count == 0;
}

static void put_texts(json_t *object, const char *key, const char *const *texts, size_t count)
{
    json_t *list;

    if (count == 0)
        return;
    list = json_array();
    for (size_t i = 0; i < count; i++)
        json_append(list, json_text(texts[i]));
    json_put(object, key, list);
}

json_t *infrastructure_settings_to_json(const struct infrastructure_settings *settings)
{
    json_t *object = json_object();

    if (settings->plan != NULL)
        json_put_text(object, "plan", settings->plan);
    put_texts(object, "state", settings->state, settings->state_count);
    put_texts(object, "tfvars", settings->tfvars, settings->tfvars_count);
    return object;
}

static bool read_texts(const json_t *json, const char *key, struct arena *arena,
                       const char ***texts, size_t *count, struct error *error)
{
    const json_t *list = json_object_get(json, key);

    *count = json_array_size(list);
    *texts = arena_array(arena, *count, sizeof **texts);
    for (size_t i = 0; i < *count; i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (text == NULL)
            return error_set(error, ERROR_CORRUPT,
                             "what a module says about its infrastructure is damaged: \"%s\" is no "
                             "list of texts",
                             key);
        (*texts)[i] = arena_text(arena, text);
    }
    return true;
}

bool infrastructure_settings_from_json(const json_t *json, struct arena *arena,
                                       struct infrastructure_settings *settings,
                                       struct error *error)
{
    *settings = (struct infrastructure_settings){ .plan = NULL };
    settings->plan = arena_text(arena, json_member_text(json, "plan"));
    return read_texts(json, "state", arena, &settings->state, &settings->state_count, error) &&
           read_texts(json, "tfvars", arena, &settings->tfvars, &settings->tfvars_count, error);
}
