#include "code_collector.h"

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/drift/database.h>
#include <pilab/drift/dependency.h>
#include <pilab/drift/lost.h>
#include <pilab/drift/rules.h>
#include <pilab/packages/formats.h>

#include "code_touches.h"

/* What becomes of a file that current only takes changes away from. */
struct losses {
    bool brought; /* a commit of current changed it too: it is no mere loss */
    bool several;
    const struct drift_commit *commit; /* the newest that would be lost, of security before others;
                                          or NULL */
};

/* What was reverted, or was there before, is no change of current's. */
static bool brings(const struct drift_commit *commit)
{
    return commit->disposition != DISPOSITION_REVERTED &&
           commit->disposition != DISPOSITION_ALREADY_SHIPPED;
}

static void note_losses(const struct touch *touch, struct losses *losses)
{
    for (; touch; touch = touch->older) {
        const struct drift_commit *commit = touch->by->commit;

        if (!touch->by->behind) {
            losses->brought = losses->brought || brings(commit);
            continue;
        }
        if (!drift_commit_lost(commit))
            continue;
        losses->several = losses->several || (losses->commit && losses->commit != commit);
        if (!losses->commit ||
            (drift_commit_secures(commit) && !drift_commit_secures(losses->commit)))
            losses->commit = commit;
    }
}

/* The newest commit that says what the rule asks commits for. */
static const char *deciding_commit(const struct rule *rule, const struct touch *touch)
{
    for (; touch; touch = touch->older) {
        if (!touch->by->behind && rule_words_said(rule, touch->by->said) &&
            (rule->marks & COMMIT_MARKS & ~touch->by->marks) == 0)
            return touch->by->commit->id;
    }
    return NULL;
}

/* Who reads that a file's commits speak of security wants to see the one that does. */
static void set_deciding_commit(const struct collector *collector, const struct touch *touch,
                                const struct touch *moved, struct drift_item *item)
{
    size_t i;

    for (i = 0; i < item->rule_count; i++) {
        const struct rule *rule = rule_set_find(collector->builder->rules, item->rules[i].rule);
        const char *id;

        if (!rule || (!rule->words && !(rule->marks & COMMIT_MARKS)))
            continue;
        id = deciding_commit(rule, touch);
        if (!id)
            id = deciding_commit(rule, moved);
        if (id)
            item->commit = id;
        return;
    }
}

static void note_told(struct map *told, const struct migration *migration)
{
    if (!migration)
        return;
    map_put(told, migration->file, told);
    if (migration->down_file)
        map_put(told, migration->down_file, told);
}

/* Whether packages are all that such a file says. */
static bool is_of_packages(const char *path)
{
    const struct package_format *format = package_format_of(path);

    return format != NULL &&
           (format->kind != PACKAGE_FILE_MANIFEST || strcmp(path_base_name(path), "go.mod") == 0 ||
            strcmp(path_base_name(path) + strcspn(path_base_name(path), "."), ".txt") == 0);
}

static void note_packages(struct map *told, const char *path)
{
    if (path != NULL && is_of_packages(path))
        map_put(told, path, told);
}

/* The sums of what go.mod asks for. */
static const char *module_of_sums(struct arena *arena, const char *path)
{
    const char *name = path_base_name(path);

    if (strcmp(name, "go.sum") != 0)
        return NULL;
    return arena_printf(arena, "%.*sgo.mod", (int)(name - path), path);
}

/* The migrations and lock files of which their own types say what differs. */
static struct map *told_files(const struct module_input *module)
{
    const struct database_input *database = module->database;
    const struct dependency_input *dependency = module->dependency;
    struct map *told = map_new();

    for (size_t i = 0; dependency && i < dependency->pair_count; i++) {
        note_packages(told, dependency->pairs[i].previous_file);
        note_packages(told, dependency->pairs[i].current_file);
    }

    for (size_t i = 0; database && i < database->pair_count; i++) {
        note_told(told, database->pairs[i].previous);
        note_told(told, database->pairs[i].current);
    }
    return told;
}

static unsigned told_mark(const struct collector *collector, const struct drift_item *item)
{
    const char *beside = module_of_sums(collector->arena, item->path);

    return map_has(collector->told, item->path) || (beside && map_has(collector->told, beside)) ||
                   (item->old_path && map_has(collector->told, item->old_path))
               ? MARK_TOLD
               : 0;
}

/* What the file itself does that is new, whoever brought it. */
static unsigned own_marks(const struct collector *collector, const struct drift_item *item)
{
    const struct code_input *input = collector->input;

    for (size_t i = 0; i < input->file_mark_count; i++) {
        if (strcmp(input->file_marks[i].path, item->path) == 0)
            return input->file_marks[i].marks;
    }
    return 0;
}

/* Nothing but what previous did to it goes away: its commits' words would say the opposite. */
static void judge_loss(struct collector *collector, const struct losses *losses,
                       struct drift_item *item)
{
    const struct drift_input *input = collector->builder->input;
    struct strbuf reason = STRBUF_INIT;

    strbuf_printf(&reason, "its change%s in %s would be lost", losses->several ? "s" : "",
                  code_previous_name(collector));
    if (!drift_sides_as_is(&input->previous, &input->current))
        builder_raise_attention(collector->builder, item, ATTENTION_REVIEW, reason.data);
    builder_judge_marked(collector->builder, item, NULL,
                         told_mark(collector, item) | own_marks(collector, item));
    item->commit = losses->commit->id;
    strbuf_release(&reason);
}

static void judge_item(struct collector *collector, struct touches *touches,
                       const struct touch *touch, const struct touch *moved,
                       struct drift_item *item)
{
    struct losses losses = { 0 };
    const uint64_t *said;
    unsigned marks = 0;

    note_losses(touch, &losses);
    note_losses(moved, &losses);
    if (losses.commit && !losses.brought) {
        judge_loss(collector, &losses, item);
        return;
    }
    /* What its commits say is said of what they do there. */
    if (told_mark(collector, item) != 0) {
        builder_judge_marked(collector->builder, item, NULL, MARK_TOLD);
        return;
    }
    said = touches_said(touches, touch, moved, &marks);
    builder_judge_marked(collector->builder, item, said, marks | own_marks(collector, item));
    set_deciding_commit(collector, touch, moved, item);
}

/* The newest commit of the range that touched the file, and the tickets of all that did; of what
 * current lacks only when nothing new touched it. */
static void set_item_commits(struct collector *collector, struct touches *touches,
                             const struct touch *touch, const struct touch *moved,
                             struct drift_item *item)
{
    struct vector tickets;

    vector_init(&tickets, sizeof(const char *));
    touches_list_tickets(touches, touch, moved, &tickets);
    item->tickets = vector_to_arena(&tickets, collector->arena);
    item->ticket_count = tickets.count;
    if (!touch)
        touch = moved;
    if (touch)
        item->commit = touch->by->commit->id;
    vector_release(&tickets);
}

static const struct {
    enum change_type type;
    enum change_detail detail;
} statuses[] = {
    [FILE_ADDED] = {CHANGE_TYPE_ADDED,     DETAIL_NONE        },
    [FILE_MODIFIED] = { CHANGE_TYPE_MODIFIED, DETAIL_NONE        },
    [FILE_DELETED] = { CHANGE_TYPE_DELETED,  DETAIL_NONE        },
    [FILE_RENAMED] = { CHANGE_TYPE_MODIFIED, DETAIL_RENAMED     },
    [FILE_COPIED] = { CHANGE_TYPE_MODIFIED, DETAIL_COPIED      },
    [FILE_TYPE_CHANGED] = { CHANGE_TYPE_MODIFIED, DETAIL_TYPE_CHANGED},
};

static struct drift_value blob_value(struct arena *arena, const struct object_id *blob)
{
    if (object_id_is_zero(blob))
        return (struct drift_value){ 0 };
    return (struct drift_value){ .present = true,
                                 .kind = NODE_STRING,
                                 .text = code_full_id(arena, blob) };
}

static const struct drift_submodule *submodule_of(const struct collector *collector,
                                                  const struct file_change *file)
{
    size_t i;

    for (i = 0; i < collector->input->submodule_count; i++) {
        if (strcmp(collector->input->submodules[i].path, file->path) == 0)
            return &collector->input->submodules[i];
    }
    return NULL;
}

/* Before it is judged: going back, or coming from another place, is for a person to see. */
static void set_submodule(struct collector *collector, const struct drift_submodule *submodule,
                          struct drift_item *item)
{
    const char *concern = submodule_concern(submodule, collector->arena);

    item->submodule = submodule_copy(submodule, collector->arena);
    if (concern)
        builder_raise_attention(collector->builder, item, ATTENTION_REVIEW, concern);
}

/* It stays where it was pinned, and no file of the list shows that it comes from elsewhere. */
static void add_moved_url(struct collector *collector, const struct drift_submodule *submodule)
{
    const char *slash = strrchr(submodule->path, '/');
    const char *module = collector->module->name;
    struct drift_item *item =
        builder_add_item(collector->builder, DRIFT_CODE, "submodule", module, module,
                         submodule->path, slash ? slash + 1 : submodule->path);
    struct drift_value value = { .present = true, .kind = NODE_STRING };

    item->change_type = CHANGE_TYPE_MODIFIED;
    item->old_mode = item->new_mode = 0160000;
    value.text = arena_text(collector->arena, submodule->previous_url);
    item->previous = value;
    value.text = arena_text(collector->arena, submodule->current_url);
    item->current = value;
    set_submodule(collector, submodule, item);
    builder_judge(collector->builder, item);
}

static void add_file(struct collector *collector, struct touches *touches,
                     const struct file_change *file)
{
    const struct touch *touch = touches_of(touches, file->path);
    const struct touch *moved = touches_of(touches, file->old_path);
    const char *slash = strrchr(file->path, '/');
    const char *module = collector->module->name;
    const struct drift_submodule *submodule = submodule_of(collector, file);
    struct drift_item *item =
        builder_add_item(collector->builder, DRIFT_CODE, submodule ? "submodule" : "file", module,
                         module, file->path, slash ? slash + 1 : file->path);

    item->change_type = statuses[file->status].type;
    item->detail = statuses[file->status].detail;
    item->old_path = arena_text(collector->arena, file->old_path);
    item->likeness = file->likeness;
    item->previous = blob_value(collector->arena, &file->old_blob);
    item->current = blob_value(collector->arena, &file->new_blob);
    item->counted = file->counted;
    item->unread = file->unread;
    item->insertions = file->insertions;
    item->deletions = file->deletions;
    item->binary = file->binary;
    item->old_blob = file->old_blob;
    item->new_blob = file->new_blob;
    item->old_mode = file->old_mode;
    item->new_mode = file->new_mode;
    if (item->previous.present)
        item->previous_at.file = file->old_path ? item->old_path : item->path;
    if (item->current.present)
        item->current_at.file = item->path;
    if (submodule)
        set_submodule(collector, submodule, item);
    set_item_commits(collector, touches, touch, moved, item);
    judge_item(collector, touches, touch, moved, item);
}

static void add_files(struct collector *collector)
{
    const struct file_change_list *files = &collector->input->files;
    struct touches *touches = touches_new(collector);
    size_t i;

    for (i = 0; i < files->count; i++)
        add_file(collector, touches, &files->changes[i]);
    for (i = 0; i < collector->input->submodule_count; i++) {
        if (collector->input->submodules[i].move == SUBMODULE_STAYS)
            add_moved_url(collector, &collector->input->submodules[i]);
    }
    touches_free(&touches);
}

/* The paths of one kind of change. */
static const char **list_paths(struct collector *collector, enum change_type type, size_t *count)
{
    const struct file_change_list *files = &collector->input->files;
    const char **paths = arena_array(collector->arena, files->count, sizeof *paths);
    size_t i;

    *count = 0;
    for (i = 0; i < files->count; i++) {
        if (statuses[files->changes[i].status].type == type)
            paths[(*count)++] = arena_text(collector->arena, files->changes[i].path);
    }
    return paths;
}

static void list_files(struct collector *collector)
{
    struct drift_code *code = collector->code;

    code->files_added = list_paths(collector, CHANGE_TYPE_ADDED, &code->files_added_count);
    code->files_modified = list_paths(collector, CHANGE_TYPE_MODIFIED, &code->files_modified_count);
    code->files_deleted = list_paths(collector, CHANGE_TYPE_DELETED, &code->files_deleted_count);
    code->insertions = collector->input->files.insertions;
    code->deletions = collector->input->files.deletions;
    code->counted = collector->input->counts && collector->input->files.unread == 0;
}

void code_add_files(struct collector *collector)
{
    collector->told = told_files(collector->module);
    list_files(collector);
    add_files(collector);
    map_free(&collector->told);
}
