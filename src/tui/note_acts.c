#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/note_concerns.h>
#include <pilab/app/show.h>
#include <pilab/base/memory.h>
#include <pilab/release/stage.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>

/* What is asked before something lasts, and doing it in the background. */

#define REASON_SIZE 1024
#define FOLDER_SIZE 4096

struct acting {
    struct studio *studio;
    enum note_act act;
    char id[UUID_SIZE];
    int64_t number, rev;
    char version[128];
    char environment[128]; /* "": for none */
    bool production;
    bool own; /* an approval of this person's own text, where four eyes are off */
    char reason[REASON_SIZE];
    char folder[FOLDER_SIZE];
    unsigned formats;
};

static const struct wording {
    const char *title;  /* "Approve" */
    const char *action; /* the verb */
    const char *will;   /* what it does */
    bool reason;        /* must be given; otherwise it may */
} wordings[NOTE_ACT_COUNT] = {
    [NOTE_ACT_REVIEW] = {"Review",    "review",
                         "It says that you have read the text. Then it can be approved.",      false},
    [NOTE_ACT_APPROVE] = { "Approve",  "approve",
                         "It is for this very text and cannot be taken back; it lapses with the "
                           "next edit.",                                                       false},
    [NOTE_ACT_REJECT] = { "Reject",   "reject",
                         "It is a draft again, what others approved lapses, and it has to be "
                          "edited before it can be reviewed.",                                 true },
    [NOTE_ACT_PUBLISH] = { "Publish",  "publish",
                         "The files are written as they were approved. What is published never "
                           "changes.",                                                         false},
    [NOTE_ACT_WITHDRAW] = { "Withdraw", "withdraw",
                         "It says that the notes do not hold. The files stay where they are.", true },
    [NOTE_ACT_CORRECT] = { "Correct",  "correct",
                         "New notes begin with this text and go the whole way again; they will "
                           "supersede these.",                                                 false},
};

struct call note_call(const struct studio *studio, struct arena *arena)
{
    struct call call = studio->call;

    call.arena = arena;
    return call;
}

const char *note_time(const struct studio *studio, int64_t at, char out[TIMESTAMP_SIZE])
{
    char now[TIMESTAMP_SIZE], full[TIMESTAMP_SIZE];

    timestamp_format(clock_now(&studio->call.clock), now);
    timestamp_format(at, full);
    if (strncmp(now, full, 10) == 0)
        snprintf(out, TIMESTAMP_SIZE, "%.5s", full + 11);
    else
        snprintf(out, TIMESTAMP_SIZE, "%.10s %.5s", full, full + 11);
    return out;
}

bool note_is_for_production(const struct note_flow *flow)
{
    return flow->question.stage != NULL && stage_is_production(flow->question.stage);
}

/* The act and the note are on the screen: only the reason is said. */
static const char *reason_of(const char *why)
{
    const char *cannot = strstr(why, " cannot be ");
    const char *colon = cannot != NULL ? strstr(cannot, ": ") : NULL;

    return colon != NULL ? colon + 2 : why;
}

bool note_act_allows(const struct note_flow *flow, enum note_act act, struct strbuf *why)
{
    const struct note_permit *permit = &flow->permits[act];

    if (permit->allowed)
        return true;
    strbuf_add(why, reason_of(permit->why));
    if (permit->hint != NULL)
        strbuf_printf(why, ": %s", permit->hint);
    return false;
}

/* --- Doing it --------------------------------------------------------------------------------- */

static char *say_outcome(const struct acting *acting, const struct note_outcome *outcome)
{
    return memory_printf("note %" PRId64 ": %s%s%s", acting->number,
                         note_status_name(outcome->after), outcome->sentence != NULL ? ", " : "",
                         outcome->sentence != NULL ? outcome->sentence : "");
}

static bool decide(struct call *call, const struct acting *acting, char **said, struct error *error)
{
    const char *reason = acting->reason[0] != '\0' ? acting->reason : NULL;
    struct note_outcome outcome = { 0 };
    bool ok;

    switch (acting->act) {
    case NOTE_ACT_REVIEW:
        ok = note_review(call, acting->id, acting->rev, reason, &outcome, error);
        break;
    case NOTE_ACT_APPROVE:
        ok = note_approve(call, acting->id, acting->rev, reason, &outcome, error);
        break;
    case NOTE_ACT_REJECT:
        ok = note_reject(call, acting->id, acting->rev, reason, &outcome, error);
        break;
    default:
        ok = note_withdraw(call, acting->id, reason, &outcome, error);
        break;
    }
    if (ok)
        *said = say_outcome(acting, &outcome);
    return ok;
}

static bool publish(struct call *call, const struct acting *acting, char **said,
                    struct error *error)
{
    struct note_published published = { 0 };

    if (!note_publish(call, acting->id, acting->rev, acting->folder, acting->formats, &published,
                      error))
        return false;
    *said = memory_printf("note %" PRId64 ": %s, %zu file%s in %s", acting->number,
                          note_status_name(published.status), published.receipts.count,
                          published.receipts.count == 1 ? "" : "s", acting->folder);
    return true;
}

static bool correct(struct call *call, const struct acting *acting, char **said,
                    struct error *error)
{
    struct store_note row;

    if (!note_correct(call, acting->id, acting->reason[0] != '\0' ? acting->reason : NULL, &row,
                      error))
        return false;
    *said =
        memory_printf("note %" PRId64 " corrects note %" PRId64 ".", row.number, acting->number);
    return true;
}

static bool run_act(struct job *job, struct call *call, void *input, void **output,
                    struct error *error)
{
    const struct acting *acting = input;
    char *said = NULL;
    bool ok;

    (void)job;
    if (acting->act == NOTE_ACT_PUBLISH)
        ok = publish(call, acting, &said, error);
    else if (acting->act == NOTE_ACT_CORRECT)
        ok = correct(call, acting, &said, error);
    else
        ok = decide(call, acting, &said, error);
    *output = said;
    return ok;
}

/* Also when it failed: somebody else may have been first, or half of it is done. */
static void act_done(struct studio *studio, bool ok, void *output)
{
    struct event event = { .kind = NOTE_ACTED };

    if (ok)
        workspace_say(studio->workspace, MESSAGE_SUCCESS, "%s", (const char *)output);
    free(output);
    workspace_post(studio->workspace, &event);
    studio->actions->look_around(studio);
}

static void start(struct acting *acting)
{
    struct studio_work work = { .title = wordings[acting->act].action,
                                .run = run_act,
                                .input = acting,
                                .free_output = free,
                                .done = act_done };

    studio_start(acting->studio, &work);
}

static struct acting *acting_new(struct studio *studio, const struct note_flow *flow,
                                 enum note_act act)
{
    struct acting *acting = memory_new(sizeof *acting);

    acting->studio = studio;
    acting->act = act;
    memcpy(acting->id, flow->note.id, sizeof acting->id);
    acting->number = flow->note.number;
    acting->rev = flow->note.rev;
    snprintf(acting->version, sizeof acting->version, "%s", flow->note.version);
    if (flow->note.environment != NULL)
        snprintf(acting->environment, sizeof acting->environment, "%s", flow->note.environment);
    acting->production = note_is_for_production(flow);
    acting->own = act == NOTE_ACT_APPROVE && flow->permits[act].own;
    return acting;
}

/* --- Asking ----------------------------------------------------------------------------------- */

static void confirmed(void *context, bool yes)
{
    struct acting *acting = context;

    if (yes)
        start(acting);
    else
        free(acting);
}

static void add_formats(const struct acting *acting, struct strbuf *out)
{
    for (int i = 0; i < NOTE_FORMAT_COUNT; i++) {
        if ((acting->formats & (1u << i)) != 0)
            strbuf_printf(out, " .%s", note_format_extension((enum note_format)i));
    }
}

/* What the report of the note says would break, before somebody lets it go on. */
static void add_concerns(const struct acting *acting, struct strbuf *out)
{
    struct studio_patience patience;
    struct call call = studio_call_briefly(acting->studio, &patience);
    struct note_flow flow;
    const char *words;

    if ((acting->act == NOTE_ACT_REVIEW || acting->act == NOTE_ACT_APPROVE ||
         acting->act == NOTE_ACT_PUBLISH) &&
        note_flow_read(&call, acting->id, true, call.arena, &flow, NULL) &&
        note_concerns(&call, &flow, &words, NULL) && words != NULL)
        strbuf_printf(out, "\n%s", words);
}

static void confirm(struct acting *acting)
{
    const struct wording *wording = &wordings[acting->act];
    char *title =
        memory_printf("%s note %" PRId64 " %s", wording->title, acting->number, acting->version);
    char *name = memory_printf("note %" PRId64 " %s", acting->number, acting->version);
    bool typed =
        acting->production && (acting->act == NOTE_ACT_APPROVE || acting->act == NOTE_ACT_PUBLISH ||
                               acting->act == NOTE_ACT_WITHDRAW);
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "Revision %" PRId64 "%s%s. %s", acting->rev,
                  acting->environment[0] != '\0' ? ", for " : "", acting->environment,
                  wording->will);
    add_concerns(acting, &text);
    if (acting->own)
        strbuf_add(&text, "\nIt is your own text: four eyes are off, and the approval will say "
                          "that you approved your own.");
    if (acting->act == NOTE_ACT_PUBLISH) {
        strbuf_printf(&text, "\nInto %s:", acting->folder);
        add_formats(acting, &text);
    }
    if (acting->reason[0] != '\0')
        strbuf_printf(&text, "\n%s", acting->reason);
    dialog_confirm(acting->studio->workspace,
                   &(struct confirmation){ .title = title,
                                           .text = text.data,
                                           .action = wording->action,
                                           .name = typed ? acting->environment : name,
                                           .typed = typed,
                                           .dangerous = typed || acting->act == NOTE_ACT_REJECT },
                   confirmed, acting);
    strbuf_release(&text);
    free(name);
    free(title);
}

static bool check_reason(void *context, const char *text, struct error *error)
{
    const struct acting *acting = context;

    if (wordings[acting->act].reason && text[strspn(text, " \t")] == '\0')
        return error_set(error, ERROR_INVALID, "others will ask why: something must stand here");
    return strlen(text) < REASON_SIZE ||
           error_set(error, ERROR_LIMIT, "that is too long: %d bytes at most", REASON_SIZE - 1);
}

static void reason_given(void *context, const char *text)
{
    struct acting *acting = context;

    if (text == NULL) {
        free(acting);
        return;
    }
    snprintf(acting->reason, sizeof acting->reason, "%s", text);
    confirm(acting);
}

void note_act_ask(struct studio *studio, const struct note_flow *flow, enum note_act act)
{
    struct acting *acting = acting_new(studio, flow, act);
    const struct wording *wording = &wordings[act];
    char *title;

    if (act == NOTE_ACT_REVIEW || act == NOTE_ACT_APPROVE) {
        confirm(acting);
        return;
    }
    title =
        memory_printf("%s note %" PRId64 " %s", wording->title, acting->number, acting->version);
    dialog_ask(studio->workspace,
               &(struct question){ .title = title,
                                   .text = wording->will,
                                   .label = wording->reason ? "why" : "why (may be empty)",
                                   .check = check_reason },
               reason_given, acting);
    free(title);
}

void note_publish_confirm(struct studio *studio, const struct note_flow *flow, const char *folder,
                          unsigned formats)
{
    struct acting *acting = acting_new(studio, flow, NOTE_ACT_PUBLISH);

    snprintf(acting->folder, sizeof acting->folder, "%s", folder);
    acting->formats = formats;
    confirm(acting);
}
