#include <pilab/drift/deciding.h>

#include <string.h>

#include <pilab/base/digest.h>
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

void drift_item_decide(struct drift_item *item, const struct drift_decision *decision)
{
    item->decision = decision;
    if (decision->state != DECISION_HOLDS)
        return;
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
