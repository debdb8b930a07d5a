#include <pilab/drift/fields.h>

#include <string.h>

#include <pilab/base/map.h>

/* In the order of their enumerations: values are compared by their index. */
static const char *const severities[] = { "info", "low", "medium", "high", "critical", NULL };
static const char *const types[] = { "code",  "config",     "database", "infrastructure",
                                     "image", "dependency", NULL };
static const char *const attentions[] = { "none", "review", "blocker", NULL };
static const char *const changes[] = { "added", "modified", "deleted", NULL };

enum field {
    FIELD_SEVERITY,
    FIELD_ATTENTION,
    FIELD_TYPE,
    FIELD_CATEGORY,
    FIELD_MODULE,
    FIELD_SERVICE,
    FIELD_PATH,
    FIELD_KEY,
    FIELD_VALUE,
    FIELD_TICKET,
    FIELD_COMMIT,
    FIELD_AUTHOR,
    FIELD_RULE,
    FIELD_CHANGE,
    FIELD_BREAKING,
    FIELD_SECURITY,
    FIELD_EXPECTED,
    FIELD_IGNORED,
    FIELD_NEW,
    FIELD_LAPSED,
    FIELD_OFFERED,
    FIELD_UNCHANGED,
    FIELD_LINES,
    FIELD_AT,
    FIELDS
};

/* clang-format off */
static const struct filter_field fields[FIELDS] = {
    [FIELD_SEVERITY] = { "severity", FILTER_ORDER, severities, 0, "how grave it is" },
    [FIELD_ATTENTION] = { "attention", FILTER_ORDER, attentions, 0, "who has to look at it" },
    [FIELD_TYPE] = { "type", FILTER_CHOICE, types, 0, "what kind of thing differs" },
    [FIELD_CATEGORY] = { "category", FILTER_TEXT, NULL, 0, "env, image, bug_fixes" },
    [FIELD_MODULE] = { "module", FILTER_TEXT, NULL, 0, "the module" },
    [FIELD_SERVICE] = { "service", FILTER_TEXT, NULL, 0, "the service affected" },
    [FIELD_PATH] = { "path", FILTER_TEXT, NULL, '/', "a file, or a key of the configuration" },
    [FIELD_KEY] = { "key", FILTER_TEXT, NULL, 0, "the last part of the path" },
    [FIELD_VALUE] = { "value", FILTER_TEXT, NULL, 0, "the value on either side" },
    [FIELD_TICKET] = { "ticket", FILTER_NAME, NULL, 0, "a ticket; * is any" },
    [FIELD_COMMIT] = { "commit", FILTER_TEXT, NULL, 0, "a part of a commit's id" },
    [FIELD_AUTHOR] = { "author", FILTER_TEXT, NULL, 0, "who made it" },
    [FIELD_RULE] = { "rule", FILTER_TEXT, NULL, 0, "the rule that judged it" },
    [FIELD_CHANGE] = { "change", FILTER_CHOICE, changes, 0, "added, modified or deleted" },
    [FIELD_BREAKING] = { "breaking", FILTER_FLAG, NULL, 0, "it breaks something" },
    [FIELD_SECURITY] = { "security", FILTER_FLAG, NULL, 0, "it is about security" },
    [FIELD_EXPECTED] = { "expected", FILTER_FLAG, NULL, 0, "it is meant to differ" },
    [FIELD_IGNORED] = { "ignored", FILTER_FLAG, NULL, 0, "a person said to ignore it" },
    [FIELD_NEW] = { "new", FILTER_FLAG, NULL, 0, "the last report had not got it" },
    [FIELD_LAPSED] = { "lapsed", FILTER_FLAG, NULL, 0, "a decision about it holds no more" },
    [FIELD_OFFERED] = { "offered", FILTER_FLAG, NULL, 0, "unchanged for long: accept it?" },
    [FIELD_UNCHANGED] = { "unchanged", FILTER_TIME, NULL, 0, "since when it is as it is" },
    [FIELD_LINES] = { "lines", FILTER_NUMBER, NULL, 0, "lines added and deleted" },
    [FIELD_AT] = { "at", FILTER_TIME, NULL, 0, "first seen; of a commit, when it was made" },
};
/* clang-format on */

/* --- Texts ----------------------------------------------------------------------------------- */

static const char *only(const char *text, size_t index)
{
    return index == 0 ? text : NULL;
}

/* The first of two that is there, then the other. */
static const char *either(const char *first, const char *second, size_t index)
{
    if (first == NULL)
        return only(second, index);
    return index == 0 ? first : index == 1 ? second : NULL;
}

static const char *value_text(const struct drift_value *value)
{
    /* A secret is not found by the signs that stand for it. */
    return value->present && !value->masked ? value->text : NULL;
}

static const char *item_text(const struct drift_thing *thing, enum field field, size_t index)
{
    const struct drift_item *item = thing->item;

    switch (field) {
    case FIELD_CATEGORY:
        return only(item->category, index);
    case FIELD_MODULE:
        return only(item->module, index);
    case FIELD_SERVICE:
        return only(drift_item_affects(thing->report, item), index);
    case FIELD_PATH:
        return either(item->path, item->old_path, index);
    case FIELD_KEY:
        return only(item->key, index);
    case FIELD_VALUE:
        return either(value_text(&item->previous), value_text(&item->current), index);
    case FIELD_TICKET:
        return index < item->ticket_count ? item->tickets[index] : NULL;
    case FIELD_COMMIT:
        return only(item->commit, index);
    case FIELD_RULE:
        return index < item->rule_count ? item->rules[index].rule : NULL;
    default:
        return NULL;
    }
}

static const char *change_text(const struct drift_change *change, enum field field, size_t index)
{
    switch (field) {
    case FIELD_CATEGORY:
        return only(change_category_name(change->category), index);
    case FIELD_MODULE:
    case FIELD_SERVICE:
        return index < change->service_count ? change->services[index] : NULL;
    case FIELD_TICKET:
        return index < change->ticket_count ? change->tickets[index].id : NULL;
    case FIELD_COMMIT:
        return index < change->commit_count ? change->commits[index] : NULL;
    case FIELD_AUTHOR:
        return index < change->author_count ? change->authors[index] : NULL;
    default:
        return NULL;
    }
}

static const char *commit_text(const struct drift_thing *thing, enum field field, size_t index)
{
    const struct drift_commit *commit = thing->commit;

    switch (field) {
    case FIELD_CATEGORY:
        return only(change_category_name(commit->category), index);
    case FIELD_MODULE:
        return only(thing->code != NULL ? thing->code->module : NULL, index);
    case FIELD_SERVICE:
        return only(thing->code != NULL ? thing->code->service : NULL, index);
    case FIELD_TICKET:
        return index < commit->ticket_count ? commit->tickets[index].id : NULL;
    case FIELD_COMMIT:
        return only(commit->id, index);
    case FIELD_AUTHOR:
        return either(commit->author_name, commit->author_email, index);
    default:
        return NULL;
    }
}

static const char *thing_text(const void *of, size_t field, size_t index)
{
    const struct drift_thing *thing = of;

    if (thing->item != NULL)
        return item_text(thing, (enum field)field, index);
    if (thing->change != NULL)
        return change_text(thing->change, (enum field)field, index);
    if (thing->commit != NULL)
        return commit_text(thing, (enum field)field, index);
    if (field != FIELD_MODULE && field != FIELD_SERVICE)
        return NULL;
    if (thing->problem != NULL)
        return only(thing->problem->service, index);
    return thing->source != NULL ? only(thing->source->service, index) : NULL;
}

/* --- Numbers --------------------------------------------------------------------------------- */

static bool give(int64_t value, int64_t *number)
{
    *number = value;
    return true;
}

static bool item_number(const struct drift_item *item, enum field field, int64_t *number)
{
    switch (field) {
    case FIELD_SEVERITY:
        return give(item->severity, number);
    case FIELD_ATTENTION:
        return give(item->attention, number);
    case FIELD_TYPE:
        return give(item->type, number);
    case FIELD_CHANGE:
        return give(item->change_type, number);
    case FIELD_BREAKING:
        return give(item->breaking, number);
    case FIELD_SECURITY:
        return give(item->security, number);
    case FIELD_EXPECTED:
        return give(item->expected, number);
    case FIELD_IGNORED:
        return give(item->suppressed, number);
    case FIELD_NEW:
        return item->novelty != NOVELTY_UNKNOWN && give(item->novelty == NOVELTY_NEW, number);
    case FIELD_LAPSED:
        return give(item->decision != NULL && item->decision->state != DECISION_HOLDS, number);
    case FIELD_OFFERED:
        return give(item->offered, number);
    case FIELD_UNCHANGED:
        return item->unchanged_since != 0 && give(item->unchanged_since, number);
    case FIELD_LINES:
        return item->type == DRIFT_CODE && !item->binary &&
               give((int64_t)(item->insertions + item->deletions), number);
    case FIELD_AT:
        return item->first_seen != 0 && give(item->first_seen, number);
    default:
        return false;
    }
}

static bool change_number(const struct drift_change *change, enum field field, int64_t *number)
{
    switch (field) {
    case FIELD_CHANGE:
        return give(change->type, number);
    case FIELD_BREAKING:
        return give(change->breaking, number);
    case FIELD_SECURITY:
        return give(change->security, number);
    default:
        return false;
    }
}

static bool commit_number(const struct drift_commit *commit, enum field field, int64_t *number)
{
    switch (field) {
    case FIELD_BREAKING:
        return give(commit->breaking, number);
    case FIELD_SECURITY:
        return give(commit->security, number);
    case FIELD_LINES:
        return commit->counted && give((int64_t)(commit->insertions + commit->deletions), number);
    case FIELD_AT:
        return give(commit->author_time, number);
    default:
        return false;
    }
}

static bool thing_number(const void *of, size_t field, int64_t *number)
{
    const struct drift_thing *thing = of;

    if (thing->item != NULL)
        return item_number(thing->item, (enum field)field, number);
    if (thing->change != NULL)
        return change_number(thing->change, (enum field)field, number);
    if (thing->commit != NULL)
        return commit_number(thing->commit, (enum field)field, number);
    if (field != FIELD_TYPE)
        return false;
    if (thing->problem != NULL)
        return give(thing->problem->type, number);
    return thing->source != NULL && give(thing->source->type, number);
}

const struct filter_fields drift_fields = { fields, FIELDS, thing_text, thing_number };

/* --- Values to offer ------------------------------------------------------------------------- */

struct offering {
    size_t field;
    struct map *offered;
    void (*offer)(void *to, const char *value);
    void *to;
};

static void offer_of(struct offering *offering, const struct drift_thing *thing)
{
    const char *text;

    for (size_t i = 0; (text = thing_text(thing, offering->field, i)) != NULL; i++) {
        if (map_has(offering->offered, text))
            continue;
        map_put(offering->offered, text, offering);
        offering->offer(offering->to, text);
    }
}

void drift_field_values(const struct drift_report *report, size_t field,
                        void (*offer)(void *to, const char *value), void *to)
{
    struct offering offering = { field, map_new(), offer, to };

    for (size_t i = 0; i < report->item_count; i++)
        offer_of(&offering, &(struct drift_thing){ .report = report, .item = &report->items[i] });
    for (size_t i = 0; i < report->change_count; i++)
        offer_of(&offering,
                 &(struct drift_thing){ .report = report, .change = &report->changes[i] });
    map_free(&offering.offered);
}
