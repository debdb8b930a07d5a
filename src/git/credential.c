#include <pilab/git/credential.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "internal.h"
#include "url.h"

/* --- Addresses -------------------------------------------------------------------------------- */

/* What stands before "://", and what follows; NULL when there is none. */
static const char *after_scheme(const char *url, size_t *scheme)
{
    const char *mark = strstr(url, "://");

    *scheme = mark != NULL ? (size_t)(mark - url) : 0;
    return mark != NULL ? mark + 3 : NULL;
}

static char *in_lower_case(const char *text, size_t length)
{
    char *copy = memory_copy_bytes(text, length);

    for (char *c = copy; *c != '\0'; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    return copy;
}

bool remote_https_parse(const char *url, struct remote_https *remote, struct error *error)
{
    size_t scheme;
    const char *rest = after_scheme(url, &scheme);
    struct url_parts parts = url_split(rest);
    const char *path = parts.path + strspn(parts.path, "/");

    remote->protocol = in_lower_case(url, scheme);
    remote->host = memory_copy_bytes(parts.host, (size_t)(parts.path - parts.host));
    remote->path = url_decode(path);
    if (remote->path != NULL && strpbrk(remote->path, "\r\n") == NULL)
        return true;
    remote_https_release(remote);
    error_set(error, ERROR_INVALID, "%s is refused: a line break or a NUL byte is in its path",
              url);
    return error_hint(error, "%%0a, %%0d and %%00 are in no path of a repository");
}

void remote_https_release(struct remote_https *remote)
{
    free(remote->protocol);
    free(remote->host);
    free(remote->path);
    *remote = (struct remote_https){ 0 };
}

/* --- Which settings are meant ----------------------------------------------------------------- */

/* A pattern's host: a label "*" stands for any one. */
static bool matches_host(const char *pattern, size_t pattern_length, const char *host,
                         size_t length)
{
    while (pattern_length > 0 || length > 0) {
        const char *dot = memchr(pattern, '.', pattern_length);
        const char *other = memchr(host, '.', length);
        size_t label = dot != NULL ? (size_t)(dot - pattern) : pattern_length;
        size_t wanted = other != NULL ? (size_t)(other - host) : length;

        if (!(label == 1 && *pattern == '*' && wanted > 0) &&
            (label != wanted || strncasecmp(pattern, host, label) != 0))
            return false;
        if ((dot == NULL) != (other == NULL))
            return false;
        if (dot == NULL)
            return true;
        pattern += label + 1;
        pattern_length -= label + 1;
        host += wanted + 1;
        length -= wanted + 1;
    }
    return true;
}

static bool same_port(const struct url_parts *a, const struct url_parts *b, const char *usual)
{
    const char *left = a->port != NULL ? a->port : usual;
    const char *right = b->port != NULL ? b->port : usual;
    size_t length = a->port != NULL ? a->port_length : strlen(usual);

    return length == (b->port != NULL ? b->port_length : strlen(usual)) &&
           strncmp(left, right, length) == 0;
}

/* "/mb" is the beginning of "/mb/auth.git" and not of "/mbx". */
static bool begins_path(const char *pattern, const char *path)
{
    size_t length = strlen(pattern);

    while (length > 0 && pattern[length - 1] == '/')
        length--;
    return strncmp(pattern, path, length) == 0 &&
           (length == 0 || path[length] == '\0' || path[length] == '/');
}

/* "credential.<pattern>.helper": a URL, or a part of one ("git.example"), as git reads it. */
static bool is_meant(const char *pattern, const char *url)
{
    size_t scheme, own;
    const char *rest = after_scheme(url, &scheme), *wanted = after_scheme(pattern, &own);
    struct url_parts parts = url_split(rest), asked;
    const char *usual = scheme == 4 ? "80" : "443";

    if (wanted != NULL && (own != scheme || strncasecmp(pattern, url, own) != 0))
        return false;
    asked = url_split(wanted != NULL ? wanted : pattern);
    if (asked.user != NULL) /* our addresses name nobody */
        return false;
    return (asked.host_length == 0 ||
            (matches_host(asked.host, asked.host_length, parts.host, parts.host_length) &&
             same_port(&asked, &parts, usual))) &&
           begins_path(asked.path, parts.path);
}

/* --- Reading them ----------------------------------------------------------------------------- */

struct reading {
    const char *url;
    struct remote_credential_settings *settings;
    struct vector helpers; /* of char * */
};

static void forget_helpers(struct vector *helpers)
{
    for (size_t i = 0; i < helpers->count; i++)
        free(*(char **)vector_at(helpers, i));
    vector_clear(helpers);
}

/* An empty helper takes back those before it. */
static void take(struct reading *reading, const char *key, const char *value)
{
    int yes;

    if (strcmp(key, "helper") == 0 && *value == '\0') {
        forget_helpers(&reading->helpers);
    } else if (strcmp(key, "helper") == 0) {
        char *copy = memory_copy_text(value);

        vector_push(&reading->helpers, &copy);
    } else if (strcmp(key, "username") == 0) {
        free(reading->settings->user);
        reading->settings->user = memory_copy_text(value);
    } else if (strcmp(key, "usehttppath") == 0 && git_config_parse_bool(&yes, value) == 0) {
        reading->settings->use_path = yes != 0;
    }
}

/* "credential.helper", "credential.https://git.example.helper" */
static void take_entry(struct reading *reading, const git_config_entry *entry)
{
    const char *name = entry->name + strlen("credential."), *key = strrchr(name, '.');
    char *pattern;

    if (entry->value == NULL)
        return;
    if (key == NULL) {
        take(reading, name, entry->value);
        return;
    }
    pattern = memory_copy_bytes(name, (size_t)(key - name));
    if (is_meant(pattern, reading->url))
        take(reading, key + 1, entry->value);
    free(pattern);
}

/* The iterator goes from the system's settings to the person's, and down each file. */
struct remote_credential_settings remote_credential_settings_for(const char *url)
{
    struct remote_credential_settings settings = { 0 };
    struct reading reading = { .url = url, .settings = &settings };
    git_config *config = NULL;
    git_config_iterator *iterator = NULL;
    git_config_entry *entry;

    vector_init(&reading.helpers, sizeof(char *));
    if (git_config_open_default(&config) == 0 &&
        git_config_iterator_glob_new(&iterator, config, "^credential\\.") == 0)
        while (git_config_next(&entry, iterator) == 0)
            take_entry(&reading, entry);
    git_config_iterator_free(iterator);
    git_config_free(config);
    settings.helper_count = reading.helpers.count;
    settings.helpers = reading.helpers.items; /* taken over */
    return settings;
}

void remote_credential_settings_release(struct remote_credential_settings *settings)
{
    for (size_t i = 0; i < settings->helper_count; i++)
        free(settings->helpers[i]);
    free(settings->helpers);
    free(settings->user);
    *settings = (struct remote_credential_settings){ 0 };
}
