/* The rules that differences are judged by: which hold, and what others would say. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/drift/rule_text.h>
#include <pilab/drift/text.h>

#include "rules_here.h"

/* The name of a rule says its type. */
static const struct result_column columns[] = {
    {"id",        "Rule",     CELL_TEXT,     0},
    { "severity", "Severity", CELL_SEVERITY, 0},
    { "from",     "From",     CELL_TEXT,     1},
    { "sentence", "Why",      CELL_TEXT,     0},
};

static json_t *rule_json(const struct rules_here *here, const struct rule *rule)
{
    json_t *object = json_object();
    struct strbuf looks_at = STRBUF_INIT;

    rule_conditions(&looks_at, rule);
    json_put_text(object, "id", rule->id);
    json_put_text(object, "type", drift_type_name(rule->type));
    json_put_text(object, "severity", severity_name(rule->severity));
    json_put_text(object, "attention", attention_name(rule->attention));
    json_put_bool(object, "breaking", rule->breaking);
    json_put_bool(object, "security", rule->security);
    json_put_bool(object, "routine", rule->routine);
    json_put_text(object, "from", rules_here_origin(here, rule->id));
    json_put_text(object, "looks_at", looks_at.data != NULL ? looks_at.data : "");
    json_put_text(object, "sentence", rule->sentence != NULL ? rule->sentence : "");
    strbuf_release(&looks_at);
    return object;
}

/* Type by type, those that are switched off where they would stand. */
static void add_rules(const struct rules_here *here, enum drift_type type, json_t *items)
{
    const struct rule *rule;

    for (size_t i = 0; (rule = rules_builtin_at(i)) != NULL; i++) {
        const struct rule *now = rule_set_find(here->set, rule->id);

        if ((now != NULL ? now : rule)->type == type)
            json_append(items, rule_json(here, now != NULL ? now : rule));
    }
    for (size_t i = 0; i < here->count; i++) {
        if (rules_builtin_find(here->own[i].id) == NULL && here->own[i].type == type)
            json_append(items, rule_json(here, &here->own[i]));
    }
}

bool app_rules_list(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    const char *format = arguments_option(arguments, "format");
    const char *type = arguments_option(arguments, "type");
    struct rules_here here;

    if (format != NULL && strcmp(format, "markdown") == 0) {
        result->kind = RESULT_RAW;
        rules_render_markdown(&result->text);
        return true;
    }
    if (!rules_here_read(call, arguments_option(arguments, "file"), &here, error))
        return false;
    listing_start(call, result, "rules", columns, sizeof columns / sizeof *columns, NULL,
                  "no rule looks at this type");
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++) {
        if (type == NULL || strcmp(type, drift_type_name((enum drift_type)i)) == 0)
            add_rules(&here, (enum drift_type)i, result->items);
    }
    rules_here_release(&here);
    return true;
}

#define LABEL_COLUMN 12
#define USUAL_WIDTH  80

/* "label       text", wrapped beside the label; nothing when there is no text. */
static void add_fact(struct strbuf *out, const char *label, const char *text, size_t width)
{
    struct strbuf words = STRBUF_INIT, wrapped = STRBUF_INIT;

    if (*text == '\0')
        return;
    rich_text(&words, RICH_PLAIN, text, true);
    rich_wrap(&wrapped, words.data, LABEL_COLUMN, width);
    rich_cell(out, RICH_DIM, label, LABEL_COLUMN, RICH_LEFT, true);
    strbuf_add(out, wrapped.data + LABEL_COLUMN);
    strbuf_release(&words);
    strbuf_release(&wrapped);
}

static void draw_rule(struct strbuf *out, const void *subject, size_t width)
{
    const json_t *object = subject;

    rich_text(out, RICH_TITLE, json_member_text(object, "id"), true);
    strbuf_add_char(out, '\n');
    add_fact(out, "why", json_member_text(object, "sentence"), width);
    add_fact(out, "type", json_member_text(object, "type"), width);
    add_fact(out, "severity", json_member_text(object, "severity"), width);
    add_fact(out, "attention", json_member_text(object, "attention"), width);
    if (json_is_true(json_object_get(object, "breaking")))
        add_fact(out, "means", "breaking", width);
    if (json_is_true(json_object_get(object, "security")))
        add_fact(out, "means", "security", width);
    if (json_is_true(json_object_get(object, "routine")))
        add_fact(out, "means", "routine: part of every release, no reason to look", width);
    add_fact(out, "looks at", json_member_text(object, "looks_at"), width);
    add_fact(out, "from", json_member_text(object, "from"), width);
}

bool app_rules_show(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    const char *id = arguments_at(arguments, 0);
    const struct rule *rule;
    struct rules_here here;

    if (!rules_here_read(call, arguments_option(arguments, "file"), &here, error))
        return false;
    rule = rules_here_find(&here, id);
    if (rule != NULL) {
        result->kind = RESULT_OBJECT;
        result->object = rule_json(&here, rule);
        json_put_text(result->object, "schema", "pilab.rule/1");
        result->draw = draw_rule;
        result->subject = result->object;
        draw_rule(&result->text, result->object, USUAL_WIDTH);
    } else {
        error_set(error, ERROR_NOT_FOUND, "there is no rule '%s'", id);
        error_hint(error, "`pilab rules list` has them all");
    }
    rules_here_release(&here);
    return rule != NULL;
}
