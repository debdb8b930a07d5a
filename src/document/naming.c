#include "naming.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#include "pairing.h"

enum {
    RULE_KEYS_MAX = 8,
    GUESS_ENTRIES_MIN = 4, /* below that, values are different by chance too often */
    GUESS_KEYS_MAX = 64,   /* entries with more are no records that one key could name */
};

static const char *const general_keys[] = { "name", "key", "id" };

/* The patch merge keys of Kubernetes' API, and what names entries in other well-known files. */
static const struct list_rule built_in_rules[] = {
    {"conditions",                 "type"                         },
    { "env",                       "name"                         },
    { "hostAliases",               "ip"                           },
    { "hosts",                     "host"                         },
    { "managedFields",             "manager+operation+subresource"},
    { "ownerReferences",           "uid"                          },
    { "parameters",                "name+in"                      },
    { "paths",                     "path+pathType"                },
    { "ports",                     "containerPort+protocol"       },
    { "ports",                     "port+protocol"                },
    { "ports",                     "target+protocol+published"    },
    { "rules",                     "alert"                        },
    { "rules",                     "host"                         },
    { "rules",                     "record"                       },
    { "scrape_configs",            "job_name"                     },
    { "servers",                   "url"                          },
    { "subjects",                  "kind+name+namespace"          },
    { "tls",                       "secretName"                   },
    { "tolerations",               "key+operator+effect+value"    },
    { "topologySpreadConstraints", "topologyKey+whenUnsatisfiable"},
    { "volumeDevices",             "devicePath"                   },
    { "volumeMounts",              "mountPath+subPath"            },
};

/* One search for names. */
struct search {
    struct differ *differ;
    const struct node *previous, *current;
    struct naming *naming;
};

const struct list_rule *list_rules(size_t *count)
{
    *count = sizeof built_in_rules / sizeof built_in_rules[0];
    return built_in_rules;
}

void naming_release(struct naming *naming)
{
    free(naming->previous);
    free(naming->current);
    *naming = (struct naming){ 0 };
}

static bool is_scalar(const struct node *node)
{
    return node && node->text;
}

/* ---- names made of keys ---- */

/* The value of an entry's keys, joined; NULL when it lacks the first. */
static const char *joined_name(struct arena *arena, const struct node *entry,
                               const char *const *keys, size_t key_count)
{
    const struct node *first = node_get(entry, keys[0]);

    if (!is_scalar(first))
        return NULL;
    if (key_count == 1)
        return first->value;

    struct strbuf name = STRBUF_INIT;
    strbuf_add(&name, first->value);
    for (size_t i = 1; i < key_count; i++) {
        const struct node *value = node_get(entry, keys[i]);
        strbuf_add_char(&name, '/');
        if (is_scalar(value))
            strbuf_add(&name, value->value);
    }
    const char *joined = strbuf_to_arena(&name, arena);
    strbuf_release(&name);
    return joined;
}

static bool name_entries(struct arena *arena, const struct node *list, const char *const *keys,
                         size_t key_count, const char **names)
{
    for (size_t i = 0; i < list->count; i++) {
        names[i] = joined_name(arena, list->children[i], keys, key_count);
        if (!names[i])
            return false;
    }
    return true;
}

static bool all_different(const char *const *names, size_t count)
{
    struct map *seen = map_new();
    bool different = true;

    for (size_t i = 0; different && i < count; i++)
        different = !map_put(seen, names[i], (void *)names[i]);
    map_free(&seen);
    return different;
}

static const char *joined_keys(struct arena *arena, const char *const *keys, size_t count)
{
    if (count == 1)
        return keys[0];

    struct strbuf joined = STRBUF_INIT;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(&joined, '+');
        strbuf_add(&joined, keys[i]);
    }
    const char *key = strbuf_to_arena(&joined, arena);
    strbuf_release(&joined);
    return key;
}

/* Whether these keys name every entry; unless `repeated`, with different names on each side. */
static bool try_keys(struct search *search, const char *const *keys, size_t count, bool repeated)
{
    struct arena *arena = search->differ->arena;
    struct naming *naming = search->naming;

    if (!name_entries(arena, search->previous, keys, count, naming->previous) ||
        !name_entries(arena, search->current, keys, count, naming->current))
        return false;
    naming->unique = all_different(naming->previous, search->previous->count) &&
                     all_different(naming->current, search->current->count);
    if (!naming->unique && !repeated)
        return false;
    naming->key = joined_keys(arena, keys, count);
    return true;
}

static bool try_general_keys(struct search *search, bool repeated)
{
    for (size_t i = 0; i < sizeof general_keys / sizeof general_keys[0]; i++) {
        if (try_keys(search, &general_keys[i], 1, repeated))
            return true;
    }
    return false;
}

/* ---- rules ---- */

static size_t split_keys(struct arena *arena, const char *text, const char *keys[RULE_KEYS_MAX])
{
    size_t count = 0;

    while (count < RULE_KEYS_MAX) {
        size_t length = strcspn(text, "+");
        keys[count++] = arena_bytes(arena, text, length);
        if (!text[length])
            break;
        text += length + 1;
    }
    return count;
}

static bool try_rule(struct search *search, const struct list_rule *rule, bool repeated)
{
    const char *keys[RULE_KEYS_MAX];
    size_t count = split_keys(search->differ->arena, rule->keys, keys);

    for (size_t used = repeated ? count : 1; used <= count; used++) {
        if (try_keys(search, keys, used, repeated))
            return true;
    }
    return false;
}

/* The key the list stands under; "" for the document itself and for lists within lists. */
static const char *list_key(const struct differ *differ)
{
    const struct path_step *steps = differ->steps.items;
    size_t count = differ->steps.count;

    return count > 0 && steps[count - 1].kind == STEP_KEY ? steps[count - 1].key : "";
}

static bool rule_applies(struct differ *differ, const struct list_rule *rule)
{
    if (!strpbrk(rule->list, ".*"))
        return strcmp(rule->list, list_key(differ)) == 0;

    struct strbuf path = STRBUF_INIT;
    path_write(&path, differ->steps.items, differ->steps.count);
    bool applies = glob_match(rule->list, path.data, '.');
    strbuf_release(&path);
    return applies;
}

static bool try_rules(struct search *search, const struct list_rule *rules, size_t count,
                      bool repeated)
{
    for (size_t i = 0; i < count; i++) {
        if (rule_applies(search->differ, &rules[i]) && try_rule(search, &rules[i], repeated))
            return true;
    }
    return false;
}

static bool try_built_in_rules(struct search *search, bool repeated)
{
    size_t count;
    const struct list_rule *rules = list_rules(&count);

    return !search->differ->options->five_steps_only && try_rules(search, rules, count, repeated);
}

static bool try_own_rules(struct search *search, bool repeated)
{
    const struct tree_diff_options *options = search->differ->options;

    return try_rules(search, options->rules, options->rule_count, repeated);
}

/* ---- guesses ---- */

static bool all_strings(const struct node *list, const char *key)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct node *value = node_get(list->children[i], key);
        if (!value || value->kind != NODE_STRING)
            return false;
    }
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Any key whose values are strings that tell the entries apart, the first by the alphabet. */
static bool try_guess(struct search *search)
{
    bool found = false;

    if (search->previous->count < GUESS_ENTRIES_MIN || search->current->count == 0)
        return false;
    const struct node *entry = search->previous->children[0];
    if (entry->count > GUESS_KEYS_MAX)
        return false;
    const char **keys = memory_array(entry->count, sizeof *keys);
    for (size_t i = 0; i < entry->count; i++)
        keys[i] = entry->children[i]->key;
    qsort(keys, entry->count, sizeof *keys, compare_texts);
    for (size_t i = 0; !found && i < entry->count; i++)
        found = all_strings(search->previous, keys[i]) && all_strings(search->current, keys[i]) &&
                try_keys(search, &keys[i], 1, false);
    free(keys);
    return found;
}

static bool identify_entries(struct arena *arena, const struct node *list, const char **names)
{
    for (size_t i = 0; i < list->count; i++) {
        names[i] = kubernetes_identity(arena, list->children[i], true);
        if (!names[i])
            return false;
    }
    return all_different(names, list->count);
}

static bool try_kubernetes(struct search *search)
{
    struct arena *arena = search->differ->arena;
    struct naming *naming = search->naming;

    if (!identify_entries(arena, search->previous, naming->previous) ||
        !identify_entries(arena, search->current, naming->current))
        return false;
    naming->key = "metadata.name";
    naming->unique = true;
    return true;
}

/* ---- the steps ---- */

static bool all_maps(const struct node *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->children[i]->kind != NODE_MAP)
            return false;
    }
    return true;
}

static bool try_repeated(struct search *search)
{
    return try_own_rules(search, true) || try_built_in_rules(search, true) ||
           try_general_keys(search, true);
}

/* What an object is tells it better than a guess, although dyff guesses first. */
static bool try_less_sure(struct search *search)
{
    if (search->differ->options->five_steps_only)
        return try_guess(search) || try_kubernetes(search);
    return try_kubernetes(search) || try_guess(search) || try_repeated(search);
}

static bool try_steps(struct search *search)
{
    return try_own_rules(search, false) || try_general_keys(search, false) ||
           try_built_in_rules(search, false) || try_less_sure(search);
}

bool naming_find(struct differ *differ, const struct node *previous, const struct node *current,
                 struct naming *naming)
{
    struct search search = { differ, previous, current, naming };

    *naming = (struct naming){ 0 };
    if (!all_maps(previous) || !all_maps(current))
        return false;
    if (differ->options->five_steps_only && (previous->count == 0 || current->count == 0))
        return false;
    naming->previous = memory_array(previous->count, sizeof *naming->previous);
    naming->current = memory_array(current->count, sizeof *naming->current);
    if (try_steps(&search))
        return true;
    naming_release(naming);
    return false;
}
