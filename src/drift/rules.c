#include <pilab/drift/rules.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "ascii.h"

/* Most patterns are a word, or a word with a * at one end or both: these are compared directly. */
enum pattern_form { PATTERN_EXACT, PATTERN_START, PATTERN_END, PATTERN_WITHIN, PATTERN_GLOB };

struct pattern {
    enum pattern_form form;
    bool excludes;
    char *text; /* without stars; of PATTERN_GLOB unused */
    size_t length;
    struct glob *glob;
};

struct pattern_list {
    struct vector patterns; /* struct pattern */
    bool wants;             /* at least one that does not exclude */
};

enum list_column {
    LIST_CATEGORY,
    LIST_KEY,
    LIST_PREVIOUS,
    LIST_CURRENT,
    LIST_ENVIRONMENT,
    LIST_COUNT
};

struct prepared_rule {
    struct rule rule;
    struct pattern_list lists[LIST_COUNT];
    struct glob *path, *except;
};

struct rule_set {
    struct vector rules; /* struct prepared_rule */
};

/* No text of ours holds a NUL byte, so with it as a separator a * takes everything. */
#define NO_SEPARATOR '\0'

static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr("*?[]{}\\", text[i]))
            return false;
    }
    return true;
}

static void pattern_prepare(struct pattern *pattern, const char *text, size_t length)
{
    bool star_first = length > 1 && text[0] == '*';
    bool star_last = length > 1 && text[length - 1] == '*';
    size_t stars = (star_first ? 1u : 0u) + (star_last ? 1u : 0u);
    const char *body = text + (star_first ? 1 : 0);

    if (length == 2 && memcmp(text, "\"\"", 2) == 0) {
        body = "";
        length = 0;
    } else if (stars < length && is_plain(body, length - stars)) {
        static const enum pattern_form forms[2][2] = {
            {PATTERN_EXACT, PATTERN_START },
            { PATTERN_END,  PATTERN_WITHIN},
        };
        pattern->form = forms[star_first][star_last];
        length -= stars;
    } else {
        char *copy = memory_copy_bytes(text, length);
        pattern->form = PATTERN_GLOB;
        pattern->glob = glob_new(copy, NO_SEPARATOR, true);
        free(copy);
    }
    pattern->text = memory_copy_bytes(body, length);
    pattern->length = length;
}

static void list_prepare(struct pattern_list *list, const char *text)
{
    vector_init(&list->patterns, sizeof(struct pattern));
    while (text && *text) {
        size_t length = strcspn(text, " ");

        if (length > 0) {
            struct pattern *pattern = vector_add(&list->patterns);
            bool excludes = text[0] == '!' && length > 1;

            pattern->excludes = excludes;
            pattern_prepare(pattern, text + excludes, length - excludes);
            list->wants |= !excludes;
        }
        text += length;
        text += strspn(text, " ");
    }
}

static bool contains_alike(const char *text, size_t text_length, const char *part, size_t length)
{
    for (size_t i = 0; i + length <= text_length; i++) {
        if (ascii_alike(text + i, part, length))
            return true;
    }
    return false;
}

static bool pattern_matches(const struct pattern *pattern, const char *text, size_t length)
{
    if (pattern->form == PATTERN_GLOB)
        return glob_test(pattern->glob, text);
    if (length < pattern->length || (pattern->form == PATTERN_EXACT && length != pattern->length))
        return false;
    if (pattern->form == PATTERN_WITHIN)
        return contains_alike(text, length, pattern->text, pattern->length);
    if (pattern->form == PATTERN_END)
        text += length - pattern->length;
    return ascii_alike(text, pattern->text, pattern->length);
}

static bool list_matches(const struct pattern_list *list, const char *text)
{
    bool found = !list->wants;
    size_t length;

    if (list->patterns.count == 0)
        return true;
    if (!text)
        return false;
    length = strlen(text);
    for (size_t i = 0; i < list->patterns.count; i++) {
        const struct pattern *pattern = vector_at(&list->patterns, i);

        if ((pattern->excludes || !found) && pattern_matches(pattern, text, length)) {
            if (pattern->excludes)
                return false;
            found = true;
        }
    }
    return found;
}

static void rule_prepare(struct prepared_rule *prepared, const struct rule *rule)
{
    const char *const columns[LIST_COUNT] = {
        [LIST_CATEGORY] = rule->category,       [LIST_KEY] = rule->key,
        [LIST_PREVIOUS] = rule->previous,       [LIST_CURRENT] = rule->current,
        [LIST_ENVIRONMENT] = rule->environment,
    };
    char separator = rule->type == DRIFT_CONFIG ? '.' : '/';

    prepared->rule = *rule;
    for (size_t i = 0; i < LIST_COUNT; i++)
        list_prepare(&prepared->lists[i], columns[i]);
    prepared->path = rule->path ? glob_new(rule->path, separator, true) : NULL;
    prepared->except = rule->except ? glob_new(rule->except, separator, true) : NULL;
}

static void rule_release(struct prepared_rule *prepared)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        struct vector *patterns = &prepared->lists[i].patterns;

        for (size_t k = 0; k < patterns->count; k++) {
            struct pattern *pattern = vector_at(patterns, k);
            free(pattern->text);
            glob_free(&pattern->glob);
        }
        vector_release(patterns);
    }
    glob_free(&prepared->path);
    glob_free(&prepared->except);
}

static bool environment_matches(const struct prepared_rule *prepared,
                                const struct rule_subject *subject)
{
    const struct pattern_list *list = &prepared->lists[LIST_ENVIRONMENT];

    return list->patterns.count == 0 || list_matches(list, subject->previous_environment) ||
           list_matches(list, subject->current_environment);
}

static bool marks_match(unsigned wanted, unsigned marks)
{
    return (wanted & ~marks) == 0 && (wanted & MARK_EMPTY) == (marks & MARK_EMPTY);
}

/* What costs nothing comes first. */
static bool bits_match(const struct rule *rule, const struct rule_subject *subject)
{
    unsigned details = rule->details ? rule->details : ~(1u << DETAIL_REORDERED);

    return rule->type == subject->type && marks_match(rule->marks, subject->marks) &&
           (rule->change_types == 0 || (rule->change_types & 1u << subject->change_type)) &&
           (details & 1u << subject->detail) &&
           (rule->lines_over == 0 || subject->lines > rule->lines_over);
}

static bool prepared_matches(const struct prepared_rule *prepared,
                             const struct rule_subject *subject)
{
    const struct rule *rule = &prepared->rule;
    const char *path = subject->path ? subject->path : "";
    size_t length;

    return !rule->off && bits_match(rule, subject) &&
           list_matches(&prepared->lists[LIST_CATEGORY], subject->category) &&
           list_matches(&prepared->lists[LIST_KEY], subject->key) &&
           list_matches(&prepared->lists[LIST_PREVIOUS], subject->previous) &&
           list_matches(&prepared->lists[LIST_CURRENT], subject->current) &&
           environment_matches(prepared, subject) &&
           (!rule->words || (subject->text && words_find(rule->words, subject->text, &length))) &&
           (!prepared->path || glob_test(prepared->path, path)) &&
           (!prepared->except || !glob_test(prepared->except, path));
}

bool rule_matches(const struct rule *rule, const struct rule_subject *subject)
{
    struct prepared_rule prepared = { 0 };
    bool matches;

    rule_prepare(&prepared, rule);
    matches = prepared_matches(&prepared, subject);
    rule_release(&prepared);
    return matches;
}

static void change_text(const char **column, const char *text)
{
    if (text)
        *column = text;
}

static void change_bits(unsigned *column, unsigned bits)
{
    if (bits)
        *column = bits;
}

/* The built-in row with the columns that the project's row sets. */
static struct rule rule_changed(const struct rule *builtin, const struct rule *own)
{
    struct rule rule = *builtin;

    change_text(&rule.category, own->category);
    change_text(&rule.path, own->path);
    change_text(&rule.except, own->except);
    change_text(&rule.key, own->key);
    change_text(&rule.previous, own->previous);
    change_text(&rule.current, own->current);
    change_text(&rule.words, own->words);
    change_text(&rule.environment, own->environment);
    change_text(&rule.sentence, own->sentence);
    change_bits(&rule.marks, own->marks);
    change_bits(&rule.change_types, own->change_types);
    change_bits(&rule.details, own->details);
    if (own->lines_over)
        rule.lines_over = own->lines_over;
    if (own->columns & COLUMN_TYPE)
        rule.type = own->type;
    if (own->columns & COLUMN_SEVERITY)
        rule.severity = own->severity;
    if (own->columns & COLUMN_ATTENTION)
        rule.attention = own->attention;
    /* Who weighs it anew does not think it routine. */
    if (own->columns & (COLUMN_SEVERITY | COLUMN_ATTENTION))
        rule.routine = false;
    if (own->columns & COLUMN_BREAKING)
        rule.breaking = own->breaking;
    if (own->columns & COLUMN_SECURITY)
        rule.security = own->security;
    if (own->columns & COLUMN_OFF)
        rule.off = own->off;
    return rule;
}

static const struct rule *rule_by_id(const struct rule *rules, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i].id, id) == 0)
            return &rules[i];
    }
    return NULL;
}

static void rule_set_add(struct rule_set *set, const struct rule *rule)
{
    if (!rule->off)
        rule_prepare(vector_add(&set->rules), rule);
}

struct rule_set *rule_set_new(const struct rule *own, size_t count)
{
    struct rule_set *set = memory_new(sizeof *set);
    size_t builtin_count;
    const struct rule *builtin = rules_builtin(&builtin_count);

    vector_init(&set->rules, sizeof(struct prepared_rule));
    for (size_t i = 0; i < builtin_count; i++) {
        const struct rule *change = rule_by_id(own, count, builtin[i].id);
        struct rule rule = change ? rule_changed(&builtin[i], change) : builtin[i];

        rule_set_add(set, &rule);
    }
    for (size_t i = 0; i < count; i++) {
        if (!rule_by_id(builtin, builtin_count, own[i].id))
            rule_set_add(set, &own[i]);
    }
    return set;
}

void rule_set_free(struct rule_set **set)
{
    if (!*set)
        return;
    for (size_t i = 0; i < (*set)->rules.count; i++)
        rule_release(vector_at(&(*set)->rules, i));
    vector_release(&(*set)->rules);
    free(*set);
    *set = NULL;
}

const struct rule *rule_set_find(const struct rule_set *set, const char *id)
{
    for (size_t i = 0; i < set->rules.count; i++) {
        const struct prepared_rule *prepared = vector_at(&set->rules, i);

        if (strcmp(prepared->rule.id, id) == 0)
            return &prepared->rule;
    }
    return NULL;
}

static void add_matches(const struct rule_set *set, const struct rule_subject *subject,
                        bool fallback, struct vector *hits)
{
    for (size_t i = 0; i < set->rules.count; i++) {
        const struct prepared_rule *prepared = vector_at(&set->rules, i);
        const struct rule *rule = &prepared->rule;

        if (rule->fallback == fallback && prepared_matches(prepared, subject))
            vector_push(hits, &rule);
    }
}

void rule_set_match(const struct rule_set *set, const struct rule_subject *subject,
                    struct vector *hits)
{
    size_t before = hits->count;

    add_matches(set, subject, false, hits);
    if (hits->count == before)
        add_matches(set, subject, true, hits);
}
