#include <pilab/app/note_flow.h>

#include <string.h>

#include <pilab/store/release.h>

#include "note_rules.h"

/* --- Who wrote it, and what was decided ------------------------------------------------------- */

static bool made_by_hand(const struct note_flow *flow, const struct store_revision *revision)
{
    return revision->rev > 1 || flow->note.generated_at == 0;
}

/* Every author of a revision that was made by hand, with the last of their revisions. The first
 * revision of a correction is the text that was published: its author asked for it. */
static void list_editors(struct note_flow *flow, struct arena *arena)
{
    struct approval_question *question = &flow->question;
    struct approval_editor *editors = arena_array(arena, flow->revisions.count, sizeof *editors);

    question->requester = flow->note.created_by;
    question->editors = editors;
    for (size_t i = 0; i < flow->revisions.count; i++) {
        const struct store_revision *revision = &flow->revisions.items[i];
        bool known =
            !made_by_hand(flow, revision) || (revision->rev == 1 && flow->note.supersedes != NULL);

        for (size_t k = 0; k < question->editor_count; k++)
            known = known || strcmp(editors[k].login, revision->author) == 0;
        if (!known)
            editors[question->editor_count++] =
                (struct approval_editor){ revision->author, revision->rev };
    }
}

static bool same_text(const struct note_flow *flow, const struct store_approval *decision)
{
    return decision->rev != flow->note.rev ||
           (strcmp(decision->digest, flow->text.digest) == 0 &&
            strcmp(decision->markdown_digest, flow->text.markdown_digest) == 0);
}

static void list_votes(struct note_flow *flow, struct arena *arena)
{
    struct approval_question *question = &flow->question;
    struct approval_vote *votes = arena_array(arena, flow->decisions.count, sizeof *votes);

    question->votes = votes;
    for (size_t i = 0; i < flow->decisions.count; i++) {
        const struct store_approval *decision = &flow->decisions.items[i];

        if (decision->decision == DECISION_REVIEW)
            continue;
        votes[question->vote_count++] = (struct approval_vote){
            .login = decision->person,
            .rev = decision->rev,
            .rejects = decision->decision == DECISION_REJECT,
            .self_approved = decision->self_approved,
            .lapsed_why = decision->lapsed_why != NULL ? decision->lapsed_why
                          : !same_text(flow, decision) ? "the text is another one now"
                                                       : NULL,
        };
    }
}

static void add_people(struct strbuf *out, const struct note_flow *flow, enum decision decision,
                       const char *one, const char *many)
{
    const char *names[2] = { one, many };
    size_t count = 0, listed = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < flow->decisions.count; i++) {
            const struct store_approval *made = &flow->decisions.items[i];

            if (made->decision != decision || made->lapsed_at != 0)
                continue;
            if (pass == 0) {
                count++;
                continue;
            }
            if (listed == 0)
                strbuf_printf(out, "%sthe %s of ", out->length > 0 ? ", " : "", names[count > 1]);
            else
                strbuf_add(out, listed + 1 == count ? " and " : ", ");
            strbuf_add(out, made->person);
            listed++;
        }
    }
}

static void say_what_lapses(struct note_flow *flow, struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;

    add_people(&text, flow, DECISION_APPROVE, "approval", "approvals");
    add_people(&text, flow, DECISION_REVIEW, "review", "reviews");
    flow->edit_lapses = text.length > 0 ? strbuf_to_arena(&text, arena) : NULL;
    strbuf_release(&text);
}

/* --- The note --------------------------------------------------------------------------------- */

#define LONGEST_LINE_OF_CORRECTIONS 64

bool note_edited_by_hand(struct call *call, const struct store_note *note,
                         const char *markdown_digest, bool *edited, struct error *error)
{
    struct store_note first = *note;
    struct store_revisions list;

    for (int i = 0; first.supersedes != NULL && i < LONGEST_LINE_OF_CORRECTIONS; i++) {
        if (!store_note_get(call->connection, first.supersedes, call->arena, &first, error))
            return false;
    }
    if (!store_note_revisions(call->connection, first.id, NULL, call->arena, &list, error))
        return false;
    *edited = first.generated_at == 0 || list.count == 0 ||
              strcmp(list.items[list.count - 1].markdown_digest, markdown_digest) != 0;
    return true;
}

static bool load_relatives(struct call *call, struct note_flow *flow, struct arena *arena,
                           struct error *error)
{
    struct store_note *correction = arena_alloc(arena, sizeof *correction);
    bool found;

    if (!store_note_correction(call->connection, flow->note.id, arena, correction, &found, error))
        return false;
    flow->correction = found ? correction : NULL;
    if (flow->note.supersedes == NULL)
        return true;
    flow->corrects = arena_alloc(arena, sizeof *flow->corrects);
    return store_note_get(call->connection, flow->note.supersedes, arena, flow->corrects, error);
}

static bool load_text(struct call *call, bool with_text, struct note_flow *flow,
                      struct arena *arena, struct error *error)
{
    if (!store_note_revisions(call->connection, flow->note.id, NULL, arena, &flow->revisions,
                              error))
        return false;
    if (flow->revisions.count == 0)
        return error_set(error, ERROR_CORRUPT, "note %lld has no revision",
                         (long long)flow->note.number);
    flow->text = flow->revisions.items[0];
    return !with_text || store_note_revision(call->connection, flow->note.id, flow->note.rev, arena,
                                             &flow->text, error);
}

/* Approvals are for what goes out: a text about another list than the release has now does not. */
static bool load_release(struct call *call, struct note_flow *flow, struct arena *arena,
                         struct error *error)
{
    const char *name, *digest;

    if (!store_release_of_note(call->connection, &flow->note, arena, &name, &digest, error))
        return false;
    if (name != NULL &&
        (flow->note.list_digest == NULL || strcmp(flow->note.list_digest, digest) != 0))
        flow->outdated = name;
    return true;
}

/* What it takes to say whose turn it is: the note itself is there already. */
static bool load_standing(struct call *call, struct note_rules *rules, struct note_flow *flow,
                          struct arena *arena, struct error *error)
{
    struct approval_question *question = &flow->question;

    if (!store_approval_list(call->connection, APPROVAL_OF_NOTE, flow->note.id, arena,
                             &flow->decisions, error) ||
        !load_release(call, flow, arena, error))
        return false;
    question->environment = flow->note.environment;
    question->rev = flow->note.rev;
    if (!note_rules_apply(call, rules, question, error))
        return false;
    list_editors(flow, arena);
    list_votes(flow, arena);
    approval_judge(question, arena, &flow->standing);
    say_what_lapses(flow, arena);
    return true;
}

bool note_flow_load(struct call *call, const char *id, bool with_text, struct arena *arena,
                    struct note_flow *flow, struct error *error)
{
    struct note_rules rules;

    *flow = (struct note_flow){ 0 };
    return store_note_get(call->connection, id, arena, &flow->note, error) &&
           load_text(call, with_text, flow, arena, error) &&
           store_receipt_list(call->connection, id, arena, &flow->receipts, error) &&
           load_relatives(call, flow, arena, error) &&
           note_edited_by_hand(call, &flow->note, flow->text.markdown_digest, &flow->edited_by_hand,
                               error) &&
           note_rules_read(call, arena, &rules, error) &&
           load_standing(call, &rules, flow, arena, error);
}

bool note_flow_load_open(struct call *call, struct arena *arena, struct note_flow **flows,
                         size_t *count, struct error *error)
{
    struct note_rules rules;
    struct store_notes list;

    *count = 0;
    if (!note_rules_read(call, arena, &rules, error) ||
        !store_note_list_open(call->connection, call->project->id, arena, &list, error))
        return false;
    *flows = arena_array(arena, list.count, sizeof **flows);
    for (; *count < list.count; (*count)++) {
        struct note_flow *flow = &(*flows)[*count];

        *flow = (struct note_flow){ .note = list.items[*count] };
        if (!load_text(call, false, flow, arena, error) ||
            !load_standing(call, &rules, flow, arena, error))
            return false;
    }
    return true;
}
