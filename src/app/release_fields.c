#include <pilab/app/release.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/clock.h>
#include <pilab/base/json.h>

/* In the order of enum release_status. */
static const char *const statuses[] = { "OPEN", "CLOSED", "CANCELLED", NULL };

enum field {
    FIELD_NAME,
    FIELD_FROM,
    FIELD_TO,
    FIELD_STATUS,
    FIELD_NEXT,
    FIELD_MODULES,
    FIELD_AT,
    FIELD_PLANNED,
    FIELDS
};

/* clang-format off */
static const struct filter_field fields[FIELDS] = {
    [FIELD_NAME] = { "name", FILTER_TEXT, NULL, 0, "the release" },
    [FIELD_FROM] = { "from", FILTER_NAME, NULL, 0, "the environment that it comes from" },
    [FIELD_TO] = { "to", FILTER_NAME, NULL, 0, "the environment that it goes to" },
    [FIELD_STATUS] = { "status", FILTER_CHOICE, statuses, 0, "whether it is still open" },
    [FIELD_NEXT] = { "next", FILTER_TEXT, NULL, 0, "the next step, in words" },
    [FIELD_MODULES] = { "modules", FILTER_NUMBER, NULL, 0, "how many it has" },
    [FIELD_AT] = { "at", FILTER_TIME, NULL, 0, "when it was cut" },
    [FIELD_PLANNED] = { "planned", FILTER_TIME, NULL, 0, "when it is to go out" },
};

/* What they are called in the list. */
static const char *const members[FIELDS] = {
    [FIELD_NAME] = "name",       [FIELD_FROM] = "from",         [FIELD_TO] = "to",
    [FIELD_STATUS] = "status",   [FIELD_NEXT] = "sentence",     [FIELD_MODULES] = "modules",
    [FIELD_PLANNED] = "planned_at", [FIELD_AT] = "created_at",
};
/* clang-format on */

static const char *item_text(const void *thing, size_t field, size_t index)
{
    return index == 0 ? json_member_text(thing, members[field]) : NULL;
}

static bool item_number(const void *thing, size_t field, int64_t *number)
{
    const json_t *member = json_object_get(thing, members[field]);
    enum release_status status;

    if (json_is_integer(member)) {
        *number = json_integer_value(member);
        return true;
    }
    if (!json_is_string(member))
        return false;
    if (field != FIELD_STATUS)
        return timestamp_parse(json_string_value(member), number, NULL);
    if (!release_status_parse(json_string_value(member), &status, NULL))
        return false;
    *number = status;
    return true;
}

const struct filter_fields release_list_fields = { fields, FIELDS, item_text, item_number };
