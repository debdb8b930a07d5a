#include "project_names.h"

#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/base/slips.h>
#include <pilab/base/strbuf.h>

#include "ascii.h"

#define MOST_NAMED  12   /* more are counted */
#define SEPARATOR   '\0' /* none: a star in a name takes everything */
#define WILD        "*?[{\\"
#define NAME_BLANKS " \t\r\n"

/* The environments or the modules of the file. Letters of environments are alike in either case. */
struct names {
    const char *kind;
    const char **items;
    size_t count;
    bool fold;
    struct map *set;
};

struct names_check {
    struct project_reader *reader;
    struct names environments, modules;
};

static const char *key_of(const struct names *names, const char *name, struct strbuf *key)
{
    strbuf_clear(key);
    for (const char *c = name; *c != '\0'; c++)
        strbuf_add_char(key, names->fold ? ascii_lower(*c) : *c);
    return key->data;
}

static void names_open(struct names *names, const char *kind, bool fold, size_t count,
                       struct arena *arena)
{
    *names = (struct names){ .kind = kind, .fold = fold, .set = map_new() };
    names->items = arena_array(arena, count, sizeof *names->items);
}

static void names_add(struct names *names, const char *name)
{
    struct strbuf key = STRBUF_INIT;

    map_put(names->set, key_of(names, name, &key), &names->items[names->count]);
    names->items[names->count++] = name;
    strbuf_release(&key);
}

static bool names_have(const struct names *names, const char *name)
{
    struct strbuf key = STRBUF_INIT;
    bool found = map_has(names->set, key_of(names, name, &key));

    strbuf_release(&key);
    return found;
}

/* A pattern names whatever it takes. */
static bool names_match(const struct names *names, const char *pattern)
{
    bool found = names_have(names, pattern);

    for (size_t i = 0; !found && strpbrk(pattern, WILD) != NULL && i < names->count; i++)
        found = names->fold ? glob_match_fold(pattern, names->items[i], SEPARATOR)
                            : glob_match(pattern, names->items[i], SEPARATOR);
    return found;
}

/* --- What was meant --------------------------------------------------------------------------- */

static bool refuse(struct names_check *check, const struct names *names, const struct node *node,
                   const char *key, const char *name)
{
    const char *nearest = slips_nearest(name, names->items, names->count);
    struct strbuf hint = STRBUF_INIT;

    project_refuse(check->reader, node, "%s: there is no %s '%s'", key, names->kind, name);
    if (nearest != NULL)
        strbuf_printf(&hint, "did you mean %s? ", nearest);
    strbuf_add(&hint, "there are:");
    for (size_t i = 0; i < names->count && i < MOST_NAMED; i++)
        strbuf_printf(&hint, " %s", names->items[i]);
    if (names->count > MOST_NAMED)
        strbuf_printf(&hint, " and %zu more", names->count - MOST_NAMED);
    error_hint(check->reader->error, "%s", hint.data);
    strbuf_release(&hint);
    return false;
}

/* The keys of the map under a key, when there is one. */
static bool check_keys(struct names_check *check, const struct names *names, const struct node *map,
                       const char *key)
{
    const struct node *node = node_get(map, key);

    for (size_t i = 0; node != NULL && names->count > 0 && i < node->count; i++) {
        const struct node *entry = node->children[i];

        if (!names_have(names, entry->key))
            return refuse(check, names, entry, key, entry->key);
    }
    return true;
}

/* --- Where names stand ------------------------------------------------------------------------ */

static bool check_observer(struct names_check *check, const struct node *observer)
{
    const struct names *modules = &check->modules;
    const struct node *module = node_get(observer, "module");

    if (module != NULL && modules->count > 0 && !names_have(modules, module->text))
        return refuse(check, modules, module, "module", module->text);
    return check_keys(check, modules, observer, "modules") &&
           check_keys(check, modules, observer, "config_maps");
}

static bool check_environment(struct names_check *check, const struct node *environment)
{
    const struct node *list = node_get(environment, "observe");

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (!check_observer(check, list->children[i]))
            return false;
    }
    return true;
}

static bool check_module(struct names_check *check, const struct node *module)
{
    const struct node *schema = node_get(module, "schema");

    return schema == NULL || schema->kind != NODE_MAP ||
           check_keys(check, &check->environments, schema, "live");
}

static bool check_pattern(struct names_check *check, const struct names *names,
                          const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);

    return node == NULL || names->count == 0 || names_match(names, node->text) ||
           refuse(check, names, node, key, node->text);
}

static bool check_expected(struct names_check *check, const struct node *expected)
{
    return check_pattern(check, &check->environments, expected, "environment") &&
           check_pattern(check, &check->modules, expected, "module");
}

/* A list such as "PROD PRODUCTION !DR" is written for many projects: one name that is there is
 * enough. */
static bool check_rule(struct names_check *check, const struct node *rule)
{
    const struct node *node = node_get(rule, "environment");
    struct arena *arena = check->reader->arena;
    const char *first = NULL;

    if (node == NULL || check->environments.count == 0)
        return true;
    for (const char *word = node->text; *(word += strspn(word, NAME_BLANKS)) != '\0';
         word += strcspn(word, NAME_BLANKS)) {
        char *name = arena_text(arena, word);

        name[strcspn(name, NAME_BLANKS)] = '\0';
        if (*name == '!')
            continue;
        if (names_match(&check->environments, name))
            return true;
        first = first != NULL ? first : name;
    }
    return first == NULL || refuse(check, &check->environments, node, "environment", first);
}

/* clang-format off */
static const struct {
    const char *key;
    bool (*check)(struct names_check *check, const struct node *entry);
} parts[] = {
    { "environments",         check_environment },
    { "modules",              check_module },
    { "expected_differences", check_expected },
    { "rules",                check_rule },
};
/* clang-format on */

static bool check_part(struct names_check *check, const struct node *list,
                       bool (*part)(struct names_check *check, const struct node *entry))
{
    for (size_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->count; i++) {
        if (!part(check, list->children[i]))
            return false;
    }
    return true;
}

bool project_names_check(struct project_reader *reader, const struct node *root)
{
    const struct project_settings *settings = reader->settings;
    struct names_check check = { .reader = reader };
    bool ok = true;

    names_open(&check.environments, "environment", true, settings->environment_count,
               reader->arena);
    names_open(&check.modules, "module", false, settings->module_count, reader->arena);
    for (size_t i = 0; i < settings->environment_count; i++)
        names_add(&check.environments, settings->environments[i].name);
    for (size_t i = 0; i < settings->module_count; i++)
        names_add(&check.modules, settings->modules[i].name);
    for (size_t i = 0; ok && i < sizeof parts / sizeof *parts; i++)
        ok = check_part(&check, node_get(root, parts[i].key), parts[i].check);
    map_free(&check.environments.set);
    map_free(&check.modules.set);
    return ok;
}
