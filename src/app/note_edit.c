#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/json.h>
#include <pilab/base/utf8.h>
#include <pilab/notes/merge_text.h>

#include "note_act.h"

static bool is_control(int32_t codepoint)
{
    return (codepoint < 0x20 && codepoint != '\n' && codepoint != '\t') ||
           (codepoint >= 0x7f && codepoint < 0xa0);
}

/* They turn around the order in which text is shown: what is approved would read otherwise than
 * what is published says. */
static bool turns_order(int32_t codepoint)
{
    return (codepoint >= 0x202a && codepoint <= 0x202e) ||
           (codepoint >= 0x2066 && codepoint <= 0x2069);
}

/* What a terminal would obey, and what hides the order of words, has no business in a text that
 * people read and approve. */
static bool check_text(const char *markdown, struct error *error)
{
    size_t length = strlen(markdown), line = 1, column = 0;
    const char *at = markdown, *end = markdown + length;

    if (length > NOTE_TEXT_MAX)
        return error_set(error, ERROR_LIMIT, "the text is larger than %zu bytes", NOTE_TEXT_MAX);
    if (!utf8_valid(markdown, length)) {
        error_set(error, ERROR_INVALID, "the text is not UTF-8");
        return error_hint(error, "convert it first: iconv -t UTF-8");
    }
    while (at < end) {
        int32_t codepoint = utf8_decode(&at, end);

        column++;
        if (is_control(codepoint))
            return error_set(error, ERROR_INVALID, "line %zu holds the control character U+%04X",
                             line, (unsigned)codepoint);
        if (turns_order(codepoint)) {
            error_set(error, ERROR_INVALID,
                      "line %zu holds U+%04X at character %zu, which turns the order around in "
                      "which text is shown",
                      line, (unsigned)codepoint, column);
            return error_hint(error, "take it out: it cannot be seen, and what is approved must "
                                     "read as it is published");
        }
        if (codepoint == '\n') {
            line++;
            column = 0;
        }
    }
    return true;
}

/* As all revisions have it. */
static const char *unix_text(struct call *call, const char *markdown)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    strbuf_add(&text, markdown);
    strbuf_unix_text(&text);
    copy = strbuf_to_arena(&text, call->arena);
    strbuf_release(&text);
    return copy;
}

static bool same_digest(const char *text, const struct store_revision *revision)
{
    char digest[SHA256_HEX_SIZE];

    return strcmp(sha256_hex(text, strlen(text), digest), revision->markdown_digest) == 0;
}

static bool refuse_conflict(const struct note_flow *flow, const struct store_revision *base,
                            bool tried, struct error *error)
{
    error_set(error, ERROR_CONFLICT,
              "note %lld has been edited meanwhile: %s made revision %lld, yours is based on "
              "revision %lld by %s%s",
              (long long)flow->note.number, flow->text.author, (long long)flow->note.rev,
              (long long)base->rev, base->author, tried ? ", and both change the same lines" : "");
    return error_hint(error,
                      "see what was changed with `pilab note diff %lld %lld %lld`, then "
                      "repeat your edit on top of it",
                      (long long)flow->note.number, (long long)base->rev,
                      (long long)flow->note.rev);
}

/* Both changes in one text; false when they are of the same lines. */
static bool merge(const char *base, const char *mine, const char *theirs, struct strbuf *out)
{
    struct merge merge;
    bool ok;

    merge_make(&merge, (struct merge_text){ base, strlen(base) },
               (struct merge_text){ mine, strlen(mine) },
               (struct merge_text){ theirs, strlen(theirs) });
    ok = merge.conflicts == 0;
    if (ok)
        merge_write(&merge, NULL, out);
    merge_release(&merge);
    return ok;
}

/* The text that is to be kept on top of the newest revision: the person's own, or both in one. */
static bool settle_text(struct call *call, const struct note_flow *flow,
                        const struct note_edit *edit, const char **text, bool *merged,
                        struct error *error)
{
    struct store_revision base;
    struct strbuf out = STRBUF_INIT;
    bool ok;

    *text = edit->markdown;
    *merged = false;
    if (edit->base == 0 || edit->base == flow->note.rev)
        return true;
    if (!store_note_revision(call->connection, flow->note.id, edit->base, call->arena, &base,
                             error))
        return false;
    *merged = edit->merge && merge(base.markdown, edit->markdown, flow->text.markdown, &out);
    ok = *merged || refuse_conflict(flow, &base, edit->merge, error);
    if (*merged)
        *text = strbuf_to_arena(&out, call->arena);
    strbuf_release(&out);
    return ok;
}

/* A text that nobody changed is no revision, unless the old one was rejected as it is. */
static bool check_different(const struct note_flow *flow, const char *text, struct error *error)
{
    if (!same_digest(text, &flow->text) || flow->standing.rejection != NULL)
        return true;
    return error_set(error, ERROR_INVALID, "nothing is different from revision %lld of note %lld",
                     (long long)flow->note.rev, (long long)flow->note.number);
}

static bool audit_edit(struct call *call, const struct note_flow *before,
                       const struct store_revision *made, const struct note_edited *edited,
                       const char *message, struct error *error)
{
    struct note_flow after = *before;
    json_t *body;
    bool ok;

    after.note.rev = made->rev;
    after.text = *made;
    body = note_audit_body(&after);
    json_put_text(body, "from", note_status_name(before->note.status));
    json_put_text(body, "status", note_status_name(NOTE_DRAFT));
    if (message != NULL)
        json_put_text(body, "message", message);
    if (edited->lapsed != NULL)
        json_put_text(body, "lapsed", edited->lapsed);
    if (edited->merged)
        json_put_bool(body, "merged", true);
    ok = call_audit(call, "note.edit", note_object(call, &before->note), body, error);
    json_decref(body);
    return ok;
}

/* Within the transaction. The structured content goes with the text as it is. */
static bool revise(struct call *call, const struct note_flow *flow, const char *text,
                   const struct note_edit *edit, struct note_edited *edited, struct error *error)
{
    struct store_revision newest,
        made = { .author = call->actor.login, .markdown = text, .reason = edit->message };
    const char *why;

    if (!check_different(flow, text, error) ||
        !store_note_revision(call->connection, flow->note.id, flow->note.rev, call->arena, &newest,
                             error))
        return false;
    made.content = newest.content;
    edited->rev = flow->note.rev + 1;
    edited->markdown = text;
    edited->lapsed = flow->edit_lapses;
    why = arena_printf(call->arena, "rev %lld by %s", (long long)edited->rev, call->actor.login);
    return store_note_revise(call->connection, flow->note.id, flow->note.rev, &made, error) &&
           store_approval_lapse(call->connection, APPROVAL_OF_NOTE, flow->note.id, flow->note.rev,
                                false, why, NULL, error) &&
           audit_edit(call, flow, &made, edited, edit->message, error);
}

bool note_edit(struct call *call, const char *name, const struct note_edit *asked,
               struct note_edited *edited, struct error *error)
{
    struct note_edit with_lines = *asked, *edit = &with_lines;
    struct error failure = { 0 };
    struct note_flow seen, flow;
    const char *text;

    *edited = (struct note_edited){ 0 };
    edit->markdown = unix_text(call, asked->markdown);
    if (!check_text(edit->markdown, error) ||
        !note_flow_read(call, name, true, call->arena, &seen, error))
        return false;
    if (settle_text(call, &seen, edit, &text, &edited->merged, &failure) &&
        check_text(text, &failure)) {
        if (!note_act_begin(call, name, seen.note.rev, NOTE_ACT_EDIT, &flow, error))
            return false;
        if (revise(call, &flow, text, edit, edited, &failure) &&
            store_commit(call->connection, &failure))
            return true;
    }
    if (error != NULL)
        *error = failure;
    return note_act_refused(call, NOTE_ACT_EDIT, &failure);
}

/* --- Corrections ------------------------------------------------------------------------------ */

static bool add_correction(struct call *call, const struct note_flow *flow, const char *reason,
                           struct store_note *row, struct error *error)
{
    struct store_revision newest, first;
    json_t *body;
    bool ok;

    if (!store_note_revision(call->connection, flow->note.id, flow->note.rev, call->arena, &newest,
                             error))
        return false;
    *row = (struct store_note){ .project_id = flow->note.project_id,
                                .report_id = flow->note.report_id,
                                .supersedes = flow->note.id,
                                .environment = flow->note.environment,
                                .release = flow->note.release,
                                .list_digest = flow->note.list_digest,
                                .version = flow->note.version,
                                .previous_version = flow->note.previous_version,
                                .title = flow->note.title,
                                .status = NOTE_DRAFT,
                                .created_by = call->actor.login };
    first = (struct store_revision){
        .content = newest.content,
        .markdown = newest.markdown,
        .author = call->actor.login,
        .reason = reason != NULL ? reason
                                 : arena_printf(call->arena, "corrects note %lld",
                                                (long long)flow->note.number),
    };
    if (!store_note_add(call->connection, row, &first, error))
        return false;
    body = json_object();
    json_put_integer(body, "number", row->number);
    json_put_integer(body, "supersedes", flow->note.number);
    json_put_text(body, "version", row->version);
    json_put_integer(body, "rev", row->rev);
    json_put_text(body, "digest", first.digest);
    json_put_text(body, "markdown_digest", first.markdown_digest);
    if (reason != NULL)
        json_put_text(body, "reason", reason);
    ok = call_audit(call, "note.correct", note_object(call, row), body, error);
    json_decref(body);
    return ok;
}

bool note_correct(struct call *call, const char *name, const char *reason, struct store_note *row,
                  struct error *error)
{
    /* The row borrows its texts from here. */
    struct note_flow *flow = arena_alloc(call->arena, sizeof *flow);
    struct error failure = { 0 };

    if (!note_act_begin(call, name, 0, NOTE_ACT_CORRECT, flow, error))
        return false;
    if (add_correction(call, flow, reason, row, &failure) &&
        store_commit(call->connection, &failure))
        return true;
    if (error != NULL)
        *error = failure;
    return note_act_refused(call, NOTE_ACT_CORRECT, &failure);
}

/* --- Drafts ----------------------------------------------------------------------------------- */

bool note_draft_save(struct call *call, struct store_draft *draft, struct error *error)
{
    bool ok;

    draft->project_id = call->project->id;
    draft->login = call->actor.login;
    ok = call_begin(call, PERMISSION_DRAFT_NOTE, NULL, error) &&
         store_draft_save(call->connection, draft, error) && store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

/* Takes no right: it is one's own, and nobody else ever saw it. */
bool note_draft_discard(struct call *call, struct store_draft *draft, struct error *error)
{
    bool ok;

    draft->project_id = call->project->id;
    draft->login = call->actor.login;
    ok = store_begin(call->connection, &call->progress, error) &&
         store_draft_discard(call->connection, draft, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

static bool is_offer(const struct store_draft *draft)
{
    return !draft->alive;
}

static bool is_elsewhere(const struct store_draft *draft)
{
    return draft->alive && !draft->own;
}

static bool list_drafts(struct call *call, const char *note,
                        bool (*wanted)(const struct store_draft *draft), struct arena *arena,
                        struct store_drafts *list, struct error *error)
{
    size_t kept = 0;

    if (!store_draft_list(call->connection, call->project->id, call->actor.login, note, arena, list,
                          error))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        if (wanted(&list->items[i]))
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
    return true;
}

bool note_draft_offers(struct call *call, const char *note, struct arena *arena,
                       struct store_drafts *offers, struct error *error)
{
    return list_drafts(call, note, is_offer, arena, offers, error);
}

bool note_draft_elsewhere(struct call *call, const char *note, struct arena *arena,
                          struct store_drafts *elsewhere, struct error *error)
{
    return list_drafts(call, note, is_elsewhere, arena, elsewhere, error);
}
