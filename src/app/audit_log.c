#include <pilab/app/audit_log.h>

#include <pilab/app/audit_words.h>

#define PAGE 500 /* entries that are in memory at once while all are looked at */

bool audit_log_scope(struct call *call, struct audit_filter *filter, struct error *error)
{
    bool all = call->actor.rights.instance != INSTANCE_USER;

    if (!all && ((call->project == NULL && !call_choose_project(call, NULL, error)) ||
                 !call_check(call, PERMISSION_READ, error)))
        return false;
    filter->tenant = call->tenant_id;
    filter->project = call->project != NULL ? call->project->id : NULL;
    return true;
}

/* Entries outlive what they tell of: a project that is gone keeps its id. */
static const char *project_code(struct call *call, struct map *codes, const char *id)
{
    const char *code = id != NULL ? map_get(codes, id) : NULL;
    struct store_project project;

    if (code != NULL || id == NULL)
        return code;
    code =
        arena_text(call->arena, store_project_get(call->connection, id, call->arena, &project, NULL)
                                    ? project.code
                                    : id);
    if (codes != NULL)
        map_put(codes, id, (void *)(uintptr_t)code);
    return code;
}

void audit_log_words(struct call *call, const struct audit_entry *entry, struct map *codes,
                     struct arena *arena, struct audit_log_entry *out)
{
    struct audit_words words = audit_words(entry, arena);

    *out = (struct audit_log_entry){ .entry = *entry,
                                     .project = project_code(call, codes, entry->project),
                                     .object = words.object,
                                     .what = words.what };
}

bool audit_log_count(struct call *call, int64_t *count, struct error *error)
{
    struct audit_checkpoint checkpoint;

    if (!audit_checkpoint_now(call->connection, &checkpoint, error))
        return false;
    *count = checkpoint.count;
    return true;
}

bool audit_log_read(struct call *call, int64_t seq, struct map *codes, struct arena *arena,
                    struct audit_log_entry *out, struct error *error)
{
    struct audit_entry entry;

    if (!audit_get(call->connection, seq, arena, &entry, error))
        return false;
    audit_log_words(call, &entry, codes, arena, out);
    return true;
}

/* A page after the other, so that a long audit is never in memory as a whole. */
static bool look_through(struct call *call, const struct audit_filter *filter, int64_t above,
                         bool (*matches)(void *context, const struct audit_log_entry *entry),
                         void *context, struct vector *numbers, struct error *error)
{
    struct store_page page = { .limit = PAGE };
    struct audit_entries list = { .next = "" };
    struct map *codes = map_new();
    struct arena *arena = NULL, *before = NULL;
    bool ok = true, more = true;

    for (size_t seen = 0; ok && more; seen += list.count) {
        arena = arena_new();
        progress_report(&call->progress, "looking through the audit", seen, 0);
        ok = progress_check(&call->progress, error) &&
             audit_list(call->connection, filter, &page, arena, &list, error);
        for (size_t i = 0; ok && more && i < list.count; i++) {
            struct audit_log_entry entry;

            more = list.items[i].seq > above;
            audit_log_words(call, &list.items[i], codes, arena, &entry);
            if (more && matches(context, &entry))
                vector_push(numbers, &entry.entry.seq);
        }
        more = more && list.next != NULL;
        page.after = list.next;
        arena_free(&before);
        before = arena;
    }
    arena_free(&before);
    map_free(&codes);
    return ok;
}

bool audit_log_numbers(struct call *call, int64_t above,
                       bool (*matches)(void *context, const struct audit_log_entry *entry),
                       void *context, struct vector *numbers, struct error *error)
{
    struct audit_filter filter = { 0 };

    if (!audit_log_scope(call, &filter, error))
        return false;
    if (matches == NULL)
        return audit_numbers(call->connection, &filter, above, numbers, error);
    return look_through(call, &filter, above, matches, context, numbers, error);
}
