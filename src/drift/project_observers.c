#include "project_observers.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/base/words.h>
#include <pilab/document/document.h>

#include "project_line.h"

/* A bit for each key, so that a row of `types` can say what belongs to a type. */
enum observer_key {
    KEY_TYPE = 1u << 0,
    KEY_NAME = 1u << 1,
    KEY_TIMEOUT = 1u << 2,
    KEY_MODULE = 1u << 3,
    KEY_POINTER = 1u << 4,
    KEY_COMMIT = 1u << 5,
    KEY_IMAGE = 1u << 6,
    KEY_CONFIG = 1u << 7,
    KEY_MODULES = 1u << 8,
    KEY_REPOSITORY = 1u << 9,
    KEY_PATTERN = 1u << 10,
    KEY_ENVIRONMENT = 1u << 11,
    KEY_SERVER = 1u << 12,
    KEY_KUBECONFIG = 1u << 13,
    KEY_CONTEXT = 1u << 14,
    KEY_IN_CLUSTER = 1u << 15,
    KEY_NAMESPACE = 1u << 16,
    KEY_LABEL = 1u << 17,
    KEY_CONTAINER = 1u << 18,
    KEY_CA = 1u << 19,
    KEY_TOKEN_FILE = 1u << 20,
    KEY_LOGIN = 1u << 21,
    KEY_URL = 1u << 22,
    KEY_HOST = 1u << 23,
    KEY_COMMAND = 1u << 24,
    KEY_PATH = 1u << 25,
    KEY_FORMAT = 1u << 26,
    KEY_CONFIGURATION = 1u << 27,
    KEY_CONFIG_MAPS = 1u << 28,
    KEY_FILE = 1u << 29
};

#define KEYS_COMMON   ((unsigned)(KEY_TYPE | KEY_NAME | KEY_TIMEOUT))
#define KEYS_BESIDE   ((unsigned)(KEY_POINTER | KEY_COMMIT | KEY_IMAGE | KEY_CONFIG))
#define KEYS_DOCUMENT ((unsigned)(KEY_MODULE | KEY_MODULES | KEY_FORMAT | KEY_FILE) | KEYS_BESIDE)
#define KEYS_TOKEN    (KEY_CA | KEY_TOKEN_FILE | KEY_LOGIN)

/* clang-format off */
#define AT(member) offsetof(struct observer_settings, member)
static const struct field observer_fields[] = {
    { .key = "type", .kind = FIELD_PART, .column = KEY_TYPE },
    { .key = "name", .kind = FIELD_TEXT, .at = AT(name), .column = KEY_NAME },
    { .key = "timeout", .kind = FIELD_NUMBER, .at = AT(timeout), .column = KEY_TIMEOUT },
    { .key = "module", .kind = FIELD_TEXT, .at = AT(module), .column = KEY_MODULE },
    { .key = "pointer", .kind = FIELD_TEXT, .at = AT(pointer), .column = KEY_POINTER },
    { .key = "commit", .kind = FIELD_TEXT, .at = AT(commit), .column = KEY_COMMIT },
    { .key = "image", .kind = FIELD_TEXT, .at = AT(image), .column = KEY_IMAGE },
    { .key = "config", .kind = FIELD_TEXT, .at = AT(config), .column = KEY_CONFIG },
    { .key = "modules", .kind = FIELD_PART, .column = KEY_MODULES },
    { .key = "repository", .kind = FIELD_TEXT, .at = AT(repository), .column = KEY_REPOSITORY },
    { .key = "pattern", .kind = FIELD_TEXT, .at = AT(pattern), .column = KEY_PATTERN },
    { .key = "environment", .kind = FIELD_TEXT, .at = AT(environment), .column = KEY_ENVIRONMENT },
    { .key = "server", .kind = FIELD_TEXT, .at = AT(server), .column = KEY_SERVER },
    { .key = "kubeconfig", .kind = FIELD_TEXT, .at = AT(kubeconfig), .column = KEY_KUBECONFIG },
    { .key = "context", .kind = FIELD_TEXT, .at = AT(context), .column = KEY_CONTEXT },
    { .key = "in_cluster", .kind = FIELD_FLAG, .at = AT(in_cluster), .column = KEY_IN_CLUSTER },
    { .key = "namespace", .kind = FIELD_TEXT, .at = AT(namespace_name), .column = KEY_NAMESPACE },
    { .key = "label", .kind = FIELD_TEXT, .at = AT(label), .column = KEY_LABEL },
    { .key = "container", .kind = FIELD_TEXT, .at = AT(container), .column = KEY_CONTAINER },
    { .key = "ca", .kind = FIELD_TEXT, .at = AT(ca), .column = KEY_CA },
    { .key = "token_file", .kind = FIELD_TEXT, .at = AT(token_file), .column = KEY_TOKEN_FILE },
    { .key = "login", .kind = FIELD_FLAG, .at = AT(login), .column = KEY_LOGIN },
    { .key = "url", .kind = FIELD_TEXT, .at = AT(url), .column = KEY_URL },
    { .key = "host", .kind = FIELD_TEXT, .at = AT(host), .column = KEY_HOST },
    { .key = "command", .kind = FIELD_TEXTS, .at = AT(command), .count_at = AT(command_count),
      .column = KEY_COMMAND },
    { .key = "path", .kind = FIELD_TEXT, .at = AT(path), .column = KEY_PATH },
    { .key = "format", .kind = FIELD_TEXT, .at = AT(format), .column = KEY_FORMAT,
      .choices = "yaml json dotenv properties" },
    { .key = "configuration", .kind = FIELD_TEXTS, .at = AT(configuration),
      .count_at = AT(configuration_count), .column = KEY_CONFIGURATION },
    { .key = "config_maps", .kind = FIELD_PART, .column = KEY_CONFIG_MAPS },
    { .key = "file", .kind = FIELD_TEXT, .at = AT(file), .column = KEY_FILE },
};
#undef AT

/* What a type takes; of each of `one_of` exactly one is needed, when it is not empty. */
static const struct observer_row {
    const char *name;
    unsigned needs, takes;
    unsigned one_of[2];
} types[OBSERVER_TYPE_COUNT] = {
    [OBSERVER_GITOPS] = { "gitops", KEY_REPOSITORY | KEY_PATTERN,
                          KEY_ENVIRONMENT | KEY_MODULES | KEY_CONFIGURATION | KEY_FILE, { 0, 0 } },
    [OBSERVER_KUBERNETES] = { "kubernetes", 0,
                              KEY_CONTEXT | KEY_NAMESPACE | KEY_CONTAINER | KEY_CONFIG_MAPS |
                                  KEY_FILE | KEYS_TOKEN,
                              { KEY_SERVER | KEY_KUBECONFIG | KEY_IN_CLUSTER,
                                KEY_MODULES | KEY_LABEL } },
    [OBSERVER_HTTP] = { "http", KEY_URL, KEYS_DOCUMENT | KEYS_TOKEN, { KEY_MODULE | KEY_MODULES, 0 } },
    [OBSERVER_SSH] = { "ssh", KEY_HOST, KEYS_DOCUMENT,
                       { KEY_COMMAND | KEY_PATH, KEY_MODULE | KEY_MODULES } },
    [OBSERVER_FILE] = { "file", KEY_PATH, KEYS_DOCUMENT, { KEY_MODULE | KEY_MODULES, 0 } },
};
/* clang-format on */

#define FIELD_COUNT (sizeof observer_fields / sizeof *observer_fields)

const char *observer_type_name(enum observer_type type)
{
    return types[type].name;
}

static unsigned taken_by(const struct observer_row *row)
{
    return KEYS_COMMON | row->needs | row->takes | row->one_of[0] | row->one_of[1];
}

/* The names of keys, with blanks between. */
static void name_keys(struct strbuf *out, unsigned keys, const char *between)
{
    const char *before = "";

    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if ((observer_fields[i].column & keys) == 0)
            continue;
        strbuf_printf(out, "%s%s", before, observer_fields[i].key);
        before = between;
    }
}

static bool refuse_type(struct project_reader *reader, const struct node *map,
                        const struct node *type)
{
    struct strbuf names = STRBUF_INIT;

    if (type == NULL)
        project_refuse(reader, map, "an observer needs the key 'type'");
    else
        project_refuse(reader, type, "type cannot be '%s'", type->text != NULL ? type->text : "");
    for (size_t i = 0; i < OBSERVER_TYPE_COUNT; i++)
        strbuf_printf(&names, "%s%s", i > 0 ? " " : "", types[i].name);
    error_hint(reader->error, "it is one of: %s", names.data);
    strbuf_release(&names);
    return false;
}

static bool read_type(struct project_reader *reader, const struct node *map,
                      enum observer_type *out)
{
    const struct node *type = node_get(map, "type");

    for (size_t i = 0; type != NULL && type->text != NULL && i < OBSERVER_TYPE_COUNT; i++) {
        if (strcmp(types[i].name, type->text) == 0) {
            *out = (enum observer_type)i;
            return true;
        }
    }
    return refuse_type(reader, map, type);
}

static bool refuse_foreign(struct project_reader *reader, const struct node *map,
                           const struct observer_row *row)
{
    struct strbuf keys = STRBUF_INIT;

    for (size_t i = 0; i < map->count; i++) {
        for (size_t j = 0; j < FIELD_COUNT; j++) {
            if (strcmp(observer_fields[j].key, map->children[i]->key) != 0 ||
                (observer_fields[j].column & taken_by(row)) != 0)
                continue;
            project_refuse(reader, map->children[i], "an observer of type %s has no key '%s'",
                           row->name, map->children[i]->key);
            name_keys(&keys, taken_by(row), " ");
            error_hint(reader->error, "it has: %s", keys.data);
            strbuf_release(&keys);
            return false;
        }
    }
    return true;
}

static unsigned bits(unsigned keys)
{
    unsigned count = 0;

    for (; keys != 0; keys &= keys - 1)
        count++;
    return count;
}

static bool check_needs(struct project_reader *reader, const struct node *map,
                        const struct observer_row *row, unsigned given)
{
    struct strbuf keys = STRBUF_INIT;
    bool ok = (row->needs & ~given) == 0;

    if (!ok) {
        name_keys(&keys, row->needs & ~given, " and ");
        project_refuse(reader, map, "an observer of type %s needs %s", row->name, keys.data);
    }
    for (size_t i = 0; ok && i < 2; i++) {
        if (row->one_of[i] == 0 || bits(row->one_of[i] & given) == 1)
            continue;
        name_keys(&keys, row->one_of[i], " or ");
        ok = project_refuse(reader, map, "an observer of type %s needs %s, and one of them only",
                            row->name, keys.data);
    }
    strbuf_release(&keys);
    return ok;
}

/* `key` of an observer: for each module where it stands. NULL is nothing. */
static bool read_places(struct project_reader *reader, const struct node *observer, const char *key,
                        const char *example, struct observer_module **places, size_t *count)
{
    const struct node *map = node_get(observer, key);

    if (map == NULL)
        return true;
    if (map->kind != NODE_MAP || map->count == 0) {
        project_refuse(reader, map, "%s must say for each module where it stands", key);
        return error_hint(reader->error, "for example {mb-auth: %s}", example);
    }
    *count = map->count;
    *places = arena_array(reader->arena, map->count, sizeof **places);
    for (size_t i = 0; i < map->count; i++) {
        const struct node *entry = map->children[i];

        if (entry->text == NULL || entry->kind == NODE_NULL || *entry->key == '\0' ||
            strlen(entry->text) != entry->length)
            return project_refuse(reader, entry, "%s: '%s' must be a text", key, entry->key);
        (*places)[i] = (struct observer_module){ arena_text(reader->arena, entry->key),
                                                 arena_text(reader->arena, entry->text) };
    }
    return true;
}

/* One text is a command line in words; a list are the words. */
static bool split_command(struct project_reader *reader, const struct node *map,
                          struct observer_settings *observer)
{
    const struct node *node = node_get(map, "command");
    struct error why = { 0 };
    struct vector words;
    bool ok;

    if (node == NULL || node->kind == NODE_LIST)
        return node == NULL || observer->command_count > 0 ||
               project_refuse(reader, node, "command is empty");
    vector_init(&words, sizeof(char *));
    ok = words_split(observer->command[0], &words, &why) && words.count > 0;
    if (!ok)
        project_refuse(reader, node, "command: %s",
                       why.code != ERROR_NONE ? why.message : "it is empty");
    observer->command_count = words.count;
    observer->command = arena_array(reader->arena, words.count, sizeof *observer->command);
    for (size_t i = 0; i < words.count; i++)
        observer->command[i] = arena_text(reader->arena, *(char **)vector_at(&words, i));
    words_release(&words);
    return ok;
}

static bool check_pointer(struct project_reader *reader, const struct node *map, const char *key,
                          const char *pointer)
{
    const struct node *node = node_get(map, key);

    if (pointer == NULL || *pointer == '\0' || *pointer == '/')
        return true;
    project_refuse(reader, node != NULL ? node : map,
                   "%s cannot be '%s': a JSON pointer begins with '/'", key, pointer);
    return error_hint(reader->error, "for example /build/version");
}

static bool check_pointers(struct project_reader *reader, const struct node *map,
                           const struct observer_settings *observer)
{
    bool documents = (types[observer->type].takes & KEY_POINTER) != 0;

    for (size_t i = 0; documents && i < observer->module_count; i++) {
        if (!check_pointer(reader, map, "modules", observer->modules[i].place))
            return false;
    }
    if (documents && observer->module_count > 0 &&
        (observer->pointer != NULL || observer->commit != NULL || observer->image != NULL ||
         observer->config != NULL)) {
        project_refuse(reader, map, "modules says where the versions stand already");
        return error_hint(reader->error, "pointer, commit, image and config go with `module`");
    }
    return check_pointer(reader, map, "pointer", observer->pointer) &&
           check_pointer(reader, map, "commit", observer->commit) &&
           check_pointer(reader, map, "image", observer->image) &&
           check_pointer(reader, map, "config", observer->config);
}

/* A pointer may be empty: it is the whole document then. */
static bool check_empty(struct project_reader *reader, const struct node *map)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &observer_fields[i];
        const struct node *node = node_get(map, field->key);

        if (node != NULL && field->kind == FIELD_TEXT && node->length == 0 &&
            (field->column & (KEY_POINTER | KEY_COMMIT | KEY_IMAGE | KEY_CONFIG)) == 0)
            return project_refuse(reader, node, "%s is empty", field->key);
    }
    return true;
}

/* A word that ssh would take for an option is none of a host. */
static bool check_values(struct project_reader *reader, const struct node *map,
                         const struct observer_settings *observer, unsigned given)
{
    if (!project_address_check(reader, node_get(map, "server"), "server", observer->server) ||
        !project_address_check(reader, node_get(map, "url"), "url", observer->url) ||
        !project_address_check(reader, node_get(map, "repository"), "repository",
                               observer->repository))
        return false;
    if (observer->login && (given & KEY_TOKEN_FILE) != 0)
        return project_refuse(reader, map, "an observer has one token: login or token_file");
    if (observer->login && observer->server == NULL && observer->url == NULL)
        return project_refuse(reader, node_get(map, "login"),
                              "login needs server: a token is kept for an address");
    if ((given & KEY_TIMEOUT) != 0 &&
        (observer->timeout == 0 || observer->timeout > OBSERVER_TIMEOUT_MAX))
        return project_refuse(reader, node_get(map, "timeout"),
                              "timeout must be between 1 and %d seconds", OBSERVER_TIMEOUT_MAX);
    if ((given & KEY_IN_CLUSTER) != 0 && !observer->in_cluster)
        return project_refuse(reader, node_get(map, "in_cluster"),
                              "in_cluster can only be true, or be left out");
    if (observer->host != NULL && *observer->host == '-')
        return project_refuse(reader, node_get(map, "host"), "host cannot be '%s'", observer->host);
    if (observer->pattern != NULL && (strstr(observer->pattern, "{env}") == NULL ||
                                      strstr(observer->pattern, "{module}") == NULL)) {
        project_refuse(reader, node_get(map, "pattern"),
                       "pattern cannot be '%s': it does not say where {env} and {module} stand",
                       observer->pattern);
        return error_hint(reader->error, "envs/{env}/{module}/values.yaml");
    }
    return true;
}

/* A document is a version or a configuration, and not both. */
static bool check_configuration(struct project_reader *reader, const struct node *map,
                                const struct observer_settings *observer, unsigned given)
{
    if ((given & KEY_FORMAT) != 0 && (given & (KEY_MODULES | KEYS_BESIDE)) != 0) {
        project_refuse(reader, map, "format says that all of it is the configuration of a module");
        return error_hint(reader->error, "format goes with `module`; where a version stands is "
                                         "said by an observer of its own");
    }
    if ((given & KEY_FILE) != 0 &&
        (given & (KEY_FORMAT | KEY_CONFIGURATION | KEY_CONFIG_MAPS)) == 0)
        return project_refuse(reader, node_get(map, "file"),
                              "file says which configuration it is, and none is observed here");
    for (size_t i = 0; i < observer->configuration_count; i++) {
        const char *path = observer->configuration[i];

        if (strstr(path, "{module}") == NULL || strpbrk(path, "*?[") != NULL) {
            project_refuse(reader, node_get(map, "configuration"),
                           "configuration cannot be '%s': %s", path,
                           strstr(path, "{module}") == NULL
                               ? "it does not say where {module} stands"
                               : "it must name files");
            return error_hint(reader->error, "envs/{env}/{module}/values.yaml");
        }
    }
    return true;
}

static bool read_observer(struct project_reader *reader, const struct node *map,
                          struct observer_settings *observer)
{
    const struct observer_row *row;
    unsigned given = 0;

    if (map->kind != NODE_MAP)
        return project_refuse(reader, map, "an observer must be of type map, not %s",
                              node_kind_name(map->kind));
    if (!read_type(reader, map, &observer->type))
        return false;
    row = &types[observer->type];
    return refuse_foreign(reader, map, row) &&
           project_map_read(reader, map, observer_fields, FIELD_COUNT, observer, "an observer",
                            &given) &&
           check_empty(reader, map) && check_needs(reader, map, row, given) &&
           read_places(reader, map, "modules", "deployment/auth", &observer->modules,
                       &observer->module_count) &&
           read_places(reader, map, "config_maps", "auth-config", &observer->config_maps,
                       &observer->config_map_count) &&
           split_command(reader, map, observer) && check_values(reader, map, observer, given) &&
           check_pointers(reader, map, observer) &&
           check_configuration(reader, map, observer, given);
}

bool project_observers_read(struct project_reader *reader, const struct node *list,
                            struct observer_settings **observers, size_t *count)
{
    if (!project_list_check(reader, list, "observe"))
        return false;
    *count = list->count;
    *observers = arena_array(reader->arena, list->count, sizeof **observers);
    for (size_t i = 0; i < list->count; i++) {
        if (!read_observer(reader, list->children[i], &(*observers)[i]))
            return false;
    }
    return true;
}

/* --- As values -------------------------------------------------------------------------------- */

static json_t *field_json(const struct field *field, const struct observer_settings *observer)
{
    const char *at = (const char *)observer + field->at;
    const char *text;

    switch (field->kind) {
    case FIELD_TEXT:
        text = *(const char *const *)(const void *)at;
        return text != NULL ? json_text(text) : NULL;
    case FIELD_NUMBER:
        return observer->timeout > 0 ? json_integer((json_int_t)observer->timeout) : NULL;
    case FIELD_FLAG:
        return *(const bool *)(const void *)at ? json_true() : NULL;
    default:
        return NULL;
    }
}

/* NULL when it is empty. */
static json_t *list_json(const char *const *texts, size_t count)
{
    json_t *list = count > 0 ? json_array() : NULL;

    for (size_t i = 0; i < count; i++)
        json_append(list, json_text(texts[i]));
    return list;
}

static json_t *places_json(const struct observer_module *places, size_t count)
{
    json_t *map = count > 0 ? json_object() : NULL;

    for (size_t i = 0; i < count; i++)
        json_put_text(map, places[i].module, places[i].place);
    return map;
}

static json_t *observer_json(const struct observer_settings *observer)
{
    json_t *object = json_object();

    json_put_text(object, "type", types[observer->type].name);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &observer_fields[i];
        json_t *value = field_json(field, observer);

        if (field->column == KEY_MODULES)
            value = places_json(observer->modules, observer->module_count);
        else if (field->column == KEY_CONFIG_MAPS)
            value = places_json(observer->config_maps, observer->config_map_count);
        else if (field->column == KEY_COMMAND)
            value = list_json(observer->command, observer->command_count);
        else if (field->column == KEY_CONFIGURATION)
            value = list_json(observer->configuration, observer->configuration_count);
        if (value != NULL)
            json_put(object, field->key, value);
    }
    return object;
}

json_t *observer_settings_to_json(const struct observer_settings *observers, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_append(array, observer_json(&observers[i]));
    return array;
}

bool observer_settings_from_json(const json_t *array, struct arena *arena,
                                 struct observer_settings **observers, size_t *count,
                                 struct error *error)
{
    struct project_reader reader = { .arena = arena, .error = error };
    struct strbuf text = STRBUF_INIT;
    struct document *document;
    bool ok;

    if (!json_is_array(array))
        return error_set(error, ERROR_INVALID, "the observers are no list");
    json_write_canonical(&text, array);
    document = document_read("the observers", text.data, text.length, DOCUMENT_JSON, NULL, error);
    ok = document != NULL && project_observers_read(&reader, document->roots[0], observers, count);
    document_free(&document);
    strbuf_release(&text);
    return ok;
}

void observer_settings_write(struct strbuf *out, const struct observer_settings *observer)
{
    json_t *object = observer_json(observer);

    project_line_write(out, object);
    json_decref(object);
}

static bool read_line(struct project_reader *reader, const struct node *map, void *observer)
{
    return read_observer(reader, map, observer);
}

bool observer_settings_parse(const char *text, struct arena *arena,
                             struct observer_settings *observer, struct error *error)
{
    static const struct project_line line = { "an observer", "type: file, path: …, module: …" };

    *observer = (struct observer_settings){ 0 };
    return project_line_read(&line, text, arena, read_line, observer, error);
}

bool observer_settings_configures(const struct observer_settings *observer, const char *module)
{
    for (size_t i = 0; i < observer->config_map_count; i++) {
        if (strcmp(observer->config_maps[i].module, module) == 0)
            return true;
    }
    if (observer->format != NULL)
        return observer->module != NULL && strcmp(observer->module, module) == 0;
    return observer->configuration_count > 0;
}

void observer_settings_label(struct strbuf *out, const struct observer_settings *observer)
{
    const char *where = "in the cluster";

    if (observer->name != NULL) {
        strbuf_add(out, observer->name);
        return;
    }
    if (observer->repository != NULL)
        where = observer->repository;
    else if (observer->server != NULL)
        where = observer->server;
    else if (observer->kubeconfig != NULL)
        where = observer->context != NULL ? observer->context : observer->kubeconfig;
    else if (observer->url != NULL)
        where = observer->url;
    else if (observer->host != NULL)
        where = observer->host;
    else if (observer->path != NULL)
        where = observer->path;
    strbuf_printf(out, "%s ", types[observer->type].name);
    /* What follows a ? may be secret. */
    strbuf_add_bytes(out, where, observer->url != NULL ? strcspn(where, "?#") : strlen(where));
    if (observer->namespace_name != NULL)
        strbuf_printf(out, " (%s)", observer->namespace_name);
    if (observer->host != NULL && observer->path != NULL)
        strbuf_printf(out, ":%s", observer->path);
}
