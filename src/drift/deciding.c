#include <pilab/drift/deciding.h>

#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/map.h>
#include <pilab/drift/builder.h>

/* --- The same difference ---------------------------------------------------------------------- */

/* With its end, so that two neighbours cannot run into each other. */
static void add_part(struct strbuf *text, const char *part)
{
    strbuf_add(text, part != NULL ? part : "");
    strbuf_add_char(text, '\0');
}

static void add_side(struct strbuf *text, const struct drift_value *value)
{
    add_part(text, value->present ? node_kind_name(value->kind) : "absent");
    add_part(text, value->present ? value->text : NULL);
}

static void add_blob(struct strbuf *text, const struct object_id *blob)
{
    char hex[OBJECT_ID_HEX_SIZE];

    add_part(text, object_id_is_zero(blob) ? NULL : object_id_hex(blob, hex));
}

const char *drift_item_state(const struct drift_item *item, char out[ITEM_STATE_SIZE])
{
    struct strbuf text = STRBUF_INIT;
    char digest[SHA256_HEX_SIZE];

    add_part(&text, change_type_name(item->change_type));
    add_part(&text, change_detail_name(item->detail));
    add_part(&text, item->old_path);
    add_side(&text, &item->previous);
    add_side(&text, &item->current);
    if (item->substance != NULL)
        add_part(&text, item->substance);
    if (item->type == DRIFT_CODE) {
        add_blob(&text, &item->old_blob);
        add_blob(&text, &item->new_blob);
        strbuf_printf(&text, "%o %o", (unsigned)item->old_mode, (unsigned)item->new_mode);
    }
    sha256_hex(text.data, text.length, digest);
    memcpy(out, digest, ITEM_STATE_SIZE - 1);
    out[ITEM_STATE_SIZE - 1] = '\0';
    strbuf_release(&text);
    return out;
}

/* --- Deciding --------------------------------------------------------------------------------- */

static enum decision_state state_of(const struct decided_difference *decided,
                                    const struct drift_item *item, int64_t now)
{
    char state[ITEM_STATE_SIZE];

    if (decided->decision.until != 0 && decided->decision.until <= now)
        return DECISION_ENDED;
    return decided->state == NULL || strcmp(decided->state, drift_item_state(item, state)) == 0
               ? DECISION_HOLDS
               : DECISION_CHANGED;
}

const struct drift_decision *drift_decision_of(const struct decided_difference *decided,
                                               const struct drift_item *item, int64_t now,
                                               struct arena *arena)
{
    struct drift_decision *decision = arena_alloc(arena, sizeof *decision);

    *decision = decided->decision;
    decision->state = state_of(decided, item, now);
    decision->reason = arena_text(arena, decision->reason);
    decision->by = arena_text(arena, decision->by);
    decision->previous = arena_text(arena, decision->previous);
    decision->current = arena_text(arena, decision->current);
    return decision;
}

static void undecide(struct drift_item *item)
{
    const struct drift_undecided *before = &item->undecided;

    item->decision = NULL;
    if (!before->known)
        return;
    item->suppressed = false;
    item->suppressed_by = NULL;
    item->expected = before->expected;
    item->expected_reason = before->expected_reason;
    item->offered = before->offered;
    item->attention = before->attention;
    item->attention_reason = before->attention_reason;
    item->blocks = before->expected && item->blocks; /* else its attention says so */
    item->undecided = (struct drift_undecided){ 0 };
}

void drift_item_decide(struct drift_item *item, const struct drift_decision *decision)
{
    undecide(item);
    item->decision = decision;
    if (decision->state != DECISION_HOLDS)
        return;
    item->undecided = (struct drift_undecided){ .known = true,
                                                .expected = item->expected,
                                                .offered = item->offered,
                                                .expected_reason = item->expected_reason,
                                                .attention = item->attention,
                                                .attention_reason = item->attention_reason };
    if (decision->kind == DECISION_IGNORE) {
        item->suppressed = true;
        item->suppressed_by = decision->reason;
    } else {
        item->expected = true;
        if (item->expected_reason == NULL)
            item->expected_reason = decision->reason;
    }
    item->offered = false;
    item->blocks |= item->attention == ATTENTION_BLOCKER;
    item->attention = ATTENTION_NONE;
    item->attention_reason = NULL;
}

void drift_report_decide(struct drift_report *report, struct drift_item *item,
                         const struct drift_decision *decision)
{
    drift_item_decide(item, decision);
    report_summarize(report);
}

/* --- Deciding anew ---------------------------------------------------------------------------- */

bool drift_item_is_marked(const struct drift_item *item)
{
    return item->decision != NULL && item->decision->state == DECISION_HOLDS && !item->suppressed &&
           !item->expected;
}

/* Screens ask at each key how many there are. */
static void count_marked(struct drift_report *report)
{
    memset(report->marked, 0, sizeof report->marked);
    for (size_t i = 0; i < report->item_count; i++)
        report->marked[report->items[i].attention] += drift_item_is_marked(&report->items[i]);
}

void drift_report_mark(struct drift_report *report, struct drift_item *item,
                       const struct drift_decision *decision)
{
    item->decision = decision;
    count_marked(report);
}

/* What the report was kept with is part of it; a mark is what holds for the values it shows. */
static bool mark_anew(struct drift_report *report, struct drift_item *item,
                      const struct decided_difference *decided, int64_t now)
{
    bool marked = drift_item_is_marked(item);
    bool holds = decided != NULL && !item->suppressed && !item->expected &&
                 state_of(decided, item, now) == DECISION_HOLDS;

    if (holds ? marked && decided->decision.number == item->decision->number : !marked)
        return false;
    item->decision = holds ? drift_decision_of(decided, item, now, report->arena) : NULL;
    return true;
}

static bool decide_anew(struct drift_report *report, struct drift_item *item,
                        const struct decided_difference *decided, int64_t now)
{
    if (decided == NULL && item->decision == NULL)
        return false;
    if (decided == NULL) {
        undecide(item);
        return true;
    }
    if (item->decision != NULL && item->decision->number == decided->decision.number &&
        item->decision->state == state_of(decided, item, now))
        return false;
    drift_item_decide(item, drift_decision_of(decided, item, now, report->arena));
    return true;
}

bool drift_report_decide_anew(struct drift_report *report, const struct decided_difference *decided,
                              size_t count, int64_t now)
{
    struct map *by_item = map_new();
    bool changed = false;

    for (size_t i = 0; i < count; i++)
        map_put(by_item, decided[i].id, (void *)(uintptr_t)&decided[i]);
    for (size_t i = 0; i < report->item_count; i++) {
        struct drift_item *item = &report->items[i];
        const struct decided_difference *found = map_get(by_item, item->id);

        changed |= report->number > 0 ? mark_anew(report, item, found, now)
                                      : decide_anew(report, item, found, now);
    }
    map_free(&by_item);
    if (report->number > 0)
        count_marked(report);
    else if (changed)
        report_summarize(report);
    return changed;
}
