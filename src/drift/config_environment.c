/*
 * Values that name an environment.
 */
#include "config_scan.h"

#include <string.h>

#include "ascii.h"

/* Environments that come before production, by the names that hosts usually carry. */
static const char *const lower_environments[] = {
    "dev", "sit", "uat", "qa", "staging", "localhost"
};

static const char *const production[] = { "prod", "production", "prd", "live" };

static bool is_among(const char *const *names, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (ascii_equal(names[i], text))
            return true;
    }
    return false;
}

static bool is_host_character(char c)
{
    return ascii_is_alnum(c) || c == '.' || c == '-' || c == '_';
}

/* Whether "name" is a whole label of "api.name.example.org", "db-name" or the like. */
static bool has_label(const char *host, size_t length, const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 0; i + size <= length; i++) {
        bool starts = i == 0 || !ascii_is_alnum(host[i - 1]);
        bool ends = i + size == length || !ascii_is_alnum(host[i + size]);

        if (starts && ends && ascii_alike(host + i, name, size))
            return true;
    }
    return false;
}

/* Whether a value names an environment: as a whole ("uat"), or in something that looks like a host:
 * with a dot in it, behind "//" or "@", or before a port. Words of running text do not count. */
static bool names_environment(const char *value, const char *name)
{
    if (ascii_equal(value, name))
        return true;
    for (const char *at = value; *at;) {
        size_t length = 0;
        bool host;

        while (is_host_character(at[length]))
            length++;
        if (length == 0) {
            at++;
            continue;
        }
        host = memchr(at, '.', length) || (at > value && (at[-1] == '/' || at[-1] == '@')) ||
               (at[length] == ':' && ascii_is_digit(at[length + 1]));
        if (host && has_label(at, length, name))
            return true;
        at += length;
    }
    return false;
}

const char *config_foreign_environment(const struct drift_input *input, const char *previous,
                                       const char *current)
{
    const char *target = input->previous.environment, *source = input->current.environment;
    bool to_production;

    if (!target || !source || ascii_equal(target, source) ||
        drift_sides_as_is(&input->previous, &input->current))
        return NULL;
    to_production = is_among(production, sizeof production / sizeof *production, target);
    if (names_environment(current, source) && !names_environment(previous, source))
        return source;
    for (size_t i = 0; to_production && i < sizeof lower_environments / sizeof(char *); i++) {
        const char *name = lower_environments[i];

        if (names_environment(current, name) && !names_environment(previous, name))
            return name;
    }
    return NULL;
}
