#include <pilab/drift/builder.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/drift/code_reading.h>
#include <pilab/drift/grouping.h>

enum { STRONG_POINTS = 30 };

struct grouper {
    struct report_builder *builder;
    struct arena *arena; /* the report's */
    struct change_member *members;
    size_t count;
    int64_t *times; /* of the members: committer times made to agree with the history's order */
};

static const struct commit *commit_of(const struct change_member *member)
{
    return &member->reading->ahead.commits[member->number];
}

static const struct category_judgement *judgement_of(const struct change_member *member)
{
    return &member->reading->judgements[member->number];
}

static struct drift_code *code_of(const struct grouper *grouper, const struct change_member *member)
{
    return vector_at(&grouper->builder->codes, member->reading->code);
}

static struct drift_commit *record_of(const struct grouper *grouper,
                                      const struct change_member *member)
{
    return &code_of(grouper, member)->commits[member->number];
}

/* --- members ------------------------------------------------------------------------------- */

/* Module after module, each oldest first; a commit that is out already or reverted is no member. */
static void collect_reading(struct grouper *grouper, struct vector *members,
                            const struct code_reading *reading)
{
    const struct drift_code *code = vector_at(&grouper->builder->codes, reading->code);
    size_t i;

    for (i = reading->ahead.count; i-- > 0;) {
        struct change_member *member;

        if (code->commits[i].disposition != DISPOSITION_UNEXPLAINED)
            continue;
        member = vector_add(members);
        member->reading = reading;
        member->module = code->module;
        member->number = i;
        member_read(member);
    }
}

static void collect_members(struct grouper *grouper)
{
    struct vector members;
    size_t code;

    vector_init(&members, sizeof(struct change_member));
    for (code = 0; code < grouper->builder->codes.count; code++) {
        const struct code_reading *reading = grouper->builder->readings;

        while (reading && reading->code != code)
            reading = reading->next;
        if (reading)
            collect_reading(grouper, &members, reading);
    }
    grouper->count = members.count;
    grouper->members = memory_array(members.count, sizeof *grouper->members);
    if (members.count > 0)
        memcpy(grouper->members, members.items, members.count * sizeof *grouper->members);
    vector_release(&members);
}

/* Clocks differ: a commit is never taken to be older than what it stands on. */
static void agree_times(struct grouper *grouper)
{
    size_t i;

    grouper->times = memory_array(grouper->count, sizeof *grouper->times);
    for (i = 0; i < grouper->count; i++) {
        grouper->times[i] = commit_of(&grouper->members[i])->committer_time;
        if (i > 0 && grouper->members[i].reading == grouper->members[i - 1].reading &&
            grouper->times[i] < grouper->times[i - 1])
            grouper->times[i] = grouper->times[i - 1];
    }
}

/* --- one change ---------------------------------------------------------------------------- */

/* What may give a change its title and category: a commit, or the merge of its request. */
struct voice {
    const struct change_member *member;
    const struct commit_message *message;
    const struct subject *subject;
    const struct category_judgement *judgement;
    int rank;
};

/* One group on its way to a change. */
struct work {
    struct grouper *grouper;
    struct drift_change *change;
    struct vector members; /* struct change_member *, oldest first */
    struct voice voice;
};

static int rank_of(const struct voice *voice)
{
    enum change_category category = voice->judgement->category;
    int rank = 2;

    if (category == CATEGORY_INTERNAL)
        return 0;
    if (category == CATEGORY_DOCUMENTATION)
        rank = 1;
    else if ((category == CATEGORY_FEATURES || category == CATEGORY_SECURITY) &&
             voice->judgement->points[category] >= STRONG_POINTS)
        rank = 3;
    rank *= 4;
    if (voice->subject->request_title)
        rank += 2;
    if (!voice->subject->draft)
        rank += 1;
    return rank;
}

/* The first of the highest rank speaks for the change. */
static void hear(struct work *work, const struct change_member *member, size_t number)
{
    const struct code_reading *reading = member->reading;
    struct voice voice = { .member = member,
                           .message = reading->ahead.commits[number].message,
                           .subject = &reading->ahead.subjects[number],
                           .judgement = &reading->judgements[number] };

    voice.rank = rank_of(&voice);
    if (!work->voice.member || voice.rank > work->voice.rank)
        work->voice = voice;
}

static void choose_voice(struct work *work)
{
    size_t i;

    for (i = 0; i < work->members.count; i++) {
        const struct change_member *member = *(struct change_member **)vector_at(&work->members, i);

        if (member->merge != NO_COMMIT &&
            member->reading->ahead.subjects[member->merge].request_title)
            hear(work, member, member->merge);
        hear(work, member, member->number);
    }
}

static void add_ticket(struct vector *tickets, struct map *seen, struct arena *arena,
                       enum ticket_kind kind, const char *id)
{
    struct ticket *ticket;

    if (!id || map_put(seen, id, tickets))
        return;
    ticket = vector_add(tickets);
    ticket->kind = kind;
    ticket->id = arena_text(arena, id);
}

static int by_kind(const void *a, const void *b)
{
    const struct ticket *first = a, *second = b;

    return (int)first->kind - (int)second->kind;
}

/* What it is grouped by stands first, then keys, numbers and advisories. */
static void set_tickets(struct work *work)
{
    struct drift_change *change = work->change;
    struct arena *arena = work->grouper->arena;
    const char *key = NULL, *request = NULL, *issue = NULL;
    struct map *seen = map_new();
    struct vector tickets;
    size_t i, k;

    vector_init(&tickets, sizeof(struct ticket));
    for (i = 0; i < work->members.count; i++) {
        const struct change_member *member = *(struct change_member **)vector_at(&work->members, i);
        const struct ticket_set *set = &member->reading->ahead.tickets[member->number];

        key = key ? key : member->ticket;
        request = request ? request : member->request;
        issue = issue ? issue : member->issue;
        add_ticket(&tickets, seen, arena, TICKET_KEY, member->ticket);
        add_ticket(&tickets, seen, arena, TICKET_NUMBER, member->request);
        for (k = 0; k < set->count; k++)
            add_ticket(&tickets, seen, arena, set->tickets[k].kind, set->tickets[k].id);
    }
    vector_sort(&tickets, by_kind);
    change->ticket = arena_text(arena, key ? key : request ? request : issue);
    change->title = subject_without_ticket(arena, change->title, change->ticket);
    change->tickets = vector_to_arena(&tickets, arena);
    change->ticket_count = tickets.count;
    vector_release(&tickets);
    map_free(&seen);
}

static void set_commits(struct work *work)
{
    struct drift_change *change = work->change;
    struct map *seen = map_new();
    size_t i;

    change->commits =
        arena_array(work->grouper->arena, work->members.count, sizeof *change->commits);
    for (i = 0; i < work->members.count; i++) {
        const struct change_member *member = *(struct change_member **)vector_at(&work->members, i);
        const char *id = record_of(work->grouper, member)->id;

        /* one commit may stand in two modules */
        if (!map_put(seen, id, change))
            change->commits[change->commit_count++] = id;
    }
    map_free(&seen);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void set_services(struct work *work)
{
    struct drift_change *change = work->change;
    size_t i;

    change->services =
        arena_array(work->grouper->arena, work->members.count, sizeof *change->services);
    for (i = 0; i < work->members.count; i++) {
        const struct change_member *member = *(struct change_member **)vector_at(&work->members, i);
        size_t k = 0;

        while (k < change->service_count && strcmp(change->services[k], member->module) != 0)
            k++;
        if (k == change->service_count)
            change->services[change->service_count++] = member->module;
    }
    sort_stable(change->services, change->service_count, sizeof *change->services, by_text);
}

struct author {
    const char *email;
    size_t commits;
};

static int by_commits(const void *a, const void *b)
{
    const struct author *first = a, *second = b;

    return first->commits > second->commits ? -1 : first->commits < second->commits;
}

static void set_authors(struct work *work)
{
    struct drift_change *change = work->change;
    struct vector authors;
    size_t i, k;

    vector_init(&authors, sizeof(struct author));
    for (i = 0; i < work->members.count; i++) {
        const struct change_member *member = *(struct change_member **)vector_at(&work->members, i);
        const char *email = record_of(work->grouper, member)->author_email;
        struct author *author = NULL;

        for (k = 0; !author && k < authors.count; k++) {
            author = vector_at(&authors, k);
            author = strcmp(author->email, email) == 0 ? author : NULL;
        }
        if (!author) {
            author = vector_add(&authors);
            author->email = email;
        }
        author->commits++;
    }
    vector_sort(&authors, by_commits);
    change->author_count = authors.count;
    change->authors = arena_array(work->grouper->arena, authors.count, sizeof *change->authors);
    for (i = 0; i < authors.count; i++)
        change->authors[i] = ((struct author *)vector_at(&authors, i))->email;
    vector_release(&authors);
}

static void set_words(struct work *work)
{
    struct drift_change *change = work->change;
    const struct voice *voice = &work->voice;
    struct arena *arena = work->grouper->arena;

    change->category = voice->judgement->category;
    change->evidence = arena_text(arena, voice->judgement->basis);
    change->title = subject_title(arena, voice->subject, voice->member->module);
    change->description = message_description(arena, voice->message, voice->subject);
    if (change->category == CATEGORY_FEATURES)
        change->type = CHANGE_TYPE_ADDED;
    else if (voice->judgement->removal && change->category != CATEGORY_BUG_FIXES)
        change->type = CHANGE_TYPE_DELETED;
    else
        change->type = CHANGE_TYPE_MODIFIED;
    if (change->category == CATEGORY_DEPRECATED)
        change->migration_guide = message_migration(arena, voice->message);
    if (change->migration_guide && strcmp(change->migration_guide, change->description) == 0)
        change->description = "";
}

/* What one commit says raises the whole change. */
static void raise_marks(struct work *work, const struct category_judgement *judgement)
{
    struct drift_change *change = work->change;

    change->security = change->security || judgement->security;
    change->breaking = change->breaking || judgement->breaking;
    if (!change->breaking_note)
        change->breaking_note = arena_text(work->grouper->arena, judgement->breaking_note);
}

static void set_marks(struct work *work)
{
    struct drift_change *change = work->change;
    size_t i, visible = 0, maybe = 0;
    const char *other = NULL;

    for (i = 0; i < work->members.count; i++) {
        const struct change_member *member = *(struct change_member **)vector_at(&work->members, i);
        const struct drift_commit *record = record_of(work->grouper, member);

        raise_marks(work, judgement_of(member));
        if (member->merge != NO_COMMIT)
            raise_marks(work, &member->reading->judgements[member->merge]);
        if (member->reading->reverts_released[member->number])
            change->reverts_released = true;
        visible += record->category != CATEGORY_INTERNAL;
        if (record->category != CATEGORY_INTERNAL && record->maybe_shipped) {
            maybe++;
            other = other ? other : record->maybe_shipped;
        }
    }
    /* the merge may say so where no commit does */
    if (change->security && change->category == CATEGORY_INTERNAL)
        change->category = CATEGORY_SECURITY;
    /* only when all that is visible of it may be there */
    if (visible > 0 && maybe == visible)
        change->maybe_shipped = other;
}

/* --- all changes --------------------------------------------------------------------------- */

static int by_time(const struct grouper *grouper, size_t a, size_t b)
{
    if (grouper->times[a] != grouper->times[b])
        return grouper->times[a] < grouper->times[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* The members of a group, oldest first over all modules. Few as they are, they are inserted. */
static void list_members(struct work *work, size_t first)
{
    struct grouper *grouper = work->grouper;
    size_t at;

    for (at = first; at != NO_MEMBER; at = grouper->members[at].next) {
        struct change_member *member = &grouper->members[at];
        struct change_member **items;
        size_t place;

        vector_push(&work->members, &member);
        items = work->members.items;
        for (place = work->members.count - 1;
             place > 0 && by_time(grouper, at, (size_t)(items[place - 1] - grouper->members)) < 0;
             place--)
            items[place] = items[place - 1];
        items[place] = member;
    }
}

static void add_change(struct grouper *grouper, size_t first)
{
    struct work work = { .grouper = grouper };

    work.change = vector_add(&grouper->builder->changes);
    vector_init(&work.members, sizeof(struct change_member *));
    list_members(&work, first);
    choose_voice(&work);
    set_words(&work);
    set_tickets(&work);
    set_commits(&work);
    set_services(&work);
    set_authors(&work);
    set_marks(&work);
    vector_release(&work.members);
}

/* A change and the first member of its group, for sorting. */
struct sorted_change {
    struct drift_change change;
    size_t group;
    int64_t time;
};

static int in_reading_order(const void *a, const void *b)
{
    const struct sorted_change *first = *(struct sorted_change *const *)a;
    const struct sorted_change *second = *(struct sorted_change *const *)b;
    int order;

    if (first->change.category != second->change.category)
        return (int)first->change.category - (int)second->change.category;
    if (first->change.breaking != second->change.breaking)
        return first->change.breaking ? -1 : 1;
    order = ticket_compare(first->change.ticket, second->change.ticket);
    if (order != 0)
        return order;
    if (first->time != second->time)
        return first->time < second->time ? -1 : 1;
    return strcmp(first->change.commits[0], second->change.commits[0]);
}

/* What speaks of another commit of the same change is no word of this one. */
static const char *basis_of(struct grouper *grouper, const struct drift_commit *record,
                            const struct drift_change *change)
{
    if (record->disposition == DISPOSITION_INTERNAL)
        return record->category_basis;
    if (record->category == change->category || change->evidence == NULL)
        return change->evidence;
    return arena_printf(grouper->arena, "another commit of %s says: %s",
                        change->ticket != NULL ? change->ticket : "the same change",
                        change->evidence);
}

static void set_member_dispositions(struct grouper *grouper, const size_t *change_of_group)
{
    size_t i;

    for (i = 0; i < grouper->count; i++) {
        const struct change_member *member = &grouper->members[i];
        struct drift_commit *record = record_of(grouper, member);
        const struct drift_change *change;

        record->change = change_of_group[member->group];
        change = vector_at(&grouper->builder->changes, record->change);
        record->disposition =
            change->category == CATEGORY_INTERNAL ? DISPOSITION_INTERNAL : DISPOSITION_IN_NOTES;
        if (!record->basis)
            record->basis = basis_of(grouper, record, change);
    }
}

static int64_t oldest_time(const struct grouper *grouper, size_t group)
{
    int64_t oldest = grouper->times[group];
    size_t at;

    for (at = group; at != NO_MEMBER; at = grouper->members[at].next)
        oldest = grouper->times[at] < oldest ? grouper->times[at] : oldest;
    return oldest;
}

static void sort_changes(struct grouper *grouper)
{
    struct vector *changes = &grouper->builder->changes;
    struct sorted_change *all = memory_array(changes->count, sizeof *all);
    struct sorted_change **sorted = memory_array(changes->count, sizeof(struct sorted_change *));
    size_t *change_of_group = memory_array(grouper->count, sizeof *change_of_group);
    size_t i, count = 0;

    for (i = 0; i < grouper->count; i++) {
        if (grouper->members[i].group != i)
            continue;
        all[count].change = *(struct drift_change *)vector_at(changes, count);
        all[count].group = i;
        all[count].time = oldest_time(grouper, i);
        sorted[count] = &all[count];
        count++;
    }
    sort_stable(sorted, count, sizeof *sorted, in_reading_order);
    for (i = 0; i < count; i++) {
        *(struct drift_change *)vector_at(changes, i) = sorted[i]->change;
        change_of_group[sorted[i]->group] = i;
    }
    set_member_dispositions(grouper, change_of_group);
    free(change_of_group);
    free(sorted);
    free(all);
}

static void count_balance(struct report_builder *builder)
{
    struct drift_balance *balance = &builder->report->balance;
    size_t i, k;

    *balance = (struct drift_balance){ 0 };
    for (i = 0; i < builder->codes.count; i++) {
        const struct drift_code *code = vector_at(&builder->codes, i);

        balance->commits += code->commit_count;
        for (k = 0; k < code->commit_count; k++)
            balance->by_disposition[code->commits[k].disposition]++;
    }
}

void drift_changes_group(struct report_builder *builder)
{
    struct grouper grouper = { .builder = builder, .arena = builder->arena };
    size_t i;

    collect_members(&grouper);
    agree_times(&grouper);
    members_group(grouper.members, grouper.count);
    for (i = 0; i < grouper.count; i++) {
        if (grouper.members[i].group == i)
            add_change(&grouper, i);
    }
    sort_changes(&grouper);
    count_balance(builder);
    free(grouper.times);
    free(grouper.members);
    while (builder->readings) {
        struct code_reading *next = builder->readings->next;

        code_reading_free(&builder->readings);
        builder->readings = next;
    }
}
