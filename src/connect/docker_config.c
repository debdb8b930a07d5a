#include "docker_config.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <pilab/base/memory.h>

/* What Docker calls its own hub in this file. */
static const char hub_key[] = "https://index.docker.io/v1/";

/* "https://registry.example/v1/" and "registry.example" are the same registry. */
static bool is_key_for(const char *key, const char *registry)
{
    size_t length = strlen(registry);

    if (strcmp(registry, "docker.io") == 0)
        return strcmp(key, hub_key) == 0 || strcmp(key, "docker.io") == 0 ||
               strcmp(key, "index.docker.io") == 0;
    if (strncmp(key, "https://", 8) == 0)
        key += 8;
    else if (strncmp(key, "http://", 7) == 0)
        key += 7;
    if (strncmp(key, registry, length) != 0)
        return false;
    key += length;
    return *key == '\0' || strcmp(key, "/") == 0 || strcmp(key, "/v1/") == 0 ||
           strcmp(key, "/v2/") == 0 || strcmp(key, "/v1") == 0 || strcmp(key, "/v2") == 0;
}

static const json_t *entry_for(json_t *object, const char *registry, const char **key_out)
{
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        if (is_key_for(key, registry)) {
            *key_out = key;
            return value;
        }
    }
    return NULL;
}

/* --- Helpers ---------------------------------------------------------------------------------- */

static bool is_helper_name(const char *name)
{
    return *name != '\0' && *name != '-' && strlen(name) <= 100 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "._-")] == '\0';
}

bool docker_config_helper(const char *path, const json_t *config, const char *registry,
                          struct docker_helper *helper, struct error *error)
{
    const char *key = NULL;
    const char *name =
        json_string_value(entry_for(json_object_get(config, "credHelpers"), registry, &key));

    *helper = (struct docker_helper){ .name = NULL };
    if (name == NULL || *name == '\0') {
        name = json_member_text(config, "credsStore");
        entry_for(json_object_get(config, "auths"), registry, &key);
    }
    if (name == NULL || *name == '\0')
        return true;
    if (!is_helper_name(name))
        return error_set(error, ERROR_INVALID, "%s: the name of a credential helper is none", path);
    if (key == NULL)
        key = strcmp(registry, "docker.io") == 0 ? hub_key : registry;
    *helper = (struct docker_helper){ .name = name, .server = key };
    return true;
}

/* --- Logins ----------------------------------------------------------------------------------- */

static char *copy_some(const char *text)
{
    return text != NULL && *text != '\0' ? memory_copy_text(text) : NULL;
}

/* base64 of "user:password". */
static bool read_pair(const char *encoded, struct registry_login *login)
{
    size_t room = strlen(encoded), length = 0;
    char *pair = memory_new(room + 1), *colon;
    bool ok = sodium_base642bin((unsigned char *)pair, room, encoded, room, " \t\r\n", &length,
                                NULL, sodium_base64_VARIANT_ORIGINAL) == 0;

    if (ok)
        pair[length] = '\0';
    colon = ok ? strchr(pair, ':') : NULL;
    if (colon != NULL) {
        login->user = memory_copy_bytes(pair, (size_t)(colon - pair));
        login->password = memory_copy_text(colon + 1);
    }
    sodium_memzero(pair, room);
    free(pair);
    return colon != NULL;
}

bool docker_config_login(const char *path, const json_t *config, const char *registry,
                         struct registry_login *login, struct error *error)
{
    const char *key = NULL;
    const json_t *entry = entry_for(json_object_get(config, "auths"), registry, &key);
    const char *pair = json_member_text(entry, "auth");

    login->identity = copy_some(json_member_text(entry, "identitytoken"));
    if (pair != NULL && *pair != '\0')
        return read_pair(pair, login) ||
               error_set(error, ERROR_INVALID, "%s: what stands under auth is no login", path);
    login->user = copy_some(json_member_text(entry, "username"));
    login->password = copy_some(json_member_text(entry, "password"));
    return true;
}
