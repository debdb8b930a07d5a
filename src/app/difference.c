/* What people decide about differences, and what could be decided. */
#include <pilab/app/use_cases.h>

#include <inttypes.h>
#include <string.h>

#include <pilab/app/decision.h>
#include <pilab/app/listing.h>
#include <pilab/app/project.h>
#include <pilab/app/stored.h>
#include <pilab/base/array.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/base/vector.h>
#include <pilab/drift/history.h>

#include "difference_find.h"

#define DAY           INT64_C(86400000)
#define MOST_STANDING 200

/* clang-format off */
static const struct result_column decision_columns[] = {
    { "number", "No",      CELL_NUMBER, 0 },
    { "kind",   "Kind",    CELL_TEXT,   1 },
    { "state",  "State",   CELL_TEXT,   0 },
    { "module", "Module",  CELL_TEXT,   0 },
    { "path",   "Where",   CELL_PLACE,  0 },
    { "pair",   "Between", CELL_TEXT,   4 },
    { "through", "Until",  CELL_TEXT,   2 },
    { "by",     "By",      CELL_TEXT,   2 },
    { "reason", "Why",     CELL_TEXT,   1 },
};

static const struct result_column offer_columns[] = {
    { "report",   "Report",    CELL_NUMBER, 2 },
    { "item",     "Id",        CELL_IDENTITY, 0 },
    { "module",   "Module",    CELL_TEXT,   0 },
    { "path",     "Where",     CELL_PLACE,  0 },
    { "previous", "Has now",   CELL_TEXT,   0 },
    { "current",  "Would get", CELL_TEXT,   0 },
    { "days",     "Days",      CELL_NUMBER, 1 },
};
/* clang-format on */

/* --- Listing ---------------------------------------------------------------------------------- */

bool app_difference_list(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error)
{
    const struct store_decision_filter filter = { .kind = arguments_option(arguments, "kind"),
                                                  .standing =
                                                      arguments_flag(arguments, "standing") };
    struct store_decisions list;
    struct store_page page;

    if (!listing_page(arguments, &page, error) ||
        !store_decision_list(call->connection, call->project->id, &filter, &page, call->arena,
                             &list, error))
        return false;
    listing_start(call, result, "decisions", decision_columns, COUNT(decision_columns), list.next,
                  "Nothing was decided about any difference.");
    for (size_t i = 0; i < list.count; i++) {
        const char *standing;

        if (!decision_standing(call, &list.items[i], &standing, error))
            return false;
        json_append(result->items, decision_to_json(&list.items[i], standing));
    }
    return true;
}

/* --- Offering --------------------------------------------------------------------------------- */

static json_t *offer_json(const struct store_report *report, const struct store_item *item)
{
    json_t *json = json_object();

    json_put_integer(json, "report", report->number);
    json_put_text(json, "pair", report->pair);
    json_put_text(json, "item", item->fingerprint);
    json_put_text(json, "type", item->type);
    json_put_text(json, "module", item->module);
    json_put_text(json, "path", item->path);
    json_put_text(json, "previous", item->previous);
    json_put_text(json, "current", item->current);
    json_put_time(json, "unchanged_since", item->unchanged_since);
    json_put_integer(json, "days", (report->created_at - item->unchanged_since) / DAY);
    return json;
}

static bool is_offered(const struct store_report *report, const struct store_item *item,
                       int64_t after)
{
    return !item->expected && !item->suppressed && item->unchanged_since > 0 &&
           strcmp(item->type, drift_type_name(DRIFT_CODE)) != 0 &&
           strcmp(item->attention, attention_name(ATTENTION_BLOCKER)) != 0 &&
           report->created_at - item->unchanged_since >= after;
}

/* What was decided since the report was made is not offered any more. */
static bool is_decided(struct call *call, const struct store_report *report,
                       const struct store_item *item, bool *decided, struct error *error)
{
    struct store_decision decision;

    return store_decision_standing(call->connection, call->project->id, report->pair,
                                   item->fingerprint, call->arena, &decision, decided, error);
}

static bool add_offers(struct call *call, const struct store_report *report, int64_t after,
                       json_t *list, struct error *error)
{
    struct store_items items;

    if (!store_item_list(call->connection, report->id, NULL, NULL, call->arena, &items, error))
        return false;
    for (size_t i = 0; i < items.count; i++) {
        bool decided;

        if (!is_offered(report, &items.items[i], after))
            continue;
        if (!is_decided(call, report, &items.items[i], &decided, error))
            return false;
        if (!decided)
            json_append(list, offer_json(report, &items.items[i]));
    }
    return true;
}

static bool offer_after(struct call *call, const struct arguments *arguments, int64_t *after,
                        struct error *error)
{
    struct project_settings settings = { 0 };
    int64_t days;

    if (!project_load(call, &settings, error) ||
        !arguments_number(arguments, "days", 0, 0, OFFER_AFTER_DAYS_MOST, &days, error))
        return false;
    *after = arguments_option(arguments, "days") != NULL ? days * DAY
                                                         : project_settings_offer_after(&settings);
    return true;
}

bool app_difference_offers(struct call *call, const struct arguments *arguments,
                           struct result *result, struct error *error)
{
    bool asked = arguments_option(arguments, "days") != NULL;
    struct store_reports standing;
    int64_t after;

    if (!offer_after(call, arguments, &after, error) ||
        !store_report_standing(call->connection, call->project->id, MOST_STANDING, call->arena,
                               &standing, error))
        return false;
    listing_start(call, result, "offers", offer_columns, COUNT(offer_columns), NULL,
                  after == 0 && !asked ? "The project offers none: offer_after is never."
                                       : "Nothing is unchanged for so long.");
    for (size_t i = 0; i < standing.count && (after > 0 || asked); i++) {
        if (standing.items[i].scope == NULL &&
            !add_offers(call, &standing.items[i], after, result->items, error))
            return false;
    }
    return true;
}

/* --- Deciding --------------------------------------------------------------------------------- */

/* What was named, and the reports that it lives in. */
struct named {
    struct vector subjects; /* struct decision_subject */
    struct vector reports;  /* struct drift_report * */
};

static void named_start(struct named *named)
{
    vector_init(&named->subjects, sizeof(struct decision_subject));
    vector_init(&named->reports, sizeof(struct drift_report *));
}

static void named_release(struct named *named)
{
    for (size_t i = 0; i < named->reports.count; i++)
        drift_report_free(vector_at(&named->reports, i));
    vector_release(&named->reports);
    vector_release(&named->subjects);
}

/* All of one report, which is read once. */
static bool find_in(struct call *call, const char *name, const struct arguments *arguments,
                    struct named *named, struct error *error)
{
    struct drift_report *report;
    struct store_report row;

    if (!stored_report_find(call, name, &row, error) ||
        !stored_report_read(call, &row, &report, error))
        return false;
    vector_push(&named->reports, &report);
    for (size_t i = 0; i < arguments_count(arguments); i++) {
        struct decision_subject subject = { row.pair, NULL };

        subject.item = difference_in(report, arguments_at(arguments, i), error);
        if (subject.item == NULL)
            return false;
        vector_push(&named->subjects, &subject);
    }
    return true;
}

static bool find_each(struct call *call, const struct arguments *arguments, struct named *named,
                      struct error *error)
{
    for (size_t i = 0; i < arguments_count(arguments); i++) {
        struct decision_subject subject;
        struct found_difference found;

        if (!difference_find(call, NULL, arguments_at(arguments, i), &found, error))
            return false;
        vector_push(&named->reports, &found.report);
        subject = (struct decision_subject){ found.row.pair, found.item };
        vector_push(&named->subjects, &subject);
    }
    return true;
}

static void start_object(struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.decisions/1");
    json_put(result->object, "decisions", json_array());
}

static void add_decision(struct result *result, const struct store_decision *decision,
                         const char *standing)
{
    json_append(json_object_get(result->object, "decisions"), decision_to_json(decision, standing));
}

static void tell_decided(struct call *call, const struct store_decisions *made,
                         struct result *result)
{
    struct strbuf *text = &result->text;

    start_object(result);
    for (size_t i = 0; i < made->count; i++) {
        const struct store_decision *one = &made->items[i];

        add_decision(result, one, decision_state_name(DECISION_HOLDS));
        rich_text(text, RICH_NAME, one->path, true);
        strbuf_printf(text, " (decision %" PRId64 "): ", one->number);
        decision_words(text, decision_of_row(one, call->arena), true);
        strbuf_add_char(text, '\n');
    }
}

/* What blocks is not set aside like anything else. */
static bool ask_of_blockers(struct call *call, const struct decision_ask *ask,
                            const struct vector *subjects, struct error *error)
{
    static const char *const choices[] = { "yes", "no", NULL };
    const char *act = ask->kind == DECISION_IGNORE ? "Ignore" : "Accept";
    struct call_question question = { .choices = choices, .option = "--yes" };
    const struct drift_item *first = NULL;
    size_t count = 0, choice = 1;

    for (size_t i = 0; i < subjects->count; i++) {
        const struct decision_subject *subject = vector_at(subjects, i);
        bool blocks = subject->item->attention == ATTENTION_BLOCKER || subject->item->blocks;

        if (blocks && count++ == 0)
            first = subject->item;
    }
    if (count == 0)
        return true;
    question.text =
        count == 1 ? arena_printf(call->arena, "%s is a blocker: the target would break. %s it?",
                                  first->path, act)
                   : arena_printf(call->arena,
                                  "%s and %zu more are blockers: the target would break. %s them?",
                                  first->path, count - 1, act);
    return call_ask(call, &question, &choice, NULL, error) &&
           (choice == 0 || error_set(error, ERROR_CANCELLED, "nothing was decided"));
}

static bool decide(struct call *call, const struct arguments *arguments,
                   const struct decision_ask *ask, struct result *result, struct error *error)
{
    const char *report = arguments_option(arguments, "report");
    struct store_decisions made;
    struct named named;
    bool ok;

    named_start(&named);
    ok = (report != NULL ? find_in(call, report, arguments, &named, error)
                         : find_each(call, arguments, &named, error)) &&
         (arguments_flag(arguments, "yes") || ask_of_blockers(call, ask, &named.subjects, error)) &&
         decision_make(call, ask, named.subjects.items, named.subjects.count, &made, error);
    if (ok)
        tell_decided(call, &made, result);
    named_release(&named);
    return ok;
}

static bool read_end(struct call *call, const struct arguments *arguments, int64_t *until,
                     struct error *error)
{
    const char *text = arguments_option(arguments, "until");
    bool forever = arguments_flag(arguments, "forever");

    *until = 0;
    if (forever && text != NULL)
        return error_set(error, ERROR_USAGE, "--until and --forever exclude each other");
    if (text != NULL)
        return decision_until_parse(text, clock_now(&call->clock), until, error) ||
               arguments_refuse("until", error);
    if (forever)
        return true;
    error_set(error, ERROR_USAGE, "until when is it ignored?");
    return error_hint(error, "--until 30d, --until 2026-12-31, or --forever");
}

/* Without one the decision is none; said before anything is looked for. */
static bool read_reason(const struct arguments *arguments, const char **reason, struct error *error)
{
    *reason = arguments_option(arguments, "reason");
    if (*reason != NULL)
        return true;
    error_set(error, ERROR_USAGE, "a decision about a difference needs a reason");
    return error_hint(error, "--reason 'OPS-12 mends it': whoever meets it later reads it");
}

bool app_difference_ignore(struct call *call, const struct arguments *arguments,
                           struct result *result, struct error *error)
{
    struct decision_ask ask = { .kind = DECISION_IGNORE };

    return read_reason(arguments, &ask.reason, error) &&
           read_end(call, arguments, &ask.until, error) &&
           decide(call, arguments, &ask, result, error);
}

bool app_difference_accept(struct call *call, const struct arguments *arguments,
                           struct result *result, struct error *error)
{
    struct decision_ask ask = { .kind = DECISION_ACCEPT };

    if (arguments_option(arguments, "until") != NULL) {
        error_set(error, ERROR_USAGE, "what is accepted is meant to differ, and has no end");
        return error_hint(error,
                          "To set it aside for a time: pilab difference ignore ITEM "
                          "--until %s --reason TEXT",
                          arguments_option(arguments, "until"));
    }
    return read_reason(arguments, &ask.reason, error) &&
           decide(call, arguments, &ask, result, error);
}

bool app_difference_withdraw(struct call *call, const struct arguments *arguments,
                             struct result *result, struct error *error)
{
    const struct store_decision *decision;
    struct store_decisions withdrawn;
    int64_t number;

    if (!stored_number(arguments_at(arguments, 0), "decision", &number, error)) {
        error_set(error, ERROR_USAGE, "'%s' is no number of a decision",
                  arguments_at(arguments, 0));
        return error_hint(error, "`pilab difference list` shows them");
    }
    if (!decision_withdraw(call, &number, 1, arguments_option(arguments, "reason"), &withdrawn,
                           error))
        return false;
    decision = &withdrawn.items[0];
    start_object(result);
    add_decision(result, decision, "withdrawn");
    rich_text(&result->text, RICH_NAME, decision->path, true);
    strbuf_printf(&result->text, " is no longer %s: it counts from the next comparison on\n",
                  decision->kind);
    return true;
}
