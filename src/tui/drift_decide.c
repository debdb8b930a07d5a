/* Deciding about differences of a report, and what earlier reports had of them. */
#include "drift_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/decision.h>
#include <pilab/app/stored.h>
#include <pilab/base/memory.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/history.h>
#include <pilab/tui/form.h>

#define MOST_NAMED 4 /* in a box */

/* --- What it is about ------------------------------------------------------------------------- */

struct choosing {
    const struct drift_report *report;
    const struct drift_folds *folds;
    bool *chosen; /* by item */
};

static void choose_row(struct choosing *choosing, const char *identity)
{
    enum drift_row_kind kind;
    size_t index;

    if (!drift_row_parse(identity, &kind, &index))
        return;
    if (kind == DRIFT_ROW_ITEM)
        choosing->chosen[index] = true;
    for (; kind == DRIFT_ROW_REPEAT && index != SIZE_MAX;
         index = drift_folds_next(choosing->folds, index))
        choosing->chosen[index] = true;
}

static void choose(void *context, const struct row *row)
{
    choose_row(context, row->identity);
}

/* Indices of the items that the marked rows stand for, or the selected one. */
static void chosen_items(const struct drift_deciding *deciding, struct vector *indices)
{
    const struct drift_report *report = deciding->report;
    struct choosing choosing = { report, deciding->folds,
                                 memory_array(report->item_count, sizeof(bool)) };

    if (deciding->one != NULL)
        choose_row(&choosing, deciding->one);
    else
        list_visit_chosen(deciding->list, choose, &choosing);
    for (size_t i = 0; i < report->item_count; i++) {
        if (choosing.chosen[i])
            vector_push(indices, &i);
    }
    free(choosing.chosen);
}

static struct drift_item *item_at(const struct drift_deciding *deciding,
                                  const struct vector *indices, size_t at)
{
    return &deciding->report->items[*(const size_t *)vector_at(indices, at)];
}

/* "env.SESSION_TIMEOUT of mb-auth: 30 → 15", one a line. */
static char *describe(const struct drift_deciding *deciding, const struct vector *indices)
{
    struct strbuf text = STRBUF_INIT, values = STRBUF_INIT, plain = STRBUF_INIT;
    bool utf8 = deciding->studio->utf8;

    for (size_t i = 0; i < indices->count && i < MOST_NAMED; i++) {
        const struct drift_item *item = item_at(deciding, indices, i);

        strbuf_clear(&values);
        strbuf_clear(&plain);
        if (item->type != DRIFT_CODE)
            drift_text_values(&values, item, utf8);
        rich_to_plain(&plain, values.data, values.length);
        strbuf_printf(&text, "%s%s: %s  %s", i > 0 ? "\n" : "", item->module, item->path,
                      plain.data);
    }
    if (indices->count > MOST_NAMED)
        strbuf_printf(&text, "\nand %zu more", indices->count - MOST_NAMED);
    strbuf_release(&values);
    strbuf_release(&plain);
    return strbuf_steal(&text);
}

static size_t count_blockers(const struct drift_deciding *deciding, const struct vector *indices)
{
    size_t count = 0;

    for (size_t i = 0; i < indices->count; i++) {
        const struct drift_item *item = item_at(deciding, indices, i);

        count += item->attention == ATTENTION_BLOCKER || item->blocks;
    }
    return count;
}

/* --- The form --------------------------------------------------------------------------------- */

struct decision_form {
    struct drift_deciding *deciding;
    enum decision_kind kind;
    struct vector indices; /* size_t */
};

static void form_end(struct decision_form *asked)
{
    vector_release(&asked->indices);
    free(asked);
}

static bool is_end(const void *context, const struct form *form, const char *value,
                   struct error *error)
{
    const struct decision_form *asked = context;
    int64_t until;

    (void)form;
    return strcmp(value, "forever") == 0 ||
           decision_until_parse(value, clock_now(&asked->deciding->studio->call.clock), &until,
                                error);
}

/* A report that is kept stays as it is; another one is what it would be now. */
static void note_decided(const struct decision_form *asked, const struct store_decisions *made)
{
    struct drift_report *report = asked->deciding->report;

    for (size_t i = 0; i < made->count; i++) {
        struct drift_item *item = item_at(asked->deciding, &asked->indices, i);
        const struct drift_decision *decision = decision_of_row(&made->items[i], report->arena);

        if (report->number > 0)
            drift_report_mark(report, item, decision);
        else
            drift_report_decide(report, item, decision);
    }
    asked->deciding->decided(asked->deciding->context);
}

static void say_decided(const struct decision_form *asked, const struct store_decisions *made)
{
    struct workspace *workspace = asked->deciding->studio->workspace;
    const char *when = asked->deciding->report->number > 0 ? ", from the next comparison on" : "";
    char until[DECISION_UNTIL_SIZE];

    if (asked->kind == DECISION_ACCEPT)
        workspace_say(workspace, MESSAGE_SUCCESS, "%zu meant to differ%s.", made->count, when);
    else if (made->items[0].until != 0)
        workspace_say(workspace, MESSAGE_SUCCESS, "%zu ignored until %s%s.", made->count,
                      decision_until_text(made->items[0].until, until), when);
    else
        workspace_say(workspace, MESSAGE_SUCCESS, "%zu ignored without end%s.", made->count, when);
}

static bool write_decisions(const struct decision_form *asked, const struct decision_ask *ask,
                            struct error *error)
{
    struct studio_patience patience;
    struct call call = studio_call_briefly(asked->deciding->studio, &patience);
    size_t count = asked->indices.count;
    struct decision_subject *subjects = memory_array(count, sizeof *subjects);
    const char *pair = decision_pair(&call, asked->deciding->report);
    struct store_decisions made;
    bool ok;

    for (size_t i = 0; i < count; i++)
        subjects[i] =
            (struct decision_subject){ pair, item_at(asked->deciding, &asked->indices, i) };
    ok = decision_make(&call, ask, subjects, count, &made, error);
    if (ok) {
        note_decided(asked, &made);
        say_decided(asked, &made);
    } else {
        studio_explain(&patience, error);
    }
    free(subjects);
    return ok;
}

static void form_answered(void *context, struct form *form, bool done)
{
    struct decision_form *asked = context;
    struct studio *studio = asked->deciding->studio;
    struct decision_ask ask = { .kind = asked->kind, .reason = form_text(form, "reason") };
    const char *until = form_text(form, "until");
    struct error error = { 0 };

    if (done && asked->kind == DECISION_IGNORE && strcmp(until, "forever") != 0)
        done = decision_until_parse(until, clock_now(&studio->call.clock), &ask.until, &error);
    if (done && !write_decisions(asked, &ask, &error))
        workspace_say_error(studio->workspace, &error);
    else if (!done && error.code != 0)
        workspace_say_error(studio->workspace, &error);
    form_end(asked);
}

static void ask_form(struct decision_form *asked)
{
    char *about = describe(asked->deciding, &asked->indices);
    const struct form_owner owner = { .context = asked };
    bool ignore = asked->kind == DECISION_IGNORE;
    struct form *form;
    /* clang-format off */
    const struct form_field fields[] = {
        { .id = "about", .kind = FORM_NOTE, .label = about },
        { .id = "reason", .kind = FORM_TEXT, .label = ignore ? "Why" : "Why it is meant to differ",
          .required = true, .help = "Whoever meets it in a report later reads this" },
        { .id = "until", .kind = FORM_TEXT, .label = "Until", .required = true,
          .check = is_end,
          .help = "30d, 6 weeks, 3 months, a last day (2026-12-31), or forever" },
    };
    /* clang-format on */

    form = form_new(fields, ignore ? 3 : 2, &owner);
    if (ignore)
        form_set_text(form, "until", "30d"); /* proposed: what is typed takes its place */
    dialog_form(asked->deciding->studio->workspace,
                ignore ? "Ignore as long as it is the same" : "Accept as long as it is the same",
                form, form_answered, asked);
    free(about);
}

static void confirmed(void *context, bool yes)
{
    struct decision_form *asked = context;

    if (yes)
        ask_form(asked);
    else
        form_end(asked);
}

/* What blocks is not set aside by the same keys as anything else. */
static void ask(struct decision_form *asked)
{
    size_t blockers = count_blockers(asked->deciding, &asked->indices);
    bool ignore = asked->kind == DECISION_IGNORE;
    struct strbuf text = STRBUF_INIT;
    struct confirmation confirmation = { .title = ignore ? "Ignore a blocker" : "Accept a blocker",
                                         .action = ignore ? "ignore" : "accept",
                                         .dangerous = true };
    char *about;

    if (blockers == 0) {
        ask_form(asked);
        return;
    }
    about = describe(asked->deciding, &asked->indices);
    strbuf_printf(&text, "%s\n\n", about);
    if (asked->indices.count == 1)
        strbuf_add(&text, "It is a blocker: the target would break.");
    else
        strbuf_printf(&text, "%zu of these %zu %s: the target would break.", blockers,
                      asked->indices.count, blockers == 1 ? "is a blocker" : "are blockers");
    confirmation.text = text.data;
    dialog_confirm(asked->deciding->studio->workspace, &confirmation, confirmed, asked);
    strbuf_release(&text);
    free(about);
}

void drift_decide(struct drift_deciding *deciding, enum decision_kind kind)
{
    struct decision_form *asked = memory_new(sizeof *asked);

    asked->deciding = deciding;
    asked->kind = kind;
    vector_init(&asked->indices, sizeof(size_t));
    chosen_items(deciding, &asked->indices);
    if (asked->indices.count > 0) {
        ask(asked);
        return;
    }
    workspace_say(deciding->studio->workspace, MESSAGE_INFO,
                  "Choose a difference: a change, a commit or a problem is none.");
    form_end(asked);
}

/* --- Deciding anew ---------------------------------------------------------------------------- */

/* Reading is quick; when it fails, it is done again with the next change of the store. */
static bool read_anew(const struct studio *studio, struct drift_report *report)
{
    struct call call = studio->call;
    bool changed = false;

    call.arena = arena_new();
    changed = decisions_take(&call, report, &changed, NULL) && changed;
    arena_free(&call.arena);
    return changed;
}

bool drift_decide_anew(struct drift_deciding *deciding)
{
    struct drift_report *report = deciding->report;

    if (report->project == NULL || report->lines.state == LINES_COMING ||
        !compare_is_of_project(&deciding->studio->call, report) ||
        !read_anew(deciding->studio, report))
        return false;
    deciding->decided(deciding->context);
    return true;
}

/* --- Taking back ------------------------------------------------------------------------------ */

struct withdrawing {
    struct drift_deciding *deciding;
    struct vector numbers; /* int64_t */
};

static void withdraw_end(struct withdrawing *withdrawing)
{
    vector_release(&withdrawing->numbers);
    free(withdrawing);
}

static void withdraw_answered(void *context, bool yes)
{
    struct withdrawing *withdrawing = context;
    struct studio *studio = withdrawing->deciding->studio;
    struct studio_patience patience;
    struct call call = studio_call_briefly(studio, &patience);
    struct store_decisions withdrawn;
    struct error error = { 0 };
    bool kept = withdrawing->deciding->report->number > 0;

    if (yes && decision_withdraw(&call, withdrawing->numbers.items, withdrawing->numbers.count,
                                 NULL, &withdrawn, &error)) {
        drift_decide_anew(withdrawing->deciding);
        workspace_say(studio->workspace, MESSAGE_SUCCESS,
                      kept ? "Withdrawn: %zu. From the next comparison on what it was about counts."
                           : "Withdrawn: %zu. What it was about counts again.",
                      withdrawn.count);
    } else if (yes) {
        studio_explain(&patience, &error);
        workspace_say_error(studio->workspace, &error);
    }
    withdraw_end(withdrawing);
}

void drift_withdraw(struct drift_deciding *deciding)
{
    struct withdrawing *withdrawing = memory_new(sizeof *withdrawing);
    struct vector indices;
    char *about;

    withdrawing->deciding = deciding;
    vector_init(&withdrawing->numbers, sizeof(int64_t));
    vector_init(&indices, sizeof(size_t));
    chosen_items(deciding, &indices);
    for (size_t i = 0; i < indices.count; i++) {
        const struct drift_item *item = item_at(deciding, &indices, i);

        if (item->decision != NULL)
            vector_push(&withdrawing->numbers, &item->decision->number);
    }
    about = describe(deciding, &indices);
    vector_release(&indices);
    if (withdrawing->numbers.count > 0) {
        const struct confirmation confirmation = { .title = "Take the decision back",
                                                   .text = about,
                                                   .action = "withdraw" };

        dialog_confirm(deciding->studio->workspace, &confirmation, withdraw_answered, withdrawing);
    } else {
        workspace_say(deciding->studio->workspace, MESSAGE_INFO,
                      "Nothing was decided about it; # lists what is ignored and accepted.");
        withdraw_end(withdrawing);
    }
    free(about);
}

/* --- Earlier reports -------------------------------------------------------------------------- */

static int64_t kept_number(const struct drift_report *report)
{
    return report->number > 0 ? report->number : report->since.number;
}

void drift_show_history(const struct drift_deciding *deciding)
{
    const struct drift_report *report = deciding->report;
    struct studio *studio = deciding->studio;
    struct strbuf line = STRBUF_INIT;
    enum drift_row_kind kind;
    const char *identity = deciding->one;
    struct row row;
    size_t index;

    if (identity == NULL && list_selected(deciding->list, &row))
        identity = row.identity;
    if (!drift_row_parse(identity, &kind, &index) ||
        (kind != DRIFT_ROW_ITEM && kind != DRIFT_ROW_REPEAT)) {
        workspace_say(studio->workspace, MESSAGE_INFO, "Choose a difference: it has a history.");
    } else if (kept_number(report) == 0 ||
               (report->number == 0 && report->items[index].novelty == NOVELTY_NEW)) {
        workspace_say(studio->workspace, MESSAGE_INFO, "No kept report has it yet; !s keeps one.");
    } else {
        strbuf_printf(&line, "report history %s --report %" PRId64, report->items[index].id,
                      kept_number(report));
        studio->actions->run(studio, line.data);
    }
    strbuf_release(&line);
}

/* What the job takes: the report as it was when it was asked for, since on the screen's thread
 * decisions and counted lines go on changing its items. What they point to stays, as long as the
 * report is held. */
struct since_input {
    struct shared_report *after;
    struct drift_report now; /* the same one, with items of its own */
    int64_t number;
    size_t width;
    bool utf8;
    struct strbuf text; /* once they were compared */
};

static void since_free(void *input)
{
    struct since_input *since = input;

    shared_report_drop(&since->after);
    free(since->now.items);
    strbuf_release(&since->text);
    free(since);
}

static void compare_since(struct since_input *since, const struct drift_report *before)
{
    struct report_difference *difference = report_difference_new(before, &since->now);

    report_difference_text(&since->text, difference, since->width, since->utf8);
    report_difference_free(&difference);
}

static bool since_run(struct job *job, struct call *call, void *input, void **output,
                      struct error *error)
{
    struct since_input *since = input;
    struct drift_report *before = NULL;
    struct store_report row;
    char number[24];
    bool ok;

    (void)job, (void)output;
    snprintf(number, sizeof number, "%" PRId64, since->number);
    ok = stored_report_find(call, number, &row, error) &&
         stored_report_read(call, &row, &before, error);
    if (ok)
        compare_since(since, before);
    drift_report_free(&before);
    return ok;
}

static void since_ended(struct studio *studio, const struct error *failure, void *input)
{
    struct since_input *since = input;
    char *title;

    if (failure != NULL)
        return;
    title = memory_printf("Since %" PRId64, since->number);
    workspace_open(studio->workspace, page_view_new(studio, title, &since->text));
    free(title);
}

static struct since_input *since_input_new(struct studio *studio, struct shared_report *shared)
{
    const struct drift_report *report = shared->report;
    struct since_input *since = memory_new(sizeof *since);

    *since = (struct since_input){ .after = shared_report_hold(shared),
                                   .now = *report,
                                   .number = report->since.number,
                                   .width = studio_page_width(studio),
                                   .utf8 = studio->utf8,
                                   .text = STRBUF_INIT };
    since->now.items = memory_array(report->item_count, sizeof *report->items);
    if (report->item_count > 0)
        memcpy(since->now.items, report->items, report->item_count * sizeof *report->items);
    return since;
}

void drift_show_since(struct studio *studio, struct shared_report *shared)
{
    struct studio_work work = { .title = "compare with the earlier report",
                                .reading = true,
                                .urgent = true,
                                .run = since_run,
                                .free_input = since_free,
                                .ended = since_ended };

    if (shared->report->since.number == 0) {
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "There is no earlier report of these two states; !s keeps this one.");
        return;
    }
    work.input = since_input_new(studio, shared);
    studio_start(studio, &work);
}
