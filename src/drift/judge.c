/*
 * What a difference is worth: rules, attention, and whether people said that it may be there.
 */
#include <pilab/drift/builder.h>
#include <pilab/drift/deciding.h>

#include <string.h>

void builder_raise_attention(struct report_builder *builder, struct drift_item *item,
                             enum attention attention, const char *reason)
{
    /* Where nothing goes anywhere, nothing breaks. */
    if (attention == ATTENTION_BLOCKER &&
        drift_sides_as_is(&builder->input->previous, &builder->input->current))
        attention = ATTENTION_REVIEW;
    if (attention <= item->attention)
        return;
    item->attention = attention;
    item->attention_reason = arena_text(builder->arena, reason);
}

static void note_expected(struct report_builder *builder, struct drift_item *item)
{
    const struct expected_difference *expected =
        expected_set_find(builder->expected, item->type, item->module, item->path);

    if (!expected)
        return;
    item->expected = true;
    item->expected_by = arena_text(builder->arena, expected->path);
    item->expected_reason = arena_text(builder->arena, expected->reason);
}

static void note_decision(struct report_builder *builder, struct drift_item *item)
{
    const struct decided_difference *decided =
        builder->decided != NULL ? map_get(builder->decided, item->id) : NULL;

    if (decided != NULL)
        drift_item_decide(item, drift_decision_of(decided, item, builder->now, builder->arena));
}

static const char *visible_text(const struct drift_value *value)
{
    return value->present && !value->masked ? value->text : NULL;
}

static unsigned marks_of(const struct drift_item *item, unsigned marks)
{
    if (item->ticket_count > 0)
        marks |= MARK_TICKET;
    if (item->breaking)
        marks |= MARK_BREAKING;
    if ((item->previous.masked || item->current.masked) &&
        !(marks & (MARK_SECRET | MARK_CREDENTIAL)))
        marks |= MARK_SECRET;
    return marks;
}

static bool is_listed(const struct drift_item *item, const char *rule)
{
    for (size_t i = 0; i < item->rule_count; i++) {
        if (strcmp(item->rules[i].rule, rule) == 0)
            return true;
    }
    return false;
}

/* How much a rule says of just this difference: what breaks, what touches security, a credential
 * before all else of it, then what looks at what is found and what it says, before what goes by its
 * name or place alone. */
static unsigned telling(const struct rule *rule)
{
    return (rule->attention == ATTENTION_BLOCKER ? 64 : 0) | (rule->security ? 32 : 0) |
           (rule->marks & MARK_CREDENTIAL ? 16 : 0) | (rule->marks != 0 ? 8 : 0) |
           (rule->previous || rule->current || rule->words ? 4 : 0) | (rule->environment ? 2 : 0) |
           (rule->path || rule->key || rule->category ? 1 : 0);
}

static int by_what_they_tell(const void *a, const void *b)
{
    const struct rule *left = *(const struct rule *const *)a;
    const struct rule *right = *(const struct rule *const *)b;

    if (left->severity != right->severity)
        return (int)right->severity - (int)left->severity;
    return (int)telling(right) - (int)telling(left);
}

static int by_what_they_tell_within(const void *a, const void *b)
{
    const struct within_hit *left = a, *right = b;

    return by_what_they_tell(&left->rule, &right->rule);
}

static int by_severity(const void *a, const void *b)
{
    const struct drift_rule_hit *left = a, *right = b;

    return (int)right->severity - (int)left->severity;
}

/* How a rule stands in the report: its texts are copied once, not for each item. */
static const struct drift_rule_hit *hit_of(struct report_builder *builder, const struct rule *rule)
{
    struct drift_rule_hit *hit = &builder->rule_hits[rule_set_number(builder->rules, rule)];

    if (!hit->rule) {
        hit->rule = arena_text(builder->arena, rule->id);
        hit->sentence = arena_text(builder->arena, rule->sentence ? rule->sentence : rule->id);
        hit->severity = rule->severity;
        hit->routine = rule->routine;
    }
    return hit;
}

static void add_hit(struct report_builder *builder, struct drift_item *item,
                    const struct rule *rule, const struct drift_rule_hit *hit)
{
    item->rules[item->rule_count++] = *hit;
    if (rule->severity > item->severity)
        item->severity = rule->severity;
    item->breaking |= rule->breaking;
    item->security |= rule->security;
    builder_raise_attention(builder, item, rule->attention, hit->sentence);
}

/* What was found within, before what the rules say of the whole. */
static void apply_within(struct report_builder *builder, struct drift_item *item)
{
    struct vector *within = &builder->within;

    sort_stable(within->items, within->count, sizeof(struct within_hit), by_what_they_tell_within);
    for (size_t i = 0; i < within->count; i++) {
        const struct within_hit *part = vector_at(within, i);
        struct drift_rule_hit hit = *hit_of(builder, part->rule);

        if (*part->name)
            hit.sentence = arena_printf(builder->arena, "%s: %s", part->name, hit.sentence);
        add_hit(builder, item, part->rule, &hit);
    }
    vector_clear(within);
}

/* Lists the rules that fired, the gravest and most telling first: its sentence is shown. */
static void apply_rules(struct report_builder *builder, struct drift_item *item)
{
    struct vector *fired = &builder->fired;
    bool found = builder->within.count > 0;
    size_t room = item->rule_count + builder->within.count + fired->count;
    struct drift_rule_hit *rules = arena_array(builder->arena, room, sizeof *rules);

    sort_stable(fired->items, fired->count, sizeof(const struct rule *), by_what_they_tell);

    if (item->rule_count > 0)
        memcpy(rules, item->rules, item->rule_count * sizeof *rules);
    item->rules = rules;
    apply_within(builder, item);
    for (size_t i = 0; i < fired->count; i++) {
        const struct rule *rule = *(const struct rule *const *)vector_at(fired, i);

        if (!is_listed(item, rule->id) && !(found && rule->fallback))
            add_hit(builder, item, rule, hit_of(builder, rule));
    }
    sort_stable(item->rules, item->rule_count, sizeof *item->rules, by_severity);
}

/* Whether a rule gave the reason, and not what was found besides. */
static bool is_reason(const struct drift_item *item)
{
    for (size_t i = 0; item->attention_reason && i < item->rule_count; i++) {
        if (strcmp(item->attention_reason, item->rules[i].sentence) == 0)
            return true;
    }
    return false;
}

static void review_because(struct report_builder *builder, struct drift_item *item,
                           const char *sentence)
{
    if (item->attention == ATTENTION_REVIEW && is_reason(item))
        item->attention_reason = sentence; /* a graver one than what asked for it first */
    else
        builder_raise_attention(builder, item, ATTENTION_REVIEW, sentence);
}

/* What is grave or touches security should be looked at, whoever asked for it; what is meant to
 * differ needs no look, nor does what every release has. */
static void settle_attention(struct report_builder *builder, struct drift_item *item)
{
    if (item->expected) {
        item->blocks |= item->attention == ATTENTION_BLOCKER;
        item->attention = ATTENTION_NONE;
        item->attention_reason = NULL;
        return;
    }
    for (size_t i = 0; i < item->rule_count; i++) {
        const struct drift_rule_hit *hit = &item->rules[i];

        if (item->security || (hit->severity >= SEVERITY_HIGH && !hit->routine)) {
            review_because(builder, item, hit->sentence);
            return;
        }
    }
    if (item->rule_count == 0 && (item->severity >= SEVERITY_HIGH || item->security))
        builder_raise_attention(builder, item, ATTENTION_REVIEW, NULL);
}

/* Whether a rule that fired on a part says something of the value that it has. Of names and places
 * alone every new service has many; but a project that asks for one means it wherever it is. */
static bool tells_of_part(const struct rule *rule)
{
    if (rule->fallback)
        return false;
    if (rule->marks != 0 || rule->previous != NULL || rule->current != NULL)
        return true;
    return (rule->key != NULL || rule->path != NULL) && !rules_builtin_find(rule->id);
}

static bool is_found(const struct report_builder *builder, const struct rule *rule)
{
    for (size_t i = 0; i < builder->within.count; i++) {
        const struct within_hit *hit = vector_at(&builder->within, i);

        if (hit->rule == rule)
            return true;
    }
    return false;
}

void builder_look_within(struct report_builder *builder, const struct rule_subject *subject,
                         const char *name)
{
    struct vector *fired = &builder->fired;

    vector_clear(fired);
    rule_set_match(builder->rules, subject, fired);
    for (size_t i = 0; i < fired->count; i++) {
        const struct rule *rule = *(const struct rule *const *)vector_at(fired, i);
        struct within_hit *hit;

        if (!tells_of_part(rule) || is_found(builder, rule))
            continue;
        hit = vector_add(&builder->within);
        *hit = (struct within_hit){ .rule = rule, .name = arena_text(builder->arena, name) };
    }
}

void builder_judge_marked(struct report_builder *builder, struct drift_item *item,
                          const uint64_t *said, unsigned marks)
{
    struct rule_subject subject = {
        .type = item->type,
        .category = item->category,
        .path = item->path,
        .key = item->key,
        .said = said,
        .previous = visible_text(&item->previous),
        .current = visible_text(&item->current),
        .marks = marks_of(item, marks),
        .change_type = item->change_type,
        .detail = item->detail,
        .lines = item->insertions + item->deletions,
        .previous_environment = builder->input->previous.environment,
        .current_environment = builder->input->current.environment,
    };

    vector_clear(&builder->fired);
    rule_set_match(builder->rules, &subject, &builder->fired);
    apply_rules(builder, item);
    note_expected(builder, item);
    settle_attention(builder, item);
    note_decision(builder, item); /* at last: taken back, the item is what it was judged to be */
}

void builder_judge(struct report_builder *builder, struct drift_item *item)
{
    builder_judge_marked(builder, item, NULL, 0);
}
