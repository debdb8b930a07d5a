#include <pilab/app/home.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/audit_log.h>
#include <pilab/app/note_flow.h>
#include <pilab/app/stored.h>
#include <pilab/base/vector.h>
#include <pilab/store/decision.h>
#include <pilab/store/mark.h>

#define MARK          "home"
#define MARK_AUDIT    "home.audit"
#define MOST_CHANGED  8
#define FIRST_CHANGED 5 /* for somebody who looks for the first time */
#define MOST_UNREAD   5
#define MOST_OTHERS   8
#define MOST_STANDING 200
#define MOST_SEEN     200 /* entries that are counted */

static struct home_lines to_lines(struct vector *lines, struct arena *arena)
{
    struct home_lines out = { vector_to_arena(lines, arena), lines->count };

    vector_release(lines);
    return out;
}

/* --- What waits ------------------------------------------------------------------------------- */

/* To those whose turn it is it says what to do, to others for whom it waits. */
static void add_wait(const struct note_flow *flow, const struct turn *turn, struct arena *arena,
                     struct vector *lines)
{
    static const enum note_act acts[] = {
        [TURN_REVIEW] = NOTE_ACT_REVIEW,   [TURN_EDIT] = NOTE_ACT_REVIEW,
        [TURN_APPROVE] = NOTE_ACT_APPROVE, [TURN_PUBLISH] = NOTE_ACT_PUBLISH,
        [TURN_FINISH] = NOTE_ACT_PUBLISH,
    };
    const struct store_note *note = &flow->note;
    struct home_line *line = vector_add(lines);

    *line = (struct home_line){ .target = HOME_TO_NOTE,
                                .number = note->number,
                                .text = arena_printf(arena, "Note %lld  %s",
                                                     (long long)note->number, note->title),
                                .detail = turn->state,
                                .at = note->updated_at };
    if (turn->theirs)
        return;
    line->detail = turn->step == TURN_APPROVE && flow->standing.sentence != NULL
                       ? flow->standing.sentence
                       : flow->permits[acts[turn->step]].why;
}

/* What waits for this person is listed to the last line, however old; of what waits for others as
 * much as one takes in. */
static void read_waits(struct call *call, struct arena *arena, struct home *home)
{
    struct vector mine, others;
    struct note_flow *flows;
    struct error error = { 0 };
    size_t count;

    if (!note_flow_read_open(call, arena, &flows, &count, &error)) {
        log_write(call->log, LOG_WARNING, "home: %s", error.message);
        return;
    }
    vector_init(&mine, sizeof(struct home_line));
    vector_init(&others, sizeof(struct home_line));
    for (size_t i = 0; i < count; i++) {
        struct turn turn = note_flow_turn(call, &flows[i]);

        if (turn.step == TURN_NONE)
            continue;
        if (turn.theirs)
            add_wait(&flows[i], &turn, arena, &mine);
        else if (others.count < MOST_OTHERS)
            add_wait(&flows[i], &turn, arena, &others);
        else
            home->others_more++;
    }
    home->mine = to_lines(&mine, arena);
    home->others = to_lines(&others, arena);
}

/* --- What has changed ------------------------------------------------------------------------- */

/* "report:3" and "note:1" lead to where they can be read. */
static void set_target(struct home_line *line, const char *object)
{
    const char *number = object != NULL ? strchr(object, ':') : NULL;

    line->target = HOME_TO_AUDIT;
    if (number == NULL || number[1] < '0' || number[1] > '9')
        return;
    if (strncmp(object, "report:", 7) == 0)
        line->target = HOME_TO_REPORT;
    else if (strncmp(object, "note:", 5) == 0)
        line->target = HOME_TO_NOTE;
    line->number = strtoll(number + 1, NULL, 10);
}

static void add_change(struct vector *lines, const struct audit_log_entry *entry,
                       struct arena *arena)
{
    struct home_line *line = vector_add(lines);
    const char *object = entry->object != NULL ? entry->object : "";

    *line = (struct home_line){
        .text = arena_printf(arena, "%s  %s%s%s", entry->entry.action, object,
                             *object != '\0' && entry->what[0] != '\0' ? "  " : "", entry->what),
        .detail = entry->entry.actor,
        .at = entry->entry.at,
    };
    set_target(line, entry->object);
}

static void read_changed(struct call *call, struct arena *arena, struct home *home)
{
    struct audit_entries entries;
    struct vector lines;
    struct map *codes = map_new();
    struct error error = { 0 };
    size_t most = home->since.at != 0 ? MOST_CHANGED : FIRST_CHANGED;

    vector_init(&lines, sizeof(struct home_line));
    if (!audit_by_others(call->connection, call->project->id, call->actor.login, home->since.seq,
                         home->since.at, MOST_SEEN, arena, &entries, &error)) {
        log_write(call->log, LOG_WARNING, "home: %s", error.message);
        entries.count = 0;
    }
    for (size_t i = 0; i < entries.count; i++) {
        struct audit_log_entry entry;

        if (lines.count == most)
            break;
        audit_log_words(call, &entries.items[i], codes, arena, &entry);
        add_change(&lines, &entry, arena);
    }
    if (home->since.at != 0)
        home->changed_more = entries.count - lines.count;
    map_free(&codes);
    home->changed = to_lines(&lines, arena);
}

/* --- What is open ----------------------------------------------------------------------------- */

static void add_severities(struct home *home, const struct store_report *report,
                           struct arena *arena)
{
    bool any = false;

    for (size_t i = 0; i < STORE_SEVERITY_COUNT; i++) {
        struct home_severity *severity = &home->drift[i];
        int64_t count = report->counts.by_severity[i];

        if (count == 0)
            continue;
        any = true;
        severity->reports++;
        severity->differences += count;
        if (severity->worst == 0 || count > severity->worst_count) {
            severity->worst = report->number;
            severity->worst_count = count;
            severity->worst_of = stored_report_words(report, arena);
        }
    }
    home->drift_reports += any;
}

static void add_unread(struct vector *lines, const struct store_report *report, struct arena *arena)
{
    struct home_line *line = vector_add(lines);
    long long problems = report->counts.problems;

    *line = (struct home_line){ .target = HOME_TO_REPORT,
                                .number = report->number,
                                .text = arena_printf(arena, "Report %lld  %s",
                                                     (long long)report->number,
                                                     stored_report_words(report, arena)),
                                .at = report->created_at };
    if (strcmp(report->run, "FAILED") == 0)
        line->detail = report->reason != NULL ? report->reason : "failed";
    else
        line->detail =
            arena_printf(arena, "%lld problem%s reading it", problems, problems == 1 ? "" : "s");
}

static void read_drift(struct call *call, struct arena *arena, struct home *home)
{
    struct store_reports standing, recent;
    struct error error = { 0 };
    struct vector unread;

    vector_init(&unread, sizeof(struct home_line));
    if (!store_report_standing(call->connection, call->project->id, MOST_STANDING, arena, &standing,
                               &error) ||
        !store_report_failed(call->connection, call->project->id, MOST_STANDING, arena, &recent,
                             &error)) {
        log_write(call->log, LOG_WARNING, "home: %s", error.message);
        standing.count = recent.count = 0;
    }
    for (size_t i = 0; i < recent.count && unread.count < MOST_UNREAD; i++)
        /* What was begun before the last look may have failed after it. */
        if (recent.items[i].finished_at >= home->since.at)
            add_unread(&unread, &recent.items[i], arena);
    for (size_t i = 0; i < standing.count; i++) {
        add_severities(home, &standing.items[i], arena);
        if (standing.items[i].counts.problems > 0 && unread.count < MOST_UNREAD)
            add_unread(&unread, &standing.items[i], arena);
    }
    home->unread = to_lines(&unread, arena);
}

static void read_decisions(struct call *call, struct arena *arena, struct home *home)
{
    const struct store_decision_filter standing = { .standing = true };
    int64_t now = clock_now(&call->clock);
    struct store_decisions list;
    struct error error = { 0 };

    if (!store_decision_list(call->connection, call->project->id, &standing, NULL, arena, &list,
                             &error)) {
        log_write(call->log, LOG_WARNING, "home: %s", error.message);
        return;
    }
    for (size_t i = 0; i < list.count; i++) {
        const struct store_decision *decision = &list.items[i];

        if (decision->until != 0 && decision->until <= now)
            home->decisions.ended++;
        else if (strcmp(decision->kind, store_decision_kinds[0]) == 0)
            home->decisions.ignored++;
        else
            home->decisions.accepted++;
    }
}

static bool get_mark(struct call *call, const char *name, int64_t *value)
{
    return store_mark_get(call->connection, call->actor.id, call->project->id, name, value, NULL);
}

static bool set_mark(struct call *call, const char *name, int64_t value, struct error *error)
{
    return store_mark_set(call->connection, call->actor.id, call->project->id, name, value, error);
}

/* Read before anything else: what comes meanwhile is seen twice rather than never. */
static struct home_mark mark_now(struct call *call)
{
    struct home_mark mark = { .at = clock_now(&call->clock) };
    struct error error = { 0 };

    if (!audit_log_count(call, &mark.seq, &error))
        log_write(call->log, LOG_WARNING, "home: %s", error.message);
    return mark;
}

void home_read(struct call *call, const struct home_mark *since, struct arena *arena,
               struct home *home)
{
    *home = (struct home){ .since = since != NULL ? *since : (struct home_mark){ 0 } };
    if (call->project == NULL)
        return;
    if (since == NULL && call->actor.id[0] != '\0' && get_mark(call, MARK, &home->since.at))
        get_mark(call, MARK_AUDIT, &home->since.seq);
    home->shown = mark_now(call);
    read_waits(call, arena, home);
    read_changed(call, arena, home);
    read_drift(call, arena, home);
    read_decisions(call, arena, home);
}

bool home_looked(struct call *call, const struct home_mark *shown, struct error *error)
{
    bool ok;

    if (call->project == NULL || call->actor.id[0] == '\0' ||
        connection_read_only(call->connection))
        return true;
    ok = call_begin(call, PERMISSION_READ, NULL, error) && set_mark(call, MARK, shown->at, error) &&
         set_mark(call, MARK_AUDIT, shown->seq, error) && store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}
