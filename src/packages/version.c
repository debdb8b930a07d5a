#include <pilab/packages/version.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "version_parts.h"

static const char *const step_names[] = {
    [VERSION_SAME] = "same",   [VERSION_BUILD] = "build", [VERSION_PRERELEASE] = "prerelease",
    [VERSION_PATCH] = "patch", [VERSION_MINOR] = "minor", [VERSION_MAJOR] = "major",
    [VERSION_OTHER] = "other",
};

const char *version_step_name(enum version_step step)
{
    return step_names[step];
}

bool version_step_parse(const char *name, enum version_step *step)
{
    for (int i = 0; i < VERSION_STEP_COUNT; i++) {
        if (strcasecmp(name, step_names[i]) == 0) {
            *step = (enum version_step)i;
            return true;
        }
    }
    return false;
}

bool package_version_valid(const char *ecosystem, const char *version)
{
    struct version_parts parts;

    return version != NULL && version_parts_read(ecosystem, version, &parts);
}

int package_version_compare(const char *ecosystem, const char *a, const char *b)
{
    struct version_parts left, right;
    bool left_valid = a != NULL && version_parts_read(ecosystem, a, &left);
    bool right_valid = b != NULL && version_parts_read(ecosystem, b, &right);
    int order;

    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    if (!left_valid || !right_valid) {
        order = (int)left_valid - (int)right_valid;
        return order != 0 ? order : strcmp(a, b);
    }
    order = version_numbers_compare(&left, &right, NULL);
    if (order == 0)
        order = version_rest_order(&left, &right);
    if (order == 0)
        order = version_build_compare(&left, &right);
    return order != 0 ? order : strcmp(a, b);
}

static bool is_number(const struct version_span *span, const char *number)
{
    return span->length == strlen(number) && memcmp(span->text, number, span->length) == 0;
}

/* A year of four digits; one of two (18.04) cannot be told from a plain number. */
static bool is_calendar(const struct version_parts *parts)
{
    const struct version_span *first = &parts->numbers[0];

    return parts->number_count > 1 && first->length == 4 &&
           (memcmp(first->text, "19", 2) == 0 || memcmp(first->text, "20", 2) == 0);
}

static bool starts_with_zero(const struct version_parts *parts)
{
    return parts->number_count == 0 || is_number(&parts->numbers[0], "");
}

static bool second_is_zero(const struct version_parts *parts)
{
    return parts->number_count < 2 || is_number(&parts->numbers[1], "");
}

/* Go's v0.0.0-20180830191138-d8f796af33cc: a time of 14 digits and a commit of 12. */
static bool is_commit(const char *ecosystem, const struct version_parts *parts)
{
    const char *rest = parts->rest.text;
    size_t length = parts->rest.length;

    if (strcmp(ecosystem, "golang") != 0 || length < 27 || rest[length - 13] != '-')
        return false;
    for (size_t i = length - 12; i < length; i++) {
        if (!isxdigit((unsigned char)rest[i]))
            return false;
    }
    for (size_t i = length - 27; i < length - 13; i++) {
        if (!isdigit((unsigned char)rest[i]))
            return false;
    }
    return true;
}

static enum version_step step_of_number(size_t number)
{
    return number == 0 ? VERSION_MAJOR : number == 1 ? VERSION_MINOR : VERSION_PATCH;
}

static bool is_breaking(const struct version_change *change, const struct version_parts *a,
                        const struct version_parts *b)
{
    if (change->step == VERSION_MAJOR)
        return true;
    if (!change->zero || change->commit)
        return false;
    return change->step == VERSION_MINOR ||
           (change->step == VERSION_PATCH && second_is_zero(a) && second_is_zero(b));
}

struct version_change package_version_change(const char *ecosystem, const char *previous,
                                             const char *current)
{
    struct version_change change = { .step = VERSION_OTHER };
    struct version_parts a, b;
    size_t number = 0;
    int order;

    if (previous != NULL && current != NULL && strcmp(previous, current) == 0) {
        change.step = VERSION_SAME;
        return change;
    }
    if (previous == NULL || current == NULL || !version_parts_read(ecosystem, previous, &a) ||
        !version_parts_read(ecosystem, current, &b))
        return change;
    order = version_numbers_compare(&a, &b, &number);
    if (order != 0) {
        change.step = step_of_number(number);
    } else {
        order = version_rest_compare(&a, &b);
        change.step = order != 0                           ? VERSION_PRERELEASE
                      : version_build_compare(&a, &b) != 0 ? VERSION_BUILD
                                                           : VERSION_SAME; /* 1.0 and 1.0.0 */
    }
    change.downgrade = order > 0;
    change.zero = starts_with_zero(&a) && starts_with_zero(&b);
    change.calendar = is_calendar(&a) && is_calendar(&b);
    change.commit = is_commit(ecosystem, &a) && is_commit(ecosystem, &b);
    change.breaking = is_breaking(&change, &a, &b);
    return change;
}

const char *package_version_of_range(const char *range, size_t *length)
{
    const char *start;

    if (range == NULL)
        return NULL;
    if (strncmp(range, "npm:", 4) == 0 || strncmp(range, "workspace:", 10) == 0)
        range = strrchr(range, '@') != NULL ? strrchr(range, '@') + 1 : strchr(range, ':') + 1;
    if (strstr(range, "://") != NULL || strstr(range, "||") != NULL)
        return NULL;
    start = range + strspn(range, " \t^~<>=!v([");
    if (!isdigit((unsigned char)*start))
        return NULL;
    *length = strcspn(start, " \t,;|)]");
    /* "1.x" and "1.*" begin with 1. */
    for (size_t i = 0; i + 1 < *length; i++) {
        if (start[i] == '.' && (start[i + 1] == 'x' || start[i + 1] == 'X' || start[i + 1] == '*'))
            *length = i;
    }
    return start;
}
