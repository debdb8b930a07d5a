#include <pilab/drift/builder.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/crew.h>
#include <pilab/base/memory.h>
#include <pilab/drift/code_reading.h>
#include <pilab/drift/reverts.h>
#include <pilab/drift/shipped.h>

#include "code_collector.h"

static const char *current_name(const struct collector *collector)
{
    return collector->module->current_version ? collector->module->current_version
                                              : collector->builder->report->current.label;
}

/* --- commits ------------------------------------------------------------------------------- */

static struct trailer *copy_trailers(struct arena *arena, const struct commit_message *message)
{
    struct trailer *copies = arena_array(arena, message->trailer_count, sizeof *copies);
    size_t i;

    for (i = 0; i < message->trailer_count; i++) {
        copies[i].key = arena_text(arena, message->trailers[i].key);
        copies[i].value = arena_text(arena, message->trailers[i].value);
    }
    return copies;
}

static struct ticket *copy_tickets(struct arena *arena, const struct ticket_set *set)
{
    struct ticket *copies = arena_array(arena, set->count, sizeof *copies);
    size_t i;

    for (i = 0; i < set->count; i++) {
        copies[i].kind = set->tickets[i].kind;
        copies[i].id = arena_text(arena, set->tickets[i].id);
    }
    return copies;
}

static void copy_commit(const struct collector *collector, const struct commit *commit,
                        const struct ticket_set *tickets,
                        const struct category_judgement *judgement, struct drift_commit *out)
{
    struct arena *arena = collector->arena;
    const struct commit_message *message = commit->message;
    bool asked = collector->input->counts && commit->parent_count < 2;
    bool unread = !commit->files_known || commit->files.unread > 0;

    *out = (struct drift_commit){
        .id = code_full_id(arena, &commit->id),
        .author_name = arena_text(arena, commit->author_name),
        .author_email = arena_text(arena, commit->author_email),
        .committer_name = arena_text(arena, commit->committer_name),
        .committer_email = arena_text(arena, commit->committer_email),
        .author_time = commit->author_time,
        .committer_time = commit->committer_time,
        .subject = arena_text(arena, message->subject),
        .body = arena_text(arena, message->body),
        .trailers = copy_trailers(arena, message),
        .trailer_count = message->trailer_count,
        .tickets = copy_tickets(arena, tickets),
        .ticket_count = tickets->count,
        .files_changed = commit->files.count,
        .counted = asked && !unread,
        .unread = asked && unread,
        .insertions = commit->files.insertions,
        .deletions = commit->files.deletions,
        .merge = commit->parent_count > 1,
        .category = judgement->category,
        .category_basis = arena_text(arena, judgement->basis),
        .breaking = judgement->breaking,
        .security = judgement->security,
        .breaking_note = arena_text(arena, judgement->breaking_note),
        .change = SIZE_MAX,
    };
}

struct judge_work {
    const struct category_book *book;
    const struct commit_reading *reading;
    struct category_judgement *judgements;
};

static void judge_commit(void *context, struct arena *arena, size_t number)
{
    const struct judge_work *work = context;
    const struct commit_reading *reading = work->reading;
    const struct commit *commit = &reading->commits[number];
    struct category_input input = {
        .message = commit->message,
        .subject = &reading->subjects[number],
        .tickets = &reading->tickets[number],
        .files = commit->files_known && commit->parent_count < 2 ? &commit->files : NULL,
    };

    category_judge(arena, work->book, &input, &work->judgements[number]);
}

static struct category_judgement *judge_commits(const struct category_book *book,
                                                struct arena *arena,
                                                const struct commit_reading *reading,
                                                unsigned threads)
{
    struct judge_work work = {
        .book = book,
        .reading = reading,
        .judgements = arena_array(arena, reading->count, sizeof *work.judgements),
    };

    crew_run(&(struct crew_work){ .count = reading->count,
                                  .chunk = COMMITS_AT_ONCE,
                                  .threads = threads,
                                  .item = judge_commit,
                                  .context = &work },
             arena);
    return work.judgements;
}

/* A commit of the report for each one that was read. */
static struct drift_commit *copy_commits(const struct collector *collector,
                                         const struct commit_reading *reading,
                                         const struct category_judgement *judgements)
{
    struct drift_commit *commits = arena_array(collector->arena, reading->count, sizeof *commits);
    size_t i;

    for (i = 0; i < reading->count; i++)
        copy_commit(collector, &reading->commits[i], &reading->tickets[i], &judgements[i],
                    &commits[i]);
    return commits;
}

static void add_commits(struct collector *collector)
{
    struct code_reading *reading = collector->reading;
    struct category_book *book = category_book_new();
    struct drift_code *code = collector->code;
    unsigned threads = collector->builder->input->threads;

    reading->judgements = judge_commits(book, reading->arena, &reading->ahead, threads);
    code->commit_count = reading->ahead.count;
    code->commits = copy_commits(collector, &reading->ahead, reading->judgements);
    code->behind_count = collector->behind.count;
    code->behind = copy_commits(collector, &collector->behind,
                                judge_commits(book, reading->arena, &collector->behind, threads));
    category_book_free(&book);
}

/* --- what becomes of them ------------------------------------------------------------------ */

static void set_reverted(const struct collector *collector, size_t number,
                         const struct revert_outcome *outcome)
{
    struct drift_commit *commit = &collector->code->commits[number];
    const struct drift_commit *other = &collector->code->commits[outcome->other];

    commit->disposition = DISPOSITION_REVERTED;
    commit->twin = other->id;
    /* a commit is older than what reverts it */
    commit->basis =
        outcome->other < number
            ? arena_printf(collector->arena, "reverted by %.*s", SHORT_ID, other->id)
            : arena_printf(collector->arena, "reverts %.*s, and both are new", SHORT_ID, other->id);
}

static void set_shipped(const struct collector *collector, size_t number,
                        const struct shipped_outcome *outcome)
{
    struct drift_commit *commit = &collector->code->commits[number];

    commit->disposition = DISPOSITION_ALREADY_SHIPPED;
    commit->basis = arena_text(collector->arena, outcome->basis);
    commit->twin = collector->code->behind[outcome->twin].id;
}

/* Commits that only previous has stand in no change: it has them, and what current lacks of them
 * would be lost (drift/lost.h). */
static void set_behind(const struct collector *collector, const size_t *twins)
{
    size_t i;

    for (i = 0; i < collector->code->behind_count; i++) {
        struct drift_commit *commit = &collector->code->behind[i];

        commit->disposition =
            collector->behind.merges[i] ? DISPOSITION_MERGE : DISPOSITION_ALREADY_SHIPPED;
        if (twins[i] != NO_COMMIT) {
            commit->twin = collector->code->commits[twins[i]].id;
            commit->basis = arena_printf(collector->arena, "the same change as %.*s, which %s has",
                                         SHORT_ID, commit->twin, current_name(collector));
        } else if (collector->input->behind_unsure) {
            commit->unsure = true;
            commit->basis = arena_printf(collector->arena,
                                         "%s has it; whether %s has it too cannot be told, for its "
                                         "history ends too early",
                                         code_previous_name(collector), current_name(collector));
        } else {
            commit->basis = arena_printf(collector->arena, "%s has it, %s lacks it",
                                         code_previous_name(collector), current_name(collector));
        }
    }
}

/* Everything but in_notes and internal, which the grouping decides. */
static void set_dispositions(struct collector *collector)
{
    const struct commit_reading *ahead = &collector->reading->ahead;
    struct arena *scratch = collector->reading->arena;
    struct shipped_outcome *shipped = arena_array(scratch, ahead->count, sizeof *shipped);
    struct revert_outcome *reverts = arena_array(scratch, ahead->count, sizeof *reverts);
    size_t *twins = arena_array(scratch, collector->behind.count, sizeof *twins);
    bool *there = arena_array(scratch, ahead->count, sizeof *there);
    size_t i;

    shipped_find(scratch, collector->input, ahead, &collector->behind,
                 code_previous_name(collector), shipped, twins);
    for (i = 0; i < ahead->count; i++)
        there[i] = shipped[i].shipped;
    reverts_find(ahead, there, reverts);
    collector->reading->reverts_released =
        arena_array(scratch, ahead->count, sizeof *collector->reading->reverts_released);
    for (i = 0; i < ahead->count; i++) {
        struct drift_commit *commit = &collector->code->commits[i];

        commit->revert = reverts[i].revert;
        commit->maybe_shipped = arena_text(collector->arena, shipped[i].maybe);
        if (ahead->merges[i]) {
            commit->disposition = DISPOSITION_MERGE;
            commit->basis = "joins branches whose commits are listed by themselves";
        } else if (reverts[i].cancelled) {
            set_reverted(collector, i, &reverts[i]);
        } else if (shipped[i].shipped) {
            set_shipped(collector, i, &shipped[i]);
        } else {
            collector->reading->reverts_released[i] = reverts[i].released;
        }
    }
    set_behind(collector, twins);
}

/* --- the module ---------------------------------------------------------------------------- */

/* A module that is on one side only is one difference. */
static void add_module_item(struct report_builder *builder, const struct module_input *module)
{
    struct drift_item *item = builder_add_item(builder, DRIFT_CODE, "module", module->name,
                                               module->name, module->name, module->name);
    const char *version = module->in_current ? module->current_version : module->previous_version;
    const char *commit = module->in_current ? module->current_commit : module->previous_commit;
    struct drift_value value = { .present = true, .kind = NODE_STRING };

    value.text = arena_text(builder->arena, version ? version : commit);
    if (!value.text)
        value.text = "";
    item->change_type = module->in_current ? CHANGE_TYPE_ADDED : CHANGE_TYPE_DELETED;
    if (module->in_current)
        item->current = value;
    else
        item->previous = value;
    builder_judge(builder, item);
}

static bool could_not_be_read(const struct report_builder *builder,
                              const struct module_input *module)
{
    for (size_t i = 0; i < builder->input->source_count; i++) {
        const struct drift_source *source = &builder->input->sources[i];

        if (source->type == DRIFT_CODE && source->state == SOURCE_FAILED &&
            source->service != NULL && strcmp(source->service, module->name) == 0)
            return true;
    }
    return false;
}

/* Another version of which nothing could be read: that it is another is known all the same. */
static void add_version_item(struct report_builder *builder, const struct module_input *module)
{
    const char *previous = module->previous_version, *current = module->current_version;
    struct drift_item *item;

    if (previous == NULL || current == NULL || strcmp(previous, current) == 0 ||
        !could_not_be_read(builder, module))
        return;
    item = builder_add_item(builder, DRIFT_CODE, CATEGORY_VERSION, module->name, module->name,
                            module->name, module->name);
    item->change_type = CHANGE_TYPE_MODIFIED;
    item->previous = (struct drift_value){ .present = true,
                                           .kind = NODE_STRING,
                                           .text = arena_text(builder->arena, previous) };
    item->current = (struct drift_value){ .present = true,
                                          .kind = NODE_STRING,
                                          .text = arena_text(builder->arena, current) };
    builder_judge(builder, item);
}

static struct drift_code *add_code(struct report_builder *builder,
                                   const struct module_input *module)
{
    struct drift_code *code = vector_add(&builder->codes);

    code->module = arena_text(builder->arena, module->name);
    code->service = code->module;
    code->previous_version = arena_text(builder->arena, module->previous_version);
    code->current_version = arena_text(builder->arena, module->current_version);
    code->previous_commit = arena_text(builder->arena, module->previous_commit);
    code->current_commit = arena_text(builder->arena, module->current_commit);
    code->module_added = module->in_current && !module->in_previous;
    code->module_removed = module->in_previous && !module->in_current;
    return code;
}

static struct code_reading *start_reading(struct report_builder *builder,
                                          const struct code_input *input,
                                          const struct ticket_options *tickets)
{
    struct code_reading *reading = memory_new(sizeof *reading);

    reading->arena = arena_new();
    reading->input = input;
    reading->code = builder->codes.count - 1;
    commit_reading_start(&reading->ahead, reading->arena, input->ahead, input->ahead_count,
                         input->first_parent, tickets, builder->input->threads);
    reading->next = builder->readings;
    builder->readings = reading;
    return reading;
}

void drift_code_collect(struct report_builder *builder, const struct module_input *module)
{
    const struct ticket_options tickets = { builder->input->ticket_keys,
                                            builder->input->ticket_key_count };
    struct collector collector = {
        .builder = builder, .module = module, .input = module->code, .arena = builder->arena
    };

    if (module->in_previous != module->in_current) {
        add_code(builder, module);
        add_module_item(builder, module);
        return;
    }
    if (!module->code) {
        add_version_item(builder, module);
        return;
    }
    collector.code = add_code(builder, module);
    collector.reading = start_reading(builder, module->code, &tickets);
    commit_reading_start(&collector.behind, collector.reading->arena, module->code->behind,
                         module->code->behind_count, module->code->first_parent, &tickets,
                         builder->input->threads);
    add_commits(&collector);
    set_dispositions(&collector);
    code_add_files(&collector);
    commit_reading_end(&collector.behind);
}
