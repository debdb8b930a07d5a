/* Rules tried on what differs: judged twice, and what that changes. */
#include <pilab/app/use_cases.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/compare_plan.h>
#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/drift/text.h>
#include <pilab/git/repository.h>

#include "rules_held.h"

#define SCHEMA      "pilab.rules-test/1"
#define USUAL_WIDTH 80
/* Examples of what a rule fires on. */
#define SHOWN 3

/* The same differences, judged by the rules that hold and by those that are tried. */
struct trial {
    struct drift_report *before, *after;
    struct rule_set *was, *set; /* those that hold; those that are tried */
    const struct rule *own;     /* what is said of those that are tried */
    size_t own_count;
};

/* What is tried, in the place of what holds; without a file what holds, in the place of nothing. */
static bool choose_rules(struct call *call, const char *file, struct drift_input *before,
                         struct drift_input *after, struct error *error)
{
    struct project_settings settings = { 0 };

    if (file == NULL) {
        before->rules = NULL;
        before->rule_count = 0;
        return true;
    }
    if (!project_read_rules(call, file, &settings, error))
        return false;
    after->rules = settings.rules;
    after->rule_count = settings.rule_count;
    return true;
}

static bool trial_run(struct call *call, const struct compare_ask *ask, const char *file,
                      struct trial *trial, struct error *error)
{
    struct comparison *comparison = NULL;
    struct compare_plan plan;
    bool ok;

    if (!repository_library_start(error))
        return false;
    ok = compare_plan_read(call, ask, &plan, &comparison, error);
    kept_counts_close(&plan.counts);
    repository_library_stop();
    if (ok) {
        struct drift_input before = *comparison_input(comparison), after = before;

        ok = choose_rules(call, file, &before, &after, error);
        if (ok) {
            trial->before = drift_detect(&before);
            trial->after = drift_detect(&after);
            trial->was = rule_set_new(before.rules, before.rule_count);
            trial->set = rule_set_new(after.rules, after.rule_count);
            trial->own = after.rules;
            trial->own_count = after.rule_count;
        }
    }
    comparison_free(&comparison);
    return ok;
}

static void trial_release(struct trial *trial)
{
    drift_report_free(&trial->before);
    drift_report_free(&trial->after);
    if (trial->set != NULL)
        rule_set_free(&trial->set);
    if (trial->was != NULL)
        rule_set_free(&trial->was);
}

/* How often a rule fires, and on what. */
static json_t *fired_json(const struct trial *trial, const struct rule *rule)
{
    json_t *object = json_object(), *examples = json_array();
    size_t fired = 0;

    for (size_t i = 0; i < trial->after->item_count; i++) {
        const struct drift_item *item = &trial->after->items[i];

        for (size_t k = 0; k < item->rule_count; k++) {
            if (strcmp(item->rules[k].rule, rule->id) != 0)
                continue;
            fired++;
            if (json_array_size(examples) < SHOWN)
                json_append(examples, json_text(item->path));
        }
    }
    json_put_text(object, "id", rule->id);
    json_put_text(object, "type", drift_type_name(rule->type));
    json_put_text(object, "severity", severity_name(rule->severity));
    json_put_bool(object, "own", rules_builtin_find(rule->id) == NULL);
    json_put_integer(object, "fired", (int64_t)fired);
    json_put(object, "examples", examples);
    return object;
}

static json_t *verdict_json(const struct drift_item *item)
{
    json_t *object = json_object(), *rules = json_array();

    for (size_t i = 0; i < item->rule_count; i++)
        json_append(rules, json_text(item->rules[i].rule));
    json_put_text(object, "severity", severity_name(item->severity));
    json_put_text(object, "attention", attention_name(item->attention));
    json_put_bool(object, "breaking", item->breaking);
    json_put_bool(object, "security", item->security);
    json_put(object, "rules", rules);
    return object;
}

static bool judged_alike(const struct drift_item *a, const struct drift_item *b)
{
    return a->severity == b->severity && a->attention == b->attention &&
           a->breaking == b->breaking && a->security == b->security;
}

/* Where it stands, as "charts/values.yaml:12". */
static char *place_of(const struct drift_item *item)
{
    const struct drift_provenance *at =
        item->current_at.file != NULL ? &item->current_at : &item->previous_at;

    if (at->file == NULL || *at->file == '\0')
        return memory_copy_text("");
    return at->line > 0 ? memory_printf("%s:%u", at->file, at->line) : memory_copy_text(at->file);
}

static json_t *change_json(const struct drift_item *before, const struct drift_item *after)
{
    json_t *object = json_object();
    char *place = place_of(after);

    json_put_text(object, "id", after->id);
    json_put_text(object, "type", drift_type_name(after->type));
    json_put_text(object, "module", after->module);
    json_put_text(object, "service", after->service);
    json_put_text(object, "path", after->path);
    json_put_text(object, "place", place);
    json_put(object, "previous", verdict_json(before));
    json_put(object, "current", verdict_json(after));
    free(place);
    return object;
}

/* Rules judge differences and make none: both reports have the same ones. */
static json_t *changes_json(const struct trial *trial)
{
    json_t *changes = json_array();
    struct map *before = map_new();

    for (size_t i = 0; i < trial->before->item_count; i++)
        map_put(before, trial->before->items[i].id, &trial->before->items[i]);
    for (size_t i = 0; i < trial->after->item_count; i++) {
        const struct drift_item *after = &trial->after->items[i];
        const struct drift_item *was = map_get(before, after->id);

        if (was != NULL && !judged_alike(was, after))
            json_append(changes, change_json(was, after));
    }
    map_free(&before);
    return changes;
}

static json_t *trial_json(const struct trial *trial)
{
    struct rules_trial held = { .before = trial->before,
                                .after = trial->after,
                                .was = trial->was,
                                .now = trial->set,
                                .own = trial->own,
                                .own_count = trial->own_count };
    json_t *object = json_object(), *rules = json_array();

    for (size_t i = 0; i < rule_set_count(trial->set); i++)
        json_append(rules, fired_json(trial, rule_set_at(trial->set, i)));
    json_put_text(object, "schema", SCHEMA);
    json_put_text(object, "previous", trial->after->previous.label);
    json_put_text(object, "current", trial->after->current.label);
    json_put_integer(object, "differences", (int64_t)trial->after->item_count);
    json_put(object, "rules", rules);
    json_put(object, "changes", changes_json(trial));
    json_put(object, "held", rules_held(&held));
    return object;
}

static void draw_rule(struct strbuf *out, const json_t *rule, size_t width)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;
    const json_t *examples = json_object_get(rule, "examples");

    size_t room;

    strbuf_printf(&left, "%8" JSON_INTEGER_FORMAT "  ",
                  json_integer_value(json_object_get(rule, "fired")));
    rich_text(&left, json_is_true(json_object_get(rule, "own")) ? RICH_NAME : RICH_PLAIN,
              json_member_text(rule, "id"), true);
    /* What does not fit loses its middle; the name of the rule keeps half of the line. */
    room = width / 2 > 2 ? width / 2 - 2 : 0;
    if (width > rich_width(left.data, left.length) + 2 + room)
        room = width - rich_width(left.data, left.length) - 2;
    if (json_array_size(examples) > 0 && room > 0)
        rich_middle(&right, RICH_DIM, json_string_value(json_array_get(examples, 0)), room, true);
    rich_line(out, left.data, right.data != NULL ? right.data : "", width, true);
    strbuf_release(&left);
    strbuf_release(&right);
}

static void add_verdict(struct strbuf *out, const json_t *verdict)
{
    const char *attention = json_member_text(verdict, "attention");
    enum severity severity = SEVERITY_INFO;

    severity_parse(json_member_text(verdict, "severity"), &severity);
    rich_word(out, severity_role(severity), severity_name(severity));
    if (strcmp(attention, attention_name(ATTENTION_NONE)) != 0)
        strbuf_printf(out, " %s", attention);
}

/* The module and the place of what is judged otherwise: paths are alike in many files. */
static void add_place(struct strbuf *out, const json_t *change, size_t room)
{
    const char *module = json_member_text(change, "module");
    const char *place = json_member_text(change, "place");
    char *both =
        memory_printf("%s%s%s", module, *module != '\0' && *place != '\0' ? ": " : "", place);

    if (*both != '\0' && room > 0)
        rich_middle(out, RICH_DIM, both, room, true);
    free(both);
}

static void draw_change(struct strbuf *out, const json_t *change, size_t width)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;
    size_t used;

    strbuf_add(out, "  ");
    rich_middle(out, RICH_NAME, json_member_text(change, "path"), width - 2, true);
    strbuf_add(&left, "    ");
    add_verdict(&left, json_object_get(change, "previous"));
    strbuf_add(&left, " → ");
    add_verdict(&left, json_object_get(change, "current"));
    used = rich_width(left.data, left.length) + 2;
    add_place(&right, change, width > used ? width - used : 0);
    strbuf_add_char(out, '\n');
    rich_line(out, left.data, right.data != NULL ? right.data : "", width, true);
    strbuf_release(&left);
    strbuf_release(&right);
}

static void draw(struct strbuf *out, const void *subject, size_t width)
{
    const json_t *object = subject, *rules = json_object_get(object, "rules"),
                 *changes = json_object_get(object, "changes");

    rich_open(out, RICH_TITLE);
    strbuf_printf(out, "%" JSON_INTEGER_FORMAT " differences, %zu judged otherwise",
                  json_integer_value(json_object_get(object, "differences")),
                  json_array_size(changes));
    rich_close(out);
    strbuf_add(out, "\n\n");
    rich_word(out, RICH_HEADING, "Rules that fire");
    strbuf_add_char(out, '\n');
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *rule = json_array_get(rules, i);

        if (json_integer_value(json_object_get(rule, "fired")) > 0 ||
            json_is_true(json_object_get(rule, "own")))
            draw_rule(out, rule, width);
    }
    if (json_array_size(changes) > 0) {
        strbuf_add_char(out, '\n');
        rich_word(out, RICH_HEADING, "Judged otherwise");
        strbuf_add_char(out, '\n');
    }
    for (size_t i = 0; i < json_array_size(changes); i++)
        draw_change(out, json_array_get(changes, i), width);
    rules_held_draw(out, json_object_get(object, "held"), width);
}

bool app_rules_test(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    struct trial trial = { .before = NULL };
    struct compare_ask ask;

    if (!compare_ask_read(arguments, call->arena, &ask, error) ||
        !compare_ask_settle(call, &ask, error))
        return false;
    ask.file_counts = true;
    if (!trial_run(call, &ask, arguments_option(arguments, "file"), &trial, error))
        return false;
    result->kind = RESULT_OBJECT;
    result->object = trial_json(&trial);
    result->differences = json_array_size(json_object_get(result->object, "changes")) > 0;
    result->draw = draw;
    result->subject = result->object;
    draw(&result->text, result->object, USUAL_WIDTH);
    trial_release(&trial);
    return true;
}
