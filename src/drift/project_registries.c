#include "project_registries.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/images/reference.h>

#include "project_line.h"

#define HTTP  "http://"
#define HTTPS "https://"

/* clang-format off */
#define AT(member) offsetof(struct registry_settings, member)
static const struct field registry_fields[] = {
    { .key = "name", .kind = FIELD_TEXT, .at = AT(name), .required = true },
    { .key = "url", .kind = FIELD_TEXT, .at = AT(url) },
    { .key = "plain", .kind = FIELD_FLAG, .at = AT(plain) },
    { .key = "folder", .kind = FIELD_TEXT, .at = AT(folder) },
    { .key = "login", .kind = FIELD_TEXT, .at = AT(login) },
};
#undef AT
/* clang-format on */

const struct registry_settings *registry_settings_find(const struct registry_settings *registries,
                                                       size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(registries[i].name, name) == 0)
            return &registries[i];
    }
    return NULL;
}

static bool begins_with(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* What stands before the first slash of an image's name. */
static bool is_registry(struct arena *arena, const char *name)
{
    struct image_reference reference;

    return strchr(name, '/') == NULL &&
           image_reference_parse(arena, arena_printf(arena, "%s/x", name), &reference, NULL) &&
           strcmp(reference.registry, name) == 0;
}

/* A password in it would go on into exports; what follows a question mark would be lost. */
static bool is_address(const char *url)
{
    const char *host = begins_with(url, HTTPS)  ? url + strlen(HTTPS)
                       : begins_with(url, HTTP) ? url + strlen(HTTP)
                                                : "";

    return *host != '\0' && *host != '/' && strpbrk(host, "@?# \t\r\n\"\\") == NULL;
}

static bool check_login(struct project_reader *reader, const struct node *node, const char *login)
{
    if (login == NULL || strcmp(login, REGISTRY_LOGIN_DOCKER) == 0 ||
        strcmp(login, REGISTRY_LOGIN_NOBODY) == 0 ||
        (begins_with(login, HTTPS) && is_address(login)))
        return true;
    if (!project_address_check(reader, node, "login", login))
        return false;
    project_refuse(reader, node, "login names nobody who could be asked for a token");
    return error_hint(reader->error,
                      "it is docker, none, or https://HOST of a token that `pilab repo login "
                      "https://HOST` keeps");
}

static bool check_url(struct project_reader *reader, const struct node *node,
                      const struct registry_settings *registry)
{
    const char *url = registry->url;

    if (url == NULL)
        return true;
    if (!project_address_check(reader, node, "url", url))
        return false;
    if (!is_address(url)) {
        project_refuse(reader, node, "url cannot be '%s'", url);
        return error_hint(reader->error, "https://mirror.example, without a user or a password");
    }
    if (!begins_with(url, HTTP) || registry->plain)
        return true;
    project_refuse(reader, node, "%s is asked at %s, where everybody on the way reads along",
                   registry->name, url);
    return error_hint(reader->error, "`plain: true` says that this is meant");
}

static bool check(struct project_reader *reader, const struct node *node,
                  const struct registry_settings *registry)
{
    if (!is_registry(reader->arena, registry->name)) {
        project_refuse(reader, node, "'%s' is not the name of a registry", registry->name);
        return error_hint(reader->error, "it is what images begin with: registry.example, "
                                         "registry.example:5000, docker.io");
    }
    if (registry->folder != NULL &&
        (registry->url != NULL || registry->plain || registry->login != NULL)) {
        project_refuse(reader, node, "%s is a folder, and nobody is asked", registry->name);
        return error_hint(reader->error, "url, plain and login say how one is asked: leave them "
                                         "out, or the folder");
    }
    return check_url(reader, node, registry) && check_login(reader, node, registry->login);
}

static bool read_registry(struct project_reader *reader, const struct node *map, void *registry)
{
    return project_map_read(reader, map, registry_fields,
                            sizeof registry_fields / sizeof *registry_fields, registry,
                            "a registry", NULL) &&
           check(reader, map, registry);
}

bool project_registries_read(struct project_reader *reader, const struct node *list,
                             struct registry_settings **registries, size_t *count)
{
    if (!project_list_check(reader, list, "registries"))
        return false;
    *count = 0;
    *registries = arena_array(reader->arena, list->count, sizeof **registries);
    for (size_t i = 0; i < list->count; i++) {
        struct registry_settings *registry = &(*registries)[i];
        const struct node *node = list->children[i];

        if (!read_registry(reader, node, registry))
            return false;
        if (registry_settings_find(*registries, *count, registry->name) != NULL)
            return project_refuse(reader, node, "the registry %s is there twice", registry->name);
        (*count)++;
    }
    return true;
}

json_t *project_registry_json(const struct registry_settings *registry)
{
    json_t *object = json_object();

    json_put_text(object, "name", registry->name);
    if (registry->url != NULL)
        json_put_text(object, "url", registry->url);
    if (registry->plain)
        json_put_bool(object, "plain", true);
    if (registry->folder != NULL)
        json_put_text(object, "folder", registry->folder);
    if (registry->login != NULL)
        json_put_text(object, "login", registry->login);
    return object;
}

/* --- In one line ------------------------------------------------------------------------------ */

void registry_settings_write(struct strbuf *out, const struct registry_settings *registry)
{
    json_t *object = project_registry_json(registry);

    project_line_write(out, object);
    json_decref(object);
}

bool registry_settings_parse(const char *text, struct arena *arena,
                             struct registry_settings *registry, struct error *error)
{
    static const struct project_line line = { "a registry",
                                              "name: registry.example, url: https://…" };

    *registry = (struct registry_settings){ 0 };
    return project_line_read(&line, text, arena, read_registry, registry, error);
}
