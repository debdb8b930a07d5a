#include "rules_held.h"

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/rich.h>
#include <pilab/drift/text.h>

/* Examples of what is held. */
#define SHOWN 3

/* A rule of the project on a difference that is judged as before. */
struct held {
    const struct rules_trial *trial;
    const struct rule *own; /* as the project says it */
    const struct rule *was; /* NULL: it was none, or off */
    const struct rule *now; /* NULL: it is off */
    const struct drift_item *item;
};

static bool has_fired(const struct drift_item *item, const char *id)
{
    for (size_t i = 0; i < item->rule_count; i++) {
        if (strcmp(item->rules[i].rule, id) == 0)
            return true;
    }
    return false;
}

static bool weighs_alike(const struct rule *a, const struct rule *b)
{
    return a != NULL && b != NULL && a->severity == b->severity && a->attention == b->attention &&
           a->breaking == b->breaking && a->security == b->security;
}

static bool judged_alike(const struct drift_item *a, const struct drift_item *b)
{
    return a->severity == b->severity && a->attention == b->attention &&
           a->breaking == b->breaking && a->security == b->security;
}

/* Whether what the project asks for is less than what the difference has. */
static bool wants_less(const struct held *held)
{
    if (held->now == NULL || held->now->severity < held->item->severity)
        return true;
    return held->was != NULL && held->was->attention > held->now->attention &&
           held->item->attention > held->now->attention;
}

static bool holds(const struct held *held, const struct drift_rule_hit *hit)
{
    const struct rule *rule = rule_set_find(held->trial->now, hit->rule);

    if (rule == NULL)
        return false;
    if (held->now == NULL || held->now->severity < held->item->severity)
        return rule != held->now && rule->severity == held->item->severity;
    /* Security asks for a person, also when it is the same rule's. */
    return rule->security || (rule != held->now && (rule->attention >= held->item->attention ||
                                                    rule->severity >= SEVERITY_HIGH));
}

static const struct rule *holder(const struct held *held)
{
    for (size_t i = 0; i < held->item->rule_count; i++) {
        if (holds(held, &held->item->rules[i]))
            return rule_set_find(held->trial->now, held->item->rules[i].rule);
    }
    return NULL;
}

/* --- What to say instead ---------------------------------------------------------------------- */

static bool is_plain(const char *path)
{
    return path[strcspn(path, "*?[]{},\\\"")] == '\0';
}

/* "env.A", or "{env.A,env.B}"; false: they cannot be named so. */
static bool add_paths(struct strbuf *out, const json_t *entry)
{
    const json_t *examples = json_object_get(entry, "examples");
    size_t count = json_array_size(examples);

    if ((json_int_t)count != json_integer_value(json_object_get(entry, "count")))
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *path = json_string_value(json_array_get(examples, i));

        if (!is_plain(path))
            return false;
        strbuf_printf(out, "%s%s", i > 0 ? "," : count > 1 ? "{" : "", path);
    }
    strbuf_add(out, count > 1 ? "}" : "");
    return true;
}

/* The one that holds leaves out just these where it can, or is made as light itself. */
static void put_instead(const struct rules_trial *trial, json_t *entry)
{
    const struct rule *by = rule_set_find(trial->now, json_member_text(entry, "by"));
    const char *wanted = json_member_text(entry, "wanted");
    struct strbuf paths = STRBUF_INIT, text = STRBUF_INIT;

    strbuf_printf(&text, "- {id: %s, ", by->id);
    if (strcmp(by->id, json_member_text(entry, "rule")) == 0)
        strbuf_add(&text, "security: false}");
    else if (by->except == NULL && add_paths(&paths, entry))
        strbuf_printf(&text, "except: \"%s\"}", paths.data);
    else if (strcmp(wanted, "off") == 0)
        strbuf_add(&text, "off: true}");
    else
        strbuf_printf(&text, "severity: %s}", wanted);
    json_put_text(entry, "instead", text.data);
    strbuf_release(&paths);
    strbuf_release(&text);
}

/* --- Gathering -------------------------------------------------------------------------------- */

static json_t *entry_of(json_t *list, size_t from, const char *by)
{
    for (size_t i = from; i < json_array_size(list); i++) {
        json_t *entry = json_array_get(list, i);

        if (strcmp(json_member_text(entry, "by"), by) == 0)
            return entry;
    }
    return NULL;
}

/* `from`: where the entries of this rule begin. */
static void add_held(json_t *list, size_t from, const struct held *held, const struct rule *by)
{
    json_t *entry = entry_of(list, from, by->id), *examples;
    json_int_t count = 0;

    if (entry == NULL) {
        entry = json_object();
        json_put_text(entry, "rule", held->own->id);
        json_put_text(entry, "wanted",
                      held->now != NULL ? severity_name(held->now->severity) : "off");
        json_put_text(entry, "by", by->id);
        json_put_bool(entry, "own", rules_builtin_find(by->id) == NULL);
        json_put_text(entry, "severity", severity_name(held->item->severity));
        json_put_text(entry, "attention", attention_name(held->item->attention));
        json_put(entry, "examples", json_array());
        json_append(list, entry);
    }
    count = json_integer_value(json_object_get(entry, "count"));
    json_put_integer(entry, "count", count + 1);
    examples = json_object_get(entry, "examples");
    if (json_array_size(examples) < SHOWN)
        json_append(examples, json_text(held->item->path));
}

static void look_at_rule(struct held *held, const struct map *before, json_t *list)
{
    const struct drift_report *after = held->trial->after;
    size_t from = json_array_size(list);

    for (size_t i = 0; i < after->item_count; i++) {
        const struct drift_item *was = map_get(before, after->items[i].id);
        const struct rule *by;

        held->item = &after->items[i];
        if (was == NULL || !judged_alike(was, held->item) ||
            !has_fired(held->now != NULL ? held->item : was, held->own->id) || !wants_less(held))
            continue;
        by = holder(held);
        if (by != NULL)
            add_held(list, from, held, by);
    }
    for (size_t i = from; i < json_array_size(list); i++)
        put_instead(held->trial, json_array_get(list, i));
}

json_t *rules_held(const struct rules_trial *trial)
{
    struct map *before = map_new();
    json_t *list = json_array();

    for (size_t i = 0; i < trial->before->item_count; i++)
        map_put(before, trial->before->items[i].id, &trial->before->items[i]);
    for (size_t i = 0; i < trial->own_count; i++) {
        struct held held = { .trial = trial, .own = &trial->own[i] };

        held.was = rule_set_find(trial->was, held.own->id);
        held.now = rule_set_find(trial->now, held.own->id);
        if ((held.was != NULL || held.now != NULL) && !weighs_alike(held.was, held.now))
            look_at_rule(&held, before, list);
    }
    map_free(&before);
    return list;
}

/* --- As text ---------------------------------------------------------------------------------- */

static void draw_one(struct strbuf *out, const json_t *entry, size_t width)
{
    struct strbuf words = STRBUF_INIT;
    const char *attention = json_member_text(entry, "attention");
    json_int_t count = json_integer_value(json_object_get(entry, "count"));
    bool itself = strcmp(json_member_text(entry, "by"), json_member_text(entry, "rule")) == 0;

    rich_text(&words, RICH_NAME, json_member_text(entry, "rule"), true);
    strbuf_printf(&words, " %s: ", json_member_text(entry, "wanted"));
    if (itself) {
        strbuf_printf(&words, "it is security, and so asks for a person");
    } else {
        rich_text(&words, RICH_NAME, json_member_text(entry, "by"), true);
        strbuf_printf(&words, " (%s) holds",
                      json_is_true(json_object_get(entry, "own")) ? "the project's own"
                                                                  : "built-in");
    }
    strbuf_printf(&words, "%s %" JSON_INTEGER_FORMAT " at %s%s%s, as ", itself ? ":" : "", count,
                  json_member_text(entry, "severity"),
                  strcmp(attention, attention_name(ATTENTION_NONE)) != 0 ? " " : "",
                  strcmp(attention, attention_name(ATTENTION_NONE)) != 0 ? attention : "");
    rich_text(&words, RICH_DIM,
              json_string_value(json_array_get(json_object_get(entry, "examples"), 0)), true);
    rich_wrap(out, words.data, 2, width);
    strbuf_clear(&words);
    strbuf_add(&words, "instead, or besides: ");
    rich_text(&words, RICH_PLAIN, json_member_text(entry, "instead"), true);
    rich_wrap(out, words.data, 4, width);
    strbuf_release(&words);
}

void rules_held_draw(struct strbuf *out, const json_t *held, size_t width)
{
    if (json_array_size(held) == 0)
        return;
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, "Changes nothing to be seen");
    strbuf_add_char(out, '\n');
    for (size_t i = 0; i < json_array_size(held); i++)
        draw_one(out, json_array_get(held, i), width);
}
