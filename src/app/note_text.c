#include "note_text.h"

#include <pilab/base/clock.h>
#include <pilab/base/rich.h>

static void line(struct strbuf *out, enum rich_role role, const char *text)
{
    rich_text(out, role, text, true);
    strbuf_add_char(out, '\n');
}

static enum rich_role status_role(enum note_status status)
{
    static const enum rich_role roles[NOTE_STATUS_COUNT] = {
        [NOTE_DRAFT] = RICH_MODIFIED,     [NOTE_GENERATED] = RICH_MODIFIED,
        [NOTE_REVIEWED] = RICH_INFO,      [NOTE_APPROVED] = RICH_GOOD,
        [NOTE_PUBLISHING] = RICH_WARNING, [NOTE_PUBLISHED] = RICH_GOOD,
        [NOTE_WITHDRAWN] = RICH_WARNING,
    };

    return roles[status];
}

void note_text_head(struct strbuf *out, const struct note_flow *flow)
{
    const struct store_note *note = &flow->note;
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "note %lld", (long long)note->number);
    rich_text(out, RICH_NAME, text.data, true);
    strbuf_add(out, "  ");
    rich_text(out, RICH_TITLE, note->version, true);
    strbuf_add(out, "  ");
    rich_word(out, status_role(note->status), note_status_name(note->status));
    strbuf_printf(out, "  rev %lld", (long long)note->rev);
    if (note->environment != NULL) {
        strbuf_add(out, "  for ");
        rich_text(out, RICH_PLAIN, note->environment, true);
    }
    strbuf_add_char(out, '\n');
    strbuf_release(&text);
}

static void add_relatives(struct strbuf *out, const struct note_flow *flow)
{
    if (flow->corrects != NULL)
        strbuf_printf(out, "corrects note %lld\n", (long long)flow->corrects->number);
    if (flow->correction != NULL)
        strbuf_printf(out, "corrected by note %lld\n", (long long)flow->correction->number);
    if (flow->edited_by_hand)
        strbuf_add(out, "the text was edited by hand\n");
    if (flow->outdated != NULL) {
        rich_word(out, RICH_WARNING, "older than the list");
        strbuf_add(out, " of ");
        rich_text(out, RICH_PLAIN, flow->outdated, true);
        strbuf_add(out, ": it goes out no more, make a new one\n");
    }
}

static void add_rules(struct strbuf *out, const struct approval_standing *standing)
{
    for (size_t i = 0; i < standing->demand_count; i++) {
        const struct approval_demand *demand = &standing->demands[i];

        rich_word(out, demand->got >= demand->needed ? RICH_GOOD : RICH_WARNING,
                  demand->got >= demand->needed ? "  met " : "  open");
        strbuf_printf(out, "  %zu of %zu  ", demand->got, demand->needed);
        rich_text(out, RICH_PLAIN, demand->who, true);
        for (size_t k = 0; k < demand->got; k++) {
            strbuf_add(out, k == 0 ? ": " : ", ");
            rich_text(out, RICH_NAME, demand->by[k], true);
        }
        strbuf_add_char(out, '\n');
    }
    line(out, standing->met ? RICH_GOOD : RICH_PLAIN, standing->sentence);
    if (!standing->four_eyes)
        line(out, RICH_WARNING, "four eyes are off: who wrote it may approve it");
}

static void add_decision(struct strbuf *out, const struct store_approval *decision)
{
    char at[TIMESTAMP_SIZE];

    strbuf_printf(out, "  %s  ", timestamp_format(decision->at, at));
    rich_word(out, decision->lapsed_at != 0 ? RICH_DIM : RICH_PLAIN,
              decision_name(decision->decision));
    strbuf_printf(out, "  rev %lld  ", (long long)decision->rev);
    rich_text(out, RICH_NAME, decision->person, true);
    strbuf_printf(out, " (%s)", decision->role);
    if (decision->self_approved)
        rich_word(out, RICH_WARNING, " self-approved");
    if (decision->reason != NULL) {
        strbuf_add(out, ": ");
        rich_text(out, RICH_PLAIN, decision->reason, true);
    }
    if (decision->lapsed_why != NULL) {
        strbuf_add(out, "  lapsed: ");
        rich_text(out, RICH_DIM, decision->lapsed_why, true);
    }
    strbuf_add_char(out, '\n');
}

void note_text_receipts(struct strbuf *out, const struct store_receipts *receipts)
{
    for (size_t i = 0; i < receipts->count; i++) {
        const struct store_receipt *receipt = &receipts->items[i];

        strbuf_add(out, "  ");
        rich_word(out, receipt->state == RECEIPT_SENT ? RICH_GOOD : RICH_WARNING,
                  receipt_state_name(receipt->state));
        strbuf_add(out, "  ");
        rich_text(out, RICH_NAME, receipt->target, true);
        strbuf_printf(out, "  %lld bytes", (long long)receipt->size);
        if (receipt->error != NULL) {
            strbuf_add(out, "  ");
            rich_text(out, RICH_WARNING, receipt->error, true);
        }
        strbuf_add_char(out, '\n');
    }
}

void note_text_standing(struct strbuf *out, const struct note_flow *flow)
{
    note_text_head(out, flow);
    add_relatives(out, flow);
    strbuf_add_char(out, '\n');
    line(out, RICH_HEADING, "Approvals");
    add_rules(out, &flow->standing);
    for (size_t i = 0; i < flow->decisions.count; i++)
        add_decision(out, &flow->decisions.items[i]);
    if (flow->receipts.count == 0)
        return;
    strbuf_add_char(out, '\n');
    line(out, RICH_HEADING, "Published");
    note_text_receipts(out, &flow->receipts);
}
