#include <pilab/drift/rules.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "patterns.h"

enum list_column {
    LIST_CATEGORY,
    LIST_KEY,
    LIST_PREVIOUS,
    LIST_CURRENT,
    LIST_ENVIRONMENT,
    LIST_COUNT
};

/* Nothing is asked. */
#define NONE SIZE_MAX

struct prepared_rule {
    struct rule rule; /* comes first: rule_prepared */
    bool builtin;
    size_t lists[LIST_COUNT]; /* into rule_set.conditions */
    size_t path, except;      /* into the patterns of its type */
    size_t words;             /* into rule_set.words */
};

/* What several rules may ask in the same words is answered once. */
struct condition {
    enum list_column column;
    const char *text;
    struct pattern_list *list;
};

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

struct rule_set {
    struct vector rules;                     /* struct prepared_rule */
    struct vector by_type[DRIFT_TYPE_COUNT]; /* size_t: their numbers */
    struct vector conditions;                /* struct condition */
    struct glob_set *dotted;                 /* over paths of configuration */
    struct glob_set *slashed;                /* over all others */
    struct word_lists *words;
    unsigned char *answers; /* enum answer: to the conditions, about the subject at hand */
    size_t dotted_count;    /* patterns of dotted */
    bool *either;           /* which of them a path matches in one of its two forms */
};

/* A subject on its way through the rules. */
struct question {
    const struct rule_set *set;
    const struct rule_subject *subject;
    const bool *paths; /* which patterns its path matches; NULL: not asked yet */
};

static struct glob_set *globs_for(const struct rule_set *set, enum drift_type type)
{
    return type == DRIFT_CONFIG ? set->dotted : set->slashed;
}

static size_t add_condition(struct rule_set *set, enum list_column column, const char *text)
{
    struct condition *condition;

    if (!text)
        return NONE;
    for (size_t i = 0; i < set->conditions.count; i++) {
        condition = vector_at(&set->conditions, i);
        if (condition->column == column && strcmp(condition->text, text) == 0)
            return i;
    }
    condition = vector_add(&set->conditions);
    *condition = (struct condition){ column, text, pattern_list_new(text) };
    return set->conditions.count - 1;
}

static size_t add_path(struct rule_set *set, enum drift_type type, const char *pattern)
{
    size_t number;

    if (!pattern)
        return NONE;
    number = glob_set_add(globs_for(set, type), pattern);
    if (type == DRIFT_CONFIG && number >= set->dotted_count)
        set->dotted_count = number + 1;
    return number;
}

static void rule_prepare(struct rule_set *set, const struct rule *rule)
{
    const char *const columns[LIST_COUNT] = {
        [LIST_CATEGORY] = rule->category,       [LIST_KEY] = rule->key,
        [LIST_PREVIOUS] = rule->previous,       [LIST_CURRENT] = rule->current,
        [LIST_ENVIRONMENT] = rule->environment,
    };
    size_t number = set->rules.count;
    struct prepared_rule *prepared = vector_add(&set->rules);

    vector_push(&set->by_type[rule->type], &number);
    prepared->rule = *rule;
    prepared->builtin = rules_builtin_find(rule->id) != NULL;
    for (enum list_column i = 0; i < LIST_COUNT; i++)
        prepared->lists[i] = add_condition(set, i, columns[i]);
    prepared->path = add_path(set, rule->type, rule->path);
    prepared->except = add_path(set, rule->type, rule->except);
    prepared->words = rule->words ? word_lists_add(set->words, rule->words) : NONE;
}

/* What follows the last dot of a key that is a path itself: "enabled" of "server.ssl.enabled".
 * NULL: it has none, or is not of configuration. */
static const char *last_part(const struct rule_subject *subject)
{
    const char *dot =
        subject->type == DRIFT_CONFIG && subject->key ? strrchr(subject->key, '.') : NULL;

    return dot && dot[1] != '\0' ? dot + 1 : NULL;
}

static bool key_matches(const struct pattern_list *list, const struct rule_subject *subject)
{
    const char *last = last_part(subject);

    return pattern_list_matches(list, subject->key) || (last && pattern_list_matches(list, last));
}

static bool condition_holds(const struct condition *condition, const struct rule_subject *subject)
{
    const struct pattern_list *list = condition->list;

    switch (condition->column) {
    case LIST_CATEGORY:
        return pattern_list_matches(list, subject->category);
    case LIST_KEY:
        return key_matches(list, subject);
    case LIST_PREVIOUS:
        return pattern_list_matches(list, subject->previous);
    case LIST_CURRENT:
        return pattern_list_matches(list, subject->current);
    case LIST_ENVIRONMENT:
    case LIST_COUNT:
        break;
    }
    return pattern_list_matches(list, subject->previous_environment) ||
           pattern_list_matches(list, subject->current_environment);
}

static bool list_matches(const struct question *question, size_t list)
{
    const struct rule_set *set = question->set;

    if (list == NONE)
        return true;
    if (set->answers[list] == ANSWER_UNKNOWN)
        set->answers[list] = condition_holds(vector_at(&set->conditions, list), question->subject)
                                 ? ANSWER_YES
                                 : ANSWER_NO;
    return set->answers[list] == ANSWER_YES;
}

static bool lists_match(const struct question *question, const struct prepared_rule *prepared)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        if (!list_matches(question, prepared->lists[i]))
            return false;
    }
    return true;
}

/* A path in which a key with dots stands in quotes matches as if its parts were steps as well:
 * kafka."security.protocol" says what kafka.security.protocol does. */
static const bool *match_either(const struct rule_set *set, const char *path)
{
    struct strbuf plain = STRBUF_INIT;
    const bool *found = glob_set_test(set->dotted, path);

    if (!strchr(path, '"'))
        return found;
    memcpy(set->either, found, set->dotted_count * sizeof *set->either);
    for (const char *at = path; *at; at++) {
        if (*at != '"')
            strbuf_add_char(&plain, *at);
    }
    found = glob_set_test(set->dotted, plain.data ? plain.data : "");
    for (size_t i = 0; i < set->dotted_count; i++)
        set->either[i] |= found[i];
    strbuf_release(&plain);
    return set->either;
}

static bool path_matches(struct question *question, size_t pattern)
{
    const struct rule_subject *subject = question->subject;
    const char *path = subject->path ? subject->path : "";

    if (!question->paths)
        question->paths = subject->type == DRIFT_CONFIG
                              ? match_either(question->set, path)
                              : glob_set_test(question->set->slashed, path);
    return question->paths[pattern];
}

static bool words_match(const struct prepared_rule *prepared, const uint64_t *said)
{
    return prepared->words == NONE || (said && word_lists_found(said, prepared->words));
}

static bool marks_match(unsigned wanted, unsigned marks)
{
    return (wanted & ~marks) == 0 && (wanted & MARK_EMPTY) == (marks & MARK_EMPTY);
}

/* What costs nothing comes first. */
static bool bits_match(const struct rule *rule, const struct rule_subject *subject)
{
    unsigned details = rule->details ? rule->details : ~(1u << DETAIL_REORDERED);

    return marks_match(rule->marks, subject->marks) && (rule->unmarked & subject->marks) == 0 &&
           (rule->change_types == 0 || (rule->change_types & 1u << subject->change_type)) &&
           (details & 1u << subject->detail) &&
           (rule->lines_over == 0 || subject->lines > rule->lines_over);
}

/* What built-in rows must ask for: a project's own hold for what is told elsewhere, too. */
#define MARKS_APART (MARK_KEPT | MARK_IMAGE)

static bool prepared_matches(struct question *question, const struct prepared_rule *prepared)
{
    unsigned apart = (prepared->rule.marks ^ question->subject->marks) & MARKS_APART;

    return (apart == 0 || !prepared->builtin) && bits_match(&prepared->rule, question->subject) &&
           words_match(prepared, question->subject->said) && lists_match(question, prepared) &&
           (prepared->path == NONE || path_matches(question, prepared->path)) &&
           (prepared->except == NONE || !path_matches(question, prepared->except));
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
        rule_prepare(set, rule);
}

struct rule_set *rule_set_new(const struct rule *own, size_t count)
{
    struct rule_set *set = memory_new(sizeof *set);
    const struct rule *builtin;

    vector_init(&set->rules, sizeof(struct prepared_rule));
    for (size_t i = 0; i < DRIFT_TYPE_COUNT; i++)
        vector_init(&set->by_type[i], sizeof(size_t));
    vector_init(&set->conditions, sizeof(struct condition));
    set->dotted = glob_set_new('.', true);
    set->slashed = glob_set_new('/', true);
    set->words = word_lists_new();
    for (size_t i = 0; (builtin = rules_builtin_at(i)) != NULL; i++) {
        const struct rule *change = rule_by_id(own, count, builtin->id);
        struct rule rule = change ? rule_changed(builtin, change) : *builtin;

        rule_set_add(set, &rule);
    }
    for (size_t i = 0; i < count; i++) {
        if (!rules_builtin_find(own[i].id))
            rule_set_add(set, &own[i]);
    }
    set->answers = memory_array(set->conditions.count, sizeof *set->answers);
    set->either = memory_array(set->dotted_count, sizeof *set->either);
    return set;
}

void rule_set_free(struct rule_set **set)
{
    if (!*set)
        return;
    for (size_t i = 0; i < (*set)->conditions.count; i++) {
        struct condition *condition = vector_at(&(*set)->conditions, i);

        pattern_list_free(&condition->list);
    }
    for (size_t i = 0; i < DRIFT_TYPE_COUNT; i++)
        vector_release(&(*set)->by_type[i]);
    vector_release(&(*set)->conditions);
    vector_release(&(*set)->rules);
    glob_set_free(&(*set)->dotted);
    glob_set_free(&(*set)->slashed);
    word_lists_free(&(*set)->words);
    free((*set)->answers);
    free((*set)->either);
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

size_t rule_set_count(const struct rule_set *set)
{
    return set->rules.count;
}

const struct rule *rule_set_at(const struct rule_set *set, size_t number)
{
    const struct prepared_rule *prepared = vector_at(&set->rules, number);

    return &prepared->rule;
}

static const struct prepared_rule *rule_prepared(const struct rule *rule)
{
    return (const struct prepared_rule *)(const void *)rule;
}

size_t rule_set_number(const struct rule_set *set, const struct rule *rule)
{
    const struct prepared_rule *first = set->rules.items;

    return (size_t)(rule_prepared(rule) - first);
}

const struct word_lists *rule_set_words(const struct rule_set *set)
{
    return set->words;
}

bool rule_words_said(const struct rule *rule, const uint64_t *said)
{
    return words_match(rule_prepared(rule), said);
}

static void add_matches(struct question *question, bool fallback, struct vector *hits)
{
    const struct vector *numbers = &question->set->by_type[question->subject->type];

    for (size_t i = 0; i < numbers->count; i++) {
        size_t number = *(const size_t *)vector_at(numbers, i);
        const struct prepared_rule *prepared = vector_at(&question->set->rules, number);
        const struct rule *rule = &prepared->rule;

        if (rule->fallback == fallback && prepared_matches(question, prepared))
            vector_push(hits, &rule);
    }
}

void rule_set_match(struct rule_set *set, const struct rule_subject *subject, struct vector *hits)
{
    struct question question = { .set = set, .subject = subject };
    size_t before = hits->count;

    memset(set->answers, ANSWER_UNKNOWN, set->conditions.count);
    add_matches(&question, false, hits);
    if (hits->count == before)
        add_matches(&question, true, hits);
}
