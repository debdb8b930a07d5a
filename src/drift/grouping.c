#include <pilab/drift/grouping.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/input.h>

/* A subject of fewer words ("Fix build") may mean something else in another module. */
enum { TELLING_WORDS = 4 };

struct group {
    size_t parent; /* the member that this one was joined to, itself: it stands for the group */
    size_t size;
    const char *ticket;
    bool keyed; /* it has a ticket, a request or an issue */
};

struct work {
    struct change_member *members;
    size_t count;
    struct group *groups; /* one for each member */
    struct map *seen;     /* key → a member */
    struct strbuf name;   /* room for a key */
};

void member_read(struct change_member *member)
{
    const struct commit_reading *ahead = &member->reading->ahead;
    size_t at = ahead->merged_by[member->number];

    member->merge = NO_COMMIT;
    member->ticket = ahead->tickets[member->number].key;
    member->request = ahead->subjects[member->number].request;
    member->issue = ahead->tickets[member->number].closes;
    while (at != NO_COMMIT && !ahead->subjects[at].shared_branch) {
        if (!member->ticket)
            member->ticket = ahead->tickets[at].key;
        if (!member->request && ahead->subjects[at].request) {
            member->request = ahead->subjects[at].request;
            member->merge = at;
        }
        at = ahead->merged_by[at];
    }
}

static size_t group_of(const struct work *work, size_t member)
{
    while (work->groups[member].parent != member) {
        size_t parent = work->groups[member].parent;

        work->groups[member].parent = work->groups[parent].parent;
        member = parent;
    }
    return member;
}

static bool may_join(const struct group *a, const struct group *b)
{
    return !a->ticket || !b->ticket || strcmp(a->ticket, b->ticket) == 0;
}

static void join(struct work *work, size_t a, size_t b)
{
    size_t first = group_of(work, a);
    size_t second = group_of(work, b);

    if (first == second || !may_join(&work->groups[first], &work->groups[second]))
        return;
    if (second < first) {
        size_t swap = first;

        first = second;
        second = swap;
    }
    work->groups[second].parent = first;
    work->groups[first].size += work->groups[second].size;
    work->groups[first].keyed = work->groups[first].keyed || work->groups[second].keyed;
    if (!work->groups[first].ticket)
        work->groups[first].ticket = work->groups[second].ticket;
}

/* The member that came first under this key; `member`, when it is not NO_MEMBER, is remembered if
 * there is none yet, and is the answer then. Keys of different kinds never meet. */
static size_t first_of(struct work *work, char kind, const char *module, struct span key,
                       size_t member)
{
    struct strbuf *name = &work->name;
    struct change_member *first;

    strbuf_clear(name);
    strbuf_add_char(name, kind);
    strbuf_add(name, module);
    strbuf_add_char(name, '\n');
    strbuf_add_bytes(name, key.at, key.length);
    first = member == NO_MEMBER
                ? map_get_bytes(work->seen, name->data, name->length)
                : map_keep_bytes(work->seen, name->data, name->length, &work->members[member]);
    return first ? (size_t)(first - work->members) : member;
}

static struct span id_key(const struct object_id *id)
{
    return (struct span){ (const char *)id->bytes, sizeof id->bytes };
}

/* A request whose commits name exactly one ticket lends it to those that name none. */
static void share_tickets(struct work *work)
{
    const char **tickets = memory_array(work->count, sizeof *tickets);
    bool *several = memory_array(work->count, sizeof *several);
    size_t i;

    for (i = 0; i < work->count; i++) {
        const struct change_member *member = &work->members[i];
        size_t first;

        if (!member->request)
            continue;
        first = first_of(work, 'r', member->module, span_of(member->request), i);
        if (member->ticket && tickets[first] && strcmp(member->ticket, tickets[first]) != 0)
            several[first] = true;
        else if (member->ticket)
            tickets[first] = member->ticket;
    }
    for (i = 0; i < work->count; i++) {
        struct change_member *member = &work->members[i];
        size_t first;

        if (!member->request || member->ticket)
            continue;
        first = first_of(work, 'r', member->module, span_of(member->request), i);
        if (!several[first])
            member->ticket = tickets[first];
    }
    free(tickets);
    free(several);
}

static const struct object_id *patch_of(const struct change_member *member)
{
    const struct object_id *patches = member->reading->input->ahead_patches;

    return patches && !object_id_is_zero(&patches[member->number]) ? &patches[member->number]
                                                                   : NULL;
}

/* The older member that this one repeats: the same commit in another module, the same patch, or
 * what it says it was picked from. */
static size_t find_twin(struct work *work, size_t at)
{
    const struct change_member *member = &work->members[at];
    const struct commit *commit = &member->reading->ahead.commits[member->number];
    const struct object_id *patch = patch_of(member);
    size_t twin, i;

    twin = first_of(work, 'c', "", id_key(&commit->id), at);
    if (twin == at && patch)
        twin = first_of(work, 'p', member->module, id_key(patch), at);
    for (i = 0; twin == at && i < commit->message->picked_count; i++) {
        struct object_id source;

        if (object_id_parse(commit->message->picked_from[i], &source)) {
            size_t other = first_of(work, 'c', "", id_key(&source), NO_MEMBER);

            twin = other != NO_MEMBER ? other : twin;
        }
    }
    return twin == at ? NO_MEMBER : twin;
}

static bool twin_fits(const struct change_member *member, const struct change_member *twin)
{
    return !member->ticket || (twin->ticket && strcmp(member->ticket, twin->ticket) == 0);
}

/* A twin goes where the other is, whatever request brought it, so that a request of many backports
 * does not join what they are backports of. */
static void find_twins(struct work *work)
{
    size_t i;

    for (i = 0; i < work->count; i++) {
        struct change_member *member = &work->members[i];
        size_t twin = find_twin(work, i);

        member->twin = NO_MEMBER;
        if (twin != NO_MEMBER && twin_fits(member, &work->members[twin]))
            member->twin = twin;
    }
}

static void join_by_keys(struct work *work)
{
    size_t i;

    for (i = 0; i < work->count; i++) {
        const struct change_member *member = &work->members[i];

        if (member->twin != NO_MEMBER)
            continue;
        if (member->ticket)
            join(work, first_of(work, 't', "", span_of(member->ticket), i), i);
        else if (member->request)
            join(work, first_of(work, 'R', member->module, span_of(member->request), i), i);
        else if (member->issue)
            join(work, first_of(work, 'R', member->module, span_of(member->issue), i), i);
    }
    for (i = 0; i < work->count; i++) {
        if (work->members[i].twin != NO_MEMBER)
            join(work, work->members[i].twin, i);
    }
}

static size_t count_words(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text != ' ' && (text[1] == ' ' || text[1] == '\0');
    return count;
}

/* Two groups of the same subject are one when one of them has no key of its own, or both are but
 * one commit each: "fix review comments" must not join two requests. */
static void join_by_subject(struct work *work, size_t a, size_t b)
{
    const struct group *first = &work->groups[group_of(work, a)];
    const struct group *second = &work->groups[group_of(work, b)];

    if (!first->keyed || !second->keyed || (first->size == 1 && second->size == 1))
        join(work, a, b);
}

static void join_by_subjects(struct work *work)
{
    size_t i;

    for (i = 0; i < work->count; i++) {
        const struct change_member *member = &work->members[i];
        const char *same = member->reading->ahead.subjects[member->number].same;

        if (same[0] == '\0')
            continue;
        join_by_subject(work, first_of(work, 's', member->module, span_of(same), i), i);
        if (count_words(same) >= TELLING_WORDS)
            join_by_subject(work, first_of(work, 's', "", span_of(same), i), i);
    }
}

static void link_groups(struct work *work)
{
    size_t *last = memory_array(work->count, sizeof *last);
    size_t i;

    for (i = 0; i < work->count; i++) {
        size_t group = group_of(work, i);

        work->members[i].group = group;
        work->members[i].next = NO_MEMBER;
        if (group != i)
            work->members[last[group]].next = i;
        last[group] = i;
    }
    free(last);
}

void members_group(struct change_member *members, size_t count)
{
    struct work work = { .members = members, .count = count };
    size_t i;

    work.groups = memory_array(count, sizeof *work.groups);
    work.seen = map_new();
    work.name = (struct strbuf)STRBUF_INIT;
    share_tickets(&work);
    find_twins(&work);
    for (i = 0; i < count; i++) {
        const struct change_member *member = &members[i];

        work.groups[i] = (struct group){
            .parent = i,
            .size = 1,
            .ticket = member->ticket,
            .keyed = member->ticket || member->request || member->issue,
        };
    }
    join_by_keys(&work);
    join_by_subjects(&work);
    link_groups(&work);
    map_free(&work.seen);
    strbuf_release(&work.name);
    free(work.groups);
}
