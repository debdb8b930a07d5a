#include <pilab/app/note_flow.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/project_file.h>
#include <pilab/store/access.h>
#include <pilab/store/environment.h>

/* --- The rules -------------------------------------------------------------------------------- */

/* Read anew, since the call's project may have been changed meanwhile. */
static bool load_policy(struct call *call, struct arena *arena, struct approval_question *question,
                        struct error *error)
{
    struct project_settings settings;
    struct store_project project;

    if (!store_project_get(call->connection, call->project->id, arena, &project, error) ||
        !project_settings_read_json(project.settings, strlen(project.settings), arena, &settings,
                                    error))
        return false;
    question->four_eyes = settings.four_eyes;
    question->groups = settings.groups;
    question->group_count = settings.group_count;
    return true;
}

static bool load_rules(struct call *call, struct arena *arena, struct approval_question *question,
                       struct error *error)
{
    struct store_environment environment;
    struct approval_settings *rules = NULL;
    struct error missing = { 0 };
    const json_t *approvals;
    json_t *settings;
    bool ok = true;

    if (question->environment == NULL)
        return true;
    if (!store_environment_find(call->connection, call->project->id, question->environment, arena,
                                &environment, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return true; /* no stage: approval_judge asks for as much as any environment would */
        *error = missing;
        return false;
    }
    question->stage = environment.stage;
    settings = json_read("the environment's settings", environment.settings,
                         strlen(environment.settings), error);
    if (settings == NULL)
        return false;
    approvals = json_object_get(settings, "approvals");
    question->own_rules = approvals != NULL;
    if (approvals != NULL)
        ok = approval_settings_from_json(approvals, arena, &rules, &question->rule_count, error);
    question->rules = rules;
    json_decref(settings);
    return ok;
}

static bool load_members(struct call *call, struct arena *arena, struct approval_question *question,
                         struct error *error)
{
    struct store_accesses list;
    struct approval_member *members;

    if (!store_access_list(call->connection, call->project->id, NULL, arena, &list, error))
        return false;
    members = arena_array(arena, list.count, sizeof *members);
    for (size_t i = 0; i < list.count; i++) {
        struct approval_member *member = &members[question->member_count];

        if (!list.items[i].is_active)
            continue;
        member->login = list.items[i].login;
        if (!project_role_parse(list.items[i].role, &member->role, error))
            return false;
        question->member_count++;
    }
    question->members = members;
    return true;
}

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

bool note_flow_load(struct call *call, const char *id, bool with_text, struct arena *arena,
                    struct note_flow *flow, struct error *error)
{
    *flow = (struct note_flow){ 0 };
    if (!store_note_get(call->connection, id, arena, &flow->note, error) ||
        !load_text(call, with_text, flow, arena, error) ||
        !store_approval_list(call->connection, APPROVAL_OF_NOTE, id, arena, &flow->decisions,
                             error) ||
        !store_receipt_list(call->connection, id, arena, &flow->receipts, error) ||
        !load_relatives(call, flow, arena, error) ||
        !note_edited_by_hand(call, &flow->note, flow->text.markdown_digest, &flow->edited_by_hand,
                             error))
        return false;
    flow->question.environment = flow->note.environment;
    flow->question.rev = flow->note.rev;
    if (!load_policy(call, arena, &flow->question, error) ||
        !load_rules(call, arena, &flow->question, error) ||
        !load_members(call, arena, &flow->question, error) ||
        !call_rights_in(call, call->project->id, &call->actor.rights, error))
        return false;
    list_editors(flow, arena);
    list_votes(flow, arena);
    approval_judge(&flow->question, arena, &flow->standing);
    say_what_lapses(flow, arena);
    return true;
}
