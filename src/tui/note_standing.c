#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/rich.h>

/* How a note stands, as a page: the rules, who gave and who may still give, who may not and why,
 * every decision, and where the files went. */

static void add_names(struct strbuf *out, const char *const *names, size_t count, bool utf8)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add(out, ", ");
        rich_text(out, RICH_NAME, names[i], utf8);
    }
}

static void add_demand(struct strbuf *out, const struct approval_demand *demand, bool utf8)
{
    bool met = demand->got >= demand->needed;

    rich_word(out, met ? RICH_GOOD : RICH_WARNING, met ? "  met   " : "  open  ");
    strbuf_printf(out, "%zu of %zu  ", demand->got, demand->needed);
    rich_text(out, RICH_PLAIN, demand->who, utf8);
    if (demand->usual)
        rich_word(out, RICH_DIM, "  (as is usual there)");
    strbuf_add_char(out, '\n');
    if (demand->got > 0) {
        strbuf_add(out, "        given by ");
        add_names(out, demand->by, demand->got, utf8);
        strbuf_add_char(out, '\n');
    }
    if (!met) {
        strbuf_add(out, "        may still be given by ");
        if (demand->may_count == 0)
            rich_word(out, RICH_WARNING, "nobody: the rule or the group has to change");
        add_names(out, demand->may, demand->may_count, utf8);
        strbuf_add_char(out, '\n');
    }
}

static void add_people(struct strbuf *out, const char *title, const struct approval_person *people,
                       size_t count, bool utf8)
{
    if (count == 0)
        return;
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, title);
    strbuf_add_char(out, '\n');
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, "  ");
        rich_cell(out, RICH_NAME, people[i].login, 16, RICH_LEFT, utf8);
        strbuf_add(out, "  ");
        rich_text(out, RICH_PLAIN, people[i].why, utf8);
        strbuf_add_char(out, '\n');
    }
}

static void add_decision(struct strbuf *out, const struct store_approval *decision,
                         const struct studio *studio)
{
    char at[TIMESTAMP_SIZE];

    strbuf_add(out, "  ");
    rich_cell(out, RICH_DIM, note_time(studio, decision->at, at), 16, RICH_LEFT, studio->utf8);
    strbuf_add(out, "  ");
    rich_cell(out, decision->lapsed_at != 0 ? RICH_DIM : RICH_PLAIN,
              decision_name(decision->decision), 7, RICH_LEFT, studio->utf8);
    strbuf_printf(out, "  rev %" PRId64 "  ", decision->rev);
    rich_text(out, RICH_NAME, decision->person, studio->utf8);
    strbuf_printf(out, " (%s)", decision->role);
    if (decision->self_approved)
        rich_word(out, RICH_WARNING, " self-approved");
    strbuf_add_char(out, '\n');
    if (decision->reason != NULL) {
        strbuf_add(out, "                    ");
        rich_text(out, RICH_PLAIN, decision->reason, studio->utf8);
        strbuf_add_char(out, '\n');
    }
    if (decision->lapsed_why != NULL) {
        strbuf_add(out, "                    ");
        rich_word(out, RICH_DIM, "lapsed: ");
        rich_text(out, RICH_DIM, decision->lapsed_why, studio->utf8);
        strbuf_add_char(out, '\n');
    }
}

static void add_decisions(struct strbuf *out, const struct note_flow *flow,
                          const struct studio *studio)
{
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, "Decisions");
    strbuf_add_char(out, '\n');
    if (flow->decisions.count == 0)
        strbuf_add(out, "  nobody has decided anything yet\n");
    for (size_t i = 0; i < flow->decisions.count; i++)
        add_decision(out, &flow->decisions.items[i], studio);
}

static void add_receipts(struct strbuf *out, const struct note_flow *flow,
                         const struct studio *studio)
{
    if (flow->receipts.count == 0)
        return;
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, "Published");
    strbuf_add_char(out, '\n');
    for (size_t i = 0; i < flow->receipts.count; i++) {
        const struct store_receipt *receipt = &flow->receipts.items[i];
        char at[TIMESTAMP_SIZE];

        strbuf_add(out, "  ");
        rich_cell(out, receipt->state == RECEIPT_SENT ? RICH_GOOD : RICH_WARNING,
                  receipt_state_name(receipt->state), 7, RICH_LEFT, studio->utf8);
        strbuf_add(out, "  ");
        rich_text(out, RICH_NAME, receipt->target, studio->utf8);
        strbuf_printf(out, "\n           rev %" PRId64 ", %" PRId64 " bytes, %s, ", receipt->rev,
                      receipt->size, note_time(studio, receipt->at, at));
        rich_text(out, RICH_PLAIN, receipt->actor, studio->utf8);
        strbuf_printf(out, "\n           %s\n", receipt->digest);
        if (receipt->error != NULL) {
            strbuf_add(out, "           ");
            rich_text(out, RICH_WARNING, receipt->error, studio->utf8);
            strbuf_add_char(out, '\n');
        }
    }
}

static void add_relatives(struct strbuf *out, const struct note_flow *flow)
{
    if (flow->corrects != NULL)
        strbuf_printf(out, "It corrects note %" PRId64 ".\n", flow->corrects->number);
    if (flow->correction != NULL)
        strbuf_printf(out, "Note %" PRId64 " corrects it.\n", flow->correction->number);
    if (flow->edited_by_hand)
        strbuf_add(out, "The text was edited by hand.\n");
}

void note_standing_text(struct strbuf *out, const struct note_flow *flow,
                        const struct studio *studio)
{
    const struct approval_standing *standing = &flow->standing;

    rich_text(out, standing->met ? RICH_GOOD : RICH_PLAIN, standing->sentence, studio->utf8);
    strbuf_add_char(out, '\n');
    add_relatives(out, flow);
    if (!standing->four_eyes) {
        rich_word(out, RICH_WARNING, "Four eyes are off: who wrote it may approve it.");
        strbuf_add_char(out, '\n');
    }
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, "Rules");
    strbuf_add_char(out, '\n');
    if (standing->demand_count == 0)
        strbuf_add(out, "  nobody has to approve it\n");
    for (size_t i = 0; i < standing->demand_count; i++)
        add_demand(out, &standing->demands[i], studio->utf8);
    add_people(out, "Barred", standing->barred, standing->barred_count, studio->utf8);
    add_people(out, "Do not count any more", standing->lapsed, standing->lapsed_count,
               studio->utf8);
    add_decisions(out, flow, studio);
    add_receipts(out, flow, studio);
}
